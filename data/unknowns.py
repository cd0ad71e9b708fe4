"""When a breakdown is refused because too much of what it would split is unknown."""

from __future__ import annotations

from data.answers import Answer, Figures
from data.arithmetic import only
from data.columns import noise_of
from data.cube import Reading
from data.model import ALL, DIMENSIONS
from data.periods import Window

MOST = 0.4
"""The share of unknown members above which nothing is split: the rest would pass for the whole."""
UNKNOWN = "unknown"


def mostly_unknown(release: Figures, base: Answer, *, window: Window) -> str:
    """Return why an answer must not be split as it was asked to be, empty where it may.

    The share is that of the measure's base, its denominator where that knows of unknown members, in the chosen places and
    months, whatever members were chosen. Where too few are counted to tell, nothing is refused.
    """
    for key in base.by:
        if key in DIMENSIONS and (found := _share(release, base, key=key, window=window)) > MOST:
            label = DIMENSIONS[key].label.lower()
            return f"The {label} is unknown for {found:.0%} of what is counted here, so it is not shown by {label}."
    return ""


def _share(release: Figures, base: Answer, *, key: str, window: Window) -> float:
    measure = base.measure
    for count_id, narrowed in ((measure.denominator, measure.denominator_only), (measure.numerator, measure.numerator_only)):
        cube = release.cube(count_id) if count_id else None
        if cube is None or not cube.holds(key, UNKNOWN) or key in narrowed:
            continue
        chosen = {name: [base.answered.get(name) or (ALL,)] for name in cube.axes} | {
            "area": [base.answered.area or (measure.whole,)], key: [(UNKNOWN,), (ALL,)]}
        chosen = {name: choices for name, choices in only(chosen, narrowed).items() if name in cube.axes}
        return _of(cube.read(chosen, windows=[window]))
    return 0.0


def _of(read: Reading) -> float:
    """Return the first figure as a share of the second, 0 where the second is missing or too small to tell."""
    unknown, every = (float(value) for value in read.value.ravel())
    least = float(noise_of(read)[1].max(initial=0.0))
    return min(unknown / every, 1.0) if every > least and read.supplied.all() else 0.0
