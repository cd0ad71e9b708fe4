"""The pages over HTTP: complete before any script, the same numbers everywhere, errors that name the field."""

from __future__ import annotations

import csv
import io
import json
import platform
import re
import shutil
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

import brotli
import dash
import plotly
import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.routes.charts import catalogue
from dashboard.settings import Settings
from data.errors import HueError
from data.release import Release, Store
from data.selection import read
from layouts.charts import CHART_BY_SLUG, CHARTS
from layouts.document import render
from layouts.pages import EXPLORE, PAGES
from layouts.pages.area import AREA_PAGES
from layouts.pages.text_page import TextPage, answered
from layouts.pages.texts import TEXT_PAGES
from tests.publishing import FORCE, publish

SELECTIONS = (
    "", "area=E23000031&area=E23000032&channel=facebook&age_group=18-24&from=2024-01&to=2025-12",
    "measure=A1&channel=social&crime_type=burglary", "measure=R1&compare=K04000001&area=E23000031",
    "measure=P1&area=E09000003", "measure=B2&category=crime", "measure=E14&age_group=18-24&grain=quarter",
)
BAD: Mapping[str, str] = {
    "area=Atlantis": "area", "channel=pigeon": "channel", "age_group=12": "age_group", "from=2024-13": "from",
    "to=yesterday": "to", "from=2025-01&to=2024-01": "from", "grain=week": "grain", "colour=red": "colour",
    "measure=A1&measure=A2": "measure", "measure=ZZ": "measure", "origin=any": "origin", "compare=Mars": "compare",
    "release=../../etc": "release", "crime_type=" + "x" * 3000: "crime_type", "area=" + "E" * 9000: "query",
}


@pytest.fixture(scope="module")
def app(release_home: Path) -> Dash:
    return create_app(Settings(home=release_home))


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


