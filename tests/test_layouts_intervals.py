"""Intervals and marks on every surface: worded, drawn, within the axis, never a zero for what is too small."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import plotly
import pytest

from dashboard.settings import ROOT
from data.areas import FORCES
from data.export import as_csv, as_json
from data.frame import Row
from data.measures import MEASURE_BY_ID
from data.query import Answer
from data.release import Release
from layouts.charts import CHART_BY_SLUG, CHARTS, Chart
from layouts.document import render
from layouts.numbers import bare, bounded, brief, interval, shown, told_apart
from layouts.shapes import SHAPES
from layouts.shapes.abbreviations import ABBREVIATIONS
from layouts.shapes.hover import SUFFIX, written
from layouts.shapes.tiles import grids
from layouts.table import table
from layouts.theme import plotly_template
from layouts.words import card_sentence, marks_explained, status_sentence
from tests.answers import (
    BOUNDED,
    MEMBERS,
    SVG,
    answer_of,
    figure_of,
    late,
    members_marked,
    picture_of,
    plain,
    protected_counts,
    protected_rates,
    row,
    rows_of,
    under_nothing,
    with_intervals,
)
from tests.answers import bounded as with_ends
from tests.browser import browser_page
from tests.figures import whole

pytestmark = pytest.mark.usefixtures("protected")
EACH = pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.slug)
EVERY = pytest.mark.parametrize("situation", BOUNDED, ids=lambda situation: situation.__name__)
WORDED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("protected-count", {"value": 24, "lower": 19.1, "upper": 28.9}, "about 24 (19 to 29)"),
    ("protected-count", {"value": 1234, "lower": 1229, "upper": 1239, "status": "p u"},
     "about 1,234 (1,229 to 1,239) [p] [u]"),
    ("protected-count", {"value": 24}, "about 24"),
    ("protected-count", {"value": None, "upper": 20, "status": "c"}, "under 20 [c]"),
    ("protected-count", {"value": None, "upper": 20, "status": "p c"}, "under 20 [c] [p]"),
    ("protected-count", {"value": None, "status": "c"}, "too small to show [c]"),
    ("protected-count", {"value": None, "upper": 20, "status": "x"}, "not supplied [x]"),
    ("protected-rate", {"value": 53, "lower": 47, "upper": 59, "denominator": 240}, "53% (47% to 59%)"),
    ("protected-rate", {"value": 53, "lower": 51.84, "upper": 54.1, "denominator": 4000}, "53.0% (51.8% to 54.1%)"),
    ("protected-rate", {"value": None, "upper": 11.3, "denominator": 90, "status": "c"}, "under 12% [c]"),
    ("protected-rate", {"value": None, "upper": 12, "denominator": None, "status": "c"}, "under 12% [c]"),
    ("A1", {"value": 24, "lower": 15.4, "upper": 35.7}, "24 (15 to 36)"),
    ("A2", {"value": 1.5, "lower": 1.204, "upper": 1.8}, "1.50 (1.20 to 1.80)"),
    ("A2", {"value": None, "upper": 20, "status": "c"}, "under 20 [c]"),
    ("A2", {"value": None, "upper": 0.851, "status": "c"}, "under 0.86 [c]"),
    ("E14", {"value": 2.1, "lower": -0.3, "upper": 4.5}, "+2.1 points (\N{MINUS SIGN}0.3 to +4.5)"),
)


@pytest.mark.parametrize(("measure", "fields", "words"), WORDED)
def test_a_value_is_worded_with_its_interval(measure: str, fields: dict[str, Any], words: str) -> None:
    assert shown(row(0, measure=measure)._replace(**fields)) == words


def test_two_values_that_differ_never_read_alike_beside_each_other() -> None:
    def row(value: float, denominator: float = 90_000) -> Row:
        return Row("E8", "E23000031", "all", "all", "all", "all", 24300, 24311, None, denominator, value, value - 0.06, value + 0.06, "ok", "main")

    assert told_apart(row(97.06), row(97.13)) == ("97.06% (97.00% to 97.12%)", "97.13% (97.07% to 97.19%)")
    assert told_apart(row(97.1), row(95.1)) == (shown(row(97.1)), shown(row(95.1))) == ("97.1% (97.0% to 97.2%)", "95.1% (95.0% to 95.2%)")
    assert told_apart(row(97.1), row(97.1)) == (shown(row(97.1)), shown(row(97.1)))


def test_brief_words_leave_the_interval_to_where_it_is_drawn() -> None:
    count = row(24, measure="protected-count")._replace(lower=19, upper=29, status="p")
    small = count._replace(value=None, lower=None, upper=20, status="c")

    assert (brief(count), interval(count), bare(count)) == ("about 24 [p]", "19 to 29", "24")
    assert (brief(small), interval(small), bare(small)) == ("under 20 [c]", "", "<20")


@EACH
@EVERY
def test_the_table_says_every_interval(chart: Chart, situation: Callable[[Chart], Answer]) -> None:
    answer = situation(chart)
    text = render(table(answer, chart=chart)).replace("&lt;", "<").replace("&amp;", "&")
    listed = len(answer.by) == 1 or "time" in answer.by

    assert ("95% interval</th>" in text) == (listed and any(bounded(each) for each in answer.frame.of("main")))
    for each in answer.frame:
        if listed and each.role == "main":
            assert f">{brief(each)}</td>" in text and f">{interval(each)}</td>" in text or not bounded(each)
        else:
            assert f">{shown(each)}</td>" in text


def test_a_table_without_intervals_has_no_column_for_them() -> None:
    chart = CHART_BY_SLUG["channel"]
    assert "95% interval" not in render(table(plain(chart), chart=chart))


def test_a_table_hides_the_parts_of_what_is_too_small() -> None:
    chart = CHART_BY_SLUG["channel"]
    small = row(None, measure="protected-rate", status="c")._replace(numerator=7, denominator=91, upper=12)
    text = render(table(answer_of(chart, [small], measure="protected-rate"), chart=chart))

    assert "under 12% [c]" in text and ">7<" not in text and ">91<" not in text


@EACH
def test_files_hold_the_interval_and_the_number_that_a_small_value_lies_under(
    release: Release, chart: Chart
) -> None:
    small = row(None, measure="A1", status="c")._replace(upper=20)
    answer = answer_of(chart, [row(24, measure="A1")._replace(lower=19.5, upper=29), small], measure="A1")
    valued, missing = csv.DictReader(io.StringIO(as_csv(answer, release=release)))
    held = as_json(answer, release=release)["rows"]

    assert (valued["value"], valued["lower"], valued["upper"], valued["status"]) == ("24", "19.5", "29", "ok")
    assert (missing["value"], missing["lower"], missing["upper"], missing["status"]) == ("", "", "20", "c")
    assert [(each["value"], each["lower"], each["upper"]) for each in held] == [(24, 19.5, 29), (None, None, 20)]


@EACH
@EVERY
def test_the_axis_of_values_reaches_the_ends_of_the_intervals(
    chart: Chart, situation: Callable[[Chart], Answer]
) -> None:
    if chart.shape not in ("bars", "lines"):
        return
    answer = situation(chart)
    layout = figure_of(answer, chart)["layout"]
    axis = layout.get("xaxis" if chart.shape == "bars" else "yaxis")
    if not axis or "range" not in axis:
        return
    low, high = axis["range"]
    for each in answer.frame.of("main"):
        if bounded(each):
            assert low <= each.lower and each.upper <= high  # type: ignore[operator]


@EACH
@EVERY
@pytest.mark.parametrize("width", [358, 720])
def test_whiskers_and_bands_stay_within_the_picture(
    chart: Chart, situation: Callable[[Chart], Answer], width: int
) -> None:
    if chart.shape not in ("bars", "lines"):
        return
    picture = ElementTree.fromstring(SHAPES[chart.shape].svg(situation(chart), chart=chart, selected=(), width=width))
    for path in picture.iter(f"{SVG}path"):
        if path.get("fill-opacity") or path.get("stroke-width") == "1.5":
            for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.get("d", "")):
                assert 0 <= float(x) <= width and -4 <= float(y) <= chart.height + 4


@EACH
def test_what_is_too_small_is_never_a_bar_a_point_or_nothing(chart: Chart) -> None:
    answer = protected_counts(chart)
    small = {"|".join(each.key) for each in answer.frame if each.value is None}
    for element in picture_of(answer, chart).iter():
        if element.get("data-key") in small:
            assert element.get("data-value") == ""
            assert element.tag != f"{SVG}rect"
            assert element.findtext(f"{SVG}title", "").endswith("under 20 [c]")
    drawn = [trace for trace in figure_of(answer, chart)["data"] if trace["name"] not in ("without a figure", "too small")]
    values = [value for trace in drawn for name in ("x", "y", "z") for value in trace.get(name) or ()]
    assert 0 not in [value for value in values if chart.shape in ("bars", "lines")]


def test_bars_and_cells_too_small_to_show_say_under_what_number_they_lie() -> None:
    bars, cells = CHART_BY_SLUG["channel"], CHART_BY_SLUG["channel-age"]
    notes = figure_of(under_nothing(bars), bars)["layout"]["annotations"]
    marks = figure_of(protected_counts(cells), cells)["data"][0]["meta"]["gaps"]
    picture = "".join(picture_of(protected_counts(cells), cells).itertext())

    assert {note["text"] for note in notes} == {"under 20 [c]"}
    assert marks["kinds"] == [("&lt;20", "under 20 [c]")] and set(marks["each"]) == {0}
    assert "<20" in picture and "[c]<" not in picture
    items = SHAPES["heatmap"].legend(protected_counts(cells), chart=cells)
    assert items[-1].text == "too small to show [c]; <20 means under 20"


def test_a_bar_carries_a_whisker_from_its_lower_end_to_its_upper_end() -> None:
    chart = CHART_BY_SLUG["channel"]
    answer = with_intervals(chart)
    bars, layout = figure_of(answer, chart)["data"][0], figure_of(answer, chart)["layout"]
    near = layout["xaxis"]["range"][1] / 200

    assert "text" not in bars and "template" in bars["meta"]["whiskers"]
    ends = sorted((each.lower, each.upper) for each in answer.frame.of("main"))
    assert sorted((lower, upper) for lower, upper, *_ in bars["customdata"]) == [
        (pytest.approx(lower, abs=near), pytest.approx(upper, abs=near)) for lower, upper in ends]
    assert len(picture_of(answer, chart).findall(f".//{SVG}path[@stroke-width='1.5']")) == len(ends)


def test_a_line_has_a_band_in_one_panel_and_in_many() -> None:
    chart = CHART_BY_SLUG["trend"]
    bands = picture_of(with_intervals(chart), chart).findall(f".//{SVG}path[@fill-opacity='0.2']")
    assert len(bands) == 7, "six series and the place compared with"
    assert [trace["meta"] for trace in whole(figure_of(with_intervals(chart), chart))] == [{"band": True}] * 7


@pytest.mark.parametrize(("measure", "value", "ends", "base", "said"), [
    ("A4", 0.0023, (0.0011, 0.0042), 5_000, "0.002 (0.001 to 0.004)"),
    ("R1", 0.14, (0.11, 0.149), 900_000, "0.14 (0.11 to 0.15)"),
    ("E6", 0.03, None, 5_000, "0.03%"), ("E6", 0.3, None, 90, "0.3%"), ("E6", 0.0, None, 5_000, "0.0%"),
    ("E6", 0.0, (0.0, 0.03), 5_000, "0.00% (0.00% to 0.03%)"), ("E6", 3.94, (3.9, 3.99), 5_000, "3.9% (3.9% to 4.0%)"),
    ("A1", 24.0, (24.0, 24.2), None, "24 (24 to 24)"), ("E6", 3e-9, None, 5_000, "0.0%"), ("E14", -0.04, None, 5_000, "\u22120.04 points"),
    ("E14", -1.2, None, 90, "\u22121 point"), ("E14", 1.2, None, 90, "+1 point"), ("E14", 2.2, (1.1, 3.2), 90, "+2 points (+1 to +3)"),
])
def test_something_is_never_written_as_nothing(
    measure: str, value: float, ends: tuple[float, float] | None, base: float | None, said: str
) -> None:
    lower, upper = ends or (None, None)
    held = row(value, measure=measure)._replace(lower=lower, upper=upper, denominator=base)

    assert shown(held) == said
    assert shown(held) == brief(held) + (f" ({interval(held)})" if ends else "")
    assert bare(held) == brief(held).removesuffix("%").removesuffix("s").removesuffix(" point")
    template, texts, sent = written([held], measure=MEASURE_BY_ID[measure], value="y", text="text", fine=0)
    assert told(template, value=value, customdata=sent[0] if sent else None, text=texts[0] if texts else "") == said


@pytest.mark.parametrize("measure", ["E4", "R1", "A2"])
def test_values_at_bars_are_written_as_their_intervals_under_the_pointer(measure: str) -> None:
    chart = CHART_BY_SLUG["channel"]
    rows = [row(3.941, measure=measure, channel=channel)._replace(lower=3.93, upper=3.944, denominator=5_000) for channel in ("x", "facebook")]
    figure = whole(figure_of(answer_of(chart, rows, measure=measure), chart))

    said = next(trace["meta"]["whiskers"] for trace in figure if "whiskers" in trace.get("meta", {}))
    assert told(said["template"].replace("%{text:", "%{y:"), value=3.941, customdata=None, text="") == brief(rows[0])


def told(template: str, *, value: float, customdata: Any, text: str) -> str:
    """Return what the browser writes from a template of ours."""
    def number(found: re.Match[str]) -> str:
        if found[1] == "text":
            return text
        if found[1] == "customdata[2]":
            return str(customdata[2])
        held = value if found[1] == "y" else customdata[int(found[1][11])]
        places = Decimal(1).scaleb(-int(found[2][-2]))
        return f"{Decimal(held).quantize(places, rounding=ROUND_HALF_UP):{'+' if found[2][0] == '+' else ''},}"

    return re.sub(r"%{([^:}]+):?([^}]*)}", number, template)


@pytest.mark.parametrize("fine", [-2, 0, 1, 3])
@pytest.mark.parametrize("measure", ["protected-count", "protected-rate", "A1", "A2", "E4", "E14", "R1"])
def test_the_browser_writes_the_interval_that_the_table_says(measure: str, fine: int) -> None:
    chance = random.Random(f"{measure} {fine}")
    whole = MEASURE_BY_ID[measure].unit == "count"
    for _ in range(120):
        rows: list[Row] = []
        for _ in range(chance.randint(1, 12)):
            value = float(chance.randint(10, 400)) if whole else round(chance.uniform(0, chance.choice((0.01, 1, 99))), 4)
            ends = [round(value + chance.choice((0.5, 0.05, 0.004, 2.46, chance.uniform(0, 9))) * side, 4) for side in (-1, 1)]
            rows.append(row(value, measure=measure, status=chance.choice(("ok", "ok", "p", "p u")))._replace(
                lower=ends[0] if ends[0] > 0 else 0.0, upper=ends[1], denominator=chance.choice((300, 5_000))))
        template, texts, ends_sent = written(rows, measure=MEASURE_BY_ID[measure], value="y", text="text", fine=fine)
        for place, each in enumerate(rows):
            assert told(template, value=each.value or 0, customdata=ends_sent[place] if ends_sent else None,
                        text=texts[place] if texts else "") == shown(each)
    assert SUFFIX["percent"] == "%"


def test_sentences_give_values_with_their_intervals_and_explain_them() -> None:
    total = CHART_BY_SLUG["channel"]
    rows = [row(24, measure="protected-count", channel="x")._replace(lower=19, upper=29),
            row(None, measure="protected-count", channel="facebook", status="c")._replace(upper=20)]
    answer = answer_of(total, rows, measure="protected-count")

    assert "about 24 (19 to 29)" in status_sentence(answer)
    assert card_sentence(answer) == "X about 24 (19 to 29)."
    explained = " ".join(marks_explained(answer))
    assert "95% interval" in explained and "About:" in explained and "[c]" in explained
    assert "95% interval" not in " ".join(marks_explained(plain(total)))


def test_the_picture_is_described_with_intervals() -> None:
    chart = CHART_BY_SLUG["channel"]
    said = picture_of(protected_counts(chart), chart).findtext(f"{SVG}desc") or ""
    assert re.search(r"The values run from about \d+ \(\d+ to \d+\) \(", said)


def test_figures_with_intervals_are_small() -> None:
    slugs = ("map", "tiles", "trend", "age", "channel", "channel-age")

    def weight(situation: Callable[[Chart], Answer]) -> int:
        return sum(len(json.dumps(figure_of(situation(CHART_BY_SLUG[slug]), CHART_BY_SLUG[slug]),
                                  separators=(",", ":"), ensure_ascii=False).encode()) for slug in slugs)

    def main(chart: Chart) -> Answer:
        return answer_of(chart, with_ends(rows_of(chart)))

    assert weight(main) - weight(plain) <= 7_500
    assert weight(protected_counts) <= 18_500
    assert weight(protected_rates) <= 22_000


PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def test_the_browser_draws_bands_whiskers_and_dashes() -> None:
    chart, bars = CHART_BY_SLUG["trend"], CHART_BY_SLUG["channel"]
    cells, squares = CHART_BY_SLUG["channel-age"], CHART_BY_SLUG["tiles"]
    theme = json.dumps({"light": plotly_template("light"), "dark": plotly_template("dark"), "tiles": grids()})
    with browser_page() as page:
        said: list[str] = []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.set_content(f'<script id="hue-theme" type="application/json">{theme}</script>'
                         '<div id="a" style="width:900px;height:360px"></div><div id="b" style="width:900px"></div>'
                         '<div id="c" style="width:900px"></div><div id="d"></div><div id="e" style="width:900px"></div>')
        for script in ("boot.js", "figures.js"):
            page.add_script_tag(path=str(ROOT / "assets" / script))
        page.add_script_tag(path=str(PLOTLY))
        drawn = {"a": (late(chart), chart), "b": (protected_counts(bars), bars), "c": (protected_counts(cells), cells),
                 "d": (plain(squares), squares), "e": (members_marked(chart), chart)}
        for place, (answer, of) in drawn.items():
            page.evaluate("([place, figure]) => Plotly.newPlot(place, figure)", [place, figure_of(answer, of)])
        bands = page.evaluate("[...document.querySelectorAll('#a .fills path')].map(e => e.style.fillOpacity)")
        dashes = page.evaluate("[...document.querySelectorAll('#a .js-line')].map(e => e.style.strokeDasharray)")
        whiskers = page.evaluate("document.querySelectorAll('#b .errorbar path').length")
        marks = page.evaluate("[...document.querySelectorAll('#c .textpoint text')].map(e => e.textContent)")
        tiles = page.evaluate("[...document.querySelectorAll('#d .bartext')].map(e => e.textContent)")
        panels = page.evaluate("document.querySelectorAll('#e .js-line[style*=\"138, 148, 158\"]').length")
        page.evaluate("Plotly.react('a', document.getElementById('a').given)")
        again = page.evaluate("document.querySelectorAll('#a .fills path').length")

    assert said == []
    assert [round(float(opacity), 2) for opacity in bands] == [0.2] * 6 and again == 6
    assert dashes.count("3px, 3px") >= 6
    assert whiskers == sum(bounded(each) for each in protected_counts(bars).frame)
    assert marks == ["<20"] * sum(each.value is None for each in protected_counts(cells).frame)
    assert sorted(tiles) == sorted(ABBREVIATIONS[code] for code in FORCES)
    assert panels >= len(MEMBERS)
