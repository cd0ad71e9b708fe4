"""The HTML document that every page starts as: complete to read before any script has run.

Dash's own document has no language, a title that says "Dash", the versions of Python and Dash, and
a part that differs on every load. This one carries the page as the server drew it, the same bytes
for the same address, and no inline script: one small file starts the rest after the first paint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import orjson
from dash import Dash
from dash.development.base_component import ComponentRegistry
from flask import Flask, Response, request

from dashboard.social import Card, site_address, tags
from dashboard.static import StaticFiles, add_text

WAITING = "position:absolute;left:0;right:0;height:0;overflow:hidden;visibility:hidden"
"""Dash draws unseen, but at the right width, while the server's picture is shown."""

HATCH = (
    '<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs><pattern id="too-small" width="6" '
    'height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M1 0v6" stroke="#8A949E" '
    'stroke-width="1.2"/></pattern></defs></svg>'
)
"""The pattern with which the style sheet fills areas too small to show: Plotly has none for areas."""


@dataclass(frozen=True)
class FirstPage:
    """What the server says of a page before Dash has drawn it.

    ``body`` is HTML that is safe to print (empty: none). ``head`` is further HTML for the head,
    such as links to alternates. ``status`` is 404 for a page that says that there is none.
    ``interactive`` is false where nothing is drawn by scripts, ``charts`` where no chart will be.
    ``card`` is what a link to the page is shown as elsewhere. ``scripts`` are static files that such a page runs all the same, ``blocks`` what they read, by the id of its element;
    ``styles`` are the style sheets in place of those of every page; ``headers`` go with the answer.
    """

    title: str
    description: str = ""
    body: str = ""
    head: str = ""
    canonical: str = ""
    robots: str = ""
    lang: str = "en-GB"
    status: int = 200
    interactive: bool = True
    charts: bool = True
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    blocks: Mapping[str, Any] = field(default_factory=dict)
    scheme: str = "light dark"
    card: Card | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Shell:
    """The parts of the document that are the same for every page of one application."""

    static: StaticFiles
    config: str
    theme: str

    @property
    def boot(self) -> Mapping[str, Any]:
        """What the starting script needs: the scripts to load and the folder of the map stub."""
        return {
            "scripts": self.static.scripts(),
            "topojson": self.static.folder_url("world_110m.json"),
        }


Describe = Callable[[str], FirstPage]
"""Given the path of a request (with its slash), what the first answer says. May read the request."""


def create_dash(name: str, *, title: str, **options: Any) -> Dash:
    """A Dash application with every door shut that this dashboard does not use.

    It has Dash Pages without a folder, serves no asset by itself, and answers no MCP. ``options``
    go to ``Dash``. The layout has to hold ``dash.page_container``.
    """
    server = Flask(name, static_folder=None)
    server.json.sort_keys = False
    settled: dict[str, Any] = {
        "use_pages": True,
        "pages_folder": "",
        "include_assets_files": False,
        "include_pages_meta": False,
        "suppress_callback_exceptions": True,
        "update_title": "",
        "compress": False,
        "enable_mcp": False,
        "websocket_callbacks": False,
        "add_log_handler": False,
    }
    return Dash(name, server=server, title=title, **{**settled, **options})


def finish(
    app: Dash, *, static: StaticFiles, describe: Describe, theme: Mapping[str, Any] | None = None, base_url: str = "",
) -> Shell:
    """Make the application answer its pages with this document; the last step of making it.

    Runs Dash's own set-up, which it would do at its first request and which parallel first requests
    would find half done, and writes the clientside callbacks to a file. No route can be added and
    no callback registered after it. Raises ``RuntimeError`` where the application cannot answer.
    """
    client = app.server.test_client()
    _expect(client.get("/_dash-dependencies").status_code, what="its list of callbacks")
    scripts = "\n".join(dict.fromkeys(app._inline_scripts))  # Dash has no public list of them
    whole = add_text(static, name="clientside.js", text=scripts) if scripts else static
    shell = Shell(
        static=whole,
        config=_data(page_config(app, static=whole)),
        theme=_data(theme) if theme else "",
    )

    def index(*_args: str, **_paths: str) -> Response:
        page = describe(request.path)
        return Response(document(page, shell=shell, base=site_address(base_url)), status=page.status, headers=dict(page.headers),
                        content_type="text/html; charset=utf-8")

    app.index = index  # Dash's routes look it up at each request
    _expect(client.get("/").status_code, what="its first page")
    return shell


