"""Every address that the application answers, taken from its own routes and registries: a new one is attacked by being added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dash import Dash

from dashboard.share import CHART_BY_PATH
from data.boundaries import LEVELS
from layouts.charts import CHART_BY_SLUG
from layouts.pages import PAGE_BY_PATH
from layouts.pages.texts import TEXT_BY_PATH

OF_THE_PROGRAM = frozenset({
    "/static/<path:path>", "/assets/<path:filename>", "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
    "/_favicon.ico", "/_reload-hash",
})
"""Routes that serve files of the program and nothing of a release."""
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
                    yield rule.build({name: part})[1]
