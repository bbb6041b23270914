"""A thousand random histories: what the store says of files is what follows from their events, erased or not."""

import random
from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.scoring.case.actors import MANAGERS, Addressee
from app.scoring.case.dossier import Terms
from app.scoring.case.state import UNTOUCHED, after, state_of
from app.scoring.policy import Authority
from app.scoring.problems import CaseProblem
from app.store.cases.cases import Cases, Judgement
from app.store.cases.erasure import erase, held
from app.store.cases.queue import counts, waiting_for
from app.store.database import connect
from app.store.journal import Journal
from app.store.proof import prove_evidence
from tests.store.cases.conftest import ADA, BEA, LETTER, MAX, MIA, OPERATOR

PEOPLE = (ADA, BEA, MAX, MIA)
HISTORIES, LONGEST = 1_000, 8


def steps(cases, dossiers, client, draw):
    """Everything that somebody may try on a file, each with what it needs."""
    actor, other = draw(PEOPLE), draw(PEOPLE)
    rests_on = replace(dossiers(client, strict=draw((True, False))), client=client)
    terms = Terms(100_000.0, 24.0, 4_800.0)
    kind = draw(("decide", "review", "correct"))
    ruled = draw((Judgement("accept", ("income",), "Seen."), Judgement("refuse", ("debts",), "Many.")))
    return {
        "receive": lambda: cases.receive(client, OPERATOR),
        "claim": lambda: cases.claim(client, actor),
        "release": lambda: cases.release(client, actor),
        "view": lambda: cases.view(client, actor),
        "first view": lambda: cases.first_view(client, actor, "accept", "A good file."),
        "refer": lambda: cases.refer(
            client, actor, draw((MANAGERS, Addressee(other.name))), (("missing",), ""), rests_on.advice
        ),
        "rule": lambda: getattr(cases, kind)(actor, ruled, rests_on),
        "other": lambda: cases.decide(
            actor, Judgement("other", ("burden",), "Smaller."), replace(rests_on, terms=terms, amount=terms.amount)
        ),
        "countersign": lambda: cases.countersign(client, actor),
        "decline": lambda: cases.decline(client, actor, "No."),
        "letter": lambda: cases.issue_letter(client, actor, LETTER),
        "ask": lambda: cases.ask_review(client, "Please.", "06"),
        "assign": lambda: cases.assign_review(client, actor, Addressee(other.name)),
        "take": lambda: cases.claim_review(client, actor),
        "close": lambda: cases.close(client, actor, "Withdrawn."),
    }


def dossiers_of(cases, demo, clients):
    """Makes the dossier of any client out of two that were computed once."""
    recommended = demo.champion.recommended
    strict = replace(recommended, authority=Authority(0.0, 0.0, 0.0))
    advice = demo.decide(clients[0], recommended)
    known = {policy: cases.dossier(demo, clients[0], policy, advice) for policy in (recommended, strict)}
    return lambda client, strict_=strict, strict=False: known[strict_ if strict else recommended]


def test_a_thousand_random_histories_stand_where_their_events_say(cases, demo, clients, engine):
    draw, dossiers, taken, refused = random.Random(7), dossiers_of(cases, demo, clients), 0, 0
    for client in range(1, HISTORIES + 1):
        state = UNTOUCHED
        for _ in range(draw.randint(1, LONGEST)):
            name, step = draw.choice(list(steps(cases, dossiers, client, draw.choice).items()))
            try:
                event = step()
            except CaseProblem as problem:
                assert problem.sentences[0] and problem.sentences[1], name
                refused += 1
                continue
            taken += 1
            state = after(state, event) if event is not None else state
        if client % 50 == 0:
            assert cases.state(client) == state
    assert taken > 1_000 and refused > 1_000
    check_everything(cases, engine)
    for each in draw.sample(held(engine), 100):
        erase(engine, each, "The person asked for it.", OPERATOR)
    check_everything(cases, engine)
    assert len(prove_evidence(engine).erased) == 100


def check_everything(cases, engine):
    proof = prove_evidence(engine)
    journal = Journal.open(engine).entries(limit=100_000)
    ruled = {entry.event: entry for entry in journal}
    assert len(ruled) == len(journal) and all(entry.intact for entry in journal)
    seen = 0
    for client in range(1, HISTORIES + 1, 97):
        case = cases.case(client)
        assert case.state == state_of(case.events)
        seen += len(case.events)
        for event in case.events:
            assert (event.number in ruled) == (event.facts.entry is not None)
    assert proof.rows["case_events"] > seen > 0


class Desk(RuleBasedStateMachine):
    """Three files, four people, every step in any order; what the store says is held to the events after each."""

    folder, demo, known = None, None, None

    @initialize()
    def open_a_store(self):
        Desk.count = getattr(Desk, "count", 0) + 1
        folder = Desk.folder / str(Desk.count)
        self.cases = Cases.open(connect(f"sqlite:///{folder / 'store.sqlite'}"), Desk.folder / "champions")
        self.models = {}

    @rule(
        client=st.integers(1, 3),
        seed=st.integers(0, 10**6),
        name=st.sampled_from(
            sorted(
                [
                    "receive",
                    "claim",
                    "release",
                    "view",
                    "first view",
                    "refer",
                    "rule",
                    "other",
                    "countersign",
                    "decline",
                    "letter",
                    "ask",
                    "assign",
                    "take",
                    "close",
                ]
            )
        ),
    )
    def do(self, client, seed, name):
        before = self.cases.state(client)
        step = steps(self.cases, Desk.known, client, random.Random(seed).choice)[name]
        try:
            event = step()
        except CaseProblem:
            assert self.cases.state(client) == before, "what is refused leaves nothing"
            return
        if event is not None:
            assert event.follows == before.last and event.at >= before.at
            self.models[client] = after(before, event)

    @rule(client=st.integers(1, 3))
    def erase(self, client):
        for what in held(self.cases.engine, client=client):
            event = erase(self.cases.engine, what, "Asked.", OPERATOR)
            self.models[client] = after(self.models[client], event)

    @invariant()
    def stands_where_its_events_say(self):
        if not hasattr(self, "cases"):
            return
        prove_evidence(self.cases.engine)
        for client, state in self.models.items():
            assert self.cases.state(client) == state
        for actor in PEOPLE:
            waiting = counts(self.cases.engine, actor)
            assert waiting_for(self.cases.engine, actor) == sum(waiting.values()) - waiting["mine"]

    def teardown(self):
        if hasattr(self, "cases"):
            self.cases.engine.dispose()


def test_any_steps_in_any_order(tmp_path, cases, demo, clients):
    Desk.folder, Desk.known = tmp_path, dossiers_of(cases, demo, clients)
    run_state_machine_as_test(Desk, settings=settings(max_examples=20, stateful_step_count=25, deadline=None))
