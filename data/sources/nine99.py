"""999 performance: calls answered by each force and month, and how fast, one row a force and month.

The layout is known from its description alone, no file was at hand: columns are found by what their headings say
(calls answered; under 10 seconds; 10 to 60; 60 and over; mean answer time), months and shares in whatever form is
plain. Normalised like other published figures of contact: area_code, channel, measure, value, unit, the month and 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from data.areas import area_name, find_area
from data.cells import Fault, Terms
from data.errors import Defect, Report, SourceError
from data.model import folded, month_index, month_text
from data.periods import first_day, last_day, month_label
from data.sources.base import Loaded, Source, loaded
from data.sources.platforms import number, seen
from data.sources.reading import Table

COLUMNS = ("month", "force", "calls_answered")
FIRST = month_index("2021-11")
"""The first month of the series."""
BANDS = ("under_10", "10_to_60", "60_and_over")
KEPT_FOR = ("Its files are read, checked and kept with the release; no figure is made of them, because its shares are "
            "rounded. The template calls takes the numbers of calls themselves.")
_HEADINGS: Mapping[str, str] = {
    "under_10": r".*(under|less_than|within|in|below)_10(_s.*)?",
    "10_to_60": r".*(?<!\d)10_(to_|and_|s(econds)?_to_)?60(_s.*)?",
    "60_and_over": r".*(60_(s(econds)?_)?(and_|or_)?(over|more)|(over|after|more_than)_60)(_s.*)?",
    "mean": r".*(mean|average).*",
}
MEASURES: Mapping[str, tuple[str, str]] = {
    "calls": ("calls answered", "calls"),
    "under_10": ("calls answered within 10 seconds", "percent"),
    "10_to_60": ("calls answered after 10 to 60 seconds", "percent"),
    "60_and_over": ("calls answered after 60 seconds or more", "percent"),
    "mean": ("mean answer time", "seconds"),
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WHOLE = (99.0, 101.0)
"""What the three shares may add up to after rounding."""


def load(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Read months of forces. Raises ``SourceError`` where a column cannot be told from its heading."""
    columns = _columns(table)
    defects: list[Defect] = list(table.defects)
    rows: dict[tuple[str, int], dict[str, float]] = {}
    cells = {name: [str(text).strip() for text in table.column(column)] for name, column in columns.items()}
    for place, line in enumerate(table.lines):
        texts = {name: column[place] for name, column in cells.items()}
        row = _row(texts, today=terms.today)
        if not isinstance(row, _Wrong) and (row[0], row[1]) in rows:
            row = _Wrong("force", Fault("The same force and month stand in an earlier row.", "Keep one of the rows."))
        if isinstance(row, _Wrong):
            heading = table.columns[table.names.index(columns[row.name])]
            defects.append(Defect(file=table.file, line=int(line), column=heading, value=_seen_or_name(texts[row.name]),
                                  rule=row.fault.rule, mend=row.fault.mend, severity=row.fault.severity))
        else:
            rows[(row[0], row[1])] = row[2]
    defects.append(Defect(file=table.file, severity="note", rows=len(rows), rule=KEPT_FOR))
    if not table.rows_in:
        defects.append(Defect(file=table.file, line=1, severity="note", rows=0, rule="The file has headings but no rows."))
    report = Report(table.file, source.id, table.rows_in, len(rows), tuple(sorted(defects, key=lambda one: one.line)))
    result = loaded(_long(rows), source=source, terms=terms, report=report)
    latest = month_text(max(month for _, month in rows)) if rows else source.vintage
    return replace(result, vintage=terms.vintage or latest)


@dataclass(frozen=True)
class _Wrong:
    """A row that cannot be used: which of its cells, and why."""

    name: str
    fault: Fault


def _columns(table: Table) -> dict[str, str]:
    """Return which column holds what, by its heading."""
    found = {"month": "month", "force": "force", "calls": "calls_answered"}
    for name, pattern in _HEADINGS.items():
        fitting = [column for column in table.names if column not in COLUMNS and re.fullmatch(pattern, column)]
        if len(fitting) != 1:
            what = MEASURES[name][0]
            rule = f"{'No column' if not fitting else 'More than one column'} of the file can be read as '{what}'."
            mend = (f"Name one column '{what}', such as '% answered under 10 seconds', '% 10 to 60 seconds', "
                    "'% 60 seconds and over', 'Mean answer time'.")
            raise SourceError(f"{table.file}: {rule} {mend}", defects=(
                Defect(file=table.file, line=1, rule=rule, mend=mend, rows=0),))
        found[name] = fitting[0]
    return found


