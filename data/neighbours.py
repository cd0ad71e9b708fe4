"""Which areas lie beside one another: read from ``snapshots/areas/neighbours.csv``.

``python -m data.neighbours`` (part of ``make boundaries``) makes that file from the committed outlines.
The outlines end at tidal water, so areas count as neighbours up to 200 m apart: the banks of the Thames
in London are, those of the Severn's mouth are not.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache

from data.areas import SNAPSHOTS, area_name
from data.boundaries import Level, geojson_path

FILE = SNAPSHOTS / "areas" / "neighbours.csv"
APART = 200.0
"""Metres between two outlines up to which their areas are neighbours."""
_LEVELS: tuple[Level, ...] = ("police_force", "district")


def neighbours_of(code: str) -> tuple[str, ...]:
    """Return the codes of the areas of the same level beside an area, by name; none for an island or the railways."""
    return _read().get(code, ())


@cache
def _read() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            one, other = row["area_code"], row["neighbour_code"]
            found.setdefault(one, []).append(other)
            found.setdefault(other, []).append(one)
    return {code: tuple(sorted(others, key=area_name)) for code, others in found.items()}


def pairs(level: Level) -> list[tuple[str, str]]:
    """Return every pair of neighbours of a level, each once, in order of code."""
    import geopandas

    areas = geopandas.read_file(geojson_path(level))[["area_code", "geometry"]].to_crs("EPSG:27700")
    joined = areas.sjoin(areas, predicate="dwithin", distance=APART)
    beside = zip(joined["area_code_left"], joined["area_code_right"], strict=True)
    return sorted((str(one), str(other)) for one, other in beside if one < other)


def as_csv() -> str:
    """Return the file's text, made from the committed outlines."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("level", "area_code", "neighbour_code"))
    writer.writerows((level, *pair) for level in _LEVELS for pair in pairs(level))
    return text.getvalue()


if __name__ == "__main__":
    FILE.write_text(as_csv(), encoding="utf-8")
