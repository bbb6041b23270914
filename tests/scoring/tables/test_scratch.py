"""Clients' tables on their way are private, and gone: at the end, or at the next start after a kill."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from app.scoring.tables.scratch import HELD, PREFIX, YOUNG_SECONDS, Scratch, scratch_folder

HOLD = """
import time
from app.scoring.tables.scratch import Scratch
scratch = Scratch()
(scratch.folder / "tables.duckdb").write_text("rows")
print(scratch.folder, flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left_behind(kill: bool) -> Path:
    """The folder of another process, killed or still at work, of some time ago."""
    process = subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    if kill:
        process.send_signal(signal.SIGKILL)
        process.wait()
    ago = time.time() - YOUNG_SECONDS - 1
    os.utime(folder / HELD, (ago, ago))
    return folder


def test_a_folder_is_its_owners_alone_whatever_the_umask(temporary: Path) -> None:
    before = os.umask(0)
    try:
        with scratch_folder() as folder:
            assert folder.parent == temporary and stat.S_IMODE(folder.stat().st_mode) == 0o700
    finally:
        os.umask(before)
    assert not list(temporary.iterdir())


def test_what_a_killed_process_left_is_swept_by_the_next() -> None:
    folder = left_behind(kill=True)
    assert (folder / "tables.duckdb").is_file()
    with scratch_folder():
        assert not folder.exists()


def test_what_another_process_works_in_is_left() -> None:
    folder = left_behind(kill=False)
    with scratch_folder():
        assert (folder / "tables.duckdb").is_file()


def test_a_young_folder_is_left(temporary: Path) -> None:
    folder = temporary / f"{PREFIX}abcd"
    folder.mkdir()
    (folder / HELD).touch()
    Scratch().remove()
    assert folder.is_dir()
