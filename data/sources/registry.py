"""Every source, and loading files by what their headings say they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from data.areas import SNAPSHOTS, Lookups
from data.cells import Terms
from data.errors import Defect, Report, SourceError
from data.model import Origin
from data.personal import personal, row_shown, shown
from data.sources import (
    facts, home_office, house, mopac_pas, once, ons_boundaries, ons_lookups, ons_population, police_uk, police_uk_api,
    police_uk_outcomes, stop_search, together,
)
from data.sources.base import Load, Loaded, Source
from data.sources.json_tables import is_json, read_json
from data.sources.reading import Table, read_table
from data.templates import (
    APPEALS, ENGAGEMENT, OUTCOMES, PUBLICATIONS, RESPONSES, RESPONSES_COUNTED, TEMPLATES, Template,
)

_OGL = "Open Government Licence v3.0"
_ONS = "Source: Office for National Statistics licensed under the Open Government Licence v.3.0."
_ONS_POPULATION = "https://www.ons.gov.uk/peoplepopulationandcommunity/populationandmigration/populationestimates"
_MOPAC = "https://data.london.gov.uk/dataset/mopac-surveys"
_PAS_LIMITS = (
    "No bases are published: about 400 to 600 interviews a borough and year, so no interval can be given.",
    "Each figure covers the twelve months that end on its date; neighbouring quarters overlap.",
    "'Knows how to contact the ward officer' falls from 36 to 14 percent within five quarters.",
    "The way of interviewing changed in 2020: draw no trend across it.",
)
_OWN_LIMITS = ("As the force supplied it; what it left out is shown as not supplied.",)


def _house(template: Template, label: str) -> Source:
    return Source(
        id=f"house_{template.name}", label=label, publisher="the police force that supplied it",
        licence=_OGL, credit="Supplied by the police force named with each figure.", address="",
        cadence="monthly", vintage="", limits=_OWN_LIMITS, kind=template.name, columns=template.required,
        load=house.load, origin="uploaded", template=template,
    )


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
_LOOKUP_LIMITS = ("It places the rows of other files; no figure is made of it.",
                  "Where lookups differ, the one read first stands; the force of a district of 2019 is never changed.")


def _police_uk(
    id: str, label: str, *, load: Load, columns: tuple[str, ...], kind: str, limits: tuple[str, ...],
    address: str = "https://data.police.uk/data/",
) -> Source:
    return Source(
        id=id, label=label, publisher="data.police.uk", licence=_OGL, credit=_POLICE_UK_CREDIT, address=address,
        cadence="monthly, two months behind", vintage="", limits=limits, kind=kind, columns=columns, load=load,
    )


def _geography(id: str, label: str, *, load: Load, columns: tuple[str, ...], kind: str, limits: tuple[str, ...]) -> Source:
    return Source(
        id=id, label=label, publisher="Office for National Statistics", licence=_OGL, credit=_ONS_MAP, address=_GEOPORTAL,
        cadence="yearly", vintage="", limits=limits, kind=kind, columns=columns, load=load,
    )


PUBLIC: tuple[Source, ...] = (
    _police_uk("police_uk_street", "Street-level records", load=police_uk.load, columns=police_uk.COLUMNS,
               kind="street_crimes", limits=_POLICE_UK_LIMITS),
    _police_uk("police_uk_api_street", "Street-level records, from the API", load=police_uk_api.load,
               columns=police_uk_api.COLUMNS, kind="street_crimes", address="https://data.police.uk/docs/", limits=(
                   *_POLICE_UK_LIMITS, "Fetched by neighbourhood: a record in none of a force's neighbourhoods is missed.")),
    *(_police_uk(id, label, load=police_uk_outcomes.load, columns=columns, kind="street_outcomes", address=address, limits=(
        "A crime has a row for each outcome it had.", "No figure is made of them yet.",
        "Northern Ireland supplies none.")) for id, label, columns, address in (
            ("police_uk_outcomes", "Outcomes of street-level records", police_uk_outcomes.COLUMNS,
             "https://data.police.uk/data/"),
            ("police_uk_api_outcomes", "Outcomes of street-level records, from the API", police_uk_outcomes.API_COLUMNS,
             "https://data.police.uk/docs/"))),
    *(_police_uk(id, label, load=stop_search.load, columns=columns, kind="stop_search", address=address, limits=(
        "Its age ranges do not nest in the age groups used here, so they stay as they are.",
        "The file does not name its force: it is told by the point, and unknown without one.",
        "No figure is made of them yet.")) for id, label, columns, address in (
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
               limits=("England and Wales alone.", "Kept with a release only where every force is there.")),
    _geography("ons_boundaries_districts", "Boundaries of districts", load=ons_boundaries.load_districts,
               columns=("lad23cd", "lad23nm", "geometry"), kind=ons_boundaries.KIND,
               limits=("Checked alone: maps draw the districts of 2019, whose figures there are.",)),
)
"""Files of police.uk, the Home Office and the Office for National Statistics, as they are published."""

SOURCES: tuple[Source, ...] = (
    _house(APPEALS, "Appeals"),
    _house(PUBLICATIONS, "Publications of appeals"),
    _house(RESPONSES, "Responses to appeals"),
    _house(RESPONSES_COUNTED, "Responses to appeals, counted"),
    _house(OUTCOMES, "Outcomes of appeals"),
    _house(ENGAGEMENT, "Engagement by month, area, channel and age group"),
    *PUBLIC,
    Source(
        id="mopac_pas", label="Public Attitude Survey, file of the publisher",
        publisher="Mayor's Office for Policing and Crime", licence=_OGL,
        credit="Mayor's Office for Policing and Crime, London Datastore, Open Government Licence v3.0.",
        address=_MOPAC, cadence="quarterly", vintage="", limits=_PAS_LIMITS, kind="attitudes",
        columns=("date", "survey", "borough", "measure", "proportion", "mps"), load=mopac_pas.load,
    ),
    Source(
        id="mopac_pas_2014_2023", label="Public Attitude Survey, 2014 to 2023",
        publisher="Mayor's Office for Policing and Crime", licence=_OGL,
        credit="Mayor's Office for Policing and Crime, London Datastore, Open Government Licence v3.0.",
        address=_MOPAC, cadence="quarterly", vintage="2023-12", limits=_PAS_LIMITS, kind="attitudes",
        columns=("area_code", "area_name", "measure", "period_end", "percent"), load=facts.load_attitudes,
    ),
    Source(
        id="ons_population_forces", label="Residents of each force, mid-2018 and mid-2023",
        publisher="Office for National Statistics", licence=_OGL, credit=_ONS, address=_ONS_POPULATION,
        cadence="yearly, revised after a census", vintage="2023-06",
        limits=("Scotland and Northern Ireland are not supplied.",
                "A rate per resident means nothing for the City of London, where few live and many work."),
        kind="population", columns=("area_code", "police_uk_slug", "population_mid2018", "population_mid2023"),
        load=facts.load_forces,
    ),
    Source(
        id="ons_population_boroughs", label="Residents of each London borough, mid-2023",
        publisher="Office for National Statistics", licence=_OGL, credit=_ONS, address=_ONS_POPULATION,
        cadence="yearly, revised after a census", vintage="2023-06", limits=("London alone.",),
        kind="population", columns=("area_code", "area_name", "population_mid2023"), load=facts.load_boroughs,
    ),
    Source(
        id="ons_population_ages", label="Residents by force and age group, mid-2018",
        publisher="Office for National Statistics", licence=_OGL, credit=_ONS, address=_ONS_POPULATION,
        cadence="yearly, revised after a census", vintage="2018-06",
        limits=("England and Wales alone.", "Mid-2018: years older than the engagement it is set beside."),
        kind="population", columns=("area_code", "age_group", "population", "year"), load=facts.load_ages,
    ),
    Source(
        id="home_office_recorded_crime", label="Recorded crime by offence group, year ending March 2018",
        publisher="Home Office", licence=_OGL,
        credit="Home Office, police recorded crime open data, Open Government Licence v3.0.",
        address="https://www.gov.uk/government/statistics/police-recorded-crime-open-data-tables",
        cadence="quarterly", vintage="2018-03",
        limits=("Bodies that record fraud nationally are left out.", "A negative count is a correction."),
        kind="recorded_crime", columns=("area_code", "offence_group", "offences", "period_start", "period_end"),
        load=facts.load_crime,
    ),
    Source(
        id="met_borough_posts", label="Posts of London borough police accounts, 2017 to 2020",
        publisher="collected by researchers from public accounts", licence="facts from public accounts",
        credit="Counts of public posts by Metropolitan Police borough accounts, 2017 to 2020.", address="",
        cadence="once", vintage="2020-12",
        limits=("How complete the collection is, is unknown and differs by year: draw no trend.",
                "Themes overlap; 'all' is every post.", "Engagements per post only from 20 posts."),
        kind="posts", columns=("area_code", "borough", "year", "theme", "posts", "likes", "reposts", "replies"),
        load=facts.load_posts,
    ),
    Source(
        id="appeal_results", label="Published results of crime appeals, 1967 to 2023",
        publisher="press and police, as named in each row", licence="facts, quoted with their source",
        credit="As named in each row.", address="", cadence="irregular", vintage="2024-02",
        limits=("Definitions differ from row to row on purpose: never stack or add them.",),
        kind="reference", columns=("programme", "measure", "value", "denominator"), load=facts.load_results,
    ),
    Source(
        id="surveys", label="Survey answers, 2012 to 2025", publisher="survey institutes, as named in each row",
        licence="facts, quoted with their source", credit="As named in each row.", address="",
        cadence="irregular", vintage="2025-03",
        limits=("A base that is empty was not published; such a figure carries no interval.",
                "The figures of 2012 are shown with their date and are not current."),
        kind="reference", columns=("survey", "question", "option", "percent", "base"), load=facts.load_surveys,
    ),
    Source(
        id="contact", label="Figures of 999, 101 and online reports, 2012 to 2022",
        publisher="as named in each row", licence="facts, quoted with their source", credit="As named in each row.",
        address="", cadence="irregular", vintage="2022-05",
        limits=("Figures that were published one by one, not a series: most forces have none here.",),
        kind="contact", columns=("area", "channel", "measure", "value", "coverage"), load=facts.load_contact,
    ),
    Source(
        id="platform_reach", label="Share of UK adults that a platform reaches", publisher="Ofcom",
        licence="facts, quoted with their source", credit="Ofcom, as named in each row.",
        address="https://www.ofcom.org.uk",
        cadence="yearly", vintage="2024-05", limits=("By age for TikTok and for sources of news alone.",),
        kind="reference", columns=("platform", "age_group", "percent", "kind"), load=facts.load_reach,
    ),
)
SOURCE_BY_ID: Mapping[str, Source] = {source.id: source for source in SOURCES}

PLACED = frozenset({"police_uk_street", "ons_population_mye2"})
"""Sources whose rows are placed with the lookups that came with them."""

PUBLISHED: tuple[Path, ...] = (
    SNAPSHOTS / "areas" / "forces.csv", SNAPSHOTS / "areas" / "london_boroughs.csv", SNAPSHOTS / "facts",
)
"""The snapshots of published figures that every release holds."""


def recognise(table: Table) -> Source | None:
    """Return the source that a file's headings name, the most exact one first, else ``None``."""
    fitting = [source for source in SOURCES if source.recognise(table.names)]
    return max(fitting, key=lambda source: len(source.columns), default=None)


