"""Corrections as files: one row for each figure that was published and corrected."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import orjson
from flask import Flask, Response, request

from dashboard.routes.charts import Releases
from data.areas import AREAS
from data.errors import SelectionError
from data.release import Release
from layouts.pages.corrections import PATH

COLUMNS = ("date", "measure", "area_code", "area_name", "period", "what", "why", "release")


def rows(release: Release) -> list[dict[str, str]]:
    """Return the corrections of a release under ``COLUMNS``, the latest first."""
    return [{"date": each.date, "measure": each.measure, "area_code": each.area_code, "area_name": AREAS[each.area_code].name,
             "period": each.period, "what": each.what, "why": each.why, "release": release.id} for each in release.corrections]


def register(server: Flask, *, releases: Releases) -> None:
    """Serve ``/data/corrections.csv`` and ``.json``."""

    def plain(make: Callable[[Release], Response]) -> Callable[[], Response]:
        def answer() -> Response:
            for key in request.args:
                raise SelectionError(f"There is no filter called “{key[:60]}”: corrections are listed whole.", field=key[:60])
            return make(releases(""))

        return answer

    def as_file(release: Release) -> Response:
        text = io.StringIO()
        writer = csv.DictWriter(text, fieldnames=COLUMNS, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows(release))
        response = Response(text.getvalue(), content_type="text/csv; charset=utf-8")
        response.headers["Content-Disposition"] = f'inline; filename="corrections-{release.id}.csv"'
        return response

    def as_data(release: Release) -> Response:
        return Response(orjson.dumps({"release": release.id, "corrections": rows(release)}), content_type="application/json")

    server.add_url_rule(f"{PATH}.csv", endpoint="hue_corrections", view_func=plain(as_file))
    server.add_url_rule(f"{PATH}.json", endpoint="hue_corrections_json", view_func=plain(as_data))
