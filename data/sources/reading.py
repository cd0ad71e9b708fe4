"""From the bytes of a file to a table of texts, recognised by content and never by name.

Reads CSV with commas, semicolons or tabs, in UTF-8 (with or without byte order mark), UTF-16 or
Windows text (cp1252), with any line ends and with quoted cells over several lines (RFC 4180).
Everything else is refused in words that tell how to save the figures as CSV.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from data.errors import Defect, SourceError
from data.model import folded
from data.personal import row_shown, shown

SAVE_AS = (
    "Open it, choose the sheet with the figures, then save it as 'CSV UTF-8 (comma delimited)' and send that file."
)
_CHUNK = 20_000
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a picture (PNG)"), (b"\xff\xd8\xff", "a picture (JPEG)"), (b"GIF8", "a picture (GIF)"),
    (b"%PDF", "a PDF document"), (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls) or Office document"),
    (b"\x09\x08", "an old Excel workbook (.xls)"), (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "a text document (RTF)"), (b"Rar!", "a compressed file (RAR)"),
    (b"7z\xbc\xaf", "a compressed file (7z)"),
)


@dataclass(frozen=True)
class Table:
    """A file as texts: its headings, its cells, and the physical line on which each row begins."""

    file: str
    columns: tuple[str, ...]
    cells: pa.Table
    lines: np.ndarray
    rows_in: int
    defects: tuple[Defect, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The headings as they are matched: lower case, words joined by an underscore."""
        return tuple(folded(column).replace(" ", "_") for column in self.columns)

    def column(self, name: str) -> pd.Categorical:
        """Return the cells of the column that matches ``name``, each distinct text once."""
        chunked = self.cells.column(self.names.index(name)).combine_chunks()
        coded = pc.dictionary_encode(chunked)
        texts = pd.Index(coded.dictionary.to_pandas(), dtype="str")
        return pd.Categorical.from_codes(coded.indices.to_numpy(), categories=texts)


def read_table(content: bytes, *, file: str) -> Table:
    """Return the table that ``content`` holds; a row with too many or too few cells is a defect of it.

    Raises SourceError where the file is no table: another format, empty, without usable headings.
    """
    text, defects = _as_utf8(content, file=file)
    separator, headings, body_line, body_start = _headings(text, file=file)
    body = text[body_start:]
    read = _read_fast(body, width=len(headings), separator=separator, first_line=body_line)
    if read is None:
        read = _read_row_by_row(body, width=len(headings), separator=separator, first_line=body_line, file=file)
    cells, lines, ragged = read
    table = Table(file, headings, cells, lines, len(lines) + len(ragged), (*defects, *ragged))
    return _without_empty(table)


def _refused(file: str, rule: str, mend: str, *, line: int = 0, column: str = "") -> SourceError:
    defect = Defect(file=file, line=line, column=column, rule=rule, mend=mend, rows=0)
    return SourceError(f"{file}: {rule} {mend}", defects=(defect,))


def _as_utf8(content: bytes, *, file: str) -> tuple[bytes, tuple[Defect, ...]]:
    """Return the text as UTF-8 with plain line ends, or refuse what is no text."""
    if not content.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise _refused(file, "The file is empty.", "Send the file with its headings and rows.")
    if content.startswith(b"PK\x03\x04"):
        raise _refused(file, f"This is {_zip_kind(content)}, not a CSV file.", SAVE_AS)
    for magic, what in _MAGIC:
        if content.startswith(magic):
            raise _refused(file, f"This is {what}, whatever its name says, not a CSV file.",
                           SAVE_AS if "Excel" in what
                           else "Export the figures as 'CSV UTF-8 (comma delimited)' and send that file.")
    text, defects = _decoded(content, file=file)
    start = text[:200].lstrip().lower()
    if start.startswith((b"<", b"{", b"[")):
        what = "a web page or XML" if start.startswith(b"<") else "JSON"
        raise _refused(file, f"This is {what}, not a CSV file.",
                       "Export the figures as 'CSV UTF-8 (comma delimited)' and send that file.")
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text, defects


def _zip_kind(content: bytes) -> str:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        return "a damaged zip archive"
    if any(name.startswith("xl/") for name in names):
        return "an Excel workbook (.xlsx)"
    return "an office document" if "mimetype" in names or "[Content_Types].xml" in names else "a zip archive"


def _decoded(content: bytes, *, file: str) -> tuple[bytes, tuple[Defect, ...]]:
    head = content[:4000]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif head.count(0) > len(head) // 3:
        encoding = "utf-16-le" if head[1::2].count(0) > head[0::2].count(0) else "utf-16-be"
    else:
        encoding = "utf-8"
        content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            text = "\x00"
    if re.search(r"[\x00-\x08\x0e-\x1f]", text):
        raise _refused(file, "This is not a text file.",
                       "Export the figures as 'CSV UTF-8 (comma delimited)' and send that file.")
    if encoding != "cp1252":
        return content if encoding == "utf-8" else text.encode(), ()
    note = Defect(
        file=file, rule="The file is not in UTF-8; it was read as Windows text.", severity="note", rows=0,
        mend="Save it as 'CSV UTF-8' so that names with accents are sure to be right.",
    )
    return text.encode(), (note,)


