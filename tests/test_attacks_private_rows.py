"""Nothing is let out beside the perturbed cells: two deliveries that differ in every private row give one release."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from dash import Dash

from dashboard.app import create_app
from dashboard.settings import Settings
from data import publish as publishing
from data.release import Store
from tests import private_rows
from tests.addresses import CLAIM, addresses, unpacked
from tests.publishing import publish

TODAY, LATER = date(2026, 11, 23), date(2026, 12, 23)
SURREY = private_rows.FORCES[0]
AREAS = (SURREY, "E07000209")
"""A force, and a district of it."""
Homes = tuple[Path, Path]


@pytest.fixture(scope="module")
def homes(release_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Homes:
    """Two homes with a release of each delivery, made with noise that hides the truth altogether."""
    room = tmp_path_factory.mktemp("private")
    private_rows.write(room / "one", room / "other")
    found = (room / "home-one", room / "home-other")
    with private_rows.cells_that_agree(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "_stop_on_leaks", lambda attacks: None)
        for home, files in zip(found, ("one", "other"), strict=True):
            shutil.copytree(release_home, home, ignore=shutil.ignore_patterns("releases", "private", "current"), symlinks=True)
            publish(home, folders=[room / files], today=TODAY)
    return found


@pytest.fixture(scope="module")
def apps(homes: Homes) -> tuple[Dash, Dash]:
    """The applications of both homes after a second release, in which every protected cell was revised."""
    with private_rows.cells_that_agree(level=private_rows.LEVEL + 7), pytest.MonkeyPatch.context() as patch:
        patch.setattr(publishing, "_stop_on_leaks", lambda attacks: None)
        for home, files in zip(homes, ("one", "other"), strict=True):
            publish(home, folders=[home.parent / files], today=LATER)
    one, other = (create_app(Settings(home=home)) for home in homes)
    return one, other


def untimed(answer: bytes) -> bytes:
    """An answer without the moments at which releases were made."""
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\+00:00|Z)", b"then", answer)


def test_a_release_follows_private_rows_through_the_noise_alone(homes: Homes) -> None:
    one, other = (Store(home).current() for home in homes)

    assert len(one.manifest["privacy"]["protected_counts"]) > 12
    assert {name: each for name, each in one.manifest.items() if name != "created"} == {
        name: each for name, each in other.manifest.items() if name != "created"}


def test_without_the_hiding_noise_the_two_deliveries_are_told_apart(homes: Homes, tmp_path: Path) -> None:
    """The deliveries do differ in nearly every protected count: that they give one release is no accident."""
    files = [Store(home).current().manifest["files"] for home in homes]
    shutil.copytree(homes[0] / "illustrative", tmp_path / "home" / "illustrative")
    publish(tmp_path / "home", folders=[homes[0].parent / "other"], today=TODAY)
    plain = Store(tmp_path / "home").current()

    protected = plain.manifest["privacy"]["protected_counts"]
    differing = {path.split("/")[1] for path, sum_ in plain.manifest["files"].items()
                 if path.startswith("counts/") and files[0].get(path) != sum_}
    assert set(protected) <= differing


@pytest.mark.long
def test_every_address_answers_the_same_for_both(apps: tuple[Dash, Dash]) -> None:
    one, other = (app.server.test_client() for app in apps)
    marks = [row["status"] for row in one.get(f"/charts/control.json?measure=A3&area={SURREY}&grain=month").json["rows"]]  # type: ignore[index]
    assert any("r" in mark.split() for mark in marks)
    asked = list(addresses(apps[0], areas=AREAS))
    selected = [f"{path}?measure=A3&area={SURREY}" for path in asked if "." not in path] + [
        f"{path}?measure=E9&area={SURREY}" for path in asked if path.startswith("/charts/")] + [
        f"{CLAIM}?measure={measure}&area={SURREY}&value=20" for measure in ("A3", "A8", "E7", "E9")]

    assert {"/", "/appeals", "/performance", f"/areas/{SURREY}.csv", "/data/coverage.csv", "/measures/A3", "/charts/ladder.json",
            "/appeals/list.json"} <= set(asked) and len(asked) > 150
    for address in (*asked, *selected):
        answers = [client.get(address) for client in (one, other)]
        assert answers[0].status_code == answers[1].status_code and untimed(unpacked(answers[0].data)) == untimed(
            unpacked(answers[1].data)), address
        assert answers[0].status_code == 200 or "?" in address or address == CLAIM, (address, answers[0].status_code)
