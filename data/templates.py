"""The house templates: what a force fills in, with every column and what it may hold.

The product defines these files. A column that is ``used`` feeds a published figure; the others may
stand in the file and are reported as "not published yet". No column holds a name, an image or free
text about a person.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from data.model import DIMENSIONS
from data.template import FIRST_YEAR, Column, Kind, Template, count_column
from data.templates_of_contact import CALLS, LINES, SURVEY

__all__ = ["CALLS", "LINES", "SURVEY", "Column", "Kind", "Template"]

KIND_WORDS: Mapping[str, str] = {
    "id": "a reference: letters, digits, . _ - /, at most 40",
    "area": "the ONS code or the name of a force or district (districts of 2019)",
    "force": "the name or the ONS code of a police force",
    "borough": "the name or the ONS code of a London borough",
    "month": "a month, YYYY-MM",
    "datetime": "a date YYYY-MM-DD, or a date and time YYYY-MM-DDTHH:MM",
    "moment": "a date and time YYYY-MM-DDTHH:MM, or a date YYYY-MM-DD where the time is not known",
    "date_dmy": "a date, D/M/YYYY or YYYY-MM-DD",
    "channel": "a channel",
    "age_group": "an age group",
    "crime_type": "a crime type",
    "whole": "a whole number, 0 or more; empty means not supplied",
    "signed": "a whole number",
    "decimal": "a number; empty means not supplied",
    "share": "a share from 0 to 1",
    "yes_no": "yes or no",
    "list": "one of a list",
    "url": "a web address that begins with https://",
    "account": "the name or the ID of an account, or * for every file of the platform",
    "text": "words",
    "percent": "a percentage from 0 to 100, without the sign",
    "age_or_all": "an age group, or all",
    "measure": "the id of a measure, such as C1, or its name",
    "period": "a month YYYY-MM, a quarter YYYY-Q1 to YYYY-Q4 or a year YYYY, of the calendar",
    "wording": "words that are published as they stand, at most 300 characters, about no person",
}

OWN_SHEETS = ("about_this_template", "choices_of_this_template")
"""First headings, as they are matched, of the sheets that the program itself puts beside a template."""

ZERO_RULE = "Write 0 where nothing happened. A row that is absent or a cell that is empty is read as not supplied."


STATUSES = ("open", "closed")
PUBLIC_OUTCOMES = (
    "none published", "person identified", "person located", "arrest", "charge or summons", "conviction",
    "property recovered", "case closed without outcome",
)
GRADINGS = ("useful", "unusable", "other", "ungraded")
OUTCOMES_OF_APPEALS = ("identified", "located", "arrested", "charged", "other")
ATTRIBUTIONS = ("tip_alone", "contributed", "independent", "unknown")

APPEALS = Template(
    "appeals",
    "One row for each public appeal, by the day it was first published. Publishing it again is no new appeal.",
    (
        Column("appeal_id", "id", True, True, "Your own reference of the appeal; not the crime reference.",
               ("A-2026-0417", "A-2026-0418")),
        Column("area_code", "area", True, True, "The force or district that the appeal concerns.",
               ("E23000031", "E07000209")),
        Column("crime_type", "crime_type", True, True, "What the appeal is about.",
               ("burglary", "missing person")),
        Column("hate_crime", "yes_no", False, False, "Whether it is recorded as a hate crime.", ("no", "no")),
        Column("domestic_abuse", "yes_no", False, False, "Whether it is recorded as domestic abuse.", ("no", "no")),
        Column("offence_date", "datetime", False, True,
               "When the offence happened or the person was last seen; not after published_at.",
               ("2026-09-28", "2026-10-02")),
        Column("published_at", "moment", True, True, "When the appeal was first published.",
               ("2026-10-01T09:30", "2026-10-03"), since=FIRST_YEAR),
        Column("closed_at", "datetime", False, True, "When the appeal was closed; not before published_at.",
               ("", "2026-10-05")),
        Column("status", "list", False, True, "Whether the appeal is open or closed.", ("open", "closed"), STATUSES),
        Column("public_outcome", "list", False, True, "What the force itself has made public of the outcome.",
               ("none published", "person located"), PUBLIC_OUTCOMES),
        count_column("persons_sought", "How many persons the appeal asks to identify or locate.", "2", "1"),
        Column("url", "url", False, True, "Where the force published the appeal; it stands in the list of appeals.",
               ("https://www.example.police.uk/appeals/0417", "")),
    ),
    ("appeal_id",),
)

PUBLICATIONS = Template(
    "publications",
    "One row for each time an appeal was published on a channel; the first time counts too.",
    (
        Column("appeal_id", "id", True, True, "The reference of the appeal, as in the file of appeals.",
               ("A-2026-0417", "A-2026-0418")),
        Column("channel", "channel", True, True, "Where it was published.", ("facebook", "press")),
        Column("published_at", "datetime", True, True, "When it was published there.",
               ("2026-10-01T09:30", "2026-10-03"), since=FIRST_YEAR),
        count_column("reach", "Accounts that saw the publication.", "18400", ""),
        count_column("impressions", "How often it was shown.", "25100", "", used=False),
        count_column("reactions", "Likes and other reactions.", "210", "", used=False),
        count_column("comments", "Comments.", "34", "", used=False),
        count_column("shares", "Shares and reposts.", "96", "", used=False),
        count_column("clicks", "Clicks on it.", "410", "", used=False),
    ),
)

RESPONSES = Template(
    "responses",
    "One row for each contact from the public about an appeal. Give them here or as 'responses_counted', never both "
    "for the same place and month.",
    (
        Column("appeal_id", "id", True, True, "The reference of the appeal, as in the file of appeals.",
               ("A-2026-0417", "A-2026-0418")),
        Column("received_at", "moment", True, True, "When the contact came in; not before the appeal was published.",
               ("2026-10-01T18:05", "2026-10-04"), since=FIRST_YEAR),
        Column("channel", "channel", True, True, "How it came in.", ("web_form", "crimestoppers")),
        Column("seen_channel", "channel", True, True,
               "Where the person saw the appeal; unknown where nobody asked.", ("facebook", "unknown")),
        Column("age_group", "age_group", True, True,
               "The age group; unknown where it is not known, always so for Crimestoppers.", ("25-34", "unknown")),
        Column("grading", "list", True, True, "What it was worth to the enquiry; ungraded until somebody has judged it.",
               ("useful", "ungraded"), GRADINGS),
    ),
)

RESPONSES_COUNTED = Template(
    "responses_counted",
    "Numbers of contacts from the public about appeals, where single ones cannot be given: one row for each "
    "combination, by the month in which they came in.",
    (
        Column("month", "month", True, True, "The month in which the contacts came in.", ("2026-09", "2026-09")),
        Column("area_code", "area", True, True, "The force or district that the appeals concern.",
               ("E23000031", "E23000031")),
        Column("channel", "channel", True, True, "How they came in.", ("web_form", "crimestoppers")),
        Column("seen_channel", "channel", True, True,
               "Where the persons saw the appeal; unknown where nobody asked.", ("facebook", "unknown")),
        Column("age_group", "age_group", True, True,
               "The age group; unknown where it is not known, always so for Crimestoppers. Never a group beside one "
               "that overlaps it, and no row for all ages.", ("25-34", "unknown")),
        Column("crime_type", "crime_type", True, True, "What the appeals are about.", ("burglary", "robbery")),
        Column("grading", "list", True, True, "What they were worth to the enquiry; ungraded until somebody has judged it.",
               ("useful", "ungraded"), GRADINGS),
        Column("responses", "whole", True, True, "How many contacts.", ("4", "11")),
    ),
    ("month", "area_code", "channel", "seen_channel", "age_group", "crime_type", "grading"),
)

OUTCOMES = Template(
    "outcomes",
    "One row for each thing that followed an appeal: a person identified or located, an arrest, a charge.",
    (
        Column("appeal_id", "id", True, True, "The reference of the appeal, as in the file of appeals.",
               ("A-2026-0417", "A-2026-0418")),
        Column("outcome", "list", True, True, "What followed; charged is a charge or summons.",
               ("identified", "located"), OUTCOMES_OF_APPEALS),
        Column("outcome_date", "datetime", True, True, "When; not before the appeal was published.",
               ("2026-10-08", "2026-10-05"), since=FIRST_YEAR),
        count_column("persons", "How many persons it concerns; identified and located together never more than the appeal's "
               "persons_sought.", "1", "1"),
        Column("attribution", "list", True, True,
               "How far the appeal brought it about: by a tip alone, in part, not at all, or not known.",
               ("contributed", "tip_alone"), ATTRIBUTIONS),
    ),
)

ENGAGEMENT = Template(
    "engagement",
    "One row for each month, area, channel and age group.",
    (
        Column("month", "month", True, True, "The month that the figures are about.", ("2026-10", "2026-10")),
        Column("area_code", "area", True, True, "The force or district whose accounts are counted. Each account once: districts are added to their force.",
               ("E23000031", "E23000031")),
        Column("channel", "channel", True, True, "The channel.", ("facebook", "facebook")),
        Column("age_group", "age_group", True, True,
               "The age group; unknown where the channel tells none. Never a group beside one that overlaps it, "
               "and no row for all ages.", ("18-24", "25-34")),
        count_column("audience", "Accounts that follow at the end of the month.", "21400", "30150"),
        count_column("publications", "What was published on the channel in the month, appeals or not; the same number "
               "in each age group's row. It is never added over age groups.", "62", "62"),
        count_column("reach", "Accounts that saw at least one publication.", "16900", "22480"),
        count_column("impressions", "How often publications were shown.", "48200", "70310"),
        count_column("reactions", "Likes and other reactions.", "640", "905"),
        count_column("comments", "Comments.", "71", "118"),
        count_column("shares", "Shares and reposts.", "85", "152"),
        count_column("clicks", "Clicks on publications.", "510", "702"),
        count_column("messages_in", "Messages received that need an answer.", "43", "58"),
        count_column("answered_1h", "Of these, answered by a person within 1 hour.", "20", "25"),
        count_column("answered_1_4h", "Answered after 1 and within 4 hours.", "11", "16"),
        count_column("answered_4_24h", "Answered after 4 and within 24 hours.", "7", "9"),
        count_column("answered_later", "Answered later than 24 hours.", "3", "4"),
        count_column("reports_created", "Crime or incident reports made through the channel.", "6", "8"),
        count_column("positive", "Public comments classified as positive.", "12", "20"),
        count_column("negative", "Public comments classified as negative.", "18", "27"),
        count_column("classified", "Public comments that were classified at all.", "52", "84"),
    ),
    ("month", "area_code", "channel", "age_group"),
)

ACCOUNTS = Template(
    "accounts",
    "One row for each account of the force on a platform whose exports come with it: which area its figures are of.",
    (
        Column("platform", "list", True, True, "The platform that the export is from.", ("facebook", "tiktok"),
               ("x", "facebook", "instagram", "youtube", "tiktok")),
        Column("account", "account", True, True,
               "The account as the export names it, by name, handle or ID. * stands for every account of the platform "
               "that has no row of its own, and for exports that name none: X by day, YouTube, TikTok, Page Insights.",
               ("Example Police", "*")),
        Column("area_code", "area", True, True, "The force or district whose account it is.", ("E23000031", "E23000031")),
        Column("year", "whole", False, True,
               "The year of the last day of a TikTok file, whose days come without one; else empty.", ("", "2026")),
    ),
    ("platform", "account"),
)

TARGETS = Template(
    "targets",
    "One row for each target: a measure, an area and a period. A target may lie in the future.",
    (
        Column("measure", "measure", True, True, "The measure; /measures lists them.", ("C1", "A4")),
        Column("area_code", "area", True, True, "The force or district whose target it is.", ("E23000031", "E23000031")),
        Column("period", "period", True, True, "The period that the target is for.", ("2026", "2026-Q4")),
        Column("target", "decimal", True, True, "The target, in the measure's own unit.", ("90", "2.5")),
    ),
    ("measure", "area_code", "period"),
)

SIMILAR_FORCES = Template(
    "similar_forces",
    "One row for each force and a force that is like it: the group that it is fair to compare with.",
    (
        Column("area_code", "force", True, True, "The force.", ("E23000031", "E23000031")),
        Column("similar_code", "force", True, True, "A force that is similar to it; never itself.", ("E23000029", "E23000026")),
    ),
    ("area_code", "similar_code"),
)

CORRECTIONS = Template(
    "corrections",
    "One row for each figure that was published and corrected.",
    (
        Column("date", "datetime", True, True, "The day of the correction.", ("2026-10-12", "2026-10-20"), since=FIRST_YEAR),
        Column("measure", "measure", True, True, "The measure that was wrong.", ("A1", "E3")),
        Column("area", "area", True, True, "The force or district that it concerns.", ("E23000031", "E23000031")),
        Column("period", "period", True, True, "The period that it concerns.", ("2026-08", "2026-Q3")),
        Column("what", "wording", True, True, "What was wrong, and what is right now.",
               ("Three appeals were missing.", "Reach on one channel was counted twice.")),
        Column("why", "wording", True, True, "How it came about.",
               ("The export ended a day early.", "Two exports overlapped.")),
    ),
    ("date", "measure", "area", "period"),
)

ANNOTATIONS = Template(
    "annotations",
    "One row for each event that helps to read a trend: a campaign, a new line, a change of recording.",
    (
        Column("date", "datetime", True, True, "The day of the event.", ("2026-07-01", "2026-09-14"), since=FIRST_YEAR),
        Column("area_code", "area", True, True, "The force or district that it concerns.", ("E23000031", "E23000031")),
        Column("text", "wording", True, True, "What happened, in a few words.",
               ("Web chat opened.", "Witness campaign on burglary began.")),
    ),
    ("date", "area_code", "text"),
)

TEMPLATES: tuple[Template, ...] = (
    APPEALS, PUBLICATIONS, RESPONSES, RESPONSES_COUNTED, OUTCOMES, ENGAGEMENT, CALLS, SURVEY, TARGETS, SIMILAR_FORCES,
    CORRECTIONS, ANNOTATIONS, ACCOUNTS)
TEMPLATE_BY_NAME: Mapping[str, Template] = {template.name: template for template in TEMPLATES}


def as_csv(template: Template) -> str:
    """Return a template as a CSV file: its headings and two example rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in template.columns)
    for row in range(2):
        writer.writerow(column.example[row] for column in template.columns)
    return text.getvalue()


