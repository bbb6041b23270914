"""The bench is honest, goes on after a failure or a kill, ranks by cost, and gives the same figures again."""

import os
from dataclasses import replace
from functools import cache

import mlflow
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from app.scoring.problems import TableProblem
from training.bench import bench_models, ranking, trials
from training.bench.bench_models import EXPERIMENT, compare
from training.bench.candidates import CANDIDATES, STRATEGIES, Candidate, by_candidate, pipeline
from training.bench.report import table
from training.bench.trials import Bench, try_out
from training.model.cross_validation import fold_of_each
from training.model.recipe import Recipe
from training.synthetic.synthesize import synthesize

CLIENTS = 600
FAST = (by_candidate["dummy"], replace(by_candidate["decision tree"], grid={"max_depth": (2, 4)}))
RECIPE = Recipe(seed=11)
READ = bench_models._read

pytestmark = pytest.mark.xdist_group("bench")


@pytest.fixture(scope="module", autouse=True)
def light():
    """One process, the tables read once, and every fifth of their inputs: a bench knows no feature by name."""

    @cache
    def read(folder):
        rows, labels = READ(folder)
        return rows.iloc[:, ::5], labels

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "cpu_count", lambda: 1)
        patch.setattr(bench_models, "_read", read)
        yield


@pytest.fixture(scope="module")
def bench():
    draws = np.random.default_rng(2)
    rows = pd.DataFrame(
        {
            "credit": draws.lognormal(13, 0.7, CLIENTS),
            "external_score_mean": np.where(draws.random(CLIENTS) < 0.1, np.nan, draws.random(CLIENTS)),
            "owns_car": draws.integers(0, 2, CLIENTS).astype(float),
            "education": pd.Series(
                draws.choice(["Higher education", "Lower secondary", None], CLIENTS), dtype="str"
            ).array,
        },
        index=pd.RangeIndex(100_001, 100_001 + CLIENTS, name="SK_ID_CURR"),
    )
    log_odds = -0.2 - 3.0 * rows["external_score_mean"].fillna(0.5)
    outcome = (draws.random(CLIENTS) < 1 / (1 + np.exp(-log_odds))).to_numpy(dtype=float)
    return Bench(rows, outcome, fold_of_each(outcome, RECIPE), 11)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench") / "tables"
    synthesize(900, 4, folder, labelled=850)
    for path in folder.iterdir():
        if not path.name.startswith("application"):
            path.unlink()
    return folder


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def compared(data, store):
    return compare(data, store, RECIPE, chosen=FAST)


def without_seconds(comparison):
    return table(replace(comparison, entries=tuple(replace(entry, fit_seconds=0.0) for entry in comparison.entries)))


@pytest.mark.parametrize(
    ("name", "strategy"), [(one.name, strategy) for one in CANDIDATES for strategy in one.strategies]
)
def test_every_candidate_scores_everyone_under_every_strategy(bench, name, strategy):
    candidate = bench_models._first_only(by_candidate[name])
    (trial,) = try_out(bench, candidate, strategy)
    assert trial.failure == ""
    assert len(trial.raw) == CLIENTS and np.isfinite(trial.raw).all()
    assert trial.fit_seconds > 0


def test_the_candidates_are_those_that_were_asked_for():
    trees = ["decision tree", "random forest", "AdaBoost"]
    assert [one.name for one in CANDIDATES] == [
        "dummy",
        "logistic regression",
        *trees,
        "support vector machine",
        "LightGBM",
    ]
    assert STRATEGIES == ("none", "class weights", "SMOTE", "undersampling")


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_fold_s_scores_never_depend_on_its_own_outcomes(bench, strategy):
    other = bench.outcome.copy()
    other[bench.fold == 0] = 1 - other[bench.fold == 0]
    before, after = (try_out(replace(bench, outcome=outcome), FAST[1], strategy) for outcome in (bench.outcome, other))
    for first, second in zip(before, after, strict=True):
        np.testing.assert_array_equal(first.raw[bench.fold == 0], second.raw[bench.fold == 0])
        assert (first.raw[bench.fold == 1] != second.raw[bench.fold == 1]).any()


def test_imputation_and_encoding_learn_from_the_fold_s_training_part_only(bench):
    away = bench.fold == 0
    rows = bench.rows.copy()
    rows.loc[away, "credit"] *= 1e6
    fitted = pipeline(by_candidate["logistic regression"], "none", list(rows), {"C": 0.1}, 11)
    learnt = [fitted.fit(these[~away], bench.outcome[~away])["model"].coef_.copy() for these in (rows, bench.rows)]
    np.testing.assert_array_equal(*learnt)


def test_parameters_calibration_and_threshold_of_a_fold_come_from_the_others(bench, monkeypatch):
    tried = try_out(bench, FAST[1], "none")
    seen = []
    monkeypatch.setattr(ranking, "measures", lambda chance, outcome, limit, weight: seen.append((chance, limit)) or {})
    other = bench.outcome.copy()
    other[bench.fold == 0] = 1 - other[bench.fold == 0]
    for outcome in (bench.outcome, other):
        ranking.judge(replace(bench, outcome=outcome), "decision tree", "none", tried, 10.0)
    (chance, limit), (chance_after, limit_after) = seen
    np.testing.assert_array_equal(chance[bench.fold == 0], chance_after[bench.fold == 0])
    np.testing.assert_array_equal(limit[bench.fold == 0], limit_after[bench.fold == 0])
    assert (limit[bench.fold == 1] != limit_after[bench.fold == 1]).any()


