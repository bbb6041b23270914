"""While nothing can be logged nothing is answered, and that is said within seconds."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from app.store.access import AccessLog
from app.store.database import connect
from app.store.patience import LOCK_SECONDS
from app.store.portfolio import Portfolio
from tests.api.conftest import Start

AT_MOST_SECONDS = 5 * LOCK_SECONDS  # of a machine that does much else
"""What a call waits for that comes while the one before is still being refused."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite"


@pytest.fixture
def api(start: Start, file: Path) -> httpx.Client:
    return start(store_url=f"sqlite:///{file}")


@pytest.fixture
def locked(api: httpx.Client, file: Path) -> Iterator[sqlite3.Connection]:
    """Another program has the database to itself, as a backup or a shell that was forgotten does."""
    holder = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    yield holder
    holder.close()


def asked(api: httpx.Client, client: int) -> list[tuple[float, httpx.Response]]:
    """Predictions and readiness asked for at once, and how long each took."""

    def timed(place: int) -> tuple[float, httpx.Response]:
        start = time.monotonic()
        answer = api.get("/ready") if place % 3 == 0 else api.post("/predict", json={"client": client})
        return time.monotonic() - start, answer

    with ThreadPoolExecutor(12) as pool:
        return list(pool.map(timed, range(12)))


def test_a_locked_store_is_503_within_seconds_and_answers_once_it_is_free(
    api: httpx.Client, locked: sqlite3.Connection, file: Path, portfolio: Portfolio
) -> None:
    client = portfolio.random_client()
    for seconds, refused in asked(api, client):
        assert refused.status_code == 503 and int(refused.headers["Retry-After"]) >= 1, refused.text
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["type"] == "/problems/store-unavailable" and "decision" not in refused.json()
        assert seconds < AT_MOST_SECONDS
    locked.rollback()
    assert {answer.status_code for _, answer in asked(api, client)} == {200}
    seen = list(AccessLog.open(connect(f"sqlite:///{file}")).of(client))
    assert len(seen) == 8, "only what was answered is logged"


def test_that_a_store_is_ready_is_asked_without_an_access_in_the_log(api: httpx.Client, file: Path) -> None:
    assert api.get("/ready").status_code == 200
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM access_log").fetchone() == (0,)
    connection.close()
