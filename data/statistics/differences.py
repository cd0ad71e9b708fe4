"""Whether one ratio is higher than another: the 95% interval of their difference.

A word such as "rose" or "higher" stands only where ``Difference.direction`` is not 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.statistics.intervals import Floats, Interval, rate, wilson


@dataclass(frozen=True)
class Ratio:
    """Numerators over denominators, of one shape or broadcast, with half the width of their protection ranges."""

    numerator: npt.ArrayLike
    denominator: npt.ArrayLike
    numerator_half: npt.ArrayLike = 0.0
    denominator_half: npt.ArrayLike = 0.0


@dataclass(frozen=True)
class Difference:
    """What lies between two ratios, with its 95% interval; NaN where one of them is not defined."""

    value: Floats
    lower: Floats
    upper: Floats

    @property
    def direction(self) -> npt.NDArray[np.int8]:
        """1 where the interval supports "rose" or "higher", -1 where "fell" or "lower", else 0: no word."""
        return (self.lower > 0).astype(np.int8) - (self.upper < 0).astype(np.int8)


def difference_of_shares(a: Ratio, *, b: Ratio) -> Difference:
    """Return a - b for two shares of separate groups or periods, from -1 to 1.

    Newcombe's hybrid score interval: the distances from each share to its Wilson limits, added in
    squares (R. G. Newcombe, Statistics in Medicine 17 (1998), 873-890, method 10). Protection noise is
    added to each square by its first-order variance, (half_k^2 + p^2 half_n^2) / n^2, the halves
    being 1.96 standard deviations. ``ValueError`` where an open numerator is outside 0 to its
    denominator; a protected one is brought inside.
    """
    p_a, below_a, above_a = _share(a)
    p_b, below_b, above_b = _share(b)
    value = p_a - p_b
    lower, upper = value - np.sqrt(below_a + above_b), value + np.sqrt(above_a + below_b)
    return Difference(value, np.maximum(lower, -1), np.minimum(upper, 1))


def difference_of_rates(a: Ratio, *, b: Ratio, factor: float = 1.0) -> Difference:
    """Return a - b for two rates (counts over known bases), times ``factor``.

    The method of variance estimates recovery: as ``difference_of_shares``, with the limits of
    ``intervals.rate`` (G. Y. Zou and A. Donner, Statistics in Medicine 27 (2008), 1693-1702;
    K. Krishnamoorthy and M. Lee, ibid. 32 (2013)). Protection noise is added in the same way.
    """
    r_a, below_a, above_a = _rate(a)
    r_b, below_b, above_b = _rate(b)
    value = r_a - r_b
    lower, upper = value - np.sqrt(below_a + above_b), value + np.sqrt(above_a + below_b)
    return Difference(value * factor, lower * factor, upper * factor)


def _floats(numbers: npt.ArrayLike) -> Floats:
    return np.asarray(numbers, dtype=np.float64)


def _share(ratio: Ratio) -> tuple[Floats, Floats, Floats]:
    """Return a share and the squares of its distances to the lower and the upper limit."""
    k, n, half_k, half_n = (_floats(part) for part in (
        ratio.numerator, ratio.denominator, ratio.numerator_half, ratio.denominator_half))
    if np.any(((k < 0) | (k > n)) & (half_k == 0) & (half_n == 0)):
        raise ValueError("A share has a numerator from 0 to its denominator.")
    n = np.where(half_n > 0, np.maximum(n, 1), n)
    k = np.minimum(np.maximum(k, 0), n)
    return _distances(k, n, half_k, half_n, limits=wilson(k, denominator=n))


def _rate(ratio: Ratio) -> tuple[Floats, Floats, Floats]:
    k, n, half_k, half_n = (_floats(part) for part in (
        ratio.numerator, ratio.denominator, ratio.numerator_half, ratio.denominator_half))
    if np.any((k < 0) & (half_k == 0)):
        raise ValueError("A count is never below 0.")
    n = np.where(half_n > 0, np.maximum(n, 1), n)
    k = np.maximum(k, 0)
    return _distances(k, n, half_k, half_n, limits=rate(k, base=n))


def _distances(
    k: Floats, n: Floats, half_k: Floats, half_n: Floats, *, limits: Interval
) -> tuple[Floats, Floats, Floats]:
    lower, upper = limits
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(n > 0, k / n, np.nan)
        noise = (half_k**2 + value**2 * half_n**2) / n**2
    return value, (value - lower) ** 2 + noise, (upper - value) ** 2 + noise
