"""The page that judges a claim: a number that somebody gave, beside the published figure of the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import urlencode

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from data.areas import AREAS, COUNTRIES, DISTRICTS, FORCES
from data.claims import KEYS, VALUE, Judgement, judge, read_claim
from data.errors import SelectionError
from data.measures import MEASURE_BY_ID
from data.model import AGE_GROUP, CHANNEL, CRIME_TYPE, Dimension
from data.release import Release
from layouts.charts import ask
from layouts.claiming import RULES, as_data, chart_of, head, pinned, sentences, source_line
from layouts.components import ORIGINS
from layouts.document import NOTHING
from layouts.filters import category_options
from layouts.numbers import interval, shown
from layouts.pages.text_page import Content, Query, TextPage
from layouts.shapes import SHAPES

PATH = "/claim"
WIDTH, HEIGHT = 420, 280
"""Pixels that the picture is drawn in: half a row across, a whole one on a phone; maps keep their own height."""
DOT = " \N{MIDDLE DOT} "
EXAMPLE = f"{PATH}?measure=R1&area=E23000031&value=61"


def claim_page(release: Release, query: Query) -> Content:
    """Return the form and, where the address makes a claim, what the figures say of it."""
    given = {key: values for key, values in query.items() if any(values)}
    if not given:
        return Content(body=[*_about(), _form(release, {}), html.P(["An example: ", html.A(
            "61 recorded crimes per 1,000 residents in Surrey", href=EXAMPLE), "."]), *_rules()])
    try:
        found = judge(release, read_claim(given))
    except SelectionError as error:
        told = html.P([html.Strong("That claim could not be read. "), str(error)], className="callout", role="alert", id="wrong")
        return Content(unlisted=True, body=[*_about(), told, _form(release, given), *_rules()])
    drawn = chart_of(found)
    pictures = {}
    if drawn:
        answer = ask(release, drawn[1], chart=drawn[0])
        pictures["claim"] = SHAPES[drawn[0].shape].svg(answer, chart=replace(drawn[0], slug="claim", height=HEIGHT),
                                                                    selected=drawn[1].area, width=WIDTH)
    return Content(unlisted=True, pictures=pictures,
                   body=[*_about(), *_judged(found, given, picture=bool(drawn)), html.H2("Another claim", id="another"),
                         _form(release, given), *_rules()])


def _about() -> list[Component]:
    return [html.P("Somebody names a number. Say what it is about, and see whether the published figures support it.", className="lead")]


def _judged(found: Judgement, query: Query, *, picture: bool) -> list[Component]:
    figure = found.figure
    where = as_data(found)
    selection = pinned(figure.answer.asked, figure.release)
    claimed = urlencode([(key, value) for key, values in query.items() if key != "release" for value in values])
    lasting = f"{claimed}&{urlencode({'release': figure.release.id})}"
    links = [*([html.A("See the chart", href=where["chart"]), html.A("Picture", href=where["picture"])] if where["chart"] else []),
             *([html.A("See it among all figures", href=selection.address("/"))] if where["figure"] else []),
             html.A("What is measured", href=f"/measures/{figure.answer.measure.id}"),
             html.A("Address of this answer", href=f"{PATH}?{lasting}"),
             html.A("JSON", href=f"{PATH}.json?{lasting}", **{"aria-label": "JSON: this answer"})]
    kind = ORIGINS[figure.record["origin"]][0] if where["figure"] else ""
    facts: list[tuple[str, Any]] = [
        ("Claimed", found.claim.number.text),
        ("Figure", shown(figure.row) if where["figure"] and figure.row else ""),
        ("95% interval", interval(figure.row) or "none" if not figure.lacks and figure.row else ""),
        ("Period", where["period"] if where["figure"] else ""),
        ("Kind of figures", kind), ("Source", figure.record["source"] if where["figure"] else ""),
        ("State of the data", figure.record["vintage"] if where["figure"] else ""), ("Release", figure.release.id),
    ]
    newer = figure.release.store.current_id()
    return [
        *([html.P([html.Strong("This is judged by a release that is not the current one. "), html.A("By the current one", href=f"{PATH}?{claimed}")],
                  className="callout")] if newer and newer != figure.release.id else []),
        html.Section([
            html.H2(head(found), id="verdict", className=f"verdict {found.verdict.replace(' ', '-')}"),
            *(html.P(text) for text in sentences(found)),
            html.Dl([part for name, value in facts if value for part in (html.Dt(name), html.Dd(value))], className="facts"),
            *([html.Div(id={"picture": "claim"}, className="finding")] if picture else []),
            *([html.P(source_line(figure.record, figure.release), className="source")] if where["figure"] else []),
            html.P(links, className="surfaces"),
        ], role="status", className="judged-claim", **{"aria-labelledby": "verdict"}),
    ]


def _rules() -> list[Component]:
    return [html.H2("How a claim is judged", id="rules"),
            html.Dl([part for name, text in RULES for part in (html.Dt(name), html.Dd(text))]),
            html.P("A claim is judged by the figure of exactly that measure, place, period and group. What is judged is the number, not "
                   "what is made of it: no answer here says why a figure is as it is. Claims of a change are not judged."),
            html.P(["For programs the same answer stands at ", html.Code(f"{PATH}.json"), " with the same fields: ",
                    html.A("an example", href=EXAMPLE.replace(PATH, f"{PATH}.json")), "."])]


def _form(release: Release, query: Query) -> Component:
    """Return the claim as a form of native inputs, which gives the address."""
    def chosen(key: str) -> str:
        return next(iter(query.get(key, ())), "")

    return html.Form([
        _choice("measure", "Measure", _measures(release), chosen("measure"), first="Choose a measure"),
        _choice("area", "Area", _areas(), chosen("area"), first="Everywhere"),
        _month("from", "From the month (YYYY-MM)", chosen("from")),
        _month("to", "To the month (YYYY-MM)", chosen("to")),
        html.Div([html.Label("The claimed number", htmlFor="claimed"),
                  dbc.Input(id="claimed", type="text", name=VALUE, value=chosen(VALUE), placeholder="53%, 2,400 or 1.2 million",
                            autocomplete="off", maxlength=40)]),
        *(_choice(dimension.id, dimension.label, _members(dimension), chosen(dimension.id), first="All")
          for dimension in (CHANNEL, AGE_GROUP, CRIME_TYPE)),
        *_category(release, chosen("measure"), chosen("category")),
        *([dbc.Input(id="kept-release", type="hidden", name="release", value=chosen("release"))] if chosen("release") else []),
        html.Button("Judge", type="submit", className="button"),
    ], action=PATH, method="get", className="searching", **{"aria-label": "A claim"})


def _choice(key: str, label: str, offered: Sequence[tuple[str, str]], value: str, *, first: str) -> Component:
    known = value if value in dict(map(reversed, offered)) else NOTHING  # type: ignore[arg-type]
    return html.Div([html.Label(label, htmlFor=key), dbc.Select(id=key, name=key, value=known, options=[
        {"label": text, "value": each} for text, each in ((first, NOTHING), *offered)])])


def _month(key: str, label: str, value: str) -> Component:
    return html.Div([html.Label(label, htmlFor=key), dbc.Input(id=key, type="month", name=key, value=value, placeholder="2026-03",
                                                              autocomplete="off", maxlength=7)])


def _measures(release: Release) -> list[tuple[str, str]]:
    """Return the measures of which a claim can be judged: those with published or uploaded figures."""
    return [(measure.label, measure.id) for measure in release.measures()
            if not measure.context and release.origin(measure) != "illustrative"]


@cache
def _areas() -> list[tuple[str, str]]:
    inside = (*sorted(FORCES, key=_name), *sorted(DISTRICTS, key=_name))
    return [(AREAS[code].name, code) for code in (*COUNTRIES, *inside)]


def _name(code: str) -> str:
    return AREAS[code].name


def _members(dimension: Dimension) -> list[tuple[str, str]]:
    return [(member.label, member.id) for member in dimension.members]


def _category(release: Release, measure: str, value: str) -> list[Component]:
    """Return the choice of a category, where the chosen measure has some."""
    about = MEASURE_BY_ID.get(measure)
    if about is None or "category" not in about.dimensions:
        return []
    offered = [(option["label"], option["value"]) for option in category_options(about, release.cube(about.numerator))]
    return [_choice("category", about.category_label or "Category", offered, value, first="All")]


CLAIM_PAGE = TextPage(
    path=PATH, title="Check a claim", wide=True, content=claim_page, keys=(*KEYS, VALUE), selects=True,
    says="Whether a number that somebody names is the published figure, lies within its uncertainty, is outdated or is not supported.")
