"""The API while it is asked a lot and things go wrong: never a wrong answer, at worst "come back in a second"."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from app.api.command_line import ANSWER_WITHIN_SECONDS
from app.api.examples import APPLICATION
from app.settings import settings
from app.store.access import AccessLog
from app.store.database import connect
from app.store.portfolio import Portfolio
from tests.bench.load import Load, run_load
from tests.system.servers import ROOT, STOPS_WITHIN_SECONDS, RunApi, RunningApi

pytestmark = [pytest.mark.system, pytest.mark.alone]

CONNECTIONS = 32
MOST_MEMORY = 250 * 2**20
SMOKE = ROOT / ".github" / "smoke_api.py"


@pytest.fixture(scope="module")
def truth() -> dict[int, dict[str, object]]:
    """What the dashboard decides for some clients."""
    portfolio = Portfolio.open(settings().portfolio)
    policy = portfolio.champion.recommended
    decided = {}
    for client in {portfolio.random_client() for _ in range(150)}:
        decision = portfolio.decide(client, policy)
        decided[client] = {
            "probability": decision.probability,
            "points": decision.points,
            "decision": decision.outcome,
            "model_version": decision.model_version,
        }
    return decided


Ask = Callable[..., Load]


@pytest.fixture
def ask(truth: dict[int, dict[str, object]]) -> Ask:
    """Asks for a few seconds and checks every answer; only the given statuses may be met."""

    def asked(url: str, seconds: float, allowed: frozenset[int] = frozenset({200})) -> Load:
        faults: list[str] = []

        def check(body: dict, status: int, headers: dict[str, str], received: bytes) -> None:
            answer = json.loads(received)
            if status == 200:
                told = {name: answer[name] for name in truth[body["client"]]}
                if answer["client"] != body["client"] or told != truth[body["client"]]:
                    faults.append(f"wrong answer for {body}: {answer}")
            elif status != 503 or not headers.get("retry-after"):
                faults.append(f"{status}: {received[:200]!r}")

        bodies = ({"client": client} for client in itertools.cycle(truth))
        load = run_load(f"{url}/predict", bodies, CONNECTIONS, seconds, check=check)
        assert faults == []
        assert set(load.statuses) <= allowed, load.statuses
        assert load.statuses[200] >= 20
        return load

    return asked


def during(seconds: float, action: Callable[[], object]) -> threading.Timer:
    timer = threading.Timer(seconds, action)
    timer.start()
    return timer


def test_two_workers_answer_alike_and_log_each_answer(run_api: RunApi, ask: Ask, tmp_path: Path) -> None:
    api = run_api(workers=2)
    load = ask(api.url, 4)
    with sqlite3.connect(tmp_path / "journal.sqlite") as log:
        (logged,) = log.execute("SELECT count(*) FROM access_log").fetchone()
    assert logged == load.statuses[200]


def test_a_killed_worker_is_replaced_and_no_answer_is_wrong(run_api: RunApi, ask: Ask) -> None:
    api = run_api(workers=2)
    victim = api.workers()[0]
    timer = during(2, lambda: os.kill(victim.pid, signal.SIGKILL))
    load = ask(api.url, 8, allowed=frozenset({200, 503, 0}))
    timer.join()
    assert not victim.is_running() or victim.status() == "zombie"
    assert load.statuses[0] <= 2 * CONNECTIONS
    await_workers(api, 2, 60)
    ask(api.url, 2)


def await_workers(api: RunningApi, count: int, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while len(living(api)) < count and time.monotonic() < deadline:
        time.sleep(0.5)
    assert len(living(api)) == count


def living(api: RunningApi) -> list[psutil.Process]:
    return [worker for worker in api.workers() if worker.status() != psutil.STATUS_ZOMBIE]


def test_a_worker_killed_while_its_supervisor_waits_for_it_is_replaced_and_the_api_stops_at_once(
    run_api: RunApi,
) -> None:
    api = run_api(workers=2)
    victim = living(api)[0]
    victim.suspend()
    time.sleep(1.5)  # the supervisor asks twice a second whether it lives
    victim.kill()
    time.sleep(ANSWER_WITHIN_SECONDS)
    await_workers(api, 2, 10)
    api.process.terminate()
    assert api.process.wait(timeout=STOPS_WITHIN_SECONDS) is not None


def test_a_locked_store_means_503_and_then_answers_again(run_api: RunApi, ask: Ask, tmp_path: Path) -> None:
    api = run_api()
    other = sqlite3.connect(tmp_path / "journal.sqlite", isolation_level=None, check_same_thread=False)

    def lock() -> None:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(4)
        other.execute("ROLLBACK")

    timer = during(1, lock)
    load = ask(api.url, 9, allowed=frozenset({200, 503}))
    timer.join()
    assert load.statuses[503] > 0
    with sqlite3.connect(tmp_path / "journal.sqlite") as log:
        (logged,) = log.execute("SELECT count(*) FROM access_log").fetchone()
    assert logged == load.statuses[200]


def test_a_champion_swapped_under_load_is_served_without_a_restart(run_api: RunApi, ask: Ask, tmp_path: Path) -> None:
    root, served = tmp_path / "portfolio", Portfolio.open(settings().portfolio).folder
    for name in ("before", "after"):
        shutil.copytree(served, root / "releases" / name)

    def serve(release: str) -> None:
        staged = root / ".serving.json"
        staged.write_text(json.dumps({"release": release}), encoding="utf-8")
        staged.replace(root / "serving.json")

    serve("before")
    api = run_api(PORTFOLIO_DIR=str(root))
    timer = during(2, lambda: serve("after"))
    ask(api.url, 6)
    timer.join()
    await_release(api, "after", 60)


def await_release(api: RunningApi, release: str, seconds: float) -> None:
    """A release's scores are proven before it is served: on a busy machine that outlasts the load."""
    deadline = time.monotonic() + seconds
    while api.get("/ready")["release"] != release and time.monotonic() < deadline:
        time.sleep(0.5)
    assert api.get("/ready")["release"] == release


