"""Checking a file against its template: every defect at once, each with line, column, value and mend.

The cells of each column are checked by a pandera schema built from the template (lazily: all of
them), rows among themselves by the functions below. A cell or row with an error is taken out, one with
a warning or a note is not: rows in = rows used + rows of errors (and of the warnings that sources give themselves).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches

import numpy as np
import pandas as pd
import pandera.pandas as pa

from data.cells import NUMBERS, SPREADSHEET_ERRORS, WHOLE_VALUES, Fault, Terms
from data.distinct import read_distinct
from data.errors import LISTED, Defect, Report
from data.model import AGE_GROUP, month_text
from data.personal import masked, personal, personal_content, shown
from data.sources.reading import Table
from data.templates import Column, Template

_CODED, _CELLS, _VALUES = 0.2, 0.6, 0.8
"""How much of the checking is done once cells are gathered, checked, and turned into values."""


@dataclass(frozen=True)
class Findings:
    """Faults of one kind: the places of the rows in the table, and for each its value and its fault."""

    places: np.ndarray
    column: str
    values: Sequence[str]
    faults: Sequence[Fault]


@dataclass(frozen=True)
class Checked:
    """The rows that passed, as values under the template's names, and what was found.

    The index is the line of the file on which the row begins.
    """

    frame: pd.DataFrame
    report: Report


RowCheck = Callable[[pd.DataFrame], Iterable[Findings]]


def check_table(
    table: Table, *, template: Template, terms: Terms, source: str, strict: bool = True, rows: Sequence[RowCheck] = ()
) -> Checked:
    """Check ``table`` against ``template`` and return its values; ``strict`` refuses undocumented columns.

    ``rows`` are checked on the rows whose required cells are right, in a frame indexed by place in the table.
    """
    headings = [*_no_rows(table, strict=strict), *_heading_defects(table, template=template, strict=strict)]
    columns = [column for column in template.columns if column.name in table.names and _is_read(column)]
    coded = pd.DataFrame({column.name: table.column(column.name) for column in columns})
    terms.watch(_CODED)
    found = list(_cell_findings(coded, columns=columns, terms=terms))
    right = np.ones(len(table.lines), dtype=bool)
    for findings in found:
        if findings.column in template.required:
            right[findings.places] = False
    if strict:
        found = _stray_first(found, table=table, required=[name for name in template.required if name in table.names])
        found.extend(_unread_personal(table, read=[column.name for column in columns]))
    found.extend(_unread_errors(table, read=[column.name for column in columns]))
    frame = _values(coded, columns=columns, terms=terms, right=right)
    terms.watch(_VALUES)
    for check in rows if set(template.required) <= set(table.names) else ():
        found.extend(check(frame))
    defects, taken = _as_defects(found, table=table)
    frame = frame.loc[~taken[frame.index.to_numpy()]]
    if any(defect.severity == "error" for defect in headings):
        frame, taken = frame.iloc[:0], np.ones(len(table.lines), dtype=bool)
        headings, defects = _all_rows_to_first_error(headings, defects, rows=len(table.lines))
    frame.index = pd.Index(table.lines[frame.index.to_numpy()], name="line")
    listed = sorted((*table.defects, *headings, *defects), key=lambda defect: defect.line)
    return Checked(frame, Report(table.file, source, table.rows_in, len(frame), tuple(listed)))


def _is_read(column: Column) -> bool:
    """A column of words is always read, so that nothing about a person slips in; numbers when used."""
    return column.used or column.kind not in NUMBERS


def _no_rows(table: Table, *, strict: bool) -> list[Defect]:
    """A publisher's file without rows says that nothing was supplied; one of our templates was left unfilled."""
    if table.rows_in:
        return []
    return [Defect(
        file=table.file, line=table.line, severity="error" if strict else "note", rows=0,
        rule="The file has headings but no rows.",
        mend="Fill in at least one row, or leave the file out if there is nothing to supply." if strict else "")]


