"""What networks and mail programs append to addresses to follow their readers, dropped before anything reads it.

A link that is shared on Facebook arrives with ``fbclid``, one of a newsletter with ``utm_source``. No reader
asked for such a key, so it is no wrong filter either: the answer is that of the address without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote_plus

_KEYS = re.compile(
    r"utm_[a-z_]{1,40}|fbclid|gclid|gclsrc|gbraid|wbraid|dclid|msclkid|twclid|ttclid|yclid|igsh|igshid|li_fat_id|mc_cid|mc_eid"
    r"|mkt_tok|srsltid|_ga|_gl", re.IGNORECASE)

_Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def follows(key: str) -> bool:
    """Return whether a key of a query is one by which readers are followed."""
    return _KEYS.fullmatch(key) is not None


def unfollowed(query: str) -> str:
    """Return a query without such keys, the rest as it was.

    >>> unfollowed("measure=E3&fbclid=Iw0&area=Kent&utm_source=x")
    'measure=E3&area=Kent'
    """
    return "&".join(part for part in query.split("&") if not follows(unquote_plus(part.partition("=")[0])))


def unfollowing(application: _Wsgi) -> _Wsgi:
    """Return a WSGI application that never sees such keys."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")
        kept = unfollowed(query) if query else query
        return application(environ if kept == query else {**environ, "QUERY_STRING": kept}, start)

    return answer


def of_reader(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys and values of a query that a reader chose."""
    return {key: value for key, value in query.items() if not follows(key)}
