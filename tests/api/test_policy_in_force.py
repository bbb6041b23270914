"""The API follows the policy in force at once, and says so when it cannot know it."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest

from app.api.policy_in_force import AHEAD_SECONDS, KEEP_SECONDS, LOOK_EVERY_SECONDS, PolicyInForce
from app.scoring.case.actors import Actor
from app.scoring.champion import Champion
from app.scoring.policy import Policy
from app.scoring.problems import StoreProblem
from app.store.database import connect
from app.store.policies import RECOMMENDATION, PolicyHistory
from app.store.portfolio import Portfolio
from app.store.proposals import Draft
from app.store.suspensions import EVERY_MODEL, Suspensions
from tests.api.conftest import Start
from tests.store.evidence import tamper


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store" / "store.sqlite"


@pytest.fixture
def history(store: Path) -> PolicyHistory:
    return PolicyHistory.open(connect(f"sqlite:///{store}"))


def activate(history: PolicyHistory, portfolio: Portfolio, threshold: float, seen: int = RECOMMENDATION) -> None:
    version = portfolio.champion.version
    draft = Draft(Policy(threshold, 8.0, 12.0), 5_000.0, 500.0, version)
    number = history.propose(draft, "Ada", "Because.", version).number
    history.activate(number, "Bea", seen, version)


def test_every_operation_follows_an_activation(
    start: Start, store: Path, history: PolicyHistory, portfolio: Portfolio
) -> None:
    api = start(store_url=f"sqlite:///{store}")
    recommended = portfolio.champion.recommended
    client = portfolio.next_in_grey_zone(recommended)
    assert api.get("/policy").json()["threshold"] == recommended.threshold
    for seen, threshold in enumerate((0.5, 0.001)):
        activate(history, portfolio, threshold, seen)
        time.sleep(LOOK_EVERY_SECONDS + 0.05)
        outcome = "accept" if threshold == 0.5 else "refuse"
        told = api.get("/policy").json()
        assert (told["threshold"], told["grey_zone_points"], told["missed_default_weight"]) == (threshold, 8.0, 12.0)
        one = api.post("/predict", json={"client": client}).json()
        explained = api.post("/interpretation", json={"client": client}).json()
        batch = api.post("/predict/batch", json={"clients": [client]}).json()
        assert one["decision"] == explained["decision"] == batch["scores"][0]["decision"] == outcome
        assert one["threshold"] == explained["threshold"] == batch["threshold"] == threshold


def test_a_policy_of_another_model_changes_nothing(
    start: Start, store: Path, history: PolicyHistory, portfolio: Portfolio
) -> None:
    draft = Draft(Policy(0.4), 5_000.0, 500.0, "0-00000000")
    history.activate(history.propose(draft, "Ada", "Because.", "0-00000000").number, "Bea", 0, "0-00000000")
    told = start(store_url=f"sqlite:///{store}").get("/policy").json()
    assert told["threshold"] == portfolio.champion.recommended.threshold


def test_while_the_store_is_away_the_last_known_policy_answers_for_a_moment_then_nothing(
    start: Start, store: Path, history: PolicyHistory, portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.api.policy_in_force.KEEP_SECONDS", 1.0)
    activate(history, portfolio, 0.3)
    api = start(store_url=f"sqlite:///{store}")
    assert api.get("/policy").json()["threshold"] == 0.3
    history.engine.dispose()
    hidden = store.parent.rename(store.parent.with_name("away"))
    time.sleep(LOOK_EVERY_SECONDS + 0.05)
    assert api.get("/policy").json()["threshold"] == 0.3
    time.sleep(1.0)
    refused = api.get("/policy")
    assert refused.status_code == 503 and int(refused.headers["Retry-After"]) >= 1
    assert refused.json()["type"] == "/problems/store-unavailable"
    assert "policy in force cannot be read" in refused.json()["detail"]
    hidden.rename(store.parent)
    time.sleep(LOOK_EVERY_SECONDS + 0.05)
    assert api.get("/policy").json()["threshold"] == 0.3


@pytest.mark.parametrize(
    "attack",
    ["UPDATE policy_proposals SET threshold = 0.9", "DELETE FROM policy_activations", "DELETE FROM evidence_chain"],
)
def test_a_policy_that_changed_by_another_road_stops_every_answer_at_once(
    start: Start, store: Path, history: PolicyHistory, portfolio: Portfolio, attack: str
) -> None:
    activate(history, portfolio, 0.3)
    api = start(store_url=f"sqlite:///{store}")
    client = portfolio.next_in_grey_zone(portfolio.champion.recommended)
    assert api.post("/predict", json={"client": client}).json()["threshold"] == 0.3
    tamper(history.engine, attack)
    time.sleep(LOOK_EVERY_SECONDS + 0.05)
    for refused in (api.get("/policy"), api.post("/predict", json={"client": client})):
        assert refused.status_code == 503 and "threshold" not in refused.json()
        assert "history of policies is not as it was written" in refused.json()["detail"]


def test_no_score_is_given_while_the_advice_is_suspended_and_the_reason_is(
    start: Start, store: Path, history: PolicyHistory, portfolio: Portfolio
) -> None:
    api, stops = start(store_url=f"sqlite:///{store}"), Suspensions.open(history.engine)
    body = {"client": portfolio.next_in_grey_zone(portfolio.champion.recommended)}
    for version in (portfolio.champion.version, EVERY_MODEL):
        stop = stops.suspend(Actor("Max", "manager"), "Probabilities jumped.", version)
        time.sleep(LOOK_EVERY_SECONDS + 0.05)
        for path, asked in (("predict", body), ("interpretation", body), ("predict/batch", {"clients": [1]})):
            refused = api.post(f"/{path}", json=asked)
            assert (refused.status_code, refused.json()["type"]) == (503, "/problems/advice-suspended")
            assert "Probabilities jumped." in refused.json()["detail"] and "probability" not in refused.json()
        assert api.get("/policy").status_code == 200
        stops.lift(stop.number, Actor("Mia", "manager"), "Mended.")
        time.sleep(LOOK_EVERY_SECONDS + 0.05)
        assert api.post("/predict", json=body).status_code == 200
    stops.suspend(Actor("Max", "manager"), "Another model.", "another")
    time.sleep(LOOK_EVERY_SECONDS + 0.05)
    assert api.post("/predict", json=body).status_code == 200


def test_the_last_known_policy_is_kept_for_seconds_only() -> None:
    assert KEEP_SECONDS <= 5.0


def test_answers_go_on_while_the_store_is_asked_beside_them(
    history: PolicyHistory, portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.api.policy_in_force.LOOK_EVERY_SECONDS", 60.0)
    in_force, champion, answered = (
        PolicyInForce(history, Suspensions(history.engine)),
        portfolio.champion,
        threading.Event(),
    )
    ask = history.in_force

    def slowly(version: str) -> object:
        answered.wait(30)
        return ask(version)

    async def asked() -> tuple[Policy, Policy]:
        await in_force.of(champion)
        activate(history, portfolio, 0.5)
        object.__setattr__(history, "in_force", slowly)
        await asyncio.sleep(AHEAD_SECONDS)
        meanwhile = [await asyncio.wait_for(in_force.of(champion), 10) for _ in range(3)][-1]
        answered.set()
        while (after := await in_force.of(champion)) == meanwhile:
            await asyncio.sleep(0.01)
        return meanwhile, after

    meanwhile, after = asyncio.run(asyncio.wait_for(asked(), 30))
    assert (meanwhile, after.threshold) == (champion.recommended, 0.5)


def test_a_policy_that_took_too_long_to_read_is_no_answer_and_no_fault(
    history: PolicyHistory, portfolio: Portfolio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.api.policy_in_force.KEEP_SECONDS", 0.05)
    in_force, champion, decides = (
        PolicyInForce(history, Suspensions(history.engine)),
        portfolio.champion,
        PolicyHistory.decides,
    )

    def slowly(history: PolicyHistory, champion: Champion) -> Policy:
        time.sleep(0.1)
        return decides(history, champion)

    monkeypatch.setattr(PolicyHistory, "decides", slowly)
    with pytest.raises(StoreProblem, match="more slowly than it may have changed"):
        asyncio.run(in_force.of(champion))
