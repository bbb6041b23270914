"""Importance of the inputs, in the four ways people ask for; they differ, and the card holds all of them.

- gain: how much the trees' splits on it lowered the training loss, as a share of all;
- AUC and cost by permutation: what is lost when its values are shuffled among clients the model never saw
  (Breiman, "Random Forests", Machine Learning 45, 2001; Fisher, Rudin and Dominici, JMLR 20, 2019);
- mean absolute contribution: Shapley values of the tree ensemble, in points.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import roc_auc_score

from app.scoring.champion import encode, probability
from app.scoring.features import by_name
from app.scoring.points import FACTOR
from app.scoring.policy import cost_at
from training.model.evaluate import Floats
from training.model.train import Trained

MOST_CLIENTS, SHUFFLES = 10_000, 3
SHOWN = 20


@dataclass(frozen=True)
class Importance:
    """One input.

    Attributes:
        gain: share of all inputs' gain, 0 to 1.
        auc_lost: mean over shuffles; below 0 where shuffling helped, which is chance.
        cost_added: business cost per client at the recommended threshold, mean over shuffles.
        mean_contribution: mean absolute contribution, points.
    """

    feature: str
    gain: float
    auc_lost: float
    cost_added: float
    mean_contribution: float


@dataclass(frozen=True)
class Unseen:
    """The clients of the untouched split, at most ``MOST_CLIENTS``, as the booster reads them."""

    inputs: Floats
    outcome: Floats


def importance(trained: Trained, rows: pd.DataFrame) -> tuple[Importance, ...]:
    """Importance of every input, the largest mean contribution first; the same for the same training run.

    Args:
        rows: feature rows of the labelled clients.
    """
    unseen = _unseen(trained, rows)
    gain = trained.booster.feature_importance("gain")
    lost = _permuted(trained, unseen)
    contributions = np.asarray(trained.booster.predict(unseen.inputs, pred_contrib=True))[:, :-1]
    points = FACTOR * abs(trained.calibration.slope) * np.abs(contributions).mean(axis=0)
    found = [
        Importance(name, float(gain[place] / max(gain.sum(), 1e-9)), *lost[place], float(points[place]))
        for place, name in enumerate(trained.recipe.inputs)
    ]
    return tuple(sorted(found, key=lambda one: (-one.mean_contribution, one.feature)))


def _unseen(trained: Trained, rows: pd.DataFrame) -> Unseen:
    clients = trained.untouched
    if len(clients) > MOST_CLIENTS:
        clients = clients[np.random.default_rng(trained.recipe.seed).permutation(len(clients))[:MOST_CLIENTS]]
    inputs = encode(rows.loc[clients], trained.recipe.inputs, trained.categories)
    return Unseen(inputs, trained.outcome.loc[clients].to_numpy(dtype="float64"))


def _permuted(trained: Trained, unseen: Unseen) -> list[tuple[float, float]]:
    """AUC lost and cost added by shuffling each input."""
    draws = np.random.default_rng(trained.recipe.seed)
    auc, cost = _worth(trained, unseen.inputs, unseen.outcome)
    found = []
    for place in range(unseen.inputs.shape[1]):
        shuffled = unseen.inputs.copy()
        changes = []
        for _ in range(SHUFFLES):
            shuffled[:, place] = draws.permutation(shuffled[:, place])
            left, spent = _worth(trained, shuffled, unseen.outcome)
            changes.append((auc - left, spent - cost))
        lost, added = np.mean(changes, axis=0)
        found.append((float(lost), float(added)))
    return found


def _worth(trained: Trained, inputs: Floats, outcome: Floats) -> tuple[float, float]:
    """AUC, and cost per client at the recommended threshold."""
    raw = np.asarray(trained.booster.predict(inputs, raw_score=True))
    chance = probability(trained.calibration.log_odds(raw))
    cost = cost_at(chance, outcome, trained.policy.threshold, trained.recipe.weight)
    return float(roc_auc_score(outcome, chance)), cost


PICTURES = {
    "gain": ("gain", "share of the gain of all inputs"),
    "permutation_auc": ("auc_lost", "AUC lost when shuffled"),
    "permutation_cost": ("cost_added", "cost per client added when shuffled"),
    "mean_contribution": ("mean_contribution", "mean absolute contribution, points"),
}


def pictures(inputs: list[dict[str, Any]]) -> dict[str, Figure]:
    """Bars of the first inputs by each of the four, by name; ``inputs`` as the card has them."""
    return {name: _bars(inputs, measure, unit) for name, (measure, unit) in PICTURES.items()}


def _bars(inputs: list[dict[str, Any]], measure: str, unit: str) -> Figure:
    first = sorted(inputs, key=lambda one: -one[measure])[:SHOWN][::-1]
    figure = Figure(figsize=(8, 0.3 * len(first) + 1), layout="constrained")
    axes = figure.subplots()
    axes.barh([by_name[one["feature"]].label for one in first], [one[measure] for one in first])
    axes.set_xlabel(unit)
    return figure
