"""XmR charts follow the rules of "Making Data Count", and are refused where they would mislead."""

from __future__ import annotations

import numpy as np
import pytest

from data.statistics.control import RULES, ControlChart, assurance, variation, xmr
from data.statistics.refusal import Refusal

GOLDEN = [52, 55, 49, 51, 58, 50, 47, 53, 56, 54, 60, 48]
CALM = [50, 52, 49, 51, 48, 52, 50, 49, 51, 50, 48, 51, 50, 52]


def chart(values: list[float | None], **more: object) -> ControlChart:
    drawn = xmr(values, **more)  # type: ignore[arg-type]
    assert isinstance(drawn, ControlChart)
    return drawn


def rules(drawn: ControlChart) -> list[set[int]]:
    return [set(point.rules) for point in drawn.points]


def plain_rules(values: list[float]) -> list[set[int]]:
    """The rules once more, window by window, straight from their wording."""
    moved = [abs(values[i] - values[i - 1]) for i in range(1, len(values))]
    average = sum(moved) / len(moved)
    moved = [m for m in moved if m < 3.267 * average]
    average = sum(moved) / len(moved)
    mean = sum(values) / len(values)
    top, bottom = mean + 2.66 * average, mean - 2.66 * average
    near_top, near_bottom = mean + 2 / 3 * 2.66 * average, mean - 2 / 3 * 2.66 * average
    found: list[set[int]] = [set() for _ in values]
    for i, value in enumerate(values):
        if value > top or value < bottom:
            found[i].add(1)
    for i in range(len(values) - 6):
        seven = values[i:i + 7]
        rising = all(seven[j + 1] > seven[j] for j in range(6))
        falling = all(seven[j + 1] < seven[j] for j in range(6))
        one_side = all(v > mean for v in seven) or all(v < mean for v in seven)
        for j in range(7):
            if rising or falling:
                found[i + j].add(2)
            if one_side:
                found[i + j].add(4)
    for i in range(len(values) - 2):
        three = values[i:i + 3]
        near = [near_top < v <= top or bottom <= v < near_bottom for v in three]
        if (all(v > mean for v in three) or all(v < mean for v in three)) and sum(near) >= 2:
            for j in range(3):
                if near[j]:
                    found[i + j].add(3)
    return found


def test_limits_give_the_golden_values() -> None:
    limits = chart(GOLDEN).segments[0]

    assert (limits.mean, limits.moving_range) == pytest.approx((52.75, 5.273), abs=1e-3)
    assert (limits.lower, limits.upper) == pytest.approx((38.725, 66.775), abs=1e-3)
    assert limits.near_upper - limits.mean == pytest.approx(2 / 3 * (limits.upper - limits.mean))


def test_large_moving_ranges_are_dropped_once() -> None:
    limits = chart([*CALM, 90, *CALM]).segments[0]
    moved = np.abs(np.diff([*CALM, 90, *CALM]))

    assert limits.moving_range == pytest.approx(moved[moved < 3.267 * moved.mean()].mean())
    assert limits.moving_range < moved.mean()


@pytest.mark.parametrize("seed", range(200))
def test_rules_agree_with_a_plain_port_on_random_series(seed: int) -> None:
    random = np.random.default_rng(seed)
    length = int(random.integers(8, 48))
    series = random.normal(50, 5, length) + (
        0, random.normal(0, 3, length).cumsum(), np.linspace(0, 15, length), 12 * (np.arange(length) > length / 2),
    )[seed % 4]
    values = (np.round(series) if seed % 3 else series).tolist()

    assert rules(chart(values)) == plain_rules(values)


def test_random_series_between_them_break_every_rule() -> None:
    random = np.random.default_rng(5)
    seen = {rule for _ in range(60) for found in rules(chart(random.normal(0, 1, 36).cumsum().tolist()))
            for rule in found}

    assert seen == set(RULES)


def test_a_tie_breaks_a_rise_and_a_point_on_the_mean_breaks_a_run() -> None:
    rise: list[float | None] = [50, 40, 45, 46, 47, 48, 49, 50, 51, 40, 50, 45]
    tied = [*rise[:5], 47, *rise[6:]]

    assert [2 in found for found in rules(chart(rise))] == [1 <= place <= 8 for place in range(12)]
    assert not any(2 in found for found in rules(chart(tied)))
    halves = [9, 11, 9, 11, 9, 11, *[11, 12] * 3, 10, *[9, 8] * 3]
    drawn = chart([*halves, 10])
    assert drawn.segments[0].mean == 10 and not any(4 in found for found in rules(drawn)[12:])


