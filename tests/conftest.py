"""What several tests stand on: one release of the default figures, published once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from data.release import Release, Store
from data.templates import TEMPLATES
from tests.answers import protected_measures
from tests.browser import opened_browser, served
from tests.command_line import hue
from tests.publishing import FORCE, changed, publish
from tests.skipping import pytest_runtest_makereport  # noqa: F401 (pytest calls it)

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def release_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ``HUE_HOME`` with the default release."""
    home = tmp_path_factory.mktemp("hue")
    publish(home)
    return home


@pytest.fixture(scope="module")
def protected() -> Iterator[None]:
    """Measures that rest on protected counts, known while a module's tests run."""
    with protected_measures():
        yield


@pytest.fixture(scope="session")
def release(release_home: Path) -> Release:
    """The default release, opened."""
    return Store(release_home).current()


@pytest.fixture(scope="session")
def base(release_home: Path) -> Iterator[str]:
    """The address of the dashboard with the default release, served as ``hue serve`` does."""
    with served(release_home) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; each visit has a profile of its own."""
    with opened_browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A home with two releases of one force's figures, the older and the newer; the newer is served. Not to be changed."""
    home = tmp_path_factory.mktemp("two")
    older = publish(home, folders=[FORCE], today=TODAY).release
    newer = publish(home, folders=[changed(home / "changed", to=1801)], today=TODAY).release
    return home, older, newer


@pytest.fixture
def home(two: tuple[Path, str, str], tmp_path: Path) -> Path:
    """A copy of that home of the test's own."""
    return shutil.copytree(two[0], tmp_path / "home", symlinks=True)


@pytest.fixture
def default_home(release_home: Path, tmp_path: Path) -> Path:
    """A ``HUE_HOME`` of the test's own with the default release, whose files are never written to in place."""
    home = tmp_path / "home"
    shutil.copytree(release_home, home, ignore=shutil.ignore_patterns("releases"), symlinks=True)
    shutil.copytree(release_home / "releases", home / "releases", copy_function=os.link)
    return home


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every template as it is printed."""
    folder = tmp_path_factory.mktemp("printed")
    for template in TEMPLATES:
        (folder / f"{template.name}.csv").write_text(hue("template", template.name).stdout, encoding="utf-8")
    return folder


@pytest.fixture
def force(printed: Path, tmp_path: Path) -> Path:
    """The folder of a force that sent every template as it got it."""
    return shutil.copytree(printed, tmp_path / "my-force")
