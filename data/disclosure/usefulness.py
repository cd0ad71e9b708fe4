"""Simulate what the protection leaves to read: how much is too small to show, how far off the rest is.

Run ``python -m data.disclosure.usefulness`` when a table, the noise or a threshold changes. It takes
some minutes and writes ``usefulness.json``, which is committed: the set of tables was chosen by it.
Five forces with 24 to 200 responses a month, with the channels, ages, crimes and seasons of the
illustrative figures, are published with the set of tables as it is and with others, and read as a
reader would, through the query.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from data import engine
from data.assumptions import (
    AGES, CRIME_SHARES, END, MONTHS, RESPONDENT_AGE_UNKNOWN, RESPONDENT_AGES, RESPONSE_CHANNELS, SEASON,
)
from data.count import Count
from data.counts import COUNT_BY_ID, COUNTS
from data.cube import Cube
from data.disclosure.account import account
from data.disclosure.noise import SIGMA
from data.measures import Measure
from data.model import DIMENSIONS, Origin, month_index
from data.query import answer
from data.remarks import Annotation
from data.selection import read
from data.tableset import TableSet

LOG = logging.getLogger(__name__)
FILE = Path(__file__).with_name("usefulness.json")
SEED = 1829
REPETITIONS = 20
FORCES: Mapping[str, int] = {
    "E23000002": 24, "E23000008": 40, "E23000031": 60, "E23000032": 100, "E23000012": 200,
}
"""Responses a month of each force that is simulated; which forces they are does not matter."""
FIRST, LAST = month_index(END) - MONTHS + 1, month_index(END)
_NOW = COUNT_BY_ID["responses"].tables
SETS: Mapping[str, tuple[str, ...]] = {
    "as published": _NOW,
    "without channel group by year": tuple(name for name in _NOW if name != "force-channel-year"),
    "channel group by month in place of quarter": tuple(
        "force-channel-month" if name == "force-channel-quarter" else name for name in _NOW),
    "fewer tables": ("force-month", "force-channel-quarter", "force-age-quarter", "country-channel-month",
                     "country-age-quarter", "country-crime-quarter"),
}


@dataclass(frozen=True, kw_only=True)
class View:
    """Something that a reader looks at, of one force."""

    name: str
    by: tuple[str, ...]
    chosen: Mapping[str, str]


VIEWS: tuple[View, ...] = (
    View(name="all responses by month", by=("period",), chosen={"grain": "month"}),
    View(name="trend by channel group", by=("channel_group", "period"), chosen={}),
    View(name="age by quarter", by=("age_group", "period"), chosen={"grain": "quarter"}),
    View(name="crime type by quarter", by=("crime_type", "period"), chosen={"grain": "quarter"}),
    View(name="channel and age in a year", by=("channel", "age_group"), chosen={"from": "2025-01", "to": "2025-12"}),
)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """How one view of one force reads with one set of tables."""

    tables: str
    view: str
    responses: int
    """Responses a month of the force."""
    small: float | None
    """Share of all cells that are too small to show; ``None`` where the view is not published."""
    gaps: float | None
    """The same of the lines of which most cells are shown."""
    held: float | None
    """Share of the responses that these lines hold."""
    error: float | None
    """Median distance of the shown values from the truth, as a share of it; ``None`` where none is shown."""
    grain: str
    """The grain at which it was answered most often."""


@dataclass(frozen=True)
class Simulated:
    """One count in memory, as the query reads it."""

    tables: TableSet

    def cube(self, count_id: str) -> Cube | TableSet | None:
        """Return the tables of the one count that there is."""
        return self.tables if count_id == self.tables.count.id else None

    def origin(self, measure: Measure, *, fields: Sequence[str] = ()) -> Origin:
        """Return that all is made up."""
        return "illustrative"

    @property
    def annotations(self) -> tuple[Annotation, ...]:
        """No event is known of it."""
        return ()


def draw(random: np.random.Generator) -> pd.DataFrame:
    """Return counted responses of every force and month, drawn from a Poisson distribution."""
    known = np.array(RESPONDENT_AGES) / sum(RESPONDENT_AGES) * (1 - RESPONDENT_AGE_UNKNOWN)
    parts = (list(RESPONSE_CHANNELS), list(AGES), list(CRIME_SHARES))
    shares = (np.array(list(RESPONSE_CHANNELS.values())), np.append(known, RESPONDENT_AGE_UNKNOWN),
              np.array(list(CRIME_SHARES.values())))
    each = np.einsum("c,a,t->cat", *(share / share.sum() for share in shares))
    months = np.arange(FIRST, LAST + 1)
    season = np.array(SEASON)[months % 12]
    volume = np.array(list(FORCES.values()))
    drawn = random.poisson(volume[:, None, None, None, None] * season[:, None, None, None] * each)
    force, month, channel, age, crime = np.nonzero(drawn)
    return pd.DataFrame({
        "month": months[month], "area_code": np.array(list(FORCES))[force],
        **{name: np.array(members)[place] for name, members, place in zip(
            ("channel", "age_group", "crime_type"), parts, (channel, age, crime), strict=True)},
        "seen_channel": "unknown", "grading": "ungraded", "responses": drawn[drawn > 0].astype(float),
    })


def published(rows: pd.DataFrame, *, tables: Sequence[str], secret: bytes) -> Simulated:
    """Return what a publish makes of the rows with a set of tables."""
    count = replace(COUNT_BY_ID["responses"], tables=tuple(tables))
    (made,) = engine.aggregate({"responses_counted": rows}, counts=(count,), secret=secret)
    assert isinstance(made, engine.Tables)
    return Simulated(TableSet(count, {name: cube for name, (_, cube) in made.parts.items()}, made.cutoff))


@dataclass(frozen=True)
class Look:
    """What one view of one release shows: of each cell its line, whether it is too small, its value and the truth."""

    cells: tuple[tuple[tuple[str, ...], bool, float, float], ...]
    grain: str

    def drawn(self) -> set[tuple[str, ...]]:
        """Return the lines of which most cells are shown."""
        lines: dict[tuple[str, ...], list[bool]] = {}
        for line, small, _, _ in self.cells:
            lines.setdefault(line, []).append(small)
        return {line for line, flags in lines.items() if 2 * sum(flags) < len(flags)}


def look(release: Simulated, view: View, *, force: str, rows: pd.DataFrame) -> Look:
    """Return what a reader sees of a force, beside the truth in ``rows``."""
    found = answer(release, read({"measure": "A3", "area": force, **view.chosen}), by=view.by)
    mine = rows.loc[rows["area_code"] == force]
    cells = []
    for row in found.frame.rows:
        inside = mine["month"].between(row.start, row.end)
        for name in ("channel", "age_group", "crime_type"):
            member = getattr(row, name)
            if member != "all":
                inside &= mine[name].isin([member, *DIMENSIONS[name].narrow(member)])
        cells.append((row.key[:-2], row.status == "c", float(row.value or 0), float(mine.loc[inside, "responses"].sum())))
    return Look(tuple(cells), found.grain)


def summary(looks: Sequence[Look]) -> dict[str, float | str | None]:
    """Return the numbers of a finding over so many looks."""
    cells = [(line in drawn, small, value, true) for each, drawn in ((each, each.drawn()) for each in looks)
             for line, small, value, true in each.cells]
    if not cells:
        return {"small": None, "gaps": None, "held": None, "error": None, "grain": ""}
    lined = [small for drawn, small, _, _ in cells if drawn]
    errors = [abs(value - true) / max(true, 1) for _, small, value, true in cells if not small]
    grains = [each.grain for each in looks]
    return {
        "small": round(float(np.mean([small for _, small, _, _ in cells])), 3),
        "gaps": round(float(np.mean(lined)), 3) if lined else None,
        "held": round(sum(true for drawn, _, _, true in cells if drawn) / sum(true for _, _, _, true in cells), 3),
        "error": round(float(np.median(errors)), 3) if errors else None, "grain": max(sorted(set(grains)), key=grains.count),
    }


def run(*, repetitions: int = REPETITIONS, seed: int = SEED, sets: Mapping[str, Sequence[str]] = SETS) -> Iterator[Finding]:
    """Yield every finding, each over so many repetitions."""
    seen: dict[tuple[str, str, int], list[Look]] = {}
    for repetition in range(repetitions):
        rows = draw(np.random.default_rng([seed, repetition]))
        secret = hashlib.sha256(f"{seed} {repetition}".encode()).digest()
        for name, tables in sets.items():
            release = published(rows, tables=tables, secret=secret)
            for view in VIEWS:
                for force, responses in FORCES.items():
                    seen.setdefault((name, view.name, responses), []).append(look(release, view, force=force, rows=rows))
        LOG.info("%s of %s", repetition + 1, repetitions)
    for (name, view_name, responses), looks in seen.items():
        yield Finding(tables=name, view=view_name, responses=responses, **summary(looks))  # type: ignore[arg-type]


def costs() -> dict[str, float]:
    """Return what a response costs with each set of tables: the zCDP over all counts that it stands in."""
    def with_tables(tables: Sequence[str]) -> list[Count]:
        return [replace(count, tables=tuple(tables)) if count.id == "responses" else count for count in COUNTS
                if count.policy == "protected"]

    return {name: next(entry.rho for entry in account(with_tables(tables)) if entry.who == "response")
            for name, tables in SETS.items()}


def write(path: Path = FILE, *, repetitions: int = REPETITIONS) -> None:
    """Simulate everything and write it."""
    findings = [json.dumps(asdict(finding)) for finding in run(repetitions=repetitions)]
    head = json.dumps({"seed": SEED, "sigma": SIGMA, "repetitions": repetitions, "costs": costs()})[:-1]
    path.write_text(f'{head}, "findings": [\n' + ",\n".join(findings) + "\n]}\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=REPETITIONS, help="how many releases to make")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    write(repetitions=parser.parse_args().repetitions)
