"""The nearest loans that the policy accepts: as exhaustive search finds them, or none; and none that harms."""

import os
import random
from dataclasses import replace
from itertools import product
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.features import build_features
from app.scoring.features.lineage import form_columns
from app.scoring.policy import PAYMENT_TO_INCOME, Policy
from app.scoring.schema import HISTORIES
from app.scoring.tables.tables import open_tables
from app.scoring.what_if.counterfactual import (
    BETWEEN,
    LEVERS,
    NEAREST,
    STEPS,
    STEPS_TOGETHER,
    asked_for,
    round_sums,
    what_would_it_take,
)
from app.scoring.what_if.simulation import Edits, simulate

NIGHTLY = bool(os.environ.get("NIGHTLY"))
"""Whether thousands of refused clients are asked about, which takes a quarter of an hour."""
EASIER = 1.0
"""Points by which the tests' policy misses a client: little enough for some loan to bridge."""
HOPELESS = 90.0
"""Points that no loan bridges."""


def policy_just_missing(demo, client, points=EASIER):
    """A policy whose threshold lies ``points`` above the client."""
    from app.scoring.points import probability_from_points

    decided = demo.decide(client, demo.champion.recommended)
    return Policy(probability_from_points(decided.points + points))


@pytest.fixture(scope="module")
def clients(demo):
    draw = random.Random(23)
    return [demo.random_client(draw) for _ in range(25)]


@pytest.fixture(scope="module")
def answers(demo, file_of, clients):
    told = []
    for position, client in enumerate(clients):
        policy = policy_just_missing(demo, client, EASIER if position % 3 else HOPELESS)
        told.append((client, policy, what_would_it_take(*file_of(client), demo.champion, policy, demo.population)))
    return told


def simulated(demo, file_of, client, amounts, policy):
    return simulate(client, *file_of(client), Edits(amounts), demo.champion, policy, demo.population)


def decided(demo, file_of, client, amounts, policy):
    return simulated(demo, file_of, client, amounts, policy).after


def test_both_answers_occur_on_the_demonstration(answers):
    assert any(told.offers for _, _, told in answers)
    assert any(not told.offers for _, _, told in answers)


def test_an_offer_is_accepted_when_it_is_simulated(demo, file_of, answers):
    for client, policy, told in answers:
        for offer in told.offers:
            shown = simulated(demo, file_of, client, offer.amounts, policy)
            assert shown.after.outcome == "accept" and shown.after.band == offer.band
            assert shown.after.probability == offer.probability
            assert shown.revised["annuity"] == offer.annuity == round(offer.annuity, 2)


