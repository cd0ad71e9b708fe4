"""Files of police.uk: street-level records and their places, outcomes, stop and search, answers of the API."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from data.errors import SourceError
from data.model import month_index
from data.sources.registry import check_folder, load_file, load_folder
from tests.sheets import balanced
from tests.test_data_sources import FIXTURES, SAMPLES, needs_samples

FORMATS = FIXTURES / "formats"
TODAY = date(2026, 11, 23)
AUGUST = month_index("2026-08")


HEADINGS = (FORMATS / "street.csv").read_text().splitlines()[0]


def street(folder: Path, *rows: str, name: str = "street.csv") -> Path:
    (folder / name).write_text("\n".join([HEADINGS, *rows]) + "\n")
    return folder / name


def row(force: str, *, point: str = ",", lsoa: str = ",", month: str = "2026-08") -> str:
    return f",{month},{force},{force},{point},On or near X,{lsoa},Burglary,,"


def test_a_record_without_a_small_area_is_placed_by_its_point(tmp_path: Path) -> None:
    loaded = load_file(street(tmp_path, row("Surrey Police", point="-0.57,51.236")), today=TODAY)

    assert loaded.table["area_code"].tolist() == ["E07000209"]
    (note,) = loaded.report.defects
    assert (note.line, note.column, note.value, note.rows) == (2, "Longitude", "-0.57, 51.236", 1)


def test_points_outside_the_force_and_in_the_sea_are_told_and_counted(tmp_path: Path) -> None:
    loaded = load_file(street(tmp_path, row("Surrey Police", point="-0.13,51.5"), row("Surrey Police", point="-0.13,50.0"),
                              row("Surrey Police", point="x,y")), today=TODAY)

    assert loaded.table[["area_code", "force_code", "crimes"]].values.tolist() == [["", "E23000031", 3]]
    assert [(note.severity, note.column, note.line, note.value) for note in loaded.report.defects] == [
        ("note", "Location", 4, ""), ("note", "Falls within", 2, "-0.13, 51.5"), ("note", "Latitude", 3, "-0.13, 50")]


def test_a_district_made_after_2019_is_resolved_by_the_point(tmp_path: Path) -> None:
    loaded = load_file(street(tmp_path, row("Cumbria Constabulary", point="-2.935,54.893", lsoa="E01035999,Cumberland 001A")),
                       today=TODAY)

    assert loaded.table["area_code"].tolist() == ["E07000028"]
    assert "1 of 1 records (100.0%) lie in a small area whose district is not one of 2019." in [
        note.rule for note in loaded.report.defects]


def test_the_transport_police_is_placed_in_no_district(tmp_path: Path) -> None:
    loaded = load_file(street(tmp_path, row("British Transport Police", point="-0.57,51.236")), today=TODAY)

    assert loaded.table[["area_code", "force_code"]].values.tolist() == [["", "BTP"]]
    assert [note.column for note in loaded.report.defects] == ["Reported by"]


def test_lookups_of_small_areas_place_records_whichever_is_read_first(tmp_path: Path) -> None:
    street(tmp_path, row("Surrey Police", lsoa="E01035001,Newplace 001F"), row("Surrey Police", lsoa="E01029002,Newplace 001A"),
           row("Surrey Police", lsoa="E01999999,Guildford 099Z"), name="a.csv")
    shutil.copy(FORMATS / "lookup_small_areas.csv", tmp_path / "z.csv")

    files = {file.report.file: file for file in load_folder([tmp_path], today=TODAY)}

    assert files["a.csv"].table[["area_code", "crimes"]].values.tolist() == [["E07000209", 3]]
    (note,) = files["a.csv"].report.defects
    assert (note.line, note.column, note.value) == (4, "LSOA code", "E01999999")
    assert "1 of 3 records (33.3%)" in note.rule


def test_the_same_month_in_two_files_is_refused(tmp_path: Path) -> None:
    street(tmp_path, row("Surrey Police"), name="a.csv")
    street(tmp_path, row("Surrey Police"), row("Surrey Police"), name="b.csv")
    shutil.copy(FORMATS / "api_crimes.json", tmp_path / "c.json")

    reports = check_folder([tmp_path], today=TODAY)

    assert [len(report.errors) for report in reports] == [0, 1, 1] and all(map(balanced, reports))
    assert "stand in a.csv too" in reports[1].errors[0].rule and reports[1].errors[0].value == "Surrey, 2026-08"


def test_outcomes_are_read_and_feed_no_figure() -> None:
    loaded = load_file(FORMATS / "outcomes.csv", today=TODAY)

    assert (loaded.kind, loaded.report.rows_used) == ("street_outcomes", 3) and balanced(loaded.report)
    assert loaded.table["outcomes"].sum() == 3 and set(loaded.table["force_code"]) == {"E23000031"}
    (note,) = loaded.report.defects
    assert note.rule == "Read and checked; it feeds no figure yet. 1 crime has several outcomes."


def test_age_ranges_of_stop_and_search_stay_as_they_are() -> None:
    loaded = load_file(FORMATS / "stop_search.csv", today=TODAY)

    assert loaded.kind == "stop_search" and balanced(loaded.report)
    found = {(item.force_code, item.age_range, item.month): item.searches for item in loaded.table.itertuples()}
    assert found == {("E23000031", "over 34", AUGUST): 1, ("E23000031", "10-17", AUGUST): 1, ("", "", AUGUST): 1}


def test_an_unknown_age_range_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "stops.csv"
    path.write_text((FORMATS / "stop_search.csv").read_text().replace("over 34", "35-44"))

    (error,) = load_file(path, today=TODAY).report.errors

    assert (error.line, error.column) == (2, "Age range") and "over 34" in error.mend


def test_records_of_the_api_are_counted_for_the_force_that_was_fetched() -> None:
    loaded = load_file(FORMATS / "api_crimes.json", today=TODAY)

    assert loaded.kind == "street_crimes" and balanced(loaded.report) and loaded.vintage == "2026-08"
    rows = {(item.area_code, item.crime_type): item.crimes for item in loaded.table.itertuples()}
    assert rows == {("E07000209", "violence and sexual offences"): 1, ("E07000209", "anti-social behaviour"): 1,
                    ("", "drugs"): 1, ("", "burglary"): 2}
    warnings = [(defect.line, defect.column, defect.value) for defect in loaded.report.defects if defect.severity == "warning"]
    assert warnings == [(3, "id", "12"), (5, "location_type", "BTP")]


def test_an_answer_that_names_no_force_feeds_no_figure(tmp_path: Path) -> None:
    path = tmp_path / "answer.json"
    path.write_text(json.dumps(json.loads((FORMATS / "api_crimes.json").read_text())["crimes"]))

    loaded = load_file(path, today=TODAY)

    assert loaded.table.empty and loaded.report.rows_used == 6 and balanced(loaded.report)
    assert "hue fetch police-uk" in loaded.report.defects[-1].mend


@pytest.mark.parametrize(("content", "said"), [
    ('[{"category": "drugs", "mon', "breaks off"), ('[{"a": 1}, oops]', "cannot be read from here"), ("[]", "no list of entries"),
    ("[[[" * 50_000, "nested too deeply"), ("[1, 2]", "no list of entries"), ('[{"a": 1, "A": 2}]', "capital letters")])
def test_broken_json_is_refused_in_plain_words(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "answer.json").write_text(content)

    with pytest.raises(SourceError, match=said):
        load_file(tmp_path / "answer.json", today=TODAY)


@needs_samples
@pytest.mark.parametrize(("name", "kind", "rows"), [
    ("police-uk/2012-01-metropolitan-outcomes.csv", "street_outcomes", 206),
    ("police-uk/2018-04-city-of-london-stop-and-search.csv", "stop_search", 110),
    ("police-uk-api/crime.json", "street_crimes", 1), ("police-uk-api/outcome.json", "street_outcomes", 1),
    ("police-uk-api/case-history.json", "street_outcomes", 2), ("police-uk-api/stop-and-search.json", "stop_search", 1)])
def test_real_files_are_read_whole(name: str, kind: str, rows: int) -> None:
    loaded = load_file(SAMPLES / name, today=TODAY)

    assert (loaded.kind, loaded.report.rows_in, loaded.report.rows_used) == (kind, rows, rows)
    assert loaded.report.errors == () and any("feeds no figure" in defect.rule for defect in loaded.report.defects)


@needs_samples
def test_real_searches_lie_in_the_force_that_supplied_them() -> None:
    loaded = load_file(SAMPLES / "police-uk" / "2018-04-city-of-london-stop-and-search.csv", today=TODAY)

    found = loaded.table.groupby("force_code")["searches"].sum()
    assert found[""] == 53 and found["E23000034"] >= 0.85 * (110 - 53)
