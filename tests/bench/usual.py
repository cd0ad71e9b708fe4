"""The same page written the usual way: the long frame in memory, a groupby for each chart, Plotly Express.

It is the page that tutorials teach, with nothing done badly on purpose: one callback, columns typed
by pandas, the simplified boundaries that our own page uses.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.express as px
from dash import Dash, Input, Output, dcc, html

from data.areas import SNAPSHOTS

CHARTS = ("map", "trend", "by-age", "by-channel", "heatmap")
ENGAGEMENT = ["reactions", "comments", "shares", "clicks"]


def create_usual(csv: Path) -> Dash:
    """Return the page over the rows of ``csv``."""
    table = pd.read_csv(csv)
    table["engagement"] = table[ENGAGEMENT].sum(axis=1)
    outlines = json.loads((SNAPSHOTS / "boundaries" / "police_force.geojson").read_text(encoding="utf-8"))
    months = sorted(table["month"].unique())
    app = Dash("usual", compress=False)
    app.layout = html.Div([
        html.H1("Engagement"),
        dcc.Dropdown(sorted(table["area_code"].unique()), [], multi=True, id="area"),
        dcc.Dropdown(sorted(table["channel"].unique()), [], multi=True, id="channel"),
        dcc.Dropdown(sorted(table["age_group"].unique()), [], multi=True, id="age_group"),
        dcc.Dropdown(months, months[0], id="from"),
        dcc.Dropdown(months, months[-1], id="to"),
        *(dcc.Graph(id=chart) for chart in CHARTS),
    ])

    @app.callback(
        *(Output(chart, "figure") for chart in CHARTS),
        *(Input(name, "value") for name in ("area", "channel", "age_group", "from", "to")),
    )
    def draw(
        area: Sequence[str], channel: Sequence[str], age_group: Sequence[str], first: str, last: str
    ) -> tuple[Any, ...]:
        everywhere = table[(table["month"] >= first) & (table["month"] <= last)]
        if channel:
            everywhere = everywhere[everywhere["channel"].isin(channel)]
        if age_group:
            everywhere = everywhere[everywhere["age_group"].isin(age_group)]
        chosen = everywhere[everywhere["area_code"].isin(area)] if area else everywhere
        cells = _rate(chosen, ["channel", "age_group"]).pivot(index="channel", columns="age_group", values="rate")
        return (
            px.choropleth(_rate(everywhere, ["area_code"]), geojson=outlines, locations="area_code",
                          featureidkey="id", color="rate").update_geos(fitbounds="locations", visible=False),
            px.line(_rate(chosen, ["channel", "month"]), x="month", y="rate", color="channel"),
            px.bar(_rate(chosen, ["age_group"]), x="age_group", y="rate"),
            px.bar(_rate(chosen, ["channel"]), x="channel", y="rate"),
            px.imshow(cells),
        )

    return app


def _rate(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    sums = rows.groupby(by, as_index=False)[["engagement", "reach"]].sum()
    sums["rate"] = 100 * sums["engagement"] / sums["reach"]
    return sums


def body(area: Sequence[str], channel: Sequence[str], age_group: Sequence[str], first: str, last: str) -> dict[str, Any]:
    """Return what the browser sends when a filter changes."""
    given = {"area": list(area), "channel": list(channel), "age_group": list(age_group), "from": first, "to": last}
    return {
        "output": "..{}..".format("...".join(f"{chart}.figure" for chart in CHARTS)),
        "outputs": [{"id": chart, "property": "figure"} for chart in CHARTS],
        "inputs": [{"id": name, "property": "value", "value": value} for name, value in given.items()],
        "changedPropIds": ["area.value"],
    }
