"""Register: log a trained model to MLflow, register it, export the registered version, move the alias.

The store is SQLite under ``model_store`` unless ``MLFLOW_TRACKING_URI`` names a server. A registered version holds no
pickle: the model is a script, a booster in LightGBM's text form and JSON.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd
import yaml
from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, DataType, Schema, TensorSpec

from app.scoring.champion import write_sums
from app.scoring.features import by_name
from app.scoring.population import Population, write_population
from training.curves import curves
from training.train import Trained

MODEL = "credit-scoring"
CHAMPION = "champion"
EXPERIMENT = "credit-scoring"
SERVED_MODEL = Path(__file__).with_name("served_model.py")
# Read before MLflow is told anything: set_tracking_uri writes the variable itself.
SERVER = os.environ.get("MLFLOW_TRACKING_URI")


def connect(store: Path) -> None:
    """Point MLflow at ``MLFLOW_TRACKING_URI``, or at the SQLite store of this checkout."""
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    if not SERVER:
        store.mkdir(parents=True, exist_ok=True)
        mlflow.set_tracking_uri(f"sqlite:///{(store / 'mlflow.db').resolve()}")
    if mlflow.get_experiment_by_name(EXPERIMENT) is None:
        own = None if SERVER else (store / "artifacts").resolve().as_uri()
        mlflow.create_experiment(EXPERIMENT, artifact_location=own)
    mlflow.set_experiment(EXPERIMENT)


def register(
    trained: Trained, card: dict[str, Any], reference: Population, example: pd.DataFrame, scratch: Path
) -> int:
    """Log parameters, measures, curves and the model in one run; returns the registered version.

    Args:
        example: a few synthetic or emptied rows of inputs; it is stored with the model, so never a real client's.
        scratch: an empty folder for the files on their way.
    """
    files = _write_files(trained, card, reference, scratch)
    with mlflow.start_run():
        mlflow.log_params({**trained.recipe.parameters, **_parameters(trained)})
        mlflow.log_metrics(_metrics(card))
        mlflow.set_tags({"data_hash": card["data"]["hash"], "git_revision": card["recipe"]["git_revision"]})
        mlflow.log_dict(card, "card.json")
        for name, figure in curves(trained).items():
            mlflow.log_figure(figure, f"curves/{name}.html")
        logged = mlflow.pyfunc.log_model(
            name="model",
            python_model=str(SERVED_MODEL),
            artifacts={name: str(path) for name, path in files.items()},
            signature=signature(trained),
            input_example=example,
            pip_requirements=[
                f"{name}=={card['recipe']['libraries'][name]}" for name in ("mlflow", "lightgbm", "pandas", "numpy")
            ],
            registered_model_name=MODEL,
        )
    return int(logged.registered_model_version)


def export(version: int, folder: Path) -> None:
    """Write the registered version as a champion folder; ``folder`` must not exist."""
    fetched = Path(
        download_artifacts(f"models:/{MODEL}/{version}", dst_path=str(folder.with_name(folder.name + ".part")))
    )
    registered = MlflowClient().get_model_version(MODEL, str(version))
    facts = {
        "name": MODEL,
        "version": version,
        "run": registered.run_id,
        "registered_at": registered.creation_timestamp,
    }
    (fetched / "registered.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    (fetched / "registered_model_meta").unlink(missing_ok=True)
    # MLflow tries the example on the script it is about to store, and stores the bytecode that leaves.
    for bytecode in list(fetched.rglob("__pycache__")):
        shutil.rmtree(bytecode)
    _forget_where(fetched / "MLmodel")
    write_sums(fetched)
    fetched.rename(folder)


def _forget_where(description: Path) -> None:
    """Leave out the training machine's own paths: the exported folder is committed, and read elsewhere."""
    model = yaml.safe_load(description.read_text(encoding="utf-8"))
    flavour = model["flavors"]["python_function"]
    model.pop("artifact_path", None)
    flavour["model_code_path"] = SERVED_MODEL.name
    for artifact in flavour["artifacts"].values():
        artifact["uri"] = artifact["path"]
    description.write_text(yaml.safe_dump(model, sort_keys=False), encoding="utf-8")


def replace_champion(exported: Path, champion: Path) -> None:
    """Put an exported folder in the place of ``champion``, which stays where it is until the new one is whole."""
    coming, previous = (champion.with_name(f".{champion.name}-{which}") for which in ("next", "previous"))
    for left_over in (coming, previous):
        shutil.rmtree(left_over, ignore_errors=True)
    shutil.copytree(exported, coming)
    if champion.exists():
        champion.rename(previous)
    coming.rename(champion)
    shutil.rmtree(previous, ignore_errors=True)


def name_champion(version: int) -> None:
    """Move the alias ``champion`` to a registered version."""
    MlflowClient().set_registered_model_alias(MODEL, CHAMPION, str(version))


def signature(trained: Trained) -> ModelSignature:
    """Every input by name: doubles, text for categories, all optional because a client may not have provided them."""
    kinds = {True: DataType.string, False: DataType.double}
    columns: list[ColSpec | TensorSpec] = [
        ColSpec(kinds[by_name[name].kind == "category"], name, required=False) for name in trained.recipe.inputs
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
    measured["recommended_threshold"] = card["policy"]["recommended_threshold"]
    measured["training_auc"] = card["measures"]["training_auc"]
    return measured
