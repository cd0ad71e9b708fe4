"""The house templates beside appeals and engagement: calls, surveys, targets, similar forces, corrections, annotations.

Normalised, each row beside its line of the file:

- calls: month, area_code, channel, offered, answered, answered_10s, mean_seconds, p90_seconds, abandoned,
  abandon_threshold_s
- survey: as ``data.sources.surveys`` says
- targets: measure, area_code, period, target
- similar_forces: area_code, similar_code
- corrections: date, measure, area, period, what, why
- annotations: date, area_code, text

Days are ordinals. Percentages of the options of a question that exclude each other add up to 100 but for rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import numpy as np
import pandas as pd

from data.cells import Fault
from data.checks import Findings, RowCheck, same_rows
from data.errors import LISTED
from data.measures import MEASURE_BY_ID
from data.periods import period_window
from data.sources import surveys
from data.sources.rows import each, month, number, numbers, text, texts, whole
from data.templates import ANNOTATIONS, CALLS, CORRECTIONS, LINES, SIMILAR_FORCES, SURVEY, TARGETS

ROUNDED = 100.5
"""What the percentages of one question's options may add up to."""
_ASKED = ("question", "area_code", "age_group", "fieldwork_end")

WORDS: Mapping[str, str] = {
    "calls": "month, area and line", "survey": "question, option, area, age group and fieldwork",
    "targets": "measure, area and period", "similar_forces": "pair of forces",
    "corrections": "correction", "annotations": "annotation",
}
"""What is the same where the key of a template is."""


