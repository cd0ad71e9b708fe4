"""A small delivery of house files of which every row is known: what a release made from it must not give away.

Three forces, 24 months; in each month of a force so many responses as are asked for, or a small number, often
0 to 9. One seed always gives the same files.
"""

from __future__ import annotations

import csv
import random
from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FORCES = ("E23000031", "E23000032", "W15000002")
END = "2026-10"
MONTHS = 24
APPEALS_A_MONTH = 5
SMALL = (0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 9, 10, 12, 17, 25, 40)
"""Numbers that a force's month draws from: three in four are 0 to 9."""

CRIMES = ("burglary", "robbery", "missing person", "violence and sexual offences", "homicide")
PUBLISHED_ON = ("facebook", "x", "press", "community_email")
CAME_BY = ("web_form", "facebook", "phone_101", "crimestoppers", "webchat")
AGES = ("under 16", "16-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+", "unknown")
GRADINGS = ("useful", "unusable", "other", "ungraded")
ATTRIBUTIONS = ("tip_alone", "contributed", "independent", "unknown")
BANDS = ("answered_1h", "answered_1_4h", "answered_4_24h", "answered_later")

Row = dict[str, str]


@dataclass(frozen=True)
class Known:
    """Every row of every file, as it was written: a dict of texts each, in the order of the file.

    ``responses`` are all that came in, ``month`` and ``area_code`` beside what the file holds; those of
    ``counted`` forces stand in ``responses_counted`` instead of singly.
    """

    appeals: list[Row]
    publications: list[Row]
    responses: list[Row]
    responses_counted: list[Row]
    outcomes: list[Row]
    engagement: list[Row]

    def number(self, **where: str) -> int:
        """Return how many responses have these values: ``number(area_code="E23000031", month="2026-10")``."""
        return sum(all(row[name] == value for name, value in where.items()) for row in self.responses)


def months(*, end: str = END, number: int = MONTHS) -> list[str]:
    """Return ``number`` months that end with ``end``, YYYY-MM each."""
    last = int(end[:4]) * 12 + int(end[5:7]) - 1
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(last - number + 1, last + 1)]


def write(
    folder: Path, *, seed: int = 1, forces: Sequence[str] = FORCES, end: str = END, number: int = MONTHS,
    responses: Mapping[tuple[str, str], int] | None = None, counted: Sequence[str] = (), canary: int | None = None,
) -> Known:
    """Write the files into ``folder`` and return their rows.

    ``responses`` says for a force and month (YYYY-MM) how many came in; what it leaves out is drawn from ``SMALL``.
    ``counted`` forces give them as counts. ``canary`` is a number of messages and, in a counted force, of responses
    that stands in the files as it is and must be found nowhere else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rng = random.Random(seed)
    known = Known([], [], [], [], [], [])
    for month in months(end=end, number=number):
        for force in forces:
            _appeals(known, rng, force=force, month=month)
            wanted = (responses or {}).get((force, month))
            _responses(known, rng, force=force, month=month, number=rng.choice(SMALL) if wanted is None else wanted)
            _engagement(known, rng, force=force, month=month)
    _outcomes(known, rng, last=end)
    known.responses_counted.extend(_counted([row for row in known.responses if row["area_code"] in counted]))
    if canary is not None:
        known.engagement[0].update(messages_in=str(canary))
        if known.responses_counted:
            known.responses_counted[0].update(responses=str(canary))
    singly = [row for row in known.responses if row["area_code"] not in counted]
    _save(folder / "appeals.csv", known.appeals)
    _save(folder / "publications.csv", known.publications)
    _save(folder / "responses.csv", singly, without=("month", "area_code", "crime_type"))
    _save(folder / "responses_counted.csv", known.responses_counted)
    _save(folder / "outcomes.csv", known.outcomes)
    _save(folder / "engagement.csv", known.engagement)
    return known


def _save(path: Path, rows: Sequence[Row], *, without: Sequence[str] = ()) -> None:
    """Write rows as CSV; no file where there is no row."""
    if not rows:
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [name for name in rows[0] if name not in without], extrasaction="ignore",
                                lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _moment(month: str, *, rng: random.Random, first: str = "") -> str:
    """Return a minute of the month, not before ``first`` (YYYY-MM-DDTHH:MM) where that lies in it."""
    days = monthrange(int(month[:4]), int(month[5:7]))[1]
    drawn = f"{month}-{rng.randint(1, days):02d}T{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}"
    return max(drawn, first)


def _appeals(known: Known, rng: random.Random, *, force: str, month: str) -> None:
    """Add a force's appeals of a month, the first of them on its first minute so that responses always find one."""
    for place in range(APPEALS_A_MONTH):
        name = f"{force[:1]}{force[-2:]}-{month.replace('-', '')}-{place}"
        published = _moment(month, rng=rng) if place else f"{month}-01T00:00"
        crime = rng.choice(CRIMES)
        closed = rng.random() < 0.5
        known.appeals.append({
            "appeal_id": name, "area_code": force, "crime_type": crime,
            "offence_date": rng.choice((published[:10], "2024-10-01", "")), "published_at": published,
            "status": "closed" if closed else "open",
            "public_outcome": rng.choice(("arrest", "none published")) if closed else "",
            "persons_sought": str(1 if crime == "missing person" else rng.randint(0, 3)),
        })
        for channel in rng.sample(PUBLISHED_ON, rng.randint(1, 3)):
            known.publications.append({"appeal_id": name, "channel": channel, "published_at": published})


