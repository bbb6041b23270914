"""Four importances of one model: each finds what was put into the data, and each is what it says."""

import io

import numpy as np
import pandas as pd
import pytest
import shap

from app.scoring.champion import encode
from training.model.importance import PICTURES, importance, pictures
from training.model.recipe import Recipe
from training.model.train import train

CLIENTS = 2_500
NAMES = ("credit", "annuity", "income", "owns_car", "education")


@pytest.fixture(scope="module")
def rows():
    draws = np.random.default_rng(5)
    return pd.DataFrame(
        {
            "credit": draws.normal(size=CLIENTS),
            "annuity": draws.normal(size=CLIENTS),
            "income": 1.0,
            "owns_car": draws.integers(0, 2, CLIENTS).astype(float),
            "education": draws.choice(["Higher education", "Lower secondary"], CLIENTS),
        },
        index=pd.RangeIndex(100_001, 100_001 + CLIENTS, name="SK_ID_CURR"),
    )


@pytest.fixture(scope="module")
def trained(rows):
    chance = 1 / (1 + np.exp(2.0 - 1.5 * rows["credit"]))
    labels = pd.Series((np.random.default_rng(6).random(CLIENTS) < chance).astype(int), rows.index)
    return train(rows, labels, Recipe(inputs=NAMES, most_inputs=None, repeats=1, rounds=60, untouched_share=0.3))


@pytest.fixture(scope="module")
def found(trained, rows):
    return {one.feature: one for one in importance(trained, rows)}


@pytest.mark.parametrize("measure", ["gain", "auc_lost", "cost_added", "mean_contribution"])
def test_each_measure_finds_what_drives_the_outcome(found, measure):
    assert max(found.values(), key=lambda one: getattr(one, measure)).feature == "credit"
    assert getattr(found["credit"], measure) > 0


def test_an_input_no_tree_splits_on_matters_to_none(found):
    unused = found["income"]
    assert (unused.gain, unused.auc_lost, unused.cost_added, unused.mean_contribution) == (0, 0, 0, 0)


def test_gains_are_shares_of_one_and_the_largest_contribution_comes_first(trained, rows):
    ranked = importance(trained, rows)
    assert sum(one.gain for one in ranked) == pytest.approx(1.0)
    assert [one.mean_contribution for one in ranked] == sorted((one.mean_contribution for one in ranked), reverse=True)


def test_contributions_are_shapley_values_of_unseen_clients_in_points(trained, rows, found):
    unseen = encode(rows.loc[trained.untouched], NAMES, trained.categories)
    explained = np.abs(shap.TreeExplainer(trained.booster).shap_values(unseen)).mean(axis=0)
    in_points = 20 / np.log(2) * trained.calibration.slope * explained
    assert [found[name].mean_contribution for name in NAMES] == pytest.approx(in_points.tolist())


def test_the_same_run_finds_the_same(trained, rows):
    assert importance(trained, rows) == importance(trained, rows)


def test_each_measure_is_a_picture_with_the_words_of_its_inputs(found):
    drawn = pictures([vars(one) for one in found.values()])
    assert set(drawn) == set(PICTURES)
    for figure in drawn.values():
        file = io.BytesIO()
        figure.savefig(file, format="png")
        assert file.getvalue().startswith(b"\x89PNG")
        assert "Loan amount" in {label.get_text() for label in figure.axes[0].get_yticklabels()}
