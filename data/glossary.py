"""The words of this site, one for one idea, each with what it means. The page ``/glossary`` is made of it."""

from __future__ import annotations

from collections.abc import Mapping

TERMS: Mapping[str, str] = {
    "Appeal": "A public request for information about a crime, a wanted or a missing person.",
    "Publication": "One appeal on one channel at one time.",
    "Response": "A contact from the public about an appeal.",
    "Useful information": "A response that the force graded as useful to it.",
    "Outcome": "What followed an appeal: a person identified, arrested, charged or located.",
    "Attribution": "How far the appeal brought its outcome about, as the force judged it: by the tip alone, as one of several "
                   "causes, not at all, or unknown.",
    "Outcome ladder": "Appeals by how far they came: with a response, with useful information, with an identification, an "
                      "arrest, a charge.",
    "Follow-up": "The days for which an appeal is followed before its figure is final.",
    "Engagement": "Reactions, comments, shares and clicks on what the police published.",
    "Reach": "Accounts that saw a publication. An account reached twice is in a sum twice, so sums are called gross reach.",
    "Modelled reach": "The share of an area's residents whom channels can reach at most, made of published shares by age: a model, "
                      "not a count.",
    "Audience": "Followers at the end of a period: accounts, not people.",
    "Area": "A place with its code: a country, a police force, a district.",
    "Police force": "One of the 45 territorial forces of the United Kingdom, or British Transport Police.",
    "District": "A local authority district of England or Wales, as of 2019; a borough of London is one.",
    "GSS code": "The nine signs by which the Office for National Statistics names an area, such as E23000031.",
    "Channel": "How something went out or came in: a social medium, a web form, a telephone line, a newspaper, a person.",
    "Age group": "A band of ages as its source published it. That an age is unknown is a band of its own.",
    "Crime type": "What an appeal or a record is about, in the terms of police.uk and five more.",
    "Category": "What else tells a value from its neighbours: an offence group, a theme, a time limit.",
    "Period": "A month, quarter, year or rolling year; both ends belong to it.",
    "Rolling year": "Twelve months that end with any month.",
    "Source": "A supplier of figures, with its publisher, licence and limits.",
    "Vintage": "The date that names a state of a source's data.",
    "Release": "One published state of all figures. It never changes; a correction is a new release.",
    "Embargo": "A time before which a release is held back: no address shows anything of it, and at its time it is published by itself.",
    "Claim": "A number that somebody names for a measure, a place and a period, to be held against the published figure.",
    "Fact": "A sentence of the newsroom: what an interval or a control chart supports of one force. A reason to ask, not a verdict.",
    "Measure": "What is measured: a number, or one number divided by another, over a period, with a definition.",
    "Numerator and denominator": "What stands above and below the line of a rate or a share.",
    "Base": "The number that a rate or a share rests on: its denominator.",
    "Selection": "All chosen filter values together. It stands in the address of the page.",
    "Interval": "Two numbers between which the true value lies 95 times in 100.",
    "Rank correlation": "How far two orders of the same places agree: 1 the same, 0 no relation, −1 the opposite. It tells "
                        "of no cause.",
    "Open count": "A count that concerns no private person; it is published exactly.",
    "Protected count": "A count of people who came forward or were found; each figure of it is changed a little, at random, before "
                       "it is published.",
    "Survival curve": "The share still waiting for something after some time. Here it is turned round: the share of appeals with useful "
                      "information by then.",
    "Coverage": "Who supplied which figures for which month.",
    "Signal": "A change that a control chart or an interval supports, and not chance alone.",
}
"""Each term with its meaning, in the order in which they build on one another."""
