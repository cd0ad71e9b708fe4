"""The page on methods: how people are protected and how figures are judged, in plain words with worked examples."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from data.areas import AREAS
from data.controls import Control
from data.disclosure import account, noise
from data.disclosure.noise import SIGMA
from data.frame import listed
from data.model import month_index
from data.periods import month_label
from data.release import Release
from data.statistics import control, funnel, intervals, standardise, survival
from data.statistics.simulated import Finding, simulated
from layouts import vocabulary
from layouts.pages import methods_examples as example
from layouts.pages.methods_pairs import modelled, together
from layouts.shapes import control_svg
from layouts.pages.text_page import Content, Query, TextPage

PATH = "/methods"
SECTIONS: Mapping[str, str] = {
    "protection": "How people are protected", "account": "What a release may give away", "intervals": "Intervals",
    "differences": "When a change is called a change", "control": "Control charts", "funnel": "Funnel plots", "standardised": "Rates for the same ages",
    "time": "Time to first information", "together": "Two measures beside each other",
    "modelled": "Reach that is modelled", "simulated": "How we tested this",
}

SIGNS: Mapping[str, str] = {
    "sqrt": "\N{SQUARE ROOT}", "sigma": "\N{GREEK SMALL LETTER SIGMA}", "z2": "z\N{SUPERSCRIPT TWO}",
    "^2": "\N{SUPERSCRIPT TWO}", "^3": "\N{SUPERSCRIPT THREE}", "-+": "\N{MINUS-OR-PLUS SIGN}", " - ": " \N{MINUS SIGN} ",
}
"""How signs that a docstring spells out are written on the page."""


def formula(thing: object, begins: str, ends: str) -> str:
    """Return the part of a docstring from one text to another, so that page and program cannot disagree.

    Raises ``LookupError`` where the docstring does not hold it.
    """
    text = " ".join((inspect.getdoc(thing) or "").replace("``", "").split())
    start = text.find(begins)
    end = text.find(ends, start)
    if start < 0 or end < 0:
        raise LookupError(f"The docstring of {thing!r} has no part from “{begins}” to “{ends}”.")
    found = text[start : end + len(ends)].removeprefix("Return ")
    for plain, sign in SIGNS.items():
        found = found.replace(plain, sign)
    head = found[:1].upper() if found[1:2].isalpha() else found[:1]
    return head + found[1:] + ("" if found.endswith(".") else ".")


def methods(release: Release, query: Query) -> Content:
    """Return the whole page for a release: its privacy account is the release's own."""
    privacy: Mapping[str, Any] = release.manifest.get("privacy", {})
    sigma = float(privacy.get("sigma", SIGMA))
    stable, shifted = example.chart(example.STABLE), example.chart(example.SHIFTED)
    pictures = {
        "stable": _picture(stable, slug="xmr-stable", title="An example in which nothing has changed"),
        "shifted": _picture(shifted, slug="xmr-shifted", title="An example in which something has changed"),
    }
    jump = html.Nav(html.Ul([html.Li(html.A(title, href=f"#{key}")) for key, title in SECTIONS.items()], className="jump"),
                    **{"aria-label": "Parts of this page"})
    body = [
        html.P("How we protect the people behind the figures, and how sure each figure is. Every example on this page is "
               "computed by the same program that makes the figures.", className="lead"),
        jump, *_protection(sigma), *_account(privacy, sigma=sigma), *_intervals(sigma), *_differences(),
        *_control(stable, shifted), *_funnel(), *_standardised(), *_time(),
        _head("together"), *together(), _head("modelled"), *modelled(), *_simulated(),
    ]
    return Content(body=body, pictures=pictures)


def _head(key: str) -> Component:
    return html.H2(SECTIONS[key], id=key)


def _formula(*lines: str) -> Component:
    return html.Div([html.P(line) for line in lines], className="formula")


def _example(*lines: str) -> Component:
    return html.Div([html.P([html.Strong("Example. "), lines[0]]), *(html.P(line) for line in lines[1:])], className="example")


def _percent(share: float, *, places: int = 0) -> str:
    return f"{share:.{places}%}"


def _span(limits: tuple[float, float]) -> str:
    return f"{_percent(limits[0])} to {_percent(limits[1])}"


