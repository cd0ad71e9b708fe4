"""Two measures of the same places beside each other: a point a place, with intervals where there are any.

Whether the two go together is said with the interval of the rank correlation, and never as a cause.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data.frame import Row, area_label
from data.pairs import AGAINST, pairs_of
from data.query import Answer
from data.statistics.refusal import Refusal
from layouts import vocabulary
from layouts.charts import Chart
from layouts.describing import interval
from layouts.numbers import bounded, shown
from layouts.shapes import scatter_svg
from layouts.shapes.awkward import empty_figure, empty_svg, layout_of, why_empty
from layouts.shapes.line_traces import value_axis
from layouts.shapes.naming import description, plain, subject
from layouts.shapes.ordering import whiskers
from layouts.shapes.scatter_svg import across_label, axes_of, labelled, told
from layouts.shapes.shape import Figure, LegendItem
from layouts.theme import CLASSES, REFERENCE
from layouts.words import initial, joined


def _why(answer: Answer) -> str:
    """Return why nothing is drawn: no figures, or no place with both."""
    reason = why_empty(answer, valued=True)
    if reason or pairs_of(answer).both:
        return reason
    return f"No place has a figure of {across_label(answer).lower()} beside this one."


def plotly(answer: Answer, *, chart: Chart, selected: Sequence[str]) -> Figure:
    """Return the points as a plotly figure; places that lack one of the two stand at the edge."""
    return answer.once(f"scatter figure {' '.join(selected)}", lambda: _plotly(answer, selected=selected))


def _plotly(answer: Answer, *, selected: Sequence[str]) -> Figure:
    reason = _why(answer)
    if reason:
        return empty_figure(reason)
    held, (across, upward) = pairs_of(answer), axes_of(answer)
    points: dict[str, Any] = {
        "name": plain(answer.label), "mode": "markers", "xperiod": 0, "cliponaxis": True,
        "x": [x.value for x, _ in held.both], "y": [y.value for _, y in held.both],
        "text": [plain(told(x, y, answer)) for x, y in held.both], "hovertemplate": "%{text}<extra></extra>",
        "customdata": [y.area_code for _, y in held.both],
        "marker": {"opacity": 1, "symbol": ["diamond" if y.area_code in selected else "circle" for _, y in held.both],
                   "color": [CLASSES[3] if y.area_code in selected else REFERENCE for _, y in held.both],
                   "size": [14 if y.area_code in selected else 9 for _, y in held.both], "line": {"width": 0}},
    }
    for name, rows in (("error_x", [x for x, _ in held.both]), ("error_y", [y for _, y in held.both])):
        if any(bounded(row) for row in rows):
            points[name] = whiskers(rows)
    edges = [_edge(rows, answer=answer, across=own, low=(across if not own else upward).scale[0])
             for own in (False, True) if (rows := [row for row in held.lone if (row.role == AGAINST) == own])]
    title = plain(across_label(answer)) + (" (logarithmic)" if across.log else "")
    sideways = value_axis(answer, across.scale) | {
        "type": "log" if across.log else "linear", "zeroline": False, "ticks": "outside", "title": {"text": title},
        "range": [across.place(across.scale[0]), across.place(across.scale[-1])], "tickvals": across.marks, "ticktext": across.texts}
    return {"data": [points, *edges], "layout": layout_of(
        answer, hovermode="closest", margin={"t": 30, "r": 16, "b": 60, "l": 8}, xaxis=sideways,
        yaxis=value_axis(answer, upward.scale) | {"zeroline": False},
        annotations=[
            {"text": f"<b>{plain(answer.label)}</b>", "x": 0, "y": 1},
            *({"text": plain(area_label(y.area_code)), "x": across.place(x.value or 0), "y": y.value, "xref": "x", "yref": "y",
               "xanchor": "right" if left else "left", "yanchor": "middle", "xshift": -9 if left else 9}
              for x, y, left in labelled(answer, selected, width=620, height=330))])}


def _edge(rows: Sequence[Row], *, answer: Answer, across: bool, low: float) -> dict[str, Any]:
    """Return places that have one of the two values alone, as ticks at the edge of the plot."""
    values, edge = [row.value for row in rows], [low] * len(rows)
    return {
        "name": plain(f"without {answer.label.lower()}" if across else f"without {across_label(answer).lower()}"), "mode": "markers",
        "xperiod": 0, "x": values if across else edge, "y": edge if across else values, "hovertemplate": "%{text}<extra></extra>",
        "text": [plain(f"{area_label(row.area_code)}: {shown(row)}") for row in rows],
        "marker": {"symbol": "line-ns-open" if across else "line-ew-open", "size": 14, "color": REFERENCE, "line": {"width": 2}},
    }


def svg(answer: Answer, *, chart: Chart, selected: Sequence[str], width: int = 720) -> str:
    """Return the points as an SVG of ``width`` by the chart's height."""
    reason = _why(answer)
    if reason:
        return empty_svg(reason, answer=answer, chart=chart, width=width)
    return scatter_svg.picture(
        answer, chart=chart, selected=selected, width=width, title=f"{chart.title}: {subject(answer)}",
        description=f"{description(answer, chart=chart, by=chart.by)} {sentence(answer)}")


