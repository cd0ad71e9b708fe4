"""Bars: one a member, longest first unless the order means something, with its value at its end."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log10
from typing import Any

from data.frame import Row
from data.measures import MEASURE_BY_ID
from data.query import Answer
from layouts.charts import Chart
from layouts.numbers import bounded, brief, shown
from layouts.shapes.awkward import empty_figure, empty_svg, layout_of, lift_word, why_empty
from layouts.shapes.bars_svg import draw
from layouts.shapes.hover import ends_of, written
from layouts.shapes.naming import plain
from layouts.shapes.ordering import THICKEST, Bar, bars_of, compared_with, end_text, parted, reach
from layouts.shapes.shape import Figure, LegendItem, on_phone, room_on_phone
from layouts.shapes.svg_writer import wrap
from layouts.theme import BELOW, REFERENCE, SOFT

LETTERS = 20
_PANELS = ([0, 0.54], [0.62, 1])
_HEADS = (18, 12)
"""Characters in a line of the two headings."""
_STEPS = 200
"""Steps of an axis of values that are finer than a pixel: ends of whiskers are sent to one of them."""
_ROOM = (240, 150, 95)
"""Pixels that one panel, the first and the second of two have on a small screen: values need room there."""


def plotly(answer: Answer, *, chart: Chart, selected: Sequence[str]) -> Figure:
    """Return the bars as a plotly figure, with a second panel for the measure beside."""
    reason = why_empty(answer)
    if reason:
        return empty_figure(reason)
    bars = bars_of(answer, chart=chart)
    names = [plain(bar.name) for bar in bars]
    beside = any(bar.beside for bar in bars)
    data = _main(answer, bars, names)
    if any(bar.compare and bar.compare.value is not None for bar in bars):
        data.append(_compare(bars, names))
    if beside:
        data.append(_beside(bars, names))
    heads = _heads(answer, [bar.beside for bar in bars])
    top = 10 + 17 * max((head["text"].count("<br>") + 1 for head in heads), default=0)
    valued, texts = [row for bar in bars for row in (bar.row, bar.compare)], [bar.text for bar in bars]
    layout = layout_of(
        answer, margin={"t": top, "r": 8, "b": 4, "l": 8},
        yaxis=_names_axis(bars, names, chart.height),
        xaxis=_axis(valued, texts, _ROOM[beside], _PANELS[0] if beside else None),
        annotations=_missing([bar.row for bar in bars], names, "x"),
    )
    if beside:
        rows = [bar.beside for bar in bars]
        layout["xaxis2"] = _axis(rows, [brief(row) for row in rows if row], _ROOM[2], _PANELS[1])
        layout["annotations"] += _missing(rows, names, "x2") + heads
    if answer.origin == "illustrative":
        layout["margin"]["t"] = top + 20
        lift_word(layout, by=top - 10)
    figure = {"data": data, "layout": layout}
    if beside:
        return figure
    lines = [line for bar in bars for line in (wrap(bar.name, most=LETTERS) if _wraps(bars, chart.height) else [bar.name])]
    range_ = _axis(valued, texts, min(_ROOM[0], room_on_phone(lines)), None)["range"]
    return figure if range_ == layout["xaxis"]["range"] else on_phone(figure, layout={"xaxis": {"range": range_}})


def _main(answer: Answer, bars: Sequence[Bar], names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the bars, those below nothing as a trace of their own colour."""
    below = [place for place, bar in enumerate(bars) if (bar.row.value or 0) < 0]
    above = [place for place in range(len(bars)) if place not in below]
    traces = [_some(answer, [bars[place] for place in places], [names[place] for place in places])
              for places in (above, below) if places]
    if parts := {str(at): part.value for at, place in enumerate(above) if (part := bars[place].part)}:
        traces[0]["meta"] = {**traces[0].get("meta", {}), "parts": parts}
    if below:
        traces[-1]["marker"] = {**traces[-1].get("marker", {}), "color": BELOW}
    return traces


