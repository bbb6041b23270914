"""What bears a table's name and is no file, what is packed and finds no room, what is text and is not."""

from __future__ import annotations

import os
import random
import shutil
import zipfile
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest

from app.scoring.problems import TableProblem
from app.scoring.tables import sources
from app.scoring.tables.tables import open_tables

Folder = Callable[..., Path]
Usage = namedtuple("Usage", "total used free")


def stopped(folder: Path, *told: str) -> None:
    with pytest.raises(TableProblem) as fault:
        open_tables(folder)
    assert all(part in str(fault.value) for part in told), str(fault.value)
    assert str(folder) not in str(fault.value)


NO_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "folder": (Path.mkdir, "a folder"),
    "dangling link": (lambda path: path.symlink_to("nowhere"), "a link that leads nowhere"),
    "looping link": (lambda path: path.symlink_to(path.name), "a link that leads nowhere"),
    "pipe": (os.mkfifo, "a pipe"),
    "endless device": (lambda path: path.symlink_to("/dev/zero"), "a device"),
}


@pytest.mark.parametrize("name", ["bureau.csv", "bureau.csv.gz", "bureau.parquet", "more.zip"])
@pytest.mark.parametrize("kind", NO_FILES)
def test_what_is_no_file_is_named_and_not_waited_for(kind: str, name: str, tables_folder: Folder) -> None:
    make, what = NO_FILES[kind]
    if (kind, name) == ("folder", "bureau.parquet"):
        pytest.skip("a folder of parts is a table")
    folder = tables_folder()
    (folder / "bureau.csv").unlink()
    make(folder / name)
    stopped(folder, f"{name} is {what}.")


@pytest.mark.parametrize("content", [bytes(5_000), random.Random(1).randbytes(5_000)], ids=["noughts", "any bytes"])
def test_bytes_that_are_no_text_are_said_to_be_none(content: bytes, tables_folder: Folder) -> None:
    folder = tables_folder()
    (folder / "bureau.csv").write_bytes(content)
    stopped(folder, "bureau.csv holds bytes that are no text")


def test_an_end_without_a_line_is_not_left_out_in_silence(tables_folder: Folder) -> None:
    folder = tables_folder()
    with (folder / "bureau.csv").open("ab") as file:
        file.write(b"0" * (40 << 20))
    stopped(folder, "bureau.csv does not end with a line")


def packed(folder: Path, packing: str) -> Path:
    if packing == "zip":
        with zipfile.ZipFile(folder / "more.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(folder / "bureau.csv", "bureau.csv")
        (folder / "bureau.csv").unlink()
    return folder


@pytest.mark.parametrize("packing", ["zip", "csv.gz"])
def test_a_table_that_would_fill_the_temporary_folder_is_not_unpacked(
    packing: str, tables_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = packed(tables_folder("csv.gz" if packing == "csv.gz" else "csv"), packing)
    written: list[int] = []
    monkeypatch.setattr(sources, "_CHUNK", 64)
    # Each chunk that was written is taken from the room there was: 100 bytes beside what is left to others.
    room = lambda _: Usage(0, 0, sources.ROOM_LEFT + 100 - (written.append(64) or sum(written[1:])))  # noqa: E731
    monkeypatch.setattr(shutil, "disk_usage", room)
    stopped(folder, "unpacks to", "is free in the temporary folder", "TMPDIR")
    assert len(written) <= 4, "it stopped before the room was full"


def test_the_size_and_the_room_are_said_before_it_is_unpacked(tables_folder: Folder) -> None:
    said: list[str] = []
    open_tables(tables_folder("zip"), progress=said.append)
    (told,) = [line for line in said if "bureau.csv" in line and "bureau_" not in line]
    assert "MB unpacked" in told and "free)" in told
