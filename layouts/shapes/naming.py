"""What the parts of a figure are called: rows, series, the figure itself."""

from __future__ import annotations

from collections.abc import Sequence

from data.answers import DIMENSION_OF
from data.areas import AREAS
from data.frame import Row, area_label, row_label
from data.model import ALL, MARKS
from data.periods import window_label
from data.query import Answer
from layouts.charts import Chart
from layouts.numbers import gap, shown

_WHOLE = {"channel": "All channels", "age_group": "All ages", "crime_type": "All crime types", "category": "All"}
_FIELDS = ("area", "channel", "age_group", "crime_type", "category")
FEW_NAMES = 3


def plain(text: str) -> str:
    """Return text as plotly shows it unchanged: its texts are read as a small HTML."""
    if "&" in text or "<" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;")
    return text


def part_of(row: Row, dimension: str) -> str:
    """Return the label of a row along one breakdown."""
    if dimension == "area":
        area = AREAS.get(row.area_code)
        return area.name if area else area_label(row.area_code)
    dimension = DIMENSION_OF.get(dimension, dimension)
    return row_label(row, dimension, whole=_WHOLE[dimension], short=True)


def name_of(row: Row, by: Sequence[str]) -> str:
    """Return what tells a row from its neighbours, along the breakdowns of its chart."""
    parts = [window_label((row.start, row.end)) if name == "period" else part_of(row, name) for name in by]
    return ", ".join(parts) or area_label(row.area_code)


def varying(rows: Sequence[Row]) -> str:
    """Return the breakdown that tells series apart: the first of which rows have several members."""
    for name in ("channel", "area", "age_group", "crime_type", "category"):
        place = _FIELDS.index(name) + 1
        if len({row[place] for row in rows}) > 1:
            return name
    return "channel" if rows and rows[0].channel != ALL else "area"


def subject(answer: Answer) -> str:
    """Return what a figure shows and for when: ``Reach, March 2025``."""
    label = f"{answer.label} beside {answer.across.phrase}" if answer.across else answer.label
    return f"{label}, {window_label(answer.period)}" if answer.period else label


def description(answer: Answer, *, chart: Chart, by: Sequence[str]) -> str:
    """Return the figure in words, for readers that cannot see it: its subject, its ends, its gaps."""
    rows = answer.frame.of("main")
    valued = [row for row in rows if row.value is not None]
    said = [f"{chart.says} {subject(answer)}."]
    if valued:
        top = max(valued, key=lambda row: row.value or 0)
        bottom = min(valued, key=lambda row: row.value or 0)
        if len(valued) > 1:
            said.append(f"The values run from {shown(bottom)} ({name_of(bottom, by)}) to {shown(top)} "
                        f"({name_of(top, by)}).")
        else:
            said.append(f"{name_of(top, by)}: {shown(top)}.")
    if len(valued) < len(rows):
        said.append(_lacking([row for row in rows if row.value is None], len(rows)))
    if answer.origin == "illustrative":
        said.append("These are illustrative figures, not facts.")
    return " ".join(said)


def _lacking(rows: Sequence[Row], every: int) -> str:
    counted: dict[str, int] = {}
    for row in rows:
        mark = gap(row.status)
        counted[mark] = counted.get(mark, 0) + 1
    parts = [f"{count} {MARKS[mark][0]}" for mark, count in counted.items() if mark in MARKS]
    return f"Of {every} figures: {', '.join(parts)}."
