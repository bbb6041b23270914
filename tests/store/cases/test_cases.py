"""Each event is recorded once, wholly, after the one its actor saw; a decision with its entry and its dossier."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import event as listening
from sqlalchemy import text

from app.scoring.budget import Budget, reckon
from app.scoring.case.actors import MANAGERS, Addressee
from app.scoring.case.dossier import Terms, differences
from app.scoring.policy import Authority
from app.scoring.problems import AdviceSuspended, BrokenEvidence, CaseProblem, Problem, StoreProblem, VerdictProblem
from app.store.cases.cases import LONGEST_REVIEW, Cases, Judgement
from app.store.cases.dossiers import budget_in, from_content
from app.store.champions import archived
from app.store.database import connect
from app.store.journal import Journal
from app.store.proof import prove_evidence
from app.store.suspensions import Suspensions
from tests.store.cases.conftest import ADA, BEA, LETTER, MAX, MIA, follow_advice
from tests.store.evidence import tamper


def test_a_decision_is_recorded_once_in_events_journal_and_state(cases, dossier, clients, engine):
    client = clients[0]
    rests_on = dossier(client)
    decided = cases.decide(ADA, Judgement("accept", ("income",), " Payslips seen. "), rests_on, attempt="one")
    (entry,) = Journal.open(engine).entries()
    assert (entry.event, decided.facts.entry) == (decided.number, entry.number)
    assert (entry.choice, entry.advice, entry.comment, entry.at) == ("accept", "refuse", "Payslips seen.", decided.at)
    assert entry.intact and entry.against_the_model and entry.officer == ADA.name
    with engine.connect() as connection:
        raw = connection.execute(text("SELECT comment, reasons FROM decision_journal")).one()
    assert raw == ("", '["income"]'), "what a person typed lies where it can be erased"
    assert cases.decide(ADA, Judgement("accept", ("income",), "Payslips seen."), rests_on, attempt="one") == decided
    assert len(Journal.open(engine).entries()) == 1
    case = cases.case(client)
    assert case.state.status == "decided" and case.state.in_force.by == ADA and case.state.letter_owed
    assert from_content(case.contents[decided.number]["dossier"]) == rests_on
    assert prove_evidence(engine).links == 2


def test_another_decision_by_a_spent_attempt_is_told(cases, dossier, clients):
    rests_on = dossier(clients[0])
    cases.decide(ADA, follow_advice(rests_on), rests_on, attempt="one")
    with pytest.raises(CaseProblem, match="it says something else"):
        cases.decide(ADA, follow_advice(rests_on, "On reflection."), rests_on, attempt="one")
    with pytest.raises(CaseProblem, match="it says something else"):
        cases.claim(clients[1], ADA, attempt="one")


def test_the_second_officer_is_told_who_and_when_and_nothing_is_recorded(cases, dossier, clients, engine):
    client = clients[0]
    rests_on = dossier(client)
    claimed = cases.claim(client, ADA)
    seen = cases.state(client).changed
    with pytest.raises(CaseProblem) as told:
        cases.decide(BEA, follow_advice(rests_on), rests_on)
    assert told.value.values == {"who": ADA.name, "when": datetime.fromisoformat(claimed.at)}
    decided = cases.decide(ADA, follow_advice(rests_on), rests_on, seen)
    with pytest.raises(CaseProblem, match=f"{ADA.name} has decided this file, at {decided.at[:10]}"):
        cases.decide(BEA, follow_advice(rests_on), rests_on, seen)
    assert len(cases.case(client).events) == 2 and len(Journal.open(engine).entries()) == 1


def test_of_many_who_decide_one_file_at_once_one_does(cases, dossier, clients, engine):
    rests_on = dossier(clients[0])

    def decide(place):
        try:
            return cases.decide(replace(ADA, name=f"officer {place}"), follow_advice(rests_on), rests_on)
        except CaseProblem as problem:
            return problem

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(decide, range(8)))
    lost = [each for each in said if isinstance(each, Problem)]
    (won,) = [each for each in said if not isinstance(each, Problem)]
    assert len(lost) == 7 and {each.values["who"] for each in lost} == {won.actor.name}
    assert Journal.open(engine).verify().entries == 1


def test_authority_and_a_second_signature(cases, dossier, clients, demo, engine):
    client = clients[0]
    policy = replace(demo.champion.recommended, authority=Authority(officer_amount=0.0))
    rests_on = dossier(client, policy)
    event = cases.decide(ADA, Judgement("accept", ("income",), "Seen."), rests_on)
    assert event.facts.second and cases.state(client).status == "second signature"
    with pytest.raises(CaseProblem, match="role"):
        cases.countersign(client, BEA)
    with pytest.raises(CaseProblem, match="characters"):
        cases.decline(client, MAX, " ")
    cases.decline(client, MAX, "The payslips are old.")
    assert cases.state(client).holder == ADA and cases.state(client).in_force is None
    cases.decide(ADA, Judgement("accept", ("income",), "New ones."), rests_on)
    cases.countersign(client, MIA)
    assert cases.state(client).in_force.countersigned_by == MIA
    own = dossier(clients[1], policy)
    assert cases.decide(MAX, Judgement("accept", ("income",), "Seen."), own).facts.second is False
    assert prove_evidence(engine)


def test_another_loan_is_accepted_with_its_terms(cases, dossier, clients, demo, engine):
    terms = Terms(120_000.0, 24.0, 5_400.0)
    rests_on = dossier(clients[0], terms=terms)
    with pytest.raises(CaseProblem, match="do not fit together"):
        cases.decide(ADA, Judgement("accept", ("income",), "x"), rests_on)
    event = cases.decide(ADA, Judgement("other", ("burden",), "A smaller one."), rests_on)
    case = cases.case(clients[0])
    assert case.state.in_force.ruling == "other" and case.contents[event.number]["terms"]["amount"] == 120_000.0
    assert Journal.open(engine).entries()[0].choice == "accept"
    with pytest.raises(CaseProblem, match="above 0"):
        Terms(-1.0, 24.0, 5_400.0)


def test_referral_has_an_addressee_and_its_entry(cases, demo, clients, engine):
    client, advice = clients[0], demo.decide(clients[0], demo.champion.recommended)
    cases.refer(client, ADA, Addressee(BEA.name), (("missing",), "Please look."), advice)
    assert Journal.open(engine).entries()[0].choice == "refer"
    with pytest.raises(CaseProblem, match="referred this file to bea"):
        cases.claim(client, replace(ADA, name="eve@lender.example"))
    cases.claim(client, BEA)
    cases.refer(client, BEA, MANAGERS, (("other",), ""), advice)
    with pytest.raises(CaseProblem, match="referred this file to the managers"):
        cases.claim(client, ADA)
    cases.claim(client, MAX)


def test_a_review_has_a_receipt_a_deadline_and_another_judge(cases, dossier, clients):
    client = clients[0]
    rests_on = dossier(client)
    cases.decide(ADA, follow_advice(rests_on), rests_on)
    with pytest.raises(CaseProblem, match="No letter has been issued"):
        cases.ask_review(client, "Please look again.", "06 00 00 00 00")
    cases.issue_letter(client, ADA, LETTER)
    with pytest.raises(CaseProblem, match="has been issued already"):
        cases.issue_letter(client, BEA, LETTER)
    for words in ("", "x" * 100_000, "a\x00b"):
        with pytest.raises(CaseProblem, match="characters"):
            cases.ask_review(client, words, "06 00 00 00 00")
    asked = cases.ask_review(client, "<b>Please</b> " + "x" * (LONGEST_REVIEW - 14), "06", attempt="receipt")
    assert cases.ask_review(client, "<b>Please</b> " + "x" * (LONGEST_REVIEW - 14), "06", attempt="receipt") == asked
    days = datetime.fromisoformat(asked.facts.due) - datetime.fromisoformat(asked.at)
    assert abs(days.days - 30) <= 1 and cases.state(client).review_asked == asked.number
    with pytest.raises(CaseProblem, match="somebody who did not decide"):
        cases.claim_review(client, ADA)
    cases.assign_review(client, MAX, Addressee(BEA.name))
    with pytest.raises(CaseProblem, match="has had this file"):
        cases.review(MIA, Judgement("accept", ("correction",), "An error."), rests_on)
    cases.review(BEA, Judgement("accept", ("correction",), "An error."), rests_on)
    assert cases.state(client).in_force.by == BEA and cases.state(client).letter_owed
    cases.issue_letter(client, BEA, {**LETTER, "answer": "yes"})
    case = cases.case(client)
    assert case.contents[case.state.letter]["letter"]["answer"] == "yes"


def test_a_clock_that_goes_backwards_keeps_the_order(cases, clients):
    cases.receive(clients[0], MAX, at=datetime(2031, 1, 1, tzinfo=UTC))
    claimed = cases.claim(clients[0], ADA)
    assert claimed.at == "2031-01-01T00:00:00.000000+00:00" and cases.state(clients[0]).status == "claimed"


def test_a_decision_on_a_suspended_model_is_told_and_one_without_advice_is_taken(cases, dossier, clients, demo, engine):
    client = clients[0]
    rests_on = dossier(client)
    stop = Suspensions.open(engine).suspend(MAX, "Probabilities jumped.")
    with pytest.raises(AdviceSuspended, match="Probabilities jumped"):
        cases.decide(ADA, follow_advice(rests_on), rests_on)
    assert cases.case(client).events == ()
    blind = cases.dossier(demo, client, demo.champion.recommended, None)
    decided = cases.decide(ADA, Judgement("accept", ("income",)), blind)
    assert decided.facts.entry is None and Journal.open(engine).entries() == ()
    Suspensions.open(engine).lift(stop.number, MIA, "Mended.")
    other = dossier(clients[1])
    cases.decide(ADA, follow_advice(other), other)


def test_a_dossier_is_scored_again_to_the_last_digit(cases, dossier, clients):
    rests_on = dossier(clients[0])
    cases.decide(ADA, follow_advice(rests_on), rests_on)
    case = cases.case(clients[0])
    kept = from_content(json.loads(json.dumps(case.contents[1]["dossier"])))
    champion = archived(kept.champion, cases.archive)
    assert differences(kept, champion) == ()
    other = replace(kept.advice.contributions[0], value=None)
    changed = replace(kept.advice, probability=0.5, contributions=(other, *kept.advice.contributions[1:]))
    assert "probability" in differences(replace(kept, advice=changed), champion)
    assert other.feature in differences(replace(kept, advice=changed), champion)


BUDGET = Budget(income=2_100.0, rent=600.0, other_loans=150.0, maintenance=0.0, people=2)


def test_a_budget_is_part_of_the_dossier_and_never_of_the_advice(cases, dossier, clients, demo):
    policy = replace(demo.champion.recommended, left_per_person=500.0)
    without, poor = dossier(clients[0], policy), dossier(clients[0], policy, budget=BUDGET)
    rich = dossier(clients[0], policy, budget=replace(BUDGET, income=9_000.0, people=1))
    assert without.budget is None and poor.advice == rich.advice == without.advice
    asked = demo.client(clients[0]).features["annuity"]
    assert poor.budget == reckon(BUDGET, asked, 500.0) and rich.budget != poor.budget
    cases.decide(ADA, follow_advice(poor), poor)
    content = cases.case(clients[0]).contents[1]
    assert budget_in(content) == poor.budget and budget_in({}) is None
    kept = from_content(json.loads(json.dumps(content["dossier"])))
    champion = archived(kept.champion, cases.archive)
    assert kept == poor and differences(kept, champion) == ()
    otherwise = replace(kept.budget, left=kept.budget.left[:1])
    assert differences(replace(kept, budget=otherwise), champion) == ("budget",)


def test_with_another_loan_a_budget_bears_that_loan_s_payment(dossier, clients):
    found = dossier(clients[0], terms=Terms(120_000.0, 24.0, 5_400.0), budget=BUDGET).budget
    assert found.payment == 5_400.0 and found.at("with the loan").amount == 1_350.0 - 5_400.0


def test_a_dossier_from_before_budgets_is_read_as_one_without(cases, dossier, clients):
    rests_on = dossier(clients[0])
    cases.decide(ADA, follow_advice(rests_on), rests_on)
    content = dict(cases.case(clients[0]).contents[1]["dossier"])
    del content["budget"], content["policy"]["left_per_person"]
    assert from_content(content) == rests_on


def test_what_the_journal_asks_of_a_decision_is_asked(cases, dossier, clients):
    rests_on = dossier(clients[0])
    with pytest.raises(VerdictProblem, match="against the model"):
        cases.decide(ADA, Judgement("accept", ("income",)), rests_on)
    with pytest.raises(VerdictProblem, match="reason"):
        cases.decide(ADA, Judgement("refuse", ()), rests_on)
    assert cases.case(clients[0]).events == ()


def test_a_comment_that_was_changed_is_told(cases, dossier, clients, engine):
    rests_on = dossier(clients[0])
    cases.decide(ADA, follow_advice(rests_on, "Refused for debts."), rests_on)
    with engine.begin() as connection:
        connection.execute(text("UPDATE case_payloads SET content = replace(content, 'debts', 'mood')"))
    (entry,) = Journal.open(engine).entries()
    assert "mood" in entry.comment and not entry.intact
    with pytest.raises(BrokenEvidence, match="What event 1 of a file says"):
        cases.case(clients[0])
    with pytest.raises(BrokenEvidence, match="What event 1 of a file says"):
        prove_evidence(engine)


def test_a_content_that_is_gone_without_an_erasure_is_told(cases, dossier, clients, engine):
    rests_on = dossier(clients[0])
    cases.decide(ADA, follow_advice(rests_on), rests_on)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM case_payloads"))
    with pytest.raises(BrokenEvidence, match="no erasure tells of it"):
        prove_evidence(engine)


def test_a_state_that_does_not_follow_from_the_events_is_told_and_computed_anew(cases, clients, engine):
    from app.store.revision import migrate

    cases.claim(clients[0], ADA)
    with engine.begin() as connection:
        connection.execute(text("UPDATE case_states SET status = 'closed'"))
    with pytest.raises(BrokenEvidence, match="does not stand where its events say"):
        prove_evidence(engine)
    migrate(engine)
    assert prove_evidence(engine)


def test_an_event_that_was_changed_is_told(cases, clients, engine):
    cases.claim(clients[0], ADA)
    tamper(engine, "UPDATE case_events SET who = 'Eve'")
    with pytest.raises(BrokenEvidence, match="case_events"):
        prove_evidence(engine)


def test_a_full_disk_is_a_sentence_and_nothing_is_half_written(tmp_path, cases, dossier, clients):
    rests_on = dossier(clients[0])
    engine = connect(f"sqlite:///{tmp_path / 'store.sqlite'}")
    listening.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 60"))
    small, kept = Cases.open(engine, tmp_path / "champions"), 0
    with pytest.raises(StoreProblem, match="full"):
        for kept in range(50):
            small.decide(ADA, follow_advice(rests_on, "x" * 2_000), replace(rests_on, client=kept + 1))
    proof = prove_evidence(connect(f"sqlite:///{tmp_path / 'store.sqlite'}"))
    assert proof.rows["case_events"] == proof.rows["decision_journal"] == kept > 0


def test_a_review_a_full_disk_does_not_take_is_a_sentence_and_can_be_asked_again(tmp_path, cases, dossier, clients):
    rests_on = dossier(clients[0])
    cases.decide(ADA, follow_advice(rests_on), rests_on)
    cases.issue_letter(clients[0], ADA, LETTER)
    before = prove_evidence(cases.engine)
    engine = connect(f"sqlite:///{tmp_path / 'store.sqlite'}")
    listening.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))
    with pytest.raises(StoreProblem, match="full"):
        Cases.open(engine, tmp_path / "champions").ask_review(clients[0], "x" * 4_000, "06", attempt="one")
    assert prove_evidence(cases.engine).hash == before.hash and cases.state(clients[0]).status == "decided"
    assert cases.ask_review(clients[0], "x" * 4_000, "06", attempt="one").kind == "review_asked"


def test_the_advice_is_seen_once_a_person(cases, clients):
    assert cases.view(clients[0], ADA) and cases.view(clients[0], ADA) is None and cases.view(clients[0], BEA)
    with pytest.raises(CaseProblem, match="seen the advice"):
        cases.first_view(clients[0], ADA, "accept")
