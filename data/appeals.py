"""The list of appeals: what each force itself made public of them, and a reader's search in it.

A row holds area, crime type, day of publication, day and state of closing, public outcome and web address. It holds
no reference, and nothing of who answered or what followed: those are counts, and protected. A release keeps
the list as ``reference/appeals.parquet``, in an order that follows from the rows alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from data import stored
from data.areas import AREAS, inside
from data.errors import SelectionError
from data.model import CRIME_TYPE, Origin, month_index
from data.periods import first_day, last_day
from data.release import Release
from data.selection import Selection, read
from data.templates import STATUSES

FILE = "reference/appeals.parquet"
KIND = "appeals"
PAGE_SIZE = 50
FILE_SIZE = 1_000
"""Appeals on a page, and in one answer as JSON."""
MOST_TEXT = 60
OWN_KEYS = ("status", "text", "sort", "page")
"""Keys of the list's address beside those of a selection."""
SORTS = ("published", "area", "crime_type", "status", "closed", "outcome")
DEFAULT_SORT = "-published"
APPLIED = ("area", "crime_type", "from", "to", "origin", "release")
"""Keys of a selection that choose among appeals; no other is part of what a force made public of one."""
SHAPING = ("measure", "grain", "compare", "rebase")
"""Keys of a selection that choose how figures are shown: they mean nothing here and are passed over."""

Places = npt.NDArray[np.intp]
_ORDER = ["published", "area_code", "crime_type", "status", "closed", "public_outcome", "url"]


class Appeal(NamedTuple):
    """What is public of one appeal; an empty text says that the force did not state it."""

    area_code: str
    crime_type: str
    published: date
    status: str
    closed: date | None
    public_outcome: str
    url: str
    origin: Origin


@dataclass(frozen=True, kw_only=True)
class Search:
    """What a reader looks for in the list, in which order, and which page of it."""

    selection: Selection = Selection()
    status: str = ""
    text: str = ""
    """Part of a public outcome, without regard to case."""
    sort: str = DEFAULT_SORT
    page: int = 1

    @property
    def column(self) -> str:
        """The column that it is sorted by."""
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the last comes first."""
        return self.sort.startswith("-")

    def pairs(self) -> list[tuple[str, str]]:
        """Return keys and values of the address in one order, defaults left out."""
        own = {"status": self.status, "text": self.text, "sort": self.sort if self.sort != DEFAULT_SORT else "",
               "page": str(self.page) if self.page > 1 else ""}
        return [*self.selection.pairs(), *((key, value) for key, value in own.items() if value)]

    def address(self, path: str) -> str:
        """Return ``path`` with this search."""
        return f"{path}?{urlencode(self.pairs(), quote_via=quote)}" if self.pairs() else path

    def unused(self) -> list[str]:
        """Return the chosen keys of the selection that no appeal can be chosen by."""
        return list(dict.fromkeys(key for key, _ in self.selection.pairs() if key not in (*APPLIED, *SHAPING)))


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of what a search found, and how much it found in all."""

    appeals: tuple[Appeal, ...]
    total: int
    pages: int


def as_table(loaded: Iterable[tuple[pd.DataFrame, Origin]]) -> pa.Table:
    """Return the normalised appeals of all files as the table that a release keeps."""
    parts = [_public(rows, origin=origin) for rows, origin in loaded]
    empty = pd.DataFrame({name: pd.Series(dtype="object") for name in (*_ORDER, "origin")})
    rows = pd.concat(parts, ignore_index=True) if parts else empty
    ordered = rows.sort_values(_ORDER, ascending=[False, *[True] * 6], kind="stable", ignore_index=True)
    text = {name: pa.array(ordered[name].astype("str"), pa.string()) for name in
            ("area_code", "crime_type", "status", "public_outcome", "url", "origin")}
    days = {name: _dates(ordered[name]) for name in ("published", "closed")}
    return pa.table({name: (text | days)[name] for name in (*_ORDER, "origin")})


