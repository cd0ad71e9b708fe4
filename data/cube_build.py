"""A count's cube is made of its cells: members that others make up, sums through time, what should have been supplied."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from data.areas import AREAS, BOROUGHS, COUNTRIES, FORCES, LONDON, members_of
from data.count import Count
from data.cube import Array, Cube
from data.model import ALL, DIMENSIONS

MET_BOROUGHS = tuple(code for code in BOROUGHS if AREAS[code].force == LONDON)
"""The 32 boroughs that the Metropolitan Police serves: without the City of London."""


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
    return () if count.areas == "none" else MET_BOROUGHS if count.areas == "borough" else FORCES


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
