"""Home Office open data of police recorded crime, by force, offence code and quarter of the financial year.

Texts and numbers are padded with spaces; a negative count is a correction of an earlier quarter and is added like
any other; quarter 1 is April to June. Bodies that record fraud nationally are no forces, and fraud is left out: forces
stopped recording it in 2013. British Transport Police is kept. ``load`` normalises one file or sheet to quarters
(area_code, category, month = last of the quarter, offences); ``rolling_years`` then makes of all of them together the
years that end with each quarter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from data.areas import area_name, find_area
from data.cells import Fault, Terms
from data.checks import LISTED, Findings, check_table
from data.errors import Defect
from data.model import CATEGORY, OFFENCE_GROUPS, folded, month_text
from data.sources.base import Loaded, Source, loaded, many
from data.sources.reading import Table
from data.templates import Column, Template

KIND, QUARTERS = "recorded_crime", "recorded_crime_quarters"
CRIME = Template(
    "police recorded crime", "One row for each quarter, force and offence.",
    (
        Column("financial_year", "text", True, True, "As 2017/18."),
        Column("financial_quarter", "list", True, True, "1 is April to June.", allowed=("1", "2", "3", "4")),
        Column("force_name", "text", True, True, "The force, or a body that records fraud nationally."),
        Column("offence_group", "text", True, True, "One of the nine groups, or fraud."),
        Column("number_of_offences", "signed", True, True, "A negative number is a correction."),
    ),
)
COLUMNS = ("financial_year", "financial_quarter", "force_name", "offence_group", "offence_code", "number_of_offences")

NO_FORCES = ("Action Fraud", "CIFAS", "UK Finance", "Financial Fraud Action UK", "National Fraud Intelligence Bureau")
_NO_FORCES = frozenset(folded(name) for name in NO_FORCES)
_FRAUD = folded("Fraud offences")
_GROUPS: Mapping[str, str] = {
    **{folded(name): name for name in OFFENCE_GROUPS},
    folded("Miscellaneous crimes against society"): "Miscellaneous crimes",
}
_YEAR = 12
_QUARTER = 3


def load(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Return the offences of each force, offence group and quarter."""
    checked = check_table(table, template=CRIME, terms=terms, source=source.id, strict=False, rows=(
        _years, _forces, _groups))
    frame = checked.frame
    texts = {name: frame[name].astype("str").map(folded) for name in ("force_name", "offence_group")}
    national, fraud = texts["force_name"].isin(_NO_FORCES), texts["offence_group"] == _FRAUD
    out = national | fraud
    kept = frame[~out]
    quarters = pd.DataFrame({
        "area_code": kept["force_name"].astype("str").map(lambda name: find_area(name, type="police_force")),
        "category": texts["offence_group"][~out].map(lambda name: CATEGORY.find(_GROUPS[name])),
        "month": _months(kept), "offences": kept["number_of_offences"],
    }).astype({"area_code": "str", "category": "str", "month": "int64", "offences": "float64"})
    quarters = quarters.groupby(["area_code", "category", "month"], as_index=False)["offences"].sum()
    left = _left_out(frame, national=national, fraud=fraud & ~national, file=table.file)
    report = replace(checked.report, rows_used=len(kept), defects=(*checked.report.defects, *left))
    return replace(loaded(quarters, source=source, terms=terms, report=report), kind=QUARTERS)


def _months(frame: pd.DataFrame) -> pd.Series:
    """Return the last month of each quarter, as months since year 0: June for quarter 1 of 2017/18 is June 2017."""
    years = frame["financial_year"].astype("str").str[:4].astype("int64")
    return years * 12 + 2 + _QUARTER * frame["financial_quarter"].astype("str").astype("int64")


def _left_out(frame: pd.DataFrame, *, national: pd.Series, fraud: pd.Series, file: str) -> list[Defect]:
    """Say which rows are no figure of a force, a line for each body."""
    names = frame["force_name"].astype("str")
    found = [(names[national & (names == name)], "Force Name", name, f"{name} is no police force")
             for name in dict.fromkeys(names[national])]
    found.append((frame["offence_group"].astype("str")[fraud], "Offence Group", "Fraud offences",
                  "Fraud has been recorded nationally since 2013, not by forces"))
    return [Defect(file=file, line=int(rows.index[0]), column=column, value=value, severity="warning", rows=len(rows),
                   rule=f"{why}; {many(len(rows), 'row was', 'rows were')} left out.", mend="Nothing to do.")
            for rows, column, value, why in found if len(rows)]


# Rows by themselves


def _wrong(frame: pd.DataFrame, *, column: str, right: Mapping[str, bool], rule: str, mend: str) -> Iterable[Findings]:
    texts = frame[column].astype("str")
    wrong = ~texts.map(right).to_numpy(dtype=bool)
    if wrong.any():
        values = list(texts[wrong].iloc[:LISTED])
        yield Findings(frame.index[wrong].to_numpy(), column, values, [Fault(rule.format(value), mend) for value in values])


