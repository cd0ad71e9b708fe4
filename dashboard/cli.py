"""The command line: publish, check, print templates, manage releases, serve.

Results go to standard output, messages and progress to standard error; ``--json`` gives machines
one JSON document as the result. No error is a traceback: each is a message and one of ``EXIT_CODES``.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.markup import escape

from dashboard import reports
from dashboard.cli_releases import releases_app
from dashboard.cli_templates import template_command
from dashboard.cli_terms import CODES, DONE, NOT_DONE, STOPPED, WRONG_FILES, AsJson, Named, NamedOrCurrent
from dashboard.reports import give, give_json, say
from dashboard.settings import ROOT, read_settings
from data.disk import said
from data.embargo import now_utc, read_time
from data.errors import Defect, HueError, PublishError, Report, SourceError, Unreadable
from data.release import Store

# What reads files takes a second to import, so it is imported by the commands that read some.

app = typer.Typer(
    help="Publish and serve the results of police appeals and public engagement.\n\nResults go to standard output, "
    "messages and progress to standard error; --json gives machines one JSON document.",
    epilog=CODES, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
)
app.add_typer(releases_app, name="releases")

AsPage = Annotated[Path | None, typer.Option(
    "--report", metavar="FILE", help="Write the findings as one HTML page, to send to a colleague.")]


def main() -> NoReturn:
    """Run the command line; every error is one message and an exit code, never a traceback."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # a reader such as `head` may close the pipe early
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        code = app(prog_name="hue", standalone_mode=False)
        if code == STOPPED:
            raise KeyboardInterrupt
        sys.exit(code or DONE)
    except KeyboardInterrupt:
        say("[bold]Stopped.[/bold]")
        sys.exit(STOPPED)
    except typer.TyperException as error:
        error.show()  # type: ignore[attr-defined]  # a wrong option or argument, in the command line's own words
        sys.exit(error.exit_code)
    except SourceError as error:
        _fail(str(error), code=WRONG_FILES, defects=error.defects)
    except Unreadable as error:
        _fail(f"{error} {error.mend}", code=NOT_DONE)
    except HueError as error:
        _fail(str(error), code=NOT_DONE)
    except OSError as error:
        _fail(said(error), code=NOT_DONE)
    except Exception as error:  # the edge of the program: a fault of its own is a message here too
        _fail(f"The program itself failed ({type(error).__name__}: {error}). {_keep_traceback()}", code=NOT_DONE)


def _fail(message: str, *, code: int, defects: tuple[Defect, ...] = ()) -> NoReturn:
    if "--json" in sys.argv:
        give_json({"error": message, "defects": [asdict(defect) for defect in reports.in_order(defects)]})
    else:
        reports.print_defects(defects)
        say(f"[bold]{escape(message)}[/bold]")
    sys.exit(code)


def _keep_traceback() -> str:
    """Keep where the program failed for whoever mends it, out of sight of releases, and say where."""
    try:
        path = read_settings().home / "private" / "failure.txt"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text(traceback.format_exc(), encoding="utf-8")
    except (HueError, OSError):
        return "Nothing more is known."
    return f"Where, is kept in {path}."


@app.command("publish", epilog=CODES)
def publish_command(
    from_: Annotated[list[Path] | None, typer.Option(
        "--from", metavar="DIR", help="Folder with a force's own files; may be repeated.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and add up, but publish nothing.")] = False,
    if_changed: Annotated[bool, typer.Option(
        "--if-changed", help="Publish only where a file has changed, from the folders of the last publish.")] = False,
    embargo_until: Annotated[str | None, typer.Option(
        "--embargo-until", metavar="TIME", help="Hold the release back until this time (ISO 8601 with its zone, such as "
        "2026-12-01T09:30Z), when it becomes current by itself.")] = None,
    report: AsPage = None,
    as_json: AsJson = False,
) -> None:
    """Check all files and make a release of them: the published figures, and a force's own with --from.

    Prints the name of the release. Without --from it holds illustrative figures in place of a force's own.
    """
    from data.publish import publish

    settings = read_settings()
    home = settings.home
    folders = [folder.resolve() for folder in from_ or []]
    _check_outside(report, folders)
    until = _time(embargo_until)
    last = _last_folders(home)
    if if_changed:
        folders = folders or last
        kept = _why_kept(home, folders)
        if kept:
            reports.give_kept(Store(home).current(), said=kept, as_json=as_json)
            if not as_json:
                reports.say_embargoes(Store(home, publisher=True))
            return
    try:
        with reports.progress() as shown:
            done = publish(home, folders=folders, dry_run=dry_run, on_step=shown.on_step, on_file=shown.on_file,
                           secret=settings.secret, embargo_until=until)
    except SourceError as fault:
        _write_report(report, fault.reports or [Report("", "", 0, 0, fault.defects)])
        raise
    _write_report(report, done.reports)
    if not as_json:
        reports.print_files(done.reports)
        reports.print_defects(reports.defects_of(done.reports))
        for warning in done.warnings:
            say(f"Warning: {warning}")
        say(reports.published(done))
        if done.revisions is not None:
            reports.print_revisions(done.revisions, console=reports.ERR)
    if last and not folders:
        again = " ".join(f"--from {shlex.quote(str(folder))}" for folder in last)
        say(f"The figures from {_names(last)} are not in this release. To publish with them: "
            f"hue publish {escape(again)}")
    if as_json:
        give_json(reports.as_document(done))
    elif done.release:
        give(done.release)


