"""An embed: one chart with all that it says, as a document of its own that stands in the pages of others.

It is read without any script: pictures first, words, marks, table, source. A pinned one, whose selection names a release,
never changes. Whether its figures still stand is said by a style sheet at an address of its own, which shows the line that
applies: that holds without scripts, and also where a browser kept the document.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import Any

from dash import html
from dash.development.base_component import Component

from data.periods import day_words
from data.selection import Selection
from layouts.charts import CHART_BY_SLUG, Chart
from layouts.components import GRAPH_CONFIG, ORIGINS, card_head, card_notes, figure, legend, source_words
from layouts.reading import sentence_of, sources_of
from layouts.shapes import SHAPES
from layouts.shell import NAME, OGL
from layouts.standing import Standing
from layouts.table import table
from layouts.view import View

PATH = "/embed"
THEMES = ("light", "dark")
WIDTHS = {"for-wide": 720, "for-narrow": 358, "for-small": 300}
"""Pixels across that the pictures of an embed are drawn in, by the class with which the style sheet chooses one of them."""
NARROWEST, WIDEST = 280, 1600
"""Pixels across that an embed may have."""
USUAL_WIDTH = 640
TALLEST = 4000
DOT = " \N{MIDDLE DOT} "
_LINE, _SMALL_LINE = 24, 21
_LETTER = 7.4
"""Pixels of a line of text, of small text, and of a letter across: for the height that an embed is given before it says its own."""


def chart_of(view: View) -> Chart:
    """Return the chart of a chart's own page."""
    return CHART_BY_SLUG[view.page.charts[0]]


def address(chart: Chart, selection: Selection, *, theme: str = "") -> str:
    """Return the address of the embed of a chart; of a pinned one the selection names a release."""
    found = selection.address(f"{PATH}/{chart.slug}")
    return f"{found}{'&' if '?' in found else '?'}theme={theme}" if theme else found


def strip_address(chart: Chart, selection: Selection) -> str:
    """Return the address of the style sheet that says whether the figures of a pinned embed still stand."""
    return selection.address(f"{PATH}/{chart.slug}/strip.css")


def strip_style(standing: Standing) -> str:
    """Return the style sheet that shows what is to be said of pinned figures; withdrawn ones it takes from sight."""
    if standing == "stands":
        return "/* These figures stand as they were published. */\n"
    shown = f".strip[hidden], .strip-{standing}[hidden] {{ display: block !important; }}\n"
    return shown + (".shown { display: none !important; }\n" if standing == "withdrawn" else "")


def body(view: View) -> list[Component]:
    """Return an embed; the places of its pictures are filled by ``pictures``."""
    chart = chart_of(view)
    pinned = [strip(chart, view.selection)] if view.selection.release else []
    return [html.Main([
        *pinned, html.H1(chart.title, id=f"title-{chart.slug}"), html.Div(_shown(chart, view), className="shown"), _credit(chart, view),
    ], className="embed", id=f"embed-{chart.slug}")]


def strip(chart: Chart, selection: Selection, *, standing: Standing | None = None) -> Component:
    """Return what may have to be said of pinned figures; hidden until a style sheet shows it, but for what is known already."""
    links = [html.A("The current figures", href=selection.without("release").address(f"/charts/{chart.slug}")), DOT,
             html.A("Corrections", href="/data/corrections"), DOT, html.A("What changed", href="/data/revisions")]
    said: dict[Standing, str] = {
        "revised": "Figures shown here have been revised since they were published in this form.",
        "corrected": "A correction of figures shown here has been published.",
        "withdrawn": "The figures that stood here were withdrawn by their publisher. They should not be used.",
    }
    return html.Div(
        [html.P([html.Strong(text), " ", *links], className=f"strip-{kind}", hidden=kind != standing) for kind, text in said.items()],
        className="strip", role="note", hidden=standing is None, **{"aria-label": "About these figures"})


def _shown(chart: Chart, view: View) -> list[Any]:
    """Return all that states figures: a style sheet takes it from sight where they were withdrawn."""
    answer, slug = view.answers[chart.slug], chart.slug
    warning = [html.P([html.Strong("Illustrative figures. "), ORIGINS["illustrative"][1]], className="callout")]
    key, notes = legend(chart, answer), card_notes(chart, view)
    return [
        html.Div(card_head(answer), className="card-head"),
        *(warning if view.illustrative else []),
        html.Div([html.Div(id="drawn"), html.Div(id={"picture": slug}, className="graph")],
                 className=f"figure shape-{chart.shape}{'' if answer.frame else ' empty'}", role="img", style={"height": f"{chart.height}px"},
                 **{"aria-labelledby": f"title-{slug}", "aria-describedby": "sentence"}),
        *([html.Ul(key, className="legend")] if key else []),
        html.P(sentence_of(chart, answer), className="sentence", id="sentence"),
        *([html.Ul(notes, className="notes")] if notes else []),
        html.Details([html.Summary("View as table"), html.Div(
            table(answer, chart=chart), className="table-slot", tabIndex=0, role="region",
            **{"aria-label": f"{chart.title}, as a table"})], className="as-table"),
    ]


