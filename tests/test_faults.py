"""What goes wrong around the program: disk, rights, damage, other versions, clocks. One message each, nothing half done."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from dashboard.app import create_app
from dashboard.settings import Settings
from data.errors import PublishError, Unreadable
from data.release import Store, checksum
from data.revisions import compare
from tests.command_line import hue, one_line
from tests.publishing import FORCE, changed, publish

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
    (home / "static").unlink()
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


def test_page_of_a_damaged_release_says_so(home: Path, two: tuple[Path, str, str]) -> None:
    _, older, newer = two
    Store(home).use(older)
    client = create_app(Settings(home=home)).server.test_client()
    cut(home / "releases" / newer / "cubes" / "reach" / "values.npy")
    (home / "current").write_text(newer, encoding="utf-8")
    page, file = client.get("/?measure=E3"), client.get("/charts/trend.csv?measure=E3")

    said = f"The release {newer} is damaged: cubes/reach/values.npy cannot be read."
    assert (page.status_code, page.mimetype) == (503, "text/html") and said in page.text
    assert (file.status_code, file.mimetype) == (503, "application/problem+json") and said in file.get_json()["detail"]
    assert str(home) not in page.text + file.text
    assert client.get("/?measure=A1").status_code == 200


# --- Releases of other versions -----------------------------------------------------------
