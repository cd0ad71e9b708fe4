"""What the loaders of house templates share: findings of rows, and checked columns as plain typed ones."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from data.cells import Fault, month_of_day
from data.checks import Findings
from data.errors import LISTED


def each(frame: pd.DataFrame, *, wrong: np.ndarray, column: str, fault: Fault) -> Iterable[Findings]:
    """Return the ``wrong`` rows of a frame as findings with one fault."""
    if not wrong.any():
        return
    values = frame[column].to_numpy()[wrong][:LISTED]
    texts = [f"{value:g}" if isinstance(value, float) and value % 1 else f"{value:.0f}" if isinstance(value, float)
             else str(value) for value in values]
    yield Findings(frame.index.to_numpy()[wrong], column, texts, [fault] * len(texts))


def text(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of texts, empty where nothing was stated."""
    return frame[name].astype("str") if name in frame else pd.Series("", index=frame.index, dtype="str")


def texts(frame: pd.DataFrame, *names: str) -> dict[str, pd.Series]:
    """Return columns of texts by their names."""
    return {name: text(frame, name) for name in names}


def number(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of numbers, NaN where not supplied."""
    return frame[name].astype("float64") if name in frame else pd.Series(np.nan, index=frame.index)


def numbers(frame: pd.DataFrame, *names: str) -> dict[str, pd.Series]:
    """Return columns of numbers by their names."""
    return {name: number(frame, name) for name in names}


def whole(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a required column of whole values; a frame without it has no rows."""
    return frame[name].astype("int64") if name in frame else pd.Series(0, index=frame.index, dtype="int64")


def month(frame: pd.DataFrame, *, days: np.ndarray | pd.Series) -> pd.Series:
    """Return the month of each day."""
    distinct, places = np.unique(np.asarray(days, dtype=np.int64), return_inverse=True)
    months = np.array([month_of_day(day) for day in distinct], dtype=np.int64)
    return pd.Series(months[places], index=frame.index)
