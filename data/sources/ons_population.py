"""Mid-year estimates of the Office for National Statistics: table MYE2, residents by single year of age.

Sheets ``MYE2-All`` (2018) or ``MYE2 - Persons`` (later): ``Code, Name, Geography, All ages, 0 ... 90`` (``90+`` in
later years), under a title that tells the year (``mid-2018``). Countries, regions and counties stand among their
districts and are left out, or totals would double: codes E06 to E09, W06, S12, N09 are kept. Normalised: area_code,
age_group (``all``, or a band of the house), month = June, population, for districts of 2019 and for forces. A force is
the sum of its districts of any year, and stands only where all of them are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from data.areas import AREAS, NEWER_DISTRICTS, Lookups, area_name, district_of_2019
from data.cells import Fault, Terms
from data.checks import Findings, check_table, same_rows
from data.errors import Defect, Report
from data.model import ALL
from data.sources.base import Loaded, Source, loaded, many
from data.sources.reading import Table
from data.templates import Column, Template

OLDEST = 90
AGES = tuple(str(age) for age in range(OLDEST + 1))
POPULATION = Template(
    "mid-year estimates", "One row for each area.",
    (Column("code", "text", True, True, "Code of the area."), Column("all_ages", "whole", True, True, "All residents."),
     *(Column(age, "whole", True, True, "Residents of this age.") for age in AGES)),
)
COLUMNS = ("code", "name", "all_ages", "0", "1", "89")
BANDS: Mapping[str, range] = {
    "under 16": range(16), "16-17": range(16, 18), "18-24": range(18, 25), "25-34": range(25, 35),
    "35-44": range(35, 45), "45-54": range(45, 55), "55-64": range(55, 65), "65-74": range(65, 75),
    "75+": range(75, OLDEST + 1),
}
SCOTLAND, NORTHERN_IRELAND = "S23000009", "N23000001"
_COUNCILS: Mapping[str, tuple[str, int]] = {"S12": (SCOTLAND, 32), "N09": (NORTHERN_IRELAND, 11)}
_DISTRICT = r"(?:E0[6-9]|W06|S12|N09)\d{6}"
_CODE = r"[EWSNKJ]\d{8}"


def load(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Return the residents of each district and force by age, at the middle of the year that the title tells."""
    year, sex = _year(table, terms=terms), _sex(table)
    if sex or not year:
        return loaded(_nothing(), source=source, terms=terms, report=_refused(table, source=source, sex=sex))
    kept, aside = _districts_only(_with_plain_ages(table))
    checked = check_table(kept, template=POPULATION, terms=terms, source=source.id, strict=False, rows=(
        _each_once, _no_district_twice, _ages_add_up))
    rows = checked.frame.reindex(columns=[column.name for column in POPULATION.columns])  # without rows where one is missing
    codes = rows["code"].astype("str")
    of = [_force_of(code, lookups=terms.lookups) for code in codes]
    bands = pd.DataFrame({ALL: rows["all_ages"], **{
        band: rows[[str(age) for age in ages]].sum(axis=1) for band, ages in BANDS.items()}})
    lost = np.array([force == "" for force in of], dtype=bool)
    of_forces = np.array(of, dtype=object)[~lost]
    there = {force: set(codes[~lost][of_forces == force]) for force in dict.fromkeys(of_forces)}
    short = sorted(force for force, held in there.items() if not _is_whole(force, codes=held, lookups=terms.lookups))
    forces = bands[~lost].groupby(pd.Index(of_forces, name="area_code")).sum().drop(index=short)
    districts = bands.set_index(pd.Index([district_of_2019(code) for code in codes], name="area_code"))
    both = pd.concat([districts[districts.index != ""], forces])
    tidy = both.rename_axis(columns="age_group").stack().rename("population").reset_index()
    tidy = tidy.assign(month=year * 12 + 5)[["area_code", "age_group", "month", "population"]]
    tidy = tidy.astype({"area_code": "str", "age_group": "str", "month": "int64", "population": "float64"})
    report = replace(
        checked.report, rows_in=table.rows_in, rows_used=len(rows) - int(lost.sum()),
        defects=(*checked.report.defects, *aside, *_unknown(codes[lost], file=table.file), *_short(short, there=there, file=table.file)))
    result = loaded(tidy, source=source, terms=terms, report=report)
    return replace(result, vintage=terms.vintage or f"{year}-06")


# What the sheet is


def _above(table: Table) -> str:
    """Return what stands above the headings; the title tells the year and whether it is of all persons."""
    return " ".join(table.above)


def _year(table: Table, *, terms: Terms) -> int:
    """Return the year of the estimates, 0 where neither the title nor a heading tells one."""
    match = re.search(r"\bmid[- ](\d{4})\b", " ".join((_above(table), *table.columns)), flags=re.IGNORECASE)
    return int(match[1]) if match and int(match[1]) <= terms.today.year else 0


def _sex(table: Table) -> str:
    """Return ``males`` or ``females`` where the sheet holds those alone, else an empty text."""
    sheet = table.file.rpartition(", sheet ")[2] if ", sheet " in table.file else ""
    for text in (sheet, _above(table).partition(" by ")[0]):
        match = re.search(r"\b(males|females)\b", text, flags=re.IGNORECASE)
        if match:
            return match[1].lower()
    return ""


