"""Exports of the platforms: one row for each publication, or for each day of an account.

A file is read into one form whatever its layout, each row beside its line: ``channel``, ``each`` (post or day),
``account`` and ``handles`` (as the export names it), ``identity`` (the ID, until the same publication in two exports has
been counted once), ``minute`` (ordinal x 1440 + minute of the day, London), and the house's numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from data.cells import DAY_MINUTES, LONDON_TIME, Fault, Terms
from data.checks import LISTED
from data.errors import Defect, Report
from data.model import folded
from data.personal import masked
from data.sources.base import Loaded, Source, loaded
from data.sources.reading import Table

KIND = "platform_export"  # of a file that has been read and not yet been added up
NUMBERS = ("audience", "publications", "reach", "impressions", "reactions", "comments", "shares", "clicks")
PACIFIC_TIME = ZoneInfo("America/Los_Angeles")
FIRST_YEAR = 2004  # no platform is older
SAVE_AGAIN = "Export the file again and send it as it comes, without opening it in a spreadsheet."
_NAMED = 10  # columns without use that a note names; more are counted
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Minute = int
ReadTime = Callable[[str], "Minute | Fault"]


@dataclass(frozen=True)
class Field:
    """One column of an export: the house's count that it is added to, and what the platform means by it.

    ``count`` is empty where the house has no counterpart: the column is left out, and a note says so.
    """

    column: str
    count: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One layout of a platform's export: which columns hold what."""

    channel: str
    time: str
    read_time: ReadTime
    fields: tuple[Field, ...]
    each: Literal["post", "day"] = "post"
    identity: str = ""
    link: str = ""
    id_in_link: str = ""
    """How the ID of a publication stands in its link: a pattern with one group."""
    account_in_link: str = ""
    accounts: tuple[str, ...] = ()
    """Columns that name the account, the one to show first."""
    totals: tuple[tuple[str, str], ...] = ()
    """Columns and the one entry (folded) of theirs, beside an empty one, that a row of whole figures has."""
    signed: bool = False
    """Whether a number below 0 is a correction and no fault."""
    yearless: bool = False
    """Whether days come without a year: they are read as of 2000 until the year is told."""
    unread: tuple[str, ...] = field(default=())
    """Columns that are known and never read: texts, links, hashtags, lengths."""


def read(table: Table, *, layout: Layout, source: Source, terms: Terms) -> Loaded:
    """Read an export: every row is used or reported."""
    cells = _Cells(table)
    minutes = cells.values(layout.time, lambda text: _read_time(text, layout=layout, today=terms.today), needed=True)
    for column, entry in layout.totals:
        if column in table.names:
            cells.values(column, lambda text, entry=entry: _whole_figures(text, entry=entry))
    numbers = {name: np.full(len(table.lines), np.nan) for name in NUMBERS}
    for each in layout.fields:
        if each.count and each.column in table.names:
            values = cells.values(each.column, lambda text: number(text, signed=layout.signed))
            numbers[each.count] = _added(numbers[each.count], values)
    if layout.each == "post":
        numbers["publications"] = np.ones(len(table.lines))
    frame = pd.DataFrame({
        "channel": layout.channel, "each": layout.each, "yearless": layout.yearless, **_accounts(table, layout=layout),
        **numbers, "minute": minutes,
    }, index=pd.Index(table.lines, name="line"))
    frame = frame.loc[~cells.taken].astype({"minute": "int64"})
    frame["identity"], damaged = _identities(table, frame=frame, kept=~cells.taken, layout=layout)
    defects = [*map(_hidden, table.defects), *cells.defects, *_notes(table, layout=layout, frame=frame, damaged=damaged)]
    defects += _corrections(frame, layout=layout, table=table)
    if not table.rows_in:
        defects.append(Defect(file=table.file, line=1, severity="note", rows=0, rule="The file has headings but no rows."))
    report = Report(table.file, source.id, table.rows_in, len(frame), tuple(sorted(defects, key=lambda one: one.line)))
    return replace(loaded(frame, source=source, terms=terms, report=report, origin=terms.origin), kind=KIND)


# Cells


