"""Claims: a number that somebody gave for a measure, judged by the figure that is published of it.

The verdict follows from the published figure and the claimed number alone, so that it tells nothing that the figure does not:
of a figure too small to show no claim is judged, whatever it says. Rules:

* *supported* where the claimed number is the published figure, rounded as the claim is (``published figure``), or else lies
  within its 95% interval, or at an end of it as that is shown (``within uncertainty``);
* *outdated* where it was so in an earlier release that is still held, and is not now;
* *not supported* where neither holds;
* *cannot be judged* where there is no figure of what is claimed, where it is too small to show, or where it is illustrative.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from data.answers import AXES, Answer
from data.errors import HueError, SelectionError
from data.export import records
from data.frame import Row
from data.measures import DEFAULT_MEASURE, MEASURE_BY_ID, Measure
from data.model import month_index
from data.periods import window_label
from data.precision import places_of
from data.query import answer
from data.release import Release
from data.remarks import Correction
from data.selection import Selection, read

Verdict = Literal["supported", "outdated", "not supported", "cannot be judged"]
Grade = Literal["", "published figure", "within uncertainty"]

VALUE = "value"
KEYS = ("measure", "area", "channel", "age_group", "crime_type", "category", "from", "to", "release")
EARLIER = 12
"""Earlier releases that a claim is held against at most, the latest first."""
LONGEST = 40
_LARGEST = 1e15
_TIMES: Mapping[str, float] = {"": 1, "k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_PERCENT = ("%", "per cent", "percent")
_POINTS = ("percentage points", "percentage point", "points", "point")
_SECONDS = ("seconds", "second")
_NUMBER = re.compile(
    r"(?P<sign>[+\-\N{MINUS SIGN}]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<part>[0-9]+))?\s*"
    r"(?P<times>k|thousand|million|m|billion|bn)?\s*(?P<unit>%|per cent|percent|percentage points?|points?|seconds?)?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Number:
    """A claimed number: its value, and how far from it a figure may lie that it is a rounding of."""

    text: str
    value: float
    half: float

    @property
    def share(self) -> bool:
        """Whether it may be meant as a part of one: a bare number between -1 and 1, with decimals."""
        return 0 < abs(self.value) < 1 and self.text[-1].isdigit()

    def rounds(self, figure: float) -> bool:
        """Whether a figure, rounded as the claim is, is the claimed number."""
        return abs(figure - self.value) <= self.half * (1 + 1e-9)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A measure of a place and a period, and the number that is claimed for it."""

    selection: Selection
    number: Number

    @property
    def measure(self) -> Measure:
        """What the claim is about."""
        return MEASURE_BY_ID[self.selection.measure or DEFAULT_MEASURE]


@dataclass(frozen=True, kw_only=True)
class Basis:
    """The published figure that a claim is judged by, or why none can."""

    release: Release
    answer: Answer
    row: Row | None
    record: Mapping[str, Any]
    """The figure as files give it, empty where there is none."""
    lacks: str
    """Why it cannot judge any claim, empty where it can."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What becomes of a claim: the verdict, how it is supported, the figure, and the earlier one where the claim is outdated."""

    claim: Claim
    verdict: Verdict
    grade: Grade
    figure: Basis
    earlier: Basis | None = None
    corrections: tuple[Correction, ...] = ()
    """Published corrections of that measure in those places."""


def read_number(text: str, *, measure: Measure) -> Number:
    """Return a claimed number. Raises ``SelectionError`` where it is none, or in another unit than the measure's.

    A whole number that ends in noughts may be rounded to them, but for its first two digits: 2,400 stands for 2,350 to 2,450.
    A percentage never is: 100% stands for 99.5% and more.
    """
    found = _NUMBER.fullmatch(text.strip())
    if len(text) > LONGEST or found is None:
        raise SelectionError(f"“{text[:LONGEST]}” is no number. Write it like 53%, 2,400 or 1.2 million.", field=VALUE, value=text[:LONGEST])
    unit = (found["unit"] or "").lower()
    if any(unit in words and measure.unit != meant for words, meant in ((_PERCENT, "percent"), (_POINTS, "points"), (_SECONDS, "seconds"))):
        raise SelectionError(f"{measure.label} is not given in {found['unit']}.", field=VALUE, value=text)
    whole, part, times = found["whole"].replace(",", ""), found["part"] or "", _TIMES[(found["times"] or "").lower()]
    value = float(f"{whole}.{part or 0}") * times * (-1 if found["sign"] in ("-", "\N{MINUS SIGN}") else 1)
    if abs(value) > _LARGEST:
        raise SelectionError("That number is larger than anything that is counted here.", field=VALUE, value=text)
    noughts = 0 if part or measure.unit in ("percent", "points") else min(len(whole) - len(whole.rstrip("0")), max(len(whole) - 2, 0))
    return Number(text=text.strip(), value=value, half=times * 10.0 ** (noughts - len(part)) / 2)


