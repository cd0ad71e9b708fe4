"""What a first visit has to fetch: our page's files from its own manifest, the usual page's as Dash serves them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import brotli
from dash import Dash

from tests.bench.page import UPDATE

SUITES = "/_dash-component-suites/"
LATER = ("dash/dcc/async-graph.js", "dash/dcc/async-dropdown.js", "plotly/package_data/plotly.min.js")
"""Scripts that the usual page loads when its components first need them."""

ASKED = ("/_dash-layout", "/_dash-dependencies")
LAYOUT_OF_PAGE: Mapping[str, Any] = {
    "output": ".._pages_content.children..._pages_store.data..",
    "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
    "inputs": [{"id": "_pages_location", "property": "pathname", "value": "/"},
               {"id": "_pages_location", "property": "search", "value": ""}],
    "changedPropIds": ["_pages_location.pathname", "_pages_location.search"],
}
"""What Dash Pages asks for when a page opens."""


def small(content: bytes) -> int:
    """Return the size of ``content`` in Brotli at its best, for both pages alike."""
    return len(brotli.compress(content, quality=11))


def ours(app: Dash) -> dict[str, int]:
    """Return the bytes that our start page needs: before its first paint, in all, and how many files."""
    client = app.server.test_client()
    page = client.get("/").get_data()
    text = page.decode()
    boot = json.loads(re.search(r'id="hue-boot">(.*?)</script>', text, re.DOTALL)[1])  # type: ignore[index]
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)
    chunk = next(script for script in boot["scripts"] if "dash_core_components.js" in script)
    later = [*re.findall(r'<script src="([^"]+)"', text), *boot["scripts"], boot["plotly"],
             f"{chunk.rsplit('/', 1)[0]}/async-graph.js", f"{boot['topojson']}world_110m.json", "/geo/police_force.geojson"]
    first = [page, *(_fetch(client, address) for address in sheets)]
    rest = [*(_fetch(client, address) for address in (*later, *ASKED)), _update(client, LAYOUT_OF_PAGE)]
    return _sizes(first=first, rest=rest)


def usual(app: Dash, *, update: Mapping[str, Any]) -> dict[str, int]:
    """Return the same of the usual page, which shows nothing before its scripts have run."""
    client = app.server.test_client()
    page = client.get("/").get_data()
    scripts = re.findall(r'<script src="([^"]+)"', page.decode())
    first = [page, *(_fetch(client, address) for address in (*scripts, *ASKED))]
    rest = [*(_fetch(client, f"{SUITES}{name}") for name in LATER), _update(client, update)]
    return _sizes(first=first, rest=rest)


def _update(client: Any, body: Mapping[str, Any]) -> bytes:
    answer = client.post(UPDATE, json=body)
    if answer.status_code != 200:
        raise LookupError(f"{body['output']} answered {answer.status_code}")
    return bytes(answer.get_data())


def _fetch(client: Any, address: str) -> bytes:
    answer = client.get(address)
    if answer.status_code != 200:
        raise LookupError(f"{address} answered {answer.status_code}")
    return bytes(answer.get_data())


def _sizes(*, first: list[bytes], rest: list[bytes]) -> dict[str, int]:
    before = sum(small(content) for content in first)
    return {"before_first_paint": before, "total": before + sum(small(content) for content in rest),
            "requests": len(first) + len(rest)}
