"""Build features: raw tables in, one row per client out, in Parquet ordered by client."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.scoring.tables.tables import open_tables
from training import command
from training.features import spark
from training.features.rows import write_features

ENGINES = ("duckdb", "spark")


def build_features(data: str, out: str, engine: str) -> None:
    """Write the feature rows of the tables in ``data``: a Parquet file, on Spark a folder of parts."""
    if engine == "spark":
        spark.build_features(data, out)
    else:
        write_features(open_tables(Path(data)), Path(out))


def main() -> None:
    """``python -m training.features.build_features --data DIR --out FILE.parquet [--engine spark]``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", required=True, help="folder with the raw tables; on Spark also its URI")
    parser.add_argument("--out", required=True, help="Parquet file to write; on Spark a folder of parts, or its URI")
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help="where the tables are aggregated")
    arguments = parser.parse_args()
    build_features(arguments.data, arguments.out, arguments.engine)


if __name__ == "__main__":
    command.run(main)
