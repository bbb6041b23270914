"""Who uses a portfolio folder: one publisher at a time, and releases that a process still reads are not removed.

Locks of the kernel (flock): they end with the process that holds them, however it ends.
"""

from __future__ import annotations

import fcntl
import logging
import os
import socket
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

LOCK = ".publishing.lock"
HELD_BY = "manifest.json"
"""File of a release that its readers hold."""
log = logging.getLogger(__name__)


@contextmanager
def publishing_alone(root: Path) -> Iterator[None]:
    """Hold the folder for one publisher; another one waits, and says for whom."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / LOCK).open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            log.warning("Waiting to publish in %s: %s publishes there.", root, lock.read().strip() or "another process")
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(f"process {os.getpid()} of {socket.gethostname()}, since {datetime.now(UTC):%H:%M:%S} UTC\n")
        lock.flush()
        yield


def hold(folder: Path, reader: object) -> None:
    """Keep a release from being removed while ``reader`` lives. Where the disk knows no locks it is not kept."""
    with suppress(OSError):
        descriptor = os.open(folder / HELD_BY, os.O_RDONLY | os.O_CLOEXEC)
        weakref.finalize(reader, os.close, descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_SH)


def is_read(folder: Path) -> bool:
    """Whether a process still holds a release."""
    try:
        with (folder / HELD_BY).open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
