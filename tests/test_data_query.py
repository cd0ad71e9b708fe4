"""Answers: right for every measure and breakdown, marked where they are missing, and honest about what was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.areas import AREAS, ENGLAND_AND_WALES, FORCES, LONDON, UNITED_KINGDOM, members_of
from data.counts import COUNT_BY_ID
from data.cube_build import MET_BOROUGHS
from data.frame import Row
from data.measures import MEASURE_BY_ID, MEASURES
from data.model import AGE_GROUP, ALL, CHANNEL, CRIME_TYPE, DIMENSIONS, month_index
from data.query import AXES, MAX_SERIES, Answer, answer
from data.release import Release
from data.selection import Selection, read
from data.summary import summarise
from layouts.charts import CHARTS, Chart, ask
from tests.totals import CAMDEN, CITY, GUILDFORD, GWENT, KENT, SCOTLAND, SURREY, table, total

MISSING = {"c", "x", "z"}
OVERLAPPING = {"A1": "channel", "A2": "channel", "A16": "channel", "B1": "category", "B2": "category"}
BY_HAND: tuple[dict[str, str | list[str]], ...] = (
    {},
    {"area": SURREY},
    {"area": [SURREY, KENT, GWENT]},
    {"area": [SURREY, UNITED_KINGDOM, "E92000001"]},
    {"area": [CAMDEN, LONDON]},
    {"area": ["BTP", SCOTLAND]},
    {"area": [GUILDFORD]},
    {"area": list(FORCES[:9])},
    {"area": [CITY, "N23000001"], "compare": ENGLAND_AND_WALES},
    {"area": SURREY, "compare": KENT, "grain": "year"},
    {"compare": CAMDEN},
    {"channel": "social"},
    {"channel": ["facebook", "x"], "compare": KENT},
    {"channel": ["x", "facebook", "press", "web_form", "hotline", "poster_in_person", "unknown"]},
    {"channel": ["community_email", "whatsapp"]},
    {"channel": ["press", "x"]},
    {"channel": "crimestoppers"},
    {"age_group": ["18-24", "25-34"]},
    {"age_group": ["under 25", "unknown"]},
    {"age_group": "unknown"},
    {"crime_type": ["burglary", "missing and wanted persons"], "area": SURREY},
    {"category": ["robbery", "theft-offences"]},
    {"category": ["robbery", "traffic", "local"]},
    {"category": "traffic"},
    {"from": "2025-02", "to": "2025-04"},
    {"from": "2025-02", "to": "2025-02", "grain": "quarter"},
    {"from": "2017-01", "to": "2018-12"},
    {"from": "1900-01", "to": "1901-01"},
    {"from": "2199-01"},
    {"to": "2015-11"},
    {"grain": "rolling_year", "area": GWENT},
    {"grain": "month", "origin": "published"},
    {"origin": "published", "area": CAMDEN},
)
offered = [measure.id for measure in MEASURES if not measure.context]
QUESTIONS = {(chart.by, chart.ignores, chart.beside): chart for chart in CHARTS}
"""One chart of those that ask the same question."""


def check(found: Answer) -> None:
    """What holds of every answer."""
    measure = found.measure
    main = found.frame.of("main")
    assert bool(found.reason) == (not main), (found.reason, len(main))
    assert not found.reason or found.reason[0].isupper() or found.reason.startswith(measure.label)
    assert not found.reason or not found.frame.rows
    for note in found.notes:
        assert note.field in (*AXES, "compare", "grain", "across", "similar") and note.text.endswith(".")
    for key in AXES[1:] if "holds no figures" not in found.reason else ():
        if found.asked.get(key) and key not in measure.dimensions:
            assert not found.answered.get(key)
            assert any(note.field == key and "not collected" in note.text for note in found.notes)
    keys = Counter((row.role, *row.key) for row in found.frame)
    assert not [key for key, times in keys.items() if times > 1]
    assert found.grain == "" or "period" in found.by
    assert {row.role for row in found.frame} <= {"main", "compare", "beside", "against"}
    assert not found.frame.of("compare") or (measure.comparable() and found.answered.compare)
    for row in found.frame:
        check_row(row, found)


def check_row(row: Row, found: Answer) -> None:
    measure = MEASURE_BY_ID[row.measure]
    marks = set(row.status.split())
    assert marks <= {"ok", *MISSING, "p", "u"}
    assert (row.value is None) == bool(marks & MISSING)
    assert row.start <= row.end
    if row.role == "beside":
        assert row.measure != found.measure.id
    elif found.asked.from_ or found.asked.to:
        assert row.end <= month_index(found.asked.to or "2199-12")
        assert row.start >= month_index(found.asked.from_ or "1900-01")
    if measure.kind in ("count", "published"):
        assert row.denominator is None and row.value == row.numerator
    elif row.value is not None and measure.kind == "ratio":
        assert row.denominator >= max(measure.minimum_base, 1)
        assert row.value == pytest.approx(measure.factor * row.numerator / row.denominator, abs=5.1e-5)
    if "c" in marks and measure.protected:
        assert row.numerator is None and (row.upper is None or row.upper > 0)
        assert row.upper is not None or row.denominator is None or row.denominator < measure.minimum_base + 50
    elif "c" in marks and row.denominator is not None:
        assert row.denominator < max(measure.minimum_base, 1)
    if row.value is not None and row.lower is not None and row.upper is not None:
        assert row.lower <= row.value <= row.upper
    if measure.id in OVERLAPPING:
        assert " + " not in getattr(row, OVERLAPPING[measure.id])
    if COUNT_BY_ID[measure.numerator].addition["area"] == "none":
        assert "+" not in row.area_code and "p" not in marks


@pytest.mark.parametrize("chart", QUESTIONS.values(), ids=lambda chart: chart.slug)
@pytest.mark.parametrize("measure", offered)
def test_every_measure_answers_every_chart_and_choice_without_fail(
    measure: str, chart: Chart, release: Release
) -> None:
    for query in BY_HAND:
        check(answer(release, read(query), by=chart.by, measure=measure, ignores=chart.ignores, beside=chart.beside))


def some(key: str, size: int = 4) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(list(DIMENSIONS[key].by_id)), max_size=size)


months = st.integers(month_index("2014-01"), month_index("2027-03"))
spans = st.tuples(months, months).map(sorted).map(
    lambda span: {"from": f"{span[0] // 12}-{span[0] % 12 + 1:02d}", "to": f"{span[1] // 12}-{span[1] % 12 + 1:02d}"})
selections = st.builds(
    lambda one, span: read({**one, **span}),
    st.fixed_dictionaries({}, optional={
        "measure": st.sampled_from(offered),
        "area": st.lists(st.sampled_from(list(AREAS)), max_size=8),
        **{key: some(key) for key in DIMENSIONS},
        "grain": st.sampled_from(["month", "quarter", "year", "rolling_year"]),
        "compare": st.sampled_from(list(AREAS)),
        "origin": st.just("published"),
    }),
    st.just({}) | spans,
)


@given(selection=selections)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_selection_is_answered_on_every_chart_and_in_the_tiles(selection: Selection, release: Release) -> None:
    for chart in CHARTS:
        check(ask(release, selection, chart=chart))
    summary = summarise(release, selection)
    check(summary.total)
    assert bool(summary.change.reason) == (summary.change.later is None)
    if summary.coverage is not None:
        assert 0 <= summary.coverage.complete <= summary.coverage.supplying <= summary.coverage.expected


def forces_of(areas: Iterable[str]) -> set[str]:
    return {force for code in areas for force in (members_of(code) if AREAS[code].type == "country" else (code,))}


@given(
    areas=st.lists(st.sampled_from([*FORCES, "W92000004", "E92000001", UNITED_KINGDOM]), max_size=3),
    channel=some("channel", 3), crime=some("crime_type", 3), ages=some("age_group", 3), span=spans,
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_totals_are_the_plain_sums_of_the_stored_cells_each_place_once(
    areas: list[str], channel: list[str], crime: list[str], ages: list[str], span: dict[str, str], release: Release
) -> None:
    for measure, count in (("A2", "publications"), ("E3", "reach")):
        selection = read({"measure": measure, "area": areas, "channel": channel, "crime_type": crime,
                          "age_group": ages, **span})
        found = answer(release, selection, by=())
        if found.reason:
            continue
        cells = stored[count] if count in stored else stored.setdefault(count, table(release, count))
        inside = cells["area_code"].isin(forces_of(areas or [ENGLAND_AND_WALES]))
        inside &= cells["month"].between(month_index(span["from"]), month_index(span["to"]))
        narrow = {part for member in channel for part in CHANNEL.narrow(member)}
        if narrow and measure == "E3":
            inside &= cells["channel"].isin(narrow)
        if measure == "A2":
            wide = found.answered.channel
            inside &= cells["channel"].isin({part for member in wide for part in CHANNEL.narrow(member)}) if wide else True
            kinds = {part for member in crime for part in CRIME_TYPE.narrow(member)}
            inside &= cells["crime_type"].isin(kinds) if kinds else True
        else:
            bands = {part for member in ages for part in AGE_GROUP.narrow(member)}
            inside &= cells["age_group"].isin(bands) if bands else True
        (row,) = found.frame.rows
        assert (row.numerator or 0) == cells.loc[inside, "value"].sum()


stored: dict[str, pd.DataFrame] = {}


def appeals_on(release: Release, *, area: str, start: str, end: str, channels: set[str] | None) -> int:
    """Count appeals from the files themselves, each once."""
    folder = release.folder.parents[1] / "illustrative"
    listed = pd.read_csv(folder / "appeals.csv")
    listed = listed[listed["area_code"].eq(area) & listed["published_at"].str[:7].between(start, end)]
    if channels is None:
        return len(listed)
    on = pd.read_csv(folder / "publications.csv")
    return int(listed["appeal_id"].isin(on.loc[on["channel"].isin(channels), "appeal_id"]).sum())


def test_appeals_on_two_channels_of_a_group_are_widened_to_it_and_never_added(release: Release) -> None:
    query = {"measure": "A1", "area": SURREY, "from": "2025-01", "to": "2025-06"}
    both = answer(release, read({**query, "channel": ["facebook", "x"]}), by=())
    assert both.asked.channel == ("x", "facebook") and both.answered.channel == ("social",)
    assert [note.field for note in both.notes] == ["channel"] and "X and Facebook" in both.notes[0].text
    (row,) = both.frame.rows
    social = set(CHANNEL.by_id["social"].parts)
    assert row.value == appeals_on(release, area=SURREY, start="2025-01", end="2025-06", channels=social)
    alone = [total(release, **query, channel=channel).value for channel in ("x", "facebook")]
    assert row.value < sum(alone)
    across = answer(release, read({**query, "channel": ["facebook", "press"]}), by=())
    assert across.answered.channel == () and across.frame.rows[0].value == appeals_on(
        release, area=SURREY, start="2025-01", end="2025-06", channels=None)


def test_publications_per_appeal_divide_by_distinct_appeals_and_not_by_their_sum_over_channels(release: Release) -> None:
    query = {"area": SURREY, "from": "2025-01", "to": "2025-06", "channel": ["facebook", "x"]}
    row = total(release, measure="A2", from_=query.pop("from"), **query)
    assert row.channel == "social"
    social = set(CHANNEL.by_id["social"].parts)
    assert row.denominator == appeals_on(release, area=SURREY, start="2025-01", end="2025-06", channels=social)


def test_channels_that_overlap_stay_apart_where_a_chart_shows_them_apart(release: Release) -> None:
    query = read({"measure": "A1", "area": SURREY, "channel": ["facebook", "x"]})
    found = answer(release, query, by=("channel",))
    assert [row.channel for row in found.frame] == ["x", "facebook"] and found.answered.channel == ("x", "facebook")
    assert not found.notes
    themes = answer(release, read({"measure": "B1", "category": ["traffic", "local"]}), by=("category",))
    assert [row.category for row in themes.frame] == ["local", "traffic"]
    lines = answer(release, query, by=("channel_group", "period"))
    assert {row.channel for row in lines.frame} == {"x", "facebook"}


def test_place_compared_with_is_not_added_up_over_channels_that_overlap(release: Release) -> None:
    query = {"measure": "A2", "area": SURREY, "compare": KENT, "channel": ["facebook", "x"]}
    found = answer(release, read(query), by=("channel_group", "period"))
    assert {row.channel for row in found.frame.of("compare")} == {"social"}
    whole = answer(release, read({**query, "channel": ["facebook", "press"]}), by=("channel_group", "period"))
    assert {row.channel for row in whole.frame.of("compare")} == {ALL}


def test_more_channels_than_lines_are_drawn_by_group_without_the_ones_that_were_not_chosen(release: Release) -> None:
    chosen = ["x", "facebook", "instagram", "nextdoor", "youtube", "tiktok", "community_email"]
    found = answer(release, read({"measure": "E1", "area": SURREY, "channel": chosen}), by=("channel_group", "period"))
    assert list(dict.fromkeys(row.channel for row in found.frame))[0] == " + ".join(chosen[:-1])
    appeals = answer(release, read({"measure": "A1", "area": SURREY, "channel": chosen}), by=("channel_group", "period"))
    assert {row.channel for row in appeals.frame} == {"social", "community_email"}


def test_place_within_another_chosen_place_is_counted_once_and_said(release: Release) -> None:
    for areas, counted in (([SURREY, "E92000001"], ("E92000001",)), ([SURREY, UNITED_KINGDOM, ENGLAND_AND_WALES],
                                                                    (UNITED_KINGDOM,))):
        found = answer(release, read({"measure": "A1", "area": areas}), by=())
        assert found.answered.area == counted and set(found.asked.area) == set(areas)
        assert "within" in found.notes[0].text and found.notes[0].field == "area"
        assert found.frame.rows[0].value == total(release, measure="A1", area=list(counted)).value


def test_lines_of_more_places_than_can_be_drawn_say_which_are_left_out(release: Release) -> None:
    found = answer(release, read({"measure": "P1", "area": list(MET_BOROUGHS[:9])}), by=("channel_group", "period"))
    assert {row.area_code for row in found.frame} == set(MET_BOROUGHS[:MAX_SERIES]) == set(found.answered.area)
    assert any(note.field == "area" and "left out" in note.text for note in found.notes)


def test_filter_that_a_measure_does_not_have_stays_in_what_was_asked_and_is_said(release: Release) -> None:
    found = answer(release, read({"measure": "P1", "area": LONDON, "channel": "x", "crime_type": "burglary"}), by=())
    assert found.asked.channel == ("x",) and found.asked.crime_type == ("burglary",)
    assert found.answered.channel == found.answered.crime_type == ()
    assert [note.field for note in found.notes] == ["channel", "crime_type"]


def test_members_without_figures_beside_ones_with_are_named_and_left_out(release: Release) -> None:
    found = answer(release, read({"measure": "R1", "category": ["robbery", "traffic"]}), by=())
    assert found.answered.category == ("robbery",) and found.frame.rows[0].category == "robbery"
    assert "Traffic" in found.notes[0].text
    mixed = answer(release, read({"measure": "B1", "category": ["robbery", "traffic"]}), by=())
    assert mixed.answered.category == ("traffic",)
    reach = answer(release, read({"measure": "E3", "channel": ["x", "press"]}), by=())
    assert reach.answered.channel == ("x",) and "Press" in reach.notes[0].text
    nothing = total(release, measure="E3", channel="press")
    assert (nothing.value, nothing.status) == (None, "z")


def test_reason_for_places_without_figures_speaks_of_the_places(release: Release) -> None:
    found = answer(release, read({"measure": "P1", "area": SURREY, "compare": KENT, "grain": "month"}), by=())
    assert "not for Surrey" in found.reason
    assert [note.field for note in found.notes] == ["area", "compare", "grain"]
