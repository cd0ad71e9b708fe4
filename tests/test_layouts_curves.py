"""Curves of waiting as a figure: a panel a group, the appeals still without below it, on every surface."""

from __future__ import annotations

from dataclasses import replace

import pytest

from data.answers import Answer
from data.counts_of_persons import USEFUL_LIMITS
from data.frame import Frame, Row
from data.model import ALL
from layouts.charts import CHART_BY_SLUG, Chart
from layouts.document import render
from layouts.reading import details_of, notes_of, sentence_of
from layouts.shapes import SHAPES
from layouts.shapes.curve_panels import drawn, marked, short_hours
from layouts.table import table
from tests.answers import answer_of, figure_of, picture_of, row
from tests.figures import whole

CHANNEL, CRIME = (CHART_BY_SLUG[f"useful-curve-{name}"] for name in ("channel", "crime"))
GROUPS = ("violence", "burglary", "everything else")
SHARES = (None, 5.0, 8.0, 10.0, 12.0, 12.5)


def line(number: int, *, measure: str, shares: tuple[float | None, ...] = SHARES, **group: str) -> list[Row]:
    """Return the rows of one group of so many appeals; its last limits are as late as the shares say."""
    found = []
    for limit, share in zip(USEFUL_LIMITS, shares, strict=True):
        each = row(share, measure=measure, category=limit, status="c" if share is None else "ok", **group)
        found.append(each._replace(
            denominator=number, numerator=None if share is None else round(number * share / 100),
            lower=None if share is None else share - 1, upper=2.0 if share is None else share + 1))
    return found


def by_crime(*, groups: tuple[str, ...] = (ALL, *GROUPS)) -> Answer:
    rows = [each for place, crime in enumerate(groups) for each in line(4_000 - 1_000 * place, measure="A13", crime=crime)]
    return answer_of(CRIME, rows, measure="A13")


def by_channel(number: int = 52_910) -> Answer:
    rows = [each for channel in ("social", "online", "phone") for each in line(number, measure="A13C", channel=channel)]
    return answer_of(CHANNEL, [*rows, *line(number, measure="A13C", channel="remaining", shares=(None,) * 6)], measure="A13C")


def names(chart: Chart, answer: Answer) -> list[str]:
    return [trace["name"] for trace in whole(figure_of(answer, chart)) if trace["name"] not in ("behind", "colour")]


def test_each_group_has_a_panel_and_all_together_stand_behind_each() -> None:
    found = drawn(by_crime())
    figure = figure_of(by_crime(), CRIME)

    assert [panel.line.name for panel in found.panels] == ["Violence", "Burglary", "Everything else"]
    assert found.whole is not None and found.whole.name == "All crime types"
    assert names(CRIME, by_crime()) == ["Violence", "All crime types", "Burglary", "Everything else"]
    behind = [trace for trace in whole(figure) if trace["name"] in ("behind", "All crime types")]
    assert [trace["xaxis"] for trace in behind] == ["x", "x2", "x3"] and len({tuple(trace["y"]) for trace in behind}) == 1
    assert [item.text for item in SHAPES["curves"].legend(by_crime(), chart=CRIME)] == ["All crime types"]


def test_below_each_time_stand_the_appeals_still_without_in_figure_picture_table_and_data() -> None:
    answer = by_crime()
    figure, picture = figure_of(answer, CRIME), picture_of(answer, CRIME)
    without = {hours: f"{round(3_000 * (1 - share / 100)):,}" for hours, share in
               zip((24, 168, 672, 2160), (5.0, 10.0, 12.0, 12.5), strict=True)}
    texts = {element.text for element in picture.iter() if element.text}
    below = figure["layout"]["xaxis"]["ticktext"]

    assert below == [f"{short_hours(hours)}<br>{without[hours]}" for hours in figure["layout"]["xaxis"]["tickvals"]]
    assert len(below) >= 3 and {text.split("<br>")[1] for text in below} <= texts
    words = render(table(answer, chart=CRIME))
    assert all(f"about {number}<" in words for number in without.values()) and "Still without</th>" in words
    held = [each for each in details_of(CRIME, answer)["at_risk"] if each["crime_type"] == "violence"]
    assert [each["still_without"] for each in held] == [None, 2_850, 2_760, 2_700, 2_640, 2_625]
    assert [each["hours"] for each in held] == [6, 24, 72, 168, 672, 2160]


