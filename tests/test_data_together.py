"""The files of one delivery beside each other: each clash at its line with how to mend it, and nothing else refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.errors import Defect, SourceError
from data.sources.registry import check_folder, load_folder

TODAY = date(2026, 11, 23)
APPEALS = """appeal_id,area_code,crime_type,published_at,persons_sought
S-1,Surrey,burglary,2026-09-01T10:00,2
S-2,E07000209,robbery,2026-09-03,1
K-1,Kent,missing person,2026-09-05,
"""
RESPONSES = "appeal_id,received_at,channel,seen_channel,age_group,grading\n"
OUTCOMES = "appeal_id,outcome,outcome_date,persons,attribution\n"
COUNTED = "month,area_code,channel,seen_channel,age_group,crime_type,grading,responses\n"
ENGAGEMENT = "month,area_code,channel,age_group,"
PUBLICATIONS = "appeal_id,channel,published_at\n"


def found(folder: Path, **files: str) -> list[Defect]:
    """Return the errors of a folder with these files, after the balance of every file was held."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    reports = check_folder([folder], today=TODAY)
    for report in reports:
        assert report.rows_in == report.rows_used + sum(
            defect.rows for defect in report.defects if defect.severity != "note")
    errors = [defect for report in reports for defect in report.errors]
    assert all(defect.rule.endswith((".", "rows)")) and defect.mend.endswith(".") for defect in errors)
    return errors


def places(errors: list[Defect]) -> list[tuple[str, int, str, str]]:
    return [(defect.file, defect.line, defect.column, defect.value) for defect in errors]


# Appeals that are not there


@pytest.mark.parametrize(("name", "text"), [
    ("responses", RESPONSES + "S-1,2026-09-02,x,x,18-24,useful\nS-9,2026-09-02,x,x,18-24,useful\n"),
    ("outcomes", OUTCOMES + "S-1,arrested,2026-09-02,1,unknown\nS-9,arrested,2026-09-02,1,unknown\n"),
    ("publications", PUBLICATIONS + "S-1,x,2026-09-02\nS-9,x,2026-09-02\n"),
])
def test_rows_of_unknown_appeals_are_found(name: str, text: str, tmp_path: Path) -> None:
    errors = found(tmp_path, appeals=APPEALS, **{name: text})

    assert places(errors) == [(f"{name}.csv", 3, "appeal_id", "S-9")]


@pytest.mark.parametrize(("name", "text"), [
    ("responses", RESPONSES + "S-1,2026-09-02,x,x,18-24,useful\n" * 3),
    ("outcomes", OUTCOMES + "S-1,arrested,2026-09-02,1,unknown\n" * 3),
])
def test_responses_and_outcomes_without_a_file_of_appeals_are_refused(name: str, text: str, tmp_path: Path) -> None:
    (error,) = found(tmp_path, **{name: text})

    assert (error.rows, error.mend) == (3, "Send the file of appeals that they belong to as well.")
    assert f"these {name}" in error.rule


def test_counted_responses_need_no_file_of_appeals(tmp_path: Path) -> None:
    assert found(tmp_path, counted=COUNTED + "2026-09,Surrey,x,x,18-24,burglary,useful,0\n") == []


# Dates


@pytest.mark.parametrize(("received", "wrong"), [
    ("2026-09-01T09:59", True), ("2026-09-01T10:00", False), ("2026-09-01", False), ("2026-08-31T23:59", True),
    ("2026-08-31", True), ("2026-10-01T00:00", False), ("2026-09-01T09:30Z", False), ("2026-09-01T08:30Z", True),
])
def test_responses_before_their_appeal_are_found_by_the_minute_where_both_say_one(
    received: str, wrong: bool, tmp_path: Path
) -> None:
    errors = found(tmp_path, appeals=APPEALS, responses=f"{RESPONSES}S-1,{received},x,x,18-24,useful\n")

    shown = {"2026-09-01T08:30Z": "2026-09-01T09:30"}.get(received, received)
    assert places(errors) == ([("responses.csv", 2, "received_at", shown)] if wrong else [])


def test_responses_of_the_day_of_an_appeal_without_a_time_are_used(tmp_path: Path) -> None:
    assert found(tmp_path, appeals=APPEALS, responses=f"{RESPONSES}S-2,2026-09-03T00:00,x,x,18-24,useful\n") == []


def test_responses_and_outcomes_in_the_future_are_refused(tmp_path: Path) -> None:
    errors = found(tmp_path, appeals=APPEALS, responses=f"{RESPONSES}S-1,2026-11-24T00:01,x,x,18-24,useful\n",
                   outcomes=f"{OUTCOMES}S-1,charged,2026-11-24,1,unknown\n")

    assert [error.column for error in errors] == ["outcome_date", "received_at"]
    assert all("lies in the future" in error.rule for error in errors)


