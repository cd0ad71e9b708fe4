"""Static files: named by their content, compressed once, kept by browsers for ever.

Everything that a page loads, our own assets as well as the scripts of Dash and its components, is
written to ``HUE_HOME/static`` when the application is made. An address holds a fingerprint of the
content and no version of anything, so it may be kept for a year and never asks again.

Files of one *group* keep their names and share one fingerprinted folder, because they are looked
for beside one another: Dash's components load their later parts from the folder of their first,
and Plotly looks for ``world_110m.json`` in the folder that it is given.
"""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import mimetypes
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import brotli
import dash
import dash_bootstrap_components
import plotly
from dash import _dash_renderer  # the list of React scripts that Dash itself reads
from flask import Flask, Response, abort, request
from werkzeug.security import safe_join

PREFIX = "/static/"
FOREVER = "public, max-age=31536000, immutable"
TEXT = frozenset({".css", ".csv", ".geojson", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest", ".xml"})
"""Endings of files that compression makes smaller."""

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".css": "text/css; charset=utf-8",
        ".geojson": "application/geo+json",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".webmanifest": "application/manifest+json",
        ".woff2": "font/woff2",
    }
)

COMPONENT_CHUNKS = ("async-graph.js",)
"""Parts of Dash's components that are loaded when first needed: the graph, and nothing else is used."""


@dataclass(frozen=True)
class StaticFile:
    """One file that a browser may fetch: the name that code calls it by, its content, its group."""

    name: str
    content: bytes
    group: str = ""


@dataclass(frozen=True)
class StaticFiles:
    """All static files of one application: where they lie and what their addresses are."""

    folder: Path
    addresses: Mapping[str, str] = field(default_factory=dict)
    slim: bool = False
    """Whether the slim Plotly bundle serves, and not the one that comes with Dash."""

    def url(self, name: str) -> str:
        """The address of a file by its name (``site.css``). Raises ``KeyError`` for an unknown name."""
        return self.addresses[name]

    def folder_url(self, name: str) -> str:
        """The address of the folder that a grouped file lies in, with its closing slash."""
        return self.addresses[name].rsplit("/", 1)[0] + "/"

    def styles(self) -> tuple[str, ...]:
        """Addresses of the style sheets of every page, by name."""
        return tuple(url for name, url in sorted(self.addresses.items()) if name.endswith(".css") and name not in _PLACED)

    def scripts(self) -> tuple[str, ...]:
        """Addresses of the scripts that draw a page, in the order in which they must run.

        ``boot.js`` is not among them: it stands in the page and loads these after the first paint.
        """
        ours = sorted(name for name in self.addresses if name.endswith(".js") and name not in _PLACED)
        return tuple(self.addresses[name] for name in (*_ORDER, *ours) if name in self.addresses)


_ORDER = (
    "react.js",
    "react-dom.js",
    "prop-types.js",
    "renderer.js",  # components ask it for its context when they load
    "dash_core_components.js",
    "dash_core_components-shared.js",
    "html.js",
    "bootstrap.js",
    "clientside.js",
)
POSITION = "position.js"
"""Fills in where a reader is; only the page that has a place for it loads it."""
HOST, FRAMED = "embed.js", "frame.js"
"""What gives an embed its height: the script of the page around it, and that of the embed itself, which also draws it."""
OF_EMBEDS = (HOST, FRAMED, "embed.css", "light.css", "dark.css")
_PLACED = frozenset({*_ORDER, *COMPONENT_CHUNKS, "boot.js", "plotly.js", POSITION, *OF_EMBEDS})
"""Files that stand in the pages that need them, or are loaded when first needed, and not in every page."""


def build_static(*, home: Path, assets: Path, bundle: Path | None = None) -> StaticFiles:
    """Write every static file of the application under ``home`` and return their addresses.

    ``assets`` is the folder of our own files (its ``src`` is left out), ``bundle`` the slim Plotly
    bundle where there is one. Files that are there already are not written or compressed again.
    """
    empty = StaticFiles(folder=home / "static", slim=bundle is not None)
    files = (*_library_files(bundle=bundle), *_own_files(assets))
    return add_files(empty, files=files)


def add_text(static: StaticFiles, *, name: str, text: str) -> StaticFiles:
    """Add one file that is made by code, such as the clientside callbacks of the application."""
    return add_files(static, files=(StaticFile(name, text.encode()),))


def add_files(static: StaticFiles, *, files: Iterable[StaticFile]) -> StaticFiles:
    """Write files and return the static files with their addresses added."""
    listed = tuple(files)
    addresses = dict(static.addresses)
    for file in listed:
        path = _fingerprinted(file, mates=[mate for mate in listed if mate.group == file.group])
        write_compressed(static.folder / path, content=file.content)
        addresses[file.name] = PREFIX + path
    return dataclasses.replace(static, addresses=MappingProxyType(addresses))


def write_compressed(path: Path, *, content: bytes) -> None:
    """Write a file and, for text, its ``.br`` and ``.gz``; the plain file last, each in one step.

    For files whose name says what is in them: one that exists is left as it is.
    """
    if path.is_file():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix in TEXT:
        _write(path.with_name(path.name + ".br"), content=brotli.compress(content, quality=11))
        _write(path.with_name(path.name + ".gz"), content=gzip.compress(content, 9, mtime=0))
    _write(path, content=content)


