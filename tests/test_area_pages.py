"""The pages of areas over HTTP: what is found, what is known of each, the same numbers as on the first page, nothing kept."""

from __future__ import annotations

import csv
import html
import io
import logging
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.settings import ROOT, Settings
from data.areas import AREAS, FORCES, full_name
from data.export import COLUMNS
from data.glossary import TERMS
from data.measure import CITY_LIMIT
from data.measures import MEASURES
from data.model import MARKS
from data.release import Release
from data.similar import similar_to
from layouts.pages.area import AREA_PAGES
from layouts.shell import FOOTER_LINKS, LINKS
from tests.publishing import FORCE, publish
from tests.test_surfaces import values_by_key

SURREY, GUILDFORD, BARNET, MET, CITY, BTP = "E23000031", "E07000209", "E09000003", "E23000001", "E23000034", "BTP"
BAD = {"channel=x": "channel", "area=E23000001": "area", "measure=ZZ": "measure", "from=2024-13": "from", "colour=red": "colour",
       "measure=A1&measure=A2": "measure", "origin=any": "origin"}


@pytest.fixture(scope="module")
def client(release_home: Path) -> FlaskClient:
    return create_app(Settings(home=release_home)).server.test_client()


def text_of(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", markup))


def tile_of(page: str, label: str) -> str:
    found = re.search(rf"<dt>{label}</dt><dd><strong[^>]*>(.*?)</strong>", page)
    assert found
    return html.unescape(re.sub(r"<[^>]+>", "", found.group(1)))


def figures_of(page: str) -> dict[str, str]:
    """Return value and interval of each measure as the page of an area writes them."""
    rows = re.findall(r'<tr[^>]*><th[^>]*><a href="/\?[^"]*">.*?</th><td[^>]*data-key="([^"|]+)[^>]*>(.*?)</td><td[^>]*>(.*?)</td>', page)
    return {measure: f"{html.unescape(value)} {html.unescape(interval)}" for measure, value, interval in rows}


def words(text: str) -> list[str]:
    return sorted(text.replace("(", " ").replace(")", " ").split())


@pytest.mark.parametrize("code", [SURREY, MET, CITY, BARNET, BTP, "S23000009", "N23000001"])
def test_every_figure_of_an_area_is_that_of_the_first_page(client: FlaskClient, release: Release, code: str) -> None:
    figures = figures_of(client.get(f"/areas/{code}").text)
    offered = [measure for measure in MEASURES if not measure.context and release.origin(measure)]

    assert figures and set(figures) <= {measure.id for measure in offered}
    for measure in offered:
        shown = tile_of(client.get(f"/?area={code}&measure={measure.id}").text, "Value")
        assert shown == "\N{EN DASH}" if measure.id not in figures else words(figures[measure.id]) == words(shown)


def facts_of(page: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>([^<]*)</dt><dd>(.*?)</dd>", page[page.index('class="facts"'):]))


@pytest.mark.parametrize("code", [SURREY, MET, CITY, BTP, "S23000009", "W15000001"])
def test_a_force_leads_to_the_forces_like_it_or_says_why_there_are_none(client: FlaskClient, release: Release, code: str) -> None:
    like, said = similar_to(release, code), facts_of(client.get(f"/areas/{code}").text)["Similar forces"]

    assert re.findall(r'href="/areas/(\w+)"', said) == list(like.codes)
    assert (like.says if like.codes else like.why_none(code)) in said


def test_a_district_has_no_similar_forces_of_its_own(client: FlaskClient) -> None:
    assert "Similar forces" not in facts_of(client.get(f"/areas/{BARNET}").text)


def test_a_headline_that_says_little_of_a_place_says_so(client: FlaskClient) -> None:
    says_little = "2018. City of London has few residents and many visitors: its rate says little."

    assert says_little in client.get(f"/areas/{CITY}").text and says_little not in client.get(f"/areas/{SURREY}").text
    for measure in MEASURES:
        assert measure.caveat(SURREY) == "" and bool(measure.caveat(CITY)) == (CITY_LIMIT in measure.limits)


@pytest.mark.parametrize(("code", "measure"), [(SURREY, "E4"), (SURREY, "A6"), (MET, "P7"), (BARNET, "B1"), (CITY, "R1"), (MET, "E9")])
def test_every_chart_of_an_area_draws_the_values_of_the_first_page(client: FlaskClient, code: str, measure: str) -> None:
    page = client.get(f"/areas/{code}?measure={measure}").text
    cards = page[page.index('id="charts"'):page.index('id="coverage"')]
    own = values_by_key(cards)
    first = values_by_key(client.get(f"/?area={code}&measure={measure}").text)

    drawn = cards.count("<svg") - cards.count('class="graph for-narrow"')
    assert drawn >= (1 if measure == "P7" else 2) and cards.count("<table") == drawn
    assert own and own.items() <= first.items()


def test_files_hold_the_rows_of_the_page_and_of_its_charts(client: FlaskClient, release: Release) -> None:
    answer = client.get(f"/areas/{SURREY}.csv?measure=A6")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    data = client.get(f"/areas/{SURREY}.json?measure=A6").json
    page = client.get(f"/areas/{SURREY}?measure=A6").text

    assert tuple(rows[0]) == COLUMNS and len({tuple(row.values()) for row in rows}) == len(rows)
    assert f'filename="illustrative-{SURREY}-{release.id}.csv"' in answer.headers["Content-Disposition"]
    assert data is not None and data["title"].startswith("Illustrative figures")
    assert {figure["measure"]["id"] for figure in data["figures"]} == set(figures_of(page)) == {
        row["measure"] for row in rows if row["measure"] != "N1"}
    channel = client.get(f"/charts/channel.csv?measure=A6&area={SURREY}").text.splitlines()[1:]
    assert channel and set(channel) <= set(answer.text.splitlines())
    assert data["area"]["neighbours"] and len(data["area"]["districts"]) == 11
    assert {each["field"] for each in data["coverage"]} >= {"appeals", "reach", "recorded_crime"}
    links = [html.unescape(link) for link in re.findall(rf'href="(/areas/{SURREY}\.[^"]+)"', page)]
    assert len(links) == 2
    for link in links:
        assert f"release={release.id}" in link and client.get(link).status_code == 200


@pytest.mark.parametrize(("query", "field"), BAD.items())
def test_a_bad_address_of_an_area_is_a_notice_and_400_from_its_files(client: FlaskClient, query: str, field: str) -> None:
    page = client.get(f"/areas/{SURREY}?{query}")

    assert page.status_code == 200 and "That address could not be read in full" in page.text and "noindex" in page.text
    for suffix in ("csv", "json"):
        answer = client.get(f"/areas/{SURREY}.{suffix}?{query}")
        assert answer.status_code == 400 and answer.json is not None and answer.json["field"] == field


@pytest.mark.parametrize("path", ["/areas/E99999999", "/areas/K04000001", "/areas/surrey", "/areas/E06000063", "/areas/%3Cb%3E", "/areas/",
                                  "/areas/x/y", "/areas/" + "x" * 300])
def test_an_unknown_area_is_404_and_leads_to_the_list(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 404 and 'href="/areas"' in answer.text and "<b>" not in answer.text
    for suffix in ("csv", "json"):
        assert client.get(f"/areas/E99999999.{suffix}").status_code == 404
    assert path not in ("/areas/surrey", "/areas/E06000063") or "Perhaps:" in answer.text


def test_illustrative_figures_of_an_area_say_so_in_every_caption_and_leave_when_asked(client: FlaskClient) -> None:
    page = client.get(f"/areas/{SURREY}").text
    published = client.get(f"/areas/{SURREY}?origin=published").text

    assert "noindex" in page and '<strong>Illustrative figures. </strong>' in page
    captions = [text_of(caption) for caption in re.findall(r"<caption>.*?</caption>", page)]
    assert captions and all(re.search("Illustrative figures|Published figures", caption) for caption in captions)
    made_up = {measure.id for measure in MEASURES} - set(figures_of(published))
    assert "A1" in made_up and "R1" not in made_up
    assert "noindex" not in published and "llustrative figures." not in published
    rows = csv.DictReader(io.StringIO(client.get(f"/areas/{SURREY}.csv?origin=published").text))
    assert {row["origin"] for row in rows} == {"published"}
    assert "noindex" not in client.get(f"/areas/{BARNET}?origin=published").text


def test_a_district_without_figures_shows_those_of_its_force_under_its_name(client: FlaskClient) -> None:
    page = client.get(f"/areas/{GUILDFORD}").text

    assert "This release holds no figures of Guildford itself" in page
    assert "Figures of Surrey Police" in page and f'href="/areas/{SURREY}"' in page
    assert not figures_of(page) and "noindex" in page
    assert tile_of(page, r"Appeals issued \(illustrative\)") == tile_of(client.get(f"/?area={SURREY}&measure=A1").text, "Value")


def test_a_district_shows_no_illustrative_figure_of_its_force_where_only_published_ones_are_asked_for(client: FlaskClient) -> None:
    page = client.get(f"/areas/{GUILDFORD}?origin=published").text

    assert "Recorded crime rate" in page and "llustrative)" not in page and "noindex" not in page
    assert tile_of(page, "Recorded crime rate") == tile_of(client.get(f"/?area={SURREY}&measure=R1").text, "Value")


def test_a_release_of_one_force_has_a_sensible_page_for_every_area(tmp_path: Path) -> None:
    publish(tmp_path, folders=[FORCE])
    own = create_app(Settings(home=tmp_path)).server.test_client()

    surrey, kent, guildford, railways = (own.get(f"/areas/{code}").text for code in (SURREY, "E23000032", GUILDFORD, BTP))
    assert re.search("[0-9]+ uploaded, 1 published[.]", surrey) and "Uploaded figures" in surrey and "under 15 [c]" in surrey
    assert "measures: 1 published, 1 uploaded." in kent and "Appeals issued" in kent[kent.index("measures without a figure"):]
    assert "measures: 1 uploaded." in guildford and figures_of(guildford)["A1"].startswith("1 [p]")
    assert "no figure of British Transport Police that can be shown" in railways and "not supplied [x]" in railways
    assert not any("noindex" in page for page in (surrey, kent, guildford, railways))


def test_a_page_names_neighbours_districts_and_what_was_supplied(client: FlaskClient) -> None:
    page = client.get(f"/areas/{SURREY}").text

    for code in ("E23000030", "E23000001", GUILDFORD):
        assert f'href="/areas/{code}">{full_name(code)}</a>' in page
    assert "What was supplied" in page and "36 of 36" in page and "Not supplied: November 2021 to April 2022." in page
    assert "Now part of" in client.get("/areas/E07000026").text


def test_the_period_of_an_address_holds_for_figures_charts_and_form(client: FlaskClient) -> None:
    page = client.get(f"/areas/{SURREY}?from=2025-01&to=2025-12&measure=A1").text

    assert "508" not in figures_of(page)["A1"]
    assert words(figures_of(page)["A1"]) == words(tile_of(client.get(f"/?area={SURREY}&measure=A1&from=2025-01&to=2025-12").text, "Value"))
    assert 'name="from" class="form-control" value="2025-01"' in page


@pytest.mark.long
@pytest.mark.parametrize("path", [page.path for page in AREA_PAGES])
def test_every_area_has_a_page_that_says_something(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200 and 'class="lead"' in answer.text
    assert answer.text.count("<h1") == 1
    ids = re.findall(r' id="([^"]+)"', answer.text)
    assert len(ids) == len(set(ids))
    for link in set(re.findall(r'href="(/areas/[^"?.]+)"', answer.text)):
        assert link.removeprefix("/areas/") in AREAS


@pytest.mark.parametrize("code", FORCES)
def test_every_force_has_a_page_with_figures_and_charts(client: FlaskClient, code: str) -> None:
    page = client.get(f"/areas/{code}").text

    assert len(figures_of(page)) >= 30 and page.count("<svg") >= 4
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_search_names_the_areas_and_repeats_what_was_typed_safely(client: FlaskClient) -> None:
    found = client.get("/areas?q=Guildford").text
    nothing = client.get("/areas", query_string={"q": "<script>alert(1)</script>"}).text

    results = found[found.index('id="results"'):found.index('id="position"')]
    assert "Guildford, in Surrey Police" in " ".join(text_of(results).split()).replace(" ,", ",")
    assert "<script>alert" not in nothing and "No force or district is called" in nothing
    assert "Did you mean" in client.get("/areas?q=gilford").text
    assert "looks like a postcode" in client.get("/areas?q=GU1+3UY").text
    assert 'href="/?area=W92000004"' in client.get("/areas?q=wales").text
    assert "noindex" in found and "noindex" not in client.get("/areas").text
    assert "That address could not be read in full" in client.get("/areas?colour=red").text
    for odd in ("q=", "q=%00", "q=" + "x" * 3000, "found=Atlantis", "found=K04000001", "wrong=colour", "q=a&q=b"):
        assert client.get(f"/areas?{odd}").status_code == 200


def test_the_list_leads_to_every_force_and_district(client: FlaskClient) -> None:
    page = client.get("/areas").text
    linked = set(re.findall(r'href="/areas/([^"]+)"', page))

    assert linked == {page.path.removeprefix("/areas/") for page in AREA_PAGES}
    assert len(re.findall("<option value=", page)) == len(linked)


def test_areas_as_data_answer_names_positions_and_name_the_field_at_fault(client: FlaskClient) -> None:
    assert len(client.get("/areas.json").json["areas"]) == len(AREA_PAGES)  # type: ignore[index]
    assert client.get("/areas.json?q=hull").json["areas"][0]["code"] == "E06000010"  # type: ignore[index]
    assert client.get("/areas.json?lat=51.2362&lon=-0.5704").json == {"areas": [{
        "code": GUILDFORD, "name": "Guildford", "type": "district", "force": SURREY, "country": "E92000001",
        "page": f"/areas/{GUILDFORD}", "near": False}]}
    assert client.get("/areas.json?lat=0&lon=0").json == {"areas": []}
    for query, field in (("lat=x&lon=0", "lat"), ("lat=51", "lon"), ("q=", "q"), ("colour=red", "colour"), ("q=a&lat=1", "q"),
                         ("lat=1&lat=2&lon=0", "lat")):
        answer = client.get(f"/areas.json?{query}")
        assert answer.status_code == 400 and answer.json is not None and answer.json["field"] == field


def test_a_position_leads_to_its_area_and_stands_in_no_address_header_or_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/areas/position", data={"lat": "51.2362", "lon": "-0.5704"})

    assert answer.status_code == 303 and answer.headers["Location"] == f"/areas?found={GUILDFORD}#results"
    assert answer.headers["Cache-Control"] == "no-store" and "Set-Cookie" not in answer.headers
    assert "51.2362" not in f"{answer.headers}{answer.text}{caplog.text}"
    assert "That position lies in Guildford, in Surrey Police." in client.get(answer.headers["Location"]).text
    outside = client.post("/areas/position", data={"lat": "0", "lon": "0"}).headers["Location"]
    assert "in no police force of the United Kingdom" in client.get(outside).text
    wrong = client.post("/areas/position", data={"lat": "51.2362", "lon": "west"}).headers["Location"]
    assert wrong == "/areas?wrong=lon#position" and "Longitude must be a number" in client.get(wrong).text
    pier = client.post("/areas/position", data={"lat": "50.815", "lon": "-0.137"}).headers["Location"]
    assert "at or just outside the edge of Brighton and Hove, in Sussex Police" in client.get(pier).text


def test_only_the_page_that_finds_an_area_may_ask_where_a_reader_is(client: FlaskClient) -> None:
    for path in ("/", "/areas", "/areas?q=hull", f"/areas/{SURREY}", "/areas/nowhere", "/areas.json", "/help", "/charts/map"):
        told = client.get(path).headers["Permissions-Policy"]
        assert ("geolocation=(self)" in told) == (path.partition("?")[0] == "/areas")
        assert "camera=()" in told
    assert ("position." in client.get("/areas").text) and "position." not in client.get("/").text


def test_no_log_of_readers_is_kept() -> None:
    from dashboard import gunicorn_conf

    assert gunicorn_conf.accesslog is None


@pytest.mark.parametrize(("contact", "link"), [
    ("", "named no contact"), ("web@surrey.example", 'href="mailto:web@surrey.example"'),
    ("https://surrey.example/contact", 'href="https://surrey.example/contact"'),
])
def test_the_publishers_contact_stands_on_the_pages_that_promise_one(release_home: Path, contact: str, link: str) -> None:
    other = create_app(Settings(home=release_home, contact=contact)).server.test_client()

    for path in ("/about", "/accessibility", "/privacy"):
        assert link in other.get(path).text


def test_the_accessibility_statement_has_the_parts_of_the_model(client: FlaskClient) -> None:
    page = client.get("/accessibility").text

    for part in ("How accessible this website is", "Feedback and contact information", "Enforcement procedure",
                 "Technical information about this website’s accessibility", "Compliance status", "Non-accessible content",
                 "Non-compliance with the accessibility regulations", "Disproportionate burden",
                 "Preparation of this accessibility statement"):
        assert f">{part}</h" in page
    assert "partially compliant" in page and "Accessibility Regulations 2018" in page


def test_the_glossary_holds_every_term_mark_and_measure(client: FlaskClient) -> None:
    page = html.unescape(client.get("/glossary").text)

    for told in (*TERMS, *TERMS.values(), *(text for pair in MARKS.values() for text in pair),
                 *(measure.label for measure in MEASURES), *(measure.definition for measure in MEASURES)):
        assert told in page


def test_every_link_of_header_and_footer_answers(client: FlaskClient) -> None:
    assert len(LINKS) <= 5
    for path in {href.partition("#")[0] for href, _ in FOOTER_LINKS} | {href for href, _ in LINKS}:
        assert client.get(path).status_code == 200
    for path in ("/about", "/accessibility", "/privacy", "/glossary", "/illustrative"):
        assert path in dict(FOOTER_LINKS)


def test_the_first_page_has_one_field_for_the_readers_area(client: FlaskClient) -> None:
    page = client.get("/").text

    assert page.count('name="q"') == 1 and '<form action="/areas"' in page.replace('class="find-area" ', "")
    assert 'name="q"' not in client.get("/charts/trend").text


def test_the_script_that_fills_in_a_position_keeps_and_sends_nothing() -> None:
    script = (ROOT / "assets" / "position.js").read_text(encoding="utf-8")

    assert not re.search(r"fetch|XMLHttpRequest|sendBeacon|localStorage|sessionStorage|cookie|submit\(", script)
