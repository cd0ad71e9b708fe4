"""Two measures beside each other as SVG, and the geometry that both ways of drawing share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log10

from data.frame import Row, area_label
from data.measures import Unit
from data.pairs import AGAINST, pairs_of
from data.query import Answer
from layouts.charts import Chart
from layouts.numbers import bounded, reached, shown
from layouts.shapes.funnel_svg import log_ticks
from layouts.shapes.scales import tick_text, tick_texts, ticks_around
from layouts.shapes.svg_writer import (
    PAINT,
    SMALL,
    document,
    label,
    n,
    says,
    stands_for,
    text_width,
)

TOP, BOTTOM = 30, 62
SPREAD = 8.0
"""How many times the smallest value the largest must be for a logarithmic axis."""
ROOM = 0.04
"""Share of the values' range that an axis has beyond them on either side."""
MOST_NAMES = 8


@dataclass(frozen=True)
class Axis:
    """An axis: its marks with their texts, and whether it is logarithmic."""

    scale: tuple[float, ...]
    marks: tuple[float, ...]
    texts: tuple[str, ...]
    log: bool = False

    def place(self, value: float) -> float:
        """Return where a value stands: its logarithm to ten on a logarithmic axis."""
        return log10(value) if self.log else value

    def share(self, value: float) -> float:
        """Return how far along the axis a value stands, from 0 to 1."""
        low, high = self.place(self.scale[0]), self.place(self.scale[-1])
        return (self.place(value) - low) / (high - low)


def axes_of(answer: Answer) -> tuple[Axis, Axis]:
    """Return the axis of the other measure and that of the main one, made once."""
    return answer.once("axes", lambda: _axes(answer))


def _axes(answer: Answer) -> tuple[Axis, Axis]:
    across, upward = reached(answer.frame.of(AGAINST)), reached(answer.frame.of("main"))
    assert answer.across is not None
    if min(across) > 0 and max(across) >= SPREAD * min(across):
        low, high = min(across) / 1.15, max(across) * 1.15
        marks = tuple(log_ticks(low, high, most=6))
        first = Axis((low, high), marks, tuple(tick_text(mark, unit=answer.across.unit) for mark in marks), log=True)
    else:
        first = _linear(across, unit=answer.across.unit)
    return first, _linear(upward, unit=answer.measure.unit)


def _linear(values: Sequence[float], *, unit: Unit) -> Axis:
    low, high = min(values), max(values)
    room = (high - low) * ROOM or 1.0
    scale = ticks_around(low - room, high + room)
    return Axis(tuple(scale), tuple(scale), tuple(tick_texts(scale, unit=unit)))


def across_label(answer: Answer) -> str:
    """Return the name of the measure of the other axis."""
    return answer.across.label if answer.across else ""


def told(x: Row, y: Row, answer: Answer) -> str:
    """Return a point in words: its place and both values."""
    return f"{area_label(y.area_code)}, {across_label(answer).lower()} {shown(x)}; {answer.label.lower()}: {shown(y)}"


def labelled(answer: Answer, selected: Sequence[str], *, width: float, height: float) -> list[tuple[Row, Row, bool]]:
    """Return the points whose place is named beside them: the chosen ones, then the ends of both axes.

    Last comes whether the name stands left of its point; a name that would lie on another is left out.
    """
    both, (across, upward) = pairs_of(answer).both, axes_of(answer)
    by_x, by_y = (sorted(both, key=lambda pair: pair[which].value or 0) for which in (0, 1))
    ends = [by_x[-1], by_x[0], by_y[-1], by_y[0]]
    wanted = list(dict.fromkeys([*(pair for pair in both if pair[1].area_code in selected), *ends]))
    taken: list[tuple[float, float, float]] = []
    named = []
    for x, y in wanted[:MOST_NAMES]:
        at, height_at = across.share(x.value or 0) * width, upward.share(y.value or 0) * height
        room = text_width(area_label(y.area_code), size=SMALL) + 12
        left = at + room > width
        start = at - room if left else at
        if start >= 0 and all(abs(height_at - other) >= 16 or start + room <= begin or start >= end for other, begin, end in taken):
            taken.append((height_at, start, start + room))
            named.append((x, y, left))
    return named


