"""The history of policies on a real PostgreSQL: one winner, the same refusals, the same sentences."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.scoring.problems import PolicyProblem, StoreProblem
from app.store.database import connect
from app.store.policies import RECOMMENDATION, PolicyHistory
from app.store.proof import prove_evidence
from tests.store.proposals import MODEL, activate_at_once, draft

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("postgresql")]


@pytest.fixture
def history(postgresql_url):
    opened = PolicyHistory.open(connect(postgresql_url))
    yield opened
    opened.engine.dispose()


def propose(history, threshold=0.1 + 0.2):
    return history.propose(draft(threshold), "Ada", "Pertes – “trop” de défauts. 你好", MODEL)


def test_what_is_proposed_and_activated_is_read_back_to_the_last_digit(history):
    proposal = propose(history)
    activated = history.activate(proposal.number, "Bea", RECOMMENDATION, MODEL)
    assert history.in_force(MODEL) == activated and activated.draft == draft(0.1 + 0.2)
    assert history.history() == (activated,)


def test_of_processes_that_activate_at_once_one_wins(history, postgresql_url):
    for place in range(4):
        propose(history, 0.05 + place / 100)
    told = activate_at_once(postgresql_url, 4)
    assert sorted(told) == ["activated", "told", "told", "told"]


def test_whoever_proposed_does_not_activate(history):
    with pytest.raises(PolicyProblem, match="Ada proposed this policy"):
        history.activate(propose(history).number, "ada", RECOMMENDATION, MODEL)


def test_what_ended_is_read_back_and_not_activated(history):
    rejected, withdrawn = (propose(history).number for _ in range(2))
    kept = history.reject(rejected, "Bea", "Trop sévère – 你好")
    assert (kept.ending.kind, kept.ending.reason) == ("rejected", "Trop sévère – 你好")
    assert history.withdraw(withdrawn, "Ada", "Why.").ending.kind == "withdrawn"
    with pytest.raises(PolicyProblem, match="Bea has rejected"):
        history.activate(rejected, "Cyd", RECOMMENDATION, MODEL)
    assert history.waiting(MODEL) == () and prove_evidence(history.engine).rows["policy_endings"] == 2


@pytest.mark.parametrize("table", ["policy_proposals", "policy_activations", "policy_endings"])
@pytest.mark.parametrize("change", ["UPDATE {} SET who = 'Eve'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_changes(history, table, change):
    history.activate(propose(history).number, "Bea", RECOMMENDATION, MODEL)
    history.reject(propose(history).number, "Bea", "Why.")
    with pytest.raises(DatabaseError, match="append-only"), history.engine.begin() as connection:
        connection.execute(text(change.format(table)))
    assert history.in_force(MODEL).who == "Ada"


def test_a_read_only_session_is_a_sentence(history, postgresql_url):
    read_only = PolicyHistory(connect(f"{postgresql_url}?options=-c%20default_transaction_read_only%3Don"))
    with pytest.raises(StoreProblem, match="cannot be written: it is read-only"):
        propose(read_only)


def test_a_server_that_is_away_is_a_sentence():
    away = PolicyHistory(connect("postgresql://desk@127.0.0.1:1/postgres"))
    with pytest.raises(StoreProblem, match="cannot be read: the database does not answer"):
        away.in_force(MODEL)
