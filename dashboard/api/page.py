"""What the page about the API shows of the API itself: its addresses, its keys, its limits, examples that run as they stand."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.api.endpoint import LARGEST_PAGE, MOST_FIGURES, MOST_ROWS, PAGE
from dashboard.api.endpoints import ENDPOINTS
from dashboard.api.openapi import SPECIFICATION
from dashboard.api.parameters import BY, PAGING, SELECTION
from data.query import BREAKDOWNS
from layouts.pages.stacked import row, stacked

_CURL = """\
curl --silent --show-error --fail "{base}/api/v1/data.csv?measure=B2&by=area" --output engagement.csv
head -n 3 engagement.csv
"""
_PYTHON = """\
import json
from urllib.parse import urljoin
from urllib.request import urlopen

address = "{base}/api/v1/data?measure=P7&by=area&by=period&per_page=500"
rows = []
while address:
    with urlopen(address) as answer:
        page = json.load(answer)
    rows += page["rows"]
    address = page["next"] and urljoin(address, page["next"])

print(page["title"], "in release", page["release"])
print(len(rows), "figures, the last one:", rows[-1]["area_name"], rows[-1]["value"], rows[-1]["status"])
"""
_R = """\
figures <- read.csv("{base}/api/v1/data.csv?measure=B2&by=area")
shown <- figures[order(-figures$value), c("area_name", "value", "unit", "status", "origin")]
print(head(shown))
"""
EXAMPLES: Mapping[str, tuple[str, str]] = {
    "curl": ("Save engagement per post of every borough of London as CSV", _CURL),
    "Python": ("Read trust in every borough through time, page by page", _PYTHON),
    "R": ("The boroughs with the most engagement per post", _R),
}
"""Programs by their language: what each does, and its text with a place for the address of the site."""


def addresses() -> list[Component]:
    """Return the table of addresses, of the keys of ``data`` and of what figures can be split by, with the limits."""
    heads, keys = ("Address", "What it gives"), ("Key", "What it chooses")
    lists = [row(heads, [html.Span([_link(each.path, each.example), " ", _link(f"{each.path}.csv", each.example)]), each.says])
             for each in ENDPOINTS]
    chosen = [row(keys, [html.Code(one.name), f"{one.says}{' Can be given several times.' if one.many else ''}"])
              for one in (*SELECTION, *PAGING)]
    split = [row(("by", "What is shown apart"), [html.Code(name), f"{says[0].upper()}{says[1:]}."]) for name, says in BREAKDOWNS.items()]
    return [
        _table("Addresses of the API", heads, lists),
        html.P(["The same for programs, with every value that a key takes: ", html.A("openapi.json", href=SPECIFICATION), " (OpenAPI 3.1)."]),
        html.H2("Keys of data", id="keys"), _table("What each key chooses", keys, chosen),
        html.H2("What figures can be split by", id="by"),
        html.P([html.Code(BY.name), " can be given several times: by=area&by=period gives every place in every period. Without it there is one "
                "total."]),
        _table("What each breakdown shows apart", ("by", "What is shown apart"), split),
        html.H2("Limits", id="limits"),
        html.Ul([
            html.Li(f"JSON comes in pages of {PAGE:,} rows, of up to {LARGEST_PAGE:,} where per_page asks for them. “next” in the answer, and the "
                    "Link header, hold the address of the next page, which stays with the same release."),
            html.Li(f"CSV comes whole, of up to {MOST_ROWS:,} rows. data gives up to {MOST_FIGURES:,} figures at once."),
            html.Li("Caches may keep an answer for a minute, and for a day where it names a release. Send the ETag of an answer as "
                    "If-None-Match: where nothing changed, 304 comes back without a body."),
            html.Li("Scripts of any web page may read the answers. No key is needed, and nobody is followed."),
        ]),
    ]


def examples(base: str) -> list[Component]:
    """Return the examples with the address of this site in them, ready to be run."""
    return [part for language, (does, program) in EXAMPLES.items() for part in (
        html.H3(f"{language}: {does}", id=f"example-{language.lower()}"),
        html.Pre(html.Code(program.replace("{base}", base)), tabIndex=0, role="region", className="program", lang="en",
                 **{"aria-label": f"Example in {language}", "data-language": language}))]


def _link(path: str, query: str) -> Component:
    return html.A(path, href=f"{path}?{query}" if query else path)


def _table(caption: str, heads: tuple[str, ...], rows: list[Component]) -> Component:
    return html.Div(stacked(caption, heads, rows), className="table-slot", tabIndex=0, role="region", **{"aria-label": caption})
