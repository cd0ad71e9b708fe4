"""Targets: those that the publisher supplied, and the published one for calls to 999.

A release keeps them as ``reference/targets.parquet``: measure, area_code, period (YYYY, YYYY-QN, YYYY-MM; empty: always),
target (in the measure's unit), origin, says (where the target comes from).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Literal

import pandas as pd
import pyarrow as pa

from data.areas import AREAS, UNITED_KINGDOM, inside
from data.periods import period_window

FILE = "reference/targets.parquet"
KIND = "targets"


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a measure is to reach in an area and a period."""

    measure: str
    area_code: str
    period: str
    target: float
    origin: Literal["published", "uploaded"]
    says: str

    @property
    def months(self) -> tuple[int, int]:
        """The first and the last month of its period, as indices; all months where it is always."""
        if not self.period:
            return 0, 12 * 10_000
        return period_window(self.period)


PUBLISHED: tuple[Target, ...] = (
    Target(measure="C1", area_code=UNITED_KINGDOM, period="", target=90.0, origin="published",
           says="the published aim for 999: nine in ten calls answered within 10 seconds"),
)
"""The targets that hold where the publisher supplies none for the same measure and area."""


def as_table(supplied: Iterable[pd.DataFrame]) -> pa.Table:
    """Return the published targets and the supplied ones as the table that a release keeps, in a fixed order."""
    rows = list(PUBLISHED)
    for frame in supplied:
        for measure, area, period, target in zip(
                *(frame[name] for name in ("measure", "area_code", "period", "target")), strict=True):
            rows.append(Target(measure=str(measure), area_code=str(area), period=str(period), target=float(target),
                               origin="uploaded", says=f"the target that {AREAS[str(area)].name} supplied"))
    names = [each.name for each in fields(Target)]
    ordered = sorted(set(map(astuple, rows)))
    return pa.table({name: [row[place] for row in ordered] for place, name in enumerate(names)})


def from_table(table: pa.Table) -> tuple[Target, ...]:
    """Return the targets of a release's table."""
    return tuple(Target(**row) for row in table.to_pylist())


def target_of(known: Sequence[Target], *, measure: str, areas: Sequence[str], month: int) -> Target | None:
    """Return the target of a measure for one area in a month; ``None`` for several areas and where there is none.

    A target of the area itself stands before one of a country that it lies in, a month's before a quarter's, a quarter's
    before a year's.
    """
    if len(areas) != 1:
        return None
    fitting = [each for each in known if each.measure == measure and each.months[0] <= month <= each.months[1]
               and (each.area_code == areas[0] or inside(areas[0], each.area_code))]
    return min(fitting, key=lambda each: (each.area_code != areas[0], each.months[1] - each.months[0]), default=None)
