"""A delivery made of edges: every follow-up and every bin is met on its last minute and just after it.

Five forces supply single responses (one of them late, one of them Scotland, one partly by district), one supplies them
counted, the City of London few. The rows are written as a force would write them, and counted again in plain Python.
"""

from __future__ import annotations

import csv
import random
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

SURREY, KENT, GWENT, SCOTLAND, CITY, ESSEX = "E23000031", "E23000032", "W15000002", "S23000009", "E23000034", "E23000028"
GUILDFORD = "E07000209"
SINGLY = (SURREY, KENT, GWENT, SCOTLAND, CITY)
COUNTED = ESSEX
FIRST, LAST, KENTS_LAST = "2024-01", "2026-10", "2026-08"
DAY = 1440
EDGES = (0, 1, 359, 360, DAY - 1, DAY, 3 * DAY - 1, 3 * DAY, 7 * DAY - 1, 7 * DAY, 28 * DAY - 1, 28 * DAY, 90 * DAY - 1,
         90 * DAY, 91 * DAY, 365 * DAY - 1, 365 * DAY, 366 * DAY)
"""Minutes after the appeal at which responses come."""
OUTCOME_EDGES = (0, 1, 27, 179, 180, 181, 364, 365, 366)
OFFENCE_EDGES = (0, 1, 2, 3, 4, 7, 8, 14, 15, 28, 29, 90, 91, 365, 366, 900)
CRIMES = ("burglary", "homicide", "missing person", "wanted person", "theft from the person", "other")
CHANNELS = ("facebook", "web_form", "webchat", "phone_101", "crimestoppers", "poster_in_person", "unknown")
SEEN = ("x", "press", "community_email", "unknown", "phone_101")
AGES = ("under 16", "18-24", "35-44", "55-64", "75+", "unknown")
GRADINGS = ("useful", "unusable", "other", "ungraded")
ATTRIBUTIONS = ("tip_alone", "contributed", "independent", "unknown")
BANDS = ("answered_1h", "answered_1_4h", "answered_4_24h", "answered_later")
MESSAGES_ON = ("facebook", "x", "web_form", "phone_999", "phone_101")

Row = dict[str, str]


@dataclass(frozen=True)
class Rows:
    """The rows of each file, as they were written."""

    appeals: list[Row]
    responses: list[Row]
    responses_counted: list[Row]
    outcomes: list[Row]
    engagement: list[Row]


def index(text: str) -> int:
    """Return YYYY-MM... as months since year 0."""
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def months(first: str = FIRST, last: str = LAST) -> list[str]:
    """Return the months from ``first`` to ``last``."""
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(index(first), index(last) + 1)]


def last_month_of(force: str) -> str:
    """Return the last month that a force supplied."""
    return KENTS_LAST if force == KENT else LAST


