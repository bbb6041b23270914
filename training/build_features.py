"""Build features: raw tables in, one row per client out, in Parquet ordered by client."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from app.scoring.engine import compiled, create
from app.scoring.features import build_features
from app.scoring.tables import Tables, open_tables
from training import command

CLIENT = "SK_ID_CURR"
ENGINES = ("duckdb", "spark")


def feature_rows(tables: Tables, hold: Callable[[ibis.Table], ibis.Table] = lambda part: part) -> ibis.Table:
    """The feature row of every client of ``tables``, ordered by client, with their population."""
    population = tables.application.select(CLIENT, population="POPULATION")
    return build_features(tables, hold).join(population, CLIENT).order_by(CLIENT)


def write_features(tables: Tables, path: Path) -> None:
    """Write ``feature_rows`` in one Parquet file."""

    def held(part: ibis.Table) -> ibis.Table:
        # One table's aggregates leave memory before the next one's come: half of what they take together.
        return create(tables.connection, "TABLE", "features", compiled(part), part.schema())

    feature_rows(tables, held).to_parquet(path, compression="zstd")


def read_rows(path: Path, population: str | None = None) -> pd.DataFrame:
    """Feature rows of everyone, or of one population ("labelled", "current"); SK_ID_CURR index."""
    filters = [("population", "=", population)] if population else None
    rows = pq.read_table(path, filters=filters).to_pandas()
    return rows.drop(columns="population").set_index(CLIENT)


def read_labels(tables: Tables, index: pd.Index) -> pd.Series:
    """Outcome of each labelled client in the order of ``index``: 1 did not repay, 0 repaid."""
    labels = tables.require_labels().to_pandas().set_index(CLIENT)["TARGET"]
    return labels.reindex(index).astype("int64")


def data_hash(rows: pd.DataFrame, labels: pd.Series) -> str:
    """SHA-256 of the feature rows and outcomes: the same for the same data in whatever file format it came."""
    digest = hashlib.sha256(",".join(rows.columns).encode())
    for part in (rows, labels):
        digest.update(np.ascontiguousarray(pd.util.hash_pandas_object(part).to_numpy()).tobytes())
    return digest.hexdigest()


def main() -> None:
    """``python -m training.build_features --data DIR --out FILE.parquet [--engine spark]``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", required=True, help="folder with the raw tables; on Spark also its URI")
    parser.add_argument("--out", required=True, help="Parquet file to write; on Spark a folder of parts, or its URI")
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help="where the tables are aggregated")
    arguments = parser.parse_args()
    if arguments.engine == "spark":
        from training import spark  # an optional part, which reads this module

        spark.build_features(arguments.data, arguments.out)
    else:
        write_features(open_tables(Path(arguments.data)), Path(arguments.out))


if __name__ == "__main__":
    command.run(main)
