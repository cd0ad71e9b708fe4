"""The browser journey: a reader on a desk and on a phone, by pointer, by keyboard, and without scripts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route

from data.release import Store
from layouts.charts import CHARTS
from layouts.pages import PAGES
from layouts.pages.texts import TEXT_PAGES
from tests.browser import Visit, visit, wait_for

SHARED = "/?area=E23000031&area=E23000032&channel=facebook&age_group=18-24&from=2024-01&to=2025-12&compare=K04000001"
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


def test_a_shared_link_keeps_its_filters_in_10_of_10_loads(browser: Browser, base: str) -> None:
    for _ in range(10):
        with visit(browser, base) as seen:
            seen.go(SHARED)

            assert seen.page.url == base + SHARED
            assert seen.sentence().startswith(
                "Engagement rate by reach in Surrey and Kent, Facebook, ages 18 to 24, 2024 to 2025:")
            assert seen.page.get_by_label("Surrey", exact=True).is_checked()
            seen.clean()


def test_a_change_follows_into_sentence_address_figures_links_and_survives_back(browser: Browser, base: str) -> None:
    with visit(browser, base) as seen:
        page = seen.page
        seen.go("/")
        before = seen.sentence()

        page.get_by_label("Surrey", exact=True).check()
        seen.settled(address="area=E23000031")

        after = seen.sentence()
        assert after != before and "in Surrey" in after
        link = page.locator('#react-entry-point a[data-surface="/charts/map.csv"]').get_attribute("href") or ""
        assert "area=E23000031" in link and "release=" in link
        page.get_by_role("link", name="Link to this chart: By channel").click()
        wait_for(page, "location.pathname === '/charts/channel'")
        assert "area=E23000031" in page.url
        page.go_back()
        wait_for(page, "location.pathname === '/' && !document.getElementById('first')")
        assert "area=E23000031" in page.url
        assert seen.sentence() == after
        seen.clean()


def test_a_click_on_the_map_mirrors_the_list_of_areas(browser: Browser, base: str) -> None:
    with visit(browser, base, viewport=SIZES["desk"]) as seen:
        page = seen.page
        seen.go("/")
        page.locator(".shape-tiles").scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        tile = page.locator("#react-entry-point .shape-tiles text", has_text="SRY").first.bounding_box()
        assert tile

        page.mouse.click(tile["x"] + tile["width"] / 2, tile["y"] + tile["height"] / 2)
        seen.settled(address="area=E23000031")
        assert page.get_by_label("Surrey", exact=True).is_checked()
        wait_for(page, "document.querySelectorAll('.shape-choropleth path.choroplethlocation').length > 45")

        _click_force(seen, "E23000035")
        seen.settled(address="area=E23000035")
        assert page.get_by_label("Devon and Cornwall", exact=True).is_checked()
        assert "Surrey and Devon and Cornwall" in seen.sentence()
        seen.clean()


def _click_force(seen: Visit, code: str) -> None:
    """Click in the middle of a force's outline."""
    page = seen.page
    page.locator(".shape-choropleth").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    point = page.evaluate(
        """(code) => {
          for (const path of document.querySelectorAll('.shape-choropleth path.choroplethlocation')) {
            if (!path.__data__ || path.__data__.loc !== code) continue;
            const box = path.getBoundingClientRect();
            const back = path.getScreenCTM().inverse();
            const inside = [];
            for (let y = box.top; y < box.bottom; y += 3) for (let x = box.left; x < box.right; x += 3)
              if (path.isPointInFill(new DOMPoint(x, y).matrixTransform(back))) inside.push([x, y]);
            return inside[Math.floor(inside.length / 2)] || null;
          }
          return null;
        }""", code)
    assert point, f"no outline of {code}"
    page.mouse.click(*point)


