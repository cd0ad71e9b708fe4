"""Protection of a count: its true cells in, its perturbed tables out. Only the latter leave a publish.

What was supplied is decided by figures that are published: by open counts, by which columns a force
filled in, and by perturbed values, never by whether there was a contact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.areas import AREAS, DISTRICTS, ENGLAND_AND_WALES, FORCES, members_of
from data.count import Count
from data.cube import Cube
from data.cube_build import members_by_wide, running, widen
from data.disclosure.naming import names, table_name
from data.disclosure.noise import SIGMA, noise
from data.disclosure.supply import Bools, Supply, force_of
from data.disclosure.tables import TABLE_BY_ID, Table
from data.model import ALL, DIMENSIONS

Whole = npt.NDArray[np.int64]
_COUNTRIES = ("E92000001", "W92000004")
"""Scotland and Northern Ireland are one force each: their cells stand in the tables of forces."""
ENOUGH = 10
"""A perturbed figure from which on a place is taken to have supplied anything."""
_DEVIATIONS = 2.5
"""Standard deviations of a sum's noise that it must reach beside: one silent force in 160 is taken to have supplied."""


def supplied_by(open_supply: Supply, *, truth: pa.Table, count: Count, secret: bytes, trim: bool) -> Supply:
    """Return the part of an open supply in which a protected count was supplied too.

    Decided by perturbed figures alone, those of the count's table of forces: a force supplied nothing
    where they are no more in all than noise explains. Of a force with few appeals nothing can be told,
    and it stands as one that supplied. With ``trim`` periods with next to nothing are left out, at
    both ends and between, where chance does not explain them.
    """
    table = next(TABLE_BY_ID[name] for name in count.tables if name in ("force-month", "force-quarter"))
    made = perturb(count, table=table, truth=truth, supply=open_supply, secret=secret)
    place = made.places["area"]
    whole = made.values.reshape(len(made.leaves["area"]), -1, open_supply.months).sum(axis=1)
    figures = np.stack([whole[place[code]] for code in FORCES])
    noisy = made.exists.reshape(len(made.leaves["area"]), -1).sum(axis=1)
    cells = np.array([noisy[place[code]] for code in FORCES])
    enough = np.maximum(ENOUGH, _DEVIATIONS * SIGMA * np.sqrt(cells))
    told = (figures.sum(axis=1) >= enough) | (open_supply.records < 2 * enough)
    given = open_supply.given & told[:, None, None]
    if trim:
        for force in np.flatnonzero(given.any(axis=(1, 2))):
            given[force] &= _enough(figures[force], open_supply.given[force].any(axis=0), first=open_supply.first,
                                    step=table.step)
    return replace(open_supply, given=given, owed=_owed_where(given, open_supply))


def _owed_where(given: Bools, supply: Supply) -> Bools:
    """Those who supplied anything owe what the open supply holds; the others what any of these owe."""
    any_of = given.any(axis=(1, 2))
    owed = supply.owed.copy()
    owed[~any_of] = supply.given[any_of].any(axis=0) if any_of.any() else False
    return owed


def _enough(figures: Whole, months: Bools, *, first: int, step: int) -> Bools:
    """Return the months without the periods that hold next to nothing where chance does not explain it.

    Where a force usually has few, nothing can be told of a period, and all its months stand.
    """
    ends = np.flatnonzero((np.arange(len(figures)) + first + 1) % step == 0)
    ends = ends[ends >= step - 1]
    held = [end for end in ends if months[end - step + 1 : end + 1].all()]
    if not held or np.median(figures[held]) < 2 * ENOUGH:
        return months
    kept = months.copy()
    for end in held:
        if figures[end] < ENOUGH / 2:
            kept[end - step + 1 : end + 1] = False
    empty = [end for end in held if not kept[end]]
    if step > 1 and held[-1] in empty:
        kept[held[-1] :] = False
    if step > 1 and held[0] in empty:
        kept[: held[0] + 1] = False
    return kept