def test_direction_follows_the_first_rule_that_marks_a_point() -> None:
    rise = chart([30, 50, 40, 43, 44, 45, 46, 47, 48, 49, 70, 50, 40, 50, 70])
    assert {point.direction for point in rise.points if min(point.rules, default=0) == 2} == {"high"}
    assert all((point.direction == "") == (not point.rules) for point in rise.points)
    spike = chart([*CALM, 10, *CALM])
    assert spike.points[14].rules == {1} and spike.points[14].direction == "low"
    peak = chart([1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1, *[8, 0] * 6])
    assert peak.points[6].rules == {2, 4} and peak.points[6].direction == "low"
    assert peak.points[5].rules == {2, 4} and peak.points[5].direction == "high"


def test_variation_judges_the_latest_point_by_the_direction_that_is_better() -> None:
    low, calm = chart([*CALM, 10]), chart(CALM)

    assert variation(low, improvement="lower").kind == "improving"
    assert variation(low, improvement="higher").kind == "concerning"
    assert variation(low, improvement="neither").kind == "neither"
    assert variation(low, improvement="neither").direction == "low"
    assert variation(calm, improvement="higher").kind == "common cause"
    assert variation(chart([*CALM, 10, None]), improvement="lower").kind == "improving"


@pytest.mark.parametrize(("target", "higher", "lower"), [
    (38, "consistently meets", "consistently misses"), (50, "hit and miss", "hit and miss"),
    (67, "consistently misses", "consistently meets"),
])
def test_assurance_holds_the_target_against_the_limits(target: float, higher: str, lower: str) -> None:
    drawn = chart(GOLDEN)

    assert assurance(drawn, target=target, improvement="higher") == higher
    assert assurance(drawn, target=target, improvement="lower") == lower


def test_fewer_than_13_points_are_warned_of() -> None:
    assert "12 points" in chart(GOLDEN).warnings[0]
    assert chart(CALM).warnings == ()
    assert "4 points" in chart([*CALM, 70, 72, 69, 71], breaks=[14]).warnings[0]


@pytest.mark.parametrize(("more", "reason"), [
    ({"overlapping": True}, "overlapping"),
    ({"marks": ["ok"] * 13 + ["p c"]}, "suppressed"),
    ({"protected_counts": [49] * 14}, "small_counts"),
])
def test_charts_that_would_mislead_are_refused_with_a_reason(more: dict[str, object], reason: str) -> None:
    refused = xmr(CALM, **more)  # type: ignore[arg-type]

    assert isinstance(refused, Refusal) and refused.reason == reason and refused.text.endswith(".")


def test_charts_without_variation_or_points_are_refused() -> None:
    for values, reason in (([5] * 14, "no_variation"), ([5] * 6 + [9] + [5] * 7, "no_variation"),
                           ([1, 2], "too_few"), ([], "too_few"), ([1, None, 2, None, 3], "too_few")):
        refused = xmr(values)
        assert isinstance(refused, Refusal) and refused.reason == reason
    assert chart(CALM, marks=["p"] * 14, protected_counts=[50] * 14)


def test_rebasing_gives_each_segment_its_own_limits_and_rules_do_not_cross() -> None:
    later = [value + 30 for value in CALM]
    drawn = chart([*CALM, *later], breaks=[14])

    assert drawn.segments[0].mean + 30 == pytest.approx(drawn.segments[1].mean)
    assert [(part.start, part.end) for part in drawn.segments] == [(0, 14), (14, 28)]
    assert not drawn.signals and chart([*CALM, *later]).signals
    assert assurance(drawn, target=60, improvement="higher") == "consistently meets"
    for breaks in ([0], [28], [9, 5]):
        with pytest.raises(ValueError, match="Breaks"):
            xmr([*CALM, *later], breaks=breaks)


def test_a_value_not_supplied_breaks_runs_and_gives_no_moving_range() -> None:
    side: list[float | None] = [40, 60, 40, 60, 40, 60, *[52, 53] * 4]
    gap = [*side[:10], None, *side[10:]]

    assert any(4 in found for found in rules(chart(side)))
    drawn = chart(gap)
    assert not drawn.points[10].rules and drawn.points[10].value is None
    assert not any(4 in found for found in rules(drawn)) and len(drawn.points) == len(gap)
    assert chart([1, 2, None, 100, 101, 100]).segments[0].moving_range == pytest.approx(1)
