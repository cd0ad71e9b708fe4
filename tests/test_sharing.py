"""How a chart is shown elsewhere: oEmbed as a real consumer reads it, cards, codes, citations; nothing of illustrative figures."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit
from xml.etree import ElementTree

import pytest
from dash import Dash
from flask.testing import FlaskClient
from micawber import Provider, ProviderRegistry
from micawber.exceptions import ProviderException

from dashboard.app import create_app
from dashboard.settings import Settings
from data.release import Release
from data.selection import Selection
from layouts.charts import CHART_BY_SLUG
from layouts.citing import citations, latex
from layouts.pages import PAGE_BY_PATH
from layouts.reading import sentence_of
from layouts.sharing import FILES, PICTURES
from layouts.view import look
from tests.foreign import Served, served_here

SITE = "https://appeals.example"
PUBLISHED = ("map?measure=R1", "london-trust?area=E09000003", "would-report", "trend?measure=R1&area=E23000031")
ILLUSTRATIVE = ("map", "trend?measure=A3&area=E23000031", "control")


@pytest.fixture(scope="module")
def app(release_home: Path) -> Dash:
    return create_app(Settings(home=release_home))


@pytest.fixture(scope="module")
def client(release_home: Path) -> FlaskClient:
    return create_app(Settings(home=release_home, base_url=SITE, contact="figures@appeals.example")).server.test_client()


@pytest.fixture(scope="module")
def live(app: Dash) -> Iterator[Served]:
    with served_here(app.server) as served:
        yield served


def asked(client: FlaskClient, address: str, more: str = "") -> str:
    return f"/oembed?url={quote(f'{SITE}{address}', safe='')}{more}"


def test_a_consumer_library_shows_a_chart_that_a_text_names(live: Served) -> None:
    registry = ProviderRegistry()
    registry.register(rf"{live.address}/charts/\S*", Provider(f"{live.address}/oembed"))
    address = f"{live.address}/charts/london-trust?area=E09000003"

    found = registry.request(address, maxwidth=480)
    text = registry.parse_text(f"Trust in Barnet:\n\n{address}\n\nand so on.")

    assert (found["type"], found["version"], found["width"], found["provider_name"]) == ("rich", "1.0", 480, "Hue & Cry")
    assert f'src="{live.address}/embed/london-trust?area=E09000003"' in found["html"]
    assert "<iframe" in text and "/embed/london-trust?area=E09000003" in text and "and so on." in text
    with pytest.raises(ProviderException):
        registry.request(f"{live.address}/charts/map")


def test_a_consumer_library_finds_the_answer_through_the_page_of_a_chart(live: Served, app: Dash) -> None:
    page = app.server.test_client().get("/charts/london-trust?area=E09000003", base_url=live.address).text
    links = dict(re.findall(r'<link rel="alternate" type="([a-z/]+\+oembed|text/xml\+oembed)" title="[^"]*" href="([^"]+)"', page))

    assert set(links) == {"application/json+oembed", "text/xml+oembed"}
    parts = urlsplit(unescape(links["application/json+oembed"]))
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    found = Provider(f"{live.address}{parts.path}").request(query.pop("url"), **query)
    assert found["type"] == "rich" and live.asked["/oembed"]


@pytest.mark.parametrize("address", PUBLISHED)
def test_oembed_answers_chart_pages_and_embeds_in_both_formats(client: FlaskClient, address: str) -> None:
    for path in ("/charts/", "/embed/"):
        found = client.get(asked(client, path + address))
        root = ElementTree.fromstring(client.get(asked(client, path + address, "&format=xml")).data)

        assert found.status_code == 200 and found.json is not None
        assert {each.tag: each.text for each in root} == {name: str(value) for name, value in found.json.items()}
        source = unescape(re.search(r'src="([^"]+)"', found.json["html"])[1])  # type: ignore[index]
        assert source == f"{SITE}/embed/{address}" and client.get(source.removeprefix(SITE)).status_code == 200
        assert found.headers["Access-Control-Allow-Origin"] == "*" and found.headers["Cache-Control"] == "public, max-age=3600"
        assert found.json["thumbnail_url"].endswith("&size=card") and "release=" in found.json["thumbnail_url"]


@pytest.mark.parametrize(("more", "size"), [
    ("&maxwidth=300", (300, None)), ("&maxheight=240", (640, 240)), ("&maxwidth=400&maxheight=400", (400, 400)), ("&maxwidth=99999", (640, None)),
    ("&maxwidth=1", (1, None)), ("&maxwidth=32", (32, None)), ("&maxwidth=33&maxheight=200", (33, 200)),
])
def test_oembed_keeps_to_the_size_that_is_asked(client: FlaskClient, more: str, size: tuple[int, int | None]) -> None:
    found = client.get(asked(client, "/charts/london-trust", more)).json
    assert found is not None
    width, height = size

    assert found["width"] == width and (height is None or found["height"] == height) and found["height"] > 100
    assert f'width="{found["width"]}" height="{found["height"]}"' in found["html"]
    assert ("thumbnail_url" in found) == ("99999" in more) and ' frameborder="0" ' in found["html"]


@pytest.mark.parametrize(("query", "status"), [
    ("url=https%3A%2F%2Felsewhere.example%2Fcharts%2Fmap%3Fmeasure%3DR1", 404), ("url=https%3A%2F%2Fappeals.example%2F", 404),
    ("url=https%3A%2F%2Fappeals.example%2Fcharts%2Fnowhere", 404), ("url=ftp%3A%2F%2Fappeals.example%2Fcharts%2Fmap", 404),
    ("url=https%3A%2F%2Fappeals.example%2Fcharts%2Fmap%3Fcolour%3Dred", 404), ("url=https%3A%2F%2F%5Bappeals", 404),
    ("url=https%3A%2F%2Fappeals.example%2Fcharts%2Fmap%3Fmeasure%3DR1%26release%3D2020-01-01-abcdefabcdef", 404),
    ("url=https%3A%2F%2Fappeals.example%2Fcharts%2Fmap%3Fmeasure%3DR1&format=yaml", 501), ("", 400), ("colour=red", 400),
    ("url=https%3A%2F%2Fappeals.example%2Fcharts%2Fmap%3Fmeasure%3DR1&maxwidth=wide", 400),
    ("url=https%3A%2F%2Fappeals.example%2Fcharts%2Fmap%3Fmeasure%3DR1&maxheight=0", 400),
    ("url=https%3A%2F%2Fappeals.example%2Fcharts%2Fmap&url=https%3A%2F%2Fappeals.example%2Fcharts%2Fmap", 400),
    ("url=https%3A%2F%2Fappeals.example%2Fcharts%2Fsimilar%3Fmeasure%3DR1", 404),
])
def test_oembed_refuses_what_it_has_no_answer_for(client: FlaskClient, query: str, status: int) -> None:
    answer = client.get(f"/oembed?{query}")

    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.headers["Access-Control-Allow-Origin"] == "*" and answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("more", ["&dnt=1", "&dnt=1&maxwidth=600&maxheight=900&format=json", "&format=", "&omit_script=true"])
def test_oembed_answers_consumers_that_send_keys_of_their_own(client: FlaskClient, more: str) -> None:
    """WordPress adds ``dnt`` to every request."""
    answer = client.get(asked(client, "/charts/london-trust", more))

    assert answer.status_code == 200 and answer.json is not None and answer.json["type"] == "rich"


@pytest.mark.parametrize("address", ILLUSTRATIVE)
def test_illustrative_figures_have_no_oembed_answer_and_no_card(client: FlaskClient, address: str) -> None:
    answer = client.get(asked(client, f"/charts/{address}"))
    page = client.get(f"/charts/{address}").text
    told = dict(re.findall(r'<meta (?:property|name)="((?:og|twitter):[a-z:_]+)" content="([^"]*)"', page))

    assert answer.status_code == 404 and "illustrative" in answer.json["detail"]  # type: ignore[index]
    assert "og:image" not in told and "+oembed" not in page and told["twitter:card"] == "summary"
    assert not re.search(r"\d", told["og:title"] + told["og:description"])


@pytest.mark.parametrize("slug", CHART_BY_SLUG)
def test_every_chart_has_a_card_at_every_address(client: FlaskClient, slug: str) -> None:
    for query in ("", "?measure=R1", "?measure=P7&area=E09000003"):
        page = client.get(f"/charts/{slug}{query}").text
        told = {name: unescape(text) for name, text in re.findall(r'<meta (?:property|name)="((?:og|twitter):[a-z:_]+)" content="([^"]*)"', page)}

        assert told["og:url"] == f"{SITE}/charts/{slug}{query}" and told["og:title"] and told["og:description"]
        if "og:image" in told:
            assert re.fullmatch(rf"{SITE}/charts/{slug}\.png\?.*release=[0-9a-f-]+&size=card", told["og:image"])
            assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630") and told["og:description"] in told["og:image:alt"]
        assert ("og:image" in told) == ("+oembed" in page) == (client.get(asked(client, f"/charts/{slug}{query}")).status_code == 200)
        assert ("og:image" in told) <= ('content="noindex"' not in page)


def test_the_picture_of_a_card_is_there_in_the_size_that_is_told(client: FlaskClient) -> None:
    page = client.get("/charts/london-trust?area=E09000003").text
    address = unescape(re.search(r'property="og:image" content="([^"]+)"', page)[1])  # type: ignore[index]
    answer = client.get(address.removeprefix(SITE))

    assert answer.status_code == 200 and answer.content_type == "image/png"
    assert struct.unpack(">II", answer.data[16:24]) == (1200, 630)


def test_without_a_setting_cards_name_the_address_that_was_asked(app: Dash) -> None:
    client = app.server.test_client()
    for host in ("http://one.example", "http://two.example"):
        page = client.get("/charts/london-trust", base_url=host).text
        assert f'property="og:url" content="{host}/charts/london-trust"' in page
    wrong = client.get("/charts/london-trust", headers={"Host": "a\"b.example"}).text
    assert 'property="og:url" content="/charts/london-trust"' in wrong and "b.example" not in wrong


@pytest.mark.parametrize("slug", CHART_BY_SLUG)
def test_every_chart_tells_how_it_is_embedded_and_cited_without_scripts(client: FlaskClient, release: Release, slug: str) -> None:
    answer = client.get(f"/charts/{slug}/share?area=E23000031&mode=pinned&theme=dark&width=480")
    text = unescape(unescape(answer.text))

    assert answer.status_code == 200 and text.count("<h1") == 1 and "<script>" not in answer.text
    pinned = f"/embed/{slug}?area=E23000031&release={release.id}&theme=dark"
    assert f'<iframe src="{SITE}{pinned}"' in text and f'<iframe src="{pinned}"' in text and f'<script src="{SITE}/embed.js" async>' in text
    assert "mailto:figures@appeals.example" in text and "@misc{" in text and "(Accessed: " in text
    for _, suffix in FILES:
        assert f'href="/charts/{slug}.{suffix}?area=E23000031&release={release.id}"' in text
    illustrative = "These figures are illustrative" in text
    for _, suffix, size in PICTURES:
        address = f'href="/charts/{slug}.{suffix}?area=E23000031&release={release.id}{f"&size={size}" if size else ""}"'
        assert (address in text) == (size != "card" or not illustrative)
    assert client.get(pinned).status_code == client.get(f"/charts/{slug}/share?area=E23000031").status_code == 200
    assert f'"/embed/{slug}"' in json.dumps(client.get("/charts.json").json)


def test_the_card_of_a_chart_leads_to_its_codes_with_the_selection(client: FlaskClient) -> None:
    text = unescape(client.get("/?area=E23000031").text)

    assert 'href="/charts/map/share?area=E23000031"' in text and 'data-surface="/charts/map/share"' in text


@pytest.mark.parametrize(("query", "field"), [("mode=frozen", "mode"), ("theme=pink", "theme"), ("width=100", "width"), ("height=99999", "height"),
                                              ("width=wide", "width"), ("colour=red", "colour"), ("mode=live&mode=pinned", "mode")])
def test_a_choice_that_cannot_be_read_is_said_and_left_out(client: FlaskClient, query: str, field: str) -> None:
    """What can be read stays: a size that is none gives no code of another chart. The dialog takes the part ``share`` alone."""
    answer = client.get(f"/charts/map/share?area=E23000031&measure=R1&{query}")
    part = unescape(answer.text[answer.text.index('id="share"'):])

    assert answer.status_code == 200 and re.search(rf"could not be read in full.*\b{field}\b", part)
    assert 'src="/embed/map?measure=R1&area=E23000031"' in part and re.search(rf'data-says="[^"]*\b{field}\b', answer.text)


def test_the_codes_of_a_release_that_is_not_there_are_live_ones_of_the_same_choice(client: FlaskClient) -> None:
    text = unescape(client.get("/charts/map/share?measure=R1&release=2020-01-01-abcdefabcdef").text)

    assert "There is no release called “2020-01-01-abcdefabcdef”" in text and 'src="/embed/map?measure=R1"' in text


@pytest.mark.parametrize("slug", CHART_BY_SLUG)
def test_a_sentence_to_copy_explains_the_marks_that_stand_in_it(release: Release, slug: str) -> None:
    for selection in (Selection(), Selection(measure="A3"), Selection(measure="R1", area=("E23000031",))):
        view = look(release, selection, page=PAGE_BY_PATH[f"/charts/{slug}"])
        text = citations(view, base=SITE, today=date(2026, 11, 24))["Sentence with its source"]
        said = sentence_of(CHART_BY_SLUG[slug], view.answers[slug])

        assert said in text and all(f"[{mark}] " in text.replace(said, "") for mark in re.findall(r"\[(\w)\]", said)), text
        assert ("(a to b)" in text) == bool(re.search(r"[\d%] \([\d.,%]+ to [\d.,%]+\)", said)), text


def test_every_choice_and_release_has_an_entry_of_its_own(release: Release) -> None:
    """BibTeX takes the first of two entries with one name, and cites the wrong figures for the second."""
    def named(selection: Selection) -> str:
        view = look(release, selection, page=PAGE_BY_PATH["/charts/london-trust"])
        return citations(view, base=SITE, today=date(2026, 11, 24))["BibTeX"].partition(",")[0]

    names = [named(Selection(area=area)) for area in ((), ("E09000003",), ("E09000005",))]
    assert len(set(names)) == 3 and named(Selection(area=("E09000003",))) == names[1]
    assert all(re.fullmatch(r"@misc\{hue-and-cry-london-trust-[0-9a-f]{8}", name) for name in names)


def test_citations_name_source_release_and_address_and_survive_latex(release: Release) -> None:
    view = look(release, Selection(area=("E09000003",)), page=PAGE_BY_PATH["/charts/london-trust"])
    found = citations(view, base=SITE, today=date(2026, 11, 24))

    assert list(found) == ["Sentence with its source", "Harvard", "BibTeX"]
    for text in found.values():
        assert f"{SITE}/charts/london-trust?area=E09000003&release={release.id}" in text
        assert "Public Attitude Survey" in text and "Barnet" in text and release.id in text
    assert "(Accessed: 24 November 2026)" in found["Harvard"] and "urldate = {2026-11-24}" in found["BibTeX"]
    assert "author = {{Hue \\& Cry}}" in found["BibTeX"] and found["BibTeX"].count("{") == found["BibTeX"].count("}")
    assert latex("50% of A_B & {C} ~ ^ # $ \\") == (
        r"50\% of A\_B \& \textbraceleft{}C\textbraceright{} \textasciitilde{} \textasciicircum{} \# \$ \textbackslash{}")
    assert "month = nov\n" in found["BibTeX"] and latex("\N{MINUS SIGN}3 < 4") == r"$-$3 \textless{} 4"
    made_up = citations(look(release, Selection(), page=PAGE_BY_PATH["/charts/map"]), base=SITE, today=date(2026, 11, 24))
    assert all("Illustrative figures, no fact about any place" in text for text in made_up.values())
