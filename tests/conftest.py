"""What several tests stand on: one release of the default figures, published once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from dashboard.settings import ROOT
from data.release import Release, Store
from tests.answers import protected_measures
from tests.browser import opened_browser, served
from tests.publishing import publish


@pytest.fixture(scope="session")
def release_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ``HUE_HOME`` with the default release."""
    home = tmp_path_factory.mktemp("hue")
    bundle = ROOT / ".hue" / "bundle"
    if bundle.is_dir():
        shutil.copytree(bundle, home / "bundle")
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