def _heading_defects(table: Table, *, template: Template, strict: bool) -> list[Defect]:
    known = {column.name: column for column in template.columns}
    defects: list[Defect] = []
    for heading, name in zip(table.columns, table.names, strict=True):
        nameless = re.fullmatch(r"column \d+", heading) is not None
        if name in known and not known[name].used:
            defects.append(Defect(
                file=table.file, line=table.line, column=name, severity="note", rows=0,
                rule=f"'{name}' is not published yet.", mend="Nothing to do: the column may stay in the file."))
        elif name not in known and strict:
            defects.append(_unknown_heading(heading, name=name, template=template, table=table))
        elif nameless and not strict and len(table.lines):
            defects.append(_nameless(table, heading=heading, name=name))
    for name in template.required:
        if name not in table.names:
            defects.append(Defect(
                file=table.file, line=table.line, column=name, rows=0, rule=f"The column '{name}' is missing.",
                mend=f"Add it, with its heading written as {name}."))
    return defects


def _nameless(table: Table, *, heading: str, name: str) -> Defect:
    texts = pd.Series(table.column(name)).astype("str").str.strip()
    first = int((texts != "").to_numpy().argmax())
    return Defect(
        file=table.file, line=int(table.lines[first]), column=heading, value=shown(texts.iloc[first])[:80], severity="note",
        rows=int((texts != "").sum()), rule="The entry stands in a column without a heading and was not read.")


def _unknown_heading(heading: str, *, name: str, template: Template, table: Table) -> Defect:
    what = personal(name)
    known = [column.name for column in template.columns]
    near = get_close_matches(name, known, n=1, cutoff=0.75)
    if what:
        rule, mend = f"The column '{shown(heading)}' looks as if it held {what}.", "Remove the column: it must not be sent."
    elif re.fullmatch(r"column \d+", heading):
        rule, mend = "A column with entries has no heading.", "Give it its heading, or remove it."
    else:
        rule = f"'{shown(heading)}' is not a column of the template '{template.name}'."
        mend = f"Did you mean '{near[0]}'?" if near else f"Remove it. The columns are: {', '.join(known)}."
    return Defect(file=table.file, line=table.line, column=shown(heading), value=shown(heading), rule=rule, mend=mend, rows=0)


def _unread_personal(table: Table, *, read: Sequence[str]) -> Iterable[Findings]:
    """Find personal data in columns that no template documents or that are not read: the first of each kind."""
    for name in table.names:
        if name in read:
            continue
        cells = table.column(name)
        doubtful = ~np.asarray(cells.categories.str.fullmatch(r"\s*[0-9.,+-]{0,9}\s*"), dtype=bool)
        kinds = {code: personal_content(cells.categories[code]) for code in np.flatnonzero(doubtful)}
        for kind in dict.fromkeys(found for found in kinds.values() if found):
            places = np.flatnonzero(np.isin(cells.codes, [code for code, found in kinds.items() if found is kind]))
            more = f" It is so in {len(places):,} rows." if len(places) > 1 else ""
            fault = Fault(kind.rule + more, "Remove the column: it must not be sent.", private=True)
            yield Findings(places[:1], name, [cells[places[0]]], [fault])


def _unread_errors(table: Table, *, read: Sequence[str]) -> Iterable[Findings]:
    """Find cells with an error of the spreadsheet in columns that are not read: the first of each column."""
    for name in table.names:
        if name in read:
            continue
        cells = table.column(name)
        places = np.flatnonzero(np.isin(cells.codes, np.flatnonzero(cells.categories.isin(SPREADSHEET_ERRORS))))
        if len(places):
            more = f" It is so in {len(places):,} rows." if len(places) > 1 else ""
            fault = Fault(f"The cell holds an error of the spreadsheet; the column is not read.{more}",
                          "Mend its formula.", severity="note")
            yield Findings(places[:1], name, [cells[places[0]]], [fault])


def _all_rows_to_first_error(
    headings: list[Defect], defects: list[Defect], *, rows: int
) -> tuple[list[Defect], list[Defect]]:
    """Where the headings are wrong no row is used, and the first wrong heading takes them all out."""
    first = next(place for place, defect in enumerate(headings) if defect.severity == "error")
    headings[first] = replace(headings[first], rows=rows)
    return headings, [replace(defect, rows=0) for defect in defects]


