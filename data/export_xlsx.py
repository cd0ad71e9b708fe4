"""Figures as a workbook, as the UK government's analysis function asks for spreadsheets of statistics.

A cover, contents, notes, and one marked-up table a sheet; units in headings; no empty cell: what is missing says why in
shorthand, and marks have a column of their own, so that values stay numbers.
Source: Analysis Function, "Releasing statistics in spreadsheets" and "Symbols in tables" (analysisfunction.civilservice.gov.uk).
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

import pandas as pd

from data.cells_out import defused
from data.export import records
from data.measures import MEASURE_BY_ID, UNIT_LABELS
from data.model import MARKS
from data.query import Answer
from data.release import Release

COLUMNS: Mapping[str, str] = {
    "area_code": "Area code", "area_name": "Area", "channel": "Channel", "age_group": "Age group", "crime_type": "Crime type",
    "category": "Category", "period_start": "Period start", "period_end": "Period end", "numerator": "Numerator",
    "denominator": "Denominator", "value": "Value", "lower": "Lower end of 95% interval", "upper": "Upper end of 95% interval",
    "status": "Marks", "origin": "Kind of figure", "source": "Source", "vintage": "State of the data",
}
"""The columns of a table by those of a CSV; measure, unit and release stand above it."""
WITH_UNIT = ("value", "lower", "upper")
UNMARKED = "ok"
_MISSING = ("c", "x", "z")
_ONE = Lock()
"""Filters of warnings are the whole process's: workbooks are made one after another."""
_SAYS = re.compile("[a-zA-Z0-9]")
_WIDEST = 90
"""Letters of a line of the cover."""


@dataclass(frozen=True, kw_only=True)
class Heading:
    """What stands around the figures of a chart: its title, its sentence, what must be known, its address."""

    title: str
    sentence: str
    notes: Sequence[str]
    address: str
    contact: str = ""


def as_xlsx(answer: Answer, *, release: Release, heading: Heading) -> bytes:
    """Return an answer as a workbook; of the same release it is the same, byte for byte."""
    with _ONE, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library is written for older pandas
        import gptables  # half a second and 16 MB, for those who ask for workbooks

        return _made(gptables, answer, release=release, heading=heading)


