"""Illustrative figures: the same bytes for one seed, plausible, through the ordinary loaders, never as facts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.assumptions import (
    ATTRIBUTION, CHANNELS, CRIME_SHARES, GRADINGS_OF_RESPONSES, LATE, MESSAGES, PERSONS_SOUGHT, PUBLICATIONS_PER_APPEAL,
    RESPONSE_CHANNELS, SILENT, SURREY,
)
from data.errors import SourceError
from data.illustrative import ASSUMPTIONS, write
from data.model import AGE_GROUP, CHANNEL, CRIME_TYPE, month_index
from data.sources.base import Loaded
from data.sources.registry import load_folder, source_of

TODAY = date(2026, 11, 23)
LAST = month_index("2026-10")
KINDS = ("calls", "appeals", "publications", "responses", "outcomes", "engagement")
ON_CHANNELS = {channel.channel for channel in CHANNELS}
FORMS_AND_PHONES = {messages.channel for messages in MESSAGES} - ON_CHANNELS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("illustrative")
    write(path, seed=7)
    return path


@pytest.fixture(scope="module")
def files(folder: Path) -> dict[str, Loaded]:
    return {loaded.kind: loaded for loaded in load_folder([folder], origin="illustrative", today=TODAY)}


def test_one_seed_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "again", seed=7)
    write(tmp_path / "other", seed=8)

    for name in (f"{kind}.csv" for kind in KINDS):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()
        assert (tmp_path / "other" / name).read_bytes() != (folder / name).read_bytes()


def test_files_pass_the_ordinary_checks_without_any_finding(files: dict[str, Loaded]) -> None:
    assert set(files) == set(KINDS)
    for loaded in files.values():
        assert loaded.report.defects == () and loaded.report.rows_in == loaded.report.rows_used
        assert loaded.origin == "illustrative"
    assert 100_000 <= len(files["engagement"].table) <= 130_000


def test_files_cannot_be_published_as_uploaded(folder: Path) -> None:
    with pytest.raises(SourceError):
        load_folder([folder], origin="uploaded", today=TODAY)


def test_no_force_is_named_as_the_supplier(files: dict[str, Loaded]) -> None:
    for loaded in files.values():
        source = source_of(loaded)
        assert source.origin == "illustrative" and "not observed" in source.credit and "force" not in source.publisher


def test_appeals_are_named_illustrative_and_carry_no_address(files: dict[str, Loaded], folder: Path) -> None:
    assert files["appeals"].table["appeal_id"].str.startswith("ILL-").all()
    assert "http" not in (folder / "appeals.csv").read_text()


def test_appeals_follow_the_published_count_and_the_population(files: dict[str, Loaded]) -> None:
    appeals = files["appeals"].table

    surrey = appeals[appeals["area_code"] == SURREY].groupby("month").size()
    assert 40 <= surrey.mean() <= 50
    assert 2000 <= len(appeals) / 36 <= 2500
    assert appeals["area_code"].nunique() == 43
    assert (appeals[appeals["area_code"] == "E23000034"].groupby("month").size() >= 1).all()
    assert (appeals["month"].min(), appeals["month"].max()) == (LAST - 35, LAST)


def test_publications_are_two_to_four_on_channels_of_the_force(files: dict[str, Loaded]) -> None:
    publications = files["publications"].table

    a_piece = publications.groupby("appeal_id").size()
    assert set(a_piece) == set(PUBLICATIONS_PER_APPEAL) and len(a_piece) == len(files["appeals"].table)
    assert not publications.duplicated(["appeal_id", "channel"]).any()


def test_engagement_is_consistent_within_each_row(files: dict[str, Loaded]) -> None:
    table = files["engagement"].table
    known = table[table["reach"].notna()]

    assert (known["impressions"] >= known["reach"]).all()
    for name in ("reactions", "comments", "shares", "clicks"):
        assert (known[name] <= known["reach"]).all()
    silent = {channel.channel for channel in CHANNELS if channel.reach is None}
    assert set(table.loc[table["reach"].isna(), "channel"]) == silent | FORMS_AND_PHONES
    assert table.loc[table["channel"].isin(silent), ["audience", "clicks"]].notna().all(axis=None)


def test_engagement_differs_by_age_as_assumed(files: dict[str, Loaded]) -> None:
    table = files["engagement"].table
    audience = table[table["channel"].isin(ON_CHANNELS)].groupby(["channel", "age_group"])["audience"].sum().unstack()
    shares = audience.div(audience.sum(axis=1), axis=0)

    assert shares.loc["tiktok", "18-24"] > 2 * shares.loc["facebook", "18-24"]
    assert shares.loc["facebook", "65-74"] > 4 * shares.loc["tiktok", "65-74"]


def test_missing_and_late_months_are_absent_and_not_zero(files: dict[str, Loaded]) -> None:
    first = month_index(SILENT[2])
    area = files["appeals"].table.set_index("appeal_id")["area_code"]
    for kind in ("appeals", "engagement", "responses", "outcomes"):
        table = files[kind].table
        where = table["area_code"] if "area_code" in table else table["appeal_id"].map(area)
        months = table.groupby(where)["month"].unique().map(lambda found: set(np.asarray(found)))
        whole = set(range(LAST - 35, LAST + 1))
        absent = {code: whole - found for code, found in months.items() if whole - found}
        expected = {SILENT[0]: set(range(first, first + SILENT[3]))}
        expected |= {code: set(range(LAST - late + 1, LAST + 1)) for code, _, late in LATE}
        if kind in ("responses", "outcomes"):  # a small force may have none by chance
            absent = {code: months & expected[code] for code, months in absent.items() if code in expected}
        assert absent == expected


def test_not_every_force_is_on_every_channel(files: dict[str, Loaded]) -> None:
    forces: pd.Series = files["engagement"].table.groupby("channel")["area_code"].nunique()

    assert forces.to_dict() == {
        **{channel.channel: channel.forces for channel in CHANNELS}, **dict.fromkeys(FORMS_AND_PHONES, 43)}


def test_every_assumption_is_listed_with_its_source_or_that_there_is_none() -> None:
    listed = " ".join(f"{assumption.what} {assumption.value}" for assumption in ASSUMPTIONS)

    assert all(item.what and item.value and item.why and item.source for item in ASSUMPTIONS)
    assert all(channel.channel in listed for channel in CHANNELS) and SILENT[1] in listed
    assert all(name in listed for _, name, _ in LATE)
    assert sum(CRIME_SHARES.values()) == pytest.approx(1) and set(CRIME_SHARES) <= set(CRIME_TYPE.by_id)
    assert {channel.channel for channel in CHANNELS} <= set(CHANNEL.by_id)
    assert [about.channel for about in MESSAGES][: len(CHANNELS)] == [channel.channel for channel in CHANNELS]
    assert all(f"Messages on {about.channel}" in listed for about in MESSAGES)
    for shares in (RESPONSE_CHANNELS, GRADINGS_OF_RESPONSES, PERSONS_SOUGHT):
        assert sum(shares.values()) == pytest.approx(1)
    assert all(sum(about.answered) <= 1 for about in MESSAGES)
    assert sum(ATTRIBUTION.values()) == pytest.approx(0.37) and "Opsporing Verzocht" in " ".join(
        item.source for item in ASSUMPTIONS)


# Responses, outcomes, messages


def test_responses_follow_the_published_count_and_come_two_thirds_online(files: dict[str, Loaded]) -> None:
    appeals, responses = files["appeals"].table, files["responses"].table

    surrey = appeals[appeals["area_code"] == SURREY]
    of_surrey = responses[responses["appeal_id"].isin(surrey["appeal_id"])]
    assert len(of_surrey) / len(surrey) == pytest.approx(142 / 270, abs=0.06)
    assert len(responses) / len(appeals) == pytest.approx(142 / 270, abs=0.03)
    assert 20 <= of_surrey.groupby("month").size().mean() <= 28
    online = {part for group in CHANNEL.groups if group.id in ("social", "online") for part in group.parts}
    assert responses["channel"].isin(online).mean() == pytest.approx(0.66, abs=0.01)


def test_responses_saw_the_appeal_where_it_was_published_by_then(files: dict[str, Loaded], folder: Path) -> None:
    responses = files["responses"].table
    publications = pd.read_csv(folder / "publications.csv", parse_dates=["published_at"])

    known = responses[responses["seen_channel"] != "unknown"].reset_index()
    joined = known.merge(publications, left_on=["appeal_id", "seen_channel"], right_on=["appeal_id", "channel"])
    assert len(joined) == len(known) and 0.15 <= 1 - len(known) / len(responses) <= 0.25
    published = joined["published_at"].map(pd.Timestamp.toordinal)
    assert (published <= joined["received_minute"] // 1440).all()


def test_responses_through_crimestoppers_have_no_age(files: dict[str, Loaded]) -> None:
    responses = files["responses"].table

    assert set(responses.loc[responses["channel"] == "crimestoppers", "age_group"]) == {"unknown"}
    assert 0.2 <= (responses["age_group"] == "unknown").mean() <= 0.4
    assert set(responses["age_group"]) == {member.id for member in AGE_GROUP.members}


def test_responses_come_mostly_within_days_and_some_after_months(files: dict[str, Loaded]) -> None:
    published = files["appeals"].table.set_index("appeal_id")["published_minute"]
    responses = files["responses"].table
    days = (responses["received_minute"] - responses["appeal_id"].map(published)) / 1440

    assert days.min() >= 0 and responses["timed"].all()
    assert 1.2 <= days.median() <= 1.8 and (days <= 7).mean() > 0.7 and 0.005 < (days > 90).mean() < 0.05
    assert responses["received_minute"].max() < (date(2026, 10, 31).toordinal() + 1) * 1440


def test_outcomes_are_attributed_as_in_the_evaluation(files: dict[str, Loaded]) -> None:
    appeals, outcomes = files["appeals"].table, files["outcomes"].table

    old = appeals[appeals["month"] <= LAST - 12]
    first = outcomes[outcomes["appeal_id"].isin(old["appeal_id"])].drop_duplicates("appeal_id")
    found = first["attribution"].value_counts() / len(old)
    assert found.to_dict() == pytest.approx(dict(ATTRIBUTION), abs=0.01)
    assert outcomes.groupby("appeal_id")["attribution"].nunique().max() == 1
    useful = files["responses"].table.query("grading == 'useful'")["appeal_id"]
    tipped = set(outcomes.loc[outcomes["attribution"] == "tip_alone", "appeal_id"])
    assert len(tipped & set(useful)) / len(tipped) > 0.95


def test_charges_follow_arrests_and_young_appeals_have_fewer_of_both(files: dict[str, Loaded]) -> None:
    appeals, outcomes = files["appeals"].table, files["outcomes"].table

    days = outcomes.pivot_table(index="appeal_id", columns="outcome", values="day", aggfunc="min")
    both = days.dropna(subset=["arrested", "charged"])
    assert (both["charged"] >= both["arrested"]).all() and (both["charged"] - both["arrested"]).median() > 30
    charged = appeals["appeal_id"].isin(outcomes.loc[outcomes["outcome"] == "charged", "appeal_id"])
    share = charged.groupby(appeals["month"]).mean()
    assert share.loc[LAST] < 0.2 * share.loc[LAST - 30]
    assert set(outcomes.loc[outcomes["appeal_id"].isin(
        appeals.loc[appeals["crime_type"] == "missing person", "appeal_id"]), "outcome"]) == {"located"}


def test_appeals_are_closed_after_their_outcome_and_say_no_more_than_is_public(files: dict[str, Loaded]) -> None:
    appeals = files["appeals"].table

    assert (appeals.loc[~appeals["closed"], "public_outcome"] == "").all()
    assert (appeals.loc[appeals["closed"], "public_outcome"] != "").all()
    assert 0.3 < (appeals["public_outcome"] == "none published").sum() / appeals["closed"].sum() < 0.7
    closed: pd.Series = appeals.groupby("month")["closed"].mean()
    assert closed.loc[LAST] < 0.4 < 0.9 < closed.loc[LAST - 35]
    assert 0.05 < appeals["offence_day"].isna().mean() < 0.11
    assert not (appeals["offence_day"] > appeals["published_minute"] // 1440).any()


def test_messages_are_answered_in_bands_and_forms_and_phones_tell_no_age(files: dict[str, Loaded]) -> None:
    table = files["engagement"].table
    bands = table[[name for name in table if name.startswith("answered_")]]

    assert table["messages_in"].notna().all() and (bands.sum(axis=1) <= table["messages_in"]).all()
    assert (table["reports_created"] <= table["messages_in"]).all()
    assert (table["positive"].isna() == table["comments"].isna()).all()
    contact = table[table["channel"].isin(FORMS_AND_PHONES)]
    assert set(contact["age_group"]) == {"unknown"} and contact[["audience", "reach", "clicks"]].isna().all(axis=None)
    reports = contact[contact["channel"] == "web_form"].groupby("month")["reports_created"].sum()
    assert 200_000 <= reports.mean() <= 340_000
