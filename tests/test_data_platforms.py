"""Exports of the platforms: each layout as it really comes, added up by month and area, every row used or reported."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from data.errors import Report
from data.model import month_text
from data.sources import meta, tiktok, x_analytics, youtube
from data.sources.base import Loaded
from data.sources.house import ENGAGEMENT_NUMBERS
from data.sources.platform_sources import PLATFORM_SOURCES
from data.sources.platforms import NUMBERS, Field, Layout
from data.sources.registry import check_folder, load_folder
from tests.sheets import balanced

FORMATS = Path(__file__).parent / "fixtures" / "formats"
TODAY = date(2026, 11, 23)
SURREY = "E23000031"
ACCOUNTS = """platform,account,area_code,year
x,@ExamplePolice,E23000031,
x,*,E07000209,
facebook,Example Police,E23000031,
facebook,*,E23000031,
instagram,example.police,Surrey,
youtube,*,E23000031,
tiktok,*,E23000031,2026
"""
LAYOUTS = (x_analytics.ACTIVITY, x_analytics.CONTENT, x_analytics.OVERVIEW, meta.FACEBOOK, meta.INSTAGRAM, meta.POST_INSIGHTS,
           meta.PAGE_INSIGHTS, youtube.CONTENT, tiktok.OVERVIEW)
EXPORTS = ("x_activity.csv", "x_content.csv", "x_overview.csv", "facebook_content.csv", "facebook_damaged.csv",
           "instagram_content.csv", "page_insights_posts.csv", "page_insights_days.csv", "youtube_table.csv",
           "tiktok_overview.csv")


def folder(path: Path, *names: str, accounts: str = ACCOUNTS, **files: str) -> Path:
    """Fill a folder with fixtures, a table of accounts and other files by the name before ``.csv``."""
    path.mkdir(exist_ok=True)
    for name in names:
        shutil.copy(FORMATS / name, path)
    if accounts:
        (path / "accounts.csv").write_text(accounts, encoding="utf-8")
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


def cells(files: tuple[Loaded, ...]) -> dict[tuple[str, str, str], dict[str, float]]:
    """Return the numbers that are told, by month, area and channel, of all files together."""
    table = pd.concat([file.table for file in files if file.kind == "engagement"])
    assert set(table["age_group"]) == {"unknown"} and list(table.columns[4:]) == list(ENGAGEMENT_NUMBERS)
    added = table.groupby(["month", "area_code", "channel"])[list(ENGAGEMENT_NUMBERS)].sum(min_count=1)
    return {(month_text(month), area, channel): {name: value for name, value in row.items() if not np.isnan(value)}
            for (month, area, channel), row in added.iterrows()}


def of(reports: tuple[Report, ...], name: str) -> Report:
    return next(report for report in reports if report.file == name)


def notes(report: Report) -> str:
    return " ".join(found.rule for found in report.defects)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.channel} {layout.time} {layout.each}")
def test_layout_says_of_every_column_what_the_platform_means(layout: Layout) -> None:
    names = [field.column for field in layout.fields]

    assert len(names) == len(set(names)) and not set(names) & {*layout.unread, layout.time, layout.identity, layout.link}
    assert all(isinstance(field, Field) and field.meaning.endswith(".") for field in layout.fields)
    assert {field.count for field in layout.fields} <= {"", *NUMBERS}


@pytest.mark.parametrize("name", EXPORTS)
def test_export_is_known_by_its_columns_and_every_row_is_accounted_for(name: str, tmp_path: Path) -> None:
    shutil.copy(FORMATS / name, tmp_path / "anything.txt")
    folder(tmp_path)

    report = of(check_folder([tmp_path], today=TODAY), "anything.txt")

    assert report.source in {source.id for source in PLATFORM_SOURCES} and report.errors == ()
    assert report.rows_in == report.rows_used > 0 and balanced(report)


def test_posts_on_x_until_2024_stand_under_the_month_of_london(tmp_path: Path) -> None:
    files = load_folder([folder(tmp_path, "x_activity.csv")], today=TODAY)

    assert cells(files) == {
        ("2023-06", "E23000031", "x"): {"publications": 1, "impressions": 1938, "reactions": 11, "comments": 2, "shares": 5,
                                        "clicks": 18},
        ("2023-07", "E23000031", "x"): {"publications": 2, "impressions": 4626, "reactions": 12, "comments": 1, "shares": 11,
                                        "clicks": 56},
    }
    said = notes(files[1].report)
    assert "engagement rate" in said and "1 row tells no shares" in said
    assert "The last publication is of 2023-07-14" in said and "July 2023" in said


def test_posts_on_x_since_2024_are_added_up(tmp_path: Path) -> None:
    files = load_folder([folder(tmp_path, "x_content.csv")], today=TODAY)

    assert cells(files) == {("2026-07", "E23000031", "x"): {
        "publications": 2, "impressions": 6600, "reactions": 50, "comments": 7, "shares": 17, "clicks": 160}}
    assert "Bookmarks" in notes(files[1].report) and "covered only in part" not in notes(files[1].report)


def test_overview_of_x_marks_months_that_it_covers_in_part(tmp_path: Path) -> None:
    files = load_folder([folder(tmp_path, "x_overview.csv")], today=TODAY)

    found = cells(files)
    assert found[("2026-08", "E07000209", "x")] == {
        "publications": 6, "impressions": 3090, "reactions": 30, "comments": 9, "shares": 15}
    assert found[("2026-09", "E07000209", "x")]["publications"] == 1
    said = notes(files[1].report)
    assert "August 2026 is covered only in part: 3 of its 31 days" in said and "September 2026 is covered only in part" in said


def test_facebook_times_are_those_of_the_pacific(tmp_path: Path) -> None:
    files = load_folder([folder(tmp_path, "facebook_content.csv")], today=TODAY)

    found = cells(files)
    assert found[("2026-07", "E23000031", "facebook")] == {
        "publications": 1, "impressions": 12345, "reach": 9870, "reactions": 210, "comments": 34, "shares": 96, "clicks": 1410}
    assert found[("2026-08", "E23000031", "facebook")] == {
        "publications": 2, "impressions": 2800, "reach": 1500, "reactions": 28, "comments": 5, "shares": 8, "clicks": 140}
    said = notes(files[1].report)
    assert "whoever saw two of them counts twice" in said and "1 row tells no reach" in said
    assert "Texts, links and IDs of publications are not kept." in said


def test_instagram_is_added_up(tmp_path: Path) -> None:
    files = load_folder([folder(tmp_path, "instagram_content.csv")], today=TODAY)

    assert cells(files)[("2026-07", "E23000031", "instagram")] == {
        "publications": 1, "impressions": 4500, "reach": 3900, "reactions": 300, "comments": 25, "shares": 12}
    assert ("2026-08", "E23000031", "instagram") in cells(files)


def test_second_heading_of_page_insights_is_no_row(tmp_path: Path) -> None:
    posts = load_folder([folder(tmp_path / "posts", "page_insights_posts.csv")], today=TODAY)
    days = load_folder([folder(tmp_path / "days", "page_insights_days.csv")], today=TODAY)

    assert cells(posts) == {("2015-07", "E23000031", "facebook"): {
        "publications": 2, "reach": 3752, "impressions": 7091, "clicks": 218}}
    assert cells(days) == {
        ("2015-07", "E23000031", "facebook"): {"audience": 21004, "impressions": 3100, "clicks": 90},
        ("2015-08", "E23000031", "facebook"): {"audience": 21010, "impressions": 1700, "clicks": 60}}
    assert [file[1].report.rows_in for file in (posts, days)] == [2, 3]
    assert all("explains the headings" in notes(file[1].report) for file in (posts, days))


def test_youtube_totals_are_left_out_and_compared(tmp_path: Path) -> None:
    files = load_folder([folder(tmp_path, "youtube_table.csv")], today=TODAY)

    assert cells(files) == {
        ("2026-08", "E23000031", "youtube"): {"publications": 1, "impressions": 400, "comments": 0, "shares": 0},
        ("2026-09", "E23000031", "youtube"): {"publications": 2, "impressions": 20000, "reactions": 90, "comments": 9,
                                              "shares": 5}}
    found = [(each.line, each.column, each.value) for each in files[1].report.defects if "The total of" in each.rule]
    assert found == [(2, "Impressions", "20500"), (2, "Likes", "93")]
    assert files[1].report.rows_in == files[1].report.rows_used == 3


def test_tiktok_takes_its_year_from_the_accounts_and_goes_back_over_new_year(tmp_path: Path) -> None:
    files = load_folder([folder(tmp_path, "tiktok_overview.csv")], today=TODAY)

    assert cells(files) == {
        ("2025-12", "E23000031", "tiktok"): {"impressions": 300, "reactions": 12, "comments": 3, "shares": 1},
        ("2026-01", "E23000031", "tiktok"): {"impressions": 350, "comments": 0, "shares": 2}}
    (correction,) = [defect for defect in files[1].report.defects if "below 0" in defect.rule]
    assert (correction.line, correction.column, correction.value, correction.severity) == (4, "Likes", "-2", "note")
    (less,) = [defect for defect in files[1].report.defects if defect.severity == "warning"]
    assert (less.line, less.column, less.value, less.rows) == (4, "reactions", "-1", 0) and "not supplied" in less.rule


def test_tiktok_backwards_is_the_same(tmp_path: Path) -> None:
    head, *rows = (FORMATS / "tiktok_overview.csv").read_text().splitlines()
    text = "\n".join([head, *reversed(rows)])

    assert cells(load_folder([folder(tmp_path / "a", tiktok=text)], today=TODAY)) == cells(
        load_folder([folder(tmp_path / "b", "tiktok_overview.csv")], today=TODAY))


@pytest.mark.parametrize(("year", "words"), [("", "tells no year"), ("2027", "does not lie between"), ("2025", "29 February")])
def test_tiktok_without_a_fitting_year_is_refused_with_how_to_mend_it(year: str, words: str, tmp_path: Path) -> None:
    text = "Date,Video Views,Profile Views,Likes,Comments,Shares\n29 February,1,1,1,1,1\n1 March,1,1,1,1,1\n"
    folder(tmp_path, tiktok=text, accounts=f"platform,account,area_code,year\ntiktok,*,E23000031,{year}\n")

    reports = check_folder([tmp_path], today=TODAY)

    errors = [error for report in reports for error in report.errors]
    assert any(words in error.rule and error.mend for error in errors) and all(map(balanced, reports))
