"""Categories that the data bring along: questions of surveys, limits of waiting, fields of a release.

Their ids are made of what they name, so one id means one thing in every release: a question's id is a
hash of who asked, the question and the answer; its words are learnt when a release that holds it is opened.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256

ASKED = "asked-"
"""How the ids of answers of surveys begin."""
_QUESTION = re.compile(rf"{ASKED}[0-9a-f]{{12}}")
_LIMIT = re.compile(r"waited-(unstated|(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,3})?)")
_FIELD = re.compile(r"field-[a-z0-9_]{1,60}")
_LEARNT: dict[str, tuple[int, str, str, str]] = {}


def question_id(*, surveyor: str, question: str, option: str) -> str:
    """Return the id of an answer of a survey.

    >>> question_id(surveyor="YouGov", question="Would report", option="burglary")
    'asked-eb23e94d654b'
    """
    return f"{ASKED}{sha256(chr(31).join((surveyor, question, option)).encode()).hexdigest()[:12]}"


def learn(words: Mapping[str, tuple[str, str, str]]) -> None:
    """Keep the words of ids that a release brings, in its order: in full, short, and the question with who asked it.

    One id has the same in all of them.
    """
    _LEARNT.update({name: (place, *said) for place, (name, said) in enumerate(words.items())})


def question_of(name: str) -> str:
    """Return the question that an answer was given to, with who asked it; nothing for what is no answer of a survey."""
    return _LEARNT[name][3] if name in _LEARNT else ""


def short_words(name: str) -> str:
    """Return the short words of an id, as they stand at a mark; in full where it has none."""
    return _LEARNT[name][2] if name in _LEARNT else words_of(name) or name


def words_of(name: str) -> str | None:
    """Return what an id stands for, ``None`` where it is none of these.

    >>> words_of("waited-30"), words_of("waited-unstated"), words_of("burglary")
    ('Waited 30 seconds or more', 'Limit of waiting not stated', None)
    """
    if found := _LIMIT.fullmatch(name):
        if found[1] in ("unstated", "0"):
            return "Limit of waiting not stated" if found[1] == "unstated" else "Waited any time"
        return f"Waited {found[1]} seconds or more"
    if name in _LEARNT:
        return _LEARNT[name][1]
    if _QUESTION.fullmatch(name):
        return "A question that is not asked here"
    return "A field that is not held here" if _FIELD.fullmatch(name) else None


def place_of(name: str) -> tuple[int, float, str]:
    """Return what such ids are sorted by: limits by their seconds, others in the order of their release."""
    found = _LIMIT.fullmatch(name)
    seconds = float("inf") if found is None or found[1] == "unstated" else float(found[1])
    return (_LEARNT.get(name, (0, "", "", ""))[0], seconds, words_of(name) or "")
