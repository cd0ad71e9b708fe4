"""What the illustrative figures assume, number by number, with its source where there is one.

No open data set of appeals and engagement by area, channel, age and month exists. The generator
(``data/illustrative.py``) uses these numbers alone, and the page that explains the illustrative
figures lists them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NO_SOURCE = "assumption: no source exists"

END = "2026-10"
MONTHS = 36

SURREY = "E23000031"
SURREY_APPEALS = 45
"""Appeals a month in Surrey, October 2016 to March 2017 (270 in six months)."""

SEASON = (0.95, 0.92, 0.98, 1.00, 1.04, 1.05, 1.06, 1.03, 1.00, 1.04, 1.02, 0.91)
"""Appeals of each calendar month against the mean month, January first."""

CRIME_SHARES: Mapping[str, float] = {
    "violence and sexual offences": 0.215, "homicide": 0.008, "robbery": 0.11, "theft from the person": 0.04,
    "burglary": 0.12, "vehicle crime": 0.07, "bicycle theft": 0.015, "other theft": 0.06, "shoplifting": 0.07,
    "drugs": 0.012, "possession of weapons": 0.02, "public order": 0.05, "missing person": 0.11,
    "wanted person": 0.06, "anti-social behaviour": 0.01, "criminal damage and arson": 0.025,
    "counter-terrorism": 0.001, "other crime": 0.004,
}

PUBLICATION_WEIGHTS: Mapping[str, float] = {
    "facebook": 30, "x": 24, "instagram": 12, "community_email": 10, "press": 9, "nextdoor": 6, "whatsapp": 4,
    "poster_in_person": 4, "tiktok": 3, "youtube": 3, "tv_radio": 3,
}
PUBLICATIONS_PER_APPEAL: Mapping[int, float] = {2: 0.35, 3: 0.40, 4: 0.25}

AGES = ("under 16", "16-17", "18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+", "unknown")


@dataclass(frozen=True)
class ChannelAssumption:
    """How a channel is used: forces on it, followers, growth, reach and what readers do; ages relative to residents."""

    channel: str
    forces: int
    """How many of the 43 forces are on it."""
    followers: float
    """Followers per resident at the end of the period."""
    growth: float
    """Change of followers a year."""
    posts: float
    """Publications a month of a force of one million residents."""
    reach: float | None
    """Accounts reached a month per follower; ``None`` where the channel does not tell."""
    frequency: float
    """Impressions per account reached."""
    rates: tuple[float | None, float | None, float | None, float | None]
    """Reactions, comments, shares, clicks per account reached (per follower where reach is not told)."""
    unknown: float
    """Share of followers whose age is unknown."""
    ages: tuple[float, ...]
    """Followers per resident in each of the nine age groups, against the mean of all groups."""


CHANNELS: tuple[ChannelAssumption, ...] = (
    ChannelAssumption("x", 43, 0.080, -0.05, 85, 0.55, 3.0, (0.018, 0.0035, 0.009, 0.011), 0.12,
                      (0.02, 0.60, 1.30, 1.70, 1.50, 1.30, 0.90, 0.50, 0.20)),
    ChannelAssumption("facebook", 43, 0.110, 0.03, 70, 0.80, 2.6, (0.026, 0.0080, 0.011, 0.020), 0.04,
                      (0.01, 0.25, 0.60, 1.20, 1.50, 1.50, 1.40, 1.00, 0.60)),
    ChannelAssumption("instagram", 43, 0.035, 0.09, 35, 0.65, 2.2, (0.034, 0.0025, 0.004, 0.005), 0.05,
                      (0.05, 1.30, 2.30, 2.10, 1.40, 0.80, 0.40, 0.20, 0.05)),
    ChannelAssumption("nextdoor", 30, 0.060, 0.08, 20, 0.70, 1.5, (0.012, 0.0060, 0.001, 0.009), 0.30,
                      (0.00, 0.02, 0.20, 0.90, 1.40, 1.60, 1.70, 1.50, 0.90)),
    ChannelAssumption("youtube", 43, 0.006, 0.06, 6, 1.40, 1.6, (0.011, 0.0012, 0.002, 0.004), 0.10,
                      (0.10, 0.90, 1.50, 1.60, 1.30, 1.10, 0.80, 0.50, 0.25)),
    ChannelAssumption("tiktok", 26, 0.020, 0.25, 10, 2.20, 1.7, (0.042, 0.0030, 0.004, 0.002), 0.08,
                      (0.15, 2.60, 3.00, 2.00, 1.00, 0.60, 0.35, 0.15, 0.05)),
    ChannelAssumption("whatsapp", 26, 0.008, 0.40, 18, None, 1.0, (0.022, None, None, 0.035), 0.60,
                      (0.01, 0.40, 0.80, 1.20, 1.40, 1.40, 1.20, 0.90, 0.50)),
    ChannelAssumption("community_email", 43, 0.015, 0.05, 12, None, 1.0, (None, None, None, 0.060), 0.45,
                      (0.00, 0.02, 0.15, 0.60, 1.00, 1.40, 1.80, 2.00, 1.50)),
)

ACTIVITY_BY_AGE = (0.60, 0.80, 0.90, 1.00, 1.05, 1.10, 1.15, 1.10, 0.90, 1.00)
"""Engagement per account reached in each age group, against the mean; ages as in ``AGES``."""

SURREY_REPORTS = 142
"""Reports that Surrey's 270 appeals of October 2016 to March 2017 brought in."""
RESPONSES_PER_APPEAL = SURREY_REPORTS / (6 * SURREY_APPEALS)
RESPONSE_SHAPE = 1.0
"""How unevenly responses fall on appeals: shape of the gamma distribution of an appeal's expected responses."""

