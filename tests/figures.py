"""What a Plotly figure of ours says: the values that it draws, however its shape holds them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from layouts.theme import MAP_TRACES


UNCOUNTED = ("casing", "chosen", "colour", "band", "whiskers", "limits")
"""Traces that draw no value of their own."""


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
    return trace["x"] if isinstance(trace["y"][0], str) else trace["y"]


def panels_in(figure: dict[str, Any]) -> int:
    """Return how many panels repeat what is compared with: one, unless each series has its own."""
    if figure["data"][0]["name"] != "colour":
        return 1
    return len({(trace.get("xaxis"), trace.get("yaxis")) for trace in figure["data"] if trace["name"] != "colour"})


def figure_values(figure: dict[str, Any]) -> Counter[float]:
    drawn = [trace for trace in figure["data"] if trace.get("mode") != "text"]
    return Counter(value for trace in drawn for value in held(trace) if value is not None)


def tile_words(figure: dict[str, Any]) -> Counter[str]:
    """Return the values of a tile map in words: its tiles hold no numbers."""
    return Counter(
        text.split("<br>", 1)[1] for trace in figure["data"] for text in trace.get("hovertext", ())
    )
