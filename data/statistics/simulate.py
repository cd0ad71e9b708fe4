"""Simulate how the statistics behave: how often intervals hold the truth, how often a word is false.

Run ``python -m data.statistics.simulate`` when a formula changes. It takes about a minute and writes
``simulated.json``, which is committed, because pages state these numbers. Seeds are fixed, and each
finding has its own, so that adding one changes no other.
"""

from __future__ import annotations

import argparse
import json
import logging
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt

from data.statistics.control import RULES, ControlChart, xmr
from data.statistics.differences import Ratio, difference_of_rates, difference_of_shares
from data.statistics.intervals import (
    Interval,
    poisson,
    protected_range,
    protected_ratio,
    protected_wilson,
    wilson,
)
from data.statistics.simulated import FILE, Finding

LOG = logging.getLogger(__name__)
SEED = 1829
DRAWS = 20_000
SIGMA = 2.5
"""The default standard deviation of the protection noise in a cell."""

BASES, SHARES = (20, 50, 100, 400, 1000), (0.05, 0.2, 0.5)
MEANS = (1, 5, 9, 10, 25, 100)
PROTECTED = ((1, 50), (1, 200), (4, 200), (12, 400))
"""Cells added, and the denominator."""
POINTS = (24, 36)

Random = np.random.Generator
Flags = npt.NDArray[np.bool_]


def discrete_gaussian(random: Random, *, sigma: float, size: int, cells: int = 1) -> npt.NDArray[np.int64]:
    """Return sums of ``cells`` whole numbers each, P(x) in proportion to exp(-x^2 / 2 sigma^2) (shape: ``size``)."""
    reach = int(np.ceil(12 * sigma))
    values = np.arange(-reach, reach + 1)
    weights = np.exp(-(values**2) / (2 * sigma**2))
    return random.choice(values, p=weights / weights.sum(), size=(size, cells)).sum(axis=1)


def run(*, draws: int = DRAWS, seed: int = SEED) -> Iterator[Finding]:
    """Yield every finding, each from ``draws`` repetitions."""
    for id_, what, simulation in _simulations():
        random = np.random.default_rng([seed, zlib.crc32(id_.encode())])
        yield Finding(id=id_, what=what, share=round(float(np.mean(simulation(random, draws))), 5), draws=draws)


Simulation = tuple[str, str, Callable[[Random, int], Flags]]


def _simulations() -> Iterator[Simulation]:
    yield from _wilson()
    yield from _poisson()
    yield from _protected()
    yield from _charts()
    yield from _years()


def _held(limits: Interval, truth: float) -> Flags:
    lower, upper = limits
    return (lower <= truth) & (truth <= upper)


def _wilson() -> Iterator[Simulation]:
    for base in BASES:
        for share in SHARES:
            yield (f"wilson.{base}.{share}", f"Wilson's interval holds a true share of {share:.0%} on a base of {base}",
                   lambda random, draws, n=base, p=share: _held(wilson(random.binomial(n, p, draws), denominator=n), p))


def _poisson() -> Iterator[Simulation]:
    for mean in MEANS:
        yield (f"poisson.{mean}", f"The interval of a count holds a true mean of {mean}",
               lambda random, draws, mu=mean: _held(poisson(random.poisson(mu, draws)), mu))


def _protected() -> Iterator[Simulation]:
    for cells, base in PROTECTED:
        for share in (0.1, 0.3):
            case = f"a true share of {share:.0%} on about {base}, each a sum of protected cells ({cells})"
            yield (f"protected.{cells}.{base}.{share}", f"The envelope holds {case}",
                   lambda random, draws, c=cells, n=base, p=share: _held(_envelope(random, draws, c, n, p), p))
            yield (f"unprotected.{cells}.{base}.{share}", f"Wilson's interval without the noise holds {case}",
                   lambda random, draws, c=cells, n=base, p=share: _held(_ignoring(random, draws, c, n, p), p))
        yield (f"protected_ratio.{cells}.{base}",
               f"The envelope holds a true ratio of 2 on about {base}, each a sum of protected cells ({cells})",
               lambda random, draws, c=cells, n=base: _held(_ratio(random, draws, c, n), 2.0))


def _noisy(random: Random, draws: int, cells: int, base: int, share: float) -> tuple[npt.NDArray[np.int64], ...]:
    numerator = random.binomial(base, share, draws) + discrete_gaussian(random, sigma=SIGMA, size=draws, cells=cells)
    return numerator, base + discrete_gaussian(random, sigma=SIGMA, size=draws, cells=cells)


def _envelope(random: Random, draws: int, cells: int, base: int, share: float) -> Interval:
    numerator, denominator = _noisy(random, draws, cells, base, share)
    half = protected_range(cells, sigma=SIGMA)
    return protected_wilson(numerator, numerator_half=half, denominator=denominator, denominator_half=half)


