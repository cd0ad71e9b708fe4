"""Whom channels can reach at most: bars by age, and in words how many residents are left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.frame import Row, area_label, member_label
from data.query import Answer
from layouts.numbers import number, shown
from layouts.shapes import bars
from layouts.shapes.awkward import why_empty
from layouts.words import initial, joined

plotly, svg, legend, heights = bars.plotly, bars.svg, bars.legend, bars.heights
_STEP = 100
"""Residents to which the numbers in words are rounded: the model is no more exact."""


def _left_out(row: Row) -> tuple[float, float] | None:
    """Return the fewest and the most residents of a row whom the channels cannot reach; ``None`` where nothing is known."""
    if row.value is None or row.denominator is None:
        return None
    least, most = (row.value if end is None else end for end in (row.lower, row.upper))
    return row.denominator * (100 - most) / 100, row.denominator * (100 - least) / 100


def _left_words(row: Row) -> str:
    found = _left_out(row)
    if found is None or row.denominator is None:
        return ""
    ends = list(dict.fromkeys(number(_STEP * round(end / _STEP), unit="count") for end in found))
    return f"at least about {' to '.join(ends)} of {number(row.denominator, unit='count')}"


def sentence(answer: Answer) -> str:
    """Return for each age group with a published reach the share that can be reached, and how many residents cannot."""
    return answer.once("reach sentence", lambda: _sentence(answer))


def _sentence(answer: Answer) -> str:
    rows = [row for row in answer.frame.of("main") if row.value is not None]
    if why_empty(answer, valued=True):
        return answer.reason or "No reach by age is published of these channels and ages together."
    where = joined([area_label(code) for code in answer.answered.area or (answer.measure.whole,)])
    channels = [member_label("channel", member) for member in answer.answered.channel]
    who = joined(channels) if channels else "channels"
    said = [f"{_age(row)} {shown(row)}" + (f", {left} left out" if (left := _left_words(row)) else "") for row in rows[:4]]
    return initial(f"{who} in {where}, at most, as a model: {'; '.join(said)}{' and more' if len(rows) > 4 else ''}.")


def _age(row: Row) -> str:
    return member_label("age_group", row.age_group, whole="All ages with a published reach").lower()


def notes(answer: Answer) -> list[str]:
    """Return what the model assumes, and of whom it says nothing."""
    if answer.reason or not answer.frame:
        return []
    said = ["A model, not a count. It takes the published share of adults online in the United Kingdom to hold in every area and for every "
            "resident of the band. Who is not online is not reached, and who is on a channel need not see an appeal."]
    if any(row.lower is not None for row in answer.frame.of("main")):
        said.append("Of several channels: at least the largest share (the users of the others are all among its own), at most the sum "
                    "(nobody is on two) and never over everybody. The bar is what holds if being on one says nothing of another.")
    silent = [_age(row) for row in answer.frame.of("main") if row.value is None]
    if silent:
        said.append(f"No reach of these channels is published for the ages {', '.join(silent)}: nothing is said of them.")
    return said


def column(answer: Answer) -> tuple[str, list[str]]:
    """Return the table's column of residents left out, a text for each row."""
    return "Left out", [_left_words(row) for row in answer.frame.of("main")]


def details(answer: Answer) -> Mapping[str, Any]:
    """Return the residents whom the channels cannot reach as data: at least and at most, of how many."""
    found = []
    for row in answer.frame.of("main"):
        left = _left_out(row)
        if left is not None and row.denominator is not None:
            found.append({"age_group": row.age_group, "residents": row.denominator, "at_least": round(left[0]), "at_most": round(left[1])})
    return {"model": "independent, within the bounds of Fréchet", "left_out": found}
