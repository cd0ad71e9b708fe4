"""Bars as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.frame import Row
from data.measures import MEASURE_BY_ID
from data.query import Answer
from layouts.charts import Chart
from layouts.numbers import bounded, brief, shown
from layouts.shapes.naming import description, subject
from layouts.shapes.ordering import THICKEST, Bar, bars_of, compared_with, end_text, reach, tip, whisker
from layouts.shapes.svg_writer import (
    CHARACTER,
    PAINT,
    SIZE,
    SMALL,
    cut,
    document,
    label,
    n,
    says,
    stands_for,
    text_width,
    wrap,
)
from layouts.theme import BAND, SOFT

NARROW = 480
GAP = 20
TWO_LINES = 32
"""Height of a row in which a name may take two lines."""
LINE = 15
"""Height of one of them."""


@dataclass(frozen=True)
class _Panel:
    """Where bars stand: the pixel of nothing and the pixels of one unit."""

    left: float
    right: float
    zero: float
    unit: float
    soft: bool
    """Whether any bar carries a whisker: then all are paler."""

    def x(self, value: float) -> float:
        return self.zero + value * self.unit


def draw(answer: Answer, *, chart: Chart, width: int) -> str:
    """Return the bars of an answer that has rows, as an SVG of ``width`` by the chart's height."""
    bars = bars_of(answer, chart=chart)
    beside = [bar.beside for bar in bars]
    has_beside = any(beside)
    heads = _heads(answer, next(row.measure for row in beside if row), width) if has_beside else []
    top = (6 + 16 * max(len(head) for head in heads) if heads else 4) + (22 if answer.origin == "illustrative" else 0)
    step = min((chart.height - top - 4) / len(bars), THICKEST)
    size = SIZE if width >= NARROW else SMALL
    names, room = _names(bars, step=step, size=size, most=width * (0.36 if has_beside else 0.5))
    edge = width if not has_beside else room + (width - room) * 0.6
    main = _panel([row for bar in bars for row in (bar.row, bar.compare)], [bar.text for bar in bars],
                  left=room + 10, right=edge - (GAP if has_beside else 2))
    panels = [main]
    body = [label(name, x=room, y=top + step * (place + 0.5), anchor="end", size=size)
            for place, name in enumerate(names)]
    body += [_bar(main, bar, bar.row, top + step * place, step, paint="") for place, bar in enumerate(bars)]
    body += [_tick(main, bar, top + step * place, step, compared_with(bars)) for place, bar in enumerate(bars)
             if bar.compare is not None]
    if has_beside:
        side = _panel(beside, [brief(row) for row in beside if row], left=edge, right=width - 2)
        panels.append(side)
        body += [_bar(side, bar, bar.beside, top + step * place, step, paint="reference")
                 for place, bar in enumerate(bars) if bar.beside is not None]
        body += [label(head, x=panel.left, y=top - 6 - 7.5 * len(head), size=SMALL, extra=' font-weight="700"')
                 for head, panel in zip(heads, panels, strict=True)]
    body += [f'<path d="M{n(panel.zero)} {n(top)}v{n(step * len(bars))}" stroke="{PAINT["muted"]}"/>'
             for panel in panels]
    return document(
        body, slug=chart.slug, width=width, height=chart.height, title=f"{chart.title}: {subject(answer)}",
        description=description(answer, chart=chart, by=chart.by), illustrative=answer.origin == "illustrative",
    )


