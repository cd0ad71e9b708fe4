"""Findings: what the figures of a release show, in words that an interval or a control chart supports, each with its chart.

Only of figures that were published or uploaded. Four kinds, in this order: a KPI's signal, a change on a year before, places
outside the limits of a funnel, an answer that most or few people gave. Where fewer hold, fewer are told. How many figures were
looked at, and how many of them chance alone would make look like a finding, is kept beside them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from data.answers import Answer
from data.comparison import OUTSIDE, Places, places
from data.frame import Frame, Row, area_label, member_label
from data.kpis import Kpi, kpis_of
from data.measures import Measure
from data.model import ALL
from data.periods import window_label
from data.release import Release
from data.selection import Selection, read
from data.statistics.refusal import Refusal
from data.statistics.simulated import simulated
from data.summary import summarise
from data.surveyed import Surveyed
from layouts import vocabulary
from layouts.charts import CHART_BY_SLUG, CONTROL, Chart, ask
from layouts.describing import listed
from layouts.numbers import bounded, shown
from layouts.reading import sentence_of
from layouts.shapes.series import provisional
from layouts.vocabulary import Evidence
from layouts.words import change_words, evidence_of, initial, joined
from layouts.words import places as where

MOST = 3
"""Findings that are told at most."""
EXAMINED: Mapping[str, tuple[str, str]] = {
    "signal": ("control chart", "control charts"), "change": ("change on a year before", "changes on a year before"),
    "outside": ("place in a funnel", "places in funnels"), "asked": ("answer of a survey", "answers of surveys")}
"""What each kind of finding is looked for in, one and several."""
_CHANCE: Mapping[str, float] = {"signal": simulated()["xmr.36.latest"].share, "change": 0.05, "outside": 0.002, "asked": 0.05}
"""How often chance makes one: of control charts as simulated, else by definition of a 95% interval and of 99.8% limits."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One finding: in a line, in a sentence, and the chart that shows it with the selection that it shows."""

    kind: str
    measure: Measure
    title: str
    sentence: str
    chart: Chart
    selection: Selection
    row: Row | None = None
    """The figure that it is about, where that is one."""
    release: Release = field(repr=False, compare=False)

    @cached_property
    def answer(self) -> Answer:
        """What its chart shows."""
        found = ask(self.release, self.selection, chart=self.chart)
        return told_of(found)[0] if self.kind == "outside" else found

    @property
    def address(self) -> str:
        """The page of its chart."""
        return self.selection.address(f"/charts/{self.chart.slug}")


Examined = Counter[str]
"""How many figures were looked at, by the kind of finding that was looked for."""


def findings(release: Release) -> Sequence[Finding]:
    """Return the findings of a release, ``MOST`` at most: first of kinds and measures that differ, made once."""
    return _told(release)[0]


def examined(release: Release) -> Examined:
    """Return how many figures the findings of a release were looked for in."""
    return _told(release)[1]


def _told(release: Release) -> tuple[Sequence[Finding], Examined]:
    def make() -> tuple[Sequence[Finding], Examined]:
        seen: Examined = Counter()
        return tuple(_chosen(list(_candidates(release, seen)))), seen

    return release.once(("findings",), make)


def by_chance(seen: Examined) -> float:
    """Return how many findings chance alone would make of so many figures, where nothing changed and no place differs."""
    return sum(number * _CHANCE[kind] for kind, number in seen.items())


def examined_words(seen: Examined) -> str:
    """Return in how many figures findings were looked for, and how many of them chance alone would make."""
    kinds = [f"{seen[kind]:,} {one if seen[kind] == 1 else several}" for kind, (one, several) in EXAMINED.items() if seen[kind]]
    if not kinds:
        return "No published or uploaded figure could be looked at."
    expected = by_chance(seen)
    number = "hardly any" if expected < 0.5 else "about one" if expected < 1.5 else f"about {expected:,.0f}"
    return (f"Looked at: {listed(kinds)}. Where nothing has changed and no place differs, {number} of them would still look like a "
            "finding, by chance alone.")


def _chosen(found: Sequence[Finding]) -> Sequence[Finding]:
    """Return the first of each kind, then the first of further measures, then the rest, as many as are told."""
    kinds = list({finding.kind: finding for finding in reversed(found)}.values())[::-1]
    measures = list({finding.measure.id: finding for finding in reversed(found)}.values())[::-1]
    ordered: list[Finding] = []
    for finding in (*kinds, *measures, *found):
        if finding not in ordered:
            ordered.append(finding)
    return ordered[:MOST]


def known(release: Release) -> list[Measure]:
    """Return the measures of which a finding may be told: with published or uploaded figures, and about what the police do."""
    return [measure for measure in release.measures()
            if release.origin(measure) != "illustrative" and not measure.context and measure.group != "quality"]


def _candidates(release: Release, seen: Examined) -> Iterator[Finding]:
    """Yield every finding that the figures of a release support."""
    measures = known(release)
    yield from signals(release, seen)
    for measure in measures:
        yield from change(release, measure, seen)
    for measure in measures:
        yield from _outside(release, measure, seen)
    for measure in measures:
        yield from asked(release, measure, seen)


def judged(release: Release, seen: Examined, *, area: tuple[str, ...] = ()) -> Iterator[Kpi]:
    """Yield the KPIs of some places that have a control chart, and are not illustrative."""
    for kpi in kpis_of(release, Selection(area=area)):
        if kpi.answer.origin != "illustrative" and kpi.variation is not None and kpi.row is not None:
            seen["signal"] += 1
            yield kpi


