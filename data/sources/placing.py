"""Places of records: which district and which force the committed outlines give a point.

The outlines are simplified (500 m for districts, 900 m for forces), so a point near a border or a shore may be placed
on its other side, or nowhere. geopandas joins points to outlines; it is imported only where there is a point to place.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from data.boundaries import Level, geojson_path

if TYPE_CHECKING:
    import geopandas

_WORLD = (-180.0, 180.0, -90.0, 90.0)


def points_of(longitude: pd.Series, latitude: pd.Series) -> np.ndarray:
    """Return texts as points (longitude, latitude), NaN where either is empty or is no coordinate."""
    west, east, south, north = _WORLD
    points = np.column_stack([
        pd.to_numeric(texts.astype("str"), errors="coerce").to_numpy(dtype=float) for texts in (longitude, latitude)])
    inside = (points[:, 0] >= west) & (points[:, 0] <= east) & (points[:, 1] >= south) & (points[:, 1] <= north)
    points[~inside] = np.nan
    return points


def place(points: np.ndarray, *, level: Level) -> np.ndarray:
    """Return the area of each point (longitude, latitude), empty where it is in none or is no point."""
    codes = np.full(len(points), "", dtype=object)
    known = ~np.isnan(points).any(axis=1)
    if not known.any():
        return codes
    import geopandas

    distinct, of = np.unique(points[known], axis=0, return_inverse=True)
    frame = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(distinct[:, 0], distinct[:, 1], crs="EPSG:4326"))
    joined = frame.sjoin(_outlines(level), how="left", predicate="intersects")
    first = joined[~joined.index.duplicated()]["area_code"].fillna("").to_numpy(dtype=object)
    codes[known] = first[of.ravel()]
    return codes


@cache
def _outlines(level: Level) -> geopandas.GeoDataFrame:
    import geopandas

    return geopandas.read_file(geojson_path(level))[["area_code", "geometry"]]
