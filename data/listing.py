"""Measures and places as plain rows: for the API and for the package of a release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from data.areas import AREAS
from data.described import Column
from data.measure import UNIT_LABELS, Measure
from data.measures import MEASURES
from data.model import WEAKEST, Policy
from data.release import Release

ORIGINS = tuple(reversed(WEAKEST))
AREA_TYPES = tuple(dict.fromkeys(area.type for area in AREAS.values()))

MEASURE_COLUMNS: tuple[Column, ...] = (
    Column("id", "The id by which it is asked for."), Column("label", "Its name."), Column("group", "The group that it stands in."),
    Column("definition", "What exactly it says."), Column("numerator", "The field that is counted."),
    Column("denominator", "The field that it is divided by.", optional=True),
    Column("unit", "The unit of its values.", members=tuple(UNIT_LABELS)),
    Column("direction", "Which way is better.", members=("higher", "lower", "neither")),
    Column("dimensions", "What it can be chosen and split by, beside area and period.", many=True),
    Column("categories", "Its categories, where they are a closed list of its own.", many=True),
    Column("grains", "The periods that it is given for.", many=True),
    Column("policy", "Whether it is exact (open) or rests on counts of persons (protected).", members=get_args(Policy), optional=True),
    Column("minimum_base", "No rate is given where its denominator is smaller.", "integer"),
    Column("limits", "What it does not say.", many=True), Column("reviewed", "The month in which its definition was last gone over.", "month"),
    Column("origin", "The kind of its figures in the release; empty: it has none.", members=ORIGINS, optional=True),
    Column("sources", "Who supplied its figures.", many=True), Column("page", "The page that defines it."),
)
AREA_COLUMNS: tuple[Column, ...] = (
    Column("code", "The code by which it is asked for."), Column("name", "Its name."),
    Column("type", "Its level.", members=AREA_TYPES),
    Column("force", "The code of the police force that it lies in; a force's own code; empty for countries.", optional=True),
    Column("country", "The code of its country.", optional=True), Column("page", "Its page.", optional=True),
)


def measures(release: Release) -> list[dict[str, Any]]:
    """Return every measure under ``MEASURE_COLUMNS``."""
    return [_measure(measure, release) for measure in MEASURES]


def _measure(measure: Measure, release: Release) -> dict[str, Any]:
    return {
        "id": measure.id, "label": measure.label, "group": measure.group, "definition": measure.definition, "numerator": measure.numerator,
        "denominator": measure.denominator, "unit": measure.unit, "direction": measure.direction, "dimensions": list(measure.dimensions),
        "categories": list(measure.categories), "grains": list(measure.grains), "policy": measure.policy or "",
        "minimum_base": measure.minimum_base, "limits": list(measure.limits), "reviewed": measure.reviewed,
        "origin": release.origin(measure) or "", "sources": [source["label"] for source in release.sources(measure)],
        "page": f"/measures/{measure.id}",
    }


def areas(kind: str = "") -> list[dict[str, str]]:
    """Return every place, or those of one level, under ``AREA_COLUMNS``."""
    return [{"code": area.code, "name": area.name, "type": area.type, "force": area.force, "country": area.country,
             "page": "" if area.type == "country" else f"/areas/{area.code}"}
            for area in AREAS.values() if kind in ("", area.type)]


def cells(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> list[list[Any]]:
    """Return rows as lists of cells in the order of the columns; several texts of one cell are joined."""
    return [["; ".join(row[column.name]) if column.many else row[column.name] for column in columns] for row in rows]
