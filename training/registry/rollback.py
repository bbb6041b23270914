"""Rollback: serve the version that the champion replaced, from the release that is still there or from the tables."""

from __future__ import annotations

import tempfile
from pathlib import Path

from app.scoring.champion import Champion
from app.store.publication import reinstate
from training.features.rows import read_data
from training.registry import mlflow_registry
from training.registry.gate import PromotionProblem
from training.registry.promote import REPLACED, serve


def rollback(store: Path, portfolio: Path, data: Path | None = None) -> str:
    """Go back one champion; returns the served release.

    Args:
        data: the raw tables, needed when the former release is no longer kept.

    Raises:
        PromotionProblem: there is no former champion, or no release of it and no tables.
    """
    mlflow_registry.connect(store)
    version = _before()
    with tempfile.TemporaryDirectory() as scratch:
        exported = Path(scratch) / "champion"
        mlflow_registry.export(version, exported)
        former = Champion.load(exported)
        release = reinstate(portfolio, former.version)
        if release:
            mlflow_registry.replace_champion(exported, store / "champion")
        elif data:
            with read_data(data) as tables:
                release = serve(version, exported, tables, portfolio, store, former.card["data"]["synthetic"])
        else:
            raise _no_release(version, portfolio)
    mlflow_registry.name(version, mlflow_registry.CHAMPION)
    return release


def _before() -> int:
    champion = mlflow_registry.named(mlflow_registry.CHAMPION)
    replaced = mlflow_registry.tags_of(champion).get(REPLACED) if champion else None
    if not replaced:
        raise PromotionProblem(
            "There is no champion before version {version}.",
            "A promotion remembers which version it replaced.",
            "Promote the version you want: make promote VERSION=n DATA=folder.",
            version=champion or "none",
        )
    return int(replaced)


def _no_release(version: int, portfolio: Path) -> PromotionProblem:
    return PromotionProblem(
        "{portfolio} no longer holds a release of version {version}.",
        "Only the release before the served one is kept.",
        "Give the tables to score again: make rollback DATA=folder.",
        portfolio=portfolio,
        version=version,
    )
