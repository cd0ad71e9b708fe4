"""From JSON to the table of texts that every other file becomes: lists of entries, GeoJSON, TopoJSON.

Each entry is a row; what lies inside an entry stands under joined headings (``location_latitude``), null is an empty
cell, and what stands beside the list of entries (the force that ``hue fetch`` asked for) stands in each row. The line of
a row is the number of its entry, counted from 1: such files are often a single line. Outlines are one column,
``geometry``, as GeoJSON in degrees, whichever of the two formats they came in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import pyarrow as pa

from data.errors import Defect, SourceError
from data.personal import shown
from data.sources.table import Table

_SHAPES = ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")


def is_json(content: bytes) -> bool:
    """Return whether a file begins as JSON does; no table does."""
    return content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


def read_json(content: bytes, *, file: str) -> Table:
    """Return the table that a JSON file holds. Raises SourceError where it is broken or holds no entries."""
    document = _parsed(content, file=file)
    if isinstance(document, dict) and document.get("type") == "FeatureCollection":
        entries = [_feature(feature, file=file) for feature in _listed(document.get("features"), file=file)]
    elif isinstance(document, dict) and document.get("type") == "Topology":
        entries = _topology(document, file=file)
    else:
        entries = _entries(document, file=file)
    rows = [_flat(entry) for entry in entries]
    columns = tuple(dict.fromkeys(name for row in rows for name in row))
    if len(columns) != len({name.lower() for name in columns}):
        raise _refused(file, "Two names differ in their capital letters alone.", "Check the file with its publisher.")
    cells = pa.table({f"c{place}": pa.array([row.get(name, "") for row in rows], pa.string())
                      for place, name in enumerate(columns)})
    return Table(file, columns, cells, np.arange(1, len(rows) + 1, dtype=np.int64), len(rows))


def _refused(file: str, rule: str, mend: str, *, line: int = 0, value: str = "") -> SourceError:
    defect = Defect(file=file, line=line, value=shown(value), rule=rule, mend=mend, rows=0)
    return SourceError(f"{file}: {rule} {mend}", defects=(defect,))


def _parsed(content: bytes, *, file: str) -> Any:
    again = "Fetch or export the file again."
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise _refused(file, "The JSON is not in UTF-8.", again) from None
    except json.JSONDecodeError as fault:
        cut = fault.pos >= len(fault.doc.rstrip()) or "Unterminated" in fault.msg
        rule = "The JSON breaks off." if cut else "The JSON cannot be read from here on."
        value = "" if cut else fault.doc[fault.pos : fault.pos + 40]
        raise _refused(file, rule, again, line=fault.lineno, value=value) from None
    except RecursionError:
        raise _refused(file, "The JSON is nested too deeply.", again) from None


def _listed(value: Any, *, file: str) -> list[dict[str, Any]]:
    """Return a list of entries, or refuse what is none."""
    if not isinstance(value, list) or not value or not all(isinstance(entry, dict) for entry in value):
        raise _refused(file, "The JSON holds no list of entries.", "Send the answer of the service, or the file, as it came.")
    return value


def _entries(document: Any, *, file: str) -> list[dict[str, Any]]:
    """Return the entries of a list, of the one list in an object with what stands beside it, or the one object."""
    if not isinstance(document, dict):
        return _listed(document, file=file)
    lists = [name for name, value in document.items() if isinstance(value, list) and value
             and all(isinstance(entry, dict) for entry in value)]
    if len(lists) != 1:
        return [document]
    beside = {name: value for name, value in document.items() if name != lists[0]}
    return [{**beside, **entry} for entry in document[lists[0]]]


def _flat(entry: Mapping[str, Any], *, under: str = "") -> dict[str, str]:
    """Return the cells of an entry; lists stay as JSON."""
    cells: dict[str, str] = {}
    for name, value in entry.items():
        heading = f"{under}{name}"
        if isinstance(value, dict) and heading != "geometry":
            cells |= _flat(value, under=f"{heading}_")
        else:
            cells[heading] = _text(value)
    return cells


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


# Outlines


def _feature(feature: Mapping[str, Any], *, file: str) -> dict[str, Any]:
    properties = feature.get("properties")
    if not isinstance(properties, dict) or "geometry" not in feature:
        raise _refused(file, "An entry has no properties or no geometry.", "Export the outlines again as GeoJSON.")
    return {**properties, "geometry": feature["geometry"]}


def _topology(document: Mapping[str, Any], *, file: str) -> list[dict[str, Any]]:
    """Return the areas of a TopoJSON with their arcs joined into rings (topojson-specification, 2.1)."""
    damaged = _refused(file, "The TopoJSON does not hold together.", "Export the outlines again, best as GeoJSON.")
    try:
        arcs = _arcs(document)
        (collection,) = document["objects"].values() if len(document["objects"]) == 1 else [
            max(document["objects"].values(), key=lambda each: len(each.get("geometries", ())))]
        return [{**(shape.get("properties") or {}), **({"id": shape["id"]} if "id" in shape else {}),
                 "geometry": _geometry(shape, arcs=arcs)}
                for shape in collection.get("geometries", [collection])]
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        raise damaged from None


def _arcs(document: Mapping[str, Any]) -> list[list[list[float]]]:
    transform = document.get("transform")
    if transform is None:
        return [[[float(x), float(y)] for x, y, *_ in arc] for arc in document["arcs"]]
    (kx, ky), (dx, dy) = transform["scale"], transform["translate"]
    return [[[x * kx + dx, y * ky + dy] for x, y in zip(
        accumulate(step[0] for step in arc), accumulate(step[1] for step in arc), strict=True)] for arc in document["arcs"]]


def _geometry(shape: Mapping[str, Any], *, arcs: Sequence[list[list[float]]]) -> dict[str, Any] | None:
    def ring(numbers: Sequence[int]) -> list[list[float]]:
        points: list[list[float]] = []
        for number in numbers:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            points += arc[1:] if points else arc
        return points

    kind = shape["type"]
    if kind == "Polygon":
        return {"type": kind, "coordinates": [ring(numbers) for numbers in shape["arcs"]]}
    if kind == "MultiPolygon":
        return {"type": kind, "coordinates": [[ring(numbers) for numbers in rings] for rings in shape["arcs"]]}
    if kind is None or kind in _SHAPES:
        return None
    raise ValueError(kind)
