"""The sentences: what is shown, where, when, and what the main numbers are.

Every sentence is made from the same answer as its figure. Comparing words come from ``vocabulary`` alone,
which takes an interval or a control chart for each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from statistics import median, quantiles

from data.answers import DIMENSION_OF
from data.frame import Row, area_label, member_label, row_label
from data.measures import UNIT_LABELS, Measure
from data.model import ALL, DIMENSIONS, MARKS
from data.periods import Window, window_label
from data.query import Answer, level_of
from data.selection import Selection
from data.summary import Change, Coverage
from layouts.events import events_of
from layouts.numbers import bounded, gap, lacking, number, rests_on_protected, shown, told_apart
from layouts.vocabulary import Evidence, amount, signed
from layouts.vocabulary import change as changed

MAX_NAMED = 4
WHOLES = {"crime_type": "All crime types"}
"""What stands for a whole beside its parts."""


def joined(names: Sequence[str]) -> str:
    """Return names as a reader says them: ``X, Y and Z``; long lists are cut with their number."""
    if len(names) > MAX_NAMED:
        return f"{', '.join(names[: MAX_NAMED - 1])} and {len(names) - MAX_NAMED + 1} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def initial(text: str) -> str:
    """Return a sentence with a capital first letter."""
    return text[:1].upper() + text[1:]


def as_sentence(text: str) -> str:
    """Return text with a capital and a full stop."""
    return f"{initial(text)}{'' if text.endswith('.') else '.'}"


def places(answer: Answer) -> str:
    """Return the places that an answer is about."""
    codes = answer.answered.area or (answer.measure.whole,)
    return joined([area_label(code) for code in codes])


_USUAL = ("After ", "At all", "Not ", "Outcome ", "The ", "Waited ", "With")
"""How labels of categories begin that are no names."""


def _within(label: str) -> str:
    """Return a label as it stands in the middle of a sentence: what begins with a usual word has no capital there."""
    return label[:1].lower() + label[1:] if label.startswith(_USUAL) else label


@lru_cache(maxsize=1024)
def members(selection: Selection) -> tuple[str, ...]:
    """Return the chosen members of every dimension, each as words: most charts of a page have the same."""
    words: list[str] = []
    for key in DIMENSIONS:
        chosen = selection.get(key)
        if chosen:
            names = [_within(member_label(key, member)) if key == "category" else member_label(key, member) for member in chosen]
            words.append(f"ages {joined([name.lower() for name in names])}" if key == "age_group" else joined(names))
    return tuple(words)


def subject(answer: Answer) -> str:
    """Return what is shown, where, for whom and when: the subtitle of a card, the head of a sentence.

    A category that stands for the measure where none is chosen is named like a chosen one.
    """
    return answer.once("subject", lambda: _subject(answer))


def _subject(answer: Answer) -> str:
    named = "area" not in answer.by and not answer.reason
    where = f"{answer.label} in {places(answer)}" if named else answer.label
    where += f" beside {answer.across.phrase}" if answer.across else ""
    when = window_label(_shown_period(answer)) if answer.period else ""
    category = answer.measure.category if not (answer.answered.category or answer.splits("category")) else ""
    stands = replace(answer.answered, category=(category,)) if category else answer.answered
    return ", ".join([where, *members(stands), *([when] if when else [])])


def _shown_period(answer: Answer) -> Window:
    """Return the months that an answer shows: of periods set apart, from the first to the last."""
    survey = answer.measure.kind == "survey"
    rows = [row for row in answer.frame.of("main") if not survey or row.value is not None]
    rows = rows if survey or "period" in answer.by else []
    assert answer.period is not None
    return (min(row.start for row in rows), max(row.end for row in rows)) if rows else answer.period


def subtitle(answer: Answer) -> str:
    """Return measure, place, period and unit of a card."""
    unit = "" if answer.measure.unit == "count" else f" ({UNIT_LABELS[answer.measure.unit]})"
    return f"{subject(answer)}{unit}"


def status_sentence(total: Answer) -> str:
    """Return the sentence under the page's title: what is shown now, and its one value."""
    if total.reason:
        return f"{total.label}. {total.reason}"
    return f"{subject(total)}: {shown(total.frame.rows[0])}."


def evidence_of(change: Change, *, measure: Measure) -> Evidence | None:
    """Return what supports a word about a change: the interval of the difference, or nothing."""
    if change.difference is None or change.later is None:
        return None
    value, lower, upper = change.difference
    base = change.later.denominator if measure.kind == "ratio" else None
    return Evidence(kind="interval", difference=value, lower=lower, upper=upper, unit=measure.unit, base=base)


