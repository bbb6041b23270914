"""The queue: what is to do in the portfolio's order, what waits for whom, and how long."""

import pytest

from app.scoring.case.actors import MANAGERS, Actor, Addressee
from app.scoring.policy import Authority
from app.store.cases.cases import Judgement
from app.store.cases.queue import counts, next_to_do, queue, waiting_for
from app.store.worklist import search
from tests.store.cases.conftest import ADA, BEA, LETTER, MAX, MIA, follow_advice


@pytest.fixture
def view(engine, demo, cases):
    policy = demo.champion.recommended

    def of(name, actor=ADA, limit=50, offset=0):
        return queue(engine, demo, policy, name, actor, limit, offset)

    return of


def test_files_nobody_touched_are_to_do_in_the_portfolio_s_order(view, demo, cases):
    order = [line.client for line in search(demo, (), demo.champion.recommended, limit=400).lines]
    first = view("to do", limit=400)
    assert sorted(each.client for each in first[:300]) == sorted(order[:300])
    distances = [abs(each.points - demo.champion.recommended.threshold_points) for each in first]
    assert distances == sorted(distances) and {each.since for each in first} == {""}
    assert view("to do", limit=10, offset=10) == first[10:20]
    bands = [each.band == "review" for each in first]
    assert bands == sorted(bands, reverse=True)


def test_what_is_touched_leaves_and_what_is_released_comes_back(view, cases):
    first, second, *_ = (each.client for each in view("to do"))
    cases.claim(first, ADA)
    assert next(each.client for each in view("to do")) == second
    assert [each.client for each in view("mine")] == [first] and view("mine", BEA) == ()
    cases.release(first, ADA)
    assert next(each.client for each in view("to do")) == first


def test_of_those_whose_arrival_is_dated_the_oldest_comes_first_in_its_band(view, cases, demo):
    order = [each.client for each in view("to do", limit=demo.size)]
    grey = [each.client for each in view("to do", limit=demo.size) if each.band == "review"]
    late, early, other = grey[-1], grey[-2], order[-1]
    for client in (other, early, late):
        cases.receive(client, MAX)
    again = view("to do", limit=demo.size)
    assert [each.client for each in again[:2]] == [early, late] and again[0].since < again[1].since
    assert [each.client for each in again].index(other) == len(grey)
    assert sorted(each.client for each in again) == sorted(order)


def test_each_view_has_what_waits_for_its_person(view, cases, dossier, clients, demo, engine):
    from dataclasses import replace

    named, managers, signed, asked, decided = clients[:5]
    advice = demo.decide(named, demo.champion.recommended)
    cases.refer(named, ADA, Addressee(BEA.name), (("missing",), ""), advice)
    cases.refer(managers, ADA, MANAGERS, (("missing",), ""), demo.decide(managers, demo.champion.recommended))
    strict = replace(demo.champion.recommended, authority=Authority(officer_amount=0.0))
    cases.decide(ADA, Judgement("accept", ("income",), "Seen."), dossier(signed, strict))
    for client in (asked, decided):
        rests_on = dossier(client)
        cases.decide(ADA, follow_advice(rests_on), rests_on)
    cases.issue_letter(asked, ADA, LETTER)
    cases.ask_review(asked, "Please.", "06")
    of = {
        actor.name: {
            name: [each.client for each in view(name, actor)]
            for name in ("mine", "referred", "second signature", "review", "decided")
        }
        for actor in (ADA, BEA, MAX)
    }
    empty = {"mine": [], "referred": [], "second signature": [], "review": [], "decided": [decided]}
    assert of[ADA.name] == empty
    assert of[BEA.name] == {**empty, "referred": [named], "review": [asked]}
    assert of[MAX.name] == {**empty, "referred": [managers], "second signature": [signed], "review": [asked]}
    assert counts(engine, BEA) == {"mine": 0, "referred": 1, "second signature": 0, "review": 1}
    assert (waiting_for(engine, ADA), waiting_for(engine, BEA), waiting_for(engine, MAX)) == (0, 2, 3)
    assert view("review", BEA)[0].due > view("review", BEA)[0].since
    cases.assign_review(asked, MAX, Addressee(MIA.name))
    assert (waiting_for(engine, BEA), waiting_for(engine, MIA)) == (1, 3)
    assert [each.client for each in view("mine", MIA)] == [asked]


def test_the_next_file_is_ones_own_then_a_referral_then_the_first_to_do(view, cases, clients, demo, engine):
    policy, advice = demo.champion.recommended, demo.decide(clients[0], demo.champion.recommended)

    def following(actor, skip=()):
        return next_to_do(engine, demo, policy, actor, skip)

    assert following(BEA) == view("to do")[0].client
    cases.refer(clients[0], ADA, Addressee(BEA.name), (("missing",), ""), advice)
    assert following(BEA) == clients[0]
    cases.claim(clients[1], BEA)
    assert following(BEA) == clients[1] and following(BEA, [clients[1]]) == clients[0]


def test_a_file_the_portfolio_no_longer_has_stands_last(view, cases, engine):
    cases.claim(1, ADA)
    (alone,) = view("mine")
    assert (alone.points, alone.band) == (None, None)
    cases.release(1, ADA)
    assert waiting_for(engine, Actor("Eve", "officer")) == 0