def legend(answer: Answer, *, chart: Chart) -> list[LegendItem]:
    """Return the key: the chosen places, and those that stand at the edge."""
    if _why(answer):
        return []
    held = pairs_of(answer)
    chosen = [area_label(y.area_code) for _, y in held.both if y.area_code in answer.asked.area]
    items = [LegendItem("diamond", joined(chosen))] if chosen else []
    return items + ([LegendItem("edge", "at the edge: places with one of the two figures alone")] if held.lone else [])


def sentence(answer: Answer) -> str:
    """Return whether the two go together over places, as far as the interval tells, and that this is no cause."""
    return answer.once("scatter sentence", lambda: _sentence(answer))


def _sentence(answer: Answer) -> str:
    reason = _why(answer)
    if reason:
        return reason
    held = pairs_of(answer)
    if isinstance(held.found, Refusal):
        return held.found.text
    found = held.found
    evidence = vocabulary.Evidence(kind="interval", difference=found.value, lower=found.lower, upper=found.upper, unit="ratio")
    said = vocabulary.relation(evidence, one=across_label(answer), other=answer.label)
    chosen = [f"{area_label(y.area_code)}: {shown(x)} and {shown(y)}" for x, y in held.both if y.area_code in answer.asked.area]
    return f"{initial(said)} {found.pairs} places. {vocabulary.NO_CAUSE}{f' {joined(chosen)}.' if chosen else ''}"


def notes(answer: Answer) -> list[str]:
    """Return how the rank correlation is to be read, and who is not in it."""
    if _why(answer):
        return []
    held = pairs_of(answer)
    said = ["The rank correlation compares the two orders of the places: 1, the same order; \N{MINUS SIGN}1, the opposite; 0, no "
            "relation. In brackets its 95% interval, which takes places as independent and leaves out how sure each figure is.",
            "Of twenty pairs of things that have nothing to do with each other, one has an interval without 0 by chance. Places differ "
            "in much else that is not held here."]
    for measure in (answer.measure, answer.across):
        if measure and not any(bounded(row) for pair in held.both for row in pair if row.measure == measure.id):
            said.append(f"“{measure.label}” has no interval: {interval(measure).removeprefix('None: ')}")
    absent = [area_label(row.area_code) for row in held.lone]
    if absent:
        said.append(f"With one of the two figures alone, at the edge and left out of the correlation: {joined(absent)}.")
    return said


def details(answer: Answer) -> Mapping[str, Any]:
    """Return the rank correlation with its interval as data, or why there is none."""
    held = pairs_of(answer)
    if _why(answer) or isinstance(held.found, Refusal):
        return {"refused": held.found.text if isinstance(held.found, Refusal) else _why(answer)}
    return {"rank_correlation": held.found.value, "lower": held.found.lower, "upper": held.found.upper, "pairs": held.found.pairs,
            "method": "Spearman, interval of Bonett and Wright (2000)", "cause": vocabulary.NO_CAUSE}