def test_outcomes_before_their_appeal_are_found(tmp_path: Path) -> None:
    errors = found(tmp_path, appeals=APPEALS,
                   outcomes=f"{OUTCOMES}S-1,arrested,2026-08-31,1,unknown\nS-1,arrested,2026-09-01,1,unknown\n")

    assert places(errors) == [("outcomes.csv", 2, "outcome_date", "2026-08-31")]


# Persons


def test_more_persons_found_than_sought_are_found_over_all_rows_and_files(tmp_path: Path) -> None:
    errors = found(
        tmp_path, appeals=APPEALS,
        a=f"{OUTCOMES}S-1,identified,2026-09-02,1,unknown\nS-1,arrested,2026-09-02,9,unknown\nS-2,located,2026-09-04,2,unknown\n",
        b=f"{OUTCOMES}S-1,located,2026-09-03,1,unknown\nS-1,identified,2026-09-04,1,unknown\nK-1,located,2026-09-06,5,unknown\n")

    assert places(errors) == [("a.csv", 4, "persons", "2"), ("b.csv", 3, "persons", "1")]


def test_persons_that_are_not_counted_or_not_sought_by_number_are_no_error(tmp_path: Path) -> None:
    assert found(tmp_path, appeals=APPEALS, outcomes=f"{OUTCOMES}S-1,identified,2026-09-02,,unknown\n"
                 "S-1,identified,2026-09-02,2,unknown\nK-1,located,2026-09-06,7,unknown\nS-2,charged,2026-09-04,3,unknown\n") == []


# Nothing twice


def test_the_same_responses_under_two_names_are_refused(tmp_path: Path) -> None:
    rows = ["S-1,2026-09-02T09:00,x,x,18-24,useful", "S-2,2026-09-04,web_form,x,18-24,other"]
    first, again = "\n".join([RESPONSES.strip(), *rows, ""]), "\n".join([RESPONSES.strip(), *rows[::-1], ""])

    (error,) = found(tmp_path, appeals=APPEALS, september=first, upload=again)

    assert (error.file, error.rows) == ("upload.csv", 2)
    assert "september.csv" in error.rule and error.mend == "Send the file once, under one name."


def test_publications_before_the_first_one_of_their_appeal_are_questioned_and_kept(tmp_path: Path) -> None:
    (tmp_path / "appeals.csv").write_text(APPEALS, encoding="utf-8")
    (tmp_path / "publications.csv").write_text(
        PUBLICATIONS + "S-1,x,2026-09-01T08:00\nS-1,facebook,2026-08-31\nS-2,x,2026-09-04\n", encoding="utf-8")

    _, report = check_folder([tmp_path], today=TODAY)

    (warning,) = report.defects
    assert (warning.severity, warning.line, warning.column, warning.value) == ("warning", 3, "published_at", "2026-08-31")
    assert report.rows_in == report.rows_used == 3


def test_the_same_outcomes_and_publications_under_two_names_are_refused(tmp_path: Path) -> None:
    outcomes = f"{OUTCOMES}S-1,arrested,2026-09-02,1,unknown\n"
    publications = f"{PUBLICATIONS}S-1,x,2026-09-02\n"

    errors = found(tmp_path, appeals=APPEALS, o1=outcomes, o2=outcomes, p1=publications, p2=publications)

    assert [error.file for error in errors] == ["o2.csv", "p2.csv"]


def test_identical_responses_in_one_file_are_real_and_kept(tmp_path: Path) -> None:
    text = RESPONSES + "S-1,2026-09-02T09:00,x,x,18-24,useful\n" * 3
    (tmp_path / "appeals.csv").write_text(APPEALS, encoding="utf-8")
    (tmp_path / "responses.csv").write_text(text, encoding="utf-8")

    files = {file.kind: file for file in load_folder([tmp_path], today=TODAY)}

    assert len(files["responses"].table) == 3


def test_two_files_of_responses_that_share_some_rows_are_both_used(tmp_path: Path) -> None:
    row = "S-1,2026-09-02T09:00,x,x,18-24,useful\n"

    assert found(tmp_path, appeals=APPEALS, a=RESPONSES + row, b=RESPONSES + row + "S-1,2026-09-03,x,x,18-24,useful\n") == []


def test_counted_responses_twice_are_refused_in_one_file_and_in_two(tmp_path: Path) -> None:
    row = "2026-09,Surrey,x,x,18-24,burglary,useful,3\n"

    errors = found(tmp_path, a=COUNTED + row + row, b=COUNTED + row)

    assert [(error.file, error.line) for error in errors] == [("a.csv", 3), ("b.csv", 2)]


@pytest.mark.parametrize(("appeal", "area", "month", "twice"), [
    ("S-1", "Surrey", "2026-09", True), ("S-1", "Surrey", "2026-10", False), ("S-1", "Kent", "2026-09", False),
    ("S-2", "Surrey", "2026-09", True), ("S-2", "E07000209", "2026-09", True), ("S-1", "E07000209", "2026-09", True),
    ("S-2", "E07000207", "2026-09", False), ("K-1", "Surrey", "2026-09", False),
])
def test_responses_singly_and_counted_for_one_area_and_month_are_refused(
    appeal: str, area: str, month: str, twice: bool, tmp_path: Path
) -> None:
    errors = found(
        tmp_path, appeals=APPEALS, responses=f"{RESPONSES}{appeal},2026-09-06T09:00,x,x,18-24,useful\n",
        counted=f"{COUNTED}{month},{area},x,x,18-24,burglary,useful,3\n")

    assert [(error.file, error.line, error.column) for error in errors] == ([("counted.csv", 2, "area_code")] if twice else [])


