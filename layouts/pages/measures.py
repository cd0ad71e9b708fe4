"""The pages of the measures: all of them in groups, and one page each with everything that defines it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dash import html
from dash.development.base_component import Component

from data.coverage import field_of
from data.frame import area_label
from data.measures import MEASURES, UNIT_LABELS, Measure
from data.model import month_index
from data.periods import day_words, period_words, window_label
from data.release import Release
from data.selection import Selection
from data.tableset import TableSet
from layouts import describing
from layouts.charts import CHARTS, Chart, ask
from layouts.components import ORIGINS
from layouts.pages.text_page import Content, Query, TextPage
from layouts.words import as_sentence
from layouts.view import feeds

GROUPS: Mapping[str, tuple[str, str]] = {
    "appeals": ("Appeals", "What the police asked, what came back, and what followed."),
    "engagement": ("Engagement", "Who saw what the police published, and how they reacted to it."),
    "contact": ("Contact", "Messages, calls and reports to the police, and how fast they were answered."),
    "attitudes": ("Attitudes", "What people say of the police when they are asked."),
    "quality": ("Quality", "What this release knows of its own figures: what is there, how soon it came, what was changed."),
    "published": ("Published figures", "What others publish about crime and residents, set beside the rest."),
}
"""The groups of measures in their order, each with its heading and one sentence."""

METHODS = "/methods"


def all_measures(release: Release, query: Query) -> Content:
    """Return every measure in its group, with and without figures in the release."""
    held = sum(release.origin(measure) is not None for measure in MEASURES)
    jump = html.Nav(html.Ul([html.Li(html.A(name, href=f"#{key}")) for key, (name, _) in GROUPS.items()], className="jump"),
                    **{"aria-label": "Groups of measures"})
    body: list[Component] = [
        html.P(f"{len(MEASURES)} measures, each with a page that says what is counted, what it is divided by, and what it "
               f"cannot tell. {held} of them have figures in this release. All stand on this one page, so that the search "
               "of your browser finds any word.", className="lead"),
        html.P(["The same list for programs: ", html.A("measures.json", href="/measures.json"), ". ",
                html.A("How the figures are protected and judged", href=METHODS), "."]),
        jump,
    ]
    for key, (name, says) in GROUPS.items():
        body += [html.H2(name, id=key), html.P(says),
                 html.Ul([_entry(measure, release) for measure in MEASURES if measure.group == key], className="plain entries")]
    return Content(body=body)


def _entry(measure: Measure, release: Release) -> Component:
    about = [UNIT_LABELS[measure.unit], "protected" if measure.protected else "open", kind_of_figures(measure, release).lower()]
    return html.Li([
        html.H3(html.A(measure.label, href=address(measure))),
        html.P(measure.definition),
        html.P([html.Span(measure.id, className="measure-id"), *(f" \N{MIDDLE DOT} {text}" for text in about)],
               className="source"),
    ])


def address(measure: Measure) -> str:
    """Return the address of a measure's own page."""
    return f"/measures/{measure.id}"


def kind_of_figures(measure: Measure, release: Release) -> str:
    """Return the origin of a measure's figures in words, or that it has none."""
    origin = release.origin(measure)
    return f"{ORIGINS[origin][0]} figures" if origin else "No figures in this release"


def one_measure(release: Release, query: Query, *, measure: Measure) -> Content:
    """Return everything that defines a measure, and where its figures are."""
    sigma = release.manifest.get("privacy", {}).get("sigma") or None
    said: list[tuple[str, object]] = [
        ("Numerator", f"{describing.numerator(measure)}."),
        ("Denominator", as_sentence(describing.denominator(measure))),
        ("Unit", as_sentence(describing.unit(measure))),
        ("Direction", describing.DIRECTIONS[measure.direction]),
        ("Can be split by", describing.dimensions(measure)),
        ("Periods", describing.grains(measure)),
        ("Places", describing.places(measure, release)),
        ("Policy", [describing.policy(measure, **({"sigma": sigma} if sigma else {})), " ",
                    html.A("How people are protected", href=f"{METHODS}#protection")]),
        ("Interval", [describing.interval(measure), " ", html.A("How intervals are made", href=f"{METHODS}#intervals")]),
        ("Smallest base", describing.minimum_base(measure)),
        ("Follow-up", describing.follow_up(measure)),
        ("Limits", _list(measure.limits)),
        ("Breaks", _list(describing.breaks(measure)) or "None known."),
        ("Who it is for", as_sentence(measure.audience)),
        ("Last reviewed", describing.reviewed(measure)),
    ]
    body: list[Component] = [
        html.P([html.A("All measures", href="/measures"), f" \N{MIDDLE DOT} {GROUPS[measure.group][0]} \N{MIDDLE DOT} ",
                html.Span(measure.id, className="measure-id")], className="source"),
        html.P(measure.definition, className="lead"),
        *_in_release(measure, release),
        html.H2("Definition", id="definition"),
        html.Dl([part for name, text in said for part in (html.Dt(name), html.Dd(text))], className="facts"),
        *_tables(measure),
        *_corrected(measure, release),
        *_sources(measure, release),
        *_files(measure, release),
    ]
    return Content(body=body)


def _list(lines: Sequence[str]) -> Component | None:
    return html.Ul([html.Li(line) for line in lines]) if lines else None


