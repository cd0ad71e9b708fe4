"""The heat map: channels down, ages across, filled by class with the value in each cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data.frame import Row
from data.model import MARKS
from data.query import Answer
from layouts.charts import Chart
from layouts.numbers import bare, gap, lacking, short, shown, too_small
from layouts.shapes.awkward import empty_figure, empty_svg, layout_of, lift_word, why_empty
from layouts.shapes.classes import DARK_SWATCHES, Classes, classes_of
from layouts.shapes.hover import browser_format, written
from layouts.shapes.naming import description, part_of, plain, subject
from layouts.shapes.shape import Figure, LegendItem, on_phone, room_on_phone
from layouts.shapes.svg_writer import (
    CHARACTER,
    PAINT,
    SIZE,
    SMALL,
    cut,
    document,
    escape,
    label,
    n,
    says,
    stands_for,
    text_width,
    wrap,
)

NARROW = 480
HEAD = 40
TALLEST = 44
LEGIBLE = 60
"""Pixels of a column whose head is not shortened."""
CRAMPED = 24
"""Pixels of a phone's column in which neither a head in lines nor a number of two digits fits."""
SHORT = 4
"""Characters that fit a cell of the narrowest screen."""
LONG = 6
"""Characters of a value that a cell can show; a longer one is shortened (``1.2M``)."""
_BRIEF = {"Under 16": "≤15", "Under 25": "≤24", "75 and over": "75+", "65 and over": "65+", "Age unknown": "n/k"}
"""Heads of narrow columns; the name in full stands under the pointer."""


def plotly(answer: Answer, *, chart: Chart, selected: Sequence[str]) -> Figure:
    """Return the heat map as a plotly figure: one row a channel, one column an age group."""
    reason = why_empty(answer)
    if reason:
        return empty_figure(reason)
    lines, columns, cells = _grid(answer, chart=chart)
    classes = _classes(answer)
    names = [plain(column) for column in columns]
    every = [[cells.get((line, column)) for column in columns] for line in lines]
    data: list[dict[str, Any]] = [{
        "type": "heatmap", "name": plain(answer.label), "x": names, "y": [plain(line) for line in lines],
        "z": [[row.value if row else None for row in line] for line in every],
        **_texts(answer, every),
    }]
    if classes:
        limits, scale = classes.limits, classes.colorscale()
        data[0] |= {"zmin": limits[0], "zmax": limits[-1], "colorscale": scale}
    without = [row for line in every for row in line if row is None or row.value is None]
    if without:
        data[0]["meta"] = {"gaps": _marks(without)}
    heads = ["<br>".join(plain(part) for part in _head(column, narrow=True)) for column in columns]
    layout = layout_of(
        answer, margin={"t": HEAD if answer.origin != "illustrative" else HEAD + 20, "r": 8, "b": 4, "l": 8},
        xaxis={"type": "category", "side": "top", "tickvals": list(range(len(names))), "ticktext": heads,
               "tickfont": {"size": 11}},
        yaxis={"type": "category", "showgrid": False,
               "range": [round(max(len(lines), (chart.height - HEAD) / TALLEST) - 0.5, 2), -0.5]},
    )
    if answer.origin == "illustrative":
        lift_word(layout, by=HEAD)
    figure = {"data": data, "layout": layout}
    if room_on_phone(lines) / len(columns) >= CRAMPED:
        return figure
    upright = {"xaxis": {"tickangle": -90, "ticktext": [head.replace("<br>", "") for head in heads]}}
    marks = {"kinds": _marks(without, alone=True)["kinds"]}
    return on_phone(figure, layout=upright, data={"meta": {"gaps": marks}} if without else {})


