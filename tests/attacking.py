"""What an attacker does with all figures that the site gives away, and how the guesses are marked."""

from __future__ import annotations

import csv
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import combinations
from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
from dash import Dash
from flask.testing import FlaskClient
from scipy import sparse

from data.disclosure.noise import SIGMA, distribution
from data.export import COLUMNS
from data.model import AGE_GROUP, CHANNEL, CRIME_TYPE, month_index, month_text
from tests import known
from tests.addresses import addresses

TODAY = date(2026, 11, 23)
FORCES = ("E23000031", "E23000032", "E23000020", "W15000002")
AREAS = {**{(code,): code for code in FORCES}, FORCES[:3]: "E92000001", FORCES[3:]: "W92000004", FORCES: "K04000001"}
MONTHS = known.months()
FIRST = month_index(MONTHS[0])
CHANNELS = ("facebook", "x", "web_form", "webchat", "phone_101", "phone_999", "crimestoppers")
AXES = (FORCES, tuple(range(len(MONTHS))), CHANNELS, known.AGES, known.CRIMES)
SHAPE = tuple(len(axis) for axis in AXES)
QUARTERS = [(start, start + 2) for start in range(2, 23, 3)]
PEAK = float(distribution(SIGMA)[1].max())
MARGIN = 1.25
PAIRS = 10_000
EVERY = tuple(tuple(range(size)) for size in SHAPE)
Places = tuple[tuple[int, ...], ...]
"""Which places along each axis a figure is about."""


@dataclass(frozen=True)
class Figure:
    """One figure that the site showed: what it is about, its value, and the noise that its range states."""

    about: Places
    value: int
    spread: float


@dataclass(frozen=True)
class Outcome:
    """What an attack came to: how often it told a count of 1 to 9 exactly, and how often it may."""

    tries: int
    rate: float
    allowed: float
    distinct: int
    """How many different cells were tried."""

    @property
    def held(self) -> bool:
        """Whether the protection held, but for three standard errors of the rate."""
        return self.rate <= self.allowed + 3 * sqrt(self.allowed * (1 - self.allowed) / self.distinct)


@cache
def parts(axis: int, member: str) -> tuple[int, ...]:
    """The places of a member of an axis, of a group's parts or of everything."""
    if axis == 0:
        inside: Sequence[str] = [code for label in member.split("+") for forces, name in AREAS.items() if name == label
                                 for code in forces]
    elif member == "all":
        return tuple(range(SHAPE[axis]))
    else:
        dimension = (CHANNEL, AGE_GROUP, CRIME_TYPE)[axis - 2]
        inside = [part for name in member.split(" + ") for part in dimension.narrow(name)]
    return tuple(place for place, name in enumerate(AXES[axis]) if name in inside)


def figures(client: FlaskClient, address: str) -> Iterator[Figure]:
    """Every figure with a value that a chart's JSON holds."""
    answer = client.get(f"/charts/{address}")
    assert answer.status_code == 200, answer.text
    yield from (figure for row in answer.json["rows"] if row["measure"] != "N1" for figure in figures_of(row))  # type: ignore[index]


def figures_of(row: Mapping[str, Any]) -> Iterator[Figure]:
    """The figure of a row of numbers, where it has a value and is about places that were supplied."""
    places = [parts(0, row["area_code"]) if set(row["area_code"].split("+")) <= {*AREAS.values()} else ()]
    months = range(month_index(row["period_start"][:7]) - FIRST, month_index(row["period_end"][:7]) - FIRST + 1)
    places += [tuple(months), *(parts(axis, row[name]) for axis, name in ((2, "channel"), (3, "age_group"), (4, "crime_type")))]
    if row["value"] not in (None, "") and all(places):
        value, lower, upper = (float(row[name]) for name in ("value", "lower", "upper"))
        yield Figure(tuple(places), round(value), max(upper - lower, 1) / (2 * 1.96))


