"""What all illustrative files share: forces, months, residents, channels, and what was not supplied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from data.areas import ENGLAND_AND_WALES, SNAPSHOTS, members_of
from data.assumptions import AGES, CHANNELS, END, LATE, MONTHS, SILENT, SPREAD, SURREY
from data.model import month_index


@dataclass(frozen=True)
class World:
    """What all files share: forces, months, residents, which force is on which channel, what is missing."""

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

    @property
    def first_days(self) -> np.ndarray:
        """Ordinal of the first day of each month, and of the month after the last."""
        months = (*self.months, self.months[-1] + 1)
        return np.array([date(int(month) // 12, int(month) % 12 + 1, 1).toordinal() for month in months])

    @property
    def last_days(self) -> np.ndarray:
        """Ordinal of the last day that each force has supplied."""
        last = MONTHS - 1 - np.argmax(self.supplied[:, ::-1], axis=1)
        return self.first_days[last + 1] - 1

    def known(self, *, force: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Whether what a force saw on a day is in its files: neither after the end nor in a month not supplied."""
        place = np.searchsorted(self.first_days, day, side="right") - 1
        return (place < MONTHS) & self.supplied[force, np.minimum(place, MONTHS - 1)]


def make_world(*, seed: int, end: int) -> World:
    """Return the world of one seed for the months that end with ``end`` (months since year 0)."""
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
    return World(forces, months, totals.loc[list(forces)].to_numpy(dtype=float),
                 ages / ages.sum(axis=1, keepdims=True), present, supplied)


def force_factors(world: World, *, rng: np.random.Generator) -> np.ndarray:
    """Return how far each force lies from the mean force; Surrey, which has a source, lies on it."""
    factors = np.exp(rng.normal(-SPREAD**2 / 2, SPREAD, len(world.forces)))
    factors[world.forces.index(SURREY)] = 1.0
    return factors


def iso(days: np.ndarray) -> np.ndarray:
    """Return ordinals of days as YYYY-MM-DD."""
    distinct, places = np.unique(days, return_inverse=True)
    return np.array([date.fromordinal(int(day)).isoformat() for day in distinct], dtype=object)[places]


def noise(shape: tuple[int, ...], *, spread: float, rng: np.random.Generator) -> np.ndarray:
    """Return factors around 1 with the given standard deviation of their logarithm."""
    return np.exp(rng.normal(-spread**2 / 2, spread, shape))
