"""Figures by area as GeoJSON (RFC 7946): the outline of each place with its value and marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from data import stored
from data.boundaries import CREDIT
from data.choices import level_of
from data.errors import NotFound
from data.export import SOURCE_KEYS, records
from data.query import Answer
from data.release import Release

Geometry = Mapping[str, Any]


def maps(by: Sequence[str]) -> bool:
    """Whether a breakdown has one row, or one of each measure, for each place."""
    return tuple(by) == ("area",)


def as_geojson(answer: Answer, *, release: Release, title: str) -> dict[str, Any]:
    """Return an answer by area as a FeatureCollection: a feature for each row of its CSV, with the row as its properties.

    A place without an outline has no geometry. Raises ``NotFound`` where an answer is not by area alone.
    """
    if not maps(answer.by):
        split = " and ".join(name.replace("_", " ") for name in answer.by)
        raise NotFound(f"“{title}” is split by {split}, not by area: it has no outlines. /charts/map.geojson has.")
    outlines = _outlines(release.folder / "geo" / f"{level_of(answer.asked.area, answer.measure)}.geojson")
    word = "Illustrative figures: " if answer.origin == "illustrative" else ""
    return {
        "type": "FeatureCollection", "title": f"{word}{title}: {answer.label}", "release": release.id, "origin": answer.origin,
        "reason": answer.reason, "notes": [note.text for note in answer.notes], "licence": release.manifest["licence"], "credit": CREDIT,
        "sources": [{key: source[key] for key in SOURCE_KEYS} for source in release.sources(answer.measure)],
        "features": [{"type": "Feature", "id": row["area_code"] if row["measure"] == answer.measure.id else f"{row['area_code']}-{row['measure']}",
                      "geometry": outlines.get(row["area_code"]), "properties": row} for row in records(answer, release=release)],
    }


@lru_cache(maxsize=8)
def _outlines(path: Path) -> Mapping[str, Geometry]:
    """Return the outline of each area by its code, exterior rings counterclockwise as the format asks."""
    return {feature["id"]: _rewound(feature["geometry"]) for feature in stored.document(path)["features"]}


def _rewound(geometry: Geometry) -> Geometry:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    turned = [[_wound(ring, counterclockwise=place == 0) for place, ring in enumerate(polygon)] for polygon in polygons]
    return {"type": geometry["type"], "coordinates": turned if geometry["type"] == "MultiPolygon" else turned[0]}


def _wound(ring: Sequence[Sequence[float]], *, counterclockwise: bool) -> list[Sequence[float]]:
    """Return a ring that runs the way it should, told by the sign of its area (the shoelace formula)."""
    twice = sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in zip(ring, ring[1:], strict=False))
    return list(ring) if (twice > 0) == counterclockwise else list(reversed(ring))
