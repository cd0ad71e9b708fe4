"""Places as points with their intervals, the largest first, each with the ranks that it may have by chance.

No place is merely ranked: where values have no interval the rank is left out, and the chart says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data.comparison import against, standing
from data.frame import Row, area_label
from data.query import Answer
from layouts import vocabulary
from layouts.charts import Chart
from layouts.numbers import bounded, brief, missing, reached, shown
from layouts.shapes.awkward import empty_figure, empty_svg, layout_of, why_empty
from layouts.shapes.line_traces import value_axis
from layouts.shapes.naming import description, plain, subject
from layouts.shapes.ordering import whiskers
from layouts.shapes.scales import tick_texts, ticks, ticks_around
from layouts.shapes.shape import Figure, LegendItem
from layouts.shapes.svg_writer import PAINT, SMALL, cut, document, label, n, says, stands_for, text_width
from layouts.theme import CLASSES, REFERENCE

MOST_RANKS = 20
"""Places for which ranks are written beside the points."""
TOP, BOTTOM = 24, 36


def _texts(answer: Answer) -> list[str]:
    """Return the rank interval of each row, in its order; empty where there is none."""
    found = standing(answer)
    if found.ranks is None:
        return [""] * len(found.rows)
    total, texts = sum(row.value is not None for row in found.rows), []
    for place, row in enumerate(found.rows):
        texts.append("" if row.value is None else
                     f"rank {found.ranks.rank[place]} ({found.ranks.lower[place]} to {found.ranks.upper[place]} of {total})")
    return texts


def plotly(answer: Answer, *, chart: Chart, selected: Sequence[str]) -> Figure:
    """Return the points as a plotly figure, places from top to bottom."""
    reason = why_empty(answer, valued=True)
    if reason:
        return empty_figure(reason)
    rows, texts = standing(answer).rows, _texts(answer)
    names = [plain(area_label(row.area_code)) for row in rows]
    scale = _scale(rows)
    written = [text if row.value is not None else missing(row) for row, text in zip(rows, texts, strict=True)]
    trace: dict[str, Any] = {
        "name": plain(answer.label), "mode": "markers", "xperiod": 0, "x": [row.value for row in rows], "y": names,
        "text": [plain(shown(row)) for row in rows], "customdata": [row.area_code for row in rows],
        "hovertemplate": "<b>%{y}</b><br>%{text}<extra></extra>",
        "marker": {"symbol": ["diamond" if row.area_code in selected else "circle" for row in rows], "opacity": 1,
                   "color": [CLASSES[3] if row.area_code in selected else REFERENCE for row in rows],
                   "size": [13 if row.area_code in selected else 9 for row in rows], "line": {"width": 0}},
    }
    if any(bounded(row) for row in rows):
        trace["error_x"] = whiskers(rows)
    few = len(rows) <= MOST_RANKS
    room = 10 + max((8 * len(text) for text in written), default=0) if few else 16
    return {"data": [trace], "layout": layout_of(
        answer, hovermode="closest", margin={"t": TOP, "r": room, "b": BOTTOM, "l": 8},
        xaxis={**value_axis(answer, scale), "showgrid": True, "zeroline": False},
        yaxis={"type": "category", "range": [len(rows) - 0.5, -0.5], "showgrid": False, "categoryorder": "array",
               "categoryarray": names},
        annotations=[{"text": plain(text), "x": 1, "xref": "paper", "xshift": 8, "y": name, "yref": "y", "yanchor": "middle"}
                     for name, text in zip(names, written, strict=True) if text] if few else [])}


def _scale(rows: Sequence[Row]) -> list[float]:
    """Return round numbers around all values and the ends of their intervals; points need no nothing among them."""
    values = reached(rows)
    low, high = float(min(values)), float(max(values))
    return ticks_around(low, high, most=4) if high > low else ticks(low, high, most=4)


def svg(answer: Answer, *, chart: Chart, selected: Sequence[str], width: int = 720) -> str:
    """Return the points as an SVG of ``width`` by the chart's height."""
    reason = why_empty(answer, valued=True)
    if reason:
        return empty_svg(reason, answer=answer, chart=chart, width=width)
    rows, texts = standing(answer).rows, _texts(answer)
    scale = _scale(rows)
    few = len(rows) <= MOST_RANKS
    written = [(text or brief(row)) if few else "" for row, text in zip(rows, texts, strict=True)]
    step = (chart.height - TOP - BOTTOM) / len(rows)
    room = min(max(text_width(area_label(row.area_code), size=SMALL) for row in rows) + 8, width * 0.34)
    left, right = room + 8, width - 16 - max(text_width(text, size=SMALL) for text in written)

    def x(value: float) -> float:
        return left + (right - left) * (value - scale[0]) / (scale[-1] - scale[0])

    bottom = chart.height - BOTTOM
    grid = "".join(f"M{n(x(value))} {TOP}V{n(bottom)}" for value in scale)
    body = [f'<path d="{grid}" stroke="{PAINT["rule"]}"/>']
    body += [label(text, x=x(value), y=bottom + 14, anchor="middle", paint="muted", size=SMALL)
             for value, text in zip(scale, tick_texts(scale, unit=answer.measure.unit), strict=True)]
    for place, (row, text) in enumerate(zip(rows, written, strict=True)):
        y = TOP + step * (place + 0.5)
        name, chosen = area_label(row.area_code), row.area_code in selected
        if step >= 11:
            body.append(label(cut(name, room=room, size=SMALL), x=room, y=y, anchor="end", size=SMALL,
                              extra=' font-weight="700"' if chosen else ""))
        if row.value is None:
            body.append(f'<g{stands_for(row)}>{says(name, shown(row))}'
                        + (label(cut(missing(row), room=right - left, size=SMALL), x=left, y=y, paint="muted", size=SMALL) if few else "")
                        + "</g>")
            continue
        if bounded(row):
            body.append(f'<path d="M{n(x(row.lower or 0))} {n(y - 3)}v6m0-3H{n(x(row.upper or 0))}m0-3v6" fill="none" '
                        f'stroke="{PAINT["ink"]}" stroke-width="1.5"/>')
        shape = "m0-7l7 7-7 7-7-7z" if chosen else "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z"
        body.append(f'<path d="M{n(x(row.value))} {n(y)}{shape}" fill="{PAINT["c4" if chosen else "reference"]}"'
                    f'{stands_for(row)}>{says(name, shown(row))}</path>')
        if text:
            body.append(label(text, x=right + 10, y=y, paint="muted", size=SMALL))
    return document(
        body, slug=chart.slug, width=width, height=chart.height, title=f"{chart.title}: {subject(answer)}",
        description=f"{description(answer, chart=chart, by=chart.by)} {sentence(answer)}",
        illustrative=answer.origin == "illustrative")


