"""Mangled files of every template in every container: read or refused in plain words, never a traceback, no row lost."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.areas import SNAPSHOTS
from data.errors import Report
from data.sources.base import Source
from data.sources.registry import SOURCES, check_folder
from data.templates import TEMPLATES, Template, as_csv
from tests.books import Rows, ods, packed, xls, xlsx

TODAY = date(2026, 11, 23)
TERMS = ("Traceback", "codec can't", "pyarrow", "pandas", "Errno", "object at 0x")


def text(separator: str, encoding: str) -> Callable[[Rows], bytes]:
    def make(rows: Rows) -> bytes:
        out = io.StringIO()
        csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)
        return out.getvalue().encode(encoding, errors="replace")

    return make


def parquet(rows: Rows) -> bytes:
    out = io.BytesIO()
    pd.DataFrame([list(map(str, row)) for row in rows[1:]], columns=list(map(str, rows[0]))).to_parquet(out)
    return out.getvalue()


CONTAINERS: dict[str, Callable[[Rows], bytes]] = {
    "csv": text(",", "utf-8"), "tsv": text("\t", "utf-16"), "semicolons": text(";", "cp1252"), "bars": text("|", "utf-8-sig"),
    "xlsx": lambda rows: xlsx({"S": rows}), "ods": lambda rows: ods({"S": rows}), "xls": lambda rows: xls({"S": rows}),
    "parquet": parquet, "zip": lambda rows: packed({"a.csv": text(",", "utf-8")(rows), "b.xlsx": xlsx({"S": rows})}),
}

CELLS = st.one_of(
    st.sampled_from(["", " ", "-1", "1e9", "999999999999999999999", "NaN", "#REF!", "=1+1", "2026-13", "2026-10-01", "all",
                     "E23000031", "Mr Smith", "07700 900123", "\u200b", "0", "1,234", "١٢", "ILL-1", "a" * 400, "é“”", "x\ny"]),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=12),
)


def rows_of(template: Template) -> list[list[str]]:
    """Return a template's headings and example rows."""
    return list(csv.reader(io.StringIO(as_csv(template))))


@st.composite
def mangled_rows(draw: st.DrawFn, clean: list[list[str]]) -> list[list[str]]:
    """Return rows with cells, rows and headings changed, added, exchanged or left out."""
    rows = [list(row) for row in clean]
    rows += [list(row) for row in draw(st.lists(st.sampled_from(rows[1:]), max_size=3))]
    for _ in range(draw(st.integers(0, 4))):
        row = draw(st.integers(0, len(rows) - 1))
        what = draw(st.sampled_from(("cell", "cell", "cell", "insert", "remove", "widen", "exchange", "column")))
        if what == "cell" and rows[row]:
            rows[row][draw(st.integers(0, len(rows[row]) - 1))] = draw(CELLS)
        elif what == "insert":
            rows.insert(row, draw(st.lists(CELLS, min_size=1, max_size=4)))
        elif what == "remove" and len(rows) > 1:
            del rows[row]
        elif what == "widen":
            rows[row].append(draw(CELLS))
        elif what == "exchange":
            other = draw(st.integers(0, len(rows) - 1))
            rows[row], rows[other] = rows[other], rows[row]
        elif what == "column":
            rows = [each[:-1] or [""] for each in rows]
    return rows


@st.composite
def mangled_bytes(draw: st.DrawFn, content: bytes) -> bytes:
    """Return bytes with some changed, cut off, doubled or left out."""
    out = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(out) - 1)))
        what = draw(st.sampled_from(("change", "cut", "remove", "double", "insert")))
        if what == "change" and out:
            out[at] = draw(st.integers(0, 255))
        elif what == "cut":
            del out[max(1, at):]
        elif what == "remove":
            del out[at : at + draw(st.integers(1, 20))]
        elif what == "double":
            out[at:at] = out[at : at + 30]
        else:
            out[at:at] = draw(st.binary(min_size=1, max_size=8))
    return bytes(out)


