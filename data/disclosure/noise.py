"""Cell-key perturbation: one whole-number noise value for each cell, drawn by a keyed cipher.

The noise of a cell depends on the key, the table, the cell and its true value alone: the same cell
with the same truth gets the same noise in every process and every release, a revised cell draws
afresh. It comes from a discrete Gaussian (Canonne, Kamath and Steinke 2020), by inversion of its
distribution at 64 bits that AES makes of the cell (CBC-MAC over blocks of fixed length).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SIGMA = 2.5
"""Standard deviation of the noise before discretisation, in counts."""

_BLOCK = 16
_BLOCKS = 3
_AREA = 16
_NAME = 4
_TAIL = 13
"""Noise lies within this many standard deviations; what lies beyond has a probability under 2**-64."""


def distribution(sigma: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return the values that the noise can take and the probability of each: a discrete Gaussian.

    >>> values, probabilities = distribution(2.5)
    >>> int(values[np.argmax(probabilities)]), round(float(probabilities @ values**2), 2)
    (0, 6.25)
    """
    values = _values(sigma)
    weights = np.exp(-(values.astype(np.float64) ** 2) / (2 * sigma**2))
    return values, weights / weights.sum()


def _values(sigma: float) -> npt.NDArray[np.int64]:
    reach = int(np.ceil(_TAIL * sigma))
    return np.arange(-reach, reach + 1)


@lru_cache(maxsize=8)
def _thresholds(sigma: float) -> npt.NDArray[np.uint64]:
    """Return the distribution's steps in 64-bit whole numbers, exact to the last bit."""
    with localcontext() as context:
        context.prec = 60
        spread = 2 * Decimal(str(sigma)) ** 2
        weights = [(-Decimal(int(value) ** 2) / spread).exp() for value in _values(sigma)]
        total = sum(weights)
        steps, running = [], Decimal(0)
        for weight in weights[:-1]:
            running += weight
            steps.append(int(running / total * 2**64))
    return np.array(steps, dtype=np.uint64)


def table_key(secret: bytes, *, table: str) -> bytes:
    """Return the key of one table (256 bits), derived from the publisher's secret."""
    return hmac.new(secret, f"table:{table}".encode(), hashlib.sha256).digest()


def key_name(secret: bytes) -> str:
    """Return a name of a secret that tells nothing of it: whether two releases were made with the same one."""
    return hmac.new(secret, b"name of the key", hashlib.sha256).hexdigest()[:12]


def member_code(member: str) -> bytes:
    """Return the four bytes that stand for a member of a dimension in the cipher's input, the same for ever."""
    if not member:
        return bytes(_NAME)
    return hashlib.sha256(member.encode()).digest()[:_NAME]


def noise(
    secret: bytes, *, table: str, cells: Mapping[str, Sequence[str]], at: Sequence[npt.NDArray[np.intp]],
    periods: npt.NDArray[np.int64], truth: npt.NDArray[np.int64], sigma: float = SIGMA,
) -> npt.NDArray[np.int64]:
    """Return the noise of cells, of shape (cells,).

    ``cells`` holds for each axis (``area`` first) its members, ``at`` for each axis the place of each
    cell's member; ``periods`` the last month of each cell, ``truth`` the true values. All arrays have
    the shape (cells,). At most four axes beside the area fit into the cipher's input.
    """
    message = np.zeros((len(truth), _BLOCK * _BLOCKS), dtype=np.uint8)
    message[:, :8] = truth.astype(">i8").view(np.uint8).reshape(-1, 8)
    message[:, 8:12] = periods.astype(">i4").view(np.uint8).reshape(-1, 4)
    start = _BLOCK
    for (name, members), places in zip(cells.items(), at, strict=True):
        width = _AREA if name == "area" else _NAME
        codes = [member.encode().ljust(_AREA, b"\0") if name == "area" else member_code(member) for member in members]
        coded = np.frombuffer(b"".join(codes), dtype=np.uint8).reshape(-1, width)
        if start + width > message.shape[1]:
            raise ValueError(f"Table {table} has more axes than the cipher's input holds.")
        message[:, start : start + width] = coded[places]
        start += width
    uniform = _cipher(table_key(secret, table=table), message)
    steps = np.searchsorted(_thresholds(sigma), uniform, side="right")
    return steps + _values(sigma)[0]


def _cipher(key: bytes, message: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """Return 64 bits for each message of three blocks: AES in CBC-MAC, all messages at once."""
    state = np.zeros((len(message), _BLOCK), dtype=np.uint8)
    for block in range(_BLOCKS):
        # A message authentication code chains its blocks by hand; each step encrypts all messages side by side.
        encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
        mixed = state ^ message[:, block * _BLOCK : (block + 1) * _BLOCK]
        state = np.frombuffer(encryptor.update(mixed.tobytes()) + encryptor.finalize(), dtype=np.uint8)
        state = state.reshape(-1, _BLOCK)
    return state[:, :8].copy().view(">u8").reshape(-1).astype(np.uint64)
