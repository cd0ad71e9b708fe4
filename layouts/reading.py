"""What a chart says in words, whatever its shape: its sentence, its notes, its judgements as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.query import Answer
from layouts.charts import Chart
from layouts.shapes import SHAPES
from layouts.words import card_sentence


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
