"""From the bytes of a text file to a table: CSV with commas, semicolons, tabs or vertical bars.

Reads UTF-8 (with or without byte order mark), UTF-16 and Windows text (cp1252), with any line ends and
with quoted cells over several lines (RFC 4180).
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from data.errors import LISTED, Defect
from data.personal import row_shown
from data.sources.table import (
    SEARCHED, Fit, Table, as_columns, checked_headings, find_headings, first_row, passed_over, refused,
    without_empty,
)

EXPORT = "Export the figures as 'CSV UTF-8 (comma delimited)' and send that file."
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_CHUNK = 20_000
_HEAD = 1 << 18
"""Bytes in which the headings are looked for."""


def read_text(content: bytes, *, file: str, fit: Fit = first_row) -> Table:
    """Return the table that a text file holds; a row with too many or too few cells is a defect of it.

    Raises SourceError where the text is no table: empty, JSON, without usable headings.
    """
    text, defects = _as_utf8(content, file=file)
    head = _headings(text, file=file, fit=fit)
    body, width = memoryview(text)[head.body_start:], len(head.names)
    read = _read_fast(body, width=width, separator=head.separator, first_line=head.body_line)
    if read is None:
        read = _read_row_by_row(
            bytes(body), width=width, separator=head.separator, first_line=head.body_line, file=file)
    cells, lines, ragged = read
    rows_in = len(lines) + sum(defect.rows for defect in ragged)
    notes = passed_over(len(head.above), file=file, line=head.line)
    return without_empty(Table(file, head.names, cells, lines, rows_in, (*defects, *notes, *ragged), head.line,
                               fits=head.fits, above=tuple(cell for row in head.above for cell in row if cell.strip())))


@dataclass(frozen=True)
class _Head:
    """The headings: what parts them, the rows above them, their line, and where the rows begin."""

    separator: str
    names: tuple[str, ...]
    above: tuple[list[str], ...]
    fits: float
    line: int
    body_line: int
    body_start: int


def _as_utf8(content: bytes, *, file: str) -> tuple[bytes, tuple[Defect, ...]]:
    """Return the text as UTF-8 with plain line ends, or refuse what is no text."""
    text, defects = _decoded(content, file=file)
    start = text[:200].lstrip().lower()
    if start.startswith((b"<", b"{", b"[")):
        what = "a web page or XML" if start.startswith(b"<") else "JSON"
        raise refused(file, f"This is {what}, not a table.", EXPORT)
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text, defects


def _decoded(content: bytes, *, file: str) -> tuple[bytes, tuple[Defect, ...]]:
    head = content[:4000]
    note: tuple[Defect, ...] = ()
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = _from(content, "utf-16", file=file)
    elif head.count(0) > len(head) // 3:
        text = _from(content, "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be", file=file)
    elif _is_utf8(content):
        text = content.removeprefix(codecs.BOM_UTF8)
    else:
        lines = content.removeprefix(codecs.BOM_UTF8).split(b"\n")
        text = b"\n".join(_line(line, file=file) for line in lines)  # files are put together of others
        note = (Defect(
            file=file, rule="The file is not in UTF-8; it was read as Windows text.", severity="note", rows=0,
            mend="Save it as 'CSV UTF-8' so that names with accents are sure to be right."),)
    if re.search(rb"[\x00-\x08\x0e-\x1f]", text):
        raise refused(file, "This is not a text file.", EXPORT)
    return text, note


def _is_utf8(content: bytes) -> bool:
    """Return whether the bytes are UTF-8, looked at piece by piece."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(content)
    try:
        for start in range(0, len(view), 1 << 22):
            decoder.decode(view[start : start + (1 << 22)])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _line(line: bytes, *, file: str) -> bytes:
    try:
        line.decode()
    except UnicodeDecodeError:
        return _from(line, "cp1252", file=file)
    return line


def _from(content: bytes, encoding: str, *, file: str) -> bytes:
    try:
        return content.decode(encoding).encode()
    except (UnicodeDecodeError, UnicodeEncodeError):
        raise refused(file, "This is not a text file.", EXPORT) from None


def _headings(text: bytes, *, file: str, fit: Fit) -> _Head:
    skipped = re.match(rb"[ \t]*(?:\n[ \t]*)*", text)
    blank = text[: skipped.end()].rfind(b"\n") + 1 if skipped else 0
    start = text[blank : blank + _HEAD].decode(errors="ignore")
    first_line = text.count(b"\n", 0, blank) + 1
    separator, rows_above, fits = _separator(start, fit=fit)
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=separator)
    try:
        above = tuple(next(reader) for _ in range(rows_above))
        line = first_line + reader.line_num
        row = next(reader)
    except csv.Error as fault:
        raise refused(file, "The first row holds no headings.", "Put the names of the columns in the first row.",
                      line=first_line) from fault
    end = blank
    for _ in range(reader.line_num):
        end = text.find(b"\n", end) + 1 or len(text)
    names = checked_headings(row, file=file, line=line)
    return _Head(separator, names, above, fits, line, first_line + reader.line_num, end)