def change_words(change: Change, *, measure: Measure) -> tuple[str, str]:
    """Return the change tile: the difference, and what it lies between; or a dash and the reason.

    Where the difference has an interval, and only there, the tile says what it amounts to.
    """
    if change.later is None or change.earlier is None or change.later.value is None or change.earlier.value is None:
        return "\N{EN DASH}", change.reason
    evidence = evidence_of(change, measure=measure)
    after, before = (window_label((row.start, row.end)) for row in (change.later, change.earlier))
    unlike = " Not all of both has come in yet." if "p" in f"{change.later.status} {change.earlier.status}".split() else ""
    later, earlier = told_apart(change.later, change.earlier)
    words = f"{later}, {after}, against {earlier}, {before}.{unlike}"
    verdict = changed(evidence)
    if evidence is None or not verdict:
        difference = change.later.value - change.earlier.value
        base = change.later.denominator if measure.kind == "ratio" else 0 if measure.as_published else None
        return signed(difference, unit=measure.unit, base=base), words
    return amount(evidence), f"{initial(verdict)}: {words}"


def coverage_words(coverage: Coverage | None, *, total: Answer) -> tuple[str, str]:
    """Return the coverage tile: how many places supplied figures, and where some are missing."""
    if coverage is None and total.measure.kind == "survey":
        return "\N{EN DASH}", "Surveys are due from no place: each figure says whom it asked."
    if coverage is None and total.measure.group == "quality":
        return "\N{EN DASH}", "Each field is due from places of its own: the measure of coverage tells how many supplied it."
    if coverage is None:
        return "\N{EN DASH}", "No figures to count."
    level = level_of(total.answered.area, total.measure)
    kind = {"london_borough": "boroughs", "district": "districts"}.get(level, "forces")
    if not coverage.expected:
        return "\N{EN DASH}", "No place collects what is chosen."
    head = f"{coverage.supplying} of {coverage.expected} {kind if coverage.expected != 1 else kind[:-1]}"
    own = f"The figure is {area_label(total.answered.area[0] if total.answered.area else total.measure.whole)}’s own. " if (
        total.measure.kind == "published" and coverage.expected > 1) else ""
    never = f" {coverage.never} other{'s' if coverage.never > 1 else ''} never supplied it." if coverage.never else ""
    if not coverage.gaps:
        return head, own + ("Every place supplied the whole period." if total.measure.trend else
                      "Figures for every place and year; how complete they are is unknown.") + never
    silent = [area_label(code) for code, missing in coverage.gaps if missing == coverage.months]
    partly = [f"{area_label(code)} ({missing} of {coverage.months} months)" for code, missing in coverage.gaps
              if missing != coverage.months]
    said = []
    if partly:
        said.append(f"Months missing: {joined(partly)}.")
    if silent:
        said.append(f"No figures: {joined(silent)}.")
    return head, own + " ".join(said) + never


def card_sentence(answer: Answer) -> str:
    """Return one sentence with the main numbers of a chart, or why it has none."""
    return answer.once("sentence", lambda: _card_sentence(answer))


def _card_sentence(answer: Answer) -> str:
    if answer.reason:
        return answer.reason
    rows = [row for row in answer.frame.of("main") if row.value is not None]
    if not rows:
        return _all_missing(answer)
    if "period" in answer.by:
        return _first_and_last(answer, rows)
    if answer.by == ("area",):
        return _spread(answer, rows)
    return _ends(answer, rows)


def _all_missing(answer: Answer) -> str:
    rows = answer.frame.of("main")
    if len(rows) == 1:
        return f"There is no figure to show: {shown(rows[0])}."
    reasons = list(dict.fromkeys(gap(row.status) for row in rows))
    said = joined([lacking(mark) for mark in reasons if mark in MARKS])
    return f"There is no figure to show: {said}."


def row_name(row: Row, *, by: Sequence[str]) -> str:
    """Return what a row is called within its chart: its members along the breakdowns."""
    names: list[str] = []
    for dimension in by:
        if dimension == "area":
            names.append(area_label(row.area_code))
        elif dimension != "period":
            key = DIMENSION_OF.get(dimension, dimension)
            member = getattr(row, key)
            label = area_label(row.area_code) if member == ALL and key == "channel" else row_label(row, key, whole=WHOLES.get(key, "All"))
            names.append(label.lower() if dimension == "time" else label)
    if "period" in by:
        names.append(window_label((row.start, row.end)))
    return ", ".join(names) or area_label(row.area_code)


def _first_and_last(answer: Answer, rows: Sequence[Row]) -> str:
    """Say the last finished period of each series, and which series have no value there."""
    if answer.measure.kind == "survey" and "category" in answer.by:
        return _each_time(rows)
    done = [row for row in rows if answer.finished is None or row.end <= answer.finished] or rows
    end = max(row.end for row in done)
    last = [row for row in done if row.end == end]
    by = tuple(name for name in answer.by if name != "period")
    if by == ("channel_group",) and not any(row.channel != ALL for row in rows):
        by = ("area",)
    said = joined([f"{row_name(row, by=by)} {shown(row)}" for row in last])
    marked = "".join(f" {event.told}" + ("" if event.told.endswith(".") else ".") for event in events_of(answer))
    return f"{initial(window_label((last[0].start, last[0].end)))}: {said}.{_unsaid(answer, by=by, end=end)}{marked and f' Marked:{marked}'}"


