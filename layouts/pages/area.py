"""The page of one force or district: everything that a release holds of it, on one sheet that can be printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from data.appeals import held
from data.area_profile import FILTERS, Profile, Supply, choose, illustrative, of_measure, profile, supplies
from data.areas import AREAS, DISTRICTS, FORCES, TRANSPORT_POLICE, Area, districts_of, full_name, other_names, place_name, successors
from data.changes import of_release
from data.counts import COUNT_BY_ID
from data.frame import member_label
from data.measures import MEASURE_BY_ID, UNIT_LABELS
from data.model import ALL, Origin
from data.neighbours import neighbours_of
from data.periods import day_words, window_label
from data.query import Answer
from data.release import Release
from data.selection import Selection, readable
from data.similar import similar_to
from data.summary import Summary
from layouts.changed import PATH as REVISIONS
from layouts.changed import none, of_place
from layouts.charts import APPEALS, CHART_BY_SLUG, CHARTS, Chart
from layouts.components import ORIGINS, card, present, tile
from layouts.describing import plural
from layouts.numbers import brief, interval, shown
from layouts.pages.appeals_list import PATH as LIST
from layouts.pages.coverage import which_months
from layouts.pages.measures import GROUPS
from layouts.pages.stacked import row as stacked_row
from layouts.pages.stacked import stacked
from layouts.pages.text_page import Content, Query, TextPage
from layouts.view import Page, View, look
from layouts.words import change_words, marks_explained

PATH = "/areas"
SLUGS = tuple(chart.slug for chart in CHARTS if chart.page == "/" and "area" not in chart.by)
"""The charts that say something of one place."""
DOT = " \N{MIDDLE DOT} "
_HEADS = ("Measure", "Value", "95% interval", "Period", "Change on a year before")
_NUMBERS = (1, 2)
_SUPPLY_HEADS = ("Field", "Kind", "Supplied", "Missing months")


def address(code: str) -> str:
    """Return the address of an area's page."""
    return f"{PATH}/{code}"


def view_of(release: Release, found: Profile) -> View | None:
    """Return the charts of an area's page: those of its measure that have figures; ``None`` where none has."""
    if not found.measure:
        return None
    selection = of_measure(found.selection, found.measure)
    whole = look(release, selection, page=Page(path=address(found.area.code), title="", says="", charts=SLUGS))
    drawn = tuple(slug for slug in SLUGS if present(CHART_BY_SLUG[slug], whole) and whole.answers[slug].frame)
    if not drawn:
        return None
    page = Page(path=address(found.area.code), title=full_name(found.area.code), says="", charts=drawn, still=True)
    return View(page=page, release=release, selection=selection, summary=whole.summary,
                answers={slug: whole.answers[slug] for slug in drawn})


def answers_of(view: View | None) -> Mapping[str, Answer]:
    """Return the answers of the charts by slug."""
    return view.answers if view else {}


def area_page(release: Release, query: Query, *, code: str) -> Content:
    """Return the page of an area. What cannot be read of its address is said and left out."""
    selection, problem = readable(query, reads=partial(choose, code=code))
    found = profile(release, selection)
    view = view_of(release, found)
    force = found if found.told or found.area.type != "district" else profile(
        release, replace(selection, measure="", area=(found.area.force,)))
    made_up = illustrative(found, answers_of(view)) or illustrative(force, {})
    body: list[Component] = [
        html.P([html.A("All areas", href=PATH), DOT, *_where(found)], className="source"),
        *([_banner(found)] if made_up else []),
        html.P(_lead(found, release=release), className="lead", role="status"),
        *_top(found, force=force),
        _actions(found, force=force, release=release),
        _appeals(found, force=force, release=release),
        html.Dl(_facts(found, release=release), className="facts"),
        *_figures(found),
        *_charts(found, view=view),
        *_coverage(found, release=release),
        *_changed(found.area.code, release=release),
    ]
    return Content(body=body, illustrative=made_up, problem=problem, view=view,
                   feeds=[(f"What changed in {full_name(code)}", f"{address(code)}/changes.atom")])


def _where(found: Profile) -> list[Component | str]:
    area = found.area
    if area.type == "district":
        return ["District in ", html.A(full_name(area.force), href=address(area.force)), DOT, area.code]
    return ["Police force", DOT, area.code]


