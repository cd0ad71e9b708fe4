"""The page for leadership in a browser: by pointer, by keyboard, without scripts, on paper."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import visit, wait_for

PAGE = "/performance"


@pytest.mark.parametrize("options", [
    {}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}},
], ids=["light", "dark", "phone"])
def test_axe_finds_nothing(browser: Browser, base: str, options: dict[str, Any]) -> None:
    with visit(browser, base, bypass_csp=True, **options) as seen:
        seen.go(f"{PAGE}?measure=A5&area=E23000001")
        assert seen.violations() == []
        assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_chosen_force_and_new_limits_follow_into_tiles_words_and_address(browser: Browser, base: str) -> None:
    with visit(browser, base, viewport={"width": 1280, "height": 900}) as seen:
        seen.go(PAGE)
        page = seen.page
        before = page.locator("#tiles").inner_text()

        page.get_by_label("Surrey", exact=True).check()
        seen.settled(address="area=E23000031")
        page.get_by_label("Taken anew from", exact=True).select_option("2025-06")
        seen.settled(address="rebase=2025-06")

        assert page.locator("#tiles").inner_text() != before
        assert "Surrey" in page.locator("#attention").inner_text()
        wait_for(page, "document.body.innerText.includes('since June 2025')")
        assert page.get_by_role("link", name="Limits anew from June 2025").count() == 1
        seen.clean()


def test_a_tile_leads_to_its_chart_by_keyboard(browser: Browser, base: str) -> None:
    with visit(browser, base) as seen:
        seen.go(f"{PAGE}?area=E23000031")
        seen.page.locator("#kpi-E8 a").focus()
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_url("**measure=E8**")
        wait_for(seen.page, "!document.getElementById('first')")

        assert seen.sentence().startswith("Answered in Surrey")
        seen.clean()


def test_a_removed_choice_leads_the_focus_to_what_is_shown_then(browser: Browser, base: str) -> None:
    with visit(browser, base) as seen:
        seen.go(f"{PAGE}?area=E23000031&measure=E8")
        seen.page.locator("#react-entry-point .chip").focus()
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_url(f"{base}{PAGE}?measure=E8")
        wait_for(seen.page, "document.activeElement.id === 'sentence'")

        assert seen.sentence().startswith("Answered in England and Wales")
        seen.clean()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_briefing_states_on_every_sheet_what_is_shown(browser: Browser, base: str, scripts: bool) -> None:
    with visit(browser, base, java_script_enabled=scripts) as seen:
        address = f"{PAGE}?measure=E8&area=E23000031&from=2025-01"
        seen.go(address) if scripts else seen.page.goto(base + address)
        seen.page.emulate_media(media="print")
        head = seen.page.locator(".sheet-head")

        style = "element => [getComputedStyle(element).display, getComputedStyle(element).breakInside]"
        assert head.evaluate(style) == ["table-header-group", "avoid"]
        told = head.inner_text()
        assert "Answered in Surrey" in told and "January 2025" in told
        assert "Illustrative figures." in told and "Release " in told
        assert head.bounding_box()["height"] < 200  # type: ignore[index]
        for hidden in ("#filters", "[data-print]", ".surfaces", ".site-header nav"):
            assert not seen.page.locator(hidden).first.is_visible()
        assert seen.page.locator("#tiles").is_visible() and seen.page.locator("#attention").is_visible()


def test_the_page_works_without_scripts(browser: Browser, base: str) -> None:
    with visit(browser, base, java_script_enabled=False, viewport={"width": 1280, "height": 900}) as seen:
        page = seen.page
        page.goto(f"{base}{PAGE}?measure=E4")
        page.get_by_label("Taken anew from", exact=True).select_option("2025-06")
        page.get_by_label("Kent", exact=True).check()
        page.get_by_role("button", name="Show").click()

        assert "area=E23000032" in page.url and "rebase=2025-06" in page.url
        assert "since June 2025" in page.locator(".sentence").first.inner_text()
        assert page.locator("#first svg").count() >= 2 and page.locator("#tiles .tile").count() >= 5


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("query", ["", "?area=E23000031", "?measure=C1"])
def test_a_chief_officer_sees_what_needs_attention_in_one_screen(browser: Browser, base: str, scripts: bool, query: str) -> None:
    with visit(browser, base, java_script_enabled=scripts, viewport={"width": 1280, "height": 800}) as seen:
        seen.go(f"{PAGE}{query}") if scripts else seen.page.goto(f"{base}{PAGE}{query}")
        page = seen.page
        part = page.locator("#react-entry-point #attention" if scripts else "#first #attention")

        assert page.evaluate("scrollY") == 0
        assert part.locator("h2").inner_text() == "What needs attention"
        said = part.locator("p, .alarms").first
        for place in (part.locator("h2"), said, *part.locator(".alarms li").all()):
            box = place.bounding_box()
            assert box and box["y"] >= 0 and box["y"] + box["height"] <= 800
        assert any(words in said.inner_text() for words in ("can be judged", "Nothing: "))
        first = page.locator("#react-entry-point #tiles .tile" if scripts else "#first #tiles .tile").first.bounding_box()
        assert first and first["y"] + 60 <= 800
        seen.clean()


def test_the_page_is_printed_on_few_sheets_and_offers_the_briefing_as_a_file(browser: Browser, base: str) -> None:
    with visit(browser, base) as seen:
        seen.go(f"{PAGE}?area=E23000031")
        made = seen.page.pdf(format="A4")

        assert made.startswith(b"%PDF-") and 2 <= made.count(b"/Type /Page\n") + made.count(b"/Type /Page ") <= 8
        assert seen.page.get_by_role("button", name="Print this page").is_visible()
        link = seen.page.get_by_role("link", name="Briefing as PDF").get_attribute("href") or ""
        assert link.startswith("/performance.pdf?area=E23000031&release=")
