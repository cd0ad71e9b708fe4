"""Answers of surveys: each question with its date, each answer with a point for everybody and one for each age group.

Questions stand apart, as no two can be compared; what was asked over ten years ago is drawn hollow and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data.frame import Row
from data.model import ALL
from data.query import Answer
from layouts.charts import Chart
from layouts.numbers import bounded, brief, shown
from layouts.shapes import answers_svg
from layouts.shapes.answer_lines import (
    LEAST,
    OLD,
    counts_of,
    heading,
    is_old,
    lines_of,
    old_before,
    questions,
)
from layouts.shapes.awkward import empty_figure, empty_svg, layout_of, why_empty
from layouts.shapes.line_traces import value_axis
from layouts.shapes.naming import description, plain, subject
from layouts.shapes.ordering import whiskers
from layouts.shapes.shape import Figure, LegendItem
from layouts.theme import REFERENCE
from layouts.words import initial, joined

_LETTER = 7.8
"""Pixels of a letter in the margins."""


def plotly(answer: Answer, *, chart: Chart, selected: Sequence[str]) -> Figure:
    """Return the points as a plotly figure, each line of words or of points a place on the axis."""
    return answer.once("answers figure", lambda: _plotly(answer, chart=chart))


def _plotly(answer: Answer, *, chart: Chart) -> Figure:
    reason = why_empty(answer, valued=True)
    if reason:
        return empty_figure(reason)
    lines, room = lines_of(answer, chart=chart), chart.height - answers_svg.TOP - answers_svg.BOTTOM
    named = answers_svg.readable(lines, room=room)
    points = [(str(place), row) for place, line in enumerate(lines) for row in line.rows if row.value is not None]
    traces = [_trace([point for point in points if is_old(point[1], answer) == old], answer=answer, chart=chart, old=old)
              for old in (False, True) if any(is_old(row, answer) == old for _, row in points)]
    names = [(place, line) for place, line in enumerate(lines) if line.label and line.kind != "question" and named]
    left = 12 + max((_LETTER * len(line.label) for _, line in names), default=0)
    written = [(place, brief(line.rows[0])) for place, line in enumerate(lines) if named and len(line.rows) == 1]
    most = max(len(lines), room / answers_svg.HIGHEST)
    return {"data": traces, "layout": layout_of(
        answer, hovermode="closest", margin={
            "t": answers_svg.TOP, "b": answers_svg.BOTTOM, "l": left, "r": 16 + max((_LETTER * len(text) for _, text in written), default=0)},
        xaxis={**value_axis(answer, answers_svg.scale_of(answer)), "zeroline": False},
        yaxis={"type": "category", "range": [most - 0.5, -0.5], "categoryorder": "array", "automargin": False,
               "categoryarray": [str(place) for place in range(len(lines))], "tickvals": [str(place) for place, _ in names],
               "ticktext": [f"<b>{plain(line.label)}</b>" if line.kind == "answer" else plain(line.label) for _, line in names]},
        annotations=[
            *({"text": plain(text), "x": 1, "xshift": 8, "y": str(place), "yref": "y", "yanchor": "middle"}
              for place, text in written),
            *({"text": plain(line.label), "x": 0, "xshift": -left + 4, "y": str(place), "yref": "y", "yanchor": "middle"}
              for place, line in enumerate(lines) if line.kind == "question" and named)])}


def _trace(points: Sequence[tuple[str, Row]], *, answer: Answer, chart: Chart, old: bool) -> dict[str, Any]:
    """Return some points with their whiskers; old ones are hollow."""
    rows = [row for _, row in points]
    trace: dict[str, Any] = {
        "name": plain(OLD if old else answer.label), "mode": "markers", "xperiod": 0, "x": [row.value for row in rows],
        "y": [place for place, _ in points], "hovertemplate": "%{text}<extra></extra>",
        "text": [plain(f"{answers_svg.spoken(row, chart)}: {shown(row)}") for row in rows],
        "marker": {"symbol": "circle-open" if old else "circle", "opacity": 1, "size": [12 if row.age_group == ALL else 8 for row in rows],
                   "line": {"width": 2 if old else 0}, **({"color": REFERENCE} if old else {})},
    }
    if any(bounded(row) for row in rows):
        trace["error_x"] = whiskers(rows)
    return trace


def svg(answer: Answer, *, chart: Chart, selected: Sequence[str], width: int = 720) -> str:
    """Return the points as an SVG of ``width`` by the chart's height."""
    reason = why_empty(answer, valued=True)
    if reason:
        return empty_svg(reason, answer=answer, chart=chart, width=width)
    return answers_svg.picture(
        answer, chart=chart, width=width, title=f"{chart.title}: {subject(answer)}",
        description=f"{description(answer, chart=chart, by=chart.by)} {sentence(answer)}")


def heights(answer: Answer, *, chart: Chart, width: float) -> tuple[float, float]:
    """Return the least and the greatest useful height of a picture that draws something."""
    fewest, most = counts_of(answer, by=chart.by)
    edges = float(answers_svg.TOP + answers_svg.BOTTOM)
    return edges + (LEAST + 0.5) * fewest, edges + answers_svg.HIGHEST * most


def legend(answer: Answer, *, chart: Chart) -> list[LegendItem]:
    """Return the key: everybody and one age group, and what is old."""
    if why_empty(answer, valued=True):
        return []
    rows = [row for row in answer.frame.of("main") if row.value is not None]
    items = [LegendItem("point", "everybody asked")] if any(row.age_group == ALL for row in rows) else []
    items += [LegendItem("small point", "one age group")] if any(row.age_group != ALL for row in rows) else []
    return items + ([LegendItem("hollow", f"{OLD}: not current")] if any(is_old(row, answer) for row in rows) else [])


def sentence(answer: Answer) -> str:
    """Return each question with its date and the answers of everybody, or of the age groups where those alone are known."""
    return answer.once("answers sentence", lambda: _sentence(answer))


def _sentence(answer: Answer) -> str:
    if why_empty(answer, valued=True):
        return why_empty(answer, valued=True)
    said = []
    for rows in questions(answer, by=answer.by):
        valued = [row for row in rows if row.value is not None]
        whole = [row for row in valued if row.age_group == ALL] or valued
        if whole:
            told = joined([f"{answers_svg.told(row, answer.by)} {shown(row)}" for row in whole])
            said.append(f"{heading(rows[0], answer, by=answer.by)}: {told}" if heading(rows[0], answer, by=answer.by) else told)
    return initial(". ".join(said)) + "."


def notes(answer: Answer) -> list[str]:
    """Return how the ages are to be read."""
    if why_empty(answer, valued=True):
        return []
    rows = [row for row in answer.frame.of("main") if row.value is not None]
    said = []
    if any(row.denominator is None for row in rows):
        said.append("Where the number of people asked is not published there is no margin: differences between such figures are "
                    "not judged.")
    if any(is_old(row, answer) for row in rows):
        said.append(f"{OLD}: hollow, and not to be read as what people say today.")
    return said


def details(answer: Answer) -> Mapping[str, Any]:
    """Return the month before which what was asked is called old."""
    return {"old_before": old_before(answer)}

