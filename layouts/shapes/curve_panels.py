"""The panels of curves of waiting: one a group, what stands behind and below it, and how a grid of them is laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from data.frame import Row, area_label, member_label
from data.model import ALL
from data.query import Answer
from data.waiting import LIMIT_HOURS, still_waiting
from layouts.numbers import brief
from layouts.shapes.naming import part_of
from layouts.shapes.panels import MARKS, Grid
from layouts.shapes.scales import MOST_TICKS, ticks
from layouts.shapes.series import Series, last_valued, values_of
from layouts.shapes.svg_writer import CHARACTER, SMALL, wrap

LINE, FOOT, CAPTION = 17, 52, 22
"""Pixels of a line of a panel's title, of the two lines below it, of the line below all panels."""
BOLD = 0.66
"""Width of an average bold character as a share of the type size."""
BELOW = "Below each time: appeals still without"
"""What the numbers below the panels are."""
_FIRST = (168, 2160, 24, 672, 72, 6)
"""Hours in the order in which an axis with little room marks them."""


@dataclass(frozen=True)
class Panel:
    """One group: its line, what stands below it, the same group of the place compared with."""

    line: Series
    waiting: Mapping[int, str]
    """The appeals still without after so many hours, a dash where that is not shown."""
    compare: Series | None


@dataclass(frozen=True)
class Drawn:
    """All panels; the line of all groups together, which stands behind each where no place is compared with; the hours with
    values; the lowest and the highest value or end of an interval; the pixels of the widest number below panels."""

    panels: tuple[Panel, ...]
    whole: Series | None
    hours: tuple[int, ...]
    reach: tuple[float, float]
    widest: float


def drawn(answer: Answer) -> Drawn:
    """Return what is drawn of an answer by group and time limit, of which one row at least has a value; made once."""
    return answer.once("curves", lambda: _drawn(answer))


def _drawn(answer: Answer) -> Drawn:
    by = answer.by[0]
    main = [Series(part_of(rows[0], by), tuple(rows)) for rows in _grouped(answer.frame.of("main"))]
    against = {rows[0][2:5]: Series(area_label(rows[0].area_code), tuple(rows), reference=True)
               for rows in _grouped(answer.frame.of("compare"))}
    behind = [line for line in main if not against and len(main) > 1 and line.rows[0][2:5] == (ALL, ALL, ALL)]
    whole = behind[0] if behind else None
    panels = tuple(Panel(line, {hours_of(row): _waiting(row) for row in line.rows}, against.get(line.rows[0][2:5]))
                   for line in main if line is not whole)
    lines = [*main, *against.values()]
    hours = tuple(sorted({hours_of(row) for line in lines for row in line.rows if row.value is not None}))
    widest = max([5, *(len(panel.waiting.get(each, "")) for panel in panels for each in hours)])
    return Drawn(panels, whole, hours, values_of(lines), SMALL * CHARACTER * widest)


def _waiting(row: Row) -> str:
    found = still_waiting(row)
    return "\N{EN DASH}" if found is None else f"{found:,}"


def _grouped(rows: Sequence[Row]) -> list[list[Row]]:
    groups: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(row[1:5], []).append(row)
    return list(groups.values())


def hours_of(row: Row) -> int:
    """Return the hours after publication at which a row's time limit ends."""
    return LIMIT_HOURS[row.category]


def told(row: Row) -> str:
    """Return a row's time limit in words: ``within 7 days``."""
    return member_label("category", row.category).lower()


def short_hours(hours: int) -> str:
    """Return a time as an axis says it: ``24 h``, ``7 d``."""
    return f"{hours} h" if hours <= 24 else f"{hours // 24} d"


def title_of(panel: Panel, *, room: float) -> list[str]:
    """Return the lines of a panel's name."""
    return wrap(panel.line.name, most=max(int(room / (SMALL * BOLD)), 8))


def value_of(panel: Panel) -> str:
    """Return a panel's last value, with its time, or why there is none."""
    row = last_valued(panel.line)
    return brief(panel.line.rows[-1]) if row is None else f"{brief(row)} in {short_hours(hours_of(row))}"


def scale_of(found: Drawn, *, grid: Grid) -> list[float]:
    """Return the marks of the values' axis, the same in every panel: fewer where panels are low."""
    return ticks(*found.reach, most=MARKS + 1 if grid.rows > 2 else MOST_TICKS)


def head_of(found: Drawn, *, room: float) -> int:
    """Return the pixels of the titles: as many lines as the longest name needs, and one for the value."""
    return LINE * (1 + max(len(title_of(panel, room=room)) for panel in found.panels)) + 8


def gap_of(found: Drawn) -> float:
    """Return the pixels between panels: the last number of one must not touch the first of the next."""
    return found.widest + 12


def marked(found: Drawn, *, room: float) -> list[int]:
    """Return the hours to mark below panels of so many pixels, so that no two numbers touch."""
    if len(found.hours) == 1:
        return list(found.hours)
    least = found.widest + 4
    span = log(found.hours[-1] / found.hours[0])
    kept: list[int] = []
    for hours in (each for each in _FIRST if each in found.hours):
        if all(abs(log(hours / other)) / span * room >= least for other in kept):
            kept.append(hours)
    return sorted(kept)
