"""Figures that can hardly be right are questioned: against residents, against their own past, against each other.

Each question is a warning that takes no row out: the publisher looks, and publishes or corrects. What is compared is
said in its words. The past is what the same delivery tells and, for other months, what the last release tells,
illustrative figures left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from data import stored
from data.areas import AREAS, area_name
from data.checks import LISTED
from data.errors import Defect, Gone, NotFound, Unreadable
from data.model import ALL, CHANNEL, month_text
from data.release import Release, Store
from data.sources.base import Loaded

AUDIENCE_PER_RESIDENT = 3
REACH_PER_RESIDENT = 30
"""A month's audience and reach on one channel above so many times the residents are questioned."""
TIMES = 10
"""A month that is so many times the median of its series, or that part of it, is questioned."""
MONTHS_NEEDED = 6
SMALL = 10
"""A median below this says nothing of a month far below it."""
MONTHS_OF_SWAP = 3
"""Months of the past that a column needs before it can be said to hold another one's figures."""
NEAR = 2.0
"""Two columns are swapped where each lies within this factor of the other's past and outside it of its own."""
_CHECK = "Check the figure; if it is right, nothing is to be done."
_NOT_ABOVE = (("shares", "reach"), ("reactions", "impressions"))
_SWAPPED = ("audience", "reach", "impressions", "reactions", "comments", "shares", "clicks")


@dataclass(frozen=True)
class Series:
    """What makes a series of months of one kind of rows: its columns and its figures, added up where rows share them."""

    key: tuple[str, ...]
    figures: tuple[str, ...]
    added: bool = True


SERIES: Mapping[str, Series] = {
    "engagement": Series(("area_code", "channel", "age_group"), (
        "audience", "publications", "reach", "impressions", "reactions", "comments", "shares", "clicks", "messages_in",
        "reports_created", "classified")),
    "street_crimes": Series(("force_code",), ("crimes",)),
    "attitudes": Series(("area_code", "measure"), ("percent",), added=False),
    "contact": Series(("area_code", "channel", "measure", "unit", "months"), ("value",), added=False),
    "responses_counted": Series(("area_code",), ("responses",)),
}
_COUNT_OF = {**{name: name for name in ("audience", "reach", "impressions", "reactions", "comments", "shares", "clicks")},
             "classified": "comments_classified"}


def last_release(home: Path) -> Release | None:
    """Return the release that is served, ``None`` where there is none or where it cannot be read."""
    try:
        return Store(home).current()
    except (NotFound, Gone, Unreadable):
        return None


def question(files: Sequence[Loaded], *, residents: pd.DataFrame, release: Release | None = None) -> tuple[Loaded, ...]:
    """Return the files with their questions among their findings.

    ``residents`` has area_code, age_group, month and population.
    """
    found: dict[int, list[Defect]] = {}
    for kind, series in SERIES.items():
        rows = _rows(files, kind=kind)
        if not len(rows):
            continue
        months = _months(rows, series=series, past=_past(release, kind=kind))
        asked = [*_above_residents(rows, residents=residents, files=files), *_above_each_other(rows, files=files),
                 *_swapped(months, files=files)] if kind == "engagement" else []
        for place, defect in (*asked, *_jumps(months, series=series, files=files)):
            found.setdefault(place, []).append(defect)
    return tuple(_with(file, found.get(place, [])) for place, file in enumerate(files))


def _with(file: Loaded, found: Sequence[Defect]) -> Loaded:
    if not found:
        return file
    report = replace(file.report, defects=tuple(sorted((*file.report.defects, *found), key=lambda defect: defect.line)))
    return replace(file, report=report)