def _told(finding: Finding) -> str:
    """Return a simulated share with the number of its draws."""
    return f"{_percent(finding.share, places=1)} of {finding.draws:,} draws"


def _protection(sigma: float) -> list[Component]:
    truth, cells = 24, 12
    given, again, changed = (example.published(number, sigma=sigma) for number in (truth, truth, truth + 1))
    one, year = example.half(1, sigma=sigma), example.half(cells, sigma=sigma)
    where, when = AREAS[example.PLACE].name, month_label(month_index(example.MONTH))
    return [
        _head("protection"),
        html.P("Some figures count people: those who answered an appeal, who were found, who wrote to the police. A small "
               "number could point to one of them. So we never publish these numbers as they are."),
        html.Ul([
            html.Li("We publish them in a fixed list of tables and in no others. Each measure’s page names its tables."),
            html.Li("Every cell of every table gets a small random number added or taken away, once, before it is published. "
                    "We call it noise."),
            html.Li("The same cell always gets the same noise. Asking again and again does not wear it off."),
            html.Li("The noise is drawn with a secret key. Without the key nobody can work it out."),
            html.Li("The true numbers never leave the publisher’s machine. They are not on this site."),
        ]),
        _formula(formula(noise, "The noise of a cell depends on", "a revised cell draws afresh."),
                 formula(noise, "It comes from a discrete Gaussian", "AES makes of the cell")),
        _example(
            f"Say {truth} people answered appeals in {where} in {when}. With a key made for this page the cell is published as "
            f"{given}. Asked a second time it is {again} again. If one more answer is added later, the cell draws afresh and "
            f"becomes {changed}.",
            f"The noise is 0 in {_percent(example.chance_within(0, sigma=sigma))} of cells, and at most {one:.0f} up or down in "
            f"{_percent(example.chance_within(round(one), sigma=sigma))}. So readers see “about {given} "
            f"({given - one:.0f} to {given + one:.0f})”.",
            f"A year is the sum of {cells} such months. Its noise grows too, but less than the count: about {year:.0f} up or "
            f"down.",
        ),
        _formula(formula(intervals.protected_range, "Return half the width", "1.96 sigma sqrt(cells)."),
                 formula(intervals.threshold, "Return the N of", "multiple of 5.")),
        html.P(f"A figure of one cell under {example.least(1, sigma=sigma)} is not shown. It says “under "
               f"{example.least(1, sigma=sigma)}” and carries the mark [c]. A sum of {cells} cells is not shown under "
               f"{example.least(cells, sigma=sigma)}."),
        html.P("Where no table holds what you chose, the page answers with the nearest wider choice and says so: “To protect the "
               "people counted”."),
    ]


def _account(privacy: Mapping[str, Any], *, sigma: float) -> list[Component]:
    entries: Sequence[Mapping[str, Any]] = privacy.get("accounts", ())
    said: list[Component] = [
        _head("account"),
        html.P("Each table gives a little away about the people in it. We add up how much, for one contact in all tables "
               "together, and call the sum the privacy account. It is that of the worst case: a response that stands alone changes other cells "
               "than one among many, and none changes them all. There is a budget. A release that would pass it is not published."),
        _formula(formula(account, "Each cell carries", "sqrt(rho ln(1/delta))."),),
        _example(f"Somebody knows everything but one thing: whether one person is among those counted. Tossing a coin is right 50 "
                 f"times in 100. The best guess from one published cell is right {100 * example.best_guess(sigma=sigma):.0f} "
                 "times in 100. A person is in more cells than one. The table below says how often the best guess is right from "
                 "all of them together."),
    ]
    if not entries:
        return [*said, html.P("This release holds no count of persons, so its account is empty.")]
    rows = [html.Tr([html.Th(entry["what"].capitalize(), scope="row"), html.Td(f"{entry['cells']}", className="number"),
                     html.Td(f"{100 * example.best_guess_of_all(entry['rho']):.0f} in 100", className="number"),
                     html.Td(f"{entry['rho']:.2f}", className="number"), html.Td(f"{entry['epsilon']:.1f}", className="number")])
            for entry in entries]
    heads = [html.Th("What one contact is", scope="col"),
             *(html.Th(text, scope="col", className="number") for text in (
                 "Cells that it can change", "Best guess is right", "zCDP (rho)", "Epsilon"))]
    worst = max(entries, key=lambda entry: entry["rho"])
    return [
        *said,
        html.Div(html.Table([html.Caption("Privacy account of this release"), html.Thead(html.Tr(heads)), html.Tbody(rows)]),
                 className="table-slot", tabIndex=0, role="region", **{"aria-label": "Privacy account of this release"}),
        html.P(f"The budget is {privacy['budget_rho']:g} (zCDP). The largest account here is {worst['rho']:.2f}. Smaller is safer. "
               f"The noise has a standard deviation of {sigma:g}, and epsilon is stated at a delta of 1 in {1 / privacy['delta']:,.0f}. The "
               "2020 census of the United States spent 2.63."),
        html.P("These accounts stand for the worst case: somebody who knows every other contact, each with its place, month, channel "
               "and age. Real attackers know far less. Before each release we also attack our own tables: if an attack tells small "
               "counts better than the noise allows, nothing is published."),
        html.P("An account stands for one release. A cell that did not change keeps its noise, so a second release tells nothing new "
               "of it. A cell that was revised draws anew. That its true number changed can then be told: by the mark [r], or by "
               "setting both releases side by side. By how much it changed cannot. The account of one release does not cover this."),
    ]


