"""Times in bins: the survival curve, what it states at 24 hours, 7 and 28 days, and medians."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

from data.statistics.intervals import wilson
from data.statistics.refusal import Refusal
from data.statistics.survival import (
    DAYS,
    HOURS,
    STATED,
    Median,
    Survival,
    interpolated_median,
    kaplan_meier,
)

FOUND, LOST = [20, 40, 50, 30, 20, 10], [0, 5, 10, 0, 12, 20]
BINS = st.lists(st.integers(0, 60), min_size=6, max_size=6)


def curve(events: list[float], **more: object) -> Survival:
    made = kaplan_meier(events, **more)  # type: ignore[arg-type]
    assert isinstance(made, Survival)
    return made


def test_curve_and_greenwoods_errors_agree_with_scipy() -> None:
    made = curve(FOUND, censored=LOST, none=130)
    data = stats.CensoredData(uncensored=np.repeat(HOURS, FOUND), right=np.repeat(HOURS, [*LOST[:5], LOST[5] + 130]))
    theirs = stats.ecdf(data)
    low = theirs.sf.confidence_interval(method="linear").low.evaluate(HOURS)

    np.testing.assert_allclose([step.waiting for step in made.steps], theirs.sf.evaluate(HOURS), rtol=1e-12)
    for step, limit in zip(made.steps, low, strict=True):
        error = (step.waiting - limit) / stats.norm.ppf(0.975)
        size = step.share * step.waiting / error**2
        assert (step.lower, step.upper) == pytest.approx(wilson(step.share * size, denominator=size), abs=1e-6)


def test_weights_in_the_library_would_give_another_variance() -> None:
    """Why the curve is fitted on one row an appeal."""
    each = SurvfuncRight(np.repeat([1, 2], 50), np.repeat([1, 0], 50))
    weighted = SurvfuncRight([1, 2], [1, 0], freq_weights=[50, 50])

    assert each.surv_prob[0] == weighted.surv_prob[0] == pytest.approx(0.5)
    assert each.surv_prob_se[0] == pytest.approx((0.25 / 100) ** 0.5)
    assert weighted.surv_prob_se[0] == pytest.approx((50 / 100**2) ** 0.5)


def test_without_censoring_the_curve_is_the_plain_share_with_wilsons_interval() -> None:
    made = curve(FOUND, none=130)

    for hours, found in zip(STATED, (60, 140, 160), strict=True):
        step = made.by(hours)
        assert step.share == pytest.approx(found / 300)
        assert (step.lower, step.upper) == pytest.approx(wilson(found, denominator=300))
    assert [step.at_risk for step in made.steps] == [300, 280, 240, 190, 160, 140]


@given(BINS, st.integers(1, 400))
@settings(max_examples=80, deadline=None)
def test_without_censoring_the_library_comes_to_the_same(events: list[int], none: int) -> None:
    """Shares and errors that are taken from the closed form are those of the library on one row an appeal."""
    made = curve(events, none=none)
    places = np.repeat([*range(6), 5], [*events, none])
    status = np.repeat([1] * 6 + [0], [*events, none])
    if not sum(events):
        assert all(step.share == 0 for step in made.steps)
        return
    theirs = SurvfuncRight(places, status)
    at = np.searchsorted(theirs.surv_times, range(6), side="right")
    waiting = np.concatenate(([1.0], theirs.surv_prob))[at]
    errors = np.nan_to_num(np.concatenate(([0.0], theirs.surv_prob_se)))[at]

    number = sum(events) + none
    assert [step.waiting for step in made.steps] == pytest.approx(waiting, abs=1e-12)
    assert np.sqrt(waiting * (1 - waiting) / number) == pytest.approx(errors, abs=1e-12)


@given(BINS, BINS, st.integers(0, 60), st.sampled_from((0.0, 2.5)))
@settings(max_examples=60, deadline=None)
def test_curve_rises_and_holds_its_share(events: list[int], censored: list[int], none: int, noise: float) -> None:
    made = kaplan_meier(events, censored=censored, none=none, noise=noise)
    if isinstance(made, Refusal):
        assert sum(events) + sum(censored) + none == 0 and made.reason == "nothing_counted"
        return

    shares = [step.share for step in made.steps]
    assert shares == sorted(shares) and 0 <= shares[0] and shares[-1] <= 1
    assert all(0 <= step.lower <= step.share + 1e-9 for step in made.steps)
    assert all(step.share <= step.upper + 1e-9 <= 1 + 1e-9 for step in made.steps)
    assert [step.shown for step in made.steps] == sorted((step.shown for step in made.steps), reverse=True)
    assert all(step.at_risk >= 50 for step in made.steps if step.shown)


def test_median_is_stated_only_where_the_shown_curve_reaches_half() -> None:
    assert curve(FOUND, none=130).median_hours == 672
    assert curve(FOUND, none=300).median_hours is None
    assert curve([20, 20, 5, 0, 0, 0], none=4).steps[2].share > 0.5
    assert curve([10, 10, 15, 9, 0, 0], none=40).steps[3].shown is False
    assert curve([10, 10, 15, 9, 0, 0], none=40).median_hours is None


def test_nothing_found_and_everything_found_have_intervals_too() -> None:
    nothing, everything = curve([0] * 6, none=80), curve([80, 0, 0, 0, 0, 0], none=0)

    assert (nothing.steps[-1].lower, nothing.steps[-1].upper) == pytest.approx(wilson(0, denominator=80))
    lost = curve([0] * 6, censored=[5, 0, 0, 0, 0, 0], none=0).steps[-1]
    assert (lost.at_risk, lost.share, lost.lower) == (0, 0, 0) and lost.upper > 0.7 and not lost.shown
    assert (everything.steps[-1].lower, everything.steps[-1].upper) == pytest.approx(wilson(80, denominator=80))


def test_noise_widens_the_interval_as_simulated() -> None:
    random = np.random.default_rng(8)
    truth = np.array([*FOUND, 130.0])
    noisy = np.rint(truth + random.normal(0, 2.5, (4000, 7)))
    shares = noisy[:, :2].sum(axis=1) / noisy.sum(axis=1)
    plain, wide = curve(FOUND, none=130).by(24), curve(FOUND, none=130, noise=2.5).by(24)

    added = np.sqrt((wide.upper - wide.share) ** 2 - (plain.upper - plain.share) ** 2) / 1.96
    assert added == pytest.approx(shares.std(), rel=0.05)


def test_noise_adds_up_along_the_curve_where_it_is_known_how_many_appeals_there_are() -> None:
    """The share by a time is then a sum of so many noisy bins over a number without noise."""
    plain, wide = (curve(FOUND, none=130, noise=noise, whole=True) for noise in (0.0, 2.5))

    for bins, (exact, noisy) in enumerate(zip(plain.steps, wide.steps, strict=True), start=1):
        added = np.sqrt((noisy.upper - noisy.share) ** 2 - (exact.upper - exact.share) ** 2) / 1.959964
        assert added == pytest.approx(2.5 * bins**0.5 / 300, rel=1e-6)


def test_protected_bins_below_0_are_taken_as_0_and_bins_are_counted() -> None:
    assert curve([20, -3, 50, 30, 20, 10], none=130) == curve([20, 0, 50, 30, 20, 10], none=130)
    with pytest.raises(ValueError, match="6 bins"):
        kaplan_meier([1, 2], none=3)


def test_interpolated_median_lies_on_the_line_within_its_bin() -> None:
    made = interpolated_median([20, 40, 50, 30, 20, 10, 4, 6])

    assert isinstance(made, Median)
    assert made.value == pytest.approx(3 + 4 * (90 - 60) / 50)
    assert made.lower is not None and made.upper is not None and made.lower < 5.4 < made.upper
    wider = interpolated_median([20, 40, 50, 30, 20, 10, 4, 6], noise=2.5)
    assert isinstance(wider, Median) and wider.lower is not None and wider.lower < made.lower


def test_interval_of_the_interpolated_median_holds_the_truth() -> None:
    random = np.random.default_rng(6)
    held = 0
    for _ in range(400):
        days = random.uniform(0, 20, 200)
        counts = np.histogram(days, [0, 4, 8, 12, 16, 20, np.inf])[0]
        made = interpolated_median(counts.tolist(), ends=[4, 8, 12, 16, 20])
        assert isinstance(made, Median) and made.lower is not None and made.upper is not None
        held += made.lower <= 10 <= made.upper

    assert held / 400 == pytest.approx(0.95, abs=0.035)


def test_interpolated_median_is_open_or_refused_where_the_bins_do_not_tell() -> None:
    late = interpolated_median([1, 1, 1, 1, 1, 1, 1, 90])
    assert late == Median(None, None, None)
    first = interpolated_median([90, 1, 1, 1, 1, 1, 1, 1])
    assert isinstance(first, Median) and first.value is not None and 0 < first.value < 1
    few = interpolated_median([1] * len(DAYS) + [1])
    assert isinstance(few, Refusal) and few.reason == "small_base"
    with pytest.raises(ValueError, match="open"):
        interpolated_median([1, 2])
