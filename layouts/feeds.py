"""What feeds say: what changed with each release, in all or in one place, corrections, and the signals of the KPIs of a place.

Illustrative figures are in no feed. An entry keeps its key as long as it is about the same thing, so that a reader's
program knows it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.area_profile import of_measure
from data.areas import full_name
from data.changes import history
from data.controls import Signal, signals
from data.frame import Row, area_label, run_label
from data.kpis import KPIS, Kpi, kpis_of
from data.measures import MEASURE_BY_ID
from data.periods import day_words, last_day, period_words, window_label
from data.release import Release
from data.selection import Selection
from data.statistics.control import RULES, variation_of
from layouts import vocabulary
from layouts.changed import PATH, PROTECTED, of_place, told_at, totals
from layouts.charts import PERFORMANCE
from layouts.kpis import feed_address, target_words
from layouts.numbers import shown
from layouts.pages.area import address
from layouts.pages.corrections import PATH as CORRECTIONS
from layouts.shell import NAME
from layouts.words import initial, joined

NO_ILLUSTRATIVE = "Illustrative figures are never in this feed."


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that happened: ``key`` tells it from all others for ever, ``updated`` is a time (RFC 3339)."""

    key: str
    title: str
    updated: str
    address: str
    lines: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A list of entries, the newest first, with its own address and that of the page that it belongs to."""

    title: str
    subtitle: str
    address: str
    page: str
    updated: str
    entries: Sequence[Entry]


def area_feed_address(code: str) -> str:
    """Return the address of the feed of one place."""
    return f"{address(code)}/changes.atom"


def of_releases(release: Release) -> Feed:
    """Return what changed with each release, the newest first."""
    entries = [Entry(key=f"release/{told.release}", title=f"Release of {day_words(told.created[:10])}", updated=told.created,
                     address=told_at(told.release), lines=totals(told.changes.without_illustrative())) for told in history(release)]
    return Feed(title=f"{NAME}: what changed", subtitle=f"What each release changed of the one before it. {NO_ILLUSTRATIVE} {PROTECTED}",
                address=f"{PATH}.atom", page=PATH, updated=release.published, entries=entries)


def of_area(release: Release, code: str) -> Feed:
    """Return what changed in one place, an entry for each release that changed anything there."""
    entries = [Entry(key=f"release/{told.release}/{code}", updated=told.created, address=f"{told_at(told.release)}#places", lines=lines,
                     title=f"{full_name(code)}: release of {day_words(told.created[:10])}")
               for told in history(release) if (lines := of_place(told.changes.without_illustrative(), code))]
    return Feed(title=f"{NAME}: what changed in {full_name(code)}", address=area_feed_address(code), page=address(code),
                subtitle=f"Figures revised, fields newly supplied or late, corrections. {NO_ILLUSTRATIVE} {PROTECTED}",
                updated=release.published, entries=entries)


def of_corrections(release: Release) -> Feed:
    """Return the corrections of published and uploaded figures, the latest first."""
    told = [each for each in release.corrections
            if each.measure not in MEASURE_BY_ID or release.origin(MEASURE_BY_ID[each.measure]) != "illustrative"]
    entries = [Entry(key=f"correction/{each.date}/{each.measure}/{each.area_code}/{each.period}/{each.what}", updated=f"{each.date}T00:00:00+00:00",
                     title=f"{_measured(each.measure)}, {area_label(each.area_code)}, {period_words(each.period)}: corrected",
                     address=CORRECTIONS, lines=[each.what, each.why]) for each in told]
    return Feed(title=f"{NAME}: corrections", address=f"{CORRECTIONS}.atom", page=CORRECTIONS, updated=release.published, entries=entries,
                subtitle=f"Figures that were published and corrected: what was wrong and why. {NO_ILLUSTRATIVE}")


def _measured(measure: str) -> str:
    return MEASURE_BY_ID[measure].label if measure in MEASURE_BY_ID else measure


def of_kpis(release: Release, areas: Sequence[str], *, measure: str = "") -> Feed:
    """Return the signals of one KPI of the chosen places, without a measure of all of them, the latest period first."""
    place = Selection(area=tuple(areas))
    found = [kpi for kpi in kpis_of(release, place, measures=(measure,) if measure else tuple(KPIS))
             if kpi.answer.origin != "illustrative"]
    where = joined([area_label(code) for code in areas]) if areas else "all places together"
    entries = [(signal.rows[-1].end, _signal(kpi, signal, place, where=where))
               for kpi in found for signal in signals(kpi.found)]
    entries += [(kpi.row.end, _missed(kpi, place, where=where)) for kpi in found
                if kpi.assurance == "consistently misses" and kpi.row is not None]
    about = f", {MEASURE_BY_ID[measure].label}" if measure else ""
    return Feed(
        title=f"{NAME}: signals in {where}{about}", address=feed_address(areas, measure=measure), updated=release.published,
        subtitle=f"Signals of control charts, and targets that are missed in nearly every period. {NO_ILLUSTRATIVE}",
        page=_page(measure, place), entries=[entry for _, entry in sorted(entries, key=lambda pair: -pair[0])])


def _key(kpi: Kpi, place: Selection) -> str:
    return f"kpi/{kpi.answer.measure.id}/{kpi.answer.grain}/{'+'.join(place.area) or 'all'}"


def _page(measure: str, place: Selection) -> str:
    return of_measure(place, measure).address(PERFORMANCE)


def _stood(row: Row) -> str:
    """Return the end of the period that made an entry what it is: the same time in every release, so that no reader is told twice."""
    return f"{last_day(row.end).isoformat()}T00:00:00+00:00"


def _signal(kpi: Kpi, signal: Signal, place: Selection, *, where: str) -> Entry:
    """Return a signal as an entry; it is the same one while its stretch grows."""
    first, last = signal.rows[0], signal.rows[-1]
    point = kpi.found.points[kpi.found.rows.index(last)]
    assert point is not None  # a signal is made of points
    said = vocabulary.special(variation_of(point, improvement=kpi.answer.measure.direction))
    when = run_label(signal.rows)
    return Entry(
        key=f"{_key(kpi, place)}/{signal.rule}/{signal.direction}/{first.start}", updated=_stood(last),
        address=_page(kpi.answer.measure.id, place), title=f"{kpi.answer.label}, {where}, {when}: {said}",
        lines=[f"{initial(RULES[signal.rule])}, {when}.", f"{window_label((last.start, last.end))}: {shown(last)}."])


def _missed(kpi: Kpi, place: Selection, *, where: str) -> Entry:
    assert kpi.row is not None  # `of_kpis` has looked
    return Entry(key=f"{_key(kpi, place)}/target", updated=_stood(kpi.row), address=_page(kpi.answer.measure.id, place),
                 title=f"{kpi.answer.label}, {where}: the target is missed in nearly every period",
                 lines=[f"{window_label((kpi.row.start, kpi.row.end))}: {shown(kpi.row)}.", target_words(kpi)])
