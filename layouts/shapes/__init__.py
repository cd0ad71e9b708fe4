"""The shapes that charts are drawn in; a new shape is one module with three functions."""

from __future__ import annotations

from collections.abc import Mapping

from layouts.shapes import bars, choropleth, control, curves, funnel, heatmap, lines, ranks, tiles
from layouts.shapes.shape import Figure, LegendItem, Shape

__all__ = ["SHAPES", "Figure", "LegendItem", "Shape"]

SHAPES: Mapping[str, Shape] = {
    shape.name: shape
    for shape in (
        Shape("choropleth", choropleth.plotly, choropleth.svg, choropleth.legend),
        Shape("tiles", tiles.plotly, tiles.svg, tiles.legend),
        Shape("lines", lines.plotly, lines.svg, lines.legend),
        Shape("bars", bars.plotly, bars.svg, bars.legend),
        Shape("heatmap", heatmap.plotly, heatmap.svg, heatmap.legend),
        Shape("control", control.plotly, control.svg, control.legend, control.sentence, control.notes, control.column,
              control.details),
        Shape("funnel", funnel.plotly, funnel.svg, funnel.legend, funnel.sentence, funnel.notes, funnel.column,
              funnel.details),
        Shape("curves", curves.plotly, curves.svg, curves.legend, curves.sentence, curves.notes, curves.column,
              curves.details),
        Shape("ranks", ranks.plotly, ranks.svg, ranks.legend, ranks.sentence, ranks.notes, ranks.column, ranks.details),
    )
}
