"""Where a workbook shows an error in place of a value, or holds a formula that was never worked out.

The reader of workbooks gives such cells as empty, and empty means "not supplied"; so they are looked for
here, in the file formats themselves: SpreadsheetML (.xlsx), OpenDocument (.ods), BIFF (.xls; the
Microsoft documents MS-CFB and MS-XLS).
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree
from xml.parsers import expat

from data.sources.values import NOT_CALCULATED

Places = Mapping[tuple[int, int], str]
"""Row and column, both from 1, and what is shown there; (0, 0) where the file tells no place."""

_PIECE = 1 << 20
_CELL = re.compile(
    rb"""<(?:\w+:)?c\b([^>]*\bt=["']e["'][^>]*)>(.*?)</(?:\w+:)?c>"""
    rb"""|<(?:\w+:)?c\b([^>]*)(?<!/)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"""
    rb"""(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>""", re.DOTALL)
_REFERENCE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_OF_XLS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


def errors_by_sheet(content: bytes) -> Mapping[int, Places]:
    """Return the errors of each sheet of a workbook by the sheet's place; sheets without any may be left out."""
    if not content.startswith(b"PK"):
        return _of_xls(_stream(content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        if "content.xml" in names:
            return _of_ods(archive)
        return {place: _of_xlsx(archive, path) for place, path in enumerate(_sheet_paths(archive)) if path in names}


# .xlsx


def _sheet_paths(archive: zipfile.ZipFile) -> list[str]:
    """Return where each sheet of an .xlsx workbook lies, in the workbook's order."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    try:
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except KeyError:
        return []
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    paths = []
    for sheet in (one for one in book.iter() if one.tag.endswith("}sheet")):
        key = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
        target = targets.get(key, "")
        paths.append(target.lstrip("/") if target.startswith("/") else f"xl/{target}")
    return paths


def _of_xlsx(archive: zipfile.ZipFile, path: str) -> Places:
    found: dict[tuple[int, int], str] = {}
    for piece in _pieces(archive, path):
        if b"<f" not in piece and b":f" not in piece and not re.search(rb"""\bt=["']e["']""", piece):
            continue
        for cell in _CELL.finditer(piece):
            attributes, text = cell[1], NOT_CALCULATED
            if attributes is None:
                attributes = cell[3]
                if re.search(rb"""\bt=["'](?:str|e)["']""", attributes):
                    continue
            else:
                shown = re.search(rb"<(?:\w+:)?v>([^<]*)<", cell[2])
                text = shown[1].decode(errors="replace").strip() if shown else NOT_CALCULATED
            found[_place(attributes)] = text
    return found


def _place(attributes: bytes) -> tuple[int, int]:
    if (reference := _REFERENCE.search(attributes)) is None:
        return 0, 0
    column = 0
    for letter in reference[1]:
        column = column * 26 + letter - ord("A") + 1
    return int(reference[2]), column


def _pieces(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """Give the text of a sheet piece by piece, cut between cells."""
    rest = b""
    with archive.open(path) as sheet:
        while piece := sheet.read(_PIECE):
            cut = max(piece.rfind(b"/c>"), piece.rfind(b":c>")) + 3
            if cut < 3:
                rest += piece
                continue
            yield rest + piece[:cut]
            rest = piece[cut:]
    yield rest


# .ods


def _of_ods(archive: zipfile.ZipFile) -> Mapping[int, Places]:
    found: dict[int, dict[tuple[int, int], str]] = {}
    state = {"sheet": -1, "row": 0, "column": 0, "rows": 1, "width": 1}
    error: list[str] | None = None

    def begin(tag: str, attributes: Mapping[str, str]) -> None:
        nonlocal error
        name = tag.rpartition(":")[2]
        if tag.startswith("table:"):
            if name == "table":
                state.update(sheet=state["sheet"] + 1, row=0, rows=1)
            elif name == "table-row":
                state.update(row=state["row"] + state["rows"], column=0,
                             rows=int(attributes.get("table:number-rows-repeated", "1")))
            elif name in ("table-cell", "covered-table-cell"):
                state["column"] += 1
                if attributes.get("calcext:value-type") == "error":
                    error = []
                state["width"] = int(attributes.get("table:number-columns-repeated", "1"))

    def said(text: str) -> None:
        if error is not None:
            error.append(text)

    def end(tag: str) -> None:
        nonlocal error
        if tag in ("table:table-cell", "table:covered-table-cell"):
            if error is not None:
                text = "".join(error).strip() or "#VALUE!"
                for row in range(min(state["rows"], 1000)):
                    for column in range(min(state["width"], 1000)):
                        found.setdefault(state["sheet"], {})[state["row"] + row, state["column"] + column] = text
                error = None
            state["column"] += state["width"] - 1

    reader = expat.ParserCreate()
    reader.StartElementHandler, reader.EndElementHandler, reader.CharacterDataHandler = begin, end, said
    if not any(b':value-type="error"' in piece for piece in _overlapping(archive)):
        return found
    with archive.open("content.xml") as text:
        reader.ParseFile(text)
    return found


def _overlapping(archive: zipfile.ZipFile) -> Iterator[bytes]:
    last = b""
    with archive.open("content.xml") as text:
        while piece := text.read(_PIECE):
            yield last + piece
            last = piece[-40:]


# .xls


def _stream(content: bytes) -> bytes:
    """Return the records of an .xls workbook: the stream ``Workbook`` or ``Book`` of a compound file."""
    if not content.startswith(b"\xd0\xcf\x11\xe0"):
        return content
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    small = 1 << struct.unpack_from("<H", content, 32)[0]
    directory, cutoff, first_small = struct.unpack_from("<4xI", content, 44)[0], *struct.unpack_from("<II", content, 56)

    def sector(number: int) -> bytes:
        return content[(number + 1) * size : (number + 2) * size]

    listed = [number for number in struct.unpack_from("<109I", content, 76) if number < 0xFFFFFFFA]
    more, left = struct.unpack_from("<II", content, 68)
    while more < 0xFFFFFFFA and left:
        numbers = struct.unpack(f"<{size // 4}I", sector(more).ljust(size, b"\xff"))
        listed += [number for number in numbers[:-1] if number < 0xFFFFFFFA]
        more, left = numbers[-1], left - 1
    table = [number for each in listed for number in struct.unpack(f"<{size // 4}I", sector(each).ljust(size, b"\xff"))]

    def chain(start: int, *, table: list[int]) -> Iterator[int]:
        seen = 0
        while start < len(table) and seen <= len(table):
            yield start
            start, seen = table[start], seen + 1

    entries = b"".join(sector(number) for number in chain(directory, table=table))
    root = b"".join(sector(number) for number in chain(struct.unpack_from("<I", entries, 116)[0], table=table))
    for at in range(0, len(entries) - 127, 128):
        name = entries[at : at + max(0, struct.unpack_from("<H", entries, at + 64)[0] - 2)].decode("utf-16-le", "ignore")
        if name in ("Workbook", "Book"):
            start, length = struct.unpack_from("<II", entries, at + 116)
            if length >= cutoff:
                return b"".join(sector(number) for number in chain(start, table=table))[:length]
            parts = b"".join(sector(number) for number in chain(first_small, table=table))
            small_table = list(struct.unpack(f"<{len(parts) // 4}I", parts[: len(parts) // 4 * 4]))
            return b"".join(root[number * small : (number + 1) * small]
                            for number in chain(start, table=small_table))[:length]
    return b""


def _of_xls(records: bytes) -> Mapping[int, Places]:
    starts = [struct.unpack_from("<I", data)[0] for kind, data in _records(records, 0) if kind == 0x85 and len(data) >= 4]
    found: dict[int, dict[tuple[int, int], str]] = {}
    for place, start in enumerate(starts):
        for kind, data in _records(records, start):
            if kind == 0x205 and len(data) >= 8 and data[7]:
                code = data[6]
            elif kind in (0x06, 0x206, 0x406) and len(data) >= 14 and data[12:14] == b"\xff\xff" and data[6] == 2:
                code = data[8]
            else:
                continue
            row, column = struct.unpack_from("<HH", data)
            found.setdefault(place, {})[row + 1, column + 1] = _OF_XLS.get(code, "#VALUE!")
    return found


def _records(records: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Give kind and content of the records from ``at`` to the end of their part."""
    depth = 0
    while at + 4 <= len(records):
        kind, length = struct.unpack_from("<HH", records, at)
        yield kind, records[at + 4 : at + 4 + length]
        depth += kind in (0x09, 0x209, 0x409, 0x809)
        depth -= kind == 0x0A
        if depth <= 0:
            return
        at += 4 + length
