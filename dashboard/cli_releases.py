"""The commands that manage releases: list, show, use, withdraw, verify."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from dashboard import reports
from dashboard.cli_terms import CODES, WRONG_FILES, AsJson, Named, NamedOrCurrent
from dashboard.reports import give, give_json, say
from dashboard.settings import read_settings
from data.embargo import told
from data.release import Store

releases_app = typer.Typer(help="List, show, use, withdraw and verify releases.", epilog=CODES, no_args_is_help=True)


@releases_app.command("list", epilog=CODES)
def list_releases(as_json: AsJson = False) -> None:
    """List all releases, the newest first, with what is current, embargoed and withdrawn."""
    store = Store(read_settings().home, publisher=True)
    current = store.current_id()
    rows = [{"release": name, "current": name == current, "embargoed_until": _until(store, name), "withdrawn": store.withdrawal(name)}
            for name in store.ids()]
    if as_json:
        give_json({"releases": rows})
        return
    for row in rows:
        give(f"{row['release']}  {_state(row)}".rstrip())
    if not rows:
        say("Nothing has been published yet. Run: hue publish")


def _until(store: Store, name: str) -> str | None:
    held = store.embargo(name)
    return None if held is None or held.never else held.until.isoformat()


def _state(row: Mapping[str, Any]) -> str:
    if row["withdrawn"]:
        return f"withdrawn: {row['withdrawn']['why']}"
    if row["embargoed_until"]:
        return f"embargoed until {told(datetime.fromisoformat(row['embargoed_until']))}"
    return "current" if row["current"] else ""


@releases_app.command("show", epilog=CODES)
def show_release(name: NamedOrCurrent = "", as_json: AsJson = False) -> None:
    """Show what a release holds: counts, kinds of figures, sources. With --json, its manifest."""
    store = Store(read_settings().home, publisher=True)
    release = store.get(name) if name else store.current()
    if as_json:
        give_json(release.manifest)
    else:
        reports.print_release(release, current=release.id == store.current_id())
        reports.say_embargoes(store, release.id)


@releases_app.command("use", epilog=CODES)
def use_release(
    name: Named,
    lift_embargo: Annotated[bool, typer.Option("--lift-embargo", help="Publish an embargoed release now, before its time.")] = False,
    as_json: AsJson = False,
) -> None:
    """Serve another release from now on: roll back, or forward again. An embargoed one is refused before its time."""
    store = Store(read_settings().home, publisher=True)
    store.use(name, lift=lift_embargo)
    _give_current(f"{name} is the current release.", as_json=as_json, current=name)
    if not as_json:
        reports.say_embargoes(store)


@releases_app.command("withdraw", epilog=CODES)
def withdraw_release(
    name: Named,
    why: Annotated[str, typer.Option(help="The reason, kept with the release.", metavar="TEXT", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Withdraw a release: its addresses answer 410 from now on, and the newest one left takes its place.

    One that is embargoed never comes out: its addresses stay as if it had never been.
    """
    store = Store(read_settings().home, publisher=True)
    serving = store.withdraw(name, why=why)
    _give_current(f"{name} was withdrawn. {serving} is the current release.", as_json=as_json, current=serving)


def _give_current(said: str, *, as_json: bool, current: str | None) -> None:
    if as_json:
        give_json({"current": current})
    else:
        say(said)


@releases_app.command("verify", epilog=CODES)
def verify_release(name: NamedOrCurrent = "", as_json: AsJson = False) -> None:
    """Compare a release's files with its manifest. Prints every file that is missing, changed or too many."""
    store = Store(read_settings().home, publisher=True)
    name = name or store.current().id
    found = store.verify(name)
    if as_json:
        give_json({"release": name, "differences": found})
    else:
        for line in found:
            give(line)
        say(f"{name}: {f'{len(found)} differences' if found else 'every file is as it was published'}.")
        reports.say_embargoes(store, name)
    if found:
        raise typer.Exit(WRONG_FILES)
