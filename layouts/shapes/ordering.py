"""Bars in the order in which a reader wants them, each with what stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from data.counts import COUNT_BY_ID
from data.frame import Row, area_label
from data.query import Answer
from layouts.charts import Chart
from layouts.numbers import bounded, brief, reached
from layouts.shapes.naming import part_of

THICKEST = 48
"""Pixels of height that one bar has at most, its share of the gaps included."""
ORDERED = frozenset({"age_group", "period"})
"""Breakdowns whose members have an order of their own."""


@dataclass(frozen=True)
class Bar:
    """One member: its name, its row, the same of the place compared with and of the measure beside."""

    name: str
    row: Row
    text: str
    """The value as it stands at the bar's end: percentage points without their word, which is long."""
    compare: Row | None = None
    beside: Row | None = None
    part: Row | None = None
    """What the bar holds for certain, where its value is a sum whose first member is shown as well: the rest is a band."""


def bars_of(answer: Answer, *, chart: Chart) -> list[Bar]:
    """Return the bars from top to bottom; made once for figure, picture and key."""
    return answer.once("bars", lambda: _bars_of(answer, chart=chart))


def _bars_of(answer: Answer, *, chart: Chart) -> list[Bar]:
    """Return the bars; missing values stand last where values give the order."""
    by = chart.by[0] if chart.by else "area"
    field = {"area": "area_code", "channel_group": "channel"}.get(by, by)
    compare = {getattr(row, field): row for row in answer.frame.of("compare")}
    beside = {getattr(row, field): row for row in answer.frame.of("beside")}
    parts = _parts(answer) if by == "category" else {}
    bars = [
        Bar(part_of(row, by), row, end_text(row), compare.get(getattr(row, field)), beside.get(getattr(row, field)),
            parts.get(getattr(row, field)))
        for row in answer.frame.of("main")
    ]
    if by in ORDERED or (by == "category" and (answer.measure.categories or answer.measure.kind == "survey")):
        return bars
    return sorted(bars, key=lambda bar: (bar.row.value is None, -(bar.row.value or 0)))


def _parts(answer: Answer) -> dict[str, Row]:
    """Return for each category that is a sum the row of its first member, where both have values and that is the less."""
    rows = {row.category: row for row in answer.frame.of("main") if row.value is not None}
    sums = COUNT_BY_ID[answer.measure.numerator].cumulative
    pairs = {total: (rows[total], rows[members[0]]) for total, members in sums.items() if total in rows and members[0] in rows}
    return {total: part for total, (whole, part) in pairs.items() if 0 < (part.value or 0) < (whole.value or 0)}


def parted(bars: Sequence[Bar]) -> str:
    """Return what the darker part of a bar is, empty where no bar has one."""
    return next((part_of(bar.part, "category") for bar in bars if bar.part), "")


def end_text(row: Row) -> str:
    """Return a value as it stands at a bar's end."""
    return brief(row).replace(" points", "").replace(" point", "")


def whisker(row: Row) -> tuple[float, float] | None:
    """Return the ends of a row's interval, ``None`` where it has none."""
    return (row.lower, row.upper) if bounded(row) else None  # type: ignore[return-value]


def whiskers(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the intervals of points as plotly draws them, none where a row has none."""
    return {"type": "data", "symmetric": False,
            "array": [row.upper - row.value if bounded(row) else 0 for row in rows],  # type: ignore[operator]
            "arrayminus": [row.value - row.lower if bounded(row) else 0 for row in rows]}  # type: ignore[operator]


def tip(row: Row) -> float:
    """Return where a bar with its whisker ends, away from nothing: its value's text stands there."""
    assert row.value is not None
    found = whisker(row)
    if found is None:
        return row.value
    return min(found[0], row.value) if row.value < 0 else max(found[1], row.value)


def compared_with(bars: Sequence[Bar]) -> str:
    """Return the name of the place compared with, empty where there is none."""
    return next((area_label(bar.compare.area_code) for bar in bars if bar.compare), "")


def reach(rows: Sequence[Row | None]) -> tuple[float, float]:
    """Return the lowest and the highest value or end of an interval, nothing among them."""
    values = reached(rows)
    return min([0.0, *values]), max([0.0, *values]) or (0.0 if min([0.0, *values]) < 0 else 1.0)
