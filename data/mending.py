"""How to mend a cell that cannot be read: what it most likely means, written as the templates want it.

A date that can be read with the day or with the month first is told both ways: nobody but the sender knows which is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from data.model import folded

MONTH_FORM = "Write the year, a hyphen and two digits, such as 2026-10."
DATE_FORM = "Write the year, month and day, such as 2026-10-03, or with a time 2026-10-03T14:30."
PERIOD_FORM = "Write 2026-10, 2026-Q4 or 2026."
_EMPTY = "Leave the cell empty if it was not supplied; write 0 if it was none."
_NOTHING = {"-", "--", "n/a", "na", "nil", "none", "null", "nan", "not supplied", "not known", "unknown", "tbc", "x", "..",
            "...", "?", ".", "/", "–", "—"}
_HIDDEN = {"*", "**", "[c]", "[x]", "[z]", "[u]", "supp", "suppressed", "redacted"}
"""What stands in published tables where a small number is hidden."""
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SERIAL_ZERO = datetime(1899, 12, 30)
_SERIALS = range(32874, 73051)
"""The numbers by which spreadsheets store the days from 1990 to 2099."""
_TIME = r"[t,]?\s*([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?\s*(am|pm)?\s*(z|[+-][0-9]{2}:?[0-9]{2})?"
_WRITTEN = (
    r"(?P<y>[0-9]{4})([-/.]?)(?P<m>[0-9]{1,2})\2(?P<d>[0-9]{1,2})(?![0-9])",
    r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?[-/. ]+(?P<n>[a-z]{3,9})\.?,?[-/. ]+(?P<y>[0-9]{4}|[0-9]{2})(?![0-9])",
    r"(?P<n>[a-z]{3,9})\.?[-/. ]+(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?,?[-/. ]+(?P<y>[0-9]{4})(?![0-9])",
    r"(?P<d>[0-9]{1,2})[-/.](?P<m>[0-9]{1,2})[-/.](?P<y>[0-9]{4})(?![0-9])",
    r"(?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})[-/.](?P<y>[0-9]{4})(?![0-9])",
)


def month_mend(text: str) -> str:
    """Return how to write the month that ``text`` most likely means.

    >>> month_mend("08/01/2026")
    'Write 2026-01 if the day stands first, 2026-08 if the month does.'
    >>> month_mend("Aug-26")
    'Write 2026-08.'
    """
    plain = text.strip().lower()
    if match := re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})", plain):
        found = _month(int(match[1]), int(match[2]))
    elif match := re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{4})", plain):
        found = _month(int(match[2]), int(match[1]))
    elif match := re.fullmatch(r"([a-z]{3,9})\.?[-/ .]*([0-9]{4}|[0-9]{2})", plain):
        found = _month(_year(match[2]), _named(match[1]))
    else:
        return _either([day.isoformat()[:7] for day, _ in _days(plain)], text=text) or MONTH_FORM
    return f"Write {found}." if found else MONTH_FORM


def date_mend(text: str) -> str:
    """Return how to write the day, and the time, that ``text`` most likely means.

    >>> date_mend("3 April 2026 at noon")
    'Write 2026-04-03.'
    """
    return _either([f"{day.isoformat()}{time}" for day, time in _days(text.strip().lower())], text=text) or DATE_FORM


def period_mend(text: str) -> str:
    """Return how to write the month, quarter or year that ``text`` most likely means.

    >>> period_mend("Q4 2026")
    'Write 2026-Q4.'
    """
    plain = text.strip().upper()
    if match := re.fullmatch(r"Q([1-4])[-/ ]*([0-9]{4})|([0-9]{4})[-/ ]*Q([1-4])", plain):
        return f"Write {match[2] or match[3]}-Q{match[1] or match[4]}."
    if (mend := month_mend(text)) != MONTH_FORM:
        return mend
    financial = re.fullmatch(r"[0-9]{4}[-/](?:[0-9]{2}|[0-9]{4})", plain)
    return f"{PERIOD_FORM} A financial year is none of the calendar: give its quarters." if financial else PERIOD_FORM


def number_mend(text: str, *, whole: bool) -> str:
    """Return how to write the number that ``text`` most likely means; ``whole`` where it counts something.

    >>> number_mend("7,5", whole=False)
    'Write 7.5, with a point.'
    >>> number_mend("<5", whole=True)
    'Write the number itself; what must be protected is protected when it is published. Leave the cell empty if you do not have it.'
    """
    plain = text.strip()
    if plain.lower() in _HIDDEN or re.fullmatch(r"[<>≤≥~]\s*=?\s*[0-9,.]+", plain):
        return ("Write the number itself; what must be protected is protected when it is published. "
                "Leave the cell empty if you do not have it.")
    if plain.lower() in _NOTHING or folded(plain) in _NOTHING:
        return _EMPTY
    if re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", plain):
        return f"Write {plain.replace(',', '')} without the comma."
    if re.fullmatch(r"-?[0-9]{1,3}([\s'’][0-9]{3})+", plain):
        return f"Write {re.sub(r'[^0-9-]', '', plain)} without the space."
    if match := re.fullmatch(r"(-?[0-9.,]+)\s*%", plain):
        return "Write how many they are, not a percentage." if whole else f"Write {match[1].replace(',', '.')} without the sign."
    if not whole and re.fullmatch(r"-?[0-9]+,[0-9]+", plain):
        return f"Write {plain.replace(',', '.')}, with a point."
    if not whole and re.fullmatch(r"[0-9]+(:[0-9]{2}){1,2}", plain):
        return "Write it as one number, such as 65 for one minute and five seconds."
    if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{3})+", plain):
        return f"Write {plain.replace('.', '')} if the point parts thousands; a count has no decimals."
    if re.fullmatch(r"-?[0-9]+[.,][0-9]+", plain):
        return "Write the whole number; a count has no decimals."
    return "Write digits only, such as 1234, without signs, units or spaces."


def _either(found: list[str], *, text: str) -> str:
    """Say one reading, or both where the day or the month may stand first; nothing where there is none."""
    if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", text.strip()) and found:
        return f"Write {found[0]}: {text.strip()} is the number by which a spreadsheet stores that day."
    distinct = list(dict.fromkeys(found))
    if len(distinct) == 2:
        return f"Write {distinct[0]} if the day stands first, {distinct[1]} if the month does."
    return f"Write {distinct[0]}." if distinct else ""


def _days(plain: str) -> Iterator[tuple[date, str]]:
    """Give every day that a text may mean, with its time as the templates write it (empty without one)."""
    if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", plain) and int(float(plain)) in _SERIALS:
        moment = _SERIAL_ZERO + timedelta(minutes=round(float(plain) * 1440))
        yield moment.date(), f"T{moment:%H:%M}" if "." in plain and moment.time() else ""
        return
    plain = re.sub(r"^[a-z]{3,9},? (?=[0-9a-z])", "", plain) if re.match(r"(mon|tue|wed|thu|fri|sat|sun)", plain) else plain
    for form in _WRITTEN:
        if not (match := re.match(form, plain)):
            continue
        parts = match.groupdict()
        month = _named(parts["n"]) if "n" in parts else int(parts["m"])
        try:
            yield date(_year(parts["y"]), month, int(parts["d"])), _time(plain[match.end():].strip())
        except ValueError:
            continue


def _time(rest: str) -> str:
    match = re.fullmatch(_TIME, rest)
    if not match:
        return ""
    hour = int(match[1]) % 12 + (12 if match[4] == "pm" else 0) if match[4] else int(match[1])
    zone = (match[5] or "").upper()
    return f"T{hour:02d}:{match[2]}{zone}" if hour < 24 and int(match[2]) < 60 else ""


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _named(text: str) -> int:
    """Return the number of a month by its name, 0 where it is none."""
    return _MONTH_NAMES.index(text[:3]) + 1 if text[:3] in _MONTH_NAMES else 0


def _month(year: int, month: int) -> str:
    return f"{year:04d}-{month:02d}" if 1 <= month <= 12 and year >= 1900 else ""
