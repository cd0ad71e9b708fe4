"""A measure, a breakdown and a selection in; a frame with values, marks and reasons out.

What was asked and what was answered are kept apart: a filter that a measure does not have, or a
choice that no table holds, is not silently dropped but said (``notes``), and where there is nothing
to show the answer says why (``reason``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import prod

from data import modelled
from data.answers import AXES, BREAKDOWNS, DIMENSION_OF, MAX_SERIES, Answer, Choices, Figure, Figures, Note
from data.applying import apply, compared
from data.arithmetic import beside_rows, noise_in, rows_of
from data.choices import choices_of, held, level_of
from data.counts_of_persons import USEFUL_LIMITS
from data.cube import Cube
from data.disclosure.supply import finished
from data.errors import SelectionError
from data.frame import Frame, Row, area_label, listed, member_label
from data.holding import hold
from data.measures import DEFAULT_MEASURE, MEASURE_BY_ID, Measure
from data.model import ALL, DIMENSIONS, month_index
from data.periods import Window, grains, span_of, whole, window_label
from data.selection import Selection
from data.surveyed import notes_of
from data.tableset import TableSet
from data.unknowns import mostly_unknown
from data.waiting import curves

_STEPS: Mapping[int, str] = {3: "quarter", 12: "calendar year"}

__all__ = ["AXES", "BREAKDOWNS", "MAX_SERIES", "Answer", "Figures", "Note", "answer", "level_of", "values"]


def answer(
    release: Figures, selection: Selection, *, by: tuple[str, ...], measure: str = "",
    ignores: tuple[str, ...] = (), beside: str = "", most: int = 0,
) -> Answer:
    """Answer one question of a chart.

    ``by`` names the breakdowns (of ``BREAKDOWNS``; none for one total); ``measure`` overrides the
    selection's; ``ignores`` the filters that the chart leaves out; ``beside`` a second measure shown
    with the first. Never raises for a choice without figures: ``reason`` says why there are none. Raises
    ``SelectionError`` where the answer would have more than ``most`` rows; 0 is any number.
    """
    asked = selection.without(*ignores)
    about = MEASURE_BY_ID[measure or selection.measure or DEFAULT_MEASURE]
    cube = release.cube(about.numerator)
    if cube is None or any(release.cube(count) is None for count in about.counts):
        return Answer(measure=about, asked=asked, answered=asked, by=by, origin=release.origin(about),
                      reason=no_figures(about))
    placed = replace(asked, area=_placed(selection, cube=cube)) if "area" in ignores and selection.area else asked
    span = span_of(cube, from_=selection.from_, to=selection.to)
    base = apply(Answer(measure=about, asked=asked, answered=asked, by=by, origin=release.origin(about), span=span), cube=cube)
    if about.follow_up or about.group == "quality":
        shown = base.answered.category or (about.categories if "category" in by else ())
        base = replace(base, finished=followed_to(cube, about, categories=shown), origin=release.origin(about, fields=shown))
    if placed is not asked:
        base = replace(base, asked=placed)
    if selection.origin == "published" and base.origin == "illustrative":
        return replace(base, reason=f"{about.label} has illustrative figures only in this release, and only "
                                    "published figures are asked for.")
    if span.asked is None:
        return replace(base, reason=f"The chosen period has no figures: they run from "
                                    f"{window_label((span.first, span.last))}.")
    months = span.asked
    if isinstance(cube, TableSet):
        base, table = hold(cube, base, asked=months)
        if table is None:
            return replace(base, reason=_lacking(base, cube) or _not_published(base, told=_told_wider(base, release.cube(about.numerator))))
        cube = table
    if asked.area and not base.answered.area:
        why = next(note.text for note in base.notes if note.field == "area")
        return replace(base, reason=f"{why.partition(';')[0].rstrip('.')}. Choose a place that has figures.")
    return _filled(release, base, cube=cube, asked=months, beside=beside, most=most)


def no_figures(measure: Measure) -> str:
    """Say that a release holds no figures of a measure, and why where that is known."""
    why = f": there is {measure.absent}" if measure.absent else ""
    return f"This release holds no figures for {measure.label.lower()}{why}."


def followed_to(cube: Figure, measure: Measure, *, categories: Sequence[str] = ()) -> int | None:
    """Return the last month whose appeals were followed as long as a measure asks for, ``None`` where it follows none.

    ``categories``: those that are shown, of which some may ask for more time.
    """
    if not measure.follow_up or not isinstance(cube, TableSet):
        return None
    return finished(cutoff=cube.cutoff, follow_up=measure.followed(categories))


def _lacking(base: Answer, tables: TableSet) -> str:
    """Return that a count has nothing of any chosen member of a dimension, as nobody sees an appeal on the telephone."""
    for key in DIMENSIONS:
        chosen = base.asked.get(key)
        if chosen and key in base.measure.dimensions and not any(held(tables, key, member) for member in chosen):
            return f"{base.measure.label} has no figures for {' and '.join(DIMENSIONS[key].labels(chosen))}. Choose others."
    return ""


def _told_wider(base: Answer, tables: Figure | None) -> bool:
    """Whether a count is published by the breakdown for the country, which no table of the chosen places has."""
    keys = {DIMENSION_OF.get(name, name) for name in base.by} - {"area", "period", "category"}
    return isinstance(tables, TableSet) and bool(base.asked.area) and "area" not in base.by and any(
        name.startswith("country") and keys <= set(cube.axes) for name, cube in tables.tables.items())


def _not_published(base: Answer, *, told: bool) -> str:
    """Say that no table of a protected count has the breakdown, and whether the country's have it (``told``)."""
    names = [DIMENSIONS[DIMENSION_OF.get(name, name)].label.lower()
             for name in base.by if name not in ("area", "period", "time")]
    where = " for districts" if level_of(base.asked.area, base.measure) == "district" else " for single forces" if told else ""
    by = f" by {' and '.join(names)}" if names else ""
    wider = f" It is for {area_label(base.measure.whole)} as a whole." if told else ""
    return f"To protect the people counted, {base.measure.label} is not published{by}{where}.{wider}"