class _Cells:
    """The cells of a file as they are read, and what was wrong with them."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.taken = np.zeros(len(table.lines), dtype=bool)
        self.defects: list[Defect] = []

    def values(self, name: str, reader: Callable[[str], float | Fault | None], *, needed: bool = False) -> np.ndarray:
        """Return a column as numbers, NaN where nothing was told; rows with a fault are taken out and reported."""
        coded = self._table.column(name)
        distinct = [reader(str(text).strip()) if str(text).strip() else None for text in coded.categories]
        if needed:
            empty = Fault("The cell is empty; every row needs it.", SAVE_AGAIN)
            distinct = [empty if value is None else value for value in distinct]
        wrong = np.array([isinstance(value, Fault) for value in distinct], dtype=bool)[coded.codes]
        self._report(np.flatnonzero(wrong), name=name, coded=coded, distinct=distinct)
        known = np.array([value if isinstance(value, (int, float)) else np.nan for value in distinct], dtype=float)
        return known[coded.codes] if len(known) else np.empty(0)

    def _report(
        self, places: np.ndarray, *, name: str, coded: pd.Categorical, distinct: Sequence[float | Fault | None]
    ) -> None:
        new = ~self.taken[places]
        heading = self._table.columns[self._table.names.index(name)]
        for place, first in zip(places[:LISTED], new[:LISTED], strict=True):
            fault = distinct[coded.codes[place]]
            assert isinstance(fault, Fault)
            self.defects.append(Defect(
                file=self._table.file, line=int(self._table.lines[place]), column=heading, rule=fault.rule,
                value=seen(str(coded.categories[coded.codes[place]])), mend=fault.mend, rows=int(first)))
        if len(places) > LISTED:
            self.defects.append(Defect(
                file=self._table.file, line=int(self._table.lines[places[LISTED]]), column=heading,
                rule=f"{len(places) - LISTED:,} more rows from here on have such a fault.",
                mend="Mend them as the ones above.", rows=int(new[LISTED:].sum())))
        self.taken[places] = True


def seen(text: str) -> str:
    """Return a cell as it may be repeated: a short number or date as it is, all else masked.

    >>> seen("14/07/2026"), seen("1145106294198906880")
    ('14/07/2026', '1… (19 characters)')
    """
    plain = text.strip()
    words = re.findall(r"[^\W\d_]+", plain)
    dated = all(word[:3].lower() in (*_MONTHS, *_WEEKDAYS) or word in ("AM", "PM", "T", "Z") for word in words)
    short = len(plain) <= 30 and not re.search(r"(\d[ ]?){9}", plain) and re.fullmatch(r"[\w\s.,:/+%-]*", plain)
    return plain if dated and short else masked(plain) if plain else ""


def number(text: str, *, signed: bool = False) -> float | Fault | None:
    """Read a count as platforms write it: ``1,495``, ``1938.0``; a hyphen says that nothing was told."""
    if text in ("-", "--", "—"):
        return None
    if not re.fullmatch(r"-?([0-9]{1,15}|[0-9]{1,3}(,[0-9]{3})+)(\.0+)?", text):
        return Fault("The cell holds no whole number.", SAVE_AGAIN)
    value = float(text.replace(",", ""))
    if value < 0 and not signed:
        return Fault("The number is below 0.", "Check the file with the platform.")
    return value


def _added(so_far: np.ndarray, more: np.ndarray) -> np.ndarray:
    """Add where both are known; one that is known stands for itself."""
    return np.where(np.isnan(so_far), more, np.where(np.isnan(more), so_far, so_far + more))


def _whole_figures(text: str, *, entry: str) -> float | Fault | None:
    if folded(text) in ("", entry):
        return None
    return Fault("The row holds a part of a publication's figures, such as one day of it.",
                 "Export the figures of the whole lifetime: a row for each publication.")


# Days and times


def at(moment: datetime) -> int:
    """Return a moment with a time zone as a minute of London."""
    local = moment.astimezone(LONDON_TIME)
    return local.toordinal() * DAY_MINUTES + local.hour * 60 + local.minute


def utc_time(text: str) -> int | Fault:
    """Read ``2016-12-23 18:50 +0000``."""
    match = re.fullmatch(r"([0-9-]{10})[ T]([0-9]{2}:[0-9]{2})(?::[0-9]{2})? ?([+-][0-9]{2}):?([0-9]{2})", text)
    if not match:
        return _no_time()
    try:
        return at(datetime.fromisoformat(f"{match[1]}T{match[2]}{match[3]}:{match[4]}"))
    except ValueError:
        return _no_time()


def us_time(text: str) -> int | Fault:
    """Read ``07/14/2026 23:30``: the month first, Pacific time; also with seconds and with AM or PM."""
    match = re.fullmatch(
        r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}),? ([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?(?: ?([AaPp])\.?[Mm]\.?)?", text)
    if not match:
        return _no_time("The cell holds no time in the form MM/DD/YYYY HH:MM.")
    month, day, year, hour = (int(match[place]) for place in range(1, 5))
    if month > 12:
        return _no_time("There is no such month: in this export the month stands before the day.")
    if match[6]:
        hour = hour % 12 + (12 if match[6] in "pP" else 0)
    try:
        return at(datetime(year, month, day, hour, int(match[5]), tzinfo=PACIFIC_TIME))
    except ValueError:
        return _no_time()


def us_day(text: str) -> int | Fault:
    """Read ``7/14/2026``, the month first, ``7/14/26`` or ``2026-07-14``."""
    if not (match := re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})(?: 0?0:00(?::00)?)?", text)):
        return worded_day(text)
    year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
    if int(match[1]) > 12:
        return _no_time("There is no such month: in this export the month stands before the day.")
    return _day(year, int(match[1]), int(match[2]))


def worded_day(text: str) -> int | Fault:
    """Read ``Tue, Jul 14, 2026``, ``Sep 26, 2026``, ``14 July 2026`` or ``2026-07-14``."""
    if match := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    plain = re.sub(r"^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? ", "", text.lower())
    if match := re.fullmatch(r"([a-z]{3})[a-z]* ([0-9]{1,2}),? ([0-9]{4})", plain):
        month, day = match[1], match[2]
    elif match := re.fullmatch(r"([0-9]{1,2}) ([a-z]{3})[a-z]*,? ([0-9]{4})", plain):
        day, month = match[1], match[2]
    else:
        return _no_time()
    return _day(int(match[3]), _MONTHS.index(month) + 1, int(day)) if month in _MONTHS else _no_time()


def day_of_month(text: str) -> tuple[int, int] | None:
    """Return month and day of ``23 August`` or ``August 23``, ``None`` where it is neither."""
    plain = text.strip().lower()
    if match := re.fullmatch(r"([0-9]{1,2}) ([a-z]{3})[a-z]*", plain):
        day, name = match[1], match[2]
    elif match := re.fullmatch(r"([a-z]{3})[a-z]* ([0-9]{1,2})", plain):
        name, day = match[1], match[2]
    else:
        return None
    return (_MONTHS.index(name) + 1, int(day)) if name in _MONTHS else None


def _day(year: int, month: int, day: int) -> int | Fault:
    try:
        return date(year, month, day).toordinal() * DAY_MINUTES
    except ValueError:
        return _no_time()


def _no_time(rule: str = "The cell holds no date as the platform writes it.") -> Fault:
    return Fault(rule, SAVE_AGAIN)


def _read_time(text: str, *, layout: Layout, today: date) -> int | Fault:
    minute = layout.read_time(text)
    return minute if isinstance(minute, Fault) or layout.yearless else timely(minute, today=today)


def timely(minute: Minute, *, today: date) -> int | Fault:
    """Return a time, or what is wrong with one that lies in the future or before there were platforms."""
    day = date.fromordinal(minute // DAY_MINUTES)
    if day > today:
        return Fault(f"The date lies in the future (today is {today.isoformat()}).", "Check the year and the month.")
    return Fault("The date is older than any platform.", SAVE_AGAIN) if day.year < FIRST_YEAR else minute


# Publications and accounts


def handle(text: str) -> str:
    """Return the name or ID of an account as it is matched: without case, spaces around it and the first @."""
    return re.sub(r"\s+", " ", text.strip().lower().removeprefix("@"))


def _accounts(table: Table, *, layout: Layout) -> dict[str, np.ndarray]:
    """Return how each row names its account: as it is shown, and every name of it, one a line."""
    columns = [_texts(table, name) for name in layout.accounts if name in table.names]
    if layout.account_in_link and layout.link in table.names:
        columns.append(_found(_texts(table, layout.link), pattern=layout.account_in_link))
    shown, handles = [""] * len(table.lines), [""] * len(table.lines)
    for place, names in enumerate(zip(*columns, strict=True)):
        given = [name for name in names if name]
        shown[place], handles[place] = (given[0] if given else ""), "\n".join(dict.fromkeys(map(handle, given)))
    return {"account": np.array(shown, dtype=object), "handles": np.array(handles, dtype=object)}


def _texts(table: Table, name: str) -> list[str]:
    return [str(text).strip() for text in table.column(name)]


def _found(texts: Iterable[str], *, pattern: str) -> list[str]:
    found = (re.search(pattern, text) for text in texts)
    return [match[1] if match else "" for match in found]


def damaged(identity: str) -> bool:
    """Return whether a spreadsheet has damaged an ID: ``1.22158E+17``, zeros after 15 digits, ``#NAME?``."""
    return bool(identity.startswith("#") or re.fullmatch(r"[0-9](?:[.,][0-9]+)?[eE]\+?[0-9]+", identity)
                or (len(identity) > 15 and re.fullmatch(r"[0-9]{15}0+", identity)))