def _write(path: Path, *, content: bytes) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    os.replace(part, path)


def _fingerprinted(file: StaticFile, *, mates: list[StaticFile]) -> str:
    """The path of a file below the static folder: ``site.3f9a….css`` or ``dcc.81bc…/async-graph.js``."""
    if not file.group:
        stem, dot, ending = file.name.rpartition(".")
        return f"{stem}.{_digest([file])}{dot}{ending}"
    return f"{file.group}.{_digest(mates)}/{file.name}"


def _digest(files: list[StaticFile]) -> str:
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda each: each.name):
        digest.update(f"{file.name} {len(file.content)} ".encode() + file.content)
    return digest.hexdigest()[:12]


def _library_files(*, bundle: Path | None) -> tuple[StaticFile, ...]:
    """The scripts of Dash and its components. The polyfill for browsers of 2018 is left out."""
    root = Path(dash.__file__).parent
    dcc, react = root / "dcc", _dash_renderer._js_dist_dependencies[0]["relative_package_path"]["prod"]
    sources = {
        "renderer.js": root / "dash-renderer/build/dash_renderer.min.js",
        "html.js": root / "html/dash_html_components.min.js",
        "bootstrap.js": Path(dash_bootstrap_components.__file__).parent
        / "_components/dash_bootstrap_components.min.js",
        "plotly.js": bundle or Path(plotly.__file__).parent / "package_data/plotly.min.js",
    }
    for path in react:
        name = path.rsplit("/", 1)[-1].split("@", 1)[0] + ".js"
        if name in _ORDER:
            sources[name] = root / path
    names = ("dash_core_components.js", "dash_core_components-shared.js", *COMPONENT_CHUNKS)
    grouped = tuple(StaticFile(name, (dcc / name).read_bytes(), "dcc") for name in names)
    return (*(StaticFile(name, path.read_bytes()) for name, path in sources.items()), *grouped)


def _own_files(assets: Path) -> tuple[StaticFile, ...]:
    """Our own files: those directly in the folder, and each folder in it (save `src`) as a group."""
    paths = sorted(path for path in assets.rglob("*") if path.is_file() and not path.name.startswith("."))
    below = ((path, path.relative_to(assets).parts) for path in paths)
    return tuple(
        StaticFile(parts[-1], path.read_bytes(), parts[0] if len(parts) > 1 else "")
        for path, parts in below
        if parts[0] != "src" and len(parts) <= 2
    )


def best_encoding(accepted: Mapping[str, float], *, available: Iterable[str]) -> str:
    """The coding to answer with: the best accepted one, Brotli before gzip, or ``identity``.

    ``accepted`` maps a coding (or ``*``) to its weight, as the request's ``Accept-Encoding`` gives it.
    """
    weights = {name: accepted.get(name, accepted.get("*", 0.0)) for name in available}
    best = max(weights, key=lambda name: (weights[name], name == "br"), default="identity")
    return best if weights.get(best, 0.0) > 0 else "identity"


def accepted_encodings() -> dict[str, float]:
    """What the present request accepts, by coding."""
    return {name.lower(): quality for name, quality in request.accept_encodings}


def send_file_compressed(path: Path, *, cache: str = FOREVER, etag: str = "") -> Response:
    """Answer with a file, or with the `.br` or `.gz` beside it that the browser accepts.

    ``cache`` is the Cache-Control header. Without an ``etag`` the file's name, size and time make
    one. A request that has the file already gets 304. A missing file is 404.
    """
    try:
        state = path.stat()
        beside = {"br": path.with_name(path.name + ".br"), "gzip": path.with_name(path.name + ".gz")}
        coding = best_encoding(
            accepted_encodings(), available=[name for name, file in beside.items() if file.is_file()]
        )
        content = beside.get(coding, path).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        abort(404)
    tag = etag or hashlib.sha256(f"{path.name} {state.st_size} {state.st_mtime_ns}".encode()).hexdigest()[:16]
    response = Response(content, content_type=media_type(path.name))
    response.headers["Cache-Control"] = cache
    response.headers["Vary"] = "Accept-Encoding"
    if coding != "identity":
        response.headers["Content-Encoding"] = coding
    response.set_etag(tag if coding == "identity" else f"{tag}-{coding}")
    return response.make_conditional(request)


def media_type(name: str) -> str:
    """The Content-Type of a file by its name."""
    ending = Path(name).suffix
    return MEDIA_TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def register(server: Flask, *, static: StaticFiles) -> None:
    """Serve the static files below ``/static/``."""

    def serve(path: str) -> Response:
        inside = safe_join(str(static.folder), path)
        if inside is None or path.endswith((".br", ".gz", ".part")):
            abort(404)
        return send_file_compressed(Path(inside), etag=hashlib.sha256(path.encode()).hexdigest()[:16])

    server.add_url_rule(f"{PREFIX}<path:path>", endpoint="hue_static", view_func=serve, methods=["GET"])
