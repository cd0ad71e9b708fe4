"""Other times: releases of an older and a newer schema, clocks that jump, two publishers at once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dashboard.app import create_app
from dashboard.settings import Settings
from data.errors import Unreadable
from data.release import SCHEMA, Store, checksum, content_hash, contents
from data.revisions import compare
from tests.command_line import HUE, environment, hue, one_line
from tests.publishing import FORCE, changed, publish
from tests.test_faults import TODAY, cut, files, rewrite


def as_older(store: Store, name: str) -> str:
    """Return a release as the first version of the program made them (schema 1): without what came later."""
    folder = shutil.copytree(store.releases / name, store.releases / ".older")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for left in ("quality", "revised", "reference", "manifest.json", "coverage.parquet", "appeals.parquet"):
        path = folder / left
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    (folder / "reference").mkdir()
    for count, stated in list(manifest["counts"].items()):
        if stated["policy"] == "protected" or count.startswith(("quality", "survey_")):
            del manifest["counts"][count]
        stated["coverage"].pop("states", None)
    for folder_, held in ((folder / "cubes", manifest["counts"]), (folder / "counts", manifest["counts"])):
        for path in folder_.iterdir():
            if path.stem not in held:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in (folder / "cubes").rglob("axes.json"):
        axes = json.loads(path.read_text(encoding="utf-8"))
        rewrite(path, json.dumps({key: axes[key] for key in ("axes", "mixed", "first", "months")}))
    known = [source for source in manifest["sources"] if source["kind"] not in ("quality", "calls", "survey")]
    manifest = {**{key: manifest[key] for key in ("created", "licence", "counts", "latest_month")}, "schema": 1,
                "sources": known, "privacy": {"policies": ["open"], "protected_counts": []}}
    rewrite(folder / "contents.json", json.dumps(contents(manifest)))
    digests = {path.relative_to(folder).as_posix(): checksum(path) for path in sorted(folder.rglob("*")) if path.is_file()}
    made = f"2026-10-01-{content_hash(digests)}"
    (folder / "manifest.json").write_text(json.dumps({**manifest, "id": made, "files": digests}), encoding="utf-8")
    folder.rename(store.releases / made)
    return made


def as_newer(store: Store, name: str) -> str:
    """Return a release as a later version of the program will make them: all that is known of it is its schema."""
    made = f"2026-12-01-{'0123456789ab'}"
    folder = shutil.copytree(store.releases / name, store.releases / made)
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    rewrite(folder / "manifest.json", json.dumps({"schema": SCHEMA + 1, "id": made, "figures": manifest["counts"]}))
    return made


def test_release_of_an_older_schema_is_verified_audited_compared_and_served(home: Path, two: tuple[Path, str, str]) -> None:
    store = Store(home)
    older = as_older(store, two[1])
    assert store.verify(older) == []
    assert hue("audit", older, home=home).returncode == 0
    found = compare(store.get(older), store.get(two[2]))
    assert next(count for count in found.counts if count.count == "reach").same > 0
    assert [count.gone for count in found.counts if count.gone] == []
    assert any(count.count.startswith("responses") for count in found.counts if count.added)
    store.use(older)
    client = create_app(Settings(home=home)).server.test_client()
    for address in ("/", "/appeals", "/appeals/list", "/performance", "/areas/E23000031", "/measures/E3", "/measures/A3", "/data",
                    "/data/coverage", "/data/corrections", "/methods", "/charts/trend.csv", "/charts/map.json", "/?measure=A3"):
        assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("words", [("show",), ("verify",), ("use",), ("diff",), ("audit",)], ids=" ".join)
def test_release_of_a_newer_schema_is_named_as_such(words: tuple[str, ...], home: Path, two: tuple[Path, str, str]) -> None:
    newer = as_newer(Store(home), two[2])
    command = ("releases", *words) if words[0] in ("show", "verify", "use") else words
    done = hue(*command, newer, *((two[2],) if words[0] == "diff" else ()), home=home)

    assert done.returncode == 3
    assert one_line(done.stderr) == (
        f"The release {newer} was made by a newer version of this program (schema {SCHEMA + 1}; this version reads up to "
        f"{SCHEMA}). Use the newer version, or serve another release.")


def test_release_of_a_newer_schema_does_not_stop_readers_or_publishers(home: Path, two: tuple[Path, str, str]) -> None:
    store = Store(home)
    client = create_app(Settings(home=home)).server.test_client()
    newer = as_newer(store, two[2])
    page, file = client.get(f"/?release={newer}"), client.get(f"/charts/trend.csv?release={newer}")
    assert page.status_code == 200 and f"The release {newer} was made by a newer version" in page.text
    assert file.status_code == 503 and "newer version" in file.get_json()["detail"]
    (home / "current").write_text(newer, encoding="utf-8")
    with pytest.raises(Unreadable, match="newer version"):
        store.current()
    done = publish(home, folders=[FORCE], today=TODAY)
    assert store.current_id() == done.release == two[1]


# --- Clocks, and two at once --------------------------------------------------------------


def test_clock_that_jumped_back_publishes_and_says_so(home: Path, tmp_path: Path) -> None:
    done = publish(home, folders=[changed(tmp_path / "force", to=1803)], today=date(2026, 11, 2))

    assert done.release.startswith("2026-11-02-") and Store(home).current_id() == done.release
    assert done.warnings == ("The clock says 2026-11-02, and the release served so far was made on 2026-11-23. Check the clock "
                             "of this machine: releases are named and listed by their day.",)
    assert Store(home).verify(done.release) == []


def test_clock_that_jumped_years_back_refuses_the_months_to_come_and_names_today(home: Path) -> None:
    before = files(home)
    with pytest.raises(Exception, match="errors in") as refused:
        publish(home, folders=[FORCE], today=date(2020, 1, 1))

    assert all("2020-01-01" in defect.rule for defect in refused.value.defects if "not over" in defect.rule)  # type: ignore[attr-defined]
    assert any("2020-01-01" in defect.rule for defect in refused.value.defects)  # type: ignore[attr-defined]
    assert files(home) == before


def test_clock_that_jumped_forward_and_back_gives_the_same_releases(
    home: Path, two: tuple[Path, str, str], tmp_path: Path
) -> None:
    forward = publish(home, folders=[FORCE], today=date(2031, 5, 1))
    assert (forward.release, forward.warnings) == (two[1], ())
    far = publish(home, folders=[changed(tmp_path / "force", to=1804)], today=date(2031, 5, 1))
    back = publish(home, folders=[FORCE], today=TODAY)

    assert far.release.startswith("2031-05-01-") and back.release == two[1]
    assert "The clock says 2026-11-23" in back.warnings[0]
    assert Store(home).current_id() == two[1]


def test_files_of_another_day_are_read_whatever_their_time_stamps_say(home: Path, two: tuple[Path, str, str]) -> None:
    for path in (home / "releases" / two[2]).rglob("*"):
        os.utime(path, (time.time() + 10**9, time.time() + 10**9))

    assert Store(home).verify(two[2]) == []
    assert hue("publish", "--from", FORCE, home=home).returncode == 0


def test_two_publishers_started_at_once_leave_one_whole_release(home: Path, tmp_path: Path) -> None:
    started = [subprocess.Popen([HUE, "publish", "--from", FORCE, "--json"], env=environment(home), text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/") for _ in range(2)]
    ended = [(process.communicate(timeout=200), process.returncode) for process in started]
    codes = sorted(code for _, code in ended)

    assert codes in ([0, 3], [0, 0])
    for (out, _), code in ended:
        found = json.loads(out)
        assert ("Another publish is under way" in found["error"]) if code else found["release"]
    assert Store(home).verify(Store(home).current_id() or "") == []
    assert not (home / "releases" / ".building").exists()


def test_publishing_over_a_damaged_release_works(home: Path, two: tuple[Path, str, str], tmp_path: Path) -> None:
    for name in ("counts/reach.parquet", "cubes/reach/values.npy", "coverage.parquet", "quality/supplied_on.parquet"):
        cut(home / "releases" / two[2] / name)
    done = publish(home, folders=[changed(tmp_path / "force", to=1805)], today=TODAY)

    assert done.new and Store(home).verify(done.release) == []
