"""Finding an area: by what a reader types, by a point, and beside another one."""

from __future__ import annotations

import csv

import geopandas
import pytest

from data.area_search import LONGEST, search
from data.areas import AREAS, DISTRICTS, FORCES, NEWER_DISTRICTS, TRANSPORT_POLICE, full_name, place_name
from data.boundaries import geojson_path
from data.errors import SelectionError
from data.neighbours import FILE, as_csv, neighbours_of
from data.positions import locate, read_position

PLACES = (*FORCES, TRANSPORT_POLICE, *DISTRICTS)
TYPED = {
    "guildford": "E07000209", "GUILDFORD": "E07000209", "Guildford Borough Council": "E07000209", "surrey police": "E23000031",
    "brighton & hove": "E06000043", "Brighton and  Hove": "E06000043", "kings lynn": "E07000146", "King’s Lynn": "E07000146",
    "ynys mon": "W06000001", "Ynys Môn": "W06000001", "caerdydd": "W06000015", "Rhondda Cynon Tâf": "W06000016", "hull": "E06000010",
    "bristol": "E06000023", "devon & cornwall": "E23000035", "MPS": "E23000001", "london": "E23000001", "PSNI": "N23000001",
    "heddlu gwent": "W15000002", "e07000209": "E07000209", "btp": "BTP", "london borough of barnet": "E09000003",
    "Hampshire Constabulary": "E23000030",
}
POINTS = {
    (51.2362, -0.5704): "Guildford, in Surrey Police", (50.8225, -0.1372): "Brighton and Hove, in Sussex Police",
    (53.4794, -2.2453): "Manchester, in Greater Manchester Police", (51.4816, -3.1791): "Cardiff, in South Wales Police",
    (51.5155, -0.0922): "City of London, in City of London Police", (51.5007, -0.1246): "Westminster, in Metropolitan Police",
    (54.9783, -1.6178): "Newcastle upon Tyne, in Northumbria Police", (55.9533, -3.1883): "Police Scotland",
    (60.1530, -1.1430): "Police Scotland", (54.5973, -5.9301): "Police Service of Northern Ireland",
    (50.2632, -5.0510): "Cornwall, in Devon and Cornwall Police", (55.7708, -2.0070): "Northumberland, in Northumbria Police",
}
"""Well-known places in degrees: Guildford, Brighton, Manchester, Cardiff, the Guildhall, Westminster, Newcastle, Edinburgh,
Lerwick, Belfast, Truro, Berwick."""


@pytest.mark.parametrize("code", PLACES)
def test_every_area_is_found_by_its_name_its_full_name_and_its_code(code: str) -> None:
    assert search(code).matches[0].code == code
    assert search(place_name(code)).matches[0].code == code
    same = [each.code for each in search(AREAS[code].name).matches if AREAS[each.code].name == AREAS[code].name]
    assert code in same
    assert search(full_name(code)).matches[0].code == code or AREAS[code].type == "district"


@pytest.mark.parametrize(("typed", "code"), TYPED.items())
def test_names_are_found_whatever_their_case_accents_and_signs(typed: str, code: str) -> None:
    assert search(typed).matches[0].code == code


@pytest.mark.parametrize("newer", NEWER_DISTRICTS.values(), ids=lambda newer: newer.name)
def test_a_district_made_after_2019_leads_to_those_that_it_is_made_of(newer) -> None:  # type: ignore[no-untyped-def]
    assert set(newer.parts) <= {match.code for match in search(newer.code).matches}
    assert set(newer.parts) <= {match.code for match in search(newer.name).matches}


def test_what_is_no_area_is_said_with_what_is_close() -> None:
    assert [match.code for match in search("gilford").close] == ["E07000209"]
    assert search("Xyzzy").matches == search("Xyzzy").close == ()
    assert search("GU1 3UY").postcode and search("sw1a 1aa").postcode and not search("surrey").postcode


@pytest.mark.parametrize("text", ["", "   ", "!?", "🚓", "x" * (LONGEST + 1)])
def test_what_cannot_be_looked_up_names_the_field(text: str) -> None:
    with pytest.raises(SelectionError) as told:
        search(text)
    assert told.value.field == "q"


@pytest.mark.parametrize(("point", "name"), POINTS.items())
def test_a_point_is_placed_in_its_district_and_force(point: tuple[float, float], name: str) -> None:
    located = locate(point[1], point[0])

    assert located is not None and place_name(located.code) == name


def test_a_point_just_off_the_coast_is_near_a_place_and_one_far_off_in_none() -> None:
    pier = locate(-0.1370, 50.8150)

    assert pier is not None and pier.near and AREAS[pier.code].name == "Brighton and Hove"
    for longitude, latitude in ((0.0, 0.0), (2.3522, 48.8566), (-0.1, 50.5), (180.0, -90.0), (51.236, -0.57)):
        assert locate(longitude, latitude) is None


def test_every_district_holds_a_point_of_its_own() -> None:
    outlines = geopandas.read_file(geojson_path("district"))
    for code, point in zip(outlines["area_code"], outlines.geometry.representative_point(), strict=True):
        located = locate(point.x, point.y)
        assert located is not None and (located.code, located.near) == (code, False)


@pytest.mark.parametrize(("query", "field"), [
    ({"lat": "abc", "lon": "1"}, "lat"), ({"lat": "51", "lon": ""}, "lon"), ({"lat": "91", "lon": "0"}, "lat"),
    ({"lat": "51", "lon": "-181"}, "lon"), ({"lat": "nan", "lon": "0"}, "lat"), ({"lat": "51", "lon": "inf"}, "lon"), ({}, "lat"),
    ({"lat": "51,2", "lon": "0"}, "lat"), ({"lat": "9" * 400, "lon": "0"}, "lat"),
])
def test_a_position_that_is_none_names_its_field(query: dict[str, str], field: str) -> None:
    with pytest.raises(SelectionError) as told:
        read_position(query)
    assert told.value.field == field


def test_a_position_may_be_written_with_a_true_minus() -> None:
    assert read_position({"lat": " 51.236 ", "lon": "\N{MINUS SIGN}0.570"}) == (-0.57, 51.236)


def test_neighbours_are_those_of_the_committed_outlines() -> None:
    assert FILE.read_text(encoding="utf-8") == as_csv()


def test_neighbours_are_of_one_level_and_mutual() -> None:
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 900
    for row in rows:
        one, other = row["area_code"], row["neighbour_code"]
        assert AREAS[one].type == AREAS[other].type == row["level"]
        assert other in neighbours_of(one) and one in neighbours_of(other)
    assert [AREAS[code].name for code in neighbours_of("E23000031")] == [
        "Hampshire", "Kent", "Metropolitan Police", "Sussex", "Thames Valley"]
    assert "E09000022" in neighbours_of("E09000033")  # Lambeth and Westminster, across the Thames
    assert neighbours_of(TRANSPORT_POLICE) == neighbours_of("N23000001") == ()
