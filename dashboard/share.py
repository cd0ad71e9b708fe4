"""The page that tells how to show a chart elsewhere: what it says needs the public address of the site and its contact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from dash import html
from flask import request

from dashboard.index import FirstPage
from dashboard.routes.charts import Releases
from dashboard.routes.embeds import view_of
from dashboard.social import FORMATS, oembed_address, site_address, travels
from data.errors import HueError, SelectionError
from data.selection import EMPTY, read
from layouts import embed, sharing
from layouts.charts import CHARTS, Chart
from layouts.document import render
from layouts.notices import unread
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
    body = [html.H1(f"Embed and cite: {chart.title}"), *unread(problem),
            html.P(html.A("To the chart", href=view.selection.address(f"/charts/{chart.slug}"))),
            html.Div(sharing.content(view, chosen, base=base, contact=contact, today=datetime.now(UTC).date(), oembed=oembed), className="text")]
    height = chosen.height or embed.height_of(view, width=chosen.width or embed.USUAL_WIDTH)
    preview = embed.code(told, base="", theme=chosen.theme, width=chosen.width, height=height)
    return FirstPage(
        title=title, interactive=False, robots="noindex", scripts=(SCRIPT, "embed.js"),
        body=render(frame(sharing.path(chart.slug), body, release=view.release), fill=lambda _kind, _name: preview))


def _asked(chart: Chart, releases: Releases) -> tuple[View, sharing.Choice, str]:
    query = request.args.to_dict(flat=False)
    try:
        selection = read(query, extra=sharing.KEYS)
        chosen, problem = sharing.choice(query, selection=selection), ""
        release = releases(selection.release if chosen.pinned else "")
    except HueError as error:
        field = f"“{error.field}”: " if isinstance(error, SelectionError) else ""
        selection, chosen, problem, release = EMPTY, sharing.Choice(), f"{field}{error}", releases("")
    return view_of(release, replace(selection, release=release.id if chosen.pinned else ""), chart=chart), chosen, problem
