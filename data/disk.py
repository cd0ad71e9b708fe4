"""What the system says when a file cannot be written, in words that tell what to do."""

from __future__ import annotations

import errno
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
