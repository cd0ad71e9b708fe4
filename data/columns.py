"""From figures to columns: values, intervals and marks of the rows of an answer, all at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from data.cube import Reading
from data.measures import Measure
from data.statistics.intervals import protected_range, protected_ratio, protected_wilson, rate, threshold, wilson

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int8]
Listed = list[float | None]

OK, P, X, Z, C, U = range(6)
_NAMES = ("ok", "p", "x", "z", "c", "u")
_REVISED = 8
"""Added to the code of a value that was revised: only values have it, gaps never."""
_BY_CODE = {**dict(enumerate(_NAMES)), OK + _REVISED: "r", P + _REVISED: "p r", U + _REVISED: "r u"}


class Columns(NamedTuple):
    """Numerator, denominator, value, lower and upper limit and mark of every row."""

    numerator: Listed
    denominator: Listed
    value: Listed
    lower: Listed
    upper: Listed
    status: list[str]


def counted(measure: Measure, top: Reading) -> Columns:
    """Return the columns of open counts and of published figures."""
    blank, codes = _marked(top)
    if measure.kind == "published":
        codes = np.where(blank, codes, U).astype(np.int8)
    value = listed(top.value.ravel(), blank)
    none: Listed = [None] * len(value)
    return Columns(value, none, value, none, none, _named(codes, top))


def divided(measure: Measure, top: Reading, below: Reading) -> Columns:
    """Return the columns of a ratio of open counts."""
    top, below = _alike(top, below)
    blank, codes = _marked(top)
    above, under, codes, blank = _over(top, below, codes=codes, blank=blank)
    small = ~blank & (under < max(measure.minimum_base, 1))
    codes[small] = C
    hidden = blank | small
    with np.errstate(divide="ignore", invalid="ignore"):
        value = above / under * measure.factor
    lower, upper = _open_interval(measure, above, under, without=hidden)
    return Columns(listed(above, blank), listed(under, blank), listed(value, hidden), lower, upper, _named(codes, top, below))


def _over(
    top: Reading, below: Reading, *, codes: Codes, blank: Bools, young: Bools | None = None
) -> tuple[Floats, Floats, Codes, Bools]:
    """Return both parts of a ratio with the marks that the denominator's supply adds."""
    has, owed = below.supplied.ravel(), below.expected.ravel()
    none = has == 0
    if none.any():
        codes[none & (codes != Z)] = X
        blank = blank | none
    late = has < owed if young is None else (has < owed) | young
    codes[~blank & late & (codes == OK)] = P
    return top.value.ravel(), below.value.ravel(), codes, blank


def _open_interval(measure: Measure, above: Floats, under: Floats, *, without: Bools) -> tuple[Listed, Listed]:
    """Return the interval of a share or a rate of open counts, ``None`` where none is defined."""
    if not measure.interval:
        none: Listed = [None] * above.size
        return none, none
    base = np.where(without, np.nan, under)
    number = np.where(without, 0, np.maximum(above, 0))
    if measure.interval == "share":
        lower, upper = (limit * measure.factor for limit in wilson(np.minimum(number, under), denominator=base))
    else:
        lower, upper = rate(number, base=base, factor=measure.factor)
    return listed(lower, without), listed(upper, without)


def protected_count(top: Reading, *, young: Bools) -> Columns:
    """Return the columns of a protected count.

    Below 10, or where the protection range is wider than the value, it is only said to lie under a number.
    """
    blank, codes = _marked(top)
    half, least = (part.ravel() for part in noise_of(top))
    above = top.value.ravel()
    small = ~blank & (above < least)
    codes[_spread(young, top) & ~blank & (codes == OK)] = P
    codes[small] = C
    hidden = blank | small
    value = listed(above, hidden)
    upper = np.where(small, least, np.rint(above + half))
    return Columns(value, [None] * len(value), value, listed(np.maximum(np.rint(above - half), 0), hidden),
                   listed(upper, blank), _named(codes, top))


