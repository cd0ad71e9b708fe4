"""`python -m tests.bench`: measures, prints a table, writes ``bench.json`` in ``HUE_HOME``.

Both pages answer the same 200 selections, each in a process of its own, with nothing remembered. Times of
answers are processor time; a busy machine still makes them longer, so the ratios are what to read.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from dashboard.app import create_app
from dashboard.bundle import find_bundle
from dashboard.settings import Settings, read_settings
from data.release import Store
from tests.bench import measure, million, protection, usual, weights

SELECTIONS = 200
DRAWN = 20
"""Selections for which each chart is drawn by itself."""


def main() -> int:
    """Measure everything and say it."""
    home = read_settings().home
    with tempfile.TemporaryDirectory(prefix="bench-") as room:
        found = run(Path(room), bundle=find_bundle(home=home))
    home.mkdir(parents=True, exist_ok=True)
    (home / "bench.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    Console(width=110).print(table(found))
    return 0


def run(room: Path, *, bundle: Path | None) -> dict[str, Any]:
    """Return every measurement. ``room`` is an empty folder, ``bundle`` the slim Plotly bundle."""
    say = Console(stderr=True).print
    default, large, own = room / "default", room / "large", room / "own"
    for folder in (default, large):
        if bundle is not None:
            (folder / "bundle").mkdir(parents=True)
            shutil.copy(bundle, folder / "bundle")
    say("Publishing the default figures ...")
    found: dict[str, Any] = {"when": datetime.now(UTC).isoformat(timespec="seconds"), "python": platform.python_version(),
                             "processors": os.cpu_count(), "slim_bundle": bundle is not None}
    found["publish_default"] = measure.in_child("publish", default)
    csv = million.write(own)
    say("Checking a million rows ...")
    found["check_million"] = measure.in_child("check", large, own)
    say("Publishing a million rows ...")
    found["publish_million"] = measure.in_child("publish", large, own)
    say("Starting ...")
    measure.in_child("start", default)
    found["start"] = measure.in_child("start", default)
    say("Asking both pages ...")
    release = Store(large).current()
    app = create_app(Settings(home=large, cache="none"))
    rival = usual.create_usual(csv)
    months = sorted(pd.read_csv(csv, usecols=["month"])["month"].unique())
    areas = sorted(pd.read_csv(csv, usecols=["area_code"])["area_code"].unique())
    asked = measure.choices(number=SELECTIONS, areas=areas, months=months)
    found["filter_change"], found["filter_change_usual"] = measure.filter_changes(large, csv, asked=asked)
    found["charts"] = measure.drawings(release, asked=asked[:DRAWN])
    found["pictures"] = measure.pictures(Store(default).current())
    say("Asking every page ...")
    found["pages"] = measure.pages(default, number=SELECTIONS)
    say("Asking protected and open measures ...")
    found["protection"] = protection.cost(Store(default).current(), number=SELECTIONS)
    say("Weighing the first visit ...")
    found["first_visit"] = weights.ours(app)
    found["first_visit_usual"] = weights.usual(rival, update=usual.body((), (), (), months[0], months[-1]))
    found["ratios"] = ratios(found)
    return found


def ratios(found: Mapping[str, Any]) -> dict[str, float]:
    """Return how many times more the usual page costs."""
    pairs = (("filter_change", ("cpu_ms_median", "cpu_ms_p95", "bytes_median", "bytes_of_charts_median")),
             ("first_visit", ("before_first_paint", "total")))
    return {f"{part}.{name}": round(found[f"{part}_usual"][name] / found[part][name], 1)
            for part, names in pairs for name in names}


def table(found: Mapping[str, Any]) -> Table:
    """Return the measurements as they are told in the README."""
    rows = Table(title=f"Measured {found['when']}, {found['processors']} processors, Python {found['python']}",
                 title_justify="left")
    for heading in ("What", "This page", "The usual way", "Ratio"):
        rows.add_column(heading, justify="left" if heading == "What" else "right")
    for part, name, words in (
        ("filter_change", "cpu_ms_median", "Filter change, server ms (median)"),
        ("filter_change", "cpu_ms_p95", "Filter change, server ms (95th percentile)"),
        ("filter_change", "bytes_median", "Filter change, bytes of the answer"),
        ("filter_change", "bytes_of_charts_median", "Filter change, bytes of its charts"),
        ("first_visit", "before_first_paint", "First visit, bytes before first paint"),
        ("first_visit", "total", "First visit, bytes in all"),
    ):
        rows.add_row(words, f"{found[part][name]:,}", f"{found[f'{part}_usual'][name]:,}",
                     f"{found['ratios'][f'{part}.{name}']:,}")
    for part, words in (("publish_default", "Publish, default figures"), ("publish_million", "Publish, a million rows"),
                        ("check_million", "Check, a million rows"),
                        ("start", "Start")):
        cost = found[part]
        rows.add_row(f"{words}: seconds", f"{cost['seconds']:,}")
        rows.add_row(f"{words}: peak memory, MB", f"{cost['peak_mb']:,}")
    for path, cost in found["pages"].items():
        rows.add_row(f"Filter change on {path}, default figures: server ms (median)", f"{cost['cpu_ms_median']:,}")
    for pair, cost in found["protection"].items():
        rows.add_row(f"Protection and statistics, {pair}: server ms", f"{cost['protected_ms_median']:,}",
                     f"{cost['open_ms_median']:,} (open)", f"+{cost['more_ms_median']:,}")
    for slug, cost in found["charts"].items():
        rows.add_row(f"Chart “{slug}”: SVG, ms", f"{cost['svg_ms']:,}")
    for name, cost in found["pictures"].items():
        for kind in ("svg", "png"):
            rows.add_row(f"Picture of a chart, {name}, {kind.upper()}: ms (median)", f"{cost[f'{kind}_ms']:,}")
            rows.add_row(f"Picture of a chart, {name}, {kind.upper()}: bytes (median)", f"{cost[f'{kind}_bytes']:,.0f}")
    return rows


if __name__ == "__main__":
    sys.exit(main())