RESPONSE_CHANNELS: Mapping[str, float] = {
    "web_form": 0.30, "facebook": 0.11, "webchat": 0.07, "x": 0.06, "community_email": 0.05, "instagram": 0.04,
    "whatsapp": 0.03, "phone_101": 0.15, "crimestoppers": 0.12, "hotline": 0.03, "phone_999": 0.02,
    "poster_in_person": 0.02,
}
"""How responses come in; social and online channels are the 66 percent of Surrey's reports."""
SEEN_UNKNOWN = 0.20
RESPONDENT_AGE_UNKNOWN = 0.20
RESPONDENT_AGES = (0.05, 0.50, 0.90, 1.20, 1.30, 1.20, 1.10, 0.90, 0.60)
"""Responses per resident in each of the nine age groups, where the appeal was not seen on a channel with followers."""
GRADINGS_OF_RESPONSES: Mapping[str, float] = {"useful": 0.40, "unusable": 0.20, "other": 0.32, "ungraded": 0.08}
UNGRADED_AT_END = (28, 0.50)
"""Of the responses of so many last days, this share is not yet graded."""
RESPONSE_DELAY = (1.5, 2.0)
"""Days from the appeal to a response: median and standard deviation of the logarithm (log-normal)."""

ATTRIBUTION: Mapping[str, float] = {"tip_alone": 0.05, "contributed": 0.20, "independent": 0.12}
"""Of all appeals; the rest has no outcome."""
PERSONS_SOUGHT: Mapping[int, float] = {0: 0.35, 1: 0.45, 2: 0.14, 3: 0.06}
"""Where nobody is missing or wanted; there it is one person."""
FOUND_TOO = 0.60
"""Chance that each further person sought is identified with the first."""
ARREST, CHARGE = 0.70, 0.60
"""Chance that an appeal with an outcome has an arrest, and that an arrest is followed by a charge."""
OUTCOME_DELAYS: Mapping[str, tuple[float, float]] = {"found": (6, 1.4), "arrested": (3, 1.2), "charged": (60, 1.0)}
"""Days to each outcome from the one before it, the first from the appeal: median, deviation of the logarithm."""
CLOSED_WITH, CLOSED_WITHOUT = (5, 1.0), (150, 0.9)
"""Days to the closing of an appeal, from its last outcome or, without any, from the appeal: as above."""
OUTCOME_PUBLISHED, ENDED_PUBLISHED = 0.70, 0.40
"""Share of closed appeals whose outcome, or whose end without one, the force makes public."""
OFFENCE_DELAY, MISSING_DELAY, OFFENCE_UNKNOWN = (6, 1.6), (1, 1.0), 0.08
"""Days from the offence, or from when a person was last seen, to the appeal: as above; share without a date."""


@dataclass(frozen=True)
class MessageAssumption:
    """Messages that need an answer on a channel: how many a month, how soon answered, how many become a report."""

    channel: str
    each: float
    """Messages a month per follower, or per resident where the channel has no followers."""
    answered: tuple[float, float, float, float]
    """Shares answered within 1 hour, 1 to 4 hours, 4 to 24 hours, later; the rest is not answered."""
    reports: float
    """Share that becomes a crime or incident report."""
    followers: bool = True
    source: str = "assumption: no source exists"


