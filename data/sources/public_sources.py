"""Files of police.uk, the Home Office and the Office for National Statistics, as sources."""

from __future__ import annotations

from data.sources import (
    home_office, ons_boundaries, ons_lookups, ons_population, police_uk, police_uk_api, police_uk_outcomes, stop_search,
)
from data.sources.base import Load, Source

_OGL = "Open Government Licence v3.0"
_ONS = "Source: Office for National Statistics licensed under the Open Government Licence v.3.0."
_ONS_POPULATION = "https://www.ons.gov.uk/peoplepopulationandcommunity/populationandmigration/populationestimates"
_POLICE_UK_CREDIT = "Contains data from data.police.uk licensed under the Open Government Licence v3.0."
_POLICE_UK_LIMITS = (
    "Places are moved to a nearby point before publication; some records have none.",
    "Each month re-issues the 36 months before it.",
    "Greater Manchester has supplied nothing since July 2019.",
    "Districts are those of 2019; a record without a known small area is placed by its point in simplified outlines.",
    "The British Transport Police has no area: its records are in no district.",
)
_GEOPORTAL = "https://geoportal.statistics.gov.uk"
_ONS_MAP = f"{_ONS} Contains OS data © Crown copyright and database right."
_NO_FIGURE = "Its files are read and checked; no figure is made of them yet."
_PLACES = "Its files place the rows of other files; no figure is made of them."
_OUTLINES = ("Its files are read and checked, and those of all forces kept with the release; maps draw the outlines that come "
             "with the program.")
_LOOKUP_LIMITS = ("Where lookups differ, the one read first stands; the force of a district of 2019 is never changed.",)


def _police_uk(
    id: str, label: str, *, load: Load, columns: tuple[str, ...], kind: str, limits: tuple[str, ...],
    address: str = "https://data.police.uk/data/", kept_for: str = "",
) -> Source:
    return Source(
        id=id, label=label, publisher="data.police.uk", licence=_OGL, credit=_POLICE_UK_CREDIT, address=address,
        cadence="monthly, two months behind", vintage="", limits=limits, kind=kind, columns=columns, load=load,
        kept_for=kept_for,
    )


def _geography(
    id: str, label: str, *, load: Load, columns: tuple[str, ...], kind: str, limits: tuple[str, ...], kept_for: str = _PLACES,
) -> Source:
    return Source(
        id=id, label=label, publisher="Office for National Statistics", licence=_OGL, credit=_ONS_MAP, address=_GEOPORTAL,
        cadence="yearly", vintage="", limits=limits, kind=kind, columns=columns, load=load, kept_for=kept_for,
    )


PUBLIC: tuple[Source, ...] = (
    _police_uk("police_uk_street", "Street-level records", load=police_uk.load, columns=police_uk.COLUMNS,
               kind="street_crimes", limits=_POLICE_UK_LIMITS),
    _police_uk("police_uk_api_street", "Street-level records, from the API", load=police_uk_api.load,
               columns=police_uk_api.COLUMNS, kind="street_crimes", address="https://data.police.uk/docs/", limits=(
                   *_POLICE_UK_LIMITS, "Fetched by neighbourhood: a record in none of a force's neighbourhoods is missed.")),
    *(_police_uk(id, label, load=police_uk_outcomes.load, columns=columns, kind="street_outcomes", address=address, kept_for=_NO_FIGURE, limits=(
        "A crime has a row for each outcome it had.",
        "Northern Ireland supplies none.")) for id, label, columns, address in (
            ("police_uk_outcomes", "Outcomes of street-level records", police_uk_outcomes.COLUMNS,
             "https://data.police.uk/data/"),
            ("police_uk_api_outcomes", "Outcomes of street-level records, from the API", police_uk_outcomes.API_COLUMNS,
             "https://data.police.uk/docs/"))),
    *(_police_uk(id, label, load=stop_search.load, columns=columns, kind="stop_search", address=address, kept_for=_NO_FIGURE, limits=(
        "Its age ranges do not nest in the age groups used here, so they stay as they are.",
        "The file does not name its force: it is told by the point, and unknown without one.")) for id, label, columns, address in (
            ("police_uk_stop_search", "Stop and search", stop_search.COLUMNS, "https://data.police.uk/data/"),
            ("police_uk_api_stop_search", "Stop and search, from the API", stop_search.API_COLUMNS,
             "https://data.police.uk/docs/"))),
    Source(
        id="home_office_open_data", label="Recorded crime by offence group, years ending each quarter",
        publisher="Home Office", licence=_OGL,
        credit="Home Office, police recorded crime open data, Open Government Licence v3.0.",
        address="https://www.gov.uk/government/statistics/police-recorded-crime-open-data-tables",
        cadence="quarterly", vintage="",
        limits=("Fraud, and bodies that record it nationally, are left out.", "A negative count is a correction.",
                "A year needs all four of its quarters; where a force supplied none, as Greater Manchester in 2019, it has no "
                "figure.",
                "Recording changed in 2014 to 2019, after inspections: violence and public order rose by it."),
        kind=home_office.KIND, columns=home_office.COLUMNS, load=home_office.load,
    ),
    Source(
        id="ons_population_mye2", label="Residents by force, district and age, mid-year estimates",
        publisher="Office for National Statistics", licence=_OGL, credit=_ONS, address=_ONS_POPULATION,
        cadence="yearly, revised after a census", vintage="",
        limits=("A force is the sum of its districts, and stands only where all of them are there.",
                "Districts made after 2019 count for their force alone.",
                "Estimates before mid-2021 rest on the census of 2011: draw no trend across it.",
                "A rate per resident means nothing for the City of London, where few live and many work."),
        kind="population", columns=ons_population.COLUMNS, load=ons_population.load,
    ),
    _geography(ons_lookups.DISTRICT_TO_FORCE, "Lookup of districts and forces", load=ons_lookups.load_districts,
               columns=("lad19cd", "pfa19cd"), kind="lookups", limits=_LOOKUP_LIMITS),
    _geography(ons_lookups.SMALL_AREAS, "Lookup of small areas and districts", load=ons_lookups.load_small_areas,
               columns=("lsoa11cd", "lad19cd"), kind="lookups", limits=_LOOKUP_LIMITS),
    _geography(ons_lookups.FORCE_NAMES, "Names and codes of forces", load=ons_lookups.load_names,
               columns=("pfa19cd", "pfa19nm"), kind="lookups", limits=_LOOKUP_LIMITS),
    _geography("ons_boundaries_forces", "Boundaries of police forces", load=ons_boundaries.load_forces,
               columns=("pfa23cd", "pfa23nm", "geometry"), kind=ons_boundaries.KIND,
               limits=("England and Wales alone.",), kept_for=_OUTLINES),
    _geography("ons_boundaries_districts", "Boundaries of districts", load=ons_boundaries.load_districts,
               columns=("lad23cd", "lad23nm", "geometry"), kind=ons_boundaries.KIND,
               limits=("Maps draw the districts of 2019, whose figures there are.",), kept_for=_OUTLINES),
)
"""Files of police.uk, the Home Office and the Office for National Statistics, as they are published."""
