"""The recipe of a training run: every choice that is made before the data are seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from app.scoring.features import FEATURES, INPUTS, by_name
from app.scoring.policy import GREY_ZONE_POINTS, MISSED_DEFAULT_WEIGHT
from training.model.seed import REPEATS, SEED

SEEDS = 2**31
"""Of LightGBM: one more than the largest."""
WITH_PROTECTED = tuple(each.name for each in FEATURES if not each.withheld)
"""What there would be to select from if gender, age and family status were used: their price is told by it."""


@dataclass(frozen=True)
class Recipe:
    """Every choice of a training run; two runs of one recipe on the same data give the same bytes.

    Attributes:
        inputs: names of the features to select from, and once selected of the model's, in order.
        most_inputs: how many may be selected; None takes them all.
        monotone: hold each effect to the direction its feature declares.
        repeats: how often the folds are drawn. The first drawing scores the clients and chooses; all of them say what
            repeats, and whether a threshold other than the break-even one does.
        untouched_share: share of labelled clients kept from every choice.
        rounds: most trees tried; the folds choose how many are kept.
        patience: rounds without a gain after which the folds stop growing.
        weight: cost of a missed default in lost good clients. It chooses the recommended threshold, and is what the
            gate and the bench compare models by; the desk decides by the weight of its active policy.
        parameters: LightGBM's.
    """

    inputs: tuple[str, ...] = INPUTS
    most_inputs: int | None = 120
    seed: int = SEED
    folds: int = 5
    repeats: int = REPEATS
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

    def redrawn(self) -> Iterator[Recipe]:
        """The recipe on its other drawings of the folds, each with a booster's seed of its own."""
        for more in range(1, self.repeats):
            yield replace(self, seed=(self.seed + more) % SEEDS)

    def lightgbm(self, categories: Collection[str]) -> dict[str, Any]:
        """All of LightGBM's parameters, for these categorical inputs."""
        directions = [by_name[name].direction if name not in categories else 0 for name in self.inputs]
        return {
            "objective": "binary",
            "metric": "binary_logloss",
            "verbosity": -1,
            "seed": self.seed,
            "deterministic": True,
            "force_col_wise": True,
            # One thread a booster and the folds side by side: a tree of these sizes is 5 to 25 times slower when two
            # threads must wait for each other at every split of a busy machine.
            "num_threads": 1,
            **({"monotone_constraints": directions} if self.monotone else {}),
            **self.parameters,
        }
