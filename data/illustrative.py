"""Illustrative figures: house template files for the 43 forces of England and Wales.

They show what the dashboard does before a force has supplied its own figures, come through the
ordinary loaders, and are named illustrative wherever they stand. Every number they rest on is in
``data/assumptions.py``; one seed always gives the same bytes.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from data.areas import ENGLAND_AND_WALES, SNAPSHOTS, members_of
from data.assumptions import (
    ACTIVITY_BY_AGE,
    AGES,
    ASSUMPTIONS,
    CHANNELS,
    CRIME_SHARES,
    END,
    LATE,
    MONTHS,
    PUBLICATION_WEIGHTS,
    PUBLICATIONS_PER_APPEAL,
    SEASON,
    SILENT,
    SPREAD,
    SURREY,
    SURREY_APPEALS,
    ChannelAssumption,
)
from data.cells import ILLUSTRATIVE_PREFIX
from data.model import month_index, month_text

__all__ = ["ASSUMPTIONS", "write"]

_SOCIAL_OR_EMAIL = {channel.channel for channel in CHANNELS}


@dataclass(frozen=True)
class _World:
    """What all three files share: forces, months, residents, which force is on which channel, what is missing."""

    forces: tuple[str, ...]
    months: np.ndarray
    residents: np.ndarray
    """Residents of each force, mid-2023."""
    ages: np.ndarray
    """Share of each force's residents in each of the nine age groups, mid-2018 (force x age)."""
    present: Mapping[str, np.ndarray]
    """Whether each force is on the channel."""
    supplied: np.ndarray
    """Whether the force supplied the month (force x month)."""


def write(folder: Path, *, seed: int, end: str = END) -> None:
    """Write ``appeals.csv``, ``publications.csv`` and ``engagement.csv`` for 36 months ending with ``end``.

    ``end`` is YYYY-MM; the months of the force that supplied nothing move with it. Same seed and end, same bytes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    world = _world(seed=seed, end=month_index(end))
    appeals = _appeals(world, rng=np.random.default_rng([seed, 1]))
    publications = _publications(world, appeals=appeals, rng=np.random.default_rng([seed, 2]))
    engagement = _engagement(world, rng=np.random.default_rng([seed, 3]))
    _save(appeals.drop(columns=["force", "days_left"]), path=folder / "appeals.csv")
    _save(publications, path=folder / "publications.csv")
    _save(engagement, path=folder / "engagement.csv")


def _save(table: pd.DataFrame, *, path: Path) -> None:
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _world(*, seed: int, end: int) -> _World:
    rng = np.random.default_rng([seed, 0])
    forces = tuple(sorted(members_of(ENGLAND_AND_WALES)))
    months = np.arange(end - MONTHS + 1, end + 1)
    totals = pd.read_csv(SNAPSHOTS / "areas" / "forces.csv").set_index("area_code")["population_mid2023"]
    ages = pd.read_csv(SNAPSHOTS / "facts" / "population_by_force_age_mid2018.csv").pivot(
        index="area_code", columns="age_group", values="population")
    ages = ages.rename(columns={"0-15": "under 16"}).loc[list(forces), list(AGES[:9])].to_numpy(dtype=float)
    present = {}
    for channel in CHANNELS:
        here = np.zeros(len(forces), dtype=bool)
        here[rng.permutation(len(forces))[: channel.forces]] = True
        present[channel.channel] = here
    supplied = np.ones((len(forces), MONTHS), dtype=bool)
    first = end - (month_index(END) - month_index(SILENT[2])) - months[0]
    supplied[forces.index(SILENT[0]), first : first + SILENT[3]] = False
    for code, _, late in LATE:
        supplied[forces.index(code), MONTHS - late :] = False
    return _World(forces, months, totals.loc[list(forces)].to_numpy(dtype=float),
                  ages / ages.sum(axis=1, keepdims=True), present, supplied)


def _force_factors(world: _World, *, rng: np.random.Generator) -> np.ndarray:
    """Return how far each force lies from the mean force; Surrey, which has a source, lies on it."""
    factors = np.exp(rng.normal(-SPREAD**2 / 2, SPREAD, len(world.forces)))
    factors[world.forces.index(SURREY)] = 1.0
    return factors


def _appeals(world: _World, *, rng: np.random.Generator) -> pd.DataFrame:
    surrey = world.residents[world.forces.index(SURREY)]
    a_month = SURREY_APPEALS * world.residents / surrey * _force_factors(world, rng=rng)
    season = np.array(SEASON)[world.months % 12]
    counts = np.maximum(rng.poisson(a_month[:, None] * season), 1) * world.supplied
    month_place, force = (np.repeat(place.ravel(), counts.T.ravel())
                          for place in np.indices(counts.T.shape))
    days_in = np.array([calendar.monthrange(int(m) // 12, int(m) % 12 + 1)[1] for m in world.months])
    day = rng.integers(0, days_in[month_place])
    types = list(CRIME_SHARES)
    crime = rng.choice(len(types), size=len(force), p=np.array(list(CRIME_SHARES.values())))
    start = np.array([date(int(m) // 12, int(m) % 12 + 1, 1).toordinal() for m in world.months])
    order = np.lexsort((day, force, month_place))
    return pd.DataFrame({
        "appeal_id": [f"{ILLUSTRATIVE_PREFIX}{number:06d}" for number in range(1, len(force) + 1)],
        "area_code": np.array(world.forces)[force[order]],
        "crime_type": np.array(types, dtype=object)[crime[order]],
        "published_at": _iso((start[month_place] + day)[order]),
        "force": force[order],
        "days_left": (days_in[month_place] - 1 - day)[order],
    })


def _iso(days: np.ndarray) -> np.ndarray:
    """Return ordinals of days as YYYY-MM-DD."""
    distinct, places = np.unique(days, return_inverse=True)
    return np.array([date.fromordinal(int(day)).isoformat() for day in distinct], dtype=object)[places]


def _publications(world: _World, *, appeals: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw two to four channels for each appeal, without repetition, among those that its force uses."""
    channels = list(PUBLICATION_WEIGHTS)
    on = np.ones((len(world.forces), len(channels)), dtype=bool)
    for place, channel in enumerate(channels):
        if channel in _SOCIAL_OR_EMAIL:
            on[:, place] = world.present[channel]
    force = appeals["force"].to_numpy()
    keys = np.log(np.array(list(PUBLICATION_WEIGHTS.values()))) + rng.gumbel(size=(len(appeals), len(channels)))
    ranked = np.argsort(-np.where(on[force], keys, -np.inf), axis=1)[:, : max(PUBLICATIONS_PER_APPEAL)]
    wanted = rng.choice(list(PUBLICATIONS_PER_APPEAL), size=len(appeals), p=list(PUBLICATIONS_PER_APPEAL.values()))
    taken = np.arange(ranked.shape[1]) < wanted[:, None]
    later = np.minimum(rng.integers(0, 4, size=taken.shape), appeals["days_left"].to_numpy()[:, None])
    later[:, 0] = 0
    appeal, place = np.nonzero(taken)
    first = np.array([date.fromisoformat(day).toordinal() for day in appeals["published_at"]])
    return pd.DataFrame({
        "appeal_id": appeals["appeal_id"].to_numpy()[appeal],
        "channel": np.array(channels, dtype=object)[ranked[appeal, place]],
        "published_at": _iso(first[appeal] + later[appeal, place]),
    })


