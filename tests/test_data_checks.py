"""Checks: each seeded defect at its line, nothing on clean files, rows in = rows used + rows reported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.cells import Fault, Terms, read_cell
from data.checks import LISTED, Checked, check_table
from data.distinct import read_distinct
from data.errors import Defect
from data.personal import personal
from data.sources.house import ROW_CHECKS
from data.sources.reading import read_table
from data.sources.registry import check_folder
from data.templates import TEMPLATE_BY_NAME, Column
from tests.sheets import balanced

FIXTURES = Path(__file__).parent / "fixtures"
TODAY = date(2026, 11, 23)
HEADINGS = "month,area_code,channel,age_group,audience,reach"


def check(text: str, *, template: str = "engagement") -> Checked:
    table = read_table(text.encode(), file=f"{template}.csv")
    return check_table(
        table, template=TEMPLATE_BY_NAME[template], terms=Terms(TODAY), source="house", rows=ROW_CHECKS[template])


def errors(name: str) -> list[Defect]:
    (report,) = [report for report in check_folder([FIXTURES / "defects"], today=TODAY) if report.file == name]
    assert balanced(report)
    return list(report.errors)


def test_checks_find_every_seeded_defect_of_an_engagement_file() -> None:
    found = [(defect.line, defect.column, defect.value) for defect in errors("engagement.csv")]

    assert found == [
        (2, "channel", "Facebok"), (3, "month", "Sep-26"), (4, "month", "2027-01"), (5, "area_code", "Surry"),
        (6, "age_group", "18-25"), (7, "audience", "1,234"), (8, "reach", "-8"), (9, "impressions", "20.5"),
        (10, "shares", "n/a"), (12, "", "2026-08, E23000031, facebook, 55-64"), (13, "age_group", "under 25"),
        (15, "area_code", "E92000001"), (16, "channel", "social"), (17, "area_code", ""), (17, "age_group", "all ages"),
        (17, "audience", "ten"), (18, "area_code", "E06000060"), (19, "", "2026-07,E23000031,x,18-24,10,8"),
    ]


def test_checks_find_every_seeded_defect_of_an_appeals_file() -> None:
    found = [(defect.line, defect.column) for defect in errors("appeals.csv")]

    assert found == [
        (3, "appeal_id"), (4, "crime_type"), (5, "offence_date"), (6, "closed_at"), (7, "published_at"),
        (8, "published_at"), (9, "published_at"), (10, "appeal_id"), (11, "appeal_id"), (12, "appeal_id"),
        (13, "public_outcome"), (14, "url"),
    ]


def test_checks_find_a_publication_of_an_unknown_appeal() -> None:
    (defect,) = errors("publications.csv")

    assert (defect.line, defect.column, defect.value) == (3, "appeal_id", "D-99")


def test_checks_say_how_to_mend_in_plain_words() -> None:
    mends = {defect.value: f"{defect.rule} {defect.mend}" for defect in errors("engagement.csv")}

    assert mends["Facebok"] == "'Facebok' is not a channel. Did you mean 'facebook'?"
    assert mends["Surry"].endswith("Did you mean 'Surrey'?")
    assert mends["Sep-26"].endswith("Write 2026-09.")
    assert mends["1,234"].endswith("Write 1234 without the comma.")
    assert "Leave the cell empty" in mends["n/a"] and "write 0" in mends["n/a"]
    assert mends["under 25"].startswith("'under 25' stands beside '16-17'")


def test_checks_raise_no_false_alarm_on_a_clean_folder() -> None:
    reports = check_folder([FIXTURES / "force"], today=TODAY)

    assert [report.errors for report in reports] == [()] * 6
    assert all(defect.severity == "note" for report in reports for defect in report.defects)
    assert all(report.rows_in == report.rows_used > 1 for report in reports)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("whole", "1234", 1234), ("whole", "1,234,567", 1234567), ("whole", "1938.0", 1938), ("whole", " 7 ", 7),
        ("whole", "", None), ("signed", "-3", -3), ("share", "0,56", 0.56), ("decimal", "33.3", 33.3),
        ("month", "2026-11", 2026 * 12 + 10), ("month", "2026-11-01", 2026 * 12 + 10), ("datetime", "2026-06-30T23:30Z", date(2026, 7, 1).toordinal()),
        ("datetime", "2026-06-30T23:30", date(2026, 6, 30).toordinal()),
        ("moment", "2026-06-30T23:30", 2 * (date(2026, 6, 30).toordinal() * 1440 + 1410) + 1),
        ("moment", "2026-06-30T23:30Z", 2 * (date(2026, 7, 1).toordinal() * 1440 + 30) + 1),
        ("moment", "2026-06-30", 2 * date(2026, 6, 30).toordinal() * 1440),
        ("moment", "2026-06-30T00:00", 2 * date(2026, 6, 30).toordinal() * 1440 + 1), ("age_group", "18 to 24", "18-24"),
        ("age_group", "0-15", "under 16"), ("age_group", "65+", "65+"), ("channel", "WhatsApp", "whatsapp"),
        ("area", "Metropolitan Police Service", "E23000001"), ("date_dmy", "1/3/2026", date(2026, 3, 1).toordinal()),
        ("yes_no", "Yes", "yes"), ("id", "SRY/2026-04_1", "SRY/2026-04_1"),
    ],
)
def test_cells_are_read(kind: str, text: str, value: object) -> None:
    column = Column("c", kind, False, True, "")  # type: ignore[arg-type]

    assert read_cell(text, column=column, terms=Terms(TODAY)) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("whole", "1,234"), ("whole", "1.5"), ("whole", "1e5"), ("whole", "-1"), ("whole", "12%"), ("whole", "-"),
        ("whole", "\u0663"), ("share", "1,2"), ("month", "2026-13"), ("month", "2026-12"), ("month", "10/2026"),
        ("month", "0206-10"), ("month", "2026-10-02"), ("datetime", "2026-11-24"), ("datetime", "20261001"),
        ("datetime", "01/10/2026"), ("moment", "2026-11-24T00:00"), ("moment", "2026-10-01T24:30"),
        ("moment", "2026-10-01 9.30"), ("age_group", "55+"), ("crime_type", "violence"), ("area", "K02000001"),
        ("id", "Jane Smith"), ("id", "j@example.org"), ("id", "020 7946 0000"), ("id", "ILL-1"), ("yes_no", "perhaps"),
        ("url", "http://example.org"), ("url", "https://example.org/a@b"),
    ],
)
def test_cells_are_refused_with_a_mend(kind: str, text: str) -> None:
    fault = read_cell(text, column=Column("c", kind, False, True, ""), terms=Terms(TODAY))  # type: ignore[arg-type]

    assert isinstance(fault, Fault) and fault.rule and fault.mend


@pytest.mark.parametrize(
    "heading",
    ["Victim name", "Surname", "Home address", "Postcode", "Mobile", "phone number", "E-mail", "DOB", "date of birth",
     "Crime ref", "crime reference", "Custody number", "Notes", "photo", "free text"],
)
def test_checks_refuse_personal_columns_by_name(heading: str) -> None:
    checked = check(f"{HEADINGS},{heading}\n2026-09,E23000031,x,18-24,1,1,something\n")

    (defect,) = checked.report.errors
    assert "looks as if it held" in defect.rule and defect.mend == "Remove the column: it must not be sent."
    assert checked.frame.empty and balanced(checked.report)


def test_checks_refuse_columns_that_are_not_documented() -> None:
    checked = check("month,area_code,channel,age_group,audiense\n2026-09,E23000031,x,18-24,1\n")

    (defect,) = checked.report.errors
    assert (defect.line, defect.column, defect.mend) == (1, "audiense", "Did you mean 'audience'?")


def test_checks_name_no_area_or_force_column_personal() -> None:
    assert [personal(name) for name in ("area_name", "force_name", "channel", "comments")] == [None] * 4


def test_checks_leave_numbers_that_are_not_used_yet_alone() -> None:
    checked = check("appeal_id,channel,published_at,impressions\nS-1,x,2026-09-01,many\n", template="publications")

    assert [(defect.severity, defect.column) for defect in checked.report.defects] == [("note", "impressions")]
    assert "impressions" not in checked.frame


def test_checks_keep_empty_apart_from_zero() -> None:
    checked = check(f"{HEADINGS}\n2026-09,E23000031,x,18-24,0,\n")

    assert checked.frame["audience"].tolist() == [0.0]
    assert checked.frame["reach"].isna().all()


@pytest.mark.parametrize(("bands", "wrong"), [
    (("under 25", "25-34", "65+"), 0), (("under 25", "18-24"), 1), (("65+", "75+", "65-74"), 1),
    (("25-44", "unknown"), 0),
])
def test_checks_find_age_groups_that_overlap(bands: tuple[str, ...], wrong: int) -> None:
    text = "".join(f"2026-09,E23000031,x,{band},1,1\n" for band in bands)

    assert len(check(f"{HEADINGS}\n{text}").report.errors) == wrong


def test_checks_find_a_duplicate_whose_other_cells_are_wrong() -> None:
    checked = check(f"{HEADINGS}\n2026-09,E23000031,x,18-24,1,1\n2026-09,E23000031,x,18-24,one,1\n")

    assert [(defect.column, defect.rows) for defect in checked.report.errors] == [("audience", 1), ("", 0)]
    assert balanced(checked.report)


def test_checks_cut_values_and_sum_up_long_lists() -> None:
    rows = "".join(f"2026-09,E23000031,{'long' * 50},18-24,1,1\n" for _ in range(LISTED + 500))

    report = check(f"{HEADINGS}\n{rows}").report

    assert len(report.errors) == LISTED + 1 and balanced(report)
    assert len(report.errors[0].value) == 80 and report.errors[-1].rows == 500


@pytest.mark.parametrize("rows", ["", "\n\n", ",,,,,\n"])
def test_checks_refuse_a_template_without_rows(rows: str) -> None:
    report = check(f"{HEADINGS}\n{rows}").report

    assert [defect.rule for defect in report.errors] == ["The file has headings but no rows."]
    assert report.rows_in == report.rows_used == 0


_CELL = st.sampled_from(["", "5", "-5", "1,234", "x", "2.0", "n/a", '"a\nb"'])
_ROW = st.tuples(
    st.sampled_from(["2026-09", "2026-10", "2027-01", "Sep"]), st.sampled_from(["E23000031", "Kent", "Narnia"]),
    st.sampled_from(["x", "tiktok", "fax"]), st.sampled_from(["18-24", "under 25", "16-17", "none"]), _CELL, _CELL,
).map(",".join)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(_ROW, st.sampled_from(["1,2", "1,2,3,4,5,6,7"])), min_size=1, max_size=12))
def test_checks_account_for_every_row(rows: list[str]) -> None:
    report = check("\n".join((HEADINGS, *rows))).report

    assert report.rows_in == len(rows) and balanced(report)


_REFERENCES = st.from_regex(r"[A-Z]{0,5}[-_/]?[0-9]{0,5}[-_/]?[0-9A-Za-z]{0,6}", fullmatch=True)
_TIMES = st.one_of(
    st.from_regex(r"20[0-2][0-9]-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-6][0-9])?", fullmatch=True),
    st.sampled_from(["2026-11-23T23:59", "2026-11-24", "1899-12-31", "1900-01-01", "1989-12-31", "1990-01-01", "2026-02-29", "2024-02-29T24:00", ""]),
)


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(["id", "moment", "datetime", "whole", "decimal", "share"]),
       texts=st.lists(st.one_of(_REFERENCES, _TIMES, _CELL), min_size=1, max_size=8, unique=True))
def test_reading_many_texts_at_once_gives_what_reading_each_gives(kind: str, texts: list[str]) -> None:
    column, terms = Column("c", kind, True, True, "", since=1990), Terms(TODAY)  # type: ignore[arg-type]

    many = read_distinct(pd.Index(texts, dtype="str"), column=column, terms=terms)

    assert list(many) == [read_cell(text, column=column, terms=terms) for text in texts]
