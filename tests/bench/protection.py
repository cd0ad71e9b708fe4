"""What protection and statistics cost: a protected measure's filter change beside an open one's of the same shape."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from callbacks.page import parts_of
from data.release import Release
from layouts.charts import CHARTS
from layouts.pages import EXPLORE
from layouts.view import look
from tests.bench.measure import WARM, choices_of

PAIRS = (("E11", "E6"), ("E7", "E3"))
"""A protected measure and an open one: a share and a count, each by place, channel, age and month."""


def cost(release: Release, *, number: int) -> dict[str, dict[str, float]]:
    """Return for each pair the processor milliseconds (medians) of ``number`` selections, asked in turn, nothing remembered.

    Both show the same charts: those that follow the reader's measure.
    """
    page = replace(EXPLORE, charts=tuple(chart.slug for chart in CHARTS if chart.page == EXPLORE.path and not chart.measure))
    asked = [one.selection() for one in choices_of(release, number=number + WARM)]
    found: dict[str, dict[str, float]] = {}
    for pair in PAIRS:
        spent: dict[str, list[float]] = {measure: [] for measure in pair}
        gc.collect()
        for selection in asked:
            for measure, taken in spent.items():
                begun = time.process_time()
                view = look(release, replace(selection, measure=measure), page=page)
                orjson.dumps(parts_of(view, query=selection.query_string(), same=True), option=orjson.OPT_SERIALIZE_NUMPY)
                taken.append(1000 * (time.process_time() - begun))
        found[" beside ".join(pair)] = _told(*(taken[WARM:] for taken in spent.values()))
    return found


def _told(protected: Sequence[float], open_: Sequence[float]) -> dict[str, Any]:
    more = [one - other for one, other in zip(protected, open_, strict=True)]
    return {"answers": len(more), "protected_ms_median": round(statistics.median(protected), 2),
            "open_ms_median": round(statistics.median(open_), 2), "more_ms_median": round(statistics.median(more), 2)}
