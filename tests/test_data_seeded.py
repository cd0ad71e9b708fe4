"""Seeded defects over every template, many published formats and every container: each found at its line, none invented."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from data.errors import Defect
from data.model import folded
from data.personal import masked
from data.sources.registry import check_folder
from data.templates import TEMPLATE_BY_NAME, TEMPLATES, as_csv
from tests.books import Rows, ods, packed, xls, xlsx
from tests.test_data_mangled import parquet, text

FORMATS = Path(__file__).parent / "fixtures" / "formats"
TODAY = date(2026, 11, 23)
ACCOUNTS = "platform,account,area_code,year\nx,*,E23000031,\nfacebook,*,E23000031,\ninstagram,*,E23000031,\nyoutube,*,E23000031,\n" \
           "tiktok,*,E23000031,2025\n"


def as_json(rows: Rows) -> bytes:
    return json.dumps([dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]).encode()


CONTAINERS: dict[str, Callable[[Rows], bytes]] = {
    "csv": text(",", "utf-8"), "tsv": text("\t", "utf-16"), "semicolons": text(";", "cp1252"), "bars": text("|", "utf-8-sig"),
    "xlsx": lambda rows: xlsx({"S": rows}), "xls": lambda rows: xls({"S": rows}), "ods": lambda rows: ods({"S": rows}),
    "parquet": parquet, "zip": lambda rows: packed({"in/a.csv": text(",", "utf-8")(rows)}), "json": as_json,
}
WITHIN = {"xlsx": ", sheet S", "xls": ", sheet S", "ods": ", sheet S", "zip": ", in/a.csv"}
PUBLIC = {  # file of tests/fixtures/formats, and how many of its rows are free of findings
    "street": 6, "police_outcomes": 3, "stop_search": 3, "performance_999": 4, "pas_plain": 4, "recorded_crime": 3,
    "lookup_districts": 3, "lookup_small_areas": 2, "force_names": 1, "youtube_table": 3, "tiktok_overview": 2,
}
PLATFORMS = ("x_content", "x_activity", "x_overview", "facebook_content", "instagram_content", "youtube_table", "tiktok_overview")


@dataclass(frozen=True)
class Seed:
    """One defect: the file it is sown in, its container, the line with the header counted, the column, what the cell holds."""

    file: str
    container: str
    line: int
    column: str
    value: str

    def __str__(self) -> str:
        return f"{self.file}-{self.container}-{self.column}-{self.value}"


SEEDS = tuple(Seed(*seed) for seed in (
    # Every template
    ("appeals", "csv", 2, "area_code", "Narnia"), ("appeals", "tsv", 3, "crime_type", "burglry"),
    ("appeals", "xlsx", 3, "published_at", "2027-01-05"), ("appeals", "json", 2, "status", "closd"),
    ("appeals", "parquet", 2, "persons_sought", "-1"), ("appeals", "zip", 3, "appeal_id", "A 7/x@y.uk"),
    ("publications", "semicolons", 2, "channel", "Facebok"), ("publications", "xls", 3, "reach", "12.5"),
    ("publications", "ods", 2, "published_at", "31/02/2026"), ("publications", "csv", 3, "appeal_id", "A-0000-1"),
    ("responses", "bars", 2, "grading", "usefull"), ("responses", "xlsx", 3, "age_group", "25-33"),
    ("responses", "json", 3, "received_at", "yesterday"), ("responses", "parquet", 2, "appeal_id", "A-0000-2"),
    ("responses_counted", "zip", 2, "responses", "-3"), ("responses_counted", "xls", 3, "month", "2026-13"),
    ("responses_counted", "tsv", 2, "channel", "fax"),
    ("outcomes", "csv", 2, "outcome", "soved"), ("outcomes", "ods", 3, "attribution", "maybe"),
    ("outcomes", "xlsx", 2, "persons", "two"), ("outcomes", "json", 3, "outcome_date", "2026-00-10"),
    ("engagement", "csv", 3, "reach", "1,23"), ("engagement", "xlsx", 2, "reactions", "#REF!"),
    ("engagement", "parquet", 3, "month", "Smarch 2026"), ("engagement", "semicolons", 2, "age_group", "old"),
    ("accounts", "xls", 3, "platform", "myspace"), ("accounts", "json", 2, "area_code", "E99999999"),
    ("calls", "tsv", 2, "answered", "10481"), ("calls", "ods", 3, "channel", "facebook"),
    ("calls", "zip", 2, "mean_seconds", "-6.8"), ("survey", "csv", 3, "percent", "41.6%"),
    ("survey", "xlsx", 2, "deff", "0"), ("survey", "parquet", 3, "fieldwork_end", "2026-6-31"),
    ("targets", "bars", 2, "measure", "Z9"), ("targets", "xls", 3, "period", "2026-Q5"),
    ("similar_forces", "csv", 3, "similar_code", "E23000031"), ("similar_forces", "ods", 2, "area_code", "E07000209"),
    ("corrections", "json", 3, "what", "=1+1"), ("corrections", "xlsx", 2, "period", "August"),
    ("annotations", "zip", 3, "date", "2026-09-31"), ("annotations", "parquet", 2, "area_code", "Surey"),
    # Published formats
    ("street", "csv", 3, "Crime type", "Burglry"), ("street", "xlsx", 4, "Month", "2026-8"),
    ("police_outcomes", "parquet", 2, "Month", "08/2026"), ("stop_search", "ods", 3, "Date", "soon"),
    ("performance_999", "xls", 2, "Calls answered", "many"), ("performance_999", "zip", 3, "Force", "Narnia Police"),
    ("pas_plain", "semicolons", 4, "Proportion", "1.7"), ("pas_plain", "tsv", 3, "Borough", "Camelot"),
    ("recorded_crime", "csv", 4, "Number of Offences", "x"), ("lookup_districts", "xlsx", 4, "LAD23CD", "E12000008"),
    ("lookup_small_areas", "json", 2, "LSOA11CD", "E0102"), ("force_names", "ods", 2, "PFA19NM", "Kent"),
    # Platforms
    ("x_content", "csv", 2, "Date", "14/07/26"), ("x_activity", "xlsx", 3, "impressions", "lots"),
    ("x_overview", "zip", 4, "Impressions", "-5"), ("facebook_content", "tsv", 2, "Reach", "9.870"),
    ("instagram_content", "parquet", 3, "Publish time", "2026"), ("youtube_table", "ods", 3, "Likes", "few"),
    ("tiktok_overview", "xls", 2, "Date", "30 Frimaire"),
))


def rows_of(name: str) -> Rows:
    """Return the rows of a clean file: a template's examples, or those of a fixture that are free of findings."""
    if name in TEMPLATE_BY_NAME:
        return list(csv.reader(io.StringIO(as_csv(TEMPLATE_BY_NAME[name]))))
    with (FORMATS / f"{name.removeprefix('police_')}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    return rows[: PUBLIC.get(name, len(rows)) + 1]


def found(folder: Path, name: str, container: str, rows: Rows) -> list[Defect]:
    """Return what is wrong or questioned in a file, set beside the files that it needs."""
    if name in ("publications", "responses", "outcomes"):
        (folder / "beside.csv").write_text(as_csv(TEMPLATE_BY_NAME["appeals"]), encoding="utf-8")
    if name in PLATFORMS:
        (folder / "beside.csv").write_text(ACCOUNTS, encoding="utf-8")
    (folder / "sent").write_bytes(CONTAINERS[container](rows))
    reports = check_folder([folder], today=TODAY)
    for report in reports:
        assert report.rows_in == report.rows_used + sum(one.rows for one in report.defects if one.severity != "note")
    return [one for report in reports for one in report.defects if one.severity != "note"]


def test_there_are_seeds_for_every_template_and_every_container() -> None:
    assert len(SEEDS) == len(set(SEEDS)) >= 40
    assert {seed.file for seed in SEEDS} >= {template.name for template in TEMPLATES} | set(PLATFORMS)
    assert {seed.container for seed in SEEDS} == set(CONTAINERS)


@pytest.mark.parametrize("seed", SEEDS, ids=str)
def test_seeded_defect_is_found_at_its_line(seed: Seed, tmp_path: Path) -> None:
    rows = [list(row) for row in rows_of(seed.file)]
    place = [str(head).strip() for head in rows[0]].index(seed.column)
    rows[seed.line - 1][place] = seed.value
    defects = found(tmp_path, seed.file, seed.container, rows)

    line = seed.line - 1 if seed.container == "json" else seed.line  # entries of JSON have no header to count
    at = [one for one in defects if (one.line, folded(one.column.replace("_", " "))) == (line, folded(seed.column.replace("_", " ")))]
    assert at, defects
    assert all(one.file == f"sent{WITHIN.get(seed.container, '')}" for one in at)
    assert any(one.value in (seed.value, masked(seed.value)) for one in at), at
    assert all(one.rule and (one.mend or one.severity == "warning") for one in at)
    assert not [one for one in defects if one not in at], defects


CLEAN = list(dict.fromkeys([*TEMPLATE_BY_NAME, *PUBLIC, *PLATFORMS]))


@pytest.mark.parametrize(("name", "container"), [
    pytest.param(name, container, id=f"{name}-{container}", marks=() if container == "csv" or (place + step) % 3 == 0 else pytest.mark.long)
    for place, name in enumerate(CLEAN) for step, container in enumerate(CONTAINERS)])
def test_clean_file_has_no_finding(name: str, container: str, tmp_path: Path) -> None:
    assert found(tmp_path, name, container, rows_of(name)) == []
