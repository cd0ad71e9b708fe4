"""Small multiples: a panel a series, all on the same axes, for the members of one group or for many series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import ceil
from typing import Any

from data.model import CHANNEL, month_text
from data.query import Answer
from layouts.events import events_in
from layouts.numbers import brief
from layouts.shapes.awkward import layout_of
from layouts.shapes.line_traces import time_axis, trace_of, value_axis
from layouts.shapes.lines_svg import NARROW
from layouts.shapes.naming import plain
from layouts.shapes.scales import month_ticks, ticks
from layouts.shapes.series import Series, breaks_in, last_valued, shaded, values_of
from layouts.shapes.shape import Figure, like
from layouts.theme import REFERENCE, SERIES

MOST = len(SERIES)
"""Series that one panel holds."""
PANEL = 230
"""Pixels of width for which a picture wider than the page's takes a panel more beside the others."""
MARKS = 3
"""Ticks below a panel, and beside one of three or more rows."""
BREAK = {"width": 1, "dash": "dot", "color": REFERENCE}
EVENT = {"width": 1, "color": REFERENCE}
_TOP, _LINE, _HEAD, _GAP = 4, 17, 44, 0.06
"""Pixels above the panels, of a line of months, of a title in two lines; share of the width between panels."""


@dataclass(frozen=True)
class Grid:
    """How many panels stand beside and below each other."""

    panels: int
    columns: int

    @property
    def rows(self) -> int:
        """Rows of panels; the last may be short."""
        return ceil(self.panels / self.columns)

    def column(self, panel: int) -> int:
        """Return the column of a panel, from the left."""
        return panel % self.columns

    def row(self, panel: int) -> int:
        """Return the row of a panel, from the top."""
        return panel // self.columns

    def lowest(self, column: int) -> int:
        """Return the row of the lowest panel of a column: the months stand below it."""
        return (self.panels - 1 - column) // self.columns


def grid_of(count: int, *, wide: bool, most: int = 3) -> Grid:
    """Return the grid for so many panels: at most three beside each other where it is wide, or ``most``, else two.

    Rows are about equally full.
    """
    return Grid(count, ceil(count / ceil(count / (most if wide else 2))))


