"""Embeds over HTTP: light, closed, complete without scripts; pinned ones never change, and say when they no longer stand."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import brotli
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.settings import Settings
from data.release import Release, Store
from data.selection import read
from layouts.charts import CHART_BY_SLUG, CHARTS, ask
from layouts.embed import WIDTHS
from layouts.standing import Standing, _of_months, standing
from tests.publishing import publish
from tests.releases import doubled, linked

FORCE = Path(__file__).parent / "fixtures" / "force"
BARNET = "E09000003"
CORRECTED = f"date,measure,area,period,what,why\n2026-11-20,P7,{BARNET},2022,Trust was 2 points too low.,Wrong weights.\n"
LIGHT_ENOUGH = 40_000
INTERACTIVE = 550_000
SITE = "https://appeals.example"
NEWS = "https://news.example"


@pytest.fixture(scope="module")
def client(release_home: Path) -> FlaskClient:
    return create_app(Settings(home=release_home)).server.test_client()


@pytest.fixture(scope="module")
def two(client: FlaskClient, release_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The default release, and after it one with a force's own files in place of illustrative ones and a correction."""
    home = tmp_path_factory.mktemp("embeds")
    linked(release_home, to=home)
    shutil.copytree(FORCE, home / "files")
    (home / "files" / "corrections.csv").write_text(CORRECTED, encoding="utf-8")
    publish(home, folders=[home / "files"])
    return Store(home)


@pytest.fixture(scope="module")
def later(two: Store) -> FlaskClient:
    settings = Settings(home=two.home, base_url=SITE, embed_ancestors=("'self'", NEWS))
    return create_app(settings).server.test_client()


@pytest.fixture
def crime_doubled(release_home: Path, tmp_path: Path) -> tuple[Release, Release]:
    """The default release, and one in which recorded crime alone is another."""
    store = linked(release_home, to=tmp_path)
    held = store.current()
    return held, doubled(store, "recorded_crime")


def weight(client: FlaskClient, address: str) -> int:
    answer = client.get(address, headers={"Accept-Encoding": "br"})
    assert answer.status_code == 200, address
    return len(answer.data)


def styles(text: str) -> list[str]:
    return [address.replace("&amp;", "&") for address in re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)]


@pytest.mark.parametrize("query", ["", "measure=A3&area=E23000031", "from=2031-01"], ids=["default", "chosen", "without figures"])
@pytest.mark.parametrize("slug", CHART_BY_SLUG)
def test_every_chart_has_an_embed_that_is_light_and_complete_without_scripts(client: FlaskClient, slug: str, query: str) -> None:
    answer = client.get(f"/embed/{slug}?{query}", headers={"Accept-Encoding": "br"})
    text = brotli.decompress(answer.data).decode()

    assert answer.status_code == 200
    assert len(answer.data) + sum(weight(client, address) for address in styles(text)) <= LIGHT_ENOUGH
    assert text.count('role="img" aria-labelledby') == len(WIDTHS) and text.count("<h1") == 1
    assert not re.search(r"<script(?![^>]*(src=|application/json))", text) and "_dash" not in text and "react" not in text
    assert f'href="/charts/{slug}{f"?{query}" if query else ""}"'.replace("&", "&amp;") in text
    assert 'id="sentence"' in text and "View as table" in text and "Open Government Licence" in text and 'content="noindex"' in text
    identifiers = re.findall(r' id="([^"]*)"', text)
    assert len(set(identifiers)) == len(identifiers)
    illustrative = 'class="badge illustrative"' in text
    assert illustrative == ("<strong>Illustrative figures. </strong>" in text)


def test_an_embed_may_be_framed_and_closes_every_other_door(client: FlaskClient) -> None:
    told = client.get("/embed/map").headers
    policy = told["Content-Security-Policy"]

    assert policy.endswith("frame-ancestors *") and "X-Frame-Options" not in told and "Set-Cookie" not in told
    assert "default-src 'none'; script-src 'self';" in policy and "unsafe-eval" not in policy
    assert told["Cross-Origin-Resource-Policy"] == client.get("/embed.js").headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("path", ["/", "/charts/map", "/charts/map/share", "/charts/map/table", "/help", "/charts.json", "/oembed", "/embed", "/embedded"])
def test_every_other_page_refuses_frames(client: FlaskClient, path: str) -> None:
    told = client.get(path).headers

    assert told["Content-Security-Policy"].endswith("frame-ancestors 'none'") and told["X-Frame-Options"] == "DENY"


def test_sites_that_may_frame_embeds_can_be_named(later: FlaskClient) -> None:
    for path in ("/embed/map", "/embed/map/strip.css", "/embed/nowhere", "/embed.js"):
        assert later.get(path).headers["Content-Security-Policy"].endswith(f"frame-ancestors 'self' {NEWS}")


