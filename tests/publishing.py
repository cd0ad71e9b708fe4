"""Publishing in tests: with one secret for all, so that a test decides only what it is about."""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from dashboard.settings import ROOT
from data import publish as publishing
from data.inputs import illustrative_files

FORCE = Path(__file__).parent / "fixtures" / "force"
"""A few rows of every kind of house file: beside a test's own, no illustrative figures have to be made and protected."""

SECRET = Path(tempfile.mkdtemp(prefix="hue-secret-")) / "secret.key"
SECRET.write_text("5ec2e7" * 10 + "5ec2\n", encoding="ascii")
SECRET.chmod(0o600)
os.environ["HUE_SECRET"] = str(SECRET)
"""Commands that tests run find the same secret."""


@cache
def made_once() -> Path:
    """The illustrative files, made once for all homes of a process: they depend on nothing else."""
    return illustrative_files(Path(tempfile.mkdtemp(prefix="hue-illustrative-")))


def furnish(home: Path) -> Path:
    """Give a home the Plotly bundle and the static files that are made already, and return it: compressing them takes half a minute."""
    home.mkdir(parents=True, exist_ok=True)
    for name in ("bundle", "static"):
        made = ROOT / ".hue" / name
        made.mkdir(parents=True, exist_ok=True)
        if not (home / name).exists():
            (home / name).symlink_to(made)
    return home


def publish(home: Path, **options: Any) -> publishing.Published:
    """Publish as the program does, in a home that is furnished."""
    furnish(home)
    if not (home / "illustrative").exists():
        shutil.copytree(made_once(), home / "illustrative")
    return publishing.publish(home, **{"secret": SECRET, **options})


def changed(folder: Path, *, to: int) -> Path:
    """Return the files of the force in ``folder`` with one figure changed."""
    shutil.copytree(FORCE, folder)
    text = (folder / "engagement.csv").read_text(encoding="utf-8")
    (folder / "engagement.csv").write_text(text.replace(",1800,", f",{to},"), encoding="utf-8")
    return folder