def _identities(table: Table, *, frame: pd.DataFrame, kept: np.ndarray, layout: Layout) -> tuple[list[str], int]:
    """Return what tells each publication from all others, and how many IDs are damaged.

    Where an ID is missing or damaged the one in the link stands in, else the link, else the minute of the
    publication with its number among those of the same minute in the file.
    """
    if layout.each == "day":
        return identities_of_days(frame), 0
    places = np.flatnonzero(kept)
    ids = _texts(table, layout.identity) if layout.identity in table.names else [""] * len(kept)
    links = _texts(table, layout.link) if layout.link in table.names else [""] * len(kept)
    numbers = _found(links, pattern=layout.id_in_link) if layout.id_in_link else [""] * len(kept)
    nth = frame.groupby(["minute", "handles"]).cumcount().to_numpy()
    out: list[str] = []
    for place, minute, names, count in zip(places, frame["minute"], frame["handles"], nth, strict=True):
        identity = ids[place]
        if not identity or damaged(identity):
            link = links[place].split("?")[0].split("#")[0]
            identity = numbers[place] or (f"link {link}" if link else f"minute {minute} {count}\n{names}")
        out.append(identity)
    return out, sum(damaged(ids[place]) for place in places)


def identities_of_days(frame: pd.DataFrame) -> list[str]:
    """Return what tells each day of an account from all others."""
    return [f"day {minute // DAY_MINUTES}\n{handles}"
            for minute, handles in zip(frame["minute"], frame["handles"], strict=True)]


