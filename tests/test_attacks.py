"""Attacks on the figures that the site serves: over HTTP, knowing everything but the secret, and failing.

The delivery is known row by row, so every guess can be marked. The same attacks are played on a
release without noise, where they must succeed: what passes with the protection off proves nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from math import sqrt
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.settings import Settings
from data import engine
from data import publish as publishing
from data.release import Store
from tests import known
from tests.attacking import (
    EVERY,
    FORCES,
    MARGIN,
    PEAK,
    TODAY,
    Figure,
    Places,
    averages,
    differences,
    everything,
    in_all_files,
    least_squares,
    marked,
    messages_of,
    presence,
    sum_of,
    targets,
    truth_of,
)
from tests.publishing import publish


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> tuple[known.Known, Path]:
    folder = tmp_path_factory.mktemp("known")
    return known.write(folder, forces=FORCES), folder


@pytest.fixture(scope="module")
def home(rows: tuple[known.Known, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("hue")
    publish(home, folders=[rows[1]], today=TODAY)
    return home


@pytest.fixture(scope="module")
def app(home: Path) -> Dash:
    return create_app(Settings(home=home))


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


@pytest.fixture(scope="module")
def responses(client: FlaskClient) -> dict[Places, Figure]:
    return everything(client)


@pytest.fixture(scope="module")
def truth(rows: tuple[known.Known, Path]) -> npt.NDArray[np.int64]:
    return truth_of(rows[0])


@pytest.fixture(scope="module")
def bare_app(rows: tuple[known.Known, Path], tmp_path_factory: pytest.TempPathFactory) -> Dash:
    """A release of the same delivery with the protection switched off."""
    home = tmp_path_factory.mktemp("bare")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing.engine, "aggregate", partial(engine.aggregate, sigma=0))
        patch.setattr(publishing, "_stop_on_leaks", lambda attacks: None)
        publish(home, folders=[rows[1]], today=TODAY)
    return create_app(Settings(home=home))


@pytest.fixture(scope="module")
def bare(bare_app: Dash) -> FlaskClient:
    return bare_app.server.test_client()


def exact(found: Mapping[tuple[str, Places], Figure], truth: npt.NDArray[np.int64]) -> tuple[int, float, float]:
    """How many different figures there are, the share that is the truth itself, and the share that may be."""
    hit = {about: figure.value == sum_of(truth, about) for (_, about), figure in found.items()}
    return len(hit), sum(hit.values()) / len(hit), MARGIN * PEAK + 3 * sqrt(PEAK / len(hit))


@pytest.mark.parametrize(("measure", "recounted", "fewest"), [("A3", truth_of, 60), ("E7", messages_of, 150)])
def test_no_file_of_any_address_holds_true_counts(
    measure: str, recounted: Callable[[known.Known], npt.NDArray[np.int64]], fewest: int, app: Dash, bare_app: Dash,
    rows: tuple[known.Known, Path],
) -> None:
    truth = recounted(rows[0])
    found = in_all_files(app, measure=measure)
    number, rate, allowed = exact(found, truth)

    assert {f"/areas/{FORCES[0]}.csv", f"/areas/{FORCES[0]}.json", "/charts/trend.csv", "/charts/map.json"} <= {path for path, _ in found}
    assert number > fewest and rate <= allowed, (number, rate)
    assert exact(in_all_files(bare_app, measure=measure), truth)[1] == 1


def test_many_figures_can_be_had_and_none_is_exact(responses: Mapping[Places, Figure], truth: npt.NDArray[np.int64]) -> None:
    off = np.array([figure.value - sum_of(truth, about) for about, figure in responses.items()])

    assert len(responses) > 600
    assert (off == 0).mean() < PEAK and abs(off).max() > 10


def test_differences_of_choices_tell_no_small_count(responses: Mapping[Places, Figure], truth: npt.NDArray[np.int64]) -> None:
    pairs, told = differences(responses, truth)

    assert pairs > 1500 and told.tries > 1000
    assert told.rate <= told.allowed


def test_averages_of_overlapping_choices_tell_no_small_count(
    responses: Mapping[Places, Figure], truth: npt.NDArray[np.int64],
) -> None:
    told = averages(responses, truth)

    assert told.tries > 30
    assert told.held, told


def test_least_squares_over_everything_tells_no_small_count(responses: Mapping[Places, Figure], truth: npt.NDArray[np.int64]) -> None:
    told = marked(least_squares(responses), [sum_of(truth, about) for about in targets()])

    assert told.tries > 300
    assert told.rate <= told.allowed, told


def test_one_person_is_told_from_none_no_better_than_the_noise_allows(
    responses: Mapping[Places, Figure], truth: npt.NDArray[np.int64],
) -> None:
    advantage, error = presence(least_squares(responses), np.array([sum_of(truth, about) for about in targets()]))

    assert advantage <= MARGIN * PEAK + 3 * error


def test_messages_are_as_safe_as_responses(client: FlaskClient, rows: tuple[known.Known, Path]) -> None:
    truth, found = messages_of(rows[0]), everything(client, measure="E7")
    pairs, told = differences(found, truth)

    assert pairs > 3000 and told.distinct > 80
    assert told.held, told
    kept = [(guess, sum_of(truth, about)) for guess, about in zip(least_squares(found), targets(), strict=True)
            if about[4] == EVERY[4]]
    assert marked(*zip(*kept, strict=True)).held  # type: ignore[arg-type]


def test_two_releases_compared_tell_no_small_count(
    rows: tuple[known.Known, Path], home: Path, responses: Mapping[Places, Figure], truth: npt.NDArray[np.int64], tmp_path: Path,
) -> None:
    first = Store(home).current_id()
    later = known.write(tmp_path / "later", forces=FORCES, end="2026-11", number=25)
    before = rows[0].responses
    assert later.responses[: len(before)] == before
    revised = random.Random(4).sample(range(len(before)), 12)
    lines = (tmp_path / "later" / "responses.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "later" / "responses.csv").write_text("".join([*lines, *(lines[1 + place] for place in revised)]), encoding="utf-8")
    more = truth_of(replace(rows[0], responses=[before[place] for place in revised]))
    publish(home, folders=[tmp_path / "later"], today=date(2026, 12, 23))
    try:
        server = create_app(Settings(home=home)).server.test_client()
        again = everything(server)
    finally:
        Store(home).use(first)  # type: ignore[arg-type]

    both = set(responses) & set(again)
    unrevised = [about for about in both if not sum_of(more, about)]
    assert len(both) > 600 and len(unrevised) > 200
    assert all(responses[about].value == again[about].value for about in unrevised)
    assert sum(responses[about].value == again[about].value for about in both) < 0.8 * len(both)
    two = {about: Figure(about, (responses[about].value + again[about].value) / 2, responses[about].spread)  # type: ignore[arg-type]
           for about in both}
    truths = [sum_of(truth, about) for about in targets()]
    told = marked(least_squares(two), truths)
    assert told.rate <= told.allowed, told
    assert differences(two, truth)[1].held
    revised_alone = [(two[about].value - sum_of(more, about) / 2, sum_of(truth, about)) for about in two if sum_of(more, about) == 1]
    assert len(revised_alone) > 50 and np.mean([round(guess) == true for guess, true in revised_alone]) < MARGIN * sqrt(2) * PEAK


def test_the_same_attacks_succeed_where_the_protection_is_off(bare: FlaskClient, truth: npt.NDArray[np.int64]) -> None:
    found = everything(bare, longest=4)
    truths = [sum_of(truth, about) for about in targets()]
    told = [differences(found, truth)[1], averages(found, truth), marked(least_squares(found), truths)]

    assert not any(outcome.held for outcome in told), told
    assert told[0].rate > 0.99 and told[1].rate > 0.9 and told[2].rate > 0.5
    advantage, error = presence(least_squares(found), np.array(truths))
    assert advantage > MARGIN * PEAK + 3 * error


def test_a_publish_without_noise_is_stopped_by_its_own_attacks(rows: tuple[known.Known, Path], tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing.engine, "aggregate", partial(engine.aggregate, sigma=0))
        with pytest.raises(publishing.PublishError, match="The protection does not hold"):
            publish(tmp_path, folders=[rows[1]], today=TODAY)
    assert Store(tmp_path).current_id() is None
