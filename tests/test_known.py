"""The known delivery is what it says: clean, the same for one seed, and counted as its rows are."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from data.model import month_index
from data.sources.registry import load_folder
from tests import known

TODAY = date(2026, 11, 23)
CANARY = 7_137_731


def test_known_rows_are_the_same_for_one_seed(tmp_path: Path) -> None:
    first, again, other = (known.write(tmp_path / name, seed=seed) for name, seed in (("a", 3), ("b", 3), ("c", 4)))

    assert first == again != other
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


@pytest.mark.parametrize("counted", [(), ("W15000002",), known.FORCES])
def test_known_files_are_read_without_an_error_and_hold_every_row(counted: tuple[str, ...], tmp_path: Path) -> None:
    rows = known.write(tmp_path, counted=counted)

    files = {file.kind: file for file in load_folder([tmp_path], today=TODAY)}

    # What can hardly be right is questioned, and these files are made to be small: every row is used all the same.
    assert all(file.report.errors == () and file.report.rows_in == file.report.rows_used for file in files.values())
    assert len(files["appeals"].table) == len(rows.appeals) == 3 * 24 * known.APPEALS_A_MONTH
    assert len(files["publications"].table) == len(rows.publications)
    assert len(files["outcomes"].table) == len(rows.outcomes) > 50
    assert len(files["engagement"].table) == len(rows.engagement) == 3 * 24 * 13
    singly = len(files["responses"].table) if "responses" in files else 0
    assert singly + sum(int(row["responses"]) for row in rows.responses_counted) == len(rows.responses)
    if singly and not counted:
        area = files["appeals"].table.set_index("appeal_id")["area_code"]
        table = files["responses"].table
        read = Counter(zip(table["appeal_id"].map(area), table["month"], strict=True))
        assert read == Counter((row["area_code"], month_index(row["month"])) for row in rows.responses)


def test_known_responses_are_as_many_as_asked_for_and_otherwise_few(tmp_path: Path) -> None:
    asked = {("E23000031", "2026-10"): 3, ("E23000032", "2025-01"): 0, ("W15000002", "2026-03"): 250}

    rows = known.write(tmp_path, responses=asked)

    for (area, month), number in asked.items():
        assert rows.number(area_code=area, month=month) == number
    each = [rows.number(area_code=area, month=month) for area in known.FORCES for month in known.months()
            if (area, month) not in asked]
    assert len(each) == 69 and sum(number < 10 for number in each) > 40 and each.count(0) > 3 and max(each) > 20


def test_known_canary_stands_in_its_files_alone(tmp_path: Path) -> None:
    rows = known.write(tmp_path, counted=("W15000002",), canary=CANARY)

    holding = sorted(path.name for path in tmp_path.iterdir() if str(CANARY) in path.read_text(encoding="utf-8"))
    assert holding == ["engagement.csv", "responses_counted.csv"]
    assert rows.engagement[0]["messages_in"] == rows.responses_counted[0]["responses"] == str(CANARY)
    load_folder([tmp_path], today=TODAY)
