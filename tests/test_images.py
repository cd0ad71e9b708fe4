"""Pictures over HTTP: the right one, kept once made, the same bytes for ever, and pages answered whatever is asked of them."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError

import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient

from dashboard import drawing
from dashboard.app import create_app
from dashboard.drawing import Busy, Easel
from dashboard.rasteriser import Rasteriser
from dashboard.settings import Settings
from dashboard.shelf import Kept, Shelf
from data import surveyed
from data.release import Store
from data.selection import MAX_QUERY
from layouts.charts import CHARTS
from layouts.lettering import lettered
from layouts.picture_layout import SIZES
from tests.pictures import texts_of, values_in
from tests.publishing import furnish

SLUGS = [chart.slug for chart in CHARTS]
CHOICE = "area=E23000031&area=E23000032&from=2024-01&to=2025-12"
LATER, GONE = "2031-01-01-0123456789ab", "2031-02-01-0123456789ab"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def home(release_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of its own with the default release, which is served, and a later one that has its surveys in another order."""
    first = Store(release_home).current()
    folder = like(tmp_path_factory.mktemp("pictures"), serving=first.id)
    later = folder / "releases" / LATER
    (later / "reference").mkdir(parents=True)
    for name in (first.id, GONE):
        (folder / "releases" / name).symlink_to(first.folder)
    for path in (*first.folder.iterdir(), *(first.folder / "reference").iterdir()):
        if path.name not in ("reference", surveyed.FILE.rpartition("/")[2]):
            (later / path.relative_to(first.folder)).symlink_to(path)
    answers = pq.read_table(first.folder / surveyed.FILE)
    pq.write_table(answers.take(list(reversed(range(len(answers))))), later / surveyed.FILE)
    return folder


