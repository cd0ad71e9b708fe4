"""Similar forces: the supplied ones, else the nearest by published figures, each force beside its like."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.areas import AREAS, FORCES
from data.comparison import against, standing
from data.release import Release, Store
from data.selection import read
from data.similar import NEAREST, areas_km2, features_of, nearest, similar_to
from layouts.charts import CHART_BY_SLUG, CHARTS, ask
from layouts.document import render
from layouts.reading import details_of, notes_of, sentence_of
from layouts.table import table
from tests.publishing import FORCE, publish

CHART = CHART_BY_SLUG["similar"]
SURREY, LONDON, CITY = "E23000031", "E23000001", "E23000034"


@pytest.mark.parametrize(("code", "km2"), [(SURREY, 1663), (LONDON, 1572), ("E23000035", 10_270), ("W15000002", 1_555)])
def test_areas_are_those_of_the_atlas(release: Release, code: str, km2: float) -> None:
    assert areas_km2(release)[code] == pytest.approx(km2, rel=0.02)


def test_the_nearest_are_close_in_what_they_are_chosen_by(release: Release) -> None:
    codes, features = features_of(release)
    found = nearest(release)

    assert set(found) == set(codes) == {code for code in FORCES if code[0] in "EW"} - {CITY}
    assert all(len(set(like)) == NEAREST and code not in like for code, like in found.items())
    names = [AREAS[code].name for code in found[LONDON]]
    assert {"West Midlands", "Greater Manchester", "West Yorkshire"} <= set(names[:3])
    density = dict(zip(codes, features[:, 1], strict=True))
    assert all(density[code] > sorted(density.values())[20] for code in found["E23000014"][:3])


def test_the_choice_is_named_and_is_not_the_home_office_s(release: Release) -> None:
    says = similar_to(release, SURREY).says
    assert "computed here from the published figures" in says and "not the Home Office's groups" in says


def test_supplied_forces_stand_in_for_the_nearest(tmp_path: Path) -> None:
    folder = tmp_path / "force"
    folder.mkdir()
    (folder / "similar_forces.csv").write_text("area_code,similar_code\nSurrey,Kent\nSurrey,Essex\n", encoding="utf-8")
    publish(tmp_path / "home", folders=[FORCE, folder])
    held = Store(tmp_path / "home").current()

    found = similar_to(held, SURREY)
    assert sorted(AREAS[code].name for code in found.codes) == ["Essex", "Kent"]
    assert found.origin == "uploaded" and "publisher supplied" in found.says
    assert similar_to(held, LONDON).origin == "computed"
    answer = ask(held, read({"measure": "R1", "area": [SURREY]}), chart=CHART)
    assert {row.area_code for row in answer.frame} == {SURREY, *found.codes}


def test_a_force_stands_beside_its_like_with_ranks_and_words_that_intervals_support(release: Release) -> None:
    answer = ask(release, read({"measure": "A5", "area": [SURREY]}), chart=CHART)
    found = standing(answer)

    assert {row.area_code for row in answer.frame} == {SURREY, *similar_to(release, SURREY).codes}
    assert found.ranks is not None and list(found.ranks.rank) == sorted(found.ranks.rank)
    assert all(low <= rank <= high for low, rank, high in zip(found.ranks.lower, found.ranks.rank, found.ranks.upper, strict=True))
    assert len(against(answer, SURREY)) == NEAREST
    said = sentence_of(CHART, answer)
    assert said.startswith("Surrey: ") and "rank " in said and " of 8)" in said
    assert render(table(answer, chart=CHART)).count("of 8)") == 8
    assert len(details_of(CHART, answer)["ranks"]) == 8


def test_values_without_an_interval_are_not_ranked(release: Release) -> None:
    answer = ask(release, read({"measure": "E4", "area": [SURREY]}), chart=CHART)

    assert standing(answer).ranks is None and "not ranked" in notes_of(CHART, answer)[0]
    assert "rank " not in sentence_of(CHART, answer)


@pytest.mark.parametrize(("areas", "why"), [
    ([], "Choose one police force"), ([SURREY, LONDON], "Choose one police force"), (["K04000001"], "Choose one police force"),
    ([CITY], "City of London are named: it is left out on purpose"), (["S23000009"], "No forces similar to Police Scotland"),
    (["E07000207"], "Choose one police force"),
])
def test_where_there_is_no_group_the_chart_says_why(release: Release, areas: list[str], why: str) -> None:
    answer = ask(release, read({"measure": "A5", "area": areas}), chart=CHART)
    assert why in answer.reason and not answer.frame


def test_charts_that_ask_the_same_share_one_answer_and_keep_their_own_rows(release: Release) -> None:
    selection, asked = read({"measure": "A5", "area": [SURREY]}), {}
    funnel = ask(release, selection, chart=CHART_BY_SLUG["funnel"], asked=asked)
    similar = ask(release, selection, chart=CHART, asked=asked)

    assert len(asked) == 1 and len(funnel.frame) == len(FORCES) > len(similar.frame) == 1 + NEAREST
    assert not [chart for chart in CHARTS if chart.similar and chart.by != ("area",)]
