"""What was supplied is decided by published figures, never by whether there was a contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data import engine
from data.counts import COUNT_BY_ID
from data.cube import Cube
from data.disclosure.noise import SIGMA
from data.model import AGE_GROUP, month_index
from tests.test_data_registries import ROWS, SECRET

SURREY, KENT, SCOTLAND, LONDON, UNITED_KINGDOM = "E23000031", "E23000032", "S23000009", "E23000001", "K02000001"
GUILDFORD, WOKING, CAMDEN, BARNET = "E07000209", "E07000217", "E09000007", "E09000003"
FIRST, MONTHS = month_index("2024-01"), 24
SECRETS = [bytes([number]) * 32 for number in range(40)]


def counted(*rows: tuple[str, int, str, float]) -> pd.DataFrame:
    """Responses that came counted, from rows (area, month, age group, number)."""
    area, month, age, number = zip(*rows, strict=True)
    size = len(rows)
    return pd.DataFrame({
        "month": np.array(month, dtype=np.int64), "area_code": area, "channel": ["web_form"] * size,
        "seen_channel": ["x"] * size, "age_group": age, "crime_type": ["burglary"] * size, "grading": ["useful"] * size,
        "responses": np.array(number, dtype=np.float64)})


def appeals(*rows: tuple[str, int, bool]) -> pd.DataFrame:
    """Appeals, from rows (area, month, whether the offence has a date)."""
    like = ROWS["appeals"].iloc[[0] * len(rows)].reset_index(drop=True)
    area, month, dated = zip(*rows, strict=True)
    minute = [np.int64((743_000 + 30 * (number - FIRST)) * 1440) for number in month]
    return like.assign(
        appeal_id=[f"P-{place}" for place in range(len(rows))], area_code=area, month=np.array(month, dtype=np.int64),
        published_minute=minute, offence_day=[float(at // 1440 - 2) if known else np.nan
                                              for at, known in zip(minute, dated, strict=True)])


def tables(count: str, rows: Mapping[str, pd.DataFrame], *, secret: bytes = SECRET, sigma: float = SIGMA) -> engine.Tables:
    (made,) = engine.aggregate(rows, counts=(COUNT_BY_ID[count],), secret=secret, sigma=sigma)
    assert isinstance(made, engine.Tables)
    return made


def every_month(*areas: str, number: float = 30) -> list[tuple[str, int, str, float]]:
    return [(area, month, "18-24", number) for area in areas for month in range(FIRST, FIRST + MONTHS)]


def test_a_district_without_a_contact_has_the_cells_of_one_with_a_contact() -> None:
    base = every_month(SURREY)
    one = counted(*base, (GUILDFORD, FIRST, "18-24", 1), (WOKING, FIRST, "18-24", 0))
    none = counted(*base, (GUILDFORD, FIRST, "18-24", 0), (WOKING, FIRST, "18-24", 0))
    made = [tables("responses", {"responses_counted": rows}).parts["district-quarter"][0] for rows in (one, none)]

    assert made[0].select(["area_code", "month"]).equals(made[1].select(["area_code", "month"]))
    assert set(made[0].column("area_code").to_pylist()) == {GUILDFORD, WOKING}


def test_districts_follow_the_appeals_where_responses_come_singly() -> None:
    rows = {"appeals": appeals(*[(area, month, True) for month in range(FIRST, FIRST + MONTHS) for area in (GUILDFORD, WOKING)] * 4),
            "responses": pd.concat([ROWS["responses"].iloc[:1].assign(
                appeal_id="P-0", received_minute=(743_001 + 30 * month) * 1440, month=FIRST + month)
                for month in range(MONTHS)] * 9)}

    made = tables("responses", rows)

    assert set(made.parts["district-quarter"][0].column("area_code").to_pylist()) == {GUILDFORD, WOKING}


@pytest.mark.parametrize("table", ["country-age-quarter", "country-channel-age-year"])
def test_wide_bands_are_members_whether_anybody_came_in_one_or_not(table: str) -> None:
    base = every_month(SURREY)
    made = [tables("responses", {"responses_counted": counted(*base, *more)}).parts[table][0]
            for more in ([], [(SURREY, FIRST, "65+", 1.0)])]

    assert made[0].drop_columns("value").equals(made[1].drop_columns("value"))
    assert set(made[0].column("age_group").to_pylist()) == {band.id for band in (*AGE_GROUP.members, *AGE_GROUP.groups)}


def test_a_month_without_a_dated_offence_is_a_nothing_and_no_gap() -> None:
    some = [(SURREY, month, True) for month in range(FIRST, FIRST + 12) for _ in range(8)]
    none = [(SURREY, month, month >= FIRST + 3) for month in range(FIRST, FIRST + 12) for _ in range(8)]
    one = [*none[:-1], (SURREY, FIRST, True)]
    made = [tables("offence_delay", {"appeals": appeals(*rows)}).parts["force-quarter"][0]
            for rows in (some, none, one)]

    assert set(made[0].column("month").to_pylist()) >= {FIRST + 2, FIRST + 11}
    assert made[1].drop_columns("value").equals(made[2].drop_columns("value"))


def test_a_force_that_supplies_no_responses_is_hardly_ever_taken_to_have_supplied_some() -> None:
    rows = {"appeals": appeals(*[(area, month, True) for area in (SURREY, KENT)
                                 for month in range(FIRST, FIRST + MONTHS) for _ in range(6)])}
    mine = rows["appeals"].loc[rows["appeals"]["area_code"] == SURREY]
    rows["responses"] = pd.concat([ROWS["responses"].iloc[:1].assign(
        appeal_id=name, received_minute=minute + 60, month=month)
        for name, minute, month in zip(mine["appeal_id"], mine["published_minute"], mine["month"], strict=True)])

    for count, table in (("responses", "force-month"), ("appeals_responded", "force-quarter")):
        taken = [KENT in made.parts[table][0].column("area_code").to_pylist()
                 for made in (tables(count, rows, secret=secret) for secret in SECRETS[:20])]
        assert sum(taken) <= 1


def test_a_force_with_few_appeals_stands_as_one_that_supplied() -> None:
    rows = {"appeals": appeals(*[(SURREY, month, True) for month in range(FIRST, FIRST + MONTHS) for _ in range(6)],
                               *[(KENT, month, True) for month in range(FIRST, FIRST + MONTHS)])}
    rows["responses"] = pd.concat([ROWS["responses"].iloc[:1].assign(
        appeal_id=name, received_minute=minute + 60, month=month)
        for name, minute, month in zip(rows["appeals"]["appeal_id"][:144], rows["appeals"]["published_minute"], rows["appeals"]["month"],
                                       strict=False)])
    for secret in SECRETS[:5]:
        assert KENT in tables("responses", rows, secret=secret).parts["force-month"][0].column("area_code").to_pylist()


def _value(cube: Cube, area: str) -> float:
    return float(cube.read({"area": [(area,)]}, windows=[(FIRST, FIRST + MONTHS - 1)]).value.sum())


def test_the_united_kingdom_is_in_no_table_that_leaves_scotland_out() -> None:
    made = tables("responses", {"responses_counted": counted(*every_month(SURREY, SCOTLAND))}, sigma=0)

    for name, (_, cube) in made.parts.items():
        if cube.holds("area", UNITED_KINGDOM):
            assert _value(cube, UNITED_KINGDOM) == 2 * 30 * MONTHS, name
    assert any(cube.holds("area", UNITED_KINGDOM) for _, cube in made.parts.values())


def test_london_is_never_the_sum_of_the_boroughs_that_were_supplied() -> None:
    made = tables("responses", {"responses_counted": counted(*every_month(LONDON, CAMDEN, BARNET))}, sigma=0)

    assert {name for name, (_, cube) in made.parts.items() if cube.holds("area", LONDON)} == {
        name for name in made.parts if name.startswith("force")}
    assert _value(made.parts["force-month"][1], LONDON) == 3 * 30 * MONTHS


def test_a_count_of_which_no_whole_period_was_supplied_is_left_out_and_publishes() -> None:
    short = counted(*[(SURREY, month, "18-24", 900) for month in (FIRST, FIRST + 1)])
    count = replace(COUNT_BY_ID["responses_graded"], tables=("force-quarter", "country-age-quarter"))

    assert list(engine.aggregate({"responses_counted": short}, counts=(count,), secret=SECRET)) == []
