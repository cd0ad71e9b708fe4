"""police.uk street-level records: ``YYYY-MM-<slug>-street.csv`` of the bulk downloads.

Normalised: area_code (district of 2019, empty where it is not known), force_code, crime_type (the 14
of police.uk), month, crimes. Rows are counted as they stand: identical rows are real, so none is ever
dropped as a duplicate. A row without a place still counts for its force. The district is the name of
the small area (LSOA) without its last word. Contexts and outcomes are not read.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from data.areas import AREAS, find_area
from data.cells import Terms
from data.checks import check_table
from data.errors import Defect
from data.model import month_index, month_text
from data.sources.base import Loaded, Source, loaded
from data.sources.reading import Table
from data.templates import Column, Template

STREET = Template(
    "police.uk street-level records", "One row for each record.",
    (
        Column("month", "month", True, True, "Month of the record."),
        Column("reported_by", "force", True, True, "The force that supplied the record."),
        Column("falls_within", "force", False, True, "The force in whose area it lies, as the supplier sees it."),
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


def load(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Count the records of a street file by district, force, crime type and month."""
    checked = check_table(table, template=STREET, terms=terms, source=source.id, strict=False)
    rows = checked.frame
    force = rows["falls_within"].astype("str").where(rows["falls_within"].astype("str") != "", rows["reported_by"])
    silent = ((force == GREATER_MANCHESTER) & (rows["month"] >= SILENT_SINCE)).to_numpy()
    rows = pd.DataFrame({
        "area_code": _districts(rows["lsoa_name"]), "force_code": force.astype("str"),
        "crime_type": rows["crime_type"].astype("str"), "month": rows["month"],
    })
    named = (checked.frame["lsoa_name"].astype("str") != "").to_numpy()
    neighbours = ~silent & _in_silent_district(rows)
    report = replace(checked.report, rows_used=int((~silent).sum()), defects=(
        *checked.report.defects,
        *_notes(rows, named=named, neighbours=int(neighbours.sum()), file=table.file),
        *_silent_warning(int(silent.sum()), file=table.file),
    ))
    rows = rows.assign(area_code=rows["area_code"].mask(neighbours, "").astype("str")).loc[~silent]
    counted = rows.groupby(["area_code", "force_code", "crime_type", "month"], as_index=False).size()
    counted = counted.rename(columns={"size": "crimes"})
    result = loaded(counted, source=source, terms=terms, report=report)
    latest = month_text(int(rows["month"].max())) if len(rows) else source.vintage
    return replace(result, vintage=terms.vintage or latest)


def _districts(names: pd.Series) -> np.ndarray:
    """Return the district of each small area's name, empty where it has none or an unknown one."""
    cells = names.array
    codes = [_district(name.strip().rpartition(" ")[0]) for name in cells.categories]
    return np.array(codes, dtype=object)[cells.codes] if codes else np.empty(0, dtype=object)


def _district(name: str) -> str:
    return find_area(name, type="district") or FORMER_DISTRICTS.get(name, "") if name else ""


def _in_silent_district(rows: pd.DataFrame) -> np.ndarray:
    """Mark records that neighbours have in Greater Manchester: they are no count of its districts."""
    silent = {code for code, area in AREAS.items() if area.type == "district" and area.force == GREATER_MANCHESTER}
    return (rows["area_code"].isin(silent) & (rows["month"] >= SILENT_SINCE)).to_numpy()


def _notes(rows: pd.DataFrame, *, named: np.ndarray, neighbours: int, file: str) -> list[Defect]:
    total, placed = len(rows), int(named.sum())
    missed = int(((rows["area_code"] == "").to_numpy() & named).sum())
    share = f" ({missed / placed:.1%})" if placed else ""
    said = (
        (total - placed, f"{total - placed:,} of {total:,} records have no place"),
        (missed, f"{missed:,} of {placed:,} records{share} lie in a small area whose district is not one of 2019"),
        (neighbours, f"{neighbours:,} of {placed:,} records lie in Greater Manchester, whose force supplies nothing"),
    )
    return [
        Defect(file=file, column="LSOA name", severity="note", rows=count,
               rule=f"{words}; they count for the force, not for a district.")
        for count, words in said if count
    ]


def _silent_warning(count: int, *, file: str) -> list[Defect]:
    if not count:
        return []
    return [Defect(
        file=file, severity="warning", rows=count,
        rule="Greater Manchester has supplied no complete month since July 2019; these records were left out, and the "
             "force is shown as not supplied.", mend="Nothing to do.")]
