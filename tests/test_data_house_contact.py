"""Calls, surveys, targets, similar forces, corrections, annotations: what fits together passes, what clashes is found."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.errors import Defect, Report
from data.measures import MEASURES
from data.sources.base import Loaded
from data.sources.registry import check_folder, load_file
from data.templates import TEMPLATE_BY_NAME, as_csv
from tests.sheets import balanced

TODAY = date(2026, 11, 23)
NAMES = ("calls", "survey", "targets", "similar_forces", "corrections", "annotations")


def check(name: str, folder: Path, **cells: str) -> Report:
    """Return what is found in the template's first example row with other ``cells``."""
    head, first, _ = as_csv(TEMPLATE_BY_NAME[name]).splitlines()
    values = dict(zip(head.split(","), first.split(","), strict=True)) | cells
    (folder / f"{name}.csv").write_text(f"{head}\n{','.join(values.values())}\n", encoding="utf-8")
    (report,) = check_folder([folder], today=TODAY)
    assert balanced(report)
    return report


def load(name: str, folder: Path) -> Loaded:
    (folder / f"{name}.csv").write_text(as_csv(TEMPLATE_BY_NAME[name]), encoding="utf-8")
    return load_file(folder / f"{name}.csv", today=TODAY)


@pytest.mark.parametrize("name", NAMES)
def test_template_is_loaded_with_all_its_columns(name: str, tmp_path: Path) -> None:
    loaded = load(name, tmp_path)

    assert (loaded.kind, loaded.source_id, len(loaded.table)) == (name, f"house_{name}", 2)
    assert {column.name for column in TEMPLATE_BY_NAME[name].columns} - {"wording"} <= set(loaded.table)


def test_answer_that_names_no_measure_is_noted_and_kept(tmp_path: Path) -> None:
    loaded = load("survey", tmp_path)

    (note,) = loaded.report.defects
    assert (note.severity, note.line, note.column) == ("note", 3, "question") and "names no measure" in note.rule
    assert loaded.table["measure"].tolist() == ["S3", ""] and load("calls", tmp_path).report.defects == ()
    assert loaded.table["question"].tolist() == ["How good a job are the police doing in this area?"] * 2


def test_values_are_normalised(tmp_path: Path) -> None:
    survey, targets = load("survey", tmp_path).table, load("targets", tmp_path).table
    corrections = load("corrections", tmp_path)

    assert survey["percent"].tolist() == [58.4, 41.6] and survey["age_group"].tolist() == ["all", "all"]
    assert survey["month"].tolist() == [2026 * 12 + 5] * 2 and survey["fieldwork_end"].tolist()[0] == date(2026, 6, 30).toordinal()
    assert targets["period"].tolist() == ["2026", "2026-Q4"] and targets["measure"].tolist() == ["C1", "A4"]
    assert corrections.vintage == "2026-10-20" and load("similar_forces", tmp_path).vintage == ""


@pytest.mark.parametrize(("name", "cells", "column"), [
    ("calls", {"answered": "10481"}, "answered"), ("calls", {"abandoned": "10481"}, "abandoned"),
    ("calls", {"answered_10s": "10312"}, "answered_10s"), ("calls", {"channel": "facebook"}, "channel"),
    ("calls", {"channel": "crimestoppers"}, "channel"), ("calls", {"mean_seconds": "-1"}, "mean_seconds"),
    ("survey", {"percent": "100.1"}, "percent"), ("survey", {"percent": "-1"}, "percent"), ("survey", {"percent": "58%"}, "percent"),
    ("survey", {"fieldwork_start": "2026-07-01"}, "question"), ("survey", {"deff": "0"}, "deff"),
    ("survey", {"option": "ask Mr Smith"}, "option"), ("survey", {"option": "=1+1"}, "option"),
    ("survey", {"age_group": "56+"}, "age_group"), ("survey", {"measure": "A1"}, "measure"), ("survey", {"question": "Jane Smith"}, "question"),
    ("targets", {"measure": "Z9"}, "measure"), ("targets", {"period": "2026-13"}, "period"),
    ("targets", {"period": "2126"}, "period"), ("targets", {"target": "ninety"}, "target"),
    ("similar_forces", {"similar_code": "Surrey"}, "similar_code"), ("similar_forces", {"similar_code": "Guildford"}, "similar_code"),
    ("corrections", {"measure": "appeals"}, "measure"), ("corrections", {"area": "Narnia"}, "area"),
    ("corrections", {"date": "2026-12-01"}, "date"), ("corrections", {"why": "x" * 301}, "why"),
    ("annotations", {"text": "call 07700 900123"}, "text"), ("annotations", {"area_code": "E92000001"}, "area_code"),
])
def test_what_cannot_be_is_found(name: str, cells: dict[str, str], column: str, tmp_path: Path) -> None:
    report = check(name, tmp_path, **cells)

    assert [(defect.line, defect.column) for defect in report.errors] == [(2, column)] and report.errors[0].mend
    assert report.rows_used == 0


