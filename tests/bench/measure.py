"""The measurements: a filter change beside the usual page's, the drawing of each chart, a publish, a start."""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.rasteriser import Rasteriser
from dashboard.settings import ROOT
from data.areas import ENGLAND_AND_WALES, members_of
from data.model import AGE_GROUP, CHANNEL, month_text
from data.release import Release, Store
from data.selection import EMPTY, Selection
from layouts.charts import CHART_BY_SLUG, ask
from layouts.components import present
from layouts.pages import EXPLORE, PAGES
from layouts.picture_layout import SIZE_BY_NAME
from layouts.pictures import picture
from layouts.shapes import SHAPES
from layouts.view import look
from tests.bench import ours, page, usual

WARM = 20
"""Filter changes that warm a page up."""


@dataclass(frozen=True)
class Choice:
    """One selection, as both pages are asked for it."""

    area: tuple[str, ...]
    channel: tuple[str, ...]
    age_group: tuple[str, ...]
    first: str
    last: str

    def selection(self) -> Selection:
        """Return it as our page's selection."""
        return Selection(area=self.area, channel=CHANNEL.canonical(self.channel),
                         age_group=AGE_GROUP.canonical(self.age_group), from_=self.first, to=self.last)


def choices(*, number: int, areas: Sequence[str], months: Sequence[str], seed: int = 7) -> list[Choice]:
    """Return ``number`` different selections: none to three of each filter, a period of a year or more."""
    rng = random.Random(seed)
    found: dict[Choice, None] = {}
    while len(found) < number:
        start = rng.randrange(len(months) - 12)
        end = rng.randrange(start + 12, len(months))
        picked = [tuple(sorted(rng.sample(list(of), rng.randint(0, 3)))) for of in (
            areas, [member.id for member in CHANNEL.members], [member.id for member in AGE_GROUP.members])]
        found[Choice(*picked, months[start], months[end])] = None
    return list(found)


def filter_changes(home: Path, csv: Path, *, asked: Sequence[Choice]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a filter change costs on our page of ``home`` and on the usual one of ``csv``.

    Each page runs in a process of its own, as a server has it, and is asked one change after the other.
    """
    release = Store(home).current()
    bodies = [usual.body(one.area, one.channel, one.age_group, one.first, one.last) for one in asked]
    with page.opened("ours", home) as mine, page.opened("usual", csv) as other:
        return _asked(mine, ours.bodies(release, [one.selection() for one in asked])), _asked(other, bodies)


def pages(home: Path, *, number: int) -> dict[str, dict[str, Any]]:
    """Return what ``number`` filter changes cost on each page that has several charts, in one process, page after page."""
    release = Store(home).current()
    asked = [one.selection() for one in choices_of(release, number=number)]
    found: dict[str, dict[str, Any]] = {}
    with page.opened("ours", home) as ask:
        for each in PAGES:
            if len(each.charts) == 1:
                continue
            found[each.path] = _asked(ask, ours.bodies(release, asked, page=each))
    return found


def _asked(ask: page.Asked, bodies: Sequence[Any]) -> dict[str, Any]:
    """Return what the answers cost after the first ``WARM``, which are asked twice."""
    ask(bodies[:WARM])
    return _cost(ask(bodies))


def choices_of(release: Release, *, number: int) -> list[Choice]:
    """Return selections of the areas and months that the messages of a release, its longest series by channel, have."""
    cube = release.cube("messages")
    assert cube is not None  # held: the default release has messages
    return choices(number=number, areas=sorted(members_of(ENGLAND_AND_WALES)),
                   months=[month_text(cube.first + month) for month in range(cube.months)])


def _cost(found: page.Answers) -> dict[str, Any]:
    seconds, answers = zip(*found, strict=True)
    return {
        "answers": len(seconds),
        "cpu_ms_median": round(1000 * statistics.median(seconds), 2),
        "cpu_ms_p95": round(1000 * statistics.quantiles(seconds, n=20)[-1], 2),
        "bytes_median": round(statistics.median(len(answer.encode()) for answer in answers)),
        "bytes_of_charts_median": round(statistics.median(_of_charts(answer) for answer in answers)),
    }


def _of_charts(answer: str) -> int:
    said: Mapping[str, Mapping[str, Any]] = json.loads(answer)["response"]
    parts: Mapping[str, Mapping[str, Any]] = said["drawn"]["data"]["cards"] if "drawn" in said else said
    return sum(len(json.dumps(part["figure"], separators=(",", ":"), ensure_ascii=False).encode())
               for part in parts.values() if "figure" in part)


def drawings(release: Release, *, asked: Sequence[Choice]) -> dict[str, dict[str, float]]:
    """Return the median milliseconds and bytes of each chart, as SVG and as a figure."""
    found: dict[str, dict[str, list[float]]] = {}
    for one in asked:
        view = look(release, one.selection(), page=EXPLORE)
        for slug in EXPLORE.charts:
            chart = CHART_BY_SLUG[slug]
            if not present(chart, view):
                continue
            kept = found.setdefault(slug, {"svg_ms": [], "figure_ms": [], "svg_bytes": []})
            for name in ("svg", "figure"):
                shape = SHAPES[chart.shape]
                draw = shape.svg if name == "svg" else shape.plotly
                begun = time.process_time()
                drawn = draw(view.answers[slug], chart=chart, selected=view.outlined)
                kept[f"{name}_ms"].append(1000 * (time.process_time() - begun))
                if isinstance(drawn, str):
                    kept["svg_bytes"].append(len(drawn.encode()))
    return {slug: {name: round(statistics.median(values), 2) for name, values in kept.items()}
            for slug, kept in found.items()}


def pictures(release: Release, *, sizes: Sequence[str] = ("1x", "card")) -> dict[str, dict[str, float]]:
    """Return the median milliseconds (by the clock) and bytes of a chart's picture as SVG file and as PNG, of each size."""
    rasteriser = Rasteriser()
    rasteriser.png('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')
    found: dict[str, dict[str, float]] = {}
    for name in sizes:
        kept: dict[str, list[float]] = {"svg_ms": [], "png_ms": [], "svg_bytes": [], "png_bytes": []}
        for slug in EXPLORE.charts:
            answer = ask(release, EMPTY, chart=CHART_BY_SLUG[slug])
            begun = time.perf_counter()
            text = picture(CHART_BY_SLUG[slug], answer, release=release, selected=(), size=SIZE_BY_NAME[name], address=f"/charts/{slug}")
            drawn = time.perf_counter()
            png = rasteriser.png(text)
            for part, value in (("svg_ms", 1000 * (drawn - begun)), ("png_ms", 1000 * (time.perf_counter() - drawn)),
                                ("svg_bytes", len(text.encode())), ("png_bytes", len(png))):
                kept[part].append(value)
        found[name] = {part: round(statistics.median(values), 1 if part.endswith("ms") else 0) for part, values in kept.items()}
    return found


def in_child(what: str, home: Path, *folders: Path) -> dict[str, Any]:
    """Measure a publish, a check or a start in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.child", what, str(home), *map(str, folders)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
