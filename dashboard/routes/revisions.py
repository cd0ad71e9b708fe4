"""What a release changed as files, and as feeds: of all, of one place, of the KPIs of a place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import Flask, Response, request

from dashboard.atom import MEDIA_TYPE, written
from dashboard.routes.charts import Releases, selection_of_request
from dashboard.routes.files import as_json, file_name, none_but, records_as_csv
from dashboard.social import site_address
from data.area_profile import area_of
from data.changes import Changes, against, label_of, of_release
from data.errors import SelectionError
from data.frame import area_label
from data.kpis import KPIS
from data.release import Release
from layouts.changed import PATH, PROTECTED, none
from layouts.charts import PERFORMANCE
from layouts.feeds import Feed, of_area, of_corrections, of_kpis, of_releases
from layouts.pages.corrections import PATH as CORRECTIONS
from layouts.pages.area import PATH as AREAS_PATH

COLUMNS = ("field", "field_name", "area_code", "area_name", "change", "figures", "first_month", "last_month", "origin", "against",
           "release")
KPI_KEYS = ("measure", "area")


def rows(release: Release, changes: Changes) -> list[dict[str, Any]]:
    """Return what changed under ``COLUMNS``: a row for each field, place and kind of change (``revised``, ``added``, ``gone``;
    ``supplied``, ``late``)."""
    found = [_row(release, changes, each.field, each.area_code, each.origin, change=change, figures=number,
                  first_month=each.first_month if change == "revised" else "", last_month=each.last_month if change == "revised" else "")
             for each in changes.changed
             for change, number in (("revised", each.revised), ("added", each.added), ("gone", each.gone)) if number]
    return found + [_row(release, changes, each.field, each.area_code, each.origin, change=each.state, figures=None, first_month="",
                         last_month="") for each in changes.supply]


def _row(release: Release, changes: Changes, field: str, code: str, origin: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "field_name": label_of(field), "area_code": code, "area_name": area_label(code), **more, "origin": origin,
            "against": changes.older, "release": release.id}


def register(server: Flask, *, releases: Releases, base_url: str) -> None:
    """Serve ``/data/revisions.csv``, ``.json`` and ``.atom``, ``/data/corrections.atom``, ``/areas/<code>/changes.atom`` and ``/performance.atom``."""

    def of_asked(make: Callable[[Release], Response]) -> Callable[[], Response]:
        def answer() -> Response:
            none_but("release")
            return make(releases(selection_of_request().release))

        return answer

    def as_file(release: Release) -> Response:
        changes = of_release(release)
        found = rows(release, changes) if changes else []
        made_up = any(row["origin"] == "illustrative" for row in found)
        return records_as_csv(found, columns=COLUMNS, name=file_name("what-changed", release, illustrative=made_up))

    def as_data(release: Release) -> Response:
        changes = of_release(release)
        body: dict[str, Any] = {"release": release.id, "against": against(release), "note": PROTECTED}
        if changes is None:
            body |= {"reason": none(release), "rows": []}
        else:
            body |= {"sources_added": changes.sources_added, "sources_gone": changes.sources_gone, "same": changes.same,
                     "vintages": [dict(zip(("source", "before", "now"), each, strict=True)) for each in changes.vintages],
                     "replaced": [dict(zip(("field", "before", "now"), each, strict=True)) for each in changes.replaced],
                     "corrections": [asdict(each) for each in changes.corrections], "rows": rows(release, changes)}
        return as_json(body)

    def feed(made: Feed) -> Response:
        return Response(written(made, base=site_address(base_url)), content_type=f"{MEDIA_TYPE}; charset=utf-8")

    def feed_of(make: Callable[[Release], Feed]) -> Callable[[], Response]:
        def answer() -> Response:
            none_but()
            return feed(make(releases("")))

        return answer

    def area_feed(code: str) -> Response:
        none_but()
        return feed(of_area(releases(""), area_of(code).code))

    def kpi_feed() -> Response:
        none_but(*KPI_KEYS)
        areas, measure = selection_of_request().area, request.args.get("measure", "")
        if measure and measure not in KPIS:
            raise SelectionError(f"“{measure}” is no KPI. The KPIs are {', '.join(KPIS)}.", field="measure", value=measure)
        return feed(of_kpis(releases(""), areas, measure=measure))

    server.add_url_rule(f"{PATH}.csv", endpoint="hue_revisions", view_func=of_asked(as_file))
    server.add_url_rule(f"{PATH}.json", endpoint="hue_revisions_json", view_func=of_asked(as_data))
    server.add_url_rule(f"{PATH}.atom", endpoint="hue_revisions_atom", view_func=feed_of(of_releases))
    server.add_url_rule(f"{CORRECTIONS}.atom", endpoint="hue_corrections_atom", view_func=feed_of(of_corrections))
    server.add_url_rule(f"{AREAS_PATH}/<code>/changes.atom", endpoint="hue_area_atom", view_func=area_feed)
    server.add_url_rule(f"{PERFORMANCE}.atom", endpoint="hue_kpi_atom", view_func=kpi_feed)
