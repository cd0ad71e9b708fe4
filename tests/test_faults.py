"""What goes wrong around the program: disk, rights, damage, other versions, clocks. One message each, nothing half done."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.settings import Settings
from data.errors import PublishError, Unreadable
from data.release import SCHEMA, Store, checksum, content_hash, contents
from data.revisions import compare
from tests.publishing import FORCE, publish
from tests.test_cli import HUE, environment, hue, one_line

"""A force that supplies every family: nothing illustrative has to be made."""
TODAY = date(2026, 11, 23)
_OWN_MOUNTS = ("unshare", "--map-root-user", "--mount")
needs_mounts = pytest.mark.skipif(
    subprocess.run([*_OWN_MOUNTS, "true"], capture_output=True, check=False).returncode != 0,
    reason="This machine lets no program mount folders for itself.")
READ_ONLY = (*_OWN_MOUNTS, "sh", "-c",
             'mount --bind "$HUE_HOME" "$HUE_HOME" && mount -o remount,ro,bind "$HUE_HOME" && exec "$@"', "sh")
"""Runs a command for which HUE_HOME is on a disk that cannot be written."""
WITHOUT_RIGHTS = ("setpriv", "--inh-caps=-all", "--bounding-set=-all") if os.geteuid() == 0 else ()
"""The administrator may write anywhere, unless that right is given up."""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A home with two releases of one force's figures, the older and the newer; the newer is served."""
    home = tmp_path_factory.mktemp("two")
    older = publish(home, folders=[FORCE], today=TODAY).release
    newer = publish(home, folders=[changed(tmp_path_factory.mktemp("files") / "force", to=1801)], today=TODAY).release
    return home, older, newer


def changed(folder: Path, *, to: int) -> Path:
    """Return the files of the force in ``folder`` with one figure changed."""
    shutil.copytree(FORCE, folder)
    text = (folder / "engagement.csv").read_text(encoding="utf-8")
    (folder / "engagement.csv").write_text(text.replace(",1800,", f",{to},"), encoding="utf-8")
    return folder


@pytest.fixture
def home(two: tuple[Path, str, str], tmp_path: Path) -> Path:
    """A copy of that home of the test's own."""
    return shutil.copytree(two[0], tmp_path / "home")


def files(folder: Path) -> Mapping[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*")
            if path.is_file() and path.name != "publish.lock"}


