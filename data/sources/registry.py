"""Every source, and loading files by what their headings say they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from data import plausibility
from data.areas import SNAPSHOTS, Lookups
from data.cells import Terms
from data.errors import Report, SourceError
from data.model import Origin
from data.release import Release
from data.sources import accounts, facts, home_office, house, mopac_pas, once, ons_lookups, surveys, together
from data.sources.base import Loaded, Source, under_own_headings
from data.sources.files import Found, OnFile, files_in, read_file, unwatched_files
from data.sources.platform_sources import PLATFORM_SOURCES
from data.sources.public_sources import PUBLIC
from data.sources.reading import Table, Unread, read_tables
from data.sources.table import Watch, refused, unwatched
from data.sources.unrecognised import beside, unrecognised
from data.sources.workbook import EMPTY
from data.templates import (
    ACCOUNTS, ANNOTATIONS, APPEALS, CALLS, CORRECTIONS, ENGAGEMENT, OUTCOMES, OWN_SHEETS, PUBLICATIONS, RESPONSES,
    RESPONSES_COUNTED, SIMILAR_FORCES, SURVEY, TARGETS, TEMPLATES, Template,
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


SOURCES: tuple[Source, ...] = (
    replace(_house(ACCOUNTS, "Which account belongs to which area"), load=accounts.load),
    *PLATFORM_SOURCES,
    _house(APPEALS, "Appeals"),
    _house(PUBLICATIONS, "Publications of appeals"),
    _house(RESPONSES, "Responses to appeals"),
    _house(RESPONSES_COUNTED, "Responses to appeals, counted"),
    _house(OUTCOMES, "Outcomes of appeals"),
    _house(ENGAGEMENT, "Engagement by month, area, channel and age group"),
    _house(CALLS, "Calls to 999, 101 and other lines"),
    _house(SURVEY, "Survey answers of a force"),
    _house(TARGETS, "Targets"),
    _house(SIMILAR_FORCES, "Similar forces"),
    _house(CORRECTIONS, "Corrections of published figures"),
    _house(ANNOTATIONS, "Annotations of trends"),
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
        kind="survey", columns=("survey", "question", "option", "percent", "base"), load=surveys.load,
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
        kind="platform_reach", columns=("platform", "age_group", "percent", "kind"), load=facts.load_reach,
    ),
)
SOURCE_BY_ID: Mapping[str, Source] = {source.id: source for source in SOURCES}

PLACED = frozenset({"police_uk_street", "ons_population_mye2"})
"""Sources whose rows are placed with the lookups that came with them."""

PUBLISHED: tuple[Path, ...] = (
    SNAPSHOTS / "areas" / "forces.csv", SNAPSHOTS / "areas" / "london_boroughs.csv", SNAPSHOTS / "facts",
)
"""The snapshots of published figures that every release holds."""

_BYTES, _PARSED = 0.05, 0.3
"""How much of a file's time has gone once its bytes are there, and once a text file's cells are."""


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

    ``origin`` is that of house templates; published sources keep their own. Raises SourceError where
    the file is no table, of no known source, or holds several tables that are. ``lookups`` came with it.
    """
    parts = load_parts(Found(path, name or path.name, path.stat().st_size), origin=origin, today=today, vintage=vintage,
                       lookups=lookups)
    files = [part for part in parts if isinstance(part, Loaded)]
    if len(files) == 1:
        return files[0]
    if files:
        raise SourceError(f"{path.name} holds {len(files)} tables: {', '.join(file.report.file for file in files)}.")
    defects = [defect for part in parts if isinstance(part, Report) for defect in part.defects]
    raise SourceError(f"{defects[0].file}: {defects[0].rule} {defects[0].mend}", defects=defects)


def load_parts(
    found: Found, *, origin: Origin = "uploaded", today: date | None = None, vintage: str = "", watch: Watch = unwatched,
    lookups: Lookups = Lookups(),
) -> tuple[Loaded | Report, ...]:
    """Return every table of a file (a workbook, a zipped folder) normalised, and a report of each that is none."""
    loaded: list[Loaded] = []
    unread: list[Unread] = []
    sources: dict[str, list[Source]] = {}
    try:
        content = read_file(found, watch=lambda share: watch(share * _BYTES))
        for part in read_tables(content, file=found.name, fit=fit,
                                watch=lambda share: watch(_BYTES + share * (1 - _BYTES))):
            if isinstance(part, Table) and part.names[0] in OWN_SHEETS:
                continue
            source = recognise(part) if isinstance(part, Table) else None
            if isinstance(part, Table) and source is not None:
                terms = Terms(
                    today or date.today(), origin if source.template else source.origin, vintage, lookups,
                    watch=(lambda share: watch(_PARSED + share * (1 - _PARSED))) if part.file == found.name else unwatched)
                loaded.append(_as_headed(source.load(part, source=source, terms=terms), table=part))
                sources.setdefault(part.book, []).append(source)
            else:
                unread.append(unrecognised(part, sources=SOURCES) if isinstance(part, Table) else part)
    except SourceError as fault:
        unread.append(Unread(found.name, fault.defects))
    if unread and not loaded and all(part.defects[0].rule == EMPTY for part in unread):
        unread.append(Unread(found.name, refused(
            found.name, "The workbook is empty.", "Send it with its headings and rows.").defects))
    watch(1.0)
    return (*loaded, *(
        Report(part.file, "", 0, 0, beside(part, sources=sources.get(part.book, ()) if part.book else ()))
        for part in unread))


