"""What a browser sends to our page when a filter changes, made from the page's own layout."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dash import Dash
from plotly.io.json import to_json_plotly

from data.release import Release
from data.selection import Selection
from layouts.pages import EXPLORE
from layouts.pages.explore import layout
from layouts.view import look

Props = Mapping[str, Any]


def components(tree: Any) -> Iterator[Props]:
    """Yield the properties of every component of a layout, as a browser has them, in their order."""
    if isinstance(tree, list):
        for child in tree:
            yield from components(child)
    elif isinstance(tree, dict):
        yield tree["props"]
        yield from components(tree["props"].get("children"))


def identified(release: Release, selection: Selection) -> list[Props]:
    """Return the components with an id of the page for ``selection``."""
    page = json.loads(to_json_plotly(layout(look(release, selection, page=EXPLORE))))
    return [props for props in components(page) if "id" in props]


def draw_callback(app: Dash) -> tuple[str, Mapping[str, Any]]:
    """Return the one callback whose inputs are the filters, by its name."""
    return next((name, callback) for name, callback in app.callback_map.items()
                if [(item["id"], item["property"]) for item in callback["inputs"]] == [('{"filter":["ALL"]}', "value")])


def body(app: Dash, *, opened: Sequence[Props], chosen: Sequence[Props]) -> dict[str, Any]:
    """Return the body of the request that turns the page ``opened`` into the one that ``chosen`` shows."""
    name, callback = draw_callback(app)
    output = callback["output"]
    return {
        "output": name,
        "outputs": {"id": output.component_id_str(), "property": output.component_property},
        "inputs": [_entry(item["id"], item["property"], chosen) for item in callback["inputs"]],
        "changedPropIds": ['{"filter":"area"}.value'],
        "parsedChangedPropsIds": [{"filter": "area"}],
        "state": [_entry(item["id"], item["property"], opened) for item in callback["state"]],
    }


def _entry(identity: str, name: str, parts: Sequence[Props]) -> Any:
    if not identity.startswith("{"):
        return _one(next(props for props in parts if props["id"] == identity), name)
    key = next(iter(json.loads(identity)))
    return [_one(props, name) for props in parts if isinstance(props["id"], dict) and set(props["id"]) == {key}]


def _one(props: Props, name: str) -> dict[str, Any]:
    return {"id": props["id"], "property": name, "value": props[name]}
