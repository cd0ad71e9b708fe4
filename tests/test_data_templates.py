"""The house templates: documented, printable, and accepted by their own checks."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from data.areas import find_area
from data.cells import READERS, Terms
from data.checks import check_table
from data.personal import personal
from data.sources.reading import read_table
from data.sources.registry import check_folder
from data.template_book import as_xlsx, entries, put
from data.templates import KIND_WORDS, TEMPLATE_BY_NAME, TEMPLATES, Template, as_csv, describe

each = pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)


@each
def test_template_examples_pass_its_own_checks(template: Template) -> None:
    table = read_table(as_csv(template).encode(), file="example.csv")

    checked = check_table(table, template=template, terms=Terms(date(2026, 11, 23)), source="house")

    assert checked.report.errors == ()
    assert checked.report.rows_in == checked.report.rows_used == 2
    unused = {column.name for column in template.columns if not column.used}
    assert {defect.column for defect in checked.report.defects if "not published yet" in defect.rule} == unused


@each
def test_template_documents_every_column(template: Template) -> None:
    rows = describe(template)

    assert [row[0] for row in rows] == [column.name for column in template.columns]
    assert all(all(row) for row in rows)
    assert {row[3] for row in rows} <= {"published", "not published yet"}


@each
def test_template_columns_are_plain_and_hold_nothing_personal(template: Template) -> None:
    for column in template.columns:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", column.name)
        assert column.kind in READERS and column.kind in KIND_WORDS and column.kind != "text"
        assert column.used or not column.required
    assert personal("victim_name") and personal("crime_reference") and not personal("area_code")


def test_template_engagement_has_every_documented_column() -> None:
    header = as_csv(TEMPLATE_BY_NAME["engagement"]).splitlines()[0]

    assert header == (
        "month,area_code,channel,age_group,audience,publications,reach,impressions,reactions,comments,shares,clicks,"
        "messages_in,answered_1h,answered_1_4h,answered_4_24h,answered_later,reports_created,"
        "positive,negative,classified"
    )


@pytest.mark.parametrize(("name", "header"), [
    ("appeals", "appeal_id,area_code,crime_type,hate_crime,domestic_abuse,offence_date,published_at,closed_at,status,"
                "public_outcome,persons_sought,url"),
    ("responses", "appeal_id,received_at,channel,seen_channel,age_group,grading"),
    ("responses_counted", "month,area_code,channel,seen_channel,age_group,crime_type,grading,responses"),
    ("outcomes", "appeal_id,outcome,outcome_date,persons,attribution"),
    ("calls", "month,area_code,channel,offered,answered,answered_10s,mean_seconds,p90_seconds,abandoned,abandon_threshold_s"),
    ("survey", "question,wording,option,area_code,age_group,fieldwork_start,fieldwork_end,percent,base,unweighted_base,deff,"
               "measure,surveyor"),
    ("targets", "measure,area_code,period,target"), ("similar_forces", "area_code,similar_code"),
    ("corrections", "date,measure,area,period,what,why"), ("annotations", "date,area_code,text"),
])
def test_template_has_every_documented_column(name: str, header: str) -> None:
    assert as_csv(TEMPLATE_BY_NAME[name]).splitlines()[0] == header


def test_template_says_what_is_not_published_yet() -> None:
    unused = {(template.name, column.name) for template in TEMPLATES for column in template.columns if not column.used}

    assert unused == {
        ("appeals", "hate_crime"), ("appeals", "domestic_abuse"),
        *(("publications", name) for name in ("impressions", "reactions", "comments", "shares", "clicks")),
    }


# As workbooks


def filled(template: Template, *, rows: int = 2) -> bytes:
    """Return the template's workbook with its example rows typed in."""
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(template)))
    for row in range(rows):
        for place, column in enumerate(template.columns, start=1):
            text = column.example[row]
            number = column.kind in ("whole", "decimal", "percent") and text
            book[template.name].cell(row + 2, place).value = float(text) if number else text or None
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


@each
def test_workbook_filled_with_the_examples_passes_every_check(template: Template, tmp_path: Path) -> None:
    (tmp_path / "filled.xlsx").write_bytes(filled(template))
    for other in TEMPLATES[:1] if template.name in ("publications", "responses", "outcomes") else ():
        (tmp_path / "appeals.csv").write_text(as_csv(other), encoding="utf-8")

    reports = {report.file: report for report in check_folder([tmp_path], today=date(2026, 11, 23))}
    report = reports[f"filled.xlsx, sheet {template.name}"]

    assert report.errors == () and report.rows_in == report.rows_used == 2
    assert not any(name.endswith(("sheet About", "sheet Lists")) for name in reports)


@each
def test_workbook_that_nobody_filled_in_says_so(template: Template, tmp_path: Path) -> None:
    (tmp_path / "empty.xlsx").write_bytes(as_xlsx(template))

    reports = check_folder([tmp_path], today=date(2026, 11, 23))

    assert [defect.rule for report in reports for defect in report.errors] == ["The file has headings but no rows."]


@each
def test_workbook_helps_to_fill_it_in(template: Template) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(template)))
    sheet = book[template.name]
    rules = {str(rule.sqref).partition("2:")[0]: rule for rule in sheet.data_validations.dataValidation}

    assert sheet.freeze_panes == "A2" and [cell.value for cell in sheet[1]] == [column.name for column in template.columns]
    for cell, column in zip(sheet[1], template.columns, strict=True):
        assert column.doc in cell.comment.text
        names = entries(column)
        if names:
            rule = rules[cell.column_letter]
            first, last = re.findall(r"\d+", rule.formula1)
            listed = [book["Lists"].cell(row, cell.column).value for row in range(int(first), int(last) + 1)]
            assert tuple(listed) == names and rule.type == "list"
        if column.kind in ("month", "datetime", "moment", "period", "age_group", "id"):
            assert sheet.column_dimensions[cell.column_letter].number_format == "@"
    assert "Lists" not in book.sheetnames or book["Lists"].sheet_state == "hidden"
    about = {row[0].value for row in book["About"].iter_rows()}
    assert {column.name for column in template.columns} <= about


def test_workbook_offers_channels_ages_crimes_gradings_and_areas_by_name() -> None:
    offered = {column.name: entries(column) for template in TEMPLATES for column in template.columns}

    assert "facebook" in entries(TEMPLATE_BY_NAME["engagement"].columns[2]) and "18-24" in offered["age_group"]
    assert "burglary" in offered["crime_type"] and "useful" in offered["grading"] and offered["hate_crime"] == ("yes", "no")
    assert offered["area_code"][:2] == ("Avon and Somerset", "Bedfordshire") or "Surrey" in offered["area_code"]
    assert entries(TEMPLATE_BY_NAME["calls"].columns[2]) == ("phone_999", "phone_101", "hotline")
    assert set(offered["area_code"]) <= {name for name in offered["area_code"] if find_area(name)}


@pytest.mark.parametrize("text", ["=1+1", "+44", "-1", "@SUM(A1)", '=HYPERLINK("x")'])
def test_workbook_holds_no_formula(text: str) -> None:
    book = openpyxl.Workbook()
    put(book.active["A1"], text)
    content = io.BytesIO()
    book.save(content)

    cell = openpyxl.load_workbook(io.BytesIO(content.getvalue())).active["A1"]

    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


@each
def test_no_cell_of_a_workbook_is_a_formula(template: Template) -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(template)))

    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
