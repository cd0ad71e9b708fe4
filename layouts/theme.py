"""The tokens: colours, sizes and steps, once, for the style sheet and for the figures alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

Tokens = Mapping[str, str]

LIGHT: Tokens = {
    "ink": "#14202B", "muted": "#4A5762", "ground": "#FFFFFF", "panel": "#F4F6F8", "rule": "#CBD3DA",
    "accent": "#12436D", "rest": "#BFBFBF", "outline": "#4A5762",
}
DARK: Tokens = {
    "ink": "#EEF2F5", "muted": "#B3BEC8", "ground": "#11181F", "panel": "#1A232C", "rule": "#36424E",
    "accent": "#8CC4F2", "rest": "#7A8793", "outline": "#B3BEC8",
}
THEMES: Mapping[str, Tokens] = {"light": LIGHT, "dark": DARK}

SERIES = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
SERIES_DARK = ("#8CC4F2", "#28A197", "#E08FBB", "#F46A25", "#C9CDD1", "#A285D1")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
CLASSES = ("#DCE9F3", "#A9CBE5", "#6FA5CF", "#3B78AE", "#12436D")
DIVERGING = ("#801650", "#BF8AA7", "#E6E6E6", "#88A1B6", "#12436D")

REFERENCE = "#8A949E"
"""What is compared with: lines, ticks and bars beside. At least 3:1 on either ground."""
BELOW = "#BF5590"
"""Bars below nothing. At least 3:1 on either ground."""
SOFT = 0.6
"""Opacity of bars that carry whiskers: ink stands out on them and beside them."""
BAND = 0.2
"""Opacity of the band that is a line's interval; ``assets/figures.js`` draws it in the browser."""
OUTSIDE = "#3D3D3D"
"""An area whose value stands outside the classes."""
HATCHED = "rgba(128,136,145,0.18)"
BLANK = "rgba(128,136,146,0)"
"""Fills of areas too small to show and of areas without a figure. The style sheet knows them by these
numbers (``path[style*="128, 136, 145"]``) and gives the first a hatch, the second a dashed outline."""

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


MONTH_TITLE = "<b>%{x|%B %Y}</b>"
"""What stands above the values of one month under the pointer."""
MANY = 36
"""Colours of the colour way behind the categorical ones, all accent: for lines that have a panel each."""

MAP_TRACES = ("values", "outside", "too small", "without a figure", "casing", "chosen")
"""The traces of a map, in their order: the template dresses each by its place."""


def plotly_template(theme: Literal["light", "dark"]) -> dict[str, Any]:
    """Return the house template of all figures: type, grid, colours, hover, margins.

    It is sent once a page and applied in the browser, so that figures carry almost no styling. Colours that
    differ between light and dark reach outlines by colour axes: the first is ink, the second ground. Points of
    time stand at the start of their month; a ``scatter`` without an axis of time says ``xperiod=0``.
    """
    tokens = THEMES[theme]
    series = SERIES if theme == "light" else SERIES_DARK
    return {"layout": _layout(tokens, series), "data": _traces(tokens)}


