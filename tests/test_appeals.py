"""The page of appeals: what they brought, whatever measure another page had chosen."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.settings import Settings
from data.areas import SNAPSHOTS
from data.release import Release
from data.results import published_results
from data.selection import EMPTY, Selection, read
from layouts.components import present
from layouts.charts import CHART_BY_SLUG, ask
from layouts.document import render
from layouts.filters import fieldsets, reasons
from layouts.numbers import number
from layouts.pages import APPEALS, EXPLORE
from layouts.pages.published import published
from layouts.reading import known_of
from layouts.view import look
from layouts.words import status_sentence

WORDS = ("programme", "country", "area_code", "channel", "period_start", "period_end", "measure", "unit", "note", "source")


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


def test_the_hotline_and_crimestoppers_are_channels_and_counter_terrorism_is_a_crime_type_of_their_own(release: Release) -> None:
    view = look(release, Selection(), page=APPEALS)
    came, sent = view.answers["response-channel"], view.answers["appeal-crime"]
    by_age = {row.channel for row in view.answers["response-channel-age"].frame}

    assert {row.channel: row.value for row in came.frame}.keys() >= {"hotline", "crimestoppers", "phone_101"} <= by_age
    assert all(row.value is not None for row in came.frame if row.channel in ("hotline", "crimestoppers"))
    assert next(row.value for row in sent.frame if row.crime_type == "counter-terrorism")
    chosen = look(release, Selection(channel=("hotline",), crime_type=("counter-terrorism",)), page=APPEALS)
    assert {row.channel for row in chosen.answers["response-channel-age"].frame} == {"hotline"}
    assert {row.crime_type for row in chosen.answers["appeal-crime"].frame} == {"counter-terrorism"}


def test_a_district_without_figures_leads_to_its_force_and_says_why_once(client: FlaskClient) -> None:
    text = unescape(client.get("/appeals?area=E07000209").text)

    assert '<a href="/appeals?area=E23000031">Surrey Police as a whole</a>' in text
    assert text.count("Appeals issued has figures for police forces, not for Guildford; this is left out.") == 0


def test_useful_responses_by_reach_are_told_finely_enough_to_differ_from_nothing(release: Release) -> None:
    answer = look(release, Selection(), page=APPEALS).answers["useful-reach"]
    valued = [row for row in answer.frame if row.value is not None]

    assert valued and all(row.lower is not None for row in valued)
    assert all(float(number(row.value or 0, unit="per_10_000")) > 0 for row in valued)


def test_results_published_elsewhere_stand_as_they_were_published_with_what_they_counted(client: FlaskClient) -> None:
    with (SNAPSHOTS / "facts" / "appeal_results.csv").open(encoding="utf-8", newline="") as file:
        given = list(csv.DictReader(file))
    sheet = list(csv.DictReader(io.StringIO(client.get("/appeals/published.csv").text)))
    data = client.get("/appeals/published.json").json
    text = unescape(client.get("/appeals/published").text)

    assert len(given) == len(sheet) == len(data["rows"]) >= 29
    for row, line, record in zip(given, sheet, data["rows"], strict=True):
        assert [line[name] for name in WORDS] == [record[name] for name in WORDS] == [row[name] for name in WORDS]
        for name in ("value", "denominator"):
            assert (float(line[name]) if line[name] else None) == record[name] == (float(row[name]) if row[name] else None)
        for words in (row["programme"], row["measure"][1:], row["note"][1:], row["source"]):
            assert words in text
    assert [record["measure"] for record in data["rows"]] != sorted(record["measure"] for record in data["rows"])
    assert "never add, divide or rank" in data["note"] and "They count different things." in text


@pytest.mark.parametrize("programme", ["BBC Crimewatch", "Aktenzeichen XY", "Opsporing Verzocht", "Surrey Police media appeals",
                                       "Crimestoppers"])
def test_each_programme_has_one_place_on_the_page_and_no_sum(client: FlaskClient, programme: str) -> None:
    text = client.get("/appeals/published").text

    assert text.count(f"<strong>{programme}</strong>") == 1
    assert "total" not in text.split("<table")[1].split("</table>")[0].lower().replace("exceed the total", "")


def test_files_of_results_are_of_a_named_release_and_refuse_other_keys(client: FlaskClient, release: Release) -> None:
    first = client.get(f"/appeals/published.csv?release={release.id}")
    again = client.get("/appeals/published.csv", headers={"If-None-Match": first.headers["ETag"]})

    assert first.status_code == 200 and again.status_code == 304
    assert release.id in first.headers["Content-Disposition"]
    for suffix in ("csv", "json"):
        refused = client.get(f"/appeals/published.{suffix}?area=E23000031")
        assert refused.status_code == 400 and refused.json["field"] == "area"
        assert client.get(f"/appeals/published.{suffix}?release=2020-01-01-0123456789ab").status_code == 404
    assert "There is no filter called “colour”" in client.get("/appeals/published?colour=red").text


def test_a_release_without_results_says_so(release: Release, tmp_path: Path) -> None:
    bare = Release(release.id, tmp_path, release.manifest)

    assert published_results(bare) == ()
    assert "holds no results" in render(published(bare, {}).body)


@pytest.mark.parametrize("slug", ["useful-time", "useful-curve-channel", "useful-curve-crime"])
def test_bars_and_curves_of_the_same_shares_say_how_their_intervals_are_made(release: Release, slug: str) -> None:
    chart = CHART_BY_SLUG[slug]
    said = " ".join(known_of(chart, ask(release, EMPTY, chart=chart)))

    assert "Kaplan-Meier" in said and "a little elsewhere" in said


def test_a_limit_of_waiting_has_no_capital_in_the_middle_of_a_sentence(release: Release) -> None:
    said = status_sentence(look(release, read({"measure": "C4"}), page=EXPLORE).summary.total)

    assert ", waited any time, " in said
