"""Curves of waiting: the share of appeals with useful information by the time since publication, a panel a group.

They rise, as 100 less the survival function, so that each point is the share that is stated within that time. Below each
panel stand the appeals that are still without. The method is ``data.waiting``'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, log10
from typing import Any

from data.frame import Row
from data.measures import MEASURE_BY_ID
from data.query import Answer
from data.waiting import LIMIT_HOURS, still_waiting
from layouts.charts import Chart
from layouts.numbers import bounded, shown
from layouts.shapes import curves_svg
from layouts.shapes.awkward import empty_figure, empty_svg, layout_of, why_empty
from layouts.shapes.curve_panels import (
    BELOW,
    CAPTION,
    DIGITS,
    FOOT,
    Drawn,
    below,
    drawn,
    gap_of,
    head_of,
    hours_of,
    marked,
    scale_of,
    short_hours,
    title_of,
    told,
    value_of,
)
from layouts.shapes.hover import ends_of, written
from layouts.shapes.line_traces import FINE, value_axis
from layouts.shapes.lines_svg import NARROW
from layouts.shapes.naming import description, plain, subject
from layouts.shapes.panels import MOST, Grid, axes_of, axis_key, difference, grid_of, share
from layouts.shapes.series import Series
from layouts.shapes.shape import Figure, LegendItem, like
from layouts.theme import REFERENCE
from layouts.words import joined

TOLD = "useful-in-7d"
"""The time limit that the sentence tells of every group."""
_TOP, _BOTTOM, _RIGHT = 4, 4, 28
_WIDTHS = {True: 560, False: 285}
"""Pixels that panels have at least, three and two beside each other."""


def plotly(answer: Answer, *, chart: Chart, selected: Sequence[str]) -> Figure:
    """Return the panels as a plotly figure: an x axis a panel, because below each stand its own numbers.

    Where three panels stand beside each other, the layout's ``meta`` says how two do in narrow boxes.
    """
    reason = why_empty(answer, valued=True)
    if reason:
        return empty_figure(reason)
    found = drawn(answer)
    traces = _traces(answer, found)
    wide, narrow = (_placed(answer, found, traces, wide=so, height=chart.height) for so in (True, False))
    if wide != narrow:
        wide["layout"]["meta"] = {"narrow": {
            "below": NARROW, "data": [difference(axes_of(old), axes_of(new)) for old, new in zip(
                wide["data"], narrow["data"], strict=True)],
            "layout": difference(wide["layout"], narrow["layout"])}}
    return wide


def _traces(answer: Answer, found: Drawn) -> list[tuple[int, Figure]]:
    """Return each trace with the panel that it stands in: the first line, what stands behind, colours, the other lines.

    A trace takes the colour of its place. The first and those from the seventh on are of the accent.
    """
    span = found.reach[1] - min(found.reach[0], 0.0) or 1.0
    lines = [_trace(answer, panel.line, span=span) for panel in found.panels]
    behind: list[tuple[int, Figure]] = []
    for place, panel in enumerate(found.panels):
        if panel.compare is not None:
            behind.append((place, _reference(answer, panel.compare, span=span)))
        elif found.whole is not None:
            first = next((at + 1 for at, (_, trace) in enumerate(behind) if trace["name"] == plain(found.whole.name)), 0)
            behind.append((place, {"like": first, "name": "behind"} if first else _reference(answer, found.whole, span=span)))
    if found.whole is not None and all(trace["name"] != plain(found.whole.name) for _, trace in behind):
        behind.append((0, _reference(answer, found.whole, span=span)))
    filled = [(0, {"name": "colour"})] * max(MOST - 1 - len(behind), 0)
    others = [(place + 1, like(line, lines[0], place=0)) for place, line in enumerate(lines[1:])]
    return [(0, lines[0]), *behind, *filled, *others]


def _trace(answer: Answer, line: Series, *, span: float) -> Figure:
    valued = [row if row.value is not None else None for row in line.rows]
    trace: Figure = {
        "name": plain(line.name), "mode": "lines+markers", "xperiod": 0, "x": [hours_of(row) for row in line.rows],
        "y": [row.value for row in line.rows], "hovertext": [told(row) for row in line.rows],
        "marker": {"size": 7, "line": {"width": 0}},
    }
    if not any(row is not None for row in valued):
        return trace
    fine = ceil(log10(FINE / span))
    said, texts, ends = written(valued, measure=answer.measure, value="y", text="text", fine=fine)
    trace["hovertemplate"] = f"%{{fullData.name}}, %{{hovertext}}: {said}<extra></extra>"
    if texts:
        trace["text"] = texts
    if any(row is not None and bounded(row) for row in valued):
        ends = ends or ends_of(valued, places=fine)
        trace["meta"] = {"band": True}
    return trace | ({"customdata": ends} if ends else {})


def _reference(answer: Answer, line: Series, *, span: float) -> Figure:
    trace = {key: value for key, value in _trace(answer, line, span=span).items() if key != "meta"}
    return trace | {"mode": "lines", "line": {"color": REFERENCE, "dash": "dash", "width": 1.5}}


def _placed(answer: Answer, found: Drawn, traces: Sequence[tuple[int, Figure]], *, wide: bool, height: int) -> Figure:
    """Return the traces with the axes, titles and numbers that their panels have in a grid."""
    grid = grid_of(len(found.panels), wide=wide)
    gap = gap_of(found) / _WIDTHS[wide] if grid.columns > 1 else 0
    across = (1 - gap * (grid.columns - 1)) / grid.columns
    room = _WIDTHS[wide] * across
    top = _TOP + (20 if answer.origin == "illustrative" else 0)
    high = height - top - _BOTTOM - CAPTION
    head, step = head_of(found, room=room), 1 / grid.rows
    data = [trace | {"xaxis": axis_key("x", place), "yaxis": axis_key("y", grid.row(place))} for place, trace in traces]
    notes: list[dict[str, Any]] = [{"text": plain(below(answer) if wide else BELOW), "x": 0, "y": 0, "yanchor": "top"}]
    domains = [[share(1 - step * (row + 1) + FOOT / high), share(1 - step * row - head / high)] for row in range(grid.rows)]
    layout = layout_of(answer, hovermode="closest", margin={"t": top, "r": _RIGHT, "b": _BOTTOM + CAPTION, "l": 8}, annotations=[
        *notes, *_titles(found, grid, room=room, lefts=[share((across + gap) * column) for column in range(grid.columns)],
                         domains=domains)])
    pad = 0.03 if len(found.hours) > 1 else 0.5
    low, last = log10(found.hours[0]), log10(found.hours[-1])
    along = [share(low - pad * (last - low or 1)), share(last + pad * (last - low or 1))]
    shown_hours = marked(found, room=room)
    for place, panel in enumerate(found.panels):
        left = share((across + gap) * grid.column(place))
        layout[axis_key("xaxis", place)] = {
            "type": "log", "range": along, "domain": [left, share(left + across)], "anchor": axis_key("y", grid.row(place)),
            "automargin": False, "tickfont": {"size": DIGITS}, "tickvals": shown_hours, "ticks": "outside",
            "ticktext": [f"{short_hours(hours)}<br>{panel.waiting.get(hours, '')}" for hours in shown_hours]}
    values = value_axis(answer, scale_of(found, grid=grid))
    for row in range(grid.rows):
        layout[axis_key("yaxis", row)] = values | {"domain": domains[row], "anchor": axis_key("x", row * grid.columns)}
    return {"data": data, "layout": layout}


def _titles(
    found: Drawn, grid: Grid, *, room: float, lefts: Sequence[float], domains: Sequence[Sequence[float]]
) -> list[dict[str, Any]]:
    """Return name and last value above each panel."""
    return [{"text": f"<b>{'<br>'.join(plain(part) for part in title_of(panel, room=room))}</b><br>{plain(value_of(panel))}",
             "x": lefts[grid.column(place)], "y": domains[grid.row(place)][1]} for place, panel in enumerate(found.panels)]


def svg(answer: Answer, *, chart: Chart, selected: Sequence[str], width: int = 720) -> str:
    """Return the panels as an SVG of ``width`` by the chart's height."""
    reason = why_empty(answer, valued=True)
    if reason:
        return empty_svg(reason, answer=answer, chart=chart, width=width)
    return curves_svg.picture(
        drawn(answer), below=below(answer), unit=answer.measure.unit, slug=chart.slug, width=width, height=chart.height,
        title=f"{chart.title}: {subject(answer)}", illustrative=answer.origin == "illustrative",
        description=f"{description(answer, chart=chart, by=chart.by)} {sentence(answer)}")


