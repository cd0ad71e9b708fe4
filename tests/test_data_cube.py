"""Cubes: any choice of members and months is the plain sum over its cells, and what is missing stays missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import engine
from data.areas import ENGLAND_AND_WALES, FORCES, LONDON, UNITED_KINGDOM
from data.counts import COUNT_BY_ID, COUNTS, Count
from data.cube import Cube, load, save
from data.cube_build import MET_BOROUGHS
from data.model import AGE_GROUP, ALL, CHANNEL, month_index

SURREY, KENT, GWENT, SCOTLAND = "E23000031", "E23000032", "W15000002", "S23000009"
JANUARY = month_index("2025-01")
REACH, AUDIENCE, APPEALS = (COUNT_BY_ID[name] for name in ("reach", "audience", "appeals"))
CRIMES, POPULATION, POSTS = (COUNT_BY_ID[name] for name in ("recorded_crime", "population", "posts"))
Key = tuple[str | int, ...]


def cube_of(count: Count, cells: Mapping[Key, float]) -> Cube:
    """Return the cube of cells keyed by area, dimensions and month, months counted from January 2025."""
    names = ["area_code", *count.dimensions]
    columns = {name: [key[place] for key in cells] for place, name in enumerate(names)}
    table = pa.table({**columns, "month": [JANUARY + int(key[-1]) for key in cells], "value": list(cells.values())})
    return engine.cube(engine.Cells(count, table))


def one(cube: Cube, window: tuple[int, int], **chosen: str | Sequence[str]) -> tuple[float, int, int]:
    """Return (value, supplied, expected) of one choice; months are counted from January 2025."""
    choices = {name: [(member,) if isinstance(member, str) else tuple(member)] for name, member in chosen.items()}
    parts = cube.read(choices, windows=[(JANUARY + window[0], JANUARY + window[1])]).parts
    return tuple(part.item() for part in parts)  # type: ignore[return-value]


def made_of(dimension: object, leaf: str, member: str) -> bool:
    return member in (ALL, leaf) or leaf in dimension.narrow(member)  # type: ignore[attr-defined]


areas = st.sampled_from([SURREY, KENT, GWENT, SCOTLAND])
channels = st.sampled_from(["x", "facebook", "web_form", "poster_in_person", "unknown"])
ages = st.sampled_from(["16-17", "18-24", "25-44", "55-64", "unknown"])
reach_cells = st.dictionaries(
    st.tuples(areas, channels, ages, st.integers(0, 14)), st.integers(0, 10**6), min_size=1, max_size=40)
whole_choices = st.sets(st.sampled_from(["x", "facebook", "online", "in_person", "press", "unknown"]), min_size=1)


@given(
    cells=reach_cells, chosen_areas=st.sets(areas, min_size=1), chosen=whole_choices | st.just({ALL}),
    ages_chosen=st.sampled_from([(ALL,), ("under 25",), ("16-17", "25-44"), ("65+",), ("45-64", "unknown")]),
    window=st.tuples(st.integers(-3, 18), st.integers(-3, 18)).map(sorted),
)
@settings(max_examples=120, deadline=None)
def test_any_choice_of_members_and_months_is_the_plain_sum_over_its_cells(
    cells: dict[Key, int], chosen_areas: set[str], chosen: set[str], ages_chosen: tuple[str, ...], window: list[int]
) -> None:
    cube = cube_of(REACH, cells)
    found = one(cube, (window[0], window[1]), area=sorted(chosen_areas), channel=sorted(chosen), age_group=ages_chosen)
    inside = [
        value for (area, channel, age, month), value in cells.items()
        if area in chosen_areas and any(made_of(CHANNEL, channel, member) for member in chosen)
        and any(made_of(AGE_GROUP, age, member) for member in ages_chosen) and window[0] <= month <= window[1]
    ]
    assert found[0] == sum(inside)
    assert found[1] == len(inside)
    assert found[1] <= found[2]


@given(cells=reach_cells)
@settings(max_examples=30, deadline=None)
def test_several_choices_at_once_are_the_same_as_one_after_another(cells: dict[Key, int]) -> None:
    cube = cube_of(REACH, cells)
    choices = {"area": [(SURREY,), (KENT, GWENT), (ENGLAND_AND_WALES,)], "channel": [("x",), ("social",), (ALL,)]}
    windows = [(JANUARY, JANUARY), (JANUARY - 2, JANUARY + 3), (JANUARY + 2, JANUARY + 40)]
    together = cube.read(choices, windows=windows).parts
    assert together[0].shape == (3, 3, 1, 3)
    for a, area in enumerate(choices["area"]):
        for c, channel in enumerate(choices["channel"]):
            alone = cube.read({"area": [area], "channel": [channel]}, windows=windows).parts
            assert all((part[a, c] == other[0, 0]).all() for part, other in zip(together, alone, strict=True))


@given(cells=reach_cells)
@settings(max_examples=30, deadline=None)
def test_countries_are_the_sums_of_their_own_forces(cells: dict[Key, int]) -> None:
    cube = cube_of(REACH, cells)
    for country, letters in ((UNITED_KINGDOM, "EWSN"), (ENGLAND_AND_WALES, "EW"), ("W92000004", "W")):
        wanted = sum(value for key, value in cells.items() if str(key[0])[0] in letters)
        assert one(cube, (0, 14), area=country)[0] == wanted


def test_district_is_a_member_of_its_own_and_not_added_to_its_country_again() -> None:
    cube = cube_of(REACH, {(SURREY, "x", "18-24", 0): 10, ("E07000209", "x", "18-24", 0): 10})
    assert one(cube, (0, 0), area="E92000001")[0] == 10
    assert one(cube, (0, 0), area="E07000209") == (10, 1, 1)


def test_zero_is_supplied_and_a_missing_cell_is_not() -> None:
    cube = cube_of(REACH, {(SURREY, "x", "18-24", 0): 0, (SURREY, "x", "18-24", 2): 4})
    assert one(cube, (0, 0), area=SURREY) == (0, 1, 1)
    assert one(cube, (1, 1), area=SURREY) == (0, 0, 1)
    assert one(cube, (0, 2), area=SURREY) == (4, 2, 3)


def test_place_that_was_silent_for_months_owes_them() -> None:
    cells = {(SURREY, "x", "18-24", month): 5 for month in range(6)}
    cells |= {(GWENT, "x", "18-24", month): 5 for month in (0, 1, 5)}
    cube = cube_of(REACH, cells)
    assert one(cube, (0, 5), area=GWENT) == (15, 3, 6)
    assert one(cube, (2, 4), area=GWENT) == (0, 0, 3)
    assert list(cube.supplying[GWENT]) == [True, True, False, False, False, True]
    assert one(cube, (0, 5), area=(SURREY, GWENT)) == (45, 9, 12)


def test_place_that_came_late_owes_what_it_began_with_from_the_start() -> None:
    cells = {(SURREY, "x", "18-24", month): 5 for month in range(6)}
    cells |= {(KENT, "x", "18-24", month): 5 for month in (3, 4, 5)}
    assert one(cube_of(REACH, cells), (0, 5), area=KENT) == (15, 3, 6)


def test_combination_that_a_place_started_later_is_owed_from_then_on_alone() -> None:
    cells = {(SURREY, "x", "18-24", month): 5 for month in range(6)}
    cells |= {(KENT, "x", "18-24", month): 5 for month in (2, 3, 4, 5)}
    cells |= {(KENT, "tiktok", "18-24", month): 1 for month in (4,)}
    cube = cube_of(REACH, cells)
    assert one(cube, (0, 3), area=KENT, channel="tiktok") == (0, 0, 0)
    assert one(cube, (4, 5), area=KENT, channel="tiktok") == (1, 1, 2)
    assert one(cube, (0, 5), area=KENT, channel="x") == (20, 4, 6)


def test_place_that_never_supplied_anything_owes_what_the_others_supply() -> None:
    cube = cube_of(REACH, {(SURREY, "x", "18-24", month): 5 for month in range(3)})
    assert one(cube, (0, 2), area=KENT) == (0, 0, 3)
    assert one(cube, (0, 2), area=KENT, channel="facebook") == (0, 0, 0)
    assert one(cube, (0, 2), area=UNITED_KINGDOM) == (15, 3, 3 * len(FORCES))


def test_member_that_nobody_collects_is_neither_supplied_nor_owed() -> None:
    cube = cube_of(REACH, {(SURREY, "x", "18-24", 0): 5})
    assert one(cube, (0, 0), area=SURREY, channel="press") == (0, 0, 0)
    assert one(cube, (0, 0), area="E07000209") == (0, 0, 0)


def test_records_of_a_month_make_every_combination_of_it_known() -> None:
    count = COUNT_BY_ID["publications"]
    cube = cube_of(count, {(SURREY, "x", "burglary", 0): 3, (SURREY, "press", "robbery", 1): 1})
    value, supplied, expected = one(cube, (0, 0), area=SURREY, channel="press", crime_type="robbery")
    assert (value, supplied) == (0, 1) and expected == 1


def test_appeals_without_channels_leave_the_channels_unknown_and_not_nothing() -> None:
    cells = {(SURREY, ALL, "burglary", 0): 3, (KENT, ALL, "burglary", 0): 2, (KENT, "x", "burglary", 0): 1,
             (KENT, "social", "burglary", 0): 1, (KENT, "x", "robbery", 0): 1}
    cube = cube_of(APPEALS, cells)
    assert one(cube, (0, 0), area=SURREY)[:2] == (3, 2)
    assert one(cube, (0, 0), area=SURREY, channel="x")[:2] == (0, 0)
    assert one(cube, (0, 0), area=KENT, channel="social", crime_type="robbery")[:2] == (0, 1)


def test_overlapping_channels_are_never_added_up_into_their_group_or_the_whole() -> None:
    cells = {(SURREY, ALL, "burglary", 0): 3, (SURREY, "x", "burglary", 0): 3, (SURREY, "facebook", "burglary", 0): 2,
             (SURREY, "social", "burglary", 0): 3}
    cube = cube_of(APPEALS, cells)
    assert one(cube, (0, 0), area=SURREY)[0] == 3
    assert one(cube, (0, 0), area=SURREY, channel="social")[0] == 3
    assert not cube.holds("channel", "online")


def test_state_is_that_of_the_last_month_and_never_added_over_months() -> None:
    cells = {(SURREY, "x", "18-24", month): 100 + month for month in range(4)}
    cells |= {(KENT, "x", "18-24", month): 50 for month in range(3)}
    cube = cube_of(AUDIENCE, cells)
    assert one(cube, (0, 3), area=SURREY) == (103, 1, 1)
    assert one(cube, (0, 3), area=KENT) == (0, 0, 1)
    assert one(cube, (0, 2), area=(SURREY, KENT)) == (152, 2, 2)
    assert one(cube, (0, 9), area=SURREY)[:2] == (0, 0)


def test_estimate_is_the_one_nearest_to_the_end_of_the_period() -> None:
    cells = {(SURREY, -79): 900, (SURREY, -19): 1000, (KENT, -19): 70}
    cube = cube_of(POPULATION, cells)
    assert one(cube, (0, 11), area=SURREY)[0] == 1000
    assert one(cube, (-90, -70), area=SURREY)[0] == 900
    assert one(cube, (-90, -70), area=KENT) == (0, 0, 1)
    assert one(cube, (0, 11), area=SCOTLAND) == (0, 0, 1)


def test_estimates_of_one_date_are_not_owed_in_every_month() -> None:
    cube = cube_of(COUNT_BY_ID["population_by_age"], {(SURREY, "18-24", -79): 5})
    assert one(cube, (-200, 400), area=SURREY) == (5, 1, 1)


def test_yearly_figures_are_owed_once_a_year() -> None:
    borough = MET_BOROUGHS[0]
    cells = {(borough, ALL, month): 10 for month in (11, 35)} | {(MET_BOROUGHS[1], ALL, month): 1 for month in (11, 23, 35)}
    cube = cube_of(POSTS, cells)
    assert one(cube, (0, 35), area=borough) == (20, 2, 3)
    assert one(cube, (12, 23), area=borough) == (0, 0, 1)
    assert one(cube, (0, 35), area=LONDON)[2] == 3 * len(MET_BOROUGHS)


def test_quarterly_figures_are_owed_once_a_quarter() -> None:
    count = COUNT_BY_ID["pas_good_job"]
    cells = {(LONDON, month): 60.5 for month in (2, 5, 8, 11)} | {(MET_BOROUGHS[0], month): 40.0 for month in (2, 8)}
    cube = cube_of(count, cells)
    assert one(cube, (-9, 2), area=MET_BOROUGHS[0]) == (40.0, 1, 1)
    assert one(cube, (-6, 5), area=MET_BOROUGHS[0]) == (0, 0, 1)
    assert one(cube, (-7, 4), area=MET_BOROUGHS[0]) == (0, 0, 0)
    assert list(cube.held) == [0, 3, 6, 9]


def test_percentages_have_no_sum_over_places() -> None:
    cube = cube_of(COUNT_BY_ID["pas_good_job"], {(MET_BOROUGHS[0], 2): 40.0, (MET_BOROUGHS[1], 2): 60.0})
    assert not cube.holds("area", LONDON) and not cube.holds("area", "E92000001")


def test_corrections_below_nothing_are_kept() -> None:
    cells = {(SURREY, "robbery", 2): 10, (SURREY, "drug-offences", 2): -3}
    assert one(cube_of(CRIMES, cells), (-9, 2), area=SURREY)[0] == 7


@pytest.mark.parametrize("count", [count for count in COUNTS if count.dense], ids=lambda count: count.id)
def test_cube_comes_back_from_disk_as_it_was_and_is_mapped(count: Count, tmp_path: Path) -> None:
    overlapping = "overlapping" in count.addition.values()
    members = {
        "area": (SURREY, KENT), "channel": ("x", ALL if overlapping else "press"), "age_group": ("18-24", "unknown"),
        "crime_type": ("burglary", "robbery"), "category": ("robbery", ALL if overlapping else "theft-offences"),
    }
    cells = {(*(members[name][place] for name in ("area", *count.dimensions)), month): place + month + 1
             for place in (0, 1) for month in (2, 14)}
    before = cube_of(count, cells)
    save(before, tmp_path / "cube")
    after = load(tmp_path / "cube", count_id=count.id)
    assert isinstance(after.values, np.memmap) and not after.values.flags.writeable
    assert replace(after, values=0, supplied=0, expected=0) == replace(before, values=0, supplied=0, expected=0)
    for part in ("values", "supplied", "expected"):
        assert (getattr(before, part) == getattr(after, part)).all()
        assert getattr(before, part).dtype == getattr(after, part).dtype
    choice = {name: [(members[name][0],)] for name in before.axes}
    window = [(JANUARY, JANUARY + 14)]
    assert all((a == b).all() for a, b in zip(
        before.read(choice, windows=window).parts, after.read(choice, windows=window).parts, strict=True))


def test_release_cubes_are_mapped_and_hold_every_force(release: object) -> None:
    for name in ("reach", "appeals", "audience"):
        cube = release.cube(name)  # type: ignore[attr-defined]
        assert isinstance(cube.values, np.memmap)
        assert set(FORCES) <= set(cube.axes["area"])
