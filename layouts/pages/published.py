"""What was published elsewhere: results of appeals over half a century, each with its own definition beside it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from dash import html
from dash.development.base_component import Component

from data.frame import member_label
from data.periods import days_label
from data.release import Release
from data.results import Result, published_results, stated
from layouts.pages.stacked import group, row, stacked
from layouts.pages.text_page import Content, Query, TextPage
from layouts.words import as_sentence

PATH = "/appeals/published"
HEADS = ("What was counted", "Figure", "Base", "Period", "Definition and limits", "Source")
NO_BASE = "none given"
NO_NOTE = "No further definition is recorded."


def published(release: Release, query: Query) -> Content:
    """Return every published result of the release with what it counted, in the order of its file."""
    results = published_results(release)
    if not results:
        return Content(body=[html.P("This release holds no results that were published elsewhere.")])
    first, last = min(each.period_start for each in results), max(each.period_end for each in results)
    programmes = list(dict.fromkeys(each.programme for each in results))
    return Content(body=[
        html.P(f"{len(results)} figures of {len(programmes)} programmes and campaigns, {first.year} to {last.year}, as they were "
               "published.", className="lead"),
        html.P([html.Strong("They count different things. "), "Solved, arrested, convicted, found and reported are not the same, "
                "and a base may be cases, appeals or reports. So nothing here is added up, divided or put in order of size, and "
                "no figure says that one programme does better than another."], className="callout"),
        html.P([html.A("CSV", href=f"{PATH}.csv?release={release.id}", **{"aria-label": "CSV: results published elsewhere"}),
                html.A("JSON", href=f"{PATH}.json?release={release.id}", **{"aria-label": "JSON: results published elsewhere"}),
                html.A("What police appeals bring", href="/appeals")], className="surfaces"),
        stacked(f"Results of appeals that were published elsewhere, {first.year} to {last.year}, by programme", HEADS,
                [line for _, found in groupby(results, key=_programme) for line in _lines(list(found))]),
        html.P(f"Source: {stated(release).get('label', 'as named in each row')} (collected to "
               f"{stated(release).get('vintage', 'an unknown date')}); each figure is of the source named beside it.",
               className="source"),
    ])


def _programme(result: Result) -> tuple[str, str]:
    return result.programme, result.country


def _lines(results: Sequence[Result]) -> list[Component]:
    """Return the rows of one programme under its name."""
    head, alike = results[0], len({each.channel for each in results}) == 1
    name = [html.Strong(head.programme), f", {head.country}", f", {_channel(head)}" if alike and _channel(head) else ""]
    return [group(name, columns=len(HEADS)), *(row(HEADS, _cells(each, alike=alike)) for each in results)]


def _channel(result: Result) -> str:
    return "" if result.channel in ("", "all") else member_label("channel", result.channel)


def _cells(result: Result, *, alike: bool) -> list[str | list[Component | str]]:
    where = f" ({_channel(result).lower()})" if not alike and _channel(result) else ""
    base = figure(result.denominator, unit="count") if result.denominator is not None else NO_BASE
    value = figure(result.value, unit=result.unit) if result.value is not None else "not supplied [x]"
    return [f"{result.measure[:1].upper()}{result.measure[1:]}{where}", [html.Strong(value)], base,
            days_label(result.period_start, result.period_end), as_sentence(result.note or NO_NOTE), result.source]


def figure(value: float, *, unit: str) -> str:
    """Return a figure with as many decimals as were published.

    >>> figure(33.3, unit="percent"), figure(6500000, unit="count")
    ('33.3%', '6,500,000')
    """
    text = f"{value:,.4f}".rstrip("0").rstrip(".")
    return f"{text}%" if unit == "percent" else text


PUBLISHED_PAGE = TextPage(
    path=PATH, title="Results published elsewhere", wide=True, content=published, keys=("release",), selects=True,
    says="What Crimewatch, Aktenzeichen XY, Opsporing Verzocht, Crimestoppers and others published of their results, each figure "
         "with its own definition.")