def _public(rows: pd.DataFrame, *, origin: Origin) -> pd.DataFrame:
    status = np.where(rows["closed"], "closed", np.where(rows["status"] == "open", "open", ""))
    return pd.DataFrame({
        "published": rows["published_minute"].to_numpy() // (24 * 60), "area_code": rows["area_code"].to_numpy(),
        "crime_type": rows["crime_type"].to_numpy(), "status": status, "closed": rows["closed_day"].to_numpy(),
        "public_outcome": rows["public_outcome"].to_numpy(), "url": rows["url"].to_numpy(), "origin": origin,
    })


def _dates(ordinals: pd.Series) -> pa.Array:
    """Return days given as ordinals, NaN where there is none, as dates."""
    numbers = ordinals.to_numpy(dtype="float64")
    since = np.where(np.isnan(numbers), 0, numbers).astype("int64") - date(1970, 1, 1).toordinal()
    return pa.array(since.astype("int32"), pa.int32(), mask=np.isnan(numbers)).cast(pa.date32())


def read_search(query: Mapping[str, str | Sequence[str]]) -> Search:
    """Return the search that an address means. Raises ``SelectionError`` with the field at fault."""
    own = {key: _single(key, query[key]) for key in OWN_KEYS if key in query}
    selection = read(query, extra=OWN_KEYS)
    status, text, sort, page = (own.get(key, "") for key in OWN_KEYS)
    if status and status not in STATUSES:
        raise _refused("status", status, f"{' or '.join(STATUSES)}")
    if len(text) > MOST_TEXT:
        raise SelectionError(f"“text” has {len(text):,} characters; at most {MOST_TEXT} are looked for.", field="text")
    if sort and sort.removeprefix("-") not in SORTS:
        raise _refused("sort", sort, f"one of {', '.join(SORTS)}, with - before it for the last first")
    if page and not (page.isascii() and page.isdigit() and 1 <= int(page[:9]) <= 999_999):
        raise _refused("page", page, "the number of a page, 1 or more")
    return Search(selection=selection, status=status, text=" ".join(text.split()), sort=sort or DEFAULT_SORT,
                  page=int(page[:9]) if page else 1)


def _single(key: str, value: str | Sequence[str]) -> str:
    values = [part for part in ((value,) if isinstance(value, str) else value) if part]
    if len(values) > 1:
        raise SelectionError(f"“{key}” can be given once only.", field=key)
    return values[0] if values else ""


def _refused(key: str, value: str, wanted: str) -> SelectionError:
    shown = "".join(letter if letter.isprintable() else "?" for letter in value[:60])
    return SelectionError(f"“{shown}” is not {wanted}.", field=key, value=shown)


def find(release: Release, search: Search, *, size: int = PAGE_SIZE) -> Found:
    """Return one page of the appeals of a release that a search is about; none beyond the last page.

    Raises ``SelectionError`` for a page after the last.
    """
    held, places = _placed(release, search)
    pages = max(ceil(len(places) / size), 1)
    if search.page > pages:
        raise SelectionError(f"There is no page {search.page:,}: the list has {pages:,}.", field="page", value=str(search.page))
    start = (search.page - 1) * size
    return Found(appeals=held.rows(places[start : start + size]), total=len(places), pages=pages)


def every(release: Release, search: Search) -> tuple[Appeal, ...]:
    """Return all appeals that a search is about, in its order."""
    held, places = _placed(release, search)
    return held.rows(places)


def _placed(release: Release, search: Search) -> tuple[_Held, Places]:
    held = _open(release.folder)
    places = np.flatnonzero(held.fits(search))
    key = held.keys[search.column][places]
    order = np.argsort(-key if search.descending else key, kind="stable")
    if search.column == "closed":  # those without a day stand last either way
        missing = key[order] == 0
        order = np.concatenate((order[~missing], order[missing]))
    return held, places[order]


@lru_cache(maxsize=4)
def _open(folder: Path) -> _Held:
    path = folder / FILE
    table = stored.table(path) if path.exists() else as_table(())
    return _Held.of(table)


def held(release: Release) -> frozenset[str]:
    """Return the areas that a release lists appeals of."""
    return frozenset(_open(release.folder).names["area_code"])


def first_and_last(release: Release) -> tuple[date, date] | None:
    """Return the days of the first and the last appeal, ``None`` where a release lists none."""
    days = _open(release.folder).keys["published"]
    return (date.fromordinal(int(days.min())), date.fromordinal(int(days.max()))) if len(days) else None


