"""The counts that a release may hold: what each counts, how it adds up, who may see it.

``open`` counts concern no private person and are kept exactly. ``protected`` ones concern persons
who came forward or were found; they need protection before they are published, and a count without
a policy, or a protected one, stops the publish until it has one.
"""

from __future__ import annotations

from collections.abc import Mapping

from data.areas import ENGLAND_AND_WALES
from data.count import Count
from data.counts_of_persons import COUNTS_OF_PERSONS
from data.counts_of_quality import COUNTS_OF_QUALITY
from data.model import Addition

_BY_CHANNEL_AND_AGE: Mapping[str, Addition] = {
    "area": "additive", "channel": "additive", "age_group": "additive", "month": "additive",
}
_ACCOUNTS: Mapping[str, Addition] = {**_BY_CHANNEL_AND_AGE, "month": "last"}
_PARTS = ("reactions", "comments", "shares", "clicks")
_INTERACTIONS = " + ".join(f"coalesce({part}, 0)" for part in _PARTS)
_ANY_INTERACTION = f"coalesce({', '.join(_PARTS)})"


def _engagement(count_id: str, label: str, expression: str, where: str, **more: object) -> Count:
    sql = (
        f"SELECT m.member AS area_code, channel, age_group, month, SUM({expression}) AS value "
        f"FROM engagement e JOIN area_members m ON m.area_code = e.area_code "
        f"WHERE {where} IS NOT NULL GROUP BY m.member, channel, age_group, month"
    )
    return Count(
        id=count_id, label=label, kinds=("engagement",), sql=sql, policy="open",
        **{"addition": _BY_CHANNEL_AND_AGE, **more},  # type: ignore[arg-type]
    )


# What a force supplies for one of its districts is the force's as well: ``area_members`` has each
# area beside itself and each district beside its force.
_APPEALS_SQL = """
SELECT w.member AS area_code, 'all' AS channel, a.crime_type, a.month, COUNT(*) AS value
FROM appeals a JOIN area_members w ON w.area_code = a.area_code
GROUP BY w.member, a.crime_type, a.month
UNION ALL
SELECT w.member AS area_code, m.member AS channel, a.crime_type, a.month, COUNT(DISTINCT a.appeal_id) AS value
FROM appeals a JOIN area_members w ON w.area_code = a.area_code
JOIN publications p ON p.appeal_id = a.appeal_id
JOIN channel_members m ON m.channel = p.channel
GROUP BY w.member, m.member, a.crime_type, a.month
"""

_PUBLICATIONS_SQL = """
SELECT w.member AS area_code, p.channel, a.crime_type, p.month, COUNT(*) AS value
FROM publications p JOIN appeals a ON a.appeal_id = p.appeal_id
JOIN area_members w ON w.area_code = a.area_code
GROUP BY w.member, p.channel, a.crime_type, p.month
"""

# A neighbour's file holds a few records of a district: its figure is complete only where its own
# force supplied the month as well.
_STREET_SQL = """
SELECT force_code AS area_code, crime_type, month, SUM(crimes) AS value
FROM street_crimes GROUP BY force_code, crime_type, month
UNION ALL
SELECT s.area_code, s.crime_type, s.month, SUM(s.crimes) AS value
FROM street_crimes s JOIN districts d ON d.area_code = s.area_code
WHERE EXISTS (SELECT 1 FROM street_crimes own WHERE own.force_code = d.force_code AND own.month = s.month)
GROUP BY s.area_code, s.crime_type, s.month
"""

PAS_QUESTIONS: Mapping[str, str] = {
    "good_job": "the police do a good job in the local area",
    "knows_how_to_contact_ward_officer": "knows how to contact the ward officer",
    "informed_locally": "feels informed about what the police do locally",
    "listen_to_concerns": "the police listen to the concerns of local people",
    "relied_on_to_be_there": "the police can be relied on to be there when needed",
    "treat_everyone_fairly": "the police treat everyone fairly",
    "trust": "the Metropolitan Police is an organisation to trust",
    "understand_issues": "the police understand the issues that affect the community",
}


SURVEY_MEASURES: Mapping[str, str] = {
    "S1": "Would use a channel to reach the police", "S2": "Would share personal data",
    "S3": "Confidence in the police", "S4": "Would report a crime",
}
# Where a survey gives no figure for all ages, that of everybody whom it asked stands for them.
_SURVEY_SQL = """
SELECT area_code, age_group, category, month, MAX(percent) AS value FROM survey WHERE measure = '{measure}'
GROUP BY area_code, age_group, category, month
UNION ALL
SELECT area_code, 'all' AS age_group, category, month, MAX(percent) AS value FROM survey s
WHERE measure = '{measure}' AND age_group IN ('16+', '18+') AND NOT EXISTS (
    SELECT 1 FROM survey w WHERE w.measure = s.measure AND w.area_code = s.area_code AND w.category = s.category
    AND w.month = s.month AND w.age_group = 'all')
GROUP BY area_code, category, month
"""


