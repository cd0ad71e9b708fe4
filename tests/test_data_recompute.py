"""Every open count of the release, counted again from the files in plain Python: cell for cell the same."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[1]
FACTS = ROOT / "data" / "snapshots" / "facts"
AREAS = ROOT / "data" / "snapshots" / "areas"
GROUPS = {
    "social": ["x", "facebook", "instagram", "nextdoor", "youtube", "tiktok", "whatsapp"],
    "online": ["community_email", "web_form", "webchat"],
    "phone": ["phone_101", "phone_999", "hotline", "crimestoppers"],
    "broadcast_press": ["tv_radio", "press"],
    "in_person": ["poster_in_person"],
    "remaining": ["other", "unknown"],
}
GROUP_OF = {channel: group for group, channels in GROUPS.items() for channel in channels}
PARTS = ("reactions", "comments", "shares", "clicks")
PAS = (
    "good_job", "knows_how_to_contact_ward_officer", "informed_locally", "listen_to_concerns",
    "relied_on_to_be_there", "treat_everyone_fairly", "trust", "understand_issues",
)
OPEN = (
    "appeals", "publications", "audience", "reach", "impressions", *PARTS, "interactions_reached", "reach_engaged",
    "shares_reached", "reach_shared", "interactions_unreached", "audience_unreached", "population",
    "population_by_age", "recorded_crime", "posts", "post_interactions", *(f"pas_{name}" for name in PAS),
    "calls_999_in_10s", "calls_999_time", "comments_classified", "comments_balance", "appeals_of_responses",
    "appeals_of_rows", "appeals_of_outcomes", "persons_sought", "reach_of_appeals", "closed_appeals", "closed_with_outcome",
    "wait_101", "answered_101", "abandoned_101", "offered_101", "survey_s1", "survey_s2", "survey_s3", "survey_s4",
    "platform_reach_by_age", "quality_expected", "quality_supplied",
)
DERIVED = (
    "interactions_reached", "reach_engaged", "shares_reached", "reach_shared", "interactions_unreached",
    "audience_unreached", "comments_balance", "appeals_of_responses", "appeals_of_rows", "appeals_of_outcomes",
    "persons_sought", "reach_of_appeals", "quality_expected", "quality_supplied",
)
ASKED = {
    "survey_s1": ("Would use a social media site to contact the police if they witnessed a crime",),
    "survey_s2": ("Would share personal data for greater security against crime and terrorism",),
    "survey_s3": ("Confidence in the local police", "Police in the local area do a good or excellent job"),
    "survey_s4": ("Would report the crime to the police", "Would definitely report someone close to them"),
}
SUPPLIED = {"appeals_of_responses": "responses/force-month", "appeals_of_rows": "appeals_responded/force-quarter",
            "appeals_of_outcomes": "appeals_followed/force-quarter", "persons_sought": "appeals_followed/force-quarter"}
"""The published table whose forces supplied what came of the appeals that a count holds."""
Cells = Mapping[tuple[str, ...], float]


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def month(text: str) -> str:
    return str(int(text[:4]) * 12 + int(text[5:7]) - 1)


def slug(name: str) -> str:
    return name if name == "all" else re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


@cache
def appeals(folder: Path) -> dict[str, tuple[str, str, str]]:
    return {row["appeal_id"]: (row["area_code"], row["crime_type"], month(row["published_at"]))
            for row in rows(folder / "appeals.csv")}


def count_appeals(folder: Path) -> Cells:
    on: dict[str, set[str]] = defaultdict(set)
    for row in rows(folder / "publications.csv"):
        on[row["appeal_id"]] |= {row["channel"], GROUP_OF[row["channel"]]}
    cells: Counter[tuple[str, ...]] = Counter()
    for appeal, (area, crime, when) in appeals(folder).items():
        for channel in ("all", *on[appeal]):
            cells[area, channel, crime, when] += 1
    return cells


def count_publications(folder: Path) -> Cells:
    cells: Counter[tuple[str, ...]] = Counter()
    for row in rows(folder / "publications.csv"):
        area, crime, _ = appeals(folder)[row["appeal_id"]]
        cells[area, row["channel"], crime, month(row["published_at"])] += 1
    return cells


def whole(text: str) -> int | None:
    return int(text) if text else None


def count_engagement(value: Callable[[dict[str, int | None]], int | None]) -> Callable[[Path], Cells]:
    def count(folder: Path) -> Cells:
        cells: Counter[tuple[str, ...]] = Counter()
        for key, numbers in engagement(folder):
            found = value(numbers)
            if found is not None:
                cells[key] += found
        return cells

    return count


@cache
def engagement(folder: Path) -> list[tuple[tuple[str, ...], dict[str, int | None]]]:
    return [
        ((row["area_code"], row["channel"], row["age_group"], month(row["month"])),
         {name: whole(row[name]) for name in ("audience", "reach", "impressions", *PARTS, "classified", "positive", "negative")})
        for row in rows(folder / "engagement.csv")
    ]


def interactions(numbers: dict[str, int | None]) -> int | None:
    known = [numbers[part] for part in PARTS if numbers[part] is not None]
    return sum(known) if known else None


def given(numbers: dict[str, int | None], name: str, *, where: bool) -> int | None:
    return numbers[name] if where else None


def count_population(folder: Path) -> Cells:
    cells: dict[tuple[str, ...], float] = {}
    for name in ("forces.csv", "london_boroughs.csv"):
        for row in rows(AREAS / name):
            for year in ("2018", "2023"):
                if row.get(f"population_mid{year}"):
                    cells[row["area_code"], month(f"{year}-06")] = int(row[f"population_mid{year}"])
    return cells


def count_ages(folder: Path) -> Cells:
    names = {"0-15": "under 16"}
    return {(row["area_code"], names.get(row["age_group"], row["age_group"]), month(f"{row['year']}-06")):
            int(row["population"]) for row in rows(FACTS / "population_by_force_age_mid2018.csv")}


def count_crime(folder: Path) -> Cells:
    return {(row["area_code"], slug(row["offence_group"]), month(row["period_end"])): int(row["offences"])
            for row in rows(FACTS / "recorded_crime_2017-18.csv")}


def count_posts(*columns: str) -> Callable[[Path], Cells]:
    def count(folder: Path) -> Cells:
        return {(row["area_code"], slug(row["theme"]), month(f"{row['year']}-12")):
                sum(int(row[column]) for column in columns) for row in rows(FACTS / "met_borough_posts_2017-2020.csv")}

    return count


def count_details(
    value: Callable[[dict[str, str]], int | None], *, by: str = "", at: str = "published_at"
) -> Callable[[Path], Cells]:
    """Appeals by area, crime type and month of first publication, or ``at`` another time. All were supplied with what came of them."""
    def count(folder: Path) -> Cells:
        cells: Counter[tuple[str, ...]] = Counter()
        for row in rows(folder / "appeals.csv"):
            found = value(row)
            if found is not None:
                kind = ("found-located" if row["crime_type"] == "missing person" else "found-identified",) if by else ()
                cells[row["area_code"], row["crime_type"], *kind, month(row[at])] += found
        return cells

    return count


def count_reach_of_appeals(folder: Path) -> Cells:
    cells: Counter[tuple[str, ...]] = Counter()
    for row in rows(folder / "publications.csv"):
        if row["reach"]:
            cells[appeals(folder)[row["appeal_id"]][0], row["channel"], month(row["published_at"])] += int(row["reach"])
    return cells


def count_calls(measure: str) -> Callable[[Path], Cells]:
    codes = {"United Kingdom": "K02000001"}

    def count(folder: Path) -> Cells:
        return {(row["area_code"] or codes[row["area"]], month(row["period_end"])): float(row["value"])
                for row in rows(FACTS / "contact.csv") if row["channel"] == "phone_999" and row["measure"] == measure}

    return count


def count_101(value: Callable[[dict[str, str]], float | None], *, by_limit: bool = False) -> Callable[[Path], Cells]:
    """Illustrative calls to 101 by month, with the time of waiting from which a force counts abandoned ones."""
    def count(folder: Path) -> Cells:
        found = {(row["area_code"], *((f"waited-{row['abandon_threshold_s']}",) if by_limit else ()), month(row["month"])): value(row)
                 for row in rows(folder / "calls.csv") if row["channel"] == "phone_101"}
        return {key: number for key, number in found.items() if number is not None}

    return count


def count_survey(count: str) -> Callable[[Path], Cells]:
    """Answers by question; an answer of those from 16 or 18 on is also that of all where nobody else was asked."""
    def answers(folder: Path) -> Cells:
        cells: dict[tuple[str, ...], float] = {}
        for row in rows(FACTS / "surveys.csv"):
            words = chr(31).join((row["survey"], row["question"], row["option"]))
            rest = f"asked-{sha256(words.encode()).hexdigest()[:12]}", month(row["fieldwork_end"])
            area = "K04000001" if row["survey"] == "Crime Survey for England and Wales" else "K02000001"
            for band in (row["age_group"], *(("all",) if row["age_group"] in ("16+", "18+") else ())):
                if row["question"] in ASKED[count]:
                    cells[area, band, *rest] = float(row["percent"])
        return cells

    return answers


def count_platform_reach(folder: Path) -> Cells:
    """Reach by age of a platform in the whole country, which stands at each place that has residents by age."""
    places = {row["area_code"] for row in rows(FACTS / "population_by_force_age_mid2018.csv")}
    places |= {"K04000001", "E92000001", "W92000004"}
    return {(place, row["platform"], row["age_group"], month(row["date"])): float(row["percent"])
            for row in rows(FACTS / "platform_reach.csv")
            if row["kind"] == "platform" and row["age_group"] in ("18-24", "65+") for place in places}


def count_coverage(*states: str) -> Callable[[Path], Cells]:
    """Areas, fields and months of the release's own table of coverage, by their state."""
    def count(folder: Path) -> Cells:
        home = folder.parent
        release = home / "releases" / (home / "current").read_text(encoding="utf-8").strip()
        return {(row["area_code"], f"field-{row['field']}", str(row["month"])): float(row["state"] in states)
                for row in pq.read_table(release / "coverage.parquet").to_pylist() if row["state"] != "not collected"}

    return count


