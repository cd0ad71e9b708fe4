"""`hue secret` and `hue audit` as a publisher runs them, and releases that somebody tampered with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dashboard.cli import DONE, NOT_DONE, WRONG_FILES
from dashboard.settings import ROOT
from data.disclosure.audit import Audit, audit
from data.disclosure.noise import key_name
from data.disclosure.secret import read
from data.release import CONTENTS, Store, checksum, content_hash, contents
from tests import known
from tests.publishing import SECRET, publish

pytestmark = pytest.mark.long  # several publishes; `make test-long` runs it

TODAY = date(2026, 11, 23)


def hue(*arguments: str, home: Path, secret: Path | None = SECRET) -> subprocess.CompletedProcess[str]:
    """Run the command line, without waiting for a browser's sake for anything but its end."""
    environment = {name: value for name, value in os.environ.items() if name != "HUE_SECRET"} | {"HUE_HOME": str(home)}
    if secret:
        environment["HUE_SECRET"] = str(secret)
    return subprocess.run([sys.executable, "-c", "from dashboard.cli import main; main()", *arguments], cwd=ROOT, env=environment,
                          capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def force(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("force")
    known.write(folder, number=14)
    return folder


@pytest.fixture(scope="module")
def sound(force: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hue")
    publish(home, folders=[force], today=TODAY)
    return home


@pytest.fixture
def home(sound: Path, tmp_path: Path) -> Path:
    """A copy of a sound release that a test may tamper with."""
    copy = tmp_path / "home"
    shutil.copytree(sound, copy)
    for path in (copy / "releases").rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return copy


# hue secret


def test_secret_is_made_once_and_never_printed(tmp_path: Path) -> None:
    first = hue("secret", home=tmp_path, secret=None)
    path = tmp_path / "private" / "secret.key"
    text = path.read_text(encoding="ascii")
    again, if_missing = hue("secret", home=tmp_path, secret=None), hue("secret", "--if-missing", "--json", home=tmp_path, secret=None)

    assert (first.returncode, again.returncode, if_missing.returncode) == (DONE, NOT_DONE, DONE)
    assert "Keep a copy" in first.stderr and first.stdout == "" and "There is a secret already" in again.stderr
    assert json.loads(if_missing.stdout) == {"secret": str(path)}
    assert path.read_text(encoding="ascii") == text and path.stat().st_mode & 0o777 == 0o600
    assert not any(text.strip() in done.stdout + done.stderr for done in (first, again, if_missing))


def test_secret_lies_where_the_setting_says(tmp_path: Path) -> None:
    place = tmp_path / "elsewhere" / "key"
    done = hue("secret", "--json", home=tmp_path / "home", secret=place)

    assert done.returncode == DONE and json.loads(done.stdout) == {"secret": str(place)}
    assert len(read(place)) == 32 and not (tmp_path / "home" / "private").exists()


@pytest.mark.parametrize(("spoil", "words"), [
    (lambda path: path.chmod(0o644), "chmod 600"), (lambda path: path.write_text("abc"), "damaged"),
])
def test_secret_that_cannot_be_used_is_told_and_not_replaced(spoil: Callable[[Path], None], words: str, tmp_path: Path) -> None:
    path = tmp_path / "key"
    hue("secret", home=tmp_path, secret=path)
    spoil(path)
    before = path.read_bytes()
    done = hue("secret", "--if-missing", "--json", home=tmp_path, secret=path)

    assert done.returncode == NOT_DONE and words in json.loads(done.stdout)["error"] and path.read_bytes() == before


def test_publish_without_a_secret_is_one_message(force: Path, tmp_path: Path) -> None:
    done = hue("publish", "--from", str(force), "--json", home=tmp_path, secret=tmp_path / "none")

    assert done.returncode == NOT_DONE and "Run: hue secret" in json.loads(done.stdout)["error"]
    assert Store(tmp_path).current_id() is None


# hue audit


def test_audit_of_a_sound_release_says_what_was_checked(sound: Path) -> None:
    done = hue("audit", "--json", home=sound)
    found = json.loads(done.stdout)

    assert done.returncode == DONE and found["passed"] is True and found["wrong"] == [] and found["attacks"] == []
    assert len(found["checked"]) == 3 and found["release"] == Store(sound).current_id()
    assert found["privacy"]["key"] == key_name(read(SECRET))
    plain = hue("audit", found["release"], home=sound)
    assert plain.returncode == DONE and "The release holds what it promises." in plain.stdout
    assert "one contact about an appeal" in plain.stdout and "Budget 3 (zCDP)" in plain.stdout


def test_audit_with_the_inputs_makes_the_release_again_and_attacks_it(sound: Path, force: Path) -> None:
    done = hue("audit", "--from", str(force), "--json", home=sound)
    found = json.loads(done.stdout)

    assert done.returncode == DONE and found["passed"] is True and len(found["checked"]) == 4
    assert {attack["who"] for attack in found["attacks"]} == {"response", "outcome", "message", "report", "offence"}
    assert all(attack["passed"] and attack["rate"] <= attack["allowed"] + 5 * attack["error"] for attack in found["attacks"])


def test_audit_with_other_inputs_or_another_secret_does_not_hold(sound: Path, force: Path, tmp_path: Path) -> None:
    known.write(tmp_path / "other", number=14, seed=9)
    hue("secret", home=tmp_path, secret=tmp_path / "key")
    other_rows = hue("audit", "--from", str(tmp_path / "other"), "--json", home=sound)
    other_key = hue("audit", "--from", str(force), home=sound, secret=tmp_path / "key")

    assert other_rows.returncode == other_key.returncode == WRONG_FILES
    assert any("differs from what these inputs and this secret give" in line for line in json.loads(other_rows.stdout)["wrong"])
    assert "The release does not hold." in other_key.stdout


@pytest.mark.parametrize("line", [("audit", "2020-01-01-0123456789ab"), ("audit", "--from", "nowhere")])
def test_audit_that_cannot_be_made_is_a_message(line: tuple[str, ...], sound: Path) -> None:
    done = hue(*line, "--json", home=sound)

    assert done.returncode in (NOT_DONE, WRONG_FILES) and json.loads(done.stdout)["error"]


# Tampered releases


def folder_of(home: Path) -> Path:
    return Store(home).current().folder


def reseal(home: Path, *, manifest: dict[str, Any] | None = None) -> None:
    """Make the manifest, the checksums and the name fit what the folder holds now, as a careful forger would."""
    folder = folder_of(home)
    text = manifest or json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / CONTENTS).write_text(json.dumps(contents(text), indent=1, sort_keys=True), encoding="utf-8")
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    files = {path.relative_to(folder).as_posix(): checksum(path) for path in paths}
    name = f"{folder.name[:10]}-{content_hash(files)}"
    (folder / "manifest.json").write_text(json.dumps({**text, "id": name, "files": files}), encoding="utf-8")
    folder.rename(folder.with_name(name))
    (home / "current").write_text(f"{name}\n", encoding="utf-8")


def audited(home: Path, **more: Any) -> Audit:
    store = Store(home)
    return audit(store, store.current_id() or "", **more)


def extra_table(home: Path) -> None:
    path = folder_of(home) / "counts" / "responses" / "force-month.parquet"
    shutil.copy(path, path.with_name("force-channel-month.parquet"))


def finer_columns(home: Path) -> None:
    path = folder_of(home) / "counts" / "responses" / "force-month.parquet"
    table = pq.read_table(path)
    pq.write_table(table.add_column(1, "channel", pa.array(["x"] * table.num_rows)), path)


def cells_beside_the_tables(home: Path) -> None:
    path = folder_of(home) / "counts" / "responses" / "force-month.parquet"
    shutil.copy(path, path.parents[1] / "responses.parquet")


def months_of_a_quarter(home: Path) -> None:
    path = folder_of(home) / "counts" / "responses" / "force-age-quarter.parquet"
    table = pq.read_table(path)
    month = table.column("month").to_numpy() - 1
    pq.write_table(table.set_column(table.column_names.index("month"), "month", pa.array(month, pa.int32())), path)


def extra_cube(home: Path) -> None:
    cubes = folder_of(home) / "cubes" / "responses"
    shutil.copytree(cubes / "force-month", cubes / "force-channel-month")


def other_noise(home: Path) -> None:
    path = folder_of(home) / "cubes" / "responses" / "force-month" / "axes.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"sigma": 2.5', '"sigma": 0.5'), encoding="utf-8")


TAMPERED: dict[Callable[[Path], None], str] = {
    extra_table: "not a table of the count", finer_columns: "columns area_code, channel, month, value",
    cells_beside_the_tables: "cells outside its tables", months_of_a_quarter: "periods that end within",
    extra_cube: "not a table of the count", other_noise: "noise of 0.5, and the manifest says 2.5",
}


@pytest.mark.parametrize(("tamper", "words"), TAMPERED.items(), ids=[tamper.__name__ for tamper in TAMPERED])
def test_what_stands_outside_the_closed_set_is_found_even_where_all_else_fits(
    tamper: Callable[[Path], None], words: str, home: Path,
) -> None:
    assert audited(home).passed
    tamper(home)
    open_ = audited(home)
    assert not open_.passed and any("manifest" in line or "changed" in line for line in open_.wrong)
    reseal(home)
    sealed = audited(home)

    assert Store(home).verify(Store(home).current_id() or "") == []
    assert not sealed.passed and any(words in line for line in sealed.wrong), sealed.wrong


def changed_cell(home: Path) -> None:
    path = folder_of(home) / "counts" / "responses" / "force-month.parquet"
    table = pq.read_table(path)
    values = table.column("value").to_numpy().copy()
    values[0] += 1
    pq.write_table(table.set_column(table.column_names.index("value"), "value", pa.array(values)), path)


def changed_figure(home: Path) -> None:
    path = folder_of(home) / "cubes" / "responses" / "force-month" / "values.npy"
    values = np.load(path)
    values[0, -1] += 1
    np.save(path, values)


@pytest.mark.parametrize("tamper", [changed_cell, changed_figure])
def test_a_changed_cell_is_found_and_with_the_inputs_even_where_all_else_fits(
    tamper: Callable[[Path], None], home: Path, force: Path,
) -> None:
    tamper(home)
    assert any("changed" in line for line in audited(home).wrong)
    reseal(home)

    assert audited(home).passed, "without the inputs nobody can tell one perturbed value from another"
    found = audited(home, folders=[force], secret=read(SECRET), attacked=True)
    assert not found.passed and found.wrong == ("responses/force-month: differs from what these inputs and this secret give",)


def _privacy(home: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    manifest = json.loads((folder_of(home) / "manifest.json").read_text(encoding="utf-8"))
    return manifest, manifest["privacy"]


def fewer_cells(privacy: dict[str, Any]) -> None:
    privacy["accounts"][0] |= {"cells": 3, "rho": 0.24, "epsilon": 3.88}


def more_noise(privacy: dict[str, Any]) -> None:
    privacy["sigma"] = 9.0


def left_out(privacy: dict[str, Any]) -> None:
    privacy["protected_counts"].remove("responses")
    del privacy["tables"]["responses"]


def nothing_protected(privacy: dict[str, Any]) -> None:
    privacy |= {"protected_counts": [], "tables": {}, "accounts": []}


def small_budget(privacy: dict[str, Any]) -> None:
    privacy["budget_rho"] = 1.0


@pytest.mark.parametrize(("change", "words"), [
    (fewer_cells, "the manifest's accounts are not those of its tables"), (more_noise, "the manifest's accounts"),
    (left_out, "and the release holds"), (nothing_protected, "the account is of nothing"), (small_budget, "the budget is 1"),
])
def test_a_manifest_with_a_wrong_account_is_found(change: Callable[[dict[str, Any]], None], words: str, home: Path) -> None:
    manifest, privacy = _privacy(home)
    change(privacy)
    (folder_of(home) / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    Store(home)
    reseal(home, manifest=manifest)

    found = audited(home)
    assert not found.passed and any(words in line for line in found.wrong), found.wrong


def test_audit_of_a_tampered_release_ends_with_its_own_code(home: Path) -> None:
    extra_table(home)
    done, plain = hue("audit", "--json", home=home), hue("audit", home=home)

    assert done.returncode == plain.returncode == WRONG_FILES
    assert json.loads(done.stdout)["passed"] is False and any("force-channel-month" in line for line in json.loads(done.stdout)["wrong"])
    assert "Wrong:" in plain.stdout and "The release does not hold." in plain.stdout
