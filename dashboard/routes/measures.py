"""The list of all measures for programs: each with its definition and what the release holds of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response

from dashboard.routes.charts import Releases
from dashboard.routes.files import as_json
from data.counts import COUNT_BY_ID
from data.measures import MEASURES, Measure
from data.release import Release


def listed(release: Release) -> list[dict[str, Any]]:
    """Return every measure of the registry as it is defined, with its sources in the release."""
    return [_entry(measure, release) for measure in MEASURES]


def _entry(measure: Measure, release: Release) -> dict[str, Any]:
    origin = release.origin(measure)
    return {
        "id": measure.id, "label": measure.label, "group": measure.group, "definition": measure.definition,
        "numerator": _count(measure.numerator, measure.numerator_only),
        "denominator": _count(measure.denominator, measure.denominator_only) if measure.denominator else None,
        "unit": measure.unit, "direction": measure.direction, "dimensions": list(measure.dimensions),
        "categories": list(measure.categories), "grains": list(measure.grains), "policy": measure.policy,
        "minimum_base": measure.minimum_base, "follow_up_days": measure.follow_up, "audience": measure.audience,
        "reviewed": measure.reviewed, "limits": list(measure.limits),
        "breaks": [{"month": month, "why": why} for month, why in measure.breaks],
        "origin": origin,
        "sources": [{key: source[key] for key in ("id", "label", "publisher", "vintage", "origin")}
                    for source in release.sources(measure)] if origin else [],
        "tables": {count: list(COUNT_BY_ID[count].tables) for count in measure.counts if COUNT_BY_ID[count].tables},
        "page": f"/measures/{measure.id}",
    }


def _count(count: str, only: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    return {"id": count, "label": COUNT_BY_ID[count].label, "only": {name: list(members) for name, members in only.items()}}


def register(server: Flask, *, releases: Releases) -> None:
    """Serve ``/measures.json``."""

    def all_of_them() -> Response:
        release = releases("")
        return as_json({"release": release.id, "measures": listed(release)})

    server.add_url_rule("/measures.json", endpoint="hue_measures", view_func=all_of_them)
