"""Who may call what, how often, and what is written about it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from app.api.app import create
from app.api.keys import Caller, Keys, hash_of_key
from app.api.rate_limit import RateLimit
from app.api.request_log import JsonLines
from app.scoring.problems import Problem
from app.settings import Settings
from app.store.access import AccessLog
from app.store.portfolio import Portfolio
from app.store.served_release import ServedRelease
from tests.api.conftest import KEYS, Start
from tests.api.test_problem_details import problem
from tests.chosen_settings import changed

SCORING = ("/predict", "/interpretation", "/predict/batch", "/score")
READING = ("/clients", "/model", "/policy")
MATRIX = {
    "scoring": {"score": 200, "read": 200, "metrics": 403, "test": 403},
    "monitoring": {"score": 403, "read": 200, "metrics": 200, "test": 403},
    "data_scientist": {"score": 200, "read": 200, "metrics": 200, "test": 200},
    "revoked": {"score": 401, "read": 401, "metrics": 401, "test": 401},
    "unknown": {"score": 401, "read": 401, "metrics": 401, "test": 401},
    None: {"score": 401, "read": 401, "metrics": 401, "test": 401},
}


@pytest.fixture(scope="module")
def client(portfolio: Portfolio) -> int:
    return portfolio.random_client()


@pytest.mark.parametrize("role", MATRIX)
def test_a_key_opens_what_its_role_opens(guarded: httpx.Client, client: int, role: str | None) -> None:
    headers = {} if role is None else {"X-API-Key": KEYS.get(role, "x" * 43)}
    met = {
        "score": guarded.post("/predict", json={"client": client}, headers=headers).status_code,
        "test": guarded.post("/predict?test=true", json={"client": client}, headers=headers).status_code,
        "metrics": guarded.get("/metrics", headers=headers).status_code,
    }
    for path in READING:
        assert guarded.get(path, headers=headers).status_code == MATRIX[role]["read"]
    assert met == {action: MATRIX[role][action] for action in met}


def test_every_scoring_operation_asks_for_a_key_and_no_health_check_does(guarded: httpx.Client) -> None:
    for path in SCORING:
        answer = guarded.post(path, json={})
        assert answer.status_code in (401, 422) and "probability" not in answer.text
        assert problem(guarded.post(path, json={"client": 1, "clients": [1]}), answer.status_code)
    for path in ("/live", "/ready"):
        assert guarded.get(path).status_code == 200


def test_a_refused_key_is_told_how_to_authenticate(guarded: httpx.Client, client: int) -> None:
    answer = guarded.post("/predict", json={"client": client})
    assert answer.headers["www-authenticate"] == "ApiKey"
    revoked = guarded.post("/predict", json={"client": client}, headers={"X-API-Key": KEYS["revoked"]})
    assert "revoked" in problem(revoked, 401)["detail"]


def test_only_hashes_of_keys_are_configured_and_a_malformed_one_stops_the_start(chosen: Settings) -> None:
    line = f"desk:scoring:{hash_of_key('secret')}"
    assert Keys.of(line).caller("secret") == Caller("desk", "scoring")
    assert Keys.of(line).caller("secret2") is None
    assert Keys.of(line).caller("") is None
    for malformed in ("desk:scoring:secret", "desk:owner:" + "0" * 64, "desk", line + "0"):
        with pytest.raises(Problem, match="API_KEYS"):
            create(changed(chosen, api_keys=malformed))


def test_a_made_key_opens_the_door_its_line_names() -> None:
    command = [sys.executable, "-m", "app.api.keys", "desk", "scoring"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    line = next(word for word in told if word.startswith("desk:scoring:"))
    assert Keys.of(line).caller(told[told.index("once:") + 1]) == Caller("desk", "scoring")


def test_real_clients_are_not_served_without_keys(
    chosen: Settings, portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch, start: Start, client: int
) -> None:
    monkeypatch.setattr(ServedRelease, "demonstration", property(lambda _: False))
    with pytest.raises(Problem, match="no API key"):
        create(chosen)
    monkeypatch.undo()
    swapped = start()
    assert swapped.post("/predict", json={"client": client}).status_code == 200
    monkeypatch.setattr(ServedRelease, "demonstration", property(lambda _: False))
    assert swapped.post("/predict", json={"client": client}).status_code == 401


def test_a_caller_who_asks_too_much_is_told_when_to_come_back(start: Start, client: int) -> None:
    limited = start(api_rate="3/minute")
    answers = [limited.post("/predict", json={"client": client}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    problem(answers[-1], 429)
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 20
    assert limited.get("/live").status_code == 200


def test_a_rate_lets_through_as_many_as_it_says() -> None:
    now = [0.0]
    rate = RateLimit(4, 60, clock=lambda: now[0])
    assert [rate.seconds_to_wait("one") for _ in range(5)] == [0, 0, 0, 0, 15]
    assert rate.seconds_to_wait("another") == 0
    now[0] = 15.0
    assert [rate.seconds_to_wait("one") for _ in range(2)] == [0, 15]
    now[0] = 1_000.0
    assert [rate.seconds_to_wait("one") for _ in range(5)] == [0, 0, 0, 0, 15]


def test_a_rate_forgets_callers_who_are_gone() -> None:
    now = [0.0]
    rate = RateLimit(1, 1, clock=lambda: now[0])
    for number in range(30_000):
        now[0] += 0.001
        rate.seconds_to_wait(str(number))
    assert len(rate._full_at) <= 10_001


@pytest.mark.parametrize("written", ["", "600", "0/minute", "-1/second", "600/year", "many"])
def test_a_malformed_rate_stops_the_start(written: str) -> None:
    with pytest.raises(Problem, match="API_RATE"):
        RateLimit.of(written)


def test_each_scoring_call_is_logged_and_a_test_as_a_test(
    guarded: httpx.Client, portfolio: Portfolio, log: AccessLog, client: int
) -> None:
    before = len(list(log.of(client)))
    key = {"X-API-Key": KEYS["data_scientist"], "X-Request-ID": "audit-me-1"}
    guarded.post("/predict?test=true", json={"client": client}, headers=key)
    guarded.post("/interpretation?test=true", json={"client": client}, headers=key)
    tested = list(log.of(client))[before:]
    assert [access.what for access in tested] == ["POST /predict (test)", "POST /interpretation (test)"]
    before += 2
    guarded.post("/predict", json={"client": client}, headers=key)
    guarded.post("/interpretation", json={"client": client}, headers=key)
    guarded.post("/predict/batch", json={"clients": [client, 7]}, headers=key)
    seen = list(log.of(client))[before:]
    assert [access.what for access in seen] == ["POST /predict", "POST /interpretation", "POST /predict/batch"]
    assert {(access.who, access.role, access.request) for access in seen} == {
        ("data_scientist-key", "data_scientist", "audit-me-1")
    }
    assert {access.model_version for access in seen} == {portfolio.champion.version}
    assert list(log.of(7)) == []


def test_nothing_is_logged_for_a_refused_call(guarded: httpx.Client, log: AccessLog, client: int) -> None:
    before = len(list(log.of(client)))
    guarded.post("/predict", json={"client": client}, headers={"X-API-Key": KEYS["monitoring"]})
    assert len(list(log.of(client))) == before


def test_while_the_store_is_locked_no_score_is_shown_and_then_it_recovers(
    start: Start, client: int, tmp_path: Path
) -> None:
    import sqlite3

    file = tmp_path / "locked.sqlite"
    locked = start(store_url=f"sqlite:///{file}")
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        started = time.monotonic()
        answer = locked.post("/predict", json={"client": client})
        assert time.monotonic() - started < 10
        assert int(answer.headers["retry-after"]) >= 1
        problem(answer, 503)
        assert locked.get("/live").status_code == 200
        assert locked.post("/predict?test=true", json={"client": client}).status_code == 503
        other.execute("ROLLBACK")
    assert locked.post("/predict", json={"client": client}).status_code == 200


def test_lines_of_the_log_name_no_client(api: httpx.Client, client: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    api.post("/predict", json={"client": client}, headers={"X-Request-ID": "line-of-log"})
    time.sleep(0.2)
    lines = [json.loads(JsonLines().format(record)) for record in caplog.records if record.name == "api.requests"]
    line = next(line for line in lines if line["request_id"] == "line-of-log")
    assert line["route"] == "/predict" and line["status"] == 200 and line["caller"] == "anyone"
    assert not any(str(client) in json.dumps(line) for line in lines)


def test_a_fault_is_answered_with_its_reference_and_logged_without_its_message(
    start: Start, portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("client Dupont earns 1,234")

    monkeypatch.setattr("app.api.app.score_of", broken)
    answer = start().post("/predict", json={"client": 100_002})
    problem(answer, 500)
    assert "Dupont" not in answer.text
    lines = [JsonLines().format(record) for record in caplog.records]
    assert any(answer.headers["x-request-id"] in line and "RuntimeError" in line for line in lines)
    assert not any("Dupont" in line for line in lines)


def test_metrics_count_requests_by_operation_and_status(api: httpx.Client, client: int) -> None:
    api.post("/predict", json={"client": client})
    text = api.get("/metrics").text
    assert 'http_requests_total{handler="/predict",method="POST",status="2xx"}' in text
    assert "http_request_duration_seconds_bucket" in text
    assert str(client) not in text
