"""Which table of a protected count answers a question, and what of the question must be widened for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from data.answers import Answer, Note
from data.choices import level_of, series_of_areas
from data.cube import Cube
from data.frame import area_label
from data.model import DIMENSIONS, Grain
from data.periods import Window
from data.tableset import TableSet

_ORDER = ("crime_type", "age_group", "channel")
"""Filters are given up in this order where no table holds them together; widened from the last."""
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "rolling_year": 12}
_GRAINS: Mapping[int, Grain] = {3: "quarter", 12: "year"}


def hold(tables: TableSet, base: Answer, *, asked: Window) -> tuple[Answer, Cube | None]:
    """Return the answer as one of the tables can give it, and that table.

    Where none holds what was asked, channel is widened to its group, then age to the wide band, crime
    type to its group, and months to quarters and years; a filter that no table holds even then is not
    applied. Each is said in a note. ``None`` where the breakdown itself is in no table.
    """
    while True:
        found = _best(tables, base, asked=asked)
        if found is not None:
            cube, wide = found
            return _widened(base, cube=cube, wide=wide), cube
        key = next((key for key in _ORDER if base.answered.get(key) and not base.splits(key)), None)
        if key is None:
            return base, None
        base = replace(base, answered=base.answered.without(key), notes=(*base.notes, Note(key, _not_published(base, key))))


def _not_published(base: Answer, key: str) -> str:
    chosen = " and ".join(DIMENSIONS[key].labels(base.answered.get(key)))
    others = [DIMENSIONS[other].label.lower() for other in _ORDER if other != key and
              (base.answered.get(other) or base.splits(other))]
    where = " for districts" if _level(base) == "district" else ""
    beside = f" together with {' and '.join(others)}" if others else ""
    return (f"To protect the people counted, no figures are published by {DIMENSIONS[key].label.lower()}{beside}{where}: "
            f"{chosen} is not applied.")


def _level(base: Answer) -> str:
    return level_of(base.asked.area if "area" in base.by else base.answered.area, base.measure)


def _best(tables: TableSet, base: Answer, *, asked: Window) -> tuple[Cube, tuple[str, ...]] | None:
    """Return the table that needs the least widening, and the dimensions that it widens."""
    found: list[tuple[tuple[int, ...], Cube, tuple[str, ...]]] = []
    concerned = [key for key in _ORDER if key in base.measure.dimensions and (base.answered.get(key) or base.splits(key))]
    level, areas = _level(base).removeprefix("police_"), base.answered.area or (base.measure.whole,)
    for name, cube in tables.tables.items():
        every = "area" in base.by and not base.answered.area
        if not (name.startswith(level) if every else all(code in cube.widths["area"] for code in areas)):
            continue
        wide = _wide(base, cube, concerned=concerned, narrow=tables.narrow[name])
        if wide is None:
            continue
        step = cube.step
        if "period" in base.by:
            grain = base.answered.grain
            longer = step if not grain or _MONTHS[grain] < step else 0
        else:
            longer = 0 if asked[0] % step == 0 and (asked[1] + 1) % step == 0 else step
        one_line = base.splits("channel") and "channel" not in cube.axes
        found.append(((_too_long(base, cube), one_line, longer, *(key in wide for key in _ORDER)), cube, wide))
    if not found:
        return None
    _, cube, wide = min(found, key=lambda item: item[0])
    return cube, wide


def _too_long(base: Answer, cube: Cube) -> bool:
    """Whether the periods of a table are longer than those that the reader chose."""
    return "period" in base.by and bool(base.answered.grain) and _MONTHS[base.answered.grain] < cube.step


def _wide(base: Answer, cube: Cube, *, concerned: Sequence[str], narrow: frozenset[str]) -> tuple[str, ...] | None:
    """Return the dimensions that a table answers by wider members than asked; ``None`` where it cannot answer.

    ``concerned`` are the dimensions that the answer splits or has chosen members of.
    """
    wide: list[str] = []
    for key in concerned:
        chosen = base.answered.get(key)
        if key not in cube.axes:
            if not chosen and key not in base.by and (key == "channel" or not base.splits(key)):
                continue  # lines by channel group may be one line
            return None
        held, dimension = cube.widths[key], DIMENSIONS[key]
        fits = all(member in held for member in chosen)
        if not fits and not all(dimension.group_of(member) in held for member in chosen):
            return None
        if not fits or (key in base.by and key not in narrow):
            wide.append(key)
    return tuple(wide)


def _widened(base: Answer, *, cube: Cube, wide: Sequence[str]) -> Answer:
    for key in wide:
        chosen = base.answered.get(key)
        dimension = DIMENSIONS[key]
        groups = tuple(dict.fromkeys(dimension.group_of(member) for member in chosen))
        if groups == chosen:
            continue
        asked = " and ".join(dimension.labels([member for member in chosen if member not in groups]))
        shown = " and ".join(dimension.labels(groups))
        where = "" if series_of_areas(base) else f" for {area_label('+'.join(base.answered.area or (base.measure.whole,)))}"
        note = Note(key, f"To protect the people counted, {asked} is not published alone{where}; shown for {shown} as a whole.")
        base = replace(base, answered=replace(base.answered, **{key: dimension.canonical(groups)}), notes=(*base.notes, note))
    if _too_long(base, cube):
        grain = _GRAINS[cube.step]
        note = Note("grain", f"To protect the people counted, these figures are not published by {base.answered.grain}; "
                             f"shown by {grain}.")
        base = replace(base, answered=replace(base.answered, grain=grain), notes=(*base.notes, note))
    return base
