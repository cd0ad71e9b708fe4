"""How gunicorn serves the dashboard (`gunicorn -c python:dashboard.gunicorn_conf dashboard.wsgi:server`).

The application is made once and shared by the workers, which are warm before they answer.
"""

from __future__ import annotations

import gc
from typing import Any

from dashboard.drawing import DRAWING
from dashboard.settings import ROOT, read_settings

bind = f"127.0.0.1:{read_settings().port}"
proc_name = "hue-and-cry"
chdir = str(ROOT)

preload_app = True
workers = 2
worker_class = "gthread"
threads = 4 + DRAWING

timeout = 60
graceful_timeout = 20
keepalive = 30

accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True

OBJECTS = 10_000
"""New objects, that nothing else has let go of, after which garbage is looked for: those of some 50 answers."""

limit_request_line = 8190
limit_request_fields = 64


def when_ready(_server: Any) -> None:
    """Leave what was opened out of the search for garbage: with a release it takes 150 ms, while a reader waits.

    Afterwards garbage is looked for every ``OBJECTS`` new objects, not at every third answer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS)


def post_worker_init(worker: Any) -> None:
    """Answer one page inside the worker before it takes any traffic."""
    answer = worker.wsgi.test_client().get("/")
    if answer.status_code != 200:
        worker.log.error("The first page could not be drawn: status %s.", answer.status_code)
