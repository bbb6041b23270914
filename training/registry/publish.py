"""Publish: score every client and serve the release."""

from __future__ import annotations

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
from app.store.publication import publish
from app.store.records import write_records
from training.features.rows import Data, data_hash, read_data
from training.model.model_card import Provenance

BATCH = 50_000


def publish_portfolio(
    data: Data, champion_folder: Path, root: Path, labels: pd.Series, out_of_fold: pd.Series, provenance: Provenance
) -> str:
    """Score the clients of ``data`` and serve them from ``root``, with their raw rows; returns the release's name.

    Args:
        labels: outcome of the labelled clients, SK_ID_CURR index.
        out_of_fold: their probability from a model that never saw them, same index.
    """
    champion = Champion.load(champion_folder)
    rows = data.rows()
    population = summarise(rows, labels.reindex(rows.index), FEATURES)
    del rows
    known = {"defaulted": labels.astype("float64"), "out_of_fold_probability": out_of_fold}
    facts = {"data_hash": provenance.data_hash, "demo": provenance.synthetic, "absent": list(provenance.absent)}
    with tempfile.TemporaryDirectory() as scratch:
        records = Path(scratch) / "records"
        write_records(data.tables, records)
        return publish(root, champion_folder, _scored(data.features, champion, known), population, facts, records)


def _scored(features: Path, champion: Champion, known: Mapping[str, pd.Series]) -> Iterator[pa.RecordBatch]:
    for batch in pq.ParquetFile(features).iter_batches(BATCH):
        rows = batch.to_pandas().set_index(CLIENT)
        log_odds = champion.log_odds(rows)
        scores = {"probability": probability(log_odds), "points": points_from_log_odds(log_odds)}
        scores |= {name: values.reindex(rows.index).to_numpy() for name, values in known.items()}
        for name, values in scores.items():
            batch = batch.append_column(name, pa.array(values, from_pandas=True))
        yield batch


def publish_data(folder: Path, model: Path, root: Path, synthetic: bool, unseen: bool = False) -> str:
    """Score the clients of a folder with a champion that is already there, and serve them from ``root``.

    Args:
        unseen: whether the champion was trained on none of these clients, so that its own probability of a labelled
            one is out of fold. Otherwise no threshold is judged on them: a model flatters those it learnt from.
    """
    with read_data(folder) as data:
        rows, labels = data.labelled()
        provenance = Provenance(data_hash(rows, labels), synthetic, data.tables.absent, ())
        none = pd.Series(dtype="float64")
        out_of_fold = pd.Series(Champion.load(model).probabilities(rows), rows.index) if unseen else none
        del rows
        return publish_portfolio(data, model, root, labels, out_of_fold, provenance)
