"""Embeds in a real browser, on a page of another site: height, drawing in view, the strip, themes, no scripts, a sandbox."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame

from dashboard.app import create_app
from dashboard.settings import Settings
from data.release import Store
from tests.browser import Visit, visit, wait_for
from tests.foreign import Foreign, Served, foreign_page, served_here
from tests.releases import doubled, linked

LISTENS_AS_USUAL = """
addEventListener('message', event => {
  const told = event.data && event.data['datawrapper-height'];
  if (!told) return;
  for (const frame of document.querySelectorAll('iframe'))
    if (frame.contentWindow === event.source) frame.style.height = Object.values(told)[0] + 'px';
});"""
"""What many sites have in their pages for embeds of others: our own way of saying the same."""
SIZE = {"width": 720, "height": 900}


@pytest.fixture(scope="module")
def store(release_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The default release, and after it one in which recorded crime is another."""
    create_app(Settings(home=release_home))
    store = linked(release_home, to=tmp_path_factory.mktemp("framed"))
    doubled(store, "recorded_crime")
    return store


@pytest.fixture(scope="module")
def ours(store: Store) -> Iterator[Served]:
    with served_here(create_app(Settings(home=store.home)).server) as served:
        yield served


@pytest.fixture(scope="module")
def theirs() -> Iterator[Foreign]:
    with foreign_page() as page:
        yield page


def held(store: Store) -> str:
    """The release that is no longer the newest."""
    return next(name for name in store.ids() if name != store.current_id())


def frame_of(address: str, *, height: int = 500, more: str = "") -> str:
    return f'<iframe src="{address}" title="A chart" width="100%" height="{height}" style="border:0;display:block" {more}></iframe>'


@contextmanager
def shown(browser: Browser, theirs: Foreign, body: str, **options: Any) -> Iterator[Visit]:
    """A visit to the page of somebody else, with every console message and request of it and its frames."""
    with visit(browser, theirs.served.address, **{"viewport": SIZE, **options}) as seen:
        seen.page.goto(theirs.show(body))
        yield seen


def inside(seen: Visit) -> Frame:
    """The frame of the one embed of a page."""
    return next(frame for frame in seen.page.frames if "/embed/" in frame.url)


def fits(seen: Visit, *, seconds: float = 20) -> int:
    """Wait until the frame is as tall as what stands in it, and return that height."""
    height = "Math.ceil(document.querySelector('.embed').getBoundingClientRect().height)"
    own = 0
    for _ in range(int(seconds * 20)):
        own = inside(seen).evaluate(height)
        if own and seen.page.evaluate("document.querySelector('iframe').clientHeight") == own == inside(seen).evaluate(height):
            return own
        seen.page.wait_for_timeout(50)
    raise AssertionError(f"the frame is not as tall as its content: {own}")


def drawn(seen: Visit) -> None:
    """Wait until the figure of the one embed is drawn."""
    frame = inside(seen)
    for _ in range(400):
        if frame.evaluate("Boolean(document.querySelector('#drawn.ready .main-svg'))"):
            return
        seen.page.wait_for_timeout(50)
    raise AssertionError("the figure was never drawn")


def quiet(seen: Visit, *served: Served) -> None:
    """Hold that nothing was said, nothing asked of a third host, no cookie set."""
    assert seen.said == []
    known = (*(each.address for each in served), "data:", "blob:")
    assert [address for address in seen.asked if not address.startswith(known)] == []
    assert seen.page.context.cookies() == []


def test_an_embed_grows_and_shrinks_with_its_content_and_its_width(browser: Browser, ours: Served, theirs: Foreign) -> None:
    body = frame_of(f"{ours.address}/embed/london-trust?area=E09000003", height=300) + f'<script src="{ours.address}/embed.js" async></script>'
    with shown(browser, theirs, body) as seen:
        drawn(seen)
        first = fits(seen)
        inside(seen).locator("summary").click()
        opened = fits(seen)
        inside(seen).locator("summary").click()

        assert opened > first + 100 and fits(seen) == first
        seen.page.set_viewport_size({"width": 320, "height": 800})
        assert fits(seen) > first
        seen.page.set_viewport_size(SIZE)
        assert fits(seen) == first
        quiet(seen, ours, theirs.served)