def _engagement(world: _World, *, rng: np.random.Generator) -> pd.DataFrame:
    factors = _force_factors(world, rng=rng)
    parts = [_on_channel(world, channel=channel, factors=factors, rng=rng) for channel in CHANNELS]
    table = pd.concat(parts, ignore_index=True).sort_values(
        ["month", "force", "place", "age"], kind="stable", ignore_index=True)
    named = pd.DataFrame({
        "month": np.array([month_text(int(month)) for month in world.months], dtype=object)[table["month"]],
        "area_code": np.array(world.forces, dtype=object)[table["force"]],
        "channel": np.array([channel.channel for channel in CHANNELS], dtype=object)[table["place"]],
        "age_group": np.array(AGES, dtype=object)[table["age"]],
    })
    numbers = table.drop(columns=["month", "force", "place", "age"]).astype("Int64")
    return pd.concat([named, numbers], axis=1)


def _on_channel(
    world: _World, *, channel: ChannelAssumption, factors: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Return a channel's rows: arrays are force x month x age throughout."""
    shape = (len(world.forces), MONTHS, len(AGES))
    years = (world.months - world.months[-1]) / 12
    force = world.residents * channel.followers * factors * np.exp(rng.normal(0, SPREAD, shape[0]))
    weights = world.ages * np.array(channel.ages)
    weights = weights / weights.sum(axis=1, keepdims=True) * (1 - channel.unknown)
    shares = np.concatenate([weights, np.full((shape[0], 1), channel.unknown)], axis=1)
    noise = partial(_noise, rng=rng)
    followers = force[:, None] * (1 + channel.growth) ** years * noise(shape[:2], spread=0.01)
    audience = np.rint(followers[:, :, None] * shares[:, None, :])
    season = np.sqrt(np.array(SEASON)[world.months % 12])[None, :, None]
    busy = season * noise((*shape[:2], 1), spread=0.10) * noise(shape, spread=0.05)
    size = (world.residents / 1_000_000) ** 0.25
    posts = np.broadcast_to(rng.poisson(channel.posts * size[:, None], shape[:2])[:, :, None], shape)
    seen = audience if channel.reach is None else np.rint(audience * channel.reach * busy)
    columns: dict[str, np.ndarray] = {"audience": audience, "publications": posts}
    columns["reach"] = np.full(shape, np.nan) if channel.reach is None else seen
    columns["impressions"] = columns["reach"] + rng.poisson(seen * (channel.frequency - 1))
    active = noise((*shape[:2], 1), spread=0.12) * np.array(ACTIVITY_BY_AGE)
    for name, rate in zip(("reactions", "comments", "shares", "clicks"), channel.rates, strict=True):
        drawn = rng.poisson(seen * (rate or 0) * active)
        columns[name] = np.full(shape, np.nan) if rate is None else np.minimum(drawn, seen)
    kept = np.broadcast_to((world.supplied & world.present[channel.channel][:, None])[:, :, None], shape)
    place = [item.channel for item in CHANNELS].index(channel.channel)
    forces, months, ages = np.nonzero(kept)
    return pd.DataFrame({
        "month": months, "force": forces, "place": place, "age": ages,
        **{name: np.asarray(values, dtype=float)[kept] for name, values in columns.items()},
    })


def _noise(shape: tuple[int, ...], *, spread: float, rng: np.random.Generator) -> np.ndarray:
    """Return factors around 1 with the given standard deviation of their logarithm."""
    return np.exp(rng.normal(-spread**2 / 2, spread, shape))
