"""TikTok analytics, overview: one row for each day of an account, ``23 August`` without a year.

The table of accounts tells the year of the file's last day; where the days pass from December to January
the ones before are of the year before. Numbers below 0 are the platform's corrections.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np

from data.cells import DAY_MINUTES, Fault, Terms
from data.errors import Defect
from data.sources.base import Loaded, Source
from data.sources.platforms import (
    SAVE_AGAIN, Field, Layout, Minute, day_of_month, identities_of_days, read, timely, worded_day,
)
from data.sources.reading import Table

OVERVIEW = Layout(
    channel="tiktok", time="date", read_time=worded_day, each="day", signed=True,
    fields=(
        Field("video_views", "impressions", "Times a video of the account began to play on the day."),
        Field("likes", "reactions", "Likes given on the day, less those taken back."),
        Field("comments", "comments", "Comments made on the day, less those removed."),
        Field("shares", "shares", "Times a video was shared on the day."),
        Field("profile_views", "", "Visits of the profile from anywhere, not clicks on publications."),
        Field("followers", "audience", "Accounts that follow at the end of the day: the last day's stands."),
        Field("net_followers", "", "Accounts gained less lost: a change, while audience is a stock."),
    ),
)


def _leap_day(text: str) -> Minute | Fault:
    """Read ``23 August`` as a day of 2000, which has every day that a year can have."""
    if (found := day_of_month(text)) is None:
        return Fault("The cell holds no day such as 23 August.", SAVE_AGAIN)
    try:
        return date(2000, *found).toordinal() * DAY_MINUTES
    except ValueError:
        return Fault("There is no such day.", SAVE_AGAIN)


def load(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Read an overview; days without a year wait for the table of accounts."""
    yearless = any(day_of_month(str(text)) for text in table.column("date").categories)
    layout = replace(OVERVIEW, yearless=True, read_time=_leap_day) if yearless else OVERVIEW
    return read(table, layout=layout, source=source, terms=terms)


def with_year(file: Loaded, *, year: int | None, today: date) -> Loaded:
    """Return a file with the year of each day; without one, or where a day does not exist, the file is refused."""
    table = file.table
    if table.empty or not table["yearless"].all():
        return file
    if year is None:
        return _refused(
            file, line=int(table.index[0]), rule="The file tells no year, and the table of accounts tells none for it.",
            mend="Write the year of the file's last day into the column 'year' of the accounts: "
                 "'hue template accounts' prints the table.")
    days = [date.fromordinal(int(minute) // DAY_MINUTES) for minute in table["minute"]]
    minutes: list[int] = []
    for line, day, offset in zip(table.index, days, _years_before(days), strict=True):
        try:
            minute: Minute | Fault = timely(day.replace(year=year - offset).toordinal() * DAY_MINUTES, today=today)
        except ValueError:
            minute = Fault("There was no 29 February in this year.", "")
        if isinstance(minute, Fault):
            return _refused(file, line=int(line), rule=f"{minute.rule} By the table of accounts the file ends in {year}.",
                            mend="Correct the column 'year' of the accounts: it is the year of the file's last day.")
        minutes.append(minute)
    dated = table.assign(minute=np.array(minutes, dtype=np.int64), yearless=False)
    return replace(file, table=dated.assign(identity=identities_of_days(dated)))


def _years_before(days: list[date]) -> list[int]:
    """Return how many years each day lies before the last one: rows run forwards or backwards through New Year."""
    steps = np.diff([day.timetuple().tm_yday for day in days])
    forwards = (steps > 0).sum() >= (steps < 0).sum()
    turns = np.concatenate([[0], np.cumsum(steps < -180 if forwards else steps > 180)]).astype(int)
    return [int(turns[-1] - turn) if forwards else int(turn) for turn in turns]


def _refused(file: Loaded, *, line: int, rule: str, mend: str) -> Loaded:
    defect = Defect(file=file.report.file, line=line, column="Date", rule=rule, mend=mend, rows=len(file.table))
    report = replace(file.report, rows_used=0, defects=(*file.report.defects, defect))
    return replace(file, table=file.table.iloc[:0], report=report)
