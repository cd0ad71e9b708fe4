"""The measurements measure what they say: a real filter change, the same question to both pages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pandas as pd
import pytest
from dash import Dash

from callbacks.page import drawn
from dashboard.app import create_app
from dashboard.settings import Settings
from data.areas import ENGLAND_AND_WALES, members_of
from data.measures import MEASURE_BY_ID, MEASURES
from data.release import Release
from data.selection import EMPTY, Selection
from tests.bench import measure, million, ours, page, protection

ROWS = 20_000


@pytest.fixture(scope="module")
def app(release_home: Path) -> Dash:
    return create_app(Settings(home=release_home, cache="none"))


@pytest.fixture(scope="module")
def csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return million.write(tmp_path_factory.mktemp("rows"), rows=ROWS)


def test_the_rows_are_those_of_a_force_s_file(csv: Path) -> None:
    rows = pd.read_csv(csv)

    assert len(rows) == ROWS
    assert not rows.duplicated(["month", "area_code", "channel", "age_group"]).any()
    assert set(rows["area_code"]) == set(members_of(ENGLAND_AND_WALES))
    assert (rows["reach"] > 0).all()


def test_the_body_turns_one_page_into_another(app: Dash, release: Release) -> None:
    chosen = Selection(area=("E23000031",), channel=("facebook",), from_="2025-01")
    body = ours.body(opened=ours.identified(release, EMPTY), chosen=ours.identified(release, chosen))

    answer = app.server.test_client().post(page.UPDATE, json=body)

    assert answer.status_code == 200
    assert json.loads(answer.get_data())["response"]["drawn"]["data"]["selection"] == chosen.query_string()


def test_both_pages_answer_every_choice(release_home: Path, csv: Path) -> None:
    months = sorted({row for row in pd.read_csv(csv)["month"]} | {f"2024-{month:02d}" for month in range(1, 13)})
    asked = measure.choices(number=6, areas=("E23000031", "W15000003", "E23000004"), months=months)

    mine, other = measure.filter_changes(release_home, csv, asked=asked)

    assert mine["answers"] == other["answers"] == 6
    assert 0 < mine["bytes_of_charts_median"] < mine["bytes_median"]
    assert len(set(asked)) == 6


def test_every_page_with_several_charts_is_asked(release_home: Path) -> None:
    found = measure.pages(release_home, number=5)

    assert {"/", "/appeals", "/performance", "/attitudes"} == set(found)
    assert all(cost["answers"] == 5 and cost["bytes_median"] > 1000 for cost in found.values())


def test_every_chart_of_the_page_is_drawn_by_itself(release: Release) -> None:
    everything = measure.Choice((), (), (), "", "")

    drawn = measure.drawings(release, asked=[everything])

    assert {"map", "tiles", "trend", "age", "channel", "channel-age"} <= set(drawn)
    assert all(cost["svg_bytes"] > 500 for cost in drawn.values())


def test_pictures_are_made_as_files(release: Release) -> None:
    (cost,) = measure.pictures(release, sizes=("card",)).values()

    assert cost["svg_ms"] > 0 and cost["png_ms"] > 0 and cost["svg_bytes"] > 3_000 and cost["png_bytes"] > 10_000


def test_protected_and_open_measures_of_one_shape_are_asked_alike(release: Release) -> None:
    found = protection.cost(release, number=4)

    assert set(found) == {"E11 beside E6", "E7 beside E3"}
    for cost in found.values():
        assert cost["answers"] == 4 and cost["protected_ms_median"] > 0 and cost["open_ms_median"] > 0
    for pair in protection.PAIRS:
        protected, open_ = (MEASURE_BY_ID[name] for name in pair)
        assert protected.protected and not open_.protected and protected.unit == open_.unit
        assert protected.dimensions == open_.dimensions and protected.grains == open_.grains


SURREY, SWANSEA_AND_LIVERPOOL = ("E23000031",), ("W15000003", "E23000004")
LARGEST = (
    EMPTY, Selection(area=SURREY), Selection(channel=("social",)), Selection(age_group=("18-24",)),
    Selection(compare="E23000031"), Selection(area=SURREY, compare="K04000001"),
    Selection(area=SWANSEA_AND_LIVERPOOL, channel=("social",), compare="K04000001"),
    Selection(area=SURREY, channel=("social",), grain="month", compare="K04000001"),
    Selection(channel=("online",), compare="E23000031"), Selection(area=("E09000012", "E09000013", "E09000014")),
)


@pytest.mark.parametrize("measure_id", [each.id for each in MEASURES if not each.context])
def test_the_charts_of_a_filter_change_stay_within_25_kb(release: Release, measure_id: str) -> None:
    """Of every measure, for the choices that draw most: figures, and all words of the cards."""
    for chosen in (replace(each, measure=measure_id) for each in LARGEST):
        values = parse_qs(chosen.query_string())
        shown = {"path": "/", "measure": chosen.measure, "release": release.id}
        parts = json.loads(drawn(values, shown=shown, releases=lambda _: release, remember=lambda _, make: make()))

        weight = sum(len(json.dumps(parts[key], separators=(",", ":"), ensure_ascii=False).encode())
                     for key in ("cards", "lines"))
        assert weight <= 25_000, chosen.query_string()
