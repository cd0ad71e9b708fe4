"""Lines through time as SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from data.frame import Row
from data.periods import window_label
from data.query import Answer
from layouts.charts import Chart
from layouts.events import Event, events_in
from layouts.numbers import bounded, brief, shown
from layouts.shapes.naming import description, subject
from layouts.shapes.scales import apart, month_ticks, tick_text, ticks
from layouts.shapes.series import Break, Series, bands, breaks_in, last_valued, provisional, revised, runs, shaded, values_of, worded
from layouts.shapes.svg_writer import (
    PAINT,
    SMALL,
    cut,
    document,
    escape,
    label,
    n,
    says,
    stands_for,
    text_width,
    wrap,
)
from layouts.theme import BAND

NARROW = 480
TOP, BOTTOM = 24, 44
ABOVE, BELOW = 14, 10
"""Pixels by which names may stand above and below the plot."""
WORD = 8
"""Pixels less above it, where the word *illustrative* stands in the corner."""
_DASHES = ("", "9 5", "2 4", "9 4 2 4", "15 5", "15 4 2 4")
_LATE = "2.5 3"
"""Dashes of what is provisional."""
_SYMBOLS = (
    "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z", "m-3.5-3.5h7v7h-7z", "m0-5l5 5-5 5-5-5z", "m0-5l5 9h-10z",
    "m-1.5-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z", "m-4-2l2-2 2 2 2-2 2 2-2 2 2 2-2 2-2-2-2 2-2-2 2-2z",
)
"""A point of each series, from its centre: circle, square, diamond, triangle, plus, cross."""


@dataclass(frozen=True)
class Plane:
    """The plot: its edges in pixels and the two scales."""

    left: float
    right: float
    top: float
    bottom: float
    x: Callable[[int], float]
    y: Callable[[float], float]


def draw(answer: Answer, series: Sequence[Series], *, ends: Sequence[int], chart: Chart, width: int) -> str:
    """Return lines in one panel, as an SVG of ``width`` by the chart's height."""
    breaks, events = breaks_in(answer, ends), events_in(answer, ends)
    scale = ticks(*values_of(series))
    names = _named(series, ends=ends, width=width)
    texts = [tick_text(value, unit=answer.measure.unit) for value in scale]
    left = max(text_width(text, size=SMALL) for text in texts) + 14
    right = width - 34 - max(text_width(part, size=SMALL) for name in names for part in name)
    plane = plane_of(ends, scale, left=left, right=right, top=TOP, bottom=chart.height - BOTTOM)
    most = 6 if right - left > 260 else 4
    body = [*behind(plane, shades=shaded(series, ends=ends, finished=answer.finished), scale=scale),
            *value_marks(plane, scale, texts), *month_marks(plane, month_ticks(ends, most=most)),
            *break_lines(plane, breaks, words=worded(breaks, ends)), *event_lines(plane, events, worded=True)]
    joined = answer.measure.trend and len(ends) > 1
    if joined:
        body += [band_of(plane, line, place=place, breaks=breaks) for place, line in enumerate(series)]
    for place, line in enumerate(series):
        body.append(line_of(plane, line, place=place, breaks=breaks, joined=joined))
    body += _names(plane, series, names, over=WORD if answer.origin == "illustrative" else 0)
    return document(
        body, slug=chart.slug, width=width, height=chart.height, title=f"{chart.title}: {subject(answer)}",
        description=" ".join([description(answer, chart=chart, by=chart.by), *(each.reason for each in breaks),
                              *(each.named for each in events)]),
        illustrative=answer.origin == "illustrative",
    )


def least(answer: Answer, series: Sequence[Series], *, ends: Sequence[int], width: float) -> float:
    """Return the height in which the names at the ends of lines stand below each other, inside their picture."""
    names = [name for line, name in zip(series, _named(series, ends=ends, width=width), strict=True) if last_valued(line)]
    return sum(map(_tall, names)) + TOP - ABOVE + BOTTOM - BELOW + (WORD if answer.origin == "illustrative" else 0)


def _named(series: Sequence[Series], *, ends: Sequence[int], width: float) -> list[list[str]]:
    """Return the name of each line in lines of text, with its value where it has one alone."""
    letters = 16 if width >= NARROW else 11
    return [wrap(line.name, most=letters) + ([brief(line.rows[-1])] if len(ends) == 1 else []) for line in series]


def _tall(name: Sequence[str]) -> float:
    return 15.0 * len(name) + 3


