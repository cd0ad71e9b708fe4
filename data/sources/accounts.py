"""Which account belongs to which area, and the exports of the platforms added up by month, area and channel.

The publisher fills in a small table: platform, account (as the export names it, or ``*`` for every other one), area
and, for TikTok, the year. Publications become rows of engagement (age group unknown), each file its own rows: a
publication that stands in two exports counts once, where its figures are largest, for they only grow. What names a
publication or an account is dropped here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from data.areas import area_name
from data.cells import DAY_MINUTES, Fault, Terms, month_of_day
from data.checks import LISTED, Findings, check_table, same_rows
from data.errors import Defect
from data.model import CHANNEL, month_text
from data.periods import last_day, month_label
from data.personal import masked, personal_content
from data.sources import tiktok
from data.sources.base import Loaded, Source, loaded
from data.sources.house import ENGAGEMENT_NUMBERS
from data.sources.platforms import FIRST_YEAR, KIND, NUMBERS, handle
from data.sources.reading import Table
from data.templates import ACCOUNTS

ANY = "*"
_LONGEST_NAME = 60
_CELL = ["month", "area_code"]
_PRINT = "'hue template accounts' prints the table."
_OTHER_FIGURES = 0.1
"""Days that two exports share are of two accounts where most figures differ by more than this share."""


def load(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Read the table of accounts."""
    def same(frame: pd.DataFrame) -> Iterable[Findings]:
        plain = frame.assign(account=frame["account"].astype("str").map(handle), platform=frame["platform"].astype("str"))
        return same_rows(plain, key=ACCOUNTS.key, what="platform and account")

    def years(frame: pd.DataFrame) -> Iterable[Findings]:
        if "year" not in frame:
            return
        wrong = frame.loc[frame["year"].notna() & ~frame["year"].between(FIRST_YEAR, terms.today.year), "year"]
        fault = Fault(f"The year does not lie between {FIRST_YEAR} and {terms.today.year}.", "Write it with four digits.")
        if len(wrong):
            values = [f"{year:.0f}" for year in wrong.iloc[:LISTED]]
            yield Findings(wrong.index.to_numpy(), "year", values, [fault] * len(values))

    checked = check_table(table, template=ACCOUNTS, terms=terms, source=source.id, rows=(same, years))
    rows = checked.frame
    known = pd.DataFrame({
        "platform": _texts(rows, "platform"), "account": _texts(rows, "account").map(handle).astype("str"),
        "area_code": _texts(rows, "area_code"), "year": rows["year"] if "year" in rows else np.nan,
    }, index=rows.index)
    return loaded(known, source=source, terms=terms, report=checked.report, origin=terms.origin)


def _texts(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name].astype("str") if name in rows else pd.Series("", index=rows.index, dtype="str")


def add_up(files: Sequence[Loaded], *, today: date) -> tuple[Loaded, ...]:
    """Return the files of one delivery with every export of a platform as rows of engagement."""
    if not any(file.kind == KIND for file in files):
        return tuple(files)
    known, files = _known([file for file in files if file.kind == ACCOUNTS.name], files=files)
    exports = {place: _placed(file, known=known, today=today) for place, file in enumerate(files) if file.kind == KIND}
    exports = _of_one_account(exports)
    exports = _each_once(exports)
    exports = _one_layout(exports)
    exports = {place: _beside_house(file, files=files) for place, file in exports.items()}
    last = _last_told(exports)
    return tuple(_as_engagement(exports[place], last=last) if place in exports else file for place, file in enumerate(files))


# Whose account


_Known = Mapping[tuple[str, str], tuple[str, int | None]]


def _known(tables: Sequence[Loaded], *, files: Sequence[Loaded]) -> tuple[_Known, tuple[Loaded, ...]]:
    """Return area and year of each account, and the files, a second table that contradicts the first refused."""
    known: dict[tuple[str, str], tuple[str, int | None]] = {}
    said: dict[tuple[str, str], str] = {}
    changed: dict[int, Loaded] = {}
    for file in tables:
        name = file.report.file
        twice = [(row.platform, row.account) in known for row in file.table.itertuples()]
        for row, again in zip(file.table.itertuples(), twice, strict=True):
            key = (str(row.platform), str(row.account))
            if not again:
                known[key] = (str(row.area_code), None if np.isnan(row.year) else int(row.year))
                said[key] = name
        wrong = np.array(twice, dtype=bool)
        if wrong.any():
            lines = file.table.index[wrong]
            others = [said[(str(row.platform), str(row.account))] for row in file.table.loc[wrong].itertuples()]
            changed[id(file)] = _without(file, wrong=wrong, found=[
                Defect(file=name, line=int(line), column="account", rows=1, rule=f"The account stands in {other} too.",
                       mend="Keep one of the rows.") for line, other in zip(lines, others, strict=True)])
    return known, tuple(changed.get(id(file), file) for file in files)