def _placed(selection: Selection, *, cube: Figure) -> tuple[str, ...]:
    """Return the chosen places that a map of all places outlines: they tell its level as well."""
    return tuple(code for code in selection.area if cube.holds("area", code))


def _filled(release: Figures, base: Answer, *, cube: Cube, asked: Window, beside: str, most: int) -> Answer:
    measure = base.measure
    choices = {
        name: choices_of(name, base, cube=cube, overlapping=name in measure.overlapping) for name in AXES
    }
    people = release.cube(measure.denominator) if measure.kind == "modelled" else None
    if people is not None:
        base, choices = _modelled(base, choices, cube=cube, residents=people)
    reason = _unanswerable(base, choices=choices, cube=cube)
    if reason:
        return replace(base, reason=reason)
    _few_enough(base, choices=choices, periods=asked[1] - asked[0] + 1 if "period" in base.by else 1, most=most)
    asked = _due(release, base, choices=choices, asked=asked)
    done = asked if base.finished is None else (asked[0], min(asked[1], base.finished))
    total = whole(cube, done) if done[0] <= done[1] else None
    if total is None and done != asked and whole(cube, asked) is not None:
        return replace(base, reason=f"Appeals are followed for {measure.followed(base.answered.category)} days, and those of the "
                                    "chosen months are too young. Choose earlier months.")
    if total is None:
        return replace(base, reason=f"No whole {_STEPS.get(cube.step, 'period')} of these figures lies within the chosen months.")
    if unknown := mostly_unknown(release, base, window=total):
        return replace(base, reason=unknown)
    windows, grain = [total], ""
    rows: list[Row] = []
    if "period" in base.by:
        windows, grain, rows = _windows(release, base, cube=cube, asked=asked, choices=choices)
        if windows and grain != base.answered.grain and measure.protected:
            base = replace(base, notes=(*base.notes, *_coarser(base, cube=cube, asked=asked, grain=grain)))
        if not windows:
            return replace(base, reason=f"No whole {grain.replace('rolling_year', 'twelve months')} lies within the "
                                        "chosen period.")
    made = curves if "time" in base.by else rows_of
    rows = rows or made(release, measure, choices, windows, role="main")
    if measure.protected and windows[1:]:
        base = replace(base, notes=(*base.notes, *_too_small(rows)))
    if measure.group == "quality" and "period" in base.by:  # other fields may have begun years before
        rows = [row for row in rows if row.status != "z"] or rows
    if base.answered.compare and "area" not in base.by:
        against = {**choices, "area": [(base.answered.compare,)]}
        if "channel" not in base.by and "time" not in base.by:
            against["channel"] = [compared(base)]
        rows += made(release, measure, against, windows, role="compare")
    if beside and measure.kind != "survey":
        rows += beside_rows(release, MEASURE_BY_ID[beside], choices, windows[-1:])
    if measure.kind == "survey":
        since = month_index(base.asked.from_) if base.asked.from_ else 0
        rows = [row for row in rows if row.value is None or row.start >= since]
        if not rows:
            return replace(base, reason="Nothing of this was asked within the chosen months and places.")
        together = "category" in base.by and len(base.by) > 1
        told = (*notes_of(release, rows, together=together), *(measure.limits[:1] if together else ()))
        base = replace(base, notes=(*base.notes, *(Note("category", text) for text in told)))
    noisy = partial(noise_in, release, measure, choices, windows) if measure.protected and base.by == ("area",) else None
    events = tuple(each for each in release.annotations if each.area_code in base.answered.area) if "period" in base.by else ()
    return replace(base, frame=Frame(tuple(rows)), period=total, grain=grain, noisy=noisy, annotations=events)


