"""Published figures of several files, each counted once: what an earlier file holds is refused in a later one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from data.areas import area_name
from data.errors import Defect
from data.model import month_text
from data.sources.base import Loaded

_KEY: Mapping[str, str] = {"street_crimes": "force_code", "population": "area_code"}
"""The column that tells, with the month, what a file of a kind is about."""
_SOURCES = frozenset({"police_uk_street", "police_uk_api_street", "ons_population_mye2"})


def refuse_repeats(files: Sequence[Loaded]) -> tuple[Loaded, ...]:
    """Return the files without those of which an earlier one holds an area's month already; each is an error."""
    seen: dict[tuple[str, str, int], str] = {}
    out: list[Loaded] = []
    for file in files:
        if file.source_id in _SOURCES:
            pairs = zip(file.table[_KEY[file.kind]], file.table["month"], strict=True)
            held = {(file.kind, area, month): None for area, month in pairs}
            twice = next((each for each in held if each in seen), None)
            if twice is not None:
                file = _refused(file, twice=twice, earlier=seen[twice])
            else:
                seen.update(dict.fromkeys(held, file.report.file))
        out.append(file)
    return tuple(out)


def _refused(file: Loaded, *, twice: tuple[str, str, int], earlier: str) -> Loaded:
    _, area, month = twice
    error = Defect(
        file=file.report.file, column="Month", value=f"{area_name(area)}, {month_text(month)}", rows=file.report.rows_used,
        rule=f"The figures of this area and month stand in {earlier} too: they would be counted twice.",
        mend="Send one of the two files alone, the newer one.")
    report = replace(file.report, rows_used=0, defects=(*file.report.defects, error))
    return replace(file, table=file.table.iloc[:0], report=report)
