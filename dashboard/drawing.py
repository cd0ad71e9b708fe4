"""Pictures of charts as files: drawn one at a time in each worker, kept once made.

Drawing takes a tenth of a second of a processor. Only so many requests may wait for it, fewer than a worker has threads, so
that pages are answered whatever happens to pictures; the others are told to come back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import BoundedSemaphore, Lock

from dashboard.rasteriser import Rasteriser
from dashboard.settings import ROOT
from dashboard.shelf import Kept, Shelf
from data.errors import HueError
from layouts.lettering import FILES

DRAWING = 8
"""Requests of a worker that are drawn or wait for it; ``gunicorn_conf`` has threads for them beside those for pages.

A browser asks one host for six at once, and all of them may come to one worker."""
LONGEST_WAIT = 10.0
"""Seconds that a request waits for its turn."""
RETRY = 2
"""Seconds after which a reader may come back."""
KINDS = {"svg": "image/svg+xml; charset=utf-8", "png": "image/png"}
_DRAWN_FROM = ("layouts", "data", "dashboard/rasteriser.py", "dashboard/routes/images.py", "dashboard/routes/briefing.py")
_DRAWN_BY = ("resvg-py", "typst")


class Busy(HueError):
    """More pictures are asked for than can be drawn: 429."""


@dataclass(frozen=True)
class Easel:
    """Where a worker draws: one picture at a time, the finished ones on a shelf that all workers share."""

    shelf: Shelf
    rasteriser: Rasteriser = field(default_factory=Rasteriser, repr=False)
    """For whose turn it is, and nobody else."""
    _places: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(DRAWING), repr=False)
    _turn: Lock = field(default_factory=Lock, repr=False)

    def once(self, key: tuple[str, ...], make: Callable[[], Kept]) -> Kept:
        """Return the picture of a key, made by ``make`` where nobody has made it yet.

        Raises ``Busy`` where too many are waiting already; what is on the shelf waits for nobody.
        """
        found = self.shelf.find((drawn_by(), *key))
        if found is not None:
            return found
        with self._waited():
            found = self.shelf.find((drawn_by(), *key))
            if found is None:
                found = make()
                self.shelf.lay((drawn_by(), *key), found)
            return found

    @contextmanager
    def _waited(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise Busy("Too many pictures are asked for at once.")
        try:
            if not self._turn.acquire(timeout=LONGEST_WAIT):
                raise Busy("Pictures take longer than usual now.")
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._places.release()


@cache
def drawn_by() -> str:
    """Return what stands for everything that decides how a picture looks: code, places, fonts and rasteriser.

    A new version of the program has another, so that it serves no picture of the old one.
    """
    found = hashlib.sha256(" ".join(map(version, _DRAWN_BY)).encode())
    for path in sorted(_files()):
        found.update(f"{path.name}\0".encode() + path.read_bytes())
    return found.hexdigest()


def _files() -> Iterator[Path]:
    yield from FILES
    for name in _DRAWN_FROM:
        place = ROOT / name
        yield from (path for path in (place.rglob("*") if place.is_dir() else (place,))
                    if path.is_file() and "__pycache__" not in path.parts)
