"""Headers: the doors that are closed on every answer, ETags, compression, and a browser's view of it."""

from __future__ import annotations

import gzip
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import brotli
import pytest
from dash import Dash, Input, Output, dcc, html
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from dashboard import guard, headers, index, static
from dashboard.bundle import find_bundle
from dashboard.settings import ROOT, read_settings
from tests.browser import browser_page, wait_for

LONG_TEXT = "Responses to appeals in Surrey and Kent. " * 40


@pytest.fixture
def client() -> FlaskClient:
    server = Flask("headers-test", static_folder=None)
    headers.register(server, policies=[headers.embeddable("/embed/")])
    server.register_error_handler(404, lambda _error: Response("Not found", status=404))

    def cookie() -> Response:
        response = Response(LONG_TEXT)
        response.set_cookie("visitor", "1")
        return response

    server.add_url_rule("/", "home", lambda: Response(LONG_TEXT, content_type="text/html; charset=utf-8"))
    server.add_url_rule("/embed/map", "embed", lambda: Response(LONG_TEXT))
    server.add_url_rule("/kept", "kept", lambda: Response("x", headers={"Cache-Control": "public, max-age=60"}))
    server.add_url_rule("/stream", "stream", lambda: Response(iter(["a", "b"]), content_type="text/csv"))
    server.add_url_rule("/cookie", "cookie", cookie)
    server.add_url_rule("/post", "post", lambda: Response(LONG_TEXT), methods=["POST"])
    return server.test_client()