def like(folder: Path, *, serving: str) -> Path:
    """Furnish a folder and give it a release to serve."""
    (furnish(folder) / "current").write_text(f"{serving}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def pinned(home: Path) -> str:
    return f"release={Store(home).current().id}"


@pytest.fixture(scope="module")
def client(home: Path) -> FlaskClient:
    return create_app(Settings(home=home, base_url="https://appeals.example")).server.test_client()


def pixels(png: bytes) -> tuple[int, int]:
    assert png.startswith(PNG)
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


@pytest.mark.parametrize("slug", SLUGS)
def test_every_chart_is_a_picture_with_the_numbers_of_its_files(slug: str, client: FlaskClient) -> None:
    for size in ("1x", "card"):
        answer = client.get(f"/charts/{slug}.svg?size={size}&{CHOICE}")
        data = client.get(f"/charts/{slug}.json?{CHOICE}").json
        assert answer.status_code == 200 and answer.content_type.startswith("image/svg+xml") and data is not None
        rows = {"|".join((row["measure"], row["area_code"])): row for row in data["rows"]}
        drawn = values_in(answer.text)
        stated = {"" if row["value"] is None else str(row["value"]) for row in data["rows"]}
        assert {value for value in drawn.values()} <= stated and {"|".join(key.split("|")[:2]) for key in drawn} <= set(rows)
        words = " ".join(box.text for box in texts_of(answer.text))
        assert (answer.headers["Content-Disposition"].count("illustrative-") == 1) == (data["origin"] == "illustrative")
        assert "Illustrative figures" in words or data["origin"] != "illustrative" or not data["rows"]
        assert answer.headers.get("X-Robots-Tag") == ("noindex" if data["origin"] == "illustrative" else None)


@pytest.mark.parametrize(("slug", "size"), [("map", "1x"), ("trend", "card"), ("confidence", "square"), ("age", "2x")])
def test_a_png_has_its_size_and_the_head_of_its_svg(slug: str, size: str, client: FlaskClient, pinned: str) -> None:
    answer = client.get(f"/charts/{slug}.png?size={size}&{pinned}")
    wide, high = pixels(answer.data)
    kind = next(each for each in SIZES if each.name == size)

    assert answer.content_type == "image/png" and wide == kind.width * kind.zoom
    assert high == kind.height * kind.zoom if kind.height else high > 300
    named = f"{slug}{'' if size == '1x' else f'-{size}'}-{pinned.partition('=')[2]}.png"
    assert answer.headers["Content-Disposition"].endswith(f'{named}"')


def test_keeping_and_conditions(client: FlaskClient, pinned: str) -> None:
    live, held = (client.get(f"/charts/map.svg{query}") for query in ("", f"?{pinned}"))

    assert live.headers["Cache-Control"] == "public, max-age=60"
    assert held.headers["Cache-Control"] == "public, max-age=86400, immutable"
    assert held.headers["Cross-Origin-Resource-Policy"] == "cross-origin" and held.headers["Access-Control-Allow-Origin"] == "*"
    same = client.get(f"/charts/map.svg?{pinned}", headers={"If-None-Match": held.headers["ETag"]})
    assert same.status_code == 304 and not same.data
    head = client.head(f"/charts/map.svg?{pinned}")
    assert head.status_code == 200 and not head.data and head.headers["ETag"] == held.headers["ETag"]


@pytest.mark.parametrize("kind", ["svg", "png"])
@pytest.mark.parametrize(("query", "status", "field"), [
    ("size=huge", 400, "size"), ("size=card&size=1x", 400, "size"), ("size=%3Cscript%3E", 400, "size"), ("area=Atlantis", 400, "area"),
    ("colour=red", 400, "colour"), ("release=nonsense", 400, "release"), ("release=2020-01-01-aaaaaaaaaaaa", 404, ""),
    (f"area={'E' * MAX_QUERY}", 400, "query"),
])
def test_what_cannot_be_drawn_is_said_with_its_field(kind: str, query: str, status: int, field: str, client: FlaskClient) -> None:
    answer = client.get(f"/charts/map.{kind}?{query}")

    assert answer.status_code == status and answer.content_type == "application/problem+json"
    assert answer.json is not None and answer.json.get("field", "") == field


def test_an_unknown_chart_is_not_found_and_a_withdrawn_release_is_gone(home: Path, client: FlaskClient) -> None:
    assert client.get("/charts/nothing.png").status_code == client.get("/charts/nothing.svg").status_code == 404
    first = client.get(f"/charts/age.svg?release={GONE}")
    (home / "withdrawn").mkdir(exist_ok=True)
    mark = home / "withdrawn" / f"{GONE}.json"
    mark.write_text(json.dumps({"withdrawn": "2031-01-02", "why": "a test"}), encoding="utf-8")
    answers = [client.get(f"/charts/age.{kind}?release={GONE}") for kind in ("svg", "png")]
    mark.unlink()

    assert first.status_code == 200 and [answer.status_code for answer in answers] == [410, 410]
    assert all(answer.content_type == "application/problem+json" for answer in answers)


def test_a_picture_names_the_public_address_without_the_release(client: FlaskClient, pinned: str, home: Path) -> None:
    text = client.get(f"/charts/age.svg?area=E23000031&{pinned}").text
    assert '<a href="https://appeals.example/charts/age?area=E23000031">' in text and "release=" not in text

    own = create_app(Settings(home=home)).server.test_client()
    asked = own.get("/charts/age.svg", headers={"Host": "figures.example:8070"}).text
    odd = own.get("/charts/age.svg", headers={"Host": 'a"><script>alert(1)</script>'})
    assert '<a href="http://figures.example:8070/charts/age">' in asked
    assert "<script" not in odd.text and (odd.status_code == 400 or '<a href="/charts/age">' in odd.text)


@pytest.fixture(scope="module")
def before(client: FlaskClient, pinned: str) -> Mapping[str, bytes]:
    """Pinned files by their address, answered before a later release has been opened."""
    asked = [f"/charts/{slug}.{kind}?{query}&{pinned}" for slug in SLUGS for kind in ("svg", "csv", "json") for query in ("", CHOICE)]
    asked += [f"/charts/{slug}.png?{pinned}" for slug in ("map", "use-channel")]
    return {address: client.get(address).data for address in asked}


@pytest.fixture(scope="module")
def after(before: Mapping[str, bytes], client: FlaskClient, restarted: FlaskClient, home: Path) -> Mapping[str, bytes]:
    """The same, made again by the same program after it has opened a later release."""
    shutil.rmtree(home / "pictures")
    Store(home).current()._kept.clear()
    restarted.get("/charts/age.json")
    return {address: client.get(address).data for address in before}


@pytest.mark.parametrize("slug", SLUGS)
def test_pinned_files_are_the_same_after_a_restart_and_a_later_release(
    slug: str, before: Mapping[str, bytes], after: Mapping[str, bytes], restarted: FlaskClient
) -> None:
    for address, data in before.items():
        if address.startswith(f"/charts/{slug}."):
            assert after[address] == data and restarted.get(address).data == data


@pytest.mark.long
@pytest.mark.parametrize("slug", SLUGS)
def test_pinned_pictures_are_the_same_after_a_restart_and_a_later_release(
    slug: str, client: FlaskClient, pinned: str, restarted: FlaskClient
) -> None:
    for size, query in (*((size.name, "") for size in SIZES), ("card", CHOICE), ("1x", "measure=P2&area=E09000003")):
        address = f"/charts/{slug}.png?size={size}&{query}&{pinned}"
        assert client.get(address).data == restarted.get(address).data


@pytest.fixture(scope="module")
def restarted(before: Mapping[str, bytes], home: Path, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Another start of the program, with no picture kept, after a later release has become the one that is served."""
    folder = like(tmp_path_factory.mktemp("restarted"), serving=LATER)
    (folder / "releases").symlink_to(home / "releases")
    again = create_app(Settings(home=folder, base_url="https://appeals.example")).server.test_client()
    assert again.get("/charts/age.json").json["release"] == LATER  # type: ignore[index]
    return again


def test_a_picture_is_drawn_once_and_kept_for_all_workers(home: Path, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/charts/channel.png?area=E23000001")
    other = create_app(Settings(home=home, base_url="https://appeals.example")).server.test_client()
    monkeypatch.setattr(Rasteriser, "png", lambda *_: pytest.fail("drawn again"))

    assert other.get("/charts/channel.png?area=E23000001").data == first.data
    monkeypatch.setattr("dashboard.drawing.drawn_by", lambda: "another version")
    with pytest.raises(pytest.fail.Exception):
        other.get("/charts/channel.png?area=E23000001")


def test_the_rasteriser_is_started_again_where_it_was_ended(tmp_path: Path) -> None:
    rasteriser = Rasteriser()
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><text y="9">é…≥</text></svg>'
    first = rasteriser.png(svg)
    assert pixels(first) == (20, 10)
    process = rasteriser._process
    assert process is not None
    process.kill()
    process.wait()

    assert rasteriser.png(svg) == first
    with pytest.raises(RuntimeError):
        rasteriser.png("no picture")


def test_the_shelf_gives_back_whole_files_alone(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf")
    shelf.lay(("a", "b"), Kept("one.png", b"line\nline\x00"))

    assert shelf.find(("a", "b")) == Kept("one.png", b"line\nline\x00") and shelf.find(("ab",)) is None
    (path,) = shelf.folder.iterdir()
    path.write_bytes(path.read_bytes()[:-2])
    assert shelf.find(("a", "b")) is None


def test_what_was_asked_for_longest_ago_leaves_the_shelf(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf", most_files=10, most_bytes=10_000)
    for place in range(10):
        shelf.lay((str(place),), Kept(f"{place}.png", b"x" * 100))
    hour_ago = time.time() - 3_600
    for path in shelf.folder.iterdir():
        os.utime(path, (hour_ago, hour_ago))
    assert shelf.find(("3",)) is not None
    lost = shelf.folder / ".writing-lost"
    lost.write_bytes(b"half")
    os.utime(lost, (0, 0))
    shelf.lay(("new",), Kept("new.png", b"y"))
    shelf.tidy()

    assert shelf.find(("3",)) and shelf.find(("new",)) and not lost.exists()
    assert len(list(shelf.folder.iterdir())) == 9
    shelf.lay(("large",), Kept("large.png", b"z" * 9_500))
    shelf.tidy()
    assert sum(path.stat().st_size for path in shelf.folder.iterdir()) <= 10_000


def test_a_full_disk_keeps_nobody_from_a_picture(tmp_path: Path) -> None:
    (tmp_path / "shelf").write_text("no folder", encoding="utf-8")
    easel = Easel(Shelf(tmp_path / "shelf"))

    assert easel.once(("a",), lambda: Kept("a.svg", b"drawn")).body == b"drawn"


def test_only_so_many_wait_and_what_is_kept_waits_for_nobody(tmp_path: Path) -> None:
    easel, going, done = Easel(Shelf(tmp_path)), threading.Event(), []
    easel.once(("kept",), lambda: Kept("kept.svg", b"kept"))

    def slow(place: int) -> Kept:
        going.wait(20)
        return Kept(f"{place}.svg", b"drawn")

    waiting = [threading.Thread(target=lambda place=place: done.append(easel.once((str(place),), lambda: slow(place))))  # type: ignore[misc]
               for place in range(drawing.DRAWING)]
    for thread in waiting:
        thread.start()
    while easel._places._value:  # type: ignore[attr-defined]
        time.sleep(0.005)
    with pytest.raises(Busy):
        easel.once(("one more",), lambda: Kept("more.svg", b""))
    assert easel.once(("kept",), lambda: pytest.fail("drawn again")).body == b"kept"
    going.set()
    for thread in waiting:
        thread.join(20)

    assert len(done) == drawing.DRAWING and easel.once(("one more",), lambda: Kept("more.svg", b"now")).body == b"now"


def asked(address: str) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        return error.code, dict(error.headers), error.read()


def flood(base: str, *, requests: int, at_once: int, year: int) -> Iterator[tuple[int, dict[str, str], bytes]]:
    """Ask for so many different pictures, ``at_once`` of them together, and meanwhile for pages."""
    months = [f"{year + place // 12}-{place % 12 + 1:02d}" for place in range(36)]
    addresses = [f"{base}/charts/{slug}.png?from={month}&size={size}" for slug in SLUGS for month in months
                 for size in ("card", "square")][:requests]
    assert len(set(addresses)) == requests
    pages = []
    with ThreadPoolExecutor(at_once) as pool:
        found = pool.map(asked, addresses)
        while not pages or len(pages) < 5:
            pages.append(asked(f"{base}/data/coverage?flood={len(pages)}")[0])
        yield from found
    assert pages == [200] * len(pages)


def check_flood(answers: list[tuple[int, dict[str, str], bytes]]) -> None:
    counted = Counter(status for status, _, _ in answers)
    assert set(counted) == {200, 429}, counted
    for status, headers, body in answers:
        if status == 429:
            assert headers["Content-Type"] == "application/problem+json" and int(headers["Retry-After"]) > 0
            assert json.loads(body)["status"] == 429 and headers["Cache-Control"] == "no-store"
        else:
            assert body.startswith(PNG)


def test_a_flood_of_pictures_is_sent_away_and_pages_are_answered(base: str) -> None:
    check_flood(list(flood(base, requests=60, at_once=40, year=2023)))


@pytest.mark.long
def test_five_hundred_pictures_at_once_do_not_stall_the_pages(base: str) -> None:
    check_flood(list(flood(base, requests=500, at_once=500, year=2023)))


def test_pictures_stand_in_the_lists_of_charts(client: FlaskClient) -> None:
    listed = client.get("/charts.json").json
    page = client.get("/charts").text
    assert listed is not None
    for entry in listed["charts"]:
        for kind in ("svg", "png"):
            assert entry[kind] == f"/charts/{entry['slug']}.{kind}" and f'href="{entry[kind]}"' in page


def test_the_words_of_a_picture_are_escaped(client: FlaskClient) -> None:
    text = client.get("/charts/age.svg?area=Devon%20%26%20Cornwall").text
    assert "Devon" in lettered(text) and "& " not in text.replace("&amp;", "")
