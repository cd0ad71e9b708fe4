"""Times in bins: how soon appeals bring useful information, and how long offences wait for their appeal.

Both are published as counts of appeals in fixed bins, never as single times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from statsmodels.duration.survfunc import SurvfuncRight

from data.statistics.intervals import Floats, Interval, Z, wilson
from data.statistics.refusal import Refusal

Whole = npt.NDArray[np.intp]

HOURS = (6, 24, 72, 168, 672, 2160)
"""Ends of the bins of the time to first useful information: 6 h, 24 h, 3, 7, 28 and 90 days."""
STATED = (24, 168, 672)
"""Hours at which the share with useful information is stated: 24 h, 7 days, 28 days."""
AT_RISK = 50
"""Appeals still waiting that a point of the curve needs to be shown."""
DAYS = (1, 3, 7, 14, 28, 90, 365)
"""Ends of the bins of the time from offence to appeal; a last bin holds what took longer."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """The curve at the end of a bin: ``share`` of appeals with useful information by then, 95% interval."""

    hours: int
    at_risk: int
    """Appeals without useful information, and still followed, when the bin begins."""
    events: int
    share: float
    lower: float
    upper: float
    shown: bool
    """Whether enough appeals are at risk, here and in every bin before."""

    @property
    def waiting(self) -> float:
        """The share of appeals still without useful information: what the survival curve draws."""
        return 1 - self.share


@dataclass(frozen=True)
class Survival:
    """The curve at the end of every bin, and the hours by which half the appeals had useful information."""

    steps: tuple[Step, ...]
    median_hours: int | None
    """The end of the bin in which half is reached; ``None`` where the shown curve does not reach it."""

    def by(self, hours: int) -> Step:
        """Return the step that ends at ``hours``, one of ``HOURS`` (``KeyError`` otherwise)."""
        return {step.hours: step for step in self.steps}[hours]


@dataclass(frozen=True)
class Median:
    """A median read from bins, in the unit of their ends; ``None`` where it lies in the open last bin."""

    value: float | None
    lower: float | None
    upper: float | None


def kaplan_meier(
    events: Sequence[float], *, censored: Sequence[float] = (), none: float, noise: float = 0.0, whole: bool = False
) -> Survival | Refusal:
    """Return the Kaplan-Meier curve of the time to first useful information.

    ``events`` are appeals whose first useful response fell in each of the six bins; ``censored`` those
    without one whose follow-up ended in the bin, at the data cut-off (empty where all were followed
    for 90 days); ``none`` those without one after 90 days. Times stand at the end of their bin, so
    censored appeals count as at risk throughout theirs: if anything the share is too low. Protected
    counts may be below 0, which is taken as 0; ``noise`` is the standard deviation of the noise in each.
    ``whole``: how many appeals there are is known without noise, and ``none`` is what the bins leave of them.

    The curve and Greenwood's standard errors are statsmodels' ``SurvfuncRight``, on one row an appeal:
    with ``freq_weights`` it gives another variance (Tsiatis 1981), of the cumulative hazard. Intervals
    are Wilson's on the effective sample size S(1-S)/var(S) (K. J. Rothman, Journal of Chronic Diseases
    31 (1978), 557-560): inside 0 to 1, and without censoring those of the plain share. Protection noise
    is added in squares, by the first order. ``ValueError`` for other than six bins.
    """
    if len(events) != len(HOURS) or len(censored) not in (0, len(HOURS)):
        raise ValueError(f"There are {len(HOURS)} bins of time.")
    found, lost = _whole(events), _whole(censored if len(censored) else [0] * len(HOURS))
    lost[-1] += _whole([none])[0]
    if not (found.any() or lost.any()):
        return Refusal("nothing_counted", "No appeals were followed in this period.")
    at_risk = np.cumsum((found + lost)[::-1])[::-1]
    waiting, errors = _library(found, lost)
    share = 1 - waiting
    low, high = _rothman(share, errors, complete=at_risk[0] - np.cumsum(lost) + lost)
    noisy = np.array([1] * len(HOURS) + ([1] * 5 + [2] if len(censored) else [0] * 5 + [1]))
    extra = (Z * noise * _sensitivity(found, at_risk, waiting, noisy=noisy, whole=whole)) ** 2
    lower = np.maximum(share - np.sqrt((share - low) ** 2 + extra), 0)
    upper = np.minimum(share + np.sqrt((high - share) ** 2 + extra), 1)
    shown = np.logical_and.accumulate(at_risk >= AT_RISK)
    steps = tuple(
        Step(hours=hours, at_risk=int(at_risk[place]), events=int(found[place]), share=float(share[place]),
             lower=float(lower[place]), upper=float(upper[place]), shown=bool(shown[place]))
        for place, hours in enumerate(HOURS)
    )
    reached = (step.hours for step in steps if step.shown and step.share >= 0.5)
    return Survival(steps, next(reached, None))


def _whole(counts: Sequence[float]) -> Whole:
    return np.maximum(np.rint(np.asarray(counts, dtype=np.float64)), 0).astype(np.intp)


def _rothman(share: Floats, errors: Floats, *, complete: Whole) -> Interval:
    """Return Wilson's limits on the effective size; on the appeals followed throughout where no error is defined."""
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where((share > 0) & (share < 1), share * (1 - share) / errors**2, np.maximum(complete, 1))
    return wilson(share * size, denominator=size)


