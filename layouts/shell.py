"""What stands around every page: the name with its subtitle, five links, the footer with its credits."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from data.boundaries import CREDIT
from data.release import Release

NAME = "Hue & Cry"
SUBTITLE = "results of police appeals and public engagement"
OGL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
LINKS: tuple[tuple[str, str], ...] = (
    ("/", "Explore"), ("/appeals", "Appeals"), ("/areas", "Areas"), ("/performance", "Performance"), ("/help", "Help"),
)
FOOTER_LINKS: tuple[tuple[str, str], ...] = (
    ("/about", "About"), ("/help", "How to read the figures"), ("/glossary", "Glossary"), ("/charts", "All charts"),
    ("/appeals/list", "Appeals one by one"), ("/appeals/published", "Published results"), ("/attitudes", "Attitudes"), ("/measures", "Measures"),
    ("/methods", "Methods"), ("/data", "About the data"), ("/api", "Data for programs"), ("/data/coverage", "Who supplied what"),
    ("/data/revisions", "What changed"), ("/data/corrections", "Corrections"),
    ("/newsroom", "Newsroom"), ("/claim", "Check a claim"),
    ("/illustrative", "Illustrative figures"), ("/privacy", "Privacy"), ("/accessibility", "Accessibility"),
    ("/help#contact", "Report an error"),
)


def header(path: str) -> Component:
    """Return the header of a page, with the link to itself marked."""
    items = [
        html.Li(html.A(text, href=href, **({"aria-current": "page"} if href == path else {}))) for href, text in LINKS
    ]
    return html.Header([
        html.A("Skip to the figures", href="#main", className="skip"),
        html.P([html.A(NAME, href="/", className="name"), html.Span(SUBTITLE, className="tagline")], className="brand"),
        html.Nav(html.Ul(items), **{"aria-label": "Pages"}),
    ], className="site-header")


def footer(release: Release | None) -> Component:
    """Return the footer: release, sources with their credit lines, licence, help."""
    about: list[Component] = []
    if release is not None:
        told = [source["credit"] for source in release.manifest["sources"] if source["credit"]]
        credits = dict.fromkeys([*told, CREDIT])
        about = [
            html.P(f"Release {release.id}, published {release.published[:10]}."),
            html.Details([html.Summary("Sources and credits"),
                          html.Ul([html.Li(credit) for credit in credits])]),
        ]
    return html.Footer([
        *about,
        html.P(["Figures: ", html.A("Open Government Licence v3.0", href=OGL), ". This site sets no cookies and "
                "loads nothing from other hosts."]),
        html.P([part for place, (href, text) in enumerate(FOOTER_LINKS)
                for part in ((" \N{MIDDLE DOT} ", html.A(text, href=href)) if place else (html.A(text, href=href),))]),
    ], className="site-footer")


def frame(path: str, content: Sequence[Component], *, release: Release | None) -> list[Component]:
    """Return a whole page: header, main part, footer."""
    return [header(path), html.Main(list(content), id="main", tabIndex=-1), footer(release)]
