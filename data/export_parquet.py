"""Figures as Parquet: the columns of the CSV, typed, with what they are in the file's own metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.described import FIGURES, Column
from data.export import SOURCE_KEYS, records
from data.query import Answer
from data.release import Release

_TYPES: Mapping[str, pa.DataType] = {
    "text": pa.string(), "number": pa.float64(), "integer": pa.int64(), "date": pa.date32(), "month": pa.string(),
}


def as_parquet(answer: Answer, *, release: Release, title: str) -> bytes:
    """Return an answer as a Parquet file; of the same release it is the same, byte for byte."""
    rows = records(answer, release=release)
    sources = [{key: source[key] for key in SOURCE_KEYS} for source in release.sources(answer.measure)]
    word = "Illustrative figures: " if answer.origin == "illustrative" else ""
    told = {"title": f"{word}{title}", "measure": answer.measure.id, "definition": answer.measure.definition, "origin": answer.origin or "",
            "release": release.id, "created": release.manifest["created"], "licence": release.manifest["licence"],
            "sources": json.dumps(sources, ensure_ascii=False), "notes": json.dumps([note.text for note in answer.notes], ensure_ascii=False),
            "reason": answer.reason}
    schema = pa.schema([_field(column) for column in FIGURES], metadata=told)
    table = pa.table([_array(column, rows) for column in FIGURES], schema=schema)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue().to_pybytes()


def _field(column: Column) -> pa.Field:
    return pa.field(column.name, _TYPES[column.type], nullable=column.optional, metadata={"description": column.says})


def _array(column: Column, rows: Sequence[Mapping[str, Any]]) -> pa.Array:
    values = [row[column.name] for row in rows]
    if column.type == "date":
        values = [date.fromisoformat(value) for value in values]
    return pa.array(values, _TYPES[column.type])
