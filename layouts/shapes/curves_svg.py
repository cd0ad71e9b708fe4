"""Curves of waiting as SVG: the same panels, lines, bands and numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log

from data.frame import Row
from data.measures import Unit
from layouts.numbers import bounded, shown
from layouts.shapes.curve_panels import (
    BELOW,
    CAPTION,
    DIGITS,
    FOOT,
    LINE,
    Drawn,
    Panel,
    gap_of,
    head_of,
    hours_of,
    marked,
    scale_of,
    short_hours,
    title_of,
    told,
    value_of,
)
from layouts.shapes.lines_svg import NARROW, behind, plane_of, value_marks
from layouts.shapes.panels import beside_at, grid_of
from layouts.shapes.scales import tick_texts
from layouts.shapes.series import Series, runs
from layouts.shapes.svg_writer import PAINT, SMALL, document, label, n, says, stands_for, text_width
from layouts.theme import BAND

_TOP, _RIGHT = 4, 24
Spot = Callable[[Row], tuple[float, float]]
"""Where the value of a row stands."""


def picture(
    found: Drawn, *, below: str, unit: Unit, slug: str, width: int, height: int, title: str, description: str, illustrative: bool
) -> str:
    """Return all panels as an SVG of ``width`` by ``height``."""
    grid = grid_of(len(found.panels), wide=width > NARROW, most=beside_at(width))
    scale = scale_of(found, grid=grid)
    texts = tick_texts(scale, unit=unit)
    left = max(text_width(text, size=SMALL) for text in texts) + 14
    gap = gap_of(found)
    across = (width - left - _RIGHT - gap * (grid.columns - 1)) / grid.columns
    head, hours = head_of(found, room=across), marked(found, room=across)
    top = _TOP + (18 if illustrative else 0)
    step = (height - top - CAPTION) / grid.rows
    body: list[str] = []
    for place, panel in enumerate(found.panels):
        start, above = left + (across + gap) * grid.column(place), top + step * grid.row(place)
        plane = plane_of([0, 1], scale, left=start, right=start + across, top=above + head, bottom=above + step - FOOT)

        def along(hour: int, start: float = start) -> float:
            return start + across * (log(hour / found.hours[0]) / log(found.hours[-1] / found.hours[0])
                                     if len(found.hours) > 1 else 0.5)

        def spot(row: Row, plane: object = plane, along: Callable[[int], float] = along) -> tuple[float, float]:
            return along(hours_of(row)), plane.y(row.value or 0)  # type: ignore[attr-defined]

        body += _title(panel, room=across, x=start, bottom=above + head)
        body += behind(plane, shades=(), scale=scale)
        if not grid.column(place):
            body += value_marks(plane, scale, texts)
        body += _feet(panel, hours, along=along, bottom=plane.bottom)
        body.append(_band(panel.line, along=along, y=plane.y))
        if panel.compare is not None:
            body.append(_reference(panel.compare, spot=spot, keyed=True))
        elif found.whole is not None:
            body.append(_reference(found.whole, spot=spot, keyed=not place))
        body.append(_line(panel.line, spot=spot))
    body.append(label(below if width > NARROW else BELOW, x=left, y=height - CAPTION / 2, paint="muted", size=SMALL))
    return document(body, slug=slug, width=width, height=height, title=title, description=description, illustrative=illustrative)


def heights(found: Drawn, *, width: float) -> tuple[float, float]:
    """Return the least height in which the panels can be read, and the height from which more helps no reader."""
    grid = grid_of(len(found.panels), wide=width > NARROW, most=beside_at(width))
    head = head_of(found, room=width / grid.columns - gap_of(found) - _RIGHT)
    return 40.0 + (head + FOOT + 60) * grid.rows, 40.0 + (head + FOOT + 240) * grid.rows


def _title(panel: Panel, *, room: float, x: float, bottom: float) -> list[str]:
    names = title_of(panel, room=room)
    y = bottom - 8 - LINE * (len(names) + 1)
    return [*(label(name, x=x, y=y + LINE * (place + 0.7), size=SMALL, extra=' font-weight="700"')
              for place, name in enumerate(names)),
            label(value_of(panel), x=x, y=y + LINE * (len(names) + 0.7), size=SMALL, paint="muted")]


def _feet(panel: Panel, hours: Sequence[int], *, along: Callable[[int], float], bottom: float) -> list[str]:
    """Return the marks below a panel: the time, and the appeals still without."""
    body = []
    for each in hours:
        x = along(each)
        body.append(f'<path d="M{n(x)} {n(bottom)}v5" stroke="{PAINT["outline"]}"/>')
        body.append(label(short_hours(each), x=x, y=bottom + 14, anchor="middle", paint="muted", size=DIGITS))
        body.append(label(panel.waiting.get(each, ""), x=x, y=bottom + 30, anchor="middle", size=DIGITS))
    return body


def _band(line: Series, *, along: Callable[[int], float], y: Callable[[float], float]) -> str:
    d = lone = ""
    for stretch in runs(line.rows, breaks=()):
        held = [row for row in stretch if bounded(row)]
        if len(held) == 1:
            x = along(hours_of(held[0]))
            lone += f"M{n(x - 3)} {n(y(held[0].lower or 0))}h6m-3 0V{n(y(held[0].upper or 0))}m-3 0h6"
        elif held:
            there = "L".join(f"{n(along(hours_of(row)))} {n(y(row.upper or 0))}" for row in held)
            back = "L".join(f"{n(along(hours_of(row)))} {n(y(row.lower or 0))}" for row in reversed(held))
            d += f"M{there}L{back}z"
    band = f'<path d="{d}" fill="{PAINT["s1"]}" fill-opacity="{BAND}" pointer-events="none"/>' if d else ""
    return band + (f'<path d="{lone}" fill="none" stroke="{PAINT["s1"]}" stroke-width="1.5"/>' if lone else "")


def _path(line: Series, *, spot: Spot) -> str:
    return "".join("M" + "L".join(f"{n(x)} {n(y)}" for x, y in map(spot, stretch)) for stretch in runs(line.rows, breaks=()) if len(stretch) > 1)


def _reference(line: Series, *, spot: Spot, keyed: bool) -> str:
    """Return what stands behind a line; its values are keyed where it is drawn for the first time."""
    points = "".join(f'<path d="M{n(x)} {n(y)}h0"{stands_for(row)}>{says(f"{line.name}, {told(row)}", shown(row))}</path>'
                     for row in line.rows if row.value is not None for x, y in [spot(row)]) if keyed else ""
    unseen = f'<g stroke="transparent" stroke-width="10" stroke-linecap="round">{points}</g>' if points else ""
    return (f'<path d="{_path(line, spot=spot)}" fill="none" stroke="{PAINT["reference"]}" stroke-width="1.5" '
            f'stroke-dasharray="6 4"/>{unseen}')


def _line(line: Series, *, spot: Spot) -> str:
    d = _path(line, spot=spot)
    drawn_line = f'<path d="{d}" fill="none" stroke="{PAINT["s1"]}" stroke-width="2.5" stroke-linejoin="round"/>' if d else ""
    points = "".join(
        f'<path d="M{n(x)} {n(y)}m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z"{stands_for(row)}>'
        f'{says(f"{line.name}, {told(row)}", shown(row))}</path>'
        for row in line.rows if row.value is not None for x, y in [spot(row)])
    return f'{drawn_line}<g fill="{PAINT["s1"]}">{points}</g>'
