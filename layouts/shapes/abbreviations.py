"""Three letters for each area of a tile map, as short as its people would write it."""

from __future__ import annotations

from collections.abc import Mapping

from data.frame import area_label

ABBREVIATIONS: Mapping[str, str] = {
    "E23000001": "MET", "E23000002": "CMB", "E23000003": "LAN", "E23000004": "MER", "E23000005": "GMP",
    "E23000006": "CHE", "E23000007": "NBR", "E23000008": "DUR", "E23000009": "NYK", "E23000010": "WYK",
    "E23000011": "SYK", "E23000012": "HUM", "E23000013": "CLE", "E23000014": "WMP", "E23000015": "STA",
    "E23000016": "WME", "E23000017": "WAR", "E23000018": "DER", "E23000019": "NOT", "E23000020": "LIN",
    "E23000021": "LEI", "E23000022": "NOR", "E23000023": "CAM", "E23000024": "NFK", "E23000025": "SFK",
    "E23000026": "BED", "E23000027": "HRT", "E23000028": "ESX", "E23000029": "TVP", "E23000030": "HAM",
    "E23000031": "SRY", "E23000032": "KEN", "E23000033": "SSX", "E23000034": "COL", "E23000035": "D&C",
    "E23000036": "A&S", "E23000037": "GLO", "E23000038": "WIL", "E23000039": "DOR", "W15000001": "NWA",
    "W15000002": "GWT", "W15000003": "SWA", "W15000004": "DYP", "S23000009": "SCO", "N23000001": "PSNI",
    "E09000001": "COL", "E09000002": "BDG", "E09000003": "BAR", "E09000004": "BEX", "E09000005": "BRE",
    "E09000006": "BRO", "E09000007": "CMD", "E09000008": "CRO", "E09000009": "EAL", "E09000010": "ENF",
    "E09000011": "GRE", "E09000012": "HAC", "E09000013": "H&F", "E09000014": "HGY", "E09000015": "HRW",
    "E09000016": "HAV", "E09000017": "HIL", "E09000018": "HOU", "E09000019": "ISL", "E09000020": "K&C",
    "E09000021": "KIN", "E09000022": "LAM", "E09000023": "LEW", "E09000024": "MRT", "E09000025": "NEW",
    "E09000026": "RED", "E09000027": "RIC", "E09000028": "SWK", "E09000029": "SUT", "E09000030": "TOW",
    "E09000031": "WAL", "E09000032": "WAN", "E09000033": "WES",
}


def abbreviation(code: str) -> str:
    """Return the short label of an area, made from its name where it has none of its own."""
    return ABBREVIATIONS.get(code) or area_label(code)[:3].upper()
