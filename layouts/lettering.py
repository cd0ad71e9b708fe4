"""The letters of pictures: Open Sans, which comes with the program, measured so that text fits before it is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ttf_opensans
from fontTools.ttLib import TTFont

FAMILY = "'Open Sans', 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
"""What a picture is written in; where a reader of the SVG lacks the first, those behind it are no wider."""
REGULAR, BOLD = Path(ttf_opensans.OPENSANS_REGULAR.path), Path(ttf_opensans.OPENSANS_BOLD.path)
FILES = (REGULAR, BOLD)
RISE = 1.3
"""Pixels from line to line, as a share of the type size."""
_UNKNOWN = 1.0
"""Width of a character that the font lacks, as a share of the type size."""
_INSTEAD: Mapping[str, str] = {"\N{RIGHTWARDS ARROW}": "to", "\N{NARROW NO-BREAK SPACE}": " ", "\N{NON-BREAKING HYPHEN}": "-"}
"""What is written for characters of ours that the font lacks."""
_BREAKS = "/&?=,-"
"""After these an address may go on in the next line."""


@dataclass(frozen=True)
class Text:
    """Text in lines, as it is written."""

    lines: tuple[str, ...]
    size: int
    bold: bool = False
    paint: str = "ink"

    @property
    def height(self) -> float:
        """Its pixels from top to bottom."""
        return len(self.lines) * self.size * RISE

    @property
    def width(self) -> float:
        """The pixels of its widest line."""
        return max((width_of(line, size=self.size, bold=self.bold) for line in self.lines), default=0)


@cache
def _widths(path: Path) -> Mapping[str, float]:
    """Return the width of every character of a font as a share of the type size."""
    with TTFont(path) as font:
        glyphs, units = font["hmtx"].metrics, font["head"].unitsPerEm
        return {chr(code): glyphs[name][0] / units for code, name in font.getBestCmap().items()}


def lettered(text: str) -> str:
    """Return text in the characters of both fonts: another is written as what stands for it, else as ``?``."""
    known = _widths(REGULAR).keys() & _widths(BOLD).keys()
    return "".join(each if each in known or each in "\n\t" else _INSTEAD.get(each, "?") for each in text)


def width_of(text: str, *, size: float, bold: bool = False) -> float:
    """Return how wide a text is, in pixels."""
    widths = _widths(BOLD if bold else REGULAR)
    return sum(widths.get(each, _UNKNOWN) for each in text) * size


def set_in(
    text: str, *, room: float, size: int, bold: bool = False, paint: str = "ink", anywhere: bool = False
) -> Text:
    """Return text in lines no wider than ``room`` pixels; a word that is wider, as an address is, is parted.

    ``anywhere``: it may be parted wherever an address may.
    """
    lines: list[str] = []
    for word in _parted(text) if anywhere else [part for each in text.split() for part in (each, " ")][:-1]:
        joined = (lines[-1] if lines else "") + word
        if lines and width_of(joined.rstrip(), size=size, bold=bold) <= room:
            lines[-1] = joined
        elif word != " ":
            lines += _pieces(word, room=room, size=size, bold=bold)
    return Text(tuple(line.strip() for line in lines), size, bold, paint)


def _parted(address: str) -> list[str]:
    parts, start = [], 0
    for place, each in enumerate(address, start=1):
        if each in _BREAKS or place == len(address):
            parts.append(address[start:place])
            start = place
    return parts


def _pieces(word: str, *, room: float, size: float, bold: bool) -> list[str]:
    """Return a word in pieces no wider than ``room``, mostly itself."""
    pieces = [""]
    for each in word:
        if pieces[-1] and width_of(pieces[-1] + each, size=size, bold=bold) > room:
            pieces.append("")
        pieces[-1] += each
    return pieces


def height_of(texts: Sequence[Text], *, gap: float) -> float:
    """Return the pixels of texts below each other, ``gap`` between them."""
    held = [text for text in texts if text.lines]
    return sum(text.height for text in held) + gap * max(len(held) - 1, 0)
