"""Series through time: which rows make one line, where it must break, what of it is provisional."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from data.frame import Row, area_label
from data.model import month_index
from data.named import question_of, short_words
from data.query import Answer
from layouts.numbers import bounded, reached
from layouts.shapes.naming import part_of, varying


@dataclass(frozen=True)
class Series:
    """One line: its name and its rows, oldest first; ``reference`` where it is what is compared with."""

    name: str
    rows: tuple[Row, ...]
    reference: bool = False


@dataclass(frozen=True)
class Break:
    """A month from which figures cannot be compared with those before it, and why."""

    month: int
    reason: str


def series_of(answer: Answer) -> list[Series]:
    """Return the lines of an answer in its order, what is compared with last; made once for figure, picture and key."""
    return answer.once("series", lambda: _series_of(answer))


def _series_of(answer: Answer) -> list[Series]:
    main = answer.frame.of("main")
    by = varying(main)
    series = [Series(_name(rows, by), tuple(rows)) for rows in _grouped(main)]
    return series + [Series(area_label(rows[0].area_code), tuple(rows), reference=True)
                     for rows in _grouped(answer.frame.of("compare"))]


def _name(rows: Sequence[Row], by: str) -> str:
    """Return the name of a line; one of a question that was asked more than once is named without the time."""
    return short_words(rows[0].category) if by == "category" and question_of(rows[0].category) else part_of(rows[0], by)


def _grouped(rows: Sequence[Row]) -> list[list[Row]]:
    groups: defaultdict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[1:6]].append(row)
    return list(groups.values())


def ends_of(series: Sequence[Series]) -> list[int]:
    """Return the months at which periods end, in order."""
    return sorted({row.end for line in series for row in line.rows})


def breaks_in(answer: Answer, ends: Sequence[int]) -> list[Break]:
    """Return the breaks that lie between the first and the last period shown."""
    found = [Break(month_index(month), reason) for month, reason in answer.measure.breaks]
    return [each for each in found if ends and ends[0] < each.month <= ends[-1]]


def worded(breaks: Sequence[Break], ends: Sequence[int]) -> list[bool]:
    """Return which breaks have the word above them: not one that would lie on the word before it."""
    apart = (ends[-1] - ends[0]) / 5
    said: list[int] = []
    for each in breaks:
        said += [each.month] if not said or each.month - said[-1] >= apart else []
    return [each.month in said for each in breaks]


def values_of(series: Sequence[Series]) -> tuple[float, float]:
    """Return the lowest and the highest value or end of an interval of several lines; one at least has a value."""
    values = reached([row for line in series for row in line.rows])
    return min(values), max(values)


def last_valued(line: Series) -> Row | None:
    """Return the latest row of a series that has a value."""
    return next((row for row in reversed(line.rows) if row.value is not None), None)


def runs(rows: Sequence[Row], *, breaks: Sequence[Break]) -> list[list[Row]]:
    """Return the stretches of a series that one line may join: no gap and no break within."""
    months = [each.month for each in breaks]
    stretches: list[list[Row]] = [[]]
    before = 0
    for row in rows:
        if row.value is None:
            stretches.append([])
        else:
            if months and any(before < month <= row.end for month in months):
                stretches.append([])
            stretches[-1].append(row)
        before = row.end
    return [stretch for stretch in stretches if stretch]


def bands(rows: Sequence[Row], *, breaks: Sequence[Break]) -> list[list[Row]]:
    """Return the stretches of a series that one band of intervals covers."""
    found: list[list[Row]] = []
    for run in runs(rows, breaks=breaks):
        found.append([])
        for row in run:
            if bounded(row):
                found[-1].append(row)
            else:
                found.append([])
    return [stretch for stretch in found if stretch]


def provisional(row: Row) -> bool:
    """Return whether a figure will change because part of its period or places is still missing."""
    return row.status != "ok" and "p" in row.status.split()


def revised(row: Row) -> bool:
    """Return whether a figure is drawn as revised: where it is provisional as well, that is what is drawn."""
    return row.status != "ok" and "r" in row.status.split() and not provisional(row)


def shaded(series: Sequence[Series], *, ends: Sequence[int], finished: int | None) -> list[tuple[int, int]]:
    """Return the stretches of months to shade as provisional.

    Where half of all is provisional, as it is while a place is late, only the months after ``finished`` are shaded, whose
    appeals have not been followed long enough.
    """
    young = {end for end in ends if finished is not None and end > finished}
    marked = young | {row.end for line in series if not line.reference for row in line.rows if provisional(row)}
    if len(marked) * 2 > len(ends):
        marked = young
    stretches: list[tuple[int, int]] = []
    for place, end in enumerate(ends):
        if end not in marked:
            continue
        start = ends[place - 1] if place else end
        if stretches and stretches[-1][1] == start:
            stretches[-1] = (stretches[-1][0], end)
        else:
            stretches.append((start, end))
    return stretches
