"""One client's decision with its explanation: this desk's way, and the way public dashboards do it.

Run as a process of its own, so that its memory is its own: ``python -m tests.bench.decision ours FOLDER``.
"""

import json
import random
import statistics
import sys
import time
from pathlib import Path

DECISIONS = 200


def ours(folder):
    """By id from SQLite, contributions from the booster itself."""
    from app.store.portfolio import Portfolio

    portfolio = Portfolio.open(folder)
    policy = portfolio.champion.recommended
    draw = random.Random(1)
    clients = [portfolio.random_client(draw) for _ in range(DECISIONS)]
    return lambda position: portfolio.decide(clients[position], policy)


def usual(folder):
    """Everyone's rows in a pandas frame read from CSV, ``shap.TreeExplainer`` made anew at each request."""
    import pandas as pd
    import shap

    from app.scoring.champion import Champion
    from tests.bench.population import as_csv

    release = next((folder / "releases").iterdir())
    champion = Champion.load(release / "champion")
    rows = pd.read_csv(as_csv(folder))
    clients = rows.SK_ID_CURR.sample(DECISIONS, random_state=1).tolist()

    def decide(position):
        row = champion.matrix(rows[clients[position] == rows.SK_ID_CURR])
        champion.booster.predict(row)
        return shap.TreeExplainer(champion.booster).shap_values(row)

    return decide


def measure(way, folder):
    """Milliseconds per decision (median, 95th percentile) and the process's memory in MB after all of them."""
    import psutil

    decide = {"ours": ours, "usual": usual}[way](folder)
    decide(0)
    milliseconds = []
    for position in range(DECISIONS):
        started = time.perf_counter()
        decide(position)
        milliseconds.append((time.perf_counter() - started) * 1000)
    return {
        "median_ms": statistics.median(milliseconds),
        "p95_ms": statistics.quantiles(milliseconds, n=20)[-1],
        "memory_mb": psutil.Process().memory_info().rss / 2**20,
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
