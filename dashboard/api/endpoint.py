"""What an address of the API is: its columns, its parameters, and how what it lists is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from data.described import Column
from data.errors import SelectionError
from data.release import Release, Store

ROOT = "/api/v1"
MOST_ROWS = 100_000
"""Rows of one CSV."""
MOST_FIGURES = 50_000
"""Figures of one answer of ``data``, over all of its pages: they take a second."""
PAGE, LARGEST_PAGE = 1_000, 10_000
"""Rows of a page of JSON where the reader names no number, and at most."""
Query = Mapping[str, Sequence[str]]
"""The keys of a request with their values."""
Rows = Sequence[Mapping[str, Any]]


class Conflict(SelectionError):
    """Keys that are right each by itself and do not fit each other, so that no description of single keys can say it: 409."""


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One key of a query: what it chooses, and a JSON schema of its values (of each one where it repeats)."""

    name: str
    says: str
    schema: Callable[[Release], Mapping[str, Any]]
    many: bool = False
    example: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """What was found: how many rows there are, and the rows from one place to another."""

    total: int
    rows: Callable[[int, int], Rows]
    about: Mapping[str, Any] = field(default_factory=dict)
    """What stands beside the rows in JSON."""
    release: Release | None = None
    """The release that the rows are of, where they are of one."""
    illustrative: bool = False


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as it was read, with the releases that it may be about."""

    query: Query
    store: Store
    release: Callable[[str], Release]

    def one(self, key: str) -> str:
        """Return the value of a key that is given once, empty where it is not given."""
        return next(iter(self.query.get(key, ())), "")


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One address of the API, answered as JSON, and as CSV with ``.csv`` behind it."""

    name: str
    says: str
    columns: tuple[Column, ...]
    find: Callable[[Asked], Found]
    parameters: tuple[Parameter, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    """JSON schemas of what stands beside the rows."""
    example: str = ""
    """A query that shows what it is for."""

    @property
    def path(self) -> str:
        """The address as JSON."""
        return f"{ROOT}/{self.name}"


def listed(rows: Rows, *, release: Release | None = None, illustrative: bool = False, **about: Any) -> Found:
    """Return rows that are all there as what was found."""
    return Found(total=len(rows), rows=lambda start, end: rows[start:end], release=release, illustrative=illustrative, about=about)