def _due(release: Figures, base: Answer, *, choices: Mapping[str, Choices], asked: Window) -> Window:
    """Return those of the months asked for in which the one field that is shown was due: others may have begun years before."""
    measure, shown = base.measure, choices["category"]
    cube = release.cube(measure.denominator) if measure.group == "quality" and len(shown) == 1 else None
    if not isinstance(cube, Cube) or not cube.holds("category", shown[0][0]):
        return asked
    read = cube.read({"area": [base.answered.area or (measure.whole,)], "category": shown},
                     windows=[(month, month) for month in range(asked[0], asked[1] + 1)])
    months = [asked[0] + place for place in read.value.ravel().nonzero()[0].tolist()]
    return (months[0], months[-1]) if months else asked


def _modelled(
    base: Answer, choices: Mapping[str, Choices], *, cube: Cube, residents: Figure
) -> tuple[Answer, dict[str, Choices]]:
    """Return what a model is asked: all ages of the residents where none is chosen, and a note of the channels that it leaves out."""
    if "age_group" in base.by and not base.answered.age_group:
        choices = {**choices, "age_group": modelled.bands(cube, residents=residents)}
    absent = modelled.left_out_of(base.answered.channel, cube)
    used = tuple(modelled.channels_of(base.answered.channel or (ALL,), cube))
    names = DIMENSIONS["channel"].labels(absent if base.answered.channel else ())
    text = (f"No reach by age is published of {listed(names)}: left out." if names else
            "Channels of which no reach by age is published are left out.")
    if absent:
        base = replace(base, notes=(*base.notes, Note("channel", text)))
    if used and not base.splits("channel"):
        base, choices = replace(base, answered=replace(base.answered, channel=used)), {**choices, "channel": [used]}
    if not base.splits("age_group") and not base.answered.age_group:
        ages = tuple(modelled.apart(cube))
        base, choices = replace(base, answered=replace(base.answered, age_group=ages)), {**choices, "age_group": [ages]}
    return base, dict(choices)


def _few_enough(base: Answer, *, choices: Mapping[str, Choices], periods: int, most: int) -> None:
    """Refuse a breakdown of more rows than ``most``; periods are taken for months. Raises ``SelectionError``."""
    rows = prod(len(choices[name]) for name in AXES) * periods
    if most and rows > most:
        raise SelectionError(f"By {' and '.join(base.by)} this would be {rows:,} figures; at most {most:,} are answered at once. "
                             "Choose fewer members or months, or leave out a breakdown.", field="by")


def _unanswerable(base: Answer, *, choices: Mapping[str, Choices], cube: Cube) -> str:
    """Return why a measure cannot answer a breakdown, or empty where it can."""
    measure = base.measure
    for name in base.by:
        key = DIMENSION_OF.get(name, name)
        optional = name == "channel_group" and "period" in base.by
        if key in DIMENSIONS and key not in measure.dimensions and not optional:
            return f"{measure.label} is not collected by {DIMENSIONS[key].label.lower()}."
    if "time" in base.by and not all(cube.holds("category", limit) for limit in USEFUL_LIMITS):
        return f"{measure.label} is not followed by limits of time."
    if measure.kind == "gap" and "age_group" not in base.by and not base.answered.age_group:
        return "Over all ages the gap is nothing by definition: choose an age group."
    if measure.kind == "survey" and not base.splits("age_group") and not base.answered.age_group and not _any_age(base, cube):
        return "These figures were published for single age groups alone: choose one."
    if measure.kind == "survey" and "area" in base.by and not any(cube.holds("area", code) for code, in choices["area"]):
        return f"No figures of single places: these were asked in {area_label(measure.whole)} as a whole."
    if measure.kind == "modelled" and not base.splits("channel") and not modelled.channels_of(base.answered.channel or (ALL,), cube):
        known = listed(DIMENSIONS["channel"].labels(modelled.channels_of((ALL,), cube)), last="or")
        return f"No reach by age is published of the chosen channels: choose {known}."
    if measure.not_whole and not base.splits("channel") and not base.answered.channel:
        return measure.not_whole
    if cube.count.addition["area"] == "none" and any(len(choice) > 1 for choice in choices["area"]):
        return "Percentages of several places cannot be added: choose one place."
    return ""


