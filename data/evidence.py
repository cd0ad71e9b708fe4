"""Whether two periods of one choice differ: the 95% interval of the difference, with its noise."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from data.answers import AXES, Answer, Choices, Figures
from data.arithmetic import readings
from data.columns import noise_of
from data.model import ALL
from data.periods import Window
from data.statistics.differences import Ratio, difference_of_rates, difference_of_shares


def difference(release: Figures, total: Answer, *, later: Window, earlier: Window) -> tuple[float, float, float] | None:
    """Return the change from ``earlier`` to ``later`` with its limits, in the measure's unit.

    ``None`` for measures without an interval. Shares differ by Newcombe's interval, rates and counts
    of events by that of two Poisson counts; the noise of protected counts widens both.
    """
    measure = total.measure
    if not (measure.protected or measure.interval):
        return None
    choices: Mapping[str, Choices] = {name: [total.answered.get(name) or (ALL,)] for name in AXES} | {
        "area": [total.answered.area or (measure.whole,)]}
    if measure.category and not total.answered.category:
        choices = {**choices, "category": [(measure.category,)]}
    top, below = readings(release, measure, choices, [later, earlier])
    halves, bases, wides = noise_of(top)[0].ravel(), np.ones(2), np.zeros(2)
    if below is not None:
        bases, wides = below.value.ravel(), noise_of(below)[0].ravel()
    a, b = (Ratio(top.value.ravel()[place], bases[place], halves[place], wides[place]) for place in (0, 1))
    if measure.unit == "percent":
        found, factor = difference_of_shares(a, b=b), measure.factor
    else:
        found, factor = difference_of_rates(a, b=b, factor=measure.factor), 1.0
    value, lower, upper = (float(part) * factor for part in (found.value, found.lower, found.upper))
    return (value, lower, upper) if np.isfinite([value, lower, upper]).all() else None