def test_a_page_with_the_usual_listener_needs_no_script_of_ours(browser: Browser, ours: Served, theirs: Foreign) -> None:
    body = f"<script>{LISTENS_AS_USUAL}</script>" + frame_of(f"{ours.address}/embed/would-report", height=120)
    with shown(browser, theirs, body) as seen:
        assert fits(seen) > 400


def test_a_height_is_told_in_each_of_the_usual_ways(browser: Browser, ours: Served, theirs: Foreign) -> None:
    body = ("<script>window.told = []; addEventListener('message', event => told.push(event.data));</script>"
            + frame_of(f"{ours.address}/embed/use-channel?childId=first&initialWidth=720"))
    with shown(browser, theirs, body) as seen:
        inside(seen).locator(".sentence").wait_for()
        wait_for(seen.page, "told.length >= 3")
        told = seen.page.evaluate("told")
        own = next(each for each in told if isinstance(each, dict))

        height = own["hue-height"]
        assert own == {"hue-height": height, "datawrapper-height": {"embed-use-channel": height}} and height > 300
        texts = [each for each in told if isinstance(each, str)]
        assert f"pymxPYMxfirstxPYMxheightxPYMx{height}" in texts
        assert any(text.startswith("{") and json.loads(text) == {
            "src": inside(seen).url, "context": "iframe.resize", "height": height} for text in texts)


def test_a_height_counts_only_from_the_frame_that_it_is_about(browser: Browser, ours: Served, theirs: Foreign) -> None:
    body = (frame_of(f"{ours.address}/embed/would-report?theme=light", height=321, more='sandbox=""')
            + f'<script src="{ours.address}/embed.js"></script><script>postMessage({{"hue-height": 50}}, "*")</script>')
    with shown(browser, theirs, body) as seen:
        seen.page.wait_for_timeout(300)
        assert seen.page.evaluate("document.querySelector('iframe').clientHeight") == 321


def test_without_any_script_an_embed_keeps_its_height_and_scrolls(browser: Browser, ours: Served, theirs: Foreign) -> None:
    body = frame_of(f"{ours.address}/embed/trend?measure=R1", height=320) + f'<script src="{ours.address}/embed.js"></script>'
    with shown(browser, theirs, body, java_script_enabled=False) as seen:
        frame = inside(seen)
        frame.locator(".graph svg:visible").first.wait_for()
        summary = frame.get_by_text("View as table")
        summary.click()

        assert frame.locator("table").is_visible() and seen.page.locator("iframe").bounding_box()["height"] == 320  # type: ignore[index]
        assert frame.locator(".graph > .graph:visible").count() == 1
        quiet(seen, ours, theirs.served)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_strip_appears_where_figures_were_revised_and_nowhere_else(
    browser: Browser, ours: Served, theirs: Foreign, store: Store, scripts: bool,
) -> None:
    for query, told in ((f"map?measure=R1&release={held(store)}", True), (f"london-trust?release={held(store)}", False),
                        (f"map?measure=R1&release={store.current_id()}", False), ("map?measure=R1", False)):
        with shown(browser, theirs, frame_of(f"{ours.address}/embed/{query}"), java_script_enabled=scripts) as seen:
            frame = inside(seen)
            frame.locator(".sentence").wait_for()
            strip = frame.locator(".strip")

            assert (strip.count() > 0 and strip.is_visible()) == told
            if told:
                assert "have been revised" in strip.inner_text() and "withdrawn" not in strip.inner_text()
                assert strip.get_by_role("link", name="The current figures").get_attribute("href") == "/charts/map?measure=R1"
            quiet(seen, ours, theirs.served)


