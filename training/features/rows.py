"""One row a client: the one road from raw tables to feature rows and outcomes, that every verb takes."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from app.scoring.engine import compiled, create
from app.scoring.features import build_features
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.tables import Tables, open_tables


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


@dataclass(frozen=True)
class Data:
    """A lender's tables with what the verbs ask of them.

    Attributes:
        features: Parquet of ``write_features``.
        rows, labels: feature rows and outcome of the labelled clients, SK_ID_CURR index.
    """

    tables: Tables
    features: Path
    rows: pd.DataFrame
    labels: pd.Series


@contextmanager
def read_data(folder: Path) -> Iterator[Data]:
    """The data of a folder of raw tables; the feature rows live until the exit."""
    with tempfile.TemporaryDirectory() as scratch:
        features = Path(scratch) / "features.parquet"
        tables = open_tables(folder)
        write_features(tables, features)
        rows = read_rows(features, "labelled")
        yield Data(tables, features, rows, read_labels(tables, rows.index))
