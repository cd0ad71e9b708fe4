"""A measure: a numerator over a denominator (or a count), with a definition that a reader can hold us to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from data.areas import CITY_OF_LONDON, ENGLAND_AND_WALES
from data.count import Group
from data.counts import COUNT_BY_ID
from data.model import Grain, Policy

Unit = Literal["count", "ratio", "percent", "per_100_000", "per_10_000", "per_1_000", "points", "seconds", "days"]
Kind = Literal["count", "ratio", "published", "gap", "survey", "modelled"]

UNIT_LABELS: Mapping[str, str] = {
    "count": "number", "ratio": "ratio", "percent": "%", "per_100_000": "per 100,000 residents",
    "per_10_000": "per 10,000 reached", "per_1_000": "per 1,000 residents", "points": "percentage points",
    "seconds": "seconds", "days": "days",
}
_FACTOR: Mapping[str, float] = {
    "count": 1, "ratio": 1, "percent": 100, "per_100_000": 100_000, "per_10_000": 10_000, "per_1_000": 1_000, "points": 100,
    "seconds": 1, "days": 1,
}
MONTHLY: tuple[Grain, ...] = ("month", "quarter", "year", "rolling_year")
MINIMUM_BASE = 20
"""Published denominators below this give no rate (``MEASURES``, rules)."""
CITY_LIMIT = "City of London has few residents and many visitors: its rate says little."
"""The limit of every rate per resident."""
PROTECTED_BASE = 50
"""Denominators below this give no percentage of protected counts."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    """What is measured: definition, numerator, denominator, unit, direction, grains, policy."""

    id: str
    label: str
    phrase: str
    definition: str
    numerator: str
    denominator: str = ""
    unit: Unit
    kind: Kind
    grains: tuple[Grain, ...]
    direction: Literal["higher", "lower", "neither"] = "neither"
    level: str = "police_force"
    """The level of areas that the map shows and that the area filter offers first."""
    whole: str = ENGLAND_AND_WALES
    """The area that stands for "everywhere"."""
    minimum_base: int = 0
    numerator_only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Members that the numerator counts, for dimensions that the measure is not split by."""
    denominator_only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Members that the denominator counts, whatever is chosen; ``all`` for the whole of a dimension."""
    categories: tuple[str, ...] = ()
    """The categories that can be shown, where not all of the count's; they overlap and are never added."""
    category: str = ""
    """The one of ``categories`` that stands for the measure where none is chosen."""
    not_whole: str = ""
    """Why there is no figure over all channels, for measures that have one for single channels alone."""
    follow_up: int = 0
    """Days that an appeal is followed; figures stand at the month of its first publication."""
    follow_ups: Mapping[str, int] = field(default_factory=dict)
    """Days that appeals are followed for categories that ask for more than ``follow_up``."""
    interval: Literal["", "share", "rate"] = ""
    """The interval of open counts: of a share (Wilson), of a rate (Byar); protected counts always have one."""
    category_label: str = ""
    limits: tuple[str, ...] = ()
    breaks: tuple[tuple[str, str], ...] = ()
    """Months (YYYY-MM) from which figures cannot be compared with those before, each with its reason."""
    absent: str = ""
    """Why a release may hold no figures of it, where the reason is known."""
    trend: bool = True
    """Whether a line may join its periods; where not, each period stands alone."""
    audience: str = "public, leadership, journalists"
    reviewed: str = "2026-11"
    context: bool = False
    """Shown beside other measures only; not offered in the measure list."""

    @cached_property
    def factor(self) -> float:
        """What numerator / denominator is multiplied by to give the unit."""
        return _FACTOR[self.unit]

    @cached_property
    def counts(self) -> tuple[str, ...]:
        """Ids of the counts it rests on."""
        return tuple(count for count in (self.numerator, self.denominator) if count)

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions that it can be filtered and split by, beside area and month: its numerator's."""
        return tuple(name for name in COUNT_BY_ID[self.numerator].dimensions if name not in self.numerator_only)

    @cached_property
    def overlapping(self) -> frozenset[str]:
        """The dimensions along which one thing that it counts may stand under several members."""
        return frozenset(name for count in self.counts for name, addition in COUNT_BY_ID[count].addition.items()
                         if addition == "overlapping")

    @cached_property
    def protected(self) -> bool:
        """Whether it rests on a count of persons."""
        return self.policy == "protected"

    @cached_property
    def policy(self) -> Policy | None:
        """``open`` where every count it rests on is."""
        policies = {COUNT_BY_ID[count].policy for count in self.counts}
        return "open" if policies == {"open"} else "protected" if "protected" in policies else None

    @cached_property
    def group(self) -> Group:
        """Where it stands in the list of measures: with its numerator."""
        return COUNT_BY_ID[self.numerator].group

    def caveat(self, area_code: str) -> str:
        """Return why its value says little of a place, nothing where it says what it says elsewhere."""
        return CITY_LIMIT if self.denominator == "population" and area_code == CITY_OF_LONDON else ""

    @property
    def stands_alone(self) -> int:
        """Months of the one span for which its figures were published, where that is no grain of its own; else 0."""
        each = COUNT_BY_ID[self.numerator].months_each
        return each if each not in (0, 1, 12) else 0

    @property
    def as_published(self) -> bool:
        """Whether its values are finished ones of others, or made of such, shown without decimals."""
        return self.kind in ("published", "survey", "modelled")

    @cached_property
    def gross_label(self) -> str:
        """The name under which its sums over areas and channels are shown, or empty."""
        return COUNT_BY_ID[self.numerator].gross_label if self.kind == "count" else ""

    def followed(self, categories: Iterable[str]) -> int:
        """Return the days that an appeal has to be followed for all of some categories."""
        return max((self.follow_up, *(self.follow_ups.get(category, 0) for category in categories)))

    def comparable(self) -> bool:
        """Whether places of different size can be set side by side."""
        return self.kind != "count"
