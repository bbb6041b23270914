"""A policy is proposed by one person, activated by another, and its history stays as it was written."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import insert, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from app.scoring.policy import NO_LIMIT, PAYMENT_TO_INCOME, Authority, Policy
from app.scoring.problems import PolicyProblem, Problem, StoreProblem
from app.store.database import connect
from app.store.policies import RECOMMENDATION, PolicyHistory
from app.store.policy_tables import ACTIVATIONS
from app.store.proposals import LARGEST_AMOUNT, LONGEST_REASON, Draft
from tests.store.proposals import MODEL, NEWER, activate_at_once, draft


@pytest.fixture
def file(tmp_path):
    return tmp_path / "store.sqlite"


@pytest.fixture
def history(file):
    return PolicyHistory.open(connect(f"sqlite:///{file}"))


def propose(history, threshold=0.08, who="Ada", at=None):
    return history.propose(draft(threshold), who, "Fewer defaults wanted.", MODEL, at)


def test_a_proposal_keeps_who_what_why_and_on_which_model(history):
    at = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    kept = history.propose(draft(0.07), " Ada Byron ", " Losses rise. ", MODEL, at)
    assert (kept.number, kept.at, kept.who) == (1, "2026-03-01T09:30:00.000000+00:00", "Ada Byron")
    assert kept.draft == draft(0.07) and kept.reason == "Losses rise." and kept.activation is None
    assert history.history() == (kept,)
    assert history.in_force(MODEL) is None


def test_an_activated_proposal_is_in_force_for_its_model_only(history):
    proposal = propose(history)
    activated = history.activate(proposal.number, "Bea", RECOMMENDATION, MODEL)
    assert (activated.activation, activated.activated_by) == (1, "Bea")
    assert history.in_force(MODEL) == activated and history.in_force(MODEL).draft == proposal.draft
    assert history.in_force(NEWER) is None
    assert history.history() == (activated,)


def test_what_one_person_may_decide_alone_is_signed_with_it_and_outlives_the_model(history, demo):
    champion, limits = demo.champion, Authority(50_000.0, override_points=30.0)
    signed = Draft(Policy(0.07, authority=limits), 5_000.0, 500.0, MODEL)
    number = history.propose(signed, "Ada", "Larger loans want two.", MODEL).number
    assert history.decides(champion).authority == NO_LIMIT
    history.activate(number, "Bea", RECOMMENDATION, MODEL)
    assert history.in_force(MODEL).draft.policy.authority == limits
    assert history.decides(champion) == replace(champion.recommended, authority=limits)
    plain = history.propose(draft(), "Ada", "No limits any more.", MODEL).number
    history.activate(plain, "Bea", 1, MODEL)
    assert history.decides(champion).authority == NO_LIMIT


@pytest.mark.parametrize("share", [0.2, None])
def test_what_a_payment_may_take_of_an_income_is_signed_with_it_and_outlives_the_model(history, demo, share):
    signed = Draft(Policy(0.07, payment_to_income=share), 5_000.0, 500.0, MODEL)
    number = history.propose(signed, "Ada", "Payments people bear.", MODEL).number
    assert history.decides(demo.champion).payment_to_income == PAYMENT_TO_INCOME
    history.activate(number, "Bea", RECOMMENDATION, MODEL)
    assert history.in_force(MODEL).draft.policy.payment_to_income == share
    assert history.decides(demo.champion) == replace(demo.champion.recommended, payment_to_income=share)


def test_what_is_to_be_left_per_person_is_signed_with_it_and_outlives_the_model(history, demo):
    signed = Draft(Policy(0.07, left_per_person=400.0), 5_000.0, 500.0, MODEL)
    number = history.propose(signed, "Ada", "People have to eat.", MODEL).number
    assert history.decides(demo.champion).left_per_person is None
    history.activate(number, "Bea", RECOMMENDATION, MODEL)
    assert history.in_force(MODEL).draft.policy.left_per_person == 400.0
    assert history.decides(demo.champion) == replace(demo.champion.recommended, left_per_person=400.0)


def test_a_champion_decides_by_the_policy_in_force_for_it_and_else_by_its_recommendation(history, demo):
    champion = demo.champion
    assert history.decides(champion) == champion.recommended
    stricter = Draft(replace(champion.recommended, threshold=0.01), 5_000.0, 500.0, champion.version)
    number = history.propose(stricter, "Ada", "Fewer defaults wanted.", champion.version).number
    assert history.decides(champion) == champion.recommended
    history.activate(number, "Bea", RECOMMENDATION, champion.version)
    assert history.decides(champion) == stricter.policy


def test_the_newest_activation_is_in_force_whatever_the_clocks_say(history):
    ahead, behind = datetime(2030, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)
    first, second = propose(history, 0.07, at=ahead), propose(history, 0.09, at=behind)
    history.activate(first.number, "Bea", RECOMMENDATION, MODEL, ahead)
    history.activate(second.number, "Bea", 1, MODEL, behind)
    assert history.in_force(MODEL).draft.policy.threshold == 0.09
    assert [each.number for each in history.history()] == [2, 1]


@pytest.mark.parametrize("name", ["Ada", " ada ", "ADA"])
def test_whoever_proposed_does_not_activate(history, name):
    proposal = propose(history, who="Ada")
    with pytest.raises(PolicyProblem, match="Ada proposed this policy\\. Another person activates it"):
        history.activate(proposal.number, name, RECOMMENDATION, MODEL)
    assert history.in_force(MODEL) is None


ADA, BEA = "https://id.example|1", "https://id.example|2"


@pytest.mark.parametrize(
    ("name", "person", "allowed"),
    [("Ada", BEA, True), ("Bea", ADA, False), ("Ada", "", False), ("Bea", "", True)],
)
def test_four_eyes_compares_persons_where_both_are_known_and_else_names(history, name, person, allowed):
    proposal = history.propose(draft(), "Ada", "Why.", MODEL, person=ADA)
    assert proposal.person == ADA
    if allowed:
        assert history.activate(proposal.number, name, RECOMMENDATION, MODEL, person=person).activated_person == person
        return
    with pytest.raises(PolicyProblem, match="Ada proposed this policy"):
        history.activate(proposal.number, name, RECOMMENDATION, MODEL, person=person)


def test_four_eyes_can_be_configured_off(file):
    alone = PolicyHistory.open(connect(f"sqlite:///{file}"), four_eyes=False)
    assert alone.activate(propose(alone).number, "Ada", RECOMMENDATION, MODEL).activated_by == "Ada"


@pytest.mark.parametrize("threshold", [0.0, 1.0, float("nan"), -0.1])
def test_a_threshold_outside_0_and_1_is_refused_in_words(threshold):
    with pytest.raises(Problem, match="strictly between 0 and 1"):
        draft(threshold)


@pytest.mark.parametrize("weight", [0.0, -1.0, float("nan"), float("inf")])
def test_a_weight_that_is_not_positive_is_refused_in_words(weight):
    with pytest.raises(Problem, match="weight of a missed default"):
        Policy(0.1, 5.0, weight)


@pytest.mark.parametrize(
    ("changes", "who", "reason", "told"),
    [
        ({}, "", "Why.", "Nobody"),
        ({}, "a\x00b", "Why.", "Nobody"),
        ({}, "Ada", " \n ", "The reason has 0 characters"),
        ({}, "Ada", "x" * (LONGEST_REASON + 1), "The reason has 2001"),
        ({}, "Ada", "\ud800", "The reason"),
        ({"average_loss": float("nan")}, "Ada", "Why.", "amount of nan"),
        ({"average_loss": float("inf")}, "Ada", "Why.", "amount of inf"),
        ({"margin": -1.0}, "Ada", "Why.", "amount of -1.0"),
    ],
)
def test_a_proposal_that_lacks_something_is_refused_and_not_kept(history, changes, who, reason, told):
    with pytest.raises(PolicyProblem, match=told):
        history.propose(draft(**changes), who, reason, MODEL)
    assert history.history() == ()


def test_a_policy_of_a_superseded_model_is_neither_proposed_nor_activated(history):
    with pytest.raises(PolicyProblem, match=f"made for model {MODEL}, and model {NEWER} is served now"):
        history.propose(draft(), "Ada", "Why.", NEWER)
    proposal = propose(history)
    with pytest.raises(PolicyProblem, match="propose again"):
        history.activate(proposal.number, "Bea", RECOMMENDATION, NEWER)
    assert history.in_force(NEWER) is None and history.in_force(MODEL) is None


def test_whoever_activates_second_is_told_who_was_first(history):
    one, other = propose(history, 0.07), propose(history, 0.09)
    history.activate(one.number, "Bea", RECOMMENDATION, MODEL)
    with pytest.raises(PolicyProblem, match="Bea activated another policy meanwhile: proposal 1"):
        history.activate(other.number, "Cyd", RECOMMENDATION, MODEL)
    assert history.activate(other.number, "Cyd", 1, MODEL).activation == 2


def test_a_proposal_is_activated_once(history):
    proposal = propose(history)
    history.activate(proposal.number, "Bea", RECOMMENDATION, MODEL)
    with pytest.raises(PolicyProblem, match="Bea has activated this proposal already"):
        history.activate(proposal.number, "Cyd", 1, MODEL)


def test_an_unknown_proposal_and_a_nobody_are_refused_in_words(history):
    with pytest.raises(PolicyProblem, match="no proposal 7"):
        history.activate(7, "Bea", RECOMMENDATION, MODEL)
    with pytest.raises(PolicyProblem, match="Nobody is named"):
        history.activate(propose(history).number, " ", RECOMMENDATION, MODEL)


def test_another_manager_rejects_and_who_proposed_withdraws(history):
    rejected, withdrawn, waits = (propose(history).number for _ in range(3))
    at = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    kept = history.reject(rejected, " Bea ", " Too severe. ", at, "issuer|7").ending
    assert (kept.kind, kept.at, kept.who) == ("rejected", "2026-03-01T09:30:00.000000+00:00", "Bea")
    assert (kept.number, kept.reason, kept.person) == (1, "Too severe.", "issuer|7")
    assert history.withdraw(withdrawn, "Ada", "A slip.").ending.kind == "withdrawn"
    assert [each.number for each in history.waiting(MODEL)] == [waits] and history.waiting(NEWER) == ()
    assert [each.ending and each.ending.number for each in history.history()] == [None, 2, 1]
    history.activate(waits, "Bea", RECOMMENDATION, MODEL)
    assert history.waiting(MODEL) == ()


def test_a_proposal_ends_once_whatever_comes_later(history):
    rejected, withdrawn, activated = (propose(history).number for _ in range(3))
    history.reject(rejected, "Bea", "Why.")
    history.withdraw(withdrawn, "Ada", "Why.")
    history.activate(activated, "Bea", RECOMMENDATION, MODEL)
    told = {rejected: "Bea has rejected", withdrawn: "Ada has withdrawn", activated: "Bea has activated"}
    for number, first in told.items():
        for step in (
            lambda: history.activate(number, "Cyd", 1, MODEL),  # noqa: B023
            lambda: history.reject(number, "Cyd", "Why."),  # noqa: B023
            lambda: history.withdraw(number, "Ada", "Why."),  # noqa: B023
        ):
            with pytest.raises(PolicyProblem, match=f"{first} this proposal already"):
                step()
    assert history.in_force(MODEL).number == activated


@pytest.mark.parametrize("four_eyes", [True, False])
def test_one_rejects_what_others_proposed_and_withdraws_one_s_own_for_a_reason(history, four_eyes):
    opened, number = replace(history, four_eyes=four_eyes), propose(history).number
    with pytest.raises(PolicyProblem, match="Ada proposed this policy"):
        opened.reject(number, "ada", "Why.")
    with pytest.raises(PolicyProblem, match="Ada proposed this policy"):
        opened.withdraw(number, "Bea", "Why.")
    for step, who in ((opened.reject, "Bea"), (opened.withdraw, "Ada")):
        with pytest.raises(PolicyProblem, match="The reason has 0 characters"):
            step(number, who, " ")
        with pytest.raises(PolicyProblem, match="no proposal 7"):
            step(7, who, "Why.")
    assert [each.number for each in opened.waiting(MODEL)] == [number]


def test_of_threads_that_end_and_activate_one_proposal_one_wins_and_the_others_are_told(history):
    number, start = propose(history).number, Barrier(6)

    def end(place):
        start.wait()
        try:
            if place % 2:
                history.activate(number, f"Manager {place}", RECOMMENDATION, MODEL)
            else:
                history.reject(number, f"Manager {place}", "Why.")
            return f"Manager {place}"
        except PolicyProblem as problem:
            return str(problem)

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(end, range(6)))
    winner = next(answer for answer in told if len(answer) == len("Manager 1"))
    assert sum(winner in answer and "already" in answer for answer in told) == 5
    (kept,) = history.history()
    assert (kept.activated_by is None) != (kept.ending is None)


@pytest.mark.parametrize("between", ["in_force", "_proposed"])
def test_who_activates_what_somebody_activates_between_two_reads_is_told_so(history, monkeypatch, between):
    number, read = propose(history).number, getattr(PolicyHistory, between)

    def read_then_overtaken(asked, key):
        found = read(asked, key)
        monkeypatch.setattr(PolicyHistory, between, read)
        history.activate(number, "Bea", RECOMMENDATION, MODEL)
        return found

    monkeypatch.setattr(PolicyHistory, between, read_then_overtaken)
    with pytest.raises(PolicyProblem, match="Bea has activated this proposal already"):
        history.activate(number, "Cyd", RECOMMENDATION, MODEL)
    assert history.in_force(MODEL).activated_by == "Bea"


@pytest.mark.parametrize("table", ["policy_proposals", "policy_activations", "policy_endings"])
@pytest.mark.parametrize("change", ["UPDATE {} SET who = 'Eve'", "DELETE FROM {}"])
def test_the_database_refuses_changes(history, table, change):
    history.activate(propose(history).number, "Bea", RECOMMENDATION, MODEL)
    history.reject(propose(history).number, "Bea", "Why.")
    with pytest.raises(DatabaseError, match="append-only"), history.engine.begin() as connection:
        connection.execute(text(change.format(table)))
    assert history.in_force(MODEL).who == "Ada"


def test_the_database_itself_takes_one_successor_of_each_activation(history):
    row = {"at": "2026-01-01", "who": "Bea", "model_version": MODEL, "replaces": RECOMMENDATION}
    with history.engine.begin() as connection:
        connection.execute(insert(ACTIVATIONS), {**row, "number": 1, "proposal": 1})
    with pytest.raises(IntegrityError), history.engine.begin() as connection:
        connection.execute(insert(ACTIVATIONS), {**row, "number": 2, "proposal": 2})


def test_of_threads_that_activate_at_once_one_wins_and_the_others_are_told(history):
    proposals = [propose(history, 0.05 + place / 100) for place in range(6)]
    start = Barrier(len(proposals))

    def activate(number):
        start.wait()
        try:
            return history.activate(number, f"Manager {number}", RECOMMENDATION, MODEL).activated_by
        except PolicyProblem as problem:
            return str(problem)

    with ThreadPoolExecutor(len(proposals)) as pool:
        told = list(pool.map(activate, [each.number for each in proposals]))
    winners = [answer for answer in told if answer.startswith("Manager") and "meanwhile" not in answer]
    assert winners == [history.in_force(MODEL).activated_by]
    assert sum(f"{winners[0]} activated another policy meanwhile" in answer for answer in told) == 5


def test_of_processes_that_activate_at_once_one_wins(file, history):
    for place in range(4):
        propose(history, 0.05 + place / 100)
    told = activate_at_once(f"sqlite:///{file}", 4)
    assert sorted(told) == ["activated", "told", "told", "told"]


def test_proposals_made_at_once_are_all_kept_in_order(history):
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda place: propose(history, who=f"Manager {place}").number, range(24)))
    assert sorted(numbers) == list(range(1, 25))
    assert len({each.who for each in history.history()}) == 24


def test_a_store_that_cannot_be_read_or_written_is_a_sentence(tmp_path, file, history):
    propose(history)
    history.engine.dispose()
    file.write_bytes(b"this is no database" * 100)
    for ask in (lambda: history.in_force(MODEL), history.history):
        with pytest.raises(StoreProblem, match="The policy in force cannot be read"):
            ask()
    with pytest.raises(StoreProblem, match="The policy cannot be written"):
        propose(history)
    with pytest.raises(StoreProblem, match="The policy cannot be written"):
        PolicyHistory.open(connect(f"sqlite:///{tmp_path}"))


def test_the_largest_amount_and_the_longest_reason_are_taken_and_no_larger(history):
    largest, reason = Draft(Policy(0.08), LARGEST_AMOUNT, 0.0, MODEL), "r" * LONGEST_REASON
    assert history.propose(largest, "Ada", reason, MODEL).draft == largest
    with pytest.raises(PolicyProblem, match="amounts of 0 or more"):
        history.propose(replace(largest, average_loss=1.001 * LARGEST_AMOUNT), "Ada", reason, MODEL)
    with pytest.raises(PolicyProblem, match="characters"):
        history.propose(largest, "Ada", reason + "r", MODEL)


class TwoManagersAndAnother(RuleBasedStateMachine):
    """Proposals and activations in any order, beside the plainest account of who may do what."""

    folder = None

    def __init__(self):
        super().__init__()
        TwoManagersAndAnother.count = getattr(TwoManagersAndAnother, "count", 0) + 1
        self.engine = connect(f"sqlite:///{self.folder / f'{self.count}.sqlite'}")
        self.history = PolicyHistory.open(self.engine)
        self.proposed, self.activated, self.ended = [], [], []

    @rule(who=st.sampled_from(["Ada", "Bea", "Cy"]), threshold=st.sampled_from([0.05, 0.08, 0.2]))
    def propose(self, who, threshold):
        assert propose(self.history, threshold, who).number == len(self.proposed) + 1
        self.proposed.append((who, threshold))

    @rule(number=st.integers(1, 6), who=st.sampled_from(["Ada", "bea", "Cy"]), behind=st.integers(0, 1))
    def activate(self, number, who, behind):
        seen = max(0, len(self.activated) - behind)
        may = (
            number <= len(self.proposed)
            and number not in self.activated + self.ended
            and self.proposed[number - 1][0].casefold() != who.casefold()
            and seen == len(self.activated)
        )
        try:
            self.history.activate(number, who, seen, MODEL)
        except PolicyProblem:
            assert not may
        else:
            assert may
            self.activated.append(number)

    @rule(number=st.integers(1, 6), who=st.sampled_from(["Ada", "bea", "Cy"]), withdraws=st.booleans())
    def end(self, number, who, withdraws):
        may = (
            number <= len(self.proposed)
            and number not in self.activated + self.ended
            and (self.proposed[number - 1][0].casefold() == who.casefold()) == withdraws
        )
        try:
            (self.history.withdraw if withdraws else self.history.reject)(number, who, "Why.")
        except PolicyProblem:
            assert not may
        else:
            assert may
            self.ended.append(number)

    @invariant()
    def the_newest_activation_is_in_force(self):
        found = self.history.in_force(MODEL)
        assert (found.number if found else None) == (self.activated[-1] if self.activated else None)
        if found:
            assert found.draft.policy.threshold == self.proposed[found.number - 1][1]
        told = {each.number: each.activation for each in self.history.history()}
        done = {*self.activated, *self.ended}
        assert {each.number for each in self.history.waiting(MODEL)} == {*range(1, len(self.proposed) + 1)} - done
        numbered = {number: place for place, number in enumerate(self.activated, 1)}
        assert told == {number: numbered.get(number) for number in range(1, len(self.proposed) + 1)}

    def teardown(self):
        self.engine.dispose()


def test_any_order_of_proposals_and_activations(tmp_path):
    TwoManagersAndAnother.folder = tmp_path
    run_state_machine_as_test(TwoManagersAndAnother, settings=settings(max_examples=15, stateful_step_count=15))
