"""Everyone scored with contributions in one batch: ``training.score`` beside LightGBM's own two calls.

Run as a process of its own: ``python -m tests.bench.scoring ours FOLDER``, the folder of a published portfolio.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq

from app.scoring.champion import Champion
from training.score import score_rows


def ours(release):
    """From feature rows in Parquet to decisions and contributions in Parquet."""
    with tempfile.TemporaryDirectory() as scratch:
        started = time.perf_counter()
        score_rows(release / "clients.parquet", release / "champion", Path(scratch) / "scores.parquet", True)
        return time.perf_counter() - started


def usual(release):
    """LightGBM alone, on a matrix that is already there: nothing read, nothing written."""
    champion = Champion.load(release / "champion")
    names = list(champion.features)
    matrix = champion.matrix(pq.read_table(release / "clients.parquet", columns=names).to_pandas())
    started = time.perf_counter()
    champion.booster.predict(matrix)
    champion.booster.predict(matrix, pred_contrib=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    release = next((Path(sys.argv[2]) / "releases").iterdir())
    print(json.dumps({"seconds": {"ours": ours, "usual": usual}[sys.argv[1]](release)}))
