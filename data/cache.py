"""Finished answers, kept by (release, page, selection): nothing is ever cleared, the key changes.

The one module here that knows flask-caching. Without an application, or with the cache switched
off, ``remember`` makes every value anew; so it does while a shared cache cannot be reached.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask_caching import Cache
from redis.exceptions import RedisError

LIFETIME = 24 * 3600
ENTRIES = 500
TIMEOUT = 0.2
"""Seconds that a silent Redis may take before the answer is made without it."""


@dataclass(frozen=True)
class Answers:
    """A store of finished answers."""

    cache: Cache | None = field(default=None)

    def remember(self, key: tuple[str, ...], make: Callable[[], Any]) -> Any:
        """Return the value of ``key``, made once."""
        if self.cache is None:
            return make()
        name = hashlib.sha256("\x1f".join(key).encode()).hexdigest()
        with suppress(RedisError):
            found = self.cache.get(name)
            if found is not None:
                return found
        made = make()
        with suppress(RedisError):
            self.cache.set(name, made, timeout=LIFETIME)
        return made


def attach(server: Flask, *, where: str) -> Answers:
    """Return the store of an application: ``simple`` (each process its own), ``redis://...`` or ``none``."""
    if where == "none":
        return Answers()
    config: dict[str, Any] = {"CACHE_TYPE": "SimpleCache", "CACHE_THRESHOLD": ENTRIES}
    if where.startswith(("redis://", "rediss://")):
        config = {
            "CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": where, "CACHE_KEY_PREFIX": "hue:",
            "CACHE_OPTIONS": {"socket_timeout": TIMEOUT, "socket_connect_timeout": TIMEOUT},
        }
    cache = Cache(server, config=config)
    return Answers(cache)
