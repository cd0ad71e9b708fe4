"""The files of one delivery beside each other: rows sent twice, unknown appeals, dates and numbers that clash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.areas import AREAS
from data.cells import DAY_MINUTES
from data.checks import LISTED
from data.errors import Defect
from data.sources.base import Loaded
from data.sources.house_contact import WORDS
from data.templates import APPEALS, ENGAGEMENT, RESPONSES_COUNTED, TEMPLATE_BY_NAME, Template

_KEYED: Mapping[str, tuple[Template, str]] = {
    "appeals": (APPEALS, "appeal"),
    "engagement": (ENGAGEMENT, "month, area, channel and age group"),
    "responses_counted": (RESPONSES_COUNTED, "combination of month, area and the other columns"),
    **{name: (TEMPLATE_BY_NAME[name], what) for name, what in WORDS.items()},
}
_RECORDS = ("publications", "responses", "outcomes")
"""Kinds whose rows belong to an appeal and have no key: two rows may be the same, two files may not."""


def check_together(files: Sequence[Loaded]) -> tuple[Loaded, ...]:
    """Check the files of one delivery with each other and return them without the rows that cannot be used."""
    out = _sent_once(files)
    appeals = _all([file for file in out if file.kind == "appeals"], columns=(
        "appeal_id", "area_code", "published_minute", "timed", "persons_sought"))
    out = tuple(_of_known_appeals(file, appeals=appeals) for file in out)
    out = tuple(_after_publication(file, appeals=appeals) for file in out)
    return _counted_once(_no_more_than_sought(out, appeals=appeals), appeals=appeals)


def _all(files: Sequence[Loaded], *, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows of all ``files`` of one kind."""
    tables = [file.table[list(columns)] for file in files if not file.table.empty]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(columns))


# Nothing twice


def _sent_once(files: Sequence[Loaded]) -> tuple[Loaded, ...]:
    seen: dict[str, list[Loaded]] = {}
    out: list[Loaded] = []
    for file in files:
        if not file.table.empty and (file.kind in _KEYED or file.kind in _RECORDS):
            for earlier in seen.setdefault(file.kind, []):
                if file.kind in _RECORDS or len(file.table) > 1:
                    file = _not_the_same(file, earlier=earlier)
                if file.kind in _KEYED:
                    file = _without_repeats(file, earlier=earlier)
            seen[file.kind].append(file)
        out.append(file)
    return tuple(out)


def _without_repeats(file: Loaded, *, earlier: Loaded) -> Loaded:
    template, what = _KEYED[file.kind]
    names = list(template.key)
    if file.kind == "targets":
        return _one_target(file, earlier=earlier, names=names)
    again = pd.MultiIndex.from_frame(file.table[names]).isin(pd.MultiIndex.from_frame(earlier.table[names]))
    return _without(file, wrong=again, column=names[0] if len(names) == 1 else "",
                    rule=f"The same {what} stands in {earlier.report.file} too.",
                    mend="Keep one of the rows and remove the other.")


def _one_target(file: Loaded, *, earlier: Loaded, names: list[str]) -> Loaded:
    """Refuse targets of a file for what an earlier one gives a target for; the finding says both."""
    known = {key: (line, target) for line, *key, target in earlier.table[[*names, "target"]].itertuples()
             for key in [tuple(key)]}
    for line, *key, target in file.table[[*names, "target"]].itertuples():
        if (there := known.get(tuple(key))) is not None:
            file = _without(
                file, wrong=(file.table.index == line), column="target", values=[", ".join(key)],
                rule=f"{earlier.report.file}, line {there[0]}, gives the target {there[1]:g} for the same measure, area and "
                     f"period; this one {target:g}.", mend="Keep the one that holds and remove the other.")
    return file


