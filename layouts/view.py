"""Everything that one page shows for one selection: the answers, before they become figures and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from data.answers import DIMENSION_OF
from data.areas import AREAS
from data.kpis import Kpi, kpis_of
from data.measures import DEFAULT_MEASURE, MEASURE_BY_ID, Measure
from data.query import Answer
from data.release import Release
from data.selection import Selection
from data.summary import Summary, summarise
from layouts.charts import CHART_BY_SLUG, Asked, Chart, ask


@dataclass(frozen=True, kw_only=True)
class Page:
    """A path, a title, its charts. ``says`` is its description for search engines."""

    path: str
    title: str
    says: str
    charts: tuple[str, ...]
    heading: str = ""
    """What stands above the page, where it is not the title."""
    tables_open: bool = False
    still: bool = False
    """Whether its pictures are all there is, because no script draws them again: they are then narrow enough for a phone."""
    kpis: bool = False
    """Whether it shows the KPIs of the chosen place, and what needs attention."""
    links: tuple[tuple[str, str, bool], ...] = ()
    """Pages that belong to it: path, words, and whether they take the reader's choice with them."""
    measure: str = ""
    """The measure of its tiles, where its charts have measures of their own; empty: the reader's."""
    instead: tuple[str, ...] = ()
    """Measures that stand in its place, the first that has a figure for the choice, where it has none."""

    @property
    def single(self) -> bool:
        """Whether the page is a chart's own."""
        return self.path.startswith("/charts/")


@dataclass(frozen=True, kw_only=True)
class View:
    """A page, a selection and the answers to it, from one release."""

    page: Page
    release: Release
    selection: Selection
    summary: Summary
    answers: Mapping[str, Answer] = field(default_factory=dict)
    kpis: Sequence[Kpi] = ()
    problem: str = ""
    """What was wrong with the address, said on the page; the view then shows what is left of it."""

    @property
    def measure(self) -> Measure:
        """The measure that the page is about."""
        return self.summary.total.measure

    @property
    def illustrative(self) -> bool:
        """Whether any figure in view is illustrative."""
        shown = (*self.answers.values(), *(kpi.answer for kpi in self.kpis))
        return any(answer.origin == "illustrative" and answer.frame for answer in shown)

    @property
    def outlined(self) -> Sequence[str]:
        """The areas that maps outline."""
        return outlined(self.selection)


def outlined(selection: Selection) -> Sequence[str]:
    """Return the chosen areas that a map outlines."""
    return tuple(code for code in selection.area if AREAS[code].type != "country")


def look(release: Release, selection: Selection, *, page: Page, problem: str = "") -> View:
    """Return the view of a page. Charts that ask the same question share one answer."""
    selection = selection.without("measure") if page.measure else selection
    asked: Asked = {}
    answers: dict[str, Answer] = {}
    for slug in page.charts:
        chart = CHART_BY_SLUG[slug]
        stands = page.single or belongs(chart, selection, page=page)
        answers[slug] = ask(release, selection, chart=chart, asked=asked) if stands else _left_out(chart, selection)
    own = page.measure or (CHART_BY_SLUG[page.charts[0]].measure if page.single else "")
    total = _summary(release, selection, measures=(own, *page.instead))
    kpis = kpis_of(release, selection) if page.kpis else ()
    return View(page=page, release=release, selection=selection, summary=total, answers=answers, kpis=kpis,
                problem=problem)


def shown_on(view: View) -> dict[str, Any]:
    """Return what the page tells the server of itself when a filter changes; ``pinned``: its address names the release."""
    told = {"path": view.page.path, "measure": view.measure.id, "release": view.release.id}
    return told | ({"pinned": True} if view.selection.release else {})


def _summary(release: Release, selection: Selection, *, measures: Sequence[str]) -> Summary:
    """Return what stands above the charts, of the first of some measures that has a figure; of the first where none has."""
    first, *others = measures
    total = summarise(release, replace(selection, measure=first) if first else selection)
    found = (summarise(release, replace(selection, measure=measure)) for measure in others if total.row is None)
    return next((other for other in found if other.row is not None and other.row.value is not None), total)


def belongs(chart: Chart, selection: Selection, *, page: Page) -> bool:
    """Whether a chart with a measure of its own stands beside the chosen measure; on a page without a choice all do."""
    return bool(page.measure) or not chart.about or (selection.measure or DEFAULT_MEASURE) in chart.about


def _left_out(chart: Chart, selection: Selection) -> Answer:
    return Answer(measure=MEASURE_BY_ID[chart.measure], asked=selection, answered=selection, by=chart.by,
                  reason="This chart stands beside other measures.")


def feeds(answer: Answer) -> bool:
    """Whether the measure can feed the chart at all; a chart that it cannot feed is absent from pages."""
    own = answer.measure.dimensions
    needed = {DIMENSION_OF.get(name, name) for name in answer.by if name not in ("area", "period", "channel_group")}
    return needed <= set(own)
