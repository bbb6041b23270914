"""The whole road by one command: tables -> features -> model -> registry -> champion -> portfolio (``make train``)."""

from __future__ import annotations

import argparse
import logging
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from app.scoring.features import FEATURES, by_name
from app.scoring.population import Population, separated_deciles, summarise
from app.scoring.tables import Tables, open_tables
from training import command, register, registry
from training.build_features import data_hash, read_labels, read_rows, write_features
from training.card import Provenance, write_card
from training.examine import examine
from training.promote import crown, judge
from training.publish import publish_portfolio
from training.recipe import Recipe
from training.train import Trained, train

LOG = logging.getLogger("training")
STEPS = 40  # messages of a usual run: shown as a bar


@dataclass(frozen=True)
class Places:
    """Where a run writes. Nothing there changes until everything before it went well."""

    store: Path = Path("model_store")
    portfolio: Path = Path("data/portfolio")

    @property
    def champion(self) -> Path:
        """The exported champion."""
        return self.store / "champion"


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
        challenger: end with the registered version, for ``training.promote`` to judge.
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
        registry.export(version, exported)
        if challenger:
            return f"version {version} is challenger; what is served stays"
        judge(version, exported, rows, labels, override)
        if published:
            tables = open_tables(published)
            write_features(tables, features)
        release = publish_portfolio(
            tables, features, exported, places.portfolio, labels, trained.out_of_fold, provenance
        )
        registry.replace_champion(exported, places.champion)
        crown(version)
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
    registry.connect(places.store)
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


def main() -> None:
    """``python -m training --data DIR``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the raw tables")
    parser.add_argument("--store", type=Path, default=Path(os.environ.get("MODEL_STORE", Places.store)))
    parser.add_argument("--portfolio", type=Path, default=Path(os.environ.get("PORTFOLIO_DIR", Places.portfolio)))
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--challenger", action="store_true", help="register only; promote with make promote VERSION=n")
    parser.add_argument("--override", help="why it may be served although the gate has reasons; recorded")
    arguments = parser.parse_args()
    places = Places(arguments.store, arguments.portfolio)
    recipe = Recipe(seed=arguments.seed)
    run(arguments.data, places, recipe, challenger=arguments.challenger, override=arguments.override)


if __name__ == "__main__":
    command.run(main)