@pytest.mark.parametrize("room", [110, 150, 200, 600])
def test_numbers_below_a_panel_do_not_touch(room: float) -> None:
    found = drawn(by_channel())
    hours = marked(found, room=room)

    assert hours == sorted(hours) and 168 in hours and 2160 in hours and set(hours) <= set(found.hours)
    assert (len(hours) == 5) == (room == 600)


def test_the_axis_begins_at_the_first_time_with_a_value() -> None:
    assert drawn(by_channel()).hours == (24, 72, 168, 672, 2160)
    early = by_crime()
    first = early.frame.rows[0]._replace(value=1.0, lower=0.5, upper=1.5, status="ok", numerator=40)
    assert drawn(replace(early, frame=Frame((first, *early.frame.rows[1:])))).hours[0] == 6


def test_the_sentence_states_the_three_times_and_how_widely_groups_differ() -> None:
    assert sentence_of(CRIME, by_crime()) == (
        "All crime types: 5.0% (4.0% to 6.0%) within 24 hours, 10.0% (9.0% to 11.0%) within 7 days and 12.0% (11.0% to 13.0%) "
        "within 28 days. Within 7 days: Violence 10.0% (9.0% to 11.0%), Burglary 10.0% (9.0% to 11.0%), Everything else 10.0% "
        "(9.0% to 11.0%).")
    assert sentence_of(CHANNEL, by_channel()).endswith("Remaining channels under 2% [c].")


def test_the_median_is_stated_only_where_a_curve_reaches_half() -> None:
    fast = line(2_000, measure="A13", shares=(10.0, 30.0, 49.9, 50.0, 60.0, 61.0), crime="robbery")
    answer = answer_of(CRIME, fast, measure="A13")

    assert sentence_of(CRIME, answer).endswith("Half of the appeals had it within 7 days.")
    assert details_of(CRIME, answer)["median_hours"] == [{"channel": ALL, "crime_type": "robbery", "hours": 168}]
    assert "Half" not in sentence_of(CRIME, by_crime())
    assert {each["hours"] for each in details_of(CRIME, by_crime())["median_hours"]} == {None}


def test_a_panel_without_a_value_says_so_and_leaves_the_others() -> None:
    answer = by_channel()
    figure = figure_of(answer, CHANNEL)
    titles = [note["text"] for note in figure["layout"]["annotations"]]

    assert "<b>Remaining channels</b><br>under 2% [c]" in titles or "<b>Remaining<br>channels</b><br>under 2% [c]" in titles
    assert figure["layout"]["xaxis4"]["ticktext"][0].endswith("<br>\N{EN DASH}")


def test_a_place_compared_with_stands_behind_its_own_group() -> None:
    own = by_crime()
    other = [each._replace(role="compare", area_code="E23000001") for each in own.frame]
    answer = replace(own, frame=Frame((*own.frame, *other)))
    found = drawn(answer)

    assert found.whole is None and found.panels[0].line.name == "All crime types"
    assert all(panel.compare is not None and panel.compare.name == "Metropolitan Police" for panel in found.panels)
    assert [item.text for item in SHAPES["curves"].legend(answer, chart=CRIME)] == ["Metropolitan Police"]


def test_notes_say_how_the_curves_are_made_and_that_channels_do_not_add_up() -> None:
    said = notes_of(CHANNEL, by_channel())
    assert any("Kaplan-Meier" in text for text in said) and any("logarithmic" in text for text in said)
    assert said[-1].endswith("the curves do not add up.") and notes_of(CRIME, by_crime())[-1] != said[-1]


def test_panels_stand_two_beside_each_other_in_narrow_boxes() -> None:
    layout = figure_of(by_crime(), CRIME)["layout"]
    narrow = layout["meta"]["narrow"]["layout"]

    assert [layout[f"xaxis{place}"]["anchor"] for place in ("", 2, 3)] == ["y", "y", "y"]
    assert narrow["xaxis3"]["anchor"] == "y2" and narrow["xaxis"]["domain"][1] < 0.5 < narrow["xaxis2"]["domain"][0]
