"""What the command line prints: results on standard output, messages on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn,
)
from rich.table import Table

from data.embargo import now_utc, told
from data.errors import Defect, Report
from data.release import Release, Store
from data.templates import ZERO_RULE, Template, describe

if TYPE_CHECKING:
    from data.disclosure.audit import Audit
    from data.fetch import Fetched
    from data.publish import Published, Step
    from data.revisions import Revisions
    from data.sources.files import OnFile

SHOWN = 50
"""Findings listed in words; ``--json`` lists all."""

STEP_WORDS: Mapping[str, str] = {
    "lock": "Making sure that nobody else publishes", "read": "Reading and checking files",
    "aggregate": "Adding up and protecting", "attack": "Attacking the protection", "counts": "Writing counts",
    "reference": "Writing reference figures",
    "boundaries": "Writing boundaries", "manifest": "Writing the manifest", "rename": "Moving the release into place",
    "point": "Making it current",
}

OUT = Console(highlight=False)
ERR = Console(stderr=True, highlight=False)


def say(text: str) -> None:
    """Say something to a person, on one line however long, so that what is quoted in it can be copied."""
    ERR.print(text, soft_wrap=True)


def give(line: str) -> None:
    """Write one line of the result."""
    sys.stdout.write(f"{line}\n")


def give_json(value: Mapping[str, Any]) -> None:
    """Write the result as one JSON document, in ASCII, which every terminal and pipe can carry."""
    sys.stdout.write(json.dumps(value, indent=1) + "\n")


@dataclass(frozen=True)
class Shown:
    """Whom to tell which step of a publish is under way, and how much of the files is read and checked."""

    on_step: Step
    on_file: OnFile


@contextmanager
def progress() -> Iterator[Shown]:
    """Show steps as they come and how long the files will still take; nothing where standard error is no terminal."""
    with Progress(SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(bar_width=20),
                  TimeElapsedColumn(), TextColumn("left:"), TimeRemainingColumn(), console=ERR, transient=True,
                  disable=not ERR.is_terminal) as bar:
        steps = bar.add_task("Starting", total=len(STEP_WORDS), visible=False)
        files = bar.add_task("", total=None, visible=False)

        def on_step(name: str, number: int, of: int) -> None:
            bar.update(files, visible=False)
            bar.update(steps, description=f"{STEP_WORDS[name]} ({number + 1} of {of})", completed=number, visible=True)

        def on_file(name: str, done: float, of: float) -> None:
            bar.update(files, description=f"Reading {name[-40:]}", completed=done, total=of, visible=True)

        yield Shown(on_step, on_file)


@contextmanager
def fetching(force: str) -> Iterator[Callable[[int, int], None]]:
    """Show how many requests are answered and how long the rest will take; nothing where standard error is no terminal."""
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                  TextColumn("about"), TimeRemainingColumn(), TextColumn("left"), console=ERR, transient=True,
                  disable=not ERR.is_terminal) as bar:
        task = bar.add_task(f"Asking for {escape(force)}", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def fetched(done: Fetched) -> str:
    """Return what became of one month that was fetched."""
    if not done.records:
        return f"{done.month}: no records. Nothing was written: the month is not supplied."
    said = f"{done.month}: {done.records:,} records{', there already' if done.kept else ''}."
    without = len(done.without_boundary)
    if without:
        said += (f" {without} {'neighbourhood has' if without == 1 else 'neighbourhoods have'} no boundary and "
                 f"{'was' if without == 1 else 'were'} left out: {escape(', '.join(done.without_boundary[:10]))}.")
    return said


def published(done: Published) -> str:
    """Return what a publish did, as one sentence."""
    cells = f"{sum(done.cells.values()):,} cells in {len(done.cells)} counts"
    if done.dry:
        return f"[bold]Nothing was published[/bold] (dry run). {cells} would be."
    if done.embargo:
        what = f"[bold]Embargoed until {told(done.embargo)}[/bold] ({wait(done.embargo)} from now)"
        return f"{what}, {'' if done.new else 'as before, '}{cells}. No address shows anything of it until then:"
    if done.new:
        return f"[bold]Published[/bold] {cells}:"
    return f"The same figures were published before ({cells}). They are the current release:"


def wait(until: datetime) -> str:
    """Return how long it is until a time, in its largest units: ``7 days 2 hours``, ``45 minutes``."""
    from layouts.describing import plural

    minutes = max(round((until - now_utc()).total_seconds() / 60), 1)
    days, hours = divmod(minutes // 60, 24)
    parts = [plural(days, "day"), plural(hours, "hour")] if days else [plural(hours, "hour"), plural(minutes % 60, "minute")]
    return " ".join(part for part in parts if not part.startswith("0 "))


def say_embargoes(store: Store, *names: str) -> None:
    """Say which of some releases are embargoed, of all where none is named, and until when."""
    for name, held in store.embargoes().items():
        if not names or name in names:
            say(f"{name} is embargoed until {told(held.until)}, when it becomes the current release.")


def as_document(done: Published) -> dict[str, Any]:
    """Return what a publish did for machines."""
    document = _document(release=done.release, new=done.new, dry_run=done.dry, cells=dict(done.cells),
                         files=listed(done.reports)) | {"warnings": list(done.warnings)}
    document |= {"embargoed_until": done.embargo.isoformat()} if done.embargo else {}
    return document | ({"revisions": asdict(done.revisions)} if done.revisions is not None else {})


def _document(
    *, release: str, new: bool, dry_run: bool, cells: Mapping[str, int], files: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    return {"release": release, "new": new, "dry_run": dry_run, "cells": cells, "files": files}


def give_kept(release: Release, *, said: str, as_json: bool) -> None:
    """Give the release that stays, in the form that a publish has."""
    if as_json:
        cells = {name: count["cells"] for name, count in release.manifest["counts"].items()}
        give_json(_document(release=release.id, new=False, dry_run=False, cells=cells, files=()))
    else:
        say(said)
        give(release.id)


def listed(reports: Sequence[Report]) -> list[dict[str, Any]]:
    """Return what was found in each file for machines, findings by file and line."""
    return [{**asdict(report), "defects": [asdict(defect) for defect in in_order(report.defects)]} for report in reports]


def in_order(defects: Sequence[Defect]) -> list[Defect]:
    """Return findings by file and line."""
    return sorted(defects, key=lambda defect: (defect.file, defect.line))


def defects_of(reports: Sequence[Report]) -> list[Defect]:
    """Return every finding of every file."""
    return [defect for report in reports for defect in report.defects]


def print_files(reports: Sequence[Report], *, console: Console = ERR) -> None:
    """Print which files were read, as what, and how many of their rows are used."""
    table = Table(title="Files", title_justify="left")
    for heading, side in (("File", "left"), ("Read as", "left"), ("Rows", "right"), ("Used", "right")):
        table.add_column(heading, justify=side, overflow="fold")  # type: ignore[arg-type]
    for report in reports:
        table.add_row(escape(report.file), report.source or "not recognised",
                      f"{report.rows_in:,}", f"{report.rows_used:,}")
    console.print(table)
    console.print()


def print_defects(defects: Sequence[Defect], *, console: Console = ERR) -> None:
    """Print findings by file and line: first what is only to be known, then errors, the last thing on the screen."""
    errors = [defect for defect in defects if defect.severity == "error"]
    _print_some([defect for defect in defects if defect.severity != "error"], "notes", console=console)
    _print_some(errors, "errors", console=console)


def _print_some(defects: Sequence[Defect], what: str, *, console: Console) -> None:
    """Print findings on two lines each, however long: whole lines can be searched, copied and sent on."""
    if not defects:
        return
    lines = [line for defect in in_order(defects)[:SHOWN] for line in (
        where(defect), f"    {defect.severity.capitalize()}: {defect.rule} {defect.mend}".rstrip())]
    if len(defects) > SHOWN:
        lines.append(f"... and {len(defects) - SHOWN:,} more {what}; --json lists them all.")
    console.print(escape("\n".join([*lines, ""])), soft_wrap=True)


def where(defect: Defect) -> str:
    """Return file, line, column and value of a finding, as far as it has them."""
    parts = [defect.file, f"line {defect.line:,}" if defect.line else "",
             f"column {defect.column}" if defect.column else "", f"value “{defect.value}”" if defect.value else ""]
    return ", ".join(part for part in parts if part)


def print_columns(template: Template) -> None:
    """Print what each column of a template holds."""
    table = Table(title=f"\n{escape(template.what)} {escape(ZERO_RULE)}", title_justify="left", box=None,
                  padding=(0, 2, 1, 0))
    table.add_column("Column", style="bold")
    table.add_column("What it holds", overflow="fold")
    for name, holds, must, used, doc in describe(template):
        table.add_row(escape(name), escape(f"{doc} ({must}; {used}) Write {holds}."))
    ERR.print(table)


def print_release(release: Release, *, current: bool) -> None:
    """Print what a release holds: its counts and where they come from."""
    manifest = release.manifest
    table = Table(title=f"{release.id}{' (current)' if current else ''}, made {manifest['created']}",
                  title_justify="left")
    for heading, side in (("Count", "left"), ("Cells", "right"), ("Kind", "left"), ("Vintage", "left")):
        table.add_column(heading, justify=side)  # type: ignore[arg-type]
    for count in manifest["counts"].values():
        table.add_row(escape(count["label"]), f"{count['cells']:,}", count["origin"], escape(count["vintage"]))
    OUT.print(table)
    for source in manifest["sources"]:
        OUT.print(escape(f"{source['label']} ({source['origin']}, {source['vintage']}). {source['licence']}."))


def print_revisions(found: Revisions, *, console: Console = OUT) -> None:
    """Print what differs between two releases; nothing that is the same is listed."""
    changed = [count for count in found.counts if count.changed]
    table = Table(title=f"{found.older} to {found.newer or 'what would be published'}", title_justify="left")
    for heading, side in (("Count", "left"), ("Same", "right"), ("Revised", "right"), ("Added", "right"), ("Gone", "right"),
                          ("Revised months", "left"), ("Where", "left")):
        table.add_column(heading, justify=side)  # type: ignore[arg-type]
    for count in changed:
        months = " to ".join(dict.fromkeys(month for month in count.months if month))
        table.add_row(escape(count.count), f"{count.same:,}", f"{count.revised:,}", f"{count.added:,}", f"{count.gone:,}", months,
                      escape(", ".join(count.places)))
    if changed:
        console.print(table)
    else:
        console.print("No figure differs.")
    for label in found.sources_added:
        console.print(f"New source: {escape(label)}.")
    for label in found.sources_gone:
        console.print(f"No longer a source: {escape(label)}.")
    for label, before, now in found.vintages:
        console.print(f"{escape(label)}: {escape(before)} before, {escape(now)} now.")
    for each in found.restated:
        console.print(f"{escape(each.what)}: {escape(each.before or 'none')} before, {escape(each.now or 'none')} now.")
    for place, field in found.late:
        console.print(f"Late: {escape(place)}, {escape(field)}.")


def print_audit(found: Audit) -> None:
    """Print what an audit checked, what is wrong, the privacy account, and how far each attack came."""
    OUT.print(escape(found.release))
    for line in found.checked if not found.wrong else ():
        OUT.print(f"  Checked: {escape(line)}.")
    for line in found.wrong:
        OUT.print(f"  [bold]Wrong:[/bold] {escape(line)}.")
    accounts = Table(title="Privacy accounts", title_justify="left")
    for heading, side in (("Of", "left"), ("Cells", "right"), ("zCDP", "right"), ("Epsilon", "right")):
        accounts.add_column(heading, justify=side)  # type: ignore[arg-type]
    for entry in found.privacy.get("accounts", ()):
        accounts.add_row(entry["what"], str(entry["cells"]), f"{entry['rho']:.2f}", f"{entry['epsilon']:.1f}")
    OUT.print(accounts)
    if found.privacy.get("protected_counts"):
        OUT.print(f"Budget {found.privacy['budget_rho']:g} (zCDP), delta {found.privacy['delta']:g}, "
                  f"noise of standard deviation {found.privacy['sigma']:g}.")
    if found.attacks:
        attacks = Table(title="Attacks: how often a count of 1 to 9 was told exactly", title_justify="left")
        for heading, side in (("Attack", "left"), ("On", "left"), ("Tries", "right"), ("Right", "right"), ("May be", "right"),
                              ("", "left")):
            attacks.add_column(heading, justify=side)  # type: ignore[arg-type]
        for attack in found.attacks:
            attacks.add_row(attack.name, attack.who, f"{attack.tries:,}", f"{attack.rate:.1%}", f"{attack.allowed:.1%}",
                            ("held" if attack.telling else "too few to tell") if attack.passed else "[bold]succeeded[/bold]")
        OUT.print(attacks)
    OUT.print("[bold]The release holds what it promises.[/bold]" if found.passed else "[bold]The release does not hold.[/bold]")
