"""The real console command, run as anybody runs it: results, messages, exit codes, what is left behind."""

from __future__ import annotations

import fcntl
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from dashboard import reports
from dashboard.cli_terms import EXIT_CODES
from dashboard.settings import ROOT
from data.errors import Defect
from data.publish import STEPS
from data.release import Store
from data.templates import TEMPLATES
from tests.bench import million
from tests.books import xlsx

HUE = Path(sys.executable).parent / "hue"
DEFECTS = ROOT / "tests" / "fixtures" / "defects"
COMMANDS = ("publish", "check", "template", "serve", "releases")
RELEASES = ("list", "show", "use", "withdraw", "verify")
NEVER = "2020-01-01-0123456789ab"
"""The name of a release that never was."""

Done = subprocess.CompletedProcess[str]


@pytest.fixture
def home(release_home: Path, tmp_path: Path) -> Path:
    """A ``HUE_HOME`` of the test's own with the default release, whose files are never written to in place."""
    home = tmp_path / "home"
    shutil.copytree(release_home, home, ignore=shutil.ignore_patterns("releases", "static"))
    shutil.copytree(release_home / "releases", home / "releases", copy_function=os.link)
    return home


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every template as it is printed."""
    folder = tmp_path_factory.mktemp("printed")
    for template in TEMPLATES:
        (folder / f"{template.name}.csv").write_text(hue("template", template.name).stdout, encoding="utf-8")
    return folder


@pytest.fixture
def force(printed: Path, tmp_path: Path) -> Path:
    """The folder of a force that sent every template as it got it."""
    return shutil.copytree(printed, tmp_path / "my-force")


def environment(home: Path | None, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("PORT", "HUE_CACHE", "HUE_BASE_URL")}
    return {**kept, "COLUMNS": "100", **({"HUE_HOME": str(home)} if home else {}), **more}


def hue(*words: object, home: Path | None = None, before: Sequence[str] = (), **more: str) -> Done:
    """Run the command and hold what is true of every run: no traceback, one of the documented exit codes.

    ``before`` is a command that runs it in another way.
    """
    done = subprocess.run([*before, HUE, *map(str, words)], env=environment(home, **more), capture_output=True, text=True,
                          cwd="/", timeout=200, check=False)
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    assert done.returncode in EXIT_CODES, done.stderr
    return done


def as_json(done: Done) -> Any:
    return json.loads(done.stdout)


def one_line(text: str) -> str:
    return " ".join(text.split())


# --- Help ------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS), *(("releases", name) for name in RELEASES)])
def test_help_of_every_command_states_the_exit_codes(words: tuple[str, ...]) -> None:
    done = hue(*words, "--help")

    assert done.returncode == 0
    for code, meaning in EXIT_CODES.items():
        assert f"{code} {meaning}" in one_line(done.stdout)


@pytest.mark.parametrize("words", [
    ("nonsense",), ("publish", "--nonsense"), ("template",), ("template", "appeals", "--all", "x"), ("template", "nonsense"), ("check",), ("releases", "use"),
    ("releases", "withdraw", NEVER),
])
def test_a_command_that_is_not_understood_exits_with_2_and_says_why(words: tuple[str, ...], tmp_path: Path) -> None:
    done = hue(*words, home=tmp_path / "home")

    assert done.returncode == 2
    assert done.stdout == ""
    assert "Error" in done.stderr


# --- Templates and checks --------------------------------------------------------------


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_a_template_is_clean_csv_on_standard_output_and_explained_on_standard_error(template: Any) -> None:
    done = hue("template", template.name)
    lines = done.stdout.splitlines()

    assert done.returncode == 0
    assert lines[0].split(",") == [column.name for column in template.columns]
    assert len(lines) == 3
    for column in template.columns:
        assert column.name in done.stderr


def test_a_template_for_machines_names_every_column() -> None:
    done = as_json(hue("template", "engagement", "--json"))

    assert [column["name"] for column in done["columns"]][:4] == ["month", "area_code", "channel", "age_group"]


def test_templates_are_written_as_workbooks_and_never_over_another_file(tmp_path: Path) -> None:
    one = hue("template", "engagement", "--xlsx", tmp_path / "mine" / "engagement.xlsx")
    every = hue("template", "--all", tmp_path / "all", "--json")
    again = hue("template", "--all", tmp_path / "all")

    assert one.stdout.strip() == str(tmp_path / "mine" / "engagement.xlsx") and one.returncode == 0
    assert [Path(name).name for name in as_json(every)["files"]] == [f"{template.name}.xlsx" for template in TEMPLATES]
    assert again.returncode == 2 and "is there already" in one_line(again.stderr)


def test_check_accepts_the_templates_as_they_are(force: Path) -> None:
    done = hue("check", *sorted(force.glob("*.csv")))
    folder = hue("check", force, "--json")

    assert done.returncode == folder.returncode == 0
    assert f"0 errors in {len(TEMPLATES)} files." in done.stderr
    assert as_json(folder)["errors"] == 0


def test_check_lists_every_finding_with_its_place_and_how_to_mend_it() -> None:
    done = hue("check", DEFECTS)

    assert done.returncode == 1
    assert (
        "appeals.csv, line 4, column crime_type, value “burglry”\n"
        "    Error: 'burglry' is not a crime type. Did you mean 'burglary'?\n"
    ) in done.stdout
    assert "31 errors in 3 files." in done.stderr
    assert "burglary" not in done.stderr


def test_check_for_machines_lists_findings_by_file_and_line() -> None:
    done = hue("check", DEFECTS, "--json")
    found = as_json(done)

    assert done.returncode == 1
    assert done.stderr == ""
    assert found["errors"] == 31
    for file in found["files"]:
        assert file["rows_used"] < file["rows_in"]
        lines = [defect["line"] for defect in file["defects"]]
        assert lines == sorted(lines)


def test_findings_are_capped_in_words_and_whole_for_machines(force: Path) -> None:
    rows = (force / "engagement.csv").read_text(encoding="utf-8").splitlines()
    wrong = rows[1].replace("facebook", "facebok")
    (force / "engagement.csv").write_text("\n".join([rows[0], *[wrong] * 70]) + "\n", encoding="utf-8")

    said = hue("check", force)
    listed = as_json(hue("check", force, "--json"))

    errors = [defect for file in listed["files"] for defect in file["defects"] if defect["severity"] == "error"]
    assert said.stdout.count("Did you mean") == reports.SHOWN
    assert f"... and {len(errors) - reports.SHOWN} more errors; --json lists them all." in said.stdout
    assert len([defect for defect in errors if defect["column"] == "channel"]) == 70


def test_findings_name_only_what_they_have() -> None:
    assert reports.where(Defect(file="a.csv", rule="It is empty.")) == "a.csv"
    assert reports.where(Defect(file="a.csv", line=1200, column="month", value="x", rule="")) == (
        "a.csv, line 1,200, column month, value “x”")


def test_every_step_of_a_publish_is_told_in_words() -> None:
    assert tuple(reports.STEP_WORDS) == STEPS


# --- Publishing ------------------------------------------------------------------------


def test_a_force_publishes_its_own_files_and_every_start_after_it_keeps_them(home: Path, force: Path) -> None:
    before = Store(home).current_id()
    published = hue("publish", "--from", force, home=home)
    name = published.stdout.strip()
    release = Store(home).current()

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

    again = hue("publish", "--if-changed", home=home)
    assert again.returncode == 0
    assert again.stdout.strip() == name
    assert "Nothing has changed" in again.stderr
    machines = as_json(hue("publish", "--if-changed", "--json", home=home))
    assert (machines["release"], machines["new"]) == (name, False)
    assert machines["cells"]["audience"] == 2

    text = (force / "engagement.csv").read_text(encoding="utf-8")
    (force / "engagement.csv").write_text(text.replace("21400", "21401"), encoding="utf-8")
    changed = hue("publish", "--if-changed", home=home)
    assert changed.stdout.strip() not in (name, "")
    assert "uploaded" in json.dumps(Store(home).current().manifest["counts"]["audience"])

    shutil.rmtree(force)
    gone = hue("publish", "--if-changed", home=home)
    assert gone.returncode == 0
    assert gone.stdout == changed.stdout
    assert "is gone" in gone.stderr

    without = hue("publish", home=home)
    assert without.stdout.strip() == before
    assert f"hue publish --from {force}" in without.stderr


def test_files_with_mistakes_are_not_published_and_every_mistake_is_told(home: Path) -> None:
    before = Store(home).current_id()
    said = hue("publish", "--from", DEFECTS, home=home)
    machines = hue("publish", "--from", DEFECTS, "--json", home=home)

    assert said.returncode == machines.returncode == 1
    assert said.stdout == ""
    assert said.stderr.count("Error: ") == 31
    found = as_json(machines)
    assert found["error"].startswith("31 errors in 3 files")
    assert [defect["severity"] for defect in found["defects"]].count("error") == 31
    places = [(defect["file"], defect["line"]) for defect in found["defects"]]
    assert places == sorted(places)
    assert Store(home).current_id() == before
    assert len(Store(home).ids()) == 1


def test_a_dry_run_checks_and_publishes_nothing(home: Path, force: Path) -> None:
    before = Store(home).current_id()
    done = hue("publish", "--from", force, "--dry-run", "--json", home=home)
    found = as_json(done)

    assert done.returncode == 0
    assert found["dry_run"] is True
    assert found["release"] == ""
    assert found["cells"]["audience"] == 2
    assert "engagement.csv" in [file["file"] for file in found["files"]]
    assert (Store(home).ids(), Store(home).current_id()) == ([before], before)


def test_an_unchanged_second_publish_is_the_same_release(home: Path) -> None:
    done = hue("publish", home=home)

    assert done.stdout.strip() == Store(home).current_id()
    assert "The same figures were published before" in done.stderr
    assert len(Store(home).ids()) == 1


def test_a_second_publisher_is_refused_and_a_stale_lock_is_not_in_the_way(home: Path) -> None:
    with (home / "publish.lock").open("a+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        refused = hue("publish", "--dry-run", home=home)
    (home / "publish.lock").unlink()
    (home / "publish.lock").write_text("999999\n", encoding="utf-8")
    stale = hue("publish", "--dry-run", home=home)

    assert refused.returncode == 3
    assert "Another publish is under way" in refused.stderr
    assert stale.returncode == 0


def test_ctrl_c_stops_a_publish_without_a_word_too_many(home: Path) -> None:
    before = Store(home).current_id()
    listens = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a test run in the background ignores it
    with subprocess.Popen([HUE, "publish"], env=environment(home), text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, preexec_fn=listens) as process:
        for _ in range(2000):
            lock = home / "publish.lock"
            if lock.exists() and lock.read_text().strip() == str(process.pid):
                break
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=60)

    assert process.returncode == 130
    assert (out, said.strip()) == ("", "Stopped.")
    assert Store(home).current_id() == before


# --- Releases --------------------------------------------------------------------------


def test_releases_are_listed_shown_used_withdrawn_and_verified(home: Path, force: Path) -> None:
    first = Store(home).current_id()
    second = hue("publish", "--from", force, home=home).stdout.strip()

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
    home: Path, force: Path, command: tuple[str, ...]
) -> None:
    first = str(Store(home).current_id())
    second = hue("publish", "--from", force, home=home).stdout.strip()
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


def test_verify_finds_what_was_changed_since_the_publish(home: Path) -> None:
    release = Store(home).current()
    assert hue("releases", "verify", home=home).returncode == 0
    for path in ("counts/audience.parquet", "geo/more.txt"):
        (release.folder / path).unlink(missing_ok=True)
        (release.folder / path).write_bytes(b"x")

    said = hue("releases", "verify", home=home)
    machines = hue("releases", "verify", release.id, "--json", home=home)

    expected = ["counts/audience.parquet: changed", "geo/more.txt: not in the manifest"]
    assert said.returncode == machines.returncode == 1
    assert said.stdout.splitlines() == expected
    assert as_json(machines) == {"release": release.id, "differences": expected}


# --- What goes wrong -------------------------------------------------------------------

Case = tuple[tuple[str, ...], int, str]
ERRORS: Mapping[str, Case] = {
    "no release: show": (("releases", "show"), 3, "Nothing has been published yet. Run: hue publish"),
    "no release: verify": (("releases", "verify"), 3, "Nothing has been published yet"),
    "no release: serve": (("serve",), 3, "Nothing has been published yet"),
    "unknown release: show": (("releases", "show", NEVER), 3, f"There is no release called “{NEVER}”."),
    "unknown release: use": (("releases", "use", "[bold]"), 3, "There is no release called “[bold]”."),
    "unknown release: verify": (("releases", "verify", "../../etc"), 3, "There is no release called"),
    "unknown release: withdraw": (("releases", "withdraw", NEVER, "--why", "x"), 3, "There is no release called"),
    "missing folder: publish": (("publish", "--from", "/no/such/folder"), 1, "/no/such/folder is not a folder with files."),
    "missing file: check": (("check", "/no/such/file.csv"), 1, "There is no file or folder /no/such/file.csv."),
}


@pytest.mark.parametrize("case", ERRORS.values(), ids=ERRORS.keys())
def test_an_error_is_one_message_and_its_exit_code(case: Case, tmp_path: Path) -> None:
    words, code, message = case
    done = hue(*words, home=tmp_path / "home")

    assert done.returncode == code
    assert done.stdout == ""
    assert message in done.stderr


@pytest.mark.parametrize("case", [case for case in ERRORS.values() if case[0] != ("serve",)],
                         ids=[name for name, case in ERRORS.items() if case[0] != ("serve",)])
def test_an_error_for_machines_is_one_json_document(case: Case, tmp_path: Path) -> None:
    words, code, message = case
    done = hue(*words, "--json", home=tmp_path / "home")
    found = as_json(done)

    assert done.returncode == code
    assert done.stderr == ""
    assert message in found["error"]
    assert isinstance(found["defects"], list)


def test_no_releases_is_an_empty_list(tmp_path: Path) -> None:
    said = hue("releases", "list", home=tmp_path / "home")

    assert (said.returncode, said.stdout) == (0, "")
    assert "Nothing has been published yet" in said.stderr
    assert as_json(hue("releases", "list", "--json", home=tmp_path / "home")) == {"releases": []}


@pytest.mark.parametrize(("name", "value"), [("PORT", "abc"), ("PORT", "0"), ("HUE_CACHE", "disk"), ("HUE_BASE_URL", "x")])
def test_a_bad_setting_is_named(name: str, value: str, tmp_path: Path) -> None:
    done = hue("releases", "list", home=tmp_path / "home", **{name: value})

    assert done.returncode == 3
    assert done.stderr.startswith(f"{name} must")


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = hue("publish", home=tmp_path / "file" / "home")

    assert done.returncode == 3
    assert done.stderr.strip() == f"{tmp_path / 'file' / 'home'} cannot be used: Not a directory."


def test_a_file_that_may_not_be_read_is_named(force: Path, tmp_path: Path) -> None:
    (force / "appeals.csv").chmod(0)
    # The administrator may read every file, unless that right is given up.
    unprivileged = ("setpriv", "--inh-caps=-all", "--bounding-set=-all") if os.geteuid() == 0 else ()
    done = hue("check", force, home=tmp_path / "home", before=unprivileged)

    assert done.returncode == 1
    assert "appeals.csv\n    Error: The file cannot be opened: Permission denied." in done.stdout


def test_a_fault_of_the_program_is_a_message_and_its_place_is_kept(home: Path) -> None:
    manifest = Store(home).current().folder / "manifest.json"
    manifest.unlink()
    manifest.write_text("{", encoding="utf-8")
    done = hue("releases", "show", home=home)

    assert done.returncode == 3
    assert "failure.txt" not in done.stderr or "JSONDecodeError" in (home / "private" / "failure.txt").read_text()


def test_a_port_in_use_is_told_before_anything_starts(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = hue("serve", home=home, PORT=str(port))

    assert done.returncode == 3
    assert f"Port {port} cannot be served on" in done.stderr


def test_a_reader_that_closes_the_pipe_early_sees_no_complaint() -> None:
    done = subprocess.run(["/bin/sh", "-c", f"'{HUE}' check '{DEFECTS}' --json | head -1"], env=environment(None),
                          capture_output=True, text=True, timeout=60, check=False)

    assert (done.stdout, done.stderr) == ("{\n", "")


def test_results_and_messages_survive_a_terminal_without_unicode(tmp_path: Path) -> None:
    done = hue("check", DEFECTS, PYTHONIOENCODING="ascii")
    unknown = hue("releases", "show", NEVER, "--json", home=tmp_path, PYTHONIOENCODING="ascii")

    assert done.returncode == 1
    assert as_json(unknown)["error"] == f"There is no release called “{NEVER}”."


# --- Pages of findings -----------------------------------------------------------------


def test_findings_are_written_as_a_page_and_never_among_the_files(tmp_path: Path) -> None:
    done = hue("check", DEFECTS, "--report", tmp_path / "out.html")
    among = hue("check", tmp_path, "--report", tmp_path / "again.html")

    text = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert done.returncode == 1 and "out.html" in done.stderr and "Facebok" in text
    assert among.returncode == 2 and "outside of them" in one_line(among.stderr) and not (tmp_path / "again.html").exists()


def test_publish_that_is_refused_writes_the_page_too(home: Path, tmp_path: Path) -> None:
    done = hue("publish", "--from", DEFECTS, "--report", tmp_path / "out.html", "--json", home=home)

    assert done.returncode == 1 and done.stderr == "" and as_json(done)["defects"]
    assert "31 errors in 3 files" in (tmp_path / "out.html").read_text(encoding="utf-8")


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
    (("check", "csv"), 1.5), (("check", "book"), 1.0), (("publish", "--from", "csv"), 2.0),
])
def test_ctrl_c_during_a_long_file_leaves_nothing_behind(
    words: tuple[str, ...], after: float, long_files: Path, home: Path, tmp_path: Path
) -> None:
    before = Store(home).current_id()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    listens = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # a test run in the background ignores it
    with subprocess.Popen([HUE, *words[:-1], long_files / words[-1]], env=environment(home, TMPDIR=str(temporary)), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=listens) as process:
        time.sleep(after)
        started = children(process.pid)
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=60)

    assert (process.returncode, out, said.strip()) == (130, "", "Stopped.")
    assert list(temporary.iterdir()) == [] and Store(home).current_id() == before
    assert not (home / "releases" / ".building").exists()
    assert not [child for child in started if Path(f"/proc/{child}").exists()]
    assert sorted(path.name for path in long_files.rglob("*.*")) == ["engagement.csv", "engagement.xlsx"]


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
