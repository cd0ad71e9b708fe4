"""KPI tiles and what needs attention: the icons, the words and the false alarms that stand beside them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from data.areas import UNITED_KINGDOM
from data.controls import control
from data.frame import run_label
from data.kpis import KPIS, Kpi, kpis_of, make_ready
from data.measures import MEASURE_BY_ID
from data.release import Release, Store
from data.selection import EMPTY, read
from data.statistics.simulated import simulated
from data.targets import Target
from layouts.charts import CHART_BY_SLUG
from layouts.components import coverage, present
from layouts.document import render
from layouts.kpis import attention, icons, kpi_tiles
from layouts.pages import EXPLORE, PERFORMANCE
from layouts.view import look
from tests.answers import START, answer_of, row
from tests.test_data_controls import STABLE

HIGH, LOW = (*STABLE, 61, 60, 63, 62, 59, 64, 61), (*STABLE, 44, 45, 43, 46, 44, 42, 45)


def kpi(values: tuple[float, ...], *, measure: str = "E5", target: float | None = None, origin: str = "uploaded") -> Kpi:
    rows = [row(value, measure=measure, start=START + place, end=START + place) for place, value in enumerate(values)]
    answer = answer_of(CHART_BY_SLUG["control"], rows, measure=measure, origin=origin)
    goal = None if target is None else Target(measure=measure, area_code=UNITED_KINGDOM, period="", target=target,
                                              origin="uploaded", says="an example")
    return Kpi(answer=answer, found=control(answer), target=goal)


def words(parts: object) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", render(parts)).split())


@pytest.mark.parametrize("measure", KPIS)
def test_every_kpi_has_a_direction_in_which_it_is_better(measure: str) -> None:
    assert MEASURE_BY_ID[measure].direction in ("higher", "lower")


@pytest.mark.parametrize(("values", "measure", "kind"), [
    (HIGH, "E5", "improving"), (LOW, "E5", "concerning"), (HIGH, "Q3", "concerning"), (LOW, "Q3", "improving"),
    (STABLE, "E5", "common-cause"),
])
def test_an_icon_differs_in_shape_class_and_text(values: tuple[float, ...], measure: str, kind: str) -> None:
    drawn = render(icons(kpi(values, measure=measure)))
    shape = {"common-cause": "~"}.get(kind, "\N{BLACK UP-POINTING TRIANGLE}" if values is HIGH else "\N{BLACK DOWN-POINTING TRIANGLE}")

    assert f"icon variation {kind}" in drawn and f">{shape}<" in drawn
    assert 'role="img"' in drawn and 'aria-label="Variation: ' in drawn


def test_a_tile_says_value_period_target_and_whether_the_change_is_a_signal() -> None:
    steady = words(kpi_tiles([kpi(STABLE, target=90)], selection=EMPTY))
    moved = words(kpi_tiles([kpi(HIGH)], selection=EMPTY))

    assert "48.0% ~ \N{MULTIPLICATION SIGN} December 2023." in steady
    assert "Target 90%: missed in nearly every period as things are now." in steady
    assert "\N{MINUS SIGN}12.0 points on the period before: no signal" in steady
    assert "signal on the high side" in moved and "7 consecutive points on one side of the mean" in moved
    assert "No target supplied." in moved


def test_a_run_is_told_by_its_months_and_never_as_a_year() -> None:
    run = kpi((*STABLE, *([61, 60, 63, 62, 59, 64] * 2)))

    assert "one side of the mean, January 2024 to December 2024" in words(kpi_tiles([run], selection=EMPTY))
    assert run_label(run.found.rows[1:13]).count(" to ") == 1 and run_label(run.found.rows[:1]) == "January 2023"


def test_a_tile_that_cannot_be_judged_says_why_and_has_no_icon() -> None:
    alone = kpi((5.0,))
    assert icons(alone) == []
    assert "Not judged: There are too few points" in words(kpi_tiles([alone], selection=EMPTY))


def test_what_needs_attention_lists_the_bad_first_with_the_false_alarms_to_expect() -> None:
    every = [kpi(HIGH), kpi(STABLE, measure="E6"), kpi(LOW, measure="E4"), kpi(STABLE, measure="E2", target=90)]
    said = words(attention(every, selection=EMPTY))
    places = [said.index(MEASURE_BY_ID[name].label) for name in ("E4", "E5", "E2")]

    assert "3 of the 4 measures" in said and places == sorted(places[:2]) + places[2:]
    assert MEASURE_BY_ID["E6"].label not in said.partition("Follow as a feed")[0]
    share = simulated()["xmr.36.latest"].share
    assert f"about {4 * share:.1f} of 4 here by chance" in said


def test_illustrative_figures_never_need_attention() -> None:
    said = words(attention([kpi(LOW, origin="illustrative"), kpi(STABLE, measure="E6")], selection=EMPTY))

    assert MEASURE_BY_ID["E5"].label not in said
    assert "1 of the measures have illustrative figures only" in said and "no signal in the latest period" in said


def test_the_default_release_has_nothing_to_judge_and_says_so(release: Release) -> None:
    view = look(release, read({"area": ["E23000031"]}), page=PERFORMANCE)
    said = words(attention(view.kpis, selection=view.selection))

    assert view.kpis and view.illustrative
    assert said.startswith("What needs attention No measure of Surrey can be judged")


def test_kpis_follow_places_and_periods_and_no_other_filter(release: Release) -> None:
    place = read({"area": ["E23000031"], "from": ["2025-01"]})
    more = replace(place, measure="A1", channel=("facebook",), crime_type=("burglary",))

    assert kpis_of(release, place) is kpis_of(release, more)
    assert kpis_of(release, place) is not kpis_of(release, replace(place, from_="2025-02"))


def test_the_kpis_of_every_force_are_made_before_the_first_reader(release_home: Path) -> None:
    held = Release("ready", Store(release_home).current().folder, Store(release_home).current().manifest)
    make_ready(held)
    before = len(held._kept)

    kpis_of(held, read({"area": ["E23000031"]}))
    assert len(held._kept) == before
    kpis_of(held, read({"area": ["E23000031"], "from": ["2025-01"]}))
    assert len(held._kept) == before + 1


def test_only_published_figures_leaves_no_illustrative_tile(release: Release) -> None:
    found = kpis_of(release, read({"origin": ["published"], "area": ["E23000036"]}))
    assert [each.answer.measure.id for each in found] == ["C1"]
    assert found[0].target is not None and found[0].target.target == 90


def test_one_kpi_is_broken_down_by_channel_and_age_and_says_who_supplied_it(release: Release) -> None:
    for measure, cards, words, linked in (
        ("E3", {"channel", "age"}, "Gross reach, 43 of 43 forces. Months missing: Cumbria", "reach"),
        ("S3", {"age"}, "Surveys are due from no place", ""),
    ):
        view = look(release, read({"measure": measure}), page=PERFORMANCE)
        assert {slug for slug in ("channel", "age") if present(CHART_BY_SLUG[slug], view)} == cards, measure
        said = render(coverage(view))
        assert words in re.sub("<[^>]+>", "", said) and (f"/data/coverage?field={linked}" in said if linked else "href" not in said), said
    assert coverage(look(release, read({}), page=EXPLORE)) == []
