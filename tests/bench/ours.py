"""What a browser sends to our page when a filter changes, made from the page's own layout."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from plotly.io.json import to_json_plotly

from data.release import Release
from data.selection import EMPTY, Selection
from layouts.pages import EXPLORE
from layouts.pages.explore import layout
from layouts.view import Page, look

Props = Mapping[str, Any]


def components(tree: Any) -> Iterator[Props]:
    """Yield the properties of every component of a layout, as a browser has them, in their order."""
    if isinstance(tree, list):
        for child in tree:
            yield from components(child)
    elif isinstance(tree, dict):
        yield tree["props"]
        yield from components(tree["props"].get("children"))


def identified(release: Release, selection: Selection, *, page: Page = EXPLORE) -> list[Props]:
    """Return the components with an id of a page for ``selection``."""
    tree = json.loads(to_json_plotly(layout(look(release, selection, page=page))))
    return [props for props in components(tree) if "id" in props]


def bodies(release: Release, selections: Sequence[Selection], *, page: Page = EXPLORE) -> list[dict[str, Any]]:
    """Return the body of the request for each selection, from the page as it opens."""
    opened = identified(release, EMPTY, page=page)
    return [body(opened=opened, chosen=identified(release, selection, page=page)) for selection in selections]


def body(*, opened: Sequence[Props], chosen: Sequence[Props]) -> dict[str, Any]:
    """Return the body of the request that turns the page ``opened`` into the one that ``chosen`` shows."""
    asked = {props["id"]["filter"]: props["value"] for props in chosen
             if isinstance(props["id"], dict) and "filter" in props["id"]}
    shown = next(props["data"] for props in opened if props["id"] == "shown")
    return {
        "output": "drawn.data",
        "outputs": {"id": "drawn", "property": "data"},
        "inputs": [{"id": "asked", "property": "data", "value": asked}],
        "changedPropIds": ["asked.data"],
        "parsedChangedPropsIds": ["asked.data"],
        "state": [{"id": "shown", "property": "data", "value": shown}],
    }
