"""Publishing and keeping releases with the console command: what it tells, what a stop leaves behind, long files."""

from __future__ import annotations

import fcntl
import json
import shlex
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dashboard.settings import ROOT
from data.release import Store
from tests.bench import million
from tests.books import xlsx
from tests.command_line import DEFECTS, HUE, as_json, environment, hue, one_line
from tests.publishing import FORCE

# --- Publishing ------------------------------------------------------------------------


def test_a_force_publishes_its_own_files_and_every_start_after_it_keeps_them(default_home: Path, force: Path) -> None:
    before = Store(default_home).current_id()
    published = hue("publish", "--from", force, home=default_home)
    name = published.stdout.strip()
    release = Store(default_home).current()

    assert published.returncode == 0
    assert release.id == name != before
    assert "Published" in published.stderr
    origins = {count: release.manifest["counts"][count]["origin"] for count in ("appeals", "publications", "audience", "reach")}
    assert set(origins.values()) == {"uploaded"}
    assert {"house_targets", "house_calls", "house_survey"} <= {source["id"] for source in release.manifest["sources"]}
    assert not release.illustrative()
    audience = pq.read_table(release.folder / "counts" / "audience.parquet").to_pylist()
    assert [(row["area_code"], row["age_group"], row["value"]) for row in audience] == [
        ("E23000031", "18-24", 21400), ("E23000031", "25-34", 30150)]

    again = hue("publish", "--if-changed", home=default_home)
    assert again.returncode == 0
    assert again.stdout.strip() == name
    assert "Nothing has changed" in again.stderr
    machines = as_json(hue("publish", "--if-changed", "--json", home=default_home))
    assert (machines["release"], machines["new"]) == (name, False)
    assert machines["cells"]["audience"] == 2

    text = (force / "engagement.csv").read_text(encoding="utf-8")
    (force / "engagement.csv").write_text(text.replace("21400", "21401"), encoding="utf-8")
    changed = hue("publish", "--if-changed", home=default_home)
    assert changed.stdout.strip() not in (name, "")
    assert "uploaded" in json.dumps(Store(default_home).current().manifest["counts"]["audience"])

    shutil.rmtree(force)
    gone = hue("publish", "--if-changed", home=default_home)
    assert gone.returncode == 0
    assert gone.stdout == changed.stdout
    assert "is gone" in gone.stderr

    without = hue("publish", home=default_home)
    assert without.stdout.strip() == before
    assert f"hue publish --from {force}" in without.stderr


def test_files_with_mistakes_are_not_published_and_every_mistake_is_told(default_home: Path) -> None:
    before = Store(default_home).current_id()
    said = hue("publish", "--from", DEFECTS, home=default_home)
    machines = hue("publish", "--from", DEFECTS, "--json", home=default_home)

    assert said.returncode == machines.returncode == 1
    assert said.stdout == ""
    assert said.stderr.count("Error: ") == 31
    found = as_json(machines)
    assert found["error"].startswith("31 errors in 3 files")
    assert [defect["severity"] for defect in found["defects"]].count("error") == 31
    places = [(defect["file"], defect["line"]) for defect in found["defects"]]
    assert places == sorted(places)
    assert Store(default_home).current_id() == before
    assert len(Store(default_home).ids()) == 1


def test_a_dry_run_checks_and_publishes_nothing(default_home: Path, force: Path) -> None:
    before = Store(default_home).current_id()
    done = hue("publish", "--from", force, "--dry-run", "--json", home=default_home)
    found = as_json(done)

    assert done.returncode == 0
    assert found["dry_run"] is True
    assert found["release"] == ""
    assert found["cells"]["audience"] == 2
    assert "engagement.csv" in [file["file"] for file in found["files"]]
    assert (Store(default_home).ids(), Store(default_home).current_id()) == ([before], before)


def test_an_unchanged_second_publish_is_the_same_release(default_home: Path) -> None:
    done = hue("publish", home=default_home)

    assert done.stdout.strip() == Store(default_home).current_id()
    assert "The same figures were published before" in done.stderr
    assert len(Store(default_home).ids()) == 1


