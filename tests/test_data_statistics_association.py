"""The rank correlation: Spearman's, with an interval that covers, and refusals where it would mislead."""

from __future__ import annotations

from math import atanh, sqrt, tanh

import numpy as np
import pytest
from scipy import stats

from data.statistics.association import Association, rank_correlation
from data.statistics.refusal import Refusal


def found(x: object, y: object) -> Association:
    result = rank_correlation(x, y)  # type: ignore[arg-type]
    assert isinstance(result, Association)
    return result


@pytest.mark.parametrize("seed", range(8))
def test_value_is_that_of_scipy_with_and_without_ties(seed: int) -> None:
    random = np.random.default_rng(seed)
    x, y = random.normal(size=30), random.integers(0, 6, size=30)

    assert found(x, y).value == pytest.approx(stats.spearmanr(x, y).statistic)


def test_interval_is_that_of_bonett_and_wright() -> None:
    x = list(range(32))
    y = [(7 * place) % 32 for place in x]
    one = found(x, y)
    half = 1.959964 * sqrt((1 + one.value**2 / 2) / 29)

    assert (one.lower, one.upper) == pytest.approx((tanh(atanh(one.value) - half), tanh(atanh(one.value) + half)))
    assert one.pairs == 32


def test_interval_holds_nothing_in_nineteen_of_twenty_where_there_is_no_relation() -> None:
    random = np.random.default_rng(5)
    held = [(one := found(random.normal(size=32), random.normal(size=32))).lower <= 0 <= one.upper for _ in range(2_000)]

    assert 0.935 <= np.mean(held) <= 0.965


def test_perfect_order_is_not_taken_for_certain() -> None:
    one = found(range(12), range(12))

    assert one.value == one.upper == 1 and 0.9 < one.lower < 1
    assert found(range(12), range(12, 0, -1)).lower == -1


def test_interval_turns_with_the_values_and_does_not_depend_on_their_scale() -> None:
    random = np.random.default_rng(2)
    x, y = random.lognormal(size=20), random.normal(size=20)
    one, turned, stretched = found(x, y), found(x, -y), found(np.log(x), y)

    assert (turned.value, turned.lower, turned.upper) == pytest.approx((-one.value, -one.upper, -one.lower))
    assert stretched == one


def test_few_places_and_equal_values_are_refused_and_missing_ones_an_error() -> None:
    few, equal = rank_correlation(range(9), range(9)), rank_correlation([1] * 12, range(12))  # type: ignore[arg-type]

    assert isinstance(few, Refusal) and few.reason == "too_few" and "here are 9" in few.text
    assert isinstance(equal, Refusal) and equal.reason == "no_variation"
    for x, y in (([1.0] * 11 + [float("nan")], range(12)), (range(12), range(11))):
        with pytest.raises(ValueError, match="two values"):
            rank_correlation(x, y)  # type: ignore[arg-type]
