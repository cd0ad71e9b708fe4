"""The real console command as anybody runs it, for the tests that do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dashboard.cli_terms import EXIT_CODES
from dashboard.settings import ROOT

HUE = Path(sys.executable).parent / "hue"
DEFECTS = ROOT / "tests" / "fixtures" / "defects"
NEVER = "2020-01-01-0123456789ab"
"""The name of a release that never was."""

Done = subprocess.CompletedProcess[str]



def environment(home: Path | None, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("PORT", "HUE_CACHE", "HUE_BASE_URL")}
    return {**kept, "COLUMNS": "100", **({"HUE_HOME": str(home)} if home else {}), **more}


def hue(*words: object, home: Path | None = None, before: Sequence[str] = (), **more: str) -> Done:
    """Run the command and hold what is true of every run: no traceback, one of the documented exit codes.

    ``before`` is a command that runs it in another way.
    """
    done = subprocess.run([*before, HUE, *map(str, words)], env=environment(home, **more), capture_output=True, text=True,
                          cwd="/", timeout=200, check=False)
    assert "Traceback" not in done.stderr + done.stdout, done.stderr
    assert done.returncode in EXIT_CODES, done.stderr
    return done


def as_json(done: Done) -> Any:
    return json.loads(done.stdout)


def one_line(text: str) -> str:
    return " ".join(text.split())
