"""Tables for tests: sheets of workbooks and of CSV files with titles above their headings, and what reports must hold."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from python_calamine import CalamineWorkbook

from data.errors import Report
from data.sources.reading import Table


def as_sheet(rows: Sequence[Sequence[object]], *, file: str, headings: int) -> Table:
    """Return rows as a table whose headings stand on line ``headings``; whole numbers come without decimals."""
    texts = [[f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    body = [(line, row) for line, row in enumerate(texts[headings:], start=headings + 1) if any(row)]
    cells = pa.table({f"c{place}": pa.array([row[place] for _, row in body], pa.string())
                      for place in range(len(texts[headings - 1]))})
    above = tuple(cell for row in texts[: headings - 1] for cell in row if cell.strip())
    return Table(file, tuple(texts[headings - 1]), cells, np.array([line for line, _ in body], dtype=np.int64), len(body),
                 above=above)


def sheet_of(path: Path, *, sheet: str, headings: int) -> Table:
    """Return one sheet of a workbook."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()
    return as_sheet(rows, file=f"{path.name}, sheet {sheet}", headings=headings)


def sheet_in_csv(text: str, *, file: str, headings: int) -> Table:
    """Return a sheet that was saved as CSV."""
    return as_sheet(list(csv.reader(io.StringIO(text))), file=file, headings=headings)


def balanced(report: Report) -> bool:
    """Return whether every row of a file is used or reported."""
    return report.rows_in == report.rows_used + sum(d.rows for d in report.defects if d.severity != "note")