def _texts(answer: Answer, every: Sequence[Sequence[Row | None]]) -> dict[str, Any]:
    """Return what stands in the cells and under the pointer."""
    measure, rows = answer.measure, [row for row in answer.frame.of("main") if row.value is not None]
    head, across = "<b>%{y}, %{x}</b><br>", len(every[0])
    valued = [row if row and row.value is not None else None for line in every for row in line]
    said, texts, ends = written(valued, measure=measure, value="z", text="customdata")
    format_ = browser_format(rows, unit=measure.unit, published=measure.as_published)
    told: dict[str, Any] = {}
    if format_ and all(abs(row.value or 0) < 10 ** (LONG - 2) for row in rows):
        told = {"texttemplate": f"%{{z:{format_}}}"}
    elif rows:
        drawn = [_brief(row) if row else "" for row in valued]
        told = {"text": _lines(drawn, across), "texttemplate": "%{text}"}
        behind = {text.removeprefix(brief) for text, brief in zip(texts, drawn, strict=False) if brief}
        if len(behind) == 1:
            said, texts = f"%{{text}}{plain(behind.pop())}", []
    if texts or ends:
        told["customdata"] = _lines(texts or ends, across)
    return told | {"hovertemplate": f"{head}{said}<extra></extra>"}


def _lines(each: Sequence[Any], across: int) -> list[Sequence[Any]]:
    """Return what belongs to the cells line by line."""
    return [each[place:place + across] for place in range(0, len(each), across)]


def _marks(rows: Sequence[Row | None], *, alone: bool = False) -> dict[str, Any]:
    """Return the marks of the cells without a figure: each kind once, and row by row the kind of each such cell.

    With ``alone`` no cell says the number that it lies under. The browser finds these cells by itself (``assets/figures.js``).
    """
    each = [(plain(_mark(row) if alone else _short_mark(row)), shown(row)) if row else ("", "") for row in rows]
    kinds = list(dict.fromkeys(each))
    return {"kinds": kinds, "each": [kinds.index(kind) for kind in each]}


def _grid(answer: Answer, *, chart: Chart) -> tuple[list[str], list[str], dict[tuple[str, str], Row]]:
    """Return the names of rows and columns in their order, and the cells by both names."""
    down, across = chart.by
    named: dict[tuple[str, str], str] = {}
    cells: dict[tuple[str, str], Row] = {}
    lines: dict[str, None] = {}
    columns: dict[str, None] = {}
    for row in answer.frame.of("main"):
        names = []
        for dimension, member in ((down, row.channel), (across, row.age_group)):
            if (dimension, member) not in named:
                named[dimension, member] = part_of(row, dimension)
            names.append(named[dimension, member])
        line, column = names
        lines[line] = columns[column] = None
        cells[line, column] = row
    return list(lines), list(columns), cells


def _classes(answer: Answer) -> Classes | None:
    return answer.once("classes", lambda: _classes_of(answer))


def _classes_of(answer: Answer) -> Classes | None:
    values = [row.value for row in answer.frame.of("main") if row.value is not None]
    return classes_of(values, unit=answer.measure.unit, outliers=False)


def _brief(row: Row) -> str:
    """Return a value as a cell shows it: without its unit, which the subtitle names, interval and marks."""
    assert row.value is not None
    text = bare(row)
    return text if len(text) <= LONG else short(row.value)


def _short_mark(row: Row) -> str:
    """Return what stands in a cell without a figure: the number it lies under, where that is short, or its mark."""
    text = bare(row)
    return text if len(text) <= SHORT else _mark(row)


def _mark(row: Row) -> str:
    return f"[{gap(row.status)}]"


def _head(column: str, *, narrow: bool) -> list[str]:
    """Return the head of a column in lines: ``18 to 24``, or ``18–`` over ``24`` where it is narrow."""
    if not narrow:
        return wrap(column, most=8)
    return _BRIEF.get(column, column.replace(" to ", "\N{EN DASH} ")).split(" ")


def svg(answer: Answer, *, chart: Chart, selected: Sequence[str], width: int = 720) -> str:
    """Return the heat map as an SVG of ``width`` by the chart's height."""
    reason = why_empty(answer)
    if reason:
        return empty_svg(reason, answer=answer, chart=chart, width=width)
    lines, columns, cells = _grid(answer, chart=chart)
    classes = _classes(answer)
    size = SIZE if width >= NARROW else SMALL
    room = min(max(text_width(line, size=size) for line in lines) + 10, width * 0.4)
    head = HEAD + (18 if answer.origin == "illustrative" else 0)
    across = (width - room) / len(columns)
    heads = [_head(column, narrow=across < LEGIBLE) for column in columns]
    tall = max(len(name) for name in heads)
    head += 15 * max(tall - 2, 0)
    down = min((chart.height - head - 2) / len(lines), TALLEST)
    body = [label(name, x=room + across * (place + 0.5), y=head - 4 - 7.5 * len(name), anchor="middle", paint="muted",
                  size=SMALL if across >= 30 else 11) for place, name in enumerate(heads)]
    body += [label(cut(line, room=room - 8, size=size), x=room - 8, y=head + down * (place + 0.5), anchor="end",
                   size=size) for place, line in enumerate(lines)]
    body += _cells(lines, columns, cells, classes, box=(room, head, across, down))
    return document(
        body, slug=chart.slug, width=width, height=chart.height, title=f"{chart.title}: {subject(answer)}",
        description=description(answer, chart=chart, by=chart.by), illustrative=answer.origin == "illustrative",
    )


