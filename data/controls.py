"""The control chart of an answer through time: which of its periods are judged, where limits start anew, what signals.

``data.statistics.control`` has the method; here an answer's rows meet it. Periods whose appeals have not been followed long
enough are shown and never judged; other provisional ones neither, unless they are most of all there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from data.answers import Answer
from data.frame import Row
from data.measures import Measure
from data.model import month_index
from data.periods import month_label
from data.statistics.control import (
    FEWEST,
    RULES,
    ControlChart,
    Direction,
    Limits,
    Point,
    xmr,
)
from data.statistics.refusal import Refusal


@dataclass(frozen=True)
class Signal:
    """Neighbouring periods that one rule marks, all one way."""

    rule: int
    direction: Direction
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class Control:
    """The periods of an answer with their control chart, or why there is none."""

    rows: tuple[Row, ...]
    chart: ControlChart | Refusal
    left_out: tuple[Row, ...]
    """Provisional periods: shown and not judged."""
    restarts: tuple[int, ...]
    """Months (as indices) from which limits are taken anew."""

    @property
    def points(self) -> tuple[Point | None, ...]:
        """The judgement of each row, ``None`` for all where there is no chart."""
        return self.chart.points if isinstance(self.chart, ControlChart) else (None,) * len(self.rows)

    @property
    def segments(self) -> tuple[Limits, ...]:
        """The limits of each stretch, none where there is no chart."""
        return self.chart.segments if isinstance(self.chart, ControlChart) else ()

    @property
    def latest(self) -> int | None:
        """The position of the latest period that was judged, ``None`` where none was."""
        known = [place for place, point in enumerate(self.points) if point is not None and point.value is not None]
        return known[-1] if known else None


def control(answer: Answer) -> Control:
    """Return the control chart of an answer by period of one place, made once."""
    return answer.once("control", lambda: control_of(answer.frame.of("main"), measure=answer.measure,
                                                     rebase=answer.asked.rebase, finished=answer.finished))


def control_of(rows: Sequence[Row], *, measure: Measure, rebase: str = "", finished: int | None = None) -> Control:
    """Return the control chart of rows in order of time.

    ``rebase`` is a month (YYYY-MM) from which limits are taken anew, as they are at each break of the measure; ``finished``
    the last month (as an index) whose appeals have been followed as long as the measure asks for.
    """
    young = [finished is not None and row.end > finished for row in rows]
    late = [row.value is not None and "p" in row.status and not is_young for row, is_young in zip(rows, young, strict=True)]
    skips = 2 * sum(late) < len(rows) - sum(young)
    shown_only = [is_young or (skips and is_late) for is_young, is_late in zip(young, late, strict=True)]
    judged = [None if left else row.value for row, left in zip(rows, shown_only, strict=True)]
    left_out = tuple(row for row, left in zip(rows, shown_only, strict=True) if left and row.value is not None)
    months = [month_index(month) for month in (*(month for month, _ in measure.breaks), *([rebase] if rebase else []))]
    places = sorted({place for month in months if (place := _first_from(rows, month))})
    chart = _unfit(rows, measure=measure, late=sum(late) if not skips else 0) or xmr(
        judged, marks=["" if left else row.status for row, left in zip(rows, shown_only, strict=True)], protected_counts=_counted(rows, measure),
        overlapping=any(before.end >= after.start for before, after in pairwise(rows)), breaks=places)
    return Control(rows=tuple(rows), chart=chart, left_out=left_out, restarts=tuple(rows[place].start for place in places))


def _first_from(rows: Sequence[Row], month: int) -> int:
    """Return the position of the first period that begins in a month or after it, 0 where none does or all do."""
    return next((place for place, row in enumerate(rows) if row.start >= month), 0)


def rebased(answer: Answer) -> str:
    """Return why limits are not taken anew from the month that was asked for; nothing where they are, or none was."""
    asked, rows = answer.asked.rebase, answer.frame.of("main")
    if not asked or not rows or _first_from(rows, month_index(asked)):
        return ""
    why = "no period begins there or later" if rows[0].start < month_index(asked) else "it is no later than the first period"
    return f"Limits are not taken anew from {month_label(month_index(asked))}: {why}."


def _counted(rows: Sequence[Row], measure: Measure) -> list[float]:
    """Return the protected counts behind the values, none where all is open."""
    if not measure.protected:
        return []
    counts = [row.value if row.numerator is None else row.numerator for row in rows if row.value is not None]
    return [float(count) for count in counts if count is not None]


def _unfit(rows: Sequence[Row], *, measure: Measure, late: int) -> Refusal | None:
    """Return why rows cannot be judged, whatever their values."""
    if not measure.trend:
        return Refusal("no_trend", "The collection differs by year, so its periods cannot be set side by side.")
    if late and measure.kind == "count":
        return Refusal("incomplete", "Not every place supplied these periods, so their numbers cannot be set side by side. "
                       "Choose one place.")
    if sum(row.value is not None for row in rows) < FEWEST:
        return Refusal("too_few", "There are too few points for a control chart.")
    return None


def signals(found: Control) -> list[Signal]:
    """Return what the rules mark, in the order of the rules, each stretch of neighbours once, oldest first."""
    every = []
    for rule in RULES:
        stretch: list[Row] = []
        way: Direction = ""
        for row, point in zip((*found.rows, None), (*found.points, None), strict=True):
            marked = point is not None and rule in point.rules
            if stretch and (not marked or (point is not None and point.direction != way)):
                every.append(Signal(rule, way, tuple(stretch)))
                stretch = []
            if marked and row is not None and point is not None:
                stretch.append(row)
                way = point.direction
    return every
