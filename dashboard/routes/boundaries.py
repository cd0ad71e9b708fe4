"""The outlines of the areas, fetched once by every map: figures name them by address."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response

from dashboard.static import send_file_compressed, write_compressed
from data.boundaries import LEVELS, geojson_path
from data.errors import NotFound

A_DAY = "public, max-age=86400"


def register(server: Flask, *, folder: Path) -> None:
    """Serve ``/geo/<level>.geojson``, compressed once into ``folder``."""
    served: dict[str, Path] = {}
    for level in LEVELS:
        source = geojson_path(level)
        content = source.read_bytes()
        served[level] = folder / "geo" / f"{level}.{hashlib.sha256(content).hexdigest()[:12]}.geojson"
        write_compressed(served[level], content=content)

    def outlines(level: str) -> Response:
        if level not in served:
            raise NotFound(f"There are no outlines called “{level[:40]}”.")
        return send_file_compressed(served[level], cache=A_DAY, etag=served[level].name.split(".")[1])

    server.add_url_rule("/geo/<level>.geojson", endpoint="hue_outlines", view_func=outlines)

