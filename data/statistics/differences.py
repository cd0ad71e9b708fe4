"""Whether one ratio is higher than another: the 95% interval of their difference, or of their quotient.

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
    same: float = 0.0
    """The value that means no difference: 0, or 1 for a quotient."""

    @property
    def direction(self) -> npt.NDArray[np.int8]:
        """1 where the interval supports "rose" or "higher", -1 where "fell" or "lower", else 0: no word."""
        return (self.lower > self.same).astype(np.int8) - (self.upper < self.same).astype(np.int8)


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


def quotient_of_rates(a: Ratio, *, b: Ratio) -> Difference:
    """Return a / b for two rates: "1.4 times as many". 1 means no difference.

    Given the total of both counts, the first is binomial with the odds (rate a * base a) /
    (rate b * base b); the limits are those of Wilson for its share, turned into odds (J. Przyborowski
    and H. Wilenski, Biometrika 31 (1940), 313-323, with the score instead of the exact interval).
    Noise in the counts is added in squares to the share's distances; noise in the bases is not
    treated (``ValueError``). The upper limit is infinite where b may be 0; NaN where both counts are 0.
    """
    if np.any(np.asarray(a.denominator_half)) or np.any(np.asarray(b.denominator_half)):
        raise ValueError("The bases of a quotient of rates are known exactly.")
    k_a, k_b = np.maximum(_floats(a.numerator), 0), np.maximum(_floats(b.numerator), 0)
    total = k_a + k_b
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k_a / total
        noise = ((1 - share) ** 2 * _floats(a.numerator_half) ** 2
                 + share**2 * _floats(b.numerator_half) ** 2) / total**2
        low, high = wilson(k_a, denominator=total)
        low = np.maximum(share - np.sqrt((share - low) ** 2 + noise), 0)
        high = np.minimum(share + np.sqrt((high - share) ** 2 + noise), 1)
        scale = _floats(b.denominator) / _floats(a.denominator)
        value, lower, upper = (odds / (1 - odds) * scale for odds in (share, low, high))
    return Difference(value, lower, upper, same=1.0)


def difference_of_estimates(
    a: npt.ArrayLike, *, margin_a: npt.ArrayLike, b: npt.ArrayLike, margin_b: npt.ArrayLike
) -> Difference:
    """Return a - b for two independent estimates with 95% margins, such as two waves of a survey.

    The margins add in squares. A NaN margin (unknown base) gives a NaN interval and direction 0.
    """
    value = _floats(a) - _floats(b)
    margin = np.sqrt(_floats(margin_a) ** 2 + _floats(margin_b) ** 2)
    return Difference(value, value - margin, value + margin)


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