def _layout(tokens: Tokens, series: Sequence[str]) -> dict[str, Any]:
    """Return what the template says of whole figures."""
    axis = {
        "automargin": True, "fixedrange": True, "showline": False, "ticks": "", "zeroline": False,
        "gridcolor": tokens["rule"], "gridwidth": 1, "zerolinecolor": tokens["outline"], "zerolinewidth": 1,
        "tickfont": {"size": 13}, "tickcolor": tokens["outline"],
        "title": {"font": {"size": 14}},
    }
    return {
        "font": {"family": FONT, "size": 14, "color": tokens["ink"]},
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": [*series, *[tokens["accent"]] * MANY], "separators": ".,", "showlegend": False,
        "dragmode": False,
        "margin": {"t": 24, "r": 16, "b": 8, "l": 8, "pad": 4},
        "hoverlabel": {
            "bgcolor": tokens["panel"], "bordercolor": tokens["outline"], "align": "left", "namelength": -1,
            "font": {"family": FONT, "size": 14, "color": tokens["ink"]},
        },
        "xaxis": {**axis, "showgrid": False, "tickfont": {"size": 13, "color": tokens["muted"]}, "tickangle": 0,
                  "spikethickness": 1, "spikedash": "dot", "spikecolor": tokens["outline"],
                  "unifiedhovertitle": {"text": MONTH_TITLE}},
        "yaxis": axis,
        "coloraxis": {
            "showscale": False, "cmin": 0, "cmax": 1, "colorscale": [[0, tokens["ink"]], [1, tokens["ink"]]]},
        "coloraxis2": {
            "showscale": False, "cmin": 0, "cmax": 1, "colorscale": [[0, tokens["ground"]], [1, tokens["ground"]]]},
        "bargap": 0.28, "barmode": "overlay", "hovermode": "closest", "uirevision": "kept",
        "geo": {"bgcolor": "rgba(0,0,0,0)", "visible": False, "projection": {"type": "transverse mercator"}},
        "annotationdefaults": {
            "showarrow": False, "xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "left",
            "yanchor": "bottom", "align": "left", "font": {"size": 13}, "arrowhead": 0, "arrowwidth": 1,
            "arrowcolor": REFERENCE, "standoff": 4,
        },
        "shapedefaults": {
            "type": "rect", "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
            "fillcolor": "rgba(128,136,145,.15)", "line": {"width": 0},
        },
    }


def _traces(tokens: Tokens) -> dict[str, Any]:
    """Return what the template says of the traces of each kind."""
    return {
        "choropleth": _map_traces(tokens),
        "scatter": [{
            "line": {"width": 2.5}, "marker": {"size": 8, "line": {"width": 2}}, "cliponaxis": False,
            "xperiod": "M1", "xperiodalignment": "start",
            "error_x": {"color": tokens["ink"], "thickness": 1.5, "width": 3},
            "error_y": {"thickness": 1.5, "width": 3},
        }],
        "bar": [{
            "marker": {"line": {"width": 0.5, "color": REFERENCE}}, "cliponaxis": False, "textposition": "inside",
            "textangle": 0, "constraintext": "none", "insidetextanchor": "middle",
            "insidetextfont": {"color": tokens["ink"], "size": 13},
            "hovertemplate": "%{hovertext}<extra></extra>",
        }],
        "heatmap": [{"xgap": 2, "ygap": 2, "showscale": False, "hoverongaps": False}],
    }


def _map_traces(tokens: Tokens) -> list[dict[str, Any]]:
    outline = {"color": tokens["outline"], "width": 0.5}
    clear = "rgba(0,0,0,0)"
    fills = (None, OUTSIDE, HATCHED, BLANK, clear, clear)
    lines = (*(outline,) * 4, {"color": tokens["ground"], "width": 5}, {"color": tokens["ink"], "width": 2.5})
    return [
        {"showscale": False, "marker": {"line": line}}
        | ({"colorscale": [[0, fill], [1, fill]]} if fill else {})
        for fill, line in zip(fills, lines, strict=True)
    ]


def css_tokens(theme: Literal["light", "dark", ""] = "") -> str:
    """Return the custom properties of the style sheet: as the reader's device is set, or of one theme alone."""
    light, dark = _properties(LIGHT, SERIES), _properties(DARK, SERIES_DARK)
    shared = {"reference": REFERENCE, "below": BELOW, "outside": OUTSIDE}
    shared |= {f"c{place}": colour for place, colour in enumerate(CLASSES, start=1)}
    shared |= {f"d{place}": colour for place, colour in enumerate(DIVERGING, start=1)}
    if theme:
        return f":root{{color-scheme:{theme};{_written({**(dark if theme == 'dark' else light), **shared})}}}\n"
    return (
        f":root{{color-scheme:light dark;{_written({**light, **shared})}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{_written(dark)}}}}}\n"
    )


def _properties(tokens: Tokens, series: tuple[str, ...]) -> dict[str, str]:
    return {**tokens, **{f"s{place}": colour for place, colour in enumerate(series, start=1)}}


def _written(properties: Tokens) -> str:
    return "".join(f"--{name}:{value};" for name, value in properties.items())