def found(content: bytes, beside: str = "") -> tuple[Report, ...]:
    """Return what checking a file finds, with the text of a file ``beside`` it, and hold what is true of every check."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "file").write_bytes(content)
        if beside:
            (Path(folder) / "beside").write_text(beside, encoding="utf-8")
        reports = check_folder([Path(folder)], today=TODAY)
    assert reports
    for report in reports:
        template = report.source in TEMPLATE_SOURCES  # published files may hold rows that are left out with a warning
        out = sum(defect.rows for defect in report.defects if defect.severity == "error" or (
            defect.severity == "warning" and not template))
        assert report.rows_in == report.rows_used + out, report
        assert report.source or report.defects
        for defect in report.defects:
            assert defect.rule and (defect.mend or defect.severity != "error"), defect
            assert not any(term in f"{defect.rule} {defect.mend}" for term in TERMS), defect
            assert len(defect.value) <= 80 and "07700 900123" not in f"{defect.value} {defect.rule}"
    return reports


def holds_of_cells(template: Template, name: str, data: st.DataObject) -> None:
    """A mangled table is read with all its rows, or refused."""
    rows = data.draw(mangled_rows(rows_of(template)))
    if name == "parquet":
        width = max(map(len, rows))
        heads = [*rows[0], *[f"more_{place}" for place in range(width)]][:width]
        rows = [heads if len(set(heads)) == width else [f"c{place}" for place in range(width)],
                *([*row, *[""] * (width - len(row))] for row in rows[1:])]
    try:
        content = CONTAINERS[name](rows)
    except ValueError:
        return  # the writer of the container refuses a character
    reports = found(content)
    if name in ("xlsx", "ods", "xls") and len(reports) == 1 and reports[0].source:
        filled = [row for row in rows if any(cell.strip() for cell in row)]
        above = len(filled) - 1 - reports[0].rows_in
        said = any("above" in defect.rule for defect in reports[0].defects)
        assert above == 0 or (said and above > 0), reports[0]


def holds_of_bytes(template: Template, name: str, data: st.DataObject) -> None:
    """A mangled file is read or refused, whatever bytes were changed."""
    found(data.draw(mangled_bytes(example(template, name))))


@cache
def example(template: Template, name: str) -> bytes:
    """Return a template's example rows in a container, the same bytes each time: archives hold the time of writing."""
    return CONTAINERS[name](list(csv.reader(io.StringIO(as_csv(template)))))


FORMATS = Path(__file__).parent / "fixtures" / "formats"
ACCOUNTS = "platform,account,area_code,year\n" + "".join(
    f"{platform},*,E23000031,{year}\n" for platform, year in (
        ("x", ""), ("facebook", ""), ("instagram", ""), ("youtube", ""), ("tiktok", "2025")))
MOST = 8
"""Rows of a fixture that are mangled: what stands behind them is of the same kind."""


@cache
def fixtures() -> dict[str, Path]:
    """Return for each source the first file that it is recognised in: of the fixtures, else of the snapshots."""
    paths: dict[str, Path] = {}
    for path in sorted([*FORMATS.iterdir(), *SNAPSHOTS.rglob("*.csv")]):
        if path.suffix in (".csv", ".json", ".geojson", ".topojson"):
            for report in check_folder([path], today=TODAY):
                paths.setdefault(report.source, path)
    return paths


@cache
def clean_of(source: Source) -> tuple[bytes, tuple[tuple[str, ...], ...]]:
    """Return the bytes of a source's fixture and, where it is a table, its first rows."""
    path = fixtures()[source.id]
    if path.suffix != ".csv":
        return path.read_bytes(), ()
    text_ = path.read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text_), delimiter=csv.Sniffer().sniff(text_.split("\n")[0], ",;").delimiter))[:MOST]
    return text(",", "utf-8")(rows), tuple(map(tuple, rows))


def holds_of_source(source: Source, data: st.DataObject) -> None:
    """A mangled file of a source is read with all its rows, or refused."""
    content, rows = clean_of(source)
    beside = ACCOUNTS if source.kind == "platform_export" else ""
    if rows and data.draw(st.booleans()):
        name = data.draw(st.sampled_from(("csv", "tsv", "semicolons")))
        found(CONTAINERS[name](data.draw(mangled_rows([list(row) for row in rows]))), beside)
    else:
        found(data.draw(mangled_bytes(content)), beside)


NORMAL = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))

LONG = settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck))
each_template = pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
TEMPLATE_SOURCES = {source.id for source in SOURCES if source.template is not None}
PUBLISHED = tuple(source for source in SOURCES if source.template is None)
each_source = pytest.mark.parametrize("source", PUBLISHED, ids=lambda source: source.id)
each_container = pytest.mark.parametrize("name", CONTAINERS)