def _expect(status: int, *, what: str) -> None:
    if status != 200:
        raise RuntimeError(f"The application could not answer {what}: status {status}.")


def page_config(app: Dash, *, static: StaticFiles) -> dict[str, Any]:
    """What Dash's renderer reads from the page: only what it uses, no version, nothing per request."""
    return {
        "url_base_pathname": app.config.url_base_pathname,
        "requests_pathname_prefix": app.config.requests_pathname_prefix,
        "ui": False,
        "props_check": False,
        "disable_version_check": True,
        "show_undo_redo": False,
        "suppress_callback_exceptions": True,
        "update_title": app.config.update_title,
        "children_props": ComponentRegistry.children_props,
        # Not "locally" by Dash's routes: the renderer then takes plotlyjs_url for Plotly.
        "serve_locally": False,
        "plotlyjs_url": static.url("plotly.js"),
        "validate_callbacks": False,
    }


def document(page: FirstPage, *, shell: Shell, base: str = "") -> str:
    """The whole HTML document of a page. ``base`` is the public address of the site, which cards name."""
    return f"""<!doctype html>
<html lang="{escape(page.lang)}">
<head>
<meta charset="utf-8">
<title>{escape(page.title, quote=False)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="{page.scheme}">
{_head(page, static=shell.static, base=base)}
</head>
<body>
{HATCH}{_first(page)}{_mount(page, shell=shell)}
</body>
</html>
"""


def _head(page: FirstPage, *, static: StaticFiles, base: str) -> str:
    lines = []
    if page.description:
        lines.append(f'<meta name="description" content="{escape(page.description)}">')
    if page.robots:
        lines.append(f'<meta name="robots" content="{escape(page.robots)}">')
    if page.canonical:
        lines.append(f'<link rel="canonical" href="{escape(page.canonical)}">')
    styles = [static.url(name) for name in page.styles] or static.styles()
    lines += [f'<link rel="stylesheet" href="{url}">' for url in styles]
    # Without a link the browser would ask for /favicon.ico.
    icon = static.addresses.get("favicon.svg", "data:,")
    lines.append(f'<link rel="icon" type="image/svg+xml" href="{icon}">')
    if page.card:
        lines += tags(page.card, base=base)
    if page.head:
        lines.append(page.head)
    scripts = (*page.scripts, "boot.js") if page.interactive else page.scripts
    lines += [f'<script src="{static.url(name)}" defer></script>' for name in scripts]
    return "\n".join(lines)


def _first(page: FirstPage) -> str:
    return f'<div id="first">{page.body}</div>\n' if page.body else ""


def _mount(page: FirstPage, *, shell: Shell) -> str:
    if not page.interactive:
        return _blocks({name: _data(value) for name, value in page.blocks.items()})
    waiting = f' style="{WAITING}" inert' if page.body else ""
    plotly = {"plotly": shell.static.url("plotly.js")} if page.charts else {}
    blocks = {"_dash-config": shell.config, "hue-theme": shell.theme, "hue-boot": _data({**shell.boot, **plotly})}
    return f'<div id="react-entry-point"{waiting}></div>\n{_blocks(blocks)}'


def _blocks(blocks: Mapping[str, str]) -> str:
    return "\n".join(f'<script type="application/json" id="{name}">{text}</script>' for name, text in blocks.items() if text)


def _data(value: Any) -> str:
    """JSON that may stand in a script element, whatever text it holds."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY).decode().replace("<", "\\u003c")
