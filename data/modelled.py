"""Whom a set of channels can reach at most: a model over published shares by age, never a count.

How far the users of several channels are the same people is not published. All that is possible lies between two bounds
(M. Fréchet, Généralisations du théorème des probabilités totales, Fundamenta Mathematicae 25 (1935), 379-387): at least the share
of the largest channel, where the users of the others are all among its own; at most the sum of all, where nobody is on two, and
never more than everybody. Between them stands what holds where being on one channel says nothing about being on another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod

from data.answers import AXES, Choices, Figure, Figures
from data.cube import Cube
from data.frame import Row, compact, join_members
from data.measure import Measure
from data.model import AGE_GROUP, ALL, CHANNEL
from data.periods import Window

UNKNOWN = "unknown"


def union(shares: Sequence[float]) -> tuple[float, float, float]:
    """Return the share that channels reach together, in per cent: independent of each other, at least, at most.

    >>> union([74.0]), union([60.0, 50.0]), union([30.0, 20.0])
    ((74.0, 74.0, 74.0), (80.0, 60.0, 100.0), (44.0, 30.0, 50.0))
    """
    if not shares:
        raise ValueError("No channel, no reach: leave such a choice out first.")
    independent = 100 * (1 - prod(1 - share / 100 for share in shares))
    least, most = max(shares), min(sum(shares), 100.0)
    return min(max(round(independent, 10), least), most), least, most


def channels_of(choice: Sequence[str], cube: Figure) -> list[str]:
    """Return the channels of a choice of which any reach by age is published; of no choice all of them."""
    narrow = [part for member in choice if member != ALL for part in CHANNEL.narrow(member)]
    held = sorted((member for member in cube.axes["channel"]), key=CHANNEL.order.__getitem__)
    return [member for member in held if member in narrow or list(choice) == [ALL]]


def bands(cube: Figure, *, residents: Figure) -> Choices:
    """Return the ages of the residents as a chart shows them: bands with a published reach, and the ages that lie in none."""
    published = [member for member in cube.axes["age_group"] if member != ALL]
    inside = {part for member in published for part in AGE_GROUP.narrow(member)}
    rest = [member.id for member in AGE_GROUP.members
            if member.id != UNKNOWN and member.id not in inside and residents.holds("age_group", member.id)]
    return [(member,) for member in sorted([*published, *rest], key=AGE_GROUP.order.__getitem__)]


def apart(cube: Figure) -> list[str]:
    """Return the bands with a published reach that do not overlap: a wide one stands only where none of its parts does."""
    published = sorted((member for member in cube.axes["age_group"] if member != ALL), key=AGE_GROUP.order.__getitem__)
    return [member for member in published
            if AGE_GROUP.narrow(member) == (member,) or not set(AGE_GROUP.narrow(member)) & set(published)]


def rows_of(
    release: Figures, measure: Measure, choices: Mapping[str, Choices], windows: Sequence[Window], *, role: str
) -> list[Row]:
    """Return a row for each choice: residents in its ages, and the share that its channels can reach at most.

    A band has a value only where the reach of every channel of the choice is published for it, and where it has residents
    enough. Of one channel there is a single value, of several the bounds stand as ``lower`` and ``upper``.
    """
    cube, people = release.cube(measure.numerator), release.cube(measure.denominator)
    assert isinstance(cube, Cube) and isinstance(people, Cube)  # held: `answer` has looked
    held = [member for member in cube.axes["channel"] if member != ALL]
    published = [member for member in cube.axes["age_group"] if member != ALL]
    everyone = apart(cube)
    ages = list(dict.fromkeys([*published, *(member for choice in choices["age_group"] for member in choice if member != ALL)]))
    areas = list(choices["area"])
    reach = cube.read({"area": areas, "channel": [(name,) for name in held], "age_group": [(name,) for name in ages]}, windows=windows)
    assert reach.when is not None
    rows: list[Row] = []
    for area, channel, age, crime, category, window in product(*(choices[name] for name in AXES), windows):
        at, month = areas.index(area), list(windows).index(window)
        on = [held.index(name) for name in channels_of(channel, cube)]
        parts = [ages.index(name) for name in (everyone if age == (ALL,) else age)]
        known = bool(on) and all(reach.supplied[at, one, part, month] for one in on for part in parts)
        end = int(max(reach.when[at, one, part, month] for one in on for part in parts)) if known else window[1]
        base = people.read({"area": [area], "age_group": [(ages[part],) for part in parts]}, windows=[(end, end)])
        residents = [float(number) for number in base.value[0, :, 0]]
        names = ("+".join(area), *(join_members(choice) for choice in (channel, age, crime, category)))
        whole = compact(sum(residents)) if base.supplied.all() else None
        if not known or whole is None or whole < max(measure.minimum_base, 1):
            span, mark = (end, end) if known else window, "z" if not known else "x" if whole is None else "c"
            rows.append(Row(measure.id, *names, *span, None, whole, None, None, None, mark, role))
            continue
        found = [union([float(reach.value[at, one, part, month]) for one in on]) for part in parts]
        value, least, most = (
            compact(sum(share[which] * number for share, number in zip(found, residents, strict=True)) / whole) for which in range(3))
        several = len(on) > 1
        rows.append(Row(measure.id, *names, end, end, round(value * whole / 100), whole, value, least if several else None,
                        most if several else None, "ok", role))
    return rows


def left_out_of(chosen: Sequence[str], cube: Figure) -> tuple[str, ...]:
    """Return the chosen channels of which no reach by age is published; of no choice every other channel."""
    known = channels_of(list(chosen) or [ALL], cube)
    wanted = [part for member in chosen for part in CHANNEL.narrow(member)] or [member.id for member in CHANNEL.members]
    return tuple(member for member in dict.fromkeys(wanted) if member not in known)
