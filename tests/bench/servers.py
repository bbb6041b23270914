"""Servers that benchmarks ask: started for the occasion, stopped at its end."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from app.store.portfolio import Portfolio


def environment(folder: Path, scratch: Path) -> dict[str, str]:
    """What a server needs to know of a portfolio's folder; what it writes goes to ``scratch``."""
    return {
        **os.environ,
        "PORTFOLIO_DIR": str(folder),
        "STORE_URL": f"sqlite:///{scratch}/journal.sqlite",
        "BENCH_CHAMPION": str(Portfolio.open(folder).folder / "champion"),
        "BENCH_CSV": str(folder / "clients.csv"),
    }


@contextmanager
def serving(
    command: Sequence[str], alive: str, environment: Mapping[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """The process of a server, once the URL ``alive`` answers."""
    with log.open("wb") as written:
        process = subprocess.Popen(command, env=environment, stdout=written, stderr=written)
        try:
            _await(alive, process)
            yield process
        finally:
            process.terminate()
            process.wait(timeout=30)


def _await(alive: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            with urlopen(alive, timeout=5):  # noqa: S310  our own server
                return
        except (URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError(f"{alive} never answered")
