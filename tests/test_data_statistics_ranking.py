"""Ranks come with their intervals; age-standardised rates with Dobson's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from data.statistics.intervals import rate
from data.statistics.ranking import ranks, ranks_of_rates, ranks_of_shares
from data.statistics.refusal import Refusal
from data.statistics.standardise import Standardised, standardised_rate


def test_values_far_apart_have_certain_ranks_and_equal_ones_none() -> None:
    apart = ranks([1.0, 9.0, 5.0], errors=0.1)
    equal = ranks([5.0] * 40, errors=1.0)

    assert apart.rank.tolist() == apart.lower.tolist() == apart.upper.tolist() == [3, 1, 2]
    assert np.all(equal.lower <= 3) and np.all(equal.upper >= 38) and set(equal.rank) == {1}


def test_rank_intervals_hold_the_rank_and_are_the_same_each_time() -> None:
    values = np.random.default_rng(1).normal(0, 1, 44)
    first, again = ranks(values, errors=0.4), ranks(values, errors=0.4)

    assert np.all((1 <= first.lower) & (first.lower <= first.rank) & (first.rank <= first.upper) & (first.upper <= 44))
    assert sorted(first.rank) == list(range(1, 45))
    assert first.lower.tolist() == again.lower.tolist() and first.upper.tolist() == again.upper.tolist()


def test_ranks_change_places_as_often_as_the_uncertainty_says() -> None:
    for gap, certain in ((1.96 * 2**0.5 + 0.3, True), (1.96 * 2**0.5 - 0.3, False)):
        made = ranks([gap, 0.0], errors=1.0)
        assert (stats.norm.cdf(-gap / 2**0.5) < 0.025) == certain == (made.upper[0] == 1)


def test_ranks_of_counts_follow_the_rates_and_widen_with_noise() -> None:
    counts, bases = [40, 90, 20, 400], [1000, 1000, 1000, 5000]
    rates, shares = ranks_of_rates(counts, bases=bases), ranks_of_shares(counts, denominators=bases)

    assert rates.rank.tolist() == shares.rank.tolist() == [3, 1, 4, 2]
    assert rates.upper[2] == 4 and rates.lower[1] == 1
    noisy = ranks_of_rates(counts, bases=bases, noise=20.0)
    assert (noisy.upper - noisy.lower).sum() > (rates.upper - rates.lower).sum()
    assert ranks_of_shares([0, 5], denominators=[5, 5], noise=3.0).rank.tolist() == [2, 1]


def test_ranks_want_a_value_and_a_base_for_every_area() -> None:
    for call in (lambda: ranks([1, np.nan], errors=1), lambda: ranks_of_rates([1, 2], bases=[5, 0]),
                 lambda: ranks_of_shares([1, 2], denominators=[5])):
        with pytest.raises(ValueError, match="Ranks need"):
            call()


def standardised(counts: list[float], populations: list[float], standard: list[float]) -> Standardised:
    made = standardised_rate(counts, populations=populations, standard=standard)
    assert isinstance(made, Standardised)
    return made


def test_standardised_rate_in_one_band_or_on_its_own_ages_is_the_crude_rate() -> None:
    for made in (standardised([35], [4500], [1]), standardised([5, 10, 20], [1000, 2000, 1500], [1000, 2000, 1500])):
        assert made.value == pytest.approx(35 / 4500 * 100_000)
        assert (made.lower, made.upper) == pytest.approx(rate(35, base=4500, factor=100_000))


def test_standardised_rate_weighs_the_bands_by_the_standard() -> None:
    made = standardised([5, 10, 20], [1000, 2000, 1500], [3, 4, 5])
    share = np.array([3, 4, 5]) / 12
    bands = np.array([5, 10, 20]) / [1000, 2000, 1500]
    variance = (share**2 * bands / [1000, 2000, 1500]).sum()

    assert made.value == pytest.approx(100_000 * (share * bands).sum())
    assert made.upper - made.value == pytest.approx(100_000 * np.sqrt(variance / 35) * (rate(35, base=1)[1] - 35))
    tenfold = standardised([5, 10, 20], [1000, 2000, 1500], [30, 40, 50])
    assert (tenfold.value, tenfold.lower, tenfold.upper) == pytest.approx((made.value, made.lower, made.upper))


def test_dobsons_interval_holds_the_truth_on_few_events() -> None:
    random = np.random.default_rng(9)
    people, standard = np.array([4000, 2000, 500]), np.array([0.3, 0.3, 0.4])
    true = np.array([2e-3, 5e-3, 10e-3])
    held = []
    for counts in random.poisson(true * people, (1000, 3)):
        made = standardised_rate(counts, populations=people, standard=standard, factor=1)
        if isinstance(made, Standardised):
            held.append(made.lower <= (true * standard).sum() <= made.upper)

    assert len(held) > 990 and np.mean(held) > 0.93


def test_standardised_rates_without_bases_or_events_are_refused() -> None:
    for counts, people, reason in (([4, 5], [100, 100], "small_counts"), ([40, 5], [100, 0], "no_bases"),
                                   ([40, np.nan], [100, 100], "no_bases")):
        refused = standardised_rate(counts, populations=people, standard=[1, 1])
        assert isinstance(refused, Refusal) and refused.reason == reason
    for counts, standard in (([4], [1, 1]), ([-4, 50], [1, 1]), ([40, 50], [0, 0])):
        with pytest.raises(ValueError, match=r"age band|weight"):
            standardised_rate(counts, populations=[100, 100], standard=standard)
