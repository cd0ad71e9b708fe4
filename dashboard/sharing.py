"""Files, the API and oEmbed are for everybody: any page may read them, and caches may keep them for as long as they hold.

Pages are not: they are read here. An answer that names its release is the same for ever, but a release can be withdrawn
and the program be renewed, so caches let it go after a day.
"""

from __future__ import annotations

from flask import Flask, Response, request

from dashboard.social import OEMBED

API = "/api"
ENDINGS = (".csv", ".json", ".geojson", ".jsonld", ".xlsx", ".parquet", ".zip", ".atom", ".svg", ".png", ".pdf")
"""How the names of files of figures end."""
OURS = ("/static/", "/_dash", "/assets/")
"""Where files of the program lie, which pages alone need."""
LIVE = "public, max-age=60"
PINNED = "public, max-age=86400, immutable"
EXPOSED = "ETag, Link, Content-Disposition, Retry-After"
ASKED_AHEAD = {"Allow": "GET, HEAD, OPTIONS", "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS", "Access-Control-Allow-Headers": "*",
               "Access-Control-Max-Age": "86400"}
"""What a browser is told before it asks with headers of its own."""


def is_shared(path: str) -> bool:
    """Whether an address is a file of figures, of the API or of oEmbed, not a page.

    >>> is_shared("/charts/map.csv"), is_shared("/api/v1/data"), is_shared("/charts/map"), is_shared("/api")
    (True, True, False, False)
    """
    return path.startswith(f"{API}/") or path == OEMBED or path.endswith(ENDINGS) and not path.startswith(OURS)


def register(server: Flask) -> None:
    """Let every page read the files and the API of ``server``, and say how long they may be kept."""

    def share(response: Response) -> Response:
        if not is_shared(request.path):
            return response
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if request.method == "OPTIONS":
            response.headers.update(ASKED_AHEAD)
        if request.method in ("GET", "HEAD") and response.status_code in (200, 206, 304):
            response.headers.setdefault("Cache-Control", PINNED if request.args.get("release") else LIVE)
        return response

    server.after_request(share)
