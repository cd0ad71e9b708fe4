"""A page with filters: sentence, tiles, the form, the cards. A chart's own page is the same with one card."""

from __future__ import annotations

from dataclasses import replace

from dash import dcc, html
from dash.development.base_component import Component

from layouts.components import (
    about,
    banner,
    cards,
    chips,
    coverage,
    needs_attention,
    offers,
    tiles,
)
from layouts.elements import Element
from layouts.face import AFTER, has_face, panel, strip
from layouts.filters import form
from layouts.pages.find_area import field
from layouts.shell import frame
from layouts.view import View, shown_on
from layouts.words import status_sentence


def _link(view: View, path: str, words: str, *, follows: bool) -> Component:
    """Return a link to a page that belongs to this one; the browser keeps one that follows the choice up to date."""
    return html.A(words, href=view.selection.address(path), **{"data-surface": path}) if follows else html.A(words, href=path)


def _briefing(view: View) -> list[Component | str]:
    """Return the briefing as a file, which names the release that the page shows, and what prints the page."""
    path = f"{view.page.path}.pdf"
    return [html.A("Briefing as PDF", href=replace(view.selection, release=view.release.id).address(path),
                   **{"data-surface": path, "data-held": "yes"}),
            " ", html.Button("Print this page", type="button", className="quiet script-only", **{"data-print": "yes"})]


def _cards(view: View) -> list[Component | Element]:
    """Return the cards, on the bare first page with the findings after the first of them."""
    drawn: list[Component | Element] = [*cards(view)]
    return [*drawn[:AFTER], panel(view), *drawn[AFTER:]] if has_face(view) else drawn


def layout(view: View) -> list[Component]:
    """Return the whole page for a view."""
    chosen = len(view.selection.without("measure", "release").pairs())
    title = html.Div([
        html.H1(view.page.heading or view.page.title),
        html.P(status_sentence(view.summary.total), id="sentence", role="status", className="lead"),
        html.P(f"Release {view.release.id}.", className="paper-only"),
    ])
    searched = not (view.page.single or view.page.kpis)
    head = [
        html.Div(banner(view), id="banner"),
        html.Div([title, field()], className="title-row") if searched else title,
    ]
    briefing = [html.P(_briefing(view), className="surfaces further")] if view.page.kpis else []
    body = [
        *([html.P([_link(view, path, words, follows=follows) for path, words, follows in view.page.links],
                  className="surfaces further")] if view.page.links else []),
        html.Div(offers(view), id="offers", className="offers"),
        *briefing,
        html.Div(needs_attention(view), id="attention", className="attention"),
        html.Dl(tiles(view), id="tiles", className="tiles"),
        *([html.Div(strip(view), className="face")] if has_face(view) else []),
        html.Div(coverage(view), id="coverage"),
        html.Details(about(view), id="about", className="about"),
        html.Div([
            html.Aside([
                html.Details([
                    html.Summary(["Filters", html.Span(f" ({chosen})" if chosen else "", id="filter-count")]),
                    form(view),
                ], id="filter-sheet", open=False),
            ], className="rail", **{"aria-label": "Filters"}),
            html.Div([
                html.Div(chips(view), id="chips"),
                html.Div(_cards(view), className="grid"),
            ], className="charts", id="charts"),
        ], className="columns"),
        dcc.Store(id="selection", data=view.selection.query_string()),
        dcc.Store(id="shown", data=shown_on(view)),
        dcc.Store(id="asked"),
        dcc.Store(id="drawn"),
        dcc.Store(id="offered"),
        dcc.Store(id="settled"),
    ]
    content = [html.Div([html.Div(head, className="sheet-head"), html.Div(body, className="sheet-body")], className="sheet")]
    return frame(view.page.path, content, release=view.release)
