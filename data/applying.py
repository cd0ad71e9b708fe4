"""A selection as one measure can answer it, with a note for everything that it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from data.answers import AXES, MAX_SERIES, Answer, Figure, Note
from data.areas import inside
from data.choices import held, series_of_areas
from data.counts import COUNT_BY_ID
from data.cube import Cube
from data.frame import area_label, listed
from data.measures import Measure
from data.model import ALL, CATEGORY, DIMENSIONS
from data.selection import Selection


MOST_APART = 14
"""Categories that stand for themselves and are drawn side by side at once."""


def apply(base: Answer, *, cube: Figure) -> Answer:
    """Return the answer with the selection that its measure can answer, and a note for each part that it cannot."""
    for key in AXES[1:]:
        base = _members(base, key=key, cube=cube)
    base = _areas(base, cube=cube)
    if isinstance(cube, Cube) and cube.count.apart:
        base = _few_categories(base, cube=cube) if "category" in base.by else _one_category(base, cube=cube)
    chosen, measure = base.answered, base.measure
    if chosen.compare and (not measure.comparable() or not cube.holds("area", chosen.compare)):
        base = _noted(base, chosen.without("compare"), key="compare", text=_why_no_comparison(measure, chosen.compare))
    elif chosen.compare and chosen.compare == "+".join(chosen.area or (measure.whole,)):
        base = _noted(base, chosen.without("compare"), key="compare",
                      text=f"{area_label(chosen.compare)} is what is shown: there is nothing to compare it with.")
    if chosen.grain and chosen.grain not in measure.grains:
        shown = " or ".join(grain.replace("_", " ") for grain in measure.grains)
        base = _noted(base, base.answered.without("grain"), key="grain",
                      text=f"{measure.label} is published by {shown} only.")
    return base


def widened(key: str, chosen: Sequence[str]) -> tuple[str, ...]:
    """Return one member that holds all the ``chosen``: their group, else the whole (as nothing chosen)."""
    groups = {DIMENSIONS[key].group_of(member) for member in chosen}
    return tuple(groups) if len(groups) == 1 and key != "category" else ()


def _noted(base: Answer, answered: Selection, *, key: str, text: str) -> Answer:
    return replace(base, answered=answered, notes=(*base.notes, Note(key, text)))


def _members(base: Answer, *, key: str, cube: Figure) -> Answer:
    measure, chosen = base.measure, base.answered.get(key)
    if not chosen:
        return base
    label = DIMENSIONS[key].label.lower()
    if key not in measure.dimensions:
        return _noted(base, base.answered.without(key), key=key,
                      text=f"{measure.label} is not collected by {label}; that filter is not applied.")
    known = tuple(member for member in chosen if held(cube, key, member)
                  and (key != "category" or not measure.categories or member in measure.categories))
    if key == "category" and not known:
        return _noted(base, base.answered.without(key), key=key,
                      text=f"{measure.label} has no such {measure.category_label.lower() or 'category'}; "
                           "that filter is not applied.")
    if measure.kind == "gap" and len(known) > 1 and not base.splits(key):
        known = tuple(member for member in known if member != "unknown")
    left = [member for member in chosen if member not in known]
    if known and left:
        base = _noted(base, replace(base.answered, **{key: known}), key=key,
                      text=f"{measure.label} has no figures for {listed(DIMENSIONS[key].labels(left))}; "
                           f"{'these are' if len(left) > 1 else 'this is'} left out.")
    chosen = base.answered.get(key)
    if key == "category" and measure.categories and len(chosen) > 1 and not base.splits(key):
        shown = DIMENSIONS[key].by_id[chosen[0]].label
        return _noted(base, replace(base.answered, category=chosen[:1]), key=key,
                      text=f"One thing may stand under several of these, so they cannot be added; shown for “{shown}”.")
    if key == "category" and COUNT_BY_ID[measure.numerator].apart:
        return base
    if len(chosen) > 1 and key in measure.overlapping and not base.splits(key) and measure.kind != "modelled":
        return _wide(base, key=key, chosen=chosen, cube=cube)
    return base


def _few_categories(base: Answer, *, cube: Cube) -> Answer:
    """Return the answer for as many categories as can be drawn side by side: those that most places have."""
    offered = base.answered.category or [member for member in cube.axes["category"] if member != ALL]
    if len(offered) <= MOST_APART:
        return base
    ranked = sorted(offered, key=lambda member: (*cube.weight(member, areas=cube.axes["area"]), CATEGORY.order[member]))
    shown = tuple(sorted(ranked[:MOST_APART], key=CATEGORY.order.__getitem__))
    text = (f"{MOST_APART} of {len(offered)} are shown, those with the most figures. Choose others under "
            f"“{base.measure.category_label}” to see them.")
    return _noted(base, replace(base.answered, category=shown), key="category", text=text)


def _one_category(base: Answer, *, cube: Cube) -> Answer:
    """Return the answer for one category of those that are never added: the chosen one, else the one most supplied."""
    chosen = base.answered.category
    if len(chosen) == 1:
        return base
    areas = cube.axes["area"] if "area" in base.by else base.answered.area or (base.measure.whole,)
    offered = chosen or [member for member in cube.axes["category"] if member != ALL]
    best = min(offered, key=lambda member: (*cube.weight(member, areas=areas), CATEGORY.order[member]))
    what = base.measure.category_label.lower()
    text = f"Each {what} stands for itself; shown for “{CATEGORY.by_id[best].label}”. Choose another to see it."
    return _noted(base, replace(base.answered, category=(best,)), key="category", text=text)


def _wide(base: Answer, *, key: str, chosen: Sequence[str], cube: Figure) -> Answer:
    dimension = DIMENSIONS[key]
    asked = listed(dimension.labels(chosen))
    wide = widened(key, chosen)
    if wide and key == "age_group" and not cube.holds(key, wide[0]):
        wide = ()
    if wide and key == "age_group":
        text = f"{asked} cannot be added; shown for {dimension.by_id[wide[0]].label} as a whole."
    elif wide:
        text = (f"One appeal may be on several channels, so {asked} cannot be added; shown for "
                f"{dimension.by_id[wide[0]].label} as a whole.")
    else:
        whole = (base.measure.category_label if key == "category" else "") or dimension.label
        text = f"{asked} overlap and cannot be added; shown for every {whole.lower()}. Choose one to see it alone."
    return _noted(base, replace(base.answered, **{key: wide}), key=key, text=text)


def _areas(base: Answer, *, cube: Figure) -> Answer:
    chosen, measure = base.answered.area, base.measure
    known = tuple(code for code in chosen if cube.holds("area", code))
    left = [code for code in chosen if code not in known]
    if left:
        kind = "boroughs of London" if measure.level == "london_borough" else "police forces"
        have = f"was not asked in {_places(left)}" if measure.kind == "survey" else f"has figures for {kind}, not for {_places(left)}"
        base = _noted(base, replace(base.answered, area=known), key="area",
                      text=f"{measure.label} {have}; {'these are' if len(left) > 1 else 'this is'} left out.")
    if "area" in base.by or len(known) < 2:
        return base
    if series_of_areas(base):
        if len(known) > MAX_SERIES:
            base = _noted(base, replace(base.answered, area=known[:MAX_SERIES]), key="area",
                          text=f"At most {MAX_SERIES} places are drawn at once; {_places(known[MAX_SERIES:])} "
                               f"{'are' if len(known) > MAX_SERIES + 1 else 'is'} left out.")
        return base
    within = [code for code in known if any(inside(code, other) for other in known)]
    if within and cube.count.addition["area"] == "additive":
        apart = tuple(code for code in known if code not in within)
        base = _noted(base, replace(base.answered, area=apart), key="area",
                      text=f"{_places(within)} {'lie' if len(within) > 1 else 'lies'} within {_places(apart)} "
                           "and would be counted twice; counted once.")
    return base


def _places(codes: Sequence[str]) -> str:
    if len(codes) > 3:
        return f"{', '.join(area_label(code) for code in codes[:3])} and others"
    return area_label("+".join(codes))


def _why_no_comparison(measure: Measure, code: str) -> str:
    if not measure.comparable():
        return "Numbers of places of different size are not compared; choose a rate or a share."
    return f"{measure.label} has no figures for {area_label(code)} to compare with."


def compared(base: Answer) -> tuple[str, ...]:
    """Return the channels of the line that a place compared with is drawn as: the chosen ones together."""
    chosen = base.answered.channel
    if len(chosen) > 1 and "channel" in base.measure.overlapping:
        chosen = widened("channel", chosen)
    return chosen or (ALL,)
