"""Training: the folds, the untouched split, and the champion's final fit.

Nothing that is reported was chosen on the rows that report it. The number of trees and the calibration that score a
fold come from the other folds, as does its threshold where it is not the break-even one; the untouched split takes part
in none of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import lightgbm as lgb
import numpy as np
import pandas as pd

from app.scoring.champion import Calibration, encode, probability
from app.scoring.policy import Policy, cheapest_threshold
from app.scoring.recommendation import BREAK_EVEN, Recommendation
from training.model import cross_validation
from training.model.cross_validation import (
    Folds,
    columns_of,
    cross_validate,
    cross_validate_again,
    dataset,
    fit_calibration,
    learn_categories,
    split,
)
from training.model.evaluate import Floats, interval, measures
from training.model.recipe import WITH_PROTECTED, Recipe
from training.model.selection import Selection, select
from training.model.threshold import recommend
from training.progress import Progress

PRICE_STEPS = cross_validation.STEPS + 1
"""Of each price: its rows, and the folds once more."""


def steps(recipe: Recipe) -> int:
    """Of ``train``: each drawing of its folds, the selection on all seen clients, the final fit."""
    return cross_validation.STEPS * recipe.repeats + 2


@dataclass(frozen=True)
class Trained:
    """A trained model and what was measured on the way.

    Attributes:
        recipe: with the inputs that were selected.
        selection: how they were.
        considered: names of the inputs they were selected from.
        booster: fitted on all but the untouched split.
        categories: known values of each categorical input, by code.
        policy: recommended threshold, grey zone and cost weight.
        recommendation: why the threshold is that one.
        outcome: 1 where the labelled client did not repay; SK_ID_CURR index.
        out_of_fold: calibrated probability of each labelled client from a model that never saw it; same index.
        threshold: of each labelled client, by the recommended rule and chosen without it; same index.
        fold_inputs: how many inputs each fold selected.
        untouched: SK_ID_CURR of the untouched split; their ``out_of_fold`` is the champion's own.
        out_of_fold_measures: the folds' figures, at that threshold of each.
        repeated_measures: the same for each drawing of the folds, the first one being those.
        untouched_measures: the untouched split's figures at the recommended threshold.
        intervals: 95 % bootstrap intervals of both, by "out_of_fold" and "untouched".
    """

    recipe: Recipe
    selection: Selection
    considered: tuple[str, ...]
    booster: lgb.Booster
    categories: dict[str, tuple[str, ...]]
    calibration: Calibration
    policy: Policy
    recommendation: Recommendation
    rounds: int
    outcome: pd.Series
    out_of_fold: pd.Series
    threshold: pd.Series
    fold_inputs: tuple[int, ...]
    untouched: pd.Index
    out_of_fold_measures: dict[str, float]
    repeated_measures: tuple[dict[str, float], ...]
    untouched_measures: dict[str, float]
    training_auc: float
    intervals: dict[str, dict[str, tuple[float, float]]]


def train(rows: pd.DataFrame, labels: pd.Series, recipe: Recipe, progress: Progress | None = None) -> Trained:
    """Train on labelled clients, in ``steps`` steps.

    Args:
        rows: feature rows of the labelled clients, SK_ID_CURR index.
        labels: 1 where the client did not repay; same index.

    Raises:
        TableProblem: too few clients of either outcome for the folds.
    """
    told = progress or Progress()
    seen, untouched = split(labels, recipe)
    categories = learn_categories(rows.iloc[seen], recipe.inputs)
    inputs, outcome = encode(rows, recipe.inputs, categories), labels.to_numpy(dtype="float64")
    folds = cross_validate(inputs[seen], outcome[seen], categories, recipe, told)
    drawings = (folds, *cross_validate_again(inputs[seen], outcome[seen], categories, recipe, told))
    calibration = fit_calibration(folds.raw, folds.outcome)
    calibrated = probability(calibration.log_odds(folds.raw))
    recommendation = recommend(drawings, cheapest_threshold(calibrated, folds.outcome, recipe.weight, recipe.seed))
    threshold = recommendation.threshold
    policy = Policy(threshold, recipe.grey_zone_points, recipe.weight)
    told.step(f"selecting among {len(recipe.inputs)} inputs on {len(seen):,} clients")
    selection = select(inputs[seen], outcome[seen], categories, recipe)
    final, kept = replace(recipe, inputs=selection.inputs), columns_of(selection.inputs, recipe.inputs)
    told.step(f"final fit: {folds.rounds} trees of {len(kept)} inputs on {len(seen):,} clients")
    whole = dataset(inputs[seen][:, kept], outcome[seen], categories, final)
    booster = lgb.train(final.lightgbm(categories), whole, folds.rounds)
    fitted = probability(calibration.log_odds(np.asarray(booster.predict(inputs[:, kept], raw_score=True))))
    never_seen, limits = fitted.copy(), np.full(len(labels), threshold)
    never_seen[seen], limits[seen] = folds.chance, _limits(folds, recommendation)
    repeated = tuple(each.measures(_limits(each, recommendation)) for each in drawings)
    return Trained(
        recipe=final,
        selection=selection,
        considered=recipe.inputs,
        booster=booster,
        categories={name: values for name, values in categories.items() if name in final.inputs},
        calibration=calibration,
        policy=policy,
        recommendation=recommendation,
        rounds=folds.rounds,
        outcome=labels,
        out_of_fold=pd.Series(never_seen, index=rows.index),
        threshold=pd.Series(limits, index=rows.index),
        fold_inputs=folds.inputs,
        untouched=rows.index[untouched],
        out_of_fold_measures=repeated[0],
        repeated_measures=repeated,
        untouched_measures=measures(fitted[untouched], outcome[untouched], threshold, recipe.weight),
        training_auc=measures(fitted[seen], outcome[seen], threshold, recipe.weight)["auc"],
        intervals={
            "out_of_fold": interval(folds.chance, folds.outcome, limits[seen], recipe.weight, recipe.seed),
            "untouched": interval(fitted[untouched], outcome[untouched], threshold, recipe.weight, recipe.seed),
        },
    )


def price_of_excluding(trained: Trained, rows: pd.DataFrame, labels: pd.Series, progress: Progress) -> dict[str, float]:
    """What leaving the protected attributes out costs in the same folds: AUC lost and cost per client added."""
    progress.step("once more with the protected attributes, to know what leaving them out costs")
    recipe = replace(trained.recipe, inputs=WITH_PROTECTED)
    return _price(trained, _cross_validate_other(recipe, rows, labels, progress))


def price_of_selecting(trained: Trained, rows: pd.DataFrame, labels: pd.Series, progress: Progress) -> dict[str, float]:
    """What the selection costs in the same folds, against all inputs: AUC lost and cost per client added."""
    progress.step("once more with every input, to know what the selection costs")
    recipe = replace(trained.recipe, inputs=trained.considered, most_inputs=None)
    return _price(trained, _cross_validate_other(recipe, rows, labels, progress))


def _cross_validate_other(recipe: Recipe, rows: pd.DataFrame, labels: pd.Series, progress: Progress) -> Folds:
    seen, _ = split(labels, recipe)
    categories = learn_categories(rows.iloc[seen], recipe.inputs)
    outcome = labels.to_numpy(dtype="float64")[seen]
    return cross_validate(encode(rows.iloc[seen], recipe.inputs, categories), outcome, categories, recipe, progress)


def _limits(folds: Folds, recommendation: Recommendation) -> float | Floats:
    """Thresholds by the recommended rule that none of the clients they judge had a part in."""
    return recommendation.break_even if recommendation.rule == BREAK_EVEN else folds.cheapest


def _price(trained: Trained, other: Folds) -> dict[str, float]:
    chosen, instead = trained.out_of_fold_measures, other.measures(_limits(other, trained.recommendation))
    return {
        "auc_lost": instead["auc"] - chosen["auc"],
        "cost_per_client_added": chosen["cost_per_client"] - instead["cost_per_client"],
    }
