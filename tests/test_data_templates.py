"""The house templates: documented, printable, and accepted by their own checks."""

from __future__ import annotations

import re
from datetime import date

import pytest

from data.cells import READERS, Terms
from data.checks import check_table
from data.personal import personal
from data.sources.reading import read_table
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
])
def test_template_has_every_documented_column(name: str, header: str) -> None:
    assert as_csv(TEMPLATE_BY_NAME[name]).splitlines()[0] == header


def test_template_says_what_is_not_published_yet() -> None:
    unused = {(template.name, column.name) for template in TEMPLATES for column in template.columns if not column.used}

    assert unused == {
        ("appeals", "hate_crime"), ("appeals", "domestic_abuse"), ("appeals", "url"),
        *(("publications", name) for name in ("impressions", "reactions", "comments", "shares", "clicks")),
    }
