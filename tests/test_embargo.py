"""Embargoes: nothing of a release is reachable before its time, and at its time it is served by itself."""

from __future__ import annotations

import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from dash import Dash
from typer.testing import CliRunner
from werkzeug.test import TestResponse

from dashboard.app import create_app
from dashboard.cli import app as command_line
from dashboard.ready import LEAD
from dashboard.settings import Settings
from data import changes, embargo
from data.embargo import read_time
from data.errors import Gone, NotFound, PublishError
from data.package import readme
from data.publish import Published
from data.release import Store
from tests.addresses import addresses
from tests.publishing import publish

FORCE = Path(__file__).parent / "fixtures" / "force"
SURREY, KENT = "E23000031", "E23000032"
NEVER = "2026-11-23-0123456789ab"
"""The name of a release that never was, as long as that of one that is to come."""
UNTIL = datetime(2031, 5, 4, 9, 30, tzinfo=UTC)
BEFORE, AFTER = UNTIL - timedelta(days=3), UNTIL + timedelta(seconds=1)
REACH, WORD = "7137731", "Kittiwake"
CANARIES = (REACH, "7,137,731", "7139031", "7,139,031", "7.14M", WORD)
"""A number, its sum with the month beside it, and a word that the embargoed release alone holds."""


@dataclass
class Clock:
    """A clock that stands where it is set."""

    time: datetime = BEFORE

    def __call__(self) -> datetime:
        return self.time


class Held(NamedTuple):
    """A home with a release that is served and one that is embargoed."""

    home: Path
    served: str
    held: str


def force_with_canaries(folder: Path) -> Path:
    shutil.copytree(FORCE, folder)
    table = (folder / "engagement.csv").read_text(encoding="utf-8")
    (folder / "engagement.csv").write_text(table.replace(",1800,\"1,048,576\",", f",{REACH},9137731,"), encoding="utf-8")
    (folder / "corrections.csv").write_text(
        f"date,measure,area,period,what,why\n2026-11-20,E3,E23000031,2026-09,{WORD} was too low.,A row was cut off.\n", encoding="utf-8")
    return folder


def linked(home: Path, to: Path) -> Path:
    """A copy of a home whose releases are never written to in place."""
    shutil.copytree(home, to, ignore=shutil.ignore_patterns("releases"), symlinks=True)
    shutil.copytree(home / "releases", to / "releases", copy_function=os.link)
    return to


@pytest.fixture(scope="module")
def seen() -> list[list[str]]:
    """What readers could name at each step of the publish."""
    return []


@pytest.fixture(scope="module")
def made(release_home: Path, tmp_path_factory: pytest.TempPathFactory, seen: list[list[str]]) -> Held:
    home = linked(release_home, tmp_path_factory.mktemp("embargo") / "home")
    served = str(Store(home).current_id())
    done = publish(home, folders=[force_with_canaries(home.parent / "force")], embargo_until=UNTIL,
                   on_step=lambda *_: seen.append(Store(home).ids()))
    assert done.new and done.embargo == UNTIL and done.warnings == ()
    return Held(home, served, done.release)


@pytest.fixture
def own(made: Held, tmp_path: Path) -> Held:
    """A home of the test's own."""
    return made._replace(home=linked(made.home, tmp_path / "home"))


def app_of(home: Path, clock: Clock) -> Dash:
    return create_app(Settings(home=home, now=clock))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_publish_under_embargo_leaves_what_is_served_and_shows_nothing_at_any_step(made: Held, seen: list[list[str]]) -> None:
    assert len(seen) == 10 and all(names == [made.served] for names in seen)
    store = Store(made.home)
    assert (store.ids(), store.current_id()) == ([made.served], made.served)
    for call in (store.get, store.verify, store.use, lambda name: store.withdraw(name, why="x")):
        with pytest.raises(NotFound) as told:
            call(made.held)  # type: ignore[operator]
        assert str(told.value) == f"There is no release called “{made.held}”."
    whole = Store(made.home, publisher=True)
    assert whole.ids() == [made.held, made.served] and whole.verify(made.held) == [] and whole.get(made.held).id == made.held


def one_of_each(paths: Sequence[str]) -> list[str]:
    """The first path of each kind: charts, measures and areas have many that are answered alike."""
    kinds = {re.sub(r"^(/charts|/measures|/areas)/[^/.]+", r"\1/*", path): path for path in reversed(paths)}
    return list(kinds.values())[::-1]


def whole(answer: TestResponse) -> str:
    return (answer.data + str(answer.headers).encode()).decode("utf-8", errors="replace")


