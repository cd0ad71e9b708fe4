"""What gunicorn serves; where nothing can be served, one message and the exit code of the command line."""

from __future__ import annotations

import sys
from typing import NoReturn

from dashboard.app import create_app
from dashboard.cli_terms import NOT_DONE
from dashboard.settings import read_settings
from data.disk import said
from data.errors import HueError, Unreadable


def stop(message: str) -> NoReturn:
    """End the program with a message."""
    sys.stderr.write(f"{message}\n")
    raise SystemExit(NOT_DONE)


try:
    server = create_app(read_settings()).server
except Unreadable as error:
    stop(f"{error} {error.mend}")
except HueError as error:
    stop(str(error))
except OSError as error:
    stop(said(error))
