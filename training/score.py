"""Score: raw tables and a champion folder in, one decision per client out."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from app.scoring.champion import Champion, probability
from app.scoring.points import points_from_log_odds
from app.scoring.policy import Policy
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.tables import open_tables
from app.settings import settings
from app.store.database import connect
from app.store.heads import Heads
from app.store.policies import PolicyHistory
from training import command
from training.features import spark
from training.features.build_features import ENGINES
from training.features.rows import write_features
from training.registry.publish import BATCH

SCHEMA = pa.schema(
    [(CLIENT, pa.int64()), ("probability", pa.float64()), ("points", pa.float64()), ("decision", pa.string())]
)


def score(data: Path, model: Path, out: Path, contributions: bool = False, threshold: float | None = None) -> int:
    """Score every client of the raw tables in ``data``, as ``score_rows`` does."""
    with tempfile.TemporaryDirectory() as scratch:
        features = Path(scratch) / "features.parquet"
        write_features(open_tables(data), features)
        return score_rows(features, model, out, contributions, threshold)


def score_rows(rows: Path, model: Path, out: Path, contributions: bool = False, threshold: float | None = None) -> int:
    """Score a Parquet data set of feature rows with the champion in ``model``.

    Args:
        threshold: what decisions are taken at; the champion's recommendation when None.

    Writes SK_ID_CURR, probability, points and decision ("accept", "refuse") in Parquet, in the order of ``rows``, and
    where asked the contribution of every input in points under its name; returns the number of clients. ``out`` appears
    only when it is whole.
    """
    champion = Champion.load(model)
    decided_at = champion.recommended.threshold if threshold is None else threshold
    part = out.with_name(out.name + ".part")
    explained = champion.features if contributions else ()
    schema = pa.schema([*SCHEMA, *((name, pa.float64()) for name in explained)])
    # Contributions are all distinct: a dictionary of them only costs time.
    dictionary = [name for name in schema.names if name not in explained]
    with pq.ParquetWriter(part, schema, compression="zstd", use_dictionary=dictionary) as writer:
        for batch in ds.dataset(rows).to_batches(columns=[CLIENT, *champion.features], batch_size=BATCH):
            writer.write_batch(_decisions(batch, champion, decided_at, schema))
    part.replace(out)
    return pq.read_metadata(out).num_rows


def _decisions(batch: pa.RecordBatch, champion: Champion, threshold: float, schema: pa.Schema) -> pa.RecordBatch:
    rows = batch.to_pandas()
    log_odds = champion.log_odds(rows)
    chance = probability(log_odds)
    decision = np.where(chance >= threshold, "refuse", "accept")
    columns = [batch.column(CLIENT), pa.array(chance), pa.array(points_from_log_odds(log_odds)), pa.array(decision)]
    if len(schema) > len(columns):
        columns += [pa.array(effects) for effects in champion.contributions(rows).T]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def main() -> None:
    """``python -m training.score --data DIR --model DIR --out FILE.parquet [--in-force] [--contributions]``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    clients = parser.add_mutually_exclusive_group(required=True)
    clients.add_argument("--data", help="folder with the raw tables; on Spark also its URI")
    clients.add_argument(
        "--rows", help="Parquet data set of feature rows, as training.features.build_features writes it"
    )
    parser.add_argument("--model", type=Path, default=Path("model_store/champion"), help="champion folder")
    parser.add_argument("--out", required=True, help="Parquet file to write; on Spark a folder of parts, or its URI")
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help="where the clients are scored")
    parser.add_argument(
        "--in-force",
        action="store_true",
        help="decide at the policy in force at the desk (its store: STORE_URL), not at the champion's recommendation",
    )
    parser.add_argument("--contributions", action="store_true", help="also each input's contribution in points")
    chosen = parser.parse_args()
    if chosen.engine == "spark" and chosen.contributions:
        parser.error("--contributions is for the engine duckdb: what MLflow serves gives decisions only")
    print(f"{_run(chosen):,} clients scored into {chosen.out}")


def _in_force(model: Path) -> Policy:
    return PolicyHistory.open(connect(settings().store), heads=Heads.of(settings())).decides(Champion.load(model))


def _run(chosen: argparse.Namespace) -> int:
    threshold = _in_force(chosen.model).threshold if chosen.in_force else None
    if chosen.engine == "spark":
        return spark.score(chosen.data, chosen.rows, chosen.model, chosen.out, threshold)
    if chosen.rows:
        return score_rows(Path(chosen.rows), chosen.model, Path(chosen.out), chosen.contributions, threshold)
    return score(Path(chosen.data), chosen.model, Path(chosen.out), chosen.contributions, threshold)


if __name__ == "__main__":
    command.run(main)
