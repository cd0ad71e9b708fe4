"""A file as texts: the one shape that every container is read into, and where its headings stand.

A text file, a sheet of a workbook, a Parquet file and a file of a zipped folder all become a ``Table``
of texts with the line on which each row stands; what the texts mean is said by their source alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import Defect, SourceError
from data.model import folded
from data.personal import shown

SEARCHED = 15
"""Rows among which the headings are looked for."""
NEAR = 0.6
"""How well headings fit something known that was probably meant."""

Fit = Callable[[Sequence[str]], float]
"""How well a row's matched names fit what is known: 1 where it is recognised."""

Watch = Callable[[float], None]
"""Called with the share of a file that has been read."""


def first_row(names: Sequence[str]) -> float:
    """Take the first row for the headings."""
    return 0.0


def unwatched(share: float) -> None:
    """Tell nobody how far the reading is."""


@dataclass(frozen=True)
class Table:
    """A file as texts: its headings, its cells, and the physical line on which each row begins.

    ``line`` is that of the headings, ``fits`` how well they fit what is known; ``book`` names the workbook
    whose sheet it is, else it is empty.
    """

    file: str
    columns: tuple[str, ...]
    cells: pa.Table
    lines: np.ndarray
    rows_in: int
    defects: tuple[Defect, ...] = ()
    line: int = 1
    book: str = ""
    fits: float = 0.0
    above: tuple[str, ...] = ()
    """The texts that stand above the headings."""

    @property
    def names(self) -> tuple[str, ...]:
        """The headings as they are matched: lower case, words joined by an underscore."""
        return names_of(self.columns)

    def column(self, name: str) -> pd.Categorical:
        """Return the cells of the column that matches ``name``, each distinct text once."""
        chunked = self.cells.column(self.names.index(name)).combine_chunks()
        coded = pc.dictionary_encode(chunked)
        texts = pd.Index(coded.dictionary.to_pandas(), dtype="str")
        return pd.Categorical.from_codes(coded.indices.to_numpy(), categories=texts)


@dataclass(frozen=True)
class Unread:
    """A part of a file that is no table, and why; ``book`` and ``fits`` as those of a table."""

    file: str
    defects: tuple[Defect, ...]
    book: str = ""
    fits: float = 0.0


def names_of(headings: Sequence[str]) -> tuple[str, ...]:
    """Return headings as they are matched: lower case, words joined by an underscore."""
    return tuple(folded(heading).replace(" ", "_") for heading in headings)


def refused(file: str, rule: str, mend: str, *, line: int = 0, column: str = "") -> SourceError:
    """Return the error of a file that cannot be read at all."""
    defect = Defect(file=file, line=line, column=column, rule=rule, mend=mend, rows=0)
    return SourceError(f"{file}: {rule} {mend}", defects=(defect,))


def find_headings(rows: Sequence[Sequence[str]], *, fit: Fit) -> tuple[int, float]:
    """Return the place of the row that holds the headings and how well it fits; the first row where none is near."""
    fits = [fit(names_of(row)) for row in rows[:SEARCHED]]
    recognised = next((place for place, found in enumerate(fits) if found >= 1), None)
    best = recognised if recognised is not None else int(np.argmax(fits))
    best = best if fits[best] >= NEAR else 0
    return best, fits[best]


def checked_headings(cells: Sequence[str], *, file: str, line: int) -> tuple[str, ...]:
    """Return the headings of a row; refuse a row without any, and two that are the same."""
    names = tuple(cell.strip() for cell in cells)
    matched = [folded(name) for name in names]
    if not any(matched) and len(names) == 1 or not any(names):
        raise refused(file, "The first row holds no headings.",
                      "Put the names of the columns in the first row.", line=line)
    for name, known in zip(names, matched, strict=True):
        if name and matched.count(known) > 1:
            raise refused(file, f"Two columns are both called '{shown(name)}'.",
                          "Give each column a name of its own, or remove one.", line=line, column=shown(name))
    return names


def passed_over(rows: int, *, file: str, line: int) -> tuple[Defect, ...]:
    """Note how many rows stand above the headings on ``line``."""
    if not rows:
        return ()
    said = "row above the headings was" if rows == 1 else "rows above the headings were"
    return (Defect(file=file, line=line, severity="note", rows=0, rule=f"{rows} {said} not read.", mend=""),)


def as_columns(rows: Sequence[Sequence[str]], *, width: int) -> pa.Table:
    """Return rows of equal width as columns of texts."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    return pa.table({f"c{place}": pa.array(column, pa.string()) for place, column in enumerate(columns)})


def table_of_rows(
    chunks: Iterable[Sequence[tuple[int, Sequence[str]]]], *, file: str, book: str = "", fit: Fit = first_row,
    defects: Sequence[Defect] = (),
) -> Table:
    """Return numbered rows of texts, which come in chunks, as a table; rows may differ in width.

    Raises SourceError where there is no row, or no row of headings.
    """
    read = iter(chunks)
    first: list[tuple[int, Sequence[str]]] = []
    for chunk in read:
        first.extend(chunk)
        if len(first) >= SEARCHED:
            break
    if not first:
        raise refused(file, "The file is empty.", "Send the file with its headings and rows.")
    near = [row for line, row in first if line < first[0][0] + SEARCHED]
    place, fits = find_headings(near, fit=fit)
    line, cells = first[place]
    width = max(len(cells), *(len(row) for _, row in first))
    headings = checked_headings([*cells, *[""] * (width - len(cells))], file=file, line=line)
    lines, parts, widest = [], [], width
    for chunk in _and_then(first[place + 1:], read):
        rows = [[*row, *[""] * (widest - len(row))] for _, row in chunk]
        widest = max([widest, *map(len, rows)])
        parts.append(as_columns([[*row, *[""] * (widest - len(row))] for row in rows], width=widest))
        lines.extend(number for number, _ in chunk)
    empty = pa.scalar("", pa.string())
    wide = [part if part.num_columns == widest else pa.table({
        f"c{at}": part.column(at) if at < part.num_columns else pa.repeat(empty, len(part)) for at in range(widest)
    }) for part in parts]
    table = Table(file, (*headings, *[""] * (widest - width)), pa.concat_tables(wide),
                  np.array(lines, dtype=np.int64), len(lines),
                  (*defects, *passed_over(place, file=file, line=line)), line, book, fits,
                  tuple(cell for _, row in first[:place] for cell in row if cell.strip()))
    return without_empty(table)


def _and_then(
    first: Sequence[tuple[int, Sequence[str]]], rest: Iterable[Sequence[tuple[int, Sequence[str]]]],
) -> Iterable[Sequence[tuple[int, Sequence[str]]]]:
    yield first
    yield from rest


def without_empty(table: Table) -> Table:
    """Return the table without rows and nameless columns in which every cell is empty."""
    empty = np.ones(len(table.lines), dtype=bool)
    for column in table.cells.columns:
        if not empty.any():
            break
        empty &= pc.equal(pc.utf8_trim_whitespace(column), "").to_numpy()
    cells, lines = table.cells, table.lines
    if empty.any():
        cells, lines = cells.filter(pa.array(~empty)), lines[~empty]
    kept = [place for place, name in enumerate(table.columns)
            if name or not pc.all(pc.equal(pc.utf8_trim_whitespace(cells.column(place)), "")).as_py()]
    names = tuple(table.columns[place] or f"column {place + 1}" for place in kept)
    return replace(table, columns=names, cells=cells.select(kept), lines=lines,
                   rows_in=table.rows_in - int(empty.sum()))
