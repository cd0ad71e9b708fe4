"""The edge: what is no proper question never reaches a callback.

Dash trusts the bodies that its own page sends and fails with 500 on any other. Here every body is
held against the callbacks that the application really has, before Dash sees it: the output must be
known, inputs, states and outputs must be the declared ones, values must be of the kinds that native
inputs produce. Anything else is answered 400 with one short sentence.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from dash import Dash
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from data.errors import Gone, HueError, NotFound, SelectionError, Unreadable

UPDATE = "/_dash-update-component"
SHUT = ("/_dash-component-suites/", "/_reload-hash", "/_favicon.ico", "/assets/")
"""Addresses of Dash that nothing here uses: all static files have addresses of their own."""

LARGEST_BODY = 65_536
LONGEST_TEXT = 4_096
LONGEST_LIST = 1_000
LARGEST_NUMBER = 2**53
BODY_KEYS = frozenset({"output", "outputs", "inputs", "state", "changedPropIds", "parsedChangedPropsIds"})
POINTED = frozenset({"clickData", "hoverData", "selectedData"})
"""Properties that Plotly fills with points."""

STRUCTURED = frozenset({"relayoutData", "data"})
"""Properties whose values may be any object: what Plotly reports of a zoom, and what a store holds."""

TEXTUAL = frozenset({"pathname", "search", "hash", "href"})


class BadBody(HueError):
    """A callback body that the application's own page would never send; the message says why."""


@dataclass(frozen=True)
class Slot:
    """One input, state or output as a callback declares it.

    ``id`` is a text, or a mapping where a wildcard's value is ``None``. ``many`` holds for ALL and
    ALLSMALLER, which arrive as a list.
    """

    id: str | Mapping[str, Any]
    property: str
    many: bool = False


Entries = list[dict[str, Any]]
Found = tuple[tuple[Slot, Entries], ...]
"""The declared slots of a callback, each with what a body says of it."""


def register(app: Dash, *, largest_body: int = LARGEST_BODY) -> None:
    """Check every request to ``app`` at the edge, and answer every error in one plain form."""
    server: Flask = app.server
    server.config["MAX_CONTENT_LENGTH"] = largest_body

    def check() -> Response | None:
        path = request.path
        if path == UPDATE and request.method == "POST":
            try:
                check_body(request.get_data(), callbacks=app.callback_map)
                if request.args:
                    raise BadBody("The address takes no query.")
                if not request.is_json:
                    raise BadBody("The body must be sent as application/json.")
            except BadBody as error:
                return problem(400, title="Bad request", detail=str(error))
        elif path.startswith(SHUT):
            return problem(404, title="Not found", detail="There is nothing at this address.")
        return None

    server.before_request(check)
    server.register_error_handler(HTTPException, _plainly)
    server.register_error_handler(
        SelectionError, lambda error: problem(400, title="Bad request", detail=str(error), field=error.field))
    server.register_error_handler(NotFound, lambda error: problem(404, title="Not found", detail=str(error)))
    server.register_error_handler(
        Unreadable, lambda error: problem(503, title="Release cannot be read", detail=f"{error} Its publisher can mend it."))
    server.register_error_handler(Gone, lambda error: problem(410, title="Gone", detail=str(error)))


def problem(status: int, *, title: str, detail: str, **more: str) -> Response:
    """A short answer that says what is wrong (RFC 9457), such as its ``field``, and nothing about the program."""
    body = orjson.dumps({"title": title, "status": status, "detail": detail, **more})
    return Response(body, status=status, content_type="application/problem+json")


def _plainly(error: HTTPException) -> Response:
    """Any HTTP error as a problem, with the headers that belong to it (such as Allow)."""
    if error.response is not None:
        return Response(error.response.get_data(), error.code, error.response.headers)
    status = error.code or 500
    answer = problem(status, title=error.name, detail=_DETAILS.get(status, "The request could not be answered."))
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            answer.headers[name] = value
    return answer


_DETAILS = {
    400: "The request is not well formed.",
    404: "There is nothing at this address.",
    405: "The address does not take this method.",
    413: "The body is too large.",
    500: "Something went wrong on our side.",
}


def check_body(raw: bytes, *, callbacks: Mapping[str, Mapping[str, Any]]) -> None:
    """Hold one body against the callbacks of the application. Raises ``BadBody``."""
    try:
        body = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise BadBody("The body is not JSON.") from None
    if not isinstance(body, dict) or not body.keys() <= BODY_KEYS:
        raise BadBody("The body is not that of a callback.")
    output = body.get("output")
    callback = callbacks.get(output) if isinstance(output, str) else None
    if callback is None or "callback" not in callback:
        raise BadBody("There is no such output.")
    inputs = _entries(body.get("inputs"), slots=_declared(callback["inputs"]), what="inputs")
    state = _entries(body.get("state", []), slots=_declared(callback["state"]), what="state")
    outputs = () if callback.get("no_output") else _output_entries(body.get("outputs"), declared=callback["output"])
    for slot, entries in (*inputs, *state):
        _check_values(entries, slot=slot)
    _check_ids((*inputs, *state, *outputs))
    _check_changed(body.get("changedPropIds"), inputs=inputs)
    if not isinstance(body.get("parsedChangedPropsIds", []), list):
        raise BadBody("parsedChangedPropsIds must be a list.")


