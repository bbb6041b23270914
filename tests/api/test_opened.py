"""A release published while the API runs is served without a restart, and never half of it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from app.api import app as application
from app.store import served_release
from app.store.portfolio import Portfolio
from app.store.served_release import ServedRelease
from tests.api.conftest import Start


@pytest.fixture
def root(tmp_path: Path, portfolio: Portfolio) -> Path:
    """A portfolio folder that holds the demonstration's release twice, under two names; the first is served."""
    for name in ("first", "second"):
        shutil.copytree(portfolio.folder, tmp_path / "releases" / name)
    serve(tmp_path, "first")
    return tmp_path


def serve(root: Path, release: str) -> None:
    staged = root / ".serving.json"
    staged.write_text(json.dumps({"release": release}), encoding="utf-8")
    staged.replace(root / "serving.json")


def released(api: object, until: str, seconds: float = 20) -> str:
    deadline = time.monotonic() + seconds
    while (met := api.get("/ready").json().get("release")) != until and time.monotonic() < deadline:
        time.sleep(0.1)
    return met


def test_a_swap_is_picked_up_without_a_restart(start: Start, root: Path) -> None:
    api = start(portfolio=root)
    assert api.get("/ready").json()["release"] == "first"
    serve(root, "second")
    assert released(api, "second") == "second" and not api.get("/ready").json()["newer_waits"]
    serve(root, "first")
    assert released(api, "first") == "first"


@pytest.mark.parametrize("asked", ["/predict", "/interpretation"])
def test_a_release_removed_while_it_is_read_is_503_and_never_a_fault(
    start: Start, root: Path, portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    # The moment between the look at the release and the read of it, held open.
    monkeypatch.setattr(served_release, "LOOK_EVERY_SECONDS", 3_600.0)
    served = ServedRelease(root)
    monkeypatch.setattr(application, "ServedRelease", lambda _: served)
    api, question = start(portfolio=root), {"client": portfolio.random_client()}
    assert api.get("/ready").status_code == 200
    shutil.rmtree(root / "releases/first")
    served.now().engine.dispose()  # what was open reads on; one caller more opens the file anew
    answered = api.post(asked, json=question)
    assert answered.status_code == 503, answered.text
    assert answered.json()["type"] == "/problems/not-serving" and "Retry-After" in answered.headers


def test_a_fault_of_another_kind_stays_one(
    start: Start, root: Path, portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise OSError("too many open files")

    monkeypatch.setattr(application, "score_of", failing)
    api = start(portfolio=root)
    assert api.post("/predict", json={"client": portfolio.random_client()}).status_code == 500


def test_a_broken_release_does_not_replace_the_one_that_answers(start: Start, root: Path, portfolio: Portfolio) -> None:
    api, client = start(portfolio=root), portfolio.random_client()
    before = api.post("/predict", json={"client": client}).json()
    booster = root / "releases/second/champion/artifacts/booster.txt"
    booster.write_text(booster.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    serve(root, "second")
    assert released(api, "second", seconds=3) == "first" and api.get("/ready").json()["newer_waits"]
    assert api.post("/predict", json={"client": client}).json() == before
    (root / "serving.json").write_text("{", encoding="utf-8")
    assert released(api, "nothing", seconds=2) == "first"
    shutil.copy(root / "releases/first/champion/artifacts/booster.txt", booster)
    serve(root, "second")
    assert released(api, "second") == "second" and not api.get("/ready").json()["newer_waits"]


def test_a_release_altered_within_its_size_while_it_answers_is_not_shown(
    start: Start, root: Path, portfolio: Portfolio
) -> None:
    api, client = start(portfolio=root), portfolio.random_client()
    question = {"client": client}
    database = root / "releases/first/clients.sqlite"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE clients SET probability = 0.001, points = 900 WHERE SK_ID_CURR = ?", (client,))
    deadline = time.monotonic() + 5
    while (answer := api.post("/predict", json=question)).status_code == 200 and time.monotonic() < deadline:
        time.sleep(0.05)
    for road in ("/predict", "/interpretation"):
        answer = api.post(road, json=question)
        assert answer.status_code == 503 and answer.headers["Retry-After"] and str(root) not in answer.text
    shutil.copy(root / "releases/second/clients.sqlite", database)
    assert released(api, "first") == "first"
    assert api.post("/predict", json=question).status_code == 200
