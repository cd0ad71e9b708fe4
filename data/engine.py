"""Aggregation: checked tables in, cells of every count out, in SQL kept portable.

The SQL of each count stands beside it in ``data.counts``; DuckDB runs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from data.areas import AREAS, DISTRICTS, FORCES
from data.count import Count
from data.counts import COUNT_BY_ID, COUNTS
from data.cube import Cube
from data.cube_build import build
from data.disclosure.attacks import Witnessed
from data.disclosure.noise import SIGMA
from data.disclosure.protect import as_rows, cube_of, perturb, supplied_by
from data.disclosure.supply import Supply, open_supply, supply_from, without_young
from data.disclosure.tables import TABLE_BY_ID
from data.errors import PublishError
from data.model import CHANNEL

MONTH = "month"


@dataclass(frozen=True)
class Cells:
    """The cells of one count: its dimensions, the month index and ``value``, sorted by all of them."""

    count: Count
    table: pa.Table
    partial: frozenset[tuple[str, str, int]] = frozenset()
    """Area, channel and month of cells that stand for a part of their month."""

    @property
    def rows(self) -> int:
        """How many cells there are."""
        return self.table.num_rows


@dataclass(frozen=True)
class Tables:
    """The perturbed tables of a protected count, each as rows and as a cube, and the last month of figures."""

    count: Count
    parts: Mapping[str, tuple[pa.Table, Cube]]
    cutoff: int

    @property
    def rows(self) -> int:
        """How many cells there are, in all tables."""
        return sum(rows.num_rows for rows, _ in self.parts.values())


def check_policies(counts: Sequence[Count]) -> None:
    """Stop the publish where a count may not be published as it is.

    Raises ``PublishError``: a count without a policy was never thought through, and a protected one
    must name the tables that it is published in and whom it concerns.
    """
    for count in counts:
        if count.policy is None:
            raise PublishError(f"The count “{count.id}” has no policy. Say in its entry whether it is open or "
                               "protected; nothing is published before that.")
        if count.policy == "protected" and not (count.tables and count.changes and count.supply):
            raise PublishError(f"The count “{count.id}” is protected: it concerns persons who came forward or were "
                               "found. Its entry must name its tables, whose contacts it counts and whose supply it "
                               "follows; nothing is published.")


def aggregate(
    tables: Mapping[str, pd.DataFrame], *, counts: Sequence[Count] = COUNTS, secret: bytes | None = None,
    sigma: float = SIGMA, witness: list[Witnessed] | None = None, partial: frozenset[tuple[str, str, int]] = frozenset(),
) -> Iterator[Cells | Tables]:
    """Yield the cells of each count whose tables are all there, in the registry's order.

    ``tables`` maps a kind to its checked rows. Protected counts come as their perturbed tables, made
    with the publisher's ``secret``; ``witness`` is given each of them with its truth, to be attacked; ``partial`` names
    area, channel and month of engagement whose month is covered in part. Raises ``PublishError`` for a count without a policy, and for a
    protected one without a secret.
    """
    check_policies(counts)
    with duckdb.connect(":memory:") as engine:
        for kind, table in _with_empty(tables).items():
            engine.register(kind, pa.Table.from_pandas(table, preserve_index=False))
        engine.register("channel_members", _channel_members())
        engine.register("area_members", _area_members())
        engine.register("area_forces", _area_forces())
        engine.register("districts", _districts())
        present = {*tables, *(("any_responses",) if {"responses", "responses_counted"} & set(tables) else ())}
        supplies = _Supplies(engine, secret=secret, witness=[] if witness is None else witness)
        for count in counts:
            if not all(kind in present or (kind == "appeals" and "any_responses" in present) for kind in count.kinds):
                continue
            axes = ", ".join(["area_code", *count.dimensions, MONTH])
            supplies.prepare(count)
            table = engine.sql(
                f"SELECT {axes}, value FROM ({count.sql}) WHERE value IS NOT NULL ORDER BY {axes}"
            ).to_arrow_table()
            if count.policy == "protected":
                made = supplies.protect(count, truth=table, sigma=sigma)
                if made is not None:
                    yield made
            elif table.num_rows:
                yield Cells(count, _typed(table), partial if "engagement" in count.kinds else frozenset())


class _Supplies:
    """Who supplied what came of appeals: made once, when the first count asks for it."""

    def __init__(self, engine: duckdb.DuckDBPyConnection, *, secret: bytes | None, witness: list[Witnessed]) -> None:
        self._engine, self._secret, self._witness = engine, secret, witness
        self._found: dict[str, Supply | None] = {}

    def _truth(self, count: Count) -> pa.Table:
        axes = ", ".join(["area_code", *count.dimensions, MONTH])
        return self._engine.sql(f"SELECT {axes}, value FROM ({count.sql}) WHERE value IS NOT NULL").to_arrow_table()

    def prepare(self, count: Count) -> None:
        """Make the supply that a count's SQL joins to."""
        for name in _SUPPLIED_BY:
            if f"supply_{name}" in count.sql:
                self._named(name)

    def _named(self, name: str) -> Supply | None:
        if name not in self._found:
            supply = open_supply(self._engine.sql(_OPEN_SUPPLY[name]).to_arrow_table())
            if supply is not None:
                by = COUNT_BY_ID[_SUPPLIED_BY[name]]
                supply = supplied_by(supply, truth=self._truth(by), count=by, secret=self._key(by), trim=name != "outcomes")
            self._found[name] = supply
            given = np.argwhere(supply.given.any(axis=1)) if supply else np.empty((0, 2), dtype=int)
            self._engine.register(f"supply_{name}", pa.table({
                "force_code": pa.array([FORCES[force] for force, _ in given], pa.string()),
                "month": pa.array([int(month) + (supply.first if supply else 0) for _, month in given], pa.int64()),
            }))
        return self._found[name]

    def _key(self, count: Count) -> bytes:
        if self._secret is None:
            raise PublishError(f"The count “{count.id}” concerns persons and is protected with a secret, and none was "
                               "given. Run: hue secret")
        return self._secret

    def protect(self, count: Count, *, truth: pa.Table, sigma: float) -> Tables | None:
        """Return the perturbed tables of a count, ``None`` where no whole period was supplied."""
        supply = self._named(count.supply) if count.supply in _SUPPLIED_BY else supply_from(
            self._engine.sql(count.supply).to_arrow_table())
        if supply is None or not supply.given.any():
            return None
        supply = without_young(supply, follow_up=count.follow_up)
        secret, parts = self._key(count), {}
        for name in count.tables:
            table = TABLE_BY_ID[name]
            made = perturb(count, table=table, truth=truth, supply=supply, secret=secret, sigma=sigma)
            if made.exists.any():
                self._witness.append(Witnessed(count=count, table=table, first=supply.first, made=made))
                parts[name] = (as_rows(count, made=made, first=supply.first),
                               cube_of(count, table=table, made=made, first=supply.first, sigma=sigma))
        if not parts:  # no whole period of any table has been supplied yet
            return None
        last = supply.first + int(np.flatnonzero(supply.given.any(axis=(0, 1)))[-1])
        return Tables(count, parts, last)


