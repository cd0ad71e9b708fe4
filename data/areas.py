"""The areas: countries, the 45 territorial forces, British Transport Police, the districts.

Codes are those of the Office for National Statistics; districts and their force are those of the
December 2019 lookup. British Transport Police has no territory and no code: it is ``BTP``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from data.model import folded

AreaType = Literal["country", "police_force", "district"]
SNAPSHOTS = Path(__file__).parent / "snapshots"

UNITED_KINGDOM = "K02000001"
ENGLAND_AND_WALES = "K04000001"
LONDON = "E23000001"
TRANSPORT_POLICE = "BTP"


@dataclass(frozen=True)
class Area:
    """A place: its GSS code, its name, its level, the force it lies in and its country."""

    code: str
    name: str
    type: AreaType
    force: str
    country: str
    slug: str = ""


COUNTRIES: Mapping[str, str] = {
    UNITED_KINGDOM: "United Kingdom",
    ENGLAND_AND_WALES: "England and Wales",
    "E92000001": "England",
    "W92000004": "Wales",
    "S92000003": "Scotland",
    "N92000002": "Northern Ireland",
}
CITY_OF_LONDON = "E23000034"
"""The force whose rates per resident say little: few live there, many work and visit."""
_COUNTRY_OF_LETTER = {"E": "E92000001", "W": "W92000004", "S": "S92000003", "N": "N92000002"}

_FORCE_ALIASES = {
    "Metropolitan Police Service": "E23000001", "Metropolitan": "E23000001", "MPS": "E23000001",
    "Avon and Somerset Constabulary": "E23000036", "Devon and Cornwall Police": "E23000035",
    "Hampshire and Isle of Wight": "E23000030", "Hampshire and Isle of Wight Constabulary": "E23000030",
    "Hampshire Constabulary": "E23000030", "London, City of": "E23000034", "City of London Police": "E23000034",
    "Heddlu Gogledd Cymru": "W15000001", "Heddlu Gwent": "W15000002", "Heddlu De Cymru": "W15000003",
    "Heddlu Dyfed-Powys": "W15000004", "Scotland": "S23000009", "PSNI": "N23000001", "N99999999": "N23000001",
}
_DISTRICT_ALIASES = {
    "Richmond Upon Thames": "E09000027", "City of Westminster": "E09000033", "London, City of": "E09000001",
    "Bristol": "E06000023", "Herefordshire": "E06000019", "Kingston upon Hull": "E06000010",
    "The Vale of Glamorgan": "W06000014", "Ynys Môn": "W06000001", "Sir Ddinbych": "W06000004", "Sir y Fflint": "W06000005",
    "Wrecsam": "W06000006", "Sir Benfro": "W06000009", "Sir Gaerfyrddin": "W06000010", "Abertawe": "W06000011",
    "Castell-nedd Port Talbot": "W06000012", "Pen-y-bont ar Ogwr": "W06000013", "Bro Morgannwg": "W06000014",
    "Caerdydd": "W06000015", "Caerffili": "W06000018", "Tor-faen": "W06000020", "Sir Fynwy": "W06000021",
    "Casnewydd": "W06000022", "Merthyr Tudful": "W06000024",
}


def _rows(name: str) -> list[dict[str, str]]:
    with (SNAPSHOTS / "areas" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _areas() -> dict[str, Area]:
    areas = {code: Area(code, name, "country", "", code) for code, name in COUNTRIES.items()}
    for row in _rows("forces.csv"):
        code = row["area_code"]
        areas[code] = Area(
            code, row["area_name"], "police_force", code, _COUNTRY_OF_LETTER[code[0]], row["police_uk_slug"]
        )
    areas[TRANSPORT_POLICE] = Area(
        TRANSPORT_POLICE, "British Transport Police", "police_force", TRANSPORT_POLICE, "", "btp"
    )
    for row in _rows("district_to_force_2019.csv"):
        code = row["district_code"]
        areas[code] = Area(
            code, row["district_name"], "district", row["force_code"], _COUNTRY_OF_LETTER[code[0]]
        )
    return areas


AREAS: Mapping[str, Area] = _areas()
@dataclass(frozen=True)
class NewerDistrict:
    """A district made or recoded after 2019: its code, name and force, and the districts of 2019 that it is made of."""

    code: str
    name: str
    force: str
    parts: tuple[str, ...]


NEWER_DISTRICTS: Mapping[str, NewerDistrict] = {
    row["district_code"]: NewerDistrict(
        row["district_code"], row["district_name"], row["force_code"], tuple(row["made_of"].split()))
    for row in _rows("districts_after_2019.csv")
}


@dataclass(frozen=True)
class Lookups:
    """What a publisher's own lookups tell beside those that come with the program."""

    forces: Mapping[str, str] = field(default_factory=dict)
    """The force of each district, by code."""
    small_areas: Mapping[str, str] = field(default_factory=dict)
    """The district of each small area (LSOA of 2011 or 2021), by code."""

    def force_of(self, district: str) -> str:
        """Return the force of a district of any year, empty where it is not known."""
        if district in AREAS:
            return AREAS[district].force
        if district in NEWER_DISTRICTS:
            return NEWER_DISTRICTS[district].force
        return self.forces.get(district, "")


