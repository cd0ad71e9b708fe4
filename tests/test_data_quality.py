"""What a release knows of itself: coverage (Q1), timeliness (Q2), size of revision (Q4), with one publish and with two."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data import coverage
from data.counts import COUNT_BY_ID
from data.engine import Tables
from data.export import as_csv, as_json
from data.measures import MEASURE_BY_ID
from data.model import month_index
from data.quality import revised
from data.query import answer
from data.release import Release, Store
from data.selection import read
from data.tableset import TableSet
from layouts.charts import CHARTS, ask
from layouts.document import render
from layouts.pages.measures import one_measure
from layouts.table import table
from tests.publishing import FORCE, publish

SURREY, KENT = "E23000031", "E23000032"
HEAD = "month,area_code,channel,offered,answered,mean_seconds,abandoned,abandon_threshold_s"
Calls = Mapping[tuple[str, str], tuple[int, int]]
FIRST: Calls = {(SURREY, "2026-07"): (1000, 40), (SURREY, "2026-08"): (1200, 50), (KENT, "2026-08"): (2000, 90)}
SECOND: Calls = {(SURREY, "2026-07"): (1100, 40), (SURREY, "2026-08"): (1200, 56), (KENT, "2026-08"): (2000, 90),
                 (SURREY, "2026-09"): (1300, 60), (KENT, "2026-09"): (2100, 80)}
THIRD: Calls = {**SECOND, (SURREY, "2026-10"): (1250, 45)}
DAYS = (date(2026, 9, 20), date(2026, 10, 12), date(2026, 11, 5))


def write(folder: Path, calls: Calls) -> None:
    lines = [f"{month},{area},phone_101,{offered},{offered - gone},60,{gone},0" for (area, month), (offered, gone) in calls.items()]
    (folder / "calls.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, ...]:
    """Releases of one home: calls made up, then a force's, each with the next month of them; the first again at last."""
    home, found = tmp_path_factory.mktemp("releases"), []
    shutil.copytree(FORCE, home / "force", ignore=shutil.ignore_patterns("calls.csv"))
    for file in (home / "force").iterdir():
        file.write_text(file.read_text(encoding="utf-8").replace("2026-", "2025-"), encoding="utf-8")
    for calls, today in zip(({}, FIRST, SECOND, THIRD, FIRST), (DAYS[0], *DAYS, DAYS[2]), strict=True):
        if calls:
            write(home / "force", calls)
        publish(home, folders=[home / "force"], today=today)
        found.append(Store(home).current())
    return tuple(found)


@pytest.fixture
def three(releases: tuple[Release, ...]) -> tuple[Release, ...]:
    """The three with other calls each."""
    return releases[1:4]


def value(release: Release, measure: str, **query: str) -> tuple[float | None, float | None, float | None, str]:
    (row,) = answer(release, read({"category": "field-abandoned_101", **query}), by=(), measure=measure).frame.rows
    return row.numerator, row.denominator, row.value, row.status


