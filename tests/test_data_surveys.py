"""Answers of surveys: one figure for each question and fieldwork, with its base and margin; calls to 999 and 101."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from math import sqrt
from pathlib import Path

import pytest

from data.areas import SNAPSHOTS
from data.export import as_csv, as_json
from data.model import month_index
from data.named import question_id, words_of
from data.query import answer
from data.release import Release, Store
from data.selection import read
from data.templates import TEMPLATE_BY_NAME
from data.templates import as_csv as template_as_csv
from layouts.charts import CHART_BY_SLUG, ask
from layouts.document import render
from layouts.table import table
from tests.publishing import publish

TODAY = date(2026, 11, 23)
SURREY, SUSSEX, KENT = "E23000031", "E23000033", "E23000032"
WORDING = "How good a job are the police doing in this area?"
SURVEY: tuple[Mapping[str, str], ...] = (
    {"percent": "58.4", "base": "1012", "unweighted_base": "998", "deff": "1.5", "measure": "S3"},
    {"percent": "61", "base": "90", "unweighted_base": "88", "age_group": "55+", "measure": "S3"},
    {"percent": "47", "base": "40", "unweighted_base": "44", "age_group": "18-24", "measure": "S3"},
    {"percent": "55", "fieldwork_start": "2026-03-01", "fieldwork_end": "2026-03-31", "measure": "S3"},
    {"percent": "41.6", "option": "Fair, poor or very poor", "measure": ""},
    {"percent": "52", "base": "500", "area_code": KENT, "measure": "S3", "surveyor": "A polling firm"},
)
CALLS: tuple[tuple[str, str, str, str, str, str, str, str, str], ...] = (  # area, month, line, offered, answered, 10s, mean, p90, abandoned
    (SURREY, "2026-08", "phone_101", "1000", "900", "", "120", "", "80"),
    (SURREY, "2026-09", "phone_101", "2000", "1900", "", "60", "", "90"),
    (SUSSEX, "2026-09", "phone_101", "3000", "2700", "", "90.5", "", "150"),
    (KENT, "2026-09", "phone_101", "5000", "4000", "", "", "", "700"),
    (SURREY, "2026-09", "phone_999", "1100", "1000", "905", "6.5", "11.2", "20"),
    (SUSSEX, "2026-09", "phone_999", "2100", "2000", "1500", "9", "15", "60"),
)
LIMITS = {SURREY: "0", SUSSEX: "0", KENT: "30"}


def survey_row(**cells: str) -> dict[str, str]:
    head, first, _ = template_as_csv(TEMPLATE_BY_NAME["survey"]).splitlines()
    plain = dict(zip(head.split(","), next(csv.reader([first])), strict=True))
    return {**plain, "base": "", "unweighted_base": "", "deff": "", **cells}


def write(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    rows = [survey_row(**row) for row in SURVEY]
    with (folder / "survey.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    head = "area_code,month,channel,offered,answered,answered_10s,mean_seconds,p90_seconds,abandoned,abandon_threshold_s"
    lines = [f"{','.join(row)},{LIMITS[row[0]]}" for row in CALLS]
    (folder / "calls.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def uploaded(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release with a force's survey and calls."""
    home = tmp_path_factory.mktemp("uploaded")
    write(home / "force")
    publish(home, folders=[home / "force"], today=TODAY)
    return Store(home).current()


def published() -> list[dict[str, str]]:
    with (SNAPSHOTS / "facts" / "surveys.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ASKED = {
    "S1": ["Would use a social media site to contact the police if they witnessed a crime"],
    "S2": ["Would share personal data for greater security against crime and terrorism"],
    "S3": ["Confidence in the local police", "Police in the local area do a good or excellent job"],
    "S4": ["Would report the crime to the police", "Would definitely report someone close to them"],
}


