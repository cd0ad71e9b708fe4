"""Lines through time: one a series, named at its end, broken where figures cannot be compared.

The members of one group, and more series than a panel can hold, stand in a panel each.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any

from data.model import MARKS, month_text
from data.periods import month_label
from data.query import Answer
from layouts.charts import Chart
from layouts.events import Event, events_in
from layouts.numbers import brief
from layouts.shapes import lines_svg, panels, panels_svg
from layouts.shapes.awkward import empty_figure, empty_svg, layout_of, why_empty
from layouts.shapes.line_traces import time_axis, trace_of, value_axis
from layouts.shapes.naming import plain
from layouts.shapes.scales import apart, month_ticks, ticks
from layouts.shapes.series import (
    Break,
    Series,
    breaks_in,
    ends_of,
    last_valued,
    provisional,
    revised,
    series_of,
    shaded,
    values_of,
    worded,
)
from layouts.shapes.shape import Figure, LegendItem, like
from layouts.shapes.svg_writer import wrap

LETTERS = 12
"""Characters in a line of a name at the end of a series."""
LINE = 18
"""Pixels from one line of a name to the next."""
TOP, BOTTOM = 24, 44
WORDS = 40
"""Characters of an event's words above a trend; all of them stand in the key."""


def plotly(answer: Answer, *, chart: Chart, selected: Sequence[str]) -> Figure:
    """Return the lines as a plotly figure; a period stands at the month in which it ends."""
    reason = why_empty(answer, valued=True)
    if reason:
        return empty_figure(reason)
    series = series_of(answer)
    ends = ends_of(series)
    if panels.apart_in_panels(series, ends=ends):
        return panels.plotly(answer, series, ends=ends, height=chart.height)
    breaks, events = breaks_in(answer, ends), events_in(answer, ends)
    scale = ticks(*values_of(series))
    alone = len(ends) == 1
    names = [_end_name(line, alone=alone) for line in series]
    layout = layout_of(
        answer, hovermode="x unified", xaxis=time_axis(answer, ends, marked=month_ticks(ends)),
        yaxis=value_axis(answer, scale),
        margin={"t": TOP, "r": 30 + 8 * max(len(line) for name in names for line in name), "b": BOTTOM, "l": 8},
        annotations=_end_labels(series, names, ends, scale, chart.height),
    )
    behind = [{"x0": month_text(start), "x1": month_text(end)} for start, end in shaded(series, ends=ends, finished=answer.finished)]
    if breaks or behind or events:
        layout["shapes"] = behind + [_break_line(each) for each in breaks] + [_event_line(each) for each in events]
        layout["annotations"] += [
            _break_word(each) for each, word in zip(breaks, worded(breaks, ends), strict=True) if word] + [_event_word(each, ends) for each in events]
    first, *others = (trace_of(answer, line, place=place, breaks=breaks, alone=alone, span=scale[-1] - scale[0])
                      for place, line in enumerate(series))
    return {"data": [first, *(like(trace, first, place=0) for trace in others)], "layout": layout}


def _end_name(line: Series, *, alone: bool) -> list[str]:
    """Return the name at the end of a line, in lines; a point that stands alone adds its value."""
    return wrap(line.name, most=LETTERS) + ([brief(line.rows[-1])] if alone else [])


def _end_labels(
    series: Sequence[Series], names: Sequence[Sequence[str]], ends: Sequence[int], scale: Sequence[float], height: int
) -> list[dict[str, Any]]:
    lasts = [last_valued(line) for line in series]
    room = height - TOP - BOTTOM
    span = scale[-1] - scale[0]
    drawn = [(name, row) for name, row in zip(names, lasts, strict=True) if row is not None]
    wanted = [room * (1 - ((row.value or 0) - scale[0]) / span) for _, row in drawn]
    placed = apart(wanted, heights=[LINE * len(name) + 2 for name, _ in drawn], low=-12, high=room + 8)
    return [
        {"text": "<br>".join(plain(part) for part in name), "x": month_text(row.end), "y": row.value, "xref": "x",
         "yref": "y", "yanchor": "middle", "showarrow": True, "ax": 22, "ay": round(moved - want, 1)}
        for (name, row), want, moved in zip(drawn, wanted, placed, strict=True)
    ]


def _break_line(each: Break) -> dict[str, Any]:
    month = month_text(each.month)
    return {"type": "line", "x0": month, "x1": month, "line": panels.BREAK}


def _break_word(each: Break) -> dict[str, Any]:
    return {"text": "break", "hovertext": plain(each.reason), "x": month_text(each.month), "xref": "x",
            "xanchor": "center"}


def _event_line(event: Event) -> dict[str, Any]:
    month = month_text(event.month)
    return {"type": "line", "x0": month, "x1": month, "line": panels.EVENT}


def _event_word(event: Event, ends: Sequence[int]) -> dict[str, Any]:
    """Return what stands above an event: its letter, or its words where it is alone; all of it under the pointer."""
    words = event.letter or (event.text if len(event.text) <= WORDS else f"{event.text[:WORDS].rstrip()}\N{HORIZONTAL ELLIPSIS}")
    side = "center" if event.letter else "left" if 2 * event.month < ends[0] + ends[-1] else "right"
    return {"text": plain(words), "hovertext": plain(event.named), "x": month_text(event.month), "xref": "x", "xanchor": side}


def svg(answer: Answer, *, chart: Chart, selected: Sequence[str], width: int = 720) -> str:
    """Return the lines as an SVG of ``width`` by the chart's height."""
    reason = why_empty(answer, valued=True)
    if reason:
        return empty_svg(reason, answer=answer, chart=chart, width=width)
    series = series_of(answer)
    ends = ends_of(series)
    draw = panels_svg.draw if panels.apart_in_panels(series, ends=ends) else lines_svg.draw
    return draw(answer, series, ends=ends, chart=chart, width=width)


def heights(answer: Answer, *, chart: Chart, width: float) -> tuple[float, float]:
    """Return the least and the greatest useful height of a picture that draws something."""
    series = series_of(answer)
    ends = ends_of(series)
    if panels.apart_in_panels(series, ends=ends):
        return panels_svg.heights(series, width=width)
    return max(210.0, lines_svg.least(answer, series, ends=ends, width=width)), inf


def legend(answer: Answer, *, chart: Chart) -> list[LegendItem]:
    """Return the key: what is compared with, provisional and revised points, events, each break with its reason."""
    if why_empty(answer, valued=True):
        return []
    series = series_of(answer)
    items = [LegendItem("compare", line.name) for line in series if line.reference]
    seen = {row.status: row for line in series for row in line.rows}.values()
    if any(provisional(row) for row in seen):
        items.append(LegendItem("hollow", f"{MARKS['p'][0]} [p]"))
    if answer.measure.trend and len(ends_of(series)) > 1 and any(revised(row) for row in seen):
        items.append(LegendItem("revised", f"{MARKS['r'][0]} [r]"))
    items += [LegendItem("event", event.named) for event in events_in(answer, ends_of(series))]
    return items + [LegendItem("break", f"break in {month_label(each.month)}: {each.reason}")
                    for each in breaks_in(answer, ends_of(series))]