# A reach that is published for the United Kingdom is taken to hold in every area whose residents are known by age.
_REACH_SQL = f"""
SELECT p.area_code, r.channel, r.band AS age_group, r.month, MAX(r.percent) AS value FROM platform_reach r CROSS JOIN (
    SELECT DISTINCT area_code FROM population WHERE age_group <> 'all'
    UNION SELECT unnest(['{ENGLAND_AND_WALES}', 'E92000001', 'W92000004'])) p
WHERE r.channel <> '' AND r.band <> '' AND r.country = 'United Kingdom' GROUP BY p.area_code, r.channel, r.band, r.month
"""


def _published_contact(count_id: str, label: str, *, channel: str, measure: str, unit: str) -> Count:
    """Return a figure that others published of calls, over six months: it stands for itself and is never added."""
    return Count(
        id=count_id, label=label, kinds=("contact",), sources=("contact",), policy="open",
        sql=f"SELECT area_code, month, MAX(value) AS value FROM contact WHERE channel = '{channel}' "
            f"AND measure = '{measure}' AND unit = '{unit}' AND months = 6 GROUP BY area_code, month",
        addition={"area": "none", "month": "last"}, months_each=6,
    )


_LIMIT = ("'waited-' || CASE WHEN abandon_threshold_s IS NULL THEN 'unstated' "
          "WHEN abandon_threshold_s = floor(abandon_threshold_s) THEN CAST(CAST(abandon_threshold_s AS BIGINT) AS VARCHAR) "
          "ELSE CAST(ROUND(abandon_threshold_s, 3) AS VARCHAR) END")
"""From how many seconds of waiting a force counts a call as abandoned: figures of different limits are never added."""


def _calls(
    count_id: str, label: str, expression: str, *, line: str = "101", where: str = "TRUE", by_limit: bool = False
) -> Count:
    """Return a count of calls to a line as forces supply them, by the limit of waiting where that matters."""
    limit, group = (f"{_LIMIT} AS category, ", ", category") if by_limit else ("", "")
    addition: Mapping[str, Addition] = {
        "area": "additive", **({"category": "overlapping"} if by_limit else {}), "month": "additive"}
    return Count(
        id=count_id, label=label, kinds=("calls",), policy="open", apart=by_limit, addition=addition,
        sql=f"SELECT m.member AS area_code, {limit}month, SUM({expression}) AS value FROM calls c "
            f"JOIN area_members m ON m.area_code = c.area_code "
            f"WHERE channel = 'phone_{line}' AND {where} GROUP BY m.member{group}, month",
    )


