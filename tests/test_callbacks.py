"""What one filter change says: all that the page shows, every part of it with a place that takes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from dash import Dash

from callbacks.page import drawn
from dashboard.app import create_app
from dashboard.settings import Settings
from data.errors import SelectionError
from data.measures import DEFAULT_MEASURE
from data.release import Release
from data.selection import EMPTY, Selection, read
from layouts.charts import CHART_BY_SLUG
from layouts.components import card_notes
from layouts.filters import chosen_values
from layouts.pages import EXPLORE
from layouts.view import look
from tests.bench import ours


@pytest.fixture(scope="module")
def app(release_home: Path) -> Dash:
    return create_app(Settings(home=release_home))


def said(release: Release, values: Mapping[str, Any], *, measure: str = "", path: str = "/") -> dict[str, Any]:
    """Return what a page of ``measure`` is told when its filters have ``values``."""
    shown = {"path": path, "measure": measure, "release": release.id}
    found: dict[str, Any] = orjson.loads(
        drawn(values, shown=shown, releases=lambda _: release, remember=lambda _, make: make()))
    return found


def places(app: Dash) -> tuple[set[str], set[str]]:
    """Return the ids of the places that take what is drawn, and the keys of those in each card."""
    callback = next(callback for callback in app.callback_map.values()
                    if [item["id"] for item in callback["inputs"]] == ["drawn"])
    ids = [output.component_id for output in callback["output"]]
    return {own for own in ids if isinstance(own, str)}, {key for own in ids if isinstance(own, dict) for key in own}


def test_every_part_that_is_drawn_has_its_place(app: Dash, release: Release) -> None:
    single, in_cards = places(app)
    parts = said(release, {"measure": "P1"})

    assert set(parts) - {"cards", "lines"} == single
    assert set().union(*parts["cards"].values()) == in_cards
    page = ours.identified(release, EMPTY)
    assert single <= {props["id"] for props in page if isinstance(props["id"], str)}


@pytest.mark.parametrize("measure", ["", "A3", "A8"])
def test_lines_are_sent_once_and_every_card_finds_its_own(release: Release, measure: str) -> None:
    chosen = Selection(measure=measure, area=("E23000031",))
    parts = said(release, {"measure": measure, "area": ["E23000031"]}, measure=measure)
    view, lines = look(release, chosen, page=EXPLORE), parts["lines"]
    written = {(kind, orjson.dumps(props)) for kind, props in lines}

    assert len(written) == len(lines)
    for slug, card in parts["cards"].items():
        if "notes" in card:
            whole = [{"type": lines[place][0], "props": lines[place][1]} for place in card["notes"]]
            assert whole == [{"type": line["type"], "props": line["props"]}
                             for line in card_notes(CHART_BY_SLUG[slug], view)]
    assert {place for card in parts["cards"].values() for key in ("head", "legend", "notes")
            for place in card.get(key, ())} == set(range(len(lines)))


def test_what_the_page_keeps_is_not_sent_again(release: Release) -> None:
    parts = said(release, {"area": ["E23000031"]}, measure=DEFAULT_MEASURE)

    assert not {"about", "offered"} & set(parts)
    assert not any({"card", "source"} & set(card) for card in parts["cards"].values())
    assert parts["selection"] == "area=E23000031" and "Surrey" in parts["sentence"]


def test_a_change_of_measure_says_which_cards_stand(release: Release) -> None:
    cards = said(release, {"measure": "P1"})["cards"]

    assert {slug for slug in cards if not cards[slug]["card"]} == {slug for slug in cards if "figure" in cards[slug]}
    assert set(cards) == set(EXPLORE.charts) and cards["age"] == {"card": True}


@pytest.mark.parametrize("slug", CHART_BY_SLUG)
def test_a_chart_s_own_page_is_told_of_its_card_alone(release: Release, slug: str) -> None:
    assert set(said(release, {}, path=f"/charts/{slug}")["cards"]) == {slug}


@pytest.mark.parametrize("shown", [None, [], {}, {"path": "/"}, {"path": "/nowhere", "measure": "", "release": ""}])
def test_a_page_that_does_not_say_which_it_is_gets_no_answer(release: Release, shown: Any) -> None:
    with pytest.raises(SelectionError, match="which one it is"):
        drawn({}, shown=shown, releases=lambda _: release, remember=lambda _, make: make())


def test_every_filter_of_the_page_is_one_that_a_selection_reads(release: Release) -> None:
    chosen = Selection(measure="A2", area=("E23000031",), channel=("facebook",), age_group=("18-24",),
                       crime_type=("burglary",), from_="2024-01", to="2025-12", grain="quarter", compare="K04000001")
    body = ours.body(opened=ours.identified(release, EMPTY), chosen=ours.identified(release, chosen))

    assert read(chosen_values(body["inputs"][0]["value"])) == chosen


@pytest.mark.parametrize("asked", [
    None, [], 1, "area", {"area": 1}, {"area": [1]}, {"area": [["E23000031"]]}, {"area": {"a": "b"}}, {"from": True},
    {"shoe size": "44"}, {"": ["x"]}, {"channel:pigeon": ["pigeon"]}, {"measure": ["A1", "A2"]}, {"x" * 4000: "y"},
], ids=str)
def test_values_that_no_filter_has_are_refused(app: Dash, release: Release, asked: Any) -> None:
    page = ours.identified(release, EMPTY)
    body = ours.body(opened=page, chosen=page)
    body["inputs"][0]["value"] = asked

    answer = app.server.test_client().post("/_dash-update-component", json=body)

    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert len(answer.data) < 1000
