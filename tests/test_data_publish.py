"""Publish and releases: nothing half done is ever served, nothing private is ever in a release."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from data import engine
from data.counts import COUNTS
from data.errors import PublishError, SourceError
from data.inputs import gather, last_publish
from data.measures import MEASURE_BY_ID
from data.publish import STEPS, Published
from data.release import RELEASE_ID, Release, Store
from data.templates import TEMPLATE_BY_NAME, as_csv
from tests.publishing import FORCE, publish

ROOT = Path(__file__).parents[1]
DEFECTS = ROOT / "tests" / "fixtures" / "defects"
TODAY = date(2026, 11, 23)
SURREY = "E23000031"


def copy(home: Path, to: Path) -> Path:
    return shutil.copytree(home, to, copy_function=os.link, symlinks=True)


def state(home: Path) -> dict[str, tuple[int, int]]:
    """Return every file that readers are served from, with its size and time."""
    kept = [home / "current", *(home / "releases").rglob("*"), *(home / "withdrawn").rglob("*")]
    return {str(path.relative_to(home)): (path.stat().st_size, path.stat().st_mtime_ns)
            for path in kept if path.is_file()}


# Dying


_DYING = """
import os, shutil, sys
from datetime import date
from pathlib import Path
from tests.publishing import FORCE, publish
root, force = Path(sys.argv[1]), Path(sys.argv[2])

def keep(source, to):
    (shutil.copy2 if os.stat(source).st_mode & 0o222 else os.link)(source, to)

def die(name, number, of):
    if name == "point":
        os._exit(77)
    shutil.copytree(root / "point", root / name, copy_function=keep)

publish(root / "point", folders=[force], today=date(2026, 11, 23), on_step=die)
"""


@pytest.fixture(scope="module")
def died(release_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Homes in each of which a publish died at one step, while the default release was served.

    It dies at the last one; what lay on the disk at the steps before is what a death there would have left.
    """
    root = tmp_path_factory.mktemp("died")
    copy(release_home, root / "point")
    dying = [sys.executable, "-W", "error", "-c", _DYING, str(root), str(FORCE)]
    assert subprocess.run(dying, cwd=ROOT, timeout=200).returncode == 77
    return root


@pytest.mark.parametrize("step", STEPS)
def test_publish_that_dies_at_a_step_leaves_the_old_release_served_and_the_next_one_works(
    step: str, died: Path, release: Release, two: tuple[Path, str, str]
) -> None:
    store = Store(died / step)
    assert store.current_id() == release.id
    assert store.current().cube("reach") is not None and store.verify(release.id) == []
    assert len(store.ids()) == (2 if step == "point" else 1)
    done = publish(died / step, folders=[FORCE], today=TODAY)
    assert done.release == two[1] == store.current_id()
    assert store.verify(done.release) == []
    assert sorted(path.name for path in store.releases.iterdir()) == sorted(store.ids())
    assert len(store.ids()) == 2


