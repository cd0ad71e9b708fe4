"""The page of attitudes: what surveys say, each figure with its date, its question and its base."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from flask.testing import FlaskClient
from scipy import stats

from dashboard.app import create_app
from dashboard.settings import Settings
from data.areas import SNAPSHOTS
from data.export import as_csv
from data.model import month_index
from data.pairs import pairs_of
from data.release import Release
from data.selection import Selection, read
from data.statistics.association import Association
from layouts.charts import CHART_BY_SLUG, ask
from layouts.components import present
from layouts.document import render
from layouts.filters import options
from layouts.numbers import shown
from layouts.pages import ATTITUDES
from layouts.reading import notes_of, sentence_of
from layouts.shapes import SHAPES
from layouts.shapes.answer_lines import is_old, lines_of
from layouts.table import table
from layouts.view import look

ASKED = ("use-channel", "share-data", "would-report")


@pytest.fixture(scope="module")
def client(release_home: Path) -> FlaskClient:
    return create_app(Settings(home=release_home)).server.test_client()


def published() -> list[dict[str, str]]:
    with (SNAPSHOTS / "facts" / "surveys.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_chart_stands_on_the_page_in_its_order_and_has_figures(client: FlaskClient, release: Release) -> None:
    text = client.get("/attitudes").text
    shown = re.findall(r'<section id="[^"]*card[^"]*"(?! hidden)[^>]*aria-labelledby="title-([\w-]+)"', text)
    view = look(release, Selection(), page=ATTITUDES)

    assert tuple(shown) == ATTITUDES.charts
    assert all(present(CHART_BY_SLUG[slug], view) and view.answers[slug].frame for slug in ATTITUDES.charts)
    assert 'href="/attitudes"' in client.get("/charts").text and 'href="/attitudes"' in client.get("/").text


def test_every_published_answer_by_age_stands_once_with_its_question_date_and_base(client: FlaskClient) -> None:
    text = unescape(client.get("/attitudes").text)
    wanted = [row for row in published() if row["question"].startswith("Would ")]
    got = [row for slug in ASKED for row in csv.DictReader(io.StringIO(client.get(f"/charts/{slug}.csv").text))]

    assert sorted((float(row["value"]), row["age_group"]) for row in got) == sorted(
        (float(row["percent"]), row["age_group"]) for row in wanted)
    for row in wanted:
        assert row["question"] in text and f"“{row['option']}”" in text and row["base_note"] in text
    assert "base 2,061 (GB adults)" in text and "4 February 2022 to 5 February 2022" in text


def test_2012_is_hollow_and_called_old_and_2022_is_not(release: Release) -> None:
    for slug, old in (("use-channel", True), ("share-data", True), ("would-report", False)):
        chart = CHART_BY_SLUG[slug]
        found = ask(release, Selection(), chart=chart)
        figure = SHAPES[chart.shape].plotly(found, chart=chart, selected=())
        picture = SHAPES[chart.shape].svg(found, chart=chart, selected=())

        assert {is_old(row, found) for row in found.frame} == {old}
        assert {trace["marker"]["symbol"] for trace in figure["data"]} == {"circle-open" if old else "circle"}
        assert ("asked over ten years ago" in picture) == old == ("over ten years ago" in sentence_of(chart, found))
        assert any("what people say today" in note for note in notes_of(chart, found)) == old


def test_margin_is_drawn_where_the_base_is_known_and_nowhere_else(release: Release) -> None:
    chart = CHART_BY_SLUG["would-report"]
    found = ask(release, Selection(), chart=chart)
    known = {(row.age_group, row.value) for row in found.frame if row.lower is not None}
    (trace,) = SHAPES[chart.shape].plotly(found, chart=chart, selected=())["data"]

    assert known == {("all", 87), ("all", 85), ("all", 78)}
    assert sum(length > 0 for length in trace["error_x"]["array"]) == 3
    assert "burglary 87% (86% to 88%)" in sentence_of(chart, found)


def test_questions_stand_apart_the_latest_first_and_everybody_before_age_groups(release: Release) -> None:
    chart = CHART_BY_SLUG["would-report"]
    lines = lines_of(ask(release, Selection(), chart=chart), chart=chart)
    words = " ".join(line.label for line in lines if line.kind == "question")

    assert words.index("February 2022: Would report the crime") < words.index("August 2018: Would definitely report")
    assert [line.label for line in lines if line.kind != "question"][:4] == ["burglary", "18 to 24", "65 and over", "mugging"]
    assert all(len(line.rows) == 1 for line in lines if line.kind == "age")


def test_one_age_group_can_be_chosen_and_no_figure_of_everybody_stands_in_its_place(release: Release) -> None:
    found = ask(release, read(parse_qs("age_group=65%2B")), chart=CHART_BY_SLUG["would-report"])

    assert {row.age_group for row in found.frame} == {"65+"} and len(found.frame) == 5


def test_confidence_stands_at_the_time_of_each_survey_and_no_line_joins_two(release: Release) -> None:
    chart = CHART_BY_SLUG["confidence"]
    found = ask(release, Selection(), chart=chart)
    traces = SHAPES[chart.shape].plotly(found, chart=chart, selected=())["data"]
    said = sentence_of(chart, found)

    assert {(row.value, row.end) for row in found.frame} == {
        (76, month_index("2015-03")), (65, month_index("2024-03")), (67, month_index("2025-03")),
        (62, month_index("2015-03")), (49, month_index("2025-03"))}
    assert any("the way of asking changed between 2015 and 2024" in note.text for note in found.notes)
    assert len(traces) == 2 and all(trace.get("mode") in ("markers", None) for trace in traces)
    assert "76% [u] (year ending March 2015), 65% [u] (year ending March 2024) and 67% [u] (year ending March 2025)" in said


def test_lines_of_the_london_survey_break_where_it_changed(client: FlaskClient) -> None:
    text = unescape(client.get("/attitudes").text)

    assert text.count("In 2020 the survey moved from visits to telephone calls. The line is broken there.") == 4
    assert "From March 2017 to June 2018 the share fell from 36% to 14%" in text


def test_filters_offer_the_places_of_every_chart_and_a_borough_stands_above_them(release: Release, client: FlaskClient) -> None:
    offered = {option["value"] for option in options(look(release, Selection(), page=ATTITUDES))["area"]}
    view = look(release, Selection(area=("E09000003",)), page=ATTITUDES)
    text = unescape(client.get("/attitudes?area=E09000003").text)

    assert {"E09000003", "E23000001", "E23000031", "K02000001", "K04000001"} <= offered
    assert offered == {option["value"] for option in options(view)["area"]}
    assert view.measure.id == "P7" and "Trust in the Metropolitan Police in Barnet" in text
    assert "Would report was not asked in the chosen places; shown for United Kingdom as a whole." in text
    assert 'href="/charts/london-trust?area=E09000003"' in text


def test_country_stands_for_places_where_nothing_was_asked_and_a_note_says_so(release: Release) -> None:
    for slug in (*ASKED, "confidence"):
        found = ask(release, Selection(area=("E09000003", "E23000031")), chart=CHART_BY_SLUG[slug])
        whole = ask(release, Selection(), chart=CHART_BY_SLUG[slug])

        assert found.frame == whole.frame and not found.answered.area
        assert found.notes[0].text.startswith(f"{found.label} was not asked in the chosen places; shown for ")


# Two measures beside each other

SCATTERS = ("trust-engagement", "informed-engagement")


def facts(name: str) -> list[dict[str, str]]:
    with (SNAPSHOTS / "facts" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("slug", "question"), [("trust-engagement", "trust"), ("informed-engagement", "informed_locally")])
@pytest.mark.parametrize("year", ["2018", "2020"])
def test_points_are_those_of_the_facts_for_the_same_year(release: Release, slug: str, question: str, year: str) -> None:
    said = {row["area_code"]: float(row["percent"]) for row in facts("pas_2014-2023.csv")
            if row["measure"] == question and row["period_end"] == f"{year}-12-31" and row["area_code"].startswith("E09")}
    drew = {row["area_code"]: sum(int(row[part]) for part in ("likes", "reposts", "replies")) / int(row["posts"])
            for row in facts("met_borough_posts_2017-2020.csv") if row["theme"] == "all" and row["year"] == year}
    found = ask(release, Selection(to=f"{year}-12"), chart=CHART_BY_SLUG[slug])
    both = pairs_of(found).both

    assert len(both) == 32 and {(row.start, row.end) for row in found.frame} == {
        (month_index(f"{year}-01"), month_index(f"{year}-12"))}
    assert {y.area_code: (y.value, x.value) for x, y in both} == {
        code: (said[code], pytest.approx(drew[code], abs=1e-3)) for code in said}
    one = pairs_of(found).found
    assert isinstance(one, Association)
    assert one.value == pytest.approx(stats.spearmanr(list(said.values()), [drew[code] for code in said]).statistic)


def test_without_a_period_it_is_the_latest_year_that_both_have(release: Release) -> None:
    found = ask(release, Selection(), chart=CHART_BY_SLUG["trust-engagement"])

    assert found.period == (month_index("2020-01"), month_index("2020-12"))
    assert any("In 2020 the survey moved" in note.text for note in found.notes)


@pytest.mark.parametrize("slug", SCATTERS)
@pytest.mark.parametrize("year", ["2017", "2018", "2019", "2020"])
def test_sentence_names_a_direction_only_where_the_interval_does_and_never_a_cause(release: Release, slug: str, year: str) -> None:
    chart = CHART_BY_SLUG[slug]
    found = ask(release, Selection(to=f"{year}-12"), chart=chart)
    one, said = pairs_of(found).found, sentence_of(chart, found)
    assert isinstance(one, Association)

    assert said.startswith("No clear relation between") == (one.lower <= 0 <= one.upper)
    assert ("tend to have a lower one" in said) == (one.upper < 0) and ("tend to have a higher one" in said) == (one.lower > 0)
    assert "is no evidence that one brings the other about" in said and "over 32 places" in said
    assert not re.search(r"because|due to|leads? to|effect|cause|drive|thanks to", said)


def test_every_surface_of_the_scatter_gives_both_values_of_every_borough(client: FlaskClient, release: Release) -> None:
    chart = CHART_BY_SLUG["trust-engagement"]
    found = ask(release, Selection(), chart=chart)
    sheet = list(csv.DictReader(io.StringIO(client.get(f"/charts/{chart.slug}.csv").text)))
    data = client.get(f"/charts/{chart.slug}.json").json
    words = unescape(client.get(f"/charts/{chart.slug}/table").text)

    assert {row["measure"] for row in sheet} == {"P7", "B2"} and len(sheet) == len(data["rows"]) == 64
    assert data["judged"]["rank_correlation"] == pairs_of(found).found.value  # type: ignore[union-attr]
    assert "Trust in the Metropolitan Police (%)" in words and "Engagements per post (ratio)" in words
    for row in found.frame:
        assert shown(row) in words
    for width in (358, 720):
        picture = SHAPES[chart.shape].svg(found, chart=chart, selected=("E09000003",), width=width)
        assert all(f'data-value="{row.value}"' in picture for row in found.frame)


def test_illustrative_engagement_makes_the_whole_scatter_illustrative_and_is_left_out_of_published_ones(release: Release) -> None:
    chart, counts = CHART_BY_SLUG["trust-engagement"], release.manifest["counts"]
    made_up = {"post_interactions": {**counts["post_interactions"], "origin": "illustrative"}}
    turned = replace(release, manifest={**release.manifest, "counts": {**counts, **made_up}}, _kept={})
    found = ask(turned, Selection(), chart=chart)
    sheet = csv.DictReader(io.StringIO(as_csv(found, release=turned)))

    assert found.origin == "illustrative" and ask(release, Selection(), chart=chart).origin == "published"
    assert "Illustrative figures" in str(SHAPES[chart.shape].plotly(found, chart=chart, selected=()))
    assert ">Illustrative figures<" in SHAPES[chart.shape].svg(found, chart=chart, selected=())
    assert "Illustrative figures." in render(table(found, chart=chart))
    assert look(turned, Selection(), page=ATTITUDES).illustrative and not look(release, Selection(), page=ATTITUDES).illustrative
    assert {(row["measure"], row["origin"]) for row in sheet} == {("P7", "published"), ("B2", "illustrative")}
    assert "illustrative figures only" in ask(turned, Selection(origin="published"), chart=chart).reason


def test_measures_of_other_places_or_times_give_a_reason_and_no_picture(release: Release) -> None:
    chart = CHART_BY_SLUG["trust-engagement"]
    late = ask(release, read(parse_qs("from=2022-01")), chart=chart)
    short = ask(release, read(parse_qs("from=2020-04&to=2020-06")), chart=chart)

    assert late.reason == "Engagements per post: The chosen period has no figures: they run from 2017 to 2020." == sentence_of(chart, late)
    assert not late.frame and short.reason and not short.frame
    assert SHAPES[chart.shape].plotly(late, chart=chart, selected=())["data"] == []
