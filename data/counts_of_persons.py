"""The counts that concern persons who came forward or were found, and the open ones they are divided by.

All ``protected`` ones are published in the tables named here and nowhere else. Counts with a
``follow_up`` stand at the month in which their appeal was first published, and hold what came within
so many days of it; the others at the month of the contact. Counted responses carry no appeal, so
they stand at the month of receipt throughout, and tell nothing of single appeals.
"""

from __future__ import annotations

from collections.abc import Mapping

from data.count import Count
from data.model import Addition

_DAY = 24 * 60
GRADINGS = ("graded-useful", "graded-unusable", "graded-other", "ungraded")
RESPONDED = ("response-7d", "response-8-28d", "response-29-90d")
USEFUL_BINS = ("useful-6h", "useful-24h", "useful-3d", "useful-7d", "useful-28d", "useful-90d")
USEFUL_LIMITS: Mapping[str, tuple[str, ...]] = {
    f"useful-in-{limit}": USEFUL_BINS[:place] for place, limit in enumerate(("6h", "24h", "3d", "7d", "28d", "90d"), start=1)}
"""Within each time limit: the bins up to it."""
FOUND = ("found-identified", "found-located")
FOLLOWED = ("had-identification", "had-arrest", "had-charge")
ATTRIBUTIONS = ("tip-alone", "contributed", "independent", "attribution-unknown")
LADDER = ("ladder-response", "ladder-useful", "ladder-identification", "ladder-arrest", "ladder-charge",
          "ladder-tip-alone", "ladder-contributed", "ladder-unknown")
ANSWERS = ("answered-1h", "answered-1-4h", "answered-4-24h", "answered-later", "not-answered")
DELAYS = ("delay-1d", "delay-3d", "delay-7d", "delay-14d", "delay-28d", "delay-90d", "delay-365d", "delay-more")

CHANNELS_IN = ("x", "facebook", "instagram", "nextdoor", "youtube", "tiktok", "whatsapp", "community_email",
               "web_form", "webchat", "phone_101", "phone_999", "hotline", "crimestoppers", "poster_in_person",
               "other", "unknown")
"""Channels by which something can come in: nobody answers through a newspaper."""
CHANNELS_SEEN = ("x", "facebook", "instagram", "nextdoor", "youtube", "tiktok", "whatsapp", "community_email",
                 "web_form", "tv_radio", "press", "poster_in_person", "other")
"""Channels on which an appeal can be seen."""

_RESPONSES: Mapping[str, Addition] = {
    "area": "additive", "channel": "additive", "age_group": "additive", "crime_type": "additive", "month": "additive",
}
_CONTACTS: Mapping[str, Addition] = {
    "area": "additive", "channel": "additive", "age_group": "additive", "month": "additive",
}
_BY_CRIME: Mapping[str, Addition] = {
    "area": "additive", "crime_type": "additive", "category": "additive", "month": "additive",
}
_PLAIN: Mapping[str, Addition] = {"area": "additive", "category": "additive", "month": "additive"}
_APPEALS = ("appeals", "any_responses")
_ROWS = ("appeals", "responses")
_OUTCOMES = ("appeals", "outcomes")

# Minutes from the first publication of an appeal to the response; where a time of day is not known
# the response is taken to have come at the end of its day.
_AFTER = f"""(CASE WHEN r.timed AND a.timed THEN r.received_minute - a.published_minute
ELSE (r.received_minute // {_DAY} - a.published_minute // {_DAY}) * {_DAY} + {_DAY - 1} END)"""
_DAYS_AFTER = f"(o.day - a.published_minute // {_DAY})"


_IS_USEFUL = "r.grading = 'useful'"


def _bins(minutes: str, names: tuple[str, ...], limits: tuple[int, ...]) -> str:
    """Return SQL that names the bin of a number of minutes, each bin up to and without its limit."""
    steps = " ".join(f"WHEN {minutes} < {limit} THEN '{name}'" for name, limit in zip(names, limits, strict=False))
    rest = f" ELSE '{names[len(limits)]}'" if len(names) > len(limits) else ""
    return f"(CASE {steps}{rest} END)"


def _first_response(where: str, *, within: int) -> str:
    return (
        f"SELECT a.area_code, a.crime_type, a.month, MIN({_AFTER}) AS minutes FROM responses r "
        f"JOIN appeals a ON a.appeal_id = r.appeal_id WHERE {where} AND {_AFTER} < {within * _DAY} "
        "GROUP BY a.appeal_id, a.area_code, a.crime_type, a.month"
    )