@dataclass(frozen=True, kw_only=True)
class Perturbed:
    """The cells of one table: a period's cell stands at its last month."""

    leaves: Mapping[str, tuple[str, ...]]
    values: Whole
    exists: Bools
    given: Whole
    """How many suppliers each cell has, and how many it should have; like ``values``."""
    owed: Whole
    truth: Whole
    """The true values: for the attacks alone, never written."""

    @property
    def places(self) -> Mapping[str, Mapping[str, int]]:
        """Place of each member along its axis."""
        return {name: {member: place for place, member in enumerate(members)} for name, members in self.leaves.items()}


def perturb(
    count: Count, *, table: Table, truth: pa.Table, supply: Supply, secret: bytes, sigma: float = SIGMA,
) -> Perturbed:
    """Return one table of a count: every cell that can occur and was supplied, those of nothing included.

    ``truth`` holds area_code, the count's dimensions, month and value. A ``sigma`` of 0 switches the
    protection off, which only the tests of the attacks do.
    """
    leaves = _leaves(count, table=table, supply=supply)
    shape = (*(len(members) for members in leaves.values()), supply.months)
    given, owed = _suppliers(table, leaves=leaves, supply=supply)
    exists = np.broadcast_to(given > 0, shape)
    values = true = _sums(count, table=table, truth=truth, supply=supply, leaves=leaves, shape=shape)
    if sigma:
        values = true + _noise(count, table=table, leaves=leaves, exists=exists, truth=true, supply=supply, secret=secret,
                               sigma=sigma)
    return Perturbed(leaves=leaves, values=np.where(exists, values, 0), exists=exists, given=np.broadcast_to(given, shape),
                     owed=np.broadcast_to(owed, shape), truth=np.where(exists, true, 0))


def _noise(
    count: Count, *, table: Table, leaves: Mapping[str, tuple[str, ...]], exists: Bools, truth: Whole, supply: Supply,
    secret: bytes, sigma: float,
) -> Whole:
    """Return the noise of every cell. Cells that may hold the truth of another count's draw it under that one's name."""
    out = np.zeros(truth.shape, dtype=np.int64)
    at = np.nonzero(exists)
    own_names, places = names(count, table=table, leaves=leaves, at=at, supply=supply)
    own = np.array([category not in count.same_as for category in leaves.get("category", ("",))])
    place = at[list(leaves).index("category")] if "category" in leaves else np.zeros(len(at[0]), dtype=np.intp)
    groups = [(count.id, own[place], own_names)]
    for number, category in enumerate(leaves.get("category", ("",))):
        if category in count.same_as:
            other, name = count.same_as[category]
            named = {key: members if key != "category" else tuple(name for _ in members) for key, members in own_names.items()}
            groups.append((other, place == number, named))
    for name, chosen, cells in groups:
        some = tuple(part[chosen] for part in at)
        out[some] = noise(
            secret, table=table_name(name, table=table), cells=cells, at=[part[chosen] for part in places],
            periods=(some[-1] + supply.first).astype(np.int64), truth=truth[some], sigma=sigma)
    return out


def _leaves(count: Count, *, table: Table, supply: Supply) -> dict[str, tuple[str, ...]]:
    """Return the members of each axis of a table: closed lists, whatever the figures hold.

    Ages may come in wide bands, so these are members beside their parts, whether any did or not.
    """
    areas = {"force": FORCES, "country": _COUNTRIES, "district": ()}[table.areas]
    if table.areas == "district":
        # City of London is a force and a district: one stored cell, that of the force.
        areas = tuple(code for code in DISTRICTS if code in supply.areas and force_of(code) != "E23000034")
    leaves = {"area": areas}
    for name in count.dimensions:
        if name == "category":
            leaves[name] = count.possible[name]
        elif name in table.dimensions:
            dimension = DIMENSIONS[name]
            members = count.possible.get(name) or tuple(member.id for member in dimension.members)
            if table.dimensions[name] == "wide":
                members = tuple(dict.fromkeys(dimension.group_of(member) for member in members))
            elif name == "age_group":
                members = (*members, *(group.id for group in dimension.groups))
            leaves[name] = members
    return leaves


