"""Months, windows and grains: which periods a choice comes to."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from data.cube import Cube
from data.model import Grain, month_index

Window = tuple[int, int]

MONTH_NAMES = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
               "October", "November", "December")
_STEP = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Span:
    """The months that figures exist for, and the part of them that was asked for (``None`` if no part)."""

    first: int
    last: int
    asked: Window | None


def month_label(index: int) -> str:
    """Return a month index as ``March 2025``."""
    return f"{MONTH_NAMES[index % 12]} {index // 12}"


def day_words(text: str) -> str:
    """Return a day ``YYYY-MM-DD`` as ``12 October 2026``."""
    return f"{int(text[8:10])} {month_label(month_index(text))}"


def period_window(text: str) -> Window:
    """Return the first and the last month of a period ``2026-08``, ``2026-Q3`` or ``2026``."""
    year, _, part = text.partition("-")
    if not part:
        return int(year) * 12, int(year) * 12 + 11
    if part.startswith("Q"):
        first = int(year) * 12 + 3 * (int(part[1:]) - 1)
        return first, first + 2
    return month_index(text), month_index(text)


def period_words(text: str) -> str:
    """Return a period ``2026-08``, ``2026-Q3`` or ``2026`` as ``August 2026``, ``July to September 2026`` or ``2026``."""
    return window_label(period_window(text))


def window_label(window: Window) -> str:
    """Return a window as a reader says it: month, quarter, year, year ending, or from ... to."""
    start, end = window
    if start == end:
        return month_label(start)
    if start % 12 == 0 and (end + 1) % 12 == 0:
        years = (start // 12, end // 12)
        return str(years[0]) if years[0] == years[1] else f"{years[0]} to {years[1]}"
    if end - start == 11:
        return f"year ending {month_label(end)}"
    if end - start == 2 and start % 3 == 0:
        return f"{MONTH_NAMES[start % 12]} to {month_label(end)}"
    return f"{month_label(start)} to {month_label(end)}"


def day_label(day: date) -> str:
    """Return a day as ``7 June 1984``."""
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def days_label(first: date, last: date) -> str:
    """Return the days from a first to a last one: as months or years where they are whole.

    >>> days_label(date(2017, 1, 1), date(2017, 12, 31)), days_label(date(1984, 6, 7), date(2014, 9, 16))
    ('2017', '7 June 1984 to 16 September 2014')
    """
    start, end = (day.year * 12 + day.month - 1 for day in (first, last))
    if first == first_day(start) and last == last_day(end):
        return window_label((start, end))
    return day_label(first) if first == last else f"{day_label(first)} to {day_label(last)}"


def first_day(month: int) -> date:
    """Return the first day of a month index."""
    return date(month // 12, month % 12 + 1, 1)


def last_day(month: int) -> date:
    """Return the last day of a month index."""
    year, number = month // 12, month % 12 + 1
    return date(year, number, monthrange(year, number)[1])


def span_of(cube: Cube, *, from_: str, to: str) -> Span:
    """Return the months that ``cube`` covers and the part of them between ``from_`` and ``to``."""
    first, last = first_month(cube), cube.last
    start = max(first, month_index(from_)) if from_ else first
    end = min(last, month_index(to)) if to else last
    return Span(first, last, (start, end) if start <= end else None)


def first_month(cube: Cube) -> int:
    """Return the first month that the figures are about: a year's figure begins eleven months before it stands."""
    return cube.first - max(cube.count.months_each - 1, 0)


def whole(cube: Cube, asked: Window) -> Window | None:
    """Return the one window that stands for all the months asked for.

    Months that add up: all of them (whole years, where figures are yearly). Otherwise the latest
    figure in the period, with the months that it covers.
    """
    start, end = asked
    each = cube.each
    if cube.count.addition["month"] == "latest":
        return asked
    if cube.running:
        if each == 1:
            return asked
        windows = grains(cube, asked, grain="quarter" if each == 3 else "year")
        return (windows[0][0], windows[-1][1]) if windows else None
    if each == 0:
        return (end, end)
    stored = [month for month in _stored(cube) if start + each - 1 <= month <= end]
    return (stored[-1] - each + 1, stored[-1]) if stored else None


def grains(cube: Cube, asked: Window, *, grain: Grain) -> list[Window]:
    """Return the windows of a grain that lie whole within the months asked for, oldest first.

    Figures that were published for spans of another length stand for those spans, whatever the grain.
    """
    start, end = asked
    each = cube.each
    if cube.cells is not None and _STEP.get(grain, each) < each:
        return []
    if cube.count.addition["month"] == "latest":
        return [(month, month) for month in _stored(cube) if start <= month <= end]
    if not cube.running and each not in (0, 1, 12):
        return [(month - each + 1, month) for month in _stored(cube) if start <= month - each + 1 and month <= end]
    if grain == "rolling_year" and cube.cells is not None:
        ends = [month for month in range(start + 11, end + 1) if (month + 1) % each == 0]
        return [(month - 11, month) for month in ends if (month - 11) % each == 0]
    if grain == "rolling_year":
        ends = _stored(cube) if each == 12 else range(start + 11, end + 1)
        return [(month - 11, month) for month in ends if month - 11 >= start and month <= end]
    step = _STEP[grain]
    first = start + (-start) % step
    windows = [(month, month + step - 1) for month in range(first, end - step + 2, step)]
    if each == 0:
        return [(window[1], window[1]) for window in windows]
    return windows


def _stored(cube: Cube) -> list[int]:
    """Return the months at which a cube of states or rolling figures holds any."""
    return [cube.first + int(place) for place in cube.held]
