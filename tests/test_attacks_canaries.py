"""Canaries: numbers that no one could mistake, put into the private inputs, stand in no byte that is served or kept.

Every cell that holds a canary holds more than 60 others beside it, further than the noise can reach:
the digits of a canary can appear only where an input was let out.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from dash import Dash
from flask.testing import FlaskClient

from dashboard.app import create_app
from dashboard.settings import ROOT, Settings
from data.measures import MEASURES
from data.release import Store
from layouts.charts import CHARTS
from tests.addresses import CLAIM, addresses, unpacked
from tests.known_rows import months
from tests.publishing import publish

pytestmark = pytest.mark.long  # several publishes; `make test-long` runs it

TODAY = date(2026, 11, 23)
RESPONSES, PERSONS, MESSAGES, REPORTS = 7_137_731, 4_256_233, 9_318_487, 3_271_913
BANDS = (2_113_459, 1_304_969, 1_715_267, 1_927_691)
NOT_ANSWERED = MESSAGES - sum(BANDS)
CANARIES = (RESPONSES, PERSONS, MESSAGES, REPORTS, *BANDS, NOT_ANSWERED, MESSAGES - NOT_ANSWERED)
SURREY, KENT, GWENT = "E23000031", "E23000032", "W15000002"
FORCES = (SURREY, KENT, GWENT)
MONTHS = months("2025-01", "2026-10")
AT = "2025-05"
Row = dict[str, object]


def save(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def counted() -> Iterator[Row]:
    for month, force, channel, age, crime in product(
            MONTHS, FORCES, ("web_form", "webchat", "facebook"), ("16-17", "18-24", "25-34"), ("burglary", "robbery")):
        here = (month, force, channel, age, crime) == (AT, SURREY, "web_form", "18-24", "burglary")
        for seen in ("x", "facebook"):
            yield {"month": month, "area_code": force, "channel": channel, "seen_channel": seen, "age_group": age,
                   "crime_type": crime, "grading": "useful", "responses": RESPONSES if here and seen == "x" else 61}


def engagement() -> Iterator[Row]:
    bands = ("answered_1h", "answered_1_4h", "answered_4_24h", "answered_later")
    for month, force, channel, age in product(MONTHS, FORCES, ("facebook", "x", "web_form", "webchat", "phone_101"), ("16-17", "18-24")):
        here = (month, force, channel, age) == (AT, SURREY, "facebook", "18-24")
        yield {"month": month, "area_code": force, "channel": channel, "age_group": age, "messages_in": MESSAGES if here else 405,
               **dict(zip(bands, BANDS if here else (81, 81, 81, 81), strict=True)), "reports_created": REPORTS if here else 83}


def appeals() -> Iterator[Row]:
    for month, force, place in product(MONTHS, (SURREY, KENT), range(3)):
        yield {"appeal_id": f"C-{force}-{month}-{place}", "area_code": force, "crime_type": "burglary",
               "published_at": f"{month}-02T10:00", "status": "open", "persons_sought": 9_999_991 if place == 0 else 200}


def outcomes() -> Iterator[Row]:
    for month, force, place in product(MONTHS, (SURREY, KENT), range(3)):
        here = (month, force, place) == (AT, SURREY, 0)
        for outcome in ("identified", "arrested", "charged"):
            persons = (PERSONS if here else 150) if outcome == "identified" else 1
            yield {"appeal_id": f"C-{force}-{month}-{place}", "outcome": outcome, "outcome_date": f"{month}-04",
                   "persons": persons, "attribution": "contributed"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, home = tmp_path_factory.mktemp("canaries"), tmp_path_factory.mktemp("hue")
    for name, rows in (("responses_counted", counted()), ("engagement", engagement()), ("appeals", appeals()), ("outcomes", outcomes())):
        save(folder / f"{name}.csv", list(rows))
    found = publish(home, folders=[folder], today=TODAY)
    assert not [defect for report in found.reports for defect in report.errors]
    return home


@pytest.fixture(scope="module")
def app(home: Path) -> Dash:
    return create_app(Settings(home=home))


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


def forms(number: int) -> Iterator[bytes]:
    """The ways in which a number may be written: with and without marks between thousands, in millions, in bytes."""
    plain = str(number)
    yield plain.encode()
    for between in (",", " ", "\N{NO-BREAK SPACE}", "\N{THIN SPACE}", "\N{NARROW NO-BREAK SPACE}", ".", "'", "&nbsp;", "&#8201;"):
        yield f"{number:,}".replace(",", between).encode()
    yield f"{number / 1e6}".encode()
    yield f"{number / 1e3}".encode()
    yield f"{number:.6e}".encode()


FORMS = {form for number in CANARIES for form in forms(number)}


def clean(text: bytes) -> bool:
    return not any(form in text for form in FORMS)


def test_the_search_would_find_a_canary(home: Path, tmp_path: Path) -> None:
    assert not clean(b'{"value": 7137731}') and not clean("about 7,137,731 responses".encode())
    assert not clean(f"{MESSAGES / 1e6} million".encode()) and clean(b"7137732")
    assert len(set(CANARIES)) == len(CANARIES)


@pytest.mark.parametrize("query", ["", f"?area={SURREY}", f"?measure=A3&area={SURREY}&from={AT}&to={AT}",
                                   f"?measure=E7&area={SURREY}&channel=facebook&age_group=18-24",
                                   f"?measure=E10&area={SURREY}&grain=month", f"?measure=A8&area={SURREY}"])
def test_no_address_holds_a_canary(query: str, app: Dash, client: FlaskClient) -> None:
    for path in addresses(app, areas=(SURREY, "E07000209")):
        if path.endswith(".png"):  # made of the .svg, which is searched
            continue
        answer = client.get(f"{path}{query}")

        assert answer.status_code == 200 or ((query or path == CLAIM) and answer.status_code == 400), path
        assert clean(unpacked(answer.data)) and clean(str(answer.headers).encode()), path


@pytest.mark.parametrize("measure", [measure.id for measure in MEASURES if measure.protected])
def test_no_judgement_of_a_claim_holds_a_canary(measure: str, client: FlaskClient) -> None:
    for chosen in (f"&area={SURREY}", f"&area={SURREY}&from={AT}&to={AT}", f"&area={KENT}", ""):
        answer = client.get(f"{CLAIM}?measure={measure}&value=20{chosen}")
        assert answer.status_code == 200 and clean(answer.data) and clean(str(answer.headers).encode()), chosen


@pytest.mark.parametrize("measure", [measure.id for measure in MEASURES if measure.protected])
def test_no_file_holds_a_canary(measure: str, client: FlaskClient) -> None:
    shown = 0
    for chart in CHARTS:
        for chosen in ("", f"&area={SURREY}", f"&area={SURREY}&from={AT}&to={AT}", f"&area=E92000001&from={AT}&to={AT}",
                       f"&area={SURREY}&area={KENT}&grain=quarter", f"&area={SURREY}&channel=facebook&grain=month"):
            for form in (".json", ".csv") if chosen else (".json", ".csv", ".parquet", "/table"):
                answer = client.get(f"/charts/{chart.slug}{form}?measure={measure}{chosen}")
                assert answer.status_code == 200
                assert clean(unpacked(answer.data)) and clean(str(answer.headers).encode()), (chart.slug, chosen)
                shown += form == ".json" and bool(answer.json["rows"])  # type: ignore[index]
    assert shown


@pytest.mark.parametrize("path", ["/charts.json", "/charts", "/_dash-layout", "/_dash-dependencies", "/nowhere", "/charts/pie.csv",
                                  "/charts/trend.json?measure=A3&from=7137731", "/geo/police_force.geojson"])
def test_nothing_else_that_is_served_holds_a_canary(path: str, client: FlaskClient) -> None:
    answer = client.get(path)

    # What a reader wrote into the address may be told back; nothing else may stand there.
    assert clean(answer.data) if "7137731" not in path else clean(answer.data.replace(b"7137731", b""))


@pytest.mark.parametrize("search", ["", f"?measure=E7&area={SURREY}", f"?measure=A3&area={SURREY}&from={AT}&to={AT}"])
def test_no_callback_answers_with_a_canary(search: str, client: FlaskClient) -> None:
    body = {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": [{"id": "_pages_location", "property": "pathname", "value": "/"},
                   {"id": "_pages_location", "property": "search", "value": search}],
        "changedPropIds": ["_pages_location.pathname", "_pages_location.search"],
        "parsedChangedPropsIds": ["_pages_location.pathname", "_pages_location.search"], "state": [],
    }
    answer = client.post("/_dash-update-component", json=body)

    assert answer.status_code == 200 and len(answer.data) > 5000 and clean(answer.data)


def test_nothing_that_the_program_keeps_holds_a_canary(home: Path) -> None:
    """Release, manifest, private log, caches: all but the publisher's own files, which lie elsewhere."""
    files = [path for path in home.rglob("*") if path.is_file()]

    assert any(path.name == "publish.jsonl" for path in files) and any(path.name == "manifest.json" for path in files)
    for path in files:
        text = path.read_bytes()
        assert clean(text), path
        assert not any(np.array(number, dtype=kind).tobytes() in text for number in CANARIES for kind in ("<i8", "<f8")), path


