"""The page of coverage: who supplied which field for which month, as a picture, a table and a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from data.areas import AREAS
from data.counts import COUNT_BY_ID
from data.coverage import STATES, Coverage, is_told, read
from data.model import Origin
from data.periods import month_label
from data.release import Release
from layouts import coverage_picture
from layouts.components import ORIGINS
from layouts.coverage_picture import SWATCHES, period, stretch
from layouts.pages.measures import GROUPS
from layouts.pages.text_page import Content, Query, TextPage

PATH = "/data/coverage"


def fields_of(release: Release) -> list[str]:
    """Return the fields whose coverage a release holds, in the order of the groups and the registry.

    A count that none of the expected areas supplied has none.
    """
    held = [count for count in release.manifest["counts"] if count in COUNT_BY_ID and is_told(release.manifest, count)]
    order = list(GROUPS)
    return sorted(held, key=lambda count: order.index(COUNT_BY_ID[count].group))


def coverage_page(release: Release, query: Query) -> Content:
    """Return the coverage of the field that the address names, of the first one where it names none."""
    offered = fields_of(release)
    if not offered:
        return Content(body=[html.P("This release was made before coverage was kept. The next one will hold it.")])
    field, problem = _asked(query, offered=offered)
    found = read(release.folder, field=field)
    assert found is not None  # offered: the manifest says that it is there
    origin: Origin = release.manifest["counts"][field]["origin"]
    label, illustrative = COUNT_BY_ID[field].label, origin == "illustrative"
    kind = _kind(found)
    said = sentence(found, label=label)
    word = "Illustrative figures: " if illustrative else ""
    picture = coverage_picture.svg(found, title=f"{word}{label}: who supplied which month", description=said,
                                   illustrative=illustrative)
    body: list[Component] = [
        html.P(said, className="lead", role="status"),
        *([html.P([html.Strong("Illustrative figures. "), ORIGINS[origin][1]], className="callout")] if illustrative else []),
        _form(release, offered=offered, field=field),
        html.H2(f"{word}{label}, by {kind[:-1]} and month", id="picture"),
        html.Ul([html.Li([html.Span([html.Strong(f"{name.capitalize()}. "), text])], className=SWATCHES[name])
                 for name, text in STATES.items()], className="legend states"),
        html.Div(id={"picture": "coverage"}, className="picture", tabIndex=0, role="region",
                 **{"aria-label": f"{label}, as a picture"}),
        html.H2("The same as a table", id="table"),
        html.Div(_table(found, caption=f"{word}{label}: months by state, and which months are not supplied", kind=kind),
                 className="table-slot", tabIndex=0, role="region", **{"aria-label": f"{label}, as a table"}),
        html.H2("Files", id="files"),
        html.P([html.A("CSV of this field", href=f"{PATH}.csv?{urlencode({'field': field, 'release': release.id})}"), " \N{MIDDLE DOT} ",
                html.A("CSV of every field", href=f"{PATH}.csv?release={release.id}")]),
        html.P("One row for each area, field and month, with its state. Of counts of persons this is told by the published, "
               "protected tables, never by the true counts."),
    ]
    return Content(body=body, pictures={"coverage": picture}, illustrative=illustrative, problem=problem)


def _asked(query: Query, *, offered: Sequence[str]) -> tuple[str, str]:
    """Return the field of the address and, where it names none that there is, what was wrong."""
    named = query.get("field", ())
    if not named or named == [""]:
        return offered[0], ""
    if len(named) > 1:
        return offered[0], "“field” can be given once only."
    if named[0] not in offered:
        return offered[0], f"“{named[0][:60]}” is not a field of this release."
    return named[0], ""


def _kind(found: Coverage) -> str:
    return "boroughs" if AREAS[found.areas[0]].type == "district" else "forces"


def sentence(found: Coverage, *, label: str) -> str:
    """Return how much of what was due came in: in the latest month, and in all."""
    last = len(found.months) - 1
    came, due = found.supplied(month=last)
    text = f"{label}: {came} of {due} {_kind(found)} supplied {period(found, last)} ({came / due:.0%})."
    if last:
        came, due = found.supplied()
        text += (f" Of all {due:,} months that they owe since {month_label(found.months[0])}, {came:,} came in "
                 f"({_share(came, due)}).")
    return text


def _share(came: int, due: int) -> str:
    """Return a share that is 100% only where everything came in."""
    return "100%" if came == due else f"{min(came / due, 0.999):.1%}"


def _form(release: Release, *, offered: Sequence[str], field: str) -> Component:
    """Return the choice of a field: a form that needs no script."""
    groups = [html.Optgroup([
        html.Option(f"{COUNT_BY_ID[name].label}{_word(release, name)}", value=name, selected="selected" if name == field else None)
        for name in offered if COUNT_BY_ID[name].group == key], label=title)
        for key, (title, _) in GROUPS.items() if any(COUNT_BY_ID[name].group == key for name in offered)]
    return html.Form([
        html.Label("Field", htmlFor="field"),
        html.Select(groups, id="field", name="field", className="form-select"),
        html.Button("Show", type="submit", className="button"),
    ], action=PATH, method="get", className="one-choice")


def _word(release: Release, name: str) -> str:
    return " (illustrative)" if release.manifest["counts"][name]["origin"] == "illustrative" else ""


def _table(found: Coverage, *, caption: str, kind: str) -> Component:
    heads = [kind[:-1].capitalize(), *(name.capitalize() for name in STATES), "Which months"]
    rows = []
    for place in coverage_picture.order(found):
        code = found.areas[place]
        runs = found.runs(place)
        numbers = dict.fromkeys(STATES, 0)
        for state, first, last in runs:
            numbers[state] += last - first + 1
        rows.append(html.Tr([html.Th(AREAS[code].name, scope="row"), *(html.Td(f"{numbers[name]}", className="number") for name in STATES),
                             html.Td(which_months(found, runs))]))
    return html.Table([html.Caption(caption), html.Thead(html.Tr([
        html.Th(text, scope="col", **({"className": "number"} if text.lower() in STATES else {})) for text in heads])),
                       html.Tbody(rows)])


def which_months(found: Coverage, runs: Sequence[tuple[str, int, int]]) -> str:
    """Return the months that are not there, in words, or that all are."""
    gaps: Mapping[str, list[str]] = {name: [] for name in STATES if name != "supplied"}
    for state, first, last in runs:
        if state != "supplied":
            gaps[state].append(stretch(found, first, last))
    said = [f"{name.capitalize()}: {', '.join(spans)}." for name, spans in gaps.items() if spans]
    return " ".join(said) or "All supplied."


COVERAGE_PAGE = TextPage(
    path=PATH, title="Coverage", wide=True, content=coverage_page, keys=("field",),
    says="Which police force supplied which figures for which month, and which are late or missing.")