def beside_at(width: float) -> int:
    """Return how many panels may stand beside each other in a picture of that width that is wide."""
    return max(3, int(width // PANEL))


def apart_in_panels(series: Sequence[Series], *, ends: Sequence[int]) -> bool:
    """Whether each series has a panel of its own: the members of one channel group, or more than six series.

    One period alone is no line: its points stay beside each other.
    """
    own = own_of(series)
    if len(ends) < 2 or len(own) < 2:
        return False
    if len(own) > MOST:
        return True
    members = {line.rows[0].channel for line in own}
    return len(members) == len(own) and any(members <= set(group.parts) for group in CHANNEL.groups)


def own_of(series: Sequence[Series]) -> list[Series]:
    """Return the series that are not there to be compared with."""
    return [line for line in series if not line.reference]


def last_words(line: Series) -> str:
    """Return the last value of a series as a title says it, or why there is none."""
    return brief(last_valued(line) or line.rows[-1])


def months_of(ends: Sequence[int]) -> list[tuple[int, str, str]]:
    """Return the months to mark below a panel, which is narrow: ``2024``, ``’25``.

    The start of a year needs no month.
    """
    marked = month_ticks(ends, most=MARKS)
    years = [_year(end, place) for place, (end, _, _) in enumerate(marked)]
    if all(end % 12 == 0 for end, _, _ in marked) or not marked[0][2]:
        return [(end, year, "") for (end, _, _), year in zip(marked, years, strict=True)]
    return [(end, month, year if second else "") for (end, month, second), year in zip(marked, years, strict=True)]


def _year(end: int, place: int) -> str:
    return f"\N{RIGHT SINGLE QUOTATION MARK}{end // 12 % 100:02d}" if place else str(end // 12)


def plotly(answer: Answer, series: Sequence[Series], *, ends: Sequence[int], height: int) -> Figure:
    """Return the panels as a plotly figure: an x axis a column, a y axis a row.

    Six traces without points come first: the colour way gives all lines behind them the accent. What is
    compared with stands in the first panel and is repeated by the browser in the others. Where
    three panels stand beside each other, the layout's ``meta`` says how two do: the start script of
    the page takes it in boxes that are narrow, such as those of phones.
    """
    own, breaks = own_of(series), breaks_in(answer, ends)
    scale = scale_of(series, grid=grid_of(len(own), wide=True))
    span = scale[-1] - scale[0]
    compare = [trace_of(answer, line, place=0, breaks=breaks, alone=False, span=span, band=False)
               for line in series if line.reference]
    first, *others = (trace_of(answer, line, place=0, breaks=breaks, alone=False, span=span) for line in own)
    traces = [[*compare, first]] + [[*({"like": MOST + place} for place in range(len(compare))),
                                     like(trace, first, place=MOST + len(compare))] for trace in others]
    wide, narrow = (_placed(answer, series, traces, grid=grid_of(len(own), wide=so), ends=ends, height=height)
                    for so in (True, False))
    if grid_of(len(own), wide=True) != grid_of(len(own), wide=False):
        wide["layout"]["meta"] = {"narrow": {
            "below": NARROW, "data": [difference(axes_of(old), axes_of(own)) for old, own in zip(
                wide["data"], narrow["data"], strict=True)],
            "layout": difference(wide["layout"], narrow["layout"])}}
    return wide


def axes_of(trace: Figure) -> dict[str, Any]:
    """Return what a grid decides of a trace: the axes that it stands on."""
    return {key: trace[key] for key in ("xaxis", "yaxis") if key in trace}


def difference(wide: Any, narrow: Any) -> Any:
    """Return what makes the one of the other: keys of objects, item by item of lists; ``None`` takes a key away."""
    if isinstance(wide, dict) and isinstance(narrow, dict):
        changed = {key: difference(wide.get(key), value) for key, value in narrow.items() if wide.get(key) != value}
        return changed | dict.fromkeys(wide.keys() - narrow.keys())
    if isinstance(wide, list) and isinstance(narrow, list):
        return [difference(*pair) for pair in zip_longest(wide[:len(narrow)], narrow)]
    return narrow


def _placed(
    answer: Answer, series: Sequence[Series], traces: Sequence[Sequence[Figure]], *, grid: Grid, ends: Sequence[int],
    height: int,
) -> Figure:
    """Return the traces of each panel with the axes, names and shades that they have in a grid."""
    own = own_of(series)
    data: list[dict[str, Any]] = [{"name": "colour"} for _ in range(MOST)]
    for panel, drawn in enumerate(traces):
        axes = {"xaxis": axis_key("x", grid.column(panel)), "yaxis": axis_key("y", grid.row(panel))}
        data += [trace | axes for trace in drawn]
    marked = months_of(ends)
    top = _TOP + (20 if answer.origin == "illustrative" else 0)
    bottom = 9 + _LINE * (2 if any(second for _, _, second in marked) else 1)
    domains = _domains(grid, height - top - bottom)
    scale = scale_of(series, grid=grid)
    layout = layout_of(
        answer, hovermode="x unified", margin={"t": top, "r": 20, "b": bottom, "l": 8},
        annotations=[
            {"text": f"<b>{plain(line.name)}</b><br>{plain(last_words(line))}",
             "x": _left(grid, grid.column(panel)), "y": domains[grid.row(panel)][1]}
            for panel, line in enumerate(own)])
    months, values = time_axis(answer, ends, marked=marked), value_axis(answer, scale)
    for column in range(grid.columns):
        left = _left(grid, column)
        layout[axis_key("xaxis", column)] = months | {
            "domain": [left, share(left + _width(grid))], "anchor": axis_key("y", grid.lowest(column))}
    for row in range(grid.rows):
        layout[axis_key("yaxis", row)] = values | {"domain": domains[row]}
    layout["shapes"] = _behind(own, grid, domains, ends, breaks=[each.month for each in breaks_in(answer, ends)],
                               events=[each.month for each in events_in(answer, ends)], finished=answer.finished)
    return {"data": data, "layout": layout}


def scale_of(series: Sequence[Series], *, grid: Grid) -> list[float]:
    """Return the marks of the values' axis, the same in every panel: fewer where panels are low."""
    return ticks(*values_of(series), most=MARKS if grid.rows > 2 else MARKS + 2)


def axis_key(axis: str, place: int) -> str:
    return f"{axis}{place + 1}" if place else axis


def _width(grid: Grid) -> float:
    return (1 - _GAP * (grid.columns - 1)) / grid.columns


def _left(grid: Grid, column: int) -> float:
    return share((_width(grid) + _GAP) * column)


def _domains(grid: Grid, room: float) -> list[list[float]]:
    """Return bottom and top of each row of panels, as shares of the plot's height."""
    step = 1 / grid.rows
    return [[share(1 - step * (row + 1)), share(1 - step * row - _HEAD / room)] for row in range(grid.rows)]


def share(exact: float) -> float:
    """Return a share of the plot as it is written: a thousandth is a third of a pixel."""
    return round(exact, 3) or 0


def _behind(
    own: Sequence[Series], grid: Grid, domains: Sequence[Sequence[float]], ends: Sequence[int], *, breaks: Sequence[int],
    events: Sequence[int], finished: int | None,
) -> list[dict[str, Any]]:
    """Return shades, breaks and events, one shape each for all panels of a column."""
    shapes = []
    for column in range(grid.columns):
        shades, lines, marks = "", "", ""
        for panel in range(column, grid.panels, grid.columns):
            low, high = domains[grid.row(panel)]
            shades += "".join(f"M{month_text(start)},{low}V{high}H{month_text(end)}V{low}"
                              for start, end in shaded([own[panel]], ends=ends, finished=finished))
            lines += "".join(f"M{month_text(month)},{low}V{high}" for month in breaks)
            marks += "".join(f"M{month_text(month)},{low}V{high}" for month in events)
        axis = axis_key("x", column)
        shapes += [{"type": "path", "path": path, "xref": axis, **more}
                   for path, more in ((shades, {}), (lines, {"line": BREAK}), (marks, {"line": EVENT})) if path]
    return shapes