def _banner(found: Profile) -> Component:
    """Say that figures here are illustrative, and lead to those that are not."""
    return html.P([
        html.Strong("Illustrative figures. "), ORIGINS["illustrative"][1].capitalize(), " Each one on this page says so. ",
        html.A("What was assumed", href="/illustrative"), DOT,
        html.A("Show only published figures", href=f"{address(found.area.code)}?origin=published"),
    ], className="callout illustrative")


def _lead(found: Profile, *, release: Release) -> str:
    """Return how much is known of the area, in a sentence."""
    name = full_name(found.area.code)
    asked = sum(not measure.context for measure in release.measures())
    if not found.told:
        if found.area.type == "district":
            return (f"This release holds no figures of {name} itself. It is policed by {full_name(found.area.force)}, "
                    "whose figures stand here in its place.")
        return f"This release holds no figure of {name} that can be shown for this choice; each measure below says why."
    kinds: dict[str, int] = {}
    for summary in found.told:
        kinds[summary.total.origin or ""] = kinds.get(summary.total.origin or "", 0) + 1
    said = ", ".join(f"{number} {ORIGINS[kind][0].lower()}" for kind, number in kinds.items())
    all_of = f"all {ORIGINS[next(iter(kinds))][0].lower()}" if len(kinds) == 1 and len(found.told) > 1 else said
    return f"This release holds figures of {name} for {len(found.told)} of {plural(asked, 'measure')}{': ' if said else ''}{all_of}."


def _top(found: Profile, *, force: Profile) -> list[Component]:
    """Return the main figures in large; of a district without its own those of its force, under its name."""
    first = force.headlines[:4]
    tiles = [html.Dl([_tile(summary) for summary in first], className="tiles")] if first else []
    if force is found:
        return tiles
    name = full_name(force.area.code)
    return [html.H2(f"Figures of {name}", id="force"), *tiles]


def _actions(found: Profile, *, force: Profile, release: Release) -> Component:
    """Return where to go from here: the first page with this area chosen, the files; without figures to the force."""
    explore = html.A("Explore with filters", href=force.selection.address("/"), className="button")
    if force is not found:
        name = full_name(force.area.code)
        return html.P([html.A(f"Everything about {name}", href=address(force.area.code), className="button"),
                       html.A(f"Explore {name} with filters", href=force.selection.address("/"))], className="actions")
    return html.P([explore, *(_files(found, release=release) if found.figures else [])], className="actions")


def _appeals(found: Profile, *, force: Profile, release: Release) -> Component:
    """Return where the appeals of the area stand: what they bring and who answers, and one by one."""
    own = found if found.area.code in held(release) else force
    return html.P([
        html.A(f"What the appeals of {full_name(force.area.code)} bring, and who answers",
               href=force.selection.without("measure").address(APPEALS)),
        html.A(f"The appeals of {full_name(own.area.code)} one by one", href=own.selection.without("measure").address(LIST)),
    ], className="surfaces further")


def _tile(summary: Summary) -> Component:
    total, row = summary.total, summary.row
    assert row is not None  # a profile holds none without
    word = " (illustrative)" if total.origin == "illustrative" else ""
    caveat = total.measure.caveat(row.area_code)
    said = ", ".join([*_detail(summary), window_label((row.start, row.end))])
    return tile(f"{total.label}{word}", shown(row), f"{said}. {caveat}" if caveat else said)  # type: ignore[return-value]


def _detail(summary: Summary) -> list[str]:
    """Return what a label leaves open: the category that stands for the measure, and a unit that it does not name."""
    total, row = summary.total, summary.row
    assert row is not None  # a profile holds none without
    unit = UNIT_LABELS[total.measure.unit]
    told = total.measure.unit in ("count", "percent", "points", "ratio", "seconds") or unit in total.label
    return [*([member_label("category", row.category).lower()] if row.category != ALL else []), *([] if told else [unit])]


