"""Files made to do harm, and files that went wrong: a message that anybody understands, bounded memory, no trace."""

from __future__ import annotations

import io
import os
import socket
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from data.errors import Defect, SourceError
from data.sources import files, workbook
from data.sources.files import files_in
from data.sources.reading import Table, read_table
from data.sources.registry import check_folder, load_file
from tests.books import compound, ods, packed, xlsx

TODAY = date(2026, 11, 23)
CSV = "month,area_code,channel,age_group,reach\n2026-09,E23000031,x,18-24,5\n"


def zeros(megabytes: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as file:
        for _ in range(megabytes):
            file.write(b"a,b\n" * (1 << 18))
    return content.getvalue()


def with_entry(name: str, *, mode: int = 0o100644, text: str = CSV, encrypted: bool = False) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, text)
    packed_bytes = bytearray(content.getvalue())
    if encrypted:
        packed_bytes[6] |= 1
        packed_bytes[packed_bytes.index(b"PK\x01\x02") + 8] |= 1
    return bytes(packed_bytes)


def parquet() -> bytes:
    content = io.BytesIO()
    pd.DataFrame({"month": ["2026-09"] * 1000, "reach": range(1000)}).to_parquet(content)
    return content.getvalue()


def lists() -> bytes:
    content = io.BytesIO()
    pd.DataFrame({"month": [["2026-09"]]}).to_parquet(content)
    return content.getvalue()


def far_cell() -> bytes:
    """Two cells, at the first and at the last place of a sheet: 17 thousand million cells to a careless reader."""
    rows = xlsx({"S": [["a"], ["b"]]})
    with zipfile.ZipFile(io.BytesIO(rows)) as archive:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
    parts = {name: part.replace(b'r="A2"', b'r="XFD1048576"').replace(b'<row r="2"', b'<row r="1048576"')
             for name, part in parts.items()}
    return packed(parts)


def entities() -> bytes:
    lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    with zipfile.ZipFile(io.BytesIO(ods({"S": [["a"], ["b"]]}))) as archive:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
    text = parts["content.xml"].decode()
    bomb = text.replace("<office:document-content", f'<!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><office:document-content')
    return packed({**parts, "content.xml": bomb.replace("<text:p>b<", "<text:p>&l9;<")})


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip bomb": (lambda: zeros(60), "far more than its files can need"),
    "nested zip": (lambda: packed({"inner.zip": packed({"a.csv": CSV})}), "a zip archive within a zip archive"),
    "path upwards": (lambda: with_entry("../../etc/a.csv"), "outside of its own folder"),
    "absolute path": (lambda: with_entry("/etc/a.csv"), "outside of its own folder"),
    "Windows path": (lambda: with_entry("C:\\a.csv"), "outside of its own folder"),
    "link in a zip": (lambda: with_entry("a.csv", mode=0o120777, text="/etc/passwd"), "a link to another place"),
    "zip with a password": (lambda: with_entry("a.csv", encrypted=True), "protected with a password"),
    "empty zip": (lambda: packed({}), "holds no file"),
    "cut zip": (lambda: packed({"a.csv": CSV * 50})[:-30], "damaged zip archive"),
    "damaged in a zip": (lambda: b"".join((packed({"a.csv": CSV * 50})[:45], b"\xff\xff", packed({"a.csv": CSV * 50})[47:])), "damaged within"),
    "cut Parquet": (lambda: parquet()[:-100], "damaged, or was cut off"),
    "Parquet with a heading that is no text": (
        lambda: parquet().replace(b"\x05month", b"\x05\x80onth"), "damaged, or was cut off"),
    "Parquet with wrong pages": (lambda: parquet()[:40] + b"\xff" * 400 + parquet()[440:], "damaged, or was cut off"),
    "Parquet with lists": (lists, "lists or pictures"),
    "encrypted workbook": (
        lambda: compound({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"y" * 5000}), "protected with a password"),
    "a Word document": (lambda: compound({"WordDocument": b"x" * 5000}), "a Word document"),
    "not a workbook": (lambda: compound({"Something": b"x" * 5000}), "cannot be read"),
    "cut workbook": (lambda: xlsx({"S": [["a"], ["b"]]})[:-40], "damaged"),
    "far cell": (far_cell, "far too large for what it holds"),
    "entities": (entities, "cannot be read"),
    "workbook bomb": (
        lambda: packed({"xl/workbook.xml": "<x/>", "xl/worksheets/sheet1.xml": b" " * 60_000_000}), "unpacks to 60 MB"),
    "text document": (lambda: packed({"mimetype": "application/vnd.oasis.opendocument.text"}), "office document"),
    "binary workbook": (lambda: packed({"xl/workbook.bin": "x"}), "binary Excel workbook"),
    "web page named .xls": (lambda: b"<html><table><tr><td>month</td></tr></table></html>", "a web page or XML"),
    "database": (lambda: b"SQLite format 3\0" + b"\0" * 100, "a database"),
}