def district_of_2019(code: str) -> str:
    """Return the district of 2019 that a code of any year stands for, empty where it is none or several of them."""
    if code in AREAS:
        return code if AREAS[code].type == "district" else ""
    newer = NEWER_DISTRICTS.get(code)
    return newer.parts[0] if newer and len(newer.parts) == 1 else ""


FORCES: tuple[str, ...] = tuple(
    code for code, area in AREAS.items() if area.type == "police_force" and code != TRANSPORT_POLICE
)
DISTRICTS: tuple[str, ...] = tuple(code for code, area in AREAS.items() if area.type == "district")
BOROUGHS: tuple[str, ...] = tuple(code for code in DISTRICTS if code.startswith("E09"))


@cache
def _names(level: str) -> Mapping[str, str]:
    names: dict[str, str] = {}
    if level in ("", "district"):
        names |= {folded(area.name): area.code for area in AREAS.values() if area.type == "district"}
        names |= {folded(name): code for name, code in _DISTRICT_ALIASES.items()}
    if level in ("", "country"):
        names |= {folded(area.name): area.code for area in AREAS.values() if area.type == "country"}
    if level in ("", "police_force"):
        for area in AREAS.values():
            if area.type == "police_force":
                forms = (area.name, area.slug, f"{area.name} Police", f"{area.name} Constabulary")
                names |= {folded(form): area.code for form in forms if form}
        names |= {folded(name): code for name, code in _FORCE_ALIASES.items()}
    return names


@cache
def other_names(code: str) -> tuple[str, ...]:
    """Return the other names of an area, such as a former one or the force's full name; codes are left out."""
    known = _FORCE_ALIASES if AREAS[code].type == "police_force" else _DISTRICT_ALIASES
    return tuple(name for name, of in known.items() if of == code and not name[-1].isdigit())


@cache
def districts_of(force: str) -> tuple[str, ...]:
    """Return the districts of a force by name; none for those of Scotland and Northern Ireland and of the railways."""
    return tuple(sorted((code for code in DISTRICTS if AREAS[code].force == force), key=area_name))


@cache
def successors(code: str) -> tuple[NewerDistrict, ...]:
    """Return the districts made after 2019 that a district of 2019 is now part of."""
    return tuple(newer for newer in NEWER_DISTRICTS.values() if code in newer.parts)


def find_area(text: str, *, type: AreaType | None = None) -> str | None:
    """Return the code that ``text`` means: a code, a name or a known alias, else ``None``.

    Names are matched without case and punctuation; where no level is asked for, a force's name
    stands before a country's and a district's.
    """
    code = text.strip().upper()
    if code in AREAS:
        return code if type in (None, AREAS[code].type) else None
    return _names(type or "").get(folded(text))


@cache
def members_of(country: str) -> tuple[str, ...]:
    """Return the forces of a country (all 45 for the United Kingdom, 43 for England and Wales)."""
    if country == UNITED_KINGDOM:
        return FORCES
    if country == ENGLAND_AND_WALES:
        return tuple(code for code in FORCES if code[0] in "EW")
    return tuple(code for code in FORCES if AREAS[code].country == country)


def inside(code: str, other: str) -> bool:
    """Return whether an area lies within another one of a higher level."""
    area, wide = AREAS[code], AREAS[other]
    if code == other:
        return False
    if wide.type == "police_force":
        return area.type == "district" and area.force == other
    if wide.type == "district" or not area.country or code == UNITED_KINGDOM:
        return False
    return other == UNITED_KINGDOM or area.country == other or (
        other == ENGLAND_AND_WALES and area.country in ("E92000001", "W92000004"))


def area_name(code: str) -> str:
    """Return the name of an area."""
    return AREAS[code].name


def full_name(code: str) -> str:
    """Return the name of an area as it stands by itself: ``Surrey Police``, ``Police Scotland``, ``Guildford``."""
    area = AREAS[code]
    return f"{area.name} Police" if area.type == "police_force" and "Police" not in area.name else area.name


def place_name(code: str) -> str:
    """Return an area with the force that it lies in: ``Guildford, in Surrey Police``; a force by its full name."""
    area = AREAS[code]
    return f"{area.name}, in {full_name(area.force)}" if area.type == "district" else full_name(code)
