"""What the protection leaves to read: the committed simulation holds, and so does the default release."""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import pytest

from data.disclosure.account import BUDGET
from data.disclosure.noise import SIGMA
from data.disclosure.usefulness import FILE, FORCES, REPETITIONS, SETS, VIEWS, costs, run
from data.frame import Row
from data.model import CHANNEL, month_index
from data.query import answer
from data.release import Release
from data.selection import read

ENOUGH = 24
"""Responses a month from which on a force must be able to read its figures."""
TOTAL, TREND = "all responses by month", "trend by channel group"
Key = tuple[str, str, int]


@pytest.fixture(scope="module")
def kept() -> dict[Key, dict[str, float]]:
    findings = json.loads(FILE.read_text(encoding="utf-8"))["findings"]
    return {(finding["tables"], finding["view"], finding["responses"]): finding for finding in findings}


def test_committed_simulation_is_of_these_tables_views_and_costs(kept: Mapping[Key, object]) -> None:
    text = json.loads(FILE.read_text(encoding="utf-8"))

    assert set(kept) == {(tables, view.name, responses) for tables in SETS for view in VIEWS for responses in FORCES.values()}
    assert text["costs"] == costs() and text["sigma"] == SIGMA and text["repetitions"] == REPETITIONS
    assert max(text["costs"].values()) <= BUDGET


@pytest.mark.parametrize("name", ["as published", "channel group by month in place of quarter"])
def test_committed_simulation_agrees_with_a_small_fresh_one(name: str, kept: Mapping[Key, Mapping[str, float]]) -> None:
    for finding in run(repetitions=2, seed=7, sets={name: SETS[name]}):
        before = kept[finding.tables, finding.view, finding.responses]
        for number in ("small", "held"):
            assert getattr(finding, number) == pytest.approx(before[number], abs=0.15), (finding, number)
        assert finding.error == pytest.approx(before["error"], abs=0.03, rel=0.5), finding


def test_simulation_is_the_same_each_time() -> None:
    one, two = (list(run(repetitions=1, sets={"few": ("force-month", "force-channel-quarter")})) for _ in range(2))

    assert one == two
    assert all(finding.small is None for finding in one if finding.view == "crime type by quarter")


@pytest.mark.parametrize("responses", FORCES.values())
def test_a_force_reads_its_total_and_its_trend(responses: int, kept: Mapping[Key, Mapping[str, float]]) -> None:
    total, trend = (kept["as published", view, responses] for view in (TOTAL, TREND))

    assert total["small"] <= 0.2 and total["error"] <= 0.1 and total["grain"] == "month"
    assert trend["gaps"] <= 0.2 and trend["held"] >= 0.95 and trend["error"] <= 0.1 and trend["grain"] in ("month", "quarter")


def test_what_the_other_sets_would_cost_and_lose(kept: Mapping[Key, Mapping[str, float]]) -> None:
    price = costs()

    assert price["fewer tables"] < price["without channel group by year"] < price["as published"]
    assert price["channel group by month in place of quarter"] == price["as published"]
    for responses in FORCES.values():
        assert kept["fewer tables", "crime type by quarter", responses]["small"] is None
        by_month = kept["channel group by month in place of quarter", TREND, responses]
        assert by_month["grain"] != "quarter" or by_month["error"] > kept["as published", TREND, responses]["error"] or responses == 24
    assert kept["channel group by month in place of quarter", TREND, 60]["error"] > 2 * kept["as published", TREND, 60]["error"]


# The default release, beside the illustrative files


@pytest.fixture(scope="module")
def truth(release_home: Path) -> dict[str, Counter[tuple[str, int]]]:
    """Responses of each force by channel group and month, counted from the files."""
    folder = release_home / "illustrative"
    with (folder / "appeals.csv").open(encoding="utf-8", newline="") as file:
        area = {row["appeal_id"]: row["area_code"] for row in csv.DictReader(file)}
    group = {member.id: CHANNEL.group_of(member.id) for member in CHANNEL.members}
    found: dict[str, Counter[tuple[str, int]]] = defaultdict(Counter)
    with (folder / "responses.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            month = month_index(row["received_at"][:7])
            for name in ("all", group[row["channel"]], row["channel"]):
                found[area[row["appeal_id"]]][name, month] += 1
    return found


def large(truth: Mapping[str, Counter[tuple[str, int]]]) -> list[str]:
    forces = []
    for force, cells in truth.items():
        months = {month for name, month in cells if name == "all"}
        if sum(cells["all", month] for month in months) >= ENOUGH * len(months):
            forces.append(force)
    return sorted(forces)


def read_rows(release: Release, force: str, *, by: tuple[str, ...], grain: str = "") -> list[Row]:
    found = answer(release, read({"measure": "A3", "area": force, **({"grain": grain} if grain else {})}), by=by)
    assert not found.reason
    return [row for row in found.frame.rows if row.status not in ("x", "z")]


def off(rows: list[Row], cells: Counter[tuple[str, int]]) -> list[float]:
    return [abs(row.value - true) / max(true, 1) for row in rows if row.status == "ok" and row.value is not None
            for true in [sum(cells[row.channel, month] for month in range(row.start, row.end + 1))]]


def test_every_force_with_enough_responses_reads_its_total(release: Release, truth: Mapping[str, Counter[tuple[str, int]]]) -> None:
    forces = large(truth)
    errors: list[float] = []
    for force in forces:
        rows = read_rows(release, force, by=("period",), grain="month")
        assert sum(row.status == "c" for row in rows) <= len(rows) / 5, force
        errors += off(rows, truth[force])

    assert len(forces) >= 10 and len(errors) > 300
    assert median(errors) <= 0.1


def test_every_force_with_enough_responses_reads_its_trend_by_channel_group(
    release: Release, truth: Mapping[str, Counter[tuple[str, int]]],
) -> None:
    errors: list[float] = []
    for force in large(truth):
        rows = read_rows(release, force, by=("channel_group", "period"))
        lines: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            lines[row.channel].append(row)
        drawn = {name: line for name, line in lines.items() if 2 * sum(row.status == "c" for row in line) < len(line)}
        told = " ".join(note.text for note in answer(release, read({"measure": "A3", "area": force}), by=("channel_group", "period")).notes)
        assert all((CHANNEL.by_id[name].label.lower() in told) == (name not in drawn) for name in lines), told
        cells = [row for line in drawn.values() for row in line]
        assert len(drawn) >= 3 and sum(row.status == "c" for row in cells) <= len(cells) / 5, force
        assert max(row.end - row.start for row in cells) == 2, f"{force} is shown by quarter"
        months = range(min(row.start for row in cells), max(row.end for row in cells) + 1)
        every, some = (sum(truth[force][name, month] for name in names for month in months) for names in (("all",), drawn))
        assert some >= 0.95 * every, force
        mine = off(cells, truth[force])
        assert median(mine) <= 0.1, force
        errors += mine

    assert median(errors) <= 0.05
