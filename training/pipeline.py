"""The whole road by one command: tables -> features -> model -> registry -> champion -> portfolio (``make train``)."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from app.scoring.features import FEATURES, by_name
from app.scoring.population import Population, separated_deciles, summarise
from app.scoring.tables.tables import Tables, open_tables
from training.features.rows import data_hash, read_labels, read_rows, write_features
from training.model.examine import examine
from training.model.model_card import Provenance, write_card
from training.model.recipe import Recipe
from training.model.train import Trained, train
from training.places import Places
from training.registry import mlflow_registry, register
from training.registry.promote import judge, set_champion
from training.registry.publish import publish_portfolio

LOG = logging.getLogger("training")
STEPS = 40  # messages of a usual run: shown as a bar


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
    with tempfile.TemporaryDirectory() as folder, logging_redirect_tqdm(), tqdm(total=STEPS, unit="step") as bar:
        scratch, tell = Path(folder), _teller(bar)
        features, exported = scratch / "features.parquet", scratch / "champion"
        tell(f"reading {data}")
        tables = open_tables(data, progress=tell)
        tell("building features")
        write_features(tables, features)
        rows = read_rows(features, "labelled")
        labels = read_labels(tables, rows.index)
        provenance = _provenance(tables, rows, labels, synthetic)
        trained = train(rows, labels, recipe, tell)
        _report(trained)
        card = write_card(trained, provenance, examine(trained, rows, labels, tell))
        _warn(card)
        tell("registering")
        version = _register(trained, card, rows, places, scratch)
        tell("publishing")
        mlflow_registry.export(version, exported)
        if challenger:
            return f"version {version} is challenger; what is served stays"
        judge(version, exported, rows, labels, override)
        if published:
            tables = open_tables(published)
            write_features(tables, features)
        release = publish_portfolio(
            tables, features, exported, places.portfolio, labels, trained.out_of_fold, provenance
        )
        mlflow_registry.replace_champion(exported, places.champion)
        set_champion(version)
    LOG.info("serving %s", release)
    return release


def _provenance(tables: Tables, rows: pd.DataFrame, labels: pd.Series, synthetic: bool) -> Provenance:
    notices = tuple(notice.sentence for notice in tables.notices)
    for sentence in notices:
        LOG.info("%s", sentence)
    return Provenance(data_hash(rows, labels), synthetic, tables.absent, notices)


def _teller(bar: tqdm) -> Callable[[str], None]:
    def tell(message: str) -> None:
        bar.set_description(message[:60])
        bar.update()

    return tell


def _register(trained: Trained, card: dict, rows: pd.DataFrame, places: Places, scratch: Path) -> int:
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
    for step in trained.selection.steps:
        LOG.info("%s (%s): %d removed: %s", step.name, step.rule, len(step.removed), ", ".join(step.removed) or "none")
    LOG.info("recommended threshold %.4f, %d trees", trained.policy.threshold, trained.rounds)


def _warn(card: dict) -> None:
    price = card["selection"]["price_of_selecting"]
    LOG.info("the selection costs %.4f AUC, %.4f a client", price["auc_lost"], price["cost_per_client_added"])
    for alarm in card["alarms"]:
        LOG.warning("%s", alarm)
