"""The filters of a page: native inputs in one form, so that the form's own submission gives the address.

Each filter is a fieldset with its legend. Where a measure does not have a dimension the fieldset is
disabled and says why; what was chosen there stays in the address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash import html
from dash.development.base_component import Component

from data.answers import Figure
from data.areas import AREAS, COUNTRIES
from data.errors import SelectionError
from data.measures import MEASURE_BY_ID, Measure
from data.model import AGE_GROUP, CATEGORY, CHANNEL, CRIME_TYPE, DIMENSIONS, month_text
from data.periods import month_label
from data.query import level_of
from data.selection import Selection
from layouts.charts import CHART_BY_SLUG
from layouts.document import NOTHING, identity
from layouts.view import Page, View

Option = dict[str, str]

GRAINS: Mapping[str, str] = {
    "month": "Month", "quarter": "Quarter", "year": "Year", "rolling_year": "Twelve months, rolling",
}
FIELDSETS: Mapping[str, str] = {
    "measure": "Measure", "area": "Area", "channel": "Channel", "age_group": "Age group", "crime_type": "Crime type",
    "category": "Category", "period": "Period", "grain": "Periods in the trend", "compare": "Compare with",
    "rebase": "Limits of the control chart", "origin": "Kind of figures",
}


def options(view: View) -> dict[str, list[Option]]:
    """Return what each filter that depends on the measure offers, by the filter's id."""
    cubes = cubes_of(view)
    return {
        "area": area_options(view, cubes),
        "age_group": age_options(cubes),
        "category": category_options(view.measure, view.release.cube(view.measure.numerator)),
        "from": month_options(view, cubes, first="From the start"),
        "to": month_options(view, cubes, first="To the latest"),
        "grain": grain_options(view.measure),
        "compare": compare_options(view, cubes),
        "rebase": month_options(view, cubes, first="From the start"),
    }


def cubes_of(view: View) -> list[Figure]:
    """Return the figures that the page is about: of its measure, or of all its charts' where they have their own."""
    ids = [view.measure.numerator]
    if view.page.measure:
        ids += [MEASURE_BY_ID[CHART_BY_SLUG[slug].measure].numerator for slug in view.page.charts]
    found = (view.release.cube(count) for count in dict.fromkeys(ids))
    return [cube for cube in found if cube is not None]


def offered(view: View) -> dict[str, Any]:
    """Return what every filter offers with the measure: options by filter; the rest by fieldset.

    It is sent only when the measure changes, as data that the browser spreads over the filters.
    """
    why = reasons(view)
    return {
        "options": options(view), "disabled": {key: bool(reason) for key, reason in why.items()}, "reasons": why,
        "hidden": {key: hides(key, reason) for key, reason in why.items()},
        "names": {**FIELDSETS, "category": view.measure.category_label or FIELDSETS["category"]},
    }


def measure_options(view: View) -> list[Option]:
    """Return the measures that the release has figures for; illustrative ones say so."""
    found = []
    for measure in view.release.measures():
        if not measure.context or measure == view.measure:
            word = " (illustrative)" if view.release.origin(measure) == "illustrative" else ""
            found.append(_option(f"{measure.label}{word}", measure.id))
    return found


def area_options(view: View, cubes: Sequence[Figure]) -> list[Option]:
    """Return the areas that there are figures for, forces or boroughs before districts."""
    held = dict.fromkeys(code for cube in cubes for code in cube.axes["area"] if code in AREAS)
    level = level_of((), view.measure) if not view.page.measure else "police_force"
    wanted = "district" if level == "london_borough" else "police_force"
    first = [code for code in held if AREAS[code].type == wanted]
    rest = [code for code in held if AREAS[code].type == "district" and wanted != "district"]
    countries = [code for code in held if code in COUNTRIES] if wanted == "police_force" else []
    ordered = [*countries, *sorted(first, key=_name), *sorted(rest, key=_name)]
    chosen = [code for code in ordered if code in view.selection.area]
    return [_option(AREAS[code].name, code) for code in dict.fromkeys([*chosen, *ordered])]


def _name(code: str) -> str:
    return AREAS[code].name


def age_options(cubes: Sequence[Figure]) -> list[Option]:
    """Return the age groups, and those that overlap them where there are figures for them."""
    apart = [member for member in AGE_GROUP.apart if any(cube.holds("age_group", member.id) for cube in cubes)]
    return [*_members(AGE_GROUP), *(_option(member.label, member.id) for member in apart)]


def category_options(measure: Measure, cube: Figure | None) -> list[Option]:
    """Return the offence groups or themes of the measure."""
    if cube is None or "category" not in cube.axes:
        return []
    held = [member for member in cube.axes["category"] if member in CATEGORY.by_id]
    return [_option(CATEGORY.by_id[member].label, member) for member in sorted(held, key=CATEGORY.order.__getitem__)]


