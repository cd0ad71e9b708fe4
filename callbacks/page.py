"""Filters in, page out: the one Python callback that draws every page.

Its input is the values of all filters, which the browser gathers; its output is all that the page
shows, the cards and the words around them, which the browser spreads over their places (``gather``
and ``spread`` in ``assets/page.js``). With an input for each filter and an output for each place,
Dash would name and check every one of them again for each answer. It does not grow with the number
of charts or filters. What does not change is not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson
from dash import Dash, Input, Output, State

from data.errors import HueError, SelectionError
from data.measures import MEASURE_BY_ID
from data.release import Release
from data.selection import read, readable
from layouts.charts import CHART_BY_SLUG, Chart
from layouts.components import (
    about,
    banner,
    card_head,
    card_notes,
    chips,
    coverage,
    figure,
    legend,
    needs_attention,
    offers,
    present,
    source_words,
    tiles,
)
from layouts.elements import Element
from layouts.filters import chosen_values, offered
from layouts.pages import PAGE_BY_PATH
from layouts.reading import sentence_of
from layouts.view import View, look, shown_on
from layouts.words import status_sentence

Releases = Callable[[str], Release]
"""Given the name of a release (empty: the current one), the release."""
Remember = Callable[[tuple[str, ...], Callable[[], Any]], Any]
"""Given a key and a way to make a value, the value, made once."""


def register(app: Dash, *, releases: Releases, remember: Remember) -> None:
    """Connect the filters of every page to what stands on it."""

    @app.callback(
        Output("drawn", "data"), Input("asked", "data"), State("shown", "data"), prevent_initial_call=True,
    )
    def draw(asked: Any, shown: Any) -> orjson.Fragment:
        return orjson.Fragment(drawn(asked, shown=shown, releases=releases, remember=remember))


def drawn(asked: Any, *, shown: Any, releases: Releases, remember: Remember) -> bytes:
    """Return all that the page shows for the filters' values, as JSON.

    ``asked`` is each filter's value by its id, ``shown`` what the page shows now. Raises ``SelectionError`` for what no page of ours would
    send, ``NotFound`` or ``Gone`` where the page's release is no longer there.
    """
    path = shown.get("path") if isinstance(shown, Mapping) else None
    if path not in PAGE_BY_PATH or not all(isinstance(shown.get(key), str) for key in ("measure", "release")):
        raise SelectionError("The page does not say which one it is.", field="shown")
    release = releases(shown["release"])
    selection = read(chosen_values(asked))
    if shown.get("pinned") is True:
        selection = replace(selection, release=release.id)
    query, before = selection.query_string(), shown["measure"] if shown["measure"] in MEASURE_BY_ID else ""

    def make() -> bytes:
        view = look(release, selection, page=PAGE_BY_PATH[path])
        parts = parts_of(view, query=query, same=view.measure.id == before)
        return orjson.dumps(parts, option=orjson.OPT_SERIALIZE_NUMPY)

    return remember((release.id, path, query, before), make)


def parts_of(view: View, *, query: str, same: bool) -> dict[str, Any]:
    """Return the content of each part of the page by its id, and the parts of each card by its slug.

    What the page keeps is left out: ``same`` says that the measure is the one that it shows. Cards name the
    ``lines`` of their heads, keys and notes by their places.
    """
    chosen = len(view.selection.without("measure", "release").pairs())
    lines = Lines()
    parts = {
        "sentence": status_sentence(view.summary.total),
        "banner": banner(view),
        "offers": offers(view),
        "tiles": tiles(view),
        "attention": needs_attention(view),
        "coverage": coverage(view),
        "chips": chips(view),
        "filter-count": f" ({chosen})" if chosen else "",
        "selection": query,
        "shown": shown_on(view),
        "cards": {slug: _card(CHART_BY_SLUG[slug], view, same=same, lines=lines) for slug in view.answers},
        "lines": lines.sent,
    }
    return parts if same else parts | {"about": about(view), "offered": offered(view)}


class Lines:
    """Lines of words that stand in several cards: each is sent once, as its element's type and properties.

    The same line is the same object again and again (``layouts.components`` keeps them).
    """

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self._kept: dict[int, tuple[int, Element]] = {}

    def places(self, elements: Sequence[Element]) -> list[int]:
        """Return the place of each element among the lines that are sent."""
        found = []
        for element in elements:
            place, _ = self._kept.setdefault(id(element), (len(self.sent), element))
            if place == len(self.sent):
                self.sent.append((element["type"], element["props"]))
            found.append(place)
        return found


def _card(chart: Chart, view: View, *, same: bool, lines: Lines) -> dict[str, Any]:
    """Return the parts of a card; one that the measure cannot feed is hidden and stays as it was."""
    stands, answer = present(chart, view), view.answers[chart.slug]
    hides = {} if same else {"card": not stands}
    if not stands:
        return hides
    parts = hides | {
        "head": lines.places(card_head(answer)),
        "figure": figure(chart, view),
        "legend": lines.places(legend(chart, answer)),
        "sentence": sentence_of(chart, answer),
        "notes": lines.places(card_notes(chart, view)),
    }
    return parts if same else parts | {"source": source_words(chart, view)}


def view_of(path: str, query: Mapping[str, Any], *, releases: Releases) -> View:
    """Return the view of an address. What cannot be read of it is said on the page and left out."""
    selection, problem = readable(query, reads=read)
    try:
        release = releases(selection.release)
    except HueError as error:
        release, selection = releases(""), replace(selection, release="")
        problem = " ".join([*([problem] if problem else []), str(error)])
    return look(release, selection, page=PAGE_BY_PATH[path], problem=problem)
