"""YouTube Studio, ``Table data.csv``: one row for each video, and a row of totals that is only compared.

Figures are of the days that were chosen in Studio, for videos published at any time; they stand under the
month in which the video was published. Studio lists at most 500 videos, so the totals may be larger.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from data.cells import Fault, Terms
from data.errors import Defect
from data.model import folded
from data.sources.base import Loaded, Source
from data.sources.platforms import Field, Layout, number, read, without_row, worded_day
from data.sources.reading import Table

CONTENT = Layout(
    channel="youtube", time="video_publish_time", read_time=worded_day, identity="content",
    unread=("video_title", "duration"), signed=True,
    fields=(
        Field("impressions", "impressions", "Times the video's thumbnail was shown on YouTube."),
        Field("thumbnail_impressions", "impressions", "The same under its newer heading."),
        Field("likes", "reactions", "Likes, less those taken back."),
        Field("comments_added", "comments", "Comments on the video."),
        Field("shares", "shares", "Times the share button was used."),
        Field("views", "", "Times the video was played; a thumbnail that was shown is what others call an impression."),
        Field("watch_time_hours", "", "Time watched."),
        Field("subscribers", "", "Accounts gained less lost: a change, while audience is a stock."),
        Field("impressions_click_through_rate", "", "A ratio cannot be added."),
        Field("thumbnail_click_through_rate", "", "A ratio cannot be added."),
        Field("average_view_duration", "", "A mean cannot be added."),
        Field("average_percentage_viewed", "", "A mean cannot be added."),
        Field("dislikes", "", "Seen by nobody but the account."),
        Field("new_viewers", "", "Accounts, not impressions."),
        Field("returning_viewers", "", "Accounts, not impressions."),
    ),
)


def load(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Read a table of videos and compare the row of totals with their sum."""
    first = [folded(str(text)) for text in table.column("content")]
    if "total" not in first:
        return read(table, layout=CONTENT, source=source, terms=terms)
    place = first.index("total")
    file = read(without_row(table, place=place), layout=CONTENT, source=source, terms=terms)
    notes = [_note(table, place=place, rule="The row of totals was left out.")]
    for each in CONTENT.fields:
        if each.count and each.column in table.names:
            notes += _compared(table, place=place, field=each)
    return replace(file, report=replace(file.report, defects=(*notes, *file.report.defects)))


def _compared(table: Table, *, place: int, field: Field) -> list[Defect]:
    """Note where the total is not the sum of the videos, whatever of them can be used."""
    values = [number(str(text).strip(), signed=True) for text in table.column(field.column)]
    numbers = np.array([np.nan if value is None or isinstance(value, Fault) else value for value in values])
    total, added = numbers[place], np.nansum(np.delete(numbers, place))
    if np.isnan(total) or total == added:
        return []
    heading = table.columns[table.names.index(field.column)]
    return [_note(table, place=place, column=heading, value=f"{total:.0f}",
                  rule=f"The total of '{heading}' is {total:,.0f}, the videos of the file have {added:,.0f} together: "
                       "the export does not list every video.",
                  mend="Export shorter times, so that every video is listed; what is listed is used.")]


def _note(table: Table, *, place: int, rule: str, mend: str = "Nothing to do.", column: str = "", value: str = "") -> Defect:
    return Defect(file=table.file, line=int(table.lines[place]), column=column, value=value, severity="note", rows=0,
                  rule=rule, mend=mend)