def _intervals(sigma: float) -> list[Component]:
    found = simulated()
    worst = min((item for name, item in found.items() if name.startswith("wilson.")), key=lambda item: item.share)
    few, protected = example.share(10, 40), example.protected_share(30, 120, sigma=sigma)
    return [
        _head("intervals"),
        html.P("A percentage from few cases could easily have come out differently. The interval says how far. If we could repeat "
               "the count many times, about 95 of 100 such intervals would hold the true value."),
        html.H3("Shares"),
        _example(f"10 of 40 appeals had a response: 25%, with an interval of {_span(few)}. 0 of 12 is 0%, and yet the interval runs "
                 f"to {_percent(example.share(0, 12)[1])}: none so far does not mean never. 612 of 1,000 is "
                 f"{_percent(0.612)} ({_span(example.share(612, 1000))})."),
        _formula(formula(intervals.wilson, "(k + z2/2", "with z2 = z squared")),
        html.P(f"Does it hold what it says? We drew {worst.draws:,} made-up counts for each of many cases. With a true share of 20% "
               f"on a base of 50 the interval held it in {_told(found['wilson.50.0.2'])}. The worst case, "
               f"{worst.what.partition(' holds ')[2]}, was held in {_told(worst)}."),
        html.H3("Counts and rates"),
        _example(f"25 events could as well have been {example.count(25)[0]:.0f} to {example.count(25)[1]:.0f}; 10 events "
                 f"{example.count(10)[0]:.0f} to {example.count(10)[1]:.0f}."),
        _formula(formula(intervals.poisson, "Byar: k", "with a plus")),
        html.P(f"In simulation it held a true mean of 10 in {_told(found['poisson.10'])}."),
        html.H3("Protected figures"),
        html.P("Here two things are unsure: chance and the noise. The interval holds both. So it is wider, and rather too wide than "
               "too narrow."),
        _example(f"30 of 120 messages, each number one protected cell: 25%. Chance alone gives {_span(example.share(30, 120))}. With "
                 f"the noise it is {_span(protected)}."),
        _formula(formula(intervals.protected_wilson, "Return the envelope", "numerator and denominator.")),
        html.P(f"In simulation this interval held a true share of 10% on about 200 in {_told(found['protected.1.200.0.1'])}. An "
               f"interval that forgets the noise held it in {_told(found['unprotected.1.200.0.1'])}."),
        html.H3("Surveys"),
        _example(f"60% of 1,000 people asked: give or take {example.margin(0.6, 1000):.1f} points. A survey that asks people in "
                 f"clusters is less exact. With a design effect of 1.5 it is {example.margin(0.6, 1000, deff=1.5):.1f} points."),
        _formula(formula(intervals.survey_margin, "Return the margin", "deff p(1-p) / n).")),
        html.P("Many published surveys do not say how many people they asked. Such a figure has no interval and the mark [u]."),
    ]


