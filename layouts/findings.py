"""Findings: what the figures of a release show, in words that an interval or a control chart supports, each with its chart.

Only of figures that were published or uploaded. Four kinds, in this order: a KPI's signal, a change on a year before, places
outside the limits of a funnel, an answer that most or few people gave. Where fewer hold, fewer are told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from data.answers import Answer
from data.comparison import places
from data.frame import Frame, Row, area_label, member_label
from data.kpis import kpis_of
from data.measures import Measure
from data.model import ALL
from data.periods import window_label
from data.release import Release
from data.selection import Selection, read
from data.statistics.refusal import Refusal
from data.summary import summarise
from data.surveyed import Surveyed
from layouts import vocabulary
from layouts.charts import CHART_BY_SLUG, CONTROL, Chart, ask
from layouts.numbers import bounded, shown
from layouts.reading import sentence_of
from layouts.vocabulary import Evidence
from layouts.words import change_words, evidence_of, initial, joined
from layouts.words import places as where

MOST = 3
"""Findings that are told at most."""
OUTSIDE = 2
"""How a funnel calls places beyond its 99.8% limits."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One finding: in a line, in a sentence, and the chart that shows it with the selection that it shows."""

    kind: str
    measure: Measure
    title: str
    sentence: str
    chart: Chart
    selection: Selection
    answer: Answer

    @property
    def address(self) -> str:
        """The page of its chart."""
        return self.selection.address(f"/charts/{self.chart.slug}")


def findings(release: Release) -> Sequence[Finding]:
    """Return the findings of a release, ``MOST`` at most: first of kinds and measures that differ, made once."""
    return release.once(("findings",), lambda: (tuple(_chosen(list(_candidates(release)))),))[0]


def _chosen(found: Sequence[Finding]) -> Sequence[Finding]:
    """Return the first of each kind, then the first of further measures, then the rest, as many as are told."""
    kinds = list({finding.kind: finding for finding in reversed(found)}.values())[::-1]
    measures = list({finding.measure.id: finding for finding in reversed(found)}.values())[::-1]
    ordered: list[Finding] = []
    for finding in (*kinds, *measures, *found):
        if finding not in ordered:
            ordered.append(finding)
    return ordered[:MOST]


def _candidates(release: Release) -> Iterator[Finding]:
    """Yield every finding that the figures of a release support."""
    known = [measure for measure in release.measures()
             if release.origin(measure) != "illustrative" and not measure.context and measure.group != "quality"]
    yield from _signals(release)
    for measure in known:
        yield from _change(release, measure)
    for measure in known:
        yield from _outside(release, measure)
    for measure in known:
        yield from _asked(release, measure)


def _signals(release: Release) -> Iterator[Finding]:
    for kpi in kpis_of(release, Selection()):
        found, row = kpi.variation, kpi.row
        if kpi.answer.origin == "illustrative" or found is None or not found.direction or row is None:
            continue
        chart = CHART_BY_SLUG[CONTROL]
        selection = Selection(measure=kpi.answer.measure.id, grain=kpi.answer.asked.grain)
        said = f"{initial(vocabulary.special(found))}: {shown(row)}, {window_label((row.start, row.end))}."
        yield Finding(kind="signal", measure=kpi.answer.measure, title=f"{kpi.answer.label}: {vocabulary.special(found)}",
                      sentence=f"{kpi.answer.label} in {where(kpi.answer)}. {said}", chart=chart, selection=selection,
                      answer=ask(release, selection, chart=chart))


def _change(release: Release, measure: Measure) -> Iterator[Finding]:
    selection, chart = Selection(measure=measure.id), CHART_BY_SLUG["trend"]
    found = summarise(release, selection)
    evidence = evidence_of(found.change, measure=measure)
    if evidence is None or not evidence.direction or found.total.origin == "illustrative":
        return
    _, words = change_words(found.change, measure=measure)
    yield Finding(kind="change", measure=measure, title=f"{found.total.label} {vocabulary.change(evidence)} on a year before",
                  sentence=f"{found.total.label} in {where(found.total)}. {words}", chart=chart, selection=selection,
                  answer=ask(release, selection, chart=chart))


