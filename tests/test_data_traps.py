"""Traps: ratios and shares, reach and audience, zero and not supplied, old dates, small bases, age bands, places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pytest

from data import engine
from data.areas import ENGLAND_AND_WALES, FORCES, LONDON, UNITED_KINGDOM, members_of
from data.counts import COUNT_BY_ID
from data.cube import Cube
from data.cube_build import MET_BOROUGHS
from data.measures import MEASURE_BY_ID, MEASURES, Measure
from data.model import ALL, OFFENCE_GROUPS, month_index
from tests.publishing import FORCE, publish
from data.query import Answer, answer, level_of, values
from data.release import Release, Store
from data.selection import EMPTY, read
from data.summary import summarise
from layouts.charts import CHARTS, ask
from tests.totals import CAMDEN, CITY, GUILDFORD, GWENT, KENT, SCOTLAND, SURREY, table, total


def test_sums_of_reach_and_audience_carry_their_own_names(release: Release) -> None:
    for measure, label in (("E3", "Gross reach"), ("E1", "Accounts, counted once per channel and area")):
        for chart in CHARTS:
            assert answer(release, read({"measure": measure}), by=chart.by).label == label
    assert answer(release, EMPTY, by=()).label == MEASURE_BY_ID["E4"].label


def test_audience_is_never_added_over_months(release: Release) -> None:
    whole = total(release, measure="E1", area=SURREY)
    last = total(release, measure="E1", area=SURREY, from_="2026-10", to="2026-10")
    assert whole.value == last.value and (whole.start, whole.end) == (month_index("2026-10"),) * 2
    years = answer(release, read({"measure": "E1", "area": SURREY, "grain": "year", "channel": "x"}),
                   by=("channel_group", "period")).frame
    for row in years:
        december = total(release, measure="E1", area=SURREY, channel="x", from_=f"{row.end // 12}-12",
                         to=f"{row.end // 12}-12")
        assert row.value == december.value


def test_ratio_of_a_whole_is_the_ratio_of_sums_and_not_the_mean_of_ratios(release: Release) -> None:
    forces = [total(release, measure="E4", area=code, from_="2025-01", to="2025-01") for code in members_of(ENGLAND_AND_WALES)]
    whole = total(release, measure="E4", from_="2025-01", to="2025-01")
    parts = [row for row in forces if row.value is not None]
    assert whole.numerator == sum(row.numerator for row in parts)
    assert whole.denominator == sum(row.denominator for row in parts)
    assert whole.value == pytest.approx(100 * whole.numerator / whole.denominator, abs=5.1e-5)
    assert whole.value != pytest.approx(sum(row.value for row in parts) / len(parts), abs=1e-3)


def test_ratio_above_one_is_a_ratio_and_never_a_percentage(release: Release) -> None:
    row = total(release, measure="A2", area=SURREY)
    assert row.value > 1 and MEASURE_BY_ID["A2"].unit == "ratio"


def test_not_supplied_is_never_nothing(release: Release) -> None:
    silent = total(release, measure="E3", area=GWENT, from_="2025-03", to="2025-04")
    assert (silent.value, silent.numerator, silent.status) == (None, None, "x")
    partly = total(release, measure="E3", area=GWENT, from_="2025-01", to="2025-12")
    assert partly.status == "p" and partly.value > 0
    late = total(release, measure="A1", area=KENT, from_="2026-10", to="2026-10")
    assert (late.value, late.status) == (None, "x")
    complete = total(release, measure="A1", area=SURREY, from_="2025-01", to="2025-12")
    assert complete.status == "ok"
    none = total(release, measure="A1", area=CITY, crime_type="counter-terrorism", from_="2025-01", to="2025-01")
    assert (none.value, none.status) == (0, "ok")


def test_surveys_stand_at_their_own_dates_and_never_at_the_page_s(release: Release) -> None:
    row = total(release, measure="P1", area=CAMDEN)
    assert (row.start, row.end, row.status) == (month_index("2023-01"), month_index("2023-12"), "u")
    early = total(release, measure="P1", area=CAMDEN, to="2015-11")
    assert (early.start, early.end) == (month_index("2014-10"), month_index("2015-09"))
    stale = answer(release, read({"measure": "P1", "area": CAMDEN, "from": "2024-01"}), by=())
    assert not stale.frame.rows and "2023" in stale.reason
    crime = total(release, measure="R1", area=SURREY)
    assert (crime.start, crime.end) == (month_index("2017-04"), month_index("2018-03"))


def test_percentages_of_several_places_are_not_added(release: Release) -> None:
    found = answer(release, read({"measure": "P1", "area": [CAMDEN, LONDON]}), by=())
    assert not found.frame.rows and "cannot be added" in found.reason
    lines = answer(release, read({"measure": "P1", "area": [CAMDEN, LONDON]}), by=("channel_group", "period"))
    assert {row.area_code for row in lines.frame} == {CAMDEN, LONDON}


def test_rate_on_fewer_than_twenty_is_too_small_to_show(release: Release) -> None:
    found = answer(release, read({"measure": "B2", "from": "2018-01", "to": "2018-12"}), by=("area", "category"))
    small = [row for row in found.frame if row.denominator is not None and row.denominator < 20]
    assert small and all((row.value, row.status) == (None, "c") for row in small)
    assert all(row.value is not None for row in found.frame if row.denominator is not None and row.denominator >= 20)


def test_a_place_is_not_compared_with_itself(release: Release) -> None:
    for query in ({"compare": KENT, "area": KENT}, {"measure": "P1", "compare": LONDON}):
        found = answer(release, read(query), by=())
        assert not found.frame.of("compare") and found.answered.compare == ""
        assert any(note.field == "compare" and "nothing to compare" in note.text for note in found.notes)


def test_comparison_is_for_rates_alone(release: Release) -> None:
    for measure in release.measures():
        if measure.context:
            continue
        place = CAMDEN if measure.level == "london_borough" else KENT
        found = answer(release, read({"compare": place, "age_group": "18-24"}), by=(), measure=measure.id)
        assert bool(found.frame.of("compare")) == (measure.kind not in ("count", "survey") and not found.reason)
        if measure.kind == "count":
            assert any(note.field == "compare" for note in found.notes) and found.answered.compare == ""


@pytest.mark.parametrize("measure", [measure for measure in MEASURES if not measure.context], ids=lambda m: m.id)
def test_published_figures_alone_leaves_illustrative_ones_out(measure: Measure, release: Release) -> None:
    found = answer(release, read({"measure": measure.id, "origin": "published", "age_group": "18-24"}), by=())
    illustrative, absent = release.origin(measure) == "illustrative", ("C1F", "C2F", "C2N", "Q2", "Q4")
    assert illustrative == (measure.id not in absent and (measure.id[0] in "AELQ" or measure.id in ("C3", "C4")))
    assert (not found.frame.rows) == (illustrative or measure.id in ("R2", *absent))
    assert ("illustrative" in found.reason) == illustrative


# The default grain


def shares(found: Answer) -> float:
    rows = found.frame.of("main")
    return sum("c" in row.status for row in rows) / len(rows)


class Held:
    """Cubes of our own under the names of counts."""

    def __init__(self, **cubes: Cube) -> None:
        self.cubes = cubes

    def cube(self, count_id: str) -> Cube | None:
        return self.cubes.get(count_id)

    def origin(self, measure: Measure, *, fields: Sequence[str] = ()) -> str:
        return "uploaded"

    annotations = ()


def publications_a_month(number: Sequence[int]) -> Held:
    """Return figures of one force with ``number`` appeals in each month from January 2025, on one channel."""
    cubes = {}
    for name in ("appeals", "publications"):
        members = [ALL, "x", "social"] if name == "appeals" else ["x"]
        pairs = [(place, channel) for place in range(len(number)) for channel in members]
        cubes[name] = engine.cube(engine.Cells(COUNT_BY_ID[name], pa.table({
            "area_code": [SURREY] * len(pairs), "channel": [channel for _, channel in pairs],
            "crime_type": ["burglary"] * len(pairs), "month": [month_index("2025-01") + place for place, _ in pairs],
            "value": [float(number[place]) for place, _ in pairs]})))
    return Held(**cubes)


@pytest.mark.parametrize(
    ("small", "grain"),
    [(0, "month"), (2, "month"), (3, "quarter")],
)
def test_default_grain_is_the_finest_with_fewer_than_a_fifth_too_small(small: int, grain: str) -> None:
    held = publications_a_month([10] * small + [25] * (12 - small))
    found = answer(held, read({"measure": "A2", "area": SURREY}), by=("period",))
    assert found.grain == grain
    assert shares(found) < 0.2


def test_exactly_a_fifth_is_not_fewer_than_a_fifth() -> None:
    found = answer(publications_a_month([10] * 3 + [25] * 12), read({"measure": "A2", "area": SURREY}), by=("period",))
    assert found.grain == "quarter"


def test_without_such_a_grain_the_coarsest_is_shown_and_named() -> None:
    found = answer(publications_a_month([1] * 24), read({"measure": "A2", "area": SURREY}), by=("period",))
    assert (found.grain, len(found.frame.rows)) == ("year", 2)
    assert {row.status for row in found.frame} == {"c"}
    short = answer(publications_a_month([1] * 2), read({"measure": "A2", "area": SURREY}), by=("period",))
    assert (short.grain, len(short.frame.rows)) == ("month", 2)
    between = answer(publications_a_month([1] * 7), read({"measure": "A2", "area": SURREY}), by=("period",))
    assert (between.grain, len(between.frame.rows)) == ("quarter", 2)


def test_reader_s_own_grain_is_kept() -> None:
    held = publications_a_month([1] * 24)
    for grain, number in (("month", 24), ("quarter", 8), ("year", 2), ("rolling_year", 13)):
        found = answer(held, read({"measure": "A2", "area": SURREY, "grain": grain}), by=("period",))
        assert (found.grain, len(found.frame.rows)) == (grain, number)


def test_identified_arrested_charged_and_solved_are_four_things(release: Release) -> None:
    kinds = {"A8": "identified", "A9": "arrest", "A10": "charge"}
    counted = {(MEASURE_BY_ID[name].numerator, *MEASURE_BY_ID[name].numerator_only["category"]) for name in kinds}
    assert len(counted) == 3
    for name, word in kinds.items():
        measure = MEASURE_BY_ID[name]
        others = [other for other in kinds.values() if other != word]
        assert word in measure.phrase and not any(other in measure.phrase for other in others)
    claims = [measure.id for measure in MEASURES for text in (measure.label, measure.phrase) if "solved" in text or "clear" in text]
    assert claims == [] and "neither is a case solved" in MEASURE_BY_ID["A9"].definition
    rungs = {row.category: row.value for row in answer(release, read({}), by=("category",), measure="L1").frame}
    three = [rungs[f"ladder-{name}"] for name in ("identification", "arrest", "charge")]
    assert None not in three and len(set(three)) == 3


# Mostly unknown


@pytest.mark.parametrize(("unknown", "refused"), [(0, False), (40, False), (41, True), (100, True)])
def test_nothing_is_split_where_more_than_two_fifths_are_unknown(unknown: int, refused: bool) -> None:
    ages = {"18-24": 100 - unknown, "unknown": unknown}
    held = Held(reach=engine.cube(engine.Cells(COUNT_BY_ID["reach"], pa.table({
        "area_code": [SURREY] * 2, "channel": ["x"] * 2, "age_group": list(ages), "month": [month_index("2025-01")] * 2,
        "value": [float(value) for value in ages.values()]}))))

    for by in (("age_group",), ("channel", "age_group")):
        for chosen in ({}, {"age_group": "18-24"}):
            found = answer(held, read({"measure": "E3", "area": SURREY, **chosen}), by=by)
            assert bool(found.reason) == refused and bool(found.frame) != refused
            assert (f"The age group is unknown for {unknown}%" in found.reason) == refused
    for by in ((), ("channel",), ("period",)):
        assert not answer(held, read({"measure": "E3", "area": SURREY}), by=by).reason


def test_ages_of_messages_are_not_shown_where_hardly_any_is_known(release: Release) -> None:
    for measure in ("E7", "E8", "E11"):
        found = answer(release, read({"measure": measure}), by=("age_group",))
        assert not found.frame and "The age group is unknown for 99% of what is counted here" in found.reason
    assert answer(release, read({"measure": "A3"}), by=("age_group",)).frame


# The age-reach gap


def by_age(release: Release, count: str) -> pd.DataFrame:
    cells = table(release, count)
    return cells[cells["area_code"].isin([SURREY, KENT])]


def test_age_reach_gap_is_share_of_known_reach_less_share_of_residents(release: Release) -> None:
    found = answer(release, read({"measure": "E14", "area": [SURREY, KENT], "channel": ["x", "instagram"]}), by=("age_group",))
    reach = by_age(release, "reach")
    reach = reach[reach["channel"].isin(["x", "instagram"]) & reach["age_group"].ne("unknown")]
    people = by_age(release, "population_by_age")
    shown = {row.age_group: row for row in found.frame.of("main")}
    assert shown.pop("unknown").status == "z"
    for age, row in shown.items():
        share = reach.loc[reach["age_group"] == age, "value"].sum() / reach["value"].sum()
        residents = people.loc[people["age_group"] == age, "value"].sum() / people["value"].sum()
        assert row.value == pytest.approx(100 * (share - residents), abs=1e-4)
    assert sum(row.value for row in shown.values()) == pytest.approx(0, abs=1e-3)


def test_age_reach_gap_of_several_ages_is_the_sum_of_theirs_and_of_all_ages_is_not_asked(release: Release) -> None:
    single = [total(release, measure="E14", area=SURREY, age_group=age).value for age in ("18-24", "25-34")]
    assert total(release, measure="E14", area=SURREY, age_group=["18-24", "25-34"]).value == pytest.approx(sum(single), abs=2e-4)
    with_unknown = answer(release, read({"measure": "E14", "area": SURREY, "age_group": ["18-24", "unknown"]}), by=())
    assert with_unknown.frame.rows[0].value == single[0]
    assert with_unknown.answered.age_group == ("18-24",) and with_unknown.notes[0].field == "age_group"
    assert "choose an age group" in answer(release, read({"measure": "E14"}), by=()).reason


def test_residents_beside_the_ages_are_shares_of_the_same_places(release: Release) -> None:
    found = answer(release, read({"measure": "E4", "area": SURREY}), by=("age_group",), beside="N1")
    people = table(release, "population_by_age")
    people = people[people["area_code"] == SURREY].set_index("age_group")["value"]
    beside = {row.age_group: row for row in found.frame.of("beside")}
    assert set(beside) == set(people.index) and all(row.start == month_index("2018-01") for row in beside.values())
    for age, row in beside.items():
        assert row.value == pytest.approx(100 * people[age] / people.sum(), abs=1e-4)


# Places


def test_rate_by_audience_leaves_places_without_a_last_month_out_of_both_numbers(release: Release) -> None:
    whole = total(release, measure="E5", from_="2026-01", to="2026-10")
    forces = [total(release, measure="E5", area=code, from_="2026-01", to="2026-10")
              for code in members_of(ENGLAND_AND_WALES)]
    late = [row for row in forces if row.denominator is None]
    assert {row.area_code for row in late} == {"E23000002", "E23000007", KENT} and whole.status == "p"
    assert whole.numerator == sum(row.numerator for row in forces if row.denominator is not None)
    assert whole.denominator == sum(row.denominator for row in forces if row.denominator is not None)
    lines = answer(release, read({"measure": "E5", "from": "2026-08"}), by=("period",)).frame
    for row in lines:
        month = f"{row.end // 12}-{row.end % 12 + 1:02d}"
        assert row.value == total(release, measure="E5", from_=month, to=month).value


@pytest.mark.parametrize("measure", ["A1", "A16", "E1", "E3", "E5"])
def test_no_change_is_given_where_places_that_are_missing_would_make_it(measure: str, release: Release) -> None:
    missing = summarise(release, read({"measure": measure})).change
    assert missing.later is None and "Not every place" in missing.reason
    complete = summarise(release, read({"measure": measure, "area": SURREY})).change
    assert complete.reason == "" and complete.later.start - complete.earlier.start == 12


def test_coverage_counts_places_and_names_their_gaps(release: Release) -> None:
    found = summarise(release, read({"measure": "A1", "from": "2025-01", "to": "2025-12"})).coverage
    assert (found.expected, found.supplying, found.complete, found.months) == (43, 43, 42, 12)
    assert found.gaps == ((GWENT, 5),)
    silent = summarise(release, read({"measure": "E3", "area": [GWENT, SURREY], "from": "2025-03", "to": "2025-04"})).coverage
    assert (silent.expected, silent.supplying, silent.gaps) == (2, 1, ((GWENT, 2),))
    union = summarise(release, read({"measure": "A1", "area": UNITED_KINGDOM, "to": "2024-12"})).coverage
    assert (union.expected, union.supplying) == (45, 43) and {code for code, _ in union.gaps} == {SCOTLAND, "N23000001"}
    yearly = summarise(release, read({"measure": "B1"})).coverage
    assert (yearly.expected, yearly.complete, yearly.months) == (32, 32, 4)


def test_maps_show_every_place_of_one_level_whatever_is_chosen(release: Release) -> None:
    chart = next(chart for chart in CHARTS if chart.slug == "map")
    for query, places in (({"area": SURREY}, FORCES), ({"measure": "P1", "area": CAMDEN}, MET_BOROUGHS), ({}, FORCES),
                          ({"area": GUILDFORD}, FORCES)):
        found = ask(release, read(query), chart=chart)
        assert {row.area_code for row in found.frame} == set(places)
        assert level_of(found.asked.area, found.measure) == (
            "london_borough" if places is MET_BOROUGHS else "police_force")


@pytest.fixture(scope="module")
def force_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    home = tmp_path_factory.mktemp("force")
    publish(home, folders=[FORCE])
    return Store(home).current()


def test_what_a_force_supplies_for_a_district_is_its_own_and_its_country_s_too(force_release: Release) -> None:
    def appeals(area: str) -> int | float | None:
        return total(force_release, measure="A1", area=area, from_="2026-09", to="2026-10").value

    assert (appeals(GUILDFORD), appeals(SURREY), appeals("E92000001"), appeals(UNITED_KINGDOM)) == (1, 4, 4, 4)
    both = answer(force_release, read({"measure": "A1", "area": [SURREY, GUILDFORD]}), by=())
    assert both.frame.rows[0].value == 4 and "within" in both.notes[0].text
    assert force_release.origin(MEASURE_BY_ID["A1"]) == "uploaded"


def test_map_of_a_chosen_district_shows_districts_where_there_are_figures_for_them(force_release: Release) -> None:
    chart = next(chart for chart in CHARTS if chart.slug == "map")
    found = ask(force_release, read({"measure": "A1", "area": GUILDFORD}), chart=chart)
    assert [row.area_code for row in found.frame] == [GUILDFORD]
    assert level_of(found.asked.area, found.measure) == "district" and found.answered.area == ()


def test_band_that_came_whole_and_in_parts_is_shown_whole_so_that_no_reach_is_lost(force_release: Release) -> None:
    found = answer(force_release, read({"measure": "E3", "area": SURREY}), by=("age_group",))
    shown = {row.age_group: row.value for row in found.frame}
    assert shown == {"under 25": 3100, "25-34": 2500}
    assert sum(shown.values()) == total(force_release, measure="E3", area=SURREY).value
    parts = answer(force_release, read({"measure": "E3", "area": SURREY, "age_group": "18-24"}), by=("age_group",))
    assert [(row.age_group, row.value) for row in parts.frame] == [("18-24", 1300)]


@pytest.mark.parametrize("by", ["channel", "age_group", "crime_type", "category"])
def test_members_shown_apart_hold_all_of_what_adds_up(by: str, release: Release) -> None:
    for measure in release.measures():
        counts = COUNT_BY_ID[measure.numerator].addition
        if measure.context or measure.kind in ("gap", "published") or counts.get(by) != "additive" or measure.protected:
            continue
        for query in ({"area": SURREY}, {"area": UNITED_KINGDOM, "to": "2026-09"}):
            if measure.level == "london_borough":
                query = {**query, "area": LONDON}
            whole = total(release, measure=measure.id, **query)
            apart = answer(release, read({"measure": measure.id, **query}), by=(by,))
            if by in measure.numerator_only or " is unknown for " in apart.reason:
                continue
            assert sum(row.numerator or 0 for row in apart.frame) == whole.numerator, measure.id


def test_values_of_several_periods_are_the_totals_of_each(release: Release) -> None:
    found = answer(release, read({"measure": "A1", "area": SURREY}), by=())
    months = [(month_index("2025-01"),) * 2, (month_index("2025-01"), month_index("2025-12"))]
    rows = values(release, found, windows=months)
    assert rows[0].value == total(release, measure="A1", area=SURREY, from_="2025-01", to="2025-01").value
    assert rows[1].value == total(release, measure="A1", area=SURREY, from_="2025-01", to="2025-12").value


def test_measure_that_a_release_does_not_hold_says_so(release: Release) -> None:
    found = answer(release, read({"measure": "R2"}), by=())
    assert found.reason == "This release holds no figures for street-level records."
    without = replace(release, manifest={**release.manifest, "counts": {
        name: count for name, count in release.manifest["counts"].items() if name != "population"}})
    assert "holds no figures" in answer(without, read({"measure": "A16"}), by=()).reason


def test_offence_groups_of_a_force_add_up_to_its_recorded_crime(release: Release) -> None:
    groups = answer(release, read({"measure": "R1", "area": SURREY}), by=("category",)).frame
    assert len(groups) == len(OFFENCE_GROUPS)
    assert sum(row.numerator for row in groups) == total(release, measure="R1", area=SURREY).numerator


@pytest.mark.parametrize(("measure", "to"), [("P2", "2017-09"), ("P2", "2018-06"), ("P7", "2020-09"), ("P7", "2021-03")])
def test_no_change_is_given_across_a_break(release: Release, measure: str, to: str) -> None:
    change = summarise(release, read({"measure": measure, "to": to})).change
    assert change.later is None and change.reason.startswith("Not comparable")
