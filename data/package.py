"""A whole release as one zip: its public tables as CSV, described by a ``datapackage.json``, and a page to read first.

Source of the format: Data Package 2.0 (datapackage.org). The zip is made once and kept; of the same release it is the same,
byte for byte.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from data.cells_out import table_as_csv
from data.described import Column
from data.errors import Unreadable
from data.measures import MEASURE_BY_ID
from data.model import MARKS, WEAKEST
from data.package_tables import Stated, tables_of
from data.release import Release

FOLDER = "downloads"
VERSION = 2
"""Raised when the same release gives another zip: the one that is kept is then made anew."""
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
OGL = {"name": "OGL-UK-3.0", "title": "Open Government Licence v3.0",
       "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"}
_TYPES: Mapping[str, Mapping[str, str]] = {
    "text": {"type": "string"}, "number": {"type": "number"}, "integer": {"type": "integer"}, "date": {"type": "date"},
    "month": {"type": "yearmonth"},
}


def kept_at(release: Release, *, home: Path) -> Path:
    """Return where the zip of a release lies once it is made."""
    return home / FOLDER / f"{release.id}.{VERSION}.zip"


def package_of(release: Release, *, home: Path) -> Path:
    """Return the zip of a release, made now where it is not there yet. Raises ``Unreadable`` where it cannot be written."""
    path = kept_at(release, home=home)
    if not path.exists():
        part = path.with_name(f".{path.name}.{uuid4().hex}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(part, release)
            part.replace(path)
        except OSError as fault:
            raise Unreadable(f"The package of the release {release.id} cannot be written.",
                             mend=f"Make room in {path.parent}, or let the program write there.") from fault
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return path


def name_of(release: Release) -> str:
    """Return what the zip is called: the word *illustrative* travels in the name."""
    return f"{'illustrative-figures-among-' if release.illustrative() else ''}hue-and-cry-{release.id}.zip"


def _write(path: Path, release: Release) -> None:
    when = datetime.fromisoformat(release.manifest["created"]).timetuple()[:6]
    resources: list[dict[str, Any]] = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        def add(name: str, content: bytes) -> None:
            entry = zipfile.ZipInfo(name, date_time=when)  # type: ignore[arg-type]
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            package.writestr(entry, content)

        for stated in tables_of(release):
            content = table_as_csv(stated.table)
            add(f"{stated.name}.csv", content)
            resources.append(_resource(stated, content, release=release))
        for outlines in sorted((release.folder / "geo").rglob("*.geojson")):
            name, content = outlines.relative_to(release.folder).as_posix(), outlines.read_bytes()
            add(name, content)
            resources.append(_outlines(name, content))
        add("README.md", readme(release).encode())
        add("datapackage.json", orjson.dumps(described(release, resources), option=orjson.OPT_INDENT_2))


def described(release: Release, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the ``datapackage.json`` of a release with its resources."""
    word = "Illustrative figures among them: " if release.illustrative() else ""
    return {
        "$schema": PROFILE, "name": f"hue-and-cry-{release.id}", "id": release.id, "version": release.id,
        "title": f"{word}Results of police appeals and public engagement, release {release.id}",
        "description": readme(release), "created": release.manifest["created"], "licenses": [OGL],
        "keywords": ["police", "appeals", "public engagement", "United Kingdom"],
        "contributors": [{"title": publisher, "roles": ["publisher"]}
                         for publisher in dict.fromkeys(source["publisher"] for source in release.manifest["sources"])],
        "sources": [_source(source) for source in release.manifest["sources"]], "resources": resources,
    }


def _source(source: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": f"{source['label']}, {source['publisher']}", "version": source["vintage"], "licence": source["licence"],
            "credit": source["credit"], "origin": source["origin"], **({"path": source["address"]} if source["address"] else {})}


def _resource(stated: Stated, content: bytes, *, release: Release) -> dict[str, Any]:
    known = [release.manifest["counts"][count] for count in stated.counts]
    origin = min((count["origin"] for count in known), key=WEAKEST.index, default="")
    word = "Illustrative figures: " if origin == "illustrative" else ""
    sources = [source for source in release.manifest["sources"] if any(source["id"] in count["sources"] for count in known)]
    return {
        **_file(f"{stated.name}.csv", content), "title": f"{word}{stated.title}", "type": "table", "format": "csv", "mediatype": "text/csv",
        "encoding": "utf-8", "dialect": {"header": True, "delimiter": ","}, **({"origin": origin} if origin else {}),
        "schema": {"fields": [_field(column) for column in stated.columns], "missingValues": [""]},
        **({"sources": [_source(source) for source in sources]} if sources else {}),
    }


def _file(path: str, content: bytes) -> dict[str, Any]:
    name = path.rsplit(".", 1)[0].translate(str.maketrans("/_.", "---"))
    return {"name": name, "path": path, "bytes": len(content), "hash": f"sha256:{hashlib.sha256(content).hexdigest()}"}


def _outlines(path: str, content: bytes) -> dict[str, Any]:
    return {**_file(path, content), "title": "Outlines of the places; exterior rings run clockwise", "format": "geojson",
            "mediatype": "application/geo+json"}


def _field(column: Column) -> dict[str, Any]:
    constraints = {**({} if column.optional or column.many else {"required": True}),
                   **({"enum": list(column.members)} if column.members and not column.optional else {})}
    return {"name": column.name, "description": column.says, **_TYPES[column.type], **({"constraints": constraints} if constraints else {})}


def readme(release: Release) -> str:
    """Return what must be known before the tables are used."""
    held = [f"- {measure.label} [{measure.id}]: {measure.definition}" for measure in MEASURE_BY_ID.values()
            if release.origin(measure) and not measure.context]
    credits = dict.fromkeys(f"- {source['label']}, {source['publisher']}, {source['vintage']}: {source['licence']}. {source['credit']}".rstrip()
                            for source in release.manifest["sources"])
    illustrative = ("Figures whose origin is *illustrative* are made up to show what the site does. They say nothing about any force and must "
                    "not be quoted." if release.illustrative() else "No figure of this release is illustrative.")
    return "\n".join([
        f"# Results of police appeals and public engagement: release {release.id}", "",
        f"Published {release.published[:10]}. Licence: {release.manifest['licence']}; name the source of a figure and the release.", "",
        illustrative, "",
        "Tables under `counts/` hold what was counted; `measures.csv` says what is made of it. Counts of persons are protected: each cell was "
        "changed once at random, its range stands beside it, and one that is too small to show has no number. Cells of such a table are added "
        "by the site before it shows a sum; a sum of published cells is wider than any of them. Never add counts by channel that overlap, "
        "or audiences of several months.", "",
        "Marks:", "", *(f"- {mark}: {name}. {says}" for mark, (name, says) in MARKS.items()), "",
        "Measures:", "", *held, "", "Sources:", "", *credits, ""])
