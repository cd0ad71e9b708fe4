"""The mark ``[r]``: on what both releases hold and hold otherwise, on every sum of it, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import engine
from data.columns import counted, divided, protected_count
from data.counts import COUNT_BY_ID
from data.cube import Cube, Reading
from data.measures import MEASURE_BY_ID
from data.model import AGE_GROUP, ALL, CHANNEL, month_index
from data.revision_marks import revised

SURREY, KENT, GWENT = "E23000031", "E23000032", "W15000002"
ENGLAND_AND_WALES = "K04000001"
JANUARY = month_index("2025-01")
Key = tuple[str | int, ...]


def cube_of(count_id: str, cells: Mapping[Key, float]) -> Cube:
    count = COUNT_BY_ID[count_id]
    names = ["area_code", *count.dimensions]
    columns = {name: [key[place] for key in cells] for place, name in enumerate(names)}
    table = pa.table({**columns, "month": [JANUARY + int(key[-1]) for key in cells], "value": list(cells.values())})
    return engine.cube(engine.Cells(count, table))


def marks(count_id: str, old: Mapping[Key, float], new: Mapping[Key, float]) -> tuple[int, Cube]:
    """Return how many cells were revised, and the newer cube with its marks."""
    cube = cube_of(count_id, new)
    found = revised(cube_of(count_id, old), new=cube, areas="")
    return (0, cube) if found is None else (found[0], replace(cube, revised=found[1]))


def marked(cube: Cube, month: int = 0, to: int | None = None, **chosen: str) -> bool:
    window = (JANUARY + month, JANUARY + (month if to is None else to))
    found = cube.read({name: [(member,)] for name, member in chosen.items()}, windows=[window]).revised
    return found is not None and bool(found.item() > 0)


def test_a_changed_cell_is_revised_with_every_sum_that_holds_it_and_no_other() -> None:
    before = {(SURREY, "x", "18-24", 0): 10, (SURREY, "x", "18-24", 1): 20, (KENT, "facebook", "65+", 0): 30}
    number, cube = marks("reach", before, before | {(SURREY, "x", "18-24", 0): 11})

    assert number == 1
    assert marked(cube, area=SURREY, channel="x", age_group="18-24") and marked(cube, area=SURREY)
    assert marked(cube, area=ENGLAND_AND_WALES, channel="social", age_group="under 25") and marked(cube, 0, 1, area=SURREY)
    assert not marked(cube, 1, area=SURREY) and not marked(cube, area=KENT)
    assert not marked(cube, area=SURREY, channel="facebook") and not marked(cube, area=SURREY, age_group="65+")


def test_a_new_cell_is_not_revised_and_one_that_is_gone_revises_what_it_belonged_to() -> None:
    both = {(SURREY, "x", "18-24", 0): 10, (KENT, "x", "18-24", 0): 5}
    more = both | {(SURREY, "tiktok", "18-24", 0): 7, (SURREY, "x", "18-24", 1): 7, (GWENT, "x", "18-24", 0): 1}
    assert marks("reach", both, more)[0] == 0
    number, cube = marks("reach", more, both)
    assert number == 2
    assert marked(cube, area=SURREY) and marked(cube, area=SURREY, channel="social") and marked(cube, area=ENGLAND_AND_WALES)
    assert not marked(cube, area=SURREY, channel="x") and not marked(cube, area=KENT)


def test_of_single_records_a_true_nothing_may_be_revised() -> None:
    one = {(SURREY, ALL, "burglary", 0): 2, (SURREY, "x", "burglary", 0): 2}
    other = {(SURREY, ALL, "burglary", 0): 2, (SURREY, ALL, "robbery", 0): 1, (SURREY, "x", "burglary", 0): 2}
    for old, new in ((one, other), (other, one)):
        number, cube = marks("appeals", old, new)
        assert number == 1 and marked(cube, area=SURREY) and not marked(cube, area=SURREY, channel="x")
        assert not marked(cube, area=SURREY, crime_type="burglary")


def test_a_state_is_revised_in_its_month_alone_and_rounding_is_no_revision() -> None:
    before = {(SURREY, "x", "18-24", 0): 10, (SURREY, "x", "18-24", 1): 20}
    number, cube = marks("audience", before, before | {(SURREY, "x", "18-24", 1): 21})
    assert number == 1 and marked(cube, 1, area=SURREY) and not marked(cube, 0, area=SURREY)
    shares = {(SURREY, 0): 1 / 3}
    assert revised(cube_of("population", shares), new=cube_of("population", {(SURREY, 0): 0.1 + 1 / 3 - 0.1}), areas="") is None


def test_a_release_that_does_not_tell_its_cells_gives_no_marks() -> None:
    cube = cube_of("reach", {(SURREY, "x", "18-24", 0): 10})
    older = replace(cube_of("reach", {(SURREY, "x", "18-24", 0): 11}), leaves={})
    assert revised(older, new=cube, areas="") is None
    assert revised(cube_of("reach", {(SURREY, "x", "18-24", 5): 11}), new=cube, areas="") is None


keys = st.tuples(st.sampled_from([SURREY, KENT, GWENT]), st.sampled_from(["x", "facebook", "web_form", "online"]),
                 st.sampled_from(["16-17", "under 25", "unknown"]), st.integers(0, 3))
tables = st.dictionaries(keys, st.integers(0, 3), min_size=1, max_size=12)


@given(old=tables, new=tables, start=st.integers(0, 3), length=st.integers(0, 3), area=st.sampled_from([SURREY, KENT, GWENT]),
       channel=st.sampled_from([ALL, "x", "social", "online"]), age=st.sampled_from([ALL, "16-17", "under 25"]))
@settings(max_examples=150, deadline=None)
def test_a_sum_is_marked_where_any_of_its_cells_was_revised(
    old: dict[Key, int], new: dict[Key, int], start: int, length: int, area: str, channel: str, age: str
) -> None:
    def inside(member: object, chosen: str, part: str) -> bool:
        return chosen in (ALL, part) or part in member.narrow(chosen)  # type: ignore[attr-defined]

    _, cube = marks("reach", old, new)
    if not (cube.holds("area", area) and cube.holds("channel", channel) and cube.holds("age_group", age)):
        return
    last = max(key[-1] for key in new)
    first = min(key[-1] for key in new)
    expected = any(
        key[0] == area and inside(CHANNEL, channel, key[1]) and inside(AGE_GROUP, age, key[2])
        and max(start, first) <= key[3] <= min(start + length, last) and new.get(key) != value for key, value in old.items())
    assert marked(cube, start, start + length, area=area, channel=channel, age_group=age) == expected


def reading(value: list[float], supplied: list[float], changed: list[float] | None, *, cells: bool = False) -> Reading:
    parts = (np.array(part, dtype=float) for part in (value, supplied, [1.0] * len(value)))
    more = None if changed is None else np.array(changed, dtype=float)
    return Reading(*parts, np.ones(len(value)) if cells else None, 2.5 if cells else 0.0, revised=more)


def test_marks_stand_together_in_their_order_and_never_on_a_gap() -> None:
    top = reading([5, 5, 5, 0], [1, 1, 0.5, 0], [1, 0, 1, 1])
    assert counted(MEASURE_BY_ID["A1"], top).status == ["r", "ok", "p r", "x"]
    assert counted(MEASURE_BY_ID["P1"], top).status == ["r u", "u", "r u", "x"]
    young = np.zeros(3, dtype=bool)
    small = protected_count(reading([50, 2, 40], [1, 1, 1], [1, 1, 0], cells=True), young=young)
    assert small.status == ["r", "c", "ok"] and small.value[1] is None


def test_a_ratio_is_revised_with_either_part_and_not_where_its_base_is_too_small() -> None:
    measure = MEASURE_BY_ID["E4"]
    whole = [1.0, 1.0, 1.0]
    for top, below in (([1, 0, 1], None), (None, [1, 0, 1])):
        found = divided(measure, reading([5, 5, 5], whole, top), reading([9_000, 9_000, 1], whole, below))
        assert found.status == ["r", "ok", "c"]


@pytest.mark.parametrize("count_id", ["reach", "appeals", "audience", "population"])
def test_a_release_without_revisions_reads_no_more_than_before(count_id: str) -> None:
    members = {"reach": ("x", "18-24"), "audience": ("x", "18-24"), "appeals": (ALL, "burglary"), "population": ()}[count_id]
    cube = marks(count_id, {(SURREY, *members, 0): 4}, {(SURREY, *members, 0): 4})[1]
    assert cube.revised is None and set(cube.parts()) == {"values", "supplied", "expected"}
    assert cube.read({}, windows=[(JANUARY, JANUARY)]).revised is None
