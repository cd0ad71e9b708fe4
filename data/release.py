"""Releases on disk: immutable folders, one pointer to the current one, and what was withdrawn.

    HUE_HOME/releases/<date>-<hash>/   manifest.json, contents.json, coverage.parquet, counts/*.parquet, cubes/*/,
                                       geo/*, reference/*; revised/* (no part of its name)
    HUE_HOME/current                   the name of the release that is served, unless an embargo has ended since it was written
    HUE_HOME/embargoed/                which releases are not out yet (`data.embargo`)
    HUE_HOME/publish.lock              held by whoever publishes, swaps the pointer or withdraws
    HUE_HOME/withdrawn/<id>.json       when and why a release was withdrawn
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

from data import embargo, named, remarks, stored, surveyed
from data.counts import COUNT_BY_ID
from data.cube import Cube, load
from data.disk import locked, write_atomically
from data.embargo import Embargo
from data.errors import Gone, NotFound, PublishError, Unreadable
from data.measures import MEASURES, Measure
from data.model import WEAKEST, Origin, month_index
from data.remarks import Annotation, Correction
from data.tableset import TableSet
from data.targets import FILE as TARGETS
from data.targets import PUBLISHED, Target, from_table

T = TypeVar("T")
SCHEMA = 2
KEPT = 512
"""Answers that a release keeps beside those of the cache: what several filter changes in a row need again."""
CONTENTS = "contents.json"
QUALITY = "quality"
"""How the names of counts and files begin that a release knows from those before it."""
MARKED = "revised"
"""The folder of a release that tells which of its figures the one before had otherwise."""
RELEASE_ID = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{12}")
_KEYS = frozenset({"counts", "files", "privacy", "sources"})
"""What every manifest states beside its schema."""


@dataclass(frozen=True)
class Release:
    """One published state of all data, opened for reading."""

    id: str
    folder: Path
    manifest: Mapping[str, Any] = field(repr=False)
    _cubes: dict[str, Cube | TableSet] = field(default_factory=dict, repr=False, compare=False)
    _kept: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False, compare=False)

    def cube(self, count_id: str) -> Cube | TableSet | None:
        """Return the figures of a count, of a protected one its tables, ``None`` where the release has none."""
        if count_id not in self.manifest["counts"]:
            return None
        if count_id not in self._cubes:
            self._cubes[count_id] = self._opened(count_id)
        return self._cubes[count_id]

    def _opened(self, count_id: str) -> Cube | TableSet:
        folder, stated = self.folder / "cubes" / count_id, self.manifest["counts"][count_id]
        marks = self.folder / MARKED
        if "tables" not in stated:
            return load(folder, count_id=count_id, revised=marks / f"{count_id}.npy")
        tables = {name: load(folder / name, count_id=count_id, revised=marks / count_id / f"{name}.npy")
                  for name in stated["tables"]}
        return TableSet(COUNT_BY_ID[count_id], tables, month_index(stated["cutoff"]))

    def origin(self, measure: Measure, *, fields: Sequence[str] = ()) -> Origin | None:
        """Return the weakest origin of a measure's counts, ``None`` where it has no figures.

        What is told of the release itself, such as coverage, is of the origin of the ``fields`` that it is told of.
        """
        found = self._origins.get(measure.id)
        known = self.manifest["counts"]
        told = [known[count]["origin"] for field in fields if (count := field.removeprefix("field-")) in known]
        return min(told, key=WEAKEST.index) if found and measure.group == "quality" and told else found

    @cached_property
    def _origins(self) -> Mapping[str, Origin]:
        known = self.manifest["counts"]
        return {
            measure.id: min((known[count]["origin"] for count in measure.counts), key=WEAKEST.index)
            for measure in MEASURES if all(count in known for count in measure.counts)
        }

    @cached_property
    def surveyed(self) -> Mapping[surveyed.Key, surveyed.Surveyed]:
        """What the release holds of surveys, figure by figure, with what was asked."""
        return surveyed.read(self.folder)

    @cached_property
    def words(self) -> Mapping[str, named.Said]:
        """The names of its fields and of the questions of its surveys, which are known from now on."""
        labels = {f"field-{name}": (stated["label"], stated["label"], "") for name, stated in self.manifest["counts"].items()}
        return named.learn({**labels, **surveyed.words(self.surveyed)})

    @property
    def published(self) -> str:
        """When it came out (ISO 8601): when it was made, of one that was held back when its embargo ended."""
        return self.store.published(self.id, self.manifest)

    @property
    def store(self) -> Store:
        """The releases that it stands among, as readers see them."""
        return Store(self.folder.parent.parent)

    def sources(self, measure: Measure) -> list[Mapping[str, Any]]:
        """Return the sources of a measure's counts, each once."""
        ids = dict.fromkeys(
            source for count in measure.counts for source in self.manifest["counts"].get(count, {}).get("sources", ())
        )
        return [source for source in self.manifest["sources"] if source["id"] in ids]

    def once(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """Return what ``make`` makes of this release, made once as long as it is among the latest that were asked for."""
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)), None)
            found = self._kept[key] = make()
        return found

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """The targets that it was published with; of a release made before it kept any, the published ones."""
        path = self.folder / TARGETS
        return from_table(stored.table(path)) if path.exists() else PUBLISHED

    @cached_property
    def annotations(self) -> tuple[Annotation, ...]:
        """The events that help to read a trend, the earliest first."""
        return remarks.annotations(self.folder)

    @cached_property
    def corrections(self) -> tuple[Correction, ...]:
        """The figures that were published and corrected, the latest correction first."""
        return remarks.corrections(self.folder)

    def measures(self) -> list[Measure]:
        """Return the measures that the release has figures for, in the registry's order."""
        return [measure for measure in MEASURES if self.origin(measure) is not None]

    def illustrative(self) -> bool:
        """Whether any figure of the release is illustrative."""
        return any(count["origin"] == "illustrative" for count in self.manifest["counts"].values())

    def open_all(self) -> None:
        """Open every cube, so that the first reader does not wait for it."""
        for count_id in self.manifest["counts"]:
            if count_id in COUNT_BY_ID and COUNT_BY_ID[count_id].dense:
                self.cube(count_id)


