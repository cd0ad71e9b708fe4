"""What a release changed of the one before it: counted when it is made, kept beside it for pages, files and feeds.

    revised/changes.json   (like the marks of revised figures no part of the release's name)

Cells are compared as they are published, protected ones with their noise; those too small to show are left out, so that
no more is told here of persons than charts tell. Figures of another origin are other figures: none of them is revised.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from data import stored
from data.counts import COUNT_BY_ID
from data.disclosure.noise import SIGMA
from data.errors import Unreadable
from data.model import Origin, month_text
from data.release import MARKED, QUALITY, Release, Store
from data.remarks import Correction
from data.revisions import last_states, paths, places, table_at, vintages
from data.statistics.intervals import threshold

FILE = f"{MARKED}/changes.json"
LEAST = float(threshold(1, sigma=SIGMA))
"""The value under which a protected cell is too small to show."""
FEED_LENGTH = 20
"""Releases that a feed goes back at most."""


@dataclass(frozen=True, kw_only=True)
class Changed:
    """One field in one place: figures that stand in both releases and differ, that are new, and that are gone."""

    area_code: str
    field: str
    origin: Origin
    revised: int
    added: int
    gone: int
    first_month: str
    last_month: str
    """The months with revised figures, empty where there are none."""


@dataclass(frozen=True, kw_only=True)
class Supply:
    """A field that a place began to supply, or no longer supplied by the end of the release."""

    area_code: str
    field: str
    origin: Origin
    state: Literal["supplied", "late"]


@dataclass(frozen=True, kw_only=True)
class Changes:
    """All that a release changed of the one before it."""

    older: str
    older_created: str
    sources_added: tuple[str, ...]
    sources_gone: tuple[str, ...]
    vintages: tuple[tuple[str, str, str], ...]
    """Sources in another state: name, before, now."""
    replaced: tuple[tuple[str, Origin, Origin], ...]
    """Fields whose figures are of another origin now: field, before, now."""
    same: int
    """Cells that stand in both releases as they were."""
    changed: tuple[Changed, ...]
    supply: tuple[Supply, ...]
    corrections: tuple[Correction, ...]
    """Corrections that the release before did not have."""

    def of(self, area_code: str) -> tuple[tuple[Changed, ...], tuple[Supply, ...]]:
        """Return what changed in one place."""
        return (tuple(each for each in self.changed if each.area_code == area_code),
                tuple(each for each in self.supply if each.area_code == area_code))

    def without_illustrative(self) -> Changes:
        """Return the changes of figures that were published or uploaded: no other ever travels as a fact."""
        kept = {name: tuple(each for each in getattr(self, name) if each.origin != "illustrative") for name in ("changed", "supply")}
        told = {name: tuple(label for label in getattr(self, name) if not label.endswith("(illustrative)"))
                for name in ("sources_added", "sources_gone")}
        return Changes(**{**vars(self), **kept, **told, "vintages": tuple(
            each for each in self.vintages if not each[0].endswith("(illustrative)"))})


def write(building: Path, *, older: Release | None, manifest: Mapping[str, Any]) -> None:
    """Write what a release that is being made changes of the one before.

    Nothing for a first release, and where the one before cannot be read: a publish is what mends that.
    """
    if older is None:
        return
    try:
        changes = between(older, Release("", building, manifest))
    except Unreadable:
        return
    (building / FILE).parent.mkdir(exist_ok=True)
    (building / FILE).write_text(json.dumps(asdict(changes), separators=(",", ":")), encoding="utf-8")


def between(older: Release, newer: Release) -> Changes:
    """Return what changed from ``older`` to ``newer``."""
    before, now = (_origins(release) for release in (older, newer))
    same, changed = _compared(older, newer, before=before, now=now)
    known, held = vintages(older.manifest), vintages(newer.manifest)
    told = set(older.corrections)
    return Changes(
        older=older.id, older_created=older.published[:10],
        sources_added=tuple(label for label in held if label not in known),
        sources_gone=tuple(label for label in known if label not in held),
        vintages=tuple((label, known[label], held[label]) for label in held if known.get(label, held[label]) != held[label]),
        replaced=tuple((field, before[field], now[field]) for field in now if before.get(field, now[field]) != now[field]),
        same=same, changed=changed, supply=tuple(_supply(older, newer, before=before, now=now)),
        corrections=tuple(each for each in newer.corrections if each not in told),
    )


def _origins(release: Release) -> dict[str, Origin]:
    """Return the origin of each field but what a release knows of itself, which changes with each one."""
    return {name: stated["origin"] for name, stated in release.manifest["counts"].items() if not name.startswith(QUALITY)}


def _compared(
    older: Release, newer: Release, *, before: Mapping[str, Origin], now: Mapping[str, Origin]
) -> tuple[int, tuple[Changed, ...]]:
    """Return how many cells are the same, and what differs by place and field; a field's tables are added."""
    same = 0
    cells: dict[tuple[str, str], list[int]] = {}
    months: dict[tuple[str, str], list[int]] = {}
    for path in dict.fromkeys([*paths(older), *paths(newer)]):
        field = path.partition("/")[0]
        if field not in {**before, **now} or before.get(field, now.get(field)) != now.get(field, before.get(field)):
            continue
        for found in places(table_at(older, path), table_at(newer, path), least=LEAST if "/" in path else None):
            same += found.cells[0]
            if any(found.cells[1:]):
                key = (found.area_code, field)
                cells[key] = [a + b for a, b in zip(cells.get(key, [0, 0, 0]), found.cells[1:], strict=True)]
                months.setdefault(key, []).extend(found.months or ())
    return same, tuple(
        Changed(area_code=code, field=field, origin=now.get(field, before.get(field)),  # type: ignore[arg-type]
                revised=number[0], added=number[1], gone=number[2],
                first_month=month_text(min(span)) if (span := months[code, field]) else "",
                last_month=month_text(max(span)) if span else "")
        for (code, field), number in sorted(cells.items()))


