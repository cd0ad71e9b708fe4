"""The component tree as HTML: what a browser shows before, and without, any script.

The same tree is drawn by Dash. A component that this walker does not know is an error, so that the
two can never drift apart unseen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from dash.development.base_component import Component

Fill = Callable[[str, str], str]
"""Given ``figure`` or ``table`` and a chart's slug, or ``picture`` and its name, the HTML that stands in that place."""

NOTHING = "-"
"""The value of "nothing chosen" in a list: dash-bootstrap-components shows no option whose value is empty.

In the form of a page without scripts it is empty, so that addresses stay as they are.
"""

VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})
_NAMES: Mapping[str, str] = {
    "className": "class", "htmlFor": "for", "colSpan": "colspan", "rowSpan": "rowspan", "tabIndex": "tabindex",
    "hrefLang": "hreflang", "autoComplete": "autocomplete", "acceptCharset": "accept-charset",
}
_LEFT_OUT = frozenset({"children", "key", "n_clicks", "disable_n_clicks", "n_submit"})
_UNSEEN = frozenset({"Store", "Location", "Dummy"})


def nothing(kind: str, slug: str) -> str:
    """Fill no place: for pages without charts."""
    raise LookupError(f"Nothing stands in the place {kind} of {slug}.")


def render(tree: Any, *, fill: Fill = nothing) -> str:
    """Return the HTML of a component tree. Raises ``TypeError`` for a component that it does not know."""
    if tree is None or tree is False:
        return ""
    if isinstance(tree, (str, int, float)):
        return escape(str(tree), quote=False)
    if isinstance(tree, (list, tuple)):
        return "".join(render(child, fill=fill) for child in tree)
    if isinstance(tree, dict):
        return _element(tree["type"].lower(), tree["props"], fill)
    if not isinstance(tree, Component):
        raise TypeError(f"{type(tree).__name__} cannot stand in a page.")
    props = {name: getattr(tree, name) for name in tree.available_properties if hasattr(tree, name)}
    props |= {name: value for name, value in vars(tree).items() if name.startswith(("data-", "aria-"))}
    kind = type(tree).__name__
    if tree._namespace == "dash_html_components":
        return _element(kind.lower(), props, fill)
    if kind in _UNSEEN:
        return ""
    if kind in _CONTROLS:
        return _CONTROLS[kind](props)
    if kind == "Graph":
        return f'<div class="graph">{fill("figure", props["id"]["figure"])}</div>'
    raise TypeError(f"{tree._namespace}.{kind} has no HTML here: add it to layouts/document.py.")


def _element(tag: str, props: Mapping[str, Any], fill: Fill) -> str:
    opening = f"<{tag}{_attributes(props)}>"
    if tag in VOID:
        return opening
    identity = props.get("id")
    inside = render(props.get("children"), fill=fill)
    for kind in ("table", "picture"):
        if isinstance(identity, dict) and kind in identity:
            inside = fill(kind, identity[kind])
    return f"{opening}{inside}</{tag}>"


def _attributes(props: Mapping[str, Any]) -> str:
    return "".join(_attribute(name, value) for name, value in props.items() if name not in _LEFT_OUT)


def _attribute(name: str, value: Any) -> str:
    if value is None or value is False:
        return ""
    name = _NAMES.get(name, name)
    if value is True:
        return f" {name}" if not name.startswith("aria-") else f' {name}="true"'
    if name == "style":
        value = ";".join(f"{_dashed(key)}:{part}" for key, part in value.items())
    elif name == "id":
        value = identity(value)
    return f' {name}="{escape(str(value))}"'


def identity(value: str | Mapping[str, str]) -> str:
    """Return a component's id as it stands in the page: Dash writes a pattern's as sorted JSON."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, separators=(",", ":"))


def _dashed(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name)


def _checks(props: Mapping[str, Any], *, kind: str, chosen: list[Any]) -> str:
    name, lines = props.get("name", ""), []
    own = identity(props["id"])
    for place, option in enumerate(props.get("options") or ()):
        value = escape(str(option["value"]))
        label_for = escape(f"{own}-{place}")
        lines.append(
            f'<div class="form-check"><input type="{kind}" class="form-check-input" id="{label_for}" '
            f'name="{escape(name)}" value="{value}"{" checked" if option["value"] in chosen else ""}>'
            f'<label class="form-check-label" for="{label_for}">{escape(str(option["label"]))}</label></div>'
        )
    return f'<div id="{escape(own)}" class="{escape(props.get("className") or "")}">{"".join(lines)}</div>'


def _checklist(props: Mapping[str, Any]) -> str:
    return _checks(props, kind="checkbox", chosen=list(props.get("value") or ()))


def _radio(props: Mapping[str, Any]) -> str:
    return _checks(props, kind="radio", chosen=[props.get("value")])


def _select(props: Mapping[str, Any]) -> str:
    options = "".join(
        f'<option value="{escape(str(option["value"])) if option["value"] != NOTHING else ""}"{" selected" if option["value"] == props.get("value") else ""}>'
        f'{escape(str(option["label"]))}</option>' for option in props.get("options") or ()
    )
    own, name = escape(identity(props["id"])), escape(props.get("name") or "")
    return f'<select id="{own}" name="{name}" class="form-select">{options}</select>'


def _input(props: Mapping[str, Any]) -> str:
    own = escape(identity(props["id"]))
    name = f' name="{escape(props["name"])}"' if props.get("name") else ""
    more = "".join(f' {key}="{escape(str(props[key]))}"' for key in _OF_INPUTS if props.get(key))
    return (f'<input id="{own}" type="{escape(props.get("type") or "text")}"{name} class="form-control" '
            f'value="{escape(str(props.get("value") or ""))}" placeholder="{escape(props.get("placeholder") or "")}"{more}>')


_OF_INPUTS = ("list", "autocomplete", "inputmode", "maxlength")
_CONTROLS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "Checklist": _checklist, "RadioItems": _radio, "Select": _select, "Input": _input,
}
