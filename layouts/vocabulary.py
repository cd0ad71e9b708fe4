"""The comparing words: what rose or fell, what is higher or lower, and the evidence without which none is said.

A word is made from an ``Evidence`` alone: the 95% interval of a difference, or the limits of a control chart.
An interval that holds "no difference" supports no direction; without an interval nothing is compared at all.
Every sentence of the dashboard that compares takes its words from here, and a test holds that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from data.measures import Unit
from data.precision import fitting
from data.statistics.control import Assurance, Kind, Variation
from layouts.numbers import number, with_unit

Direction = Literal[-1, 0, 1]

CHANGES: dict[Direction, str] = {1: "rose", -1: "fell", 0: "no clear change"}
"""Of one thing, through time."""
COMPARISONS: dict[Direction, str] = {1: "higher than", -1: "lower than", 0: "not clearly different from"}
"""Of one thing beside another."""
SPECIALS: dict[Kind, str] = {
    "improving": "improving", "concerning": "getting worse", "neither": "neither good nor bad in itself",
    "common cause": "the usual ups and downs"}
"""What the latest point of a control chart says of a process."""
ASSURANCES: dict[Assurance, str] = {
    "consistently meets": "met in nearly every period as things are now",
    "consistently misses": "missed in nearly every period as things are now",
    "hit and miss": "met in some periods and missed in others, by chance alone"}
"""What the limits of a control chart say of a target."""
RELATIONS: dict[Direction, str] = {1: "higher", -1: "lower"}
"""Of two things over places: which values of the one are found with the high ones of the other."""
NO_CAUSE = "That two things go together, or do not, is no evidence that one brings the other about."
ALIKE = "about the same as"
"""Said only where the whole interval lies within what counts as the same: a wide interval is no likeness."""
HALVES: dict[Direction, str] = {1: "more than half", -1: "less than half"}
"""Of a share beside half, where its interval does not hold the half."""
HALF = 50.0
RUN = 7
"""Consecutive points on one side of the mean, rising or falling, that a control chart takes for a signal."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What supports a comparing word.

    ``interval``: ``difference`` is the later less the earlier value, or one less the other, ``lower`` and
    ``upper`` its 95% interval. ``control_chart``: ``difference`` is a value less the mean, ``lower`` and ``upper``
    the limits less the mean. ``None`` for a limit: there is no evidence, and no word.
    """

    kind: Literal["interval", "control_chart"]
    difference: float
    lower: float | None
    upper: float | None
    unit: Unit
    base: float | None = None
    """What the difference rests on, for the decimals that it is written with."""
    same: float = 0.0
    """The value that means no difference: 0, 1 for a quotient, ``HALF`` for a share beside half."""
    alike: float | None = None
    """How far from ``same`` still counts as the same, where somebody has said so."""
    run: int = 0
    """Consecutive points above the mean or rising, negative: below or falling; for control charts alone."""

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for evidence that contradicts itself."""
        if self.lower is None or self.upper is None:
            return
        if self.lower > self.upper or (self.kind == "interval" and not self.lower <= self.difference <= self.upper):
            raise ValueError(f"{self.difference} does not lie between {self.lower} and {self.upper}.")
        if self.run and self.kind == "interval":
            raise ValueError("Only a control chart has runs.")

    @property
    def direction(self) -> Direction | None:
        """1 or -1 where the evidence supports a direction, 0 where it does not; ``None``: there is none."""
        if self.lower is None or self.upper is None or not all(map(isfinite, (self.difference, self.lower, self.upper))):
            return None
        if self.kind == "interval":
            return 1 if self.lower > self.same else -1 if self.upper < self.same else 0
        if self.difference > self.upper or self.run >= RUN:
            return 1
        return -1 if self.difference < self.lower or self.run <= -RUN else 0

    @property
    def likeness(self) -> bool:
        """Whether the whole interval lies within what counts as the same."""
        return (self.kind == "interval" and self.direction == 0 and self.alike is not None
                and self.upper - self.same <= self.alike and self.same - self.lower <= self.alike)  # type: ignore[operator]


def change(evidence: Evidence | None) -> str:
    """Return ``rose``, ``fell`` or ``no clear change``; nothing without evidence."""
    direction = evidence.direction if evidence else None
    return "" if direction is None else CHANGES[direction]


def half(evidence: Evidence | None) -> str:
    """Return ``more than half`` or ``less than half`` of a share in per cent; nothing where its interval holds the half."""
    direction = evidence.direction if evidence else None
    return HALVES[direction] if direction else ""


def special(variation: Variation) -> str:
    """Return what the latest point of a control chart says: a special cause with its side, or the usual ups and downs."""
    word = SPECIALS[variation.kind]
    return word if not variation.direction else f"signal on the {variation.direction} side, {word}"


def comparison(evidence: Evidence | None, *, other: str) -> str:
    """Return how one thing stands beside ``other``, ``higher than Kent``; nothing without evidence."""
    direction = evidence.direction if evidence else None
    if evidence is None or direction is None:
        return ""
    return f"{ALIKE if evidence.likeness else COMPARISONS[direction]} {other}"


def relation(evidence: Evidence, *, one: str, other: str) -> str:
    """Return whether two things go together over places, from their rank correlation with its interval.

    Of a direction no more is said than that the one tends to be higher, or lower, where the other is.
    """
    amount = [number(value, unit="ratio") for value in (evidence.difference, evidence.lower or 0, evidence.upper or 0)]
    figures = f"(rank correlation {amount[0]}, {amount[1]} to {amount[2]}) over"
    if not evidence.direction:
        return f"no clear relation between “{one}” and “{other}” {figures}"
    return f"places with a {RELATIONS[1]} value of “{one}” tend to have a {RELATIONS[evidence.direction]} one of “{other}” {figures}"


def among(evidences: Sequence[Evidence], *, others: str = "similar forces") -> str:
    """Return how one place stands among others, ``higher than most similar forces``; nothing where most say nothing.

    Each piece of evidence is the place against one of the others; "most" is more than half of all of them.
    """
    found = [evidence.direction for evidence in evidences]
    if sum(evidence.likeness for evidence in evidences) * 2 > len(found):
        return f"{ALIKE} most {others}"
    direction: Direction
    for direction in (1, -1, 0):
        if found.count(direction) * 2 > len(found):
            return f"{COMPARISONS[direction]} most {others}"
    return ""


def amount(evidence: Evidence) -> str:
    """Return a difference with its interval: ``+3 points (\N{MINUS SIGN}1 to +7)``."""
    unit = "points" if evidence.unit == "percent" else evidence.unit
    if evidence.direction is None or evidence.kind != "interval" or evidence.lower is None or evidence.upper is None:
        return signed(evidence.difference, unit=unit, base=evidence.base)
    ends = (evidence.lower, evidence.upper)
    places = fitting(unit, evidence.difference, ends=ends, base=evidence.base)
    said = [_signed(end, unit, places=places).removesuffix(" points").removesuffix(" point") for end in ends]
    return f"{_signed(evidence.difference, unit, places=places)} ({' to '.join(said)})"


def signed(difference: float, *, unit: Unit, base: float | None = None) -> str:
    """Return a difference with its sign: ``+1,234``, ``+2.1 points``; percentages differ by points."""
    unit = "points" if unit == "percent" else unit
    return _signed(difference, unit, places=fitting(unit, difference, base=base))


def _signed(difference: float, unit: Unit, *, places: int) -> str:
    text = with_unit(difference, unit, places=places)
    plus = difference > 0 and unit != "points" and any(digit in text for digit in "123456789")
    return f"+{text}" if plus else text
