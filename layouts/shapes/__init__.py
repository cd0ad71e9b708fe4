"""The shapes that charts are drawn in; a new shape is one module with three functions."""

from __future__ import annotations

from collections.abc import Mapping

from layouts.shapes import answers, bars, choropleth, control, curves, funnel, heatmap, lines, ranks, reach, scatter, tiles
from layouts.shapes.shape import Figure, LegendItem, Shape

__all__ = ["SHAPES", "Figure", "LegendItem", "Shape"]

SHAPES: Mapping[str, Shape] = {
    shape.name: shape
    for shape in (
        Shape("choropleth", choropleth.plotly, choropleth.svg, choropleth.legend),
        Shape("tiles", tiles.plotly, tiles.svg, tiles.legend),
        Shape("lines", lines.plotly, lines.svg, lines.legend, heights=lines.heights),
        Shape("bars", bars.plotly, bars.svg, bars.legend, heights=bars.heights),
        Shape("heatmap", heatmap.plotly, heatmap.svg, heatmap.legend, heights=heatmap.heights),
        Shape("control", control.plotly, control.svg, control.legend, control.sentence, control.notes, control.column,
              control.details),
        Shape("funnel", funnel.plotly, funnel.svg, funnel.legend, funnel.sentence, funnel.notes, funnel.column,
              funnel.details),
        Shape("answers", answers.plotly, answers.svg, answers.legend, answers.sentence, answers.notes,
              details=answers.details, heights=answers.heights),
        Shape("scatter", scatter.plotly, scatter.svg, scatter.legend, scatter.sentence, scatter.notes, details=scatter.details),
        Shape("reach", reach.plotly, reach.svg, reach.legend, reach.sentence, reach.notes, reach.column, reach.details,
              reach.heights),
        Shape("curves", curves.plotly, curves.svg, curves.legend, curves.sentence, curves.notes, curves.column,
              curves.details, curves.heights),
        Shape("ranks", ranks.plotly, ranks.svg, ranks.legend, ranks.sentence, ranks.notes, ranks.column, ranks.details,
              ranks.heights),
    )
}
