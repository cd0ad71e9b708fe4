"""The boundaries that maps draw: GeoJSON files, projected SVG paths, tile grids.

Everything here is read from ``data/snapshots``; ``data.build_boundaries`` makes it.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

Level = Literal["police_force", "district", "london_borough"]
SNAPSHOTS = Path(__file__).parent / "snapshots"

CREDIT = (
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0. "
    "Contains OS data © Crown copyright and database right 2023. "
    "Scotland and Northern Ireland: made with Natural Earth."
)
"""The credit line that every map carries."""

# Degrees: a little wider than the areas. The force map ends north of Orkney, as its paths do.
_EXTENTS: Mapping[Level, tuple[float, float, float, float]] = {
    "police_force": (-8.3, 1.9, 49.8, 59.5),
    "district": (-6.5, 1.9, 49.8, 55.9),
    "london_borough": (-0.53, 0.35, 51.27, 51.71),
}
LEVELS: tuple[Level, ...] = tuple(_EXTENTS)
CENTRAL_MERIDIAN = -2.0
"""Degrees: the meridian of the British National Grid, and the interactive map's rotation."""


@dataclass(frozen=True)
class AreaPath:
    """One area as SVG: path data in whole units and a point inside it for a label."""

    d: str
    x: int
    y: int


@dataclass(frozen=True)
class Paths:
    """A drawn map: its box (units, y down) and the areas in it by code."""

    width: int
    height: int
    areas: Mapping[str, AreaPath]


def geojson_path(level: Level) -> Path:
    """Return the file with the WGS84 GeoJSON of a level, feature id = area code.

    Exterior rings run clockwise, as plotly and d3 want them (RFC 7946 asks for the reverse).
    """
    return SNAPSHOTS / "boundaries" / f"{_known(level)}.geojson"


@cache
def load_paths(level: Level) -> Paths:
    """Return the projected SVG paths of a level (transverse Mercator at 2 degrees west)."""
    file = SNAPSHOTS / "boundaries" / f"{_known(level)}.paths.json"
    drawn = json.loads(file.read_text(encoding="utf-8"))
    areas = {code: AreaPath(d=area["d"], x=area["x"], y=area["y"]) for code, area in drawn["areas"].items()}
    return Paths(width=drawn["width"], height=drawn["height"], areas=MappingProxyType(areas))


@cache
def load_tiles(level: Level) -> Mapping[str, tuple[int, int]]:
    """Return column and row of each area on the tile grid of a level, from 0 at the top left.

    Forces and London boroughs have a tile grid; districts have none (``ValueError``).
    """
    with (SNAPSHOTS / "areas" / "tiles.csv").open(encoding="utf-8", newline="") as file:
        tiles = {
            row["area_code"]: (int(row["col"]), int(row["row"]))
            for row in csv.DictReader(file)
            if row["layout"] == _known(level)
        }
    if not tiles:
        raise ValueError(f"There is no tile grid of the level {level!r}.")
    return MappingProxyType(tiles)


def extent(level: Level) -> tuple[float, float, float, float]:
    """Return west, east, south and north of a level's map in degrees, for plotly's axis ranges.

    ``fitbounds`` does not work with GeoJSON by URL, so the figure states these.
    """
    return _EXTENTS[_known(level)]


def centre(level: Level) -> tuple[float, float]:
    """Return the longitude and latitude to state as plotly's ``geo.center`` beside ``extent``.

    Without it plotly centres the map on the meridian of rotation, which cuts off Northern Ireland
    and leaves London outside its frame. d3 reads the centre of a transverse Mercator in the turned
    sphere, so the longitude is the meridian plus the turned latitude, asin(cos lat sin dlon), and
    the latitude the turned longitude, atan(tan lat / cos dlon), of the middle of the extent
    (d3-geo, ``transverseMercator.js``; J. P. Snyder, Map Projections, 1987, equations 8-1, 8-3, 8-5).
    """
    west, east, south, north = extent(level)
    meridians = [west, east, *([CENTRAL_MERIDIAN] if west < CENTRAL_MERIDIAN < east else [])]
    across, along = [], []
    for longitude in meridians:
        turn = math.radians(longitude - CENTRAL_MERIDIAN)
        for latitude in map(math.radians, (south, north)):
            across.append(math.degrees(math.asin(math.cos(latitude) * math.sin(turn))))
            along.append(math.degrees(math.atan(math.tan(latitude) / math.cos(turn))))
    middle_across, middle_along = (min(across) + max(across)) / 2, (min(along) + max(along)) / 2
    return round(CENTRAL_MERIDIAN + middle_across, 4), round(middle_along, 4)


def _known(level: Level) -> Level:
    if level not in _EXTENTS:
        raise ValueError(f"There are no boundaries of the level {level!r}; known are {', '.join(LEVELS)}.")
    return level
