"""A whole release as one file, and the catalogue in which data portals find it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Lock

from flask import Flask, Response, request

from dashboard.dcat import MEDIA_TYPE, PACKAGE, PATH, catalogue
from dashboard.drawing import Busy
from dashboard.routes.charts import Releases, selection_of_request
from dashboard.routes.files import as_json, none_but
from data.package import VERSION, kept_at, name_of, package_of
from data.release import Release

_MAKING = Lock()
PIECE = 65_536
"""Bytes that are sent at once."""


def register(server: Flask, *, releases: Releases, home: Path, base_url: str, contact: str) -> None:
    """Serve ``/data/release.zip``, made at the first request and kept below ``home``, and ``/data/catalog.jsonld``."""

    def package() -> Response:
        none_but("release")
        release = releases(selection_of_request().release)
        return _sent(_made(release, home=home), name=name_of(release), etag=f"{release.id}.{VERSION}")

    def catalog() -> Response:
        none_but("release")
        release = releases(selection_of_request().release)
        return as_json(catalogue(release, base=base_url or request.host_url.rstrip("/"), contact=contact), media_type=MEDIA_TYPE)

    server.add_url_rule(PACKAGE, endpoint="hue_package", view_func=package)
    server.add_url_rule(PATH, endpoint="hue_catalogue", view_func=catalog)


def _made(release: Release, *, home: Path) -> Path:
    """Return the zip of a release. Raises ``Busy`` while it is being made: nobody else waits in a thread of pages for it."""
    path = kept_at(release, home=home)
    if path.exists():
        return path
    if not _MAKING.acquire(blocking=False):
        raise Busy("The package is being made for another reader.")
    try:
        return package_of(release, home=home)
    finally:
        _MAKING.release()


def _sent(path: Path, *, name: str, etag: str) -> Response:
    """Return a large zip piece by piece, or the part of it that a reader still lacks."""
    size = path.stat().st_size
    response = Response(_pieces(path), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.content_length = size
    response.set_etag(etag)
    return response.make_conditional(request, accept_ranges=True, complete_length=size)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
