"""The files of charts: every format gives the numbers and marks of the CSV, says what it is, and holds no formula."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from csvw import CSVW
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.routes.files import rows_as_csv
from dashboard.settings import Settings
from data.cells_out import as_csv, defused, table_as_csv
from data.described import FIGURES
from data.export import COLUMNS
from data.export_csvw import ENDING
from data.export_xlsx import COLUMNS as OF_SHEETS
from data.export_xlsx import Heading, as_xlsx, plain
from data.measures import MEASURE_BY_ID, UNIT_LABELS
from data.query import Note
from data.release import Release
from data.selection import Selection
from layouts.charts import CHARTS, Chart, ask
from layouts.formats import FORMATS, formats_of

SELECTIONS = ("", "measure=A3&area=E23000031&channel=facebook&from=2026-01&to=2026-08")
AWKWARD = ("measure=P2&area=E09000003", "from=2031-01", "measure=E14&age_group=18-24", "measure=S1&area=E09000003", "measure=R2", "measure=A8M",
           "area=E23000031&area=E23000032&compare=K04000001", "measure=C4", "origin=published", "area=E07000209")
HOSTILE = ("=1+1", "+44 20", "-2+3", "@SUM(A1)", "\tx", "\rx", "=HYPERLINK(\"https://e.example\")", "＝1", "-", "=", "@")
HARMLESS = ("Kent", "-2.5", "+3", "1e-5", "-1.5E+10", "", "a=b", "x@y.example")


@pytest.fixture(scope="module")
def client(release_home: Path) -> FlaskClient:
    return create_app(Settings(home=release_home)).server.test_client()


def sheet(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def numbers_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells a row and its value, with missing values as ``None``."""
    return (*(str(row[name]) for name in COLUMNS if MEANS[name] != "number"),
            *(None if row[name] in ("", None) else float(row[name]) for name in COLUMNS if MEANS[name] == "number"))


MEANS = {column.name: column.type for column in FIGURES}


def of_xlsx(content: bytes) -> list[dict[str, Any]]:
    """The rows of all tables of a workbook as a CSV would have them."""
    book, found = openpyxl.load_workbook(io.BytesIO(content)), []
    for page in (page for page in book.worksheets if page.title.startswith("Table_")):
        (table,) = page.tables.values()
        (heads, *lines) = [[cell.value for cell in line] for line in page[table.ref]]
        if heads == ["Why there are no figures"]:
            continue
        measure = re.search(r"\[(\w+)\]$", page["A1"].value)
        assert measure is not None
        unit = MEASURE_BY_ID[measure[1]].unit
        assert [head.split("\n")[0] for head in heads] == list(OF_SHEETS.values())
        assert all(head.endswith(f"\n({UNIT_LABELS[unit]})") for head in heads if head.startswith(("Value", "Lower", "Upper")))
        for line in lines:
            assert None not in line and "" not in line
            row = {name: "" if isinstance(value, str) and re.fullmatch(r"\[[cxz]\]", value) and name != "status" else value
                   for name, value in zip(OF_SHEETS, line, strict=True)}
            marks = row["status"].replace("[", "").replace("]", "")
            found.append({**row, "measure": measure[1], "unit": unit, "status": marks, "release": "",
                          "category": "" if row["category"] == "all" else row["category"]})
    return found


def of_parquet(content: bytes) -> list[dict[str, Any]]:
    return pq.read_table(io.BytesIO(content)).to_pylist()


def of_geojson(content: bytes) -> list[dict[str, Any]]:
    return [feature["properties"] for feature in json.loads(content)["features"]]


def of_csv(content: bytes) -> list[dict[str, Any]]:
    return list(sheet(content.decode()))


def of_json(content: bytes) -> list[dict[str, Any]]:
    return json.loads(content)["rows"]


READERS = {"csv": of_csv, "json": of_json, "xlsx": of_xlsx, "parquet": of_parquet, "geojson": of_geojson}


def agree(client: FlaskClient, chart: Chart, query: str) -> None:
    """Hold that every file of a chart gives the same rows as its CSV, and carries the word where its figures are illustrative."""
    wanted = [numbers_of(row) for row in sheet(client.get(f"/charts/{chart.slug}.csv?{query}").text)]
    for each in formats_of(chart):
        answered = client.get(f"/charts/{chart.slug}.{each.suffix}?{query}")
        found = READERS[each.suffix](answered.data)
        assert (answered.status_code, answered.content_type) == (200, each.media_type)
        if each.suffix == "xlsx":  # the release stands on the cover, and each measure has a table of its own
            found = [{**row, "release": client.get("/api/v1/releases").json["rows"][0]["id"]} for row in found]
            wanted = sorted(wanted, key=lambda row: list(dict.fromkeys(each[0] for each in wanted)).index(row[0]))
        assert [numbers_of(row) for row in found] == wanted


@pytest.mark.parametrize("query", SELECTIONS)
@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.slug)
def test_every_file_of_every_chart_gives_the_same_numbers_and_marks(client: FlaskClient, chart: Chart, query: str) -> None:
    agree(client, chart, query)


