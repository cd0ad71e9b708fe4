"""Which lines a chart of answers has: questions in words, answers, and age groups under them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from data.frame import Row, member_label
from data.model import ALL, DIMENSIONS, month_index, month_text
from data.named import question_of
from data.periods import window_label
from data.query import Answer
from layouts.charts import Chart
from layouts.shapes.svg_writer import wrap

YEARS = 10
OLD = "Asked over ten years ago"
LETTERS = 46
"""Characters in a line of a question: as many as a phone holds."""
LEAST = 15
"""Pixels that a line of words needs."""
Kind = Literal["question", "answer", "age"]


@dataclass(frozen=True)
class Line:
    """A line of words, or the points of one answer; of several only where there is no room for a line each."""

    kind: Kind
    label: str
    rows: tuple[Row, ...] = ()


def old_before(answer: Answer) -> str:
    """Return the month (YYYY-MM) before which fieldwork is old: ten years before the measure was last gone over."""
    return month_text(month_index(answer.measure.reviewed) - 12 * YEARS)


def is_old(row: Row, answer: Answer) -> bool:
    """Whether a figure is over ten years old."""
    return row.end < month_index(old_before(answer))


def heading(row: Row, answer: Answer, *, by: Sequence[str]) -> str:
    """Return when and what was asked, and by whom; nothing for what is no answer of a survey."""
    question = question_of(getattr(row, by[0]))
    age = f" ({OLD[0].lower()}{OLD[1:]})" if is_old(row, answer) else ""
    return f"{window_label((row.start, row.end))}{age}: {question}" if question else ""


def option_of(row: Row, by: Sequence[str]) -> str:
    """Return an answer without its question, which stands above."""
    label, question = member_label(by[0], getattr(row, by[0]), whole="All"), question_of(getattr(row, by[0]))
    return label.removesuffix(f": {question}") if question else label


def questions(answer: Answer, *, by: Sequence[str]) -> list[list[Row]]:
    """Return the rows of each question and fieldwork, the latest first; within one by answer, everybody before age groups."""
    outer, inner = (DIMENSIONS[name].order for name in by)
    groups: dict[tuple[str, int, int], list[Row]] = {}
    for row in answer.frame.of("main"):
        groups.setdefault((question_of(getattr(row, by[0])), row.end, row.start), []).append(row)

    def place(row: Row) -> tuple[object, ...]:
        first, second = getattr(row, by[0]), getattr(row, by[1])
        return (outer[first] if first != ALL else (-9_999, 0.0, ""), inner[second] if second != ALL else (-9_999, 0.0, ""))

    ordered = sorted(groups.items(), key=lambda item: (-item[0][1], -item[0][2], item[0][0]))
    return [sorted(rows, key=place) for _, rows in ordered]  # type: ignore[arg-type]


def lines_of(answer: Answer, *, chart: Chart) -> list[Line]:
    """Return the lines from top to bottom; made once for figure, picture and key."""
    return answer.once("answer lines", lambda: _lines(answer, by=chart.by, most=chart.height // LEAST))


def counts_of(answer: Answer, *, by: Sequence[str]) -> tuple[int, int]:
    """Return how many lines there are at least, with the age groups of an answer together, and at most."""
    return len(_laid(answer, by=by, together=True)), len(_laid(answer, by=by, together=False))


def _lines(answer: Answer, *, by: Sequence[str], most: int) -> list[Line]:
    full = _laid(answer, by=by, together=False)
    return full if len(full) <= most else _laid(answer, by=by, together=True)


def _laid(answer: Answer, *, by: Sequence[str], together: bool) -> list[Line]:
    lines: list[Line] = []
    for rows in questions(answer, by=by):
        words = heading(rows[0], answer, by=by)
        lines += [Line("question", "")] if lines and words else []
        lines += [Line("question", text) for text in wrap(words, most=LETTERS)] if words else []
        for member in dict.fromkeys(getattr(row, by[0]) for row in rows):
            own = [row for row in rows if getattr(row, by[0]) == member]
            name = option_of(own[0], by)
            if together:
                lines.append(Line("answer", name, tuple(own)))
                continue
            whole = [row for row in own if getattr(row, by[1]) == ALL]
            lines.append(Line("answer", name, tuple(whole[:1])))
            lines += [Line("age", member_label(by[1], getattr(row, by[1]), whole="All ages"), (row,))
                      for row in own if row not in whole[:1]]
    return lines
