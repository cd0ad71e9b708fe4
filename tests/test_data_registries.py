"""The registries hold together, and the layers keep to their own: true of every count, measure, source and file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from data import engine
from data.areas import AREAS
from data.counts import COUNT_BY_ID, COUNTS, Count
from data.inputs import FAMILIES, REPLACED
from data.measures import DEFAULT_MEASURE, MEASURE_BY_ID, MEASURES, UNIT_LABELS, Measure
from data.model import ALL, DIMENSIONS, month_index
from data.sources.registry import SOURCES, Source
from layouts.charts import CHARTS, Chart

ROOT = Path(__file__).parents[1]
LAYERS = ("dashboard", "callbacks", "layouts", "data")
FILES = sorted(path for layer in LAYERS for path in (ROOT / layer).rglob("*.py"))
MONTH = month_index("2026-09")

ROWS: dict[str, pd.DataFrame] = {
    "appeals": pd.DataFrame({"appeal_id": ["S-1"], "area_code": ["E23000031"], "crime_type": ["burglary"], "month": [MONTH]}),
    "publications": pd.DataFrame({"appeal_id": ["S-1"], "channel": ["x"], "month": [MONTH]}),
    "engagement": pd.DataFrame({
        "month": [MONTH, MONTH], "area_code": ["E23000031"] * 2, "channel": ["x", "whatsapp"], "age_group": ["18-24"] * 2,
        "audience": [9.0, 8.0], "publications": [1.0, 1.0], "reach": [7.0, float("nan")], "impressions": [9.0, float("nan")],
        "reactions": [1.0, 1.0], "comments": [1.0, float("nan")], "shares": [1.0, float("nan")], "clicks": [1.0, 2.0]}),
    "population": pd.DataFrame({"area_code": ["E23000031"] * 2, "age_group": [ALL, "18-24"], "month": [MONTH] * 2,
                                "population": [90.0, 10.0]}),
    "recorded_crime": pd.DataFrame({"area_code": ["E23000031"], "category": ["robbery"], "month": [MONTH], "offences": [5.0]}),
    "street_crimes": pd.DataFrame({"area_code": ["E07000209"], "force_code": ["E23000031"], "crime_type": ["burglary"],
                                   "month": [MONTH], "crimes": [3]}),
    "posts": pd.DataFrame({"area_code": ["E09000007"], "category": [ALL], "month": [MONTH], "posts": [3.0],
                           "likes": [1.0], "reposts": [1.0], "replies": [1.0]}),
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


@pytest.mark.parametrize("count", COUNTS, ids=name)
def test_every_count_has_a_policy_and_its_sql_runs_on_rows_of_its_kinds(count: Count) -> None:
    assert count.policy == "open" and count.label
    assert set(count.kinds) <= set(ROWS)
    assert {"area", "month"} < {*count.addition, ""} and set(count.dimensions) <= set(DIMENSIONS)
    (cells,) = engine.aggregate({kind: ROWS[kind] for kind in count.kinds}, counts=(count,))
    assert cells.table.column_names == ["area_code", *count.dimensions, "month", "value"]
    assert cells.table.num_rows > 0
    for dimension in count.dimensions:
        allowed = {*DIMENSIONS[dimension].by_id, *([ALL] if count.addition[dimension] == "overlapping" else [])}
        assert set(cells.table.column(dimension).to_pylist()) <= allowed
    assert set(cells.table.column("area_code").to_pylist()) <= set(AREAS)
    assert engine.cube(cells).axes


@pytest.mark.parametrize("count", COUNTS, ids=name)
def test_every_count_is_fed_by_a_source_and_left_out_where_there_is_none(count: Count) -> None:
    assert set(count.kinds) <= {source.kind for source in SOURCES}
    assert list(engine.aggregate({}, counts=(count,))) == []
    empty = {kind: ROWS[kind].iloc[:0] for kind in count.kinds}
    assert list(engine.aggregate(empty, counts=(count,))) == []


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
    assert measure.policy == "open"
    assert bool(measure.denominator) == (measure.kind in ("ratio", "gap"))
    assert measure.kind not in ("ratio", "gap") or measure.minimum_base >= 20 or measure.context
    assert ("category" in measure.dimensions) == bool(measure.category_label)
    assert re.fullmatch(r"\d{4}-\d{2}", measure.reviewed)


@pytest.mark.parametrize("measure", MEASURES, ids=name)
def test_denominator_of_every_measure_splits_no_further_than_its_numerator(measure: Measure) -> None:
    if measure.denominator:
        assert set(COUNT_BY_ID[measure.denominator].dimensions) <= set(measure.dimensions)


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
    assert set(chart.by) <= {"area", "period", "channel_group", *DIMENSIONS}
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
