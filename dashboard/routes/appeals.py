"""Results published elsewhere as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from flask import Flask, Response, request

from dashboard.routes.charts import Releases, selection_of_request
from data.areas import AREAS
from data.errors import SelectionError
from data.release import Release
from data.results import Result, published_results, stated
from layouts.pages.published import PATH as PUBLISHED

RESULT_COLUMNS = ("programme", "country", "area_code", "area_name", "channel", "period_start", "period_end", "measure", "value",
                  "denominator", "unit", "note", "source", "origin", "vintage", "release")
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


def as_csv(rows: Sequence[Mapping[str, Any]], *, columns: Sequence[str], name: str) -> Response:
    """Return rows as a CSV file of that name."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    response = Response(text.getvalue(), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.csv"'
    return response


def register(server: Flask, *, releases: Releases) -> None:
    """Serve ``/appeals/published.csv`` and ``.json``."""

    def asked() -> Release:
        for key in request.args:
            if key != "release":
                raise SelectionError(f"There is no filter called “{key[:60]}”. The one key is “release”.", field=key[:60])
        return releases(selection_of_request().release)

    def published_csv() -> Response:
        release = asked()
        return as_csv(results(release), columns=RESULT_COLUMNS, name=f"results-published-elsewhere-{release.id}")

    def published_json() -> Response:
        release = asked()
        body = {"title": "Results of appeals that were published elsewhere", "note": DIFFER, "release": release.id,
                "sources": [stated(release)] if stated(release) else [], "rows": results(release)}
        return Response(orjson.dumps(body), content_type="application/json")

    server.add_url_rule(f"{PUBLISHED}.csv", endpoint="hue_published_csv", view_func=published_csv)
    server.add_url_rule(f"{PUBLISHED}.json", endpoint="hue_published_json", view_func=published_json)