def month_options(view: View, cubes: Sequence[Figure], *, first: str) -> list[Option]:
    """Return the months at which there are figures, the newest first."""
    months = sorted({month for cube in cubes for month in _months(cube)}, reverse=True)
    chosen = [value for value in (view.selection.from_, view.selection.to, view.selection.rebase) if value]
    texts = dict.fromkeys([*(month_text(month) for month in months), *chosen])
    named = [_option(month_label(int(text[:4]) * 12 + int(text[5:]) - 1), text) for text in texts]
    return [_option(first, NOTHING), *(named if cubes else [])]


def _months(cube: Figure) -> Sequence[int]:
    """Return the months at which periods of some figures begin or end."""
    each = cube.each
    if cube.running and each == 1:
        return range(cube.first, cube.last + 1)
    if cube.running:
        return [month for year in range(cube.first // 12, cube.last // 12 + 1) for month in (year * 12, year * 12 + 11)]
    ends = [cube.first + int(place) for place in cube.held]
    return [*ends, *(end - each + 1 for end in ends if each)]


def grain_options(measure: Measure) -> list[Option]:
    """Return the grains of the measure, the choice of the page first."""
    named = () if measure.stands_alone else measure.grains
    return [_option("Finest that can be shown", ""), *(_option(GRAINS[grain], grain) for grain in named)]


def compare_options(view: View, cubes: Sequence[Figure]) -> list[Option]:
    """Return the places that can be compared with: countries, then the areas of the measure."""
    offered = [_option("Nothing", NOTHING)]
    if not cubes or not _comparable(view):
        return offered
    whole = view.measure.whole
    others = [option for option in area_options(view, cubes) if option["value"] != whole]
    return [*offered, _option(AREAS[whole].name, whole), *others]


def _comparable(view: View) -> bool:
    """Whether any measure of the page sets places of different size side by side."""
    own = [MEASURE_BY_ID[CHART_BY_SLUG[slug].measure] for slug in view.page.charts] if view.page.measure else [view.measure]
    return any(measure.comparable() for measure in own)


def _option(label: str, value: str) -> Option:
    return {"label": label, "value": value}


def fieldsets(page: Page) -> tuple[str, ...]:
    """Return the filters of a page: the month of new limits stands only where a control chart does.

    Where all charts have measures of their own, only what changes one of them is offered.
    """
    used = {key for slug in page.charts for key in CHART_BY_SLUG[slug].filters}
    if page.measure:
        return tuple(key for key in FIELDSETS if key in used or key == "period")
    return tuple(key for key in FIELDSETS if key != "rebase" or key in used)


def reasons(view: View) -> dict[str, str]:
    """Return why a filter cannot be used with the measure, by fieldset; empty where it can."""
    found = dict.fromkeys(fieldsets(view.page), "")
    measure = view.measure
    collected = {*measure.dimensions, *dimensions_of(view.page)}
    for key in DIMENSIONS:
        if key in found and key not in collected:
            found[key] = f"{measure.label} is not collected by {DIMENSIONS[key].label.lower()}."
    if view.page.single and CHART_BY_SLUG[view.page.charts[0]].measure:
        found["measure"] = f"This chart is always about one measure: {measure.label.lower()}."
    if not _comparable(view):
        found["compare"] = "Numbers of places of different size are not compared. Choose a rate or a share."
    if "grain" in found and measure.stands_alone:
        found["grain"] = f"{measure.label} is published for {measure.stands_alone} months together only."
    elif "grain" in found and len(measure.grains) == 1:
        found["grain"] = f"{measure.label} is published by {measure.grains[0].replace('_', ' ')} only."
    if not view.release.illustrative():
        found["origin"] = "This release holds no illustrative figures."
    return found


def dimensions_of(page: Page) -> set[str]:
    """Return the dimensions of the charts of a page whose measures are fixed; none where the reader chooses one."""
    if not page.measure:
        return set()
    return {name for slug in page.charts for name in MEASURE_BY_ID[CHART_BY_SLUG[slug].measure].dimensions}


def form(view: View) -> Component:
    """Return the form with every filter of the page."""
    offered, why, chosen = options(view), reasons(view), view.selection
    boxes = [
        *([_fieldset("measure", _select("measure", measure_options(view), view.measure.id, label="Show"), why, chosen)]
          if "measure" in why else []),
        _fieldset("area", [_search("area"), _checks("area", "area", offered["area"], list(chosen.area))], why, chosen),
        _fieldset("channel", _channels(chosen), why, chosen),
        _fieldset("age_group", [_checks("age_group", "age_group", offered["age_group"],
                                        narrow("age_group", chosen.age_group))], why, chosen),
        _fieldset("crime_type", [_search("crime_type"), _checks(
            "crime_type", "crime_type", _members(CRIME_TYPE), narrow("crime_type", chosen.crime_type))], why, chosen),
        *([_fieldset("category", [_checks("category", "category", offered["category"], list(chosen.category))], why,
                     chosen, legend=view.measure.category_label)] if "category" in why else []),
        _fieldset("period", [*_select("from", offered["from"], chosen.from_, label="From"),
                             *_select("to", offered["to"], chosen.to, label="To")], why, chosen),
        *([_fieldset("grain", [_radio("grain", offered["grain"], chosen.grain)], why, chosen)] if "grain" in why else []),
        _fieldset("compare", _select("compare", offered["compare"], chosen.compare, label="Place"), why, chosen),
        *([_fieldset("rebase", _select("rebase", offered["rebase"], chosen.rebase, label="Taken anew from"), why, chosen)]
          if "rebase" in why else []),
        _fieldset("origin", [_checks("origin", "origin", [_option("Only published figures", "published")],
                                     [chosen.origin] if chosen.origin else [])], why, chosen),
    ]
    submit = html.Div(html.Button("Show", type="submit", className="button"), className="no-script")
    held = [dbc.Input(id="kept-release", type="hidden", name="release", value=chosen.release)] if chosen.release else []
    return html.Form([*boxes, *held, submit], id="filters", action=view.page.path, method="get", className="filters")


def _fieldset(
    key: str, inside: Sequence[Component], why: Mapping[str, str], chosen: Selection, *, legend: str = ""
) -> Component:
    """A filter with its legend. What was chosen in a disabled one travels on in hidden fields."""
    reason = why[key]
    kept = [
        dbc.Input(id=f"kept-{name}-{place}", type="hidden", name=name, value=value)
        for name in (("from", "to") if key == "period" else (key,)) if reason
        for place, value in enumerate(chosen.get(name))
    ]
    fieldset = html.Fieldset(
        [html.Legend(legend or FIELDSETS[key], id={"name": key}), *inside],
        id={"fieldset": key}, disabled=bool(reason), className="filter",
    )
    return html.Div([fieldset, html.P(reason, id={"reason": key}, className="reason"), *kept], id={"box": key},
                    hidden=hides(key, reason))


def hides(key: str, reason: str) -> bool:
    """Whether a filter that cannot be used is left out of sight: categories belong to few measures."""
    return key == "category" and bool(reason)


def _members(dimension: Any) -> list[Option]:
    return [_option(member.label, member.id) for member in dimension.members]


def narrow(key: str, chosen: Sequence[str]) -> list[str]:
    """Return a choice as the narrow members that its check boxes stand for."""
    return [part for member in chosen for part in DIMENSIONS[key].narrow(member)]


def _channels(chosen: Selection) -> list[Component]:
    """Five groups that open into their members, and the rest."""
    groups = []
    for group in CHANNEL.groups:
        parts = [CHANNEL.by_id[part] for part in group.parts]
        picked = [part for part in narrow("channel", chosen.channel) if part in group.parts]
        whole = [] if len(parts) == 1 else [_option(f"All of {group.label.lower()}", group.id)]
        offered = [*whole, *(_option(part.label, part.id) for part in parts)]
        value = [group.id, *picked] if whole and set(picked) == set(group.parts) else picked
        groups.append(html.Details(
            [html.Summary(group.label), _checks(f"channel:{group.id}", "channel", offered, value)],
            open=bool(picked), className="group",
        ))
    return groups


def _search(key: str) -> Component:
    return html.Div([
        html.Label(f"Search {FIELDSETS[key].lower()}s", htmlFor=f"search-{key}", className="small"),
        dbc.Input(id=f"search-{key}", type="search", placeholder="", autocomplete="off", className="search"),
    ], className="script-only", **{"data-searches": key})  # type: ignore[arg-type]


def _checks(filter_id: str, name: str, offered: list[Option], value: list[str]) -> Component:
    return html.Div(dbc.Checklist(id={"filter": filter_id}, name=name, options=offered, value=value,
                                  className="checks"), className="scroll", **{"data-list": filter_id})  # type: ignore[arg-type]


def _radio(key: str, offered: list[Option], value: str) -> Component:
    return dbc.RadioItems(id={"filter": key}, name=key, options=offered, value=value, className="checks")


def _select(key: str, offered: list[Option], value: str, *, label: str) -> list[Component]:
    own = {"filter": key}
    return [html.Label(label, htmlFor=identity(own), className="small"),
            dbc.Select(id=own, name=key, options=offered, value=value or NOTHING)]


def chosen_values(asked: Any) -> dict[str, list[str]]:
    """Return the query that the filters' values mean, as ``data.selection.read`` takes it.

    Raises ``SelectionError`` for values that no filter has.
    """
    if not isinstance(asked, Mapping):
        raise SelectionError("The page does not say what its filters hold.", field="query")
    query: dict[str, list[str]] = {}
    for filter_id, value in asked.items():
        key = filter_id.split(":")[0]
        listed = value if isinstance(value, list) else [value] if value and value != NOTHING else []
        if not all(isinstance(each, str) for each in listed):
            raise SelectionError("A filter holds what is no text.", field=key[:60])
        query.setdefault(key, []).extend(listed)
    return query
