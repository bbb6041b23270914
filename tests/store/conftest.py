"""A portfolio of a few demonstration clients, published anew for the test that will break it."""

import json
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


@pytest.fixture
def batches(demo):
    """A function that gives the rows of the first few clients of the demonstration, in small batches."""

    def give():
        yield from islice(pq.ParquetFile(demo.folder / "clients.parquet").iter_batches(CLIENTS // 3), 3)

    return give


@pytest.fixture
def population(demo):
    return read_population(demo.folder / "population.json")


@pytest.fixture
def root(tmp_path, demo, batches, population):
    """A published portfolio of its own."""
    folder = tmp_path / "portfolio"
    publish(
        folder, demo.folder / "champion", batches(), population, {"data_hash": "0" * 64, "demo": True, "absent": []}
    )
    return folder


@pytest.fixture
def served(root):
    """The folder of the release that is served."""
    return root / "releases" / json.loads((root / "serving.json").read_text())["release"]