def _unsaid(answer: Answer, *, by: Sequence[str], end: int) -> str:
    """Say which series have no value in the last period that is told of, or that a later one has none at all."""
    rows = [row for row in answer.frame.of("main") if answer.finished is None or row.end <= answer.finished]
    latest = max((row.end for row in rows), default=end)
    lost = [row for row in rows if row.end == latest and row.value is None and row.status != "z"]
    if not lost:
        return ""
    why = joined([lacking(mark) for mark in dict.fromkeys(gap(row.status) for row in lost) if mark in MARKS])
    if latest > end:
        return f" Of {window_label((lost[0].start, lost[0].end))} there is no figure to show: {why}."
    names = [row_name(row, by=by) for row in lost]
    return f" No figure to show of {joined(names) if len(names) <= 3 else f'{len(names)} others'}: {why}."


def _each_time(rows: Sequence[Row]) -> str:
    """Say each answer of a survey every time that it was given; times are set side by side and not compared."""
    said = []
    for category in dict.fromkeys(row.category for row in rows):
        own = [f"{shown(row)} ({window_label((row.start, row.end))})" for row in rows if row.category == category]
        said.append(f"{initial(member_label('category', category))}: {joined(own)}.")
    return " ".join(said)


def _spread(answer: Answer, rows: Sequence[Row]) -> str:
    """Say how widely places differ without ranking them: the middle half and the middle."""
    unit = answer.measure.unit
    base = 0 if answer.measure.as_published else None
    values = [row.value for row in rows if row.value is not None]
    noun = "boroughs" if answer.measure.level == "london_borough" else (
        "districts" if rows[0].area_code[:3] not in ("E23", "W15", "S23", "N23") else "forces")
    chosen = [row for row in rows if row.area_code in answer.asked.area]
    picked = f" {joined([f'{area_label(row.area_code)}: {shown(row)}' for row in chosen])}." if chosen else ""
    if len(values) < 4:
        return joined([f"{area_label(row.area_code)} {shown(row)}" for row in rows]) + "." + picked
    low, _, high = quantiles(values, n=4, method="inclusive")
    written = [number(value, unit=unit, base=base) for value in (low, high, median(values))]
    return (f"Half of the {len(values)} {noun} with figures lie between {written[0]} and {written[1]}; "
            f"the middle one is at {written[2]}.{picked}")


def _ends(answer: Answer, rows: Sequence[Row]) -> str:
    """Say the largest and the smallest of a few members, by name."""
    if len(rows) <= MAX_NAMED:
        first, *others = (f"{row_name(row, by=answer.by)} {shown(row)}" for row in rows)
        return joined([first, *(_within(other) for other in others)]) + "."
    if answer.measure.kind == "survey" and answer.by == ("category",):
        return f"{len(rows)} answers, each to a question of its own; the notes say what was asked."
    ordered = sorted(rows, key=lambda row: row.value or 0)
    return (f"The values run from {shown(ordered[0])} ({row_name(ordered[0], by=answer.by)}) to "
            f"{shown(ordered[-1])} ({row_name(ordered[-1], by=answer.by)}).")


def asked(answer: Answer) -> list[str]:
    """Return what was asked for each figure of a survey, which a table says as well; nothing for other measures."""
    return [note.text for note in answer.notes if note.field == "category"] if answer.measure.kind == "survey" else []


INTERVAL = "(a to b): the 95% interval of the value."
MODELLED = ("(a to b): the least and the most that the channels can reach, however far their users are the same people; before it, what "
            "holds if being on one says nothing of being on another.")
ABOUT = "About: changed a little at random to protect persons."


def marks_explained(answer: Answer) -> list[str]:
    """Return an explanation of each mark, of intervals and of protected counts, where they stand in a chart."""
    return answer.once("marks", lambda: _marks_explained(answer))


def _marks_explained(answer: Answer) -> list[str]:
    found = dict.fromkeys(mark for status in dict.fromkeys(row.status for row in answer.frame)
                          for mark in status.split() if mark in MARKS)
    told = [f"[{mark}] {MARKS[mark][0]}: {MARKS[mark][1]}" for mark in found]
    measure = answer.measure
    if measure.unit == "count" and any(row.value is not None and rests_on_protected(row, measure)
                                       for row in answer.frame.of("main")):
        told.append(ABOUT)
    if any(bounded(row) for row in answer.frame):
        told.append(MODELLED if measure.kind == "modelled" else INTERVAL)
    return told

