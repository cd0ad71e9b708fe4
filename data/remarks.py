"""What publishers say of their figures: corrections of what was published, and events that help to read a trend.

Both come in templates of their own and lie in a release as reference tables, in one order whatever file they came in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from data import stored
from data.sources.base import Loaded

CORRECTIONS, ANNOTATIONS = "corrections", "annotations"


@dataclass(frozen=True, kw_only=True, order=True)
class Correction:
    """A figure that was published and corrected. ``date`` is a day, ``period`` a month, a quarter or a year, as texts."""

    date: str
    measure: str
    area_code: str
    period: str
    what: str
    why: str


@dataclass(frozen=True, kw_only=True, order=True)
class Annotation:
    """An event in an area: its day as text, and what happened."""

    date: str
    area_code: str
    text: str

    @property
    def month(self) -> int:
        """The month of the event, as months since year 0."""
        return int(self.date[:4]) * 12 + int(self.date[5:7]) - 1


def write(folder: Path, *, loaded: Sequence[Loaded]) -> None:
    """Write the remarks of all files into the folder of reference tables: nothing where there are none."""
    for kind, noun in ((CORRECTIONS, Correction), (ANNOTATIONS, Annotation)):
        rows = [dict(row) for item in loaded if item.kind == kind for row in item.table.to_dict("records")]
        found = sorted({noun(**_named(row)) for row in rows})
        if found:
            names = [field.name for field in fields(noun)]
            columns = zip(*map(astuple, found), strict=True)
            pq.write_table(pa.table(dict(zip(names, map(list, columns), strict=True))), folder / f"{kind}.parquet",
                           compression="zstd")


def _named(row: dict[str, object]) -> dict[str, str]:
    """Return a row of a file under the names that a release has: days as text, ``area_code`` for every area."""
    named = {"area_code" if name == "area" else name: str(value) for name, value in row.items()}
    return named | {"date": date.fromordinal(int(named["date"])).isoformat()}


def corrections(folder: Path) -> tuple[Correction, ...]:
    """Return the corrections that a release's folder holds, the latest first."""
    return tuple(Correction(**row) for row in reversed(_stored(folder, CORRECTIONS)))


def annotations(folder: Path) -> tuple[Annotation, ...]:
    """Return the annotations that a release's folder holds, the earliest first."""
    return tuple(Annotation(**row) for row in _stored(folder, ANNOTATIONS))


def _stored(folder: Path, kind: str) -> list[dict[str, str]]:
    file = folder / "reference" / f"{kind}.parquet"
    return stored.table(file).to_pylist() if file.exists() else []
