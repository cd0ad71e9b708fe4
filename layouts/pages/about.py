"""What the site is, how far it can be used by everyone, and what it knows of its readers."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from data.release import Release
from layouts.components import ORIGINS
from layouts.describing import plural
from layouts.pages.text_page import Content, Query, TextPage
from layouts.shell import NAME, SUBTITLE

REVIEWED = "23 November 2026"
"""The day on which the accessibility statement was last gone over."""
CONTACT = "contact"
"""The place in a page that the server fills with the publisher's contact."""


def contact() -> Component:
    """Return the place where the publisher's contact stands."""
    return html.P(id={"picture": CONTACT})


def about(release: Release, query: Query) -> Content:
    """Return what the site is for, where its figures come from and how to use them."""
    held = [measure for measure in release.measures() if not measure.context]
    kinds = [(kind, sum(release.origin(measure) == kind for measure in held)) for kind in ORIGINS]
    return Content(body=[
        html.P(f"{NAME} shows {SUBTITLE}: what police forces ask of the public, what comes back, and how people and police meet "
               "on and off line.", className="lead"),
        html.P("“Hue and cry” was the duty of everyone in earshot to join in the pursuit of a felon, and later the first title of "
               "the Police Gazette."),
        html.H2("What is shown", id="shown"),
        html.P(f"Release {release.id} holds figures for {plural(len(held), 'measure')}, from "
               f"{plural(len(release.manifest['sources']), 'source')}."),
        html.Dl([part for kind, number in kinds if number for part in (
            html.Dt(f"{ORIGINS[kind][0]}: {plural(number, 'measure')}"), html.Dd(ORIGINS[kind][1]))], className="facts"),
        html.H2("Who it is for", id="readers"),
        html.Ul([
            html.Li([html.Strong("The public: "), html.A("find your area", href="/areas"), "."]),
            html.Li([html.Strong("Police forces: "), "set your figures beside those of others, with what chance allows said at each."]),
            html.Li([html.Strong("Journalists and researchers: "), html.A("every chart", href="/charts"), " has an address, a "
                     "table and files; ", html.A("every measure", href="/measures"), " a definition."]),
        ]),
        html.H2("How far to trust it", id="trust"),
        html.Ul([
            html.Li("Every figure names its source, its period and its kind, and carries an interval where one can be given."),
            html.Li("What is missing is said to be missing. It is never shown as zero."),
            html.Li("Counts of people who came forward are changed a little, at random, so that nobody can be found in them."),
            html.Li("Words such as “rose” stand only where an interval supports them."),
        ]),
        html.P([html.A("How it is done", href="/methods"), " \N{MIDDLE DOT} ", html.A("About the data", href="/data"),
                " \N{MIDDLE DOT} ", html.A("Glossary", href="/glossary"), " \N{MIDDLE DOT} ", html.A("Help", href="/help")]),
        html.H2("Use it elsewhere", id="reuse"),
        html.P("Published figures are under the Open Government Licence v3.0; name the source that stands under the chart, and "
               "the release. Illustrative figures are no facts and must not be quoted as such."),
        html.H2("Contact", id="contact"),
        contact(),
    ])