def _not_the_same(file: Loaded, *, earlier: Loaded) -> Loaded:
    """Refuse a file that says the same as an earlier one, in whatever order; the same row twice in one file is real."""
    if len(file.table) != len(earlier.table):
        return file
    names = list(file.table)
    one, other = (table.sort_values(names, ignore_index=True) for table in (file.table, earlier.table))
    return _without(file, wrong=np.full(len(one), one.equals(other)), column="", one=True,
                    rule=f"The file holds the same rows as {earlier.report.file}, in whatever order.",
                    mend="Send the file once, under one name.")


def _counted_once(files: Sequence[Loaded], *, appeals: pd.DataFrame) -> tuple[Loaded, ...]:
    """Refuse counted responses of an area and month whose responses came singly as well.

    A force and one of its districts are not apart: what a force counts may hold what came in for the district.
    """
    single = _all([file for file in files if file.kind == "responses"], columns=("appeal_id", "month"))
    if single.empty:
        return tuple(files)
    found = single.merge(appeals[["appeal_id", "area_code"]], on="appeal_id")[["area_code", "month"]].drop_duplicates()
    areas = {(area, month) for area, month in found.itertuples(index=False)}
    forces = {(AREAS[area].force, month) for area, month in areas}

    def checked(file: Loaded) -> Loaded:
        if file.kind != "responses_counted" or file.table.empty:
            return file
        pairs = list(zip(file.table["area_code"], file.table["month"], strict=True))
        twice = {pair for pair in set(pairs) if pair in areas or (AREAS[pair[0]].force, pair[1]) in areas
                 or (pair[0] == AREAS[pair[0]].force and pair in forces)}
        return _without(
            file, wrong=np.array([pair in twice for pair in pairs]), column="area_code",
            rule="The responses of this area and month came singly as well: they would be counted twice.",
            mend="Give the month's responses in one of the two files only.")

    return tuple(checked(file) for file in files)


# Appeals and what belongs to them


def _of_known_appeals(file: Loaded, *, appeals: pd.DataFrame) -> Loaded:
    if file.kind not in _RECORDS or file.table.empty:
        return file
    if appeals.empty:
        return _without(file, wrong=np.ones(len(file.table), dtype=bool), column="appeal_id", one=True,
                        rule=f"No file of appeals came with these {file.kind}.",
                        mend="Send the file of appeals that they belong to as well.")
    known = pc.is_in(pa.array(file.table["appeal_id"]), value_set=pa.array(appeals["appeal_id"]))  # pandas takes ten times as long
    return _without(file, wrong=~known.to_numpy(zero_copy_only=False), column="appeal_id",
                    rule="There is no usable appeal with this reference.",
                    mend="Write the reference as in the file of appeals, or add the appeal there.")


