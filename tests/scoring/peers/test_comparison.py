"""Rates with their uncertainty, and bins laid out so that every value has one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.features import FEATURES
from app.scoring.peers.comparison import (
    SMALLEST_GROUP,
    Outcomes,
    Spread,
    axis_of,
    bins_for,
    observed_rate,
    to_join,
)
from app.scoring.peers.peer_group import Between, at_distance, decided, in_band
from app.scoring.policy import Policy


@given(clients=st.integers(1, 100_000), share=st.floats(0, 1))
def test_a_rate_lies_in_its_interval_and_the_interval_in_0_to_1(clients, share):
    rate = observed_rate(round(share * clients), clients)
    assert 0.0 <= rate.low <= rate.value + 1e-12 and rate.value <= rate.high + 1e-12 <= 1.0 + 2e-12


def test_the_interval_is_wilsons():
    # Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I.
    rate = observed_rate(81, 263)
    assert (round(rate.low, 4), round(rate.high, 4)) == (0.2553, 0.3662)
    rate = observed_rate(0, 20)
    assert (round(rate.low, 4), round(rate.high, 4)) == (0.0, 0.1611)


def test_more_clients_make_a_narrower_interval():
    few, many = observed_rate(8, 100), observed_rate(800, 10_000)
    assert many.high - many.low < few.high - few.low


@pytest.mark.parametrize(("known", "told"), [(SMALLEST_GROUP - 1, False), (SMALLEST_GROUP, True)])
def test_a_group_of_under_50_known_outcomes_has_no_rate(known, told):
    assert (Outcomes(known - 3, 3, unknown=10_000).rate is not None) == told


def test_every_feature_can_be_laid_out(demo):
    # One declared since the demonstration was published is not in it.
    for feature in (each for each in FEATURES if each.name in demo.population):
        axis = axis_of(feature.name, demo.population[feature.name].typical, demo.population, 24)
        known = demo.population[feature.name]
        if feature.kind != "category":
            widths = [after - before for before, after in zip(axis.edges, axis.edges[1:], strict=False)]
            assert 1 <= axis.bins <= 24 and min(widths) > 0
            assert max(widths) == pytest.approx(min(widths))
        assert axis.bin is None if known.typical is None else 0 <= axis.bin < axis.bins


@given(value=st.floats(-1e9, 1e9))
def test_a_number_falls_in_the_bin_that_holds_it(demo, value):
    axis = axis_of("credit", value, demo.population, 24)
    if axis.edges[0] <= value < axis.edges[-1]:
        assert axis.edges[axis.bin] - 1e-6 <= value <= axis.edges[axis.bin + 1] + 1e-6
    else:
        assert axis.bin == (0 if value < axis.edges[0] else axis.bins - 1)


@pytest.mark.parametrize("points", [-10.0, -5.0, -4.999, 0.0, 5.0, 5.001, 40.0])
def test_bands_as_conditions_are_the_policys_bands(points):
    policy = Policy(0.09)
    from app.scoring.points import probability_from_points

    score = policy.threshold_points + points
    band = policy.band(probability_from_points(score), score)
    for name in ("accept", "review", "refuse"):
        condition = in_band(name, policy)
        low = -math.inf if condition.low is None else condition.low
        high = math.inf if condition.high is None else condition.high
        assert (low <= score <= high) == (name == band)


@pytest.mark.parametrize("probability", [0.01, 0.0899999, 0.09, 0.5])
def test_outcomes_as_conditions_are_the_policys_outcomes(probability):
    policy = Policy(0.09)
    for name in ("accept", "refuse"):
        condition = decided(name, policy)
        within = (condition.low or 0.0) <= probability <= (1.0 if condition.high is None else condition.high)
        assert within == (policy.outcome(probability) == name)


def test_a_distance_is_told_from_the_threshold():
    policy = Policy(0.09)
    assert at_distance(-10.0, None, policy) == Between("points", policy.threshold_points - 10.0, None)
    assert at_distance(None, 2.5, policy) == Between("points", None, policy.threshold_points + 2.5)


@pytest.mark.parametrize(("clients", "bins"), [(0, 5), (1, 5), (25, 6), (100, 9), (500, 15), (2_000, 24), (10**6, 24)])
def test_bins_grow_with_the_cube_root_of_the_clients(clients, bins):
    assert bins_for(clients) == bins


@pytest.mark.parametrize("clients", [25, 100, 2_000])
def test_joined_bins_hold_the_same_clients_and_fit_their_number(demo, clients):
    for feature in (each for each in FEATURES if each.name in demo.population):
        axis = axis_of(feature.name, demo.population[feature.name].typical, demo.population, 24)
        by = to_join(axis, clients)
        fitted, spread = axis.joined(by), Spread((Outcomes(1, 2, 3),) * axis.bins, Outcomes(), None, None).joined(by)
        assert len(spread.bins) == fitted.bins and spread.outcomes == Outcomes(axis.bins, 2 * axis.bins, 3 * axis.bins)
        if feature.kind != "number":
            assert fitted == axis
            continue
        assert fitted.bins <= max(1.5 * bins_for(clients), 6)
        assert fitted.width == pytest.approx(axis.width * by) and fitted.edges[-1] >= axis.edges[-1] - 1e-9
        assert (axis.bin is None) == (fitted.bin is None)
        if fitted.bin is not None:
            middle = (axis.edges[axis.bin] + axis.edges[axis.bin + 1]) / 2
            assert fitted.edges[fitted.bin] < middle < fitted.edges[fitted.bin + 1]


def test_an_axis_says_where_it_is_cut(demo):
    for name, known in demo.population.items():
        if known.edges:
            axis = axis_of(name, None, demo.population, 24)
            assert (axis.below, axis.above) == (known.low < axis.edges[0], known.high > axis.edges[-1]), name