def _placed(file: Loaded, *, known: _Known, today: date) -> Loaded:
    """Return an export with the area of each row; the rows of an account that nobody has placed are an error."""
    table = file.table
    if table.empty:
        return replace(file, table=table.assign(area_code="", month=np.empty(0, dtype=np.int64)))
    platform = str(table["channel"].iloc[0])
    found = {names: _found(known, platform=platform, names=names) for names in table["handles"].unique()}
    wrong = table["handles"].map(lambda names: found[names] is None).to_numpy()
    defects = [_unplaced(table.loc[rows], file=file.report.file, platform=platform)
               for names, rows in table.groupby("handles").groups.items() if found[names] is None]
    file = _without(file, wrong=wrong, found=defects)
    year = next((place[1] for place in found.values() if place is not None), None)
    file = tiktok.with_year(file, year=year, today=today)
    days = file.table["minute"] // DAY_MINUTES
    months = {day: month_of_day(day) for day in days.unique()}
    areas = [(found[names] or ("", None))[0] for names in file.table["handles"]]
    return replace(file, table=file.table.assign(area_code=areas, month=days.map(months).astype("int64")))


def _found(known: _Known, *, platform: str, names: str) -> tuple[str, int | None] | None:
    return next((known[(platform, name)] for name in (*names.split("\n"), ANY) if (platform, name) in known), None)


def _unplaced(rows: pd.DataFrame, *, file: str, platform: str) -> Defect:
    account, label = _account_shown(str(rows["account"].iloc[0])), CHANNEL.by_id[platform].label
    rule = (f"The account '{account}' on {label} belongs to no area in the table of accounts." if account else
            f"The file does not name its account on {label}, and the table of accounts has no row with * for it.")
    mend = f"Add the row {platform},{account or ANY},<area code> to your table of accounts. {_PRINT}"
    return Defect(file=file, line=int(rows.index[0]), value=account, rule=rule, mend=mend, rows=len(rows))


def _account_shown(text: str) -> str:
    """Return the name of an account as it may be repeated: what reads like the text of a publication is masked."""
    words = len(text) > _LONGEST_NAME or re.search(r"[#\n]|//|(?:\S+\s+){7}", text) or personal_content(text)
    return masked(text) if words else text


# Nothing twice


_Exports = Mapping[int, Loaded]


def _of_one_account(exports: _Exports) -> dict[int, Loaded]:
    """Refuse a file by day that shares days with an earlier one and tells other figures, where neither names its account."""
    out: dict[int, Loaded] = {}
    for place, file in exports.items():
        rows = file.table
        days = rows.loc[(rows["each"] == "day") & (rows["handles"] == "")]
        for earlier in out.values():
            if days.empty or earlier.source_id != file.source_id or earlier.table.empty:
                continue
            both = days.merge(earlier.table, on=["channel", "each", "identity"], suffixes=("", "_other"))
            if len(both) and _other_figures(both):
                file = _without(file, wrong=np.ones(len(rows), dtype=bool), found=[Defect(
                    file=file.report.file, line=int(rows.index[0]), rows=len(rows),
                    rule=f"{len(both):,} of the days stand in {earlier.report.file} too, with other figures: the files are "
                         "of two accounts, or of two years.",
                    mend="Send one of the two: this export names neither its account nor, on TikTok, its year.")])
                break
        out[place] = file
    return out


def _other_figures(both: pd.DataFrame) -> bool:
    one = both[list(NUMBERS)].fillna(0).to_numpy()
    other = both[[f"{name}_other" for name in NUMBERS]].fillna(0).to_numpy()
    differ = (np.abs(one - other) > _OTHER_FIGURES * np.maximum(np.abs(one), np.abs(other)) + 1).any(axis=1)
    return bool(differ.mean() > 0.5)