def test_steps_are_announced_once_each_in_their_order(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    publish(tmp_path, folders=[FORCE], today=TODAY, on_step=lambda *step: seen.append(step))
    assert seen == [(name, number, len(STEPS)) for number, name in enumerate(STEPS)]


def test_error_in_the_middle_of_writing_leaves_nothing_behind(home: Path, two: tuple[Path, str, str]) -> None:
    def full(name: str, number: int, of: int) -> None:
        if name == "boundaries":
            raise OSError(28, "No space left on device")

    (home / "changed" / "appeals.csv").write_text(
        (FORCE / "appeals.csv").read_text(encoding="utf-8").replace("S-1,", "S-9,"), encoding="utf-8")
    (home / "changed" / "publications.csv").unlink()
    before = state(home)
    with pytest.raises(PublishError, match="There is not enough space in"):
        publish(home, folders=[home / "changed"], today=TODAY, on_step=full)
    assert state(home) == before and not (home / "releases" / ".building").exists()


# Two at once


def test_second_publisher_is_refused_while_the_first_one_works(home: Path) -> None:
    reading, go_on = threading.Event(), threading.Event()
    done: list[Published] = []

    def wait(name: str, number: int, of: int) -> None:
        if name == "read":
            reading.set()
            go_on.wait(30)

    first = threading.Thread(target=lambda: done.append(publish(home, folders=[FORCE], today=TODAY, on_step=wait)))
    first.start()
    assert reading.wait(30)
    before = state(home)
    with pytest.raises(PublishError, match=f"Another publish is under way .process {os.getpid()}"):
        publish(home, folders=[FORCE], today=TODAY)
    assert state(home) == before
    go_on.set()
    first.join(60)
    assert done and Store(home).current_id() == done[0].release


# Naming


def test_same_inputs_give_the_same_release_also_on_another_day(home: Path, two: tuple[Path, str, str]) -> None:
    before = state(home)
    for day in (TODAY, date(2027, 2, 1)):
        again = publish(home, folders=[home / "changed"], today=day)
        assert (again.release, again.new) == (two[2], False)
    assert state(home) == before


def test_same_inputs_give_the_same_name_in_another_home(two: tuple[Path, str, str], tmp_path: Path) -> None:
    shutil.copytree(FORCE, tmp_path / "elsewhere")
    done = publish(tmp_path / "home", folders=[tmp_path / "elsewhere"], today=date(2026, 12, 24))
    assert done.release == f"2026-12-24-{two[1].rsplit('-', 1)[1]}"


def test_changed_inputs_give_another_release(two: tuple[Path, str, str]) -> None:
    assert two[1].rsplit("-", 1)[1] != two[2].rsplit("-", 1)[1]
    assert all(RELEASE_ID.fullmatch(name) for name in two[1:])


def test_release_is_named_by_what_it_holds(two: tuple[Path, str, str]) -> None:
    folder = two[0] / "releases" / two[2]
    files = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
             for path in folder.rglob("*") if path.is_file() and path != folder / "manifest.json"}
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    beside = {name: checksum for name, checksum in files.items() if name.startswith("revised/")}
    held = {name: checksum for name, checksum in files.items() if name not in beside}
    of_itself = ("quality/", "cubes/quality_")  # what it knows of the release before is no part of its name
    text = "\n".join(f"{name} {held[name]}" for name in sorted(held) if not name.startswith(of_itself))
    assert two[2].endswith(hashlib.sha256(text.encode()).hexdigest()[:12])
    assert manifest["files"] == held and manifest["id"] == two[2]
    assert manifest["revisions"]["files"] == beside and manifest["revisions"]["against"] == two[1]


def test_going_back_to_earlier_inputs_serves_the_earlier_release_again(home: Path, two: tuple[Path, str, str]) -> None:
    back = publish(home, folders=[FORCE], today=TODAY)
    assert (back.release, back.new) == (two[1], False) and Store(home).current_id() == two[1]


def test_dry_run_reads_and_adds_up_but_changes_nothing(home: Path, tmp_path: Path) -> None:
    before = state(home)
    done = publish(home, folders=[FORCE], dry_run=True, today=TODAY)
    assert done.dry and not done.new and done.release == "" and done.cells["appeals"] > 0 and done.reports
    assert state(home) == before
    publish(tmp_path / "fresh", folders=[FORCE], dry_run=True, today=TODAY)
    assert Store(tmp_path / "fresh").current_id() is None and Store(tmp_path / "fresh").ids() == []


def test_files_of_a_release_cannot_be_written_to(two: tuple[Path, str, str]) -> None:
    for path in (two[0] / "releases").rglob("*"):
        if path.is_file():
            assert not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH), path
    assert stat.S_IMODE((two[0] / "private").stat().st_mode) == 0o700


# Refusals


@pytest.mark.parametrize(("policy", "words"), [(None, "has no policy"), ("protected", "is protected")])
@pytest.mark.parametrize("count", COUNTS, ids=lambda count: count.id)
def test_count_that_may_not_be_published_stops_everything_and_is_named(count, policy, words) -> None:
    altered = tuple(replace(other, policy=policy, tables=()) if other is count else other for other in COUNTS)
    with pytest.raises(PublishError, match=f"“{count.id}” {words}"):
        engine.check_policies(altered)
    with pytest.raises(PublishError, match=f"“{count.id}” {words}"):
        next(engine.aggregate({}, counts=altered))