def schema_of(columns: Sequence[Column], *, terms: Terms) -> pa.DataFrameSchema:
    """Return the pandera schema of texts (as categories) that hold what ``columns`` may hold."""

    def fits(column: Column, *, place: int) -> Callable[[pd.Series], pd.Series]:
        def check(texts: pd.Series) -> pd.Series:
            terms.watch(_CODED + (_CELLS - _CODED) * place / len(columns))
            values = read_distinct(texts.cat.categories, column=column, terms=terms)
            right = np.array([not isinstance(value, Fault) for value in values], dtype=bool)
            return pd.Series(right[texts.cat.codes], index=texts.index)

        return check

    return pa.DataFrameSchema({
        column.name: pa.Column(checks=pa.Check(fits(column, place=place), name=column.kind), nullable=False)
        for place, column in enumerate(columns)
    })


def _cell_findings(coded: pd.DataFrame, *, columns: Sequence[Column], terms: Terms) -> Iterable[Findings]:
    try:
        schema_of(columns, terms=terms).validate(coded, lazy=True, inplace=True)
    except pa.errors.SchemaErrors as failure:
        cases = failure.failure_cases
        if cases["index"].isna().any():
            raise
        for column in columns:
            places = np.sort(cases.loc[cases["column"] == column.name, "index"].to_numpy(dtype=np.int64))
            texts = coded[column.name].iloc[places]
            distinct = read_distinct(texts.cat.categories, column=column, terms=terms)
            listed = texts.cat.codes.to_numpy()[:LISTED]
            if len(places):
                yield Findings(places, column.name, list(texts.iloc[:LISTED]), [distinct[code] for code in listed])


_STRAY = re.compile(r"(?i)\W*((grand |sub|overall )?[ -]?totals?|sum|average|mean|source|notes?|produced|prepared|end of)\b.*")
"""How a row begins that stands below figures and is none of them."""


def _stray_first(found: Sequence[Findings], *, table: Table, required: Sequence[str]) -> list[Findings]:
    """Say of each row of totals or notes that it is one, in place of what is wrong with its cells."""
    blank = [findings.places[: len(findings.values)][[not value.strip() for value in findings.values]]
             for findings in found if findings.column in required and findings.values]
    strays: dict[int, tuple[str, str]] = {}
    for place in np.unique(np.concatenate(blank)) if blank else ():
        cells = [(name, str(column[int(place)].as_py()).strip()) for name, column in zip(table.columns, table.cells.columns, strict=True)]
        name, first = next(((name, cell) for name, cell in cells if cell), ("", ""))
        if _STRAY.fullmatch(first):
            strays[int(place)] = name, first
    if not strays:
        return list(found)
    places = np.array(list(strays))
    fault = Fault("The row is a total or a note, not a row of figures.", "Remove it: what is added up is added up here.")
    return [*(Findings(np.array([place]), name, [first], [fault]) for place, (name, first) in strays.items()),
            *(one for one in (_elsewhere(findings, places=places) for findings in found) if len(one.places))]


def _elsewhere(findings: Findings, *, places: np.ndarray) -> Findings:
    """Return findings without those of the rows at ``places``; where too many are found to list all, as they are."""
    if len(findings.places) > LISTED:
        return findings
    kept = np.flatnonzero(~np.isin(findings.places, places))
    return Findings(findings.places[kept], findings.column, [findings.values[at] for at in kept],
                    [findings.faults[at] for at in kept])


def _values(coded: pd.DataFrame, *, columns: Sequence[Column], terms: Terms, right: np.ndarray) -> pd.DataFrame:
    """Return the right rows as values: numbers float64, months and days int64 (float64 if not required), else text."""
    kept = coded.loc[right]
    out: dict[str, object] = {}
    for column in columns:
        cells = kept[column.name].array
        distinct = read_distinct(cells.categories, column=column, terms=terms)
        if column.kind in NUMBERS or column.kind in WHOLE_VALUES:
            known = [value if isinstance(value, (int, float)) else np.nan for value in distinct]
            numbers = np.array(known, dtype=float)
            taken = numbers[cells.codes] if len(numbers) else np.empty(0)
            out[column.name] = taken.astype(np.int64) if column.kind in WHOLE_VALUES and column.required else taken
        else:
            names = np.array([value if isinstance(value, str) else "" for value in distinct], dtype=object)
            texts, codes = np.unique(names, return_inverse=True) if len(names) else (names, np.empty(0, np.int64))
            out[column.name] = pd.Categorical.from_codes(codes[cells.codes], categories=pd.Index(texts, dtype="str"))
    return pd.DataFrame(out, index=kept.index)