def _outside(release: Release, measure: Measure) -> Iterator[Finding]:
    """Yield a finding for the measure and for each of its categories that has places outside; most of them first."""
    chart = CHART_BY_SLUG["funnel"]
    noun = "boroughs" if measure.level == "london_borough" else "forces"
    found: list[tuple[int, Finding]] = []
    for category in ("", *_categories(release, measure)):
        selection = Selection(measure=measure.id, category=(category,) if category else ())
        answer, left_out = _told_of(ask(release, selection, chart=chart))
        held = places(answer) if answer.frame and not answer.reason and answer.origin != "illustrative" else None
        if held is None or isinstance(held.found, Refusal) or answer.period is None:
            continue
        rows = [*held.outside(OUTSIDE), *held.outside(-OUTSIDE)]
        if rows:
            label = f"{answer.label}, {member_label('category', category).lower()}" if category else answer.label
            names = area_label(rows[0].area_code) if len(rows) == 1 else f"{len(rows)} of {len(held.rows)} {noun}"
            found.append((len(rows), Finding(
                kind="outside", measure=measure, chart=chart, selection=selection, answer=answer,
                title=f"{label}: {names} {'lie' if len(rows) > 1 else 'lies'} outside the 99.8% limits",
                sentence=f"{label}, {window_label(answer.period)}. {sentence_of(chart, answer)}{left_out}")))
    yield from (finding for _, finding in sorted(found, key=lambda pair: -pair[0]))


def _told_of(answer: Answer) -> tuple[Answer, str]:
    """Return an answer by area without the places of which its value says little, and which they are."""
    caveats = {row.area_code: answer.measure.caveat(row.area_code) for row in answer.frame}
    kept = tuple(row for row in answer.frame if not caveats[row.area_code])
    said = [f" One place is left out. {caveat}" for caveat in caveats.values() if caveat]
    return replace(answer, frame=Frame(kept)), "".join(said)


def _categories(release: Release, measure: Measure) -> Sequence[str]:
    """Return the categories that a measure has figures of, each to be seen by itself."""
    if "category" not in measure.dimensions:
        return ()
    answer = ask(release, Selection(measure=measure.id), chart=CHART_BY_SLUG["category"])
    return [row.category for row in answer.frame.of("main") if row.category != ALL]


def _asked(release: Release, measure: Measure) -> Iterator[Finding]:
    """Yield one finding for each question and side of the half: the answers that lie there."""
    if measure.kind != "survey":
        return
    chart = CHART_BY_SLUG["category"]
    answer = ask(release, Selection(measure=measure.id), chart=chart)
    found: dict[tuple[str, str, str], list[tuple[Row, Surveyed]]] = {}
    for row in answer.frame.of("main"):
        asked = release.surveyed.get((measure.id, row.area_code, row.age_group, row.category, row.end))
        if row.value is not None and bounded(row) and asked is not None and asked.origin != "illustrative":
            said = vocabulary.half(Evidence(kind="interval", difference=row.value, lower=row.lower, upper=row.upper, unit="percent",
                                            base=row.denominator, same=vocabulary.HALF))
            if said:
                found.setdefault((asked.question, asked.surveyor, said), []).append((row, asked))
    for (question, surveyor, said), answers in found.items():
        options = joined([asked.option for _, asked in answers])
        values = joined([f"{asked.option} {shown(row)}" for row, asked in answers])
        last, chosen = answers[0][1], tuple(sorted(row.category for row, _ in answers))
        selection = read({"measure": measure.id, "category": chosen})
        yield Finding(kind="asked", measure=measure, chart=chart, selection=selection,
                      answer=ask(release, selection, chart=chart),
                      title=f"{question}: {said}, of {options}",
                      sentence=f"{question}: {values}. Asked by {surveyor}, {last.when()}; {last.base_words()}.")


def pictures(found: Sequence[Finding]) -> Sequence[Chart]:
    """Return the charts of findings as they stand beside each other: each under a name of its own, less tall than on its page."""
    return [replace(finding.chart, slug=f"finding-{place}", height=240) for place, finding in enumerate(found, start=1)]
