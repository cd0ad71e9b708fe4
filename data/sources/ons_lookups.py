"""Lookups of the Office for National Statistics: district to force, small area (LSOA) to district, names of forces.

The year is part of the headings (``LAD19CD``, ``PFA23NM``), their order differs by year, other levels stand between
them, and districts and small areas repeat: a lookup is recognised by its headings without their years. Both vintages
of small areas (2011 and 2021) may stand in one row. Normalised: code, area_code (the force of a district, the district
of a small area); names of forces have none. Nothing is published of them: they place the rows of other files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from data.areas import AREAS, Lookups, area_name, find_area
from data.cells import Fault, Terms
from data.checks import LISTED, Findings, check_table
from data.errors import Defect, Report
from data.sources.base import Loaded, Source, loaded, many, under_own_headings, yearless
from data.sources.reading import Table
from data.templates import Column, Template

DISTRICT_TO_FORCE, SMALL_AREAS, FORCE_NAMES = "ons_lookup_districts", "ons_lookup_small_areas", "ons_force_names"
_DISTRICT = r"E0[6-9]\d{6}|W06\d{6}|S12\d{6}|N09\d{6}"
_SMALL_AREA = r"[EW]01\d{6}"


def _template(name: str, *required: str, optional: Sequence[str] = ()) -> Template:
    return Template(name, "One row for each place.", (
        *(Column(column, "text", True, True, "") for column in required),
        *(Column(column, "text", False, True, "") for column in optional)))


DISTRICTS = _template("lookup of districts", "ladcd", "pfacd", optional=("ladnm", "pfanm"))
SMALL = _template("lookup of small areas", "lsoacd", "ladcd", optional=("lsoacd_2",))
NAMES = _template("names of forces", "pfacd", optional=("pfanm",))


def load_districts(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Return the force of each district; rows that differ from a known force, or from an earlier row, are left out."""
    return _load(table, source=source, terms=terms, template=DISTRICTS, key="ladcd", value="pfacd", checks=(
        partial(_formed, column="ladcd", pattern=_DISTRICT, what="a district"), _known_force, _force_of_district,
        partial(_no_contradiction, key="ladcd", value="pfacd", what="district")))


