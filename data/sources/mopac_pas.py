"""The Public Attitude Survey of the Mayor's Office for Policing and Crime, as the file really comes.

``Date, Survey, Borough, Measure, Proportion, MPS``, the date being the last day of a rolling year, in three layouts:
commas between cells, decimal commas in quotation marks and columns without headings; semicolons and decimal commas; and
plain, with decimal points and nothing more. Dates are ``D/M/YYYY`` or ISO. Normalised: area_code, measure, month (of the
last day), percent. The whole Metropolitan Police is E23000001.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
import pandas as pd

from data.areas import LONDON
from data.cells import Fault, Terms, month_of_day
from data.checks import LISTED, Findings, check_table, same_rows
from data.sources.base import Loaded, Source, loaded
from data.sources.reading import Table
from data.templates import Column, Template

MEASURES: Mapping[str, str] = {
    '"Good Job" local': "good_job",
    "Contact ward officer": "knows_how_to_contact_ward_officer",
    "Informed local": "informed_locally",
    "Listen to concerns": "listen_to_concerns",
    "Relied on to be there": "relied_on_to_be_there",
    "Treat everyone fairly": "treat_everyone_fairly",
    "Trust MPS": "trust",
    "Understand issues": "understand_issues",
}

TRUST_SINCE = date(2016, 3, 31)
"""Trust in the Metropolitan Police was first asked for the year that ended on this day."""

PAS = Template(
    "Public Attitude Survey by borough", "One row for each borough, measure and quarter.",
    (
        Column("date", "date_dmy", True, True, "Last day of the rolling year."),
        Column("survey", "text", False, True, "Always PAS."),
        Column("borough", "borough", True, True, "London borough."),
        Column("measure", "list", True, True, "What was asked.", allowed=tuple(MEASURES)),
        Column("proportion", "share", False, True, "Share in the borough."),
        Column("mps", "share", False, True, "Share in the whole Metropolitan Police, repeated for each borough."),
    ),
)


def _same_cell(frame: pd.DataFrame) -> Iterable[Findings]:
    return same_rows(frame, key=("date", "borough", "measure"), what="date, borough and measure")


def _trust_once_asked(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find shares of a question from before it was asked."""
    early = frame.loc[(frame["measure"] == "Trust MPS") & (frame["date"] < TRUST_SINCE.toordinal()), "date"]
    fault = Fault("Trust MPS was not asked before March 2016.", "Check the file with its publisher.", severity="warning",
                  left_out=True)
    if len(early):
        days = [date.fromordinal(int(day)).isoformat() for day in early.iloc[:LISTED]]
        yield Findings(early.index.to_numpy(), "Date", days, [fault] * len(days))


def _one_force_value(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find rows whose value of the whole force differs from the first one for the date and measure."""
    first = frame.groupby(["date", "measure"], observed=True)["mps"].transform("first")
    wrong = frame.loc[frame["mps"].notna() & (frame["mps"] != first), "mps"]
    fault = Fault("The value of the whole force differs from an earlier row of the date and measure.",
                  "Check the file with its publisher.")
    if len(wrong):
        values = [f"{value:g}" for value in wrong.iloc[:LISTED]]
        yield Findings(wrong.index.to_numpy(), "MPS", values, [fault] * len(values))


def load(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Return percent by borough, and for the whole force, at each quarter's rolling year."""
    checked = check_table(
        table, template=PAS, terms=terms, source=source.id, strict=False,
        rows=(_same_cell, _trust_once_asked, _one_force_value))
    rows = checked.frame
    boroughs = pd.DataFrame({
        "area_code": rows["borough"].astype("str"),
        "measure": rows["measure"].astype("str").map(MEASURES).astype("str"),
        "month": [month_of_day(day) for day in rows["date"]],
        "percent": _percent(rows["proportion"]),
    })
    force = boroughs.assign(area_code=LONDON, percent=_percent(rows["mps"])).drop_duplicates(["measure", "month"])
    both = pd.concat([boroughs, force], ignore_index=True).dropna(subset="percent")
    both = both.astype({"month": "int64"}).reset_index(drop=True)
    return loaded(both, source=source, terms=terms, report=checked.report)


def _percent(shares: pd.Series) -> np.ndarray:
    return np.round(shares.to_numpy(dtype=float) * 100, 6)
