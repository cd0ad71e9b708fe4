"""The tile map: one square for each area, so that small ones are seen as well as large ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data.areas import AREAS
from data.boundaries import LEVELS, Level, load_tiles
from data.frame import Row
from data.query import Answer
from layouts.charts import Chart
from layouts.numbers import shown
from layouts.shapes.abbreviations import abbreviation
from layouts.shapes.awkward import empty_figure, empty_svg, layout_of, why_empty
from layouts.shapes.choropleth import NO_PLACE, fill, level_of_answer
from layouts.shapes.classes import COLOURS, DARK_SWATCHES
from layouts.shapes.naming import description, part_of, plain, subject
from layouts.shapes.places import Places, chosen_among, key, places_of
from layouts.shapes.shape import Figure, LegendItem, like
from layouts.shapes.svg_writer import PAINT, document, escape, hatch, n, says, stands_for
from layouts.theme import BLANK, HATCHED, OUTSIDE, REFERENCE

Grid = Mapping[str, tuple[int, int]]
TILE = 0.92
"""Side of a tile in cells of the grid."""
_NO_GRID = "Districts have no map of equal squares; the map shows them in their own shape."


def plotly(answer: Answer, *, chart: Chart, selected: Sequence[str]) -> Figure:
    """Return the tile map as a plotly figure of bars.

    ``points[0].customdata`` of a click is the area code; a tile's value stands in its ``hovertext``. The
    browser knows the grid, and the names on it (``grids``).
    """
    reason = _why_empty(answer)
    if reason:
        return empty_figure(reason)
    level = level_of_answer(answer)
    grid = load_tiles(level)
    places = places_of(answer)
    data = [
        *_classed(answer, places, level),
        _trace("outside", places.outside, level, {"color": OUTSIDE}, "#fff"),
        _trace("too small", places.small, level, {
            "color": HATCHED, "pattern": {"shape": "/", "size": 6, "solidity": 0.25, "fgcolor": REFERENCE}}),
        _trace("without a figure", places.blank, level, {"color": BLANK}),
        *_chosen(chosen_among(answer.frame.of("main"), selected), level),
    ]
    columns, lines = _size(grid)
    layout = layout_of(
        answer,
        xaxis={"visible": False, "range": [-0.5, columns - 0.5], "constrain": "domain"},
        yaxis={"visible": False, "range": [lines, round(TILE - 1, 2)], "scaleanchor": "x", "constrain": "domain"},
    )
    first, *others = (trace for trace in data if trace["customdata"])
    return {"data": [first, *(like(trace, first, place=0) for trace in others)], "layout": layout}


def _classed(answer: Answer, places: Places, level: Level) -> list[dict[str, Any]]:
    """Return a trace for each class; plotly writes a warning for every bar whose colour is a number."""
    if places.classes is None:
        return []
    by_swatch: dict[str, list[Row]] = {swatch: [] for swatch in places.classes.swatches}
    for row in places.valued:
        by_swatch[places.swatch(row)].append(row)
    texts = places.classes.texts(answer.measure.unit)
    return [_trace(text, rows, level, {"color": COLOURS[swatch]}, "#fff" if swatch in DARK_SWATCHES else "#000")
            for text, (swatch, rows) in zip(texts, by_swatch.items(), strict=True)]


def _trace(name: str, rows: Sequence[Row], level: Level, marker: Mapping[str, Any], ink: str = "") -> dict[str, Any]:
    """Return tiles of one fill; ``ink`` is the colour of the names on it, else that of the page."""
    grid = load_tiles(level)
    rows = [row for row in rows if row.area_code in grid]
    trace = _boxes(name, rows, level) | {"marker": marker, "hovertext": [shown(row) for row in rows]}
    return trace | ({"insidetextfont": {"color": ink}} if ink else {})


def _boxes(name: str, rows: Sequence[Row], level: Level) -> dict[str, Any]:
    return {"type": "bar", "name": name, "meta": {"tiles": level}, "customdata": [row.area_code for row in rows]}


def _chosen(rows: Sequence[Row], level: Level) -> list[dict[str, Any]]:
    """Return the outlines of the chosen areas: ink on a casing of ground, by the template's colour axes."""
    grid = load_tiles(level)
    rows = [row for row in rows if row.area_code in grid]
    clear = "rgba(0,0,0,0)"
    return [
        _boxes(name, rows, level) | {"hoverinfo": "skip", "hovertemplate": "", "marker": {
            "color": clear, "line": {"width": width, "color": [0] * len(rows), "coloraxis": axis}}}
        for name, width, axis in (("casing", 5, "coloraxis2"), ("chosen", 2.5, "coloraxis"))
    ]


