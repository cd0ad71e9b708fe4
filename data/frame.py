"""The tidy result of a query: one row a value, each with its numerator, denominator and marks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from data.areas import AREAS
from data.model import ALL, DIMENSIONS
from data.named import ASKED, short_words
from data.periods import month_label, window_label

Number = int | float | None


class Row(NamedTuple):
    """One value with all that tells it from its neighbours. ``start`` and ``end`` are month indices."""

    measure: str
    area_code: str
    channel: str
    age_group: str
    crime_type: str
    category: str
    start: int
    end: int
    numerator: Number
    denominator: Number
    value: Number
    lower: Number
    upper: Number
    """The 95% interval of the value, ``None`` where none is defined; of a value too small to show, ``upper`` is
    the number that it lies under."""
    status: str
    role: str
    """``main``, ``compare`` (the place compared with), ``beside`` (another measure shown with it) or ``against`` (the measure
    of the other axis)."""

    @property
    def key(self) -> tuple[str, ...]:
        """What names the row among others of its chart."""
        return (self.measure, self.area_code, self.channel, self.age_group, self.crime_type, self.category,
                str(self.start), str(self.end))


@dataclass(frozen=True)
class Frame:
    """Rows in the order in which figures, tables and files show them.

    A list of tuples, not a pandas frame: building one of the latter costs 0.3 ms, the whole query 0.2.
    ``pandas()`` gives the tidy pandas frame wherever the cost does not matter.
    """

    rows: tuple[Row, ...] = ()

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def of(self, role: str) -> list[Row]:
        """Return the rows of one role."""
        if role not in self._roles:
            self._roles[role] = [row for row in self.rows if row.role == role]
        return self._roles[role]

    @cached_property
    def _roles(self) -> dict[str, list[Row]]:
        return {}

    def pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas frame with the columns of ``Row``."""
        return pd.DataFrame(self.rows, columns=list(Row._fields))


def listed(names: Sequence[str], *, last: str = "and") -> str:
    """Return all names as a reader says them: ``X, Y and Z``."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def compact(number: float) -> float:
    """Return a number as rows hold it: whole where it is, else to four decimals."""
    return int(number) if float(number).is_integer() else round(float(number), 4)


def area_label(code: str) -> str:
    """Return the name of an area, or of several joined with ``+``."""
    return listed([AREAS[part].name for part in code.split("+")])


def member_label(dimension: str, member: str, *, whole: str = "All") -> str:
    """Return the label of a member of a dimension, or of several joined with ``+``."""
    if member == ALL:
        return whole
    by_id: Mapping[str, object] = DIMENSIONS[dimension].by_id
    if member in by_id:
        return DIMENSIONS[dimension].by_id[member].label
    return " and ".join(DIMENSIONS[dimension].labels(split_members(dimension, member)))


def row_label(row: Row, dimension: str, *, whole: str = "All", short: bool = False) -> str:
    """Return the label of a row along a dimension; an answer of a survey with the time at which it was asked."""
    member: str = getattr(row, dimension)
    label = short_words(member) if short and member.startswith(ASKED) else member_label(dimension, member, whole=whole)
    return f"{label}, {window_label((row.start, row.end))}" if member.startswith(ASKED) and row.value is not None else label


def run_label(rows: Sequence[Row]) -> str:
    """Return the months of periods that follow each other: ``November 2023 to October 2024``; of one period its own name.

    Twelve months, each with a value of its own, are no year with one value.
    """
    first, last = rows[0], rows[-1]
    if len(rows) == 1:
        return window_label((first.start, first.end))
    return f"{month_label(first.start)} to {month_label(last.end)}"


def join_members(members: Sequence[str]) -> str:
    """Return several members as one name of a choice."""
    return " + ".join(members)


def split_members(dimension: str, joined: str) -> list[str]:
    """Return the members that ``join_members`` joined."""
    return joined.split(" + ")
