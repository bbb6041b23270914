"""Files of the demonstration's first clients, and people who work on them."""

from __future__ import annotations

import pytest

from app.scoring.case.actors import Actor
from app.store.cases.cases import Cases, Judgement
from app.store.database import connect

ADA, BEA = Actor("ada@lender.example", "officer"), Actor("bea@lender.example", "officer")
MAX, MIA = Actor("max@lender.example", "manager"), Actor("mia@lender.example", "manager")
OPERATOR = Actor("operator", "operator")
LETTER = {"language": "fr", "title": "Votre demande", "to": "Client 100002"}


@pytest.fixture
def engine(tmp_path):
    return connect(f"sqlite:///{tmp_path / 'store.sqlite'}")


@pytest.fixture
def cases(engine, tmp_path):
    return Cases.open(engine, tmp_path / "champions")


@pytest.fixture(scope="session")
def clients(demo):
    """Client numbers of the demonstration whose advice is to refuse; asked once, for each takes milliseconds."""
    from app.store.scores import clients_after

    policy = demo.champion.recommended
    return [c for c in clients_after(demo, 0, 200) if demo.decide(c, policy).outcome == "refuse"]


@pytest.fixture
def dossier(cases, demo):
    """Makes the dossier of a client, under the recommendation unless another policy is named."""

    def of(client, policy=None, terms=None, budget=None):
        policy = policy or demo.champion.recommended
        return cases.dossier(demo, client, policy, demo.decide(client, policy), terms, budget)

    return of


def follow_advice(dossier, comment=""):
    return Judgement(dossier.advice.outcome, ("score",), comment)
