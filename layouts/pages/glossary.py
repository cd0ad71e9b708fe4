"""The glossary: terms, marks, kinds of figures, states of supply, units and measures, from where the program keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from data.coverage import STATES
from data.frame import listed
from data.glossary import TERMS
from data.measures import MEASURES, UNIT_LABELS
from data.model import DIMENSIONS, MARKS
from data.release import Release
from layouts.components import MODELLED, ORIGINS
from layouts.pages.text_page import Content, Query, TextPage

SECTIONS = (("terms", "Terms"), ("marks", "Marks"), ("kinds", "Kinds of figures"), ("supply", "What was supplied"),
            ("members", "Channels, ages and crime types"), ("measures", "Measures"))


def anchor(term: str) -> str:
    """Return the part of the page's address that leads to a term."""
    return f"term-{quote(term.lower().replace(' ', '-'))}"


def glossary(release: Release, query: Query) -> Content:
    """Return every word with its meaning."""
    titles = dict(SECTIONS)
    body: list[Component] = [
        html.P("One word for one idea. Figures, tables and files use these words and no others.", className="lead"),
        html.Nav(html.Ul([html.Li(html.A(title, href=f"#{key}")) for key, title in SECTIONS], className="jump"),
                 **{"aria-label": "Parts of the glossary"}),
        html.H2(titles["terms"], id="terms"),
        html.Dl([part for term in sorted(TERMS, key=str.lower)
                 for part in (html.Dt(term, id=anchor(term)), html.Dd(TERMS[term]))], className="facts"),
        html.H2(titles["marks"], id="marks"),
        html.P("A value that needs care carries a mark, the same in chart, table and file."),
        _list((f"[{mark}] {name}", text) for mark, (name, text) in MARKS.items()),
        html.H2(titles["kinds"], id="kinds"),
        _list([*ORIGINS.values(), MODELLED]),
        html.H2(titles["supply"], id="supply"),
        _list((name.capitalize(), text) for name, text in STATES.items()),
        html.H2(titles["members"], id="members"),
        _list((dimension.label, _members(dimension.id)) for key, dimension in DIMENSIONS.items() if key != "category"),
        html.H2(titles["measures"], id="measures"),
        html.P(["Each has a page with everything that defines it: ", html.A("all measures", href="/measures"), "."]),
        html.Dl([part for measure in sorted(MEASURES, key=lambda measure: measure.label.lower()) for part in (
            html.Dt([html.A(measure.label, href=f"/measures/{measure.id}"), f" ({UNIT_LABELS[measure.unit]})"]),
            html.Dd(measure.definition))], className="facts"),
    ]
    return Content(body=body)


def _members(dimension: str) -> str:
    """Return the wide members of a dimension with the narrow ones that each is made of."""
    known = DIMENSIONS[dimension]
    grouped = {part for group in known.groups for part in group.parts}
    wide = [f"{group.label} ({listed(known.labels(group.parts))})" if len(group.parts) > 1 else group.label
            for group in known.groups]
    return "; ".join([*wide, *known.labels([member.id for member in known.members if member.id not in grouped])]) + "."


def _list(pairs: Iterable[tuple[str, str]]) -> Component:
    return html.Dl([part for name, text in pairs for part in (html.Dt(name), html.Dd(text))], className="facts")


GLOSSARY_PAGE = TextPage(path="/glossary", title="Glossary", content=glossary,
                         says="Every term, mark and measure of this site with its meaning.")