def source_of(file: Loaded) -> Source:
    """Return the source of a file as it must be stated: illustrative figures were supplied by no force."""
    source = SOURCE_BY_ID[file.source_id]
    if file.origin != "illustrative":
        return source
    return replace(
        source, origin="illustrative", publisher="Hue & Cry (illustrative figures)", cadence="once", address="",
        credit="Illustrative figures, made up by Hue & Cry from stated assumptions; not observed.",
        limits=("Made up from stated assumptions: they say nothing about any force.",),
    )


def load_file(
    path: Path, *, origin: Origin = "uploaded", today: date | None = None, vintage: str = "", name: str = "",
    lookups: Lookups = Lookups(),
) -> Loaded:
    """Return one file as its source's normalised table with its report, whatever defects its rows have.

    ``origin`` is that of house templates; published sources keep their own; ``lookups`` are those that came with the
    file. Raises SourceError where the file is no table or of no known source.
    """
    name = name or path.name
    content = path.read_bytes()
    table = read_json(content, file=name) if is_json(content) else read_table(content, file=name)
    source = recognise(table)
    if source is None:
        raise _unrecognised(table)
    terms = Terms(today or date.today(), origin if source.template else source.origin, vintage, lookups)
    return source.load(table, source=source, terms=terms)


def load_folder(
    folders: Sequence[Path], *, origin: Origin = "uploaded", today: date | None = None, vintage: str = ""
) -> tuple[Loaded, ...]:
    """Return every file of the folders (or single files), checked by itself and with the others.

    Raises one SourceError with every defect of every file if any file has an error.
    """
    files, reports = _load_all(folders, origin=origin, today=today, vintage=vintage)
    defects = [defect for report in reports for defect in report.defects]
    errors = [defect for report in reports for defect in report.errors]
    if errors:
        found = f"{len(errors):,} {'error' if len(errors) == 1 else 'errors'}"
        wrong = len({defect.file for defect in errors})
        raise SourceError(f"{found} in {wrong} {'file' if wrong == 1 else 'files'}.", defects=defects)
    return files


