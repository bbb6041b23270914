"""Business cost is exact at every threshold, and the policy follows its own rule."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.points import points_from_probability
from app.scoring.policy import Policy, cheapest_threshold, cost_at, cost_curve
from app.scoring.problems import Problem

# A few distinct probabilities, so that ties between clients are common.
CHANCES = st.one_of(st.sampled_from([0.01, 0.05, 0.05000000000000001, 0.3, 0.9]), st.floats(1e-6, 1 - 1e-6))
CLIENTS = st.lists(st.tuples(CHANCES, st.integers(0, 1)), min_size=1, max_size=40)
WEIGHTS = st.floats(0.1, 50)


def arrays(clients):
    probability, defaulted = zip(*clients, strict=True)
    return np.array(probability), np.array(defaulted, dtype=float)


def brute_force(clients, threshold, weight):
    missed = sum(1 for probability, defaulted in clients if defaulted and probability < threshold)
    lost = sum(1 for probability, defaulted in clients if not defaulted and probability >= threshold)
    return missed, lost, (weight * missed + lost) / len(clients)


@given(CLIENTS, WEIGHTS)
def test_every_point_of_the_curve_equals_a_count(clients, weight):
    curve = cost_curve(*arrays(clients), weight)
    for position, threshold in enumerate(curve.threshold):
        missed, lost, cost = brute_force(clients, threshold, weight)
        assert curve.missed_defaults[position] == missed
        assert curve.lost_good_clients[position] == lost
        assert curve.cost[position] == pytest.approx(cost)
        accepted = sum(1 for probability, _ in clients if probability < threshold)
        assert curve.acceptance_rate[position] == pytest.approx(accepted / len(clients))


@given(CLIENTS, WEIGHTS, st.floats(0, 1))
def test_no_threshold_is_cheaper_than_the_cheapest_of_the_curve(clients, weight, threshold):
    curve = cost_curve(*arrays(clients), weight)
    assert brute_force(clients, threshold, weight)[2] >= curve.cost[curve.cheapest] - 1e-9


@given(CLIENTS, WEIGHTS, st.floats(0, 1))
def test_cost_at_one_threshold_equals_a_count(clients, weight, threshold):
    assert cost_at(*arrays(clients), threshold, weight) == pytest.approx(brute_force(clients, threshold, weight)[2])


@given(CLIENTS, st.integers(1, 3))
def test_counting_a_client_n_times_is_having_n_of_them(clients, times):
    probability, defaulted = arrays(clients)
    once = cost_curve(np.repeat(probability, times), np.repeat(defaulted, times))
    counted = cost_curve(probability, defaulted, clients=np.full(len(probability), float(times)))
    np.testing.assert_allclose(once.cost, counted.cost)
    np.testing.assert_array_equal(once.threshold, counted.threshold)


def test_correct_decisions_cost_nothing():
    assert cost_at(np.array([0.01, 0.99]), np.array([0.0, 1.0]), 0.5, 10.0) == 0.0


def test_a_missed_default_costs_its_weight_and_a_lost_good_client_one():
    assert cost_at(np.array([0.01]), np.array([1.0]), 0.5, 10.0) == 10.0
    assert cost_at(np.array([0.99]), np.array([0.0]), 0.5, 10.0) == 1.0


def test_calibrated_probabilities_put_the_recommended_threshold_near_one_eleventh():
    draws = np.random.default_rng(0)
    probability = draws.beta(1, 11, 100_000)
    defaulted = (draws.random(100_000) < probability).astype(float)
    assert cheapest_threshold(probability, defaulted, 10.0, seed=1, resamples=40) == pytest.approx(1 / 11, abs=0.012)


def test_the_cheapest_threshold_is_the_median_of_the_cheapest_of_resampled_clients():
    draws = np.random.default_rng(3)
    probability = draws.beta(1, 6, 400)
    defaulted = (draws.random(400) < probability).astype(float)
    cheapest, again = [], np.random.default_rng(5)
    for _ in range(21):
        drawn = again.integers(0, 400, 400)
        curve = cost_curve(probability[drawn], defaulted[drawn], 10.0)
        cheapest.append(curve.threshold[curve.cheapest])
    assert min(cheapest) < sorted(cheapest)[10] < max(cheapest)
    assert cheapest_threshold(probability, defaulted, 10.0, seed=5, resamples=21) == sorted(cheapest)[10]


@given(st.floats(0.001, 0.999), st.floats(0, 50), st.floats(0.001, 0.999))
@settings(max_examples=200)
def test_bands_start_at_the_threshold_and_its_grey_zone(threshold, width, probability):
    policy = Policy(threshold, grey_zone_points=width)
    points = points_from_probability(probability)
    band = policy.band(probability, points)
    if abs(points - policy.threshold_points) <= width:
        assert band == "review"
    else:
        assert band == ("refuse" if probability >= threshold else "accept")


def test_a_client_exactly_at_the_threshold_is_refused():
    assert Policy(0.09).outcome(0.09) == "refuse"
    assert Policy(0.09).outcome(math.nextafter(0.09, 0)) == "accept"


@pytest.mark.parametrize("threshold", [0.0, 1.0, -0.1, math.nan, math.inf])
def test_a_threshold_outside_0_and_1_is_refused_in_words(threshold):
    with pytest.raises(Problem, match="strictly between 0 and 1"):
        Policy(threshold)


@pytest.mark.parametrize("weight", [0.0, -1.0, math.nan])
def test_a_weight_that_is_not_positive_is_refused_in_words(weight):
    with pytest.raises(Problem, match="above 0"):
        cost_curve(np.array([0.1]), np.array([1.0]), weight)


def test_a_negative_grey_zone_is_refused_in_words():
    with pytest.raises(Problem, match="negative"):
        Policy(0.1, grey_zone_points=-1.0)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.01, math.nan, math.inf])
def test_a_payment_that_takes_nothing_or_more_than_the_income_is_refused_in_words(share):
    with pytest.raises(Problem, match="at most all of the income"):
        Policy(0.1, payment_to_income=share)


@pytest.mark.parametrize("amount", [-0.01, math.nan, math.inf])
def test_what_is_to_be_left_to_live_on_is_an_amount_or_no_limit(amount):
    assert Policy(0.1).left_per_person is None and Policy(0.1, left_per_person=0.0).left_per_person == 0.0
    with pytest.raises(Problem, match="0 or more a month, or without limit"):
        Policy(0.1, left_per_person=amount)


def test_the_largest_payment_is_a_share_of_income_or_without_limit():
    assert Policy(0.1, payment_to_income=0.25).largest_payment(2_000.0) == 500.0
    assert Policy(0.1, payment_to_income=None).largest_payment(0.0) == math.inf
