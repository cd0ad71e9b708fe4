"""The protection's noise is in every comparison: of a place with others, of its rank, of a year with the one before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.comparison import against, standing
from data.measures import MEASURE_BY_ID
from data.query import answer
from data.release import Release
from data.selection import read
from data.statistics.differences import Ratio, difference_of_shares
from data.summary import summarise

SURREY = "E23000031"


@pytest.mark.parametrize("measure", ["E8", "A5", "A18"])
def test_places_are_compared_and_ranked_with_their_noise(measure: str, release: Release) -> None:
    chosen = {"measure": measure, **({"channel": "facebook"} if measure == "A18" else {})}
    found = answer(release, read(chosen), by=("area",))
    largest = max((row for row in found.frame if row.value is not None), key=lambda row: row.denominator or 0).area_code
    plain = replace(found, noisy=None)

    assert found.noise[0] > 2.5 and plain.noise == (0.0, 0.0)
    for (value, low, high), (same, lower, upper) in zip(against(found, largest), against(plain, largest), strict=True):
        assert value == same and low < lower and upper < high
    with_noise, without = standing(found).ranks, standing(plain).ranks
    assert with_noise is not None and without is not None
    assert (with_noise.upper - with_noise.lower).sum() > (without.upper - without.lower).sum()


def test_no_noise_is_made_where_places_do_not_stand_side_by_side_or_all_is_open(release: Release) -> None:
    assert answer(release, read({"measure": "E8"}), by=("channel",)).noisy is None
    assert answer(release, read({"measure": "C4"}), by=("area",)).noisy is None


def test_a_year_is_compared_with_the_one_before_with_its_noise(release: Release) -> None:
    for measure in ("E8", "A5", "A6"):
        change = summarise(release, read({"measure": measure, "area": SURREY})).change
        assert change.difference is not None and change.later is not None and change.earlier is not None
        factor = MEASURE_BY_ID[measure].factor
        plain = difference_of_shares(Ratio(change.later.numerator, change.later.denominator),
                                     b=Ratio(change.earlier.numerator, change.earlier.denominator))
        value, lower, upper = change.difference
        assert value == pytest.approx(float(plain.value) * factor)
        below, above = (value - lower) / factor, (upper - value) / factor
        assert below > float(plain.value - plain.lower) and above > float(plain.upper - plain.value)
