"""Everyone's features from the raw tables: this project's way beside a usual pandas kernel, on two cores."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb

from tests.bench.measured import CORES
from tests.bench.population import CACHE, tables

SHARE = 20  # the small population is a twentieth of the large one
MEASURED = (sys.executable, "-m", "tests.bench.measured")


def feature_rows(clients):
    """What building features takes at ``clients`` clients, each pair in one run; growth is held to linear."""
    large, small = as_csv(tables(clients)), as_csv(tables(clients // SHARE))
    ours, usual = measured(large, "ours"), measured(large, "usual")
    twentieth, parquet = measured(small, "ours"), measured(tables(clients), "ours")
    what = f"features of {clients:,} clients from CSV, {rows_of(tables(clients)):,} rows, {CORES} cores"
    yield f"{what}: seconds", ours["seconds"], usual["seconds"]
    yield f"{what}: highest memory, MB", ours["memory_mb"], usual["memory_mb"]
    yield "the same from Parquet: processor seconds per core; asked", parquet["processor_seconds"] / CORES, 30.0
    grown = ours["processor_seconds"] / twentieth["processor_seconds"]
    yield f"processor time of {SHARE} times the clients, from CSV; linear", grown, float(SHARE)


def measured(folder, way):
    """What one way takes, in a process of its own."""
    out = CACHE / f"features-{way}.parquet"
    command = {
        "ours": [sys.executable, "-m", "training", "build-features", "--data", str(folder), "--out", str(out)],
        "usual": [sys.executable, "-m", "tests.bench.pandas_features", str(folder), str(out)],
    }[way]
    ran = subprocess.run([*MEASURED, *command], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout.splitlines()[-1])


def as_csv(folder):
    """The tables of a folder as CSV, made once beside it."""
    made = folder.with_name(f"{folder.name}-csv")
    made.mkdir(exist_ok=True)
    with duckdb.connect(config={"memory_limit": "3GB"}) as engine:
        for table in folder.glob("*.parquet"):
            text = made / f"{table.stem}.csv"
            if not text.exists():
                engine.execute(f"COPY (FROM '{table}') TO '{text}.part' (HEADER)")
                Path(f"{text}.part").rename(text)
    return made


def rows_of(folder):
    """Rows of all the tables together."""
    with duckdb.connect() as engine:
        return sum(engine.execute(f"SELECT count(*) FROM '{table}'").fetchone()[0] for table in folder.glob("*"))
