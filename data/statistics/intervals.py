"""The 95% interval of a share, of a rate, of a survey's percentage and of protected counts.

Everything takes and returns numpy arrays (scalars broadcast), shares from 0 to 1. Where an interval
is not defined (a base of 0, a missing number) both limits are NaN; the row's status says why.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv

Floats = npt.NDArray[np.float64]
Interval = tuple[Floats, Floats]
"""The lower and the upper limits."""

Z = 1.959964
"""Standard deviations on each side that hold 95% of a normal distribution."""
_Z2 = Z * Z
_TAIL = 0.025

PROTECTION_Z = 1.96
"""The same, as the protection scheme states it: its thresholds are rounded, so the digits matter."""
EXACT_BELOW = 10
"""Counts from here up have Byar's interval, smaller ones the exact one."""
SMALLEST_THRESHOLD = 10
THRESHOLD_STEP = 5
HIDDEN_BELOW = 50
"""Respondents: survey percentages on fewer are not shown."""
SMALL_BELOW = 100
"""Respondents: survey percentages on fewer are marked ``u``."""

_EXACT_LOWER = np.concatenate(([0.0], gammaincinv(np.arange(1.0, EXACT_BELOW), _TAIL)))
_EXACT_UPPER = gammaincinv(np.arange(1.0, EXACT_BELOW + 1), 1 - _TAIL)


def wilson(numerator: npt.ArrayLike, *, denominator: npt.ArrayLike) -> Interval:
    """Return the Wilson score interval of numerator / denominator, as shares.

    (k + z2/2 -+ z sqrt(k(n - k)/n + z2/4)) / (n + z2), with z2 = z squared: E. B. Wilson, Journal of
    the American Statistical Association 22 (1927), 209-212. The upper limit is 1 minus the lower
    limit of n - k, so that k = 0 gives exactly 0 and k = n exactly 1. ``statsmodels``
    (``proportion_confint``) gives the same to the last digits, but importing it costs every web
    process over a second and a call ten times this one, hence the closed formula; tests compare.

    ``ValueError`` where a numerator is below 0 or above its denominator.
    """
    k, n = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    if np.any((k < 0) | (k > n)):
        raise ValueError("A share has a numerator from 0 to its denominator.")
    return _wilson(k, n)


def _wilson(k: Floats, n: Floats) -> Interval:
    rest, weight = n - k, n + _Z2
    with np.errstate(divide="ignore", invalid="ignore"):
        root = Z * np.sqrt(k * rest / n + _Z2 / 4)
    root -= _Z2 / 2
    lower, upper = (k - root) / weight, 1 - (rest - root) / weight
    return np.maximum(lower, 0), np.minimum(upper, 1)


def poisson(count: npt.ArrayLike) -> Interval:
    """Return the interval of a count's expected value: exact below 10, Byar's approximation from 10 up.

    Exact: half the chi-squared quantiles with 2k and 2k + 2 degrees of freedom (F. Garwood,
    Biometrika 28 (1936), 437-442), written as quantiles of the gamma distribution. Byar:
    k (1 - 1/9k - z/(3 sqrt k))^3 and the same of k + 1 with a plus (N. E. Breslow and N. E. Day,
    Statistical Methods in Cancer Research II, 1987, p. 69; Association of Public Health
    Observatories, Technical Briefing 3, 2008). Counts need not be whole (the ends of a protection
    range are not). ``ValueError`` for a count below 0.
    """
    x = np.asarray(count, dtype=np.float64)
    if np.any(x < 0):
        raise ValueError("A count is never below 0.")
    small = x < EXACT_BELOW
    if not small.any():
        return _byar(x)
    flat, small = np.atleast_1d(x), np.atleast_1d(small)
    lower, upper = _byar(np.where(small, EXACT_BELOW, flat))
    lower[small], upper[small] = _exact(flat[small])
    return lower.reshape(x.shape), upper.reshape(x.shape)


def _byar(x: Floats) -> Interval:
    y = x + 1
    low = 1 - 1 / (9 * x) - Z / (3 * np.sqrt(x))
    high = 1 - 1 / (9 * y) + Z / (3 * np.sqrt(y))
    return x * low * low * low, y * high * high * high


def _exact(x: Floats) -> Interval:
    whole = x.astype(np.intp)
    if np.array_equal(whole, x):
        return _EXACT_LOWER[whole], _EXACT_UPPER[whole]
    # Where nothing was counted nothing may have been expected; the gamma distribution of shape 0 is not defined.
    return np.where(x > 0, gammaincinv(x, _TAIL), 0), gammaincinv(x + 1, 1 - _TAIL)


def rate(count: npt.ArrayLike, *, base: npt.ArrayLike, factor: float = 1.0) -> Interval:
    """Return the interval of count / base * factor, where the base (residents, appeals) is known exactly.

    NaN where the base is 0 or missing. For the source see ``poisson``.
    """
    lower, upper = poisson(count)
    scale = _scale(np.asarray(base, dtype=np.float64), factor)
    return lower * scale, upper * scale


