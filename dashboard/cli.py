"""The command line: publish, check, print templates, manage releases, serve.

Results go to standard output, messages and progress to standard error; ``--json`` gives machines
one JSON document as the result. No error is a traceback: each is a message and one of ``EXIT_CODES``.
"""

from __future__ import annotations

import os
import shlex
import signal
import socket
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.markup import escape

from dashboard import reports
from dashboard.reports import give, give_json, say
from dashboard.templates_command import template_command
from dashboard.settings import ROOT, read_settings
from data.errors import Defect, HueError, PublishError, Report, SourceError
from data.release import Store

# What reads files takes a second to import, so it is imported by the commands that read some.

DONE, WRONG_FILES, NOT_DONE, STOPPED = 0, 1, 3, 130

EXIT_CODES: Mapping[int, str] = {
    DONE: "done",
    WRONG_FILES: "files are missing, changed or wrong, and nothing was published",
    2: "the command was not understood",
    NOT_DONE: "it could not be carried out",
    STOPPED: "it was stopped with Ctrl-C",
}

_CODES = "Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items()) + "."

app = typer.Typer(
    help="Publish and serve the results of police appeals and public engagement.\n\nResults go to standard output, "
    "messages and progress to standard error; --json gives machines one JSON document.",
    epilog=_CODES, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
)
releases_app = typer.Typer(help="List, show, use, withdraw and verify releases.", epilog=_CODES, no_args_is_help=True)
app.add_typer(releases_app, name="releases")

AsPage = Annotated[Path | None, typer.Option(
    "--report", metavar="FILE", help="Write the findings as one HTML page, to send to a colleague.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for machines.")]
Named = Annotated[str, typer.Argument(help="The name of a release, as the list shows it.", show_default=False)]
NamedOrCurrent = Annotated[str, typer.Argument(help="The name of a release; without one, the current.", show_default=False)]


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
    except HueError as error:
        _fail(str(error), code=NOT_DONE)
    except OSError as error:
        _fail(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.", code=NOT_DONE)
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


@app.command("publish", epilog=_CODES)
def publish_command(
    from_: Annotated[list[Path] | None, typer.Option(
        "--from", metavar="DIR", help="Folder with a force's own files; may be repeated.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check and add up, but publish nothing.")] = False,
    if_changed: Annotated[bool, typer.Option(
        "--if-changed", help="Publish only where a file has changed, from the folders of the last publish.")] = False,
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
    last = _last_folders(home)
    if if_changed:
        folders = folders or last
        kept = _why_kept(home, folders)
        if kept:
            reports.give_kept(Store(home).current(), said=kept, as_json=as_json)
            return
    try:
        with reports.progress() as shown:
            done = publish(home, folders=folders, dry_run=dry_run, on_step=shown.on_step, on_file=shown.on_file,
                           secret=settings.secret)
    except SourceError as fault:
        _write_report(report, fault.reports or [Report("", "", 0, 0, fault.defects)])
        raise
    _write_report(report, done.reports)
    if not as_json:
        reports.print_files(done.reports)
        reports.print_defects(reports.defects_of(done.reports))
        say(reports.published(done))
    if last and not folders:
        again = " ".join(f"--from {shlex.quote(str(folder))}" for folder in last)
        say(f"The figures from {_names(last)} are not in this release. To publish with them: "
            f"hue publish {escape(again)}")
    if as_json:
        give_json(reports.as_document(done))
    elif done.release:
        give(done.release)


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


@app.command("check", epilog=_CODES)
def check_command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files or folders to check.")],
    report: AsPage = None,
    as_json: AsJson = False,
) -> None:
    """Check files as a publish would, and publish nothing. Prints every finding: where, what, how to mend it."""
    from data.sources.registry import check_folder

    _check_outside(report, files)
    with reports.progress() as shown:
        found = check_folder(files, on_file=shown.on_file)
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


app.command("template", epilog=_CODES)(template_command)


@app.command("secret", epilog=_CODES)
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


@app.command("audit", epilog=_CODES)
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
    store = Store(settings.home)
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


@app.command("serve", epilog=_CODES)
def serve_command() -> None:
    """Serve the current release on 127.0.0.1 (PORT changes the port) until Ctrl-C."""
    settings = read_settings()
    Store(settings.home).current()
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


@releases_app.command("list", epilog=_CODES)
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


@releases_app.command("show", epilog=_CODES)
def show_release(name: NamedOrCurrent = "", as_json: AsJson = False) -> None:
    """Show what a release holds: counts, kinds of figures, sources. With --json, its manifest."""
    store = Store(read_settings().home)
    release = store.get(name) if name else store.current()
    if as_json:
        give_json(release.manifest)
    else:
        reports.print_release(release, current=release.id == store.current_id())


@releases_app.command("use", epilog=_CODES)
def use_release(name: Named, as_json: AsJson = False) -> None:
    """Serve another release from now on: roll back, or forward again."""
    Store(read_settings().home).use(name)
    _give_current(f"{name} is the current release.", as_json=as_json, current=name)


@releases_app.command("withdraw", epilog=_CODES)
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


@releases_app.command("verify", epilog=_CODES)
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