def count_attitude(question: str) -> Callable[[Path], Cells]:
    def count(folder: Path) -> Cells:
        return {(row["area_code"], month(row["period_end"])): float(row["percent"])
                for row in rows(FACTS / "pas_2014-2023.csv") if row["measure"] == question}

    return count


RECOUNT: Mapping[str, Callable[[Path], Cells]] = {
    "appeals": count_appeals,
    "publications": count_publications,
    **{name: count_engagement(lambda numbers, name=name: numbers[name])
       for name in ("audience", "reach", "impressions", *PARTS)},
    "interactions_reached": count_engagement(
        lambda numbers: interactions(numbers) if numbers["reach"] is not None else None),
    "reach_engaged": count_engagement(
        lambda numbers: given(numbers, "reach", where=interactions(numbers) is not None)),
    "shares_reached": count_engagement(lambda numbers: given(numbers, "shares", where=numbers["reach"] is not None)),
    "reach_shared": count_engagement(lambda numbers: given(numbers, "reach", where=numbers["shares"] is not None)),
    "interactions_unreached": count_engagement(
        lambda numbers: interactions(numbers) if numbers["reach"] is None and numbers["audience"] is not None else None),
    "audience_unreached": count_engagement(
        lambda numbers: given(numbers, "audience",
                              where=numbers["reach"] is None and interactions(numbers) is not None)),
    "population": count_population,
    "population_by_age": count_ages,
    "recorded_crime": count_crime,
    "posts": count_posts("posts"),
    "post_interactions": count_posts("likes", "reposts", "replies"),
    **{f"pas_{name}": count_attitude(name) for name in PAS},
    "calls_999_in_10s": count_calls("calls answered within 10 seconds"), "calls_999_time": count_calls("mean answer time"),
    "wait_101": count_101(lambda row: int(row["answered"]) * float(row["mean_seconds"])),
    "answered_101": count_101(lambda row: whole(row["answered"])),
    "abandoned_101": count_101(lambda row: whole(row["abandoned"]), by_limit=True),
    "offered_101": count_101(lambda row: whole(row["offered"]), by_limit=True),
    **{name: count_survey(name) for name in ASKED},
    "platform_reach_by_age": count_platform_reach,
    "quality_expected": count_coverage("supplied", "late", "not supplied"), "quality_supplied": count_coverage("supplied"),
    "comments_classified": count_engagement(lambda numbers: numbers["classified"]),
    "comments_balance": count_engagement(lambda numbers: None if numbers["classified"] is None else (
        numbers["positive"] - numbers["negative"])),
    **{f"appeals_of_{who}": count_details(lambda row: 1) for who in ("responses", "rows", "outcomes")},
    "persons_sought": count_details(lambda row: whole(row["persons_sought"]), by="category"),
    "reach_of_appeals": count_reach_of_appeals,
    "closed_appeals": count_details(lambda row: 1 if row["closed_at"] else None, at="closed_at"),
    "closed_with_outcome": count_details(lambda row: None if not row["closed_at"] else int(
        row["public_outcome"] not in ("", "none published")), at="closed_at"),
}