def grids() -> dict[Level, dict[str, Any]]:
    """Return what the browser must know of each grid: the side of a tile; each place's column, line, names."""
    return {
        level: {"side": TILE, "places": {
            code: [column, line, plain(abbreviation(code)), plain(AREAS[code].name)]
            for code, (column, line) in load_tiles(level).items()}}
        for level in LEVELS if level != "district"
    }


def svg(answer: Answer, *, chart: Chart, selected: Sequence[str], width: int = 720) -> str:
    """Return the tile map as an SVG of ``width`` by the chart's height."""
    reason = _why_empty(answer)
    if reason:
        return empty_svg(reason, answer=answer, chart=chart, width=width)
    grid = load_tiles(level_of_answer(answer))
    places = places_of(answer)
    columns, lines = _size(grid)
    top = 20 if answer.origin == "illustrative" else 0
    cell = min((width - 4) / columns, (chart.height - top - 4) / lines, 64)
    left, down = (width - cell * columns) / 2, top + (chart.height - top - cell * lines) / 2
    side, edge = cell * TILE, cell * (1 - TILE) / 2
    groups: dict[str, list[str]] = {}
    names: list[str] = []
    for row in answer.frame.of("main"):
        if row.area_code not in grid:
            continue
        column, line = grid[row.area_code]
        x, y, swatch = left + column * cell + edge, down + line * cell + edge, places.swatch(row)
        groups.setdefault(swatch, []).append(
            f'<path d="M{n(x)} {n(y)}h{n(side)}v{n(side)}h-{n(side)}z"{stands_for(row)}>'
            f'{says(part_of(row, "area"), shown(row))}</path>')
        names.append(f'<text x="{n(x + side / 2)}" y="{n(y + side / 2 + 5)}"{_on(swatch)}>'
                     f"{escape(abbreviation(row.area_code))}</text>")
    body = [f'<g stroke="{PAINT["outline"]}" stroke-width=".5">']
    body += [f"<g{fill(swatch, chart.slug)}>{''.join(parts)}</g>" for swatch, parts in groups.items()]
    body += ["</g>", _outlines(chosen_among(answer.frame.of("main"), selected), grid, (left, down, cell, edge, side)),
             '<g text-anchor="middle" font-size="13" pointer-events="none" fill="#14202B">', *names, "</g>"]
    return document(
        body, slug=chart.slug, width=width, height=chart.height, title=f"{chart.title}: {subject(answer)}",
        description=description(answer, chart=chart, by=("area",)),
        definitions=hatch(chart.slug) if places.small else "", illustrative=answer.origin == "illustrative",
    )


def _on(swatch: str) -> str:
    """Return the colour of a name that stands on a swatch."""
    if swatch in DARK_SWATCHES:
        return ' fill="#fff"'
    if swatch == "hatch":
        return f' fill="{PAINT["ink"]}" stroke="{PAINT["ground"]}" stroke-width="3" paint-order="stroke"'
    return f' fill="{PAINT["ink"]}"' if swatch == "blank" else ""


def _outlines(rows: Sequence[Row], grid: Grid, box: tuple[float, float, float, float, float]) -> str:
    left, down, cell, edge, side = box
    d = "".join(f"M{n(left + grid[row.area_code][0] * cell + edge)} {n(down + grid[row.area_code][1] * cell + edge)}"
                f"h{n(side)}v{n(side)}h-{n(side)}z" for row in rows if row.area_code in grid)
    return "".join(f'<path d="{d}" fill="none" stroke="{PAINT[paint]}" stroke-width="{size}" pointer-events="none"/>'
                   for paint, size in (("ground", 5), ("ink", 2.5))) if d else ""


def _why_empty(answer: Answer) -> str:
    reason = why_empty(answer)
    if reason:
        return reason
    level = level_of_answer(answer)
    if level == "district":
        return _NO_GRID
    grid = load_tiles(level)
    return "" if any(row.area_code in grid for row in answer.frame.of("main")) else NO_PLACE


def _size(grid: Grid) -> tuple[int, int]:
    return max(column for column, _ in grid.values()) + 1, max(line for _, line in grid.values()) + 1


def legend(answer: Answer, *, chart: Chart) -> list[LegendItem]:
    """Return the key of the map: both are filled alike."""
    return [] if _why_empty(answer) else key(answer)
