"""A comparing word stands only where the interval of the difference supports it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep
from statsmodels.stats.rates import confint_poisson_2indep

from data.statistics.differences import Ratio, difference_of_rates, difference_of_shares

SHARES = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_difference_of_shares_gives_newcombes_published_interval() -> None:
    difference = difference_of_shares(Ratio(56, 70), b=Ratio(48, 80))

    assert difference.value == pytest.approx(0.2)
    assert (difference.lower, difference.upper) == pytest.approx((0.0524, 0.3339), abs=1e-4)


@pytest.mark.parametrize(("a", "b"), [((12, 40), (30, 60)), ((0, 10), (5, 12)), ((612, 1000), (580, 1000))])
def test_difference_of_shares_agrees_with_statsmodels(a: tuple[int, int], b: tuple[int, int]) -> None:
    difference = difference_of_shares(Ratio(*a), b=Ratio(*b))

    expected = confint_proportions_2indep(*a, *b, method="newcomb", compare="diff")
    assert (difference.lower, difference.upper) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("a", "b"), [((3, 50), (8, 60)), ((7, 20), (1, 25))])
def test_difference_of_small_rates_agrees_with_statsmodels(a: tuple[int, int], b: tuple[int, int]) -> None:
    difference = difference_of_rates(Ratio(*a), b=Ratio(*b), factor=1000)

    expected = confint_poisson_2indep(*a, *b, method="mover", compare="diff", method_mover="exact-c")
    assert (difference.lower, difference.upper) == pytest.approx(tuple(1000 * limit for limit in expected), rel=1e-6)


@given(SHARES, SHARES, st.sampled_from((0.0, 4.9, 17.0)))
def test_differences_hold_their_value_and_turn_with_their_sides(
    a: tuple[int, int], b: tuple[int, int], half: float
) -> None:
    for compare in (difference_of_shares, difference_of_rates):
        there = compare(Ratio(*a, half, half), b=Ratio(*b, half, half))
        back = compare(Ratio(*b, half, half), b=Ratio(*a, half, half))
        plain = compare(Ratio(*a), b=Ratio(*b))

        assert there.lower <= there.value + 1e-12 and there.value <= there.upper + 1e-12
        assert there.lower == pytest.approx(-back.upper) and there.direction == -back.direction
        assert there.lower <= plain.lower + 1e-12 and plain.upper <= there.upper + 1e-12


def test_direction_is_0_without_an_interval_and_for_what_chance_explains() -> None:
    missing = difference_of_shares(Ratio([0, 5], [0, 10]), b=Ratio([5, np.nan], [10, 10]))
    close = difference_of_rates(Ratio(30, 1000), b=Ratio(25, 1000))
    apart = difference_of_rates(Ratio([60, 25], 1000), b=Ratio([25, 60], 1000))

    assert missing.direction.tolist() == [0, 0] and np.isnan(missing.lower).all()
    assert close.direction == 0
    assert apart.direction.tolist() == [1, -1]


def test_protection_noise_takes_a_word_away() -> None:
    assert difference_of_shares(Ratio(40, 100), b=Ratio(25, 100)).direction == 1
    assert difference_of_shares(Ratio(40, 100, 9.8, 9.8), b=Ratio(25, 100, 9.8, 9.8)).direction == 0


def test_protection_noise_adds_its_first_order_variance() -> None:
    plain = difference_of_shares(Ratio(40, 100), b=Ratio(25, 200))
    noisy = difference_of_shares(Ratio(40, 100, 4.9, 9.8), b=Ratio(25, 200, 6.9, 0))
    added = (4.9**2 + 0.4**2 * 9.8**2) / 100**2 + 6.9**2 / 200**2

    assert (noisy.value - noisy.lower) ** 2 - (plain.value - plain.lower) ** 2 == pytest.approx(added)
    assert (noisy.upper - noisy.value) ** 2 - (plain.upper - plain.value) ** 2 == pytest.approx(added)


def test_impossible_open_counts_are_refused_and_protected_ones_brought_inside() -> None:
    with pytest.raises(ValueError, match="numerator"):
        difference_of_shares(Ratio(11, 10), b=Ratio(5, 10))
    with pytest.raises(ValueError, match="count"):
        difference_of_rates(Ratio(-1, 10), b=Ratio(5, 10))
    inside = difference_of_shares(Ratio(55, 50, 4.9, 4.9), b=Ratio(-3, 50, 4.9, 4.9))
    assert inside.value == 1 and inside.upper == 1
