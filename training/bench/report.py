"""The bench's report: the ranking as a table, and as runs in MLflow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

import mlflow
import pandas as pd

from training.bench.candidates import by_candidate, pipeline
from training.bench.ranking import Entry, Refit
from training.bench.trials import Bench, fit
from training.model.model_card import git_revision

LIBRARIES = ("scikit-learn", "imbalanced-learn", "lightgbm", "optuna", "numpy", "pandas")
# What the candidates are made of beside scikit-learn's own: skops loads nothing that is not named.
TRUSTED = [
    "collections.OrderedDict",
    "imblearn.over_sampling._smote.base.SMOTE",
    "imblearn.pipeline.Pipeline",
    "imblearn.under_sampling._prototype_selection._random_under_sampler.RandomUnderSampler",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "numpy.dtype",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.tree._tree.Tree",
    "training.bench.candidates.WeightedAdaBoost",
]
COLUMNS: Mapping[str, str] = {
    "cost": "cost_per_client",
    "AUC": "auc",
    "AP": "average_precision",
    "accuracy": "accuracy",
    "F1": "f1",
    "F-beta(2)": "f_beta_2",
    "recall": "recall",
    "specificity": "specificity",
    "Brier": "brier",
    "log loss": "log_loss",
    "KS": "ks",
    "Gini": "gini",
    "ECE": "calibration_error",
}


@dataclass(frozen=True)
class Comparison:
    """What the bench found.

    Attributes:
        data_hash: of the labelled feature rows and outcomes.
        clients: how many were scored out of fold.
        entries: candidate and strategy, cheapest first.
        refits: the best set of parameters by each measure.
    """

    data_hash: str
    clients: int
    seed: int
    weight: float
    entries: tuple[Entry, ...]
    refits: tuple[Refit, ...]


def table(comparison: Comparison) -> str:
    """The ranking as one Markdown table, and the refits as another."""
    figures = {name: [_shown(entry.measures.get(key)) for entry in comparison.entries] for name, key in COLUMNS.items()}
    ranked = pd.DataFrame(
        {
            "candidate": [entry.candidate for entry in comparison.entries],
            "imbalance": [entry.strategy for entry in comparison.entries],
            **figures,
            "tried": [str(entry.trials) for entry in comparison.entries],
            "fit s": [f"{entry.fit_seconds:.1f}" for entry in comparison.entries],
            "failure": [entry.failure for entry in comparison.entries],
        }
    )
    best = pd.DataFrame([_told(refit) for refit in comparison.refits])
    return f"{_markdown(ranked)}\n\n{_markdown(best)}"


def _told(refit: Refit) -> dict[str, str]:
    names = ("cost", "AUC", "F-beta(2)", "recall", "specificity")
    parameters = ", ".join(f"{name} {value:.4g}" for name, value in refit.trial.parameters.items())
    figures = {name: _shown(refit.measures[COLUMNS[name]]) for name in names}
    who = {"best by": refit.by, "candidate": refit.candidate, "imbalance": refit.strategy}
    return {**who, **figures, "parameters": parameters}


def _shown(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.4f}"


def _markdown(frame: pd.DataFrame) -> str:
    kept = [name for name in frame if frame[name].astype(bool).any()]
    lines = [kept, ["---"] * len(kept), *frame[kept].to_numpy().tolist()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def log(comparison: Comparison, bench: Bench) -> None:
    """One run for the comparison, one nested in it for each pair and each refit."""
    with mlflow.start_run(run_name="comparison"):
        mlflow.log_params(
            {name: value for name, value in vars(comparison).items() if name not in ("entries", "refits")}
        )
        mlflow.set_tags({"git_revision": git_revision(), **{name: version(name) for name in LIBRARIES}})
        mlflow.log_text(table(comparison), "ranking.md")
        for place, entry in enumerate(comparison.entries, 1):
            with mlflow.start_run(run_name=f"{entry.candidate}, {entry.strategy}", nested=True):
                mlflow.log_params({"candidate": entry.candidate, "imbalance": entry.strategy, "trials": entry.trials})
                mlflow.log_metrics({**entry.measures, "fit_seconds": entry.fit_seconds, "rank": place})
                mlflow.set_tag("failure", entry.failure)
        for refit in comparison.refits:
            _log_refit(refit, bench)


def _log_refit(refit: Refit, bench: Bench) -> None:
    parameters = refit.trial.parameters
    untrained = pipeline(by_candidate[refit.candidate], refit.strategy, list(bench.rows), parameters, bench.seed)
    with mlflow.start_run(run_name=f"best by {refit.by}", nested=True):
        mlflow.log_params({"candidate": refit.candidate, "imbalance": refit.strategy, **parameters})
        mlflow.log_metrics(dict(refit.measures))
        mlflow.sklearn.log_model(
            fit(untrained, bench.rows, bench.outcome),
            name="model",
            serialization_format="skops",  # no pickle, here neither
            skops_trusted_types=TRUSTED,
            pip_requirements=[f"{name}=={version(name)}" for name in (*LIBRARIES, "skops")],
        )