def days(month: str, supplied: date) -> int:
    year, number = int(month[:4]), int(month[5:])
    return (supplied - date(year + number // 12, number % 12 + 1, 1)).days + 1


@pytest.mark.parametrize("measure", ["Q2", "Q4"])
def test_first_release_says_on_every_surface_that_there_is_no_earlier_one(measure: str, release: Release) -> None:
    why = "there is no earlier release"
    for chart in CHARTS:
        if chart.measure:
            continue
        found = ask(release, read({"measure": measure}), chart=chart)
        assert why in found.reason and not found.frame
        assert why in render(table(found, chart=chart)) and why in as_json(found, release=release)["reason"]
        assert as_csv(found, release=release).count("\n") == 1
    assert "There is no earlier release" in render(one_measure(release, {}, measure=MEASURE_BY_ID[measure]).body)


def test_days_run_from_the_end_of_the_month_to_the_release_that_first_held_it(three: tuple[Release, ...]) -> None:
    first, second, third = three
    assert answer(first, read({"measure": "Q2"}), by=()).reason
    september = days("2026-09", DAYS[1])
    assert value(second, "Q2")[:3] == (2 * september, 2, september)
    assert value(second, "Q2", area=SURREY) == (september, 1, september, "ok")
    october = days("2026-10", DAYS[2])
    assert (september, october) == (12, 5)
    assert value(third, "Q2", area=SURREY) == (september + october, 2, (september + october) / 2, "ok")
    assert value(third, "Q2", area=SURREY, **{"from": "2026-10"}) == (october, 1, october, "ok")


def test_size_of_revision_is_the_difference_over_what_stood_before(three: tuple[Release, ...]) -> None:
    _, second, third = three
    change = sum(abs(SECOND[key][1] - gone) for key, (_, gone) in FIRST.items())
    was = sum(gone for _, gone in FIRST.values())
    assert value(second, "Q4")[:3] == (change, was, round(100 * change / was, 4))
    assert value(second, "Q4", area=KENT)[:3] == (0, 90, 0)
    offered = {key: abs(SECOND[key][0] - number) for key, (number, _) in FIRST.items()}
    found = answer(second, read({"area": SURREY, "category": "field-offered_101"}), by=(), measure="Q4").frame.rows[0]
    assert (found.numerator, found.denominator) == (sum(offered.values()), 2200)
    assert value(third, "Q4")[:3] == (0, sum(gone for _, gone in SECOND.values()), 0)


def test_no_size_of_revision_tells_a_protected_figure_that_is_too_small_to_show(release: Release, tmp_path: Path) -> None:
    count, name = COUNT_BY_ID["responses"], "force-month"
    held = release.cube("responses")
    assert isinstance(held, TableSet) and name in held.tables
    months = [month_index("2026-08") + place for place in range(4)]
    old, new = ({"area_code": [SURREY] * 4, "month": months, "value": values} for values in ([40, 3, 12, 60], [44, 25, 9, 60]))
    (tmp_path / "counts" / "responses").mkdir(parents=True)
    pq.write_table(pa.table(old), tmp_path / "counts" / "responses" / f"{name}.parquet")
    before = Release("before", tmp_path, {"counts": {"responses": {"origin": "uploaded"}}})
    tables = Tables(count, {name: (pa.table(new), held.tables[name])}, months[-1])
    found = revised([tables], before=before, origins={"responses": "uploaded"})

    assert found[["month", "change", "was"]].to_numpy().tolist() == [[months[0], 4, 40], [months[3], 0, 60]]


def test_made_up_figures_are_never_set_beside_supplied_ones(three: tuple[Release, ...]) -> None:
    held = three[0].cube("quality_was")
    assert held is not None and held.holds("category", "field-appeals") and not held.holds("category", "field-abandoned_101")


def test_the_same_figures_have_the_same_name_whatever_was_published_between(releases: tuple[Release, ...]) -> None:
    _, first, second, third, again = releases
    assert again.id == first.id and len({first.id, second.id, third.id}) == 3
    assert Store(first.folder.parents[1]).verify(third.id) == []


@pytest.mark.parametrize("field", ["reach", "appeals", "pas_trust", "offered_101"])
def test_coverage_counts_the_months_that_were_supplied_of_those_expected(field: str, release: Release) -> None:
    held = coverage.read(release.folder, field=field)
    assert held is not None
    whole = "E23000001" if field == "pas_trust" else "E92000001"
    for area in [SURREY, "W15000002", "E23000002", "E09000007", whole]:
        if area != whole and area not in held.areas:
            continue
        inside = [place for place, code in enumerate(held.areas) if code == area or (area == "E92000001" and code[:3] == "E23")]
        states = [held.state(place, month) for place in inside for month in range(len(held.months))]
        expected = [state for state in states if state != "not collected"]
        if not expected:
            continue
        found = answer(release, read({"area": area, "category": f"field-{field}"}), by=(), measure="Q1")
        row, supplied = found.frame.rows[0], expected.count("supplied")
        due = [month for month in range(len(held.months)) for place in inside if held.state(place, month) != "not collected"]
        assert (row.start, row.end) == found.period == (held.months[due[0]], held.months[due[-1]])
        assert (row.numerator, row.denominator) == (supplied, len(expected))
        assert row.value == pytest.approx(100 * supplied / len(expected), abs=1e-4)


def test_fields_are_never_added(release: Release) -> None:
    found = answer(release, read({"category": ["field-reach", "field-appeals"]}), by=(), measure="Q1")
    assert len(found.answered.category) == 1 and any("stands for itself" in note.text for note in found.notes)
    rows = answer(release, read({}), by=("category",), measure="Q1").frame.rows
    assert {row.category.removeprefix("field-") for row in rows} <= set(release.manifest["counts"]) and len(rows) == 14
