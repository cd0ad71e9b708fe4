"""Everything that a release holds of one force or district: a value for each measure, and what it supplied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from data.areas import AREAS, Area, districts_of, other_names, successors
from data.counts import COUNT_BY_ID
from data.coverage import Coverage
from data.coverage import read as read_coverage
from data.errors import NotFound, SelectionError
from data.export import as_json
from data.measures import DEFAULT_MEASURE, Measure
from data.model import month_text
from data.neighbours import neighbours_of
from data.query import Answer
from data.release import Release
from data.selection import KEYS, Selection, read
from data.summary import Summary, summarise

FILTERS = ("measure", "from", "to", "origin")
"""The keys of the query that change the page of an area; its files also take ``release``."""
HEADLINES = ("A1", "A6", "E4", "C1", "R1", "P7", "P3", "P1", "B1", "B2", "E3")
"""Measures by which an area is known first: those with a value stand in large, and the charts start with one of them."""


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The figures of one area: those that there are, and why there is none of the other measures."""

    area: Area
    selection: Selection
    figures: tuple[Summary, ...]
    missing: tuple[tuple[Measure, str], ...]

    @property
    def told(self) -> tuple[Summary, ...]:
        """The figures that have a value: neither too small to show nor missing."""
        return tuple(summary for summary in self.figures if summary.row is not None and summary.row.value is not None)

    @property
    def headlines(self) -> tuple[Summary, ...]:
        """The figures by which the area is known first."""
        held = {summary.total.measure.id: summary for summary in self.told}
        return tuple(held[measure] for measure in HEADLINES if measure in held)

    @property
    def measure(self) -> str:
        """The id of the measure that the charts show: the chosen one, else the usual one or the first headline; or empty."""
        held = [summary.total.measure.id for summary in (*self.headlines, *self.told, *self.figures)]
        return self.selection.measure or (DEFAULT_MEASURE if DEFAULT_MEASURE in held else next(iter(held), ""))


@dataclass(frozen=True, kw_only=True)
class Supply:
    """What an area supplied of one field: the months that it owes, those that came, and the stretches in each state."""

    coverage: Coverage
    place: int

    @property
    def supplied(self) -> int:
        """Months that came in."""
        return self._months("supplied")

    @property
    def due(self) -> int:
        """Months that the area owes: those before its first are not due."""
        return len(self.coverage.months) - self._months("not collected")

    @property
    def runs(self) -> list[tuple[str, int, int]]:
        """The stretches of months in one state, oldest first."""
        return self.coverage.runs(self.place)

    def _months(self, wanted: str) -> int:
        return sum(last - first + 1 for state, first, last in self.runs if state == wanted)


def area_of(code: str) -> Area:
    """Return a force or a district by its code. Raises ``NotFound``."""
    if code not in AREAS or AREAS[code].type == "country":
        raise NotFound(f"No police force or district has the code “{code[:40]}”. /areas lists them all.")
    return AREAS[code]


def choose(query: Mapping[str, Sequence[str]], *, code: str, filters: Sequence[str] = FILTERS) -> Selection:
    """Return the selection that the address of an area's page means. Raises ``SelectionError`` with the field at fault."""
    for key in query:
        if key in KEYS and key not in filters:
            raise SelectionError(f"“{key}” is no filter of an area's page. The filters are {', '.join(filters)}.", field=key)
    return replace(read(query), area=(code,))


def profile(release: Release, selection: Selection) -> Profile:
    """Return the figures of the one area of a selection, each as the first page gives it for the same selection."""
    figures: list[Summary] = []
    missing: list[tuple[Measure, str]] = []
    for measure in release.measures():
        if measure.context:
            continue
        found = summarise(release, of_measure(selection, measure.id))
        if found.row is not None:
            figures.append(found)
        else:
            missing.append((measure, found.total.reason))
    return Profile(area=AREAS[selection.area[0]], selection=selection, figures=tuple(figures), missing=tuple(missing))


def of_measure(selection: Selection, measure: str) -> Selection:
    """Return the selection with another measure, in its canonical form."""
    return replace(selection, measure="" if measure == DEFAULT_MEASURE else measure)


def supplies(release: Release, code: str) -> list[Supply]:
    """Return what an area supplied of each field that it is expected to supply, in the order of the registry."""
    found = []
    for count, stated in release.manifest["counts"].items():
        if count not in COUNT_BY_ID or not any(stated["coverage"].get("states", {}).values()):
            continue
        coverage = read_coverage(release.folder, field=count)
        if coverage is not None and code in coverage.areas:
            found.append(Supply(coverage=coverage, place=coverage.areas.index(code)))
    order = list(COUNT_BY_ID)
    return sorted(found, key=lambda each: order.index(each.coverage.field))


def described(area: Area) -> dict[str, Any]:
    """Return an area with its names and the areas around it, as files give it."""
    return {
        "code": area.code, "name": area.name, "type": area.type, "force": area.force, "country": area.country,
        "other_names": list(other_names(area.code)), "page": f"/areas/{area.code}",
        "now_part_of": [{"code": newer.code, "name": newer.name} for newer in successors(area.code)],
        "neighbours": list(neighbours_of(area.code)),
        "districts": list(districts_of(area.code)) if area.type == "police_force" else [],
    }


def as_data(found: Profile, *, release: Release, charts: Mapping[str, Answer]) -> dict[str, Any]:
    """Return all that stands on an area's page, ready to be written as JSON; ``charts`` are its answers by slug."""
    return {
        "area": described(found.area),
        "release": release.id,
        "asked": found.selection.query_string(),
        "figures": [as_json(summary.total, release=release) | {"change": _change(summary)} for summary in found.figures],
        "missing": [{"measure": measure.id, "reason": reason} for measure, reason in found.missing],
        "charts": {slug: as_json(answer, release=release) for slug, answer in charts.items()},
        "coverage": [_supply(supply) for supply in supplies(release, found.area.code)],
    }


def _change(summary: Summary) -> dict[str, Any]:
    change = summary.change
    if change.later is None or change.earlier is None:
        return {"reason": change.reason}
    return {"value": change.later.value, "year_before": change.earlier.value,
            "difference": dict(zip(("value", "lower", "upper"), change.difference, strict=True)) if change.difference else None}


def _supply(supply: Supply) -> dict[str, Any]:
    months = supply.coverage.months
    return {
        "field": supply.coverage.field, "supplied": supply.supplied, "due": supply.due,
        "states": [{"state": state, "from": month_text(months[first]), "to": month_text(months[last])}
                   for state, first, last in supply.runs],
    }


def rows_of(found: Profile, charts: Mapping[str, Answer]) -> list[Answer]:
    """Return the answers whose rows stand in the file: the total of each measure, then those of the charts."""
    return [*(summary.total for summary in found.figures), *charts.values()]


def illustrative(found: Profile, charts: Mapping[str, Answer]) -> bool:
    """Whether any figure among them is illustrative."""
    return any(answer.origin == "illustrative" and len(answer.frame) for answer in rows_of(found, charts))