class Form(HTMLParser):
    """What a browser without scripts would submit with the filters."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self._select = ""
        self._disabled = 0
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form":
            self._inside = values.get("id") == "filters"
        if not self._inside:
            return
        if tag == "fieldset":
            self._disabled = int("disabled" in values)
        if self._disabled and values.get("type") != "hidden":
            return
        name, value = values.get("name") or "", values.get("value") or ""
        if tag == "input" and name:
            if values.get("type") not in ("checkbox", "radio") or "checked" in values:
                self.pairs.append((name, value))
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in values and self._select:
            self.pairs.append((self._select, value))

    def handle_endtag(self, tag: str) -> None:
        if tag == "fieldset":
            self._disabled = 0
        if tag == "select":
            self._select = ""
        if tag == "form":
            self._inside = False


@pytest.mark.parametrize("path", [page.path for page in (*PAGES, *TEXT_PAGES, *AREA_PAGES[::40])])
def test_every_page_is_complete_before_any_script_has_run(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    text = answer.text

    assert answer.status_code == 200
    assert '<html lang="en-GB">' in text
    assert re.search(r"<title>[^<]+Hue &amp; Cry: results of police appeals and public engagement</title>", text)
    assert text.count("<h1") == 1
    assert "<script>" not in text


@pytest.mark.parametrize("query", SELECTIONS)
def test_the_first_answer_holds_sentence_tiles_pictures_tables_and_a_form(client: FlaskClient, query: str) -> None:
    text = client.get(f"/?{query}").text
    cards = [slug for slug in (chart.slug for chart in CHARTS) if re.search(rf'class="card[^"]*"[^>]*title-{slug}"', text)]

    assert 'id="sentence"' in text
    assert text.count('class="tile"') == 4
    assert '<form id="filters" action="/" class="filters" method="get"' in _sorted_form(text)
    assert text.count("<svg") >= 4
    assert text.count("<table") + text.count("There is no figure") >= 2 or not cards


def _sorted_form(text: str) -> str:
    found = re.search(r'<form[^>]*id="filters"[^>]*>', text)
    assert found
    attributes = sorted(re.findall(r' (\w[\w-]*="[^"]*")', found.group(0)), key=lambda item: item != 'id="filters"')
    return "<form " + " ".join(attributes)


@pytest.mark.parametrize("query", SELECTIONS)
def test_the_form_submits_the_selection_that_the_address_holds(client: FlaskClient, query: str) -> None:
    form = Form()
    form.feed(client.get(f"/?{query}").text)
    submitted: dict[str, list[str]] = {}
    for name, value in form.pairs:
        submitted.setdefault(name, []).append(value)

    assert read(submitted) == read(parse_qs(query))


@pytest.mark.parametrize(("query", "field"), BAD.items())
def test_a_bad_address_is_a_notice_on_the_page_and_400_from_files(client: FlaskClient, query: str, field: str) -> None:
    page = client.get(f"/?{query}")
    assert page.status_code == 200
    assert "That address could not be read in full" in page.text
    assert "noindex" in page.text
    for suffix in ("csv", "json"):
        answer = client.get(f"/charts/map.{suffix}?{query}")
        assert answer.status_code == 400
        assert answer.json is not None and answer.json["field"] == field
        assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("path", ["/nowhere", "/charts/pie", "/charts/pie.csv", "/charts/pie.json", "/charts/pie/table",
                                  "/geo/moon.geojson", "/static/none.js", "/_dash-component-suites/dash/x.js", "/a%00b"])
def test_what_does_not_exist_is_404(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_a_release_that_never_was_is_404_and_a_notice_on_the_page(client: FlaskClient) -> None:
    query = "release=2020-01-01-abcdefabcdef"

    assert client.get(f"/charts/map.json?{query}").status_code == 404
    assert "There is no release called" in client.get(f"/?{query}").text


@pytest.mark.parametrize("path", ["/", "/charts/map", "/charts", "/help", "/charts.json", "/charts/map.csv", "/nowhere",
                                  "/charts/map.json", "/charts/map/table", "/geo/police_force.geojson", "/_dash-layout",
                                  "/_dash-dependencies"])
def test_every_get_has_an_etag_is_stable_and_sets_no_cookie(client: FlaskClient, path: str) -> None:
    first, second = client.get(path), client.get(path)

    assert first.headers["ETag"] and first.data == second.data
    assert "Set-Cookie" not in first.headers
    if first.status_code == 200:
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["/", "/_dash-layout", "/_dash-dependencies", "/nowhere", "/charts/map.json?x=1"])
def test_no_answer_tells_the_version_of_anything(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    told = answer.text + str(answer.headers)

    for version in (dash.__version__, plotly.__version__, platform.python_version(), "Werkzeug", "gunicorn", "Python/"):
        assert version not in told
    assert "Server" not in answer.headers


def test_charts_json_lists_every_chart_with_addresses_that_answer(client: FlaskClient) -> None:
    listed = client.get("/charts.json").json["charts"]  # type: ignore[index]

    assert listed == catalogue()
    assert [entry["slug"] for entry in listed] == [chart.slug for chart in CHARTS]
    for entry in listed:
        for key in ("page", "csv", "json"):
            assert client.get(entry[key]).status_code == 200
        assert f'href="{entry["page"]}"' in client.get("/charts").text


@pytest.mark.parametrize("path", ["/", "/?measure=A3", *(f"/charts/{chart.slug}?measure=A3" for chart in CHARTS)])
def test_letters_of_pictures_are_readable_on_a_phone_without_scripts(client: FlaskClient, path: str) -> None:
    """A phone of 390 pixels shows pictures 358 wide; those of a whole row are not for it."""
    text = client.get(path).text
    for_phones = re.sub(r'<div class="graph for-wide">.*?</svg></div>', "", text, flags=re.S)
    pictures = re.findall(r"<svg[^>]*role=\"img\".*?</svg>", for_phones, re.S)

    assert pictures and len(re.findall('id="', text)) == len(set(re.findall('id="[^"]*"', text)))
    for picture in pictures:
        width = float(re.search(r'viewBox="0 0 ([\d.]+)', picture)[1])  # type: ignore[index]
        assert all(float(size) * min(358 / width, 1) >= 10.99 for size in re.findall(r'font-size="(\d+)"', picture))


def test_illustrative_figures_are_named_in_every_page_picture_table_and_file(client: FlaskClient) -> None:
    text = client.get("/").text
    assert '<meta name="robots" content="noindex">' in text
    assert "Illustrative figures. " in text
    for chart in map(CHART_BY_SLUG.__getitem__, EXPLORE.charts):
        picture = re.search(rf"<svg[^>]*{chart.slug}-.*?</svg>", text, re.S)
        assert picture and any(said in picture.group(0) for said in (
            "llustrative", "is not collected by", "stands beside other measures"))
    for caption in re.findall(r"<caption>.*?</caption>", text, re.S):
        assert "Illustrative figures" in caption
    assert 'filename="illustrative-' in client.get("/charts/map.csv").headers["Content-Disposition"]
    assert client.get("/charts/map.json").json["title"].startswith("Illustrative")  # type: ignore[index]
    rows = list(csv.DictReader(io.StringIO(client.get("/charts/channel.csv").text)))
    assert rows and {row["origin"] for row in rows} == {"illustrative"}


@pytest.mark.parametrize("query", ["measure=R1", "measure=P1", "measure=B1", "origin=published"])
def test_published_figures_are_not_called_illustrative(client: FlaskClient, query: str) -> None:
    text = client.get(f"/?{query}").text

    assert "noindex" not in text
    assert "class=\"illustrative\"" not in text


def test_only_published_figures_leaves_no_illustrative_value_in_any_file(client: FlaskClient) -> None:
    for chart in CHARTS:
        for row in csv.DictReader(io.StringIO(client.get(f"/charts/{chart.slug}.csv?origin=published").text)):
            assert row["origin"] != "illustrative"


def test_every_file_names_its_release_and_an_older_one_can_be_asked_for(client: FlaskClient, release_home: Path) -> None:
    current = Store(release_home).current_id()
    link = re.search(r'href="(/charts/map\.csv\?[^"]*release=[^"]+)"', client.get("/").text)

    assert link and f"release={current}" in link.group(1)
    assert client.get(link.group(1).replace("&amp;", "&")).status_code == 200


def test_two_applications_in_one_process_show_their_own_releases(
    client: FlaskClient, release_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "other"
    folder = shutil.copytree(FORCE, tmp_path / "force", ignore=shutil.ignore_patterns("engagement.csv"))
    (folder / "engagement.csv").write_text(
        "month,area_code,channel,age_group,audience,reach,reactions,comments,shares,clicks\n"
        "2026-09,E23000031,facebook,18-24,1000,500,10,5,3,2\n", encoding="utf-8")
    publish(home, folders=[folder])
    other = create_app(Settings(home=home)).server.test_client()

    assert "4% [p]" in other.get("/?channel=facebook").text
    assert other.get("/").text != client.get("/").text
    assert Store(release_home).current_id() in client.get("/").text  # type: ignore[operator]


def test_the_application_stops_with_a_message_before_the_first_publish(tmp_path: Path) -> None:
    with pytest.raises(HueError, match="hue publish"):
        create_app(Settings(home=tmp_path))


def test_a_first_visit_stays_inside_the_budget(app: Dash, client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept-Encoding": "br"})
    text = brotli.decompress(page.data).decode()
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)
    boot = re.findall(r'<script src="([^"]+)"', text)
    before_paint = len(page.data) + sum(_weight(client, address) for address in (*styles, *boot))
    settings = json.loads(re.search(r'id="hue-boot">(.*?)</script>', text).group(1))  # type: ignore[union-attr]
    folder = next(address for address in settings["scripts"] if "dash_core_components.js" in address).rsplit("/", 1)[0]
    later = [*settings["scripts"], settings["plotly"], f"{folder}/async-graph.js", "/geo/police_force.geojson",
             "/_dash-layout", "/_dash-dependencies"]
    pages = _post(client, body=_navigation())

    assert before_paint <= 80_000
    assert before_paint + sum(_weight(client, address) for address in later) + pages <= 900_000


def _weight(client: FlaskClient, address: str) -> int:
    answer = client.get(address, headers={"Accept-Encoding": "br"})
    assert answer.status_code == 200, address
    return len(answer.data)


def _navigation() -> dict[str, Any]:
    """The request by which a page fetches its layout."""
    return {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": [{"id": "_pages_location", "property": "pathname", "value": "/"},
                   {"id": "_pages_location", "property": "search", "value": ""}],
        "changedPropIds": ["_pages_location.pathname", "_pages_location.search"],
        "parsedChangedPropsIds": ["_pages_location.pathname", "_pages_location.search"],
        "state": [],
    }


def _post(client: FlaskClient, *, body: dict[str, Any]) -> int:
    answer = client.post("/_dash-update-component", json=body, headers={"Accept-Encoding": "br"})
    assert answer.status_code == 200, answer.text
    return len(answer.data)


@pytest.mark.parametrize("query", ["area=%F0%9F%9A%93", "area=" + quote("'; DROP TABLE"), "measure=%00", "from=9999-12",
                                   "from=1900-01&to=2199-12", "area=&channel=", "%FF=1"])
def test_odd_addresses_never_break_a_page(client: FlaskClient, query: str) -> None:
    for path in ("/", "/charts/trend", "/charts/trend.csv", "/charts/trend.json"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code in (200, 400)
        assert "Traceback" not in answer.text


@pytest.mark.parametrize("page", [*TEXT_PAGES, *AREA_PAGES[::100]], ids=lambda page: page.path)
def test_every_page_of_words_tells_of_keys_that_it_does_not_take_and_of_no_other(release: Release, page: TextPage) -> None:
    usual, odd = answered(page, release, {}), answered(page, release, {"chanel": ["x"], "foo": ["1"], **({"release": [release.id]} if page.selects else {})})

    assert not usual.problem and "That address could not be read in full" not in render(usual.body[0])
    assert "That address could not be read in full" in render(odd.body[0]) and odd.unlisted
    assert "There is no filter called “chanel” and “foo” on this page. It takes " in render(odd.body[0])
    assert all(key in render(odd.body[0]) for key in page.keys) and len(odd.body) == len(usual.body) + 1


@pytest.mark.parametrize("path", ["/help?channel=x&foo=1", "/areas/E23000031?colour=red&measure=ZZ", "/appeals/list?colour=red&page=0",
                                  "/appeals/published?release=2020-01-01-00000000", "/measures/A5?release=2020-01-01-00000000"])
def test_an_address_that_cannot_be_read_is_told_once_and_kept_from_search_engines(client: FlaskClient, path: str) -> None:
    page = client.get(path)

    assert page.status_code == 200 and page.text.count("That address could not be read in full") == 1 and "noindex" in page.text


@pytest.mark.parametrize("wrong", ["grain=week", "compare=Mars", "category=zzz", "colour=red&grain=week"])
def test_what_is_wrong_in_an_address_is_left_out_and_the_rest_is_shown(client: FlaskClient, wrong: str) -> None:
    text = client.get(f"/?measure=A2&area=E23000009&{wrong}").text

    assert "That address could not be read in full" in text
    assert "Publications per appeal in North Yorkshire" in text


def test_a_trend_names_the_months_that_it_draws(client: FlaskClient) -> None:
    text = client.get("/charts/trend?measure=P7").text

    assert "Trust in the Metropolitan Police in Metropolitan Police, April 2015 to December 2023 (%)" in text


def test_the_limits_of_a_measure_stand_on_its_page(client: FlaskClient) -> None:
    assert "Collected by others from public accounts" in client.get("/?measure=B1").text
    assert "how complete they are is unknown" in client.get("/?measure=B1").text
