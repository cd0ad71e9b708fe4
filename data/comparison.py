"""Places beside each other: the funnel of an answer by area, and which of its places lie outside the limits."""

from __future__ import annotations

from dataclasses import dataclass

from data.answers import Answer
from data.frame import Row
from data.statistics.funnel import Funnel, funnel
from data.statistics.refusal import Refusal

FEWEST = 5
"""Places under which there is no funnel: what they have in common would be themselves."""
SHARES = ("percent", "per_100_000", "per_10_000", "per_1_000")
"""Units of values that are shares of their base."""


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
