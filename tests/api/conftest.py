"""The API as callers meet it: a real server on a free port of this machine, real HTTP."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from app.api import app as application
from app.api.app import create
from app.api.keys import hash_of_key
from app.settings import Settings, settings
from app.store.access import AccessLog
from app.store.database import connect
from app.store.portfolio import Portfolio
from tests.chosen_settings import changed

KEYS = {"scoring": "s" * 43, "monitoring": "m" * 43, "data_scientist": "d" * 43, "revoked": "r" * 43}
API_KEYS = " ".join(f"{role}-key:{role}:{hash_of_key(key)}" for role, key in KEYS.items())

Start = Callable[..., httpx.Client]


@pytest.fixture(scope="session", autouse=True)
def many_wrong_keys() -> Iterator[None]:
    """All tests call from one address; ``test_keys.py`` asks for the bound itself."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(application, "WRONG_KEYS", (1_000_000, 1))
        yield


@pytest.fixture(scope="session")
def portfolio() -> Portfolio:
    """The portfolio served by default."""
    return Portfolio.open(settings().portfolio)


@pytest.fixture(scope="session")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the demonstration with a store of its own and no limit that a test would meet."""
    store = f"sqlite:///{tmp_path_factory.mktemp('store') / 'journal.sqlite'}"
    return changed(settings(), store_url=store, api_keys="", api_rate="1000000/second", commit="0f1e2d3c")


@pytest.fixture(scope="session")
def api(chosen: Settings) -> Iterator[httpx.Client]:
    """The demonstration, open to anyone."""
    with Serving(chosen) as client:
        yield client


@pytest.fixture(scope="session")
def guarded(chosen: Settings) -> Iterator[httpx.Client]:
    """The same with keys."""
    with Serving(changed(chosen, api_keys=API_KEYS)) as client:
        yield client


@pytest.fixture
def start(chosen: Settings) -> Iterator[Start]:
    """Starts another API with some settings changed."""
    running: list[Any] = []

    def started(**changes: object) -> httpx.Client:
        served = Serving(changed(chosen, **changes))
        running.append(served)
        return served.__enter__()

    yield started
    for served in running:
        served.__exit__()


@pytest.fixture
def log(chosen: Settings) -> AccessLog:
    """The access log the API writes."""
    return AccessLog.open(connect(chosen.store))


class Serving:
    """One API in a thread of its own."""

    def __init__(self, chosen: Settings) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        config = uvicorn.Config(create(chosen), port=self.port, access_log=False, log_config=None)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)

    def __enter__(self) -> httpx.Client:
        self.thread.start()
        deadline = time.monotonic() + 30
        while not self.server.started and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.client

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self.server.should_exit = True
        self.thread.join(timeout=20)


@pytest.fixture(scope="session")
def raw_tables() -> Path:
    """Folder of the served clients' raw tables, beside the demonstration."""
    folder = settings().portfolio.parent / "tables"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there: only the demonstration comes with its raw tables")
    return folder
