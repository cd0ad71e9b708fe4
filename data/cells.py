"""What a cell of each kind may hold: read one text into a value, or say what is wrong and how to mend it.

Dates are ISO 8601; a time with an offset is read as London time, one without as written. Values:
month -> months since year 0; dates -> days (proleptic ordinal); moments -> one whole number, see
``moment``; numbers -> float; all else -> text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from data.areas import AREAS, NEWER_DISTRICTS, Lookups, find_area
from data.measures import MEASURE_BY_ID
from data.mending import date_mend, month_mend, number_mend, period_mend
from data.model import AGE_GROUP, ALL, DIMENSIONS, Origin, folded, month_index, month_text
from data.personal import masked, personal_content
from data.sources.values import ERRORS, NOT_CALCULATED
from data.template import FIRST_YEAR
from data.templates import Column

LONDON_TIME = ZoneInfo("Europe/London")
FIRST_MONTH = month_index(f"{FIRST_YEAR}-01")
ILLUSTRATIVE_PREFIX = "ILL-"
MOST_WORDS = 300
"""Characters of a text that is published."""

SPREADSHEET_ERRORS = (*ERRORS, NOT_CALCULATED)


@dataclass(frozen=True)
class Terms:
    """What reading a file depends on beside the file: the day it is read and whose figures it holds.

    ``watch`` is told how much of the checking is done.
    """

    today: date
    origin: Origin = "uploaded"
    vintage: str = ""
    lookups: Lookups = Lookups()
    """What lookups that came with the file tell of districts and small areas."""
    watch: Callable[[float], None] = field(default=lambda share: None, compare=False, repr=False)


@dataclass(frozen=True)
class Fault:
    """Why a cell cannot be used, and how to mend it, in plain words."""

    rule: str
    mend: str
    severity: Literal["error", "warning", "note"] = "error"
    left_out: bool = False
    """Whether a warning takes its row out, as every error does."""
    private: bool = False
    """Whether the cell may hold personal data: its value is then masked wherever the fault is told."""


Value = str | int | float
Reader = Callable[..., "Value | Fault"]


_ALSO_CALLED = {"twitter": "x", "x twitter": "x", "fb": "facebook", "insta": "instagram", "ig": "instagram", "101": "phone_101",
                "999": "phone_999", "tip line": "hotline", "radio": "tv_radio", "tv": "tv_radio"}
"""What else channels and platforms are called: a suggestion says them, nobody's meaning is guessed."""


def _suggestion(text: str, *, names: Mapping[str, str], otherwise: str) -> str:
    """Return "Did you mean ...?" for the name nearest to ``text``, else ``otherwise``."""
    begun = [name for name in names if name.startswith(f"{folded(text)} ")]
    near = begun if len(begun) == 1 else get_close_matches(folded(text), list(names), n=1, cutoff=0.7)
    return f"Did you mean '{names[near[0]]}'?" if near else otherwise


