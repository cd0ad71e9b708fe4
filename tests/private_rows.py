"""Two deliveries that tell the public the same and differ in every private row, and noise that makes their cells agree.

What still differs in a release, or in anything that is served of it, was let out beside the perturbed cells.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.disclosure import protect
from tests import known
from tests.known import Row

FORCES = ("E23000031", "E23000032", "W15000002")
LEVEL = 40
"""What every perturbed cell is near, whatever its truth."""


def write(one: Path, other: Path, *, seed: int = 1) -> None:
    """Write a delivery into ``one``, and into ``other`` the same appeals, publications and accounts with other contacts.

    Other responses to other appeals on other days, fewer of them; other outcomes; other messages; other days of offences.
    The last response and the last outcome of ``one`` come a month after everything else.
    """
    made = known.write(one, seed=seed, forces=FORCES)
    rng = random.Random(seed)
    late = {**made.responses[-1], "received_at": "2026-11-02T10:00"}
    after = {"appeal_id": made.appeals[-1]["appeal_id"], "outcome": "arrested", "outcome_date": "2026-11-03", "persons": "1",
             "attribution": "tip_alone"}
    _save(one / "responses.csv", [*made.responses, late], without=("month", "area_code", "crime_type"))
    _save(one / "outcomes.csv", [*made.outcomes, after])
    other.mkdir(parents=True)
    _save(other / "publications.csv", made.publications)
    _save(other / "appeals.csv", [_other_offence(row, rng) for row in made.appeals])
    _save(other / "responses.csv", [_other_response(row, rng) for row in made.responses if rng.random() < 0.5],
          without=("month", "area_code", "crime_type"))
    _save(other / "outcomes.csv", [{**row, "attribution": rng.choice(known.ATTRIBUTIONS)} for row in made.outcomes
                                   if rng.random() < 0.5 and row["outcome_date"] < "2026-06"])
    _save(other / "engagement.csv", [_other_messages(row, rng) for row in made.engagement])


def _save(path: Path, rows: list[Row], *, without: tuple[str, ...] = ()) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [name for name in rows[0] if name not in without], extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _other_offence(row: Row, rng: random.Random) -> Row:
    return {**row, "offence_date": rng.choice((row["published_at"][:10], "2024-09-15", ""))}


def _other_response(row: Row, rng: random.Random) -> Row:
    channel = rng.choice(known.CAME_BY)
    age = "unknown" if channel == "crimestoppers" else rng.choice(known.AGES)
    return {**row, "channel": channel, "age_group": age, "grading": rng.choice(known.GRADINGS), "seen_channel": "unknown"}


def _other_messages(row: Row, rng: random.Random) -> Row:
    if not row["messages_in"]:
        return row
    left = number = rng.choice(known.SMALL)
    bands = {}
    for band in known.BANDS:
        bands[band] = str(part := rng.randint(0, left))
        left -= part
    return {**row, **bands, "messages_in": str(number), "reports_created": str(rng.randint(0, number))}


@contextmanager
def cells_that_agree() -> Iterator[None]:
    """Give every cell a noise that hides its truth altogether: what it is published as follows from its place alone."""
    drawn = protect._noise

    def hiding(*args: Any, truth: Any, **more: Any) -> Any:
        return LEVEL + drawn(*args, truth=np.zeros_like(truth), **more) - truth

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(protect, "_noise", hiding)
        yield
