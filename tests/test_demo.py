"""The committed demonstration: synthetic, whole, of one version, light, and worth something on real clients."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from app.scoring.champion import Champion
from app.scoring.tables.tables import open_tables
from app.store.portfolio import Portfolio
from training.features.rows import read_rows, write_features

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "demo"
CHAMPION = ROOT / "model_store" / "champion"
LARGEST, LARGEST_MONTHS = 20_000_000, 6_000_000
"""Of the demonstration and its champion, and of the eight months compared with it, two with Evidently's report."""


@pytest.fixture(scope="module")
def portfolio():
    return Portfolio.open(DEMO / "portfolio")


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "features.parquet"
    write_features(open_tables(DEMO / "tables"), path)
    return read_rows(path)


def test_all_that_is_committed_is_light():
    files = {path for folder in (DEMO, CHAMPION) for path in folder.rglob("*") if path.is_file()}
    months = {path for path in files if (DEMO / "portfolio" / "drift") in path.parents}
    assert sum(path.stat().st_size for path in files - months) <= LARGEST
    assert 0 < sum(path.stat().st_size for path in months) <= LARGEST_MONTHS


def test_it_says_that_it_is_synthetic(portfolio):
    assert portfolio.manifest["demo"] is True
    assert portfolio.champion.card["data"]["synthetic"] is True, "README: its model learnt from made-up clients only"


def test_it_serves_the_committed_champion(portfolio):
    served, committed = (folder / "SHA256SUMS" for folder in (portfolio.champion.folder, CHAMPION))
    assert portfolio.champion.version == Champion.load(CHAMPION).version
    assert served.read_bytes() == committed.read_bytes(), "propose both together: python -m training publish-demo"


def test_it_holds_5000_labelled_and_1000_current_clients_with_all_eight_tables():
    tables = open_tables(DEMO / "tables")
    assert tables.absent == ()
    counts = tables.application.POPULATION.value_counts().to_pandas().set_index("POPULATION").iloc[:, 0].to_dict()
    assert counts == {"labelled": 5_000, "current": 1_000}
    assert tables.labels.count().to_pandas() == 5_000


def test_every_served_row_and_score_equals_the_batch(portfolio, batch):
    scores = pd.Series(portfolio.champion.probabilities(batch), index=batch.index)
    for client in [100_002, *batch.sample(200, random_state=5).index]:
        row = {name: None if pd.isna(value) else value for name, value in batch.loc[client].items()}
        assert dict(portfolio.client(client).features) == row
        assert portfolio.decide(client, portfolio.champion.recommended).probability == scores[client]


def test_the_committed_champion_ranks_real_clients(tmp_path, home_credit):
    """AUC on the real application rows of a model that never saw a real client; history is absent there."""
    real = home_credit / "application"
    out = tmp_path / "scores.parquet"
    command = [
        sys.executable,
        "-m",
        "training",
        "score",
        "--data",
        str(real),
        "--model",
        str(CHAMPION),
        "--out",
        str(out),
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    outcome = (
        pd.read_csv(real / "application_train.csv", usecols=["SK_ID_CURR", "TARGET"]).set_index("SK_ID_CURR").TARGET
    )
    scores = pd.read_parquet(out).set_index("SK_ID_CURR").probability.loc[outcome.index]
    assert np.isfinite(scores).all()
    assert roc_auc_score(outcome, scores) >= 0.725