def _credit(chart: Chart, view: View) -> Component:
    release = view.release
    credits = dict.fromkeys(source["credit"] for source in sources_of(view.answers[chart.slug], release=release) if source["credit"])
    return html.Div([
        html.P([source_words(chart, view), *(f" {credit}" for credit in credits)], className="source"),
        html.P([html.A("This chart with its filters", href=view.selection.address(f"/charts/{chart.slug}")), DOT,
                html.A("CSV", href=held(view).address(f"/charts/{chart.slug}.csv"), **{"aria-label": f"CSV: {chart.title}"}), DOT,
                html.A(NAME, href="/"), DOT, f"release {release.id}, {day_words(release.published[:10])}", DOT,
                html.A("Open Government Licence v3.0", href=OGL)], className="source"),
    ], className="credit")


def pictures(view: View) -> str:
    """Return the pictures of an embed, one for each range of widths."""
    chart = chart_of(view)
    answer, draw = view.answers[chart.slug], SHAPES[chart.shape].svg
    return "".join(
        f'<div class="graph {name}">{draw(answer, chart=replace(chart, slug=f"{chart.slug}-{name}"), selected=view.outlined, width=width)}</div>'
        for name, width in WIDTHS.items())


def drawn(view: View) -> dict[str, Any]:
    """Return the figure that takes the place of the pictures, with its settings; empty where there is nothing to draw."""
    found = figure(chart_of(view), view)
    return {**found, "config": dict(GRAPH_CONFIG)} if found["data"] else {}


def height_of(view: View, *, width: int = USUAL_WIDTH) -> int:
    """Return about how many pixels an embed is tall at a width: what it is given where no script says its own height.

    Narrower than ``NARROWEST`` it scrolls, and grows no more.
    """
    chart = chart_of(view)
    answer, across = view.answers[chart.slug], max(width, NARROWEST) - 32
    key = [item.text for item in SHAPES[chart.shape].legend(answer, chart=chart)] if not answer.reason else []
    texts = [" ".join(key), *(line["props"]["children"] if isinstance(line["props"]["children"], str) else " " * 160
                              for line in card_notes(chart, view)),
             source_words(chart, view), " " * 140, " " * 60 if view.illustrative else ""]
    small = sum(-(-int(len(text) * _LETTER) // across) for text in texts if text)
    large = -(-int(len(sentence_of(chart, answer)) * (_LETTER + 0.6)) // min(across, 640))
    drawn_height = chart.height if answer.frame else 200
    return drawn_height + 184 + (40 if view.illustrative else 0) + large * _LINE + small * _SMALL_LINE


def gone(chart: Chart, selection: Selection) -> list[Component]:
    """Return what stands in place of an embed whose release was withdrawn."""
    return [html.Main([html.H1(chart.title), strip(chart, selection, standing="withdrawn")], className="embed")]


def refused(title: str, why: str) -> list[Component]:
    """Return what stands in place of an embed that its address does not name."""
    return [html.Main([html.H1(title), html.P(why), html.P(html.A("All charts", href="/charts"))], className="embed")]


def title_of(view: View) -> str:
    """Return what an embed is called: its chart, and what it shows."""
    chart = chart_of(view)
    word = "Illustrative figures: " if view.illustrative else ""
    return f"{word}{view.answers[chart.slug].label} \N{EN DASH} {chart.title}"


def held(view: View) -> Selection:
    """Return the selection of a view with its release: what it shows, for good."""
    return replace(view.selection, release=view.release.id)


def code(view: View, *, base: str, theme: str = "", width: int = 0, height: int) -> str:
    """Return the HTML by which a page shows an embed; ``width`` 0: as wide as there is room.

    Systems that take styles out of what oEmbed gives them, as WordPress does, leave ``frameborder`` in.
    """
    chart = chart_of(view)
    source = f"{base}{address(chart, view.selection, theme=theme)}"
    most = f";max-width:{width}px" if width else ""
    return (f'<iframe src="{escape(source)}" title="{escape(title_of(view))}" width="{width or "100%"}" height="{height}" '
            f'frameborder="0" loading="lazy" style="border:0;width:100%{most}"></iframe>')