def test_a_kept_embed_of_a_withdrawn_release_shows_no_figure(
    browser: Browser, theirs: Foreign, store: Store, tmp_path: Path,
) -> None:
    own = linked(store.home, to=tmp_path)
    with served_here(create_app(Settings(home=own.home)).server) as served:
        address = f"{served.address}/embed/london-trust?release={held(store)}"
        with shown(browser, theirs, frame_of(address)) as seen:
            kept = seen.page.request.get(address).text()
            own.withdraw(held(store), why="wrong")
            seen.page.route("**/embed/london-trust?*", lambda route: route.fulfill(body=kept, content_type="text/html"))
            seen.page.goto(theirs.show(frame_of(address)))
            inside(seen).locator(".strip").wait_for()

            assert "withdrawn by their publisher" in inside(seen).locator(".strip").inner_text()
            assert not inside(seen).locator(".shown").is_visible()
            seen.page.wait_for_timeout(500)
            assert inside(seen).locator(".main-svg").count() == 0


@pytest.mark.parametrize("number", [5, pytest.param(20, marks=pytest.mark.long)])
def test_many_embeds_load_the_bundle_once_and_draw_as_they_come_into_view(
    browser: Browser, ours: Served, theirs: Foreign, number: int,
) -> None:
    charts = ("london-trust", "would-report", "use-channel", "map?measure=R1", "london-informed")
    frames = "".join(frame_of(f"{ours.address}/embed/{charts[place % 5]}{'&' if '?' in charts[place % 5] else '?'}theme={theme}", height=700)
                     for place, theme in enumerate((["light", "dark"] * number)[:number]))
    watch = "let last = performance.now(); window.longest = 0; (function next() { const now = performance.now(); " \
            "longest = Math.max(longest, now - last); last = now; requestAnimationFrame(next); })();"
    ours.asked.clear()
    with shown(browser, theirs, f'{frames}<script src="{ours.address}/embed.js"></script><script>{watch}</script>') as seen:
        page = seen.page
        page.wait_for_load_state("networkidle")
        count = "document.querySelectorAll('#drawn.ready').length"
        ready = lambda: sum(frame.evaluate(count) for frame in page.frames if "/embed/" in frame.url)  # noqa: E731
        early = ready()
        assert early < number
        page.evaluate("window.longest = 0")
        for place in range(number):
            page.locator("iframe").nth(place).scroll_into_view_if_needed()
            for _ in range(200):
                if ready() > place:
                    break
                page.mouse.wheel(0, 5)
                page.wait_for_timeout(50)

        assert ready() == number
        bundles = {path: number for path, number in ours.asked.items() if re.fullmatch(r"/static/(plotly|figures|boot|site)\.\w+\.(js|css)", path)}
        assert set(bundles.values()) == {1} and any("plotly" in path for path in bundles)
        assert page.evaluate("window.longest") < 500
        quiet(seen, ours, theirs.served)


@pytest.mark.parametrize(("query", "scheme", "ground"), [
    ("", "dark", "rgb(17, 24, 31)"), ("", "light", "rgb(255, 255, 255)"), ("?theme=light", "dark", "rgb(255, 255, 255)"),
    ("?theme=dark", "light", "rgb(17, 24, 31)"),
])
def test_an_embed_is_light_or_dark_as_asked(
    browser: Browser, ours: Served, theirs: Foreign, query: str, scheme: Any, ground: str,
) -> None:
    with shown(browser, theirs, frame_of(f"{ours.address}/embed/london-trust{query}"), color_scheme=scheme) as seen:
        drawn(seen)
        frame = inside(seen)

        assert frame.evaluate("getComputedStyle(document.body).backgroundColor") == ground
        letters = frame.evaluate("getComputedStyle(document.querySelector('.xtick text')).fill")
        assert (letters == "rgb(179, 190, 200)") == (ground == "rgb(17, 24, 31)")
        quiet(seen, ours, theirs.served)


@pytest.mark.parametrize(("address", "width"), [
    ("map?measure=R1", 280), ("trend?measure=A3", 280), ("map?measure=R1", 390), ("channel-age", 390), ("map?measure=ZZ", 280)])
