"""Lines through time: one panel or many, broken where figures cannot be compared."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from layouts.charts import CHART_BY_SLUG
from layouts.shapes import SHAPES
from tests.answers import (
    GROUPS,
    MEMBERS,
    SVG,
    broken,
    figure_of,
    members,
    members_broken,
    members_marked,
    picture_of,
    plain,
    without_trend,
)
from tests.figures import whole


def test_no_line_is_drawn_across_a_break_or_a_gap() -> None:
    chart = CHART_BY_SLUG["trend"]
    answer = broken(chart)
    figure = figure_of(answer, chart)
    assert all(trace["y"][trace["x"].index("2020-06")] is None for trace in whole(figure))
    assert figure["layout"]["shapes"][0]["x0"] == "2020-06"
    assert "telephone" in SHAPES["lines"].legend(answer, chart=chart)[-1].text
    paths = [element.get("d", "") for element in picture_of(answer, chart).iter(f"{SVG}path")
             if element.get("stroke-width") == "2.5"]
    assert len(paths) == len(GROUPS) and all(path.count("M") == 2 for path in paths)


def test_members_of_a_group_stand_in_a_panel_each() -> None:
    chart = CHART_BY_SLUG["trend"]
    figure = figure_of(members(chart), chart)
    drawn = [trace for trace in whole(figure) if trace["name"] != "colour"]
    layout = figure["layout"]
    assert len(drawn) == len({(trace.get("xaxis", "x"), trace.get("yaxis", "y")) for trace in drawn}) == len(MEMBERS)
    assert {tuple(layout[axis]["range"]) for axis in ("yaxis", "yaxis2", "yaxis3")} == {tuple(layout["yaxis"]["range"])}
    assert "xaxis4" not in layout and "yaxis4" not in layout
    assert [layout[axis]["anchor"] for axis in ("xaxis", "xaxis2", "xaxis3")] == ["y3", "y2", "y2"]
    assert [note["text"].split("<br>")[0] for note in layout["annotations"]][0] == "<b>X</b>"


def test_panels_say_how_two_of_them_stand_beside_each_other_on_phones() -> None:
    chart = CHART_BY_SLUG["trend"]
    figure = figure_of(members(chart), chart)
    narrow = figure["layout"]["meta"]["narrow"]
    axes = [(trace.get("xaxis", own["xaxis"]), trace.get("yaxis", own["yaxis"]))
            for trace, own in list(zip(narrow["data"], figure["data"], strict=True))[6:]]
    assert axes == [("x", "y"), ("x2", "y"), ("x", "y2"), ("x2", "y2"), ("x", "y3"), ("x2", "y3"), ("x", "y4")]
    assert [narrow["layout"][axis]["domain"] for axis in ("xaxis", "xaxis2")] == [[0, 0.47], [0.53, 1]]
    tops = [narrow["layout"][axis]["domain"][1] for axis in ("yaxis", "yaxis2", "yaxis3", "yaxis4")]
    assert tops == sorted(tops, reverse=True)
    assert "meta" not in figure_of(plain(chart), chart)["layout"]


def test_groups_stand_in_one_panel() -> None:
    chart = CHART_BY_SLUG["trend"]
    figure = figure_of(plain(chart), chart)
    assert [trace["name"] for trace in figure["data"]][0] == "Social media" and len(figure["data"]) == len(GROUPS)


@pytest.mark.parametrize("width, columns", [(720, 3), (480, 2), (358, 2)])
def test_panels_of_a_picture_stand_beside_each_other_as_they_fit(width: int, columns: int) -> None:
    chart = CHART_BY_SLUG["trend"]
    picture = ElementTree.fromstring(SHAPES["lines"].svg(members(chart), chart=chart, selected=(), width=width))
    lines = [element for element in picture.iter(f"{SVG}path") if element.get("stroke-width") == "2.5"]
    assert len(lines) == len(MEMBERS) and len({line.get("stroke") for line in lines}) == 1
    starts = {float(re.match(r"M([\d.]+)", line.get("d", "")).group(1)) for line in lines}  # type: ignore[union-attr]
    assert len(starts) == columns


def test_panels_compare_and_break_as_one_panel_does() -> None:
    chart = CHART_BY_SLUG["trend"]
    compared = whole(figure_of(members_marked(chart), chart))[6:]
    assert len(compared) == 2 * len(MEMBERS)
    assert sum(trace.get("line", {}).get("dash") == "dash" for trace in compared) == len(MEMBERS)
    figure = figure_of(members_broken(chart), chart)
    assert all(trace["y"][trace["x"].index("2020-06")] is None for trace in whole(figure)[6:])
    assert sum(shape["path"].count("M2020-06") for shape in figure["layout"]["shapes"]) == len(MEMBERS)


def test_no_line_at_all_where_no_trend_can_be_drawn() -> None:
    chart = CHART_BY_SLUG["trend"]
    answer = without_trend(chart)
    assert {trace["mode"] for trace in whole(figure_of(answer, chart))} == {"markers"}
    assert not [element for element in picture_of(answer, chart).iter(f"{SVG}path")
                if element.get("stroke-width") == "2.5"]
