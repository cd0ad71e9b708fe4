"""The page of appeals: what they brought, whatever measure another page had chosen."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.settings import Settings
from data.release import Release
from data.selection import Selection
from layouts.components import present
from layouts.charts import CHART_BY_SLUG
from layouts.filters import fieldsets, reasons
from layouts.numbers import number
from layouts.pages import APPEALS
from layouts.view import look


@pytest.fixture(scope="module")
def client(release_home) -> FlaskClient:  # type: ignore[no-untyped-def]
    return create_app(Settings(home=release_home)).server.test_client()


def test_every_chart_stands_on_the_page_in_its_order_with_a_measure_of_its_own(client: FlaskClient, release: Release) -> None:
    text = client.get("/appeals").text
    shown = re.findall(r'<section id="[^"]*card[^"]*"(?! hidden)[^>]*aria-labelledby="title-([\w-]+)"', text)
    view = look(release, Selection(), page=APPEALS)

    assert tuple(shown) == APPEALS.charts
    assert all(present(CHART_BY_SLUG[slug], view) and view.answers[slug].frame for slug in APPEALS.charts)
    assert "ladder" == APPEALS.charts[0]


def test_a_measure_in_the_address_changes_nothing_and_is_not_carried_on(client: FlaskClient, release: Release) -> None:
    plain, chosen = (look(release, Selection(measure=measure, area=("E23000031",)), page=APPEALS) for measure in ("", "E4"))

    assert [answer.frame for answer in plain.answers.values()] == [answer.frame for answer in chosen.answers.values()]
    assert chosen.measure.id == "A1" and chosen.selection == plain.selection
    assert 'href="/charts/ladder?area=E23000031"' in client.get("/appeals?measure=E4&area=E23000031").text


def test_only_filters_that_change_a_chart_of_the_page_are_offered_and_none_is_disabled_that_does(release: Release) -> None:
    why = reasons(look(release, Selection(), page=APPEALS))

    assert fieldsets(APPEALS) == ("area", "channel", "age_group", "crime_type", "period", "compare", "origin")
    assert not any(why.values())


def test_useful_responses_by_reach_are_told_finely_enough_to_differ_from_nothing(release: Release) -> None:
    answer = look(release, Selection(), page=APPEALS).answers["useful-reach"]
    valued = [row for row in answer.frame if row.value is not None]

    assert valued and all(row.lower is not None for row in valued)
    assert all(float(number(row.value or 0, unit="per_10_000")) > 0 for row in valued)
