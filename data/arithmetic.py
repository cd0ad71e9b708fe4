"""The arithmetic of measures: counts read from cubes, divided, marked, and written as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt

from data.answers import AXES, Choices, Figures
from data.areas import AREAS, members_of
from data.cube import Cube
from data.frame import Row, join_members
from data.measures import Measure
from data.model import ALL
from data.periods import Window

Floats = npt.NDArray[np.float64]
Columns = tuple[list[float | None], list[float | None], list[float | None], list[str]]
"""Numerator, denominator, value and mark of every row."""


def rows_of(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: Sequence[Window], *, role: str
) -> list[Row]:
    """Return a row for each combination of choices and each window, months last."""
    top = _read(release, measure.numerator, choices, windows)
    below = _read(release, measure.denominator, choices, windows) if measure.denominator else None
    if measure.kind == "ratio":
        top = _of_those_below(release, measure, choices, windows, top)
    if measure.kind == "gap":
        numerator, denominator, value, status = _gap(release, measure, choices, windows, top)
    else:
        numerator, denominator, value, status = _value(measure, top, below)
    names = [[join_members(choice) if name != "area" else "+".join(choice) for choice in choices[name]]
             for name in AXES]
    keys = product(*names, windows)
    return [
        Row(measure.id, *members, window[0], window[1], n, d, v, None, None, s, role)
        for (*members, window), n, d, v, s in zip(keys, numerator, denominator, value, status, strict=True)
    ]


@dataclass(frozen=True)
class _Reading:
    value: Floats
    supplied: Floats
    expected: Floats


def _read(
    release: Figures, count_id: str, choices: Mapping[str, Choices], windows: Sequence[Window]
) -> _Reading:
    """Read a count in the shape of all axes; one that it does not have has length one."""
    cube = release.cube(count_id)
    assert cube is not None  # held: `answer` has looked
    chosen = {name: choices[name] for name in cube.axes}
    shape = tuple(len(choices[name]) if name in cube.axes else 1 for name in AXES) + (len(windows),)
    value, supplied, expected = (part.reshape(shape) for part in cube.read(chosen, windows=windows))
    return _Reading(value, supplied, expected)


def _of_those_below(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: Sequence[Window], top: _Reading
) -> _Reading:
    """Leave out of a numerator the places whose state at the end of the period is not in the denominator."""
    cube = release.cube(measure.denominator)
    assert cube is not None
    if cube.count.addition["month"] != "last":
        return top
    value = top.value.copy()
    for place, window in enumerate(windows):
        areas = [_supplying(cube, choice, at=window[1]) for choice in choices["area"]]
        if areas != choices["area"]:
            value[..., place] = _read(release, measure.numerator, {**choices, "area": areas}, [window]).value[..., 0]
    return replace(top, value=value)


def _supplying(cube: Cube, choice: tuple[str, ...], *, at: int) -> tuple[str, ...]:
    """Return the places of a choice that supplied a month; the choice itself where all or none did."""
    inside = [part for code in choice for part in (members_of(code) if AREAS[code].type == "country" else (code,))]
    month = at - cube.first
    left = tuple(code for code in inside
                 if 0 <= month < cube.months and code in cube.supplying and cube.supplying[code][month])
    return left if left and len(left) < len(inside) else choice


def _value(
    measure: Measure, top: _Reading, below: _Reading | None
) -> Columns:
    status = _marks(top)
    blank = top.supplied == 0
    if below is None:
        value = top.value
        if measure.kind == "published":
            status = np.where(blank, status, "u")
        return _listed(top.value, blank), [None] * top.value.size, _listed(value, blank), status.ravel().tolist()
    above, under, has, owed = top.value, below.value, below.supplied, below.expected
    if above.shape != under.shape:
        above, under, has, owed = np.broadcast_arrays(above, under, has, owed)
        status, blank = np.broadcast_to(status, above.shape).copy(), np.broadcast_to(blank, above.shape)
    blank = blank | (has == 0)
    status[(has == 0) & (status != "z")] = "x"
    status[~blank & (has < owed) & (status == "ok")] = "p"
    small = ~blank & (under < max(measure.minimum_base, 1))
    status[small] = "c"
    with np.errstate(divide="ignore", invalid="ignore"):
        value = above / under * measure.factor
    return (_listed(above, blank), _listed(under, blank), _listed(value, blank | small), status.ravel().tolist())


def _gap(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: Sequence[Window], top: _Reading
) -> Columns:
    """Share of the reach of known age less the share of the residents, in points."""
    every = {**choices, "age_group": [(ALL,)]}
    unknown = _read(release, measure.numerator, {**choices, "age_group": [("unknown",)]}, windows)
    reach = _read(release, measure.numerator, every, windows)
    people = _read(release, measure.denominator, choices, windows)
    residents = _read(release, measure.denominator, every, windows)
    above, known, inside, all_people = np.broadcast_arrays(
        top.value, reach.value - unknown.value, people.value, residents.value)
    status = np.broadcast_to(_marks(top), above.shape).copy()
    for part in (reach, people, residents):
        status[(status == "ok") & (part.supplied < part.expected)] = "p"
    blank = np.broadcast_to(top.supplied == 0, above.shape) | (inside == 0)
    status[(inside == 0) & (status != "x")] = "z"
    small = ~blank & (known < max(measure.minimum_base, 1))
    status[small] = "c"
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (above / known - inside / all_people) * measure.factor
    return _listed(above, blank), _listed(known, blank), _listed(value, blank | small), status.ravel().tolist()


def _marks(reading: _Reading) -> npt.NDArray[np.str_]:
    status = np.full(reading.value.shape, "ok", dtype="<U2")
    status[reading.supplied < reading.expected] = "p"
    status[reading.supplied == 0] = "x"
    status[(reading.supplied == 0) & (reading.expected == 0)] = "z"
    return status


def _listed(numbers: Floats, blank: npt.NDArray[np.bool_]) -> list[float | None]:
    """Return numbers rounded to four decimals, whole ones as integers, blanks as ``None``."""
    rounded = np.round(numbers, 4)
    if not np.any(np.mod(rounded[~blank], 1)):
        listed = np.where(blank, 0, rounded).astype(np.int64).ravel().tolist()
    else:
        listed = rounded.ravel().tolist()
    if not blank.any():
        return listed
    return [None if hidden else number for number, hidden in zip(listed, blank.ravel().tolist(), strict=True)]


def beside_rows(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: Sequence[Window]
) -> list[Row]:
    """Return the share of each age group, of the same places, of known ages only."""
    if any(release.cube(count) is None for count in measure.counts):
        return []
    ages = [choice for choice in choices["age_group"] if choice not in (("unknown",), (ALL,))]
    narrow = {name: [(ALL,)] for name in AXES} | {"area": choices["area"][:1], "age_group": ages}
    if not ages:
        return []
    part = _read(release, measure.numerator, narrow, windows)
    every = _read(release, measure.denominator, {**narrow, "age_group": [(ALL,)]}, windows)
    over = _Reading(*(np.broadcast_to(array, part.value.shape)
                      for array in (every.value, every.supplied, every.expected)))
    numerator, denominator, value, status = _value(measure, part, over)
    area = "+".join(narrow["area"][0])
    cube = release.cube(measure.numerator)
    assert cube is not None
    year = cube.first + int(cube.held[-1])
    return [
        Row(measure.id, area, ALL, age[0], ALL, ALL, year - year % 12, year - year % 12 + 11, n, d, v, None, None, s, "beside")
        for age, n, d, v, s in zip(ages, numerator, denominator, value, status, strict=True)
    ]
