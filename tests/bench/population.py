"""A synthetic portfolio of any size, made once and kept in ``.cache/bench``."""

from pathlib import Path

import pyarrow.parquet as pq

from training.registry.publish import publish_data
from training.synthetic.synthesize import synthesize

CACHE = Path(".cache/bench")
CHAMPION = Path("model_store/champion")
SEED = 42


def portfolio(clients: int) -> Path:
    """Folder of a published portfolio of ``clients`` synthetic clients, scored by the committed champion."""
    folder = CACHE / f"portfolio-{clients}"
    if not (folder / "serving.json").exists():
        publish_data(tables(clients), CHAMPION, folder, synthetic=True, unseen=True)
    return folder


def tables(clients: int) -> Path:
    """Folder of the raw tables of ``clients`` synthetic clients, in Parquet."""
    folder = CACHE / f"tables-{clients}"
    if not folder.exists():
        synthesize(clients, SEED, folder, labelled=round(clients * 0.863))
    return folder


def as_csv(folder: Path) -> Path:
    """The same clients as one CSV file, the form the usual dashboards load."""
    csv = folder / "clients.csv"
    if not csv.exists():
        parquet = next((folder / "releases").glob("*/clients.parquet"))
        for number, batch in enumerate(pq.ParquetFile(parquet).iter_batches(50_000)):
            batch.to_pandas().to_csv(csv, mode="a", header=number == 0, index=False)
    return csv
