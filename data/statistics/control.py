"""The XmR control chart: limits, special causes, what they mean against a target, and when none is drawn.

The rules are those of NHS England's "Making Data Count" (its guides, and the R package
``NHSRplotthedots``); limits are D. J. Wheeler's (Understanding Variation, 1993): 2.66 = 3 / 1.128
mean moving ranges, and moving ranges from 3.267 of their mean up are dropped once before they are
averaged. About 3 in 10 charts of 36 points signal although nothing has changed
(``simulated.json``): a page that shows a chart says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Literal

from data.statistics.refusal import Refusal

LIMIT = 2.66
SCREEN = 3.267
RUN = 7
"""Points of a run on one side, or of a rise or fall, that are a special cause."""
FEW = 13
"""Fewer points make limits that are still uncertain: a warning stands beside them."""
FEWEST = 3
SMALLEST_PROTECTED_MEAN = 50
"""Protected counts that average less are mostly noise: no chart."""

Direction = Literal["high", "low", ""]
Improvement = Literal["higher", "lower", "neither"]
Kind = Literal["improving", "concerning", "neither", "common cause"]
Assurance = Literal["consistently meets", "consistently misses", "hit and miss"]

RULES: Mapping[int, str] = {
    1: "outside the limits",
    2: "7 consecutive points rising or falling",
    3: "two of three consecutive points near a limit, all on one side of the mean",
    4: "7 consecutive points on one side of the mean",
}
"""The special causes, in the order in which they are looked for."""


NO_RULE: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Mean and limits of the points from position ``start`` (from 0) up to but not including ``end``."""

    start: int
    end: int
    mean: float
    moving_range: float
    """The mean moving range after the screening."""
    lower: float
    upper: float
    near_lower: float
    near_upper: float


@dataclass(frozen=True)
class Point:
    """A value (``None``: not supplied), the rules that mark it, and which way; no rule is common cause.

    ``direction`` follows the first rule that marks the point: the side of the mean, for rule 2 the
    way the run goes (of two runs that meet in the point, the later).
    """

    value: float | None
    rules: frozenset[int]
    direction: Direction


@dataclass(frozen=True)
class ControlChart:
    """The points in order of time, limits for each segment between re-basings, and what to be careful of."""

    points: tuple[Point, ...]
    segments: tuple[Limits, ...]
    warnings: tuple[str, ...]

    @property
    def signals(self) -> bool:
        """Whether any point is a special cause."""
        return any(point.rules for point in self.points)


@dataclass(frozen=True)
class Variation:
    """Which icon stands beside a chart, judged by its latest point."""

    kind: Kind
    direction: Direction


def xmr(
    values: Sequence[float | None], *, marks: Sequence[str] = (), protected_counts: Sequence[float] = (),
    overlapping: bool = False, breaks: Sequence[int] = (),
) -> ControlChart | Refusal:
    """Return the XmR chart of ``values`` in order of time, or why there is none.

    ``marks`` are the status marks of the values; one ``c`` refuses the chart. ``protected_counts``
    are the protected counts behind the values (the numerators of a ratio); empty where all is open.
    ``overlapping`` says that periods share months, as rolling years do. ``breaks`` are the positions
    at which limits are calculated anew; rules do not reach across them. A value that was not
    supplied is ``None``: no moving range is taken across it, and it breaks every run.

    ``ValueError`` for breaks that are not ascending positions within the series.
    """
    edges = (0, *breaks, len(values))
    if breaks and any(a >= b for a, b in pairwise(edges)):
        raise ValueError("Breaks are ascending positions after the first point.")
    refused = _refusal(marks=marks, protected_counts=protected_counts, overlapping=overlapping)
    if refused is not None:
        return refused
    segments, points = [], []
    for start, end in pairwise(edges):
        limits = _limits(values[start:end], start=start)
        if isinstance(limits, Refusal):
            return limits
        segments.append(limits)
        points.extend(_points(values[start:end], limits))
    return ControlChart(tuple(points), tuple(segments), tuple(_warnings(values, segments)))


def variation(chart: ControlChart, *, improvement: Improvement) -> Variation:
    """Return what the latest point says: special cause (improving, concerning, neither) or common cause.

    ``improvement`` is the direction that is better; with ``neither`` a special cause is only high or low.
    """
    return variation_of(next(point for point in reversed(chart.points) if point.value is not None), improvement=improvement)


def variation_of(point: Point, *, improvement: Improvement) -> Variation:
    """Return what one point says, as ``variation`` does of the latest."""
    if not point.rules:
        return Variation("common cause", "")
    if improvement == "neither":
        return Variation("neither", point.direction)
    better = (point.direction == "high") == (improvement == "higher")
    return Variation("improving" if better else "concerning", point.direction)


