"""The worked examples of the page on methods: every number is computed here, by the modules that make the figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from data.controls import Control, control_of
from data.disclosure.noise import distribution, noise
from data.frame import Row
from data.measures import MEASURE_BY_ID
from data.model import ALL, month_index
from data.statistics.differences import Ratio, difference_of_shares
from data.statistics.funnel import INNER, OUTER, Funnel, funnel, limits
from data.statistics.intervals import (
    poisson,
    protected_range,
    protected_wilson,
    survey_margin,
    threshold,
    wilson,
)
from data.statistics.survival import Survival, kaplan_meier

KEY = b"A key for this example; the publisher's own is secret."
PLACE, MONTH = "E23000031", "2025-03"
COUNTED, FIRST = MEASURE_BY_ID["A1"], "2024-01"
STABLE = (52, 55, 49, 51, 58, 50, 47, 53, 56, 54, 60, 48)
SHIFTED = (*STABLE, 61, 60, 63, 62, 59, 64, 61)
BINS, NONE = (12, 18, 20, 15, 20, 10), 105
"""Appeals whose first useful response fell in each of the six bins of time, and those without one."""


def published(truth: int, *, sigma: float) -> int:
    """Return what a cell of this truth would be published as, with the key of the example."""
    added = noise(KEY, table="responses/force-month", cells={"area": (PLACE,)}, at=[np.array([0])],
                  periods=np.array([month_index(MONTH)]), truth=np.array([truth]), sigma=sigma)
    return truth + int(added[0])


def chance_within(most: int, *, sigma: float) -> float:
    """Return how likely it is that the noise of a cell is at most so many, up or down."""
    values, probabilities = distribution(sigma)
    return float(probabilities[np.abs(values) <= most].sum())


def best_guess(*, sigma: float) -> float:
    """Return how often the best guess from one cell tells whether one more person is in it: a coin gives one half."""
    _, probabilities = distribution(sigma)
    apart = np.abs(np.diff(np.concatenate(([0.0], probabilities, [0.0])))).sum() / 2
    return float((1 + apart) / 2)


def best_guess_of_all(rho: float) -> float:
    """Return the same from all cells of an account together: their noise is nearly normal, and ``rho`` its distance.

    One contact moves the cells by sqrt(2 rho) standard deviations in all; the guess is right with the normal
    distribution's share below half of that.
    """
    return float(ndtr(np.sqrt(2 * rho) / 2))


def half(cells: int, *, sigma: float) -> float:
    """Return half the width of the protection range of so many cells."""
    return float(protected_range(cells, sigma=sigma))


def least(cells: int, *, sigma: float) -> int:
    """Return the number under which a sum of so many cells is not shown."""
    return int(threshold(cells, sigma=sigma))


def share(numerator: int, denominator: int) -> tuple[float, float]:
    """Return Wilson's interval of a share."""
    low, high = wilson(numerator, denominator=denominator)
    return float(low), float(high)


def protected_share(numerator: int, denominator: int, *, sigma: float) -> tuple[float, float]:
    """Return the interval of a share of two protected cells."""
    width = half(1, sigma=sigma)
    low, high = protected_wilson(numerator, numerator_half=width, denominator=denominator, denominator_half=width)
    return float(low), float(high)


def count(number: int) -> tuple[float, float]:
    """Return the interval of a count."""
    low, high = poisson(number)
    return float(low), float(high)


def margin(p: float, n: int, *, deff: float = 1.0) -> float:
    """Return the margin of a survey's percentage, in points."""
    return 100 * float(survey_margin(p, base=n, deff=deff))


def change(before: tuple[int, int], after: tuple[int, int]) -> tuple[float, float, float]:
    """Return the difference of two shares and its interval, in points."""
    found = difference_of_shares(Ratio(*after), b=Ratio(*before))
    return 100 * float(found.value), 100 * float(found.lower), 100 * float(found.upper)


def chart(values: tuple[int, ...]) -> Control:
    """Return the control chart of an example, as of appeals issued month after month."""
    rows = [Row(COUNTED.id, PLACE, ALL, ALL, ALL, ALL, month, month, value, None, value, None, None, "ok", "main")
            for month, value in enumerate(values, start=month_index(FIRST))]
    return control_of(rows, measure=COUNTED)


@dataclass(frozen=True)
class Band:
    """The limits of a funnel at one size, as shares."""

    size: int
    inner: tuple[float, float]
    outer: tuple[float, float]


def bands(sizes: tuple[int, ...] = (25, 100, 400), *, centre: float = 0.6) -> list[Band]:
    """Return the limits of a funnel around ``centre`` for places of several sizes."""
    drawn = funnel([centre * size for size in sizes], denominators=list(sizes), centre=centre)
    assert isinstance(drawn, Funnel)
    inner, outer = (limits(drawn, sizes=list(sizes), z=z) for z in (INNER, OUTER))
    return [Band(size, (float(inner[0][place]), float(inner[1][place])), (float(outer[0][place]), float(outer[1][place])))
            for place, size in enumerate(sizes)]


def times() -> Survival:
    """Return the curve of the time to first useful information of the example."""
    found = kaplan_meier(BINS, none=NONE)
    assert isinstance(found, Survival)
    return found
