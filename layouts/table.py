"""A chart as a table: the same rows, the same words, in a form that can be read aloud and copied.

Intervals have a column of their own where rows are listed, and stand behind their values elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from data.counts import COUNT_BY_ID
from data.frame import Row, area_label, member_label, row_label
from data.measures import MEASURE_BY_ID, UNIT_LABELS, Unit
from data.model import ALL
from data.periods import window_label
from data.query import Answer
from layouts.charts import Chart
from layouts.events import events_of
from layouts.numbers import bounded, brief, interval, number, rests_on_protected, shown, too_small
from layouts.shapes import SHAPES
from layouts.words import asked, marks_explained, row_name, subtitle

_HEADS: Mapping[str, str] = {"area": "Area", "channel": "Channel", "channel_group": "Channel", "age_group": "Age group",
                             "crime_type": "Crime type", "crime_group": "Crime group", "category": "Category", "time": "time limit",
                             "period": "Period"}


def table(answer: Answer, *, chart: Chart) -> list[Component]:
    """Return a chart's rows as a table with its caption, or the reason why it has none."""
    if answer.reason or not answer.frame:
        return [html.P(answer.reason or "There is no figure to show.")]
    word = " Illustrative figures." if answer.origin == "illustrative" else ""
    caption = html.Caption(f"{chart.title}. {subtitle(answer)}.{word}")
    body = _crossed(answer) if len(answer.by) == 2 and "time" not in answer.by else _listed(answer, chart=chart)
    notes = [*marks_explained(answer), *asked(answer), *(event.told for event in events_of(answer))]
    explained = [html.Ul([html.Li(text) for text in notes], className="notes")] if notes else []
    return [html.Table([caption, *body]), *explained]


def _listed(answer: Answer, *, chart: Chart) -> list[Component]:
    """One row a member: its value, the numbers that it is made of, what its shape says of it."""
    main = answer.frame.of("main")
    against = {row.key[2:6]: row for row in answer.frame.of("compare")}
    beside = {row.age_group: row for row in answer.frame.of("beside")}
    place = area_label(answer.answered.compare) if against else ""
    across = {row.area_code: row for row in answer.frame.of("against")}
    parts = any(row.denominator is not None for row in main)
    intervals = any(bounded(row) for row in main)
    heads = [answer.measure.category_label if name == "category" else _HEADS[name] for name in answer.by]
    heads = [", ".join(heads) or "Area", _value_head(answer.label, answer.measure.unit)]
    heads += ["Least to most" if answer.measure.kind == "modelled" else "95% interval"] if intervals else []
    heads += ["Numerator", "Denominator"] if parts else []
    heads += [place] if place else []
    heads += [MEASURE_BY_ID[next(iter(beside.values())).measure].label] if beside else []
    heads += [_value_head(answer.across.label, answer.across.unit)] if answer.across else []
    judging = SHAPES[chart.shape].column
    judgement, judged = judging(answer) if judging else ("", [""] * len(main))
    heads += [judgement] if judgement else []
    rows = []
    for row, text in zip(main, judged, strict=True):
        cells = [_cell(row, brief(row) if intervals else shown(row))]
        if intervals:
            cells.append(html.Td(interval(row)))
        if parts:
            cells += _parts(row)
        if place:
            cells.append(_cell(against.get(row.key[2:6])))
        if beside:
            cells.append(_cell(beside.get(row.age_group)))
        if answer.across:
            cells.append(_cell(across.get(row.area_code)))
        if judgement:
            cells.append(html.Td(text, className="words"))
        rows.append(html.Tr([html.Th(row_name(row, by=answer.by), scope="row"), *cells]))
    return [_head(heads), html.Tbody(rows)]


def _crossed(answer: Answer) -> list[Component]:
    """Two breakdowns: one down, one across."""
    down, across = answer.by if "period" not in answer.by else (
        "period", "category" if "category" in answer.by else "series")
    columns = dict.fromkeys(_series(row, across) for row in answer.frame)
    lines: dict[tuple[str, int], dict[str, Row]] = {}
    for row in answer.frame:
        name = window_label((row.start, row.end)) if down == "period" else getattr(row, down)
        lines.setdefault((name, row.end), {})[_series(row, across)] = row
    heads = [answer.measure.category_label or _HEADS[down] if down == "category" else _HEADS[down], *columns]
    rows = [html.Tr([html.Th(name if down == "period" else _named(cells.values(), down), scope="row"),
                     *(_cell(cells.get(column)) for column in columns)])
            for (name, _), cells in lines.items()]
    return [_head(heads), html.Tbody(rows)]


def _named(cells: Iterable[Row], down: str) -> str:
    """Return the name of a row of the table; an answer of a survey stands with the time at which it was asked."""
    return max((row_label(row, down) for row in cells), key=len)


def _series(row: Row, across: str) -> str:
    if across != "series":
        return member_label(across, getattr(row, across), whole="All ages" if across == "age_group" else "All")
    if row.role == "compare" or row.channel == ALL:
        return area_label(row.area_code)
    return member_label("channel", row.channel)


def _value_head(label: str, unit: Unit) -> str:
    return label if unit == "count" else f"{label} ({UNIT_LABELS[unit]})"


def _head(heads: Sequence[str]) -> Component:
    return html.Thead(html.Tr([html.Th(text, scope="col") for text in heads]))


def _cell(row: Row | None, text: str = "") -> Component:
    if row is None:
        return html.Td("")
    value = {} if row.value is None else {"data-value": row.value}
    return html.Td(text or shown(row), **value, **{"data-key": "|".join(row.key)})


def _parts(row: Row) -> list[Component]:
    """Return numerator and denominator; protected counts are about what they say, and hidden with their value."""
    measure = MEASURE_BY_ID[row.measure]
    if too_small(row) and rests_on_protected(row, measure):
        return [html.Td(""), html.Td("")]
    return [_plain(number_of, count) for number_of, count in
            ((row.numerator, measure.numerator), (row.denominator, measure.denominator))]


def _plain(value: float | None, count: str) -> Component:
    held = COUNT_BY_ID.get(count)
    about = "about " if held is not None and held.policy == "protected" else ""
    return html.Td("" if value is None else f"{about}{number(value, unit='count')}")
