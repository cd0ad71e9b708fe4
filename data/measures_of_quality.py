"""How far the figures of a release can be trusted: what is there, how soon it came, how much of it was changed."""

from __future__ import annotations

from data.measure import MINIMUM_BASE, MONTHLY, Measure

_EACH = "Each field stands for itself: months of appeals and months of reach are never added."
_FIRST = "no earlier release"

MEASURES_OF_QUALITY: tuple[Measure, ...] = (
    Measure(
        id="Q1", label="Coverage", phrase="coverage of a field",
        definition="Months of places that supplied the field per 100 months of places from which it is expected.",
        numerator="quality_supplied", denominator="quality_expected", unit="percent", kind="ratio", grains=MONTHLY,
        direction="higher", minimum_base=1, category_label="Field", audience="leadership, analysts, journalists",
        limits=("A place owes every month from its first; one that never supplied owes all of them.",
                "That a month was supplied does not say that it is complete.", _EACH),
    ),
    Measure(
        id="Q2", label="Timeliness", phrase="days until figures were published",
        definition="Mean days from the end of a month to the first release that holds the place’s figures of it.",
        numerator="quality_days", denominator="quality_dated", unit="days", kind="ratio", grains=MONTHLY, direction="lower",
        minimum_base=1, category_label="Field", absent=_FIRST, audience="leadership, analysts",
        limits=("Known of months that came after the first release; when those in it came, nobody knows.",
                "A month that has never come is not in the mean: coverage tells of it.", _EACH),
    ),
    Measure(
        id="Q4", label="Size of revision", phrase="size of the last revision",
        definition="Absolute differences between figures that stand in this release and in the one before per 100 of the "
                   "earlier figures.",
        numerator="quality_change", denominator="quality_was", unit="percent", kind="ratio", grains=MONTHLY,
        direction="lower", minimum_base=MINIMUM_BASE, category_label="Field", absent=_FIRST,
        audience="leadership, analysts, journalists",
        limits=("Figures that were added or that went are not in it; `hue diff` lists them.",
                "Of counts of persons the published, changed figures are set side by side: a revised one draws new noise. "
                "Those too small to show are left out.",
                "Illustrative figures are never set beside supplied ones.", _EACH),
    ),
)
