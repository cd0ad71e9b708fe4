"""A control chart as SVG: points in order of time, mean and limits of each stretch, signals in shapes of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from data.controls import Control
from data.measures import Measure
from data.statistics.control import Kind, Limits, Point, Variation, variation_of
from data.targets import Target
from layouts.numbers import number
from layouts.shapes.lines_svg import behind, month_marks, plane_of, value_marks
from layouts.shapes.scales import apart, month_ticks, tick_texts, ticks_around
from layouts.shapes.svg_writer import PAINT, SMALL, document, escape, label, n, stands_for, text_width

TOP, BOTTOM = 24, 44
NARROW = 480
_PAINTS = {"improving": PAINT["c4"], "concerning": PAINT["s4"], "neither": PAINT["s6"]}
Level = tuple[str, float, str]
"""A line across the chart: its name, its value, the token that paints it."""


def kind_of(point: Point | None, *, direction: str) -> Kind:
    """Return what a point says, given the direction in which a measure is better."""
    if point is None:
        return "common cause"
    found: Variation = variation_of(point, improvement=direction)  # type: ignore[arg-type]
    return found.kind


def spans_of(found: Control, ends: Sequence[int]) -> Iterator[tuple[Limits, int, int]]:
    """Yield the limits of each stretch with its first and its last month."""
    for part in found.segments:
        yield part, ends[part.start], ends[part.end - 1]


def levels(found: Control, target: Target | None) -> list[Level]:
    """Return the lines that are named at the right: those of the latest stretch, and the target."""
    named: list[Level] = []
    if found.segments:
        part = found.segments[-1]
        named = [("limit", part.upper, "muted"), ("mean", part.mean, "muted"), ("limit", part.lower, "muted")]
    return [*named, ("target", target.target, "below")] if target is not None else named


def scale_of(found: Control, target: Target | None) -> list[float]:
    """Return round numbers around all values, limits and the target."""
    values = [row.value for row in found.rows if row.value is not None]
    values += [value for part in found.segments for value in (part.lower, part.upper)]
    values += [target.target] if target is not None else []
    low, high = float(min(values)), float(max(values))
    if low == high:
        low, high = min(low, 0.0), max(high, 0.0)
    return ticks_around(low, high if high > low else low + 1.0)


def shades_of(found: Control) -> list[tuple[int, int]]:
    """Return the stretches of months to shade as provisional."""
    late = {id(row) for row in found.left_out}
    return [(before.end, row.end) for before, row in zip((found.rows[0], *found.rows), found.rows, strict=False)
            if id(row) in late]


def picture(
    found: Control, *, measure: Measure, target: Target | None, base: float | None, width: int, height: int, slug: str,
    title: str, description: str, told: Sequence[str], illustrative: bool = False,
) -> str:
    """Return the chart as an SVG; ``told`` says each period in words."""
    ends = [row.end for row in found.rows]
    scale = scale_of(found, target)
    names = [(f"{name} {number(value, unit=measure.unit, base=base)}", value, paint)
             for name, value, paint in levels(found, target)]
    texts = tick_texts(scale, unit=measure.unit)
    left = max(text_width(text, size=SMALL) for text in texts) + 14
    right = width - 30 - max((text_width(name, size=SMALL) for name, _, _ in names), default=0)
    plane = plane_of(ends, scale, left=left, right=right, top=TOP, bottom=height - BOTTOM)
    body = [*behind(plane, shades=shades_of(found), scale=scale, zero=scale[0] <= 0 <= scale[-1]),
            *value_marks(plane, scale, texts), *month_marks(plane, month_ticks(ends, most=6 if right - left > 260 else 4))]
    for part, start, end in spans_of(found, ends):
        dashed = "".join(f"M{n(plane.x(start))} {n(plane.y(value))}H{n(plane.x(end))}" for value in (part.lower, part.upper))
        body.append(f'<path d="M{n(plane.x(start))} {n(plane.y(part.mean))}H{n(plane.x(end))}" stroke="{PAINT["muted"]}" '
                    f'stroke-width="1.5"/><path d="{dashed}" stroke="{PAINT["muted"]}" stroke-width="1.5" '
                    'stroke-dasharray="6 4"/>')
    if target is not None:
        body.append(f'<path d="M{n(plane.left)} {n(plane.y(target.target))}H{n(plane.right)}" stroke="{PAINT["below"]}" '
                    'stroke-width="2" stroke-dasharray="2 4"/>')
    for month in found.restarts if found.segments else ():
        body.append(f'<path d="M{n(plane.x(month))} {n(plane.top)}V{n(plane.bottom)}" stroke="{PAINT["reference"]}" '
                    'stroke-dasharray="2 3"/>')
    spots = [None if row.value is None else f"{n(plane.x(row.end))} {n(plane.y(row.value))}" for row in found.rows]
    if measure.trend:
        starts = {part.start for part in found.segments}
        body.append(f'<path d="{_path(spots, starts)}" fill="none" stroke="{PAINT["accent"]}" stroke-width="1.5" '
                    'stroke-linejoin="round"/>')
    late = {id(row) for row in found.left_out}
    for row, point, spot, words in zip(found.rows, found.points, spots, told, strict=True):
        if spot is not None:
            shape = _hollow() if id(row) in late else _drawn(point, direction=measure.direction)
            body.append(f'<path d="M{spot}{shape}{stands_for(row)}><title>{escape(words)}</title></path>')
    wanted = [plane.y(value) for _, value, _ in names]
    placed = apart(wanted, heights=[17.0] * len(names), low=plane.top - 14, high=plane.bottom + 10)
    for (name, value, _), moved in zip(names, placed, strict=True):
        body.append(f'<path d="M{n(plane.right + 3)} {n(plane.y(value))}L{n(plane.right + 18)} {n(moved)}" fill="none" '
                    f'stroke="{PAINT["reference"]}"/>' + label(name, x=plane.right + 22, y=moved, size=SMALL))
    return document(body, slug=slug, width=width, height=height, title=title, description=description,
                    illustrative=illustrative)


def _path(spots: Sequence[str | None], starts: set[int]) -> str:
    """Return a line through neighbouring points, broken at gaps and where limits start anew."""
    d, drawing = "", False
    for place, spot in enumerate(spots):
        if spot is None:
            drawing = False
            continue
        d += f"{'L' if drawing and place not in starts else 'M'}{spot}"
        drawing = True
    return d


def _hollow() -> str:
    return (f'm-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z" fill="{PAINT["ground"]}" stroke="{PAINT["accent"]}" '
            'stroke-width="2"')


def _drawn(point: Point | None, *, direction: str) -> str:
    """Return a disc of common cause, or a triangle that points the way of the signal."""
    kind = kind_of(point, direction=direction)
    if point is None or kind == "common cause":
        return f'm-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z" fill="{PAINT["reference"]}"'
    shape = "m0-7l7 12h-14z" if point.direction == "high" else "m0 7l7-12h-14z"
    return f'{shape}" fill="{_PAINTS[kind]}" stroke="{PAINT["ink"]}"'
