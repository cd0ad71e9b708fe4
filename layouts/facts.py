"""The facts of the newsroom: what the figures of a release show of each force, as sentences that can be quoted.

Each passes the guard of a finding: a signal of a control chart, a target missed as things are, a change whose interval leaves out
no difference, a place outside a funnel's 99.8% limits, an answer on one side of the half. Of published and uploaded figures alone, and of none
that is provisional.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from data.areas import FORCES
from data.comparison import OUTSIDE
from data.export import record
from data.frame import Row, area_label
from data.periods import window_label
from data.release import Release
from data.selection import Selection
from data.statistics.funnel import Funnel
from layouts.charts import CHART_BY_SLUG, CONTROL
from layouts.claiming import CARD, source_line
from layouts.findings import Examined, Finding, Funnelled, asked, change, funnels, judged, known, signals
from layouts.kpis import target_words
from layouts.numbers import interval, number, shown
from layouts.shapes.series import provisional
from layouts.words import joined


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is told of one force, and how many figures were looked at for it."""

    area: str
    told: tuple[Finding, ...]
    examined: Examined


def facts(release: Release, area: str) -> Facts:
    """Return the facts of one force, made once for a release."""
    return release.once(("facts", area), lambda: _made(release, area))


def of_all(release: Release) -> Sequence[Facts]:
    """Return the facts of every force, in the order of their names."""
    return [facts(release, code) for code in sorted(FORCES, key=area_label)]


def together(found: Sequence[Facts]) -> Examined:
    """Return how many figures were looked at for several forces."""
    seen: Examined = Counter()
    for each in found:
        seen.update(each.examined)
    return seen


def _made(release: Release, code: str) -> Facts:
    seen: Examined = Counter()
    area = (code,)
    told = [*(each for each in signals(release, seen, area=area) if each.row and not provisional(each.row)), *_missed(release, area), *_changed(release, seen, area),
            *_outside(release, seen, code), *(each for measure in known(release) for each in asked(release, measure, seen, area=area))]
    return Facts(area=code, told=tuple(told), examined=seen)


def _changed(release: Release, seen: Examined, area: tuple[str, ...]) -> Iterator[Finding]:
    for measure in known(release):
        yield from change(release, measure, seen, area=area, finished=True)


def _missed(release: Release, area: tuple[str, ...]) -> Iterator[Finding]:
    """Yield the targets that are missed in nearly every period; their charts are counted with the signals."""
    for kpi in judged(release, Counter(), area=area):
        if kpi.assurance == "consistently misses" and kpi.row is not None and not provisional(kpi.row):
            when = window_label((kpi.row.start, kpi.row.end))
            yield Finding(kind="target", measure=kpi.answer.measure, title=f"{kpi.answer.label}: the target is missed in nearly every period",
                          sentence=f"{kpi.answer.label} in {area_label(area[0])}, {when}: {shown(kpi.row)}. {target_words(kpi)}",
                          chart=CHART_BY_SLUG[CONTROL], row=kpi.row, release=release,
                          selection=Selection(measure=kpi.answer.measure.id, area=area, grain=kpi.answer.asked.grain))


def _outside(release: Release, seen: Examined, code: str) -> Iterator[Finding]:
    for each in _funnels(release):
        row = next((row for row in each.held.rows if row.area_code == code), None)
        if row is None or provisional(row):
            continue
        seen["outside"] += 1
        for standing, side in ((OUTSIDE, "high"), (-OUTSIDE, "low")):
            if row in each.held.outside(standing):
                yield _beyond(each, row, side=side, release=release)


def _funnels(release: Release) -> Sequence[Funnelled]:
    """Return every funnel of police forces, made once for all of them."""
    def make() -> Sequence[Funnelled]:
        return tuple(each for measure in known(release) if measure.level == "police_force" for each in funnels(release, measure))

    return release.once(("funnels",), make)


def _beyond(each: Funnelled, row: Row, *, side: str, release: Release) -> Finding:
    drawn = each.held.found
    assert isinstance(drawn, Funnel)  # `funnels` yields no other
    centre = number(drawn.centre * each.measure.factor, unit=each.measure.unit)
    usual = "by chance" if drawn.method == "binomial" else "by chance and their usual spread"
    place, when = area_label(row.area_code), window_label((row.start, row.end))
    return Finding(
        kind="outside", measure=each.measure, chart=CHART_BY_SLUG["funnel"], row=row, release=release,
        selection=replace(each.selection, area=(row.area_code,)),
        title=f"{each.label}: outside the limits on the {side} side",
        sentence=f"{each.label} in {place}, {when}: {shown(row)}. That lies on the {side} side of the limits within which 99.8% of forces "
                 f"of its size would lie {usual}; all places together are at {centre}.")


def pinned(finding: Finding) -> Selection:
    """Return what a fact's chart shows, with its release, so that the address never shows another one."""
    return replace(finding.selection, release=finding.release.id)


def addresses(finding: Finding) -> Mapping[str, str]:
    """Return where a fact's chart stands: its page, its data, its picture."""
    selection, path = pinned(finding), f"/charts/{finding.chart.slug}"
    return {"page": selection.address(path), "picture": f"{selection.address(f'{path}.png')}&{CARD}",
            "csv": selection.address(f"{path}.csv"), "json": selection.address(f"{path}.json")}


def cited(finding: Finding) -> str:
    """Return where a fact comes from: its sources with their states, and the release."""
    if finding.row is not None:
        return source_line(record(finding.row, release=finding.release), finding.release)
    rows = [record(row, release=finding.release) for row in finding.answer.frame.of("main")]
    first = rows[0] | {name: "; ".join(dict.fromkeys(row[name] for row in rows)) for name in ("source", "vintage")}
    return source_line(first, finding.release)


def interval_words(finding: Finding) -> str:
    """Return the 95% interval of the figure that a fact is about, or that it has none."""
    if finding.row is None:
        return joined([interval(row) for row in finding.answer.frame.of("main") if interval(row)] or ["none"])
    return interval(finding.row) or "none"
