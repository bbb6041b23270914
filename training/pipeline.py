"""The whole road by one command: tables -> features -> model -> registry -> champion -> portfolio (``make train``)."""

from __future__ import annotations

import logging
import tempfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from app.scoring.features import FEATURES, by_name
from app.scoring.population import Population, separated_deciles, summarise
from app.scoring.tables.tables import Tables
from training.features.rows import data_hash, read_data, steps_of_reading
from training.model import examine, train
from training.model.model_card import Provenance, write_card
from training.model.recipe import Recipe
from training.model.train import Trained
from training.places import Places
from training.progress import progress_bar
from training.registry import mlflow_registry, register
from training.registry.promote import judge, set_champion
from training.registry.publish import publish_portfolio

LOG = logging.getLogger("training")
OWN_STEPS = 3
"""Of ``run`` itself: registering, judging, publishing."""


def run(
    data: Path,
    places: Places,
    recipe: Recipe,
    synthetic: bool = False,
    published: Path | None = None,
    challenger: bool = False,
    override: str | None = None,
) -> str:
    """Train on ``data``, register, pass the gate, export and publish; returns the served release.

    Args:
        synthetic: say on every page that the clients are not real.
        published: folder whose clients are served, when it is not everyone of ``data``.
        challenger: end with the registered version, for ``training.registry.promote`` to judge.
        override: why the version may be served although the gate has reasons against it.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        progress_bar(steps_of_run(data, recipe, published, challenger)) as progress,
        read_data(data, progress) as found,
    ):
        exported = Path(folder) / "champion"
        rows, labels = found.labelled()
        provenance = _provenance(found.tables, rows, labels, synthetic)
        trained = train.train(rows, labels, recipe, progress)
        _report(trained)
        card = write_card(trained, provenance, examine.examine(trained, rows, labels, progress))
        _warn(card)
        progress.step("registering")
        version = _register(trained, card, rows, places, Path(folder))
        mlflow_registry.export(version, exported)
        if challenger:
            return f"version {version} is challenger; what is served stays"
        progress.step("judging")
        judge(version, exported, rows, labels, override)
        with read_data(published, progress) if published else nullcontext(found) as served:
            progress.step("publishing")
            release = publish_portfolio(served, exported, places.portfolio, labels, trained.out_of_fold, provenance)
        mlflow_registry.replace_champion(exported, places.champion)
        set_champion(version)
    LOG.info("serving %s", release)
    return release


def steps_of_run(data: Path, recipe: Recipe, published: Path | None, challenger: bool) -> int:
    """How many steps ``run`` takes, which depends on the tables that are there.

    Raises:
        TableProblem: the folder cannot be read.
    """
    learnt = steps_of_reading(data) + train.steps(recipe) + examine.STEPS
    if challenger:
        return learnt + 1
    return learnt + OWN_STEPS + (steps_of_reading(published) if published else 0)


def _provenance(tables: Tables, rows: pd.DataFrame, labels: pd.Series, synthetic: bool) -> Provenance:
    notices = tuple(notice.sentence for notice in tables.notices)
    return Provenance(data_hash(rows, labels), synthetic, tables.absent, notices)


def _register(trained: Trained, card: dict[str, Any], rows: pd.DataFrame, places: Places, scratch: Path) -> int:
    files = scratch / "files"
    files.mkdir()
    seen = rows.drop(trained.untouched)
    reference = summarise(seen, trained.outcome.loc[seen.index], FEATURES, separated_deciles)
    mlflow_registry.connect(places.store)
    return register.register(trained, card, reference, typical_row(reference, trained.recipe.inputs), files)


def typical_row(reference: Population, inputs: tuple[str, ...]) -> pd.DataFrame:
    """An example input that is nobody: each feature at its typical value."""
    dtypes = {name: object if by_name[name].kind == "category" else "float64" for name in inputs}
    return pd.DataFrame({name: pd.Series([reference[name].typical], dtype=dtypes[name]) for name in inputs})


def _report(trained: Trained) -> None:
    folds, untouched = trained.out_of_fold_measures, trained.untouched_measures
    for name, figures in (("out of fold", folds), ("untouched", untouched)):
        LOG.info(
            "%s: AUC %.4f, cost per client %.4f, calibration error %.4f, acceptance rate %.3f",
            name,
            figures["auc"],
            figures["cost_per_client"],
            figures["calibration_error"],
            figures["acceptance_rate"],
        )
    for name in ("auc", "cost_per_client"):
        of_each = np.array([each[name] for each in trained.repeated_measures])
        LOG.info("%s over %d drawings of the folds: %.4f to %.4f", name, len(of_each), of_each.min(), of_each.max())
    for step in trained.selection.steps:
        LOG.info("%s (%s): %d removed: %s", step.name, step.rule, len(step.removed), ", ".join(step.removed) or "none")
    found = trained.recommendation
    LOG.info("recommended threshold %.4f (%s), %d trees", found.threshold, found.rule, trained.rounds)
    LOG.info("the cheapest threshold of other folds saves %.4f a client (%.4f to %.4f)", *found.saved)


def _warn(card: dict[str, Any]) -> None:
    price = card["selection"]["price_of_selecting"]
    LOG.info("the selection costs %.4f AUC, %.4f a client", price["auc_lost"], price["cost_per_client_added"])
    for alarm in card["alarms"]:
        LOG.warning("%s", alarm)
