"""From a position to the area that it lies in, by the committed outlines alone: no address service is asked.

The outlines are simplified (500 m for districts, 900 m for forces) and end at the coast, so a point
near a border may be placed beyond it, and one on a pier in no area: then the nearest one is named.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from data.areas import AREAS
from data.boundaries import Level, geojson_path
from data.errors import SelectionError
from data.sources.placing import place

if TYPE_CHECKING:
    import geopandas

FIELDS: Mapping[str, tuple[str, float, str]] = {
    "lat": ("Latitude", 90.0, "51.236"), "lon": ("Longitude", 180.0, "-0.570"),
}
"""The two numbers of a position: how each is called, its largest value in degrees, an example."""
NEAR = 2_000.0
"""Metres from the outlines within which the nearest area is named."""
_GRID = "EPSG:27700"
_LEVELS: tuple[Level, ...] = ("district", "police_force")


@dataclass(frozen=True)
class Located:
    """The area of a point: a district, else a force; ``near`` where the point lies just outside of it."""

    code: str
    near: bool = False


def read_position(query: Mapping[str, str]) -> tuple[float, float]:
    """Return longitude and latitude in degrees. Raises ``SelectionError`` with the field at fault."""
    latitude, longitude = (_degrees(field, query.get(field, "").strip()) for field in FIELDS)
    return longitude, latitude


def must_be(field: str) -> str:
    """Say what a field of a position must hold."""
    label, most, example = FIELDS[field]
    return f"{label} must be a number of degrees from \N{MINUS SIGN}{most:g} to {most:g}, such as {example}."


def _degrees(field: str, text: str) -> float:
    try:
        value = float(text.replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or abs(value) > FIELDS[field][1]:
        raise SelectionError(must_be(field), field=field)
    return value


def locate(longitude: float, latitude: float) -> Located | None:
    """Return the area of a point in degrees (WGS84), ``None`` where none lies within two kilometres."""
    point = np.array([[longitude, latitude]])
    district, force = (str(place(point, level=level)[0]) for level in _LEVELS)
    if district:
        return Located(district)
    beside = next((code for code in _nearest(longitude, latitude, level="district") if force in ("", AREAS[code].force)), "")
    if beside:
        return Located(beside, near=True)
    if force:
        return Located(force)
    around = _nearest(longitude, latitude, level="police_force")
    return Located(around[0], near=True) if around else None


def _nearest(longitude: float, latitude: float, *, level: Level) -> list[str]:
    """Return the areas nearest to a point, none where all are too far."""
    import geopandas

    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy([longitude], [latitude], crs="EPSG:4326")).to_crs(_GRID)
    if not np.isfinite(points.geometry.x).all():
        return []
    joined = points.sjoin_nearest(_outlines(level), how="inner", max_distance=NEAR)
    return [str(code) for code in joined["area_code"]]


@cache
def _outlines(level: Level) -> geopandas.GeoDataFrame:
    """Return the outlines of a level in metres, with their spatial index."""
    import geopandas

    return geopandas.read_file(geojson_path(level))[["area_code", "geometry"]].to_crs(_GRID)