def _time(text: str | None) -> datetime | None:
    """Return the time that an embargo ends, ``None`` where there is none. Raises ``BadParameter``."""
    try:
        return None if text is None else read_time(text, now=now_utc())
    except ValueError as fault:
        raise typer.BadParameter(f"{fault} (--embargo-until)") from None


def _last_folders(home: Path) -> list[Path]:
    from data.inputs import last_publish

    folders = last_publish(home).get("folders", [])
    return [Path(str(folder)) for folder in folders] if isinstance(folders, list) else []


def _why_kept(home: Path, folders: list[Path]) -> str:
    """Say why the current release stays as it is; empty where there is something to publish."""
    from data.inputs import fingerprint, last_publish

    if Store(home).current_id() is None:
        return ""
    Store(home).current()
    gone = [folder for folder in folders if not folder.is_dir()]
    if gone:
        return (f"{_names(gone)} is gone, so the release that was made from it stays. Publish without it: hue publish. "
                "The current release:")
    same = last_publish(home).get("fingerprint") == fingerprint(folders)
    return "Nothing has changed since the last publish. The current release:" if same else ""


def _names(folders: list[Path]) -> str:
    return " and ".join(escape(str(folder)) for folder in folders)


@app.command("check", epilog=CODES)
def check_command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files or folders to check.")],
    report: AsPage = None,
    as_json: AsJson = False,
) -> None:
    """Check files as a publish would, and publish nothing. Prints every finding: where, what, how to mend it."""
    from data.plausibility import last_release
    from data.sources.registry import check_folder

    _check_outside(report, files)
    with reports.progress() as shown:
        found = check_folder(files, on_file=shown.on_file, release=last_release(read_settings().home))
    _write_report(report, found)
    if not found:
        raise SourceError("There is no file to check: the folders are empty.")
    wrong = sum(len(report.errors) for report in found)
    if as_json:
        give_json({"errors": wrong, "files": reports.listed(found)})
    else:
        reports.print_files(found)
        reports.print_defects(reports.defects_of(found), console=reports.OUT)
        say(f"[bold]{wrong:,} {'error' if wrong == 1 else 'errors'}[/bold] in {len(found):,} "
            f"{'file' if len(found) == 1 else 'files'}.")
    if wrong:
        raise typer.Exit(WRONG_FILES)


