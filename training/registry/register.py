"""Register: log a trained model to MLflow with all that it takes to judge and repeat it, and register it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema, TensorSpec

from app.scoring.features import by_name
from app.scoring.population import Population, write_population
from training.model.confusion import confusion, draw_confusion
from training.model.curves import curves
from training.model.importance import pictures
from training.model.train import Trained
from training.registry import mlflow_registry

CLIENTS = "clients.parquet"
SERVED_WITH = ("mlflow", "lightgbm", "pandas", "numpy")


def register(
    trained: Trained, card: dict[str, Any], reference: Population, example: pd.DataFrame, scratch: Path
) -> int:
    """Log parameters, measures, curves and the model in one run; returns the registered version, now challenger.

    Args:
        example: a few synthetic or emptied rows of inputs; it is stored with the model, so never a real client's.
        scratch: an empty folder for the files on their way.
    """
    files = _write_files(trained, card, reference, scratch)
    libraries = card["recipe"]["libraries"]
    with mlflow_registry.answering(), mlflow.start_run(run_name="training"):
        _log_what_it_took(trained, card)
        _log_pictures(trained, card)
        _log_clients(trained, scratch)
        _log_price_of_excluding(trained, card)
        logged = mlflow.pyfunc.log_model(
            name="model",
            python_model=str(mlflow_registry.SERVED_MODEL),
            artifacts={name: str(path) for name, path in files.items()},
            signature=signature(trained.recipe.inputs),
            input_example=example,
            pip_requirements=[f"{name}=={libraries[name]}" for name in SERVED_WITH],
            registered_model_name=mlflow_registry.MODEL,
        )
    version = int(logged.registered_model_version)
    mlflow_registry.name(version, mlflow_registry.CHALLENGER)
    return version


def _log_what_it_took(trained: Trained, card: dict[str, Any]) -> None:
    mlflow.log_params({**trained.recipe.parameters, **_parameters(trained)})
    mlflow.log_metrics(_metrics(card))
    libraries = {f"library.{name}": number for name, number in card["recipe"]["libraries"].items()}
    mlflow.set_tags({"data_hash": card["data"]["hash"], "git_revision": card["recipe"]["git_revision"], **libraries})
    mlflow.log_dict(card, "card.json")


def _log_pictures(trained: Trained, card: dict[str, Any]) -> None:
    for name, figure in curves(trained).items():
        mlflow.log_figure(figure, f"curves/{name}.html")
    for name, picture in pictures(card["importance"]).items():
        mlflow.log_figure(picture, f"importance/{name}.png")
    counted = {
        "out_of_fold": confusion(trained.out_of_fold_measures),
        "untouched": confusion(trained.untouched_measures),
    }
    mlflow.log_dict(counted, "confusion/confusion.json")
    for rows, counts in counted.items():
        mlflow.log_figure(draw_confusion(counts, rows), f"confusion/{rows}.html")


def _log_clients(trained: Trained, scratch: Path) -> None:
    """Whom it learnt from and what was said of each unseen: a later comparison takes only clients new to both models.

    It stays with the run in the lender's own registry; no exported folder holds it.
    """
    clients = pd.DataFrame({"out_of_fold_probability": trained.out_of_fold})
    clients["untouched"] = clients.index.isin(trained.untouched)
    clients.to_parquet(scratch / CLIENTS)
    mlflow.log_artifact(str(scratch / CLIENTS))


def _log_price_of_excluding(trained: Trained, card: dict[str, Any]) -> None:
    price = card["protected"]["price_of_excluding"]
    if price:
        with mlflow.start_run(run_name="with the protected attributes", nested=True):
            excluded = card["protected"]["excluded"]
            mlflow.log_params({"seed": trained.recipe.seed, "inputs": len(trained.recipe.inputs) + len(excluded)})
            mlflow.log_metrics(price)


def signature(inputs: Sequence[str]) -> ModelSignature:
    """Every input by name: doubles, text for categories, all optional because a client may not have provided them."""
    kinds = {True: DataType.string, False: DataType.double}
    columns: list[ColSpec | TensorSpec] = [
        ColSpec(kinds[by_name[name].kind == "category"], name, required=False) for name in inputs
    ]
    answers: list[ColSpec | TensorSpec] = [
        ColSpec(DataType.double, "probability"),
        ColSpec(DataType.string, "decision"),
        ColSpec(DataType.double, "threshold"),
    ]
    return ModelSignature(inputs=Schema(columns), outputs=Schema(answers))


def _write_files(trained: Trained, card: dict[str, Any], reference: Population, scratch: Path) -> dict[str, Path]:
    files = {name: scratch / f"{name}.json" for name in ("champion", "card", "reference")} | {
        "booster": scratch / "booster.txt"
    }
    trained.booster.save_model(files["booster"])
    files["champion"].write_text(json.dumps(declared(trained), indent=1), encoding="utf-8")
    files["card"].write_text(json.dumps(card, indent=1), encoding="utf-8")
    write_population(reference, files["reference"])
    return files


def declared(trained: Trained) -> dict[str, Any]:
    """What scoring needs beside the booster."""
    policy, calibration = trained.policy, trained.calibration
    return {
        "features": list(trained.recipe.inputs),
        "categories": {name: list(values) for name, values in trained.categories.items()},
        "calibration": {"slope": calibration.slope, "intercept": calibration.intercept},
        "policy": {
            "threshold": policy.threshold,
            "grey_zone_points": policy.grey_zone_points,
            "missed_default_weight": policy.missed_default_weight,
        },
    }


def _parameters(trained: Trained) -> dict[str, Any]:
    recipe = trained.recipe
    return {
        "seed": recipe.seed,
        "folds": recipe.folds,
        "repeats": recipe.repeats,
        "trees": trained.rounds,
        "inputs": len(recipe.inputs),
        "untouched_share": recipe.untouched_share,
        "missed_default_weight": recipe.weight,
        "monotone": recipe.monotone,
    }


def _metrics(card: dict[str, Any]) -> dict[str, float]:
    measured = {
        f"{split}_{name}": value
        for split in ("out_of_fold", "untouched")
        for name, value in card["measures"][split].items()
    }
    repeated = card["measures"]["repeated"]
    for name in ("auc", "cost_per_client"):
        measured[f"repeated_{name}_mean"] = repeated[name]["mean"]
        if repeated[name]["spread"] is not None:
            measured[f"repeated_{name}_spread"] = repeated[name]["spread"]
    measured["recommended_threshold"] = card["policy"]["recommended_threshold"]
    measured["training_auc"] = card["measures"]["training_auc"]
    return measured
