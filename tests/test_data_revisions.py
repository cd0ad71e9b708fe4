"""What changed between releases: told from what is published, exactly, and of nothing else."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from data.release import Store
from data.revisions import Revised, compare
from tests.publishing import publish

pytestmark = pytest.mark.long  # several publishes; `make test-long` runs it

FORCE = Path(__file__).parent / "fixtures" / "force"
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


def test_the_first_publish_has_nothing_to_be_compared_with(tmp_path: Path) -> None:
    assert publish(tmp_path, folders=[FORCE], today=TODAY, dry_run=True).revisions is None


def test_revisions_can_be_written_as_json(two: tuple[Store, str, str]) -> None:
    assert json.loads(json.dumps(asdict(compare(two[0].get(two[1]), two[0].get(two[2])))))["older"] == two[1]
