"""The tables of a protected count: a choice is answered from the one that needs the fewest cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
import numpy.typing as npt

from data.count import Count
from data.cube import Cube, Reading, Windows
from data.model import ALL, DIMENSIONS

PICKED = 4096
"""Choices whose table is remembered."""


@dataclass(frozen=True)
class TableSet:
    """What a release holds of a protected count. It reads like a cube, from whichever table fits."""

    count: Count
    tables: Mapping[str, Cube]
    """The perturbed tables by id, in the registry's order."""
    cutoff: int
    """The last month with figures: what happened later is not in the release."""

    @cached_property
    def axes(self) -> Mapping[str, tuple[str, ...]]:
        """The members that any table holds, for each dimension that any table has."""
        names = ("area", *self.count.dimensions)
        found = {name: tuple(dict.fromkeys(member for cube in self.tables.values() for member in cube.axes.get(name, ())))
                 for name in names}
        return {name: members for name, members in found.items() if members}

    @cached_property
    def _members(self) -> Mapping[str, frozenset[str]]:
        return {name: frozenset(members) for name, members in self.axes.items()}

    def holds(self, dimension: str, member: str) -> bool:
        """Whether any table holds ``member``."""
        return member in self._members.get(dimension, ())

    @cached_property
    def _widest(self) -> Cube:
        """The table of forces with the shortest periods: it tells which months were supplied."""
        by_force = [cube for name, cube in self.tables.items() if name.startswith("force")]
        return min(by_force or self.tables.values(), key=lambda cube: cube.step)

    @property
    def first(self) -> int:
        """The first month with figures."""
        return self._widest.first

    @property
    def months(self) -> int:
        """How many months the figures span."""
        return self._widest.months

    @property
    def last(self) -> int:
        """The last month with figures."""
        return self._widest.last

    @property
    def each(self) -> int:
        """Months of the shortest period that any table has."""
        return self._widest.step

    @property
    def running(self) -> bool:
        """Periods of protected counts always add up."""
        return True

    @property
    def mixed(self) -> Mapping[str, tuple[str, ...]]:
        """No band stands beside its own parts."""
        return {name: () for name in self.axes}

    @property
    def held(self) -> npt.NDArray[np.intp]:
        """The places of the months with figures."""
        return np.arange(self.months)

    @cached_property
    def told(self) -> npt.NDArray[np.bool_]:
        """Of which months the forces' figures tell anything: those of whole periods (shape: months)."""
        cube = self._widest
        told = np.zeros(cube.months, dtype=bool)
        for end in range(cube.step - 1, cube.months):
            if (cube.first + end + 1) % cube.step == 0:
                told[end - cube.step + 1 : end + 1] = True
        return told

    @property
    def supplying(self) -> Mapping[str, npt.NDArray[np.bool_]]:
        """For each force, the months in which it supplied anything (shape: months)."""
        return self._supplying

    @cached_property
    def _supplying(self) -> Mapping[str, npt.NDArray[np.bool_]]:
        cube = self._widest
        if cube.step == 1:
            return cube.supplying
        spread: dict[str, npt.NDArray[np.bool_]] = {}
        for area, flags in cube.supplying.items():
            wide = flags.copy()
            for end in np.flatnonzero(flags):
                wide[max(end - cube.step + 1, 0) : end + 1] = True
            spread[area] = wide
        return spread

    def read(self, chosen: Mapping[str, Sequence[Sequence[str]]], *, windows: Windows) -> Reading:
        """Return value, supplied, expected and cells, each of shape (choices of each axis, windows).

        From the one table that needs the fewest cells; where none holds the choice nothing is supplied.
        """
        cube = self.pick(chosen, windows=windows)
        if cube is None:
            shape = (*(len(chosen.get(name, ((ALL,),))) for name in self.axes), len(windows))
            nothing = np.zeros(shape)
            return Reading(nothing, nothing, nothing, nothing)
        part = cube.read({name: chosen.get(name, [(ALL,)]) for name in cube.axes}, windows=windows)
        shape = (*(len(chosen.get(name) or ((ALL,),)) if name in cube.axes else 1 for name in self.axes), len(windows))
        return part.map(lambda array: array.reshape(shape))

    def pick(self, chosen: Mapping[str, Sequence[Sequence[str]]], *, windows: Windows) -> Cube | None:
        """Return the table that answers a choice with the fewest cells, ``None`` where none holds it."""
        longest = next(step for step in (12, 3, 1) if all(start % step == 0 == (end + 1) % step for start, end in windows))
        key = (longest, *((name, tuple(choices)) for name, choices in chosen.items()))
        if key not in self._picked:
            if len(self._picked) >= PICKED:
                self._picked.clear()
            fitting = {name: _cells(cube, chosen) for name, cube in self.tables.items() if cube.step <= longest}
            best = min(fitting, key=fitting.__getitem__, default="")
            self._picked[key] = best if best and fitting[best] < float("inf") else ""
        return self.tables.get(self._picked[key])

    @cached_property
    def _picked(self) -> dict[tuple[object, ...], str]:
        return {}

    @cached_property
    def narrow(self) -> Mapping[str, frozenset[str]]:
        """For each table the dimensions that it holds in single members, not in wide ones alone."""
        return {name: frozenset(key for key, members in cube.widths.items() if key in DIMENSIONS and any(
            DIMENSIONS[key].group_of(member) != member and len(DIMENSIONS[key].narrow(DIMENSIONS[key].group_of(member))) > 1
            for member in members if member != ALL)) for name, cube in self.tables.items()}


def _cells(cube: Cube, chosen: Mapping[str, Sequence[Sequence[str]]]) -> float:
    """Return how many cells of a month a choice adds up in a table; without end where the table does not hold it."""
    for name, choices in chosen.items():
        if name not in cube.axes and any(choice != (ALL,) for choice in choices):
            return float("inf")
    sums = []
    for name in cube.axes:
        widths = cube.widths[name]
        total = 0
        for choice in chosen.get(name) or ((ALL,),):
            for member in choice:
                if member not in widths:
                    return float("inf")
                total += widths[member]
        sums.append(total)
    return prod(sums) / cube.step
