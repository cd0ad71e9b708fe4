"""The parts of a page: banner, tiles, chips, cards. Each card draws one chart with all its surfaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from dash import dcc

from data.areas import AREAS, full_name
from data.coverage import is_told
from data.frame import area_label, member_label
from data.kpis import place_of
from data.model import month_index
from data.periods import month_label
from data.query import Answer
from data.selection import Selection
from layouts import elements as html
from layouts.charts import CHART_BY_SLUG, Chart
from layouts.document import identity
from layouts.elements import Element
from layouts.filters import GRAINS
from layouts.formats import formats_of
from layouts.kpis import attention, kpi_tiles
from layouts.notices import unread
from layouts.numbers import shown
from layouts.reading import known_of, sentence_of, source_of
from layouts.shapes import SHAPES
from layouts.view import View, belongs, feeds
from layouts.words import change_words, coverage_words, joined, subtitle

GRAPH_CONFIG: Mapping[str, Any] = {"displayModeBar": False, "displaylogo": False, "showSendToCloud": False,
                                   "responsive": True}
ORIGINS: Mapping[str, tuple[str, str]] = {
    "published": ("Published", "Taken from a published source, which is named at each chart."),
    "uploaded": ("Uploaded", "Supplied by the police force itself."),
    "illustrative": ("Illustrative", "Made up to show what the page will do; no fact about any place."),
}
MODELLED = ("Modelled", "Computed from published figures under the assumptions that stand at the chart: no count.")
BADGES: Mapping[str, Element] = {
    origin: html.P(ORIGINS[origin][0], className=f"badge {origin}") for origin in ("illustrative", "uploaded")
} | {"modelled": html.P(MODELLED[0], className="badge modelled")}
PROTECTED = ("To protect the people counted", "Counts of persons are changed")
"""How notes begin that need the page on methods beside them."""
ON_CARDS = ("csv", "json")
"""The files that every card links; a chart's own page links them all."""
_CROSS = (html.Span("\N{MULTIPLICATION SIGN}", **{"aria-hidden": "true"}), html.Span(" remove", className="unseen"))


def banner(view: View) -> list[Element]:
    """Say what is wrong with the address, and that figures are illustrative where any in view are."""
    said = unread(f"{view.problem} The rest of it is shown." if view.problem else "", kind="problem")
    if view.illustrative:
        said.append(html.P([
            html.Strong("Illustrative figures. "),
            "What is shown here about appeals and engagement is made up: no such figures have been published yet. "
            "It says nothing about any force. ",
            html.A("What was assumed", href="/illustrative"), " \N{MIDDLE DOT} ",
            html.A("Show only published figures", href=_published(view).address("/")),
        ], className="illustrative"))
    return said


def _published(view: View) -> Selection:
    """Return the selection of published figures alone, with a measure that has some."""
    release = view.release
    found = next((measure.id for measure in release.measures() if release.origin(measure) == "published"), "")
    return replace(Selection(), measure=found, origin="published")


def offers(view: View) -> list[Element]:
    """Return the nearest choices that have figures, where the present one has none."""
    total, selection = view.summary.total, view.selection
    if not total.reason or total.reason == total.measure.not_whole:
        return []
    found: list[tuple[str, Selection]] = []
    if selection.origin and total.origin == "illustrative":
        found += [("Published figures of another measure", _published(view)),
                  ("Illustrative figures too", selection.without("origin"))]
    elif total.origin is None:
        found.append(("A measure with figures", Selection(measure=view.release.measures()[0].id)))
    elif total.span is not None and total.span.asked is None or total.measure.grains and "whole" in total.reason:
        found.append(("Every month", selection.without("from", "to", "grain")))
    elif selection.area:
        forces = tuple(dict.fromkeys(AREAS[code].force for code in selection.area if AREAS[code].type == "district"))
        if forces:
            found.append((f"{joined([full_name(force) for force in forces])} as a whole", replace(selection, area=forces)))
        found.append(("Every place", selection.without("area", "compare")))
    why = [html.P(_why_protected())] if total.reason.startswith(PROTECTED) else []
    if not found:
        return why
    links = [html.Li(html.A(text, href=choice.address(view.page.path))) for text, choice in found]
    return [*why, html.P("Figures there are:"), html.Ul(links)]


def about(view: View) -> list[Element]:
    """Return what the measure means and what limits it: a figure is read wrongly without."""
    measure = view.measure
    return [html.Summary(f"About this measure: {measure.definition}"),
            html.Ul([_line(text) for text in measure.limits], className="notes")]