def test_tables_load_when_opened_and_follow_the_selection(browser: Browser, base: str) -> None:
    with visit(browser, base) as seen:
        page = seen.page
        seen.go("/")
        assert not [address for address in seen.asked if "/table" in address]
        card = page.locator("section.card", has=page.locator("#title-channel"))

        card.get_by_text("View as table").click()
        card.locator("table").wait_for()
        before = card.locator("tbody").inner_text()
        page.get_by_label("Surrey", exact=True).check()
        seen.settled(address="area=E23000031")

        wait_for(page, f"document.querySelector('[id=\\'{json.dumps({'table': 'channel'}, separators=(',', ':'))}\\'] tbody')"
                       f".innerText !== {json.dumps(before)}")
        seen.clean()


def test_a_table_that_comes_late_does_not_replace_that_of_a_newer_choice(browser: Browser, base: str) -> None:
    with visit(browser, base) as seen:
        page, held = seen.page, list[Route]()
        seen.go("/")
        page.route("**/charts/channel/table*", lambda route: route.continue_() if "E23000031" in route.request.url else held.append(route))
        box = page.locator("section.card", has=page.locator("#title-channel"))
        box.get_by_text("View as table").click()
        box.locator(".table-slot[aria-busy]").wait_for(state="attached")

        page.get_by_label("Surrey", exact=True).check()
        box.locator("table").wait_for()
        newer = box.locator("table").inner_text()
        (older,) = held
        with page.expect_response(lambda answer: answer.url == older.request.url):
            older.continue_()
        page.wait_for_timeout(200)

        assert box.locator("table").inner_text() == newer
        seen.clean()


def test_a_measure_changes_filters_charts_and_map(browser: Browser, base: str) -> None:
    with visit(browser, base) as seen:
        page = seen.page
        seen.go("/?channel=facebook")

        page.get_by_label("Show", exact=True).select_option("P1")
        seen.settled(address="measure=P1")

        assert "Police do a good job in Metropolitan Police" in seen.sentence()
        assert "channel=facebook" in page.url
        assert page.locator("""#react-entry-point fieldset[id='{"fieldset":"channel"}']""").evaluate("box => box.disabled")
        assert page.get_by_text("Police do a good job is not collected by channel.").first.is_visible()
        assert page.get_by_label("Barnet", exact=True).count() == 1
        assert not page.locator("section.card", has=page.locator("#title-age")).is_visible()
        page.get_by_label("Show", exact=True).select_option("A1")
        seen.settled(address="measure=A1")
        assert "Appeals issued in England and Wales, Facebook" in seen.sentence()
        assert page.locator("section.card", has=page.locator("#title-crime-type")).is_visible()
        seen.clean()


