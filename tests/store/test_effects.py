"""Global importance and dependence are those of the sample's own contributions."""

import numpy as np
import pandas as pd
import pytest

from app.scoring.problems import QuestionProblem
from app.store.effects import DECIMALS, SAMPLE, dependence, dependences, importance

ROUNDED = 0.51 * 10**-DECIMALS


@pytest.fixture(scope="module")
def sample(demo):
    rows = pd.read_parquet(demo.folder / "clients.parquet")
    return rows.iloc[np.unique(np.linspace(0, len(rows) - 1, SAMPLE).astype(int))]


def test_importance_is_the_mean_absolute_contribution_largest_first(demo, sample):
    expected = np.abs(demo.champion.contributions(sample)).mean(axis=0)
    told = importance(demo.folder)
    assert list(told.values()) == sorted(told.values(), reverse=True)
    assert told == pytest.approx(dict(zip(demo.champion.features, expected, strict=True)), abs=ROUNDED)


@pytest.mark.parametrize("feature", ["credit_to_annuity", "a category", "external_score_1"])
def test_dependence_pairs_each_value_with_its_own_effect(demo, sample, feature):
    feature = next(iter(demo.champion.categories)) if feature == "a category" else feature
    told = dependence(demo.folder, feature)
    effects = demo.champion.contributions(sample)[:, demo.champion.features.index(feature)]
    np.testing.assert_allclose(told.points, effects, atol=ROUNDED)
    values = [None if pd.isna(value) else value for value in sample[feature]]
    assert list(told.values) == values and told.feature == feature


def test_several_items_at_once_are_each_one_s_own(demo):
    first, second = list(importance(demo.folder))[:2]
    one_by_one = dependence(demo.folder, first), dependence(demo.folder, second)
    assert dependences(demo.folder, (first, second)) == one_by_one


@pytest.mark.parametrize("feature", ["age", "points", "credit; DROP TABLE clients"])
def test_an_item_the_model_does_not_read_is_a_sentence(demo, feature):
    with pytest.raises(QuestionProblem):
        dependence(demo.folder, feature)
