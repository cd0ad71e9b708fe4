"""Answers of surveys as a release holds them: each figure with its question, who asked whom and when, and how many.

    reference/survey_answers.parquet   the columns of ``COLUMNS``, one row a figure, in the order of the files

A percentage with a base has the margin of ``data.statistics.intervals``; where the design effect is not
published it is taken as 1. One without a base has none, and is marked ``u``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import pandas as pd

from data import stored
from data.answers import AXES, Choices, Figures
from data.frame import Row, compact, join_members, listed
from data.measure import Measure
from data.model import ALL
from data.periods import Window, first_day, last_day, window_label
from data.statistics.intervals import survey_margin, survey_mark

FILE = "reference/survey_answers.parquet"
COLUMNS = (
    "measure", "category", "area_code", "age_group", "month", "surveyor", "question", "option", "fieldwork_start",
    "fieldwork_end", "percent", "base", "unweighted_base", "deff", "note", "source", "origin",
)
WIDEST = ("16+", "18+")
"""Age groups that are everybody whom a survey asked, where it gives no figure for all."""
SHORT = 48
"""Characters of a question and its answer as they stand at a mark; in full they stand beside the figure."""
Key = tuple[str, str, str, str, int]


@dataclass(frozen=True, kw_only=True)
class Surveyed:
    """One figure of a survey. ``start`` and ``end`` are the days of its fieldwork; a base is ``None`` where not known."""

    surveyor: str
    question: str
    option: str
    start: date
    end: date
    base: float | None
    unweighted_base: float | None
    deff: float | None
    note: str
    source: str
    origin: str

    @property
    def respondents(self) -> float | None:
        """How many answered: unweighted where that is known, for the margin depends on people and not on weights."""
        return self.base if self.unweighted_base is None else self.unweighted_base

    @property
    def months(self) -> Window:
        """The months of the fieldwork."""
        return self.start.year * 12 + self.start.month - 1, self.end.year * 12 + self.end.month - 1

    def when(self) -> str:
        """Return the fieldwork in words: whole months as months, else its days."""
        first, last = self.months
        if self.start == first_day(first) and self.end == last_day(last):
            return window_label((first, last))
        ends = [f"{day.day} {window_label((month, month))}" for day, month in ((self.start, first), (self.end, last))]
        return ends[1] if self.start == self.end else f"{ends[0]} to {ends[1]}"

    def base_words(self) -> str:
        """Return how many were asked, and whom, in words."""
        if self.respondents is None and "not published" in self.note:
            return self.note
        number = f"base {self.base:,.0f}" if self.base is not None else (
            f"{self.unweighted_base:,.0f} answered" if self.unweighted_base is not None else "base not published")
        return f"{number} ({self.note})" if self.note else number

    def asked(self, answer: str = "") -> str:
        """Return question, answer, who asked, when, of how many, and the source, as they stand beside a figure."""
        return (f"“{self.question}”, {answer or f'answer “{self.option}”'}. Asked by {self.surveyor}, {self.when()}; {self.base_words()}. "
                f"Source: {self.source}.")


def table_of(answers: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that measures show, of all surveys together, in the columns of the file."""
    return answers.loc[answers["measure"] != "", list(COLUMNS)].reset_index(drop=True)


def read(folder: Path) -> Mapping[Key, Surveyed]:
    """Return the figures of a release's folder by measure, area, age group, category and month."""
    path = folder / FILE
    if not path.exists():
        return {}
    found: dict[Key, Surveyed] = {}
    for row in stored.table(path).to_pandas().to_dict("records"):
        one = Surveyed(
            surveyor=row["surveyor"], question=row["question"], option=row["option"],
            start=date.fromordinal(int(row["fieldwork_start"])), end=date.fromordinal(int(row["fieldwork_end"])),
            **{name: None if pd.isna(row[name]) else float(row[name]) for name in ("base", "unweighted_base", "deff")},
            note=row["note"], source=row["source"], origin=row["origin"])
        key = (row["measure"], row["area_code"], row["age_group"], row["category"], int(row["month"]))
        found[key] = one
        if row["age_group"] in WIDEST:
            found.setdefault((*key[:2], ALL, *key[3:]), one)
    return found


