"""Rank intervals: how certain a place in an order is. No order is shown without them.

The order is drawn again many times with each value moved by its own uncertainty, and each area's
ranks are counted (H. Goldstein and D. J. Spiegelhalter, Journal of the Royal Statistical Society A
159 (1996), 385-443; E. C. Marshall and D. J. Spiegelhalter, British Medical Journal 316 (1998),
1701-1704). Each interval is for its own area, not for all at once; where many areas hardly differ the
true ranks are hard to know at all, and such intervals are wide.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.statistics.intervals import Floats

DRAWS = 4_000
SEED = 20_260_101
"""Fixed, so that every process and every visit shows the same ranks."""


@dataclass(frozen=True)
class Ranks:
    """Per area: rank of its value (1 is the highest), and the 95% interval of the rank, all whole numbers."""

    rank: npt.NDArray[np.intp]
    lower: npt.NDArray[np.intp]
    upper: npt.NDArray[np.intp]


def ranks(values: npt.ArrayLike, *, errors: npt.ArrayLike, draws: int = DRAWS, seed: int = SEED) -> Ranks:
    """Return rank intervals of values with normal standard errors (shape: areas).

    ``ValueError`` for missing values and for errors below 0: leave such areas out first.
    """
    centre, spread = np.asarray(values, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    if centre.ndim != 1 or not np.all(np.isfinite(centre)) or not np.all(spread >= 0):
        raise ValueError("Ranks need a value and a standard error for every area.")
    moved = np.random.default_rng(seed).standard_normal((draws, centre.size)) * spread + centre
    return _ranks(centre, moved)


def ranks_of_rates(
    counts: npt.ArrayLike, *, bases: npt.ArrayLike, noise: npt.ArrayLike = 0.0, draws: int = DRAWS, seed: int = SEED
) -> Ranks:
    """Return rank intervals of counts per base, each count drawn from the gamma distribution of k + 1/2.

    That is the posterior of a Poisson mean under Jeffreys' prior. ``noise`` is the standard deviation of
    the protection noise in each count. ``ValueError`` for a base that is missing or not above 0.
    """
    k, n = _counted(counts, bases)
    random = np.random.default_rng(seed)
    count = _noised(k, noise, random=random, draws=draws)
    return _ranks(k / n, random.standard_gamma(count + 0.5) / n)


def ranks_of_shares(
    numerators: npt.ArrayLike, *, denominators: npt.ArrayLike, noise: npt.ArrayLike = 0.0, draws: int = DRAWS,
    seed: int = SEED,
) -> Ranks:
    """Return rank intervals of shares, each drawn from the beta distribution of k + 1/2 and n - k + 1/2.

    That is the posterior of a binomial share under Jeffreys' prior. ``noise`` is the standard deviation of
    the protection noise in each numerator. ``ValueError`` for a denominator that is missing or not above 0.
    """
    k, n = _counted(numerators, denominators)
    random = np.random.default_rng(seed)
    count = np.minimum(_noised(k, noise, random=random, draws=draws), n)
    return _ranks(k / n, random.beta(count + 0.5, n - count + 0.5))


def _counted(counts: npt.ArrayLike, bases: npt.ArrayLike) -> tuple[Floats, Floats]:
    k, n = np.asarray(counts, dtype=np.float64), np.asarray(bases, dtype=np.float64)
    if k.ndim != 1 or k.shape != n.shape or not np.all(np.isfinite(k)) or not np.all(n > 0):
        raise ValueError("Ranks need a count and a base above 0 for every area.")
    return k, n


def _noised(k: Floats, noise: npt.ArrayLike, *, random: np.random.Generator, draws: int) -> Floats:
    spread = np.asarray(noise, dtype=np.float64)
    return np.maximum(random.standard_normal((draws, k.size)) * spread + k, 0)


def _ranks(values: Floats, moved: Floats) -> Ranks:
    """Rank the values and, in each draw, the moved ones; ties share the best rank."""
    places = np.empty(moved.shape, dtype=np.intp)
    order = np.argsort(-moved, axis=1, kind="stable")
    np.put_along_axis(places, order, np.arange(1, values.size + 1), axis=1)
    rank = 1 + (values[:, None] < values[None, :]).sum(axis=1)
    lower, upper = np.quantile(places, [0.025, 0.975], axis=0, method="inverted_cdf").astype(np.intp)
    return Ranks(rank, np.minimum(lower, rank), np.maximum(upper, rank))
