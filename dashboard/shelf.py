"""Finished files kept on disk, shared by all workers: those that nobody has asked for longest leave first."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

MOST_FILES = 4_000
MOST_BYTES = 500_000_000
TIDIED = 32
"""Files that a worker lays down between two looks at how many there are."""
FRESH = 60
"""Seconds within which a file that was just asked for is not marked as asked for again."""
ABANDONED = 3_600
"""Seconds after which a file that is still being written has been given up."""
_WRITING = ".writing-"


@dataclass(frozen=True)
class Kept:
    """A finished file: what it is called and its bytes."""

    name: str
    body: bytes


@dataclass(frozen=True)
class Shelf:
    """A folder of finished files, found by a key; at most about ``most_files`` of them and ``most_bytes`` in all."""

    folder: Path
    most_files: int = MOST_FILES
    most_bytes: int = MOST_BYTES
    _laid: Any = field(default_factory=count, repr=False, compare=False)

    def find(self, key: tuple[str, ...]) -> Kept | None:
        """Return what was laid down under a key; ``None`` where there is nothing, or not as it was written."""
        path = self._path(key)
        try:
            held = path.read_bytes()
            if time.time() - path.stat().st_mtime > FRESH:
                os.utime(path)
        except OSError:
            return None
        head, _, body = held.partition(b"\n")
        checked, _, name = head.decode("utf-8", "replace").partition(" ")
        return Kept(name, body) if checked == _check(body) else None

    def lay(self, key: tuple[str, ...], kept: Kept) -> None:
        """Lay a file down so that others find all of it or nothing. A full or read-only disk leaves it out."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, beside = tempfile.mkstemp(dir=self.folder, prefix=_WRITING)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(f"{_check(kept.body)} {kept.name}\n".encode() + kept.body)
                Path(beside).replace(self._path(key))
            finally:
                Path(beside).unlink(missing_ok=True)
            if next(self._laid) % TIDIED == 0:
                self.tidy()

    def tidy(self) -> None:
        """Take away what nobody has asked for longest, until a tenth of the room is free again; nothing where there is room."""
        found = []
        for entry in os.scandir(self.folder):
            with suppress(FileNotFoundError):
                state = entry.stat()
                if not entry.name.startswith(_WRITING):
                    found.append((state.st_mtime, state.st_size, entry.path))
                elif time.time() - state.st_mtime > ABANDONED:
                    Path(entry.path).unlink(missing_ok=True)
        files, size = len(found), sum(each for _, each, _ in found)
        if files <= self.most_files and size <= self.most_bytes:
            return
        for _, each, path in sorted(found):
            if files <= self.most_files * 0.9 and size <= self.most_bytes * 0.9:
                break
            Path(path).unlink(missing_ok=True)
            files, size = files - 1, size - each

    def _path(self, key: tuple[str, ...]) -> Path:
        return self.folder / hashlib.sha256("\x1f".join(key).encode()).hexdigest()


def _check(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
