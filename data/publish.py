"""Publish: sources -> check -> aggregate -> release folder -> pointer swapped.

The release is written beside the others, checked, synced and made current by one rename. A publish
that dies at any step leaves the release that was served before; what it left behind is cleared by
the next one. A second publisher is refused.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data import appeals, changes, coverage, embargo, engine, quality, remarks, revision_marks, similar, surveyed, targets
from data.areas import SNAPSHOTS
from data.coverage import Coverage
from data.cube import save
from data.disclosure.account import spend
from data.disclosure.attacks import Attack, Witnessed, attack
from data.disclosure.noise import key_name
from data.disclosure.secret import NAME, read
from data.disk import locked, sync_folder, write_atomically, writing
from data.errors import HueError, PublishError, Report, SourceError, Unreadable
from data.inputs import Inputs, gather, partial
from data.manifest import Aggregated, files_of, sources, stated
from data.release import CONTENTS, MARKED, Release, Store, checksum, content_hash, contents
from data.revisions import Revisions, against
from data.sources import ons_boundaries
from data.sources.files import OnFile, unwatched_files

Step = Callable[[str, int, int], None]
"""Called before each step with its name, its number and how many there are."""

_KEPT_WHOLE = ("reference", "contact", "platform_reach")
"""Kinds whose rows stand in a release as they were read, beside any counts that are made of them."""
STEPS = ("lock", "read", "aggregate", "attack", "counts", "reference", "boundaries", "manifest", "rename", "point")


@dataclass(frozen=True, kw_only=True)
class Published:
    """What a publish did: the release, whether it is new, and what was found in each file."""

    release: str
    new: bool
    reports: tuple[Report, ...]
    cells: Mapping[str, int]
    dry: bool = False
    warnings: tuple[str, ...] = ()
    """What of the machine, not of the files, is to be looked at."""
    revisions: Revisions | None = None
    """What a dry run would change in the current release; ``None`` where there is none yet."""
    embargo: datetime | None = None
    """Until when the release is held back, ``None`` where it is out."""


def _quiet(name: str, number: int, of: int) -> None:
    """Report no progress."""


def publish(
    home: Path, *, folders: Sequence[Path] = (), dry_run: bool = False, today: date | None = None,
    on_step: Step = _quiet, secret: Path | None = None, on_file: OnFile = unwatched_files, embargo_until: datetime | None = None,
) -> Published:
    """Publish the default figures, with those in ``folders`` in place of the illustrative ones.

    ``secret`` is the file of the publisher's secret, without it the one in ``home``. With ``embargo_until`` the release is held
    back until that time, when it becomes current by itself. Raises
    ``SourceError`` with every defect where a file cannot be published, ``PublishError`` where another
    publish is under way, a count may not be published, nothing is left to embargo or ``home`` cannot be written. Nothing is
    changed then.
    """
    def step(name: str) -> None:
        on_step(name, STEPS.index(name), len(STEPS))

    step("lock")
    with writing(home), locked(home):
        warnings = _clock(Store(home).current_id(), today=today)
        _stop_without_another(Store(home), embargo_until)
        step("read")
        inputs = gather(home, folders=folders, today=today, on_file=on_file)
        reports = (*(loaded.report for loaded in inputs.loaded), *inputs.passed_over)
        _stop_on_errors(reports)
        step("aggregate")
        key = _secret(secret or secret_file(home))
        witness: list[Witnessed] = []
        cells = list(engine.aggregate(inputs.tables(), secret=key, witness=witness, partial=partial(inputs)))
        step("attack")
        attacks = attack(witness)
        _stop_on_leaks(attacks)
        privacy = spend([cell.count for cell in cells if isinstance(cell, engine.Tables)])
        privacy["key"] = key_name(key) if key and privacy["protected_counts"] else ""
        changed = _would_change(home, inputs=inputs, cells=cells) if dry_run else None
        building = _clean(home / "releases" / ".building")
        try:
            covered = coverage.fields(cells)
            cells += _of_itself(home, building, cells=cells, covered=covered, inputs=inputs, today=today)
            if dry_run:
                return Published(release="", new=False, reports=reports, cells={cell.count.id: cell.rows for cell in cells},
                                 dry=True, warnings=warnings, revisions=changed)
            _write(building, cells=cells, covered=covered, inputs=inputs, step=step)
            done = _adopt(home, building, inputs=inputs, cells=cells, covered=covered, privacy=privacy, reports=reports, today=today,
                          step=step, until=embargo_until)
            _log(home, name=done.release, inputs=inputs, reports=reports, attacks=attacks)
            return replace(done, warnings=(*warnings, *_to_come(Store(home, publisher=True), done)))
        finally:
            for left in (building, building.with_name(".replaced")):
                shutil.rmtree(left, ignore_errors=True)


def _clock(served: str | None, *, today: date | None) -> tuple[str, ...]:
    """Say where the clock stands before the day of the release that is served: releases are named and listed by it."""
    now, then = (today or datetime.now(UTC).date()).isoformat(), (served or "")[:10]
    return (f"The clock says {now}, and the release served so far was made on {then}. Check the clock of this machine: "
            "releases are named and listed by their day.",) if now < then else ()


def _stop_without_another(store: Store, until: datetime | None) -> None:
    """Stop where a release is to be held back and none is there to be served until then."""
    if until is not None and store.current_id() is None:
        raise PublishError("The first release cannot be embargoed: nothing could be served until then. Publish one without an "
                           "embargo first, such as the default figures: hue publish")


def _to_come(store: Store, done: Published) -> tuple[str, ...]:
    """Say which other releases will take the place of the one that is served, when their embargoes end."""
    return tuple(f"{name} is embargoed until {embargo.told(held.until)} and will be the current release then. To stop it: "
                 f"hue releases withdraw {name} --why TEXT" for name, held in store.embargoes().items() if name != done.release)


def _would_change(home: Path, *, inputs: Inputs, cells: Sequence[Aggregated]) -> Revisions | None:
    """Return what these cells would change in the release that is served."""
    store = Store(home)
    if store.current_id() is None:
        return None
    tables: dict[str, pa.Table] = {}
    for cell in cells:
        if isinstance(cell, engine.Tables):
            tables |= {f"{cell.count.id}/{name}": rows for name, (rows, _) in cell.parts.items()}
        elif not cell.count.derived:
            tables[cell.count.id] = cell.table
    aims, like = (kept.as_table(_supplied(inputs, kept.KIND)) for kept in (targets, similar))
    return against(store.current(), manifest={"sources": sources(inputs)}, tables=tables, targets=targets.from_table(aims),
                   similar=similar.by_force(like))


def _supplied(inputs: Inputs, kind: str) -> list[pd.DataFrame]:
    return [loaded.table for loaded in inputs.loaded if loaded.kind == kind]


def _of_itself(
    home: Path, building: Path, *, cells: Sequence[Aggregated], covered: Sequence[Coverage], inputs: Inputs, today: date | None,
) -> list[Aggregated]:
    """Return the counts of what the release knows of itself, and keep the days of supply in it."""
    before = _readable(Store(home).current)
    origins = {cell.count.id: files_of(cell.count, inputs)[1] for cell in cells}
    made = quality.tables(covered, cells, before=before, origins=origins, today=today or datetime.now(UTC).date())
    quality.write(made.pop("supplied_on"), building)
    return list(engine.aggregate(made))


def _stop_on_leaks(attacks: Sequence[Attack]) -> None:
    """Stop where an attack on the tables did better than the protection allows."""
    for found in attacks:
        if not found.passed:
            raise PublishError(f"The protection does not hold: “{found.name}” told {found.rate:.0%} of the small counts of "
                               f"“{found.who}” and may tell {found.allowed:.0%}. Nothing is published.")


def secret_file(home: Path) -> Path:
    """Return where the publisher's secret lies unless a setting names another place."""
    return home / "private" / NAME


