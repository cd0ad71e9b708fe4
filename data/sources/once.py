"""Published figures of several files, each counted once: what an earlier file holds is refused in a later one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from data.areas import area_name
from data.errors import Defect
from data.model import month_text
from data.sources import ons_boundaries
from data.sources.base import Loaded

_KEY: Mapping[str, str] = {"street_crimes": "force_code", "population": "area_code"}
"""The column that tells, with the month, what a file of a kind is about."""
_SOURCES = frozenset({"police_uk_street", "police_uk_api_street", "ons_population_mye2"})


def refuse_repeats(files: Sequence[Loaded]) -> tuple[Loaded, ...]:
    """Return the files without those of which an earlier one holds an area's month already; each is an error."""
    seen: dict[tuple[str, str, int], str] = {}
    out: list[Loaded] = []
    outlines = ""
    for file in files:
        if file.source_id in _SOURCES:
            pairs = zip(file.table[_KEY[file.kind]], file.table["month"], strict=True)
            held = {(file.kind, area, month): None for area, month in pairs}
            twice = next((each for each in held if each in seen), None)
            if twice is not None:
                file = _refused(file, twice=twice, earlier=seen[twice])
            else:
                seen.update(dict.fromkeys(held, file.report.file))
        elif file.kind == ons_boundaries.KIND and ons_boundaries.all_forces(file.table):
            if outlines:
                file = _taken_out(file, rule=f"The outlines of all forces stand in {outlines} too: one release keeps one set.",
                                  mend="Send one of the two files alone, the newer one.")
            outlines = outlines or file.report.file
        out.append(file)
    return tuple(out)


def _refused(file: Loaded, *, twice: tuple[str, str, int], earlier: str) -> Loaded:
    _, area, month = twice
    return _taken_out(
        file, column="Month", value=f"{area_name(area)}, {month_text(month)}",
        rule=f"The figures of this area and month stand in {earlier} too: they would be counted twice.",
        mend="Send one of the two files alone, the newer one.")


def _taken_out(file: Loaded, *, rule: str, mend: str, column: str = "", value: str = "") -> Loaded:
    error = Defect(file=file.report.file, column=column, value=value, rows=file.report.rows_used, rule=rule, mend=mend)
    report = replace(file.report, rows_used=0, defects=(*file.report.defects, error))
    return replace(file, table=file.table.iloc[:0], report=report)