_RECEIVED_SQL = """
SELECT a.area_code, r.channel, r.age_group, a.crime_type, r.month, COUNT(*) AS value
FROM responses r JOIN appeals a ON a.appeal_id = r.appeal_id
GROUP BY a.area_code, r.channel, r.age_group, a.crime_type, r.month
UNION ALL
SELECT area_code, channel, age_group, crime_type, month, SUM(responses) AS value
FROM responses_counted GROUP BY area_code, channel, age_group, crime_type, month
"""
_GRADING = """CASE {0}.grading WHEN 'useful' THEN 'graded-useful' WHEN 'unusable' THEN 'graded-unusable'
WHEN 'other' THEN 'graded-other' ELSE 'ungraded' END"""
_GRADED_SQL = f"""
SELECT a.area_code, r.channel, r.age_group, a.crime_type, {_GRADING.format('r')} AS category, a.month, COUNT(*) AS value
FROM responses r JOIN appeals a ON a.appeal_id = r.appeal_id WHERE {_AFTER} < {90 * _DAY}
GROUP BY a.area_code, r.channel, r.age_group, a.crime_type, {_GRADING.format('r')}, a.month
UNION ALL
SELECT area_code, channel, age_group, crime_type, {_GRADING.format('c')} AS category, month, SUM(responses) AS value
FROM responses_counted c GROUP BY area_code, channel, age_group, crime_type, {_GRADING.format('c')}, month
"""
_SEEN_SQL = """
SELECT a.area_code, r.seen_channel AS channel, r.age_group, r.month, COUNT(*) AS value
FROM responses r JOIN appeals a ON a.appeal_id = r.appeal_id
WHERE r.grading = 'useful' AND r.seen_channel IN ({0}) GROUP BY a.area_code, r.seen_channel, r.age_group, r.month
UNION ALL
SELECT area_code, seen_channel AS channel, age_group, month, SUM(responses) AS value FROM responses_counted
WHERE grading = 'useful' AND seen_channel IN ({0}) GROUP BY area_code, seen_channel, age_group, month
""".format(", ".join(f"'{channel}'" for channel in CHANNELS_SEEN))
_RESPONDED_SQL = (
    f"SELECT area_code, crime_type, {_bins('minutes', RESPONDED, (7 * _DAY, 28 * _DAY, 90 * _DAY))} AS category, month, "
    f"COUNT(*) AS value FROM ({_first_response('TRUE', within=90)}) GROUP BY ALL"
)
_USEFUL_SQL = (
    f"SELECT area_code, crime_type, month, COUNT(*) AS value "
    f"FROM ({_first_response(_IS_USEFUL, within=90)}) GROUP BY area_code, crime_type, month"
)
_USEFUL_BINS_SQL = (
    f"SELECT area_code, crime_type, "
    f"{_bins('minutes', USEFUL_BINS, (360, _DAY, 3 * _DAY, 7 * _DAY, 28 * _DAY, 90 * _DAY))} AS category, month, "
    f"COUNT(*) AS value FROM ({_first_response(_IS_USEFUL, within=90)}) GROUP BY ALL"
)
# A channel's own first: an appeal stands once under each channel group that brought it useful information.
_USEFUL_BY_CHANNEL_SQL = (
    f"SELECT area_code, channel, "
    f"{_bins('minutes', USEFUL_BINS, (360, _DAY, 3 * _DAY, 7 * _DAY, 28 * _DAY, 90 * _DAY))} AS category, month, "
    f"COUNT(*) AS value FROM (SELECT a.area_code, m.member AS channel, a.month, MIN({_AFTER}) AS minutes FROM responses r "
    "JOIN appeals a ON a.appeal_id = r.appeal_id JOIN channel_members m ON m.channel = r.channel AND m.member <> m.channel "
    f"WHERE {_IS_USEFUL} AND {_AFTER} < {90 * _DAY} GROUP BY a.appeal_id, a.area_code, m.member, a.month) GROUP BY ALL"
)
_FOUND_SQL = f"""
SELECT a.area_code, a.crime_type, CASE o.outcome WHEN 'identified' THEN 'found-identified' ELSE 'found-located' END AS category,
a.month, SUM(coalesce(o.persons, 1)) AS value
FROM outcomes o JOIN appeals a ON a.appeal_id = o.appeal_id
WHERE {_DAYS_AFTER} < 180 AND a.persons_sought IS NOT NULL
AND ((o.outcome = 'identified' AND a.crime_type <> 'missing person') OR (o.outcome = 'located' AND a.crime_type = 'missing person'))
GROUP BY ALL
"""
_SOUGHT_SQL = """
SELECT w.member AS area_code, a.crime_type,
CASE a.crime_type WHEN 'missing person' THEN 'found-located' ELSE 'found-identified' END AS category, a.month,
SUM(a.persons_sought) AS value
FROM appeals a JOIN area_members w ON w.area_code = a.area_code JOIN area_forces f ON f.area_code = a.area_code
JOIN supply_outcomes s ON s.force_code = f.force_code AND s.month = a.month
WHERE a.persons_sought IS NOT NULL GROUP BY ALL
"""


