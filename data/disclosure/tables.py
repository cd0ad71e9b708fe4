"""The closed set of tables in which counts of persons are published. Nothing finer leaves a publish.

The set was tuned by the simulation in ``data/disclosure/usefulness.py``; what it found is kept in
``usefulness.json``. A table that is added costs privacy: the account in the manifest states it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Width = Literal["narrow", "wide"]


@dataclass(frozen=True, kw_only=True)
class Table:
    """One cross-table: the level of its areas, its dimensions with their width, the months of its periods."""

    id: str
    areas: Literal["force", "country", "district"]
    dimensions: Mapping[str, Width]
    step: Literal[1, 3, 12]
    """Months of a period: months, calendar quarters or calendar years."""


def _table(name: str, step: Literal[1, 3, 12], **dimensions: Width) -> Table:
    areas = name.split("-")[0]
    return Table(id=name, areas=areas, dimensions=dimensions, step=step)  # type: ignore[arg-type]


TABLES: tuple[Table, ...] = (
    _table("force-month", 1),
    _table("force-quarter", 3),
    _table("force-year", 12),
    _table("force-channel-month", 1, channel="wide"),
    _table("force-channel-quarter", 3, channel="wide"),
    _table("force-channel-year", 12, channel="wide"),
    _table("force-age-quarter", 3, age_group="wide"),
    _table("force-age-year", 12, age_group="wide"),
    _table("force-crime-quarter", 3, crime_type="wide"),
    _table("force-crime-year", 12, crime_type="wide"),
    _table("force-channel-age-year", 12, channel="wide", age_group="wide"),
    _table("country-month", 1),
    _table("country-quarter", 3),
    _table("country-channel-month", 1, channel="narrow"),
    _table("country-age-quarter", 3, age_group="narrow"),
    _table("country-crime-quarter", 3, crime_type="narrow"),
    _table("country-channel-age-year", 12, channel="narrow", age_group="narrow"),
    _table("district-quarter", 3),
)
TABLE_BY_ID: Mapping[str, Table] = {table.id: table for table in TABLES}
