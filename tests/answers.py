"""Synthetic answers: every chart in every situation that a figure must bear, and how tests draw them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from data.areas import AREAS, BOROUGHS, FORCES
from data.counts_of_persons import USEFUL_LIMITS
from data.frame import Frame, Row
from data.measures import MEASURE_BY_ID, Measure
from data.model import ALL, CHANNEL, DIMENSIONS, month_index
from data.query import Answer
from data.selection import Selection
from layouts.charts import Chart
from layouts.shapes import SHAPES

SVG = "{http://www.w3.org/2000/svg}"
WHOLE = "K04000001"
START, END = month_index("2023-01"), month_index("2025-12")
MEMBERS = CHANNEL.groups[0].parts
GROUPS = ("social", "online", "phone", "broadcast_press", "in_person", "remaining")
AGES = tuple(member.id for member in DIMENSIONS["age_group"].members)
CHANNELS = tuple(member.id for member in DIMENSIONS["channel"].members)
CATEGORIES = tuple(member.id for member in DIMENSIONS["category"].members)[:9]
CRIMES = tuple(member.id for member in DIMENSIONS["crime_type"].members)


def protected(like: str, *, id: str) -> Measure:
    """Return a measure like another that rests on protected counts."""
    measure = replace(MEASURE_BY_ID[like], id=id)
    measure.__dict__["policy"] = "protected"
    return measure


PROTECTED = (protected("A1", id="protected-count"), protected("E4", id="protected-rate"))


@contextmanager
def protected_measures() -> Iterator[None]:
    """Let the protected measures of these tests be known while a test runs."""
    with pytest.MonkeyPatch.context() as patch:
        for measure in PROTECTED:
            patch.setitem(MEASURE_BY_ID, measure.id, measure)  # type: ignore[arg-type]
        yield


def row(
    value: float | None, *, status: str = "ok", measure: str = "E4", area: str = WHOLE, channel: str = ALL,
    age: str = ALL, crime: str = ALL, category: str = ALL, start: int = START, end: int = END, role: str = "main",
) -> Row:
    return Row(measure, area, channel, age, crime, category, start, end, 10, 5_000, value, None, None, status, role)


def value_of(chance: random.Random, measure: str) -> float:
    unit = MEASURE_BY_ID[measure].unit
    if unit == "points":
        return round(chance.uniform(-12, 12), 4)
    return chance.randint(3, 9_000) if unit == "count" else round(chance.lognormvariate(1.1, 0.45), 4)


def rows_of(chart: Chart, *, measure: str = "E4", areas: tuple[str, ...] = FORCES) -> list[Row]:
    """Return plain rows for a chart, as the query gives them."""
    chance = random.Random(chart.slug)

    def value() -> float:
        return value_of(chance, measure)

    if chart.against:
        return [row(value(), measure=each, area=code, role=role) for each, role in ((measure, "main"), (chart.against, "against"))
                for code in areas]
    if chart.by == ("area",):
        return [row(value(), measure=measure, area=code) for code in areas]
    if chart.by == ("period",):
        return [row(value(), measure=measure, start=START + month, end=START + month) for month in range(36)]
    if chart.by == ("category", "period"):
        return [row(value(), measure=measure, category=category, start=START + month, end=START + month)
                for category in CATEGORIES[:4] for month in range(36)]
    if "period" in chart.by:
        return [
            row(round(value_of(random.Random(place), measure) + chance.uniform(-0.3, 0.5) + month / 40, 4),
                measure=measure, channel=channel, start=START + month, end=START + month)
            for place, channel in enumerate(GROUPS) for month in range(36)
        ]
    if "time" in chart.by:
        crimes = (ALL, *dict.fromkeys(DIMENSIONS["crime_type"].group_of(crime) for crime in CRIMES))
        groups = [{"channel": group} for group in GROUPS] if chart.by[0] == "channel_group" else [{"crime": crime} for crime in crimes]
        return [row(round(value() * (2 + place) / 4, 4), measure=measure, category=limit, **group) for group in groups
                for place, limit in enumerate(USEFUL_LIMITS)]
    if chart.by == ("age_group",):
        return [row(value(), measure=measure, age=age) for age in AGES]
    if chart.by == ("channel",):
        return [row(value(), measure=measure, channel=channel) for channel in CHANNELS[:8]]
    if chart.by == ("crime_type",):
        return [row(value(), measure=measure, crime=crime) for crime in CRIMES]
    if chart.by == ("category",):
        return [row(value(), measure=measure, category=category) for category in CATEGORIES]
    if chart.by == ("category", "age_group"):
        return [row(value(), measure=measure, category=category, age=age) for category in CATEGORIES[:4]
                for age in (ALL, *AGES[2:5])]
    return [row(value(), measure=measure, channel=channel, age=age) for channel in CHANNELS for age in AGES]


def answer_of(
    chart: Chart, rows: list[Row], *, measure: str = "E4", reason: str = "", origin: Any = "published",
    area: tuple[str, ...] = (),
) -> Answer:
    about = MEASURE_BY_ID[measure]
    against = next((each.area_code for each in rows if each.role == "compare"), "")
    selection = Selection(measure=measure, area=area, compare=against)
    return Answer(
        measure=about, asked=selection, answered=selection, by=chart.by, frame=Frame(tuple(rows)), reason=reason,
        origin=origin, period=(START, END), grain="month" if "period" in chart.by else "",
        across=MEASURE_BY_ID.get(chart.against),
    )


def marked(rows: list[Row]) -> list[Row]:
    """Return rows of which every other one carries a mark."""
    marks = ("ok", "c", "r", "x", "p", "z", "u", "p r")
    statuses = [marks[place % len(marks)] for place in range(len(rows))]
    return [
        each._replace(status=status, value=None if status in ("c", "x", "z") else each.value)
        for each, status in zip(rows, statuses, strict=True)
    ]


def compared(rows: list[Row], chart: Chart) -> list[Row]:
    if "compare" in chart.ignores:
        return []
    if "period" in chart.by:
        return [each._replace(role="compare", area_code=FORCES[0], channel=ALL, value=1 + place / 20)
                for place, each in enumerate(rows[:36])]
    return [each._replace(role="compare", area_code=FORCES[0], value=round((each.value or 0) * 0.8, 4))
            for each in rows]


def residents(chart: Chart) -> list[Row]:
    if chart.by != ("age_group",):
        return []
    return [row(8.5 + place, measure="N1", age=age, role="beside") for place, age in enumerate(AGES[:-1])]


def plain(chart: Chart) -> Answer:
    return answer_of(chart, rows_of(chart))


def without_rows(chart: Chart) -> Answer:
    return answer_of(chart, [])


def with_reason(chart: Chart) -> Answer:
    return answer_of(chart, [], reason="Reach is <not> collected by “age & channel”; choose another measure.")


def one_row(chart: Chart) -> Answer:
    return answer_of(chart, rows_of(chart)[:1])


def all_missing(chart: Chart) -> Answer:
    return answer_of(chart, [each._replace(value=None, status="x") for each in rows_of(chart)])


def all_too_small(chart: Chart) -> Answer:
    return answer_of(chart, [each._replace(value=None, status="c") for each in rows_of(chart)])


def with_marks(chart: Chart) -> Answer:
    return answer_of(chart, marked(rows_of(chart)))


def with_comparison(chart: Chart) -> Answer:
    rows = rows_of(chart)
    return answer_of(chart, [*rows, *compared(rows, chart), *residents(chart)], area=FORCES[3:5])


def illustrative(chart: Chart) -> Answer:
    return answer_of(chart, [*rows_of(chart), *residents(chart)], origin="illustrative")


def negative(chart: Chart) -> Answer:
    return answer_of(chart, rows_of(chart, measure="E14"), measure="E14")


def huge(chart: Chart) -> Answer:
    rows = [each._replace(value=int((each.value or 0) * 1e9)) for each in rows_of(chart, measure="A1")]
    return answer_of(chart, rows, measure="A1")


def nothing(chart: Chart) -> Answer:
    return answer_of(chart, [each._replace(value=0) for each in rows_of(chart, measure="A1")], measure="A1")


def outlier(chart: Chart) -> Answer:
    rows = rows_of(chart)
    return answer_of(chart, [rows[0]._replace(value=612.3), *rows[1:]])


def boroughs(chart: Chart) -> Answer:
    return answer_of(chart, rows_of(chart, measure="P5", areas=BOROUGHS), measure="P5")


def districts(chart: Chart) -> Answer:
    codes = tuple(code for code, area in AREAS.items() if area.type == "district")[:400]
    return answer_of(chart, rows_of(chart, areas=codes), area=codes[:2])


def broken(chart: Chart) -> Answer:
    """Rows of a survey whose method changed in June 2020, three years before and after."""
    rows = rows_of(chart, measure="P1")
    if "period" in chart.by:
        rows = [each._replace(start=each.start - 48, end=each.end - 37) for each in rows]
    return answer_of(chart, rows, measure="P1")


def without_trend(chart: Chart) -> Answer:
    return answer_of(chart, rows_of(chart, measure="B2"), measure="B2")


def opened(chart: Chart) -> list[Row]:
    """Return the rows of a chart, those through time for the seven members of one group."""
    rows = rows_of(chart)
    if "channel_group" not in chart.by or "time" in chart.by:
        return rows
    places = dict(zip(GROUPS, MEMBERS, strict=False))
    last = [each._replace(channel=MEMBERS[-1], value=round((each.value or 0) * 1.1, 4)) for each in rows[:36]]
    return [*(each._replace(channel=places[each.channel]) for each in rows), *last]


def members(chart: Chart) -> Answer:
    return answer_of(chart, opened(chart))


def members_marked(chart: Chart) -> Answer:
    rows = opened(chart)
    return answer_of(chart, [*marked(rows), *compared(rows, chart)], origin="illustrative", area=FORCES[3:5])


def members_broken(chart: Chart) -> Answer:
    rows = [each._replace(measure="P1") for each in opened(chart)]
    if "period" in chart.by:
        rows = [each._replace(start=each.start - 48, end=each.end - 37) for each in rows]
    return answer_of(chart, rows, measure="P1")


def bounded(rows: list[Row], *, share: float = 0.12, every: int = 0) -> list[Row]:
    """Return rows with intervals; one in ``every`` has none."""
    return [
        each if each.value is None or (every and place % every == every - 1) else each._replace(
            lower=round(each.value - abs(each.value) * share - 0.013, 4),
            upper=round(each.value + abs(each.value) * share * 1.4 + 0.017, 4))
        for place, each in enumerate(rows)
    ]


def with_intervals(chart: Chart) -> Answer:
    return answer_of(chart, bounded([*rows_of(chart), *compared(rows_of(chart), chart)]))


def with_some_intervals(chart: Chart) -> Answer:
    """Every kind of mark, several at once, and intervals beside values without."""
    rows = bounded(marked(rows_of(chart)), every=5)
    return answer_of(chart, [each._replace(status="p u") if place % 9 == 4 and each.value is not None else each
                             for place, each in enumerate(rows)])


def late(chart: Chart) -> Answer:
    """The last months of each series are provisional."""
    rows = bounded(rows_of(chart))
    return answer_of(chart, [each._replace(status="p") if each.end > END - 9 or "period" not in chart.by else each
                             for each in rows])


def protected_counts(chart: Chart) -> Answer:
    """Counts with the range of their protection; below ten they are too small to show."""
    chance = random.Random(chart.slug)
    rows = []
    for each in rows_of(chart, measure="protected-count"):
        count = int(chance.lognormvariate(3.3, 0.8))
        rows.append(each._replace(value=count, lower=count - 5, upper=count + 5, denominator=None) if count >= 10 else
                    each._replace(value=None, lower=None, upper=20, status="c", denominator=None))
    return answer_of(chart, rows, measure="protected-count")


def protected_rates(chart: Chart) -> Answer:
    """Percentages of protected counts; where the numerator is too small they lie under a number."""
    chance = random.Random(chart.slug)
    rows = []
    for place, each in enumerate(rows_of(chart, measure="protected-rate")):
        base, share = chance.randint(60, 700), chance.uniform(8, 70)
        small = each._replace(value=None, lower=None, upper=round(1500 / base, 4), status="c p" if place % 2 else "c")
        rows.append((small if chance.random() < 0.2 else each._replace(
            value=round(share, 4), lower=round(share * 0.88, 4), upper=round(share * 1.11, 4)))._replace(
                denominator=base))
    return answer_of(chart, rows, measure="protected-rate")


def under_nothing(chart: Chart) -> Answer:
    """Every value is too small to show and says what it lies under."""
    rows = rows_of(chart, measure="protected-count")
    return answer_of(chart, [each._replace(value=None, upper=20, status="c") for each in rows],
                     measure="protected-count")


def negative_with_intervals(chart: Chart) -> Answer:
    return answer_of(chart, bounded(rows_of(chart, measure="E14"), share=0.5), measure="E14")


def members_with_intervals(chart: Chart) -> Answer:
    rows = opened(chart)
    return answer_of(chart, bounded([*marked(rows), *compared(rows, chart)]), area=FORCES[3:5])


def without_trend_with_intervals(chart: Chart) -> Answer:
    return answer_of(chart, bounded(rows_of(chart, measure="B2")), measure="B2")


BOUNDED: tuple[Callable[[Chart], Answer], ...] = (
    with_intervals, with_some_intervals, late, protected_counts, protected_rates, under_nothing,
    negative_with_intervals, members_with_intervals, without_trend_with_intervals,
)
SITUATIONS: tuple[Callable[[Chart], Answer], ...] = (
    plain, without_rows, with_reason, one_row, all_missing, all_too_small, with_marks, with_comparison, illustrative,
    negative, huge, nothing, outlier, boroughs, districts, broken, without_trend, members, members_marked,
    members_broken, *BOUNDED,
)


def figure_of(answer: Answer, chart: Chart, selected: tuple[str, ...] = ()) -> dict[str, Any]:
    return SHAPES[chart.shape].plotly(answer, chart=chart, selected=selected)


def picture_of(answer: Answer, chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(SHAPES[chart.shape].svg(answer, chart=chart, selected=()))
