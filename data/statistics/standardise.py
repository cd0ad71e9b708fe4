"""Direct age standardisation: the rate an area would have if its ages were those of the standard."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.statistics.intervals import poisson
from data.statistics.refusal import Refusal

FEWEST = 10
"""Events under which a standardised rate is not given."""


@dataclass(frozen=True)
class Standardised:
    """A directly standardised rate with its 95% interval, per ``factor`` residents."""

    value: float
    lower: float
    upper: float
    factor: float


def standardised_rate(
    counts: npt.ArrayLike, *, populations: npt.ArrayLike, standard: npt.ArrayLike, factor: float = 100_000
) -> Standardised | Refusal:
    """Return the directly age-standardised rate of one area, or why there is none.

    All three have one entry per age band: events, residents of the area, residents (or weights) of the
    standard population. Open counts only: the noise of protected ones would be multiplied by the
    weights. Events of unknown age must be left out, and said to be.

    The rate is sum(w O / n) / sum(w). Its interval is Dobson's, with the exact Poisson or Byar's limits
    for the total of events: rate + sqrt(var / O) (limit - O), var = sum(w^2 O / n^2) / sum(w)^2
    (A. J. Dobson and others, Statistics in Medicine 10 (1991), 457-462; Association of Public Health
    Observatories, Technical Briefing 3, 2008). Under 10 events it is not valid and none is given
    (J. K. Morris and others, Population Health Metrics 16 (2018), 19).
    ``ValueError`` for bands that do not match, or counts and weights below 0.
    """
    events, people, weights = (np.asarray(part, dtype=np.float64) for part in (counts, populations, standard))
    if events.ndim != 1 or not events.shape == people.shape == weights.shape:
        raise ValueError("Counts, populations and standard have one entry per age band.")
    if np.any(events < 0) or np.any(weights < 0) or not weights.sum() > 0:
        raise ValueError("Counts and weights are not below 0, and some weight is above it.")
    if not np.all(people > 0) or not np.all(np.isfinite(events)):
        return Refusal("no_bases", "Events or residents of an age band are missing, so no rate is standardised.")
    total = float(events.sum())
    if total < FEWEST:
        return Refusal("small_counts", f"Fewer than {FEWEST} events are too few for an age-standardised rate.")
    weights = weights / weights.sum()
    value = float((weights * events / people).sum())
    spread = float(np.sqrt((weights**2 * events / people**2).sum() / total))
    lower, upper = poisson(total)
    return Standardised(value * factor, (value + spread * float(lower - total)) * factor,
                        (value + spread * float(upper - total)) * factor, factor)