def _some(answer: Answer, bars: Sequence[Bar], names: Sequence[str]) -> dict[str, Any]:
    trace = {
        "type": "bar", "orientation": "h", "name": plain(answer.label), "x": [bar.row.value for bar in bars],
        "y": list(names), **_texts([bar.row for bar in bars], [bar.text for bar in bars], "<b>%{y}</b><br>"),
    }
    if answer.measure.unit == "points" and "texttemplate" not in trace and "marker" not in trace:
        trace["hovertext"] = [shown(bar.row) for bar in bars]
        trace["hovertemplate"] = "<b>%{y}</b><br>%{hovertext}<extra></extra>"
    return trace


def _compare(bars: Sequence[Bar], names: Sequence[str]) -> dict[str, Any]:
    pairs = [(name, bar.compare) for name, bar in zip(names, bars, strict=True)
             if bar.compare and bar.compare.value is not None]
    return {
        "type": "scatter", "mode": "markers", "name": plain(compared_with(bars)), "xperiod": 0,
        "y": [name for name, _ in pairs],
        "x": [row.value for _, row in pairs], "text": [shown(row) for _, row in pairs],
        "marker": {"symbol": "line-ns-open", "size": 18, "color": REFERENCE, "line": {"width": 3}},
        "hovertemplate": "<b>%{y}</b><br>%{fullData.name}: %{text}<extra></extra>",
    }


def _beside(bars: Sequence[Bar], names: Sequence[str]) -> dict[str, Any]:
    pairs = [(name, bar.beside) for name, bar in zip(names, bars, strict=True) if bar.beside]
    trace: dict[str, Any] = {
        "type": "bar", "orientation": "h", "name": plain(MEASURE_BY_ID[pairs[0][1].measure].label), "xaxis": "x2",
        "x": [row.value for _, row in pairs], "y": [name for name, _ in pairs],
        **_texts([row for _, row in pairs], [brief(row) for _, row in pairs], "<b>%{y}</b><br>%{fullData.name}: "),
    }
    return trace | {"marker": {**trace.get("marker", {}), "color": REFERENCE}}


def _texts(rows: Sequence[Row], texts: Sequence[str], head: str) -> dict[str, Any]:
    """Return what stands at the ends of bars and under the pointer.

    Bars with intervals carry the ends of these once, for the hover and for their whiskers, which the browser
    draws with the values at their ends (``assets/figures.js``).
    """
    measure = MEASURE_BY_ID[rows[0].measure]
    valued = [row if row.value is not None else None for row in rows]
    if any(bounded(row) for row in rows):
        low, high = reach(rows)
        fine = ceil(log10(_STEPS / (high - low)))
        said, sent, ends = written(valued, measure=measure, value="x", text="hovertext", fine=fine)
        told = {"hovertemplate": f"{head}{said}<extra></extra>", "marker": {"opacity": SOFT},
                "customdata": ends or ends_of(valued, places=fine), "meta": {"whiskers": _beyond(rows)}}
        return told | ({"hovertext": sent} if sent else {})
    said, sent, _ = written(valued, measure=measure, value="x", text="text")
    if not sent and measure.unit != "points":
        return {"textposition": "outside", "texttemplate": said, "hovertemplate": f"{head}{said}<extra></extra>"}
    drawn = ["" if row.value is None else text for row, text in zip(rows, texts, strict=True)]
    return {"textposition": "outside", "text": drawn, "hovertemplate": f"{head}%{{text}}<extra></extra>"}