@pytest.mark.parametrize(("name", "cells"), [
    ("calls", {"offered": "", "abandoned": ""}), ("calls", {"answered": "10480", "answered_10s": "10480"}),
    ("calls", {"month": "2026-09-01"}), ("survey", {"age_group": "All ages"}), ("survey", {"percent": "0"}),
    ("targets", {"period": "2031-q1"}), ("targets", {"period": "2027-01-01"}),
    ("targets", {"measure": MEASURES[0].label.lower()}), ("similar_forces", {"similar_code": "Kent"}),
    ("annotations", {"text": "Café – “Talk to us” began"}),
])
def test_what_may_be_is_not_found(name: str, cells: dict[str, str], tmp_path: Path) -> None:
    assert check(name, tmp_path, **cells).errors == ()


def test_ninth_decile_below_the_mean_is_a_warning_and_the_row_stays(tmp_path: Path) -> None:
    report = check("calls", tmp_path, p90_seconds="5")

    assert report.errors == () and report.rows_used == 1
    assert [(d.severity, d.line, d.column, d.rows) for d in report.defects if d.line] == [("warning", 2, "p90_seconds", 0)]


HEAD = "question,option,area_code,age_group,fieldwork_end,percent\n"


@pytest.mark.parametrize(("percents", "words"), [
    (("60", "40.5"), ""), (("60", "40.6"), "add up to 100.6%, more than 100%"), (("33.3", "33.3", "33.4"), ""),
    (("0.6", "0.4"), "seem to be shares"), (("0.6",), ""), (("12", "9"), ""),
])
def test_options_of_a_question_are_added_up(percents: tuple[str, ...], words: str, tmp_path: Path) -> None:
    rows = "".join(f"q1,option {n},Surrey,all,2026-06-30,{percent}\n" for n, percent in enumerate(percents))
    other = "q1,option 0,Kent,all,2026-06-30,90\nq1,option 0,Surrey,18-24,2026-06-30,90\n"
    (tmp_path / "survey.csv").write_text(HEAD + rows + other, encoding="utf-8")

    (report,) = check_folder([tmp_path], today=TODAY)

    found: list[Defect] = list(report.errors)
    assert len(found) == (len(percents) if words else 0) and all(words in defect.rule for defect in found)
    assert balanced(report)


@pytest.mark.parametrize("name", NAMES)
def test_same_row_is_found_within_and_between_files(name: str, tmp_path: Path) -> None:
    text = as_csv(TEMPLATE_BY_NAME[name])
    (tmp_path / "a.csv").write_text(text + text.splitlines()[1] + "\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text(text.rsplit("\n", 2)[0] + "\n", encoding="utf-8")

    within, between = check_folder([tmp_path], today=TODAY)

    assert [defect.line for defect in within.errors] == [4] and "earlier row" in within.errors[0].rule
    assert [defect.line for defect in between.errors] == [2] and "a.csv" in between.errors[0].rule
    assert balanced(within) and balanced(between)


@pytest.mark.parametrize("name", NAMES)
def test_file_that_was_sent_twice_is_one_finding(name: str, tmp_path: Path) -> None:
    head, *rows = as_csv(TEMPLATE_BY_NAME[name]).splitlines()
    for file, order in (("a", rows), ("b", rows[::-1])):
        (tmp_path / f"{file}.csv").write_text("\n".join((head, *order)) + "\n", encoding="utf-8")

    once, again = check_folder([tmp_path], today=TODAY)

    (finding,) = again.errors
    assert (finding.line, finding.rows, once.errors) == (0, 2, ()) and "the same rows as a.csv" in finding.rule
    assert balanced(once) and balanced(again)


@pytest.mark.parametrize(("day", "period", "wrong"), [
    ("2026-10-12", "2026-11", True), ("2026-10-12", "2026-Q4", False), ("2026-09-30", "2026-Q4", True), ("2026-10-12", "2026-10", False),
    ("2026-10-12", "2026", False),
])
def test_corrections_are_of_periods_that_have_begun(day: str, period: str, *, wrong: bool, tmp_path: Path) -> None:
    report = check("corrections", tmp_path, date=day, period=period)

    found = [(error.line, error.column, error.value) for error in report.errors]
    assert found == ([(2, "period", period)] if wrong else [])