MESSAGES: tuple[MessageAssumption, ...] = (
    MessageAssumption("x", 0.0020, (0.35, 0.25, 0.20, 0.08), 0.04),
    MessageAssumption("facebook", 0.0040, (0.32, 0.26, 0.22, 0.10), 0.08),
    MessageAssumption("instagram", 0.0015, (0.28, 0.24, 0.24, 0.10), 0.03),
    MessageAssumption("nextdoor", 0.0010, (0.12, 0.18, 0.30, 0.15), 0.05),
    MessageAssumption("youtube", 0.0003, (0.05, 0.10, 0.25, 0.20), 0.01),
    MessageAssumption("tiktok", 0.0006, (0.10, 0.15, 0.25, 0.15), 0.01),
    MessageAssumption("whatsapp", 0.0100, (0.30, 0.25, 0.25, 0.10), 0.06),
    MessageAssumption("community_email", 0.0120, (0.08, 0.17, 0.40, 0.25), 0.08),
    MessageAssumption("web_form", 0.0060, (0.10, 0.25, 0.45, 0.18), 0.80, followers=False,
                      source="reports: House of Lords written answer HL13532 (175,450 in January 2021 for 61 percent of "
                             "the population); the rest: assumption: no source exists"),
    MessageAssumption("webchat", 0.0010, (0.93, 0.02, 0.01, 0.00), 0.30, followers=False),
    MessageAssumption("phone_101", 0.0310, (0.96, 0.00, 0.00, 0.00), 0.25, followers=False,
                      source="BBC freedom of information request 2012 (496,000 calls unanswered in ten months are 4 "
                             "percent of the calls to 30 of 43 forces); reports: assumption: no source exists"),
    MessageAssumption("phone_999", 0.0150, (0.995, 0.00, 0.00, 0.00), 0.45, followers=False),
)
CALLS_TO_101 = 0.031
"""Calls to 101 a month for each resident."""
ABANDONED = 0.04
"""Share of the calls to 101 that end before an answer, where every one counts."""
ABANDONED_SPREAD = 0.5
"""How far forces differ in it (standard deviation of the logarithm); busy months have more of them."""
LIMITS_OF_WAITING: Mapping[int, float] = {0: 0.50, 10: 0.20, 30: 0.30}
"""From how many seconds of waiting on forces count a call as abandoned, and the share of forces that do."""
COUNTED_FROM: Mapping[int, float] = {0: 1.0, 10: 0.85, 30: 0.60}
"""Share of the calls given up that waited so long."""
WAIT = (90, 0.5)
"""Mean seconds until a call to 101 is answered: median of forces and standard deviation of the logarithm."""
WAIT_AT_END = 0.85
"""Wait in the last month against the first."""

COMMENTS_CLASSIFIED, COMMENTS_POSITIVE, COMMENTS_NEGATIVE = 0.90, 0.22, 0.38
"""Share of public comments that is classified; of these, the positive and the negative."""

SILENT = ("W15000002", "Gwent", "2025-02", 5)
"""The force that supplied nothing, from which month, for how many months."""

LATE: tuple[tuple[str, str, int], ...] = (
    ("E23000002", "Cumbria", 1), ("E23000032", "Kent", 1), ("E23000007", "Northumbria", 2),
)
"""The forces that are late, and with how many of the last months."""

REACH_OF_PUBLICATION = 0.20
"""Accounts that see one publication of an appeal, per follower, where the channel tells its reach."""
SPREAD_OF_PUBLICATIONS = 0.6
"""How far the reach of one publication differs from another's (standard deviation of the logarithm)."""

SPREAD = 0.12
"""How far forces of the same size differ from each other (standard deviation of the logarithm)."""


@dataclass(frozen=True)
class Assumption:
    """One assumption: what, its value, why it was chosen, and its source or that there is none."""

    what: str
    value: str
    why: str
    source: str = NO_SOURCE


