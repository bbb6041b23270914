"""Publish: score every client and serve the release."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from app.scoring.champion import Champion, probability
from app.scoring.features import FEATURES
from app.scoring.points import points_from_log_odds
from app.scoring.population import summarise
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.tables import Tables, open_tables
from app.store.publication import publish
from app.store.records import write_records
from training import command
from training.features.rows import data_hash, read_labels, read_rows, write_features
from training.model.model_card import Provenance

BATCH = 50_000


def publish_portfolio(
    tables: Tables,
    features: Path,
    champion_folder: Path,
    root: Path,
    labels: pd.Series,
    out_of_fold: pd.Series,
    provenance: Provenance,
) -> str:
    """Score the feature rows and serve them from ``root``; returns the release's name.

    Args:
        tables: raw tables of the same clients, kept as their records.
        features: Parquet of ``build_features.write_features``.
        labels: outcome of the labelled clients, SK_ID_CURR index.
        out_of_fold: their probability from a model that never saw them, same index.
    """
    champion = Champion.load(champion_folder)
    rows = read_rows(features)
    population = summarise(rows, labels.reindex(rows.index), FEATURES)
    del rows
    known = {"defaulted": labels.astype("float64"), "out_of_fold_probability": out_of_fold}
    facts = {"data_hash": provenance.data_hash, "demo": provenance.synthetic, "absent": list(provenance.absent)}
    with tempfile.TemporaryDirectory() as scratch:
        records = Path(scratch) / "records"
        write_records(tables, records)
        return publish(root, champion_folder, _scored(features, champion, known), population, facts, records)


def _scored(features: Path, champion: Champion, known: Mapping[str, pd.Series]) -> Iterator[pa.RecordBatch]:
    for batch in pq.ParquetFile(features).iter_batches(BATCH):
        rows = batch.to_pandas().set_index(CLIENT)
        log_odds = champion.log_odds(rows)
        scores = {"probability": probability(log_odds), "points": points_from_log_odds(log_odds)}
        scores |= {name: values.reindex(rows.index).to_numpy() for name, values in known.items()}
        for name, values in scores.items():
            batch = batch.append_column(name, pa.array(values, from_pandas=True))
        yield batch


def publish_data(data: Path, model: Path, root: Path, synthetic: bool, unseen: bool = False) -> str:
    """Score the clients of a folder with a champion that is already there, and serve them from ``root``.

    Args:
        unseen: whether the champion was trained on none of these clients, so that its own probability of a labelled
            one is out of fold. Otherwise no threshold is judged on them: a model flatters those it learnt from.
    """
    with tempfile.TemporaryDirectory() as scratch:
        features = Path(scratch) / "features.parquet"
        tables = open_tables(data)
        write_features(tables, features)
        labelled = read_rows(features, "labelled")
        labels = read_labels(tables, labelled.index)
        provenance = Provenance(data_hash(labelled, labels), synthetic, tables.absent, ())
        champion = Champion.load(model)
        none = pd.Series(dtype="float64")
        out_of_fold = pd.Series(champion.probabilities(labelled), labelled.index) if unseen else none
        del labelled
        return publish_portfolio(tables, features, model, root, labels, out_of_fold, provenance)


def main() -> None:
    """``python -m training.registry.publish --data DIR --model DIR --portfolio DIR``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the raw tables")
    parser.add_argument("--model", type=Path, default=Path("model_store/champion"), help="champion folder")
    parser.add_argument("--portfolio", type=Path, default=Path("data/portfolio"), help="folder to serve from")
    parser.add_argument("--synthetic", action="store_true", help="say on every page that the clients are not real")
    parser.add_argument(
        "--unseen", action="store_true", help="the model was trained on none of these clients: judge thresholds on them"
    )
    arguments = parser.parse_args()
    published = publish_data(
        arguments.data, arguments.model, arguments.portfolio, arguments.synthetic, arguments.unseen
    )
    print("serving", published)


if __name__ == "__main__":
    command.run(main)
