"""What changed from one release to another: figures revised, added and gone, sources, areas that fell late.

Cells are compared as they are published. A protected cell whose truth did not change has the same
noise in both, so nothing looks revised that is not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from data import stored
from data.frame import area_label
from data.model import month_text
from data.release import Release
from data.similar import supplied
from data.targets import Target

SHOWN = 5
"""Places that are named for each count, those with the most revised figures first."""


@dataclass(frozen=True, kw_only=True)
class Revised:
    """One count, or one table of it: how many cells are the same, revised, added and gone."""

    count: str
    same: int = 0
    revised: int = 0
    added: int = 0
    gone: int = 0
    months: tuple[str, str] = ("", "")
    """The first and the last month with a revised figure."""
    places: tuple[str, ...] = ()
    """Places with revised figures, by name."""

    @property
    def changed(self) -> bool:
        """Whether any figure differs."""
        return bool(self.revised or self.added or self.gone)


@dataclass(frozen=True, kw_only=True)
class Restated:
    """A target, or the similar forces of a force, that differs; ``before`` or ``now`` is empty where there is none."""

    what: str
    before: str
    now: str


@dataclass(frozen=True, kw_only=True)
class Revisions:
    """All that differs between two releases."""

    older: str
    newer: str
    sources_added: tuple[str, ...]
    sources_gone: tuple[str, ...]
    vintages: tuple[tuple[str, str, str], ...]
    """Sources with another vintage: name, before, now."""
    counts: tuple[Revised, ...]
    late: tuple[tuple[str, str], ...]
    """Forces that supplied a field up to the end of the older release and not of the newer: force, field."""
    restated: tuple[Restated, ...] = ()
    """Targets and similar forces that differ."""

    @property
    def revised(self) -> int:
        """Figures that stand in both releases and differ."""
        return sum(count.revised for count in self.counts)


def compare(older: Release, newer: Release) -> Revisions:
    """Return what changed from ``older`` to ``newer``."""
    return _revisions(older, newer.manifest, name=newer.id, tables=lambda path: table_at(newer, path),
                      held=paths(newer), late=_late(older, newer), stated=_stated_by(newer.targets, supplied(newer)))


def against(
    older: Release, *, manifest: Mapping[str, Any], tables: Mapping[str, pa.Table], targets: Sequence[Target],
    similar: Mapping[str, Sequence[str]],
) -> Revisions:
    """Return what a release that is not written yet would change: its manifest, its tables by path, what it states."""
    return _revisions(older, manifest, name="", tables=tables.get, held=sorted(tables), late=(),
                      stated=_stated_by(targets, similar))


def _revisions(
    older: Release, manifest: Mapping[str, Any], *, name: str, tables: Any, held: Sequence[str],
    late: tuple[tuple[str, str], ...], stated: Mapping[str, str],
) -> Revisions:
    before, now = (vintages(each) for each in (older.manifest, manifest))
    found = [_compared(path, old=table_at(older, path), new=tables(path)) for path in dict.fromkeys([*paths(older), *held])]
    was = _stated_by(older.targets, supplied(older))
    return Revisions(
        older=older.id, newer=name, counts=tuple(found), late=late,
        restated=tuple(Restated(what=what, before=was.get(what, ""), now=stated.get(what, ""))
                       for what in sorted({*was, *stated}) if was.get(what) != stated.get(what)),
        sources_added=tuple(label for label in now if label not in before),
        sources_gone=tuple(label for label in before if label not in now),
        vintages=tuple((label, before[label], now[label]) for label in now if before.get(label, now[label]) != now[label]),
    )


def _stated_by(targets: Sequence[Target], similar: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return each target and the similar forces of each force, by what they are of."""
    aims = {f"Target of {each.measure}, {area_label(each.area_code)}, {each.period or 'always'}": f"{each.target:g}"
            for each in targets}
    return aims | {f"Similar forces of {area_label(force)}": ", ".join(map(area_label, sorted(others)))
                   for force, others in similar.items()}


