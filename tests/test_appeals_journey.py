"""A member of the public on a phone finds the appeals of their area, and who answers them, in three steps from the start."""

from __future__ import annotations


import pytest
from playwright.sync_api import Browser

from tests.browser import visit

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PATHS = ("/appeals", "/appeals/list", "/appeals/list?area=E23000031&sort=closed&colour=red", "/appeals/published")


def test_three_steps_on_a_phone_lead_to_the_appeals_of_an_area_and_who_answers_them(browser: Browser, base: str) -> None:
    with visit(browser, base, viewport=PHONE) as seen:
        page = seen.page
        seen.go("/")

        page.get_by_role("link", name="Appeals", exact=True).click()
        page.wait_for_url("**/appeals")
        seen.go("/appeals")
        page.locator("#filter-sheet > summary").click()
        page.get_by_label("Surrey", exact=True).check()
        seen.settled(address="area=E23000031")

        assert "in Surrey" in seen.sentence()
        assert page.get_by_role("heading", name="Which ages answer through which channel").is_visible()
        page.get_by_role("link", name="The appeals one by one").click()
        page.wait_for_url("**/appeals/list?area=E23000031")
        assert "appeals in Surrey" in page.get_by_role("status").inner_text()
        page.get_by_role("link", name="What these appeals bring, and who answers").click()
        page.wait_for_url("**/appeals?area=E23000031")
        seen.clean()


def test_the_same_steps_lead_there_without_scripts_with_the_same_numbers(browser: Browser, base: str) -> None:
    with visit(browser, base, viewport=PHONE, java_script_enabled=False) as seen:
        page = seen.page
        page.goto(base)

        page.get_by_role("link", name="Appeals", exact=True).click()
        page.locator("#filter-sheet > summary").click()
        page.get_by_label("Surrey", exact=True).check()
        page.get_by_role("button", name="Show").click()

        assert page.url.startswith(f"{base}/appeals?area=E23000031")
        sentence = seen.sentence()
        page.get_by_role("link", name="The appeals one by one").click()
        assert page.url == f"{base}/appeals/list?area=E23000031"
        page.get_by_text("Crime types", exact=True).first.click()
        page.get_by_label("Burglary", exact=True).check()
        page.get_by_label("Status").select_option("closed")
        page.get_by_label("Public outcome holds").fill("ARREST")
        page.get_by_role("button", name="Show").click()
        assert "in Surrey, burglary, closed, outcome with “ARREST”" in page.get_by_role("status").inner_text()
        assert page.locator("tbody tr").count() >= 1
        assert set(page.locator('td[data-head="Public outcome"]').all_inner_texts()) == {"arrest"}
        page.get_by_role("link", name="Clear all").click()
        page.get_by_role("link", name="Next page").click()
        assert "51 to 100 shown" in page.get_by_role("status").inner_text()

    with visit(browser, base) as scripted:
        scripted.go("/appeals?area=E23000031")
        assert scripted.sentence() == sentence


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_from_the_field_of_the_first_page_three_steps_lead_to_an_areas_appeals_and_who_answers(
    browser: Browser, base: str, scripts: bool
) -> None:
    with visit(browser, base, viewport=PHONE, java_script_enabled=scripts) as seen:
        page = seen.page
        seen.go("/") if scripts else page.goto(base)

        page.get_by_label("Your area", exact=True).fill("guildford")
        page.get_by_role("button", name="Find", exact=True).click()
        page.locator("#results").get_by_role("link", name="Surrey Police").click()
        page.get_by_role("heading", level=1, name="Surrey Police").wait_for()
        page.get_by_role("link", name="What the appeals of Surrey Police bring, and who answers").click()

        page.wait_for_url("**/appeals?area=E23000031")
        assert "Appeals issued in Surrey" in seen.sentence()
        assert page.get_by_role("heading", name="Which ages answer through which channel").is_visible()
        page.go_back()
        page.get_by_role("link", name="The appeals of Surrey Police one by one").click()
        page.wait_for_url("**/appeals/list?area=E23000031")
        assert "appeals in Surrey" in page.get_by_role("status").inner_text()
        seen.clean()


def test_the_page_of_appeals_is_filtered_by_keyboard_alone(browser: Browser, base: str) -> None:
    with visit(browser, base) as seen:
        page = seen.page
        seen.go("/appeals")
        seen.tab_to("[value=E23000031]")
        page.keyboard.press("Space")
        seen.settled(address="area=E23000031")
        assert "in Surrey" in seen.sentence()
        seen.clean()


@pytest.mark.parametrize("path", PATHS)
def test_pages_of_appeals_fit_a_phone_and_axe_finds_nothing_in_light_and_dark(browser: Browser, base: str, path: str) -> None:
    for size, scheme in ((PHONE, "light"), (DESK, "dark")):
        with visit(browser, base, viewport=size, color_scheme=scheme, bypass_csp=True) as seen:
            seen.go(path)
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
            seen.clean()
            for box in seen.page.locator("details").all():
                box.evaluate("each => { each.open = true; }")
            assert seen.violations() == []


def test_a_row_of_a_narrow_table_stays_a_row_and_its_cells_carry_their_heading(browser: Browser, base: str) -> None:
    with visit(browser, base, viewport=PHONE) as seen:
        seen.go("/appeals/published")
        tree = seen.page.locator("table").aria_snapshot()
        assert 'rowheader "Appeals"' in tree and 'cell "Figure 4,500"' in tree
        assert 'columnheader "Definition and limits"' in tree
        first = seen.page.locator('td[data-head="Figure"]').first
        assert first.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Figure"'