@pytest.mark.parametrize("measure", ASKED)
def test_every_published_answer_is_shown_as_its_source_states_it(measure: str, release: Release) -> None:
    for row in published():
        if row["question"] not in ASKED[measure]:
            continue
        end = row["fieldwork_end"][:7]
        asked = question_id(surveyor=row["survey"], question=row["question"], option=row["option"])
        chosen = {"category": asked, "to": end, **({} if row["age_group"] == "all" else {"age_group": row["age_group"]})}
        found = answer(release, read(chosen), by=(), measure=measure)
        (shown,) = found.frame.rows
        assert shown.value == float(row["percent"]) and shown.category == asked
        assert (shown.start, shown.end) == (month_index(row["fieldwork_start"]), month_index(end))
        assert shown.denominator == (float(row["base"]) if row["base"] else None)
        if row["base"]:
            margin = 100 * 1.96 * sqrt(shown.value / 100 * (1 - shown.value / 100) / float(row["base"]))
            assert (shown.lower, shown.upper) == pytest.approx((shown.value - margin, shown.value + margin), abs=1e-3)
            assert shown.status == "ok"
        else:
            assert (shown.lower, shown.upper, shown.status) == (None, None, "u")
        said = " ".join(note.text for note in found.notes)
        for told in (row["question"], f"“{row['option']}”", row["survey"], row["source"], end[:4]):
            assert told in said


@pytest.mark.parametrize("slug", ["category", "age", "trend"])
@pytest.mark.parametrize("measure", ASKED)
def test_question_dates_base_surveyor_and_source_stand_in_every_form(measure: str, slug: str, release: Release) -> None:
    chart = CHART_BY_SLUG[slug]
    found = ask(release, read({"measure": measure}), chart=chart)
    if not found.frame:
        assert found.reason
        return
    sheet = render(table(found, chart=chart))
    notes = " ".join(note["text"] for note in as_json(found, release=release)["notes"])
    for row, written in zip(found.frame, csv.DictReader(io.StringIO(as_csv(found, release=release))), strict=True):
        one = release.surveyed[measure, row.area_code, row.age_group, row.category, row.end]
        assert written["source"] == one.asked() and written["vintage"] == one.end.isoformat()
        assert one.asked() in notes
        for told in (one.question, one.option, one.surveyor, one.when(), one.base_words(), one.source):
            assert told in one.asked() and told.split("'")[0] in sheet


def test_no_two_questions_stand_in_one_mark_and_none_are_added(release: Release) -> None:
    for measure in ASKED:
        for slug in ("category", "age", "trend", "map"):
            rows = [row for row in ask(release, read({"measure": measure}), chart=CHART_BY_SLUG[slug]).frame if row.value]
            keys = [(row.category, row.age_group, row.end, row.area_code) for row in rows]
            assert len(set(keys)) == len(keys) and all(words_of(row.category) for row in rows)
            assert slug == "category" or len({row.category for row in rows}) <= 1


def test_bands_that_do_not_nest_stay_as_they_are(release: Release) -> None:
    rows = answer(release, read({"measure": "S1"}), by=("age_group",)).frame.rows
    assert [(row.age_group, row.value) for row in rows] == [("18-24", 15), ("55+", 1)]
    both = answer(release, read({"measure": "S4", "age_group": ["18-24", "65+"]}), by=())
    assert both.frame.rows[0].age_group == "all" and any("cannot be added" in note.text for note in both.notes)
    assert answer(release, read({"measure": "S1"}), by=()).reason.startswith("These figures were published for single age")


def test_2012_is_visibly_old(release: Release) -> None:
    found = ask(release, read({"measure": "S2"}), chart=CHART_BY_SLUG["category"])
    drawn = render(table(found, chart=CHART_BY_SLUG["category"]))
    assert drawn.count("February 2012</th>") == 3
    assert any("2012" in limit and "not current" in limit for limit in found.measure.limits)