def _each_once(exports: _Exports) -> dict[int, Loaded]:
    """Keep each publication and each day where its figures are largest; the others are reported."""
    filled = [file.table.assign(place=place, nth=range(len(file.table))) for place, file in exports.items() if len(file.table)]
    if not filled:
        return dict(exports)
    every = pd.concat(filled)
    every["total"] = every[list(NUMBERS)].sum(axis=1)
    every = every.reset_index().sort_values(["total", "place", "nth"], ascending=[False, True, True], kind="stable")
    key = ["channel", "each", "identity"]
    kept = every.drop_duplicates(key).set_index(key)["place"]
    every["again"] = every.duplicated(key)
    out: dict[int, Loaded] = {}
    for place, file in exports.items():
        rows = every[every["place"] == place].sort_values("nth")
        wrong = rows["again"].to_numpy(dtype=bool)
        counted = pd.Series([int(kept.loc[tuple(keys)]) for keys in rows.loc[wrong, key].itertuples(index=False)], dtype=int)
        found = [_again(file, rows=rows.loc[wrong].iloc[np.flatnonzero(counted == other)], kept=exports[int(other)])
                 for other in counted.unique()]
        out[place] = _without(file, wrong=wrong, found=found)
    return out


def _again(file: Loaded, *, rows: pd.DataFrame, kept: Loaded) -> Defect:
    what = "publications" if rows["each"].iloc[0] == "post" else "days"
    where = "another row of this file" if kept is file or kept.report.file == file.report.file else kept.report.file
    return Defect(file=file.report.file, line=int(rows["line"].iloc[0]), severity="warning", rows=len(rows),
                  rule=f"{len(rows):,} {what} stand in {where} too and count there, once.", mend="Nothing to do.")


def _one_layout(exports: _Exports) -> dict[int, Loaded]:
    """Refuse days of an area and month whose publications came singly as well."""
    posts: dict[tuple[str, int, str], str] = {}
    for file in exports.values():
        for row in file.table.loc[file.table["each"] == "post", ["channel", *_CELL]].drop_duplicates().itertuples(index=False):
            posts.setdefault((str(row.channel), int(row.month), str(row.area_code)), file.report.file)
    return {place: _refused_cells(
        file, taken={key: name for key, name in posts.items() if name != file.report.file}, days=True,
        rule="The publications of {cell} stand in {other} too: they would be counted twice.",
        mend="Send the publications or the overview by day of a month, not both.") for place, file in exports.items()}


def _beside_house(file: Loaded, *, files: Sequence[Loaded]) -> Loaded:
    """Refuse what the force's own rows of engagement tell as well."""
    own: dict[tuple[str, int, str], str] = {}
    for other in files:
        if other.kind == "engagement":
            told = other.table.loc[other.table[list(NUMBERS)].notna().any(axis=1), ["channel", *_CELL]].drop_duplicates()
            for row in told.itertuples(index=False):
                own.setdefault((str(row.channel), int(row.month), str(row.area_code)), other.report.file)
    return _refused_cells(
        file, taken=own, rule="The engagement of {cell} stands in {other} too: it would be counted twice.",
        mend="Remove the rows of this month, area and channel from one of the two files.")


def _refused_cells(
    file: Loaded, *, taken: Mapping[tuple[str, int, str], str], rule: str, mend: str, days: bool = False
) -> Loaded:
    """Refuse the rows of a file that fall on cells (channel, month, area) which another file tells, a finding for each."""
    rows = file.table
    keys = list(zip(rows["channel"], rows["month"], rows["area_code"], strict=True))
    wrong = np.array([key in taken for key in keys], dtype=bool) & (not days or rows["each"].eq("day").to_numpy())
    found: list[Defect] = []
    for key in dict.fromkeys(key for key, bad in zip(keys, wrong, strict=True) if bad):
        here = np.array([other == key for other in keys]) & wrong
        channel, month, area = key
        cell = f"{area_name(area)}, {CHANNEL.by_id[channel].label}, {month_label(month)}"
        found.append(Defect(file=file.report.file, line=int(rows.index[here][0]), value=month_text(month), rows=int(here.sum()),
                            rule=rule.format(cell=cell, other=taken[key]), mend=mend))
    return _without(file, wrong=wrong, found=found)


