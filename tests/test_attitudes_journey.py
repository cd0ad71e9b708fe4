"""The page of attitudes as readers meet it: with scripts and without, by link, on a phone, on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from tests.browser import visit

PAGE = "/attitudes"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def test_a_chosen_borough_follows_into_sentence_address_and_charts_and_back_again(browser: Browser, base: str) -> None:
    with visit(browser, base, viewport=DESK) as seen:
        page = seen.page
        seen.go(PAGE)
        first = seen.sentence()
        page.get_by_label("Barnet", exact=True).check()
        seen.settled(address="area=E09000003")

        assert "Trust in the Metropolitan Police in Barnet" in seen.sentence()
        assert "in Barnet" in page.locator("section:has(> #title-london-trust) .card-head").last.inner_text()
        assert "not asked in the chosen places; shown for United Kingdom as a whole" in page.locator(
            "section:has(> #title-would-report) .notes").first.inner_text()
        page.get_by_role("link", name="Link to this chart: Trust beside engagement").click()
        page.wait_for_url(re.compile("/charts/trust-engagement.area=E09000003"))
        page.go_back()
        seen.settled(address="area=E09000003")
        page.get_by_role("link", name="Clear all").click()
        page.wait_for_url("**/attitudes")
        assert seen.sentence() == first
        seen.clean()


def test_a_force_and_channels_lead_to_the_modelled_reach_or_to_why_there_is_none(browser: Browser, base: str) -> None:
    with visit(browser, base, viewport=DESK) as seen:
        seen.go(f"{PAGE}?area=E23000031")
        card = seen.page.locator("section:has(> #title-channel-reach)").last

        assert "Modelled reach in Surrey" in seen.sentence() and "Modelled" in card.locator(".badge").inner_text()
        assert "at least about" in card.locator(".sentence").inner_text()
        seen.page.get_by_text("Social media", exact=True).first.click()
        seen.page.get_by_label("Facebook", exact=True).check()
        seen.settled(address="channel=facebook")
        assert "No reach by age is published of the chosen channels: choose TikTok." in card.locator(".sentence").inner_text()
        seen.clean()


def test_without_scripts_the_form_leads_to_the_same_address_and_words(browser: Browser, base: str) -> None:
    with visit(browser, base, viewport=DESK) as seen:
        seen.go(f"{PAGE}?area=E09000003")
        told = [seen.sentence(), *seen.page.locator(".card .sentence").all_inner_texts()]
    with visit(browser, base, viewport=PHONE, java_script_enabled=False) as seen:
        page = seen.page
        page.goto(f"{base}{PAGE}")
        page.locator("#filter-sheet > summary").click()
        page.get_by_label("Barnet", exact=True).check()
        page.get_by_role("button", name="Show").click()

        assert page.url.startswith(f"{base}{PAGE}?area=E09000003")
        assert [seen.sentence(), *page.locator(".card .sentence").all_inner_texts()] == told
        assert page.locator("section:has(> #title-would-report) svg[role=img]:visible").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_axe_finds_nothing(browser: Browser, base: str, scheme: str) -> None:
    with visit(browser, base, viewport=PHONE, color_scheme=scheme, bypass_csp=True) as seen:
        seen.go(f"{PAGE}?area=E09000003&compare=E23000001")

        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert seen.violations() == []


def test_on_paper_every_chart_stands_without_its_controls(browser: Browser, base: str) -> None:
    with visit(browser, base, viewport=DESK) as seen:
        seen.go(PAGE)
        seen.page.emulate_media(media="print")

        assert not seen.page.locator("#filters").is_visible() and not seen.page.locator(".surfaces").first.is_visible()
        for slug in ("would-report", "channel-reach", "trust-engagement", "london-contact"):
            assert seen.page.locator(f"section:has(> #title-{slug}) .figure").last.is_visible()
