"""The classes of a map: five, about equally full, with limits that a reader can say aloud.

Limits are the fifths of the values, rounded to the coarsest 1, 2 or 5 times a power of ten that keeps
the classes apart and none of them nearly empty. A class holds its lower limit; the last holds both.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor, inf, log10

from data.measures import Unit
from layouts.theme import CLASSES, DIVERGING

COLOURS = {f"c{place}": colour for place, colour in enumerate(CLASSES, start=1)} | {
    f"d{place}": colour for place, colour in enumerate(DIVERGING, start=1)
}
DARK_SWATCHES = frozenset({"c4", "c5", "d1", "d5", "outside"})
"""The swatches on which text is white."""

_SPREAD = {1: (3,), 2: (2, 4), 3: (1, 3, 5), 4: (1, 2, 4, 5), 5: (1, 2, 3, 4, 5)}
_SUFFIX = {"percent": "%", "points": " points"}
_FENCE, _FAR, _FEW = 3.0, 2.0, 20
"""An outlier lies three interquartile ranges above the third quartile and is twice the next value;
at most one value in twenty is one."""


@dataclass(frozen=True)
class Classes:
    """Class limits, lowest and highest included, and the swatch of each class between them."""

    limits: tuple[float, ...]
    swatches: tuple[str, ...]
    decimals: int
    beyond: float = inf
    """Values from here up stand outside the classes."""

    def swatch(self, value: float) -> str:
        """Return the swatch of a value, ``outside`` for one that stands outside the classes."""
        if value >= self.beyond:
            return "outside"
        return self.swatches[bisect_right(self.limits, value, 1, len(self.limits) - 1) - 1]

    def colorscale(self) -> list[list[float | str]]:
        """Return plotly's stepwise colour scale from the lowest limit to the highest."""
        low, span = self.limits[0], self.limits[-1] - self.limits[0]
        steps = [floor((limit - low) / span * 1e5) / 1e5 for limit in self.limits[1:-1]]
        edges = [0.0, *steps, 1.0]
        return [[edge, COLOURS[swatch]] for place, swatch in enumerate(self.swatches)
                for edge in edges[place:place + 2]]

    def texts(self, unit: Unit) -> list[str]:
        """Return each class in words and numbers: ``2 to under 4%``."""
        ends = [self._written(limit, unit) for limit in self.limits]
        suffix = _SUFFIX.get(unit, "")
        last = len(self.swatches) - 1
        return [f"{ends[place]} to {'' if place == last else 'under '}{ends[place + 1]}{suffix}"
                for place in range(last + 1)]

    def _written(self, limit: float, unit: Unit) -> str:
        sign = "+" if unit == "points" and limit > 0 else ""
        return f"{sign}{limit:,.{self.decimals}f}".replace("-", "\N{MINUS SIGN}")


def classes_of(values: Sequence[float], *, unit: Unit, outliers: bool = True) -> Classes | None:
    """Return the classes of some values, ``None`` where there are no values.

    Differences (``points``) get diverging classes around nothing; all else ascending ones, with
    values far above all others left outside unless ``outliers`` is false.
    """
    return _classes(tuple(values), unit, outliers) if values else None


@lru_cache(maxsize=128)
def _classes(values: tuple[float, ...], unit: Unit, outliers: bool) -> Classes:
    """Return the classes of some values; a map, its key and the tile map ask for the same ones."""
    if unit == "points":
        return _diverging(sorted(abs(value) for value in values))
    ordered = sorted(values)
    beyond = _beyond(ordered) if outliers else inf
    inside = [value for value in ordered if value < beyond]
    limits, decimals = _limits(inside, most=5, whole=unit == "count")
    swatches = tuple(f"c{place}" for place in _SPREAD[len(limits) - 1])
    return Classes(limits, swatches, decimals, beyond)


def _diverging(sizes: Sequence[float]) -> Classes:
    limits, decimals = _limits([0.0, *sizes], most=3, whole=False)
    above = tuple(limits[1:])
    below = tuple(-limit for limit in reversed(above))
    if len(above) == 1:
        return Classes((*below, 0.0, *above), ("d1", "d5"), decimals)
    swatches = ("d1", "d2", "d3", "d4", "d5") if len(above) == 3 else ("d1", "d3", "d5")
    return Classes((*below, *above), swatches, decimals)


def _beyond(ordered: Sequence[float]) -> float:
    count = len(ordered)
    if count < _FEW:
        return inf
    lower, upper = ordered[count // 4], ordered[3 * count // 4]
    fence = upper + _FENCE * (upper - lower)
    for place in range(count - 1, count - 1 - count // _FEW, -1):
        if ordered[place] > fence and ordered[place] > _FAR * ordered[place - 1]:
            return ordered[place]
    return inf


def _limits(ordered: Sequence[float], *, most: int, whole: bool) -> tuple[tuple[float, ...], int]:
    """Return nice limits for at most so many classes, and the decimals that they are written with."""
    distinct = sorted(set(ordered))
    low, high = distinct[0], distinct[-1]
    if low == high:
        return _around(low, whole=whole)
    for count in range(min(most, len(distinct)), 1, -1):
        for values in (ordered, distinct):
            cuts = [values[len(values) * place // count] for place in range(1, count)]
            found = _rounded(values, cuts, whole=whole)
            if found:
                return found
    unit = 10.0 ** floor(log10(high - low))
    return _ends(low, high, (), unit)


def _rounded(
    values: Sequence[float], cuts: Sequence[float], *, whole: bool
) -> tuple[tuple[float, ...], int] | None:
    power = 10.0 ** floor(log10(values[-1] - values[0]))
    least = max(1, len(values) // 12)
    for unit in (power * step for step in (1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)):
        if whole and unit < 1:
            return None
        limits, decimals = _ends(values[0], values[-1], cuts, unit)
        if any(upper <= lower for lower, upper in zip(limits, limits[1:], strict=False)):
            continue
        places = [bisect_right(values, limit - 1e-9) for limit in limits[1:-1]]
        if all(end - start >= least for start, end in zip([0, *places], [*places, len(values)], strict=True)):
            return limits, decimals
    return None


def _ends(low: float, high: float, cuts: Sequence[float], unit: float) -> tuple[tuple[float, ...], int]:
    decimals = max(0, -floor(log10(unit) + 1e-9))
    steps = [floor(low / unit + 1e-9), *(round(cut / unit) for cut in cuts), ceil(high / unit - 1e-9)]
    return tuple(round(step * unit, decimals) for step in steps), decimals


def _around(value: float, *, whole: bool) -> tuple[tuple[float, ...], int]:
    """Return one class for one value: a round number on either side of it."""
    unit = 10.0 ** floor(log10(abs(value))) if value else 1.0
    limits, decimals = _ends(value, value, (), max(unit, 1.0) if whole else unit)
    if limits[0] == limits[1]:
        limits = (limits[0], round(limits[1] + unit, decimals))
    return limits, decimals