def _percents(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {share:.1%}" for name, share in shares.items())


def _rates(channel: ChannelAssumption) -> str:
    words = ("reactions", "comments", "shares", "clicks")
    told = [f"{word} {rate:.2%}" for word, rate in zip(words, channel.rates, strict=True) if rate is not None]
    base = "of accounts reached" if channel.reach is not None else "of followers, reach is not told"
    return f"{', '.join(told)} {base}"


def _activity(channel: ChannelAssumption) -> str:
    posts = f"{channel.posts:g} publications a month for a million residents"
    if channel.reach is None:
        return f"{posts}; reach and impressions are not told"
    return f"{posts}; {channel.reach:.0%} of followers reached a month, {channel.frequency:g} impressions for each"


def _days(delay: tuple[float, float]) -> str:
    return f"median {delay[0]:g} days, standard deviation of the logarithm {delay[1]:g}"


def _messages(about: MessageAssumption) -> str:
    soon = ", ".join(f"{share:.3g}" for share in about.answered)
    return (f"{about.each * 1000:g} a month per 1,000 {'followers' if about.followers else 'residents'}; answered within "
            f"1, 1 to 4, 4 to 24 hours, later: {soon}; {about.reports:.0%} become a report")


_DUTCH = "van Erp, van Gastel and Webbink 2012 (Opsporing Verzocht, 2009 and 2010)"
_TOTAL = sum(PUBLICATION_WEIGHTS.values())
ASSUMPTIONS: tuple[Assumption, ...] = (
    Assumption("Appeals a month", f"{SURREY_APPEALS} in Surrey, elsewhere by residents of mid-2023, at least 1",
               "the only published count of a force's appeals; about 2,200 a month in England and Wales",
               "PRWeek article 1433700; Office for National Statistics"),
    Assumption("Residents by age group", "shares of mid-2018 for each force",
               "the latest by force that is committed here",
               "Office for National Statistics"),
    Assumption("Season of appeals", f"{min(SEASON):.0%} of the mean month in December, {max(SEASON):.0%} in July",
               "more people are outdoors in summer"),
    Assumption("Differences between forces", f"standard deviation of the logarithm {SPREAD}",
               "forces differ in practice"),
    Assumption("Appeals by crime type", _percents(CRIME_SHARES), "what public appeals are often about"),
    Assumption("Publications of an appeal",
               "; ".join(f"{n}: {p:.0%} of appeals" for n, p in PUBLICATIONS_PER_APPEAL.items()),
               "each on another channel, within three days"),
    Assumption("Publications by channel",
               _percents({name: weight / _TOTAL for name, weight in PUBLICATION_WEIGHTS.items()}),
               "weights of the draw, among the channels that a force uses"),
    Assumption("Reach of a publication of an appeal",
               f"{REACH_OF_PUBLICATION:.0%} of the channel's followers, where it tells its reach; standard deviation of "
               f"the logarithm {SPREAD_OF_PUBLICATIONS:g}", "a single publication reaches a part of those who follow"),
    *(
        Assumption(f"Followers on {channel.channel}",
                   f"{channel.forces} of 43 forces; {channel.followers * 1000:g} per 1,000 residents, "
                   f"{channel.growth:+.0%} a year; age unknown for {channel.unknown:.0%}",
                   "accounts of the size that forces show in public")
        for channel in CHANNELS
    ),
    *(
        Assumption(f"Ages on {channel.channel}",
                   ", ".join(f"{age} {weight:g}" for age, weight in zip(AGES[:9], channel.ages, strict=True)),
                   "followers per resident against the mean; the young are on TikTok, the older on Facebook and e-mail",
                   "direction: Ofcom Online Nation 2024 (TikTok by age); values: " + NO_SOURCE
                   if channel.channel == "tiktok" else NO_SOURCE)
        for channel in CHANNELS
    ),
    *(Assumption(f"Activity on {channel.channel}", _activity(channel), "differs by channel")
      for channel in CHANNELS),
    *(Assumption(f"What readers do on {channel.channel}", _rates(channel), "differs by channel and a little by age")
      for channel in CHANNELS),
    Assumption("What readers do by age group",
               ", ".join(f"{age} {weight:g}" for age, weight in zip(AGES, ACTIVITY_BY_AGE, strict=True)),
               "against the mean of all age groups"),
    Assumption("Responses per appeal", f"{RESPONSES_PER_APPEAL:.3f} ({SURREY_REPORTS} to {6 * SURREY_APPEALS} appeals)",
               "the only published count of reports that a force's appeals brought in", "PRWeek article 1433700"),
    Assumption("Appeals that bring more responses than others",
               f"gamma distribution of shape {RESPONSE_SHAPE:g} around the mean", "many appeals bring none, a few many"),
    Assumption("Responses by channel", _percents(RESPONSE_CHANNELS),
               "social media and online together 66%; a channel that a force does not use falls to its web form",
               "sum of social media and online: PRWeek article 1433700; each channel: " + NO_SOURCE),
    Assumption("Where responses saw the appeal",
               f"unknown {SEEN_UNKNOWN:.0%}; else the channel they came in by, where the appeal was on it, or one of its "
               "other channels, by the weights of publications", "one sees an appeal where it was published"),
    Assumption("Age of those who respond",
               f"unknown {RESPONDENT_AGE_UNKNOWN:.0%}, and always through Crimestoppers; else as the followers of the "
               "channel it was seen on, or per resident: "
               + ", ".join(f"{age} {weight:g}" for age, weight in zip(AGES[:9], RESPONDENT_AGES, strict=True)),
               "Crimestoppers is anonymous"),
    Assumption("Grading of responses",
               f"{_percents(GRADINGS_OF_RESPONSES)}; of the last {UNGRADED_AT_END[0]} days {UNGRADED_AT_END[1]:.0%} "
               "are ungraded", "grading takes time"),
    Assumption("Time from appeal to response", _days(RESPONSE_DELAY),
               "most come within days, a few after months; what would come after the last month is not there yet"),
    Assumption("Outcomes and their attribution", _percents(ATTRIBUTION),
               "of all appeals, the rest without outcome; the tip alone only where a response was useful", _DUTCH),
    Assumption("Persons sought",
               ", ".join(f"{number}: {share:.0%}" for number, share in PERSONS_SOUGHT.items()),
               "missing and wanted persons: one; nobody where witnesses are asked for"),
    Assumption("Persons found together", f"each further person sought with {FOUND_TOO:.0%}", "not all are found at once"),
    Assumption("Arrests and charges", f"{ARREST:.0%} of appeals with an outcome, {CHARGE:.0%} of arrests",
               "a missing person is located and not arrested"),
    Assumption("Time to identified or located", _days(OUTCOME_DELAYS["found"]), "from the appeal, or its useful response"),
    Assumption("Time to arrest", _days(OUTCOME_DELAYS["arrested"]), "after the person was identified or located"),
    Assumption("Time to charge", _days(OUTCOME_DELAYS["charged"]), "after the arrest; charges take months"),
    Assumption("Time to closing", f"{_days(CLOSED_WITH)} after the last outcome; without any {_days(CLOSED_WITHOUT)}",
               "an appeal without outcome stays open longer"),
    Assumption("Outcomes made public", f"{OUTCOME_PUBLISHED:.0%} of closed appeals with an outcome, "
               f"{ENDED_PUBLISHED:.0%} of those without", "forces do not always tell"),
    Assumption("Time from offence to appeal",
               f"{_days(OFFENCE_DELAY)}; missing persons {_days(MISSING_DELAY)}; unknown {OFFENCE_UNKNOWN:.0%}",
               "most appeals follow soon, some after years"),
    *(Assumption(f"Messages on {about.channel}", _messages(about), "differs by channel", about.source)
      for about in MESSAGES),
    Assumption("Calls to 101", f"{CALLS_TO_101:.1%} of residents a month; 999 is left out, published figures stand for it",
               "12.4 million calls in ten months to 30 of 43 forces",
               "BBC freedom of information request 2012 (496,000 calls unanswered are 4 percent)"),
    Assumption("Calls to 101 abandoned",
               f"{ABANDONED:.0%} in the mean force, standard deviation of the logarithm {ABANDONED_SPREAD:g}; counted from "
               + ", ".join(f"{limit} seconds by {share:.0%} of forces (of all that gave up {COUNTED_FROM[limit]:.0%})"
                           for limit, share in LIMITS_OF_WAITING.items()), "forces use different limits",
               "4 percent: BBC freedom of information request 2012; the rest: " + NO_SOURCE),
    Assumption("Wait on 101", f"median of forces {WAIT[0]:g} seconds, standard deviation of the logarithm {WAIT[1]:g}; longer "
               f"in busy months, and in the last month {WAIT_AT_END:.0%} of the first", "forces differ widely in practice"),
    Assumption("Classified comments", f"{COMMENTS_CLASSIFIED:.0%} of comments; of these positive {COMMENTS_POSITIVE:.0%}, "
               f"negative {COMMENTS_NEGATIVE:.0%}", "the rest is neutral"),
    Assumption("A force that supplied nothing", f"{SILENT[1]}, {SILENT[3]} months from {SILENT[2]}",
               "so that every page shows what missing data look like"),
    Assumption("Forces that are late", ", ".join(f"{name} ({months})" for _, name, months in LATE),
               "the last months are incomplete in practice (months late in brackets)"),
)
