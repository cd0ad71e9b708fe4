"""The KPIs of a place: the measures that leadership watches, each with its control chart and its target.

A KPI is a measure with a target or a benchmark. Those here have a direction in which they are better, so that a signal
can be good or bad; the published figures of all forces are their benchmark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from data.answers import Answer
from data.areas import FORCES
from data.controls import Control, Signal, control, signals
from data.frame import Row
from data.model import Grain
from data.query import answer
from data.release import Release
from data.selection import Selection
from data.statistics.control import Assurance, ControlChart, Variation, assurance, variation
from data.statistics.refusal import Refusal
from data.targets import Target, target_of

KPIS: Mapping[str, Grain] = {
    "C1": "rolling_year", "A5": "quarter", "A6": "quarter", "A7": "quarter", "A8": "quarter", "E8": "month", "E9": "month",
    "E4": "month",
}
"""The measures with the periods that they are judged by, where the reader chooses none: the same in every place."""
FILTERS = ("area", "from", "to", "grain", "rebase", "origin", "release")
"""The keys of a selection that KPIs follow: they are about places and periods."""


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """One measure of one place: its latest period, its control chart, its target."""

    answer: Answer
    found: Control
    target: Target | None

    @property
    def place(self) -> int | None:
        """The position of the period that it is judged by, else of the latest finished one, else of the latest with a value."""
        if self.found.latest is not None:
            return self.found.latest
        valued = [place for place, row in enumerate(self.found.rows) if row.value is not None]
        done = [place for place in valued if self.answer.finished is None or self.found.rows[place].end <= self.answer.finished]
        return (done or valued or [None])[-1]

    @property
    def row(self) -> Row | None:
        """The period that it is judged by, ``None`` where no period has a value."""
        return None if self.place is None else self.found.rows[self.place]

    @property
    def before(self) -> Row | None:
        """The period before, ``None`` where it has no value."""
        if not self.place:
            return None
        row = self.found.rows[self.place - 1]
        return row if row.value is not None else None

    @property
    def refusal(self) -> str:
        """Why it cannot be judged, empty where it can."""
        if self.answer.reason:
            return self.answer.reason
        return self.found.chart.text if isinstance(self.found.chart, Refusal) else ""

    @property
    def variation(self) -> Variation | None:
        """What the latest period says, ``None`` where it cannot be judged."""
        chart = self.found.chart
        return variation(chart, improvement=self.answer.measure.direction) if isinstance(chart, ControlChart) else None

    @property
    def assurance(self) -> Assurance | None:
        """Whether the target will be met as things are, ``None`` without a target or a control chart."""
        chart, direction = self.found.chart, self.answer.measure.direction
        if self.target is None or direction == "neither" or not isinstance(chart, ControlChart):
            return None
        return assurance(chart, target=self.target.target, improvement=direction)

    @property
    def signals(self) -> list[Signal]:
        """The signals that the latest period belongs to."""
        return [signal for signal in signals(self.found) if self.row in signal.rows]


def kpis_of(release: Release, selection: Selection, *, measures: Sequence[str] = tuple(KPIS)) -> list[Kpi]:
    """Return the KPIs of the chosen places, those without any figure there left out.

    Filters other than place, period and origin are not applied.
    """
    asked = place_of(selection)
    return release.once(("kpis", asked, tuple(measures)), lambda: _made(release, asked, measures=measures))


def make_ready(release: Release) -> None:
    """Make the KPIs of all places together and of every force, so that the first reader does not wait for them."""
    for areas in ((), *((code,) for code in FORCES)):
        kpis_of(release, Selection(area=areas))


def place_of(selection: Selection) -> Selection:
    """Return the part of a selection that KPIs follow."""
    return Selection(**{_attribute(key): getattr(selection, _attribute(key)) for key in FILTERS})


def _made(release: Release, asked: Selection, *, measures: Sequence[str]) -> list[Kpi]:
    found = []
    for measure in measures:
        told = answer(release, asked if asked.grain else replace(asked, grain=KPIS[measure]), by=("period",), measure=measure)
        if not _valued(told) and not asked.grain:
            told = answer(release, asked, by=("period",), measure=measure)
        if not _valued(told):
            continue
        rows = told.frame.of("main")
        areas = told.answered.area or (told.measure.whole,)
        target = target_of(release.targets, measure=measure, areas=areas, month=rows[-1].end)
        found.append(Kpi(answer=told, found=control(told), target=target))
    return found


def _valued(told: Answer) -> bool:
    """Whether any period has a value."""
    return any(row.value is not None for row in told.frame.of("main"))


def _attribute(key: str) -> str:
    return "from_" if key == "from" else key
