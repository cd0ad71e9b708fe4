"""The catalogue of what is published, for data portals: DCAT 3 (W3C) with the properties that DCAT-AP asks for, as JSON-LD."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.api.endpoint import ROOT
from dashboard.api.openapi import SPECIFICATION
from data.areas import AREAS
from data.measure import Measure
from data.model import month_index
from data.package import OGL
from data.periods import first_day, last_day
from data.release import Release
from layouts.pages.measures import GROUPS
from layouts.shell import NAME, SUBTITLE

PATH = "/data/catalog.jsonld"
MEDIA_TYPE = "application/ld+json"
PACKAGE = "/data/release.zip"
_CONTEXT: Mapping[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#", "xsd": "http://www.w3.org/2001/XMLSchema#", "adms": "http://www.w3.org/ns/adms#",
}
_PLACE = "http://statistics.data.gov.uk/id/statistical-geography/"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_MONTHLY = "http://publications.europa.eu/resource/authority/frequency/MONTHLY"
_THEME = "http://publications.europa.eu/resource/authority/data-theme/JUST"
_LANGUAGE = "http://publications.europa.eu/resource/authority/language/ENG"


def catalogue(release: Release, *, base: str, contact: str) -> dict[str, Any]:
    """Return the catalogue of a release: the whole of it, and each group of measures, as files and by the API.

    ``base`` is the address of this site, without a slash at its end; ``contact`` an e-mail or a web address, or empty.
    """
    publisher = {"@id": f"{base}/about", "@type": "foaf:Agent", "foaf:name": NAME, "foaf:homepage": {"@id": f"{base}/"}}
    shared = {
        "dct:publisher": publisher, "dct:language": {"@id": _LANGUAGE}, "dct:license": {"@id": OGL["path"]},
        "dct:issued": _day(release.published[:10]), "dct:modified": _day(release.published[:10]),
        **({"dcat:contactPoint": {"@type": "vcard:Organization", "vcard:fn": NAME, **_reached(contact)}} if contact else {}),
    }
    datasets = [_whole(release, base=base, shared=shared), *_groups(release, base=base, shared=shared)]
    service = {
        "@id": f"{base}{ROOT}", "@type": "dcat:DataService", "dct:title": _words(f"{NAME}: the open API"), "dct:license": {"@id": OGL["path"]},
        "dct:description": _words("Any measure by any breakdown, and lists of measures, places, channels, age groups, releases and coverage."),
        "dcat:endpointURL": {"@id": f"{base}{ROOT}"}, "dcat:endpointDescription": {"@id": f"{base}{SPECIFICATION}"},
        "dcat:landingPage": {"@id": f"{base}/api"}, "dct:publisher": publisher, "dcat:servesDataset": [{"@id": each["@id"]} for each in datasets],
    }
    return {
        "@context": dict(_CONTEXT), "@id": f"{base}{PATH}", "@type": "dcat:Catalog", "dct:title": _words(f"{NAME}: {SUBTITLE}"),
        "dct:description": _words(f"{_word(release.illustrative())}Figures about police appeals, engagement, contact and attitudes in the United "
                                  f"Kingdom. Release {release.id}."),
        **shared, "foaf:homepage": {"@id": f"{base}/"}, "dct:spatial": _place("K02000001"), "dcat:dataset": datasets, "dcat:service": [service],
    }


def _whole(release: Release, *, base: str, shared: Mapping[str, Any]) -> dict[str, Any]:
    measures = [measure for measure in release.measures() if not measure.context]
    files = [
        _file(base, f"{PACKAGE}?release={release.id}", "All public tables of the release, with a datapackage.json", media="application/zip"),
        _file(base, f"/data/coverage.csv?release={release.id}", "Which place supplied which field in which month", media="text/csv"),
        _file(base, f"{ROOT}/measures?release={release.id}", "Every measure with its definition", media="application/json", api=True),
    ]
    return _dataset(release, measures, name="release", title=f"Results of police appeals and public engagement, release {release.id}",
                    says="Everything that this release holds: counts, measures, places, appeals, surveys, coverage.", base=base, shared=shared,
                    files=files)


def _groups(release: Release, *, base: str, shared: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a dataset for each group of measures: a file of each measure by area and period."""
    found = []
    for group, (title, says) in GROUPS.items():
        measures = [measure for measure in release.measures() if measure.group == group and not measure.context]
        files = [_file(base, f"{ROOT}/data.csv?measure={measure.id}&by=area&by=period&release={release.id}",
                       f"{_word(release.origin(measure) == 'illustrative')}{measure.label}, by area and period", media="text/csv", api=True)
                 for measure in measures]
        if measures:
            found.append(_dataset(release, measures, name=group, title=title, says=says, base=base, shared=shared,
                                  files=files))
    return found