@pytest.mark.long
@pytest.mark.parametrize("query", AWKWARD)
@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.slug)
def test_every_file_of_every_chart_agrees_for_awkward_choices(client: FlaskClient, chart: Chart, query: str) -> None:
    agree(client, chart, query)


@pytest.mark.parametrize("suffix", [each.suffix for each in FORMATS])
def test_files_say_that_figures_are_illustrative(client: FlaskClient, suffix: str) -> None:
    made_up, fact = client.get(f"/charts/map.{suffix}"), client.get(f"/charts/map.{suffix}?measure=B2")

    def said(content: bytes) -> str:
        if suffix == "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(content))
            return " ".join(str(cell.value) for page in (book["Cover"], book["Table_1"]) for cell in page["A"])
        if suffix == "parquet":
            return json.dumps({key.decode(): value.decode() for key, value in pq.read_schema(io.BytesIO(content)).metadata.items()})
        return content.decode()

    assert "llustrative" in said(made_up.data) and "llustrative" not in said(fact.data)
    if "Content-Disposition" in made_up.headers:
        assert "illustrative-map-" in made_up.headers["Content-Disposition"]


@pytest.mark.parametrize("suffix", [each.suffix for each in FORMATS])
def test_files_of_a_named_release_are_the_same_bytes_after_a_restart(client: FlaskClient, release_home: Path, release: Release, suffix: str) -> None:
    address = f"/charts/map.{suffix}?release={release.id}"
    again = create_app(Settings(home=release_home)).server.test_client()

    assert client.get(address).data == again.get(address).data


def test_workbook_is_what_the_analysis_function_asks_for(client: FlaskClient, release: Release) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get("/charts/age.xlsx?measure=A3").data))

    assert book.sheetnames == ["Cover", "Contents", "Notes", "Table_1", "Table_2"]
    assert book.properties.created.date() == book.properties.modified.date() == date.fromisoformat(release.manifest["created"][:10])
    for page in book.worksheets[1:]:
        assert len(page.tables) == 1 and not page.merged_cells.ranges
    notes = " ".join(str(cell.value) for cell in book["Notes"]["B"])
    for mark in "cxzpru":
        assert f"[{mark}] " in notes
    assert release.id in notes and "Licence" in notes and "Source: " in notes and MEASURE_BY_ID["A3"].definition in notes
    cover = " ".join(str(cell.value) for cell in book["Cover"]["A"])
    assert release.id in cover and f"Address: http://localhost/charts/age?measure=A3&release={release.id}" in cover
    assert book["Table_1"]["A1"].value.startswith("Illustrative figures: ")
    assert not book["Table_2"]["A1"].value.startswith("Illustrative")  # residents are published figures
    assert {cell.hyperlink.location for cell in book["Contents"]["A"] if cell.hyperlink} == {"'Table_1'!A1", "'Table_2'!A1"}
    kinds = {type(cell.value) for cell in book["Table_1"]["K"][4:]}
    assert kinds <= {int, float, str}


def test_workbook_without_figures_says_why(client: FlaskClient) -> None:
    book = openpyxl.load_workbook(io.BytesIO(client.get("/charts/map.xlsx?from=2031-01").data))

    assert "The chosen period has no figures" in " ".join(str(cell.value) for cell in book["Table_1"]["A"])


def test_parquet_is_typed_and_says_what_it_is(client: FlaskClient, release: Release) -> None:
    file = pq.ParquetFile(io.BytesIO(client.get("/charts/trend.parquet?measure=R1").data))
    told = file.schema_arrow.metadata

    assert file.schema_arrow.names == list(COLUMNS)
    assert file.schema_arrow.field("period_start").type == pa.date32() and file.schema_arrow.field("value").type == pa.float64()
    assert told[b"release"].decode() == release.id and told[b"licence"].decode() == "Open Government Licence v3.0"
    assert json.loads(told[b"sources"])[0]["credit"] and told[b"definition"]
    assert all(file.schema_arrow.field(column.name).metadata[b"description"].decode() == column.says for column in FIGURES)


@pytest.mark.parametrize("chart", [chart for chart in CHARTS if chart.slug in ("map", "age", "confidence", "similar", "trust-engagement")],
                         ids=lambda chart: chart.slug)
@pytest.mark.parametrize("query", ["", "measure=A3&area=E23000031"])
def test_description_of_a_csv_is_read_by_somebody_elses_reader(client: FlaskClient, tmp_path: Path, chart: Chart, query: str) -> None:
    text = client.get(f"/charts/{chart.slug}.csv?{query}")
    found = re.fullmatch(r'<([^>]*)>; rel="describedby"; type="application/csvm\+json"', text.headers["Link"])
    assert found is not None
    described = client.get(found[1])
    assert described.content_type == "application/csvm+json"
    assert described.json["url"] == f"{chart.slug}.csv{f'?{query}' if query else ''}"

    (tmp_path / f"{chart.slug}.csv").write_bytes(text.data)
    local = tmp_path / f"{chart.slug}.csv{ENDING}"
    local.write_text(json.dumps({**described.json, "url": f"{chart.slug}.csv"}), encoding="utf-8")
    reader = CSVW(str(local), validate=True)

    assert reader.is_valid and reader.tables[0].tableSchema.columns
    rows = list(reader.tables[0])
    assert len(rows) == len(sheet(text.text))
    for row, line in zip(rows, sheet(text.text), strict=True):
        assert row["value"] is None and line["value"] == "" or float(row["value"]) == float(line["value"])
        assert not line["period_start"] or row["period_start"].isoformat()[:10] == line["period_start"]


