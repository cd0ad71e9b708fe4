"""Somebody else's caller tries the API in every way that its description allows, and in some that it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

from dashboard.api.endpoint import ROOT
from dashboard.api.endpoints import ENDPOINTS
from dashboard.app import create_app
from dashboard.settings import Settings


@pytest.fixture(scope="module")
def server(release_home: Path) -> Flask:
    return create_app(Settings(home=release_home, cache="none")).server


def uncompressed(server: Flask) -> Callable[[dict[str, Any], Any], Iterable[bytes]]:
    """The application for a caller that says that it reads compressed answers, and does not where no network lies between."""
    def call(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        return server({**environ, "HTTP_ACCEPT_ENCODING": ""}, start)

    return call


def keeps_its_word(server: Flask, *, examples: int, every_edge: bool) -> None:
    """Hold that every operation passes every check.

    ``every_edge`` tries some 4,000 values at and beyond the edges of what the description allows.
    """
    config = SchemathesisConfig.from_dict({
        "seed": 20261123, "generation": {"deterministic": True, "max-examples": examples, "database": "none"},
        "phases": {"stateful": {"enabled": False}, "coverage": {"enabled": every_edge}},
    })
    schema = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", uncompressed(server), config=config)
    tried: set[str] = set()
    for event in from_schema(schema).execute():
        assert not isinstance(event, (events.NonFatalError, events.FatalError)), event
        if isinstance(event, events.ScenarioFinished):
            wrong = [f"{event.recorder.cases[case].value.as_curl_command()}\n{check.name}: {check.failure_info.failure}"
                     for case, checks in event.recorder.checks.items() for check in checks if check.status == Status.FAILURE]
            assert not wrong, "\n\n".join(wrong[:3])
            tried.add(event.label)
    assert {f"GET {path}" for each in ENDPOINTS for path in (each.path, f"{each.path}.csv")} <= tried


def test_api_keeps_what_its_description_says(server: Flask) -> None:
    keeps_its_word(server, examples=8, every_edge=False)


@pytest.mark.long
def test_api_keeps_what_its_description_says_at_length(server: Flask) -> None:
    keeps_its_word(server, examples=200, every_edge=True)
