"""Results by slice: what the model is worth for those who differ in gender, age, kind of loan or thickness of file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from app.store.evidence import AGE_BANDS, AGE_LIMITS
from training.model.evaluate import interval, measures
from training.model.train import Trained

FEWEST_OF_EACH = 10
"""Clients of either outcome under which a slice has a size and no figures."""
FIGURES = ("default_rate", "auc", "cost_per_client", "acceptance_rate", "recall", "specificity", "calibration_error")
THIN = 2
"""External scores: with fewer the lender knows the applicant from the form alone, or almost."""


def slices(trained: Trained, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Figures of each slice of the labelled clients, each client scored by a model and a threshold that never saw it.

    Args:
        rows: feature rows of the labelled clients, the protected ones too.

    Returns:
        one entry a slice: "slice", "value", "clients", and, where there are enough, the ``FIGURES`` and "intervals_95".
    """
    return [
        {"slice": name, "value": value, **_figures(trained, inside)}
        for name, value_of_each in _values(rows.loc[trained.outcome.index])
        for value, inside in _members(value_of_each)
    ]


def _values(rows: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    yield "gender", rows["gender"]
    band = np.searchsorted(AGE_LIMITS, rows["age"].to_numpy(dtype="float64"), side="right")
    yield "age", pd.Series(np.array(AGE_BANDS)[band], rows.index).where(rows["age"].notna())
    yield "contract_type", rows["contract_type"]
    thin = rows["external_scores"] < THIN
    yield "file", pd.Series(np.where(thin, "thin", "full"), rows.index)


def _members(value_of_each: pd.Series) -> Iterator[tuple[str, np.ndarray]]:
    for value in sorted(value_of_each.dropna().unique()):
        yield str(value), (value_of_each == value).to_numpy(dtype=bool, na_value=False)


def _figures(trained: Trained, inside: np.ndarray) -> dict[str, Any]:
    outcome = trained.outcome.to_numpy(dtype="float64")[inside]
    size = {"clients": len(outcome), "defaults": int(outcome.sum())}
    if min(size["defaults"], size["clients"] - size["defaults"]) < FEWEST_OF_EACH:
        return size
    chance, limit = trained.out_of_fold.to_numpy()[inside], trained.threshold.to_numpy()[inside]
    recipe = trained.recipe
    found = measures(chance, outcome, limit, recipe.weight)
    intervals = interval(chance, outcome, limit, recipe.weight, recipe.seed)
    return {**size, **{name: found[name] for name in FIGURES}, "intervals_95": intervals}