def tiles(view: View) -> list[Element]:
    """Return the four tiles: value, change, coverage, origin; on a page of KPIs one for each of these."""
    if view.page.kpis:
        place = place_of(view.selection)
        return view.release.once(("kpi tiles", place), lambda: kpi_tiles(view.kpis, selection=place))
    total, row = view.summary.total, view.summary.row
    if row is not None:
        value = tile("Value", shown(row), subtitle(total))
    else:
        value = tile("Value", "\N{EN DASH}", total.reason)
    origin = ORIGINS.get(total.origin or "", ("\N{EN DASH}", "This release has no figures for this measure."))
    if total.measure.kind == "modelled" and total.origin == "published":
        origin = MODELLED
    return [
        value,
        tile("Change on a year before", *change_words(view.summary.change, measure=view.measure)),
        tile("Coverage", *coverage_words(view.summary.coverage, total=total)),
        tile("Kind of figures", origin[0], origin[1]),
    ]


def needs_attention(view: View) -> list[Element]:
    """Return what needs attention in the chosen place, on a page of KPIs."""
    if not view.page.kpis:
        return []
    place = place_of(view.selection)
    return view.release.once(("attention", place), lambda: attention(view.kpis, selection=place))


def coverage(view: View) -> list[Element]:
    """Return how many places supplied the measure, and where to see every month of it, on a page of KPIs.

    Other pages have a tile for it.
    """
    if not view.page.kpis:
        return []
    total = view.summary.total
    head, words = coverage_words(view.summary.coverage, total=total)
    named = "" if view.summary.coverage is None else f"{total.label}, {head}. "
    field = next((count for count in total.measure.counts if is_told(view.release.manifest, count)), "")
    link = [" ", html.A("Who supplied which month", href=f"/data/coverage?field={field}")] if field else []
    return [html.P([html.Strong("Coverage. "), named, words, *link])]


def tile(label: str, value: str, words: str) -> Element:
    """Return a tile; an interval in brackets stands smaller behind its value."""
    head, bracket, rest = value.partition(" (")
    ends, _, marks = rest.partition(")")
    strong = html.Strong([head, html.Span(f" ({ends})", className="ends"), marks], className="figure-value") if bracket \
        else html.Strong(value, className="figure-value")
    return html.Div([html.Dt(label), html.Dd([strong, html.Span(words)])], className="tile")


def chips(view: View) -> list[Element]:
    """Return the chosen values, each a link to the page without it, and one that clears them all."""
    selection = view.selection
    pairs, written = selection.pairs(), selection.query_string().split("&")
    links = [
        html.Li(html.A([chip_text(key, value), *_CROSS], className="chip",
                       href=_address(view.page.path, [*written[:place], *written[place + 1:]])))
        for place, (key, value) in enumerate(pairs) if key not in ("measure", "release")
    ]
    if not links:
        return []
    kept = [pair for pair, (key, _) in zip(written, pairs, strict=True) if key in ("measure", "release")]
    clear = html.Li(html.A("Clear all", href=_address(view.page.path, kept)))
    return [html.Ul([*links, clear], className="chips", **{"aria-label": "Chosen filters"})]


def _address(path: str, written: Sequence[str]) -> str:
    """Return the address of a page with pairs of a query as they are written there."""
    return f"{path}?{'&'.join(written)}" if written else path


def chip_text(key: str, value: str) -> str:
    """Return a chosen value of a filter in words."""
    if key == "area":
        return area_label(value)
    if key == "compare":
        return f"Compared with {area_label(value)}"
    if key == "origin":
        return "Only published figures"
    if key == "grain":
        return f"By {GRAINS[value].lower()}"
    if key == "rebase":
        return f"Limits anew from {month_label(month_index(value))}"
    if key in ("from", "to"):
        return f"{key.capitalize()} {month_label(month_index(value))}"
    return member_label(key, value)


def cards(view: View) -> list[Element]:
    """Return the cards of a page in its order; those that the measure cannot feed are hidden."""
    return [card(CHART_BY_SLUG[slug], view) for slug in view.page.charts]


