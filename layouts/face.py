"""The face of the first page: what the figures show in words, what is new, what kinds of figures there are.

It belongs to the bare address: whoever comes with a choice finds the explorer alone. Its words stand under the tiles, its
pictures after the first charts, so that the figures themselves stay in the first view. It follows no filter.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from data.model import Origin
from data.release import Release
from layouts.changed import PATH as CHANGED
from layouts.changed import in_short
from layouts.components import ORIGINS
from layouts.describing import plural
from layouts.findings import MOST, Finding, examined, examined_words, findings, pictures
from layouts.shapes import SHAPES
from layouts.view import View

WIDTH = 320
"""Pixels across that the pictures of findings are drawn in: three stand in a row beside the filters."""
AFTER = 2
"""Charts of the page that stand before the findings."""


def has_face(view: View) -> bool:
    """Whether a page shows the face: the first one, where the address chooses nothing and nothing is wrong with it."""
    return view.page.path == "/" and not view.selection.query_string() and not view.problem


def strip(view: View) -> list[Component]:
    """Return the words: each finding in a line that leads to its chart, what is new, the kinds of figures."""
    found = findings(view.release)
    said = [html.Ul([html.Li(html.A(finding.title, href=f"#finding-{place}")) for place, finding in enumerate(found, start=1)],
                    className="plain")] if found else [html.P(_too_few(found))]
    return [
        html.Section([html.H2("What the figures show", id="face-findings"), *said], **{"aria-labelledby": "face-findings"}),
        html.Section([
            html.H2("New in this release", id="face-new"),
            html.P([in_short(view.release), " ", html.A("What changed", href=CHANGED)]),
        ], **{"aria-labelledby": "face-new"}),
        html.Section([html.H2("Kinds of figures", id="face-kinds"), html.Ul(_kinds(view.release), className="plain kinds")],
                     **{"aria-labelledby": "face-kinds"}),
    ]


def _kinds(release: Release) -> list[Component]:
    """Return each kind with the number of measures that have such figures: the key to the badges of the page."""
    measures = [release.origin(measure) for measure in release.measures() if not measure.context]
    kinds: Sequence[Origin] = ("published", "uploaded", "illustrative")
    return [html.Li([html.Span(ORIGINS[kind][0], className=f"badge {kind}", title=ORIGINS[kind][1]),
                     f" {plural(measures.count(kind), 'measure')}"]) for kind in kinds]


def panel(view: View) -> Component:
    """Return the findings with their charts, and how many there are."""
    found = findings(view.release)
    return html.Section([
        html.H2("Findings and their charts", id="findings"),
        html.P(["Of published and uploaded figures alone; the filters do not change it. ", _too_few(found), " ",
                examined_words(examined(view.release))], className="subtitle"),
        html.Div([_card(place, finding) for place, finding in enumerate(found, start=1)], className="found"),
    ], className="card wide findings", **{"aria-labelledby": "findings"})


def _card(place: int, finding: Finding) -> Component:
    origin = finding.answer.origin or "published"
    return html.Article([
        html.H3(finding.title, id=f"finding-{place}"),
        html.P(ORIGINS[origin][0], className=f"badge {origin}"),
        html.Div(id={"picture": f"finding-{place}"}, className="finding", **{"data-kept": "yes"}),
        html.P(finding.sentence, className="sentence"),
        html.P([html.A("See the chart", href=finding.address, **{"aria-label": f"See the chart: {finding.title}"}), " ",
                html.A("What is measured", href=f"/measures/{finding.measure.id}", **{"aria-label": f"What is measured: {finding.measure.label}"})], className="surfaces"),
    ], **{"aria-labelledby": f"finding-{place}"})


def _too_few(found: Sequence[Finding]) -> str:
    """Say why fewer findings are told than there is room for; nothing where all are."""
    if len(found) >= MOST:
        return "Of a measure with several categories those with most places outside are told. A place outside limits is a reason to " \
               "look, not a verdict."
    number = {0: "None is told", 1: "One is told", 2: "Two are told"}[len(found)]
    return f"{number}: further ones need published or uploaded figures with an interval or a control chart, which this release does not hold."


def picture(view: View, name: str) -> str:
    """Return the picture of the finding of that name, drawn on the server; the browser keeps it."""
    found = findings(view.release)
    return next(SHAPES[chart.shape].svg(finding.answer, chart=chart, selected=(), width=WIDTH)
                for finding, chart in zip(found, pictures(found), strict=True) if chart.slug == name)
