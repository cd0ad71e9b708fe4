"""Whether two things go together over places: the rank correlation with its 95% interval, which says nothing of causes.

Spearman's coefficient, ties sharing their mean rank; the interval is Fisher's with the variance of D. G. Bonett and T. A. Wright,
Sample size requirements for estimating Pearson, Kendall and Spearman correlations, Psychometrika 65 (2000), 23-28.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.statistics.intervals import Floats, Z
from data.statistics.refusal import Refusal

FEWEST = 10
"""Pairs under which the interval is not to be trusted."""


@dataclass(frozen=True)
class Association:
    """A rank correlation between -1 and 1, the limits of its 95% interval, and the pairs that it rests on."""

    value: float
    lower: float
    upper: float
    pairs: int


def rank_correlation(x: npt.ArrayLike, y: npt.ArrayLike) -> Association | Refusal:
    """Return Spearman's rank correlation of pairs (shape: pairs), or why there is none.

    The interval holds chance among the pairs, taken as independent, and not the error of each value. An order is never known
    more closely than one exchange of neighbours: the interval of a perfect one is that of the order with one exchange.
    ``ValueError`` for values that are missing or of another number: leave such pairs out first.
    """
    a, b = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    if a.ndim != 1 or a.shape != b.shape or not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
        raise ValueError("A rank correlation needs two values for every pair.")
    n = a.size
    if n < FEWEST:
        return Refusal("too_few", f"Whether two things go together needs at least {FEWEST} places with both figures; here are {n}.")
    first, second = _ranks(a), _ranks(b)
    spread = float(np.sqrt(np.sum(first**2) * np.sum(second**2)))
    if not spread:
        return Refusal("no_variation", "All places have the same value, so nothing can go with it.")
    value = min(max(float(np.sum(first * second)) / spread, -1.0), 1.0)
    closest = 1 - 12 / (n**3 - n)
    near = min(max(value, -closest), closest)
    half = Z * float(np.sqrt((1 + near**2 / 2) / (n - 3)))
    lower, upper = np.tanh(np.arctanh(near) - half), np.tanh(np.arctanh(near) + half)
    return Association(value, min(float(lower), value), max(float(upper), value), n)


def _ranks(values: Floats) -> Floats:
    """Return mean ranks less their mean."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: Floats = (last - (counts - 1) / 2)[inverse]
    return ranks - ranks.mean()
