"""Claims: judged by the published figure alone, in words that follow from it, never telling more than it does."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.settings import Settings
from data.claims import KEYS, Claim, Number, figure_of, grade_of, judge, read_claim, read_number
from data.errors import SelectionError
from data.measures import MEASURE_BY_ID, MEASURES
from data.release import Release, Store
from data.selection import Selection
from layouts.claiming import HEADS, RULES, as_data, chart_of, head, sentences
from layouts.numbers import bare, interval, shown

SURREY = "E23000031"
CRIME = f"measure=R1&area={SURREY}"
OLDER = "2026-11-01-aaaaaaaaaaaa"


def claim(query: str) -> Claim:
    return read_claim(parse_qs(query, keep_blank_values=True))


def uploaded(release: Release) -> Release:
    """Return the release as if all of its figures had been uploaded."""
    counts = {name: {**stated, "origin": "uploaded"} for name, stated in release.manifest["counts"].items()}
    return replace(release, manifest={**release.manifest, "counts": counts}, _kept={}, _cubes={})


@pytest.fixture(scope="module")
def client(release_home: Path) -> FlaskClient:
    return create_app(Settings(home=release_home)).server.test_client()


@pytest.mark.parametrize(("text", "value", "half"), [
    ("61", 61, 0.5), ("61.2", 61.2, 0.05), ("2,400", 2400, 50), ("2400", 2400, 50), ("2,000", 2000, 50), ("100", 100, 5), ("20", 20, 0.5),
    ("0", 0, 0.5), ("1.2 million", 1.2e6, 5e4), ("3k", 3000, 500), ("-4", -4, 0.5), ("\N{MINUS SIGN}4", -4, 0.5), (" 7 ", 7, 0.5)])
def test_a_number_is_read_with_the_precision_that_it_is_given_in(text: str, value: float, half: float) -> None:
    found = read_number(text, measure=MEASURE_BY_ID["A1"])
    assert (found.value, found.half) == pytest.approx((value, half))


def test_a_unit_is_read_where_it_is_that_of_the_measure_and_else_refused() -> None:
    for unit, own in (("%", "C1"), (" points", "E13"), (" seconds", "C2")):
        assert read_number(f"12{unit}", measure=MEASURE_BY_ID[own]).value == 12
        for other in {"C1", "E13", "C2", "A1"} - {own}:
            with pytest.raises(SelectionError, match="is not given in"):
                read_number(f"12{unit}", measure=MEASURE_BY_ID[other])


@pytest.mark.parametrize(("text", "half"), [("100%", 0.5), ("100", 0.5), ("100.0", 0.05), ("0.12", 0.005)])
def test_a_percentage_is_never_taken_to_be_rounded_to_its_noughts(text: str, half: float) -> None:
    assert read_number(text, measure=MEASURE_BY_ID["C1"]).half == pytest.approx(half)


@pytest.mark.parametrize("text", ["many", "", "1e5", "1,23", "53%", "5 points", "--3", "9" * 41, "9" * 20, "1 2", "½"])
def test_what_is_no_number_of_the_measure_is_refused(text: str) -> None:
    with pytest.raises(SelectionError) as told:
        read_number(text, measure=MEASURE_BY_ID["A1"])
    assert told.value.field == "value"


@pytest.mark.parametrize(("number", "verdict", "grade"), [
    ("61.2", "supported", "published figure"), ("61", "supported", "published figure"), ("61.22", "supported", "published figure"),
    ("60.9", "supported", "within uncertainty"), ("61.6", "supported", "within uncertainty"), ("60.7", "not supported", ""),
    ("62", "not supported", ""), ("612", "not supported", "")])
def test_a_published_figure_judges_numbers(release: Release, number: str, verdict: str, grade: str) -> None:
    found = judge(release, claim(f"{CRIME}&value={number}"))

    assert (found.verdict, found.grade) == (verdict, grade)
    assert "61.2 (60.8 to 61.7)" in sentences(found)[0] and head(found) == HEADS[found.verdict, found.grade]


@pytest.mark.parametrize("measure", [measure.id for measure in MEASURES if not measure.context])
def test_the_shown_value_of_every_measure_is_supported_unless_nothing_can_be_judged(release: Release, measure: str) -> None:
    for held in (release, uploaded(release)):
        basis = figure_of(held, claim(f"measure={measure}&value=1").selection)
        if basis.row is None or basis.row.value is None:
            assert basis.lacks
            continue
        number = bare(basis.row).replace("\N{MINUS SIGN}", "-")
        found = judge(held, claim(f"measure={measure}&value={number.replace('+', '%2B')}"))
        illustrative = "illustrative" in (basis.answer.origin, basis.record["origin"])
        assert illustrative or held is not release or basis.lacks or found.verdict == "supported"
        assert (found.verdict == "supported") == (not basis.lacks), basis.lacks
        assert not illustrative or (found.verdict == "cannot be judged" and "illustrative" in basis.lacks)


def test_illustrative_figures_support_nothing_and_are_not_told(release: Release, client: FlaskClient) -> None:
    row = figure_of(release, Selection(measure="A1")).row
    assert row is not None and row.value is not None
    for number in (bare(row), "5"):
        query = f"measure=A1&value={number}"
        told, page = client.get(f"/claim.json?{query}").json, unescape(client.get(f"/claim?{query}").text)
        assert told["verdict"] == "cannot be judged" and told["figure"] is told["source"] is told["chart"] is None  # type: ignore[index]
        assert "llustrative figures support nothing" in told["says"] and shown(row) not in page.replace(f"“{number}”", "")  # type: ignore[index]
        assert (f"{bare(row)}<" in page) == (number == bare(row)), "but what the reader wrote"


def test_a_protected_figure_tells_its_published_range_and_no_more(release: Release) -> None:
    held = uploaded(release)
    seen = {"shown": 0, "hidden": 0}
    for area in (SURREY, "E23000032", "W15000002"):
        for measure in ("A3", "E7", "A6"):
            for month in ("2026-01", "2026-02", "2025-11"):
                query = f"measure={measure}&area={area}&from={month}&to={month}"
                row = figure_of(held, claim(f"{query}&value=1").selection).row
                if row is None:
                    continue
                tried = [judge(held, claim(f"{query}&value={number}")) for number in range(0, 160, 3)]
                if row.value is None:
                    seen["hidden"] += 1
                    alike = {json.dumps({**as_data(each), "claim": None}) for each in tried}
                    assert {each.verdict for each in tried} == {"cannot be judged"} and len(alike) == 1
                    continue
                seen["shown"] += 1
                for each in tried:
                    number = each.claim.number
                    inside = row.lower is not None and row.upper is not None and interval_holds(row, number)
                    expected = "published figure" if number.rounds(row.value) else "within uncertainty" if inside else ""
                    assert each.grade == expected or each.figure.lacks
    assert seen["shown"] > 3 and seen["hidden"] > 0, seen


def interval_holds(row: Any, number: Number) -> bool:
    """Whether a number lies within the interval of a row, or is one of its ends as a reader sees them."""
    ends = [float(end.strip("%").replace(",", "")) for end in interval(row).split(" to ")]
    return min(row.lower, ends[0]) <= number.value <= max(row.upper, ends[1])


def test_a_grade_is_made_of_what_is_published_of_a_figure() -> None:
    found = figure_row(24, lower=19, upper=29)
    grades = {value: grade_of(found, Number(text="", value=value, half=0.5)) for value in range(10, 40)}
    assert [value for value, grade in grades.items() if grade] == list(range(19, 30)) and grades[24] == "published figure"
    hidden = figure_row(None, lower=None, upper=20)
    assert {grade_of(hidden, Number(text="", value=value, half=0.5)) for value in range(100)} == {""}


@pytest.mark.parametrize(("measure", "base", "value", "lower", "upper", "within"), [
    ("R1", 900_000, 61.2244, 60.7806, 61.6706, {"60.8": True, "61.7": True, "60.78": False, "60.7": False, "61.8": False, "62": False}),
    ("A6", 300, 52.6, 46.6, 58.7, {"47": True, "59": True, "46": False, "60": False}), ("A3", None, 24, 19, 29, {"19": True, "30": False})])
def test_the_ends_of_an_interval_support_a_number_as_they_are_shown(
    measure: str, base: float | None, value: float, lower: float, upper: float, within: dict[str, bool],
) -> None:
    found = figure_row(value, lower=lower, upper=upper)._replace(measure=measure, denominator=base)
    for text, expected in within.items():
        number = read_number(text, measure=MEASURE_BY_ID[measure])
        assert (grade_of(found, number) == "within uncertainty") == expected, text


def test_a_share_that_is_claimed_as_a_part_of_one_is_told_how_it_was_read(release: Release) -> None:
    row = figure_of(release, Selection(measure="C1")).row
    assert row is not None and row.value is not None and row.value > 50
    said = [" ".join(sentences(judge(release, claim(f"measure=C1&value={value}")))) for value in (f"{row.value / 100:.2f}", "1", "0.5%25", bare(row))]
    assert ["A share is claimed in per cent here" in each for each in said] == [True, False, False, False]


def test_marks_of_a_figure_are_said(release: Release) -> None:
    found = judge(release, claim(f"{CRIME}&value=61"))
    assert found.figure.row is not None
    for status, words in (("p r", "provisional and will change. The figure, or a part of it, was revised"), ("r", "was revised"), ("ok", "")):
        said = " ".join(sentences(replace(found, figure=replace(found.figure, row=found.figure.row._replace(status=status)))))
        assert words in said and ("revised" in said) == ("r" in status.split())


def figure_row(value: float | None, **ends: float | None) -> Any:
    from data.frame import Row

    return Row("A3", SURREY, "all", "all", "all", "all", 24300, 24300, value, None, value, ends["lower"], ends["upper"],
               "ok" if value else "c", "main")


@pytest.mark.parametrize(("query", "says"), [
    (f"{CRIME}&from=2017-06&to=2018-03&value=61", "No whole period of these figures lies within the chosen months"),
    ("measure=P7&area=E09000003&from=2019-01&to=2020-12&value=61", "There is no figure of 2019 to 2020 as a whole: the nearest one is of"),
    (f"{CRIME}&from=2019-04&value=61", "The chosen period has no figures"),
    (f"{CRIME}&channel=facebook&value=61", "not collected by channel"),
    (f"{CRIME}&crime_type=burglary&value=61", "not collected by crime type"),
    ("measure=P7&area=E23000031&value=61", "has figures for boroughs of London"),
])
def test_another_figure_than_the_claimed_one_judges_nothing(release: Release, query: str, says: str) -> None:
    found = judge(release, claim(query))

    assert found.verdict == "cannot be judged" and says in found.figure.lacks and chart_of(found) is None


@pytest.fixture(scope="module")
def revised(release_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an earlier release in which twice as many crimes were recorded."""
    home = tmp_path_factory.mktemp("revised") / "home"
    shutil.copytree(release_home, home, ignore=shutil.ignore_patterns("private", "illustrative"), copy_function=os.link,
                    symlinks=True)
    now = str(Store(home).current_id())
    older = shutil.copytree(home / "releases" / now, home / "releases" / OLDER, copy_function=os.link)
    for path in (older / "cubes" / "recorded_crime").glob("*.npy"):
        array = np.load(path)
        if array.dtype.kind == "f" or "value" in path.name:
            path.unlink()
            np.save(path, array * 2)
    manifest = json.loads((older / "manifest.json").read_text(encoding="utf-8"))
    (older / "manifest.json").unlink()
    (older / "manifest.json").write_text(json.dumps({**manifest, "id": OLDER, "created": "2026-11-01T08:00:00+00:00"}), encoding="utf-8")
    return home


