"""The funnel as a figure: who lies outside, how the limits were made, and when there is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.areas import FORCES
from data.comparison import places
from data.query import Answer, answer
from data.release import Release
from data.selection import read
from data.statistics.funnel import Funnel
from layouts.charts import CHART_BY_SLUG, ask
from layouts.document import render
from layouts.reading import details_of, notes_of, sentence_of
from layouts.shapes.funnel_svg import log_ticks
from layouts.shapes.scales import tick_texts
from layouts.table import table
from tests.answers import answer_of, figure_of, picture_of, row

CHART = CHART_BY_SLUG["funnel"]


def answered(counts: list[tuple[int, int]], *, measure: str = "E6") -> Answer:
    rows = [row(100 * k / size, measure=measure, area=code)._replace(numerator=k, denominator=size)
            for code, (k, size) in zip(FORCES, counts, strict=False)]
    return answer_of(CHART, rows, measure=measure)


SAME = [(300, 1_000), (150, 500), (60, 200), (30, 100), (600, 2_000), (90, 300), (120, 400), (240, 800)]


def test_a_place_outside_is_named_drawn_and_marked() -> None:
    found = answered([*SAME, (800, 2_000)])
    name = places(found).outside(2)[0].area_code

    assert name == FORCES[8]
    said, text = sentence_of(CHART, found), render(table(found, chart=CHART))
    assert "Outside the 99.8% limits on the high side" in said and "8 of 9 lie within" in said
    assert "outside 99.8%, high" in text and text.count(">within<") == 8
    assert details_of(CHART, found)["outside"] == [{"area_code": name, "limits": "99.8%", "side": "high"}]
    assert figure_of(found, CHART)["data"][-1]["marker"]["symbol"].count("triangle-up") == 1


def test_places_that_do_not_differ_lie_within() -> None:
    found = answered(SAME)
    assert sentence_of(CHART, found) == "All places together are at 30.0%; 8 of 8 lie within the 95% limits."
    assert any("by chance" in note for note in notes_of(CHART, found))


def test_limits_are_told_to_be_wider_only_where_they_are() -> None:
    hardly = [(284, 1_000), (139, 500), (67, 200), (25, 100), (620, 2_000), (82, 300), (130, 400), (253, 800)]
    wider = [*SAME, (800, 2_000)]

    assert "hardly beyond chance" in notes_of(CHART, answered(hardly))[0] and "1.0 times" not in notes_of(CHART, answered(hardly))[0]
    assert "hardly" not in notes_of(CHART, answered(wider))[0]


@pytest.mark.parametrize(("counts", "measure", "why"), [
    (SAME[:4], "E6", "at least 5 places"), (SAME, "A2", "compares shares"), (SAME, "A1", "compares shares"),
    (SAME, "C1", "not published"), ([(0, 100)] * 6, "E6", "compares shares"),
])
def test_no_funnel_is_drawn_where_it_would_mislead(counts: list[tuple[int, int]], measure: str, why: str) -> None:
    found = answered(counts, measure=measure)
    figure = figure_of(found, CHART)

    assert why in sentence_of(CHART, found) and figure["data"] == [] and notes_of(CHART, found) == []
    assert why.split()[0] in figure["layout"]["annotations"][0]["text"].replace("<br>", " ")
    assert "refused" in details_of(CHART, found)


def test_noise_of_the_protection_widens_the_limits(release: Release) -> None:
    found = answer(release, read({"measure": "A5"}), by=("area",), ignores=("area", "compare"))
    silent = replace(found, noisy=None)

    assert found.noise[0] > 0 and found.noise[1] == 0
    with_noise, without = places(found).found, places(silent).found
    assert isinstance(with_noise, Funnel) and isinstance(without, Funnel) and with_noise.noise > without.noise == 0


def test_a_value_far_from_the_rest_stands_at_the_edge_and_is_named(release: Release) -> None:
    found = ask(release, read({"measure": "R1"}), chart=CHART)

    assert any("Beyond the edge of the picture: City of London" in note for note in notes_of(CHART, found))
    keys = [element.get("data-key", "") for element in picture_of(found, CHART).iter()]
    assert any("E23000034" in key for key in keys)


@pytest.mark.parametrize(("low", "high"), [(18, 60), (200, 9_000), (3e4, 2e7), (1, 5e8), (100, 130), (26, 41), (61.6, 96.3), (7, 9.1)])
def test_a_logarithmic_axis_has_few_round_marks(low: float, high: float) -> None:
    marks = log_ticks(low, high, most=6)
    assert 1 <= len(marks) <= 6 and all(low <= mark <= high for mark in marks)


def test_an_axis_tells_its_marks_apart() -> None:
    assert tick_texts([96.96, 97.0, 97.04, 97.08], unit="percent") == ["96.96%", "97.00%", "97.04%", "97.08%"]
    assert tick_texts([0, 25, 50], unit="percent") == ["0%", "25%", "50%"]
