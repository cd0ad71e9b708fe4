"""Pictures of charts say all that a reader needs, inside their frame, in every size and situation."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from urllib.parse import parse_qs

import pytest

from data.areas import AREAS, FORCES
from data.query import Answer
from data.release import Release
from data.selection import MAX_QUERY, Selection, read
from layouts.charts import CHART_BY_SLUG, CHARTS, Chart, ask
from layouts.lettering import BOLD, REGULAR, lettered, set_in, width_of
from layouts.picture_key import swatch
from layouts.picture_layout import SIZES, Size
from layouts.pictures import picture, status_of
from layouts.reading import sentence_of, source_of
from layouts.shapes import SHAPES
from layouts.words import subtitle
from tests.answers import (
    SITUATIONS,
    all_too_small,
    illustrative,
    members_marked,
    outlier,
    plain,
    protected_rates,
    with_comparison,
    with_reason,
    without_rows,
)
from tests.pictures import Box, size_of, texts_of, values_in

pytestmark = pytest.mark.usefixtures("protected")
EACH = pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.slug)
DRAWN = pytest.mark.parametrize("size", [size for size in SIZES if size.name != "2x"], ids=lambda size: size.name)
"""The second size is the first one with more pixels."""
FEW = (illustrative, with_comparison, all_too_small, members_marked, protected_rates)
POSSIBLE = tuple(pytest.param(situation, marks=() if situation in FEW else pytest.mark.long)
                 for situation in SITUATIONS if situation is not without_rows)
"""An answer without rows has a reason."""
LONGEST = tuple(sorted(FORCES, key=lambda code: -len(AREAS[code].name))[:4])
ADDRESS = "https://appeals.example/charts/"
SLACK = 3.0
"""Pixels by which letters may touch: their boxes are larger than what is inked."""


def drawn(chart: Chart, answer: Answer, *, release: Release, size: Size, address: str = "") -> str:
    return picture(chart, answer, release=release, selected=FORCES[:2], size=size, address=address or f"{ADDRESS}{chart.slug}")


def said(text: str) -> str:
    """All words around the figure, lines joined."""
    return " ".join(box.text for box in texts_of(text) if box.own)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def check_frame(text: str) -> None:
    """No text leaves the frame, and no two texts meet, around the figure or in it."""
    width, height = size_of(text)
    boxes = texts_of(text)
    assert [box for box in boxes if not box.within(width, height)] == []
    met: list[tuple[Box, Box]] = [(one, other) for one, other in combinations(boxes, 2) if one.meets(other, slack=SLACK)]
    assert met == []


def test_the_boxes_of_texts_are_where_they_are_drawn() -> None:
    """Else no picture could fail: a nested figure is moved and grown, a text may stand left of its place, or in lines."""
    text = ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50"><text x="0" y="20" font-size="10">AA</text>'
            '<svg x="50" y="10" width="40" height="20" viewBox="0 0 20 10"><text x="5" y="5" font-size="5" text-anchor="end">AA'
            '</text><text font-size="5"><tspan x="1" y="5">A</tspan><tspan x="1" y="9">A</tspan></text></svg></svg>')
    first, end, upper, lower = texts_of(text)

    wide = width_of("AA", size=10)
    assert (first.left, first.right, first.own) == (0, wide, True) and first.top < 20 < first.bottom
    assert (end.left, end.right, end.own) == (60 - wide, 60, False) and end.top < 20 < end.bottom
    assert upper.left == lower.left == 52 and lower.top - upper.top == 8
    assert end.meets(upper, slack=2) and not upper.meets(first, slack=0) and not first.within(10, 50)


@EACH
@DRAWN
@pytest.mark.parametrize("situation", POSSIBLE, ids=lambda situation: situation.__name__)
def test_words_stay_in_the_frame_and_apart(
    chart: Chart, situation: Callable[[Chart], Answer], size: Size, release: Release
) -> None:
    check_frame(drawn(chart, situation(chart), release=release, size=size))


@EACH
@DRAWN
def test_the_longest_names_and_addresses_fit(chart: Chart, size: Size, release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = with_comparison(chart)
    chosen = replace(answer.asked, area=LONGEST, age_group=("16-17", "18-24", "25-34", "35-44"),
                     channel=("community_email", "poster_in_person", "crimestoppers"), crime_type=("violence and sexual offences",))
    long = replace(chart, title="What works: useful responses to appeals by where they were seen and by whom")
    address = f"{ADDRESS}{chart.slug}?" + "&".join(f"area={code}" for code in AREAS)[:MAX_QUERY]
    text = drawn(long, replace(answer, asked=chosen, answered=chosen), release=release, size=size, address=address)

    check_frame(text)
    assert squeezed(long.title) in squeezed(said(text)) and f"{ADDRESS}{chart.slug} (with the choice that stands in the title)" in said(text)
    assert f'<a href="{address.replace("&", "&amp;")}">' in text


@DRAWN
@pytest.mark.parametrize("query", ["measure=R1", "measure=Q1", "measure=P7"])
def test_names_at_the_ends_of_many_lines_stay_in_their_figure(query: str, size: Size, release: Release) -> None:
    """One month gives each name its value as a line more: six of them are taller than the plot of a card."""
    chart, most = CHART_BY_SLUG["trend"], sorted(FORCES, key=lambda code: -len(AREAS[code].name))[:6]
    answer = ask(release, replace(read(parse_qs(query)), area=tuple(sorted(most))), chart=chart)
    text = drawn(chart, answer, release=release, size=size)

    check_frame(text)
    top = float(re.search(r'<svg x="[^"]+" y="([^"]+)"', text)[1])  # type: ignore[index]
    assert min(box.top for box in texts_of(text) if not box.own) >= top - SLACK


@EACH
@DRAWN
@pytest.mark.parametrize("situation", [illustrative, with_reason], ids=lambda situation: situation.__name__)
def test_title_status_source_vintage_release_and_address_are_never_left_out(
    chart: Chart, situation: Callable[[Chart], Answer], size: Size, release: Release
) -> None:
    answer = situation(chart)
    text = drawn(chart, answer, release=release, size=size)
    words = squeezed(lettered(said(text)))

    for needed in (chart.title, subtitle(answer), status_of(answer), source_of(chart, answer, release=release), release.id,
                   f"{ADDRESS}{chart.slug}"):
        assert squeezed(lettered(needed)) in words
    inside = "".join(box.text for box in texts_of(text) if not box.own)
    if answer.reason:
        assert squeezed(answer.reason) in squeezed(inside) and "No figures" in said(text)
    assert ("Illustrative figures" in inside) == (answer.origin == "illustrative" and bool(answer.frame))


@EACH
def test_a_picture_as_high_as_it_needs_to_be_says_what_the_card_on_the_page_says(chart: Chart, release: Release) -> None:
    answer = ask(release, Selection(area=(FORCES[28],)), chart=chart)
    text = drawn(chart, answer, release=release, size=SIZES[0])

    if not answer.reason:
        assert squeezed(lettered(sentence_of(chart, answer))) in squeezed(said(text))
        for item in SHAPES[chart.shape].legend(answer, chart=chart):
            assert squeezed(lettered(item.text)) in squeezed(said(text))


@EACH
@pytest.mark.parametrize("situation", [with_comparison, members_marked], ids=lambda situation: situation.__name__)
def test_a_picture_of_every_size_draws_the_same_values(
    chart: Chart, situation: Callable[[Chart], Answer], release: Release
) -> None:
    answer = situation(chart)
    first, *others = (values_in(drawn(chart, answer, release=release, size=size)) for size in SIZES)

    known = {"|".join(row.key): "" if row.value is None else str(row.value) for row in answer.frame}
    assert all(found == first for found in others) and first.items() <= known.items()


@EACH
def test_a_picture_is_in_plain_colours_and_letters(chart: Chart, release: Release) -> None:
    text = drawn(chart, outlier(chart), release=release, size=SIZES[0])

    assert "var(" not in text and "transparent" not in text and "<script" not in text and "system-ui" not in text
    assert lettered(text) == text and text.startswith("<?xml") and "Open Sans" in text


def test_twice_the_pixels_are_the_same_drawing(release: Release) -> None:
    chart = CHARTS[0]
    one, two = (drawn(chart, plain(chart), release=release, size=size) for size in SIZES[:2])

    assert one.replace(re.search(r' width="768" height="[\d.]+"', one)[0], "", 1) == (  # type: ignore[index]
        two.replace(re.search(r' width="1536" height="[\d.]+"', two)[0], "", 1))  # type: ignore[index]


@EACH
def test_every_swatch_of_a_key_can_be_drawn(chart: Chart) -> None:
    for situation in SITUATIONS:
        for item in SHAPES[chart.shape].legend(situation(chart), chart=chart):
            assert swatch(item.swatch, slug=chart.slug).startswith("<")


def test_letters_are_as_wide_as_the_font_says() -> None:
    assert REGULAR.is_file() and BOLD.is_file()
    assert width_of("A", size=2048) == 1296 and width_of("A", size=2048, bold=True) == 1413
    assert width_of("é", size=10) == width_of("e", size=10) and width_of("ŵ", size=10) == width_of("w", size=10)


def test_what_the_fonts_lack_is_written_otherwise() -> None:
    assert lettered("2 → 3 ≥ 1 – 2 … “é” ŵ ± −1") == "2 to 3 ≥ 1 – 2 … “é” ŵ ± −1" and lettered("\N{PILE OF POO}") == "?"


def test_text_is_set_in_lines_no_wider_than_the_room() -> None:
    for room in (60, 90, 200):
        for text in ("Devon and Cornwall, Avon and Somerset", "Llanfairpwllgwyngyllgogerychwyrndrobwll", "a b c"):
            found = set_in(text, room=room, size=14)
            assert found.width <= room and squeezed("".join(found.lines)) == squeezed(text)
    address = set_in("https://appeals.example/charts/map?area=E23000031&area=E23000032", room=200, size=14, anywhere=True)
    assert len(address.lines) > 1 and all(line[-1] in "/&?=,-2" for line in address.lines)
