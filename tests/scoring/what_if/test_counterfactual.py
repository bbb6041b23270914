"""The smallest change of the loan that the policy accepts: as exhaustive search finds it, or the honest none."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.policy import Policy
from app.scoring.what_if.counterfactual import LEVERS, STEPS, asked_for, round_sums, what_would_it_take
from app.scoring.what_if.simulation import Edits, simulate

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


def decided(demo, file_of, client, lever, value, policy):
    told = simulate(client, *file_of(client), Edits({lever: value}), demo.champion, policy, demo.population)
    return told.after


def test_both_answers_occur_on_the_demonstration(answers):
    assert any(told.offers for _, _, told in answers)
    assert any(not told.offers for _, _, told in answers)


def test_an_offer_is_accepted_when_it_is_simulated(demo, file_of, answers):
    for client, policy, told in answers:
        for offer in told.offers:
            after = decided(demo, file_of, client, offer.lever, offer.after, policy)
            assert after.outcome == "accept"
            assert after.probability == offer.probability
            values = {each.feature: each.value for each in after.contributions}
            assert values["annuity"] == offer.annuity


def test_no_coarse_exhaustive_search_finds_a_smaller_change(demo, file_of, answers):
    for client, policy, told in answers[:8]:
        form, _ = file_of(client)
        found = {offer.lever: offer for offer in told.offers}
        for lever in LEVERS:
            before = asked_for(form, lever)
            for value in coarse(form, lever, demo.population):
                if decided(demo, file_of, client, lever, value, policy).outcome == "accept":
                    assert lever in found, (client, lever, value)
                    assert abs(found[lever].after - before) <= abs(value - before)


def coarse(form, lever, population):
    before = asked_for(form, lever)
    if lever == "duration":
        seen = population["credit_to_annuity"]
        return [float(months) for months in range(6, 60, 9) if seen.low <= months <= seen.high]
    sums = round_sums(0.1 * before, before)[:: STEPS // 8]
    seen = population[lever]
    return [value for value in sums if value < before and seen.low <= value <= seen.high]


def test_offers_come_smallest_first_one_a_lever_and_only_the_loan_changes(answers):
    for _, _, told in answers:
        changes = [abs(offer.change) for offer in told.offers]
        assert changes == sorted(changes)
        assert len({offer.lever for offer in told.offers}) == len(told.offers)
        assert {offer.lever for offer in told.offers} <= {"credit", "duration", "goods_price"}
        assert all(offer.after < offer.before for offer in told.offers if offer.lever != "duration")


def test_an_accepted_client_needs_no_change(demo, file_of, clients):
    told = what_would_it_take(
        *file_of(clients[0]), demo.champion, policy_just_missing(demo, clients[0], -1.0), demo.population
    )
    assert told.accepted and told.offers == () and told.tried == 0


def test_when_no_loan_would_do_the_answer_is_none(demo, file_of, clients):
    told = what_would_it_take(*file_of(clients[0]), demo.champion, Policy(1e-6), demo.population)
    assert not told.accepted and told.offers == () and told.tried > 50


def test_unknown_amounts_are_not_changed(demo, file_of, clients):
    form, features = file_of(clients[0])
    unknown = {**form, "AMT_ANNUITY": None, "AMT_GOODS_PRICE": None}
    told = what_would_it_take(unknown, features, demo.champion, Policy(1e-6), demo.population)
    assert 0 < told.tried <= STEPS + 1


@settings(max_examples=200)
@given(low=st.floats(1.0, 1e7), factor=st.floats(1.5, 20.0))
def test_round_sums_are_round_within_bounds_and_few(low, factor):
    high = low * factor
    sums = round_sums(low, high)
    assert 10 <= len(sums) <= STEPS + 1
    assert all(low <= value <= high * (1 + 1e-12) for value in sums)
    step = sums[1] - sums[0]
    assert f"{step:.0e}"[0] in "125"
