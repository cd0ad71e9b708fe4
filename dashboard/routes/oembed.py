"""oEmbed 1.0 (https://oembed.com): what a site that is given the address of a chart needs to show it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

from flask import Flask, Response, request

from dashboard.guard import problem
from dashboard.routes.charts import Releases, chart_or_404
from dashboard.routes.embeds import OF_FRAMERS, view_of
from dashboard.routes.files import as_json
from dashboard.social import CARD_HEIGHT, CARD_WIDTH, FORMATS, OEMBED, image_address, site_address, travels
from dashboard.tracking import unfollowed
from data.errors import NotFound, SelectionError
from data.selection import MAX_QUERY, read
from layouts import embed
from layouts.shell import NAME
from layouts.view import View

KEYS = ("url", "format", "maxwidth", "maxheight")
LIFETIME = 3600
"""Seconds for which an answer may be kept."""
_CHART = re.compile(r"/(charts|embed)/([a-z0-9-]+)")


def register(server: Flask, *, releases: Releases, base_url: str) -> None:
    """Serve ``/oembed``, for the charts of this site alone. Consumers send keys of their own, such as ``dnt``: they change nothing."""

    def answered() -> Response:
        if twice := [key for key in KEYS if len(request.args.getlist(key)) > 1]:
            raise SelectionError(f"“{twice[0]}” can be given once only.", field=twice[0])
        form = request.args.get("format") or "json"
        if form not in FORMATS:
            return problem(501, title="Not implemented", detail=f"“{form[:60]}” is no format here: json or xml.", field="format")
        most = {name: _pixels(name) for name in ("maxwidth", "maxheight")}
        view, theme = _view(request.args.get("url", ""), releases=releases, base_url=base_url)
        if not travels(view):
            answer = view.answers[embed.chart_of(view).slug]
            why = answer.reason or "There is no figure to show."
            raise NotFound("These figures are illustrative: they are not offered to other sites." if answer.origin == "illustrative"
                           else f"There is nothing to embed. {why}")
        return _sent(_rich(view, theme=theme, base=site_address(base_url), **most), form=form)

    server.add_url_rule(OEMBED, endpoint="hue_oembed", view_func=answered)


def _view(address: str, *, releases: Releases, base_url: str) -> tuple[View, str]:
    """Return the view and the theme that an address of this site means. Raises ``NotFound`` for every other."""
    if not address:
        raise SelectionError("“url” is missing: the address of a chart of this site.", field="url")
    try:
        parts = urlsplit(address)
    except ValueError:
        raise NotFound("This is no address of a chart here.") from None
    hosts = {urlsplit(found).netloc.lower() for found in (base_url, request.host_url) if found}
    found = _CHART.fullmatch(parts.path)
    if parts.scheme not in ("http", "https") or parts.netloc.lower() not in hosts or not found or len(parts.query) > MAX_QUERY:
        raise NotFound("This is no address of a chart here: it has to begin with /charts/ or /embed/ on this site.")
    chart = chart_or_404(found[2])
    extra = ("theme", *OF_FRAMERS) if found[1] == "embed" else ()
    query = parse_qs(unfollowed(parts.query), keep_blank_values=True)
    try:
        selection = read(query, extra=extra)
    except SelectionError as error:
        raise NotFound(f"The filter “{error.field}” of the address cannot be read. {error}") from error
    theme = query.get("theme", [""])[0] if extra else ""
    return view_of(releases(selection.release), selection, chart=chart), theme if theme in embed.THEMES else ""


def _pixels(name: str) -> int | None:
    """Return a limit of the request in pixels, ``None`` where it has none. Raises ``SelectionError``."""
    text = request.args.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) and len(text) < 9):
        raise SelectionError(f"“{text[:60]}” is no number of pixels.", field=name, value=text[:60])
    return int(text)


def _rich(view: View, *, theme: str, base: str, maxwidth: int | None, maxheight: int | None) -> dict[str, Any]:
    """Return the answer's names and values, in the order of the specification."""
    width = min(embed.USUAL_WIDTH, maxwidth or embed.USUAL_WIDTH)
    height = min(embed.height_of(view, width=width), maxheight or embed.TALLEST)
    found: dict[str, Any] = {
        "version": "1.0", "type": "rich", "title": embed.title_of(view), "provider_name": NAME, "provider_url": f"{base}/",
        "cache_age": LIFETIME, "html": embed.code(view, base=base, theme=theme, width=width, height=height),
        "width": width, "height": height,
    }
    if (maxwidth or CARD_WIDTH) >= CARD_WIDTH and (maxheight or CARD_HEIGHT) >= CARD_HEIGHT:
        found |= {"thumbnail_url": f"{base}{image_address(view, selection=embed.held(view))}", "thumbnail_width": CARD_WIDTH,
                  "thumbnail_height": CARD_HEIGHT}
    return found


def _sent(found: dict[str, Any], *, form: str) -> Response:
    """Return the answer in a format."""
    if form == "json":
        response = as_json(found)
    else:
        root = ElementTree.Element("oembed")
        for name, value in found.items():
            ElementTree.SubElement(root, name).text = str(value)
        text = ElementTree.tostring(root, encoding="unicode")
        response = Response(f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n{text}', content_type="text/xml; charset=utf-8")
    response.headers["Cache-Control"] = f"public, max-age={LIFETIME}"
    return response
