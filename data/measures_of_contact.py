"""The measures of calls to the police, as others have published them, and what is unknown in the house's own figures.

The published figures of 999 come one by one and without the number of calls: no interval, no total of
places. Calls to 101 have no published series here yet; their entries say so until a source brings one.
"""

from __future__ import annotations

from data.areas import UNITED_KINGDOM
from data.measure import MINIMUM_BASE, MONTHLY, Measure

_NO_BASE = "The number of calls behind each figure is not published here, so no interval can be given."
_SOME_FORCES = "Only the forces that the publisher named with the first figures have one here; the others are not low or high."
_THRESHOLDS = "Forces count a call as given up after different times; each figure needs its own limit beside it."

MEASURES_OF_CONTACT: tuple[Measure, ...] = (
    Measure(
        id="C1", label="999 answered within 10 seconds", phrase="999 calls answered within 10 seconds",
        definition="Calls to 999 that the police answered within 10 seconds per 100 calls answered. Nine in ten is the aim.",
        numerator="calls_999_in_10s", unit="percent", kind="published", grains=("rolling_year",), direction="higher",
        whole=UNITED_KINGDOM, limits=(_NO_BASE, _SOME_FORCES),
    ),
    Measure(
        id="C2", label="999 answer time", phrase="999 answer time",
        definition="Mean time in seconds until the police answered a call to 999.",
        numerator="calls_999_time", unit="seconds", kind="published", grains=("rolling_year",), direction="lower",
        whole=UNITED_KINGDOM,
        limits=(_NO_BASE, _SOME_FORCES, "A mean hides the long waits; the time within which nine in ten are answered is not "
                "published here."),
    ),
    Measure(
        id="C3", label="101 answer time", phrase="101 answer time",
        definition="Mean time in seconds until the police answered a call to 101.",
        numerator="calls_101_time", unit="seconds", kind="published", grains=("rolling_year",), direction="lower",
        whole=UNITED_KINGDOM, limits=(_NO_BASE,),
    ),
    Measure(
        id="C4", label="101 calls abandoned", phrase="101 calls given up before an answer",
        definition="Calls to 101 that the caller gave up before an answer per 100 calls.",
        numerator="calls_101_abandoned", unit="percent", kind="published", grains=("rolling_year",), direction="lower",
        whole=UNITED_KINGDOM, limits=(_NO_BASE, _THRESHOLDS),
    ),
    Measure(
        id="Q3", label="Reach of unknown age", phrase="share of the reach whose age is unknown",
        definition="Reach of people whose age the platform did not tell per 100 of the gross reach.",
        numerator="reach", denominator="reach", unit="percent", kind="ratio", grains=MONTHLY, direction="lower",
        numerator_only={"age_group": ("unknown",)}, denominator_only={"age_group": ("all",)}, minimum_base=MINIMUM_BASE,
        limits=("Where much is unknown, shares by age say little; above 40% they should not be used.",
                "Reach counts an account each time that it was reached."),
        audience="leadership, analysts, journalists",
    ),
)