def _member(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    dimension = DIMENSIONS[column.kind]
    wide = column.kind == "age_group"
    found = dimension.find(text)
    if found is not None and (wide or not dimension.by_id[found].parts):
        return found
    allowed = [member for member in (*dimension.groups, *dimension.members) if wide or not member.parts]
    listed = ", ".join(member.id for member in sorted(allowed, key=lambda member: dimension.order[member.id]))
    words = f"'{text}' is not {'an' if column.kind[0] == 'a' else 'a'} {dimension.label.lower()}."
    if found is not None:
        parts = ", ".join(dimension.by_id[found].parts)
        return Fault(words, f"It stands for several. Write one of them: {parts}.")
    if folded(text) in ("all", "total", "all ages", "any"):
        return Fault(words, "Leave rows of totals out; write 'unknown' where the channel tells no more.")
    names = {folded(name): member.id for member in allowed for name in (member.id, member.label)}
    names |= _ALSO_CALLED if column.kind == "channel" else {}
    return Fault(words, _suggestion(text, names=names, otherwise=f"Write one of: {listed}."))


_LEVEL = {"area": None, "force": "police_force", "borough": "district"}


def _area(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    level = _LEVEL[column.kind]
    code = find_area(text, type=level)  # type: ignore[arg-type]
    if code is not None and AREAS[code].type == "country":
        return Fault(f"'{text}' is a country.", "Give the figures of each force or district in rows of their own.")
    if code is not None:
        return code
    if text.strip().upper() in NEWER_DISTRICTS:
        return Fault(f"'{text}' is a district made after 2019.",
                     "Write the code of the force, or of the 2019 district.")
    names = {folded(area.name): area.name for area in AREAS.values()
             if area.type != "country" and level in (None, area.type)}
    what = "police force" if column.kind == "force" else "district" if column.kind == "borough" else "force or district"
    return Fault(
        f"'{text}' is not a {what} that we know.",
        _suggestion(text, names=names, otherwise="Write its ONS code, such as E23000031 for Surrey, or its full name."),
    )


def _month(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    if re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])-01", text):
        text = text[:7]  # spreadsheets turn 2026-10 into the first day of the month
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text):
        return Fault(f"'{text}' is not a month in the form YYYY-MM.", month_mend(text))
    return _in_time(month_index(text), text=text, terms=terms, earliest=FIRST_MONTH)


def _in_time(month: int, *, text: str, terms: Terms, earliest: int) -> Value | Fault:
    if month > terms.today.year * 12 + terms.today.month - 1:
        return _future(text, terms=terms)
    if month < earliest:
        return Fault(f"{text} is before {month_text(earliest)}.", "Check the year.")
    return month


def _future(text: str, *, terms: Terms) -> Fault:
    today = terms.today.isoformat()
    return Fault(f"{text} lies in the future (today is {today}).", "Check the year and the month.")


DAY_MINUTES = 1440


def moment(day: int, minute: int | None = None) -> int:
    """Return a moment as one number that sorts in time: twice its minute since year 1, plus 1 where a time was given.

    ``day`` is a proleptic ordinal; ``minute`` the minute of the day, ``None`` where only the day is known (00:00).
    """
    return 2 * (day * DAY_MINUTES + (minute or 0)) + (minute is not None)


def minutes_of(moments: np.ndarray) -> np.ndarray:
    """Return moments as minutes: ordinal of the day x 1440 + minute of the day (int64)."""
    return np.asarray(moments, dtype=np.int64) // 2


def timed(moments: np.ndarray) -> np.ndarray:
    """Return for each moment whether a time was given."""
    return np.asarray(moments, dtype=np.int64) % 2 == 1


def _datetime(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    form = r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
    try:
        read = datetime.fromisoformat(text) if re.fullmatch(form, text) else None
    except ValueError:
        what = "a day of the calendar, or its time is none" if ":" in text else "a day of the calendar"
        return Fault(f"'{text}' is not {what}.", f"Check the day and the month{', and the time' if ':' in text else ''}.")
    if read is None:
        return Fault(f"'{text}' is not a date in the form YYYY-MM-DD.", date_mend(text))
    if read.tzinfo:
        read = read.astimezone(LONDON_TIME)
    day = read.date()
    if day > terms.today:
        return _future(text, terms=terms)
    if day.year < column.since:
        return Fault(f"{text} is before {column.since}.", "Check the year.")
    if column.kind != "moment":
        return day.toordinal()
    return moment(day.toordinal(), read.hour * 60 + read.minute if len(text) > len("2026-10-01") else None)


def _date_dmy(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    """Read a day that is written with the day first; what is wrong is told as it stands in the file."""
    match = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", text)
    plain = f"{match[3]}-{int(match[2]):02d}-{int(match[1]):02d}" if match else text
    value = _datetime(plain, column=column, terms=terms)
    if not isinstance(value, Fault) or not match:
        return value
    first = " The day stands first in this file." if int(match[2]) > 12 else ""
    return replace(value, rule=value.rule.replace(plain, text), mend=f"{value.mend}{first}")


def _number(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    """Read a number; ``1,234,567`` and ``1938.0`` can mean only one thing, ``1,234`` cannot."""
    words = f"'{text}' is not a whole number." if column.kind in ("whole", "signed") else f"'{text}' is not a number."
    if re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3}){2,}", text):
        text = text.replace(",", "")
    if column.kind == "share":
        text = text.replace(",", ".")
    if text.startswith("0") and (fault := _private(text)) is not None:
        return fault
    if re.fullmatch(r"-?[0-9]{1,15}(\.0+)?", text) or (
        column.kind in ("decimal", "share", "percent") and re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,15}", text)
    ):
        return _within(float(text), text=text, column=column)
    return Fault(words, number_mend(text, whole=column.kind in ("whole", "signed")))