def rewrite(path: Path, content: bytes | str) -> None:
    path.unlink()
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def cut(path: Path) -> None:
    """Cut a file to a third of its length."""
    rewrite(path, path.read_bytes()[: path.stat().st_size // 3])


# --- A disk that cannot be written --------------------------------------------------------


@needs_mounts
@pytest.mark.parametrize("words", [
    ("publish", "--from", FORCE), ("releases", "use"), ("releases", "withdraw", "--why", "x"),
], ids=lambda words: " ".join(map(str, words[:2])))
def test_read_only_disk_is_one_message_that_names_the_folder(
    words: tuple[object, ...], home: Path, two: tuple[Path, str, str]
) -> None:
    done = hue(*words, *((two[1],) if words[0] == "releases" else ()), home=home, before=READ_ONLY)

    assert done.returncode == 3
    assert one_line(done.stderr).endswith(
        f"{home / 'publish.lock'} cannot be written (Read-only file system). Make its folder writable for this account, or "
        "name another folder in HUE_HOME.")


@needs_mounts
def test_what_only_reads_works_on_a_read_only_disk(home: Path, two: tuple[Path, str, str]) -> None:
    for words in (("check", FORCE), ("releases", "list"), ("releases", "verify"), ("diff", two[1], two[2]), ("audit",)):
        assert hue(*words, home=home, before=READ_ONLY).returncode == 0, words


@needs_mounts
def test_serving_from_a_read_only_disk_without_its_files_is_one_message(home: Path) -> None:
    done = hue("serve", home=home, before=READ_ONLY, PORT="8094")

    assert done.returncode == 3
    assert f"{home / 'static'} cannot be written (Read-only file system)." in one_line(done.stderr)


def test_folder_without_the_right_to_write_is_named(home: Path, two: tuple[Path, str, str]) -> None:
    home.chmod(0o500)
    (home / "publish.lock").unlink()
    done = hue("publish", "--from", FORCE, home=home, before=WITHOUT_RIGHTS)
    home.chmod(0o700)

    assert done.returncode == 3
    assert f"{home / 'publish.lock'} cannot be written (Permission denied)." in one_line(done.stderr)
    assert Store(home).current_id() == two[2]


def test_file_where_a_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "releases").write_text("mine", encoding="utf-8")
    with pytest.raises(PublishError, match=f"{tmp_path / 'releases'}.* cannot be used: "):
        publish(tmp_path, folders=[FORCE], today=TODAY)

    assert (tmp_path / "releases").read_text(encoding="utf-8") == "mine"


# --- A disk that is full ------------------------------------------------------------------

_SMALL_DISK = (
    'mount -t tmpfs -o size="$ROOM" tmpfs "$HUE_HOME" && cp -r "$KEPT/." "$HUE_HOME" && "$@"; code=$?; '
    'cd "$HUE_HOME" && find . -type f -exec sha256sum {} + | sort -k 2 > "$LEFT"; exit $code')


@needs_mounts
@pytest.mark.parametrize("room", [
    pytest.param(100_000, id="100 kB"), pytest.param(1_500_000, id="1.5 MB", marks=pytest.mark.long)])
def test_full_disk_leaves_every_file_as_it_was(room: int, home: Path, tmp_path: Path) -> None:
    """Where what is left of the disk takes a part of the new release only."""
    folder, left = changed(tmp_path / "force", to=1802), tmp_path / "left"
    (tmp_path / "disk").mkdir()
    size = sum(-(-number // 4096) * 4096 for number in files(home).values()) + room
    done = hue("publish", "--from", folder, home=tmp_path / "disk", before=(*_OWN_MOUNTS, "sh", "-c", _SMALL_DISK, "sh"),
               ROOM=str(size), KEPT=str(home), LEFT=str(left))

    assert done.returncode == 3, done.stderr
    assert one_line(done.stderr).endswith(
        f"There is not enough space in {tmp_path / 'disk'}. Make room, or name another folder in HUE_HOME; what is served "
        "stays as it was.")
    kept = {name.removeprefix("./"): digest for digest, name in
            (line.split("  ", 1) for line in left.read_text(encoding="utf-8").splitlines())}
    assert {name: digest for name, digest in kept.items() if name != "publish.lock"} == {
        name: checksum(home / name) for name in files(home)}


def test_first_publish_on_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    done = hue("publish", home=tmp_path / "home", before=("prlimit", "--fsize=500000"))

    assert done.returncode == 3
    assert f"A file in {tmp_path / 'home'} may not grow as large as it has to." in one_line(done.stderr)
    assert files(tmp_path / "home") == {} and not (tmp_path / "home" / "releases" / ".building").exists()


# --- Inputs that arrive broken ------------------------------------------------------------


def test_truncated_parquet_is_named_and_nothing_is_published(home: Path, tmp_path: Path, two: tuple[Path, str, str]) -> None:
    folder = tmp_path / "force"
    folder.mkdir()
    pd.read_csv(FORCE / "engagement.csv", dtype=str).to_parquet(folder / "engagement.parquet")
    cut(folder / "engagement.parquet")
    done = hue("publish", "--from", folder, home=home)

    assert done.returncode == 1
    assert "engagement.parquet\n    Error: The Parquet file is damaged, or was cut off on its way." in done.stderr
    assert Store(home).current_id() == two[2]


def test_folder_that_may_not_be_looked_into_is_a_finding(tmp_path: Path) -> None:
    shutil.copytree(FORCE, tmp_path / "force")
    (tmp_path / "force" / "closed").mkdir()
    shutil.copy(FORCE / "engagement.csv", tmp_path / "force" / "closed" / "more.csv")
    (tmp_path / "force" / "closed").chmod(0)
    done = hue("check", tmp_path / "force", home=tmp_path / "home", before=WITHOUT_RIGHTS)
    (tmp_path / "force" / "closed").chmod(0o700)

    assert done.returncode == 1
    assert "closed\n    Error: The folder cannot be opened: Permission denied." in done.stdout


# --- Releases that are damaged ------------------------------------------------------------

DAMAGE = ("cubes/reach/values.npy", "cubes/reach/axes.json", "counts/reach.parquet", "coverage.parquet", "manifest.json")


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_file_of_a_release_is_named_by_whatever_reads_it(name: str, home: Path, two: tuple[Path, str, str]) -> None:
    _, older, newer = two
    store = Store(home)
    cut(home / "releases" / newer / name)

    if name == "manifest.json":
        with pytest.raises(Unreadable, match=name):
            store.verify(newer)
    else:
        assert store.verify(newer) == [f"{name}: changed"]
    with pytest.raises(Unreadable, match=f"The release {newer} is damaged: {name} cannot be read."):
        store.get(newer).open_all()
        compare(store.get(older), store.get(newer))


def test_damaged_release_is_neither_served_nor_compared_nor_taken_for_whole(home: Path, two: tuple[Path, str, str]) -> None:
    _, older, newer = two
    for name in ("cubes/reach/values.npy", "counts/reach.parquet"):
        cut(home / "releases" / newer / name)
    said = f"The release {newer} is damaged: {{}} cannot be read. See all that differs with hue releases verify {newer}."
    verified = hue("releases", "verify", home=home)

    assert verified.returncode == 1
    assert verified.stdout.splitlines() == ["counts/reach.parquet: changed", "cubes/reach/values.npy: changed"]
    for words, name in ((("serve",), "cubes/reach/values.npy"), (("releases", "use", newer), "cubes/reach/values.npy"),
                        (("diff", older, newer), "counts/reach.parquet")):
        done = hue(*words, home=home, PORT="8094")
        assert done.returncode == 3 and said.format(name) in one_line(done.stderr), words
    assert hue("audit", home=home).returncode == 1


@pytest.mark.parametrize("name", [
    "manifest.json", *(pytest.param(name, marks=pytest.mark.long) for name in ("cubes/reach/values.npy", "quality/supplied_on.parquet"))])
def test_publishing_again_makes_a_damaged_release_anew(name: str, home: Path, two: tuple[Path, str, str]) -> None:
    _, older, _ = two
    cut(home / "releases" / older / name)
    done = publish(home, folders=[FORCE], today=TODAY)

    assert (done.release, done.new) == (older, True)
    assert Store(home).verify(older) == []
    assert sorted(path.name for path in (home / "releases").iterdir()) == sorted(two[1:])


def test_damaged_release_can_be_withdrawn(home: Path, two: tuple[Path, str, str]) -> None:
    _, older, newer = two
    cut(home / "releases" / newer / "manifest.json")

    assert Store(home).withdraw(newer, why="damaged") == older


def client_of(home: Path, release_home: Path) -> FlaskClient:
    """Return a client of the application, with the static files that other tests made."""
    (release_home / "static").mkdir(exist_ok=True)
    (home / "static").symlink_to(release_home / "static")
    return create_app(Settings(home=home)).server.test_client()


def test_page_of_a_damaged_release_says_so(home: Path, release_home: Path, two: tuple[Path, str, str]) -> None:
    _, older, newer = two
    Store(home).use(older)
    client = client_of(home, release_home)
    cut(home / "releases" / newer / "cubes" / "reach" / "values.npy")
    (home / "current").write_text(newer, encoding="utf-8")
    page, file = client.get("/?measure=E3"), client.get("/charts/trend.csv?measure=E3")

    said = f"The release {newer} is damaged: cubes/reach/values.npy cannot be read."
    assert (page.status_code, page.mimetype) == (503, "text/html") and said in page.text
    assert (file.status_code, file.mimetype) == (503, "application/problem+json") and said in file.get_json()["detail"]
    assert str(home) not in page.text + file.text
    assert client.get("/?measure=A1").status_code == 200


# --- Releases of other versions -----------------------------------------------------------


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


def test_release_of_an_older_schema_is_verified_audited_compared_and_served(
    home: Path, release_home: Path, two: tuple[Path, str, str]
) -> None:
    store = Store(home)
    older = as_older(store, two[1])
    assert store.verify(older) == []
    assert hue("audit", older, home=home).returncode == 0
    found = compare(store.get(older), store.get(two[2]))
    assert next(count for count in found.counts if count.count == "reach").same > 0
    assert [count.gone for count in found.counts if count.gone] == []
    assert any(count.count.startswith("responses") for count in found.counts if count.added)
    store.use(older)
    client = client_of(home, release_home)
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


def test_release_of_a_newer_schema_does_not_stop_readers_or_publishers(
    home: Path, release_home: Path, two: tuple[Path, str, str]
) -> None:
    store = Store(home)
    client = client_of(home, release_home)
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
