"""Results of appeals that others published: each figure as it was published, with what it counted.

Programmes count different things. Nothing here is added up, divided or ordered by size: a figure
stands with its own base, period, definition and source, in the order of the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any


from data import stored
from data.release import Release

SOURCE = "appeal_results"
FILE = f"reference/{SOURCE}.parquet"


@dataclass(frozen=True, kw_only=True)
class Result:
    """One published figure: ``value`` in ``unit`` (``count`` or ``percent``), ``denominator`` as its publisher gave it."""

    programme: str
    country: str
    area_code: str
    channel: str
    period_start: date
    period_end: date
    measure: str
    """What was counted, in the words of whoever collected it."""
    value: float | None
    denominator: float | None
    unit: str
    note: str
    source: str


def published_results(release: Release) -> tuple[Result, ...]:
    """Return the results that a release holds, in the order of its file; none where it holds no such file."""
    path = release.folder / FILE
    return tuple(map(_result, stored.table(path).to_pylist())) if path.exists() else ()


def stated(release: Release) -> Mapping[str, Any]:
    """Return what the release says of their source; empty where it holds none."""
    return next((source for source in release.manifest["sources"] if source["id"] == SOURCE), {})


def _result(row: Mapping[str, Any]) -> Result:
    held = {field.name: row.get(field.name) for field in fields(Result)}
    texts = {name: held[name] or "" for name in ("programme", "country", "area_code", "channel", "measure", "unit", "note", "source")}
    dates = {name: date.fromisoformat(held[name]) for name in ("period_start", "period_end")}
    numbers = {name: held[name] if held[name] == held[name] else None for name in ("value", "denominator")}
    return Result(**texts, **dates, **numbers)