def findings(content: bytes, folder: Path, *, name: str = "figures.csv") -> list[Defect]:
    (folder / name).write_bytes(content)
    return [defect for report in check_folder([folder], today=TODAY) for defect in report.errors]


@pytest.mark.parametrize(("make", "words"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_file_is_refused_in_plain_words(make: Callable[[], bytes], words: str, tmp_path: Path) -> None:
    found = findings(make(), tmp_path)

    assert found and words in found[0].rule and found[0].mend
    said = " ".join(f"{defect.rule} {defect.mend}" for defect in found)
    assert not any(term in said for term in ("Traceback", "codec", "Arrow", "thrift", "panic", "0x"))
    assert sorted(tmp_path.iterdir()) == [tmp_path / "figures.csv"]


def test_line_that_never_ends_stops_the_reading_at_once(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    path.write_text(CSV)
    os.truncate(path, 5_000_000_000)

    (report,) = check_folder([tmp_path], today=TODAY)

    assert [(defect.line, defect.rule) for defect in report.errors] == [
        (3, "Line 3 has more than a million characters: this is no table.")]


def test_file_of_gigabytes_is_refused_by_its_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 3_000_000)
    (tmp_path / "large.csv").write_text(CSV + "2026-09,E23000031,x,18-24,5\n" * 150_000)

    (report,) = check_folder([tmp_path], today=TODAY)

    assert "GB are read" in report.errors[0].rule and "Split it by year" in report.errors[0].mend


def test_workbook_of_hundreds_of_megabytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_BYTES", 1_000)

    with pytest.raises(SourceError, match="up to 0 MB are read"):
        read_table(xlsx({"S": [["a"], ["b"]]}), file="a.xlsx")


@pytest.mark.parametrize("make", [
    lambda: CSV.encode() + b"\n" * 1_000_000, lambda: CSV.encode() + b",,,,\n" * 1_000_000,
    lambda: ods({"S": [line.split(",") for line in CSV.splitlines()]}, body=(
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="1024"/>'
        "</table:table-row>")),
], ids=["blank lines", "empty cells", "repeated rows"])
def test_million_empty_rows_are_no_rows(make: Callable[[], bytes]) -> None:
    table = read_table(make(), file="a")

    assert table.rows_in == len(table.lines) == 1


def test_only_regular_files_of_the_folder_are_read(tmp_path: Path) -> None:
    folder, outside = tmp_path / "mine", tmp_path / "outside"
    (folder / "sub").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.csv").write_text("secret")
    (folder / "own.csv").write_text(CSV)
    (folder / "sub" / "inside.csv").symlink_to(folder / "own.csv")
    (folder / "link.csv").symlink_to(outside / "secret.csv")
    (folder / "links").symlink_to(outside)
    (folder / "nothing.csv").symlink_to(tmp_path / "gone.csv")
    (folder / "round.csv").symlink_to(folder / "round.csv")
    (folder / "device.csv").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket"))

        found, strange = files_in([folder])

    assert [file.name for file in found] == ["own.csv", "sub/inside.csv"]
    assert sorted(defect.file for defect in strange) == [
        "device.csv", "link.csv", "links", "nothing.csv", "pipe.csv", "round.csv", "socket"]
    assert all(defect.severity == "error" and defect.mend for defect in strange)


def test_device_given_by_name_is_refused() -> None:
    (report,) = check_folder([Path("/dev/zero")], today=TODAY)

    assert "a device" in report.errors[0].rule


def test_file_that_may_not_be_opened_is_a_finding_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_text(CSV)
    (tmp_path / "b.csv").write_text(CSV)

    def refuse(path: Path, *mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)

    reports = check_folder([tmp_path], today=TODAY)

    assert ["cannot be opened: Permission denied" in report.errors[0].rule for report in reports] == [True, True]


@pytest.mark.parametrize("name", ["figures.csv", "figures.pdf", "figures", "figures.xls"])
def test_workbook_is_read_whatever_its_name_says(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(xlsx({"S": [line.split(",") for line in CSV.splitlines()]}))

    assert len(load_file(tmp_path / name, today=TODAY).table) == 1


def test_formula_in_a_text_file_is_a_text_and_refused_where_none_may_stand() -> None:
    table = read_table(b'month,reach\n"=cmd|\' /C calc\'!A0",1\n', file="a.csv")

    assert isinstance(table, Table) and table.cells.column(0).to_pylist() == ["=cmd|' /C calc'!A0"]
