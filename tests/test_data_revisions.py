"""What changed between releases: told from what is published, exactly, and of nothing else."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from data.export import as_csv, as_json
from data.query import answer
from data.release import Store
from data.revisions import Restated, Revised, compare
from data.selection import read
from layouts.charts import CHART_BY_SLUG, ask
from layouts.document import render
from layouts.shapes import SHAPES
from layouts.table import table
from layouts.words import marks_explained
from tests.publishing import FORCE, publish

pytestmark = pytest.mark.long  # several publishes; `make test-long` runs it

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, str, str]:
    """A force's release, and the next one with a reach revised, an appeal added and no outcomes."""
    home = tmp_path_factory.mktemp("revised")
    older = publish(home, folders=[FORCE], today=TODAY).release
    later = home / "later"
    shutil.copytree(FORCE, later)
    (later / "outcomes.csv").unlink()
    with (later / "engagement.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    place = table[0].index("reach")
    row = next(row for row in table[1:] if row[place])
    row[place] = str(int(row[place]) + 7)
    with (later / "engagement.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)
    newer = publish(home, folders=[later], today=TODAY).release
    return Store(home), older, newer


def of(found: tuple[Revised, ...], count: str) -> Revised:
    return next(each for each in found if each.count == count)


def test_a_release_differs_in_nothing_from_itself(two: tuple[Store, str, str]) -> None:
    release = two[0].get(two[1])
    found = compare(release, release)
    assert not any(count.changed for count in found.counts) and found.revised == 0
    assert not (found.sources_added or found.sources_gone or found.vintages or found.late)


def test_a_revised_figure_is_told_with_its_place_and_month(two: tuple[Store, str, str]) -> None:
    found = compare(two[0].get(two[1]), two[0].get(two[2]))
    reach = of(found.counts, "reach")
    assert reach.revised >= 1 and reach.places and reach.months[0] <= reach.months[1]
    assert not of(found.counts, "population").changed and not of(found.counts, "pas_trust").changed


def test_what_is_no_longer_supplied_is_gone_and_not_revised(two: tuple[Store, str, str]) -> None:
    found = compare(two[0].get(two[1]), two[0].get(two[2]))
    assert [label for label in found.sources_gone if "utcome" in label]
    assert all(count.revised == 0 for count in found.counts if count.count.startswith("appeals_followed"))


def test_protected_cells_of_the_same_truth_are_not_revised(two: tuple[Store, str, str]) -> None:
    found = compare(two[0].get(two[1]), two[0].get(two[2]))
    for count in found.counts:
        if count.count.startswith(("responses/", "responses_graded/")):
            assert count.revised == 0 and count.added == 0 and count.gone == 0


def test_a_dry_run_says_what_would_change_and_changes_nothing(two: tuple[Store, str, str]) -> None:
    store, _, newer = two
    done = publish(store.home, folders=[FORCE], today=TODAY, dry_run=True)
    assert store.current_id() == newer and done.dry and done.revisions is not None
    assert done.revisions.older == newer and of(done.revisions.counts, "reach").revised >= 1
    assert [label for label in done.revisions.sources_added if "utcome" in label]
    same = publish(store.home, folders=[store.home / "later"], today=TODAY, dry_run=True)
    assert same.revisions is not None and not any(count.changed for count in same.revisions.counts)
    assert same.cells == publish(store.home, folders=[store.home / "later"], today=TODAY).cells


def test_targets_and_similar_forces_that_changed_are_told(two: tuple[Store, str, str], tmp_path: Path) -> None:
    store, _, newer = two
    (tmp_path / "targets.csv").write_text("measure,area_code,period,target\nC1,E23000031,2026,92\n", encoding="utf-8")
    (tmp_path / "similar.csv").write_text("area_code,similar_code\nE23000031,E23000029\nE23000031,E23000026\n", encoding="utf-8")
    expected = (Restated(what="Similar forces of Surrey", before="", now="Bedfordshire, Thames Valley"),
                Restated(what="Target of C1, Surrey, 2026", before="", now="92"))
    found = publish(store.home, folders=[tmp_path], dry_run=True, today=TODAY).revisions

    assert found is not None and found.restated == expected
    published = publish(store.home, folders=[tmp_path], today=TODAY).release
    assert compare(store.get(newer), store.get(published)).restated == expected
    (tmp_path / "targets.csv").write_text("measure,area_code,period,target\nC1,E23000031,2026,93\n", encoding="utf-8")
    again = publish(store.home, folders=[tmp_path], dry_run=True, today=TODAY).revisions
    store.use(newer)

    assert again is not None and again.restated == (Restated(what="Target of C1, Surrey, 2026", before="92", now="93"),)


def test_the_first_publish_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    assert publish(tmp_path, folders=[FORCE], today=TODAY, dry_run=True).revisions is None


def test_revisions_can_be_written_as_json(two: tuple[Store, str, str]) -> None:
    assert json.loads(json.dumps(asdict(compare(two[0].get(two[1]), two[0].get(two[2])))))["older"] == two[1]


# Marks


SURREY = "E23000031"


def test_first_release_has_no_marks_and_the_next_says_what_it_was_compared_with(two: tuple[Store, str, str]) -> None:
    store, older, newer = two
    first, second = (store.get(name).manifest["revisions"] for name in (older, newer))
    assert first == {"against": "", "cells": {}, "files": {}}
    assert second["against"] == older and second["cells"]["reach"] == 1 and "revised/reach.npy" in second["files"]
    assert all(count.startswith("reach") for count in second["cells"])
    assert store.verify(older) == store.verify(newer) == []


def test_marks_are_no_part_of_the_name_of_a_release(two: tuple[Store, str, str], tmp_path: Path) -> None:
    store, older, newer = two
    alone = publish(tmp_path, folders=[store.home / "later"], today=TODAY)
    assert alone.release == newer and Store(tmp_path).get(newer).manifest["revisions"]["against"] == ""


@pytest.mark.parametrize("measure", ["E3", "E4"])
def test_revised_figures_carry_the_mark_on_every_surface(measure: str, two: tuple[Store, str, str]) -> None:
    release, chart = two[0].get(two[2]), CHART_BY_SLUG["channel"]
    found = ask(release, read({"measure": measure, "area": SURREY}), chart=chart)
    statuses = {row.channel: row.status.split() for row in found.frame.of("main")}
    assert [channel for channel, status in statuses.items() if "r" in status] == ["facebook"]
    shape = SHAPES[chart.shape]
    assert "[r]" in json.dumps(shape.plotly(found, chart=chart, selected=()))
    assert "[r]" in shape.svg(found, chart=chart, selected=(), width=720)
    assert "[r]" in render(table(found, chart=chart))
    assert [row["status"] for row in as_json(found, release=release)["rows"] if "r" in row["status"].split()]
    assert [line for line in as_csv(found, release=release).splitlines() if ",p r," in line or ",r," in line]
    assert any(text.startswith("[r] revised") for text in marks_explained(found))


def test_trend_draws_revised_months_and_its_key_says_so(two: tuple[Store, str, str]) -> None:
    chart = CHART_BY_SLUG["trend"]
    found = ask(two[0].get(two[2]), read({"measure": "E3", "area": SURREY, "channel": "facebook"}), chart=chart)
    assert {row.start % 12: "r" in row.status.split() for row in found.frame.of("main")}[8]
    assert not any("r" in row.status.split() for row in answer(two[0].get(two[1]), found.asked, by=chart.by).frame)
    assert "[r]" in SHAPES["lines"].svg(found, chart=chart, selected=(), width=720)
    assert "[r]" in json.dumps(SHAPES["lines"].plotly(found, chart=chart, selected=()))
    assert any("[r]" in item.text or "[p]" in item.text for item in SHAPES["lines"].legend(found, chart=chart))


def test_protected_figures_are_marked_where_what_is_published_changed_and_never_where_too_small(tmp_path: Path) -> None:
    publish(tmp_path, today=TODAY)  # illustrative figures: another origin, so nothing of them is revised
    many = tmp_path / "many"
    shutil.copytree(FORCE, many)
    text = (many / "responses.csv").read_text(encoding="utf-8")
    (many / "responses.csv").write_text(text + "S-2,2026-09-05,web_form,x,35-44,useful\n" * 60, encoding="utf-8")
    first = publish(tmp_path, folders=[many], today=TODAY).release
    assert set(Store(tmp_path).get(first).manifest["revisions"]["cells"]) == set()
    (many / "responses.csv").write_text(text + "S-2,2026-09-05,web_form,x,35-44,useful\n" * 90, encoding="utf-8")
    release = Store(tmp_path).get(publish(tmp_path, folders=[many], today=TODAY).release)

    assert release.manifest["revisions"]["cells"]["responses"] > 0
    rows = answer(release, read({"measure": "A3", "area": SURREY}), by=("period",)).frame.of("main")
    assert any("r" in row.status.split() for row in rows if row.value is not None)
    assert all("r" not in row.status.split() for row in rows if row.value is None)
