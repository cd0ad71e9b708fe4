"""The page of what changed: every figure, source and supply that the release has otherwise than the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from dash import html
from dash.development.base_component import Component

from data.areas import AREAS
from data.changes import Changed, Changes, Supply, label_of, of_release
from data.frame import area_label
from data.release import Release
from layouts.changed import PATH, PROTECTED, months, none, numbers, of_supply, pair
from layouts.components import ORIGINS
from layouts.pages.area import address
from layouts.pages.stacked import row, stacked
from layouts.pages.text_page import Content, Query, TextPage
from layouts.words import initial, joined

FEED = f"{PATH}.atom"
_FIELDS = ("Field", "Kind", "Revised", "New", "Gone", "Revised months", "Places")
_NUMBERS = (2, 3, 4)
_PLACES = ("Place", "What changed", "Fields with revised figures")
DOT = " \N{MIDDLE DOT} "


def revisions_page(release: Release, query: Query) -> Content:
    """Return what the release changed of the one before it, or why there is nothing to tell."""
    changes = of_release(release)
    marks = html.P(["A revised figure carries the mark [r] wherever it stands. ", html.A("What the marks mean", href="/help#marks"),
                    DOT, html.A("What was corrected, and why", href="/data/corrections")])
    if changes is None:
        return Content(body=[html.P(none(release), className="lead"), marks, _files(release)], feeds=feeds())
    illustrative = any(each.origin == "illustrative" for each in (*changes.changed, *changes.supply))
    return Content(illustrative=illustrative, feeds=feeds(), body=[
        html.P(f"{pair(release, changes)}: {numbers(changes.changed)}; {changes.same:,} figures stand as they were.",
               className="lead", role="status"),
        html.P(PROTECTED),
        marks,
        *([html.P([html.Strong("Illustrative figures are among them. "), ORIGINS["illustrative"][1]], className="callout")]
          if illustrative else []),
        *_sources(changes),
        *_figures(changes.changed),
        *_supply(changes.supply),
        *_places(changes),
        html.H2("Files", id="files"),
        _files(release),
    ])


def feeds() -> tuple[tuple[str, str], ...]:
    """Return the feed of the page: its title and address."""
    return (("What changed with each release", FEED),)


def _files(release: Release) -> Component:
    query = f"?release={release.id}"
    links = [html.A(label, href=f"{PATH}.{suffix}", **{"aria-label": f"{label}: what changed"})
             for suffix, label in ((f"csv{query}", "CSV"), (f"json{query}", "JSON"), ("atom", "Feed (Atom)"))]
    return html.P([part for place, link in enumerate(links) for part in ((DOT, link) if place else (link,))])


def _sources(changes: Changes) -> list[Component]:
    lines = [*(f"New: {label}." for label in changes.sources_added), *(f"No longer there: {label}." for label in changes.sources_gone),
             *(f"{label}: {now}, {before} before." for label, before, now in changes.vintages),
             *(f"{label_of(field)}: {ORIGINS[now][0].lower()} figures stand in place of {before} ones; they are not compared."
               for field, before, now in changes.replaced),
             *(f"Corrected: {each.what} {each.why}" for each in changes.corrections)]
    body = html.Ul([html.Li(line) for line in lines]) if lines else html.P("The same sources, in the same state.")
    return [html.H2("Sources and corrections", id="sources"), body]


def _figures(changed: Sequence[Changed]) -> list[Component]:
    head = html.H2("Figures by field", id="fields")
    if not changed:
        return [head, html.P("No figure differs.")]
    rows = []
    for _, found in groupby(sorted(changed, key=lambda each: (label_of(each.field), each.field)), key=lambda each: each.field):
        of_field = list(found)
        cells = [f"{sum(getattr(each, name) for each in of_field):,}" for name in ("revised", "added", "gone")]
        most = sorted((each for each in of_field if each.revised), key=lambda each: -each.revised)
        where = joined([area_label(each.area_code) for each in most]) if most else ""
        rows.append(row(_FIELDS, [label_of(of_field[0].field), ORIGINS[of_field[0].origin][0], *cells, months(of_field), where], numbers=_NUMBERS))
    return [head, html.P("A figure is one cell as it is published: one place, month, channel, age group or crime type."),
            html.Div(stacked("Figures that differ from the release before, by field", _FIELDS, rows, numbers=_NUMBERS), className="table-slot",
                     tabIndex=0, role="region", **{"aria-label": "Figures by field"})]


def _supply(supply: Sequence[Supply]) -> list[Component]:
    if not supply:
        return [html.H2("Supply", id="supply"), html.P("No field was newly supplied, none is late that was not before.")]
    return [html.H2("Supply", id="supply"), html.Ul([html.Li(of_supply(each, named=True)) for each in supply])]


def _places(changes: Changes) -> list[Component]:
    found = [(code, list(of_place)) for code, of_place in groupby(
        sorted(changes.changed, key=lambda each: (area_label(each.area_code), each.area_code)), key=lambda each: each.area_code)]
    if not found:
        return []
    rows = [row(_PLACES, [_place(code), initial(numbers(of_place)),
                          ", ".join(label_of(each.field) for each in of_place if each.revised)]) for code, of_place in found]
    return [html.H2("Figures by place", id="places"),
            html.Div(stacked("Figures that differ from the release before, by place", _PLACES, rows), className="table-slot",
                     tabIndex=0, role="region", **{"aria-label": "Figures by place"})]


def _place(code: str) -> Component | str:
    has_page = code in AREAS and AREAS[code].type != "country"
    return html.A(area_label(code), href=f"{address(code)}#changed") if has_page else area_label(code)


REVISIONS_PAGE = TextPage(
    path=PATH, title="What changed", wide=True, content=revisions_page, keys=("release",), selects=True,
    says="What this release changed of the one before it: figures revised, new and gone, sources and supply.")