def heights(answer: Answer, *, chart: Chart, width: float) -> tuple[float, float]:
    """Return the least and the greatest useful height of a picture that draws something."""
    return curves_svg.heights(drawn(answer), width=width)


def legend(answer: Answer, *, chart: Chart) -> list[LegendItem]:
    """Return the key: what stands behind the lines."""
    if why_empty(answer, valued=True):
        return []
    found = drawn(answer)
    names = dict.fromkeys(panel.compare.name for panel in found.panels if panel.compare is not None)
    whole = [found.whole.name] if found.whole is not None else []
    return [LegendItem("compare", name) for name in (*whole, *names)]


def sentence(answer: Answer) -> str:
    """Return the shares within 24 hours, 7 and 28 days of all together, and within 7 days how widely groups differ."""
    return answer.once("curves sentence", lambda: _sentence(answer))


def _sentence(answer: Answer) -> str:
    reason = why_empty(answer, valued=True)
    if reason:
        return reason
    found = drawn(answer)
    said = []
    alone = found.whole or (found.panels[0].line if len(found.panels) == 1 else None)
    if alone is not None:
        rows = [row for row in alone.rows if hours_of(row) in (24, 168, 672)]
        said += [f"{alone.name}: {joined([f'{shown(row)} {told(row)}' for row in rows])}."] if rows else []
        half = _half(alone.rows)
        said += [f"Half of the appeals had it {told(half)}."] if half is not None else []
    if len(found.panels) > 1:
        groups = [(panel.line.name, row) for panel in found.panels for row in panel.line.rows if row.category == TOLD]
        valued = sorted(((name, row) for name, row in groups if row.value is not None), key=lambda each: each[1].value or 0)
        if 0 < len(groups) <= 6:
            said.append(f"Within 7 days: {', '.join(f'{name} {shown(row)}' for name, row in groups)}.")
        elif valued:
            (low, first), (high, last) = valued[0], valued[-1]
            said.append(f"Within 7 days the groups run from {shown(first)} ({low}) to {shown(last)} ({high}).")
    return " ".join(said) or "The values stand in the table."