def _headings(text: bytes, *, file: str) -> tuple[str, tuple[str, ...], int, int]:
    """Return separator, headings, the line on which the rows begin and the byte where they begin."""
    skipped = re.match(rb"[ \t]*(?:\n[ \t]*)*", text)
    blank = text[: skipped.end()].rfind(b"\n") + 1 if skipped else 0
    head = text[blank : blank + 65_536].decode(errors="ignore")
    first = re.sub(r'"[^"]*"', "", head).split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    names = [name.strip() for name in next(reader)]
    start = blank
    for _ in range(reader.line_num):
        start = text.find(b"\n", start) + 1 or len(text)
    line = text.count(b"\n", 0, blank) + 1
    seen = {folded(name) for name in names if name}
    if len(names) == 1 and not seen:
        raise _refused(file, "The first row holds no headings.",
                       "Put the names of the columns in the first row.", line=line)
    for name in names:
        if name and [folded(other) for other in names].count(folded(name)) > 1:
            raise _refused(file, f"Two columns are both called '{shown(name)}'.",
                           "Give each column a name of its own, or remove one.", line=line, column=shown(name))
    return separator, tuple(names), line + reader.line_num, start


_Rows = tuple[pa.Table, np.ndarray, tuple[Defect, ...]]


def _read_fast(body: bytes, *, width: int, separator: str, first_line: int) -> _Rows | None:
    """Read a body in which each row is one line and as wide as the headings; ``None`` where it is not so."""
    names = [f"c{place}" for place in range(width)]
    ragged: list[int] = []

    def skip(row: arrow_csv.InvalidRow) -> str:
        ragged.append(row.actual_columns)
        return "skip"

    try:
        cells = arrow_csv.read_csv(
            io.BytesIO(body),
            read_options=arrow_csv.ReadOptions(column_names=names, block_size=1 << 23),
            parse_options=arrow_csv.ParseOptions(
                delimiter=separator, newlines_in_values=b'"' in body, invalid_row_handler=skip),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    buffer = np.frombuffer(body if body.endswith(b"\n") else body + b"\n", dtype=np.uint8)
    lengths = np.diff(np.flatnonzero(buffer == ord("\n")), prepend=-1) - 1
    lines = np.flatnonzero(lengths) + first_line
    return None if ragged or len(lines) != len(cells) else (cells, lines, ())


def _read_row_by_row(body: bytes, *, width: int, separator: str, first_line: int, file: str) -> _Rows:
    """Read any body, slower: rows over several lines, rows too wide or too narrow, blank lines with spaces."""
    reader = csv.reader(io.StringIO(body.decode(), newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    chunks: list[pa.Table] = []
    lines: list[int] = []
    ragged: list[Defect] = []
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
                        chunks.append(_as_table(rows, width=width))
                        rows.clear()
                else:
                    ragged.append(_ragged(row, line=line, width=width, separator=separator, file=file))
            line = first_line + reader.line_num
    except csv.Error as fault:
        raise _refused(file, "A quotation mark is not closed, or stands in the middle of a cell.",
                       "Remove the quotation mark, or close it at the end of the cell.", line=line) from fault
    cells = pa.concat_tables([*chunks, _as_table(rows, width=width)])
    return cells, np.array(lines, dtype=np.int64), tuple(ragged)


def _as_table(rows: list[list[str]], *, width: int) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    return pa.table({f"c{place}": pa.array(column, pa.string()) for place, column in enumerate(columns)})


def _ragged(row: list[str], *, line: int, width: int, separator: str, file: str) -> Defect:
    name = _SEPARATORS[separator]
    return Defect(
        file=file, line=line, value=row_shown(row, separator=separator),
        rule=f"The row has {len(row)} {'cell' if len(row) == 1 else 'cells'}; the headings have {width}.",
        mend=f"Put text that holds a {name} in quotation marks, or a number without one."
        if len(row) > width else "Leave an empty cell where there is nothing, so that every row is equally wide.",
    )


def _without_empty(table: Table) -> Table:
    """Return the table without rows and nameless columns in which every cell is empty."""
    empty = np.ones(len(table.lines), dtype=bool)
    for column in table.cells.columns:
        if not empty.any():
            break
        empty &= pc.equal(pc.utf8_trim_whitespace(column), "").to_numpy()
    cells, lines = table.cells, table.lines
    if empty.any():
        cells, lines = cells.filter(pa.array(~empty)), lines[~empty]
    kept = [place for place, name in enumerate(table.columns)
            if name or not pc.all(pc.equal(pc.utf8_trim_whitespace(cells.column(place)), "")).as_py()]
    names = tuple(table.columns[place] or f"column {place + 1}" for place in kept)
    rows_in = table.rows_in - int(empty.sum())
    return Table(table.file, names, cells.select(kept), lines, rows_in, table.defects)
