"""How many decimals a figure is written with, the same wherever it is shown or judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data.frame import Row
from data.measures import Unit

PERCENT_BASE = 1_000
MOST_DECIMALS = 6

_USUAL: Mapping[str, int] = {"count": 0, "ratio": 2, "per_10_000": 3}
_STEP = tuple(10.0 ** -places for places in range(MOST_DECIMALS + 1))
"""The smallest number that so many decimals can write."""


def decimals(unit: Unit, *, base: float | None = None) -> int:
    """Return how many decimals a value of a unit is written with."""
    if unit == "count":
        return 0
    if unit in ("percent", "points") and base is not None and base < PERCENT_BASE:
        return 0
    return _USUAL.get(unit, 1)


def fitting(unit: Unit, value: float, *, ends: Sequence[float] = (), base: float | None = None) -> int:
    """Return how many decimals a value is written with, so that something never reads as nothing.

    More than usual where a value that is not zero would read as zero, and where all ``ends`` of its interval would read as the
    value itself. Counts are whole. What lies under a millionth stays as it is.
    """
    usual = decimals(unit, base=base)
    step = _STEP[usual]
    if unit == "count" or (abs(value) >= step and (not ends or max(ends) - min(ends) > step)):
        return usual
    every = range(usual, MOST_DECIMALS + 1)
    seen = next((places for places in every if round(value, places)), usual)
    apart = next((places for places in every if any(round(end, places) != round(value, places) for end in ends)), usual)
    return max(seen, apart)


def places_of(row: Row, *, unit: Unit, published: bool) -> int:
    """Return how many decimals a row's value and interval are written with; ``published`` values come without a base."""
    base, value, lower, upper = 0 if published else row.denominator, row.value, row.lower, row.upper
    usual = decimals(unit, base=base)
    step, alone = _STEP[usual], lower is None or upper is None
    if value is None or unit == "count" or ((value >= step or value <= -step) and (alone or upper - lower > step)):  # type: ignore[operator]
        return usual  # as nearly all are, and every value of a page is asked about
    return fitting(unit, value, ends=() if alone else (lower, upper), base=base)  # type: ignore[arg-type]