@pytest.mark.parametrize("path", ["/", "/embed/map", "/stream", "/nowhere"])
def test_headers_close_the_same_doors_on_every_answer(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'; script-src 'self';" in policy
    assert "unsafe-eval" not in policy
    assert policy.count("'unsafe-inline'") == policy.count("style-src-attr 'unsafe-inline'") == 1
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert "Set-Cookie" not in answer.headers


def test_headers_let_nobody_frame_pages_and_everybody_frame_embeds(client: FlaskClient) -> None:
    page, embed = client.get("/").headers, client.get("/embed/map").headers

    assert page["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert (page["X-Frame-Options"], page["Cross-Origin-Resource-Policy"]) == ("DENY", "same-origin")
    assert embed["Content-Security-Policy"].endswith("frame-ancestors *")
    assert "X-Frame-Options" not in embed
    assert embed["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_headers_send_no_cookie_whatever_a_route_does(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/cookie").headers


def test_headers_tag_every_get_and_answer_304(client: FlaskClient) -> None:
    etag = client.get("/", headers={"Accept-Encoding": "br"}).headers["ETag"]

    again = client.get("/", headers={"If-None-Match": etag})

    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert client.get("/", headers={"If-None-Match": '"other"'}).status_code == 200
    assert "ETag" in client.get("/nowhere").headers
    assert "ETag" not in client.post("/post").headers


def test_headers_ask_again_unless_the_route_says_otherwise(client: FlaskClient) -> None:
    assert client.get("/").headers["Cache-Control"] == "no-cache"
    assert client.get("/kept").headers["Cache-Control"] == "public, max-age=60"
    assert client.post("/post").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("accept", "coding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("*", "br"), ("", None)])
def test_headers_compress_text_as_accepted(client: FlaskClient, accept: str, coding: str | None) -> None:
    answer = client.get("/", headers={"Accept-Encoding": accept})

    plain = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding](answer.data)
    assert plain.decode() == LONG_TEXT
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert int(answer.headers["Content-Length"]) == len(answer.data)


@pytest.mark.parametrize(("coding", "quickly"), [
    ("br", brotli.compress(LONG_TEXT.encode(), quality=3)), ("gzip", gzip.compress(LONG_TEXT.encode(), 3, mtime=0))])
def test_headers_compress_quickly_what_nobody_keeps(client: FlaskClient, coding: str, quickly: bytes) -> None:
    assert client.post("/post", headers={"Accept-Encoding": coding}).data == quickly


def test_headers_leave_streams_and_short_answers_as_they_are(client: FlaskClient) -> None:
    for path in ("/stream", "/kept"):
        answer = client.get(path, headers={"Accept-Encoding": "br"})
        assert "Content-Encoding" not in answer.headers


def charts_app() -> Dash:
    """A page with one chart of each kind, drawn first by the server, with a callback."""
    app = index.create_dash("headers-page", title="Charts", use_pages=False)
    outline = [[[-3, 51], [-3, 52], [-2, 52], [-2, 51], [-3, 51]]]
    area = {"type": "Feature", "id": "A", "properties": {}, "geometry": {"type": "Polygon", "coordinates": outline}}
    figures: list[dict[str, Any]] = [
        {"type": "choropleth", "geojson": "/areas.geojson", "locations": ["A"], "z": [1]},
        {"type": "scatter", "x": [1, 2], "y": [3, 4]},
        {"type": "bar", "x": ["a", "b"], "y": [3, 4]},
        {"type": "heatmap", "z": [[1, 2], [3, 4]]},
    ]
    geo = {"visible": False, "lonaxis": {"range": [-8, 2]}, "lataxis": {"range": [49.8, 60.9]}}
    layout = {"height": 300, "geo": geo}
    graphs = [dcc.Graph(id=f"chart{n}", figure={"data": [data], "layout": layout}) for n, data in enumerate(figures)]
    app.layout = html.Main([html.Button("More", id="more"), html.P("0", id="count"), *graphs])

    @app.callback(Output("count", "children"), Input("more", "n_clicks"), prevent_initial_call=True)
    def count(clicks: int) -> str:
        return str(clicks)

    home = read_settings().home
    files = static.build_static(home=home, assets=ROOT / "assets", bundle=find_bundle(home=home))
    static.register(app.server, static=files)
    headers.register(app.server)
    guard.register(app)
    app.server.add_url_rule(
        "/areas.geojson", "areas", lambda: {"type": "FeatureCollection", "features": [area]}
    )

    def describe(path: str) -> index.FirstPage:
        if path != "/":
            return index.FirstPage(title="Not found", body="<h1>Not found</h1>", status=404, interactive=False)
        return index.FirstPage(title="Charts – Hue & Cry", body='<main><a id="more" href="/">More</a></main>')

    theme = {name: {"layout": {"paper_bgcolor": colour}} for name, colour in (("light", "#fafafa"), ("dark", "#111"))}
    index.finish(app, static=files, describe=describe, theme=theme)
    return app


@pytest.fixture(scope="module")
def app() -> Dash:
    return charts_app()


@contextmanager
def served(app: Dash) -> Iterator[str]:
    """The address of the application while it is served on a free port."""
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_page_draws_in_a_browser_with_no_door_opened(app: Dash) -> None:
    with served(app) as url, browser_page() as page:
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(f"{error} {error.stack}"))
        page.on("request", lambda request: asked.append(request.url))

        page.goto(url)
        wait_for(page, "!document.getElementById('first')")
        page.click("#more")
        wait_for(page, "document.getElementById('count').textContent === '1'")

        assert said == [], "\n".join(said)
        assert [address for address in asked if not address.startswith(url)] == []
        assert page.context.cookies() == []
        assert page.evaluate("document.querySelectorAll('.js-plotly-plot .main-svg').length") >= 4
        assert page.evaluate("document.querySelectorAll('.choroplethlayer path').length") == 1
        fixed = page.evaluate(
            "(({displaylogo, showSendToCloud, displayModeBar}) => [displaylogo, showSendToCloud, displayModeBar])"
            "(document.querySelector('.js-plotly-plot')._context)"
        )
        assert fixed == [False, False, False]


def test_page_takes_the_house_theme_and_follows_the_readers_scheme(app: Dash) -> None:
    with served(app) as url, browser_page() as page:
        ground = "getComputedStyle(document.querySelector('.main-svg')).backgroundColor"
        page.goto(url)
        wait_for(page, "!document.getElementById('first')")
        assert page.evaluate(ground) == "rgb(250, 250, 250)"

        page.emulate_media(color_scheme="dark")

        wait_for(page, f"{ground} === 'rgb(17, 17, 17)'")


def test_page_keeps_the_focus_when_the_first_picture_goes(app: Dash) -> None:
    with served(app) as url, browser_page() as page:
        page.route("**/renderer.*", lambda route: (time.sleep(0.5), route.continue_()))
        page.goto(url, wait_until="commit")
        wait_for(page, "document.getElementById('more') !== null")
        page.focus("#more")

        wait_for(page, "!document.getElementById('first')")

        assert page.evaluate("document.activeElement.localName + document.activeElement.id") == "buttonmore"


def test_document_says_its_title_and_language_and_no_version(app: Dash) -> None:
    text = app.server.test_client().get("/").get_data(as_text=True)

    assert text.startswith('<!doctype html>\n<html lang="en-GB">')
    assert "<title>Charts – Hue &amp; Cry</title>" in text
    assert not re.search(r"version\"|python|end_id|4_4_1|\b\d+\.\d+\.\d+\b", text.lower())
    scripts = re.findall(r"<script([^>]*)>", text)
    assert [script for script in scripts if "src=" not in script and "application/json" not in script] == []


def test_document_is_the_same_bytes_each_time(app: Dash) -> None:
    client = app.server.test_client()

    assert client.get("/").data == client.get("/").data


def test_document_of_an_unknown_path_is_404_and_runs_nothing(app: Dash) -> None:
    answer = app.server.test_client().get("/no/such/page")

    assert answer.status_code == 404
    assert "<script" not in answer.get_data(as_text=True)


def test_document_data_cannot_end_its_script() -> None:
    assert "<" not in index._data({"name": "</script><script>"})


def test_two_applications_answer_in_one_process(app: Dash) -> None:
    other = charts_app()

    for each in (app, other):
        assert each.server.test_client().get("/").status_code == 200
        assert each.server.test_client().get("/_dash-layout").status_code == 200