def assurance(chart: ControlChart, *, target: float, improvement: Literal["higher", "lower"]) -> Assurance:
    """Return whether the process as it is now (the latest limits) will meet a target: always, never, or by chance."""
    limits = chart.segments[-1]
    if limits.lower <= target <= limits.upper:
        return "hit and miss"
    return "consistently meets" if (target < limits.lower) == (improvement == "higher") else "consistently misses"


def _refusal(
    *, marks: Sequence[str], protected_counts: Sequence[float], overlapping: bool
) -> Refusal | None:
    if overlapping:
        return Refusal("overlapping", "These periods overlap, so that neighbours share most of their months: a control "
                       "chart would signal where nothing has changed. Compare periods that do not overlap.")
    if any("c" in mark.split() for mark in marks):
        return Refusal("suppressed", "At least one period is too small to show, so no control chart is drawn.")
    if len(protected_counts) and fmean(protected_counts) < SMALLEST_PROTECTED_MEAN:
        return Refusal("small_counts", f"These protected counts average under {SMALLEST_PROTECTED_MEAN}: a control "
                       "chart would show the protection, not the process.")
    return None


def _warnings(values: Sequence[float | None], segments: Sequence[Limits]) -> Iterator[str]:
    fewest = min(sum(value is not None for value in values[part.start:part.end]) for part in segments)
    if fewest < FEW:
        yield f"The limits rest on {fewest} points; under {FEW} they are uncertain."


def _limits(values: Sequence[float | None], *, start: int) -> Limits | Refusal:
    known = [value for value in values if value is not None]
    ranges = [abs(b - a) for a, b in pairwise(values) if a is not None and b is not None]
    if len(known) < FEWEST or not ranges:
        return Refusal("too_few", "There are too few points for a control chart.")
    first = fmean(ranges)
    kept = [moved for moved in ranges if moved < SCREEN * first]
    moving_range = fmean(kept) if kept else 0.0
    if moving_range == 0:
        return Refusal("no_variation", "Neighbouring values do not differ, so a control chart has no limits.")
    mean, reach = fmean(known), LIMIT * moving_range
    near = reach * 2 / 3
    return Limits(start=start, end=start + len(values), mean=mean, moving_range=moving_range, lower=mean - reach,
                  upper=mean + reach, near_lower=mean - near, near_upper=mean + near)


def _points(values: Sequence[float | None], limits: Limits) -> list[Point]:
    points: list[Point] = []
    stretch: list[float] = []
    for value in (*values, None):
        if value is not None:
            stretch.append(value)
            continue
        points.extend(_judged(stretch, limits))
        points.append(Point(None, frozenset(), ""))
        stretch = []
    return points[:-1]


def _judged(values: Sequence[float], limits: Limits) -> list[Point]:
    """Apply the rules to values without a gap between them."""
    sides = [_sign(value - limits.mean) for value in values]
    outside = [not limits.lower <= value <= limits.upper for value in values]
    trends = [0] * len(values)
    for first, length, sign in _runs([_sign(b - a) for a, b in pairwise(values)]):
        if length >= RUN - 1:
            trends[first:first + length + 1] = [sign] * (length + 1)
    near = _near(values, sides, outside, limits)
    one_side = [False] * len(values)
    for first, length, sign in _runs(sides):
        if sign and length >= RUN:
            one_side[first:first + length] = [True] * length
    points = []
    for place, value in enumerate(values):
        marked = (outside[place], trends[place] != 0, near[place], one_side[place])
        if not any(marked):
            points.append(Point(value, NO_RULE, ""))
            continue
        rules = frozenset(rule for rule, applies in zip(RULES, marked, strict=True) if applies)
        way = trends[place] if min(rules) == 2 else sides[place]
        points.append(Point(value, rules, "high" if way > 0 else "low"))
    return points


def _near(
    values: Sequence[float], sides: Sequence[int], outside: Sequence[bool], limits: Limits
) -> list[bool]:
    """Return which points rule 3 marks."""
    close = [not out and not limits.near_lower <= value <= limits.near_upper
             for value, out in zip(values, outside, strict=True)]
    marked = [False] * len(values)
    for first in range(len(values) - 2) if sum(close) >= 2 else ():
        window = range(first, first + 3)
        if abs(sum(sides[place] for place in window)) == 3 and sum(close[place] for place in window) >= 2:
            for place in window:
                marked[place] = marked[place] or close[place]
    return marked


def _sign(number: float) -> int:
    return int(number > 0) - int(number < 0)


def _runs(signs: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Yield first position, length and sign of each longest run of one sign that is not 0."""
    first = 0
    for place in range(1, len(signs) + 1):
        if place == len(signs) or signs[place] != signs[first]:
            if signs[first]:
                yield first, place - first, signs[first]
            first = place