def test_bad_file_leaves_everything_as_it_was_and_every_defect_is_told(home: Path) -> None:
    folder = home / "bad"
    shutil.copytree(DEFECTS, folder)
    before = state(home)
    with pytest.raises(SourceError) as refused:
        publish(home, folders=[FORCE, folder], today=TODAY)
    assert state(home) == before
    errors = [defect for defect in refused.value.defects if defect.severity == "error"]
    assert {defect.file for defect in errors} >= {"appeals.csv", "publications.csv", "engagement.csv"}
    assert f"{len(errors):,} errors" in str(refused.value)
    assert all(defect.rule for defect in errors)


@pytest.mark.parametrize("make", [
    lambda folder: None,
    lambda folder: folder.mkdir(),
    lambda folder: folder.write_text("month\n", encoding="utf-8"),
], ids=["absent", "empty", "a file"])
def test_folder_without_files_is_refused(make: Callable[[Path], object], home: Path) -> None:
    make(home / "nothing")
    before = state(home)
    with pytest.raises(SourceError, match="is not a folder with files"):
        publish(home, folders=[home / "nothing"], today=TODAY)
    assert state(home) == before


# Origins


def test_one_uploaded_row_of_engagement_takes_out_all_illustrative_engagement_and_keeps_the_appeals(
    release_home: Path, tmp_path: Path
) -> None:
    home = copy(release_home, tmp_path / "home")
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "engagement.csv").write_text(
        "month,area_code,channel,age_group,audience,reach,reactions\n2026-09,E23000031,x,18-24,900,700,30\n",
        encoding="utf-8")
    publish(home, folders=[folder], today=TODAY)
    release = Store(home).current()
    origins = {name: count["origin"] for name, count in release.manifest["counts"].items()}
    assert {origins[name] for name in ("reach", "audience", "reactions", "interactions_reached")} == {"uploaded"}
    assert origins["appeals"] == origins["publications"] == "illustrative"
    assert "shares" not in origins and "clicks" not in origins
    assert pq.read_table(release.folder / "counts" / "reach.parquet").to_pylist() == [
        {"area_code": SURREY, "channel": "x", "age_group": "18-24", "month": 2026 * 12 + 8, "value": 700}]
    assert release.origin(MEASURE_BY_ID["E4"]) == "uploaded"
    assert release.origin(MEASURE_BY_ID["A16"]) == "illustrative"
    stated = {(source["id"], source["origin"]): source for source in release.manifest["sources"]}
    assert ("house_engagement", "uploaded") in stated and ("house_engagement", "illustrative") not in stated
    assert stated["house_engagement", "uploaded"]["vintage"] == "2026-09"
    assert ("house_appeals", "illustrative") in stated
    sources = {source["id"]: source["origin"] for source in release.sources(MEASURE_BY_ID["E4"])}
    assert sources == {"house_engagement": "uploaded"}


def test_uploaded_appeals_take_out_illustrative_appeals_and_publications_together_on_any_day(
    release_home: Path, tmp_path: Path
) -> None:
    before_the_illustrative_figures_end = date(2026, 9, 30)
    (tmp_path / "appeals.csv").write_text(
        "appeal_id,area_code,crime_type,published_at\nS-1,Surrey,burglary,2026-09-01\n", encoding="utf-8")
    inputs = gather(release_home, folders=[tmp_path], today=before_the_illustrative_figures_end)
    assert not [defect for item in inputs.loaded for defect in item.report.errors]
    kinds = {(item.kind, item.origin) for item in inputs.loaded if item.kind in ("appeals", "publications", "engagement")}
    assert kinds == {("appeals", "uploaded"), ("engagement", "illustrative")}
    tables = {kind: table for kind, table in inputs.tables().items() if kind in ("appeals", "publications")}
    assert len(tables["publications"]) == 0
    cells = {cell.count.id: cell for cell in engine.aggregate(tables, secret=bytes(32))}
    assert {name for name, cell in cells.items() if isinstance(cell, engine.Cells)} == {"appeals"}
    assert cells["appeals"].table.to_pylist() == [
        {"area_code": SURREY, "channel": "all", "crime_type": "burglary", "month": 2026 * 12 + 8, "value": 1}]


