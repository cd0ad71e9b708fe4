"""Small multiples as SVG."""

from __future__ import annotations

from collections.abc import Sequence

from data.query import Answer
from layouts.charts import Chart
from layouts.events import events_in
from layouts.shapes.lines_svg import (
    NARROW,
    Plane,
    band_of,
    behind,
    break_lines,
    event_lines,
    line_of,
    month_marks,
    plane_of,
    value_marks,
)
from layouts.shapes.naming import description, subject
from layouts.shapes.panels import Grid, beside_at, grid_of, last_words, months_of, own_of, scale_of
from layouts.shapes.scales import tick_text
from layouts.shapes.series import Series, breaks_in, shaded
from layouts.shapes.svg_writer import PAINT, SMALL, cut, document, escape, label, n, text_width

_GAP, _RIGHT, _LINE, _HEAD = 24, 14, 16, 44
"""Pixels between panels, right of the last, of a line of months, of a title in two lines."""


def draw(answer: Answer, series: Sequence[Series], *, ends: Sequence[int], chart: Chart, width: int) -> str:
    """Return a panel a series, as an SVG of ``width`` by the chart's height."""
    own = own_of(series)
    compare = [line for line in series if line.reference]
    grid = grid_of(len(own), wide=width > NARROW, most=beside_at(width))
    breaks, events = breaks_in(answer, ends), events_in(answer, ends)
    scale, marked = scale_of(series, grid=grid), months_of(ends)
    texts = [tick_text(value, unit=answer.measure.unit) for value in scale]
    top = 4 + (18 if answer.origin == "illustrative" else 0)
    bottom = chart.height - 9 - _LINE * (2 if any(second for _, _, second in marked) else 1)
    left = max(text_width(text, size=SMALL) for text in texts) + 14
    across = (width - left - _RIGHT - _GAP * (grid.columns - 1)) / grid.columns
    stacked = _stacked(own, grid, across)
    body: list[str] = []
    for panel, line in enumerate(own):
        start = left + (across + _GAP) * grid.column(panel)
        step = (bottom - top) / grid.rows
        above = top + step * grid.row(panel)
        plane = plane_of(ends, scale, left=start, right=start + across, bottom=above + step,
                         top=above + (_HEAD if stacked else _HEAD - _LINE))
        body += [*_title(plane, line, above, stacked=stacked),
                 *behind(plane, shades=shaded([line], ends=ends, finished=answer.finished), scale=scale)]
        if not grid.column(panel):
            body += value_marks(plane, scale, texts)
        if grid.row(panel) == grid.lowest(grid.column(panel)):
            body += month_marks(plane, marked)
        body += [*break_lines(plane, breaks, words=[False] * len(breaks)), *event_lines(plane, events, worded=False)]
        if answer.measure.trend:
            body.append(band_of(plane, line, place=0, breaks=breaks))
        body += [line_of(plane, each, place=0, breaks=breaks, joined=answer.measure.trend) for each in (*compare, line)]
    return document(
        body, slug=chart.slug, width=width, height=chart.height, title=f"{chart.title}: {subject(answer)}",
        description=" ".join([description(answer, chart=chart, by=chart.by), *(each.reason for each in breaks),
                              *(each.named for each in events)]),
        illustrative=answer.origin == "illustrative",
    )


def heights(series: Sequence[Series], *, width: float) -> tuple[float, float]:
    """Return the least height in which panels can be read, and the height from which more helps no reader."""
    rows = grid_of(len(own_of(series)), wide=width > NARROW, most=beside_at(width)).rows
    return 30.0 + (_HEAD + 56) * rows, 60.0 + (_HEAD + 220) * rows


def _stacked(own: Sequence[Series], grid: Grid, across: float) -> bool:
    """Whether names and values stand below each other: wherever there is the height, or not the width."""
    return grid.rows <= 3 or any(text_width(f"{line.name} {last_words(line)}", size=SMALL) > across for line in own)


def _title(plane: Plane, line: Series, above: float, *, stacked: bool) -> list[str]:
    words = last_words(line)
    room = plane.right - plane.left - (0 if stacked else text_width(f" {words}", size=SMALL))
    name = cut(line.name, room=room, size=SMALL)
    if stacked:
        return [label(name, x=plane.left, y=above + 15, size=SMALL, extra=' font-weight="700"'),
                label(words, x=plane.left, y=above + 31, size=SMALL, paint="muted")]
    return [f'<text x="{n(plane.left)}" y="{n(above + 20)}" font-size="{SMALL}"><tspan font-weight="700">'
            f'{escape(name)}</tspan><tspan dx="6" fill="{PAINT["muted"]}">{escape(words)}</tspan></text>']