def _followed(outcome: str, name: str, *, days: int) -> str:
    kinds = "('identified', 'located')" if outcome == "identified" else f"('{outcome}')"
    return (
        f"SELECT a.area_code, a.crime_type, '{name}' AS category, a.month, COUNT(DISTINCT a.appeal_id) AS value "
        f"FROM outcomes o JOIN appeals a ON a.appeal_id = o.appeal_id WHERE o.outcome IN {kinds} AND {_DAYS_AFTER} < {days} "
        "GROUP BY a.area_code, a.crime_type, a.month"
    )


_FOLLOWED_SQL = " UNION ALL ".join((
    _followed("identified", FOLLOWED[0], days=180), _followed("arrested", FOLLOWED[1], days=180),
))
_CHARGED_SQL = _followed("charged", FOLLOWED[2], days=365)


def _attributed(*, days: int, prefix: str = "") -> str:
    """Return SQL that counts appeals with an outcome by the closest attribution of any."""
    return (
        f"SELECT area_code, crime_type, '{prefix}' || (CASE best WHEN 1 THEN 'tip-alone' WHEN 2 THEN 'contributed' "
        f"WHEN 3 THEN 'independent' ELSE '{'unknown' if prefix else 'attribution-unknown'}' END) AS category, month, "
        "COUNT(*) AS value FROM (SELECT a.area_code, a.crime_type, a.month, MIN(CASE o.attribution WHEN 'tip_alone' THEN 1 "
        "WHEN 'contributed' THEN 2 WHEN 'independent' THEN 3 ELSE 4 END) AS best FROM outcomes o "
        f"JOIN appeals a ON a.appeal_id = o.appeal_id WHERE {_DAYS_AFTER} < {days} "
        "GROUP BY a.appeal_id, a.area_code, a.crime_type, a.month) GROUP BY ALL"
    )


_YEAR = 365
_LADDER_SQL = " UNION ALL ".join((
    f"SELECT area_code, crime_type, 'ladder-response' AS category, month, COUNT(*) AS value "
    f"FROM ({_first_response('TRUE', within=_YEAR)}) GROUP BY ALL",
    f"SELECT area_code, crime_type, 'ladder-useful' AS category, month, COUNT(*) AS value "
    f"FROM ({_first_response(_IS_USEFUL, within=_YEAR)}) GROUP BY ALL",
    _followed("identified", "ladder-identification", days=_YEAR), _followed("arrested", "ladder-arrest", days=_YEAR),
    _followed("charged", "ladder-charge", days=_YEAR),
    f"SELECT * FROM ({_attributed(days=_YEAR, prefix='ladder-')}) WHERE category <> 'ladder-independent'",
))
_DELAY_SQL = (
    "SELECT area_code, crime_type, "
    f"{_bins('days', DELAYS, (2, 4, 8, 15, 29, 91, 366))} AS category, month, COUNT(*) AS value "
    f"FROM (SELECT area_code, crime_type, month, published_minute // {_DAY} - offence_day AS days FROM appeals "
    "WHERE offence_day IS NOT NULL) GROUP BY ALL"
)


def _engaged(value: str, where: str, *, more: str = "", columns: str = "channel, age_group") -> str:
    return (
        f"SELECT area_code, {columns}{more}, month, SUM({value}) AS value FROM engagement WHERE {where} "
        "GROUP BY ALL"
    )


def _supplied(where: str) -> str:
    return f"SELECT DISTINCT area_code, channel, month FROM engagement WHERE {where}"


