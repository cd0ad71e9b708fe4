"""police.uk street-level records: ``YYYY-MM-<slug>-street.csv`` of the bulk downloads.

Normalised: area_code (district of 2019, empty where it is not known), force_code, crime_type (the 14
of police.uk), month, crimes. Rows are counted as they stand: identical rows are real, so none is ever
dropped as a duplicate. A row without a place still counts for its force. The district is that of the small area
(LSOA): by a lookup that came with the file, else by its name without the last word; a record without either is
placed by its point. Contexts and outcomes are not read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.areas import AREAS, TRANSPORT_POLICE, Lookups, district_of_2019, find_area
from data.cells import Terms
from data.checks import check_table
from data.errors import Defect, Report
from data.model import month_index, month_text
from data.sources.base import Loaded, Source, loaded
from data.sources.placing import place, points_of
from data.sources.reading import Table
from data.templates import Column, Template

STREET = Template(
    "police.uk street-level records", "One row for each record.",
    (
        Column("month", "month", True, True, "Month of the record."),
        Column("reported_by", "force", True, True, "The force that supplied the record."),
        Column("falls_within", "force", False, True, "The force in whose area it lies, as the supplier sees it."),
        Column("longitude", "text", False, True, "Of a point near by; empty where there is no place."),
        Column("latitude", "text", False, True, "Of a point near by; empty where there is no place."),
        Column("lsoa_code", "text", False, True, "Code of the small area, of 2011 or of 2021."),
        Column("lsoa_name", "text", False, True, "Name of the small area, empty where there is no place."),
        Column("crime_type", "crime_type", True, True, "One of the 14 types of police.uk."),
    ),
)
COLUMNS = ("month", "reported_by", "falls_within", "lsoa_code", "lsoa_name", "crime_type", "last_outcome_category")

GREATER_MANCHESTER = "E23000005"
SILENT_SINCE = month_index("2019-07")
"""Greater Manchester has supplied nothing to police.uk from this month on: not supplied, not zero."""


_MERGED = {
    "E07000246": ("Taunton Deane", "West Somerset"),
    "E07000244": ("Suffolk Coastal", "Waveney"),
    "E07000245": ("Forest Heath", "St Edmundsbury"),
    "E06000058": ("Bournemouth", "Christchurch", "Poole"),
    "E06000059": ("East Dorset", "North Dorset", "Purbeck", "West Dorset", "Weymouth and Portland"),
    "E07000112": ("Shepway",),
}
FORMER_DISTRICTS = {name: code for code, names in _MERGED.items() for name in names}
"""Names of small areas keep the districts of 2011; these were merged or renamed by 2019."""


@dataclass(frozen=True)
class Records:
    """Street-level records of one file: their force, type, month and point, and the district that a code told.

    ``rows`` has area_code (empty where no small area told it), force_code, crime_type and month, indexed by line;
    ``points`` are longitude and latitude, NaN where there is none; ``coded`` marks rows with a small area.
    """

    rows: pd.DataFrame
    points: np.ndarray
    coded: np.ndarray


def load(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Count the records of a street file by district, force, crime type and month."""
    checked = check_table(table, template=STREET, terms=terms, source=source.id, strict=False)
    frame = checked.frame
    force = frame["falls_within"].astype("str").where(frame["falls_within"].astype("str") != "", frame["reported_by"])
    codes = frame["lsoa_code"].astype("str").str.strip()
    rows = pd.DataFrame({
        "area_code": _districts(codes, names=frame["lsoa_name"], lookups=terms.lookups),
        "force_code": force.astype("str"), "crime_type": frame["crime_type"].astype("str"), "month": frame["month"],
    }, index=frame.index)
    points = (points_of(frame["longitude"], frame["latitude"]) if {"longitude", "latitude"} <= set(frame)
              else np.full((len(frame), 2), np.nan))
    coded = ((codes != "") | (frame["lsoa_name"].astype("str") != "")).to_numpy()
    result = counted(Records(rows, points, coded), source=source, terms=terms, report=checked.report)
    unknown = _not_in_lookups(codes, lookups=terms.lookups, file=table.file)
    return replace(result, report=replace(result.report, defects=(*result.report.defects, *unknown)))


def counted(records: Records, *, source: Source, terms: Terms, report: Report) -> Loaded:
    """Place records, count them by district, force, crime type and month, and report what has no place or another's."""
    rows, file = records.rows, report.file
    force = rows["force_code"].to_numpy(dtype=object)
    silent = ((rows["force_code"] == GREATER_MANCHESTER) & (rows["month"] >= SILENT_SINCE)).to_numpy()
    neighbours = ~silent & _in_silent_district(rows)
    districts = rows["area_code"].to_numpy(dtype=object)
    open_ = (districts == "") & (force != TRANSPORT_POLICE) & ~silent
    at = np.full(len(rows), "", dtype=object)
    at[open_] = place(records.points[open_], level="district")
    home = np.array([AREAS[code].force if code else "" for code in np.where(open_, at, districts)], dtype=object)
    lost = open_ & (home == "")
    home[lost] = place(records.points[lost], level="police_force")
    placed = open_ & (at != "") & (home == force)
    defects = _notes(records, home=home, placed=placed, left=~silent, neighbours=neighbours, file=file)
    defects += _silent_warning(rows.index[silent], file=file)
    area = np.where(placed, at, districts)
    area[neighbours] = ""
    rows = rows.assign(area_code=area).astype({"area_code": "str", "force_code": "str"}).loc[~silent]
    table = rows.groupby(["area_code", "force_code", "crime_type", "month"], as_index=False).size()
    table = table.rename(columns={"size": "crimes"})
    report = replace(report, rows_used=len(rows), defects=(*report.defects, *defects))
    result = loaded(table, source=source, terms=terms, report=report)
    latest = month_text(int(rows["month"].max())) if len(rows) else source.vintage
    return replace(result, vintage=terms.vintage or latest)


