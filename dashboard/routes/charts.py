"""A chart's files and its table, and the list of all charts: the same answer in another form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, Response, request

from dashboard.routes.files import as_json, attached, csv_file, file_name, short_enough
from dashboard.social import site_address
from data import export
from data.errors import NotFound
from data.export_csvw import ENDING, as_csvw
from data.export_csvw import MEDIA_TYPE as CSVW
from data.export_geojson import as_geojson
from data.export_parquet import as_parquet
from data.export_xlsx import Heading, as_xlsx
from data.query import Answer
from data.release import Release
from data.selection import Selection, read
from layouts import embed
from layouts.charts import CHART_BY_SLUG, CHARTS, Chart, ask
from layouts.document import render
from layouts.formats import FORMAT_BY_SUFFIX, formats_of
from layouts.reading import details_of, notes_of, sentence_of
from layouts.table import table

Releases = Callable[[str], Release]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A chart with the answer to the present request, and whom its readers write to."""

    chart: Chart
    selection: Selection
    answer: Answer
    release: Release
    base_url: str = ""
    contact: str = ""

    @property
    def illustrative(self) -> bool:
        """Whether its figures are made up."""
        return self.answer.origin == "illustrative"

    @property
    def name(self) -> str:
        """What its files are called."""
        return file_name(self.chart.slug, self.release, illustrative=self.illustrative)


def selection_of_request(*extra: str) -> Selection:
    """Return the selection of the present request; ``extra`` names keys that its route declares for itself.

    Raises ``SelectionError`` with the field at fault.
    """
    short_enough()
    return read(request.args.to_dict(flat=False), extra=extra)


def chart_or_404(slug: str) -> Chart:
    """Return the chart of a slug. Raises ``NotFound``."""
    if slug not in CHART_BY_SLUG:
        raise NotFound(f"There is no chart called “{slug[:60]}”. /charts lists them all.")
    return CHART_BY_SLUG[slug]


def catalogue() -> list[dict[str, Any]]:
    """Return every chart with its addresses and the filters that change it."""
    return [
        {
            "slug": chart.slug, "title": chart.title, "says": chart.says, "shape": chart.shape, "by": list(chart.by),
            "filters": list(chart.filters), "page": f"/charts/{chart.slug}",
            **{each.suffix: f"/charts/{chart.slug}.{each.suffix}" for each in formats_of(chart)},
            "csvw": f"/charts/{chart.slug}.csv{ENDING}", "svg": f"/charts/{chart.slug}.svg", "png": f"/charts/{chart.slug}.png",
            "embed": f"{embed.PATH}/{chart.slug}",
        }
        for chart in CHARTS
    ]


def csv(asked: Answered) -> Response:
    """Answer with the figures as CSV, and where what its columns mean is said."""
    response = csv_file(export.as_csv(asked.answer, release=asked.release), name=asked.name)
    response.headers["Link"] = f'<{_asked_as(f"/charts/{asked.chart.slug}.csv{ENDING}")}>; rel="describedby"; type="{CSVW}"'
    return response


def json(asked: Answered) -> Response:
    """Answer with the figures as JSON, with what was asked and answered, and with the judgements of a chart that judges."""
    word = "Illustrative figures: " if asked.illustrative else ""
    judged = {"judged": details} if (details := details_of(asked.chart, asked.answer)) else {}
    return as_json({"chart": asked.chart.slug, "title": f"{word}{asked.chart.title}",
                    **export.as_json(asked.answer, release=asked.release), **judged})


def xlsx(asked: Answered) -> Response:
    """Answer with the figures as a workbook."""
    chart, answer = asked.chart, asked.answer
    pinned = replace(asked.selection, release=asked.release.id).address(f"/charts/{chart.slug}")
    notes = [*(note.text for note in answer.notes), *notes_of(chart, answer), *(chart.notes if answer.asked.area else ())]
    heading = Heading(title=chart.title, sentence=sentence_of(chart, answer), notes=notes, address=f"{site_address(asked.base_url)}{pinned}",
                      contact=asked.contact)
    return attached(as_xlsx(answer, release=asked.release, heading=heading), name=asked.name, kind=FORMAT_BY_SUFFIX["xlsx"])


def parquet(asked: Answered) -> Response:
    """Answer with the figures as Parquet."""
    content = as_parquet(asked.answer, release=asked.release, title=asked.chart.title)
    return attached(content, name=asked.name, kind=FORMAT_BY_SUFFIX["parquet"])


def geojson(asked: Answered) -> Response:
    """Answer with the outlines of the places and their figures. Raises ``NotFound`` where the chart is not by area."""
    found = as_geojson(asked.answer, release=asked.release, title=asked.chart.title)
    return as_json(found, media_type=FORMAT_BY_SUFFIX["geojson"].media_type)


def csvw(asked: Answered) -> Response:
    """Answer with what the columns of the CSV mean."""
    chart = asked.chart
    found = as_csvw(asked.answer, release=asked.release, title=chart.title, says=chart.says, address=_asked_as(f"{chart.slug}.csv"))
    return as_json(found, media_type=CSVW)


def _asked_as(path: str) -> str:
    """Return an address with the query of the present request as it came: a description names its file by it."""
    asked = request.query_string.decode("latin-1")
    return f"{path}?{asked}" if asked else path


MAKERS: Mapping[str, Callable[[Answered], Response]] = {
    "csv": csv, "json": json, "xlsx": xlsx, "parquet": parquet, "geojson": geojson, f"csv{ENDING}": csvw}
"""How each file of a chart is made, by what stands behind its name."""


def register(server: Flask, *, releases: Releases, base_url: str = "", contact: str = "") -> None:
    """Serve ``/charts.json`` and, for each chart, ``/table``, a file in each of ``FORMATS`` and the description of its CSV."""
    def answered(slug: str) -> Answered:
        chart, selection = chart_or_404(slug), selection_of_request()
        release = releases(selection.release)
        return Answered(chart=chart, selection=selection, answer=ask(release, selection, chart=chart), release=release,
                        base_url=base_url, contact=contact)

    def serve(suffix: str, make: Callable[[Answered], Response]) -> None:
        server.add_url_rule(f"/charts/<slug>.{suffix}", endpoint=f"hue_chart_{suffix}", view_func=lambda slug: make(answered(slug)))

    def as_table(slug: str) -> Response:
        asked = answered(slug)
        return Response(render(table(asked.answer, chart=asked.chart)), content_type="text/html; charset=utf-8")

    server.add_url_rule("/charts.json", endpoint="hue_charts", view_func=lambda: as_json({"charts": catalogue()}))
    server.add_url_rule("/charts/<slug>/table", endpoint="hue_table", view_func=as_table)
    for suffix, make in MAKERS.items():
        serve(suffix, make)
