"""Which members an answer shows, each apart or several added, and which areas a map of it shows."""

from __future__ import annotations

from collections.abc import Sequence

from data import named
from data.answers import MAX_SERIES, Answer, Choices, Figure
from data.areas import AREAS, FORCES
from data.counts_of_persons import USEFUL_LIMITS
from data.cube import Cube
from data.cube_build import MET_BOROUGHS
from data.measures import Measure
from data.model import ALL, DIMENSIONS


def held(cube: Figure, key: str, member: str) -> bool:
    """Whether a count has figures for a member or for any part of it."""
    return cube.holds(key, member) or any(cube.holds(key, part) for part in DIMENSIONS[key].narrow(member))


def series_of_areas(base: Answer) -> bool:
    """Whether the series are the chosen places, because the measure has no channels."""
    return "channel_group" in base.by and "channel" not in base.measure.dimensions and bool(base.answered.area)


def choices_of(name: str, base: Answer, *, cube: Cube, overlapping: bool) -> Choices:
    """Return the choices along an axis: the members shown apart, each a tuple of members added.

    Where members are ``overlapping`` no choice adds several of them. A band that some supplied whole
    and others in parts is shown whole, so that nothing is left out of the members together.
    """
    chosen = base.answered.get(name)
    if name == "area":
        return _area_choices(base, cube=cube)
    if name == "category" and "time" in base.by:
        return [(limit,) for limit in USEFUL_LIMITS]
    if name == "crime_type" and "crime_group" in base.by:
        dimension = DIMENSIONS[name]
        groups = dict.fromkeys(dimension.group_of(member.id) for member in dimension.members)
        return [(member,) for member in chosen] or [(ALL,), *((group,) for group in groups if cube.holds(name, group))]
    if name == "category" and base.measure.categories:
        shown = [member for member in base.measure.categories if not chosen or member in chosen]
        return [(member,) for member in shown] if name in base.by else [chosen[:1] or (base.measure.category,)]
    if not base.splits(name) or name not in cube.axes:
        return [chosen or (ALL,)]
    dimension = DIMENSIONS[name]
    if name not in base.by:
        return _series(name, chosen, cube=cube, overlapping=overlapping)
    mixed = [group for group in cube.mixed[name] if not overlapping and (not chosen or group in chosen)]
    together = {part for group in mixed for part in dimension.narrow(group)}
    narrow = dict.fromkeys(part for member in chosen for part in dimension.narrow(member))
    known = [*(member.id for member in (*dimension.members, *dimension.apart)),
             *(member for member in cube.axes[name] if dimension.open and named.words_of(member))]
    shown = [member for member in known if member not in together
             and cube.holds(name, member) and (not narrow or member in narrow)]
    extra = [group.id for group in dimension.groups if cube.holds(name, group.id) and len(group.parts) > 1
             and (group.id in mixed or not any(cube.holds(name, part) for part in group.parts))
             and (not chosen or group.id in chosen)]
    ids = sorted([*shown, *extra], key=dimension.order.__getitem__)
    if name == "age_group" and "category" in base.by and not chosen and cube.holds(name, ALL):  # answers, whole and by age
        ids = [ALL, *ids]
    return [(member,) for member in _without_twins(ids, name)] or [(member,) for member in chosen] or [(ALL,)]


def _without_twins(ids: Sequence[str], name: str) -> list[str]:
    """Leave out groups of one whose only member is shown."""
    groups = {group.id: group.parts for group in DIMENSIONS[name].groups}
    return [member for member in ids if not (member in groups and set(groups[member]) & set(ids))]


def _series(name: str, chosen: Sequence[str], *, cube: Cube, overlapping: bool) -> Choices:
    """Return the series: the groups that have figures, or the members of the only one there is.

    Where more are chosen than lines can show, those of one group are one line together; where they
    overlap it is their whole group.
    """
    dimension = DIMENSIONS[name]
    chosen = chosen or [group.id for group in dimension.groups if cube.holds(name, group.id)]
    groups = list(dict.fromkeys(dimension.group_of(member) for member in chosen))
    if len(groups) > 1:
        if len(chosen) <= MAX_SERIES:
            return [(member,) for member in chosen]
        together = [tuple(member for member in chosen if dimension.group_of(member) == group) for group in groups]
        return [(group,) if overlapping and len(members) > 1 else members
                for group, members in zip(groups, together, strict=True)]
    narrow = dict.fromkeys(part for member in chosen for part in dimension.narrow(member))
    shown = [(member,) for member in narrow if cube.holds(name, member)]
    return shown or [tuple(chosen) or (ALL,)]


def _area_choices(base: Answer, *, cube: Cube) -> Choices:
    areas = base.answered.area
    if "area" in base.by:
        return [(code,) for code in areas or _level(base, cube=cube) or (base.measure.whole,)]
    if series_of_areas(base):
        return [(code,) for code in areas]
    return [areas or (base.measure.whole,)]


def _level(base: Answer, *, cube: Cube) -> Sequence[str]:
    """Return the areas of the level that a map of the answer shows."""
    level = level_of(base.asked.area, base.measure)
    if level == "district":
        return [code for code in cube.axes["area"] if AREAS[code].type == "district"]
    return MET_BOROUGHS if level == "london_borough" else FORCES


def level_of(areas: Sequence[str], measure: Measure) -> str:
    """Return the level of the map: ``police_force``, ``district`` or ``london_borough``."""
    if measure.level == "london_borough":
        return "london_borough"
    return "district" if any(AREAS[code].type == "district" for code in areas) else "police_force"
