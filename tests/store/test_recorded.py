"""What people recorded is read newest first, once each, by person, moment, kind and zone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from app.scoring.case.actors import MANAGERS, Actor
from app.scoring.points import points_from_probability
from app.store.cases.cases import Cases, Judgement
from app.store.cases.rows import newest_number
from app.store.chain import writing
from app.store.database import connect
from app.store.journal import Journal, Verdict
from app.store.recorded import Wanted, last_numbers, newest, people
from app.store.retention import erase_client
from app.store.scores import clients_after
from tests.store.evidence import tamper

ADA, BEA = Actor("Ada", "officer"), Actor("bea", "officer")
MAX = Actor("Max", "manager")
WIDTH = 5.0


@pytest.fixture
def engine(tmp_path):
    return connect(f"sqlite:///{tmp_path / 'store.sqlite'}")


@pytest.fixture
def cases(engine, tmp_path):
    return Cases.open(engine, tmp_path / "champions")


@pytest.fixture
def clients(demo):
    return list(clients_after(demo, 0, 8))


@pytest.fixture
def decide(cases, demo):
    def decided(client, actor, ruling=None, comment="Payslips seen."):
        policy = demo.champion.recommended
        rests_on = cases.dossier(demo, client, policy, demo.decide(client, policy))
        return cases.decide(actor, Judgement(ruling or rests_on.advice.outcome, ("income",), comment), rests_on)

    return decided


def read(engine, limit=100, **wanted):
    return newest(engine, Wanted(**wanted), WIDTH, limit)


def test_an_event_and_its_entry_are_one_line_with_the_comment(engine, cases, decide, clients, demo):
    cases.claim(clients[0], ADA)
    event = decide(clients[0], ADA)
    advice = demo.decide(clients[1], demo.champion.recommended)
    cases.refer(clients[1], BEA, MANAGERS, (("missing",), "Which one?"), advice)
    referred, decided, claimed = read(engine)
    assert (decided.event, decided.entry, decided.kind, decided.who) == (event.number, 1, "decided", "Ada")
    assert (decided.comment, decided.reasons, decided.ruling) == ("Payslips seen.", ("income",), decided.advice)
    assert not decided.against_the_model and decided.hash == Journal.open(engine).entries()[1].hash
    assert (referred.kind, referred.to, referred.comment) == ("referred", MANAGERS, "Which one?")
    assert not referred.against_the_model
    assert (claimed.kind, claimed.entry, claimed.advice, claimed.zone) == ("claimed", None, None, None)
    assert last_numbers(engine) == (3, 2) and people(engine) == ("Ada", "bea")


def test_an_entry_of_before_events_is_one_line_too(engine, cases, decide, clients, demo):
    journal = Journal.open(engine)
    advice = demo.decide(clients[0], demo.champion.recommended)
    journal.record(Verdict("Old", "refer", ("missing",), "Where?"), advice)
    journal.record(Verdict("Old", advice.outcome, ("score",)), advice)
    decide(clients[1], ADA)
    lines = read(engine)
    assert [(each.event, each.entry, each.kind, each.who) for each in lines] == [
        (1, 3, "decided", "Ada"),
        (None, 2, "decided", "Old"),
        (None, 1, "referred", "Old"),
    ]
    assert lines[2].comment == "Where?" and people(engine) == ("Ada", "Old")


def test_an_entry_that_became_an_event_of_its_file_is_not_listed_twice(engine, cases, clients, demo):
    advice = demo.decide(clients[0], demo.champion.recommended)
    entry = Journal.open(engine).record(Verdict("Old", advice.outcome, ("score",), "Seen."), advice)
    with writing(engine) as connection:  # as the migration writes it
        from app.scoring.case.events import Event, Facts
        from app.store.cases.rows import row_of
        from app.store.cases.tables import CASE_EVENTS
        from app.store.chain import write_linked

        facts = Facts(ruling=advice.outcome, entry=entry.number)
        event = Event(newest_number(connection) + 1, entry.at, clients[0], "decided", Actor("Old", ""), facts)
        write_linked(connection, CASE_EVENTS, [row_of(event)])
    (line,) = read(engine)
    assert (line.event, line.entry, line.comment, line.advice) == (1, 1, "Seen.", advice.outcome)
    assert read(engine, zone=line.zone) == (line,)


def test_it_is_filtered_by_person_kind_and_moment(engine, cases, decide, clients):
    cases.claim(clients[0], ADA)
    decide(clients[0], ADA)
    decide(clients[1], BEA)
    assert {each.who for each in read(engine, who="Ada")} == {"Ada"} and len(read(engine, who="Ada")) == 2
    assert [each.kind for each in read(engine, kinds=("claimed",))] == ["claimed"]
    assert [each.client for each in read(engine, kinds=("decided",), limit=1)] == [clients[1]]
    now = datetime.now(UTC)
    later, earlier = ((now + timedelta(days=days)).isoformat(timespec="microseconds") for days in (1, -1))
    assert len(read(engine, since=earlier, before=later)) == 3
    assert read(engine, since=later) == () and read(engine, before=earlier) == ()


def test_the_zone_is_that_of_the_advice_and_what_has_none_is_in_none(engine, cases, decide, clients, demo):
    for client in clients:
        cases.claim(client, ADA)
        decide(client, ADA)
    grey, clear = read(engine, zone="grey"), read(engine, zone="clear")
    wide = newest(engine, Wanted(zone="grey"), 1_000.0, 100)
    assert len(wide) == len(clients) and len(grey) + len(clear) == len(clients)
    policy = demo.champion.recommended
    for line in (*grey, *clear):
        away = abs(points_from_probability(line.probability) - policy.threshold_points)
        assert (away <= WIDTH) == (line.zone == "grey")


def test_what_was_erased_or_altered_is_said_and_not_shown(engine, cases, decide, clients, tmp_path):
    decide(clients[0], ADA, comment="Secret.")
    decide(clients[1], ADA, comment="Open.")
    erase_client(engine, clients[0], "asked for it", tmp_path / "champions")
    (line,) = [each for each in read(engine, kinds=("decided",)) if each.client == clients[0]]
    assert line.erased and line.comment == ""
    tamper(engine, "UPDATE case_payloads SET content = replace(content, 'Open.', 'Shut.')")
    (line,) = [each for each in read(engine, kinds=("decided",)) if each.client == clients[1]]
    assert line.altered and not line.erased


def test_a_customers_words_are_their_comment(engine, cases, decide, clients):
    decide(clients[0], ADA)
    cases.issue_letter(clients[0], ADA, {"title": "x"})
    cases.ask_review(clients[0], "Please look again.", "by post")
    assert [(each.kind, each.comment) for each in read(engine, limit=1)] == [("review_asked", "Please look again.")]
    assert json.dumps([each.comment for each in read(engine)]).count("by post") == 0