def test_no_stored_number_is_a_canary(home: Path) -> None:
    release = Store(home).current()
    for path in release.folder.rglob("*.npy"):
        assert not np.isin(np.load(path), CANARIES).any(), path
    for path in release.folder.rglob("*.parquet"):
        table = pq.read_table(path)
        assert clean(str(table.schema).encode())
        assert "value" not in table.column_names or not set(CANARIES) & set(table.column("value").to_pylist()), path
    stored = pq.read_table(release.folder / "counts" / "responses" / "force-month.parquet").to_pydict()
    near = [value for area, value in zip(stored["area_code"], stored["value"], strict=True) if area == SURREY and value > RESPONSES]
    assert len(near) == 1 and near[0] - RESPONSES == pytest.approx(35 * 61, abs=33)


def test_the_command_line_tells_no_canary(home: Path) -> None:
    for line in (("releases", "show", "--json"), ("releases", "show"), ("audit", "--json")):
        done = subprocess.run(
            [sys.executable, "-c", "from dashboard.cli import main; main()", *line], cwd=ROOT, capture_output=True, check=True,
            env={**os.environ, "HUE_HOME": str(home)})
        assert done.stdout and clean(done.stdout) and clean(done.stderr)
    manifest = json.loads((Store(home).current().folder / "manifest.json").read_text(encoding="utf-8"))
    assert clean(json.dumps(manifest).encode())