def _scale(base: Floats, factor: float) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(base > 0, factor / base, np.nan)


def survey_margin(share: npt.ArrayLike, *, base: npt.ArrayLike, deff: npt.ArrayLike = 1.0) -> Floats:
    """Return the margin of a survey's percentage, as a share: 1.96 sqrt(deff p(1-p) / n).

    ``base`` counts respondents, weighted or not as published; ``deff`` is the design effect (L. Kish,
    Survey Sampling, 1965, section 8.2). NaN where the base is unknown (NaN) or under 50: such a
    percentage has no margin, and no comparing word stands on it.
    """
    p, n = np.asarray(share, dtype=np.float64), np.asarray(base, dtype=np.float64)
    if np.any((p < 0) | (p > 1)):
        raise ValueError("A share lies between 0 and 1.")
    with np.errstate(divide="ignore", invalid="ignore"):
        margin = PROTECTION_Z * np.sqrt(np.asarray(deff) * p * (1 - p) / n)
    return np.where(n >= HIDDEN_BELOW, margin, np.nan)


def survey_mark(base: npt.ArrayLike) -> npt.NDArray[np.str_]:
    """Return the mark of a survey's percentage: ``c`` below base 50, ``u`` below 100 or unknown (NaN), else ``ok``."""
    n = np.asarray(base, dtype=np.float64)
    return np.where(n < HIDDEN_BELOW, "c", np.where(n >= SMALL_BELOW, "ok", "u"))


def protected_range(cells: npt.ArrayLike, *, sigma: float) -> Floats:
    """Return half the width of the 95% protection range of a sum: 1.96 sigma sqrt(cells).

    ``cells`` counts the perturbed cells that were added; ``sigma`` is the standard deviation of the
    noise in each. Open counts have 0 cells and a range of width 0.
    """
    return PROTECTION_Z * sigma * np.sqrt(np.asarray(cells, dtype=np.float64))


def threshold(cells: npt.ArrayLike, *, sigma: float) -> Floats:
    """Return the N of "under N": the larger of 10 and 3.92 sigma sqrt(cells), rounded up to a multiple of 5."""
    width = np.maximum(2 * protected_range(cells, sigma=sigma), SMALLEST_THRESHOLD)
    # A width that is a multiple of 5 but for rounding errors stays one.
    return THRESHOLD_STEP * np.ceil(width / THRESHOLD_STEP - 1e-9)


def protected_wilson(
    numerator: npt.ArrayLike, *, numerator_half: npt.ArrayLike, denominator: npt.ArrayLike,
    denominator_half: npt.ArrayLike,
) -> Interval:
    """Return the envelope of Wilson's interval over the protection ranges of numerator and denominator.

    The halves come from ``protected_range``. Wilson's limits rise with the numerator and fall with
    the denominator, so the lower limit is that of the smallest numerator on the largest denominator
    and the upper that of the largest on the smallest. A numerator is never taken below 0 nor above
    its denominator, a denominator never below 1. With both halves 0 this is ``wilson``. The envelope
    is cautious: it holds the truth more often than 95% (``simulated.json`` says how often).
    """
    k, half_k = np.asarray(numerator, dtype=np.float64), np.asarray(numerator_half, dtype=np.float64)
    n, half_n = np.asarray(denominator, dtype=np.float64), np.asarray(denominator_half, dtype=np.float64)
    most, least = np.maximum(n + half_n, 1), np.maximum(n - half_n, 1)
    lower, _ = _wilson(np.minimum(np.maximum(k - half_k, 0), most), most)
    _, upper = _wilson(np.minimum(np.maximum(k + half_k, 0), least), least)
    return lower, upper


def protected_ratio(
    numerator: npt.ArrayLike, *, numerator_half: npt.ArrayLike, denominator: npt.ArrayLike,
    denominator_half: npt.ArrayLike, factor: float = 1.0,
) -> Interval:
    """Return the envelope of numerator / denominator * factor over both protection ranges, for ratios above 1 too.

    The numerator's limits are those of ``poisson`` at the ends of its range (never below 0), divided
    by the far ends of the denominator's (never below 1). For responses per appeal and the like.
    """
    k, half_k = np.asarray(numerator, dtype=np.float64), np.asarray(numerator_half, dtype=np.float64)
    n, half_n = np.asarray(denominator, dtype=np.float64), np.asarray(denominator_half, dtype=np.float64)
    lower, _ = poisson(np.maximum(k - half_k, 0))
    _, upper = poisson(np.maximum(k + half_k, 0))
    return lower / np.maximum(n + half_n, 1) * factor, upper / np.maximum(n - half_n, 1) * factor