def _as_headed(file: Loaded, *, table: Table) -> Loaded:
    """Return a file whose findings name columns by the headings that stand in it; our own templates have ours."""
    if SOURCE_BY_ID[file.source_id].template is not None:
        return file
    found = under_own_headings(file.report.defects, columns=table.columns, read_as=table.names)
    return replace(file, report=replace(file.report, defects=tuple(found)))


def fit(names: Sequence[str]) -> float:
    """Return how well headings fit a source: 1 where it is recognised, else less."""
    if any(source.recognise(names) for source in SOURCES):
        return 1.0
    return 0.9 * max(len(set(names) & set(template.required)) / len(template.required) for template in TEMPLATES)


def load_folder(
    folders: Sequence[Path], *, origin: Origin = "uploaded", today: date | None = None, vintage: str = "",
    on_file: OnFile = unwatched_files, release: Release | None = None,
) -> tuple[Loaded, ...]:
    """Return every file of the folders (or single files), checked by itself and with the others.

    Uploaded figures that can hardly be right are questioned, also against those of the last ``release``.

    Raises one SourceError with every defect of every file if any file has an error.
    """
    return read_folder(folders, origin=origin, today=today, vintage=vintage, on_file=on_file, release=release)[0]


def read_folder(
    folders: Sequence[Path], *, origin: Origin = "uploaded", today: date | None = None, vintage: str = "",
    on_file: OnFile = unwatched_files, release: Release | None = None,
) -> tuple[tuple[Loaded, ...], tuple[Report, ...]]:
    """Return every file of the folders as ``load_folder`` does, and a report of each that was passed over with a note."""
    files, reports = _load_all(folders, origin=origin, today=today, vintage=vintage, on_file=on_file, release=release)
    defects = [defect for report in reports for defect in report.defects]
    errors = [defect for report in reports for defect in report.errors]
    if errors:
        found = f"{len(errors):,} {'error' if len(errors) == 1 else 'errors'}"
        wrong = len({defect.file for defect in errors})
        raise SourceError(f"{found} in {wrong} {'file' if wrong == 1 else 'files'}.", defects=defects, reports=reports)
    return files, tuple(report for report in reports if not report.source)


def check_folder(
    folders: Sequence[Path], *, origin: Origin = "uploaded", today: date | None = None, on_file: OnFile = unwatched_files,
    release: Release | None = None,
) -> tuple[Report, ...]:
    """Return what checking every file found, in the order of their names; never raises for a defect."""
    return _load_all(folders, origin=origin, today=today, vintage="", on_file=on_file, release=release)[1]


def load_published(*, today: date | None = None) -> tuple[Loaded, ...]:
    """Return the committed snapshots of published figures."""
    return load_folder(PUBLISHED, origin="published", today=today)


def _load_all(
    folders: Sequence[Path], *, origin: Origin, today: date | None, vintage: str, on_file: OnFile,
    release: Release | None,
) -> tuple[tuple[Loaded, ...], tuple[Report, ...]]:
    found, strange = files_in(folders)
    whole, done = sum(file.size for file in found) or 1, 0
    files: list[Loaded] = []
    placed: list[Found] = []
    unread = [Report(defect.file, "", 0, 0, (defect,)) for defect in strange]
    furthest = 0.0
    for file in found:
        def watch(share: float, *, file: Found = file, done: int = done) -> None:
            nonlocal furthest
            furthest = max(furthest, done + min(share, 1.0) * file.size)
            on_file(file.name, furthest, whole)

        parts = load_parts(file, origin=origin, today=today, vintage=vintage, watch=watch)
        files += [part for part in parts if isinstance(part, Loaded)]
        unread += [part for part in parts if isinstance(part, Report)]
        if any(isinstance(part, Loaded) and part.source_id in PLACED for part in parts):
            placed.append(file)
        done += file.size
    lookups = ons_lookups.lookups_of(files)
    for file in placed if lookups != Lookups() else ():  # what a lookup tells is known only once all are read
        again = {part.report.file: part for part in load_parts(
            file, origin=origin, today=today, vintage=vintage, lookups=lookups) if isinstance(part, Loaded)}
        files = [again.get(part.report.file, part) for part in files]
    once_each = once.refuse_repeats(home_office.rolling_years(together.check_together(tuple(files))))
    checked = accounts.add_up(once_each, today=today or date.today())
    if origin == "uploaded":
        checked = plausibility.question(checked, residents=_residents(), release=release)
    reports = [*(file.report for file in checked), *unread]
    return checked, tuple(sorted(reports, key=lambda report: report.file))


@cache
def _residents() -> pd.DataFrame:
    """Return the residents that a release knows: figures of engagement are held against them."""
    files = (SNAPSHOTS / "areas" / "forces.csv", SNAPSHOTS / "areas" / "london_boroughs.csv")
    return pd.concat([load_file(path).table for path in files])