def test_the_ranking_is_by_cost_and_the_dummy_is_told_apart(compared):
    costs = [entry.measures["cost_per_client"] for entry in compared.entries]
    assert costs == sorted(costs) and len(costs) == 5
    dummy = next(entry for entry in compared.entries if entry.candidate == "dummy")
    assert dummy.measures["recall"] == 0.0 and dummy.measures["specificity"] == 1.0


def test_the_best_by_each_measure_is_named_with_its_parameters(compared):
    assert [refit.by for refit in compared.refits] == ["AUC", "F-beta(2)", "recall", "specificity", "cost"]
    best = {refit.by: refit.measures for refit in compared.refits}
    assert best["AUC"]["auc"] == max(found["auc"] for found in best.values())
    assert best["recall"]["recall"] == max(found["recall"] for found in best.values())
    assert best["cost"]["cost_per_client"] == min(found["cost_per_client"] for found in best.values())
    assert all(set(refit.trial.parameters) == {"max_depth"} for refit in compared.refits)


def test_the_same_seed_gives_every_figure_again(compared, data, tmp_path):
    again = compare(data, tmp_path, RECIPE, chosen=FAST)
    assert without_seconds(again) == without_seconds(compared)
    assert without_seconds(compare(data, tmp_path, Recipe(seed=12), chosen=FAST)) != without_seconds(compared)


def test_another_weight_is_answered_from_what_is_there(compared, data, store):
    before = {path.name: path.stat().st_mtime_ns for path in (store / "bench").iterdir()}
    lenient = compare(data, store, replace(RECIPE, weight=2.0), chosen=FAST)
    assert {path.name: path.stat().st_mtime_ns for path in (store / "bench").iterdir()} == before
    assert lenient.entries[0].measures["cost_per_client"] < compared.entries[0].measures["cost_per_client"]


def test_a_killed_bench_goes_on_where_it_stopped(compared, data, tmp_path, monkeypatch):
    asked = []

    def until_the_third(bench, candidate, strategy):
        asked.append((candidate.name, strategy))
        if len(asked) == 3:
            raise KeyboardInterrupt
        return try_out(bench, candidate, strategy)

    monkeypatch.setattr(bench_models, "try_out", until_the_third)
    with pytest.raises(KeyboardInterrupt):
        compare(data, tmp_path, RECIPE, chosen=FAST)
    finished = asked[:2]
    asked[:] = [("counted", "")] * 3
    resumed = compare(data, tmp_path, RECIPE, chosen=FAST)
    assert not set(finished) & set(asked[3:]) and len(asked[3:]) == 3
    assert without_seconds(resumed) == without_seconds(compared)


def test_a_write_that_is_cut_short_leaves_no_finished_pair(bench, tmp_path, monkeypatch):
    def torn(file, **arrays):
        file.write(b"half")
        raise OSError("killed")

    monkeypatch.setattr(trials.np, "savez_compressed", torn)
    with pytest.raises(OSError, match="killed"):
        trials.write_trials(try_out(bench, FAST[0], "none"), tmp_path / "pair.npz")
    assert not (tmp_path / "pair.npz").exists()


def test_a_candidate_that_does_not_converge_is_recorded_and_the_others_go_on(data, tmp_path):
    hopeless = Candidate("hopeless", lambda seed: LogisticRegression(max_iter=1), linear=True, strategies=("none",))
    found = compare(data, tmp_path, RECIPE, chosen=(hopeless, FAST[0]))
    assert [entry.candidate for entry in found.entries] == ["dummy", "hopeless"]
    assert found.entries[1].measures == {}
    assert found.entries[1].failure.startswith("ConvergenceWarning")
    assert "ConvergenceWarning" in table(found)
    logged = mlflow.search_runs(experiment_names=[EXPERIMENT])
    assert logged["tags.failure"].str.startswith("ConvergenceWarning").sum() == 1


def test_the_comparison_is_one_run_with_a_nested_one_for_each_pair_and_refit(compared, store):
    bench_models.mlflow_registry.connect(store, EXPERIMENT)
    logged = mlflow.search_runs(experiment_names=[EXPERIMENT])
    parents = logged[logged["tags.mlflow.parentRunId"].isna()]
    first = parents.iloc[-1].run_id
    assert (logged["tags.mlflow.parentRunId"] == first).sum() == len(compared.entries) + len(compared.refits)
    assert parents.iloc[-1]["params.data_hash"] == compared.data_hash
    assert mlflow.artifacts.load_text(f"runs:/{first}/ranking.md") == table(compared)


def test_fewer_defaults_than_the_folds_need_is_a_sentence(data, tmp_path):
    with pytest.raises(TableProblem, match="Every fold needs at least two of each outcome"):
        compare(data, tmp_path, replace(RECIPE, folds=400), chosen=FAST)
    assert not (tmp_path / "bench").exists()
