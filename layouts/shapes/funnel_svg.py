"""A funnel plot as SVG, and the geometry that both ways of drawing it share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log10
from statistics import quantiles

import numpy as np

from data.comparison import Places
from data.frame import Row, area_label
from data.measures import Measure
from data.statistics.control import Kind
from data.statistics.funnel import INNER, OUTER, Funnel, limits
from layouts.numbers import short
from layouts.shapes.scales import tick_texts, ticks_around
from layouts.shapes.svg_writer import CHARACTER, PAINT, SMALL, document, escape, label, n, stands_for, text_width, wrap

Curve = tuple[list[float], list[float]]
Span = tuple[float, float, float]
"""Where a name or a mark stands: its height, its left and its right end in pixels."""
STEPS = 28
"""Points of each limit."""
MOST_NAMES = 8
FAR = 6.0
"""Widths of the middle half from it, beyond which a value does not stretch the picture."""
TOP, BOTTOM = 24, 62
MARK = 8
"""Pixels from the middle of the mark of a place outside to its edge, and a little more."""
LINE = 17
_PAINTS = {"improving": PAINT["c4"], "concerning": PAINT["s4"], "neither": PAINT["s6"]}


def log(size: float | None) -> float:
    """Return where a base stands on the axis."""
    return log10(size or 1)


def kind_of(standing: int, *, direction: str) -> Kind:
    """Return what it means to stand outside, given the direction in which a measure is better."""
    if not standing:
        return "common cause"
    if direction == "neither":
        return "neither"
    return "improving" if (standing > 0) == (direction == "higher") else "concerning"


def curves(found: Funnel, *, factor: float) -> tuple[list[float], Curve, Curve]:
    """Return bases from just under the smallest to just over the largest, and the 95% and 99.8% limits at each."""
    sizes = np.geomspace(max(found.sizes.min() / 1.25, 1.0), found.sizes.max() * 1.25, STEPS)
    drawn: list[Curve] = []
    for z in (INNER, OUTER):
        low, high = limits(found, sizes=sizes, z=z)
        drawn.append(([float(f"{value * factor:.5g}") for value in low], [float(f"{value * factor:.5g}") for value in high]))
    return [float(f"{size:.5g}") for size in sizes], drawn[0], drawn[1]


def scale_of(held: Places, *, factor: float) -> list[float]:
    """Return round numbers around the values and the limits of the middling place; values far from the rest are left out."""
    assert isinstance(held.found, Funnel)
    low, high = limits(held.found, sizes=[float(np.median(held.found.sizes))], z=OUTER)
    known = [row.value for row in held.rows if row.value is not None]
    first, _, third = quantiles(known, method="inclusive")
    reach = FAR * (third - first)
    values = [value for value in known if first - reach <= value <= third + reach] or known
    least, most = min(*values, float(low[0]) * factor), max(*values, float(high[0]) * factor)
    return ticks_around(least, most if most > least else least + 1.0)


def beyond(held: Places, scale: Sequence[float]) -> list[Row]:
    """Return the places whose value lies outside the picture: they stand at its edge."""
    return [row for row in held.rows if row.value is not None and not scale[0] <= row.value <= scale[-1]]


def log_ticks(low: float, high: float, *, most: int) -> list[float]:
    """Return at most so many round numbers between two bases: 1, 2 and 5 times powers of ten, or the powers alone."""
    powers = range(int(log10(low)) - 1, int(log10(high)) + 2)
    for factors in ((1, 2, 5), (1, 3), (1,)):
        found = [factor * 10.0**power for power in powers for factor in factors if low <= factor * 10.0**power <= high]
        if 0 < len(found) <= most:
            break
    if not found:  # bases so much alike that no round number lies between them
        return [float(f"{(low * high) ** 0.5:.2g}")]
    return found[:: -(-len(found) // most)]


def _free(span: Span, others: Iterable[Span]) -> bool:
    """Whether a name would lie on none of the others."""
    y, start, end = span
    return all(abs(y - over) >= 16 or end <= begin or start >= stop for over, begin, stop in others)


def labelled(
    held: Places, selected: Sequence[str], *, sizes: Sequence[float], scale: Sequence[float], width: float, height: float
) -> list[tuple[int, bool]]:
    """Return the places whose name stands beside their point, and whether it stands left of it.

    The chosen ones come first, then those furthest outside; a name that would lie on another is left out, and one that would
    lie on the mark of another such place, unless it is that of a chosen one.
    """
    assert isinstance(held.found, Funnel)

    def spot(place: int) -> tuple[float, float]:
        row = held.rows[place]
        return (width * (log(row.denominator) - log10(sizes[0])) / (log10(sizes[-1]) - log10(sizes[0])),
                height * ((row.value or 0) - scale[0]) / (scale[-1] - scale[0]))

    order = sorted(range(len(held.rows)), key=lambda place: (
        held.rows[place].area_code not in selected, -abs(int(held.found.standing[place]))))  # type: ignore[union-attr]
    marked = [place for place in order if held.rows[place].area_code in selected or held.found.standing[place]]
    marks = {place: (y, x - MARK, x + MARK) for place, (x, y) in ((place, spot(place)) for place in marked)}
    taken: list[Span] = []
    named: list[tuple[int, bool]] = []
    for place in marked:
        x, y = spot(place)
        room = text_width(area_label(held.rows[place].area_code), size=SMALL) + 12
        sides = (True,) if x + room > width else (False, True) if x > room else (False,)
        spans = {left: (y, x - room, x) if left else (y, x, x + room) for left in sides}
        apart = [left for left in sides if _free(spans[left], taken)]
        clear = [left for left in apart if _free(spans[left], [mark for other, mark in marks.items() if other != place])]
        for left in (clear or (apart if held.rows[place].area_code in selected else []))[:1]:
            taken.append(spans[left])
            named.append((place, left))
    return named[:MOST_NAMES]


def picture(
    held: Places, found: Funnel, *, measure: Measure, selected: Sequence[str], width: int, height: int, slug: str, title: str,
    description: str, base: str, told: Sequence[str], illustrative: bool,
) -> str:
    """Return the funnel as an SVG; ``told`` says each place in words, ``base`` names the axis of sizes."""
    factor = measure.factor
    sizes, inner, outer = curves(found, factor=factor)
    scale = scale_of(held, factor=factor)
    texts = tick_texts(scale, unit=measure.unit)
    left, right = max(text_width(text, size=SMALL) for text in texts) + 14, width - 12.0
    below = wrap(base, most=int((right - left) / (SMALL * CHARACTER)))
    top, bottom = float(TOP), float(height - BOTTOM - LINE * (len(below) - 1))

    def x(size: float) -> float:
        return left + (right - left) * (log10(size) - log10(sizes[0])) / (log10(sizes[-1]) - log10(sizes[0]))

    def y(value: float) -> float:
        return bottom - (bottom - top) * (min(max(value, scale[0]), scale[-1]) - scale[0]) / (scale[-1] - scale[0])

    grid = "".join(f"M{n(left)} {n(y(value))}H{n(right)}" for value in scale)
    body = [f'<path d="{grid}" stroke="{PAINT["rule"]}"/>']
    body += [label(text, x=left - 8, y=y(value), anchor="end", size=SMALL) for value, text in zip(scale, texts, strict=True)]
    for mark in log_ticks(sizes[0], sizes[-1], most=6 if right - left > 300 else 4):
        body.append(f'<path d="M{n(x(mark))} {n(bottom)}v5" stroke="{PAINT["outline"]}"/>'
                    + label(short(mark), x=x(mark), y=bottom + 15, anchor="middle", paint="muted", size=SMALL))
    body += [label(line, x=(left + right) / 2, y=bottom + 40 + LINE * place, anchor="middle", paint="muted", size=SMALL)
             for place, line in enumerate(below)]
    body.append(f'<path d="M{n(left)} {n(y(found.centre * factor))}H{n(right)}" stroke="{PAINT["muted"]}" stroke-width="1.5"/>')
    for (low, high), dash in ((inner, ' stroke-dasharray="6 4"'), (outer, "")):
        d = "".join("M" + "L".join(f"{n(x(size))} {n(y(value))}" for size, value in zip(sizes, side, strict=True))
                    for side in (low, high))
        body.append(f'<path d="{d}" fill="none" stroke="{PAINT["reference"]}" stroke-width="1.5"{dash}/>')
    for row, standing, words in zip(held.rows, found.standing, told, strict=True):
        spot = f"{n(x(row.denominator or 1))} {n(y(row.value or 0))}"
        if row.area_code in selected:
            body.append(f'<path d="M{spot}m-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0z" fill="none" stroke="{PAINT["ink"]}" '
                        'stroke-width="2"/>')
        body.append(f'<path d="M{spot}{_drawn(int(standing), measure)}{stands_for(row)}><title>{escape(words)}</title></path>')
    for place, is_left in labelled(held, selected, sizes=sizes, scale=scale, width=right - left, height=bottom - top):
        row = held.rows[place]
        body.append(label(area_label(row.area_code), x=x(row.denominator or 1) + (-11 if is_left else 11), y=y(row.value or 0),
                          anchor="end" if is_left else "start", size=SMALL))
    return document(body, slug=slug, width=width, height=height, title=title, description=description,
                    illustrative=illustrative)


def _drawn(standing: int, measure: Measure) -> str:
    """Return a disc within the limits, a triangle outside: hollow between the two limits, filled beyond both."""
    if not standing:
        return f'm-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z" fill="{PAINT["reference"]}"'
    shape = "m0-7l7 12h-14z" if standing > 0 else "m0 7l7-12h-14z"
    paint = _PAINTS[kind_of(standing, direction=measure.direction)]
    return f'{shape}" fill="{PAINT["ground"] if abs(standing) == 1 else paint}" stroke="{paint}" stroke-width="2"'