def card(chart: Chart, view: View) -> Element:
    """Return one chart with its figure, sentence, marks, table and links."""
    answer = view.answers[chart.slug]
    slug, drawn = chart.slug, figure(chart, view)
    return html.Section([
        html.H2(chart.title, id=f"title-{slug}"),
        html.Div(card_head(answer), id={"head": slug}, className="card-head"),
        html.Div(
            dcc.Graph(id={"figure": slug}, figure=drawn, config=dict(GRAPH_CONFIG), responsive=True,
                      style={"height": "100%"}),
            className=f"figure shape-{chart.shape}{'' if drawn['data'] else ' empty'}", role="img", style={"height": f"{chart.height}px"},
            **{"aria-labelledby": f"title-{slug}", "aria-describedby": identity({"sentence": slug})},
        ),
        html.Ul(legend(chart, answer), id={"legend": slug}, className="legend"),
        html.P(sentence_of(chart, answer), id={"sentence": slug}, className="sentence"),
        html.Ul(card_notes(chart, view), id={"notes": slug}, className="notes"),
        html.P(source_words(chart, view), id={"source": slug}, className="source"),
        html.Details([
            html.Summary("View as table"),
            html.Div(id={"table": slug}, className="table-slot", tabIndex=0, role="region",
                     **{"aria-label": f"{chart.title}, as a table"}),
        ], open=view.page.tables_open, className="as-table"),
        surfaces(chart, view),
    ], id={"card": slug}, hidden=not present(chart, view), className="card wide" if chart.wide else "card",
        **{"aria-labelledby": f"title-{slug}"})


def present(chart: Chart, view: View) -> bool:
    """Whether the chart stands on the page: always on its own, else where the measure can feed it."""
    return view.page.single or (belongs(chart, view.selection, page=view.page) and feeds(view.answers[chart.slug]))


def figure(chart: Chart, view: View) -> dict[str, Any]:
    """Return the Plotly figure of a chart; an empty one where the card is hidden."""
    if not present(chart, view):
        return {"data": [], "layout": {}}
    return SHAPES[chart.shape].plotly(view.answers[chart.slug], chart=chart, selected=view.outlined)


def card_head(answer: Answer) -> list[Element]:
    """Return subtitle and badge of a card."""
    head = [_subtitle(answer.label, answer.measure.id, subtitle(answer).removeprefix(answer.label))]
    if answer.origin in BADGES and answer.frame:
        head.append(BADGES[answer.origin])
    if answer.measure.kind == "modelled":
        head.append(BADGES["modelled"])
    return head


@lru_cache(maxsize=4096)
def _subtitle(label: str, measure: str, more: str) -> Element:
    return html.P([html.A(label, href=f"/measures/{measure}"), more], className="subtitle")


def legend(chart: Chart, answer: Answer) -> list[Element]:
    """Return the key to a figure's colours and marks, the same for both ways of drawing it."""
    items = SHAPES[chart.shape].legend(answer, chart=chart) if not answer.reason else []
    if not items:
        return []
    return [_line(item.text, item.swatch) for item in items]


@lru_cache(maxsize=4096)
def _line(text: str, kind: str = "") -> Element:
    """Return one line of a list: the same text makes the same line again and again."""
    inside = [text, " ", _why_protected()] if text.startswith(PROTECTED) else text
    return html.Li(inside, className=kind) if kind else html.Li(inside)


def _why_protected() -> Element:
    return html.A("How people are protected", href="/methods#protection")


def card_notes(chart: Chart, view: View) -> list[Element]:
    """Return what must be known of a chart's figures, and what each mark in it means."""
    return [_line(text) for text in known_of(chart, view.answers[chart.slug])]


def source_words(chart: Chart, view: View) -> str:
    """Return source and vintage of a card's figures, and of the outlines of a map."""
    return source_of(chart, view.answers[chart.slug], release=view.release)


def surfaces(chart: Chart, view: View) -> Element:
    """Return the links to a chart's files and to its own page.

    Files name the release that the page shows, so that both hold the same figures; the page's own
    address follows the newest.
    """
    path = f"/charts/{chart.slug}"
    held = replace(view.selection, release=view.release.id)
    links = [
        html.A(each.label, href=held.address(f"{path}.{each.suffix}"), **{
            "aria-label": f"{each.label}: {chart.title}", "data-surface": f"{path}.{each.suffix}", "data-held": "yes"})
        for each in formats_of(chart) if view.page.single or each.suffix in ON_CARDS
    ]
    links.append(html.A("Link to this chart", href=view.selection.address(path), **{
        "aria-label": f"Link to this chart: {chart.title}", "data-surface": path}))
    links.append(html.A("Embed", href=view.selection.address(f"{path}/share"), **{
        "aria-label": f"Embed: {chart.title}", "data-surface": f"{path}/share", "data-share": chart.title}))
    return html.P([part for link in links for part in (link, " ")][:-1], className="surfaces")
