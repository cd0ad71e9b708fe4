"""A control chart: the periods of one place, the limits between which it moves by itself, its signals and its target.

The method stands in ``data.statistics.control``; ``data.controls`` says which periods are judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data.controls import Control, Signal, control, rebased, signals
from data.frame import run_label
from data.model import month_text
from data.periods import month_label, window_label
from data.query import Answer
from data.statistics.control import RULES, Assurance, ControlChart, Kind, Variation, assurance, variation
from data.statistics.refusal import Refusal
from data.statistics.simulated import simulated
from layouts import vocabulary
from layouts.charts import Chart
from layouts.numbers import number, shown
from layouts.shapes import control_svg
from layouts.shapes.awkward import empty_figure, empty_svg, layout_of, why_empty
from layouts.shapes.control_svg import kind_of, levels, spans_of
from layouts.shapes.line_traces import time_axis, value_axis
from layouts.shapes.panels import BREAK
from layouts.shapes.naming import description, plain, subject
from layouts.shapes.scales import apart, month_ticks
from layouts.shapes.shape import Figure, LegendItem
from layouts.theme import BELOW, CLASSES, REFERENCE, SERIES

TOP, BOTTOM, LINE = 24, 44, 18
COLOURS: Mapping[Kind, str] = {
    "improving": CLASSES[3], "concerning": SERIES[3], "neither": SERIES[5], "common cause": REFERENCE}
"""At least 3:1 on either ground, because a figure has no dark colours of its own."""
FEW_SPANS = 4


def plotly(answer: Answer, *, chart: Chart, selected: Sequence[str]) -> Figure:
    """Return the chart as a plotly figure; a period stands at the month in which it ends."""
    reason = why_empty(answer, valued=True)
    if reason:
        return empty_figure(reason)
    found, measure = control(answer), answer.measure
    ends = [row.end for row in found.rows]
    scale = control_svg.scale_of(found, answer.target)
    kinds = [kind_of(point, direction=measure.direction) for point in found.points]
    late = {id(row) for row in found.left_out}
    symbols = ["circle-open" if id(row) in late else _symbol(kind, point) for row, kind, point
               in zip(found.rows, kinds, found.points, strict=True)]
    trace: dict[str, Any] = {
        "name": plain(answer.label), "mode": "lines+markers" if measure.trend else "markers",
        "x": [month_text(end) for end in ends], "y": [row.value for row in found.rows],
        "text": [plain(_told(found, place)) for place in range(len(ends))],
        "hovertemplate": "%{text}<extra></extra>", "line": {"width": 1.5},
        "marker": {"symbol": symbols, "color": [COLOURS[kind] for kind in kinds], "opacity": 1,
                   "size": [8 if symbol.startswith("circle") else 13 for symbol in symbols],
                   "line": {"width": [2 if symbol == "circle-open" else 0 for symbol in symbols]}},
    }
    names = levels(found, answer.target)
    room = chart.height - TOP - BOTTOM
    wanted = [room * (scale[-1] - value) / (scale[-1] - scale[0]) for _, value, _ in names]
    placed = apart(wanted, heights=[LINE] * len(names), low=-8, high=room + 8)
    labels = [{"text": f"{plain(name)} {number(value, unit=measure.unit, base=base_of(found))}", "x": month_text(ends[-1]),
               "y": value, "xref": "x", "yref": "y", "yanchor": "middle", "showarrow": True, "ax": 22,
               "ay": round(moved - want, 1)} for (name, value, _), want, moved in zip(names, wanted, placed, strict=True)]
    widest = max((len(label["text"]) for label in labels), default=0)
    layout = layout_of(
        answer, hovermode="closest", xaxis=time_axis(answer, ends, marked=month_ticks(ends)),
        yaxis=value_axis(answer, scale), margin={"t": TOP, "r": 30 + 8 * widest, "b": BOTTOM, "l": 8},
        annotations=labels,
        shapes=[*({"x0": month_text(start), "x1": month_text(end)} for start, end in control_svg.shades_of(found)),
                *_restarts(found), *_lines(found, ends), *_target_line(answer, ends)],
    )
    return {"data": [trace], "layout": layout}


def _symbol(kind: Kind, point: Any) -> str:
    return "circle" if kind == "common cause" else "triangle-up" if point.direction == "high" else "triangle-down"


def _lines(found: Control, ends: Sequence[int]) -> list[dict[str, Any]]:
    """Return the mean and the limits of each stretch as lines."""
    return [
        {"type": "line", "yref": "y", "x0": month_text(start), "x1": month_text(end), "y0": value, "y1": value,
         "line": {"color": REFERENCE, "width": 1.5, "dash": "solid" if name == "mean" else "dash"}}
        for limits, start, end in spans_of(found, ends)
        for name, value in (("mean", limits.mean), ("limit", limits.lower), ("limit", limits.upper))
    ]


def _restarts(found: Control) -> list[dict[str, Any]]:
    """Return a line at each month from which limits are taken anew."""
    return [{"type": "line", "x0": month_text(month), "x1": month_text(month), "line": BREAK}
            for month in (found.restarts if found.segments else ())]


def _target_line(answer: Answer, ends: Sequence[int]) -> list[dict[str, Any]]:
    if answer.target is None:
        return []
    value = answer.target.target
    return [{"type": "line", "yref": "y", "x0": month_text(ends[0]), "x1": month_text(ends[-1]), "y0": value, "y1": value,
             "line": {"color": BELOW, "width": 2, "dash": "dot"}}]


def svg(answer: Answer, *, chart: Chart, selected: Sequence[str], width: int = 720) -> str:
    """Return the chart as an SVG of ``width`` by the chart's height."""
    reason = why_empty(answer, valued=True)
    if reason:
        return empty_svg(reason, answer=answer, chart=chart, width=width)
    found = control(answer)
    return control_svg.picture(
        found, measure=answer.measure, target=answer.target, base=base_of(found), width=width, height=chart.height,
        slug=chart.slug, title=f"{chart.title} {subject(answer)}",
        description=f"{description(answer, chart=chart, by=chart.by)} {sentence(answer)}",
        told=[_told(found, place) for place in range(len(found.rows))], illustrative=answer.origin == "illustrative")


