"""Figures equal scikit-learn's, slices add up, the alarm sounds when it should."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, f1_score, fbeta_score, recall_score

from app.scoring.recommendation import BREAK_EVEN, CHEAPEST
from training.model import train as train_module
from training.model.evaluate import LEAK_AUC, interval, measures, suspected_leaks
from training.model.recipe import Recipe
from training.model.slices import FIGURES, slices
from training.model.train import train

CLIENTS = 2_500


@pytest.fixture(scope="module")
def scored():
    draws = np.random.default_rng(8)
    chance = draws.beta(1, 8, 4_000)
    return chance, (draws.random(4_000) < chance).astype(float)


def test_decision_figures_equal_the_library_s(scored):
    chance, outcome = scored
    refused = chance >= 0.1
    found = measures(chance, outcome, 0.1, 10.0)
    assert found["accuracy"] == pytest.approx(accuracy_score(outcome, refused))
    assert found["f1"] == pytest.approx(f1_score(outcome, refused))
    assert found["f_beta_2"] == pytest.approx(fbeta_score(outcome, refused, beta=2))
    assert found["recall"] == pytest.approx(recall_score(outcome, refused))
    assert found["specificity"] == pytest.approx(recall_score(1 - outcome, ~refused))


def test_nobody_refused_has_no_f_score_and_full_specificity(scored):
    found = measures(*scored, 1.0, 10.0)
    assert (found["f1"], found["f_beta_2"], found["recall"], found["specificity"]) == (0.0, 0.0, 0.0, 1.0)


def test_an_interval_holds_its_figure_and_narrows_with_the_clients(scored):
    chance, outcome = scored
    wide, narrow = (interval(chance[:n], outcome[:n], 0.1, 10.0, 1) for n in (400, 4_000))
    for name in ("auc", "cost_per_client"):
        assert narrow[name][0] < measures(chance, outcome, 0.1, 10.0)[name] < narrow[name][1]
        assert narrow[name][1] - narrow[name][0] < wide[name][1] - wide[name][0]


def measured(out_of_fold, untouched, low):
    return {
        "out_of_fold": {"auc": out_of_fold},
        "untouched": {"auc": untouched},
        "intervals_95": {"untouched": {"auc": (low, 1.0)}},
    }


@pytest.mark.parametrize(
    ("card", "alarms"),
    [
        (measured(LEAK_AUC, LEAK_AUC, 0.7), 0),
        (measured(LEAK_AUC + 0.0001, 0.75, 0.7), 1),
        (measured(0.75, 0.82, 0.75), 0),  # a small split, by chance
        (measured(0.75, 0.9, LEAK_AUC + 0.01), 1),
        (measured(0.9, 0.9, 0.88), 2),
    ],
)
def test_an_auc_too_good_to_be_true_is_an_alarm(card, alarms):
    found = list(suspected_leaks(card))
    assert len(found) == alarms
    assert all("suspect a leak" in sentence for sentence in found)


@pytest.fixture(scope="module")
def rows():
    draws = np.random.default_rng(9)
    return pd.DataFrame(
        {
            "credit": draws.normal(size=CLIENTS),
            "gender": draws.choice(["F", "M"], CLIENTS, p=[0.66, 0.34]),
            "age": np.where(draws.random(CLIENTS) < 0.02, np.nan, draws.uniform(21, 69, CLIENTS)),
            "contract_type": np.where(np.arange(CLIENTS) < 12, "Revolving loans", "Cash loans"),
            "external_scores": draws.integers(0, 4, CLIENTS).astype(float),
        },
        index=pd.RangeIndex(100_001, 100_001 + CLIENTS, name="SK_ID_CURR"),
    )


@pytest.fixture(scope="module")
def trained(rows):
    chance = 1 / (1 + np.exp(2.0 - rows["credit"]))
    labels = pd.Series((np.random.default_rng(10).random(CLIENTS) < chance).astype(int), rows.index)
    return train(rows, labels, Recipe(inputs=("credit",), most_inputs=None, repeats=1, rounds=40))


def of(found, name):
    return [one for one in found if one["slice"] == name]


def test_slices_part_the_clients_whose_value_is_known(trained, rows):
    found = slices(trained, rows)
    assert [one["value"] for one in of(found, "gender")] == ["F", "M"]
    assert {one["value"] for one in of(found, "file")} == {"full", "thin"}
    for name, column in (("gender", "gender"), ("age", "age"), ("file", "external_scores")):
        assert sum(one["clients"] for one in of(found, name)) == rows[column].notna().sum()
    thin = next(one for one in of(found, "file") if one["value"] == "thin")
    assert thin["clients"] == (rows["external_scores"] < 2).sum()


def test_a_slice_s_figures_are_those_of_its_own_clients_at_thresholds_chosen_without_them(trained, rows):
    women = (rows["gender"] == "F").to_numpy()
    expected = measures(
        trained.out_of_fold.to_numpy()[women],
        trained.outcome.to_numpy(dtype=float)[women],
        trained.threshold.to_numpy()[women],
        trained.policy.missed_default_weight,
    )
    found = of(slices(trained, rows), "gender")[0]
    assert {name: found[name] for name in FIGURES} == {name: expected[name] for name in FIGURES}
    low, high = found["intervals_95"]["auc"]
    assert low < found["auc"] < high


def test_a_slice_of_a_handful_has_its_size_and_no_figures(trained, rows):
    few = next(one for one in of(slices(trained, rows), "contract_type") if one["value"] == "Revolving loans")
    assert few["clients"] == 12
    assert "auc" not in few


def test_the_break_even_threshold_is_everybodys(trained):
    assert trained.recommendation.rule == BREAK_EVEN
    assert set(trained.threshold) == {trained.policy.threshold} == {1 / 11}


def test_where_it_is_rejected_each_client_s_threshold_comes_from_other_folds(rows, trained, monkeypatch):
    """The folds' own thresholds differ; the untouched split has the recommended one."""
    rejected = replace(trained.recommendation, rule=CHEAPEST, threshold=0.07)
    monkeypatch.setattr(train_module, "recommend", lambda drawings, cheapest: rejected)
    again = train(rows, trained.outcome, trained.recipe)
    assert again.threshold.drop(again.untouched).nunique() > 1
    assert set(again.threshold.loc[again.untouched]) == {again.policy.threshold} == {0.07}
    assert again.repeated_measures[0] == again.out_of_fold_measures
