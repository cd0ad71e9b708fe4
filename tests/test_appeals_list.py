"""The list of appeals: what the force made public and nothing else, searched, sorted and paged by the address alone."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from dashboard.app import create_app
from dashboard.routes.appeals import APPEAL_COLUMNS
from dashboard.settings import Settings
from data.appeals import DEFAULT_SORT, FILE, PAGE_SIZE, SORTS, every, find, read_search
from data.areas import AREAS
from data.errors import SelectionError
from data.release import Release, Store
from data.templates import PUBLIC_OUTCOMES
from tests.publishing import publish

SURREY = "E23000031"
OWN = """appeal_id,area_code,crime_type,offence_date,published_at,closed_at,status,public_outcome,persons_sought,url
SECRET-1,E23000031,burglary,2026-08-30,2026-09-01T09:30,,open,none published,2,https://www.example.police.uk/a/1
SECRET-2,E23000031,missing person,2026-09-03,2026-09-04,2026-09-05,closed,person located,1,https://www.example.police.uk/a/2?x=1&y=2
SECRET-3,E07000209,robbery,,2026-10-01,2026-10-09,,arrest,1,
SECRET-4,E23000032,burglary,,2026-10-02,,,,0,
"""
BAD = {
    "status=perhaps": "status", "sort=size": "sort", "page=0": "page", "page=-1": "page", "page=two": "page", "page=99999": "page",
    "text=" + "a" * 61: "text", "status=open&status=closed": "status", "area=Atlantis": "area", "from=2025-13": "from",
    "crime_type=piracy": "crime_type", "colour=red": "colour", "channel=x": "channel", "age_group=18-24": "age_group",
    "from=2026-02&to=2026-01": "from",
}


@pytest.fixture(scope="module")
def client(release_home: Path) -> FlaskClient:
    return create_app(Settings(home=release_home)).server.test_client()


@pytest.fixture(scope="module")
def supplied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose release holds a force's own appeals."""
    home, folder = tmp_path_factory.mktemp("own"), tmp_path_factory.mktemp("files")
    (folder / "appeals.csv").write_text(OWN, encoding="utf-8")
    publish(home, folders=[folder], today=date(2026, 11, 23))
    yield home


def test_only_what_the_force_made_public_is_in_the_release_and_in_no_order_of_its_own(supplied: Path) -> None:
    table = pq.read_table(Store(supplied).current().folder / FILE)

    assert table.column_names == ["published", "area_code", "crime_type", "status", "closed", "public_outcome", "url", "origin"]
    assert table["published"].to_pylist() == [date(2026, 10, 2), date(2026, 10, 1), date(2026, 9, 4), date(2026, 9, 1)]
    assert table["status"].to_pylist() == ["", "closed", "closed", "open"]
    assert table["closed"].to_pylist() == [None, date(2026, 10, 9), date(2026, 9, 5), None]
    assert table["origin"].to_pylist() == ["uploaded"] * 4
    held = b"".join(path.read_bytes() for path in Store(supplied).current().folder.rglob("*") if path.is_file())
    assert b"SECRET" not in held and b"2026-08-30" not in held


def test_a_forces_own_appeals_stand_with_their_address_and_without_reference(supplied: Path) -> None:
    own = create_app(Settings(home=supplied)).server.test_client()
    text = own.get("/appeals/list").text
    sheet = list(csv.DictReader(io.StringIO(own.get(f"/appeals/list.csv?area={SURREY}").text)))

    assert 'href="https://www.example.police.uk/a/2?x=1&amp;y=2"' in text and 'rel="noopener noreferrer nofollow"' in text
    assert "Illustrative" not in text.split("<main")[1].split("</main>")[0] and 'name="robots"' not in text
    assert "not stated" in text and "SECRET" not in text
    assert [(row["area_name"], row["crime_type"], row["url"]) for row in sheet] == [
        (AREAS["E07000209"].name, "robbery", ""),
        ("Surrey", "missing person", "https://www.example.police.uk/a/2?x=1&y=2"),
        ("Surrey", "burglary", "https://www.example.police.uk/a/1")]
    assert own.get("/appeals/list.csv?origin=published").text.count("\n") == 5


def test_illustrative_appeals_are_named_on_the_page_in_the_caption_and_in_files(client: FlaskClient) -> None:
    answer = client.get("/appeals/list")
    sheet = client.get(f"/appeals/list.csv?area={SURREY}")
    data = client.get(f"/appeals/list.json?area={SURREY}").json

    assert '<meta name="robots" content="noindex">' in answer.text
    assert "These appeals are made up" in answer.text and "<caption>Illustrative figures: Appeals" in answer.text
    assert 'filename="illustrative-appeals-' in sheet.headers["Content-Disposition"]
    assert data["title"].startswith("Illustrative figures") and {row["origin"] for row in data["rows"]} == {"illustrative"}
    assert {row["url"] for row in data["rows"]} == {""} and "ILL-" not in sheet.text + answer.text
    assert "illustrative and are left out" in client.get("/appeals/list?origin=published").text


