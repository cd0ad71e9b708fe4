"""The arithmetic of measures: counts read from cubes, divided, marked, and written as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import numpy.typing as npt

from data.answers import AXES, Choices, Figure, Figures
from data.areas import AREAS, members_of
from data.cube import Reading
from data.disclosure.supply import finished
from data.frame import Row, join_members
from data.measures import Measure
from data.model import ALL
from data.periods import Window
from data.statistics.intervals import (
    SMALLEST_THRESHOLD, protected_range, protected_ratio, protected_wilson, rate, threshold, wilson,
)
from data.tableset import TableSet

Floats = npt.NDArray[np.float64]
Columns = tuple[list[float | None], list[float | None], list[float | None], list[float | None], list[float | None], list[str]]
"""Numerator, denominator, value, lower and upper limit and mark of every row."""


def rows_of(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: Sequence[Window], *, role: str
) -> list[Row]:
    """Return a row for each combination of choices and each window, months last."""
    top, below = readings(release, measure, choices, windows)
    if measure.kind == "gap":
        columns = _gap(release, measure, choices, windows, top)
    elif top.cells is not None or (below is not None and below.cells is not None):
        columns = _protected(measure, top, below, young=_young(release, measure, windows))
    else:
        columns = _value(measure, top, below)
    names = [[join_members(choice) if name != "area" else "+".join(choice) for choice in choices[name]]
             for name in AXES]
    keys = product(*names, windows)
    return [
        Row(measure.id, *members, window[0], window[1], n, d, v, low, high, s, role)
        for (*members, window), n, d, v, low, high, s in zip(keys, *columns, strict=True)
    ]


def readings(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: Sequence[Window]
) -> tuple[Reading, Reading | None]:
    """Return numerator and denominator of a choice; no denominator where the measure has none."""
    top = _read(release, measure.numerator, _only(choices, measure.numerator_only), windows)
    if not measure.denominator:
        return top, None
    below = _read(release, measure.denominator, _only(choices, measure.denominator_only), windows)
    return (_of_those_below(release, measure, choices, windows, top) if measure.kind == "ratio" else top), below


def _only(choices: Mapping[str, Choices], only: Mapping[str, tuple[str, ...]]) -> Mapping[str, Choices]:
    """Return the choices with the members that a count is narrowed to in place of the reader's."""
    return {**choices, **{name: [members] for name, members in only.items()}} if only else choices


def _young(release: Figures, measure: Measure, windows: Sequence[Window]) -> npt.NDArray[np.bool_]:
    """Return which windows hold appeals that have not been followed as long as the measure asks for."""
    tables = release.cube(measure.numerator)
    if not measure.follow_up or not isinstance(tables, TableSet):
        return np.zeros(len(windows), dtype=bool)
    done = finished(cutoff=tables.cutoff, follow_up=measure.follow_up)
    return np.array([end > done for _, end in windows])


def _read(
    release: Figures, count_id: str, choices: Mapping[str, Choices], windows: Sequence[Window]
) -> Reading:
    """Read a count in the shape of all axes; one that it does not have has length one."""
    cube = release.cube(count_id)
    assert cube is not None  # held: `answer` has looked
    chosen = {name: choices[name] for name in cube.axes}
    shape = tuple(len(choices[name]) if name in cube.axes else 1 for name in AXES) + (len(windows),)
    return cube.read(chosen, windows=windows).map(lambda part: part.reshape(shape))


def _of_those_below(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: Sequence[Window], top: Reading
) -> Reading:
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


def _supplying(cube: Figure, choice: tuple[str, ...], *, at: int) -> tuple[str, ...]:
    """Return the places of a choice that supplied a month; the choice itself where all or none did."""
    inside = [part for code in choice for part in (members_of(code) if AREAS[code].type == "country" else (code,))]
    month = at - cube.first
    left = tuple(code for code in inside
                 if 0 <= month < cube.months and code in cube.supplying and cube.supplying[code][month])
    return left if left and len(left) < len(inside) else choice


def _value(
    measure: Measure, top: Reading, below: Reading | None
) -> Columns:
    status = _marks(top)
    blank = top.supplied == 0
    if below is None:
        value = top.value
        if measure.kind == "published":
            status = np.where(blank, status, "u")
        none: list[float | None] = [None] * top.value.size
        return _listed(top.value, blank), none, _listed(value, blank), none, none, status.ravel().tolist()
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
    low, high = _open_interval(measure, above, under, without=blank | small)
    return (_listed(above, blank), _listed(under, blank), _listed(value, blank | small), low, high,
            status.ravel().tolist())