def words(answers: Mapping[Key, Surveyed]) -> dict[str, tuple[str, str, str]]:
    """Return what each category of a release's answers stands for: answer, question and who asked; in short; the question.

    In short an answer stands alone, unless other questions have the same one.
    """
    of: dict[str, Surveyed] = {key[3]: one for key, one in answers.items()}
    options = Counter(one.option for one in of.values())
    found: dict[str, tuple[str, str, str]] = {}
    for name, one in of.items():
        alone = options[one.option] == 1 and len(one.option) <= SHORT
        short = one.option if alone else f"{one.option}: {one.question}"
        cut = short if len(short) <= SHORT else f"{short[:SHORT - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
        taken = sum(other == cut or other.startswith(f"{cut} (") for _, other, _ in found.values())
        found[name] = (f"{one.option}: {one.question} ({one.surveyor})", f"{cut} ({taken + 1})" if taken else cut,
                       f"{one.question} ({one.surveyor})")
    return found


def rows_of(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: list[Window], *, role: str
) -> list[Row]:
    """Return a row for each figure of a survey, at the months of its fieldwork.

    What was not asked has no row, but for places that are set beside others: surveys are not taken by the calendar.
    """
    cube = release.cube(measure.numerator)
    assert cube is not None
    reading = cube.read({name: choices[name] for name in cube.axes}, windows=windows)
    assert reading.when is not None
    names = [[join_members(choice) for choice in choices[name]] for name in AXES]
    figures = zip(product(*names, windows), reading.supplied.ravel(), reading.value.ravel(), reading.when.ravel(), strict=True)
    rows: list[Row] = []
    empty: list[Row] = []
    whole = {choice for choice in choices["age_group"] if choice == (ALL,)}
    for ((area, channel, age, crime, category, window), there, value, month) in figures:
        if there:
            found = release.surveyed[measure.id, area, age, category, int(month)]
            if whole and age in WIDEST and found is release.surveyed.get((measure.id, area, ALL, category, int(month))):
                continue  # everybody who was asked: it stands there as the figure for all
            rows.append(Row(measure.id, area, channel, age, crime, category, *found.months, *_numbers(value, found), role))
        else:
            empty.append(Row(measure.id, area, channel, age, crime, category, *window, None, None, None, None, None, "z", role))
    if len(windows) > 1:
        return rows
    return [*rows, *empty] if len(choices["area"]) > 1 or not rows else rows


def _numbers(percent: float, of: Surveyed) -> tuple[float | None, float | None, float | None, float | None, float | None, str]:
    """Return numerator, denominator, value, interval and mark of a survey's percentage."""
    people = float("nan") if of.respondents is None else of.respondents
    mark = str(survey_mark(people))
    base = of.base if of.base is not None else of.unweighted_base
    below = None if base is None else compact(base)
    if mark == "c":
        return None, below, None, None, None, mark
    above = None if base is None else compact(round(percent / 100 * base))
    margin = 100 * float(survey_margin(percent / 100, base=people, deff=1.0 if of.deff is None else of.deff))
    if margin != margin:
        return above, below, compact(percent), None, None, mark
    return above, below, compact(percent), compact(max(percent - margin, 0)), compact(min(percent + margin, 100)), mark


def notes_of(release: Figures, rows: Iterable[Row], *, together: bool = False) -> list[str]:
    """Return what was asked, by whom, when and of how many, once for each answer and fieldwork among rows.

    ``together``: answers to one question that were asked of the same people stand in one note.
    """
    said: dict[str, tuple[Surveyed, dict[str, None]]] = {}
    for row in rows:
        found = release.surveyed.get((row.measure, row.area_code, row.age_group, row.category, row.end))
        if found is not None and row.status != "z":
            said.setdefault(found.asked("-" if together else ""), (found, {}))[1][f"“{found.option}”"] = None
    return [found.asked(f"answer{'s' if len(options) > 1 else ''} {listed(list(options))}") for found, options in said.values()]