"""What a template is: a file format, its columns and what each may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "id", "area", "force", "borough", "month", "datetime", "moment", "date_dmy", "channel", "age_group",
    "crime_type", "whole", "signed", "decimal", "share", "yes_no", "list", "url", "account", "text", "percent", "age_or_all",
    "measure", "period", "wording",
]


FIRST_YEAR = 1990
"""The first year of figures, and of what forces do themselves: before it a year is a slip."""


@dataclass(frozen=True)
class Column:
    """One column of a file: what it holds, whether it must be filled and whether it feeds a figure."""

    name: str
    kind: Kind
    required: bool
    used: bool
    doc: str
    example: tuple[str, str] = ("", "")
    allowed: tuple[str, ...] = ()
    since: int = 1900
    """The first year that its days may lie in: an offence may lie long ago."""


@dataclass(frozen=True)
class Template:
    """A file format: its columns, and the columns that together name a row."""

    name: str
    what: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the columns without which the file cannot be read."""
        return tuple(column.name for column in self.columns if column.required)


def count_column(name: str, doc: str, first: str, second: str, *, used: bool = True) -> Column:
    """Return a column of whole numbers."""
    return Column(name, "whole", False, used, doc, (first, second))