def vintages(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Return the state of each source by its name with its kind."""
    return {f"{source['label']} ({source['origin']})": source["vintage"] for source in manifest["sources"]}


def paths(release: Release) -> list[str]:
    """Return the tables of a release by their paths under ``counts``."""
    counts = release.folder / "counts"
    return sorted(path.relative_to(counts).with_suffix("").as_posix() for path in counts.rglob("*.parquet"))


def table_at(release: Release, path: str) -> pa.Table | None:
    """Return a table of a release, ``None`` where it has none at that path."""
    file = Path(release.folder, "counts", f"{path}.parquet")
    return stored.table(file) if file.exists() else None


def _compared(path: str, *, old: pa.Table | None, new: pa.Table | None) -> Revised:
    found = places(old, new)
    total = [sum(each.cells[place] for each in found) for place in range(4)]
    first, last = min((each.months for each in found if each.months), default=None), [each.months[1] for each in found if each.months]
    most = sorted((each for each in found if each.cells[1]), key=lambda each: (-each.cells[1], each.area_code))[:SHOWN]
    return Revised(count=path, same=total[0], revised=total[1], added=total[2], gone=total[3],
                   months=(month_text(first[0]), month_text(max(last))) if first else ("", ""),
                   places=tuple(area_label(each.area_code) for each in most))


@dataclass(frozen=True)
class Place:
    """One place in one table of both releases."""

    area_code: str
    cells: tuple[int, int, int, int]
    """Cells that are the same, revised, added and gone."""
    months: tuple[int, int] | None
    """The first and the last month (as indices) with a revised figure, ``None`` where there is none."""


def places(old: pa.Table | None, new: pa.Table | None) -> list[Place]:
    """Return what differs between two tables of one count, place by place. ``None``: the release has no such table.

    Tables of other columns have no figure in common: all of the old one are gone, all of the new one added.
    """
    if old is not None and new is not None and old.equals(new):
        return [Place(code, (number, 0, 0, 0), None) for code, number in _cells(new)]
    if old is None or new is None or old.column_names != new.column_names:
        return [*(Place(code, (0, 0, number, 0), None) for code, number in _cells(new)),
                *(Place(code, (0, 0, 0, number), None) for code, number in _cells(old))]
    on = " AND ".join(f"o.{name} = n.{name}" for name in new.column_names if name != "value")
    with duckdb.connect(":memory:") as engine:
        engine.register("old", old)
        engine.register("new", new)
        rows = engine.sql(
            "SELECT coalesce(n.area_code, o.area_code) AS code, count(*) FILTER (o.value = n.value), "
            "count(*) FILTER (o.value <> n.value), count(*) FILTER (o.value IS NULL), count(*) FILTER (n.value IS NULL), "
            "min(n.month) FILTER (o.value <> n.value), max(n.month) FILTER (o.value <> n.value) "
            f"FROM old o FULL JOIN new n ON {on} GROUP BY code ORDER BY code").fetchall()
    return [Place(code, (same, revised, added, gone), None if first is None else (int(first), int(last)))
            for code, same, revised, added, gone, first, last in rows]


def _cells(table: pa.Table | None) -> list[tuple[str, int]]:
    """Return how many cells each place has."""
    counted = table.column("area_code").value_counts().to_pylist() if table is not None else []
    return [(each["values"], each["counts"]) for each in counted]


def _late(older: Release, newer: Release) -> tuple[tuple[str, str], ...]:
    """Return who supplied a field in the last month of the older release and not in that of the newer."""
    before, now = (last_states(release) for release in (older, newer))
    return tuple((area_label(code), field) for (code, field), state in sorted(now.items())
                 if state == "late" and before.get((code, field)) == "supplied")


def last_states(release: Release) -> dict[tuple[str, str], str]:
    """Return the state of each place and field in the last month of its coverage."""
    file = release.folder / "coverage.parquet"
    if not file.exists():
        return {}
    rows = stored.table(file)
    with duckdb.connect(":memory:") as engine:
        engine.register("rows", rows)
        found = engine.sql("SELECT area_code, field, arg_max(state, month) FROM rows GROUP BY area_code, field").fetchall()
    return {(code, field): state for code, field, state in found}