def _differences() -> list[Component]:
    found = simulated()
    small, large = example.change((60, 200), (72, 200)), example.change((60, 200), (88, 200))
    return [
        _head("differences"),
        html.P("We write that a figure rose or fell only where the interval of the difference leaves out 0. Else we write that there "
               "is no clear change."),
        _example(f"From 60 of 200 to 72 of 200 is {small[0]:+.0f} points, with an interval of {_points(small)}: {_word(small)}. From "
                 f"60 of 200 to 88 of 200 is {large[0]:+.0f} points ({_points(large)}): it {_word(large)}."),
        html.P(f"Where nothing has changed, two years of a share of 30% on 200 were still said to differ in "
               f"{_told(found['years.share.200'])}. A true rise from 30% to 40% was found in {_told(found['years.rise.200'])}: small "
               "numbers hide real changes."),
    ]


def _word(change: tuple[float, float, float]) -> str:
    """Return the word that a difference supports: the one that the tiles would say."""
    value, lower, upper = change
    return vocabulary.change(vocabulary.Evidence(kind="interval", difference=value, lower=lower, upper=upper, unit="points"))


def _points(change: tuple[float, float, float]) -> str:
    return " to ".join(f"{limit:+.0f}".replace("-", "\N{MINUS SIGN}") for limit in change[1:])


def _picture(found: Control, *, slug: str, title: str) -> str:
    return control_svg.picture(
        found, measure=example.COUNTED, target=None, base=None, width=720, height=280, slug=slug, title=title,
        description=_said(found), told=[f"{month_label(row.start)}: {row.value}" for row in found.rows])


def _said(chart: Control) -> str:
    """Return a control chart in one sentence."""
    limits, special = chart.segments[0], sum(point is not None and bool(point.rules) for point in chart.points)
    return (f"{len(chart.points)} months with a mean of {limits.mean:.1f} and limits of {limits.lower:.1f} and {limits.upper:.1f}; "
            f"{special or 'no'} point{'' if special == 1 else 's'} marked as a special cause.")


def _figure(name: str, chart: Control, *, says: str) -> Component:
    return html.Figure([html.Div(id={"picture": name}, className="picture small-one"),
                        html.Figcaption(f"{says} {_said(chart)}", className="source")])


def _control(stable: Control, shifted: Control) -> list[Component]:
    found, limits = simulated(), stable.segments[0]
    signals, latest = found["xmr.36"], found["xmr.36.latest"]
    return [
        _head("control"),
        html.P("Figures go up and down all the time. A control chart asks whether this month is more than the usual up and down. It "
               "draws the mean of all months and two limits around it. Nearly all months of a steady process lie between them."),
        _formula(formula(control, "limits are D. J. Wheeler's", "before they are averaged")),
        _example(f"Twelve months: {listed([str(value) for value in example.STABLE])}. Their mean is {limits.mean:.2f}. From one month "
                 f"to the next they move by {limits.moving_range:.3f} on average. 2.66 times that is "
                 f"{limits.upper - limits.mean:.2f}, so the limits are {limits.lower:.2f} and {limits.upper:.2f}. No month lies "
                 "outside: the ups and downs need no story."),
        _figure("stable", stable, says="Nothing has changed."),
        html.P("Four rules mark what is more than the usual, a special cause:"),
        html.Ol([html.Li(f"{text[0].upper()}{text[1:]}.") for text in control.RULES.values()]),
        _figure("shifted", shifted, says="The same months and seven more, all above the mean: rule 4 marks them as triangles."),
        html.P(f"The rules are not always right. A chart of 36 months in which nothing has changed shows a signal in "
               f"{_told(signals)}: about {round(10 * signals.share)} in 10 charts. Its latest point is marked in {_told(latest)}. "
               "So one mark is a reason to look, not a proof."),
        html.P(f"Where periods overlap, as in rolling years, nearly every chart would signal ({_told(found['xmr.36.rolling'])}). We "
               f"draw none there, and none for protected counts that average under {control.SMALLEST_PROTECTED_MEAN}. With fewer "
               f"than {control.FEW} points we warn."),
    ]


