"""Areas in classes: what the map and the tile map share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from data.frame import Row
from data.model import MARKS
from data.query import Answer
from layouts.numbers import gap, lacking, shown, too_small
from layouts.shapes.classes import Classes, classes_of
from layouts.shapes.naming import FEW_NAMES, part_of
from layouts.shapes.shape import LegendItem


@dataclass(frozen=True)
class Places:
    """The areas of an answer, told apart as a map draws them."""

    classes: Classes | None
    valued: list[Row] = field(default_factory=list)
    outside: list[Row] = field(default_factory=list)
    small: list[Row] = field(default_factory=list)
    blank: list[Row] = field(default_factory=list)

    def swatch(self, row: Row) -> str:
        """Return how an area is filled: a class, ``outside``, ``hatch`` or ``blank``."""
        if row.value is None or self.classes is None:
            return "hatch" if too_small(row) else "blank"
        return self.classes.swatch(row.value)


def places_of(answer: Answer) -> Places:
    """Return the areas of an answer by how they are filled; made once for figure, picture and key."""
    return answer.once("places", lambda: _places_of(answer))


def _places_of(answer: Answer) -> Places:
    """Return the areas of an answer: in classes, outside them, too small to show, without a figure."""
    rows = answer.frame.of("main")
    values = [row.value for row in rows if row.value is not None]
    places = Places(classes_of(values, unit=answer.measure.unit))
    beyond = places.classes.beyond if places.classes else 0.0
    for row in rows:
        if row.value is None:
            (places.small if too_small(row) else places.blank).append(row)
        else:
            (places.outside if row.value >= beyond else places.valued).append(row)
    return places


def key(answer: Answer) -> list[LegendItem]:
    """Return the key of a map: its classes in numbers, then what stands outside them and what is missing."""
    return answer.once("key", lambda: _key(answer))


def _key(answer: Answer) -> list[LegendItem]:
    places = places_of(answer)
    items: list[LegendItem] = []
    if places.classes:
        texts = places.classes.texts(answer.measure.unit)
        items += [LegendItem(swatch, text) for swatch, text in zip(places.classes.swatches, texts, strict=True)]
    if places.outside:
        named = ", ".join(f"{part_of(row, 'area')} {shown(row)}" for row in places.outside[:FEW_NAMES])
        items.append(LegendItem("outside", f"outside the classes: {named}"))
    if places.small:
        items.append(LegendItem("hatch", lacking("c")))
    marks = dict.fromkeys(gap(row.status) for row in places.blank)
    items += [LegendItem("blank", lacking(mark)) for mark in marks if mark in MARKS]
    return items


def chosen_among(rows: Sequence[Row], selected: Sequence[str]) -> list[Row]:
    """Return the rows of the areas that the reader chose."""
    codes = set(selected)
    return [row for row in rows if row.area_code in codes] if codes else []
