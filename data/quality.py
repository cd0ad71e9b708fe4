"""What a release knows of itself: coverage, how soon figures came, how much they were changed.

Made at publish from what is published: the coverage of each field, and the release that was served before. Of
months that stood in the first release nobody knows when they came; what was made up is never set against what a
force supplied.

    quality/supplied_on.parquet   area_code, field, month, day (ordinal; missing where it is not known)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from data import stored
from data.coverage import Coverage
from data.disclosure.noise import SIGMA
from data.disclosure.tables import TABLE_BY_ID
from data.engine import Cells, Tables
from data.errors import Unreadable
from data.periods import last_day
from data.release import Release
from data.statistics.intervals import threshold

FILE = "quality/supplied_on.parquet"
KEY = ["area_code", "field", "month"]
_SUPPLIED, _BEFORE = "supplied", "not collected"
Aggregated = Cells | Tables
SOURCE = "releases"
"""The id under which a release names itself and the one before it as the source of what it knows of itself."""


def source(*, vintage: str, origin: str) -> dict[str, object]:
    """Return what the site says of this source, as of any other in a manifest."""
    return {
        "id": SOURCE, "label": "This release and the one before it", "publisher": "Hue & Cry",
        "licence": "Open Government Licence v3.0", "credit": "Coverage, timeliness and revisions: counted when a release is made.", "address": "", "cadence": "with each release",
        "limits": ["Counted when a release is made, from what is published in it."], "vintage": vintage, "origin": origin,
        "kind": "coverage",
    }


def coverage_rows(covered: Sequence[Coverage]) -> pd.DataFrame:
    """Return a row for each area, field and month that was expected: area_code, field, month, supplied (0 or 1)."""
    parts = []
    for each in covered:
        states = np.array([[each.state(area, month) for month in range(len(each.months))] for area in range(len(each.areas))])
        area, month = np.nonzero(states != _BEFORE) if states.size else (np.array([], int), np.array([], int))
        parts.append(pd.DataFrame({
            "area_code": np.array(each.areas, dtype=object)[area], "field": each.field,
            "month": np.array(each.months, dtype=np.int64)[month],
            "supplied": (states[area, month] == _SUPPLIED).astype(np.int64) if states.size else np.array([], np.int64)}))
    return pd.concat(parts, ignore_index=True)


def supplied_on(
    coverage: pd.DataFrame, *, before: Release | None, origins: Mapping[str, str], today: date
) -> pd.DataFrame:
    """Return the day on which a release first held each area, field and month; missing where the first one held it.

    A field whose origin is another than before begins anew.
    """
    held = coverage.loc[coverage["supplied"] == 1, KEY]
    known = None if before is None else _readable(before.folder / FILE)
    if before is None or known is None:
        return held.assign(day=np.nan)
    found = held.merge(known.to_pandas(), on=KEY, how="left", indicator=True)
    same = {field for field, origin in origins.items() if before.manifest["counts"].get(field, {}).get("origin") == origin}
    fresh = (found["_merge"] == "left_only") & found["field"].isin(same)
    return found.drop(columns="_merge").assign(day=found["day"].where(~fresh, float(today.toordinal())))


def revised(cells: Sequence[Aggregated], *, before: Release | None, origins: Mapping[str, str]) -> pd.DataFrame:
    """Return, for each area, field and month, by how much figures that stand in both releases differ, and what they were.

    Columns: area_code, field, month, change (sum of absolute differences), was (sum of absolute earlier figures). Of a
    protected count the table of forces with the fewest dimensions is set side by side, as it was published, without
    the figures that are too small to show in either release.
    """
    least = float(threshold(1, sigma=SIGMA))
    parts = [pd.DataFrame({"area_code": [], "field": [], "month": [], "change": [], "was": []})]
    for cell in cells:
        count = cell.count
        stated = before.manifest["counts"].get(count.id, {}) if before is not None else {}
        if before is None or count.derived or stated.get("origin") != origins.get(count.id):
            continue
        path, now = _published(cell)
        file = before.folder / "counts" / f"{path}.parquet"
        old = _readable(file) if path else None
        if old is None or now is None or old.column_names != now.column_names:
            continue
        keys = [name for name in now.column_names if name != "value"]
        both = old.to_pandas().merge(now.to_pandas(), on=keys, suffixes=("_old", "_new"))
        if isinstance(cell, Tables):
            both = both[(both["value_old"] >= least) & (both["value_new"] >= least)]
        both = both.assign(field=count.id, change=(both["value_new"] - both["value_old"]).abs(), was=both["value_old"].abs())
        parts.append(both.groupby(KEY, as_index=False)[["change", "was"]].sum())
    return pd.concat(parts, ignore_index=True).astype({"month": "int64", "change": "float64", "was": "float64"})


def _readable(path: Path) -> pa.Table | None:
    """Return a table of the release before, ``None`` where it has none that can be read: a publish is what mends that."""
    try:
        return stored.table(path)
    except Unreadable:
        return None


def _published(cell: Aggregated) -> tuple[str, pa.Table | None]:
    """Return the path under ``counts`` and the rows of a count, of a protected one those of its plainest table of forces."""
    if isinstance(cell, Cells):
        return cell.count.id, cell.table
    forces = [name for name in cell.parts if TABLE_BY_ID[name].areas == "force"]
    if not forces:
        return "", None
    plain = min(forces, key=lambda name: (len(TABLE_BY_ID[name].dimensions), TABLE_BY_ID[name].step))
    return f"{cell.count.id}/{plain}", cell.parts[plain][0]


def tables(
    covered: Sequence[Coverage], cells: Sequence[Aggregated], *, before: Release | None, origins: Mapping[str, str], today: date
) -> dict[str, pd.DataFrame]:
    """Return the tables that the measures of quality are counted from, by kind; and ``supplied_on``, kept in the release."""
    coverage = coverage_rows(covered)
    on = supplied_on(coverage, before=before, origins=origins, today=today)
    told = on.dropna(subset="day")
    ends = np.array([last_day(int(month)).toordinal() for month in told["month"]], dtype=np.float64)
    return {
        "coverage": coverage, "supplied_on": on,
        "timeliness": told.assign(days=np.maximum(told["day"] - ends, 0))[[*KEY, "days"]],
        "revision": revised(cells, before=before, origins=origins),
    }


def write(on: pd.DataFrame, folder: Path) -> None:
    """Keep the days of supply in a release's folder."""
    (folder / FILE).parent.mkdir()
    on.to_parquet(folder / FILE, index=False)
