"""What several tests stand on: one release of the default figures, published once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.settings import ROOT
from tests.publishing import publish
from data.release import Release, Store
from tests.answers import protected_measures


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