_BANDS = ("answered_1h", "answered_1_4h", "answered_4_24h", "answered_later")
_ALL_BANDS = " AND ".join(f"{band} IS NOT NULL" for band in ("messages_in", *_BANDS))
_ANSWERED_SQL = " UNION ALL ".join((
    *(_engaged(band, _ALL_BANDS, more=f", '{name}' AS category")
      for band, name in zip(_BANDS, ANSWERS, strict=False)),
    _engaged(f"messages_in - {' - '.join(_BANDS)}", _ALL_BANDS, more=f", '{ANSWERS[-1]}' AS category"),
))
_DIGITAL_SQL = """
SELECT e.area_code, CASE WHEN m.member IN ('social', 'online') THEN 'digital' ELSE 'not-digital' END AS category, e.month,
SUM(messages_in) AS value FROM engagement e JOIN channel_members m ON m.channel = e.channel
WHERE messages_in IS NOT NULL AND e.channel <> 'phone_999' AND m.member <> m.channel GROUP BY ALL
"""


def _appeals_within(supply: str) -> str:
    """Return SQL that counts the appeals of the forces and months that supplied what came of them."""
    return (
        "SELECT w.member AS area_code, a.crime_type, a.month, COUNT(*) AS value FROM appeals a "
        "JOIN area_members w ON w.area_code = a.area_code JOIN area_forces f ON f.area_code = a.area_code "
        f"JOIN supply_{supply} s ON s.force_code = f.force_code AND s.month = a.month "
        "GROUP BY w.member, a.crime_type, a.month"
    )


_OF_APPEALS: Mapping[str, Addition] = {"area": "additive", "crime_type": "additive", "month": "additive"}
_SEEN_REACH_SQL = """
SELECT w.member AS area_code, p.channel, p.month, SUM(p.reach) AS value FROM publications p
JOIN appeals a ON a.appeal_id = p.appeal_id JOIN area_members w ON w.area_code = a.area_code
JOIN area_forces f ON f.area_code = a.area_code
JOIN supply_responses s ON s.force_code = f.force_code AND s.month = p.month
WHERE p.reach IS NOT NULL GROUP BY ALL
"""

