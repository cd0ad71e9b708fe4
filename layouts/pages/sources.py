"""About the data: every source, what it is, who publishes it, how often, its limits and its credit line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from data.measures import MEASURES
from data.release import Release
from data.sources.registry import SOURCE_BY_ID, SOURCES
from layouts.changed import PATH as CHANGED
from layouts.charts import CHARTS
from layouts.components import ORIGINS
from layouts.formats import formats_of
from layouts.pages.stacked import row, stacked
from layouts.pages.text_page import Content, Query, TextPage


DOT = " \N{MIDDLE DOT} "
DOWNLOADS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("The whole release: every public table, with a datapackage.json", ("/data/release.zip",)),
    ("The catalogue for data portals (DCAT)", ("/data/catalog.jsonld",)),
    ("Coverage: every force, field and month", ("/data/coverage.csv",)),
    ("What changed since the release before", (f"{CHANGED}.csv", f"{CHANGED}.json", f"{CHANGED}.atom")),
    ("Corrections", ("/data/corrections.csv", "/data/corrections.json", "/data/corrections.atom")),
    ("Every measure with its definition", ("/measures.json",)),
    ("Every force and district", ("/areas.json",)),
    ("Every chart with its addresses", ("/charts.json",)),
    ("The appeals one by one", ("/appeals/list.csv", "/appeals/list.json")),
    ("Results that others published", ("/appeals/published.csv", "/appeals/published.json")),
    ("Signals of the KPIs", ("/performance.atom",)),
    ("Outlines of police forces", ("/geo/police_force.geojson",)),
)
"""Files that hold all of something, by what they hold."""
_FILES = ("What it holds", "Files")


def sources(release: Release, query: Query) -> Content:
    """Return the sources of the release, each with all that must be known of it, and those that could be supplied."""
    held: dict[str, list[Mapping[str, Any]]] = {}
    for source in release.manifest["sources"]:
        held.setdefault(source["id"], []).append(source)
    missing = [source for source in SOURCES if source.id not in held]
    entries = [_entry(release, source) for stated in held.values() for source in stated]
    return Content(illustrative=release.illustrative(), body=[
        html.P("Every figure on this site comes from one of these sources, or is illustrative and says so. What a source "
               "does not hold is shown as not supplied, never as zero."),
        html.P([html.A("Who supplied what, month by month", href="/data/coverage"), DOT,
                html.A("What changed", href=CHANGED), DOT,
                html.A("What was corrected", href="/data/corrections"), DOT,
                html.A("What is measured", href="/measures"), DOT, html.A("How it is done", href="/methods"), DOT,
                html.A("Files to download", href="#files"), DOT, html.A("Data for programs", href="/api")]),
        html.H2("In this release", id="held"),
        *entries,
        html.H2("Read where somebody supplies it", id="missing"),
        html.P("These files can be supplied and are recognised by their columns. This release holds none of them."),
        html.Ul([html.Li(f"{source.label}: {source.publisher}. {source.kept_for}".strip()) for source in missing]),
        *_files(release),
    ])


def _files(release: Release) -> list[Component]:
    """Return every file that holds all of something, then those of each chart as they are without a choice."""
    rows = [row(_FILES, [text, _links([(_suffix(path), path) for path in paths], about=text)]) for text, paths in DOWNLOADS]
    rows += [row(_FILES, [html.A(f"Chart: {chart.title}", href=f"/charts/{chart.slug}"), _links(
        [(each.label, f"/charts/{chart.slug}.{each.suffix}?release={release.id}") for each in formats_of(chart)], about=chart.title)])
        for chart in CHARTS]
    return [
        html.H2("Files to download", id="files"),
        html.P(["Files of charts hold what the chart shows; choose places and months on its page first. Files of figures name their release. "
                "Whether a figure is published, uploaded or illustrative stands in its row. An ",
                html.A("area's page", href="/areas"), " has files of everything there is of it."]),
        html.Div(stacked("Files of this release", _FILES, rows), className="table-slot", tabIndex=0, role="region",
                 **{"aria-label": "Files of this release"}),
    ]


def _suffix(path: str) -> str:
    kind = path.rpartition(".")[2]
    return {"atom": "Feed (Atom)", "geojson": "GeoJSON", "jsonld": "JSON-LD"}.get(kind, kind.upper())


def _links(files: Sequence[tuple[str, str]], *, about: str) -> Component:
    links = [html.A(kind, href=path, **{"aria-label": f"{kind}: {about}"}) for kind, path in files]
    return html.Span([part for place, link in enumerate(links) for part in ((DOT, link) if place else (link,))])


def _entry(release: Release, source: Mapping[str, Any]) -> Component:
    """Return one source: a heading, its facts, its limits."""
    counts = [count for count in release.manifest["counts"].values() if source["id"] in count["sources"]]
    spans = [count["coverage"] for count in counts]
    facts: list[tuple[str, Any]] = [
        ("Kind of figures", ORIGINS[source["origin"]][0]),
        ("Publisher", source["publisher"]),
        ("Address", html.A(source["address"], href=source["address"]) if source["address"] else ""),
        ("How often", source["cadence"]),
        ("State of the data", source["vintage"]),
        ("Months", f"{min(span['first_month'] for span in spans)} to {max(span['last_month'] for span in spans)}" if spans else ""),
        ("Feeds", _measures(release, source["id"]) or _kept_for(source["id"])),
        ("Licence", source["licence"]),
        ("Credit line", source["credit"]),
        ("Limits", html.Ul([html.Li(limit) for limit in source["limits"]]) if source["limits"] else ""),
    ]
    return html.Section([
        html.H3(source["label"], id=f"source-{source['id']}-{source['origin']}"),
        html.Dl([part for name, value in facts if value for part in (html.Dt(name), html.Dd(value))], className="facts"),
    ], className="source-entry")


def _kept_for(source_id: str) -> str:
    """Return what a source is read for where it feeds no measure."""
    return SOURCE_BY_ID[source_id].kept_for if source_id in SOURCE_BY_ID else ""


def _measures(release: Release, source_id: str) -> list[Component | str]:
    """Return links to the measures that a source feeds."""
    fed = [measure for measure in MEASURES if release.origin(measure) is not None
           and any(source["id"] == source_id for source in release.sources(measure))]
    links = [html.A(measure.label, href=f"/measures/{measure.id}") for measure in fed]
    return [part for place, link in enumerate(links) for part in ((", ", link) if place else (link,))]


SOURCES_PAGE = TextPage(
    path="/data", title="About the data", says="Every source: who publishes it, how often, its limits and credit line; every file to download.",
    content=sources)
