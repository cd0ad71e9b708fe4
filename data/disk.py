"""Files written whole or not at all, and what the system says when one cannot be written, in words that tell what to do."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data.errors import PublishError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, None)
"""None: numpy and shutil say that a file was not written whole, and not why."""
_CLOSED = (errno.EROFS, errno.EACCES, errno.EPERM)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Raise ``PublishError`` with what to do where something cannot be written in ``folder``."""
    try:
        yield
    except OSError as fault:
        raise PublishError(said(fault, folder=folder)) from fault


def said(fault: OSError, *, folder: Path | None = None) -> str:
    """Return what is wrong and how to mend it; ``folder`` is what was written in where the system names no file.

    >>> said(OSError(28, "No space left on device"), folder=Path("/srv/hue"))
    'There is not enough space in /srv/hue. Make room, or name another folder in HUE_HOME; what is served stays as it was.'
    """
    where = fault.filename or folder or "A file"
    if fault.errno == errno.EFBIG:
        return f"A file in {folder or where} may not grow as large as it has to. Raise the limit of this account (ulimit -f)."
    if fault.errno in _FULL:
        return (f"There is not enough space in {folder or where}. Make room, or name another folder in HUE_HOME; what is served "
                "stays as it was.")
    if fault.errno in _CLOSED:
        return (f"{where} cannot be written ({fault.strerror}). Make its folder writable for this account, or name another "
                "folder in HUE_HOME.")
    return f"{where} cannot be used: {fault.strerror or fault}."


def write_atomically(path: Path, *, text: str) -> None:
    """Write a small file so that a reader finds the old text or the new one, never a part."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the publish lock: one process at a time changes what is served.

    The system frees it when the process ends, however it ends. Raises ``PublishError`` while another holds it.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "publish.lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise PublishError(f"Another publish is under way (process {file.read().strip() or 'unknown'}). "
                               "Wait until it has ended.") from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield
