"""A chart as a picture: ``/charts/<slug>.svg`` and ``.png`` in four sizes, for any choice and any release."""

from __future__ import annotations

from functools import partial

from flask import Flask, Response, request

from dashboard.drawing import KINDS, RETRY, Busy, Easel
from dashboard.guard import problem
from dashboard.rasteriser import Rasteriser
from dashboard.routes.charts import Releases, chart_or_404, selection_of_request
from dashboard.routes.files import ILLUSTRATIVE, file_name
from dashboard.shelf import Kept
from dashboard.social import site_address
from data.errors import SelectionError
from data.release import Release
from data.selection import Selection
from layouts.charts import Chart, ask
from layouts.picture_layout import SIZE_BY_NAME, SIZES, Size
from layouts.pictures import picture
from layouts.view import outlined

SIZE = "size"
PINNED = "public, max-age=31536000, immutable"
LIVE = "public, max-age=300"


def size_of_request() -> Size:
    """Return the size that the present request asks for. Raises ``SelectionError``."""
    asked = [name for name in request.args.getlist(SIZE) if name] or [SIZES[0].name]
    if len(asked) > 1:
        raise SelectionError(f"“{SIZE}” can be given once only.", field=SIZE, value=", ".join(asked)[:60])
    if asked[0] not in SIZE_BY_NAME:
        raise SelectionError(f"“{asked[0][:60]}” is not a size of pictures. The sizes are {', '.join(SIZE_BY_NAME)}.", field=SIZE,
                             value=asked[0][:60])
    return SIZE_BY_NAME[asked[0]]


def live_address(path: str, selection: Selection, *, base_url: str) -> str:
    """Return where a chart lives with the newest figures: at the public address, else where the request came to."""
    return f"{site_address(base_url)}{selection.without('release').address(path)}"


def drawn(
    chart: Chart, selection: Selection, *, release: Release, size: Size, kind: str, address: str, rasteriser: Rasteriser
) -> Kept:
    """Return a picture of a chart, drawn now."""
    answer = ask(release, selection, chart=chart)
    text = picture(chart, answer, release=release, selected=outlined(selection), size=size, address=address)
    what = chart.slug if size is SIZES[0] else f"{chart.slug}-{size.name}"
    name = file_name(what, release, illustrative=answer.origin == "illustrative")
    return Kept(f"{name}.{kind}", rasteriser.png(text) if kind == "png" else text.encode())


def register(server: Flask, *, releases: Releases, easel: Easel, base_url: str) -> None:
    """Serve ``/charts/<slug>.svg`` and ``/charts/<slug>.png``."""

    def as_picture(slug: str, *, kind: str) -> Response:
        chart, selection, size = chart_or_404(slug), selection_of_request(SIZE), size_of_request()
        release = releases(selection.release)
        address = live_address(f"/charts/{chart.slug}", selection, base_url=base_url)
        found = easel.once(
            (release.id, chart.slug, selection.without("release").query_string(), size.name, kind, address),
            partial(drawn, chart, selection, release=release, size=size, kind=kind, address=address,
                    rasteriser=easel.rasteriser))
        response = Response(found.body, content_type=KINDS[kind])
        response.headers["Content-Disposition"] = f'inline; filename="{found.name}"'
        response.headers["Cache-Control"] = PINNED if selection.release else LIVE
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.headers["Access-Control-Allow-Origin"] = "*"
        if found.name.startswith(ILLUSTRATIVE):
            response.headers["X-Robots-Tag"] = "noindex"
        return response

    for kind in KINDS:
        server.add_url_rule(f"/charts/<slug>.{kind}", endpoint=f"hue_{kind}", view_func=partial(as_picture, kind=kind))
    server.register_error_handler(Busy, _busy)


def _busy(error: Busy) -> Response:
    answer = problem(429, title="Too many requests", detail=f"{error} Please ask again in {RETRY} seconds.")
    answer.headers["Retry-After"] = str(RETRY)
    answer.headers["Cache-Control"] = "no-store"
    return answer
