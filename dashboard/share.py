"""The page that tells how to show a chart elsewhere: what it says needs the public address of the site and its contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dash import html
from flask import request

from dashboard.index import FirstPage
from dashboard.routes.charts import Releases
from dashboard.routes.embeds import view_of
from dashboard.social import FORMATS, oembed_address, site_address, travels
from data.errors import Gone, NotFound
from data.selection import Selection, read, readable
from layouts import embed, sharing
from layouts.charts import CHARTS, Chart
from layouts.document import render
from layouts.shell import frame
from layouts.view import View

CHART_BY_PATH = {sharing.path(chart.slug): chart for chart in CHARTS}
SCRIPT = "share.js"


def share_page(chart: Chart, *, releases: Releases, contact: Sequence[Any], base_url: str, title: str) -> FirstPage:
    """Return the page of one chart for the present request; what cannot be read of its address is said and left out."""
    view, chosen, problem = _asked(chart, releases)
    base = site_address(base_url)
    told = sharing.shown(view, chosen)
    oembed = {f"oEmbed ({form.upper()})": oembed_address(f"{base}{told.selection.address(f'/charts/{chart.slug}')}", base=base, form=form)
              for form in FORMATS} if travels(view) else {}
    body = [html.H1(f"Embed and cite: {chart.title}"),
            html.P(html.A("To the chart", href=view.selection.address(f"/charts/{chart.slug}"))),
            html.Div(sharing.content(view, chosen, base=base, contact=contact, today=datetime.now(UTC).date(), oembed=oembed,
                                     problem=problem), className="text")]
    height = chosen.height or embed.height_of(view, width=chosen.width or embed.USUAL_WIDTH)
    preview = embed.code(told, base="", theme=chosen.theme, width=chosen.width, height=height)
    return FirstPage(
        title=title, interactive=False, robots="noindex", scripts=(SCRIPT, "embed.js"),
        body=render(frame(sharing.path(chart.slug), body, release=view.release), fill=lambda _kind, _name: preview))


def _asked(chart: Chart, releases: Releases) -> tuple[View, sharing.Choice, str]:
    """Return the view and the choice of the present request, and what of it could not be read.

    A size that is none leaves the chart as it was chosen: nobody is to copy the code of another chart for it.
    """
    (selection, chosen), problem = readable(request.args.to_dict(flat=False), reads=_read)
    try:
        release = releases(selection.release if chosen.pinned else "")
    except (Gone, NotFound) as error:
        chosen, release, problem = replace(chosen, pinned=False), releases(""), f"{problem} {error}".strip()
    return view_of(release, replace(selection, release=release.id if chosen.pinned else ""), chart=chart), chosen, problem


def _read(query: Mapping[str, str | Sequence[str]]) -> tuple[Selection, sharing.Choice]:
    selection = read(query, extra=sharing.KEYS)
    return selection, sharing.choice(query, selection=selection)