def plane_of(
    ends: Sequence[int], scale: Sequence[float], *, left: float, right: float, top: float, bottom: float
) -> Plane:
    """Return a plot between its edges, for these months and these marks of values."""
    first, months = ends[0], ends[-1] - ends[0]
    low, span = scale[0], scale[-1] - scale[0]

    def x(month: int) -> float:
        return left + (right - left) * ((month - first) / months if months else 0.5)

    def y(value: float) -> float:
        return bottom - (bottom - top) * (value - low) / span

    return Plane(left, right, top, bottom, x, y)


def behind(
    plane: Plane, *, shades: Sequence[tuple[int, int]], scale: Sequence[float], zero: bool = True
) -> list[str]:
    """Return what lies behind lines: shades of provisional months, the grid, the line of nothing where it is in view."""
    body = [f'<rect x="{n(plane.x(start))}" y="{n(plane.top)}" width="{n(plane.x(end) - plane.x(start))}" '
            f'height="{n(plane.bottom - plane.top)}" fill="{PAINT["rule"]}" opacity=".4"/>' for start, end in shades]
    d = "".join(f"M{n(plane.left)} {n(plane.y(value))}H{n(plane.right)}" for value in scale if value)
    nothing = f'<path d="M{n(plane.left)} {n(plane.y(0))}H{n(plane.right)}" stroke="{PAINT["muted"]}"/>' if zero else ""
    return [*body, f'<path d="{d}" stroke="{PAINT["rule"]}"/>{nothing}']


def value_marks(plane: Plane, scale: Sequence[float], texts: Sequence[str]) -> list[str]:
    """Return the numbers left of a plot."""
    return [label(text, x=plane.left - 8, y=plane.y(value), anchor="end", size=SMALL)
            for value, text in zip(scale, texts, strict=True)]


def month_marks(plane: Plane, marked: Sequence[tuple[int, str, str]]) -> list[str]:
    """Return the months below a plot, each with its tick."""
    body = []
    for end, first, second in marked:
        body.append(f'<path d="M{n(plane.x(end))} {n(plane.bottom)}v5" stroke="{PAINT["outline"]}"/>')
        body.append(label(first, x=plane.x(end), y=plane.bottom + 15, anchor="middle", paint="muted", size=SMALL))
        if second:
            body.append(label(second, x=plane.x(end), y=plane.bottom + 31, anchor="middle", paint="muted", size=SMALL))
    return body


def break_lines(plane: Plane, breaks: Sequence[Break], *, words: Sequence[bool]) -> list[str]:
    """Return the lines of breaks, with the word above those that have room for it."""
    return [
        f'<path d="M{n(plane.x(each.month))} {n(plane.top)}V{n(plane.bottom)}" stroke="{PAINT["reference"]}" '
        f'stroke-dasharray="2 3"><title>{escape(each.reason)}</title></path>'
        + (label("break", x=plane.x(each.month), y=plane.top - 9, anchor="middle", paint="muted", size=SMALL)
           if word else "")
        for each, word in zip(breaks, words, strict=True)
    ]


def event_lines(plane: Plane, events: Sequence[Event], *, worded: bool) -> list[str]:
    """Return the lines of events; above each its letter, or its words where it is alone, if there is room."""
    body = []
    for each in events:
        x = plane.x(each.month)
        body.append(f'<path d="M{n(x)} {n(plane.top)}V{n(plane.bottom)}" stroke="{PAINT["reference"]}">'
                    f"<title>{escape(each.named)}</title></path>")
        if worded and each.letter:
            body.append(label(each.letter, x=x, y=plane.top - 9, anchor="middle", paint="muted", size=SMALL))
        elif worded:
            right = 2 * x < plane.left + plane.right
            words = cut(each.text, room=plane.right - x if right else x - plane.left, size=SMALL)
            body.append(label(words, x=x, y=plane.top - 9, anchor="start" if right else "end", paint="muted", size=SMALL))
    return body


def band_of(plane: Plane, line: Series, *, place: int, breaks: Sequence[Break]) -> str:
    """Return the intervals of a line as a band behind it, as a whisker where a point stands alone."""
    paint = _paint(line, place)
    d = lone = ""
    for stretch in bands(line.rows, breaks=breaks):
        if len(stretch) == 1:
            lone += _whisker(plane, stretch[0])
            continue
        there = "L".join(f"{n(plane.x(row.end))} {n(plane.y(row.upper or 0))}" for row in stretch)
        back = "L".join(f"{n(plane.x(row.end))} {n(plane.y(row.lower or 0))}" for row in reversed(stretch))
        d += f"M{there}L{back}z"
    drawn = f'<path d="{d}" fill="{paint}" fill-opacity="{BAND}" pointer-events="none"/>' if d else ""
    return drawn + (f'<path d="{lone}" fill="none" stroke="{paint}" stroke-width="1.5"/>' if lone else "")


