"""The API described by itself: an OpenAPI 3.1 document made of its entries, the registries and the release."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from dashboard.api.endpoint import LARGEST_PAGE, MOST_FIGURES, MOST_ROWS, ROOT, Endpoint, Parameter
from dashboard.api.endpoints import ENDPOINTS
from dashboard.api.parameters import MONTH, PAGING
from data.described import Column
from data.release import Release
from layouts.shell import NAME, OGL, SUBTITLE

SPECIFICATION = f"{ROOT}/openapi.json"
VERSION = "1.0.0"
PROBLEM = "application/problem+json"
_TYPES: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": "string"}, "number": {"type": "number"}, "integer": {"type": "integer"},
    "date": {"type": "string", "format": "date"}, "month": {"type": "string", "pattern": MONTH},
}
_PROBLEMS: Mapping[str, tuple[int, str]] = {
    "Refused": (400, "A key or a value is not known; “field” names the key at fault."),
    "Missing": (404, "There is no release of that name, or nothing at this address."),
    "Conflict": (409, "The keys are right each by itself and do not fit each other; “field” names one of them."),
    "WrongMethod": (405, "The address takes GET, HEAD and OPTIONS."),
    "Gone": (410, "The release was withdrawn."),
    "Unreadable": (503, "The release cannot be read at present."),
}
_HEADERS: Mapping[str, Mapping[str, Any]] = {
    "ETag": {"description": "Send it back as If-None-Match: where nothing changed the answer is 304 without a body.",
             "schema": {"type": "string"}},
    "Cache-Control": {"description": "How long the answer may be kept: a minute, or a day where the query names a release.",
                      "schema": {"type": "string"}},
    "Access-Control-Allow-Origin": {"description": "Any page may read the answer.", "schema": {"type": "string", "const": "*"}},
}
_LINK = {"Link": {"description": "The first, previous, next and last page (RFC 8288).", "schema": {"type": "string"}}}


def described(release: Release, *, base: str = "") -> dict[str, Any]:
    """Return the document; ``base`` is the public address of the site, where it has one."""
    return {
        "openapi": "3.1.0",
        "info": {"title": f"{NAME}: {SUBTITLE}", "version": VERSION, "summary": "What police appeals and public engagement brought, as data.",
                 "description": _words(release), "license": {"name": "Open Government Licence v3.0", "url": OGL}},
        "externalDocs": {"description": "The API in plain words, with examples", "url": f"{base}/api"},
        "servers": [{"url": base or "/"}],
        "paths": {path: item for endpoint in ENDPOINTS for path, item in _paths(endpoint, release).items()},
        "components": {
            "schemas": {**{f"{_title(each)}Row": _row(each) for each in ENDPOINTS}, "Problem": _problem()},
            "parameters": {_key(one): _parameter(one, release) for one in _parameters()},
            "responses": {name: {"description": says, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
                          for name, (_, says) in _PROBLEMS.items()},
            "headers": {**_HEADERS, **_LINK},
        },
    }


def _words(release: Release) -> str:
    told = (f"Every address answers JSON, in pages of at most {LARGEST_PAGE:,} rows, and CSV with .csv behind its name, whole, of at most "
            f"{MOST_ROWS:,} rows; data gives at most {MOST_FIGURES:,} figures at once. Nothing has to be registered. Keys that repeat are given several times (area=...&area=...). Missing values stay missing: “status” says why.")
    return f"{told} Figures whose origin is “illustrative” are made up and say nothing about any force." if release.illustrative() else told


def _parameters() -> list[Parameter]:
    return list({_key(one): one for endpoint in ENDPOINTS for one in (*endpoint.parameters, *PAGING)}.values())


def _key(parameter: Parameter) -> str:
    return parameter.name.replace("_", " ").title().replace(" ", "")


def _parameter(parameter: Parameter, release: Release) -> dict[str, Any]:
    schema = dict(parameter.schema(release))
    made = {"name": parameter.name, "in": "query", "description": parameter.says, "required": False,
            "schema": {"type": "array", "items": schema} if parameter.many else schema}
    if parameter.many:
        made |= {"style": "form", "explode": True}
    return made


def _paths(endpoint: Endpoint, release: Release) -> dict[str, Any]:
    keys = [{"$ref": f"#/components/parameters/{_key(one)}"} for one in endpoint.parameters]
    paging = [{"$ref": f"#/components/parameters/{_key(one)}"} for one in PAGING]
    row = {"$ref": f"#/components/schemas/{_title(endpoint)}Row"}
    as_json = {"schema": _body(endpoint, row)}
    as_csv = {"schema": {"type": "string"}}
    return {
        endpoint.path: {"get": _operation(endpoint, _title(endpoint), endpoint.says, [*keys, *paging], "application/json", as_json, _LINK)},
        f"{endpoint.path}.csv": {"get": _operation(
            endpoint, f"{_title(endpoint)}Csv", f"{endpoint.says} As CSV, all rows.", keys, "text/csv", as_csv, {})},
    }


def _operation(endpoint: Endpoint, name: str, says: str, keys: list[Any], media: str, content: Mapping[str, Any],
               more: Mapping[str, Any]) -> dict[str, Any]:
    headers = {header: {"$ref": f"#/components/headers/{header}"} for header in (*_HEADERS, *more)}
    example = {key: value for key, value in parse_qsl(endpoint.example)}
    suffix = ".csv" if media == "text/csv" else ""
    told = f"{says} For example {endpoint.path}{suffix}{'?' if example else ''}{endpoint.example}"
    return {
        "operationId": name, "summary": says, "description": told, "parameters": keys,
        "responses": {"200": {"description": "What was found.", "headers": headers, "content": {media: dict(content)}},
                      "304": {"description": "Nothing changed since the answer whose ETag was sent."},
                      **{str(status): {"$ref": f"#/components/responses/{problem}"} for problem, (status, _) in _PROBLEMS.items()}},
    }


def _title(endpoint: Endpoint) -> str:
    return endpoint.name.replace("-", " ").title().replace(" ", "")


def _body(endpoint: Endpoint, row: Mapping[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = {
        **endpoint.about,
        **({"release": {"type": "string", "description": "The release that the rows are of."}} if _of_release(endpoint) else {}),
        "total": {"type": "integer", "description": "Rows on all pages together."}, "page": {"type": "integer"},
        "per_page": {"type": "integer"}, "pages": {"type": "integer"},
        "next": {"type": ["string", "null"], "description": "The address of the next page, of the same release."},
        "rows": {"type": "array", "items": dict(row)},
    }
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _of_release(endpoint: Endpoint) -> bool:
    return any(parameter.name == "release" for parameter in endpoint.parameters)


def _row(endpoint: Endpoint) -> dict[str, Any]:
    return {"type": "object", "required": [column.name for column in endpoint.columns], "additionalProperties": False,
            "properties": {column.name: _value(column) for column in endpoint.columns}}


def _value(column: Column) -> dict[str, Any]:
    """Return the schema of a cell. An optional text is empty, another optional value is null."""
    schema = dict(_TYPES[column.type])
    if column.members:
        schema["enum"] = [*column.members, *([""] if column.optional else [])]
    elif column.optional and column.type != "text":
        schema = {"anyOf": [schema, {"type": "null"}]} if column.type != "month" else {"anyOf": [schema, {"const": ""}]}
    if column.many:
        schema = {"type": "array", "items": schema}
    return {**schema, "description": column.says}


def _problem() -> dict[str, Any]:
    texts = {"title": "What is wrong, in a few words.", "detail": "What is wrong, and what would be right.",
             "field": "The key at fault, where it is one."}
    return {"type": "object", "description": "An error (RFC 9457).", "required": ["title", "status", "detail"],
            "properties": {"status": {"type": "integer"}, **{key: {"type": "string", "description": says} for key, says in texts.items()}}}
