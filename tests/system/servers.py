"""Servers that system tests need: a private PostgreSQL cluster, the API as people start it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest

from app.api.command_line import ANSWER_WITHIN_SECONDS, FINISH_WITHIN_SECONDS
from app.store.database import connect

ROOT = Path(__file__).parents[2]
STOPS_WITHIN_SECONDS = ANSWER_WITHIN_SECONDS + FINISH_WITHIN_SECONDS + 10
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass(frozen=True)
class Cluster:
    """A private PostgreSQL cluster.

    Attributes:
        url: of its database.
        control: how it is started and stopped.
        options: what it is started with.
    """

    url: str
    control: tuple[str, ...]
    options: str
    folder: Path

    def start(self) -> None:
        """Start it, and wait until it answers."""
        _run([*self.control, "-l", str(self.folder / "log"), "-o", self.options, "start"], self.folder)

    def kill(self) -> None:
        """Stop it at once, as a crash does: whoever writes is cut off, and it recovers when it is started."""
        _run([*self.control, "-m", "immediate", "stop"], self.folder)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """URL of a database in a private PostgreSQL cluster, removed at the end."""
    with running_cluster() as cluster:
        yield cluster.url


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A private PostgreSQL cluster, removed at the end."""
    if not BINARIES:
        pytest.skip("PostgreSQL is not installed: sh tests/system/install.sh")
    # PostgreSQL refuses to run as root, and its user must be able to enter the folder.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-", dir="/tmp"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    control = (*as_user, str(BINARIES[-1] / "pg_ctl"), "-D", str(folder / "data"), "-w")
    port = free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
    cluster = Cluster(f"postgresql://desk@127.0.0.1:{port}/postgres", control, options, folder)
    try:
        _run([*control, "initdb", "-o", "-U desk -A trust -E UTF8"], folder)
        cluster.start()
        yield cluster
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], cwd=folder, capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """URL of an empty PostgreSQL database, emptied again at the end."""
    yield postgresql_server
    engine = connect(postgresql_server)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


def _run(command: list[str], folder: Path) -> None:
    # Not captured by a pipe: the server would inherit it and never close it.
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True, timeout=120)


@dataclass
class RunningApi:
    """The API in a process of its own."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def get(self, path: str) -> dict[str, Any]:
        """A JSON answer."""
        with urlopen(self.url + path, timeout=30) as answer:  # noqa: S310  our own server
            return json.load(answer)

    def workers(self) -> list[psutil.Process]:
        """The processes that answer: the server itself when it is alone."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        spawned = [child for child in children if _is_worker(child)]
        return spawned or [psutil.Process(self.process.pid)]


def _is_worker(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # also a zombie: killed, and not yet collected by its parent
        return False


RunApi = Callable[..., RunningApi]
HELD_MEMORY: list[tuple[str, float, float]] = []
"""Of each server that was stopped: what it was, and the megabytes it held when it answered first and at last."""


def memory_of(process: psutil.Process) -> float:
    """Megabytes that a server and its workers hold."""
    with suppress(psutil.NoSuchProcess):
        return sum(each.memory_info().rss for each in (process, *process.children(recursive=True))) / 1e6
    return 0.0


@pytest.fixture
def run_api(tmp_path: Path) -> Iterator[RunApi]:
    """Starts the API as ``make api`` does, with some of the environment changed; stops it at the end."""
    with ExitStack() as running:

        def run(workers: int = 1, **environment: str) -> RunningApi:
            store = {"STORE_URL": f"sqlite:///{tmp_path / 'journal.sqlite'}", "API_RATE": "1000000/second"}
            folder = Path(tempfile.mkdtemp(dir=tmp_path))
            return running.enter_context(running_api(folder, workers, **(store | environment)))

        yield run


@contextmanager
def running_api(folder: Path, workers: int = 1, within: Sequence[str] = (), **environment: str) -> Iterator[RunningApi]:
    """The API in a process of its own, its log in ``folder``; it must stop when it is told to.

    Args:
        within: a command that starts it within some bound.
    """
    api = _start_api(folder / "api.log", workers, within, environment)
    at_first = memory_of(psutil.Process(api.process.pid))
    try:
        yield api
    finally:
        if api.process.poll() is None:
            HELD_MEMORY.append(("API", at_first, memory_of(psutil.Process(api.process.pid))))
        api.process.send_signal(signal.SIGTERM)
        _wait_or_kill(api.process)


def _wait_or_kill(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(timeout=STOPS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()
        process.wait()
        pytest.fail(f"the API did not stop within {STOPS_WITHIN_SECONDS} seconds")


def _start_api(log: Path, workers: int, within: Sequence[str], environment: dict[str, str]) -> RunningApi:
    port = free_port()
    command = [*within, sys.executable, "-m", "app.api", "--port", str(port), "--workers", str(workers)]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, env={**os.environ, **environment})
    api = RunningApi(f"http://127.0.0.1:{port}", process, log)
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline and process.poll() is None:
        try:
            api.get("/ready")
        except (URLError, OSError):
            time.sleep(0.2)
        else:
            return api
    process.kill()
    pytest.fail(f"the API did not start:\n{log.read_text(encoding='utf-8')[-2_000:]}")
