"""The commands that manage releases: list, show, use, withdraw, verify."""

from __future__ import annotations

from typing import Annotated

import typer

from dashboard import reports
from dashboard.cli_terms import CODES, WRONG_FILES, AsJson, Named, NamedOrCurrent
from dashboard.reports import give, give_json, say
from dashboard.settings import read_settings
from data.release import Store

releases_app = typer.Typer(help="List, show, use, withdraw and verify releases.", epilog=CODES, no_args_is_help=True)


@releases_app.command("list", epilog=CODES)
def list_releases(as_json: AsJson = False) -> None:
    """List all releases, the newest first, with what is current and what was withdrawn."""
    store = Store(read_settings().home)
    rows = [{"release": name, "current": name == store.current_id(), "withdrawn": store.withdrawal(name)}
            for name in store.ids()]
    if as_json:
        give_json({"releases": rows})
        return
    for row in rows:
        gone = row["withdrawn"]
        state = "current" if row["current"] else f"withdrawn: {gone['why']}" if isinstance(gone, dict) else ""
        give(f"{row['release']}  {state}".rstrip())
    if not rows:
        say("Nothing has been published yet. Run: hue publish")


@releases_app.command("show", epilog=CODES)
def show_release(name: NamedOrCurrent = "", as_json: AsJson = False) -> None:
    """Show what a release holds: counts, kinds of figures, sources. With --json, its manifest."""
    store = Store(read_settings().home)
    release = store.get(name) if name else store.current()
    if as_json:
        give_json(release.manifest)
    else:
        reports.print_release(release, current=release.id == store.current_id())


@releases_app.command("use", epilog=CODES)
def use_release(name: Named, as_json: AsJson = False) -> None:
    """Serve another release from now on: roll back, or forward again."""
    Store(read_settings().home).use(name)
    _give_current(f"{name} is the current release.", as_json=as_json, current=name)


@releases_app.command("withdraw", epilog=CODES)
def withdraw_release(
    name: Named,
    why: Annotated[str, typer.Option(help="The reason, kept with the release.", metavar="TEXT", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Withdraw a release: its addresses answer 410 from now on. The newest one left takes its place."""
    serving = Store(read_settings().home).withdraw(name, why=why)
    _give_current(f"{name} was withdrawn. {serving} is the current release.", as_json=as_json, current=serving)


def _give_current(said: str, *, as_json: bool, current: str | None) -> None:
    if as_json:
        give_json({"current": current})
    else:
        say(said)


@releases_app.command("verify", epilog=CODES)
def verify_release(name: NamedOrCurrent = "", as_json: AsJson = False) -> None:
    """Compare a release's files with its manifest. Prints every file that is missing, changed or too many."""
    store = Store(read_settings().home)
    name = name or store.current().id
    found = store.verify(name)
    if as_json:
        give_json({"release": name, "differences": found})
    else:
        for line in found:
            give(line)
        say(f"{name}: {f'{len(found)} differences' if found else 'every file is as it was published'}.")
    if found:
        raise typer.Exit(WRONG_FILES)