@each_template
@NORMAL
@given(data=st.data())
def test_mangled_template_is_read_or_refused(template: Template, data: st.DataObject) -> None:
    holds_of_cells(template, data.draw(st.sampled_from(("csv", "tsv", "semicolons", "bars", "parquet"))), data)


@each_container
@settings(NORMAL, max_examples=50)  # whatever it holds: each template and each source has its hundred
@given(data=st.data())
def test_mangled_container_is_read_or_refused(name: str, data: st.DataObject) -> None:
    template = data.draw(st.sampled_from(TEMPLATES))
    data.draw(st.sampled_from((holds_of_cells, holds_of_bytes)))(template, name, data)


@each_source
@NORMAL
@given(data=st.data())
def test_mangled_file_of_a_source_is_read_or_refused(source: Source, data: st.DataObject) -> None:
    holds_of_source(source, data)


@pytest.mark.long
@pytest.mark.timeout(7200)
@each_source
@LONG
@given(data=st.data())
def test_mangled_file_of_a_source_is_read_or_refused_two_thousand_times(source: Source, data: st.DataObject) -> None:
    holds_of_source(source, data)


@pytest.mark.long
@pytest.mark.timeout(7200)
@each_template
@LONG
@given(data=st.data())
def test_mangled_template_is_read_or_refused_two_thousand_times(template: Template, data: st.DataObject) -> None:
    holds_of_cells(template, data.draw(st.sampled_from(sorted(CONTAINERS))), data)


@pytest.mark.long
@pytest.mark.timeout(7200)
@each_container
@LONG
@given(data=st.data())
def test_mangled_container_is_read_or_refused_two_thousand_times(name: str, data: st.DataObject) -> None:
    template = data.draw(st.sampled_from(TEMPLATES))
    data.draw(st.sampled_from((holds_of_cells, holds_of_bytes)))(template, name, data)


def test_findings_name_columns_by_the_headings_of_the_file() -> None:
    tables = {source: clean_of(source)[1] for source in PUBLISHED if clean_of(source)[1]}
    assert len(tables) > len(PUBLISHED) / 2
    for source, (headings, first, *_) in tables.items():
        wrong = [["?"] * len(headings), ["-1"] * len(headings), [""] * len(headings[:-1]) + ["x"]]
        reports = found(text(",", "utf-8")([headings, first, *wrong]), ACCOUNTS if source.kind == "platform_export" else "")
        named = {defect.column for report in reports for defect in report.defects if report.source == source.id} - {""}

        assert {column for column in named if not column.startswith("column ")} <= {heading.strip() for heading in headings}, source.id


@pytest.mark.long
@each_source
def test_file_without_one_of_its_columns_is_read_or_refused(source: Source) -> None:
    _, rows = clean_of(source)
    width = len(rows[0]) if rows else 0
    for place in range(width) if width < 50 else (*range(5), *range(width - 5, width)):  # a year of age is like the next
        found(text(",", "utf-8")([[*row[:place], *row[place + 1:]] for row in rows]),
              ACCOUNTS if source.kind == "platform_export" else "")


def test_sheets_whose_kind_cannot_be_unpacked_are_refused() -> None:
    content = bytearray(example(TEMPLATES[0], "ods"))
    content[38:46] = b"\xff" * 8  # the first bytes of the packed ``mimetype``
    (report,) = found(bytes(content))

    assert "damaged" in report.defects[0].rule


def test_mangled_member_of_a_workbook_is_refused() -> None:
    content = CONTAINERS["xlsx"](list(csv.reader(io.StringIO(as_csv(TEMPLATES[0])))))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
    for name in parts:
        for broken in (b"", b"<x", parts[name][: len(parts[name]) // 2], b"\xff" * 50):
            found(packed({**parts, name: broken}))


def test_column_without_a_heading_in_a_file_without_rows_is_no_fault_of_the_program() -> None:
    (report,) = found(b"Date,Survey,Borough,Measure,Proportion,MPS,,\r\n")

    assert (report.source, report.rows_in) == ("mopac_pas", 0)


@pytest.mark.parametrize("entry", ["07700 900123", "07700900123"])
def test_telephone_number_is_not_repeated_in_a_finding_of_an_export(entry: str) -> None:
    rows = [list(row) for row in clean_of(next(source for source in SOURCES if source.id == "x_content"))[1]]
    rows[1][1] = entry
    reports = found(text(",", "utf-8")(rows), ACCOUNTS)

    assert all(entry not in defect.value for report in reports for defect in report.defects)
