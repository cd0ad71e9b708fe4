"""The house templates: appeals, what was published, what came in, what followed, and engagement.

Normalised, each row beside its line of the file:

- appeals: appeal_id, area_code, crime_type, month of first publication, published_minute, timed (whether
  a time was given; without one the day counts from 00:00), offence_day, persons_sought, closed, closed_day, closed_month,
  status, public_outcome, url
- publications: appeal_id, channel, day, month, reach
- responses: appeal_id, received_minute, timed, month of receipt, channel, seen_channel, age_group, grading
- responses_counted: month, area_code, channel, seen_channel, age_group, crime_type, grading, responses
- outcomes: appeal_id, outcome, day, month, persons, attribution
- engagement: month, area_code, channel, age_group and seventeen numbers
- the others as ``data.sources.house_contact`` says

Months are months since year 0, days ordinals, minutes ordinal x 1440 + minute of the day (int64); numbers
are float64, NaN where not supplied; an empty text says that nothing was stated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

import pandas as pd

from data.cells import DAY_MINUTES, Fault, Terms, minutes_of, timed
from data.checks import Findings, RowCheck, check_table, overlapping_ages, same_rows
from data.errors import LISTED, Defect
from data.model import month_text
from data.periods import month_label
from data.sources import house_contact
from data.sources.base import Loaded, Source, loaded
from data.sources.reading import Table
from data.sources.rows import each, month, number, text, texts, whole
from data.templates import APPEALS, ENGAGEMENT, RESPONSES_COUNTED, Template

ANSWERED = ("answered_1h", "answered_1_4h", "answered_4_24h", "answered_later")
ENGAGEMENT_NUMBERS = (
    "audience", "publications", "reach", "impressions", "reactions", "comments", "shares", "clicks", "messages_in",
    *ANSWERED, "reports_created", "positive", "negative", "classified",
)


# Rows among themselves


def _dates_in_order(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find appeals closed before they were published, and offences after it."""
    published = minutes_of(frame["published_at"].to_numpy()) // DAY_MINUTES
    for column, after, rule in (
        ("closed_at", False, "The appeal was closed ({}) before it was published ({})."),
        ("offence_date", True, "The offence ({}) lies after the publication of the appeal ({})."),
    ):
        if column not in frame:
            continue
        gap = frame[column].to_numpy() - published
        wrong = (gap > 0) if after else (gap < 0)
        days = [(_day(one), _day(other)) for one, other in zip(
            frame[column].to_numpy()[wrong][:LISTED], published[wrong][:LISTED], strict=True)]
        faults = [Fault(rule.format(*pair), "Check both dates.") for pair in days]
        if faults:
            yield Findings(frame.index.to_numpy()[wrong], column, [pair[0] for pair in days], faults)


def _day(ordinal: float) -> str:
    return date.fromordinal(int(ordinal)).isoformat()