def _row(texts: Mapping[str, str], *, today: date) -> tuple[str, int, dict[str, float]] | _Wrong:
    area = find_area(texts["force"], type="police_force")
    if area is None:
        return _Wrong("force", _unknown(texts["force"]))
    month = _month(texts["month"], today=today)
    if isinstance(month, Fault):
        return _Wrong("month", month)
    values: dict[str, float] = {}
    for name, read in _READ.items():
        value = read(texts[name]) if texts[name] else None
        if isinstance(value, Fault):
            return _Wrong(name, value)
        values[name] = np.nan if value is None else value
    shares = [values[name] for name in BANDS]
    together = sum(shares)
    if np.isnan(together):
        return area, month, values
    factor = 100.0 if abs(together - 1) <= 0.01 and not any("%" in texts[name] for name in BANDS) else 1.0
    if not _WHOLE[0] <= together * factor <= _WHOLE[1]:
        return _Wrong("under_10", Fault("The three shares do not come to 100 percent together.",
                                        "Check the row with its publisher."))
    return area, month, {**values, **{name: round(values[name] * factor, 6) for name in BANDS}}


def _unknown(text: str) -> Fault:
    if folded(text) in ("national", "total", "all", "all forces", "average") or find_area(text, type="country"):
        return Fault("A row of totals is left out.", "Nothing to do.", severity="warning", left_out=True)
    return Fault("The cell is not a police force that we know.", "Write the force's full name, such as Surrey.")


def _month(text: str, *, today: date) -> int | Fault:
    plain = text.lower()
    if match := re.fullmatch(r"([0-9]{4})-([0-9]{2})(?:-[0-9]{2})?", plain):
        year, number_ = int(match[1]), int(match[2])
    elif match := re.fullmatch(r"[0-9]{1,2}/([0-9]{1,2})/([0-9]{4})", plain):
        year, number_ = int(match[2]), int(match[1])
    elif (match := re.fullmatch(r"([a-z]{3})[a-z]*[ -]([0-9]{4}|[0-9]{2})", plain)) and match[1] in _MONTHS:
        year, number_ = int(match[2]) + (2000 if len(match[2]) == 2 else 0), _MONTHS.index(match[1]) + 1
    else:
        return Fault("The cell holds no month.", "Write the year, a hyphen and two digits, such as 2026-09.")
    if not 1 <= number_ <= 12:
        return Fault("There is no such month.", "Write the year, a hyphen and two digits, such as 2026-09.")
    month = year * 12 + number_ - 1
    if month < FIRST:
        return Fault(f"The series begins in {month_label(FIRST)}.", "Check the year.")
    if last_day(month) >= today:
        return Fault(f"{month_label(month)} is not over (today is {today.isoformat()}).", "Check the year and the month.")
    return month


def _share(text: str) -> float | Fault | None:
    if text == "-":
        return None
    match = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]+)?)\s*%?", text)
    if not match or float(match[1]) > 100:
        return Fault("The cell holds no percentage.", "Write a number from 0 to 100, such as 91.2.")
    return float(match[1])


def _seconds(text: str) -> float | Fault | None:
    if text == "-":
        return None
    if match := re.fullmatch(r"(?:([0-9]{1,2}):)?([0-9]{1,2}):([0-9]{2}(?:\.[0-9]+)?)", text):
        return timedelta(hours=int(match[1] or 0), minutes=int(match[2]), seconds=float(match[3])).total_seconds()
    if match := re.fullmatch(r"([0-9]{1,4}(?:\.[0-9]+)?)\s*(?:s|seconds?)?", text):
        return float(match[1])
    return Fault("The cell holds no time in seconds.", "Write seconds, such as 6.4.")


_READ: Mapping[str, Callable[[str], float | Fault | None]] = {
    "calls": number, "under_10": _share, "10_to_60": _share, "60_and_over": _share, "mean": _seconds,
}


def _seen_or_name(text: str) -> str:
    """Return a cell as it may be repeated: a number, a date or the name of a place; all else masked."""
    return text if find_area(text) or folded(text) in ("national", "total") else seen(text)


def _long(rows: Mapping[tuple[str, int], Mapping[str, float]]) -> pd.DataFrame:
    """Return a row for each figure, in the columns of other published figures of contact."""
    out = [
        {"area": area_name(area), "area_code": area, "channel": "phone_999", "period_start": first_day(month).isoformat(),
         "period_end": last_day(month).isoformat(), "measure": MEASURES[name][0], "value": value, "unit": MEASURES[name][1],
         "note": "", "source": "999 performance", "coverage": "", "month": month, "months": 1}
        for (area, month), values in rows.items() for name, value in values.items() if not np.isnan(value)
    ]
    texts = ("area", "area_code", "channel", "period_start", "period_end", "measure", "unit", "note", "source", "coverage")
    table = pd.DataFrame(out, columns=["area", "area_code", "channel", "period_start", "period_end", "measure", "value", "unit",
                                       "note", "source", "coverage", "month", "months"])
    return table.astype({**dict.fromkeys(texts, "str"), "value": "float64", "month": "int64", "months": "int64"})
