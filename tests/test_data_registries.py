"""The registries hold together, and the layers keep to their own: true of every count, measure, source and file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data import engine
from data.answers import AXES, DIMENSION_OF
from data.areas import AREAS
from data.count import Count
from data.counts import COUNT_BY_ID, COUNTS
from data.counts_of_quality import QUALITY_KINDS
from data.disclosure.account import WHO
from data.disclosure.tables import TABLE_BY_ID
from data.errors import PublishError
from data.inputs import FAMILIES, REPLACED, UNPUBLISHED
from data.measures import DEFAULT_MEASURE, MEASURE_BY_ID, MEASURES, UNIT_LABELS, Measure
from data.model import ALL, DIMENSIONS, month_index
from data.named import question_id
from data.periods import first_day
from data.release import Release
from data.sources.registry import SOURCES, Source
from layouts.charts import CHARTS, Chart
from layouts.pages.sources import SOURCES_PAGE

ROOT = Path(__file__).parents[1]
LAYERS = ("dashboard", "callbacks", "layouts", "data")
FILES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
MONTH = month_index("2026-09")
MONTHS = np.arange(month_index("2024-01"), month_index("2025-07"))
SECRET = b"a secret of thirty-two bytes....."

ROWS: dict[str, pd.DataFrame] = {
    "appeals": pd.DataFrame({
        "appeal_id": [f"S-{n}" for n in range(90)], "area_code": ["E23000031"] * 90, "month": np.repeat(MONTHS, 5),
        "crime_type": ["burglary", "burglary", "burglary", "burglary", "missing person"] * 18,
        "published_minute": np.repeat([first_day(month).toordinal() * 1440 for month in MONTHS], 5), "timed": [True] * 90,
        "offence_day": np.repeat([float(first_day(month).toordinal() - 3) for month in MONTHS], 5),
        "persons_sought": [2.0] * 90, "closed": [True] * 90,
        "closed_month": np.repeat(np.array(MONTHS, dtype=float), 5), "public_outcome": ["arrest"] * 90}),
    "publications": pd.DataFrame({"appeal_id": ["S-1"], "channel": ["x"], "month": [MONTHS[0]], "reach": [900.0]}),
    "responses": pd.DataFrame({
        "appeal_id": [f"S-{n}" for n in range(90)] * 3, "month": list(np.repeat(MONTHS, 5)) * 3,
        "received_minute": [first_day(month).toordinal() * 1440 + 500 for month in np.repeat(MONTHS, 5)] * 3,
        "timed": [True] * 270, "channel": ["facebook"] * 270, "seen_channel": ["x"] * 270, "age_group": ["18-24"] * 270,
        "grading": ["useful"] * 270}),
    "responses_counted": pd.DataFrame({
        "month": MONTHS, "area_code": ["E23000020"] * 18, "channel": ["x"] * 18, "seen_channel": ["x"] * 18,
        "age_group": ["unknown"] * 18, "crime_type": ["burglary"] * 18, "grading": ["useful"] * 18, "responses": [30.0] * 18}),
    "outcomes": pd.DataFrame({
        "appeal_id": [f"S-{n}" for n in range(90)] * 2, "outcome": (["identified"] * 4 + ["located"]) * 18 + ["charged"] * 90,
        "day": [first_day(month).toordinal() + 9 for month in np.repeat(MONTHS, 5)] * 2,
        "month": list(np.repeat(MONTHS, 5)) * 2, "persons": [1.0] * 180, "attribution": ["tip_alone"] * 180}),
    "engagement": pd.DataFrame({
        "month": [MONTH, MONTH], "area_code": ["E23000031"] * 2, "channel": ["x", "whatsapp"], "age_group": ["18-24"] * 2,
        "audience": [9.0, 8.0], "publications": [1.0, 1.0], "reach": [7.0, float("nan")], "impressions": [9.0, float("nan")],
        "reactions": [1.0, 1.0], "comments": [1.0, float("nan")], "shares": [1.0, float("nan")], "clicks": [1.0, 2.0],
        **{name: [90.0, 9.0] for name in ("messages_in", "reports_created", "positive", "negative", "classified")},
        **{name: [5.0, 1.0] for name in ("answered_1h", "answered_1_4h", "answered_4_24h", "answered_later")}}),
    "population": pd.DataFrame({"area_code": ["E23000031"] * 2, "age_group": [ALL, "18-24"], "month": [MONTH] * 2,
                                "population": [90.0, 10.0]}),
    "recorded_crime": pd.DataFrame({"area_code": ["E23000031"], "category": ["robbery"], "month": [MONTH], "offences": [5.0]}),
    "street_crimes": pd.DataFrame({"area_code": ["E07000209"], "force_code": ["E23000031"], "crime_type": ["burglary"],
                                   "month": [MONTH], "crimes": [3]}),
    "posts": pd.DataFrame({"area_code": ["E09000007"], "category": [ALL], "month": [MONTH], "posts": [3.0],
                           "likes": [1.0], "reposts": [1.0], "replies": [1.0]}),
    "contact": pd.DataFrame({
        "area_code": ["K02000001"] * 4, "channel": ["phone_999"] * 2 + ["phone_101"] * 2, "month": [MONTH] * 4, "months": [6] * 4,
        "measure": ["calls answered within 10 seconds", "mean answer time", "mean answer time", "calls abandoned"],
        "value": [71.0, 16.1, 100.0, 9.0], "unit": ["percent", "seconds", "seconds", "percent"]}),
    "calls": pd.DataFrame({
        "area_code": ["E23000031"] * 2, "channel": ["phone_101", "phone_999"], "month": [MONTH] * 2, "offered": [900.0, 500.0],
        "answered": [800.0, 450.0], "answered_10s": [100.0, 50.0], "mean_seconds": [90.0, 60.5], "p90_seconds": [200.0, 150.0],
        "abandoned": [70.0, 30.0], "abandon_threshold_s": [30.0, float("nan")]}),
    "platform_reach": pd.DataFrame({"country": ["United Kingdom"], "channel": ["tiktok"], "band": ["18-24"], "month": [MONTH],
                                    "percent": [74.0]}),
    "coverage": pd.DataFrame({"area_code": ["E23000031"], "field": ["reach"], "month": [MONTH], "supplied": [1]}),
    "timeliness": pd.DataFrame({"area_code": ["E23000031"], "field": ["reach"], "month": [MONTH], "days": [12.0]}),
    "revision": pd.DataFrame({"area_code": ["E23000031"], "field": ["reach"], "month": [MONTH], "change": [2.0], "was": [90.0]}),
    "survey": pd.DataFrame({
        "measure": ["S1", "S2", "S3", "S4"], "category": [question_id(surveyor="a", question="b", option="c")] * 4,
        "area_code": ["K02000001"] * 4, "age_group": ["55+", ALL, "16+", ALL], "month": [MONTH] * 4, "percent": [15.0] * 4}),
    "attitudes": pd.DataFrame({"area_code": ["E23000001"] * 8, "measure": [
        count.id.removeprefix("pas_") for count in COUNTS if count.id.startswith("pas_")], "month": [MONTH] * 8,
        "percent": [56.5] * 8}),
}


def name(item: object) -> str:
    return getattr(item, "id", "") or getattr(item, "slug", "")


@pytest.mark.parametrize("items", [COUNTS, MEASURES, SOURCES, CHARTS], ids=["counts", "measures", "sources", "charts"])
def test_ids_are_unique_and_fit_into_an_address(items: tuple[object, ...]) -> None:
    ids = [name(item) for item in items]
    assert len(set(ids)) == len(ids) and all(re.fullmatch(r"[A-Za-z0-9_-]+", item) for item in ids)


def rows_for(count: Count) -> dict[str, pd.DataFrame]:
    """Rows of every kind that a count is made from, in both forms that responses come in."""
    either = ("responses", "responses_counted")
    kinds = [kind for kinds in ([either if kind == "any_responses" else (kind,) for kind in count.kinds]) for kind in kinds]
    return {kind: ROWS[kind] for kind in kinds}


OPEN = [count for count in COUNTS if count.policy == "open"]
PROTECTED = [count for count in COUNTS if count.policy == "protected"]


@pytest.mark.parametrize("count", OPEN, ids=name)
def test_every_open_count_has_its_sql_run_on_rows_of_its_kinds(count: Count) -> None:
    assert count.label and not count.tables
    assert {"area", "month"} < {*count.addition, ""} and set(count.dimensions) <= set(DIMENSIONS)
    (cells,) = engine.aggregate(rows_for(count), counts=(count,), secret=SECRET)
    assert cells.table.column_names == ["area_code", *count.dimensions, "month", "value"]
    assert cells.table.num_rows > 0
    for dimension in count.dimensions:
        whole = {ALL} if count.addition[dimension] == "overlapping" and not (count.apart and dimension == "category") else set()
        members = set(cells.table.column(dimension).to_pylist())
        assert all(member in DIMENSIONS[dimension].by_id for member in members - whole)
    assert set(cells.table.column("area_code").to_pylist()) <= set(AREAS)
    assert engine.cube(cells).axes


@pytest.mark.parametrize("count", PROTECTED, ids=name)
def test_every_protected_count_comes_out_in_its_tables_alone(count: Count) -> None:
    assert count.label and count.tables and set(count.changes) <= set(WHO) and count.changes
    assert set(count.tables) <= set(TABLE_BY_ID) and len(set(count.tables)) == len(count.tables)
    (made,) = engine.aggregate(rows_for(count), counts=(count,), secret=SECRET)
    assert set(made.parts) <= set(count.tables) and made.parts
    assert any(table.startswith("force") for table in made.parts)
    for table, (rows, cube) in made.parts.items():
        held = [name for name in count.dimensions if name == "category" or name in TABLE_BY_ID[table].dimensions]
        assert rows.column_names == ["area_code", *held, "month", "value"] and rows.num_rows > 0
        for dimension in held:
            assert set(rows.column(dimension).to_pylist()) <= set(DIMENSIONS[dimension].by_id)
        assert set(cube.axes) == {"area", *held} and cube.sigma > 0 and cube.cells is not None


@pytest.mark.parametrize("count", PROTECTED, ids=name)
def test_protected_counts_need_a_secret(count: Count) -> None:
    with pytest.raises(PublishError, match="hue secret"):
        list(engine.aggregate(rows_for(count), counts=(count,)))


@pytest.mark.parametrize("count", PROTECTED, ids=name)
def test_categories_of_a_protected_count_are_closed_and_known(count: Count) -> None:
    assert ("category" in count.dimensions) == ("category" in count.possible)
    for dimension, members in count.possible.items():
        assert set(members) <= {member.id for member in DIMENSIONS[dimension].members}
    for total, parts in count.cumulative.items():
        assert set(parts) <= set(count.possible["category"]) and total in DIMENSIONS["category"].by_id


def test_axes_of_every_count_stand_in_the_order_in_which_they_are_read() -> None:
    for count in COUNTS:
        assert [name for name in AXES if name in count.addition] == ["area", *count.dimensions]


@pytest.mark.parametrize("count", COUNTS, ids=name)
def test_every_count_is_fed_by_a_source_and_left_out_where_there_is_none(count: Count) -> None:
    assert set(count.kinds) - {"any_responses"} <= {*(source.kind for source in SOURCES), *QUALITY_KINDS}
    assert list(engine.aggregate({}, counts=(count,), secret=SECRET)) == []
    empty = {kind: rows.iloc[:0] for kind, rows in rows_for(count).items()}
    assert list(engine.aggregate(empty, counts=(count,), secret=SECRET)) == []


@pytest.mark.parametrize("count", [count for count in COUNTS if "month" in count.addition], ids=name)
def test_sums_of_reach_and_audience_have_a_name_of_their_own(count: Count) -> None:
    assert count.gross == (count.id.startswith(("reach", "audience")))


@pytest.mark.parametrize("measure", MEASURES, ids=name)
def test_every_measure_is_described_and_rests_on_counts_that_exist(measure: Measure) -> None:
    assert measure.label and measure.phrase and measure.definition.endswith(".")
    assert measure.phrase[0].islower() or measure.phrase.startswith(("999", "101"))
    assert not measure.phrase.endswith(".")
    assert UNIT_LABELS[measure.unit]
    assert measure.grains and len(set(measure.grains)) == len(measure.grains)
    assert measure.limits and all(limit.endswith(".") for limit in measure.limits)
    assert measure.whole in AREAS
    assert all(re.fullmatch(r"\d{4}-\d{2}", month) and why.endswith(".") for month, why in measure.breaks)
    assert measure.counts and all(COUNT_BY_ID[count].dense for count in measure.counts)
    assert measure.policy in ("open", "protected") and measure.protected == (measure.policy == "protected")
    assert not measure.protected or measure.kind == "count" or measure.unit != "percent" or measure.minimum_base >= 50
    assert set(measure.categories) <= {
        *COUNT_BY_ID[measure.numerator].possible.get("category", ()), *COUNT_BY_ID[measure.numerator].cumulative}
    assert bool(measure.category) == bool(measure.categories) and (not measure.category or measure.category in measure.categories)
    assert bool(measure.denominator) == (measure.kind in ("ratio", "gap", "modelled"))
    assert measure.kind not in ("ratio", "gap", "modelled") or measure.minimum_base >= 20 or measure.context or measure.id in ("Q1", "Q2")
    assert ("category" in measure.dimensions) == bool(measure.category_label)
    assert re.fullmatch(r"\d{4}-\d{2}", measure.reviewed)


@pytest.mark.parametrize("measure", MEASURES, ids=name)
def test_denominator_of_every_measure_splits_no_further_than_its_numerator(measure: Measure) -> None:
    if measure.denominator:
        narrowed = {*measure.numerator_only, *measure.denominator_only}
        split = set(COUNT_BY_ID[measure.denominator].dimensions) - narrowed
        assert split <= set(measure.dimensions) or measure.id in ("L1", "A13C")  # no crime type: their appeals are taken whole


@pytest.mark.parametrize("measure", MEASURES, ids=name)
def test_finer_grains_stand_before_coarser_ones(measure: Measure) -> None:
    assert list(measure.grains) == sorted(measure.grains, key=["month", "quarter", "year", "rolling_year"].index)


def test_default_measure_is_offered() -> None:
    assert not MEASURE_BY_ID[DEFAULT_MEASURE].context


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_every_source_states_all_that_a_reader_is_told(source: Source) -> None:
    for text in (source.label, source.publisher, source.licence, source.credit, source.cadence, source.kind):
        assert text.strip() == text and text
    assert source.columns and source.limits and source.origin in ("published", "uploaded")


def test_families_and_replacements_name_kinds_that_sources_have() -> None:
    kinds = {source.kind for source in SOURCES}
    assert {kind for family in FAMILIES for kind in family} | REPLACED <= kinds


@pytest.mark.parametrize("chart", CHARTS, ids=name)
def test_every_chart_breaks_down_by_what_there_is(chart: Chart) -> None:
    assert set(chart.by) <= {"area", "period", *DIMENSION_OF, *DIMENSIONS}
    assert chart.title and chart.says.endswith(".")
    assert not chart.measure or chart.measure in MEASURE_BY_ID
    assert not chart.beside or MEASURE_BY_ID[chart.beside].context


# The layers


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (item.name for item in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield node.module or ""


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_imports_point_right_only(path: Path) -> None:
    layer = path.relative_to(ROOT).parts[0]
    left_of_it = LAYERS[: LAYERS.index(layer)]
    assert not [module for module in imports(path) if module.split(".")[0] in (*left_of_it, "tests")]


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.parts[len(ROOT.parts)] == "data"], ids=shown)
def test_data_knows_no_framework_beside_its_cache(path: Path) -> None:
    frameworks = {"dash", "dash_bootstrap_components", "plotly", "flask", "flask_caching", "werkzeug", "gunicorn"}
    known = {module.split(".")[0] for module in imports(path)} & frameworks
    assert known == ({"flask", "flask_caching"} if path.name == "cache.py" else set())


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.parts[len(ROOT.parts)] == "layouts"], ids=shown)
def test_layouts_know_no_callback_and_no_request(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {item.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for item in node.names}
    assert not named & {"Input", "Output", "State", "callback", "clientside_callback", "request", "current_app"}
    assert not {module.split(".")[0] for module in imports(path)} & {"flask", "flask_caching"}


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_only_the_settings_read_the_environment(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    read = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv", "environb")]
    assert bool(read) == (shown(path) == "dashboard/settings.py")


@pytest.mark.parametrize("path", FILES, ids=shown)
def test_files_are_short_finished_and_silent(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 400
    assert not re.search(r"\b(TO" r"DO|FIX" r"ME|X{3}|HA" r"CK)\b", text)
    calls = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    assert not [call for call in calls if isinstance(call, ast.Name) and call.id in ("print", "breakpoint")]
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.id)
def test_source_that_feeds_no_figure_says_what_it_is_read_for(source: Source) -> None:
    feeds_none = source.kind in UNPUBLISHED - {"accounts"} or source.id == "performance_999"

    assert bool(source.kept_for) == feeds_none


def test_page_of_sources_says_of_which_no_figure_is_made(release: Release) -> None:
    said = str(SOURCES_PAGE.content(release, {}).body)

    assert all(source.kept_for in said for source in SOURCES)
