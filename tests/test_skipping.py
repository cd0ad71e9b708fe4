"""A part that is missing fails where skipping is forbidden."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.settings import ROOT

SKIPPING = """import pytest
def test_a(): pytest.skip("curl is missing")
@pytest.mark.skipif(True, reason="no mounts")
def test_b(): pass
def test_c(): pytest.skip("the real files (HUE_SAMPLES) are not on this machine")
def test_d(): pass
"""


@pytest.mark.parametrize(("forbidden", "said"), [
    ("chromium", ("1 failed, 1 passed, 1 skipped", "1 error")), ("", ("1 passed, 3 skipped",))], ids=["forbidden", "allowed"])
def test_only_the_real_files_may_be_absent_where_skipping_is_forbidden(forbidden: str, said: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "test_parts.py").write_text(SKIPPING, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.skipping", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", tmp_path, tmp_path],
        cwd=ROOT, env={**os.environ, "HUE_NO_SKIP": forbidden}, capture_output=True, text=True, timeout=60, check=False)
    assert all(each in done.stdout for each in said)
