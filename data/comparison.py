"""Places beside each other: the funnel of an answer by area, and which of its places lie outside the limits; ranks and differences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from data.answers import Answer
from data.frame import Row
from data.measures import Measure
from data.statistics.differences import Ratio, difference_of_rates, difference_of_shares
from data.statistics.funnel import Funnel, funnel
from data.statistics.intervals import Floats, Z
from data.statistics.ranking import Ranks, ranks_of_rates, ranks_of_shares
from data.statistics.refusal import Refusal

FEWEST = 5
"""Places under which there is no funnel: what they have in common would be themselves."""
SHARES = ("percent", "per_100_000", "per_10_000", "per_1_000")
"""Units of values that are shares of their base."""
RANK_DRAWS = 1_000
OUTSIDE = 2
"""How a funnel calls places beyond its 99.8% limits."""


@dataclass(frozen=True)
class Places:
    """The places of an answer that have a value and a base, with their funnel or why there is none."""

    rows: tuple[Row, ...]
    found: Funnel | Refusal

    def outside(self, standing: int) -> list[Row]:
        """Return the places beyond limits: 1 and 2 on the high side of the inner and outer, -1 and -2 on the low side."""
        if isinstance(self.found, Refusal):
            return []
        return [row for row, where in zip(self.rows, self.found.standing, strict=True) if where == standing]


def places(answer: Answer) -> Places:
    """Return the funnel of an answer by area, made once.

    Values are not rounded here; the noise of protected sums is the answer's ``noise`` (standard deviations of numerator and
    denominator), and widens the limits.
    """
    return answer.once("funnel", lambda: _places(answer))


def _places(answer: Answer) -> Places:
    valued = [row for row in answer.frame.of("main") if row.value is not None]
    rows = tuple(row for row in valued if row.numerator is not None and row.denominator is not None and row.denominator > 0)
    measure = answer.measure
    if measure.unit not in SHARES or measure.kind != "ratio":
        if measure.kind == "published":
            return Places(rows, Refusal("no_bases", "A funnel needs the number behind every percentage, which is not published "
                                        "here."))
        return Places(rows, Refusal("not_a_share", "A funnel compares shares, and these are not shares of a whole."))
    if len(rows) < len(valued):
        return Places(rows, Refusal("no_bases", "A funnel needs the number behind every percentage, which is not known for all "
                                    "places here."))
    if len(rows) < FEWEST:
        return Places(rows, Refusal("too_few", f"A funnel needs at least {FEWEST} places with a figure; here are {len(rows)}."))
    return Places(rows, funnel([row.numerator for row in rows], denominators=[row.denominator for row in rows],
                               numerator_noise=answer.noise[0], denominator_noise=answer.noise[1]))


@dataclass(frozen=True)
class Standing:
    """Places in order of their values, with the rank that each may have by chance; no ranks where there is no interval."""

    rows: tuple[Row, ...]
    """The largest value first, those without a value last."""
    ranks: Ranks | None
    """Of the rows that have a value."""
    why: str = ""
    """Why there are no ranks."""


def standing(answer: Answer) -> Standing:
    """Return the places of an answer by area in order, with rank intervals, made once."""
    return answer.once("standing", lambda: _standing(answer))


def _standing(answer: Answer) -> Standing:
    rows = tuple(sorted(answer.frame.of("main"), key=lambda row: (row.value is None, -(row.value or 0))))
    valued = [row for row in rows if row.value is not None]
    if len(valued) < 2:
        return Standing(rows, None, "One place has no rank.")
    if not _judgeable(valued, answer.measure):
        return Standing(rows, None, "These values have no interval, so they are not ranked.")
    k, n = _parts(valued)
    noise = np.hypot(answer.noise[0], k / n * answer.noise[1])
    made = ranks_of_shares if answer.measure.unit == "percent" else ranks_of_rates
    bases = {"denominators": n} if answer.measure.unit == "percent" else {"bases": n}
    return Standing(rows, made(np.minimum(k, n) if answer.measure.unit == "percent" else k, noise=noise, draws=RANK_DRAWS, **bases))


def _judgeable(rows: Sequence[Row], measure: Measure) -> bool:
    return (measure.kind == "ratio" and (measure.protected or bool(measure.interval)) and measure.unit != "points"
            and all(row.numerator is not None and row.denominator for row in rows))


def _parts(rows: Sequence[Row]) -> tuple[Floats, Floats]:
    return (np.array([row.numerator for row in rows], dtype=np.float64),
            np.array([row.denominator for row in rows], dtype=np.float64))


def against(answer: Answer, code: str) -> list[tuple[float, float, float]]:
    """Return how far a place's value lies from each other's, with the limits of the 95% interval, in the measure's unit.

    None where values have no interval, and where the place has no value.
    """
    valued = [row for row in answer.frame.of("main") if row.value is not None]
    own = [row for row in valued if row.area_code == code]
    others = [row for row in valued if row.area_code != code]
    if not own or not others or not _judgeable(valued, answer.measure):
        return []
    half, wide = (Z * noise for noise in answer.noise)
    k, n = _parts(others)
    mine, theirs = Ratio(own[0].numerator, own[0].denominator, half, wide), Ratio(k, n, half, wide)
    if answer.measure.unit == "percent":
        found, factor = difference_of_shares(mine, b=theirs), answer.measure.factor
    else:
        found, factor = difference_of_rates(mine, b=theirs, factor=answer.measure.factor), 1.0
    parts = np.broadcast_arrays(found.value, found.lower, found.upper)
    return [(float(value) * factor, float(lower) * factor, float(upper) * factor)
            for value, lower, upper in zip(*(part.ravel() for part in parts), strict=True)]
