"""police.uk stop and search: ``YYYY-MM-<slug>-stop-and-search.csv`` of the bulk downloads, and the API's answers.

The age ranges (under 10, 10-17, 18-24, 25-34, over 34) do not nest in the house's age groups, so they stay as they
are. The file does not name its force: it is the one in whose outline the point lies. Normalised: force_code (empty where
there is no place), type, age_range (empty where it was not stated), month, searches. No figure is made of them yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from data.cells import Terms, month_of_day
from data.checks import check_table
from data.errors import Defect
from data.sources.base import Loaded, Source, loaded
from data.sources.placing import place, points_of
from data.sources.police_uk_outcomes import NO_FIGURE, renamed
from data.sources.reading import Table
from data.templates import Column, Template

AGE_RANGES = ("under 10", "10-17", "18-24", "25-34", "over 34")
TYPES = ("Person search", "Vehicle search", "Person and Vehicle search")
STOPS = Template(
    "police.uk stop and search", "One row for each search.",
    (
        Column("date", "datetime", True, True, "When the search was."),
        Column("type", "list", True, True, "What was searched.", allowed=TYPES),
        Column("age_range", "list", False, True, "Age of the person, as police.uk bands it.", allowed=AGE_RANGES),
        Column("longitude", "text", False, True, "Of a point near by."),
        Column("latitude", "text", False, True, "Of a point near by."),
    ),
)
COLUMNS = ("type", "date", "part_of_a_policing_operation", "age_range", "legislation", "object_of_search")
API_COLUMNS = ("type", "datetime", "age_range", "legislation", "object_of_search", "involved_person")
_API_NAMES: Mapping[str, str] = {
    "datetime": "date", "location_longitude": "longitude", "location_latitude": "latitude"}


def load(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Count the searches of a file by force, type, age range and month."""
    checked = check_table(renamed(table, names=_API_NAMES) if "datetime" in table.names else table,
                          template=STOPS, terms=terms, source=source.id, strict=False)
    rows = checked.frame
    placed = {"longitude", "latitude"} <= set(rows)
    points = points_of(rows["longitude"], rows["latitude"]) if placed else np.full((len(rows), 2), np.nan)
    force = place(points, level="police_force")
    ages = rows["age_range"].astype("str") if "age_range" in rows else ""
    counted = pd.DataFrame({
        "force_code": force, "type": rows["type"].astype("str"), "age_range": ages,
        "month": np.array([month_of_day(day) for day in rows["date"]], dtype=np.int64),
    }).astype({"force_code": "str", "age_range": "str"})
    counted = counted.groupby(["force_code", "type", "age_range", "month"], as_index=False).size()
    nowhere = int((force == "").sum())
    notes = [Defect(file=table.file, severity="note", rows=len(rows), rule=f"{NO_FIGURE} Its age ranges stay as they are.")]
    if nowhere:
        notes.append(Defect(
            file=table.file, line=int(rows.index[force == ""][0]), column="Latitude", severity="note", rows=nowhere,
            rule=f"{nowhere:,} of {len(rows):,} searches have no place, so their force is not known."))
    report = replace(checked.report, defects=(*checked.report.defects, *notes))
    return loaded(counted.rename(columns={"size": "searches"}), source=source, terms=terms, report=report)
