"""What every command of the command line shares: exit codes, and arguments that several take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

DONE, WRONG_FILES, NOT_DONE, STOPPED = 0, 1, 3, 130

EXIT_CODES: Mapping[int, str] = {
    DONE: "done",
    WRONG_FILES: "files are missing, changed or wrong, and nothing was published",
    2: "the command was not understood",
    NOT_DONE: "it could not be carried out",
    STOPPED: "it was stopped with Ctrl-C",
}

CODES = "Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items()) + "."

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for machines.")]
Named = Annotated[str, typer.Argument(help="The name of a release, as the list shows it.", show_default=False)]
NamedOrCurrent = Annotated[str, typer.Argument(help="The name of a release; without one, the current.", show_default=False)]
