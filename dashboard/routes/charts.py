"""A chart's files and its table, and the list of all charts: the same answer in another form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request

from dashboard.routes.files import as_json, csv_file, file_name, short_enough
from data import export
from data.errors import NotFound
from data.query import Answer
from data.release import Release
from data.selection import Selection, read
from layouts import embed
from layouts.charts import CHART_BY_SLUG, CHARTS, Chart, ask
from layouts.document import render
from layouts.reading import details_of
from layouts.table import table

Releases = Callable[[str], Release]


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
            "filters": list(chart.filters), "page": f"/charts/{chart.slug}", "csv": f"/charts/{chart.slug}.csv",
            "json": f"/charts/{chart.slug}.json", "svg": f"/charts/{chart.slug}.svg", "png": f"/charts/{chart.slug}.png",
            "embed": f"{embed.PATH}/{chart.slug}",
        }
        for chart in CHARTS
    ]


def register(server: Flask, *, releases: Releases) -> None:
    """Serve ``/charts.json`` and, for each chart, ``.csv``, ``.json`` and ``/table``."""

    def answered(slug: str) -> tuple[Chart, Answer, Release]:
        chart = chart_or_404(slug)
        selection = selection_of_request()
        release = releases(selection.release)
        return chart, ask(release, selection, chart=chart), release

    def as_file(slug: str) -> Response:
        chart, answer, release = answered(slug)
        name = file_name(chart.slug, release, illustrative=answer.origin == "illustrative")
        return csv_file(export.as_csv(answer, release=release), name=name)

    def as_data(slug: str) -> Response:
        chart, answer, release = answered(slug)
        word = "Illustrative figures: " if answer.origin == "illustrative" else ""
        judged = {"judged": details} if (details := details_of(chart, answer)) else {}
        return as_json({"chart": chart.slug, "title": f"{word}{chart.title}", **export.as_json(answer, release=release), **judged})

    def as_table(slug: str) -> Response:
        chart, answer, _ = answered(slug)
        return Response(render(table(answer, chart=chart)), content_type="text/html; charset=utf-8")

    server.add_url_rule("/charts.json", endpoint="hue_charts", view_func=lambda: as_json({"charts": catalogue()}))
    server.add_url_rule("/charts/<slug>.csv", endpoint="hue_csv", view_func=as_file)
    server.add_url_rule("/charts/<slug>.json", endpoint="hue_json", view_func=as_data)
    server.add_url_rule("/charts/<slug>/table", endpoint="hue_table", view_func=as_table)
