"""From a Parquet file to a table of texts: columns of plain values alone, read piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from data.sources.table import Fit, Table, Watch, first_row, refused, table_of_rows, unwatched
from data.sources.values import as_text

MOST_ROWS = 20_000_000
MOST_COLUMNS = 1_000
MOST_BYTES = 2_000_000_000
_PIECE = 20_000
_PLAIN = (str, int, float, bool, date, datetime, time, timedelta, Decimal, type(None))


def read_parquet(content: bytes, *, file: str, fit: Fit = first_row, watch: Watch = unwatched) -> Table:
    """Return the table that a Parquet file holds. Row numbers count the headings as line 1.

    Raises SourceError where it is cut off, too large when unpacked, or holds lists or pictures.
    """
    try:
        stored = pq.ParquetFile(pa.BufferReader(content))
        schema, found = stored.schema_arrow, stored.metadata
        names = schema.names
    except (pa.ArrowException, OSError, ValueError) as fault:  # a heading that is no UTF-8 is a ValueError
        raise _damaged(file) from fault
    unpacked = sum(found.row_group(place).total_byte_size for place in range(found.num_row_groups))
    if found.num_rows > MOST_ROWS or found.num_columns > MOST_COLUMNS or unpacked > MOST_BYTES:
        raise refused(file, f"The file unpacks to {found.num_rows:,} rows of {found.num_columns:,} columns, too many.",
                      "Send the rows of one year, and only the columns of the template.")
    for field in schema:
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type):
            raise refused(file, "A column holds lists or pictures, not single values.",
                          "Leave the column out, or write one value in each cell.", line=1)
    return table_of_rows(_rows(stored, names=names, rows=found.num_rows, file=file, watch=watch),
                         file=file, fit=fit)


def _rows(
    stored: pq.ParquetFile, *, names: list[str], rows: int, file: str, watch: Watch,
) -> Iterator[list[tuple[int, list[str]]]]:
    yield [(1, names)]
    line = 2
    try:
        for batch in stored.iter_batches(batch_size=_PIECE):
            columns = [[as_text(value) for value in column.to_pylist()] for column in batch.columns]
            yield list(enumerate(map(list, zip(*columns, strict=True)), start=line))
            line += batch.num_rows
            watch((line - 2) / max(rows, 1))
    except (pa.ArrowException, OSError, ValueError, OverflowError) as fault:
        raise _damaged(file) from fault


def _damaged(file: str) -> Exception:
    return refused(file, "The Parquet file is damaged, or was cut off on its way.", "Write it again and send it whole.")