def _half(rows: Sequence[Row]) -> Row | None:
    """Return the first row at which half of the appeals had useful information, ``None`` where the curve does not reach it."""
    if any(MEASURE_BY_ID[row.measure].unit != "percent" for row in rows):
        return None
    return next((row for row in rows if row.value is not None and row.value >= 50), None)


def notes(answer: Answer) -> list[str]:
    """Return how the curves were made and what their numbers mean."""
    if why_empty(answer, valued=True):
        return []
    said = [f"Each curve is 100% less the survival curve: it stands at the share with useful information by then. {below(answer)}.",
            "Times are published as within 6 hours, 24 hours, 3, 7, 28 and 90 days alone; lines between are drawn straight, and "
            "the axis of time is logarithmic.",
            "Kaplan-Meier with Greenwood\N{RIGHT SINGLE QUOTATION MARK}s variance and Wilson\N{RIGHT SINGLE QUOTATION MARK}s intervals; the "
            "random change that protects the people counted is part of them, and a bar of the same share may have ends a little elsewhere. "
            "Drawn while 50 appeals or more are still without."]
    if "channel" in answer.measure.overlapping:
        said.append("An appeal may get useful information through several channels: the curves must not be added.")
    return said


def column(answer: Answer) -> tuple[str, list[str]]:
    """Return the table's column of the appeals still without at each time."""
    return "Still without", ["" if number is None else f"about {number:,}" for number in map(still_waiting, answer.frame.of("main"))]


def details(answer: Answer) -> Mapping[str, Any]:
    """Return the method and the appeals still without, at each time and row, as data."""
    lines = [panel.line for panel in drawn(answer).panels] if not why_empty(answer, valued=True) else []
    return {"method": "Kaplan-Meier, Greenwood", "value": "100 less the survival function", "median_hours": [
        {"channel": line.rows[0].channel, "crime_type": line.rows[0].crime_type, "hours": hours_of(half) if half else None}
        for line in lines for half in [_half(line.rows)]], "at_risk": [
        {"channel": row.channel, "crime_type": row.crime_type, "hours": LIMIT_HOURS[row.category],
         "still_without": still_waiting(row)} for row in answer.frame.of("main")]}