def test_what_held_in_an_earlier_release_is_outdated(revised: Path, client: FlaskClient) -> None:
    older, newer = Store(revised).get(OLDER), Store(revised).current()
    was = figure_of(older, Selection(measure="R1", area=(SURREY,))).row
    assert was is not None and was.value == pytest.approx(122.4, abs=0.1)

    found = judge(newer, claim(f"{CRIME}&value=122"))
    assert found.verdict == "outdated" and found.earlier is not None and found.earlier.release.id == OLDER
    said = " ".join(sentences(found))
    assert "1 November 2026" in said and OLDER in said and shown(was) in said and "61.2 (60.8 to 61.7)" in said
    assert judge(newer, claim(f"{CRIME}&value=200")).verdict == "not supported"
    assert judge(older, claim(f"{CRIME}&value=122&release={OLDER}")).verdict == "supported"
    assert judge(older, claim(f"{CRIME}&value=61&release={OLDER}")).verdict == "not supported", "a later release makes nothing outdated"
    own = create_app(Settings(home=revised)).server.test_client()
    pages = {name: unescape(own.get(f"/claim?{CRIME}&value=122&release={name}").text) for name in (OLDER, newer.id)}
    assert f'href="/claim?{CRIME}&value=122">By the current one' in pages[OLDER] and "not the current one" not in pages[newer.id]
    Store(revised).withdraw(OLDER, why="wrong")
    assert judge(newer, claim(f"{CRIME}&value=122")).verdict == "not supported", "what was withdrawn is no longer held"


