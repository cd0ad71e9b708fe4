"""The picture of a field's coverage: areas down, months across, each stretch in one state drawn in its own way.

A state is told by its shape before its colour: filled, hatched with an outline, an empty dashed box, a dotted line.
"""

from __future__ import annotations

from data.areas import AREAS
from data.counts import COUNT_BY_ID
from data.coverage import Coverage
from data.periods import month_label, window_label
from layouts.shapes.svg_writer import PAINT, SMALL, document, hatch, label, n

WIDTH = 1100
ROOM = 236
HEAD = 26
ROW = 18
WIDEST = 60
SLUG = "coverage"
SWATCHES = {"supplied": "c4", "late": "hatch", "not supplied": "blank", "not collected": "dotted"}
"""The swatch of each state in the key beside the picture."""


def period(coverage: Coverage, place: int) -> str:
    """Return the period whose figure stands at a month, in words: of yearly figures the year."""
    month = coverage.months[place]
    return window_label((month - max(COUNT_BY_ID[coverage.field].months_each - 1, 0), month))


def stretch(coverage: Coverage, first: int, last: int) -> str:
    """Return the months of a stretch in words: ``March 2024``, ``March to July 2024``."""
    start, end = coverage.months[first], coverage.months[last]
    if start == end:
        return period(coverage, first)
    if start // 12 == end // 12:
        return f"{month_label(start).split()[0]} to {month_label(end)}"
    return f"{month_label(start)} to {month_label(end)}"


def order(coverage: Coverage) -> list[int]:
    """Return the places of the areas, those with the most missing months first: they are what is looked for."""
    missing = [sum(last - first + 1 for state, first, last in coverage.runs(line) if state in ("late", "not supplied"))
               for line in range(len(coverage.areas))]
    return sorted(range(len(coverage.areas)), key=lambda line: -missing[line])


def svg(coverage: Coverage, *, title: str, description: str, illustrative: bool = False) -> str:
    """Return the heat map of a field."""
    head = HEAD + (16 if illustrative else 0)
    across = min((WIDTH - ROOM) / len(coverage.months), WIDEST)
    body = [label(text, x=ROOM + across * place, y=head - 10, paint="muted", size=SMALL)
            for place, text in _heads(coverage, across=across)]
    for place, line in enumerate(order(coverage)):
        body.append(_line(coverage, line, top=head + ROW * place, across=across))
    body.append(_months(coverage, across=across, top=head, high=ROW * len(coverage.areas)))
    return document(body, slug=SLUG, width=WIDTH, height=head + ROW * len(coverage.areas) + 4, title=title,
                    description=description, definitions=hatch(SLUG), illustrative=illustrative)


def _heads(coverage: Coverage, *, across: float) -> list[tuple[int, str]]:
    """Return where a year begins, where there is room for it; of a single column its period."""
    months = coverage.months
    if len(months) == 1:
        return [(0, period(coverage, 0))]
    starts = [place for place, month in enumerate(months) if place == 0 or month // 12 != months[place - 1] // 12]
    roomy = [place for place, after in zip(starts, [*starts[1:], len(months)], strict=True) if (after - place) * across >= 36]
    return [(place, str(months[place] // 12)) for place in roomy]


def _months(coverage: Coverage, *, across: float, top: float, high: float) -> str:
    """Return fine lines between the months, and broader ones where a year begins."""
    starts = {place for place, month in enumerate(coverage.months)
              if place and month // 12 != coverage.months[place - 1] // 12}
    lines = {wide: "".join(f"M{n(ROOM + across * place)} {n(top)}v{n(high)}"
                           for place in range(1, len(coverage.months)) if (place in starts) == (wide > 1))
             for wide in (0.75, 3)}
    return "".join(f'<path d="{path}" stroke="{PAINT["ground"]}" stroke-width="{wide}"/>'
                   for wide, path in lines.items() if path)


def _line(coverage: Coverage, line: int, *, top: float, across: float) -> str:
    name = AREAS[coverage.areas[line]].name
    drawn = [label(name, x=ROOM - 8, y=top + ROW / 2, anchor="end", size=SMALL)]
    for state, first, last in coverage.runs(line):
        box = (ROOM + across * first + 0.5, top + 2, across * (last - first + 1) - 1, ROW - 4)
        drawn.append(_stretch(state, box, says=f"{name}: {state}, {stretch(coverage, first, last)}"))
    return "".join(drawn)


def _stretch(state: str, box: tuple[float, float, float, float], *, says: str) -> str:
    left, top, wide, high = box
    told = f"<title>{says.replace('&', '&amp;')}</title>"
    if state == "not collected":
        middle = n(top + high / 2)
        return (f'<path d="M{n(left)} {middle}h{n(wide)}" stroke="{PAINT["muted"]}" stroke-width="1.5" '
                f'stroke-dasharray="1.5 4">{told}</path>')
    fill = {"supplied": PAINT["c4"], "late": f"url(#{SLUG}-hatch)", "not supplied": "transparent"}[state]
    edge = {"supplied": "", "late": f' stroke="{PAINT["outline"]}"',
            "not supplied": f' stroke="{PAINT["outline"]}" stroke-dasharray="3 2"'}[state]
    return (f'<rect x="{n(left)}" y="{n(top)}" width="{n(wide)}" height="{n(high)}" fill="{fill}"{edge}>{told}</rect>')
