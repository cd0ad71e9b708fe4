"""Whether the figures that a chart of one release shows still stand in the release that is served now.

The same months are compared, so that a period which has only grown by newer months is no revision. Protected figures are
compared as they are published; nothing is said of which of them differ, or by how much.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isclose
from typing import Literal

from data.areas import inside
from data.frame import Row
from data.model import month_text
from data.periods import period_window
from data.query import Answer
from data.release import Release
from data.remarks import Correction
from data.selection import Selection
from layouts.charts import Chart, ask

Standing = Literal["stands", "revised", "corrected", "withdrawn"]
_MISSING = frozenset("cxz")
"""Marks that stand in place of a value."""


def standing(chart: Chart, selection: Selection, *, held: Release, newest: Release) -> Standing:
    """Return how the figures of ``held`` stand for a selection, as ``newest`` knows them.

    A correction of any of them that was published since stands before a mere difference.
    """
    before = ask(held, selection, chart=chart)
    if held.id == newest.id or not before.frame:
        return "stands"
    rows = [row for row in before.frame if row.role != "beside"]
    since = [each for each in newest.corrections if each not in held.corrections]
    if any(_concerns(each, row) for each in since for row in rows):
        return "corrected"
    fixed = next((each for each in _of_months(selection, before, chart=chart)
                  if ask(held, each, chart=chart).frame.rows == before.frame.rows), None)
    now = ask(newest, fixed or selection, chart=chart)
    return "revised" if _differs(before, now, whole=fixed is not None) else "stands"


def _of_months(selection: Selection, answer: Answer, *, chart: Chart) -> Iterator[Selection]:
    """Yield the selection with the months and the grain that an answer to it shows; those of its total where they are others."""
    grain = selection.grain or (answer.grain if "grain" in chart.filters else "")
    rows = answer.frame.rows
    for first, last in ((min(row.start for row in rows), max(row.end for row in rows)), *([answer.period] if answer.period else [])):
        yield replace(selection, from_=month_text(first), to=month_text(last), grain=grain)


def _differs(before: Answer, now: Answer, *, whole: bool) -> bool:
    """Whether a figure of ``before`` is another one now; where ``whole``, also one that is gone."""
    if before.origin != now.origin:
        return True
    found: Mapping[tuple[str, ...], Row] = {(row.role, *row.key): row for row in now.frame}
    return any((other is None and whole) or (other is not None and not _same(row, other))
               for row in before.frame for other in (found.get((row.role, *row.key)),))


def _same(one: Row, other: Row) -> bool:
    numbers = zip((one.value, one.lower, one.upper), (other.value, other.lower, other.upper), strict=True)
    alike = all(first is second or first is not None and second is not None and isclose(first, second, rel_tol=1e-9, abs_tol=1e-12)
                for first, second in numbers)
    return alike and _MISSING & set(one.status.split()) == _MISSING & set(other.status.split())


def _concerns(correction: Correction, row: Row) -> bool:
    """Whether a correction is of a figure: its measure, its place or one inside it, and any of its months."""
    start, end = period_window(correction.period)
    places = row.area_code.split("+")
    return (row.measure == correction.measure and start <= row.end and row.start <= end
            and any(code == correction.area_code or inside(correction.area_code, code) for code in places))
