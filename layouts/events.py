"""Events on a trend: which of an answer's annotations lie in the months that it shows, and how they are named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from data.frame import area_label
from data.periods import month_label
from data.query import Answer


@dataclass(frozen=True)
class Event:
    """An event at its month; ``letter`` stands above it, and is empty where it is alone and its words have room there."""

    month: int
    letter: str
    text: str
    where: str
    """Its place, named where several are shown; else empty."""

    @property
    def told(self) -> str:
        """The event in words, without its letter: ``July 2026, Surrey: Web chat opened.``"""
        place = f", {self.where}" if self.where else ""
        return f"{month_label(self.month)}{place}: {self.text}"

    @property
    def named(self) -> str:
        """The event in words, behind its letter."""
        return f"{self.letter}, {self.told}" if self.letter else self.told


def events_in(answer: Answer, ends: Sequence[int]) -> list[Event]:
    """Return the events between the first and the last period shown, earliest first."""
    shown = [each for each in answer.annotations if ends and ends[0] <= each.month <= ends[-1]]
    several = len(answer.answered.area) > 1
    lettered = len(shown) > 1 or any(_crowded(answer, each.month, ends) for each in shown)
    letters = [*ascii_uppercase, *(str(number) for number in range(1, max(len(shown) - len(ascii_uppercase), 0) + 1))]
    return [Event(each.month, letters[place] if lettered else "", each.text, area_label(each.area_code) if several else "")
            for place, each in enumerate(shown)]


def _crowded(answer: Answer, month: int, ends: Sequence[int]) -> bool:
    """Whether other words may stand above a trend where an event's own would."""
    return bool(answer.measure.breaks) or (answer.origin == "illustrative" and 2 * month > ends[0] + ends[-1])


def events_of(answer: Answer) -> list[Event]:
    """Return the events of a trend in the months that its rows end with."""
    return events_in(answer, sorted({row.end for row in answer.frame})) if answer.annotations else []
