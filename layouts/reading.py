"""What a chart says in words, whatever its shape: its sentence, its notes, its judgements as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.boundaries import CREDIT
from data.measures import MEASURE_BY_ID
from data.query import Answer
from data.release import Release
from layouts.charts import Chart
from layouts.shapes import SHAPES
from layouts.words import card_sentence, marks_explained

BROKEN = " The line is broken there."
"""How notes on breaks end."""


def sentence_of(chart: Chart, answer: Answer) -> str:
    """Return the sentence under a chart: what its shape finds, else its main numbers, or why it has none."""
    own = SHAPES[chart.shape].sentence
    return own(answer) if own and not answer.reason else card_sentence(answer)


def notes_of(chart: Chart, answer: Answer) -> list[str]:
    """Return how a judging shape is to be read; nothing for others."""
    own = SHAPES[chart.shape].notes
    return own(answer) if own and not answer.reason else []


def details_of(chart: Chart, answer: Answer) -> Mapping[str, Any]:
    """Return limits and judgements of a judging shape as data; nothing for others."""
    own = SHAPES[chart.shape].details
    return own(answer) if own and answer.frame and not answer.reason else {}


def known_of(chart: Chart, answer: Answer) -> list[str]:
    """Return what must be known of a chart's figures, and what each mark in it means."""
    told = [note.text for note in answer.notes if (note.field not in chart.ignores or answer.measure.kind == "survey")
            and note.text.partition(";")[0] not in answer.reason]
    known = [*notes_of(chart, answer), *([chart.method] if chart.method and not answer.reason else []), *told,
             *(chart.notes if answer.asked.area and not answer.reason else ()), *marks_explained(answer)]
    if "period" in answer.by:
        known += [f"{why}{BROKEN}" for _, why in answer.measure.breaks]
    return known


def sources_of(answer: Answer, *, release: Release) -> list[Mapping[str, Any]]:
    """Return the sources of all that an answer shows, each once."""
    measures = dict.fromkeys([answer.measure.id, *(row.measure for row in answer.frame)])
    found = {source["label"]: source for measure in measures for source in release.sources(MEASURE_BY_ID[measure])}
    return list(found.values())


def source_of(chart: Chart, answer: Answer, *, release: Release) -> str:
    """Return source and vintage of a chart's figures, and of the outlines of a map."""
    named = "; ".join(f"{source['label']} ({source['vintage']})" for source in sources_of(answer, release=release))
    outlines = f" Boundaries: {CREDIT.removeprefix('Source: ')}" if chart.shape == "choropleth" else ""
    return f"Source: {named}.{outlines}" if named else outlines.strip()