def write(folder: Path) -> Rows:
    """Write the files into ``folder`` and return their rows."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(20261101)
    rows = Rows([], [], [], [], [])
    for force in (*SINGLY, COUNTED):
        for month in months(last=last_month_of(force)):
            for place in range(1 if force == CITY else 7):
                _appeal(rows, rng, force=force, month=month, place=place)
            if force == COUNTED:
                _counted(rows, rng, month=month)
            if force != CITY:
                _engagement(rows, rng, force=force, month=month)
    for name in ("appeals", "responses", "responses_counted", "outcomes", "engagement"):
        listed = getattr(rows, name)
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(listed[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(listed)
    return rows


def _appeal(rows: Rows, rng: random.Random, *, force: str, month: str, place: int) -> None:
    number = len(rows.appeals)
    published = datetime(int(month[:4]), int(month[5:]), rng.randint(1, monthrange(int(month[:4]), int(month[5:]))[1]),
                         rng.randrange(24), rng.randrange(60))
    timed = rng.random() < 0.8
    crime = CRIMES[number % len(CRIMES)]
    offence = published - timedelta(days=OFFENCE_EDGES[number % len(OFFENCE_EDGES)])
    area = GUILDFORD if force == SURREY and place % 3 == 0 else force
    rows.appeals.append({
        "appeal_id": f"K-{number}", "area_code": area, "crime_type": crime,
        "offence_date": "" if number % 11 == 0 else offence.date().isoformat(),
        "published_at": f"{published:%Y-%m-%dT%H:%M}" if timed else f"{published:%Y-%m-%d}",
        "status": "open", "public_outcome": "", "persons_sought": "" if number % 7 == 0 else "4"})
    end = _end(last_month_of(force))
    if force != COUNTED:
        for _ in range(1 if force == CITY else 5):
            came = published + timedelta(minutes=rng.choice(EDGES))
            if came <= end:
                rows.responses.append(_response(rng, appeal=f"K-{number}", came=came))
    for _ in range(rng.choice((0, 1, 1, 2))):
        day = published + timedelta(days=rng.choice(OUTCOME_EDGES))
        if day <= end:
            kind = rng.choice(("identified", "located", "arrested", "charged", "other"))
            if number % 7 == 0 and kind in ("identified", "located"):
                kind = "arrested"
            rows.outcomes.append({
                "appeal_id": f"K-{number}", "outcome": kind, "outcome_date": day.date().isoformat(),
                "persons": rng.choice(("1", "2", "")) if kind in ("identified", "located") else "1",
                "attribution": rng.choice(ATTRIBUTIONS)})


def _end(month: str) -> datetime:
    year, number = int(month[:4]), int(month[5:])
    return datetime(year, number, monthrange(year, number)[1], 23, 59)


def _response(rng: random.Random, *, appeal: str, came: datetime) -> Row:
    channel = rng.choice(CHANNELS)
    return {
        "appeal_id": appeal, "received_at": f"{came:%Y-%m-%dT%H:%M}" if rng.random() < 0.85 else f"{came:%Y-%m-%d}",
        "channel": channel, "seen_channel": rng.choice(SEEN),
        "age_group": "unknown" if channel == "crimestoppers" else rng.choice(AGES), "grading": rng.choice(GRADINGS)}


def _counted(rows: Rows, rng: random.Random, *, month: str) -> None:
    for channel in ("web_form", "phone_101"):
        for age in ("18-24", "65+", "unknown"):
            rows.responses_counted.append({
                "month": month, "area_code": COUNTED, "channel": channel, "seen_channel": rng.choice(SEEN), "age_group": age,
                "crime_type": rng.choice(CRIMES), "grading": rng.choice(GRADINGS), "responses": str(rng.choice((0, 1, 5, 9, 14)))})


def _engagement(rows: Rows, rng: random.Random, *, force: str, month: str) -> None:
    """A force begins to count 101 in 2025, and never tells the answers or the reports of its web form in Wales."""
    for channel in MESSAGES_ON:
        if channel == "phone_101" and month < "2025-02":
            continue
        for age in ("18-24", "65+") if channel == "facebook" else ("unknown",):
            bands = [rng.choice((0, 1, 4, 11)) for _ in BANDS]
            told = not (force == GWENT and channel == "web_form")
            rows.engagement.append({
                "month": month, "area_code": force, "channel": channel, "age_group": age,
                "messages_in": str(sum(bands) + rng.choice((0, 0, 2, 7))),
                **{band: str(number) if told else "" for band, number in zip(BANDS, bands, strict=True)},
                "reports_created": str(rng.choice((0, 1, 3))) if told else ""})


# Counted again

CHANNEL_GROUPS = {"facebook": "social", "x": "social", "web_form": "online", "webchat": "online", "community_email": "online",
                  "phone_101": "phone", "phone_999": "phone", "crimestoppers": "phone", "press": "broadcast_press",
                  "poster_in_person": "in_person", "unknown": "remaining"}
AGE_GROUPS = {"under 16": "under 25", "18-24": "under 25", "35-44": "25-44", "55-64": "45-64", "75+": "65+", "65+": "65+",
              "unknown": "unknown"}
CRIME_GROUPS = {"burglary": "burglary", "homicide": "violence", "missing person": "missing and wanted persons",
                "wanted person": "missing and wanted persons", "theft from the person": "robbery and theft from the person",
                "other": "everything else"}
WIDE: Mapping[str, Mapping[str, str]] = {"channel": CHANNEL_GROUPS, "age_group": AGE_GROUPS, "crime_type": CRIME_GROUPS}
Atom = tuple[Row, int]
"""What something is (area, channel, age_group, crime_type, category, month), and how many."""


def force_of(area: str) -> str:
    """Return the force that an area lies in."""
    return SURREY if area == GUILDFORD else area


def country_of(area: str) -> str:
    """Return the country that a force lies in."""
    return {"E": "E92000001", "W": "W92000004", "S": "S92000003"}[area[0]]


def _moment(text: str) -> tuple[datetime, bool]:
    return datetime.fromisoformat(text), "T" in text


def after(appeal: Row, response: Row) -> int:
    """Return the minutes from an appeal to a response; where one has no time, to the end of the response's day."""
    (start, one), (came, other) = _moment(appeal["published_at"]), _moment(response["received_at"])
    if one and other:
        return int((came - start).total_seconds() // 60)
    return (came.date() - start.date()).days * DAY + DAY - 1


def days_after(appeal: Row, outcome: Row) -> int:
    """Return the days from an appeal to an outcome."""
    return (datetime.fromisoformat(outcome["outcome_date"]).date() - _moment(appeal["published_at"])[0].date()).days


def _bin(value: int, *bins: tuple[int, str]) -> str:
    return next((name for limit, name in bins if value < limit), "")


def _of(appeal: Row, **more: str) -> Row:
    return {"area": appeal["area_code"], "crime_type": appeal["crime_type"], "month": appeal["published_at"][:7], **more}


def _by_appeal(rows: Rows, name: str) -> list[tuple[Row, list[Row]]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in getattr(rows, name):
        found[row["appeal_id"]].append(row)
    return [(appeal, found[appeal["appeal_id"]]) for appeal in rows.appeals]


def _from_counted(rows: Rows, **more: str) -> Iterator[Atom]:
    for row in rows.responses_counted:
        yield {"area": row["area_code"], **{name: row[name] for name in ("channel", "age_group", "crime_type", "month")},
               **{key: row[name] for key, name in more.items()}, "grading": row["grading"]}, int(row["responses"])


def received(rows: Rows) -> Iterator[Atom]:
    """Responses, by the month in which they came."""
    for appeal, responses in _by_appeal(rows, "responses"):
        for row in responses:
            yield _of(appeal, channel=row["channel"], age_group=row["age_group"], month=row["received_at"][:7]), 1
    yield from _from_counted(rows)


def _grade(grading: str) -> str:
    return grading if grading == "ungraded" else f"graded-{grading}"


def graded(rows: Rows) -> Iterator[Atom]:
    """Responses within 90 days, by grading and month of the appeal."""
    for appeal, responses in _by_appeal(rows, "responses"):
        for row in responses:
            if after(appeal, row) < 90 * DAY:
                yield _of(appeal, channel=row["channel"], age_group=row["age_group"], category=_grade(row["grading"])), 1
    for what, number in _from_counted(rows):
        yield {**what, "category": _grade(what["grading"])}, number


def seen(rows: Rows) -> Iterator[Atom]:
    """Useful responses by the channel on which the appeal was seen, where that can be seen and is known."""
    for appeal, responses in _by_appeal(rows, "responses"):
        for row in responses:
            if row["grading"] == "useful" and row["seen_channel"] not in ("unknown", "phone_101"):
                yield _of(appeal, channel=row["seen_channel"], age_group=row["age_group"], month=row["received_at"][:7]), 1
    for what, number in _from_counted(rows, channel="seen_channel"):
        if what["grading"] == "useful" and what["channel"] not in ("unknown", "phone_101"):
            yield what, number


def responded(rows: Rows) -> Iterator[Atom]:
    """Appeals with a response, by when the first came."""
    for appeal, responses in _by_appeal(rows, "responses"):
        if responses:
            name = _bin(min(after(appeal, row) for row in responses), (7 * DAY, "response-7d"), (28 * DAY, "response-8-28d"),
                        (90 * DAY, "response-29-90d"))
            if name:
                yield _of(appeal, category=name), 1


def _first_useful(rows: Rows) -> Iterator[tuple[Row, int]]:
    for appeal, responses in _by_appeal(rows, "responses"):
        useful = [after(appeal, row) for row in responses if row["grading"] == "useful"]
        if useful:
            yield appeal, min(useful)


def useful(rows: Rows) -> Iterator[Atom]:
    """Appeals with useful information within 90 days."""
    return ((_of(appeal), 1) for appeal, minutes in _first_useful(rows) if minutes < 90 * DAY)


def useful_times(rows: Rows) -> Iterator[Atom]:
    """Appeals by when useful information first came."""
    for appeal, minutes in _first_useful(rows):
        name = _bin(minutes, (360, "useful-6h"), (DAY, "useful-24h"), (3 * DAY, "useful-3d"), (7 * DAY, "useful-7d"),
                    (28 * DAY, "useful-28d"), (90 * DAY, "useful-90d"))
        if name:
            yield _of(appeal, category=name), 1


def useful_times_by_channel(rows: Rows) -> Iterator[Atom]:
    """Appeals by when useful information first came through each channel group, once under each."""
    for appeal, responses in _by_appeal(rows, "responses"):
        first: dict[str, tuple[int, str]] = {}
        for row in responses:
            if row["grading"] == "useful":
                group = CHANNEL_GROUPS[row["channel"]]
                first[group] = min(first.get(group, (366 * DAY, "")), (after(appeal, row), row["channel"]))
        for minutes, channel in first.values():
            name = _bin(minutes, (360, "useful-6h"), (DAY, "useful-24h"), (3 * DAY, "useful-3d"), (7 * DAY, "useful-7d"),
                        (28 * DAY, "useful-28d"), (90 * DAY, "useful-90d"))
            if name:
                yield _of(appeal, channel=channel, category=name), 1


def found(rows: Rows) -> Iterator[Atom]:
    """Persons identified, or of the missing located, within 180 days, of appeals that say how many they seek."""
    for appeal, outcomes in _by_appeal(rows, "outcomes"):
        wanted = "located" if appeal["crime_type"] == "missing person" else "identified"
        for row in outcomes:
            if row["outcome"] == wanted and appeal["persons_sought"] and days_after(appeal, row) < 180:
                yield _of(appeal, category=f"found-{wanted}"), int(row["persons"] or 1)


def _followed(rows: Rows, *, days: int, names: Mapping[str, tuple[str, ...]]) -> Iterator[Atom]:
    for appeal, outcomes in _by_appeal(rows, "outcomes"):
        for name, kinds in names.items():
            if any(row["outcome"] in kinds and days_after(appeal, row) < days for row in outcomes):
                yield _of(appeal, category=name), 1


def followed(rows: Rows) -> Iterator[Atom]:
    """Appeals with an identification, and with an arrest, within 180 days."""
    return _followed(rows, days=180, names={"had-identification": ("identified", "located"), "had-arrest": ("arrested",)})


def charged(rows: Rows) -> Iterator[Atom]:
    """Appeals with a charge within 365 days."""
    return _followed(rows, days=365, names={"had-charge": ("charged",)})


def _attributed(rows: Rows, *, days: int, names: tuple[str, ...]) -> Iterator[Atom]:
    for appeal, outcomes in _by_appeal(rows, "outcomes"):
        best = [ATTRIBUTIONS.index(row["attribution"]) for row in outcomes if days_after(appeal, row) < days]
        if best and names[min(best)]:
            yield _of(appeal, category=names[min(best)]), 1


def attributed(rows: Rows) -> Iterator[Atom]:
    """Appeals with an outcome within 180 days, by the closest attribution."""
    return _attributed(rows, days=180, names=("tip-alone", "contributed", "independent", "attribution-unknown"))


def ladder(rows: Rows) -> Iterator[Atom]:
    """Appeals on each rung within 365 days."""
    for appeal, responses in _by_appeal(rows, "responses"):
        times = {row["grading"] == "useful" for row in responses if after(appeal, row) < 365 * DAY}
        if times:
            yield _of(appeal, category="ladder-response"), 1
        if True in times:
            yield _of(appeal, category="ladder-useful"), 1
    yield from _followed(rows, days=365, names={
        "ladder-identification": ("identified", "located"), "ladder-arrest": ("arrested",), "ladder-charge": ("charged",)})
    yield from _attributed(rows, days=365, names=("ladder-tip-alone", "ladder-contributed", "", "ladder-unknown"))


def delays(rows: Rows) -> Iterator[Atom]:
    """Appeals by the days from the offence."""
    for appeal in rows.appeals:
        if appeal["offence_date"]:
            days = (_moment(appeal["published_at"])[0].date() - datetime.fromisoformat(appeal["offence_date"]).date()).days
            yield _of(appeal, category=_bin(days, (2, "delay-1d"), (4, "delay-3d"), (8, "delay-7d"), (15, "delay-14d"),
                                            (29, "delay-28d"), (91, "delay-90d"), (366, "delay-365d"), (10**6, "delay-more"))), 1


def _engaged(rows: Rows, value: str) -> Iterator[tuple[Row, Row]]:
    for row in rows.engagement:
        if row[value]:
            yield {"area": row["area_code"], **{name: row[name] for name in ("channel", "age_group", "month")}}, row


def messages(rows: Rows) -> Iterator[Atom]:
    """Messages in."""
    return ((what, int(row["messages_in"])) for what, row in _engaged(rows, "messages_in"))


def reports(rows: Rows) -> Iterator[Atom]:
    """Reports created."""
    return ((what, int(row["reports_created"])) for what, row in _engaged(rows, "reports_created"))


def messages_reporting(rows: Rows) -> Iterator[Atom]:
    """Messages in, where reports are known."""
    return ((what, int(row["messages_in"])) for what, row in _engaged(rows, "reports_created"))


def answered(rows: Rows) -> Iterator[Atom]:
    """Messages by answer time, where all bands are known."""
    for what, row in _engaged(rows, "answered_later"):
        for band, name in zip(BANDS, ("answered-1h", "answered-1-4h", "answered-4-24h", "answered-later"), strict=True):
            yield {**what, "category": name}, int(row[band])
        yield {**what, "category": "not-answered"}, int(row["messages_in"]) - sum(int(row[band]) for band in BANDS)


def digital(rows: Rows) -> Iterator[Atom]:
    """Messages on social media and online, and on the other channels but 999."""
    for what, number in messages(rows):
        if what["channel"] != "phone_999":
            inside = CHANNEL_GROUPS[what["channel"]] in ("social", "online")
            yield {**what, "category": "digital" if inside else "not-digital"}, number


RECOUNT: Mapping[str, Callable[[Rows], Iterator[Atom]]] = {
    "responses": received, "responses_graded": graded, "appeals_responded": responded, "appeals_useful": useful, "useful_times": useful_times,
    "useful_times_by_channel": useful_times_by_channel, "useful_seen": seen, "persons_found": found, "appeals_followed": followed,
    "appeals_charged": charged, "attribution": attributed, "ladder": ladder, "offence_delay": delays, "messages": messages, "answered": answered,
    "contact_digital": digital, "messages_reporting": messages_reporting, "reports": reports,
}
