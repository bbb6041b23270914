"""The registry: where MLflow keeps runs and versions, which version bears which alias, a version as a folder.

It is SQLite under ``model_store`` unless ``MLFLOW_TRACKING_URI`` names a server. A registered version holds no pickle:
the model is a script, a booster in LightGBM's text form and JSON.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mlflow
import yaml
from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts
from mlflow.exceptions import MlflowException
from sqlalchemy.exc import DatabaseError

from app.scoring.champion import write_sums
from app.scoring.problems import Problem
from training.settings import TrainingSettings

MODEL = "credit-scoring"
CHAMPION, CHALLENGER = "champion", "challenger"
EXPERIMENT = "credit-scoring"
SERVED_MODEL = Path(__file__).with_name("served_model.py")
# Read before MLflow is told anything: set_tracking_uri writes the variable itself.
SERVER = bool(TrainingSettings().mlflow_tracking_uri)
# MLflow would ask a silent server for 120 seconds, eight times.
PATIENCE = {"MLFLOW_HTTP_REQUEST_TIMEOUT": "20", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2"}


class RegistryProblem(Problem):
    """The registry cannot be reached, read or written, or lacks what was asked."""


def connect(store: Path, experiment: str = EXPERIMENT) -> None:
    """Point MLflow at ``MLFLOW_TRACKING_URI``, or at the SQLite store of this checkout, and at one experiment there.

    Raises:
        RegistryProblem: it does not answer, is locked, or is of another MLflow version.
    """
    for name, value in {"MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false", **PATIENCE}.items():
        os.environ.setdefault(name, value)
    if not SERVER:
        store.mkdir(parents=True, exist_ok=True)
        mlflow.set_tracking_uri(f"sqlite:///{(store / 'mlflow.db').resolve()}")
    with answering():
        if mlflow.get_experiment_by_name(experiment) is None:
            own = None if SERVER else (store / "artifacts").resolve().as_uri()
            mlflow.create_experiment(experiment, artifact_location=own)
        mlflow.set_experiment(experiment)


@contextmanager
def answering() -> Iterator[None]:
    """Turn what MLflow raises when its store does not answer into sentences that name it."""
    try:
        yield
    except (MlflowException, DatabaseError) as fault:
        where = re.sub(r"://[^@/]*@", "://", mlflow.get_tracking_uri())
        raise _said(str(fault).splitlines()[0], where) from fault


def _said(cause: str, where: str) -> RegistryProblem:
    if "API request to" in cause:
        return RegistryProblem(
            "The registry at {where} does not answer.",
            "Runs and versions are kept where MLFLOW_TRACKING_URI says; what is served stays as it is.",
            "Start that server or correct the address, then run the command again.",
            where=where,
        )
    if "database is locked" in cause:
        return RegistryProblem(
            "The registry at {where} is locked by another process.",
            "One process at a time writes to a SQLite file; what is served stays as it is.",
            "Wait until the other run has ended, or let an MLflow server keep the registry (MLFLOW_TRACKING_URI).",
            where=where,
        )
    if "database schema" in cause:
        found = re.search(r"found version (\w+)", cause)
        return RegistryProblem(
            "The registry at {where} was written by another version of MLflow (schema {schema}).",
            "This code reads that of MLflow {version}; another one can lose entries without a word.",
            "Install what training/requirements.txt pins, or copy the file and run: mlflow db upgrade {where}.",
            where=where,
            schema=found[1] if found else "unknown",
            version=mlflow.__version__,
        )
    return RegistryProblem(
        "The registry at {where} refused: {cause}",
        "Runs and versions are kept there; what is served stays as it is.",
        "Look at what it says, correct it and run the command again.",
        where=where,
        cause=cause,
    )


def named(alias: str) -> int | None:
    """The version that bears an alias."""
    with answering():
        found = MlflowClient().search_registered_models(f"name = '{MODEL}'")
    aliases = found[0].aliases if found else {}
    return int(aliases[alias]) if alias in aliases else None


def name(version: int, alias: str) -> None:
    """Move an alias to a registered version."""
    with answering():
        MlflowClient().set_registered_model_alias(MODEL, alias, str(version))


def tag(version: int, tags: dict[str, str]) -> None:
    """Write tags on a registered version."""
    with answering():
        for key, value in tags.items():
            MlflowClient().set_model_version_tag(MODEL, str(version), key, value)


def tags_of(version: int) -> dict[str, str]:
    """The tags of a registered version; raises RegistryProblem when there is no such version."""
    return dict(_registered(version).tags)


def run_of(version: int) -> str:
    """The run that made a registered version."""
    return str(_registered(version).run_id)


def _registered(version: int) -> mlflow.entities.model_registry.ModelVersion:
    with answering():
        found = MlflowClient().search_model_versions(f"name = '{MODEL}'")
    for registered in found:
        if int(registered.version) == version:
            return registered
    raise RegistryProblem(
        "The registry has no version {version} of {model}.",
        "It has {known}.",
        "Choose one of these, or train: make train DATA=folder.",
        version=version,
        model=MODEL,
        known=", ".join(sorted((str(each.version) for each in found), key=int)) or "none",
    )


def export(version: int, folder: Path) -> None:
    """Write the registered version as a champion folder; ``folder`` must not exist."""
    registered = _registered(version)
    with answering():
        part = folder.with_name(folder.name + ".part")
        fetched = Path(download_artifacts(f"models:/{MODEL}/{version}", dst_path=str(part)))
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
