"""Corrections as files: one row for each figure that was published and corrected."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response

from dashboard.routes.charts import Releases
from dashboard.routes.files import as_json, file_name, none_but, records_as_csv
from data.areas import AREAS
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
            none_but()
            return make(releases(""))

        return answer

    def as_file(release: Release) -> Response:
        return records_as_csv(rows(release), columns=COLUMNS, name=file_name("corrections", release))

    def as_data(release: Release) -> Response:
        return as_json({"release": release.id, "corrections": rows(release)})

    server.add_url_rule(f"{PATH}.csv", endpoint="hue_corrections", view_func=plain(as_file))
    server.add_url_rule(f"{PATH}.json", endpoint="hue_corrections_json", view_func=plain(as_data))
