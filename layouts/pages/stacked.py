"""Tables whose rows become blocks where the screen is narrow, so that no column goes out of sight.

A browser may forget that such a block is a row; the roles say so. Each cell carries its heading, which the
style sheet writes beside it there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component


def stacked(
    caption: str, heads: Sequence[str | Component], rows: Sequence[Component], *, sorts: Sequence[str] = (), kind: str = "",
    numbers: Sequence[int] = (),
) -> Component:
    """Return a table of ``rows`` (of ``row`` and ``group``) under its headings.

    ``sorts`` gives each heading's ``aria-sort``, ``kind`` is a class of the table, ``numbers`` are the columns that hold numbers.
    """
    ways = list(sorts) or [""] * len(heads)
    top = [html.Th(head, scope="col", role="columnheader", className="number" if place in numbers else None,
                   **({"aria-sort": way} if way else {}))
           for place, (head, way) in enumerate(zip(heads, ways, strict=True))]
    return html.Table([
        html.Caption(caption), html.Thead(html.Tr(top, role="row"), role="rowgroup"), html.Tbody(list(rows), role="rowgroup"),
    ], className=f"stacked {kind}".rstrip(), role="table")


def row(
    names: Sequence[str], cells: Sequence[Any], *, numbers: Sequence[int] = (), about: Mapping[int, Mapping[str, Any]] | None = None,
) -> Component:
    """Return a row; its first cell is its heading, and an empty cell is left out of the block.

    ``numbers`` are the columns that hold numbers, ``about`` gives further attributes by column.
    """
    return html.Tr([
        (html.Th if place == 0 else html.Td)(
            cell, role="rowheader" if place == 0 else "cell", **{"data-head": name}, **(about or {}).get(place, {}),
            **({"scope": "row"} if place == 0 else {}), **_class(cell, number=place in numbers))
        for place, (name, cell) in enumerate(zip(names, cells, strict=True))
    ], role="row")


def _class(cell: Any, *, number: bool) -> dict[str, str]:
    names = [*(["number"] if number else []), *([] if cell else ["nothing"])]
    return {"className": " ".join(names)} if names else {}


def group(text: Any, *, columns: int) -> Component:
    """Return a row that names those under it."""
    return html.Tr(html.Th(text, scope="colgroup", colSpan=columns, role="columnheader", **{"aria-colspan": columns}),
                   role="row", className="group-row")
