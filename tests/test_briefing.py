"""The briefing: what the page of performance shows, as a tagged PDF, for every measure and any choice."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.routes.briefing import pdf
from dashboard.settings import Settings
from data.release import Release
from data.selection import read
from layouts.briefing import briefing
from layouts.charts import CHART_BY_SLUG
from layouts.components import present
from layouts.pages import PERFORMANCE
from layouts.reading import sentence_of
from layouts.view import look
from layouts.words import status_sentence

PATH = f"{PERFORMANCE.path}.pdf"
BASE = "https://figures.example"
SURREY = "E23000031"
MADE = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def client(release_home: Path) -> FlaskClient:
    return create_app(Settings(home=release_home)).server.test_client()


def written(text: str) -> str:
    """Words as they stand in the source of a document."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def test_the_briefing_of_every_measure_holds_what_the_page_shows(release: Release) -> None:
    for measure in (each for each in release.measures() if not each.context):
        for choice in ({}, {"area": SURREY, "from": "2025-01"}):
            view = look(release, read({"measure": measure.id, **choice}), page=PERFORMANCE)
            source = briefing(view, base=BASE)
            shown = [slug for slug in PERFORMANCE.charts if present(CHART_BY_SLUG[slug], view)]
            assert source.count("#image(") == len(shown)
            assert written(status_sentence(view.summary.total)) in source
            for slug in shown:
                assert written(sentence_of(CHART_BY_SLUG[slug], view.answers[slug])) in source
            assert ("Illustrative figures: made up" in source) == view.illustrative
            assert "var(--" not in source


def test_every_sheet_states_the_choice_and_the_release(release: Release) -> None:
    view = look(release, read({"area": SURREY, "measure": "R1", "from": "2024-01", "origin": "published"}), page=PERFORMANCE)
    head = re.search(r"header: \[(.*?)\], footer: \[(.*?)\]\)\n", briefing(view, base=BASE))

    assert head is not None
    for words in ("Recorded crime rate", "Surrey", "From January 2024", "Only published figures", release.id):
        assert words in head[1]
    assert "llustrative" not in head[1]
    assert f"{BASE}/performance?" in head[2] and "counter(page)" in head[2]


@pytest.mark.parametrize("query", [
    "", f"area={SURREY}", "measure=R1&origin=published", "measure=C1", f"measure=S3&area={SURREY}", "measure=A12&from=2030-01",
    f"measure=E3&area={SURREY}&area=E23000032&compare=K02000001&rebase=2025-01"])
def test_it_is_a_tagged_file_with_the_word_illustrative_in_its_name(client: FlaskClient, query: str) -> None:
    answer = client.get(f"{PATH}?{query}")
    page = client.get(f"/performance?{query}").text

    assert answer.status_code == 200 and answer.content_type == "application/pdf"
    assert answer.data.startswith(b"%PDF-") and b"StructTreeRoot" in answer.data
    assert answer.headers["Content-Disposition"].startswith(
        'inline; filename="illustrative-performance-' if 'name="robots" content="noindex"' in page else 'inline; filename="performance-')
    assert f'href="{PATH}?' in page


def test_a_pinned_one_stays_as_it_is_and_a_wrong_address_names_its_field(
    client: FlaskClient, release: Release, release_home: Path
) -> None:
    address = f"{PATH}?area={SURREY}&release={release.id}"
    first = client.get(address)
    other = create_app(Settings(home=release_home)).server.test_client()

    assert other.get(address).data == first.data and "immutable" in first.headers["Cache-Control"]
    for query, status, field in (("area=Narnia", 400, "area"), ("colour=red", 400, "colour"), ("release=2020-01-01-abcdefabcdef", 404, None)):
        refused = client.get(f"{PATH}?{query}")
        assert refused.status_code == status and refused.get_json().get("field") == field


@pytest.mark.parametrize("text", ['"] #panic("x")', "\\", "#let x = 1", "*bold* _x_ $x$ @ref <a> //", "a\nb", "Ynys Môn – ≥ 5"])
def test_words_mean_nothing_but_themselves(release: Release, text: str) -> None:
    view = look(release, read({"measure": "R1"}), page=PERFORMANCE, problem=text)
    source = briefing(view, base=BASE)

    assert written(text).replace("\n", "\\n") in source
    assert pdf(source, made=MADE) == pdf(source, made=MADE)
