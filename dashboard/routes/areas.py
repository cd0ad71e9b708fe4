"""Areas as files: the list of all, what a search or a position finds, and everything of one; and the form for a position."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, redirect, request

from dashboard.routes.charts import Releases
from dashboard.routes.files import as_json, csv_file, file_name, none_but, short_enough
from data import area_profile
from data.area_profile import FILTERS, Profile, area_of, choose, profile
from data.area_search import search
from data.areas import AREAS, DISTRICTS, FORCES, TRANSPORT_POLICE
from data.errors import SelectionError
from data.export import answers_as_csv
from data.positions import FIELDS, locate, read_position
from data.release import Release
from layouts.pages.area import PATH, answers_of, view_of
from layouts.pages.find_area import OUTSIDE, POSITION


def register(server: Flask, *, releases: Releases) -> None:
    """Serve ``/areas.json``, ``/areas/<code>.csv``, ``/areas/<code>.json`` and take a position at ``/areas/position``."""

    def of_area(code: str) -> tuple[Profile, dict[str, Any], Release]:
        area = area_of(code)
        short_enough()
        selection = choose(request.args.to_dict(flat=False), code=area.code, filters=(*FILTERS, "release"))
        release = releases(selection.release)
        found = profile(release, selection)
        return found, dict(answers_of(view_of(release, found))), release

    def as_file(code: str) -> Response:
        found, charts, release = of_area(code)
        text = answers_as_csv(area_profile.rows_of(found, charts), release=release)
        return csv_file(text, name=file_name(code, release, illustrative=area_profile.illustrative(found, charts)))

    def as_data(code: str) -> Response:
        found, charts, release = of_area(code)
        word = "Illustrative figures among them: " if area_profile.illustrative(found, charts) else ""
        return as_json({"title": f"{word}{found.area.name}", **area_profile.as_data(found, release=release, charts=charts)})

    server.add_url_rule(f"{PATH}.json", endpoint="hue_areas", view_func=found_areas)
    server.add_url_rule(f"{PATH}/<code>.csv", endpoint="hue_area_csv", view_func=as_file)
    server.add_url_rule(f"{PATH}/<code>.json", endpoint="hue_area_json", view_func=as_data)
    server.add_url_rule(POSITION, endpoint="hue_position", view_func=position, methods=["POST"])


def found_areas() -> Response:
    """Answer which areas there are: all, those that ``q`` means, or the one at ``lat`` and ``lon``."""
    none_but("q", *FIELDS)
    for key in request.args:
        if len(request.args.getlist(key)) > 1:
            raise SelectionError(f"“{key}” can be given once only.", field=key)
    if "q" in request.args and len(request.args) > 1:
        raise SelectionError("Ask by name (q) or by position (lat and lon), not by both.", field="q")
    if "q" in request.args:
        found = search(request.args["q"])
        return as_json({"areas": [_entry(match.code) | ({"by": match.by} if match.by else {}) for match in found.matches],
                      "close": [_entry(match.code) for match in found.close]})
    if request.args:
        located = locate(*read_position(request.args))
        return as_json({"areas": [_entry(located.code) | {"near": located.near}] if located else []})
    return as_json({"areas": [_entry(code) for code in (*FORCES, TRANSPORT_POLICE, *DISTRICTS)]})


def _entry(code: str) -> dict[str, Any]:
    area = AREAS[code]
    page = {"page": f"{PATH}/{code}"} if area.type != "country" else {}
    return {"code": code, "name": area.name, "type": area.type, "force": area.force, "country": area.country, **page}


def position() -> Response:
    """Lead from a position to the area that it lies in. The position came in the body and goes nowhere from here."""
    try:
        located = locate(*read_position(request.form))
    except SelectionError as error:
        return _back({"wrong": error.field}, place="position")
    if located is None:
        return _back({"found": OUTSIDE}, place="results")
    return _back({"found": located.code, **({"near": "yes"} if located.near else {})}, place="results")


def _back(query: dict[str, str], *, place: str) -> Response:
    answer = redirect(f"{PATH}?{urlencode(query)}#{place}", code=303)
    assert isinstance(answer, Response)
    return answer
