"""The command that gives templates: as CSV on standard output, or as Excel workbooks."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from dashboard import reports
from dashboard.cli_terms import AsJson
from dashboard.reports import give, give_json
from data.templates import TEMPLATE_BY_NAME, as_csv


def template_command(
    name: Annotated[str, typer.Argument(help=f"{', '.join(TEMPLATE_BY_NAME)}: which template.", show_default=False)] = "",
    xlsx: Annotated[Path | None, typer.Option(
        "--xlsx", metavar="FILE", help="Write it as an Excel workbook with drop-downs instead.")] = None,
    all_: Annotated[Path | None, typer.Option(
        "--all", metavar="DIR", help="Write every template as an Excel workbook into a folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print a template as CSV with two example rows; beside it, on standard error, what each column holds."""
    template = TEMPLATE_BY_NAME.get(name)
    if (all_ is None and not name) or (all_ is not None and (name or xlsx)):
        raise typer.BadParameter(f"Name one template ({', '.join(TEMPLATE_BY_NAME)}), or give --all and a folder.")
    if all_ is None and template is None:
        raise typer.BadParameter(f"There is no template {name!r}. There are: {', '.join(TEMPLATE_BY_NAME)}.")
    if all_ is not None or xlsx is not None:
        wanted = {all_ / f"{each}.xlsx": each for each in TEMPLATE_BY_NAME} if all_ is not None else {xlsx: name}
        _write_books(wanted, as_json=as_json)
        return
    assert template is not None
    if as_json:
        give_json({"name": template.name, "what": template.what, "key": list(template.key),
                   "columns": [asdict(column) for column in template.columns]})
        return
    sys.stdout.write(as_csv(template))
    sys.stdout.flush()
    reports.print_columns(template)


def _write_books(wanted: Mapping[Path, str], *, as_json: bool) -> None:
    """Write templates as workbooks; a file that is there, perhaps filled in, is never written over."""
    from data.template_book import as_xlsx

    there = [path for path in wanted if path.exists()]
    if there:
        named = " and ".join(map(str, there))
        raise typer.BadParameter(f"{named} is there already, perhaps filled in. Give another name, or remove it.")
    for path, name in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_xlsx(TEMPLATE_BY_NAME[name]))
    if as_json:
        give_json({"files": [str(path) for path in wanted]})
        return
    for path in wanted:
        give(str(path))
