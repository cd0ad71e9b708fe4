"""The manifest of a release: what it says of its sources and counts, from the files that it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from data import coverage, engine, quality
from data.count import Count
from data.counts_of_quality import QUALITY_KINDS
from data.coverage import Coverage
from data.inputs import UNPUBLISHED, Inputs, latest_month
from data.model import WEAKEST, Origin, month_text
from data.release import SCHEMA
from data.sources.base import Loaded
from data.sources.registry import source_of

Aggregated = engine.Cells | engine.Tables


def files_of(count: Count, inputs: Inputs) -> tuple[list[Loaded], Origin]:
    """Return the files that feed a count, and the weakest of their origins; of what a release knows of itself all files."""
    every = [loaded for loaded in inputs.loaded if loaded.kind in count.kinds
             or ("any_responses" in count.kinds and loaded.kind in ("responses", "responses_counted"))]
    if count.kinds[0] in QUALITY_KINDS:
        every = with_figures(inputs)
    feeding = [loaded for loaded in every if loaded.source_id in count.sources] or every
    return feeding, min((loaded.origin for loaded in feeding), key=WEAKEST.index)


def with_figures(inputs: Inputs) -> list[Loaded]:
    """Return the files of which figures are made; others are only checked and kept."""
    return [loaded for loaded in inputs.loaded if loaded.kind not in UNPUBLISHED]


def sources(inputs: Inputs) -> list[dict[str, Any]]:
    """Return what the site says of each source that has figures in the release."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for loaded in with_figures(inputs):
        source = source_of(loaded)
        entry = {
            "id": source.id, "label": source.label, "publisher": source.publisher, "licence": source.licence,
            "credit": source.credit, "address": source.address, "cadence": source.cadence,
            "limits": list(source.limits), "vintage": loaded.vintage, "origin": loaded.origin, "kind": loaded.kind,
        }
        key = (loaded.source_id, loaded.origin)
        if key not in found or found[key]["vintage"] < loaded.vintage:
            found[key] = entry
    weakest = min((loaded.origin for loaded in with_figures(inputs)), key=WEAKEST.index)
    return [*found.values(), quality.source(vintage=latest_month(with_figures(inputs)), origin=weakest)]


def stated(
    *, inputs: Inputs, cells: Sequence[Aggregated], covered: Sequence[Coverage], privacy: Mapping[str, Any],
) -> dict[str, Any]:
    counts: dict[str, Any] = {}
    states = {each.field: {"states": each.numbers()} for each in covered}
    for cell in cells:
        count = cell.count
        feeding, origin = files_of(count, inputs)
        counts[count.id] = {
            "label": count.label, "policy": count.policy, "addition": dict(count.addition),
            "cells": cell.rows, "coverage": coverage.stated(cell) | states.get(count.id, {}),
            "origin": origin,
            "sources": [quality.SOURCE] if count.kinds[0] in QUALITY_KINDS else list(
                dict.fromkeys(loaded.source_id for loaded in feeding)),
            "vintage": max(loaded.vintage for loaded in feeding),
        }
        if isinstance(cell, engine.Tables):
            counts[count.id] |= {"tables": list(cell.parts), "cutoff": month_text(cell.cutoff)}
    return {
        "schema": SCHEMA, "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "licence": "Open Government Licence v3.0", "sources": sources(inputs), "counts": counts,
        "latest_month": latest_month(with_figures(inputs)),
        "privacy": privacy,
    }