_SUPPLIED_BY: Mapping[str, str] = {
    "responses": "responses", "rows": "appeals_responded", "outcomes": "appeals_followed", "offences": "offence_delay",
}
"""The count whose perturbed figures tell who supplied what came of appeals."""
_APPEALS_SUPPLY = "SELECT area_code, month, COUNT(*) AS value FROM appeals GROUP BY area_code, month"
_OPEN_SUPPLY: Mapping[str, str] = {
    "responses": f"{_APPEALS_SUPPLY} UNION ALL SELECT area_code, month, COUNT(*) AS value FROM responses_counted "
                 "GROUP BY area_code, month",
    "rows": _APPEALS_SUPPLY, "outcomes": _APPEALS_SUPPLY, "offences": _APPEALS_SUPPLY,
}
_EMPTY: Mapping[str, Mapping[str, str]] = {
    "appeals": {"appeal_id": "str", "area_code": "str", "crime_type": "str", "month": "int64", "published_minute": "int64",
                "timed": "bool", "offence_day": "float64", "persons_sought": "float64", "closed": "bool",
                "closed_month": "float64", "public_outcome": "str"},
    "responses": {"appeal_id": "str", "received_minute": "int64", "timed": "bool", "month": "int64", "channel": "str",
                  "seen_channel": "str", "age_group": "str", "grading": "str"},
    "responses_counted": {"month": "int64", "area_code": "str", "channel": "str", "seen_channel": "str",
                          "age_group": "str", "crime_type": "str", "grading": "str", "responses": "float64"},
}


def _with_empty(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Responses come in single rows or counted: the form that was not supplied stands in empty."""
    filled = dict(tables)
    if {"responses", "responses_counted"} & set(tables):
        for kind, columns in _EMPTY.items():
            filled.setdefault(kind, pd.DataFrame({name: pd.Series(dtype=type_) for name, type_ in columns.items()}))
    return filled


def _area_forces() -> pa.Table:
    """Each area and the force that it lies in."""
    known = [area for area in AREAS.values() if area.type != "country"]
    return pa.table({"area_code": [area.code for area in known], "force_code": [area.force for area in known]})


def _channel_members() -> pa.Table:
    """Each channel beside itself and beside its group, for counts that overlap along channels."""
    pairs = [(member.id, name) for member in CHANNEL.members for name in {member.id, CHANNEL.group_of(member.id)}]
    return pa.table({"channel": [pair[0] for pair in pairs], "member": [pair[1] for pair in pairs]})


def _area_members() -> pa.Table:
    """Each area beside itself, and each district beside its force."""
    pairs = [(area.code, member) for area in AREAS.values() if area.type != "country"
             for member in dict.fromkeys((area.code, area.force))]
    return pa.table({"area_code": [pair[0] for pair in pairs], "member": [pair[1] for pair in pairs]})


def _districts() -> pa.Table:
    """Each district beside its force."""
    return pa.table({"area_code": DISTRICTS, "force_code": [AREAS[code].force for code in DISTRICTS]})


def _typed(table: pa.Table) -> pa.Table:
    """Whole figures as 64-bit integers, others as doubles, so that one input gives one file."""
    values = table.column("value").cast(pa.float64()).to_numpy()
    whole = bool(np.all(values == np.rint(values)))
    table = table.set_column(table.num_columns - 1, "value", pa.array(values, pa.int64() if whole else pa.float64()))
    return table.set_column(table.num_columns - 2, MONTH, table.column(MONTH).cast(pa.int32()))


def cube(cells: Cells) -> Cube:
    """Return the dense cube of a count's cells."""
    codes: dict[str, np.ndarray] = {}
    leaves: dict[str, list[str]] = {}
    for name in ("area", *cells.count.dimensions):
        column = cells.table.column("area_code" if name == "area" else name).combine_chunks().dictionary_encode()
        codes[name] = column.indices.to_numpy().astype(np.intp)
        leaves[name] = column.dictionary.to_pylist()
    return build(
        cells.count, codes=codes, leaves=leaves, months=cells.table.column(MONTH).to_numpy().astype(np.intp),
        values=cells.table.column("value").to_numpy().astype(np.float64), partial=cells.partial,
    )
