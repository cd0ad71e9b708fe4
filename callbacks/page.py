"""Filters in, page out: the one Python callback that draws every page.

Its inputs are all filters, its outputs all cards of the page and the words around them; it does not
grow with the number of charts or filters. What does not change is not sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from data.errors import HueError, SelectionError
from data.release import Release
from data.selection import EMPTY, Selection, read
from layouts.charts import CHART_BY_SLUG, Chart
from layouts.components import about, banner, card_head, card_notes, chips, figure, legend, offers, present, source_words, tiles
from layouts.document import plain
from layouts.filters import chosen_values, offered
from layouts.pages import PAGE_BY_PATH
from layouts.view import View, look
from layouts.words import card_sentence, status_sentence

Releases = Callable[[str], Release]
"""Given the name of a release (empty: the current one), the release."""
Remember = Callable[[tuple[str, ...], Callable[[], Any]], Any]
"""Given a key and a way to make a value, the value, made once."""


def register(app: Dash, *, releases: Releases, remember: Remember) -> None:
    """Connect the filters of every page to its cards."""

    @app.callback(
        output={
            "sentence": Output("sentence", "children"),
            "banner": Output("banner", "children"),
            "offers": Output("offers", "children"),
            "tiles": Output("tiles", "children"),
            "about": Output("about", "children"),
            "chips": Output("chips", "children"),
            "count": Output("filter-count", "children"),
            "selection": Output("selection", "data"),
            "shown": Output("shown", "data"),
            "hidden": Output({"card": ALL}, "hidden"),
            "head": Output({"head": ALL}, "children"),
            "figure": Output({"figure": ALL}, "figure"),
            "legend": Output({"legend": ALL}, "children"),
            "words": Output({"sentence": ALL}, "children"),
            "notes": Output({"notes": ALL}, "children"),
            "source": Output({"source": ALL}, "children"),
            "offered": Output("offered", "data"),
        },
        inputs={"values": Input({"filter": ALL}, "value")},
        state={"shown": State("shown", "data")},
        prevent_initial_call=True,
    )
    def draw(values: Sequence[Any], shown: Mapping[str, str]) -> dict[str, Any]:
        filters = [item["id"]["filter"] for item in ctx.args_grouping["values"]]
        ids = {name: [next(iter(item["id"].values())) for item in asked]
               for name, asked in ctx.outputs_grouping.items() if isinstance(asked, list)}
        return drawn(dict(zip(filters, values, strict=True)), shown=shown, ids=ids, releases=releases, remember=remember)


def drawn(
    values: Mapping[str, Any], *, shown: Mapping[str, str], ids: Mapping[str, Sequence[str]], releases: Releases,
    remember: Remember,
) -> dict[str, Any]:
    """Return every output of the page for the filters' values.

    ``shown`` is what the page shows now, ``ids`` the components of each output that comes as a list.
    Raises ``SelectionError`` for what no page of ours would send, ``NotFound`` or ``Gone`` where the
    page's release is no longer there.
    """
    path = shown.get("path") if isinstance(shown, Mapping) else None
    if path not in PAGE_BY_PATH or not all(isinstance(shown.get(key), str) for key in ("measure", "release")):
        raise SelectionError("The page does not say which one it is.", field="shown")
    release = releases(shown["release"])
    selection = read(chosen_values(values))
    same = selection.measure == shown["measure"]
    key = (release.id, path, selection.query_string(), str(same), repr(ids))
    return remember(key, lambda: _outputs(release, selection, path=path, ids=ids, same=same))


def _outputs(
    release: Release, selection: Selection, *, path: str, ids: Mapping[str, Sequence[str]], same: bool
) -> dict[str, Any]:
    view = look(release, selection, page=PAGE_BY_PATH[path])
    chosen = len(selection.without("measure", "release").pairs())
    standing = {slug: CHART_BY_SLUG[slug] for slug in view.answers if present(CHART_BY_SLUG[slug], view)}

    def each(name: str, make: Callable[[Chart, View], Any]) -> list[Any]:
        """Make one output of each card that there is; cards that the measure cannot feed stay as they are."""
        return [plain(make(standing[slug], view)) if slug in standing else no_update for slug in ids[name]]

    return {
        "sentence": status_sentence(view.summary.total),
        "banner": plain(banner(view)),
        "offers": plain(offers(view)),
        "tiles": plain(tiles(view)),
        "about": no_update if same else plain(about(view)),
        "chips": plain(chips(view)),
        "count": f" ({chosen})" if chosen else "",
        "selection": selection.query_string(),
        "shown": {"path": path, "measure": selection.measure, "release": release.id},
        "hidden": [no_update if same else slug not in standing for slug in ids["hidden"]],
        "head": each("head", lambda chart, view: card_head(view.answers[chart.slug])),
        "figure": each("figure", figure),
        "legend": each("legend", lambda chart, view: legend(chart, view.answers[chart.slug])),
        "words": each("words", lambda chart, view: card_sentence(view.answers[chart.slug])),
        "notes": each("notes", card_notes),
        "source": [no_update] * len(ids["source"]) if same else each("source", source_words),
        "offered": no_update if same else offered(view),
    }


def view_of(path: str, query: Mapping[str, Any], *, releases: Releases) -> View:
    """Return the view of an address. What cannot be read of it is said on the page and left out."""
    selection, problem = _readable(query)
    try:
        release = releases(selection.release)
    except HueError as error:
        release, selection = releases(""), replace(selection, release="")
        problem = " ".join([*([problem] if problem else []), str(error)])
    return look(release, selection, page=PAGE_BY_PATH[path], problem=problem)


def _readable(query: Mapping[str, Any]) -> tuple[Selection, str]:
    """Return what can be read of a query, and what was wrong with each key that had to be left out."""
    left, said = dict(query), []
    while True:
        try:
            return read(left), " ".join(said)
        except SelectionError as error:
            said.append(str(error))
            if error.field not in left:
                return EMPTY, " ".join(said)
            del left[error.field]