def _secret(path: Path) -> bytes | None:
    """Return the publisher's secret, ``None`` where there is none: only counts of persons need it."""
    return read(path) if path.exists() else None


def _stop_on_errors(reports: Sequence[Report]) -> None:
    defects = [defect for report in reports for defect in report.errors]
    if defects:
        files = len({defect.file for defect in defects})
        raise SourceError(
            f"{len(defects)} {'error' if len(defects) == 1 else 'errors'} in {files} "
            f"{'file' if files == 1 else 'files'}: nothing was published.", defects=defects, reports=reports,
        )


def _clean(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _write(
    building: Path, *, cells: Sequence[Aggregated], covered: Sequence[Coverage], inputs: Inputs, step: Callable[[str], None],
) -> None:
    step("counts")
    (building / "counts").mkdir()
    for cell in cells:
        if isinstance(cell, engine.Tables):
            (building / "counts" / cell.count.id).mkdir()
            for name, (rows, cube) in cell.parts.items():
                _write_table(rows, building / "counts" / cell.count.id / f"{name}.parquet")
                save(cube, building / "cubes" / cell.count.id / name)
            continue
        if not cell.count.derived:
            _write_table(cell.table, building / "counts" / f"{cell.count.id}.parquet")
        if cell.count.dense:
            save(engine.cube(cell), building / "cubes" / cell.count.id)
    _write_table(coverage.as_table(covered), building / coverage.FILE)
    step("reference")
    (building / "reference").mkdir()
    for loaded in inputs.loaded:
        if loaded.kind in _KEPT_WHOLE:
            table = pa.Table.from_pandas(loaded.table, preserve_index=False)
            _write_table(table.replace_schema_metadata(None), building / "reference" / f"{loaded.source_id}.parquet")
    listed = [(loaded.table, loaded.origin) for loaded in inputs.loaded if loaded.kind == appeals.KIND]
    _write_table(appeals.as_table(listed), building / appeals.FILE)
    for kept in (targets, similar):
        _write_table(kept.as_table(_supplied(inputs, kept.KIND)), building / kept.FILE)
    asked = [loaded.table for loaded in inputs.loaded if loaded.kind == "survey"]
    if asked:
        table = pa.Table.from_pandas(surveyed.table_of(pd.concat(asked, ignore_index=True)), preserve_index=False)
        _write_table(table.replace_schema_metadata(None), building / surveyed.FILE)
    remarks.write(building / "reference", loaded=inputs.loaded)
    step("boundaries")
    shutil.copytree(SNAPSHOTS / "boundaries", building / "geo", ignore=shutil.ignore_patterns("*.md"))
    for loaded in inputs.loaded:
        if loaded.kind == ons_boundaries.KIND and ons_boundaries.all_forces(loaded.table):
            (building / "geo" / "supplied").mkdir(exist_ok=True)
            (building / "geo" / "supplied" / "police_force.geojson").write_text(
                ons_boundaries.as_geojson(loaded.table), encoding="utf-8")


def _write_table(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="zstd")


def _adopt(
    home: Path, building: Path, *, inputs: Inputs, cells: Sequence[Aggregated], covered: Sequence[Coverage],
    privacy: Mapping[str, Any], reports: tuple[Report, ...], today: date | None, step: Callable[[str], None],
    until: datetime | None,
) -> Published:
    """Name the release by what it holds, move it into place and point at it, or hold it back until its time.

    One that is held back already stays so: publishing the same figures again lifts no embargo.
    """
    step("manifest")
    manifest = stated(inputs=inputs, cells=cells, covered=covered, privacy=privacy)
    text = json.dumps(contents(manifest), indent=1, sort_keys=True)
    (building / CONTENTS).write_text(text, encoding="utf-8")
    paths = sorted(path for path in building.rglob("*") if path.is_file())
    files = {path.relative_to(building).as_posix(): checksum(path) for path in paths}
    store = Store(home, publisher=True)
    digest = content_hash(files)
    same = next((name for name in store.ids() if name.endswith(digest) and not store.withdrawal(name)), None)
    name = same or f"{today or datetime.now(UTC).date()}-{digest}"
    held = store.embargo(same) if same else None
    if same and until and held is None:
        raise PublishError(f"These figures are published already, as {same}: there is nothing to hold back.")
    damaged = same is not None and _is_damaged(store, same)
    if same is None or damaged:
        older = _readable(lambda: store.get(store.get(name).manifest["revisions"]["against"]) if damaged else store.current())
        revisions = _marks(building, older=older, manifest=manifest)
        text = json.dumps({**manifest, "id": name, "files": files, "revisions": revisions}, indent=1)
        (building / "manifest.json").write_text(text, encoding="utf-8")
        _sync(building)
        step("rename")
        target = store.releases / name
        if damaged:
            target.rename(_clean(store.releases / ".replaced") / name)
        elif target.exists():
            raise PublishError(f"{name} was withdrawn today and cannot be published again as it was.")
        if same is None:
            _hold_back(home, name, until=until)  # before the folder has its name: under that it could be asked for
        building.rename(target)
        sync_folder(store.releases)
    else:
        shutil.rmtree(building)
    step("point")
    if held is not None and until:
        _hold_back(home, name, until=until)
    waiting = store.embargo(name)
    if waiting is None and store.current_id() != name:
        store.point(name)
    numbers = {cell.count.id: cell.rows for cell in cells}
    return Published(release=name, new=same is None or damaged, reports=reports, cells=numbers,
                     embargo=waiting.until if waiting else None)


def _hold_back(home: Path, name: str, *, until: datetime | None) -> None:
    """Keep until when a release is held back; without a time, that it is not."""
    if until is None:
        embargo.forget(home, name)
    else:
        embargo.keep(home, name, embargo.Embargo(until=until))


def _is_damaged(store: Store, name: str) -> bool:
    try:
        return bool(store.verify(name))
    except Unreadable:
        return True


def _readable(get: Callable[[], Release]) -> Release | None:
    """Return a release, ``None`` where there is none or it cannot be read: a publish is what mends that."""
    try:
        return get()
    except HueError:
        return None


def _marks(building: Path, *, older: Release | None, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Write which figures the release before had otherwise, and return what the manifest says of it."""
    marked = revision_marks.write(building, older=older, counts=manifest["counts"])
    changes.write(building, older=older, manifest=manifest)
    paths = sorted(path for path in (building / MARKED).rglob("*") if path.is_file())
    return {"against": marked.against, "cells": dict(marked.counts),
            "files": {path.relative_to(building).as_posix(): checksum(path) for path in paths}}


def _sync(folder: Path) -> None:
    """Make the files of a release read-only and outlive a power cut."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            path.chmod(0o444)
            with path.open("rb") as file:
                os.fsync(file.fileno())
        else:
            sync_folder(path)
    sync_folder(folder)


def _log(home: Path, *, name: str, inputs: Inputs, reports: Sequence[Report], attacks: Sequence[Attack]) -> None:
    """Keep what concerns the inputs (checksums, numbers of rows, folders) out of the release."""
    private = home / "private"
    private.mkdir(mode=0o700, exist_ok=True)
    entry = {
        "release": name, "published": datetime.now(UTC).isoformat(timespec="seconds"),
        "fingerprint": inputs.fingerprint, "folders": [str(folder) for folder in inputs.folders],
        "files": [{"file": report.file, "source": report.source, "rows_in": report.rows_in,
                   "rows_used": report.rows_used} for report in reports],
        "attacks": [asdict(found) for found in attacks],
    }
    write_atomically(private / "last-publish.json", text=json.dumps(entry, indent=1))
    with (private / "publish.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")