def signals(release: Release, seen: Examined, *, area: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Yield the KPIs of some places whose latest period is a signal."""
    for kpi in judged(release, seen, area=area):
        found, row = kpi.variation, kpi.row
        if found is None or not found.direction or row is None:
            continue
        said = f"{initial(vocabulary.special(found))}: {shown(row)}, {window_label((row.start, row.end))}."
        yield Finding(kind="signal", measure=kpi.answer.measure, title=f"{kpi.answer.label}: {vocabulary.special(found)}",
                      sentence=f"{kpi.answer.label} in {where(kpi.answer)}. {said}", chart=CHART_BY_SLUG[CONTROL], row=row,
                      selection=Selection(measure=kpi.answer.measure.id, area=area, grain=kpi.answer.asked.grain), release=release)


def change(release: Release, measure: Measure, seen: Examined, *, area: tuple[str, ...] = (), finished: bool = False) -> Iterator[Finding]:
    """Yield the change of a measure on a year before, where the interval of the difference leaves out no difference.

    ``finished``: only where nothing of either year is still to come in.
    """
    selection = Selection(measure=measure.id, area=area)
    found = summarise(release, selection)
    evidence = evidence_of(found.change, measure=measure)
    if evidence is None or evidence.direction is None or found.total.origin == "illustrative" or found.total.answered.area != area:
        return
    if finished and any(row is not None and provisional(row) for row in (found.change.later, found.change.earlier)):
        return
    seen["change"] += 1
    if evidence.direction:
        _, words = change_words(found.change, measure=measure)
        yield Finding(kind="change", measure=measure, title=f"{found.total.label} {vocabulary.change(evidence)} on a year before",
                      sentence=f"{found.total.label} in {where(found.total)}. {words}", chart=CHART_BY_SLUG["trend"],
                      row=found.change.later, selection=selection, release=release)


@dataclass(frozen=True, kw_only=True)
class Funnelled:
    """The places of one measure, or of one of its categories, in their funnel."""

    label: str
    measure: Measure
    selection: Selection
    answer: Answer
    held: Places
    left_out: str
    """Which place is left out because its value says little, in a sentence; else nothing."""


def funnels(release: Release, measure: Measure) -> Iterator[Funnelled]:
    """Yield the funnel of a measure and of each of its categories, where there is one."""
    for category in ("", *_categories(release, measure)):
        selection = Selection(measure=measure.id, category=(category,) if category else ())
        answer, left_out = told_of(ask(release, selection, chart=CHART_BY_SLUG["funnel"]))
        held = places(answer) if answer.frame and not answer.reason and answer.origin != "illustrative" else None
        if held is not None and not isinstance(held.found, Refusal) and answer.period is not None:
            label = f"{answer.label}, {member_label('category', category).lower()}" if category else answer.label
            yield Funnelled(label=label, measure=measure, selection=selection, answer=answer, held=held, left_out=left_out)


def _outside(release: Release, measure: Measure, seen: Examined) -> Iterator[Finding]:
    """Yield a finding for the measure and for each of its categories that has places outside; most of them first."""
    noun = "boroughs" if measure.level == "london_borough" else "forces"
    chart, found = CHART_BY_SLUG["funnel"], []
    for each in funnels(release, measure):
        seen["outside"] += len(each.held.rows)
        rows = [*each.held.outside(OUTSIDE), *each.held.outside(-OUTSIDE)]
        if rows and each.answer.period is not None:
            names = area_label(rows[0].area_code) if len(rows) == 1 else f"{len(rows)} of {len(each.held.rows)} {noun}"
            found.append((len(rows), Finding(
                kind="outside", measure=measure, chart=chart, selection=each.selection, release=release,
                title=f"{each.label}: {names} {'lie' if len(rows) > 1 else 'lies'} outside the 99.8% limits",
                sentence=f"{each.label}, {window_label(each.answer.period)}. {sentence_of(chart, each.answer)}{each.left_out}")))
    yield from (finding for _, finding in sorted(found, key=lambda pair: -pair[0]))


def told_of(answer: Answer) -> tuple[Answer, str]:
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


def asked(release: Release, measure: Measure, seen: Examined, *, area: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Yield one finding for each question and side of the half: the answers that lie there."""
    if measure.kind != "survey":
        return
    chart = CHART_BY_SLUG["category"]
    answer = ask(release, Selection(measure=measure.id, area=area), chart=chart)
    if answer.answered.area != area:
        return
    found: dict[tuple[str, str, str], list[tuple[Row, Surveyed]]] = {}
    for row in answer.frame.of("main"):
        asked = release.surveyed.get((measure.id, row.area_code, row.age_group, row.category, row.end))
        if row.value is not None and bounded(row) and asked is not None and asked.origin != "illustrative":
            seen["asked"] += 1
            said = vocabulary.half(Evidence(kind="interval", difference=row.value, lower=row.lower, upper=row.upper, unit="percent",
                                            base=row.denominator, same=vocabulary.HALF))
            if said:
                found.setdefault((asked.question, asked.surveyor, said), []).append((row, asked))
    for (question, surveyor, said), answers in found.items():
        options = joined([asked.option for _, asked in answers])
        values = joined([f"{asked.option} {shown(row)}" for row, asked in answers])
        last, chosen = answers[0][1], tuple(sorted(row.category for row, _ in answers))
        selection = read({"measure": measure.id, "area": area, "category": chosen})
        yield Finding(kind="asked", measure=measure, chart=chart, selection=selection, release=release,
                      row=answers[0][0] if len(answers) == 1 else None,
                      title=f"{question}: {said}, of {options}",
                      sentence=f"{question}: {values}. Asked by {surveyor}, {last.when()}; {last.base_words()}.")


def pictures(found: Sequence[Finding]) -> Sequence[Chart]:
    """Return the charts of findings as they stand beside each other: each under a name of its own, less tall than on its page."""
    return [replace(finding.chart, slug=f"finding-{place}", height=240) for place, finding in enumerate(found, start=1)]
