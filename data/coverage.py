"""Coverage: which area supplied which field for which month, made at publish from what is published.

    coverage.parquet   area_code, field, month (months since year 0), state

A field is a count that a release holds. Nothing here looks at true counts of persons: of a protected
count the perturbed tables of forces tell what was supplied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from data import stored
from data.count import Count
from data.counts import COUNT_BY_ID, COUNTS
from data.cube_build import expected_areas
from data.engine import Cells, Tables
from data.measures import Measure
from data.model import month_text
from data.tableset import TableSet

FILE = "coverage.parquet"
STATES: Mapping[str, str] = {
    "supplied": "The area supplied at least one figure of the month.",
    "late": "The area has supplied nothing since an earlier month, and others have; or what it supplied has not been followed "
            "long enough yet.",
    "not supplied": "The area owes the month and supplied nothing, though it did later; or it has never supplied this field.",
    "not collected": "The month lies before the first one that the area ever supplied.",
}
"""What each state means, in the order of their codes."""
_NAMES = tuple(STATES)
_SUPPLIED, _LATE, _MISSING, _BEFORE = range(len(_NAMES))


@dataclass(frozen=True)
class Coverage:
    """One field: the state of each area in each month that any area could supply."""

    field: str
    areas: tuple[str, ...]
    months: tuple[int, ...]
    states: npt.NDArray[np.int8]
    """Places in ``STATES``, of shape (areas, months)."""

    def state(self, area: int, month: int) -> str:
        """Return the state of the area and the month at these places."""
        return _NAMES[self.states[area, month]]

    def numbers(self) -> dict[str, int]:
        """Return how many months of all areas are in each state."""
        return {name: int((self.states == code).sum()) for code, name in enumerate(_NAMES)}

    def supplied(self, *, month: int | None = None) -> tuple[int, int]:
        """Return how many supplied and how many were expected: areas of one month, else months of all areas.

        What an area did not yet collect is not expected of it.
        """
        part = self.states if month is None else self.states[:, month]
        return int((part == _SUPPLIED).sum()), int((part != _BEFORE).sum())

    def runs(self, area: int) -> list[tuple[str, int, int]]:
        """Return the stretches of months in one state, oldest first: state, first and last place."""
        row = self.states[area]
        starts = [0, *(np.flatnonzero(np.diff(row)) + 1).tolist()]
        ends = [*(start - 1 for start in starts[1:]), len(row) - 1]
        return [(_NAMES[row[start]], start, end) for start, end in zip(starts, ends, strict=True)]


def coverage_of(cell: Cells | Tables) -> Coverage:
    """Return the coverage of one count that is about to be published."""
    count = cell.count
    areas = expected_areas(count)
    if isinstance(cell, Tables):
        tables = TableSet(count, {name: cube for name, (_, cube) in cell.parts.items()}, cell.cutoff)
        first, due = tables.first, tables.told
        nothing = np.zeros(tables.months, dtype=bool)
        given = np.stack([tables.supplying.get(area, nothing) for area in areas])
    else:
        first, given = _of_rows(cell.table, areas=areas)
        held = given.any(axis=0)
        due = held if _sparse(count) else np.ones(len(held), dtype=bool)
    held = given.any(axis=0)
    # From the first month of any area to the last; where none supplied anything no month is due.
    due &= np.maximum.accumulate(held) & np.maximum.accumulate(held[::-1])[::-1]
    states = states_of(given[:, due])
    return Coverage(count.id, areas, tuple(int(month) + first for month in np.flatnonzero(due)), states)


def _of_rows(rows: pa.Table, *, areas: Sequence[str]) -> tuple[int, npt.NDArray[np.bool_]]:
    """Return the first month of a table and which areas have any figure, of shape (areas, months)."""
    months = rows.column("month").to_numpy().astype(np.int64)
    encoded = rows.column("area_code").combine_chunks().dictionary_encode()
    places = {code: place for place, code in enumerate(areas)}
    of_area = np.array([places.get(code, -1) for code in encoded.dictionary.to_pylist()], dtype=np.intp)
    at = of_area[encoded.indices.to_numpy()]
    first = int(months.min())
    given = np.zeros((len(areas), int(months.max()) - first + 1), dtype=bool)
    given[at[at >= 0], months[at >= 0] - first] = True
    return first, given


def _sparse(count: Count) -> bool:
    """Whether figures come for single months of the year only, so that the months between are not due."""
    return count.months_each > 1 or count.addition["month"] in ("nearest", "latest")


def states_of(given: npt.NDArray[np.bool_]) -> npt.NDArray[np.int8]:
    """Return the state of each area and month, from which of them were supplied.

    An area owes every month from its first; one that never supplied owes all of them.

    >>> states_of(np.array([[0, 1, 0, 1, 1], [1, 1, 1, 0, 0], [0, 0, 0, 0, 0]], dtype=bool)).tolist()
    [[3, 0, 2, 0, 0], [0, 0, 0, 1, 1], [2, 2, 2, 2, 2]]
    """
    ever = given.any(axis=1, keepdims=True)
    begun = np.maximum.accumulate(given, axis=1)
    to_come = np.maximum.accumulate(given[:, ::-1], axis=1)[:, ::-1]
    by_others = np.maximum.accumulate(given.any(axis=0)[::-1])[::-1]
    states = np.full(given.shape, _MISSING, dtype=np.int8)
    states[ever & begun & ~to_come & by_others] = _LATE
    states[ever & ~begun] = _BEFORE
    states[given] = _SUPPLIED
    return states


def fields(cells: Iterable[Cells | Tables]) -> list[Coverage]:
    """Return the coverage of every count that readers know and places owe; parts that only measures need are left out."""
    return [coverage_of(cell) for cell in cells if not cell.count.derived and expected_areas(cell.count)]


def as_table(found: Sequence[Coverage]) -> pa.Table:
    """Return the coverage of all fields as rows: area_code, field, month, state."""
    columns: dict[str, list[pa.Array]] = {"area_code": [], "field": [], "month": [], "state": []}
    for each in found:
        areas, months = len(each.areas), len(each.months)
        columns["area_code"].append(_names(each.areas, np.repeat(np.arange(areas), months)))
        columns["field"].append(_names((each.field,), np.zeros(areas * months, dtype=np.int32)))
        columns["month"].append(pa.array(np.tile(np.array(each.months, dtype=np.int32), areas)))
        columns["state"].append(_names(_NAMES, each.states.reshape(-1)))
    empty = pa.schema({"area_code": pa.string(), "field": pa.string(), "month": pa.int32(), "state": pa.string()})
    if not found:
        return empty.empty_table()
    return pa.table({name: pa.chunked_array(parts) for name, parts in columns.items()}, schema=empty)


def _names(names: Sequence[str], places: npt.NDArray[np.integer]) -> pa.Array:
    return pa.array(names).take(pa.array(places.astype(np.int32)))


def is_told(manifest: Mapping[str, Any], field: str) -> bool:
    """Return whether a release, by its manifest, holds the coverage of a field."""
    return any(manifest["counts"].get(field, {}).get("coverage", {}).get("states", {}).values())


@lru_cache(maxsize=128)
def read(folder: Path, *, field: str) -> Coverage | None:
    """Return the coverage of a field from a release's folder, ``None`` where the release holds none of it."""
    path = folder / FILE
    if not path.exists():
        return None
    rows = stored.table(path, filters=[("field", "=", field)])
    if not rows.num_rows:
        return None
    areas = tuple(dict.fromkeys(rows.column("area_code").to_pylist()))
    months = tuple(dict.fromkeys(rows.column("month").to_pylist()))
    codes = {name: code for code, name in enumerate(_NAMES)}
    states = np.array([codes[name] for name in rows.column("state").to_pylist()], dtype=np.int8)
    return Coverage(field, areas, months, states.reshape(len(areas), len(months)))


def stated(cell: Cells | Tables) -> dict[str, Any]:
    """Return the months of a count and how many of the areas that should supply it did, from what is published."""
    table = next(iter(cell.parts.values()))[0] if isinstance(cell, Tables) else cell.table
    months, owing = table.column("month"), set(expected_areas(cell.count))
    supplied = set(table.column("area_code").unique().to_pylist())
    return {
        "first_month": month_text(pc.min(months).as_py()), "last_month": month_text(pc.max(months).as_py()),
        "areas_expected": len(owing), "areas_supplied": len(owing & supplied),
    }


def field_of(measure: Measure) -> str:
    """Return the field that tells who supplied a measure: its numerator, or a count of the same rows; none for what a release knows of itself."""
    named = next((count for count in measure.counts if not COUNT_BY_ID[count].derived), "")
    kinds = COUNT_BY_ID[measure.numerator].kinds
    return named or next((count.id for count in COUNTS if count.kinds == kinds and not count.derived), "")