def _any_age(base: Answer, cube: Cube) -> bool:
    """Whether a survey has a figure for all ages together, of the question that is shown."""
    if not cube.holds("age_group", ALL):
        return False
    shown = {"area": [base.answered.area or (base.measure.whole,)], "category": [(name,) for name in base.answered.category or
             cube.axes["category"]]}
    return "area" in base.by or bool(cube.read(shown, windows=[(cube.first, cube.last)]).supplied.any())


def _windows(
    release: Figures, base: Answer, *, cube: Cube, asked: Window, choices: Mapping[str, Choices]
) -> tuple[list[Window], str, list[Row]]:
    """Return the windows of the reader's grain, else of the finest at which few enough values are too small.

    Where there is none such it is the coarsest that has a whole period within the months asked for.
    The rows come with the windows where they had to be made to tell.
    """
    measure = base.measure
    if base.answered.grain:
        return grains(cube, asked, grain=base.answered.grain), base.answered.grain, []  # type: ignore[arg-type]
    steps = [grain for grain in measure.grains if grain != "rolling_year"] or list(measure.grains)
    found: tuple[list[Window], str, list[Row]] = ([], steps[0], [])
    for grain in steps:
        windows = grains(cube, asked, grain=grain)
        if not windows:
            continue
        tells = measure.minimum_base or measure.protected
        rows = rows_of(release, measure, choices, windows, role="main") if tells else []
        found = windows, grain, rows
        if _fits(rows):
            break
    return found


def _fits(rows: Sequence[Row]) -> bool:
    """Whether under a fifth of the values are too small to show.

    Lines of which most values are too small do not count, unless they are more than half of the lines:
    a channel that hardly anybody uses would else have every trend shown by year.
    """
    lines = _lines(rows)
    shown = [line for line in lines.values() if 2 * sum(line) < len(line)]
    return 2 * len(shown) >= len(lines) and 5 * sum(map(sum, shown)) < max(sum(map(len, shown)), 1)


def _lines(rows: Sequence[Row]) -> dict[tuple[object, ...], list[bool]]:
    """Return for each line of a trend which of its values are too small to show."""
    lines: dict[tuple[object, ...], list[bool]] = {}
    for row in rows:
        if row.status not in ("x", "z"):
            lines.setdefault(row[:6], []).append(row.status != "ok" and "c" in row.status.split())
    return lines


def _too_small(rows: Sequence[Row]) -> tuple[Note, ...]:
    """Name the channels of which most values are too small to show: a picture draws little or nothing of them."""
    small = [str(line[2]) for line, flags in _lines(rows).items() if line[2] != ALL and 2 * sum(flags) >= len(flags)]
    named = ", ".join(member_label("channel", member).lower() for member in small)
    return (Note("channel", f"Too small to show in most periods: {named}."),) if small else ()


def _coarser(base: Answer, *, cube: Cube, asked: Window, grain: str) -> tuple[Note, ...]:
    """Say why periods are longer than the shortest that were asked about."""
    steps = [step for step in base.measure.grains if step != "rolling_year"]
    finer = [step for step in steps[: steps.index(grain)] if grains(cube, asked, grain=step)]  # type: ignore[arg-type]
    if not finer:
        return ()
    return (Note("grain", f"Shown by {grain}: by {finer[-1]} too many of the values are too small to show."),)


def values(release: Figures, about: Answer, *, windows: Sequence[Window]) -> list[Row]:
    """Return the one total of an answered question for each of several windows."""
    choices: dict[str, Choices] = {name: [about.answered.get(name) or (ALL,)] for name in AXES}
    choices["area"] = [about.answered.area or (about.measure.whole,)]
    if about.measure.category and not about.answered.category:
        choices["category"] = [(about.measure.category,)]
    return rows_of(release, about.measure, choices, windows, role="main")