def _rows(files: Sequence[Loaded], *, kind: str) -> pd.DataFrame:
    """Return the rows of one kind, each with the place of its file and its line."""
    tables = [file.table.assign(place=place, line=file.table.index) for place, file in enumerate(files)
              if file.kind == kind and len(file.table)]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _warning(row: pd.Series, *, files: Sequence[Loaded], column: str, value: float, rule: str) -> tuple[int, Defect]:
    place = int(row["place"])
    file = files[place]
    line = int(row["line"]) if file.table.index.name == "line" else 0
    return place, Defect(file=file.report.file, line=line, column=column, value=f"{value:.15g}", rule=rule, mend=_CHECK,
                         severity="warning", rows=0)


def _where(row: pd.Series) -> str:
    """Say which series a row belongs to."""
    parts = [area_name(code) for name in ("area_code", "force_code") if (code := row.get(name)) in AREAS]
    if "channel" in row:
        parts.append(CHANNEL.by_id[row["channel"]].label)
    parts += [str(row[name]) for name in ("age_group", "measure") if name in row and row[name] != "unknown"]
    return ", ".join((*parts, month_text(int(row["month"]))))


# Against residents and each other


def _above_residents(
    rows: pd.DataFrame, *, residents: pd.DataFrame, files: Sequence[Loaded]
) -> Iterator[tuple[int, Defect]]:
    total = residents[residents["age_group"] == ALL].sort_values("month").groupby("area_code")["population"].last()
    cells = rows.groupby(["area_code", "channel", "month"], as_index=False).agg(
        audience=("audience", "sum"), reach=("reach", "sum"), place=("place", "first"), line=("line", "first"))
    living = cells["area_code"].map(total)
    for name, times in (("audience", AUDIENCE_PER_RESIDENT), ("reach", REACH_PER_RESIDENT)):
        for index, row in cells[cells[name] > times * living].head(LISTED).iterrows():
            yield _warning(row, files=files, column=name, value=row[name], rule=(
                f"The {name} ({_where(row)}) is more than {times} times the {living[index]:,.0f} residents."))


def _above_each_other(rows: pd.DataFrame, *, files: Sequence[Loaded]) -> Iterator[tuple[int, Defect]]:
    for lower, upper in _NOT_ABOVE:
        for _, row in rows[rows[lower] > rows[upper]].head(LISTED).iterrows():
            yield _warning(row, files=files, column=lower, value=row[lower], rule=(
                f"There are more {lower} than {upper} ({row[upper]:,.0f}) in {_where(row)}: a column may have shifted."))


# Against the past


def _table(release: Release | None, count: str) -> pd.DataFrame | None:
    """Return what a release tells of a count, ``None`` where that is nothing or illustrative."""
    stated = release.manifest["counts"].get(count) if release else None
    if release is None or stated is None or stated["origin"] == "illustrative":
        return None
    try:
        return stored.table(release.folder / "counts" / f"{count}.parquet").to_pandas()
    except Unreadable:
        return None


def _past_engagement(release: Release | None) -> pd.DataFrame | None:
    key = [*SERIES["engagement"].key, "month"]
    tables = [table.set_index(key)["value"].rename(name) for name, count in _COUNT_OF.items()
              if (table := _table(release, count)) is not None]
    return pd.concat(tables, axis=1).reset_index() if tables else None


def _past(release: Release | None, *, kind: str) -> pd.DataFrame | None:
    if kind == "engagement":
        return _past_engagement(release)
    if kind == "street_crimes" and (table := _table(release, "street_records")) is not None:
        table = table.rename(columns={"area_code": "force_code", "value": "crimes"})
        return table.groupby(["force_code", "month"], as_index=False)["crimes"].sum()
    if kind == "attitudes" and release is not None:
        tables = [table.assign(measure=count.removeprefix("pas_")) for count in release.manifest["counts"]
                  if count.startswith("pas_") and (table := _table(release, count)) is not None]
        return pd.concat(tables).rename(columns={"value": "percent"}) if tables else None
    return None


