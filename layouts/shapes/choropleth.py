"""The map: areas filled by class, in a transverse Mercator at two degrees west."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from data.boundaries import CENTRAL_MERIDIAN, Level, centre, extent, load_paths
from data.frame import Row
from data.query import Answer, level_of
from layouts.charts import Chart
from layouts.numbers import shown
from layouts.shapes.awkward import empty_figure, empty_svg, layout_of, why_empty
from layouts.shapes.hover import written
from layouts.shapes.naming import description, part_of, subject
from layouts.shapes.places import Places, chosen_among, key, places_of
from layouts.shapes.shape import Figure, LegendItem
from layouts.shapes.svg_writer import PAINT, document, hatch, n, says, stands_for
from layouts.theme import MAP_TRACES

MARGIN = 8
NO_PLACE = "These places have no boundaries on this map."


def geojson_address(level: str) -> str:
    """Return where the browser fetches the boundaries of a level."""
    return f"/geo/{level}.geojson"


def level_of_answer(answer: Answer) -> Level:
    """Return the level of areas that a map of the answer draws."""
    return level_of(answer.asked.area, answer.measure)  # type: ignore[return-value]


def plotly(
    answer: Answer, *, chart: Chart, selected: Sequence[str], geojson_url: Callable[[str], str] = geojson_address
) -> Figure:
    """Return the map as a plotly figure; ``points[0].location`` of a click is the area code.

    The traces are those of ``MAP_TRACES``, in that order; the later ones are left out where empty.
    """
    reason = _why_empty(answer)
    if reason:
        return empty_figure(reason)
    level = level_of_answer(answer)
    places = places_of(answer)
    address = geojson_url(level)
    drawn = load_paths(level).areas
    chosen = chosen_among(answer.frame.of("main"), selected)
    groups = (places.valued, places.outside, places.small, places.blank, chosen, chosen)
    traces = [_trace(answer, name, [row for row in rows if row.area_code in drawn], address)
              for name, rows in zip(MAP_TRACES, groups, strict=True)]
    for trace in traces[4:]:
        trace["hoverinfo"] = "skip"
        trace.pop("hovertemplate", None)
        trace.pop("text", None)
        trace.pop("customdata", None)
    if places.classes and places.valued:
        limits = places.classes.limits
        traces[0] |= {"zmin": limits[0], "zmax": limits[-1], "colorscale": places.classes.colorscale()}
    while traces and traces[-1].get("visible") is False:
        traces.pop()
    top = 24 if answer.origin == "illustrative" else 8
    return {"data": traces, "layout": layout_of(answer, geo=_geo(level), margin={"t": top, "r": 0, "b": 0, "l": 0})}


def _why_empty(answer: Answer) -> str:
    reason = why_empty(answer)
    if reason:
        return reason
    drawn = load_paths(level_of_answer(answer)).areas
    return "" if any(row.area_code in drawn for row in answer.frame.of("main")) else NO_PLACE


def _trace(answer: Answer, name: str, rows: Sequence[Row], address: str) -> dict[str, Any]:
    """Return areas of one kind; their names come with the boundaries."""
    if not rows:
        return {"type": "choropleth", "name": name, "visible": False}
    valued = rows[0].value is not None and name in MAP_TRACES[:2]
    said, texts, ends = written(rows, measure=answer.measure, value="z", text="text")
    trace = {
        "type": "choropleth", "name": name, "geojson": address, "locations": [row.area_code for row in rows],
        "z": [row.value for row in rows] if valued else [0] * len(rows),
        "hovertemplate": f"<b>%{{properties.area_name}}</b><br>{said}<extra></extra>",
    }
    return trace | ({"text": texts} if texts else {}) | ({"customdata": ends} if ends else {})


def _geo(level: Level) -> dict[str, Any]:
    """Return the projection at two degrees west, with the centre without which plotly cuts the map off."""
    west, east, south, north = extent(level)
    longitude, latitude = centre(level)
    return {
        "projection": {"rotation": {"lon": CENTRAL_MERIDIAN}}, "center": {"lon": longitude, "lat": latitude},
        "lonaxis": {"range": [west, east]}, "lataxis": {"range": [south, north]},
    }


def svg(answer: Answer, *, chart: Chart, selected: Sequence[str], width: int = 720) -> str:
    """Return the map as an SVG of ``width`` by the chart's height."""
    reason = _why_empty(answer)
    if reason:
        return empty_svg(reason, answer=answer, chart=chart, width=width)
    level = level_of_answer(answer)
    places = places_of(answer)
    box = load_paths(level)
    top = 20 if answer.origin == "illustrative" else 0
    scale = min((width - 2 * MARGIN) / box.width, (chart.height - 2 * MARGIN - top) / box.height)
    left = (width - box.width * scale) / 2
    down = top + (chart.height - top - box.height * scale) / 2
    body = [
        f'<g transform="translate({n(left)} {n(down)}) scale({scale:.4f})" stroke="{PAINT["outline"]}" '
        f'stroke-width="{0.5 / scale:.2f}" stroke-linejoin="round">',
        *_areas(answer, places, chart.slug), *_outlines(answer, selected, scale, level), "</g>",
    ]
    return document(
        body, slug=chart.slug, width=width, height=chart.height, title=f"{chart.title}: {subject(answer)}",
        description=description(answer, chart=chart, by=("area",)),
        definitions=hatch(chart.slug) if places.small else "", illustrative=answer.origin == "illustrative",
    )


def _areas(answer: Answer, places: Places, slug: str) -> list[str]:
    """Return the areas, one group for each fill."""
    drawn = load_paths(level_of_answer(answer)).areas
    groups: dict[str, list[str]] = {}
    for row in answer.frame.of("main"):
        area = drawn.get(row.area_code)
        if area is not None:
            groups.setdefault(places.swatch(row), []).append(
                f'<path d="{escape(area.d)}"{stands_for(row)}>{says(part_of(row, "area"), shown(row))}</path>')
    return [f"<g{fill(swatch, slug)}>{''.join(paths)}</g>" for swatch, paths in groups.items()]


def fill(swatch: str, slug: str) -> str:
    """Return the attributes that fill an area: a class, the hatch, or blank with a dashed outline."""
    if swatch == "hatch":
        return f' fill="url(#{slug}-hatch)"'
    if swatch == "blank":
        return ' fill="transparent" stroke-dasharray="3 2"'
    return f' fill="{PAINT[swatch]}"'


def _outlines(answer: Answer, selected: Sequence[str], scale: float, level: Level) -> list[str]:
    drawn = load_paths(level).areas
    rows = chosen_among(answer.frame.of("main"), selected)
    d = "".join(escape(drawn[row.area_code].d) for row in rows if row.area_code in drawn)
    if not d:
        return []
    return [f'<path d="{d}" fill="none" stroke="{PAINT[paint]}" stroke-width="{size / scale:.2f}" '
            'pointer-events="none"/>' for paint, size in (("ground", 5), ("ink", 2.5))]


def legend(answer: Answer, *, chart: Chart) -> list[LegendItem]:
    """Return the key: class limits in numbers, values outside them, missing figures."""
    return [] if _why_empty(answer) else key(answer)
