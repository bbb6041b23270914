"""Expected performance equals an average over every possible outcome; realised performance equals a count."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.scoring.policy import Policy
from training.monitoring.expected_performance import expected, performance, realised

CHANCES = st.lists(st.one_of(st.sampled_from([0.05, 0.2, 0.5]), st.floats(0.01, 0.99)), min_size=2, max_size=7)
CLIENTS = st.lists(st.tuples(st.sampled_from([0.05, 0.1, 0.3, 0.7]), st.integers(0, 1)), min_size=2, max_size=30)
POLICY = Policy(0.25)


def pairs(chances, outcome):
    """Pairs of a default and a good client: those ordered rightly, and all."""
    found = [(chances[i], chances[j]) for i, bad in enumerate(outcome) for j, b in enumerate(outcome) if bad and not b]
    return sum(1.0 if bad > good else 0.5 if bad == good else 0.0 for bad, good in found), len(found)


def cost(chances, outcome, policy):
    missed = sum(bad for chance, bad in zip(chances, outcome, strict=True) if chance < policy.threshold)
    lost = sum(1 - bad for chance, bad in zip(chances, outcome, strict=True) if chance >= policy.threshold)
    return (policy.missed_default_weight * missed + lost) / len(chances)


@given(CHANCES)
def test_expected_performance_averages_over_every_outcome(chances):
    told = expected(np.array(chances), POLICY)
    right = every = mean_cost = 0.0
    for outcome in itertools.product([0, 1], repeat=len(chances)):
        weight = np.prod([chance if bad else 1 - chance for chance, bad in zip(chances, outcome, strict=True)])
        ordered, among = pairs(chances, outcome)
        right, every = right + weight * ordered, every + weight * among
        mean_cost += weight * cost(chances, outcome, POLICY)
    assert told.auc == pytest.approx(right / every)
    assert told.cost == pytest.approx(mean_cost)


@given(CLIENTS)
def test_realised_performance_is_a_count(clients):
    chances, outcome = zip(*clients, strict=True)
    assume(0 < sum(outcome) < len(outcome))
    told = realised(np.array(chances), np.array(outcome, dtype=float), POLICY)
    right, every = pairs(chances, outcome)
    assert told.auc == pytest.approx(right / every)
    assert told.cost == pytest.approx(cost(chances, outcome, POLICY))
    assert (told.clients, told.default_rate) == (len(outcome), pytest.approx(np.mean(outcome)))


def test_what_is_expected_of_calibrated_probabilities_comes_true():
    draws = np.random.default_rng(5)
    chance = draws.beta(1, 11, 50_000)
    outcome = (draws.random(50_000) < chance).astype(float)
    told = performance(chance, outcome, Policy(0.09))
    assert told.expected.auc == pytest.approx(told.realised.auc, abs=0.01)
    assert told.expected.cost == pytest.approx(told.realised.cost, rel=0.03)
    assert told.expected.auc_low < told.expected.auc < told.expected.auc_high
    assert told.expected.cost_low < told.realised.cost < told.expected.cost_high


def test_the_range_holds_the_realised_figures_nineteen_times_in_twenty():
    draws = np.random.default_rng(6)
    held = 0
    for _ in range(60):
        chance = draws.beta(1, 11, 600)
        told = performance(chance, (draws.random(600) < chance).astype(float), Policy(0.09))
        held += told.expected.auc_low <= told.realised.auc <= told.expected.auc_high
    assert held >= 52


def test_outcomes_are_measured_where_they_are_known():
    chance, outcome = np.array([0.1, 0.2, 0.6, 0.7]), np.array([0.0, np.nan, 1.0, np.nan])
    told = performance(chance, outcome, POLICY)
    assert told.realised == realised(chance[[0, 2]], outcome[[0, 2]], POLICY)
    assert performance(chance, np.full(4, np.nan), POLICY).realised is None


def test_labels_of_one_kind_say_all_but_the_auc():
    told = realised(np.array([0.1, 0.2, 0.3]), np.zeros(3), POLICY)
    assert told.auc is None and told.default_rate == 0 and told.cost == pytest.approx(1 / 3)
