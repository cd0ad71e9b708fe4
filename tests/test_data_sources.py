"""Sources: each format as it really comes, recognised by content, normalised, with nothing lost."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from data.areas import AREAS
from data.errors import SourceError
from data.model import month_index
from data.sources.base import Loaded, Source
from data.sources.house import ENGAGEMENT_NUMBERS
from data.sources.registry import (
    PUBLIC,
    SOURCE_BY_ID,
    SOURCES,
    check_folder,
    load_file,
    load_folder,
    load_published,
)
from data.templates import RESPONSES_COUNTED, TEMPLATES, Template, as_csv
from tests.sheets import balanced

FIXTURES = Path(__file__).parent / "fixtures"
SAMPLES = Path(os.environ.get("HUE_SAMPLES") or Path(__file__).parents[2] / "shared" / "samples")
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the real files (HUE_SAMPLES) are not on this machine")
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def published() -> dict[str, Loaded]:
    return {loaded.source_id: loaded for loaded in load_published(today=TODAY)}


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def minute(text: str, hour: int = 0, past: int = 0) -> int:
    return day(text) * 1440 + hour * 60 + past


def whole(table: pd.DataFrame, column: str, **where: object) -> float:
    for name, value in where.items():
        table = table[table[name] == value]
    return float(table[column].sum())


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_source_says_who_supplies_it_and_what_limits_it(source: Source) -> None:
    assert source.label and source.publisher and source.licence and source.credit and source.cadence and source.kind
    assert source.limits and all(limit.endswith(".") for limit in source.limits)
    assert source.address == "" or source.address.startswith("https://")
    assert source.recognise(source.columns) and not source.recognise(source.columns[1:])
    assert SOURCE_BY_ID[source.id] is source


def test_published_snapshots_load_without_an_error(published: dict[str, Loaded]) -> None:
    own = {source.id for source in SOURCES if source.origin == "published"}
    assert set(published) == own - {source.id for source in PUBLIC} - {"mopac_pas", "performance_999"}
    for loaded in published.values():
        assert loaded.origin == "published" and loaded.vintage and loaded.report.rows_in == loaded.report.rows_used > 0


def test_published_totals_are_those_of_their_publishers(published: dict[str, Loaded]) -> None:
    forces = published["ons_population_forces"].table
    ages = published["ons_population_ages"].table

    assert whole(forces, "population", month=month_index("2018-06")) == 59_115_809
    assert whole(forces, "population", month=month_index("2023-06")) == 60_854_727
    assert whole(ages, "population") == 59_115_809
    assert len(forces) == 86 and set(ages["age_group"]) >= {"under 16", "75+"}
    assert whole(published["home_office_recorded_crime"].table, "offences") == 4_881_043
    assert "BTP" in set(published["home_office_recorded_crime"].table["area_code"])
    assert len(published["ons_population_boroughs"].table) == 33


def test_published_areas_are_known(published: dict[str, Loaded]) -> None:
    for loaded in published.values():
        if "area_code" in loaded.table:
            assert set(loaded.table["area_code"]) - {""} <= set(AREAS)


def test_published_reference_tables_are_typed(published: dict[str, Loaded]) -> None:
    surveys = published["surveys"].table

    assert surveys["percent"].dtype == "float64" and surveys["base"].isna().any()
    assert surveys["fieldwork_start"].iloc[0] == date(2012, 2, 1).toordinal()
    assert published["appeal_results"].table["value"].dtype == "float64"


def test_house_files_become_normalised_tables() -> None:
    files = {loaded.kind: loaded for loaded in load_folder([FIXTURES / "force"], today=TODAY)}

    appeals, publications, engagement = (files[kind].table for kind in ("appeals", "publications", "engagement"))
    assert {name: str(dtype) for name, dtype in appeals.dtypes.items()} == {
        "appeal_id": "str", "area_code": "str", "crime_type": "str", "month": "int64", "published_minute": "int64",
        "timed": "bool", "offence_day": "float64", "persons_sought": "float64", "closed": "bool", "closed_day": "float64", "closed_month": "float64",
        "status": "str", "public_outcome": "str", "url": "str"}
    assert appeals["published_minute"].tolist() == [
        minute("2026-09-01"), minute("2026-09-04", 8), minute("2026-10-01", 0, 30), minute("2026-10-02", 12)]
    assert appeals["timed"].tolist() == [False, True, True, True]
    assert appeals["offence_day"].tolist()[:2] == [day("2026-08-30"), day("2026-09-03")]
    assert appeals["offence_day"].isna().tolist() == [False, False, True, False]
    assert appeals["persons_sought"].tolist() == [2, 1, 1, 0]
    assert appeals["closed"].tolist() == [False, True, False, True]
    assert appeals["public_outcome"].tolist() == ["none published", "person located", "", "arrest"]
    assert appeals["area_code"].tolist() == ["E23000031", "E23000031", "E07000209", "E23000031"]
    assert appeals["month"].tolist() == [month_index("2026-09"), month_index("2026-09"), *[month_index("2026-10")] * 2]
    assert appeals.index.tolist() == [2, 3, 4, 5]
    assert list(publications) == ["appeal_id", "channel", "day", "month", "reach"]
    assert publications["channel"].tolist() == ["facebook", "poster_in_person", "x", "press"]
    assert engagement["impressions"].tolist()[:2] == [1_048_576, 7000]
    assert engagement["reach"].isna().tolist() == [False, False, True, False]
    assert engagement["messages_in"].tolist()[:2] == [40, 4] and engagement["answered_later"].tolist()[0] == 10
    assert engagement["negative"].isna().all() and list(engagement)[4:] == list(ENGAGEMENT_NUMBERS)
    assert {loaded.origin for loaded in files.values()} == {"uploaded"}


def test_responses_and_outcomes_become_normalised_tables() -> None:
    files = {loaded.kind: loaded for loaded in load_folder([FIXTURES / "force"], today=TODAY)}

    responses, outcomes = files["responses"].table, files["outcomes"].table
    assert {name: str(dtype) for name, dtype in responses.dtypes.items()} == {
        "appeal_id": "str", "received_minute": "int64", "timed": "bool", "month": "int64", "channel": "str",
        "seen_channel": "str", "age_group": "str", "grading": "str"}
    assert [tuple(row) for row in responses.itertuples(index=False)] == [
        ("S-2", minute("2026-09-04", 8, 40), True, month_index("2026-09"), "web_form", "x", "35-44", "useful"),
        ("S-2", minute("2026-09-04", 8, 40), True, month_index("2026-09"), "web_form", "x", "35-44", "useful"),
        ("S-3", minute("2026-10-02"), False, month_index("2026-10"), "crimestoppers", "unknown", "unknown", "ungraded"),
        ("S-4", minute("2026-10-03", 19, 15), True, month_index("2026-10"), "facebook", "press", "18-24", "unusable"),
    ]
    assert {name: str(dtype) for name, dtype in outcomes.dtypes.items()} == {
        "appeal_id": "str", "outcome": "str", "day": "int64", "month": "int64", "persons": "float64",
        "attribution": "str"}
    assert outcomes["day"].tolist() == [day(text) for text in ("2026-09-04", "2026-10-09", "2026-10-10", "2026-10-20")]
    assert outcomes["persons"].tolist()[:3] == [1, 1, 1] and outcomes["persons"].isna().tolist()[3]
    assert outcomes["month"].tolist() == [month_index("2026-09"), *[month_index("2026-10")] * 3]


def test_counted_responses_become_a_normalised_table(tmp_path: Path) -> None:
    (tmp_path / "counted.csv").write_text(as_csv(RESPONSES_COUNTED), encoding="utf-8")

    (counted,) = load_folder([tmp_path], today=TODAY)

    assert counted.kind == "responses_counted" and counted.report.defects == ()
    assert {name: str(dtype) for name, dtype in counted.table.dtypes.items()} == {
        "month": "int64", "area_code": "str", "channel": "str", "seen_channel": "str", "age_group": "str",
        "crime_type": "str", "grading": "str", "responses": "float64"}
    assert counted.table["responses"].tolist() == [4, 11]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_a_template_without_its_columns_gives_a_table_with_every_column_and_no_row(
    template: Template, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    text = as_csv(template)
    good.write_text(text, encoding="utf-8")
    head, *rest = text.splitlines()
    bad.write_text("\n".join([f"{head},surname", *(f"{line},Smith" for line in rest)]) + "\n", encoding="utf-8")

    whole, empty = load_file(good, today=TODAY).table, load_file(bad, today=TODAY).table

    assert empty.empty and list(empty) == list(whole)
    assert empty.dtypes.to_dict() == whole.dtypes.to_dict()


def test_house_files_are_checked_with_each_other(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "force", tmp_path, dirs_exist_ok=True)
    text = (tmp_path / "appeals.csv").read_text()
    (tmp_path / "more.csv").write_text(text.replace("S-2", "S-5").replace("S-3", "S-6").replace("S-4", "S-7"))

    with pytest.raises(SourceError) as refusal:
        load_folder([tmp_path], today=TODAY)

    (defect,) = [defect for defect in refusal.value.defects if defect.severity == "error"]
    assert (defect.file, defect.line, defect.value) == ("more.csv", 2, "S-1") and "appeals.csv" in defect.rule


def test_publications_without_appeals_are_refused(tmp_path: Path) -> None:
    shutil.copy(FIXTURES / "force" / "publications.csv", tmp_path)

    (report,) = check_folder([tmp_path], today=TODAY)

    assert [defect.rows for defect in report.errors] == [4] and balanced(report)


def test_street_file_counts_every_row_once() -> None:
    loaded = load_file(FIXTURES / "formats" / "street.csv", today=TODAY)

    table = loaded.table
    assert whole(table, "crimes") == loaded.report.rows_used == 7 and balanced(loaded.report)
    assert whole(table, "crimes", area_code="E07000209", crime_type="anti-social behaviour") == 2
    assert whole(table, "crimes", area_code="E09000027", force_code="E23000031") == 1
    assert whole(table, "crimes", force_code="E23000031") == 6
    assert whole(table, "crimes", area_code="") == 3
    assert loaded.vintage == "2026-08"


def test_street_file_leaves_greater_manchester_not_supplied() -> None:
    loaded = load_file(FIXTURES / "formats" / "street.csv", today=TODAY)

    districts = {AREAS[code].force for code in loaded.table["area_code"] if code}
    assert "E23000005" not in set(loaded.table["force_code"]) | districts
    assert [defect.rows for defect in loaded.report.defects if defect.severity == "warning"] == [1]


def test_street_file_without_rows_is_not_supplied_and_no_error(tmp_path: Path) -> None:
    headings = (FIXTURES / "formats" / "street.csv").read_text().splitlines()[0]
    (tmp_path / "2026-08-greater-manchester-street.csv").write_text(headings + "\n")

    (loaded,) = load_folder([tmp_path], today=TODAY)

    assert loaded.table.empty and [defect.severity for defect in loaded.report.defects] == ["note"]
    assert list(loaded.table) == ["area_code", "force_code", "crime_type", "month", "crimes"]


@pytest.mark.parametrize("name", ["pas.csv", "pas_semicolons.csv", "pas_plain.csv"])
def test_survey_file_is_read_as_it_comes(name: str) -> None:
    loaded = load_file(FIXTURES / "formats" / name, today=TODAY)

    rows = {(row.area_code, row.measure, row.month): row.percent for row in loaded.table.itertuples()}
    march, june = month_index("2026-03"), month_index("2026-06")
    assert rows == {
        ("E09000003", "good_job", march): 50.0, ("E09000027", "good_job", march): 75.0,
        ("E09000033", "trust", march): 70.0, ("E09000027", "good_job", june): 100.0,
        ("E23000001", "good_job", march): 62.5, ("E23000001", "trust", march): 71.0,
        ("E23000001", "good_job", june): 63.0,
    }
    stray = [] if name == "pas_plain.csv" else [(3, "stray")]
    assert [(defect.line, defect.value) for defect in loaded.report.defects] == stray


def test_survey_file_has_no_trust_before_it_was_asked(tmp_path: Path) -> None:
    text = (FIXTURES / "formats" / "pas.csv").read_text().replace("31/3/2026,PAS,City", "31/12/2015,PAS,City")
    (tmp_path / "pas.csv").write_text(text)

    loaded = load_file(tmp_path / "pas.csv", today=TODAY)

    (found,) = [defect for defect in loaded.report.defects if defect.severity == "warning"]
    assert (found.line, found.value) == (4, "2015-12-31") and "March 2016" in found.rule
    early = loaded.table.loc[loaded.table["month"] == 2015 * 12 + 11, "measure"]
    assert "trust" not in set(early) and balanced(loaded.report)


def test_999_performance_is_read_by_force_and_month(tmp_path: Path) -> None:
    loaded = load_file(FIXTURES / "formats" / "performance_999.csv", today=TODAY)

    assert loaded.report.rows_in == loaded.report.rows_used == 4 and loaded.vintage == "2026-10"
    assert set(loaded.table["channel"]) == {"phone_999"} and set(loaded.table["months"]) == {1}
    rows = {(row.area_code, row.month, row.measure): (row.value, row.unit) for row in loaded.table.itertuples()}
    september, october = month_index("2026-09"), month_index("2026-10")
    assert rows[("E23000031", september, "calls answered")] == (12345, "calls")
    assert rows[("E23000031", september, "calls answered within 10 seconds")] == (91.2, "percent")
    assert rows[("E23000001", september, "calls answered after 60 seconds or more")] == (3.5, "percent")
    assert rows[("E23000031", october, "mean answer time")] == (6, "seconds")
    assert [key for key in rows if key[0] == "BTP"] == [("BTP", october, "calls answered")]


@pytest.mark.parametrize(("row", "column", "words"), [
    ("2026-11,Surrey,1,90,9,1,6", "Month", "is not over"), ("2021-10,Surrey,1,90,9,1,6", "Month", "begins in November 2021"),
    ("2026-09,Narnia,1,90,9,1,6", "Force", "not a police force"), ("2026-09,National,1,90,9,1,6", "Force", "row of totals"),
    ("2026-09,Surrey,1,90,90,1,6", "% answered under 10 seconds", "100 percent"),
    ("2026-09,Surrey,1,90,9,1,soon", "Mean answer time (seconds)", "seconds"), ("2026-09,Kent,1.5,90,9,1,6", "Calls answered", "whole"),
])
def test_999_performance_reports_what_cannot_be_used(row: str, column: str, words: str, tmp_path: Path) -> None:
    head = (FIXTURES / "formats" / "performance_999.csv").read_text().splitlines()[0]
    (tmp_path / "calls.csv").write_text(f"{head}\n2026-08,Surrey,10,0.92,0.07,0.01,6\n{row}\n2026-08,Surrey Police,10,92,7,1,6\n")

    report = load_file(tmp_path / "calls.csv", today=TODAY).report

    note, found, again = report.defects
    assert (note.severity, note.rule) == ("note", SOURCE_BY_ID["performance_999"].kept_for)
    assert (found.line, found.column) == (3, column) and words in found.rule and found.mend
    assert again.line == 4 and "earlier row" in again.rule and balanced(report)


def test_999_performance_with_unknown_headings_is_refused(tmp_path: Path) -> None:
    (tmp_path / "calls.csv").write_text("Month,Force,Calls answered,Quick,Slow\n2026-08,Surrey,10,92,8\n")

    with pytest.raises(SourceError, match="No column of the file can be read as 'calls answered within 10 seconds'"):
        load_file(tmp_path / "calls.csv", today=TODAY)


def test_unrecognised_file_names_the_templates_and_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("month,area_code,channel,reach\n2026-09,E23000031,x,1\n")

    with pytest.raises(SourceError) as refusal:
        load_file(path, today=TODAY)

    (defect,) = refusal.value.defects
    assert "appeals, publications, responses, responses_counted, outcomes, engagement" in defect.mend
    assert "Nearest is 'engagement'" in defect.mend and "lacks its column age_group" in defect.mend


FORMATS = [source for source in SOURCES if source.template is None and len(source.columns) > 2]


@pytest.mark.parametrize("source", FORMATS, ids=[source.id for source in FORMATS])
def test_file_that_lacks_a_column_of_a_published_format_names_both(source: Source, tmp_path: Path) -> None:
    lacking, *others = source.columns
    (tmp_path / "figures.csv").write_text(f"{','.join(others)}\n{','.join('1' for _ in others)}\n", encoding="utf-8")

    (report,) = check_folder([tmp_path], today=TODAY)

    assert f"“{source.label}” ({source.publisher}); the file lacks its column {lacking.replace('_', ' ')}." in report.errors[0].mend


def test_folder_reports_every_file_at_once(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    shutil.copy(FIXTURES / "defects" / "engagement.csv", tmp_path / "sub" / "named_anything.txt")
    (tmp_path / "a.csv").write_bytes(b"\x89PNG\r\n")
    (tmp_path / "README.md").write_text("notes are passed over")
    (tmp_path / ".hidden").write_text("so is this")

    reports = check_folder([tmp_path], today=TODAY)

    assert [report.file for report in reports if report.errors] == ["a.csv", "sub/named_anything.txt"]
    assert len(reports) == 2
    with pytest.raises(SourceError, match="errors in 2 files"):
        load_folder([tmp_path], today=TODAY)


def test_folder_that_does_not_exist_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no file or folder"):
        load_folder([tmp_path / "nowhere"], today=TODAY)


@needs_samples
def test_real_survey_file_gives_the_numbers_of_the_snapshot(published: dict[str, Loaded]) -> None:
    loaded = load_file(SAMPLES / "mopac-pas" / "PAS_Dashboard_Borough.csv", today=TODAY)

    key = ["area_code", "measure", "month"]
    both = loaded.table.merge(published["mopac_pas_2014_2023"].table, on=key, suffixes=("_file", "_snapshot"))
    assert loaded.report.rows_in == loaded.report.rows_used == 9312
    assert len(both) == len(loaded.table) == len(published["mopac_pas_2014_2023"].table)
    assert (both["percent_file"] - both["percent_snapshot"]).abs().max() == 0
    assert [(defect.line, defect.value) for defect in loaded.report.defects][:1] == [(8034, "Trust")]


@needs_samples
@pytest.mark.parametrize(
    ("name", "force", "rows", "without_district", "outside"),
    [
        ("2018-04-city-of-london-street.csv", "E23000034", 663, [36], [47]),
        ("2022-03-btp-street.EXCERPT.csv", "BTP", 14, [14], []),
        ("2023-01-avon-and-somerset-street.csv", "E23000036", 12566, [758, 1], [33]),
    ],
)
def test_real_street_files_lose_no_record(
    name: str, force: str, rows: int, without_district: list[int], outside: list[int]
) -> None:
    loaded = load_file(SAMPLES / "police-uk" / name, today=TODAY)

    assert loaded.report.errors == () and loaded.report.rows_in == rows
    assert whole(loaded.table, "crimes", force_code=force) == rows
    notes = loaded.report.defects
    assert [defect.rows for defect in notes if defect.column != "Falls within"] == without_district
    assert [defect.rows for defect in notes if defect.column == "Falls within"] == outside
    assert whole(loaded.table, "crimes", area_code="") == sum(without_district)


@needs_samples
@pytest.mark.parametrize("path", sorted((SAMPLES / "hostile-uploads").glob("*")), ids=lambda path: path.name)
def test_hostile_uploads_are_refused_in_plain_words(path: Path) -> None:
    with pytest.raises(SourceError) as refusal:
        load_file(path, today=TODAY)

    first = refusal.value.defects[0]
    assert ("picture (PNG)" if "png" in path.name else "The headings are those of no file") in first.rule
    assert "CSV UTF-8" in first.mend or "engagement (month, area_code, channel, age_group)" in first.mend
    assert not any(term in str(refusal.value) for term in ("Traceback", "codec", "Arrow", "0x"))
