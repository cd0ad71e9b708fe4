"""Small workbooks as bytes, written by hand where no library writes them: .xlsx, .ods, .xls, compound files."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from xml.sax.saxutils import escape

import openpyxl

Cell = str | int | float | date | datetime | None
Rows = Sequence[Sequence[Cell]]
ERRORS = {"#NULL!": 0x00, "#DIV/0!": 0x07, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}


def xlsx(sheets: Mapping[str, Rows], *, hidden: Sequence[str] = ()) -> bytes:
    """Return a workbook with these sheets; texts such as ``#REF!`` become error cells."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        for row, cells in enumerate(rows, start=1):
            for column, value in enumerate(cells, start=1):
                if value is not None and value != "":
                    sheet.cell(row, column, value).data_type = _type(value)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _type(value: Cell) -> str:
    if isinstance(value, str):
        return "e" if value in ERRORS else "s"
    return "d" if isinstance(value, date) else "n"


_NAMES = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
                  for name in ("office", "table", "text", "style"))
_CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def ods(sheets: Mapping[str, Rows], *, hidden: Sequence[str] = (), body: str = "") -> bytes:
    """Return an OpenDocument workbook with these sheets; ``body`` is put behind their rows as it stands."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}" table:style-name="{"off" if name in hidden else "on"}">'
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
        + f"{body}</table:table>" for name, rows in sheets.items())
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{shown}"/>'
        "</style:style>" for name, shown in (("on", "true"), ("off", "false")))
    text = (f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES} {_CALC}>'
            f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{tables}"
            "</office:spreadsheet></office:body></office:document-content>")
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = ('<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>')
    return packed({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": text})


def _ods_cell(value: Cell) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str) and value in ERRORS:
        return ('<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
                f'calcext:value-type="error"><text:p>{value}</text:p></table:table-cell>')
    if isinstance(value, str):
        return f'<table:table-cell office:value-type="string"><text:p>{escape(value)}</text:p></table:table-cell>'
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def packed(files: Mapping[str, str | bytes]) -> bytes:
    """Return a zip archive of these files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def xls(sheets: Mapping[str, Rows], *, hidden: Sequence[str] = ()) -> bytes:
    """Return an Excel 97 workbook (BIFF8) with these sheets; dates are numbers with the built-in format 14."""
    parts = [_biff_sheet(rows) for rows in sheets.values()]
    fixed = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0x07CC, 0, 6)) + _record(0x42, struct.pack("<H", 1200))
    formats = b"".join(_record(0xE0, struct.pack("<HHHBBBBIIH", 0, number, 0, 0, 0, 0, 0, 0, 0, 0)) for number in (0, 14))
    bounds = [struct.pack("<BB", name in hidden, 0) + struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
              for name in sheets]
    start = len(fixed) + len(formats) + sum(8 + len(bound) for bound in bounds) + 4
    out = fixed + formats
    for bound, part in zip(bounds, parts, strict=True):
        out += _record(0x85, struct.pack("<I", start) + bound)
        start += len(part)
    return compound({"Workbook": out + _record(0x0A, b"") + b"".join(parts)})


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _biff_sheet(rows: Rows) -> bytes:
    width = max((len(row) for row in rows), default=0)
    out = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0x07CC, 0, 6))
    out += _record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            place = struct.pack("<HH", row, column)
            if isinstance(value, str) and value in ERRORS:
                out += _record(0x205, place + struct.pack("<HBB", 0, ERRORS[value], 1))
            elif isinstance(value, date):
                start = datetime(1899, 12, 30)
                since = (value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)) - start
                out += _record(0x203, place + struct.pack("<Hd", 1, since.total_seconds() / 86400))
            elif isinstance(value, int | float):
                out += _record(0x203, place + struct.pack("<Hd", 0, value))
            elif value:
                out += _record(0x204, place + struct.pack("<HHB", 0, len(value), 1) + value.encode("utf-16-le"))
    return out + _record(0x0A, b"")


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file (MS-CFB) with these streams, each long enough to need no small sectors."""
    size, end, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    sectors, table, entries = b"", [], [_entry("Root Entry", kind=5, child=1 if streams else free, start=end, length=0)]
    for place, (name, content) in enumerate(streams.items(), start=1):
        content = content.ljust(max(4096, -(-len(content) // size) * size), b"\0")
        first, count = len(table), len(content) // size
        table += [*range(first + 1, first + count), end]
        sectors += content
        entries.append(_entry(name, kind=2, right=place + 1 if place < len(streams) else free, start=first, length=len(content)))
    directory = b"".join(entries).ljust(-(-len(entries) * 128 // size) * size, b"\0")
    at = len(table)
    table += [*range(at + 1, at + len(directory) // size), end]
    sectors += directory
    needed = -(-(len(table) + 1) // (size // 4 - 1))
    places = list(range(len(table), len(table) + needed))
    table += [0xFFFFFFFD] * needed
    table += [free] * (needed * size // 4 - len(table))
    header = struct.pack("<8s16sHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0,
                         needed, at, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", *places, *[free] * (109 - needed))
    return header + sectors + struct.pack(f"<{len(table)}I", *table)


def _entry(name: str, *, kind: int, start: int, length: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return (text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, right, child)
            + b"\0" * 36 + struct.pack("<IQ", start, length))
