"""Examine: what a card says of a trained model beyond its own figures, all of it on clients the model never saw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from training.model.importance import Importance, importance
from training.model.slices import slices
from training.model.train import PRICE_STEPS, Trained, price_of_excluding, price_of_selecting
from training.progress import Progress

STEPS = 2 * PRICE_STEPS + 1
"""Of ``examine``: two prices and the importance."""


@dataclass(frozen=True)
class Examined:
    """What was found.

    Attributes:
        price_of_excluding: what leaving the protected attributes out costs.
        price_of_selecting: what the feature selection costs against all inputs.
        slices: figures by gender, age, kind of loan and thickness of file.
        importance: of every input, the most important first.
    """

    price_of_excluding: dict[str, float]
    price_of_selecting: dict[str, float]
    slices: list[dict[str, Any]]
    importance: tuple[Importance, ...]


def examine(trained: Trained, rows: pd.DataFrame, labels: pd.Series, progress: Progress) -> Examined:
    """Everything the card needs; two more cross-validations, so it takes twice as long as training.

    Args:
        rows: feature rows of the labelled clients, SK_ID_CURR index.
        labels: 1 where the client did not repay; same index.
    """
    excluding = price_of_excluding(trained, rows, labels, progress)
    selecting = price_of_selecting(trained, rows, labels, progress)
    progress.step("importance of each input")
    return Examined(excluding, selecting, slices(trained, rows), importance(trained, rows))
