"""Personal data are refused by heading and by content, told with their line and never repeated; nothing else is."""

from __future__ import annotations

import csv
import json
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from data.cells import Fault, Terms, read_cell
from data.checks import check_table
from data.errors import Report, SourceError
from data.personal import PERSONAL, Personal, masked, personal_content
from data.sources.house import ROW_CHECKS
from data.sources.reading import read_table
from data.sources.registry import check_folder, load_file
from data.templates import TEMPLATE_BY_NAME, TEMPLATES, Column

FIXTURES = Path(__file__).parent / "fixtures"
TODAY = date(2026, 11, 23)

ANYWHERE = {
    "names of persons": (
        "Mr Smith", "mr. smith", "ask Mrs O'Neill", "Dr Patel", "Ms Jones", "Miss Ahmed", "DC Smith", "Sgt. Miller", "PC Ali",
        "Mr-Smith", "MrsJones_2", "Sir Keith", "MS Jones",
    ),
    "addresses": (
        "12 High Street", "12a Station Road, Guildford", "7 The Avenue", "221b Baker Street", "14 St Mary's Close",
        "99 Upper Church Lane", "12-High-Street", "3 Castle Hill", "5 Old Mill Rd",
    ),
    "postcodes": ("GU1 4AA", "gu14aa", "SW1A 1AA", "seen in M1 1AE today", "EC1A1BB", "B33 8TH", "AB12 3DE"),
    "telephone numbers": (
        "07700 900123", "07700900123", "07700-900-123", "0770 090 0123", "+44 7700 900123", "+44(0)7700900123", "0044 20 7946 0000",
        "020 7946 0000", "(020) 7946 0000", "01483 571212", "0161 496 0000", "0800 555 111", "REF-07700900123", "447700900123",
    ),
    "e-mail addresses": ("j.smith@example.org", "pc@surrey.police.uk", "write to @someone", "a@b"),
    "dates of birth": ("dob 3/5/1984", "DOB: 1984-05-03", "born 3 May 1984", "D.O.B. 03.05.84", "Date of birth 1984"),
    "crime references": (
        "45/123456/26", "45/1234/26", "20SM/12345/26", "CRN 123456", "CRN-2026-12345", "urn:0417/26", "CAD 1234", "Crime ref 45123",
        "crime no. 6512/26", "PNC ID 123456", "a" * 64,
    ),
    "web addresses that tell who read them": (
        "https://www.example.police.uk/appeals?name=smith", "https://example.org/a?x=1&email=j", "https://example.org/?fbclid=IwAR0",
        "www.example.org/report?user_id=17",
    ),
}
ALONE = {
    "names of persons": ("Jane Smith", "SMITH Jane", "Smith, Jane", "Jane A. Smith"),
    "telephone numbers": ("0120000417",),
    "dates of birth": ("03/05/1984", "1984-05-03", "3.5.84", "3 May 1984", "03-MAY-84", "03051984", "19840503"),
    "crime references": ("2301234/26", "94/123456X"),
}
ORDINARY_REFERENCES = (
    "A-2026-0417", "2026/417", "SP-17-0231", "S-1", "SRY/2026-04_1", "ILL-000001", "2026417", "20260417", "20260417001", "417",
    "A_2026_0417", "A.2026.417", "APP-26-0001", "APPEAL-2026-0417-2", "26/0417", "26/0417/01", "12/2026/04", "17/2026/31",
    "A-2026-0217-123456", "07-2026-00123", "MS-WOKING-01", "DC-2026-17", "PS-17", "DI/417", "MET-2026-000123", "W1-26-7",
    "GMP/2026/04/17-3", "SP17-0231", "E26-1", "B12", "GU1", "SURREY-417", "OP-FALCON-3", "OpFalcon", "BURGLARY-2026-1", "Mrs1",
    "a" * 40, "CRIMEWATCH-12", "CRIME-2026-0417", "CADETS-2026", "URNS", "2026-W17-03", "HIGHSTREET-12", "2026-HIGH-STREET-1",
    "45/123456", "1-2-3", "2026-0417-A", "X99-0000012345", "A-2026-04170001", "Drugs-2026-1", "Missing-26-001", "Mst-4",
    "0417-2026-1", "08-26-0001", "02-26-00017", "2026-00000001",
)
ORDINARY_WORDS = (
    "none published", "person identified", "case closed without outcome", "charge or summons", "useful", "unknown", "tip_alone",
    "open", "yes", "no", "Surrey", "Avon and Somerset", "City of London", "Devon & Cornwall", "West Midlands", "X", "TV and radio",
    "Posters and in person", "18-24", "under 16", "75+", "65 to 74", "2026-10", "2026-10-01T09:30", "2026-10-01", "1,048,576",
    "3100.0", "-12", "n/a", "E23000031", "E07000209", "violence and sexual offences", "possession of weapons", "20%", "about 400",
    "12 people in the street", "2 men close by", "miss the bus", "dr", "ms", "101", "999", "0", "007", "https://www.surrey.police.uk/a",
    "https://www.example.police.uk/appeals/0417", "https://www.example.police.uk/appeals?page=2", "Mary Poppins Appeal",
    "https://www.example.police.uk/appeals/12-high-street?utm_source=x", "1234567", "2026-10-08", "12 months", "45 a month",
)


