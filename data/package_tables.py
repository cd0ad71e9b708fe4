"""The tables of a release that anybody may have as a whole, each with what its columns mean.

Exact counts are there as they are published. Of a table of persons each cell is there as every picture shows it: with the
range of its protection, and one that is too small to show without its number. What is not named here stays in the release.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data import listing, stored
from data.cells_out import is_text
from data.counts import COUNT_BY_ID
from data.coverage import FILE as COVERAGE
from data.coverage import STATES
from data.described import Column
from data.model import DIMENSIONS, month_text
from data.release import Release
from data.statistics.intervals import protected_range, threshold

_AREA = Column("area_code", "The code of the place; areas.csv has its name.")
_MONTH = Column("month", "The month; of figures that cover several months the last of them.", "month")
_NAMES = {name: Column(name, f"The {dimension.label.lower()}; all: all of them together.") for name, dimension in DIMENSIONS.items()}
_VALUE = Column("value", "The figure as it is published.", "number")
_PROTECTED = (
    Column("value", "The figure, changed at random to protect the people counted; empty where it is too small to show.", "number", optional=True),
    Column("lower", "The lower end of the range that its protection leaves.", "number", optional=True),
    Column("upper", "The upper end; of a figure too small to show the number that it lies under.", "number"),
    Column("status", "ok, or c: too small to show.", members=("ok", "c")),
)
_DAY, _ORIGIN = "date", Column("origin", "The kind of the figure.", members=listing.ORIGINS)


@dataclass(frozen=True)
class Stated:
    """A table with its name, its title, its columns, and the ids of the counts that tell its sources and its origin."""

    name: str
    title: str
    columns: tuple[Column, ...]
    table: pa.Table
    counts: tuple[str, ...] = ()


REFERENCE: tuple[tuple[str, str, tuple[Column, ...]], ...] = (
    ("appeals", "Appeals one by one, with what their force made public", (
        Column("published", "The day of the first publication.", _DAY), _AREA, _NAMES["crime_type"],
        Column("status", "The state that the force gave.", optional=True), Column("closed", "The day on which it was closed.", _DAY, optional=True),
        Column("public_outcome", "The outcome that the force announced.", optional=True),
        Column("url", "The web address of the appeal.", optional=True), _ORIGIN)),
    ("survey_answers", "Answers of surveys, each with its question", (
        Column("measure", "The measure."), Column("category", "The id of question and answer."), _AREA, _NAMES["age_group"],
        Column("surveyor", "Who asked."), Column("question", "What was asked."), Column("option", "The answer."),
        Column("percent", "The share that gave it, in per cent.", "number"),
        Column("base", "How many were asked.", "number", optional=True), Column("note", "What must be known of it.", optional=True),
        Column("source", "Where it was published."), _ORIGIN)),
    ("appeal_results", "Results of appeals that others published", (
        Column("programme", "The programme or the force."), Column("country", "The country."), Column("area_code", "The place.", optional=True),
        Column("channel", "The channel."), Column("period_start", "The first day.", _DAY), Column("period_end", "The last day.", _DAY),
        Column("measure", "What was counted, as its publisher defines it."), Column("value", "The figure.", "number", optional=True),
        Column("denominator", "What it is a part of.", "number", optional=True), Column("unit", "The unit."),
        Column("note", "What must be known of it.", optional=True), Column("source", "Where it was published."))),
    ("targets", "What measures are to reach", (
        Column("measure", "The measure."), _AREA, Column("period", "The period; empty: always.", optional=True),
        Column("target", "The target in the measure's unit.", "number"), _ORIGIN, Column("says", "Where the target comes from.", optional=True))),
    ("similar_forces", "Which forces their publisher holds to be similar", (_AREA, Column("similar_code", "The code of the similar force."))),
    ("corrections", "Figures that were published and corrected", (
        Column("date", "The day of the correction.", _DAY), Column("measure", "The measure."), _AREA, Column("period", "The period."),
        Column("what", "What was wrong."), Column("why", "Why."))),
    ("annotations", "Events that help to read a trend", (
        Column("date", "The day.", _DAY), _AREA, Column("text", "What happened."))),
)
"""The reference tables that pages and files of the site show, with the columns that they show."""


def tables_of(release: Release) -> Iterator[Stated]:
    """Yield every table of a release that is public as a whole, in one order."""
    yield Stated("measures", "Every measure with its definition", listing.MEASURE_COLUMNS,
                 _rows(listing.cells(listing.measures(release), listing.MEASURE_COLUMNS), listing.MEASURE_COLUMNS))
    yield Stated("areas", "Every place", listing.AREA_COLUMNS, _rows(listing.cells(listing.areas(), listing.AREA_COLUMNS), listing.AREA_COLUMNS))
    if (release.folder / COVERAGE).exists():
        columns = (_AREA, Column("field", "The count."), _MONTH, Column("state", "; ".join(f"{name}: {says}" for name, says in STATES.items())))
        yield _chosen("coverage", "Which place supplied which count in which month", columns, stored.table(release.folder / COVERAGE))
    for name, title, columns in REFERENCE:
        file = release.folder / "reference" / f"{name}.parquet"
        if file.exists():
            yield _chosen(name, title, columns, stored.table(file))
    for count in (count for count in release.manifest["counts"] if count in COUNT_BY_ID):
        yield from _counts(release, count)


def _counts(release: Release, count: str) -> Iterator[Stated]:
    """Yield the tables of one count: one of an open count, each of the closed set of a protected one."""
    label, folder = COUNT_BY_ID[count].label, release.folder / "counts"
    if (file := folder / f"{count}.parquet").exists():
        found = stored.table(file)
        columns = (_AREA, *(_NAMES[name] for name in found.column_names if name in _NAMES), _MONTH, _VALUE)
        yield _chosen(f"counts/{count}", label, columns, found, count)
    for file in sorted((folder / count).glob("*.parquet")):
        found = _shown(stored.table(file), sigma=release.manifest["privacy"]["sigma"])
        columns = (_AREA, *(_NAMES[name] for name in found.column_names if name in _NAMES), _MONTH, *_PROTECTED)
        yield _chosen(f"counts/{count}.{file.stem}", f"{label}, protected: table {file.stem}", columns, found, count)


def _shown(table: pa.Table, *, sigma: float) -> pa.Table:
    """Return a table of protected cells as pictures show each of them (``data.columns.protected_count``, of one cell)."""
    value = table.column("value").to_numpy().astype(np.float64)
    half, least = float(protected_range(1, sigma=sigma)), float(threshold(1, sigma=sigma))
    small = value < least
    return table.drop_columns(["value"]).append_column("value", pa.array(value, mask=small)).append_column(
        "lower", pa.array(np.maximum(np.rint(value - half), 0), mask=small)).append_column(
        "upper", pa.array(np.where(small, least, np.rint(value + half)))).append_column(
        "status", pa.array(np.where(small, "c", "ok").tolist(), pa.string()))


def _chosen(name: str, title: str, columns: tuple[Column, ...], table: pa.Table, *counts: str) -> Stated:
    """Return the stated columns of a table; months are written out."""
    found = table.select([column.name for column in columns])
    if "month" in found.column_names:
        coded = found.column("month").combine_chunks().dictionary_encode()
        months = pa.array([month_text(month) for month in coded.dictionary.to_pylist()], pa.string()).take(coded.indices)
        found = found.set_column(found.column_names.index("month"), "month", months)
    for place, column in enumerate(columns):
        if column.type == "date" and is_text(found.column(place).type):
            found = found.set_column(place, column.name, pc.cast(found.column(place), pa.date32()))
    return Stated(name, title, columns, found, counts)


def _rows(rows: list[list[object]], columns: tuple[Column, ...]) -> pa.Table:
    return pa.table({column.name: pa.array([row[place] for row in rows]) for place, column in enumerate(columns)})