def accessibility(release: Release, query: Query) -> Content:
    """Return the accessibility statement, in the order of the model statement of the 2018 regulations."""
    return Content(body=[
        html.P(f"This statement applies to all pages of {NAME}: {SUBTITLE}. We want as many people as possible to be able to use "
               "them.", className="lead"),
        html.P("That means that you should be able to:"),
        html.Ul([
            html.Li("change colours and contrast with the settings of your browser or device; pages follow its dark mode"),
            html.Li("zoom to 400% without text running off the screen; wide tables and pictures scroll within their own frame"),
            html.Li("use every page with a keyboard alone"),
            html.Li("use every page with a screen reader: each chart also stands as a sentence and as a table"),
            html.Li("use every page without scripts, on a telephone, and on paper"),
        ]),
        html.P(["We have tried to keep the words plain. ", html.A("AbilityNet", href="https://mcmw.abilitynet.org.uk/"),
                " has advice on making your device easier to use if you have a disability."]),
        html.H2("How accessible this website is", id="how"),
        html.P("We know that some parts are not fully accessible:"),
        html.Ul([
            html.Li("the interactive charts cannot be explored point by point with a keyboard; their tables hold every value"),
            html.Li("the map cannot be operated with a keyboard; the list of areas does the same"),
            html.Li("a few tables are wide and have to be scrolled sideways on a telephone"),
        ]),
        html.H2("Feedback and contact information", id="feedback"),
        html.P("If you find a problem, or need a figure in another form, write to the publisher, with the address of the page:"),
        contact(),
        html.H2("Enforcement procedure", id="enforcement"),
        html.P(["The Equality and Human Rights Commission (EHRC) enforces the Public Sector Bodies (Websites and Mobile "
                "Applications) (No. 2) Accessibility Regulations 2018 (the “accessibility regulations”). If you are not happy with "
                "how we answer your complaint, ", html.A("contact the Equality Advisory and Support Service (EASS)",
                                                         href="https://www.equalityadvisoryservice.com/"),
                ". In Northern Ireland that is the Equality Commission for Northern Ireland."]),
        html.H2("Technical information about this website’s accessibility", id="technical"),
        html.P("The publisher of this website is committed to making it accessible, in accordance with the accessibility "
               "regulations."),
        html.H3("Compliance status", id="compliance"),
        html.P("This website is partially compliant with the Web Content Accessibility Guidelines version 2.2 AA standard, due to "
               "the non-compliances listed below."),
        html.H2("Non-accessible content", id="content"),
        html.H3("Non-compliance with the accessibility regulations"),
        html.Ul([
            html.Li("Hovering over an interactive chart shows values that do not come by keyboard (WCAG 2.1.1, Keyboard, and "
                    "1.4.13, Content on Hover or Focus). The same values stand in the table under each chart."),
            html.Li("A click on the map chooses an area and has no keyboard equal in the map itself (2.1.1, Keyboard). The "
                    "list of areas does the same."),
        ]),
        html.H3("Disproportionate burden"),
        html.P("We claim none."),
        html.H3("Content that’s not within the scope of the accessibility regulations"),
        html.P("Nothing here is left out as such. Pages that we link to are the responsibility of those who publish them."),
        html.H2("Preparation of this accessibility statement", id="preparation"),
        html.P(f"This statement was prepared on {REVIEWED}. It was last reviewed on {REVIEWED}."),
        html.P("The website was last tested on the same day, by ourselves and by machine: pages of every kind were checked with axe "
               "at the widths of a desk and a telephone, in light and dark, with and without scripts; the main page was used "
               "by keyboard alone in Chromium. No person with a disability and no auditor has tested it yet, and no screen "
               "reader was used."),
    ])


def privacy(release: Release, query: Query) -> Content:
    """Return what the site learns of its readers, which is next to nothing, and how people in the figures are protected."""
    return Content(body=[
        html.P("This site sets no cookie, stores nothing in your browser, loads nothing from other hosts and does not count or "
               "follow its readers.", className="lead"),
        html.H2("What the server keeps", id="server"),
        html.Ul([
            html.Li("It keeps no log of who asked for which page: neither addresses of readers nor of pages are written down."),
            html.Li("Where the program fails, it writes the time, the path of the page without its filters, and where it failed, so "
                    "that the fault can be mended. No reader’s address is in it."),
            html.Li("Finished pages are kept for up to a day, so that the next reader does not wait. They hold figures, not "
                    "readers; what you search for is not kept."),
        ]),
        html.P("Whoever runs the network between you and this site, or a server in front of it, may keep records of its own."),
        html.H2("What stands in addresses", id="addresses"),
        html.P("Filters and the words of a search stand in the address of a page, so that it can be shared. They are therefore in "
               "the history of your browser, and in links that you pass on."),
        html.P("What networks and newsletters append to a link to follow who opens it, such as fbclid or utm_source, is left "
               "unread: it changes no page and is kept nowhere."),
        html.H2("Your position", id="position"),
        html.P(["The page that ", html.A("finds your area", href="/areas"), " is the only one that may ask your browser where you are, and "
                "only when you press the button. The position is rounded to about 100 metres, shown to you, and sent when you press "
                "“Find”, in the body of the request and not in an address. The server compares it with outlines of areas that it "
                "holds, answers with the area, and keeps nothing. No other service is asked."]),
        html.H2("People in the figures", id="people"),
        html.P(["Figures count things, never name people. Counts of people who came forward or were found are changed by random "
                "noise before they are published: ", html.A("how people are protected", href="/methods#protection"), "."]),
        html.H2("Questions", id="questions"),
        contact(),
    ])


ABOUT_PAGES: tuple[TextPage, ...] = (
    TextPage(path="/about", title="About", says="What this site shows, for whom, and how far to trust it.", content=about),
    TextPage(path="/accessibility", title="Accessibility statement", content=accessibility,
             says="How far this site can be used by everyone, how it was tested, and what is not accessible yet."),
    TextPage(path="/privacy", title="Privacy", content=privacy,
             says="What this site learns of its readers: no cookies, no logs of visits, no position kept."),
)