def reports_of(text: str, *, template: str) -> Report:
    table = read_table(text.encode(), file=f"{template}.csv")
    return check_table(
        table, template=TEMPLATE_BY_NAME[template], terms=Terms(TODAY), source="house", rows=ROW_CHECKS[template]).report


def told(report: Report) -> str:
    return json.dumps(asdict(report), ensure_ascii=False)


@pytest.mark.parametrize("kind", PERSONAL, ids=lambda kind: kind.what.replace(" ", "-"))
def test_every_kind_of_personal_data_is_told_in_words_and_has_examples(kind: Personal) -> None:
    assert kind.what and kind.heading and kind.mend.endswith(".")
    if kind.content:
        assert kind.rule.startswith("The cell looks as if it held a") and ANYWHERE[kind.what]
    assert bool(kind.content) == bool(kind.one)


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in ANYWHERE.items() for text in texts])
def test_personal_data_are_known_wherever_they_stand(what: str, text: str) -> None:
    for cell in (text, f"seen: {text}", f" {text} "):
        found = personal_content(cell)
        assert found is not None and found.what == what


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in (*ALONE.items(),) for text in texts])
def test_personal_data_in_place_of_a_reference_are_known(what: str, text: str) -> None:
    found = personal_content(text, reference=True)

    assert found is not None and found.what == what
    assert personal_content(text) is None


@pytest.mark.parametrize("text", ORDINARY_REFERENCES)
def test_ordinary_references_pass(text: str) -> None:
    origin = "illustrative" if text.startswith("ILL") else "uploaded"

    assert personal_content(text, reference=True) is None
    assert read_cell(text, column=Column("appeal_id", "id", True, True, ""), terms=Terms(TODAY, origin)) == text


@pytest.mark.parametrize("text", ORDINARY_WORDS)
def test_ordinary_cells_pass(text: str) -> None:
    assert personal_content(text) is None