def _open_and_closed(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find appeals that are open and have a day on which they were closed."""
    if "status" not in frame or "closed_at" not in frame:
        return
    wrong = (frame["status"] == "open").to_numpy() & frame["closed_at"].notna().to_numpy()
    fault = Fault("The appeal is called open and has a day on which it was closed.",
                  "Write closed, or leave closed_at empty.")
    yield from each(frame, wrong=wrong, column="status", fault=fault)


def _anonymous(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find ages of persons who came through Crimestoppers."""
    wrong = ((frame["channel"] == "crimestoppers") & (frame["age_group"] != "unknown")).to_numpy()
    fault = Fault("Crimestoppers is anonymous: the age of who came through it is never known.",
                  "Write unknown as the age group, or another channel if it did not come through Crimestoppers.")
    yield from each(frame, wrong=wrong, column="age_group", fault=fault)


def _anonymous_messages(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find messages and reports through Crimestoppers by age."""
    given = [name for name in ("messages_in", "reports_created") if name in frame]
    yield from _anonymous(frame[frame[given].notna().any(axis=1)] if given else frame.iloc[:0])


def _answered_within_messages(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find answers without messages, and more answers than messages."""
    if not (bands := [name for name in ANSWERED if name in frame]):
        return
    messages = number(frame, "messages_in")
    for name in bands:
        without = frame[name].notna().to_numpy() & messages.isna().to_numpy()
        fault = Fault(f"{name} is given without messages_in.", "Give messages_in as well, or leave the cell empty.")
        yield from each(frame, wrong=without, column=name, fault=fault)
    answered = frame[bands].sum(axis=1)
    more = (answered > messages).to_numpy()
    fault = Fault("More messages were answered than came in.",
                  "answered_1h to answered_later share one total: each message stands in one of them only.")
    yield from each(frame, wrong=more, column="messages_in", fault=fault)


def _classified_comments(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find more positive and negative comments than were classified at all."""
    more = number(frame, "positive").fillna(0) + number(frame, "negative").fillna(0) > number(frame, "classified")
    fault = Fault("positive and negative together exceed classified.",
                  "classified counts every comment that was classified: positive, negative and neutral.")
    yield from each(frame, wrong=more.to_numpy(), column="classified", fault=fault)


def _same_appeal(frame: pd.DataFrame) -> Iterable[Findings]:
    return same_rows(frame, key=APPEALS.key, what="appeal")


def _same_cell(frame: pd.DataFrame) -> Iterable[Findings]:
    return same_rows(frame, key=ENGAGEMENT.key, what="month, area, channel and age group")


def _same_counted(frame: pd.DataFrame) -> Iterable[Findings]:
    return same_rows(frame, key=RESPONSES_COUNTED.key, what="combination of month, area and the other columns")


def _counted_ages(frame: pd.DataFrame) -> Iterable[Findings]:
    return overlapping_ages(frame, beside=[name for name in RESPONSES_COUNTED.key if name != "age_group"])


ROW_CHECKS: dict[str, tuple[RowCheck, ...]] = {
    "appeals": (_same_appeal, _dates_in_order, _open_and_closed),
    "publications": (),
    "responses": (_anonymous,),
    "responses_counted": (_same_counted, _counted_ages, _anonymous),
    "outcomes": (),
    "engagement": (_same_cell, overlapping_ages, _anonymous_messages, _answered_within_messages, _classified_comments),
    **house_contact.CHECKS,
}


# From checked cells to the normalised table


def load(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Check a filled-in template and return its normalised table."""
    template: Template = source.template  # type: ignore[assignment]
    checked = check_table(table, template=template, terms=terms, source=source.id, rows=ROW_CHECKS[template.name])
    normalised = pd.DataFrame(_NORMALISED[template.name](checked.frame))
    result = loaded(normalised, source=source, terms=terms, report=checked.report, origin=terms.origin)
    result = replace(result, vintage=terms.vintage or _vintage(normalised, terms=terms))
    by_month = any(column.name == "month" for column in template.columns)
    return _with_month_under_way(result, terms=terms) if by_month and terms.origin == "uploaded" else result


def _with_month_under_way(file: Loaded, *, terms: Terms) -> Loaded:
    """Note the rows of the month that is not over, and mark their engagement as covering it only in part."""
    now = terms.today.year * 12 + terms.today.month - 1
    here = file.table[file.table["month"] == now]
    if here.empty:
        return file
    note = Defect(
        file=file.report.file, line=int(here.index[0]), column="month", value=month_text(now), severity="note", rows=0,
        rule=f"{month_label(now)} is not over (today is {terms.today.isoformat()}): what the file tells of it is a part.",
        mend="Supply the month again once it is over.")
    cells = zip(here["area_code"], here["channel"], here["month"].tolist(), strict=True) if file.kind == "engagement" else ()
    return replace(file, partial=tuple(dict.fromkeys(cells)),
                   report=replace(file.report, defects=(*file.report.defects, note)))


def _vintage(table: pd.DataFrame, *, terms: Terms) -> str:
    """Return the day that names the state of a file: its latest entry where it lists days, else the day of reading."""
    if "date" in table:
        return _day(table["date"].max()) if len(table) else ""
    return terms.today.isoformat() if "month" in table else ""


_Columns = Mapping[str, pd.Series]


def _appeals(frame: pd.DataFrame) -> _Columns:
    published = whole(frame, "published_at")
    minutes = minutes_of(published.to_numpy())
    closing = number(frame, "closed_at")
    ended = closing.notna()
    closed = text(frame, "status").eq("closed") | ended
    return {
        **texts(frame, "appeal_id", "area_code", "crime_type"), "month": month(frame, days=minutes // DAY_MINUTES),
        "published_minute": pd.Series(minutes, index=frame.index),
        "timed": pd.Series(timed(published.to_numpy()), index=frame.index),
        "offence_day": number(frame, "offence_date"), "persons_sought": number(frame, "persons_sought"),
        "closed": closed.astype(bool), "closed_day": closing,
        "closed_month": month(frame[ended], days=closing[ended]).reindex(frame.index).astype("float64"),
        **texts(frame, "status", "public_outcome", "url"),
    }


def _publications(frame: pd.DataFrame) -> _Columns:
    return {**texts(frame, "appeal_id", "channel"), "day": whole(frame, "published_at"),
            "month": month(frame, days=whole(frame, "published_at")), "reach": number(frame, "reach")}


def _responses(frame: pd.DataFrame) -> _Columns:
    received = whole(frame, "received_at")
    minutes = minutes_of(received.to_numpy())
    return {
        **texts(frame, "appeal_id"), "received_minute": pd.Series(minutes, index=frame.index),
        "timed": pd.Series(timed(received.to_numpy()), index=frame.index),
        "month": month(frame, days=minutes // DAY_MINUTES),
        **texts(frame, "channel", "seen_channel", "age_group", "grading"),
    }


def _responses_counted(frame: pd.DataFrame) -> _Columns:
    return {
        "month": whole(frame, "month"),
        **texts(frame, "area_code", "channel", "seen_channel", "age_group", "crime_type", "grading"),
        "responses": number(frame, "responses"),
    }


def _outcomes(frame: pd.DataFrame) -> _Columns:
    days = whole(frame, "outcome_date")
    return {
        **texts(frame, "appeal_id", "outcome"), "day": days, "month": month(frame, days=days),
        "persons": number(frame, "persons"), **texts(frame, "attribution"),
    }


def _engagement(frame: pd.DataFrame) -> _Columns:
    return {
        "month": whole(frame, "month"), **texts(frame, "area_code", "channel", "age_group"),
        **{name: number(frame, name) for name in ENGAGEMENT_NUMBERS},
    }


_NORMALISED: Mapping[str, Callable[[pd.DataFrame], _Columns]] = {
    "appeals": _appeals, "publications": _publications, "responses": _responses,
    "responses_counted": _responses_counted, "outcomes": _outcomes, "engagement": _engagement,
    **house_contact.NORMALISED,
}