@cache
def recount(count: str, folder: Path) -> Cells:
    return RECOUNT[count](folder)


@pytest.fixture(scope="session")
def folder(release_home: Path) -> Path:
    """The newest release's folder, found without the program's own code."""
    return release_home / "releases" / (release_home / "current").read_text(encoding="utf-8").strip()


def stored_cells(table_path: Path) -> dict[tuple[str, ...], float]:
    table = pq.read_table(table_path)
    *keys, values = (table.column(place).to_pylist() for place in range(table.num_columns))
    cells = {tuple(map(str, key)): value for *key, value in zip(*keys, values, strict=True)}
    assert len(cells) == table.num_rows, "a cell stands twice"
    return cells


def test_release_holds_exactly_the_open_counts_that_are_recounted_here(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    held = {name for name, count in manifest["counts"].items() if count["policy"] == "open"}
    assert held == set(OPEN) == set(RECOUNT)
    assert {count["policy"] for count in manifest["counts"].values()} == {"open", "protected"}


@pytest.mark.parametrize("count", [name for name in OPEN if name not in DERIVED])
def test_every_stored_cell_is_what_the_files_say_and_none_is_missing(
    count: str, folder: Path, release_home: Path
) -> None:
    wanted = recount(count, release_home / "illustrative")
    stored = stored_cells(folder / "counts" / f"{count}.parquet")
    assert stored.keys() == wanted.keys()
    assert all(stored[key] == pytest.approx(wanted[key], abs=1e-9) for key in wanted) if count.startswith(
        ("pas_", "wait_")) else stored == dict(wanted)
    stated = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["counts"][count]["cells"]
    assert stated == len(wanted)


@pytest.mark.parametrize("count", [name for name in OPEN if name not in ("impressions", *PARTS)])
def test_every_figure_that_is_served_is_what_the_files_say_and_nothing_else_is_supplied(
    count: str, folder: Path, release_home: Path
) -> None:
    cube = folder / "cubes" / count
    described = json.loads((cube / "axes.json").read_text(encoding="utf-8"))
    values, supplied = (np.load(cube / f"{part}.npy") for part in ("values", "supplied"))
    if values.shape[-1] == described["months"] + 1:
        values, supplied = np.diff(values, axis=-1), np.diff(supplied, axis=-1)
    places = [{member: place for place, member in enumerate(members)} for members in described["axes"].values()]
    wanted = recount(count, release_home / "illustrative")
    if count in SUPPLIED:
        forces = set(pq.read_table(folder / "counts" / f"{SUPPLIED[count]}.parquet").column("area_code").to_pylist())
        assert len(forces) >= 42
        wanted = {key: value for key, value in wanted.items() if key[0] in forces}
    index = tuple(
        np.array([places[axis][key[axis]] for key in wanted]) for axis in range(len(places))
    ) + (np.array([int(key[-1]) for key in wanted]) - described["first"],)
    assert np.allclose(values[index], list(wanted.values()), rtol=1e-12, atol=1e-9)
    assert (supplied[index] == 1).all()
    areas = sorted({key[0] for key in wanted})
    total = tuple([np.array([places[0][area] for area in areas])] + [slice(None)] * (len(places)))
    leaves = [sorted({key[axis] for key in wanted}) for axis in range(1, len(places))]
    block, given = values[total], supplied[total]
    for axis, members in enumerate(leaves, start=1):
        among = [places[axis][member] for member in members]
        block, given = block.take(among, axis=axis), given.take(among, axis=axis)
    assert np.isclose(block.sum(), sum(wanted.values()), rtol=1e-12, atol=1e-6)
    records = ("appeals", "publications", "posts", "post_interactions", "persons_sought", "closed_appeals",
               "closed_with_outcome")
    if count not in records and not count.startswith("appeals_of"):
        assert given.sum() == len(wanted)


@pytest.mark.parametrize("count", ["reach", "audience", "publications", "appeals"])
def test_country_figures_are_sums_over_its_forces_and_distinct_along_channels(
    count: str, folder: Path, release_home: Path
) -> None:
    cube = folder / "cubes" / count
    described = json.loads((cube / "axes.json").read_text(encoding="utf-8"))
    values = np.load(cube / "values.npy")
    if values.shape[-1] == described["months"] + 1:
        values = np.diff(values, axis=-1)
    area, channel, third = (list(members) for members in described["axes"].values())
    wanted: Counter[tuple[str, str]] = Counter()
    for key, value in recount(count, release_home / "illustrative").items():
        if count == "appeals" or key[0][0] not in "EW":
            wanted[key[1], key[-1]] += value if key[0][0] in "EW" else 0
        else:
            for member in ("all", key[1], GROUP_OF[key[1]]):
                wanted[member, key[-1]] += value
    for (member, when), value in wanted.items():
        found = values[area.index("K04000001"), channel.index(member), third.index("all"),
                       int(when) - described["first"]]
        assert found == value
