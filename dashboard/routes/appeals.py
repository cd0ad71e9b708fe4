"""The list of appeals and the results published elsewhere as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Flask, Response, request

from dashboard.routes.charts import Releases, selection_of_request
from dashboard.routes.files import (
    as_json,
    file_name,
    none_but,
    records_as_csv,
    short_enough,
)
from data.appeals import FILE_SIZE, KIND, Appeal, Search, every, find, read_search
from data.areas import AREAS
from data.errors import SelectionError
from data.release import Release
from data.results import Result, published_results, stated
from layouts.pages.appeals_list import PATH as LIST
from layouts.pages.published import PATH as PUBLISHED

RESULT_COLUMNS = ("programme", "country", "area_code", "area_name", "channel", "period_start", "period_end", "measure", "value",
                  "denominator", "unit", "note", "source", "origin", "vintage", "release")
APPEAL_COLUMNS = ("area_code", "area_name", "crime_type", "published_on", "status", "closed_on", "public_outcome", "url",
                  "origin", "source", "vintage", "release")
DIFFER = "Definitions differ from row to row: never add, divide or rank these figures."


def results(release: Release) -> list[dict[str, Any]]:
    """Return the results published elsewhere under ``RESULT_COLUMNS``, in the order of their file."""
    about = stated(release)
    return [_record(each) | {"origin": about.get("origin", ""), "vintage": about.get("vintage", ""), "release": release.id}
            for each in published_results(release)]


def _record(result: Result) -> dict[str, Any]:
    held: dict[str, Any] = {name: getattr(result, name, None) for name in RESULT_COLUMNS}
    held["area_name"] = AREAS[result.area_code].name if result.area_code else ""
    return held | {"period_start": result.period_start.isoformat(), "period_end": result.period_end.isoformat()}


def appeals(release: Release, found: Sequence[Appeal]) -> list[dict[str, Any]]:
    """Return appeals under ``APPEAL_COLUMNS``."""
    known = {source["origin"]: source for source in release.manifest["sources"] if source["kind"] == KIND}
    about = {origin: {"source": source["label"], "vintage": source["vintage"]} for origin, source in known.items()}
    return [{
        "area_code": each.area_code, "area_name": AREAS[each.area_code].name, "crime_type": each.crime_type,
        "published_on": each.published.isoformat(), "status": each.status,
        "closed_on": each.closed.isoformat() if each.closed else None, "public_outcome": each.public_outcome,
        "url": each.url, "origin": each.origin, **about[each.origin], "release": release.id,
    } for each in found]


def search_of_request() -> Search:
    """Return the search of the present request. Raises ``SelectionError`` with the field at fault."""
    short_enough()
    search = read_search(request.args.to_dict(flat=False))
    if unused := search.unused():
        raise SelectionError(f"Appeals are not chosen by “{unused[0]}”.", field=unused[0])
    return search


def _made_up(rows: Sequence[dict[str, Any]]) -> bool:
    return any(row["origin"] == "illustrative" for row in rows)


def register(server: Flask, *, releases: Releases) -> None:
    """Serve ``/appeals/list`` and ``/appeals/published``, each as ``.csv`` and ``.json``."""

    def list_csv() -> Response:
        search = search_of_request()
        if search.page > 1:
            raise SelectionError("The CSV holds every page. Leave “page” out.", field="page")
        release = releases(search.selection.release)
        rows = appeals(release, every(release, search))
        return records_as_csv(rows, columns=APPEAL_COLUMNS, name=file_name("appeals", release, illustrative=_made_up(rows)))

    def list_json() -> Response:
        search = search_of_request()
        release = releases(search.selection.release)
        found = find(release, search, size=FILE_SIZE)
        rows = appeals(release, found.appeals)
        word = "Illustrative figures: " if _made_up(rows) else ""
        pinned = replace(search, selection=replace(search.selection, release=release.id), page=search.page + 1)
        return as_json({
            "title": f"{word}Appeals", "release": release.id, "total": found.total, "page": search.page, "pages": found.pages,
            "next": pinned.address(f"{LIST}.json") if search.page < found.pages else None, "rows": rows,
        })

    def asked() -> Release:
        none_but("release")
        return releases(selection_of_request().release)

    def published_csv() -> Response:
        release = asked()
        return records_as_csv(results(release), columns=RESULT_COLUMNS, name=file_name("results-published-elsewhere", release))

    def published_json() -> Response:
        release = asked()
        return as_json({"title": "Results of appeals that were published elsewhere", "note": DIFFER, "release": release.id,
                        "sources": [stated(release)] if stated(release) else [], "rows": results(release)})

    server.add_url_rule(f"{LIST}.csv", endpoint="hue_appeals_csv", view_func=list_csv)
    server.add_url_rule(f"{LIST}.json", endpoint="hue_appeals_json", view_func=list_json)
    server.add_url_rule(f"{PUBLISHED}.csv", endpoint="hue_published_csv", view_func=published_csv)
    server.add_url_rule(f"{PUBLISHED}.json", endpoint="hue_published_json", view_func=published_json)
