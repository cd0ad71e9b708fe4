"""What the columns of published tables mean: said once, for every format that carries a description of its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from data.measure import UNIT_LABELS
from data.model import MARKS, WEAKEST

Type = Literal["text", "number", "integer", "date", "month"]


@dataclass(frozen=True)
class Column:
    """A column of a published table: its name, what stands in it, and of which type that is."""

    name: str
    says: str
    type: Type = "text"
    optional: bool = False
    """Whether a cell may be empty."""
    members: tuple[str, ...] = ()
    """The texts that may stand there, where they are few."""
    many: bool = False
    """Whether several texts stand in one cell: a list in JSON, joined with "; " elsewhere."""


FIGURES: tuple[Column, ...] = (
    Column("measure", "The id of the measure; /measures lists them with their definitions."),
    Column("area_code", "The code of the place as the Office for National Statistics gives it (BTP: British Transport Police); "
                        "several added are joined with +."),
    Column("area_name", "The name of the place."),
    Column("channel", "The channel; all: no breakdown."),
    Column("age_group", "The age group; all: no breakdown."),
    Column("crime_type", "The crime type; all: no breakdown."),
    Column("category", "What else tells a value from its neighbours, such as offence group, survey answer or time limit.", optional=True),
    Column("period_start", "The first day of the period.", "date"),
    Column("period_end", "The last day of the period, which belongs to it.", "date"),
    Column("numerator", "What was counted, where the measure is a count, a rate or a share.", "number", optional=True),
    Column("denominator", "What it is divided by.", "number", optional=True),
    Column("value", "The value in the unit of the row; empty where the status says why there is none.", "number", optional=True),
    Column("lower", "The lower end of the 95% interval.", "number", optional=True),
    Column("upper", "The upper end of the 95% interval; of a value too small to show, the number that it lies under.", "number",
           optional=True),
    Column("unit", "The unit of value, lower and upper.", members=tuple(UNIT_LABELS)),
    Column("status", f"ok, or marks joined by a space: {'; '.join(f'{mark}: {name}' for mark, (name, _) in MARKS.items())}."),
    Column("origin", "Whether the figure was published before, uploaded by a force, or is illustrative: made up, no fact.",
           members=tuple(reversed(WEAKEST))),
    Column("source", "Who supplied the figure."),
    Column("vintage", "The date that names the state of the source."),
    Column("release", "The release that holds the figure."),
)
"""The columns of every chart's figures, in the order of the contract."""


def names(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return the names of columns."""
    return tuple(column.name for column in columns)
