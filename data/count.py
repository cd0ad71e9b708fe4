"""A count: something counted, with its dimensions, how its members add up, and who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from data.model import Addition, Policy

Group = Literal["appeals", "engagement", "contact", "attitudes", "published", "quality"]
_GROUPS: Mapping[str, Group] = {
    "appeals": "appeals", "publications": "appeals", "engagement": "engagement", "posts": "engagement",
    "platform_reach": "engagement",
    "contact": "contact", "calls": "contact", "attitudes": "attitudes", "survey": "attitudes",
    "coverage": "quality", "timeliness": "quality", "revision": "quality",
}
"""The group of a count by the first kind of rows that it is made from; of all else ``published``."""


@dataclass(frozen=True, kw_only=True)
class Count:
    """Something counted, with its dimensions and, for each, how its members add up.

    ``additive``: members add up to the whole. ``overlapping``: one thing may stand under several
    members, so every member, groups and the whole included, is counted by itself and never summed.
    ``gross``: sums are shown, but under ``gross_label`` alone. Over months also ``last`` (the state
    at the end of the period), ``latest`` (for each cell the last figure within the period), ``nearest`` (the
    estimate nearest to its end) and ``none``.
    """

    id: str
    label: str
    kinds: tuple[str, ...]
    sql: str
    addition: Mapping[str, Addition]
    policy: Policy | None
    gross_label: str = ""
    months_each: int = 1
    """Months that one stored value covers, ending with the month it stands at; 0 for a state."""
    areas: str = "force"
    """Which areas are expected to supply: ``force`` (the 45), ``borough`` (32), ``any`` or ``none``."""
    apart: bool = False
    """Whether each category stands for itself alone: questions of surveys, limits of waiting, fields. There is no
    whole; where none is chosen, the one that most of the chosen places have is shown, and named."""
    derived: bool = False
    """A part of other counts that only measures need; not listed as a count of its own."""
    sources: tuple[str, ...] = ()
    """Ids of the sources that feed it, where not every source of its kinds does."""
    records: bool = False
    """Counted from single records: in a month with any, a combination without one is nothing, not missing."""
    dense: bool = True
    """Held in memory for measures; others are kept as tables alone."""
    tables: tuple[str, ...] = ()
    """Ids of the closed set of tables that a protected count is published in."""
    changes: Mapping[str, int] = field(default_factory=dict)
    """For each kind of contact (``account.WHO``) the cells of one table that a single one can change by one."""
    changes_when: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """The same for each of the contact's cases (``account.CASES``), where these tell more."""
    possible: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Members that can occur, for dimensions of which not all can; of ``category`` always."""
    cumulative: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Categories that are sums of others: answered within 4 hours is within 1 hour and from 1 to 4."""
    same_as: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Categories (empty for a count without) that hold the truth of a category of another count by definition: both
    carry the same noise, so that nobody learns more from the two than from one. Not for truths that only may agree
    (with another follow-up): the same noise would show whether they do."""
    follow_up: int = 0
    """Days after the first publication of an appeal that belong to its month; 0 where months are of the event."""
    supply: str = ""
    """Whose supply tells what was supplied: ``responses``, ``rows`` (responses of single
    appeals), ``outcomes``, ``offences``, or SQL over (area_code, channel, month)."""

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions beside area and month."""
        return tuple(name for name in self.addition if name not in ("area", "month"))

    @cached_property
    def group(self) -> Group:
        """Where it stands in lists of counts and measures; messages and reports are contact, not engagement."""
        if self.kinds == ("engagement",) and self.policy == "protected":
            return "contact"
        return _GROUPS.get(self.kinds[0], "published")

    @property
    def gross(self) -> bool:
        """Whether sums over channels or areas carry another name."""
        return bool(self.gross_label)
