"""A funnel plot: each place by its value and the size of its base, within limits that narrow as bases grow.

The method stands in ``data.statistics.funnel``; ``data.comparison`` says which places are in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data.comparison import Places, places
from data.counts import COUNT_BY_ID
from data.frame import area_label
from data.query import Answer
from data.statistics.funnel import INNER, OUTER, Funnel
from data.statistics.refusal import Refusal
from layouts.charts import Chart
from layouts.numbers import number, short, shown
from layouts.shapes import funnel_svg
from layouts.shapes.awkward import empty_figure, empty_svg, layout_of, why_empty
from layouts.shapes.funnel_svg import beyond, curves, kind_of, labelled, log_ticks, scale_of
from layouts.shapes.line_traces import value_axis
from layouts.shapes.lines_svg import NARROW
from layouts.shapes.naming import description, plain, subject
from layouts.shapes.panels import difference
from layouts.shapes.scales import MOST_TICKS
from layouts.shapes.shape import Figure, LegendItem
from layouts.shapes.svg_writer import wrap
from layouts.theme import CLASSES, REFERENCE, SERIES
from layouts.words import joined

_COLOURS = {"improving": CLASSES[3], "concerning": SERIES[3], "neither": SERIES[5], "common cause": REFERENCE}
PHONE = 38
"""Characters of a line below the axis that fit a phone."""
STANDINGS = ((2, "high", "99.8%"), (1, "high", "95%"), (-1, "low", "95%"), (-2, "low", "99.8%"))
"""Where places lie outside: the standing, its side and the limits passed."""


def _why(answer: Answer) -> str:
    """Return why nothing is drawn: no figures, or no funnel of them."""
    reason = why_empty(answer, valued=True)
    if reason:
        return reason
    found = places(answer).found
    return found.text if isinstance(found, Refusal) else ""


def plotly(answer: Answer, *, chart: Chart, selected: Sequence[str]) -> Figure:
    """Return the funnel as a plotly figure; bases stand on a logarithmic axis."""
    reason = _why(answer)
    if reason:
        return empty_figure(reason)
    held, factor = places(answer), answer.measure.factor
    found = _funnel(held)
    sizes, inner, outer = curves(found, factor=factor)
    scale = scale_of(held, factor=factor)
    limits = [
        {"name": "limits", "mode": "lines", "x": [*sizes, None, *sizes], "y": [*low, None, *high], "hoverinfo": "skip",
         "xperiod": 0, "line": {"color": REFERENCE, "width": 1.5, "dash": dash}}
        for (low, high), dash in ((inner, "dash"), (outer, "solid"))
    ]
    standing = [int(where) for where in found.standing]
    points = {
        "name": plain(answer.label), "mode": "markers", "xperiod": 0,
        "x": [row.denominator for row in held.rows], "y": [row.value for row in held.rows],
        "text": [plain(_told(answer, held, place)) for place in range(len(held.rows))],
        "cliponaxis": True, "customdata": [row.area_code for row in held.rows], "hovertemplate": "%{text}<extra></extra>",
        "marker": {"symbol": [_symbol(where) for where in standing],
                   "color": [_COLOURS[kind_of(where, direction=answer.measure.direction)] for where in standing],
                   "opacity": 1, "size": [12 if where else 8 for where in standing], "line": {"width": [2 if abs(where) == 1 else 0 for where in standing]}},
    }
    marks, below = log_ticks(sizes[0], sizes[-1], most=MOST_TICKS), wrap(base_label(answer), most=PHONE)
    names, fewer = (_names(held, selected, sizes=sizes, scale=scale, width=width) for width in (620, 260))
    layout = layout_of(
        answer, hovermode="closest",
        xaxis={"type": "log", "tickvals": marks, "ticktext": [short(mark) for mark in marks], "ticks": "outside",
               "title": {"text": "<br>".join(map(plain, below))}},
        yaxis=value_axis(answer, scale), margin={"t": 24, "r": 16, "b": 42 + 18 * len(below), "l": 8},
        shapes=[{"type": "line", "xref": "paper", "yref": "y", "x0": 0, "x1": 1, "y0": found.centre * factor,
                 "y1": found.centre * factor, "line": {"color": REFERENCE, "width": 1.5, "dash": "dot"}}],
        annotations=names)
    if fewer != names:
        layout["meta"] = {"narrow": {"below": NARROW, "data": [{}, {}, {}], "layout": {
            "annotations": difference(layout["annotations"], layout_of(answer, annotations=fewer)["annotations"])}}}
    return {"data": [*limits, points], "layout": layout}


def _names(
    held: Places, selected: Sequence[str], *, sizes: Sequence[float], scale: Sequence[float], width: float
) -> list[dict[str, Any]]:
    return [
        {"text": plain(area_label(held.rows[place].area_code)), "x": funnel_svg.log(held.rows[place].denominator),
         "y": held.rows[place].value, "xref": "x", "yref": "y", "xanchor": "right" if left else "left",
         "yanchor": "middle", "xshift": -9 if left else 9}
        for place, left in labelled(held, selected, sizes=sizes, scale=scale, width=width, height=300)
    ]


def _symbol(standing: int) -> str:
    shape = "circle" if not standing else "triangle-up" if standing > 0 else "triangle-down"
    return f"{shape}-open" if abs(standing) == 1 else shape


def svg(answer: Answer, *, chart: Chart, selected: Sequence[str], width: int = 720) -> str:
    """Return the funnel as an SVG of ``width`` by the chart's height."""
    reason = _why(answer)
    if reason:
        return empty_svg(reason, answer=answer, chart=chart, width=width)
    held = places(answer)
    return funnel_svg.picture(
        held, _funnel(held), measure=answer.measure, selected=selected, width=width, height=chart.height, slug=chart.slug,
        title=f"{chart.title}: {subject(answer)}", base=base_label(answer),
        description=f"{description(answer, chart=chart, by=chart.by)} {sentence(answer)}",
        told=[_told(answer, held, place) for place in range(len(held.rows))], illustrative=answer.origin == "illustrative")