def legend(answer: Answer, *, chart: Chart) -> list[LegendItem]:
    """Return the key: limits, target, and each shape that a signal has here."""
    if why_empty(answer, valued=True):
        return []
    found = control(answer)
    items = []
    if found.segments:
        items = [LegendItem("centre", "mean"), LegendItem("limit", "limits of the usual ups and downs")]
    if answer.target is not None:
        items.append(LegendItem("target", f"target: {answer.target.says}"))
    seen = {(point.direction, kind_of(point, direction=answer.measure.direction))
            for point in found.points if point is not None and point.rules}
    items += [LegendItem(f"{way} {kind}", vocabulary.special(Variation(kind, way))) for way, kind in sorted(seen)]
    if found.segments:
        items += [LegendItem("break", f"limits taken anew from {month_label(month)}") for month in found.restarts]
    if found.left_out:
        items.append(LegendItem("hollow", "provisional [p]: shown, not judged"))
    return items


def base_of(found: Control) -> float | None:
    """Return the smallest base of the values, which says how finely they are written."""
    bases = [row.denominator for row in found.rows if row.value is not None and row.denominator is not None]
    return min(bases) if bases else None


def _told(found: Control, place: int) -> str:
    """Return one period in words: when, what signals in it, its value."""
    row, point = found.rows[place], found.points[place]
    said = window_label((row.start, row.end))
    if point is not None and point.rules:
        said += f", signal ({point.direction}): {'; '.join(RULES[rule] for rule in sorted(point.rules))}"
    return f"{said}: {shown(row)}"


def sentence(answer: Answer) -> str:
    """Return what the chart finds: its limits, its signals with their periods, what they mean for the target."""
    return answer.once("control sentence", lambda: _sentence(answer))


