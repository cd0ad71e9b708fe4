"""The small SVG writer: escapes everything, paints with the tokens of the style sheet.

Every colour is a custom property with its light value as fall-back, so that the same text serves on a
light page, on a dark one and as a file of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape as _escape

from data.frame import Row
from layouts.shapes.classes import COLOURS
from layouts.theme import BELOW, FONT, LIGHT, OUTSIDE, REFERENCE, SERIES

_SPECIAL = re.compile("[&<>\"']")
SIZE = 14
SMALL = 13
CHARACTER = 0.6
"""Width of an average character as a share of the type size, for room that must be kept."""

PAINT: Mapping[str, str] = {
    name: f"var(--{name},{colour})"
    for name, colour in {
        **LIGHT, **COLOURS, **{f"s{place}": colour for place, colour in enumerate(SERIES, start=1)},
        "reference": REFERENCE, "below": BELOW, "outside": OUTSIDE,
    }.items()
}
"""How each token is written in an attribute."""


def escape(text: str) -> str:
    """Return text as it may stand in an element or an attribute."""
    return _escape(text, quote=True) if _SPECIAL.search(text) else text


def n(number: float) -> str:
    """Return a length with one decimal at most."""
    return f"{number:.1f}".removesuffix(".0")


def text_width(text: str, *, size: float = SIZE) -> float:
    """Return about how wide a text is, in pixels."""
    return len(text) * size * CHARACTER


def wrap(text: str, *, most: int) -> list[str]:
    """Return text in lines of at most so many characters; a longer word stands alone."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def cut(text: str, *, room: float, size: float = SIZE) -> str:
    """Return text, shortened with an ellipsis where it is wider than ``room`` pixels."""
    most = int(room / (size * CHARACTER))
    return text if len(text) <= most else f"{text[:max(most - 1, 1)].rstrip()}…"


def label(
    text: str | Sequence[str], *, x: float, y: float, anchor: str = "start", paint: str = "ink", size: int = SIZE,
    extra: str = "",
) -> str:
    """Return one text, its lines centred on ``y``."""
    lines = [text] if isinstance(text, str) else text
    rise = size * 1.15
    top = y + size * 0.35 - rise * (len(lines) - 1) / 2
    placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
    sized = "" if size == SIZE else f' font-size="{size}"'
    painted = "" if paint == "ink" else f' fill="{PAINT.get(paint, paint)}"'
    if len(lines) == 1:
        inner = escape(lines[0])
    else:
        inner = "".join(f'<tspan x="{n(x)}" y="{n(top + rise * place)}">{escape(line)}</tspan>'
                        for place, line in enumerate(lines))
    return f'<text x="{n(x)}" y="{n(top)}"{placed}{sized}{painted}{extra}>{inner}</text>'


def stands_for(row: Row) -> str:
    """Return the attributes by which an element says whose value it draws."""
    value = "" if row.value is None else row.value
    key = f"{row[0]}|{row[1]}|{row[2]}|{row[3]}|{row[4]}|{row[5]}|{row[6]}|{row[7]}"
    return f' data-value="{value}" data-key="{escape(key)}"'


def says(name: str, shown: str) -> str:
    """Return the title that an element shows under the pointer."""
    return f"<title>{escape(name)}: {escape(shown)}</title>"


def hatch(slug: str) -> str:
    """Return the pattern for what is too small to show: diagonal lines."""
    return (f'<pattern id="{slug}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><path d="M1 0v6" stroke="{PAINT["outline"]}" stroke-width="1.2"/>'
            "</pattern>")


def dots(slug: str) -> str:
    """Return the pattern behind illustrative figures: fine dots."""
    return (f'<pattern id="{slug}-dots" width="8" height="8" patternUnits="userSpaceOnUse">'
            f'<circle cx="1" cy="1" r=".8" fill="{PAINT["rule"]}"/></pattern>')


def document(
    body: Sequence[str], *, slug: str, width: float, height: float, title: str, description: str,
    definitions: str = "", illustrative: bool = False,
) -> str:
    """Return a whole ``<svg>``: named and described for readers that cannot see it."""
    behind = word = ""
    if illustrative:
        definitions += dots(slug)
        behind = f'<rect width="{n(width)}" height="{n(height)}" fill="url(#{slug}-dots)"/>'
        word = label("Illustrative figures", x=width - 4, y=12, anchor="end", paint="muted", extra=' font-weight="700"')
    defined = f"<defs>{definitions}</defs>" if definitions else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {n(width)} {n(height)}" role="img" '
        f'aria-labelledby="{slug}-title {slug}-desc" font-family="{escape(FONT)}" font-size="{SIZE}" '
        f'fill="{PAINT["ink"]}"><title id="{slug}-title">{escape(title)}</title>'
        f'<desc id="{slug}-desc">{escape(description)}</desc>{defined}{behind}{"".join(body)}{word}</svg>'
    )
