"""Which threshold training recommends: the break-even one, unless searching for another pays beyond chance."""

import numpy as np
import pytest

from app.scoring.policy import cheapest_threshold
from app.scoring.recommendation import BREAK_EVEN, CHEAPEST
from training.model.cross_validation import Folds
from training.model.threshold import recommend

CLIENTS, FOLDS, WEIGHT = 4_000, 4, 10.0


def drawing(announced, seed=0, truth=None):
    """Folds of clients who default as ``truth`` has it, while ``announced`` is said of them."""
    draws = np.random.default_rng(seed)
    outcome = (np.random.default_rng(99).random(len(announced)) < (announced if truth is None else truth)).astype(float)
    fold, cheapest = draws.integers(0, FOLDS, len(announced)), np.empty(len(announced))
    for number in range(FOLDS):
        others = fold != number
        cheapest[~others] = cheapest_threshold(announced[others], outcome[others], WEIGHT, seed, resamples=20)
    return Folds(outcome, np.zeros(len(announced)), announced, cheapest, 1, (1,) * FOLDS, WEIGHT)


@pytest.fixture(scope="module")
def chance():
    return np.random.default_rng(3).beta(1, 11, CLIENTS)


def test_calibrated_probabilities_are_divided_at_break_even(chance):
    drawings = [drawing(chance, seed) for seed in range(3)]
    found = recommend(drawings, cheapest=0.07)
    assert (found.rule, found.threshold) == (BREAK_EVEN, 1 / 11)
    assert found.cheapest == 0.07 and found.saved[1] <= 0 <= found.saved[2]
    low, high = found.cheapest_between
    assert 0 < low < high < 0.2


def test_where_the_probabilities_are_wrong_the_cheapest_threshold_is_recommended(chance):
    found = recommend([drawing(chance / 3, seed, truth=chance) for seed in range(2)], cheapest=0.03)
    assert (found.rule, found.threshold) == (CHEAPEST, 0.03)
    assert 0 < found.saved[1] < found.saved[0] < found.saved[2]


def test_what_the_drawings_save_is_told_of_the_same_clients(chance):
    one, other = drawing(chance, 1), drawing(chance, 2)
    both = recommend([one, other], 0.08).saved[0]
    assert both == pytest.approx(np.mean([recommend([each], 0.08).saved[0] for each in (one, other)]))
    costs = one.cost_of_each(1 / 11)
    assert set(np.unique(costs)) == {0.0, 1.0, WEIGHT}
    assert costs.mean() == pytest.approx(one.measures(1 / 11)["cost_per_client"])
