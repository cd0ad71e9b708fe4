"""Containers: the same table whatever a file comes in; sheets, hidden ones, errors in cells, rows above the headings."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data.errors import Report, SourceError
from data.sources.reading import Table, Unread, names_of, read_table, read_tables
from data.sources.registry import check_folder, load_file
from data.sources.values import NOT_CALCULATED, as_text
from tests.books import Rows, ods, packed, xls, xlsx
from tests.sheets import balanced
from tests.test_data_sources import SAMPLES, needs_samples

TODAY = date(2026, 11, 23)

ROWS: Rows = [["month", "area_code", "reach", "share"], ["2026-09", "E23000031", 16900, 0.3],
              [date(2026, 10, 1), "Café, “Kent”", 1938.0, None]]
TEXTS = [["2026-09", "E23000031", "16900", "0.3"], ["2026-10-01", "Café, “Kent”", "1938", ""]]
ENGAGEMENT: Rows = [["month", "area_code", "channel", "age_group", "reach"], ["2026-09", "E23000031", "x", "18-24", 5],
                    [date(2026, 10, 1), "E23000031", "x", "18-24", "#REF!"]]

Make = Callable[..., bytes]
each_book = pytest.mark.parametrize("make", [xlsx, ods, xls], ids=lambda make: make.__name__)


def parquet(sheets: Mapping[str, Rows]) -> bytes:
    (rows,) = sheets.values()
    columns = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    content = io.BytesIO()
    texts = {name: [value if name == "reach" or value is None else as_text(value) for value in column]
             for name, column in columns.items()}
    pd.DataFrame(texts).to_parquet(content, index=False)
    return content.getvalue()


def separated(separator: str, encoding: str = "utf-8") -> Make:
    def make(sheets: Mapping[str, Rows]) -> bytes:
        (rows,) = sheets.values()
        return "".join(separator.join(f'"{as_text(cell)}"' for cell in row) + "\n" for row in rows).encode(encoding)

    return make


EVERY: dict[str, Make] = {
    "csv": separated(","), "tsv": separated("\t"), "semicolons": separated(";"), "bars": separated("|"),
    "utf-8-sig": separated(",", "utf-8-sig"), "utf-16": separated("\t", "utf-16"), "cp1252": separated(";", "cp1252"),
    "utf-16-be": lambda sheets: b"\xfe\xff" + separated("\t", "utf-16-be")(sheets),
    "xlsx": xlsx, "xls": xls, "ods": ods, "parquet": parquet,
    "zip": lambda sheets: packed({"folder/one.csv": separated(",")(sheets)}),
    "zipped xlsx": lambda sheets: packed({"a.xlsx": xlsx(sheets), "README.md": "passed over", "__MACOSX/._a": b"\0"}),
}


def rows(table: Table) -> list[list[str]]:
    return [list(row) for row in zip(*(column.to_pylist() for column in table.cells.columns), strict=True)]


def errors(reports: tuple[Report, ...]) -> list[tuple[int, str, str]]:
    return [(defect.line, defect.column, defect.value) for report in reports for defect in report.errors]


@pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)
def test_container_gives_the_same_table_whatever_it_is(make: Make) -> None:
    table = read_table(make({"Sheet 1": ROWS}), file="any")

    assert table.columns == ("month", "area_code", "reach", "share")
    assert rows(table) == TEXTS
    assert table.lines.tolist() == [2, 3] and table.rows_in == 2 and table.line == 1


@each_book
def test_workbook_gives_each_sheet_and_says_which_is_hidden_or_empty(make: Make) -> None:
    content = make({"One": ROWS, "Two": ROWS[:2], "Leer": []}, hidden=["Two"])

    one, two, empty = read_tables(content, file="book")

    assert isinstance(one, Table) and isinstance(two, Table) and isinstance(empty, Unread)
    assert (one.file, two.file, empty.file) == ("book, sheet One", "book, sheet Two", "book, sheet Leer")
    assert one.defects == () and [defect.severity for defect in two.defects] == ["note"]
    assert "hidden" in two.defects[0].rule and empty.defects[0].severity == "note"


@each_book
def test_workbook_counts_the_rows_of_the_sheet(make: Make) -> None:
    table = read_table(make({"S": [[], ["a", "b"], [], ["1", 2], ["", ""], [3, ""]]}), file="book")

    assert (table.line, table.lines.tolist(), rows(table)) == (2, [4, 6], [["1", "2"], ["3", ""]])


@each_book
@pytest.mark.parametrize("shown", ["#REF!", "#N/A", "#DIV/0!"])
def test_error_in_a_cell_is_a_finding_and_no_empty_cell(make: Make, shown: str, tmp_path: Path) -> None:
    (tmp_path / "book").write_bytes(make({"S": [*ENGAGEMENT[:2], [*ENGAGEMENT[2][:4], shown]]}))

    reports = check_folder([tmp_path], today=TODAY)

    assert errors(reports) == [(3, "reach", shown)] and balanced(reports[0])
    assert f"an error of the spreadsheet, {shown}" in reports[0].errors[0].rule


def test_error_in_a_cell_of_a_text_file_is_the_same_finding(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(separated(",")({"": ENGAGEMENT}))

    assert errors(check_folder([tmp_path], today=TODAY)) == [(3, "reach", "#REF!")]


def test_error_in_a_column_that_is_not_read_is_noted(tmp_path: Path) -> None:
    sheet: Rows = [["appeal_id", "channel", "published_at", "impressions"], ["A-1", "x", date(2026, 9, 1), "#REF!"]]
    (tmp_path / "book").write_bytes(xlsx({"S": sheet}))

    (report,) = check_folder([tmp_path], today=TODAY)

    assert [(d.column, d.severity) for d in report.defects if d.line == 2 and d.value == "#REF!"] == [("impressions", "note")]


def test_formula_without_a_value_is_a_finding() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["a", "b"], [1, "=A2*2"], ["x", 3]):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)

    assert rows(read_table(content.getvalue(), file="book")) == [["1", NOT_CALCULATED], ["x", "3"]]


def test_merged_cells_are_said() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["a", "b"], [1, 2], [3, 4]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    content = io.BytesIO()
    book.save(content)

    table = read_table(content.getvalue(), file="book")

    assert [defect.severity for defect in table.defects] == ["note"] and "A2:A3" in table.defects[0].rule


@pytest.mark.parametrize(("value", "text"), [
    (1938.0, "1938"), (0.1 + 0.2, "0.3"), (1e-7, "0.0000001"), (1.22158e17, "1.22158e+17"), (-3.0, "-3"), (True, "TRUE"),
    (None, ""), (float("nan"), ""), (date(2026, 10, 1), "2026-10-01"), (datetime(2026, 10, 1), "2026-10-01"),
    (datetime(2026, 10, 1, 9, 29, 59, 999_999), "2026-10-01T09:30"), (datetime(2026, 10, 1, 9, 30, 5), "2026-10-01T09:30:05"),
    (datetime.max, "9999-12-31T23:59:59"), ("007", "007"),
])
def test_values_become_the_texts_of_a_csv_file(value: object, text: str) -> None:
    assert as_text(value) == text


def fits(names: tuple[str, ...]) -> float:
    return 1.0 if "area_code" in names else 0.0


@pytest.mark.parametrize("make", [EVERY[name] for name in ("csv", "semicolons", "bars", "utf-16", "xlsx", "xls", "ods")])
def test_rows_above_the_headings_are_not_read_and_that_is_said(make: Make) -> None:
    title: Rows = [["Engagement, October"], ["", "", "", "source: us"], *ROWS]

    table = read_table(make({"S": title}), file="any", fit=fits)

    assert table.columns == ("month", "area_code", "reach", "share") and rows(table) == TEXTS
    assert (table.line, table.lines.tolist()) == (3, [4, 5])
    assert [d.rule for d in table.defects if "above" in d.rule] == ["2 rows above the headings were not read."]


def test_headings_are_looked_for_in_the_first_fifteen_rows_alone() -> None:
    title: list[list[str]] = [["x", "y", "z", "w"]] * 15

    assert read_table(xlsx({"S": [*title[1:], *ROWS]}), file="a", fit=fits).line == 15
    with pytest.raises(SourceError, match="both called"):
        read_table(xlsx({"S": [["x", "x"], *title, *ROWS]}), file="a", fit=fits)


@pytest.mark.parametrize("make", [EVERY["csv"], xlsx])
def test_template_with_a_title_above_it_is_recognised(make: Make, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(make({"S": [["Our engagement in autumn"], *ENGAGEMENT[:2]]}))

    loaded = load_file(tmp_path / "a", today=TODAY)

    assert loaded.kind == "engagement" and loaded.table.index.tolist() == [3]


def test_workbook_is_read_as_all_its_tables(tmp_path: Path) -> None:
    appeals: Rows = [["appeal_id", "area_code", "crime_type", "published_at"], ["A-1", "Surrey", "burglary", date(2026, 9, 1)]]
    notes: Rows = [["What is in this book"], ["All of it"]]
    (tmp_path / "book.xlsx").write_bytes(xlsx({"A": appeals, "E": ENGAGEMENT[:2], "About": notes}))

    reports = check_folder([tmp_path], today=TODAY)

    assert [(r.file, r.source, r.rows_used) for r in reports] == [
        ("book.xlsx, sheet A", "house_appeals", 1), ("book.xlsx, sheet About", "", 0),
        ("book.xlsx, sheet E", "house_engagement", 1)]
    assert errors(reports) == [] and reports[1].defects[0].severity == "note"


@pytest.mark.parametrize(("beside", "wrong"), [
    ([["month", "area_code", "channel", "reach"], ["2026-09", "Kent", "x", 5]], "lacks its column age_group"),
    ([["month", "month", "area_code", "channel", "age_group"]], "Give each column a name of its own"),
    ([["Who", "Phone number"], ["a", "b"]], "must not be sent"),
])
def test_sheet_that_was_meant_or_holds_personal_data_is_no_note(beside: Rows, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(xlsx({"E": ENGAGEMENT[:2], "Other": beside}))

    reports = check_folder([tmp_path], today=TODAY)

    assert wrong in " ".join(defect.mend for report in reports for defect in report.errors)


def test_workbook_of_empty_sheets_is_refused(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(xlsx({"A": [], "B": []}))

    reports = check_folder([tmp_path], today=TODAY)

    assert [defect.rule for report in reports for defect in report.errors] == ["The workbook is empty."]


def test_zipped_folder_is_read_file_by_file(tmp_path: Path) -> None:
    csv = separated(",")({"": ENGAGEMENT[:2]})
    later = csv.replace(b"2026-09", b"2026-10")
    (tmp_path / "all.zip").write_bytes(packed({"my/a.csv": csv, "my/b.xlsx": xlsx({"S": [["phone"], ["x"]]}), "c.csv": later}))

    reports = check_folder([tmp_path], today=TODAY)

    assert [(r.file, r.rows_used) for r in reports] == [
        ("all.zip, c.csv", 1), ("all.zip, my/a.csv", 1), ("all.zip, my/b.xlsx, sheet S", 0)]


@needs_samples
def test_real_population_workbook_is_read_sheet_by_sheet() -> None:
    path = SAMPLES / "population" / "ons_mid2018_MYE2_LAD_single_year_of_age.xls"

    def of_ages(names: tuple[str, ...]) -> float:
        return 1.0 if {"code", "all_ages", "90"} <= set(names) else 0.0

    parts = {part.file: part for part in read_tables(path.read_bytes(), file="x.xls", fit=of_ages)}
    table = parts["x.xls, sheet MYE2-All"]

    assert len(parts) == 13 and isinstance(table, Table)
    assert (table.line, table.lines[0], len(table.columns)) == (5, 6, 95)
    assert [cell.to_pylist()[0] for cell in table.cells.columns[:5]] == ["K02000001", "UNITED KINGDOM", "Country", "66435550", "745263"]
    assert names_of(["All ages"]) == ("all_ages",)


@needs_samples
@pytest.mark.parametrize(("name", "sheet", "number"), [
    ("EXCEL_95.XLS", "chris csv.csv", 3), ("xlsx_exotic_types.xlsx", "Sheet1", 14), ("xlsx_merged_cells.xlsx", "Sheet1", 4),
])
def test_real_odd_workbooks_lose_no_row(name: str, sheet: str, number: int) -> None:
    table = read_table((SAMPLES / "hostile-uploads" / name).read_bytes(), file=name)

    assert table.file == f"{name}, sheet {sheet}" and table.rows_in == len(table.lines) == number


def test_json_is_read_within_a_zipped_folder() -> None:
    content = packed({"2026-01.json": b'[{"month": "2026-01", "value": 3}]'})

    (table,) = read_tables(content, file="year.zip")

    assert isinstance(table, Table) and table.file == "year.zip, 2026-01.json" and table.columns == ("month", "value")
