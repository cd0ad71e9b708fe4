"""The face of the first page: findings that evidence supports, what is new, kinds of figures; of what is illustrative nothing."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from dashboard.app import create_app
from dashboard.settings import Settings
from data.areas import CITY_OF_LONDON, FORCES
from data.comparison import places
from data.kpis import KPIS, kpis_of, place_of
from data.measure import CITY_LIMIT
from data.release import Release
from data.selection import Selection
from layouts import findings as told
from layouts.changed import FIRST
from layouts.document import render
from layouts.face import panel, strip
from layouts.findings import MOST, findings
from layouts.pages import EXPLORE
from layouts.view import look
from layouts.vocabulary import HALF, Evidence, half
from tests.browser import visit, wait_for
from tests.changed import made_up_changes


@pytest.fixture(scope="module")
def client(release_home: Path) -> FlaskClient:
    return create_app(Settings(home=release_home)).server.test_client()


def test_a_finding_per_resident_leaves_out_the_place_whose_rate_says_little(release: Release) -> None:
    found = [finding for measure in release.measures() for finding in told._outside(release, measure, Counter()) if finding.measure.caveat(CITY_OF_LONDON)]

    assert found
    for finding in found:
        held = places(finding.answer)
        assert CITY_OF_LONDON not in {row.area_code for row in held.rows} and CITY_LIMIT in finding.sentence
        number = len([*held.outside(2), *held.outside(-2)])
        assert number == 1 or f"{number} of {len(held.rows)} forces lie outside the 99.8% limits" in finding.title


def with_origins(release: Release, origin: str) -> Release:
    """Return the release as if all of its figures were of one origin."""
    counts = {name: {**stated, "origin": origin} for name, stated in release.manifest["counts"].items()}
    return replace(release, manifest={**release.manifest, "counts": counts}, _kept={}, _cubes={})


def test_the_default_release_has_three_findings_of_published_figures_each_with_its_chart(release: Release, client: FlaskClient) -> None:
    found = findings(release)

    assert len(found) == MOST and len({finding.address for finding in found}) == MOST
    assert len({finding.kind for finding in found}) >= 2
    for finding in found:
        assert finding.answer.origin == "published" and not finding.answer.reason
        assert all(row.value is None or release.origin(finding.measure) == "published" for row in finding.answer.frame)
        page = client.get(finding.address)
        assert page.status_code == 200 and finding.measure.label in page.text and "That address could not" not in page.text


def test_an_illustrative_release_has_no_finding_and_says_so(release: Release) -> None:
    made_up = with_origins(release, "illustrative")
    survey = [figure for figure in made_up.surveyed.values() if figure.origin != "illustrative"]

    assert survey and findings(made_up) == ()
    view = look(made_up, Selection(), page=EXPLORE)
    assert "None is told" in render(strip(view)) and "None is told" in render(panel(view))


def with_a_signal(release: Release) -> Release:
    """Return the release as if a force had uploaded it, its whole with the KPIs of a force that has a signal now."""
    real = with_origins(release, "uploaded")
    every = (kpis_of(real, Selection(area=(code,))) for code in FORCES)
    signalled = next(found for found in every if any(kpi.variation and kpi.variation.direction for kpi in found))
    return replace(real, _kept={("kpis", place_of(Selection()), tuple(KPIS)): signalled}, _cubes={})


def test_uploaded_figures_make_findings_of_every_kind(release: Release) -> None:
    found = list(told._candidates(with_a_signal(release), Counter()))

    assert {finding.kind for finding in found} == {"signal", "change", "outside", "asked"}
    for finding in found:
        said = finding.title.lower()
        assert {"signal": "signal on the", "change": "year before", "outside": "outside the 99.8% limits", "asked": "half"}[finding.kind] in said
        assert any(word in said for word in ("rose", "fell")) == (finding.kind == "change")


def test_findings_of_different_kinds_come_first(release: Release) -> None:
    found = findings(with_a_signal(release))

    assert [finding.kind for finding in found] == ["signal", "change", "outside"]


@pytest.mark.parametrize(("lower", "upper", "said"), [
    (51, 60, "more than half"), (40, 49, "less than half"), (49, 60, ""), (50, 60, ""), (None, None, "")])
def test_half_is_said_only_where_the_interval_lies_on_one_side(lower: float | None, upper: float | None, said: str) -> None:
    assert half(Evidence(kind="interval", difference=55 if said != "less than half" else 45, lower=lower, upper=upper, unit="percent",
                         same=HALF)) == said
    assert half(None) == ""


def test_the_bare_first_page_has_a_face_and_any_choice_the_explorer_alone(client: FlaskClient, release: Release) -> None:
    text = client.get("/").text

    assert 'class="face"' in text and FIRST in text and 'href="/data/revisions"' in text
    for place, finding in enumerate(findings(release), start=1):
        assert f'href="#finding-{place}"' in text and f'id="finding-{place}"' in text
        assert finding.title in unescape(text) and finding.sentence in unescape(text)
        assert f'href="{finding.address}"' in unescape(text)
        assert re.search(rf'<svg[^>]*aria-labelledby="finding-{place}-title', text)
    for kind in ("published", "uploaded", "illustrative"):
        assert re.search(rf'class="badge {kind}"[^>]*>[^<]+</span> \d+ measures?', text)
    assert text.index('id="sentence"') < text.index('id="tiles"') < text.index('class="face"') < text.index('id="title-map"') \
        < text.index('id="findings"') < text.index('id="title-trend"')
    for path in ("/?area=E23000031", "/?measure=R1", "/?colour=red", "/appeals", "/performance", "/charts/map"):
        assert 'class="face"' not in client.get(path).text and 'id="findings"' not in client.get(path).text


def test_findings_are_never_marked_as_illustrative_nor_drawn_from_it(client: FlaskClient) -> None:
    part = re.search(r'<section[^>]*findings.*?</section>', client.get("/").text, re.S)

    assert part and "llustrative" not in part.group(0)


def test_a_release_that_keeps_its_changes_tells_them(release: Release) -> None:
    view = look(made_up_changes(release), Selection(), page=EXPLORE)

    assert "Against the release of 1 January 2026: 2 figures revised. " in render(strip(view))


@pytest.mark.parametrize("size", [{"width": 1280, "height": 900}, {"width": 390, "height": 844}], ids=["desk", "phone"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_sentence_tiles_and_map_stay_in_the_first_view_and_pictures_stay_with_scripts(
    browser: Browser, base: str, size: dict[str, int], scripts: bool,
) -> None:
    with visit(browser, base, viewport=size, java_script_enabled=scripts, color_scheme="dark") as seen:
        seen.go("/") if scripts else seen.page.goto(base)
        page = seen.page
        root = "#react-entry-point" if scripts else "#first"
        for selector in ("#sentence", "#your-area", "#tiles .figure-value", *(["#title-map"] if size["width"] > 1000 else [])):
            box = page.locator(f"{root} {selector}").first.bounding_box()
            assert box and box["y"] + box["height"] <= size["height"], selector
        pictures = page.locator(f"{root} .finding svg")
        assert pictures.count() == MOST
        for place in range(MOST):
            box = pictures.nth(place).bounding_box()
            assert box and box["width"] > 200 and box["height"] > 150
        page.get_by_role("link", name="See the chart").first.click()
        page.wait_for_url("**/charts/funnel?measure=R1**")
        seen.clean()


def test_findings_stay_as_they_are_when_a_filter_changes(browser: Browser, base: str) -> None:
    with visit(browser, base, viewport={"width": 1280, "height": 900}) as seen:
        seen.go("/")
        before = seen.page.locator(".findings").inner_text()
        seen.page.get_by_label("Surrey", exact=True).check()
        seen.settled(address="area=E23000031")

        assert "in Surrey" in seen.sentence() and seen.page.locator(".findings").inner_text() == before
        assert seen.page.locator(".finding svg").count() == MOST
        seen.page.reload()
        wait_for(seen.page, "!document.getElementById('first')")
        assert seen.page.locator(".finding").count() == 0
        seen.clean()
