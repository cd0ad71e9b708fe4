"""The files that a chart's figures come in: one entry each, from which addresses, links and tests follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.export_geojson import maps
from layouts.charts import Chart


@dataclass(frozen=True)
class Format:
    """A kind of file: how its name ends, what links call it, and which charts have it."""

    suffix: str
    label: str
    media_type: str
    only_maps: bool = False
    """Whether only figures by area come in it."""


FORMATS: tuple[Format, ...] = (
    Format("csv", "CSV", "text/csv; charset=utf-8"),
    Format("json", "JSON", "application/json"),
    Format("xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Format("parquet", "Parquet", "application/vnd.apache.parquet"),
    Format("geojson", "GeoJSON", "application/geo+json", only_maps=True),
)
FORMAT_BY_SUFFIX: Mapping[str, Format] = {each.suffix: each for each in FORMATS}


def formats_of(chart: Chart) -> tuple[Format, ...]:
    """Return the files that a chart's figures come in."""
    return tuple(each for each in FORMATS if not each.only_maps or maps(chart.by))
