"""Lines through time as plotly traces and axes: what one panel and many share."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log10
from typing import Any

from data.frame import Row
from data.model import month_text
from data.query import Answer
from layouts.numbers import bounded
from layouts.shapes.hover import ends_of, written
from layouts.shapes.naming import plain
from layouts.shapes.scales import tick_texts
from layouts.shapes.series import Break, Series, provisional, runs
from layouts.theme import DASHES, MONTH_TITLE, REFERENCE

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "x")
MONTH = 2_629_800_000
"""Milliseconds of an average month: from the middle of one, so many steps stay within the months."""
FINE = 80
"""Steps of an axis that are about as fine as a reader sees the edge of a band."""
BAND = "band"
_WINDOW = {"quarter": "three months to ", "year": "year to ", "rolling_year": "twelve months to "}


def trace_of(
    answer: Answer, line: Series, *, place: int, breaks: Sequence[Break], alone: bool, span: float, band: bool = True
) -> dict[str, Any]:
    """Return one line as a trace; its type, ``scatter``, is the one that plotly takes where none is named.

    ``alone``: there is one period, so that each series is a point. ``span`` is what the axis of values holds.
    A line with intervals carries their ends as ``customdata``, once for its hover and for its ``band``: the
    browser draws that, and dashes what is provisional (``assets/boot.js``), as figures would else be half as
    large again.
    """
    points = _broken(line.rows, breaks if answer.measure.trend else ())
    rows = [row for _, row in points]
    values = [row.value if row else None for row in rows]
    valued = [row if row and row.value is not None else None for row in rows]
    fine = ceil(log10(FINE / span))
    said, texts, ends = written(valued, measure=answer.measure, value="y", text="text", fine=fine)
    trace: dict[str, Any] = {
        "name": plain(line.name), "mode": "lines", **_along([month for month, _ in points]),
        "y": values, "hovertemplate": f"%{{fullData.name}}: {said}<extra></extra>",
    }
    if texts:
        trace["text"] = texts
    if band and any(row is not None and bounded(row) for row in valued):
        ends = ends or ends_of(valued, places=fine)
        trace["meta"] = BAND
    if ends:
        trace["customdata"] = ends
    if line.reference:
        trace["line"] = {"color": REFERENCE, "dash": "dash", "width": 1.5}
        trace["marker"] = {"color": REFERENCE}
    elif place:
        trace["line"] = {"dash": DASHES[place % len(DASHES)]}
    if not answer.measure.trend or alone:
        trace["mode"] = "markers"
        trace.setdefault("marker", {}).update(symbol=SYMBOLS[place % len(SYMBOLS)], line={"width": 0})
        return trace
    single = {run[0].end for run in runs(line.rows, breaks=breaks) if len(run) == 1}
    if single or any(provisional(row) for row in line.rows):
        trace["mode"] = "lines+markers"
        trace.setdefault("marker", {}).update(_points(rows, single))
    return trace


def _broken(rows: Sequence[Row], breaks: Sequence[Break]) -> list[tuple[int, Row | None]]:
    """Return the points of a series by month, with one that has no value at each break."""
    if not breaks:
        return [(row.end, row) for row in rows]
    points: list[tuple[int, Row | None]] = []
    pending = [each.month for each in breaks]
    for row in rows:
        while pending and pending[0] <= row.end:
            if points:
                points.append((pending[0], None))
            pending.pop(0)
        points.append((row.end, row))
    return points


def _along(months: Sequence[int]) -> dict[str, Any]:
    """Return where points stand: a start and a step where months follow evenly, else each month.

    The template sets each point at the start of its month.
    """
    step = months[1] - months[0] if len(months) > 2 else 0
    if step > 0 and all(later - month == step for month, later in zip(months, months[1:], strict=False)):
        return {"x0": f"{month_text(months[0])}-15", "dx": step * MONTH}
    return {"x": [month_text(month) for month in months]}


def _points(rows: Sequence[Row | None], single: set[int]) -> dict[str, Any]:
    """Return sizes and symbols of points: hollow where provisional, none where a line runs through."""
    hollow = [row is not None and row.value is not None and provisional(row) for row in rows]
    drawn = [open_ or (row is not None and row.end in single) for row, open_ in zip(rows, hollow, strict=True)]
    sizes = [7 if seen else 0 for seen in drawn]
    if not any(hollow):
        return {"size": sizes, "line": {"width": 0}}
    if hollow == drawn:
        return {"size": sizes, "symbol": "circle-open"}
    return {"size": sizes, "symbol": ["circle-open" if open_ else "circle" for open_ in hollow],
            "line": {"width": [2 if open_ else 0 for open_ in hollow]}}


def time_axis(answer: Answer, ends: Sequence[int], *, marked: Sequence[tuple[int, str, str]]) -> dict[str, Any]:
    """Return the axis of months, with its marks as ``month_ticks`` gives them."""
    ahead = 1 if len(ends) == 1 else 0
    pad = "-15" if ahead else ""
    axis = {
        "type": "date", "range": [month_text(ends[0] - ahead) + pad, month_text(ends[-1] + ahead) + pad],
        "tickvals": [month_text(end) for end, _, _ in marked],
        "ticktext": [f"{first}<br>{second}" if second else first for _, first, second in marked],
        "ticks": "outside",
    }
    window = _WINDOW.get(answer.grain)
    return axis | ({"unifiedhovertitle": {"text": MONTH_TITLE.replace("%", f"{window}%", 1)}} if window else {})


def value_axis(answer: Answer, scale: Sequence[float]) -> dict[str, Any]:
    """Return the axis of values, from the first mark to the last."""
    marks = [int(value) if value.is_integer() else value for value in scale]
    return {"range": [marks[0], marks[-1]], "tickvals": marks, "zeroline": True,
            "ticktext": tick_texts(scale, unit=answer.measure.unit)}
