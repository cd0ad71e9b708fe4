"""A source: who supplies figures, under which licence and limits, and how its files are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import pandas as pd

from data.cells import Terms
from data.errors import Defect, Report
from data.model import Origin
from data.templates import Template


@dataclass(frozen=True)
class Loaded:
    """One file as its source's normalised table, with what checking it found.

    ``table`` holds only rows that passed. For the house templates its index is the line of the file.
    """

    source_id: str
    kind: str
    table: pd.DataFrame
    report: Report
    vintage: str
    origin: Origin
    partial: tuple[tuple[str, str, int], ...] = ()
    """Area, channel and month of the rows whose month the file covers only in part."""


Load = Callable[..., Loaded]
"""``load(table, *, source, terms)``: checks a recognised table and returns it normalised."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A supplier of figures: publisher, licence, credit line, address, cadence, vintage, limits, loader.

    ``columns`` are the headings by which a file is recognised, whatever year stands in them; ``kind`` names the
    normalised table. The origin of a house template's file is told by whoever loads it.
    """

    id: str
    label: str
    publisher: str
    licence: str
    credit: str
    address: str
    cadence: str
    vintage: str
    limits: tuple[str, ...]
    kind: str
    columns: tuple[str, ...]
    load: Load
    origin: Origin = "published"
    template: Template | None = None
    kept_for: str = ""
    """What its files are read for where no figure is made of them; the site and each check say so."""

    def recognise(self, columns: Sequence[str]) -> bool:
        """Return whether a file with these matched headings is one of this source."""
        return self._known_by <= set(map(yearless, columns))

    @cached_property
    def _known_by(self) -> frozenset[str]:
        return frozenset(map(yearless, self.columns))


def many(number: int, one: str, more: str = "") -> str:
    """Return a number with its noun.

    >>> many(1, "row"), many(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {one if number == 1 else more or f'{one}s'}"


def under_own_headings(defects: Sequence[Defect], *, columns: Sequence[str], read_as: Sequence[str]) -> list[Defect]:
    """Return findings with the headings that stand in the file, where they were read under others."""
    named = dict(zip(read_as, columns, strict=True))
    return [replace(defect, column=named.get(defect.column, defect.column)) for defect in defects]


@lru_cache(maxsize=4096)
def yearless(name: str) -> str:
    """Return a matched heading without the year in it, as the Office for National Statistics writes them.

    >>> yearless("lad19cd")
    'ladcd'
    """
    return re.sub(r"(?<=[a-z])\d{2}(?=(cd|nm|nmw)$)", "", name)


def loaded(
    table: pd.DataFrame, *, source: Source, terms: Terms, report: Report, origin: Origin = "published"
) -> Loaded:
    """Return ``table`` as loaded from ``source``; its vintage is the caller's, else the source's own."""
    return Loaded(source.id, source.kind, table, report, terms.vintage or source.vintage, origin)