def _check_ids(found: Found) -> None:
    """Check that a wildcard finds the same components everywhere.

    Two outputs for the charts of which the state names three is no state of any page.
    """
    components: dict[str, list[str]] = {}
    for slot, entries in found:
        if slot.many:
            named = sorted(_identity(entry["id"]) for entry in entries)
            if components.setdefault(repr(slot.id), named) != named:
                raise BadBody("The parts of the body name different components.")


def _declared(specs: Sequence[Mapping[str, str]]) -> tuple[Slot, ...]:
    """The inputs or states of a callback, from what Dash sends to the page."""
    return tuple(_slot(spec["id"], name=spec["property"]) for spec in specs)


@lru_cache(maxsize=512)
def _slot(identity: str, *, name: str) -> Slot:
    if not identity.startswith("{"):
        return Slot(identity, name)
    pattern = orjson.loads(identity)
    wild = {value[0] for value in pattern.values() if isinstance(value, list)}
    fixed = {key: None if isinstance(value, list) else value for key, value in pattern.items()}
    return Slot(fixed, name, many=bool(wild & {"ALL", "ALLSMALLER"}))


def _entries(items: Any, *, slots: tuple[Slot, ...], what: str) -> Found:
    """The entries of each input, state or output, in the declared order and of the declared shape."""
    if not isinstance(items, list) or len(items) != len(slots):
        raise BadBody(f"The {what} are not those of the callback.")
    return tuple((slot, _each(item, slot=slot, what=what)) for item, slot in zip(items, slots, strict=True))


def _output_entries(outputs: Any, *, declared: Any) -> Found:
    """The entries of the outputs; a single output arrives without a list around it."""
    several = isinstance(declared, (list, tuple))
    listed = declared if several else [declared]
    slots = tuple(_slot(each.component_id_str(), name=each.component_property) for each in listed)
    return _entries(outputs if several else [outputs], slots=slots, what="outputs")


def _each(item: Any, *, slot: Slot, what: str) -> Entries:
    """The single entries of one slot: one, or for a wildcard a list of them, each with a fitting id."""
    if slot.many != isinstance(item, list):
        raise BadBody(f"The {what} are not of the callback's shape.")
    entries = item if slot.many else [item]
    if len(entries) > LONGEST_LIST:
        raise BadBody(f"The {what} are too many.")
    for entry in entries:
        if not isinstance(entry, dict) or not entry.keys() <= {"id", "property", "value"}:
            raise BadBody(f"The {what} are not of the callback's shape.")
        if not _fits(entry.get("id"), slot=slot):
            raise BadBody(f"The {what} have an unknown id.")
        # An output that several callbacks share carries a hash behind an @.
        if str(entry.get("property")).partition("@")[0] != slot.property:
            raise BadBody(f"The {what} have an unknown property.")
    seen = [_identity(entry["id"]) for entry in entries]
    if len(set(seen)) != len(seen):
        raise BadBody(f"The {what} name one id twice.")
    return entries


def _fits(identity: Any, *, slot: Slot) -> bool:
    if isinstance(slot.id, str):
        return identity == slot.id
    if not isinstance(identity, dict) or identity.keys() != slot.id.keys():
        return False
    return all(
        _is_scalar(identity[key]) and identity[key] is not None if fixed is None else identity[key] == fixed
        for key, fixed in slot.id.items()
    )


def _identity(identity: str | Mapping[str, Any]) -> str:
    """An id as Dash writes it in `changedPropIds`."""
    if isinstance(identity, str):
        return identity
    return orjson.dumps(identity, option=orjson.OPT_SORT_KEYS).decode()


def _check_values(entries: Entries, *, slot: Slot) -> None:
    """Check that values are of the kinds that the property has on the page."""
    for entry in entries:
        if not _is_fit(entry.get("value"), name=slot.property, identity=entry["id"]):
            raise BadBody(f"A value of {slot.property} is of the wrong kind.")


def _is_fit(value: Any, *, name: str, identity: Any) -> bool:
    if name == "id":
        return bool(value == identity)
    if name in TEXTUAL:
        return isinstance(value, str) and _is_scalar(value) and (name != "pathname" or value.startswith("/"))
    if name in POINTED:
        return value is None or (_is_plain(value, depth=6) and _has_points(value))
    if name in STRUCTURED:
        return _is_plain(value, depth=6)
    if isinstance(value, list):
        return len(value) <= LONGEST_LIST and all(_is_scalar(each) for each in value)
    return _is_scalar(value)


def _has_points(value: Any) -> bool:
    points = value.get("points") if isinstance(value, dict) else None
    return isinstance(points, list) and all(
        isinstance(point, dict) and isinstance(point.get("location", ""), str) for point in points
    )


def _is_scalar(value: Any) -> bool:
    """Whether a value is nothing, a truth, a safe number or a text of reasonable length."""
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT and "\0" not in value
    if value is None or isinstance(value, bool):
        return True
    return isinstance(value, (int, float)) and math.isfinite(value) and abs(value) <= LARGEST_NUMBER


def _is_plain(value: Any, *, depth: int) -> bool:
    if isinstance(value, dict):
        return depth > 0 and all(_is_plain(each, depth=depth - 1) for each in value.values())
    if isinstance(value, list):
        return depth > 0 and all(_is_plain(each, depth=depth - 1) for each in value)
    return _is_scalar(value)


def _check_changed(changed: Any, *, inputs: Found) -> None:
    known = {f"{_identity(entry['id'])}.{slot.property}" for slot, entries in inputs for entry in entries}
    if not isinstance(changed, list) or not all(isinstance(name, str) and name in known for name in changed):
        raise BadBody("changedPropIds names what is no input.")
