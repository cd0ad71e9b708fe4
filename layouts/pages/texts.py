"""Pages of words and lists: every chart, the assumptions behind the illustrative figures, help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html

from data.assumptions import ASSUMPTIONS
from data.measures import UNIT_LABELS
from data.model import MARKS
from data.release import Release
from layouts.charts import CHARTS, Chart
from layouts.components import MODELLED, ORIGINS
from layouts.pages import PAGES
from layouts.pages.about import ABOUT_PAGES
from layouts.pages.api import API_PAGE
from layouts.pages.appeals_list import LIST_PAGE
from layouts.pages.area import AREA_PAGES
from layouts.pages.claim import CLAIM_PAGE
from layouts.pages.corrections import CORRECTIONS_PAGE
from layouts.pages.coverage import COVERAGE_PAGE
from layouts.pages.find_area import FIND_PAGE
from layouts.pages.glossary import GLOSSARY_PAGE
from layouts.pages.measures import MEASURE_PAGES
from layouts.pages.methods import METHODS_PAGE
from layouts.pages.newsroom import NEWSROOM_PAGE, page_of_release
from layouts.pages.published import PUBLISHED_PAGE
from layouts.pages.revisions import REVISIONS_PAGE
from layouts.pages.sources import SOURCES_PAGE
from layouts.pages.text_page import Content, Query, TextPage

_TITLES = {page.path: page.title for page in PAGES}


def charts(release: Release, query: Query) -> Content:
    """Return the list of every chart with its addresses."""
    entries = [
        html.Li([
            html.H2(html.A(chart.title, href=f"/charts/{chart.slug}")),
            html.P([chart.says, " On ", html.A(_TITLES[chart.page], href=chart.page), "."]),
            html.P(["Also as ", *_files(chart), "; ", html.A("embed and cite", href=f"/charts/{chart.slug}/share", **{
                "aria-label": f"Embed and cite: {chart.title}"}), f". Filters: {', '.join(chart.filters)}."], className="source"),
        ])
        for chart in CHARTS
    ]
    return Content(body=[
        html.P("Every chart has an address of its own that holds the chosen filters, and gives the same numbers as "
               "picture, sentence, table and file."),
        html.P(["The same list for programs: ", html.A("charts.json", href="/charts.json"), "."]),
        html.Ul(entries, className="plain"),
    ])


def _files(chart: Chart) -> list[Any]:
    """Return the links to a chart's files and pictures: ``CSV, JSON, SVG and PNG``."""
    links = [html.A(name, href=f"/charts/{chart.slug}.{name.lower()}", **{"aria-label": f"{name}: {chart.title}"})
             for name in ("CSV", "JSON", "SVG", "PNG")]
    return [links[0], ", ", links[1], ", ", links[2], " and ", links[3]]


def illustrative(release: Release, query: Query) -> Content:
    """Return what was assumed where no published figure exists."""
    state = ("This release holds illustrative figures." if release.illustrative()
             else "This release holds no illustrative figures: everything in it was published or supplied.")
    rows = [
        html.Tr([html.Th(item.what, scope="row"), html.Td(item.value), html.Td(item.why), html.Td(item.source)])
        for item in ASSUMPTIONS
    ]
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in ("What", "Value", "Why", "Source")]))
    return Content(illustrative=True, body=[
        html.P([html.Strong(state), " No open data set shows appeals and engagement by area, channel, age and month. "
                "Until forces supply theirs, a generator with a fixed seed writes files of the same form, scaled to "
                "the few figures that were published, so that every part of this site can be tried."]),
        html.P("Illustrative figures say nothing about any force. They are marked in every chart, table and file, kept "
               "from search engines, never added to or compared with real ones, and leave as soon as a force supplies "
               "its own."),
        html.H2("What was assumed"),
        html.Div(html.Table([html.Caption("Assumptions behind the illustrative figures"), head, html.Tbody(rows)]),
                 className="table-slot", tabIndex=0, role="region", **{"aria-label": "Assumptions"}),
    ])


