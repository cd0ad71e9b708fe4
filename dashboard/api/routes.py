"""The API as addresses: JSON in pages, CSV whole, its own description, and plain errors for everything else below ``/api``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, request
from werkzeug.exceptions import MethodNotAllowed

from dashboard.api.endpoint import LARGEST_PAGE, MOST_ROWS, PAGE, ROOT, Asked, Conflict, Endpoint, Found, Query
from dashboard.api.endpoints import ENDPOINTS
from dashboard.api.openapi import SPECIFICATION, described
from dashboard.api.parameters import LAST_PAGE, PAGING
from dashboard.guard import problem
from dashboard.routes.files import as_json, file_name, rows_as_csv, short_enough
from data.described import names
from data.errors import SelectionError
from data.listing import cells
from data.release import Release, Store

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY")
PAGE_KEYS = tuple(parameter.name for parameter in PAGING)


def register(server: Flask, *, releases: Callable[[str], Release], store: Store, base_url: str) -> None:
    """Serve every entry of ``ENDPOINTS`` as JSON and as CSV, the description, and errors as problem+json below ``/api``."""

    def serve(endpoint: Endpoint) -> None:
        def as_data() -> Response:
            asked = _asked(endpoint, store=store, releases=releases, more=PAGE_KEYS)
            return _page(endpoint, endpoint.find(asked), asked=asked)

        def as_file() -> Response:
            return _whole(endpoint, endpoint.find(_asked(endpoint, store=store, releases=releases)))

        server.add_url_rule(endpoint.path, endpoint=f"hue_api_{endpoint.name}", view_func=as_data)
        server.add_url_rule(f"{endpoint.path}.csv", endpoint=f"hue_api_{endpoint.name}_csv", view_func=as_file)

    def description() -> Response:
        _refuse_but(())
        return as_json(described(releases(""), base=base_url))

    def start() -> Response:
        _refuse_but(())
        return as_json({"title": "Hue & Cry: results of police appeals and public engagement", "page": "/api", "description": SPECIFICATION,
                        "addresses": [{"json": each.path, "csv": f"{each.path}.csv", "says": each.says} for each in ENDPOINTS]})

    for endpoint in ENDPOINTS:
        serve(endpoint)
    server.register_error_handler(
        Conflict, lambda error: problem(409, title="Keys that do not fit each other", detail=str(error), field=error.field))
    server.add_url_rule(SPECIFICATION, endpoint="hue_api_description", view_func=description)
    server.add_url_rule(ROOT, endpoint="hue_api", view_func=start)
    server.add_url_rule("/api/<path:rest>", endpoint="hue_api_none", view_func=nothing, methods=METHODS, provide_automatic_options=False)


def nothing(rest: str) -> Response:
    """Say that nothing stands at an address below ``/api``; of a wrong method, which ones there are."""
    known = {path for each in ENDPOINTS for path in (each.path, f"{each.path}.csv")} | {ROOT, SPECIFICATION}
    if f"/api/{rest}" in known:
        raise MethodNotAllowed(valid_methods=["GET", "HEAD", "OPTIONS"])
    return problem(404, title="Not found", detail=f"There is nothing at this address. The API has {', '.join(sorted(known))}.")


def _refuse_but(known: tuple[str, ...]) -> None:
    short_enough()
    for key in request.args:
        if key not in known:
            told = f"The keys are {', '.join(known)}." if known else "It takes no keys."
            raise SelectionError(f"This address knows no “{key[:60]}”. {told}", field=key[:60])


def _asked(endpoint: Endpoint, *, store: Store, releases: Callable[[str], Release], more: tuple[str, ...] = ()) -> Asked:
    """Return the present request. Raises ``SelectionError`` with the key at fault."""
    many = {parameter.name: parameter.many for parameter in endpoint.parameters}
    _refuse_but((*many, *more))
    query: dict[str, list[str]] = {}
    for key in request.args:
        query[key] = request.args.getlist(key)
        if len(query[key]) > 1 and not many.get(key):
            raise SelectionError(f"“{key}” can be given once only.", field=key)
        if "" in query[key]:
            raise SelectionError(f"“{key}” is empty. Give it a value, or leave it out.", field=key)
    return Asked(query=query, store=store, release=releases)


def _number(query: Query, key: str, *, most: int, otherwise: int) -> int:
    if key not in query:
        return otherwise
    text = query[key][0]
    if not (text.isascii() and text.isdigit()) or text[0] == "0" or len(text) > 9 or int(text) > most:
        raise SelectionError(f"“{text[:60]}” is not a whole number from 1 to {most:,}.", field=key, value=text[:60])
    return int(text)


def _page(endpoint: Endpoint, found: Found, *, asked: Asked) -> Response:
    """Return one page of what was found, with the addresses of its neighbours, pinned to the release that it is of."""
    number = _number(asked.query, "page", most=LAST_PAGE, otherwise=1)
    size = _number(asked.query, "per_page", most=LARGEST_PAGE, otherwise=PAGE)
    pages = max(ceil(found.total / size), 1)
    start = (number - 1) * size
    rows = found.rows(start, min(start + size, found.total)) if start < found.total else []
    beside = {"first": 1, "prev": min(number - 1, pages), "next": number + 1, "last": pages}
    links = {name: _address(endpoint, found, asked.query, page=page) for name, page in beside.items() if 1 <= page <= pages}
    about = dict(found.about) | ({"release": found.release.id} if found.release else {})
    response = as_json({**about, "total": found.total, "page": number, "per_page": size, "pages": pages, "next": links.get("next"),
                        "rows": rows})
    if pages > 1:
        response.headers["Link"] = ", ".join(f'<{address}>; rel="{name}"' for name, address in links.items())
    return response


def _address(endpoint: Endpoint, found: Found, query: Query, *, page: int) -> str:
    pinned: Mapping[str, Any] = {**query, **({"release": [found.release.id]} if found.release else {}), "page": [str(page)]}
    return f"{endpoint.path}?{urlencode([(key, value) for key, values in pinned.items() for value in values], quote_via=quote)}"


def _whole(endpoint: Endpoint, found: Found) -> Response:
    """Return everything that was found as CSV, the word *illustrative* in its name where it applies."""
    if found.total > MOST_ROWS:
        key = endpoint.parameters[0].name
        raise Conflict(f"This would be {found.total:,} rows; a CSV holds at most {MOST_ROWS:,}. Choose by “{key}”, or read the "
                             f"JSON of {endpoint.path} page by page.", field=key)
    name = file_name(endpoint.name, found.release, illustrative=found.illustrative) if found.release else endpoint.name
    return rows_as_csv(cells(found.rows(0, found.total), endpoint.columns), columns=names(endpoint.columns), name=name)
