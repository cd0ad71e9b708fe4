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

from data.areas import AREAS, DISTRICTS
from data.counts import COUNTS, Count
from data.cube import Cube, build
from data.errors import PublishError
from data.model import CHANNEL

MONTH = "month"


@dataclass(frozen=True)
class Cells:
    """The cells of one count: its dimensions, the month index and ``value``, sorted by all of them."""

    count: Count
    table: pa.Table


def check_policies(counts: Sequence[Count]) -> None:
    """Stop the publish where a count may not be published as it is.

    Raises ``PublishError``: a count without a policy was never thought through, and a protected one
    must be perturbed first, which this version does not do.
    """
    for count in counts:
        if count.policy is None:
            raise PublishError(f"The count “{count.id}” has no policy. Say in data/counts.py whether it is open or "
                               "protected; nothing is published before that.")
        if count.policy == "protected":
            raise PublishError(f"The count “{count.id}” is protected: it concerns persons who came forward or were "
                               "found. It cannot be published without perturbation; nothing is published.")


def aggregate(
    tables: Mapping[str, pd.DataFrame], *, counts: Sequence[Count] = COUNTS
) -> Iterator[Cells]:
    """Yield the cells of each count whose tables are all there, in the registry's order.

    ``tables`` maps a kind to its checked rows. Raises ``PublishError`` for a count without a policy.
    """
    check_policies(counts)
    with duckdb.connect(":memory:") as engine:
        for kind, table in tables.items():
            engine.register(kind, pa.Table.from_pandas(table, preserve_index=False))
        engine.register("channel_members", _channel_members())
        engine.register("area_members", _area_members())
        engine.register("districts", _districts())
        for count in counts:
            if not all(kind in tables for kind in count.kinds):
                continue
            axes = ", ".join(["area_code", *count.dimensions, MONTH])
            table = engine.sql(
                f"SELECT {axes}, value FROM ({count.sql}) WHERE value IS NOT NULL ORDER BY {axes}"
            ).to_arrow_table()
            if table.num_rows:
                yield Cells(count, _typed(table))


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
        values=cells.table.column("value").to_numpy().astype(np.float64),
    )