def _funnel(held: Places) -> Funnel:
    assert isinstance(held.found, Funnel)  # held: `_why` has looked
    return held.found


def base_label(answer: Answer) -> str:
    """Return what the places are drawn along: the name of the base."""
    count = COUNT_BY_ID.get(answer.measure.denominator)
    return f"Size of the base: {count.label.lower() if count else 'number'}"


def legend(answer: Answer, *, chart: Chart) -> list[LegendItem]:
    """Return the key: the whole, both limits, and each shape of a place outside that stands here."""
    if _why(answer):
        return []
    held = places(answer)
    items = [LegendItem("centre", "all places together"), LegendItem("inner", "95% limits"), LegendItem("outer", "99.8% limits")]
    for standing, side, limits in STANDINGS:
        if held.outside(standing):
            kind = kind_of(standing, direction=answer.measure.direction)
            items.append(LegendItem(f"{side} {kind}{' open' if abs(standing) == 1 else ''}", f"outside the {limits} limits, {side}"))
    return items


def _told(answer: Answer, held: Places, place: int) -> str:
    row, where = held.rows[place], int(_funnel(held).standing[place])
    said = next((f", outside the {limits} limits ({side})" for standing, side, limits in STANDINGS if standing == where), "")
    return f"{area_label(row.area_code)}{said}: {shown(row)}"


def sentence(answer: Answer) -> str:
    """Return which places lie outside, by name, and how many within."""
    return answer.once("funnel sentence", lambda: _sentence(answer))


def _sentence(answer: Answer) -> str:
    reason = _why(answer)
    if reason:
        return reason
    held, measure = places(answer), answer.measure
    found = _funnel(held)
    centre = number(found.centre * measure.factor, unit=measure.unit)
    out = [f"outside the {limits} limits on the {side} side: "
           + joined([f"{area_label(row.area_code)} {shown(row)}" for row in rows])
           for standing, side, limits in STANDINGS if (rows := held.outside(standing))]
    inside = len(held.rows) - sum(len(held.outside(standing)) for standing, _, _ in STANDINGS)
    said = f"All places together are at {centre}; {inside} of {len(held.rows)} lie within the 95% limits"
    return f"{said}. {'. '.join(f'{text[0].upper()}{text[1:]}' for text in out)}." if out else f"{said}."


def notes(answer: Answer) -> list[str]:
    """Return how the limits were made, and what chance alone would put outside them."""
    if _why(answer):
        return []
    held, measure = places(answer), answer.measure
    found = _funnel(held)
    if found.method == "additive":
        spread = number(found.tau * measure.factor, unit="points" if measure.unit == "percent" else measure.unit).lstrip("+")
        made = (f"Places differ far beyond chance ({found.phi:,.0f} times the variance), so the limits hold their usual spread "
                f"({spread}) as well.")
    elif found.method == "inflated":
        wider = f"{found.phi**0.5:.1f}"
        made = ("Places differ hardly beyond chance, and the limits are as wide as chance alone makes them." if wider == "1.0" else
                f"Places differ beyond chance ({found.phi:.1f} times the variance), so the limits are {wider} times as wide.")
    else:
        made = "The limits show chance alone."
    said = [made, f"Among {len(held.rows)} places that do not differ, about {0.05 * len(held.rows):.0f} lie outside the 95% limits "
                  "by chance. A place outside is a reason to look, not a verdict."]
    far = beyond(held, scale_of(held, factor=measure.factor))
    if far:
        said.append(f"Beyond the edge of the picture: {joined([f'{area_label(row.area_code)} {shown(row)}' for row in far])}.")
    absent = [area_label(row.area_code) for row in answer.frame.of("main") if row.value is None]
    if absent:
        said.append(f"Without a figure here: {joined(absent)}.")
    if measure.protected:
        said.append("The random change that protects the people counted is part of the limits.")
    return said


def column(answer: Answer) -> tuple[str, list[str]]:
    """Return the table's column of where each place lies, a text for each row."""
    held = places(answer)
    if isinstance(held.found, Refusal):
        return "", [""] * len(answer.frame.of("main"))
    words = {standing: f"outside {limits}, {side}" for standing, side, limits in STANDINGS}
    where = {row.area_code: words.get(int(standing), "within") for row, standing
             in zip(held.rows, held.found.standing, strict=True)}
    return "Limits", [where.get(row.area_code, "") for row in answer.frame.of("main")]


def details(answer: Answer) -> Mapping[str, Any]:
    """Return the centre, how the limits were made and the places outside, as data."""
    held = places(answer)
    if isinstance(held.found, Refusal):
        return {"refused": held.found.text}
    return {
        "centre": held.found.centre * answer.measure.factor, "method": held.found.method, "phi": held.found.phi,
        "tau": held.found.tau * answer.measure.factor, "z": {"95%": INNER, "99.8%": OUTER},
        "outside": [{"area_code": row.area_code, "limits": limits, "side": side}
                    for standing, side, limits in STANDINGS for row in held.outside(standing)],
    }
