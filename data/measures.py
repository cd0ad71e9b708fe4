"""The measures: a numerator over a denominator (or a count), with a definition that a reader can hold us to.

Definitions follow the published practice of the field: engagement rates by reach and by audience as
the platforms define them, recorded crime per 1,000 residents as the Office for National Statistics
publishes it, attitudes as the Mayor's Office for Policing and Crime words them.
"""

from __future__ import annotations

from collections.abc import Mapping

from data.areas import LONDON
from data.counts import PAS_QUESTIONS
from data.measure import CITY_LIMIT, MINIMUM_BASE, MONTHLY, UNIT_LABELS, Kind, Measure, Unit
from data.measures_of_contact import MEASURES_OF_CONTACT
from data.measures_of_persons import MEASURES_OF_PERSONS
from data.measures_of_quality import MEASURES_OF_QUALITY
from data.measures_of_surveys import MEASURES_OF_SURVEYS

__all__ = ["DEFAULT_MEASURE", "MEASURES", "MEASURE_BY_ID", "MINIMUM_BASE", "MONTHLY", "UNIT_LABELS", "Kind", "Measure", "Unit"]

_PAS_LIMITS = (
    "Bases are not published here (about 400 to 600 interviews a borough and year), so no margin can be given.",
    "Each figure covers twelve months; neighbouring figures share nine of them.",
)
_PAS_BREAKS = (("2020-06", "In 2020 the survey moved from visits to telephone calls."),)
_POSTS_LIMITS = (
    "Collected by others from public accounts; nobody knows how complete the collection is, and that differs by "
    "year, so no trend can be drawn from it.",
    "Themes overlap: one post may stand under several, and they do not add up to all posts.",
)
_PLATFORM_LIMITS = (
    "Platforms count reach and engagement each in their own way.",
    "A platform that does not report one kind of engagement adds nothing for it.",
)
_PAS_LABELS = {
    "good_job": "Police do a good job", "knows_how_to_contact_ward_officer": "Knows how to contact the ward officer",
    "informed_locally": "Informed about local policing", "listen_to_concerns": "Police listen to concerns",
    "relied_on_to_be_there": "Police can be relied on", "treat_everyone_fairly": "Police treat everyone fairly",
    "trust": "Trust in the Metropolitan Police", "understand_issues": "Police understand local issues",
}
_PAS_ORDER = (
    "good_job", "knows_how_to_contact_ward_officer", "informed_locally", "listen_to_concerns",
    "relied_on_to_be_there", "treat_everyone_fairly", "trust", "understand_issues",
)

