"""Score: raw tables and a champion folder in, one decision per client out."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from app.scoring.champion import Champion, probability
from app.scoring.points import points_from_log_odds
from app.scoring.tables import open_tables
from training import command
from training.build_features import CLIENT, write_features
from training.publish import BATCH

SCHEMA = pa.schema(
    [(CLIENT, pa.int64()), ("probability", pa.float64()), ("points", pa.float64()), ("decision", pa.string())]
)


def score(data: Path, model: Path, out: Path) -> int:
    """Score every client of ``data`` with the champion in ``model`` at its recommended threshold.

    Writes SK_ID_CURR, probability, points and decision ("accept", "refuse") in Parquet, ordered by client; returns the
    number of clients. ``out`` appears only when it is whole.
    """
    champion = Champion.load(model)
    part = out.with_name(out.name + ".part")
    with tempfile.TemporaryDirectory() as scratch:
        features = Path(scratch) / "features.parquet"
        write_features(open_tables(data), features)
        with pq.ParquetWriter(part, SCHEMA, compression="zstd") as writer:
            for batch in pq.ParquetFile(features).iter_batches(BATCH):
                writer.write_batch(_decisions(batch, champion))
    part.replace(out)
    return pq.read_metadata(out).num_rows


def _decisions(batch: pa.RecordBatch, champion: Champion) -> pa.RecordBatch:
    log_odds = champion.log_odds(batch.to_pandas())
    chance = probability(log_odds)
    decision = np.where(chance >= champion.recommended.threshold, "refuse", "accept")
    columns = [batch.column(CLIENT), pa.array(chance), pa.array(points_from_log_odds(log_odds)), pa.array(decision)]
    return pa.RecordBatch.from_arrays(columns, schema=SCHEMA)


def main() -> None:
    """``python -m training.score --data DIR --model DIR --out FILE.parquet``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the raw tables")
    parser.add_argument("--model", type=Path, default=Path("model_store/champion"), help="champion folder")
    parser.add_argument("--out", type=Path, required=True, help="Parquet file to write")
    arguments = parser.parse_args()
    print(f"{score(arguments.data, arguments.model, arguments.out):,} clients scored into {arguments.out}")


if __name__ == "__main__":
    command.run(main)
