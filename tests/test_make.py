"""Two commands on a bare machine: a fresh clone sets itself up, publishes, serves, and does nothing twice."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dashboard.settings import ROOT

PATIENCE = 400
"""Seconds that a start may take: the first installs everything."""


@contextmanager
def running(clone: Path, *, port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run `make run` in a process group of its own, and end that group, whatever happens."""
    unset = ("HUE_HOME", "HUE_CACHE", "HUE_BASE_URL", "VIRTUAL_ENV", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    with log.open("wb") as told, subprocess.Popen(
        ["make", "run"], cwd=clone, env={**environment, "PORT": str(port)}, stdin=subprocess.DEVNULL, stdout=told,
        stderr=subprocess.STDOUT, start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    for ending in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, ending)
        except ProcessLookupError:
            return
        for _ in range(300):
            process.poll()
            try:
                os.killpg(process.pid, 0)
            except ProcessLookupError:
                return
            time.sleep(0.1)


def first_page(port: int, *, process: subprocess.Popen[bytes], log: Path) -> str:
    """Wait for the start page and return it."""
    address = f"http://127.0.0.1:{port}/"
    until = time.monotonic() + PATIENCE
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < until:
        if process.poll() is not None:
            pytest.fail(f"make run ended with {process.returncode}:\n{log.read_text(errors='replace')[-4000:]}")
        try:
            with direct.open(address, timeout=30) as answer:
                assert answer.status == 200
                return str(answer.read().decode())
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.25)
    pytest.fail(f"{address} did not answer in {PATIENCE} s:\n{log.read_text(errors='replace')[-4000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def sentence(page: str) -> str:
    """Return the words of the page's sentence."""
    found = re.search(r'<p[^>]*id="sentence"[^>]*>(.*?)</p>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found[1]).strip() if found else ""


@pytest.mark.timeout(3 * PATIENCE)
def test_a_fresh_clone_serves_with_one_command_and_starts_again_without_doing_anything_twice(tmp_path: Path) -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("there is no git, or this is no clone")
    clone, port = tmp_path / "clone", free_port()
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(ROOT), str(clone)], check=True, timeout=60)

    with running(clone, port=port, log=tmp_path / "first.log") as process:
        page = first_page(port, process=process, log=tmp_path / "first.log")
        first = (tmp_path / "first.log").read_text(encoding="utf-8", errors="replace")

    assert len(sentence(page)) > 20
    assert f"http://127.0.0.1:{port}" in first
    assert "Installing" in first
    assert "Published" in first
    assert "Traceback" not in first
    release = (clone / ".hue" / "current").read_text(encoding="utf-8").strip()
    state = _state(clone)

    with running(clone, port=port, log=tmp_path / "second.log") as process:
        again = first_page(port, process=process, log=tmp_path / "second.log")
        second = (tmp_path / "second.log").read_text(encoding="utf-8", errors="replace")

    assert sentence(again) == sentence(page)
    assert f"http://127.0.0.1:{port}" in second
    assert "Nothing has changed since the last publish." in second
    for word in ("Installing", "Published", "bundle", "Traceback", "Warning"):
        assert word not in second
    assert (clone / ".hue" / "current").read_text(encoding="utf-8").strip() == release
    assert _state(clone) == state
    untracked = subprocess.run(["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True)
    assert untracked.stdout == ""


def _state(clone: Path) -> dict[str, int]:
    """When each lasting result of a start was made."""
    names = (".venv/.made", ".venv/.dependencies", ".venv/.installed", ".hue/current", ".hue/private/last-publish.json")
    made = [clone / name for name in names] + sorted((clone / ".hue" / "bundle").glob("plotly.*.js"))
    return {str(path.relative_to(clone)): path.stat().st_mtime_ns for path in made}


def test_lock_files_name_no_registry() -> None:
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in text
    packages = json.loads(text)["packages"]
    assert all("resolved" not in entry for entry in packages.values())


def test_every_locked_requirement_has_its_hash() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    pinned = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]

    assert pinned
    for line in pinned:
        assert re.match(r"[a-z0-9._-]+(\[[a-z0-9,._-]+\])?==\S+", line), line
        assert "--hash=sha256:" in line, line


def test_the_gate_is_make_test_with_nothing_skipped() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    lines = [line for line in script.splitlines() if line.strip() and not line.startswith("#")]

    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert lines[-1].split() == ["HUE_NO_SKIP=chromium", "exec", "make", "test"]
    assert all(line.split()[0] in ("set", "cd") for line in lines[:-1])