def _library(found: Whole, lost: Whole) -> tuple[Floats, Floats]:
    """Return the survival function and Greenwood's standard error at the end of each bin.

    Where nothing is censored before the last bin these are the share that is left and its binomial error; the library
    takes a millisecond for every 5,000 appeals to come to the same.
    """
    if not lost[:-1].any():
        number = found.sum() + lost.sum()
        left = 1 - np.cumsum(found) / number
        return left, np.sqrt(left * (1 - left) / number)
    places = np.arange(len(HOURS))
    times = np.repeat(np.concatenate((places, places)), np.concatenate((found, lost)))
    status = np.repeat([1, 0], [found.sum(), lost.sum()])
    if not found.any():
        return np.ones(len(HOURS)), np.zeros(len(HOURS))
    curve = SurvfuncRight(times, status)
    last = np.searchsorted(curve.surv_times, places, side="right")
    # The library gives no error where nothing is left waiting.
    errors = np.nan_to_num(np.concatenate(([0.0], curve.surv_prob_se)))
    return np.concatenate(([1.0], curve.surv_prob))[last], errors[last]


def _sensitivity(found: Whole, at_risk: Whole, waiting: Floats, *, noisy: Whole, whole: bool) -> Floats:
    """Return the root of the sum of squared derivatives of the curve by each count, at the end of each bin.

    log S_j is the sum over k <= j of log(n_k - d_k) - log n_k, and an appeal that leaves in bin i is in
    n_k for every k <= i: by an event (not in n_i - d_i) or by censoring (in it). ``noisy`` is of how many
    perturbed counts each is the sum: six bins of events, six of censored appeals. Where the ``whole`` is known, an appeal
    more in a bin is one less among those that wait to the end.
    """
    bins = len(HOURS)
    stay, enter = 1 / np.maximum(at_risk - found, 1), 1 / np.maximum(at_risk, 1)
    inside = np.tri(bins, dtype=bool)  # row i: the bins k <= i
    by_censoring = np.where(inside, stay - enter, 0)
    by_event = np.where(np.eye(bins, dtype=bool), -enter, by_censoring)
    rows = np.concatenate((by_event, by_censoring))
    if whole:
        rows, noisy = rows - rows[-1], np.append(noisy[:-1], noisy[-1] - 1)
    until = np.cumsum(rows, axis=1)
    return waiting * np.sqrt((noisy[:, None] * until**2).sum(axis=0))


def interpolated_median(
    counts: Sequence[float], *, ends: Sequence[float] = DAYS, noise: float = 0.0
) -> Median | Refusal:
    """Return the median of binned times, in the unit of ``ends`` (days from offence to appeal).

    ``counts`` are the bins in order, one more than ``ends``: the last is open. Times are taken as evenly
    spread inside their bin, from 0 on: L + (N/2 - F)/f * width (A. L. Bowley's grouped median). The
    interval is read from the same line at shares of 0.5 -+ 1.96 sqrt(1/4N + noise), after
    R. S. Woodruff, Journal of the American Statistical Association 47 (1952), 635-646. ``noise`` is the
    standard deviation of the protection noise in each bin. Refused under 50 appeals.
    ``ValueError`` where bins and ends do not belong together.
    """
    if len(counts) != len(ends) + 1:
        raise ValueError("There is one bin more than ends: the last is open.")
    numbers = np.maximum(np.asarray(counts, dtype=np.float64), 0)
    total = float(numbers.sum())
    if total < AT_RISK:
        return Refusal("small_base", f"Fewer than {AT_RISK} appeals are too few for a median.")
    edges = np.concatenate(([0.0], np.asarray(ends, dtype=np.float64)))
    filled = np.concatenate(([0.0], np.cumsum(numbers[:-1]) / total))
    half = Z * np.sqrt(0.25 / total + len(counts) * (noise / (2 * total)) ** 2)

    def at(share: float) -> float | None:
        if share > filled[-1]:
            return None
        place = int(np.searchsorted(filled, share))
        if place == 0:
            return 0.0
        part = (share - filled[place - 1]) / (filled[place] - filled[place - 1])
        return float(edges[place - 1] + part * (edges[place] - edges[place - 1]))

    return Median(at(0.5), at(max(0.5 - half, 0.0)), at(0.5 + half))
