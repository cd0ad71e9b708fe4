"""Embeds: a chart as a document for the pages of others, live or pinned, and what is said of it later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import Flask, Response, request

from dashboard.index import FirstPage, Shell, document
from dashboard.routes.charts import Releases, chart_or_404, selection_of_request
from dashboard.sharing import LIVE, PINNED
from dashboard.static import FRAMED, HOST, StaticFiles, send_file_compressed
from data.errors import Gone, NotFound, SelectionError
from data.release import Release
from data.selection import Selection
from layouts import embed
from layouts.charts import Chart
from layouts.document import render
from layouts.pages import PAGE_BY_PATH
from layouts.shell import NAME
from layouts.standing import standing
from layouts.view import View, look

Remember = Callable[[tuple[str, ...], Callable[[], Any]], Any]

AROUND = "/embed.js"
"""Where the script for the pages around embeds stands."""
STRIP = "public, max-age=300"
SCRIPT = "public, max-age=3600"
OF_FRAMERS = ("initialWidth", "childId", "parentTitle", "parentUrl")
"""Keys that pym.js, in the page around an embed, adds to its address; what is shown does not depend on them."""
HEAD = '<base target="_blank">'
"""Links leave the frame: no other page of ours may stand in one."""


def view_of(release: Release, selection: Selection, *, chart: Chart) -> View:
    """Return the view that an embed shows."""
    return look(release, selection, page=PAGE_BY_PATH[f"/charts/{chart.slug}"])


def embedded(view: View, *, theme: str, themes: Mapping[str, Any], static: StaticFiles, base_url: str) -> FirstPage:
    """Return the document of an embed. ``themes`` are Plotly's templates by name, and the grids of tile maps."""
    chart = embed.chart_of(view)
    figure = embed.drawn(view)
    named = {name: themes[theme or name] for name in embed.THEMES}
    blocks = {
        "hue-theme": {**named, **({"tiles": themes["tiles"]} if chart.shape == "tiles" else {})},
        "hue-boot": {"topojson": static.folder_url("world_110m.json"), "bundle": [static.url(name) for name in ("figures.js", "plotly.js")]},
        "hue-figure": figure,
    } if figure else {}
    return _page(
        embed.title_of(view), render(embed.body(view), fill=lambda _kind, _name: embed.pictures(view)), theme=theme, blocks=blocks,
        scripts=("boot.js", FRAMED) if figure else (FRAMED,),
        canonical=f"{base_url}{view.selection.address(f'/charts/{chart.slug}')}" if base_url else "",
        strip=embed.strip_address(chart, view.selection) if view.selection.release else "",
        keep=PINNED if view.selection.release else LIVE)


def _page(
    title: str, body: str, *, theme: str = "", status: int = 200, strip: str = "", keep: str = "no-cache",
    scripts: tuple[str, ...] = (FRAMED,), **more: Any,
) -> FirstPage:
    link = f'\n<link rel="stylesheet" href="{strip.replace("&", "&amp;")}">' if strip else ""
    return FirstPage(
        title=f"{title} \N{EN DASH} {NAME}", body=body, head=f"{HEAD}{link}", robots="noindex", status=status, interactive=False,
        styles=(f"{theme or 'colours'}.css", "site.css", "embed.css"), scheme=theme or "light dark", headers={"Cache-Control": keep},
        scripts=scripts, **more)


def theme_of_request() -> str:
    """Return the theme that the address asks for, empty for the reader's own. Raises ``SelectionError``."""
    asked = request.args.getlist("theme")
    theme = asked[0] if asked else ""
    if len(asked) > 1 or theme not in ("", "auto", *embed.THEMES):
        raise SelectionError(f"“{', '.join(asked)[:60]}” is not a theme: light, dark or auto.", field="theme")
    return "" if theme == "auto" else theme


def register(
    server: Flask, *, releases: Releases, remember: Remember, static: StaticFiles, themes: Mapping[str, Any], base_url: str,
) -> None:
    """Serve ``/embed/<slug>``, the style sheet of its strip, and the script for the pages around embeds."""
    shell = Shell(static=static, config="", theme="")

    def sent(page: FirstPage) -> Response:
        return Response(document(page, shell=shell), status=page.status, headers=dict(page.headers), content_type="text/html; charset=utf-8")

    def answered(slug: str) -> Response:
        chart = chart_or_404(slug)
        selection, theme = selection_of_request("theme", *OF_FRAMERS), theme_of_request()
        try:
            release = releases(selection.release)
        except Gone:
            return sent(_page(chart.title, render(embed.gone(chart, selection)), theme=theme, status=410))

        def make() -> FirstPage:
            return embedded(view_of(release, selection, chart=chart), theme=theme, themes=themes, static=static, base_url=base_url)

        return sent(remember(("embed", release.id, slug, selection.query_string(), theme), make))

    def as_document(slug: str) -> Response:
        try:
            return answered(slug)
        except SelectionError as error:
            why = f"The filter “{error.field}” cannot be read. {error}"
            return sent(_page("This chart cannot be shown", render(embed.refused("This chart cannot be shown", why)), status=400))
        except NotFound as error:
            return sent(_page("There is no such chart", render(embed.refused("There is no such chart", str(error))), status=404))

    def as_strip(slug: str) -> Response:
        chart, selection = chart_or_404(slug), selection_of_request()
        if not selection.release:
            raise SelectionError("A live embed has no strip: name the release that is shown.", field="release")
        try:
            held, newest = releases(selection.release), releases("")
        except Gone:
            found = "withdrawn"
        else:
            key = ("standing", held.id, newest.id, slug, selection.query_string())
            found = remember(key, partial(standing, chart, selection, held=held, newest=newest))
        return Response(embed.strip_style(found), content_type="text/css; charset=utf-8", headers={"Cache-Control": STRIP})

    script = static.folder / static.url(HOST).removeprefix("/static/")
    server.add_url_rule(f"{embed.PATH}/<slug>", endpoint="hue_embed", view_func=as_document)
    server.add_url_rule(f"{embed.PATH}/<slug>/strip.css", endpoint="hue_strip", view_func=as_strip)
    server.add_url_rule(AROUND, endpoint="hue_embed_script", view_func=lambda: send_file_compressed(script, cache=SCRIPT))
