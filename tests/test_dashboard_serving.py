"""Serving: a fresh worker answers parallel first requests, and its answers name no version."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.settings import ROOT

APPLICATION = """
from dash import Input, Output, html
from dashboard import guard, headers
from dashboard.index import create_dash

app = create_dash("serving-test", title="Serving", use_pages=False)
app.layout = html.Div([html.Button("More", id="more"), html.P(id="count")])
app.callback(Output("count", "children"), Input("more", "n_clicks"))(str)
headers.register(app.server)
guard.register(app)
server = app.server
"""

BODY = (
    '{"output":"count.children","outputs":{"id":"count","property":"children"},'
    '"inputs":[{"id":"more","property":"n_clicks","value":1}],"changedPropIds":["more.n_clicks"]}'
)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of gunicorn with the product's own configuration and a very small application."""
    folder = tmp_path_factory.mktemp("serving")
    (folder / "serving_application.py").write_text(APPLICATION)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "-c", "python:dashboard.gunicorn_conf", "serving_application:server"]
    environment = {**os.environ, "PORT": str(free), "HUE_HOME": str(folder), "PYTHONPATH": f"{ROOT}:{folder}"}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            _wait_until_open(free)
            yield free
        finally:
            process.terminate()


def _wait_until_open(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("gunicorn did not start")


def _ask(port: int, *, method: str = "POST", path: str = "/_dash-update-component") -> tuple[int, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, BODY if method == "POST" else None, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders())


def test_workers_answer_parallel_first_requests(port: int) -> None:
    with ThreadPoolExecutor(24) as pool:
        statuses = [status for status, _ in pool.map(lambda _: _ask(port), range(48))]

    assert statuses == [200] * 48


def test_answers_name_no_version_of_the_server(port: int) -> None:
    for path in ("/_dash-layout", "/_dash-component-suites/dash/x.js"):
        _, given = _ask(port, method="GET", path=path)
        assert not re.search(r"\d", given.get("Server", ""))
        assert "X-Powered-By" not in given


