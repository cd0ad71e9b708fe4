"""The published figures that are committed as snapshots: one loader for each tidy file.

Normalised: population (area_code, age_group, month = June, population), recorded_crime (area_code,
category, month = March, offences; negative counts are corrections), attitudes (area_code, measure,
month, percent), posts (area_code, category, month = December, posts, likes, reposts, replies), contact
(its own columns, and the month that each figure ends with and the months that it covers), platform_reach
(its own columns, and channel, band and month), and reference tables that keep their columns, dates as text and numbers as float64.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import pandas as pd

from data.areas import find_area
from data.cells import NUMBERS, Fault, Terms, month_of_day
from data.checks import Findings, RowCheck, check_table
from data.errors import Defect
from data.model import AGE_GROUP, ALL, CATEGORY, CHANNEL, OFFENCE_GROUPS, POST_THEMES, month_index
from data.sources.base import Load, Loaded, Source, loaded
from data.sources.mopac_pas import MEASURES
from data.sources.reading import Table
from data.sources.rows import each
from data.templates import Column, Kind, Template


def _template(name: str, what: str, **columns: Kind) -> Template:
    """Return the template of a tidy file; a column ending in ``_`` may be empty."""
    return Template(name, what, tuple(
        Column(column.removesuffix("_"), kind, not column.endswith("_"), True, "") for column, kind in columns.items()))


FORCES = _template("forces", "One row for each force.", area_code="force",
                   population_mid2018_="whole", population_mid2023_="whole")
BOROUGHS = _template("boroughs", "One row for each borough.", area_code="borough", population_mid2023="whole")
AGES = _template("ages", "Force by age group.", area_code="force", age_group="age_group", population="whole",
                 year="whole")
CRIME = Template("recorded crime", "Force by offence group.", (
    Column("area_code", "force", True, True, ""),
    Column("offence_group", "list", True, True, "", allowed=OFFENCE_GROUPS),
    Column("offences", "signed", True, True, ""),
    Column("period_end", "datetime", True, True, ""),
))
ATTITUDES = Template("attitudes", "Borough by measure and quarter.", (
    Column("area_code", "area", True, True, ""),
    Column("measure", "list", True, True, "", allowed=tuple(MEASURES.values())),
    Column("period_end", "datetime", True, True, ""),
    Column("percent", "decimal", True, True, ""),
))
POSTS = Template("posts", "Borough by year and theme.", (
    Column("area_code", "borough", True, True, ""),
    Column("theme", "list", True, True, "", allowed=(ALL, *POST_THEMES)),
    Column("year", "whole", True, True, ""),
    *(Column(name, "whole", True, True, "") for name in ("posts", "likes", "reposts", "replies")),
))
RESULTS = _template(
    "appeal results", "Published results of crime appeals.", programme="text", country="text", area_code_="force",
    channel="text", period_start="datetime", period_end="datetime", measure="text", value="decimal",
    denominator_="decimal", unit="text", note_="text", source="text")
CONTACT = _template(
    "contact", "Figures of 999, 101 and online reports.", area="text", area_code_="force", channel="channel",
    period_start="datetime", period_end="datetime", measure="text", value="decimal", unit="text", note_="text",
    source="text", coverage_="text")
REACH = _template(
    "platform reach", "Share of adults that a platform reaches.", platform="text", country="text", date="text",
    age_group="text", percent="decimal", unit="text", source="text", kind="text")


def _month(days: pd.Series) -> pd.Series:
    """Return months since year 0 of days given as ordinals."""
    return pd.Series([month_of_day(day) for day in days], index=days.index, dtype="int64")


def _totals(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the mid-year totals, a row for each area and year for which there is one."""
    long = rows.melt("area_code", var_name="year", value_name="population").dropna(subset="population")
    year = long["year"].str.removeprefix("population_mid").astype("int64")
    return pd.DataFrame({"area_code": long["area_code"].astype("str"), "age_group": ALL, "month": year * 12 + 5,
                         "population": long["population"]})


def _ages(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"area_code": rows["area_code"], "age_group": rows["age_group"],
                         "month": rows["year"].astype("int64") * 12 + 5, "population": rows["population"]})


def _categories(names: pd.Series) -> pd.Series:
    return names.astype("str").map(lambda name: name if name == ALL else CATEGORY.find(name))


def _crime(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"area_code": rows["area_code"], "category": _categories(rows["offence_group"]),
                         "month": _month(rows["period_end"]), "offences": rows["offences"]})