def rows_in(found: Any) -> Iterator[Mapping[str, Any]]:
    """Every row of numbers in an answer, wherever it stands in it."""
    if isinstance(found, Mapping) and set(COLUMNS) <= set(found):
        yield found
    elif isinstance(found, Mapping | list):
        for part in found.values() if isinstance(found, Mapping) else found:
            yield from rows_in(part)


def in_all_files(app: Dash, *, measure: str) -> dict[tuple[str, Places], Figure]:
    """Every figure of a measure that any file of the site holds, by its address: one area's, a chart's, a page's to come."""
    client, found = app.server.test_client(), {}
    for path in addresses(app, areas=FORCES):
        if not path.endswith((".csv", ".json")):
            continue
        for query in ("", f"?measure={measure}"):
            answer = client.get(f"{path}{query}")
            if answer.status_code == 200:
                held = list(csv.DictReader(answer.text.splitlines())) if path.endswith(".csv") else answer.json
                found |= {(path, each.about): each for row in rows_in(held) if row["measure"] == measure for each in figures_of(row)}
    return found


def window(start: int, end: int) -> str:
    return f"&from={month_text(FIRST + start)}&to={month_text(FIRST + end)}"


def everything(client: FlaskClient, *, measure: str = "A3", longest: int = 9) -> dict[Places, Figure]:
    """Every figure of a measure that can be had for whole places, windows, groups and their unions."""
    found: dict[Places, Figure] = {}
    sets = [forces for size in range(1, 5) for forces in combinations(FORCES, size)]
    asked = [f"map.json?measure={measure}{window(start, end)}" for start in range(24) for end in range(start, min(start + longest, 24))]
    for forces in sets:
        areas = "".join(f"&area={code}" for code in forces)
        asked += [f"trend.json?measure={measure}&grain={grain}{areas}" for grain in ("month", "quarter", "year")]
        asked += [f"{chart}.json?measure={measure}{areas}{window(*quarter)}" for quarter in (*QUARTERS, (2, 7), (2, 13))
                  for chart in ("age", "crime-type", "channel") if chart != "crime-type" or measure == "A3"]
        asked.append(f"channel-age.json?measure={measure}{areas}{window(2, 13)}")
    for country in ("E92000001", "W92000004", "K04000001"):
        asked += [f"channel.json?measure={measure}&area={country}{window(month, month)}" for month in range(24)]
        asked += [f"{chart}.json?measure={measure}&area={country}{window(*quarter)}" for quarter in QUARTERS
                  for chart in ("age", "crime-type") if chart != "crime-type" or measure == "A3"]
    for address in asked:
        for figure in figures(client, address):
            kept = found.get(figure.about)
            if kept is None or figure.spread < kept.spread:
                found[figure.about] = figure
    return found


def truth_of(rows: known.Known) -> npt.NDArray[np.int64]:
    """How many responses there are of each force, month, channel, age and crime."""
    out = np.zeros(SHAPE, dtype=np.int64)
    for row in rows.responses:
        values = (row["area_code"], row["month"], row["channel"], row["age_group"], row["crime_type"])
        out[tuple(axis.index(value) for axis, value in zip((AXES[0], MONTHS, *AXES[2:]), values, strict=True))] += 1
    return out


def messages_of(rows: known.Known) -> npt.NDArray[np.int64]:
    """How many messages there are; they have no crime, so they stand at the first."""
    out = np.zeros(SHAPE, dtype=np.int64)
    for row in rows.engagement:
        values = (row["area_code"], row["month"], row["channel"], row["age_group"])
        place = tuple(axis.index(value) for axis, value in zip((AXES[0], MONTHS, *AXES[2:4]), values, strict=True))
        out[(*place, 0)] += int(row["messages_in"])
    return out


def sum_of(truth: npt.NDArray[np.int64], about: Places) -> int:
    return int(truth[np.ix_(*about)].sum())