def test_appeals_of_several_forces_and_a_district_beside_its_force_are_allowed(tmp_path: Path) -> None:
    assert found(
        tmp_path, appeals=APPEALS, engagement=f"{ENGAGEMENT}reach\n2026-09,Surrey,x,18-24,5\n2026-09,E07000209,x,18-24,5\n",
        counted=f"{COUNTED}2026-09,Surrey,x,x,18-24,burglary,useful,3\n2026-09,E07000209,x,x,18-24,burglary,useful,3\n") == []


# Rows by themselves


@pytest.mark.parametrize(("name", "row"), [
    ("responses", RESPONSES + "S-1,2026-09-02,crimestoppers,x,{},useful\n"),
    ("counted", COUNTED + "2026-09,Surrey,Crimestoppers,x,{},burglary,useful,3\n"),
    ("engagement", ENGAGEMENT + "messages_in\n2026-09,Surrey,crimestoppers,{},7\n"),
])
def test_crimestoppers_has_no_age(name: str, row: str, tmp_path: Path) -> None:
    (error,) = found(tmp_path, appeals=APPEALS, **{name: row.format("18-24")})
    assert (error.line, error.column, error.value) == (2, "age_group", "18-24")
    assert "anonymous" in error.rule and "Write unknown" in error.mend

    assert found(tmp_path, **{name: row.format("unknown")}) == []


@pytest.mark.parametrize(("cells", "column"), [
    ("10,5,3,1,1", ""), ("10,5,3,1,2", "messages_in"), ("10,,,,", ""), ("10,11,,,", "messages_in"), (",5,,,", "answered_1h"),
    (",,,,0", "answered_later"), (",,,,", ""), ("0,0,0,0,0", ""),
])
def test_answers_stay_within_messages(cells: str, column: str, tmp_path: Path) -> None:
    text = (f"{ENGAGEMENT}messages_in,answered_1h,answered_1_4h,answered_4_24h,answered_later\n"
            f"2026-09,Surrey,x,18-24,{cells}\n")

    assert [error.column for error in found(tmp_path, engagement=text)] == ([column] if column else [])


def test_answers_without_a_column_of_messages_are_refused(tmp_path: Path) -> None:
    (error,) = found(tmp_path, engagement=f"{ENGAGEMENT}answered_1h\n2026-09,Surrey,x,18-24,4\n")

    assert (error.column, error.value) == ("answered_1h", "4")
    assert error.rule == "answered_1h is given without messages_in."


@pytest.mark.parametrize(("cells", "wrong"), [("3,4,7", False), ("3,4,6", True), ("9,,8", True), ("3,4,", False), (",,0", False)])
def test_positive_and_negative_stay_within_classified(cells: str, wrong: bool, tmp_path: Path) -> None:
    text = f"{ENGAGEMENT}positive,negative,classified\n2026-09,Surrey,x,18-24,{cells}\n"

    assert [error.column for error in found(tmp_path, engagement=text)] == (["classified"] if wrong else [])


def test_an_open_appeal_has_no_day_of_closing(tmp_path: Path) -> None:
    head = "appeal_id,area_code,crime_type,published_at,closed_at,status\n"

    errors = found(tmp_path, appeals=f"{head}S-1,Surrey,burglary,2026-09-01,2026-09-02,open\n"
                   "S-2,Surrey,burglary,2026-09-01,2026-09-02,closed\nS-3,Surrey,burglary,2026-09-01,,closed\n"
                   "S-4,Surrey,burglary,2026-09-01,2026-09-02,\n")

    assert places(errors) == [("appeals.csv", 2, "status", "open")]


@pytest.mark.parametrize(("ages", "wrong"), [(("under 25", "18-24"), 1), (("under 25", "25-34"), 0), (("65+", "75+"), 1)])
def test_counted_ages_do_not_overlap(ages: tuple[str, ...], wrong: int, tmp_path: Path) -> None:
    rows = "".join(f"2026-09,Surrey,x,x,{age},burglary,useful,3\n" for age in ages)

    assert len(found(tmp_path, counted=COUNTED + rows)) == wrong


def test_a_delivery_with_a_clash_is_refused_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "appeals.csv").write_text(APPEALS, encoding="utf-8")
    (tmp_path / "responses.csv").write_text(f"{RESPONSES}S-9,2026-09-02,x,x,18-24,useful\n", encoding="utf-8")

    with pytest.raises(SourceError, match="1 error in 1 file"):
        load_folder([tmp_path], today=TODAY)
