"""The measurements measure what they say: a real filter change, the same question to both pages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from dash import Dash

from dashboard.app import create_app
from dashboard.settings import Settings
from data.areas import ENGLAND_AND_WALES, members_of
from data.release import Release
from data.selection import EMPTY, Selection
from tests.bench import measure, million, ours, usual

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

    answer = app.server.test_client().post(measure.UPDATE, json=body)

    assert answer.status_code == 200
    assert json.loads(answer.get_data())["response"]["drawn"]["data"]["selection"] == chosen.query_string()


def test_both_pages_answer_every_choice(app: Dash, release: Release, csv: Path) -> None:
    months = sorted({row for row in pd.read_csv(csv)["month"]} | {f"2024-{month:02d}" for month in range(1, 13)})
    asked = measure.choices(number=6, areas=("E23000031", "W15000003", "E23000004"), months=months)

    mine, other = measure.filter_changes(app, usual.create_usual(csv), release=release, asked=asked)

    assert mine["answers"] == other["answers"] == 6
    assert 0 < mine["bytes_of_charts_median"] < mine["bytes_median"]
    assert len(set(asked)) == 6


def test_every_chart_of_the_page_is_drawn_by_itself(release: Release) -> None:
    everything = measure.Choice((), (), (), "", "")

    drawn = measure.drawings(release, asked=[everything])

    assert {"map", "tiles", "trend", "age", "channel", "channel-age"} <= set(drawn)
    assert all(cost["svg_bytes"] > 500 for cost in drawn.values())


LARGEST = (EMPTY, Selection(area=("E23000031",)), Selection(measure="A1", area=("E23000031",)), Selection(measure="E3"),
           Selection(measure="E14", age_group=("18-24",)), Selection(measure="E1", channel=("social",)))


@pytest.mark.parametrize("chosen", LARGEST, ids=Selection.query_string)
def test_the_charts_of_a_filter_change_stay_within_25_kb(app: Dash, release: Release, chosen: Selection) -> None:
    opened = replace(EMPTY, measure=chosen.measure, grain="year")
    body = ours.body(opened=ours.identified(release, opened), chosen=ours.identified(release, chosen))

    answer = app.server.test_client().post(measure.UPDATE, json=body)

    charts = json.loads(answer.get_data())["response"]["drawn"]["data"]["cards"]
    assert answer.status_code == 200 and any("figure" in card for card in charts.values())
    assert len(json.dumps(charts, separators=(",", ":"), ensure_ascii=False).encode()) <= 25_000
