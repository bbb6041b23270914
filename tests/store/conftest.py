"""A portfolio of a few demonstration clients, published anew for the test that will break it."""

import json
import shutil
from itertools import islice
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from app.scoring.population import read_population
from app.store.portfolio import Portfolio
from app.store.publication import publish

DEMO = Path(__file__).parents[2] / "data" / "demo" / "portfolio"
CLIENTS = 300


@pytest.fixture(scope="session")
def demo():
    return Portfolio.open(DEMO)


@pytest.fixture(scope="session")
def batches(demo):
    """A function that gives the rows of the first few clients of the demonstration, in small batches."""

    def give():
        yield from islice(pq.ParquetFile(demo.folder / "clients.parquet").iter_batches(CLIENTS // 3), 3)

    return give


@pytest.fixture(scope="session")
def population(demo):
    return read_population(demo.folder / "population.json")


@pytest.fixture(scope="session")
def published(tmp_path_factory, demo, batches, population):
    """A portfolio of those clients, published once: publishing waits for the disk."""
    folder = tmp_path_factory.mktemp("published") / "portfolio"
    facts = {"data_hash": "0" * 64, "demo": True, "absent": []}
    publish(folder, demo.folder / "champion", batches(), population, facts)
    return folder


@pytest.fixture
def root(tmp_path, published):
    """A published portfolio of its own."""
    return shutil.copytree(published, tmp_path / "portfolio")


@pytest.fixture
def served(root):
    """The folder of the release that is served."""
    return root / "releases" / json.loads((root / "serving.json").read_text())["release"]
