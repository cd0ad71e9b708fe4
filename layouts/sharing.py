"""Everything that somebody needs to show a chart elsewhere: code to embed it, pictures, files, words to cite it by.

It is a page of its own, and complete there without scripts; with them it opens beside the card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from data.errors import SelectionError
from data.selection import Selection
from layouts import embed
from layouts.charts import Chart
from layouts.citing import citations
from layouts.notices import unread
from layouts.view import View

KEYS = ("mode", "theme", "width", "height")
LIVE, PINNED = "live", "pinned"
MODES = ((LIVE, "Live: follows each new release"), (PINNED, "Pinned: stays as it is, and says when figures were revised"))
THEMES = (("", "As the reader’s device"), ("light", "Light"), ("dark", "Dark"))
LOWEST = 200
"""Pixels that an embed has to be tall at least."""
PICTURES = (("SVG", "svg", ""), ("PNG", "png", "1x"), ("PNG, double size", "png", "2x"), ("PNG, 1200 by 630", "png", "card"),
            ("PNG, square", "png", "square"))
CARD = "card"
FILES = (("CSV", "csv"), ("JSON", "json"), ("Excel (XLSX)", "xlsx"), ("Parquet", "parquet"))
PREVIEW = "preview"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """How a chart is to be shown elsewhere. ``width`` and ``height`` are pixels; 0: as wide as there is room, as tall as is usual."""

    pinned: bool = False
    theme: str = ""
    width: int = 0
    height: int = 0


def path(slug: str) -> str:
    """Return the path of the page that tells how to share a chart."""
    return f"/charts/{slug}/share"


def choice(query: Mapping[str, Sequence[str]], *, selection: Selection) -> Choice:
    """Return the choice that an address holds. Raises ``SelectionError`` with the field at fault."""
    single = {key: query.get(key, [""]) for key in KEYS}
    for key, values in single.items():
        if len(values) > 1:
            raise SelectionError(f"“{key}” can be given once only.", field=key)
    mode, theme, width, height = (single[key][0] for key in KEYS)
    if mode not in ("", LIVE, PINNED):
        raise SelectionError(f"“{mode[:60]}” is not a mode: live or pinned.", field="mode")
    if theme not in ("", *embed.THEMES):
        raise SelectionError(f"“{theme[:60]}” is not a theme: light or dark.", field="theme")
    return Choice(pinned=mode == PINNED or not mode and bool(selection.release), theme=theme,
                  width=_pixels("width", width, least=embed.NARROWEST, most=embed.WIDEST),
                  height=_pixels("height", height, least=LOWEST, most=embed.TALLEST))


def _pixels(key: str, text: str, *, least: int, most: int) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 6 and least <= int(text) <= most):
        raise SelectionError(f"“{text[:60]}” is no {key} for an embed: {least} to {most} pixels.", field=key, value=text[:60])
    return int(text)


def shown(view: View, chosen: Choice) -> View:
    """Return the view that an embed of a choice shows: a pinned one names its release, a live one names none."""
    return replace(view, selection=embed.held(view) if chosen.pinned else view.selection.without("release"))


def content(
    view: View, chosen: Choice, *, base: str, contact: Component | Sequence[Any], today: date, oembed: Mapping[str, str], problem: str = "",
) -> Component:
    """Return what the page and the dialog hold. ``oembed`` are the addresses of the oEmbed answers, none where there is none;
    ``problem`` is what of the address could not be read."""
    chart, told = embed.chart_of(view), shown(view, chosen)
    height = chosen.height or embed.height_of(view, width=chosen.width or embed.USUAL_WIDTH)
    frame = embed.code(told, base=base, theme=chosen.theme, width=chosen.width, height=height)
    warning = [html.P([html.Strong("These figures are illustrative. "), "Every picture, file and embed says so. They say nothing about any "
                       "place, and are not offered as cards or by oEmbed."], className="callout")]
    return html.Div([
        *unread(problem),
        *(warning if view.illustrative else []),
        _form(chart, told, chosen),
        html.H2("Preview"),
        html.Div(id={"picture": PREVIEW}, className="preview"),
        html.H2("Code"),
        copied("code-frame", "For any page (iframe)", frame, rows=4),
        copied("code-script", "With a script that keeps the height right", f'{frame}\n<script src="{base}/embed.js" async></script>', rows=5),
        html.H2("Words to copy"),
        *(copied(f"cite-{place}", name, text, rows=9 if name == "BibTeX" else 4)
          for place, (name, text) in enumerate(citations(view, base=base, today=today).items())),
        html.H2("Pictures and files"),
        _links("Pictures: ", [(label, _picture(view, chart, suffix, size)) for label, suffix, size in PICTURES
                              if size != CARD or not view.illustrative]),
        _links("Files: ", [(label, embed.held(view).address(f"/charts/{chart.slug}.{suffix}")) for label, suffix in FILES]),
        _links("Addresses: ", [("Chart", told.selection.address(f"/charts/{chart.slug}")),
                               ("Embed", embed.address(chart, told.selection, theme=chosen.theme)), *oembed.items()]),
        html.H2("A mistake in these figures?"),
        html.P(contact),
        html.P(html.A("What has been corrected so far", href="/data/corrections")),
        html.P("", className="copy-says", role="status"),
    ], id="share", className="share", **{"data-says": problem or "The code follows your choice."})


def _picture(view: View, chart: Chart, suffix: str, size: str) -> str:
    found = embed.held(view).address(f"/charts/{chart.slug}.{suffix}")
    return f"{found}&size={size}" if size else found


def copied(name: str, label: str, text: str, *, rows: int) -> Component:
    """Return a text to copy, with its label and the button that a script shows."""
    return html.Div([
        html.Label(label, htmlFor=f"share-{name}"),
        html.Textarea(text, id=f"share-{name}", readOnly=True, rows=rows, spellCheck=False),
        html.Button(["Copy", html.Span(f": {label}", className="unseen")], type="button", className="quiet", hidden=True,
                    **{"data-copies": f"share-{name}", "data-says": f"Copied: {label}"}),
    ], className="copied")


def _links(word: str, links: Sequence[tuple[str, str]]) -> Component:
    parts = [part for text, href in links for part in (embed.DOT, html.A(text, href=href))][1:]
    return html.P([word, *parts])


def _form(chart: Chart, told: View, chosen: Choice) -> Component:
    """Return the choice as a form: its own submission gives the page of another choice."""
    kept = [dbc.Input(id=f"share-kept-{place}", type="hidden", name=key, value=value)
            for place, (key, value) in enumerate(embed.held(told).pairs() if chosen.pinned else told.selection.pairs())]
    mode = PINNED if chosen.pinned else LIVE
    return html.Form([
        *kept,
        html.Fieldset([html.Legend("Which figures"), dbc.RadioItems(
            id="share-mode", name="mode", value=mode, className="checks",
            options=[{"value": value, "label": label} for value, label in MODES])], className="filter"),
        html.Div([html.Label("Colours", htmlFor="share-theme"), dbc.Select(
            id="share-theme", name="theme", value=chosen.theme, options=[{"value": value, "label": label} for value, label in THEMES])]),
        *(html.Div([html.Label(label, htmlFor=f"share-{key}"), dbc.Input(
            id=f"share-{key}", type="text", name=key, value=str(value or ""), placeholder=usual, inputmode="numeric", maxlength=4)])
          for key, label, value, usual in (("width", "Width in pixels", chosen.width, "as wide as there is room"),
                                           ("height", "Height in pixels", chosen.height, "usual"))),
        html.Button("Update", type="submit", className="button"),
    ], action=path(chart.slug), method="get", className="share-form")
