"""Control charts of answers: which periods are judged, where limits start anew, which months signal."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from data.controls import Control, control_of, signals
from data.frame import Row
from data.measures import MEASURE_BY_ID
from data.model import ALL, month_index
from data.statistics.control import ControlChart
from data.statistics.refusal import Refusal
from tests.answers import PROTECTED

STABLE = (52, 55, 49, 51, 58, 50, 47, 53, 56, 54, 60, 48)
FIRST = month_index("2024-01")


def months(values: Sequence[float | None], *, status: str = "ok", late: int = 0) -> list[Row]:
    found = []
    for place, value in enumerate(values):
        mark = "p" if place >= len(values) - late else "x" if value is None else status
        found.append(Row("A1", "E23000031", ALL, ALL, ALL, ALL, FIRST + place, FIRST + place, value, None, value, None, None,
                         mark, "main"))
    return found


def made(values: Sequence[float | None], *, measure: str = "A1", late: int = 0, rebase: str = "") -> Control:
    return control_of(months(values, late=late), measure=MEASURE_BY_ID[measure], rebase=rebase)


def test_the_limits_are_those_of_the_golden_example() -> None:
    found = made(STABLE)

    assert (round(found.segments[0].mean, 2), round(found.segments[0].lower, 3), round(found.segments[0].upper, 3)) == (
        52.75, 38.725, 66.775)
    assert signals(found) == [] and found.latest == 11


def test_a_signal_is_named_with_its_rule_its_side_and_its_months() -> None:
    every = signals(made((*STABLE, 61, 60, 63, 62, 59, 64, 61)))
    one_side = next(signal for signal in every if signal.rule == 4)

    assert one_side.direction == "high"
    assert [row.start for row in one_side.rows] == list(range(FIRST + 12, FIRST + 19))


def test_a_few_provisional_months_are_shown_and_not_judged() -> None:
    found = made((*STABLE, 5), late=1)

    assert [row.value for row in found.left_out] == [5]
    assert signals(found) == [] and found.latest == 11
    assert found.segments[0].mean == made(STABLE).segments[0].mean


def test_numbers_of_which_most_are_provisional_are_not_judged_and_shares_are() -> None:
    counts, shares = made(STABLE, late=12), made(STABLE, measure="E4", late=12)

    assert isinstance(counts.chart, Refusal) and counts.chart.reason == "incomplete"
    assert isinstance(shares.chart, ControlChart) and shares.left_out == ()


def test_limits_start_anew_at_the_chosen_month() -> None:
    shifted = (*STABLE, *(value + 100 for value in STABLE))
    found = made(shifted, rebase="2025-01")

    assert found.restarts == (month_index("2025-01"),)
    assert [round(part.mean, 2) for part in found.segments] == [52.75, 152.75] and signals(found) == []
    assert signals(made(shifted)) != []


@pytest.mark.parametrize("rebase", ["2023-01", "2024-01", "2031-01"])
def test_a_month_before_the_first_or_after_the_last_changes_nothing(rebase: str) -> None:
    assert made(STABLE, rebase=rebase).chart == made(STABLE).chart


@pytest.mark.parametrize(("values", "reason"), [
    ((), "too_few"), ((4,), "too_few"), ((4, 5), "too_few"), ((4, None, 6), "too_few"), ((5,) * 9, "no_variation"),
])
def test_too_few_or_equal_points_are_refused(values: Sequence[float | None], reason: str) -> None:
    found = made(values)
    assert isinstance(found.chart, Refusal) and found.chart.reason == reason


def test_a_collection_that_differs_by_year_is_refused() -> None:
    found = made(STABLE, measure="B2")
    assert isinstance(found.chart, Refusal) and found.chart.reason == "no_trend"


def test_overlapping_periods_are_refused() -> None:
    rows = [row._replace(start=row.start - 11) for row in months(STABLE)]
    found = control_of(rows, measure=MEASURE_BY_ID["P1"])
    assert isinstance(found.chart, Refusal) and found.chart.reason == "overlapping"


def test_small_protected_counts_are_refused_by_their_numerators() -> None:
    rate = PROTECTED[1]
    small = [row._replace(numerator=40, denominator=100) for row in months(STABLE)]
    large = [row._replace(numerator=60, denominator=100) for row in months(STABLE)]

    assert isinstance(control_of(small, measure=rate).chart, Refusal)
    assert isinstance(control_of(large, measure=rate).chart, ControlChart)
