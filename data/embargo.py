"""Embargoes: which releases are not out yet and until when, and what stays of it once they are.

    HUE_HOME/embargoed/<id>.json   until when; whether the pointer was set since it came out; whether it never will
    HUE_HOME/embargoed/<id>.out    it has been out: a clock that goes back takes nothing back

The time comes by itself: whoever asks what is served looks at the clock, in every process alike.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from data.disk import write_atomically

FOLDER = "embargoed"
NO_END = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Embargo:
    """Until when a release is held back."""

    until: datetime
    settled: bool = False
    """Whether the pointer was set after the release came out: it is then served only where that names it."""
    never: bool = False
    """Whether it was withdrawn before it came out: readers never learn of it."""


def now_utc() -> datetime:
    """Return the time by the clock of this machine."""
    return datetime.now(UTC)


def read_time(text: str, *, now: datetime) -> datetime:
    """Return the time that an embargo ends, in UTC.

    Raises ``ValueError`` with words for the publisher where it is none, has no zone or has passed.
    """
    form = "Write it with its zone, such as 2026-12-01T09:30+00:00 or 2026-12-01T09:30Z."
    try:
        found = datetime.fromisoformat(text.strip())
        until = found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        raise ValueError(f"{text[:60]!r} is no time of ISO 8601. {form}") from None
    if until is None:
        raise ValueError(f"{text[:60]!r} has no zone, and its hour may be meant in any. {form}")
    if until <= now:
        raise ValueError(f"{told(until)} has passed: it is {told(now)}. An embargo ends in the future.")
    return until


def told(time: datetime) -> str:
    """Return a time as the command line writes it, in UTC.

    >>> told(datetime(2026, 12, 1, 9, 30, tzinfo=UTC))
    '2026-12-01 09:30 UTC'
    """
    seconds = ":%S" if time.second else ""
    return time.astimezone(UTC).strftime(f"%Y-%m-%d %H:%M{seconds} UTC")


def every(home: Path) -> Mapping[str, Embargo]:
    """Return the embargoes of a home by the names of their releases, those that are over among them."""
    return {path.stem: found for path in (home / FOLDER).glob("*.json") if (found := of(home, path.stem)) is not None}


def of(home: Path, name: str) -> Embargo | None:
    """Return the embargo of a release, ``None`` where it has none; one that cannot be read has no end."""
    try:
        kept = json.loads((home / FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        return Embargo(**{**kept, "until": datetime.fromisoformat(kept["until"])})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError):
        return Embargo(until=NO_END)


def keep(home: Path, name: str, embargo: Embargo) -> None:
    """Write the embargo of a release, for those who hold the lock."""
    (home / FOLDER).mkdir(exist_ok=True)
    text = json.dumps({**asdict(embargo), "until": embargo.until.isoformat()})
    write_atomically(home / FOLDER / f"{name}.json", text=text)


def forget(home: Path, name: str) -> None:
    """Remove the embargo of a release that is to be out at once, for those who hold the lock."""
    (home / FOLDER / f"{name}.json").unlink(missing_ok=True)


def was_out(home: Path, name: str) -> bool:
    """Whether a release has been out before, whatever the clock says now."""
    return (home / FOLDER / f"{name}.out").exists()


def mark_out(home: Path, name: str) -> None:
    """Keep that a release has come out. A server that may not write keeps it in memory alone."""
    with suppress(OSError):
        (home / FOLDER / f"{name}.out").touch()
