"""The files of a release, read: what is missing, cut off or of another kind is named, with its release.

Only what cannot be read at all is found here; whether each byte is as it was published, ``Store.verify`` tells.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import Unreadable

RELEASES = "releases"
"""The folder that holds the releases."""


def table(path: Path, *, filters: Sequence[tuple[str, str, str]] | None = None) -> pa.Table:
    """Return a table of a release. Raises ``Unreadable`` where the file is missing or damaged."""
    try:
        return pq.read_table(path, filters=list(filters) if filters else None)
    except (pa.ArrowException, OSError, ValueError) as fault:
        raise damaged(path) from fault


def array(path: Path) -> npt.NDArray[np.generic]:
    """Return an array of a release, which stays on disk. Raises ``Unreadable`` where the file is missing or damaged."""
    try:
        return np.load(path, mmap_mode="r")
    except (OSError, ValueError, EOFError) as fault:
        raise damaged(path) from fault


def document(path: Path) -> dict[str, Any]:
    """Return a JSON object of a release. Raises ``Unreadable`` where the file is missing or damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise damaged(path) from fault
    if not isinstance(found, dict):
        raise damaged(path)
    return found


def damaged(path: Path) -> Unreadable:
    """Return the error of a file of a release that cannot be read."""
    parts = path.parts
    at = len(parts) - 1 - parts[::-1].index(RELEASES) if RELEASES in parts else 0
    name, inside = parts[at + 1], "/".join(parts[at + 2:])
    return Unreadable(
        f"The release {name} is damaged: {inside} cannot be read.",
        mend=f"See all that differs with hue releases verify {name}. Serve another with hue releases use, or publish again: "
             "that makes it anew.")