@pytest.mark.parametrize("query", [
    "", f"area={SURREY}", "area=K04000001&crime_type=burglary&status=closed", "text=ARREST&from=2025-01&to=2025-06",
    "crime_type=missing+and+wanted+persons&area=Kent&sort=outcome", "status=open&text=charge",
])
def test_page_csv_and_json_hold_the_same_appeals(client: FlaskClient, release: Release, query: str) -> None:
    sheet = list(csv.DictReader(io.StringIO(client.get(f"/appeals/list.csv?{query}").text)))
    data = client.get(f"/appeals/list.json?{query}").json
    text = client.get(f"/appeals/list?{query}").text

    assert data["total"] == len(sheet) and (f"{len(sheet):,} appeal" in text)
    assert [{key: value or "" for key, value in row.items()} for row in data["rows"]] == sheet[: len(data["rows"])]
    assert all(tuple(row) == APPEAL_COLUMNS for row in data["rows"])
    assert len(re.findall(r'<tr role="row">', text)) - 1 == min(PAGE_SIZE, len(sheet)) or not sheet


def test_every_page_together_holds_each_appeal_once(release: Release) -> None:
    search = f"area={SURREY}&sort=area"
    first = find(release, read_search(dict(part.split("=") for part in search.split("&"))))
    rows = [row for page in range(1, first.pages + 1) for row in find(
        release, read_search({"area": SURREY, "sort": "area", "page": str(page)})).appeals]

    assert rows == list(every(release, read_search({"area": SURREY, "sort": "area"}))) and len(rows) == first.total


@pytest.mark.parametrize("column", SORTS)
def test_each_column_sorts_both_ways_and_what_is_not_known_stands_last(release: Release, column: str) -> None:
    name = {"area": "area_code", "outcome": "public_outcome"}.get(column, column)
    for sort in (column, f"-{column}"):
        rows = every(release, read_search({"sort": sort, "from": "2025-01", "to": "2025-03"}))
        values = [getattr(row, name) for row in rows]
        if column == "closed":
            known = [value for value in values if value is not None]
            assert values == known + [None] * (len(values) - len(known)) and len(known) < len(values)
            values = known
        if column != "area":  # by name
            ordered = list(pairwise(values))
            assert all(one <= other if sort == column else one >= other for one, other in ordered)


@pytest.mark.parametrize(("query", "field"), BAD.items())
def test_what_cannot_be_read_is_a_notice_on_the_page_and_400_from_files(client: FlaskClient, query: str, field: str) -> None:
    page = client.get(f"/appeals/list?{query}")

    assert page.status_code == 200
    assert "could not be read in full" in page.text or "not applied here" in page.text
    for suffix in ("csv", "json"):
        answer = client.get(f"/appeals/list.{suffix}?{query}")
        assert answer.status_code == 400 and answer.json["field"] == field


def test_the_csv_holds_every_page_and_json_names_the_next(client: FlaskClient) -> None:
    data = client.get(f"/appeals/list.json?area={SURREY}").json
    rest = client.get(data["next"]).json

    assert data["total"] == len(data["rows"]) + len(rest["rows"]) and rest["next"] is None
    assert client.get("/appeals/list.csv?page=2").json["field"] == "page"


def test_files_are_revalidated_and_of_a_named_release(client: FlaskClient, release: Release) -> None:
    first = client.get(f"/appeals/list.csv?area={SURREY}&release={release.id}")

    assert client.get(f"/appeals/list.csv?area={SURREY}&release={release.id}",
                      headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get("/appeals/list.json?release=2020-01-01-0123456789ab").status_code == 404
    assert "release that the address names is not there" in client.get("/appeals/list?release=2020-01-01-0123456789ab").text


def test_the_form_and_the_links_of_the_page_keep_the_search(client: FlaskClient) -> None:
    text = unescape(client.get(f"/appeals/list?area={SURREY}&status=closed&text=arrest&sort=area").text)

    assert re.search(rf'<input type="checkbox"[^>]*name="area" value="{SURREY}" checked', text)
    assert re.search(r'<option value="closed" selected', text) and 'name="text" class="form-control" value="arrest"' in text
    assert f'href="/appeals/list?area={SURREY}&status=closed&text=arrest&sort=-area"' in text
    assert f'href="/appeals/list?area={SURREY}&status=closed&text=arrest&sort=area&page=2"' in text
    assert f'href="/appeals?area={SURREY}"' in text
    assert 'aria-sort="ascending"' in text


@given(st.dictionaries(st.sampled_from(["status", "text", "sort", "page", "area", "from", "zz"]), st.text(max_size=80), max_size=4))
def test_no_address_is_more_than_refused(query: dict[str, str]) -> None:
    try:
        search = read_search(query)
    except SelectionError as error:
        assert error.field and str(error)
    else:
        assert search.sort.removeprefix("-") in SORTS and search.page >= 1 and len(search.text) <= 60
        assert read_search(dict(search.pairs())) == search or search.sort == DEFAULT_SORT


def test_outcomes_are_of_the_closed_list(release: Release) -> None:
    assert {row.public_outcome for row in every(release, read_search({}))} <= {"", *PUBLIC_OUTCOMES}
