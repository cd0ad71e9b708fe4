"""Whom channels can reach at most: a model between two bounds, only where a reach by age is published."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.answers import AXES, Answer, Choices
from data.areas import SNAPSHOTS
from data.export import as_csv
from data.measures import MEASURE_BY_ID
from data.model import month_index
from data.modelled import rows_of, union
from data.query import answer
from data.release import Release, Store
from data.selection import Selection, read
from layouts.charts import CHART_BY_SLUG, ask
from layouts.components import card_head, card_notes, tiles
from layouts.document import render
from layouts.pages import PAGE_BY_PATH
from layouts.reading import details_of, notes_of, sentence_of
from layouts.shapes import SHAPES
from layouts.table import table
from layouts.view import look
from tests.publishing import FORCE, publish

CHART = CHART_BY_SLUG["channel-reach"]
SURREY = "E23000031"
OWN = (("tiktok", "18-24", 60), ("instagram", "18-24", 30), ("x", "18-24", 50), ("tiktok", "65+", 28), ("instagram", "65+", 12),
       ("tiktok", "75+", 20), ("facebook", "adults online", 91))


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release with the reach by age of several channels."""
    home = tmp_path_factory.mktemp("several")
    (home / "own").mkdir()
    with (home / "own" / "reach.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("platform", "country", "date", "age_group", "percent", "unit", "source", "kind"))
        writer.writerows((platform, "United Kingdom", "2025", age, percent, "percent of online adults in the band", "A survey", "platform")
                         for platform, age, percent in OWN)
    publish(home, folders=[FORCE, home / "own"])
    return Store(home).current()


def residents(area: str) -> Mapping[str, int]:
    with (SNAPSHOTS / "facts" / "population_by_force_age_mid2018.csv").open(encoding="utf-8") as file:
        return {row["age_group"]: int(row["population"]) for row in csv.DictReader(file) if row["area_code"] == area}


def reached(release: Release, query: str) -> Answer:
    return ask(release, read(parse_qs(query)), chart=CHART)


SHARES = st.lists(st.floats(0, 100), min_size=1, max_size=6)


@settings(deadline=None)
@given(SHARES)
def test_bounds_are_those_of_frechet_and_hold_the_independent_value(shares: list[float]) -> None:
    value, least, most = union(shares)

    assert least == max(shares) and most == min(sum(shares), 100)
    assert least <= value <= most
    assert union([*shares, 0.0])[1:] == (least, most) and union(shares[::-1])[1] == least


@settings(deadline=None)
@given(st.lists(st.sets(st.integers(0, 99)), min_size=1, max_size=4))
def test_no_arrangement_of_people_lies_outside_the_bounds(users: list[set[int]]) -> None:
    _, least, most = union([float(len(each)) for each in users])

    assert least <= len(set().union(*users)) <= most


def test_no_channels_have_no_reach() -> None:
    with pytest.raises(ValueError, match="No channel"):
        union([])


def test_default_release_tells_of_tiktok_at_two_ages_and_names_the_others_as_unknown(release: Release) -> None:
    found, people = reached(release, f"area={SURREY}"), residents(SURREY)
    rows = {row.age_group: row for row in found.frame.of("main")}

    assert {age: row.value for age, row in rows.items() if row.value is not None} == {"18-24": 74, "65+": 28}
    assert rows["18-24"].denominator == people["18-24"] and rows["18-24"].numerator == round(0.74 * people["18-24"])
    assert all(row.lower is row.upper is None and row.channel == "tiktok" for row in rows.values())
    assert {row.status for age, row in rows.items() if age not in ("18-24", "65+")} == {"z"}
    assert sum(row.denominator for row in rows.values()) == sum(people.values())  # type: ignore[misc]
    assert (rows["18-24"].start, rows["18-24"].end) == (month_index("2024-05"),) * 2
    assert any("25 to 34" in note and "nothing is said of them" in note for note in notes_of(CHART, found))


def test_sentence_table_and_data_say_how_many_are_left_out(release: Release) -> None:
    found, people = reached(release, f"area={SURREY}"), residents(SURREY)
    left = {row["age_group"]: row for row in details_of(CHART, found)["left_out"]}
    words = render(table(found, chart=CHART))

    assert left["18-24"]["at_least"] == left["18-24"]["at_most"] == round(0.26 * people["18-24"])
    about = f"at least about {round(0.26 * people['18-24'] / 100) * 100:,} of {people['18-24']:,}"
    assert f"18 to 24 74%, {about} left out" in sentence_of(CHART, found) and about in words
    assert "Left out" in words and "TikTok in Surrey, at most, as a model" in sentence_of(CHART, found)


def test_several_channels_give_a_range_where_all_of_them_are_published(several: Release) -> None:
    found = reached(several, f"area={SURREY}&channel=tiktok&channel=instagram")
    rows = {row.age_group: row for row in found.frame.of("main")}

    assert (rows["18-24"].value, rows["18-24"].lower, rows["18-24"].upper) == (72, 60, 90)
    assert rows["75+"].value is None and rows["75+"].status == "z"
    assert (rows["65+"].value, rows["65+"].lower, rows["65+"].upper) == (pytest.approx(36.64), 28, 40)
    assert "18 to 24 72% (60% to 90%)" in sentence_of(CHART, found)
    assert any(note.startswith("Of several channels") for note in notes_of(CHART, found))
    view = look(several, read(parse_qs(f"area={SURREY}&channel=tiktok&channel=instagram")), page=PAGE_BY_PATH["/charts/channel-reach"])
    notes = render(card_notes(CHART, view))
    assert "the least and the most that the channels can reach" in notes and "95% interval" not in notes
    assert "Least to most" in render(table(found, chart=CHART)) and "95% interval" not in render(table(found, chart=CHART))


def test_more_channels_never_reach_fewer_and_the_sum_stops_at_everybody(several: Release) -> None:
    all_three = reached(several, "channel=tiktok&channel=instagram&channel=x").frame.of("main")
    one = {row.age_group: row for row in reached(several, "channel=tiktok").frame.of("main")}
    young = next(row for row in all_three if row.age_group == "18-24")

    assert (young.lower, young.upper) == (60, 100) and young.value == pytest.approx(86)
    assert young.value >= one["18-24"].value  # type: ignore[operator]


def test_ages_together_are_weighted_by_residents_and_bands_within_bands_are_not_counted_twice(several: Release) -> None:
    people = residents(SURREY)
    (row,) = answer(several, read({"area": SURREY, "channel": "tiktok"}), by=(), measure="E15").frame.rows
    (young,) = answer(several, read({"area": SURREY, "channel": "tiktok", "age_group": "18-24"}), by=(), measure="E15").frame.rows
    expected = (60 * people["18-24"] + 20 * people["75+"]) / (people["18-24"] + people["75+"])

    assert row.age_group == "18-24 + 75+" and row.value == pytest.approx(expected, abs=1e-3)
    assert young.value == 60 and young.denominator == people["18-24"]


def test_band_with_too_few_residents_has_no_value(release: Release) -> None:
    people = residents(SURREY)
    measure = replace(MEASURE_BY_ID["E15"], minimum_base=people["18-24"] + 1)
    choices: dict[str, Choices] = {**{name: [("all",)] for name in AXES}, "area": [(SURREY,)], "channel": [("tiktok",)],
                                   "age_group": [("18-24",), ("65+",)]}
    young, old = rows_of(release, measure, choices, [(month_index("2024-05"),) * 2], role="main")

    assert (young.value, young.status, old.value, old.status) == (None, "c", 28, "ok")


@pytest.mark.parametrize(("query", "reason"), [
    ("channel=facebook", "No reach by age is published of the chosen channels: choose TikTok."),
    (f"area={SURREY}&area=E23000032", "Percentages of several places cannot be added: choose one place."),
    ("from=2025-01", "The chosen period has no figures: they run from May 2024."),
    ("area=S23000009", "Modelled reach has figures for police forces, not for Police Scotland. Choose a place that has figures."),
])
def test_where_nothing_can_be_said_the_chart_says_why(release: Release, query: str, reason: str) -> None:
    found = reached(release, query)

    assert found.reason == reason == sentence_of(CHART, found) and not found.frame
    assert SHAPES[CHART.shape].plotly(found, chart=CHART, selected=())["data"] == []


def test_chosen_channels_without_a_published_reach_are_named(release: Release) -> None:
    notes = " ".join(note.text for note in reached(release, "channel=social").notes)

    assert "No reach by age is published of X, Facebook, Instagram, Nextdoor, YouTube and WhatsApp: left out." in notes


def test_it_is_called_modelled_wherever_it_stands(release: Release) -> None:
    view = look(release, Selection(), page=PAGE_BY_PATH["/charts/channel-reach"])
    sheet = list(csv.DictReader(io.StringIO(as_csv(view.answers[CHART.slug], release=release))))

    assert "modelled" in CHART.title and ">Modelled<" in render(card_head(view.answers[CHART.slug]))
    assert "Computed from published figures" in render(tiles(view))
    assert {row["measure"] for row in sheet} == {"E15", "N1"} and {row["origin"] for row in sheet} == {"published"}
    assert "model, not a count" in view.measure.definition


def test_every_source_of_the_model_is_named(release: Release) -> None:
    assert {source["id"] for source in release.sources(MEASURE_BY_ID["E15"])} == {"platform_reach", "ons_population_ages"}
