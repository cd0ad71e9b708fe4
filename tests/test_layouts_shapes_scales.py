"""Class limits, ticks, labels and values under the pointer: the numbers behind the shapes."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from data.frame import Row
from data.measures import MEASURE_BY_ID
from data.model import ALL, month_index
from layouts.numbers import shown
from layouts.shapes.classes import COLOURS, classes_of
from layouts.shapes.hover import SUFFIX, browser_format, written
from layouts.shapes.scales import apart, month_ticks, ticks

START, END = month_index("2023-01"), month_index("2025-12")


@pytest.mark.parametrize("unit", ["count", "ratio", "percent", "per_100_000", "points"])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 45, 400])
def test_classes_hold_every_value_between_rising_limits(unit: Any, size: int) -> None:
    chance = random.Random(size)
    for spread in (0.001, 1, 1e7):
        values = [round(chance.lognormvariate(0, 1) * spread, 4) for _ in range(size)]
        if unit == "count":
            values = [float(round(value)) for value in values]
        if unit == "points":
            values = [round(value - spread, 4) for value in values]
        classes = classes_of(values, unit=unit)
        assert classes is not None
        assert list(classes.limits) == sorted(set(classes.limits))
        assert len(classes.limits) == len(classes.swatches) + 1 == len(classes.texts(unit)) + 1
        inside = [value for value in values if value < classes.beyond]
        assert classes.limits[0] <= min(inside) and max(inside) <= classes.limits[-1]
        scale = classes.colorscale()
        for value in inside:
            place = (value - classes.limits[0]) / (classes.limits[-1] - classes.limits[0])
            assert [colour for edge, colour in scale if edge <= place][-1] == COLOURS[classes.swatch(value)]


def test_class_limits_are_round_and_written() -> None:
    classes = classes_of([1.23, 2.4, 3.1, 3.9, 4.4, 5.2, 6.8, 7.7, 8.1, 9.9], unit="percent")
    assert classes is not None and classes.limits == (1, 3, 4, 7, 8, 10)
    assert classes.texts("percent")[0] == "1 to under 3%" and classes.texts("percent")[-1] == "8 to 10%"


def test_ticks_are_few_round_and_begin_at_nothing() -> None:
    for low, high in ((0.3, 0.9), (2, 73), (1e6, 9.4e9), (-12, 7), (0, 0), (0.00012, 0.0004)):
        marks = ticks(low, high)
        assert len(marks) <= 6 and 0 in marks and marks[0] <= low and marks[-1] >= high
    assert len(month_ticks(range(START, END + 1))) <= 6


def test_labels_are_moved_apart_within_their_room() -> None:
    placed = apart([50, 51, 52, 300], heights=[20, 20, 20, 20], low=0, high=310)
    assert all(abs(one - other) >= 20 for place, one in enumerate(placed) for other in placed[:place])
    assert max(placed) <= 300 and min(placed) >= 10


def as_the_browser_writes(value: float, *, format_: str) -> str:
    """Return a number as d3 does: exact value, halves away from nothing."""
    places = Decimal(1).scaleb(-int(format_[2]))
    return f"{Decimal(value).quantize(places, rounding=ROUND_HALF_UP):,}".replace("-", "\N{MINUS SIGN}")


@pytest.mark.parametrize("measure, unit", [("E4", "percent"), ("A1", "count"), ("A2", "ratio"), ("R1", "per_1_000")])
def test_the_browser_writes_what_the_table_says(measure: str, unit: Any) -> None:
    chance = random.Random(measure)
    values = [round(chance.uniform(0, 60_000), 4) for _ in range(500)] + [0.0, 0.05, 1.95, 999.949]
    rows = [Row(measure, "K04000001", ALL, ALL, ALL, ALL, START, END, 1, 5_000, value, None, None, "ok", "main")
            for value in values]
    for row in rows:
        format_ = browser_format([row], unit=unit, published=False)
        if format_:
            assert as_the_browser_writes(row.value or 0, format_=format_) + SUFFIX.get(unit, "") == shown(row)


def test_only_marks_are_sent_where_the_browser_writes_the_values() -> None:
    row = Row("E4", "K04000001", ALL, ALL, ALL, ALL, START, END, 1, 5_000, 0.3, None, None, "ok", "main")
    measure, late = MEASURE_BY_ID["E4"], row._replace(status="p")
    assert written([row, None], measure=measure, value="y", text="text") == ("%{y:,.1f}%", [], [])
    assert written([late, late], measure=measure, value="y", text="text") == ("%{y:,.1f}% [p]", [], [])
    assert written([row, late, None], measure=measure, value="y", text="text") == (
        "%{y:,.1f}%%{text}", ["", " [p]", ""], [])
    larger, small = row._replace(value=0.4), row._replace(value=2.3, denominator=90)
    assert written([larger, small], measure=measure, value="y", text="text") == (
        "%{text}", ["0.4%", "2%"], [])
    assert written([row._replace(value=None, status="x")], measure=measure, value="z", text="text") == (
        "not supplied [x]", [], [])


def test_the_browser_writes_nothing_that_it_would_write_otherwise() -> None:
    row = Row("E4", "K04000001", ALL, ALL, ALL, ALL, START, END, 1, 5_000, 0.25, None, None, "ok", "main")
    assert browser_format([row], unit="percent", published=False) == ""
    assert browser_format([row._replace(value=0.06)], unit="percent", published=False) == ",.1f"
    assert browser_format([row._replace(value=0.04)], unit="percent", published=False) == ",.2f"
    assert browser_format([row._replace(value=3.94, lower=3.91, upper=3.949)], unit="percent", published=False) == ",.2f"
    assert browser_format([row, row._replace(value=0.04)], unit="percent", published=False) == ""
    assert browser_format([row._replace(value=None, status="x")], unit="percent", published=False) == ""
    assert browser_format([row._replace(value=2.3, denominator=90)], unit="percent", published=False) == ",.0f"
    mixed = [row._replace(value=2.3), row._replace(value=2.3, denominator=90)]
    assert browser_format(mixed, unit="percent", published=False) == ""
    assert browser_format([row._replace(value=2.1)], unit="points", published=False) == "+,.1f"
    assert browser_format([row._replace(value=2.1, lower=-0.1, upper=4)], unit="points", published=False) == ""
    assert browser_format([row._replace(value=1.2, denominator=90)], unit="points", published=False) == ""
    assert browser_format([row._replace(value=-2.1)], unit="points", published=False) == ""