def check_folder(
    folders: Sequence[Path], *, origin: Origin = "uploaded", today: date | None = None
) -> tuple[Report, ...]:
    """Return what checking every file found, in the order of their names; never raises for a defect."""
    return _load_all(folders, origin=origin, today=today, vintage="")[1]


def load_published(*, today: date | None = None) -> tuple[Loaded, ...]:
    """Return the committed snapshots of published figures."""
    return load_folder(PUBLISHED, origin="published", today=today)


def _load_all(
    folders: Sequence[Path], *, origin: Origin, today: date | None, vintage: str
) -> tuple[tuple[Loaded, ...], tuple[Report, ...]]:
    files: dict[str, Loaded] = {}
    unread: list[Report] = []
    paths = _paths(folders)
    for path, name in paths:
        try:
            files[name] = load_file(path, origin=origin, today=today, vintage=vintage, name=name)
        except SourceError as fault:
            unread.append(Report(name, "", 0, 0, fault.defects))
    lookups = ons_lookups.lookups_of(files.values())
    for path, name in paths if lookups != Lookups() else ():
        if name in files and files[name].source_id in PLACED:  # what a lookup tells is known only once all are read
            files[name] = load_file(path, origin=origin, today=today, vintage=vintage, name=name, lookups=lookups)
    checked = once.refuse_repeats(home_office.rolling_years(together.check_together(tuple(files.values()))))
    reports = [*(file.report for file in checked), *unread]
    return checked, tuple(sorted(reports, key=lambda report: report.file))