def _names(bars: Sequence[Bar], *, step: float, size: int, most: float) -> tuple[list[list[str]], float]:
    """Return the names in lines and the room that they take."""
    letters = int(most / (size * CHARACTER))
    if step >= TWO_LINES:
        letters = min(letters, 20)
        lines = [_within(wrap(bar.name, most=letters), most=int(step // LINE)) for bar in bars]
    else:
        lines = [[bar.name] for bar in bars]
    lines = [[cut(line, room=most, size=size) for line in name] for name in lines]
    return lines, max(text_width(line, size=size) for name in lines for line in name) + 4


def _within(lines: list[str], *, most: int) -> list[str]:
    """Return lines that fit the height, the last with an ellipsis where some do not."""
    return lines if len(lines) <= most else [*lines[:most - 1], f"{lines[most - 1]}…"]


def _panel(rows: Sequence[Row | None], texts: Sequence[str], *, left: float, right: float) -> _Panel:
    low, high = reach(rows)
    room = min(max(text_width(text) for text in texts) + 8, (right - left) * (0.35 if low < 0 < high else 0.6))
    start = left + (room if low < 0 else 0)
    end = right - (room if high > 0 else 0)
    unit = max(end - start, 1) / (high - low)
    return _Panel(left, right, start - low * unit, unit, any(row is not None and bounded(row) for row in rows))


def _bar(panel: _Panel, bar: Bar, row: Row | None, top: float, step: float, *, paint: str) -> str:
    """Return one bar with its value at its end, or the words that stand in its place."""
    assert row is not None
    measure = "" if row is bar.row else f", {MEASURE_BY_ID[row.measure].label.lower()}"
    title = says(f"{bar.name}{measure}", shown(row))
    middle = top + step / 2
    if row.value is None:
        words = label(shown(row), x=panel.zero + 6, y=middle, paint="muted", size=SMALL)
        return f"<g{stands_for(row)}>{title}{words}</g>"
    fill = PAINT[paint or ("below" if row.value < 0 else "s1")]
    end, thick = panel.x(row.value), min(step * 0.72, 28)
    span = whisker(row)
    part = bar.part if row is bar.row else None
    opacity = BAND if part else SOFT if panel.soft else None
    soft = f' opacity="{opacity}"' if opacity else ""
    rect = (f'<rect x="{n(min(panel.zero, end))}" y="{n(middle - thick / 2)}" width="{n(abs(end - panel.zero))}" '
            f'height="{n(thick)}" fill="{fill}"{soft}{stands_for(row)}>{title}</rect>')
    if part:
        strong = f' opacity="{SOFT}"' if panel.soft else ""
        rect += (f'<rect x="{n(panel.zero)}" y="{n(middle - thick / 2)}" width="{n(panel.x(part.value or 0) - panel.zero)}" '
                 f'height="{n(thick)}" fill="{fill}"{strong} pointer-events="none"/>')
    if span:
        rect += _whisker(panel, span, middle)
        end = panel.x(tip(row))
    anchor, shift = ("end", -6) if row.value < 0 else ("start", 6)
    beyond = _clear(panel, bar.compare if row is bar.row else None, end, row.value, end_text(row))
    return rect + label(end_text(row), x=beyond + shift, y=middle, anchor=anchor, size=SMALL)


def _whisker(panel: _Panel, span: tuple[float, float], middle: float) -> str:
    """Return the interval of a bar: a thin line between two short ends."""
    low, high = panel.x(span[0]), panel.x(span[1])
    return (f'<path d="M{n(low)} {n(middle - 3)}v6m0-3H{n(high)}m0-3v6" fill="none" stroke="{PAINT["ink"]}" '
            'stroke-width="1.5" pointer-events="none"/>')


def _clear(panel: _Panel, compare: Row | None, end: float, value: float, text: str) -> float:
    """Return where a value may start so that the tick of the place compared with does not cross it."""
    if compare is None or compare.value is None:
        return end
    tick = panel.x(compare.value)
    width = text_width(text, size=SMALL) + 10
    if value >= 0 and end - 2 <= tick <= end + width:
        return tick + 2
    if value < 0 and end - width <= tick <= end + 2:
        return tick - 2
    return end


def _tick(panel: _Panel, bar: Bar, top: float, step: float, place: str) -> str:
    row = bar.compare
    assert row is not None
    title = says(f"{bar.name}, {place}", shown(row))
    if row.value is None:
        return f"<g{stands_for(row)}>{title}</g>"
    return (f'<path d="M{n(panel.x(row.value))} {n(top + step * 0.08)}v{n(step * 0.84)}" stroke="{PAINT["reference"]}" '
            f'stroke-width="3"{stands_for(row)}>{title}</path>')


def _heads(answer: Answer, beside: str, width: int) -> list[list[str]]:
    """Return the headings of two panels in lines."""
    texts = (answer.label, MEASURE_BY_ID[beside].label)
    return [wrap(text, most=most) for text, most in zip(texts, (26, 18) if width >= NARROW else (16, 12), strict=True)]