def test_an_embed_is_interactive_within_its_budget(client: FlaskClient) -> None:
    text = client.get("/embed/map").text
    scripts = re.findall(r'<script src="([^"]+)"', text)
    bundle = re.findall(r'"(/static/[^"]+\.js)"', text[text.index('id="hue-boot"'):])

    assert len(bundle) == 2
    outlines = re.findall(r'"(/geo/[^"]+)"', text)
    assert outlines and sum(weight(client, address) for address in {
        "/embed/map", *styles(text), *scripts, *bundle, *outlines}) <= INTERACTIVE


def test_the_script_for_pages_around_embeds_is_small_and_soon_asked_for_again(client: FlaskClient) -> None:
    answer = client.get("/embed.js")

    assert len(answer.data) <= 2_000 and answer.content_type.startswith("text/javascript")
    assert answer.headers["Cache-Control"] == "public, max-age=3600" and answer.headers["ETag"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_embed_takes_the_theme_that_its_address_names(client: FlaskClient, theme: str) -> None:
    text = client.get(f"/embed/map?theme={theme}").text
    colours = client.get(styles(text)[0]).text

    assert f'<meta name="color-scheme" content="{theme}">' in text and f"color-scheme:{theme};" in colours
    assert ("prefers-color-scheme" in colours) is False
    assert client.get("/embed/map?theme=auto").data == client.get("/embed/map").data


def test_keys_that_pym_adds_change_nothing(client: FlaskClient) -> None:
    assert client.get("/embed/map?initialWidth=640&childId=chart&parentTitle=News&parentUrl=x").data == client.get("/embed/map").data


@pytest.mark.parametrize(("address", "status", "said"), [
    ("map?area=Atlantis", 400, "“area”"), ("map?colour=red", 400, "“colour”"), ("map?theme=pink", 400, "“theme”"),
    ("map?theme=dark&theme=light", 400, "“theme”"), ("map?release=../../etc", 400, "“release”"),
    ("map?area=" + "E" * 5000, 400, "too long"), ("nowhere", 404, "no chart called"),
    ("map?release=2020-01-01-abcdefabcdef", 404, "no release called"),
])
def test_what_cannot_be_embedded_says_why_in_a_plain_page(client: FlaskClient, address: str, status: int, said: str) -> None:
    answer = client.get(f"/embed/{address}")

    assert answer.status_code == status and answer.content_type.startswith("text/html")
    assert said in answer.text and 'class="embed"' in answer.text and not re.search(r"data-value|<table|hue-figure", answer.text)


def test_a_pinned_embed_is_the_same_to_the_byte_after_later_releases_and_a_restart(
    client: FlaskClient, later: FlaskClient, two: Store, release_home: Path,
) -> None:
    held = Store(release_home).current()
    restarted = create_app(Settings(home=release_home)).server.test_client()
    for slug in CHART_BY_SLUG:
        address = f"/embed/{slug}?release={held.id}"
        before, after = client.get(address), later.get(address)

        assert before.headers["Cache-Control"] == "public, max-age=86400, immutable"
        assert re.sub(r'<link rel="canonical"[^>]*>\n', "", after.text) == before.text == restarted.get(address).text
        assert held.id in before.text and str(two.current_id()) not in after.text


def test_a_live_embed_follows_the_newest_release_and_is_soon_asked_for_again(client: FlaskClient, later: FlaskClient, two: Store) -> None:
    before, after = client.get("/embed/channel"), later.get("/embed/channel")

    assert before.headers["Cache-Control"] == "public, max-age=60"
    assert f"release {two.current_id()}" in after.text and before.headers["ETag"] != after.headers["ETag"]
    assert "strip.css" not in after.text and 'class="strip"' not in after.text


@pytest.mark.parametrize(("address", "said"), [
    ("london-trust?area=E09000003", "corrected"), ("channel?measure=E4", "revised"), ("map?measure=R1", "stands"),
    ("london-trust?area=E09000005", "stands"), ("would-report", "stands"), ("similar", "stands"),
])
def test_the_strip_of_a_pinned_embed_says_how_its_figures_stand(later: FlaskClient, two: Store, address: str, said: str) -> None:
    held = next(name for name in two.ids() if name != two.current_id())
    sign = "&" if "?" in address else "?"
    text = later.get(f"/embed/{address}{sign}release={held}").text
    strip = next(each for each in styles(text) if "strip.css" in each)
    answer = later.get(strip)

    assert answer.content_type.startswith("text/css") and answer.headers["Cache-Control"] == "public, max-age=300"
    assert re.findall(r"\.strip-(\w+)", answer.text) == ([said] if said != "stands" else [])
    for kind in ("strip", "strip-revised", "strip-corrected", "strip-withdrawn"):
        assert " hidden" in re.search(f'<[^>]* class="{kind}"[^>]*>', text)[0]  # type: ignore[index]


def test_a_strip_belongs_to_a_release(client: FlaskClient) -> None:
    assert client.get("/embed/map/strip.css").json["field"] == "release"  # type: ignore[index]
    assert client.get("/embed/map/strip.css?release=2020-01-01-abcdefabcdef").status_code == 404
    assert client.get("/embed/nowhere/strip.css?release=2020-01-01-abcdefabcdef").status_code == 404


def test_a_withdrawn_release_is_410_with_its_title_and_no_figure(two: Store, tmp_path: Path) -> None:
    store = linked(two.home, to=tmp_path)
    held = next(name for name in store.ids() if name != store.current_id())
    store.withdraw(held, why="wrong month")
    client = create_app(Settings(home=tmp_path)).server.test_client()
    answer = client.get(f"/embed/channel?area=E23000031&release={held}")

    assert answer.status_code == 410 and answer.headers["Cache-Control"] == "no-cache"
    assert "<h1>By channel</h1>" in answer.text and "withdrawn by their publisher" in answer.text
    assert 'href="/charts/channel?area=E23000031"' in answer.text
    assert not re.search(r"data-value|<table|role=\"img\"|hue-figure|wrong month", answer.text)
    kept = client.get(f"/embed/channel/strip.css?area=E23000031&release={held}")
    assert kept.status_code == 200 and ".strip-withdrawn[hidden]" in kept.text and ".shown { display: none" in kept.text


@pytest.mark.parametrize(("address", "said"), [
    ("map?measure=R1", "revised"), ("map?measure=R1&origin=published", "revised"), ("category?measure=R1&area=E23000031", "revised"),
    ("trend?measure=R1&area=E23000031", "revised"), ("london-trust", "stands"), ("map", "stands"), ("control?measure=A3", "stands"),
    ("map?from=2031-01", "stands"),
])
def test_only_figures_that_differ_are_said_to_be_revised(
    crime_doubled: tuple[Release, Release], address: str, said: Standing,
) -> None:
    slug, _, query = address.partition("?")
    held, newest = crime_doubled

    assert standing(CHART_BY_SLUG[slug], read(parse_qs(query)), held=held, newest=newest) == said


@pytest.mark.parametrize("query", ["", "measure=A3", "measure=A4&grain=quarter", "measure=R1&area=E23000031", "measure=P7"])
def test_figures_are_compared_for_the_months_that_they_show(release: Release, query: str) -> None:
    """A release with newer months has another period by default; what stood before is asked for by its own months."""
    for chart in CHARTS:
        selection = read(parse_qs(query))
        shown = ask(release, selection, chart=chart)
        if shown.frame:
            named = list(_of_months(selection, shown, chart=chart))
            assert all(each.from_ and each.to for each in named)
            assert any(ask(release, each, chart=chart).frame == shown.frame for each in named), (chart.slug, query)


def test_figures_of_another_release_with_the_same_figures_stand_in_every_chart(crime_doubled: tuple[Release, Release]) -> None:
    held, newest = crime_doubled
    for chart in CHARTS:
        for query in ("measure=A3", "measure=E1&grain=quarter", "measure=E7&area=E23000031&channel=facebook", "measure=P7"):
            assert standing(chart, read(parse_qs(query)), held=held, newest=newest) == "stands", (chart.slug, query)


@pytest.fixture
def corrected(crime_doubled: tuple[Release, Release]) -> Iterator[Path]:
    folder = crime_doubled[1].folder / "reference"
    (folder / "corrections.parquet").unlink(missing_ok=True)
    yield folder / "corrections.parquet"


@pytest.mark.parametrize(("area", "period", "query", "said"), [
    ("E23000031", "2026-03", "measure=A1", "corrected"), ("E23000031", "2026-Q1", "measure=A1&area=E23000031", "corrected"),
    ("E23000031", "2025", "measure=A1", "corrected"), ("E23000031", "2026-03", "measure=A2", "stands"),
    ("E23000031", "2026-03", "measure=A1&area=E23000032", "stands"), ("E23000031", "2026-03", "measure=A1&to=2025-12", "stands"),
])
def test_a_correction_concerns_its_measure_its_place_and_its_months(
    crime_doubled: tuple[Release, Release], corrected: Path, area: str, period: str, query: str, said: Standing,
) -> None:
    row = {"date": "2026-11-20", "measure": "A1", "area_code": area, "period": period, "what": "Too low.", "why": "A row was cut off."}
    pq.write_table(pa.table({name: [value] for name, value in row.items()}), corrected)
    held, newest = crime_doubled

    assert standing(CHART_BY_SLUG["trend"], read(parse_qs(query)), held=held, newest=newest) == said