def _attitudes(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"area_code": rows["area_code"], "measure": rows["measure"],
                         "month": _month(rows["period_end"]), "percent": rows["percent"]})


def _posts(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({"area_code": rows["area_code"], "category": _categories(rows["theme"]),
                         "month": rows["year"].astype("int64") * 12 + 11,
                         **{name: rows[name] for name in ("posts", "likes", "reposts", "replies")}})


def _contact(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the figures with the code of their place, the month that each ends with and how many it covers."""
    ends = _month(rows["period_end"])
    given = rows["area_code"] if "area_code" in rows else [""] * len(rows)
    codes = [code if isinstance(code, str) and code else find_area(name) or ""
             for code, name in zip(given, rows["area"], strict=True)]
    return _reference(rows, template=CONTACT).assign(
        area_code=codes, month=ends.to_numpy(), months=(ends - _month(rows["period_start"]) + 1).to_numpy())


def _year_or_month(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find dates that are neither a year nor a month."""
    right = frame["date"].astype("str").str.fullmatch(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")
    fault = Fault("The date is neither a year nor a month.", "Write YYYY or YYYY-MM.")
    yield from each(frame, wrong=~right.to_numpy(dtype=bool), column="date", fault=fault)


def _reach(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the figures with their channel, their age group and their month, empty where they are of none that is known here.

    A figure of a whole year stands at its December.
    """
    platform = rows["kind"].astype("str") == "platform"
    channels = [CHANNEL.find(name) or "" if of else "" for name, of in zip(rows["platform"].astype("str"), platform, strict=True)]
    dates = rows["date"].astype("str")
    return _reference(rows, template=REACH).assign(
        channel=channels, band=[AGE_GROUP.find(name) or "" for name in rows["age_group"].astype("str")],
        month=[month_index(date if "-" in date else f"{date}-12") for date in dates])


def _reference(rows: pd.DataFrame, *, template: Template) -> pd.DataFrame:
    dates = {column.name for column in template.columns if column.kind == "datetime"}
    return pd.DataFrame({
        name: [date.fromordinal(int(day)).isoformat() for day in rows[name]] if name in dates else rows[name]
        for name in rows.columns
    })


def _load(
    table: Table, *, source: Source, terms: Terms, template: Template, shape: Callable[[pd.DataFrame], pd.DataFrame],
    rows: Sequence[RowCheck] = (),
) -> Loaded:
    checked = check_table(table, template=template, terms=terms, source=source.id, strict=False, rows=rows)
    frame = checked.frame
    if any(name not in frame for name in template.required):  # then it has no rows
        frame = frame.reindex(columns=[column.name for column in template.columns])
    result = shape(frame)
    texts = [name for name in result.columns if not pd.api.types.is_numeric_dtype(result[name])]
    result = result.astype(dict.fromkeys(texts, "str")).reset_index(drop=True)
    empty = _not_supplied(checked.frame, template=template, file=table.file)
    report = replace(checked.report, defects=(*checked.report.defects, *empty))
    return loaded(result, source=source, terms=terms, report=report)


def _not_supplied(rows: pd.DataFrame, *, template: Template, file: str) -> tuple[Defect, ...]:
    """Note the rows of which no number was supplied: they hold no figure."""
    numbers = [column.name for column in template.columns if column.kind in NUMBERS and column.name in rows]
    count = int(np.isnan(rows[numbers].to_numpy(dtype=float)).all(axis=1).sum()) if numbers else 0
    if not count:
        return ()
    return (Defect(file=file, severity="note", rows=count, rule=f"{count} rows have no figure: not supplied."),)


def _loader(template: Template, shape: Callable[[pd.DataFrame], pd.DataFrame], *, rows: Sequence[RowCheck] = ()) -> Load:
    return partial(_load, template=template, shape=shape, rows=rows)


def _reference_loader(template: Template) -> Load:
    return _loader(template, partial(_reference, template=template))


load_forces = _loader(FORCES, _totals)
load_boroughs = _loader(BOROUGHS, _totals)
load_ages = _loader(AGES, _ages)
load_crime = _loader(CRIME, _crime)
load_attitudes = _loader(ATTITUDES, _attitudes)
load_posts = _loader(POSTS, _posts)
load_results = _reference_loader(RESULTS)
load_contact = _loader(CONTACT, _contact)
load_reach = _loader(REACH, _reach, rows=(_year_or_month,))
