"""Figures that can hardly be right are questioned; no question takes a row out or stops a publish."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from data.errors import Defect
from data.inputs import gather
from data.plausibility import AUDIENCE_PER_RESIDENT, REACH_PER_RESIDENT, last_release
from data.sources.registry import check_folder, load_folder
from tests.publishing import publish

TODAY = date(2026, 11, 23)
SURREY = 1_228_671
"""Residents in mid-2023."""
HEAD = "month,area_code,channel,age_group,audience,reach,impressions,reactions,comments,shares,clicks\n"


def row(month: str, *, area: str = "E23000031", channel: str = "x", audience: object = 20000, reach: object = 9000,
        impressions: object = 70000, reactions: object = 640, comments: object = 71, shares: object = 250,
        clicks: object = 1500) -> str:
    return f"{month},{area},{channel},unknown,{audience},{reach},{impressions},{reactions},{comments},{shares},{clicks}\n"


def months(number: int, *, first: int = 1) -> list[str]:
    return [f"2026-{month:02d}" for month in range(first, first + number)]


def questions(path: Path, *lines: str, name: str = "engagement.csv") -> list[Defect]:
    (path / name).write_text(HEAD + "".join(lines), encoding="utf-8")
    (report,) = check_folder([path], today=TODAY)
    assert report.errors == () and report.rows_in == report.rows_used == len(lines)
    assert all(defect.rows == 0 and defect.mend for defect in report.defects)
    return [defect for defect in report.defects if defect.severity == "warning"]


def test_usual_figures_are_not_questioned(tmp_path: Path) -> None:
    assert questions(tmp_path, *map(row, months(10))) == []


def test_audience_and_reach_far_above_the_residents_are_questioned(tmp_path: Path) -> None:
    found = questions(tmp_path, row("2026-01", audience=AUDIENCE_PER_RESIDENT * SURREY),
                      row("2026-02", audience=4 * SURREY), row("2026-03", reach=(REACH_PER_RESIDENT + 1) * SURREY))

    assert [(defect.line, defect.column) for defect in found] == [(3, "audience"), (4, "reach")]
    assert "more than 3 times" in found[0].rule and "Surrey, X, 2026-02" in found[0].rule and found[0].value == f"{4 * SURREY}"


@pytest.mark.parametrize(("value", "words"), [(200_000, "10 times the median or more"), (900, "a tenth of the median or less")])
def test_month_far_from_its_series_is_questioned(value: int, words: str, tmp_path: Path) -> None:
    lines = [row(month, clicks=9000 + place) for place, month in enumerate(months(6))]

    found = questions(tmp_path, *lines[:5], row("2026-06", clicks=value))

    assert [(defect.line, defect.column, defect.value) for defect in found] == [(7, "clicks", str(value))]
    assert words in found[0].rule


def test_five_months_are_no_series_and_small_ones_may_fall_to_nothing(tmp_path: Path) -> None:
    assert questions(tmp_path, *map(row, months(4)), row("2026-05", clicks=200_000)) == []
    assert questions(tmp_path, *[row(month, comments=4) for month in months(6)], row("2026-07", comments=0)) == []


def test_shares_above_reach_and_reactions_above_impressions_are_questioned(tmp_path: Path) -> None:
    found = questions(tmp_path, row("2026-01", shares=9001), row("2026-02", reactions=70001, reach=""), row("2026-03", reach=""))

    assert [(defect.line, defect.column, defect.value) for defect in found] == [(2, "shares", "9001"), (3, "reactions", "70001")]
    assert "more shares than reach (9,000)" in found[0].rule


def test_two_columns_that_hold_each_others_figures_are_questioned(tmp_path: Path) -> None:
    usual = [row(month, channel=channel) for month in months(4) for channel in ("x", "facebook")]
    swapped = [row("2026-05", channel=channel, clicks=75, comments=1400) for channel in ("x", "facebook")]

    found = questions(tmp_path, *usual, *swapped)

    assert [(defect.line, defect.column) for defect in found] == [(10, "comments")]
    assert "'comments' and 'clicks' may be swapped in 2026-05" in found[0].rule
    assert questions(tmp_path, *usual, swapped[0], row("2026-05", channel="facebook")) == []


def test_last_release_tells_the_months_before(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    (first / "a.csv").write_text(HEAD + "".join(map(row, months(6))))
    (second / "a.csv").write_text(HEAD + row("2026-07", impressions=900_000, comments=1500, clicks=70))
    home = tmp_path / "home"
    assert last_release(home) is None and load_folder([second], today=TODAY)[0].report.defects == ()
    publish(home, folders=[first], today=TODAY)

    (report,) = [item.report for item in gather(home, folders=[second], today=TODAY).loaded if item.report.file == "a.csv"]

    rules = [defect.rule for defect in report.defects]
    assert any("impressions 900,000, median 70,000" in rule for rule in rules)
    assert any("'comments' and 'clicks' may be swapped" in rule for rule in rules)
    assert report.rows_in == report.rows_used == 1


def test_illustrative_figures_are_no_past(release_home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEAD + row("2026-07", impressions=90_000_000))

    (file,) = load_folder([tmp_path], today=TODAY, release=last_release(release_home))

    assert file.report.defects == ()


def test_a_survey_file_is_held_against_its_own_quarters(tmp_path: Path) -> None:
    quarters = ["31/3/2024", "30/6/2024", "30/9/2024", "31/12/2024", "31/3/2025", "30/6/2025"]
    lines = [f"{day},PAS,Barnet,Trust MPS,{0.05 if place == 5 else 0.7},0.7\n" for place, day in enumerate(quarters)]
    (tmp_path / "pas.csv").write_text("Date,Survey,Borough,Measure,Proportion,MPS\n" + "".join(lines))

    (file,) = load_folder([tmp_path], today=TODAY)

    (found,) = [defect for defect in file.report.defects if defect.severity == "warning"]
    assert (found.column, found.value) == ("percent", "5") and "Barnet" in found.rule and found.rows == 0
