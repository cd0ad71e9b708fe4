"""Every address that the application answers, taken from its own routes and registries: a new one is attacked by being added."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence

import pyarrow.parquet as pq
from dash import Dash

from dashboard.share import CHART_BY_PATH
from data.boundaries import LEVELS
from layouts.charts import CHART_BY_SLUG
from layouts.formats import FORMAT_BY_SUFFIX, formats_of
from layouts.pages import PAGE_BY_PATH
from layouts.pages.texts import TEXT_BY_PATH

OF_THE_PROGRAM = frozenset({
    "/static/<path:path>", "/assets/<path:filename>", "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
    "/_favicon.ico", "/_reload-hash", "/api/<path:rest>",
})
"""Routes that serve files of the program, or say that nothing is there, and nothing of a release."""
CLAIM = "/claim.json"
"""Answers 400 where no query names a measure and a number."""
BY_QUERY_ALONE = frozenset({"/embed/<slug>/strip.css", "/oembed"})
"""Routes without an answer where no query names a release or an address; what they answer holds no figure."""
AREA = "/areas/"


def addresses(app: Dash, *, areas: Sequence[str]) -> Iterator[str]:
    """Yield every address that is asked with GET, those of one area for ``areas`` alone.

    Raises ``KeyError`` for a route with a part that nothing here fills in.
    """
    pages = [path for path in (*PAGE_BY_PATH, *TEXT_BY_PATH, *CHART_BY_PATH) if not path.startswith(AREA) or path.removeprefix(AREA) in areas]
    parts: Mapping[str, Sequence[str]] = {
        "code": areas, "slug": tuple(CHART_BY_SLUG), "level": tuple(LEVELS), "path": [path[1:] for path in pages if path != "/"]}
    for rule in app.server.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and str(rule) not in OF_THE_PROGRAM | BY_QUERY_ALONE:
            if not rule.arguments:
                yield str(rule)
            for name in rule.arguments:
                for part in parts[name]:
                    if name != "slug" or has_file(part, str(rule)):
                        yield rule.build({name: part})[1]


def has_file(slug: str, rule: str) -> bool:
    """Whether a chart has what a route serves: not every chart comes in every format."""
    kind = FORMAT_BY_SUFFIX.get(rule.rpartition(".")[2])
    return kind is None or kind in formats_of(CHART_BY_SLUG[slug])


def unpacked(answer: bytes) -> bytes:
    """What stands in an answer: of workbooks and packages all of their parts, of a Parquet file its rows and its description."""
    if answer.startswith(b"PK"):
        package = zipfile.ZipFile(io.BytesIO(answer))
        return b"\n".join(part for name in package.namelist() for part in (name.encode(), unpacked(package.read(name))))
    if answer.startswith(b"PAR1"):
        table = pq.read_table(io.BytesIO(answer))
        return f"{table.to_pylist()} {table.schema.metadata}".encode()
    return answer
