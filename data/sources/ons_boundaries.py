"""Boundaries of the Office for National Statistics: police force areas and districts, as GeoJSON or TopoJSON.

The year is part of the field names, which come in capitals or not (``PFA23CD``, ``lad21nm``). Each outline is checked
(its code known, in degrees and within the United Kingdom, valid) and turned as the maps want it, exterior rings
clockwise. Normalised: area_code, area_name, geometry (GeoJSON, degrees). Where all forces of England and Wales are there,
a release keeps the outlines; else they are only checked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import shapely

from data.areas import AREAS, ENGLAND_AND_WALES, NEWER_DISTRICTS, area_name, find_area, members_of
from data.cells import Fault, Terms
from data.checks import LISTED, Findings, check_table
from data.errors import Defect
from data.sources.base import Load, Loaded, Source, loaded, many, under_own_headings, yearless
from data.sources.reading import Table
from data.templates import Column, Template

KIND = "outlines"
_UNITED_KINGDOM = (-9.5, 49.5, 2.5, 61.5)
"""Degrees: west, south, east, north."""


def _template(code: str) -> Template:
    return Template("outlines", "One entry for each area.", (
        Column(code, "text", True, True, ""), Column("geometry", "text", False, True, "")))


def _load(table: Table, *, source: Source, terms: Terms, code: str) -> Loaded:
    """Return the outlines that can be drawn, mended and turned, with what was found in them."""
    headings = tuple(yearless(name) for name in table.names)
    view = replace(table, columns=headings)
    shapes: dict[str, shapely.Geometry | str] = {}
    checks = (partial(_known, code=code), partial(_once, code=code), partial(_drawn, code=code, shapes=shapes))
    checked = check_table(view, template=_template(code), terms=terms, source=source.id, strict=False, rows=checks)
    rows = checked.frame
    right = [shapes[text] for text in rows["geometry"].astype("str")]
    valid = shapely.is_valid(right)
    whole = [_polygons(shape) for shape in shapely.make_valid(right, method="structure")]
    turned = [shapely.orient_polygons(shape, exterior_cw=True) for shape in whole]
    codes = [_area(text, code=code) for text in rows[code].astype("str").str.strip()]
    outlines = pd.DataFrame({
        "area_code": codes, "area_name": [_name(area) for area in codes], "geometry": shapely.to_geojson(turned),
    }).astype("str").sort_values("area_code", ignore_index=True)
    notes = _notes(rows, valid=valid, wound=np.array([_is_clockwise(shape) for shape in whole], dtype=bool), file=table.file)
    stored = _stored(outlines, code=code, file=table.file)
    found = under_own_headings(checked.report.defects, columns=table.columns, read_as=headings)
    report = replace(checked.report, defects=(*found, *notes, stored))
    return loaded(outlines, source=source, terms=terms, report=report)


load_forces: Load = partial(_load, code="pfacd")
load_districts: Load = partial(_load, code="ladcd")


def all_forces(outlines: pd.DataFrame) -> bool:
    """Return whether outlines hold every force of England and Wales."""
    return set(members_of(ENGLAND_AND_WALES)) <= set(outlines["area_code"])


def as_geojson(outlines: pd.DataFrame) -> str:
    """Return outlines as GeoJSON, a feature a line in order of code, as the committed ones are."""
    features = [json.dumps({
        "type": "Feature", "id": row.area_code, "properties": {"area_code": row.area_code, "area_name": row.area_name},
        "geometry": json.loads(row.geometry),
    }, ensure_ascii=False, separators=(",", ":")) for row in outlines.itertuples()]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def _area(text: str, *, code: str) -> str:
    if code == "pfacd":
        return find_area(text, type="police_force") or ""
    return text if text in NEWER_DISTRICTS or (text in AREAS and AREAS[text].type == "district") else ""


def _name(area: str) -> str:
    return NEWER_DISTRICTS[area].name if area in NEWER_DISTRICTS else area_name(area)


def _polygons(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """Return the polygons of a shape; mending may leave lines and points beside them."""
    parts = [part for part in shapely.get_parts(shapely.get_parts(shape)) if part.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.MultiPolygon([one for part in parts for one in shapely.get_parts(part)])


def _is_clockwise(shape: shapely.MultiPolygon) -> bool:
    return not any(shapely.is_ccw(part.exterior) for part in shape.geoms)


# Entries by themselves: what cannot be drawn is left out with a warning, and stops nothing


def _found(
    frame: pd.DataFrame, wrong: np.ndarray, *, column: str, code: str, says: Callable[[int], tuple[str, str]]
) -> Iterable[Findings]:
    places = frame.index[wrong].to_numpy()
    if len(places):
        values = [str(value) for value in frame.loc[places[:LISTED], code]]
        faults = [Fault(*says(place), severity="warning", left_out=True) for place in places[:LISTED]]
        yield Findings(places, column, values, faults)


def _known(frame: pd.DataFrame, *, code: str) -> Iterable[Findings]:
    texts = frame[code].astype("str").str.strip()
    wrong = np.array([not _area(text, code=code) for text in texts], dtype=bool)
    what = "police force" if code == "pfacd" else "district of England or Wales"
    yield from _found(frame, wrong, column=code, code=code, says=lambda place: (
        f"'{texts[place]}' is not the code of a {what} that we know.", "Nothing to do, or check the file with its publisher."))


def _once(frame: pd.DataFrame, *, code: str) -> Iterable[Findings]:
    wrong = frame[code].astype("str").duplicated().to_numpy()
    yield from _found(frame, wrong, column=code, code=code, says=lambda place: (
        "The same area stands in an earlier entry.", "Join its parts to one outline; the first was taken."))


def _drawn(frame: pd.DataFrame, *, code: str, shapes: dict[str, shapely.Geometry | str]) -> Iterable[Findings]:
    """Find outlines that are none; those that are, are kept in ``shapes``."""
    faults: dict[int, tuple[str, str]] = {}
    for place, text in frame["geometry"].astype("str").items():
        shape = _shape(text)
        if isinstance(shape, str):
            faults[int(place)] = (shape, "Export the outlines again as polygons in longitude and latitude (WGS84).")
        else:
            shapes[text] = shape
    wrong = frame.index.isin(list(faults))
    yield from _found(frame, wrong, column="geometry", code=code, says=lambda place: faults[place])


def _shape(text: str) -> shapely.Geometry | str:
    """Return an outline, or in words what is wrong with it."""
    if not text:
        return "There is no outline."
    try:
        shape: Any = shapely.from_geojson(text)
    except (shapely.errors.ShapelyError, ValueError):
        return "The outline is not GeoJSON."
    if shape.geom_type not in ("Polygon", "MultiPolygon") or shape.is_empty:
        return f"The outline is {'empty' if shape.is_empty else f'a {shape.geom_type}, not an area'}."
    west, south, east, north = shape.bounds
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        return "The outline is not in degrees."
    box = _UNITED_KINGDOM
    if west < box[0] or south < box[1] or east > box[2] or north > box[3]:
        return "The outline lies outside the United Kingdom; longitude may stand for latitude."
    return shape


def _notes(rows: pd.DataFrame, *, valid: np.ndarray, wound: np.ndarray, file: str) -> list[Defect]:
    said: Sequence[tuple[np.ndarray, str, str, str]] = (
        (~valid, "outline crosses or touches itself", "outlines cross or touch themselves", "mended."),
        (~wound, "outline runs anticlockwise", "outlines run anticlockwise", "turned, as the maps want them."),
    )
    return [Defect(file=file, line=int(rows.index[which][0]), column="geometry", severity="note", rows=int(which.sum()),
                   value=str(rows.iloc[int(np.flatnonzero(which)[0])].iloc[0]), mend="Nothing to do.",
                   rule=f"{many(int(which.sum()), one, more)}, and {'was' if which.sum() == 1 else 'were'} {done}")
            for which, one, more, done in said if which.any()]


def _stored(outlines: pd.DataFrame, *, code: str, file: str) -> Defect:
    if code == "ladcd":
        rule = f"Read and checked: {many(len(outlines), 'outline')} of districts. Maps draw those of 2019, whose figures there are."
    elif all_forces(outlines):
        rule = ("Read and checked: all forces of England and Wales are there. The outlines are kept with the release; maps draw "
                "those that come with the program.")
    else:
        missing = [area_name(area) for area in members_of(ENGLAND_AND_WALES) if area not in set(outlines["area_code"])]
        rule = (f"Read and checked; not kept, because {many(len(missing), 'force has', 'forces have')} no outline here: "
                f"{', '.join(missing[:5])}{' ...' if len(missing) > 5 else ''}.")
    return Defect(file=file, severity="note", rows=len(outlines), rule=rule)
