"""Exports of platforms that contradict each other or their accounts: said, masked, never counted twice."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from data.errors import SourceError
from data.model import month_index
from data.query import answer
from data.release import Release, Store
from data.selection import read
from data.sources.platforms import number, seen, us_time, utc_time, worded_day
from data.sources.registry import check_folder, load_file, load_folder
from tests.publishing import publish
from tests.test_data_platforms import (
    EXPORTS,
    FORMATS,
    SURREY,
    TODAY,
    balanced,
    cells,
    folder,
    notes,
    of,
)
from tests.test_data_sources import SAMPLES, needs_samples


def test_account_that_belongs_to_no_area_is_an_error_that_says_what_to_write(tmp_path: Path) -> None:
    folder(tmp_path, "facebook_content.csv", "youtube_table.csv", accounts="platform,account,area_code\nx,*,Surrey\n")

    reports = check_folder([tmp_path], today=TODAY)

    (one,), (other,) = of(reports, "facebook_content.csv").errors, of(reports, "youtube_table.csv").errors
    assert (one.line, one.value, one.rows) == (2, "Example Police", 3) and "'Example Police' on Facebook" in one.rule
    assert "facebook,Example Police,<area code>" in one.mend and "hue template accounts" in one.mend
    assert "youtube,*,<area code>" in other.mend and all(map(balanced, reports))


def test_export_without_any_table_of_accounts_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refusal:
        load_folder([folder(tmp_path, "x_content.csv", accounts="")], today=TODAY)

    assert "x,ExamplePolice,<area code>" in refusal.value.defects[-1].mend


def test_accounts_contradicting_each_other_are_errors(tmp_path: Path) -> None:
    folder(tmp_path, accounts="platform,account,area_code\nx,@One,Surrey\nx,one,Kent\nx,who@example.org,Kent\n")
    folder(tmp_path, more="platform,account,area_code\nX,ONE,Kent\n", accounts="")
    folder(tmp_path, "x_content.csv", accounts="")

    reports = check_folder([tmp_path], today=TODAY)

    rules = [(error.file, error.line, error.rule) for report in reports for error in report.errors]
    assert ("accounts.csv", 3, "The same platform and account stands in an earlier row.") in rules
    assert any(file == "accounts.csv" and line == 4 and "e-mail" in rule for file, line, rule in rules)
    assert ("more.csv", 2, "The account stands in accounts.csv too.") in rules


def test_publication_in_two_exports_counts_once_where_its_figures_are_largest(tmp_path: Path) -> None:
    later = (FORMATS / "x_content.csv").read_text().replace(",5400,", ",5900,")
    folder(tmp_path, "x_content.csv", later=later)

    files = load_folder([tmp_path], today=TODAY)

    assert cells(files)[("2026-07", "E23000031", "x")]["publications"] == 2
    assert cells(files)[("2026-07", "E23000031", "x")]["impressions"] == 7100
    again = {file.report.file: [(each.line, each.rows, each.severity) for each in file.report.defects if "once" in each.rule]
             for file in files}
    assert again == {"accounts.csv": [], "later.csv": [], "x_content.csv": [(2, 2, "warning")]}
    assert all(balanced(file.report) for file in files)


def test_damaged_ids_neither_merge_publications_nor_count_them_twice(tmp_path: Path) -> None:
    shutil.copy(FORMATS / "facebook_damaged.csv", folder(tmp_path / "two") / "again.csv")
    one = load_folder([folder(tmp_path / "one", "facebook_damaged.csv")], today=TODAY)
    two = load_folder([folder(tmp_path / "two", "facebook_damaged.csv")], today=TODAY)

    assert cells(one) == cells(two)
    assert cells(one)[("2026-08", "E23000031", "facebook")]["publications"] == 3
    assert "A spreadsheet has damaged 4 of the IDs" in notes(one[1].report)


def test_posts_and_days_of_the_same_month_collide(tmp_path: Path) -> None:
    folder(tmp_path, "x_content.csv", overview="Date,Impressions,Likes,Replies,Reposts,Unfollows,Create Post\n"
           "\"Tue, Jul 14, 2026\",1,1,1,1,1,1\n\"Sat, Aug 1, 2026\",1,1,1,1,1,1\n",
           accounts="platform,account,area_code\nx,*,E23000031\n")

    report = of(check_folder([tmp_path], today=TODAY), "overview.csv")

    (error,) = report.errors
    assert (error.line, error.value, error.rows) == (2, "2026-07", 1) and "x_content.csv" in error.rule
    assert "Surrey, X, July 2026" in error.rule and balanced(report)


def test_days_of_two_accounts_that_name_neither_are_refused(tmp_path: Path) -> None:
    other = "\n".join(line.replace(",10,", ",900,") for line in (FORMATS / "x_overview.csv").read_text().splitlines())
    folder(tmp_path, "x_overview.csv", other=other.replace("1029", "88").replace("1030", "77").replace("1031", "66"))

    reports = check_folder([tmp_path], today=TODAY)

    errors = [error for report in reports for error in report.errors]
    assert len(errors) == 1 and "two accounts" in errors[0].rule and all(map(balanced, reports))


def test_own_rows_of_the_same_month_area_and_channel_collide(tmp_path: Path) -> None:
    own = ("month,area_code,channel,age_group,reach,messages_in\n"
           "2026-07,E23000031,facebook,18-24,5,\n2026-08,E23000031,facebook,unknown,,7\n")
    folder(tmp_path, "facebook_content.csv", own=own)

    reports = check_folder([tmp_path], today=TODAY)

    (error,) = of(reports, "facebook_content.csv").errors
    assert "own.csv" in error.rule and "Surrey, Facebook, July 2026" in error.rule and error.file == "facebook_content.csv"
    assert (error.line, error.rows) == (2, 1) and all(map(balanced, reports))


def test_cells_that_cannot_be_read_are_found_and_shown_only_where_they_are_numbers_or_dates(tmp_path: Path) -> None:
    head, *rows = csv.reader(io.StringIO((FORMATS / "x_content.csv").read_text()))
    at = {name: head.index(name) for name in ("Impressions", "Date", "Likes")}
    changes = (("Impressions", "CANARYTEXT moved one column"), ("Impressions", "2100000000000000011"), ("Likes", "-5"),
               ("Date", "14/07/2026"), ("Date", "Tue, Dec 1, 2026"), ("Date", ""), ("Impressions", "12.5"))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    for place, (name, value) in enumerate(changes):
        writer.writerow([value if column == at[name] else f"9{place}" if column == 0 else cell
                         for column, cell in enumerate(rows[0])])
    writer.writerow([*rows[0], "CANARYTEXT too wide", "x"])
    folder(tmp_path, wrong=text.getvalue())

    report = of(check_folder([tmp_path], today=TODAY), "wrong.csv")

    found = [(error.line, error.column, error.value) for error in report.errors]
    assert found[:7] == [
        (2, "Impressions", "C… (27 characters)"), (3, "Impressions", "2… (19 characters)"), (4, "Likes", "-5"),
        (5, "Date", "14/07/2026"), (6, "Date", "Tue, Dec 1, 2026"), (7, "Date", ""), (8, "Impressions", "12.5")]
    assert balanced(report) and report.rows_in == 8 and report.rows_used == 0
    assert "CANARY" not in repr(report) and "2100000000" not in repr(report)
    assert all(error.mend for error in report.errors)


@pytest.mark.parametrize("name", EXPORTS)
def test_export_without_rows_is_no_error(name: str, tmp_path: Path) -> None:
    head = (FORMATS / name).read_text(encoding="utf-8-sig").splitlines()[0]
    other = "x_content.csv" if name != "x_content.csv" else "tiktok_overview.csv"
    folder(tmp_path, other, empty=f"{head}\n")

    files = load_folder([tmp_path], today=TODAY)

    (empty,) = [file for file in files if file.report.file == "empty.csv"]
    assert empty.table.empty and empty.kind == "engagement" and "no rows" in notes(empty.report)
    assert load_folder([folder(tmp_path / "alone", empty=f"{head}\n")], today=TODAY)[1].table.empty


def test_account_that_reads_like_a_publication_is_masked(tmp_path: Path) -> None:
    text = (FORMATS / "facebook_content.csv").read_text(encoding="utf-8-sig")
    folder(tmp_path, shifted=text.replace("Example Police", "CANARYTEXT have you seen this man near the station"),
           accounts="platform,account,area_code\nx,*,Surrey\n")

    report = of(check_folder([tmp_path], today=TODAY), "shifted.csv")

    assert report.errors and "CANARY" not in repr(report)


def test_publications_by_day_and_spreadsheet_times_are_refused(tmp_path: Path) -> None:
    text = (FORMATS / "facebook_content.csv").read_text(encoding="utf-8-sig")
    folder(tmp_path, daily=text.replace("Lifetime,\"12", "07/31/2026,\"12").replace("07/31/2026 16:30", "31/07/2026 16:30"))

    report = of(check_folder([tmp_path], today=TODAY), "daily.csv")

    assert sorted((error.line, error.column) for error in report.errors) == [(2, "Date"), (4, "Publish time")]
    assert any("month stands before the day" in error.rule for error in report.errors) and balanced(report)


def test_nothing_of_a_publication_or_an_account_reaches_what_is_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    sent = folder(tmp_path / "sent", *(name for name in EXPORTS if name not in (
        "x_overview.csv", "facebook_damaged.csv", "page_insights_days.csv")))

    done = publish(home, folders=[sent], today=TODAY)

    canaries = (b"CANARY", b"1100000000000000011", b"2100000000000000022", b"122158000000000011", b"18000000000000011",
                b"1234567_7654321", b"twitter.com/", b"x.com/", b"facebook.com/", b"100000000000123", b"ExamplePolice",
                b"example.police")
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [canary for canary in canaries if canary in content], path
    assert not any("CANARY" in repr(report) for report in done.reports)
    release = Store(home).current()
    assert release.manifest["counts"]["reach"]["origin"] == "uploaded"
    ids = {source["id"] for source in release.manifest["sources"]}
    assert {"x_activity", "facebook_content", "tiktok_overview"} <= ids and "house_accounts" not in ids


def test_cells_are_read_as_platforms_write_them() -> None:
    assert [number(text) for text in ("1,495", "1938.0", "-", "0")] == [1495, 1938, None, 0]
    assert not isinstance(number("-3", signed=True), type(number("x"))) and isinstance(number("-3"), type(number("x")))
    assert utc_time("2016-12-23 18:50 +0000") == date(2016, 12, 23).toordinal() * 1440 + 18 * 60 + 50
    assert us_time("07/31/2026 16:30") == date(2026, 8, 1).toordinal() * 1440 + 30
    assert us_time("11/01/2025 12:00") == date(2025, 11, 1).toordinal() * 1440 + 19 * 60
    assert worded_day("Tue, Jul 14, 2026") == worded_day("14 July 2026") == worded_day("2026-07-14")
    assert seen("July 14") == "July 14" and seen("Jane Smith").startswith("J…")


@needs_samples
def test_real_posts_of_x_are_counted_to_the_last(tmp_path: Path) -> None:
    for path in (SAMPLES / "social-x").glob("*.csv"):
        shutil.copy(path, folder(tmp_path, accounts="platform,account,area_code\nx,rOpenSci,E23000031\n"))

    files = load_folder([tmp_path], today=TODAY)

    assert [(file.report.rows_in, file.report.rows_used) for file in files[1:]] == [(37, 37), (39, 39)]
    found = cells(files)
    assert {key[0]: (row["publications"], row["impressions"], row["reactions"]) for key, row in found.items()} == {
        "2016-12": (37, 110_828, 221), "2020-03": (39, 236_245, 400)}
    assert "reach" not in found[("2016-12", "E23000031", "x")]


@needs_samples
def test_real_page_insights_without_days_are_refused_and_with_days_add_up(tmp_path: Path) -> None:
    path = SAMPLES / "social-facebook" / "uci_facebook_post_insights.csv"

    with pytest.raises(SourceError, match="does not tell when its posts were published"):
        load_file(path, today=TODAY)

    head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    dated = [f"Posted,{head}", *(f"{int(row.split(',')[3]):02d}/15/2014 09:00:00 AM,{row}" for row in rows)]
    files = load_folder([folder(tmp_path, insights="\n".join(dated))], today=TODAY)
    plain = pd.read_csv(path)
    assert files[1].report.rows_in == files[1].report.rows_used == len(plain) == 500
    table = files[1].table
    assert table["reach"].sum() == plain["Lifetime_Post_Total_Reach"].sum()
    assert table["comments"].sum() == plain["comment"].sum() and table["publications"].sum() == 500
    assert set(table["month"]) == {month_index(f"2014-{month:02d}") for month in plain["Post_Month"]}



def test_figures_of_a_month_that_an_export_by_day_covers_in_part_are_provisional(tmp_path: Path) -> None:
    """Of July two days came, of publications nothing is certain; a whole July is not provisional."""
    lines = (FORMATS / "page_insights_days.csv").read_text(encoding="utf-8-sig").splitlines()
    days = [f"7/{day}/15,2100{day % 10},5,1,100,900,9000,1500,40" for day in range(1, 32)]
    for name, text in (("part", lines), ("whole", [*lines[:2], *days])):
        where = folder(tmp_path / name, "instagram_content.csv", days="\n".join(text) + "\n")
        publish(tmp_path / f"home-{name}", folders=[where], today=TODAY)
        release = Store(tmp_path / f"home-{name}").current()

        def statuses(measure: str, month: str, channel: str = "", held: Release = release) -> set[str]:
            chosen = {"measure": measure, "area": SURREY, "from": month, "to": month, **({"channel": channel} if channel else {})}
            rows = answer(held, read(chosen), by=("period",)).frame.rows
            assert rows and all(row.value is not None for row in rows)
            return {row.status for row in rows}

        mark = {"p"} if name == "part" else {"ok"}
        assert statuses("E1", "2015-07", "facebook") == statuses("E2", "2015-07", "social") == statuses("E1", "2015-07") == mark
        assert statuses("E3", "2026-07", "instagram") == {"ok"}