def help_page(release: Release, query: Query) -> Content:
    """Return how to use the page and read its figures."""
    measures = [measure for measure in release.measures() if not measure.context]
    return Content(body=[
        html.H2("Choosing what is shown"),
        html.Ul([
            html.Li("Choose a measure, then places, channels, age groups, crime types and months. The figures follow at "
                    "once; without scripts, press “Show”."),
            html.Li("A click on the map chooses a place; the list of places does the same by keyboard."),
            html.Li("The address always holds what you see. Copy it to share or to keep the view."),
            html.Li("A filter that a measure does not have is greyed out and says why. It stays in the address."),
            html.Li("Each chart can be read as a sentence and as a table, and fetched as CSV or JSON."),
            html.Li("“Embed” under a chart gives the code that shows it on another site, with pictures, files and words to cite it by. A live "
                    "embed follows each new release; a pinned one stays as it is, and says when its figures were revised or withdrawn."),
            html.Li([html.A("The page for leadership", href="/performance"), " is a briefing too, printed or as PDF, and every page fits paper. In the "
                     "browser's print window “Save as PDF” makes a file of it, with what is shown on each sheet."]),
            html.Li(["What each release changed stands under ", html.A("what changed", href="/data/revisions"), ", on the page of each area, "
                     "and in feeds (Atom) that a feed reader can follow: one for each area, one for the signals of each KPI."]),
            html.Li(["For reporting: ", html.A("the newsroom", href="/newsroom"), " has what stands out in sentences to quote, and ",
                     html.A("check a claim", href="/claim"), " says whether a number that somebody names is the published figure."]),
        ]),
        html.H2("Marks", id="marks"),
        html.P("A value that needs care carries a mark, the same in chart, table and file. A missing value is never "
               "shown as zero."),
        html.Dl([part for mark, (name, text) in MARKS.items()
                 for part in (html.Dt(f"[{mark}] {name}"), html.Dd(text))]),
        html.H2("Intervals", id="intervals"),
        html.P("A value with its 95% interval is written 53% (47% to 59%): of 20 such intervals 19 hold the true value. "
               "Bars carry it as a whisker, lines as a band. A count that concerns persons is changed a little at random "
               "before it is published and reads about 24 (19 to 29); one too small to show reads under 20 [c]."),
        html.P("Whether something changed, or two places differ, is said only where the interval of the difference, or "
               "a control chart, supports it; where it does not, the page says so."),
        html.H2("Curves of time", id="curves"),
        html.P("How soon useful information comes is drawn as curves along the days since an appeal was published: at 7 "
               "days the curve stands at the share of appeals that had useful information within 7 days. The numbers beneath a "
               "curve are the appeals that were still without. Steep at the left means soon, high at the right means often."),
        html.H2("Kinds of figures"),
        html.Dl([part for name, text in (*ORIGINS.values(), MODELLED) for part in (html.Dt(name), html.Dd(text))]),
        html.P(["How people are protected and how sure a figure is: ", html.A("methods", href="/methods"), ". Which force supplied "
                "which month: ", html.A("coverage", href="/data/coverage"), "."]),
        html.H2("Measures", id="measures"),
        html.P(["Each has a page with everything that defines it: ", html.A("all measures", href="/measures"), "."]),
        html.Dl([part for measure in measures for part in (
            html.Dt([html.A(measure.label, href=f"/measures/{measure.id}"), f" ({UNIT_LABELS[measure.unit]})"]),
            html.Dd(" ".join([measure.definition, *measure.limits])))]),
        html.H2("Sources", id="sources"),
        html.Ul([html.Li([html.A(source["label"], href=source["address"]) if source["address"] else source["label"],
                          f" ({source['publisher']}, {source['vintage']}). {source['credit']} "
                          f"{' '.join(source['limits'])}"]) for source in release.manifest["sources"]]),
        html.H2("Privacy and accessibility", id="privacy"),
        html.P(["This site sets no cookie, loads nothing from other hosts and does not follow its readers: ",
                html.A("privacy", href="/privacy"), ". Every page can be used by keyboard, with a screen reader and without scripts: ",
                html.A("accessibility statement", href="/accessibility"), "."], id="accessibility"),
        html.H2("Errors and questions", id="contact"),
        html.P("Figures come from the source named under each chart; write to that publisher where one is wrong, and "
               "give the release and the address of the chart."),
    ])


TEXT_PAGES: tuple[TextPage, ...] = (
    TextPage(path="/charts", title="All charts", says="Every chart with its addresses and filters.", content=charts),
    TextPage(path="/illustrative", title="Illustrative figures",
             says="What was assumed where no published figure exists.", content=illustrative),
    TextPage(path="/help", title="Help", says="How to use the page and how to read its figures.", content=help_page),
    *MEASURE_PAGES,
    COVERAGE_PAGE,
    METHODS_PAGE,
    SOURCES_PAGE,
    API_PAGE,
    CORRECTIONS_PAGE,
    REVISIONS_PAGE,
    FIND_PAGE,
    GLOSSARY_PAGE,
    *ABOUT_PAGES,
    PUBLISHED_PAGE,
    LIST_PAGE,
    CLAIM_PAGE,
    NEWSROOM_PAGE,
)
TEXT_BY_PATH: Mapping[str, TextPage] = {page.path: page for page in (*TEXT_PAGES, *AREA_PAGES)}


def text_page(path: str) -> TextPage | None:
    """Return the page of words at a path, ``None`` where there is none."""
    return TEXT_BY_PATH.get(path) or page_of_release(path)
