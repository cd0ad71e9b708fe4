"""Boundaries: valid, wound for d3, without overlaps, close to the published ones, small."""

from __future__ import annotations

import csv
import json
import math
import os
import re
import statistics
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path

import pyproj
import pytest
import shapely

from data.boundaries import (
    CENTRAL_MERIDIAN, CREDIT, LEVELS, SNAPSHOTS, Level, centre, extent, geojson_path, load_paths, load_tiles,
)

SAMPLES = Path(os.environ.get("HUE_SAMPLES", Path(__file__).parents[2] / "shared" / "samples"))
REFERENCE = SAMPLES / "boundaries" / "police-forces-2022.reference.geojson"
CITY_OF_LONDON: Mapping[Level, str] = {
    "police_force": "E23000034", "district": "E09000001", "london_borough": "E09000001",
}
GEOJSON_BYTES: Mapping[Level, int] = {"police_force": 170_000, "district": 600_000, "london_borough": 80_000}
PATHS_BYTES: Mapping[Level, int] = {"police_force": 12_000, "district": 60_000, "london_borough": 8_000}
TILED: tuple[Level, ...] = ("police_force", "london_borough")
ST_KILDA = -8.5
"""Degrees: what lies west of it, like Shetland in the north, may lie outside the frame of the force map."""
PATH = re.compile(r"(M\d+ \d+([lhv][-\d ]+)+z)+")


def names_of(level: Level) -> dict[str, str]:
    file, code, name = {
        "police_force": ("forces.csv", "area_code", "area_name"),
        "district": ("district_to_force_2019.csv", "district_code", "district_name"),
        "london_borough": ("london_boroughs.csv", "area_code", "area_name"),
    }[level]
    with (SNAPSHOTS / "areas" / file).open(encoding="utf-8", newline="") as table:
        return {row[code]: row[name] for row in csv.DictReader(table)}


@cache
def features(level: Level) -> list[dict]:
    return json.loads(geojson_path(level).read_text(encoding="utf-8"))["features"]


@cache
def shapes(level: Level) -> dict[str, shapely.Geometry]:
    return {row["id"]: shapely.from_geojson(json.dumps(row["geometry"])) for row in features(level)}


@cache
def national_grid() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)


def to_metres(geometry: shapely.Geometry) -> shapely.Geometry:
    return shapely.transform(geometry, national_grid().transform, interleaved=False)


def rings_of(path: str) -> list[list[tuple[int, int]]]:
    """Follow the absolute starts and relative lines of a path."""
    rings = []
    for ring in path.removesuffix("z").split("z"):
        points: list[tuple[int, int]] = []
        for command, text in re.findall(r"([Mlhv])([-\d ]+)", ring):
            numbers = [int(number) for number in re.findall(r"-?\d+", text)]
            if command == "M":
                points.append((numbers[0], numbers[1]))
                continue
            width = 2 if command == "l" else 1
            assert len(numbers) % width == 0
            for index in range(0, len(numbers), width):
                x, y = points[-1]
                if command == "l":
                    points.append((x + numbers[index], y + numbers[index + 1]))
                else:
                    points.append((x + numbers[index], y) if command == "h" else (x, y + numbers[index]))
        rings.append(points)
    return rings


@pytest.mark.parametrize("level", LEVELS)
def test_every_area_is_drawn_once_with_its_code_and_name(level: Level) -> None:
    names = names_of(level)

    assert [row["id"] for row in features(level)] == sorted(names)
    assert [row["properties"] for row in features(level)] == [
        {"area_code": code, "area_name": names[code]} for code in sorted(names)
    ]
    assert set(load_paths(level).areas) == set(names)


def test_levels_have_the_areas_that_they_promise() -> None:
    assert {level: len(features(level)) for level in LEVELS} == {
        "police_force": 45, "district": 339, "london_borough": 33,
    }


@pytest.mark.parametrize("level", LEVELS)
def test_every_area_is_a_valid_polygon(level: Level) -> None:
    reasons = {code: shapely.is_valid_reason(shape) for code, shape in shapes(level).items()}

    assert {code: reason for code, reason in reasons.items() if reason != "Valid Geometry"} == {}
    assert {shape.geom_type for shape in shapes(level).values()} <= {"Polygon", "MultiPolygon"}


@pytest.mark.parametrize("level", LEVELS)
def test_exterior_rings_run_clockwise_and_holes_the_other_way(level: Level) -> None:
    for code, shape in shapes(level).items():
        for polygon in shapely.get_parts(shape):
            assert not polygon.exterior.is_ccw, code
            assert all(hole.is_ccw for hole in polygon.interiors), code


@pytest.mark.parametrize("level", LEVELS)
def test_no_two_areas_overlap(level: Level) -> None:
    areas = [to_metres(shape) for shape in shapes(level).values()]
    one, other = shapely.STRtree(areas).query(areas, predicate="intersects")

    overlaps = [areas[a].intersection(areas[b]).area for a, b in zip(one, other, strict=True) if a < b]

    assert len(overlaps) > len(areas)
    assert max(overlaps) < 1.0, "square metres"


@pytest.mark.parametrize("level", LEVELS)
def test_city_of_london_is_kept(level: Level) -> None:
    city = to_metres(shapes(level)[CITY_OF_LONDON[level]])
    assert city.area == pytest.approx(2.98e6, rel=0.02)

    x, y = zip(*rings_of(load_paths(level).areas[CITY_OF_LONDON[level]].d)[0], strict=True)
    assert min(max(x) - min(x), max(y) - min(y)) >= 4


