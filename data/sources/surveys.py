"""Answers of surveys, normalised: one row a figure, in the columns of ``data.surveyed``; days are ordinals.

Which question counts for which measure is said here for published surveys, and by a force in its own file.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from data.areas import ENGLAND_AND_WALES, UNITED_KINGDOM
from data.cells import Terms
from data.checks import check_table
from data.named import question_id
from data.sources.base import Loaded, Source, loaded
from data.sources.reading import Table
from data.sources.rows import month, number, numbers, text, texts, whole
from data.template import Column, Kind, Template

OWN = "the police force"
"""Who asked, where a force names nobody else."""
QUESTIONS: Mapping[str, str] = {
    "Would use a social media site to contact the police if they witnessed a crime": "S1",
    "Would share personal data for greater security against crime and terrorism": "S2",
    "Confidence in the local police": "S3",
    "Police in the local area do a good or excellent job": "S3",
    "Would report the crime to the police": "S4",
    "Would definitely report someone close to them": "S4",
}
"""The measure that each published question counts for; others are kept and not shown."""
ASKED_IN: Mapping[str, str] = {"Crime Survey for England and Wales": ENGLAND_AND_WALES}
"""Where a published survey was taken; the others asked adults of Great Britain, which stand at the United Kingdom."""
_KINDS: Mapping[str, Kind] = {
    "survey": "text", "fieldwork_start": "datetime", "fieldwork_end": "datetime", "base_": "whole", "base_note_": "text",
    "question": "text", "option": "text", "age_group": "age_or_all", "percent": "percent", "source": "text",
}
SURVEYS = Template("surveys", "Survey answers.", tuple(
    Column(name.removesuffix("_"), kind, not name.endswith("_"), True, "") for name, kind in _KINDS.items()))


def load(table: Table, *, source: Source, terms: Terms) -> Loaded:
    """Return the published answers."""
    checked = check_table(table, template=SURVEYS, terms=terms, source=source.id, strict=False)
    rows = checked.frame
    survey, question = text(rows, "survey"), text(rows, "question")
    given = rows.assign(
        measure=question.map(lambda words: QUESTIONS.get(words, "")), surveyor=survey, wording=question,
        note=text(rows, "base_note"), area_code=survey.map(lambda name: ASKED_IN.get(name, UNITED_KINGDOM)))
    return loaded(_normalised(given, origin="published"), source=source, terms=terms, report=checked.report)


def normalised(frame: pd.DataFrame) -> Mapping[str, pd.Series]:
    """Return the answers of a house template's checked rows."""
    wording, surveyor = text(frame, "wording"), text(frame, "surveyor")
    given = frame.assign(
        wording=wording.where(wording != "", text(frame, "question")), surveyor=surveyor.where(surveyor != "", OWN),
        source=surveyor.map(lambda name: "supplied by the police force"), note="")
    return dict(_normalised(given, origin="uploaded").items())


def _normalised(rows: pd.DataFrame, *, origin: str) -> pd.DataFrame:
    end = whole(rows, "fieldwork_end")
    words = texts(rows, "surveyor", "wording", "option")
    start = number(rows, "fieldwork_start").fillna(end.astype("float64"))
    asked = [question_id(surveyor=who, question=what, option=answer)
             for who, what, answer in zip(*(words[name] for name in ("surveyor", "wording", "option")), strict=True)]
    return pd.DataFrame({
        **texts(rows, "measure", "area_code", "age_group"), "category": pd.Series(asked, index=rows.index, dtype="str"),
        "surveyor": words["surveyor"], "question": words["wording"], "option": words["option"],
        "fieldwork_start": start.astype("int64"), "fieldwork_end": end, "month": month(rows, days=end),
        **numbers(rows, "percent", "base", "unweighted_base", "deff"), **texts(rows, "note", "source"),
        "origin": pd.Series(origin, index=rows.index, dtype="str"),
    })