def _facts(found: Profile, *, release: Release) -> list[Component]:
    area = found.area
    also, beside = other_names(area.code), neighbours_of(area.code)
    inside = districts_of(area.code) if area.type == "police_force" else ()
    newer = successors(area.code)
    facts: list[tuple[str, object]] = [
        ("Country", AREAS[area.country].name if area.country else "England, Wales and Scotland, on the railways"),
        ("Policed by", html.A(full_name(area.force), href=address(area.force)) if area.type == "district" else ""),
        ("Also called", ", ".join(also)),
        ("Now part of", ", ".join(f"{each.name} ({each.code})" for each in newer)),
        (f"Districts ({len(inside)})", _links(inside)),
        ("Neighbours", _links(beside, name=lambda code: place_name(code) if AREAS[code].force != area.force else full_name(code))),
        ("Similar forces", _similar(area, release=release) if area.type == "police_force" else ""),
    ]
    return [part for label, text in facts if text for part in (html.Dt(label), html.Dd(text))]


def _similar(area: Area, *, release: Release) -> list[Component | str]:
    """Return the forces that are fair to compare with and where that choice comes from, or why there are none."""
    like = similar_to(release, area.code)
    if not like.codes:
        return [like.why_none(area.code)]
    return [*_links(like.codes), ". ", html.Span(like.says, className="small")]


def _links(codes: Iterable[str], *, name: Callable[[str], str] = full_name) -> list[Component | str]:
    links = [html.A(name(code), href=address(code)) for code in codes]
    return [part for place, link in enumerate(links) for part in ((DOT, link) if place else (link,))]


def _files(found: Profile, *, release: Release) -> list[Component]:
    """Return the links to the files, which name the release that the page shows."""
    query = Selection(measure=found.selection.measure, from_=found.selection.from_, to=found.selection.to,
                      origin=found.selection.origin, release=release.id)
    word = " (illustrative figures)" if illustrative(found, {}) else ""
    path = address(found.area.code)
    return [html.A(f"Everything here as CSV{word}", href=query.address(f"{path}.csv")),
            html.A("The same as JSON", href=query.address(f"{path}.json"), **{"aria-label": f"The same as JSON{word}"})]


def _figures(found: Profile) -> list[Component]:
    """Return a table for each group of measures, of illustrative figures one of their own."""
    tables: list[Component] = []
    for key, (title, _) in GROUPS.items():
        of_group = [summary for summary in found.figures if summary.total.measure.group == key]
        for origin in dict.fromkeys(summary.total.origin for summary in of_group):
            tables += _table(found, [summary for summary in of_group if summary.total.origin == origin], title=title,
                             origin=origin or "published")
    notes = dict.fromkeys(text for summary in found.figures for text in (
        *(note.text for note in summary.total.notes), *marks_explained(summary.total)))
    left = [html.Details([
        html.Summary(f"{plural(len(found.missing), 'measure')} without a figure here"),
        html.Ul([html.Li([html.A(measure.label, href=f"/measures/{measure.id}"), f": {reason}"])
                 for measure, reason in found.missing], className="notes"),
    ], className="as-table")] if found.missing else []
    if not tables:
        return left
    explained = [html.Ul([html.Li(text) for text in notes], className="notes")] if notes else []
    return [html.H2("Figures", id="figures"), *tables, *explained, *left]


def _table(found: Profile, summaries: Sequence[Summary], *, title: str, origin: Origin) -> list[Component]:
    word = f"{ORIGINS[origin][0]} figures"
    name = full_name(found.area.code)
    kind = [] if title == word else [word]
    table = stacked(". ".join([f"{title}, {name}", *kind, ""]).strip(), _HEADS, [_row(found, summary) for summary in summaries], kind="figures-table",
                    numbers=_NUMBERS)
    return [
        html.H3([title, *(part for said in kind for part in (" ", html.Span(said, className=f"badge {origin}")))]),
        html.Div(table, className="table-slot", tabIndex=0, role="region",
                 **{"aria-label": ": ".join([f"{title}, {name}", *(said.lower() for said in kind)])}),
    ]


def _row(found: Profile, summary: Summary) -> Component:
    total, row = summary.total, summary.row
    assert row is not None  # a profile holds none without
    amount, words = change_words(summary.change, measure=total.measure)
    link = of_measure(found.selection, total.measure.id).address("/")
    value = {} if row.value is None else {"data-value": row.value}
    cells = [[html.A(total.label, href=link), html.Span(", ".join(_detail(summary)), className="small")], brief(row), interval(row),
             window_label((row.start, row.end)), html.Span([amount, html.Span(words, className="small")])]
    return stacked_row(_HEADS, cells, numbers=_NUMBERS, about={1: {**value, "data-key": "|".join(row.key)}})


