"""The letters of pictures: Open Sans, which comes with the program, measured so that text fits before it is drawn."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import ttf_opensans

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
    """Return the width of every character of a font as a share of the type size.

    Reads the tables ``cmap`` (format 4), ``hhea``, ``hmtx`` and ``head`` of the OpenType specification.
    """
    data = path.read_bytes()
    tables = {data[at:at + 4]: struct.unpack(">I", data[at + 8:at + 12])[0]
              for at in range(12, 12 + 16 * struct.unpack(">H", data[4:6])[0], 16)}
    units = struct.unpack(">H", data[tables[b"head"] + 18:tables[b"head"] + 20])[0]
    metrics = struct.unpack(">H", data[tables[b"hhea"] + 34:tables[b"hhea"] + 36])[0]
    advances = struct.unpack(f">{metrics * 2}H", data[tables[b"hmtx"]:tables[b"hmtx"] + metrics * 4])[::2]
    return {chr(code): advances[min(glyph, metrics - 1)] / units for code, glyph in _glyphs(data, tables[b"cmap"]).items()}


def _glyphs(data: bytes, cmap: int) -> dict[int, int]:
    """Return the glyph of each character, from the first table of format 4."""
    subtables = struct.unpack(">H", data[cmap + 2:cmap + 4])[0]
    starts = (cmap + struct.unpack(">I", data[at:at + 4])[0] for at in range(cmap + 8, cmap + 8 + 8 * subtables, 8))
    at = next(start for start in starts if data[start:start + 2] == b"\0\4")
    segments = struct.unpack(">H", data[at + 6:at + 8])[0] // 2
    ends, _, firsts, deltas, offsets = (
        struct.unpack(f">{count}H", data[start:start + 2 * count]) for start, count in (
            (at + 14, segments), (at + 14 + 2 * segments, 1), (at + 16 + 2 * segments, segments),
            (at + 16 + 4 * segments, segments), (at + 16 + 6 * segments, segments)))
    found: dict[int, int] = {}
    for place, (first, end, delta, offset) in enumerate(zip(firsts, ends, deltas, offsets, strict=True)):
        for code in range(first, min(end, 0xFFFE) + 1):
            glyph = code
            if offset:
                there = at + 16 + 6 * segments + 2 * place + offset + 2 * (code - first)
                glyph = struct.unpack(">H", data[there:there + 2])[0]
                if not glyph:
                    continue
            if glyph := (glyph + delta) % 65_536:
                found[code] = glyph
    return found


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
