"""Values under the pointer: written by the browser where that gives what the table says, else sent as text.

A text for each of 200 points is a third of a figure's bytes and half of its time. Where all rows have the
same decimals the browser's own format is enough and only their marks are sent, unless a value lies exactly
between two roundings: Python rounds those to even, the browser upwards.
"""

from __future__ import annotations

from collections.abc import Sequence

from data.frame import Row
from data.measures import Measure, Unit
from layouts.numbers import PERCENT_BASE, decimals, marks, shown
from layouts.shapes.naming import plain

SUFFIX = {"percent": "%", "seconds": " seconds"}


def browser_format(rows: Sequence[Row], *, unit: Unit, published: bool) -> str:
    """Return the d3 format that writes every value as the table does, its marks aside; empty where none does.

    ``published``: values come without a base, and are written as those on a small one.
    """
    valued = [row for row in rows if row.value is not None]
    if unit == "points" or not valued:
        return ""
    places = decimals(unit)
    if unit == "percent" and published:
        places = decimals(unit, base=0)
    elif unit == "percent" and any(row.denominator is not None and row.denominator < PERCENT_BASE for row in valued):
        return ""
    halves = 2 ** (places + 1)  # what lies between two roundings is an odd number of these, as 5 divides no power of 2
    if any(row.value * halves % 2 == 1 for row in valued):  # type: ignore[operator]
        return ""
    return f",.{places}f"


def written(
    rows: Sequence[Row | None], *, measure: Measure, value: str, text: str
) -> tuple[str, list[str]]:
    """Return the part of a plotly template that writes the values of some points, and the texts that it needs.

    ``value`` and ``text`` name the template's variables; a point without a row has no text. There are no
    texts where the same words stand behind every value.
    """
    held = [row for row in rows if row is not None]
    format_ = "" if any(row.value is None for row in held) else browser_format(
        held, unit=measure.unit, published=measure.kind == "published")
    if format_:
        head = f"%{{{value}:{format_}}}{SUFFIX.get(measure.unit, '')}"
        each = {status: f" {marks(status)}".rstrip() for status in {row.status for row in held}}
        texts = [each[row.status] if row is not None else "" for row in rows]
    else:
        head = ""
        texts = [shown(row) if row is not None else "" for row in rows]
    said = {texts[place] for place, row in enumerate(rows) if row is not None}
    if len(said) <= 1:
        return head + plain("".join(said)), []
    return f"{head}%{{{text}}}", texts