def picture(
    answer: Answer, *, chart: Chart, selected: Sequence[str], width: int, title: str, description: str
) -> str:
    """Return the points of an answer that has pairs."""
    held, (across, upward) = pairs_of(answer), axes_of(answer)
    left, right = max(text_width(text, size=SMALL) for text in upward.texts) + 14, width - 14.0
    top, bottom = float(TOP), float(chart.height - BOTTOM)

    def x(value: float) -> float:
        return left + (right - left) * across.share(value)

    def y(value: float) -> float:
        return bottom - (bottom - top) * upward.share(value)

    grid = "".join(f"M{n(left)} {n(y(value))}H{n(right)}" for value in upward.marks)
    body = [label(answer.label, x=0, y=10, size=SMALL, extra=' font-weight="700"'), f'<path d="{grid}" stroke="{PAINT["rule"]}"/>']
    body += [label(text, x=left - 8, y=y(value), anchor="end", size=SMALL)
             for value, text in zip(upward.marks, upward.texts, strict=True)]
    for value, text in zip(across.marks, across.texts, strict=True):
        body.append(f'<path d="M{n(x(value))} {n(bottom)}v5" stroke="{PAINT["outline"]}"/>')
        body.append(label(text, x=x(value), y=bottom + 16, anchor="middle", paint="muted", size=SMALL))
    name = across_label(answer) + (" (logarithmic)" if across.log else "")
    body.append(label(name, x=(left + right) / 2, y=bottom + 42, anchor="middle", size=SMALL))
    for other, row in held.both:
        body.append(_point(other, row, answer=answer, at=(x(other.value or 0), y(row.value or 0)), chosen=row.area_code in selected,
                           whisker=_whiskers(other, row, x=x, y=y)))
    for row in held.lone:
        sideways = row.role == AGAINST
        d = f"M{n(x(row.value or 0))} {n(bottom)}v-9" if sideways else f"M{n(left)} {n(y(row.value or 0))}h9"
        body.append(f'<path d="{d}" stroke="{PAINT["reference"]}" stroke-width="2"{stands_for(row)}>'
                    f"{says(area_label(row.area_code), shown(row))}</path>")
    for other, row, is_left in labelled(answer, selected, width=right - left, height=bottom - top):
        body.append(label(area_label(row.area_code), x=x(other.value or 0) + (-10 if is_left else 10), y=y(row.value or 0),
                          anchor="end" if is_left else "start", size=SMALL))
    return document(body, slug=chart.slug, width=width, height=chart.height, title=title, description=description,
                    illustrative=answer.origin == "illustrative")


def _whiskers(other: Row, row: Row, *, x: Callable[[float], float], y: Callable[[float], float]) -> str:
    d = ""
    if bounded(row):
        d += f"M{n(x(other.value or 0))} {n(y(row.lower or 0))}V{n(y(row.upper or 0))}"
    if bounded(other):
        d += f"M{n(x(other.lower or 0))} {n(y(row.value or 0))}H{n(x(other.upper or 0))}"
    return f'<path d="{d}" fill="none" stroke="{PAINT["reference"]}" stroke-width="1"/>' if d else ""


def _point(other: Row, row: Row, *, answer: Answer, at: tuple[float, float], chosen: bool, whisker: str) -> str:
    """Return a point: a group that stands for the value along, in it the mark that stands for the value up."""
    shape = "m0-8l8 8-8 8-8-8z" if chosen else "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z"
    paint = PAINT["c4" if chosen else "reference"]
    name = area_label(row.area_code)
    main = told(other, row, answer).removesuffix(f": {shown(row)}")
    return (f"<g{stands_for(other)}>{says(name, shown(other))}{whisker}"
            f'<path d="M{n(at[0])} {n(at[1])}{shape}" fill="{paint}"{stands_for(row)}>{says(main, shown(row))}</path></g>')