def _paths(folders: Sequence[Path]) -> list[tuple[Path, str]]:
    """Return each file to read with the name to report it by; hidden files and notes (.md) are passed over."""
    found: list[tuple[Path, str]] = []
    for folder in folders:
        if not folder.exists():
            raise SourceError(f"There is no file or folder {folder}.", defects=(
                Defect(file=str(folder), rule="There is no such file or folder.", mend="Check the path.", rows=0),))
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            parts = path.relative_to(folder).parts if folder.is_dir() else (path.name,)
            if path.is_file() and path.suffix != ".md" and not any(part.startswith(".") for part in parts):
                found.append((path, "/".join(parts)))
    return found


def _unrecognised(table: Table) -> SourceError:
    """Say which templates exist and what is missing for the nearest."""
    names = set(table.names)
    rule = "The headings are those of no file that we know."
    mend = _nearest(names)
    defects = [Defect(file=table.file, line=1, rule=rule, mend=mend, rows=0,
                      value=_headings_shown(table.columns))]
    for heading, name in zip(table.columns, table.names, strict=True):
        if what := personal(name):
            defects.append(Defect(file=table.file, line=1, column=shown(heading), value=shown(heading), rows=0,
                                  rule=f"The column '{shown(heading)}' looks as if it held {what}.",
                                  mend="Remove the column: it must not be sent."))
    return SourceError(f"{table.file}: {rule} {mend}", defects=defects)


def _headings_shown(headings: Sequence[str]) -> str:
    """Return headings as they may be repeated: where one begins with a digit, they are rather a row of figures."""
    row = any(heading[:1].isdigit() for heading in headings)
    return row_shown(headings, separator=", ") if row else shown(", ".join(headings))


def _nearest(names: set[str]) -> str:
    """Say which templates exist, and what a file with these headings lacks of the nearest one."""
    shared = {template.name: len(names & {column.name for column in template.columns}) for template in TEMPLATES}
    nearest = max(TEMPLATES, key=lambda template: (
        shared[template.name], -len(set(template.required) - names)))
    if not shared[nearest.name]:
        needed = "; ".join(f"{template.name} ({', '.join(template.required)})" for template in TEMPLATES)
        return f"The templates and the columns that each needs are: {needed}. 'hue template engagement' prints one."
    listed = ", ".join(template.name for template in TEMPLATES)
    missing = ", ".join(name for name in nearest.required if name not in names)
    return (f"The templates are {listed}. Nearest is '{nearest.name}'; the file lacks its columns {missing}. "
            f"'hue template {nearest.name}' prints it.")
