"""The candidates of the bench: each a pipeline that imputes, encodes and resamples inside the fold, and what to search.

The support vector machine sees its kernel through Nyström's approximation (Williams and Seeger, NIPS 2001): an exact
kernel takes the square of the clients and does not end.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import optuna
from imblearn.over_sampling import SMOTE
from imblearn.pipeline import Pipeline
from imblearn.under_sampling import RandomUnderSampler
from lightgbm import LGBMClassifier
from sklearn.base import BaseEstimator
from sklearn.compose import ColumnTransformer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import AdaBoostClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, QuantileTransformer
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.class_weight import compute_sample_weight

from app.scoring.features import by_name

NONE, WEIGHTS, SMOTED, UNDERSAMPLED = "none", "class weights", "SMOTE", "undersampling"
STRATEGIES = (NONE, WEIGHTS, SMOTED, UNDERSAMPLED)
RARE = 0.005  # categories of fewer clients share one column
Parameters = dict[str, Any]


@dataclass(frozen=True)
class Candidate:
    """One kind of model.

    Attributes:
        name: as the table names it.
        model: makes the untrained model of a seed.
        class_weight: name of the parameter that takes class weights.
        grid: values of each parameter; every combination is tried.
        draw: proposes parameters to Optuna instead of a grid.
        trials: how many proposals Optuna makes.
        linear: wants categories as columns of 0 and 1; trees take codes.
        reads_missing: needs no imputation.
        strategies: how the rare outcome may be treated.
    """

    name: str
    model: Callable[[int], BaseEstimator]
    class_weight: str = "class_weight"
    grid: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    draw: Callable[[optuna.Trial], Parameters] | None = None
    trials: int = 0
    linear: bool = False
    reads_missing: bool = False
    strategies: tuple[str, ...] = STRATEGIES


class WeightedAdaBoost(AdaBoostClassifier):  # type: ignore[misc]  # scikit-learn has no types
    """AdaBoost that starts from class weights; weights given to its trees would be applied anew at every round."""

    def __init__(
        self,
        estimator: BaseEstimator | None = None,
        *,
        n_estimators: int = 50,
        learning_rate: float = 1.0,
        random_state: int | None = None,
        class_weight: str | dict[int, float] | None = None,
    ) -> None:
        super().__init__(estimator, n_estimators=n_estimators, learning_rate=learning_rate, random_state=random_state)
        self.class_weight = class_weight

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> WeightedAdaBoost:  # noqa: N803
        """As AdaBoost, from weights of the classes where none of the rows are given."""
        fitted: WeightedAdaBoost = super().fit(
            X, y, compute_sample_weight(self.class_weight, y) if sample_weight is None else sample_weight
        )
        return fitted


def _logistic(seed: int) -> BaseEstimator:
    return LogisticRegression(max_iter=500, tol=1e-3, random_state=seed)


def _tree(seed: int) -> BaseEstimator:
    return DecisionTreeClassifier(random_state=seed)


def _forest(seed: int) -> BaseEstimator:
    return RandomForestClassifier(100, max_samples=0.4, random_state=seed)


def _adaboost(seed: int) -> BaseEstimator:
    # A tenth of the inputs at each split: as good, and a tenth of the time.
    stump = DecisionTreeClassifier(max_depth=2, max_features=0.1)
    return WeightedAdaBoost(stump, n_estimators=100, random_state=seed)


def _support_vectors(seed: int) -> BaseEstimator:
    return make_pipeline(Nystroem(n_components=300, random_state=seed), LinearSVC(dual=False, random_state=seed))


def _lightgbm(seed: int) -> BaseEstimator:
    return LGBMClassifier(
        learning_rate=0.05,
        subsample=0.8,
        subsample_freq=1,
        random_state=seed,
        deterministic=True,
        force_col_wise=True,
        n_jobs=1,
        verbosity=-1,
    )


def _draw_lightgbm(trial: optuna.Trial) -> Parameters:
    return {
        "n_estimators": trial.suggest_int("n_estimators", 150, 450, step=50),
        "num_leaves": trial.suggest_int("num_leaves", 4, 20),
        "colsample_bytree": trial.suggest_float("colsample_bytree", 0.1, 0.4),
        "min_child_samples": trial.suggest_int("min_child_samples", 50, 400, log=True),
        "reg_lambda": trial.suggest_float("reg_lambda", 1.0, 100.0, log=True),
    }


CANDIDATES = (
    Candidate("dummy", lambda seed: DummyClassifier(strategy="prior"), strategies=(NONE,)),
    Candidate("logistic regression", _logistic, grid={"C": (0.003, 0.03, 0.3)}, linear=True),
    Candidate("decision tree", _tree, grid={"max_depth": (5, 7), "min_samples_leaf": (100, 400)}),
    Candidate("random forest", _forest, grid={"min_samples_leaf": (10, 40)}),
    Candidate("AdaBoost", _adaboost, grid={"learning_rate": (0.2, 0.5)}),
    Candidate(
        "support vector machine",
        _support_vectors,
        class_weight="linearsvc__class_weight",
        grid={"nystroem__gamma": (0.002, 0.006), "linearsvc__C": (0.01,)},
        linear=True,
    ),
    Candidate("LightGBM", _lightgbm, draw=_draw_lightgbm, trials=6, reads_missing=True),
)
by_candidate: Mapping[str, Candidate] = MappingProxyType({candidate.name: candidate for candidate in CANDIDATES})


def pipeline(
    candidate: Candidate,
    strategy: str,
    inputs: Sequence[str],
    parameters: Parameters,
    seed: int,
    memory: str | None = None,
) -> Pipeline:
    """The untrained pipeline of a candidate: preparation, resampling, model; all of it learns inside the fold.

    Args:
        memory: folder that keeps prepared folds from one set of parameters to the next.
    """
    weighted = {candidate.class_weight: "balanced"} if strategy == WEIGHTS else {}
    # SMOTE draws a line between two clients: it can take nothing that is missing.
    imputed = not candidate.reads_missing or strategy == SMOTED
    steps = [
        ("prepare", _preparation(inputs, candidate.linear, imputed)),
        ("resample", _resampling(strategy, seed)),
        ("model", candidate.model(seed).set_params(**weighted, **parameters)),
    ]
    return Pipeline(steps, memory=memory)


def _preparation(inputs: Sequence[str], linear: bool, imputed: bool) -> ColumnTransformer:
    categories = [name for name in inputs if by_name[name].kind == "category"]
    numbers = [name for name in inputs if name not in categories]
    # Normal scores: amounts have tails of five orders of magnitude, and a tree does not mind.
    scaled = QuantileTransformer(n_quantiles=200, output_distribution="normal", subsample=10_000, random_state=0)
    median = SimpleImputer(strategy="median", keep_empty_features=True)
    columns = OneHotEncoder(min_frequency=RARE, handle_unknown="infrequent_if_exist", sparse_output=False)
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    absent = SimpleImputer(strategy="constant", fill_value="missing")
    return ColumnTransformer(
        [
            ("numbers", make_pipeline(median, scaled) if imputed else "passthrough", numbers),
            ("categories", make_pipeline(absent, columns if linear else codes), categories),
        ]
    )


def _resampling(strategy: str, seed: int) -> Any:
    samplers = {SMOTED: SMOTE(random_state=seed), UNDERSAMPLED: RandomUnderSampler(random_state=seed)}
    return samplers.get(strategy, "passthrough")
