"""What has not been followed or supplied stands outside judgements, sentences, denominators and coverage."""

from __future__ import annotations

import json

import pytest

from callbacks.page import drawn
from data.areas import ENGLAND_AND_WALES, FORCES, members_of
from data.controls import control, signals
from data.kpis import kpis_of
from data.query import answer
from data.release import Release
from data.selection import Selection, read
from data.statistics.control import ControlChart
from data.summary import summarise
from layouts.charts import CHART_BY_SLUG, ask
from layouts.document import render
from layouts.filters import form
from layouts.pages import PERFORMANCE
from layouts.shapes import SHAPES
from layouts.shapes.series import ends_of, series_of, shaded
from layouts.view import look, shown_on
from layouts.words import card_sentence, coverage_words

LONDON, MANCHESTER = "E23000001", "E23000005"


@pytest.mark.parametrize("measure", ["A10", "L1", "A8", "A7"])
def test_periods_that_were_not_followed_long_enough_are_shown_shaded_and_neither_judged_nor_quoted(
    release: Release, measure: str
) -> None:
    trend = CHART_BY_SLUG["trend"]
    found = ask(release, read({"measure": measure}), chart=trend)
    young = {row.end for row in found.frame.of("main") if row.end > (found.finished or 0)}
    series = series_of(found)
    ends = ends_of(series)

    assert found.finished is not None and young
    assert max(end for _, end in shaded(series, ends=ends, finished=found.finished)) == max(young)
    assert "shapes" in SHAPES["lines"].plotly(found, chart=trend, selected=())["layout"]
    quoted = max(row.end for row in found.frame.of("main") if row.end <= found.finished and row.value is not None)
    told = answer(release, read({"measure": measure}), by=("period",))
    assert str(quoted // 12) in card_sentence(told).partition(":")[0]
    judged = control(told)
    assert isinstance(judged.chart, ControlChart)
    for row, point in zip(judged.rows, judged.points, strict=True):
        assert row.end <= found.finished or point is None or point.value is None
        assert row.end <= found.finished or row.value is None or row in judged.left_out
    assert all(row.end <= found.finished for signal in signals(judged) for row in signal.rows)


def test_a_tile_of_a_kpi_tells_a_finished_period_where_there_is_one(release: Release) -> None:
    told = 0
    for force in FORCES:
        for kpi in kpis_of(release, Selection(area=(force,))):
            finished, rows = kpi.answer.finished, [row for row in kpi.found.rows if row.value is not None]
            if finished is not None and any(row.end <= finished for row in rows):
                assert kpi.row is not None and kpi.row.end <= finished, (force, kpi.answer.measure.id)
                told += 1
    assert told > 40


def test_a_longer_limit_asks_for_a_longer_follow_up(release: Release) -> None:
    short, long = (answer(release, read({"measure": "A5", "category": f"response-{days}d"}), by=("period",)) for days in (28, 90))
    both = answer(release, read({"measure": "A5"}), by=("category",))

    assert short.finished is not None and long.finished is not None and short.finished - long.finished == 2
    assert both.finished == long.finished and both.period is not None and both.period[1] <= long.finished
    for found in (short, long):
        assert all("p" in row.status.split() for row in found.frame.of("main") if row.end > found.finished and row.value is not None)
    values = {row.category: row.value for row in both.frame.of("main")}
    assert values["response-7d"] < values["response-28d"] < values["response-90d"]  # type: ignore[operator]


def test_residents_of_places_without_an_account_are_no_part_of_a_rate(release: Release) -> None:
    def rate(**query: object) -> float | None:
        return answer(release, read({"measure": "E2", "channel": "nextdoor", **query}), by=()).frame.rows[0].value

    by_place = answer(release, read({"measure": "E2", "channel": "nextdoor"}), by=("area",)).frame.of("main")
    held = [row for row in by_place if row.value is not None]
    assert 0 < len(held) < len(FORCES) and MANCHESTER not in {row.area_code for row in held}
    assert rate(area=[LONDON, MANCHESTER]) == rate(area=[LONDON])
    every = answer(release, read({"measure": "E2", "channel": "nextdoor"}), by=()).frame.rows[0]
    assert every.denominator == sum(row.denominator or 0 for row in held)
    assert every.numerator == sum(row.numerator or 0 for row in held)


@pytest.mark.parametrize(("measure", "channel"), [("E4", "nextdoor"), ("E2", "tiktok"), ("E3", "tiktok"), ("C4", "")])
def test_coverage_counts_the_places_of_what_is_chosen(release: Release, measure: str, channel: str) -> None:
    selection = read({"measure": measure, **({"channel": channel} if channel else {})})
    held = [row for row in answer(release, selection, by=("area",)).frame.of("main") if row.value is not None]
    found = summarise(release, selection)

    assert found.coverage is not None
    assert found.coverage.supplying == len(held) < len(FORCES)
    assert found.coverage.expected + found.coverage.never == len(members_of(ENGLAND_AND_WALES))
    assert f"{found.coverage.never} others never supplied it." in coverage_words(found.coverage, total=found.total)[1]


def test_coverage_says_where_nobody_collects_and_where_a_figure_is_the_whole_s_own(release: Release) -> None:
    nobody, own = (summarise(release, read(query)) for query in ({"measure": "E5", "channel": "nextdoor"}, {"measure": "C1"}))

    assert coverage_words(nobody.coverage, total=nobody.total)[1] == "No place collects what is chosen."
    assert "The figure is United Kingdom’s own." in coverage_words(own.coverage, total=own.total)[1]


def test_coverage_of_a_published_field_is_no_illustrative_figure(release: Release) -> None:
    assert answer(release, read({"measure": "Q1", "area": "E09000007"}), by=()).origin == "published"
    assert answer(release, read({"measure": "Q1", "category": "field-reach"}), by=()).origin == "illustrative"
    assert answer(release, read({"measure": "Q1"}), by=("category",)).origin == "illustrative"


def test_a_chosen_release_stays_chosen_when_a_filter_changes(release: Release) -> None:
    held = look(release, read({"release": release.id, "area": LONDON}), page=PERFORMANCE)
    free = look(release, read({"area": LONDON}), page=PERFORMANCE)

    for view, kept in ((held, True), (free, False)):
        parts = json.loads(drawn({"area": [MANCHESTER]}, shown=shown_on(view), releases=lambda name: release,
                                 remember=lambda key, make: make()))
        assert (f"release={release.id}" in parts["selection"]) == kept
        assert parts["shown"].get("pinned", False) == kept
        assert ('name="release"' in render(form(view))) == kept
