"""MLflow's own servers, over real HTTP: one that scores with the champion, one that keeps the registry for others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import psutil
import pytest

from app.scoring.champion import Champion
from app.settings import settings
from app.store.portfolio import Portfolio
from tests.system.servers import ROOT, free_port
from training.synthetic.synthesize import synthesize

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

MLFLOW = [sys.executable, "-m", "mlflow"]
# MLflow looks uvicorn up on the PATH.
ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
TRAIN = """
import sys
from pathlib import Path
from training.pipeline import run
from training.places import Places
from training.model.recipe import Recipe
quick = Recipe(repeats=1, rounds=10, parameters={**Recipe().parameters, "learning_rate": 0.2})
root = Path(sys.argv[2])
print(run(Path(sys.argv[1]), Places(root / "model_store", root / "portfolio"), quick, synthetic=True))
"""


@contextmanager
def server(command: list[str], folder: Path, ready: str) -> Iterator[str]:
    """A server of MLflow's on a free port; its address, once it answers."""
    port = free_port()
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*MLFLOW, *command, "--host", "127.0.0.1", "--port", str(port)],
            cwd=folder,
            env=ENVIRONMENT,
            stdout=output,
            stderr=output,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url + ready, process, log)
        yield url
    finally:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.terminate()
        process.terminate()
        process.wait(timeout=60)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urlopen(url, timeout=10).close()  # noqa: S310  our own server
        except (URLError, OSError):
            time.sleep(0.5)
        else:
            return
    process.kill()
    pytest.fail(f"{url} did not answer:\n{log.read_text(encoding='utf-8')[-2_000:]}")


@pytest.fixture(scope="module")
def champion() -> Champion:
    return Portfolio.open(settings().portfolio).champion


@pytest.fixture(scope="module")
def scoring(champion: Champion, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``mlflow models serve`` on the exported champion."""
    command = ["models", "serve", "--model-uri", str(champion.folder.resolve()), "--env-manager", "local"]
    with server(command, tmp_path_factory.mktemp("scoring"), "/ping") as url:
        yield url


def ask(url: str, columns: list[str], rows: list[list[object]]) -> dict:
    body = json.dumps({"dataframe_split": {"columns": columns, "data": rows}}).encode()
    request = Request(f"{url}/invocations", body, {"Content-Type": "application/json"})  # noqa: S310
    with urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.load(answer)


def test_it_answers_with_probability_decision_and_threshold_as_the_desk_does(champion: Champion, scoring: str) -> None:
    portfolio = Portfolio.open(settings().portfolio)
    clients = [portfolio.random_client() for _ in range(40)]
    rows = [[portfolio.client(client).features[name] for name in champion.features] for client in clients]
    answers = ask(scoring, list(champion.features), rows)["predictions"]
    for client, answer in zip(clients, answers, strict=True):
        decision = portfolio.decide(client, champion.recommended)
        assert answer["probability"] == pytest.approx(decision.probability, abs=1e-12)
        assert answer["decision"] == decision.outcome
        assert answer["threshold"] == champion.recommended.threshold


def test_inputs_are_taken_by_name_in_any_order(champion: Champion, scoring: str) -> None:
    portfolio = Portfolio.open(settings().portfolio)
    features = portfolio.client(portfolio.random_client()).features
    names = list(champion.features)
    there = ask(scoring, names, [[features[name] for name in names]])["predictions"]
    assert ask(scoring, names[::-1], [[features[name] for name in names[::-1]]])["predictions"] == there


def test_text_where_a_number_belongs_is_the_callers_fault(champion: Champion, scoring: str) -> None:
    number = next(name for name in champion.features if name not in champion.categories)
    rows = [["a lot" if name == number else None for name in champion.features]]
    with pytest.raises(HTTPError) as refused:
        ask(scoring, list(champion.features), rows)
    assert refused.value.code == 400


@pytest.fixture(scope="module")
def registry_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """``mlflow server``, which keeps runs, versions and their files for other machines."""
    folder = tmp_path_factory.mktemp("registry")
    command = [
        "server",
        "--backend-store-uri",
        f"sqlite:///{folder / 'mlflow.db'}",
        "--workers",
        "1",
        "--artifacts-destination",
        str(folder / "artifacts"),
    ]
    with server(command, folder, "/health") as url:
        yield url


def run(url: str, *command: str) -> str:
    told = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**ENVIRONMENT, "MLFLOW_TRACKING_URI": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr[-3_000:]
    return told.stdout.splitlines()[-1]  # MLflow and the engine talk before the answer


def test_a_champion_trained_here_is_kept_there_and_pulled_elsewhere(registry_url: str, tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    synthesize(900, 5, tmp_path / "tables", labelled=860)
    release = run(registry_url, "-c", TRAIN, str(tmp_path / "tables"), str(here))
    assert not (here / "model_store" / "mlflow.db").exists()
    assert run(registry_url, "-m", "training", "pull", "--store", str(elsewhere)).startswith("champion 1-")
    pulled, trained = (Champion.load(place) for place in (elsewhere / "champion", here / "model_store" / "champion"))
    assert pulled.version == trained.version
    assert release.startswith(trained.version)
    assert pulled.booster.model_to_string() == trained.booster.model_to_string()
    with urlopen(f"{registry_url}/api/2.0/mlflow/registered-models/alias?name=credit-scoring&alias=champion") as told:  # noqa: S310
        assert json.load(told)["model_version"]["version"] == "1"
    root = tmp_path / "portfolio"
    run(registry_url, "-m", "training", "publish", "--data", str(tmp_path / "tables"), "--model",
        str(elsewhere / "champion"), "--portfolio", str(root))  # fmt: skip
    assert Portfolio.open(root).champion.version == trained.version
