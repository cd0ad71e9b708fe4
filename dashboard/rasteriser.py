"""SVG to PNG in a process of its own: the rasteriser stops every other thread of its process for a tenth of a second a picture.

The process takes texts one after the other, each behind its length in four bytes, and answers with pictures in the same form;
it ends when nobody writes to it any more. It stands back behind pages for the processor.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import weakref
from collections.abc import Sequence
from threading import Timer
from typing import IO

from dashboard.settings import ROOT
from layouts.lettering import FILES

FAMILY = "Open Sans"
LONGEST = 30.0
"""Seconds that one picture may take before the process is taken to be lost."""
STANDS_BACK = 5
"""By how much the process is nicer than those that answer pages."""
_LENGTH = struct.Struct(">I")


class Rasteriser:
    """The process, started when the first picture is asked for; one caller at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def png(self, svg: str) -> bytes:
        """Return an SVG as PNG, in the fonts that come with the program and no others: the same bytes on every machine.

        Raises ``RuntimeError`` where the process cannot draw it.
        """
        for _ in range(2):  # a process that was ended from outside is started again
            found = self._asked(svg.encode())
            if found:
                return found
        raise RuntimeError("The picture could not be drawn.")

    def _asked(self, svg: bytes) -> bytes:
        """Return the picture, nothing where the process could not make it."""
        process = self._running()
        assert process.stdin is not None and process.stdout is not None
        watch = Timer(LONGEST, process.kill)
        watch.daemon = True
        watch.start()
        try:
            process.stdin.write(_LENGTH.pack(len(svg)) + svg)
            process.stdin.flush()
            return _read(process.stdout)
        except OSError:
            return b""
        finally:
            watch.cancel()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "dashboard.rasteriser", *map(str, FILES)], cwd=ROOT, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
            weakref.finalize(self, _end, self._process)
        return self._process


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let the process end: nobody will write to it any more."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _read(stream: IO[bytes]) -> bytes:
    """Return the next text or picture, nothing at the end."""
    head = stream.read(_LENGTH.size)
    return stream.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""


def main(fonts: Sequence[str]) -> None:
    """Draw what stands at the input until it ends; nothing is the answer to what cannot be drawn."""
    import resvg_py

    os.nice(STANDS_BACK)
    while svg := _read(sys.stdin.buffer):
        try:
            drawn = resvg_py.svg_to_bytes(svg_string=svg.decode(), skip_system_fonts=True, font_files=list(fonts), font_family=FAMILY,
                                          sans_serif_family=FAMILY)
        except ValueError:
            drawn = b""
        sys.stdout.buffer.write(_LENGTH.pack(len(drawn)) + drawn)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
