"""A registry that cannot answer: one sentence that names it, and nothing served is touched."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import mlflow
import pytest

from app.scoring.champion import Champion
from app.scoring.features import by_name
from app.scoring.problems import ModelProblem
from training.registry import gate, mlflow_registry
from training.registry.mlflow_registry import RegistryProblem, connect
from training.registry.pull import pull

pytestmark = pytest.mark.xdist_group("registry")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A registry without a version, made once: its first opening takes MLflow seconds."""
    store = tmp_path_factory.mktemp("made") / "model_store"
    connect(store)
    return store


@pytest.fixture
def store(made, tmp_path):
    return shutil.copytree(made, tmp_path / "model_store")


def database(store):
    return sqlite3.connect(store / "mlflow.db", isolation_level=None)


def test_a_database_of_another_mlflow_is_said_and_left_as_it_is(store):
    with database(store) as file:
        file.execute("UPDATE alembic_version SET version_num = 'ffffffffffff'")
    before = (store / "mlflow.db").read_bytes()
    with pytest.raises(RegistryProblem, match=r"another version of MLflow \(schema ffffffffffff\)") as said:
        connect(store)
    assert mlflow.__version__ in str(said.value)
    assert (store / "mlflow.db").read_bytes() == before


def test_a_locked_database_is_said_and_open_again_afterwards(store):
    other = database(store)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(RegistryProblem, match=r"mlflow\.db is locked by another process"):
        connect(store)
    other.execute("ROLLBACK")
    connect(store)


def test_a_file_that_is_no_database_is_said(tmp_path):
    (tmp_path / "mlflow.db").write_text("nothing of the kind " * 200, encoding="utf-8")
    with pytest.raises(RegistryProblem, match="file is not a database"):
        connect(tmp_path)


def test_a_version_that_is_not_there_is_said(store):
    connect(store)
    assert mlflow_registry.named(mlflow_registry.CHAMPION) is None
    with pytest.raises(RegistryProblem, match=r"no version 7 of credit-scoring\. It has none"):
        mlflow_registry.run_of(7)


@pytest.mark.parametrize("verb", [["training", "pull"], ["training", "rollback"]])
def test_a_server_that_is_not_there_is_one_sentence_without_its_password_and_exit_code_2(tmp_path, verb):
    """The address is read when the process starts, so it is a process of its own."""
    kept = tmp_path / "champion" / "kept.txt"
    kept.parent.mkdir()
    kept.write_text("served", encoding="utf-8")
    told = subprocess.run(
        [sys.executable, "-m", *verb, "--store", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
        env={
            **os.environ,
            "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
            "MLFLOW_TRACKING_URI": "http://someone:secret@127.0.0.1:9",
        },
    )
    assert told.returncode == 2
    assert "The registry at http://127.0.0.1:9 does not answer." in told.stderr
    assert "secret" not in told.stderr and "Traceback" not in told.stderr
    assert kept.read_text(encoding="utf-8") == "served"


def test_a_version_that_this_code_cannot_feed_is_not_pulled(tmp_path, monkeypatch):
    served = Path("model_store/champion")
    monkeypatch.setattr(mlflow_registry, "connect", lambda store: None)
    monkeypatch.setattr(mlflow_registry, "named", lambda alias: "1")
    monkeypatch.setattr(mlflow_registry, "export", lambda version, folder: shutil.copytree(served, folder))
    lost = Champion.load(served).features[0]
    known = {name: feature for name, feature in gate.by_name.items() if name != lost}
    monkeypatch.setattr(gate, "by_name", known)
    with pytest.raises(ModelProblem, match=lost):
        pull(tmp_path)
    assert not (tmp_path / "champion").exists()
    monkeypatch.setattr(gate, "by_name", {**known, lost: by_name[lost]})
    assert pull(tmp_path) == Champion.load(served).version == Champion.load(tmp_path / "champion").version
