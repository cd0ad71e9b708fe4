"""Every shape in every situation: plotly, SVG and key say the same, and stay small."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from data.areas import AREAS, BOROUGHS, FORCES
from data.frame import Frame
from data.query import Answer
from layouts.charts import CHART_BY_SLUG, CHARTS, Chart
from layouts.numbers import shown
from layouts.shapes import SHAPES
from layouts.shapes.panels import difference
from layouts.shapes.tiles import grids
from layouts.shapes.abbreviations import ABBREVIATIONS
from layouts.theme import DARK, LIGHT, MAP_TRACES, css_tokens, plotly_template
from tests.answers import (
    SITUATIONS,
    SVG,
    all_missing,
    answer_of,
    figure_of,
    illustrative,
    outlier,
    picture_of,
    plain,
    row,
    under_nothing,
    with_comparison,
    with_marks,
    with_reason,
)
from tests.figures import figure_values, panels_in, tile_words, whole

pytestmark = pytest.mark.usefixtures("protected")
EVERY = pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.__name__)
EACH = pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.slug)


def picture_values(picture: ElementTree.Element) -> Counter[float]:
    texts = [element.get("data-value", "") for element in picture.iter()]
    return Counter(float(text) for text in texts if text)


@EACH
@EVERY
def test_figure_and_picture_show_the_values_of_the_rows(chart: Chart, situation: Callable[[Chart], Answer]) -> None:
    answer = situation(chart)
    picture = picture_of(answer, chart)
    drawn = {element.get("data-key"): element for element in picture.iter() if element.get("data-key")}
    if answer.reason or not drawn:
        assert figure_of(answer, chart)["data"] == []
        return
    rows = [each for each in answer.frame if each.value is not None]
    figure = figure_of(answer, chart)
    copies = panels_in(figure)
    assert picture_values(picture) == Counter(
        float(each.value or 0) for each in rows for _ in range(copies if each.role == "compare" else 1))
    if chart.shape == "tiles":
        assert tile_words(figure) == Counter(shown(each) for each in answer.frame)
    else:
        assert figure_values(figure) == picture_values(picture)


@EACH
@EVERY
def test_picture_names_every_value_as_the_table_does(chart: Chart, situation: Callable[[Chart], Answer]) -> None:
    answer = situation(chart)
    by_key: dict[str, set[str]] = {}
    for each in answer.frame:
        by_key.setdefault("|".join(each.key), set()).add(shown(each))
    for element in picture_of(answer, chart).iter():
        key = element.get("data-key")
        if key:
            title = element.findtext(f"{SVG}title") or ""
            assert title.rsplit(": ", 1)[1] in by_key[key]


@EACH
@EVERY
def test_picture_is_whole_and_says_what_it_is(chart: Chart, situation: Callable[[Chart], Answer]) -> None:
    for width in (358, 480, 720):
        text = SHAPES[chart.shape].svg(situation(chart), chart=chart, selected=FORCES[:2], width=width)

        picture = ElementTree.fromstring(text)

        assert picture.get("viewBox") == f"0 0 {width} {chart.height}" and picture.get("role") == "img"
        assert picture.findtext(f"{SVG}title") and picture.findtext(f"{SVG}desc")
        ids = [element.get("id") for element in picture.iter() if element.get("id")]
        assert len(ids) == len(set(ids)) and all(each and each.startswith(f"{chart.slug}-") for each in ids)
        assert not re.search(r"nan|inf[^o]|None|<script", text.replace("font-family", ""))


@EACH
@EVERY
def test_figure_is_plain_data(chart: Chart, situation: Callable[[Chart], Answer]) -> None:
    figure = figure_of(situation(chart), chart, selected=FORCES[:2])

    text = json.dumps(figure, allow_nan=False)

    assert set(figure) == {"data", "layout"} and "template" not in figure["layout"] and text
    assert all(trace["name"] for trace in whole(figure))


def taken(old: Any, own: Any) -> Any:
    """What the start script of a page makes of a figure and of how it differs in narrow boxes."""
    if not old or not isinstance(own, dict | list):
        return own
    if isinstance(own, list):
        return [taken(old[place] if place < len(old) else None, each) for place, each in enumerate(own)]
    return {key: value for key, value in old.items() if key not in own} | {
        key: taken(old.get(key), value) for key, value in own.items() if value is not None}


@EACH
@EVERY
def test_every_word_in_a_narrow_box_stands_as_it_would_by_itself(chart: Chart, situation: Callable[[Chart], Answer]) -> None:
    answer = situation(chart)
    layout = figure_of(replace(answer, origin="illustrative"), chart, selected=FORCES[:8])["layout"]
    if "narrow" in layout.get("meta", {}):
        notes = taken(layout, layout["meta"]["narrow"]["layout"]).get("annotations", [])
        assert [set(note) for note in notes if note["text"] == layout["annotations"][-1]["text"]] == [set(layout["annotations"][-1])]
        assert {frozenset(note) for note in notes} <= {frozenset(note) for note in layout["annotations"]}


def test_long_names_leave_room_for_values_on_a_phone() -> None:
    figure = figure_of(plain(CHART_BY_SLUG["appeal-crime"]), CHART_BY_SLUG["appeal-crime"])
    wide, narrow = figure["layout"]["xaxis"], figure["layout"]["meta"]["narrow"]["layout"]["xaxis"]
    assert narrow["range"][0] == wide["range"][0] == 0 and narrow["range"][1] > 1.1 * wide["range"][1]
    assert "meta" not in figure_of(plain(CHART_BY_SLUG["age"]), CHART_BY_SLUG["age"])["layout"]


def test_crowded_cells_on_a_phone_hold_a_mark_alone_and_heads_stand_upright() -> None:
    chart = CHART_BY_SLUG["response-channel-age"]
    figure = figure_of(under_nothing(chart), chart)
    narrow = figure["layout"]["meta"]["narrow"]
    kinds, short = figure["data"][0]["meta"]["gaps"]["kinds"], narrow["data"][0]["meta"]["gaps"]["kinds"]
    assert [told for _, told in kinds] == [told for _, told in short]
    assert {mark for mark, _ in short} <= {"", "[c]", "[x]", "[z]"} and "[c]" in {mark for mark, _ in short}
    assert narrow["layout"]["xaxis"]["tickangle"] == -90
    assert not any("<br>" in head for head in narrow["layout"]["xaxis"]["ticktext"])


def test_what_a_narrow_box_has_not_is_taken_away() -> None:
    wide = {"title": 1, "notes": [{"text": "Norfolk", "xref": "x"}, {"text": "Kent", "xref": "x"}, {"text": "all", "x": 1}], "b": {"c": 2}}
    narrow = {"notes": [{"text": "Norfolk", "xref": "x"}, {"text": "all", "x": 1}], "b": {"c": 2}, "new": [3]}
    assert taken(wide, difference(wide, narrow)) == narrow


@EACH
@EVERY
def test_key_is_written_for_what_is_drawn(chart: Chart, situation: Callable[[Chart], Answer]) -> None:
    answer = situation(chart)
    items = SHAPES[chart.shape].legend(answer, chart=chart)
    assert all(item.swatch and item.text for item in items)
    if not figure_of(answer, chart)["data"]:
        assert items == []


@EACH
def test_reason_stands_where_nothing_can_be_drawn(chart: Chart) -> None:
    answer = with_reason(chart)
    text = " ".join("".join(picture_of(answer, chart).itertext()).split())
    assert "<not>" in text
    note = figure_of(answer, chart)["layout"]["annotations"][0]["text"]
    assert "&lt;not>" in note and "&amp;" in note


@EACH
def test_illustrative_figures_say_so_inside_the_plot(chart: Chart) -> None:
    answer = illustrative(chart)
    figure = figure_of(answer, chart)
    assert any("Illustrative figures" in note["text"] for note in figure["layout"]["annotations"])
    picture = picture_of(answer, chart)
    assert any(element.text == "Illustrative figures" for element in picture.iter(f"{SVG}text"))
    assert picture.find(f".//{SVG}pattern[@id='{chart.slug}-dots']") is not None


@EACH
def test_nothing_drawn_is_not_called_illustrative(chart: Chart) -> None:
    answer = replace(with_reason(chart), origin="illustrative")
    assert "Illustrative" not in json.dumps(figure_of(answer, chart))
    text = SHAPES[chart.shape].svg(answer, chart=chart, selected=())
    assert "Illustrative" not in text and "<pattern" not in text


@EACH
def test_names_are_escaped(chart: Chart, monkeypatch: pytest.MonkeyPatch) -> None:
    code = FORCES[0]
    monkeypatch.setitem(AREAS, code, replace(AREAS[code], name='A & <b>"B"</b>'))  # type: ignore[arg-type]
    answer = with_comparison(chart)
    answer = replace(answer, frame=Frame((*answer.frame.rows,)))
    picture_of(answer, chart)
    text = json.dumps(figure_of(answer, chart))
    assert '<b>\\"B\\"' not in text


def test_map_gives_the_area_of_a_click_and_outlines_the_chosen() -> None:
    chart = CHART_BY_SLUG["map"]
    figure = figure_of(plain(chart), chart, selected=FORCES[:2])
    assert [trace["name"] for trace in figure["data"]] == list(MAP_TRACES)
    assert figure["data"][0]["geojson"] == "/geo/police_force.geojson"
    assert figure["data"][-1]["locations"] == list(FORCES[:2])
    tiles = CHART_BY_SLUG["tiles"]
    drawn = whole(figure_of(plain(tiles), tiles))
    assert {code for trace in drawn for code in trace["customdata"]} == set(FORCES) == set(grids()["police_force"]["places"])
    assert {trace["type"] for trace in drawn} == {"bar"}


def test_map_keeps_marked_areas_in_traces_of_their_own() -> None:
    chart = CHART_BY_SLUG["map"]
    answer = with_marks(chart)
    by_name = {trace["name"]: trace for trace in figure_of(answer, chart)["data"]}
    assert by_name["too small"]["locations"] == [each.area_code for each in answer.frame if each.status == "c"]
    assert by_name["without a figure"]["text"][0] == "not supplied [x]"
    assert {item.swatch for item in SHAPES["choropleth"].legend(answer, chart=chart)} >= {"hatch", "blank", "c1", "c5"}


def test_far_value_stands_outside_the_classes_and_is_named() -> None:
    chart = CHART_BY_SLUG["map"]
    answer = outlier(chart)
    assert figure_of(answer, chart)["data"][1]["z"] == [612.3]
    assert any("Metropolitan Police 612.3%" in item.text for item in SHAPES["choropleth"].legend(answer, chart=chart))


def test_bars_stand_longest_first_unless_the_order_means_something() -> None:
    channel, age = CHART_BY_SLUG["channel"], CHART_BY_SLUG["age"]
    values = figure_of(plain(channel), channel)["data"][0]["x"]
    assert values == sorted(values, reverse=True)
    assert figure_of(plain(age), age)["data"][0]["y"][0] == "Under 16"


def test_residents_stand_in_a_second_panel() -> None:
    chart = CHART_BY_SLUG["age"]
    figure = figure_of(with_comparison(chart), chart)
    assert [trace.get("xaxis", "x") for trace in figure["data"]] == ["x", "x", "x2"]
    swatches = [item.swatch for item in SHAPES["bars"].legend(with_comparison(chart), chart=chart)]
    assert swatches == ["tick", "residents"]


def test_outcomes_by_the_tip_alone_are_a_part_of_those_it_contributed_to() -> None:
    chart = CHART_BY_SLUG["ladder"]
    alone, both = (row(value, measure="L1", category=f"ladder-{name}") for name, value in (("tip-alone", 5.0), ("attributed", 25.0)))
    drawn = answer_of(chart, [alone, both], measure="L1")
    assert figure_of(drawn, chart)["data"][0]["meta"]["parts"] == {"1": 5.0}
    widths = [float(rect.get("width", "")) for rect in picture_of(drawn, chart).iter(f"{SVG}rect") if "--s1" in rect.get("fill", "")]
    assert len(widths) == 3 and widths[0] == widths[2] and widths[1] / widths[0] == pytest.approx(5, rel=0.01)
    assert [item.swatch for item in SHAPES["bars"].legend(drawn, chart=chart)] == ["part", "band"]
    for rows in ([both], [alone._replace(value=None, status="c"), both], [alone._replace(value=26.0), both]):
        bare = answer_of(chart, rows, measure="L1")
        assert "parts" not in str(figure_of(bare, chart)) and SHAPES["bars"].legend(bare, chart=chart) == []


def test_missing_bars_are_words() -> None:
    chart = CHART_BY_SLUG["channel"]
    notes = figure_of(all_missing(chart), chart)["layout"]["annotations"]
    assert {note["text"] for note in notes} == {"not supplied [x]"} and len(notes) == 8


def test_figures_of_the_default_page_are_small() -> None:
    slugs = ("map", "tiles", "trend", "age", "channel", "channel-age")
    answers = {slug: plain(CHART_BY_SLUG[slug]) for slug in slugs}
    sizes = {slug: len(json.dumps(figure_of(answer, CHART_BY_SLUG[slug]), separators=(",", ":")))
             for slug, answer in answers.items()}
    assert sum(sizes.values()) <= 14_500, sizes
    assert len(SHAPES["choropleth"].svg(answers["map"], chart=CHART_BY_SLUG["map"], selected=())) <= 18_000


def test_every_area_of_a_tile_map_has_its_own_short_name() -> None:
    for codes in (FORCES, BOROUGHS):
        assert len({ABBREVIATIONS[code] for code in codes}) == len(codes)


def test_template_and_style_sheet_hold_the_same_tokens() -> None:
    css = css_tokens()
    for theme, tokens in (("light", LIGHT), ("dark", DARK)):
        template = plotly_template(theme)  # type: ignore[arg-type]
        assert template["layout"]["font"]["color"] == tokens["ink"]
        assert all(f"--{name}:{colour};" in css for name, colour in tokens.items())
        assert len(template["data"]["choropleth"]) == len(MAP_TRACES)
