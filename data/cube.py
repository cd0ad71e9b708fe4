"""Dense arrays of a count: what a choice of members and months comes to, in well under a millisecond.

A cube has one axis for each dimension (area first) and months last. Along an additive month axis it
holds running totals, so that any period is one subtraction; wide members and wholes are members in
their own right, so that a usual choice is one element. ``supplied`` and ``expected`` count the cells
that a force has supplied and should have, so that nothing missing is ever taken for zero.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.areas import AREAS, BOROUGHS, COUNTRIES, FORCES, LONDON, members_of
from data.counts import COUNT_BY_ID, Count
from data.model import ALL, DIMENSIONS

Windows = Sequence[tuple[int, int]]
Array = npt.NDArray[np.float64]

MET_BOROUGHS = tuple(code for code in BOROUGHS if AREAS[code].force == LONDON)
"""The 32 boroughs that the Metropolitan Police serves: without the City of London."""

_WHOLE = ((ALL,),)
REMEMBERED = 2048
"""Choices along an axis whose places are remembered."""
PARTS = ("values", "supplied", "expected", "cells")


@dataclass(frozen=True)
class Reading:
    """What a choice comes to: figures, how many cells were supplied and should have been, all of one shape.

    Of protected counts also how many perturbed cells each figure is the sum of, and the standard
    deviation ``sigma`` of the noise in one; where anything was revised also how many cells of each figure were.
    """

    value: Array
    supplied: Array
    expected: Array
    cells: Array | None = None
    sigma: float = 0.0
    revised: Array | None = None

    @property
    def parts(self) -> tuple[Array, ...]:
        """The arrays that there are."""
        found = (self.value, self.supplied, self.expected)
        return found if self.cells is None else (*found, self.cells)

    def map(self, change: Callable[[Array], Array]) -> Reading:
        """Return the reading with every array changed."""
        cells, revised = (None if part is None else change(part) for part in (self.cells, self.revised))
        return Reading(change(self.value), change(self.supplied), change(self.expected), cells, self.sigma, revised)


@dataclass(frozen=True)
class Cube:
    """A count's figures as arrays of shape (members of each axis + 1, months [+ 1])."""

    count: Count
    axes: Mapping[str, tuple[str, ...]]
    first: int
    months: int
    values: npt.NDArray[np.generic]
    supplied: npt.NDArray[np.generic]
    expected: npt.NDArray[np.generic]
    mixed: Mapping[str, tuple[str, ...]]
    """Wide members of each dimension that some supplied as they are and others in parts."""
    cells: npt.NDArray[np.generic] | None = None
    """Of a protected table: how many perturbed cells each figure is the sum of."""
    step: int = 1
    """Of a protected table: months of a period, which is stored at its last month."""
    sigma: float = 0.0
    """Of a protected table: standard deviation of the noise in each cell."""
    widths: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Of a protected table: how many stored members each member of an axis is the sum of."""
    leaves: Mapping[str, int] = field(default_factory=dict)
    """How many members of each axis, its first ones, stand for themselves; empty where a release does not tell."""
    revised: npt.NDArray[np.generic] | None = None
    """How many cells of each figure the release before had otherwise; ``None`` where there are none."""

    @cached_property
    def _places(self) -> Mapping[str, Mapping[str, int]]:
        return {name: {member: place for place, member in enumerate(members)} for name, members in self.axes.items()}

    @property
    def running(self) -> bool:
        """Whether months add up."""
        return self.count.addition["month"] == "additive"

    @property
    def each(self) -> int:
        """Months that one stored value covers, ending with the month it stands at; 0 for a state."""
        return max(self.count.months_each, self.step) if self.cells is not None else self.count.months_each

    @property
    def last(self) -> int:
        """The last month with figures."""
        return self.first + self.months - 1

    def holds(self, dimension: str, member: str) -> bool:
        """Whether ``member`` stands in the figures at all."""
        return member in self._places.get(dimension, {})

    def read(self, chosen: Mapping[str, Sequence[Sequence[str]]], *, windows: Windows) -> Reading:
        """Return value, supplied, expected (and cells), each of shape (choices of each axis, windows).

        ``chosen`` gives for each axis a list of choices, each the members whose figures are added; an
        axis that it leaves out is taken whole. ``windows`` are inclusive pairs of month indices.
        """
        at, joins = self._cells(chosen)
        ends, starts, inside = self._months(windows)
        cuts: dict[str, Array] = {}
        for name, part in self._flat.items():
            cut = part.take(at + ends)
            if starts is not None:
                cut = cut - part.take(at + starts)
            if inside is not None:
                cut = cut * inside
            for axis, first in joins:
                cut = np.add.reduceat(cut, first, axis=axis)
            cuts[name] = cut.astype(np.float64, copy=False)
        return Reading(cuts["values"], cuts["supplied"], cuts["expected"], cuts.get("cells"), self.sigma, cuts.get("revised"))

    @cached_property
    def _flat(self) -> Mapping[str, npt.NDArray[np.generic]]:
        """The arrays in one dimension, as plain views: an index is then made once for all."""
        more = {} if self.revised is None else {"revised": self.revised}
        return {name: np.asarray(part).reshape(-1) for name, part in (self.parts() | more).items()}

    def parts(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return the arrays of figures by name: three, and of a protected table a fourth."""
        return {part: getattr(self, part) for part in PARTS if getattr(self, part) is not None}

    def _cells(
        self, chosen: Mapping[str, Sequence[Sequence[str]]]
    ) -> tuple[npt.NDArray[np.intp], list[tuple[int, npt.NDArray[np.intp]]]]:
        """Return where the first month of each chosen member lies, and which members are joined on which axis."""
        at: npt.NDArray[np.intp] = np.zeros((), dtype=np.intp)
        joins: list[tuple[int, npt.NDArray[np.intp]]] = []
        for axis, (name, members) in enumerate(self.axes.items()):
            places, first = self._along(name, tuple(chosen.get(name) or _WHOLE))
            if first is not None:
                joins.append((axis, first))
            at = at[..., None] * (len(members) + 1) + places
        return at[..., None] * self.values.shape[-1], joins

    def _along(
        self, name: str, choices: tuple[Sequence[str], ...]
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp] | None]:
        """Return the places of the chosen members along an axis, and where each choice of several begins."""
        key = (name, choices)
        if key not in self._places_of:
            if len(self._places_of) >= REMEMBERED:
                self._places_of.clear()
            places, nowhere = self._places[name], len(self.axes[name])
            flat = np.asarray([places.get(member, nowhere) for choice in choices for member in choice], dtype=np.intp)
            several = len(flat) > len(choices)
            self._places_of[key] = (flat, np.cumsum([0, *(len(choice) for choice in choices[:-1])]) if several else None)
        return self._places_of[key]

    @cached_property
    def _places_of(self) -> dict[tuple[str, tuple[Sequence[str], ...]], tuple[npt.NDArray[np.intp], npt.NDArray[np.intp] | None]]:
        return {}

    def _months(
        self, windows: Windows
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp] | None, npt.NDArray[np.bool_] | None]:
        """Return the months to read, those to take off again (running totals), and which lie in the figures."""
        if self.running:
            edges = [(window[0] - self.first, window[1] - self.first + 1) for window in windows]
            starts, ends = (np.asarray([min(max(edge, 0), self.months) for edge in side], dtype=np.intp)
                            for side in zip(*edges, strict=True))
            return ends, starts, None
        ends = [window[1] - self.first for window in windows]
        if self.count.addition["month"] == "nearest":
            return self._nearest(np.asarray(ends, dtype=np.intp)), None, None
        there = np.asarray([0 <= end < self.months for end in ends])
        return np.where(there, ends, 0), None, there

    @cached_property
    def held(self) -> npt.NDArray[np.intp]:
        """The places of the months at which a count of states holds any figure."""
        flat = self.supplied.reshape(-1, self.supplied.shape[-1])
        return np.flatnonzero(flat.any(axis=0))

    def _nearest(self, ends: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        distance = np.abs(self.held[None, :] - ends[:, None])
        return self.held[np.argmin(distance, axis=1)]

    @cached_property
    def supplying(self) -> Mapping[str, npt.NDArray[np.bool_]]:
        """For each area of the axis, the months in which it supplied anything (shape: months)."""
        whole = tuple(self._places[name].get(ALL, 0) for name in self.axes if name != "area")
        found = np.asarray(self.supplied[(slice(None), *whole, slice(None))])
        if self.running:
            found = np.diff(found, axis=-1)
        return {area: found[place] > 0 for area, place in self._places["area"].items()}


def members_by_wide(name: str, leaves: Sequence[str], *, overlapping: bool) -> dict[str, list[int]]:
    """Return, for each member of an axis, the places of the leaves that make it up.

    ``leaves`` are the members as supplied: narrow, or wide where a source has no narrower band.
    Where they overlap nothing is made up: each stands for itself.
    """
    made = {leaf: [place] for place, leaf in enumerate(leaves)}
    if overlapping:
        return made
    if name == "area":
        for country in COUNTRIES:
            inside = [place for place, leaf in enumerate(leaves) if leaf in members_of(country)]
            if inside:
                made[country] = inside
        boroughs = [place for place, leaf in enumerate(leaves) if leaf in MET_BOROUGHS]
        if boroughs and LONDON not in made:
            made[LONDON] = boroughs
        return made
    dimension = DIMENSIONS[name]
    for group in dimension.groups:
        inside = [place for place, leaf in enumerate(leaves) if leaf == group.id or leaf in group.parts]
        if inside:
            made[group.id] = inside
            if len(group.parts) == 1:
                made[group.parts[0]] = inside
    made[ALL] = list(range(len(leaves)))
    return made


def expected_areas(count: Count) -> tuple[str, ...]:
    """Return the areas that should supply a count."""
    return MET_BOROUGHS if count.areas == "borough" else FORCES


def build(
    count: Count, *, codes: Mapping[str, npt.NDArray[np.intp]], leaves: Mapping[str, Sequence[str]],
    months: npt.NDArray[np.intp], values: Array, partial: Collection[tuple[str, str, int]] = (),
) -> Cube:
    """Make the cube of a count from its cells.

    ``codes`` holds for each dimension the place of each cell's leaf in ``leaves``; ``months`` the
    cells' month indices; ``values`` their figures. Areas that should supply and did not are added. Cells of
    an area, channel and month in ``partial`` are owed once more than supplied, as is every sum of them.
    """
    first, span = int(months.min()), int(months.max() - months.min()) + 1
    area_leaves = [*leaves["area"], *(code for code in expected_areas(count) if code not in set(leaves["area"]))]
    leaves = {**leaves, "area": area_leaves}
    shape = (*(len(leaves[name]) for name in leaves), span)
    place = (*(codes[name] for name in leaves), months - first)
    whole_numbers = bool(np.all(values == np.rint(values)))
    dense = np.zeros(shape, dtype=np.int64 if whole_numbers else np.float64)
    supplied = np.zeros(shape, dtype=np.int32)
    np.add.at(dense, place, values.astype(dense.dtype))
    supplied[place] = 1
    if count.records:
        supplied = _by_record(supplied, whole=leaves["channel"].index(ALL) if _overlaps(count) else None)
    expected = _expected(supplied, count)
    for area, channel, month in partial if list(leaves)[:2] == ["area", "channel"] else ():
        if area in leaves["area"] and channel in leaves["channel"] and 0 <= month - first < span:
            at = leaves["area"].index(area), leaves["channel"].index(channel), ..., month - first
            expected[at] += supplied[at]
    parts = [dense, supplied, expected]
    axes: dict[str, tuple[str, ...]] = {}
    for axis, name in enumerate(leaves):
        addition = count.addition[name]
        made = members_by_wide(name, leaves[name], overlapping=addition in ("overlapping", "none"))
        axes[name] = tuple(made)
        parts = [widen(part, axis=axis, made=list(made.values())) for part in parts]
    if count.addition["month"] == "additive":
        parts = [running(part) for part in parts]
    return Cube(count, axes, first, span, *parts, mixed=_mixed(leaves), leaves={name: len(leaves[name]) for name in leaves})


def _mixed(leaves: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(group.id for group in DIMENSIONS[name].groups
                    if group.id in leaves[name] and set(group.parts) & set(leaves[name]))
        for name in leaves if name != "area"
    }


def _overlaps(count: Count) -> bool:
    return count.addition.get("channel") == "overlapping"


def _by_record(supplied: npt.NDArray[np.int32], *, whole: int | None) -> npt.NDArray[np.int32]:
    """Take every combination of a month as supplied where an area has any record in it.

    A combination without a record is then a true nothing. Along an overlapping channel axis the
    whole and the channels are supplied apart: a force may list its appeals and not their channels.
    """
    if whole is None:
        found = supplied.any(axis=tuple(range(1, supplied.ndim - 1)), keepdims=True)
        return np.broadcast_to(found, supplied.shape).astype(np.int32)
    parts = np.ones(supplied.shape[1], dtype=bool)
    parts[whole] = False
    filled = supplied.copy()
    filled[:, whole] = supplied[:, whole].any(axis=1, keepdims=True)
    filled[:, parts] = supplied[:, parts].any(axis=(1, 2), keepdims=True)
    return filled


def _expected(supplied: npt.NDArray[np.int32], count: Count) -> npt.NDArray[np.int32]:
    """Mark the cells that should have been supplied.

    An area owes each combination that it ever supplied, from the month in which it first did (from
    the start, where that is when it began to supply at all); an area that never supplied anything
    owes what any other supplied. States that are estimates of one date owe that date alone.
    """
    has = supplied.any(axis=tuple(range(supplied.ndim - 1)))
    held = np.flatnonzero(has)
    months = has if count.addition["month"] == "nearest" else np.isin(
        np.arange(len(has)), np.arange(held[0], len(has), _cadence(held, count))
    )
    between = tuple(range(1, supplied.ndim - 1))
    ever = supplied.any(axis=-1, keepdims=True)
    started = np.where(ever, supplied.argmax(axis=-1, keepdims=True), supplied.shape[-1])
    with_its_area = ever & (started == started.min(axis=between, keepdims=True))
    owed = (np.maximum.accumulate(supplied, axis=-1) > 0) | with_its_area
    silent = ~ever.any(axis=(*between, -1))
    owed[silent] = ever.any(axis=0)
    return (owed & months).astype(np.int32)


def _cadence(held: npt.NDArray[np.intp], count: Count) -> int:
    """Return every how many months figures are due: of a year's figures the shortest step between two."""
    gaps = np.diff(held)
    return 1 if count.months_each <= 1 else int(gaps.min()) if len(gaps) else count.months_each


def widen(part: npt.NDArray[np.generic], *, axis: int, made: list[list[int]]) -> npt.NDArray[np.generic]:
    pieces = [part.take(places, axis=axis).sum(axis=axis, dtype=part.dtype) for places in made]
    pieces.append(np.zeros_like(pieces[0]))
    return np.stack(pieces, axis=axis)


def running(part: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
    zero = np.zeros((*part.shape[:-1], 1), dtype=part.dtype)
    return np.concatenate([zero, np.cumsum(part, axis=-1, dtype=part.dtype)], axis=-1)


def save(cube: Cube, folder: Path) -> None:
    """Write a cube as its arrays and a description of its axes."""
    folder.mkdir(parents=True)
    for name, part in cube.parts().items():
        np.save(folder / f"{name}.npy", part)
    text = json.dumps({"axes": {name: list(members) for name, members in cube.axes.items()},
                       "mixed": {name: list(members) for name, members in cube.mixed.items()},
                       "first": cube.first, "months": cube.months, "step": cube.step, "sigma": cube.sigma,
                       "widths": {name: dict(members) for name, members in cube.widths.items()},
                       "leaves": dict(cube.leaves)}, indent=1)
    (folder / "axes.json").write_text(text, encoding="utf-8")


def load(folder: Path, *, count_id: str, revised: Path | None = None) -> Cube:
    """Open a cube; its arrays stay on disk and are shared between processes.

    ``revised`` is the file that tells what of it the release before had otherwise, where there is one.
    """
    text = json.loads((folder / "axes.json").read_text(encoding="utf-8"))
    arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in PARTS if (folder / f"{name}.npy").exists()}
    axes, mixed = ({name: tuple(members) for name, members in text[key].items()} for key in ("axes", "mixed"))
    marks = np.load(revised, mmap_mode="r") if revised is not None and revised.exists() else None
    return Cube(COUNT_BY_ID[count_id], axes, text["first"], text["months"], **arrays, mixed=mixed, revised=marks,
                step=text.get("step", 1), sigma=text.get("sigma", 0.0), widths=text.get("widths", {}),
                leaves=text.get("leaves", {}))
