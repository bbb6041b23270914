"""Training: folds, out-of-fold calibration and threshold, the untouched split, and the champion's final fit.

Nothing that is reported was chosen on the rows that report it. The number of trees, the calibration and the threshold
that score a fold come from the other folds; the untouched split is seen once, at the end.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, train_test_split

from app.scoring.champion import Calibration, encode, probability
from app.scoring.features import FEATURES, INPUTS, by_name
from app.scoring.policy import GREY_ZONE_POINTS, MISSED_DEFAULT_WEIGHT, Policy, recommended_threshold
from app.scoring.population import ordered_categories
from app.scoring.problems import TableProblem
from training.evaluate import interval, measures

Floats = NDArray[np.float64]
Progress = Callable[[str], None]

PROGRESS_EVERY = 100


@dataclass(frozen=True)
class Recipe:
    """Every choice of a training run; two runs of one recipe on the same data give the same bytes.

    Attributes:
        inputs: names of the model's features, in order.
        monotone: hold each effect to the direction its feature declares.
        untouched_share: share of labelled clients kept from every choice.
        rounds: most trees tried; the folds choose how many are kept.
        patience: rounds without a gain after which the folds stop growing.
        weight: cost of a missed default in lost good clients.
        parameters: LightGBM's.
    """

    inputs: tuple[str, ...] = INPUTS
    seed: int = 20180517
    folds: int = 5
    untouched_share: float = 0.10
    rounds: int = 1500
    patience: int = 100
    weight: float = MISSED_DEFAULT_WEIGHT
    grey_zone_points: float = GREY_ZONE_POINTS
    monotone: bool = True
    parameters: dict[str, Any] = field(
        default_factory=lambda: {
            "learning_rate": 0.03,
            "num_leaves": 12,
            "min_data_in_leaf": 100,
            "feature_fraction": 0.15,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "lambda_l2": 30.0,
            "path_smooth": 10.0,
            "cat_smooth": 30.0,
        }
    )


@dataclass(frozen=True)
class Trained:
    """A trained model and what was measured on the way.

    Attributes:
        booster: fitted on all but the untouched split.
        categories: known values of each categorical input, by code.
        policy: recommended threshold, grey zone and cost weight.
        outcome: 1 where the labelled client did not repay; SK_ID_CURR index.
        out_of_fold: calibrated probability of each labelled client from a model that never saw it; same index.
        untouched: SK_ID_CURR of the untouched split; their ``out_of_fold`` is the champion's own.
        out_of_fold_measures: the folds' figures, each at a threshold chosen on the other folds.
        untouched_measures: the untouched split's figures at the recommended threshold.
        intervals: 95 % bootstrap intervals of both, by "out_of_fold" and "untouched".
    """

    recipe: Recipe
    booster: lgb.Booster
    categories: dict[str, tuple[str, ...]]
    calibration: Calibration
    policy: Policy
    rounds: int
    outcome: pd.Series
    out_of_fold: pd.Series
    untouched: pd.Index
    out_of_fold_measures: dict[str, float]
    untouched_measures: dict[str, float]
    training_auc: float
    intervals: dict[str, dict[str, tuple[float, float]]]


@dataclass(frozen=True)
class Folds:
    """What cross-validation found about one recipe; arrays have one entry per client it saw.

    Attributes:
        raw: the booster's log-odds from the other folds.
        chance: probability of default, calibrated on the other folds.
        threshold: threshold chosen on the other folds.
        rounds: number of trees for a fit on everyone.
    """

    outcome: Floats
    raw: Floats
    chance: Floats
    threshold: Floats
    rounds: int
    weight: float

    @property
    def measures(self) -> dict[str, float]:
        """Figures of the folds."""
        return measures(self.chance, self.outcome, self.threshold, self.weight)


def train(rows: pd.DataFrame, labels: pd.Series, recipe: Recipe, progress: Progress = lambda message: None) -> Trained:
    """Train on labelled clients.

    Args:
        rows: feature rows of the labelled clients, SK_ID_CURR index.
        labels: 1 where the client did not repay; same index.

    Raises:
        TableProblem: too few clients of either outcome for the folds.
    """
    seen, untouched = split(labels, recipe)
    categories = learn_categories(rows.iloc[seen], recipe.inputs)
    inputs, outcome = encode(rows, recipe.inputs, categories), labels.to_numpy(dtype="float64")
    folds = cross_validate(inputs[seen], outcome[seen], categories, recipe, progress)
    calibration = fit_calibration(folds.raw, folds.outcome)
    calibrated = probability(calibration.log_odds(folds.raw))
    threshold = recommended_threshold(calibrated, folds.outcome, recipe.weight, recipe.seed)
    policy = Policy(threshold, recipe.grey_zone_points, recipe.weight)
    progress(f"final fit: {folds.rounds} trees on {len(seen):,} clients")
    whole = _dataset(inputs[seen], outcome[seen], categories, recipe)
    booster = lgb.train(_parameters(recipe, categories), whole, folds.rounds)
    fitted = probability(calibration.log_odds(np.asarray(booster.predict(inputs, raw_score=True))))
    never_seen = fitted.copy()
    never_seen[seen] = folds.chance
    return Trained(
        recipe=recipe,
        booster=booster,
        categories=categories,
        calibration=calibration,
        policy=policy,
        rounds=folds.rounds,
        outcome=labels,
        out_of_fold=pd.Series(never_seen, index=rows.index),
        untouched=rows.index[untouched],
        out_of_fold_measures=folds.measures,
        untouched_measures=measures(fitted[untouched], outcome[untouched], threshold, recipe.weight),
        training_auc=measures(fitted[seen], outcome[seen], threshold, recipe.weight)["auc"],
        intervals={
            "out_of_fold": interval(folds.chance, folds.outcome, folds.threshold, recipe.weight, recipe.seed),
            "untouched": interval(fitted[untouched], outcome[untouched], threshold, recipe.weight, recipe.seed),
        },
    )


def price_of_excluding(
    trained: Trained, rows: pd.DataFrame, labels: pd.Series, progress: Progress = lambda message: None
) -> dict[str, float]:
    """What leaving the protected attributes out costs in the same folds: AUC lost and cost per client added."""
    recipe = replace(trained.recipe, inputs=tuple(feature.name for feature in FEATURES))
    seen, _ = split(labels, recipe)
    categories = learn_categories(rows.iloc[seen], recipe.inputs)
    outcome = labels.to_numpy(dtype="float64")[seen]
    progress("once more with the protected attributes, to know what leaving them out costs")
    with_them = cross_validate(
        encode(rows.iloc[seen], recipe.inputs, categories), outcome, categories, recipe, progress
    )
    without = trained.out_of_fold_measures
    return {
        "auc_lost": with_them.measures["auc"] - without["auc"],
        "cost_per_client_added": without["cost_per_client"] - with_them.measures["cost_per_client"],
    }


def split(labels: pd.Series, recipe: Recipe) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """Positions of the clients that choose everything, and of those kept untouched; stratified by outcome."""
    _check_outcomes(labels, recipe)
    seen, untouched = train_test_split(
        np.arange(len(labels)), test_size=recipe.untouched_share, stratify=labels, random_state=recipe.seed
    )
    return np.sort(seen), np.sort(untouched)


def cross_validate(
    inputs: Floats, outcome: Floats, categories: dict[str, tuple[str, ...]], recipe: Recipe, progress: Progress
) -> Folds:
    """Every client scored by a model, a calibration and a threshold that never saw it."""
    fold = _fold_of_each(outcome, recipe)
    raw, rounds = _out_of_fold(inputs, outcome, fold, categories, recipe, progress)
    chance, threshold = _calibrate_by_fold(raw, outcome, fold, recipe)
    return Folds(outcome, raw, chance, threshold, rounds, recipe.weight)


def learn_categories(rows: pd.DataFrame, inputs: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Known values of each categorical input, most frequent first: the order never looks at the outcome."""
    return {name: ordered_categories(rows[name]) for name in inputs if by_name[name].kind == "category"}


