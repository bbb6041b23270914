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
from app.scoring.features import INPUTS, build_features, by_name
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.sources import find_sources
from app.scoring.tables.tables import Tables, open_tables
from training.progress import Progress


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
    """A lender's tables and their feature rows, which are read when they are asked for: nobody holds more than it uses.

    Attributes:
        features: Parquet of ``write_features``.
    """

    tables: Tables
    features: Path

    def rows(self, population: str | None = None) -> pd.DataFrame:
        """Feature rows, as ``read_rows`` has them."""
        return read_rows(self.features, population)

    def labelled(self) -> tuple[pd.DataFrame, pd.Series]:
        """Feature rows of the labelled clients and their outcome, SK_ID_CURR index."""
        rows = self.rows("labelled")
        return rows, read_labels(self.tables, rows.index)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The unprotected features of the tables that are there."""
        return tuple(name for name in INPUTS if by_name[name].source not in self.tables.absent)


def steps_of_reading(folder: Path) -> int:
    """Steps of ``read_data``: one a table that is there, and the features."""
    return len(find_sources(folder)) + 1


@contextmanager
def read_data(folder: Path, progress: Progress | None = None) -> Iterator[Data]:
    """The data of a folder of raw tables; the feature rows live until the exit.

    Raises:
        TableProblem: the tables cannot be read as the schema declares them.
    """
    told = progress or Progress()
    with tempfile.TemporaryDirectory() as scratch:
        features = Path(scratch) / "features.parquet"
        tables = open_tables(folder, progress=told.step)
        told.step("building features")
        write_features(tables, features)
        yield Data(tables, features)