def test_a_second_publisher_is_refused_and_a_stale_lock_is_not_in_the_way(home: Path) -> None:
    with (home / "publish.lock").open("a+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        refused = hue("publish", "--from", FORCE, "--dry-run", home=home)
    (home / "publish.lock").unlink()
    (home / "publish.lock").write_text("999999\n", encoding="utf-8")
    stale = hue("publish", "--from", FORCE, "--dry-run", home=home)

    assert refused.returncode == 3
    assert "Another publish is under way" in refused.stderr
    assert stale.returncode == 0


def test_ctrl_c_stops_a_publish_without_a_word_too_many(default_home: Path) -> None:
    before = Store(default_home).current_id()
    listens = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a test run in the background ignores it
    with subprocess.Popen([HUE, "publish"], env=environment(default_home), text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, preexec_fn=listens) as process:
        for _ in range(2000):
            lock = default_home / "publish.lock"
            if lock.exists() and lock.read_text().strip() == str(process.pid):
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert (out, said.strip()) == ("", "Stopped.")
    assert Store(default_home).current_id() == before


# --- Releases --------------------------------------------------------------------------


def test_releases_are_listed_shown_used_withdrawn_and_verified(home: Path, two: tuple[Path, str, str]) -> None:
    _, first, second = two

    listed = hue("releases", "list", home=home)
    assert listed.stdout.splitlines() == [f"{second}  current", str(first)]
    assert listed.stderr == ""
    shown = hue("releases", "show", home=home)
    assert f"{second} (current)" in one_line(shown.stdout)
    assert as_json(hue("releases", "show", first, "--json", home=home))["id"] == first

    used = hue("releases", "use", first, home=home)
    assert (used.returncode, used.stdout) == (0, "")
    assert Store(home).current_id() == first
    assert as_json(hue("releases", "use", second, "--json", home=home)) == {"current": second}

    withdrawn = hue("releases", "withdraw", second, "--why", "a wrong month", home=home)
    assert withdrawn.returncode == 0
    assert Store(home).current_id() == first
    rows = as_json(hue("releases", "list", "--json", home=home))["releases"]
    assert [(row["release"], row["current"], (row["withdrawn"] or {}).get("why")) for row in rows] == [
        (second, False, "a wrong month"), (first, True, None)]
    assert "withdrawn: a wrong month" in hue("releases", "list", home=home).stdout
    assert hue("releases", "show", second, home=home).returncode == 3
    only = hue("releases", "withdraw", first, "--why", "another", home=home)
    assert only.returncode == 3
    assert "only release left" in only.stderr


@pytest.mark.parametrize("command", [("use",), pytest.param(("withdraw", "--why", "a wrong month"), marks=pytest.mark.long)])
def test_no_release_is_used_or_withdrawn_while_another_process_publishes(
    home: Path, two: tuple[Path, str, str], command: tuple[str, ...]
) -> None:
    _, first, second = two
    hold = f"from data.release import locked\nwith locked(Path({str(home)!r})):\n    print('held', flush=True)\n    input()"
    with subprocess.Popen([sys.executable, "-c", f"from pathlib import Path\n{hold}"], cwd=ROOT, text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as publisher:
        assert publisher.stdout and publisher.stdout.readline() == "held\n"
        refused = hue("releases", command[0], first, *command[1:], home=home)
        unchanged = (Store(home).current_id(), Store(home).withdrawal(first))
        publisher.kill()
    freed = hue("releases", command[0], first, *command[1:], home=home)

    assert (refused.returncode, refused.stdout, unchanged) == (3, "", (second, None))
    assert f"Another publish is under way (process {publisher.pid})" in one_line(refused.stderr)
    assert freed.returncode == 0
    assert (Store(home).current_id() == first) != (Store(home).withdrawal(first) is not None)


def test_verify_finds_what_was_changed_since_the_publish(default_home: Path) -> None:
    release = Store(default_home).current()
    assert hue("releases", "verify", home=default_home).returncode == 0
    for path in ("counts/audience.parquet", "geo/more.txt"):
        (release.folder / path).unlink(missing_ok=True)
        (release.folder / path).write_bytes(b"x")

    said = hue("releases", "verify", home=default_home)
    machines = hue("releases", "verify", release.id, "--json", home=default_home)

    expected = ["counts/audience.parquet: changed", "geo/more.txt: not in the manifest"]
    assert said.returncode == machines.returncode == 1
    assert said.stdout.splitlines() == expected
    assert as_json(machines) == {"release": release.id, "differences": expected}


# --- Long files ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def long_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a long CSV file and, in a folder beside it, a long workbook."""
    folder = tmp_path_factory.mktemp("long")
    (folder / "csv").mkdir()
    (folder / "book").mkdir()
    csv = million.write(folder / "csv", rows=400_000)
    with csv.open(encoding="utf-8") as lines:
        (folder / "book" / "engagement.xlsx").write_bytes(xlsx({"S": [next(lines).strip().split(",") for _ in range(15_000)]}))
    return folder


@pytest.mark.parametrize(("words", "after"), [
    (("check", "csv"), 1.5), (("check", "book"), None), (("check", "book"), 1.0), (("publish", "--from", "csv"), 2.0),
])
def test_ctrl_c_during_a_long_file_leaves_nothing_behind(
    words: tuple[str, ...], after: float | None, long_files: Path, default_home: Path, tmp_path: Path
) -> None:
    before = Store(default_home).current_id()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    listens = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a test run in the background ignores it
    with subprocess.Popen([HUE, *words[:-1], long_files / words[-1]], env=environment(default_home, TMPDIR=str(temporary)), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=listens) as process:
        time.sleep(after or 0)
        while not (started := children(process.pid)) and after is None and process.poll() is None:
            time.sleep(0.001)  # without a time, in the moment in which the process that reads workbooks starts
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=60)

    assert (process.returncode, out, said.strip()) == (130, "", "Stopped.")
    assert list(temporary.iterdir()) == [] and Store(default_home).current_id() == before
    assert not (default_home / "releases" / ".building").exists()
    assert not [child for child in started if Path(f"/proc/{child}").exists()]
    assert sorted(path.name for path in long_files.rglob("*.*")) == ["engagement.csv", "engagement.xlsx"]


def test_ctrl_c_while_the_program_is_still_being_loaded_stops_it_with_one_word() -> None:
    pressed = """
import os, signal, sys
class Pressed:
    def find_spec(self, name, *_):
        if name == "typer":
            os.kill(os.getpid(), signal.SIGINT)
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Pressed())
from dashboard.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", pressed], cwd=ROOT, text=True, capture_output=True, timeout=60, check=False)

    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Stopped.\n")


def children(of: int) -> list[int]:
    """Return the processes that a process has started."""
    return [int(each) for task in Path(f"/proc/{of}/task").iterdir() for each in (task / "children").read_text().split()]


def test_progress_of_long_files_is_told_with_an_estimate_on_a_terminal_alone(long_files: Path) -> None:
    quiet = hue("check", long_files / "book")
    command = shlex.join(map(str, (HUE, "check", long_files / "book")))
    shown = subprocess.run(["script", "-qec", command, "/dev/null"], env=environment(None, TERM="xterm"), text=True,
                           capture_output=True, stdin=subprocess.DEVNULL, timeout=100, check=False)

    assert "Reading" not in quiet.stderr + quiet.stdout
    assert "Reading engagement.xlsx" in shown.stdout and "left:" in shown.stdout
