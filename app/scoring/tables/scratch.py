"""Private folders for clients' tables on their way, gone at the end; what a killed process left is swept by the next.

Each is held by a lock of the kernel, which ends with its process however that ends: a folder nobody holds is nobody's.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "credit-desk-"
HELD = ".held"
YOUNG_SECONDS = 60


class Scratch:
    """A folder of its own (mode 0700) in the temporary folder, until ``remove``."""

    def __init__(self) -> None:
        _sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._lock = os.open(self.folder / HELD, os.O_CREAT | os.O_RDONLY | os.O_CLOEXEC, 0o600)
        with suppress(OSError):  # a disk that knows no locks: nobody sweeps there either
            fcntl.flock(self._lock, fcntl.LOCK_EX)

    def remove(self) -> None:
        """Remove it with all it holds."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A private folder that lives until the exit."""
    scratch = Scratch()
    try:
        yield scratch.folder
    finally:
        scratch.remove()


def _sweep() -> None:
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/{HELD}"):
        with suppress(OSError):  # another's, or just removed by its owner
            state = left.stat()
            # A young one may be about to be held.
            if state.st_uid == os.getuid() and state.st_mtime < time.time() - YOUNG_SECONDS and not _is_held(left):
                shutil.rmtree(left.parent, ignore_errors=True)


def _is_held(lock: Path) -> bool:
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
