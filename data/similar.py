"""Forces that are fair to compare with: those the publisher supplied, else the nearest by published figures.

The nearest are computed here and never called the Home Office's "most similar groups". A release keeps supplied ones as
``reference/similar_forces.parquet``: area_code, similar_code.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import radians, sin
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from data import stored
from data.areas import AREAS, CITY_OF_LONDON, FORCES
from data.measures import MEASURE_BY_ID
from data.query import answer
from data.release import Release
from data.selection import EMPTY

FILE = "reference/similar_forces.parquet"
KIND = "similar_forces"
NEAREST = 7
"""Forces beside the chosen one, where none were supplied."""
BANDS = ("under 25", "25-44", "45-64", "65+")
EARTH_KM = 6371.0


@dataclass(frozen=True)
class Similar:
    """The forces that one is set beside, and where the choice comes from."""

    codes: tuple[str, ...]
    origin: Literal["uploaded", "computed"]

    def why_none(self, code: str) -> str:
        """Return why a force has none, in a sentence."""
        if code == CITY_OF_LONDON and self.origin == "computed":
            return (f"No forces similar to {AREAS[code].name} are named: it is left out on purpose, because few live there and many "
                    "work, so that a rate per resident means nothing.")
        return f"No forces similar to {AREAS[code].name} are known: figures that tell would be needed of both."

    @property
    def says(self) -> str:
        """Where the choice comes from, in a sentence."""
        if self.origin == "uploaded":
            return "The similar forces are those that the publisher supplied."
        return ("The similar forces are the nearest by population, age mix, density and recorded crime, computed here from the "
                "published figures. They are not the Home Office's groups.")


def as_table(supplied: Iterable[pd.DataFrame]) -> pa.Table:
    """Return the supplied pairs as the table that a release keeps, in a fixed order."""
    pairs = sorted({(str(area), str(other)) for frame in supplied
                    for area, other in zip(frame["area_code"], frame["similar_code"], strict=True)})
    return pa.table({"area_code": pa.array([area for area, _ in pairs], pa.string()),
                     "similar_code": pa.array([other for _, other in pairs], pa.string())})


def similar_to(release: Release, code: str) -> Similar:
    """Return the forces that are fair to compare a force with; none where figures of it are missing."""
    known = release.once(("supplied similar",), lambda: supplied(release))
    if code in known:
        return Similar(tuple(known[code]), "uploaded")
    return Similar(release.once(("similar",), lambda: nearest(release)).get(code, ()), "computed")


def make_ready(release: Release) -> None:
    """Find the nearest forces, so that the first reader does not wait for them."""
    similar_to(release, FORCES[0])


def supplied(release: Release) -> dict[str, list[str]]:
    """Return the similar forces that the publisher supplied, by force."""
    path = release.folder / FILE
    return by_force(stored.table(path)) if path.exists() else {}


def by_force(rows: pa.Table) -> dict[str, list[str]]:
    """Return the similar forces of a release's table, by force."""
    found: dict[str, list[str]] = {}
    for row in rows.to_pylist():
        found.setdefault(row["area_code"], []).append(row["similar_code"])
    return found


def nearest(release: Release) -> Mapping[str, tuple[str, ...]]:
    """Return for each force with all figures the nearest others, the closest first.

    Distance is Euclidean over the logarithms of population, density and recorded crime per 1,000 residents, and the shares of
    four age bands, each in standard deviations over the forces; the four bands together weigh as much as one of the others.
    City of London is left out: a rate per resident means nothing where few live and many work.
    """
    codes, features = features_of(release)
    if len(codes) < 2:
        return {}
    spread = features.std(axis=0)
    scaled = (features - features.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    scaled[:, 2:2 + len(BANDS)] /= len(BANDS) ** 0.5
    apart = np.sqrt(((scaled[:, None, :] - scaled[None, :, :]) ** 2).sum(axis=2))
    np.fill_diagonal(apart, np.inf)
    order = np.argsort(apart, axis=1, kind="stable")[:, :min(NEAREST, len(codes) - 1)]
    return {code: tuple(codes[place] for place in row) for code, row in zip(codes, order, strict=True)}


def features_of(release: Release) -> tuple[list[str], npt.NDArray[np.float64]]:
    """Return the forces that have all figures, and their features: one row a force, one column a feature."""
    rates = answer(release, EMPTY, by=("area",), measure="R1")
    crime = {row.area_code: row for row in rates.frame.of("main") if row.value and row.denominator}
    sizes, ages = areas_km2(release), _ages(release)
    codes = [code for code in FORCES if code in crime and code in sizes and code in ages and code != CITY_OF_LONDON]
    rows = [
        [np.log10(crime[code].denominator or 1), np.log10((crime[code].denominator or 1) / sizes[code]), *ages[code],
         np.log10(crime[code].value or 1)]
        for code in codes
    ]
    return codes, np.array(rows, dtype=np.float64).reshape(len(codes), 3 + len(BANDS))


def _ages(release: Release) -> dict[str, list[float]]:
    """Return the share of the residents in each band, of each force that has them all."""
    found: dict[str, list[float]] = {}
    cube = release.cube(MEASURE_BY_ID["N1"].numerator)
    if cube is None:
        return found
    latest = cube.first + int(cube.held[-1])
    held = [code for code in FORCES if cube.holds("area", code)]
    bands = [band for band in BANDS if cube.holds("age_group", band)]
    if not held or len(bands) < len(BANDS):
        return found
    value = cube.read({"area": [(code,) for code in held], "age_group": [(band,) for band in bands]},
                      windows=[(latest, latest)]).value.reshape(len(held), len(bands))
    for code, people in zip(held, value, strict=True):
        if people.sum() > 0:
            found[code] = list(people / people.sum())
    return found


def areas_km2(release: Release) -> dict[str, float]:
    """Return the land within each force's outline in square kilometres, from the boundaries of the release."""
    outlines = stored.document(release.folder / "geo" / "police_force.geojson")
    found = {}
    for feature in outlines["features"]:
        code, shape = feature["properties"]["area_code"], feature["geometry"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        if code in AREAS:
            found[code] = sum(_ring(rings[0]) - sum(map(_ring, rings[1:])) for rings in polygons)
    return found


def _ring(points: Sequence[Sequence[Any]]) -> float:
    """Return the area of a ring of longitudes and latitudes on a sphere, in square kilometres."""
    total = 0.0
    for (west, south, *_), (east, north, *_) in zip(points, points[1:], strict=False):
        total += radians(east - west) * (sin(radians(south)) + sin(radians(north)))
    return abs(total) * EARTH_KM**2 / 2
