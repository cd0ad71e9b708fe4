"""A page in a process of its own, as a server has it: asked a list of filter changes, it answers with their cost."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Protocol

from werkzeug.test import EnvironBuilder, run_wsgi_app

from dashboard.settings import ROOT

UPDATE = "/_dash-update-component"

Answers = list[tuple[float, str]]
"""Seconds of processor time and the body of each answer."""


class Asked(Protocol):
    """What gives a page's answers to the bodies of requests; it raises RuntimeError where one is not answered."""

    def __call__(self, bodies: Sequence[Any]) -> Answers: ...


@contextmanager
def opened(which: Literal["ours", "usual"], place: Path) -> Iterator[Asked]:
    """Start our page over the release of a ``HUE_HOME``, or the usual one over a CSV file."""
    command = [sys.executable, "-m", "tests.bench.page", which, str(place)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def ask(bodies: Sequence[Any]) -> Answers:
            assert process.stdin and process.stdout
            process.stdin.write(json.dumps(bodies) + "\n")
            process.stdin.flush()
            said = process.stdout.readline()
            if not said:
                raise RuntimeError(f"The page “{which}” ended without an answer: its message stands above.")
            return [(seconds, answer) for seconds, answer in json.loads(said)]

        yield ask


def main(which: str, place: Path) -> None:
    """Answer each line of standard input, a list of bodies, with a line of costs."""
    if which == "ours":
        from dashboard.app import create_app
        from dashboard.settings import Settings

        server = create_app(Settings(home=place, cache="none")).server
    else:
        from tests.bench.usual import create_usual

        server = create_usual(place).server
    from dashboard.gunicorn_conf import when_ready

    when_ready(None)
    for line in sys.stdin:
        sys.stdout.write(json.dumps([_answer(server, json.dumps(body).encode()) for body in json.loads(line)]) + "\n")
        sys.stdout.flush()


def _answer(server: Any, body: bytes) -> tuple[float, str]:
    asking = EnvironBuilder(UPDATE, method="POST", data=body, content_type="application/json").get_environ()
    begun = time.process_time()
    parts, status, _ = run_wsgi_app(server, asking)
    answer = b"".join(parts)
    spent = time.process_time() - begun
    if status != "200 OK":
        raise RuntimeError(f"{body!r}: {status} {answer[:300]!r}")
    return spent, answer.decode()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
