"""Auditing a release: its manifest, its accounts and budget, its closed tables; with the inputs, the attacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from data import engine, stored
from data.counts import COUNT_BY_ID
from data.cube import Cube, load
from data.disclosure.account import spend
from data.disclosure.attacks import Attack, Witnessed, attack
from data.disclosure.tables import TABLE_BY_ID
from data.errors import PublishError, Unreadable
from data.inputs import gather
from data.release import Release, Store


@dataclass(frozen=True, kw_only=True)
class Audit:
    """What an audit found: the statements that were checked, what is wrong, and the attacks where inputs were given."""

    release: str
    checked: tuple[str, ...]
    wrong: tuple[str, ...]
    privacy: dict[str, Any]
    attacks: tuple[Attack, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong and every attack failed."""
        return not self.wrong and all(attack.passed for attack in self.attacks)


def audit(store: Store, name: str, *, folders: Sequence[Path] = (), secret: bytes | None = None, attacked: bool = False) -> Audit:
    """Return what is right and wrong with a release. ``attacked``: make it again from its inputs and attack it.

    The inputs are the program's own figures with those in ``folders``. Raises ``NotFound``, ``Gone``
    and, without a secret where one is needed, ``PublishError``.
    """
    release = store.get(name)
    wrong = store.verify(name)
    checked = ["every file is as it was published, and the name fits them"]
    wrong += _accounts(release)
    checked.append("the privacy account is that of its tables and lies within the budget")
    wrong += _closed(release)
    checked.append("counts of persons stand in the closed set of tables and nowhere else")
    found: tuple[Attack, ...] = ()
    if attacked:
        again, found = _attacked(store, release, folders=folders, secret=secret)
        wrong += again
        checked.append("made again from its inputs and the secret, its cells are the same")
    return Audit(release=name, checked=tuple(checked), wrong=tuple(wrong), privacy=dict(release.manifest["privacy"]), attacks=found)


def _accounts(release: Release) -> list[str]:
    stated = release.manifest["privacy"]
    held = [count for count in release.manifest["counts"] if count in COUNT_BY_ID and COUNT_BY_ID[count].policy == "protected"]
    if sorted(stated["protected_counts"]) != sorted(held):
        return [f"the account is of {', '.join(stated['protected_counts']) or 'nothing'}, and the release holds {', '.join(held)}"]
    counts = [COUNT_BY_ID[count] for count in stated["protected_counts"] if count in COUNT_BY_ID]
    unknown = [count for count in stated["protected_counts"] if count not in COUNT_BY_ID]
    if unknown:
        return [f"counts that this version does not know: {', '.join(unknown)}"]
    if not counts:
        return []
    try:
        again = spend(counts, sigma=stated["sigma"], budget=stated["budget_rho"])
    except PublishError as problem:
        return [str(problem)]
    return [f"the manifest's {key} are not those of its tables" for key in ("accounts", "tables") if again[key] != stated[key]]


def _closed(release: Release) -> list[str]:
    wrong: list[str] = []
    stated = release.manifest["counts"]
    for count_id in stated:
        count = COUNT_BY_ID.get(count_id)
        if count is None or count.policy != "protected":
            if (release.folder / "counts" / count_id).is_dir():
                wrong.append(f"{count_id}: tables of a count that is not protected")
            continue
        if (release.folder / "counts" / f"{count_id}.parquet").exists():
            wrong.append(f"{count_id}: cells outside its tables")
        for path in sorted((release.folder / "counts" / count_id).glob("*")):
            wrong += _one_table(path, count_id=count_id)
        for path in sorted((release.folder / "cubes" / count_id).glob("*")):
            wrong += _noise_of(path, count_id=count_id, stated=release.manifest["privacy"]["sigma"])
        open_parts = [path.name for path in (release.folder / "cubes" / count_id).glob("*") if path.name not in count.tables]
        wrong += [f"{count_id}/{name}: not a table of the count" for name in open_parts]
    return wrong


def _noise_of(folder: Path, *, count_id: str, stated: float) -> list[str]:
    """Say where the figures as they are served claim other noise than the manifest states: their ranges would be wrong."""
    try:
        claimed = load(folder, count_id=count_id).sigma if (folder / "axes.json").exists() else stated
    except Unreadable as fault:
        return [str(fault)]
    return [f"{count_id}/{folder.name}: noise of {claimed:g}, and the manifest says {stated:g}"] if claimed != stated else []


def _one_table(path: Path, *, count_id: str) -> list[str]:
    count, name = COUNT_BY_ID[count_id], path.stem
    if name not in count.tables:
        return [f"{count_id}/{path.name}: not a table of the count"]
    table = TABLE_BY_ID[name]
    held = [dimension for dimension in count.dimensions if dimension == "category" or dimension in table.dimensions]
    try:
        rows = stored.table(path)
    except Unreadable as fault:
        return [str(fault)]
    if rows.column_names != ["area_code", *held, "month", "value"]:
        return [f"{count_id}/{name}: columns {', '.join(rows.column_names)}"]
    late = [month for month in rows.column("month").unique().to_pylist() if (month + 1) % table.step]
    return [f"{count_id}/{name}: periods that end within a {table.step}-month period"] if late else []


def _as_made(path: Path, *, rows: pa.Table, served: Path, cube: Cube) -> bool:
    """Whether a table and the figures that are served are those that the inputs give."""
    try:
        return path.exists() and stored.table(path).equals(rows) and _same(served, cube)
    except Unreadable:
        return False


def _same(folder: Path, cube: Cube) -> bool:
    """Whether the figures that are served are those of a cube."""
    if not (folder / "axes.json").exists():
        return False
    served = load(folder, count_id=cube.count.id)
    return dict(served.axes) == dict(cube.axes) and served.first == cube.first and all(
        np.array_equal(part, served.parts().get(name)) for name, part in cube.parts().items())


def _attacked(
    store: Store, release: Release, *, folders: Sequence[Path], secret: bytes | None
) -> tuple[list[str], tuple[Attack, ...]]:
    """Make the tables again, compare them with the release, and attack them."""
    witness: list[Witnessed] = []
    wrong: list[str] = []
    made = engine.aggregate(gather(store.home, folders=folders).tables(), secret=secret, witness=witness)
    for item in made:
        if not isinstance(item, engine.Tables):
            continue
        for name, (rows, cube) in item.parts.items():
            path = release.folder / "counts" / item.count.id / f"{name}.parquet"
            served = release.folder / "cubes" / item.count.id / name
            if not _as_made(path, rows=rows, served=served, cube=cube):
                wrong.append(f"{item.count.id}/{name}: differs from what these inputs and this secret give")
    return wrong, attack(witness, sigma=release.manifest["privacy"]["sigma"])
