"""The real console command, run as anybody runs it: results, messages, exit codes, what is left behind."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dashboard import reports
from dashboard.cli_terms import EXIT_CODES
from data.errors import Defect
from data.publish import STEPS
from data.release import Store
from data.templates import TEMPLATES
from tests.command_line import DEFECTS, HUE, NEVER, as_json, environment, hue, one_line

COMMANDS = ("publish", "check", "template", "serve", "releases")
RELEASES = ("list", "show", "use", "withdraw", "verify")


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


@pytest.mark.parametrize("case", [
    pytest.param(case, id=name, marks=() if place % 3 == 0 else pytest.mark.long)
    for place, (name, case) in enumerate(ERRORS.items()) if case[0] != ("serve",)])
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


def test_a_fault_of_the_program_is_a_message_and_its_place_is_kept(default_home: Path) -> None:
    manifest = Store(default_home).current().folder / "manifest.json"
    manifest.unlink()
    manifest.write_text("{", encoding="utf-8")
    done = hue("releases", "show", home=default_home)

    assert done.returncode == 3
    assert "failure.txt" not in done.stderr or "JSONDecodeError" in (default_home / "private" / "failure.txt").read_text()


def test_a_port_in_use_is_told_before_anything_starts(default_home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = hue("serve", home=default_home, PORT=str(port))

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
    assert as_json(unknown)["error"] == f"There is no release called “{NEVER}”. 'hue releases list' names those that are there."


# --- Pages of findings -----------------------------------------------------------------


def test_findings_are_written_as_a_page_and_never_among_the_files(tmp_path: Path) -> None:
    done = hue("check", DEFECTS, "--report", tmp_path / "out.html")
    among = hue("check", tmp_path, "--report", tmp_path / "again.html")

    text = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert done.returncode == 1 and "out.html" in done.stderr and "Facebok" in text
    assert among.returncode == 2 and "outside of them" in one_line(among.stderr) and not (tmp_path / "again.html").exists()


def test_publish_that_is_refused_writes_the_page_too(default_home: Path, tmp_path: Path) -> None:
    done = hue("publish", "--from", DEFECTS, "--report", tmp_path / "out.html", "--json", home=default_home)

    assert done.returncode == 1 and done.stderr == "" and as_json(done)["defects"]
    assert "31 errors in 3 files" in (tmp_path / "out.html").read_text(encoding="utf-8")