@pytest.mark.parametrize("asked_for", [pytest.param(one_of_each, id="each kind"), pytest.param(list, id="all", marks=pytest.mark.long)])
def test_no_address_tells_of_a_release_before_its_time_and_it_is_served_after(
    own: Held, clock: Clock, asked_for: Callable[[Sequence[str]], list[str]],
) -> None:
    """Over every route: of the embargoed release no byte, and asked for it the answer that one gets which never was."""
    app = app_of(own.home, clock)
    client = app.server.test_client()
    paths = list(addresses(app, areas=(SURREY,)))
    assert {"/newsroom", "/claim", "/claim.json", "/data/corrections.atom", "/performance.atom"} <= set(paths)
    drawn = [path for path in paths if path.endswith((".png", ".pdf")) and path not in one_of_each(paths)]  # made of the SVG
    paths = [path for path in paths if path not in drawn]
    before = {path: client.get(path) for path in paths}
    for path, plain in before.items():
        assert not any(told in whole(plain) for told in (*CANARIES, own.held)), path
    for path in asked_for(paths):
        named, never = (client.get(f"{path}?release={name}") for name in (own.held, NEVER))
        assert not any(canary in whole(named) for canary in CANARIES), path
        assert (named.status_code, named.text.replace(own.held, NEVER)) == (never.status_code, never.text), path
        assert (own.held in named.text) == (NEVER in never.text), path
    pages = [client.get(f"/newsroom/{name}") for name in (own.held, NEVER)]
    assert [page.status_code for page in pages] == [404, 404] and pages[0].text.replace(own.held, NEVER) == pages[1].text
    asked: dict[str, Any] = {
        "output": "drawn.data", "outputs": {"id": "drawn", "property": "data"}, "changedPropIds": ["asked.data"],
        "inputs": [{"id": "asked", "property": "data", "value": {}}],
        "state": [{"id": "shown", "property": "data", "value": {"path": "/", "measure": "A1", "release": own.held}}]}
    assert client.post("/_dash-update-component", json=asked).status_code == 404

    clock.time = UNTIL - LEAD
    assert client.get(f"/charts/map.json?release={own.held}").status_code == 404
    for thread in threading.enumerate():
        if "(prepare)" in thread.name:
            thread.join(60)
    ready = Store(own.home, publisher=True).unseen(own.held)
    assert ready._kept and "words" not in vars(ready), "made ready, and nothing of it known by name"
    assert client.get(f"/charts/map.json?release={own.held}").status_code == 404

    clock.time = AFTER

    told = {path: client.get(path) for path in asked_for(paths)}
    assert [path for path, answer in told.items() if own.served in whole(before[path]) and own.held not in whole(answer)] == []
    assert WORD in told["/data/corrections"].text and WORD in told["/data/corrections.atom"].text and WORD in told["/data/revisions.json"].text
    assert REACH in client.get(f"/charts/channel-age.csv?measure=E3&area={SURREY}&to=2026-09&release={own.held}").text
    assert client.get("/charts/map.json").json["release"] == own.held  # type: ignore[index]
    assert client.get(f"/charts/map.json?release={own.served}").json["release"] == own.served  # type: ignore[index]
    day = UNTIL.date().isoformat()
    listed = {each["id"]: each["published"] for each in client.get("/api/v1/releases").json["rows"]}  # type: ignore[index]
    assert listed == {own.held: day, own.served: own.served[:10]}, "a release is dated by the day on which it came out"
    assert client.get("/data/catalog.jsonld").json["dct:issued"]["@value"] == day  # type: ignore[index]
    assert client.get("/charts/map.csv-metadata.json").json["dc:issued"]["@value"] == day  # type: ignore[index]
    assert f"<updated>{day}" in client.get("/performance.atom").text and "4 May 2031" in client.get("/embed/map").text
    assert f"Published {day}" in readme(Store(own.home, now=clock).get(own.held)) and "4 May 2031" in client.get("/charts/map/share").text
    assert own.held in client.get("/newsroom").text and client.get(f"/newsroom/{own.held}").status_code == 200
    assert client.post("/_dash-update-component", json=asked).status_code == 200


def test_every_worker_serves_it_at_its_time_and_no_clock_takes_it_back(own: Held, clock: Clock) -> None:
    workers = [Store(own.home, now=clock) for _ in range(2)]
    assert [worker.current().id for worker in workers] == [own.served] * 2

    clock.time = UNTIL
    assert [worker.current().id for worker in workers] == [own.held] * 2

    clock.time = BEFORE
    assert [worker.current().id for worker in (*workers, Store(own.home, now=clock))] == [own.held] * 3
    assert Store(own.home, now=clock).get(own.held).published == "2031-05-04T09:30:00+00:00"