def _beyond(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the values at the ends of whiskers: numbers that the browser writes, where it writes them as we do."""
    measure = MEASURE_BY_ID[rows[0].measure]
    valued = [row for row in rows if row.value is not None]
    said, sent, _ = written(valued, measure=measure, value="text", text="text", whole=False)
    if sent or measure.unit == "points" or "%{text" not in said:
        return {"template": "%{text}", "text": ["" if row.value is None else end_text(row) for row in rows]}
    return {"template": said}


def _axis(
    rows: Sequence[Row | None], texts: Sequence[str], room: float, domain: list[float] | None
) -> dict[str, Any]:
    """Return the axis of values: no ticks, for the values stand at the bars; room for them at the ends."""
    low, high = reach(rows)
    sides = (low < 0) + (high > 0)
    need = min((max((len(text) for text in texts), default=0) * 8.5 + 8) / room, 0.66 / sides)
    pad = (high - low) * need / (1 - sides * need)
    axis: dict[str, Any] = {"range": [_about(low - pad) if low < 0 else 0, _about(high + pad) if high else 0],
                            "showticklabels": False, "zeroline": True}
    return axis | ({"domain": domain} if domain else {})


def _about(number: float) -> float:
    """Return an end of an axis: four digits are finer than a pixel."""
    near = float(f"{number:.4g}")
    return int(near) if near.is_integer() else near


def _names_axis(bars: Sequence[Bar], names: Sequence[str], height: int) -> dict[str, Any]:
    axis: dict[str, Any] = {"type": "category", "showgrid": False,
                            "range": [_about(max(len(bars), (height - 40) / THICKEST) - 0.5), -0.5]}
    if any((bar.row.value or 0) < 0 for bar in bars):
        axis |= {"categoryorder": "array", "categoryarray": list(names)}
    if _wraps(bars, height) and any(len(name) > LETTERS for name in names):
        axis |= {"tickvals": list(names),
                 "ticktext": ["<br>".join(plain(line) for line in wrap(bar.name, most=LETTERS)) for bar in bars]}
    return axis


def _wraps(bars: Sequence[Bar], height: int) -> bool:
    """Return whether a long name has room for a second line."""
    return (height - 40) / len(bars) >= 34


def _missing(rows: Sequence[Row | None], names: Sequence[str], axis: str) -> list[dict[str, Any]]:
    """Return the words that stand in place of bars."""
    return [{"text": shown(row), "y": name, "xref": axis, "yref": "y", "yanchor": "middle"}
            for row, name in zip(rows, names, strict=True) if row is not None and row.value is None]


def _heads(answer: Answer, rows: Sequence[Row | None]) -> list[dict[str, Any]]:
    """Return the headings of two panels, none where there is one."""
    measure = next((row.measure for row in rows if row), "")
    if not measure:
        return []
    texts = (answer.label, MEASURE_BY_ID[measure].label)
    return [{"text": "<br>".join(f"<b>{plain(line)}</b>" for line in wrap(text, most=most)), "x": panel[0]}
            for text, panel, most in zip(texts, _PANELS, _HEADS, strict=True)]


def svg(answer: Answer, *, chart: Chart, selected: Sequence[str], width: int = 720) -> str:
    """Return the bars as an SVG of ``width`` by the chart's height."""
    reason = why_empty(answer)
    if reason:
        return empty_svg(reason, answer=answer, chart=chart, width=width)
    return draw(answer, chart=chart, width=width)


def heights(answer: Answer, *, chart: Chart, width: float) -> tuple[float, float]:
    """Return the least and the greatest useful height of a picture that draws something."""
    count, head = len(bars_of(answer, chart=chart)), 22.0 if answer.origin == "illustrative" else 0.0
    head += 56.0 if answer.frame.of("beside") else 8.0
    return head + 17.0 * count, head + THICKEST * count


def legend(answer: Answer, *, chart: Chart) -> list[LegendItem]:
    """Return the key: the place compared with, and whose share stands beside."""
    if why_empty(answer):
        return []
    bars = bars_of(answer, chart=chart)
    place = compared_with(bars)
    items = [LegendItem("tick", place)] if place else []
    beside = next((bar.beside for bar in bars if bar.beside), None)
    if part := parted(bars):
        whole = next(bar.name for bar in bars if bar.part)
        items += [LegendItem("part", part), LegendItem("band", f"{whole}: the whole bar")]
    return items + ([LegendItem("residents", MEASURE_BY_ID[beside.measure].label.lower())] if beside else [])
