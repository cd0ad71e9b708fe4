"""The reader's choice: equal to its canonical query string.

Contract: ``measure, area*, channel*, age_group*, crime_type*, category*, from, to (YYYY-MM),
grain, compare, rebase (YYYY-MM), origin, release``; starred keys repeat; values sorted in the house's order, defaults
left out. An unknown key, an unknown value and a repeated single key are a ``SelectionError``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, get_args
from urllib.parse import quote, urlencode

from data.areas import AREAS, find_area
from data.errors import SelectionError
from data.measures import DEFAULT_MEASURE, MEASURE_BY_ID
from data.model import DIMENSIONS, Grain, month_index

T = TypeVar("T")

MULTIPLE = ("area", "channel", "age_group", "crime_type", "category")
SINGLE = ("measure", "from", "to", "grain", "compare", "rebase", "origin", "release")
KEYS = ("measure", *MULTIPLE, "from", "to", "grain", "compare", "rebase", "origin", "release")
FIRST_YEAR, LAST_YEAR = 1900, 2199
MAX_QUERY = 4_096
MAX_VALUES = 500

_ATTRIBUTES = {"from": "from_"}
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_RELEASE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{8,64}")


@dataclass(frozen=True, kw_only=True)
class Selection:
    """All chosen filter values together. Nothing chosen in a dimension means all of it."""

    measure: str = ""
    area: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    age_group: tuple[str, ...] = ()
    crime_type: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    from_: str = ""
    to: str = ""
    grain: str = ""
    compare: str = ""
    rebase: str = ""
    """The month (YYYY-MM) from which a control chart takes its limits anew."""
    origin: str = ""
    release: str = ""

    def get(self, key: str) -> tuple[str, ...]:
        """Return the values of a key of the query, none as an empty tuple."""
        value = getattr(self, _ATTRIBUTES.get(key, key))
        return value if isinstance(value, tuple) else (value,) if value else ()

    def pairs(self) -> list[tuple[str, str]]:
        """Return the query's keys and values in canonical order."""
        return [(key, value) for key in KEYS for value in self.get(key)]

    def query_string(self) -> str:
        """Return the canonical query string, without the question mark."""
        return urlencode(self.pairs(), quote_via=quote)

    def address(self, path: str) -> str:
        """Return ``path`` with this selection."""
        query = self.query_string()
        return f"{path}?{query}" if query else path

    def without(self, *keys: str) -> Selection:
        """Return the selection with some keys left out."""
        if not any(getattr(self, _attribute(key)) for key in keys):
            return self
        empty = {_attribute(key): () if key in MULTIPLE else "" for key in keys}
        return replace(self, **empty)  # type: ignore[arg-type]


EMPTY = Selection()


def _attribute(key: str) -> str:
    return _ATTRIBUTES.get(key, key)


def read(query: Mapping[str, str | Sequence[str]], *, extra: Collection[str] = ()) -> Selection:
    """Return the selection that a query means.

    ``query`` maps each key to its value or values, as frameworks deliver them; ``extra`` names keys
    that the route declares for itself. Raises ``SelectionError`` with the field at fault.
    """
    chosen: dict[str, tuple[str, ...]] = {}
    for key, value in query.items():
        if key in extra:
            continue
        if key not in KEYS:
            raise SelectionError(
                f"There is no filter called “{_cut(key)}”. The filters are {', '.join(KEYS)}.", field=_cut(key)
            )
        values = tuple(item for item in ((value,) if isinstance(value, str) else value) if item)
        if key in SINGLE and len(values) > 1:
            raise SelectionError(f"“{key}” can be given once only.", field=key, value=_cut(", ".join(values)))
        if len(values) > MAX_VALUES:
            raise SelectionError(f"“{key}” has {len(values)} values; at most {MAX_VALUES} can be answered.", field=key)
        if values:
            chosen[key] = values
    return _checked(chosen)


def readable(query: Mapping[str, str | Sequence[str]], *, reads: Callable[[Mapping[str, str | Sequence[str]]], T]) -> tuple[T, str]:
    """Return what ``reads`` makes of a query, and what was wrong with each key that had to be left out for it."""
    left, said = dict(query), list[str]()
    while True:
        try:
            return reads(left), " ".join(said)
        except SelectionError as error:
            said.append(str(error))
            if error.field not in left:
                return reads({}), " ".join(said)
            del left[error.field]


def _checked(chosen: Mapping[str, tuple[str, ...]]) -> Selection:
    single = {key: chosen[key][0] for key in SINGLE if key in chosen}
    if "measure" in single:
        measure = MEASURE_BY_ID.get(single["measure"])
        if measure is None or measure.context:
            raise _unknown("measure", single["measure"], "a measure")
        if measure.id == DEFAULT_MEASURE:
            del single["measure"]
    for key in ("from", "to", "rebase"):
        if key in single:
            _check_month(key, single[key])
    if "from" in single and "to" in single and month_index(single["from"]) > month_index(single["to"]):
        raise SelectionError(
            f"The period starts after it ends: from {single['from']} to {single['to']}.",
            field="from", value=single["from"],
        )
    if "grain" in single and single["grain"] not in get_args(Grain):
        raise _unknown("grain", single["grain"], "month, quarter, year or rolling_year")
    if "origin" in single and single["origin"] != "published":
        raise _unknown("origin", single["origin"], "“published”, the one value it takes")
    if "release" in single and not _RELEASE.fullmatch(single["release"]):
        raise _unknown("release", single["release"], "the name of a release")
    if "compare" in single:
        single["compare"] = _area("compare", single["compare"])
    return Selection(
        **{_attribute(key): value for key, value in single.items()},
        area=tuple(sorted({_area("area", value) for value in chosen.get("area", ())})),
        **{key: _members(key, chosen[key]) for key in MULTIPLE[1:] if key in chosen},
    )


def _members(key: str, values: Sequence[str]) -> tuple[str, ...]:
    dimension = DIMENSIONS[key]
    for value in values:
        if value not in dimension.by_id:
            raise _unknown(key, value, f"a member of “{dimension.label.lower()}”")
    return dimension.canonical(values)


def _area(key: str, value: str) -> str:
    code = value if value in AREAS else find_area(value)
    if code is None:
        raise _unknown(key, value, "the code or the name of a police force, a district or a country")
    return code


def _check_month(key: str, value: str) -> None:
    if not _MONTH.fullmatch(value) or not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
        raise _unknown(key, value, "a month written as YYYY-MM")


def _unknown(key: str, value: str, wanted: str) -> SelectionError:
    return SelectionError(f"“{_cut(value)}” is not {wanted}.", field=key, value=_cut(value))


def _cut(text: str) -> str:
    shown = "".join(character if character.isprintable() else "?" for character in text)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
