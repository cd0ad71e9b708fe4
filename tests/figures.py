"""What a Plotly figure of ours says: the values that it draws, however its shape holds them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from data.measures import MEASURES
from layouts.theme import MAP_TRACES


LABELS = {measure.label for measure in MEASURES}
UNCOUNTED = ("behind", "casing", "chosen", "colour", "limits")
"""Traces that draw no value of their own."""


def whole(figure: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the traces with all that they have, as ``assets/figures.js`` makes them whole."""
    data = figure["data"]
    return [{key: value for key, value in ({**data[trace["like"]], **trace} if "like" in trace else trace).items()
             if value is not None and key != "like"} for trace in data]


def held(trace: dict[str, Any]) -> list[float | None]:
    """Return the values that a trace draws."""
    if trace.get("visible") is False or trace["name"] in UNCOUNTED:
        return []
    if trace.get("type") == "choropleth":
        return trace["z"] if trace["name"] in MAP_TRACES[:2] else []
    if trace.get("type") == "heatmap":
        return [value for line in trace["z"] for value in line]
    if trace.get("type") == "bar":
        return trace["x"]
    return trace["x"] if trace["y"] and isinstance(trace["y"][0], str) else trace["y"]


def panels_in(figure: dict[str, Any]) -> int:
    """Return how many panels repeat what is compared with: one, unless each series has its own."""
    if figure["data"][0]["name"] != "colour":
        return 1
    return len({(trace.get("xaxis"), trace.get("yaxis")) for trace in whole(figure) if trace["name"] != "colour"})


def figure_values(figure: dict[str, Any]) -> Counter[float]:
    """Return all values that a figure draws; where a measure names the other axis, those along it as well."""
    title = figure["layout"].get("xaxis", {}).get("title", {}).get("text", "").removesuffix(" (logarithmic)")
    if title not in LABELS:
        return Counter(value for trace in whole(figure) for value in held(trace) if value is not None)
    both, *edges = whole(figure)
    found = Counter([*both["x"], *both["y"]])
    for trace in edges:
        found.update(trace["y" if trace["marker"]["symbol"] == "line-ew-open" else "x"])
    return found


def tile_words(figure: dict[str, Any]) -> Counter[str]:
    """Return the values of a tile map in words: its tiles hold no numbers."""
    return Counter(text for trace in whole(figure) for text in trace.get("hovertext", ()))
