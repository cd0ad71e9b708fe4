"""The measures of calls to the police, as others have published them, and what is unknown in the house's own figures.

The published figures of 999 come one by one and without the number of calls: no interval, no total of
places. Calls to 101 have no published series: their figures are those that forces supply.
"""

from __future__ import annotations

from data.areas import UNITED_KINGDOM
from data.measure import MINIMUM_BASE, MONTHLY, Measure

_NO_BASE = "The number of calls behind each figure is not published here, so no interval can be given."
_SOME_FORCES = "Only the forces that the publisher named with the first figures have one here; the others are not low or high."
_LIMITS_DIFFER = ("Forces count a call as abandoned from different times of waiting on; those with different limits are never "
                  "added or compared, and each figure names its limit.")

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
        id="C1F", label="999 answered within 10 seconds, by month", phrase="999 calls answered within 10 seconds, by month",
        definition="Calls to 999 that the police answered within 10 seconds per 100 calls answered, as forces supply them. "
                   "Nine in ten is the aim.",
        numerator="in_10s_999", denominator="answered_10s_999", unit="percent", kind="ratio", grains=MONTHLY,
        direction="higher", minimum_base=MINIMUM_BASE, interval="share",
        limits=("The clock starts when the call reaches the police, after the operator of the exchange has asked which service "
                "is wanted.",),
    ),
    Measure(
        id="C2F", label="999 answer time, by month", phrase="999 answer time, by month",
        definition="Mean time in seconds until the police answered a call to 999: of all calls answered, not of forces, as "
                   "forces supply them.",
        numerator="wait_999", denominator="answered_999", unit="seconds", kind="ratio", grains=MONTHLY, direction="lower",
        minimum_base=MINIMUM_BASE, limits=("A mean hides the long waits; the measure beside it tells of them.",),
    ),
    Measure(
        id="C2N", label="999 answer time of nine in ten", phrase="999 answer time of nine in ten",
        definition="Time in seconds within which nine calls to 999 in ten were answered in the month, as the force supplies it.",
        numerator="p90_999", unit="seconds", kind="published", grains=("month",), direction="lower",
        limits=("It cannot be added: there is none of several places, and none of several months.",),
    ),
    Measure(
        id="C3", label="101 answer time", phrase="101 answer time",
        definition="Mean time in seconds until the police answered a call to 101: of all calls answered, not of forces.",
        numerator="wait_101", denominator="answered_101", unit="seconds", kind="ratio", grains=MONTHLY, direction="lower",
        minimum_base=MINIMUM_BASE,
        limits=("A mean hides the long waits: nine callers in ten may wait far less, and one far more.",
                "Forces begin to count at different moments: before or after a recorded message, or a first answer by a "
                "switchboard.",
                "Callers who gave up are not in it."),
    ),
    Measure(
        id="C4", label="101 calls abandoned", phrase="101 calls given up before an answer",
        definition="Calls to 101 that ended before an answer per 100 calls to 101, among forces that count from the same "
                   "limit of waiting.",
        numerator="abandoned_101", denominator="offered_101", unit="percent", kind="ratio", grains=MONTHLY,
        direction="lower", minimum_base=MINIMUM_BASE, interval="share", category_label="Limit of waiting",
        limits=(_LIMITS_DIFFER, "Callers who were told of another way to report and went there are among them."),
    ),
    Measure(
        id="Q3", label="Reach of unknown age", phrase="share of the reach whose age is unknown",
        definition="Reach of people whose age the platform did not tell per 100 of the gross reach.",
        numerator="reach", denominator="reach", unit="percent", kind="ratio", grains=MONTHLY, direction="lower",
        numerator_only={"age_group": ("unknown",)}, denominator_only={"age_group": ("all",)}, minimum_base=MINIMUM_BASE,
        limits=("Where much is unknown, shares by age say little; above 40% nothing is shown by age.",
                "Reach counts an account each time that it was reached."),
        audience="leadership, analysts, journalists",
    ),
)
