"""Twenty officers on one queue of 200 files while PostgreSQL is killed twice: each file is decided once, no decision is
lost, and what was not recorded is said. ``QUEUE_SECONDS=600`` for the long run."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from uuid import uuid4

import pytest

from app.scoring.case.actors import Actor, Addressee
from app.scoring.policy import Policy
from app.scoring.problems import CaseProblem, StoreProblem
from app.settings import settings
from app.store.cases.cases import Cases, Judgement
from app.store.cases.queue import queue, states_of
from app.store.cases.rows import files
from app.store.database import connect
from app.store.journal import Journal
from app.store.portfolio import Portfolio
from app.store.proof import prove_evidence
from tests.system.servers import ROOT, running_cluster

pytestmark = [pytest.mark.system, pytest.mark.alone, pytest.mark.xdist_group("postgresql")]

OFFICERS, DESKS, FILES = 20, 4, 200
SECONDS = float(os.environ.get("QUEUE_SECONDS", "40"))
KILLED_AT, AWAY_SECONDS = (0.35, 0.7), 3.0
BEGIN = "begin"
"""File whose arrival begins the work."""
OPEN = ("to do", "claimed", "referred")


@dataclass
class Told:
    """What one officer was told.

    Attributes:
        recorded: client and attempt of each decision that was said to be recorded.
        faster: how often somebody else was.
        unanswered: how often the store said that it had recorded nothing, or did not answer.
        unexpected: what nobody should be told.
    """

    recorded: list[tuple[int, str]] = field(default_factory=list)
    faster: int = 0
    unanswered: int = 0
    unexpected: list[str] = field(default_factory=list)


@dataclass
class Officer:
    """Somebody at the queue: takes, looks, gives back, refers, decides; sends again what was not recorded."""

    me: Actor
    cases: Cases
    opened: Portfolio
    policy: Policy
    clients: list[int]
    begun: float
    draw: random.Random
    told: Told = field(default_factory=Told)

    def work(self) -> Told:
        """Until nothing is left to decide."""
        while True:
            try:
                waiting = self._waiting()
                if not waiting:
                    return self.told
                self._one(self.draw.choice(waiting[:8]), len(waiting))
            except CaseProblem:
                self.told.faster += 1
                time.sleep(0.05)
            except StoreProblem:
                self.told.unanswered += 1
                time.sleep(0.2)
            except Exception as error:
                self.told.unexpected.append(repr(error))
                return self.told

    def _waiting(self) -> list[int]:
        known = states_of(self.cases.engine, self.clients)
        return [each for each in self.clients if each not in known or known[each].status in OPEN]

    def _one(self, client: int, waiting: int) -> None:
        if self.draw.random() < 0.5:
            self.cases.claim(client, self.me)
        self.cases.view(client, self.me)
        time.sleep(self.draw.uniform(0, 0.3))
        hurry = waiting / FILES > 1 - (time.time() - self.begun) / SECONDS
        if hurry:
            self._decide(client)
        elif self.draw.random() < 0.5:
            self.cases.release(client, self.me)
        else:
            to, advice = Addressee(f"officer {self.draw.randrange(OFFICERS)}"), self.opened.decide(client, self.policy)
            self.cases.refer(client, self.me, to, (("missing",), "You know them."), advice, attempt=uuid4().hex)

    def _decide(self, client: int) -> None:
        """As the page does it: one key for the attempt, sent until it is answered."""
        advice, attempt = self.opened.decide(client, self.policy), uuid4().hex
        dossier = self.cases.dossier(self.opened, client, self.policy, advice)
        while True:
            try:
                self.cases.decide(self.me, Judgement(advice.outcome, ("score",), self.me.name), dossier, None, attempt)
                self.told.recorded.append((client, attempt))
                return
            except StoreProblem:
                self.told.unanswered += 1
                time.sleep(0.2)


def desk(number: int, url: str, folder: Path, clients: list[int]) -> list[Told]:
    """One process of the desk, with its share of the officers; they begin together with those of the others."""
    opened, cases = Portfolio.open(settings().portfolio), Cases.open(connect(url), folder / "champions")
    (folder / f"ready {number}").touch()
    _wait(lambda: (folder / BEGIN).exists())
    begun = float((folder / BEGIN).read_text())
    share = range(number, OFFICERS, DESKS)
    policy = opened.champion.recommended
    officers = [
        Officer(Actor(f"officer {each}", "officer"), cases, opened, policy, clients, begun, random.Random(each))
        for each in share
    ]
    with ThreadPoolExecutor(len(officers)) as pool:
        return list(pool.map(Officer.work, officers))


@pytest.mark.timeout(SECONDS * 2 + 300)
def test_each_file_is_decided_once_though_the_database_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(ROOT))  # where the processes find this module
    opened = Portfolio.open(settings().portfolio)
    with running_cluster() as cluster:
        cases, ada = Cases.open(connect(cluster.url), tmp_path / "champions"), Actor("Ada", "officer")
        asked = queue(cases.engine, opened, opened.champion.recommended, "to do", ada, FILES)
        clients = [each.client for each in asked]
        with ProcessPoolExecutor(DESKS, mp_context=get_context("spawn")) as desks:
            running = [desks.submit(desk, each, cluster.url, tmp_path, clients) for each in range(DESKS)]
            _wait(lambda: len(list(tmp_path.glob("ready *"))) == DESKS)
            begun = _begin(tmp_path)
            for part in KILLED_AT:
                time.sleep(max(0.0, begun + part * SECONDS - time.time()))
                cluster.kill()
                time.sleep(AWAY_SECONDS)
                cluster.start()
            told = [each for one in running for each in one.result()]
        _check(cases, clients, told)
    print(
        f"{FILES} files decided by {OFFICERS} officers in {time.time() - begun:.0f} s, PostgreSQL killed"
        f" {len(KILLED_AT)} times: {sum(each.faster for each in told)} times somebody was faster,"
        f" {sum(each.unanswered for each in told)} times the store did not answer"
    )


def _wait(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 300
    while not happened():
        assert time.monotonic() < until, "the desks did not start"
        time.sleep(0.05)


def _begin(folder: Path) -> float:
    begun, written = time.time(), folder / "begin, half written"
    written.write_text(str(begun))
    written.rename(folder / BEGIN)
    return begun


def _check(cases: Cases, clients: list[int], told: list[Told]) -> None:
    assert [fault for each in told for fault in each.unexpected] == []
    with cases.engine.connect() as connection:
        happened = [event for _, events in files(connection) for event in events]
    decided = [event for event in happened if event.kind == "decided"]
    assert Counter(event.client for event in decided) == Counter(dict.fromkeys(clients, 1))
    said = [each for one in told for each in one.recorded]
    assert sorted(said) == sorted((event.client, event.attempt) for event in decided), "what was said is what is kept"
    entries = [each for client in clients for each in Journal.open(cases.engine).entries(client=client)]
    assert Counter(each.client for each in entries if each.choice != "refer") == Counter(dict.fromkeys(clients, 1))
    assert all(each.intact for each in entries)
    proof = prove_evidence(cases.engine)
    assert proof.rows["case_events"] == len(happened)
    assert sum(each.unanswered for each in told) > 0, "the kills were met by somebody"
    assert len({event.actor.name for event in decided}) > OFFICERS // 2
