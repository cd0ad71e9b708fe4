"""Fetching from data.police.uk: against a server on this machine that refuses, drops, dawdles and breaks off as it may."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from data.fetch import ADDRESS, BURST, RATE, FetchError, Service, fetch_police_uk
from data.sources.registry import load_file

PLACES = ("N1", "N2", "N 3/4")
BOUNDARY = [{"latitude": "51.2", "longitude": "-0.6"}, {"latitude": "51.3", "longitude": "-0.6"},
            {"latitude": "51.3", "longitude": "-0.5"}]


def crime(number: int, *, month: str, latitude: str = "51.236", longitude: str = "-0.57") -> dict[str, object]:
    return {
        "category": "violent-crime", "location_type": "Force", "location": {
            "latitude": latitude, "longitude": longitude, "street": {"id": 1, "name": "On or near High Street"}},
        "context": "", "outcome_status": None, "persistent_id": "", "id": number, "location_subtype": "", "month": month}


@dataclass
class Site:
    """What the server is to do, and what it was asked."""

    troubles: dict[str, list[str]] = field(default_factory=dict)
    """For the end of a path, what goes wrong the next times it is asked."""
    asked: Counter[str] = field(default_factory=Counter)
    when: list[float] = field(default_factory=list)
    sent: list[dict[str, list[str]]] = field(default_factory=list)
    address: str = ""
    quiet: bool = False
    """Whether it knows no records."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def service(self, **more: float) -> Service:
        return Service(**{"address": self.address, "rate": 1000.0, "burst": 100, "pause": 0.01, "limit": 0.4, **more})  # type: ignore[arg-type]