def marked(guesses: Sequence[float], truths: Sequence[int]) -> Outcome:
    """Mark guesses at true counts, those of 1 to 9 alone."""
    guess, true = np.array(guesses), np.array(truths)
    small = (true >= 1) & (true <= 9)
    right = np.rint(np.maximum(guess[small], 0)) == true[small]
    best = np.bincount(true[small]).max() / small.sum()
    return Outcome(tries=int(small.sum()), rate=float(right.mean()), allowed=max(MARGIN * PEAK, float(best)),
                   distinct=int(small.sum()))


# The attacks


def nested(found: Mapping[Places, Figure]) -> list[tuple[Figure, Figure, Places]]:
    """Pairs of figures that differ along one axis alone, by one place (or a quarter, or a group), and what is between them."""
    by_rest: dict[tuple[object, ...], list[Figure]] = defaultdict(list)
    for figure in found.values():
        for axis in range(len(SHAPE)):
            by_rest[axis, *(figure.about[:axis] + figure.about[axis + 1 :])].append(figure)
    pairs: list[tuple[Figure, Figure, Places]] = []
    for (axis, *_), alike in by_rest.items():
        inside = {figure.about[axis]: (set(figure.about[axis]), figure) for figure in alike}  # type: ignore[index]
        for members, figure in inside.values():
            for left, less in inside.values():
                size = len(members) - len(left)
                if left < members and (size == 1 or axis in (2, 3, 4) or (axis == 1 and size == 3)):
                    rest = tuple(sorted(members - left))
                    pairs.append((figure, less, figure.about[:axis] + (rest,) + figure.about[axis + 1 :]))  # type: ignore[operator]
    return pairs


def differences(found: Mapping[Places, Figure], truth: npt.NDArray[np.int64], *, seed: int = 1) -> tuple[int, Outcome]:
    """S minus S without one place along one axis, of random pairs of figures that differ by that alone."""
    pairs, rng = nested(found), random.Random(seed)
    drawn = [rng.choice(pairs) for _ in range(PAIRS)]
    guesses = [whole.value - less.value for whole, less, _ in drawn]
    told = marked(guesses, [sum_of(truth, about) for _, _, about in drawn])
    return len(pairs), replace(told, distinct=len({about for _, _, about in drawn if 1 <= sum_of(truth, about) <= 9}))


def with_the_hidden(found: Mapping[Places, Figure]) -> dict[Places, Figure]:
    """Add what was too small to show: the difference of two sums of one table is the sum of the cells between them."""
    known_now = dict(found)
    for _ in range(2):
        for whole, less, about in nested(known_now):
            spread = max(SIGMA, sqrt(abs(whole.spread**2 - less.spread**2)))
            if whole.spread > less.spread and (about not in known_now or spread < known_now[about].spread - 0.5):
                known_now[about] = Figure(about, whole.value - less.value, spread)
    return {about: figure for about, figure in known_now.items() if figure.spread < 2.1 * SIGMA}