def test_forces_cover_england_and_wales() -> None:
    forces = [to_metres(shape).area for code, shape in shapes("police_force").items() if code[0] in "EW"]

    assert len(forces) == 43
    assert sum(forces) / 1e6 == pytest.approx(151_226, rel=0.002), "square kilometres"


def test_scotland_meets_england_without_gap_or_overlap() -> None:
    scotland, cumbria, northumbria = (
        to_metres(shapes("police_force")[code]) for code in ("S23000009", "E23000002", "E23000007")
    )

    border = scotland.intersection(cumbria).length + scotland.intersection(northumbria).length

    assert 120_000 < border < 180_000, "metres"


def test_forces_agree_with_the_published_boundaries() -> None:
    if not REFERENCE.exists():
        pytest.skip("the sample boundaries are absent: set HUE_SAMPLES to their folder")
    reference = {
        row["properties"]["id"]: shapely.make_valid(shapely.from_geojson(json.dumps(row["geometry"])))
        for row in json.loads(REFERENCE.read_text(encoding="utf-8"))["features"]
    }

    overlap = {}
    for code, published in reference.items():
        ours, theirs = to_metres(shapes("police_force")[code]), to_metres(published)
        overlap[code] = ours.intersection(theirs).area / ours.union(theirs).area

    assert len(overlap) == 43
    assert statistics.median(overlap.values()) >= 0.95
    assert min(overlap.values()) > 0.75


@pytest.mark.parametrize("level", LEVELS)
def test_files_stay_within_their_budget(level: Level) -> None:
    assert geojson_path(level).stat().st_size <= GEOJSON_BYTES[level]
    assert geojson_path(level).with_suffix(".paths.json").stat().st_size <= PATHS_BYTES[level]


@pytest.mark.parametrize("level", LEVELS)
def test_paths_parse_and_stay_inside_the_box(level: Level) -> None:
    paths = load_paths(level)

    for code, area in paths.areas.items():
        assert PATH.fullmatch(area.d), code
        for ring in rings_of(area.d):
            assert len(ring) >= 3, code
            assert all(0 <= x <= paths.width and 0 <= y <= paths.height for x, y in ring), code
            assert all(a != b for a, b in pairwise(ring)), code


@pytest.mark.parametrize("level", LEVELS)
def test_label_points_lie_in_their_area(level: Level) -> None:
    for code, area in load_paths(level).areas.items():
        outline = shapely.Polygon(rings_of(area.d)[0])
        assert outline.distance(shapely.Point(area.x, area.y)) <= 1, code


@pytest.mark.parametrize("level", LEVELS)
def test_extent_holds_the_areas(level: Level) -> None:
    west, east, south, north = extent(level)
    parts = shapely.get_parts(list(shapes(level).values()))
    framed = [part for part in parts if level != "police_force" or part.bounds[1] < north]
    left, bottom, right, top = shapely.total_bounds([part for part in framed if part.bounds[0] > ST_KILDA])

    assert west < left < right < east
    assert south < bottom < top < north


@pytest.mark.parametrize("level", LEVELS)
def test_centre_is_the_middle_of_the_projected_frame(level: Level) -> None:
    west, east, south, north = extent(level)
    sphere = pyproj.Proj(proj="tmerc", approx=True, lon_0=CENTRAL_MERIDIAN, R=1)
    frame = shapely.segmentize(shapely.box(west, south, east, north), 0.1)
    left, bottom, right, top = shapely.transform(frame, sphere, interleaved=False).bounds

    longitude, latitude = centre(level)

    x = math.atanh(math.sin(math.radians(longitude - CENTRAL_MERIDIAN)))
    assert x == pytest.approx((left + right) / 2, abs=0.01 * (right - left))
    assert math.radians(latitude) == pytest.approx((bottom + top) / 2, abs=0.01 * (top - bottom))


@pytest.mark.parametrize("level", TILED)
def test_every_area_has_a_tile_of_its_own(level: Level) -> None:
    tiles = load_tiles(level)

    assert set(tiles) == set(names_of(level))
    assert len(set(tiles.values())) == len(tiles)
    assert min(column for column, _ in tiles.values()) == min(row for _, row in tiles.values()) == 0


@pytest.mark.parametrize("level", TILED)
def test_neighbours_stay_together_on_the_tile_grid(level: Level) -> None:
    areas, tiles = shapes(level), load_tiles(level)
    codes = sorted(areas)
    borders = [
        (a, b) for a in codes for b in codes if a < b and areas[a].intersection(areas[b]).length > 0
    ]

    near = [
        max(abs(tiles[a][0] - tiles[b][0]), abs(tiles[a][1] - tiles[b][1])) == 1 for a, b in borders
    ]

    assert sum(near) / len(near) >= 0.85


def test_force_tiles_are_those_of_the_table_of_forces() -> None:
    with (SNAPSHOTS / "areas" / "forces.csv").open(encoding="utf-8", newline="") as table:
        listed = {
            row["area_code"]: (int(row["tile_col"]), int(row["tile_row"])) for row in csv.DictReader(table)
        }

    assert listed == dict(load_tiles("police_force"))


def test_districts_have_no_tile_grid() -> None:
    with pytest.raises(ValueError, match="no tile grid"):
        load_tiles("district")


def test_an_unknown_level_is_named_in_the_error() -> None:
    with pytest.raises(ValueError, match="'ward'"):
        geojson_path("ward")  # type: ignore[arg-type]


def test_the_credit_names_the_licence_and_the_sources() -> None:
    for words in ("Open Government Licence v.3.0", "Contains OS data © Crown copyright", "Natural Earth"):
        assert words in CREDIT
