"""The same rows as files: one header for every chart (CSV) and the same names in JSON.

Contract: a missing value is empty and its reason stands in ``status``; ``category`` is what else
tells a value from its neighbours; dates are inclusive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from data import cells_out
from data.described import FIGURES, names
from data.frame import Row, area_label
from data.measures import MEASURE_BY_ID
from data.model import ALL
from data.periods import first_day, last_day
from data.query import Answer
from data.release import Release

COLUMNS = names(FIGURES)
SOURCE_KEYS = ("id", "label", "publisher", "licence", "credit", "address", "vintage", "origin")
"""What is told of a source."""


def records(answer: Answer, *, release: Release) -> list[dict[str, Any]]:
    """Return the rows of an answer under the contract's names; missing values are ``None``."""
    known = {measure: _provenance(measure, release) for measure in {row.measure for row in answer.frame}}
    return [_record(row, provenance={**known[row.measure], **_surveyed(row, release)}, release=release.id)
            for row in answer.frame]


def record(row: Row, *, release: Release) -> dict[str, Any]:
    """Return one row under the contract's names."""
    return _record(row, provenance={**_provenance(row.measure, release), **_surveyed(row, release)}, release=release.id)


def _surveyed(row: Row, release: Release) -> Mapping[str, str]:
    """Return where one figure of a survey comes from: its question, who asked, when, of how many."""
    found = release.surveyed.get((row.measure, row.area_code, row.age_group, row.category, row.end))
    return {"origin": found.origin, "source": found.asked(), "vintage": found.end.isoformat()} if found else {}


def _provenance(measure_id: str, release: Release) -> Mapping[str, str]:
    measure = MEASURE_BY_ID[measure_id]
    sources = release.sources(measure)
    return {
        "unit": measure.unit,
        "origin": release.origin(measure) or "",
        "source": "; ".join(dict.fromkeys(source["label"] for source in sources)),
        "vintage": "; ".join(dict.fromkeys(source["vintage"] for source in sources)),
    }


def _record(row: Row, *, provenance: Mapping[str, str], release: str) -> dict[str, Any]:
    return {
        "measure": row.measure, "area_code": row.area_code, "area_name": area_label(row.area_code),
        "channel": row.channel, "age_group": row.age_group, "crime_type": row.crime_type,
        "category": "" if row.category == ALL else row.category,
        "period_start": first_day(row.start).isoformat(), "period_end": last_day(row.end).isoformat(),
        "numerator": row.numerator, "denominator": row.denominator, "value": row.value,
        "lower": row.lower, "upper": row.upper, **{key: provenance[key] for key in ("unit",)}, "status": row.status,
        **{key: provenance[key] for key in ("origin", "source", "vintage")}, "release": release,
    }


def as_csv(answer: Answer, *, release: Release) -> str:
    """Return an answer as CSV; where there is nothing to show, the header alone."""
    return answers_as_csv([answer], release=release)


def answers_as_csv(answers: Iterable[Answer], *, release: Release) -> str:
    """Return the rows of several answers as one CSV, each row once."""
    rows = dict.fromkeys(tuple(record.values()) for answer in answers for record in records(answer, release=release))
    return cells_out.as_csv(COLUMNS, rows)


def as_json(answer: Answer, *, release: Release) -> dict[str, Any]:
    """Return an answer with what was asked, what was answered and why, ready to be written as JSON."""
    measure = answer.measure
    return {
        "measure": {
            "id": measure.id, "label": answer.label, "definition": measure.definition, "unit": measure.unit,
            "direction": measure.direction, "limits": list(measure.limits),
        },
        "asked": answer.asked.query_string(),
        "answered": answer.answered.query_string(),
        "by": list(answer.by),
        "grain": answer.grain,
        "reason": answer.reason,
        "notes": [{"field": note.field, "text": note.text} for note in answer.notes],
        "annotations": [asdict(each) for each in answer.annotations],
        "origin": answer.origin,
        "release": release.id,
        "sources": [
            {key: source[key] for key in SOURCE_KEYS}
            for source in release.sources(measure)
        ],
        "rows": records(answer, release=release),
    }
