"""Two measures of the same places and the same twelve months beside each other, and whether they go together."""

from __future__ import annotations

from dataclasses import dataclass, replace

from data.answers import Answer, Figures, Note
from data.frame import Frame, Row
from data.model import WEAKEST, month_index, month_text
from data.query import answer
from data.selection import Selection
from data.statistics.association import Association, rank_correlation
from data.statistics.refusal import Refusal

AGAINST = "against"
YEAR = 12


@dataclass(frozen=True)
class Pairs:
    """The places that have both values, each as (other axis, main axis); those that lack one; the rank correlation or why not."""

    both: tuple[tuple[Row, Row], ...]
    lone: tuple[Row, ...]
    """Rows with a value whose place has none of the other measure."""
    found: Association | Refusal


def set_against(
    release: Figures, selection: Selection, *, measure: str, against: str, ignores: tuple[str, ...]
) -> Answer:
    """Answer a measure by area with another of the same areas, both for the latest twelve months that both have.

    The rows of the other have the role ``against``. The whole has the weakest origin of the two. Where either has no figure the
    reason is that one's.
    """
    def asked(selection: Selection) -> tuple[Answer, Answer]:
        one, other = (answer(release, selection, by=("area",), measure=each, ignores=ignores) for each in (measure, against))
        return replace(one, across=other.measure), other

    main, other = asked(selection)
    if main.reason or other.reason:
        return _without(main, other)
    assert main.period is not None and other.period is not None  # held: there is no reason
    end = min(main.period[1], other.period[1])
    year = replace(selection, from_=month_text(end - YEAR + 1), to=month_text(end))
    choice = main.asked
    main, other = asked(year)
    main = replace(main, asked=choice)
    if main.reason or other.reason:
        return _without(main, other)
    if main.period != other.period:
        return _without(main, replace(other, reason="no figures for the same twelve months."))
    rows = [row._replace(role=AGAINST) for row in other.frame.of("main")]
    changed = [Note("across", why) for each in (main.measure, other.measure) for month, why in each.breaks
               if end - YEAR + 1 <= month_index(month) <= end]
    notes = dict.fromkeys((*main.notes, *other.notes, *changed, *(Note("across", text) for text in other.measure.limits)))
    origins = [origin for origin in (main.origin, other.origin) if origin is not None]
    return replace(main, frame=Frame((*main.frame.rows, *rows)), notes=tuple(notes), origin=min(origins, key=WEAKEST.index))


def _without(main: Answer, other: Answer) -> Answer:
    reason = f"{main.label}: {main.reason}" if main.reason else f"{other.label}: {other.reason}"
    return replace(main, frame=Frame(), reason=reason)


def pairs_of(answer: Answer) -> Pairs:
    """Return the pairs of an answer that sets two measures beside each other, made once."""
    return answer.once("pairs", lambda: _pairs_of(answer))


def _pairs_of(answer: Answer) -> Pairs:
    other = {row.area_code: row for row in answer.frame.of(AGAINST) if row.value is not None}
    main = {row.area_code: row for row in answer.frame.of("main") if row.value is not None}
    both = tuple((other[code], row) for code, row in main.items() if code in other)
    lone = tuple(row for rows, others in ((main, other), (other, main)) for code, row in rows.items() if code not in others)
    return Pairs(both, lone, rank_correlation([x.value for x, _ in both], [y.value for _, y in both]))