@pytest.mark.parametrize(("query", "field"), [
    ("", "measure"), ("value=3", "measure"), ("measure=&value=3", "measure"), ("measure=ZZ&value=3", "measure"), (CRIME, "value"),
    (f"{CRIME}&value=", "value"), (f"{CRIME}&value=much", "value"), (f"{CRIME}&value=3%25", "value"), (f"{CRIME}&value=3&value=4", "value"),
    (f"{CRIME}&value=3&colour=red", "colour"), (f"{CRIME}&value=3&grain=month", "grain"), (f"{CRIME}&value=3&from=2018", "from"),
    ("measure=R1&area=Atlantis&value=3", "area"), (f"{CRIME}&value=3&category=kites", "category"), (f"{CRIME}&value={'9' * 5000}", "query"),
    (f"{CRIME}&value=3&release=../x", "release"),
])
def test_a_bad_claim_is_400_with_its_field_and_said_on_the_page(client: FlaskClient, query: str, field: str) -> None:
    answer = client.get(f"/claim.json?{query}")
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json") and answer.json["field"] == field  # type: ignore[index]
    page = client.get(f"/claim?{query}")
    assert page.status_code == 200 and ("could not be read" in page.text or not query or field == "query")


def test_a_claim_of_a_release_that_is_not_there(client: FlaskClient) -> None:
    query = f"{CRIME}&value=61&release=2020-01-01-0123456789ab"
    assert client.get(f"/claim.json?{query}").status_code == 404
    assert "The release that the address names is not there; the newest is shown." in client.get(f"/claim?{query}").text


