"""Targets: the publisher's and the published one, kept with the release and found by measure, area and month."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from data.areas import UNITED_KINGDOM
from data.model import month_index
from data.release import Release, Store
from data.sources.registry import check_folder
from data.targets import PUBLISHED, as_table, from_table, target_of
from tests.publishing import FORCE, publish

SURREY, KENT = "E23000031", "E23000032"
MONTH = month_index("2026-05")
TODAY = date(2026, 11, 23)


def supplied(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["measure", "area_code", "period", "target"])


def test_the_aim_for_999_holds_everywhere_without_any_file(release: Release) -> None:
    for area in (UNITED_KINGDOM, "K04000001", SURREY, "S23000009"):
        found = target_of(release.targets, measure="C1", areas=[area], month=MONTH)
        assert found == PUBLISHED[0] and found.target == 90
    assert target_of(release.targets, measure="C2", areas=[SURREY], month=MONTH) is None
    assert target_of(release.targets, measure="C1", areas=[SURREY, KENT], month=MONTH) is None


@pytest.mark.parametrize(("period", "month", "holds"), [
    ("2026", "2026-01", True), ("2026", "2026-12", True), ("2026", "2027-01", False), ("2026-Q2", "2026-06", True),
    ("2026-Q2", "2026-07", False), ("2026-05", "2026-05", True), ("2026-05", "2026-06", False),
])
def test_a_target_holds_in_its_period(period: str, month: str, holds: bool) -> None:
    known = from_table(as_table([supplied(("A5", SURREY, period, 40))]))
    assert (target_of(known, measure="A5", areas=[SURREY], month=month_index(month)) is not None) == holds


def test_the_nearest_target_stands_first() -> None:
    known = from_table(as_table([supplied(("C1", SURREY, "2026", 92), ("C1", SURREY, "2026-Q2", 93),
                                          ("C1", SURREY, "2026-05", 94))]))

    assert [target_of(known, measure="C1", areas=[SURREY], month=month_index(month)).target  # type: ignore[union-attr]
            for month in ("2025-12", "2026-01", "2026-04", "2026-05")] == [90, 92, 93, 94]
    kent = target_of(known, measure="C1", areas=[KENT], month=MONTH)
    assert kent is not None and kent.target == 90 and kent.origin == "published"


def test_a_file_of_targets_is_published_with_the_release(tmp_path: Path) -> None:
    folder = tmp_path / "force"
    folder.mkdir()
    (folder / "targets.csv").write_text("measure,area_code,period,target\nA5,Surrey,2026,40\n", encoding="utf-8")

    done = publish(tmp_path / "home", folders=[FORCE, folder])

    held = Store(tmp_path / "home").current()
    found = target_of(held.targets, measure="A5", areas=[SURREY], month=MONTH)
    assert found is not None and (found.target, found.origin) == (40, "uploaded") and "Surrey" in found.says
    assert any(source["id"] == "house_targets" for source in held.manifest["sources"])
    assert not [defect for report in done.reports for defect in report.defects if "no figure is made" in defect.rule]


def test_two_targets_for_the_same_are_refused_with_both_named(tmp_path: Path) -> None:
    head = "measure,area_code,period,target\n"
    (tmp_path / "a.csv").write_text(f"{head}C1F,E23000031,2026,90\nC1F,E23000031,2026,85\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text(f"{head}A4,E23000031,2026,2\nC1F,E23000031,2026,92.5\n", encoding="utf-8")
    found = [defect for report in check_folder([tmp_path], today=TODAY) for defect in report.errors]

    assert [(defect.file, defect.line, defect.column, defect.value, defect.rule) for defect in found] == [
        ("a.csv", 3, "target", "C1F, E23000031, 2026",
         "An earlier row gives the target 90 for the same measure, area and period; this one 85."),
        ("b.csv", 3, "target", "C1F, E23000031, 2026",
         "a.csv, line 2, gives the target 90 for the same measure, area and period; this one 92.5."),
    ]
    assert all(report.rows_in == report.rows_used + sum(defect.rows for defect in report.errors)
               for report in check_folder([tmp_path], today=TODAY))


def test_the_order_of_files_does_not_change_the_table() -> None:
    one, other = supplied(("A5", SURREY, "2026", 40)), supplied(("A4", KENT, "2026", 2))
    assert as_table([one, other]) == as_table([other, one])