def _dataset(release: Release, measures: list[Measure], *, name: str, title: str, says: str, base: str, shared: Mapping[str, Any],
             files: list[dict[str, Any]]) -> dict[str, Any]:
    made_up = any(release.origin(measure) == "illustrative" for measure in measures)
    counts = [release.manifest["counts"][count] for measure in measures for count in measure.counts]
    spans = [count["coverage"] for count in counts if count["coverage"].get("first_month")]
    sources = {source["label"]: source for measure in measures for source in release.sources(measure)}
    return {
        "@id": f"{base}{PATH}#{name}", "@type": "dcat:Dataset", "dct:title": _words(f"{_word(made_up)}{title}"), "dct:description": _words(says),
        "dct:identifier": f"{release.id}-{name}", "dcat:version": release.id, "dct:isVersionOf": {"@id": f"{base}/data#{name}"}, **shared,
        "dcat:keyword": [_words(word) for word in ("police", "appeals for information", "public engagement")],
        "dcat:theme": {"@id": _THEME}, "dct:accrualPeriodicity": {"@id": _MONTHLY}, "dcat:landingPage": {"@id": f"{base}/data"},
        "dct:spatial": [_place(code) for code in dict.fromkeys(measure.whole for measure in measures)],
        **({"dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(first_day(min(month_index(span["first_month"]) for span in spans)).isoformat()),
            "dcat:endDate": _day(last_day(max(month_index(span["last_month"]) for span in spans)).isoformat())}} if spans else {}),
        "dct:provenance": {"@type": "dct:ProvenanceStatement", "dct:description": _words(
            "; ".join(f"{source['label']} ({source['publisher']}, {source['vintage']}; {source['licence']})" for source in sources.values()))},
        "dcat:distribution": files,
    }


def _file(base: str, address: str, title: str, *, media: str, api: bool = False) -> dict[str, Any]:
    return {
        "@id": f"{base}{address}", "@type": "dcat:Distribution", "dct:title": _words(title), "dcat:accessURL": {"@id": f"{base}{address}"},
        "dcat:downloadURL": {"@id": f"{base}{address}"}, "dcat:mediaType": {"@id": f"{_MEDIA}{media}"}, "dct:license": {"@id": OGL["path"]},
        **({"dcat:accessService": {"@id": f"{base}{ROOT}"}} if api else {}),
    }


def _word(made_up: bool) -> str:
    return "Illustrative figures among them: " if made_up else ""


def _words(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "en"}


def _day(text: str) -> dict[str, str]:
    return {"@value": text, "@type": "xsd:date"}


def _place(code: str) -> dict[str, Any]:
    return {"@id": f"{_PLACE}{code}", "@type": "dct:Location", "dct:title": _words(AREAS[code].name)}


def _reached(contact: str) -> dict[str, Any]:
    return {"vcard:hasURL": {"@id": contact}} if contact.startswith("https:") else {"vcard:hasEmail": {"@id": f"mailto:{contact}"}}
