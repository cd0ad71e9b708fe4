"""How numbers are written, once for hover, tables, tiles and sentences.

Thousands are separated; per cent carry one decimal from base 1,000 up and none below; a missing
value is said in words with its mark, never as nothing and never as zero.
"""

from __future__ import annotations

from collections.abc import Mapping

from data.frame import Row
from data.measures import MEASURE_BY_ID, Unit
from data.model import MARKS

PERCENT_BASE = 1_000

_SUFFIX: Mapping[str, str] = {"percent": "%", "points": " points", "seconds": " seconds"}


def decimals(unit: Unit, *, base: float | None = None) -> int:
    """Return how many decimals a value of a unit is written with."""
    if unit == "count":
        return 0
    if unit in ("percent", "points") and base is not None and base < PERCENT_BASE:
        return 0
    return 2 if unit == "ratio" else 1


def number(value: float, *, unit: Unit, base: float | None = None) -> str:
    """Return a value as a reader sees it: ``3.4%``, ``1,234``, ``+2.1 points``."""
    text = f"{value:,.{decimals(unit, base=base)}f}"
    if value < 0 or unit == "points":
        nothing = not text.strip("-0.,")
        sign = "" if nothing or value < 0 else "+"
        text = f"{sign}{text.lstrip('-') if nothing else text}".replace("-", "\N{MINUS SIGN}")
    return f"{text}{_SUFFIX.get(unit, '')}"


def shown(row: Row) -> str:
    """Return a row's value with its marks: ``3.4%``, ``1,234 [p]``, ``not supplied [x]``."""
    if row.value is None:
        return missing(row.status)
    measure = MEASURE_BY_ID[row.measure]
    base = row.denominator if measure.unit in ("percent", "points") else None
    if measure.kind == "published":
        base = 0
    text = number(row.value, unit=measure.unit, base=base)
    return f"{text} {marks(row.status)}".rstrip()


def missing(status: str) -> str:
    """Return the words for a value that is not there."""
    first = status.split()[0]
    return f"{MARKS[first][0]} [{first}]"


def marks(status: str) -> str:
    """Return the marks of a status as ``[p] [r]``, or nothing where all is well."""
    return " ".join(f"[{mark}]" for mark in status.split() if mark != "ok")


def short(value: float) -> str:
    """Return a number for an axis: at most three significant digits (``1.2M``, ``340k``, ``0.25``)."""
    for limit, letter in ((1e12, "tn"), (1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.3g}{letter}".replace("-", "\N{MINUS SIGN}")
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")
