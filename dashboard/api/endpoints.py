"""Every address of the API: one entry each, from which its route, its description and its tests follow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any

from dashboard.api.data import DATA
from dashboard.api.endpoint import Asked, Endpoint, Found, listed
from dashboard.api.parameters import AREA_TYPE, AREAS_OF, FIELD, OF_RELEASE, categories_of
from dashboard.routes import coverage
from data import listing
from data.coverage import STATES, read
from data.described import Column
from data.errors import Gone, NotFound, SelectionError, Unreadable
from data.listing import AREA_COLUMNS, AREA_TYPES, MEASURE_COLUMNS, ORIGINS
from data.model import DIMENSIONS, Dimension
from data.selection import read as read_selection
from layouts.pages.coverage import fields_of

LISTS = {"channel": "channels", "age_group": "age-groups", "crime_type": "crime-types", "category": "categories"}
"""Where the members of each dimension are listed."""


def measures(asked: Asked) -> Found:
    """Find every measure that can be asked for, with what the release holds of it."""
    release = asked.release(asked.one("release"))
    return listed(listing.measures(release), release=release)


def areas(asked: Asked) -> Found:
    """Find every place, of one level where one is named."""
    kind = asked.one("type")
    if kind and kind not in AREA_TYPES:
        raise SelectionError(f"“{kind[:60]}” is not a level of places. The levels are {', '.join(AREA_TYPES)}.", field="type")
    return listed(listing.areas(kind))


def members(asked: Asked, *, dimension: Dimension) -> Found:
    """Find the members of a dimension: groups and single ones in their order."""
    release = asked.release(asked.one("release")) if dimension.open else None
    ids = categories_of(release) if release else sorted(dimension.by_id, key=dimension.order.__getitem__)
    return listed([{"id": name, "label": dimension.by_id[name].label, "group": dimension.group_of(name) if not dimension.open else "",
                    "parts": list(dimension.by_id[name].parts)} for name in ids], release=release)


def releases(asked: Asked) -> Found:
    """Find every release that was published, the newest first."""
    return listed(list(_releases(asked)))


def _releases(asked: Asked) -> Iterator[dict[str, Any]]:
    current = asked.store.current_id()
    for name in asked.store.ids():
        row = {"id": name, "published": asked.store.day(name), "status": "current" if name == current else "earlier", "latest_month": "",
               "withdrawn": None, "why": ""}
        with suppress(NotFound):
            try:
                yield row | {"latest_month": asked.store.glance(name).manifest["latest_month"]}
            except Gone:
                told = asked.store.withdrawal(name) or {}
                yield row | {"status": "withdrawn", "withdrawn": told.get("withdrawn", "")[:10] or None, "why": told.get("why", "")}
            except Unreadable:
                yield row | {"status": "damaged"}


def supplied(asked: Asked) -> Found:
    """Find which place supplied which field in which month."""
    release = asked.release(asked.one("release"))
    offered, field = fields_of(release), asked.one("field")
    if field and field not in offered:
        raise SelectionError(f"“{field[:60]}” is not a field of this release. The fields are {', '.join(offered)}.", field="field")
    places = read_selection({"area": asked.query.get("area", ())}).area
    fields = [field] if field else offered
    made_up = [name for name in fields if release.manifest["counts"][name]["origin"] == "illustrative"]

    def rows(start: int, end: int) -> list[dict[str, str]]:
        found = coverage.rows(release, fields, areas=places)
        return [dict(zip(coverage.COLUMNS, row, strict=True)) for row in islice(found, start, end)]

    held = [found for name in fields if (found := read(release.folder, field=name))]
    total = sum(len(found.months) * sum(code in places or not places for code in found.areas) for found in held)
    return Found(total=total, rows=rows, release=release, illustrative=bool(made_up))


_MEMBER = (
    Column("id", "The id by which it is asked for."), Column("label", "Its name."),
    Column("group", "The group that it belongs to; its own id where it belongs to none.", optional=True),
    Column("parts", "What a group is made of; empty for what is no group.", many=True),
)
_RELEASE = (
    Column("id", "The id by which it is asked for."), Column("published", "The day on which it was published.", "date"),
    Column("status", "Whether it is the one that is served.", members=("current", "earlier", "withdrawn", "damaged")),
    Column("latest_month", "The last month that it has figures of.", "month", optional=True),
    Column("withdrawn", "The day on which it was withdrawn.", "date", optional=True), Column("why", "Why it was withdrawn.", optional=True),
)
_COVERAGE = (
    Column("field", "The field: the count of a measure."), Column("field_name", "Its name."), Column("area_code", "The code of the place."),
    Column("area_name", "Its name."), Column("month", "The month.", "month"),
    Column("state", f"{' '.join(f'{name}: {says}' for name, says in STATES.items())}", members=tuple(STATES)),
    Column("origin", "The kind of the figures.", members=ORIGINS), Column("release", "The release."),
)

ENDPOINTS: tuple[Endpoint, ...] = (
    DATA,
    Endpoint(name="measures", says="Every measure: its definition, its unit, what it can be split by, its limits and its sources.",
             columns=MEASURE_COLUMNS, find=measures, parameters=(OF_RELEASE,)),
    Endpoint(name="areas", says="Every place: countries, police forces, districts.", columns=AREA_COLUMNS, find=areas, parameters=(AREA_TYPE,),
             example="type=police_force"),
    *(Endpoint(name=path, says=f"Every {DIMENSIONS[key].label.lower()} with its group.", columns=_MEMBER,
               find=partial(members, dimension=DIMENSIONS[key]), parameters=(OF_RELEASE,) if DIMENSIONS[key].open else ())
      for key, path in LISTS.items()),
    Endpoint(name="releases", says="Every release: when it was published, which one is served, which were withdrawn and why.",
             columns=_RELEASE, find=releases),
    Endpoint(name="coverage", says="Which place supplied which field in which month.", columns=_COVERAGE, find=supplied,
             parameters=(FIELD, AREAS_OF, OF_RELEASE), example="field=population"),
)
"""The addresses of the API below ``/api/v1``."""