def protected_share(measure: Measure, top: Reading, below: Reading, *, young: Bools) -> Columns:
    """Return the columns of a ratio of which any part is protected: on a base of at least the measure's minimum."""
    top, below = _alike(top, below)
    blank, codes = _marked(top)
    (half, least), (wide, floor) = ([part.ravel() for part in noise_of(reading)] for reading in (top, below))
    above, under, codes, blank = _over(top, below, codes=codes, blank=blank, young=_spread(young, top))
    shaky = ~blank & (under < np.maximum(floor, max(measure.minimum_base, 1)))
    small = ~blank & ~shaky & (above < least)
    codes[shaky | small] = C
    base, factor, share = np.maximum(under, 1), measure.factor, measure.unit == "percent"
    if share:
        above = np.minimum(np.maximum(above, 0), base)  # noise may carry a part above its whole
    limits: Callable[..., tuple[Floats, Floats]] = protected_wilson if share else protected_ratio
    lower, upper = limits(above, numerator_half=half, denominator=base, denominator_half=wide)
    if small.any():
        most = least / np.maximum(base - wide, 1)
        upper = np.where(small, np.minimum(most, 1) if share else most, upper)
    unsure = blank | shaky
    hidden = unsure | small
    return Columns(listed(above, hidden), listed(under, unsure), listed(above / base * factor, hidden),
                   listed(lower * factor, hidden), listed(upper * factor, unsure), _named(codes, top, below))


def noise_of(reading: Reading) -> tuple[Floats, Floats]:
    """Return half the protection range of each figure and the number under which it is not shown; 0 for open counts."""
    if reading.cells is None:
        nothing = np.zeros(reading.value.shape)
        return nothing, nothing
    return protected_range(reading.cells, sigma=reading.sigma), threshold(reading.cells, sigma=reading.sigma)


def gap(measure: Measure, *, top: Reading, reach: Reading, unknown: Reading, people: Reading, residents: Reading) -> Columns:
    """Return share of the reach of known age less the share of the residents, in points."""
    parts = (top.value, reach.value - unknown.value, people.value, residents.value)
    above, known, inside, everyone = (part.ravel() for part in np.broadcast_arrays(*parts))
    shape = np.broadcast_shapes(*(part.shape for part in parts))
    blank, codes = _marked(top.map(lambda part: np.broadcast_to(part, shape)))
    for part in (reach, people, residents):
        late = np.broadcast_to(part.supplied < part.expected, shape).ravel()
        codes[late & (codes == OK)] = P
    blank = blank | (inside == 0)
    codes[(inside == 0) & (codes != X)] = Z
    small = ~blank & (known < max(measure.minimum_base, 1))
    codes[small] = C
    with np.errstate(divide="ignore", invalid="ignore"):
        value = (above / known - inside / everyone) * measure.factor
    none: Listed = [None] * above.size
    return Columns(listed(above, blank), listed(known, blank), listed(value, blank | small), none, none,
                   _named(codes, *(part.map(lambda array: np.broadcast_to(array, shape))
                                   for part in (top, reach, unknown, people, residents))))


def _alike(top: Reading, below: Reading) -> tuple[Reading, Reading]:
    """Return both readings in one shape."""
    if top.value.shape == below.value.shape:
        return top, below
    shape = np.broadcast_shapes(top.value.shape, below.value.shape)
    return top.map(lambda part: np.broadcast_to(part, shape)), below.map(lambda part: np.broadcast_to(part, shape))


def _spread(young: Bools, like: Reading) -> Bools:
    """Return what is true of windows for every row."""
    return np.broadcast_to(young, like.value.shape).ravel() if young.any() else np.zeros(like.value.size, dtype=bool)


def _marked(reading: Reading) -> tuple[Bools, Codes]:
    """Return which rows have no figure, and the mark of each that its supply gives."""
    supplied, expected = reading.supplied.ravel(), reading.expected.ravel()
    blank = supplied == 0
    codes = (supplied < expected).astype(np.int8)
    if blank.any():
        codes[blank] = X
        codes[blank & (expected == 0)] = Z
    return blank, codes


def _named(codes: Codes, *readings: Reading) -> list[str]:
    """Return the marks in words; a value carries ``r`` where any cell of any of its ``readings`` was revised."""
    for reading in readings:
        if reading.revised is not None:
            valued = (codes == OK) | (codes == P) | (codes == U)
            codes[valued & (reading.revised.ravel() > 0)] += _REVISED
    return [_BY_CODE[code] for code in codes.tolist()]


def listed(numbers: Floats, blank: Bools) -> Listed:
    """Return numbers rounded to four decimals, whole ones as integers, blanks as ``None``."""
    rounded = numbers.round(4)
    gaps = bool(blank.any())
    whole = np.where(blank, 0, rounded) if gaps else rounded
    written = whole.astype(np.int64) if bool((np.rint(whole) == whole).all()) else rounded
    found = written.tolist()
    if not gaps:
        return found
    return [None if hidden else number for number, hidden in zip(found, blank.tolist(), strict=True)]