@dataclass(frozen=True)
class Store:
    """The releases of one ``HUE_HOME``, as readers may see them: of an embargoed one they learn nothing before its time."""

    home: Path
    now: Callable[[], datetime] = field(default=embargo.now_utc, repr=False, compare=False)
    publisher: bool = False
    """Whether its publisher asks, who sees embargoed releases as well."""
    _out: set[str] = field(default_factory=set, repr=False, compare=False)

    @property
    def releases(self) -> Path:
        """The folder that holds them."""
        return self.home / "releases"

    def ids(self) -> list[str]:
        """Return the names of all releases, newest first."""
        found = (folder for folder in self.releases.glob("*") if RELEASE_ID.fullmatch(folder.name))
        return [folder.name for folder in sorted(found, key=_newest, reverse=True) if self._seen(folder.name)]

    def current_id(self) -> str | None:
        """Return the name of the release that is served, ``None`` before the first publish.

        It is the one that the pointer names, or the one whose embargo ended last since the pointer was set.
        """
        ended = self._ended()
        if ended:
            return ended[-1]
        try:
            return (self.home / "current").read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None

    def current(self) -> Release:
        """Return the release that is served. Raises ``NotFound`` before the first publish."""
        name = self.current_id()
        if name is None:
            raise NotFound("Nothing has been published yet. Run: hue publish")
        return self.get(name)

    def get(self, name: str) -> Release:
        """Return a release, whose words are spoken from now on.

        Raises ``NotFound`` where there never was one or it is not out yet, ``Gone`` where it was withdrawn, ``Unreadable`` where
        it is damaged or was made by a newer version.
        """
        release = _open(self.folder(name))
        named.speak(release.words)
        return release

    def glance(self, name: str) -> Release:
        """Return a release opened for one question: it takes the place of none of those that are held open.

        Raises as ``get`` does.
        """
        return _opened(self.folder(name))

    def unseen(self, name: str) -> Release:
        """Return an embargoed release to be made ready: nothing of it becomes known by name."""
        return _open(self.releases / name)

    def folder(self, name: str) -> Path:
        """Return where a release lies, whether it can be read or not. Raises ``NotFound`` and ``Gone`` as ``get`` does."""
        folder = self.releases / name[:80]
        known = RELEASE_ID.fullmatch(name) is not None and self._seen(name)
        if known and self.withdrawal(name):
            raise Gone(f"The release {name} was withdrawn.")
        if not known or not folder.is_dir():
            names = " 'hue releases list' names those that are there." if self.publisher else ""
            raise NotFound(f"There is no release called “{name[:80]}”.{names}")
        return folder

    def _seen(self, name: str) -> bool:
        return self.publisher or self.embargo(name) is None

    def embargo(self, name: str) -> Embargo | None:
        """Return the embargo of a release that is not out, ``None`` where it is out or never had one."""
        held = embargo.of(self.home, name)
        return held if held is not None and not self._is_out(name, held) else None

    def embargoes(self) -> Mapping[str, Embargo]:
        """Return the releases that are still to come out, the first one first."""
        found = {name: held for name, held in embargo.every(self.home).items()
                 if not held.never and not self._is_out(name, held) and (self.releases / name).is_dir()}
        return dict(sorted(found.items(), key=lambda item: item[1].until))

    def _is_out(self, name: str, held: Embargo) -> bool:
        """Whether an embargo is over. Once it was, it stays so, whatever the clock says later."""
        if held.never:
            return False
        if name in self._out:
            return True
        if not embargo.was_out(self.home, name):
            if held.until > self.now() or not (self.releases / name).is_dir():
                return False
            embargo.mark_out(self.home, name)
        self._out.add(name)
        return True

    def _ended(self) -> list[str]:
        """Return the releases that came out by themselves since the pointer was set, the latest last."""
        found = [(held.until, name) for name, held in embargo.every(self.home).items()
                 if not held.settled and self._is_out(name, held) and not self.withdrawal(name)]
        return [name for _, name in sorted(found)]

    def published(self, name: str, manifest: Mapping[str, Any]) -> str:
        """Return when a release came out (ISO 8601), of which the manifest is known."""
        held, created = embargo.of(self.home, name), str(manifest["created"])
        return created if held is None else max(created, held.until.isoformat(timespec="seconds"))

    def day(self, name: str) -> str:
        """Return the day on which a release came out (ISO 8601), also of one that cannot be read."""
        held = embargo.of(self.home, name)
        return name[:10] if held is None else max(name[:10], held.until.date().isoformat())

    def withdrawal(self, name: str) -> Mapping[str, str] | None:
        """Return when and why a release was withdrawn, ``None`` where it was not."""
        path = self.home / "withdrawn" / f"{name}.json"
        known = RELEASE_ID.fullmatch(name) and path.exists()
        return json.loads(path.read_text(encoding="utf-8")) if known else None

    def use(self, name: str, *, lift: bool = False) -> None:
        """Serve another release from now on; ``lift``: also one whose embargo has not ended, which then is over.

        Raises ``PublishError`` while a publish is under way and for an embargoed release, ``Unreadable`` where it could not be served.
        """
        self.get(name).open_all()  # before the lock: where there is no such release there may be no folder to lock
        with locked(self.home):
            held = self.embargo(name)
            if held is not None and not lift:
                raise PublishError(f"{name} is embargoed until {embargo.told(held.until)}. To publish it now: "
                                   f"hue releases use {name} --lift-embargo")
            if held is not None:
                embargo.keep(self.home, name, Embargo(until=self.now()))
            self.point(name)

    def point(self, name: str) -> None:
        """Make a release the one that is served, in one step that cannot be seen half done.

        For those who hold the lock. A release that came out by itself is served until the last step.
        """
        self.get(name)
        write_atomically(self.home / "current", text=f"{name}\n")
        for other in self._ended():
            held = embargo.of(self.home, other)
            if held is not None:
                embargo.keep(self.home, other, replace(held, settled=True))

    def withdraw(self, name: str, *, why: str) -> str | None:
        """Withdraw a release and return the one that is served after it. One that is embargoed never comes out.

        Raises ``PublishError`` while a publish is under way, and where the release is served and no
        other is left to serve in its place.
        """
        self.folder(name)
        with locked(self.home):
            self.folder(name)
            held = self.embargo(name)
            if held is not None:
                embargo.keep(self.home, name, replace(held, never=True))
            serving = self.current_id()
            if serving == name:
                left = [other for other in self.ids()
                        if other != name and not self.withdrawal(other) and self.embargo(other) is None]
                if not left:
                    raise PublishError(f"{name} is the only release left. Publish another before you withdraw it.")
                serving = left[0]
                self.point(serving)
            (self.home / "withdrawn").mkdir(exist_ok=True)
            when = self.now().isoformat(timespec="seconds")
            write_atomically(self.home / "withdrawn" / f"{name}.json", text=json.dumps({"withdrawn": when, "why": why}))
            return serving

    def verify(self, name: str) -> list[str]:
        """Return what differs between a release's files and its manifest; an empty list where nothing does."""
        folder = self.folder(name)
        manifest = _manifest(folder)
        written = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
        del written["manifest.json"]
        named: Mapping[str, str] = manifest["files"]
        stated = {**named, **manifest.get("revisions", {}).get("files", {})}
        found = [f"{path}: missing" for path in stated if path not in written]
        found += [f"{path}: not in the manifest" for path in written if path not in stated]
        found += [f"{path}: changed" for path in stated if path in written and checksum(written[path]) != stated[path]]
        if content_hash(named) != name.rsplit("-", 1)[1]:
            found.append("manifest.json: the release's name does not fit its files")
        if f"{CONTENTS}: changed" not in found and CONTENTS in written and stored.document(written[CONTENTS]) != contents(manifest):
            found.append(f"manifest.json: sources or counts are not those of {CONTENTS}")
        return sorted(found)


