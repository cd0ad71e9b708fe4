"""Releases made of another one, without publishing it again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np

from data.release import Release, Store
from tests.publishing import furnish

LATER = "2026-11-24-abcdefabcdef"


def linked(home: Path, *, to: Path) -> Store:
    """Return a home of its own with the releases of another: their files are linked, as nobody writes to them."""
    for name in ("releases", "illustrative"):
        if (home / name).exists():
            shutil.copytree(home / name, to / name, copy_function=os.link)
    furnish(to)
    shutil.copy(home / "current", to / "current")
    return Store(to)


def doubled(store: Store, count_id: str) -> Release:
    """Return a release after the current one of a store in which every figure of a count is twice as large, and serve it."""
    current = store.current()
    folder = store.releases / LATER
    shutil.copytree(current.folder, folder, copy_function=os.link)
    values = folder / "cubes" / count_id / "values.npy"
    held = np.load(values)
    values.unlink()
    np.save(values, held * 2)
    store.point(LATER)
    return store.current()