@pytest.mark.parametrize(("name", "kinds"), [
    ("appeals", {"appeals", "publications"}), ("responses_counted", {"responses_counted"}),
])
def test_uploaded_files_of_one_kind_take_out_the_whole_illustrative_family(
    name: str, kinds: set[str], release_home: Path, tmp_path: Path
) -> None:
    (tmp_path / f"{name}.csv").write_text(as_csv(TEMPLATE_BY_NAME[name]), encoding="utf-8")

    inputs = gather(release_home, folders=[tmp_path], today=TODAY)

    family = {"appeals", "publications", "responses", "responses_counted", "outcomes"}
    assert set(inputs.tables()) & family == kinds
    assert {item.origin for item in inputs.loaded if item.kind in family} == {"uploaded"}
    assert {item.origin for item in inputs.loaded if item.kind == "engagement"} == {"illustrative"}


def test_default_figures_hold_every_illustrative_kind(release_home: Path) -> None:
    inputs = gather(release_home)

    assert set(inputs.tables()) >= {"appeals", "publications", "responses", "outcomes", "engagement"}


def test_own_copy_of_a_published_file_stands_in_for_it_and_is_not_added_to_it(two: tuple[Path, str, str], tmp_path: Path) -> None:
    folder = tmp_path / "own"
    shutil.copytree(FORCE, folder)
    for name in ("areas/forces.csv", "facts/recorded_crime_2017-18.csv", "facts/population_by_force_age_mid2018.csv"):
        shutil.copy(ROOT / "data" / "snapshots" / name, folder)
    publish(tmp_path / "home", folders=[folder, folder], today=TODAY)
    store = Store(tmp_path / "home")
    for count in ("population", "population_by_age", "recorded_crime"):
        tables = [pd.read_parquet(home / "counts" / f"{count}.parquet")
                  for home in (store.current().folder, two[0] / "releases" / two[1])]
        assert tables[0].equals(tables[1])


# What stays private


def test_nothing_about_the_inputs_themselves_is_in_a_release(tmp_path: Path) -> None:
    folder = tmp_path / "canary-7137731"
    shutil.copytree(FORCE, folder)
    (folder / "engagement.csv").rename(folder / "canary-engagement.csv")
    done = publish(tmp_path / "home", folders=[folder], today=TODAY)
    secrets = ["7137731", "canary", "rows_in", "rows_used", str(tmp_path), last_publish(tmp_path / "home")["fingerprint"]]
    for path in folder.iterdir():
        secrets += [hash(path.read_bytes()).hexdigest() for hash in (hashlib.sha256, hashlib.sha1, hashlib.md5)]
    for path in (tmp_path / "home" / "releases" / done.release).rglob("*"):
        held = path.read_bytes() if path.is_file() else b""
        for secret in secrets:
            assert str(secret).encode() not in held and str(secret) not in path.name, (path, secret)
    private = json.loads((tmp_path / "home" / "private" / "last-publish.json").read_text(encoding="utf-8"))
    assert private["release"] == done.release and private["folders"] == [str(folder)]
    assert any(file["file"] == "canary-engagement.csv" and file["rows_in"] == 4 for file in private["files"])


def test_manifest_states_sources_with_licence_and_vintage_and_what_is_protected(release: Release) -> None:
    counts = release.manifest["counts"]
    protected = [count.id for count in COUNTS if count.policy == "protected"]
    assert release.manifest["privacy"]["protected_counts"] == protected == [
        name for name, count in counts.items() if count["policy"] == "protected"]
    for source in release.manifest["sources"]:
        assert source["publisher"] and source["licence"] and source["credit"] and source["vintage"]
        assert source["origin"] in ("published", "illustrative")
    for count in release.manifest["counts"].values():
        assert count["vintage"] and count["sources"] and count["cells"] > 0
