"""Illustrative figures: the same bytes for one seed, plausible, through the ordinary loaders, never as facts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.assumptions import CHANNELS, CRIME_SHARES, LATE, PUBLICATIONS_PER_APPEAL, SILENT, SURREY
from data.errors import SourceError
from data.illustrative import ASSUMPTIONS, write
from data.model import CHANNEL, CRIME_TYPE, month_index
from data.sources.base import Loaded
from data.sources.registry import load_folder, source_of

TODAY = date(2026, 11, 23)
LAST = month_index("2026-10")


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

    for name in ("appeals.csv", "publications.csv", "engagement.csv"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()
        assert (tmp_path / "other" / name).read_bytes() != (folder / name).read_bytes()


def test_files_pass_the_ordinary_checks_without_any_finding(files: dict[str, Loaded]) -> None:
    assert set(files) == {"appeals", "publications", "engagement"}
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
    assert set(table.loc[table["reach"].isna(), "channel"]) == silent
    assert table.loc[table["channel"].isin(silent), ["audience", "clicks"]].notna().all(axis=None)


def test_engagement_differs_by_age_as_assumed(files: dict[str, Loaded]) -> None:
    audience = files["engagement"].table.groupby(["channel", "age_group"])["audience"].sum().unstack()
    shares = audience.div(audience.sum(axis=1), axis=0)

    assert shares.loc["tiktok", "18-24"] > 2 * shares.loc["facebook", "18-24"]
    assert shares.loc["facebook", "65-74"] > 4 * shares.loc["tiktok", "65-74"]


def test_missing_and_late_months_are_absent_and_not_zero(files: dict[str, Loaded]) -> None:
    first = month_index(SILENT[2])
    for kind in ("appeals", "engagement"):
        months = files[kind].table.groupby("area_code")["month"].unique().map(lambda found: set(np.asarray(found)))
        whole = set(range(LAST - 35, LAST + 1))
        absent = {code: whole - found for code, found in months.items() if whole - found}
        expected = {SILENT[0]: set(range(first, first + SILENT[3]))}
        expected |= {code: set(range(LAST - late + 1, LAST + 1)) for code, _, late in LATE}
        assert absent == expected


def test_not_every_force_is_on_every_channel(files: dict[str, Loaded]) -> None:
    forces: pd.Series = files["engagement"].table.groupby("channel")["area_code"].nunique()

    assert forces.to_dict() == {channel.channel: channel.forces for channel in CHANNELS}


def test_every_assumption_is_listed_with_its_source_or_that_there_is_none() -> None:
    listed = " ".join(f"{assumption.what} {assumption.value}" for assumption in ASSUMPTIONS)

    assert all(item.what and item.value and item.why and item.source for item in ASSUMPTIONS)
    assert all(channel.channel in listed for channel in CHANNELS) and SILENT[1] in listed
    assert all(name in listed for _, name, _ in LATE)
    assert sum(CRIME_SHARES.values()) == pytest.approx(1) and set(CRIME_SHARES) <= set(CRIME_TYPE.by_id)
    assert {channel.channel for channel in CHANNELS} <= set(CHANNEL.by_id)
