"""Tables whose rows become blocks where the screen is narrow, so that no column goes out of sight.

A browser may forget that such a block is a row; the roles say so. Each cell carries its heading, which the
style sheet writes beside it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component


def stacked(caption: str, heads: Sequence[str | Component], rows: Sequence[Component], *, sorts: Sequence[str] = ()) -> Component:
    """Return a table of ``rows`` (of ``row`` and ``group``) under its headings; ``sorts`` gives each heading's ``aria-sort``."""
    ways = list(sorts) or [""] * len(heads)
    top = [html.Th(head, scope="col", role="columnheader", **({"aria-sort": way} if way else {}))
           for head, way in zip(heads, ways, strict=True)]
    return html.Table([
        html.Caption(caption), html.Thead(html.Tr(top, role="row"), role="rowgroup"), html.Tbody(list(rows), role="rowgroup"),
    ], className="stacked", role="table")


def row(names: Sequence[str], cells: Sequence[Any]) -> Component:
    """Return a row; its first cell is its heading, and an empty cell is left out of the block."""
    return html.Tr([
        (html.Th if place == 0 else html.Td)(
            cell, role="rowheader" if place == 0 else "cell", **{"data-head": name},
            **({"scope": "row"} if place == 0 else {}), **({} if cell else {"className": "nothing"}))
        for place, (name, cell) in enumerate(zip(names, cells, strict=True))
    ], role="row")


def group(text: Any, *, columns: int) -> Component:
    """Return a row that names those under it."""
    return html.Tr(html.Th(text, scope="colgroup", colSpan=columns, role="columnheader", **{"aria-colspan": columns}),
                   role="row", className="group-row")