def _refused(table: Table, *, source: Source, sex: str) -> Report:
    rows = table.rows_in - sum(defect.rows for defect in table.defects if defect.severity != "note")
    if sex:
        defect = Defect(file=table.file, severity="warning", rows=rows, mend="Nothing to do.",
                        rule=f"The sheet holds {sex} alone; the sheet of all persons is used.")
    else:
        defect = Defect(file=table.file, line=1, rows=rows,
                        rule="The file does not tell the year of its estimates.",
                        mend="Send the sheet as it was published: its title, above the headings, says mid-2018 or the like.")
    return Report(table.file, source.id, table.rows_in, 0, (*table.defects, defect))


def _nothing() -> pd.DataFrame:
    return pd.DataFrame({"area_code": pd.Series(dtype="str"), "age_group": pd.Series(dtype="str"),
                         "month": pd.Series(dtype="int64"), "population": pd.Series(dtype="float64")})


def _with_plain_ages(table: Table) -> Table:
    """Return the table with ``90+`` and ``90.0`` headed ``90``."""
    return replace(table, columns=tuple(re.sub(r"^(\d{1,2})(?:\.0)?\+?$", r"\1", name.strip()) for name in table.columns))


def _districts_only(table: Table) -> tuple[Table, list[Defect]]:
    """Return the rows of districts, and what is said of the others."""
    codes = pd.Series(table.column("code")).astype("str").str.strip()
    kept = codes.str.fullmatch(_DISTRICT).to_numpy(dtype=bool)
    other = ~kept & codes.str.fullmatch(_CODE).to_numpy(dtype=bool)
    said = (
        (other, "row is", "rows are", "of countries, regions and counties, left out because their districts are there."),
        (~kept & ~other, "row has", "rows have", "no code of an area: notes of the publisher, left out."),
    )
    aside = [Defect(file=table.file, line=int(table.lines[which][0]), column="Code", value=codes[which].iloc[0][:80],
                    severity="warning", rows=int(which.sum()), rule=f"{many(int(which.sum()), one, more)} {words}",
                    mend="Nothing to do.")
             for which, one, more, words in said if which.any()]
    rows = replace(table, cells=table.cells.filter(pa.array(kept)), lines=table.lines[kept], rows_in=int(kept.sum()))
    return rows, aside


# Rows among themselves


def _each_once(frame: pd.DataFrame) -> Iterable[Findings]:
    yield from same_rows(frame, key=("code",), what="district")


def _no_district_twice(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find districts that stand beside the newer one that they became a part of."""
    codes = frame["code"].astype("str")
    became = {part: newer for newer in NEWER_DISTRICTS.values() if (codes == newer.code).any() for part in newer.parts}
    wrong = codes.isin(became.keys()).to_numpy(dtype=bool)
    if wrong.any():
        values = list(codes[wrong])
        yield Findings(frame.index[wrong].to_numpy(), "code", values, [
            Fault(f"'{code}' is a part of {became[code].name}, which stands here too.", "Keep one of the two.")
            for code in values])


def _ages_add_up(frame: pd.DataFrame) -> Iterable[Findings]:
    if not set(AGES) <= set(frame):
        return
    wrong = (frame[list(AGES)].sum(axis=1) != frame["all_ages"]).to_numpy(dtype=bool)
    if wrong.any():
        values = [f"{value:g}" for value in frame.loc[wrong, "all_ages"]]
        yield Findings(frame.index[wrong].to_numpy(), "all_ages", values, [
            Fault("The ages do not add up to all ages.", "Check the row with its publisher.")] * len(values))


# Forces


def _force_of(code: str, *, lookups: Lookups) -> str:
    """Return the force of a district of any year, empty where it is not known."""
    return _COUNCILS[code[:3]][0] if code[:3] in _COUNCILS else lookups.force_of(code)


def _short(forces: Sequence[str], *, there: Mapping[str, set[str]], file: str) -> list[Defect]:
    return [Defect(file=file, column="Code", severity="note", rows=len(there[force]), value=force,
                   rule=f"Not all districts of {area_name(force)} are there: it has no figure of its own.",
                   mend="Send the whole sheet, or a lookup of districts and forces of its year beside it.")
            for force in forces]


def _is_whole(force: str, *, codes: set[str], lookups: Lookups) -> bool:
    """Return whether ``codes`` hold a whole force: all its districts of 2019, or all of a lookup that came with it."""
    for councils, number in _COUNCILS.values():
        if force == councils:
            return len(codes) == number
    covered = codes | {part for code in codes if code in NEWER_DISTRICTS for part in NEWER_DISTRICTS[code].parts}
    owing = {code for code, area in AREAS.items() if area.type == "district" and area.force == force}
    told = {code for code, of in lookups.forces.items() if of == force}
    return owing <= covered or bool(told) and told <= codes


def _unknown(codes: pd.Series, *, file: str) -> list[Defect]:
    return [Defect(
        file=file, line=int(line), column="Code", value=code, severity="warning",
        rule=f"The force of the district '{code}' is not known; the row was left out.",
        mend="Lay a lookup of districts and forces of the same year beside the file.")
        for line, code in codes.items()]
