"""Figures without figures, and figures that are no facts."""

from __future__ import annotations

from collections import Counter

from data.query import Answer
from layouts.charts import Chart
from layouts.numbers import gap, lacking
from layouts.shapes.naming import plain, subject
from layouts.shapes.shape import Figure
from layouts.shapes.svg_writer import CHARACTER, PAINT, SIZE, document, label, n, wrap

EMPTY = 200
"""Pixels of the box of a figure without figures: the style sheet cuts it there."""
_WORD = "<b>Illustrative figures</b>"
_NOTHING = "There are no figures for this choice."


def why_empty(answer: Answer, *, valued: bool = False) -> str:
    """Return why nothing can be drawn, empty where something can.

    ``valued``: the shape draws nothing where every value is missing, so that counts as empty too.
    """
    rows = answer.frame.of("main")
    if answer.reason or not rows:
        return answer.reason or _NOTHING
    if valued and all(row.value is None for row in rows):
        mark, _ = Counter(gap(row.status) for row in rows).most_common(1)[0]
        each = "period" if "period" in answer.by else "place" if answer.by == ("area",) else "group and time"
        return f"{answer.label}: {lacking(mark)} for every {each} of this choice."
    return ""


def empty_figure(reason: str) -> Figure:
    """Return a figure that says why it is empty."""
    hidden = {"visible": False}
    text = "<br>".join(plain(line) for line in wrap(reason, most=40))
    note = {"text": text, "x": 0.5, "y": 0.5, "xanchor": "center", "yanchor": "middle", "align": "center",
            "font": {"size": 16}}
    return {"data": [], "layout": {"xaxis": hidden, "yaxis": hidden, "annotations": [note]}}


def empty_svg(reason: str, *, answer: Answer, chart: Chart, width: int) -> str:
    """Return a picture that says why it is empty."""
    lines = wrap(reason, most=int(min(width - 48, 480) / ((SIZE + 2) * CHARACTER)))
    body = (
        f'<rect x=".5" y=".5" width="{n(width - 1)}" height="{n(min(chart.height, EMPTY) - 1)}" fill="{PAINT["panel"]}" '
        f'stroke="{PAINT["rule"]}"/>',
        label(lines, x=width / 2, y=min(chart.height, EMPTY) / 2, anchor="middle", size=SIZE + 2),
    )
    return document(
        body, slug=chart.slug, width=width, height=chart.height, title=f"{chart.title}: {subject(answer)}",
        description=reason,
    )


def layout_of(answer: Answer, **layout: object) -> Figure:
    """Return a figure's layout; one of illustrative figures says so inside the plot."""
    if answer.origin != "illustrative":
        return dict(layout)
    word = {"text": _WORD, "x": 1, "xanchor": "right"}
    given = layout.pop("annotations", ())
    assert isinstance(given, (list, tuple))
    return {**layout, "annotations": [*given, word]}


def lift_word(layout: Figure, *, by: int) -> None:
    """Move the word of illustrative figures up by so many pixels, above what else stands at the top."""
    for note in layout["annotations"]:
        if note["text"] == _WORD and by:
            note["yshift"] = by
