"""Who was right is counted beside outcomes the release knows; nothing is guessed where it knows none."""

from __future__ import annotations

import pytest

from app.scoring.case.actors import Actor
from app.scoring.case.dossier import Terms
from app.store.cases.cases import Cases, Judgement
from app.store.database import connect
from app.store.hindsight import Hindsight, Minds, Right, hindsight, outcomes_of
from app.store.journal import Journal, Verdict
from app.store.questions import answers, rows_of

ADA, BEA = Actor("Ada", "officer", "id|1"), Actor("Bea", "officer", "id|2")
NONE = Right()


@pytest.fixture
def cases(tmp_path):
    return Cases.open(connect(f"sqlite:///{tmp_path / 'store.sqlite'}"), tmp_path / "champions")


@pytest.fixture
def known(demo):
    """Clients by (advice, whether the loan was not repaid), and those whose outcome nobody knows under None."""
    policy, found = demo.champion.recommended, {}
    rows = answers(f"SELECT SK_ID_CURR, defaulted, probability FROM {rows_of(demo.folder)} ORDER BY 1", [])
    for client, defaulted, probability in rows:
        outcome = None if defaulted is None else bool(defaulted)
        found.setdefault((policy.outcome(probability), outcome), []).append(client)
    return found


@pytest.fixture
def decide(cases, demo):
    def decided(client, actor, ruling, terms=None):
        policy = demo.champion.recommended
        rests_on = cases.dossier(demo, client, policy, demo.decide(client, policy), terms)
        return cases.decide(actor, Judgement(ruling, ("income",), "Seen."), rests_on)

    return decided


def test_of_nothing_nothing_is_known(cases, demo):
    assert hindsight(cases.engine, demo.folder) == Hindsight(Minds(), NONE, NONE, NONE, NONE, NONE)


def test_each_decision_is_right_or_not_by_what_became_of_the_loan(cases, demo, known, decide):
    decide(known["refuse", True][0], ADA, "refuse")
    decide(known["refuse", False][0], ADA, "refuse")
    decide(known["refuse", False][1], ADA, "accept")
    decide(known["refuse", True][1], ADA, "accept")
    decide(known["refuse", True][2], ADA, "accept")
    decide(known["accept", True][0], ADA, "refuse")
    decide(known["accept", None][0], ADA, "refuse")
    decide(known["accept", False][0], ADA, "accept")
    found = hindsight(cases.engine, demo.folder)
    assert (found.followed, found.accepted_against, found.refused_against) == (Right(2, 3), Right(1, 3), Right(1, 1))
    assert found.advice == Right(2, 4), "where people went against it, it was right as often as they were wrong"
    assert found.first_views == NONE and found.minds == Minds()


def test_another_loan_and_a_referral_say_nothing_of_the_loan_asked_for(cases, demo, known, decide):
    decide(known["refuse", True][0], ADA, "other", Terms(1_000.0, 10.0, 110.0))
    advice = demo.decide(known["refuse", True][1], demo.champion.recommended)
    Journal.open(cases.engine).record(Verdict("Ada", "refer", ("score",)), advice)
    found = hindsight(cases.engine, demo.folder)
    assert {found.followed, found.accepted_against, found.refused_against} == {NONE}


def test_an_entry_without_an_event_counts(cases, demo, known):
    advice = demo.decide(known["refuse", True][0], demo.champion.recommended)
    Journal.open(cases.engine).record(Verdict("Ada", "refuse", ("score",)), advice)
    assert hindsight(cases.engine, demo.folder).followed == Right(1, 1)


def test_first_views_are_followed_to_their_officers_own_decision(cases, demo, known, decide):
    stories = [("refuse", "refuse"), ("accept", "refuse"), ("accept", "accept"), ("refuse", "accept")]
    for client, (first, then) in zip(known["refuse", True], stories, strict=False):
        cases.first_view(client, ADA, first)
        cases.first_view(client, BEA, "accept")
        decide(client, ADA, then)
    found = hindsight(cases.engine, demo.folder)
    assert found.minds == Minds(agreed=1, towards=1, kept=1, away=1) and found.minds.apart == 2
    assert found.first_views == Right(2, 4), "Bea never decided: what she thought is compared with nothing"


def test_only_known_outcomes_are_read(demo, known):
    two = [known["accept", None][0], known["accept", True][0]]
    assert outcomes_of(demo.folder, two) == {two[1]: True} and outcomes_of(demo.folder, []) == {}