def test_an_embed_fits_its_frame_and_axe_finds_nothing(browser: Browser, ours: Served, store: Store, address: str, width: int) -> None:
    with visit(browser, ours.address, viewport={"width": width, "height": 900}, bypass_csp=True, color_scheme="dark") as seen:
        pinned = "" if "ZZ" in address else f"{'&' if '?' in address else '?'}release={held(store)}"
        seen.page.goto(f"{ours.address}/embed/{address}{pinned}")
        if width > 280:
            wait_for(seen.page, "Boolean(document.querySelector('#drawn.ready .main-svg'))")
        elif pinned:
            seen.page.wait_for_timeout(300)
            assert seen.page.locator(".graph.for-small > svg").is_visible() and seen.page.locator(".main-svg").count() == 0

        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.violations() == []
        assert [text for text in seen.said if "400" not in text] == []


def test_a_narrow_embed_is_drawn_once_there_is_room(browser: Browser, ours: Served) -> None:
    with visit(browser, ours.address, viewport={"width": 280, "height": 900}) as seen:
        seen.page.goto(f"{ours.address}/embed/london-trust")
        seen.page.wait_for_timeout(300)
        assert not [address for address in seen.asked if "plotly" in address]
        seen.page.set_viewport_size(SIZE)
        drawn(seen)
        assert not seen.page.locator(".graph.for-wide > svg").is_visible()
        seen.page.set_viewport_size({"width": 280, "height": 900})
        wait_for(seen.page, "!document.querySelector('#drawn.ready')")
        assert seen.page.locator(".graph.for-small > svg").is_visible() and not seen.page.locator(".main-svg").first.is_visible()
        seen.page.set_viewport_size(SIZE)
        drawn(seen)
        seen.clean()


def test_in_a_sandbox_an_embed_is_dressed_and_keeps_its_picture(browser: Browser, ours: Served, theirs: Foreign) -> None:
    body = frame_of(f"{ours.address}/embed/map?measure=R1", more='sandbox="allow-scripts"')
    with shown(browser, theirs, body + f'<script src="{ours.address}/embed.js"></script>') as seen:
        frame = inside(seen)
        frame.locator(".graph svg:visible").first.wait_for()

        assert fits(seen) > 500
        seen.page.wait_for_timeout(1500)
        assert frame.locator(".graph svg:visible, #drawn.ready .main-svg").count() >= 1
        assert frame.evaluate("getComputedStyle(document.querySelector('h1')).fontSize") == "19px"


# --- The dialog ----------------------------------------------------------------------------------------------------


def test_embed_opens_beside_the_card_by_keyboard_and_gives_the_focus_back(browser: Browser, ours: Served) -> None:
    with visit(browser, ours.address, bypass_csp=True) as seen:
        page = seen.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        seen.go("/charts/london-trust?area=E09000003")
        link = page.locator("#react-entry-point").get_by_role("link", name="Embed: London: trust")
        link.focus()
        page.keyboard.press("Enter")
        page.locator("dialog #share-code-frame").wait_for()
        wait_for(page, "document.querySelector('dialog [role=status].unseen').textContent.startsWith('Loaded')")

        assert page.evaluate("document.activeElement.textContent") == "Close"
        assert page.frame_locator("dialog iframe").locator("h1").inner_text() == "London: trust"
        assert seen.violations() == []
        page.get_by_label("Pinned").check()
        wait_for(page, "document.getElementById('share-code-frame').value.includes('release=')")
        page.get_by_role("button", name="Copy : For any page (iframe)").or_(page.get_by_role("button", name="Copy: For any page (iframe)")).click()
        wait_for(page, "document.querySelector('.copy-says').textContent === 'Copied: For any page (iframe)'")
        assert page.evaluate("navigator.clipboard.readText()") == page.locator("#share-code-frame").input_value()
        page.keyboard.press("Escape")
        page.locator("dialog").wait_for(state="detached")
        assert page.evaluate("document.activeElement.textContent") == "Embed"
        seen.clean()


