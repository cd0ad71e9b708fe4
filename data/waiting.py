"""How appeals wait for useful information: the survival curve of each series of an answer by time limit.

``data.statistics.survival`` has the method; here the sums up to each limit meet it. Every appeal of an answer was followed to
the last limit, so none is censored, and how many there are is an open count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product

import numpy as np

from data.answers import AXES, Choices, Figures
from data.arithmetic import readings, rows_of
from data.columns import Floats, noise_of
from data.counts_of_persons import USEFUL_LIMITS
from data.frame import Row
from data.measures import Measure
from data.periods import Window
from data.statistics.intervals import Z
from data.statistics.refusal import Refusal
from data.statistics.survival import HOURS, Survival, kaplan_meier

LIMIT_HOURS: Mapping[str, int] = dict(zip(USEFUL_LIMITS, HOURS, strict=True))
"""Hours after first publication at which each time limit ends."""


def curves(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: Sequence[Window], *, role: str
) -> list[Row]:
    """Return the rows of ``rows_of`` with the share of the Kaplan-Meier curve and its interval as their values.

    ``choices`` hold every limit of ``USEFUL_LIMITS``. The value is the share of appeals with useful information by then,
    100 less the survival function; ``numerator`` counts them. What is too small to show, or stands after a point at
    which fewer than 50 appeals wait, is ``c``.
    """
    rows = rows_of(release, measure, choices, windows, role=role)
    top, below = readings(release, measure, choices, windows)
    assert below is not None  # held: a measure of times is a share of appeals
    shape = (*(len(choices[name]) for name in AXES), len(windows))
    sums, bases, halves = (np.broadcast_to(part, shape) for part in (top.value, below.value, noise_of(top)[0]))
    found: dict[int, Row] = {}
    limits = range(len(USEFUL_LIMITS))
    for at in product(*(range(size) for size in (*shape[:4], shape[-1]))):
        places = [int(np.ravel_multi_index((*at[:4], limit, at[-1]), shape)) for limit in limits]
        series = [rows[place] for place in places]
        own = (*at[:4], slice(None), at[-1])
        if any(row.value is not None for row in series):
            series = _curve(series, sums[own], base=float(bases[own][0]), noise=float(halves[own][0]) / Z, factor=measure.factor)
        found |= zip(places, series, strict=True)
    return [found[place] for place in range(len(rows))]


def _curve(rows: Sequence[Row], sums: Floats, *, base: float, noise: float, factor: float) -> list[Row]:
    """Return the rows of one series, the shortest limit first. Noise may make a sum less than the one before: it stays level."""
    reached = np.minimum(np.maximum.accumulate(np.maximum(sums, 0)), base)
    made = _survival(tuple(reached.tolist()), base, noise)
    if isinstance(made, Refusal):
        return list(rows)
    return [_drawn(row, made, place=place, number=int(reached[place]), factor=factor) for place, row in enumerate(rows)]


@lru_cache(maxsize=4096)
def _survival(reached: tuple[float, ...], base: float, noise: float) -> Survival | Refusal:
    """Return the curve of one series; most choices of a page leave most of its curves as they were."""
    return kaplan_meier(np.diff(reached, prepend=0).tolist(), none=base - reached[-1], noise=noise, whole=True)


def _drawn(row: Row, made: Survival, *, place: int, number: int, factor: float) -> Row:
    step = made.steps[place]
    if row.value is None:
        return row
    if not step.shown:
        return row._replace(numerator=None, value=None, lower=None, upper=None, status="c")
    value, lower, upper = (round(part * factor, 4) for part in (step.share, step.lower, step.upper))
    return row._replace(numerator=number, value=value, lower=lower, upper=upper)


def still_waiting(row: Row) -> int | None:
    """Return how many appeals are still without useful information at a row's limit, ``None`` where that is not shown."""
    if row.value is None or row.denominator is None or row.numerator is None:
        return None
    return round(row.denominator - row.numerator)
