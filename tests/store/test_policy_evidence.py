"""A policy that changed by another road than two managers is not decided by."""

import pytest
from sqlalchemy import event

from app.scoring.problems import BrokenEvidence, StoreProblem
from app.store.database import connect
from app.store.heads import Heads
from app.store.policies import RECOMMENDATION, PolicyHistory
from tests.store.evidence import tamper, write_all, write_chain_anew
from tests.store.proposals import MODEL, draft

FORGED = {
    "the threshold in force": "UPDATE policy_proposals SET threshold = 0.9 WHERE number = 2",
    "who activated it": "UPDATE policy_activations SET who = 'Eve' WHERE number = 2",
    "what it puts in force": "UPDATE policy_activations SET proposal = 3 WHERE number = 2",
    "its model": "UPDATE policy_activations SET model_version = 'other' WHERE number = 2",
    "the newest activation is gone": "DELETE FROM policy_activations WHERE number = 2",
    "all are gone": "DELETE FROM policy_activations",
    "one came by another road": "INSERT INTO policy_activations SELECT 3, at, who, model_version, 3, 2, person "
    "FROM policy_activations WHERE number = 2",
    "its link is gone": "DELETE FROM evidence_chain WHERE kept_in = 'policy_activations' AND up_to = 2",
    "its link has another digest": "UPDATE evidence_chain SET digest = 'f' WHERE kept_in = 'policy_activations'",
    "the link after it follows another": "UPDATE evidence_chain SET previous = 'f' WHERE number = "
    "(SELECT number + 1 FROM evidence_chain WHERE kept_in = 'policy_activations' AND up_to = 2)",
    "the chain is empty": "DELETE FROM evidence_chain",
}


@pytest.fixture
def engine(tmp_path):
    engine = connect(f"sqlite:///{tmp_path / 'store.sqlite'}")
    write_all(engine)
    return engine


@pytest.fixture
def history(engine):
    return PolicyHistory.open(engine)


@pytest.mark.parametrize("forged", FORGED)
@pytest.mark.parametrize("read_before", [True, False])
def test_a_forged_policy_stops_whoever_reads_it(engine, history, forged, read_before):
    if read_before:
        assert history.in_force(MODEL).draft.policy.threshold == 0.09
    tamper(engine, FORGED[forged])
    with pytest.raises(BrokenEvidence, match="history of policies is not as it was written"):
        history.in_force(MODEL)


def test_a_forged_proposal_stops_its_activation_and_the_list(engine, history):
    tamper(engine, "UPDATE policy_proposals SET threshold = 0.9 WHERE number = 3")
    assert history.in_force(MODEL).draft.policy.threshold == 0.09, "what is in force is whole"
    with pytest.raises(BrokenEvidence):
        history.activate(3, "Cyd", 2, MODEL)
    with pytest.raises(BrokenEvidence):
        history.history()


@pytest.mark.parametrize(
    "forged",
    [
        "DELETE FROM policy_endings",
        "UPDATE policy_endings SET proposal = 3",
        "UPDATE policy_endings SET who = 'Eve'",
        "INSERT INTO policy_endings SELECT 2, at, who, person, 3, kind, reason FROM policy_endings",
    ],
)
def test_a_forged_rejection_stops_the_list_and_every_activation(engine, history, forged):
    tamper(engine, forged)
    for ask in (history.history, lambda: history.waiting(MODEL), lambda: history.activate(3, "Cyd", 2, MODEL)):
        with pytest.raises(BrokenEvidence):
            ask()


def test_an_activation_cut_with_its_link_is_found_by_who_saw_it_and_by_the_gap_it_leaves(engine, history):
    history.propose(draft(0.05), "Ada", "Why.", MODEL)
    assert history.in_force(MODEL).activation == 2
    tamper(
        engine,
        "DELETE FROM policy_activations WHERE number = 2",
        "DELETE FROM evidence_chain WHERE kept_in = 'policy_activations' AND up_to = 2",
    )
    for reader in (history, PolicyHistory.open(engine)):
        with pytest.raises(BrokenEvidence):
            reader.in_force(MODEL)


def test_a_chain_written_anew_is_found_by_what_was_signed(tmp_path):
    heads = Heads(tmp_path / "heads", "k" * 32)
    engine = connect(f"sqlite:///{tmp_path / 'signed.sqlite'}")
    write_all(engine, heads)
    tamper(engine, "UPDATE policy_proposals SET threshold = 0.9 WHERE number = 2")
    write_chain_anew(engine)
    assert PolicyHistory.open(engine).in_force(MODEL).draft.policy.threshold == 0.9, "it agrees with itself"
    with pytest.raises(BrokenEvidence, match="was signed"):
        PolicyHistory.open(engine, heads=heads).in_force(MODEL)


def test_amounts_of_any_kind_of_number_are_read_as_they_were_written(tmp_path):
    history = PolicyHistory.open(connect(f"sqlite:///{tmp_path / 'numbers.sqlite'}"))
    number = history.propose(draft(0.1, average_loss=6_000, margin=-0.0), "Ada", "Why.", MODEL).number
    assert history.activate(number, "Bea", RECOMMENDATION, MODEL).draft.margin == 0.0


def test_a_store_that_is_away_is_still_a_sentence_of_its_own(tmp_path, engine, history):
    engine.dispose()
    for each in tmp_path.glob("store.sqlite*"):
        each.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreProblem, match="cannot be read") as told:
        history.in_force(MODEL)
    assert not isinstance(told.value, BrokenEvidence)


def test_what_another_thread_activates_while_it_is_counted_breaks_nothing(engine, history):
    """It has seen more than this thread, whose figures are of a moment before."""
    proposed = history.propose(draft(0.06), "Ada", "Because.", MODEL).number
    acted = []

    def activate_once(*told):
        if "count(*)" in told[2] and "FROM policy_activations" in told[2] and not acted:
            acted.append(True)
            history.activate(proposed, "Bea", 2, MODEL)

    event.listen(engine, "after_cursor_execute", activate_once)
    assert history.in_force(MODEL).number == 2
    assert acted and history.in_force(MODEL).number == proposed
