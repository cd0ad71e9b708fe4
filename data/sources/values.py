"""A value of a spreadsheet or a Parquet file as the text that a CSV file would hold.

It stands on the standard library alone: the process that reads workbooks needs it and little else.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

EXACT = 10**15
"""Whole numbers below it are exact in a spreadsheet; a longer reference was damaged there."""

ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#GETTING_DATA")
"""What a spreadsheet shows in place of a value that it could not work out."""
NOT_CALCULATED = "#NOT CALCULATED!"
"""Stands for a formula whose value the workbook does not hold."""


def as_text(value: object) -> str:
    """Return a value as text: dates in ISO 8601, whole numbers without decimals, nothing as an empty text.

    >>> as_text(1938.0), as_text(datetime(2026, 10, 1, 9, 30))
    ('1938', '2026-10-01T09:30')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | Decimal):
        return _number(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _number(value: float | Decimal) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    if abs(value) >= EXACT:
        return str(value) if isinstance(value, Decimal) else repr(value)
    if value == int(value):
        return str(int(value))
    return format(Decimal(f"{value:.15g}"), "f")


def _moment(value: datetime) -> str:
    """Return a moment to the second, to the minute where the seconds are none, and a day where it has no time."""
    if value.year < 9999:
        value += timedelta(microseconds=500_000)
    value = value.replace(microsecond=0)
    if value.tzinfo is None and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    return value.isoformat(timespec="minutes" if value.second == 0 else "seconds")
