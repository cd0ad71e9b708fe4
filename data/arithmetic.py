"""The arithmetic of measures: counts read from cubes, divided, marked, and written as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import numpy.typing as npt

from data import modelled, surveyed
from data.answers import AXES, Choices, Figure, Figures
from data.areas import AREAS, members_of
from data.columns import Columns, counted, divided, gap, noise_of, protected_count, protected_share
from data.cube import Reading
from data.disclosure.supply import finished
from data.frame import Row, join_members
from data.measures import Measure
from data.model import ALL
from data.periods import Window
from data.statistics.intervals import Z
from data.tableset import TableSet


def rows_of(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: Sequence[Window], *, role: str
) -> list[Row]:
    """Return a row for each combination of choices and each window, months last."""
    if measure.kind == "survey":
        return surveyed.rows_of(release, measure, choices, list(windows), role=role)
    if measure.kind == "modelled":
        return modelled.rows_of(release, measure, choices, list(windows), role=role)
    top, below = readings(release, measure, choices, windows)
    columns = _columns(release, measure, choices, windows, top, below)
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
    top = _read(release, measure.numerator, only(choices, measure.numerator_only), windows)
    if not measure.denominator:
        return top, None
    below = _read(release, measure.denominator, only(choices, measure.denominator_only), windows)
    if measure.kind != "ratio":
        return top, below
    return _of_those_below(release, measure, choices, windows, top), _of_those_above(release, measure, choices, windows, below)


def noise_in(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: Sequence[Window]
) -> tuple[float, float]:
    """Return the standard deviations of the protection's noise in numerators and denominators, the largest of each."""
    return tuple(  # type: ignore[return-value]
        0.0 if part is None else float(np.max(noise_of(part)[0], initial=0.0)) / Z
        for part in readings(release, measure, choices, windows))


def only(choices: Mapping[str, Choices], only: Mapping[str, tuple[str, ...]]) -> Mapping[str, Choices]:
    """Return the choices with the members that a count is narrowed to in place of the reader's."""
    return {**choices, **{name: [members] for name, members in only.items()}} if only else choices


def _young(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: Sequence[Window]
) -> npt.NDArray[np.bool_]:
    """Return for each choice of categories which windows hold appeals that have not been followed long enough."""
    tables = release.cube(measure.numerator)
    if not measure.follow_up or not isinstance(tables, TableSet):
        return np.zeros(len(windows), dtype=bool)
    done = [finished(cutoff=tables.cutoff, follow_up=measure.followed(choice)) for choice in choices["category"]]
    return np.array([[end > last for _, end in windows] for last in done])


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


def _of_those_above(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: Sequence[Window], below: Reading
) -> Reading:
    """Leave out of a denominator the places of which the numerator holds no state at the end of the period.

    Residents of a force that tells nothing of a channel are no part of those whom that channel's accounts could reach.
    """
    cube = release.cube(measure.numerator)
    assert cube is not None
    inside = [_inside(choice) for choice in choices["area"]]
    if cube.count.addition["month"] != "last" or all(len(places) == 1 for places in inside):
        return below
    apart = {**choices, "area": [(code,) for places in inside for code in places]}
    there = _read(release, measure.numerator, only(apart, measure.numerator_only), windows).supplied > 0
    starts = np.cumsum([0, *map(len, inside[:-1])])
    every = _read(release, measure.denominator, only(apart, measure.denominator_only), windows)
    return every.map(lambda part: np.add.reduceat(np.where(there, part, 0), starts, axis=0))


def _inside(choice: Sequence[str]) -> list[str]:
    """Return the places that a choice of places consists of."""
    return [part for code in choice for part in (members_of(code) if AREAS[code].type == "country" else (code,))]


def _supplying(cube: Figure, choice: tuple[str, ...], *, at: int) -> tuple[str, ...]:
    """Return the places of a choice that supplied a month; the choice itself where all or none did."""
    inside = _inside(choice)
    month = at - cube.first
    left = tuple(code for code in inside
                 if 0 <= month < cube.months and code in cube.supplying and cube.supplying[code][month])
    return left if left and len(left) < len(inside) else choice


def _columns(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: Sequence[Window],
    top: Reading, below: Reading | None,
) -> Columns:
    if measure.kind == "gap":
        every = {**choices, "age_group": [(ALL,)]}
        unknown = {**choices, "age_group": [("unknown",)]}
        return gap(
            measure, top=top, reach=_read(release, measure.numerator, every, windows),
            unknown=_read(release, measure.numerator, unknown, windows),
            people=_read(release, measure.denominator, choices, windows),
            residents=_read(release, measure.denominator, every, windows))
    if top.cells is not None or (below is not None and below.cells is not None):
        young = _young(release, measure, choices, windows)
        return protected_count(top, young=young) if below is None else protected_share(measure, top, below, young=young)
    return counted(measure, top) if below is None else divided(measure, top, below)


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
    over = every.map(lambda array: np.broadcast_to(array, part.value.shape))
    columns = divided(measure, part, over)
    area = "+".join(narrow["area"][0])
    cube = release.cube(measure.numerator)
    assert cube is not None
    year = cube.first + int(cube.held[-1])
    return [
        Row(measure.id, area, ALL, age[0], ALL, ALL, year - year % 12, year - year % 12 + 11, n, d, v, low, high, s, "beside")
        for age, n, d, v, low, high, s in zip(ages, *columns, strict=True)
    ]
