"""Files of the Office for National Statistics: residents, lookups and boundaries of any year."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely

from dashboard.app import create_app
from dashboard.settings import Settings
from data.areas import AREAS, ENGLAND_AND_WALES, NEWER_DISTRICTS, Lookups, district_of_2019, members_of
from data.boundaries import geojson_path
from data.cells import Terms
from data.inputs import gather
from data.model import month_index
from data.release import Store
from data.sources.base import Loaded
from data.sources.json_tables import read_json
from data.sources.ons_boundaries import all_forces, as_geojson
from data.sources.registry import SOURCE_BY_ID, check_folder, load_file, load_folder, load_published, recognise
from data.sources.reading import Table
from tests.publishing import FORCE, publish
from tests.sheets import balanced, sheet_in_csv, sheet_of
from tests.test_data_sources import FIXTURES, SAMPLES, needs_samples

FORMATS = FIXTURES / "formats"
TODAY = date(2026, 11, 23)
MYE2 = SOURCE_BY_ID["ons_population_mye2"]
JUNE_2023 = month_index("2023-06")


NO_LOOKUPS = Lookups()


def residents(sheet: Table, *, lookups: Lookups = NO_LOOKUPS) -> Loaded:
    return MYE2.load(sheet, source=MYE2, terms=Terms(TODAY, "published", "", lookups))


def mye2(text: str | None = None) -> Table:
    text = text or (FORMATS / "mye2_2023.csv").read_text()
    return sheet_in_csv(text, file="mye23.xlsx, sheet MYE2 - Persons", headings=8)


def numbers(file: Loaded, **where: object) -> dict[tuple[str, str], float]:
    return {(item.area_code, item.age_group): item.population for item in file.table.itertuples()}


# Districts of other years


def test_newer_districts_are_made_of_districts_of_the_same_force() -> None:
    for newer in NEWER_DISTRICTS.values():
        assert newer.parts and {AREAS[part].force for part in newer.parts} == {newer.force}
        assert newer.code not in AREAS and Lookups().force_of(newer.code) == newer.force
    assert district_of_2019("E08000038") == "E08000016" and district_of_2019("E06000066") == ""
    assert len({part for newer in NEWER_DISTRICTS.values() for part in newer.parts}) == 30


# Residents


def test_the_sheet_is_recognised_in_both_layouts() -> None:
    assert recognise(mye2()) is MYE2


def test_a_force_is_the_sum_of_its_districts_and_stands_only_where_all_are_there() -> None:
    loaded = residents(mye2())

    found = numbers(loaded)
    assert set(loaded.table["month"]) == {JUNE_2023} and loaded.vintage == "2023-06"
    assert {area for area, _ in found} == {"E23000002", "E06000046", "E08000016"}
    assert found["E23000002", "all"] == 277_000 + 228_000 and found["E08000016", "all"] == 248_000
    assert sum(value for (area, age), value in found.items() if area == "E23000002" and age != "all") == 505_000
    short = [defect for defect in loaded.report.defects if "Not all districts" in defect.rule]
    assert [defect.value for defect in short] == ["E23000011", "E23000030", "N23000001"]


def test_countries_and_notes_are_told_and_every_row_is_accounted_for() -> None:
    report = residents(mye2()).report

    told = [(defect.line, defect.value[:9], defect.rows) for defect in report.defects if defect.severity == "warning"]
    assert told == [(9, "K02000001", 2), (17, "1. Furthe", 1), (15, "E06000099", 1)]
    assert (report.rows_in, report.rows_used) == (9, 5) and balanced(report) and report.errors == ()


def test_a_lookup_tells_the_force_of_a_district_that_is_not_known() -> None:
    loaded = residents(mye2(), lookups=Lookups(forces={"E06000099": "E23000002"}))

    assert numbers(loaded)["E23000002", "all"] == 277_000 + 228_000 + 1_000
    assert loaded.report.rows_used == 6


@pytest.mark.parametrize(("old", "new", "column"), [
    ("E06000064,Westmorland and Furness", "E06000063,Westmorland and Furness", "code"),
    ("E06000046,Isle of Wight", "E07000026,Allerdale", "code"), (",277000,", ",277001,", "all_ages")])
def test_rows_that_cannot_be_right_are_errors(old: str, new: str, column: str) -> None:
    report = residents(mye2((FORMATS / "mye2_2023.csv").read_text().replace(old, new))).report

    assert [error.column for error in report.errors] == [column] and balanced(report)


def test_a_sheet_without_a_year_is_refused_and_one_of_males_left_out() -> None:
    text = (FORMATS / "mye2_2023.csv").read_text()
    without = residents(mye2(text.replace("mid-2023", "")))
    males = residents(mye2(text.replace("Persons", "Males")))

    assert without.table.empty and "does not tell the year" in without.report.errors[0].rule
    assert males.table.empty and males.report.errors == () and balanced(males.report) and balanced(without.report)


def test_supplied_residents_stand_in_for_the_same_areas_and_years_alone(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "residents.csv").write_bytes((FORMATS / "mye2_2023.csv").read_bytes())

    tables = gather(tmp_path / "home", folders=[folder], today=TODAY).tables()["population"]

    cumbria = tables[(tables["area_code"] == "E23000002") & (tables["age_group"] == "all")]
    assert dict(zip(cumbria["month"], cumbria["population"], strict=True)) == {
        month_index("2018-06"): 498_888, JUNE_2023: 505_000}
    assert not tables.duplicated(["area_code", "age_group", "month"]).any()


@needs_samples
def test_the_real_workbook_gives_the_numbers_of_the_snapshots() -> None:
    path = SAMPLES / "population" / "ons_mid2018_MYE2_LAD_single_year_of_age.xls"
    sheet = sheet_of(path, sheet="MYE2-All", headings=5)
    loaded = residents(sheet)
    published = {item.source_id: item.table for item in load_published(today=TODAY)}

    key = ["area_code", "age_group", "month"]
    for source in ("ons_population_forces", "ons_population_ages"):
        snapshot = published[source][published[source]["month"] == month_index("2018-06")]
        both = snapshot.merge(loaded.table, on=key, how="left", suffixes=("_snapshot", "_file"))
        assert (both["population_snapshot"] == both["population_file"]).all()
    found = numbers(loaded)
    assert recognise(sheet) is MYE2 and loaded.report.errors == () and balanced(loaded.report)
    assert (loaded.report.rows_in, loaded.report.rows_used) == (431, 382)
    assert sum(value for (area, age), value in found.items() if age == "all" and AREAS[area].type == "police_force") == 66_435_550
    assert sum(value for (area, age), value in found.items() if age == "all" and AREAS[area].type == "district") == 59_115_809


@needs_samples
@pytest.mark.parametrize("name", ["MYE2 - Males", "MYE2 - Females"])
def test_the_real_sheets_of_one_sex_are_left_out(name: str) -> None:
    path = SAMPLES / "population" / "ons_mid2018_MYE2_LAD_single_year_of_age.xls"

    loaded = residents(sheet_of(path, sheet=name, headings=5))

    assert loaded.table.empty and loaded.report.errors == () and balanced(loaded.report)


# Lookups


def test_a_lookup_of_districts_is_read_whatever_its_year_and_order() -> None:
    loaded = load_file(FORMATS / "lookup_districts.csv", today=TODAY)

    assert loaded.source_id == "ons_lookup_districts" and balanced(loaded.report)
    assert dict(zip(loaded.table["code"], loaded.table["area_code"], strict=True)) == {
        "E07000209": "E23000031", "E06000065": "E23000009", "E06000099": "E23000031"}
    told = [(defect.line, defect.column, defect.value) for defect in loaded.report.defects if defect.severity == "warning"]
    assert told == [(6, "LAD23CD", "E07000217"), (7, "PFA23CD", "X"), (8, "LAD23CD", "E12000008")]


def test_a_lookup_of_small_areas_holds_both_vintages() -> None:
    loaded = load_file(FORMATS / "lookup_small_areas.csv", today=TODAY)

    assert loaded.source_id == "ons_lookup_small_areas" and balanced(loaded.report)
    assert set(loaded.table["code"]) == {"E01029002", "E01030001", "E01035001", "E01035002"}
    assert [(defect.line, defect.value) for defect in loaded.report.defects if defect.severity == "warning"] == [
        (5, "E01030001"), (6, "E0102")]


def test_names_of_forces_are_checked() -> None:
    loaded = load_file(FORMATS / "force_names.csv", today=TODAY)

    assert loaded.source_id == "ons_force_names" and balanced(loaded.report)
    assert [(defect.line, defect.column, defect.value) for defect in loaded.report.defects] [:2] == [
        (5, "PFA19NM", "West Yorkshire"), (6, "PFA19CD", "M99999999")]
    assert "1 force has no name here" in loaded.report.defects[-1].rule


@needs_samples
def test_real_lookups_agree_with_what_is_known() -> None:
    districts = load_file(SAMPLES / "lookups" / "LAD19_CSP19_PFA19_EW.csv", today=TODAY)
    names = load_file(SAMPLES / "lookups" / "PFA19_names_codes_UK.csv", today=TODAY)

    assert (districts.report.rows_in, districts.report.rows_used, len(districts.table)) == (342, 342, 339)
    assert all(AREAS[code].force == force for code, force in districts.table[["code", "area_code"]].values)
    assert (names.report.rows_in, names.report.rows_used) == (47, 45) and names.report.errors == ()


# Boundaries


def test_outlines_are_checked_mended_and_turned() -> None:
    loaded = load_file(FORMATS / "boundaries.geojson", today=TODAY)

    assert loaded.source_id == "ons_boundaries_forces" and balanced(loaded.report)
    assert loaded.table["area_code"].tolist() == ["E23000031", "E23000033"]
    for text in loaded.table["geometry"]:
        shape = shapely.from_geojson(text)
        assert shape.is_valid and not any(part.exterior.is_ccw for part in shape.geoms)
    told = {(defect.line, defect.column): defect.rule for defect in loaded.report.defects}
    assert told[3, "pfa22cd"].startswith("'E23000099' is not") and "not in degrees" in told[4, "geometry"]
    assert "no outline" in told[5, "geometry"] and "longitude may stand for latitude" in told[6, "geometry"]
    assert "earlier entry" in told[7, "pfa22cd"] and "mended" in told[2, "geometry"]
    assert "not kept, because 41 forces" in loaded.report.defects[-1].rule and loaded.report.errors == ()


def test_topojson_gives_the_same_as_geojson() -> None:
    table = read_json((FORMATS / "boundaries.topojson").read_bytes(), file="b")
    loaded = load_file(FORMATS / "boundaries.topojson", today=TODAY)

    shapes = [shapely.from_geojson(text) for text in table.column("geometry")]
    assert [shape.bounds for shape in shapes] == [pytest.approx((-0.8, 51.1, -0.6, 51.4)), pytest.approx((-0.6, 51.1, -0.4, 51.4))]
    assert shapes[0].area == pytest.approx(shapes[1].area) and loaded.source_id == "ons_boundaries_districts"
    assert sorted(loaded.table["area_code"]) == ["E06000060", "E07000209"] and balanced(loaded.report)


def test_outlines_of_every_force_are_kept_as_the_committed_ones_are_written(tmp_path: Path) -> None:
    committed = json.loads(geojson_path("police_force").read_text(encoding="utf-8"))
    supplied = {"type": "FeatureCollection", "features": [
        {**feature, "properties": {"PFA23CD": feature["id"], "PFA23NM": feature["properties"]["area_name"]}}
        for feature in committed["features"]]}
    path = tmp_path / "pfa.geojson"
    path.write_text(json.dumps(supplied))

    loaded = load_file(path, today=TODAY)

    assert all_forces(loaded.table) and set(members_of(ENGLAND_AND_WALES)) <= set(loaded.table["area_code"])
    assert "kept with the release" in loaded.report.defects[-1].rule
    again = json.loads(as_geojson(loaded.table))
    assert [feature["id"] for feature in again["features"]] == sorted(feature["id"] for feature in committed["features"])


@needs_samples
def test_real_boundaries_are_valid_and_all_there(tmp_path: Path) -> None:
    real = json.loads((SAMPLES / "boundaries" / "police-forces-2022.reference.geojson").read_text(encoding="utf-8"))
    for feature in real["features"]:
        feature["properties"] = {"PFA22CD": feature["properties"]["id"], "PFA22NM": feature["properties"]["name"]}
    path = tmp_path / "pfa22.geojson"
    path.write_text(json.dumps(real))

    (loaded,) = load_folder([path], today=TODAY)

    assert all_forces(loaded.table) and loaded.report.rows_used == loaded.report.rows_in == 43 and loaded.report.errors == ()


def turned(coordinates: list[Any]) -> list[Any]:
    """Return rings the other way round, as RFC 7946 and the publisher order them."""
    return [turned(part) for part in coordinates] if isinstance(coordinates[0][0], list) else coordinates[::-1]


def outlines_of_all_forces(layout: str) -> str:
    """Return our own outlines of England and Wales as the publisher would send them: another year, case, order."""
    features = json.loads(geojson_path("police_force").read_text(encoding="utf-8"))["features"]
    ours = [(feature["properties"], turned(feature["geometry"]["coordinates"]), feature["geometry"]["type"])
            for feature in features if feature["properties"]["area_code"] in members_of(ENGLAND_AND_WALES)]
    if layout == "GeoJSON":
        return json.dumps({"type": "FeatureCollection", "features": [{
            "type": "Feature", "properties": {"OBJECTID": place, "pfa21cd": said["area_code"], "pfa21nm": said["area_name"]},
            "geometry": {"type": kind, "coordinates": coordinates},
        } for place, (said, coordinates, kind) in enumerate(ours)]})
    arcs: list[Any] = []
    geometries = []
    for said, coordinates, kind in ours:
        polygons = []
        for polygon in coordinates if kind == "MultiPolygon" else [coordinates]:
            arcs += polygon
            polygons.append([[place] for place in range(len(arcs) - len(polygon), len(arcs))])
        geometries.append({"type": "MultiPolygon", "arcs": polygons,
                           "properties": {"PFA25CD": said["area_code"], "PFA25NM": said["area_name"]}})
    return json.dumps({"type": "Topology", "arcs": arcs,
                       "objects": {"pfa": {"type": "GeometryCollection", "geometries": geometries}}})


@pytest.mark.parametrize("layout", ["GeoJSON", "TopoJSON"])
def test_outlines_of_all_forces_are_read_whole_and_turned(layout: str, tmp_path: Path) -> None:
    (tmp_path / "pfa.json").write_text(outlines_of_all_forces(layout), encoding="utf-8")
    loaded = load_file(tmp_path / "pfa.json", today=TODAY)

    assert loaded.report.rows_used == loaded.report.rows_in == 43 and not loaded.report.errors
    assert all_forces(loaded.table) and "maps draw those that come with the program" in loaded.report.defects[-1].rule
    ours = {each["properties"]["area_code"]: shapely.from_geojson(json.dumps(each["geometry"]))
            for each in json.loads(geojson_path("police_force").read_text(encoding="utf-8"))["features"]}
    for feature in json.loads(as_geojson(loaded.table))["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.symmetric_difference(ours[feature["id"]]).area < 1e-9
        assert not any(shapely.is_ccw(part.exterior) for part in shapely.get_parts(shape))


def test_outlines_of_all_forces_in_two_files_are_refused(tmp_path: Path) -> None:
    for name, layout in (("a.json", "GeoJSON"), ("b.json", "TopoJSON")):
        (tmp_path / name).write_text(outlines_of_all_forces(layout), encoding="utf-8")
    first, second = check_folder([tmp_path], today=TODAY)

    assert not first.errors and [(error.file, error.rows) for error in second.errors] == [("b.json", 43)]
    assert "stand in a.json too" in second.errors[0].rule and balanced(second)


@pytest.mark.long
def test_supplied_outlines_are_kept_with_the_release_and_change_no_map(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "pfa.json").write_text(outlines_of_all_forces("TopoJSON"), encoding="utf-8")
    done = publish(tmp_path / "home", folders=[FORCE, tmp_path / "mine"], today=TODAY)
    store = Store(tmp_path / "home")
    kept = store.get(done.release).folder / "geo" / "supplied" / "police_force.geojson"

    assert store.verify(done.release) == []
    assert [feature["id"] for feature in json.loads(kept.read_text(encoding="utf-8"))["features"]] == sorted(
        members_of(ENGLAND_AND_WALES))
    client = create_app(Settings(home=tmp_path / "home")).server.test_client()
    assert client.get("/geo/police_force.geojson").data == geojson_path("police_force").read_bytes()
    assert [area["code"] for area in client.get("/areas.json?lat=51.24&lon=-0.57").get_json()["areas"]] == ["E07000209"]
