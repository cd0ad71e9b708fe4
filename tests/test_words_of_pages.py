"""Every page of the site, whatever stands on it, compares in the words of the vocabulary alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.settings import Settings
from data.model import CATEGORY
from data import release as releases
from data.release import Release
from layouts import vocabulary
from layouts.pages.texts import TEXT_BY_PATH
from tests.addresses import addresses
from tests.test_layouts_vocabulary import COMPARING, without_idioms, without_sources

pytestmark = pytest.mark.long  # draws every page several times; `make test-long` runs it

SURREY = "E23000031"
AREAS = (SURREY, "E23000001", "E07000209")
EXPLAINING = ("/api", "/methods", "/help", "/about", "/accessibility", "/privacy", "/glossary", "/illustrative", "/charts", "/data",
              "/measures", "/appeals/published")
"""Pages that say what words and measures mean, or what others said, whatever the values."""
SAME = ("/embed/",)
"""Addresses that say what a chart's page says; the pages that tell how to embed it end in ``/share``."""
QUERIES = ("", f"?area={SURREY}", "?measure=E8&area=E23000001", "?measure=C1", "?measure=P7", "?measure=S3", "?measure=Q1",
           f"?measure=R1&area={SURREY}", f"?measure=A3&area={SURREY}")
WORD = "[word]"


@pytest.fixture(scope="module")
def app(release_home: Path) -> Iterator[Dash]:
    """The application with a mark in place of every word of the vocabulary."""
    with pytest.MonkeyPatch.context() as patch:
        for name, words in list(vars(vocabulary).items()):
            if name.isupper() and isinstance(words, dict):
                patch.setattr(vocabulary, name, {key: WORD if word else "" for key, word in words.items()})
        patch.setattr(vocabulary, "ALIKE", WORD)
        releases._open.cache_clear()  # what a release keeps of its own words was said in the usual ones
        yield create_app(Settings(home=release_home, cache="none"))
    releases._open.cache_clear()


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


def read(page: str, *, release: Release) -> str:
    """What a reader sees of a page, without what the vocabulary, measures, categories and surveys say of themselves."""
    seen = re.sub(r"(?s)<head.*?</head>|<script.*?</script>|<style.*?</style>", " ", page)
    text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", seen)))
    for told in (*(member.label for member in CATEGORY.members), *(asked.note for asked in release.surveyed.values() if asked.note)):
        text = text.replace(told, "")
    return without_idioms(without_sources(text).replace(f"{WORD} most similar forces", WORD))


def test_no_page_compares_without_the_vocabulary(app: Dash, client: FlaskClient, release: Release) -> None:
    assert set(EXPLAINING) <= set(TEXT_BY_PATH)
    pages = [path for path in addresses(app, areas=AREAS) if "." not in path and path not in EXPLAINING
             and not path.startswith(("/measures/", "/_dash", "/api/v1", *SAME)) and not path.endswith("/share")]
    assert {"/", "/appeals", "/performance", "/data/coverage", "/appeals/list", f"/areas/{SURREY}", "/charts/similar"} <= set(pages)

    said = 0
    for path in pages:
        for query in QUERIES:
            answer = client.get(f"{path}{query}")
            assert answer.status_code == 200, f"{path}{query}"
            said += answer.text.count(WORD)
            text = read(answer.text, release=release)
            found = COMPARING.search(text)
            assert not found, (f"{path}{query}", text[max(found.start() - 80, 0):found.end() + 80])
    assert said > 100
