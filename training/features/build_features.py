"""Build features: raw tables in, one row per client out, in Parquet ordered by client."""

from __future__ import annotations

from pathlib import Path

from app.scoring.tables.tables import open_tables
from training.features import spark
from training.features.rows import write_features


def build_features(data: str, out: str, engine: str) -> None:
    """Write the feature rows of the tables in ``data``: a Parquet file, on Spark a folder of parts."""
    if engine == "spark":
        spark.build_features(data, out)
    else:
        write_features(open_tables(Path(data)), Path(out))