def _after_publication(file: Loaded, *, appeals: pd.DataFrame) -> Loaded:
    """Find responses and outcomes from before their appeal, by the minute only where both say one; question publications."""
    if file.kind not in _RECORDS or file.table.empty:
        return file
    of = appeals.set_index("appeal_id").loc[file.table["appeal_id"]]
    published = of["published_minute"].to_numpy(dtype=np.int64)
    if file.kind == "publications":
        return _questioned(file, earlier=file.table["day"].to_numpy() < published // DAY_MINUTES)
    if file.kind == "outcomes":
        wrong = file.table["day"].to_numpy() < published // DAY_MINUTES
        shown = [_minute_text(day * DAY_MINUTES, timed=False) for day in file.table["day"].to_numpy()[wrong][:LISTED]]
        return _without(file, wrong=wrong, column="outcome_date", values=shown,
                        rule="The outcome lies before the publication of its appeal.", mend="Check both dates.")
    received, timed = file.table["received_minute"].to_numpy(), file.table["timed"].to_numpy()
    wrong = np.where(timed & of["timed"].to_numpy(dtype=bool), received < published,
                     received // DAY_MINUTES < published // DAY_MINUTES)
    shown = [_minute_text(minute, timed=with_time) for minute, with_time in zip(
        received[wrong][:LISTED], timed[wrong][:LISTED], strict=True)]
    return _without(file, wrong=wrong, column="received_at", values=shown,
                    rule="The response came in before its appeal was published.", mend="Check both dates and times.")


def _questioned(file: Loaded, *, earlier: np.ndarray) -> Loaded:
    """Warn of publications that are ``earlier`` than the day on which their appeal was first published; they stay."""
    days = file.table.loc[earlier, "day"]
    rule = "The publication lies before the day on which its appeal was first published."
    mend = "Check both dates: the first publication of an appeal is its published_at."
    defects = [Defect(file=file.report.file, line=int(line), column="published_at", severity="warning", rows=0, rule=rule, mend=mend,
                      value=_minute_text(day * DAY_MINUTES, timed=False)) for line, day in days.iloc[:LISTED].items()]
    if len(days) > LISTED:
        defects.append(Defect(file=file.report.file, column="published_at", severity="warning", rows=0, mend=mend,
                              rule=f"{rule} ({len(days) - LISTED:,} more rows)"))
    return replace(file, report=replace(file.report, defects=(*file.report.defects, *defects)))


def _minute_text(minute: int, *, timed: bool) -> str:
    day = date.fromordinal(int(minute) // DAY_MINUTES).isoformat()
    return f"{day}T{minute % DAY_MINUTES // 60:02d}:{minute % 60:02d}" if timed else day


def _no_more_than_sought(files: Sequence[Loaded], *, appeals: pd.DataFrame) -> tuple[Loaded, ...]:
    """Find persons found (identified and located together) beyond those that the appeal seeks, over all files."""
    sought = appeals.set_index("appeal_id")["persons_sought"].astype("float64")
    so_far = pd.Series(dtype="float64")
    out: list[Loaded] = []
    for file in files:
        if file.kind == "outcomes" and not file.table.empty:
            table = file.table
            found = table["persons"].where(table["outcome"].isin(("identified", "located")), 0.0).fillna(0.0)
            earlier = table["appeal_id"].map(so_far).fillna(0.0)
            running = found.groupby(table["appeal_id"].to_numpy()).cumsum() + earlier
            wrong = (found > 0) & (running > table["appeal_id"].map(sought))
            so_far = so_far.add(found.groupby(table["appeal_id"].to_numpy()).sum(), fill_value=0.0)
            shown = [f"{persons:.0f}" for persons in table.loc[wrong, "persons"].iloc[:LISTED]]
            file = _without(file, wrong=wrong.to_numpy(), column="persons", values=shown,
                            rule="More persons were identified and located than the appeal seeks.",
                            mend="Count each person once, or correct persons_sought in the file of appeals.")
        out.append(file)
    return tuple(out)


def _without(
    file: Loaded, *, wrong: np.ndarray, column: str, rule: str, mend: str, one: bool = False,
    values: Sequence[str] = (),
) -> Loaded:
    """Take the ``wrong`` rows out of a file and report each (or, as ``one``, all of them together).

    ``values`` are what to show of the rows that are listed, where it is not what ``column`` holds.
    """
    count = int(wrong.sum())
    if not count:
        return file
    listed = 0 if one else min(count, LISTED)
    rows = file.table.loc[wrong].iloc[:listed]
    values = values or (rows[column] if column else [""] * listed)  # type: ignore[assignment]
    defects = [
        Defect(file=file.report.file, line=int(line), column=column, value=str(value)[:80], rule=rule, mend=mend)
        for line, value in zip(rows.index, values, strict=True)
    ]
    if count > listed:
        more = rule if count == 1 else f"{rule} ({count - listed:,} {'rows' if one else 'more rows'})"
        defects.append(Defect(file=file.report.file, column=column, rule=more, mend=mend, rows=count - listed))
    report = replace(file.report, rows_used=file.report.rows_used - count, defects=(*file.report.defects, *defects))
    return replace(file, table=file.table.loc[~wrong], report=report)
