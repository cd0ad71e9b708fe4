"""The funnel plot: how far a share may lie from the whole by chance, given the size of its base.

After D. J. Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in
Medicine 24 (2005), 1185-1202, and Handling over-dispersion of performance indicators, Quality and
Safety in Health Care 14 (2005), 347-351.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, ndtr

from data.statistics.intervals import Floats, Interval
from data.statistics.refusal import Refusal

INNER, OUTER = 1.96, 3.09
"""Standard deviations of the 95% and the 99.8% limits."""
EXACT_BELOW = 10
"""Expected numbers (of either answer) below which the limits are the binomial's own."""
WINSORISED = 0.1
ADDITIVE_ABOVE = 10.0
"""Overdispersion beyond which the limits get a random effect instead of a factor."""

Method = Literal["binomial", "inflated", "additive"]


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """A funnel around ``centre``; ``text`` says how its limits were made.

    ``shares`` and ``sizes`` are the points; ``standing`` is 0 inside the inner limits, 1 and 2 above the
    inner and the outer, -1 and -2 below.
    """

    centre: float
    shares: Floats
    sizes: Floats
    standing: npt.NDArray[np.int8]
    phi: float
    """The winsorised mean of z squared: 1 where only chance is at work, more with overdispersion."""
    tau: float
    """Standard deviation of the random effect, as a share; 0 unless the method is ``additive``."""
    noise: float
    """Standard deviation of the protection noise in the numerator's distance from the centre, as a count."""
    method: Method
    text: str


def funnel(
    numerators: npt.ArrayLike, *, denominators: npt.ArrayLike, centre: float | None = None,
    numerator_noise: float = 0.0, denominator_noise: float = 0.0,
) -> Funnel | Refusal:
    """Return the funnel of shares (one numerator and base per area), or why there is none.

    ``centre`` is the share that all are held against; without it, the ratio of the sums. The noises are
    the standard deviations of the protection noise in each protected sum (sigma sqrt(cells)); they
    widen the limits. ``ValueError`` for a centre outside 0 to 1.
    """
    k, n = np.asarray(numerators, dtype=np.float64), np.asarray(denominators, dtype=np.float64)
    if centre is not None and not 0 < centre < 1:
        raise ValueError("The centre of a funnel lies between 0 and 1.")
    if n.size == 0 or not np.all(n > 0) or not np.all(np.isfinite(k)):
        return Refusal("no_bases", "A funnel needs the number behind every percentage, which is not published here.")
    p0 = float(k.sum() / n.sum()) if centre is None else centre
    protected = numerator_noise > 0 or denominator_noise > 0
    if not 0 < p0 < 1 or (not protected and np.any((k < 0) | (k > n))):
        return Refusal("not_a_share", "A funnel compares shares, and these are not shares of a whole.")
    noise = float(np.hypot(numerator_noise, p0 * denominator_noise))
    errors = _error(n, p0, noise)
    phi = overdispersion((k / n - p0) / errors)
    method: Method = "binomial" if phi <= 1 else "inflated" if phi <= ADDITIVE_ABOVE else "additive"
    tau = _tau(errors, phi) if method == "additive" else 0.0
    drawn = Funnel(centre=p0, shares=k / n, sizes=n, standing=np.zeros(n.shape, dtype=np.int8), phi=phi, tau=tau,
                   noise=noise, method=method, text=_text(method, phi, tau))
    return replace(drawn, standing=_standing(drawn))


def limits(drawn: Funnel, *, sizes: npt.ArrayLike, z: float) -> Interval:
    """Return the funnel's lower and upper limits at bases of ``sizes`` (above 0), as shares.

    p0 -+ z sqrt(p0(1 - p0)/n). Where fewer than 10 of either answer are expected (n p0 or n(1 - p0)), the
    binomial's own quantiles, interpolated as Spiegelhalter does (2005, appendix A.1.1): (r - a)/n,
    where r is the smallest number with P(R <= r) >= p and a = (P(R <= r) - p) / P(R = r). Overdispersion
    multiplies the distance from p0 by sqrt(phi), or adds tau squared to the variance; noise adds
    its own. Nothing is drawn beyond 0 and 1.
    """
    n, p0 = np.asarray(sizes, dtype=np.float64), drawn.centre
    plain = np.sqrt(p0 * (1 - p0) / n)
    below, above = z * plain, z * plain
    rare = n * min(p0, 1 - p0) < EXACT_BELOW - 1e-9
    if np.any(rare):
        below = np.where(rare, p0 - _quantile(1 - ndtr(z), n, p0), below)
        above = np.where(rare, _quantile(ndtr(z), n, p0) - p0, above)
    factor = np.sqrt(_error(n, p0, drawn.noise) ** 2 + drawn.tau**2) / plain
    if drawn.method == "inflated":
        factor = factor * np.sqrt(drawn.phi)
    return np.maximum(p0 - below * factor, 0), np.minimum(p0 + above * factor, 1)


def overdispersion(z: npt.ArrayLike) -> float:
    """Return phi: the mean of z squared, after the lowest and highest tenth of z were brought to their deciles."""
    scores = np.asarray(z, dtype=np.float64)
    low, high = np.quantile(scores, [WINSORISED, 1 - WINSORISED])
    return float(np.mean(np.clip(scores, low, high) ** 2))


def _error(n: Floats, p0: float, noise: float) -> Floats:
    return np.sqrt(p0 * (1 - p0) / n + (noise / n) ** 2)


def _tau(errors: Floats, phi: float) -> float:
    """Return the random effect's standard deviation by moments (DerSimonian and Laird), with the winsorised phi."""
    weights, areas = errors**-2, errors.size
    spread = weights.sum() - (weights**2).sum() / weights.sum()
    return float(np.sqrt(max((areas * phi - (areas - 1)) / spread, 0.0)))


def _standing(drawn: Funnel) -> npt.NDArray[np.int8]:
    standing = np.zeros(drawn.shares.shape, dtype=np.int8)
    for z in (INNER, OUTER):
        lower, upper = limits(drawn, sizes=drawn.sizes, z=z)
        standing += (drawn.shares > upper).astype(np.int8) - (drawn.shares < lower).astype(np.int8)
    return standing


def _quantile(p: float, n: Floats, p0: float) -> Floats:
    """Return the interpolated p-quantile of the binomial share, by halving the range that holds it."""
    base = np.maximum(n, 1).astype(np.int64)
    low, high = np.full(n.shape, -1), base
    while np.any(high - low > 1):
        middle = (low + high) // 2
        reached = (middle >= 0) & (bdtr(np.maximum(middle, 0), base, p0) >= p)
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    at = bdtr(high, base, p0)
    before = np.where(high > 0, bdtr(np.maximum(high - 1, 0), base, p0), 0.0)
    return (high - (at - p) / (at - before)) / base


def _text(method: Method, phi: float, tau: float) -> str:
    if method == "binomial":
        return "The limits show chance alone: 95% and 99.8% of areas that do not differ lie inside."
    if method == "inflated":
        return (f"Areas differ more than chance explains ({phi:.1f} times the variance), so the limits are "
                f"{phi**0.5:.1f} times as wide.")
    return (f"Areas differ far more than chance explains ({phi:.0f} times the variance), so the limits hold their "
            f"usual spread of {100 * tau:.1f} percentage points as well as chance.")
