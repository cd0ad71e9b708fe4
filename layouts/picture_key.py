"""The key of a picture: the swatches of the style sheet as SVG, in rows as wide as there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from layouts.lettering import RISE, Text, set_in
from layouts.shapes.classes import COLOURS
from layouts.shapes.shape import LegendItem
from layouts.shapes.svg_writer import PAINT, escape, n
from layouts.theme import BAND

_GAP = 1.2
"""Space between two items, as a share of the type size."""
_LINES = {
    "compare": ("reference", 2, "4 3"), "centre": ("muted", 2, ""), "limit": ("muted", 2, "4 3"), "target": ("below", 3, "3 3"),
    "inner": ("reference", 2, "4 3"), "outer": ("reference", 2, ""),
}
"""Swatches that lie: their paint, width and dashes."""
_UPRIGHT = {"tick": ("reference", 3), "event": ("muted", 2), "edge": ("reference", 2), "break": ("muted", 1)}
"""Swatches that stand: their paint and width."""
_JUDGED = {"improving": "c4", "concerning": "s4", "neither": "s6"}
_STRENGTH = {"part": 0.75, "band": BAND}
_BOXES = {**{name: name for name in COLOURS}, "outside": "outside", "residents": "reference"}


@dataclass(frozen=True)
class Key:
    """The items of a key, each at its place, and the height of all."""

    placed: tuple[tuple[LegendItem, Text, float, float], ...] = ()
    height: float = 0
    size: int = 14


def key_of(items: Sequence[LegendItem], *, room: float, size: int, below: bool = False) -> Key:
    """Return a key in rows no wider than ``room``; ``below``: each item in a row of its own."""
    indent, x, y, tall = size * 1.5, 0.0, 0.0, 0.0
    placed = []
    for item in items:
        text = set_in(item.text, room=room - indent, size=size)
        if x and (below or x + indent + text.width > room):
            x, y = 0.0, y + tall + size * 0.25
            tall = 0.0
        placed.append((item, text, x, y))
        x += indent + text.width + size * _GAP
        tall = max(tall, text.height)
    return Key(tuple(placed), y + tall, size)


def drawn_key(key: Key, *, x: float, y: float, slug: str) -> list[str]:
    """Return a key as SVG with its upper left corner at ``x`` and ``y``; ``slug`` names the hatch of its figure."""
    body = []
    for item, text, right, down in key.placed:
        side = key.size
        left, top = x + right, y + down + (key.size * RISE - side) / 2
        body.append(f'<g transform="translate({n(left)} {n(top)}) scale({side / 16:.3f})">{swatch(item.swatch, slug=slug)}</g>')
        body += written(text, x=left + key.size * 1.5, y=y + down)
    return body


def written(text: Text, *, x: float, y: float) -> list[str]:
    """Return the lines of a text as SVG, the first one's top at ``y``."""
    from_, bold = f' font-size="{text.size}"', ' font-weight="700"' if text.bold else ""
    return [f'<text x="{n(x)}" y="{n(y + text.size * (RISE * place + 1.02))}"{from_}{bold} fill="{PAINT[text.paint]}">{escape(line)}</text>'
            for place, line in enumerate(text.lines)]


def swatch(name: str, *, slug: str) -> str:
    """Return a swatch in a square of 16 pixels. Raises ``KeyError`` for one that is not known."""
    first, *more = name.split()
    if first in _LINES:
        paint, wide, dashes = _LINES[first]
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        return f'<path d="M0 8h16" stroke="{PAINT[paint]}" stroke-width="{wide}"{dashed}/>'
    if first in _UPRIGHT:
        paint, wide = _UPRIGHT[first]
        return f'<path d="M8 0v16" stroke="{PAINT[paint]}" stroke-width="{wide}"/>'
    if first in ("high", "low"):
        paint = PAINT[_JUDGED[more[0]]]
        filled = f'fill="{PAINT["ground"]}" stroke="{paint}" stroke-width="2"' if "open" in more else f'fill="{paint}"'
        return f'<path d="{"M8 2l6 11h-12z" if first == "high" else "M8 14l6-11h-12z"}" {filled}/>'
    if first in ("point", "small"):
        return f'<circle cx="8" cy="8" r="{4 if first == "small" else 6}" fill="{PAINT["s1"]}"/>'
    if first == "hollow":
        return f'<circle cx="8" cy="8" r="5" fill="{PAINT["ground"]}" stroke="{PAINT["ink"]}" stroke-width="2"/>'
    if first in ("diamond", "revised"):
        return f'<path d="M8 1l7 7-7 7-7-7z" fill="{PAINT["c4" if first == "diamond" else "ink"]}"/>'
    if first in _STRENGTH:
        return f'<path d="M0 0h16v16h-16z" fill="{PAINT["s1"]}" opacity="{_STRENGTH[first]}"/>'
    outlined = f' stroke="{PAINT["outline"]}"' + (' stroke-dasharray="3 2"' if first == "blank" else "")
    if first in ("hatch", "blank"):
        fill = f"url(#{slug}-hatch)" if first == "hatch" else "none"
        return f'<path d="M.5 .5h15v15h-15z" fill="{fill}"{outlined}/>'
    return f'<path d="M.5 .5h15v15h-15z" fill="{PAINT[_BOXES[first]]}"{outlined}/>'
