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

SILENT = ("W15000002", "Gwent", "2025-02", 5)
"""The force that supplied nothing, from which month, for how many months."""

LATE: tuple[tuple[str, str, int], ...] = (
    ("E23000002", "Cumbria", 1), ("E23000032", "Kent", 1), ("E23000007", "Northumbria", 2),
)
"""The forces that are late, and with how many of the last months."""

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
    Assumption("A force that supplied nothing", f"{SILENT[1]}, {SILENT[3]} months from {SILENT[2]}",
               "so that every page shows what missing data look like"),
    Assumption("Forces that are late", ", ".join(f"{name} ({months})" for _, name, months in LATE),
               "the last months are incomplete in practice (months late in brackets)"),
)
