"""Curves of waiting: the survival curve of each group, from the bins that a release holds, with its noise."""

from __future__ import annotations

from itertools import groupby
from urllib.parse import parse_qs

import numpy as np
import pytest

from data.answers import Answer
from data.counts import COUNT_BY_ID
from data.counts_of_persons import USEFUL_BINS, USEFUL_LIMITS
from data.frame import Row
from data.measures import MEASURE_BY_ID
from data.model import ALL
from data.query import answer
from data.release import Release
from data.selection import read
from data.statistics.survival import HOURS, Survival, kaplan_meier
from data.waiting import LIMIT_HOURS, still_waiting

BY_CHANNEL, BY_CRIME = (("channel_group", "time"), "A13C"), (("crime_group", "time"), "A13")


def asked(release: Release, query: str, what: tuple[tuple[str, ...], str]) -> Answer:
    by, measure = what
    return answer(release, read(parse_qs(query)), by=by, measure=measure, ignores=("category",))


def series(found: Answer) -> list[list[Row]]:
    return [list(rows) for _, rows in groupby(found.frame.of("main"), key=lambda row: row[1:5])]


def test_limits_stand_at_the_ends_of_the_bins() -> None:
    assert tuple(LIMIT_HOURS.values()) == HOURS
    assert list(USEFUL_LIMITS.values()) == [USEFUL_BINS[:place] for place in range(1, 7)]


@pytest.mark.parametrize("what", [BY_CHANNEL, BY_CRIME], ids=("channel", "crime"))
def test_each_group_rises_and_counts_who_is_still_without(release: Release, what: tuple[tuple[str, ...], str]) -> None:
    found = asked(release, "", what)

    assert len({row[1:5] for row in found.frame}) == len(series(found)) > 1
    for rows in series(found):
        assert [row.category for row in rows] == list(USEFUL_LIMITS)
        valued = [row for row in rows if row.value is not None]
        assert [row.value for row in valued] == sorted(row.value or 0 for row in valued)
        for row in valued:
            assert row.lower is not None and row.upper is not None and row.lower <= (row.value or 0) <= row.upper
            assert row.value == pytest.approx(100 * (row.numerator or 0) / (row.denominator or 1), abs=1e-3)
            assert still_waiting(row) == (row.denominator or 0) - (row.numerator or 0) >= 50
        assert all(still_waiting(row) is None for row in rows if row.value is None)


def test_values_and_intervals_are_those_of_the_curve_on_the_published_bins(release: Release) -> None:
    found = asked(release, "", BY_CRIME)
    assert found.period is not None
    tables = release.cube("useful_times")
    assert tables is not None
    read_ = tables.read({"area": [("K04000001",)], "category": [(name,) for name in USEFUL_BINS]}, windows=[found.period])
    whole = next(rows for rows in series(found) if rows[0].crime_type == ALL)
    base = float(whole[-1].denominator or 0)
    sums = np.maximum.accumulate(np.maximum(read_.value.ravel().cumsum(), 0))
    assert read_.cells is not None
    made = kaplan_meier(np.diff(sums, prepend=0).tolist(), none=base - float(sums[-1]), noise=2.5 * float(read_.cells.ravel()[0]) ** 0.5, whole=True)

    assert isinstance(made, Survival)
    for row, step in zip(whole, made.steps, strict=True):
        if row.value is not None:
            assert (row.value, row.lower, row.upper) == pytest.approx((100 * step.share, 100 * step.lower, 100 * step.upper), abs=1e-3)
    assert sum(row.value is not None for row in whole) >= 4


def test_shares_within_a_time_are_those_stated_beside_the_curve(release: Release) -> None:
    stated = {row.category: row for row in answer(release, read({}), by=("category",), measure="A13").frame}
    whole = {row.category: row for row in series(asked(release, "", BY_CRIME))[0]}

    for limit, row in stated.items():
        assert (row.value, row.numerator, row.denominator) == (whole[limit].value, whole[limit].numerator, whole[limit].denominator)


def test_a_force_has_curves_by_channel_and_a_reason_by_crime_group(release: Release) -> None:
    by_channel, by_crime = (asked(release, "area=E23000001", what) for what in (BY_CHANNEL, BY_CRIME))

    assert {row.area_code for row in by_channel.frame} == {"E23000001"} and any(row.value for row in by_channel.frame)
    assert not by_crime.frame
    assert by_crime.reason == ("To protect the people counted, Time to first useful information is not published by crime type for "
                               "single forces. It is for England and Wales as a whole.")


@pytest.mark.parametrize(("query", "what", "why"), [
    ("from=2025-02&to=2025-02", BY_CHANNEL, "No whole calendar year of these figures lies within the chosen months."),
    ("from=2025-02&to=2025-02", BY_CRIME, "No whole quarter of these figures lies within the chosen months."),
    ("area=E07000209", BY_CHANNEL, "has figures for police forces, not for Guildford. Choose a place that has figures."),
    ("origin=published", BY_CRIME, "only published figures are asked for."),
])
def test_a_choice_without_curves_says_why(release: Release, query: str, what: tuple[tuple[str, ...], str], why: str) -> None:
    found = asked(release, query, what)

    assert found.reason.endswith(why) and not found.frame


def test_a_place_compared_with_has_the_same_groups(release: Release) -> None:
    found = asked(release, "area=E23000001&compare=K04000001", BY_CHANNEL)
    main, other = ([row[2:6] for row in found.frame.of(role)] for role in ("main", "compare"))

    assert main == other and {row.area_code for row in found.frame.of("compare")} == {"K04000001"}


def test_chosen_groups_stand_alone_and_single_crime_types_where_they_are_published(release: Release) -> None:
    chosen = asked(release, "crime_type=robbery&crime_type=burglary", BY_CRIME)
    channels = asked(release, "channel=facebook", BY_CHANNEL)

    assert [rows[0].crime_type for rows in series(chosen)] == ["robbery", "burglary"]
    assert [rows[0].channel for rows in series(channels)] == ["social"]
    assert any("shown for Social media as a whole" in note.text for note in channels.notes)


def test_channels_are_never_added(release: Release) -> None:
    tables = release.cube("useful_times_by_channel")
    assert tables is not None and tables.holds("channel", "phone") and not tables.holds("channel", ALL)
    shown = [row.channel for row in answer(release, read({}), by=("channel",), measure="A13C").frame]
    assert shown == ["social", "online", "phone", "poster_in_person", "remaining"]
    assert COUNT_BY_ID["useful_times_by_channel"].addition["channel"] == "overlapping"
    assert "channel" in MEASURE_BY_ID["A13C"].overlapping and MEASURE_BY_ID["A13C"].not_whole


def test_a_channel_on_which_nothing_can_be_seen_is_named_and_others_are_asked_for(release: Release) -> None:
    found = answer(release, read(parse_qs("channel=hotline&channel=crimestoppers")), by=("channel",), measure="A18")

    assert found.reason == "Useful responses per 10,000 reached has no figures for Hotline and Crimestoppers. Choose others."