def _newest(folder: Path) -> tuple[str, float]:
    return folder.name[:10], folder.stat().st_mtime


@lru_cache(maxsize=4)
def _open(folder: Path) -> Release:
    return _opened(folder)


def _opened(folder: Path) -> Release:
    return Release(folder.name, folder, _manifest(folder))


def _manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a release. Raises ``Unreadable`` where it is damaged or of a newer version."""
    manifest = stored.document(folder / "manifest.json")
    schema = manifest.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise Unreadable(f"The release {folder.name} was made by a newer version of this program (schema {schema}; this "
                         f"version reads up to {SCHEMA}).", mend="Use the newer version, or serve another release.")
    if not isinstance(schema, int) or not _KEYS <= set(manifest):
        raise stored.damaged(folder / "manifest.json")
    return manifest


def contents(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a manifest says of the figures: it stands in a file of its own, which the name covers."""
    keys = ("sources", "counts", "privacy") if manifest["schema"] >= 2 else ("sources", "counts")
    counts = {name: stated for name, stated in manifest["counts"].items() if not name.startswith(QUALITY)}
    return {**{key: manifest[key] for key in keys}, "counts": counts}


def checksum(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_hash(files: Mapping[str, str]) -> str:
    """Return the hash that names a release: of what is published, not of what it was made from.

    What a release knows of the one before it is left out: the same figures have the same name, whenever they are published.
    """
    named_by = [path for path in sorted(files) if not path.removeprefix("cubes/").startswith(QUALITY)]
    lines = "\n".join(f"{path} {files[path]}" for path in named_by)
    return hashlib.sha256(lines.encode()).hexdigest()[:12]
