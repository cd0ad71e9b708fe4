"""Write areas as files: GeoJSON for the interactive map, projected SVG paths for the drawn one.

Takes areas in the British National Grid (EPSG:27700, metres), itself a transverse Mercator at
2 degrees west, so that the paths look like the interactive map. Part of ``data.build_boundaries``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

GRID, WGS84 = "EPSG:27700", "EPSG:4326"
SMALLEST_RING = 3
"""Square units: smaller islands and holes are not drawn."""
MARGIN = 2
"""Units left free around a drawn map."""

Areas = Mapping[str, BaseGeometry]


class BoundaryError(Exception):
    """A source file, or a boundary made of it, is not what the build expects."""


def polygons(area: BaseGeometry) -> list[shapely.Polygon]:
    """Return the polygons of an area, largest first."""
    return sorted(
        (part for part in shapely.get_parts(area) if part.geom_type == "Polygon"),
        key=lambda part: (-part.area, part.bounds),
    )


def to_degrees(areas: Areas, *, decimals: int) -> dict[str, BaseGeometry]:
    """Return the coverage in WGS84, rounded, still valid and without overlaps.

    Rounding can fold a narrow spit over itself: such places are cleaned, which adds a point off
    the rounded grid, and rounded again, until nothing changes.
    """
    to_wgs84 = Transformer.from_crs(GRID, WGS84, always_xy=True)
    shapes = shapely.transform(
        list(areas.values()), lambda xy: np.column_stack(to_wgs84.transform(*xy.T)).round(decimals)
    )
    for _ in range(5):
        if shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes):
            return dict(zip(areas, shapes, strict=True))
        cleaned = shapely.coverage_clean(shapely.make_valid(shapes, method="structure"), snapping_distance=0)
        shapes = shapely.transform(cleaned, lambda xy: xy.round(decimals))
    wrong = [code for code, valid in zip(areas, shapely.is_valid(shapes), strict=True) if not valid]
    raise BoundaryError(f"Rounding to {decimals} decimals leaves these areas invalid: {wrong}.")


def geojson(areas: Areas, *, names: Mapping[str, str], decimals: int) -> str:
    """Write WGS84 GeoJSON, a feature a line, exterior rings clockwise as d3 wants them."""
    features = []
    for code, area in to_degrees(areas, decimals=decimals).items():
        wound = shapely.orient_polygons(shapely.MultiPolygon(polygons(area)), exterior_cw=True)
        shape = json.loads(shapely.to_geojson(wound))
        if len(shape["coordinates"]) == 1:
            shape = {"type": "Polygon", "coordinates": shape["coordinates"][0]}
        properties = {"area_code": code, "area_name": names[code]}
        feature = {"type": "Feature", "id": code, "properties": properties, "geometry": shape}
        features.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def path_of(rings: Iterable[np.ndarray]) -> str:
    """Write rings of whole numbers as an SVG path: absolute starts, relative lines."""
    words = []
    for ring in rings:
        words.append(f"M{ring[0][0]} {ring[0][1]}")
        last = ""
        for dx, dy in np.diff(ring[:-1], axis=0):
            command = "h" if dy == 0 else "v" if dx == 0 else "l"
            numbers = f"{dx}" if command == "h" else f"{dy}" if command == "v" else f"{dx} {dy}"
            separator = "" if numbers.startswith("-") else " "
            words.append((separator if command == last else command) + numbers.replace(" -", "-"))
            last = command
        words.append("z")
    return "".join(words)


def whole(area: BaseGeometry) -> Iterator[np.ndarray]:
    """Yield an area's rings in whole units, without those too small to see."""
    for number, polygon in enumerate(polygons(area)):
        for inner, ring in enumerate([polygon.exterior, *polygon.interiors]):
            points = np.rint(shapely.get_coordinates(ring)).astype(int)
            points = points[np.r_[True, np.any(np.diff(points, axis=0), axis=1)]]
            tiny = len(points) < 4 or shapely.Polygon(points).area < SMALLEST_RING
            if tiny and (number or inner):
                if not inner:
                    break
                continue
            yield points


def paths(areas: Areas, *, unit: float, north: float) -> str:
    """Write the projected paths: whole units, y down, a point for a label inside each area.

    ``unit`` is the scale in metres a unit; islands north of the northing ``north`` are left out.
    """
    shown = {
        code: shapely.MultiPolygon([part for part in polygons(area) if part.bounds[1] < north])
        for code, area in areas.items()
    }
    left, bottom, right, top = shapely.total_bounds(list(shown.values()))
    size = [int(np.ceil(span / unit)) + 2 * MARGIN for span in (right - left, top - bottom)]
    result = {}
    for code, area in shown.items():
        picture = shapely.transform(
            area, lambda xy: (xy - (left, top)) * (1 / unit, -1 / unit) + MARGIN
        )
        label = shapely.maximum_inscribed_circle(polygons(picture)[0], tolerance=0.1).coords[0]
        result[code] = {
            "d": path_of(whole(picture)), "x": round(label[0]), "y": round(label[1])
        }
    body = ",\n".join(f'"{code}":{json.dumps(area, separators=(",", ":"))}' for code, area in result.items())
    return f'{{"width":{size[0]},"height":{size[1]},"areas":{{\n{body}\n}}}}\n'