def test_memory_of_a_worker_stays_bounded(run_api: RunApi, ask: Ask, tmp_path: Path) -> None:
    # A deployment installs requirements.txt: LightGBM finds no scikit-learn to load there.
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys\nsys.modules['sklearn'] = None\n", encoding="utf-8")
    api = run_api(PYTHONPATH=str(hidden))
    (worker,) = api.workers()
    ask(api.url, 3)
    time.sleep(10)  # the applicants' queries are compiled meanwhile
    early = worker.memory_full_info()
    ask(api.url, 5)
    late = worker.memory_full_info()
    for _ in range(10):
        assert httpx.post(f"{api.url}/score", json={"application": APPLICATION}, timeout=60).status_code == 200
    assert worker.memory_full_info().pss < MOST_MEMORY
    assert late.pss < MOST_MEMORY
    assert late.uss - early.uss < MOST_MEMORY / 20


def test_the_access_log_is_written_to_postgresql(run_api: RunApi, ask: Ask, postgresql_url: str) -> None:
    api = run_api(STORE_URL=postgresql_url.replace("postgresql://", "postgres://"))
    load = ask(api.url, 3)
    engine = connect(postgresql_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM access_log").scalar_one() == load.statuses[200]
        client = connection.exec_driver_sql("SELECT client FROM access_log LIMIT 1").scalar_one()
    (first, *_) = AccessLog.open(engine).of(client)
    assert (first.who, first.what) == ("anyone", "POST /predict") and first.at.tzinfo is not None


def test_the_smoke_test_passes_on_what_runs_and_fails_on_another_commit(run_api: RunApi) -> None:
    api = run_api(COMMIT="0f1e2d3c")
    smoke = [sys.executable, str(SMOKE), api.url, "--commit"]
    assert subprocess.run([*smoke, "0f1e2d3c"], capture_output=True, check=False).returncode == 0
    other = subprocess.run([*smoke, "ffffffff", "--wait", "2"], capture_output=True, text=True, check=False)
    assert other.returncode != 0 and "commit 0f1e2d3c" in other.stderr