def averages(found: Mapping[Places, Figure], truth: npt.NDArray[np.int64]) -> Outcome:
    """The mean of all the ways to come by a force's month: windows, places left out, channel groups, ages, crimes."""
    guesses, truths = [], []
    wholes: dict[tuple[int, ...], list[tuple[tuple[int, ...], int]]] = defaultdict(list)
    split: dict[tuple[tuple[int, ...], tuple[int, ...]], dict[int, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for about, figure in found.items():
        narrow = [axis for axis in (2, 3, 4) if about[axis] != EVERY[axis]]
        if not narrow:
            wholes[about[0]].append((about[1], figure.value))
        elif len(narrow) == 1:
            split[about[0], about[1]][narrow[0]].append(figure)
    for (forces, months), axes in split.items():
        for axis, listed in axes.items():
            disjoint = _partition([figure for figure in listed], axis=axis)
            if disjoint is not None:
                wholes[forces].append((months, disjoint))
    for force in range(len(FORCES)):
        for month in range(len(MONTHS)):
            ways = [value for months, value in wholes[force,] if months == (month,)]
            for forces, listed in wholes.items():
                if force in forces:
                    without = {months: value for months, value in wholes.get(tuple(code for code in forces if code != force), [])}
                    mine = [(months, value - without[months]) for months, value in listed if months in without]
                    mine += listed if forces == (force,) else []
                    shown = dict(mine)
                    ways += [value - shown[tuple(part for part in months if part != month)] for months, value in mine
                             if month in months and tuple(part for part in months if part != month) in shown]
            if ways:
                guesses.append(float(np.mean(ways)))
                truths.append(sum_of(truth, ((force,), (month,), *EVERY[2:])))
    return marked(guesses, truths)


def _partition(listed: Sequence[Figure], *, axis: int) -> int | None:
    """The sum of figures that together cover an axis once, where there are such."""
    covered: set[int] = set()
    total = 0
    for figure in sorted(listed, key=lambda item: len(item.about[axis])):
        if not covered & set(figure.about[axis]):
            covered |= set(figure.about[axis])
            total += figure.value
    return total if len(covered) == SHAPE[axis] else None


def targets() -> list[Places]:
    """A force's months, those by channel group, and its quarters by channel group, age band and crime group."""
    out: list[Places] = [((force,), (month,), *EVERY[2:]) for force in range(4) for month in range(24)]
    spans = [tuple(range(start, end + 1)) for start, end in QUARTERS]
    for axis, dimension in ((2, CHANNEL), (3, AGE_GROUP), (4, CRIME_TYPE)):
        groups = sorted({parts(axis, dimension.group_of(member)) for member in AXES[axis]})
        for months in [*spans, *([(month,) for month in range(24)] if axis == 2 else [])]:
            out += [((force,), months, *(group if other == axis else EVERY[other] for other in (2, 3, 4)))
                    for force in range(4) for group in groups]
    return out


def _matrix(about: Sequence[Places]) -> sparse.csr_matrix:
    numbers = np.arange(int(np.prod(SHAPE))).reshape(SHAPE)
    columns = [numbers[np.ix_(*places)].ravel() for places in about]
    starts = np.cumsum([0, *(len(part) for part in columns)])
    return sparse.csr_matrix((np.ones(starts[-1]), np.concatenate(columns), starts), shape=(len(about), numbers.size))


def least_squares(found: Mapping[Places, Figure]) -> npt.NDArray[np.float64]:
    """The best linear estimate of every target from all figures at once, hidden ones included.

    Each figure is weighed by the noise that it states, against what is known beforehand: how many there are in all.
    """
    listed = list(with_the_hidden(found).values())
    matrix, wanted = _matrix([figure.about for figure in listed]), _matrix(targets())
    values = np.array([figure.value for figure in listed], dtype=np.float64)
    sizes = np.asarray(matrix.sum(axis=1)).ravel()
    mean = max(values.sum(), 1) / sizes.sum()
    spread = 4 * mean  # counts differ more than a Poisson's
    noise = np.array([figure.spread for figure in listed]) ** 2
    shared = (matrix @ matrix.T).toarray() * spread
    shared[np.diag_indices(len(listed))] += noise
    solved = np.linalg.solve(shared, values - mean * sizes)
    return mean * np.asarray(wanted.sum(axis=1)).ravel() + spread * (wanted @ (matrix.T @ solved))


def presence(guesses: npt.NDArray[np.float64], truths: npt.NDArray[np.int64]) -> tuple[float, float]:
    """By how much one person is told from none better than by chance, and the chance error of that."""
    none, one = np.sort(guesses[truths == 0]), np.sort(guesses[truths == 1])
    limits = np.concatenate([none, one])
    above = [1 - np.searchsorted(side, limits) / len(side) for side in (none, one)]
    # Two samples of one distribution differ a little at the best limit: what chance alone gives is taken off.
    chance = sqrt(0.5 * (1 / len(none) + 1 / len(one)))
    return float((above[1] - above[0]).max()) - chance, 0.5 * sqrt(1 / len(none) + 1 / len(one))
