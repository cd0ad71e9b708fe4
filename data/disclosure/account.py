"""The privacy account: what one publish lets be learnt of one contact, and the budget that stops it.

Each cell carries discrete Gaussian noise, so a contact that changes ``n`` cells by one costs
n / (2 sigma^2) in zero-concentrated differential privacy (Bun and Steinke 2016); zCDP of rho is
(epsilon, delta)-differential privacy with epsilon = rho + 2 sqrt(rho ln(1/delta)).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import log, sqrt
from typing import Any

from data.counts import Count
from data.disclosure.noise import SIGMA
from data.errors import PublishError

DELTA = 1e-6
BUDGET = 3.0
"""The zCDP that one contact may cost in one release. The 2020 census of the United States spent 2.63."""

WHO: Mapping[str, str] = {
    "response": "one contact about an appeal",
    "outcome": "one outcome of an appeal, with its person",
    "message": "one message to the police",
    "report": "one crime or incident report",
    "offence": "the date of one offence",
}

CASES: Mapping[str, tuple[str, ...]] = {
    "response": (
        "the only response of its appeal within 365 days",
        "the only useful one within 90 days, beside others",
        "a useful one within 90 days, beside other useful ones",
        "not useful within 90 days, beside others",
    ),
}
"""The cases of a contact, of which one holds. Where another useful response stands beside it, it moves its appeal from one
bin of time to another (two cells) and changes no count of appeals with useful information; where none does, it adds
its appeal to one bin (one cell) and to those counts. So no contact changes all of these to the utmost at once."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What one kind of contact costs in a release."""

    who: str
    what: str
    cells: int
    """Cells that one contact can change by one, in all tables of all counts."""
    rho: float
    epsilon: float


def account(counts: Sequence[Count], *, sigma: float = SIGMA) -> tuple[Entry, ...]:
    """Return the privacy loss of each kind of contact over the tables of ``counts``."""
    entries = []
    for who, what in WHO.items():
        cells = max(sum(len(count.tables) * _changed(count, who=who, case=case) for count in counts)
                    for case in range(len(CASES.get(who, ("any",)))))
        if cells:
            rho = cells / (2 * sigma**2)
            entries.append(Entry(who=who, what=what, cells=cells, rho=round(rho, 4), epsilon=round(epsilon(rho), 2)))
    return tuple(entries)


def _changed(count: Count, *, who: str, case: int) -> int:
    """Return how many cells of one table of a count a contact can change, in one of its cases."""
    return count.changes_when[who][case] if who in count.changes_when else count.changes.get(who, 0)


def epsilon(rho: float, *, delta: float = DELTA) -> float:
    """Return the epsilon of (epsilon, delta)-differential privacy that a zCDP of ``rho`` gives.

    >>> round(epsilon(0.5), 2)
    5.76
    """
    return rho + 2 * sqrt(rho * log(1 / delta))


def spend(counts: Sequence[Count], *, sigma: float = SIGMA, budget: float = BUDGET) -> dict[str, Any]:
    """Return the account as the manifest states it. Raises ``PublishError`` where it passes the budget."""
    entries = account(counts, sigma=sigma)
    for entry in entries:
        if entry.rho > budget:
            raise PublishError(
                f"The tables would cost {entry.what} a privacy loss of {entry.rho:.2f} (zCDP), and the budget is "
                f"{budget:g}. Nothing is published. Publish fewer tables, or more noise, for the counts of "
                f"“{entry.who}” in data/counts_of_persons.py.")
    return {
        "sigma": sigma, "budget_rho": budget, "delta": DELTA,
        "protected_counts": [count.id for count in counts],
        "tables": {count.id: list(count.tables) for count in counts},
        "accounts": [asdict(entry) for entry in entries],
        "statement": "Counts of persons are published in a closed set of tables. Each cell was changed once by random "
                     "noise whose standard deviation is stated here; true counts are not in the release."
        if counts else "No protected count is published in this release.",
    }