def _in_release(measure: Measure, release: Release) -> list[Component]:
    """Say what the release holds of a measure and where to see it, or that it holds nothing."""
    origin = release.origin(measure)
    if origin is None:
        why = f"There is {measure.absent}." if measure.absent else (
            "The definition stands here so that a force or another publisher can supply them.")
        return [html.P([html.Strong("This release holds no figures for it. "), why], className="callout")]
    counts, field = release.manifest["counts"], field_of(measure)
    found = counts[measure.numerator]["coverage"]
    told = field in counts and any(counts[field]["coverage"].get("states", {}).values())
    first, last = (month_index(found[key]) for key in ("first_month", "last_month"))
    first -= max(_each(measure, release) - 1, 0)
    kind = "boroughs" if measure.level == "london_borough" else "forces"
    told_by = origin != "illustrative" and found["areas_expected"]
    who = f", from {found['areas_supplied']} of {found['areas_expected']} {kind}" if told_by else ""
    badge = html.P(ORIGINS[origin][0], className=f"badge {origin}") if origin != "published" else None
    shown = [] if measure.context else [html.A("See the charts", href=Selection(measure=measure.id).address("/"), className="button")]
    return [
        *([badge] if badge else []),
        html.P([f"{ORIGINS[origin][0]} figures, {window_label((first, last))}{who}. ",
                *([f"{ORIGINS[origin][1]} "] if origin == "illustrative" else []),
                *([html.A(f"Which {kind} supplied what", href=f"/data/coverage?field={field}"), "."] if told else [])]),
        *([html.P(shown)] if shown else []),
    ]


def _each(measure: Measure, release: Release) -> int:
    """Return the months of one figure that the release tells the first and the last month of: it stands at its last."""
    cube = release.cube(measure.numerator)
    told = next(iter(cube.tables.values())) if isinstance(cube, TableSet) else cube
    return told.each if told else 0


def _tables(measure: Measure) -> list[Component]:
    lines = describing.tables(measure)
    if not lines:
        return []
    return [html.H2("Tables that it is published in", id="tables"),
            html.P("The figures of persons leave a publish in these tables alone, each cell changed once. A choice that no "
                   "table holds is answered by the nearest wider one, and the page says so."),
            html.Ul([html.Li(line) for line in lines])]


def _corrected(measure: Measure, release: Release) -> list[Component]:
    """Return the corrections of a measure's figures, nothing where there are none."""
    found = [each for each in release.corrections if each.measure == measure.id]
    if not found:
        return []
    return [html.H2("Corrections", id="corrections"),
            html.Ul([html.Li(f"{day_words(each.date)}, {area_label(each.area_code)}, {period_words(each.period)}: {each.what} {each.why}")
                     for each in found]),
            html.P(html.A("All corrections", href="/data/corrections"))]


def _sources(measure: Measure, release: Release) -> list[Component]:
    sources = release.sources(measure) if release.origin(measure) else []
    entries = [html.Li(_source(source)) for source in sources]
    return [html.H2("Sources in this release", id="sources"),
            html.Ul(entries) if entries else html.P("No source has supplied figures for it yet.")]


def _source(source: Mapping[str, Any]) -> list[Component | str]:
    """Return a source with its publisher, its state and its licence; of an illustrative one how it came about."""
    if source["origin"] == "illustrative":
        return [f"{source['label']}: {source['credit']} ", html.A("What was assumed", href="/illustrative"), "."]
    name = html.A(source["label"], href=source["address"]) if source["address"] else source["label"]
    return [name, f", {source['publisher']}. State of the data: {source['vintage']}. {source['licence']}."]


def _files(measure: Measure, release: Release) -> list[Component]:
    """List the charts that the measure feeds, each with its files."""
    charts = charts_of(measure, release)
    if not charts:
        return []
    chosen = Selection(measure=measure.id)
    word = " of illustrative figures" if release.origin(measure) == "illustrative" else ""
    entries = [html.Li([
        html.A(chart.title, href=chosen.address(f"/charts/{chart.slug}")), ": ",
        html.A(f"CSV{word}", href=chosen.address(f"/charts/{chart.slug}.csv"), **{"aria-label": f"CSV{word}: {chart.title}"}),
        " \N{MIDDLE DOT} ",
        html.A("JSON", href=chosen.address(f"/charts/{chart.slug}.json"), **{"aria-label": f"JSON: {chart.title}"}),
    ]) for chart in charts]
    return [html.H2("Charts and files", id="files"), html.Ul(entries)]


def charts_of(measure: Measure, release: Release) -> list[Chart]:
    """Return the charts that have figures of a measure."""
    if release.origin(measure) is None or measure.context:
        return []
    chosen = Selection(measure=measure.id)
    found = [(chart, ask(release, chosen, chart=chart)) for chart in CHARTS if chart.measure in ("", measure.id)]
    return [chart for chart, answer in found if feeds(answer) and not answer.reason]


MEASURE_PAGES: tuple[TextPage, ...] = (
    TextPage(path="/measures", title="Measures", says="Every measure with its definition, in six groups.",
             content=all_measures),
    *(TextPage(path=address(measure), title=measure.label, says=measure.definition,
               content=partial(one_measure, measure=measure)) for measure in MEASURES),
)
"""The list, and a page for each entry of the registry."""
