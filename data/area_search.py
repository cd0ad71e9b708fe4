"""Finds areas by what a reader types: a name, a former name, a code; whatever its case, accents and signs."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from data.areas import AREAS, BOROUGHS, NEWER_DISTRICTS, SNAPSHOTS, full_name, other_names, place_name
from data.errors import SelectionError
from data.model import folded

LONGEST = 100
MOST = 40
"""Areas that are listed for one search."""
_CLOSE = 0.75
_POSTCODE = re.compile(r"[a-z]{1,2}[0-9][0-9a-z]?( ?[0-9][a-z]{2})?", re.IGNORECASE)
_ORDER = ("police_force", "district", "country")
_KINDS = frozenset("police constabulary service force heddlu council borough district county city unitary authority the of".split())
"""Words that say what kind of place it is; a search that finds nothing is tried again without them."""


@dataclass(frozen=True)
class Match:
    """One area that a text may mean. ``by`` is the name or the code that fitted, where it is not the area's own name."""

    code: str
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """The areas that a text means, the best first; where there are none, those whose names are close to it."""

    text: str
    matches: tuple[Match, ...] = ()
    close: tuple[Match, ...] = ()

    @property
    def postcode(self) -> bool:
        """Whether the text looks like a postcode, by which nothing can be found here."""
        return not self.matches and _POSTCODE.fullmatch(self.text) is not None


def plain(text: str) -> str:
    """Return a text as names are compared: without case, accents, apostrophes and punctuation, ``&`` as ``and``.

    >>> plain("Ynys Môn & King’s Lynn")
    'ynys mon and kings lynn'
    """
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return folded(re.sub("['’‘`]", "", bare))


def search(text: str) -> Found:
    """Return the areas that a text means. Raises ``SelectionError`` where the text is too long or holds no letter or digit."""
    said = " ".join(text.split())
    if len(said) > LONGEST:
        raise SelectionError(f"A name of {len(said)} characters cannot be looked up; at most {LONGEST} can.", field="q")
    wanted = plain(said)
    if not wanted:
        raise SelectionError("Type the name or the code of a police force or a district.", field="q", value=said)
    proper = " ".join(word for word in wanted.split() if word not in _KINDS)
    matches = _matches(wanted) or (_matches(proper) if proper else ())
    return Found(text=said, matches=matches, close=() if matches else _close(wanted))


def _matches(wanted: str) -> tuple[Match, ...]:
    ranked: dict[str, tuple[int, str]] = {}
    for name, code, by in _forms():
        rank = _rank(name, wanted)
        if rank is not None and (code not in ranked or rank < ranked[code][0]):
            ranked[code] = (rank, by)
    best = sorted(ranked, key=lambda code: (ranked[code][0], _ORDER.index(AREAS[code].type), AREAS[code].name))
    return tuple(Match(code, ranked[code][1]) for code in best[:MOST])


def _rank(name: str, wanted: str) -> int | None:
    """Return how well a name fits: 0 the same, 1 begins so, 2 has a word for each word wanted; else ``None``."""
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    words = name.split()
    fits = all(any(word.startswith(part) for word in words) for part in wanted.split())
    return 2 if fits else None


def _close(wanted: str) -> tuple[Match, ...]:
    names = {name: (code, by) for name, code, by in _forms() if AREAS[code].type != "country"}
    return tuple(dict.fromkeys(Match(*names[name]) for name in get_close_matches(wanted, names, n=5, cutoff=_CLOSE)))


@cache
def _forms() -> tuple[tuple[str, str, str], ...]:
    return tuple(_all_forms())


def _all_forms() -> Iterator[tuple[str, str, str]]:
    """Yield every name and code as it is compared, the code of its area, and how it is said where it is another name."""
    for area in AREAS.values():
        yield plain(area.name), area.code, ""
        yield plain(area.code), area.code, area.code
        if area.type == "country":
            continue
        for name in {full_name(area.code), f"{area.name} Constabulary"} if area.type == "police_force" else ():
            yield plain(name), area.code, ""
        for name in other_names(area.code):
            yield plain(name), area.code, name
    for area in AREAS.values():
        if area.type == "district":
            yield plain(place_name(area.code)), area.code, ""
    for code in BOROUGHS:
        yield plain(f"London Borough of {AREAS[code].name}"), code, ""
    with (SNAPSHOTS / "areas" / "also_called.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield plain(row["name"]), row["area_code"], row["name"]
    for newer in NEWER_DISTRICTS.values():
        for part in newer.parts:
            yield plain(newer.name), part, newer.name
            yield plain(newer.code), part, newer.code
