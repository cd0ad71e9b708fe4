"""Answers of surveys as SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from data.frame import Row, member_label
from data.model import ALL
from data.periods import window_label
from data.query import Answer
from layouts.charts import Chart
from layouts.numbers import bounded, brief, missing, reached, shown
from layouts.shapes.answer_lines import LEAST, Line, is_old, lines_of, option_of
from layouts.shapes.scales import tick_texts, ticks
from layouts.shapes.svg_writer import (
    PAINT,
    SMALL,
    cut,
    document,
    label,
    n,
    says,
    stands_for,
    text_width,
)

TOP, BOTTOM = 20, 26
HIGHEST = 26
"""Pixels of a line at most."""


def readable(lines: Sequence[Line], *, room: float) -> bool:
    """Whether there is room for a line of words each."""
    return room / len(lines) >= LEAST - 3


def told(row: Row, by: Sequence[str]) -> str:
    """Return answer and age group of a row, without its question: ``burglary, 18 to 24``."""
    age = "" if getattr(row, by[1]) == ALL else f", {member_label(by[1], getattr(row, by[1]))}"
    return f"{option_of(row, by)}{age}"


def spoken(row: Row, chart: Chart) -> str:
    """Return what a point is called under the pointer: answer, age group, when."""
    return f"{told(row, chart.by)}, {window_label((row.start, row.end))}"


def picture(answer: Answer, *, chart: Chart, width: int, title: str, description: str) -> str:
    """Return the points of an answer that has some."""
    lines, room = lines_of(answer, chart=chart), chart.height - TOP - BOTTOM
    named = readable(lines, room=room)
    step = min(room / len(lines), HIGHEST)
    scale = scale_of(answer)
    names = [text_width(line.label, size=SMALL) for line in lines if named and line.kind != "question"]
    values = [text_width(brief(line.rows[0]), size=SMALL) for line in lines if named and len(line.rows) == 1 and line.rows[0].value is not None]
    left = min(max(names, default=0), width * 0.42) + 16
    right = width - 18 - max(values, default=0)
    bottom = TOP + step * len(lines)

    def x(value: float) -> float:
        return left + (right - left) * (value - scale[0]) / (scale[-1] - scale[0])

    body = [label(text, x=x(value), y=bottom + 14, anchor="middle", paint="muted", size=SMALL)
            for value, text in zip(scale, tick_texts(scale, unit=answer.measure.unit), strict=True)]
    for place, line in enumerate(lines):
        y = TOP + step * (place + 0.5)
        if line.kind == "question":
            body += [label(line.label, x=0, y=y, size=SMALL)] if named and line.label else []
            continue
        body.append(f'<path d="M{n(left)} {n(y)}H{n(right)}" stroke="{PAINT["rule"]}"/>')
        if named:
            bold = ' font-weight="700"' if line.kind == "answer" else ""
            body.append(label(cut(line.label, room=left - 12, size=SMALL), x=left - 12, y=y, anchor="end", size=SMALL, extra=bold))
        body += [_point(row, line, answer=answer, chart=chart, x=x, y=y, right=right, worded=named) for row in line.rows]
    return document(body, slug=chart.slug, width=width, height=chart.height, title=title, description=description,
                    illustrative=answer.origin == "illustrative")


def scale_of(answer: Answer) -> list[float]:
    """Return the marks of the axis: of percentages from nothing to all, so that charts of other questions can be told apart."""
    values = reached(answer.frame.of("main"))
    if answer.measure.unit == "percent" and 0 <= min(values) and max(values) <= 100:
        return [0.0, 50.0, 100.0]
    return ticks(min(values), max(values), most=3)


def _point(
    row: Row, line: Line, *, answer: Answer, chart: Chart, x: Callable[[float], float], y: float, right: float, worded: bool
) -> str:
    """Return one figure: a disc with its whisker and its value, or the words that stand in its place."""
    title = says(spoken(row, chart), shown(row))
    alone = worded and len(line.rows) == 1
    if row.value is None:
        words = label(cut(missing(row), room=right - x(0), size=SMALL), x=x(0) + 4, y=y, paint="muted", size=SMALL) if alone else ""
        return f"<g{stands_for(row)}>{title}{words}</g>"
    paint = PAINT["reference"] if is_old(row, answer) else PAINT["s1"]
    drawn = ""
    if bounded(row):
        drawn = (f'<path d="M{n(x(row.lower or 0))} {n(y - 4)}v8m0-4H{n(x(row.upper or 0))}m0-4v8" fill="none" stroke="{PAINT["ink"]}" '
                 'stroke-width="1.5"/>')
    radius = 5.5 if row.age_group == ALL else 4
    inside = f'fill="{PAINT["ground"]}" stroke="{paint}" stroke-width="2"' if is_old(row, answer) else f'fill="{paint}"'
    drawn += f'<circle cx="{n(x(row.value))}" cy="{n(y)}" r="{n(radius)}" {inside}{stands_for(row)}>{title}</circle>'
    return drawn + (label(brief(row), x=right + 12, y=y, size=SMALL) if alone else "")
