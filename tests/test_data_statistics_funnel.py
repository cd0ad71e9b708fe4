"""Funnel limits are Spiegelhalter's, and say when areas differ by more than chance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from data.statistics.funnel import INNER, OUTER, Funnel, funnel, limits, overdispersion
from data.statistics.refusal import Refusal

SIZES = np.array([25, 100, 400])


def drawn(numerators: object, denominators: object, **more: float) -> Funnel:
    made = funnel(numerators, denominators=denominators, **more)  # type: ignore[arg-type]
    assert isinstance(made, Funnel)
    return made


def test_limits_give_the_golden_values() -> None:
    made = drawn([15, 60, 240], SIZES)

    inner, outer = limits(made, sizes=SIZES, z=INNER), limits(made, sizes=SIZES, z=OUTER)
    np.testing.assert_allclose(inner, [[0.408, 0.504, 0.552], [0.792, 0.696, 0.648]], atol=5e-4)
    np.testing.assert_allclose(outer, [[0.297, 0.449, 0.524], [0.903, 0.751, 0.676]], atol=5e-4)


@pytest.mark.parametrize("centre", [0.02, 0.3, 0.97])
def test_limits_of_small_expectations_are_interpolated_binomial_quantiles(centre: float) -> None:
    made = drawn(SIZES * centre, SIZES, centre=centre)
    sizes = np.array([3, 8, 20, 30])

    for z in (INNER, OUTER):
        lower, upper = limits(made, sizes=sizes, z=z)
        for share, p in ((lower, stats.norm.sf(z)), (upper, stats.norm.cdf(z))):
            r = stats.binom.ppf(p, sizes, centre)
            part = (stats.binom.cdf(r, sizes, centre) - p) / stats.binom.pmf(r, sizes, centre)
            np.testing.assert_allclose(share, np.clip((r - part) / sizes, 0, 1), atol=1e-9)


def test_limits_narrow_with_the_base_around_the_centre() -> None:
    made = drawn([10, 40, 130], [100, 400, 1300])
    sizes = np.arange(1, 2000)
    inner, outer = limits(made, sizes=sizes, z=INNER), limits(made, sizes=sizes, z=OUTER)

    assert np.all(outer[0] <= inner[0]) and np.all(inner[1] <= outer[1])
    assert np.all((outer[0] >= 0) & (inner[0] <= made.centre) & (made.centre <= inner[1] + 1e-12) & (outer[1] <= 1))
    assert inner[1][-1] < inner[1][200] < inner[1][20]


def test_areas_that_do_not_differ_lie_inside() -> None:
    random = np.random.default_rng(2)
    sizes = random.integers(40, 900, 3000)
    made = drawn(random.binomial(sizes, 0.3), sizes)

    assert made.method == "binomial" and made.phi < 1
    assert np.mean(made.standing != 0) == pytest.approx(0.05, abs=0.015)
    assert np.mean(np.abs(made.standing) == 2) < 0.006
    assert np.all(made.standing[made.shares < 0.05] < 0)


def test_overdispersion_is_the_winsorised_mean_of_squares() -> None:
    z = np.arange(-10, 11) / 2
    deciles = np.clip(z, -4, 4)

    assert overdispersion(z) == pytest.approx(np.mean(deciles**2))
    assert overdispersion([*z, 1000]) < 12


@pytest.mark.parametrize(("spread", "method"), [(0.05, "inflated"), (0.15, "additive")])
def test_overdispersion_widens_the_limits_and_says_so(spread: float, method: str) -> None:
    random = np.random.default_rng(4)
    sizes = random.integers(300, 900, 400)
    made = drawn(np.round(sizes * np.clip(random.normal(0.5, spread, 400), 0, 1)), sizes)
    plain = drawn(sizes * 0.5, sizes, centre=made.centre)

    assert made.method == method and "more than chance" in made.text
    assert np.mean(made.standing != 0) < 0.12
    ratio = (limits(made, sizes=500, z=INNER)[1] - made.centre) / (limits(plain, sizes=500, z=INNER)[1] - made.centre)
    expected = made.phi if method == "inflated" else 1 + made.tau**2 / (made.centre * (1 - made.centre) / 500)
    assert ratio**2 == pytest.approx(expected)
    # Winsorising a tenth on each side leaves about 0.65 of a normal variance.
    assert method == "inflated" or 0.7 * spread < made.tau < spread


def test_random_effect_is_the_moment_estimate_with_the_winsorised_phi() -> None:
    sizes = np.array([500, 700, 900, 1100, 1300])
    made = drawn(sizes * [0.2, 0.4, 0.5, 0.6, 0.8], sizes, centre=0.5)
    weights = sizes / 0.25

    q = made.phi * 5
    assert made.method == "additive"
    assert made.tau**2 == pytest.approx((q - 4) / (weights.sum() - (weights**2).sum() / weights.sum()))


def test_protection_noise_widens_the_limits() -> None:
    plain = drawn([30, 60, 90], [100, 200, 300])
    noisy = drawn([30, 60, 90], [100, 200, 300], numerator_noise=5, denominator_noise=5)

    assert limits(noisy, sizes=100, z=INNER)[1] > limits(plain, sizes=100, z=INNER)[1]
    assert noisy.noise == pytest.approx(5 * np.hypot(1, 0.3))


@pytest.mark.parametrize(("k", "n", "reason"), [
    ([3, 4], [10, 0], "no_bases"), ([3, 4], [10, np.nan], "no_bases"), ([], [], "no_bases"),
    ([30, 4], [10, 10], "not_a_share"), ([0, 0], [10, 10], "not_a_share"),
])
def test_funnels_without_bases_or_of_other_ratios_are_refused(k: list[float], n: list[float], reason: str) -> None:
    refused = funnel(k, denominators=n)

    assert isinstance(refused, Refusal) and refused.reason == reason
    with pytest.raises(ValueError, match="centre"):
        funnel([3], denominators=[9], centre=1.0)
