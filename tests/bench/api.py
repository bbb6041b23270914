"""The scoring API over HTTP beside two usual ways: all are asked the same, on this machine, one after the other.

* ``usual``: everyone's rows in a pandas frame read from CSV, ``shap.TreeExplainer`` made anew at each request;
* ``mlflow``: ``mlflow models serve`` on the same champion, the client's feature row sent along.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.store.portfolio import Portfolio
from tests.bench.load import Load, run_load
from tests.bench.population import as_csv
from tests.bench.servers import environment, serving

SECONDS, CONNECTIONS, CLIENTS = 6.0, 32, 200
PORTS = {"ours": 8771, "usual": 8772, "mlflow": 8773}


def usual_api():
    """The FastAPI application that public dashboards ship: BENCH_CSV and BENCH_CHAMPION name its files."""
    import pandas as pd
    import shap
    from fastapi import Body, FastAPI

    from app.scoring.champion import Champion

    champion, rows = Champion.load(Path(os.environ["BENCH_CHAMPION"])), pd.read_csv(os.environ["BENCH_CSV"])
    api = FastAPI()

    @api.get("/ready")
    def ready():
        return {}

    @api.post("/predict")
    def predict(client: int = Body(embed=True)):
        row = champion.matrix(rows[client == rows.SK_ID_CURR])
        return {"probability": float(champion.booster.predict(row)[0])}

    @api.post("/interpretation")
    def interpretation(client: int = Body(embed=True)):
        row = champion.matrix(rows[client == rows.SK_ID_CURR])
        return {"effects": shap.TreeExplainer(champion.booster).shap_values(row)[0].tolist()}

    return api


@contextmanager
def running(way: str, folder: Path, scratch: Path) -> Iterator[str]:
    """Address of one way's server, started for the occasion."""
    binaries, known = Path(sys.executable).parent, environment(folder, scratch)
    port = str(PORTS[way])
    command = {
        "ours": [sys.executable, "-m", "app.api", "--port", port],
        "usual": [sys.executable, "-m", "uvicorn", "tests.bench.api:usual_api", "--factory", "--port", port,
                  "--log-level", "warning"],
        "mlflow": [sys.executable, "-m", "mlflow", "models", "serve", "-m", known["BENCH_CHAMPION"], "--env-manager",
                   "local", "--port", port],
    }[way]  # fmt: skip
    known |= {"API_RATE": "1000000/second", "PATH": f"{binaries}:{os.environ['PATH']}"}
    url = f"http://127.0.0.1:{port}"
    with serving(command, url + ("/ping" if way == "mlflow" else "/ready"), known, scratch / f"{way}.log"):
        yield url


def measure(folder: Path) -> dict[str, dict[str, Load]]:
    """What each way answered: decisions at 32 connections, explanations one after the other."""
    portfolio, draw = Portfolio.open(folder), random.Random(1)
    clients = [portfolio.random_client(draw) for _ in range(CLIENTS)]
    bodies = [{"client": client} for client in clients]
    inputs = portfolio.champion.features
    rows = [{name: portfolio.client(client).features[name] for name in inputs} for client in clients]
    sent: list[dict[str, Any]] = [{"dataframe_records": [row]} for row in rows]
    as_csv(folder)
    measured: dict[str, dict[str, Load]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for way in PORTS:
            with running(way, folder, Path(scratch)) as url:
                time.sleep(10 if way == "ours" else 1)  # ours compiles the applicants' queries first
                if way == "mlflow":
                    measured[way] = {"decisions": _load(f"{url}/invocations", sent, CONNECTIONS)}
                else:
                    measured[way] = {
                        "decisions": _load(f"{url}/predict", bodies, CONNECTIONS),
                        "explanations": _load(f"{url}/interpretation", bodies, 1),
                    }
    return measured


def _load(url: str, bodies: list[dict[str, Any]], connections: int) -> Load:
    run_load(url, itertools.cycle(bodies), connections, 1.0)
    load = run_load(url, itertools.cycle(bodies), connections, SECONDS)
    assert set(load.statuses) == {200}, load.statuses
    return load


def api_rows(folder: Path, clients: int) -> Iterator[tuple[str, float, float]]:
    """Pairs for the table: (what, ours, baseline)."""
    met = measure(folder)
    ours, usual, mlflow = met["ours"], met["usual"], met["mlflow"]
    many = f"decisions at {CONNECTIONS} connections over HTTP, {clients:,} clients"
    seconds = {way: 1_000 / met[way]["decisions"].per_second for way in met}
    yield f"{many}, ms for each; pandas frame from CSV", seconds["ours"], seconds["usual"]
    yield f"{many}, ms for each; `mlflow models serve`, features sent along", seconds["ours"], seconds["mlflow"]
    for share in (50, 99):
        here = ours["decisions"].percentile(share)
        yield f"their latency, {share} %, ms; pandas frame", here, usual["decisions"].percentile(share)
        yield f"their latency, {share} %, ms; `mlflow models serve`", here, mlflow["decisions"].percentile(share)
        one, other = ours["explanations"].percentile(share), usual["explanations"].percentile(share)
        yield f"an explanation over HTTP, {share} %, ms; `shap.TreeExplainer` made per request", one, other


if __name__ == "__main__":
    for what, here, baseline in api_rows(Path(sys.argv[1]), Portfolio.open(Path(sys.argv[1])).size):
        print(f"{what}: {here:.2f} against {baseline:.2f} ({baseline / here:.1f} times)")
