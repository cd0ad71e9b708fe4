"""The house templates of calls and of surveys."""

from __future__ import annotations

from data.template import Column, Template, count_column

LINES = ("phone_999", "phone_101", "hotline")  # channels that are telephone lines of a force
CALLS = Template(
    "calls",
    "One row for each month, area and line: 999, 101 or another number of the force. Figures are made of calls to 999 "
    "and 101; other lines are checked and kept.",
    (
        Column("month", "month", True, True, "The month in which the calls came in.", ("2026-09", "2026-09")),
        Column("area_code", "area", True, True, "The force whose lines they are.", ("E23000031", "E23000031")),
        Column("channel", "channel", True, True, "The line.", ("phone_999", "phone_101"), LINES),
        count_column("offered", "Calls that reached the force's telephone system.", "10480", "15210"),
        Column("answered", "whole", True, True, "Of these, answered by a person; never more than offered.",
               ("10311", "13140")),
        count_column("answered_10s", "Of those answered, within 10 seconds.", "9475", "2210"),
        Column("mean_seconds", "decimal", False, True, "Mean time to answer, in seconds.", ("6.8", "214")),
        Column("p90_seconds", "decimal", False, True, "The time within which nine calls in ten were answered, in seconds.",
               ("11.2", "655")),
        count_column("abandoned", "Calls that ended before they were answered; never more than offered.", "169", "2070"),
        Column("abandon_threshold_s", "decimal", False, True,
               "From how many seconds of waiting such a call counts as abandoned; forces differ.", ("0", "30")),
    ),
    ("month", "area_code", "channel"),
)

SURVEY = Template(
    "survey",
    "One row for each question, option, area and age group of a survey: weighted results, never single answers.",
    (
        Column("question", "id", True, True, "A short reference of the question.", ("confidence", "confidence")),
        Column("wording", "wording", False, True, "The question as it was asked.",
               ("How good a job are the police doing in this area?", "How good a job are the police doing in this area?")),
        Column("option", "wording", True, True, "The answer as it was offered; the options of a question exclude each other.",
               ("Excellent or good", "Fair, poor or very poor")),
        Column("area_code", "area", True, True, "The force or district where people were asked.", ("E23000031", "E23000031")),
        Column("age_group", "age_or_all", True, True, "The age group, or all.", ("all", "all")),
        Column("fieldwork_start", "datetime", False, True, "The first day of asking.", ("2026-06-01", "2026-06-01")),
        Column("fieldwork_end", "datetime", True, True, "The last day of asking.", ("2026-06-30", "2026-06-30")),
        Column("percent", "percent", True, True, "Weighted percentage of those asked who chose the option: 45.2 for 45.2%.",
               ("58.4", "41.6")),
        count_column("base", "Weighted number of people who answered the question.", "1012", "1012"),
        count_column("unweighted_base", "How many people answered it.", "998", "998"),
        Column("deff", "decimal", False, True, "Design effect of the survey; 1 for a simple random sample.", ("1.5", "1.5")),
        Column("measure", "list", False, True,
               "What the answer counts for: S1 would use a channel, S2 would share data, S3 confidence, S4 would report. In the "
               "rows of the answer that counts as yes alone; where it is empty the row is kept and not shown.",
               ("S3", ""), ("S1", "S2", "S3", "S4")),
        Column("surveyor", "wording", False, True, "Who asked; empty: the force itself.", ("", "")),
    ),
    ("question", "option", "area_code", "age_group", "fieldwork_end"),
)
