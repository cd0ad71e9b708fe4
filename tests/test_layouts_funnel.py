"""The funnel as a figure: who lies outside, how the limits were made, and when there is none."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from data.areas import AREAS, FORCES
from data.comparison import places
from data.measures import MEASURES
from data.query import Answer, answer
from data.release import Release
from data.selection import read
from data.statistics.funnel import Funnel
from layouts.charts import CHART_BY_SLUG, ask
from layouts.document import render
from layouts.reading import details_of, notes_of, sentence_of
from layouts.shapes import SHAPES
from layouts.shapes.funnel import PHONE
from layouts.shapes.funnel_svg import log_ticks
from layouts.shapes.lines_svg import NARROW
from layouts.shapes.scales import tick_texts
from layouts.table import table
from tests.answers import answer_of, figure_of, picture_of, row
from tests.pictures import texts_of

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


def test_no_name_lies_on_the_mark_of_another_place_outside() -> None:
    near = answered([*[(3 * size // 10, size) for size in range(1_000, 6_000, 500)], (1_100, 2_200), (1_200, 2_400), (1_320, 2_640)])
    text = SHAPES["funnel"].svg(near, chart=replace(CHART, height=300), selected=(), width=720)
    marks = [(float(x), float(y)) for x, y in re.findall(r'd="M([\d.]+) ([\d.]+)m0-7l7', text)]
    names = [box for box in texts_of(text) if box.text in {AREAS[code].name for code in FORCES}]

    assert len(marks) == 3 and names
    assert [(box.text, mark) for box in names for mark in marks
            if box.left < mark[0] + 6 and mark[0] - 6 < box.right and box.top < mark[1] + 5 and mark[1] - 7 < box.bottom] == []


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


@pytest.mark.parametrize("measure", [measure.id for measure in MEASURES if measure.interval == "share"])
def test_words_below_the_axis_fit_a_phone(measure: str) -> None:
    found = answered([*SAME, (800, 2_000)], measure=measure)
    assert isinstance(places(found).found, Funnel)
    axis = figure_of(found, CHART)["layout"]["xaxis"]
    assert all(len(line) <= PHONE for line in axis["title"]["text"].split("<br>"))
    assert all(len(text) <= 4 for text in axis["ticktext"])
    drawn = SHAPES[CHART.shape].svg(found, chart=CHART, selected=(), width=340)
    assert [box.text for box in texts_of(drawn) if not box.within(340, CHART.height)] == []


def test_names_that_would_meet_on_a_phone_are_left_out_there() -> None:
    figure = SHAPES[CHART.shape].plotly(answered(SAME), chart=CHART, selected=FORCES[:8])
    narrow = figure["layout"]["meta"]["narrow"]
    assert len(narrow["data"]) == len(figure["data"]) and narrow["below"] == NARROW
    assert 0 < len(narrow["layout"]["annotations"]) < len(figure["layout"]["annotations"])
