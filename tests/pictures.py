"""What a picture of a chart holds, read from its SVG: every text with the box that it fills, every value with its key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

from layouts.lettering import width_of

SVG = "{http://www.w3.org/2000/svg}"
ASCENT, DESCENT = 0.72, 0.2
"""What letters take above and below their line, as a share of the type size."""


@dataclass(frozen=True)
class Box:
    """A text and the pixels of the picture that it fills."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    own: bool
    """Whether it stands around the figure, not in it."""

    def within(self, width: float, height: float) -> bool:
        return self.left >= -0.5 and self.top >= -0.5 and self.right <= width + 0.5 and self.bottom <= height + 0.5

    def meets(self, other: Box, *, slack: float) -> bool:
        """Whether two texts lie on each other by more than ``slack`` pixels both ways."""
        return (min(self.right, other.right) - max(self.left, other.left) > slack
                and min(self.bottom, other.bottom) - max(self.top, other.top) > slack)


@dataclass(frozen=True)
class _Place:
    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    size: float = 16.0
    bold: bool = False
    anchor: str = "start"
    own: bool = True

    def inside(self, element: ElementTree.Element) -> _Place:
        x, y, scale, own = self.x, self.y, self.scale, self.own
        moved = re.search(r"translate\(([-\d.]+) ([-\d.]+)\)", element.get("transform", ""))
        grown = re.search(r"scale\(([\d.]+)\)", element.get("transform", ""))
        if moved:
            x, y = x + scale * float(moved[1]), y + scale * float(moved[2])
        if grown:
            scale *= float(grown[1])
        if element.tag == f"{SVG}svg" and element.get("x"):
            x, y, own = x + scale * float(element.get("x", 0)), y + scale * float(element.get("y", 0)), False
            scale *= float(element.get("width", 0)) / float(element.get("viewBox", "").split()[2])
        return _Place(x, y, scale, float(element.get("font-size", self.size)),
                      element.get("font-weight") == "700" if element.get("font-weight") else self.bold,
                      element.get("text-anchor", self.anchor), own)


def texts_of(picture: str) -> list[Box]:
    """Return every text of a picture."""
    return list(_texts(ElementTree.fromstring(picture.encode()), _Place()))


def _texts(element: ElementTree.Element, place: _Place) -> Iterator[Box]:
    here = place.inside(element)
    if element.tag == f"{SVG}text":
        yield from _lines(element, here)
        return
    for child in element:
        yield from _texts(child, here)


def _lines(element: ElementTree.Element, place: _Place) -> Iterator[Box]:
    x, y = float(element.get("x", 0)), float(element.get("y", 0))
    for part in [element, *element]:
        here = place.inside(part) if part is not element else place
        words = part.text or ""
        x, y = float(part.get("x", x)) + float(part.get("dx", 0)), float(part.get("y", y))
        wide = width_of(words, size=here.size, bold=here.bold)
        start = x - wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[here.anchor]
        if words.strip():
            yield Box(words, place.x + place.scale * start, place.y + place.scale * (y - ASCENT * here.size),
                      place.x + place.scale * (start + wide), place.y + place.scale * (y + DESCENT * here.size), place.own)
        if not part.get("x") or part is element:
            x += wide


def size_of(picture: str) -> tuple[float, float]:
    """Return the pixels that a picture is drawn in."""
    _, _, width, height = ElementTree.fromstring(picture.encode()).get("viewBox", "").split()
    return float(width), float(height)


def values_in(picture: str) -> dict[str, str]:
    """Return the value of every key that a picture draws."""
    return {element.get("data-key", ""): element.get("data-value", "")
            for element in ElementTree.fromstring(picture.encode()).iter() if element.get("data-key")}