COUNTS_OF_PERSONS: tuple[Count, ...] = (
    Count(
        id="responses", label="Responses", kinds=_APPEALS, sql=_RECEIVED_SQL, policy="protected", addition=_RESPONSES,
        supply="responses", possible={"channel": CHANNELS_IN}, changes={"response": 1},
        tables=("force-month", "force-channel-quarter", "force-channel-year", "force-age-quarter", "force-crime-quarter",
                "force-channel-age-year", "country-channel-month", "country-age-quarter", "country-crime-quarter",
                "country-channel-age-year", "district-quarter"),
    ),
    Count(
        id="responses_graded", label="Responses by grading, within 90 days", kinds=_APPEALS, sql=_GRADED_SQL,
        policy="protected", addition={**_RESPONSES, "category": "additive"}, supply="responses", follow_up=90,
        possible={"channel": CHANNELS_IN, "category": GRADINGS}, changes={"response": 1},
        tables=("force-quarter", "force-channel-year", "force-age-year", "force-crime-year", "country-channel-month",
                "country-age-quarter", "country-crime-quarter"),
    ),
    Count(
        id="appeals_responded", label="Appeals with a response, by time", kinds=_ROWS, sql=_RESPONDED_SQL,
        policy="protected", addition=_BY_CRIME, supply="rows", follow_up=28, changes={"response": 2},
        changes_when={"response": (1, 2, 2, 2)}, possible={"category": RESPONDED},
        cumulative={"response-28d": RESPONDED[:2], "response-90d": RESPONDED},
        tables=("force-quarter", "country-crime-quarter"),
    ),
    Count(
        id="appeals_useful", label="Appeals with useful information", kinds=_ROWS, sql=_USEFUL_SQL,
        policy="protected", addition=_OF_APPEALS, supply="rows", follow_up=90, changes={"response": 1},
        changes_when={"response": (1, 1, 0, 0)}, tables=("force-quarter", "force-crime-year", "country-crime-quarter"),
    ),
    Count(
        id="useful_times", label="Appeals by time to first useful information", kinds=_ROWS, sql=_USEFUL_BINS_SQL,
        policy="protected", addition=_BY_CRIME, supply="rows", follow_up=90, changes={"response": 2},
        changes_when={"response": (1, 1, 2, 0)}, possible={"category": USEFUL_BINS}, cumulative=USEFUL_LIMITS,
        tables=("force-year", "country-crime-quarter"),
    ),
    Count(
        id="useful_times_by_channel", label="Appeals by time to first useful information through a channel", kinds=_ROWS,
        sql=_USEFUL_BY_CHANNEL_SQL, policy="protected",
        addition={"area": "additive", "channel": "overlapping", "category": "additive", "month": "additive"}, supply="rows",
        follow_up=90, changes={"response": 2}, changes_when={"response": (1, 1, 2, 0)},
        possible={"channel": CHANNELS_IN, "category": USEFUL_BINS}, cumulative=USEFUL_LIMITS, tables=("force-channel-year",),
    ),
    Count(
        id="useful_seen", label="Useful responses by the channel on which the appeal was seen", kinds=_APPEALS,
        sql=_SEEN_SQL, policy="protected", addition=_CONTACTS, supply="responses", changes={"response": 1},
        possible={"channel": CHANNELS_SEEN},
        tables=("force-channel-year", "country-channel-month", "country-channel-age-year"),
    ),
    Count(
        id="persons_found", label="Persons identified or located", kinds=_OUTCOMES, sql=_FOUND_SQL, policy="protected",
        addition=_BY_CRIME, supply="outcomes", follow_up=180, possible={"category": FOUND}, changes={"outcome": 1},
        tables=("force-quarter", "force-year", "force-crime-year", "country-month", "country-crime-quarter"),
    ),
    Count(
        id="appeals_followed", label="Appeals followed by an identification or an arrest", kinds=_OUTCOMES,
        sql=_FOLLOWED_SQL, policy="protected", addition=_BY_CRIME, supply="outcomes", follow_up=180,
        possible={"category": FOLLOWED[:2]}, changes={"outcome": 1},
        tables=("force-quarter", "force-year", "force-crime-year", "country-month", "country-crime-quarter"),
    ),
    Count(
        id="appeals_charged", label="Appeals followed by a charge or summons", kinds=_OUTCOMES, sql=_CHARGED_SQL,
        policy="protected", addition=_BY_CRIME, supply="outcomes", follow_up=365, possible={"category": FOLLOWED[2:]},
        changes={"outcome": 1},
        tables=("force-quarter", "force-year", "force-crime-year", "country-month", "country-crime-quarter"),
    ),
    Count(
        id="attribution", label="Appeals with an outcome, by attribution", kinds=_OUTCOMES, sql=_attributed(days=180),
        policy="protected", addition=_BY_CRIME, supply="outcomes", follow_up=180,
        possible={"category": ATTRIBUTIONS}, cumulative={"tip-alone-or-contributed": ATTRIBUTIONS[:2]},
        changes={"outcome": 2},
        tables=("force-quarter", "force-year", "country-month", "country-crime-quarter"),
    ),
    Count(
        id="ladder", label="Outcome ladder", kinds=("appeals", "responses", "outcomes"), sql=_LADDER_SQL, policy="protected",
        addition=_PLAIN, supply="outcomes", follow_up=_YEAR, possible={"category": LADDER},
        same_as={"ladder-charge": ("appeals_charged", "had-charge")},
        cumulative={"ladder-attributed": LADDER[5:7]}, changes={"response": 2, "outcome": 3},
        changes_when={"response": (2, 1, 0, 2)},
        tables=("force-year", "country-quarter"),
    ),
    Count(
        id="offence_delay", label="Appeals by time from the offence", kinds=("appeals",), sql=_DELAY_SQL,
        policy="protected", addition=_BY_CRIME, supply="offences", possible={"category": DELAYS}, changes={"offence": 1},
        cumulative={"delay-within-1d": DELAYS[:1], "delay-within-7d": DELAYS[:3], "delay-within-28d": DELAYS[:5]},
        tables=("force-quarter", "force-year", "country-month", "country-crime-quarter"),
    ),
    Count(
        id="messages", label="Messages in", kinds=("engagement",), sql=_engaged("messages_in", "messages_in IS NOT NULL"),
        policy="protected", addition=_CONTACTS, supply=_supplied("messages_in IS NOT NULL"),
        possible={"channel": CHANNELS_IN}, changes={"message": 1},
        tables=("force-month", "force-channel-month", "force-age-quarter", "force-channel-age-year",
                "country-channel-month", "country-age-quarter", "country-channel-age-year",
                "district-quarter"),
    ),
    Count(
        id="answered", label="Messages by answer time", kinds=("engagement",), sql=_ANSWERED_SQL, policy="protected",
        addition={**_CONTACTS, "category": "additive"}, supply=_supplied(_ALL_BANDS),
        possible={"channel": CHANNELS_IN, "category": ANSWERS}, changes={"message": 1},
        cumulative={"answered-in-1h": ANSWERS[:1], "answered-in-4h": ANSWERS[:2], "answered-in-24h": ANSWERS[:3],
                    "answered-at-all": ANSWERS[:4]},
        tables=("force-month", "force-channel-quarter", "force-age-quarter", "country-channel-month",
                "country-age-quarter"),
    ),
    Count(
        id="contact_digital", label="Messages on digital and other channels", kinds=("engagement",), sql=_DIGITAL_SQL,
        policy="protected", addition=_PLAIN, supply=_supplied("messages_in IS NOT NULL"),
        possible={"category": ("digital", "not-digital")}, changes={"message": 1}, tables=("force-month", "country-month"),
    ),
    Count(
        id="messages_reporting", label="Messages where reports are known", kinds=("engagement",),
        sql=_engaged("messages_in", "messages_in IS NOT NULL AND reports_created IS NOT NULL"), policy="protected",
        addition=_CONTACTS, supply=_supplied("messages_in IS NOT NULL AND reports_created IS NOT NULL"), derived=True,
        same_as={"": ("messages", "")}, possible={"channel": CHANNELS_IN}, changes={"message": 1},
        tables=("force-month", "force-channel-month", "force-age-quarter", "country-channel-month",
                "country-age-quarter"),
    ),
    Count(
        id="reports", label="Reports created", kinds=("engagement",),
        sql=_engaged("reports_created", "reports_created IS NOT NULL"), policy="protected", addition=_CONTACTS,
        supply=_supplied("reports_created IS NOT NULL"), possible={"channel": CHANNELS_IN}, changes={"report": 1},
        tables=("force-month", "force-channel-month", "force-age-quarter", "force-channel-age-year",
                "country-channel-month", "country-age-quarter", "country-channel-age-year",
                "district-quarter"),
    ),
    Count(
        id="appeals_of_responses", label="Appeals of those who supplied responses", kinds=_APPEALS, derived=True,
        sql=_appeals_within("responses"), policy="open", addition=_OF_APPEALS, records=True,
    ),
    Count(
        id="appeals_of_rows", label="Appeals of those who supplied single responses", kinds=_ROWS, derived=True,
        sql=_appeals_within("rows"), policy="open", addition=_OF_APPEALS, records=True,
    ),
    Count(
        id="appeals_of_outcomes", label="Appeals of those who supplied outcomes", kinds=_OUTCOMES, derived=True,
        sql=_appeals_within("outcomes"), policy="open", addition=_OF_APPEALS, records=True,
    ),
    Count(
        id="persons_sought", label="Persons sought", kinds=_OUTCOMES, sql=_SOUGHT_SQL, policy="open",
        addition=_BY_CRIME, records=True, derived=True,
    ),
    Count(
        id="reach_of_appeals", label="Reach of publications of appeals", kinds=("publications", *_APPEALS), sql=_SEEN_REACH_SQL,
        policy="open", addition={"area": "additive", "channel": "additive", "month": "additive"}, derived=True,
        gross_label="Gross reach of appeals",
    ),
    Count(
        id="closed_appeals", label="Appeals closed", kinds=("appeals",), records=True, policy="open", addition=_OF_APPEALS,
        sql="SELECT w.member AS area_code, a.crime_type, a.closed_month::BIGINT AS month, COUNT(*) AS value "
            "FROM appeals a JOIN area_members w ON w.area_code = a.area_code WHERE a.closed_month IS NOT NULL GROUP BY ALL",
    ),
    Count(
        id="closed_with_outcome", label="Appeals closed with a public outcome", kinds=("appeals",), records=True,
        policy="open", addition=_OF_APPEALS,
        sql="SELECT w.member AS area_code, a.crime_type, a.closed_month::BIGINT AS month, COUNT(*) FILTER (WHERE a.public_outcome "
            "NOT IN ('', 'none published')) AS value FROM appeals a JOIN area_members w ON w.area_code = a.area_code "
            "WHERE a.closed_month IS NOT NULL GROUP BY ALL",
    ),
)