def _charts(found: Profile, *, view: View | None) -> list[Component]:
    """Return the choice of a measure and its charts, as pictures with their tables."""
    if not found.measure:
        return []
    label = MEASURE_BY_ID[found.measure].label
    options = [html.Option(f"{summary.total.measure.label}{' (illustrative)' if summary.total.origin == 'illustrative' else ''}",
                           value=summary.total.measure.id, selected="selected" if summary.total.measure.id == found.measure else None)
               for summary in found.figures]
    kept = [dbc.Input(id=f"kept-{key}", type="hidden", name=key, value=value)
            for key, value in found.selection.without("measure", "area").pairs()]
    form = html.Form([
        html.Label("Charts show", htmlFor="measure"), *kept,
        html.Select(options, id="measure", name="measure", className="form-select"),
        html.Button("Show", type="submit", className="button"),
    ], action=f"{address(found.area.code)}#charts", method="get", className="one-choice")
    if view is None:
        why = next((reason for measure, reason in found.missing if measure.id == found.measure), "There is no figure to show.")
        return [html.H2("Charts", id="charts"), *([form] if options else []), html.P(f"{label}: {why}")]
    return [html.H2(f"Charts: {label}", id="charts"), form,
            html.Div([card(_narrow(slug), view) for slug in view.page.charts], className="grid")]


def _narrow(slug: str) -> Chart:
    """Return a chart as it stands among others of its size; a heat map needs the whole width."""
    chart = CHART_BY_SLUG[slug]
    return chart if chart.shape == "heatmap" else replace(chart, wide=False)


def _coverage(found: Profile, *, release: Release) -> list[Component]:
    """Return what the area supplied of each field, and which months are missing."""
    held = supplies(release, found.area.code)
    if found.selection.origin:
        held = [each for each in held if _origin(release, each) != "illustrative"]
    if not held:
        return []
    whole = sum(each.supplied == each.due for each in held)
    rows = [stacked_row(_SUPPLY_HEADS, [
        html.A(COUNT_BY_ID[each.coverage.field].label, href=f"/data/coverage?field={each.coverage.field}"),
        ORIGINS[_origin(release, each)][0], f"{each.supplied} of {each.due}", which_months(each.coverage, each.runs),
    ], numbers=(2,)) for each in held]
    name = full_name(found.area.code)
    made_up = any(_origin(release, each) == "illustrative" for each in held)
    word = " Illustrative figures are among them." if made_up else ""
    return [
        html.H2("What was supplied", id="coverage"),
        html.P(f"Of {plural(len(held), 'field')} that are expected of {name}, {whole} came in full."),
        html.Div(stacked(f"Months that {name} supplied, by field.{word}", _SUPPLY_HEADS, rows, kind="supply-table", numbers=(2,)),
                 className="table-slot", tabIndex=0, role="region", **{"aria-label": f"What {name} supplied"}),
    ]


def _changed(code: str, *, release: Release) -> list[Component]:
    """Return what the release changed of the figures of an area, and the feed that tells of the next changes."""
    name, changes = full_name(code), of_release(release)
    told: list[Component] = [html.P(none(release))]
    if changes is not None:
        lines = of_place(changes, code)
        told = [html.P(f"Since the release of {day_words(changes.older_created)}:"), html.Ul([html.Li(line) for line in lines])] \
            if lines else [html.P(f"Nothing of {name} since the release of {day_words(changes.older_created)}.")]
    return [html.H2("What changed", id="changed"), *told, html.P([
        html.A("What changed elsewhere", href=REVISIONS),
        html.A("Feed of changes (Atom)", href=f"{address(code)}/changes.atom", **{"aria-label": f"Feed of changes (Atom): {name}"})],
        className="surfaces")]


def _origin(release: Release, supply: Supply) -> Origin:
    origin: Origin = release.manifest["counts"][supply.coverage.field]["origin"]
    return origin


AREA_PAGES: tuple[TextPage, ...] = tuple(
    TextPage(path=address(code), title=full_name(code), wide=True, kept=True, keys=FILTERS, content=partial(area_page, code=code),
             says=f"Everything known of {place_name(code)}: appeals, engagement, contact, attitudes, coverage.")
    for code in (*FORCES, TRANSPORT_POLICE, *DISTRICTS)
)
"""A page for each force and each district."""