@app.command("fetch", epilog=CODES)
def fetch_command(
    source: Annotated[str, typer.Argument(help="police-uk: street-level records of one force.", show_default=False)],
    force: Annotated[str, typer.Option(help="The force, as police.uk names it, such as avon-and-somerset.",
                                       metavar="SLUG", show_default=False)],
    first: Annotated[str, typer.Option("--from", help="The first month.", metavar="YYYY-MM", show_default=False)],
    last: Annotated[str, typer.Option("--to", help="The last month.", metavar="YYYY-MM", show_default=False)],
    to_dir: Annotated[Path, typer.Option("--to-dir", help="Folder that the files go to, one a month.", metavar="DIR",
                                         show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Fetch published files from where they are published, as often as the service allows. Prints each file's name.

    What is there already is not fetched again; a run that ended early goes on where it was.
    """
    from data.fetch import fetch_police_uk

    if source != "police-uk":
        raise typer.BadParameter(f"Nothing is fetched from {source!r}. There is: police-uk.")
    for name, month in (("--from", first), ("--to", last)):
        if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month):
            raise typer.BadParameter(f"{month!r} is not a month in the form YYYY-MM ({name}).")
    with reports.fetching(force) as on_progress:
        done = fetch_police_uk(force, first=first, last=last, folder=to_dir, on_progress=on_progress)
    if as_json:
        give_json({"files": [{"month": each.month, "file": str(each.file) if each.records else "", "records": each.records,
                              "kept": each.kept, "without_boundary": list(each.without_boundary)} for each in done]})
        return
    for each in done:
        say(reports.fetched(each))
        if each.records:
            give(str(each.file))


def _check_outside(report: Path | None, folders: Sequence[Path]) -> None:
    """Keep the page of findings out of the folders that are read, where the next check would find it."""
    if report is not None and any(report.resolve().is_relative_to(folder.resolve()) for folder in folders):
        raise typer.BadParameter(f"{report} lies among the files to read. Give a place outside of them.")


def _write_report(path: Path | None, found: Sequence[Report]) -> None:
    if path is None:
        return
    from dashboard.report_page import write_page
    from data.sources.registry import SOURCE_BY_ID

    write_page(path, found, labels={source.id: source.label for source in SOURCE_BY_ID.values()})
    if "--json" not in sys.argv:
        say(f"The findings are in {escape(str(path))}.")


app.command("template", epilog=CODES)(template_command)


@app.command("secret", epilog=CODES)
def secret_command(
    if_missing: Annotated[bool, typer.Option("--if-missing", help="Do nothing where there is one already.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the secret that protects counts of persons. It is never printed; keep a copy of its file in a safe place."""
    from data.disclosure.secret import make, read

    path = read_settings().secret
    if not (if_missing and path.exists()):
        make(path)
        if not as_json:
            say(f"The secret is in {escape(str(path))}. Only you can read it. Keep a copy: without it the next release "
                "would draw other noise.")
    read(path)
    if as_json:
        give_json({"secret": str(path)})


@app.command("diff", epilog=CODES)
def diff_command(older: Named, newer: Named, as_json: AsJson = False) -> None:
    """Say what changed from one release to another: figures revised, added and gone, sources, forces that fell late."""
    from data.revisions import compare

    store = Store(read_settings().home, publisher=True)
    found = compare(store.get(older), store.get(newer))
    if as_json:
        give_json(asdict(found))
    else:
        reports.print_revisions(found)
        reports.say_embargoes(store, older, newer)


@app.command("audit", epilog=CODES)
def audit_command(
    name: NamedOrCurrent = "",
    from_: Annotated[list[Path] | None, typer.Option(
        "--from", metavar="DIR", help="Folder with the force's own files that it was made from; may be repeated.")] = None,
    attacks: Annotated[bool, typer.Option(
        "--attack", help="Play the attacks on a release without files of a force's own.")] = False,
    as_json: AsJson = False,
) -> None:
    """Audit a release: manifest, privacy accounts, budget, closed tables. With --from, made again and attacked."""
    from data.disclosure.audit import audit
    from data.disclosure.secret import read

    settings = read_settings()
    store = Store(settings.home, publisher=True)
    attacked = attacks or bool(from_)
    found = audit(store, name or store.current().id, folders=[folder.resolve() for folder in from_ or []],
                  secret=read(settings.secret) if attacked else None, attacked=attacked)
    if as_json:
        give_json({**asdict(found), "passed": found.passed,
                   "attacks": [{**asdict(attack), "passed": attack.passed} for attack in found.attacks]})
    else:
        reports.print_audit(found)
    if not found.passed:
        raise typer.Exit(WRONG_FILES)


@app.command("serve", epilog=CODES)
def serve_command() -> None:
    """Serve the current release on 127.0.0.1 (PORT changes the port) until Ctrl-C."""
    settings = read_settings()
    Store(settings.home).current().open_all()
    _check_port(settings.port)
    say(f"Hue & Cry on [bold]http://127.0.0.1:{settings.port}[/bold] (Ctrl-C ends it)")
    os.chdir(ROOT)
    gunicorn = Path(sys.executable).parent / "gunicorn"
    os.execv(gunicorn, [str(gunicorn), "-c", "python:dashboard.gunicorn_conf", "dashboard.wsgi:server"])


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PublishError(f"Port {port} cannot be served on ({error.strerror}). Choose another, "
                               f"such as PORT={port % 65535 + 1}.") from None