def _supply(
    older: Release, newer: Release, *, before: Mapping[str, Origin], now: Mapping[str, Origin]
) -> Iterator[Supply]:
    """Yield the fields that places began to supply, or that fell late, each by the last month of its release."""
    were, are = last_states(older), last_states(newer)
    for (code, field), state in sorted(are.items()):
        if field not in now:
            continue
        was = were.get((code, field), "") if before.get(field) == now[field] else ""
        if state == "supplied" and was != "supplied":
            yield Supply(area_code=code, field=field, origin=now[field], state="supplied")
        if state == "late" and was == "supplied":
            yield Supply(area_code=code, field=field, origin=now[field], state="late")


def of_release(release: Release) -> Changes | None:
    """Return what a release changed of the one before; ``None`` for a first one and where that was not kept."""
    return release.once(("changes",), lambda: (_read(release.folder / FILE),))[0]


def _read(path: Path) -> Changes | None:
    if not path.exists():
        return None
    told = stored.document(path)
    nouns = {"changed": Changed, "supply": Supply, "corrections": Correction}
    return Changes(**{
        name: tuple(nouns[name](**each) for each in value) if name in nouns
        else tuple(tuple(each) if isinstance(each, list) else each for each in value) if isinstance(value, list) else value
        for name, value in told.items()})


def against(release: Release) -> str:
    """Return the name of the release that this one was made against, empty for a first one."""
    name: str = release.manifest.get("revisions", {}).get("against", "")
    return name


@dataclass(frozen=True, kw_only=True)
class Told:
    """What one release changed: its name, the time when it came out, the changes."""

    release: str
    created: str
    changes: Changes


def history(release: Release) -> Sequence[Told]:
    """Return what a release and those before it changed, the newest first, as far as they are there and not withdrawn.

    Manifests are read beside the releases that are held open: no figure of an older one is needed.
    """
    store = release.store
    return [told for told in release.once(("history",), lambda: list(_walk(release, store))) if store.withdrawal(told.release) is None]


def _walk(release: Release, store: Store) -> Iterator[Told]:
    name, manifest, found = release.id, release.manifest, of_release(release)
    for _ in range(FEED_LENGTH):
        if found is not None:
            yield Told(release=name, created=store.published(name, manifest), changes=found)
        name = _meanwhile(store, name, manifest) or manifest.get("revisions", {}).get("against", "")
        path = store.releases / name / "manifest.json"
        if not name or not path.exists():
            return
        manifest, found = stored.document(path), _read(path.parent / FILE)


def _meanwhile(store: Store, name: str, manifest: Mapping[str, Any]) -> str:
    """Return the last release that came out while another was held back, made against the same one as that; empty where none did."""
    made, out = str(manifest["created"]), store.published(name, manifest)
    found = []
    for other in store.ids() if made < out else ():
        with suppress(Unreadable):
            told = stored.document(store.releases / other / "manifest.json")
            if str(told["created"]) > made and store.published(other, told) < out:
                found.append((store.published(other, told), other))
    return max(found, default=("", ""))[1]


def label_of(field: str) -> str:
    """Return what a field is called; of one that the program no longer knows its id."""
    return COUNT_BY_ID[field].label if field in COUNT_BY_ID else field
