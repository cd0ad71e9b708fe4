"""Reads a workbook in a process of its own: cells from standard input to lines of JSON on standard output.

A damaged or hostile workbook may end its reader or ask for any amount of memory; here it ends this process
alone, whose memory and time are limited. A sheet is one line that describes it, then lists of rows, each
with its number; cells in which the spreadsheet shows an error hold that error.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Mapping
from itertools import islice
from typing import Any

from data.sources.cell_errors import Places, errors_by_sheet
from data.sources.values import as_text

MEMORY = 2 << 30
SECONDS = 600
WIDEST = 1_000
PIECE = 2_000


def main() -> None:
    """Write every sheet of the workbook on standard input, or a line that says why it cannot be read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    import python_calamine

    content = sys.stdin.buffer.read()
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        errors = errors_by_sheet(content)
        for place, found in enumerate(book.sheets_metadata):
            if found.typ == python_calamine.SheetTypeEnum.WorkSheet:
                visible = found.visible == python_calamine.SheetVisibleEnum.Visible
                sheet = book.get_sheet_by_index(place)
                _write_sheet(sheet, visible=visible, errors=errors.get(place, {}))
        _write({"end": "done"})
    except python_calamine.PasswordError:
        _write({"end": "password"})
    except python_calamine.CalamineError as fault:
        _write({"end": "password" if "password" in str(fault).lower() else "damaged"})


def _write_sheet(sheet: Any, *, visible: bool, errors: Places) -> None:
    merged = [f"{_cell(*first)}:{_cell(*last)}" for first, last in sheet.merged_cell_ranges or ()]
    last, end = sheet.end or (-1, -1)
    _write({"sheet": sheet.name, "visible": visible, "merged": merged[:3], "rows": last + 1,
            "unplaced": errors.get((0, 0), ""), "wide": end >= WIDEST})
    if end >= WIDEST:
        return
    placed = {place: text for place, text in errors.items() if place != (0, 0)}
    width = max([end + 1, *(column for _, column in placed)])
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), text in placed.items():
        by_row.setdefault(row, {})[column] = text
    rows = enumerate(_padded(sheet, last=max(by_row, default=0)), start=1)
    while piece := list(islice(rows, PIECE)):
        filled = [(line, _texts(row, errors=by_row.get(line, {}), width=width)) for line, row in piece]
        kept = [(line, texts) for line, texts in filled if any(texts)]
        if kept:
            _write(kept)


def _padded(sheet: Any, *, last: int) -> Any:
    """Give the rows of a sheet and, as empty ones, those after them up to ``last``."""
    given = 0
    for row in sheet.iter_rows() if sheet.end else ():
        given += 1
        yield row
    for _ in range(given, last):
        yield []


def _texts(row: list[object], *, errors: Mapping[int, str], width: int) -> list[str]:
    texts = [as_text(value) for value in row]
    if errors:
        texts += [""] * (width - len(texts))
        for column, text in errors.items():
            texts[column - 1] = text
    return texts


def _cell(row: int, column: int) -> str:
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _write(value: object) -> None:
    sys.stdout.buffer.write(json.dumps(value).encode() + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
