"""The page of corrections: every figure that was published and corrected, with what was wrong and how it came about."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from data.frame import area_label
from data.measures import MEASURE_BY_ID
from data.periods import day_words, period_words
from data.release import Release
from data.remarks import Correction
from layouts.pages.stacked import row, stacked
from layouts.pages.text_page import Content, Query, TextPage

PATH = "/data/corrections"
FEEDS = (("Corrections", f"{PATH}.atom"),)
"""The feed of the page: its title and address."""
_HEADS = ("Date", "Measure", "Place", "Period", "What was wrong", "Why")


def corrections_page(release: Release, query: Query) -> Content:
    """Return the corrections of the release as a table, or say that there are none."""
    found = release.corrections
    marks = html.P(["Figures that differ from the release before carry the mark [r], whether or not they stand here. ",
                    html.A("What the marks mean", href="/help#marks")])
    if not found:
        return Content(feeds=FEEDS, body=[html.P("No correction has been published. Where a figure turns out to be wrong, this page says "
                                    "which, what is right, and how it came about.", className="lead"), marks])
    number = "One figure was" if len(found) == 1 else f"{len(found):,} figures were"
    return Content(feeds=FEEDS, body=[
        html.P(f"{number} published and corrected. The latest correction stands first.", className="lead"),
        marks,
        html.Div(_table(found), className="table-slot", tabIndex=0, role="region", **{"aria-label": "Corrections"}),
        html.H2("Files", id="files"),
        html.P([html.A("CSV", href=f"{PATH}.csv", **{"aria-label": "CSV: corrections"}), " \N{MIDDLE DOT} ",
                html.A("JSON", href=f"{PATH}.json", **{"aria-label": "JSON: corrections"}), " \N{MIDDLE DOT} ",
                html.A("Feed (Atom)", href=f"{PATH}.atom", **{"aria-label": "Feed (Atom): corrections"})]),
    ])


def _table(found: tuple[Correction, ...]) -> Component:
    rows = [row(_HEADS, [
        day_words(each.date),
        html.A(MEASURE_BY_ID[each.measure].label, href=f"/measures/{each.measure}")
        if each.measure in MEASURE_BY_ID else each.measure,
        area_label(each.area_code), period_words(each.period), each.what, each.why,
    ]) for each in found]
    return stacked("Corrections of published figures", _HEADS, rows)


CORRECTIONS_PAGE = TextPage(
    path=PATH, title="Corrections", wide=True, content=corrections_page,
    says="Figures that were published and corrected: what was wrong, what is right, and how it came about.")
