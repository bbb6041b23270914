"""Where each raw table lies in a folder, and its bytes unpacked.

A table is one of NAME.csv, NAME.csv.gz, NAME.parquet (a file or a folder of parts), or NAME.csv (itself possibly
zipped, NAME.csv.zip) inside any zip of the folder: the competition's download is read as it comes. Names are
case-exact.
"""

from __future__ import annotations

import gzip
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

import duckdb

from app.scoring.schema import TABLES
from app.scoring.tables.faults import stop
from app.scoring.tables.scratch import scratch_folder

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, duckdb.Error)
_CHUNK = 1 << 22
_NO_FILES = {
    stat.S_ISDIR: "a folder",
    stat.S_ISFIFO: "a pipe",
    stat.S_ISCHR: "a device",
    stat.S_ISBLK: "a device",
    stat.S_ISSOCK: "a socket",
}
ROOM_LEFT = 256 << 20
"""Bytes of the temporary folder that unpacking leaves to others."""


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one table: a file, a folder of Parquet parts, or a member of a zip."""

    path: Path
    member: str | None = None

    @property
    def label(self) -> str:
        """How people are told of it: "bureau.csv", "home-credit-default-risk.zip/bureau.csv"."""
        return f"{self.path.name}/{self.member}" if self.member else self.path.name

    @property
    def unpacked_size(self) -> int:
        """Bytes of a packed table as the archive tells them; 0 where it does not, or is not packed."""
        if self.member is None or self.member.endswith(".zip"):
            return 0
        with zipfile.ZipFile(self.path) as archive:
            return archive.getinfo(self.member).file_size


def find_sources(folder: Path) -> dict[str, Source]:
    """Table name -> where it lies.

    Raises:
        TableProblem: the folder is missing or empty, a zip is damaged, or a table is there twice.
    """
    if not folder.is_dir():
        raise stop("no folder", folder=str(folder))
    entries = sorted(folder.iterdir())
    if not entries:
        raise stop("empty folder", folder=str(folder))
    sources: dict[str, Source] = {}
    for table, source in (found for entry in entries for found in _tables_at(entry)):
        if table in sources:
            raise stop("twice", table=table, first=sources[table].label, second=source.label)
        sources[table] = source
    return sources


def _tables_at(entry: Path) -> Iterator[tuple[str, Source]]:
    if entry.suffix == ".zip":
        _check_file(entry)
        yield from _tables_in_zip(entry)
        return
    for ending in (".csv", ".csv.gz", ".parquet"):
        table = entry.name.removesuffix(ending)
        if table in TABLES and table != entry.name:
            if ending != ".parquet" or not entry.is_dir():
                _check_file(entry)
            yield table, Source(entry)


def _check_file(entry: Path) -> None:
    """What is no file could be waited for without an end."""
    try:
        mode = entry.stat().st_mode
    except OSError:
        raise stop("no file", file=entry.name, what="a link that leads nowhere") from None
    for is_kind, what in _NO_FILES.items():
        if is_kind(mode):
            raise stop("no file", file=entry.name, what=what)


def _tables_in_zip(path: Path) -> Iterator[tuple[str, Source]]:
    with unharmed(path.name), zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if min((member.header_offset for member in members), default=0):
            raise zipfile.BadZipFile("what is left of it ends with the directory of another zip")
    for path_inside in (member.filename for member in members):
        name = PurePosixPath(path_inside).name
        table = name.removesuffix(".zip").removesuffix(".csv")
        if table in TABLES and name in (f"{table}.csv", f"{table}.csv.zip"):
            yield table, Source(path, path_inside)


@contextmanager
def unharmed(label: str) -> Iterator[None]:
    """Turn what a damaged file raises into a sentence that names it."""
    try:
        yield
    except _DAMAGE as fault:
        first_line = (str(fault) or type(fault).__name__).splitlines()[0].rstrip(".")
        raise stop("damaged", file=label, cause=first_line) from fault


@contextmanager
def plain_csv(source: Source) -> Iterator[Path]:
    """The table as an uncompressed CSV file, its check sum verified; an unpacked copy lives until the exit."""
    if source.path.suffix == ".csv":
        yield source.path
        return
    with scratch_folder() as scratch:
        unpacked = scratch / "table.csv"
        with unharmed(source.label), _packed(source) as packed, unpacked.open("wb") as file:
            _check_room(source, scratch, to_come=source.unpacked_size, of=source.unpacked_size)
            while chunk := packed.read(_CHUNK):  # a .gz does not say how much it holds
                _check_room(source, scratch, to_come=len(chunk), of=file.tell() + len(chunk))
                file.write(chunk)
        yield unpacked


def _check_room(source: Source, scratch: Path, to_come: int, of: int) -> None:
    free = shutil.disk_usage(scratch).free
    if free - to_come < ROOM_LEFT:
        raise stop("no room", file=source.label, size=in_bytes(of), free=in_bytes(free))


def room_for(source: Source) -> str:
    """What unpacking takes and finds, for people; nothing to say of a table that is not packed."""
    if source.path.suffix in (".csv", ".parquet"):
        return ""
    free = in_bytes(shutil.disk_usage(tempfile.gettempdir()).free)
    size = f"{in_bytes(source.unpacked_size)} unpacked" if source.unpacked_size else "unpacked as it comes"
    return f" ({size}; {free} free)"


def in_bytes(size: int) -> str:
    """A number of bytes, for people."""
    return f"{size / 1e9:,.1f} GB" if size >= 1e8 else f"{size / 1e6:,.1f} MB"


@contextmanager
def _packed(source: Source) -> Iterator[IO[bytes]]:
    if source.member is None:
        with gzip.open(source.path) as stream:
            yield cast(IO[bytes], stream)
        return
    with zipfile.ZipFile(source.path) as archive, archive.open(source.member) as member:
        if not source.member.endswith(".zip"):
            yield member
            return
        size = archive.getinfo(source.member).file_size
        _check_room(source, Path(tempfile.gettempdir()), to_come=size, of=size)
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(member, copy, _CHUNK)
            with zipfile.ZipFile(copy) as inner:
                yield inner.open(PurePosixPath(source.member).name.removesuffix(".zip"))