def _by_telephone(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find lines that are no telephone lines of a force."""
    fault = Fault("Calls come in by telephone.", f"Write one of: {', '.join(LINES)}.")
    yield from each(frame, wrong=~frame["channel"].isin(LINES).to_numpy(), column="channel", fault=fault)


def _within_calls(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find more calls answered or abandoned than offered, and more answered within 10 seconds than at all."""
    for part, whole_ in (("answered", "offered"), ("abandoned", "offered"), ("answered_10s", "answered")):
        if part in frame and whole_ in frame:
            fault = Fault(f"{part} exceeds {whole_}.", f"{part} counts some of the calls that {whole_} counts; check both.")
            yield from each(frame, wrong=(frame[part] > frame[whole_]).to_numpy(), column=part, fault=fault)


def _times_of_calls(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find times below 0, and warn where nine in ten were answered sooner than the mean."""
    for name in ("mean_seconds", "p90_seconds", "abandon_threshold_s"):
        if name in frame:
            fault = Fault(f"{name} is below 0.", "Write seconds, 0 or more; leave the cell empty if it was not supplied.")
            yield from each(frame, wrong=(frame[name] < 0).to_numpy(), column=name, fault=fault)
    fault = Fault("Nine calls in ten were answered sooner than the mean time to answer: that is rare.",
                  "Check that the two are not exchanged.", severity="warning")
    wrong = number(frame, "p90_seconds") < number(frame, "mean_seconds")
    yield from each(frame, wrong=wrong.to_numpy(), column="p90_seconds", fault=fault)


def _in_order(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find fieldwork that ended before it began."""
    wrong = number(frame, "fieldwork_start") > number(frame, "fieldwork_end")
    fault = Fault("The fieldwork ended before it began.", "Check both dates.")
    yield from each(frame.assign(question=frame["question"].astype(str)), wrong=wrong.to_numpy(), column="question", fault=fault)


def _options_add_up(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find questions whose options add up to more than everybody, or whose percentages seem to be shares."""
    frame = frame.drop_duplicates(list(SURVEY.key))
    groups = frame.groupby(list(_ASKED), observed=True)["percent"]
    sums, options = groups.transform("sum").to_numpy(), groups.transform("size").to_numpy()
    places = frame.index.to_numpy()
    too_much = sums > ROUNDED
    shares = (options > 1) & (sums > 0.9) & (sums < 1.1)
    for wrong, rule, mend in (
        (too_much, "The options of the question add up to {:g}%, more than 100%.",
         "Give options that exclude each other; ask about each of several answers as a question of its own."),
        (shares, "The options of the question add up to {:g}%: the percentages seem to be shares.",
         "Write 45 for 45%; in a spreadsheet, format the cells as numbers and not as percentages."),
    ):
        if wrong.any():
            found = [f"{value:g}" for value in frame["percent"].to_numpy()[wrong][:LISTED]]
            faults = [Fault(rule.format(round(value, 6)), mend) for value in sums[wrong][:LISTED]]
            yield Findings(places[wrong], "percent", found, faults)


def _positive_deff(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find design effects that are none."""
    fault = Fault("A design effect is above 0.", "Write 1 for a simple random sample; leave the cell empty if it is not known.")
    if "deff" in frame:
        yield from each(frame, wrong=(frame["deff"] <= 0).to_numpy(), column="deff", fault=fault)


def _for_a_measure(frame: pd.DataFrame) -> Iterable[Findings]:
    """Note rows that name no measure: nothing shows them."""
    without = (text(frame, "measure") == "").to_numpy()
    fault = Fault("The row names no measure: it is kept and not shown.",
                  "Write S1, S2, S3 or S4 in the rows of the answer that counts as yes; leave the others empty.", severity="note")
    yield from each(frame, wrong=without, column="question", fault=fault)


def _not_itself(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find forces that are given as similar to themselves."""
    wrong = (frame["area_code"].astype(str) == frame["similar_code"].astype(str)).to_numpy()
    fault = Fault("A force is not similar to itself.", "Remove the row, or write the other force.")
    yield from each(frame, wrong=wrong, column="similar_code", fault=fault)


def _not_to_come(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find corrections of a period that had not begun on their day."""
    begins = np.array([period_window(str(period))[0] for period in frame["period"]], dtype=np.int64)
    fault = Fault("The period begins after the day of the correction: no figure of it can have been published.",
                  "Check the day and the period.")
    yield from each(frame, wrong=begins > month(frame, days=frame["date"]).to_numpy(), column="period", fault=fault)


def _same(key: tuple[str, ...], what: str) -> RowCheck:
    return partial(same_rows, key=key, what=what)


def _same_target(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find targets for what an earlier row gives one for, and say both."""
    key = list(TARGETS.key)
    texts_ = frame[key].astype(str)
    again = texts_.duplicated().to_numpy()
    if not again.any():
        return
    first = frame["target"].groupby([texts_[name] for name in key]).transform("first")
    rows = frame.index[again]
    faults = [Fault(f"An earlier row gives the target {first[place]:g} for the same measure, area and period; this one "
                    f"{frame['target'][place]:g}.", "Keep the one that holds and remove the other.") for place in rows[:LISTED]]
    yield Findings(rows.to_numpy(), "target", [", ".join(texts_.loc[place]) for place in rows[:LISTED]], faults)


def _target_of_measure(frame: pd.DataFrame) -> Iterable[Findings]:
    """Find targets that their measure cannot reach, and question percentages that seem to be shares."""
    unit, target = frame["measure"].astype(str).map(lambda key: MEASURE_BY_ID[key].unit), frame["target"]
    percent = unit == "percent"
    fault = Fault("A percentage lies from 0 to 100.", "Write the target as a percentage, such as 90.")
    yield from each(frame, wrong=(percent & ((target < 0) | (target > 100))).to_numpy(), column="target", fault=fault)
    fault = Fault("No value of the measure is below 0.", "Write 0 or more, in the unit of the measure.")
    yield from each(frame, wrong=(~percent & (unit != "points") & (target < 0)).to_numpy(), column="target", fault=fault)
    fault = Fault("The measure is a percentage: the target seems to be a share.",
                  "Write 90 for 90%; if it is less than one percent, nothing is to be done.", severity="warning")
    yield from each(frame, wrong=(percent & (target > 0) & (target < 1)).to_numpy(), column="target", fault=fault)


def _all_shares(frame: pd.DataFrame) -> Iterable[Findings]:
    """Question percentages that are all 1 or less; those whose options add up to 1 are found with their question."""
    percent = frame["percent"]
    if percent.max() > 1 or not ((percent > 0) & (percent < 1)).any():
        return
    fault = Fault("Every percentage of the file is 1 or less: they seem to be shares.",
                  "Write 45 for 45%; in a spreadsheet, format the cells as numbers and not as percentages.", severity="warning")
    yield from each(frame, wrong=(frame.index == frame.index[0]), column="percent", fault=fault)


_KEYED = (CALLS, SURVEY, TARGETS, SIMILAR_FORCES, CORRECTIONS, ANNOTATIONS)
CHECKS: Mapping[str, tuple[RowCheck, ...]] = {
    template.name: (*((_same(template.key, WORDS[template.name]),) if template is not TARGETS else ()), *more)
    for template, more in zip(_KEYED, (
        (_by_telephone, _within_calls, _times_of_calls), (_in_order, _options_add_up, _all_shares, _positive_deff, _for_a_measure),
        (_same_target, _target_of_measure), (_not_itself,),
        (_not_to_come,), ()), strict=True)
}


# From checked cells to the normalised table


def _calls(frame: pd.DataFrame) -> Mapping[str, pd.Series]:
    return {"month": whole(frame, "month"), **texts(frame, "area_code", "channel"),
            **numbers(frame, *(column.name for column in CALLS.columns[3:]))}


def _survey(frame: pd.DataFrame) -> Mapping[str, pd.Series]:
    return surveys.normalised(frame)


def _targets(frame: pd.DataFrame) -> Mapping[str, pd.Series]:
    return {**texts(frame, "measure", "area_code", "period"), **numbers(frame, "target")}


def _similar_forces(frame: pd.DataFrame) -> Mapping[str, pd.Series]:
    return texts(frame, "area_code", "similar_code")


def _corrections(frame: pd.DataFrame) -> Mapping[str, pd.Series]:
    return {"date": whole(frame, "date"), **texts(frame, "measure", "area", "period", "what", "why")}


def _annotations(frame: pd.DataFrame) -> Mapping[str, pd.Series]:
    return {"date": whole(frame, "date"), **texts(frame, "area_code", "text")}


NORMALISED: Mapping[str, Callable[[pd.DataFrame], Mapping[str, pd.Series]]] = {
    "calls": _calls, "survey": _survey, "targets": _targets, "similar_forces": _similar_forces,
    "corrections": _corrections, "annotations": _annotations,
}