@pytest.mark.parametrize("query", [f"{CRIME}&value=61", f"{CRIME}&value=60.9", f"{CRIME}&value=9", "measure=A1&value=4",
                                   "measure=P7&area=E09000003&value=70%25", f"{CRIME}&category=robbery&value=0.4"])
def test_page_and_json_say_the_same_and_lead_to_the_figure(client: FlaskClient, release: Release, query: str) -> None:
    told: Any = client.get(f"/claim.json?{query}").json
    page = unescape(client.get(f"/claim?{query}").text)
    section = re.search(r'<section[^>]*judged-claim.*?</section>', page, re.S)
    assert section and 'name="robots" content="noindex"' in page

    assert told["says"].split(". ")[0].rstrip(".") in section.group(0) and told["release"] == release.id
    if told["chart"]:
        assert f"release={release.id}" in told["chart"] and told["chart"] in page and "<svg" in section.group(0)
        assert client.get(told["chart"]).status_code == 200 and told["source"] in page
        held = client.get(told["chart"].replace("?", ".json?", 1)).json["rows"]  # type: ignore[index]
        assert any(row["value"] == told["figure"]["value"] for row in held)


def test_the_page_says_the_rules_and_offers_no_illustrative_measure(client: FlaskClient) -> None:
    page = unescape(client.get("/claim").text)
    assert all(text in page for _, text in RULES) and 'value="R1"' in page and 'value="A1"' not in page
    assert "<script" not in page and client.get("/claim").headers["ETag"]
    assert set(KEYS) > {"measure", "area"}