def _without(file: Loaded, *, wrong: np.ndarray, found: Sequence[Defect]) -> Loaded:
    """Take rows out of a file and report them."""
    if not wrong.any():
        return file
    report = replace(file.report, rows_used=file.report.rows_used - int(wrong.sum()), defects=(*file.report.defects, *found))
    return replace(file, table=file.table.loc[~wrong], report=report)


# From publications to engagement


def _last_told(exports: _Exports) -> pd.Series:
    """Return the minute at which each account of a month last told its audience, over all files."""
    told = pd.concat([file.table.loc[file.table["audience"].notna(), ["channel", "handles", "month", "minute"]]
                      for file in exports.values()], ignore_index=True)
    return told.groupby(["channel", "handles", "month"])["minute"].max()


def _as_engagement(file: Loaded, *, last: pd.Series) -> Loaded:
    rows = file.table
    final = [last.get(key, -1) for key in zip(rows["channel"], rows["handles"], rows["month"], strict=True)]
    rows = rows.assign(audience=rows["audience"].where(rows["minute"].to_numpy() == np.array(final, dtype=np.int64)))
    groups = rows.reset_index(names="line").groupby(["month", "area_code", "channel"], sort=True)
    added = groups[list(NUMBERS)].sum(min_count=1)
    lines = groups["line"].min().to_numpy(dtype=np.int64)
    table = added.where(~(added < 0)).reset_index().assign(age_group="unknown")
    table.index = pd.Index(lines, name="line")
    table = table.reindex(columns=["month", "area_code", "channel", "age_group", *ENGAGEMENT_NUMBERS])
    types = {"month": "int64", "area_code": "str", "channel": "str", "age_group": "str",
             **dict.fromkeys(ENGAGEMENT_NUMBERS, "float64")}
    found = (*_outweighed(added, lines=lines, file=file.report.file), *_partial(file))
    return replace(file, kind="engagement", table=table.astype(types), partial=_not_whole(file, table),
                   report=replace(file.report, defects=(*file.report.defects, *found)))


def _outweighed(added: pd.DataFrame, *, lines: np.ndarray, file: str) -> Iterator[Defect]:
    """Warn of months whose corrections are larger than what came: no number below 0 is published."""
    for place, name in np.argwhere((added < 0).to_numpy()):
        month, count = int(added.index[place][0]), NUMBERS[name]
        yield Defect(file=file, line=int(lines[place]), column=count, value=f"{added.iloc[place, name]:.0f}", rows=0,
                     severity="warning", mend="Nothing to do.",
                     rule=f"The corrections of {month_label(month)} are larger than its {count}: shown as not supplied.")


def _not_whole(file: Loaded, table: pd.DataFrame) -> tuple[tuple[str, str, int], ...]:
    """Return area, channel and month of the cells of which an export by day lacks days.

    Of publications nothing is certain: on a day without one there may have been none.
    """
    by_day = file.table[file.table["each"].eq("day")]
    days = (by_day["minute"] // DAY_MINUTES).groupby(by_day["month"]).nunique()
    short = {int(month) for month, told in days.items() if told < last_day(int(month)).day}
    cells = zip(table["area_code"], table["channel"], table["month"], strict=True)
    return tuple((str(area), str(channel), int(month)) for area, channel, month in cells if int(month) in short)


def _partial(file: Loaded) -> Iterator[Defect]:
    """Note the months that a file covers only in part: by its days, or by the day of its last publication."""
    if file.table.empty:
        return
    days = pd.Series(file.table["minute"].to_numpy() // DAY_MINUTES)
    months = file.table["month"].to_numpy()
    by_day = file.table["each"].iloc[0] == "day"
    for month in np.unique(months) if by_day else [months.max()]:
        here = days[months == month]
        last = last_day(int(month))
        missing = last.day - here.nunique() if by_day else last.toordinal() - int(here.max())
        if missing <= 0:
            continue
        until = date.fromordinal(int(here.max()))
        label = month_label(int(month))
        rule = (f"{label} is covered only in part: {here.nunique()} of its {last.day} days, the last of them {until.isoformat()}."
                if by_day else
                f"The last publication is of {until.isoformat()}: if the export ends there, {label} is covered only in part.")
        yield Defect(file=file.report.file, line=int(file.table.index[(months == month)].max()), value=month_text(int(month)),
                     severity="note", rows=0, rule=rule, mend="Export the month again once it is over.")
