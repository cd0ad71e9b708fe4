"""The publisher's secret: the key of the noise, kept in a file of its own and never in a release."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from data.errors import PublishError

LENGTH = 32
NAME = "secret.key"


def make(path: Path) -> None:
    """Write a new secret that only its owner can read. Raises ``PublishError`` where there is one already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise PublishError(f"There is a secret already: {path}. A new one would change the noise of every cell, and "
                           "two noises of one cell tell more than one. Keep it, and keep a copy in a safe place."
                           ) from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(LENGTH) + "\n")
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> bytes:
    """Return the secret. Raises ``PublishError`` where there is none, where others may read it, or where it is damaged."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise PublishError("Counts of persons are protected with a secret, and there is none yet. Run: hue secret"
                           ) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise PublishError(f"The secret {path} cannot be read: {problem}.") from None
    if mode & 0o077:
        raise PublishError(f"The secret {path} can be read by others. Run: chmod 600 {path}")
    try:
        value = bytes.fromhex(text)
    except ValueError:
        value = b""
    if len(value) != LENGTH:
        raise PublishError(f"The secret {path} is damaged: it must be {LENGTH * 2} hexadecimal digits. Put your copy back.")
    return value