MEASURES: tuple[Measure, ...] = (
    Measure(
        id="E4", label="Engagement rate by reach", phrase="engagement rate by reach",
        definition="Reactions, comments, shares and clicks per 100 accounts that saw a publication, "
                   "where both are reported.",
        numerator="interactions_reached", denominator="reach_engaged", unit="percent", kind="ratio", grains=MONTHLY,
        direction="higher", minimum_base=MINIMUM_BASE,
        limits=(*_PLATFORM_LIMITS, "One account may react more than once, so the rate is no share of people."),
    ),
    Measure(
        id="A1", label="Appeals issued", phrase="appeals issued",
        definition="Appeals for information first published in the period. Later publications of the same appeal "
                   "are not counted again.",
        numerator="appeals", unit="count", kind="count", grains=MONTHLY,
        limits=("By channel an appeal counts once for each channel it was on, so channels do not add up.",),
    ),
    Measure(
        id="A2", label="Publications per appeal", phrase="publications per appeal",
        definition="Publications of appeals in the period divided by the appeals first published in it.",
        numerator="publications", denominator="appeals", unit="ratio", kind="ratio", grains=MONTHLY,
        minimum_base=MINIMUM_BASE,
        limits=("A publication counts in its own month, which may be later than the appeal's.",),
    ),
    Measure(
        id="A16", label="Appeals per 100,000 residents", phrase="appeals per 100,000 residents",
        definition="Appeals first published in the period per 100,000 residents.",
        numerator="appeals", denominator="population", unit="per_100_000", kind="ratio", grains=MONTHLY,
        minimum_base=MINIMUM_BASE, interval="rate",
        limits=(CITY_LIMIT,),
    ),
    Measure(
        id="E1", label="Audience", phrase="audience", definition="Followers at the end of the period: accounts, not people.",
        numerator="audience", unit="count", kind="count", grains=("month", "quarter", "year"), direction="higher",
        limits=("One person may follow several accounts and channels; the sum counts each of them.",),
    ),
    Measure(
        id="E3", label="Reach", phrase="reach", definition="Accounts that saw a publication.",
        numerator="reach", unit="count", kind="count", grains=MONTHLY, direction="higher",
        limits=("Reach is not additive: an account reached twice is in the sum twice. "
                "Sums are therefore called gross reach.",),
    ),
    Measure(
        id="E5", label="Engagement rate by audience", phrase="engagement rate by audience",
        definition="Reactions, comments, shares and clicks per 100 followers at the end of the period, "
                   "only where the platform reports no reach.",
        numerator="interactions_unreached", denominator="audience_unreached", unit="percent", kind="ratio",
        grains=MONTHLY, direction="higher", minimum_base=MINIMUM_BASE,
        limits=(*_PLATFORM_LIMITS, "Never comparable with the rate by reach.",
                "Engagement adds up over the period while followers do not: compare periods of one length only.",
                "Places that did not supply the last month of the period are left out of both numbers."),
    ),
    Measure(
        id="E6", label="Share rate", phrase="share rate", definition="Shares per 100 accounts that saw a publication.",
        numerator="shares_reached", denominator="reach_shared", unit="percent", kind="ratio", grains=MONTHLY,
        direction="higher", minimum_base=MINIMUM_BASE, limits=_PLATFORM_LIMITS[:1],
    ),
    Measure(
        id="E14", label="Age-reach gap", phrase="age-reach gap",
        definition="An age group's share of the reach of known age minus its share of the residents.",
        numerator="reach", denominator="population_by_age", unit="points", kind="gap", grains=MONTHLY,
        minimum_base=MINIMUM_BASE,
        limits=("Reach without a known age is left out of both shares.",
                "Residents are those of mid-2018, the latest year published here by age and force."),
    ),
    Measure(
        id="E15", label="Modelled reach", phrase="modelled reach of channels by age",
        definition="Residents of an age group whom the chosen channels can reach at most, per 100 residents: a model, not a count. "
                   "The published share of adults online whom a channel reaches is applied to the residents of the area. Of "
                   "several channels it is a range: at least the largest share, where the users of the others are all among its "
                   "own, at most the sum, where nobody is on two; the value holds where being on one says nothing of another.",
        numerator="platform_reach_by_age", denominator="population_by_age", unit="percent", kind="modelled", grains=("month",),
        trend=False, context=True, minimum_base=MINIMUM_BASE,
        limits=("The shares are of adults online in the United Kingdom and are applied to every area and every resident of the band: "
                "who is not online is not reached, so the value is a most.",
                "Only where a reach by age is published: here of TikTok, for people aged 18 to 24 and 65 and over. Nothing is said of "
                "other channels and ages.",
                "To be on a channel is not to see an appeal there.",
                "Residents are those of mid-2018, the latest year published here by age and force; the reach is of May 2024."),
    ),
    Measure(
        id="R1", label="Recorded crime rate", phrase="recorded crimes per 1,000 residents",
        definition="Crimes recorded by the police in the year ending March per 1,000 residents.",
        numerator="recorded_crime", denominator="population", unit="per_1_000", kind="ratio",
        grains=("rolling_year",), direction="lower", minimum_base=MINIMUM_BASE, interval="rate",
        category_label="Offence group",
        limits=("Recorded crime depends on what is reported and on how it is recorded; Greater Manchester, "
                "among others, changed its recording.",
                CITY_LIMIT),
    ),
    Measure(
        id="R2", label="Street-level records", phrase="street-level records",
        definition="Crimes and incidents of anti-social behaviour with a month and an approximate place, "
                   "as police.uk publishes them.",
        numerator="street_records", unit="count", kind="count", grains=MONTHLY,
        limits=("Not the same as recorded crime: anti-social behaviour is in it and fraud is not.",
                "Places are approximate; records without a place count for the force alone."),
    ),
    Measure(
        id="B1", label="Posts of borough accounts", phrase="posts of borough police accounts",
        definition="Posts of the Metropolitan Police's borough accounts on X, then Twitter.",
        numerator="posts", unit="count", kind="count", grains=("year",), level="london_borough", whole=LONDON,
        category_label="Theme", limits=_POSTS_LIMITS, trend=False,
    ),
    Measure(
        id="B2", label="Engagements per post", phrase="engagements per post of borough police accounts",
        definition="Likes, reposts and replies per post of a borough account, from 20 posts up.",
        numerator="post_interactions", denominator="posts", unit="ratio", kind="ratio", grains=("year",),
        level="london_borough", whole=LONDON, minimum_base=MINIMUM_BASE, category_label="Theme",
        limits=_POSTS_LIMITS, trend=False,
    ),
    *(
        Measure(
            id=f"P{number}", label=_PAS_LABELS[question], phrase=f"share who say: {PAS_QUESTIONS[question]}",
            definition=f"Share of Londoners asked who say: {PAS_QUESTIONS[question]}. "
                       "Public Attitude Survey, twelve months to the date shown.",
            numerator=f"pas_{question}", unit="percent", kind="published", grains=("rolling_year",),
            direction="higher", level="london_borough", whole=LONDON, limits=_PAS_LIMITS,
            breaks=(("2017-06", "From March 2017 to June 2018 the share fell from 36% to 14%, which points to a "
                     "change in the question."),
                    ("2018-06", "By June 2018 the fall from 36% to 14% had ended."), *_PAS_BREAKS)
            if question == "knows_how_to_contact_ward_officer" else _PAS_BREAKS,
        )
        for number, question in enumerate(_PAS_ORDER, start=1)
    ),
    *MEASURES_OF_PERSONS,
    *MEASURES_OF_CONTACT,
    *MEASURES_OF_SURVEYS,
    *MEASURES_OF_QUALITY,
    Measure(
        id="N1", label="Share of residents", phrase="share of residents",
        definition="Residents in the age group per 100 residents.",
        numerator="population_by_age", denominator="population_by_age", unit="percent", kind="ratio",
        grains=("year",), context=True,
        limits=("Estimates for mid-2018, the latest year published here by age and force.",),
    ),
)

MEASURE_BY_ID: Mapping[str, Measure] = {measure.id: measure for measure in MEASURES}
DEFAULT_MEASURE = MEASURES[0].id
