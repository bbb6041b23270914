"""Cross-validation: every client scored by a model, a calibration and a threshold that never saw it."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, train_test_split

from app.scoring.champion import Calibration, probability
from app.scoring.features import by_name
from app.scoring.policy import cheapest_threshold, cost_of_each
from app.scoring.population import ordered_categories
from app.scoring.problems import TableProblem
from training.model.evaluate import measures
from training.model.recipe import Recipe
from training.model.selection import select
from training.progress import Progress

Floats = NDArray[np.float64]

STEPS = 2
"""Of ``cross_validate``: selecting, growing."""
TOLD_EVERY = 100


@dataclass(frozen=True)
class Folds:
    """What cross-validation found about one recipe; arrays have one entry per client it saw.

    Attributes:
        raw: the booster's log-odds from the other folds.
        chance: probability of default, calibrated on the other folds.
        cheapest: the cheapest threshold of the other folds.
        rounds: number of trees for a fit on everyone.
        inputs: how many inputs each fold selected.
    """

    outcome: Floats
    raw: Floats
    chance: Floats
    cheapest: Floats
    rounds: int
    inputs: tuple[int, ...]
    weight: float

    def measures(self, threshold: float | Floats | None = None) -> dict[str, float]:
        """Figures of the folds at a threshold that was chosen on none of them; at the cheapest of the others unless
        told."""
        return measures(self.chance, self.outcome, self.cheapest if threshold is None else threshold, self.weight)

    def cost_of_each(self, threshold: float | Floats) -> Floats:
        """Business cost of each client, at one threshold or at one of each."""
        return cost_of_each(self.chance, self.outcome, threshold, self.weight)


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
    """Every client scored by a selection, a model, a calibration and a threshold that never saw it."""
    fold = fold_of_each(outcome, recipe)
    recipes = _select_by_fold(inputs, outcome, fold, categories, recipe, progress)
    raw, rounds = _out_of_fold(inputs, outcome, fold, categories, recipe, recipes, progress)
    chance, cheapest = _calibrate_by_fold(raw, outcome, fold, recipe)
    return Folds(outcome, raw, chance, cheapest, rounds, tuple(len(one.inputs) for one in recipes), recipe.weight)


def cross_validate_again(
    inputs: Floats, outcome: Floats, categories: dict[str, tuple[str, ...]], recipe: Recipe, progress: Progress
) -> tuple[Folds, ...]:
    """The same on the recipe's other drawings of the folds."""
    return tuple(cross_validate(inputs, outcome, categories, drawing, progress) for drawing in recipe.redrawn())


def average(several: Sequence[Folds], recipe: Recipe) -> Folds:
    """Models of the same folds as one: their mean log-odds, with a calibration and thresholds of its own."""
    first = several[0]
    raw = np.mean([each.raw for each in several], axis=0)
    chance, cheapest = _calibrate_by_fold(raw, first.outcome, fold_of_each(first.outcome, recipe), recipe)
    return replace(first, raw=raw, chance=chance, cheapest=cheapest)


def columns_of(chosen: Sequence[str], inputs: Sequence[str]) -> NDArray[np.intp]:
    """Where the chosen inputs stand among all of them."""
    place = {name: position for position, name in enumerate(inputs)}
    return np.array([place[name] for name in chosen], dtype=np.intp)


def fold_of_each(outcome: Floats, recipe: Recipe) -> NDArray[np.int_]:
    """Number of the fold that holds each client out; stratified by outcome."""
    fold = np.empty(len(outcome), dtype=int)
    splitter = StratifiedKFold(recipe.folds, shuffle=True, random_state=recipe.seed)
    for number, (_, held_out) in enumerate(splitter.split(outcome, outcome)):
        fold[held_out] = number
    return fold


