"""Figure, picture, table, sentence, CSV and JSON give the same numbers and marks, for every chart and any choice."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.areas import AREAS
from data.export import COLUMNS, as_csv, as_json
from data.measures import MEASURES
from data.model import DIMENSIONS, MARKS
from data.query import Answer
from data.release import Release
from data.selection import Selection, read
from data.summary import summarise
from layouts.charts import CHART_BY_SLUG, CHARTS, Chart, ask
from layouts.document import render
from layouts.numbers import brief, interval, shown
from layouts.picture_layout import SIZES, Size
from layouts.pictures import picture
from layouts.shapes import SHAPES
from layouts.table import table
from layouts.words import card_sentence, status_sentence
from tests.figures import figure_values, panels_in, tile_words
from tests.pictures import values_in

MEASURE_IDS = [measure.id for measure in MEASURES if not measure.context]
SLUGS = [chart.slug for chart in CHARTS]
FIXED = (
    "", "area=E23000031&area=E23000032&channel=facebook&compare=K04000001", "measure=A1&channel=facebook&channel=x",
    "measure=A2&area=E23000034", "measure=P2&area=E09000003&area=E09000005", "measure=B2&from=2018-01",
    "measure=E14&age_group=18-24", "measure=E1&grain=quarter", "measure=R1&category=robbery", "origin=published",
    "from=2031-01", "measure=P1&area=E23000031", "measure=E5&channel=whatsapp", "measure=R2", "measure=A16&grain=year",
)


def some(values: Iterable[str], *, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(values)), max_size=most, unique=True)


SELECTIONS = st.fixed_dictionaries(
    {"measure": st.sampled_from(MEASURE_IDS)},
    optional={
        "area": some(AREAS, most=4),
        **{key: some(dimension.by_id, most=3) for key, dimension in DIMENSIONS.items()},
        "from": st.sampled_from(["2016-05", "2018-01", "2024-02", "2026-01", "2031-01"]),
        "to": st.sampled_from(["2031-02", "2040-12"]) | st.just("2032-01"),
        "grain": st.sampled_from(["month", "quarter", "year", "rolling_year"]),
        "compare": st.sampled_from(["K04000001", "E23000001", "E09000003", "W92000004"]),
        "origin": st.just("published"),
    },
)


def values_by_key(text: str) -> dict[str, str]:
    return {
        key: value for value, key in re.findall(r'data-value="([^"]*)"[^>]*data-key="([^"]*)"', text)
    } | {key: value for key, value in re.findall(r'data-key="([^"]*)"[^>]*data-value="([^"]*)"', text)}


def agree(release: Release, selection: Selection, *, chart: Chart) -> None:
    answer = ask(release, selection, chart=chart)
    shape = SHAPES[chart.shape]
    figure = shape.plotly(answer, chart=chart, selected=selection.area)
    picture = shape.svg(answer, chart=chart, selected=selection.area)
    words = render(table(answer, chart=chart))
    sheet = list(csv.DictReader(io.StringIO(as_csv(answer, release=release))))
    data = json.loads(json.dumps(as_json(answer, release=release), allow_nan=False))

    json.dumps(figure, allow_nan=False)
    ElementTree.fromstring(picture)
    assert bool(answer.frame) != bool(answer.reason)
    check_files(answer, sheet=sheet, records=data["rows"])
    if answer.reason:
        assert data["reason"] == answer.reason == card_sentence(answer)
        assert answer.reason.split()[0] in picture and answer.reason in json.dumps(words, ensure_ascii=False)
        return
    check_figure(answer, figure=figure, chart=chart)
    keyed = {"|".join(row.key): row for row in answer.frame}
    for surface in (picture, words):
        for key, value in values_by_key(surface).items():
            row = keyed[key.replace("&amp;", "&")]
            assert value == ("" if row.value is None else str(row.value))
    assert len(re.findall(r"<td[^>]*data-key", words)) == len(answer.frame)
    told = re.sub(r"&[a-z]+;", "&", words)
    for row in answer.frame:
        assert shown(row) in told or "&" in shown(row) or (brief(row) in told and interval(row) in told)


def check_figure(answer: Answer, *, figure: dict[str, Any], chart: Chart) -> None:
    """The figure draws every value; an empty one says in words why it draws none."""
    if not figure["data"]:
        assert figure["layout"]["annotations"]
        return
    if chart.shape == "tiles":
        assert tile_words(figure) == Counter(shown(row) for row in answer.frame)
        return
    copies = panels_in(figure)
    assert figure_values(figure) == Counter(
        row.value for row in answer.frame if row.value is not None
        for _ in range(copies if row.role == "compare" else 1))


def check_files(answer: Answer, *, sheet: list[dict[str, str]], records: list[dict[str, Any]]) -> None:
    assert len(sheet) == len(records) == len(answer.frame)
    for row, line, record in zip(answer.frame, sheet, records, strict=True):
        assert tuple(line) == tuple(record) == COLUMNS
        for name, value in (
            ("value", row.value), ("lower", row.lower), ("upper", row.upper), ("numerator", row.numerator),
            ("denominator", row.denominator),
        ):
            assert record[name] == value
            assert line[name] == ("" if value is None else str(value))
        assert line["status"] == record["status"] == row.status
        assert set(row.status.split()) <= {"ok", *MARKS}
        assert (row.value is None) == bool({"c", "x", "z"} & set(row.status.split()))


def check_picture(release: Release, selection: Selection, *, chart: Chart, size: Size) -> None:
    """The picture as a file draws the values of the same rows, in whatever size, and every one that the page's picture draws."""
    answer = ask(release, selection, chart=chart)
    drawn = values_in(picture(chart, answer, release=release, selected=selection.area, size=size, address=f"/charts/{chart.slug}"))
    known = {"|".join(row.key): "" if row.value is None else str(row.value) for row in answer.frame}

    assert drawn.items() <= known.items()
    assert set(drawn) == set(values_in(SHAPES[chart.shape].svg(answer, chart=chart, selected=selection.area)))
    assert answer.frame or answer.reason


@pytest.mark.parametrize("query", FIXED)
@pytest.mark.parametrize("slug", [chart.slug for chart in CHARTS])
def test_a_picture_gives_the_same_numbers_as_the_files(release: Release, slug: str, query: str) -> None:
    size = SIZES[(SLUGS.index(slug) + FIXED.index(query)) % len(SIZES)]
    check_picture(release, read(parse_qs(query)), chart=CHART_BY_SLUG[slug], size=size)


@pytest.mark.parametrize("query", FIXED)
@pytest.mark.parametrize("slug", [chart.slug for chart in CHARTS])
def test_every_surface_of_a_chart_gives_the_same_numbers(release: Release, slug: str, query: str) -> None:
    agree(release, read(parse_qs(query)), chart=CHART_BY_SLUG[slug])


@pytest.mark.parametrize("slug", [chart.slug for chart in CHARTS])
def test_every_surface_agrees_for_any_choice(release: Release, slug: str) -> None:
    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(SELECTIONS)
    def check(query: dict[str, Any]) -> None:
        agree(release, read(query), chart=CHART_BY_SLUG[slug])

    check()


@pytest.mark.parametrize("query", FIXED)
def test_the_sentence_of_a_page_holds_the_value_of_its_tile(release: Release, query: str) -> None:
    summary = summarise(release, read(parse_qs(query)))
    said = status_sentence(summary.total)

    assert (shown(summary.row) in said) if summary.row else (summary.total.reason in said)