def fit_calibration(raw: Floats, outcome: Floats) -> Calibration:
    """Platt's scaling of out-of-fold log-odds."""
    fitted = LogisticRegression(C=np.inf).fit(raw.reshape(-1, 1), outcome)
    return Calibration(slope=float(fitted.coef_[0, 0]), intercept=float(fitted.intercept_[0]))


def _check_outcomes(labels: pd.Series, recipe: Recipe) -> None:
    rarest = int(labels.value_counts().reindex([0, 1], fill_value=0).min())
    if rarest < 2 * recipe.folds:
        raise TableProblem(
            "Only {rarest} labelled clients have the rarer outcome.",
            "Every fold needs at least two of each outcome.",
            "Train on more clients, or with fewer folds than {folds}.",
            rarest=rarest,
            folds=recipe.folds,
        )


def _fold_of_each(outcome: Floats, recipe: Recipe) -> NDArray[np.int_]:
    fold = np.empty(len(outcome), dtype=int)
    splitter = StratifiedKFold(recipe.folds, shuffle=True, random_state=recipe.seed)
    for number, (_, held_out) in enumerate(splitter.split(outcome, outcome)):
        fold[held_out] = number
    return fold


def _parameters(recipe: Recipe, categories: dict[str, tuple[str, ...]]) -> dict[str, Any]:
    directions = [by_name[name].direction if name not in categories else 0 for name in recipe.inputs]
    return {
        "objective": "binary",
        "metric": "binary_logloss",
        "verbosity": -1,
        "seed": recipe.seed,
        "deterministic": True,
        "force_col_wise": True,
        # One thread a booster and the folds side by side: a tree of these sizes is 5 to 25 times slower when two
        # threads must wait for each other at every split of a busy machine.
        "num_threads": 1,
        **({"monotone_constraints": directions} if recipe.monotone else {}),
        **recipe.parameters,
    }


