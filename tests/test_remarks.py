"""What publishers say of their figures: corrections on a page and in files, events on the trends of their place."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.settings import Settings
from data.errors import SourceError
from data.export import as_json
from data.model import month_index
from data.release import Release, Store
from data.remarks import Annotation, Correction
from data.selection import read
from layouts.charts import CHART_BY_SLUG, ask
from layouts.components import legend
from layouts.document import render
from layouts.shapes import SHAPES
from layouts.table import table
from layouts.words import card_sentence
from tests.answers import answer_of, members, rows_of
from tests.publishing import FORCE, publish

TODAY = date(2026, 11, 23)
SURREY, KENT = "E23000031", "E23000032"
TREND = CHART_BY_SLUG["trend"]
CORRECTIONS = """date,measure,area,period,what,why
2026-10-12,A1,Surrey,2026-08,Three appeals were missing.,The export ended a day early.
2026-10-20,E3,Kent,2026-Q3,Reach & more was <counted> twice.,Two exports overlapped.
2026-10-20,A1,E23000031,2025,A year was wrong.,A column was shifted.
"""
ANNOTATIONS = """date,area_code,text
2026-09-14,Surrey,Web chat <opened> & advertised.
2026-09-20,Kent,A campaign began.
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with corrections in two files and with annotations."""
    home = tmp_path_factory.mktemp("remarks")
    folder = shutil.copytree(FORCE, home / "own")
    lines = CORRECTIONS.splitlines(keepends=True)
    (folder / "corrections.csv").write_text("".join(lines[:2]), encoding="utf-8")
    (folder / "more.csv").write_text("".join([lines[0], *lines[2:]]), encoding="utf-8")
    (folder / "annotations.csv").write_text(ANNOTATIONS, encoding="utf-8")
    publish(home, folders=[folder], today=TODAY)
    return home


@pytest.fixture(scope="module")
def told(home: Path) -> Release:
    return Store(home).current()


@pytest.fixture(scope="module")
def client(home: Path) -> FlaskClient:
    return create_app(Settings(home=home)).server.test_client()


# Corrections


def test_corrections_of_all_files_stand_in_the_release_the_latest_first(told: Release) -> None:
    assert [(each.date, each.measure, each.area_code, each.period) for each in told.corrections] == [
        ("2026-10-20", "E3", KENT, "2026-Q3"), ("2026-10-20", "A1", SURREY, "2025"), ("2026-10-12", "A1", SURREY, "2026-08")]
    assert told.corrections[-1] == Correction(date="2026-10-12", measure="A1", area_code=SURREY, period="2026-08",
                                              what="Three appeals were missing.", why="The export ended a day early.")


def test_remarks_give_the_same_release_on_any_day_and_are_the_same_in_any_order_of_files(home: Path, told: Release, tmp_path: Path) -> None:
    folder = shutil.copytree(home / "own", tmp_path / "own")
    done = publish(tmp_path / "home", folders=[folder], today=date(2027, 1, 3))
    assert done.release.rsplit("-", 1)[1] == told.id.rsplit("-", 1)[1]
    (folder / "corrections.csv").rename(folder / "z.csv")
    publish(tmp_path / "home", folders=[folder], today=TODAY)
    again = Store(tmp_path / "home").current()
    assert (again.corrections, again.annotations) == (told.corrections, told.annotations)
    files = [(release.folder / "reference" / "corrections.parquet").read_bytes() for release in (told, again)]
    assert files[0] == files[1]


def test_page_of_corrections_lists_them_in_words_and_escapes_them(client: FlaskClient) -> None:
    text = client.get("/data/corrections").text
    assert "3 figures were published and corrected" in text
    assert "Reach &amp; more was &lt;counted&gt; twice." in text and "<counted>" not in text
    for said in ("20 October 2026", "July to September 2026", "August 2026", '<a href="/measures/E3">', "Kent", "Surrey"):
        assert said in text
    assert 'href="/data/corrections.csv"' in text and 'href="/data/corrections.json"' in text


def test_files_of_corrections_hold_what_the_page_holds(client: FlaskClient, told: Release) -> None:
    found = list(csv.DictReader(io.StringIO(client.get("/data/corrections.csv").text)))
    assert found == client.get("/data/corrections.json").json["corrections"]
    assert [row["what"] for row in found] == [each.what for each in told.corrections]
    assert {row["release"] for row in found} == {told.id} and found[0]["area_name"] == "Kent"
    refused = client.get("/data/corrections.csv?measure=A1")
    assert refused.status_code == 400 and "measure" in refused.text


def test_corrections_are_found_from_the_data_page_and_from_their_measures_alone(client: FlaskClient) -> None:
    assert 'href="/data/corrections"' in client.get("/data").text
    page = client.get("/measures/A1").text
    assert "Three appeals were missing." in page and "A year was wrong." in page and "<counted>" not in page
    assert 'id="corrections"' not in client.get("/measures/A2").text


def test_without_corrections_the_page_says_so_and_the_files_hold_a_header(release_home: Path) -> None:
    client = create_app(Settings(home=release_home)).server.test_client()
    assert "No correction has been published." in client.get("/data/corrections").text
    assert client.get("/data/corrections.csv").text.strip() == "date,measure,area_code,area_name,period,what,why,release"
    assert client.get("/data/corrections.json").json["corrections"] == []


@pytest.mark.parametrize(("old", "new", "column", "words"), [
    ("A1,Surrey", "Z9,Surrey", "measure", "is not a measure"),
    ("A1,Surrey", "A1,Surey", "area", "Surrey"),
    ("2026-08", "2026-13", "period", "is not a month, a quarter or a year"),
    ("Three appeals were missing.", "Ask Mr John Smith on 07700 900123.", "what", ""),
    ("The export ended a day early.", "See jane.doe@example.com", "why", ""),
])
def test_corrections_are_checked_like_every_file(old: str, new: str, column: str, words: str, tmp_path: Path) -> None:
    folder = shutil.copytree(FORCE, tmp_path / "own")
    (folder / "corrections.csv").write_text(CORRECTIONS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        publish(tmp_path / "home", folders=[folder], today=TODAY)
    (defect,) = [each for each in refused.value.defects if each.severity == "error"]
    assert (defect.file, defect.line, defect.column) == ("corrections.csv", 2, column)
    assert words in f"{defect.rule} {defect.mend}" and "07700" not in defect.value and "jane" not in defect.value


# Annotations


def drawn(answer: object, width: int = 720) -> Mapping[str, str]:
    """Return a trend on each surface, as text."""
    shape = SHAPES["lines"]
    return {
        "figure": json.dumps(shape.plotly(answer, chart=TREND, selected=()), ensure_ascii=False),
        "svg": shape.svg(answer, chart=TREND, selected=(), width=width),
        "key": render(legend(TREND, answer)), "table": render(table(answer, chart=TREND)),
        "sentence": card_sentence(answer),
    }


def test_events_stand_on_every_surface_where_their_place_is_chosen(told: Release) -> None:
    found = ask(told, read({"measure": "E3", "area": SURREY}), chart=TREND)
    assert found.annotations == (Annotation(date="2026-09-14", area_code=SURREY, text="Web chat <opened> & advertised."),)
    surfaces = drawn(found)
    for name in ("figure", "svg", "key", "table"):
        assert "Web chat &lt;opened> &amp; advertised." in surfaces[name].replace("&gt;", ">"), name
        assert "campaign" not in surfaces[name]
    assert surfaces["sentence"].endswith("Marked: September 2026: Web chat <opened> & advertised.")
    assert as_json(found, release=told)["annotations"] == [
        {"date": "2026-09-14", "area_code": SURREY, "text": "Web chat <opened> & advertised."}]


def test_no_event_stands_where_its_place_is_not_chosen_or_no_trend_is_drawn(told: Release) -> None:
    for query in ({"measure": "E3"}, {"measure": "E3", "area": "E23000020"}):
        found = ask(told, read(query), chart=TREND)
        assert found.annotations == () and "Marked" not in card_sentence(found)
    for slug in ("map", "channel", "age"):
        assert ask(told, read({"measure": "E3", "area": SURREY}), chart=CHART_BY_SLUG[slug]).annotations == ()


EVENTS = tuple(Annotation(date=f"{month}-10", area_code=area, text=text) for month, area, text in (
    ("2022-12", SURREY, "Before the figures."), ("2023-02", SURREY, "A line opened."),
    ("2024-06", KENT, "Recording changed, in words that go on for rather longer than there is room above a trend."),
    ("2026-02", SURREY, "After the figures.")))


@pytest.mark.parametrize("width", [360, 720])
def test_several_events_have_letters_that_the_key_explains_and_those_outside_the_months_are_left_out(width: int) -> None:
    answer = replace(answer_of(TREND, rows_of(TREND), area=(SURREY, KENT)), annotations=EVENTS)
    surfaces = drawn(answer, width)
    assert "A, February 2023, Surrey: A line opened." in surfaces["key"] and "B, June 2024, Kent: Recording" in surfaces["key"]
    assert ">A</text>" in surfaces["svg"] and ">B</text>" in surfaces["svg"]
    for name, text in surfaces.items():
        assert "Before the figures" not in text and "After the figures" not in text, name
        assert "A line opened." in text and "longer than there is room above a trend" in text, name
    layout = SHAPES["lines"].plotly(answer, chart=TREND, selected=())["layout"]
    assert [each["x0"] for each in layout["shapes"] if each.get("type") == "line"] == ["2023-02", "2024-06"]


@pytest.mark.parametrize("width", [360, 720])
def test_panels_carry_the_line_of_an_event_and_the_key_its_words(width: int) -> None:
    answer = replace(members(TREND), annotations=EVENTS[1:2])
    surfaces = drawn(answer, width)
    assert surfaces["svg"].count("<title>February 2023: A line opened.</title>") == 7
    shapes = SHAPES["lines"].plotly(answer, chart=TREND, selected=())["layout"]["shapes"]
    assert sum("2023-02" in shape.get("path", "") for shape in shapes) == 3
    assert "February 2023: A line opened." in surfaces["key"]


def test_words_of_an_event_give_way_to_a_letter_where_others_stand() -> None:
    late = Annotation(date="2025-11-03", area_code=SURREY, text="A line opened.")
    for origin, text in (("illustrative", "A"), ("uploaded", "A line opened.")):
        answer = replace(answer_of(TREND, rows_of(TREND), origin=origin), annotations=(late,))
        notes = SHAPES["lines"].plotly(answer, chart=TREND, selected=())["layout"]["annotations"]
        assert [each["text"] for each in notes if "hovertext" in each] == [text]


def test_long_words_of_an_event_are_cut_above_the_trend_and_whole_under_the_pointer() -> None:
    answer = replace(answer_of(TREND, rows_of(TREND)), annotations=EVENTS[2:3])
    notes = [each for each in SHAPES["lines"].plotly(answer, chart=TREND, selected=())["layout"]["annotations"]
             if "hovertext" in each]
    assert [len(each["text"]) <= 41 and each["text"].endswith("…") for each in notes] == [True]
    assert notes[0]["hovertext"].endswith("above a trend.") and month_index("2024-06") == answer.annotations[0].month
