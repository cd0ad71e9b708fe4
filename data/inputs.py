"""The files of a publish: the committed snapshots, the illustrative files, and a publisher's own.

Once a publisher's folder holds one row of appeals (or of engagement), the illustrative rows of that
family leave: illustrative and real figures are never summed or compared.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from data import (
    assumptions, illustrative, illustrative_calls, illustrative_messages, illustrative_results, illustrative_world,
)
from data.areas import SNAPSHOTS
from data.errors import Report, SourceError
from data.model import month_index, month_text
from data.periods import last_day
from data.plausibility import last_release
from data.sources.base import Loaded
from data.sources.files import OnFile, unwatched_files
from data.sources.registry import load_folder, load_published, read_folder

FAMILIES = (("appeals", "publications", "responses", "responses_counted", "outcomes"), ("engagement",), ("calls",))
"""Kinds whose illustrative rows leave together: a publication or a response says nothing without its appeal.
What a force does not supply of a family is absent; nothing illustrative stands in for it."""
REPLACED = frozenset({"attitudes", "recorded_crime"})
"""Kinds of which a publisher's own file stands in for the committed snapshot."""
OF_APPEALS = frozenset({"responses", "outcomes"})
"""Kinds whose rows are single contacts about appeals: the month of the last one would tell of it, and is not published."""
UNPUBLISHED = frozenset({"accounts", "lookups", "outlines", "street_outcomes", "stop_search"})
"""Kinds that no figure is made of: they help to read other files, or are only checked."""
SEED = 20261101
VINTAGE = "made up, not observed"
_MADE_BY = last_day(month_index(assumptions.END))
"""The day on which the figures that come with the program are read: their checks depend on no clock."""
_NO_PUBLICATIONS = pd.DataFrame(
    {"appeal_id": pd.Series(dtype="str"), "channel": pd.Series(dtype="str"), "month": pd.Series(dtype="int64"),
     "reach": pd.Series(dtype="float64")})
"""Stands in where a force has supplied its appeals and not their publications."""


@dataclass(frozen=True)
class Inputs:
    """Everything that one publish was given, checked."""

    loaded: tuple[Loaded, ...]
    folders: tuple[Path, ...]
    fingerprint: str
    passed_over: tuple[Report, ...] = ()
    """Of files and sheets that were not read, and need not be."""

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Return the rows of each kind, of all its files together."""
        kinds = dict.fromkeys(item.kind for item in self.loaded if item.kind not in ("reference", *UNPUBLISHED))
        tables = {kind: pd.concat([item.table for item in self.loaded if item.kind == kind], ignore_index=True)
                  for kind in kinds}
        return {"publications": _NO_PUBLICATIONS, **tables} if "appeals" in tables else tables


def partial(inputs: Inputs) -> frozenset[tuple[str, str, int]]:
    """Return area, channel and month of all engagement whose month its file covers only in part."""
    return frozenset(cell for item in inputs.loaded if item.kind == "engagement" for cell in item.partial)


def gather(
    home: Path, *, folders: Sequence[Path] = (), today: date | None = None, on_file: OnFile = unwatched_files
) -> Inputs:
    """Read and check the default figures and those in ``folders``; months after ``today`` are defects.

    A source that comes with ``folders`` stands in for its own snapshot: nothing is added up twice.
    Raises ``SourceError`` where a folder does not exist or holds no file; defects inside files are in
    the reports.
    """
    for folder in folders:
        if not folder.is_dir() or not any(path.is_file() for path in folder.rglob("*")):
            raise SourceError(f"{folder} is not a folder with files. Give the folder that your files lie in: "
                              "hue publish --from my-force/")
    folders = list(dict.fromkeys(folder.resolve() for folder in folders))
    read, passed_over = read_folder(
        folders, origin="uploaded", today=today, on_file=on_file, release=last_release(home)) if folders else ((), ())
    own = _dated(read)
    sources = {item.source_id for item in own}
    supplied = {item.kind for item in own if len(item.table)}
    left = [kind for family in FAMILIES if not supplied & set(family) for kind in family]
    made = load_folder([path for path in sorted(illustrative_files(home).glob("*.csv")) if path.stem in left],
                       origin="illustrative", vintage=VINTAGE, today=_MADE_BY) if left else ()
    default = [item for item in load_published(today=_MADE_BY)
               if item.kind not in supplied & REPLACED and item.source_id not in sources]
    default = [_without_supplied(item, own=own) for item in default]
    return Inputs((*default, *made, *own), tuple(folders), fingerprint(folders),
                  passed_over)


def _without_supplied(item: Loaded, *, own: Sequence[Loaded]) -> Loaded:
    """Return a snapshot of residents without the areas and years that a publisher's own file holds."""
    supplied = [file.table for file in own if file.kind == "population" and len(file.table)]
    if item.kind != "population" or not supplied:
        return item
    key = ["area_code", "age_group", "month"]
    held = pd.MultiIndex.from_frame(pd.concat(supplied)[key])
    return replace(item, table=item.table[~pd.MultiIndex.from_frame(item.table[key]).isin(held)])


def _dated(read: Sequence[Loaded]) -> tuple[Loaded, ...]:
    """Return a publisher's files with the latest month in each as its vintage, whatever day it is read on.

    Responses and outcomes have the latest month of the appeals that they are about.
    """
    appeals = [item for item in read if item.kind == "appeals"]
    return tuple(replace(item, vintage=latest_month(appeals if item.kind in OF_APPEALS else [item]) or item.vintage) for item in read)


def latest_month(loaded: Sequence[Loaded]) -> str:
    """Return the latest month that stands in any file, as YYYY-MM, single contacts left out; empty where none does."""
    return max((month_text(int(item.table["month"].max())) for item in loaded
                if item.kind not in OF_APPEALS and "month" in item.table and len(item.table)), default="")


def illustrative_files(home: Path) -> Path:
    """Return the folder of the illustrative files, writing them where they are missing or out of date."""
    folder = home / "illustrative"
    stamp = folder / ".made-by"
    makers = [Path(module.__file__ or "") for module in (
        illustrative, illustrative_calls, illustrative_messages, illustrative_results, illustrative_world, assumptions)]
    version = f"{SEED} {_hash(makers)}"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != version:
        shutil.rmtree(folder, ignore_errors=True)
        try:
            illustrative.write(folder, seed=SEED)
            stamp.write_text(version, encoding="utf-8")
        finally:
            if not stamp.exists():
                shutil.rmtree(folder, ignore_errors=True)  # half of a file is nothing that anybody could use
    return folder


def fingerprint(folders: Sequence[Path]) -> str:
    """Return a hash of everything that a publish depends on: the program's ``data`` and all input files."""
    here = Path(__file__).parent
    files = [*here.rglob("*.py"), *SNAPSHOTS.rglob("*.*")]
    for folder in folders:
        files += [path for path in folder.rglob("*") if path.is_file()]
    return _hash(files)


def _hash(files: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(set(files)):
        digest.update(str(path.name).encode())
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()[:16]


def last_publish(home: Path) -> Mapping[str, object]:
    """Return what the last publish was made from; empty before the first."""
    path = home / "private" / "last-publish.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
