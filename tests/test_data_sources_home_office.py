"""Police recorded crime of the Home Office: quarters made into years, corrections kept, bodies that are no force left out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.inputs import gather
from data.model import month_index
from data.sources.registry import check_folder, load_file, load_folder
from tests.sheets import balanced
from tests.test_data_sources import FIXTURES

FORMATS = FIXTURES / "formats"
TODAY = date(2026, 11, 23)


def test_quarters_become_the_years_that_end_with_each(tmp_path: Path) -> None:
    (loaded,) = load_folder([FORMATS / "recorded_crime.csv"], today=TODAY)

    rows = {(item.area_code, item.category, item.month): item.offences for item in loaded.table.itertuples()}
    march, june = month_index("2025-03"), month_index("2025-06")
    assert loaded.kind == "recorded_crime" and balanced(loaded.report)
    assert rows == {
        ("E23000031", "robbery", march): 10 + 7 + 5 + 4 - 1,
        ("E23000031", "robbery", june): 7 + 5 + 4 - 1, ("E23000031", "drug-offences", june): 3,
        ("BTP", "public-order-offences", march): 6, ("BTP", "miscellaneous-crimes", march): 1,
    }


def test_bodies_that_are_no_force_and_fraud_are_left_out_and_told() -> None:
    report = load_file(FORMATS / "recorded_crime.csv", today=TODAY).report

    warnings = [(defect.line, defect.column, defect.value, defect.rows) for defect in report.defects]
    assert warnings == [(13, "Force Name", "Action Fraud", 1), (14, "Force Name", "CIFAS", 1),
                        (12, "Offence Group", "Fraud offences", 1)]
    assert (report.rows_in, report.rows_used) == (13, 10) and report.errors == ()


@pytest.mark.parametrize(("wrong", "right", "column", "value"), [
    ("Surrey  ", "Surey   ", "Force Name", "Surey"), ("2025/26", "2025/27", "Financial Year", "2025/27"),
    ("Robbery                    ", "Mischief                   ", "Offence Group", "Mischief"),
    (", 2 ,", ", 5 ,", "Financial Quarter", " 5 ")])
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, wrong: str, right: str, column: str, value: str) -> None:
    path = tmp_path / "crime.csv"
    path.write_text((FORMATS / "recorded_crime.csv").read_text().replace(wrong, right, 1))

    report = load_file(path, today=TODAY).report

    assert [(error.column, error.value) for error in report.errors] == [(column, value)] and report.errors[0].mend
    assert report.errors[0].line in (2, 7) and balanced(report)


def test_a_year_may_come_in_two_files_and_a_quarter_only_in_one(tmp_path: Path) -> None:
    head, *rows = (FORMATS / "recorded_crime.csv").read_text().splitlines()
    first, second = rows[:2], rows[2:5]
    (tmp_path / "a.csv").write_text("\n".join([head, *first]) + "\n")
    (tmp_path / "b.csv").write_text("\n".join([head, *second]) + "\n")

    files = load_folder([tmp_path], today=TODAY)
    (tmp_path / "c.csv").write_text("\n".join([head, *first]) + "\n")
    reports = check_folder([tmp_path], today=TODAY)

    assert [file.table["offences"].tolist() for file in files] == [[25.0], []]
    assert [len(report.errors) for report in reports] == [0, 0, 1] and all(map(balanced, reports))
    assert "stand in a.csv too" in reports[2].errors[0].rule


def test_a_supplied_file_stands_in_for_the_snapshot(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "crime.csv").write_text((FORMATS / "recorded_crime.csv").read_text())

    inputs = gather(tmp_path / "home", folders=[tmp_path / "in"], today=TODAY)

    (crime,) = [item for item in inputs.loaded if item.kind == "recorded_crime"]
    assert crime.source_id == "home_office_open_data" and crime.vintage == "2025-06"
