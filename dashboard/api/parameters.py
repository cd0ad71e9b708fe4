"""The keys that the API takes, with the values of each as the registries and the release know them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from dashboard.api.endpoint import LARGEST_PAGE, PAGE, Parameter
from data.areas import AREAS
from data.listing import AREA_TYPES
from data.measures import DEFAULT_MEASURE, MEASURES
from data.model import DIMENSIONS, Grain
from data.query import BREAKDOWNS
from data.release import Release
from data.selection import KEYS, MULTIPLE
from layouts.pages.coverage import fields_of

LAST_PAGE = 1_000_000
MONTH = "^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$"
RELEASE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9a-f]{12}$"

Schema = Mapping[str, Any]


def _same(schema: Schema) -> Callable[[Release], Schema]:
    return lambda release: schema


def _one_of(*members: str) -> Callable[[Release], Schema]:
    return _same({"type": "string", "enum": list(members)})


def categories_of(release: Release) -> list[str]:
    """Return the categories that any count of a release holds, in their order."""
    def made() -> list[str]:
        found = {member for count in dict.fromkeys(count for measure in release.measures() for count in measure.counts)
                 if (cube := release.cube(count)) is not None for member in cube.axes.get("category", ())}
        known = DIMENSIONS["category"]
        return sorted((member for member in found if member in known.by_id), key=known.order.__getitem__)

    return release.once(("categories",), made)


def _categories(release: Release) -> Schema:
    return {"type": "string", "enum": categories_of(release)}


def _fields(release: Release) -> Schema:
    return {"type": "string", "enum": fields_of(release)}


_SCHEMAS: Mapping[str, Callable[[Release], Schema]] = {
    "measure": _one_of(*(measure.id for measure in MEASURES)),
    "area": _one_of(*AREAS), "compare": _one_of(*AREAS),
    **{key: _one_of(*dimension.by_id) for key, dimension in DIMENSIONS.items() if not dimension.open},
    "category": _categories,
    "from": _same({"type": "string", "pattern": MONTH}), "to": _same({"type": "string", "pattern": MONTH}),
    "grain": _one_of(*get_args(Grain)), "origin": _one_of("published"),
    "release": _same({"type": "string", "pattern": RELEASE}),
}
_SAYS: Mapping[str, str] = {
    "measure": f"What is measured, {DEFAULT_MEASURE} where it is left out; /api/v1/measures lists them.",
    "area": "Places by their code; a name such as “Surrey” is understood as well. Without one: everywhere.",
    "channel": "Channels or groups of channels.", "age_group": "Age groups.", "crime_type": "Crime types or groups of them.",
    "category": "Categories of the measure.", "from": "The first month.", "to": "The last month.",
    "grain": "How long a period is; without it the shortest at which few enough values are too small to show.",
    "compare": "One more place to set beside the others.",
    "origin": "“published” leaves illustrative figures out.",
    "release": "The release to answer from, for ever the same; without it the newest one.",
}
_EXAMPLES: Mapping[str, str] = {"measure": "B2", "area": "E09000003", "from": "2018-01", "to": "2018-12", "grain": "year",
                                "age_group": "18-24", "channel": "facebook", "crime_type": "burglary"}
SHOWING = ("rebase",)
"""Keys of a page's query that only say how figures are drawn: the API has no use for them."""

SELECTION: tuple[Parameter, ...] = tuple(
    Parameter(name=key, says=_SAYS[key], schema=_SCHEMAS[key], many=key in MULTIPLE, example=_EXAMPLES.get(key, ""))
    for key in KEYS if key not in SHOWING)
"""The keys of a selection, as everywhere on this site."""

BY = Parameter(name="by", many=True, example="area", schema=_one_of(*BREAKDOWNS),
               says=f"What the figures are split by: {'; '.join(f'{name}: {says}' for name, says in BREAKDOWNS.items())}. "
                    "Without it: one total.")
OF_RELEASE = next(parameter for parameter in SELECTION if parameter.name == "release")
AREAS_OF = next(parameter for parameter in SELECTION if parameter.name == "area")
FIELD = Parameter(name="field", says="What was supplied: the count of a measure, its “numerator” in /api/v1/measures. Without one: every field.",
                  schema=_fields)
AREA_TYPE = Parameter(name="type", says="The level of the places.", schema=_one_of(*AREA_TYPES), example="police_force")
PAGING: tuple[Parameter, ...] = (
    Parameter(name="page", says="The page of the rows, 1 for the first.", example="1",
              schema=_same({"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1})),
    Parameter(name="per_page", says="Rows on a page.", example="100",
              schema=_same({"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE})),
)
"""Keys of every answer as JSON; a CSV holds all pages."""