def test_a_server_that_may_not_write_keeps_in_memory_what_came_out(own: Held, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(own.home, now=clock)
    monkeypatch.setattr(Path, "touch", lambda *_: (_ for _ in ()).throw(PermissionError(13, "denied")))
    clock.time = AFTER
    assert store.current_id() == own.held
    clock.time = BEFORE
    assert store.current_id() == own.held and Store(own.home, now=clock).current_id() == own.served


def test_use_is_refused_before_its_time_unless_the_embargo_is_lifted(own: Held, clock: Clock) -> None:
    store = Store(own.home, now=clock, publisher=True)
    with pytest.raises(PublishError, match="embargoed until 2031-05-04 09:30 UTC.*--lift-embargo"):
        store.use(own.held)
    assert store.current_id() == own.served

    store.use(own.held, lift=True)

    assert Store(own.home, now=clock).current_id() == own.held
    assert Store(own.home, now=clock).get(own.held).published == BEFORE.isoformat(timespec="seconds")
    store.use(own.served)
    clock.time = AFTER
    assert Store(own.home, now=clock).current_id() == own.served, "whoever rolls back after it came out is not overruled by its time"


def test_the_pointer_wins_once_it_was_set_after_the_release_came_out(own: Held, clock: Clock) -> None:
    store = Store(own.home, now=clock, publisher=True)
    store.use(own.served)
    clock.time = AFTER
    assert store.current_id() == own.held
    store.use(own.served)
    assert store.current_id() == own.served and store.embargoes() == {}
    store.use(own.held)
    assert store.current_id() == own.held


@pytest.mark.parametrize("time", [BEFORE, AFTER])
def test_a_withdrawn_one_never_comes_out_and_one_that_is_out_is_gone(own: Held, clock: Clock, time: datetime) -> None:
    clock.time = time
    store = Store(own.home, now=clock, publisher=True)

    assert store.withdraw(own.held, why="wrong month") == own.served

    clock.time = AFTER
    with pytest.raises(NotFound if time == BEFORE else Gone):
        Store(own.home, now=clock).get(own.held)
    assert Store(own.home, now=clock).current_id() == own.served and store.embargoes() == {}


def test_an_embargoed_release_does_not_stand_in_for_one_that_is_withdrawn(own: Held, clock: Clock) -> None:
    with pytest.raises(PublishError, match="only release left"):
        Store(own.home, now=clock, publisher=True).withdraw(own.served, why="wrong")


@pytest.mark.long
def test_the_same_figures_stay_embargoed_and_their_time_can_be_moved(own: Held, made: Held) -> None:
    same = publish(own.home, folders=[made.home.parent / "force"])
    assert (same.release, same.new, same.embargo) == (own.held, False, UNTIL) and Store(own.home).current_id() == own.served
    moved = publish(own.home, folders=[made.home.parent / "force"], embargo_until=UNTIL + timedelta(days=1))
    assert (moved.release, moved.embargo) == (own.held, UNTIL + timedelta(days=1))
    with pytest.raises(PublishError, match=f"published already, as {own.served}"):
        publish(own.home, embargo_until=UNTIL)
    assert Store(own.home).current_id() == own.served


def test_a_release_that_is_used_meanwhile_is_served_until_the_time_of_the_embargoed_one(own: Held, clock: Clock) -> None:
    other = "2026-11-23-aaaaaaaaaaaa"
    shutil.copytree(own.home / "releases" / own.served, own.home / "releases" / other, copy_function=os.link)
    store = Store(own.home, now=clock, publisher=True)
    store.use(other)
    assert store.current_id() == other and list(store.embargoes()) == [own.held]
    clock.time = UNTIL
    assert store.current_id() == own.held


@pytest.mark.long
def test_other_figures_are_served_at_once_and_the_embargoed_release_follows_at_its_time(own: Held, clock: Clock) -> None:
    other = publish(own.home, folders=[FORCE])

    assert other.new and any(own.held in warning and "2031-05-04 09:30 UTC" in warning for warning in other.warnings)
    assert Store(own.home, now=clock).current_id() == other.release
    assert own.held not in (Store(own.home).releases / other.release / "manifest.json").read_text(encoding="utf-8")
    clock.time = UNTIL
    assert Store(own.home, now=clock).current_id() == own.held


def test_the_first_release_cannot_be_embargoed(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="first release cannot be embargoed"):
        publish(tmp_path / "home", embargo_until=UNTIL)
    assert not list((tmp_path / "home").glob("releases/*")) and Store(tmp_path / "home", publisher=True).ids() == []


def test_what_cannot_be_read_of_an_embargo_lets_nothing_out(own: Held, clock: Clock) -> None:
    (own.home / embargo.FOLDER / f"{own.held}.json").write_text("{", encoding="utf-8")
    clock.time = AFTER
    assert Store(own.home, now=clock).ids() == [own.served]


@pytest.mark.parametrize(("text", "said"), [
    ("2031-05-04T09:30", "has no zone"), ("2031-05-04", "has no zone"), ("tomorrow", "no time of ISO 8601"), ("", "no time of ISO 8601"),
    ("2031-13-04T09:30Z", "no time of ISO 8601"), ("2020-05-04T09:30Z", "has passed"), ("0001-01-01T00:00+14:00", "no time of ISO 8601"),
    (BEFORE.isoformat(), "has passed"),
])
def test_a_time_that_is_none_is_refused(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_time(text, now=BEFORE)


@pytest.mark.parametrize("text", ["2031-05-04T09:30Z", "2031-05-04T10:30+01:00", "20310504T093000Z", "2031-05-04 09:30:00+00:00"])
def test_a_time_is_read_with_its_zone(text: str) -> None:
    assert read_time(text, now=BEFORE) == UNTIL


@pytest.fixture
def runner(own: Held, monkeypatch: pytest.MonkeyPatch) -> Iterator[CliRunner]:
    monkeypatch.setenv("HUE_HOME", str(own.home))
    yield CliRunner()


@pytest.mark.parametrize("time", ["2031-05-04T09:30", "yesterday", "2020-05-04T09:30Z"])
def test_the_command_line_refuses_a_wrong_time_before_it_reads_anything(runner: CliRunner, time: str, own: Held) -> None:
    done = runner.invoke(command_line, ["publish", "--embargo-until", time])

    assert done.exit_code == 2 and "--embargo-until" in done.output
    assert Store(own.home, publisher=True).ids() == [own.held, own.served]


def test_the_command_line_knows_embargoed_releases(runner: CliRunner, own: Held) -> None:
    def run(*words: str) -> Any:
        return runner.invoke(command_line, list(words))

    assert f"{own.held}  embargoed until 2031-05-04 09:30 UTC" in run("releases", "list").output
    rows = run("releases", "list", "--json").output
    assert '"embargoed_until": "2031-05-04T09:30:00+00:00"' in rows and f'"release": "{own.held}"' in rows
    for words in (("releases", "show", own.held), ("releases", "verify", own.held), ("diff", own.served, own.held),
                  ("releases", "use", own.served)):
        done = run(*words)
        assert done.exit_code == 0 and f"{own.held} is embargoed until 2031-05-04 09:30 UTC" in " ".join(done.output.split()), words
    refused = run("releases", "use", own.held)
    assert isinstance(refused.exception, PublishError) and Store(own.home).current_id() == own.served
    assert run("releases", "use", own.held, "--lift-embargo").exit_code == 0
    assert Store(own.home).current_id() == own.held


def test_what_a_publish_says_of_an_embargo() -> None:
    from dashboard import reports

    until = datetime.now(UTC) + timedelta(days=7, hours=2)
    done = Published(release="x", new=True, reports=(), cells={"reach": 3}, embargo=until)
    assert "(7 days 2 hours from now)" in reports.published(done) and "No address shows anything" in reports.published(done)
    assert reports.as_document(done)["embargoed_until"] == until.isoformat()


def test_what_came_out_while_a_release_was_held_back_stays_in_the_history(own: Held, clock: Clock) -> None:
    store, other = Store(own.home, now=clock, publisher=True), "2026-11-24-aaaaaaaaaaaa"
    shutil.copytree(own.home / "releases" / own.held, own.home / "releases" / other, copy_function=os.link)
    manifest = own.home / "releases" / other / "manifest.json"
    told = json.loads(manifest.read_text(encoding="utf-8")) | {"created": (UNTIL - timedelta(days=1)).isoformat(timespec="seconds")}
    manifest.unlink()
    manifest.write_text(json.dumps(told), encoding="utf-8")
    clock.time = UNTIL

    assert [each.release for each in changes.history(store.current())] == [own.held, other]
