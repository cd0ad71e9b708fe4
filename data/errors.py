"""The error root and its two children: the reader's fault and the publisher's fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal


LISTED = 1000
"""Findings of one kind that are listed one by one; the rest of the kind is counted in one line."""


class HueError(Exception):
    """Root of every error that the program raises on purpose."""


class SelectionError(HueError):
    """The reader asked for something that does not exist: 400, or a notice on the page."""

    def __init__(self, message: str, *, field: str, value: str = "") -> None:
        super().__init__(message)
        self.field = field
        self.value = value


class NotFound(HueError):
    """An address, a release or a chart that does not exist: 404."""


class Gone(HueError):
    """A release that was withdrawn: 410."""


class Unreadable(HueError):
    """A release that cannot be read: damaged, or made by a newer version of the program: 503.

    ``mend`` tells its publisher what to do; readers are not shown it.
    """

    def __init__(self, message: str, *, mend: str) -> None:
        super().__init__(message)
        self.mend = mend


@dataclass(frozen=True, kw_only=True)
class Defect:
    """One finding in a publisher's file, said so that a communications officer can mend it.

    ``line`` counts the header as line 1 and is 0 when the whole file is meant; ``column`` is the
    column's name or empty; ``value`` is what stands there, cut to 80 characters.
    An ``error`` stops the publish; a ``warning`` and a ``note`` are only reported.
    """

    file: str
    line: int = 0
    column: str = ""
    value: str = ""
    rule: str
    mend: str = ""
    severity: Literal["error", "warning", "note"] = "error"
    rows: int = 1
    """How many rows of the file the finding takes out (errors) or concerns (warnings, notes)."""


class SourceError(HueError):
    """The publisher's files cannot be published as they are. Carries every defect that was found.

    ``reports`` are those of all files, where every file was looked at.
    """

    def __init__(self, message: str, *, defects: Sequence[Defect] = (), reports: Sequence[Report] = ()) -> None:
        super().__init__(message)
        self.defects = tuple(defects)
        self.reports = tuple(reports)


class PublishError(HueError):
    """The publish stopped for a reason that lies in no file: lock held, count without a policy, disk."""


@dataclass(frozen=True)
class Report:
    """What checking one file found: rows in = rows used + rows reported, always."""

    file: str
    source: str
    rows_in: int
    rows_used: int
    defects: tuple[Defect, ...] = field(default=())

    @property
    def errors(self) -> tuple[Defect, ...]:
        """The findings that stop the publish."""
        return tuple(defect for defect in self.defects if defect.severity == "error")
