"""From a workbook (.xlsx, .xls, .ods) to a table of texts for each sheet; a process of its own reads it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from types import FrameType
from typing import Any

from data.errors import Defect, SourceError
from data.sources.files import DAMAGED, ZIPPED
from data.sources.table import (
    SEARCHED, Fit, Table, Unread, Watch, find_headings, first_row, refused, table_of_rows, unwatched,
)

MOST_BYTES = 200_000_000
MOST_UNPACKED = 1_500_000_000
MOST_RATIO = 400
"""How many times larger than packed a part may be once it is large; what people write stays far below it."""
EMPTY = "The sheet is empty."
_START = "import sys; sys.path.insert(0, sys.argv[1]); from data.sources.sheets import main; main()"
_FOLDER = str(Path(__file__).parents[2])
_SAVE = "Open it, and save the sheet with the figures as a new workbook or as 'CSV UTF-8 (comma delimited)'."

_Chunk = list[tuple[int, list[str]]]


def read_workbook(
    content: bytes, *, file: str, fit: Fit = first_row, watch: Watch = unwatched
) -> Iterator[Table | Unread]:
    """Give each sheet of a workbook as a table named after it; row numbers are those of the sheet.

    An empty sheet, and one without headings, is given as ``Unread``. Raises SourceError where the workbook
    cannot be read: protected with a password, damaged, too large when unpacked.
    """
    check_unpacked(content, file=file)
    with _reader(content) as messages:
        message = next(messages, {})
        while "sheet" in message:
            following: list[dict[str, Any]] = []
            yield _sheet(message, _chunks(messages, following, rows=message["rows"], watch=watch), book=file, fit=fit)
            message = following[0] if following else next(messages, {})
        if message.get("end") == "password":
            raise refused(file, "The workbook is protected with a password.",
                          "Save a copy without a password and send that.")
        if message.get("end") != "done":
            raise refused(file, "The workbook cannot be read: it is damaged, or far too large for what it holds.", _SAVE)


def check_unpacked(content: bytes, *, file: str) -> None:
    """Refuse a workbook or an archive that would unpack to far more than anybody writes."""
    if len(content) > MOST_BYTES:
        raise refused(file, f"The workbook has {len(content) / 1e6:,.0f} MB; up to {MOST_BYTES / 1e6:.0f} MB are read.",
                      "Send the figures as CSV, or one workbook for each year.")
    if not content.startswith(ZIPPED):
        return
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except DAMAGED as fault:
        raise refused(file, "The workbook is damaged, or was cut off on its way.", "Save it again and send it whole.") from fault
    whole = sum(part.file_size for part in parts)
    if whole > MOST_UNPACKED or any(bursts(part) for part in parts):
        raise refused(file, f"The workbook unpacks to {whole / 1e6:,.0f} MB, far more than its figures can need.", _SAVE)


def bursts(part: zipfile.ZipInfo) -> bool:
    """Return whether a part of an archive is packed as only one made to fill the memory is."""
    return part.file_size > 20_000_000 and part.file_size > MOST_RATIO * max(1, part.compress_size)


@contextmanager
def _reader(content: bytes) -> Iterator[Iterator[Any]]:
    """Start the process that reads, and end it whatever happens."""
    process: subprocess.Popen[bytes] | None = None
    try:
        with _without_ctrl_c():  # which would leave the process behind while it starts
            process = subprocess.Popen([sys.executable, "-I", "-c", _START, _FOLDER], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
        assert process.stdin and process.stdout
        try:
            process.stdin.write(content)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it ended early; that it gives nothing says so
        yield (json.loads(line) for line in process.stdout if line.endswith(b"\n"))
    finally:
        if process and process.stdout:
            process.kill()
            process.stdout.close()
            process.wait()


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Hold Ctrl-C back until the end of the block; other threads than the main one never see it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed: list[tuple[int, FrameType | None]] = []
    usual = signal.signal(signal.SIGINT, lambda *what: pressed.append(what))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if pressed and callable(usual):
        usual(*pressed[0])


def _chunks(
    messages: Iterator[Any], following: list[dict[str, Any]], *, rows: int, watch: Watch
) -> Iterator[_Chunk]:
    """Give the rows of one sheet; the message after them goes to ``following``."""
    for message in messages:
        if not isinstance(message, list):
            following.append(message)
            return
        watch(message[-1][0] / max(rows, 1))
        yield [(line, cells) for line, cells in message]


def _sheet(head: dict[str, Any], chunks: Iterator[_Chunk], *, book: str, fit: Fit) -> Table | Unread:
    file = f"{book}, sheet {head['sheet']}"
    if head["wide"]:
        defect = Defect(file=file, rule="The sheet has more than a thousand columns.", rows=0,
                        mend="Delete the columns after the last one with figures.")
        return Unread(file, (defect,), book)
    first = next(chunks, None)
    if first is None:
        note = Defect(file=file, severity="note", rule=EMPTY, mend="", rows=0)
        return Unread(file, (note,), book)
    try:
        return table_of_rows(_with(first, chunks), file=file, book=book, fit=fit, defects=_notes(head, file=file))
    except SourceError as fault:
        for _ in chunks:
            pass
        near = [cells for line, cells in first if line < first[0][0] + SEARCHED]
        return Unread(file, fault.defects, book, find_headings(near, fit=fit)[1])


def _with(first: _Chunk, rest: Iterator[_Chunk]) -> Iterator[_Chunk]:
    yield first
    yield from rest


def _notes(head: dict[str, Any], *, file: str) -> list[Defect]:
    found: list[Defect] = []
    if not head["visible"]:
        found.append(Defect(file=file, severity="note", rows=0,
                            rule="The sheet is hidden in the workbook; it was read all the same.",
                            mend="Delete the sheet if it is not meant to be sent."))
    if head["merged"]:
        found.append(Defect(
            file=file, severity="note", rows=0, rule=f"Cells are merged ({', '.join(head['merged'])}): only the first "
            "cell of each holds its value, the others are empty.", mend="Undo the merging and fill in every cell."))
    if head["unplaced"]:
        found.append(Defect(file=file, value=head["unplaced"], rule="A cell holds an error of the spreadsheet.",
                            mend="Mend its formula, or leave the cell empty if there is nothing to supply.", rows=0))
    return found
