"""What `hue` starts: the command line, which Ctrl-C ends with one word while it is still being loaded."""

from __future__ import annotations

import os
import signal
from typing import NoReturn


def main() -> NoReturn:
    """Load the command line, which takes half a second, and run it."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    from dashboard.cli import main as run

    signal.signal(signal.SIGINT, usual)
    run()


def _stop(*_: object) -> None:
    """Say the word and give the exit code of ``dashboard.cli``: nothing was begun yet that is to be put away."""
    os.write(2, b"Stopped.\n")
    os._exit(130)


if __name__ == "__main__":
    main()
