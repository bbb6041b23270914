"""Pull: bring the registry's champion to this machine, verified; the verb ``publish`` then serves with it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from app.scoring.champion import Champion
from training.registry import mlflow_registry
from training.registry.gate import check_declared


def pull(store: Path) -> str:
    """Put the registry's champion in the place of ``store/champion``; returns its version.

    Raises:
        RegistryProblem: the registry does not answer or names no champion; what is there stays.
        ModelProblem: this code could not feed it.
    """
    mlflow_registry.connect(store)
    version = mlflow_registry.named(mlflow_registry.CHAMPION)
    if version is None:
        raise mlflow_registry.RegistryProblem(
            "The registry names no champion of {model}.",
            "A version is served under the alias champion.",
            "Promote one there: make promote VERSION=n DATA=folder.",
            model=mlflow_registry.MODEL,
        )
    with tempfile.TemporaryDirectory() as scratch:
        exported = Path(scratch) / "champion"
        mlflow_registry.export(version, exported)
        champion = Champion.load(exported)
        check_declared(exported, champion)
        mlflow_registry.replace_champion(exported, store / "champion")
    return champion.version