def _within(number: float, *, text: str, column: Column) -> Value | Fault:
    if number < 0 and column.kind in ("whole", "share", "percent"):
        return Fault(f"'{text}' is below 0.", "Write 0 or more; leave the cell empty if it was not supplied.")
    if number > 100 and column.kind == "percent":
        return Fault(f"'{text}' is above 100.", "Write a percentage from 0 to 100, such as 45.2.")
    if number > 1 and column.kind == "share":
        return Fault(f"'{text}' is above 1.", "Write a share from 0 to 1, such as 0.56.")
    return number


def _private(text: str, *, reference: bool = False) -> Fault | None:
    """Return the fault of a cell that seems to hold personal data, else ``None``."""
    kind = personal_content(text, reference=reference)
    return Fault(kind.rule, kind.mend, private=True) if kind else None


def _id(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    if (fault := _private(text, reference=True)) is not None:
        return fault
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,39}", text):
        words = " " in text
        return Fault(f"'{masked(text) if words else text}' is not a reference.",
                     "Use letters, digits, . _ - and / only, at most 40, without spaces.", private=words)
    if text.upper().startswith(ILLUSTRATIVE_PREFIX) != (terms.origin == "illustrative"):
        return Fault(f"References that begin with {ILLUSTRATIVE_PREFIX} belong to illustrative figures alone.",
                     "Use your own references; never mix them with illustrative rows.")
    return text


