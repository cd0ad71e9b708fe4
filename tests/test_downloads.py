"""A whole release as a zip, and the catalogue that data portals read: complete, described, and nothing that is not public."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from html import unescape
from itertools import islice
from pathlib import Path
from shutil import which
from typing import Any

import pyarrow as pa
import pytest
from flask.testing import FlaskClient
from rdflib import Graph, Namespace
from rdflib.namespace import DCTERMS, FOAF, RDF

from dashboard.api.page import EXAMPLES
from dashboard.app import create_app
from dashboard.settings import Settings
from data.counts import COUNT_BY_ID
from data.package import package_of
from data.package_tables import REFERENCE, tables_of
from data.release import Release
from data.statistics.intervals import threshold

DCAT = Namespace("http://www.w3.org/ns/dcat#")
ZIP, CATALOGUE = "/data/release.zip", "/data/catalog.jsonld"
KEPT_BACK = {"contact", "platform_reach"}
"""Reference tables of a release that stay in it: their figures stand in its counts."""


@pytest.fixture(scope="module")
def client(release_home: Path) -> FlaskClient:
    return create_app(Settings(home=release_home, contact="press@force.example")).server.test_client()


@pytest.fixture(scope="module")
def package(client: FlaskClient) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(client.get(ZIP).data))


@pytest.fixture(scope="module")
def described(package: zipfile.ZipFile) -> Mapping[str, Any]:
    return json.loads(package.read("datapackage.json"))


def test_package_describes_every_file_that_it_holds(package: zipfile.ZipFile, described: Mapping[str, Any], release: Release) -> None:
    assert described["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert described["version"] == release.id and described["created"] == release.manifest["created"]
    assert described["title"].startswith("Illustrative figures among them: ") and described["licenses"][0]["name"] == "OGL-UK-3.0"
    assert {each["path"] for each in described["resources"]} == set(package.namelist()) - {"README.md", "datapackage.json"}
    assert len({each["name"] for each in described["resources"]}) == len(described["resources"])
    assert len(described["sources"]) == len(release.manifest["sources"])
    for each in described["resources"]:
        content = package.read(each["path"])
        assert re.fullmatch(r"[a-z0-9-]+", each["name"]) and each["bytes"] == len(content)
        assert each["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"


def test_tables_of_a_package_fit_their_schema(package: zipfile.ZipFile, described: Mapping[str, Any]) -> None:
    kinds = {"number": r"-?\d+(\.\d+)?([eE][-+]?\d+)?", "integer": r"-?\d+", "date": r"\d{4}-\d\d-\d\d", "yearmonth": r"\d{4}-\d\d"}
    for each in (each for each in described["resources"] if each["format"] == "csv"):
        fields = each["schema"]["fields"]
        head, *lines = islice(csv.reader(io.StringIO(package.read(each["path"]).decode(), newline="")), 2_000)
        assert head == [field["name"] for field in fields] and all(field["description"] for field in fields)
        for place, field in enumerate(fields):
            cells = {line[place] for line in lines}
            if field.get("constraints", {}).get("required"):
                assert "" not in cells, (each["path"], field["name"])
            if "enum" in field.get("constraints", {}):
                assert cells <= set(field["constraints"]["enum"]), (each["path"], field["name"])
            if field["type"] in kinds:
                assert not [cell for cell in cells if cell and not re.fullmatch(kinds[field["type"]], cell)], (each["path"], field["name"])


def test_package_holds_persons_only_as_pictures_show_them(release: Release, described: Mapping[str, Any]) -> None:
    least = float(threshold(1, sigma=release.manifest["privacy"]["sigma"]))
    protected = 0
    for stated in tables_of(release):
        if any(COUNT_BY_ID[count].policy == "protected" for count in stated.counts):
            protected += 1
            rows = stated.table.to_pylist()
            assert {row["status"] for row in rows} <= {"ok", "c"}
            assert all((row["value"] is None and row["lower"] is None and row["upper"] == least) if row["status"] == "c"
                       else row["value"] >= least and row["lower"] <= row["value"] <= row["upper"] for row in rows)
    assert protected == sum(len(count.get("tables", ())) for count in release.manifest["counts"].values())
    titles = {each["path"]: each["title"] for each in described["resources"]}
    assert titles["counts/appeals.csv"].startswith("Illustrative figures: ") and not titles["counts/population.csv"].startswith("Illustrative")


def test_nothing_of_a_release_is_forgotten_or_let_out_unnamed(release: Release, package: zipfile.ZipFile) -> None:
    named = {name for name, _, _ in REFERENCE}
    assert {file.stem for file in (release.folder / "reference").glob("*.parquet")} <= named | KEPT_BACK
    found = set(package.namelist())
    for file in (release.folder / "counts").rglob("*.parquet"):
        assert f"counts/{'.'.join(file.relative_to(release.folder / 'counts').with_suffix('').parts)}.csv" in found
    assert not [name for name in found if name.startswith(("cubes", "quality", "revised", "private", "manifest"))]


def test_package_is_made_once_and_the_same_each_time(client: FlaskClient, release: Release, release_home: Path, tmp_path: Path) -> None:
    first = client.get(ZIP)
    kept = package_of(release, home=release_home)
    made = kept.stat().st_mtime_ns

    assert package_of(release, home=tmp_path).read_bytes() == first.data
    assert client.get(f"{ZIP}?release={release.id}").data == first.data and kept.stat().st_mtime_ns == made
    assert first.content_type == "application/zip" and release.id in first.headers["Content-Disposition"]
    assert "illustrative" in first.headers["Content-Disposition"] and first.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(ZIP, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    part = client.get(ZIP, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"PK\x03\x04")
    assert client.get(f"{ZIP}?area=Kent").json["field"] == "area"
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_catalogue_has_what_data_portals_ask_for(client: FlaskClient, release: Release) -> None:
    answered = client.get(CATALOGUE)
    graph = Graph().parse(data=answered.text, format="json-ld")

    assert answered.content_type == "application/ld+json" and answered.headers["Access-Control-Allow-Origin"] == "*"
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    datasets, services = list(graph.objects(catalogue, DCAT.dataset)), list(graph.objects(catalogue, DCAT.service))
    for asked in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.license, DCTERMS.language, DCTERMS.issued, FOAF.homepage):
        assert graph.value(catalogue, asked) is not None, asked
    assert len(datasets) >= 5 and len(services) == 1
    assert str(graph.value(services[0], DCAT.endpointURL)).endswith("/api/v1")
    assert set(graph.objects(services[0], DCAT.servesDataset)) == set(datasets)
    for dataset in datasets:
        for asked in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCTERMS.license, DCTERMS.identifier, DCTERMS.spatial, DCTERMS.issued,
                      DCTERMS.accrualPeriodicity, DCTERMS.provenance, DCAT.keyword, DCAT.theme, DCAT.version, DCAT.contactPoint, DCAT.landingPage):
            assert graph.value(dataset, asked) is not None, (dataset, asked)
        period = graph.value(dataset, DCTERMS.temporal)
        assert graph.value(period, DCAT.startDate).toPython() < graph.value(period, DCAT.endDate).toPython()  # type: ignore[union-attr]
        assert str(graph.value(dataset, DCAT.version)) == release.id
        assert list(graph.objects(dataset, DCAT.distribution))
    files = list(graph.subjects(RDF.type, DCAT.Distribution))
    for file in files:
        for asked in (DCTERMS.title, DCTERMS.license, DCAT.accessURL, DCAT.downloadURL, DCAT.mediaType):
            assert graph.value(file, asked) is not None, (file, asked)
        address = str(graph.value(file, DCAT.downloadURL)).removeprefix("http://localhost")
        assert f"release={release.id}" in address, "a dataset of one release has files of that release alone"
        found = client.head(address)
        assert found.status_code == 200 and str(graph.value(file, DCAT.mediaType)).endswith(found.content_type.partition(";")[0])
    measured = [str(graph.value(file, DCTERMS.title)) for file in files]
    assert "Illustrative figures among them: Appeals issued, by area and period" in measured
    assert "Engagements per post, by area and period" in measured


def test_table_texts_keep_their_type(release: Release) -> None:
    for stated in tables_of(release):
        for column in stated.columns:
            kind = stated.table.schema.field(column.name).type
            assert column.type != "date" or pa.types.is_date(kind), (stated.name, column.name)


def programs(page: str) -> dict[str, str]:
    found = re.findall(r'<pre[^>]*data-language="([^"]*)"[^>]*><code>(.*?)</code></pre>', page, re.S)
    return {language: unescape(text) for language, text in found}


def test_examples_of_the_page_run_as_they_stand(base: str, tmp_path: Path) -> None:
    if which("curl") is None:
        pytest.skip("curl is missing")
    page = subprocess.run(["curl", "--silent", f"{base}/api"], capture_output=True, text=True, check=True, timeout=60).stdout
    found = programs(page)
    runners = {"curl": ["bash", "-euc"], "Python": [sys.executable, "-W", "error", "-c"], "R": ["Rscript", "-e"]}
    assert set(found) == set(EXAMPLES) == set(runners)

    said = {language: subprocess.run([*runners[language], program], capture_output=True, text=True, cwd=tmp_path, timeout=120)
            for language, program in found.items() if which(runners[language][0])}

    assert {language: done.returncode for language, done in said.items()} == dict.fromkeys(said, 0), said
    assert said["curl"].stdout.startswith("measure,area_code,area_name") and len(said["curl"].stdout.splitlines()) == 3
    assert re.search(r"^\d{3,} figures, the last one: ", said["Python"].stdout, re.M)
    assert all(base in program for program in found.values())