def _made(gptables: Any, answer: Answer, *, release: Release, heading: Heading) -> bytes:
    word = "Illustrative figures: " if answer.origin == "illustrative" else ""
    notes = _notes(answer, release, heading)
    sheets = {name: _table(gptables, rows, name=name, heading=heading, notes=notes)
              for name, rows in _sheets(answer, release).items()}
    file = io.BytesIO()
    book = gptables.produce_workbook(
        file, sheets or {"Table_1": _reason(gptables, answer, word=word, heading=heading, notes=notes)},
        cover=_cover(gptables, answer, release, word=word, heading=heading), notes_table=notes,
        workbook_options={"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})
    created = datetime.fromisoformat(release.manifest["created"]).replace(tzinfo=None)
    book.set_properties({"title": plain(f"{word}{heading.title}"), "subject": release.id, "created": created})
    book.close()
    return file.getvalue()


def plain(text: str) -> str:
    """Return a text that is neither a formula nor markup of the library.

    It takes ``$$`` for notes and ``](`` for links, and refuses texts without any letter or digit.

    >>> plain("=SUM(A1)"), plain("[here](https://example.org) $$note$$"), plain("?!")
    ("'=SUM(A1)", '[here] (https://example.org) $ $note$ $', 'text ?!')
    """
    said = str(defused(text.replace("](", "] (").replace("$$", "$ $")))
    return said if _SAYS.search(said) else f"text {said.lstrip(chr(39))}"


def _sheets(answer: Answer, release: Release) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each table by the name of its sheet: one for each measure."""
    found: dict[str, list[dict[str, Any]]] = {}
    for record in records(answer, release=release):
        found.setdefault(record["measure"], []).append(record)
    return {f"Table_{place}": rows for place, rows in enumerate(found.values(), start=1)}


def _table(library: Any, rows: Sequence[Mapping[str, Any]], *, name: str, heading: Heading, notes: pd.DataFrame) -> Any:
    measure = MEASURE_BY_ID[rows[0]["measure"]]
    word = "Illustrative figures: " if any(row["origin"] == "illustrative" for row in rows) else ""
    cells = {label: [_cell(row, column) for row in rows] for column, label in COLUMNS.items()}
    unit = UNIT_LABELS[measure.unit]
    return library.GPTable(
        table=pd.DataFrame(cells, dtype=object), table_name=name, title=plain(f"{word}{heading.title}: {measure.label} [{measure.id}]"),
        subtitles=[plain(heading.sentence) + _references(notes)], units={COLUMNS[column]: unit for column in WITH_UNIT},
        index_columns={2: 0}, source=plain("; ".join(dict.fromkeys(row["source"] for row in rows))),
        instructions="This worksheet contains one table. No cell is empty: shorthand in square brackets says why a figure is missing, "
                     "or what must be known of it. The notes worksheet explains it.")


def _cell(row: Mapping[str, Any], column: str) -> Any:
    """Return a cell of a table: what is missing says why."""
    value, marks = row[column], row["status"].split()
    if column == "status":
        return " ".join(f"[{mark}]" for mark in marks if mark != UNMARKED) or UNMARKED
    if value is None:
        return f"[{next((mark for mark in _MISSING if mark in marks), 'z')}]"
    if value == "":
        return "all" if column == "category" else "[z]"
    return plain(value) if isinstance(value, str) else value


def _reason(library: Any, answer: Answer, *, word: str, heading: Heading, notes: pd.DataFrame) -> Any:
    """Return the table of an answer without figures: one row that says why."""
    return library.GPTable(
        table=pd.DataFrame({"Why there are no figures": [plain(answer.reason)]}), table_name="Table_1", index_columns={2: 0},
        title=plain(f"{word}{heading.title}: {answer.label} [{answer.measure.id}]"),
        subtitles=[plain(heading.sentence) + _references(notes)])


def _references(notes: pd.DataFrame) -> str:
    return "".join(f"$${name}$$" for name in notes["Note"])


def _notes(answer: Answer, release: Release, heading: Heading) -> pd.DataFrame:
    """Return the notes: marks, what the figures mean and do not say, sources, licence, release."""
    measures = [MEASURE_BY_ID[name] for name in dict.fromkeys([answer.measure.id, *(row.measure for row in answer.frame)])]
    sources = {source["label"]: source for measure in measures for source in release.sources(measure)}
    texts = [
        *(f"[{mark}] {name}: {says}" for mark, (name, says) in MARKS.items()),
        *(f"{measure.label}: {measure.definition}" for measure in measures),
        *dict.fromkeys([*heading.notes, *(limit for measure in measures for limit in measure.limits)]),
        *(f"Source: {source['label']}, {source['publisher']}, {source['vintage']}. Licence: {source['licence']}. {source['credit']}"
          for source in sources.values()),
        f"Release {release.id}, published {release.published[:10]}. Licence of the figures: {release.manifest['licence']}.",
    ]
    if answer.origin == "illustrative":
        texts.insert(0, "Illustrative figures: made up to show what the site will do; no fact about any place.")
    return pd.DataFrame({"Note": [f"n{place}" for place, _ in enumerate(texts)], "Note text": [plain(text) for text in texts]})


def _cover(library: Any, answer: Answer, release: Release, *, word: str, heading: Heading) -> Any:
    """Return the cover: what it is, of which release, where it stands, who is responsible."""
    contact = heading.contact or "Write to the publisher that the notes name as the source of a figure."
    return library.Cover(
        title=plain(f"{word}{heading.title}"), width=_WIDEST,
        intro=[plain(text) for text in (f"{answer.label}. {answer.measure.definition}", heading.sentence) if text],
        about=[plain(text) for text in (
            f"Release {release.id}, published {release.published[:10]}.", f"Kind of figures: {answer.origin or 'none'}.",
            f"Address: {heading.address}", f"Licence: {release.manifest['licence']}.",
            "Values are followed by the ends of their 95% interval. Marks: "
            + ", ".join(f"[{mark}] {name}" for mark, (name, _) in MARKS.items()) + ".")],
        contact=[plain(contact)])