def learn_categories(rows: pd.DataFrame, inputs: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Known values of each categorical input, most frequent first: the order never looks at the outcome."""
    return {name: ordered_categories(rows[name]) for name in inputs if by_name[name].kind == "category"}


def fit_calibration(raw: Floats, outcome: Floats) -> Calibration:
    """Platt's scaling of out-of-fold log-odds."""
    fitted = LogisticRegression(C=np.inf).fit(raw.reshape(-1, 1), outcome)
    return Calibration(slope=float(fitted.coef_[0, 0]), intercept=float(fitted.intercept_[0]))


def dataset(
    inputs: Floats,
    outcome: Floats,
    categories: Collection[str],
    recipe: Recipe,
    reference: lgb.Dataset | None = None,
) -> lgb.Dataset:
    """Encoded rows and their outcomes as LightGBM reads them, in the bins of ``reference`` where there is one."""
    return lgb.Dataset(
        inputs,
        outcome,
        reference,
        feature_name=list(recipe.inputs),
        categorical_feature=[name for name in recipe.inputs if name in categories],
        params=recipe.lightgbm(categories),
    )


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


def _select_by_fold(
    inputs: Floats,
    outcome: Floats,
    fold: NDArray[np.int_],
    categories: dict[str, tuple[str, ...]],
    recipe: Recipe,
    progress: Progress,
) -> list[Recipe]:
    """The recipe of each fold, with the inputs that the other folds select."""
    progress.step(f"{recipe.folds} folds, selecting among {len(recipe.inputs)} inputs")

    def selected(number: int) -> Recipe:
        others = fold != number
        return replace(recipe, inputs=select(inputs[others], outcome[others], categories, recipe).inputs)

    with ThreadPoolExecutor(os.cpu_count(), initializer=_hush) as pool:
        return list(pool.map(selected, range(recipe.folds)))


def _out_of_fold(
    inputs: Floats,
    outcome: Floats,
    fold: NDArray[np.int_],
    categories: dict[str, tuple[str, ...]],
    recipe: Recipe,
    recipes: list[Recipe],
    progress: Progress,
) -> tuple[Floats, int]:
    """Raw log-odds of each client from a model of the other folds, and the number of trees for the final fit."""
    held_out = [fold == number for number in range(recipe.folds)]
    boosters = [
        _fold_booster(inputs, outcome, away, categories, columns_of(one.inputs, recipe.inputs), one)
        for away, one in zip(held_out, recipes, strict=True)
    ]
    losses = _grow(boosters, recipe, progress)
    raw = np.empty(len(outcome))
    for number, (away, one) in enumerate(zip(held_out, recipes, strict=True)):
        # The others say how many trees: a fold that chose its own would flatter itself.
        trees = _best_rounds(np.delete(losses, number, axis=0))
        rows = inputs[away][:, columns_of(one.inputs, recipe.inputs)]
        raw[away] = boosters[number].predict(rows, raw_score=True, num_iteration=trees)
    return raw, _best_rounds(losses)


def _fold_booster(
    inputs: Floats,
    outcome: Floats,
    held_out: NDArray[np.bool_],
    categories: dict[str, tuple[str, ...]],
    columns: NDArray[np.intp],
    recipe: Recipe,
) -> lgb.Booster:
    others = dataset(inputs[~held_out][:, columns], outcome[~held_out], categories, recipe)
    away = dataset(inputs[held_out][:, columns], outcome[held_out], categories, recipe, others)
    return lgb.Booster(recipe.lightgbm(categories), others).add_valid(away, "held_out")


def _grow(boosters: list[lgb.Booster], recipe: Recipe, progress: Progress) -> Floats:
    """Grow every fold's trees in step until none has helped for ``patience`` rounds; held-out loss, (folds, rounds)."""
    losses: list[list[float]] = []
    progress.step(f"{recipe.folds} folds, growing at most {recipe.rounds} trees")
    with ThreadPoolExecutor(os.cpu_count(), initializer=_hush) as pool:
        for grown in range(recipe.rounds):
            if grown % TOLD_EVERY == 0:
                progress.detail(f"{recipe.folds} folds, tree {grown} of at most {recipe.rounds}")
            losses.append(list(pool.map(_grow_one, boosters)))
            if grown >= _best_rounds(np.array(losses).T) + recipe.patience:
                break
    return np.array(losses).T


def _hush() -> None:
    """LightGBM keeps how much it prints for each thread, and reads it there when a data set is made."""
    lgb.Dataset(np.zeros((2, 1)), params={"verbosity": -1}).construct()


def _grow_one(booster: lgb.Booster) -> float:
    booster.update()
    return float(booster.eval_valid()[0][2])


def _best_rounds(losses: Floats) -> int:
    return int(np.argmin(losses.mean(axis=0))) + 1


def _calibrate_by_fold(raw: Floats, outcome: Floats, folds: NDArray[np.int_], recipe: Recipe) -> tuple[Floats, Floats]:
    """Probability and cheapest threshold of each client, both learnt without its fold."""
    chances, cheapest = np.empty(len(raw)), np.empty(len(raw))
    for fold in range(recipe.folds):
        held_out = folds == fold
        calibration = fit_calibration(raw[~held_out], outcome[~held_out])
        chances[held_out] = probability(calibration.log_odds(raw[held_out]))
        others = probability(calibration.log_odds(raw[~held_out]))
        cheapest[held_out] = cheapest_threshold(others, outcome[~held_out], recipe.weight, recipe.seed)
    return chances, cheapest
