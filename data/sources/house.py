"""The house templates: appeals, publications and engagement as a force fills them in.

Normalised: appeals (appeal_id, area_code, crime_type, month of first publication), publications
(appeal_id, channel, month), engagement (month, area_code, channel, age_group and eight numbers,
NaN = not supplied). Months are months since year 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from data.cells import Fault, Terms, month_of_day
from data.checks import LISTED, Findings, RowCheck, check_table, overlapping_ages, same_rows
from data.errors import Defect
from data.sources.base import Loaded, Source, loaded
from data.sources.reading import Table
from data.templates import APPEALS, ENGAGEMENT, Template

ENGAGEMENT_NUMBERS = ("audience", "publications", "reach", "impressions", "reactions", "comments", "shares", "clicks")


def _dates_in_order(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find appeals closed before they were published, and offences after it."""
    for column, after, rule in (
        ("closed_at", False, "The appeal was closed ({}) before it was published ({})."),
        ("offence_date", True, "The offence ({}) lies after the publication of the appeal ({})."),
    ):
        if column not in frame:
            continue
        gap = frame[column] - frame["published_at"]
        wrong = frame.loc[(gap > 0) if after else (gap < 0), [column, "published_at"]]
        days = [(_day(row[0]), _day(row[1])) for row in wrong.iloc[:LISTED].itertuples(index=False)]
        faults = [Fault(rule.format(*pair), "Check both dates.") for pair in days]
        if faults:
            yield Findings(wrong.index.to_numpy(), column, [pair[0] for pair in days], faults)


def _day(ordinal: float) -> str:
    return date.fromordinal(int(ordinal)).isoformat()


def _same_appeal(frame: pd.DataFrame) -> Iterable[Findings]:
    return same_rows(frame, key=APPEALS.key, what="appeal")


def _same_cell(frame: pd.DataFrame) -> Iterable[Findings]:
    return same_rows(frame, key=ENGAGEMENT.key, what="month, area, channel and age group")


ROW_CHECKS: dict[str, tuple[RowCheck, ...]] = {
    "appeals": (_same_appeal, _dates_in_order),
    "publications": (),
    "engagement": (_same_cell, overlapping_ages),
}


def load(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Check a filled-in template and return its normalised table."""
    template: Template = source.template  # type: ignore[assignment]
    checked = check_table(table, template=template, terms=terms, source=source.id, rows=ROW_CHECKS[template.name])
    result = loaded(_normalised(checked.frame, template=template), source=source, terms=terms,
                    report=checked.report, origin=terms.origin)
    return replace(result, vintage=terms.vintage or terms.today.isoformat())


def _normalised(frame: pd.DataFrame, *, template: Template) -> pd.DataFrame:
    out = {name: frame[name].astype("str") for name in _words(template) if name in frame}
    if "published_at" in frame:
        days = np.asarray(frame["published_at"], dtype=np.int64)
        distinct, places = np.unique(days, return_inverse=True)
        months = [month_of_day(day) for day in distinct]
        out["month"] = pd.Series(np.array(months, dtype=np.int64)[places], index=frame.index)
    elif "month" in frame:
        out = {"month": frame["month"], **out}
    if template is ENGAGEMENT:
        missing = pd.Series(np.nan, index=frame.index)
        out |= {name: frame.get(name, missing).astype("float64") for name in ENGAGEMENT_NUMBERS}
    return pd.DataFrame(out, index=frame.index)


def _words(template: Template) -> tuple[str, ...]:
    words = ("id", "area", "channel", "age_group", "crime_type")
    return tuple(column.name for column in template.columns if column.used and column.kind in words)


def check_together(files: Sequence[Loaded]) -> tuple[Loaded, ...]:
    """Check the files of one delivery with each other: the same row twice, publications of unknown appeals."""
    seen: dict[str, list[Loaded]] = {}
    out: list[Loaded] = []
    for file in files:
        template = {"appeals": APPEALS, "engagement": ENGAGEMENT}.get(file.kind)
        if template is not None and not file.table.empty:
            for earlier in seen.setdefault(file.kind, []):
                file = _without_repeats(file, earlier=earlier, key=template.key)
            seen[file.kind].append(file)
        out.append(file)
    appeals = [file for file in out if file.kind == "appeals"]
    return tuple(_known_appeals(file, appeals=appeals) if file.kind == "publications" else file for file in out)


def _without_repeats(file: Loaded, *, earlier: Loaded, key: tuple[str, ...]) -> Loaded:
    names = list(key)
    again = pd.MultiIndex.from_frame(file.table[names]).isin(pd.MultiIndex.from_frame(earlier.table[names]))
    what = "appeal" if key == APPEALS.key else "month, area, channel and age group"
    return _without(file, wrong=again, column=key[0] if len(key) == 1 else "",
                    rule=f"The same {what} stands in {earlier.report.file} too.",
                    mend="Keep one of the rows and remove the other.")


def _known_appeals(file: Loaded, *, appeals: Sequence[Loaded]) -> Loaded:
    if not appeals and not file.table.empty:
        return _without(file, wrong=np.ones(len(file.table), dtype=bool), column="appeal_id", one=True,
                        rule="No file of appeals came with these publications.",
                        mend="Send the file of appeals that they belong to as well.")
    known = set().union(*(appeal.table["appeal_id"] for appeal in appeals)) if appeals else set()
    unknown = ~file.table["appeal_id"].isin(known).to_numpy() if "appeal_id" in file.table else np.empty(0, dtype=bool)
    return _without(file, wrong=unknown, column="appeal_id",
                    rule="There is no usable appeal with this reference.",
                    mend="Write the reference as in the file of appeals, or add the appeal there.")


def _without(
    file: Loaded, *, wrong: np.ndarray, column: str, rule: str, mend: str, one: bool = False
) -> Loaded:
    """Take the ``wrong`` rows out of a file and report each (or, as ``one``, all of them together)."""
    count = int(wrong.sum())
    if not count:
        return file
    listed = 0 if one else min(count, LISTED)
    rows = file.table.loc[wrong].iloc[:listed]
    values = rows[column] if column else [""] * listed
    defects = [
        Defect(file=file.report.file, line=int(line), column=column, value=str(value)[:80], rule=rule, mend=mend)
        for line, value in zip(rows.index, values, strict=True)
    ]
    if count > listed:
        more = f"{rule} ({count - listed:,} rows)" if one else f"{rule} ({count - listed:,} more rows)"
        defects.append(Defect(file=file.report.file, column=column, rule=more, mend=mend, rows=count - listed))
    report = replace(file.report, rows_used=file.report.rows_used - count, defects=(*file.report.defects, *defects))
    return replace(file, table=file.table.loc[~wrong], report=report)
