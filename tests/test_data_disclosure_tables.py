"""The closed set of tables: every cell counted again, every answer a sum of the fewest cells, nothing missing as 0."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from data import engine
from data.areas import AREAS, FORCES, members_of
from data.counts import COUNT_BY_ID, COUNTS
from data.cube import Cube
from data.disclosure.attacks import Witnessed
from data.disclosure.tables import TABLE_BY_ID
from data.frame import Row
from data.inputs import gather
from data.measures import MEASURE_BY_ID, Measure
from data.model import ALL, DIMENSIONS, Origin, month_index
from data.query import answer
from data.release import Release, Store
from data.selection import read
from data.tableset import TableSet
from tests import known_rows as known
from tests.known_rows import CITY, COUNTED, GUILDFORD, GWENT, KENT, SCOTLAND, SURREY
from tests.publishing import publish
from tests.recounting import ENGAGED, last_finished, number, recount, span, supplied

pytestmark = pytest.mark.long  # several publishes; `make test-long` runs it

TODAY = date(2026, 11, 23)
KEY = bytes(range(32))
PROTECTED = [count for count in COUNTS if count.policy == "protected"]
ENGLAND, WALES, ENGLAND_AND_WALES, UNITED_KINGDOM = "E92000001", "W92000004", "K04000001", "K02000001"


@dataclass(frozen=True)
class Plain:
    """A release in memory, its protected tables without noise."""

    cubes: Mapping[str, Cube | TableSet]
    witnessed: Mapping[tuple[str, str], Witnessed] = field(default_factory=dict)

    def cube(self, count_id: str) -> Cube | TableSet | None:
        return self.cubes.get(count_id)

    def origin(self, measure: Measure, *, fields: Sequence[str] = ()) -> Origin | None:
        return "uploaded"

    annotations = ()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("known")


@pytest.fixture(scope="module")
def rows(folder: Path) -> known.Rows:
    return known.write(folder)


@pytest.fixture(scope="module")
def plain(rows: known.Rows, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Plain:
    found: list[Witnessed] = []
    inputs = gather(tmp_path_factory.mktemp("home"), folders=[folder], today=TODAY)
    assert not [report.defects for report in (item.report for item in inputs.loaded) if report.errors]
    made: dict[str, Cube | TableSet] = {}
    for item in engine.aggregate(inputs.tables(), secret=KEY, sigma=0, witness=found):
        if isinstance(item, engine.Tables):
            made[item.count.id] = TableSet(item.count, {name: cube for name, (_, cube) in item.parts.items()}, item.cutoff)
        elif item.count.dense:
            made[item.count.id] = engine.cube(item)
    return Plain(made, {(item.count.id, item.table.id): item for item in found})


# Every cell, counted again

@pytest.mark.parametrize("count_id", [count.id for count in PROTECTED])
def test_every_cell_is_what_the_rows_say(count_id: str, rows: known.Rows, plain: Plain) -> None:
    assert set(known.RECOUNT) == {count.id for count in PROTECTED}
    for table_id in COUNT_BY_ID[count_id].tables:
        wanted, there = recount(rows, count_id, table_id)
        item = plain.witnessed.get((count_id, table_id))
        if item is None:
            assert table_id == "district-quarter" and count_id in ENGAGED
            continue
        at = np.nonzero(item.made.exists)
        names = [[members[place] for place in places] for members, places in zip(item.made.leaves.values(), at, strict=False)]
        stored = dict(zip(zip(*names, (at[-1] + item.first).tolist(), strict=True), item.made.values[at].tolist(), strict=True))
        if item.table.areas == "district":
            assert {key[0] for key in stored} == {GUILDFORD}
            wanted = Counter({key: value for key, value in wanted.items() if key[0] == GUILDFORD})
        elif count_id not in ENGAGED:
            expected = {(place, month) for place, month in there if item.table.areas == "force" or place in (ENGLAND, WALES)}
            assert {(key[0], key[-1]) for key in stored} == expected, table_id
        inside = {key: value for key, value in wanted.items() if value and key in stored}
        assert {key: value for key, value in stored.items() if value} == inside, table_id
        assert sum(inside.values()) > 0


@pytest.mark.parametrize("count_id", ENGAGED)
def test_channels_that_were_not_supplied_have_no_cells(count_id: str, rows: known.Rows, plain: Plain) -> None:
    given = supplied(rows, count_id)
    if "channel" not in COUNT_BY_ID[count_id].dimensions:
        return
    made, first = (plain.witnessed[count_id, "country-channel-month"].made, plain.witnessed[count_id, "country-channel-month"].first)
    at = np.argwhere(made.exists.any(axis=2))  # any age or category: none is left out where the channel is there
    if made.exists.ndim == 3:
        at = np.argwhere(made.exists)
    found = {(made.leaves["area"][area], made.leaves["channel"][channel], int(month) + first) for area, channel, month in at}
    assert found == {(known.country_of(force), channel, month) for force, channel, month in given if force[0] in "EW"}


def test_rows_meet_every_edge(rows: known.Rows) -> None:
    appeals = {row["appeal_id"]: row for row in rows.appeals}
    minutes = Counter(known.after(appeals[row["appeal_id"]], row) for row in rows.responses)
    days = Counter(known.days_after(appeals[row["appeal_id"]], row) for row in rows.outcomes)

    assert set(known.EDGES) <= set(minutes) and set(known.OUTCOME_EDGES) <= set(days)
    assert any("T" not in row["received_at"] for row in rows.responses) and any("T" not in row["published_at"] for row in rows.appeals)


# What a reader is shown


def rows_of(plain: Plain | Release, measure: str, *by: str, **chosen: object) -> list[Row]:
    found = answer(plain, read({"measure": measure, **{name.rstrip("_"): value for name, value in chosen.items()}}), by=by)  # type: ignore[arg-type]
    assert not found.reason, found.reason
    return list(found.frame.rows)


@pytest.mark.parametrize("force", [SURREY, KENT, GWENT, SCOTLAND, COUNTED])
def test_responses_of_a_force_month_by_month(force: str, rows: known.Rows, plain: Plain) -> None:
    areas = (SURREY, GUILDFORD) if force == SURREY else (force,)
    shown = rows_of(plain, "A3", "period", area=force, grain="month")

    assert [row.start for row in shown] == list(range(known.index(known.FIRST), known.index(known.LAST) + 1))
    for row in shown:
        if row.end > known.index(known.last_month_of(force)):
            assert (row.status, row.value, row.upper) == ("x", None, None)
            continue
        true = number(rows, "responses", area=areas, month=span(row.start, row.end))
        if true < 10:
            assert (row.value, row.numerator, row.lower, row.upper, row.status) == (None, None, None, 10, "c")
        else:
            assert (row.value, row.status) == (true, "ok")


@pytest.mark.parametrize(("by", "dimension", "members"), [
    ("channel_group", "channel", {"social": ("facebook",), "online": ("web_form", "webchat"), "phone": ("phone_101", "crimestoppers")}),
    ("age_group", "age_group", {"under 25": ("under 16", "18-24"), "65+": ("75+", "65+"), "unknown": ("unknown",)}),
    ("crime_type", "crime_type", {"violence": ("homicide",), "burglary": ("burglary",),
                                  "missing and wanted persons": ("missing person", "wanted person")}),
])
def test_responses_of_a_force_by_group_and_quarter(
    by: str, dimension: str, members: Mapping[str, tuple[str, ...]], rows: known.Rows, plain: Plain,
) -> None:
    shown = {(getattr(row, dimension), row.start): row
             for row in rows_of(plain, "A3", by, "period", area=SURREY, grain="quarter", from_="2024-01", to="2026-09")}

    compared = 0
    for group, inside in members.items():
        for start in range(month_index("2024-01"), month_index("2026-09"), 3):
            row = shown[group, start] if (group, start) in shown else shown[inside[0], start]
            true = number(rows, "responses", area=(SURREY, GUILDFORD), month=span(start, start + 2), **{dimension: inside})
            assert row.value == (true if true >= 10 else None) and (row.status == "c") == (true < 10)
            compared += 1
    assert compared == 33


def test_a_country_by_channel_and_month(rows: known.Rows, plain: Plain) -> None:
    for country, forces in ((ENGLAND, (SURREY, GUILDFORD, KENT, CITY, COUNTED)), (WALES, (GWENT,))):
        for row in rows_of(plain, "A3", "channel", area=country, from_="2025-03", to="2025-03"):
            true = number(rows, "responses", area=forces, month="2025-03", channel=row.channel)
            assert row.value == (true if true >= 10 else None), (country, row)


@pytest.mark.parametrize(("area", "forces"), [
    (ENGLAND_AND_WALES, (SURREY, GUILDFORD, KENT, CITY, COUNTED, GWENT)),
    (UNITED_KINGDOM, (SURREY, GUILDFORD, KENT, CITY, COUNTED, GWENT, SCOTLAND)), ("S92000003", (SCOTLAND,)), (CITY, (CITY,)),
])
def test_countries_hold_their_forces_and_scotland_is_one(area: str, forces: tuple[str, ...], rows: known.Rows, plain: Plain) -> None:
    (row,) = rows_of(plain, "A3", area=area, from_="2024-01", to="2025-12")

    assert row.value == number(rows, "responses", area=forces, month=span(month_index("2024-01"), month_index("2025-12")))


def test_shares_are_ratios_of_sums(rows: known.Rows, plain: Plain) -> None:
    months = span(month_index("2024-01"), month_index("2025-12"))
    (useful,) = rows_of(plain, "A6", area=SURREY, from_="2024-01", to="2025-12")
    of = {name: number(rows, "responses_graded", area=(SURREY, GUILDFORD), month=months, category=f"graded-{name}")
          for name in ("useful", "unusable", "other")}

    assert (useful.numerator, useful.denominator) == (of["useful"], sum(of.values()))
    assert useful.value == round(100 * of["useful"] / sum(of.values()), 4) and useful.status == "ok"
    assert useful.lower < useful.value < useful.upper  # type: ignore[operator]
    (with_useful,) = rows_of(plain, "A7", area=GWENT, from_="2024-01", to="2025-12")
    assert with_useful.numerator == number(rows, "appeals_useful", area=GWENT, month=months)
    assert with_useful.denominator == sum(row["area_code"] == GWENT and row["published_at"][:7] in months for row in rows.appeals)


def test_young_appeals_are_provisional_and_outside_the_total(rows: known.Rows, plain: Plain) -> None:
    done = last_finished(known.LAST, days=90)
    shown = rows_of(plain, "A4", "period", area=SURREY, grain="quarter")
    assert {row.status for row in shown if row.end > done} <= {"p", "c"} and any(row.status == "p" for row in shown if row.end > done)
    assert "p" not in {row.status for row in shown if row.end <= done}

    (total,) = rows_of(plain, "A4", area=SURREY, from_="2024-01", to="2026-10")
    assert total.end <= done
    assert total.numerator == number(rows, "responses_graded", area=(SURREY, GUILDFORD), month=span(total.start, total.end))
    young = answer(plain, read({"measure": "A10", "area": SURREY, "from": "2026-01", "to": "2026-09"}), by=())
    assert "too young" in young.reason
    part = answer(plain, read({"measure": "A10", "area": SURREY, "from": "2026-08", "to": "2026-10"}), by=("period",))
    assert part.reason.startswith("No whole ") and "too young" not in part.reason


def test_a_late_force_is_missing_and_never_nothing(plain: Plain) -> None:
    months = {row.start: row for row in rows_of(plain, "A3", "period", area=KENT, grain="month")}
    assert {months[known.index(month)].status for month in ("2026-09", "2026-10")} == {"x"}
    (quarter,) = rows_of(plain, "A3", area=KENT, from_="2026-07", to="2026-09")
    assert quarter.status == "p" and quarter.value == months[known.index("2026-07")].value + months[known.index("2026-08")].value  # type: ignore[operator]
    for by, chosen in (("age_group", {"age_group": "unknown"}), ("crime_type", {"crime_type": "burglary"})):
        stored = {row.end: row for row in rows_of(plain, "A3", by, "period", area=KENT, grain="quarter", **chosen)}
        assert (stored[known.index("2026-09")].status, stored[known.index("2026-09")].value) == ("x", None)
        assert stored[known.index("2026-06")].status in ("ok", "c")
    (together,) = rows_of(plain, "A3", area=ENGLAND, from_="2026-09", to="2026-09")
    assert together.status == "p" and together.value
    by_force = {row.area_code: row for row in rows_of(plain, "A3", "area", from_="2026-09", to="2026-09")}
    assert by_force[KENT].status == "x" and by_force[SURREY].value
    assert {row.status for code, row in by_force.items() if code not in (*known.SINGLY, COUNTED)} == {"x"}


@pytest.mark.parametrize("measure", ["A5", "A7", "A13"])
def test_counted_responses_feed_no_measure_of_single_appeals(measure: str, plain: Plain) -> None:
    found = answer(plain, read({"measure": measure, "area": COUNTED, "from": "2024-01", "to": "2025-12"}), by=())
    assert found.reason or all(row.value is None and row.status in ("x", "z") for row in found.frame.rows)
    by_force = {row.area_code: row for row in rows_of(plain, measure, "area", from_="2024-01", to="2025-12")}
    assert by_force[COUNTED].status in ("x", "z") and by_force[SURREY].value is not None


def test_responses_per_appeal_of_a_force_that_counts_go_by_the_month_of_receipt(rows: known.Rows, plain: Plain) -> None:
    (row,) = rows_of(plain, "A4", area=COUNTED, from_="2025-01", to="2025-12")
    months = span(month_index("2025-01"), month_index("2025-12"))

    assert row.numerator == number(rows, "responses", area=COUNTED, month=months)
    assert row.denominator == sum(row["area_code"] == COUNTED and row["published_at"][:7] in months for row in rows.appeals)
    assert any("month in which they came in" in limit for limit in MEASURE_BY_ID["A4"].limits)


@pytest.mark.parametrize(("by", "chosen", "grain"), [
    (("channel_group", "period"), {}, "month"), (("age_group", "period"), {}, "quarter"),
    (("channel_group", "period"), {"age_group": "65+"}, "year"), (("crime_type", "period"), {}, "quarter"),
])
def test_months_that_are_not_published_are_shown_by_longer_periods_and_this_is_said(
    by: tuple[str, ...], chosen: dict[str, str], grain: str, plain: Plain,
) -> None:
    found = answer(plain, read({"measure": "A3", "area": SURREY, "grain": "month", **chosen}), by=by)

    assert not found.reason and found.grain == found.answered.grain == grain and found.asked.grain == "month"
    assert len(found.frame) and any(note.field == "grain" for note in found.notes) == (grain != "month")


# With noise: sums of stored cells


@pytest.fixture(scope="module")
def noisy(rows: known.Rows, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Release:
    home = tmp_path_factory.mktemp("hue")
    publish(home, folders=[folder], today=TODAY)
    return Store(home).current()


def stored(release: Release, count_id: str, table_id: str) -> tuple[list[str], list[tuple[object, ...]]]:
    table = pq.read_table(release.folder / "counts" / count_id / f"{table_id}.parquet").to_pydict()
    names = [name.removesuffix("_code") for name in table]
    return names, list(zip(*table.values(), strict=True))


def leaves_of(name: str, member: str, count_id: str) -> set[str]:
    """Every stored member that a chosen one may stand for."""
    if name == "area":
        inside = {ENGLAND_AND_WALES: {ENGLAND, WALES}}.get(member, {member})
        return set(members_of(member)) | inside if AREAS[member].type == "country" else {member}
    if name == "category":
        return set(COUNT_BY_ID[count_id].cumulative.get(member, (member,)))
    found = {member, *DIMENSIONS[name].narrow(member)}
    return found | {group.id for group in DIMENSIONS[name].groups if group.parts == (member,)}


def holds(release: Release, count_id: str, table_id: str, chosen: Mapping[str, str], window: tuple[int, int]) -> float:
    """How many cells a table would add up for a choice, existing or not; infinite where it cannot."""
    table, count = TABLE_BY_ID[table_id], COUNT_BY_ID[count_id]
    if window[0] % table.step or (window[1] + 1) % table.step:
        return float("inf")
    cells = (window[1] - window[0] + 1) / table.step
    area = chosen["area"]
    kinds = {"country": 1 if area in (ENGLAND, WALES) else 2 if area == ENGLAND_AND_WALES else 0,
             "force": len(members_of(area)) if AREAS[area].type == "country" else int(area in FORCES),
             "district": int(area == GUILDFORD)}
    cells *= kinds[table.areas]
    for name in count.dimensions:
        member = chosen.get(name, ALL)
        if name != "category" and name not in table.dimensions:
            if member != ALL:
                return float("inf")
            continue
        dimension = DIMENSIONS[name]
        possible = count.possible.get(name) or tuple(item.id for item in dimension.members)
        if name == "category":
            inside = set(possible) if member == ALL else set(count.cumulative.get(member, (member,)))
        elif table.dimensions[name] == "wide":
            groups = {dimension.group_of(item) for item in possible}
            whole = {dimension.group_of(item) for item in possible
                     if member in (dimension.group_of(item), *(group.parts[0] for group in dimension.groups
                                                              if len(group.parts) == 1 and group.id == dimension.group_of(item)))}
            inside = groups if member == ALL else whole & groups
        else:
            every = {*possible, *(group.id for group in dimension.groups if name == "age_group")}
            inside = every if member == ALL else every & {member, *dimension.narrow(member)}
        if not inside:
            return float("inf")
        cells *= len(inside)
    return cells or float("inf")


def chosen_at_random(rng: random.Random, count_id: str) -> tuple[dict[str, str], tuple[int, int]]:
    count = COUNT_BY_ID[count_id]
    chosen = {"area": rng.choice((SURREY, KENT, GWENT, SCOTLAND, ENGLAND, WALES, ENGLAND_AND_WALES, UNITED_KINGDOM, GUILDFORD))}
    for name in count.dimensions:
        members = [*DIMENSIONS[name].by_id] if name != "category" else [*count.possible[name], *count.cumulative]
        if rng.random() < (0.35 if name != "category" else 0.7):
            chosen[name] = rng.choice(members)
    step = rng.choice((1, 1, 3, 3, 12))
    start = rng.randrange(known.index("2024-01"), known.index("2026-01"))
    start -= start % step
    return chosen, (start, start + step * rng.choice((1, 1, 2)) - 1)


@pytest.mark.parametrize("count_id", ["responses", "responses_graded", "persons_found", "messages", "answered", "useful_times"])
def test_an_answer_is_the_sum_of_stored_cells_of_the_table_that_needs_the_fewest(count_id: str, noisy: Release) -> None:
    tables, rng = noisy.cube(count_id), random.Random(count_id)
    assert isinstance(tables, TableSet)
    tried = 0
    for _ in range(400):
        chosen, window = chosen_at_random(rng, count_id)
        asked = {name: [(member,)] for name, member in chosen.items()}
        picked = tables.pick(asked, windows=[window])
        needed = {name: holds(noisy, count_id, name, chosen, window) for name in tables.tables}
        reading = tables.read(asked, windows=[window])
        if picked is None:
            assert min(needed.values()) == float("inf"), (chosen, window, needed)
            assert (reading.value == 0).all() and (reading.supplied == 0).all()
            continue
        name = next(name for name, cube in tables.tables.items() if cube is picked)
        assert needed[name] == min(needed.values()), (chosen, window, needed, name)
        columns, cells = stored(noisy, count_id, name)
        wanted = {column: leaves_of(column, chosen[column], count_id) for column in columns if column in chosen}
        inside = [cell for cell in cells if all(cell[columns.index(column)] in members for column, members in wanted.items())
                  and window[0] <= cell[columns.index("month")] <= window[1]]  # type: ignore[operator]
        assert reading.value.item() == sum(cell[-1] for cell in inside), (chosen, window, name)  # type: ignore[misc]
        assert reading.cells is not None and reading.cells.item() == len(inside)
        assert reading.sigma == 2.5
        tried += 1
    assert tried > 50


def test_small_values_are_under_the_number_that_their_noise_asks_for(noisy: Release) -> None:
    seen: Counter[str] = Counter()
    for force in (SURREY, KENT, GWENT, CITY):
        for grain, cells in (("month", 1), ("quarter", 3)):
            for row in rows_of(noisy, "A3", "period", area=force, grain=grain):
                if row.status in ("x", "p"):  # months that are missing have no cells
                    continue
                limit = 10 if cells == 1 else 20
                half = 1.96 * 2.5 * cells**0.5
                seen[row.status] += 1
                if row.status == "c":
                    assert (row.value, row.numerator, row.lower, row.upper) == (None, None, None, limit)
                else:
                    assert row.value >= limit and row.value == int(row.value)  # type: ignore[operator, arg-type]
                    assert (row.lower, row.upper) == (max(round(row.value - half), 0), round(row.value + half))  # type: ignore[operator]
    assert seen["c"] > 20 and seen["ok"] > 60


def test_published_values_lie_within_their_range_of_the_truth(noisy: Release, rows: known.Rows) -> None:
    inside = outside = 0
    for force in (KENT, GWENT, SCOTLAND, COUNTED):
        for row in rows_of(noisy, "A3", "period", area=force, grain="month"):
            if row.value is not None:
                true = number(rows, "responses", area=force, month=span(row.start, row.end))
                held = row.lower <= true <= row.upper  # type: ignore[operator]
                inside, outside = inside + held, outside + (not held)
    assert inside / (inside + outside) > 0.9
