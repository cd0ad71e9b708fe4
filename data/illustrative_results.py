"""Illustrative responses and outcomes: what came in after each appeal, what followed, and how the appeal ended.

Responses and outcomes are drawn for every appeal as if all time had passed; what lies after the last
month, or in a month that the force did not supply, is then left out. Young appeals are therefore as
incomplete as real ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from data.assumptions import (
    ARREST, ATTRIBUTION, AGES, CHANNELS, CHARGE, CLOSED_WITH, CLOSED_WITHOUT, ENDED_PUBLISHED, FOUND_TOO,
    GRADINGS_OF_RESPONSES, MISSING_DELAY, OFFENCE_DELAY, OFFENCE_UNKNOWN, OUTCOME_DELAYS, OUTCOME_PUBLISHED,
    PERSONS_SOUGHT, PUBLICATION_WEIGHTS, RESPONDENT_AGE_UNKNOWN, RESPONDENT_AGES, RESPONSE_CHANNELS, RESPONSE_DELAY,
    RESPONSE_SHAPE, RESPONSES_PER_APPEAL, SEEN_UNKNOWN, UNGRADED_AT_END,
)
from data.cells import DAY_MINUTES
from data.illustrative_world import World, force_factors, iso

APPEAL_COLUMNS = ("appeal_id", "area_code", "crime_type", "offence_date", "published_at", "closed_at", "status",
                  "public_outcome", "persons_sought")
_PUBLIC = {"located": "person located", "identified": "person identified", "arrested": "arrest",
           "charged": "charge or summons", "other": "property recovered"}
_EPOCH = date(1970, 1, 1).toordinal()
_LONGEST = 25 * 365
"""Days after which nothing is drawn: an offence or an outcome is at most so far from its appeal."""


def _first_days(appeals: pd.DataFrame) -> np.ndarray:
    days, places = np.unique(appeals["published_at"].to_numpy(dtype="datetime64[D]"), return_inverse=True)
    return (days.astype(np.int64) + _EPOCH)[places]


def _delays(delay: tuple[float, float], *, size: int, rng: np.random.Generator) -> np.ndarray:
    """Return log-normal numbers of days with the given median and deviation of the logarithm."""
    return np.minimum(np.exp(rng.normal(np.log(delay[0]), delay[1], size)), _LONGEST)


def _drawn(shares: Sequence[float], *, size: int, rng: np.random.Generator) -> np.ndarray:
    return rng.choice(len(shares), size=size, p=np.array(shares) / sum(shares))


# Responses


def responses(
    world: World, *, appeals: pd.DataFrame, publications: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return every response that an appeal will ever get: its ``appeal`` (place), minute, channels, age, grading."""
    expected = RESPONSES_PER_APPEAL * force_factors(world, rng=rng)[appeals["force"].to_numpy()]
    number = rng.poisson(expected * rng.gamma(RESPONSE_SHAPE, 1 / RESPONSE_SHAPE, len(appeals)))
    appeal = np.repeat(np.arange(len(appeals)), number)
    force = appeals["force"].to_numpy()[appeal]
    wait = _delays(RESPONSE_DELAY, size=len(appeal), rng=rng) * DAY_MINUTES
    minute = _first_days(appeals)[appeal] * DAY_MINUTES + wait.astype(np.int64)
    names = np.array(list(RESPONSE_CHANNELS), dtype=object)
    channel = names[_drawn(tuple(RESPONSE_CHANNELS.values()), size=len(appeal), rng=rng)]
    for name in set(names) & set(world.present):
        channel[(channel == name) & ~world.present[name][force]] = "web_form"
    seen = _seen(appeals, publications=publications, appeal=appeal, channel=channel, day=minute // DAY_MINUTES, rng=rng)
    grading = np.array(list(GRADINGS_OF_RESPONSES), dtype=object)[
        _drawn(tuple(GRADINGS_OF_RESPONSES.values()), size=len(appeal), rng=rng)]
    return pd.DataFrame({
        "appeal": appeal, "appeal_id": appeals["appeal_id"].to_numpy()[appeal], "force": force, "minute": minute,
        "channel": channel, "seen_channel": seen,
        "age_group": _ages(world, force=force, channel=channel, seen=seen, rng=rng),
        "grading": grading, "late": rng.random(len(appeal)) < UNGRADED_AT_END[1],
    })


def _seen(
    appeals: pd.DataFrame, *, publications: pd.DataFrame, appeal: np.ndarray, channel: np.ndarray, day: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Draw where each response saw its appeal, among the channels that it was on by then."""
    names = list(PUBLICATION_WEIGHTS)
    on = np.full((len(appeals), len(names)), np.iinfo(np.int64).max)
    places = pd.Series(np.arange(len(appeals)), index=appeals["appeal_id"])
    on[places[publications["appeal_id"]].to_numpy(),
       pd.Index(names).get_indexer(publications["channel"])] = _first_days(publications)
    out = on[appeal] <= day[:, None]
    keys = np.log(np.array(list(PUBLICATION_WEIGHTS.values()))) + rng.gumbel(size=out.shape)
    seen = np.array(names, dtype=object)[np.argmax(np.where(out, keys, -np.inf), axis=1)]
    came = pd.Index(names).get_indexer(channel)
    same = (came >= 0) & out[np.arange(len(out)), np.maximum(came, 0)]
    seen = np.where(same, channel, seen)
    return np.where(rng.random(len(seen)) < SEEN_UNKNOWN, "unknown", seen)


def _ages(
    world: World, *, force: np.ndarray, channel: np.ndarray, seen: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Draw the age of each person: as the followers of the channel, or as residents respond; none for the anonymous."""
    followers = {about.channel: about.ages for about in CHANNELS}
    distinct, places = np.unique(seen.astype(str), return_inverse=True)
    weights = np.array([followers.get(name, RESPONDENT_AGES) for name in distinct])[places]
    weights = np.cumsum(weights * world.ages[force], axis=1)
    drawn = (rng.random(len(seen))[:, None] * weights[:, -1:] > weights).sum(axis=1)
    ages = np.array(AGES, dtype=object)[drawn]
    unknown = (rng.random(len(seen)) < RESPONDENT_AGE_UNKNOWN) | (channel == "crimestoppers")
    return np.where(unknown, "unknown", ages)


def supplied(world: World, *, responses: pd.DataFrame) -> pd.DataFrame:
    """Return the responses that have come in by the last month, as the rows of the file."""
    day = responses["minute"].to_numpy() // DAY_MINUTES
    late = (world.first_days[-1] - day <= UNGRADED_AT_END[0]) & responses["late"].to_numpy()
    rows = responses.assign(grading=np.where(late, "ungraded", responses["grading"]))
    rows = rows[world.known(force=responses["force"].to_numpy(), day=day)].sort_values(["minute", "appeal"], kind="stable")
    past = rows["minute"].to_numpy() % DAY_MINUTES
    times = np.array([f"T{minute // 60:02d}:{minute % 60:02d}" for minute in range(DAY_MINUTES)], dtype=object)
    return pd.DataFrame({
        "appeal_id": rows["appeal_id"], "received_at": iso(rows["minute"].to_numpy() // DAY_MINUTES) + times[past],
        **{name: rows[name] for name in ("channel", "seen_channel", "age_group", "grading")},
    })


# Outcomes, and how appeals end


def outcomes(
    world: World, *, appeals: pd.DataFrame, responses: pd.DataFrame, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the appeals with their offence, persons sought and end, and the outcomes that are known by the last month."""
    size, first, force = len(appeals), _first_days(appeals), appeals["force"].to_numpy()
    crime = appeals["crime_type"].to_numpy()
    sought = np.array(list(PERSONS_SOUGHT))[_drawn(tuple(PERSONS_SOUGHT.values()), size=size, rng=rng)]
    sought[np.isin(crime, ("missing person", "wanted person"))] = 1
    attribution, started = _attributed(responses, first=first, rng=rng)
    persons = np.maximum(sought, 1) - rng.binomial(np.maximum(sought - 1, 0), 1 - FOUND_TOO)
    steps = _steps(crime, sought=sought, rng=rng)
    day, last, rows = started.astype(float), np.full(size, -1), []
    for place, (kinds, delay) in enumerate(zip(steps, ("found", "arrested", "charged"), strict=True)):
        taken = (kinds != "") & (attribution != "")
        wait = _delays(OUTCOME_DELAYS[delay], size=size, rng=rng)
        day = np.where(taken, day + wait, day)
        last = np.where(taken, place, last)
        rows.append(pd.DataFrame({
            "appeal": np.arange(size), "appeal_id": appeals["appeal_id"], "outcome": kinds, "day": day.astype(np.int64),
            "persons": np.where(kinds == "other", np.nan, persons), "attribution": attribution, "force": force,
        })[taken])
    ending = np.choose(np.maximum(last, 0), steps)
    ended = _ended(world, appeals=appeals, day=day, ending=np.where(last < 0, "", ending), first=first, rng=rng)
    offence = first - np.where(
        crime == "missing person", _delays(MISSING_DELAY, size=size, rng=rng), _delays(OFFENCE_DELAY, size=size, rng=rng)
    ).astype(np.int64)
    known = rng.random(size) >= OFFENCE_UNKNOWN
    whole = ended.assign(persons_sought=sought, offence_date=np.where(known, iso(offence), ""))
    found = pd.concat(rows, ignore_index=True)
    found = found[world.known(force=found["force"].to_numpy(), day=found["day"].to_numpy())]
    found = found.sort_values(["day", "appeal"], kind="stable")
    return whole, pd.DataFrame({
        "appeal_id": found["appeal_id"], "outcome": found["outcome"], "outcome_date": iso(found["day"].to_numpy()),
        "persons": found["persons"].astype("Int64"), "attribution": found["attribution"],
    })


def _attributed(
    responses: pd.DataFrame, *, first: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Draw each appeal's attribution (empty: no outcome) and the day from which its outcome is counted.

    The tip alone needs a useful response, whose share of all appeals is made up for; the outcome follows it.
    """
    useful = responses[responses["grading"] == "useful"].groupby("appeal")["minute"].min()
    tipped = np.zeros(len(first), dtype=bool)
    tipped[useful.index.to_numpy()] = True
    alone = tipped & (rng.random(len(first)) < min(1.0, ATTRIBUTION["tip_alone"] / max(tipped.mean(), 1e-9)))
    rest = 1 - ATTRIBUTION["tip_alone"]
    drawn = rng.random(len(first))
    contributed = drawn < ATTRIBUTION["contributed"] / rest
    independent = ~contributed & (drawn < (ATTRIBUTION["contributed"] + ATTRIBUTION["independent"]) / rest)
    attribution = np.select([alone, contributed, independent], ["tip_alone", "contributed", "independent"], "")
    started = first.copy()
    started[useful.index.to_numpy()] = useful.to_numpy() // DAY_MINUTES
    return attribution, np.where(alone, started, first)


def _steps(crime: np.ndarray, *, sought: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Return what follows each appeal if anything does: who is found, the arrest, the charge; empty where it does not."""
    missing, wanted = crime == "missing person", crime == "wanted person"
    found = np.where(missing | wanted, "located", np.where(sought > 0, "identified", ""))
    arrested = np.where(~missing & (rng.random(len(crime)) < ARREST), "arrested", "")
    charged = np.where((arrested != "") & (rng.random(len(crime)) < CHARGE), "charged", "")
    found = np.where((found == "") & (arrested == ""), "other", found)
    return found, arrested, charged


def _ended(
    world: World, *, appeals: pd.DataFrame, day: np.ndarray, ending: np.ndarray, first: np.ndarray,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the appeals with their status: closed some time after the last outcome, or long after the appeal."""
    size = len(appeals)
    closing = np.where(ending != "", day + _delays(CLOSED_WITH, size=size, rng=rng),
                       first + _delays(CLOSED_WITHOUT, size=size, rng=rng)).astype(np.int64)
    closed = closing <= world.last_days[appeals["force"].to_numpy()]
    told = rng.random(size) < np.where(ending != "", OUTCOME_PUBLISHED, ENDED_PUBLISHED)
    public = np.array([_PUBLIC.get(name, "case closed without outcome") for name in ending], dtype=object)
    return appeals.assign(
        closed_at=np.where(closed, iso(np.where(closed, closing, first)), ""),
        status=np.where(closed, "closed", "open"),
        public_outcome=np.where(closed, np.where(told, public, "none published"), ""),
    )
