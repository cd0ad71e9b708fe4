"""What a query gives: the frame with what was asked, what was answered, and why nothing is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from data.cube import Cube
from data.frame import Frame
from data.measures import Measure
from data.model import Origin
from data.periods import Span, Window
from data.remarks import Annotation
from data.selection import Selection
from data.tableset import TableSet
from data.targets import Target

T = TypeVar("T")
DIMENSION_OF: Mapping[str, str] = {"channel_group": "channel", "crime_group": "crime_type", "time": "category"}
"""The dimension of breakdowns that are no dimension: its groups, or the time limits among its categories."""
AXES = ("area", "channel", "age_group", "crime_type", "category")
BREAKDOWNS: Mapping[str, str] = {
    "area": "the chosen places each by itself, or every place of the measure's level",
    "channel": "each channel",
    "channel_group": "each group of channels, or the channels of the one group that is chosen",
    "age_group": "each age group",
    "crime_type": "each crime type",
    "crime_group": "each group of crime types, with all of them together",
    "category": "each of the measure's categories",
    "time": "each time limit, as a survival curve: for measures of how soon useful information comes",
    "period": "each period of the chosen grain",
}
"""What figures can be split by, each with what is then shown apart."""
MAX_SERIES = 6
Choices = list[tuple[str, ...]]
"""What is shown apart along an axis: each a tuple of members whose figures are added."""


Figure = Cube | TableSet
"""The figures of one count: exact ones as a cube, perturbed ones as a closed set of tables."""


class Figures(Protocol):
    """What a query needs of a release."""

    def cube(self, count_id: str) -> Figure | None: ...

    def origin(self, measure: Measure, *, fields: Sequence[str] = ()) -> Origin | None: ...

    @property
    def surveyed(self) -> Mapping[tuple[str, str, str, str, int], Any]: ...

    @property
    def annotations(self) -> tuple[Annotation, ...]: ...


@dataclass(frozen=True)
class Note:
    """Something that the reader must know about an answer; ``field`` names the filter concerned, ``across`` the measure of the other
    axis."""

    field: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The frame with what was asked, what was answered, and why there is nothing where there is nothing."""

    measure: Measure
    asked: Selection
    answered: Selection
    by: tuple[str, ...]
    frame: Frame = field(default_factory=Frame)
    notes: tuple[Note, ...] = ()
    reason: str = ""
    origin: Origin | None = None
    period: Window | None = None
    span: Span | None = None
    grain: str = ""
    finished: int | None = None
    """The last month whose appeals were followed as long as the measure asks for; ``None`` where it follows none."""
    noisy: Callable[[], tuple[float, float]] | None = None
    """Makes ``noise``; ``None`` where no protection is in the values, or places do not stand side by side."""
    across: Measure | None = None
    """The measure of the other axis, for charts that set two beside each other; its rows have the role ``against``."""
    target: Target | None = None
    """What the measure is to reach, for charts that draw it."""
    annotations: tuple[Annotation, ...] = ()
    """Of an answer through time: the events in the chosen places, the earliest first."""
    _made: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what ``make`` makes of this answer, made once: several surfaces need the same words and classes."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    @property
    def noise(self) -> tuple[float, float]:
        """Standard deviations of the protection's noise in the numerators and denominators of places, the largest of each.

        Only funnels, ranks and differences of places ask for it.
        """
        return (0.0, 0.0) if self.noisy is None else self.once("noise", self.noisy)

    @property
    def label(self) -> str:
        """The name under which the values stand: sums of reach and audience carry their own."""
        return self.measure.gross_label or self.measure.label

    def splits(self, key: str) -> bool:
        """Whether the answer shows the members of a dimension apart, so that none are added."""
        return key in _split(self.by)


@lru_cache(maxsize=256)
def _split(by: tuple[str, ...]) -> frozenset[str]:
    """Return the dimensions whose members some breakdowns show apart."""
    return frozenset((*by, *(DIMENSION_OF[name] for name in by if name in DIMENSION_OF)))
