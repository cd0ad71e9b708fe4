"""Intervals of shares, rates, surveys and protected counts hold what they promise."""

from __future__ import annotations

import subprocess
import sys
from time import process_time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from dashboard.settings import ROOT
from data.statistics.intervals import (
    poisson,
    protected_range,
    protected_ratio,
    protected_wilson,
    rate,
    survey_margin,
    survey_mark,
    threshold,
    wilson,
)

SHARES = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
HALVES = st.sampled_from((0.0, 4.9, 9.8, 16.97))


@pytest.mark.parametrize(("k", "n", "lower", "upper"), [
    (10, 40, 0.1419, 0.4019), (0, 12, 0, 0.2425), (612, 1000, 0.5814, 0.6417),
])
def test_wilson_gives_the_golden_values(k: int, n: int, lower: float, upper: float) -> None:
    assert wilson(k, denominator=n) == pytest.approx((lower, upper), abs=1e-4)


def test_wilson_agrees_with_statsmodels() -> None:
    n = np.repeat([1, 5, 40, 1000], 6)
    k = np.round(n * np.tile([0, 0.1, 0.4, 0.5, 0.9, 1], 4)).astype(int)

    np.testing.assert_allclose(wilson(k, denominator=n), proportion_confint(k, n, method="wilson"), atol=1e-8)


@given(SHARES)
def test_wilson_holds_its_share_and_stays_inside_0_and_1(pair: tuple[int, int]) -> None:
    k, n = pair
    lower, upper = wilson(k, denominator=n)

    assert 0 <= lower <= k / n <= upper <= 1
    assert (lower == 0) == (k == 0) and (upper == 1) == (k == n)


@given(SHARES)
def test_wilson_is_symmetric_and_narrows_as_the_base_grows(pair: tuple[int, int]) -> None:
    k, n = pair
    lower, upper = wilson([k, n - k, 10 * k], denominator=[n, n, 10 * n])

    assert lower[0] == pytest.approx(1 - upper[1], abs=1e-12) and upper[0] == pytest.approx(1 - lower[1], abs=1e-12)
    assert upper[2] - lower[2] < upper[0] - lower[0]


def test_wilson_limits_rise_with_the_numerator_and_fall_with_the_denominator() -> None:
    k, n = np.meshgrid(np.linspace(0, 60, 121), np.linspace(60, 200, 141), indexing="ij")

    for limit in wilson(k, denominator=n):
        assert np.all(np.diff(limit, axis=0) >= 0) and np.all(np.diff(limit, axis=1) <= 0)


def test_undefined_intervals_are_nan_and_impossible_counts_are_refused() -> None:
    for lower, upper in (wilson([0, np.nan], denominator=[0, 5]), rate([3, np.nan], base=[0, 5])):
        assert np.isnan(lower).all() and np.isnan(upper).all()
    for call in (lambda: wilson(5, denominator=4), lambda: wilson(-1, denominator=4), lambda: poisson(-1),
                 lambda: survey_margin(1.2, base=100)):
        with pytest.raises(ValueError, match=r"share|count"):
            call()


def test_poisson_gives_the_golden_values() -> None:
    assert poisson(10) == pytest.approx((4.787, 18.391), abs=1e-3)
    assert poisson(25) == pytest.approx((16.174, 36.906), abs=1e-3)
    assert poisson(100)[0] == pytest.approx(81.3621, abs=1e-3)


def test_poisson_is_exact_below_10_and_near_the_exact_one_above() -> None:
    small, large = np.arange(10), np.arange(10, 2000, 7)
    with np.errstate(invalid="ignore"):
        exact = [np.nan_to_num(stats.chi2.ppf(0.025, 2 * small)) / 2, stats.chi2.ppf(0.975, 2 * small + 2) / 2]

    np.testing.assert_allclose(poisson(small), exact, atol=1e-9)
    np.testing.assert_allclose(poisson(small + 0.5)[0][:9], stats.chi2.ppf(0.025, 2 * small[:9] + 1) / 2, rtol=1e-9)
    np.testing.assert_allclose(poisson(large)[0], stats.chi2.ppf(0.025, 2 * large) / 2, rtol=2e-3)
    np.testing.assert_allclose(poisson(large)[1], stats.chi2.ppf(0.975, 2 * large + 2) / 2, rtol=2e-3)


@given(st.integers(0, 1_000_000))
def test_poisson_holds_its_count_and_rises_with_it(count: int) -> None:
    lower, upper = poisson([count, count + 1])

    assert 0 <= lower[0] <= count <= upper[0]
    assert lower[0] < lower[1] and upper[0] < upper[1]


