"""What people say when a survey asks them: published answers, and those that a force supplies.

Every figure stands for itself: one question, one answer, one fieldwork. None is added to another.
"""

from __future__ import annotations

from data.areas import ENGLAND_AND_WALES, UNITED_KINGDOM
from data.measure import Measure

_ONE_EACH = "Each question stands for itself: other words give other answers, and no two are added or compared here."
_NO_BASE = "Where the number of people asked is not published, the figure has no margin and is marked [u]."
_DESIGN = "Where the design effect is not published the margin is that of a simple random sample, and too narrow."
_BRITAIN = "The published figures are of adults in Great Britain; Northern Ireland was not asked."


def _measure(measure_id: str, *, label: str, phrase: str, what: str, whole: str, limits: tuple[str, ...]) -> Measure:
    return Measure(
        id=measure_id, label=label, phrase=phrase,
        definition=f"Weighted percentage of the people asked {what}. Each figure names its question, its answer, who asked, "
                   "when, and how many.",
        numerator=f"survey_{measure_id.lower()}", unit="percent", kind="survey", grains=("month",), whole=whole,
        category_label="Question and answer", trend=False, limits=(*limits, _ONE_EACH, _NO_BASE, _DESIGN),
    )


MEASURES_OF_SURVEYS: tuple[Measure, ...] = (
    _measure("S1", label="Would use the channel", phrase="would use a channel to reach the police",
             what="who say that they would use a channel to reach the police", whole=UNITED_KINGDOM,
             limits=("The one published figure is of 2012, of two age groups, and not current: channels have changed since.",
                     _BRITAIN)),
    _measure("S2", label="Would share data", phrase="would share personal data",
             what="who say that they would share personal data for security", whole=UNITED_KINGDOM,
             limits=("The published figures are of 2012 and not current.", _BRITAIN)),
    _measure("S3", label="Confidence", phrase="confidence in the police",
             what="who say that they have confidence in the police or find that they do a good job", whole=ENGLAND_AND_WALES,
             limits=("People aged 16 and over in households; the way of asking changed between 2015 and 2024.",)),
    _measure("S4", label="Would report", phrase="would report a crime to the police",
             what="who say that they would report a crime to the police", whole=UNITED_KINGDOM,
             limits=("What people say that they would do is not what they do.",
                     "To report a crime and to report somebody close are different questions.", _BRITAIN)),
)
