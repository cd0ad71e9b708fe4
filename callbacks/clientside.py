"""What reacts in the browser alone: filters are asked together, places take what was drawn, the address follows.

The functions stand in ``assets/page.js`` under ``dash_clientside.hue``.
"""

from __future__ import annotations

from dash import ALL, ClientsideFunction, Dash, Input, Output, State


def register(app: Dash) -> None:
    """Connect the browser's own functions."""
    app.clientside_callback(
        ClientsideFunction("hue", "gather"),
        Output("asked", "data"),
        Input({"filter": ALL}, "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("hue", "spread"),
        *(Output(name, "children") for name in ("sentence", "banner", "offers", "tiles", "attention", "coverage", "about", "chips",
                                           "filter-count")),
        *(Output(name, "data") for name in ("selection", "shown", "offered")),
        Output({"card": ALL}, "hidden"),
        Output({"figure": ALL}, "figure"),
        *(Output({name: ALL}, "children") for name in ("head", "legend", "sentence", "notes", "source")),
        Input("drawn", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("hue", "settle"),
        Output("settled", "data"),
        Input("selection", "data"),
        State("shown", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("hue", "offer"),
        Output({"filter": ALL}, "options"),
        Output({"fieldset": ALL}, "disabled"),
        Output({"reason": ALL}, "children"),
        Output({"box": ALL}, "hidden"),
        Output({"name": ALL}, "children"),
        Input("offered", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("hue", "chooseArea"),
        Output({"filter": "area"}, "value"),
        Input({"figure": ALL}, "clickData"),
        State({"filter": "area"}, "value"),
        prevent_initial_call=True,
    )