def _as_defects(found: Sequence[Findings], *, table: Table) -> tuple[list[Defect], np.ndarray]:
    """Return the findings as defects, and which rows they take out."""
    taken = np.zeros(len(table.lines), dtype=bool)
    defects: list[Defect] = []
    for findings in found:
        out = np.array([fault.severity == "error" or fault.left_out for fault in findings.faults], dtype=bool)
        rest = np.full(max(0, len(findings.places) - len(out)), bool(out.all()))
        out = np.concatenate([out[: len(findings.places)], rest])
        new = ~taken[findings.places] & out
        for place, value, fault, first in zip(
            findings.places[:LISTED], findings.values, findings.faults, new[:LISTED], strict=True
        ):
            said, rule = _said(value, fault=fault)
            defects.append(Defect(
                file=table.file, line=int(table.lines[place]), column=findings.column, value=said, rule=rule,
                mend=fault.mend, severity=fault.severity, rows=int(first)))
        if len(findings.places) > LISTED:
            defects.append(Defect(
                file=table.file, line=int(table.lines[findings.places[LISTED]]), column=findings.column,
                rule=f"{len(findings.places) - LISTED:,} more rows from here on have such a fault.",
                mend="Mend them as the ones above.", rows=int(new[LISTED:].sum())))
        taken[findings.places[out]] = True
    return defects, taken


def _said(value: str, *, fault: Fault) -> tuple[str, str]:
    """Return a value and the rule as they may be reported: personal data masked, long ones cut."""
    if fault.private or personal_content(value):
        hidden = masked(value)
        return hidden, fault.rule.replace(value.strip(), hidden) if value.strip() else fault.rule
    return value[:80], fault.rule.replace(value, value[:80] + "...") if len(value) > 80 else fault.rule


def same_rows(frame: pd.DataFrame, *, key: Sequence[str], what: str) -> Iterable[Findings]:
    """Find rows whose ``key`` stands in an earlier row; the first one is kept."""
    codes = np.zeros(len(frame), dtype=np.int64)
    for name in key:
        part, members = pd.factorize(frame[name])
        codes = codes * (len(members) + 1) + part
    again = pd.Series(codes).duplicated().to_numpy()
    if not again.any():
        return
    places = frame.index.to_numpy()[again]
    texts = [_key_text(row, key=key) for row in frame.loc[places[:LISTED], list(key)].itertuples(index=False)]
    column = key[0] if len(key) == 1 else ""
    fault = Fault(f"The same {what} stands in an earlier row.", "Keep one of the rows and remove the other.")
    yield Findings(places, column, texts, [fault] * len(texts))


def _key_text(row: Iterable[object], *, key: Sequence[str]) -> str:
    """Return the cells of a key as they are written: months and days are numbers in a frame."""
    return ", ".join(
        month_text(int(part)) if name == "month"
        else date.fromordinal(int(part)).isoformat() if isinstance(part, int | np.integer) else str(part)
        for name, part in zip(key, row, strict=True))


def overlapping_ages(
    frame: pd.DataFrame, *, beside: Sequence[str] = ("month", "area_code", "channel")
) -> Iterable[Findings]:
    """Find wide age groups that stand beside one of their parts where the columns ``beside`` are the same."""
    wide = [group for group in AGE_GROUP.groups if (frame["age_group"] == group.id).any()]
    key = list(beside)
    plain = {name: str for name in key if name != "month"}
    said = "month, area and channel" if len(key) == 3 else "month, area and other columns"
    for group in wide:
        rows = frame.loc[frame["age_group"] == group.id, key].astype(plain)
        narrow = frame.loc[frame["age_group"].isin(group.parts), [*key, "age_group"]]
        narrow = narrow.astype({**plain, "age_group": str}).drop_duplicates(key)
        both = rows.reset_index(names="place").merge(narrow, on=key)
        if len(both):
            faults = [
                Fault(f"'{group.id}' stands beside '{part}', which it contains, for the same {said}.",
                      f"Give either '{group.id}' or its parts: {', '.join(group.parts)}.")
                for part in both["age_group"].iloc[:LISTED]
            ]
            yield Findings(both["place"].to_numpy(), "age_group", [group.id] * len(faults), faults)