def load_small_areas(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Return the district of each small area, of both vintages where the lookup has both."""
    return _load(table, source=source, terms=terms, template=SMALL, key="lsoacd", value="ladcd", checks=(
        partial(_formed, column="lsoacd", pattern=_SMALL_AREA, what="a small area"),
        partial(_formed, column="ladcd", pattern=_DISTRICT, what="a district"),
        partial(_no_contradiction, key="lsoacd", value="ladcd", what="small area")))


def load_names(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Return the codes of forces whose names are the ones that we know them by."""
    return _load(table, source=source, terms=terms, template=NAMES, key="pfacd", value="", checks=(
        _known_force, _known_name))


def lookups_of(files: Iterable[Loaded]) -> Lookups:
    """Return what all lookups of a delivery tell together; what is told first stands."""
    forces: dict[str, str] = {}
    small_areas: dict[str, str] = {}
    told = {DISTRICT_TO_FORCE: forces, SMALL_AREAS: small_areas}
    for file in files:
        if file.source_id in told:
            pairs = dict(zip(file.table["code"], file.table["area_code"], strict=True))
            told[file.source_id] |= {**pairs, **told[file.source_id]}
    return Lookups(forces, small_areas)


def _load(
    table: Table, *, source: Source, terms: Terms, template: Template, key: str, value: str, checks: Sequence[object]
) -> Loaded:
    headings = _headings(table)
    view = replace(table, columns=tuple(headings))
    checked = check_table(view, template=template, terms=terms, source=source.id, strict=False, rows=checks)  # type: ignore[arg-type]
    rows = checked.frame.astype("str")
    codes = [rows[name] for name in (key, f"{key}_2") if name in rows]
    values = rows[value].map(lambda code: find_area(code, type="police_force") or code) if value else None
    told = pd.DataFrame({
        "code": pd.concat(codes), "area_code": "" if values is None else pd.concat([values] * len(codes)),
    }).astype("str")
    told = told[told["code"] != ""].drop_duplicates("code").reset_index(drop=True)
    defects = (*checked.report.defects, *_notes(checked.report, rows=rows, key=key, told=len(told)))
    report = replace(checked.report, defects=tuple(
        under_own_headings(defects, columns=table.columns, read_as=headings)))
    return loaded(told, source=source, terms=terms, report=report)


def _headings(table: Table) -> list[str]:
    """Return the headings without their years, the second of a kind with ``_2``, however many follow with more."""
    seen: dict[str, int] = {}
    found = []
    for name in table.names:
        plain = yearless(name)
        seen[plain] = seen.get(plain, 0) + 1
        found.append(plain if seen[plain] == 1 else f"{plain}_{seen[plain]}")
    return found


def _notes(report: Report, *, rows: pd.DataFrame, key: str, told: int) -> list[Defect]:
    what = {"ladcd": "district", "lsoacd": "small area", "pfacd": "force"}[key]
    again = int(rows[key].duplicated().sum())
    twice = f"; {many(again, 'row repeats', 'rows repeat')} one of them" if again else ""
    notes = [Defect(file=report.file, severity="note", rows=len(rows), rule=(
        f"Read: {many(told, what)}{twice}. They help to place the rows of other files; no figure is made of them."))]
    if key == "pfacd" and "pfanm" in rows and (rows["pfanm"] == "").any():
        first = rows.index[rows["pfanm"] == ""]
        notes.append(Defect(
            file=report.file, line=int(first[0]), column="pfanm", severity="note", rows=len(first),
            rule=f"{many(len(first), 'force has', 'forces have')} no name here, and {'is' if len(first) == 1 else 'are'} known "
                 "by the code.", mend="Nothing to do."))
    return notes


# Rows among themselves: what does not hold takes its row out with a warning, and stops nothing


def _found(frame: pd.DataFrame, wrong: pd.Series, *, column: str, rule: str, mend: str) -> Iterable[Findings]:
    if wrong.any():
        values = [str(value) for value in frame.loc[wrong, column].iloc[:LISTED]]
        yield Findings(frame.index[wrong].to_numpy(), column, values, [
            Fault(rule.format(value), mend, severity="warning", left_out=True) for value in values])


def _formed(frame: pd.DataFrame, *, column: str, pattern: str, what: str) -> Iterable[Findings]:
    wrong = ~frame[column].astype("str").str.strip().str.fullmatch(pattern)
    yield from _found(frame, wrong, column=column, rule=f"'{{}}' is not the code of {what}.",
                      mend="Check the file with its publisher; the row was left out.")


def _known_force(frame: pd.DataFrame) -> Iterable[Findings]:
    wrong = ~frame["pfacd"].astype("str").map(lambda code: find_area(code, type="police_force") is not None)
    yield from _found(frame, wrong.astype(bool), column="pfacd", rule="'{}' is not the code of a police force.",
                      mend="Check the file with its publisher; the row was left out.")


def _force_of_district(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find districts that are known and lie in another force: no lookup moves one."""
    known = frame["ladcd"].astype("str").map(Lookups().force_of)
    told = frame["pfacd"].astype("str").map(lambda code: find_area(code, type="police_force") or "")
    wrong = (known != "") & (told != "") & (known != told)
    yield from _found(frame, wrong, column="ladcd", rule="'{}' is known to lie in another force.",
                      mend="Check the file with its publisher; the known force is kept.")


def _known_name(frame: pd.DataFrame) -> Iterable[Findings]:
    if "pfanm" not in frame:
        return
    names, codes = frame["pfanm"].astype("str"), frame["pfacd"].astype("str").map(
        lambda code: find_area(code, type="police_force") or "")
    wrong = (names != "") & (codes != "") & (names.map(lambda name: find_area(name, type="police_force")) != codes)
    for place in frame.index[wrong]:
        known = area_name(codes[place]) if codes[place] in AREAS else ""
        yield from _found(frame, pd.Series(frame.index == place, index=frame.index), column="pfanm",
                          rule=f"'{{}}' is not the name of {known}.",
                          mend="Check the file with its publisher; the row was left out.")


def _no_contradiction(frame: pd.DataFrame, *, key: str, value: str, what: str) -> Iterable[Findings]:
    first = frame.groupby(key, observed=True)[value].transform("first").astype("str")
    wrong = first != frame[value].astype("str")
    yield from _found(frame, wrong, column=key, mend="Check the file with its publisher; the earlier row is kept.",
                      rule=f"The {what} '{{}}' stands in an earlier row with another code beside it.")