@pytest.mark.parametrize("name", [*(path.stem for path in sorted((FIXTURES / "force").glob("*.csv")))])
def test_no_cell_of_a_clean_file_looks_personal(name: str) -> None:
    with (FIXTURES / "force" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        cells = {cell for row in csv.reader(file) for cell in row}

    assert [cell for cell in cells if personal_content(cell)] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_no_example_of_a_template_looks_personal(template) -> None:  # type: ignore[no-untyped-def]
    examples = [(column.kind, example) for column in template.columns for example in column.example]

    assert [text for kind, text in examples if personal_content(text, reference=kind == "id")] == []


# What is told of them


SECRETS = ("Mr Smith", "Jane Smith", "12 High Street", "GU1 4AA", "07700 900123", "j.smith@example.org", "03/05/1984",
           "45/123456/26", "CRN 123456")
RECOGNISED = tuple(secret for secret in SECRETS if personal_content(secret))
"""Those that nothing but their form gives away; a bare name may be a place, a bare date a date."""


@pytest.mark.parametrize("secret", SECRETS)
def test_a_reference_that_is_personal_is_refused_and_never_repeated(secret: str) -> None:
    report = reports_of(f"appeal_id,area_code,crime_type,published_at\n{secret},Surrey,burglary,2026-10-01\n",
                        template="appeals")

    (defect,) = report.errors
    assert (defect.line, defect.column, defect.value) == (2, "appeal_id", masked(secret))
    assert defect.rule.startswith("The cell looks as if it held a") and defect.mend
    assert secret not in told(report) and report.rows_used == 0


@pytest.mark.parametrize(("template", "row"), [
    ("appeals", "A-1,Surrey,burglary,2026-10-01,{}\nappeal_id,area_code,crime_type,published_at,public_outcome"),
    ("appeals", "A-1,Surrey,burglary,2026-10-01,{}\nappeal_id,area_code,crime_type,published_at,hate_crime"),
    ("responses", "A-1,2026-10-01,x,x,18-24,{}\nappeal_id,received_at,channel,seen_channel,age_group,grading"),
    ("outcomes", "A-1,{},2026-10-01,unknown\nappeal_id,outcome,outcome_date,attribution"),
])
@pytest.mark.parametrize("secret", [*SECRETS, "Jane Smith of Woking was arrested"])
def test_an_entry_that_is_personal_is_refused_and_never_repeated(template: str, row: str, secret: str) -> None:
    cells, headings = row.split("\n")

    report = reports_of(f"{headings}\n{cells.format(secret)}\n", template=template)

    assert [defect.line for defect in report.errors] == [2]
    assert secret not in told(report) and "Smith" not in told(report)


@pytest.mark.parametrize("secret", RECOGNISED)
@pytest.mark.parametrize("column", ["area_code", "channel", "age_group", "month", "reach"])
def test_personal_data_in_any_other_column_are_never_repeated(column: str, secret: str) -> None:
    row = {"month": "2026-10", "area_code": "Surrey", "channel": "x", "age_group": "18-24", "reach": "5", column: secret}

    report = reports_of(f"{','.join(row)}\n{','.join(row.values())}\n", template="engagement")

    assert [defect.column for defect in report.errors] == [column]
    assert secret not in told(report) and report.errors[0].value == masked(secret)


def test_a_telephone_number_is_no_count() -> None:
    assert isinstance(read_cell("07700900123", column=Column("persons", "whole", False, True, ""), terms=Terms(TODAY)), Fault)


@pytest.mark.parametrize("secret", RECOGNISED)
def test_undocumented_columns_are_searched_and_the_first_of_each_kind_is_told(secret: str) -> None:
    report = reports_of(
        "month,area_code,channel,age_group,reach,remark_2\n2026-10,Surrey,x,18-24,5,\n"
        f"2026-10,Surrey,x,25-34,5,see {secret}\n2026-10,Surrey,x,35-44,5,{secret}\n", template="engagement")

    heading, cell = report.errors
    assert (heading.line, cell.line, cell.column) == (1, 3, "remark_2")
    assert cell.rule.startswith("The cell looks as if") and cell.rule.endswith("It is so in 2 rows.")
    assert secret not in told(report) and report.rows_used == 0
    assert report.rows_in == sum(defect.rows for defect in report.errors)


def test_columns_that_are_not_read_are_searched_too() -> None:
    report = reports_of("appeal_id,channel,published_at,reach\nA-1,x,2026-10-01,180\nA-2,x,2026-10-01,call 07700 900123\n",
                        template="publications")

    (defect,) = report.errors
    assert (defect.line, defect.column, defect.rows) == (3, "reach", 1) and "07700" not in told(report)


@pytest.mark.parametrize("text", [
    "appeal_id,channel,published_at\nA-1,x,2026-10-01,Jane Smith,12 High Street\n",
    "appeal_id,channel,published_at\nA-1,x,2026-10-01,Smith,\"Jane\nSmith\"\n",
    "appeal_id,channel,published_at,07700 900123\nA-1,x,2026-10-01,5\n",
    "appeal_id,channel,published_at,Mr Smith\nA-1,x,2026-10-01,5\n",
])
def test_rows_and_headings_out_of_place_repeat_nothing_personal(text: str) -> None:
    report = reports_of(text, template="publications")

    assert report.errors and not any(part in told(report) for part in ("Smith", "High Street", "900123"))


@pytest.mark.parametrize("text", ["2026-10,Jane Smith,07700 900123\n2026-10,John Brown,07700 900124\n",
                                  "Mr Smith,Mr Smith\n1,2\n", "Mr Smith,x\n1,2\n"])
def test_a_file_without_headings_repeats_nothing_personal(text: str, tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SourceError) as refusal:
        load_file(path, today=TODAY)

    said = str(refusal.value) + json.dumps([asdict(defect) for defect in refusal.value.defects], ensure_ascii=False)
    assert not any(part in said for part in ("Smith", "Brown", "900123"))


def test_a_whole_folder_of_defects_repeats_no_personal_data() -> None:
    said = json.dumps([asdict(report) for report in check_folder([FIXTURES / "defects"], today=TODAY)])

    assert "pc.smith" not in said and "07700" not in said


def test_masked_shows_the_first_character_and_the_length() -> None:
    assert masked(" Jane Smith ") == "J… (10 characters)"


@pytest.mark.parametrize("text", ["?" * 100_000, "1 a " * 50_000, "https://" + "a;" * 50_000, "0" * 100_000, "A b " * 50_000])
def test_long_cells_are_looked_at_in_no_time(text: str) -> None:
    started = time.process_time()

    personal_content(text, reference=True)

    assert time.process_time() - started < 0.5
