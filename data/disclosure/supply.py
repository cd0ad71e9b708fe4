"""Who supplied what: which forces, in which months, through which channels; and which months are finished."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from data.areas import AREAS, FORCES
from data.model import ALL

Bools = npt.NDArray[np.bool_]
FEW = 5
"""Appeals a month under which a month without any is taken for a true nothing."""


@dataclass(frozen=True, kw_only=True)
class Supply:
    """Which forces supplied a count in which months, by channel where they are supplied apart."""

    first: int
    channels: tuple[str, ...]
    """The channels of the second axis; ``all`` alone where a force supplies them together."""
    given: Bools
    """Shape (forces, channels, months): ``FORCES`` along the first axis."""
    owed: Bools
    """The same shape: what should have been supplied."""
    areas: frozenset[str]
    """The places that stand in what tells of the supply: districts have cells if they do, never because of a contact."""
    records: npt.NDArray[np.float64]
    """How many open records of each force it rests on (shape: forces)."""

    @property
    def months(self) -> int:
        """How many months it spans."""
        return self.given.shape[2]


def supply_from(rows: pa.Table) -> Supply | None:
    """Return the supply that rows (area_code, channel, month) state; ``None`` where there are none.

    A force owes a channel from its first month to the last of any; one that never supplied owes what any did.
    """
    if not rows.num_rows:
        return None
    forces = [force_of(code) for code in rows.column("area_code").to_pylist()]
    named = rows.column("channel").to_pylist()
    months = rows.column("month").to_numpy().astype(np.int64)
    channels = tuple(sorted(set(named)))
    first, span = int(months.min()), int(months.max() - months.min()) + 1
    places, order = {code: place for place, code in enumerate(FORCES)}, {name: place for place, name in enumerate(channels)}
    given = np.zeros((len(FORCES), len(channels), span), dtype=bool)
    known = [place for place, force in enumerate(forces) if force in places]
    given[[places[forces[place]] for place in known], [order[named[place]] for place in known],
          (months - first)[known]] = True
    return Supply(first=first, channels=channels, given=given, owed=_owed(given),
                  areas=frozenset(rows.column("area_code").to_pylist()), records=given.sum(axis=(1, 2)).astype(np.float64))


def open_supply(rows: pa.Table) -> Supply | None:
    """Return the months in which forces supplied appeals, from rows (area_code, month, value).

    A force with few of them supplied the months between its first and its last, those without any too.
    """
    named = rows.append_column("channel", pa.array([ALL] * rows.num_rows, pa.string()))
    supply = supply_from(named)
    if supply is None:
        return None
    given = supply.given.copy()
    numbers = np.zeros(given.shape[::2])
    places = {code: place for place, code in enumerate(FORCES)}
    for code, month, value in zip(*(rows.column(name).to_pylist() for name in ("area_code", "month", "value")), strict=True):
        if force_of(code) in places:
            numbers[places[force_of(code)], int(month) - supply.first] += value
    for force in np.flatnonzero(given.any(axis=(1, 2))):
        months = np.flatnonzero(given[force, 0])
        if numbers[force, months].mean() < FEW:
            given[force, 0, months[0] : months[-1] + 1] = True
    return replace(supply, given=given, owed=_owed(given), records=numbers.sum(axis=1))


def _owed(given: Bools) -> Bools:
    owed = np.maximum.accumulate(given, axis=2)
    started = given.any(axis=1, keepdims=True).argmax(axis=2)[..., None]
    ever = given.any(axis=2, keepdims=True)
    first = np.where(ever, given.argmax(axis=2)[..., None], given.shape[2])
    owed |= ever & (first == started)
    silent = ~given.any(axis=(1, 2))
    owed[silent] = ever.any(axis=0)
    return owed


def force_of(code: str) -> str:
    return AREAS[code].force if AREAS[code].type == "district" else code


@cache
def _last_day(month: int) -> int:
    year, number = month // 12, month % 12 + 1
    return date(year, number, monthrange(year, number)[1]).toordinal()


@cache
def finished(*, cutoff: int, follow_up: int) -> int:
    """Return the last month whose appeals have had ``follow_up`` days by the end of month ``cutoff``.

    >>> finished(cutoff=24317, follow_up=28)
    24316
    """
    month = cutoff
    while follow_up and _last_day(month) + follow_up > _last_day(cutoff):
        month -= 1
    return month


def without_young(supply: Supply, *, follow_up: int) -> Supply:
    """Leave out the months of late forces that are finished elsewhere and, for want of later figures, not there."""
    if not follow_up or not supply.given.any():
        return supply
    given = supply.given.copy()
    held = given.any(axis=1)
    last = np.where(held.any(axis=1), supply.months - 1 - held[:, ::-1].argmax(axis=1), -1)
    done = finished(cutoff=supply.first + int(last.max()), follow_up=follow_up) - supply.first
    for force in np.flatnonzero((last >= 0) & (last < last.max())):
        own = finished(cutoff=supply.first + int(last[force]), follow_up=follow_up) - supply.first
        given[force, :, max(own + 1, 0) : max(done + 1, 0)] = False
        given[force, :, done + 1 :] &= own >= done
    return replace(supply, given=given)