def _open_interval(
    measure: Measure, above: Floats, under: Floats, *, without: npt.NDArray[np.bool_]
) -> tuple[list[float | None], list[float | None]]:
    """Return the interval of a share or a rate of open counts, ``None`` where none is defined."""
    if not measure.interval:
        none: list[float | None] = [None] * above.size
        return none, none
    base = np.where(without, np.nan, under)
    counted = np.where(without, 0, np.maximum(above, 0))
    if measure.interval == "share":
        lower, upper = (limit * measure.factor for limit in wilson(np.minimum(counted, under), denominator=base))
    else:
        lower, upper = rate(counted, base=base, factor=measure.factor)
    return _listed(lower, without), _listed(upper, without)


def _protected(measure: Measure, top: Reading, below: Reading | None, *, young: npt.NDArray[np.bool_]) -> Columns:
    """Return the rows of a protected count, or of a ratio of which any part is one.

    Below 10, or where the protection range is wider than the value, a count is only said to lie
    under a number; a ratio is shown on a base of at least the measure's minimum.
    """
    status = _marks(top)
    above, blank = top.value, top.supplied == 0
    half, least = noise_of(top)
    if below is None:
        small = ~blank & ((above < least) | (above < SMALLEST_THRESHOLD))
        status[~blank & ~small & young & (status == "ok")] = "p"
        status[small] = "c"
        value = _listed(above, blank | small)
        upper = np.where(small, least, np.rint(above + half))
        return (value, [None] * above.size, value, _listed(np.maximum(np.rint(above - half), 0), blank | small),
                _listed(upper, blank), status.ravel().tolist())
    wide, floor = noise_of(below)
    above, half, least, under, wide, floor, has, owed = np.broadcast_arrays(
        above, half, least, below.value, wide, floor, below.supplied, below.expected)
    status, blank = np.broadcast_to(status, above.shape).copy(), np.broadcast_to(blank, above.shape) | (has == 0)
    status[(has == 0) & (status != "z")] = "x"
    status[~blank & ((has < owed) | young) & (status == "ok")] = "p"
    shaky = ~blank & ((under < max(measure.minimum_base, 1)) | (under < floor))
    small = ~blank & ~shaky & (above < least)
    status[shaky | small] = "c"
    base = np.maximum(under, 1)
    if measure.unit == "percent":
        above = np.clip(above, 0, base)  # noise may carry a part above its whole
    factor = measure.factor
    limits = protected_wilson if measure.unit == "percent" else protected_ratio
    lower, upper = limits(above, numerator_half=half, denominator=base, denominator_half=wide)
    upper = np.where(small, np.minimum(least / np.maximum(base - wide, 1), 1 if measure.unit == "percent" else np.inf), upper)
    hidden = blank | shaky | small
    return (_listed(above, hidden), _listed(under, blank | shaky), _listed(above / base * factor, hidden),
            _listed(lower * factor, hidden), _listed(upper * factor, blank | shaky), status.ravel().tolist())


def noise_of(reading: Reading) -> tuple[Floats, Floats]:
    """Return half the protection range of each figure and the number under which it is not shown; 0 for open counts."""
    if reading.cells is None:
        nothing = np.zeros(reading.value.shape)
        return nothing, nothing
    return (protected_range(reading.cells, sigma=reading.sigma),
            np.where(reading.cells > 0, threshold(reading.cells, sigma=reading.sigma), 0))


def _gap(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: Sequence[Window], top: Reading
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
    none: list[float | None] = [None] * above.size
    return _listed(above, blank), _listed(known, blank), _listed(value, blank | small), none, none, status.ravel().tolist()


def _marks(reading: Reading) -> npt.NDArray[np.str_]:
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
    over = Reading(*(np.broadcast_to(array, part.value.shape)
                      for array in (every.value, every.supplied, every.expected)))
    columns = _value(measure, part, over)
    area = "+".join(narrow["area"][0])
    cube = release.cube(measure.numerator)
    assert cube is not None
    year = cube.first + int(cube.held[-1])
    return [
        Row(measure.id, area, ALL, age[0], ALL, ALL, year - year % 12, year - year % 12 + 11, n, d, v, low, high, s, "beside")
        for age, n, d, v, low, high, s in zip(ages, *columns, strict=True)
    ]
