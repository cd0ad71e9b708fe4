"""The counts of what a release knows of itself: coverage, days of supply, revisions. Each field stands for itself."""

from __future__ import annotations

from collections.abc import Mapping

from data.count import Count
from data.model import Addition

QUALITY_KINDS = ("coverage", "timeliness", "revision")
"""Kinds of rows that come from the release itself, and from no source."""
_ADDITION: Mapping[str, Addition] = {"area": "additive", "category": "overlapping", "month": "additive"}


def _of_release(count_id: str, label: str, *, kind: str, value: str) -> Count:
    return Count(
        id=count_id, label=label, kinds=(kind,), policy="open", addition=_ADDITION, apart=True, derived=True,
        sql=f"SELECT area_code, 'field-' || field AS category, month, SUM({value}) AS value FROM {kind} "
            "GROUP BY area_code, field, month",
    )


COUNTS_OF_QUALITY: tuple[Count, ...] = (
    _of_release("quality_supplied", "Months of places with figures", kind="coverage", value="supplied"),
    _of_release("quality_expected", "Months of places of which figures are expected", kind="coverage", value="1"),
    _of_release("quality_days", "Days from the end of a month to the first release that holds it", kind="timeliness",
                value="days"),
    _of_release("quality_dated", "Months of places of which the day of supply is known", kind="timeliness", value="1"),
    _of_release("quality_change", "Difference of figures from those of the release before", kind="revision", value="change"),
    _of_release("quality_was", "The same figures in the release before", kind="revision", value="was"),
)
