"""The releases of a home: going back and forward, withdrawing, verifying."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from data.errors import Gone, NotFound, PublishError
from data.release import Store
from tests.publishing import publish
from tests.test_data_publish import TODAY, state


def test_rolling_back_and_forward_swaps_the_pointer_alone(home: Path, two: tuple[Path, str, str]) -> None:
    store = Store(home)
    files = {name: seen for name, seen in state(home).items() if name != "current"}
    for name in (two[1], two[2]):
        store.use(name)
        assert store.current().id == name
    assert {name: seen for name, seen in state(home).items() if name != "current"} == files


def test_withdrawn_release_is_gone_and_the_newest_other_is_served(home: Path, two: tuple[Path, str, str]) -> None:
    store = Store(home)
    assert store.withdraw(two[2], why="A force sent the wrong month.") == two[1]
    assert store.current_id() == two[1]
    for refused in (store.get, store.use, store.verify):
        with pytest.raises(Gone, match="was withdrawn"):
            refused(two[2])
    assert store.withdrawal(two[2])["why"] == "A force sent the wrong month."
    with pytest.raises(PublishError, match="only release left"):
        store.withdraw(two[1], why="x")
    assert store.current_id() == two[1] and store.withdrawal(two[1]) is None


def test_withdrawing_another_than_the_served_release_changes_nothing_for_readers(home: Path, two: tuple[Path, str, str]) -> None:
    assert Store(home).withdraw(two[1], why="Old.") == two[2] == Store(home).current_id()


def test_withdrawn_figures_are_not_published_again_under_the_same_name(home: Path, two: tuple[Path, str, str]) -> None:
    store = Store(home)
    store.withdraw(two[2], why="Wrong.")
    with pytest.raises(PublishError, match="withdrawn"):
        publish(home, folders=[home / "changed"], today=TODAY)
    assert store.current_id() == two[1]
    done = publish(home, folders=[home / "changed"], today=date(2026, 11, 24))
    assert done.release == f"2026-11-24-{two[2].rsplit('-', 1)[1]}" and store.current_id() == done.release


@pytest.mark.parametrize("name", [
    "", ".", "..", "../two", "current", "2026-11-23", "2026-11-23-", "2026-11-23-0123456789ab/..", "latest",
    "../../etc/passwd", "/etc/passwd", "2026-11-23-0123456789AB", "2026-11-23-0123456789ab\n", "x" * 5000,
    "2026-11-23-%2e%2e%2f", ".building", "\u0662\u0660\u0662\u0666-11-23-0123456789ab",
])
def test_names_that_are_no_releases_are_not_found(name: str, home: Path) -> None:
    (home / "stray.json").write_text('{"why": "x"}', encoding="utf-8")
    store = Store(home)
    for asked in (store.get, store.use, store.verify, lambda given: store.withdraw(given, why="x")):
        with pytest.raises(NotFound) as refused:
            asked(name)
        assert len(str(refused.value)) < 200
    assert store.withdrawal("../stray") is None


def test_release_that_never_was_is_not_found(home: Path, two: tuple[Path, str, str]) -> None:
    with pytest.raises(NotFound):
        Store(home).get("2026-11-23-0123456789ab")
    with pytest.raises(NotFound, match="hue publish"):
        Store(home / "nowhere").current()
    assert Store(home).ids()[0] == two[2]


def swap(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def _manifest(folder: Path, change: Callable[[dict], object]) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    change(manifest)
    swap(folder / "manifest.json", json.dumps(manifest).encode())


@pytest.mark.parametrize(("harm", "words"), [
    (lambda folder: swap(folder / "counts" / "reach.parquet", b"other"), "counts/reach.parquet: changed"),
    (lambda folder: (folder / "geo" / "police_force.geojson").unlink(), "geo/police_force.geojson: missing"),
    (lambda folder: swap(folder / "counts" / "more.parquet", b"x"), "counts/more.parquet: not in the manifest"),
    (lambda folder: swap(folder / "counts" / "manifest.json", b"x"), "counts/manifest.json: not in the manifest"),
    (lambda folder: (folder / "link").symlink_to("/etc/passwd"), "link: not in the manifest"),
    (lambda folder: _manifest(folder, lambda text: text["files"].pop("counts/reach.parquet")),
     "manifest.json: the release's name does not fit its files"),
    (lambda folder: _manifest(folder, lambda text: text["counts"]["reach"].update(origin="published")),
     "manifest.json: sources or counts are not those of contents.json"),
], ids=["changed", "missing", "additional", "additional manifest", "link", "manifest", "origin"])
def test_verifying_finds_what_is_not_as_it_was_published(
    harm: Callable[[Path], object], words: str, home: Path, two: tuple[Path, str, str]
) -> None:
    store = Store(home)
    assert store.verify(two[2]) == []
    harm(home / "releases" / two[2])
    assert words in store.verify(two[2])