def _districts(codes: pd.Series, *, names: pd.Series, lookups: Lookups) -> np.ndarray:
    """Return the district of 2019 of each small area, by its code where a lookup knows it, else by its name."""
    cells = names.array
    by_name = np.array([_district(name.strip().rpartition(" ")[0]) for name in cells.categories], dtype=object)
    found = by_name[cells.codes] if len(by_name) else np.full(len(codes), "", dtype=object)
    if lookups.small_areas:
        known = codes.isin(lookups.small_areas.keys()).to_numpy()
        found[known] = [district_of_2019(lookups.small_areas[code]) for code in codes[known]]
    return found


def _district(name: str) -> str:
    return find_area(name, type="district") or FORMER_DISTRICTS.get(name, "") if name else ""


def _in_silent_district(rows: pd.DataFrame) -> np.ndarray:
    """Mark records that neighbours have in Greater Manchester: they are no count of its districts."""
    silent = {code for code, area in AREAS.items() if area.type == "district" and area.force == GREATER_MANCHESTER}
    return (rows["area_code"].isin(silent) & (rows["month"] >= SILENT_SINCE)).to_numpy()


# What is said of places: notes, with the first line of each kind; no record is left out for its place


def _notes(
    records: Records, *, home: np.ndarray, placed: np.ndarray, left: np.ndarray, neighbours: np.ndarray, file: str
) -> list[Defect]:
    rows, pointed = records.rows, ~np.isnan(records.points).any(axis=1)
    unknown = (rows["area_code"] == "").to_numpy() & left
    transport = (rows["force_code"] == TRANSPORT_POLICE).to_numpy()
    missed, total = unknown & records.coded, int(records.coded.sum())
    outside = left & ~transport & (home != "") & (home != rows["force_code"].to_numpy(dtype=object))
    share = f" ({missed.sum() / total:.1%})" if total else ""
    of_all, of_placed = f"of {len(rows):,} records", f"of {total:,} records"
    said = (
        ("Location", unknown & ~records.coded & ~pointed,
         f"{of_all} have no place; they count for the force, not for a district."),
        ("LSOA name", missed, f"{of_placed}{share} lie in a small area whose district is not one of 2019."),
        ("LSOA name", neighbours, (f"{of_placed} lie in Greater Manchester, whose force supplies nothing; they count for "
                                   "the force, not for a district.")),
        ("Longitude", placed, f"{of_all} have no small area that is known, and were placed in a district by their point."),
        ("Falls within", outside, (f"{of_all} lie outside the area of the force that supplied them; they count for the "
                                   "force, and for the district where their small area tells it.")),
        ("Latitude", unknown & pointed & ~transport & (home == ""),
         f"{of_all} have a point that lies in no area of the map; they count for the force, not for a district."),
        ("Reported by", unknown & transport & (pointed | records.coded),
         (f"{of_all} are of the British Transport Police, which has no area and whose points are often wrong; they were "
          "placed in no district.")),
    )
    found = []
    for column, which, words in said:
        if which.any():
            astray = column in _ASTRAY and len(rows) >= _ENOUGH and which.sum() > len(rows) / 2
            found.append(Defect(
                file=file, line=int(rows.index[which][0]), column=column, value=_point_text(records, which),
                severity="warning" if astray else "note", rows=0 if astray else int(which.sum()),
                rule=f"{which.sum():,} {words}", mend=_MEND_ASTRAY if astray else ""))
    return found


_ASTRAY = ("Falls within", "Latitude")
"""Columns of findings that are rare where longitude and latitude stand in their own columns."""
_ENOUGH = 20
"""Records from which on most of them lying elsewhere is no chance."""
_MEND_ASTRAY = "Check that longitude and latitude are not exchanged, and that the file is the force's own."


def _point_text(records: Records, which: np.ndarray) -> str:
    longitude, latitude = records.points[which][0]
    return "" if np.isnan(longitude) else f"{longitude:g}, {latitude:g}"


def _not_in_lookups(codes: pd.Series, *, lookups: Lookups, file: str) -> list[Defect]:
    """Say how many small areas the lookups that came with the file do not know, by its code."""
    coded = codes[codes != ""]
    missed = coded[~coded.isin(lookups.small_areas.keys())] if lookups.small_areas else coded.iloc[:0]
    if missed.empty:
        return []
    return [Defect(
        file=file, line=int(missed.index[0]), column="LSOA code", value=str(missed.iloc[0])[:80], severity="note",
        rows=len(missed), rule=f"{len(missed):,} of {len(coded):,} records ({len(missed) / len(coded):.1%}) have a small "
                               "area that the lookups do not hold; its name was used.",
        mend="Lay a lookup of the other vintage (2011 or 2021) beside the file as well.")]


def _silent_warning(lines: pd.Index, *, file: str) -> list[Defect]:
    if lines.empty:
        return []
    return [Defect(
        file=file, line=int(lines[0]), column="Falls within", value="Greater Manchester", severity="warning", rows=len(lines),
        rule="Greater Manchester has supplied no complete month since July 2019; these records were left out, and the "
             "force is shown as not supplied.", mend="Nothing to do.")]