COUNTS: tuple[Count, ...] = (
    Count(
        id="appeals", records=True, label="Appeals issued", kinds=("appeals", "publications"), sql=_APPEALS_SQL, policy="open",
        addition={"area": "additive", "channel": "overlapping", "crime_type": "additive", "month": "additive"},
    ),
    Count(
        id="publications", records=True, label="Publications of appeals", kinds=("appeals", "publications"),
        sql=_PUBLICATIONS_SQL, policy="open",
        addition={"area": "additive", "channel": "additive", "crime_type": "additive", "month": "additive"},
    ),
    _engagement("audience", "Audience", "audience", "audience", addition=_ACCOUNTS, months_each=0,
                gross_label="Accounts, counted once per channel and area"),
    _engagement("reach", "Reach", "reach", "reach", gross_label="Gross reach"),
    _engagement("impressions", "Impressions", "impressions", "impressions", dense=False),
    *(_engagement(part, part.capitalize(), part, part, dense=False) for part in _PARTS),
    _engagement("interactions_reached", "Engagement where reach is known", _INTERACTIONS,
                f"CASE WHEN reach IS NOT NULL THEN {_ANY_INTERACTION} END", derived=True),
    _engagement("reach_engaged", "Reach where engagement is known", "reach",
                f"CASE WHEN {_ANY_INTERACTION} IS NOT NULL THEN reach END",
                derived=True, gross_label="Gross reach"),
    _engagement("shares_reached", "Shares where reach is known", "shares",
                "CASE WHEN reach IS NOT NULL THEN shares END", derived=True),
    _engagement("reach_shared", "Reach where shares are known", "reach",
                "CASE WHEN shares IS NOT NULL THEN reach END", derived=True, gross_label="Gross reach"),
    _engagement("interactions_unreached", "Engagement where reach is unknown", _INTERACTIONS,
                f"CASE WHEN reach IS NULL AND audience IS NOT NULL THEN {_ANY_INTERACTION} END", derived=True),
    _engagement("audience_unreached", "Audience where reach is unknown", "audience",
                f"CASE WHEN reach IS NULL AND {_ANY_INTERACTION} IS NOT NULL THEN audience END",
                addition=_ACCOUNTS, months_each=0, derived=True,
                gross_label="Accounts, counted once per channel and area"),
    Count(
        id="population", label="Residents", kinds=("population",), sources=("ons_population_forces", "ons_population_mye2"), policy="open", months_each=0, areas="any",
        sql="SELECT area_code, month, SUM(population) AS value FROM population "
            "WHERE age_group = 'all' GROUP BY area_code, month",
        addition={"area": "additive", "month": "nearest"},
    ),
    Count(
        id="population_by_age", label="Residents by age", kinds=("population",), sources=("ons_population_ages", "ons_population_mye2"), policy="open", months_each=0,
        sql="SELECT area_code, age_group, month, SUM(population) AS value FROM population "
            "WHERE age_group <> 'all' GROUP BY area_code, age_group, month",
        addition={"area": "additive", "age_group": "additive", "month": "nearest"},
    ),
    Count(
        id="recorded_crime", label="Recorded crimes", kinds=("recorded_crime",), policy="open", months_each=12,
        sql="SELECT area_code, category, month, SUM(offences) AS value FROM recorded_crime "
            "GROUP BY area_code, category, month",
        addition={"area": "additive", "category": "additive", "month": "last"},
    ),
    Count(
        id="street_records", records=True, label="Street-level records", kinds=("street_crimes",), policy="open", sql=_STREET_SQL,
        addition={"area": "additive", "crime_type": "additive", "month": "additive"},
    ),
    Count(
        id="posts", records=True, label="Posts of borough accounts", kinds=("posts",), policy="open", months_each=12, areas="borough",
        sql="SELECT area_code, category, month, SUM(posts) AS value FROM posts GROUP BY area_code, category, month",
        addition={"area": "additive", "category": "overlapping", "month": "additive"},
    ),
    Count(
        id="post_interactions", records=True, label="Likes, reposts and replies", kinds=("posts",), policy="open", months_each=12,
        sql="SELECT area_code, category, month, SUM(likes + reposts + replies) AS value FROM posts "
            "GROUP BY area_code, category, month",
        addition={"area": "additive", "category": "overlapping", "month": "additive"}, areas="borough",
    ),
    *(
        Count(
            id=f"pas_{question}", label=f"Public Attitude Survey: {text}", kinds=("attitudes",), policy="open",
            sql=f"SELECT area_code, month, MAX(percent) AS value FROM attitudes "
                f"WHERE measure = '{question}' GROUP BY area_code, month",
            addition={"area": "none", "month": "last"}, months_each=12, areas="borough",
        )
        for question, text in PAS_QUESTIONS.items()
    ),
    _published_contact("calls_999_in_10s", "999 calls answered within 10 seconds, as published", channel="phone_999",
                       measure="calls answered within 10 seconds", unit="percent"),
    _published_contact("calls_999_time", "Mean time to answer a 999 call, as published", channel="phone_999",
                       measure="mean answer time", unit="seconds"),
    *(count for line in ("999", "101") for count in (
        _calls(f"wait_{line}", f"Seconds waited until a call to {line} was answered", "mean_seconds * answered", line=line),
        _calls(f"answered_{line}", f"Calls to {line} answered, where the time is known", "answered", line=line,
               where="mean_seconds IS NOT NULL"),
    )),
    _calls("in_10s_999", "Calls to 999 answered within 10 seconds", "answered_10s", line="999"),
    _calls("answered_10s_999", "Calls to 999 answered, where those within 10 seconds are known", "answered", line="999",
           where="answered_10s IS NOT NULL"),
    Count(
        id="p90_999", label="Seconds within which nine calls to 999 in ten were answered", kinds=("calls",), policy="open",
        sql="SELECT area_code, month, MAX(p90_seconds) AS value FROM calls WHERE channel = 'phone_999' "
            "GROUP BY area_code, month",
        addition={"area": "none", "month": "last"},
    ),
    _calls("abandoned_101", "Calls to 101 abandoned", "abandoned", where="offered IS NOT NULL", by_limit=True),
    _calls("offered_101", "Calls to 101, where those abandoned are known", "offered", where="abandoned IS NOT NULL",
           by_limit=True),
    *(
        Count(
            id=f"survey_{measure.lower()}", label=f"{label}, percentage as published", kinds=("survey",), policy="open",
            apart=True, months_each=0, areas="none", sql=_SURVEY_SQL.format(measure=measure),
            addition={"area": "none", "age_group": "overlapping", "category": "overlapping", "month": "latest"},
        )
        for measure, label in SURVEY_MEASURES.items()
    ),
    Count(
        id="platform_reach_by_age", label="Share of adults online whom a channel reaches, by age, as published", kinds=("platform_reach", "population"),
        sources=("platform_reach",), policy="open", sql=_REACH_SQL, months_each=0, areas="none",
        addition={"area": "none", "channel": "overlapping", "age_group": "overlapping", "month": "latest"},
    ),
    _engagement("comments_classified", "Public comments classified", "classified", "classified"),
    _engagement("comments_balance", "Positive less negative comments", "positive - negative",
                "CASE WHEN classified IS NOT NULL THEN positive - negative END", derived=True),
    *COUNTS_OF_PERSONS,
    *COUNTS_OF_QUALITY,
)

COUNT_BY_ID: Mapping[str, Count] = {count.id: count for count in COUNTS}