def test_the_whole_journey_works_by_keyboard(browser: Browser, base: str) -> None:
    with visit(browser, base, viewport=SIZES["desk"]) as seen:
        page = seen.page
        seen.go("/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the figures"

        seen.tab_to("#search-area")
        page.keyboard.type("surr")
        seen.tab_to("input[value=E23000031]")
        page.keyboard.press("Space")
        seen.settled(address="area=E23000031")
        assert "in Surrey" in seen.sentence()
        seen.tab_to("details.as-table > summary")
        page.keyboard.press("Enter")
        page.locator("#react-entry-point table").first.wait_for()
        seen.clean()


def test_the_filters_of_a_phone_are_a_sheet_that_opens(browser: Browser, base: str) -> None:
    with visit(browser, base, viewport=SIZES["phone"]) as seen:
        page = seen.page
        seen.go(SHARED)
        button = page.locator("#filter-sheet > summary")
        assert button.inner_text() == "Filters (7)"
        assert not page.get_by_label("Kent", exact=True).is_visible()

        button.click()
        page.get_by_label("Kent", exact=True).uncheck()
        wait_for(page, "!location.href.includes('E23000032')")

        assert button.inner_text() == "Filters (6)"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        seen.clean()


def test_panels_stand_two_in_a_row_on_a_phone_and_three_where_there_is_room(browser: Browser, base: str) -> None:
    columns = "document.querySelector('.shape-lines .js-plotly-plot')._fullLayout._subplots.xaxis.length"
    with visit(browser, base, viewport=SIZES["phone"]) as seen:
        seen.go("/charts/trend?measure=E4&channel=social")
        assert seen.page.evaluate(columns) == 2
        seen.page.set_viewport_size(SIZES["desk"])
        wait_for(seen.page, f"{columns} === 3")
        seen.page.emulate_media(color_scheme="dark")
        assert seen.page.evaluate(columns) == 3
        seen.page.set_viewport_size(SIZES["phone"])
        wait_for(seen.page, f"{columns} === 2")
        seen.page.get_by_label("Surrey", exact=True).check()
        seen.settled(address="area=E23000031")
        assert seen.page.evaluate(columns) == 2
        seen.clean()


def test_without_scripts_the_form_filters_at_the_same_address_with_the_same_numbers(browser: Browser, base: str) -> None:
    with visit(browser, base, java_script_enabled=False, viewport=SIZES["desk"]) as seen:
        page = seen.page
        page.goto(base)
        page.get_by_label("Surrey", exact=True).check()
        page.get_by_text("Social media", exact=True).click()
        page.get_by_label("Facebook", exact=True).check()
        page.get_by_role("button", name="Show").click()
        assert "area=E23000031" in page.url and "channel=facebook" in page.url
        sentence, pictures = seen.sentence(), page.locator("#first svg[role=img]").count()
        table = page.locator("#first table").first.text_content()
        page.get_by_role("link", name="Surrey").click()
        assert "E23000031" not in page.url

    with visit(browser, base) as scripted:
        scripted.go("/?area=E23000031&channel=facebook")
        assert scripted.sentence() == sentence
        scripted.page.locator("details.as-table > summary").first.click()
        scripted.page.locator("#react-entry-point table").first.wait_for()
        assert scripted.page.locator("#react-entry-point table").first.text_content() == table
    assert pictures >= 5


def test_a_lost_release_offers_to_reload(browser: Browser, base: str) -> None:
    with visit(browser, base) as seen:
        page = seen.page
        seen.go("/")
        page.route("**/_dash-update-component", lambda route: route.fulfill(status=404, body="{}"))

        page.get_by_label("Surrey", exact=True).check()

        page.get_by_role("alert").wait_for()
        assert page.get_by_role("link", name="Reload the page").is_visible()


FILTERED = ["/", "/charts/trend", *(page.path for page in PAGES[1:] if not page.path.startswith("/charts/"))]
"""Every page with filters; of those of one chart, which are alike, one."""
EXPLAINING = [page.path for page in TEXT_PAGES if not page.path.startswith("/measures/")] + ["/measures/A6"]
"""Every page of words; of those of the measures, which are alike, one."""
OF_AREAS = ["/areas?q=newcastle", "/areas?q=nowhere&wrong=lat", "/areas/E23000031", "/areas/E07000209", "/areas/E09000003",
            "/areas/E99999999"]


@pytest.mark.parametrize(("path", "size"), [
    *((path, size) for path in (*FILTERED, "/nowhere", "/areas/E23000031") for size in SIZES),
    *((path, "phone") for path in (*EXPLAINING, *OF_AREAS) if path != "/areas/E23000031"),
    *(pytest.param(path, "desk", marks=pytest.mark.long) for path in (*EXPLAINING, *OF_AREAS) if path != "/areas/E23000031"),
])
def test_axe_finds_nothing(browser: Browser, base: str, size: str, path: str) -> None:
    with visit(browser, base, viewport=SIZES[size], bypass_csp=True) as seen:
        seen.go(path)
        assert seen.violations() == []
        if path not in FILTERED[:2]:
            return
        seen.page.locator("#filter-sheet > summary").click() if size == "phone" else None
        seen.page.get_by_label("Surrey", exact=True).check()
        seen.settled(address="area=E23000031")
        seen.page.locator("#react-entry-point details.as-table").first.evaluate("box => { box.open = true; }")
        seen.page.locator("#react-entry-point table").first.wait_for()
        assert seen.violations() == []
        seen.page.get_by_label("Show", exact=True).select_option("P1")
        seen.settled(address="measure=P1")
        assert seen.violations() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_before_scripts_have_run(browser: Browser, base: str, scheme: str) -> None:
    with visit(browser, base, bypass_csp=True, color_scheme=scheme) as seen:
        seen.page.route("**/renderer.*", lambda route: route.abort())
        seen.page.goto(f"{base}/?measure=A2&area=E23000034")
        assert seen.page.locator("#first").count() == 1
        assert seen.violations() == []


def test_every_chart_draws_on_its_own_page_for_a_measure_that_feeds_it(browser: Browser, base: str) -> None:
    with visit(browser, base) as seen:
        for chart in CHARTS:
            measure = {"crime-type": "A1", "category": "R1"}.get(chart.slug, "E4")
            seen.go(f"/charts/{chart.slug}?measure={measure}")
            assert seen.page.locator(".js-plotly-plot .main-svg").count() >= 1
            assert seen.page.locator("h1").count() == 1
        seen.clean()


def test_dark_pages_and_print_stay_clean(browser: Browser, base: str) -> None:
    with visit(browser, base, color_scheme="dark") as seen:
        seen.go("/")
        seen.page.emulate_media(media="print")
        assert not seen.page.locator("#filters").is_visible()
        seen.clean()


def test_the_release_on_the_page_is_the_current_one(browser: Browser, base: str, release_home: Path) -> None:
    with visit(browser, base) as seen:
        seen.go("/")
        text = seen.page.locator("footer").inner_text()
        assert re.search(rf"Release {Store(release_home).current_id()}", text)


def test_lists_say_what_holds_while_nothing_is_chosen(browser: Browser, base: str) -> None:
    with visit(browser, base, viewport=SIZES["desk"]) as seen:
        seen.go("/")
        for label, words in (("From", "From the start"), ("To", "To the latest"), ("Place", "Nothing")):
            box = seen.page.get_by_label(label, exact=True)
            assert box.locator("option:checked").inner_text() == words
        seen.page.get_by_label("From", exact=True).select_option("2026-01")
        seen.settled(address="from=2026-01")
        seen.page.get_by_label("From", exact=True).select_option("-")
        wait_for(seen.page, "!location.href.includes('from=')")
        seen.clean()


@pytest.mark.parametrize("path", [*EXPLAINING, *OF_AREAS[:-1]])
def test_pages_that_explain_fit_a_phone_and_ask_no_other_host(browser: Browser, base: str, path: str) -> None:
    with visit(browser, base, viewport=SIZES["phone"]) as seen:
        seen.go(path)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
        seen.page.set_viewport_size({"width": 320, "height": 256})
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 320
        seen.clean()


@pytest.mark.parametrize("path", ["/methods", "/data/coverage", "/areas?q=newcastle", "/areas/E23000031?measure=A6", "/glossary"])
def test_axe_finds_nothing_on_pictures_in_the_dark(browser: Browser, base: str, path: str) -> None:
    with visit(browser, base, bypass_csp=True, color_scheme="dark") as seen:
        seen.go(path)
        assert seen.violations() == []


def test_a_field_of_coverage_is_chosen_without_script(browser: Browser, base: str) -> None:
    with visit(browser, base, java_script_enabled=False) as seen:
        seen.page.goto(f"{base}/data/coverage")
        seen.page.get_by_label("Field", exact=True).select_option("pas_trust")
        seen.page.get_by_role("button", name="Show").click()
        assert seen.page.url == f"{base}/data/coverage?field=pas_trust"
        assert "Trust" in seen.page.locator("h2").first.inner_text() or "trust" in seen.page.locator("h2").first.inner_text()