def _paint(line: Series, place: int) -> str:
    return PAINT["reference"] if line.reference else PAINT[f"s{place % 6 + 1}"]


def _whisker(plane: Plane, row: Row) -> str:
    x, low, high = plane.x(row.end), plane.y(row.lower or 0), plane.y(row.upper or 0)
    return f"M{n(x - 3)} {n(low)}h6m-3 0V{n(high)}m-3 0h6"


def line_of(plane: Plane, line: Series, *, place: int, breaks: Sequence[Break], joined: bool) -> str:
    """Return one line with its points; the colour, the dash and the symbol follow from its place."""
    paint = _paint(line, place)
    dash = "6 4" if line.reference else _DASHES[place % 6]
    drawn = [[(row, f"{n(plane.x(row.end))} {n(plane.y(row.value or 0))}") for row in stretch]
                 for stretch in runs(line.rows, breaks=breaks)]
    parts = []
    for d, dashes in zip(_paths(drawn), (dash, _LATE), strict=True) if joined else ():
        if d:
            dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
            parts.append(f'<path d="{d}" fill="none" stroke="{paint}" stroke-linejoin="round" '
                         f'stroke-width="{1.5 if line.reference else 2.5}"{dashed}/>')
    if not joined:
        whiskers = "".join(_whisker(plane, row) for stretch in drawn for row, _ in stretch if bounded(row))
        if whiskers:
            parts.append(f'<path d="{whiskers}" fill="none" stroke="{paint}" stroke-width="1.5"/>')
    symbol = _SYMBOLS[0 if joined else place % len(_SYMBOLS)]
    seen, unseen = [], []
    for stretch in drawn:
        for row, spot in stretch:
            title = says(f"{line.name}, {window_label((row.start, row.end))}", shown(row))
            if joined and len(stretch) > 1 and not provisional(row) and not revised(row):
                unseen.append(f'<path d="M{spot}h0"{stands_for(row)}>{title}</path>')
            else:
                hollow = _hollow(paint) if provisional(row) else ""
                drawn_as = _SYMBOLS[2] if joined and revised(row) else symbol
                seen.append(f'<path d="M{spot}{drawn_as}"{hollow}{stands_for(row)}>{title}</path>')
    if unseen:
        parts.append(f'<g stroke="transparent" stroke-width="10" stroke-linecap="round">{"".join(unseen)}</g>')
    if seen:
        parts.append(f'<g fill="{paint}">{"".join(seen)}</g>')
    return "".join(parts)


def _paths(drawn: Sequence[Sequence[tuple[Row, str]]]) -> tuple[str, str]:
    """Return the firm parts of a line and the provisional ones, which begin at the last firm point."""
    firm = late = ""
    for stretch in drawn:
        letter = ("", "")
        for (before, there), (row, spot) in zip(stretch, stretch[1:], strict=False):
            if provisional(before) or provisional(row):
                late += f"L{spot}" if letter[1] == there else f"M{there}L{spot}"
                letter = ("", spot)
            else:
                firm += f"L{spot}" if letter[0] == there else f"M{there}L{spot}"
                letter = (spot, "")
    return firm, late


def _hollow(paint: str) -> str:
    return f' fill="{PAINT["ground"]}" stroke="{paint}" stroke-width="2"'


def _names(plane: Plane, series: Sequence[Series], names: Sequence[Sequence[str]], *, over: float) -> list[str]:
    """Return the names at the ends of the lines, moved apart, each tied to its line, below what is written ``over`` them."""
    drawn = []
    for place, (line, name) in enumerate(zip(series, names, strict=True)):
        last = last_valued(line)
        if last is not None:
            drawn.append((line, name, last, _paint(line, place)))
    wanted = [plane.y(row.value or 0) for _, _, row, _ in drawn]
    placed = apart(wanted, heights=[_tall(name) for _, name, _, _ in drawn],
                   low=plane.top - ABOVE + over, high=plane.bottom + BELOW)
    x = plane.right + 24
    body = []
    for (line, name, row, paint), want, moved in zip(drawn, wanted, placed, strict=True):
        end = plane.x(row.end)
        body.append(f'<path d="M{n(end + 5)} {n(want)}L{n(plane.right + 8)} {n(want)}L{n(x - 4)} {n(moved)}" '
                    f'fill="none" stroke="{paint}"/>')
        body.append(label(name, x=x, y=moved, size=SMALL, paint="muted" if line.reference else "ink"))
    return body
