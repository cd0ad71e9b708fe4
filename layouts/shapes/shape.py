"""What a shape is: three pure functions over one answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from data.query import Answer
from layouts.shapes.svg_writer import SMALL

Figure = dict[str, Any]
PHONE = 400
"""Pixels of a box below which a figure stands as on a phone."""
_PHONE_WIDTH = 337
"""Pixels of a figure on a phone of 390, without its margins."""


def on_phone(figure: Figure, *, layout: Mapping[str, Any], data: Mapping[str, Any] | None = None) -> Figure:
    """Return a figure that says how its layout, and its first trace, differ in the box of a phone: the start script sees to it."""
    traces = [data or {}, *({} for _ in figure["data"][1:])]
    return {**figure, "layout": {**figure["layout"], "meta": {"narrow": {"below": PHONE, "data": traces, "layout": layout}}}}


def room_on_phone(names: Iterable[str]) -> float:
    """Return the pixels that a phone leaves beside names that stand at the left."""
    return _PHONE_WIDTH - 0.53 * SMALL * max(map(len, names), default=0)


def like(trace: Mapping[str, Any], other: Mapping[str, Any], *, place: int) -> dict[str, Any]:
    """Return a trace without what another has too, which is at ``place`` in the figure: the browser fills that in.

    What the other has and this one has not is ``None``.
    """
    own = {key: value for key, value in trace.items() if key not in other or other[key] != value}
    return {"like": place, **own, **{key: None for key in other if key not in trace}}


@dataclass(frozen=True)
class LegendItem:
    """One line of a chart's key: the id of its swatch in the style sheet and what it stands for.

    Swatches: ``c1``..``c5`` and ``d1``..``d5`` (classes), ``outside``, ``hatch`` (too small to show),
    ``blank`` (no figure), ``point`` and ``small point``, ``chosen``, ``compare``, ``tick``, ``residents``, ``part`` and ``band``
    (of one bar), ``hollow`` (provisional), ``revised``, ``event``, ``break``, ``edge``; of control
    charts and funnels ``centre``, ``limit``, ``inner``, ``outer``, ``target``, ``diamond``, ``high`` and ``low`` with ``improving``,
    ``concerning`` or ``neither``.
    """

    swatch: str
    text: str


@dataclass(frozen=True)
class Shape:
    """A way to draw: ``plotly(answer, *, chart, selected)`` gives the figure that a reader can touch,
    ``svg(answer, *, chart, selected, width)`` the same picture as text, ``legend(answer, *, chart)``
    the key that the page writes for both.

    A shape that judges its values says so beside the figure: ``sentence(answer)`` in place of the values' own,
    ``notes(answer)`` on how to read it, ``column(answer)`` as a heading and a text for each main row of the table, and
    ``details(answer)`` as the part of the JSON that holds limits and judgements.

    A shape whose height follows from what it holds says so: ``heights(answer, *, chart, width)`` gives the least height in
    which a picture that draws something can be read, and the greatest that helps a reader."""

    name: str
    plotly: Callable[..., Figure]
    svg: Callable[..., str]
    legend: Callable[..., list[LegendItem]]
    sentence: Callable[[Answer], str] | None = None
    notes: Callable[[Answer], list[str]] | None = None
    column: Callable[[Answer], tuple[str, list[str]]] | None = None
    details: Callable[[Answer], Mapping[str, Any]] | None = None
    heights: Callable[..., tuple[float, float]] | None = None