def read_claim(query: Mapping[str, Sequence[str]]) -> Claim:
    """Return the claim that an address makes. Raises ``SelectionError`` with the field at fault."""
    for key in query:
        if key not in (*KEYS, VALUE):
            raise SelectionError(f"There is no field called “{key[:60]}” here. The fields are {', '.join((*KEYS, VALUE))}.", field=key[:60])
    if not any(query.get("measure", ())):
        raise SelectionError("Say what the claim is about: choose a measure.", field="measure")
    selection = read(query, extra=(VALUE,))
    given = [text for text in query.get(VALUE, ()) if text.strip()]
    if not given:
        raise SelectionError("Give the number that is claimed.", field=VALUE)
    if len(given) > 1:
        raise SelectionError("“value” can be given once only.", field=VALUE)
    measure = MEASURE_BY_ID[selection.measure or DEFAULT_MEASURE]
    if measure.category and not selection.category:
        selection = replace(selection, category=(measure.category,))
    return Claim(selection=selection, number=read_number(given[0], measure=measure))


def judge(release: Release, claim: Claim) -> Judgement:
    """Return what the figures of a release say of a claim."""
    figure = figure_of(release, claim.selection)
    if figure.lacks or figure.row is None:
        return Judgement(claim=claim, verdict="cannot be judged", grade="", figure=figure)
    grade = grade_of(figure.row, claim.number)
    if grade:
        return Judgement(claim=claim, verdict="supported", grade=grade, figure=figure)
    earlier = _earlier(release, claim)
    told = tuple(each for each in release.corrections if each.measure == claim.measure.id
                 and each.area_code in (figure.answer.answered.area or (claim.measure.whole,)))
    return Judgement(claim=claim, verdict="outdated" if earlier else "not supported", grade="", figure=figure, earlier=earlier,
                     corrections=told if earlier else ())


def grade_of(row: Row, number: Number) -> Grade:
    """Return how a figure supports a number: made of what is published of it, its value and its interval, alone."""
    if row.value is None:
        return ""
    if number.rounds(row.value):
        return "published figure"
    if row.lower is None or row.upper is None:
        return ""
    measure = MEASURE_BY_ID[row.measure]
    lower, upper = (round(end, places_of(row, unit=measure.unit, published=measure.as_published)) for end in (row.lower, row.upper))
    return "within uncertainty" if min(row.lower, lower) <= number.value <= max(row.upper, upper) else ""


def figure_of(release: Release, selection: Selection) -> Basis:
    """Return the one figure of a selection, with why it cannot judge a claim about exactly that."""
    found = answer(release, selection, by=())
    row = found.frame.rows[0] if found.frame.rows else None
    record: Mapping[str, Any] = records(found, release=release)[0] if row is not None else {}
    if found.reason or row is None:
        lacks = found.reason
    elif "illustrative" in (found.origin, record["origin"]):
        lacks = "The figures are illustrative, and illustrative figures support nothing."
    elif other := _other(found, row):
        lacks = other
    else:
        lacks = "" if row.value is not None else _UNSHOWN["c" if "c" in row.status.split() else "x"]
    return Basis(release=release, answer=found, row=row, record=record, lacks=lacks)


_UNSHOWN = {"c": "The figure is too small to show, and no claim about it is judged: an answer would tell more than is published.",
            "x": "There is no figure of this: it was not supplied or is not collected."}


def _other(found: Answer, row: Row) -> str:
    """Return why a figure is not that of what was asked: wider members, fewer places, another period; empty where it is."""
    for key in AXES:
        if found.asked.get(key) != found.answered.get(key):
            return " ".join([note.text for note in found.notes if note.field == key] or ["The figures answer something wider."])
    asked = [month_index(month) if month else end for month, end in ((found.asked.from_, row.start), (found.asked.to, row.end))]
    if asked != [row.start, row.end]:
        return f"There is no figure of {window_label((asked[0], asked[1]))} as a whole: the nearest one is of {window_label((row.start, row.end))}."
    return ""


def _earlier(release: Release, claim: Claim) -> Basis | None:
    """Return the figure of the latest earlier release by which a claim held, ``None`` where it never did."""
    store = release.store
    names = [name for name in store.ids() if name != release.id and not store.withdrawal(name)]
    for name in names[:EARLIER]:
        try:
            older = store.glance(name)
        except HueError:
            continue
        if older.published > release.published:
            continue
        figure = figure_of(older, claim.selection)
        if not figure.lacks and figure.row is not None and grade_of(figure.row, claim.number):
            return figure
    return None
