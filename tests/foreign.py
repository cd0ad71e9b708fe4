"""A dashboard and a page of somebody else, each served from this process, for tests that look at embeds from outside."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.serving import make_server


@dataclass
class Served:
    """A server on a free port, with how often each of its paths was asked for."""

    address: str
    asked: Counter[str] = field(default_factory=Counter)


@contextmanager
def served_here(server: Flask, *, host: str = "127.0.0.1") -> Iterator[Served]:
    """Serve an application on a free port of this machine under a name of it."""
    asked: Counter[str] = Counter()
    answer = server.wsgi_app

    def counted(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        asked[environ["PATH_INFO"]] += 1
        return answer(environ, start)

    listening = make_server("127.0.0.1", 0, counted, threaded=True)
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    try:
        yield Served(f"http://{host}:{listening.port}", asked)
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


@dataclass
class Foreign:
    """A site that is not ours: what stands in the body of its one page may be set."""

    served: Served
    held: dict[str, str]

    def show(self, body: str) -> str:
        """Set the body of the page and return its address."""
        self.held["body"] = body
        return f"{self.served.address}/"


@contextmanager
def foreign_page() -> Iterator[Foreign]:
    """Serve a page of another site than the dashboard's: the same machine by another name."""
    held = {"body": ""}
    server = Flask("foreign", static_folder=None)
    server.add_url_rule("/", "page", lambda: (
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><title>News</title><link rel='icon' href='data:,'></head>"
        f"<body style='margin:0'>{held['body']}</body></html>"))
    with served_here(server, host="localhost") as served:
        yield Foreign(served, held)