def _funnel() -> list[Component]:
    bands = example.bands()
    rows = [html.Tr([html.Th(f"{band.size:,}", scope="row"), html.Td(_span(band.inner), className="number"),
                     html.Td(_span(band.outer), className="number")]) for band in bands]
    heads = [html.Th("Cases", scope="col"), *(html.Th(text, scope="col", className="number") for text in ("95% limits", "99.8% limits"))]
    return [
        _head("funnel"),
        html.P("A small place swings more than a large one by chance alone. A funnel plot draws how far each place may lie from the "
               "whole before we think of anything but chance. We never merely rank places."),
        _example(f"Say the whole stands at 60%. A place with {bands[0].size} cases may lie anywhere from {_span(bands[0].inner)}; one "
                 f"with {bands[-1].size} cases only from {_span(bands[-1].inner)}."),
        html.Div(html.Table([html.Caption("Limits around 60%, by the number of cases"), html.Thead(html.Tr(heads)), html.Tbody(rows)]),
                 className="table-slot", tabIndex=0, role="region", **{"aria-label": "Limits of a funnel"}),
        _formula(formula(funnel.limits, "p0 -+ z sqrt", "(1 - p0)/n)."), formula(funnel.limits, "Where fewer than 10", "(2005, appendix A.1.1)")),
        html.P("Where places differ by more than chance for reasons of their own, the limits are widened, and the chart says so."),
    ]


def _standardised() -> list[Component]:
    return [
        _head("standardised"),
        html.P("A standardised rate is the rate that an area would have if its ages were those of a standard population, so that an old "
               "place and a young one can be set beside each other. It is made of open counts only, because the noise of protected ones "
               f"would be multiplied, and none is given under {standardise.FEWEST} events; no chart draws one yet."),
        _formula(formula(standardise.standardised_rate, "The rate is sum", "sum(w)^2")),
    ]


def _time() -> list[Component]:
    found = example.times()
    day, week, month = (found.by(hours) for hours in survival.STATED)
    total = sum(example.BINS) + example.NONE
    reached = "Half is never reached, so there is no median." if found.median_hours is None else ""
    return [
        _head("time"),
        html.P("How long until an appeal brings useful information? Many never do, and some are still open. Leaving these out would "
               "make the police look faster than they are. So the curve keeps every appeal until it is answered or no longer "
               "followed."),
        _example(f"Of {total} appeals, {_percent(day.share)} had useful information within 24 hours ({_span((day.lower, day.upper))}), "
                 f"{_percent(week.share)} within 7 days ({_span((week.lower, week.upper))}) and {_percent(month.share)} within 28 "
                 f"days ({_span((month.lower, month.upper))}). {reached}"),
        _formula(formula(survival.kaplan_meier, "Return the Kaplan-Meier curve", "first useful information."),
                 formula(survival.kaplan_meier, "Intervals are Wilson's", "effective sample size S(1-S)/var(S)")),
        html.P(["The curves on ", html.A("the page of appeals", href="/appeals"), " are drawn the other way up, as the share with useful "
                "information by then, because that is the share that is stated in words. Only appeals that were followed to the end "
                "are in them. How many appeals there are is exact; the noise of each bin is part of the interval, and a sum that noise "
                f"makes smaller than the one before stays level. A point is drawn only where at least {survival.AT_RISK} appeals are "
                "still waiting."]),
    ]


def _simulated() -> list[Component]:
    found = simulated().values()
    draws = listed(sorted({f"{item.draws:,}" for item in found}))
    rows = [html.Tr([html.Th(item.what, scope="row"), html.Td(_percent(item.share, places=1), className="number"),
                     html.Td(f"{item.draws:,}", className="number")]) for item in found]
    heads = [html.Th("What was tried", scope="col"), html.Th("Share", scope="col", className="number"),
             html.Th("Draws", scope="col", className="number")]
    return [
        _head("simulated"),
        html.P(f"We made up data whose truth we know, {draws} times for each case, and looked how often the method was right. With so "
               f"many draws chance moves a share by at most {100 * intervals.Z * max(item.error for item in found):.1f} points."),
        html.Details([
            html.Summary(f"All {len(rows)} results"),
            html.Div(html.Table([html.Caption("What the simulations found"), html.Thead(html.Tr(heads)), html.Tbody(rows)]),
                     className="table-slot", tabIndex=0, role="region", **{"aria-label": "What the simulations found"}),
        ]),
    ]


METHODS_PAGE = TextPage(
    path=PATH, title="Methods", content=methods,
    says="How the people behind the figures are protected, and how sure each figure is, with worked examples.")
