"""Why a statistic is not drawn: a named reason and the sentence that stands in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "overlapping", "suppressed", "small_counts", "too_few", "no_variation", "no_bases", "not_a_share",
    "small_base", "nothing_counted", "incomplete", "no_trend",
]


@dataclass(frozen=True)
class Refusal:
    """A statistic that would mislead here, so that it is not made; ``text`` tells the reader why."""

    reason: Reason
    text: str