def _years(frame: pd.DataFrame) -> Iterable[Findings]:
    def right(text: str) -> bool:
        match = re.fullmatch(r"((?:19|20)\d{2})/(\d{2})", text)
        return match is not None and (int(match[1]) + 1) % 100 == int(match[2])

    yield from _wrong(frame, column="financial_year", rule="'{}' is not a financial year.", mend="Write it as 2017/18.",
                      right={text: right(text) for text in frame["financial_year"].astype("str").unique()})


def _forces(frame: pd.DataFrame) -> Iterable[Findings]:
    names = frame["force_name"].astype("str").unique()
    yield from _wrong(
        frame, column="force_name", rule="'{}' is not a police force that we know.",
        mend="Write the name of the force, or leave the row out if it is none.",
        right={name: folded(name) in _NO_FORCES or find_area(name, type="police_force") is not None for name in names})


def _groups(frame: pd.DataFrame) -> Iterable[Findings]:
    names = frame["offence_group"].astype("str").unique()
    yield from _wrong(frame, column="offence_group", rule="'{}' is not an offence group that we know.",
                      mend=f"Write one of: {', '.join(OFFENCE_GROUPS)}.",
                      right={name: folded(name) in _GROUPS or folded(name) == _FRAUD for name in names})


# All files together: quarters to years


def rolling_years(files: Sequence[Loaded]) -> tuple[Loaded, ...]:
    """Return the files with quarters made into the years that end with each of them; the first holds them all.

    A year needs all four of its quarters of its force; a quarter that stands in two files is refused in the second.
    """
    apart, seen = [], {}
    for file in files:
        apart.append(_once(file, seen=seen) if file.kind == QUARTERS else file)
    quarters = [file.table for file in apart if file.kind == QUARTERS]
    if not quarters:
        return tuple(apart)
    years, short = _years_of(pd.concat(quarters, ignore_index=True))
    out = []
    for file in apart:
        if file.kind == QUARTERS:
            file = replace(file, kind=KIND, table=years, report=replace(
                file.report, defects=(*file.report.defects, *_no_year(short, file=file))))
            years = years.iloc[:0]
        out.append(file)
    return tuple(out)


def _once(file: Loaded, *, seen: dict[tuple[str, int], str]) -> Loaded:
    """Refuse a file of which an earlier one holds a quarter of a force already."""
    held = list(dict.fromkeys(zip(file.table["area_code"], file.table["month"], strict=True)))
    twice = next((pair for pair in held if pair in seen), None)
    if twice is None:
        seen.update(dict.fromkeys(held, file.report.file))
        return file
    error = Defect(
        file=file.report.file, column="Financial Quarter", rows=file.report.rows_used,
        value=f"{area_name(twice[0])}, quarter ending {month_text(twice[1])}",
        rule=f"The figures of this force and quarter stand in {seen[twice]} too: they would be counted twice.",
        mend="Send the newer of the two files alone.")
    return replace(file, table=file.table.iloc[:0], report=replace(
        file.report, rows_used=0, defects=(*file.report.defects, error)))


def _years_of(quarters: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the whole years of quarters, and the quarters (area_code, month) that no whole year ends with."""
    wide = quarters.pivot_table(index=["area_code", "month"], columns="category", values="offences", aggfunc="sum")
    parts = []
    for area, rows in wide.groupby(level="area_code"):
        rows = rows.droplevel("area_code")
        ends = [month for month in rows.index if all(month - back in rows.index for back in range(0, _YEAR, _QUARTER))]
        for end in ends:
            # a group without any offence in a quarter has no row; one without a row in the year stays missing
            sums = rows.loc[[end - back for back in range(0, _YEAR, _QUARTER)]].sum(min_count=1).dropna()
            parts.append(pd.DataFrame({
                "area_code": area, "category": sums.index, "month": end, "offences": sums.to_numpy()}))
    empty = quarters.iloc[:0]
    years = pd.concat(parts, ignore_index=True).astype(empty.dtypes.to_dict()) if parts else empty
    held = wide.reset_index()[["area_code", "month"]]
    ended = pd.MultiIndex.from_frame(held).isin(pd.MultiIndex.from_frame(years[["area_code", "month"]]))
    return years[list(empty)].reset_index(drop=True), held[~ended]


def _no_year(short: pd.DataFrame, *, file: Loaded) -> list[Defect]:
    """Note the file's quarters that end no whole year: the first three of a series, and those after a gap."""
    own = set(zip(file.table["area_code"], file.table["month"], strict=True))
    held = [pair for pair in zip(short["area_code"], short["month"], strict=True) if pair in own]
    if not held:
        return []
    forces = len({area for area, _ in held})
    months = np.array([month for _, month in held])
    return [Defect(
        file=file.report.file, column="Financial Quarter", severity="note", rows=len(held),
        value=f"{month_text(int(months.min()))} to {month_text(int(months.max()))}",
        rule=f"{many(len(held), 'quarter')} of {many(forces, 'force')} with which no whole year ends, because not all three "
             "quarters before are there: no figure stands there.", mend="Send the earlier quarters as well.")]