def answer_to(path: str, form: dict[str, list[str]]) -> object:
    if path == "/api/crimes-street-dates":
        return [{"date": month, "stop-and-search": []} for month in ("2024-02", "2024-01")]
    if path == "/api/surrey/neighbourhoods":
        return [{"id": place, "name": place} for place in PLACES]
    if path.endswith("/boundary"):
        return BOUNDARY
    month = form["date"][0]
    if path == "/api/crimes-no-location":
        return [{**crime(90, month=month), "location": None, "location_type": None}]
    if path == "/api/crimes-street/all-crime":
        return [crime(number, month=month) for number in (1, 2, 3)]
    return None


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_POST(self) -> None:
            self.answer(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))

        def do_GET(self) -> None:
            self.answer(parse_qs(urlsplit(self.path).query))

        def answer(self, form: dict[str, list[str]]) -> None:
            path = urlsplit(self.path).path
            with site.lock:
                site.asked[path] += 1
                site.when.append(time.monotonic())
                site.sent.append(form)
                trouble = next((queue.pop(0) for end, queue in site.troubles.items() if path.endswith(end) and queue), "")
            quiet = site.quiet and "date" in form
            body = json.dumps([] if quiet else answer_to(path, form)).encode()
            if trouble == "drop":
                self.close_connection = True
                return
            if trouble == "slow":
                time.sleep(0.8)
            status = int(trouble) if trouble.isdigit() else 200
            self.send_response(status)
            if trouble == "429":
                self.send_header("Retry-After", "0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if trouble == "half" else body)
            if trouble == "half":
                self.close_connection = True

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that went away is no fault of this server."""

    server = Server(("127.0.0.1", 0), Handler)
    site.address = f"http://127.0.0.1:{server.server_port}/api"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


def fetch(site: Site, folder: Path, *, first: str = "2024-01", last: str = "2024-01", **more: float):  # type: ignore[no-untyped-def]
    return fetch_police_uk("surrey", first=first, last=last, folder=folder, service=site.service(**more))


def test_the_real_service_is_asked_as_often_as_it_allows() -> None:
    assert ADDRESS == "https://data.police.uk/api" and (RATE, BURST) == (15.0, 30)
    assert (Service().address, Service().rate, Service().burst) == (ADDRESS, RATE, BURST)


def test_each_month_becomes_a_file_that_is_read_as_the_force_s_records(site: Site, tmp_path: Path) -> None:
    progress: list[tuple[int, int]] = []

    done = fetch_police_uk("Surrey", first="2024-01", last="2024-02", folder=tmp_path, service=site.service(),
                           on_progress=lambda number, of: progress.append((number, of)))

    assert [(each.month, each.records, each.kept) for each in done] == [("2024-01", 4, False), ("2024-02", 4, False)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2024-01-surrey-street.json", "2024-02-surrey-street.json"]
    assert progress[-1] == (11, 11) and [number for number, _ in progress] == list(range(1, 12))
    assert site.asked["/api/surrey/N%203%2F4/boundary"] == 1 and site.asked["/api/crimes-street/all-crime"] == 6
    assert {"date": ["2024-01"], "poly": ["51.2,-0.6:51.3,-0.6:51.3,-0.5"]} in site.sent
    assert {"category": ["all-crime"], "force": ["surrey"], "date": ["2024-02"]} in site.sent
    loaded = load_file(tmp_path / "2024-01-surrey-street.json")
    assert loaded.report.errors == () and loaded.report.rows_used == 4
    assert loaded.table[["area_code", "force_code", "crime_type", "crimes"]].values.tolist() == [
        ["", "E23000031", "violence and sexual offences", 1], ["E07000209", "E23000031", "violence and sexual offences", 3]]


@pytest.mark.parametrize("trouble", ["429", "503", "500", "drop", "slow", "half"])
def test_what_goes_wrong_for_a_while_is_tried_again(site: Site, tmp_path: Path, trouble: str) -> None:
    site.troubles = {"all-crime": [trouble] * 2, "neighbourhoods": [trouble]}

    (done,) = fetch(site, tmp_path)

    assert done.records == 4 and not list(tmp_path.glob(".*"))
    assert site.asked["/api/crimes-street/all-crime"] == 5 and site.asked["/api/surrey/neighbourhoods"] == 2


def test_a_run_that_ended_early_goes_on_where_it_was(site: Site, tmp_path: Path) -> None:
    site.troubles = {"crimes-no-location": ["503"] * 3}
    with pytest.raises(FetchError, match="3 tries: 503 .* run the same command again"):
        fetch(site, tmp_path, tries=3)
    assert not list(tmp_path.glob("*.json"))
    before = site.asked.copy()

    (done,) = fetch(site, tmp_path)

    assert done.records == 4
    assert site.asked["/api/surrey/N1/boundary"] == before["/api/surrey/N1/boundary"] == 1
    assert site.asked["/api/surrey/neighbourhoods"] == 1 and site.asked["/api/crimes-street/all-crime"] == 3


def test_what_is_there_is_not_fetched_again(site: Site, tmp_path: Path) -> None:
    fetch(site, tmp_path)
    site.asked.clear()

    (done,) = fetch(site, tmp_path)

    assert done.kept and done.records == 4 and not site.asked


def test_half_a_file_of_another_program_is_neither_used_nor_replaced(site: Site, tmp_path: Path) -> None:
    (tmp_path / "2024-01-surrey-street.json").write_text('{"crimes": [{')

    with pytest.raises(FetchError, match="not a file that was fetched whole"):
        fetch(site, tmp_path)


def test_requests_keep_to_the_rate(site: Site, tmp_path: Path) -> None:
    fetch(site, tmp_path, first="2024-01", last="2024-02", rate=20.0, burst=2)

    times = sorted(site.when)
    assert len(times) == 13
    assert times[-1] - times[0] >= (13 - 2) / 20 - 0.1
    assert all(sum(start <= time < start + 0.25 for time in times) <= 2 + 20 * 0.25 + 1 for start in times)


def test_neighbourhoods_without_a_boundary_are_named(site: Site, tmp_path: Path) -> None:
    site.troubles = {"N2/boundary": ["404"]}

    (done,) = fetch(site, tmp_path)

    assert done.without_boundary == ("N2",) and site.asked["/api/crimes-street/all-crime"] == 2


@pytest.mark.parametrize(("first", "last", "said"), [
    ("2024-01", "2024-03", "has no 2024-03; it has 2024-01 to 2024-02"), ("2024-02", "2024-01", "is after")])
def test_months_that_do_not_exist_are_refused(site: Site, tmp_path: Path, first: str, last: str, said: str) -> None:
    with pytest.raises(FetchError, match=said):
        fetch(site, tmp_path, first=first, last=last)
    assert not list(tmp_path.glob("*.json"))


@pytest.mark.parametrize("force", ["surry", "btp", "Police Scotland"])
def test_forces_that_cannot_be_fetched_are_refused_before_anything_is_asked(site: Site, tmp_path: Path, force: str) -> None:
    if force == "Police Scotland":
        site.troubles = {"neighbourhoods": ["404"]}
    with pytest.raises(FetchError):
        fetch_police_uk(force, first="2024-01", last="2024-01", folder=tmp_path, service=site.service())


def test_a_month_without_records_is_not_written(site: Site, tmp_path: Path) -> None:
    site.quiet = True

    (done,) = fetch(site, tmp_path)

    assert done.records == 0 and not list(tmp_path.iterdir())
