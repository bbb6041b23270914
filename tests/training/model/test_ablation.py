"""The ceiling changes one thing at a time and measures it as training does."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from app.scoring.features import FEATURES
from training.model.ablation import ablation
from training.model.cross_validation import average, cross_validate
from training.model.recipe import Recipe
from training.model.train import train
from training.progress import Progress

CLIENTS = 600
RECIPE = Recipe(repeats=2, rounds=8, most_inputs=None, parameters={**Recipe().parameters, "min_data_in_leaf": 5})


@pytest.fixture(scope="module")
def rows():
    draws = np.random.default_rng(4)
    columns = {
        feature.name: draws.choice(["a", "b"], CLIENTS) if feature.kind == "category" else draws.normal(size=CLIENTS)
        for feature in FEATURES
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(100_001, 100_001 + CLIENTS, name="SK_ID_CURR"))


@pytest.fixture(scope="module")
def labels(rows):
    chance = 1 / (1 + np.exp(1.5 + 2.0 * rows["external_score_mean"]))
    return pd.Series((np.random.default_rng(5).random(CLIENTS) < chance).astype(int), rows.index)


@pytest.fixture(scope="module")
def variants(rows, labels):
    return {one.changed: one for one in ablation(rows, labels, RECIPE)}


def test_nothing_changed_is_what_training_measures(variants, rows, labels):
    expected = train(rows, labels, RECIPE).out_of_fold_measures
    same = variants["nothing"]
    assert (same.auc, same.cost) == (expected["auc"], expected["cost_per_client"])


def test_nothing_but_the_table_is_printed(rows, labels, capfd):
    next(ablation(rows, labels, replace(RECIPE, rounds=2)))
    assert capfd.readouterr().out == ""


def test_the_learning_curve_takes_fewer_clients(variants):
    clients = [one.clients for one in list(variants.values())[:4]]
    assert clients == [540, 135, 270, 405]


def test_what_repeats_is_told_with_its_spread(variants):
    one, many = variants["nothing"], variants["nothing, 2 drawings of the folds"]
    assert one.spread is None and many.spread is not None
    assert all(each > 0 for each in many.spread)
    assert abs(many.auc - one.auc) < 3 * many.spread[0]


def test_each_ablation_changes_what_it_says(variants):
    everything = variants["nothing"].inputs
    protected = sum(feature.protected for feature in FEATURES)
    assert variants["protected attributes among the inputs"].inputs == everything + protected
    assert variants["no external scores"].inputs < everything
    assert variants["no external scores"].auc < variants["nothing"].auc - 0.05
    assert "5 boosters" in list(variants)[-2]
    others = {one.changed: one.auc for one in variants.values() if one.clients == 540}
    assert others["no direction held"] != others["nothing"] != others["31 leaves"]


def test_boosters_averaged_are_scored_by_their_mean_and_calibrated_anew(rows, labels):
    inputs, outcome = rows[["external_score_mean"]].to_numpy(), labels.to_numpy(dtype="float64")
    recipe = replace(RECIPE, inputs=("external_score_mean",))
    folds = [
        cross_validate(inputs, outcome, {}, replace(recipe, parameters={**recipe.parameters, "seed": seed}), Progress())
        for seed in (1, 2)
    ]
    mean = average(folds, recipe)
    np.testing.assert_array_equal(mean.raw, (folds[0].raw + folds[1].raw) / 2)
    assert not np.array_equal(folds[0].raw, folds[1].raw)
    np.testing.assert_array_equal(average([folds[0]], recipe).chance, folds[0].chance)
    np.testing.assert_array_equal(average([folds[0]], recipe).cheapest, folds[0].cheapest)
    assert abs(mean.chance.mean() - outcome.mean()) < 0.01
