"""Illustrative calls to 101: how many, how many were given up, and how long the others waited."""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.assumptions import (
    ABANDONED, ABANDONED_SPREAD, CALLS_TO_101, COUNTED_FROM, LIMITS_OF_WAITING, MONTHS, SEASON, WAIT, WAIT_AT_END,
)
from data.illustrative_world import World, force_factors, noise
from data.model import month_text


def calls_to_101(world: World, *, rng: np.random.Generator) -> pd.DataFrame:
    """Return a row of the template ``calls`` for each month and force that supplied it.

    Calls given up sooner than a force's limit are among those offered, and neither answered nor abandoned.
    """
    forces = len(world.forces)
    shape = (forces, MONTHS)
    busy = np.sqrt(np.array(SEASON)[world.months % 12]) * noise(shape, spread=0.05, rng=rng)
    offered = rng.poisson(CALLS_TO_101 * world.residents[:, None] * force_factors(world, rng=rng)[:, None] * busy)
    share = ABANDONED * np.exp(rng.normal(-ABANDONED_SPREAD**2 / 2, ABANDONED_SPREAD, forces))[:, None] * busy**2
    gone = rng.binomial(offered, np.clip(share, 0, 0.9))
    limits = rng.permutation(np.repeat(list(LIMITS_OF_WAITING), _numbers(forces)))
    counted = rng.binomial(gone, np.array([COUNTED_FROM[int(limit)] for limit in limits])[:, None])
    towards = WAIT_AT_END ** (np.arange(MONTHS) / (MONTHS - 1))
    own = WAIT[0] * np.exp(rng.normal(0, WAIT[1], forces))
    wait = own[:, None] * towards * busy**2 * noise(shape, spread=0.08, rng=rng)
    month, force = np.nonzero(world.supplied.T)
    return pd.DataFrame({
        "month": np.array([month_text(int(each)) for each in world.months], dtype=object)[month],
        "area_code": np.array(world.forces, dtype=object)[force], "channel": "phone_101",
        "offered": offered[force, month], "answered": (offered - gone)[force, month],
        "mean_seconds": wait[force, month].round(1), "abandoned": counted[force, month],
        "abandon_threshold_s": limits[force],
    })


def _numbers(forces: int) -> list[int]:
    """Return how many forces have each limit."""
    ends = np.rint(np.cumsum(list(LIMITS_OF_WAITING.values())) * forces).astype(int)
    return np.diff([0, *ends]).tolist()