def test_outlines_run_as_the_format_asks_and_carry_value_and_marks(client: FlaskClient, release: Release) -> None:
    found = client.get("/charts/map.geojson").json

    assert found["type"] == "FeatureCollection" and found["title"].startswith("Illustrative figures: ")
    assert found["credit"].startswith("Source: Office for National Statistics") and found["release"] == release.id
    codes = [feature["id"] for feature in found["features"]]
    assert len(set(codes)) == len(codes) == 45
    for feature in found["features"]:
        polygons = feature["geometry"]["coordinates"]
        for polygon in polygons if feature["geometry"]["type"] == "MultiPolygon" else [polygons]:
            for place, ring in enumerate(polygon):
                assert ring[0] == ring[-1] and len(ring) >= 4
                area = sum(x * b - a * y for (x, y), (a, b) in zip(ring, ring[1:], strict=False))
                assert (area > 0) == (place == 0)
    boroughs = client.get("/charts/trust-engagement.geojson").json["features"]
    assert len({feature["id"] for feature in boroughs}) == len(boroughs)


@pytest.mark.parametrize("chart", [chart for chart in CHARTS if chart.by != ("area",)], ids=lambda chart: chart.slug)
def test_charts_that_are_not_by_area_say_why_they_have_no_outlines(client: FlaskClient, chart: Chart) -> None:
    answered = client.get(f"/charts/{chart.slug}.geojson")

    assert (answered.status_code, answered.content_type) == (404, "application/problem+json")
    assert "not by area" in answered.json["detail"]


@pytest.mark.parametrize("suffix", [*(each.suffix for each in FORMATS), f"csv{ENDING}"])
def test_errors_of_files_name_the_field(client: FlaskClient, suffix: str) -> None:
    wrong, missing = client.get(f"/charts/map.{suffix}?grain=week"), client.get(f"/charts/nothing.{suffix}")

    assert (wrong.status_code, wrong.json["field"], wrong.content_type) == (400, "grain", "application/problem+json")
    assert missing.status_code == 404 and "no chart called" in missing.json["detail"]
    assert client.get(f"/charts/map.{suffix}?release=2020-01-01-0123456789ab").status_code == 404


def test_own_page_of_a_chart_links_every_file_and_cards_do_not(client: FlaskClient) -> None:
    own, cards, data = (client.get(path).text for path in ("/charts/map", "/", "/data"))

    for each in FORMATS:
        assert f"/charts/map.{each.suffix}?" in own and f"/charts/map.{each.suffix}?" in data
    assert "/charts/map.xlsx" not in cards and "/charts/map.csv" in cards
    assert "/charts/trend.geojson" not in client.get("/charts/trend").text + data


@pytest.mark.parametrize("text", HOSTILE)
def test_formulas_are_defused_wherever_csv_is_written(text: str) -> None:
    assert defused(text) == f"'{text}"
    assert list(csv.reader(io.StringIO(as_csv(["a", "b"], [[text, -1.5]]), newline=""))) == [["a", "b"], [f"'{text}", "-1.5"]]
    for kind in (pa.string(), pa.large_string()):
        written = table_as_csv(pa.table({"a": pa.array([text, None], kind)})).decode()
        assert list(csv.reader(io.StringIO(written, newline="")))[:2] == [["a"], [f"'{text}"]]
    assert rows_as_csv([[text]], columns=["a"], name="x").get_data(as_text=True).splitlines()[0] == "a"
    assert defused(plain(text)) == plain(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_and_numbers_stay_as_they_are(text: str) -> None:
    assert defused(text) == text
    assert defused(-3) == -3 and defused(None) is None


def test_hostile_texts_are_neither_formulas_nor_markup_in_a_workbook(release: Release) -> None:
    chart = next(chart for chart in CHARTS if chart.slug == "use-channel")
    answer = ask(release, Selection(), chart=chart)
    texts = (*HOSTILE, "$$note$$ [here](https://e.example) [or](https://f.example)", "\N{GRINNING FACE} \x0b")
    answer = replace(answer, notes=tuple(Note("area", text) for text in texts))
    heading = Heading(title="=1+1", sentence="@SUM(A1) $$x$$", notes=[note.text for note in answer.notes], address="/charts/use-channel",
                      contact="=cmd|' /C calc'!A0")

    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(answer, release=release, heading=heading)))

    for page in book.worksheets:
        for cell in (cell for row in page.iter_rows() for cell in row):
            assert cell.data_type != "f" and (cell.hyperlink is None or cell.hyperlink.location)
            assert not re.match(r"[=+@\t\r]|-(?!\d)", str(cell.value or ""))
