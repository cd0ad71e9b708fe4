"""Values under the pointer: written by the browser where that gives what the table says, else sent as text.

A text for each of 200 points is a third of a figure's bytes and half of its time. Where all rows have the
same decimals the browser's own format is enough and only their marks and the ends of their intervals are
sent, unless a value lies exactly between two roundings: Python rounds those to even, the browser upwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.frame import Row
from data.measures import Measure, Unit
from data.precision import places_of
from layouts.numbers import marks, rests_on_protected, shown
from layouts.shapes.naming import plain

SUFFIX = {"percent": "%", "seconds": " seconds", "points": " points"}


def browser_format(rows: Sequence[Row], *, unit: Unit, published: bool) -> str:
    """Return the d3 format that writes every value as the table does, its marks aside; empty where none does.

    ``published``: values come without a base, and are written as those on a small one.
    """
    valued = [row for row in rows if row.value is not None]
    if not valued:
        return ""
    found = {places_of(row, unit=unit, published=published) for row in valued}
    if len(found) > 1:
        return ""
    (places,) = found
    halves = 2 ** (places + 1)  # what lies between two roundings is an odd number of these, as 5 divides no power of 2
    if any(row.value * halves % 2 == 1 for row in valued):  # type: ignore[operator]
        return ""
    if unit == "points":  # the browser's minus is a hyphen, and it gives nothing a sign
        least = min(row.value if row.lower is None else min(row.lower, row.value) for row in valued)  # type: ignore[type-var]
        single = not places and any(round(row.value) == 1 for row in valued)  # type: ignore[arg-type]  # "+1 point"
        return f"+,.{places}f" if least > 0.5 * 10.0 ** -places and not single else ""  # type: ignore[operator]
    return f",.{places}f"


def written(
    rows: Sequence[Row | None], *, measure: Measure, value: str, text: str, fine: int = 0, whole: bool = True
) -> tuple[str, list[Any], list[Any]]:
    """Return the part of a plotly template that writes the values of some points, and the texts that it needs.

    ``value`` and ``text`` name the template's variables; a point without a row has no text. There are no
    texts where the same words stand behind every value. Last come the points' ``customdata``, none where no
    value has an interval: its ends, rounded as they are written or to ``fine`` decimals where that is finer, then
    the text if texts differ. Not ``whole``: values alone, as they are written where their intervals stand elsewhere.
    """
    held = [row for row in rows if row is not None]
    format_ = "" if any(row.value is None for row in held) else browser_format(
        held, unit=measure.unit, published=measure.as_published)
    missing = [not whole or row.lower is None or row.upper is None for row in held]
    bounded = bool(held) and not any(missing)
    if not format_ or not (bounded or all(missing)):
        texts = [shown(row) if row is not None else "" for row in rows]
        said = {text for text, row in zip(texts, rows, strict=True) if row is not None}
        return (plain("".join(said)), [], []) if len(said) <= 1 else (f"%{{{text}}}", texts, [])
    suffix = SUFFIX.get(measure.unit, "")
    about = "about " if measure.unit == "count" and rests_on_protected(held[0], measure) else ""
    head = f"{about}%{{{value}:{format_}}}{suffix}"
    if bounded:
        sign = "%" if measure.unit == "percent" else ""
        head += f" (%{{customdata[0]:{format_}}}{sign} to %{{customdata[1]:{format_}}}{sign})"
    each = {status: f" {marks(status)}".rstrip() for status in {row.status for row in held}}
    said = set(each.values())
    alike = len(said) <= 1
    texts = [] if alike else [each[row.status] if row is not None else "" for row in rows]
    ends: list[Any] = []
    if bounded:
        written_with = int(format_[-2])
        ends = ends_of(rows, places=max(written_with, fine), told=written_with)
    if alike:
        return head + plain("".join(said)), [], ends
    if bounded:
        return f"{head}%{{customdata[2]}}", [], [pair and [*pair, words] for pair, words in zip(ends, texts, strict=True)]
    return f"{head}%{{{text}}}", texts, []


def ends_of(rows: Sequence[Row | None], *, places: int, told: int | None = None) -> list[list[Any] | None]:
    """Return the ends of intervals to so many decimals, ``None`` for a point without one.

    ``told``: the browser writes them with that many decimals, and must come to what Python comes to.
    """
    if told is not None and places > told:
        return [[_told(row.lower, places, told), _told(row.upper, places, told)]
                if row is not None and row.lower is not None and row.upper is not None else None for row in rows]
    digits = places if places > 0 else None
    return [[round(row.lower, digits), round(row.upper, digits)]
            if row is not None and row.lower is not None and row.upper is not None else None for row in rows]


def _told(value: float, places: int, told: int) -> float:
    """Return a number to so many decimals; to fewer where the browser would round it twice, and otherwise."""
    near, said = round(value, places), round(value, told)
    return near if abs(near - said) < 0.5 * 10.0 ** -told - 1e-9 else said
