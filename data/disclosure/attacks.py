"""The attacks that every publish plays on its own tables before it lets them out, knowing the truth.

Each tries to tell true counts of 1 to 9 exactly from what is published. None may do so more often
than the noise allows (1.25 times the most likely noise value), or than a guess from how common small
counts are. Presence, nobody against one person, may be told with no more advantage than the distance
of two noise distributions that lie one apart, again times 1.25.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import lsqr

from data.areas import AREAS
from data.count import Count
from data.disclosure.account import WHO
from data.disclosure.noise import SIGMA, distribution
from data.disclosure.protect import Perturbed
from data.disclosure.tables import Table
from data.model import DIMENSIONS

Floats = npt.NDArray[np.float64]
MARGIN = 1.25
SMALL = (1, 9)
_AGREE = 0.9
"""Two tables hold the same people where this share of their common sums agrees."""
_ERRORS = 5.0
"""Standard errors of chance by which a rate may pass its limit: no sound release is stopped by bad luck."""


@dataclass(frozen=True, kw_only=True)
class Witnessed:
    """One table of a publish with its truth."""

    count: Count
    table: Table
    first: int
    made: Perturbed


@dataclass(frozen=True, kw_only=True)
class Attack:
    """What an attack came to: how often it was right, and how often it may be."""

    name: str
    who: str
    tries: int
    rate: float
    allowed: float
    error: float
    """Standard error of the rate."""

    @property
    def passed(self) -> bool:
        """Whether the protection held: within its limit but for chance."""
        return self.rate <= self.allowed + _ERRORS * self.error

    @property
    def telling(self) -> bool:
        """Whether there were enough tries for the rate to say anything."""
        return _ERRORS * self.error < 0.5


def attack(tables: Sequence[Witnessed], *, sigma: float = SIGMA) -> tuple[Attack, ...]:
    """Play every attack on the tables of a publish, those of each kind of contact together."""
    found: list[Attack] = []
    for who in WHO:
        mine = [item for item in tables if who in item.count.changes]
        if mine:
            found += _on(mine, who=who, sigma=sigma)
    return tuple(found)


def _on(tables: Sequence[Witnessed], *, who: str, sigma: float) -> list[Attack]:
    truth = np.concatenate([item.made.truth[item.made.exists] for item in tables])
    values = np.concatenate([item.made.values[item.made.exists] for item in tables]).astype(np.float64)
    solved, others = _least_squares(tables, values=values)
    peak = float(distribution(sigma)[1].max()) if sigma else 1.0
    small = (truth >= SMALL[0]) & (truth <= SMALL[1])
    guess = np.bincount(truth[small]).max() / small.sum() if small.any() else 0.0
    # A table that is published says how large its noise is meant to be; one without noise allows nothing more.
    allowed = max(MARGIN * min(peak, float(distribution(SIGMA)[1].max())), float(guess))
    right = [
        ("read a cell", values, small),
        ("take the rest from a sum", others, small & np.isfinite(others)),
        ("average what is published twice", (values + others) / 2, small & np.isfinite(others)),
        ("least squares over all tables", solved, small),
    ]
    found = [Attack(name=name, who=who, tries=int(where.sum()), rate=_exact(estimate, truth=truth, where=where), allowed=allowed,
                    error=sqrt(allowed * (1 - allowed) / where.sum()))
             for name, estimate, where in right if where.any()]
    if (truth == 0).any() and (truth == 1).any():
        found.append(Attack(name="tell one person from none", who=who, tries=int((truth <= 1).sum()),
                            rate=_advantage(solved, truth=truth), allowed=MARGIN * float(distribution(SIGMA)[1].max()),
                            error=0.5 * sqrt(1 / (truth == 0).sum() + 1 / (truth == 1).sum())))
    return found


def _exact(estimate: Floats, *, truth: npt.NDArray[np.int64], where: npt.NDArray[np.bool_]) -> float:
    return float((np.rint(np.maximum(estimate[where], 0)) == truth[where]).mean())


def _advantage(estimate: Floats, *, truth: npt.NDArray[np.int64]) -> float:
    """Return the best difference, over all limits, between how often one and none lie above it."""
    none, one = np.sort(estimate[truth == 0]), np.sort(estimate[truth == 1])
    limits = np.concatenate([none, one])
    above_none = 1 - np.searchsorted(none, limits) / len(none)
    above_one = 1 - np.searchsorted(one, limits) / len(one)
    # Of two samples of the same distribution the best limit finds some difference: what chance alone gives is taken off.
    return float((above_one - above_none).max()) - sqrt(0.5 * (1 / len(none) + 1 / len(one)))


def _least_squares(tables: Sequence[Witnessed], *, values: Floats) -> tuple[Floats, Floats]:
    """Return each cell's best estimate from all tables at once, and its estimate from the others alone.

    Tables that hold the same people must agree in their common sums: the published values are moved
    as little as possible until they do. Only sums that agree in truth are used, which an attacker
    would not know: the attack is stronger than a real one.
    """
    starts = np.cumsum([0, *(int(item.made.exists.sum()) for item in tables)])
    coded = [_coded(item) for item in tables]
    rows: list[npt.NDArray[np.intp]] = []
    columns: list[npt.NDArray[np.intp]] = []
    signs: list[Floats] = []
    equations = 0
    for one, two in combinations(range(len(tables)), 2):
        shared = _common(tables[one], coded[one], tables[two], coded[two])
        if shared is None:
            continue
        first, second, size = shared
        for places, start, sign in ((first, starts[one], 1.0), (second, starts[two], -1.0)):
            held = np.flatnonzero(places >= 0)
            rows.append(places[held] + equations)
            columns.append(held + start)
            signs.append(np.full(len(held), sign))
        equations += size
    if not equations:
        return values, np.full(len(values), np.nan)
    matrix = sparse.csr_matrix(
        (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns))), shape=(equations, len(values)))
    found = lsqr(matrix.T, values, atol=1e-4, btol=1e-4, iter_lim=400)[0]
    solved = values - matrix.T @ found
    # From one equation: the cell is what the rest of it leaves. The equation with the fewest cells tells most.
    lengths = np.diff(matrix.indptr)
    gaps = matrix @ values
    by_cell = matrix.T.tocsr()
    others = np.full(len(values), np.nan)
    equations_of = np.diff(by_cell.indptr)
    within = equations_of > 0
    by_length = np.lexsort((lengths[by_cell.indices], np.repeat(np.arange(len(values)), equations_of)))
    best = by_length[by_cell.indptr[:-1][within]]
    others[within] = values[within] - by_cell.data[best] * gaps[by_cell.indices[best]]
    return solved, others


_Coded = Mapping[str, tuple[Sequence[str], npt.NDArray[np.intp]]]
"""By axis: its members, and the place of each cell's among them; of months, the place among all months."""