def _dataset(inputs: Floats, outcome: Floats, categories: dict[str, tuple[str, ...]], recipe: Recipe) -> lgb.Dataset:
    return lgb.Dataset(
        inputs,
        outcome,
        feature_name=list(recipe.inputs),
        categorical_feature=list(categories),
        params=_parameters(recipe, categories),
        free_raw_data=False,
    )


def _out_of_fold(
    inputs: Floats,
    outcome: Floats,
    fold: NDArray[np.int_],
    categories: dict[str, tuple[str, ...]],
    recipe: Recipe,
    progress: Progress,
) -> tuple[Floats, int]:
    """Raw log-odds of each client from a model of the other folds, and the number of trees for the final fit."""
    whole = _dataset(inputs, outcome, categories, recipe).construct()
    boosters = [_fold_booster(whole, fold == number, _parameters(recipe, categories)) for number in range(recipe.folds)]
    losses = _grow(boosters, recipe, progress)
    raw = np.empty(len(outcome))
    for number, booster in enumerate(boosters):
        # The others say how many trees: a fold that chose its own would flatter itself.
        trees = _best_rounds(np.delete(losses, number, axis=0))
        held_out = fold == number
        raw[held_out] = booster.predict(inputs[held_out], raw_score=True, num_iteration=trees)
    return raw, _best_rounds(losses)


def _fold_booster(whole: lgb.Dataset, held_out: NDArray[np.bool_], parameters: dict[str, Any]) -> lgb.Booster:
    booster = lgb.Booster(parameters, whole.subset(np.flatnonzero(~held_out).tolist()))
    return booster.add_valid(whole.subset(np.flatnonzero(held_out).tolist()), "held_out")


def _grow(boosters: list[lgb.Booster], recipe: Recipe, progress: Progress) -> Floats:
    """Grow every fold's trees in step until none has helped for ``patience`` rounds; held-out loss, (folds, rounds)."""
    losses: list[list[float]] = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for grown in range(recipe.rounds):
            if grown % PROGRESS_EVERY == 0:
                progress(f"{recipe.folds} folds, tree {grown} of at most {recipe.rounds}")
            losses.append(list(pool.map(_grow_one, boosters)))
            if grown >= _best_rounds(np.array(losses).T) + recipe.patience:
                break
    return np.array(losses).T


def _grow_one(booster: lgb.Booster) -> float:
    booster.update()
    return float(booster.eval_valid()[0][2])


def _best_rounds(losses: Floats) -> int:
    return int(np.argmin(losses.mean(axis=0))) + 1


def _calibrate_by_fold(raw: Floats, outcome: Floats, folds: NDArray[np.int_], recipe: Recipe) -> tuple[Floats, Floats]:
    """Probability and threshold of each client, both learnt without its fold."""
    chances, thresholds = np.empty(len(raw)), np.empty(len(raw))
    for fold in range(recipe.folds):
        held_out = folds == fold
        calibration = fit_calibration(raw[~held_out], outcome[~held_out])
        chances[held_out] = probability(calibration.log_odds(raw[held_out]))
        others = probability(calibration.log_odds(raw[~held_out]))
        thresholds[held_out] = recommended_threshold(others, outcome[~held_out], recipe.weight, recipe.seed)
    return chances, thresholds