def _sentence(answer: Answer) -> str:
    reason = why_empty(answer, valued=True)
    if reason:
        return reason
    found = control(answer)
    if isinstance(found.chart, Refusal):
        return f"No limits are drawn. {found.chart.text}"
    limits = found.segments[-1]
    mean, low, high = (number(value, unit=answer.measure.unit, base=base_of(found))
                       for value in (limits.mean, limits.lower, limits.upper))
    since = f" since {month_label(found.rows[limits.start].start)}" if len(found.segments) > 1 else ""
    said = [f"The mean{since} is {mean}, with limits of {low} and {high}."]
    every = signals(found)
    if every:
        said.append(f"Signals: {'; '.join(in_words(every))}.")
    else:
        said.append("No rule marks any of the periods: they show the usual ups and downs.")
    verdict = assured(found.chart, answer)
    if answer.target is not None and verdict is not None:
        goal = number(answer.target.target, unit=answer.measure.unit, base=base_of(found))
        said.append(f"The target of {goal} is {vocabulary.ASSURANCES[verdict]}.")
    return " ".join(said)


def in_words(every: Sequence[Signal]) -> list[str]:
    """Return each rule that marks something, with the periods that it marks; of many the latest are named."""
    said = []
    for rule, text in RULES.items():
        spans = [signal for signal in every if signal.rule == rule]
        if not spans:
            continue
        shown_spans = [f"{run_label(signal.rows)} ({signal.direction})" for signal in spans[-FEW_SPANS:]]
        before = f"{len(spans) - FEW_SPANS} earlier and " if len(spans) > FEW_SPANS else ""
        said.append(f"{text}: {before}{', '.join(shown_spans)}")
    return said


def assured(chart: ControlChart, answer: Answer) -> Assurance | None:
    """Return whether the target will be met, ``None`` without a target or where neither direction is better."""
    direction = answer.measure.direction
    if answer.target is None or direction == "neither":
        return None
    return assurance(chart, target=answer.target.target, improvement=direction)


def notes(answer: Answer) -> list[str]:
    """Return how to read the chart: how often it errs, what was left out, what protection does to it."""
    if why_empty(answer, valued=True):
        return []
    found, unmet = control(answer), rebased(answer)
    asked = [unmet] if unmet else []
    if not isinstance(found.chart, ControlChart):
        return asked
    often = round(10 * simulated()["xmr.36"].share)
    said = [*asked, f"Of ten charts of 36 periods in which nothing has changed, {often} signal somewhere: a signal is a reason to look, "
            "not a proof.", *found.chart.warnings]
    if answer.measure.protected:
        said.append("The random change that protects the people counted is part of the limits.")
    if answer.measure.kind == "count":
        said.append("Numbers that follow the seasons signal by themselves: set such a month beside the same month of other years.")
    if answer.target is None:
        said.append("No target has been supplied for this measure and place.")
    return said


def column(answer: Answer) -> tuple[str, list[str]]:
    """Return the table's column of signals, a text for each row."""
    found = control(answer)
    texts = []
    for row, point in zip(found.rows, found.points, strict=True):
        rules = "; ".join(RULES[rule] for rule in sorted(point.rules)) if point is not None else ""
        texts.append("not judged" if row in found.left_out else f"{point.direction}: {rules}" if rules and point else "")
    return "Signal", texts


def details(answer: Answer) -> Mapping[str, Any]:
    """Return limits, signals, target and latest state as data."""
    found = control(answer)
    if not isinstance(found.chart, ControlChart):
        return {"refused": found.chart.text}
    latest = variation(found.chart, improvement=answer.measure.direction)
    return {
        "limits": [{"from": month_text(found.rows[part.start].start), "to": month_text(found.rows[part.end - 1].end),
                    "mean": part.mean, "lower": part.lower, "upper": part.upper} for part in found.segments],
        "signals": [{"rule": signal.rule, "text": RULES[signal.rule], "direction": signal.direction,
                     "from": month_text(signal.rows[0].start), "to": month_text(signal.rows[-1].end)}
                    for signal in signals(found)],
        "target": answer.target.target if answer.target else None, "variation": latest.kind,
        "assurance": assured(found.chart, answer),
    }