def _coded(item: Witnessed) -> _Coded:
    at = np.nonzero(item.made.exists)
    named = {name: (members, places) for (name, members), places in zip(item.made.leaves.items(), at, strict=False)}
    return {**named, "month": ((), at[-1] + item.first)}


_LEVELS = ("district", "force", "country")


def _common(
    one: Witnessed, first: _Coded, two: Witnessed, second: _Coded,
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], int] | None:
    """Return which common sum each cell of two tables belongs to (-1 for none), and how many sums there are."""
    level = max(one.table.areas, two.table.areas, key=_LEVELS.index)
    step = max(one.table.step, two.table.step)
    dimensions = [name for name in one.table.dimensions if name in two.table.dimensions]
    if one.count.id == two.count.id and "category" in first:
        dimensions.append("category")
    keys = [_keys(coded, level=level, step=step, dimensions=dimensions) for coded in (first, second)]
    names, codes = np.unique(np.concatenate(keys), return_inverse=True)
    parts = (codes[: len(keys[0])], codes[len(keys[0]) :])
    sizes = [np.bincount(part, minlength=len(names)) for part in parts]
    truths = [np.bincount(part, weights=item.made.truth[item.made.exists], minlength=len(names))
              for part, item in zip(parts, (one, two), strict=True)]
    both = (sizes[0] > 0) & (sizes[1] > 0)
    agree = both & (truths[0] == truths[1])
    if not both.any() or agree.sum() < _AGREE * both.sum():
        return None
    order = np.where(agree, np.cumsum(agree) - 1, -1)
    return order[parts[0]], order[parts[1]], int(agree.sum())


def _keys(coded: _Coded, *, level: str, step: int, dimensions: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return one number for each cell: its area at a level, its period at a step, its members in wide bands."""
    numbers = coded["month"][1].astype(np.int64) // step
    for name in ("area", *dimensions):
        members, places = coded[name]
        wide = [_area(member, level) if name == "area" else DIMENSIONS[name].group_of(member) if name != "category" else member
                for member in members]
        numbers = numbers * 1_000_003 + np.array([_number(text) for text in wide], dtype=np.int64)[places]
    return numbers


def _number(text: str) -> int:
    return int.from_bytes(text.encode()[-6:].rjust(6, b"\0"), "big") % 999_983


def _area(code: str, level: str) -> str:
    if level == "country":
        return AREAS[code].country
    return AREAS[code].force if level == "force" and AREAS[code].type == "district" else code
