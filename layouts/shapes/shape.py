"""What a shape is: three pure functions over one answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Figure = dict[str, Any]


@dataclass(frozen=True)
class LegendItem:
    """One line of a chart's key: the id of its swatch in the style sheet and what it stands for.

    Swatches: ``c1``..``c5`` and ``d1``..``d5`` (classes), ``outside``, ``hatch`` (too small to show),
    ``blank`` (no figure), ``chosen``, ``compare``, ``residents``, ``hollow`` (provisional),
    ``diamond`` (revised), ``event``, ``break``.
    """

    swatch: str
    text: str


@dataclass(frozen=True)
class Shape:
    """A way to draw: ``plotly(answer, *, chart, selected)`` gives the figure that a reader can touch,
    ``svg(answer, *, chart, selected, width)`` the same picture as text, ``legend(answer, *, chart)``
    the key that the page writes for both."""

    name: str
    plotly: Callable[..., Figure]
    svg: Callable[..., str]
    legend: Callable[..., list[LegendItem]]
