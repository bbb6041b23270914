"""Every figure of a threshold equals a count of clients, and the curves equal scikit-learn's."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from app.scoring.audit.before_after import Changes, Expected
from app.scoring.audit.discrimination import CALIBRATION_BINS, calibration_error, equal_bins, separation
from app.scoring.audit.intervals import wilson
from app.scoring.audit.swap_set import Ranking
from app.scoring.audit.thresholds import DRAWN, RESAMPLES, Thresholds
from app.scoring.points import points_from_probability
from app.scoring.policy import Policy, cost_at
from app.scoring.problems import Problem, QuestionProblem
from training.model import evaluate

# A few distinct probabilities, so that ties between clients are common.
CHANCES = st.one_of(st.sampled_from([0.01, 0.05, 0.05000000000000001, 0.3, 0.9]), st.floats(1e-6, 1 - 1e-6))
CLIENTS = st.lists(st.tuples(CHANCES, st.integers(0, 1)), min_size=2, max_size=40).filter(
    lambda clients: {0, 1} == {defaulted for _, defaulted in clients}
)
THRESHOLDS = st.one_of(CHANCES, st.floats(0, 1))
WEIGHTS = st.floats(0.1, 50)


def arrays(clients):
    probability, defaulted = zip(*clients, strict=True)
    return np.array(probability), np.array(defaulted, dtype=float)


def count(clients, threshold, accepted, defaulted):
    return sum(1 for chance, outcome in clients if (chance < threshold) == accepted and outcome == defaulted)


@given(CLIENTS, THRESHOLDS, WEIGHTS)
def test_every_figure_at_any_threshold_is_a_count_of_clients(clients, threshold, weight):
    found = Thresholds.of(*arrays(clients)).at(threshold)
    assert found.kept_good_clients == count(clients, threshold, True, 0)
    assert found.missed_defaults == count(clients, threshold, True, 1)
    assert found.lost_good_clients == count(clients, threshold, False, 0)
    assert found.avoided_defaults == count(clients, threshold, False, 1)
    accepted = [outcome for chance, outcome in clients if chance < threshold]
    assert found.clients == len(clients) and found.acceptance_rate == len(accepted) / len(clients)
    assert found.default_rate_accepted == (sum(accepted) / len(accepted) if accepted else None)
    assert found.cost(weight) == pytest.approx(cost_at(*arrays(clients), threshold, weight))
    assert found.result(1_000.0, 200.0) == sum(-1_000 if outcome else 200 for outcome in accepted)


@given(CLIENTS, WEIGHTS, THRESHOLDS)
def test_no_threshold_is_cheaper_than_the_cheapest(clients, weight, threshold):
    thresholds = Thresholds.of(*arrays(clients))
    cheapest = thresholds.at(thresholds.cheapest(weight)).cost(weight)
    assert cheapest <= cost_at(*arrays(clients), threshold, weight) + 1e-12


@given(CLIENTS, st.floats(0, 1))
def test_the_threshold_of_an_acceptance_rate_is_the_closest_there_is(clients, rate):
    thresholds = Thresholds.of(*arrays(clients))
    reached = abs(thresholds.at(thresholds.accepting(rate)).acceptance_rate - rate)
    possible = {sum(chance < limit for chance, _ in clients) / len(clients) for limit, _ in [*clients, (1.1, 0)]}
    assert reached == pytest.approx(min(abs(each - rate) for each in possible))


def test_the_table_has_ten_thresholds_from_the_most_severe_on():
    draws = np.random.default_rng(3)
    chance = draws.beta(1, 9, 5_000)
    table = Thresholds.of(chance, (draws.random(5_000) < chance).astype(float)).table()
    assert [round(each.acceptance_rate, 3) for each in table] == [round(0.5 + 0.05 * step, 3) for step in range(10)]
    assert all(one.threshold < other.threshold for one, other in pairwise(table))


@pytest.mark.parametrize("weight", [0.0, -1.0, np.nan, np.inf])
def test_a_weight_that_is_no_positive_number_is_refused_in_words(weight):
    thresholds = Thresholds.of(np.array([0.1, 0.2]), np.array([0.0, 1.0]))
    for ask in (thresholds.cost, thresholds.cheapest, thresholds.cost_band, thresholds.cheapest_between):
        with pytest.raises(Problem, match="above 0"):
            ask(weight)


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_clients_of_one_outcome_only_judge_nothing(outcome):
    with pytest.raises(QuestionProblem, match="both outcomes"):
        Thresholds.of(np.array([0.1, 0.2]), np.full(2, outcome))


def test_the_drawn_counts_have_the_distribution_of_a_client_bootstrap():
    draws = np.random.default_rng(5)
    chance = draws.beta(1, 9, 3_000)
    defaulted = (draws.random(3_000) < chance).astype(float)
    thresholds = Thresholds.of(chance, defaulted)
    low, high = thresholds.cost_band(10.0)
    rows = draws.integers(0, 3_000, (RESAMPLES, 3_000))
    for place in (10, 36, 80, 160):
        costs = [cost_at(chance[each], defaulted[each], DRAWN[place], 10.0) for each in rows]
        spread = np.std(costs)
        assert low[place] == pytest.approx(np.quantile(costs, 0.025), abs=0.4 * spread)
        assert high[place] == pytest.approx(np.quantile(costs, 0.975), abs=0.4 * spread)
    drawn = thresholds.drawn_cost(10.0)
    assert np.all((low <= drawn) & (drawn <= high))
    assert drawn[36] == cost_at(chance, defaulted, DRAWN[36], 10.0)


def test_the_interval_of_the_cheapest_threshold_holds_the_theoretical_one():
    draws = np.random.default_rng(0)
    chance = draws.beta(1, 11, 60_000)
    thresholds = Thresholds.of(chance, (draws.random(60_000) < chance).astype(float))
    low, high, median = thresholds.cheapest_between(10.0)
    assert low <= 1 / 11 <= high and low <= median <= high and high - low < 0.05
    assert thresholds.cheapest_between(3.0)[2] > 2 * median


def test_arrays_are_read_only():
    thresholds = Thresholds.of(np.array([0.1, 0.2]), np.array([0.0, 1.0]))
    with pytest.raises(ValueError, match="read-only"):
        thresholds.probability[0] = 1.0


@given(CLIENTS)
def test_curves_equal_scikit_learns(clients):
    probability, defaulted = arrays(clients)
    curves = separation(Thresholds.of(probability, defaulted))
    assert curves.auc == pytest.approx(roc_auc_score(defaulted, probability))
    assert curves.average_precision == pytest.approx(average_precision_score(defaulted, probability))
    assert curves.ks == pytest.approx(evaluate.kolmogorov_smirnov(probability, defaulted))
    lost, caught, _ = roc_curve(defaulted, probability, drop_intermediate=False)
    np.testing.assert_allclose(curves.lost, lost)
    np.testing.assert_allclose(curves.caught, caught)
    for place, threshold in enumerate(curves.threshold):
        refused = probability >= threshold
        assert curves.refused[place] == pytest.approx(refused.mean())
        assert curves.precision[place] == pytest.approx(defaulted[refused].mean() if refused.any() else 1.0)


def test_a_long_curve_is_thinned_and_its_figure_is_not():
    draws = np.random.default_rng(8)
    chance = draws.beta(1, 9, 4_000)
    defaulted = (draws.random(4_000) < chance).astype(float)
    curves = separation(Thresholds.of(chance, defaulted))
    assert len(curves.caught) <= 240 and curves.auc == pytest.approx(roc_auc_score(defaulted, chance))
    assert (curves.lost[0], curves.caught[-1]) == (0.0, 1.0)
    refused = chance >= curves.ks_threshold
    assert refused[defaulted == 1].mean() - refused[defaulted == 0].mean() == pytest.approx(curves.ks)


def test_bins_equal_those_training_reports():
    draws = np.random.default_rng(4)
    chance = draws.beta(1, 9, 999)
    defaulted = (draws.random(999) < chance).astype(float)
    bins = equal_bins(chance, defaulted, CALIBRATION_BINS)
    assert bins.clients.sum() == 999 and np.ptp(bins.clients) <= 1
    assert calibration_error(bins) == pytest.approx(evaluate.calibration_error(chance, defaulted), abs=0.005)
    groups = np.split(np.argsort(chance), np.cumsum(bins.clients).astype(int)[:-1])
    np.testing.assert_allclose(bins.observed, [defaulted[group].mean() for group in groups])
    np.testing.assert_allclose(bins.expected, [chance[group].mean() for group in groups])
    np.testing.assert_allclose(bins.lift, bins.observed / defaulted.mean())
    assert np.all((bins.low <= bins.observed) & (bins.observed <= bins.high))


@given(st.integers(0, 60), st.integers(0, 60))
def test_wilsons_interval_stays_within_0_and_1_and_holds_the_share(counted, more):
    low, high = wilson(np.array(counted), np.array(counted + more))
    assert 0 <= low <= high <= 1
    if counted + more:
        assert low <= counted / (counted + more) <= high and high - low < 1


def test_wilsons_interval_is_the_published_one():
    low, high = wilson(np.array([9.0]), np.array([10.0]))
    assert (low[0], high[0]) == pytest.approx((0.5958, 0.9821), abs=1e-4)


PERSONS = st.lists(st.tuples(CHANCES, CHANCES, st.sampled_from([0.0, 1.0, np.nan])), max_size=30)


@given(PERSONS.filter(bool), st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0, 40), st.floats(0, 40))
def test_what_a_policy_changes_is_told_of_each_client_as_if_they_were_asked_one_by_one(persons, low, high, one, other):
    decides, honest, outcome = (np.array([each[side] for each in persons], dtype=float) for side in range(3))
    ranking = Ranking.of(np.arange(len(persons)), decides, honest, outcome)
    policies = Policy(low, one), Policy(high, other)
    now, then = ([each.outcome(chance) for chance in decides] for each in policies)
    points = [points_from_probability(chance) for chance in decides]
    zones = [[each.band(0.5, place) == "review" for place in points] for each in policies]
    changes = Changes.between(ranking, *policies)
    both = list(enumerate(zip(now, then, strict=True)))
    assert set(changes.refused) == {place for place, each in both if each == ("accept", "refuse")}
    assert set(changes.accepted) == {place for place, each in both if each == ("refuse", "accept")}
    moved = list(enumerate(zip(*zones, strict=True)))
    assert set(changes.to_review) == {place for place, each in moved if each == (False, True)}
    assert set(changes.from_review) == {place for place, each in moved if each == (True, False)}
    expected, kept = Expected.of(ranking, low), decides < low
    assert (expected.applications, expected.accepted) == (len(persons), kept.sum())
    assert expected.missed_defaults == pytest.approx(honest[kept].sum())
    assert expected.lost_good_clients == pytest.approx((1 - honest[~kept]).sum())
    assert expected.cost(10) == pytest.approx((10 * honest[kept].sum() + (1 - honest[~kept]).sum()) / len(persons))
    assert expected.result(600.0, 50.0) == pytest.approx((50 * (1 - honest[kept]) - 600 * honest[kept]).sum())


@given(PERSONS, THRESHOLDS, THRESHOLDS)
def test_the_swap_set_is_whoever_is_decided_otherwise(persons, current, new):
    decides, honest, outcome = (np.array([each[side] for each in persons], dtype=float) for side in range(3))
    clients = np.arange(100_001, 100_001 + len(persons))
    swap = Ranking.of(clients, decides, honest, outcome).swap_set(current, new)
    changed = (decides >= current) != (decides >= new)
    assert set(swap.clients) == set(clients[changed]) and len(swap) == changed.sum()
    assert all((chance >= new) == (swap.change == "refuse") for chance in decides[changed])
    assert np.all(np.diff(swap.probability) >= 0)
    if not changed.any():
        assert swap.expected_default_rate is None
    else:
        assert swap.expected_default_rate == pytest.approx(honest[changed].mean())
    known = outcome[changed & ~np.isnan(outcome)]
    assert swap.known == len(known)
    assert swap.observed_default_rate == (pytest.approx(known.mean()) if len(known) else None)
