"""A million rows of engagement, as a force's file would hold them: made up, for measuring alone."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from data.areas import ENGLAND_AND_WALES, members_of
from data.assumptions import END
from data.model import AGE_GROUP, CHANNEL, month_index, month_text

ROWS = 1_000_000
NUMBERS = ("audience", "reach", "reactions", "comments", "shares", "clicks")


def frame(*, rows: int = ROWS, seed: int = 1) -> pd.DataFrame:
    """Return ``rows`` rows: every force, channel and age group, month for month up to the latest."""
    rng = np.random.default_rng(seed)
    cells = list(product(sorted(members_of(ENGLAND_AND_WALES)), [member.id for member in CHANNEL.members],
                         [member.id for member in AGE_GROUP.members]))
    months = -(-rows // len(cells))
    last = month_index(END)
    areas, channels, ages = (list(column) for column in zip(*cells, strict=True))
    table = pd.DataFrame({
        "month": np.repeat([month_text(month) for month in range(last, last - months, -1)], len(cells)),
        "area_code": areas * months, "channel": channels * months, "age_group": ages * months,
    }).iloc[:rows]
    audience = rng.integers(2_000, 40_000, rows)
    reach = (audience * rng.uniform(0.2, 0.9, rows)).astype(int)
    parts = {name: (reach * rng.uniform(0, 0.02, rows)).astype(int) for name in NUMBERS[2:]}
    return table.assign(audience=audience, reach=reach, **parts)


def write(folder: Path, *, rows: int = ROWS) -> Path:
    """Write the rows as ``engagement.csv`` in ``folder`` and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "engagement.csv"
    frame(rows=rows).to_csv(path, index=False, lineterminator="\n")
    return path