def _with_districts(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the rows of districts to their force, as a release does, where the force tells rows of its own."""
    own = set(rows["area_code"].unique())
    force = {code: AREAS[code].force for code in own if code != AREAS[code].force in own}
    extra = rows[rows["area_code"].isin(list(force))] if force else rows.iloc[:0]
    return pd.concat([rows, extra.assign(area_code=extra["area_code"].map(force))]) if len(extra) else rows


def _months(rows: pd.DataFrame, *, series: Series, past: pd.DataFrame | None) -> pd.DataFrame:
    """Return a row for each month of each series, the past's beside the delivered ones (``place`` -1)."""
    key, figures = [*series.key, "month"], [name for name in series.figures if name in rows]
    if "area_code" in series.key and series.added:
        rows = _with_districts(rows)
    coded = rows.astype({name: "category" for name in series.key if rows[name].dtype == "str"})  # words are compared once
    groups = coded.groupby(key, sort=False, observed=True)
    if series.added:
        added = groups[figures].sum(min_count=1)
        if "publications" in figures:
            added["publications"] = groups["publications"].max()
    else:
        added = groups[figures].first()
    first = groups[["place", "line"]].first()
    told = added.assign(**{name: first[name].to_numpy() for name in first}).reset_index()  # both have the order of the groups
    if past is None:
        return told
    earlier = past.merge(told[key], on=key, how="left", indicator=True)
    earlier = earlier[earlier["_merge"] == "left_only"].drop(columns="_merge").assign(place=-1, line=0)
    return pd.concat([told, earlier.reindex(columns=told.columns)], ignore_index=True)


def _jumps(months: pd.DataFrame, *, series: Series, files: Sequence[Loaded]) -> Iterator[tuple[int, Defect]]:
    of = months.groupby(list(series.key), sort=False, observed=True)
    for name in (name for name in series.figures if name in months):
        values, median = months[name], of[name].transform("median")
        enough = (of[name].transform("count") >= MONTHS_NEEDED) & (months["place"] >= 0)
        above = enough & (values >= TIMES * median) & (values >= TIMES * SMALL) & (median >= 0)
        below = enough & (values * TIMES <= median) & (median >= SMALL)
        for index, row in months[above | below].head(LISTED).iterrows():
            much = f"{TIMES} times the median or more" if above[index] else "a tenth of the median or less"
            yield _warning(row, files=files, column=name, value=values[index], rule=(
                f"The month is {much} in its series ({_where(row)}: {name} {values[index]:,.15g}, median {median[index]:,.15g})."))


def _swapped(months: pd.DataFrame, *, files: Sequence[Loaded]) -> Iterator[tuple[int, Defect]]:
    """Find the latest months in which every figure of two columns lies where the other one lay in the months before."""
    series = SERIES["engagement"]
    names = [name for name in _SWAPPED if name in months]
    latest = months["month"] == months.loc[months["place"] >= 0].groupby("place")["month"].max().max()
    before = months[~latest].groupby(list(series.key), sort=False, observed=True)[names]
    usual, known = before.median(), before.count() >= MONTHS_OF_SWAP
    now = months[latest & (months["place"] >= 0)].set_index(list(series.key))
    usual = usual.where(known & (usual > 0)).reindex(now.index)
    for one, other in combinations(names, 2):
        both = now[[one, other]].notna().all(axis=1) & usual[[one, other]].notna().all(axis=1)
        if not both.any():
            continue
        held, expected = now.loc[both, [one, other]].to_numpy(), usual.loc[both, [one, other]].to_numpy()
        if _near(held, expected[:, ::-1]).all() and not _near(held, expected).any():
            row = now[both].reset_index().iloc[0]
            yield _warning(row, files=files, column=one, value=row[one], rule=(
                f"'{one}' and '{other}' may be swapped in {month_text(int(row['month']))}: each holds what the other held in the "
                "months before."))


def _near(held: np.ndarray, expected: np.ndarray) -> np.ndarray:
    return (held <= NEAR * expected) & (held * NEAR >= expected)
