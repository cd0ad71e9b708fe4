"""Reading the distinct texts of a column: plain numbers, dates and references many at once, the rest one by one.

What is read at once is read as ``data.cells`` would read it, only faster; whatever could be wrong is left to it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from data.cells import DAY_MINUTES, ILLUSTRATIVE_PREFIX, NUMBERS, Terms, read_cell
from data.templates import Column


def read_distinct(texts: pd.Index, *, column: Column, terms: Terms) -> np.ndarray:
    """Return the values of the distinct ``texts`` of a column, an object each: a value, ``None`` or a Fault."""
    values = np.empty(len(texts), dtype=object)
    slow = np.ones(len(texts), dtype=bool)
    if column.kind in NUMBERS and column.kind not in ("share", "percent") and len(texts):
        plain = np.asarray(texts.str.fullmatch(r"0|[1-9][0-9]{0,14}"), dtype=bool)
        values[plain] = texts[plain].astype("float64")
        slow = ~plain
    elif column.kind in ("datetime", "moment") and len(texts):
        slow = ~_read_plain_moments(texts, values, column=column, terms=terms)
    elif column.kind == "id" and len(texts):
        slow = ~_read_plain_references(texts, values, terms=terms)
    for place in np.flatnonzero(slow):
        values[place] = read_cell(texts[place], column=column, terms=terms)
    return values


def _read_plain_moments(texts: pd.Index, values: np.ndarray, *, column: Column, terms: Terms) -> np.ndarray:
    """Fill in the ``values`` of dates and times in their plain form, many at once; return which were read."""
    plain = np.zeros(len(texts), dtype=bool)
    first, last = np.datetime64(f"{column.since}-01-01"), np.datetime64(terms.today) + 1
    for form, pattern in (("[0-9]{4}-[0-9]{2}-[0-9]{2}", "%Y-%m-%d"),
                          ("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}", "%Y-%m-%dT%H:%M")):
        places = np.flatnonzero(np.asarray(texts.str.fullmatch(form), dtype=bool))
        read = pd.to_datetime(texts[places], format=pattern, errors="coerce").to_numpy().astype("datetime64[m]")
        good = (read >= first) & (read < last)
        places, read = places[good], read[good]
        minutes = (read - np.datetime64("0001-01-01", "m")).astype(np.int64) + DAY_MINUTES
        found = 2 * minutes + ("H" in pattern) if column.kind == "moment" else minutes // DAY_MINUTES
        values[places] = found.astype(object)
        plain[places] = True
    return plain


def _read_plain_references(texts: pd.Index, values: np.ndarray, *, terms: Terms) -> np.ndarray:
    """Fill in the ``values`` of references too short and plain to be anything personal; return which were read."""
    plain = np.asarray(texts.str.fullmatch(r"[A-Z]{0,6}[-_/]?([0-9]{1,4}[-_/][0-9]{1,5}|[0-9]{1,7})"), dtype=bool)
    plain &= ~np.asarray(texts.str.match(r"CRN|URN|CAD|CRIS|NICHE|PNC"), dtype=bool)
    plain &= np.asarray(texts.str.startswith(ILLUSTRATIVE_PREFIX), dtype=bool) == (terms.origin == "illustrative")
    plain &= ~np.asarray(texts.str.match(r"[-_/]"), dtype=bool)
    values[plain] = np.asarray(texts[plain], dtype=object)
    return plain
