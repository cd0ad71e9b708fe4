"""The edge: bodies that the page would never send get 400, unknown addresses 404, never 500."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from dash import ALL, Dash, Input, Output, State, dcc, html
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard import guard
from dashboard.index import create_dash
from data.errors import SelectionError

UPDATE = "/_dash-update-component"
Body = dict[str, Any]


def make_app() -> Dash:
    """A page of two filters and two charts, a click on one, and a callback in the browser."""
    app = create_dash("guard-test", title="Guard", use_pages=False)
    app.layout = html.Div([dcc.Location(id="place"), html.P(id="sentence"), html.P(id="clicked"), dcc.Store(id="kept")])

    @app.callback(
        Output({"chart": ALL}, "figure"),
        Output("sentence", "children"),
        Input({"filter": ALL}, "value"),
        State({"filter": ALL}, "id"),
        State({"chart": ALL}, "id"),
    )
    def draw(values: list[Any], _filters: list[dict[str, str]], charts: list[dict[str, str]]) -> tuple[list[Any], str]:
        if "nowhere" in values:
            raise SelectionError("There is no such area.", field="area", value="nowhere")
        return [{} for _ in charts], str(values)

    @app.callback(Output("clicked", "children"), Input({"chart": "map"}, "clickData"), Input("place", "pathname"))
    def click(data: Any, path: str) -> str:
        return f"{data} {path.lower()}"

    app.clientside_callback("function (x) { return x; }", Output("kept", "data"), Input("sentence", "children"))
    guard.register(app)
    return app


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return make_app().server.test_client()


def filters_body() -> Body:
    """What the page sends when a filter changes."""
    areas, charts = ("area", "measure"), ("map", "trend")
    return {
        "output": '..{"chart":["ALL"]}.figure...sentence.children..',
        "outputs": [
            [{"id": {"chart": chart}, "property": "figure"} for chart in charts],
            {"id": "sentence", "property": "children"},
        ],
        "inputs": [
            [
                {"id": {"filter": "area"}, "property": "value", "value": ["E23000009", "E23000030"]},
                {"id": {"filter": "measure"}, "property": "value", "value": "reach"},
            ]
        ],
        "changedPropIds": ['{"filter":"area"}.value'],
        "parsedChangedPropsIds": [{"filter": "area"}],
        "state": [
            [{"id": {"filter": name}, "property": "id", "value": {"filter": name}} for name in areas],
            [{"id": {"chart": name}, "property": "id", "value": {"chart": name}} for name in charts],
        ],
    }


def click_body() -> Body:
    """What the page sends when the map is clicked."""
    return {
        "output": "clicked.children",
        "outputs": {"id": "clicked", "property": "children"},
        "inputs": [
            {"id": {"chart": "map"}, "property": "clickData", "value": {"points": [{"location": "E23000009"}]}},
            {"id": "place", "property": "pathname", "value": "/"},
        ],
        "changedPropIds": ['{"chart":"map"}.clickData'],
    }


@pytest.mark.parametrize("body", [filters_body(), click_body()], ids=["filters", "click"])
def test_guard_lets_the_pages_own_bodies_through(client: FlaskClient, body: Body) -> None:
    assert client.post(UPDATE, json=body).status_code == 200


NOT_JSON = (b"", b"{", b"NaN", b"\xff\xfe", b'{"output": "\\ud800"}', b"[" * 5000)
NOT_A_BODY = (b"null", b"[]", b"1", b'"x"', b"{}", b'{"output":[]}', b'{"output":{}}', b'{"output":"nothing.here"}')


@pytest.mark.parametrize("raw", [*NOT_JSON, *NOT_A_BODY])
def test_guard_refuses_what_is_no_callback_body(client: FlaskClient, raw: bytes) -> None:
    answer = client.post(UPDATE, data=raw, content_type="application/json")

    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert len(answer.data) < 200


def _set(**values: Any) -> Callable[[Body], object]:
    return lambda body: body.update(values)


def _first(**values: Any) -> Callable[[Body], object]:
    return lambda body: body["inputs"][0][0].update(values)


WRONG: dict[str, Callable[[Body], object]] = {
    "unknown key": _set(extra=1),
    "unknown output": _set(output="sentence.children"),
    "output of the browser": _set(output="kept.data"),
    "no outputs": lambda body: body.pop("outputs"),
    "outputs empty": _set(outputs=[]),
    "outputs of another shape": _set(outputs={"id": "sentence", "property": "children"}),
    "outputs in another order": lambda body: body["outputs"].reverse(),
    "output of a chart that the state does not name": lambda body: body["outputs"][0][0].update(id={"chart": "pie"}),
    "no inputs": lambda body: body.pop("inputs"),
    "inputs null": _set(inputs=None),
    "inputs an object": _set(inputs={}),
    "inputs empty": _set(inputs=[]),
    "inputs not grouped": lambda body: body.update(inputs=body["inputs"][0]),
    "inputs of numbers": _set(inputs=[[1]]),
    "inputs of nothing": _set(inputs=[[None]]),
    "input without id": lambda body: body["inputs"][0][0].pop("id"),
    "input of another id": _first(id="place"),
    "input of a filter that the state does not name": _first(id={"filter": "shoe size"}),
    "input with an id of objects": _first(id={"filter": {}}),
    "input with a wider id": _first(id={"filter": "area", "page": "home"}),
    "input of another property": _first(property="options"),
    "input with an unknown key": _first(extra=1),
    "input twice": lambda body: body["inputs"][0].append(body["inputs"][0][0]),
    "value an object": _first(value={"a": 1}),
    "value a list of lists": _first(value=[["a"]]),
    "value beyond numbers": _first(value=1e300),
    "value too long": _first(value="x" * 5000),
    "values too many": _first(value=["x"] * 2000),
    "value with a null byte": _first(value="a\0"),
    "no state": lambda body: body.pop("state"),
    "state of another id": lambda body: body["state"][0][0].update(value={"filter": "measure"}),
    "changed by nothing known": _set(changedPropIds=["place.pathname"]),
    "changed null": _set(changedPropIds=None),
    "changed by a number": _set(changedPropIds=[1]),
    "parsed changes a number": _set(parsedChangedPropsIds=4),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_guard_refuses_a_body_that_is_changed(client: FlaskClient, change: Callable[[Body], object]) -> None:
    body = filters_body()
    change(body)

    assert client.post(UPDATE, json=body).status_code == 400


@pytest.mark.parametrize("path", [None, 5, "no slash", ["/"], True])
def test_guard_refuses_a_path_that_is_none(client: FlaskClient, path: Any) -> None:
    body = click_body()
    body["inputs"][1]["value"] = path

    assert client.post(UPDATE, json=body).status_code == 400


@pytest.mark.parametrize("click", [5, "map", [], {}, {"points": 1}, {"points": [1]}, {"points": [{"location": []}]}])
def test_guard_refuses_a_click_without_points(client: FlaskClient, click: Any) -> None:
    body = click_body()
    body["inputs"][0]["value"] = click

    assert client.post(UPDATE, json=body).status_code == 400


def test_guard_refuses_parts_that_name_different_components(client: FlaskClient) -> None:
    body = filters_body()
    body["state"][1].pop()

    assert client.post(UPDATE, json=body).status_code == 400


def test_guard_refuses_a_query_and_another_content_type(client: FlaskClient) -> None:
    body = json.dumps(filters_body())

    assert client.post(f"{UPDATE}?cacheKey=1", data=body, content_type="application/json").status_code == 400
    assert client.post(UPDATE, data=body, content_type="text/plain").status_code == 400


def test_guard_refuses_a_body_that_is_too_large(client: FlaskClient) -> None:
    answer = client.post(UPDATE, data=b" " * (guard.LARGEST_BODY + 1), content_type="application/json")

    assert answer.status_code == 413


def test_guard_answers_the_readers_fault_with_400_and_the_reason(client: FlaskClient) -> None:
    body = filters_body()
    body["inputs"][0][0]["value"] = "nowhere"

    answer = client.post(UPDATE, json=body)

    assert (answer.status_code, json.loads(answer.data)["detail"]) == (400, "There is no such area.")


@pytest.mark.parametrize(
    "path",
    [
        "/_dash-component-suites/dash/dcc/async-graph.js",
        "/_dash-component-suites/no_such_package/x.js",
        "/_reload-hash",
        "/_favicon.ico",
        "/assets/boot.js",
    ],
)
def test_guard_shuts_the_addresses_that_nothing_uses(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_guard_never_lets_a_body_become_a_500(client: FlaskClient, data: st.DataObject) -> None:
    """Replace any part of a good body by any JSON: the answer is 200 or 400."""
    body = copy.deepcopy(data.draw(st.sampled_from([filters_body(), click_body()])))
    node: Any = body
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        deeper = isinstance(node[key], (dict, list)) and len(node[key]) > 0
        if not deeper or data.draw(st.booleans()):
            break
        node = node[key]
    node[key] = data.draw(JSON)

    assert client.post(UPDATE, json=body).status_code in (200, 400)


def test_application_offers_no_tool_protocol_and_no_background_work(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASH_MCP_ENABLED", "true")
    app = make_app()

    assert app.server.test_client().post("/_mcp", json={}).status_code == 405
    assert [name for name, callback in app.callback_map.items() if callback.get("background")] == []
    for key in ("cacheKey", "job", "oldJob", "cancelJob"):
        assert client.post(f"{UPDATE}?{key}=1", json=filters_body()).status_code == 400
