"""Which figures of a release the one before had otherwise: what the mark ``[r]`` is drawn from.

A cell is revised where both releases hold it with another value, and where the older one held it and
the newer one no longer does. A cell that is new is not: what it belongs to was marked ``[p]`` before.
A sum carries the mark where any of its cells was revised. Cells are compared as they are published,
protected ones with their noise. Figures of another origin are other figures: none of them is revised.

The marks lie beside the figures of a release, as arrays of the same shape, and are no part of its
name: the same figures are the same release, whatever was published before them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.cube import Cube, load
from data.cube_build import members_by_wide, running, widen
from data.disclosure.protect import wide_members
from data.disclosure.tables import TABLE_BY_ID
from data.errors import Unreadable
from data.model import ALL
from data.release import MARKED, QUALITY, Release

Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.generic]


@dataclass(frozen=True)
class Marked:
    """What was written: the release compared with (empty: none), and how many cells of each count were revised."""

    against: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


def write(building: Path, *, older: Release | None, counts: Mapping[str, Any]) -> Marked:
    """Write the marks of a release that is being made against the one before, and return what was marked.

    ``counts`` is what the manifest will say of them. What of the older release cannot be read gives no marks;
    nor does what a release knows of itself (its quality), which changes with each one.
    """
    if older is None:
        return Marked()
    found: dict[str, int] = {}
    for count_id, stated in counts.items():
        before = older.manifest["counts"].get(count_id)
        if before is None or count_id.startswith(QUALITY) or before["origin"] != stated["origin"]:
            continue
        for path in [f"{count_id}/{name}" for name in stated["tables"]] if "tables" in stated else [count_id]:
            pair = [folder / "cubes" / path for folder in (older.folder, building)]
            if not all((folder / "axes.json").exists() for folder in pair):
                continue
            try:
                old, new = (load(folder, count_id=count_id) for folder in pair)
            except Unreadable:
                continue
            marks = revised(old, new=new, areas=TABLE_BY_ID[path.partition("/")[2]].areas if "tables" in stated else "")
            if marks is not None:
                number, array = marks
                found[count_id] = found.get(count_id, 0) + number
                target = building / MARKED / f"{path}.npy"
                target.parent.mkdir(parents=True, exist_ok=True)
                np.save(target, array)
    return Marked(older.id, found)


def revised(old: Cube, *, new: Cube, areas: str) -> tuple[int, Whole] | None:
    """Return how many cells were revised, and of each figure of ``new`` how many of its cells were, in its shape.

    ``areas`` is the level of a protected table, empty for open counts. ``None`` where nothing was
    revised, where the counts are not made of the same dimensions, or where either does not tell its cells.
    """
    if not old.leaves or not new.leaves or list(old.axes) != list(new.axes) or old.step != new.step:
        return None
    first, last = max(old.first, new.first), min(old.last, new.last)
    if first > last:
        return None
    leaves = {name: list(dict.fromkeys([*_leaves(new, name), *_leaves(old, name)])) for name in new.axes}
    (before, had), (now, has) = (_placed(cube, leaves=leaves, first=first, last=last) for cube in (old, new))
    cells = had & (~has | ~np.isclose(before, now, rtol=1e-9, atol=1e-6))
    if not cells.any():
        return None
    marks = np.zeros((*cells.shape[:-1], new.months), dtype=np.int32)
    marks[..., first - new.first : last - new.first + 1] = cells
    part: Whole = marks
    for axis, name in enumerate(new.axes):
        made = _made(new, name, leaves=leaves[name], areas=areas)
        part = widen(part, axis=axis, made=[made[member] for member in new.axes[name]])
    return int(cells.sum()), running(part) if new.running else part


def _leaves(cube: Cube, name: str) -> Sequence[str]:
    return cube.axes[name][: cube.leaves[name]]


def _made(cube: Cube, name: str, *, leaves: Sequence[str], areas: str) -> Mapping[str, list[int]]:
    if areas:
        return wide_members(cube.count, name=name, leaves=leaves, areas=areas)
    return members_by_wide(name, leaves, overlapping=cube.count.addition[name] in ("overlapping", "none"))


def _placed(
    cube: Cube, *, leaves: Mapping[str, Sequence[str]], first: int, last: int
) -> tuple[npt.NDArray[np.float64], Flags]:
    """Return the cells of a cube among ``leaves`` and between two months, and which of them it holds."""
    cut = tuple(slice(0, cube.leaves[name]) for name in cube.axes)
    values, supplied = (np.diff(part[cut], axis=-1) if cube.running else part[cut] for part in (cube.values, cube.supplied))
    months = slice(first - cube.first, last - cube.first + 1)
    at = np.ix_(*([members.index(member) for member in _leaves(cube, name)] for name, members in leaves.items()))
    shape = (*(len(members) for members in leaves.values()), last - first + 1)
    figures, held = np.zeros(shape), np.zeros(shape, dtype=bool)
    figures[at], held[at] = values[..., months], supplied[..., months] > 0
    if cube.count.records:
        there = np.zeros(shape[:-1], dtype=bool)
        there[at] = True
        held |= ~there[..., None] & _any_record(cube, held, leaves=leaves)
    return figures, held


def _any_record(cube: Cube, held: Flags, *, leaves: Mapping[str, Sequence[str]]) -> Flags:
    """Return where a count of single records holds a true nothing for a member that it never met."""
    parts = held
    if cube.count.addition.get("channel") == "overlapping" and ALL in leaves["channel"]:
        parts = np.delete(held, leaves["channel"].index(ALL), axis=list(leaves).index("channel"))
    return parts.any(axis=tuple(range(1, held.ndim - 1)), keepdims=True)
