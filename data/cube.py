"""Dense arrays of a count: what a choice of members and months comes to, in well under a millisecond.

A cube has one axis for each dimension (area first) and months last. Along an additive month axis it
holds running totals, so that any period is one subtraction; wide members and wholes are members in
their own right, so that a usual choice is one element. ``supplied`` and ``expected`` count the cells
that a force has supplied and should have, so that nothing missing is ever taken for zero.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data import stored
from data.counts import COUNT_BY_ID, Count
from data.model import ALL

Windows = Sequence[tuple[int, int]]
Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Months = tuple[Places, Places | None, npt.NDArray[np.bool_] | None]
Axes = tuple[tuple[str, tuple[str, ...]], ...]
Choices = tuple[tuple[str, ...], ...]
"""What is shown apart along an axis: each a tuple of members whose figures are added."""

_WHOLE = ((ALL,),)
REMEMBERED = 2048
"""Choices along an axis, and lists of months, whose places are remembered."""
PARTS = ("values", "supplied", "expected", "cells")
OPTIONAL = frozenset({"cells"})
"""Arrays that protected tables alone have."""


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
    when: Array | None = None
    """Of a count whose latest figure is read: the month of each figure."""
    revised: Array | None = None

    @property
    def parts(self) -> tuple[Array, ...]:
        """The arrays that there are."""
        found = (self.value, self.supplied, self.expected)
        return found if self.cells is None else (*found, self.cells)

    def map(self, change: Callable[[Array], Array]) -> Reading:
        """Return the reading with every array changed."""
        optional = {"cells": self.cells, "when": self.when, "revised": self.revised}
        changed = {name: change(part) for name, part in optional.items() if part is not None}
        return Reading(change(self.value), change(self.supplied), change(self.expected), sigma=self.sigma, **changed)


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
    def _axes(self) -> Axes:
        return tuple(self.axes.items())

    @cached_property
    def _places(self) -> Mapping[str, Mapping[str, int]]:
        return {name: _numbered(members) for name, members in self.axes.items()}

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
        at, joins = _cells(self._axes, self.values.shape[-1], tuple(tuple(chosen.get(name) or _WHOLE) for name in self.axes))
        if self.count.addition["month"] == "latest":
            return self._latest(at, windows)
        ends, starts, inside = self._months(tuple(windows))
        running = len(ends) > len(windows)
        until, before = at + ends, None if starts is None else at + starts
        cuts: dict[str, Array] = {}
        for name, part in self._flat.items():
            cut = part.take(until)
            if running:
                cut = cut[..., 1:] - cut[..., :-1]
            elif before is not None:
                cut = cut - part.take(before)
            if inside is not None:
                cut = cut * inside
            for axis, first in joins:
                cut = np.add.reduceat(cut, first, axis=axis)
            cuts[name] = cut.astype(np.float64, copy=False)
        return Reading(cuts["values"], cuts["supplied"], cuts["expected"], cuts.get("cells"), self.sigma,
                       revised=cuts.get("revised"))

    @cached_property
    def _flat(self) -> Mapping[str, npt.NDArray[np.generic]]:
        """The arrays in one dimension, as plain views: an index is then made once for all."""
        more = {} if self.revised is None else {"revised": self.revised}
        return {name: np.asarray(part).reshape(-1) for name, part in (self.parts() | more).items()}

    def parts(self) -> dict[str, npt.NDArray[np.generic]]:
        """Return the arrays of figures by name: three, and of a protected table a fourth."""
        return {part: getattr(self, part) for part in PARTS if getattr(self, part) is not None}

    def _months(self, windows: tuple[tuple[int, int], ...]) -> Months:
        """Return the months to read, those to take off again (running totals), and which lie in the figures.

        Running totals of windows that follow each other are read once: one month more than there are windows.
        """
        if windows not in self._months_of:
            if len(self._months_of) >= REMEMBERED:
                self._months_of.clear()
            self._months_of[windows] = self._months_in(windows)
        return self._months_of[windows]

    @cached_property
    def _months_of(self) -> dict[tuple[tuple[int, int], ...], Months]:
        return {}

    def _months_in(self, windows: tuple[tuple[int, int], ...]) -> Months:
        if self.running:
            edges = [(window[0] - self.first, window[1] - self.first + 1) for window in windows]
            starts, ends = (np.asarray([min(max(edge, 0), self.months) for edge in side], dtype=np.intp)
                            for side in zip(*edges, strict=True))
            if np.array_equal(starts[1:], ends[:-1]):
                return np.append(starts[:1], ends), None, None
            return ends, starts, None
        ends = [window[1] - self.first for window in windows]
        if self.count.addition["month"] == "nearest":
            return self._nearest(np.asarray(ends, dtype=np.intp)), None, None
        there = np.asarray([0 <= end < self.months for end in ends])
        return np.where(there, ends, 0), None, there

    def _latest(self, at: npt.NDArray[np.intp], windows: Windows) -> Reading:
        """Return the last figure of each cell within each window; what was not asked in it is not expected."""
        starts, ends = (np.asarray([window[side] - self.first for window in windows], dtype=np.intp) for side in (0, 1))
        place = np.where(ends >= 0, self._last_held.take(at + np.clip(ends, 0, self.months - 1)), -1)
        found = place >= np.maximum(starts, 0)
        values = np.asarray(self.values).reshape(-1).take(at + np.where(found, place, 0)) * found
        there = found.astype(np.float64)
        revised = None if self.revised is None else self._flat["revised"].take(at + np.where(found, place, 0)) * found
        return Reading(values.astype(np.float64), there, there, when=np.where(found, place, ends) + float(self.first),
                       revised=revised)

    @cached_property
    def _last_held(self) -> npt.NDArray[np.intp]:
        """For each cell and month the place of the last month with a figure, -1 before the first."""
        months = np.where(np.asarray(self.supplied) > 0, np.arange(self.months), -1)
        return np.maximum.accumulate(months, axis=-1).reshape(-1)

    def weight(self, category: str, *, areas: Sequence[str]) -> tuple[int, int]:
        """Return what a category is chosen by where none is: minus the cells that the areas supplied, minus the last month."""
        axes = list(self.axes)
        part = np.asarray(self.supplied).take(self._places["category"][category], axis=axes.index("category"))
        part = part[[self._places["area"][code] for code in areas if self.holds("area", code)]]
        months = part.reshape(-1, part.shape[-1]).sum(axis=0) if part.size else np.zeros(1, dtype=np.int64)
        months = np.diff(months) if self.running else months
        held = np.flatnonzero(months)
        return -int(months.sum()), -int(held[-1]) if len(held) else 0

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
        whole = tuple(self._places[name].get(ALL, slice(None)) for name in self.axes if name != "area")
        found = np.asarray(self.supplied[(slice(None), *whole, slice(None))])
        found = found.max(axis=tuple(range(1, found.ndim - 1)), initial=0) if not self.running else found.sum(
            axis=tuple(range(1, found.ndim - 1)))
        if self.running:
            found = np.diff(found, axis=-1)
        return {area: found[place] > 0 for area, place in self._places["area"].items()}


def _numbered(members: Sequence[str]) -> dict[str, int]:
    return {member: place for place, member in enumerate(members)}


@lru_cache(maxsize=REMEMBERED)
def _along(members: tuple[str, ...], choices: Choices) -> tuple[Places, Places | None]:
    """Return the places of the chosen members along an axis, and where each choice of several begins."""
    places, nowhere = _numbered(members), len(members)
    flat = np.asarray([places.get(member, nowhere) for choice in choices for member in choice], dtype=np.intp)
    several = len(flat) > len(choices)
    return flat, np.cumsum([0, *(len(choice) for choice in choices[:-1])]) if several else None


@lru_cache(maxsize=64)
def _cells(axes: Axes, months: int, chosen: tuple[Choices, ...]) -> tuple[Places, list[tuple[int, Places]]]:
    """Return where the first month of each chosen member lies, and which members are joined on which axis.

    Counts of one source have the same axes: numerator and denominator ask for the same places.
    """
    at: Places = np.zeros((), dtype=np.intp)
    joins: list[tuple[int, Places]] = []
    for axis, ((_, members), choices) in enumerate(zip(axes, chosen, strict=True)):
        places, first = _along(members, choices)
        if first is not None:
            joins.append((axis, first))
        at = at[..., None] * (len(members) + 1) + places
    return at[..., None] * months, joins


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

    ``revised`` is the file that tells what of it the release before had otherwise, where there is one. Raises
    ``Unreadable`` where a file is missing, cut off, or does not fit the axes.
    """
    text = stored.document(folder / "axes.json")
    arrays = {name: stored.array(folder / f"{name}.npy") for name in PARTS
              if name not in OPTIONAL or (folder / f"{name}.npy").exists()}
    axes, mixed = ({name: tuple(members) for name, members in text[key].items()} for key in ("axes", "mixed"))
    marks = stored.array(revised) if revised is not None and revised.exists() else None
    shape = (*(len(members) + 1 for members in axes.values()), arrays["values"].shape[-1])
    for name, part in {**arrays, **({} if marks is None else {"revised": marks})}.items():
        if part.shape != shape:
            raise stored.damaged(folder / f"{name}.npy" if name != "revised" or revised is None else revised)
    return Cube(COUNT_BY_ID[count_id], axes, text["first"], text["months"], **arrays, mixed=mixed, revised=marks,
                step=text.get("step", 1), sigma=text.get("sigma", 0.0), widths=text.get("widths", {}),
                leaves=text.get("leaves", {}))