def test_poisson_of_fractions_mixed_with_0_is_defined() -> None:
    assert poisson([0, 3.2])[0] == pytest.approx([0, 0.7067], abs=1e-4)


def test_rate_divides_the_interval_of_the_count() -> None:
    assert rate(25, base=50_000, factor=100_000) == pytest.approx((32.348, 73.813), abs=2e-3)


def test_survey_margin_gives_the_golden_values() -> None:
    assert 100 * survey_margin(0.6, base=1000) == pytest.approx(3.04, abs=5e-3)
    assert 100 * survey_margin(0.6, base=1000, deff=1.5) == pytest.approx(3.72, abs=5e-3)


def test_survey_without_a_known_base_or_under_50_has_no_margin() -> None:
    bases = [0, 49, 50, 99, 100, np.nan]

    assert survey_mark(bases).tolist() == ["c", "c", "u", "u", "ok", "u"]
    assert np.isnan(survey_margin(0.5, base=bases)).tolist() == [True, True, False, False, False, True]


def test_threshold_is_the_full_protection_range_rounded_up_to_5_and_at_least_10() -> None:
    cells = [0, 1, 2, 4, 12, 25]

    assert threshold(cells, sigma=2.5).tolist() == [10, 10, 15, 20, 35, 50]
    assert threshold(9, sigma=45 / 3.92 / 3) == 45  # 45.00000000000001 before the rounding
    assert protected_range(cells, sigma=2.5) == pytest.approx([0, 4.9, 6.930, 9.8, 16.974, 24.5], abs=1e-3)


@given(SHARES, HALVES, HALVES)
@settings(max_examples=60)
def test_protected_wilson_is_the_envelope_of_every_pair_in_the_ranges(
    pair: tuple[int, int], half_k: float, half_n: float
) -> None:
    k, n = pair
    lower, upper = protected_wilson(k, numerator_half=half_k, denominator=n, denominator_half=half_n)
    tops = np.clip(np.linspace(k - half_k, k + half_k, 15), 0, None)[:, None]
    bases = np.clip(np.linspace(n - half_n, n + half_n, 15), 1, None)[None, :]
    low, high = wilson(np.minimum(tops, bases), denominator=np.broadcast_to(bases, (15, 15)))

    assert lower == pytest.approx(low.min(), abs=1e-12) and upper == pytest.approx(high.max(), abs=1e-12)
    assert 0 <= lower <= k / n <= upper <= 1
    assert half_k or half_n or (lower, upper) == wilson(k, denominator=n)


def test_protected_intervals_bring_impossible_sums_inside() -> None:
    lower, upper = protected_wilson([-4, 30, 3], numerator_half=4.9, denominator=[20, 20, -2], denominator_half=4.9)

    assert np.all((lower >= 0) & (upper <= 1) & (lower <= upper))
    assert lower[0] == 0 and upper[1] == 1


@given(st.integers(0, 4000), st.integers(1, 1000), HALVES, HALVES)
def test_protected_ratio_holds_its_value_and_widens_with_the_noise(
    k: int, n: int, half_k: float, half_n: float
) -> None:
    lower, upper = protected_ratio(k, numerator_half=half_k, denominator=n, denominator_half=half_n)
    low, high = rate(k, base=n)

    # Byar's and the exact interval meet at 10 to within 0.01.
    assert 0 <= lower <= low + 0.01 / n and high - 0.01 / n <= upper
    assert lower <= k / n <= upper


def test_intervals_of_300_rows_take_a_fraction_of_a_millisecond() -> None:
    random = np.random.default_rng(1)
    n = random.integers(20, 900, 300)
    k = random.binomial(n, 0.3)

    def cpu() -> float:
        start = process_time()
        for _ in range(100):
            wilson(k, denominator=n)
            rate(k, base=n)
        return (process_time() - start) / 200

    assert min(cpu() for _ in range(5)) < 3e-4  # 0.03-0.05 ms; the rest is for busy machines


def test_importing_intervals_loads_neither_statsmodels_nor_anything_of_the_pages() -> None:
    heavy = ("statsmodels", "scipy.stats", "pandas", "dash", "plotly", "flask")
    code = ("import sys, data.statistics.intervals, data.statistics.differences, data.statistics.control; "
            f"sys.exit(', '.join(name for name in {heavy!r} if name in sys.modules) or 0)")

    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr
