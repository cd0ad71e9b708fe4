"""Axes and room: nice ticks, months to mark, labels that must not lie on each other."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10

from data.measures import Unit
from data.periods import MONTH_NAMES
from layouts.numbers import short

MOST_TICKS = 6


def ticks(low: float, high: float, *, most: int = MOST_TICKS) -> list[float]:
    """Return at most so many round numbers, nothing among them, that enclose all values."""
    low, high = min(low, 0.0), max(high, 0.0)
    return ticks_around(low, high if high > low else 1.0, most=most)


def ticks_around(low: float, high: float, *, most: int = MOST_TICKS) -> list[float]:
    """Return at most so many round numbers that enclose all values from ``low`` to a ``high`` that is not the same."""
    power = 10.0 ** floor(log10((high - low) / most))
    for step in (power * factor for factor in (1, 2, 2.5, 5, 10, 20, 25, 50)):
        first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
        if last - first < most:
            break
    return [round(place * step, 10) for place in range(first, last + 1)]


def tick_text(value: float, *, unit: Unit) -> str:
    """Return a number as an axis says it."""
    if unit == "percent":
        return f"{short(value)}%"
    sign = "+" if unit == "points" and value > 0 else ""
    return f"{sign}{short(value)}"


def tick_texts(scale: Sequence[float], *, unit: Unit) -> list[str]:
    """Return the numbers of an axis as it says them, with as many decimals as tell them apart."""
    texts = [tick_text(value, unit=unit) for value in scale]
    if len(set(texts)) == len(texts):
        return texts
    step = min(later - value for value, later in zip(scale, scale[1:], strict=False))
    places, suffix = max(ceil(-log10(step)), 0) + 1, "%" if unit == "percent" else ""
    found = [f"{value:,.{places}f}".replace("-", "\N{MINUS SIGN}") for value in scale]
    while all(text.endswith("0") and "." in text for text in found):
        found = [text[:-1].rstrip(".") for text in found]
    return [f"{text}{suffix}" for text in found]


def month_ticks(ends: Sequence[int], *, most: int = MOST_TICKS) -> list[tuple[int, str, str]]:
    """Return the months to mark on an axis, each with its first and second line.

    Periods are marked where they end. The year stands where it changes; whole years need one line.
    """
    marked = _spread(ends, most=most)
    if all(end % 12 == 11 for end in ends) and len(ends) > 1:
        return [(end, str(end // 12), "") for end in marked]
    texts, year = [], -1
    for end in marked:
        texts.append((end, MONTH_NAMES[end % 12][:3], str(end // 12) if end // 12 != year else ""))
        year = end // 12
    return texts


def _spread(ends: Sequence[int], *, most: int) -> list[int]:
    if len(ends) <= most:
        return [end for end, later in zip(ends, [*ends[1:], None], strict=True)
                if later is None or (later - end) * most >= ends[-1] - ends[0]]
    for month in (0, 2, 11):
        yearly = [end for end in ends if end % 12 == month]
        if 3 <= len(yearly) <= most:
            return yearly
    step = ceil(len(ends) / most)
    if ends[1] - ends[0] == 1:
        step = next((nice for nice in (1, 2, 3, 6, 12, 24) if nice >= step), step)
        first = next(place for place, end in enumerate(ends) if end % step == 0)
        return list(ends[first::step])
    return list(ends[len(ends) - 1::-step])[::-1]


def apart(wanted: Sequence[float], *, heights: Sequence[float], low: float, high: float) -> list[float]:
    """Return the places of labels moved as little as needed, so that none covers another.

    ``wanted`` are centres in pixels (down), ``heights`` what each label needs, ``low`` and ``high``
    the ends of the room.
    """
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    placed = list(wanted)
    floor_ = low
    for place in order:
        placed[place] = max(wanted[place], floor_ + heights[place] / 2)
        floor_ = placed[place] + heights[place] / 2
    ceiling = high
    for place in reversed(order):
        placed[place] = min(placed[place], ceiling - heights[place] / 2)
        ceiling = placed[place] - heights[place] / 2
    return placed
