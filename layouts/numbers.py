"""How numbers are written, once for hover, tables, tiles and sentences.

Thousands are separated; per cent carry one decimal from base 1,000 up and none below, and more where something would read
as nothing: a value that is not zero as zero, an interval as a single number. A missing value is said in words with its mark, never as nothing and never as zero. A value with a 95% interval
is written with it: ``53% (47% to 59%)``; a count that rests on protected ones as ``about 24 (19 to 29)``;
one too small to show as ``under 20 [c]``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from data.frame import Row
from data.measures import MEASURE_BY_ID, Measure, Unit
from data.model import MARKS
from data.precision import fitting, places_of

GAPS = ("c", "x", "z")
"""The marks that say why there is no value; another may stand beside them."""

_SUFFIX: Mapping[str, str] = {"percent": "%", "points": " points", "seconds": " seconds"}


def number(value: float, *, unit: Unit, base: float | None = None) -> str:
    """Return a value as a reader sees it: ``3.4%``, ``1,234``, ``+2.1 points``."""
    return with_unit(value, unit, places=fitting(unit, value, base=base))


def with_unit(value: float, unit: Unit, *, places: int) -> str:
    """Return a value with so many decimals and its unit: ``3.40%``, ``+1 point``."""
    text = _digits(value, unit, places)
    suffix = _SUFFIX.get(unit, "")
    return f"{text}{suffix.removesuffix('s') if unit == 'points' and text[1:] == '1' else suffix}"


def _digits(value: float, unit: Unit, places: int) -> str:
    text = f"{value:,.{places}f}"
    if value < 0 or unit == "points":
        nothing = not text.strip("-0.,")
        sign = "" if nothing or value < 0 else "+"
        text = f"{sign}{text.lstrip('-') if nothing else text}".replace("-", "\N{MINUS SIGN}")
    return text


def rests_on_protected(row: Row, measure: Measure) -> bool:
    """Whether a row's value was made from protected counts, which carry a small random change."""
    return measure.policy == "protected"


def bounded(row: Row) -> bool:
    """Whether a row has a value with a 95% interval."""
    return row.value is not None and row.lower is not None and row.upper is not None


def shown(row: Row) -> str:
    """Return a row's value with its interval and its marks: ``53% (47% to 59%)``, ``1,234 [p]``, ``under 20 [c]``."""
    return _written(row, whole=True)


def brief(row: Row) -> str:
    """Return a row's value with its marks, as it stands where its interval is drawn or written beside it."""
    return _written(row, whole=False)


def bare(row: Row) -> str:
    """Return a row's value alone, without interval and marks, as a cell shows it; ``<20`` where it is too small."""
    if row.value is None:
        mark = gap(row.status)
        return f"<{_limit(row, MEASURE_BY_ID[row.measure])}" if _under(row) else f"[{mark}]"
    measure = MEASURE_BY_ID[row.measure]
    return _digits(row.value, measure.unit, places_of(row, unit=measure.unit, published=measure.as_published))


def interval(row: Row) -> str:
    """Return the 95% interval of a row in words, ``47% to 59%``, or nothing where it has none."""
    measure = MEASURE_BY_ID[row.measure]
    if row.value is None or row.lower is None or row.upper is None:
        return ""
    return _range(row.lower, row.upper, measure.unit, places_of(row, unit=measure.unit, published=measure.as_published))


def told_apart(one: Row, other: Row) -> tuple[str, str]:
    """Return two rows as ``shown`` does, with more decimals where values that differ would read alike."""
    if one.value is None or other.value is None or one.value == other.value or bare(one) != bare(other):
        return shown(one), shown(other)
    measure = MEASURE_BY_ID[one.measure]
    least = fitting(measure.unit, one.value, ends=(other.value,), base=0 if measure.as_published else one.denominator)
    return _written(one, whole=True, least=least), _written(other, whole=True, least=least)


def _written(row: Row, *, whole: bool, least: int = 0) -> str:
    if row.value is None:
        return missing(row)
    measure = MEASURE_BY_ID[row.measure]
    unit, places = measure.unit, max(places_of(row, unit=measure.unit, published=measure.as_published), least)
    text = with_unit(row.value, unit, places=places)
    if unit == "count" and rests_on_protected(row, measure):
        text = f"about {text}"
    if whole and row.lower is not None and row.upper is not None:
        text = f"{text} ({_range(row.lower, row.upper, unit, places)})"
    return text if row.status == "ok" else f"{text} {marks(row.status)}".rstrip()


def _range(lower: float, upper: float, unit: Unit, places: int) -> str:
    sign = "%" if unit == "percent" else ""
    return f"{_digits(lower, unit, places)}{sign} to {_digits(upper, unit, places)}{sign}"


def gap(status: str) -> str:
    """Return the mark that says why there is no value, wherever it stands in a status."""
    found = status.split()
    return next((mark for mark in found if mark in GAPS), found[0])


def too_small(row: Row) -> bool:
    """Whether a row has no value because it is too small to show."""
    return row.value is None and gap(row.status) == "c"


def _under(row: Row) -> bool:
    return row.upper is not None and too_small(row)


def _limit(row: Row, measure: Measure) -> str:
    """Return the number that a value too small to show lies under, rounded up so that this stays true."""
    assert row.upper is not None
    places = 0 if measure.unit == "percent" and row.denominator is None else places_of(
        row, unit=measure.unit, published=measure.as_published)
    step = 10.0 ** places
    text = f"{ceil(row.upper * step - 1e-9) / step:,.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


def missing(row: Row) -> str:
    """Return the words for a value that is not there: ``under 20 [c]``, ``not supplied [x]``."""
    mark = gap(row.status)
    more = " ".join(f"[{other}]" for other in row.status.split() if other != mark)
    words = MARKS[mark][0]
    if _under(row):
        measure = MEASURE_BY_ID[row.measure]
        words = f"under {_limit(row, measure)}{_SUFFIX.get(measure.unit, '')}"
    return f"{words} [{mark}] {more}".rstrip()


def lacking(status: str) -> str:
    """Return the words for a kind of gap, whatever the number that a value lies under."""
    mark = gap(status)
    return f"{MARKS[mark][0]} [{mark}]"


def marks(status: str) -> str:
    """Return the marks of a status as ``[p] [r]``, or nothing where all is well."""
    return " ".join(f"[{mark}]" for mark in status.split() if mark != "ok")


def reached(rows: Sequence[Row | None]) -> list[float]:
    """Return all that an axis of values must reach: the values, and the ends of their intervals."""
    values: list[float] = []
    for row in rows:
        if row is not None and row.value is not None:
            values.append(row.value)
            if row.lower is not None and row.upper is not None:
                values += (row.lower, row.upper)
    return values


def short(value: float) -> str:
    """Return a number for an axis: at most three significant digits (``1.2M``, ``340k``, ``0.25``)."""
    for limit, letter in ((1e12, "tn"), (1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.3g}{letter}".replace("-", "\N{MINUS SIGN}")
    return f"{value:.3g}".replace("-", "\N{MINUS SIGN}")
