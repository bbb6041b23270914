"""The queue's first page, with files taken, referred and decided: this desk's way, and a frame sorted at each look.

Run as a process of its own, so that its first look is a first one: ``python -m tests.bench.queue ours FOLDER``.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

LOOKS, PAGE, TOUCHED = 40, 16, 600


def ours(folder, store):
    """Along the index of points, until the page is full; counts from where files stand."""
    from app.scoring.case.actors import MANAGERS, Actor
    from app.store.cases.cases import Cases
    from app.store.cases.queue import counts, queue
    from app.store.database import connect
    from app.store.portfolio import Portfolio

    opened = Portfolio.open(folder)
    policy, ada = opened.champion.recommended, Actor("Ada", "officer")
    cases = Cases.open(connect(f"sqlite:///{store / 'store.sqlite'}"), store)
    # The first of the queue are those somebody touched: they are what is gone through before a page is full.
    for place, each in enumerate(queue(cases.engine, opened, policy, "to do", ada, TOUCHED)):
        if place % 3:
            cases.claim(each.client, ada)
        else:
            advice = opened.decide(each.client, policy)
            cases.refer(each.client, ada, MANAGERS, (("missing",), "Papers."), advice)

    def look():
        counts(cases.engine, ada)
        return [each.client for each in queue(cases.engine, opened, policy, "to do", ada, PAGE)]

    return look


def usual(folder, store):
    """Everyone's scores in a frame, banded and sorted at each look."""
    import pandas as pd

    from app.store.portfolio import Portfolio

    opened = Portfolio.open(folder)
    threshold = opened.champion.recommended.threshold_points
    scores = pd.read_parquet(opened.folder / "clients.parquet", columns=["SK_ID_CURR", "points"])
    done = set(scores.SK_ID_CURR.head(TOUCHED))

    def look():
        waiting = scores[~scores.SK_ID_CURR.isin(done)]
        distance = (waiting.points - threshold).abs()
        return waiting.assign(distance=distance).sort_values(["distance", "SK_ID_CURR"]).head(PAGE).SK_ID_CURR.tolist()

    return look


def measure(way, folder):
    """Milliseconds of the first look, and of those after it (median, 95th percentile)."""
    with tempfile.TemporaryDirectory() as store:
        look = {"ours": ours, "usual": usual}[way](folder, Path(store))
        taken = []
        for _ in range(LOOKS):
            started = time.perf_counter()
            assert len(look()) == PAGE
            taken.append((time.perf_counter() - started) * 1000)
    after = taken[1:]
    return {
        "first_ms": taken[0],
        "median_ms": statistics.median(after),
        "p95_ms": statistics.quantiles(after, n=20)[-1],
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
