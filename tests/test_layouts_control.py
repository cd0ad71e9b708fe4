"""The control chart as a figure: the same limits, signals and target in picture, words, table and data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.areas import UNITED_KINGDOM
from data.query import Answer
from data.release import Release
from data.selection import read
from data.targets import PUBLISHED, Target
from layouts.charts import CHART_BY_SLUG, ask
from layouts.document import render
from layouts.reading import details_of, notes_of, sentence_of
from layouts.shapes import SHAPES
from layouts.table import table
from tests.answers import START, answer_of, figure_of, picture_of, row
from tests.test_data_controls import STABLE

CHART = CHART_BY_SLUG["control"]
SHIFTED = (*STABLE, 61, 60, 63, 62, 59, 64, 61)


def answered(values: tuple[float, ...], *, measure: str = "E5", target: float | None = None) -> Answer:
    rows = [row(value, measure=measure, start=START + place, end=START + place) for place, value in enumerate(values)]
    found = answer_of(CHART, rows, measure=measure)
    if target is None:
        return found
    return replace(found, target=Target(measure=measure, area_code=UNITED_KINGDOM, period="", target=target,
                                        origin="published", says="an example"))


def test_signals_are_said_with_rule_months_and_side() -> None:
    said = sentence_of(CHART, answered(SHIFTED))

    assert "Signals: " in said
    assert "7 consecutive points on one side of the mean: January to July 2024 (high)" in said.replace(
        "January 2024 to July 2024", "January to July 2024")


def test_a_run_of_twelve_months_is_no_year() -> None:
    said = sentence_of(CHART, answered((*STABLE, *([61, 60, 63, 62, 59, 64] * 2))))

    assert "one side of the mean: January 2024 to December 2024 (high)" in said


@pytest.mark.parametrize(("rebase", "said"), [
    ("2030-01", "Limits are not taken anew from January 2030: no period begins there or later."),
    ("2020-01", "Limits are not taken anew from January 2020: it is no later than the first period."), ("2023-08", ""), ("", "")])
def test_limits_that_are_not_taken_anew_say_why(rebase: str, said: str) -> None:
    answer = answered(SHIFTED)
    notes = notes_of(CHART, replace(answer, asked=replace(answer.asked, rebase=rebase)))

    assert [note for note in notes if "not taken anew" in note] == ([said] if said else [])


def test_a_steady_series_says_that_no_rule_marks_it() -> None:
    assert "The mean is 52.8%, with limits of 38.7% and 66.8%. No rule marks" in sentence_of(CHART, answered(STABLE))


@pytest.mark.parametrize(("target", "measure", "word"), [
    (90, "E5", "missed in nearly every"), (20, "E5", "met in nearly every"), (55, "E5", "by chance alone"),
    (20, "Q3", "missed in nearly every"), (90, "Q3", "met in nearly every"),
])
def test_the_target_is_drawn_and_judged(target: float, measure: str, word: str) -> None:
    answer = answered(STABLE, measure=measure, target=target)

    assert word in sentence_of(CHART, answer)
    assert any(shape.get("y0") == target for shape in figure_of(answer, CHART)["layout"]["shapes"])
    assert f"target {target}" in "".join(picture_of(answer, CHART).itertext())
    assert details_of(CHART, answer)["target"] == target


def test_special_points_differ_in_shape_and_the_table_names_them() -> None:
    answer = answered(SHIFTED)
    symbols = figure_of(answer, CHART)["data"][0]["marker"]["symbol"]

    assert set(symbols[12:]) == {"triangle-up"} and "circle" in symbols[:12]
    assert render(table(answer, chart=CHART)).count("high: ") == sum(symbol == "triangle-up" for symbol in symbols)
    assert {item.swatch for item in SHAPES["control"].legend(answer, chart=CHART)} >= {"centre", "limit", "high improving"}
    assert details_of(CHART, answer)["variation"] == "improving"


def test_a_refusal_stands_in_the_sentence_and_the_points_are_drawn() -> None:
    answer = answered((4.0, 5.0))

    assert sentence_of(CHART, answer) == "No limits are drawn. There are too few points for a control chart."
    assert notes_of(CHART, answer) == [] and figure_of(answer, CHART)["data"][0]["y"] == [4.0, 5.0]


def test_one_place_has_its_target_and_its_new_limits(release: Release) -> None:
    selection = read({"measure": "E4", "area": ["E23000031"], "rebase": ["2025-06"]})
    answer = ask(release, selection, chart=CHART)

    assert len(details_of(CHART, answer)["limits"]) == 2 and "since June 2025" in sentence_of(CHART, answer)
    aim = ask(release, read({"measure": "C1", "area": ["E23000036"]}), chart=CHART)
    assert aim.target == PUBLISHED[0]
