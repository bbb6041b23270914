"""The ceiling: how far the champion's recipe could still go on these tables, by a learning curve and an ablation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split

from app.scoring.champion import encode
from app.scoring.policy import break_even_threshold
from training.features.rows import read_data
from training.model.cross_validation import Folds, average, cross_validate, learn_categories, split
from training.model.recipe import WITH_PROTECTED, Recipe
from training.progress import Progress

SHARES = (0.25, 0.5, 0.75)
LARGER, SMALLER, SLOWER = 31, 6, 0.5
BOOSTERS = 5


@dataclass(frozen=True)
class Variant:
    """One thing changed, and what it came to: clients seen, AUC and cost per client out of fold.

    Attributes:
        spread: of both, one standard deviation over drawings of the folds; None of one drawing.
    """

    changed: str
    clients: int
    inputs: int
    auc: float
    cost: float
    spread: tuple[float, float] | None = None


def ablation(rows: pd.DataFrame, labels: pd.Series, recipe: Recipe) -> Iterator[Variant]:
    """The recipe itself, with fewer clients, and with one choice changed at a time; all out of fold.

    Args:
        rows: feature rows of the labelled clients, SK_ID_CURR index.
        labels: 1 where the client did not repay; same index.
    """
    seen, _ = split(labels, recipe)
    unchanged = _measured("nothing", rows.iloc[seen], labels.iloc[seen], recipe)
    yield unchanged
    for share in SHARES:
        fewer, _ = train_test_split(seen, train_size=share, stratify=labels.iloc[seen], random_state=recipe.seed)
        yield _measured(f"{share:.0%} of the clients", rows.iloc[fewer], labels.iloc[fewer], recipe)
    for changed, other in _changes(recipe).items():
        yield _measured(changed, rows.iloc[seen], labels.iloc[seen], other)
    yield _bagged(rows.iloc[seen], labels.iloc[seen], recipe)
    if recipe.repeats > 1:
        yield _repeated(unchanged, rows.iloc[seen], labels.iloc[seen], recipe)


def _bagged(rows: pd.DataFrame, labels: pd.Series, recipe: Recipe) -> Variant:
    others = (_with(recipe, seed=recipe.seed + number) for number in range(BOOSTERS))
    folds = average([_cross_validated(rows, labels, other) for other in others], recipe)
    return _variant(f"the mean of {BOOSTERS} boosters that differ in their seed", folds)


def _repeated(first: Variant, rows: pd.DataFrame, labels: pd.Series, recipe: Recipe) -> Variant:
    """What one drawing differs from another by is what no change of the recipe may be credited with."""
    name = f"nothing, {recipe.repeats} drawings of the folds"
    found = [first, *(_measured(name, rows, labels, drawing) for drawing in recipe.redrawn())]
    figures = np.array([(each.auc, each.cost) for each in found])
    auc, cost = figures.mean(axis=0).tolist()
    of_auc, of_cost = figures.std(axis=0, ddof=1).tolist()
    return replace(first, changed=name, auc=auc, cost=cost, spread=(of_auc, of_cost))


def _changes(recipe: Recipe) -> Mapping[str, Recipe]:
    rate = recipe.parameters["learning_rate"]
    external = [name for name in recipe.inputs if name.startswith("external_score")]
    return {
        "every input": replace(recipe, most_inputs=None),
        "protected attributes among the inputs": replace(recipe, inputs=WITH_PROTECTED),
        "no external scores": replace(recipe, inputs=tuple(name for name in recipe.inputs if name not in external)),
        "no direction held": replace(recipe, monotone=False),
        f"{LARGER} leaves": _with(recipe, num_leaves=LARGER),
        f"{SMALLER} leaves": _with(recipe, num_leaves=SMALLER),
        "half the learning rate": replace(_with(recipe, learning_rate=rate * SLOWER), rounds=2 * recipe.rounds),
    }


def _with(recipe: Recipe, **parameters: float) -> Recipe:
    return replace(recipe, parameters={**recipe.parameters, **parameters})


def _measured(changed: str, rows: pd.DataFrame, labels: pd.Series, recipe: Recipe) -> Variant:
    return _variant(changed, _cross_validated(rows, labels, recipe))


def _cross_validated(rows: pd.DataFrame, labels: pd.Series, recipe: Recipe) -> Folds:
    categories = learn_categories(rows, recipe.inputs)
    outcome = labels.to_numpy(dtype="float64")
    inputs = encode(rows, recipe.inputs, categories)
    return cross_validate(inputs, outcome, categories, recipe, Progress())


def _variant(changed: str, folds: Folds) -> Variant:
    found = folds.measures(break_even_threshold(folds.weight))
    return Variant(changed, len(folds.outcome), int(np.median(folds.inputs)), found["auc"], found["cost_per_client"])


def read(folder: Path) -> tuple[pd.DataFrame, pd.Series, Recipe]:
    """Feature rows and outcomes of the labelled clients, and the recipe without the features of absent tables."""
    with read_data(folder) as data:
        return *data.labelled(), Recipe(inputs=data.inputs)
