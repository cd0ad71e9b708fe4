"""What a CSV is, for programs: CSV on the Web metadata (W3C, "Metadata Vocabulary for Tabular Data").

It stands at the address of the CSV with ``-metadata.json`` behind its path, where readers of CSVW look for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data.described import FIGURES, Column
from data.query import Answer
from data.release import Release

ENDING = "-metadata.json"
MEDIA_TYPE = "application/csvm+json"
_TYPES: Mapping[str, str] = {"text": "string", "number": "number", "integer": "integer", "date": "date", "month": "gYearMonth"}


def as_csvw(answer: Answer, *, release: Release, title: str, says: str, address: str) -> dict[str, Any]:
    """Return the description of an answer's CSV, which lies at ``address`` (seen from the description)."""
    word = "Illustrative figures: " if answer.origin == "illustrative" else ""
    sources = release.sources(answer.measure)
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": address,
        "dc:title": f"{word}{title}: {answer.label}",
        "dc:description": " ".join([says, answer.measure.definition, *(note.text for note in answer.notes), answer.reason]).strip(),
        "dc:identifier": release.id,
        "dc:issued": {"@value": release.published[:10], "@type": "xsd:date"},
        "dc:license": release.manifest["licence"],
        "dc:publisher": list(dict.fromkeys(source["publisher"] for source in sources)),
        "dc:source": [f"{source['label']}, {source['vintage']}. {source['credit']}".strip() for source in sources],
        "dialect": {"header": True, "encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tableSchema": {"columns": columns_of(FIGURES)},
    }


def columns_of(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Return columns as CSVW describes them."""
    return [{"name": column.name, "titles": column.name, "dc:description": column.says, "datatype": _TYPES[column.type],
             "required": not column.optional} for column in columns]
