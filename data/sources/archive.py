"""From a zipped folder to the files in it: read one by one in memory, nothing is ever unpacked to disk."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from data.errors import SourceError
from data.sources.files import DAMAGED, MOST_BYTES, content_of, passed_over
from data.sources.table import refused
from data.sources.workbook import bursts

MOST_FILES = 2_000
MOST_UNPACKED = 5_000_000_000


@dataclass(frozen=True)
class Member:
    """A file of a zipped folder: the name to report it by, its bytes, and how much of the folder is read with it."""

    file: str
    content: bytes
    share: float


def members(content: bytes, *, file: str) -> Iterator[Member | SourceError]:
    """Give each file of a zipped folder, or the error of one that cannot be read.

    Files that nobody sent on purpose are passed over. Raises SourceError where the archive itself is refused: damaged,
    too large when unpacked, with places outside of itself.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except DAMAGED as fault:
        raise refused(file, "This is a damaged zip archive, or it was cut off on its way.",
                      "Pack the folder again and send it whole.") from fault
    with archive:
        listed = [one for one in archive.infolist() if not one.is_dir()]
        _check(listed, file=file)
        wanted = [one for one in listed if not passed_over(PurePosixPath(one.filename))]
        whole, done = sum(one.file_size for one in wanted) or 1, 0
        if not wanted:
            raise refused(file, "The zip archive holds no file.", "Pack the folder with your files again.")
        for one in wanted:
            name = f"{file}, {one.filename}"
            done += one.file_size
            try:
                yield Member(name, _read(archive, one, file=name), done / whole)
            except SourceError as fault:
                yield fault


def _check(listed: list[zipfile.ZipInfo], *, file: str) -> None:
    """Refuse an archive that is too large, or names places outside of itself."""
    if len(listed) > MOST_FILES:
        raise refused(file, f"The zip archive holds {len(listed):,} files; up to {MOST_FILES:,} are read.",
                      "Pack the files of one year at a time.")
    whole = sum(one.file_size for one in listed)
    if whole > MOST_UNPACKED or any(bursts(one) for one in listed):
        raise refused(file, f"The zip archive unpacks to {whole / 1e6:,.0f} MB, far more than its files can need.",
                      "Pack the files with figures alone, and those of one year at a time.")
    for one in listed:
        name = one.orig_filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0]:
            raise refused(file, "The zip archive names a file outside of its own folder.",
                          "Pack the folder again with the usual command of your computer.")
        if stat.S_ISLNK(one.external_attr >> 16):
            raise refused(file, "The zip archive holds a link to another place.",
                          "Pack the files themselves, not links to them.")


def _read(archive: zipfile.ZipFile, one: zipfile.ZipInfo, *, file: str) -> bytes:
    if one.flag_bits & 1:
        raise refused(file, "The file is protected with a password.", "Pack the folder again without a password.")
    try:
        with archive.open(one) as stream:
            content = content_of(stream, size=one.file_size, file=file)  # type: ignore[arg-type]
    except DAMAGED as fault:
        raise refused(file, "The file is damaged within the zip archive.", "Pack the folder again and send it whole.") from fault
    if len(content) > MOST_BYTES:
        raise refused(file, "The file is larger than the zip archive says.", "Pack the folder again.")
    return content
