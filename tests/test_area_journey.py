"""A reader finds their area in the browser: on a phone, by keyboard, with and without scripts, by position."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser

from tests.browser import visit, wait_for

PHONE = {"width": 390, "height": 844}
GUILDFORD = {"latitude": 51.236214, "longitude": -0.570412}


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_a_reader_finds_their_area_from_the_first_page_in_three_steps_on_a_phone(
    browser: Browser, base: str, scripts: bool
) -> None:
    with visit(browser, base, viewport=PHONE, java_script_enabled=scripts) as seen:
        page = seen.page
        if scripts:
            seen.go("/")
        else:
            page.goto(base)

        field = page.get_by_label("Your area", exact=True)
        assert field.bounding_box()["y"] < PHONE["height"]  # type: ignore[index]
        field.fill("guildford")
        page.get_by_role("button", name="Find", exact=True).click()
        page.locator("#results").get_by_role("link", name="Surrey Police").click()

        page.get_by_role("heading", level=1, name="Surrey Police").wait_for()
        assert page.url == f"{base}/areas/E23000031"
        assert page.locator("dl.tiles dt").first.inner_text() == "Appeals issued (illustrative)"
        assert page.locator(".card svg[role=img]").count() >= 4
        seen.clean()
        assert all(address.startswith((base, "data:", "blob:")) for address in seen.asked)


def test_an_area_is_found_by_keyboard_alone(browser: Browser, base: str) -> None:
    with visit(browser, base) as seen:
        page = seen.page
        seen.go("/")
        seen.tab_to("#your-area", most=20)
        page.keyboard.type("barnet")
        page.keyboard.press("Enter")
        page.locator("#results").wait_for()
        seen.tab_to("[href='/areas/E09000003']", most=20)
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1, name="Barnet").wait_for()
        seen.clean()


def test_the_position_of_a_browser_is_filled_in_rounded_and_sent_when_the_reader_says_so(browser: Browser, base: str) -> None:
    with visit(browser, base, viewport=PHONE, geolocation=GUILDFORD, permissions=["geolocation"]) as seen:
        page = seen.page
        sent: list[tuple[str, str]] = []
        page.on("request", lambda request: sent.append((request.url, request.post_data or "")))
        page.goto(f"{base}/areas")
        before = len(sent)

        page.get_by_role("button", name="Use my position").click()
        wait_for(page, "document.getElementById('position-lat').value !== ''")

        assert page.get_by_label("Latitude").input_value() == "51.236"
        assert page.get_by_label("Longitude").input_value() == "-0.570"
        assert "Nothing has been sent yet" in page.locator("#position-says").inner_text()
        assert sent[before:] == []
        page.keyboard.press("Enter")
        page.get_by_text("That position lies in Guildford, in Surrey Police.").wait_for()
        assert page.url == f"{base}/areas?found=E07000209#results"
        bodies = [parse_qs(body) for _, body in sent if body]
        assert bodies == [{"lat": ["51.236"], "lon": ["-0.570"]}]
        assert not any("51.2" in address for address, _ in sent)
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        seen.clean()


def test_a_browser_that_may_not_tell_where_it_is_says_what_to_do_instead(browser: Browser, base: str) -> None:
    with visit(browser, base) as seen:
        seen.page.goto(f"{base}/areas")
        seen.page.get_by_role("button", name="Use my position").click()
        wait_for(seen.page, "/search by name/.test(document.getElementById('position-says').textContent)")
        assert seen.page.get_by_label("Latitude").input_value() == ""


def test_a_position_is_found_without_scripts(browser: Browser, base: str) -> None:
    with visit(browser, base, viewport=PHONE, java_script_enabled=False) as seen:
        page = seen.page
        page.goto(f"{base}/areas")
        assert not page.get_by_role("button", name="Use my position").is_visible()
        page.get_by_label("Latitude").fill("51.4816")
        page.get_by_label("Longitude").fill("-3.1791")
        page.locator("form.position button[type=submit]").click()
        page.locator("#results").get_by_role("link", name="Cardiff").click()
        page.get_by_role("heading", level=1, name="Cardiff").wait_for()


def test_the_charts_of_an_area_follow_the_chosen_measure_without_scripts(browser: Browser, base: str) -> None:
    with visit(browser, base, java_script_enabled=False) as seen:
        page = seen.page
        page.goto(f"{base}/areas/E23000031?from=2025-01")
        page.get_by_label("Charts show").select_option("A1")
        page.get_by_role("button", name="Show").click()
        assert page.get_by_role("heading", name="Charts: Appeals issued").is_visible()
        assert "from=2025-01" in page.url and "measure=A1" in page.url
        page.get_by_role("link", name="Link to this chart: By channel").click()
        assert "/charts/channel?measure=A1&area=E23000031&from=2025-01" in page.url


def test_the_page_of_an_area_prints_without_controls(browser: Browser, base: str) -> None:
    with visit(browser, base) as seen:
        page = seen.page
        page.goto(f"{base}/areas/E23000031")
        page.emulate_media(media="print")
        for hidden in (".actions", ".one-choice", ".surfaces", ".site-header nav"):
            assert not page.locator(hidden).first.is_visible()
        assert page.locator("figure, .card svg").first.is_visible() and page.locator(".figures-table").first.is_visible()
        page.set_viewport_size({"width": 680, "height": 960})
        assert page.evaluate("document.documentElement.scrollWidth") <= 680
        assert page.evaluate("[...document.querySelectorAll('.table-slot')].every(box => box.scrollWidth <= box.clientWidth + 1)")


@pytest.mark.parametrize("code", ["E23000031", "E09000003"])
def test_tables_of_an_area_are_read_on_a_phone_without_scrolling_sideways(browser: Browser, base: str, code: str) -> None:
    with visit(browser, base, viewport=PHONE) as seen:
        page = seen.page
        seen.go(f"/areas/{code}")

        assert page.locator(".stacked.figures-table").count() >= 1
        assert page.evaluate("[...document.querySelectorAll('.text > .table-slot')].every(box => box.scrollWidth <= box.clientWidth + 1)")
        cell = page.locator(".figures-table td").first
        assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Value"'
        page.set_viewport_size({"width": 1280, "height": 900})
        assert page.locator(".figures-table thead").first.is_visible()
        assert cell.evaluate("cell => getComputedStyle(cell).display") == "table-cell"
        seen.clean()


@pytest.mark.parametrize("path", ["/charts/channel-age", "/", "/areas/E23000031", "/performance?area=E23000031"])
def test_no_letter_of_a_chart_is_small_on_a_phone(browser: Browser, base: str, path: str) -> None:
    small = """[...document.querySelectorAll('svg text')].filter(text => text.getBoundingClientRect().width).map(text => {
      const drawn = text.getScreenCTM();
      return parseFloat(getComputedStyle(text).fontSize) * Math.hypot(drawn.a, drawn.b);
    }).filter(size => size < 10.95)"""
    with visit(browser, base, viewport=PHONE) as seen:
        seen.go(path)

        assert seen.page.locator("svg text").count() > 10
        assert seen.page.evaluate(small) == []
