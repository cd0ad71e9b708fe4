"""What every address of a file shares: how CSV and JSON are sent, what a file is called, which keys an address takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from flask import Response, request

from data import cells_out
from data.errors import SelectionError
from data.release import Release
from data.selection import MAX_QUERY
from layouts.formats import Format

ILLUSTRATIVE = "illustrative-"
"""How the name of a file begins that holds illustrative figures."""


def file_name(what: str, release: Release, *, illustrative: bool = False) -> str:
    """Return what a file of a release is called, without its ending: the word *illustrative* travels in the name."""
    return f"{ILLUSTRATIVE if illustrative else ''}{what}-{release.id}"


def csv_file(text: str, *, name: str) -> Response:
    """Return a CSV text as a file of that name."""
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.csv"'
    return response


def rows_as_csv(rows: Iterable[Sequence[Any]], *, columns: Sequence[str], name: str) -> Response:
    """Return rows, each with its values in the order of the columns, as a CSV file of that name."""
    return csv_file(cells_out.as_csv(columns, rows), name=name)


def records_as_csv(rows: Iterable[Mapping[str, Any]], *, columns: Sequence[str], name: str) -> Response:
    """Return rows, each a mapping that holds every column, as a CSV file of that name."""
    return rows_as_csv(([row[column] for column in columns] for row in rows), columns=columns, name=name)


def as_json(value: Mapping[str, Any], *, media_type: str = "application/json") -> Response:
    """Return a value as JSON, or as a kind of it; numpy's numbers and arrays are written as JSON's."""
    return Response(orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY), content_type=media_type)


def attached(content: bytes, *, name: str, kind: Format) -> Response:
    """Return a file that browsers save under that name."""
    response = Response(content, content_type=kind.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind.suffix}"'
    return response


def short_enough() -> None:
    """Refuse an address whose filters are longer than can be read. Raises ``SelectionError``."""
    if len(request.query_string) > MAX_QUERY:
        raise SelectionError(f"The address is too long: {len(request.query_string):,} characters of filters, "
                             f"at most {MAX_QUERY:,} can be read.", field="query")


def none_but(*known: str) -> None:
    """Refuse keys that mean nothing at an address. Raises ``SelectionError`` with the key."""
    told = {0: "There are none.", 1: f"The one filter is “{''.join(known)}”."}.get(len(known)) or f"The filters are {', '.join(known)}."
    for key in request.args:
        if key not in known:
            raise SelectionError(f"There is no filter called “{key[:60]}” here. {told}", field=key[:60])
