"""What a browser sends to our page when a filter changes, made from the page's own layout."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dash import Dash
from dash.development.base_component import Component

from data.release import Release
from data.selection import Selection
from layouts.pages import EXPLORE
from layouts.pages.explore import layout
from layouts.view import look

Parts = list[tuple[Any, Component]]


def components(tree: Any) -> Iterator[Component]:
    """Yield every component of a layout in the order in which Dash meets them."""
    if isinstance(tree, (list, tuple)):
        for child in tree:
            yield from components(child)
    elif isinstance(tree, Component):
        yield tree
        yield from components(getattr(tree, "children", None))


def identified(release: Release, selection: Selection) -> Parts:
    """Return the components with an id of the page for ``selection``."""
    page = layout(look(release, selection, page=EXPLORE))
    return [(part.id, part) for part in components(page) if getattr(part, "id", None) is not None]


def draw_callback(app: Dash) -> tuple[str, Mapping[str, Any]]:
    """Return the one callback whose inputs are the filters, by its name."""
    return next((name, callback) for name, callback in app.callback_map.items()
                if [(item["id"], item["property"]) for item in callback["inputs"]] == [('{"filter":["ALL"]}', "value")])


def body(app: Dash, *, opened: Parts, chosen: Parts) -> dict[str, Any]:
    """Return the body of the request that turns the page ``opened`` into the one that ``chosen`` shows."""
    name, callback = draw_callback(app)
    return {
        "output": name,
        "outputs": [_entry(output.component_id_str(), output.component_property, opened, values=False)
                    for output in callback["output"]],
        "inputs": [_entry(item["id"], item["property"], chosen) for item in callback["inputs"]],
        "changedPropIds": ['{"filter":"area"}.value'],
        "parsedChangedPropsIds": [{"filter": "area"}],
        "state": [_entry(item["id"], item["property"], opened) for item in callback["state"]],
    }


def _entry(identity: str, name: str, parts: Parts, *, values: bool = True) -> Any:
    if not identity.startswith("{"):
        return _one(next(pair for pair in parts if pair[0] == identity), name, values)
    key = next(iter(json.loads(identity)))
    return [_one(pair, name, values) for pair in parts if isinstance(pair[0], dict) and set(pair[0]) == {key}]


def _one(pair: tuple[Any, Component], name: str, values: bool) -> dict[str, Any]:
    entry = {"id": pair[0], "property": name}
    return {**entry, "value": getattr(pair[1], name)} if values else entry
