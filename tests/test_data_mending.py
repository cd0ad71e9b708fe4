"""How to mend: what is advised is what was meant, and where two things may be meant both are said."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.cells import Fault, Terms, read_cell
from data.errors import Report
from data.mending import DATE_FORM, MONTH_FORM, date_mend, month_mend, number_mend, period_mend
from data.model import month_index
from data.sources.reading import read_table
from data.sources.registry import check_folder, load_folder
from data.templates import TEMPLATE_BY_NAME, Column, as_csv

TODAY = date(2026, 11, 23)
ENGAGEMENT = "month,area_code,channel,age_group,reach,reactions\n"
ROW = "2026-08,E23000031,facebook,18-24,16900,640\n"


def checked(folder: Path, **files: str | bytes) -> dict[str, Report]:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return {report.file: report for report in check_folder([folder], today=TODAY)}


@pytest.mark.parametrize(("text", "mend"), [
    ("08/01/2026", "Write 2026-01 if the day stands first, 2026-08 if the month does."), ("31/08/2026", "Write 2026-08."),
    ("08/31/2026", "Write 2026-08."), ("Aug-26", "Write 2026-08."), ("August 2026", "Write 2026-08."), ("8/2026", "Write 2026-08."),
    ("46235", "Write 2026-08: 46235 is the number by which a spreadsheet stores that day."), ("13/2026", MONTH_FORM),
])
def test_month_is_mended_as_it_was_meant(text: str, mend: str) -> None:
    assert month_mend(text) == mend


@pytest.mark.parametrize(("text", "mend"), [
    ("03/04/2026", "Write 2026-04-03 if the day stands first, 2026-03-04 if the month does."),
    ("13/04/2026 09:30", "Write 2026-04-13T09:30."), ("04/13/2026", "Write 2026-04-13."), ("03-Apr-26", "Write 2026-04-03."),
    ("2026-04-03 09:30:00 +0100", "Write 2026-04-03T09:30+0100."), ("Apr 3, 2026 9:30 pm", "Write 2026-04-03T21:30."),
    ("46115.5", "Write 2026-04-03T12:00: 46115.5 is the number by which a spreadsheet stores that day."), ("26-04-03", DATE_FORM),
])
def test_date_is_mended_as_it_was_meant(text: str, mend: str) -> None:
    assert date_mend(text) == mend


@pytest.mark.parametrize(("text", "whole", "mend"), [
    ("7,5", False, "Write 7.5, with a point."), ("7,5", True, "Write the whole number; a count has no decimals."),
    ("22.480", True, "Write 22480 if the point parts thousands; a count has no decimals."),
    ("16 900", True, "Write 16900 without the space."), ("1,234.5", False, "Write 1234.5 without the comma."),
    ("90%", False, "Write 90 without the sign."), ("90%", True, "Write how many they are, not a percentage."),
    ("N/A", True, "Leave the cell empty if it was not supplied; write 0 if it was none."),
])
def test_number_is_mended_as_it_was_meant(text: str, whole: bool, mend: str) -> None:
    assert number_mend(text, whole=whole) == mend


@pytest.mark.parametrize("text", ["<5", "*", "[c]"])
def test_hidden_number_is_asked_for_and_never_guessed(text: str) -> None:
    assert "Leave the cell empty" in number_mend(text, whole=True) and "0" not in number_mend(text, whole=True)


def test_period_is_mended_as_it_was_meant() -> None:
    assert [period_mend(text) for text in ("Q4 2026", "August 2026")] == ["Write 2026-Q4.", "Write 2026-08."]
    assert "financial year" in period_mend("2026/27")


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.sampled_from(("%d/%m/%Y", "%m/%d/%Y", "%d %B %Y", "%d-%b-%y", "%b %d, %Y", "%Y/%m/%d")))
@settings(max_examples=100, deadline=None)
def test_what_is_advised_is_among_what_the_text_may_mean(day: date, form: str) -> None:
    text = f"{day:{form}}"
    meant = date(2000 + day.year % 100, day.month, day.day) if form.endswith("%y") else day

    assert meant.isoformat() in date_mend(text) and meant.isoformat()[:7] in month_mend(text)


@given(st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_advice_is_given_for_any_text(text: str) -> None:
    for mend in (month_mend(text), date_mend(text), period_mend(text), number_mend(text, whole=True), number_mend(text, whole=False)):
        assert mend.endswith(".")


@pytest.mark.parametrize("text", ["Twitter", "fb"])
def test_other_name_of_a_channel_is_suggested(text: str) -> None:
    value = read_cell(text, column=Column("channel", "channel", True, True, ""), terms=Terms(TODAY))

    assert isinstance(value, Fault) and value.mend == f"Did you mean '{ {'Twitter': 'x', 'fb': 'facebook'}[text]}'?"


def test_short_entry_is_told_as_it_stands() -> None:
    column = Column("quarter", "list", True, True, "", allowed=("1", "2", "3", "4"))
    value = read_cell("5", column=column, terms=Terms(TODAY))

    assert isinstance(value, Fault) and value.rule.startswith("'5' is not") and not value.private


def test_row_of_totals_or_notes_is_one_finding(tmp_path: Path) -> None:
    report = checked(tmp_path, **{"e.csv": f"{ENGAGEMENT}{ROW}Grand Total,,,,16900,640\n\nSource: our own,,,,,\n,E23000031,x,18-24,1,1\n"})["e.csv"]

    assert [(one.line, one.column, one.value) for one in report.errors] == [
        (3, "month", "Grand Total"), (5, "month", "Source: our own"), (6, "month", "")]
    assert "Remove it" in report.errors[0].mend and "Fill in" in report.errors[2].mend
    assert report.rows_in == report.rows_used + sum(one.rows for one in report.errors) == 4


def test_row_of_totals_that_begins_in_a_column_of_choice_is_one_finding(tmp_path: Path) -> None:
    report = checked(tmp_path, **{"e.csv": "reach,reactions,month,area_code,channel,age_group\n16900,640,2026-08,E23000031,facebook,18-24\n"
                                           "Total 16900,640,,,,\n"})["e.csv"]

    assert [(one.line, one.column, one.value) for one in report.errors] == [(3, "reach", "Total 16900")] and report.rows_used == 1


@pytest.mark.parametrize(("offence", "published", "fault"), [
    ("1951-08-02", "2026-10-01T09:30", ""), ("1899-12-31", "2026-10-01T09:30", "1899-12-31 is before 1900."),
    ("", "1926-10-01T09:30", "1926-10-01T09:30 is before 1990."), ("", "1926-10-01", "1926-10-01 is before 1990.")])
def test_only_an_offence_may_lie_long_ago(offence: str, published: str, fault: str, tmp_path: Path) -> None:
    report = checked(tmp_path, **{
        "a.csv": f"appeal_id,area_code,crime_type,offence_date,published_at\nA-2026-0417,E23000031,burglary,{offence},{published}\n"})["a.csv"]

    assert [(one.rule, one.mend) for one in report.errors] == ([(fault, "Check the year.")] if fault else [])


@pytest.mark.parametrize(("month", "under_way"), [("2026-11", True), ("2026-10", False)])
def test_month_that_is_not_over_is_noted_and_its_engagement_covers_a_part(month: str, under_way: bool, tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text(f"{ENGAGEMENT}{ROW}{ROW.replace('2026-08', month)}", encoding="utf-8")
    (file,) = load_folder([tmp_path], today=TODAY)

    assert file.partial == ((("E23000031", "facebook", month_index(month)),) if under_way else ())
    assert [(one.line, one.severity, one.rows) for one in file.report.defects] == ([(3, "note", 0)] if under_way else [])
    assert file.report.rows_used == 2


def test_days_in_a_finding_are_days(tmp_path: Path) -> None:
    rows = as_csv(TEMPLATE_BY_NAME["annotations"])
    report = checked(tmp_path, **{"a.csv": rows + rows.splitlines()[1] + "\n"})["a.csv"]

    assert report.errors[0].value.startswith("2026-07-01, E23000031")


def test_what_a_computer_leaves_beside_files_is_passed_over(tmp_path: Path) -> None:
    junk = {"~$e.xlsx": b"\x05me" + b" " * 100, "Thumbs.db": b"\xd0\xcf\x11\xe0" + b"\0" * 600, "desktop.ini": b"[.ShellClassInfo]\r\n",
            "__MACOSX/e.csv": b"\0\5\26\7"}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in {"e.csv": (ENGAGEMENT + ROW).replace("2026", "2025").encode(), **junk}.items():
            archive.writestr(name, content)

    reports = checked(tmp_path, **{"e.csv": ENGAGEMENT + ROW, "all.zip": packed.getvalue(), **junk})

    assert sorted(reports) == ["all.zip, e.csv", "e.csv"] and not any(report.errors for report in reports.values())


def test_compressed_file_is_to_be_unpacked(tmp_path: Path) -> None:
    (defect,) = checked(tmp_path, **{"e.csv.gz": b"\x1f\x8b\x08" + b"\0" * 50})["e.csv.gz"].errors

    assert "gzip" in defect.rule and defect.mend.startswith("Unpack it")


def test_file_put_together_of_two_encodings_keeps_its_words() -> None:
    content = "text\nCafé\n".encode("cp1252") + "Café\n“CAFÉ”\n".encode() + "“CAFÉ”\n".encode("cp1252")

    assert read_table(content, file="a.csv").cells.column(0).to_pylist() == ["Café", "Café", "“CAFÉ”", "“CAFÉ”"]


@pytest.mark.parametrize(("measure", "target", "severity"), [
    ("C1", "950", "error"), ("C1", "-3", "error"), ("A4", "-1", "error"), ("C1", "0.9", "warning"), ("C1", "90", ""), ("E13", "-5", "")])
def test_target_is_held_against_the_unit_of_its_measure(measure: str, target: str, severity: str, tmp_path: Path) -> None:
    report = checked(tmp_path, **{"t.csv": f"measure,area_code,period,target\n{measure},E23000031,2026,{target}\n"})["t.csv"]

    assert [one.severity for one in report.defects] == ([severity] if severity else [])


@pytest.mark.parametrize(("percents", "asked"), [(("0.45", "0.38"), True), (("45", "0.38"), False), (("1", "0"), False)])
def test_percentages_that_are_all_shares_are_questioned(percents: tuple[str, ...], asked: bool, tmp_path: Path) -> None:
    rows = "".join(f"Q1,Yes,E23000031,{age},2026-03-01,{percent},S1\n" for age, percent in zip(("all", "18-24"), percents, strict=True))
    report = checked(tmp_path, **{"s.csv": f"question,option,area_code,age_group,fieldwork_end,percent,measure\n{rows}"})["s.csv"]

    assert [one.severity for one in report.defects] == ["warning"] * asked


def test_street_records_that_lie_elsewhere_are_questioned(tmp_path: Path) -> None:
    headings = "Month,Reported by,Falls within,Longitude,Latitude,LSOA code,LSOA name,Crime type,Last outcome category\n"
    row = "2026-08,Surrey Police,Surrey Police,{},{},,,Burglary,\n"
    right, swapped = ("-0.57", "51.24"), ("51.24", "-0.57")
    reports = checked(tmp_path, **{
        "right.csv": headings + row.format(*right) * 30, "swapped.csv": headings + row.replace("-08", "-07").format(*swapped) * 30})

    assert not [one for one in reports["right.csv"].defects if one.severity != "note"]
    (warning,) = [one for one in reports["swapped.csv"].defects if one.severity == "warning"]
    assert "exchanged" in warning.mend and reports["swapped.csv"].rows_used == 30


def test_title_above_a_published_file_is_passed_over(tmp_path: Path) -> None:
    headings = "Month,Reported by,Falls within,Longitude,Latitude,LSOA code,LSOA name,Crime type,Last outcome category\n"
    row = "2026-08,Surrey Police,Surrey Police,-0.57,51.24,,,Burglary,\n"
    report = checked(tmp_path, **{"s.csv": f"Crimes in Surrey,,,,,,,,\n\n{headings}{row}"})["s.csv"]

    assert (report.source, report.rows_used) == ("police_uk_street", 1)


@pytest.mark.parametrize(("name", "code"), [("Heddlu Gogledd Cymru", "W15000001"), ("Ynys Môn", "W06000001"), ("Abertawe", "W06000011")])
def test_welsh_names_of_forces_and_districts_are_known(name: str, code: str) -> None:
    assert read_cell(name, column=Column("area_code", "area", True, True, ""), terms=Terms(TODAY)) == code
