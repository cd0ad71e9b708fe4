"""The API: every list and any measure, described by itself, in pages, for every page of the web, with plain errors."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from dash import html
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from dashboard import guard
from dashboard.api import routes
from dashboard.api.data import breakdowns
from dashboard.api.endpoint import MOST_FIGURES, ROOT, Asked, Endpoint
from dashboard.api.endpoints import ENDPOINTS
from dashboard.api.parameters import SHOWING
from dashboard.app import create_app
from dashboard.index import create_dash
from dashboard.settings import Settings
from data.areas import AREAS
from data.described import names
from data.errors import SelectionError
from data.export import COLUMNS
from data.measures import MEASURES
from data.model import DIMENSIONS
from data.query import BREAKDOWNS, answer
from data.release import Release, Store
from data.selection import KEYS, Selection, read
from layouts.charts import CHARTS, Chart, ask

PLAIN = [chart for chart in CHARTS if not (chart.against or chart.widens or chart.similar)]
"""Charts whose answer is that of one question."""
WRONG = {
    "data?by=bla": "by", "data?measure=E99": "measure", "data?area=Atlantis": "area",
    "data?from=2025-13": "from", "data?grain=week": "grain", "data?origin=uploaded": "origin",
    "data?release=latest": "release", "data?channel=smoke": "channel", "data?age_group=old": "age_group", "data?crime_type=piracy": "crime_type",
    "data?category=none": "category", "data?compare=Atlantis": "compare", "data?rebase=2025-01": "rebase", "data?colour=red": "colour", "data?measure=E4&measure=A1": "measure", "data?page=0": "page",
    "data?page=two": "page", "data?page=1&page=2": "page", "data?per_page=10001": "per_page", "data?per_page=-1": "per_page",
    "data.csv?page=1": "page", "data?area=" + "x" * 5000: "query",
    "measures?measure=E4": "measure", "areas?type=planet": "type", "coverage?field=luck": "field", "coverage?area=Atlantis": "area",
    "channels?release=2026-11-23-2576b70b3488": "release", "openapi.json?x=1": "x",
    "data?measure=": "measure", "data?area=Kent&area=": "area", "data.csv?by=": "by", "data?page=": "page",
}
CONFLICTS = {
    "data?by=channel&by=channel_group": "by", "data?by=time&by=category": "by", "data?from=2025-02&to=2025-01": "from",
    "data?by=area&compare=K04000001": "compare", "data?by=area&by=channel&by=age_group&by=period": "by",
}
SHARED = ("/charts/map.csv", "/charts/map.json", "/charts/map.geojson", "/charts/map.xlsx", "/charts/map.parquet", "/areas.json",
          "/data/revisions.csv", "/appeals/published.csv", "/measures.json", *(endpoint.path for endpoint in ENDPOINTS))


@pytest.fixture(scope="module")
def client(release_home: Path) -> FlaskClient:
    return create_app(Settings(home=release_home)).server.test_client()


def sheet(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def as_text(value: Any) -> str:
    return "; ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def test_description_is_valid_and_names_every_address_and_every_member(client: FlaskClient) -> None:
    found = client.get(f"{ROOT}/openapi.json").json

    validate(found)
    assert found["openapi"].startswith("3.1")
    assert set(found["paths"]) == {path for each in ENDPOINTS for path in (each.path, f"{each.path}.csv")}
    parameters = found["components"]["parameters"]
    assert parameters["Measure"]["schema"]["enum"] == [measure.id for measure in MEASURES]
    assert parameters["Area"]["schema"]["items"]["enum"] == list(AREAS)
    assert parameters["By"]["schema"]["items"]["enum"] == list(BREAKDOWNS)
    assert {one["name"] for one in parameters.values()} >= {*KEYS, "by", "page", "per_page"} - {*SHOWING}


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda each: each.name)
def test_every_list_gives_the_same_rows_as_json_and_as_csv(client: FlaskClient, endpoint: Endpoint) -> None:
    asked = f"?{endpoint.example}" if endpoint.example else ""

    data, text = client.get(f"{endpoint.path}{asked}").json, client.get(f"{endpoint.path}.csv{asked}")

    assert text.content_type == "text/csv; charset=utf-8" and text.text.splitlines()[0] == ",".join(names(endpoint.columns))
    assert data["rows"] and data["total"] == len(sheet(text.text)) and data["next"] is None
    assert [{key: as_text(value) for key, value in row.items()} for row in data["rows"]] == sheet(text.text)
    assert all(tuple(row) == names(endpoint.columns) for row in data["rows"])
    assert all(row[column.name] or column.optional or column.many or row[column.name] == 0
               for row in data["rows"] for column in endpoint.columns)


def test_lists_hold_what_the_registries_hold(client: FlaskClient, release: Release) -> None:
    def ids(name: str, key: str = "id") -> list[str]:
        return [row[key] for row in client.get(f"{ROOT}/{name}").json["rows"]]

    assert ids("measures") == [measure.id for measure in MEASURES]
    assert ids("areas", "code") == list(AREAS)
    for key, name in (("channel", "channels"), ("age_group", "age-groups"), ("crime_type", "crime-types")):
        assert set(ids(name)) == set(DIMENSIONS[key].by_id)
    assert ids("releases") == [release.id]


@pytest.mark.parametrize("query", ["", "area=E23000031&measure=A3&from=2025-01", "measure=P2&area=E09000003", "measure=A13&area=E23000032"])
@pytest.mark.parametrize("chart", PLAIN, ids=lambda chart: chart.slug)
def test_data_gives_the_numbers_and_marks_of_every_chart(client: FlaskClient, release: Release, chart: Chart, query: str) -> None:
    selection = read(parse_qs(query))
    drawn = ask(release, selection, chart=chart)
    kept = replace(selection.without(*chart.ignores), measure=chart.measure or selection.measure)
    wanted = [row for row in sheet(client.get(f"/charts/{chart.slug}.csv?{query}").text) if row["measure"] == drawn.measure.id]

    text = client.get(f"{ROOT}/data.csv?{kept.query_string()}&{'&'.join(f'by={name}' for name in chart.by)}").text

    if "area" in chart.ignores and selection.area and drawn.frame:  # a map shows the level of the places that it leaves out
        wanted = [row for row in wanted if row["area_code"] in {line["area_code"] for line in sheet(text)}]
    assert sheet(text) == wanted
    assert tuple(sheet(text)[0]) == COLUMNS if wanted else text == f"{','.join(COLUMNS)}\r\n"


def test_data_split_by_area_gives_the_chosen_places_each_by_itself(client: FlaskClient) -> None:
    asked = f"{ROOT}/data?by=area&measure=A1&area="
    rows = client.get(f"{asked}E23000031&area=E23000032&area=K04000001").json["rows"]

    assert [row["area_code"] for row in rows] == ["E23000031", "E23000032", "K04000001"]
    for row in rows:
        assert client.get(f"{ROOT}/data?measure=A1&area={row['area_code']}").json["rows"] == [row]
    assert [row["area_code"] for row in client.get(f"{asked}Surrey").json["rows"]] == ["E23000031"]


def test_data_says_why_it_has_no_figures_and_what_was_left_out(client: FlaskClient) -> None:
    without = client.get(f"{ROOT}/data?from=2031-01").json
    left_out = client.get(f"{ROOT}/data?measure=P1&channel=facebook").json

    assert without["rows"] == [] and without["reason"].startswith("The chosen period has no figures")
    assert left_out["rows"] and left_out["notes"][0]["field"] == "channel" and left_out["answered"] == "measure=P1"
    assert client.get(f"{ROOT}/data").json["title"].startswith("Illustrative figures: ")
    assert "filename=\"illustrative-data-" in client.get(f"{ROOT}/data.csv").headers["Content-Disposition"]
    assert not client.get(f"{ROOT}/data?measure=B2").json["title"].startswith("Illustrative")


def test_pages_hold_every_row_once_and_stay_with_their_release(client: FlaskClient, release: Release) -> None:
    address, found = f"{ROOT}/data?measure=A3&by=area&by=period&from=2026-01&per_page=100", []
    whole = client.get(address.replace("data?", "data.csv?").replace("&per_page=100", "")).text
    while address:
        answered = client.get(address)
        body = answered.json
        found += body["rows"]
        assert len(body["rows"]) <= 100 and body["total"] == len(sheet(whole))
        linked = dict(reversed(link) for link in re.findall(r'<([^>]*)>; rel="(\w+)"', answered.headers["Link"]))
        assert linked.get("next") == body["next"] and f"release={release.id}" in linked["first"]
        address = body["next"]

    assert len(found) > 100
    assert [{key: as_text(value) for key, value in row.items()} for row in found] == sheet(whole)
    assert client.get(f"{ROOT}/data?page=7").json["rows"] == []


def test_coverage_can_be_read_by_field_and_area_and_page_by_page(client: FlaskClient) -> None:
    first = client.get(f"{ROOT}/coverage").json
    some = client.get(f"{ROOT}/coverage?field=appeals&area=Kent&area=Surrey").json

    assert len(first["rows"]) == first["per_page"] < first["total"]
    assert {row["area_name"] for row in some["rows"]} == {"Kent", "Surrey"} and {row["field"] for row in some["rows"]} == {"appeals"}
    assert len(some["rows"]) == some["total"]
    assert client.get(f"{ROOT}/coverage.csv?field=appeals").text == client.get("/data/coverage.csv?field=appeals").text


@pytest.mark.parametrize(("path", "field", "status"), [*((*each, 400) for each in WRONG.items()), *((*each, 409) for each in CONFLICTS.items())])
def test_errors_name_the_field(client: FlaskClient, path: str, field: str, status: int) -> None:
    found = client.get(f"{ROOT}/{path}")

    assert (found.status_code, found.content_type) == (status, "application/problem+json")
    assert found.json["field"] == field and found.json["status"] == status and found.json["detail"]
    assert found.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/api/v2/data", "/api/v1/nothing", "/api/v1/data.xml", "/api/v1/data/E4", "/api/v1/age_groups"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_nothing_else_stands_below_the_api(client: FlaskClient, path: str, method: str) -> None:
    found = client.open(path, method=method)

    assert (found.status_code, found.content_type) == (404, "application/problem+json")
    assert "/api/v1/data" in found.json["detail"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_only_reading_is_answered(client: FlaskClient, method: str) -> None:
    for path in (ROOT, f"{ROOT}/openapi.json", *(endpoint.path for endpoint in ENDPOINTS)):
        found = client.open(path, method=method)
        assert (found.status_code, found.content_type) == (405, "application/problem+json")
        assert {"GET", "HEAD", "OPTIONS"} == set(found.headers["Allow"].split(", "))


def test_missing_and_withdrawn_releases_say_so(tmp_path: Path, release: Release) -> None:
    withdrawn = "2026-11-01-0123456789ab"
    older = [f"2026-10-0{day}-0123456789ab" for day in range(6, 0, -1)]
    (tmp_path / "releases").mkdir()
    for name in (release.id, withdrawn, *older):
        (tmp_path / "releases" / name).symlink_to(release.folder)
    (tmp_path / "current").write_text(release.id, encoding="utf-8")
    store = Store(tmp_path)
    store.withdraw(withdrawn, why="wrong month")
    app = create_dash("api-alone", title="API", use_pages=False)
    app.layout = html.Div()
    guard.register(app)
    routes.register(app.server, releases=lambda name: store.get(name or release.id), store=store, base_url="")
    client = app.server.test_client()

    held = store.current()
    listed = client.get(f"{ROOT}/releases").json["rows"]

    assert [(row["id"], row["status"], row["why"]) for row in listed] == [
        (release.id, "current", ""), (withdrawn, "withdrawn", "wrong month"), *((name, "earlier", "") for name in older)]
    assert store.current() is held, "a list of releases takes the place of none that is held open"
    gone, missing = (client.get(f"{ROOT}/data?release={name}") for name in (withdrawn, "2020-01-01-0123456789ab"))
    assert (gone.status_code, gone.content_type) == (410, "application/problem+json")
    assert (missing.status_code, missing.content_type) == (404, "application/problem+json")


@pytest.mark.parametrize("path", SHARED)
def test_files_and_api_are_open_to_every_page_and_may_be_kept(client: FlaskClient, release: Release, path: str) -> None:
    live = client.get(path, headers={"Origin": "https://news.example"})
    ahead = client.options(path, headers={"Origin": "https://news.example", "Access-Control-Request-Method": "GET",
                                          "Access-Control-Request-Headers": "if-none-match"})

    assert live.headers["Access-Control-Allow-Origin"] == "*" and live.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert {"ETag", "Link"} <= set(live.headers["Access-Control-Expose-Headers"].split(", "))
    assert live.headers["Cache-Control"] == "public, max-age=60"
    assert ahead.status_code == 200 and ahead.headers["Access-Control-Allow-Methods"] == ahead.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert ahead.headers["Access-Control-Allow-Headers"] == "*"
    again = client.get(path, headers={"If-None-Match": live.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["Access-Control-Allow-Origin"]) == (304, b"", "*")
    head = client.head(path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", live.headers["ETag"])


@pytest.mark.parametrize("path", ["/charts/map.csv", "/charts/map.xlsx", f"{ROOT}/data", f"{ROOT}/measures"])
def test_answers_of_a_named_release_may_be_kept_longer(client: FlaskClient, release: Release, path: str) -> None:
    assert client.get(f"{path}?release={release.id}").headers["Cache-Control"] == "public, max-age=86400, immutable"


@pytest.mark.parametrize("path", ["/", "/charts/map", "/api", "/data", "/charts/map/table"])
def test_pages_are_not_open_to_other_pages(client: FlaskClient, path: str) -> None:
    found = client.get(path)

    assert found.status_code == 200 and "Access-Control-Allow-Origin" not in found.headers
    assert found.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_breakdowns_come_in_one_order_and_each_once(release: Release) -> None:
    asked = Asked(query={"by": ["period", "area", "period"]}, store=Store(release.folder), release=lambda name: release)

    assert breakdowns(asked) == ("area", "period")


ANY = st.fixed_dictionaries(
    {"measure": st.sampled_from([measure.id for measure in MEASURES if not measure.context])},
    optional={
        "area": st.lists(st.sampled_from(sorted(AREAS)), max_size=3, unique=True),
        **{key: st.lists(st.sampled_from(sorted(dimension.by_id)), max_size=2, unique=True) for key, dimension in DIMENSIONS.items()},
        "from": st.sampled_from(["2016-05", "2025-06"]), "to": st.just("2026-08"),
        "grain": st.sampled_from(["month", "quarter", "year", "rolling_year"]), "compare": st.sampled_from(["K04000001", "E09000003"]),
    })


def answers_anything(release: Release, *, examples: int) -> None:
    """Hold that any breakdown of any measure for any choice has rows or a reason, or is refused for its size."""
    @settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(ANY, st.lists(st.sampled_from(sorted(BREAKDOWNS)), max_size=3, unique=True))
    def check(query: dict[str, Any], by: list[str]) -> None:
        selection: Selection = read(query)
        try:
            found = answer(release, selection, by=tuple(name for name in BREAKDOWNS if name in by), most=MOST_FIGURES)
        except SelectionError as error:
            assert error.field == "by"
            return
        assert bool(found.frame) != bool(found.reason)
        assert len(found.frame) <= 2 * MOST_FIGURES

    check()


def test_any_breakdown_is_answered_or_says_why_not(release: Release) -> None:
    answers_anything(release, examples=150)


@pytest.mark.long
def test_any_breakdown_is_answered_or_says_why_not_at_length(release: Release) -> None:
    answers_anything(release, examples=3000)
