"""What changed, as readers meet it: the page, its files, an area's section, feeds; of illustrative figures nothing travels."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pyarrow as pa
import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.atom import SPACE, written
from dashboard.settings import Settings
from data import changes
from data.changes import Changed, Supply, of_release
from data.controls import signals
from data.counts import COUNT_BY_ID
from data.kpis import KPIS, kpis_of
from data.release import Release, Store
from data.revisions import paths, places, table_at
from data.selection import Selection
from layouts.changed import FIRST, PROTECTED, of_field, of_place, of_supply, totals
from layouts.feeds import of_area, of_kpis, of_releases
from layouts.pages.area import address
from tests.publishing import FORCE, publish

SURREY, MET = "E23000031", "E23000001"
PATH = "/data/revisions"
CORRECTED = "date,measure,area,period,what,why\n2026-11-20,E3,E23000031,2026-09,Reach was 7 too low.,A row was cut off.\n"


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A force's release, and the next one with a reach revised, a correction, and no outcomes."""
    home = tmp_path_factory.mktemp("changed")
    publish(home, folders=[FORCE], today=date(2026, 10, 20))
    later = home / "later"
    shutil.copytree(FORCE, later)
    (later / "outcomes.csv").unlink()
    (later / "corrections.csv").write_text(CORRECTED, encoding="utf-8")
    with (later / "engagement.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    place = table[0].index("reach")
    line = next(line for line in table[1:] if line[place])
    line[place] = str(int(line[place]) + 7)
    with (later / "engagement.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)
    publish(home, folders=[later], today=date(2026, 11, 23))
    return Store(home)


@pytest.fixture(scope="module")
def client(two: Store) -> FlaskClient:
    return create_app(Settings(home=two.home, base_url="https://appeals.example")).server.test_client()


@pytest.fixture(scope="module")
def first(release_home: Path) -> FlaskClient:
    return create_app(Settings(home=release_home)).server.test_client()


def test_a_release_keeps_what_it_changed_beside_its_figures(two: Store) -> None:
    newer = two.current()
    found = of_release(newer)

    assert found is not None and found.older == changes.against(newer) and two.verify(newer.id) == []
    assert [(each.area_code, each.revised, each.first_month) for each in found.changed if each.revised] == [(SURREY, 1, "2026-09")]
    assert [each.what for each in found.corrections] == ["Reach was 7 too low."]
    assert of_release(two.get(found.older)) is None and changes.against(two.get(found.older)) == ""
    assert [(told.release, told.changes) for told in changes.history(newer)] == [(newer.id, found)]


def test_a_feed_goes_back_through_the_releases_and_leaves_out_what_was_withdrawn(two: Store, tmp_path: Path) -> None:
    home = tmp_path / "copy"
    shutil.copytree(two.home, home, symlinks=True)
    store = Store(home)
    middle = store.current()
    name = "2026-11-24-abcdefabcdef"
    shutil.copytree(middle.folder, store.releases / name)
    manifest = store.releases / name / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text(json.dumps({**middle.manifest, "id": name, "revisions": {"against": middle.id, "cells": {}, "files": {}}}))
    store.point(name)

    assert [told.release for told in changes.history(store.current())] == [name, middle.id]
    assert len(of_releases(store.current()).entries) == len(of_area(store.current(), SURREY).entries) == 2
    store.withdraw(middle.id, why="wrong month")
    assert [entry.key for entry in of_releases(store.current()).entries] == [f"release/{name}"]


def test_protected_cells_of_the_same_truth_are_no_change(two: Store) -> None:
    found = of_release(two.current())

    assert found is not None and found.same > 0
    assert not [each for each in found.changed if each.field in ("responses", "responses_graded")]


def test_protected_cells_too_small_to_show_are_left_out(two: Store) -> None:
    newer = two.current()
    found, older = of_release(newer), two.get(changes.against(newer))
    gone = [path for path in paths(older) if path.startswith("persons_found/")]

    assert found is not None and gone and not any(path in paths(newer) for path in gone)
    assert not [each for each in found.changed if COUNT_BY_ID[each.field].policy == "protected"]
    assert sum(place.cells[3] for path in gone for place in places(table_at(older, path), None)) > 0


def table(values: Sequence[tuple[int, float]]) -> pa.Table:
    return pa.table({"area_code": [SURREY] * len(values), "month": [month for month, _ in values],
                     "value": [value for _, value in values]})


@pytest.mark.parametrize(("old", "new", "least", "cells"), [
    ([(1, 20), (2, 30)], [(1, 20), (2, 31)], None, (1, 1, 0, 0)),
    ([(1, 20), (2, 30)], [(1, 20), (2, 31)], 10, (1, 1, 0, 0)),
    ([(1, 20), (2, 8)], [(1, 20), (2, 9)], 10, (1, 0, 0, 0)),
    ([(1, 20), (2, 8)], [(1, 20), (2, 12)], 10, (1, 0, 0, 0)),
    ([(1, 20), (2, 12)], [(1, 20), (2, 8)], 10, (1, 0, 0, 0)),
    ([(1, 20), (2, 8)], [(1, 20), (2, 8)], 10, (1, 0, 0, 0)),
    ([(1, 20), (2, 8), (3, 15)], [(1, 20), (4, 7), (5, 11)], 10, (1, 0, 1, 1)),
    ([(1, 8)], [(1, 9)], None, (0, 1, 0, 0)),
])
def test_cells_are_told_apart(old: Sequence[tuple[int, float]], new: Sequence[tuple[int, float]], least: float | None,
                              cells: tuple[int, ...]) -> None:
    found = places(table(old), table(new), least=least)
    assert [(place.area_code, place.cells) for place in found] == [(SURREY, cells)]


def test_a_table_that_one_release_lacks_is_added_or_gone_but_for_what_is_too_small() -> None:
    held = table([(1, 20), (2, 8)])
    assert [place.cells for place in places(None, held, least=10)] == [(0, 0, 1, 0)]
    assert [place.cells for place in places(held, None, least=10)] == [(0, 0, 0, 1)]
    assert [place.cells for place in places(held, None)] == [(0, 0, 0, 2)]


def test_the_page_says_what_changed_and_that_nobody_is_told_of(client: FlaskClient, two: Store) -> None:
    text = client.get(PATH).text

    assert two.current_id() in text and "1 figure revised" in text and PROTECTED in text  # type: ignore[operator]
    assert "No longer there: Outcomes of appeals" in text and "Reach was 7 too low." in text
    assert f'href="/areas/{SURREY}#changed"' in text and 'href="/data/revisions.csv?release=' in text
    assert '<link rel="canonical" href="https://appeals.example/data/revisions">' in text
    for linked in ("/data", "/"):
        assert f'href="{PATH}"' in client.get(linked).text


def test_the_files_hold_the_same_changes(client: FlaskClient, two: Store) -> None:
    lines = list(csv.DictReader(io.StringIO(client.get(f"{PATH}.csv").text)))
    told = client.get(f"{PATH}.json").json

    assert {(line["field"], line["area_name"], line["change"], line["figures"], line["release"]) for line in lines} >= {
        ("reach", "Surrey", "revised", "1", two.current_id())}
    assert told is not None and len(told["rows"]) == len(lines) and told["note"] == PROTECTED
    assert "filename=\"what-changed-" in client.get(f"{PATH}.csv").headers["Content-Disposition"]


def test_the_page_of_an_area_has_its_own_changes(client: FlaskClient) -> None:
    surrey, kent = client.get(address(SURREY)).text, client.get(address("E23000032")).text

    assert "Reach: 1 figure revised (September 2026)." in surrey and "Corrected: Reach was 7 too low." in surrey
    assert "Nothing of Kent Police since" in kent
    assert f'<link rel="alternate" type="application/atom+xml" title="What changed in Surrey Police" href="{address(SURREY)}/changes.atom">' in surrey
    assert f'<link rel="canonical" href="https://appeals.example{address(SURREY)}">' in surrey


def test_a_first_release_says_so_everywhere(first: FlaskClient) -> None:
    for path in (PATH, address(SURREY)):
        assert FIRST in first.get(path).text
    assert first.get(f"{PATH}.json").json["reason"] == FIRST  # type: ignore[index]
    assert first.get(f"{PATH}.csv").text.count("\n") == 1
    assert parsed(first.get(f"{PATH}.atom").data)[1] == []


FEEDS = [f"{PATH}.atom", f"{address(SURREY)}/changes.atom", "/performance.atom", "/performance.atom?measure=C1",
         "/performance.atom?measure=E4&area=Surrey"]


def parsed(data: bytes) -> tuple[ElementTree.Element, list[ElementTree.Element]]:
    """Return a feed and its entries, with all that RFC 4287 asks of both."""
    root = ElementTree.fromstring(data)
    entries = root.findall(f"{{{SPACE}}}entry")
    assert root.tag == f"{{{SPACE}}}feed"
    for part in (root, *entries):
        for name in ("id", "title", "updated"):
            assert [len(each.text or "") > 0 for each in part.findall(f"{{{SPACE}}}{name}")] == [True], name
        assert datetime.fromisoformat(text(part, "updated")).tzinfo is not None
        assert text(part, "id").startswith("urn:uuid:")
    assert root.find(f"{{{SPACE}}}author/{{{SPACE}}}name") is not None
    assert {link.get("rel") for link in root.findall(f"{{{SPACE}}}link")} == {"self", "alternate"}
    for entry in entries:
        assert entry.find(f"{{{SPACE}}}content") is not None
        assert [link.get("rel") for link in entry.findall(f"{{{SPACE}}}link")] == ["alternate"]
    ids = [text(entry, "id") for entry in entries]
    assert len(ids) == len(set(ids)) and text(root, "id") not in ids
    return root, entries


def text(part: ElementTree.Element, name: str) -> str:
    return part.findtext(f"{{{SPACE}}}{name}") or ""


@pytest.mark.parametrize("path", FEEDS)
def test_every_feed_is_atom_with_stable_ids_and_addresses_that_answer(client: FlaskClient, first: FlaskClient, path: str) -> None:
    answer = client.get(path)
    root, entries = parsed(answer.data)

    assert answer.content_type.startswith("application/atom+xml") and answer.data == client.get(path).data
    for link in root.iter(f"{{{SPACE}}}link"):
        href = link.get("href") or ""
        assert href.startswith("https://appeals.example/")
        assert client.get(href.removeprefix("https://appeals.example")).status_code == 200
    elsewhere, _ = parsed(first.get(path, headers={"Host": "other.example"}).data)
    assert text(elsewhere, "id") == text(root, "id")
    links = {link.get("href") for link in elsewhere.findall(f"{{{SPACE}}}link")}
    assert links and all(str(href).startswith("http://other.example/") for href in links)
    assert len({text(each, "updated") for each in entries}) <= 2


def test_an_entry_is_updated_when_its_release_was_made_and_tells_what_changed(client: FlaskClient, two: Store) -> None:
    _, (entry,) = parsed(client.get(f"{address(SURREY)}/changes.atom").data)

    assert text(entry, "updated") == two.current().manifest["created"]
    assert "Reach: 1 figure revised (September 2026)." in text(entry, "content")
    assert parsed(client.get("/areas/E23000032/changes.atom").data)[1] == []


@pytest.mark.parametrize(("path", "field"), [
    (f"{PATH}.csv?area=Kent", "area"), (f"{PATH}.atom?release=x", "release"), (f"{address(SURREY)}/changes.atom?from=2025-01", "from"),
    ("/performance.atom?measure=A1", "measure"), ("/performance.atom?measure=XX", "measure"), ("/performance.atom?area=Atlantis", "area"),
    ("/performance.atom?grain=month", "grain")])
def test_what_a_feed_or_file_does_not_know_is_400_with_the_field(client: FlaskClient, path: str, field: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 400 and answer.json is not None and answer.json["field"] == field


def test_each_entry_of_a_feed_leads_to_what_its_own_release_changed(two: Store, client: FlaskClient) -> None:
    newer = two.current()
    older = changes.against(newer)
    for feed in (of_releases(newer), of_area(newer, SURREY)):
        assert [entry.address.partition("#")[0] for entry in feed.entries] == [f"{PATH}?release={newer.id}"]

    now, before = client.get(PATH).text, client.get(f"{PATH}?release={older}").text
    assert client.get(f"{PATH}?release={newer.id}").text.count("1 figure revised") == now.count("1 figure revised") > 0
    assert FIRST in before and "1 figure revised" not in before and f"{PATH}.csv?release={older}" in before
    assert client.get(f"{PATH}.json?release={older}").json["release"] == older != client.get(f"{PATH}.json").json["release"]
    assert len(client.get(f"{PATH}.csv?release={older}").text.splitlines()) == 1 < len(client.get(f"{PATH}.csv").text.splitlines())
    assert client.get(f"{PATH}.csv?release=2020-01-01-00000000").status_code == 404
    assert "is not there; the newest is shown" in client.get(f"{PATH}?release=2020-01-01-00000000").text


def test_a_signal_that_stands_is_not_announced_again_by_the_next_release(release: Release) -> None:
    real = replace(release, manifest={**release.manifest, "counts": {
        name: {**stated, "origin": "uploaded"} for name, stated in release.manifest["counts"].items()}}, _kept={}, _cubes={})
    later = replace(real, id="2030-01-01-00000000", manifest={**real.manifest, "created": "2030-01-01T00:00:00+00:00"}, _kept={}, _cubes={})

    told = [[(entry.key, entry.updated) for entry in of_kpis(each, (MET,)).entries] for each in (real, later)]
    assert told[0] and told[0] == told[1]
    assert all(updated < real.manifest["created"] for _, updated in told[0])


def test_an_area_that_is_none_has_no_feed(client: FlaskClient) -> None:
    assert client.get("/areas/E99999999/changes.atom").status_code == 404
    assert client.get("/areas/K04000001/changes.atom").status_code == 404


def made_up(release: Release) -> Release:
    """Return a release whose changes are of illustrative figures, as if it had kept them."""
    held = of_release(release)
    assert held is not None
    more = replace(held, supply=(Supply(area_code=SURREY, field="reach", origin="illustrative", state="late"),), changed=(
        *(replace(each, origin="illustrative") for each in held.changed),
        Changed(area_code=SURREY, field="recorded_crime", origin="published", revised=2, added=0, gone=0, first_month="2026-01",
                last_month="2026-03")))
    return replace(release, _kept={("changes",): (more,)})


def test_illustrative_figures_are_named_on_pages_and_in_no_feed(two: Store) -> None:
    release = made_up(two.current())
    told = of_release(release)
    assert told is not None
    assert [each for each in of_place(told, SURREY) if "(illustrative)" in each] == [
        "Reach (illustrative): 1 figure revised (September 2026).",
        "Reach (illustrative): late: the last month did not come in."]

    feed = of_releases(release)

    assert [line for entry in feed.entries for line in entry.lines if "revised" in line] == ["2 figures revised."]
    assert b"llustrative)" not in written(feed, base="https://x.example")
    assert of_place(told.without_illustrative(), SURREY)[0].endswith("2 figures revised (January to March 2026).")


def test_illustrative_kpis_are_in_no_feed_and_judged_ones_are(release: Release) -> None:
    assert [kpi for kpi in kpis_of(release, Selection(area=(MET,))) if signals(kpi.found)]
    assert of_kpis(release, (MET,)).entries == []
    real = replace(release, manifest={**release.manifest, "counts": {
        name: {**stated, "origin": "uploaded"} for name, stated in release.manifest["counts"].items()}}, _kept={}, _cubes={})

    feed = of_kpis(real, (MET,))

    assert feed.entries and len({entry.key for entry in feed.entries}) == len(feed.entries)
    assert any("signal on the" in entry.title for entry in feed.entries)
    for measure in KPIS:
        assert {entry.key for entry in of_kpis(real, (MET,), measure=measure).entries} == {
            entry.key for entry in feed.entries if entry.key.startswith(f"kpi/{measure}/")}
    parsed(written(feed, base="https://x.example"))


def test_the_page_for_leadership_leads_to_its_feeds(first: FlaskClient) -> None:
    page = first.get("/performance?area=Surrey").text

    assert '<link rel="alternate" type="application/atom+xml" title="Signals of the KPIs" href="/performance.atom?area=E23000031">' in page
    linked = re.findall(r'href="(/performance\.atom[^"]*)" aria-label', page)
    assert linked and all(first.get(link.replace("&amp;", "&")).status_code == 200 for link in linked)


def test_lines_are_said_in_words(two: Store) -> None:
    found = of_release(two.current())
    assert found is not None
    assert totals(found)[0] == "1 figure revised." and totals(found)[-1] == "1 correction published."
    assert of_field(found.of(SURREY)[0][0]) == "Reach: 1 figure revised (September 2026)."
    assert of_supply(Supply(area_code=SURREY, field="reach", origin="uploaded", state="supplied"), named=True) == (
        "Surrey: Reach: newly supplied.")
