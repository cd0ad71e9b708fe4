"""The newsroom: facts that evidence supports, each with its figure, source and lasting addresses; and every feed."""

from __future__ import annotations

import csv
import re
import shutil
import os
from collections import Counter
from dataclasses import replace
from datetime import datetime
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from dashboard.app import create_app
from dashboard.atom import SPACE, written
from dashboard.settings import Settings
from data.areas import FORCES
from data.frame import area_label
from data.kpis import kpis_of
from data.measures import MEASURE_BY_ID
from data.release import Release, Store
from data.remarks import Correction
from data.selection import Selection
from layouts.facts import addresses, cited, facts, of_all, together
from layouts.feeds import of_corrections
from layouts.findings import EXAMINED, by_chance, change, examined, examined_words, known
from layouts.numbers import shown
from layouts.pages.newsroom import FEEDS, FIRST, PATH
from tests.browser import visit

MANCHESTER, SURREY, KENT = "E23000005", "E23000031", "E23000032"
GONE, OTHER = "2026-11-01-aaaaaaaaaaaa", "2026-11-02-bbbbbbbbbbbb"


@pytest.fixture(scope="module")
def home(release_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the default release, current, and two further names of it, one of them withdrawn."""
    home = tmp_path_factory.mktemp("newsroom") / "home"
    shutil.copytree(release_home, home, ignore=shutil.ignore_patterns("private", "illustrative"), copy_function=os.link, symlinks=True)
    for name in (GONE, OTHER):
        shutil.copytree(home / "releases" / str(Store(home).current_id()), home / "releases" / name, copy_function=os.link)
    Store(home).withdraw(GONE, why="A wrong month.")
    return home


@pytest.fixture(scope="module")
def client(home: Path) -> FlaskClient:
    return create_app(Settings(home=home)).server.test_client()


def of_origin(release: Release, origin: str) -> Release:
    """Return the release as if all of its figures were of one origin."""
    counts = {name: {**stated, "origin": origin} for name, stated in release.manifest["counts"].items()}
    return replace(release, manifest={**release.manifest, "counts": counts}, _kept={}, _cubes={})


def test_facts_of_the_default_release_are_of_published_figures_each_in_its_own_file(release: Release, client: FlaskClient) -> None:
    found = of_all(release)
    told = [finding for each in found for finding in each.told]

    assert len(found) == len(FORCES) and len(told) > 8
    assert all(release.origin(finding.measure) == "published" for finding in told)
    for each in found:
        for finding in each.told[:3]:
            assert area_label(each.area) in finding.sentence and finding.row is not None and shown(finding.row) in finding.sentence
            where = addresses(finding)
            assert all(f"release={release.id}" in address for address in where.values())
            rows = list(csv.DictReader(client.get(where["csv"]).text.splitlines()))
            own = next(row for row in rows if row["area_code"] == each.area)
            assert float(own["value"]) == finding.row.value and own["source"] in cited(finding) and release.id in cited(finding)
            assert client.get(where["page"]).status_code == 200
    assert client.get(addresses(told[0])["picture"]).content_type == "image/png"


def test_an_illustrative_release_has_no_fact_and_says_that_nothing_could_be_looked_at(release: Release) -> None:
    made_up = of_origin(release, "illustrative")
    found = [facts(made_up, code) for code in (MANCHESTER, SURREY)]

    assert [each.told for each in found] == [(), ()]
    assert examined_words(together(found)) == "No published or uploaded figure could be looked at."


def test_uploaded_figures_make_facts_of_several_kinds_and_all_that_was_looked_at_is_counted(release: Release) -> None:
    real = of_origin(release, "uploaded")
    found = [facts(real, code) for code in (SURREY, "E23000001", "E23000005", "W15000002", KENT)]

    kinds = Counter(finding.kind for each in found for finding in each.told)
    assert {"change", "outside"} <= set(kinds) and set(kinds) <= {*EXAMINED, "target"}
    for each in found:
        judged = [kpi for kpi in kpis_of(real, Selection(area=(each.area,))) if kpi.variation is not None]
        assert each.examined["signal"] == len(judged)
        signalled = [finding.measure.id for finding in each.told if finding.kind == "signal"]
        assert signalled == [kpi.answer.measure.id for kpi in judged if kpi.variation and kpi.variation.direction]
        assert all(each.examined[kind] >= sum(finding.kind == kind for finding in each.told) for kind in ("signal", "change", "outside"))
        for finding in each.told:
            said = f"{finding.title} {finding.sentence}".lower()
            assert any(word in said for word in ("rose", "fell")) == (finding.kind == "change")
            assert finding.selection.area == (each.area,)
            assert finding.row is None or "p" not in finding.row.status.split(), "what is still to come in makes no fact"
    unfinished = [each for measure in known(real) for each in change(real, measure, Counter(), area=(KENT,))]
    assert any(each.row is not None and "p" in each.row.status.split() for each in unfinished), "or nothing was kept from being one"


def test_what_chance_alone_would_make_is_said(release: Release, client: FlaskClient) -> None:
    assert by_chance(Counter(change=200, outside=1000)) == pytest.approx(12)
    said = examined_words(Counter(signal=1, change=200, outside=1000))
    assert "1 control chart, 200 changes on a year before and 1,000 places in funnels" in said and "about 12 of them" in said
    assert [word in examined_words(Counter(outside=number)) for number, word in ((200, "hardly any"), (420, "about one"), (700, "about one"))] == [True] * 3
    assert examined_words(examined(release)) in unescape(client.get("/").text)
    assert examined_words(together(of_all(release))) in unescape(client.get(f"{PATH}/{release.id}").text)


def test_the_page_of_a_release_tells_every_force_and_one_with_its_pictures(client: FlaskClient, release: Release) -> None:
    page = unescape(client.get(f"{PATH}/{release.id}").text)
    for each in of_all(release):
        assert (f'id="{each.area}"' in page) == bool(each.told)
        for place, finding in enumerate(each.told):
            assert (finding.sentence in page) == (place < FIRST)
    assert "<svg" not in re.sub(r'<svg width="0".*?</svg>', "", page) and "illustrative" not in re.sub(
        r"(?s)<head.*?</head>|<footer.*", "", page).lower()

    alone = unescape(client.get(f"{PATH}/{release.id}?area={MANCHESTER}").text)
    told = facts(release, MANCHESTER).told
    assert all(finding.sentence in alone and cited(finding) in alone for finding in told) and alone.count('class="finding"') == len(told)
    assert "rate says little" in alone, "the limits of a measure stand beside its facts"
    assert f'id="{SURREY}"' not in alone and 'content="noindex"' in alone


@pytest.mark.parametrize(("query", "says"), [
    ("colour=red", "There is no filter called “colour” on this page."), ("area=Atlantis", "“Atlantis” is not"),
    ("area=E07000209", "Facts are told of police forces, not of")])
def test_a_wrong_choice_is_said_on_the_page(client: FlaskClient, release: Release, query: str, says: str) -> None:
    assert says in unescape(client.get(f"{PATH}/{release.id}?{query}").text)


def test_a_release_that_is_not_there_is_404_and_a_withdrawn_one_410(client: FlaskClient, release: Release) -> None:
    assert client.get(f"{PATH}/2026-01-01-0123456789ab").status_code == 404 and client.get(f"{PATH}/latest").status_code == 404
    gone = client.get(f"{PATH}/{GONE}")
    assert gone.status_code == 410 and "A wrong month." in gone.text and f"{PATH}/{release.id}" in gone.text
    assert GONE not in client.get(PATH).text and f"{PATH}/{release.id}" in client.get(PATH).text


def test_a_kept_page_does_not_outlive_its_release(home: Path, client: FlaskClient) -> None:
    asked = f"/charts/map?measure=R1&release={OTHER}"
    assert client.get(f"{PATH}/{OTHER}").status_code == 200 and "was withdrawn" not in client.get(asked).text
    Store(home).withdraw(OTHER, why="x")
    assert client.get(f"{PATH}/{OTHER}").status_code == 410 and f"The release {OTHER} was withdrawn." in client.get(asked).text


# Feeds


def well_formed(document: bytes) -> ElementTree.Element:
    """Hold what is true of every feed: RFC 4287's required parts, ids of their own, times with their zone."""
    feed = ElementTree.fromstring(document)
    assert feed.tag == f"{{{SPACE}}}feed"
    entries = feed.findall(f"{{{SPACE}}}entry")
    for part in (feed, *entries):
        for name in ("id", "title", "updated"):
            assert len(part.findall(f"{{{SPACE}}}{name}")) == 1
        when = part.findtext(f"{{{SPACE}}}updated") or ""
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", when) and datetime.fromisoformat(when).tzinfo
    ids = [part.findtext(f"{{{SPACE}}}id") or "" for part in (feed, *entries)]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", each) for each in ids)
    assert {link.get("rel") for link in feed.findall(f"{{{SPACE}}}link")} == {"self", "alternate"}
    return feed


def ids_of(feed: ElementTree.Element) -> list[str | None]:
    return [entry.findtext(f"{{{SPACE}}}id") for entry in feed.findall(f"{{{SPACE}}}entry")]


@pytest.mark.parametrize(("title", "address"), FEEDS)
def test_every_feed_is_well_formed_listed_and_discovered_from_its_page(client: FlaskClient, title: str, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200 and answer.content_type.startswith("application/atom+xml")
    well_formed(answer.data)
    page = address.removesuffix(".atom")
    for where in (page, PATH):
        assert f'<link rel="alternate" type="application/atom+xml" title="{title}" href="{address}">' in client.get(where).text
    assert f'href="{address}"' in client.get(PATH).text.split("</head>")[1] and f'href="{address}"' in client.get("/data").text


def test_every_feed_of_the_site_is_named_in_the_newsroom(client: FlaskClient) -> None:
    rules = {str(rule) for rule in client.application.url_map.iter_rules() if str(rule).endswith(".atom")}
    assert rules == {address for _, address in FEEDS} | {"/areas/<code>/changes.atom"}


def test_corrections_are_a_feed_without_illustrative_figures_and_with_ids_that_stay(release: Release) -> None:
    real = next(measure.id for measure in release.measures() if release.origin(measure) == "published")
    made_up = next(measure.id for measure in release.measures() if release.origin(measure) == "illustrative")
    told = [Correction(date="2026-11-20", measure=measure, area_code=SURREY, period="2026-Q3", what=f"{measure} was 7 too low.", why="A row.")
            for measure in (real, made_up, "OLD")]

    def feed(corrections: list[Correction]) -> ElementTree.Element:
        held = replace(release)
        held.__dict__["corrections"] = tuple(corrections)
        return well_formed(written(of_corrections(held), base="https://appeals.example"))

    found = feed(told)
    said = ElementTree.tostring(found, encoding="unicode")
    assert len(ids_of(found)) == 2 and f"{real} was" in said and "OLD was" in said and f"{made_up} was" not in said
    assert MEASURE_BY_ID[real].label in said and "July to September 2026" in said
    assert ids_of(feed(told[::-1])) == ids_of(found)[::-1] and ids_of(feed([])) == []


@pytest.mark.parametrize("size", [{"width": 390, "height": 844}, {"width": 1280, "height": 900}], ids=["phone", "desk"])
def test_the_pages_pass_axe_fit_the_screen_and_work_without_scripts(browser: Browser, base: str, release: Release, size: dict[str, int]) -> None:
    paths = (PATH, f"{PATH}/{release.id}", f"{PATH}/{release.id}?area={MANCHESTER}", "/claim?measure=R1&area=E23000031&value=61", "/claim?measure=A1&value=x")
    with visit(browser, base, viewport=size, bypass_csp=True, color_scheme="dark" if size["width"] > 1000 else "light") as seen:
        for path in paths:
            seen.go(path)
            assert seen.violations() == [], path
            assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        seen.clean()
    if size["width"] > 1000:
        with visit(browser, base, java_script_enabled=False) as seen:
            seen.page.goto(f"{base}{PATH}/{release.id}")
            seen.page.get_by_label("Police force").select_option(MANCHESTER)
            seen.page.get_by_role("button", name="Show").click()
            assert seen.page.url.endswith(f"?area={MANCHESTER}") and seen.page.locator(".finding svg").count() > 0
            seen.page.goto(f"{base}/claim")
            seen.page.get_by_label("Measure").select_option("R1")
            seen.page.get_by_label("Area").select_option(SURREY)
            seen.page.get_by_label("The claimed number").fill("61")
            seen.page.get_by_role("button", name="Judge").click()
            assert seen.page.locator("#verdict").inner_text() == "Supported: it is the published figure"
            seen.clean()
