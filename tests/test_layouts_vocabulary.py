"""Comparing words: only from the vocabulary, only from evidence, and true as often as an interval promises."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dashboard.settings import ROOT
from data.frame import Frame, Row
from data.measures import MEASURES
from data.query import Answer
from data.statistics.differences import Ratio, difference_of_rates, difference_of_shares
from data.summary import Change, Coverage
from layouts import vocabulary
from layouts.charts import CHARTS, Chart
from layouts.document import render
from layouts.shapes import SHAPES
from layouts.table import table
from layouts.vocabulary import Evidence, among, amount, change, comparison, signed
from layouts.words import (
    card_sentence,
    change_words,
    coverage_words,
    marks_explained,
    row_name,
    status_sentence,
    subject,
    subtitle,
)
from tests.answers import END, FORCES, MEASURE_BY_ID, PROTECTED, SITUATIONS, row

pytestmark = pytest.mark.usefixtures("protected")
COMPARING = re.compile(
    r"\b(rose|risen|rise|fell|fallen|fall|up|down|higher|highest|lower|lowest|(in|de)creas\w+|more than|less than|"
    r"fewer|improv\w+|wors\w+|better|grew|grown|dropp?\w*|above|below|most similar|about the same as|no clear change|"
    r"not clearly different)\b", re.IGNORECASE)
IDIOMS = ("made up", "listed below", "words such as “rose” stand only where", "written down", "up to a day", "fewer filters",
          "each measure below says why", "below each time",
          "the curves rise as useful information comes in", "do not add up", "curves that rise with the days",
          "numbers below a curve", "looked up", "added up", "one programme does better than another")
"""Phrases that compare no figures, whatever a page shows."""
DRAWS = 2_000
DEFINING = ("vocabulary.py", "describing.py", "methods.py")
"""Modules whose texts may hold such words: the vocabulary itself, and what measures and methods mean, whatever the values."""


def interval(difference: float, lower: float | None, upper: float | None, **more: Any) -> Evidence:
    return Evidence(kind="interval", difference=difference, lower=lower, upper=upper, unit="percent", **more)


def chart(difference: float, *, run: int = 0) -> Evidence:
    return Evidence(kind="control_chart", difference=difference, lower=-14.0, upper=14.0, unit="count", run=run)


@pytest.mark.parametrize(("evidence", "said", "beside"), [
    (interval(3, 1, 5), "rose", "higher than Kent"),
    (interval(-3, -5, -1), "fell", "lower than Kent"),
    (interval(3, -1, 7), "no clear change", "not clearly different from Kent"),
    (interval(3, 0, 6), "no clear change", "not clearly different from Kent"),
    (interval(0.2, -0.5, 0.9, alike=1), "no clear change", "about the same as Kent"),
    (interval(0.2, -2.5, 2.9, alike=1), "no clear change", "not clearly different from Kent"),
    (interval(1.4, 1.1, 1.8, same=1), "rose", "higher than Kent"),
    (interval(1.4, 0.9, 1.8, same=1), "no clear change", "not clearly different from Kent"),
    (interval(3, None, None), "", ""), (interval(3, 1, None), "", ""),
    (interval(float("nan"), None, None), "", ""), (interval(3, 1, float("inf")), "", ""), (None, "", ""),
    (chart(15), "rose", "higher than Kent"), (chart(-15), "fell", "lower than Kent"),
    (chart(13), "no clear change", "not clearly different from Kent"),
    (chart(3, run=7), "rose", "higher than Kent"), (chart(-3, run=-8), "fell", "lower than Kent"),
])
def test_a_word_is_what_the_evidence_supports(evidence: Evidence | None, said: str, beside: str) -> None:
    assert change(evidence) == said
    assert comparison(evidence, other="Kent") == beside


def test_a_place_is_compared_with_most_others_only_where_most_support_it() -> None:
    over, under, open_, none = interval(3, 1, 5), interval(-3, -5, -1), interval(1, -1, 3), interval(1, None, None)
    assert among([over, over, open_]) == "higher than most similar forces"
    assert among([under, under, open_]) == "lower than most similar forces"
    assert among([over, open_, open_]) == "not clearly different from most similar forces"
    assert among([interval(0, -0.1, 0.1, alike=1)] * 2) == "about the same as most similar forces"
    assert among([over, open_]) == among([over, none]) == among([over, under]) == among([]) == ""


@pytest.mark.parametrize("wrong", [
    {"difference": 9, "lower": 1, "upper": 5}, {"difference": 3, "lower": 5, "upper": 1},
    {"difference": 3, "lower": 1, "upper": 5, "run": 7},
])
def test_evidence_that_contradicts_itself_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Evidence(kind="interval", unit="count", **wrong)


def test_an_amount_is_written_with_its_interval() -> None:
    assert amount(interval(3, -1, 7, base=90)) == "+3 points (\N{MINUS SIGN}1 to +7)"
    assert amount(Evidence(kind="interval", difference=1200, lower=900, upper=1500, unit="count")) == "+1,200 (+900 to +1,500)"
    assert amount(chart(-15)) == "\N{MINUS SIGN}15"


def test_a_difference_that_is_not_nothing_is_not_written_as_nothing() -> None:
    assert amount(interval(-0.03, -0.06, -0.01, base=90_000)) == "\u22120.03 points (\u22120.06 to \u22120.01)"
    assert amount(interval(-1.1, -2.4, -0.8, base=90)) == "\u22121 point (\u22122 to \u22121)"
    assert signed(-0.03, unit="percent", base=90_000) == "\u22120.03 points"
    assert signed(0.0, unit="percent", base=90_000) == "0.0 points" and signed(-1.1, unit="percent", base=90) == "\u22121 point"


def two_years(evidence: Evidence | None) -> tuple[str, str]:
    later = row(53.0, start=END - 11)._replace(lower=47.0, upper=59.0, denominator=300)
    earlier = later._replace(value=50.0, lower=44.0, upper=56.0, start=END - 23, end=END - 12)
    return change_words(Change(later=later, earlier=earlier, difference=ends_of(evidence)), measure=MEASURE_BY_ID["E4"])


def ends_of(evidence: Evidence | None) -> tuple[float, float, float] | None:
    """Return a difference and its interval as a summary carries them."""
    if evidence is None or evidence.lower is None or evidence.upper is None:
        return None
    return evidence.difference, evidence.lower, evidence.upper


def test_the_change_tile_says_what_the_evidence_supports_and_no_more() -> None:
    values = "53% (47% to 59%), 2025, against 50% (44% to 56%), 2024."
    assert two_years(None) == two_years(interval(3, None, None)) == ("+3 points", values)
    assert two_years(interval(3, -5.5, 11.5, base=300)) == (
        "+3 points (\N{MINUS SIGN}6 to +12)", f"No clear change: {values}")
    assert two_years(interval(3, 0.6, 5.5, base=300)) == ("+3 points (+1 to +6)", f"Rose: {values}")


# --- No comparing word from anywhere else -----------------------------------------------------------


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts in a module that a reader may come to see: all but its docstrings and names of things."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent and " " in node.value:
            yield node.lineno, node.value


def test_no_text_in_the_layouts_compares_but_those_of_the_vocabulary() -> None:
    found = [f"{path.relative_to(ROOT)}:{line}: {text}" for path in sorted((ROOT / "layouts").rglob("*.py"))
             if path.name not in DEFINING
             for line, text in literals(path) if COMPARING.search(without_idioms(text))]
    assert found == []


def without_idioms(text: str) -> str:
    """Return a text without the phrases that compare no figures."""
    return re.sub("|".join(map(re.escape, IDIOMS)), "", text, flags=re.IGNORECASE)


def without_sources(text: str) -> str:
    """Return a text without what sources say themselves: definitions, limits, breaks, names of members."""
    for measure in (*MEASURES, *PROTECTED):
        for told in (*measure.limits, *(why for _, why in measure.breaks), measure.definition, measure.label, measure.phrase):
            text = text.replace(told, "")
    return text


@st.composite
def answers(draw: st.DrawFn) -> tuple[Answer, Chart]:
    """Draw an answer of any chart: a situation whose values, intervals and marks are mixed anew."""
    of = draw(st.sampled_from(CHARTS))
    answer = draw(st.sampled_from(SITUATIONS))(of)
    chance = draw(st.randoms(use_true_random=False))
    assume(bool(answer.frame) != bool(answer.reason))
    rows: list[Row] = []
    for each in answer.frame.rows[:draw(st.integers(1, 80))]:
        value = each.value
        if value is not None and chance.random() < 0.5:
            value = round(value * chance.uniform(0.2, 3), 4) if MEASURE_BY_ID[each.measure].unit != "count" else int(
                value * chance.uniform(0.2, 3))
        ends = (None, None) if value is None or chance.random() < 0.4 else (
            round(value - abs(value) * chance.random(), 4), round(value + abs(value) * chance.random(), 4))
        rows.append(each._replace(value=value, lower=ends[0], upper=ends[1] if value is not None else each.upper))
    made = Answer(
        measure=answer.measure, asked=answer.asked, answered=answer.answered, by=answer.by, frame=Frame(tuple(rows)),
        reason=answer.reason, origin=answer.origin, period=answer.period, grain=answer.grain, across=answer.across)
    return made, of


def said_of(answer: Answer, of: Chart) -> Iterator[str]:
    yield from (subject(answer), subtitle(answer), card_sentence(answer), *marks_explained(answer))
    yield from (item.text for item in SHAPES[of.shape].legend(answer, chart=of))
    yield re.sub(r"<style.*?</style>|<[^>]*>", " ", SHAPES[of.shape].svg(answer, chart=of, selected=FORCES[:2]))
    yield str(SHAPES[of.shape].plotly(answer, chart=of, selected=FORCES[:2]).get("layout", {}).get("annotations", ""))
    yield re.sub(r"<[^>]*>", " ", render(table(answer, chart=of)))
    for each in answer.frame.of("main")[:9]:
        yield row_name(each, by=answer.by)
    if answer.frame and not answer.reason:
        yield status_sentence(answer)
    yield from coverage_words(Coverage(4, 3, 2, ((FORCES[0], 3), (FORCES[1], 12)), 12), total=answer)


EVIDENCE = st.none() | st.builds(
    lambda middle, below, above: interval(middle, middle - below, middle + above),
    st.floats(-50, 50), st.floats(0, 40), st.floats(0, 40))


def test_no_rendered_sentence_compares_without_the_vocabulary() -> None:
    marked = {"CHANGES": dict.fromkeys((1, 0, -1), "[word]"), "COMPARISONS": dict.fromkeys((1, 0, -1), "[word]"),
              "ALIKE": "[word]", "RELATIONS": dict.fromkeys((1, -1), "[word]"), "SPECIALS": dict.fromkeys(vocabulary.SPECIALS, "[word]")}

    @settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(answers(), EVIDENCE, st.floats(0, 99), st.floats(0, 99))
    def check(drawn: tuple[Answer, Chart], evidence: Evidence | None, after: float, before: float) -> None:
        answer, of = drawn
        later = row(round(after, 4), start=END - 11)
        two = Change(later=later, earlier=later._replace(value=round(before, 4), start=END - 23, end=END - 12),
                     difference=ends_of(evidence))
        tile = change_words(two, measure=MEASURE_BY_ID["E4"])
        assert ("[word]" in " ".join(tile).lower()) == (evidence is not None)
        for text in (*said_of(answer, of), *tile):
            found = COMPARING.search(without_idioms(without_sources(text)))
            assert not found, text[max(found.start() - 80, 0):found.end() + 80]

    with pytest.MonkeyPatch.context() as patch:
        for name, words in marked.items():
            patch.setattr(vocabulary, name, words)
        check()


# --- The vocabulary cannot be made to lie -----------------------------------------------------------


def said(differences: Any, *, factor: float = 100) -> list[str]:
    """Return the word for each of many differences."""
    return [change(Evidence(kind="interval", difference=value * factor, lower=lower * factor, upper=upper * factor,
                            unit="percent"))
            for value, lower, upper in zip(differences.value.tolist(), differences.lower.tolist(),
                                           differences.upper.tolist(), strict=True)]


def noisy(rng: np.random.Generator, counts: Any, *, bases: Any, half: float) -> Any:
    """Return counts with the noise whose 95% range is ``half`` to either side."""
    return np.clip(counts + np.rint(rng.normal(0, half / 1.96, counts.shape)), 0, bases)


@pytest.mark.parametrize("half", [0.0, 4.9], ids=["open", "protected"])
def test_nothing_rises_or_falls_where_the_truth_stands_still(half: float) -> None:
    rng = np.random.default_rng(17)
    share = rng.uniform(0.05, 0.95, DRAWS)
    bases = rng.integers(60, 3_000, (2, DRAWS))
    counts = noisy(rng, rng.binomial(bases, share), bases=bases, half=half)
    words = said(difference_of_shares(Ratio(counts[0], bases[0], half), b=Ratio(counts[1], bases[1], half)))

    assert sum(word in ("rose", "fell") for word in words) <= 0.07 * DRAWS
    assert set(words) <= {"rose", "fell", "no clear change"}


def test_no_rate_rises_or_falls_where_the_truth_stands_still() -> None:
    rng = np.random.default_rng(18)
    rate, bases = rng.uniform(0.2, 6, DRAWS), rng.integers(20, 900, (2, DRAWS))
    counts = rng.poisson(rate * bases)
    words = said(difference_of_rates(Ratio(counts[0], bases[0]), b=Ratio(counts[1], bases[1])))

    assert sum(word in ("rose", "fell") for word in words) <= 0.07 * DRAWS


@pytest.mark.parametrize("half", [0.0, 4.9], ids=["open", "protected"])
def test_where_the_truth_moved_the_word_has_its_direction(half: float) -> None:
    rng = np.random.default_rng(19)
    before, after = rng.uniform(0.05, 0.95, (2, DRAWS))
    bases = rng.integers(60, 3_000, (2, DRAWS))
    counts = noisy(rng, rng.binomial(bases, np.array([after, before])), bases=bases, half=half)
    words = said(difference_of_shares(Ratio(counts[0], bases[0], half), b=Ratio(counts[1], bases[1], half)))
    truth = np.where(after > before, "rose", "fell").tolist()
    wrong = [(one, other) for word, one, other, right in zip(words, before, after, truth, strict=True)
             if word in ("rose", "fell") and word != right]

    assert len(wrong) <= 0.005 * DRAWS and all(abs(one - other) < 0.1 for one, other in wrong)
    assert sum(word == right for word, right in zip(words, truth, strict=True)) > 0.7 * DRAWS