def _responses(known: Known, rng: random.Random, *, force: str, month: str, number: int) -> None:
    """Add the responses that came to a force in a month, to its appeals of this month and the two before it."""
    mine = [row for row in known.appeals if row["area_code"] == force][-3 * APPEALS_A_MONTH:]
    on: dict[str, list[str]] = {}
    for row in known.publications:
        on.setdefault(row["appeal_id"], []).append(row["channel"])
    for _ in range(number):
        appeal = rng.choice(mine)
        channel = rng.choice(CAME_BY)
        known.responses.append({
            "appeal_id": appeal["appeal_id"], "received_at": _moment(month, rng=rng, first=appeal["published_at"]),
            "channel": channel, "seen_channel": rng.choice([*on[appeal["appeal_id"]], "unknown"]),
            "age_group": "unknown" if channel == "crimestoppers" else rng.choice(AGES), "grading": rng.choice(GRADINGS),
            "month": month, "area_code": force, "crime_type": appeal["crime_type"],
        })


def _counted(rows: Sequence[Row]) -> list[Row]:
    key = ("month", "area_code", "channel", "seen_channel", "age_group", "crime_type", "grading")
    number: dict[tuple[str, ...], int] = {}
    for row in rows:
        cell = tuple(row[name] for name in key)
        number[cell] = number.get(cell, 0) + 1
    return [{**dict(zip(key, cell, strict=True)), "responses": str(count)} for cell, count in sorted(number.items())]


def _outcomes(known: Known, rng: random.Random, *, last: str) -> None:
    """Add outcomes of a third of the appeals: who is found, then an arrest, then a charge, by the last month."""
    found = {month: place for place, month in enumerate(months(end=last, number=400))}
    names = list(found)
    for appeal in known.appeals:
        if rng.random() > 1 / 3:
            continue
        sought, attribution = int(appeal["persons_sought"]), rng.choice(ATTRIBUTIONS)
        month, missing = found[appeal["published_at"][:7]], appeal["crime_type"] == "missing person"
        steps = ("located",) if missing else (*(("identified",) if sought else ()), "arrested", "charged")
        persons = rng.randint(1, max(sought, 1))
        for step in steps[: rng.randint(1, len(steps))]:
            month += rng.randint(0, 4)
            if month >= len(names):
                break
            moment = _moment(names[month], rng=rng, first=appeal["published_at"])
            known.outcomes.append({"appeal_id": appeal["appeal_id"], "outcome": step, "outcome_date": moment[:10],
                                   "persons": str(persons), "attribution": attribution})


def _engagement(known: Known, rng: random.Random, *, force: str, month: str) -> None:
    """Add a force's accounts and messages of a month, many of them few."""
    for channel, ages in (("facebook", AGES), ("x", ("unknown",)), ("web_form", ("unknown",)), ("phone_999", ("unknown",))):
        social = channel in ("facebook", "x")
        for age in ages:
            messages = rng.choice(SMALL)
            answered, row = messages, {"month": month, "area_code": force, "channel": channel, "age_group": age}
            reach = rng.randint(200, 9000)
            row.update(zip(("audience", "reach", "reactions", "comments"), map(str, (
                reach + 50, reach, reach // 40, 30)) if social else [""] * 4, strict=True))
            row["messages_in"] = str(messages)
            for band in BANDS:
                part = rng.randint(0, answered)
                answered -= part
                row[band] = str(part)
            row["reports_created"] = str(rng.randint(0, messages))
            row.update(zip(("positive", "negative", "classified"), map(str, (
                rng.randint(0, 12), rng.randint(0, 12), rng.randint(24, 30))) if social else [""] * 3, strict=True))
            known.engagement.append(row)
