"""The page about the API, in plain words; its addresses and examples are filled in where the API is known."""

from __future__ import annotations

from dash import html

from data.model import MARKS
from data.release import Release
from layouts.components import ORIGINS
from layouts.pages.text_page import Content, Query, TextPage

PATH = "/api"
ADDRESSES, EXAMPLES = "api-addresses", "api-examples"
"""The places in the page that the server fills."""


def api(release: Release, query: Query) -> Content:
    """Return how programs read the figures: addresses, keys, limits, marks, examples."""
    return Content(body=[
        html.P("Every figure on this site can be read by programs, with the same numbers and marks as in the charts. Nothing has to be "
               "registered.", className="lead"),
        html.P(["Each of these addresses answers JSON; with ", html.Code(".csv"), " behind its name it answers CSV. The keys are those of the pages: "
                "choose on a page, and take what stands behind the question mark."]),
        html.Div(id={"picture": ADDRESSES}, className="filled"),
        html.H2("Examples", id="examples"),
        html.P("They run as they stand."),
        html.Div(id={"picture": EXAMPLES}, className="filled"),
        html.H2("What to know of the figures", id="figures"),
        html.Ul([
            html.Li(["A missing value is empty, never zero, and ", html.Code("status"), " says why: ",
                     ", ".join(f"{mark} ({name})" for mark, (name, _) in MARKS.items()), ". ", html.Code("ok"), " is a value without a mark."]),
            html.Li([html.Code("lower"), " and ", html.Code("upper"), " are the 95% interval; of a value too small to show, ",
                     html.Code("upper"), " is the number that it lies under."]),
            html.Li([html.Code("origin"), f" is the kind of the figure. {ORIGINS['illustrative'][0]}: {ORIGINS['illustrative'][1]} Leave such "
                     "figures out with ", html.Code("origin=published"), "."]),
            html.Li([html.Code("release"), f" names a state of the data for good, such as {release.id}. Without it the newest answers; name it "
                     "where a result has to stay the same."]),
            html.Li(["A filter that a measure does not have is not applied: ", html.Code("notes"), " says so, and ", html.Code("answered"),
                     " what was answered instead. A key or a value that is not known is an error, as problem+json that names the field."]),
        ]),
        html.P([html.A("Files of every chart", href="/data#files"), " \N{MIDDLE DOT} ", html.A("Measures", href="/measures"), " \N{MIDDLE DOT} ",
                html.A("Methods", href="/methods"), " \N{MIDDLE DOT} ", html.A("Corrections", href="/data/corrections")]),
    ])


API_PAGE = TextPage(path=PATH, title="Data for programs", says="The open API: addresses, keys, limits, and examples in curl, Python and R.",
                    content=api, wide=True)