def test_escape_inside_the_preview_closes_the_dialog(browser: Browser, ours: Served) -> None:
    with visit(browser, ours.address) as seen:
        seen.go("/charts/london-trust?area=E09000003")
        link = seen.page.locator("#react-entry-point").get_by_role("link", name="Embed: London: trust")
        link.focus()
        seen.page.keyboard.press("Enter")
        seen.page.frame_locator("dialog iframe").locator("h1").wait_for()
        seen.tab_to("iframe")
        seen.page.keyboard.press("Tab")
        seen.page.keyboard.press("Escape")
        seen.page.locator("dialog").wait_for(state="detached")
        assert seen.page.evaluate("document.activeElement.textContent") == "Embed"
        seen.clean()


def test_the_dialog_keeps_every_choice_however_fast_and_says_what_it_cannot_read(browser: Browser, ours: Served) -> None:
    with visit(browser, ours.address) as seen:
        page = seen.page
        seen.go("/charts/london-trust?area=E09000003")
        page.locator("#react-entry-point").get_by_role("link", name="Embed: London: trust").click()
        code, width = page.locator("dialog #share-code-frame"), page.locator("dialog #share-width")
        code.wait_for()
        page.route("**/share?**", lambda route: (time.sleep(0.3), route.continue_()))
        page.get_by_label("Colours").select_option("dark")
        page.get_by_label("Pinned").check()
        width.fill("48")
        wait_for(page, "document.getElementById('share-code-frame').value.includes('release=')")
        assert "theme=dark" in code.input_value() and width.input_value() == "48"
        width.fill("9999")
        width.press("Enter")
        page.locator("dialog .callout").wait_for()

        said = page.locator("dialog .callout").inner_text()
        assert "no width for an embed: 280 to 1600 pixels" in said and width.evaluate("box => box === document.activeElement")
        wait_for(page, "document.querySelector('.copy-says').textContent.includes('no width for an embed')")
        assert "area=E09000003" in code.input_value() and "theme=dark" in code.input_value() and "release=" in code.input_value()
        seen.clean()


def test_the_link_of_a_card_follows_the_filters(browser: Browser, ours: Served) -> None:
    with visit(browser, ours.address) as seen:
        seen.go("/")
        seen.page.get_by_label("Surrey", exact=True).check()
        seen.settled(address="area=E23000031")
        seen.page.locator("#react-entry-point").get_by_role("link", name="Embed: Where: the map").click()
        code = seen.page.locator("dialog #share-code-frame")
        code.wait_for()

        assert f'src="{ours.address}/embed/map?area=E23000031"' in code.input_value()
        seen.clean()


@pytest.mark.parametrize("width", [390, 1280])
def test_without_scripts_the_same_stands_on_a_page_of_its_own(browser: Browser, ours: Served, width: int) -> None:
    with visit(browser, ours.address, java_script_enabled=False, viewport={"width": width, "height": 900}) as seen:
        page = seen.page
        page.goto(f"{ours.address}/charts/london-trust?area=E09000003")
        page.get_by_role("link", name="Embed: London: trust").click()
        page.get_by_label("Pinned").check()
        page.get_by_label("Colours").select_option("dark")
        page.get_by_role("button", name="Update").click()
        page.wait_for_url("**mode=pinned**")

        assert "theme=dark" in page.locator("#share-code-frame").input_value() and "release=" in page.locator("#share-code-frame").input_value()
        assert page.get_by_role("button", name="Copy").count() == 0


def test_the_page_of_codes_has_no_fault_that_axe_finds(browser: Browser, ours: Served) -> None:
    with visit(browser, ours.address, bypass_csp=True, viewport={"width": 390, "height": 844}) as seen:
        seen.go("/charts/would-report/share")
        assert seen.violations() == [] and seen.page.evaluate("document.documentElement.scrollWidth") <= 390
        seen.clean()