# What is said of a file


def _hidden(defect: Defect) -> Defect:
    """Return a finding of reading without the row that it shows: that may hold the text of a publication."""
    return replace(defect, value=masked(defect.value)) if defect.value else defect


def _notes(table: Table, *, layout: Layout, frame: pd.DataFrame, damaged: int) -> list[Defect]:
    headings = dict(zip(table.names, table.columns, strict=True))
    left = [headings[each.column] for each in layout.fields if not each.count and each.column in headings]
    notes: list[tuple[str, str]] = []
    if left:
        more = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
        notes.append((f"Without a counterpart, and not used: {', '.join(left[:_NAMED])}{more}.", "Nothing to do."))
    if any(name in headings for name in (*layout.unread, layout.identity, layout.link)):
        notes.append(("Texts, links and IDs of publications are not kept.", "Nothing to do."))
    known = {each.column for each in layout.fields} | {*layout.unread, layout.time, layout.identity, layout.link,
                                                        *layout.accounts, *(column for column, _ in layout.totals)}
    if unknown := len(set(headings) - known):
        notes.append((f"{unknown} {'column is' if unknown == 1 else 'columns are'} not known in this layout and not used.",
                      "Nothing to do."))
    if any(each.count == "reach" for each in layout.fields) and layout.each == "post" and frame["reach"].notna().any():
        notes.append(("Reach is added up over publications: whoever saw two of them counts twice.", "Nothing to do."))
    if damaged:
        notes.append((f"A spreadsheet has damaged {damaged:,} of the IDs; the links or the times stand in for them.", SAVE_AGAIN))
    for name in NUMBERS:
        empty = int(frame[name].isna().sum())
        if name != "audience" and 0 < empty < len(frame):
            rows = f"{empty:,} row tells" if empty == 1 else f"{empty:,} rows tell"
            notes.append((f"{rows} no {name}; what is published is that of the other rows.", "Nothing to do."))
    return [Defect(file=table.file, line=1, severity="note", rows=0, rule=rule, mend=mend) for rule, mend in notes]


def _corrections(frame: pd.DataFrame, *, layout: Layout, table: Table) -> list[Defect]:
    if not layout.signed:
        return []
    headings = dict(zip(table.names, table.columns, strict=True))
    below = {name: frame.index[frame[name] < 0] for name in NUMBERS if (frame[name] < 0).any()}
    out: list[Defect] = []
    for name, lines in below.items():
        heading = next(headings[each.column] for each in layout.fields if each.count == name and each.column in headings)
        many = f"{len(lines):,} {'number is' if len(lines) == 1 else 'numbers are'} below 0"
        out.append(Defect(file=table.file, line=int(lines[0]), column=heading, value=f"{frame.loc[lines[0], name]:.0f}",
                          severity="note", rows=0, rule=f"{many}: the platform's corrections, added to their month.",
                          mend="Nothing to do."))
    return out


def without_row(table: Table, *, place: int) -> Table:
    """Return a file without one of its rows, which is none of data: a second heading or a row of totals."""
    kept = np.arange(len(table.lines)) != place
    return replace(table, cells=table.cells.take(np.flatnonzero(kept)), lines=table.lines[kept], rows_in=table.rows_in - 1)
