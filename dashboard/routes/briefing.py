"""The briefing as a PDF that screen readers can read: ``/performance.pdf`` with the choice of the page."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import typst
from flask import Flask, Response

from dashboard.drawing import Easel
from dashboard.routes.charts import Releases, selection_of_request
from dashboard.routes.files import file_name
from dashboard.routes.images import LIVE, PINNED, live_address
from dashboard.shelf import Kept
from data.release import Release
from data.selection import Selection
from layouts.briefing import briefing
from layouts.charts import PERFORMANCE
from layouts.lettering import FILES
from layouts.pages import PAGE_BY_PATH
from layouts.view import look

STANDARD = "ua-1"
"""PDF/UA-1: tagged, titled, with words for every figure. A briefing that does not keep it is not made."""


def pdf(source: str, *, made: datetime) -> bytes:
    """Return a document as PDF, in the fonts that come with the program: the same bytes for the same source and time."""
    return typst.compile(source.encode(), font_paths=[str(FILES[0].parent)], ignore_system_fonts=True, pdf_standards=STANDARD,
                         timestamp=int(made.timestamp()))


def set_briefing(selection: Selection, *, release: Release, base: str) -> Kept:
    """Return the briefing of a choice, set now."""
    view = look(release, selection, page=PAGE_BY_PATH[PERFORMANCE])
    name = file_name("performance", release, illustrative=view.illustrative)
    return Kept(f"{name}.pdf", pdf(briefing(view, base=base), made=datetime.fromisoformat(f"{release.id[:10]}T00:00Z")))


def register(server: Flask, *, releases: Releases, easel: Easel, base_url: str) -> None:
    """Serve ``/performance.pdf``."""

    def as_pdf() -> Response:
        selection = selection_of_request()
        release = releases(selection.release)
        base = live_address("", Selection(), base_url=base_url)
        choice = selection.without("release")
        found = easel.once((release.id, "briefing", choice.query_string(), base),
                           partial(set_briefing, choice, release=release, base=base))
        response = Response(found.body, content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{found.name}"'
        response.headers["Cache-Control"] = PINNED if selection.release else LIVE
        return response

    server.add_url_rule(f"{PERFORMANCE}.pdf", endpoint="hue_briefing", view_func=as_pdf)
