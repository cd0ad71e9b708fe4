"""Coverage as a file: one row for each area, field and month."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from flask import Flask, Response, request

from dashboard.routes.charts import Releases, selection_of_request
from dashboard.routes.files import file_name, none_but, rows_as_csv
from data.areas import AREAS
from data.counts import COUNT_BY_ID
from data.coverage import Coverage, read
from data.errors import NotFound, SelectionError
from data.model import month_text
from data.release import Release
from layouts.pages.coverage import PATH, fields_of

COLUMNS = ("field", "field_name", "area_code", "area_name", "month", "state", "origin", "release")


def asked(offered: Sequence[str]) -> Sequence[str]:
    """Return the fields that the present request is about: the one that it names, else all. Raises ``SelectionError``."""
    none_but("field", "release")
    named = [name for name in request.args.getlist("field") if name]
    if len(named) > 1:
        raise SelectionError("“field” can be given once only.", field="field")
    if named and named[0] not in offered:
        raise SelectionError(f"“{named[0][:60]}” is not a field of this release. The fields are {', '.join(offered)}.",
                             field="field", value=named[0][:60])
    return named or offered


def rows(release: Release, fields: Sequence[str], *, areas: Collection[str] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the rows of some fields under ``COLUMNS``; of some areas alone where any are named."""
    for field in fields:
        found = read(release.folder, field=field)
        if found is not None:
            yield from _rows(found, release=release, only=areas)


def _rows(found: Coverage, *, release: Release, only: Collection[str]) -> Iterator[tuple[str, ...]]:
    label, origin = COUNT_BY_ID[found.field].label, release.manifest["counts"][found.field]["origin"]
    months = [month_text(month) for month in found.months]
    for line, code in enumerate(found.areas):
        if only and code not in only:
            continue
        name = AREAS[code].name
        for place, month in enumerate(months):
            yield found.field, label, code, name, month, found.state(line, place), origin, release.id


def register(server: Flask, *, releases: Releases) -> None:
    """Serve ``/data/coverage.csv``."""

    def as_file() -> Response:
        release = releases(selection_of_request("field").release)
        offered = fields_of(release)
        if not offered:
            raise NotFound("This release was made before coverage was kept.")
        fields = asked(offered)
        made_up = any(release.manifest["counts"][field]["origin"] == "illustrative" for field in fields)
        name = file_name(f"coverage-{fields[0]}" if len(fields) == 1 else "coverage", release, illustrative=made_up)
        return rows_as_csv(rows(release, fields), columns=COLUMNS, name=name)

    server.add_url_rule(f"{PATH}.csv", endpoint="hue_coverage", view_func=as_file)