def _ignoring(random: Random, draws: int, cells: int, base: int, share: float) -> Interval:
    numerator, denominator = _noisy(random, draws, cells, base, share)
    denominator = np.maximum(denominator, 1)
    return wilson(np.clip(numerator, 0, denominator), denominator=denominator)


def _ratio(random: Random, draws: int, cells: int, base: int) -> Interval:
    noise = [discrete_gaussian(random, sigma=SIGMA, size=draws, cells=cells) for _ in range(2)]
    half = protected_range(cells, sigma=SIGMA)
    return protected_ratio(random.poisson(2 * base, draws) + noise[0], numerator_half=half,
                           denominator=base + noise[1], denominator_half=half)


def _charts() -> Iterator[Simulation]:
    for points in POINTS:
        yield (f"xmr.{points}", f"A chart of {points} points signals although nothing has changed",
               lambda random, draws, n=points: _signals(random.standard_normal((draws, n)), rule=0))
        yield (f"xmr.{points}.latest", f"The latest of {points} points is marked although nothing has changed",
               lambda random, draws, n=points: _signals(random.standard_normal((draws, n)), rule=0, latest=True))
    for rule, what in RULES.items():
        yield (f"xmr.36.rule.{rule}", f"A chart of 36 points has a false signal of rule {rule}: {what}",
               lambda random, draws, wanted=rule: _signals(random.standard_normal((draws, 36)), rule=wanted))
    yield ("xmr.36.counts", "A chart of 36 counts of mean 20 signals although nothing has changed",
           lambda random, draws: _signals(random.poisson(20, (draws, 36)).astype(float), rule=0))
    yield ("xmr.36.rolling",
           "A chart of 36 overlapping rolling years, a month apart, signals although nothing has changed",
           lambda random, draws: _signals(_rolling(random.standard_normal((draws, 47)), width=12), rule=0))


def _rolling(values: npt.NDArray[np.float64], *, width: int) -> npt.NDArray[np.float64]:
    return np.lib.stride_tricks.sliding_window_view(values, width, axis=1).mean(axis=2)


def _signals(series: npt.NDArray[np.float64], *, rule: int, latest: bool = False) -> Flags:
    """Return which series signal by a rule (0: by any), anywhere or at their latest point."""
    flags = np.zeros(len(series), dtype=bool)
    for place, values in enumerate(series.tolist()):
        chart = xmr(values)
        if isinstance(chart, ControlChart):
            points = chart.points[-1:] if latest else chart.points
            flags[place] = any(rule in point.rules if rule else point.rules for point in points)
    return flags


def _years() -> Iterator[Simulation]:
    for base in (50, 200, 1000):
        yield (f"years.share.{base}",
               f"Two years of a share of 30% on {base} are said to differ although nothing has changed",
               lambda random, draws, n=base: _shares_differ(random, draws, n, 0.3, 0.3, cells=0))
        yield (f"years.rise.{base}", f"A rise from 30% to 40% on {base} a year is found",
               lambda random, draws, n=base: _shares_differ(random, draws, n, 0.3, 0.4, cells=0))
    for base in (200, 1000):
        case = f"a share of 30% on {base}, of 12 protected cells each,"
        yield (f"years.protected.{base}", f"Two years of {case} are said to differ although nothing has changed",
               lambda random, draws, n=base: _shares_differ(random, draws, n, 0.3, 0.3, cells=12))
    for mean in (5, 30, 270):
        yield (f"years.count.{mean}",
               f"Two years of a count of mean {mean} are said to differ although nothing has changed",
               lambda random, draws, mu=mean: difference_of_rates(
                   Ratio(random.poisson(mu, draws), 1), b=Ratio(random.poisson(mu, draws), 1)).direction != 0)


def _shares_differ(random: Random, draws: int, base: int, first: float, second: float, *, cells: int) -> Flags:
    half = protected_range(cells, sigma=SIGMA)
    years = []
    for share in (second, first):
        numerator, denominator = _noisy(random, draws, cells, base, share)
        years.append(Ratio(numerator, denominator, half, half))
    return difference_of_shares(years[0], b=years[1]).direction != 0


def write(file: Path, *, draws: int = DRAWS, seed: int = SEED) -> None:
    """Write every finding to ``file`` as JSON, one a line."""
    rows = ",\n".join(json.dumps(asdict(finding)) for finding in run(draws=draws, seed=seed))
    file.write_text(f'{{"seed": {seed}, "sigma": {SIGMA}, "findings": [\n{rows}\n]}}\n', encoding="utf-8")


def main() -> None:
    """Write the file that pages read."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    write(FILE)
    LOG.info("Wrote %s.", FILE.name)


if __name__ == "__main__":
    main()