def _periods(supply: Supply, *, step: int) -> Whole:
    """Return for each month the place of the month at which its period is stored; -1 where it ends later."""
    months = np.arange(supply.months) + supply.first
    ends = months + (-months - 1) % step - supply.first
    starts_inside = ends - step + 1 >= 0
    return np.where((ends < supply.months) & starts_inside, ends, -1)


def _suppliers(table: Table, *, leaves: Mapping[str, Sequence[str]], supply: Supply) -> tuple[Whole, Whole]:
    """Return how many suppliers the cells of a table have and should have, in a shape that broadcasts."""
    forces = {code: place for place, code in enumerate(FORCES)}
    if table.areas == "country":
        members = [[forces[code] for code in members_of(country)] for country in leaves["area"]]
    else:
        members = [[forces[force_of(code)]] for code in leaves["area"]]
    split = "channel" in leaves and supply.channels != (ALL,)
    if split:
        dimension = DIMENSIONS["channel"]
        parts = [[place for place, name in enumerate(supply.channels)
                  if name == leaf or (table.dimensions["channel"] == "wide" and dimension.group_of(name) == leaf)]
                 for leaf in leaves["channel"]]
    else:
        parts = [list(range(len(supply.channels)))]
    found = []
    for flags in (supply.given, supply.owed):
        whole = _whole_periods(flags, supply=supply, step=table.step).astype(np.int64)
        if not split:
            whole, parts = whole.any(axis=1, keepdims=True).astype(np.int64), [[0]]
        by_area = np.stack([whole[places].sum(axis=0) for places in members]) if members else np.zeros(
            (0, *whole.shape[1:]), dtype=np.int64)
        by_part = np.stack([by_area[:, places].sum(axis=1) for places in parts], axis=1)
        between = [1] * (len(leaves) - 1)
        if split:
            between[list(leaves).index("channel") - 1] = by_part.shape[1]
        found.append(by_part.reshape(by_part.shape[0], *between, supply.months))
    return found[0], found[1]


def _whole_periods(flags: Bools, *, supply: Supply, step: int) -> Bools:
    """Return, at the last month of each period, whether all its months are flagged."""
    if step == 1:
        return flags
    stored = _periods(supply, step=step)
    out = np.zeros_like(flags)
    for end in np.unique(stored[stored >= 0]):
        out[..., end] = flags[..., end - step + 1 : end + 1].all(axis=-1)
    return out


def _sums(
    count: Count, *, table: Table, truth: pa.Table, supply: Supply, leaves: Mapping[str, Sequence[str]], shape: tuple[int, ...],
) -> Whole:
    values = np.zeros(shape, dtype=np.int64)
    month = truth.column("month").to_numpy().astype(np.int64) - supply.first
    keep = (month >= 0) & (month < supply.months)
    stored = np.where(keep, _periods(supply, step=table.step)[np.where(keep, month, 0)], -1)
    keep &= stored >= 0
    force = _coded(truth, "area_code", {code: FORCES.index(force_of(code)) for code in AREAS
                                        if AREAS[code].type != "country" and force_of(code) in FORCES})
    keep &= force >= 0
    if supply.channels == (ALL,):
        channel = np.zeros(len(month), dtype=np.intp)
    else:
        channel = _coded(truth, "channel", {name: place for place, name in enumerate(supply.channels)}) \
            if "channel" in truth.column_names else None
    if channel is None:
        keep &= supply.given.any(axis=1)[np.where(keep, force, 0), np.where(keep, month, 0)]
    else:
        keep &= channel >= 0
        keep &= supply.given[np.where(keep, force, 0), np.where(keep, channel, 0), np.where(keep, month, 0)]
    at = []
    for name, members in leaves.items():
        places = {member: place for place, member in enumerate(members)}
        if name == "area":
            codes = {code: places[key] for code in AREAS if (key := _level(code, table=table)) in places}
            coded = _coded(truth, "area_code", codes)
        elif name == "category" or table.dimensions[name] == "narrow":
            dimension = DIMENSIONS[name]
            coded = _coded(truth, name, {member: places[member] for member in dimension.by_id if member in places})
        else:
            dimension = DIMENSIONS[name]
            coded = _coded(truth, name, {member: places[dimension.group_of(member)] for member in dimension.by_id
                                         if dimension.group_of(member) in places})
        keep &= coded >= 0
        at.append(coded)
    number = np.rint(truth.column("value").to_numpy().astype(np.float64)).astype(np.int64)
    np.add.at(values, tuple(part[keep] for part in (*at, stored)), number[keep])
    return values