def _choice(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    allowed = column.allowed or ("yes", "no")
    names = {folded(name): name for name in allowed}
    found = names.get(folded(text)) or next((name for name in allowed if name == text), None)
    if found is not None:
        return found
    names |= {other: name for other, name in _ALSO_CALLED.items() if name in allowed}
    mend = _suggestion(text, names=names, otherwise="")
    if not mend and (fault := _private(text)) is not None:
        return fault
    words = not mend and len(text) > 3 and re.search(r"[\s0-9]", text) is not None
    return Fault(f"'{masked(text) if words else text}' is not one of the entries of this column.",
                 mend or f"Write one of: {', '.join(allowed)}.", private=words)


def _url(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    if terms.origin == "illustrative":
        return Fault("An illustrative appeal has no web address.", "Leave the cell empty.")
    if (fault := _private(text)) is not None:
        return fault
    if re.fullmatch(r"https://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(/[^\s@]*)?", text):
        return text
    return Fault(f"'{text}' is not a web address.", "Write the whole address, beginning with https://.")


def _account(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    """Read the name or ID of an account: what stands on the platform for all to see, and no person's address."""
    plain = text.removeprefix("@")
    if (fault := _private(plain)) is not None:
        return fault
    return plain if plain else Fault("The cell holds no account.", "Write the account as the export names it, or *.")


def _text(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    return text if terms.origin == "published" else _private(text) or text


def _percent(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    if re.fullmatch(r"[0-9.]+ ?%", text):
        return Fault(f"'{text}' has a sign.", f"Write {text.rstrip('% ')} without the sign.")
    return _number(text, column=column, terms=terms)


def _age_or_all(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    if folded(text) in ("all", "all ages", "total"):
        return ALL
    apart = next((member.id for member in AGE_GROUP.apart if folded(text) in (folded(member.id), folded(member.label))), "")
    return apart or _member(text, column=replace(column, kind="age_group"), terms=terms)


def _measure(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    names = {folded(name): key for key, measure in MEASURE_BY_ID.items() for name in (key, measure.label)}
    if folded(text) in names:
        return names[folded(text)]
    near = get_close_matches(folded(text), list(names), n=1, cutoff=0.7)
    meant = MEASURE_BY_ID[names[near[0]]] if near else None
    return Fault(f"'{text}' is not a measure.", f"Did you mean '{meant.id}', {meant.label}?" if meant
                 else "Write its id, such as A1; the page /measures lists them all.")


def _period(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    """Read a month, a quarter or a year of the calendar; it may lie in the future."""
    plain = text.upper().replace(" ", "-")
    if match := re.fullmatch(r"([0-9]{4}-(?:0[1-9]|1[0-2]))-01", plain):
        plain = match[1]  # spreadsheets turn 2026-10 into the first day of the month
    if not re.fullmatch(r"[0-9]{4}(-(0[1-9]|1[0-2])|-Q[1-4])?", plain):
        return Fault(f"'{text}' is not a month, a quarter or a year.", period_mend(text))
    if not FIRST_MONTH // 12 <= int(plain[:4]) <= terms.today.year + 20:
        return Fault(f"'{text}' is too early or too late.", "Check the year.")
    return plain


def _wording(text: str, *, column: Column, terms: Terms) -> Value | Fault:
    if (fault := _private(text)) is not None:
        return fault
    if len(text) > MOST_WORDS:
        return Fault(f"The text has {len(text):,} characters.", f"Say it in at most {MOST_WORDS}.")
    if text.startswith(("=", "+", "-", "@")):
        return Fault("The text begins with a sign that spreadsheets take for a formula.", "Begin it with a word.")
    if re.search(r"[\x00-\x1f\x7f]", text):
        return Fault("The text goes over several lines.", "Write it on one line.")
    return text


READERS: Mapping[str, Reader] = {
    "id": _id, "area": _area, "force": _area, "borough": _area, "month": _month, "datetime": _datetime,
    "moment": _datetime, "date_dmy": _date_dmy, "channel": _member, "age_group": _member, "crime_type": _member, "whole": _number,
    "signed": _number, "decimal": _number, "share": _number, "yes_no": _choice, "list": _choice, "url": _url,
    "account": _account, "text": _text, "percent": _percent, "age_or_all": _age_or_all, "measure": _measure, "period": _period,
    "wording": _wording,
}
NUMBERS = ("whole", "signed", "decimal", "share", "percent")
WHOLE_VALUES = ("month", "datetime", "moment", "date_dmy")


def month_of_day(ordinal: float) -> int:
    """Return the month, as months since year 0, of a day given as its ordinal."""
    day = date.fromordinal(int(ordinal))
    return day.year * 12 + day.month - 1


def _spreadsheet_error(text: str) -> Fault:
    if text == NOT_CALCULATED:
        return Fault("The cell holds a formula that was never worked out.",
                     "Open the workbook in a spreadsheet program, save it and send it again.")
    return Fault(f"The cell holds an error of the spreadsheet, {text}.",
                 "Mend its formula, or leave the cell empty if there is nothing to supply.")


def read_cell(text: str, *, column: Column, terms: Terms) -> Value | Fault | None:
    """Return the value of one cell, what is wrong with it, or ``None`` for an empty cell that may be empty."""
    plain = text.strip()
    if plain in SPREADSHEET_ERRORS:
        return _spreadsheet_error(plain)
    if plain:
        return READERS[column.kind](plain, column=column, terms=terms)
    if column.required:
        return Fault("The cell is empty; every row needs it.", f"Fill in {column.name.replace('_', ' ')}.")
    return None
