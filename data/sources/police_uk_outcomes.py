"""police.uk outcomes: ``YYYY-MM-<slug>-outcomes.csv`` of the bulk downloads, and outcomes from the API.

A crime has a row for each outcome it had, so rows are no crimes. Normalised: force_code (empty in answers of the API,
which do not name it), outcome (in the words of police.uk), month, outcomes. No figure is made of them yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from data.cells import Terms
from data.checks import check_table
from data.errors import Defect
from data.sources.base import Loaded, Source, loaded, many
from data.sources.reading import Table
from data.templates import Column, Template

OUTCOMES = Template(
    "police.uk outcomes", "One row for each outcome of a crime.",
    (
        Column("month", "month", True, True, "Month of the outcome."),
        Column("outcome_type", "text", True, True, "What the outcome was."),
        Column("crime_id", "text", False, True, "The crime; it repeats with each outcome."),
        Column("reported_by", "force", False, True, "The force that supplied the record."),
    ),
)
COLUMNS = ("crime_id", "month", "reported_by", "falls_within", "outcome_type")
API_COLUMNS = ("category_code", "category_name", "date", "crime_category", "crime_persistent_id")
_API_NAMES: Mapping[str, str] = {
    "category_name": "outcome_type", "date": "month", "crime_persistent_id": "crime_id"}
NO_FIGURE = "Read and checked; it feeds no figure yet."


def load(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Count the outcomes of a file by force, outcome and month."""
    checked = check_table(renamed(table, names=_API_NAMES) if "category_code" in table.names else table,
                          template=OUTCOMES, terms=terms, source=source.id, strict=False)
    rows = checked.frame
    force = rows["reported_by"].astype("str") if "reported_by" in rows else pd.Series("", index=rows.index, dtype="str")
    counted = pd.DataFrame({"force_code": force, "outcome": rows["outcome_type"].astype("str"), "month": rows["month"]})
    counted = counted.groupby(["force_code", "outcome", "month"], as_index=False).size()
    report = replace(checked.report, defects=(*checked.report.defects, *_notes(rows, file=table.file)))
    return loaded(counted.rename(columns={"size": "outcomes"}), source=source, terms=terms, report=report)


def _notes(rows: pd.DataFrame, *, file: str) -> list[Defect]:
    crimes = rows["crime_id"].astype("str") if "crime_id" in rows else pd.Series(dtype="str")
    several = int((crimes[crimes != ""].value_counts() > 1).sum())
    repeated = f" {many(several, 'crime has', 'crimes have')} several outcomes." if several else ""
    return [Defect(file=file, severity="note", rows=len(rows), rule=f"{NO_FIGURE}{repeated}")]


def renamed(table: Table, *, names: Mapping[str, str]) -> Table:
    """Return the table with headings as another file of the same content has them."""
    columns = tuple(names.get(name, heading) for name, heading in zip(table.names, table.columns, strict=True))
    return replace(table, columns=columns)
