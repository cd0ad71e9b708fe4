"""Finds an area: by name or code, in the list of forces with their districts, or by position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from data.area_search import LONGEST, Found, Match, search
from data.areas import AREAS, COUNTRIES, FORCES, TRANSPORT_POLICE, Area, districts_of, full_name, place_name
from data.errors import SelectionError
from data.positions import FIELDS, must_be
from data.release import Release
from data.selection import Selection
from layouts.describing import plural
from layouts.document import identity, render
from layouts.pages.area import PATH, address
from layouts.pages.text_page import Content, Query, TextPage

KEYS = ("q", "found", "near", "wrong")
"""The keys of the query: what is searched for; the area that a position led to, or ``outside``; the field at fault."""
OUTSIDE = "outside"
NAMES = {"picture": "names"}
"""The id of the list of names that a browser offers while one is typed."""
POSITION = f"{PATH}/position"
_COUNTRY_ORDER = ("E92000001", "W92000004", "S92000003", "N92000002", "")
_NOTE = "No such thing is looked up: no address service is asked. Type the name of the district or the force, or use your position."


def field(*, value: str = "", label: str = "Your area", lists: bool = False) -> Component:
    """Return the search field as a form that needs no script: it leads to the page of results."""
    names = {"list": identity(NAMES)} if lists else {}
    return html.Form([
        html.Label(label, htmlFor="your-area"),
        html.Div([
            dbc.Input(id="your-area", type="search", name="q", value=value, placeholder="", autocomplete="off",
                      maxlength=LONGEST, **names),
            html.Button("Find", type="submit", className="button"),
        ], className="one-line"),
    ], action=PATH, method="get", role="search", className="find-area")


def find_area(release: Release, query: Query) -> Content:
    """Return the search field, what it found, the form for a position, and every force with its districts."""
    asked = {key: values[0].strip() for key, values in query.items() if values}
    problem = next((f"“{key}” can be given once only." for key, values in query.items() if len(values) > 1), "")
    told, results = _results(asked)
    text = asked.get("q", "")
    body: list[Component] = [
        html.P("A police force, or a district of England and Wales: its figures, charts, neighbours and what it supplied, "
               "on one page.", className="lead"),
        field(value=text[:LONGEST], label="Name or code", lists=True),
        html.P("A name, a former or a Welsh one, or a GSS code. Towns and postcodes are not listed.", className="small"),
        html.Datalist(id=NAMES),
        html.Div([*([html.P(told)] if told else []), *results], id="results", role="status", className="results")
        if told or results else html.Div(id="results", role="status"),
        html.H2("By position", id="position"),
        *_position_form(wrong=asked.get("wrong", "")),
        html.H2("Every force and district", id="list"),
        html.Div(id={"picture": "index"}, className="index"),
    ]
    return Content(body=body, pictures=_unchanging(), unlisted=bool(asked), problem=problem)


@cache
def _unchanging() -> Mapping[str, str]:
    """Return what is the same for every reader as finished HTML: the names to choose from and the list of all areas."""
    return {"names": render([html.Option(value=place_name(code)) for code in _all()]), "index": render(_index())}


def _results(asked: dict[str, str]) -> tuple[str, list[Component]]:
    """Return what is said of a search or a position, and the areas found."""
    if asked.get("found"):
        return _of_position(asked["found"], near=bool(asked.get("near")))
    if "q" not in asked:
        return "", []
    try:
        found = search(asked["q"])
    except SelectionError as error:
        return str(error), []
    return _of_search(found)


def _of_position(code: str, *, near: bool) -> tuple[str, list[Component]]:
    if code == OUTSIDE:
        return ("That position lies in no police force of the United Kingdom, nor within two kilometres of one. Are latitude "
                "and longitude the right way round? West of Greenwich, longitude is negative."), []
    if code not in AREAS or AREAS[code].type == "country":
        return "That area is not known.", []
    words = "That position lies at or just outside the edge of" if near else "That position lies in"
    return f"{words} {place_name(code)}.", [_list([Match(code)])]


def _of_search(found: Found) -> tuple[str, list[Component]]:
    if found.matches:
        return f"{plural(len(found.matches), 'area')} for “{found.text}”:", [_list(found.matches)]
    if found.postcode:
        return f"“{found.text}” looks like a postcode. {_NOTE}", []
    said = f"No force or district is called “{found.text}”. Towns and villages are not listed; the district around them is."
    return (f"{said} Did you mean:", [_list(found.close)]) if found.close else (said, [])


def _list(matches: Sequence[Match]) -> Component:
    return html.Ul([html.Li(_line(AREAS[match.code], by=match.by)) for match in matches], className="plain areas")


def _line(area: Area, *, by: str) -> list[Component | str]:
    """Return an area as a link with the force that it lies in, and the other name by which it was found."""
    also = f" \N{MIDDLE DOT} {by}" if by else ""
    if area.type == "country":
        return [html.A(area.name, href=Selection(area=(area.code,)).address("/")), f" \N{MIDDLE DOT} country{also}"]
    if area.type == "district":
        return [html.A(area.name, href=address(area.code)), ", in ",
                html.A(full_name(area.force), href=address(area.force)), also]
    return [html.A(full_name(area.code), href=address(area.code)), f" \N{MIDDLE DOT} police force{also}"]


def _position_form(*, wrong: str) -> list[Component]:
    """Return the form for a position. It is sent in the body of the request, so that no address holds it."""
    told = [html.P([html.Strong("That position could not be read. "), must_be(wrong)], className="callout", id="wrong")] \
        if wrong in FIELDS else []
    inputs = [html.Div([
        html.Label(label, htmlFor=f"position-{key}"),
        dbc.Input(id=f"position-{key}", type="text", name=key, value="", placeholder=example, autocomplete="off",
                  inputmode="text", maxlength=20),
    ]) for key, (label, _, example) in FIELDS.items()]
    return [
        *told,
        html.Form([
            *inputs,
            html.Button("Find", type="submit", className="button"),
            html.Button("Use my position", type="button", id="use-position", className="button quiet", hidden=True),
        ], action=POSITION, method="post", className="one-choice position"),
        html.P("", id="position-says", role="status", className="small"),
        html.P("In degrees (WGS84). A position is compared with outlines on this server and forgotten: no address, cookie or "
               "log holds it, and nobody else is asked. The button rounds it to about 100 metres before it is sent. Outlines "
               "are simplified, so within 500 metres of a border the answer may be the neighbour.", className="small"),
    ]


def _all() -> list[str]:
    return [*FORCES, TRANSPORT_POLICE, *(code for force in FORCES for code in districts_of(force))]


def _index() -> list[Component]:
    """Return every force by country, each with its districts."""
    parts: list[Component] = []
    for country in _COUNTRY_ORDER:
        forces = sorted((code for code in (*FORCES, TRANSPORT_POLICE) if AREAS[code].country == country), key=full_name)
        parts += [html.H3(COUNTRIES.get(country, "On the railways")),
                  html.Ul([html.Li(_force(code)) for code in forces], className="plain forces")]
    return parts


def _force(code: str) -> list[Component]:
    inside = districts_of(code)
    link = html.A(full_name(code), href=address(code))
    if not inside:
        return [link]
    return [link, html.Details([
        html.Summary([plural(len(inside), "district"), html.Span(f" of {full_name(code)}", className="unseen")]),
        html.Ul([html.Li(html.A(AREAS[each].name, href=address(each))) for each in inside]),
    ])]


def suggested(path: str) -> list[Component]:
    """Return where to look instead of an area's page that does not exist; nothing for other paths."""
    head, _, name = path.removeprefix("/").partition("/")
    if f"/{head}" != PATH:
        return []
    try:
        found = search(name.replace("-", " ").replace("/", " "))
    except SelectionError:
        return [html.P(["Look for an area among ", html.A("all areas", href=PATH), "."])]
    best = (found.matches or found.close)[:5]
    return [html.P(["No police force or district has that code. ", html.A("Find an area", href=PATH), "."]),
            *([html.P("Perhaps:"), _list(best)] if best else [])]


FIND_PAGE = TextPage(
    path=PATH, title="Find your area", content=find_area, keys=KEYS, locates=True, wide=True,
    says="Finds a police force or a district by name, former name, code or position, and lists them all.")
