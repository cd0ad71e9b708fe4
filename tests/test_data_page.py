"""The page about the data: every file it offers answers, and names what it is."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.settings import Settings
from layouts.charts import CHARTS
from layouts.formats import formats_of
from layouts.pages.sources import DOWNLOADS
from layouts.pages.texts import TEXT_PAGES


@pytest.fixture(scope="module")
def client(release_home: Path) -> FlaskClient:
    return create_app(Settings(home=release_home, base_url="https://appeals.example")).server.test_client()


def test_every_file_on_the_page_answers_and_every_chart_has_its_own(client: FlaskClient) -> None:
    part = client.get("/data").text.split('id="files"')[1].split("</main>")[0]
    links = [unescape(link) for link in re.findall(r'href="([^"]+\.(?:csv|jsonl?d?|atom|geojson|xlsx|parquet|zip)[^"]*)"', part)]

    assert len(links) == len(set(links)) == sum(len(paths) for _, paths in DOWNLOADS) + sum(len(formats_of(chart)) for chart in CHARTS)
    for link in links:
        assert client.get(link).status_code == 200, link
    assert len(re.findall(r'aria-label="([^"]+)"', part)) == len(set(re.findall(r'aria-label="([^"]+)"', part)))


def test_the_page_leads_to_coverage_changes_and_corrections(client: FlaskClient) -> None:
    text = client.get("/data").text

    for path in ("/data/coverage", "/data/revisions", "/data/corrections", "#files"):
        assert f'href="{path}"' in text.split("<footer")[0]


@pytest.mark.parametrize("path", [page.path for page in TEXT_PAGES if not page.path.startswith("/measures/")])
def test_a_page_of_words_names_its_canonical_address(client: FlaskClient, path: str) -> None:
    assert f'<link rel="canonical" href="https://appeals.example{path}">' in client.get(path).text


def test_an_address_that_answers_one_reader_has_no_canonical_one(client: FlaskClient) -> None:
    assert "canonical" not in client.get("/areas?q=kent").text
    assert 'href="https://appeals.example/data/coverage?field=recorded_crime"' in client.get("/data/coverage?field=recorded_crime").text