def test_an_offer_holds_and_no_nearer_one_does(demo, file_of, answers):
    met = 0
    for client, policy, told in answers[:8]:
        form, _ = file_of(client)
        found = {offer.levers: offer for offer in told.offers}
        for lever in LEVERS:
            values, offer = going_away(form, lever, demo.population), found.get((lever,))

            def outcome(value, lever=lever, client=client, policy=policy):
                return decided(demo, file_of, client, {lever: value}, policy).outcome

            if offer is None:  # whatever is accepted nearer, further on something is not
                between = np.linspace(values[0], values[-1], BETWEEN).tolist() if values else []
                assert not values or "refuse" in map(outcome, [*reversed(values), *reversed(between)]), (client, lever)
                continue
            met += 1
            place = values.index(offer.amounts[lever])
            assert {outcome(value) for value in values[place :: max(1, len(values) // 10)]} == {"accept"}
            assert place == 0 or outcome(values[place - 1]) == "refuse", (client, lever)
    assert met > 5


def fewer(values):
    return values[:: -max(1, -(-len(values) // STEPS_TOGETHER))][::-1]


def going_away(form, lever, population):
    before = asked_for(form, lever)
    if lever == "duration":
        seen = population["credit_to_annuity"]
        return [float(months) for months in range(1, 601) if seen.low <= months <= seen.high and months > before]
    seen = population[lever]
    return [
        value
        for value in reversed(round_sums(0.1 * before, before))
        if value < before and seen.low <= value <= seen.high
    ]


def test_offers_come_smallest_first_and_each_lever_goes_the_way_that_spares_the_customer(answers):
    for _, _, told in answers:
        distances = [offer.distance for offer in told.offers]
        assert distances == sorted(distances)
        assert len(told.offers) <= NEAREST
        assert len({tuple(offer.amounts.items()) for offer in told.offers}) == len(told.offers)
        for change in (change for offer in told.offers for change in offer.changes):
            assert (change.after > change.before) == (change.lever == "duration")


def test_no_offer_raises_the_payment(demo, file_of, answers):
    met = 0
    for client, _, told in answers:
        asked = file_of(client)[0]["AMT_ANNUITY"]
        for offer in told.offers:
            met += 1
            assert offer.annuity < asked
    assert met > 10


def test_no_offer_takes_more_of_an_income_than_the_policy_lets_it(demo, file_of, answers):
    met = 0
    for client, policy, told in answers[:12]:
        form, features = file_of(client)
        for offer in told.offers:
            share = offer.annuity / form["AMT_INCOME_TOTAL"]
            assert share <= PAYMENT_TO_INCOME
            tighter = replace(policy, payment_to_income=share * 0.9)
            under = what_would_it_take(form, features, demo.champion, tighter, demo.population)
            assert all(each.annuity <= share * 0.9 * form["AMT_INCOME_TOTAL"] for each in under.offers)
            assert under.offers != told.offers
            free = replace(policy, payment_to_income=None)
            assert what_would_it_take(form, features, demo.champion, free, demo.population) == told
            met += bool(under.offers)
    assert met > 3


@pytest.fixture(scope="module")
def together(demo, file_of, clients):
    """A client, a policy and an answer of several loans that are both smaller and longer."""
    for client, points in product(clients, (2.0, 3.0, 5.0, 8.0, 12.0)):
        policy = policy_just_missing(demo, client, points)
        told = what_would_it_take(*file_of(client), demo.champion, policy, demo.population)
        if len(told.offers) > 1 and told.offers[0].levers == LEVERS:
            return client, policy, told
    raise AssertionError("no client of these needs two levers")


def test_both_levers_are_moved_where_neither_does_alone_and_neither_is_moved_further_than_it_must(
    demo, file_of, together
):
    client, policy, told = together
    form, _ = file_of(client)
    grid = {lever: fewer(going_away(form, lever, demo.population)) for lever in LEVERS}

    def outcome(amount, months):
        return decided(demo, file_of, client, {"credit": amount, "duration": months}, policy).outcome

    for offer in told.offers:
        assert offer.levers == LEVERS and offer.annuity < form["AMT_ANNUITY"]
        assert offer.amount < asked_for(form, "credit") and offer.months > asked_for(form, "duration")
        assert decided(demo, file_of, client, offer.amounts, policy).probability == offer.probability
        smaller = [value for value in grid["credit"] if value <= offer.amount]
        longer = [value for value in grid["duration"] if value >= offer.months]
        assert {outcome(*pair) for pair in product([*smaller[::4], smaller[-1]], [*longer[::4], longer[-1]])} == {
            "accept"
        }
        for other in told.offers:  # none is another one with something added
            assert other is offer or other.amount > offer.amount or other.months < offer.months
    for lever in LEVERS:  # one alone does not do, or does not hold
        values = going_away(form, lever, demo.population)
        assert not values or decided(demo, file_of, client, {lever: values[-1]}, policy).outcome == "refuse"


def test_what_the_loan_no_longer_covers_of_the_price_is_said(demo, file_of, answers):
    met = 0
    for client, _, told in answers:
        form, _ = file_of(client)
        for offer in told.offers:
            assert offer.amount == offer.amounts.get("credit", form["AMT_CREDIT"])
            assert offer.down_payment == max((form["AMT_GOODS_PRICE"] or 0) - offer.amount, 0.0)
            met += bool(offer.down_payment)
    assert met


def test_an_accepted_client_needs_no_change(demo, file_of, clients):
    told = what_would_it_take(
        *file_of(clients[0]), demo.champion, policy_just_missing(demo, clients[0], -1.0), demo.population
    )
    assert told.accepted and told.offers == () and told.tried == 0


def test_when_no_loan_would_do_the_answer_is_none(demo, file_of, clients):
    told = what_would_it_take(*file_of(clients[0]), demo.champion, Policy(1e-6), demo.population)
    assert not told.accepted and told.offers == () and told.tried > 50


@pytest.mark.parametrize("column", ["AMT_CREDIT", "AMT_ANNUITY"])
def test_no_loan_is_offered_instead_of_one_that_is_not_known(demo, file_of, clients, column):
    form, features = file_of(clients[0])
    told = what_would_it_take({**form, column: None}, features, demo.champion, Policy(1e-6), demo.population)
    assert not told.accepted and told.offers == () and told.tried == 0


def test_where_the_income_is_nothing_a_limit_leaves_no_offer(demo, file_of, answers):
    client, policy, _ = next(each for each in answers if each[2].offers)
    form, features = file_of(client)
    without = {**form, "AMT_INCOME_TOTAL": 0.0}
    assert what_would_it_take(without, features, demo.champion, policy, demo.population).offers == ()


def test_no_offer_harms_a_client_of_the_demonstration(demo):
    tables = open_tables(Path(__file__).parents[3] / "data" / "demo" / "tables")
    assert offers_that_do_no_harm(tables, demo, 150) > 5


@pytest.mark.timeout(3_600 if NIGHTLY else 300)
def test_no_offer_harms_a_real_client(demo, home_credit):
    drawn = 9_000 if NIGHTLY else 900
    assert offers_that_do_no_harm(open_tables(home_credit / "application"), demo, drawn) > drawn / 50


def offers_that_do_no_harm(tables, demo, count):
    """How many there are for the refused of so many clients drawn by a seed; each is checked."""
    policy = demo.champion.recommended
    clients = tables.application.SK_ID_CURR.to_pandas().sort_values().sample(count, random_state=15)
    rows = features_of(tables, clients.tolist())
    refused = rows[demo.champion.probabilities(rows) >= policy.threshold]
    wanted = tables.application.filter(ibis._.SK_ID_CURR.isin(refused.index.tolist()))
    forms = {form["SK_ID_CURR"]: form for form in wanted.select(*form_columns()).to_pyarrow().to_pylist()}
    found = []
    for client, row in refused.iterrows():
        features = {name: None if pd.isna(value) else value for name, value in row.items()}
        told = what_would_it_take(forms[client], features, demo.champion, policy, demo.population)
        assert not told.accepted
        found += [(client, place, offer) for place, offer in enumerate(told.offers)]
        for offer in told.offers:
            assert offer.annuity <= forms[client]["AMT_ANNUITY"], "raises the payment"
            assert offer.annuity <= PAYMENT_TO_INCOME * forms[client]["AMT_INCOME_TOTAL"], "breaks the limit"
    for place in range(NEAREST):
        offered = {client: offer for client, rank, offer in found if rank == place}
        if offered:
            again = demo.champion.probabilities(features_of(tables, list(offered), offered)).tolist()
            assert again == [offer.probability for offer in offered.values()], "another score from raw rows"
            assert {policy.outcome(chance) for chance in again} == {"accept"}
    print(f"{len(refused)} refused of {count} drawn, {len(found)} offers, none of them harms")
    return len(found)


def features_of(tables, clients, offered=None):
    """Features built from the raw rows of some clients, on whose application the loan offered stands."""
    mine = ibis._.SK_ID_CURR.isin(clients)
    names = ("application", *(table.lower() for table in HISTORIES if table != "bureau_balance"))
    own = replace(tables, **{name: getattr(tables, name).filter(mine) for name in names})
    if offered:
        loans = [(client, offer.amount, offer.annuity) for client, offer in offered.items()]
        asked = own.application.drop("AMT_CREDIT", "AMT_ANNUITY")
        edited = asked.inner_join(
            ibis.memtable(loans, columns=["SK_ID_CURR", "AMT_CREDIT", "AMT_ANNUITY"]), "SK_ID_CURR"
        )
        own = replace(own, application=edited.select(*own.application.columns))
    return build_features(own).to_pandas().set_index("SK_ID_CURR").loc[clients]


@settings(max_examples=200)
@given(low=st.floats(1.0, 1e7), factor=st.floats(1.5, 20.0))
def test_round_sums_are_round_within_bounds_and_few(low, factor):
    high = low * factor
    sums = round_sums(low, high)
    assert 10 <= len(sums) <= STEPS + 1
    assert all(low <= value <= high * (1 + 1e-12) for value in sums)
    step = sums[1] - sums[0]
    assert f"{step:.0e}"[0] in "125"
