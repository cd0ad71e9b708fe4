"""What stands above the charts: one value, its change, how many places supplied it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data.answers import Figure
from data.areas import AREAS, members_of
from data.cube import Cube
from data.cube_build import expected_areas
from data.evidence import difference
from data.frame import Row
from data.model import ALL, month_index
from data.periods import Window, first_month, window_label
from data.query import Answer, Figures, answer, values
from data.selection import Selection
from data.tableset import TableSet

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Change:
    """The same places and members in two periods a year apart, or the reason why there are not two."""

    later: Row | None = None
    earlier: Row | None = None
    reason: str = ""
    difference: tuple[float, float, float] | None = None
    """The change with the limits of its 95% interval, in the measure's unit; ``None`` where none is defined."""


@dataclass(frozen=True)
class Coverage:
    """Of the areas that should supply: how many did, how many without a gap, and where the gaps are."""

    expected: int
    supplying: int
    complete: int
    gaps: tuple[tuple[str, int], ...]
    """Area codes with the number of months that are missing; areas without any figure have them all."""
    months: int
    never: int = 0
    """Areas that never supplied what is chosen and so do not owe it, where a member of a dimension is chosen."""


@dataclass(frozen=True)
class Summary:
    """The tiles of a page."""

    total: Answer
    change: Change
    coverage: Coverage | None

    @property
    def row(self) -> Row | None:
        """The total's row, ``None`` where there is a reason instead."""
        return self.total.frame.rows[0] if self.total.frame.rows else None


def summarise(release: Figures, selection: Selection) -> Summary:
    """Return value, change and coverage of a selection."""
    total = answer(release, selection, by=())
    cube = release.cube(total.measure.numerator)
    if cube is None or total.period is None:
        return Summary(total, Change(reason=total.reason), None)
    owed = expected_areas(cube.count)
    return Summary(total, _change(release, total, cube), coverage(cube, total) if owed and total.measure.group != "quality" else None)


def _change(release: Figures, total: Answer, cube: Figure) -> Change:
    """Compare the last twelve months of the period, or all of a shorter one, with a year before."""
    if not total.frame.rows:
        return Change(reason=total.reason)
    if total.measure.kind == "survey":
        return Change(reason="Surveys are not taken every year; the trend shows each time that the question was asked.")
    if total.measure.kind == "modelled":
        return Change(reason="A model of one date has no change.")
    if not total.measure.trend:
        return Change(reason="The collection differs by year, so no change is given.")
    assert total.period is not None
    later = _last_year(cube, total.period)
    earlier = (later[0] - 12, later[1] - 12)
    if earlier[0] < first_month(cube):
        return Change(reason=f"No figures for the {_words(earlier)} to compare with.")
    broken = [why for month, why in total.measure.breaks if earlier[0] < month_index(month) <= later[1]]
    if broken:
        return Change(reason=f"Not comparable with a year before. {broken[0]}")
    before, after = values(release, total, windows=[earlier, later])
    if before.value is None or after.value is None:
        return Change(reason=f"No figure for the {_words(later if after.value is None else earlier)}.")
    if "p" in f"{before.status} {after.status}".split() and not _missing_alike(release, total):
        return Change(reason="Not every place supplied both years, so the numbers cannot be set side by side.")
    return Change(later=after, earlier=before, difference=difference(release, total, later=later, earlier=earlier))


def _missing_alike(release: Figures, total: Answer) -> bool:
    """Whether a place that did not supply a month is missing from both numbers of a rate, or from shares of one."""
    below = release.cube(total.measure.denominator) if total.measure.kind == "ratio" else None
    return total.measure.kind == "gap" or (below is not None and below.running)


def _words(window: Window) -> str:
    label = window_label(window)
    return label if label.startswith("year ending") else f"period {label}"


def _last_year(cube: Figure, period: Window) -> Window:
    start, end = period
    if cube.running:
        return (max(start, end - 11), end)
    return period


def coverage(cube: Figure, total: Answer) -> Coverage:
    """Return which of the areas that should supply did so in the period of a total.

    Months of which no whole period is published by force are left out: nothing is known of them.
    """
    assert total.period is not None
    start, end = total.period
    if not cube.running:
        start = end
    places = range(max(start - cube.first, 0), end - cube.first + 1)
    step = cube.count.months_each or 1
    owed = [place for place in places if not cube.running or (cube.last - cube.first - place) % step == 0]
    if isinstance(cube, TableSet):
        owed = [place for place in owed if 0 <= place < cube.months and cube.told[place]]
    areas = _owing(total.answered.area, expected_areas(cube.count), whole=total.measure.whole)
    supplied, due = _supplied(cube, total, areas=areas, owed=owed)
    owing = due.any(axis=1)
    missing = (due & ~supplied).sum(axis=1)
    gaps = tuple((areas[place], int(missing[place])) for place in np.flatnonzero(missing).tolist())
    owed_by, supplying = int(owing.sum()), int((owing & supplied.any(axis=1)).sum())
    return Coverage(owed_by, supplying, owed_by - len(gaps), gaps, len(owed), len(areas) - owed_by)


def _supplied(cube: Figure, total: Answer, *, areas: Sequence[str], owed: Sequence[int]) -> tuple[Flags, Flags]:
    """Return which areas supplied what is shown in which of the owed months, and which had to; each of shape (areas, months).

    Where members of a dimension are chosen, as a channel, an area owes what it ever began to supply of them.
    """
    chosen = {name: members for name in cube.axes if name != "area" and (members := _shown(total, name)) not in ((), (ALL,))}
    if isinstance(cube, Cube) and chosen and areas:
        windows = [(cube.first + place, cube.first + place) for place in owed]
        read = cube.read({"area": [(area,) for area in areas], **{name: [members] for name, members in chosen.items()}}, windows=windows)
        shape = (len(areas), len(owed))
        return (read.supplied > 0).reshape(shape), (read.expected > 0).reshape(shape)
    nothing = np.zeros(cube.months, dtype=bool)
    supplied = np.array([cube.supplying.get(area, nothing) for area in areas]).reshape(-1, cube.months)[:, owed]
    return supplied, np.ones_like(supplied)


def _shown(total: Answer, name: str) -> tuple[str, ...]:
    """Return the members of a dimension that a total is of, none where it is of all."""
    only = total.measure.numerator_only.get(name, ())
    default = (total.measure.category,) if name == "category" and total.measure.category else ()
    return only or total.answered.get(name) or default


def _owing(chosen: tuple[str, ...], expected: tuple[str, ...], *, whole: str) -> tuple[str, ...]:
    """Return the areas that the total is about: the chosen ones, else those of the whole that it stands for."""
    if not chosen and AREAS[whole].type == "country":
        return tuple(code for code in expected if code in members_of(whole))
    if not chosen:
        return expected
    inside: dict[str, None] = {}
    for code in chosen:
        inside |= dict.fromkeys(members_of(code) if AREAS[code].type == "country" else (code,))
    return tuple(inside)