@dataclass(frozen=True)
class _Held:
    """The list in memory: of each text its distinct ``names`` and the place of each row's among them."""

    names: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, Places]
    keys: Mapping[str, Places]
    """What rows are sorted by, a whole number for each; of days their ordinal, 0 where there is none."""
    urls: pa.ChunkedArray

    @staticmethod
    def of(table: pa.Table) -> _Held:
        names: dict[str, tuple[str, ...]] = {}
        codes: dict[str, Places] = {}
        for name in ("area_code", "crime_type", "status", "public_outcome", "origin"):
            coded = table[name].combine_chunks().dictionary_encode()
            names[name] = tuple(coded.dictionary.to_pylist())
            codes[name] = coded.indices.to_numpy().astype(np.intp)
        days = {name: table[name].cast(pa.int32()).fill_null(-date(1970, 1, 1).toordinal()).to_numpy().astype(np.intp)
                + date(1970, 1, 1).toordinal() for name in ("published", "closed")}
        labels = {"area": ("area_code", [AREAS[code].name for code in names["area_code"]]),
                  "crime_type": ("crime_type", list(names["crime_type"])), "status": ("status", list(names["status"])),
                  "outcome": ("public_outcome", list(names["public_outcome"]))}
        keys = {key: _ranks(words)[codes[name]] for key, (name, words) in labels.items()}
        return _Held(names, codes, {**keys, **days}, table["url"])

    def fits(self, search: Search) -> npt.NDArray[np.bool_]:
        """Return which rows a search is about."""
        chosen, days = search.selection, self.keys["published"]
        fit = np.ones(len(days), dtype=bool)
        if chosen.area:
            fit &= self._one_of("area_code", [code for code in self.names["area_code"] if any(
                code == wide or inside(code, wide) for wide in chosen.area)])
        if chosen.crime_type:
            fit &= self._one_of("crime_type", [part for name in chosen.crime_type for part in CRIME_TYPE.narrow(name)])
        if chosen.from_:
            fit &= days >= first_day(month_index(chosen.from_)).toordinal()
        if chosen.to:
            fit &= days <= last_day(month_index(chosen.to)).toordinal()
        if chosen.origin:
            fit &= ~self._one_of("origin", ["illustrative"])
        if search.status:
            fit &= self._one_of("status", [search.status])
        if search.text:
            fit &= self._one_of("public_outcome", [name for name in self.names["public_outcome"]
                                                   if search.text.casefold() in name.casefold()])
        return fit

    def _one_of(self, name: str, wanted: Sequence[str]) -> npt.NDArray[np.bool_]:
        known = np.array([each in wanted for each in self.names[name]], dtype=bool)
        return known[self.codes[name]] if len(known) else np.zeros(len(self.codes[name]), dtype=bool)

    def rows(self, places: Places) -> tuple[Appeal, ...]:
        """Return the appeals at some places."""
        texts = {name: [words[code] for code in self.codes[name][places].tolist()] for name, words in self.names.items()}
        published, closed = (self.keys[name][places].tolist() for name in ("published", "closed"))
        urls = self.urls.take(pa.array(places)).to_pylist() if len(places) else []
        return tuple(
            Appeal(area, crime, date.fromordinal(day), status, date.fromordinal(end) if end else None, outcome, url, origin)  # type: ignore[arg-type]
            for area, crime, day, status, end, outcome, url, origin in zip(
                texts["area_code"], texts["crime_type"], published, texts["status"], closed, texts["public_outcome"], urls,
                texts["origin"], strict=True))


def _ranks(words: Sequence[str]) -> Places:
    """Return the place of each word in their alphabetical order."""
    order = sorted(range(len(words)), key=words.__getitem__)
    ranks = np.zeros(len(words), dtype=np.intp)
    ranks[order] = np.arange(len(words))
    return ranks


def turned(search: Search, column: str) -> Search:
    """Return a search sorted by a column, the other way round where it is already; from its first page."""
    way = f"-{column}" if search.sort == column else column
    first = f"-{column}" if column in ("published", "closed") and search.column != column else way
    return replace(search, sort=first, page=1)
