"""Reading: recognised by content, every line end and encoding, refusals that can be understood."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import SourceError
from data.sources.reading import Table, read_table

SAMPLES = Path(os.environ.get("HUE_SAMPLES") or Path(__file__).parents[2] / "shared" / "samples")
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real files (HUE_SAMPLES) are not on this machine")

PLAIN = "month,area_code,note\n2026-09,E23000031,café\n2026-10,E23000031,two\n"


def rows(table: Table) -> list[list[str]]:
    return [list(row) for row in zip(*(column.to_pylist() for column in table.cells.columns), strict=True)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_reading_knows_encodings_line_ends_and_separators(encoding: str, end: str, separator: str) -> None:
    content = PLAIN.replace("\n", end).replace(",", separator).encode(encoding)

    table = read_table(content, file="a.csv")

    assert table.columns == ("month", "area_code", "note")
    assert rows(table) == [["2026-09", "E23000031", "café"], ["2026-10", "E23000031", "two"]]
    assert table.lines.tolist() == [2, 3]
    assert [defect.severity for defect in table.defects] == (["note"] if encoding == "cp1252" else [])


def test_reading_keeps_cells_as_they_stand() -> None:
    table = read_table(b'a,b\n007,"1,5"\n ,"say ""no"""\n', file="a.csv")

    assert rows(table) == [["007", "1,5"], [" ", 'say "no"']]


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ('1,2\n\n3,4\n', [2, 4]),
        ('1,"two\nlines"\n3,4\n', [2, 4]),
        ('"1\n\n1",2\n3,4', [2, 5]),
        ('1,2\n,\n3,4\n,\n,\n', [2, 4]),
        ('   \n1,2\n3,4\n', [3, 4]),
        ('1,2,,\n3,4\n', [2, 3]),
    ],
)
def test_reading_tells_the_physical_line(body: str, lines: list[int]) -> None:
    table = read_table(f"a,b\n{body}".encode(), file="a.csv")

    assert table.lines.tolist() == lines
    assert table.rows_in == len(lines)
    assert not table.defects


def test_reading_counts_lines_of_a_heading_over_two_lines() -> None:
    assert read_table(b'\n"a\nb",c\n1,2\n', file="a.csv").lines.tolist() == [4]


def test_reading_reports_ragged_rows_and_keeps_the_others() -> None:
    table = read_table(b"a,b,c\n1,2,3\n1,2\n1,2,3,4\n5,6,7\n", file="a.csv")

    assert rows(table) == [["1", "2", "3"], ["5", "6", "7"]]
    assert [(defect.line, defect.rule) for defect in table.defects] == [
        (3, "The row has 2 cells; the headings have 3."),
        (4, "The row has 4 cells; the headings have 3."),
    ]
    assert table.rows_in == len(table.lines) + sum(defect.rows for defect in table.defects)


def test_reading_drops_nameless_columns_only_when_empty() -> None:
    table = read_table(b"a,,b,\n1,,2,\n3,,4,stray\n", file="a.csv")

    assert table.columns == ("a", "b", "column 4")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "is empty"),
        (b"month,Month\n1,2\n", "Two columns are both called"),
        (b"\x89PNG\r\n\x1a\n0000", "a picture (PNG)"),
        (b"\xff\xd8\xff\xe0 0000", "a picture (JPEG)"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "The workbook cannot be read"),
        (b"PK\x03\x04 cut off", "a damaged zip archive"),
        (b"<!DOCTYPE html><table>", "a web page"),
        (b'[{"month": 1}', "JSON"),
        (b"month,area\n\x01\x02\x03\n", "not a text file"),
        (b'a,b\n1,"2\n3,4\n', "quotation mark"),
    ],
)
def test_reading_refuses_what_is_no_table_in_plain_words(content: bytes, words: str) -> None:
    with pytest.raises(SourceError) as refusal:
        read_table(content, file="figures.csv")

    (defect,) = refusal.value.defects
    assert words in defect.rule
    assert defect.mend and defect.file == "figures.csv"
    assert "figures.csv" in str(refusal.value)


@settings(max_examples=150, deadline=None)
@given(st.one_of(
    st.binary(max_size=60),
    st.text(alphabet='ab,;"\n\r\t 1\x00é', max_size=40).map(str.encode),
    st.text(alphabet='ab,;"\n\r\t 1', max_size=40).map(lambda body: f"a,b\n{body}".encode()),
))
def test_reading_either_reads_a_file_or_refuses_it(content: bytes) -> None:
    try:
        table = read_table(content, file="a.csv")
    except SourceError as refusal:
        assert all(defect.rule and defect.mend for defect in refusal.defects) and refusal.defects
    else:
        assert len(table.lines) == len(table.cells) and len(table.columns) == table.cells.num_columns
        assert table.rows_in == len(table.lines) + sum(d.rows for d in table.defects if d.severity == "error")


@needs_samples
def test_reading_reads_multi_line_posts_of_a_real_export() -> None:
    path = next((SAMPLES / "social-x").glob("*20200301*"))

    table = read_table(path.read_bytes(), file=path.name)

    text = path.read_text(encoding="utf-8-sig").splitlines()
    assert len(table.columns) == 40 and table.rows_in == len(table.lines) == 39
    starts = table.cells.column(0).to_pylist()
    assert all(text[line - 1].startswith(f'"{start}"') for start, line in zip(starts, table.lines, strict=True))
