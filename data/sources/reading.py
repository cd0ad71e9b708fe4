"""From the bytes of a file to tables of texts, recognised by content and never by name.

Text files hold one table, workbooks one a sheet, zipped folders one or more a file; a Parquet or JSON file is one.
Everything else is refused in words that tell what to send instead.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Literal

from data.errors import SourceError
from data.sources.archive import Member, members
from data.sources.files import DAMAGED, ZIPPED
from data.sources.json_tables import is_json, read_json
from data.sources.parquet import read_parquet
from data.sources.table import Fit, Table, Unread, Watch, first_row, names_of, refused, unwatched
from data.sources.text import EXPORT, read_text
from data.sources.workbook import read_workbook

__all__ = ("Container", "Table", "Unread", "container", "names_of", "read_table", "read_tables")

Container = Literal["text", "json", "workbook", "parquet", "archive"]

SAVE_AS = "Open it, choose the sheet with the figures, then save it as an Excel workbook (.xlsx) or as 'CSV UTF-8'."
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a picture (PNG)"), (b"\xff\xd8\xff", "a picture (JPEG)"), (b"GIF8", "a picture (GIF)"),
    (b"%PDF", "a PDF document"), (b"{\\rtf", "a text document (RTF)"),
    (b"SQLite format", "a database (SQLite)"),
)
_PACKED: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", "gzip"), (b"\xfd7zXZ", "xz"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"))
_NO_WORKBOOK: tuple[tuple[bytes, str], ...] = (
    ("WordDocument".encode("utf-16-le"), "a Word document"), ("PowerPoint".encode("utf-16-le"), "a presentation"),
    ("__substg1.0_".encode("utf-16-le"), "an e-mail message"))
_WORKBOOK = "Workbook".encode("utf-16-le")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_tables(
    content: bytes, *, file: str, fit: Fit = first_row, watch: Watch = unwatched
) -> Iterator[Table | Unread]:
    """Give every table that ``content`` holds, and every sheet or packed file that is none.

    ``fit`` says which of the first rows holds the headings. Raises SourceError where the whole is refused.
    """
    kind = container(content, file=file)
    if kind == "archive":
        yield from _of_archive(content, file=file, fit=fit, watch=watch)
    elif kind == "workbook":
        yield from read_workbook(content, file=file, fit=fit, watch=watch)
    elif kind == "parquet":
        yield read_parquet(content, file=file, fit=fit, watch=watch)
    elif kind == "json":
        yield read_json(content, file=file)
    else:
        yield read_text(content, file=file, fit=fit)


def read_table(content: bytes, *, file: str, fit: Fit = first_row) -> Table:
    """Return the one table that ``content`` holds, whatever container it comes in.

    Raises SourceError where it is no table: another format, empty, without usable headings, or several.
    """
    parts = list(read_tables(content, file=file, fit=fit))
    tables = [part for part in parts if isinstance(part, Table)]
    if len(tables) == 1:
        return tables[0]
    if tables:
        raise refused(file, f"The file holds {len(tables)} tables.", "Send each of them as a file of its own.")
    unread = [defect for part in parts if isinstance(part, Unread) for defect in part.defects]
    if all(defect.severity == "note" for defect in unread):
        raise refused(file, "The file is empty.", "Send the file with its headings and rows.")
    raise SourceError(f"{file}: {unread[0].rule} {unread[0].mend}", defects=unread)


def container(content: bytes, *, file: str) -> Container:
    """Return what kind of file the bytes are; raises SourceError for one that holds no figures."""
    if not content[:100_000].strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe") and not content.strip(
            b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise refused(file, "The file is empty.", "Send the file with its headings and rows.")
    if content.startswith(ZIPPED):
        return _zipped(content, file=file)
    if content.startswith(b"PAR1"):
        return "parquet"
    if content.startswith((b"\xd0\xcf\x11\xe0", b"\x09\x08")):
        if _ENCRYPTED in content:
            raise refused(file, "The workbook is protected with a password.",
                          "Save a copy without a password and send that.")
        for mark, what in _NO_WORKBOOK if _WORKBOOK not in content else ():
            if mark in content:
                raise refused(file, f"This is {what}, not a table.", EXPORT)
        return "workbook"
    for magic, what in _PACKED:
        if content.startswith(magic):
            raise refused(file, f"This is a compressed file ({what}), which is not opened.",
                          "Unpack it and send the file that lies in it, or a zipped folder.")
    for magic, what in _MAGIC:
        if content.startswith(magic):
            raise refused(file, f"This is {what}, whatever its name says, not a table.", EXPORT)
    return "json" if is_json(content) else "text"


def _zipped(content: bytes, *, file: str) -> Container:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            kind = archive.open("mimetype").read(100) if "mimetype" in names else b""
    except DAMAGED as fault:
        raise refused(file, "This is a damaged zip archive, or it was cut off on its way.",
                      "Pack or save it again and send it whole.") from fault
    if "xl/workbook.xml" in names or b"opendocument.spreadsheet" in kind:
        return "workbook"
    if "xl/workbook.bin" in names:
        raise refused(file, "This is a binary Excel workbook (.xlsb).", SAVE_AS)
    if kind or "[Content_Types].xml" in names:
        raise refused(file, "This is an office document without sheets.", SAVE_AS)
    return "archive"


def _of_archive(content: bytes, *, file: str, fit: Fit, watch: Watch) -> Iterator[Table | Unread]:
    for member in members(content, file=file):
        if isinstance(member, SourceError):
            yield Unread(member.defects[0].file, member.defects)
        else:
            yield from _member(member, fit=fit)
            watch(member.share)


def _member(member: Member, *, fit: Fit) -> Iterator[Table | Unread]:
    try:
        if container(member.content, file=member.file) == "archive":
            raise refused(member.file, "This is a zip archive within a zip archive.",
                          "Unpack the inner one and pack its files with the others.")
        yield from read_tables(member.content, file=member.file, fit=fit)
    except SourceError as fault:
        yield Unread(member.file, fault.defects)