def _level(code: str, *, table: Table) -> str:
    if table.areas == "country":
        return AREAS[code].country if AREAS[code].type != "country" else ""
    return force_of(code) if table.areas == "force" else code


def _coded(truth: pa.Table, column: str, places: Mapping[str, int]) -> npt.NDArray[np.intp]:
    """Return the place of each row's member, -1 for one that has none."""
    encoded = truth.column(column).combine_chunks().dictionary_encode()
    found = np.array([places.get(member, -1) for member in encoded.dictionary.to_pylist()], dtype=np.intp)
    return found[encoded.indices.to_numpy()] if len(found) else np.empty(0, dtype=np.intp)


def cube_of(count: Count, *, table: Table, made: Perturbed, first: int, sigma: float) -> Cube:
    """Return the cube of a perturbed table: sums of its cells, and of how many cells each is the sum."""
    parts = [made.values, made.given, made.owed, made.exists.astype(np.int64)]
    axes: dict[str, tuple[str, ...]] = {}
    widths: dict[str, Mapping[str, int]] = {}
    for axis, (name, leaves) in enumerate(made.leaves.items()):
        wide = wide_members(count, name=name, leaves=leaves, areas=table.areas)
        axes[name] = tuple(wide)
        widths[name] = {member: len(places) for member, places in wide.items()}
        parts = [widen(part, axis=axis, made=list(wide.values())) for part in parts]
    values, given, owed, cells = (running(part) for part in parts)
    return Cube(count, axes, first, made.values.shape[-1], values, given.astype(np.int32), owed.astype(np.int32),
                mixed={name: () for name in axes if name != "area"}, cells=cells.astype(np.int32), step=table.step, sigma=sigma,
                widths=widths, leaves={name: len(leaves) for name, leaves in made.leaves.items()})


def wide_members(count: Count, *, name: str, leaves: Sequence[str], areas: str) -> dict[str, list[int]]:
    """Return, for each member of an axis of a table, the places of the leaves that it is the sum of.

    ``areas`` is the table's level: ``force``, ``district`` or ``country``.
    """
    if areas != "force" and name == "area":
        wide = {leaf: [place] for place, leaf in enumerate(leaves)}
        wide |= {ENGLAND_AND_WALES: [leaves.index(code) for code in _COUNTRIES if code in leaves]} if areas == "country" else {}
    else:
        wide = members_by_wide(name, leaves, overlapping=count.addition.get(name) == "overlapping")
        if count.addition.get(name) == "overlapping":  # a group of one is its member
            wide |= {group.parts[0]: wide[group.id] for group in DIMENSIONS[name].groups
                     if len(group.parts) == 1 and group.id in wide}
    for total, members in count.cumulative.items() if name == "category" else ():
        wide[total] = [leaves.index(member) for member in members if member in leaves]
    return wide


def as_rows(count: Count, *, made: Perturbed, first: int) -> pa.Table:
    """Return the perturbed cells of a table as rows: area_code, its dimensions, month (the period's last), value."""
    at = np.nonzero(made.exists)
    columns: dict[str, pa.Array] = {}
    for (name, members), places in zip(made.leaves.items(), at, strict=False):
        encoded = pa.DictionaryArray.from_arrays(pa.array(places.astype(np.int32)), pa.array(members))
        columns["area_code" if name == "area" else name] = encoded.cast(pa.string())
    columns["month"] = pa.array((at[-1] + first).astype(np.int32))
    columns["value"] = pa.array(made.values[at])
    return pa.table(columns)