def _separator(head: str, *, fit: Fit) -> tuple[str, int, float]:
    """Return what stands between cells, how many rows stand above the headings, and how well those fit."""
    first = re.sub(r'"[^"]*"', "", head).split("\n", 1)[0]
    likely = sorted(SEPARATORS, key=first.count, reverse=True)
    found = [(separator, *find_headings(_first_rows(head, separator=separator), fit=fit)) for separator in likely]
    separator, above, best = max(found, key=lambda entry: entry[2])  # the likeliest where none fits better
    return separator, above, best


def _first_rows(head: str, *, separator: str) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    try:
        rows.extend(islice(reader, SEARCHED))
    except csv.Error:
        pass  # the rows before the fault tell enough; the fault itself is told where the rows are read
    return rows or [[""]]


_Rows = tuple[pa.Table, np.ndarray, tuple[Defect, ...]]


def _read_fast(body: memoryview, *, width: int, separator: str, first_line: int) -> _Rows | None:
    """Read a body in which each row is one line and as wide as the headings; ``None`` where it is not so."""
    names = [f"c{place}" for place in range(width)]
    ragged: list[int] = []

    def skip(row: arrow_csv.InvalidRow) -> str:
        ragged.append(row.actual_columns)
        return "skip"

    buffer = np.frombuffer(body, dtype=np.uint8)
    try:
        cells = arrow_csv.read_csv(
            pa.BufferReader(pa.py_buffer(body)),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=1 << 23),
            parse_options=arrow_csv.ParseOptions(
                delimiter=separator, newlines_in_values=bool((buffer == ord('"')).any()), invalid_row_handler=skip),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    ends = np.flatnonzero(buffer == ord("\n"))
    if len(buffer) and (not len(ends) or ends[-1] != len(buffer) - 1):
        ends = np.append(ends, len(buffer))
    lines = np.flatnonzero(np.diff(ends, prepend=-1) > 1) + first_line
    return None if ragged or len(lines) != len(cells) else (cells, lines, ())


def _read_row_by_row(body: bytes, *, width: int, separator: str, first_line: int, file: str) -> _Rows:
    """Read any body, slower: rows over several lines, rows too wide or too narrow, blank lines with spaces."""
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(body), encoding="utf-8", newline=""), delimiter=separator,
                        strict=True)
    rows: list[list[str]] = []
    chunks: list[pa.Table] = []
    lines: list[int] = []
    ragged: list[Defect] = []
    unlisted = 0
    line = first_line
    try:
        for row in reader:
            filled = len(row)
            while filled > width and not row[filled - 1].strip():
                filled -= 1
            if any(cell.strip() for cell in row):
                if max(filled, min(len(row), width)) == width:
                    rows.append(row[:width])
                    lines.append(line)
                    if len(rows) == _CHUNK:
                        chunks.append(as_columns(rows, width=width))
                        rows.clear()
                elif len(ragged) < LISTED:
                    ragged.append(_ragged(row, line=line, width=width, separator=separator, file=file))
                else:
                    unlisted += 1
            line = first_line + reader.line_num
    except csv.Error as fault:
        raise refused(file, "A quotation mark is not closed, or stands in the middle of a cell.",
                      "Remove the quotation mark, or close it at the end of the cell.", line=line) from fault
    if unlisted:
        ragged.append(Defect(file=file, line=ragged[-1].line, rows=unlisted, mend="Mend them as the ones above.",
                             rule=f"{unlisted:,} more rows after this one have too many or too few cells."))
    cells = pa.concat_tables([*chunks, as_columns(rows, width=width)])
    return cells, np.array(lines, dtype=np.int64), tuple(ragged)


def _ragged(row: list[str], *, line: int, width: int, separator: str, file: str) -> Defect:
    name = SEPARATORS[separator]
    return Defect(
        file=file, line=line, value=row_shown(row, separator=separator),
        rule=f"The row has {len(row)} {'cell' if len(row) == 1 else 'cells'}; the headings have {width}.",
        mend=f"Put text that holds a {name} in quotation marks, or a number without one."
        if len(row) > width else "Leave an empty cell where there is nothing, so that every row is equally wide.",
    )
