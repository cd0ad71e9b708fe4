"""Categories that the data bring along: questions of surveys, limits of waiting, fields of a release.

Their ids are made of what they name, so one id means one thing in every release: a question's id is a
hash of who asked, the question and the answer; its words are learnt when a release that holds it is opened.
Their order and their short words are those of the release that is spoken of, whatever else was opened before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from hashlib import sha256

ASKED = "asked-"
"""How the ids of answers of surveys begin."""
_QUESTION = re.compile(rf"{ASKED}[0-9a-f]{{12}}")
_LIMIT = re.compile(r"waited-(unstated|(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,3})?)")
_FIELD = re.compile(r"field-[a-z0-9_]{1,60}")
Said = tuple[int, str, str, str]
"""The place of an id in its release, its words in full and short, its question with who asked it."""
_LEARNT: dict[str, Said] = {}
_SPOKEN: ContextVar[Mapping[str, Said]] = ContextVar("spoken")
"""The words of the release that this thread answers from; others answer from other releases at the same time."""


def question_id(*, surveyor: str, question: str, option: str) -> str:
    """Return the id of an answer of a survey.

    >>> question_id(surveyor="YouGov", question="Would report", option="burglary")
    'asked-eb23e94d654b'
    """
    return f"{ASKED}{sha256(chr(31).join((surveyor, question, option)).encode()).hexdigest()[:12]}"


def learn(words: Mapping[str, tuple[str, str, str]]) -> Mapping[str, Said]:
    """Keep the words of ids that a release brings, in its order, and return them: in full, short, the question with who asked it.

    One id has the same words in full in every release.
    """
    learnt = {name: (place, *said) for place, (name, said) in enumerate(words.items())}
    _LEARNT.update(learnt)
    return learnt


def speak(learnt: Mapping[str, Said]) -> None:
    """Take order and short words from one release, until this thread speaks of another."""
    _SPOKEN.set(learnt)


def _said(name: str) -> Said | None:
    return _SPOKEN.get(_LEARNT).get(name) or _LEARNT.get(name)


def question_of(name: str) -> str:
    """Return the question that an answer was given to, with who asked it; nothing for what is no answer of a survey."""
    said = _said(name)
    return said[3] if said else ""


def short_words(name: str) -> str:
    """Return the short words of an id, as they stand at a mark; in full where it has none."""
    said = _said(name)
    return said[2] if said else words_of(name) or name


def words_of(name: str) -> str | None:
    """Return what an id stands for, ``None`` where it is none of these.

    >>> words_of("waited-30"), words_of("waited-unstated"), words_of("burglary")
    ('Waited 30 seconds or more', 'Limit of waiting not stated', None)
    """
    if found := _LIMIT.fullmatch(name):
        if found[1] in ("unstated", "0"):
            return "Limit of waiting not stated" if found[1] == "unstated" else "Waited any time"
        return f"Waited {found[1]} seconds or more"
    if said := _said(name):
        return said[1]
    if _QUESTION.fullmatch(name):
        return "A question that is not asked here"
    return "A field that is not held here" if _FIELD.fullmatch(name) else None


def place_of(name: str) -> tuple[int, float, str]:
    """Return what such ids are sorted by: limits by their seconds, others in the order of their release."""
    said = _said(name)
    return (said[0] if said else 0, _seconds(name), words_of(name) or "")


def lasting_place(name: str) -> tuple[int, float, str]:
    """Return what such ids are sorted by where no release is spoken of, as in an address: limits by their seconds, then by id."""
    return (0, _seconds(name), name)


def _seconds(name: str) -> float:
    found = _LIMIT.fullmatch(name)
    return float("inf") if found is None or found[1] == "unstated" else float(found[1])
