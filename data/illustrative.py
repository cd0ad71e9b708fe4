"""Illustrative figures: house template files for the 43 forces of England and Wales.

They show what the dashboard does before a force has supplied its own figures, come through the
ordinary loaders, and are named illustrative wherever they stand. Every number they rest on is in
``data/assumptions.py``; one seed always gives the same bytes.
"""

from __future__ import annotations

import calendar
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from data import illustrative_results as results
from data.assumptions import (
    ACTIVITY_BY_AGE, AGES, ASSUMPTIONS, CHANNELS, CRIME_SHARES, END, MESSAGES, MONTHS, PUBLICATION_WEIGHTS,
    PUBLICATIONS_PER_APPEAL, REACH_OF_PUBLICATION, SEASON, SPREAD, SPREAD_OF_PUBLICATIONS, SURREY, SURREY_APPEALS, ChannelAssumption,
)
from data.cells import ILLUSTRATIVE_PREFIX
from data.illustrative_calls import calls_to_101
from data.illustrative_messages import with_messages
from data.illustrative_world import World, force_factors, iso, make_world, noise
from data.model import month_index, month_text

__all__ = ["ASSUMPTIONS", "write"]

_SOCIAL_OR_EMAIL = {channel.channel for channel in CHANNELS}


def write(folder: Path, *, seed: int, end: str = END) -> None:
    """Write the files of appeals, publications, responses, outcomes, engagement and calls for 36 months ending with ``end``.

    ``end`` is YYYY-MM; the months of the force that supplied nothing move with it. Same seed and end, same bytes.
    Each file draws from a stream of its own, so that a change of one leaves the others as they are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    world = make_world(seed=seed, end=month_index(end))
    appeals = _appeals(world, rng=np.random.default_rng([seed, 1]))
    publications = _publications(world, appeals=appeals, rng=np.random.default_rng([seed, 2]))
    publications["reach"] = _reach(world, appeals=appeals, publications=publications, rng=np.random.default_rng([seed, 7]))
    engagement = _engagement(world, rng=np.random.default_rng([seed, 3]))
    responses = results.responses(world, appeals=appeals, publications=publications,
                                  rng=np.random.default_rng([seed, 4]))
    appeals, outcomes = results.outcomes(world, appeals=appeals, responses=responses,
                                         rng=np.random.default_rng([seed, 5]))
    engagement = with_messages(world, engagement=engagement, rng=np.random.default_rng([seed, 6]))
    _save(appeals[list(results.APPEAL_COLUMNS)], path=folder / "appeals.csv")
    _save(publications, path=folder / "publications.csv")
    _save(results.supplied(world, responses=responses), path=folder / "responses.csv")
    _save(outcomes, path=folder / "outcomes.csv")
    _save(_named(world, engagement=engagement), path=folder / "engagement.csv")
    _save(calls_to_101(world, rng=np.random.default_rng([seed, 8])), path=folder / "calls.csv")


def _save(table: pd.DataFrame, *, path: Path) -> None:
    table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _appeals(world: World, *, rng: np.random.Generator) -> pd.DataFrame:
    surrey = world.residents[world.forces.index(SURREY)]
    a_month = SURREY_APPEALS * world.residents / surrey * force_factors(world, rng=rng)
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
        "published_at": iso((start[month_place] + day)[order]),
        "force": force[order],
        "days_left": (days_in[month_place] - 1 - day)[order],
    })


def _publications(world: World, *, appeals: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
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
        "published_at": iso(first[appeal] + later[appeal, place]),
    })


def _reach(
    world: World, *, appeals: pd.DataFrame, publications: pd.DataFrame, rng: np.random.Generator
) -> pd.Series:
    """Draw the accounts that saw each publication; missing on channels that tell no reach."""
    followers = {channel.channel: channel.followers for channel in CHANNELS if channel.reach is not None}
    force = publications["appeal_id"].map(appeals.set_index("appeal_id")["force"]).to_numpy()
    seen = world.residents[force] * publications["channel"].map(followers).to_numpy(dtype=float) * REACH_OF_PUBLICATION
    drawn = seen * noise(seen.shape, spread=SPREAD_OF_PUBLICATIONS, rng=rng)
    return pd.Series(np.rint(drawn), index=publications.index).astype("Int64")


def _engagement(world: World, *, rng: np.random.Generator) -> pd.DataFrame:
    """Return a row for each month, force, channel (``place``) and age, all four by their place."""
    factors = force_factors(world, rng=rng)
    parts = [_on_channel(world, channel=channel, factors=factors, rng=rng) for channel in CHANNELS]
    return pd.concat(parts, ignore_index=True)


def _named(world: World, *, engagement: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of engagement in their order, with the names of month, force, channel and age."""
    table = engagement.sort_values(["month", "force", "place", "age"], kind="stable", ignore_index=True)
    named = pd.DataFrame({
        "month": np.array([month_text(int(month)) for month in world.months], dtype=object)[table["month"]],
        "area_code": np.array(world.forces, dtype=object)[table["force"]],
        "channel": np.array([messages.channel for messages in MESSAGES], dtype=object)[table["place"]],
        "age_group": np.array(AGES, dtype=object)[table["age"]],
    })
    numbers = table.drop(columns=["month", "force", "place", "age"]).astype("Int64")
    return pd.concat([named, numbers], axis=1)


def _on_channel(
    world: World, *, channel: ChannelAssumption, factors: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Return a channel's rows: arrays are force x month x age throughout."""
    shape = (len(world.forces), MONTHS, len(AGES))
    years = (world.months - world.months[-1]) / 12
    force = world.residents * channel.followers * factors * np.exp(rng.normal(0, SPREAD, shape[0]))
    weights = world.ages * np.array(channel.ages)
    weights = weights / weights.sum(axis=1, keepdims=True) * (1 - channel.unknown)
    shares = np.concatenate([weights, np.full((shape[0], 1), channel.unknown)], axis=1)
    around = partial(noise, rng=rng)
    followers = force[:, None] * (1 + channel.growth) ** years * around(shape[:2], spread=0.01)
    audience = np.rint(followers[:, :, None] * shares[:, None, :])
    season = np.sqrt(np.array(SEASON)[world.months % 12])[None, :, None]
    busy = season * around((*shape[:2], 1), spread=0.10) * around(shape, spread=0.05)
    size = (world.residents / 1_000_000) ** 0.25
    posts = np.broadcast_to(rng.poisson(channel.posts * size[:, None], shape[:2])[:, :, None], shape)
    seen = audience if channel.reach is None else np.rint(audience * channel.reach * busy)
    columns: dict[str, np.ndarray] = {"audience": audience, "publications": posts}
    columns["reach"] = np.full(shape, np.nan) if channel.reach is None else seen
    columns["impressions"] = columns["reach"] + rng.poisson(seen * (channel.frequency - 1))
    active = around((*shape[:2], 1), spread=0.12) * np.array(ACTIVITY_BY_AGE)
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
