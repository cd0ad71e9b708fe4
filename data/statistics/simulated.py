"""What simulations say of the statistics: read from ``simulated.json``, which ``data.statistics.simulate`` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

FILE = Path(__file__).with_name("simulated.json")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One simulated share: of ``draws`` repetitions, how many did what ``what`` says."""

    id: str
    what: str
    share: float
    draws: int

    @property
    def error(self) -> float:
        """The standard error of ``share`` from the number of repetitions."""
        return (self.share * (1 - self.share) / self.draws) ** 0.5


@cache
def simulated() -> Mapping[str, Finding]:
    """Return every finding by its id, such as ``xmr.36`` or ``wilson.100.0.5``, in the order of the file."""
    rows = json.loads(FILE.read_text(encoding="utf-8"))["findings"]
    return MappingProxyType({row["id"]: Finding(**row) for row in rows})
