"""Debian's Chromium and a served dashboard, for tests that see pages as readers do."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from dashboard.settings import ROOT

CHROMIUM_OPTIONS = (
    "--headless --no-sandbox --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def chromium() -> str:
    """The path of Chromium; the test is skipped where there is none."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is missing: apt-get install chromium")
    return path


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """A browser, closed at the end."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def browser_page() -> Iterator[Page]:
    """One page of a browser of its own."""
    with opened_browser() as browser:
        yield browser.new_page()


def wait_for(page: Page, script: str, *, seconds: float = 30) -> None:
    """Wait until a script is true. (Playwright's own waiting needs `unsafe-eval`.)"""
    end = time.monotonic() + seconds
    while not page.evaluate(script):
        assert time.monotonic() < end, f"never came true: {script}"
        time.sleep(0.05)


@dataclass
class Visit:
    """A page with everything that it said and asked for while it was open."""

    page: Page
    base: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def go(self, path: str) -> None:
        """Open a path and wait until the page is drawn."""
        self.page.goto(self.base + path)
        if self.page.evaluate("Boolean(document.getElementById('react-entry-point'))"):
            wait_for(self.page, "!document.getElementById('first')")

    def settled(self, *, address: str) -> None:
        """Wait until the address holds ``address`` and no answer is awaited."""
        wait_for(self.page, f"location.href.includes({address!r})")
        self.page.wait_for_load_state("networkidle")

    def tab_to(self, selector: str, *, most: int = 150) -> None:
        """Press the Tab key until what ``selector`` means has the focus."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(f"document.activeElement.matches({json.dumps(selector)})"):
                return
        raise AssertionError(f"{selector} cannot be reached with the Tab key")

    def clean(self) -> None:
        """Hold that there was no console message, no request off the host, no cookie."""
        assert self.said == []
        assert [address for address in self.asked if not address.startswith((self.base, "data:", "blob:"))] == []
        assert self.page.context.cookies() == []

    def violations(self) -> list[str]:
        """What axe finds, with all its rules; the page has to be opened with ``bypass_csp``.

        Only what it finds is sent back: the rest is megabytes a page.
        """
        self.page.evaluate((ROOT / ".hue" / "bundle" / "axe.min.js").read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(({violations}) => violations)")
        return [f"{item['id']}: {node['html'][:160]} {node['failureSummary'][:300]}"
                for item in found for node in item["nodes"]]

    def sentence(self) -> str:
        """The sentence that says what is shown."""
        return self.page.locator("#sentence").inner_text()


@contextmanager
def visit(browser: Browser, base: str, **options: Any) -> Iterator[Visit]:
    """Open a page of its own profile, recording console, errors and requests."""
    context = browser.new_context(**options)
    page = context.new_page()
    seen = Visit(page, base)
    page.on("console", lambda message: seen.said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: seen.said.append(f"{error} {error.stack}"))
    page.on("request", lambda request: seen.asked.append(request.url))
    try:
        yield seen
    finally:
        context.close()


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of the dashboard, served by gunicorn as ``hue serve`` does, from ``home``."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:dashboard.gunicorn_conf", "dashboard.wsgi:server"]
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "HUE_HOME": str(home), "PORT": str(port)},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _await(address, process)
        yield address
    finally:
        process.terminate()
        process.communicate(timeout=30)


def _await(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 90
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
            assert time.monotonic() < end, "the dashboard did not answer in 90 seconds"
            time.sleep(0.2)
