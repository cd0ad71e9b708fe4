"""The list of appeals: searched, sorted and paged by its address alone, on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import urlsplit

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from data.appeals import (
    APPLIED, DEFAULT_SORT, OWN_KEYS, PAGE_SIZE, SORTS, Appeal, Found, Search, find, first_and_last, held, read_search, turned,
)
from data.areas import AREAS
from data.errors import SelectionError
from data.frame import area_label, member_label
from data.model import CRIME_TYPE, month_index, month_text
from data.periods import day_label, month_label
from data.release import Release
from data.selection import KEYS, Selection, readable
from data.templates import STATUSES
from layouts.document import NOTHING
from layouts.filters import narrow
from layouts.pages.stacked import row, stacked
from layouts.pages.text_page import Content, Query, TextPage
from layouts.words import joined

PATH = "/appeals/list"
HEADS = {"published": "Published", "area": "Area", "crime_type": "Crime type", "status": "Status", "closed": "Closed",
         "outcome": "Public outcome"}
ADDRESS = "Address"
NOT_STATED = "not stated"
SORT_WORDS = {"-published": "Newest first", "published": "Oldest first", "area": "Area", "crime_type": "Crime type",
              "status": "Status", "-closed": "Latest closed first", "closed": "Earliest closed first", "outcome": "Public outcome"}
WHOLE = "Only what the force itself made public of each appeal stands here: never who answered, what was said, or what came of it " \
        "beyond the outcome that the force announced."


def appeals_list(release: Release, query: Query) -> Content:
    """Return the page of the list that an address asks for."""
    search, problem = readable(query, reads=read_search)
    try:
        found = find(release, search)
    except SelectionError as error:
        problem = f"{problem} {error}".lstrip()
        search = replace(search, page=1)
        found = find(release, search)
    unused = joined([key.replace("_", " ") for key in search.unused()] or [""])
    made_up = any(appeal.origin == "illustrative" for appeal in found.appeals)
    word = "Illustrative figures: " if made_up else ""
    return Content(illustrative=made_up, problem=problem, body=[
        *([html.P([html.Strong("Illustrative figures. "), "These appeals are made up: no force published them. ",
                   html.A("What was assumed", href="/illustrative")], className="callout")] if made_up else []),
        *([html.P(f"What is public of an appeal does not tell its {unused}: that choice is not applied here.",
                  className="callout")] if unused else []),
        html.P(sentence(search, found), className="lead", role="status"),
        _form(release, search),
        *_chips(search),
        *([_table(search, found, word=word), _pager(search, found)] if found.appeals else
          [html.P(_why_none(release, search))]),
        _files(release, search),
        html.P(WHOLE, className="source"),
    ])


def sentence(search: Search, found: Found) -> str:
    """Return what is listed: how many appeals, where, about what, from when, in which order."""
    chosen = search.selection
    said = [f"{found.total:,} {'appeal' if found.total == 1 else 'appeals'}" + (
        f" in {joined([area_label(code) for code in chosen.area])}" if chosen.area else "")]
    said += [joined([member_label("crime_type", name).lower() for name in chosen.crime_type])] if chosen.crime_type else []
    said += [search.status] if search.status else []
    said += [f"outcome with “{search.text}”"] if search.text else []
    months = [f"{word} {month_label(month_index(month))}" for word, month in
              (("from", chosen.from_), ("to", chosen.to)) if month]
    said += [" ".join(months)] if months else []
    if found.total > PAGE_SIZE:
        first = (search.page - 1) * PAGE_SIZE + 1
        said.append(f"{first:,} to {first + len(found.appeals) - 1:,} shown")
    return f"{', '.join(said)}."


def _why_none(release: Release, search: Search) -> str:
    if first_and_last(release) is None:
        return "This release lists no appeals: it was made before the list was kept, or no force supplied any."
    if search.selection.origin:
        return "No force has supplied its appeals yet: those of this release are illustrative and are left out here."
    return "No appeal fits this choice. Choose more months, another place, or fewer filters."


def _form(release: Release, search: Search) -> Component:
    """Return the search: native inputs of one form, which gives the address."""
    chosen, there = search.selection, held(release)
    forces = sorted((code for code in there if AREAS[code].type == "police_force"), key=lambda code: AREAS[code].name)
    districts = sorted(there - set(forces), key=lambda code: AREAS[code].name)
    offered = list(dict.fromkeys([*chosen.area, *forces, *districts]))
    kept = [dbc.Input(id=f"kept-{key}", type="hidden", name=key, value=value)
            for key in ("origin", "release") for value in chosen.get(key)]
    return html.Form([
        _checks("area", "Areas", [(AREAS[code].name, code) for code in offered], list(chosen.area)),
        _checks("crime_type", "Crime types", [(member.label, member.id) for member in CRIME_TYPE.members],
                narrow("crime_type", chosen.crime_type)),
        _choice("status", "Status", [("Any", NOTHING), *((status.capitalize(), status) for status in STATUSES)], search.status),
        _choice("from", "Published from", _months(release, chosen.from_, first="The start"), chosen.from_),
        _choice("to", "Published to", _months(release, chosen.to, first="The latest"), chosen.to),
        html.Div([html.Label("Public outcome holds", htmlFor="text"),
                  dbc.Input(id="text", type="search", name="text", value=search.text)]),
        _choice("sort", "Order", [(words, value if value != DEFAULT_SORT else NOTHING) for value, words in _orders(search)],
                search.sort if search.sort != DEFAULT_SORT else NOTHING),
        *kept,
        html.Button("Show", type="submit", className="button"),
    ], action=PATH, method="get", className="searching", **{"aria-label": "Search the list"})


def _orders(search: Search) -> list[tuple[str, str]]:
    """Return the orders that are offered, the present one among them."""
    own = {} if search.sort in SORT_WORDS else {search.sort: f"{HEADS[search.column]}, Z to A"}
    return list((SORT_WORDS | own).items())


def _checks(key: str, label: str, offered: Sequence[tuple[str, str]], value: list[str]) -> Component:
    count = f" ({len(value)} chosen)" if value else ""
    boxes = dbc.Checklist(id=key, name=key, value=value, className="checks",
                          options=[{"label": text, "value": each} for text, each in offered])
    return html.Details([html.Summary(f"{label}{count}"), html.Fieldset([html.Legend(label, className="unseen"),
                                                                       html.Div(boxes, className="scroll")])], className="group")


def _choice(key: str, label: str, offered: Sequence[tuple[str, str]], value: str) -> Component:
    return html.Div([html.Label(label, htmlFor=key), dbc.Select(
        id=key, name=key, value=value or NOTHING, options=[{"label": text, "value": each} for text, each in offered])])


def _months(release: Release, chosen: str, *, first: str) -> list[tuple[str, str]]:
    """Return the months of the list, newest first, and the chosen one where it is none of them."""
    ends = first_and_last(release)
    start, end = (day.year * 12 + day.month - 1 for day in ends) if ends else (0, -1)
    texts = dict.fromkeys([*(month_text(month) for month in range(end, start - 1, -1)), *([chosen] if chosen else [])])
    return [(first, NOTHING), *((month_label(month_index(text)), text) for text in texts)]


def _chips(search: Search) -> list[Component]:
    """Return the chosen values, each a link to the list without it, and one that clears them all."""
    bare = replace(search, page=1)
    chosen = search.selection
    links: list[tuple[str, Search]] = []
    for key in ("area", "crime_type"):
        for value in chosen.get(key):
            rest = tuple(other for other in chosen.get(key) if other != value)
            label = area_label(value) if key == "area" else member_label(key, value)
            links.append((label, replace(bare, selection=replace(chosen, **{key: rest}))))
    for key, text in (("from", "From"), ("to", "To")):
        links += [(f"{text} {month_label(month_index(value))}", replace(bare, selection=chosen.without(key)))
                  for value in chosen.get(key)]
    links += [("Only published figures", replace(bare, selection=chosen.without("origin")))] if chosen.origin else []
    links += [(search.status.capitalize(), replace(bare, status=""))] if search.status else []
    links += [(f"Outcome with “{search.text}”", replace(bare, text=""))] if search.text else []
    if not links:
        return []
    items = [html.Li(html.A([text, html.Span("\N{MULTIPLICATION SIGN}", **{"aria-hidden": "true"}),
                             html.Span(" remove", className="unseen")], className="chip", href=other.address(PATH)))
             for text, other in links]
    none = Search(selection=Selection(release=chosen.release), sort=search.sort)
    return [html.Ul([*items, html.Li(html.A("Clear all", href=none.address(PATH)))], className="chips",
                    **{"aria-label": "Chosen filters"})]


def _table(search: Search, found: Found, *, word: str) -> Component:
    names = [*HEADS.values(), ADDRESS]
    heads: list[str | Component] = [html.A(HEADS[key], href=turned(search, key).address(PATH)) for key in SORTS]
    way = "descending" if search.descending else "ascending"
    sorts = [*(way if key == search.column else "none" for key in SORTS), ""]
    return stacked(f"{word}Appeals, page {search.page:,} of {found.pages:,}", [*heads, ADDRESS],
                   [row(names, _cells(appeal)) for appeal in found.appeals], sorts=sorts)


def _cells(appeal: Appeal) -> list[str | Component]:
    crime = member_label("crime_type", appeal.crime_type)
    day, area = day_label(appeal.published), AREAS[appeal.area_code].name
    link = html.A(urlsplit(appeal.url).hostname, href=appeal.url, rel="noopener noreferrer nofollow", **{
        "aria-label": f"{urlsplit(appeal.url).hostname}: the appeal of {day}, {area}, {crime.lower()}"}) if appeal.url else ""
    return [day, area, crime, appeal.status or NOT_STATED, day_label(appeal.closed) if appeal.closed else "",
            appeal.public_outcome or NOT_STATED, link]


def _pager(search: Search, found: Found) -> Component:
    if found.pages == 1:
        return html.Div()
    steps = [("First page", 1, search.page > 2), ("Previous page", search.page - 1, search.page > 1),
             ("Next page", search.page + 1, search.page < found.pages),
             ("Last page", found.pages, search.page < found.pages - 1)]
    links = [html.Li(html.A(text, href=replace(search, page=page).address(PATH))) for text, page, there in steps if there]
    here = html.Li(f"Page {search.page:,} of {found.pages:,}", **{"aria-current": "page"})
    back = sum(there for _, page, there in steps if page < search.page)
    return html.Nav(html.Ul([*links[:back], here, *links[back:]]), className="pager", **{"aria-label": "Pages of the list"})


def _files(release: Release, search: Search) -> Component:
    kept = {key for key, _ in search.selection.pairs()} - set(APPLIED)
    selection = replace(search.selection.without(*kept), release=release.id)
    whole = replace(search, selection=selection, page=1)
    charts = selection.without("release").address("/appeals")
    return html.P([
        html.A("CSV", href=whole.address(f"{PATH}.csv"), **{"aria-label": "CSV: this choice of appeals"}), " \N{MIDDLE DOT} ",
        html.A("JSON", href=whole.address(f"{PATH}.json"), **{"aria-label": "JSON: this choice of appeals"}), " \N{MIDDLE DOT} ",
        html.A("What these appeals bring, and who answers", href=charts)], className="surfaces")


LIST_PAGE = TextPage(
    path=PATH, title="List of appeals", wide=True, content=appeals_list, keys=(*KEYS, *OWN_KEYS), selects=True,
    says="Every police appeal that was published, with what the force itself made public: search by area, crime type, status, month "
         "and outcome.")
