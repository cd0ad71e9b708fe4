"""Asking a release for its stored cells and its totals, as several tests of answers do."""

from __future__ import annotations

import pandas as pd
import pyarrow.parquet as pq

from data.frame import Row
from data.query import answer
from data.release import Release
from data.selection import read

SURREY, KENT, CITY, GWENT, SCOTLAND = "E23000031", "E23000032", "E23000034", "W15000002", "S23000009"
CAMDEN, GUILDFORD = "E09000007", "E07000209"


def table(release: Release, count: str) -> pd.DataFrame:
    return pq.read_table(release.folder / "counts" / f"{count}.parquet").to_pandas()


def total(release: Release, **query: str | list[str]) -> Row:
    found = answer(release, read({key.removesuffix("_"): value for key, value in query.items()}), by=())
    assert not found.reason, found.reason
    (row,) = found.frame.rows
    return row