def holds(column: Column) -> str:
    """Return in words what a cell of ``column`` may hold."""
    if column.allowed:
        return "one of: " + ", ".join(column.allowed)
    if names := choices(column):
        return f"{KIND_WORDS[column.kind]}: {', '.join(names)}"
    return KIND_WORDS[column.kind]


def choices(column: Column) -> tuple[str, ...]:
    """Return the entries that ``column`` may hold where they are a short list, else nothing."""
    if column.allowed or column.kind == "yes_no":
        return column.allowed or ("yes", "no")
    ages = column.kind in ("age_group", "age_or_all")
    dimension = DIMENSIONS.get("age_group" if ages else column.kind)
    if dimension is None:
        return ()
    members = (*dimension.members, *(dimension.groups if ages else ()),
               *(dimension.apart if column.kind == "age_or_all" else ()))
    return (*(("all",) if column.kind == "age_or_all" else ()), *(member.id for member in members))


def describe(template: Template) -> list[tuple[str, str, str, str, str]]:
    """Return a row for each column: name, what it holds, must or may, published or not yet, meaning."""
    return [
        (
            column.name,
            holds(column),
            "must be filled" if column.required else "may be left out",
            "published" if column.used else "not published yet",
            column.doc,
        )
        for column in template.columns
    ]