def heights(answer: Answer, *, chart: Chart, width: float) -> tuple[float, float]:
    """Return the least and the greatest useful height of a picture that draws something."""
    count = len(answer.frame.of("main"))
    return TOP + BOTTOM + (17.0 if count <= MOST_RANKS else 5.0) * count, TOP + BOTTOM + 40.0 * count


def legend(answer: Answer, *, chart: Chart) -> list[LegendItem]:
    """Return the key: the chosen place."""
    chosen = [row for row in answer.frame.of("main") if row.area_code in answer.asked.area]
    return [] if why_empty(answer, valued=True) or not chosen else [LegendItem("diamond", area_label(chosen[0].area_code))]


def sentence(answer: Answer) -> str:
    """Return how the chosen place stands among the others, as far as intervals tell."""
    return answer.once("ranks sentence", lambda: _sentence(answer))


def _sentence(answer: Answer) -> str:
    reason = why_empty(answer, valued=True)
    if reason:
        return reason
    rows, texts = standing(answer).rows, _texts(answer)
    chosen = next(((row, text) for row, text in zip(rows, texts, strict=True) if row.area_code in answer.asked.area), None)
    if chosen is None:
        return f"{sum(row.value is not None for row in rows)} places have a figure."
    row, text = chosen
    pairs = against(answer, row.area_code)
    word = vocabulary.among([vocabulary.Evidence(kind="interval", difference=value, lower=lower, upper=upper,
                                                 unit=answer.measure.unit) for value, lower, upper in pairs]) if pairs else ""
    said = f"{area_label(row.area_code)}: {shown(row)}"
    return f"{said}{f', {word}' if word else ''}{f'; {text}' if text else ''}."


def notes(answer: Answer) -> list[str]:
    """Return what the ranks mean, or why there are none."""
    if why_empty(answer, valued=True):
        return []
    found = standing(answer)
    if found.ranks is None:
        return [found.why]
    return ["Rank 1 is the largest value. In brackets: the ranks that the place may have by chance, 95 times in 100."]


def column(answer: Answer) -> tuple[str, list[str]]:
    """Return the table's column of ranks, a text for each row."""
    found = standing(answer)
    texts = {row.area_code: text for row, text in zip(found.rows, _texts(answer), strict=True)}
    return ("Rank", [texts[row.area_code] for row in answer.frame.of("main")]) if found.ranks is not None else (
        "", [""] * len(answer.frame.of("main")))


def details(answer: Answer) -> Mapping[str, Any]:
    """Return the rank intervals as data."""
    found = standing(answer)
    if found.ranks is None:
        return {"refused": found.why}
    return {"ranks": [
        {"area_code": row.area_code, "rank": int(found.ranks.rank[place]), "lower": int(found.ranks.lower[place]),
         "upper": int(found.ranks.upper[place])}
        for place, row in enumerate(found.rows) if row.value is not None]}
