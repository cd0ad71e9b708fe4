"""The newsroom: the releases, and for each of them what its figures show of every force, to be quoted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from data.areas import AREAS, FORCES
from data.changes import history
from data.errors import SelectionError
from data.frame import area_label
from data.periods import day_words
from data.release import RELEASE_ID, Release
from data.selection import Selection, read
from layouts.changed import none, totals
from layouts.components import ORIGINS
from layouts.describing import plural
from layouts.document import NOTHING
from layouts.facts import Facts, addresses, cited, facts, interval_words, of_all, together
from layouts.findings import Finding, examined_words
from layouts.kpis import feed_address
from layouts.pages.area import address as area_address
from layouts.pages.corrections import FEEDS as CORRECTIONS_FEED
from layouts.pages.revisions import FEED as REVISIONS_FEED
from layouts.pages.text_page import Content, Query, TextPage
from layouts.shapes import SHAPES
from layouts.words import joined

PATH = "/newsroom"
FEEDS = (("What changed with each release", REVISIONS_FEED), *CORRECTIONS_FEED, ("Signals of the KPIs", feed_address(())))
"""Every feed of the whole site: title and address."""
DOT = " \N{MIDDLE DOT} "
FIRST = 5
"""Facts of a force that stand on the page of all forces; its own page has all of them."""
PICTURES = 12
"""Facts of a force whose pictures stand beside them; the others name the address of theirs."""
WIDTH = 320
LISTED = 50
"""Releases that are listed."""


def address(release: str) -> str:
    """Return the page of a release in the newsroom."""
    return f"{PATH}/{release}"


def newsroom(release: Release, query: Query) -> Content:
    """Return the list of releases, the newest first, each with what it changed and its facts."""
    changed = {told.release: totals(told.changes.without_illustrative()) for told in history(release)}
    names = [name for name in release.store.ids() if not release.store.withdrawal(name)]
    current = html.P([html.A("The facts of the current release", href=address(release.id)), f", published {day_words(release.published[:10])}."],
                     className="lead")
    entries = [html.Li([
        html.A(f"Release {name}", href=address(name)), " (current)" if name == release.id else "",
        *([". ", " ".join(changed[name])] if name in changed else [f". {none(release)}"] if name == release.id else [])])
        for name in names[:LISTED]]
    return Content(body=[
        current,
        html.P(["For those who report on figures: what each release shows of every force, in sentences that an interval or a control chart "
                "supports, each with its chart, its file and its source. Of published and uploaded figures alone."]),
        html.H2("Releases", id="releases"),
        html.Ul(entries, className="plain releases"),
        html.H2("Also for reporting", id="tools"),
        html.Ul([html.Li([html.A("Check a claim", href="/claim"), ": is a number that somebody names what is published?"]),
                 html.Li([html.A("What changed", href="/data/revisions"), " and ", html.A("what was corrected", href="/data/corrections"), "."]),
                 html.Li([html.A("Files to download", href="/data#files"), "."])]),
        html.H2("Feeds", id="feeds"),
        html.P("A feed reader (Atom) tells of what is new by itself:"),
        html.Ul([*(html.Li(html.A(title, href=where)) for title, where in FEEDS),
                 html.Li(["What changed in one force or district, and the signals of one: on ", html.A("the page of each area", href="/areas"),
                          " and on ", html.A("the page for leadership", href="/performance"), "."])]),
    ], feeds=FEEDS)


def of_release(release: Release, query: Query) -> Content:
    """Return the facts of a release, of every force or of the chosen ones."""
    selection, problem = _chosen(query)
    areas = selection.area
    found = [facts(release, code) for code in areas] if areas else of_all(release)
    pictures: dict[str, str] = {}
    sections = [_section(release, each, alone=bool(areas), pictures=pictures) for each in found if each.told]
    silent = [area_label(each.area) for each in found if not each.told]
    number = sum(len(each.told) for each in found)
    newer = release.store.current_id()
    return Content(pictures=pictures, unlisted=bool(query), problem=problem, body=[
        *([html.P([html.Strong("This is not the current release. "), html.A("The facts of the current one", href=address(newer))],
                  className="callout")] if newer and newer != release.id else []),
        html.P(f"Release {release.id}, published {day_words(release.published[:10])}: {plural(number, 'fact')} of "
               f"{joined([area_label(code) for code in areas]) if areas else plural(len(sections), 'police force')}.",
               className="lead", role="status"),
        html.P([examined_words(together(found)), " Only published and uploaded figures stand here, none of them provisional. A force without a "
                "fact is not told to be good or bad: nothing stands out, or it supplied nothing. A fact is a reason to ask, not a verdict."]),
        _form(release, areas),
        *([_jump(found)] if not areas and len(sections) > 1 else []),
        *sections,
        *([html.H2("Without a fact", id="none"), html.P(f"{', '.join(silent)}.")] if silent else []),
        html.P([html.A("All releases", href=PATH), DOT, html.A("Check a claim", href="/claim")], className="surfaces"),
    ])


def _chosen(query: Query) -> tuple[Selection, str]:
    """Return the chosen forces and, where something of the address cannot be read, what."""
    try:
        selection = read({"area": query.get("area", ())})
    except SelectionError as error:
        return Selection(), str(error)
    forces = tuple(code for code in selection.area if code in FORCES)
    said: list[str] = []
    if forces != selection.area:
        left = [area_label(code) for code in selection.area if code not in FORCES]
        said.append(f"Facts are told of police forces, not of {joined(left)}.")
    return replace(selection, area=forces), " ".join(said)


def _form(release: Release, areas: Sequence[str]) -> Component:
    """Return the choice of a force: a form that needs no script."""
    offered = [("Every force", NOTHING), *((area_label(code), code) for code in sorted(FORCES, key=area_label))]
    return html.Form([
        html.Label("Police force", htmlFor="area"),
        dbc.Select(id="area", name="area", value=areas[0] if areas else NOTHING,
                   options=[{"label": text, "value": value} for text, value in offered]),
        html.Button("Show", type="submit", className="button"),
    ], action=address(release.id), method="get", className="one-choice")


def _jump(found: Sequence[Facts]) -> Component:
    items = [html.Li(html.A(f"{area_label(each.area)} ({len(each.told)})", href=f"#{each.area}")) for each in found if each.told]
    return html.Nav(html.Ul(items, className="jump"), **{"aria-label": "Forces with facts"})


def _section(release: Release, found: Facts, *, alone: bool, pictures: dict[str, str]) -> Component:
    """Return the facts of one force; ``alone``: all of them, with their pictures."""
    name, told = AREAS[found.area].name, found.told if alone else found.told[:FIRST]
    rest = len(found.told) - len(told)
    own = f"{address(release.id)}?area={found.area}"
    more = f"{plural(rest, 'more fact')} of {name}, and the pictures" if rest else f"With pictures: {name}"
    cards = []
    for place, finding in enumerate(told, start=1):
        key = f"fact-{found.area}-{place}"
        if alone and place <= PICTURES:
            pictures[key] = _picture(finding, key)
        cards.append(_card(finding, key, picture=key in pictures))
    return html.Section([
        html.H2(html.A(name, href=area_address(found.area)), id=found.area),
        *([html.Div(cards, className="found")] if alone else [*cards, html.P(html.A(more, href=own), className="surfaces further")]),
    ], **{"aria-labelledby": found.area})


def _picture(finding: Finding, key: str) -> str:
    chart = replace(finding.chart, slug=key, height=240)
    return SHAPES[chart.shape].svg(finding.answer, chart=chart, selected=finding.selection.area, width=WIDTH)


def _card(finding: Finding, key: str, *, picture: bool) -> Component:
    where, origin = addresses(finding), finding.release.origin(finding.measure) or "published"
    links = [html.A(text, href=where[kind], **{"aria-label": f"{text}: {finding.title}"})
             for kind, text in (("page", "See the chart"), ("picture", "Picture"), ("csv", "CSV"), ("json", "JSON"))]
    return html.Article([
        html.H3(finding.title, id=key),
        *([html.Div(id={"picture": key}, className="finding")] if picture else []),
        html.P(finding.sentence, className="sentence"),
        html.P([html.Span(ORIGINS[origin][0], className=f"badge {origin}"), f" 95% interval: {interval_words(finding)}. ", cited(finding)],
               className="source"),
        *([html.P(f"To be known: {' '.join(finding.measure.limits)}", className="source")] if finding.measure.limits else []),
        html.P([*links, html.A("What is measured", href=f"/measures/{finding.measure.id}",
                               **{"aria-label": f"What is measured: {finding.measure.label}"})], className="surfaces"),
    ], className="fact", **{"aria-labelledby": key})


NEWSROOM_PAGE = TextPage(
    path=PATH, title="Newsroom", wide=True, content=newsroom,
    says="For those who report on figures: what each release shows of every police force, in sentences that evidence supports.")


def page_of_release(path: str) -> TextPage | None:
    """Return the page of a release's facts where a path names one, ``None`` for other paths; whether there is such a release is not asked."""
    head, _, name = path.rpartition("/")
    if head != PATH or not RELEASE_ID.fullmatch(name):
        return None
    return TextPage(path=path, title="What the figures show", wide=True, kept=True, release=name, content=of_release, keys=("area",),
                    says="What a release shows of every police force, in sentences that an interval or a control chart supports.")
