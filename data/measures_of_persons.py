"""The measures of what came back from the public: responses, outcomes, contact, and open ones beside them.

Definitions, follow-ups and numerators are those of the field as ``/methods`` explains them. Counts
of persons are perturbed, so each of these has an interval that holds the noise.
"""

from __future__ import annotations

from data.counts_of_persons import LADDER
from data.measure import MINIMUM_BASE, MONTHLY, PROTECTED_BASE, Measure

_PROTECTED = "Counts of persons are changed by random noise before they are published; the interval holds it."
_NOT_CAUSE = "What followed an appeal need not have come of it; attribution says how far it did, as the force judged it."
_MESSAGES = "What needs an answer is for each force to say; compare forces with care."

MEASURES_OF_PERSONS: tuple[Measure, ...] = (
    Measure(
        id="A3", label="Responses", phrase="responses to appeals",
        definition="Contacts from the public about appeals, by the month in which they came in.",
        numerator="responses", unit="count", kind="count", grains=MONTHLY,
        limits=(_PROTECTED, "One person may come forward more than once; each contact counts.",
                "Crimestoppers is anonymous: its contacts have no age."),
    ),
    Measure(
        id="A4", label="Responses per appeal", phrase="responses per appeal",
        definition="Responses within 90 days of the first publication of an appeal, divided by the appeals first "
                   "published in the period. It may exceed 1 and is no share of appeals.",
        numerator="responses_graded", denominator="appeals_of_responses", unit="ratio", kind="ratio", grains=MONTHLY,
        numerator_only={"category": ("all",)}, minimum_base=MINIMUM_BASE, follow_up=90,
        limits=(_PROTECTED, "Not the share of appeals that had a response: one appeal may draw many.",
                "Counted responses, without their appeal, stand at the month in which they came in."),
    ),
    Measure(
        id="A5", label="Appeals with a response", phrase="share of appeals with a response",
        definition="Appeals with a response within 28 days of their first publication, per 100 appeals first published "
                   "in the period. Within 7 and 90 days are shown beside it.",
        numerator="appeals_responded", denominator="appeals_of_rows", unit="percent", kind="ratio", grains=MONTHLY,
        categories=("response-7d", "response-28d", "response-90d"), category="response-28d", category_label="Time limit",
        direction="higher", minimum_base=PROTECTED_BASE, follow_up=28, follow_ups={"response-90d": 90},
        limits=(_PROTECTED, "Forces that supply counted responses, without their appeals, cannot be in it."),
    ),
    Measure(
        id="A6", label="Useful-information rate", phrase="share of graded responses that were useful",
        definition="Responses graded useful per 100 responses that were graded, within 90 days of the appeal. "
                   "Responses that were not graded are left out of both.",
        numerator="responses_graded", denominator="responses_graded", unit="percent", kind="ratio", grains=MONTHLY,
        numerator_only={"category": ("graded-useful",)},
        denominator_only={"category": ("graded-useful", "graded-unusable", "graded-other")},
        direction="higher", minimum_base=PROTECTED_BASE, follow_up=90,
        limits=(_PROTECTED, "What is useful is graded by each force in its own way."),
    ),
    Measure(
        id="A7", label="Appeals with useful information", phrase="share of appeals with useful information",
        definition="Appeals with a response graded useful within 90 days of their first publication, per 100 appeals "
                   "first published in the period.",
        numerator="appeals_useful", denominator="appeals_of_rows", unit="percent", kind="ratio", grains=MONTHLY,
        direction="higher", minimum_base=PROTECTED_BASE, follow_up=90,
        limits=(_PROTECTED, "What is useful is graded by each force in its own way."),
    ),
    Measure(
        id="A8", label="Identification rate", phrase="share of wanted persons and suspects who were identified",
        definition="Persons identified within 180 days of the first publication per 100 persons that appeals asked to "
                   "identify. Missing persons have a series of their own.",
        numerator="persons_found", denominator="persons_sought", unit="percent", kind="ratio", grains=MONTHLY,
        numerator_only={"category": ("found-identified",)}, denominator_only={"category": ("found-identified",)},
        direction="higher", minimum_base=PROTECTED_BASE, follow_up=180, limits=(_PROTECTED, _NOT_CAUSE),
    ),
    Measure(
        id="A8M", label="Missing persons located", phrase="share of missing persons who were located",
        definition="Missing persons located within 180 days of the first publication per 100 that appeals asked to find.",
        numerator="persons_found", denominator="persons_sought", unit="percent", kind="ratio", grains=MONTHLY,
        numerator_only={"category": ("found-located",)}, denominator_only={"category": ("found-located",)},
        direction="higher", minimum_base=PROTECTED_BASE, follow_up=180,
        limits=(_PROTECTED, _NOT_CAUSE, "Most missing persons are found without an appeal, which is not published here."),
    ),
    Measure(
        id="A9", label="Arrest rate", phrase="share of appeals with an arrest",
        definition="Appeals with an arrest within 180 days of their first publication per 100 appeals first published "
                   "in the period. An arrest is not a charge, and neither is a case solved.",
        numerator="appeals_followed", denominator="appeals_of_outcomes", unit="percent", kind="ratio", grains=MONTHLY,
        numerator_only={"category": ("had-arrest",)}, minimum_base=PROTECTED_BASE, follow_up=180,
        limits=(_PROTECTED, _NOT_CAUSE),
    ),
    Measure(
        id="A10", label="Charge rate", phrase="share of appeals with a charge or summons",
        definition="Appeals with a charge or summons within 365 days of their first publication per 100 appeals first "
                   "published in the period. Younger appeals are shaded.",
        numerator="appeals_charged", denominator="appeals_of_outcomes", unit="percent", kind="ratio", grains=MONTHLY,
        numerator_only={"category": ("had-charge",)}, minimum_base=PROTECTED_BASE, follow_up=365,
        limits=(_PROTECTED, _NOT_CAUSE),
    ),
    Measure(
        id="A11", label="Attributed outcome", phrase="share of appeals with an outcome that the appeal brought about",
        definition="Appeals with an outcome within 180 days that the force judged to have come of the tip alone (the lower "
                   "figure), or of the tip or with its contribution (the upper one), per 100 appeals first published in "
                   "the period. Unknown attribution is shown beside it.",
        numerator="attribution", denominator="appeals_of_outcomes", unit="percent", kind="ratio", grains=MONTHLY,
        categories=("tip-alone", "tip-alone-or-contributed", "attribution-unknown"), category="tip-alone-or-contributed",
        category_label="Attribution", direction="higher", minimum_base=PROTECTED_BASE, follow_up=180, limits=(_PROTECTED,),
    ),
    Measure(
        id="A12", label="Channel share of useful information", phrase="share of useful responses by where the appeal was seen",
        definition="Useful responses of people who saw the appeal on the channel, per 100 useful responses whose channel "
                   "of seeing is known. Not the channel that they came in by.",
        numerator="useful_seen", denominator="useful_seen", unit="percent", kind="ratio", grains=MONTHLY,
        denominator_only={"channel": ("all",)}, minimum_base=PROTECTED_BASE,
        not_whole="Over all channels the share is everything by definition: choose a channel.",
        limits=(_PROTECTED, "People remember where they saw an appeal as well as they can."),
    ),
    Measure(
        id="A13", label="Time to first useful information", phrase="share of appeals with useful information in time",
        definition="Appeals whose first useful response came within 24 hours, 7 days and 28 days, per 100 appeals first "
                   "published in the period. Appeals without one count as not yet.",
        numerator="useful_times", denominator="appeals_of_rows", unit="percent", kind="ratio", grains=MONTHLY,
        categories=("useful-in-24h", "useful-in-7d", "useful-in-28d"), category="useful-in-7d",
        category_label="Time limit", direction="higher", minimum_base=PROTECTED_BASE, follow_up=90, limits=(_PROTECTED,),
    ),
    Measure(
        id="A13C", label="Time to useful information through a channel",
        phrase="share of appeals with useful information through the channel in time",
        definition="Appeals whose first useful response through the channel came within 24 hours, 7 days and 28 days, per 100 "
                   "appeals first published in the period. Appeals without one count as not yet.",
        numerator="useful_times_by_channel", denominator="appeals_of_rows", unit="percent", kind="ratio", grains=MONTHLY,
        categories=("useful-in-24h", "useful-in-7d", "useful-in-28d"), category="useful-in-7d",
        category_label="Time limit", direction="higher", minimum_base=PROTECTED_BASE, follow_up=90,
        not_whole="An appeal may bring useful information through several channels, so there is no figure over all of them: "
                  "choose a channel.",
        limits=(_PROTECTED, "The channel is the one that the response came in by, not the one on which the appeal was seen.",
                "A channel that brings many responses brings its first one sooner."),
    ),
    Measure(
        id="A14", label="Time from offence to appeal", phrase="share of appeals published soon after the offence",
        definition="Appeals first published within 1, 7 and 28 days of the offence per 100 appeals whose offence has a date.",
        numerator="offence_delay", denominator="offence_delay", unit="percent", kind="ratio", grains=MONTHLY,
        categories=("delay-within-1d", "delay-within-7d", "delay-within-28d"), category="delay-within-7d",
        category_label="Time limit", denominator_only={"category": ("all",)}, minimum_base=PROTECTED_BASE,
        limits=(_PROTECTED, "An early appeal is not always the right one: some wait for other inquiries."),
    ),
    Measure(
        id="A15", label="Unusable responses", phrase="share of graded responses that were unusable",
        definition="Responses graded unusable per 100 responses that were graded, within 90 days of the appeal.",
        numerator="responses_graded", denominator="responses_graded", unit="percent", kind="ratio", grains=MONTHLY,
        numerator_only={"category": ("graded-unusable",)},
        denominator_only={"category": ("graded-useful", "graded-unusable", "graded-other")},
        direction="lower", minimum_base=PROTECTED_BASE, follow_up=90, limits=(_PROTECTED,),
    ),
    Measure(
        id="A17", label="Outcome published", phrase="share of closed appeals with a public outcome",
        definition="Appeals closed in the period whose outcome the force has made public, per 100 appeals closed in it.",
        numerator="closed_with_outcome", denominator="closed_appeals", unit="percent", kind="ratio", grains=MONTHLY,
        interval="share", direction="higher", minimum_base=MINIMUM_BASE,
        limits=("Closed appeals of which no day of closing was supplied are left out.",
                "An outcome that is made public later still counts in the month in which the appeal was closed."),
    ),
    Measure(
        id="A18", label="Useful responses per 10,000 reached", phrase="useful responses per 10,000 reached",
        definition="Useful responses by the channel on which the appeal was seen, per 10,000 of the gross reach of the "
                   "publications of appeals on it.",
        numerator="useful_seen", denominator="reach_of_appeals", unit="per_10_000", kind="ratio", grains=MONTHLY,
        numerator_only={"age_group": ("all",)}, direction="higher", minimum_base=MINIMUM_BASE,
        not_whole="Some channels tell no reach, so there is no figure over all of them: choose a channel.",
        limits=(_PROTECTED, "Reach counts an account each time; channels that do not report reach are left out."),
    ),
    Measure(
        id="E2", label="Audience per 1,000 residents", phrase="audience per 1,000 residents",
        definition="Followers at the end of the period, accounts and not people, per 1,000 residents of any age.",
        numerator="audience", denominator="population", unit="per_1_000", kind="ratio",
        grains=("month", "quarter", "year"), direction="higher", minimum_base=MINIMUM_BASE,
        limits=("One person may follow several accounts and channels, from anywhere.",
                "City of London has few residents and many visitors: its rate says little."),
    ),
    Measure(
        id="E7", label="Messages in", phrase="messages that need an answer",
        definition="Inbound messages that need an answer.", numerator="messages", unit="count", kind="count",
        grains=MONTHLY, limits=(_PROTECTED, _MESSAGES),
    ),
    Measure(
        id="E8", label="Answered", phrase="share of messages answered",
        definition="Messages answered by a person per 100 messages that need an answer.",
        numerator="answered", denominator="answered", unit="percent", kind="ratio", grains=MONTHLY,
        numerator_only={"category": ("answered-at-all",)}, denominator_only={"category": ("all",)},
        direction="higher", minimum_base=PROTECTED_BASE, limits=(_PROTECTED, _MESSAGES),
    ),
    Measure(
        id="E9", label="Answer time", phrase="share of messages answered in time",
        definition="Messages answered by a person within 1, 4 and 24 hours per 100 messages that need an answer.",
        numerator="answered", denominator="answered", unit="percent", kind="ratio", grains=MONTHLY,
        categories=("answered-in-1h", "answered-in-4h", "answered-in-24h"), category="answered-in-4h",
        category_label="Time limit", denominator_only={"category": ("all",)}, direction="higher",
        minimum_base=PROTECTED_BASE, limits=(_PROTECTED, _MESSAGES),
    ),
    Measure(
        id="E10", label="Reports created", phrase="crime and incident reports made",
        definition="Crime or incident reports made through the channel.", numerator="reports", unit="count", kind="count",
        grains=MONTHLY, limits=(_PROTECTED,),
    ),
    Measure(
        id="E11", label="Report conversion", phrase="reports per 100 messages",
        definition="Crime or incident reports made through the channel per 100 messages in, where both are known.",
        numerator="reports", denominator="messages_reporting", unit="percent", kind="ratio", grains=MONTHLY,
        minimum_base=PROTECTED_BASE, limits=(_PROTECTED, "A channel made for reports turns more messages into them."),
    ),
    Measure(
        id="E12", label="Digital share of contact", phrase="digital share of contact",
        definition="Messages on social media and online channels per 100 messages on all channels but 999.",
        numerator="contact_digital", denominator="contact_digital", unit="percent", kind="ratio", grains=MONTHLY,
        numerator_only={"category": ("digital",)}, denominator_only={"category": ("all",)},
        minimum_base=PROTECTED_BASE, limits=(_PROTECTED, "Depends on which channels a force counts."),
    ),
    Measure(
        id="E13", label="Sentiment balance", phrase="balance of positive and negative comments",
        definition="Positive less negative comments per 100 public comments that were classified.",
        numerator="comments_balance", denominator="comments_classified", unit="points", kind="ratio", grains=MONTHLY,
        direction="higher", minimum_base=MINIMUM_BASE,
        limits=("How comments are classified is for each force to say, and machines err.",),
    ),
    Measure(
        id="L1", label="Outcome ladder", phrase="share of appeals on each rung of the outcome ladder",
        definition="Appeals that within 365 days of their first publication had a response, useful information, an "
                   "identification, an arrest, a charge, per 100 appeals first published in the period; beside it the "
                   "outcomes that the appeal brought about.",
        numerator="ladder", denominator="appeals_of_outcomes", unit="percent", kind="ratio", grains=MONTHLY,
        categories=(*LADDER[:6], "ladder-attributed", LADDER[7]), category="ladder-response", category_label="Rung",
        minimum_base=PROTECTED_BASE, follow_up=365,
        limits=(_PROTECTED, _NOT_CAUSE, "Each rung counts appeals; an appeal may be on a later rung and not on an earlier one."),
    ),
)