def _cells(
    lines: Sequence[str], columns: Sequence[str], cells: dict[tuple[str, str], Row], classes: Classes | None, *,
    box: tuple[float, float, float, float],
) -> list[str]:
    """Return the cells, one group for each fill, then the texts that fit."""
    left, top, across, down = box
    wide, high = across - 2, down - 2
    size = SMALL if across >= 36 else 11
    outline = f"h{n(wide)}v{n(high)}h-{n(wide)}z"
    edges = [n(left + across * place + 1) for place in range(len(columns))]
    middles = [n(left + across * (place + 0.5)) for place in range(len(columns))]
    groups: dict[str, list[str]] = {}
    texts: dict[str, list[str]] = {}
    for place, line in enumerate(lines):
        y, base = n(top + down * place + 1), n(top + down * (place + 0.5) + 4.5)
        for column, x, middle in zip(columns, edges, middles, strict=True):
            row = cells.get((line, column))
            if row is None:
                continue
            swatch = classes.swatch(row.value) if row.value is not None and classes else "blank"
            words = shown(row)
            groups.setdefault(swatch, []).append(
                f'<path d="M{x} {y}{outline}"{stands_for(row)}>{says(f"{line}, {column}", words)}</path>')
            text = bare(row) if row.value is None else _brief(row)
            if row.value is None and len(text) * size * CHARACTER > wide + 3:
                text = f"[{gap(row.status)}]"
            if len(text) * size * CHARACTER <= wide + 3:
                texts.setdefault(swatch, []).append(f'<text x="{middle}" y="{base}">{escape(text)}</text>')
    drawn = [f"<g{_fill(swatch)}>{''.join(parts)}</g>" for swatch, parts in groups.items()]
    written = [f'<g fill="{_ink(swatch)}" text-anchor="middle" font-size="{size}" pointer-events="none">'
               f"{''.join(parts)}</g>" for swatch, parts in texts.items()]
    return drawn + written


def _fill(swatch: str) -> str:
    return f' fill="transparent" stroke="{PAINT["rule"]}"' if swatch == "blank" else f' fill="{PAINT[swatch]}"'


def _ink(swatch: str) -> str:
    return PAINT["muted"] if swatch == "blank" else "#fff" if swatch in DARK_SWATCHES else "#14202B"


def heights(answer: Answer, *, chart: Chart, width: float) -> tuple[float, float]:
    """Return the least and the greatest useful height of a picture that draws something."""
    lines, _, _ = _grid(answer, chart=chart)
    head = HEAD + 32.0
    return head + 16.0 * len(lines), head + TALLEST * len(lines)


def legend(answer: Answer, *, chart: Chart) -> list[LegendItem]:
    """Return the key: class limits in numbers, then the marks of cells without a figure."""
    if why_empty(answer):
        return []
    classes = _classes(answer)
    items = [LegendItem(swatch, text) for swatch, text in zip(
        classes.swatches, classes.texts(answer.measure.unit), strict=True)] if classes else []
    rows = answer.frame.of("main")
    marks = dict.fromkeys(gap(row.status) for row in rows if row.value is None)
    under = next((row for row in rows if row.upper is not None and too_small(row)), None)
    told = f"; {bare(under)} means {shown(under).split(' [')[0]}" if under else ""
    return items + [LegendItem("blank", f"{lacking(mark)}{told if mark == 'c' else ''}")
                    for mark in marks if mark in MARKS]
