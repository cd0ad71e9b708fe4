"""Which files a folder holds, and their bytes: regular files of the folder alone, never more than is sensible."""

from __future__ import annotations

import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO

from data.errors import Defect, SourceError
from data.sources.table import Watch, refused, unwatched

MOST_BYTES = 1_000_000_000
_PIECE = 1 << 20
"""A line longer than a piece is no row of figures."""
ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError, OSError, RuntimeError,
           ValueError, KeyError, IndexError, struct.error)
"""What reading a zip archive whose bytes are wrong may raise."""
PACKED = (*ZIPPED, b"\xd0\xcf\x11\xe0", b"PAR1", b"\x09\x08")
"""How files begin that are no lines of text."""


OnFile = Callable[[str, float, float], None]
"""Called with the name of the file that is read, and how many bytes of how many are done."""


def unwatched_files(name: str, done: float, of: float) -> None:
    """Tell nobody which file is read."""


@dataclass(frozen=True)
class Found:
    """A file to read, with the name to report it by and its size."""

    path: Path
    name: str
    size: int


def files_in(folders: Sequence[Path]) -> tuple[tuple[Found, ...], tuple[Defect, ...]]:
    """Return the files of folders (or single files) in order, and what in them is no file to read.

    Files that nobody sent on purpose are passed over. Raises SourceError where a path does not exist.
    """
    found: list[Found] = []
    strange: list[Defect] = []
    for folder in folders:
        if not os.path.lexists(folder):
            raise SourceError(f"There is no file or folder {folder}.", defects=(
                Defect(file=str(folder), rule="There is no such file or folder.", mend="Check the path.", rows=0),))
        inside = folder.is_dir()
        root = os.path.realpath(folder)
        for path in _below(folder, strange=strange) if inside else [folder]:
            parts = path.relative_to(folder).parts if inside else (path.name,)
            name = "/".join(parts)
            if passed_over(PurePath(*parts)):
                continue
            if fault := _strange(path, root=root if inside else "", name=name):
                strange.append(fault)
            elif path.is_file():
                found.append(Found(path, name, path.stat().st_size))
    return tuple(found), tuple(strange)


_LEFT_BEHIND = frozenset({"__macosx", "thumbs.db", "desktop.ini", "$recycle.bin"})


def passed_over(path: PurePath) -> bool:
    """Return whether a file is none that anybody sent on purpose: hidden, a note, or what a computer leaves beside files."""
    return path.suffix == ".md" or any(
        part.startswith((".", "~$")) or part.lower() in _LEFT_BEHIND for part in path.parts)


def _below(folder: Path, *, strange: list[Defect]) -> list[Path]:
    """Return all that lies below a folder, in order; folders that cannot be opened are added to what is ``strange``."""

    def closed(fault: OSError) -> None:
        name = os.path.relpath(fault.filename or folder, folder)
        strange.append(Defect(file=folder.name if name == "." else name, rows=0,
                              rule=f"The folder cannot be opened: {fault.strerror or fault}.",
                              mend="Make sure that you may read it, or remove it."))

    return sorted(Path(root, name) for root, folders, names in os.walk(folder, onerror=closed) for name in (*folders, *names))


def _strange(path: Path, *, root: str, name: str) -> Defect | None:
    """Return what is wrong with a path that is neither a folder nor a regular file of the folder."""
    if path.is_symlink() and root:
        target = os.path.realpath(path)
        if not os.path.exists(target):
            return Defect(file=name, rule="This is a link to nothing.", mend="Remove it.", rows=0)
        if not path.is_file() or os.path.commonpath([root, target]) != root:
            return Defect(file=name, rule="This is a link to another place, which is not followed.", rows=0,
                          mend="Put the file itself into the folder.")
    if not path.is_dir() and not path.is_file():
        return Defect(file=name, rule="This is not a file with figures but a device, a pipe or a broken link.", rows=0,
                      mend="Remove it, or give the file itself.")
    return None


def read_file(found: Found, *, watch: Watch = unwatched) -> bytes:
    """Return the bytes of a file; raises SourceError where it is too large, without lines, or cannot be opened."""
    try:
        with found.path.open("rb") as stream:
            return content_of(stream, size=found.size, file=found.name, watch=watch)
    except OSError as fault:
        raise refused(found.name, f"The file cannot be opened: {fault.strerror or fault}.",
                      "Close it in other programs, and make sure that you may read it.") from fault


def content_of(stream: BinaryIO, *, size: int, file: str, watch: Watch = unwatched) -> bytes:
    """Return all bytes of a stream; stop at once where a line never ends or there are too many bytes."""
    pieces: list[bytes] = []
    read, lines = 0, 0
    while piece := stream.read(_PIECE):
        lasting = len(piece) == _PIECE and b"\n" not in piece and b"\r" not in piece
        if lasting and not (pieces or [piece])[0].startswith(PACKED):
            raise refused(file, f"Line {lines + 1:,} has more than a million characters: this is no table.",
                          "Export the figures again, one row on each line.", line=lines + 1)
        lines += piece.count(b"\n") or piece.count(b"\r")
        pieces.append(piece)
        read += len(piece)
        if read > MOST_BYTES:
            raise refused(file, f"The file has {max(read, size) / 1e9:.1f} GB; up to {MOST_BYTES / 1e9:.0f} GB are read.",
                          "Split it by year, and leave out columns that are not in the template.")
        watch(read / max(size, read))
    return b"".join(pieces)
