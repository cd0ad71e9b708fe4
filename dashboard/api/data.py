"""``data``: any measure by any breakdown, with the selection that every address of this site takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from dashboard.api.endpoint import MOST_FIGURES, Asked, Conflict, Endpoint, Found
from dashboard.api.parameters import BY, PAGING, SELECTION, SHOWING
from data import export
from data.answers import BREAKDOWNS, DIMENSION_OF
from data.described import FIGURES
from data.errors import SelectionError
from data.frame import Frame
from data.measures import MEASURE_BY_ID
from data.model import WEAKEST, Grain, month_index
from data.query import Answer, answer
from data.release import Release
from data.selection import Selection, read

OWN_KEYS = (BY.name, *(parameter.name for parameter in PAGING))
"""Keys of its address beside those of a selection."""


def find(asked: Asked) -> Found:
    """Find the figures of a measure, split as the reader asks; also of one that pages show beside others only."""
    by = breakdowns(asked)
    for key in SHOWING:
        if key in asked.query:
            raise SelectionError(f"“{key}” says how a page draws figures. The API has no use for it: leave it out.", field=key)
    aside = MEASURE_BY_ID.get(asked.one("measure"))
    aside = aside if aside and aside.context else None
    selection = _selection(asked, extra=(*OWN_KEYS, *(("measure",) if aside else ())))
    if selection.compare and "area" in by:
        raise Conflict("Split by area there is no place to compare with: name it under “area”.", field="compare")
    release = asked.release(selection.release)
    try:
        found = answer(release, selection, by=by, measure=aside.id if aside else "", most=MOST_FIGURES)
    except SelectionError as error:  # more figures than are answered at once
        raise Conflict(str(error), field=error.field) from error
    made_up = found.origin == "illustrative"
    about = export.as_json(replace(found, frame=Frame()), release=release)
    return Found(
        total=len(found.frame), rows=lambda start, end: _records(found, release, start, end), release=release, illustrative=made_up,
        about={"title": f"{'Illustrative figures: ' if made_up else ''}{found.label}",
               **{key: value for key, value in about.items() if key not in ("rows", "release")}})


def _selection(asked: Asked, *, extra: tuple[str, ...]) -> Selection:
    """Return the selection of a request; a period that ends before it starts is a conflict of two keys, each of them right."""
    first, last = (read({key: asked.query.get(key, ())}).get(key) for key in ("from", "to"))
    if first and last and month_index(first[0]) > month_index(last[0]):
        raise Conflict(f"The period starts after it ends: from {first[0]} to {last[0]}.", field="from")
    return read(asked.query, extra=extra)


def _records(found: Answer, release: Release, start: int, end: int) -> list[dict[str, Any]]:
    return export.records(replace(found, frame=Frame(found.frame.rows[start:end])), release=release)


def breakdowns(asked: Asked) -> tuple[str, ...]:
    """Return what the figures are to be split by, each once. Raises ``SelectionError`` and ``Conflict``."""
    by = tuple(name for name in BREAKDOWNS if name in asked.query.get("by", ()))
    if wrong := [name for name in asked.query.get("by", ()) if name not in BREAKDOWNS]:
        raise SelectionError(f"Figures cannot be split by “{wrong[0][:60]}”. They can be split by {', '.join(BREAKDOWNS)}.", field="by")
    dimensions = [DIMENSION_OF.get(name, name) for name in by]
    twice = [name for name, dimension in zip(by, dimensions, strict=True) if dimensions.count(dimension) > 1]
    if twice:
        raise Conflict(f"{' and '.join(twice)} are the same dimension: name one of them.", field="by")
    return by


def _texts(*names: str) -> dict[str, Any]:
    return {"type": "object", "required": list(names), "properties": {name: {"type": "string"} for name in names}}


ABOUT: Mapping[str, Any] = {
    "title": {"type": "string", "description": "What the rows are; begins with “Illustrative figures” where they are made up."},
    "measure": {**_texts("id", "label", "definition", "unit", "direction"), "description": "The measure that was answered."},
    "asked": {"type": "string", "description": "What was asked, as a query in its one form."},
    "answered": {"type": "string", "description": "What was answered: filters that the measure does not have are left out."},
    "by": {"type": "array", "items": {"type": "string", "enum": list(BREAKDOWNS)}},
    "grain": {"type": "string", "enum": ["", *get_args(Grain)], "description": "How long the periods are."},
    "reason": {"type": "string", "description": "Why there are no rows, where there are none."},
    "notes": {"type": "array", "items": _texts("field", "text"), "description": "What must be known of the answer."},
    "annotations": {"type": "array", "items": _texts("date", "area_code", "text"), "description": "Events in the chosen places."},
    "origin": {"type": ["string", "null"], "enum": [*reversed(WEAKEST), None], "description": "The weakest origin of the figures."},
    "sources": {"type": "array", "items": _texts(*export.SOURCE_KEYS)},
}

DATA = Endpoint(
    name="data", columns=FIGURES, find=find, parameters=(*SELECTION, BY), about=ABOUT, example="measure=B2&by=area&from=2018-01&to=2018-12",
    says="Any measure by any breakdown for any choice: the same numbers and marks as the charts.")