def test_survey_of_a_force_has_its_margin_with_the_design_effect(uploaded: Release) -> None:
    whole, old, young = (
        answer(uploaded, read({"area": SURREY, **more}), by=(), measure="S3").frame.rows[0]
        for more in ({}, {"age_group": "55+"}, {"age_group": "18-24"}))
    margin = 100 * 1.96 * sqrt(1.5 * 0.584 * 0.416 / 998)
    assert (whole.numerator, whole.denominator, whole.value, whole.status) == (591, 1012, 58.4, "ok")
    assert (whole.lower, whole.upper) == pytest.approx((58.4 - margin, 58.4 + margin), abs=1e-3)
    assert (old.value, old.status) == (61, "u") and old.lower == pytest.approx(61 - 196 * sqrt(0.61 * 0.39 / 88), abs=1e-3)
    assert (young.value, young.status, young.denominator) == (None, "c", 40)
    trend = answer(uploaded, read({"area": SURREY}), by=("channel_group", "period"), measure="S3").frame.rows
    assert [(row.end, row.value, row.status) for row in trend] == [
        (month_index("2026-03"), 55, "u"), (month_index("2026-06"), 58.4, "ok")]


def test_each_figure_keeps_its_own_origin_beside_those_of_others(uploaded: Release) -> None:
    own = answer(uploaded, read({"area": KENT}), by=(), measure="S3")
    others = answer(uploaded, read({}), by=(), measure="S3")
    (kent,), (country,) = (list(csv.DictReader(io.StringIO(as_csv(found, release=uploaded)))) for found in (own, others))
    assert (kent["origin"], kent["value"]) == ("uploaded", "52") and "A polling firm" in kent["source"] and WORDING in kent["source"]
    assert (country["origin"], country["value"]) == ("published", "67")
    assert "41.6" not in as_csv(ask(uploaded, read({"measure": "S3", "area": SURREY}), chart=CHART_BY_SLUG["category"]),
                                release=uploaded)


# Calls


def of(release: Release, measure: str, **query: str) -> tuple[float | None, float | None, float | None]:
    (row,) = answer(release, read(query), by=(), measure=measure).frame.rows
    return row.numerator, row.denominator, row.value


def test_wait_is_the_mean_of_calls_and_not_of_forces(uploaded: Release) -> None:
    assert of(uploaded, "C3", area=SURREY) == (900 * 120 + 1900 * 60, 2800, round((900 * 120 + 1900 * 60) / 2800, 4))
    seconds = 900 * 120 + 1900 * 60 + 2700 * 90.5
    assert of(uploaded, "C3") == (seconds, 5500, round(seconds / 5500, 4))
    assert of(uploaded, "C2F") == (1000 * 6.5 + 2000 * 9, 3000, round(24500 / 3000, 4))
    assert of(uploaded, "C1F") == (2405, 3000, round(100 * 2405 / 3000, 4))
    assert of(uploaded, "C2N", area=SUSSEX) == (15, None, 15)
    assert "choose one" in answer(uploaded, read({"area": [SURREY, SUSSEX]}), by=(), measure="C2N").reason


def test_calls_abandoned_with_different_limits_are_never_added(uploaded: Release) -> None:
    assert of(uploaded, "C4") == (320, 6000, round(100 * 320 / 6000, 4))
    assert of(uploaded, "C4", area=KENT) == (700, 5000, 14)
    assert of(uploaded, "C4", category="waited-30") == (700, 5000, 14)
    found = answer(uploaded, read({}), by=("category",), measure="C4")
    assert [(row.category, row.value) for row in found.frame] == [("waited-0", round(100 * 320 / 6000, 4)), ("waited-30", 14)]
    mixed = answer(uploaded, read({"area": [SURREY, KENT]}), by=(), measure="C4")
    assert mixed.frame.rows[0].category == "waited-0" and any("stands for itself" in note.text for note in mixed.notes)
    assert mixed.frame.rows[0].denominator == 3000
    on_map = {row.area_code: row for row in answer(uploaded, read({}), by=("area",), measure="C4").frame}
    assert on_map[KENT].value is None and on_map[KENT].status == "z" and on_map[SURREY].value is not None


def test_illustrative_calls_leave_with_the_first_own_row(uploaded: Release, release: Release) -> None:
    for measure in ("C3", "C4"):
        assert answer(release, read({}), by=(), measure=measure).origin == "illustrative"
        assert answer(uploaded, read({}), by=(), measure=measure).origin == "uploaded"
    assert answer(release, read({}), by=(), measure="C1").origin == "published"
    assert answer(release, read({}), by=(), measure="C1F").reason.startswith("This release holds no figures")
