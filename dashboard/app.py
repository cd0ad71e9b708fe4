"""The application: one function that makes it from its settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import dash
from dash import Dash, html
from flask import Flask, current_app, g, has_request_context, request

import data
from callbacks import clientside
from callbacks import page as page_callback
from dashboard import guard, headers, ready, sharing, static
from dashboard.api import page as api_page
from dashboard.api import routes as api
from dashboard.atom import MEDIA_TYPE
from dashboard.bundle import find_bundle
from dashboard.drawing import Easel
from dashboard.index import FirstPage, create_dash, finish
from dashboard.routes import (
    appeals,
    areas,
    boundaries,
    briefing,
    charts,
    claims,
    corrections,
    coverage,
    downloads,
    embeds,
    images,
    measures,
    oembed,
    revisions,
)
from dashboard.settings import ROOT, Settings
from dashboard.share import CHART_BY_PATH, share_page
from dashboard.shelf import Shelf
from dashboard.social import card_of
from dashboard.tracking import of_reader, unfollowing
from data.cache import Answers, attach
from data.errors import Gone, HueError, NotFound, Unreadable
from data.periods import day_words
from data.release import Release, Store
from layouts import face, findings
from layouts.charts import CHART_BY_SLUG
from layouts.document import render
from layouts.embed import PATH
from layouts.kpis import feed_address
from layouts.pages import PAGE_BY_PATH, PAGES
from layouts.pages.about import CONTACT
from layouts.pages.api import ADDRESSES, EXAMPLES
from layouts.pages.explore import layout
from layouts.pages.find_area import suggested
from layouts.pages.newsroom import PATH as NEWSROOM
from layouts.pages.text_page import TextPage, answered
from layouts.pages.texts import text_page
from layouts.shapes import SHAPES
from layouts.shapes.tiles import grids
from layouts.shell import NAME, SUBTITLE, frame
from layouts.table import table
from layouts.theme import css_tokens, plotly_template
from layouts.view import View

EXTENSION = "hue"
WIDE, HALF, NARROW = 720, 420, 358
"""Pixels across that pictures are drawn in: a whole row of the page, half of one, a phone. Half of a row is a row of
a phone: drawn no wider, its letters stay above 11 pixels there."""


@dataclass(frozen=True)
class House:
    """What the pages of one application stand on: its settings, its releases, its finished answers."""

    settings: Settings
    store: Store
    answers: Answers

    def release(self, name: str) -> Release:
        """Return a release by its name, the current one for an empty name."""
        name = name or self.current_id()
        return self.store.get(name) if name else self.store.current()

    def current_id(self) -> str:
        """Return the name of the release that is served, the same one all through a request; empty where there is none."""
        if not has_request_context():
            return self.store.current_id() or ""
        if "current_release" not in g:
            g.current_release = self.store.current_id() or ""
        found: str = g.current_release
        return found

    def state(self, name: str) -> str:
        """Return how a release stands that an address names: finished answers are kept under it, so that none outlives it."""
        try:
            return self.store.folder(name).name if name else ""
        except HueError as error:
            return type(error).__name__


def create_app(settings: Settings) -> Dash:
    """Return the application. Raises ``HueError`` where it cannot be made, with what to do."""
    _check_packages()
    store = Store(settings.home, now=settings.now)
    ready.make_ready(store.current())
    findings.findings(store.current())
    app = create_dash(__name__, title=NAME)
    server: Flask = app.server
    house = House(settings, store, attach(server, where=settings.cache))
    server.extensions[EXTENSION] = house
    files = static.build_static(home=settings.home, assets=settings.assets, bundle=find_bundle(home=settings.home))
    for name, only in (("colours", ""), ("light", "light"), ("dark", "dark")):
        files = static.add_text(files, name=f"{name}.css", text=css_tokens(only))
    static.register(server, static=files)
    headers.register(server, policies=(
        *(headers.embeddable(prefix, ancestors=settings.embed_ancestors) for prefix in (f"{PATH}/", embeds.AROUND)), headers.FILES))
    sharing.register(server)
    guard.register(app)
    server.wsgi_app = unfollowing(server.wsgi_app)  # type: ignore[method-assign]  # Flask's own way of wrapping it
    ready.register(server, store=store)
    charts.register(server, releases=house.release, base_url=settings.base_url, contact=settings.contact)
    easel = Easel(Shelf(settings.home / "pictures"))
    images.register(server, releases=house.release, easel=easel, base_url=settings.base_url)
    briefing.register(server, releases=house.release, easel=easel, base_url=settings.base_url)
    areas.register(server, releases=house.release)
    coverage.register(server, releases=house.release)
    claims.register(server, releases=house.release)
    corrections.register(server, releases=house.release)
    revisions.register(server, releases=house.release, base_url=settings.base_url)
    measures.register(server, releases=house.release)
    appeals.register(server, releases=house.release)
    boundaries.register(server, folder=settings.home / "static")
    downloads.register(server, releases=house.release, home=settings.home, base_url=settings.base_url, contact=settings.contact)
    api.register(server, releases=house.release, store=store, base_url=settings.base_url)
    theme = {"light": plotly_template("light"), "dark": plotly_template("dark"), "tiles": grids()}
    embeds.register(server, releases=house.release, remember=house.answers.remember, static=files, themes=theme,
                    base_url=settings.base_url)
    oembed.register(server, releases=house.release, base_url=settings.base_url)
    _register_pages()
    app.layout = html.Div(dash.page_container, id="app")
    page_callback.register(app, releases=house.release, remember=house.answers.remember)
    clientside.register(app)
    finish(app, static=files, describe=partial(describe, house=house), theme=theme, base_url=settings.base_url)
    return app


def _check_packages() -> None:
    """Stop where another package called ``data`` was found in place of ours: the names are common ones."""
    found = Path(data.__file__ or "").resolve().parent
    if found != ROOT / "data":
        raise HueError(f"The package “data” was found at {found}, not beside the dashboard. Start the program from its "
                       "own folder, or remove the other package from Python's path.")


def _register_pages() -> None:
    """Tell Dash Pages of every page. Its registry is shared by all applications of a process."""
    for page in PAGES:
        dash.register_page(f"hue{page.path}", path=page.path, title=title_of(page.title), name=page.title,
                           description=page.says, layout=_layout(page.path))


def _layout(path: str) -> Callable[..., list[Any]]:
    def deliver(**query: Any) -> list[Any]:
        house: House = current_app.extensions[EXTENSION]
        return layout(page_callback.view_of(path, of_reader(query), releases=house.release))

    return deliver


def title_of(title: str) -> str:
    """Return the title of a page as the browser shows it."""
    return f"{title} \N{EN DASH} {NAME}: {SUBTITLE}"


def describe(path: str, *, house: House) -> FirstPage:
    """Return what the first answer at a path says, before any script has run; where no release can be read, that."""
    try:
        return _described(path, house=house)
    except Unreadable as error:
        body = [html.H1("The figures cannot be shown"), html.Div([
            html.P(str(error)), html.P("The publisher of this site can mend it. Please come back later."),
        ], className="text")]
        return FirstPage(title=title_of("The figures cannot be shown"), interactive=False, charts=False, status=503,
                         robots="noindex", body=render(frame(path, body, release=None)))


def _described(path: str, *, house: House) -> FirstPage:
    if path in PAGE_BY_PATH:
        query = request.args.to_dict(flat=False)
        key = ("first", *_served(house), path, request.query_string.decode("latin-1"))
        return house.answers.remember(key, lambda: _first(path, query, house=house))
    if path in CHART_BY_PATH:
        chart = CHART_BY_PATH[path]
        return share_page(chart, releases=house.release, contact=_contact(house.settings.contact),
                          base_url=house.settings.base_url, title=title_of(f"Embed and cite: {chart.title}"))
    page = text_page(path)
    if page is None:
        return _missing(path, house=house)
    make = partial(_words, page, house=house)
    try:
        key = ("words", *_served(house), house.release(page.release).id, path, request.query_string.decode("latin-1"))
        return house.answers.remember(key, make) if page.kept else make()
    except NotFound:
        return _missing(path, house=house)
    except Gone:
        return _withdrawn(page.release, house=house)


def _served(house: House) -> tuple[str, str]:
    """Return the release that is served, and how the one stands that the address names."""
    return house.current_id(), house.state(request.args.get("release", ""))


def _first(path: str, query: Mapping[str, Any], *, house: House) -> FirstPage:
    view = page_callback.view_of(path, query, releases=house.release)
    body = render(layout(view), fill=partial(_fill, view))
    canonical = f"{house.settings.base_url}{view.selection.address(path)}" if house.settings.base_url else ""
    return FirstPage(
        title=title_of(f"{view.page.title}: {view.measure.label}"), description=view.page.says, body=body,
        canonical=canonical, robots="noindex" if view.illustrative or view.problem else "",
        head=_feeds([("Signals of the KPIs", feed_address(view.selection.area))] if view.page.kpis else []),
        card=card_of(view) if view.page.single else None,
    )


def _fill(view: View, kind: str, slug: str) -> str:
    """Return the picture or the table that the server draws in the place of a chart or of a finding."""
    if kind == "picture":
        return face.picture(view, slug)
    chart, answer = CHART_BY_SLUG[slug], view.answers[slug]
    if kind == "table":
        return render(table(answer, chart=chart))
    whole_row = chart.shape == "heatmap" if view.page.still else chart.wide or view.page.single
    if not whole_row:
        return SHAPES[chart.shape].svg(answer, chart=chart, selected=view.outlined, width=HALF)
    narrow = replace(chart, slug=f"{slug}-narrow")
    pictures = {"for-wide": (chart, WIDE), "for-narrow": (narrow, NARROW)}
    draw = partial(SHAPES[chart.shape].svg, answer, selected=view.outlined)
    return "".join(f'<div class="graph {name}">{draw(chart=one, width=width)}</div>'
                   for name, (one, width) in pictures.items())


def _words(page: TextPage, *, house: House) -> FirstPage:
    release = _asked_for(house) if page.selects else house.release(page.release)
    content = answered(page, release, request.args.to_dict(flat=False))
    asked = request.query_string.decode("latin-1")
    canonical = f"{house.settings.base_url}{page.path}{f'?{asked}' if asked else ''}"
    body = [html.H1(page.title), html.Div(content.body, className="text wide-text" if page.wide else "text")]

    def fill(kind: str, name: str) -> str:
        if kind == "picture" and name in OWN_PLACES:
            return render(OWN_PLACES[name](house.settings))
        return content.pictures[name] if content.view is None or kind == "picture" else _fill(content.view, kind, name)

    return FirstPage(title=title_of(page.title), description=page.says, interactive=False, charts=False,
                     body=render(frame(page.path, body, release=release), fill=fill),
                     robots="noindex" if content.illustrative or content.unlisted else "", head=_feeds(content.feeds),
                     canonical=canonical if house.settings.base_url and not content.unlisted else "",
                     scripts=(static.POSITION,) if page.locates else (),
                     headers={"Permissions-Policy": headers.permissions("geolocation")} if page.locates else {})


def _feeds(found: Sequence[tuple[str, str]]) -> str:
    """Return the links by which a browser or a feed reader finds the feeds of a page."""
    return "\n".join(f'<link rel="alternate" type="{MEDIA_TYPE}" title="{escape(title)}" href="{escape(address)}">'
                     for title, address in found)


def _contact(address: str) -> list[Any]:
    """Return whom readers write to, or that the publisher has named nobody."""
    if not address:
        return ["The publisher has named no contact here. Write to the police force or to the publisher that is named under "
                "the figure."]
    return [html.A(address, href=address if address.startswith("https:") else f"mailto:{address}")]


OWN_PLACES: Mapping[str, Callable[[Settings], list[Any]]] = {
    CONTACT: lambda settings: _contact(settings.contact),
    ADDRESSES: lambda settings: api_page.addresses(),
    EXAMPLES: lambda settings: api_page.examples(settings.base_url or request.host_url.rstrip("/")),
}
"""What the server fills into places of pages of words, because it alone knows it."""


def _asked_for(house: House) -> Release:
    """Return the release that the address names, the current one where it names none that is there; the page says so."""
    try:
        return house.release(request.args.get("release", ""))
    except HueError:
        return house.release("")


def _withdrawn(name: str, *, house: House) -> FirstPage:
    told = house.store.withdrawal(name) or {}
    content = [html.H1("This release was withdrawn"), html.Div([
        html.P(f"Release {name} was withdrawn on {day_words(told['withdrawn'][:10])}. Why: {told['why']}" if told else
               f"Release {name} was withdrawn."),
        html.P([html.A("The facts of the current release", href=f"{NEWSROOM}/{house.current_id()}"), " \N{MIDDLE DOT} ",
                html.A("All releases", href=NEWSROOM)]),
    ], className="text")]
    return FirstPage(title=title_of("Withdrawn"), interactive=False, charts=False, status=410, robots="noindex",
                     body=render(frame(NEWSROOM, content, release=house.release(""))))


def _missing(path: str, *, house: House) -> FirstPage:
    content = [html.H1("There is no such page"), html.Div([
        html.P(["Nothing stands at ", html.Code(path[:120]), "."]),
        *suggested(path),
        html.P([html.A("To the start", href="/"), " \N{MIDDLE DOT} ", html.A("All charts", href="/charts"), " \N{MIDDLE DOT} ",
                html.A("All measures", href="/measures")]),
    ], className="text")]
    return FirstPage(title=title_of("No such page"), interactive=False, charts=False, status=404, robots="noindex",
                     body=render(frame(path, content, release=house.release(""))))
