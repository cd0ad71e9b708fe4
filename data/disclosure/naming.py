"""The name under which a cell draws its noise: cells that must hold one truth carry one noise.

A country of which one force alone supplied is that force, a channel group of which it supplied one
channel alone is that channel, in whatever table they stand. Drawn twice, the two would tell more than
one. What is one cell follows from who supplied what, which is published, never from the figures: two
cells that only happen to agree must not be seen to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from data.areas import FORCES, members_of
from data.count import Count
from data.disclosure.supply import Supply
from data.disclosure.tables import Table
from data.model import ALL, DIMENSIONS

Places = npt.NDArray[np.intp]


def table_name(count_id: str, *, table: Table) -> str:
    """Return what the key of the noise is made for: the same for all areas and widths of one kind of table."""
    return "/".join((count_id, *table.dimensions, str(table.step)))


def names(
    count: Count, *, table: Table, leaves: Mapping[str, Sequence[str]], at: Sequence[Places], supply: Supply,
) -> tuple[dict[str, tuple[str, ...]], list[Places]]:
    """Return the names along each axis, and the place among them of each cell that stands ``at`` those leaves.

    ``at`` holds, for each axis and at last for the months, the place of each cell (shape: cells).
    """
    named = {name: _of_one(count, name, leaves=members, table=table) for name, members in leaves.items()}
    places = dict(zip(leaves, at, strict=False))
    split = supply.channels != (ALL,) and "channel" in leaves
    touched = _touched(supply, step=table.step)
    if table.areas == "country":
        named["area"] = (*leaves["area"], *FORCES)
        places["area"] = _lone_forces(leaves, touched=touched, supply=supply, split=split)[
            at[0], places["channel"] if split else 0, at[-1]]
    if split and table.areas == "force" and table.dimensions["channel"] == "wide":
        named["channel"] = (*named["channel"], *supply.channels)
        places["channel"] = _lone_channels(leaves["channel"], touched=touched, supply=supply)[
            at[0], places["channel"], at[-1]]
    return named, [places[name] for name in leaves]


def _of_one(count: Count, name: str, *, leaves: Sequence[str], table: Table) -> tuple[str, ...]:
    """Return the names of leaves: a group of one is its member; a wide band beside its parts is not the band of all."""
    if name not in table.dimensions:
        return tuple(leaves)
    dimension = DIMENSIONS[name]
    possible = count.possible.get(name) or tuple(member.id for member in dimension.members)
    if table.dimensions[name] == "narrow":
        return tuple(leaf if leaf in possible else f"{leaf}, as supplied" for leaf in leaves)
    parts = [[member for member in possible if dimension.group_of(member) == leaf] for leaf in leaves]
    return tuple(inside[0] if len(inside) == 1 else leaf for leaf, inside in zip(leaves, parts, strict=True))


def _touched(supply: Supply, *, step: int) -> npt.NDArray[np.bool_]:
    """Return, at each month, whether anything was supplied in the period that ends with it; like ``given``."""
    out = supply.given.copy()
    for before in range(1, step):
        out[..., before:] |= supply.given[..., :-before]
    return out


def _lone_forces(
    leaves: Mapping[str, Sequence[str]], *, touched: npt.NDArray[np.bool_], supply: Supply, split: bool
) -> Places:
    """Return the name of each country, channel and month: its own, or that of the one force that supplied any of it."""
    parts = ([[place for place, name in enumerate(supply.channels) if name == leaf] for leaf in leaves["channel"]] if split
             else [list(range(len(supply.channels)))])
    flags = np.stack([touched[:, inside].any(axis=1) for inside in parts], axis=1)
    out = np.empty((len(leaves["area"]), *flags.shape[1:]), dtype=np.intp)
    for place, country in enumerate(leaves["area"]):
        forces = np.array([FORCES.index(code) for code in members_of(country)])
        alone = flags[forces].sum(axis=0) == 1
        out[place] = np.where(alone, len(leaves["area"]) + forces[flags[forces].argmax(axis=0)], place)
    return out


def _lone_channels(groups: Sequence[str], *, touched: npt.NDArray[np.bool_], supply: Supply) -> Places:
    """Return the name of each force, channel group and month: its own, or that of the one channel that was supplied."""
    group_of = DIMENSIONS["channel"].group_of
    out = np.empty((len(touched), len(groups), supply.months), dtype=np.intp)
    for place, group in enumerate(groups):
        inside = np.array([number for number, name in enumerate(supply.channels) if group_of(name) == group], dtype=np.intp)
        alone = touched[:, inside].sum(axis=1) == 1
        first = inside[touched[:, inside].argmax(axis=1)] if len(inside) else 0
        out[:, place] = np.where(alone, len(groups) + first, place)
    return out
